/* IPAMs and their scopes. Shapes: EC2 Ipam, IpamScope. An IPAM comes with a public and a private
 * default scope. */
#include "emulator/aws/ec2/ipam.h"

static void terms_ipam(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->extra, "IpamId");
}

static const struct kind_index scope_indexes[] = {
	{"ipam", terms_ipam},
	{NULL, NULL},
};

static struct json *ipam_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc);

	json_set_int(item, "ScopeCount",
		     (int64_t)world_lookup_count(world, &kind_ipam_scope, "ipam", doc->key));
	json_set_int(item, "ResourceDiscoveryAssociationCount",
		     (int64_t)world_lookup_count(world, &kind_ipam_resource_discovery_association,
						 "ipam", doc->key));
	return item;
}

static struct json *ipam_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(ipam_item(world, doc));
}

static struct json *scope_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc);

	json_set_int(item, "PoolCount",
		     (int64_t)world_lookup_count(world, &kind_ipam_pool, "scope", doc->key));
	return item;
}

static struct json *scope_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(scope_item(world, doc));
}

const struct kind kind_ipam = {
	.name = "ipam",
	.shape = "ec2:Ipam",
	.timer = ipam_timer,
	.view = ipam_view,
};

const struct kind kind_ipam_scope = {
	.name = "ipam-scope",
	.shape = "ec2:IpamScope",
	.indexes = scope_indexes,
	.timer = ipam_timer,
	.view = scope_view,
};

void ipam_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "deleted")) {
		world_remove(call, doc->kind, doc->key);
		return;
	}
	body = json_copy(doc->body);
	json_set_str(body, "State", timer);
	world_put(call, doc->kind, doc->key, body);
}

const struct doc *ipam_move(struct call *call, const struct doc *doc, const char *state,
			    const char *next)
{
	struct json *body = json_copy(doc->body);

	json_set_str(body, "State", state);
	doc = world_put(call, doc->kind, doc->key, body);
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_IPAM, next);
	return doc;
}

/* ---- Making ---- */

static const char *scope_add(struct call *call, const char *ipam_id, const char *type,
			     bool is_default, const char *description, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_ipam_scope,
				    arena_printf(call->arena, "%s/%s", ipam_id, type));
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "IpamScopeId", id);
	json_set_str(body, "IpamScopeArn", aws_global_arn(call, "ec2", "ipam-scope/%s", id));
	json_set_str(body, "IpamArn", aws_global_arn(call, "ec2", "ipam/%s", ipam_id));
	json_set_str(body, "IpamRegion", call->region);
	json_set_str(body, "IpamScopeType", type);
	json_set_bool(body, "IsDefault", is_default);
	json_set_str(body, "Description", description);
	json_set_str(body, "State", is_default ? "create-complete" : "create-in-progress");
	json_set_str(extra, "IpamId", ipam_id);
	world_add(call, (struct doc_spec){.kind = &kind_ipam_scope,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .extra = extra,
					  .implied_by = is_default ? ipam_id : NULL});
	return id;
}

bool ipam_check_regions(const struct json *regions, struct err *err)
{
	json_foreach (region, regions) {
		const char *name = json_get_str(region, "RegionName");

		if (name && !region_exists(name))
			return aws_fail(err, AWS_EC2_REGION, name);
	}
	return true;
}

struct json *ipam_regions(const struct json *old, const struct json *added,
			  const struct json *removed, const char *home)
{
	const struct json *const lists[] = {old, added};
	struct json *regions = json_new_array(), *item = json_new_object();

	json_set_str(item, "RegionName", home);
	json_append(regions, item);
	for (size_t i = 0; i < array_size(lists); i++)
		json_foreach (region, lists[i]) {
			const char *name = json_get_str(region, "RegionName");

			if (name && !ec2_element(regions, "RegionName", name) &&
			    !ec2_element(removed, "RegionName", name))
				json_append(regions, json_copy(region));
		}
	return regions;
}

static const char *ipam_add(struct call *call, const struct json *input, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_ipam, NULL);
	const char *tier = json_get_str(input, "Tier"), *metered;
	struct json *body = json_new_object();

	metered = json_get_str(input, "MeteredAccount");
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "IpamId", id);
	json_set_str(body, "IpamArn", aws_global_arn(call, "ec2", "ipam/%s", id));
	json_set_str(body, "IpamRegion", call->region);
	json_set_str(body, "Description", json_get_str(input, "Description"));
	json_set(body, "OperatingRegions",
		 ipam_regions(NULL, json_get(input, "OperatingRegions"), NULL, call->region));
	json_set_str(body, "State", "create-in-progress");
	ipam_discovery_add_default(call, id, json_get(body, "OperatingRegions"), body);
	json_set_str(body, "Tier", tier ? tier : "advanced");
	json_set_bool(body, "EnablePrivateGua", json_get_bool(input, "EnablePrivateGua", false));
	json_set_str(body, "MeteredAccount", metered ? metered : "ipam-owner");
	json_set_str(body, "PublicDefaultScopeId", scope_add(call, id, "public", true, NULL, NULL));
	json_set_str(body, "PrivateDefaultScopeId",
		     scope_add(call, id, "private", true, NULL, NULL));
	world_add(call,
		  (struct doc_spec){.kind = &kind_ipam, .key = id, .body = body, .tags = tags});
	return id;
}

bool ec2_create_ipam(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "ipam", &tags, err) ||
	    !ipam_check_regions(json_get(input, "OperatingRegions"), err))
		return false;
	doc = id ? ec2_find(call, &kind_ipam, id) : NULL;
	if (!doc) {
		/* Source: Amazon VPC IPAM quotas: one of a region */
		if (!ec2_within_limit(call, LIMIT_IPAMS, ec2_count(call, &kind_ipam),
				      AWS_EC2_IPAM_LIMIT, err))
			return false;
		id = ipam_add(call, input, steal(tags));
		idempotency_keep(call, input, "ClientToken", id);
		doc = world_find(call->world, &kind_ipam, id);
		json_set(output, "Ipam", ipam_item(call->world, doc));
		lifecycle_start(call, &kind_ipam, id, LIFECYCLE_IPAM, "create-complete");
		return true;
	}
	json_set(output, "Ipam", ipam_item(call->world, doc));
	return true;
}

bool ec2_modify_ipam(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	static const char *const copied[] = {"Description", "Tier", "EnablePrivateGua",
					     "MeteredAccount"};
	const struct doc *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_ipam, input, "IpamId", &doc, err) ||
	    !ipam_check_regions(json_get(input, "AddOperatingRegions"), err))
		return false;
	if (ec2_element(json_get(input, "RemoveOperatingRegions"), "RegionName", call->region))
		return aws_fail(err, AWS_EC2_IPAM_REGION, call->region);
	body = json_copy(doc->body);
	for (size_t i = 0; i < array_size(copied); i++)
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	json_set(body, "OperatingRegions",
		 ipam_regions(json_get(doc->body, "OperatingRegions"),
			      json_get(input, "AddOperatingRegions"),
			      json_get(input, "RemoveOperatingRegions"), call->region));
	doc = world_put(call, &kind_ipam, doc->key, body);
	ipam_discovery_set_regions(call, doc->key, json_get(doc->body, "OperatingRegions"));
	doc = ipam_move(call, doc, "modify-in-progress", "modify-complete");
	json_set(output, "Ipam", ipam_item(call->world, doc));
	return true;
}

bool ec2_create_ipam_scope(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *ipam, *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !ec2_get_by(call, &kind_ipam, input, "IpamId", &ipam, err) ||
	    !tags_from_specifications(input, "ipam-scope", &tags, err))
		return false;
	if (json_get(input, "ExternalAuthorityConfiguration"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "external authorities of IPAM scopes are not emulated");
	if (!id || !ec2_find(call, &kind_ipam_scope, id)) {
		if (!ec2_within_limit(
			    call, LIMIT_IPAM_SCOPES,
			    world_lookup_count(call->world, &kind_ipam_scope, "ipam", ipam->key),
			    AWS_EC2_IPAM_SCOPE_LIMIT, err))
			return false;
		id = scope_add(call, ipam->key, "private", false,
			       json_get_str(input, "Description"), steal(tags));
		idempotency_keep(call, input, "ClientToken", id);
		lifecycle_start(call, &kind_ipam_scope, id, LIFECYCLE_IPAM, "create-complete");
	}
	doc = world_find(call->world, &kind_ipam_scope, id);
	json_set(output, "IpamScope", scope_item(call->world, doc));
	return true;
}

bool ec2_modify_ipam_scope(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_ipam_scope, input, "IpamScopeId", &doc, err))
		return false;
	if (json_get(input, "ExternalAuthorityConfiguration") ||
	    json_get_bool(input, "RemoveExternalAuthorityConfiguration", false))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "external authorities of IPAM scopes are not emulated");
	body = json_copy(doc->body);
	json_set_copy(body, "Description", json_get(input, "Description"));
	doc = world_put(call, &kind_ipam_scope, doc->key, body);
	doc = ipam_move(call, doc, "modify-in-progress", "modify-complete");
	json_set(output, "IpamScope", scope_item(call->world, doc));
	return true;
}

/* ---- Deleting ---- */

/** Removes a private scope's pools with all that is in them, innermost first. */
static void drop_pools(struct call *call, const char *scope_id)
{
	struct docs pools = {0};

	world_lookup(call->world, &kind_ipam_pool, "scope", scope_id, &pools);
	for (size_t i = pools.count; i-- > 0;) {
		ec2_remove_all(call, &kind_ipam_pool_allocation, "pool", pools.items[i]->key);
		ec2_remove_all(call, &kind_ipam_pool_cidr, "pool", pools.items[i]->key);
		world_remove(call, &kind_ipam_pool, pools.items[i]->key);
	}
	docs_done(&pools);
}

/* Source: EC2 API, DeleteIpam: Cascade takes what is in private scopes, never public pools. */
static bool check_deletable(const struct call *call, const struct doc *ipam, bool cascade,
			    struct err *err)
{
	struct docs scopes = {0};
	bool pools = false, more = false;

	world_lookup(call->world, &kind_ipam_scope, "ipam", ipam->key, &scopes);
	for (size_t i = 0; i < scopes.count; i++) {
		const struct doc *scope = scopes.items[i];
		bool is_public = str_eq(doc_str(scope, "IpamScopeType"), "public");

		more = more || !json_get_bool(scope->body, "IsDefault", false);
		if (!cascade || is_public)
			pools = pools || world_lookup_count(call->world, &kind_ipam_pool, "scope",
							    scope->key);
	}
	docs_done(&scopes);
	if (world_lookup_count(call->world, &kind_ipam_prefix_list_resolver, "ipam", ipam->key))
		return aws_fail(err, AWS_EC2_IPAM_HAS, ipam->key, "prefix list resolvers");
	if (world_lookup_count(call->world, &kind_ipam_policy, "ipam", ipam->key))
		return aws_fail(err, AWS_EC2_IPAM_HAS, ipam->key, "policies");
	if (pools)
		return aws_fail(err, AWS_EC2_IPAM_HAS, ipam->key, "pools");
	if (more && !cascade)
		return aws_fail(err, AWS_EC2_IPAM_HAS, ipam->key, "scopes that are not default");
	return true;
}

bool ec2_delete_ipam(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	struct docs scopes = {0};
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_ipam, input, "IpamId", &doc, err) ||
	    !check_deletable(call, doc, json_get_bool(input, "Cascade", false), err))
		return false;
	world_lookup(call->world, &kind_ipam_scope, "ipam", doc->key, &scopes);
	for (size_t i = 0; i < scopes.count; i++) {
		drop_pools(call, scopes.items[i]->key);
		world_remove(call, &kind_ipam_scope, scopes.items[i]->key);
	}
	docs_done(&scopes);
	ipam_discovery_drop(call, doc);
	doc = ipam_move(call, doc, "delete-in-progress", "deleted");
	json_set(output, "Ipam", ipam_item(call->world, doc));
	return true;
}

bool ec2_delete_ipam_scope(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_ipam_scope, input, "IpamScopeId", &doc, err))
		return false;
	if (json_get_bool(doc->body, "IsDefault", false))
		return aws_fail(err, AWS_EC2_IPAM_SCOPE_DEFAULT, doc->key);
	if (world_lookup_count(call->world, &kind_ipam_pool, "scope", doc->key))
		return aws_fail(err, AWS_EC2_IPAM_HAS, doc->key, "pools");
	doc = ipam_move(call, doc, "delete-in-progress", "deleted");
	json_set(output, "IpamScope", scope_item(call->world, doc));
	return true;
}

/* ---- Describing; the API page names no filters: those are the members ---- */

static const struct filter_field ipam_filters[] = {
	{"description", "Description", NULL, NULL},
	{"ipam-arn", "IpamArn", NULL, NULL},
	{"ipam-id", "IpamId", NULL, NULL},
	{"ipam-region", "IpamRegion", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"tier", "Tier", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct filter_field scope_filters[] = {
	{"description", "Description", NULL, NULL},
	{"ipam-arn", "IpamArn", NULL, NULL},
	{"ipam-region", "IpamRegion", NULL, NULL},
	{"ipam-scope-arn", "IpamScopeArn", NULL, NULL},
	{"ipam-scope-id", "IpamScopeId", NULL, NULL},
	{"ipam-scope-type", "IpamScopeType", NULL, NULL},
	{"is-default", "IsDefault", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static struct json *describe_ipam(struct call *call, const struct doc *doc)
{
	return ipam_item(call->world, doc);
}

static struct json *describe_scope(struct call *call, const struct doc *doc)
{
	return scope_item(call->world, doc);
}

EC2_DESCRIBE(ec2_describe_ipams, .kind = &kind_ipam, .ids = "IpamIds", .id_prefix = "ipam-",
	     .malformed = AWS_EC2_IPAM_MALFORMED, .not_found = AWS_EC2_IPAM_NOT_FOUND,
	     .fields = ipam_filters, .result = "Ipams", .item = describe_ipam)

EC2_DESCRIBE(ec2_describe_ipam_scopes, .kind = &kind_ipam_scope, .ids = "IpamScopeIds",
	     .id_prefix = "ipam-scope-", .malformed = AWS_EC2_IPAM_SCOPE_MALFORMED,
	     .not_found = AWS_EC2_IPAM_SCOPE_NOT_FOUND, .fields = scope_filters,
	     .result = "IpamScopes", .item = describe_scope)
