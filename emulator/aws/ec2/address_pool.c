/*
 * Pools of addresses that customers bring: public IPv4 pools (shape PublicIpv4Pool; what is
 * provisioned stands in extra: Cidrs = {"198.51.100.0/24": {"Gone": {"198.51.100.1": true}}}, and
 * is counted on read) and IPv6 pools (shape Ipv6Pool).
 */
#include "emulator/aws/ec2/ipam.h"

static struct json *pool_item(const struct world *world, const struct doc *doc);

static struct json *pool_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(pool_item(world, doc));
}

const struct kind kind_public_ipv4_pool = {
	.name = "public-ipv4-pool",
	.shape = "ec2:PublicIpv4Pool",
	.view = pool_view,
};

const struct kind kind_ipv6_pool = {
	.name = "ipv6-pool",
	.shape = "ec2:Ipv6Pool",
	.view = ec2_view,
};

/* ---- Counting ---- */

/** How many elastic IPs the pool has given out of a block. */
static uint64_t count_given(const struct world *world, const struct doc *pool,
			    const struct cidr *block)
{
	uint64_t given = 0;
	struct ip ip;

	world_foreach (doc, world, &kind_elastic_ip) {
		given += str_eq(doc_str(doc, "PublicIpv4Pool"), pool->key) &&
			 ip_parse(doc_str(doc, "PublicIp"), &ip) && cidr_contains_ip(block, &ip);
	}
	return given;
}

double public_pool_usage(const struct world *world, const struct doc *pool, const char *cidr)
{
	struct cidr block;

	if (!cidr_parse(cidr, &block))
		return 0;
	return (double)count_given(world, pool, &block) / (double)cidr_hosts(&block);
}

static struct json *range_item(const struct world *world, const struct doc *pool,
			       const struct json *entry)
{
	struct json *range = json_new_object();
	char text[CIDR_TEXT_MAX];
	struct cidr block;
	struct ip ip;
	uint64_t count;

	if (!cidr_parse(json_key(entry), &block))
		assert(!"a pool's block is a block");
	count = cidr_hosts(&block) - json_size(json_get(entry, "Gone"));
	if (cidr_host(&block, 0, &ip))
		json_set_str(range, "FirstAddress", ip_format(&ip, text));
	if (cidr_host(&block, cidr_hosts(&block) - 1, &ip))
		json_set_str(range, "LastAddress", ip_format(&ip, text));
	json_set_int(range, "AddressCount", (int64_t)count);
	json_set_int(range, "AvailableAddressCount",
		     (int64_t)(count - count_given(world, pool, &block)));
	return range;
}

static struct json *pool_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc), *ranges = json_new_array();
	int64_t total = 0, available = 0;

	json_foreach (entry, json_get(doc->extra, "Cidrs")) {
		struct json *range = range_item(world, doc, entry);

		total += json_get_int(range, "AddressCount", 0);
		available += json_get_int(range, "AvailableAddressCount", 0);
		json_append(ranges, range);
	}
	json_set(item, "PoolAddressRanges", ranges);
	json_set_int(item, "TotalAddressCount", total);
	json_set_int(item, "TotalAvailableAddressCount", available);
	return item;
}

/* ---- What others need ---- */

const char *public_pool_add(struct call *call, const char *description, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_public_ipv4_pool, NULL);
	struct json *body = json_new_object();

	json_set_str(body, "PoolId", id);
	json_set_str(body, "Description", description ? description : "");
	json_set_str(body, "NetworkBorderGroup", call->region);
	world_add(call,
		  (struct doc_spec){
			  .kind = &kind_public_ipv4_pool, .key = id, .body = body, .tags = tags});
	return id;
}

const char *ipv6_pool_add(struct call *call, const char *description, const char *cidr,
			  struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_ipv6_pool, cidr);
	struct json *body = json_new_object(), *block = json_new_object();

	json_set_str(body, "PoolId", id);
	json_set_str(body, "Description", description ? description : "");
	json_set_str(block, "Cidr", cidr);
	json_append(json_ensure_array(body, "PoolCidrBlocks"), block);
	world_add(call, (struct doc_spec){
				.kind = &kind_ipv6_pool, .key = id, .body = body, .tags = tags});
	return id;
}

void public_pool_put_cidr(struct call *call, const char *pool_id, const char *cidr, bool add)
{
	const struct doc *pool = world_find(call->world, &kind_public_ipv4_pool, pool_id);
	struct json *extra = json_copy(pool->extra), *cidrs = json_ensure_object(extra, "Cidrs");

	if (add)
		json_ensure_object(cidrs, cidr);
	else
		json_remove(cidrs, cidr);
	world_put_extra(call, &kind_public_ipv4_pool, pool_id, extra);
}

bool public_pool_is_used(const struct world *world, const char *pool_id)
{
	world_foreach (doc, world, &kind_elastic_ip) {
		if (str_eq(doc_str(doc, "PublicIpv4Pool"), pool_id))
			return true;
	}
	return false;
}

bool public_pool_take(struct call *call, const char *pool_id, const char *wanted, const char **ret,
		      struct err *err)
{
	const struct doc *pool;

	if (!ec2_get(call, &kind_public_ipv4_pool, pool_id, &pool, err))
		return false;
	json_foreach (entry, json_get(pool->extra, "Cidrs")) {
		struct cidr block;
		struct ip ip;

		for (uint64_t i = 0; cidr_parse(json_key(entry), &block) && i < cidr_hosts(&block);
		     i++) {
			const char *text;

			if (!cidr_host(&block, i, &ip))
				break;
			text = ec2_ip_text(call, &ip);
			if ((wanted && !str_eq(wanted, text)) ||
			    json_get(json_get(entry, "Gone"), text) ||
			    world_lookup_count(call->world, &kind_elastic_ip, "public-ip", text))
				continue;
			*ret = text;
			return true;
		}
	}
	if (wanted)
		return aws_fail(err, AWS_EC2_ADDRESS_NOT_FOUND, wanted);
	return aws_fail(err, AWS_EC2_PUBLIC_POOL_EMPTY, pool_id);
}

/* ---- Public IPv4 pools ---- */

static bool check_border_group(const struct call *call, const struct json *input, struct err *err)
{
	const char *group = json_get_str(input, "NetworkBorderGroup");

	return !group || str_eq(group, call->region) || aws_fail(err, AWS_EC2_BORDER_GROUP, group);
}

bool ec2_create_public_ipv4_pool(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;

	if (!tags_from_specifications(input, "ipv4pool-ec2", &tags, err) ||
	    !check_border_group(call, input, err))
		return false;
	json_set_str(output, "PoolId", public_pool_add(call, NULL, steal(tags)));
	return true;
}

bool ec2_delete_public_ipv4_pool(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *pool;

	if (!ec2_get_by(call, &kind_public_ipv4_pool, input, "PoolId", &pool, err) ||
	    !check_border_group(call, input, err))
		return false;
	if (json_size(json_get(pool->extra, "Cidrs")))
		return aws_fail(err, AWS_EC2_PUBLIC_POOL_IN_USE, pool->key);
	world_remove(call, &kind_public_ipv4_pool, pool->key);
	json_set_bool(output, "ReturnValue", true);
	return true;
}

/* Source: EC2 API, ProvisionPublicIpv4PoolCidr; IPAM user guide, "Allocate CIDRs to Elastic IP
 * addresses": out of a public IPv4 pool of IPAM in its locale. */
bool ec2_provision_public_ipv4_pool_cidr(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const struct doc *pool, *source;
	struct ipam_wish wish = {.netmask = json_get_int(input, "NetmaskLength", 0),
				 .type = "ec2-public-ipv4-pool",
				 .min = 24,
				 .max = 32};
	struct cidr block;
	const char *id, *text;

	if (!ec2_get_by(call, &kind_public_ipv4_pool, input, "PoolId", &pool, err) ||
	    !ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &source, err) ||
	    !check_border_group(call, input, err))
		return false;
	if (!ipam_pool_is_public(source) || !str_eq(doc_str(source, "AddressFamily"), "ipv4") ||
	    !str_eq(doc_str(source, "Locale"), call->region))
		return aws_fail(err, AWS_EC2_IPAM_POOL_UNFIT, source->key);
	wish.resource = pool->key;
	if (!ipam_allocate(call, source, &wish, &block, &id, err))
		return false;
	text = ec2_cidr_text(call, &block);
	public_pool_put_cidr(call, pool->key, text, true);
	pool = world_find(call->world, &kind_public_ipv4_pool, pool->key);
	json_set_str(output, "PoolId", pool->key);
	json_set(output, "PoolAddressRange",
		 range_item(call->world, pool, json_get(json_get(pool->extra, "Cidrs"), text)));
	return true;
}

/** The pool's block that holds what is to be deprovisioned: all of it, or one address. */
static const struct json *find_entry(const struct doc *pool, const struct cidr *wanted)
{
	struct cidr block;

	json_foreach (entry, json_get(pool->extra, "Cidrs")) {
		if (cidr_parse(json_key(entry), &block) && cidr_contains(&block, wanted) &&
		    (wanted->prefix == 32 || wanted->prefix == block.prefix))
			return entry;
	}
	return NULL;
}

/** Takes one address out of a block; the block goes with its last one. */
static void drop_address(struct call *call, const struct doc *pool, const char *cidr,
			 const char *address)
{
	struct json *extra = json_copy(pool->extra), *cidrs = json_ensure_object(extra, "Cidrs");
	struct json *gone = json_ensure_object(json_ensure_object(cidrs, cidr), "Gone");
	struct cidr block;

	json_set_bool(gone, address, true);
	if (cidr_parse(cidr, &block) && json_size(gone) == cidr_hosts(&block)) {
		json_remove(cidrs, cidr);
		ipam_release(call, pool->key, cidr);
	}
	world_put_extra(call, &kind_public_ipv4_pool, pool->key, extra);
}

/* Source: EC2 API, DeprovisionPublicIpv4PoolCidr; IPAM user guide, "Deprovision": address by
 * address. */
bool ec2_deprovision_public_ipv4_pool_cidr(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	const char *cidr = json_get_str(input, "Cidr"), *address;
	const struct json *entry;
	const struct doc *pool;
	struct cidr wanted;

	if (!ec2_get_by(call, &kind_public_ipv4_pool, input, "PoolId", &pool, err))
		return false;
	if (!cidr_parse(cidr, &wanted) || wanted.ip.family != FAMILY_IPV4)
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, cidr, "cidr");
	entry = find_entry(pool, &wanted);
	if (!entry)
		return aws_fail(err, AWS_EC2_PUBLIC_POOL_CIDR, cidr, pool->key);
	if (count_given(call->world, pool, &wanted))
		return aws_fail(err, AWS_EC2_PUBLIC_POOL_CIDR_USED, cidr);
	address = ec2_ip_text(call, &wanted.ip);
	json_set_str(output, "PoolId", pool->key);
	json_append_str(json_ensure_array(output, "DeprovisionedAddresses"), address);
	if (!str_eq(json_key(entry), cidr)) {
		drop_address(call, pool, json_key(entry), address);
		return true;
	}
	ipam_release(call, pool->key, cidr);
	public_pool_put_cidr(call, pool->key, cidr, false);
	return true;
}

static const struct filter_field no_filters[] = {{NULL, NULL, NULL, NULL}}; /* tags only */

static struct json *describe_pool(struct call *call, const struct doc *doc)
{
	return pool_item(call->world, doc);
}

EC2_DESCRIBE(ec2_describe_public_ipv4_pools, .kind = &kind_public_ipv4_pool, .ids = "PoolIds",
	     .id_prefix = "ipv4pool-ec2-", .malformed = AWS_EC2_PUBLIC_POOL_MALFORMED,
	     .not_found = AWS_EC2_PUBLIC_POOL_NOT_FOUND, .fields = no_filters,
	     .result = "PublicIpv4Pools", .item = describe_pool)

/* ---- IPv6 pools ---- */

EC2_DESCRIBE(ec2_describe_ipv6_pools, .kind = &kind_ipv6_pool, .ids = "PoolIds",
	     .id_prefix = "ipv6pool-ec2-", .malformed = AWS_EC2_IPV6_POOL_MALFORMED,
	     .not_found = AWS_EC2_IPV6_POOL_NOT_FOUND, .fields = no_filters, .result = "Ipv6Pools")

/** The associations of VPCs with blocks of the pool; new tree. */
static struct json *pool_associations(const struct world *world, const char *pool_id)
{
	struct json *items = json_new_array();

	world_foreach (vpc, world, &kind_vpc) {
		json_foreach (association, json_get(vpc->body, "Ipv6CidrBlockAssociationSet")) {
			struct json *item;

			if (!str_eq(json_get_str(association, "Ipv6Pool"), pool_id))
				continue;
			item = json_new_object();
			json_set_copy(item, "Ipv6Cidr", json_get(association, "Ipv6CidrBlock"));
			json_set_str(item, "AssociatedResource", vpc->key);
			json_append(items, item);
		}
	}
	return items;
}

bool ipv6_pool_is_used(const struct world *world, const char *pool_id)
{
	_cleanup_(json_freep) struct json *items = pool_associations(world, pool_id);

	return json_size(items) > 0;
}

bool ipv6_pool_take(struct call *call, const char *pool_id, const char *wanted, struct cidr *ret,
		    struct err *err)
{
	const struct doc *pool;
	struct cidr block;

	if (!ec2_get(call, &kind_ipv6_pool, pool_id, &pool, err))
		return false;
	if (wanted && (!cidr_parse(wanted, ret) || ret->ip.family != FAMILY_IPV6 ||
		       ret->prefix < 44 || ret->prefix > 60 || ret->prefix % 4))
		return aws_fail(err, AWS_EC2_VPC_RANGE, wanted);
	json_foreach (item, json_get(pool->body, "PoolCidrBlocks")) {
		if (!cidr_parse(json_get_str(item, "Cidr"), &block))
			continue;
		if (wanted && cidr_contains(&block, ret) && vpc_ipv6_is_free(call->world, ret))
			return true;
		for (uint64_t i = 0; !wanted && block.prefix <= 56 && cidr_sub(&block, 56, i, ret);
		     i++)
			if (vpc_ipv6_is_free(call->world, ret))
				return true;
	}
	if (wanted)
		return aws_fail(err, AWS_EC2_VPC_CIDR_CONFLICT, wanted);
	return aws_fail(err, AWS_EC2_PUBLIC_POOL_EMPTY, pool_id);
}

bool ec2_get_associated_ipv6_pool_cidrs(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct doc *pool;

	if (!ec2_get_by(call, &kind_ipv6_pool, input, "PoolId", &pool, err))
		return false;
	return ec2_page_items(call, input, output, "Ipv6CidrAssociations",
			      pool_associations(call->world, pool->key), err);
}
