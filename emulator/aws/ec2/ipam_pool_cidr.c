/*
 * Blocks that are provisioned to IPAM pools. Shape: EC2 IpamPoolCidr; life: pending-provision →
 * provisioned → pending-deprovision → gone, or failed-deprovision while something is allocated. A
 * pool within a pool takes its blocks from there, as allocations of type ipam-pool.
 */
#include "emulator/aws/ec2/ipam.h"

static void terms_pool(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->extra, "IpamPoolId");
}

static const struct kind_index cidr_indexes[] = {
	{"pool", terms_pool},
	{NULL, NULL},
};

static void fail_deprovision(struct call *call, const struct doc *doc)
{
	struct json *body = json_copy(doc->body), *reason;

	json_set_str(body, "State", "failed-deprovision");
	reason = json_ensure_object(body, "FailureReason");
	json_set_str(reason, "Code", "cidr-not-available");
	/* Source: terraform-provider-aws#30165 */
	json_set_str(reason, "Message", "The CIDR has one or more allocations.");
	world_put(call, &kind_ipam_pool_cidr, doc->key, body);
}

/** Whether the block is one that a customer brought to a public pool at the top. */
static bool is_brought(const struct world *world, const struct doc *doc)
{
	const struct doc *pool =
		world_find(world, &kind_ipam_pool, doc_extra_str(doc, "IpamPoolId"));

	return pool && ipam_pool_is_public(pool) && !doc_str(pool, "SourceIpamPoolId") &&
	       str_eq(doc_str(pool, "PublicIpSource"), "byoip");
}

static void cidr_timer(struct call *call, const struct doc *doc, const char *timer)
{
	const char *pool_id = doc_extra_str(doc, "IpamPoolId");

	if (!str_eq(timer, "deprovisioned")) {
		ipam_timer(call, doc, timer);
		ipam_resolvers_tell(call);
		if (is_brought(call->world, doc))
			byoip_add_ipam(call, world_find(call->world, &kind_ipam_pool, pool_id),
				       doc_str(doc, "Cidr"));
		return;
	}
	if (ipam_has_allocations(call->world, pool_id, doc_str(doc, "Cidr"))) {
		fail_deprovision(call, doc);
		return;
	}
	if (is_brought(call->world, doc))
		byoip_drop_ipam(call, doc_str(doc, "Cidr"));
	ipam_release(call, pool_id, doc_str(doc, "Cidr"));
	world_remove(call, &kind_ipam_pool_cidr, doc->key);
	ipam_resolvers_tell(call);
}

const struct kind kind_ipam_pool_cidr = {
	.name = "ipam-pool-cidr",
	.shape = "ec2:IpamPoolCidr",
	.indexes = cidr_indexes,
	.timer = cidr_timer,
};

/* ---- ProvisionIpamPoolCidr ---- */

/** Whether the block overlaps one that a pool of the same scope has; a pool that it was taken from
 * has it too. */
static bool is_provisioned(const struct world *world, const struct doc *pool,
			   const struct cidr *block)
{
	struct cidr other;

	world_foreach (doc, world, &kind_ipam_pool_cidr) {
		const struct doc *its =
			world_find(world, &kind_ipam_pool, doc_extra_str(doc, "IpamPoolId"));

		if (its &&
		    str_eq(doc_extra_str(its, "IpamScopeId"), doc_extra_str(pool, "IpamScopeId")) &&
		    json_get_int(its->body, "PoolDepth", 1) ==
			    json_get_int(pool->body, "PoolDepth", 1) &&
		    cidr_parse(doc_str(doc, "Cidr"), &other) && cidr_overlaps(&other, block))
			return true;
	}
	return false;
}

/** A block that the caller names for a pool at the top of a scope. */
static bool top_block(struct call *call, const struct doc *pool, const char *text, struct cidr *ret,
		      struct err *err)
{
	bool ipv4 = str_eq(doc_str(pool, "AddressFamily"), "ipv4");

	if (!cidr_parse(text, ret) || (ret->ip.family == FAMILY_IPV4) != ipv4 ||
	    !cidr_is_canonical(ret))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "cidr");
	if (is_provisioned(call->world, pool, ret))
		return aws_fail(err, AWS_EC2_IPAM_CIDR_TAKEN, text);
	return true;
}

/** A block that Amazon gives to a public IPv6 pool: /40 to /52 in steps of 4. Source: IPAM user
 * guide, "Create IPv6 pools"; quotas: one block of /52 by default. */
static bool amazon_block(struct call *call, const struct doc *pool, int64_t length,
			 struct cidr *ret, struct err *err)
{
	const char *locale = doc_str(pool, "Locale");
	struct cidr space;

	if (length < 40 || length > 52 || length % 4)
		return aws_fail(err, AWS_EC2_IPAM_AMAZON_LENGTH);
	if (!cidr_parse(region_row(locale)->ipv6, &space))
		assert(!"a region's IPv6 block is a block");
	/* from the end, where the /56 of VPCs come last */
	for (uint64_t i = ((uint64_t)1 << (length - space.prefix)); i-- > 0;) {
		if (cidr_sub(&space, (unsigned)length, i, ret) &&
		    !is_provisioned(call->world, pool, ret) && vpc_ipv6_is_free(call->world, ret))
			return true;
	}
	return aws_fail(err, AWS_EC2_IPAM_NO_SPACE, pool->key);
}

static const char *cidr_add(struct call *call, const struct doc *pool, const struct cidr *block)
{
	const char *text = ec2_cidr_text(call, block);
	const char *id = ids_make(call, &kind_ipam_pool_cidr, "ipam-pool-cidr-", 33,
				  arena_printf(call->arena, "%s/%s", pool->key, text));
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "Cidr", text);
	json_set_str(body, "State", "pending-provision");
	json_set_str(body, "IpamPoolCidrId", id);
	json_set_int(body, "NetmaskLength", block->prefix);
	json_set_str(extra, "IpamPoolId", pool->key);
	world_add(call, (struct doc_spec){.kind = &kind_ipam_pool_cidr,
					  .key = id,
					  .body = body,
					  .extra = extra,
					  .region = pool->region});
	return id;
}

/** Where the wanted block comes from: the source pool, Amazon, or the caller. */
static bool pick_block(struct call *call, const struct doc *pool, const struct json *input,
		       struct cidr *ret, struct err *err)
{
	const char *cidr = json_get_str(input, "Cidr"), *source_id, *id;
	int64_t length = json_get_int(input, "NetmaskLength", 0);
	const struct doc *source;
	struct ipam_wish wish = {
		.cidr = cidr, .netmask = length, .type = "ipam-pool", .resource = pool->key};

	if ((cidr != NULL) == (length != 0))
		return aws_fail(err, AWS_EC2_IPAM_CIDR_OR_LENGTH);
	source_id = doc_str(pool, "SourceIpamPoolId");
	if (source_id && !json_get(pool->body, "SourceResource")) {
		source = world_find(call->world, &kind_ipam_pool, source_id);
		return source ? ipam_allocate(call, source, &wish, ret, &id, err)
			      : aws_fail(err, AWS_EC2_IPAM_POOL_NOT_FOUND, source_id);
	}
	if (!cidr && ipam_pool_is_public(pool) && str_eq(doc_str(pool, "PublicIpSource"), "amazon"))
		return amazon_block(call, pool, length, ret, err);
	if (!cidr)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "Cidr");
	if (ipam_pool_is_public(pool) && !json_get(input, "CidrAuthorizationContext") &&
	    !json_get(input, "IpamExternalResourceVerificationTokenId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "CidrAuthorizationContext");
	/* Source: EC2 API, ProvisionIpamPoolCidr: by a certificate or by a token */
	if (str_eq(json_get_str(input, "VerificationMethod"), "dns-token") &&
	    !json_get(input, "IpamExternalResourceVerificationTokenId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER,
				"IpamExternalResourceVerificationTokenId");
	if (json_get_str(input, "IpamExternalResourceVerificationTokenId") &&
	    !ipam_token_is_valid(
		    call, json_get_str(input, "IpamExternalResourceVerificationTokenId"), err))
		return false;
	return top_block(call, pool, cidr, ret, err);
}

bool ipam_import(struct call *call, const struct doc *pool, const char *cidr, const char *type,
		 const char *resource_id, struct err *err)
{
	const struct ipam_wish wish = {.cidr = cidr, .type = type, .resource = resource_id};
	struct cidr block;
	const char *id;

	if (!top_block(call, pool, cidr, &block, err))
		return false;
	id = cidr_add(call, pool, &block);
	ipam_timer(call, world_find(call->world, &kind_ipam_pool_cidr, id), "provisioned");
	return ipam_allocate(call, pool, &wish, &block, &id, err);
}

/** A resource planning pool has its blocks out of the VPC's. */
static bool check_planning(struct call *call, const struct doc *pool, const struct cidr *block,
			   struct err *err)
{
	const char *id = json_find_str(pool->body, "SourceResource", "ResourceId", NULL);
	const struct doc *vpc = id ? world_find(call->world, &kind_vpc, id) : NULL;

	if (id && (!vpc || !vpc_block_around(vpc, block)))
		return aws_fail(err, AWS_EC2_IPAM_OUTSIDE, ec2_cidr_text(call, block));
	return true;
}

bool ec2_provision_ipam_pool_cidr(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *pool, *doc;
	struct cidr block;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err))
		return false;
	doc = id ? world_find(call->world, &kind_ipam_pool_cidr, id) : NULL;
	if (!doc) {
		if (!pick_block(call, pool, input, &block, err) ||
		    !check_planning(call, pool, &block, err) ||
		    !ec2_within_limit(call, LIMIT_IPAM_POOL_CIDRS,
				      world_lookup_count(call->world, &kind_ipam_pool_cidr, "pool",
							 pool->key),
				      AWS_EC2_IPAM_CIDR_LIMIT, err))
			return false;
		id = cidr_add(call, pool, &block);
		idempotency_keep(call, input, "ClientToken", id);
		doc = world_find(call->world, &kind_ipam_pool_cidr, id);
		json_set_borrowed(output, "IpamPoolCidr", doc->body);
		lifecycle_start(call, &kind_ipam_pool_cidr, id, LIFECYCLE_IPAM, "provisioned");
		return true;
	}
	json_set_borrowed(output, "IpamPoolCidr", doc->body);
	return true;
}

/* ---- DeprovisionIpamPoolCidr, GetIpamPoolCidrs ---- */

bool ec2_deprovision_ipam_pool_cidr(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const char *cidr = json_get_str(input, "Cidr");
	const struct doc *pool, *doc = NULL;
	struct docs found = {0};

	if (!ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err))
		return false;
	if (!cidr)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "Cidr");
	world_lookup(call->world, &kind_ipam_pool_cidr, "pool", pool->key, &found);
	for (size_t i = 0; i < found.count; i++)
		if (str_eq(doc_str(found.items[i], "Cidr"), cidr))
			doc = found.items[i];
	docs_done(&found);
	if (!doc)
		return aws_fail(err, AWS_EC2_IPAM_CIDR_NOT_FOUND, cidr, pool->key);
	doc = ipam_move(call, doc, "pending-deprovision", "deprovisioned");
	json_set_copy(output, "IpamPoolCidr", doc->body);
	return true;
}

static const struct filter_field cidr_filters[] = {
	{"cidr", "Cidr", NULL, NULL},
	{"ipam-pool-cidr-id", "IpamPoolCidrId", NULL, NULL},
	{"netmask-length", "NetmaskLength", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_get_ipam_pool_cidrs(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	struct docs found = {0};
	struct filters *filters;
	const struct doc *pool;
	struct json *items;

	if (!ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err) ||
	    !filters_parse(call, json_get(input, "Filters"), cidr_filters, &filters, err))
		return false;
	items = json_new_array();
	world_lookup(call->world, &kind_ipam_pool_cidr, "pool", pool->key, &found);
	for (size_t i = 0; i < found.count; i++)
		if (filters_match(call, filters, found.items[i]))
			json_append(items, json_copy(found.items[i]->body));
	docs_done(&found);
	return ec2_page_items(call, input, output, "IpamPoolCidrs", items, err);
}
