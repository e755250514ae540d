/*
 * Prefix list resolvers: rules that pick CIDRs out of what an IPAM knows, and the versions that
 * came of them. Shape: EC2 IpamPrefixListResolver; extra holds Rules, Version (the newest, 0: none)
 * and Versions = {"1": ["10.0.0.0/16", …]}. They are evaluated anew when addresses come or go.
 *
 * Source: EC2 API, CreateIpamPrefixListResolver and its relatives; IPAM user guide, "Automate
 * prefix list updates".
 */
#include "emulator/aws/ec2/ipam.h"

static void terms_ipam(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->extra, "IpamId");
}

static const struct kind_index resolver_indexes[] = {
	{"ipam", terms_ipam},
	{NULL, NULL},
};

static void resolver_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_ipam_prefix_list_resolver = {
	.name = "ipam-prefix-list-resolver",
	.shape = "ec2:IpamPrefixListResolver",
	.indexes = resolver_indexes,
	.timer = resolver_timer,
	.view = ec2_view,
};

/* ---- Rules ---- */

static bool check_condition(const struct json *condition, struct err *err)
{
	static const char *const subjects[] = {
		"IpamPoolId", "ResourceId", "ResourceOwner", "ResourceRegion", "ResourceTag",
		"Cidr",	      NULL};
	bool inside = str_eq(json_get_str(condition, "Operation"), "subnet-of");
	struct cidr block;
	unsigned which;

	if (!ec2_one_of(condition, subjects, &which, err))
		return false;
	if (inside && which != 5)
		return aws_fail(err, AWS_EC2_RESOLVER_RULE, "subnet-of is for a Cidr");
	if (which == 5 && !cidr_parse(json_get_str(condition, "Cidr"), &block))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, json_get_str(condition, "Cidr"), "cidr");
	return true;
}

/** A rule is complete, and of the resolver's family and IPAM. */
static bool check_rule(struct call *call, const struct json *rule, const char *ipam_id, bool ipv4,
		       struct err *err)
{
	const char *type = json_get_str(rule, "RuleType"), *cidr = json_get_str(rule, "StaticCidr");
	const struct doc *scope;
	struct cidr block;

	json_foreach (condition, json_get(rule, "Conditions")) {
		if (!check_condition(condition, err))
			return false;
	}
	if (str_eq(type, "static-cidr")) {
		if (!cidr)
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "StaticCidr");
		if (!cidr_parse(cidr, &block) || (block.ip.family == FAMILY_IPV4) != ipv4)
			return aws_fail(err, AWS_EC2_CIDR_SYNTAX, cidr, "staticCidr");
		return !json_get(rule, "IpamScopeId") ||
		       aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "StaticCidr", "IpamScopeId");
	}
	if (cidr)
		return aws_fail(err, AWS_EC2_RESOLVER_RULE, "StaticCidr is for static-cidr rules");
	if (!ec2_get_by(call, &kind_ipam_scope, rule, "IpamScopeId", &scope, err))
		return false;
	if (!str_eq(doc_extra_str(scope, "IpamId"), ipam_id))
		return aws_fail(err, AWS_EC2_IPAM_SCOPE_NOT_FOUND, scope->key);
	if (str_eq(type, "ipam-resource-cidr") && !json_get(rule, "ResourceType"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ResourceType");
	return true;
}

static bool check_rules(struct call *call, const struct json *rules, const char *ipam_id, bool ipv4,
			struct err *err)
{
	json_foreach (rule, rules) {
		if (!check_rule(call, rule, ipam_id, ipv4, err))
			return false;
	}
	return true;
}

/* ---- Evaluating ---- */

/** Whether a CIDR, as an IpamResourceCidr, fits a condition. */
static bool fits(const struct json *item, const struct json *condition)
{
	static const char *const members[][2] = {{"IpamPoolId", "IpamPoolId"},
						 {"ResourceId", "ResourceId"},
						 {"ResourceOwner", "ResourceOwnerId"},
						 {"ResourceRegion", "ResourceRegion"},
						 {"Cidr", "ResourceCidr"}};
	const char *operation = json_get_str(condition, "Operation");
	const struct json *tag = json_get(condition, "ResourceTag");
	bool same = false;
	struct cidr outer, inner;

	if (str_eq(operation, "subnet-of"))
		return cidr_parse(json_get_str(condition, "Cidr"), &outer) &&
		       cidr_parse(json_get_str(item, "ResourceCidr"), &inner) &&
		       cidr_contains(&outer, &inner);
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get(condition, members[i][0]))
			same = str_eq(json_get_str(condition, members[i][0]),
				      json_get_str(item, members[i][1]));
	if (tag) {
		const struct json *its = ec2_element(json_get(item, "ResourceTags"), "Key",
						     json_get_str(tag, "Key"));

		same = its && (!json_get(tag, "Value") ||
			       str_eq(json_get_str(its, "Value"), json_get_str(tag, "Value")));
	}
	return same == str_eq(operation, "equals");
}

struct picking {
	const struct doc *ipam;
	const struct json *rule;
	bool ipv4;
	struct json *cidrs;
};

static void pick(struct picking *picking, const struct json *item)
{
	const char *cidr = json_get_str(item, "ResourceCidr");

	if ((strchr(cidr, ':') == NULL) != picking->ipv4 || ec2_list_has(picking->cidrs, cidr))
		return;
	json_foreach (condition, json_get(picking->rule, "Conditions")) {
		if (!fits(item, condition))
			return;
	}
	json_append_str(picking->cidrs, cidr);
}

static void pick_resource(struct call *call, const struct ipam_resource *resource, void *userdata)
{
	struct picking *picking = userdata;
	_cleanup_(json_freep) struct json *item = NULL;

	if (!str_eq(resource->type, json_get_str(picking->rule, "ResourceType")) ||
	    !ipam_resource_in_scope(call, picking->ipam, resource,
				    json_get_str(picking->rule, "IpamScopeId")))
		return;
	item = ipam_resource_item(call, picking->ipam, resource);
	pick(picking, item);
}

/** The blocks that are provisioned to the pools of the rule's scope. */
static void pick_pools(const struct world *world, struct picking *picking)
{
	world_foreach (doc, world, &kind_ipam_pool_cidr) {
		const struct doc *pool =
			world_find(world, &kind_ipam_pool, doc_extra_str(doc, "IpamPoolId"));
		_cleanup_(json_freep) struct json *item = NULL;

		if (!pool || !str_eq(doc_str(doc, "State"), "provisioned") ||
		    !str_eq(doc_extra_str(pool, "IpamScopeId"),
			    json_get_str(picking->rule, "IpamScopeId")))
			continue;
		item = json_new_object();
		json_set_copy(item, "ResourceCidr", json_get(doc->body, "Cidr"));
		json_set_str(item, "IpamPoolId", pool->key);
		json_set_str(item, "ResourceOwnerId", pool->account);
		json_set_str(item, "ResourceRegion", pool->region);
		json_set(item, "ResourceTags", tags_to_list(pool->tags));
		pick(picking, item);
	}
}

/** The CIDRs that the rules pick now; new array. */
static struct json *evaluate(struct call *call, const struct doc *doc, const struct doc *ipam)
{
	struct picking picking = {.ipam = ipam,
				  .ipv4 = str_eq(doc_str(doc, "AddressFamily"), "ipv4"),
				  .cidrs = json_new_array()};
	const struct ipam_walk walk = {.call = call,
				       .account = doc->account,
				       .regions = json_get(ipam->body, "OperatingRegions"),
				       .tell = pick_resource,
				       .userdata = &picking};

	json_foreach (rule, json_get(doc->extra, "Rules")) {
		const char *type = json_get_str(rule, "RuleType");

		picking.rule = rule;
		if (str_eq(type, "ipam-resource-cidr")) {
			ipam_walk(&walk);
		} else if (str_eq(type, "ipam-pool-cidr")) {
			pick_pools(call->world, &picking);
		} else if (!ec2_list_has(picking.cidrs, json_get_str(rule, "StaticCidr"))) {
			json_append_str(picking.cidrs, json_get_str(rule, "StaticCidr"));
		}
	}
	return picking.cidrs;
}

static const char *version_name(struct call *call, int64_t version)
{
	return arena_printf(call->arena, "%lld", (long long)version);
}

int64_t ipam_resolver_version(const struct doc *resolver)
{
	return json_get_int(resolver->extra, "Version", 0);
}

const struct json *ipam_resolver_entries(struct call *call, const struct doc *resolver,
					 int64_t version)
{
	return json_get(json_get(resolver->extra, "Versions"), version_name(call, version));
}

/** Makes a version when the rules pick something else than before, and lets targets follow. */
static void resolve(struct call *call, const struct doc *doc)
{
	const struct doc *ipam = world_find(call->world, &kind_ipam, doc_extra_str(doc, "IpamId"));
	int64_t version = ipam_resolver_version(doc);
	_cleanup_(json_freep) struct json *cidrs = NULL, *extra = NULL;
	const struct json *old;
	struct json *body;

	if (!ipam)
		return;
	cidrs = evaluate(call, doc, ipam);
	old = ipam_resolver_entries(call, doc, version);
	if (old && json_equal(old, cidrs))
		return;
	extra = json_copy(doc->extra);
	json_set_int(extra, "Version", version + 1);
	json_set(json_ensure_object(extra, "Versions"), version_name(call, version + 1),
		 steal(cidrs));
	body = json_copy(doc->body);
	json_set_str(body, "LastVersionCreationStatus", "success");
	doc = world_put_all(call, doc->kind, doc->key, body, NULL, steal(extra));
	ipam_target_follow(call, doc);
}

static void resolver_timer(struct call *call, const struct doc *doc, const char *timer)
{
	const char *id = arena_strdup(call->arena, doc->key);

	if (!str_eq(timer, "evaluate"))
		ipam_timer(call, doc, timer);
	doc = world_find(call->world, &kind_ipam_prefix_list_resolver, id);
	if (doc && !str_starts_with(doc_str(doc, "State"), "delete"))
		resolve(call, doc);
}

void ipam_resolvers_tell(struct call *call)
{
	struct docs found = {0};

	world_foreach (doc, call->world, &kind_ipam_prefix_list_resolver) {
		if (str_eq(doc->account, call->account))
			docs_add(&found, doc);
	}
	for (size_t i = 0; i < found.count; i++)
		lifecycle_start(call, found.items[i]->kind, found.items[i]->key, LIFECYCLE_IPAM,
				"evaluate");
	docs_done(&found);
}

/* ---- Create, Modify, Delete ---- */

static const struct doc *resolver_add(struct call *call, const struct json *input,
				      const struct doc *ipam, struct json *tags)
{
	const struct kind *kind = &kind_ipam_prefix_list_resolver;
	const char *id = ec2_new_id(call, kind, ipam->key);
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "IpamPrefixListResolverId", id);
	json_set_str(body, "IpamPrefixListResolverArn",
		     aws_global_arn(call, "ec2", "%s/%s", kind->name, id));
	json_set_copy(body, "IpamArn", json_get(ipam->body, "IpamArn"));
	json_set_copy(body, "IpamRegion", json_get(ipam->body, "IpamRegion"));
	json_set_copy(body, "Description", json_get(input, "Description"));
	json_set_copy(body, "AddressFamily", json_get(input, "AddressFamily"));
	json_set_str(body, "State", "create-in-progress");
	json_set_str(body, "LastVersionCreationStatus", "pending");
	json_set_str(extra, "IpamId", ipam->key);
	if (json_get(input, "Rules"))
		json_set_copy(extra, "Rules", json_get(input, "Rules"));
	return world_add(
		call, (struct doc_spec){
			      .kind = kind, .key = id, .body = body, .tags = tags, .extra = extra});
}

bool ec2_create_ipam_prefix_list_resolver(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	const struct kind *kind = &kind_ipam_prefix_list_resolver;
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *ipam, *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, kind->name, &tags, err) ||
	    !ec2_get_by(call, &kind_ipam, input, "IpamId", &ipam, err) ||
	    !check_rules(call, json_get(input, "Rules"), ipam->key,
			 str_eq(json_get_str(input, "AddressFamily"), "ipv4"), err))
		return false;
	doc = id ? ec2_find(call, kind, id) : NULL;
	if (doc) {
		json_set(output, "IpamPrefixListResolver", ec2_item(doc));
		return true;
	}
	doc = resolver_add(call, input, ipam, steal(tags));
	idempotency_keep(call, input, "ClientToken", doc->key);
	json_set(output, "IpamPrefixListResolver", ec2_item(doc));
	lifecycle_start(call, kind, doc->key, LIFECYCLE_IPAM, "create-complete");
	return true;
}

bool ec2_modify_ipam_prefix_list_resolver(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	const struct json *rules = json_get(input, "Rules");
	struct json *body, *extra = NULL;
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_ipam_prefix_list_resolver, input, "IpamPrefixListResolverId",
			&doc, err) ||
	    !check_rules(call, rules, doc_extra_str(doc, "IpamId"),
			 str_eq(doc_str(doc, "AddressFamily"), "ipv4"), err))
		return false;
	body = json_copy(doc->body);
	if (json_get(input, "Description"))
		json_remove(body, "Description");
	json_set_copy(body, "Description", json_get(input, "Description"));
	if (rules) {
		extra = json_copy(doc->extra);
		json_remove(extra, "Rules");
		json_set_copy(extra, "Rules", rules);
	}
	doc = world_put_all(call, doc->kind, doc->key, body, NULL, extra);
	doc = ipam_move(call, doc, "modify-in-progress", "modify-complete");
	json_set(output, "IpamPrefixListResolver", ec2_item(doc));
	return true;
}

/* Source: EC2 API, DeleteIpamPrefixListResolver: "you must first delete all resolver targets". */
bool ec2_delete_ipam_prefix_list_resolver(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_ipam_prefix_list_resolver, input, "IpamPrefixListResolverId",
			&doc, err))
		return false;
	if (world_lookup_count(call->world, &kind_ipam_prefix_list_resolver_target, "resolver",
			       doc->key))
		return aws_fail(err, AWS_EC2_IPAM_HAS, doc->key, "prefix list resolver targets");
	doc = ipam_move(call, doc, "delete-in-progress", "deleted");
	json_set(output, "IpamPrefixListResolver", ec2_item(doc));
	return true;
}

/* ---- Describing; the API pages name no filters: those are the members ---- */

static const struct filter_field resolver_filters[] = {
	{"address-family", "AddressFamily", NULL, NULL},
	{"description", "Description", NULL, NULL},
	{"ipam-arn", "IpamArn", NULL, NULL},
	{"ipam-prefix-list-resolver-arn", "IpamPrefixListResolverArn", NULL, NULL},
	{"ipam-prefix-list-resolver-id", "IpamPrefixListResolverId", NULL, NULL},
	{"ipam-region", "IpamRegion", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_ipam_prefix_list_resolvers, .kind = &kind_ipam_prefix_list_resolver,
	     .ids = "IpamPrefixListResolverIds", .id_prefix = "ipam-pl-resolver-",
	     .malformed = AWS_EC2_RESOLVER_MALFORMED, .not_found = AWS_EC2_RESOLVER_NOT_FOUND,
	     .fields = resolver_filters, .result = "IpamPrefixListResolvers")

bool ec2_get_ipam_prefix_list_resolver_rules(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"ipam-scope-id", "IpamScopeId", NULL, NULL},
		{"resource-type", "ResourceType", NULL, NULL},
		{"rule-type", "RuleType", NULL, NULL},
		{"static-cidr", "StaticCidr", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	struct filters *filters;
	const struct doc *doc;
	struct json *items;

	if (!ec2_get_by(call, &kind_ipam_prefix_list_resolver, input, "IpamPrefixListResolverId",
			&doc, err) ||
	    !filters_parse(call, json_get(input, "Filters"), fields, &filters, err))
		return false;
	items = json_new_array();
	json_foreach (rule, json_get(doc->extra, "Rules")) {
		struct doc row = *doc;

		row.body = rule;
		if (filters_match(call, filters, &row))
			json_append(items, json_copy(rule));
	}
	return ec2_page_items(call, input, output, "Rules", items, err);
}

bool ec2_get_ipam_prefix_list_resolver_versions(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"version", "Version", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	const struct json *wanted = json_get(input, "IpamPrefixListResolverVersions");
	struct filters *filters;
	const struct doc *doc;
	struct json *items;

	if (!ec2_get_by(call, &kind_ipam_prefix_list_resolver, input, "IpamPrefixListResolverId",
			&doc, err) ||
	    !filters_parse(call, json_get(input, "Filters"), fields, &filters, err))
		return false;
	items = json_new_array();
	for (int64_t v = 1; v <= ipam_resolver_version(doc); v++) {
		struct json *item = json_new_object();
		struct doc row = *doc;
		bool named = !json_size(wanted);
		int64_t number;

		json_set_int(item, "Version", v);
		row.body = item;
		json_foreach (one, wanted)
			named = named || (json_int(one, &number) && number == v);
		if (named && filters_match(call, filters, &row))
			json_append(items, item);
		else
			json_free(item);
	}
	return ec2_page_items(call, input, output, "IpamPrefixListResolverVersions", items, err);
}

bool ec2_get_ipam_prefix_list_resolver_version_entries(struct call *call, const struct json *input,
						       struct json *output, struct err *err)
{
	int64_t version = json_get_int(input, "IpamPrefixListResolverVersion", 0);
	const struct json *entries;
	const struct doc *doc;
	struct json *items;

	if (!ec2_get_by(call, &kind_ipam_prefix_list_resolver, input, "IpamPrefixListResolverId",
			&doc, err))
		return false;
	entries = ipam_resolver_entries(call, doc, version);
	if (!entries)
		return aws_fail(err, AWS_EC2_RESOLVER_VERSION, version_name(call, version),
				doc->key);
	items = json_new_array();
	json_foreach (cidr, entries) {
		struct json *item = json_new_object();

		json_set_str(item, "Cidr", json_str(cidr));
		json_append(items, item);
	}
	return ec2_page_items(call, input, output, "Entries", items, err);
}
