/* IPAM pools: a scope's address space in parts, a pool within a pool. Shape: EC2 IpamPool. */
#include "emulator/aws/ec2/ipam.h"

static void terms_scope(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->extra, "IpamScopeId");
}

static void terms_source(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "SourceIpamPoolId");
}

static const struct kind_index pool_indexes[] = {
	{"scope", terms_scope},
	{"source", terms_source},
	{NULL, NULL},
};

const struct kind kind_ipam_pool = {
	.name = "ipam-pool",
	.shape = "ec2:IpamPool",
	.indexes = pool_indexes,
	.timer = ipam_timer,
	.view = ec2_view,
};

bool ipam_pool_get(const struct call *call, const char *id, const struct doc **ret, struct err *err)
{
	const struct doc *doc = world_find(call->world, &kind_ipam_pool, id);

	if (!str_starts_with(id, "ipam-pool-"))
		return aws_fail(err, AWS_EC2_IPAM_POOL_MALFORMED, id);
	/* Source: EC2 API, AllocateIpamPoolCidr: "The Region you use should be the IPAM pool
	 * locale" */
	if (!doc || !str_eq(doc->account, call->account) ||
	    (!str_eq(doc->region, call->region) && !str_eq(doc_str(doc, "Locale"), call->region)))
		return aws_fail(err, AWS_EC2_IPAM_POOL_NOT_FOUND, id);
	*ret = doc;
	return true;
}

bool ipam_pool_is_public(const struct doc *pool)
{
	return str_eq(doc_str(pool, "IpamScopeType"), "public");
}

/* ---- CreateIpamPool ---- */

/** Lengths of the allocation rules: 0 to 32 or 128, smallest <= default <= largest. */
static bool check_lengths(const struct json *body, struct err *err)
{
	int64_t end = str_eq(json_get_str(body, "AddressFamily"), "ipv4") ? 32 : 128;
	int64_t min = json_get_int(body, "AllocationMinNetmaskLength", 0);
	int64_t max = json_get_int(body, "AllocationMaxNetmaskLength", end);
	int64_t usual = json_get_int(body, "AllocationDefaultNetmaskLength", min);

	if (min < 0 || max > end || min > max || usual < min || usual > max)
		return aws_fail(err, AWS_EC2_IPAM_POOL_LENGTHS);
	return true;
}

/** A pool within a pool: of the same scope and family, and not two regions. */
static bool check_source(struct call *call, const struct json *input, const struct doc *scope,
			 const struct doc **ret, struct err *err)
{
	const char *id = json_get_str(input, "SourceIpamPoolId");
	const char *locale = json_get_str(input, "Locale"), *its;

	*ret = NULL;
	if (!id)
		return true;
	if (!ipam_pool_get(call, id, ret, err))
		return false;
	its = doc_str(*ret, "Locale");
	if (!str_eq(doc_extra_str(*ret, "IpamScopeId"), scope->key) ||
	    !str_eq(doc_str(*ret, "AddressFamily"), json_get_str(input, "AddressFamily")) ||
	    (its && !str_eq(its, "None") && locale && !str_eq(its, locale)))
		return aws_fail(err, AWS_EC2_IPAM_POOL_SOURCE, id);
	return true;
}

/** A resource planning pool is for a VPC that has its block from the source pool. */
static bool check_resource(const struct call *call, const struct json *input,
			   const struct doc *source, struct err *err)
{
	const struct json *resource = json_get(input, "SourceResource");
	const char *id = json_get_str(resource, "ResourceId");
	struct docs found = {0};
	bool has = false;

	if (!resource)
		return true;
	if (!source || !id)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER,
				source ? "SourceResource.ResourceId" : "SourceIpamPoolId");
	world_lookup(call->world, &kind_ipam_pool_allocation, "resource", id, &found);
	for (size_t i = 0; i < found.count; i++)
		has = has || str_eq(doc_extra_str(found.items[i], "IpamPoolId"), source->key);
	docs_done(&found);
	return has || aws_fail(err, AWS_EC2_IPAM_POOL_RESOURCE, id, source->key);
}

/** What only pools of public IPv6 space have. Source: EC2 API, CreateIpamPool. */
static bool check_public(const struct json *input, const struct doc *scope, struct err *err)
{
	bool ipv6 = str_eq(json_get_str(input, "AddressFamily"), "ipv6");
	bool is_public = str_eq(doc_str(scope, "IpamScopeType"), "public");
	bool amazon = str_eq(json_get_str(input, "PublicIpSource"), "amazon");

	if (json_get(input, "PublicIpSource") && !is_public)
		return aws_fail(err, AWS_EC2_IPAM_POOL_PUBLIC, "PublicIpSource");
	if (json_get(input, "AwsService") && !is_public)
		return aws_fail(err, AWS_EC2_IPAM_POOL_PUBLIC, "AwsService");
	if (json_get(input, "PubliclyAdvertisable") && (!ipv6 || !is_public || amazon))
		return aws_fail(err, AWS_EC2_IPAM_POOL_PUBLIC, "PubliclyAdvertisable");
	if (is_public && !json_get_str(input, "Locale") && amazon)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "Locale");
	return true;
}

static struct json *pool_body(struct call *call, const struct json *input, const char *id,
			      const struct doc *scope, const struct doc *source)
{
	static const char *const copied[] = {"SourceIpamPoolId",
					     "Description",
					     "PubliclyAdvertisable",
					     "AddressFamily",
					     "AllocationMinNetmaskLength",
					     "AllocationMaxNetmaskLength",
					     "AllocationDefaultNetmaskLength",
					     "AwsService",
					     "SourceResource"};
	const char *locale = json_get_str(input, "Locale"), *ip_source;
	struct json *body = json_new_object();

	for (size_t i = 0; i < array_size(copied); i++)
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	ip_source = json_get_str(input, "PublicIpSource");
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "IpamPoolId", id);
	json_set_str(body, "IpamPoolArn", aws_global_arn(call, "ec2", "ipam-pool/%s", id));
	json_set_copy(body, "IpamScopeArn", json_get(scope->body, "IpamScopeArn"));
	json_set_copy(body, "IpamScopeType", json_get(scope->body, "IpamScopeType"));
	json_set_copy(body, "IpamArn", json_get(scope->body, "IpamArn"));
	json_set_str(body, "IpamRegion", call->region);
	json_set_str(body, "Locale", locale ? locale : "None");
	json_set_int(body, "PoolDepth",
		     source ? json_get_int(source->body, "PoolDepth", 1) + 1 : 1);
	json_set_bool(body, "AutoImport", json_get_bool(input, "AutoImport", false));
	if (json_get(input, "AllocationResourceTags"))
		json_set_copy(body, "AllocationResourceTags",
			      json_get(input, "AllocationResourceTags"));
	else
		json_ensure_array(body, "AllocationResourceTags");
	if (str_eq(doc_str(scope, "IpamScopeType"), "public"))
		json_set_str(body, "PublicIpSource", ip_source ? ip_source : "byoip");
	json_set_str(body, "State", "create-in-progress");
	return body;
}

static bool pool_add(struct call *call, const struct json *input, struct json *tags,
		     const char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *its_tags = tags, *body = NULL;
	const struct doc *scope, *source;
	const char *id;
	struct json *extra;

	if (!ec2_get_by(call, &kind_ipam_scope, input, "IpamScopeId", &scope, err) ||
	    !check_source(call, input, scope, &source, err) ||
	    !check_resource(call, input, source, err) || !check_public(input, scope, err) ||
	    !check_lengths(input, err) ||
	    !ec2_within_limit(call, LIMIT_IPAM_POOLS,
			      world_lookup_count(call->world, &kind_ipam_pool, "scope", scope->key),
			      AWS_EC2_IPAM_POOL_LIMIT, err))
		return false;
	if (json_get_str(input, "Locale") && !region_exists(json_get_str(input, "Locale")))
		return aws_fail(err, AWS_EC2_REGION, json_get_str(input, "Locale"));
	id = ec2_new_id(call, &kind_ipam_pool, scope->key);
	body = pool_body(call, input, id, scope, source);
	extra = json_new_object();
	json_set_str(extra, "IpamScopeId", scope->key);
	json_set_copy(extra, "IpamId", json_get(scope->extra, "IpamId"));
	world_add(call, (struct doc_spec){.kind = &kind_ipam_pool,
					  .key = id,
					  .body = steal(body),
					  .tags = steal(its_tags),
					  .extra = extra});
	*ret = id;
	return true;
}

bool ec2_create_ipam_pool(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "ipam-pool", &tags, err))
		return false;
	doc = id ? ec2_find(call, &kind_ipam_pool, id) : NULL;
	if (!doc) {
		if (!pool_add(call, input, steal(tags), &id, err))
			return false;
		idempotency_keep(call, input, "ClientToken", id);
		doc = world_find(call->world, &kind_ipam_pool, id);
		json_set(output, "IpamPool", ec2_item(doc));
		lifecycle_start(call, &kind_ipam_pool, id, LIFECYCLE_IPAM, "create-complete");
		return true;
	}
	json_set(output, "IpamPool", ec2_item(doc));
	return true;
}

/* ---- ModifyIpamPool, DeleteIpamPool ---- */

static void modify_tags(struct json *body, const struct json *added, const struct json *removed)
{
	struct json *tags = json_ensure_array(body, "AllocationResourceTags");

	json_foreach (tag, removed) {
		struct json *old = ec2_element_mut(tags, "Key", json_get_str(tag, "Key"));
		const char *value = json_get_str(tag, "Value");

		/* a value that is said must be the tag's (as DeleteTags does; unverified) */
		if (old && (!value || str_eq(value, json_get_str(old, "Value"))))
			json_remove_item(tags, old);
	}
	json_foreach (tag, added) {
		struct json *old = ec2_element_mut(tags, "Key", json_get_str(tag, "Key"));

		if (old)
			json_remove_item(tags, old);
		json_append(tags, json_copy(tag));
	}
}

bool ec2_modify_ipam_pool(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	static const char *const copied[] = {
		"Description", "AutoImport", "AllocationMinNetmaskLength",
		"AllocationMaxNetmaskLength", "AllocationDefaultNetmaskLength"};
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *doc;

	if (!ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &doc, err))
		return false;
	body = json_copy(doc->body);
	for (size_t i = 0; i < array_size(copied); i++)
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	if (json_get_bool(input, "ClearAllocationDefaultNetmaskLength", false))
		json_remove(body, "AllocationDefaultNetmaskLength");
	modify_tags(body, json_get(input, "AddAllocationResourceTags"),
		    json_get(input, "RemoveAllocationResourceTags"));
	if (!check_lengths(body, err))
		return false;
	doc = world_put(call, &kind_ipam_pool, doc->key, steal(body));
	doc = ipam_move(call, doc, "modify-in-progress", "modify-complete");
	json_set(output, "IpamPool", ec2_item(doc));
	return true;
}

/** A pool with all that is in it, pools within it first. */
static void drop_inside(struct call *call, const char *id)
{
	struct docs inner = {0};

	world_lookup(call->world, &kind_ipam_pool, "source", id, &inner);
	for (size_t i = 0; i < inner.count; i++) {
		drop_inside(call, inner.items[i]->key);
		world_remove(call, &kind_ipam_pool, inner.items[i]->key);
	}
	docs_done(&inner);
	ec2_remove_all(call, &kind_ipam_pool_allocation, "pool", id);
	ec2_remove_all(call, &kind_ipam_pool_cidr, "pool", id);
}

/* Source: EC2 API, DeleteIpamPool; texts: terraform-provider-aws#22328. */
bool ec2_delete_ipam_pool(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct doc *doc;
	const struct world *w = call->world;

	if (!ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &doc, err))
		return false;
	if (json_get_bool(input, "Cascade", false)) {
		if (ipam_pool_is_public(doc) && !json_get(doc->body, "SourceResource"))
			return aws_fail(err, AWS_EC2_IPAM_POOL_CASCADE, doc->key);
		drop_inside(call, doc->key);
		ipam_release(call, doc->key, NULL);
	}
	if (world_lookup_count(w, &kind_ipam_pool_cidr, "pool", doc->key))
		return aws_fail(err, AWS_EC2_IPAM_POOL_HAS, doc->key,
				"pool cidrs provisioned in the pool");
	if (ipam_has_allocations(w, doc->key, NULL))
		return aws_fail(err, AWS_EC2_IPAM_POOL_HAS, doc->key, "allocations in the pool");
	if (world_lookup_count(w, &kind_ipam_pool, "source", doc->key))
		return aws_fail(err, AWS_EC2_IPAM_POOL_HAS, doc->key, "pools in the pool");
	doc = ipam_move(call, doc, "delete-in-progress", "deleted");
	json_set(output, "IpamPool", ec2_item(doc));
	return true;
}

/* ---- DescribeIpamPools; the API page names no filters: those are the members ---- */

static const struct filter_field pool_filters[] = {
	{"address-family", "AddressFamily", NULL, NULL},
	{"auto-import", "AutoImport", NULL, NULL},
	{"aws-service", "AwsService", NULL, NULL},
	{"description", "Description", NULL, NULL},
	{"ipam-arn", "IpamArn", NULL, NULL},
	{"ipam-pool-arn", "IpamPoolArn", NULL, NULL},
	{"ipam-pool-id", "IpamPoolId", NULL, NULL},
	{"ipam-region", "IpamRegion", NULL, NULL},
	{"ipam-scope-arn", "IpamScopeArn", NULL, NULL},
	{"ipam-scope-type", "IpamScopeType", NULL, NULL},
	{"locale", "Locale", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"pool-depth", "PoolDepth", NULL, NULL},
	{"publicly-advertisable", "PubliclyAdvertisable", NULL, NULL},
	{"source-ipam-pool-id", "SourceIpamPoolId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_ipam_pools, .kind = &kind_ipam_pool, .ids = "IpamPoolIds",
	     .id_prefix = "ipam-pool-", .malformed = AWS_EC2_IPAM_POOL_MALFORMED,
	     .not_found = AWS_EC2_IPAM_POOL_NOT_FOUND, .fields = pool_filters,
	     .result = "IpamPools")
