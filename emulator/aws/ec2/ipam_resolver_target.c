/*
 * Targets of prefix list resolvers: managed prefix lists that get a resolver's CIDRs, of its newest
 * version or of a certain one. Shape: EC2 IpamPrefixListResolverTarget. The list names its target.
 */
#include "emulator/aws/ec2/ipam.h"

static void terms_resolver(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "IpamPrefixListResolverId");
}

static void terms_list(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "PrefixListId");
}

static const struct kind_index target_indexes[] = {
	{"resolver", terms_resolver},
	{"prefix-list", terms_list},
	{NULL, NULL},
};

static void target_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_ipam_prefix_list_resolver_target = {
	.name = "ipam-prefix-list-resolver-target",
	.shape = "ec2:IpamPrefixListResolverTarget",
	.indexes = target_indexes,
	.timer = target_timer,
	.view = ec2_view,
};

/* ---- Synchronizing ---- */

/** The version that the list is to have: the newest, or the wanted one. */
static int64_t wanted_version(const struct doc *target, const struct doc *resolver)
{
	if (json_get_bool(target->body, "TrackLatestVersion", false))
		return ipam_resolver_version(resolver);
	return json_get_int(target->body, "DesiredVersion", 0);
}

/** Writes the CIDRs of the wanted version into the list; a target tells how that went. */
static void synchronize(struct call *call, const struct doc *target)
{
	const struct doc *resolver = world_find(call->world, &kind_ipam_prefix_list_resolver,
						doc_str(target, "IpamPrefixListResolverId"));
	int64_t version = wanted_version(target, resolver);
	const struct json *cidrs = ipam_resolver_entries(call, resolver, version);
	struct json *body = json_copy(target->body);
	struct err why = ERR_INIT;

	json_remove(body, "StateMessage");
	if (!cidrs) {
		json_set_str(body, "State", version ? "sync-failed" : "create-complete");
		if (version)
			json_setf(body, "StateMessage", "The version %lld does not exist",
				  (long long)version);
	} else if (managed_prefix_list_sync(call, doc_str(target, "PrefixListId"), cidrs, &why)) {
		json_set_int(body, "LastSyncedVersion", version);
		json_set_str(body, "State", "sync-complete");
	} else {
		json_set_str(body, "State", "sync-failed");
		json_set_str(body, "StateMessage", err_text(&why));
	}
	err_done(&why);
	world_put(call, target->kind, target->key, body);
}

static void target_timer(struct call *call, const struct doc *doc, const char *timer)
{
	if (str_eq(timer, "deleted")) {
		managed_prefix_list_bind(call, doc_str(doc, "PrefixListId"), NULL);
		world_remove(call, doc->kind, doc->key);
		return;
	}
	if (!str_eq(doc_str(doc, "State"), "delete-in-progress"))
		synchronize(call, doc);
}

void ipam_target_follow(struct call *call, const struct doc *resolver)
{
	struct docs found = {0};

	world_lookup(call->world, &kind_ipam_prefix_list_resolver_target, "resolver", resolver->key,
		     &found);
	for (size_t i = 0; i < found.count; i++)
		if (json_get_bool(found.items[i]->body, "TrackLatestVersion", false))
			lifecycle_start(call, found.items[i]->kind, found.items[i]->key,
					LIFECYCLE_PREFIX_LIST, "sync");
	docs_done(&found);
}

/* ---- Create, Modify, Delete ---- */

/** The list: the caller's own in that region, of the resolver's family, nobody else's target. */
static bool get_list(struct call *call, const struct json *input, const struct doc *resolver,
		     const struct doc **ret, struct err *err)
{
	const char *id = json_get_str(input, "PrefixListId");
	const char *family = str_eq(doc_str(resolver, "AddressFamily"), "ipv4") ? "IPv4" : "IPv6";

	*ret = world_find(call->world, &kind_managed_prefix_list, id);
	if (!*ret || !str_eq((*ret)->account, call->account) ||
	    !str_eq((*ret)->region, json_get_str(input, "PrefixListRegion")))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, id);
	if (!str_eq(doc_str(*ret, "AddressFamily"), family))
		return aws_fail(err, AWS_EC2_RESOLVER_FAMILY, id, family);
	if (world_lookup_count(call->world, &kind_ipam_prefix_list_resolver_target, "prefix-list",
			       id))
		return aws_fail(err, AWS_EC2_RESOLVER_LIST, id);
	return true;
}

static bool check_version(struct call *call, const struct json *body, const struct doc *resolver,
			  struct err *err)
{
	int64_t version = json_get_int(body, "DesiredVersion", 0);
	bool tracks = json_get_bool(body, "TrackLatestVersion", false);

	if (tracks)
		return true;
	if (!json_get(body, "DesiredVersion"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "DesiredVersion");
	return ipam_resolver_entries(call, resolver, version) ||
	       aws_fail(err, AWS_EC2_RESOLVER_VERSION,
			arena_printf(call->arena, "%lld", (long long)version), resolver->key);
}

static const struct doc *target_add(struct call *call, const struct json *input, struct json *tags)
{
	static const char *const copied[] = {"IpamPrefixListResolverId", "PrefixListId",
					     "PrefixListRegion", "DesiredVersion",
					     "TrackLatestVersion"};
	const struct kind *kind = &kind_ipam_prefix_list_resolver_target;
	const char *list = json_get_str(input, "PrefixListId"), *id;
	struct json *body = json_new_object();

	id = ec2_new_id(call, kind, list);
	for (size_t i = 0; i < array_size(copied); i++)
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	json_set_str(body, "IpamPrefixListResolverTargetId", id);
	json_set_str(body, "IpamPrefixListResolverTargetArn",
		     aws_global_arn(call, "ec2", "%s/%s", kind->name, id));
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "State", "create-in-progress");
	managed_prefix_list_bind(call, list, id);
	return world_add(call,
			 (struct doc_spec){.kind = kind, .key = id, .body = body, .tags = tags});
}

bool ec2_create_ipam_prefix_list_resolver_target(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	const struct kind *kind = &kind_ipam_prefix_list_resolver_target;
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *resolver, *list, *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, kind->name, &tags, err) ||
	    !ec2_get_by(call, &kind_ipam_prefix_list_resolver, input, "IpamPrefixListResolverId",
			&resolver, err))
		return false;
	doc = id ? ec2_find(call, kind, id) : NULL;
	if (doc) {
		json_set(output, "IpamPrefixListResolverTarget", ec2_item(doc));
		return true;
	}
	if (!get_list(call, input, resolver, &list, err) ||
	    !check_version(call, input, resolver, err))
		return false;
	doc = target_add(call, input, steal(tags));
	idempotency_keep(call, input, "ClientToken", doc->key);
	json_set(output, "IpamPrefixListResolverTarget", ec2_item(doc));
	lifecycle_start(call, kind, doc->key, LIFECYCLE_PREFIX_LIST, "sync");
	return true;
}

bool ec2_modify_ipam_prefix_list_resolver_target(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	static const char *const copied[] = {"DesiredVersion", "TrackLatestVersion"};
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *doc, *resolver;
	const char *done;

	if (!ec2_get_by(call, &kind_ipam_prefix_list_resolver_target, input,
			"IpamPrefixListResolverTargetId", &doc, err) ||
	    !idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &done, err))
		return false;
	if (done) {
		json_set(output, "IpamPrefixListResolverTarget", ec2_item(doc));
		return true;
	}
	resolver = world_find(call->world, &kind_ipam_prefix_list_resolver,
			      doc_str(doc, "IpamPrefixListResolverId"));
	body = json_copy(doc->body);
	for (size_t i = 0; i < array_size(copied); i++) {
		if (json_get(input, copied[i]))
			json_remove(body, copied[i]);
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	}
	if (!check_version(call, body, resolver, err))
		return false;
	json_set_str(body, "State", "modify-in-progress");
	doc = world_put(call, doc->kind, doc->key, steal(body));
	idempotency_keep(call, input, "ClientToken", doc->key);
	json_set(output, "IpamPrefixListResolverTarget", ec2_item(doc));
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_PREFIX_LIST, "sync");
	return true;
}

bool ec2_delete_ipam_prefix_list_resolver_target(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	const struct doc *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_ipam_prefix_list_resolver_target, input,
			"IpamPrefixListResolverTargetId", &doc, err))
		return false;
	body = json_copy(doc->body);
	json_set_str(body, "State", "delete-in-progress");
	doc = world_put(call, doc->kind, doc->key, body);
	json_set(output, "IpamPrefixListResolverTarget", ec2_item(doc));
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_PREFIX_LIST, "deleted");
	return true;
}

static const struct filter_field target_filters[] = {
	{"ipam-prefix-list-resolver-id", "IpamPrefixListResolverId", NULL, "resolver"},
	{"ipam-prefix-list-resolver-target-arn", "IpamPrefixListResolverTargetArn", NULL, NULL},
	{"ipam-prefix-list-resolver-target-id", "IpamPrefixListResolverTargetId", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"prefix-list-id", "PrefixListId", NULL, "prefix-list"},
	{"prefix-list-region", "PrefixListRegion", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_ipam_prefix_list_resolver_targets(struct call *call, const struct json *input,
						    struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_ipam_prefix_list_resolver_target,
		.ids = "IpamPrefixListResolverTargetIds",
		.id_prefix = "ipam-pl-resolver-target-",
		.malformed = AWS_EC2_RESOLVER_TARGET_MALFORMED,
		.not_found = AWS_EC2_RESOLVER_TARGET_NOT_FOUND,
		.filters = "Filters",
		.fields = target_filters,
	};
	const char *resolver = json_get_str(input, "IpamPrefixListResolverId");
	struct docs found = {0};
	struct json *items;

	if (!describe_select(call, input, &describe, &found, err))
		return false;
	items = json_new_array();
	for (size_t i = 0; i < found.count; i++)
		if (!resolver ||
		    str_eq(doc_str(found.items[i], "IpamPrefixListResolverId"), resolver))
			json_append(items, ec2_own(ec2_item(found.items[i])));
	docs_done(&found);
	return ec2_page_items(call, input, output, "IpamPrefixListResolverTargets", items, err);
}
