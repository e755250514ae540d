/*
 * Address blocks of VPCs: further IPv4 blocks and Amazon-provided IPv6 blocks. A block is
 * associating, associated, disassociating; the timer of the VPC named "block:ASSOCIATION-ID" makes
 * the next step.
 */
#include "emulator/aws/ec2/ipam.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"

#define TIMER_PREFIX "block:"

/* Where the two families stand in a VPC's body. */
struct family_row {
	const char *set, *block, *state;
};
static const struct family_row ipv4_row = {"CidrBlockAssociationSet", "CidrBlock",
					   "CidrBlockState"};
static const struct family_row ipv6_row = {"Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock",
					   "Ipv6CidrBlockState"};

static bool state_is(const struct json *association, const struct family_row *row,
		     const char *state)
{
	return str_eq(json_find_str(association, row->state, "State", NULL), state);
}

static void set_state(struct json *association, const struct family_row *row, const char *state)
{
	json_set_str(json_ensure_object(association, row->state), "State", state);
}

bool vpc_block_around(const struct doc *vpc, const struct cidr *inner)
{
	const struct family_row *row = inner->ip.family == FAMILY_IPV4 ? &ipv4_row : &ipv6_row;
	struct cidr block;

	json_foreach (association, json_get(vpc->body, row->set)) {
		if (state_is(association, row, "associated") &&
		    cidr_parse(json_get_str(association, row->block), &block) &&
		    cidr_contains(&block, inner))
			return true;
	}
	return false;
}

bool vpc_has_ipv6(const struct doc *vpc)
{
	json_foreach (association, json_get(vpc->body, ipv6_row.set)) {
		if (state_is(association, &ipv6_row, "associated"))
			return true;
	}
	return false;
}

/* ---- Amazon-provided IPv6 blocks ---- */

static bool ipv6_block_is_taken(const struct world *world, const char *text)
{
	world_foreach (vpc, world, &kind_vpc) {
		if (ec2_element(json_get(vpc->body, ipv6_row.set), ipv6_row.block, text))
			return true;
	}
	return false;
}

/**
 * A /56 of the region's block that no VPC has. The n-th of a VPC follows from its id alone: a
 * fixture that fixes the id can name the block in what it makes next.
 */
static const char *make_ipv6_block(struct call *call, const char *vpc_id, size_t n)
{
	struct cidr pool, block;
	const char *text, *name = arena_printf(call->arena, "%s/%zu", vpc_id, n);
	uint64_t count;

	if (!cidr_parse(region_row(call->region)->ipv6, &pool))
		assert(!"a region's IPv6 block is a block");
	count = (uint64_t)1 << (56 - pool.prefix);
	for (uint64_t ordinal = 0;; ordinal++) {
		double chance = ids_chance(0, "ipv6-block", call->account, name, ordinal);

		if (!cidr_sub(&pool, 56, (uint64_t)(chance * (double)count), &block))
			continue;
		text = ec2_cidr_text(call, &block);
		if (!ipv6_block_is_taken(call->world, text))
			return text;
	}
}

const char *vpc_cidr_add_ipv6(struct call *call, struct json *body, const char *border_group)
{
	const char *id = json_get_str(body, "VpcId"), *association_id, *block;
	struct json *set = json_ensure_array(body, ipv6_row.set), *association = json_new_object();

	block = make_ipv6_block(call, id, json_size(set));
	association_id =
		ec2_part_id(call, "vpc-cidr-assoc-", arena_printf(call->arena, "%s/%s", id, block));
	json_set_str(association, "AssociationId", association_id);
	json_set_str(association, ipv6_row.block, block);
	set_state(association, &ipv6_row, "associating");
	json_set_str(association, "NetworkBorderGroup", border_group ? border_group : call->region);
	json_set_str(association, "Ipv6Pool", "Amazon");
	json_set_str(association, "Ipv6AddressAttribute", "public");
	json_set_str(association, "IpSource", "amazon");
	json_append(set, association);
	return association_id;
}

bool vpc_ipv6_is_free(const struct world *world, const struct cidr *block)
{
	struct cidr other;

	world_foreach (vpc, world, &kind_vpc) {
		json_foreach (association, json_get(vpc->body, ipv6_row.set)) {
			if (cidr_parse(json_get_str(association, ipv6_row.block), &other) &&
			    cidr_overlaps(&other, block))
				return false;
		}
	}
	return true;
}

/* ---- Blocks out of IPAM pools ---- */

/* Source: Amazon VPC user guide, "VPC CIDR blocks": IPv4 /16 to /28, IPv6 /44 to /60. */
bool vpc_cidr_from_pool(struct call *call, const struct json *input, const char *vpc_id,
			const struct json *tags, struct cidr *ret, struct err *err)
{
	const struct ipam_wish wish = {.cidr = json_get_str(input, "CidrBlock"),
				       .netmask = json_get_int(input, "Ipv4NetmaskLength", 0),
				       .type = "vpc",
				       .resource = vpc_id,
				       .tags = tags,
				       .min = 16,
				       .max = 28};
	const struct doc *pool;
	const char *id;

	if (!ipam_pool_get(call, json_get_str(input, "Ipv4IpamPoolId"), &pool, err))
		return false;
	if (!str_eq(doc_str(pool, "AddressFamily"), "ipv4") ||
	    !str_eq(doc_str(pool, "Locale"), call->region))
		return aws_fail(err, AWS_EC2_IPAM_POOL_UNFIT, pool->key);
	return ipam_allocate(call, pool, &wish, ret, &id, err);
}

bool vpc_cidr_add_ipam(struct call *call, struct json *body, const struct json *input,
		       const struct json *tags, const char **ret, struct err *err)
{
	const char *vpc_id = json_get_str(body, "VpcId"), *block, *id, *source;
	const struct ipam_wish wish = {.cidr = json_get_str(input, "Ipv6CidrBlock"),
				       .netmask = json_get_int(input, "Ipv6NetmaskLength", 0),
				       .type = "vpc",
				       .resource = vpc_id,
				       .tags = tags,
				       .min = 44,
				       .max = 60};
	const char *brought = json_get_str(input, "Ipv6Pool");
	const struct doc *pool = NULL;
	struct json *association;
	struct cidr cidr;

	if (brought && !ipv6_pool_take(call, brought, wish.cidr, &cidr, err))
		return false;
	if (!brought && !ipam_pool_get(call, json_get_str(input, "Ipv6IpamPoolId"), &pool, err))
		return false;
	if (pool && (!str_eq(doc_str(pool, "AddressFamily"), "ipv6") ||
		     !str_eq(doc_str(pool, "Locale"), call->region)))
		return aws_fail(err, AWS_EC2_IPAM_POOL_UNFIT, pool->key);
	if (pool && !ipam_allocate(call, pool, &wish, &cidr, &id, err))
		return false;
	block = ec2_cidr_text(call, &cidr);
	*ret = ec2_part_id(call, "vpc-cidr-assoc-",
			   arena_printf(call->arena, "%s/%s", vpc_id, block));
	source = brought ? "byoip" : doc_str(pool, "PublicIpSource");
	association = json_new_object();
	json_set_str(association, "AssociationId", *ret);
	json_set_str(association, ipv6_row.block, block);
	set_state(association, &ipv6_row, "associating");
	json_set_str(association, "NetworkBorderGroup", call->region);
	json_set_str(association, "Ipv6Pool", brought ? brought : "IPAM Managed");
	json_set_str(association, "Ipv6AddressAttribute",
		     brought || ipam_pool_is_public(pool) ? "public" : "private");
	json_set_str(association, "IpSource", source ? source : "none");
	json_append(json_ensure_array(body, ipv6_row.set), association);
	return true;
}

static const char *timer_name(struct call *call, const char *association_id)
{
	return arena_printf(call->arena, TIMER_PREFIX "%s", association_id);
}

void vpc_cidr_start(struct call *call, const char *vpc_id, const char *association_id)
{
	lifecycle_start(call, &kind_vpc, vpc_id, LIFECYCLE_IPV6_CIDR,
			timer_name(call, association_id));
}

/** Finds an association in a body that is being changed; *row says which family it is of. */
static struct json *find_association(struct json *body, const char *association_id,
				     const struct family_row **row)
{
	static const struct family_row *const rows[] = {&ipv4_row, &ipv6_row};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct json *found = ec2_element_mut(json_get_mut(body, rows[i]->set),
						     "AssociationId", association_id);

		*row = rows[i];
		if (found)
			return found;
	}
	return NULL;
}

void vpc_cidr_timer(struct call *call, const struct doc *vpc, const char *timer)
{
	struct json *body = json_copy(vpc->body), *association;
	const struct family_row *row;
	const char *block;

	assert(str_starts_with(timer, TIMER_PREFIX));
	association = find_association(body, timer + strlen(TIMER_PREFIX), &row);
	if (!association) {
		json_free(body);
		return;
	}
	block = arena_strdup(call->arena, json_get_str(association, row->block));
	if (state_is(association, row, "disassociating")) {
		json_remove_item(json_get_mut(body, row->set), association);
		world_put(call, &kind_vpc, vpc->key, body);
		ipam_release(call, vpc->key, block);
		ipam_resolvers_tell(call);
		return;
	}
	set_state(association, row, "associated");
	world_put(call, &kind_vpc, vpc->key, body);
	route_add_local(call, vpc->key, block);
	if (row == &ipv6_row && !vpc_has_ipv6(vpc)) {
		security_group_allow_ipv6(call, vpc->key);
		network_acl_allow_ipv6(call, vpc->key);
	}
	ipam_resolvers_tell(call);
}

/* ---- AssociateVpcCidrBlock ---- */

/** Fills the answer: the association is found by id in the document as it is now. */
static void reply_association(struct call *call, struct json *output, const char *vpc_id,
			      const char *association_id, const struct family_row *row)
{
	const struct doc *vpc = world_find(call->world, &kind_vpc, vpc_id);
	const struct json *association =
		ec2_element(json_get(vpc->body, row->set), "AssociationId", association_id);

	json_set_borrowed(output,
			  row == &ipv4_row ? "CidrBlockAssociation" : "Ipv6CidrBlockAssociation",
			  association);
	json_set_str(output, "VpcId", vpc_id);
}

/** How many blocks of a family count against the quota. */
static size_t count_blocks(const struct doc *vpc, const struct family_row *row)
{
	return json_size(json_get(vpc->body, row->set));
}

static bool associate_ipv6(struct call *call, const struct doc *vpc, const struct json *input,
			   struct json *output, struct err *err)
{
	struct json *body;
	const char *association;

	if (!ec2_within_limit(call, LIMIT_IPV6_BLOCKS_PER_VPC, count_blocks(vpc, &ipv6_row),
			      AWS_EC2_CIDR_LIMIT, err))
		return false;
	body = json_copy(vpc->body);
	if (json_get_bool(input, "AmazonProvidedIpv6CidrBlock", false)) {
		association = vpc_cidr_add_ipv6(
			call, body, json_get_str(input, "Ipv6CidrBlockNetworkBorderGroup"));
	} else if (!vpc_cidr_add_ipam(call, body, input, vpc->tags, &association, err)) {
		json_free(body);
		return false;
	}
	world_put(call, &kind_vpc, vpc->key, body);
	vpc_cidr_start(call, vpc->key, association);
	reply_association(call, output, vpc->key, association, &ipv6_row);
	return true;
}

/** A further IPv4 block may not overlap one of the VPC's. */
static bool check_overlap(const struct doc *vpc, const struct cidr *cidr, const char *text,
			  struct err *err)
{
	struct cidr other;

	json_foreach (association, json_get(vpc->body, ipv4_row.set)) {
		if (cidr_parse(json_get_str(association, ipv4_row.block), &other) &&
		    cidr_overlaps(&other, cidr))
			return aws_fail(err, AWS_EC2_VPC_CIDR_CONFLICT, text);
	}
	return true;
}

/* Which ranges exclude others within one VPC, and which none may have. Source: Amazon VPC user
 * guide, VPC CIDR blocks, "IPv4 CIDR block association restrictions". */
static const struct {
	const char *existing, *refused;
} restrictions[] = {
	{"10.0.0.0/8", "172.16.0.0/12"},     {"10.0.0.0/8", "192.168.0.0/16"},
	{"10.0.0.0/15", "10.0.0.0/16"},	     {"10.0.0.0/8", "198.19.0.0/16"},
	{"172.16.0.0/12", "10.0.0.0/8"},     {"172.16.0.0/12", "192.168.0.0/16"},
	{"172.16.0.0/12", "172.31.0.0/16"},  {"172.16.0.0/12", "198.19.0.0/16"},
	{"192.168.0.0/16", "10.0.0.0/8"},    {"192.168.0.0/16", "172.16.0.0/12"},
	{"192.168.0.0/16", "198.19.0.0/16"}, {"198.19.0.0/16", "10.0.0.0/8"},
	{"198.19.0.0/16", "172.16.0.0/12"},  {"198.19.0.0/16", "192.168.0.0/16"},
};
static const char *const private_ranges[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
					     "198.19.0.0/16"};

static bool lies_in(const char *range, const struct cidr *cidr)
{
	struct cidr outer;

	return cidr_parse(range, &outer) && cidr_contains(&outer, cidr);
}

/** Whether a VPC that has the one block may not get the other. */
static bool excludes(const struct cidr *existing, const struct cidr *cidr)
{
	bool public = true;

	for (size_t i = 0; i < array_size(restrictions); i++)
		if (lies_in(restrictions[i].existing, existing) &&
		    lies_in(restrictions[i].refused, cidr))
			return true;
	for (size_t i = 0; i < array_size(private_ranges); i++)
	public = public && !lies_in(private_ranges[i], existing);
	/* "publicly routable (non-RFC 1918), or a CIDR block from the 100.64.0.0/10 range" */
	for (size_t i = 0; public && i < array_size(private_ranges); i++)
		if (lies_in(private_ranges[i], cidr))
			return true;
	return false;
}

bool vpc_cidr_is_reserved(const struct cidr *cidr)
{
	return lies_in("169.254.0.0/16", cidr);
}

/** A further IPv4 block fits the range of those that the VPC has. */
static bool check_range(const struct doc *vpc, const struct cidr *cidr, const char *text,
			struct err *err)
{
	struct cidr other;

	if (vpc_cidr_is_reserved(cidr))
		return aws_fail(err, AWS_EC2_VPC_RANGE, text);
	json_foreach (association, json_get(vpc->body, ipv4_row.set)) {
		if (cidr_parse(json_get_str(association, ipv4_row.block), &other) &&
		    excludes(&other, cidr))
			return aws_fail(err, AWS_EC2_VPC_RANGE_RESTRICTED, text);
	}
	return true;
}

/** The further IPv4 block: out of a pool, or named. */
static bool pick_ipv4(struct call *call, const struct doc *vpc, const struct json *input,
		      struct cidr *ret, struct err *err)
{
	const char *text = json_get_str(input, "CidrBlock");

	if (json_get_str(input, "Ipv4IpamPoolId"))
		return vpc_cidr_from_pool(call, input, vpc->key, vpc->tags, ret, err);
	if (!cidr_parse(text, ret) || ret->ip.family != FAMILY_IPV4)
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "cidrBlock");
	if (ret->prefix < 16 || ret->prefix > 28)
		return aws_fail(err, AWS_EC2_VPC_RANGE, text);
	*ret = cidr_canonical(ret);
	return true;
}

static bool associate_ipv4(struct call *call, const struct doc *vpc, const struct json *input,
			   struct json *output, struct err *err)
{
	struct cidr cidr;
	struct json *body, *association;
	const char *id, *canonical;

	if (!pick_ipv4(call, vpc, input, &cidr, err) ||
	    !check_overlap(vpc, &cidr, ec2_cidr_text(call, &cidr), err) ||
	    !check_range(vpc, &cidr, ec2_cidr_text(call, &cidr), err) ||
	    !ec2_within_limit(call, LIMIT_IPV4_BLOCKS_PER_VPC, count_blocks(vpc, &ipv4_row),
			      AWS_EC2_CIDR_LIMIT, err))
		return false;
	canonical = ec2_cidr_text(call, &cidr);
	id = ec2_part_id(call, "vpc-cidr-assoc-",
			 arena_printf(call->arena, "%s/%s", vpc->key, canonical));
	association = json_new_object();
	json_set_str(association, "AssociationId", id);
	json_set_str(association, ipv4_row.block, canonical);
	set_state(association, &ipv4_row, "associating");
	body = json_copy(vpc->body);
	json_append(json_ensure_array(body, ipv4_row.set), association);
	world_put(call, &kind_vpc, vpc->key, body);
	lifecycle_start(call, &kind_vpc, vpc->key, LIFECYCLE_IPV6_CIDR, timer_name(call, id));
	reply_association(call, output, vpc->key, id, &ipv4_row);
	return true;
}

/* Source: EC2 API, AssociateVpcCidrBlock: one of an IPv4 block, a pool's or an Amazon-provided
 * IPv6 block. */
bool ec2_associate_vpc_cidr_block(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *cidr = json_get_str(input, "CidrBlock");
	bool amazon = json_get_bool(input, "AmazonProvidedIpv6CidrBlock", false);
	bool ipv6 =
		amazon || json_get_str(input, "Ipv6IpamPoolId") || json_get_str(input, "Ipv6Pool");
	const struct doc *vpc;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (json_get_str(input, "Ipv6CidrBlock") && !ipv6)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipv6Pool");
	if (amazon && json_get_str(input, "Ipv6Pool"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "Ipv6Pool",
				"AmazonProvidedIpv6CidrBlock");
	if (amazon && json_get_str(input, "Ipv6IpamPoolId"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "Ipv6IpamPoolId",
				"AmazonProvidedIpv6CidrBlock");
	if (json_get_str(input, "Ipv4IpamPoolId") && ipv6)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "Ipv4IpamPoolId",
				amazon ? "AmazonProvidedIpv6CidrBlock" : "Ipv6IpamPoolId");
	if (cidr && ipv6)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "CidrBlock",
				"AmazonProvidedIpv6CidrBlock");
	if (!cidr && !ipv6 && !json_get_str(input, "Ipv4IpamPoolId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "cidrBlock");
	return ipv6 ? associate_ipv6(call, vpc, input, output, err)
		    : associate_ipv4(call, vpc, input, output, err);
}

/* ---- DisassociateVpcCidrBlock ---- */

/** Whether a subnet of the VPC lies in the block. */
static bool block_is_used(const struct world *world, const char *vpc_id, const struct cidr *block)
{
	struct docs subnets = {0};
	struct cidr cidr;
	bool used = false;

	world_lookup(world, &kind_subnet, "vpc", vpc_id, &subnets);
	for (size_t i = 0; i < subnets.count && !used; i++) {
		const struct json *body = subnets.items[i]->body;
		const char *ipv4 = json_get_str(body, "CidrBlock");

		used = ipv4 && cidr_parse(ipv4, &cidr) && cidr_contains(block, &cidr);
		json_foreach (association, json_get(body, ipv6_row.set)) {
			used = used ||
			       (cidr_parse(json_get_str(association, ipv6_row.block), &cidr) &&
				cidr_contains(block, &cidr));
		}
	}
	docs_done(&subnets);
	return used;
}

/** The VPC (in scope) that has the association; *row says of which family. */
static const struct doc *find_vpc(const struct call *call, const char *association_id,
				  const struct family_row **row)
{
	static const struct family_row *const rows[] = {&ipv4_row, &ipv6_row};

	world_foreach (vpc, call->world, &kind_vpc) {
		for (size_t i = 0; doc_in_scope(call, vpc) && i < array_size(rows); i++) {
			*row = rows[i];
			if (ec2_element(json_get(vpc->body, rows[i]->set), "AssociationId",
					association_id))
				return vpc;
		}
	}
	return NULL;
}

/* Source: EC2 API, DisassociateVpcCidrBlock: not the primary block, not one that subnets use. */
bool ec2_disassociate_vpc_cidr_block(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "AssociationId"), *text;
	const struct family_row *row;
	const struct doc *vpc = find_vpc(call, id, &row);
	struct json *body, *association, *item;
	struct cidr block;

	if (!str_starts_with(id, "vpc-cidr-assoc-"))
		return aws_fail(err, AWS_EC2_VPC_ASSOCIATION_MALFORMED, id);
	if (!vpc)
		return aws_fail(err, AWS_EC2_VPC_ASSOCIATION_NOT_FOUND, id);
	body = json_copy(vpc->body);
	association = ec2_element_mut(json_get_mut(body, row->set), "AssociationId", id);
	text = arena_strdup(call->arena, json_get_str(association, row->block));
	if (row == &ipv4_row && str_eq(text, json_get_str(body, "CidrBlock"))) {
		json_free(body);
		return aws_fail(err, AWS_EC2_PRIMARY_CIDR, id);
	}
	if (!cidr_parse(text, &block) || block_is_used(call->world, vpc->key, &block)) {
		json_free(body);
		return aws_fail(err, AWS_EC2_VPC_CIDR_IN_USE, vpc->key, text);
	}
	set_state(association, row, "disassociating");
	item = json_copy(association);
	world_put(call, &kind_vpc, vpc->key, body);
	route_remove_local(call, vpc->key, text);
	json_set(output, row == &ipv4_row ? "CidrBlockAssociation" : "Ipv6CidrBlockAssociation",
		 item);
	json_set_str(output, "VpcId", vpc->key);
	lifecycle_start(call, &kind_vpc, vpc->key, LIFECYCLE_IPV6_CIDR, timer_name(call, id));
	return true;
}
