/*
 * Allocations out of IPAM pools. Shape: EC2 IpamPoolAllocation. A pool's allocations never overlap;
 * those of resources come and go with the resources.
 */
#include "emulator/aws/ec2/ipam.h"

static void terms_pool(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->extra, "IpamPoolId");
}

static void terms_resource(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "ResourceId");
}

static const struct kind_index allocation_indexes[] = {
	{"pool", terms_pool},
	{"resource", terms_resource},
	{NULL, NULL},
};

const struct kind kind_ipam_pool_allocation = {
	.name = "ipam-pool-allocation",
	.shape = "ec2:IpamPoolAllocation",
	.indexes = allocation_indexes,
	.view = ec2_view,
};

bool ipam_has_allocations(const struct world *world, const char *pool_id, const char *cidr)
{
	struct cidr outer, inner;
	struct docs found = {0};
	bool has = false;

	world_lookup(world, &kind_ipam_pool_allocation, "pool", pool_id, &found);
	for (size_t i = 0; i < found.count; i++)
		has = has || !cidr ||
		      (cidr_parse(cidr, &outer) &&
		       cidr_parse(doc_str(found.items[i], "Cidr"), &inner) &&
		       cidr_overlaps(&outer, &inner));
	docs_done(&found);
	return has;
}

void ipam_release(struct call *call, const char *resource_id, const char *cidr)
{
	struct docs found = {0};

	world_lookup(call->world, &kind_ipam_pool_allocation, "resource", resource_id, &found);
	for (size_t i = 0; i < found.count; i++)
		if (!cidr || str_eq(doc_str(found.items[i], "Cidr"), cidr))
			world_remove(call, &kind_ipam_pool_allocation, found.items[i]->key);
	docs_done(&found);
}

/* ---- Finding a block ---- */

/** The blocks of an array of texts or of documents' Cidr, as structs in the arena. */
struct blocks {
	struct cidr *items;
	size_t count;
};

static struct blocks blocks_of(struct call *call, const struct docs *docs, const struct json *texts)
{
	struct blocks blocks = {0};

	blocks.items = arena_alloc(call->arena,
				   sizeof(*blocks.items) * (docs->count + json_size(texts) + 1));
	for (size_t i = 0; i < docs->count; i++)
		blocks.count +=
			cidr_parse(doc_str(docs->items[i], "Cidr"), &blocks.items[blocks.count]);
	json_foreach (text, texts)
		blocks.count += cidr_parse(json_str(text), &blocks.items[blocks.count]);
	return blocks;
}

static const struct cidr *overlapping(const struct blocks *blocks, const struct cidr *block)
{
	for (size_t i = 0; i < blocks->count; i++)
		if (cidr_overlaps(&blocks->items[i], block))
			return &blocks->items[i];
	return NULL;
}

static bool is_inside(const struct blocks *blocks, const struct cidr *block)
{
	for (size_t i = 0; i < blocks->count; i++)
		if (cidr_contains(&blocks->items[i], block))
			return true;
	return false;
}

/** The first free block of a length inside of `outer`. */
static bool first_free(const struct cidr *outer, unsigned prefix, const struct blocks *taken,
		       struct cidr *ret)
{
	const struct cidr *other;

	for (uint64_t i = 0; cidr_sub(outer, prefix, i, ret);) {
		other = overlapping(taken, ret);
		if (!other)
			return true;
		if (other->prefix < outer->prefix)
			return false;
		if (other->prefix < prefix && prefix - other->prefix < 64) {
			uint64_t step = (uint64_t)1 << (prefix - other->prefix);

			i = (i / step + 1) * step;
		} else {
			i++;
		}
	}
	return false;
}

/** The pool's rules and the resource's own limits hold for a length. Source:
 * terraform-provider-aws#39046 for the text. */
static bool check_length(const struct doc *pool, const struct ipam_wish *wish, unsigned prefix,
			 struct err *err)
{
	int64_t end = str_eq(doc_str(pool, "AddressFamily"), "ipv4") ? 32 : 128;
	int64_t min = json_get_int(pool->body, "AllocationMinNetmaskLength", 0);
	int64_t max = json_get_int(pool->body, "AllocationMaxNetmaskLength", end);

	if (prefix < min || (wish->min && prefix < wish->min))
		return aws_fail(err, AWS_EC2_IPAM_TOO_BIG);
	if (prefix > max || (wish->max && prefix > wish->max))
		return aws_fail(err, AWS_EC2_IPAM_TOO_SMALL);
	return true;
}

/** The resource has the tags that the pool asks for. Source of the text:
 * landing-zone-accelerator-on-aws#917. */
static bool check_tags(const struct doc *pool, const struct ipam_wish *wish, struct err *err)
{
	json_foreach (tag, json_get(pool->body, "AllocationResourceTags")) {
		const char *key = json_get_str(tag, "Key"), *value = json_get_str(tag, "Value");

		if (wish->tags && key && !str_eq(json_get_str(wish->tags, key), value ? value : ""))
			return aws_fail(err, AWS_EC2_IPAM_TAGS);
	}
	return true;
}

/** The pool's provisioned blocks, and what of them is given out. */
static void read_pool(struct call *call, const struct doc *pool, struct blocks *space,
		      struct blocks *taken, const struct json *disallowed)
{
	struct docs all = {0}, provisioned = {0}, allocations = {0};

	world_lookup(call->world, &kind_ipam_pool_cidr, "pool", pool->key, &all);
	for (size_t i = 0; i < all.count; i++)
		if (str_eq(doc_str(all.items[i], "State"), "provisioned"))
			docs_add(&provisioned, all.items[i]);
	world_lookup(call->world, &kind_ipam_pool_allocation, "pool", pool->key, &allocations);
	*space = blocks_of(call, &provisioned, NULL);
	*taken = blocks_of(call, &allocations, disallowed);
	docs_done(&all);
	docs_done(&provisioned);
	docs_done(&allocations);
}

static bool named_block(const struct doc *pool, const struct ipam_wish *wish,
			const struct blocks *space, const struct blocks *taken, struct cidr *ret,
			struct err *err)
{
	bool ipv4 = str_eq(doc_str(pool, "AddressFamily"), "ipv4");

	if (!cidr_parse(wish->cidr, ret) || (ret->ip.family == FAMILY_IPV4) != ipv4 ||
	    !cidr_is_canonical(ret))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, wish->cidr, "cidr");
	if (!check_length(pool, wish, ret->prefix, err))
		return false;
	if (!is_inside(space, ret))
		return aws_fail(err, AWS_EC2_IPAM_OUTSIDE, wish->cidr);
	if (overlapping(taken, ret))
		return aws_fail(err, AWS_EC2_IPAM_ALLOCATED, wish->cidr);
	return true;
}

bool ipam_find_block(struct call *call, const struct doc *pool, const struct ipam_wish *wish,
		     struct cidr *ret, struct err *err)
{
	int64_t prefix = wish->netmask;
	struct docs none = {0};
	struct blocks space, taken, allowed;

	if (!prefix && !wish->cidr)
		prefix = json_get_int(pool->body, "AllocationDefaultNetmaskLength", 0);
	if (!prefix && !wish->cidr)
		return aws_fail(err, AWS_EC2_IPAM_CIDR_OR_LENGTH);
	if (prefix < 0 || prefix > 128 ||
	    (str_eq(doc_str(pool, "AddressFamily"), "ipv4") && prefix > 32))
		return aws_fail(err, AWS_EC2_IPAM_POOL_LENGTHS);
	if (!check_tags(pool, wish, err))
		return false;
	read_pool(call, pool, &space, &taken, wish->disallowed);
	if (wish->cidr)
		return named_block(pool, wish, &space, &taken, ret, err);
	if (!check_length(pool, wish, (unsigned)prefix, err))
		return false;
	allowed = blocks_of(call, &none, wish->allowed);
	for (size_t i = 0; i < allowed.count; i++)
		if (is_inside(&space, &allowed.items[i]) &&
		    first_free(&allowed.items[i], (unsigned)prefix, &taken, ret))
			return true;
	for (size_t i = 0; i < space.count && !allowed.count; i++)
		if (first_free(&space.items[i], (unsigned)prefix, &taken, ret))
			return true;
	return aws_fail(err, AWS_EC2_IPAM_TOO_BIG);
}

static const char *allocation_add(struct call *call, const struct doc *pool,
				  const struct ipam_wish *wish, const struct cidr *block,
				  const char *description, struct json *tags)
{
	const char *text = ec2_cidr_text(call, block);
	const char *id = ids_make(call, &kind_ipam_pool_allocation, "ipam-pool-alloc-", 33,
				  arena_printf(call->arena, "%s/%s", pool->key, text));
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "Cidr", text);
	json_set_str(body, "IpamPoolAllocationId", id);
	json_set_str(body, "Description", description);
	json_set_str(body, "ResourceId", wish->resource);
	json_set_str(body, "ResourceType", wish->type);
	json_set_str(body, "ResourceRegion", call->region);
	json_set_str(body, "ResourceOwner", call->account);
	json_set_str(extra, "IpamPoolId", pool->key);
	world_add(call, (struct doc_spec){.kind = &kind_ipam_pool_allocation,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .extra = extra,
					  .implied_by = wish->resource});
	return id;
}

bool ipam_allocate(struct call *call, const struct doc *pool, const struct ipam_wish *wish,
		   struct cidr *ret, const char **ret_id, struct err *err)
{
	const char *fixed = call->fixed_id;

	if (!ipam_find_block(call, pool, wish, ret, err))
		return false;
	call->fixed_id = NULL; /* it is meant for the resource */
	*ret_id = allocation_add(call, pool, wish, ret, NULL, NULL);
	call->fixed_id = fixed;
	return true;
}

/* ---- AllocateIpamPoolCidr, ReleaseIpamPoolAllocation, GetIpamPoolAllocations ---- */

static bool allocate_custom(struct call *call, const struct json *input, const struct doc *pool,
			    struct json *tags, struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *its_tags = tags;
	const struct ipam_wish wish = {
		.cidr = json_get_str(input, "Cidr"),
		.netmask = json_get_int(input, "NetmaskLength", 0),
		.type = "custom",
		.allowed = json_get(input, "AllowedCidrs"),
		.disallowed = json_get(input, "DisallowedCidrs"),
	};
	struct cidr block;
	const char *id;

	if (wish.cidr && wish.netmask)
		return aws_fail(err, AWS_EC2_IPAM_CIDR_OR_LENGTH);
	if (wish.cidr && (json_size(wish.allowed) || json_size(wish.disallowed)))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "Cidr", "AllowedCidrs");
	if (!ipam_find_block(call, pool, &wish, &block, err))
		return false;
	if (json_get_bool(input, "PreviewNextCidr", false)) {
		json_set_str(json_ensure_object(output, "IpamPoolAllocation"), "Cidr",
			     ec2_cidr_text(call, &block));
		return true;
	}
	id = allocation_add(call, pool, &wish, &block, json_get_str(input, "Description"),
			    steal(its_tags));
	idempotency_keep(call, input, "ClientToken", id);
	json_set(output, "IpamPoolAllocation",
		 ec2_item(world_find(call->world, &kind_ipam_pool_allocation, id)));
	return true;
}

bool ec2_allocate_ipam_pool_cidr(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *pool, *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err) ||
	    !tags_from_specifications(input, "ipam-pool-allocation", &tags, err))
		return false;
	doc = id ? world_find(call->world, &kind_ipam_pool_allocation, id) : NULL;
	if (!doc)
		return allocate_custom(call, input, pool, steal(tags), output, err);
	json_set(output, "IpamPoolAllocation", ec2_item(doc));
	return true;
}

/* Source: EC2 API, ReleaseIpamPoolAllocation: manual allocations only. */
bool ec2_release_ipam_pool_allocation(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "IpamPoolAllocationId");
	const struct doc *pool, *doc;

	if (!ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err))
		return false;
	doc = world_find(call->world, &kind_ipam_pool_allocation, id);
	if (!doc || !str_eq(doc_extra_str(doc, "IpamPoolId"), pool->key))
		return aws_fail(err, AWS_EC2_IPAM_ALLOCATION_NOT_FOUND, id);
	if (!str_eq(doc_str(doc, "Cidr"), json_get_str(input, "Cidr")))
		return aws_fail(err, AWS_EC2_IPAM_ALLOCATION_CIDR, json_get_str(input, "Cidr"), id);
	if (!str_eq(doc_str(doc, "ResourceType"), "custom"))
		return aws_fail(err, AWS_EC2_IPAM_ALLOCATION_USED, id,
				doc_str(doc, "ResourceType"));
	world_remove(call, &kind_ipam_pool_allocation, id);
	json_set_bool(output, "Success", true);
	return true;
}

static const struct filter_field allocation_filters[] = {
	{"cidr", "Cidr", NULL, NULL},
	{"description", "Description", NULL, NULL},
	{"ipam-pool-allocation-id", "IpamPoolAllocationId", NULL, NULL},
	{"resource-id", "ResourceId", NULL, NULL},
	{"resource-owner", "ResourceOwner", NULL, NULL},
	{"resource-region", "ResourceRegion", NULL, NULL},
	{"resource-type", "ResourceType", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_get_ipam_pool_allocations(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const char *id = json_get_str(input, "IpamPoolAllocationId");
	struct docs found = {0};
	struct filters *filters;
	const struct doc *pool, *doc;
	struct json *items;

	if (!ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err) ||
	    !filters_parse(call, json_get(input, "Filters"), allocation_filters, &filters, err))
		return false;
	doc = id ? world_find(call->world, &kind_ipam_pool_allocation, id) : NULL;
	if (id && (!doc || !str_eq(doc_extra_str(doc, "IpamPoolId"), pool->key)))
		return aws_fail(err, AWS_EC2_IPAM_ALLOCATION_NOT_FOUND, id);
	items = json_new_array();
	world_lookup(call->world, &kind_ipam_pool_allocation, "pool", pool->key, &found);
	for (size_t i = 0; i < found.count; i++)
		if ((!doc || doc == found.items[i]) && filters_match(call, filters, found.items[i]))
			json_append(items, ec2_own(ec2_item(found.items[i])));
	docs_done(&found);
	return ec2_page_items(call, input, output, "IpamPoolAllocations", items, err);
}

/* ---- DescribeIpamPoolAllocations, ModifyIpamPoolAllocation ---- */

EC2_DESCRIBE(ec2_describe_ipam_pool_allocations, .kind = &kind_ipam_pool_allocation,
	     .ids = "IpamPoolAllocationIds", .id_prefix = "ipam-pool-alloc-",
	     .malformed = AWS_EC2_IPAM_ALLOCATION_MALFORMED,
	     .not_found = AWS_EC2_IPAM_ALLOCATION_NOT_FOUND, .fields = allocation_filters,
	     .result = "IpamPoolAllocations")

/* Source: EC2 API, ModifyIpamPoolAllocation: without a description it has none any more. */
bool ec2_modify_ipam_pool_allocation(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct doc *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_ipam_pool_allocation, input, "IpamPoolAllocationId", &doc, err))
		return false;
	body = json_copy(doc->body);
	json_remove(body, "Description");
	json_set_copy(body, "Description", json_get(input, "Description"));
	doc = world_put(call, &kind_ipam_pool_allocation, doc->key, body);
	json_set(output, "IpamPoolAllocation", ec2_item(doc));
	return true;
}
