/*
 * Subnets: a slice of a VPC's address space in one zone. Document kind: subnet, shape: EC2 Subnet.
 * AvailableIpAddressCount is computed on read, out of the network interfaces that are in it.
 */
#include "emulator/aws/ec2/ipam.h"

#define RESERVED_ADDRESSES 5 /* the first four and the last; VPC user guide, "Subnet sizing" */
#define TIMER_PREFIX	   "block:"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

static const struct kind_index subnet_indexes[] = {
	{"vpc", terms_vpc},
	{NULL, NULL},
};

struct json *subnet_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc);

	json_set_int(item, "AvailableIpAddressCount", ec2_subnet_free_addresses(world, doc));
	return item;
}

static struct json *subnet_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(subnet_item(world, doc));
}

static void subnet_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_subnet = {
	.name = "subnet",
	.shape = "ec2:Subnet",
	.indexes = subnet_indexes,
	.timer = subnet_timer,
	.view = subnet_view,
};

/* ---- What others ask ---- */

bool ec2_subnet_ipv4(const struct doc *subnet, struct cidr *ret)
{
	const char *text = doc_str(subnet, "CidrBlock");

	return text && cidr_parse(text, ret);
}

static bool association_is(const struct json *association, const char *state)
{
	return str_eq(json_find_str(association, "Ipv6CidrBlockState", "State", NULL), state);
}

bool ec2_subnet_ipv6(const struct doc *subnet, struct cidr *ret)
{
	json_foreach (association, json_get(subnet->body, "Ipv6CidrBlockAssociationSet")) {
		if (association_is(association, "associated"))
			return cidr_parse(json_get_str(association, "Ipv6CidrBlock"), ret);
	}
	return false;
}

unsigned ec2_subnet_free_addresses(const struct world *world, const struct doc *subnet)
{
	struct docs found = {0};
	struct cidr block;
	uint64_t total, used = RESERVED_ADDRESSES;

	if (!ec2_subnet_ipv4(subnet, &block))
		return 0;
	total = cidr_hosts(&block);
	used += world_lookup_count(world, &kind_network_interface, "subnet", subnet->key);
	world_lookup(world, &kind_network_interface, "subnet-uncommon", subnet->key, &found);
	for (size_t i = 0; i < found.count; i++)
		used += json_size(json_get(found.items[i]->body, "PrivateIpAddresses")) - 1 +
			16 * json_size(json_get(found.items[i]->body, "Ipv4Prefixes"));
	docs_done(&found);
	world_lookup(world, &kind_subnet_cidr_reservation, "subnet", subnet->key, &found);
	for (size_t i = 0; i < found.count; i++)
		if (cidr_parse(doc_str(found.items[i], "Cidr"), &block) &&
		    block.ip.family == FAMILY_IPV4)
			used += cidr_hosts(&block);
	docs_done(&found);
	return used < total ? (unsigned)(total - used) : 0;
}

const struct doc *ec2_subnet_route_table(const struct world *world, const struct doc *subnet)
{
	const struct doc *association = route_table_association_of(world, subnet->key);

	if (association)
		return world_find(world, &kind_route_table, doc_str(association, "RouteTableId"));
	return route_table_main(world, doc_str(subnet, "VpcId"));
}

/* ---- IPv6 block: associating, associated, disassociating ---- */

/** Puts the block into a body; the timer makes it associated. */
static const char *add_ipv6(struct call *call, struct json *body, const struct cidr *cidr)
{
	const char *text = ec2_cidr_text(call, cidr), *id;
	struct json *association = json_new_object();

	id = ec2_part_id(call, "subnet-cidr-assoc-",
			 arena_printf(call->arena, "%s/%s", json_get_str(body, "SubnetId"), text));
	json_set_str(association, "AssociationId", id);
	json_set_str(association, "Ipv6CidrBlock", text);
	json_set_str(json_ensure_object(association, "Ipv6CidrBlockState"), "State", "associating");
	json_set_str(association, "Ipv6AddressAttribute", "public");
	json_set_str(association, "IpSource", "amazon");
	json_append(json_ensure_array(body, "Ipv6CidrBlockAssociationSet"), association);
	return id;
}

static void start_ipv6(struct call *call, const char *subnet_id, const char *association_id)
{
	lifecycle_start(call, &kind_subnet, subnet_id, LIFECYCLE_IPV6_CIDR,
			arena_printf(call->arena, TIMER_PREFIX "%s", association_id));
}

static void subnet_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body = json_copy(doc->body);
	struct json *set = json_ensure_array(body, "Ipv6CidrBlockAssociationSet");
	struct json *association =
		ec2_element_mut(set, "AssociationId", timer + strlen(TIMER_PREFIX));

	assert(str_starts_with(timer, TIMER_PREFIX));
	if (association && association_is(association, "disassociating")) {
		ipam_release(call, doc->key, json_get_str(association, "Ipv6CidrBlock"));
		json_remove_item(set, association);
	} else if (association) {
		json_set_str(json_ensure_object(association, "Ipv6CidrBlockState"), "State",
			     "associated");
	}
	world_put(call, &kind_subnet, doc->key, body);
}

/** Whether another subnet of the VPC has addresses of the block. */
static bool block_is_free(const struct world *world, const char *vpc_id, const struct cidr *cidr)
{
	struct docs subnets = {0};
	struct cidr other;
	bool is_free = true;

	world_lookup(world, &kind_subnet, "vpc", vpc_id, &subnets);
	for (size_t i = 0; i < subnets.count && is_free; i++) {
		if (ec2_subnet_ipv4(subnets.items[i], &other) && cidr_overlaps(&other, cidr))
			is_free = false;
		json_foreach (association,
			      json_get(subnets.items[i]->body, "Ipv6CidrBlockAssociationSet")) {
			if (cidr_parse(json_get_str(association, "Ipv6CidrBlock"), &other) &&
			    cidr_overlaps(&other, cidr))
				is_free = false;
		}
	}
	docs_done(&subnets);
	return is_free;
}

/**
 * The IPv6 block that a caller wants for a subnet of the VPC.
 *
 * Source: VPC user guide, "Subnet sizing for IPv6": /44 to /64 in steps of /4, inside a block of
 * the VPC.
 */
static bool read_ipv6(struct call *call, const struct doc *vpc, const char *text, struct cidr *ret,
		      struct err *err)
{
	if (!cidr_parse(text, ret) || ret->ip.family != FAMILY_IPV6 || !cidr_is_canonical(ret))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "ipv6CidrBlock");
	if (ret->prefix < 44 || ret->prefix > 64 || ret->prefix % 4)
		return aws_fail(err, AWS_EC2_SUBNET_RANGE, text);
	if (!vpc_block_around(vpc, ret))
		return aws_fail(err, AWS_EC2_SUBNET_RANGE, text);
	if (!block_is_free(call->world, vpc->key, ret))
		return aws_fail(err, AWS_EC2_SUBNET_CONFLICT, text);
	return true;
}

/** The same for IPv4: /16 to /28; AWS clears the host bits. */
static bool read_ipv4(struct call *call, const struct doc *vpc, const char *text, struct cidr *ret,
		      struct err *err)
{
	if (!cidr_parse(text, ret) || ret->ip.family != FAMILY_IPV4)
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "cidrBlock");
	*ret = cidr_canonical(ret);
	if (ret->prefix < 16 || ret->prefix > 28 || !vpc_block_around(vpc, ret))
		return aws_fail(err, AWS_EC2_SUBNET_RANGE, text);
	if (!block_is_free(call->world, vpc->key, ret))
		return aws_fail(err, AWS_EC2_SUBNET_CONFLICT, text);
	return true;
}

/* ---- CreateSubnet ---- */

static struct json *subnet_body(struct call *call, const char *id, const struct subnet_spec *spec)
{
	struct json *body = json_new_object(), *options;

	json_set_str(body, "AvailabilityZoneId", ec2_zone_id(call, spec->zone));
	json_set_bool(body, "MapCustomerOwnedIpOnLaunch", false);
	json_set_str(body, "OwnerId", call->account);
	json_set_bool(body, "AssignIpv6AddressOnCreation", spec->native);
	json_set(body, "Ipv6CidrBlockAssociationSet", json_new_array());
	json_set_str(body, "SubnetArn", ec2_arn(call, "subnet", id));
	json_set_bool(body, "EnableDns64", false);
	json_set_bool(body, "Ipv6Native", spec->native);
	options = json_ensure_object(body, "PrivateDnsNameOptionsOnLaunch");
	json_set_str(options, "HostnameType", spec->native ? "resource-name" : "ip-name");
	json_set_bool(options, "EnableResourceNameDnsARecord", false);
	json_set_bool(options, "EnableResourceNameDnsAAAARecord", spec->native);
	json_set_str(json_ensure_object(body, "BlockPublicAccessStates"),
		     "InternetGatewayBlockMode", "off");
	json_set_str(body, "SubnetId", id);
	json_set_str(body, "State", "available");
	json_set_str(body, "VpcId", spec->vpc->key);
	if (spec->ipv4)
		json_set_str(body, "CidrBlock", ec2_cidr_text(call, spec->ipv4));
	json_set_str(body, "AvailabilityZone", spec->zone);
	json_set_bool(body, "DefaultForAz", spec->is_default);
	json_set_bool(body, "MapPublicIpOnLaunch", spec->is_default && !spec->native);
	return body;
}

const struct doc *subnet_add(struct call *call, struct subnet_spec spec)
{
	const struct cidr *name = spec.ipv4 ? spec.ipv4 : spec.ipv6;
	const char *id = spec.id ? spec.id
				 : ec2_new_id(call, &kind_subnet,
					      arena_printf(call->arena, "%s/%s", spec.vpc->key,
							   ec2_cidr_text(call, name)));
	struct json *body = subnet_body(call, id, &spec);
	const char *association = spec.ipv6 ? add_ipv6(call, body, spec.ipv6) : NULL;

	world_add(call, (struct doc_spec){
				.kind = &kind_subnet, .key = id, .body = body, .tags = spec.tags});
	network_acl_associate(call, spec.vpc->key, id);
	block_public_access_tell(call, &kind_subnet, id);
	nat_gateway_follow_zones(call, spec.vpc->key);
	ipam_resolvers_tell(call);
	if (association)
		start_ipv6(call, id, association);
	return world_find(call->world, &kind_subnet, id);
}

/** The region's zones, as a refusal names them. */
static const char *zones_text(struct call *call, bool ids)
{
	const char *text = "", *name;

	for (unsigned i = 0; (name = region_zone_name(call, i)); i++)
		text = arena_printf(call->arena, "%s%s%s", text, i ? ", " : "",
				    ids ? ec2_zone_id(call, name) : name);
	return text;
}

bool subnet_read_zone(struct call *call, const struct json *input, const char **ret,
		      struct err *err)
{
	const char *name = json_get_str(input, "AvailabilityZone");
	const char *id = json_get_str(input, "AvailabilityZoneId");

	if (name && id)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "AvailabilityZone",
				"AvailabilityZoneId");
	if (id && !region_zone_by_id(call, id))
		return aws_fail(err, AWS_EC2_SUBNET_ZONE, id, "availabilityZoneId",
				zones_text(call, true));
	if (name && !ec2_zone_id(call, name))
		return aws_fail(err, AWS_EC2_SUBNET_ZONE, name, "availabilityZone",
				zones_text(call, false));
	*ret = id ? region_zone_by_id(call, id) : name ? name : region_zone_name(call, 0);
	return true;
}

/** A block out of a resource planning pool of the subnet's VPC. *ret is its text. Source: IPAM user
 * guide, "Plan VPC IP address space for subnet IP allocations". */
static bool pool_block(struct call *call, const struct doc *vpc, const struct json *input,
		       bool ipv6, const char *subnet_id, const char **ret, struct err *err)
{
	const char *pool_id = json_get_str(input, ipv6 ? "Ipv6IpamPoolId" : "Ipv4IpamPoolId"), *id;
	const struct ipam_wish wish = {
		.cidr = json_get_str(input, ipv6 ? "Ipv6CidrBlock" : "CidrBlock"),
		.netmask = json_get_int(input, ipv6 ? "Ipv6NetmaskLength" : "Ipv4NetmaskLength", 0),
		.type = "subnet",
		.resource = subnet_id,
		.min = ipv6 ? 44 : 16,
		.max = ipv6 ? 64 : 28};
	const struct doc *pool;
	struct cidr block;

	if (!ipam_pool_get(call, pool_id, &pool, err))
		return false;
	if (!str_eq(doc_str(pool, "AddressFamily"), ipv6 ? "ipv6" : "ipv4") ||
	    !str_eq(json_find_str(pool->body, "SourceResource", "ResourceId", NULL), vpc->key))
		return aws_fail(err, AWS_EC2_IPAM_POOL_UNFIT, pool_id);
	if (!ipam_allocate(call, pool, &wish, &block, &id, err))
		return false;
	*ret = ec2_cidr_text(call, &block);
	return true;
}

/** Which blocks a new subnet gets, checked. */
static bool read_blocks(struct call *call, const struct doc *vpc, const struct json *input,
			const char *id, struct cidr *ipv4, struct cidr *ipv6, struct err *err)
{
	const char *cidr = json_get_str(input, "CidrBlock");
	const char *cidr6 = json_get_str(input, "Ipv6CidrBlock");
	bool native = json_get_bool(input, "Ipv6Native", false);

	/* Source: EC2 API, CreateSubnet: a length is of a pool, and in the place of a block */
	if (json_get(input, "Ipv4NetmaskLength") && (cidr || !json_get(input, "Ipv4IpamPoolId")))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "ipv4NetmaskLength", "cidrBlock");
	if (json_get(input, "Ipv6NetmaskLength") && (cidr6 || !json_get(input, "Ipv6IpamPoolId")))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "ipv6NetmaskLength",
				"ipv6CidrBlock");
	if (json_get_str(input, "Ipv4IpamPoolId") &&
	    !pool_block(call, vpc, input, false, id, &cidr, err))
		return false;
	if (json_get_str(input, "Ipv6IpamPoolId") &&
	    !pool_block(call, vpc, input, true, id, &cidr6, err))
		return false;
	if (native && cidr)
		return aws_fail(err, AWS_EC2_NATIVE_WITH_IPV4);
	if (native && !cidr6)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipv6CidrBlock");
	if (!native && !cidr)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "cidrBlock");
	return (!cidr || read_ipv4(call, vpc, cidr, ipv4, err)) &&
	       (!cidr6 || read_ipv6(call, vpc, cidr6, ipv6, err));
}

/**
 * Source: EC2 API, CreateSubnet; InvalidSubnet.Conflict is what Gardener's flow counts on to try
 * the next /64 (infraflow/reconcile.go, ensureSubnetIPv6).
 */
bool ec2_create_subnet(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	struct cidr ipv4 = {0}, ipv6 = {0};
	const struct doc *vpc, *subnet;
	const char *zone = NULL, *id = NULL;

	if (json_get_str(input, "Ipv4IpamPoolId") || json_get_str(input, "Ipv6IpamPoolId"))
		id = ec2_new_id(call, &kind_subnet, json_get_str(input, "VpcId"));
	if (!ec2_get_of_any_form(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !tags_from_specifications(input, "subnet", &tags, err) ||
	    !subnet_read_zone(call, input, &zone, err) ||
	    !read_blocks(call, vpc, input, id, &ipv4, &ipv6, err) ||
	    !ec2_within_limit(call, LIMIT_SUBNETS_PER_VPC,
			      world_lookup_count(call->world, &kind_subnet, "vpc", vpc->key),
			      AWS_EC2_SUBNET_LIMIT, err))
		return false;
	if (json_get_str(input, "OutpostArn"))
		return aws_fail(err, AWS_EC2_OUTPOST_NOT_FOUND, json_get_str(input, "OutpostArn"));
	subnet = subnet_add(call, (struct subnet_spec){
					  .id = id,
					  .vpc = vpc,
					  .zone = zone,
					  .ipv4 = ipv4.ip.family ? &ipv4 : NULL,
					  .ipv6 = ipv6.ip.family ? &ipv6 : NULL,
					  .native = json_get_bool(input, "Ipv6Native", false),
					  .tags = steal(tags),
				  });
	json_set(output, "Subnet", subnet_item(call->world, subnet));
	return true;
}

/* ---- DeleteSubnet ---- */

/** Takes what hangs on a subnet and goes with it. */
static void subnet_drop(struct call *call, const char *id)
{
	const struct doc *association = route_table_association_of(call->world, id);
	const char *vpc_id = doc_str(world_find(call->world, &kind_subnet, id), "VpcId");
	struct docs reservations = {0};

	if (association)
		world_remove(call, &kind_route_table_association, association->key);
	world_lookup(call->world, &kind_subnet_cidr_reservation, "subnet", id, &reservations);
	for (size_t i = 0; i < reservations.count; i++)
		world_remove(call, &kind_subnet_cidr_reservation, reservations.items[i]->key);
	docs_done(&reservations);
	network_acl_forget(call, id);
	flow_log_forget(call, id);
	block_public_access_forget(call, "subnet", id);
	ipam_release(call, id, NULL);
	world_remove(call, &kind_subnet, id);
	nat_gateway_follow_zones(call, vpc_id);
	ipam_resolvers_tell(call);
}

/* Source: EC2 API, DeleteSubnet: instances, NAT gateways and load balancers hold it by their
 * network interfaces; associations and reservations go with it. */
bool ec2_delete_subnet(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *subnet;

	(void)output;
	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", &subnet, err))
		return false;
	if (world_lookup_count(call->world, &kind_network_interface, "subnet", subnet->key))
		return aws_fail(err, AWS_EC2_DEPENDENCY, "subnet", subnet->key);
	subnet_drop(call, subnet->key);
	return true;
}

/* ---- DescribeSubnets ---- */

static void filter_free_addresses(struct call *call, const struct doc *doc,
				  struct filter_values *values)
{
	filter_value_int(values, ec2_subnet_free_addresses(call->world, doc));
}

static const struct filter_field subnet_filters[] = {
	{"availability-zone", "AvailabilityZone", NULL, NULL},
	{"availabilityZone", "AvailabilityZone", NULL, NULL},
	{"availability-zone-id", "AvailabilityZoneId", NULL, NULL},
	{"availabilityZoneId", "AvailabilityZoneId", NULL, NULL},
	{"available-ip-address-count", NULL, filter_free_addresses, NULL},
	{"cidr", "CidrBlock", NULL, NULL},
	{"cidr-block", "CidrBlock", NULL, NULL},
	{"cidrBlock", "CidrBlock", NULL, NULL},
	{"customer-owned-ipv4-pool", "CustomerOwnedIpv4Pool", NULL, NULL},
	{"default-for-az", "DefaultForAz", NULL, NULL},
	{"defaultForAz", "DefaultForAz", NULL, NULL},
	{"enable-dns64", "EnableDns64", NULL, NULL},
	{"enable-lni-at-device-index", "EnableLniAtDeviceIndex", NULL, NULL},
	{"ipv6-cidr-block-association.association-id", "Ipv6CidrBlockAssociationSet.AssociationId",
	 NULL, NULL},
	{"ipv6-cidr-block-association.ipv6-cidr-block", "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
	 NULL, NULL},
	{"ipv6-cidr-block-association.state",
	 "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State", NULL, NULL},
	{"ipv6-native", "Ipv6Native", NULL, NULL},
	{"map-customer-owned-ip-on-launch", "MapCustomerOwnedIpOnLaunch", NULL, NULL},
	{"map-public-ip-on-launch", "MapPublicIpOnLaunch", NULL, NULL},
	{"outpost-arn", "OutpostArn", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
	 "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord", NULL, NULL},
	{"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
	 "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord", NULL, NULL},
	{"private-dns-name-options-on-launch.hostname-type",
	 "PrivateDnsNameOptionsOnLaunch.HostnameType", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"subnet-arn", "SubnetArn", NULL, NULL},
	{"subnet-id", "SubnetId", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

static struct json *describe_item(struct call *call, const struct doc *doc)
{
	return subnet_item(call->world, doc);
}

bool ec2_describe_subnets(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_subnet,
		.ids = "SubnetIds",
		.id_prefix = "subnet-",
		.malformed = AWS_EC2_SUBNET_NOT_FOUND, /* of any form */
		.not_found = AWS_EC2_SUBNET_NOT_FOUND,
		.filters = "Filters",
		.fields = subnet_filters,
		.page = &page_ec2,
		.result = "Subnets",
		.item = describe_item,
	};

	return describe_reply(call, input, output, &describe, err);
}

/* ---- AssociateSubnetCidrBlock, DisassociateSubnetCidrBlock ---- */

static void reply_association(struct call *call, struct json *output, const char *subnet_id,
			      const char *association_id)
{
	const struct doc *subnet = world_find(call->world, &kind_subnet, subnet_id);

	json_set_borrowed(output, "Ipv6CidrBlockAssociation",
			  ec2_element(json_get(subnet->body, "Ipv6CidrBlockAssociationSet"),
				      "AssociationId", association_id));
	json_set_str(output, "SubnetId", subnet_id);
}

/* Source: EC2 API, AssociateSubnetCidrBlock: a subnet has one IPv6 block at most. */
bool ec2_associate_subnet_cidr_block(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const char *text = json_get_str(input, "Ipv6CidrBlock"), *association;
	const struct doc *subnet, *vpc;
	struct cidr cidr;
	struct json *body;

	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", &subnet, err))
		return false;
	if (!text && !json_get_str(input, "Ipv6IpamPoolId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipv6CidrBlock");
	if (json_size(json_get(subnet->body, "Ipv6CidrBlockAssociationSet")))
		return aws_fail(err, AWS_EC2_SUBNET_HAS_IPV6, subnet->key);
	vpc = world_find(call->world, &kind_vpc, doc_str(subnet, "VpcId"));
	if (json_get_str(input, "Ipv6IpamPoolId") &&
	    !pool_block(call, vpc, input, true, subnet->key, &text, err))
		return false;
	if (!read_ipv6(call, vpc, text, &cidr, err))
		return false;
	body = json_copy(subnet->body);
	association = add_ipv6(call, body, &cidr);
	world_put(call, &kind_subnet, subnet->key, body);
	start_ipv6(call, subnet->key, association);
	reply_association(call, output, subnet->key, association);
	return true;
}

/** Whether an interface or a reservation of the subnet uses its IPv6 block. */
static bool ipv6_is_used(const struct world *world, const char *subnet_id)
{
	struct docs found = {0};
	bool used = false;

	world_lookup(world, &kind_network_interface, "subnet", subnet_id, &found);
	for (size_t i = 0; i < found.count; i++)
		used = used || json_size(json_get(found.items[i]->body, "Ipv6Addresses"));
	docs_done(&found);
	world_lookup(world, &kind_subnet_cidr_reservation, "subnet", subnet_id, &found);
	for (size_t i = 0; i < found.count; i++)
		used = used || strchr(doc_str(found.items[i], "Cidr"), ':');
	docs_done(&found);
	return used;
}

bool ec2_disassociate_subnet_cidr_block(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "AssociationId");
	const struct doc *subnet = NULL;
	struct json *body, *association;

	if (!str_starts_with(id, "subnet-cidr-assoc-"))
		return aws_fail(err, AWS_EC2_SUBNET_ASSOCIATION_MALFORMED, id);
	world_foreach (doc, call->world, &kind_subnet) {
		if (doc_in_scope(call, doc) &&
		    ec2_element(json_get(doc->body, "Ipv6CidrBlockAssociationSet"), "AssociationId",
				id))
			subnet = doc;
	}
	if (!subnet)
		return aws_fail(err, AWS_EC2_SUBNET_ASSOCIATION_NOT_FOUND, id);
	if (ipv6_is_used(call->world, subnet->key) ||
	    json_get_bool(subnet->body, "Ipv6Native", false))
		return aws_fail(err, AWS_EC2_SUBNET_CIDR_IN_USE, id);
	if (json_get_bool(subnet->body, "AssignIpv6AddressOnCreation", false))
		return aws_fail(err, AWS_EC2_SUBNET_ASSIGNS_IPV6, id);
	body = json_copy(subnet->body);
	association = ec2_element_mut(json_get_mut(body, "Ipv6CidrBlockAssociationSet"),
				      "AssociationId", id);
	json_set_str(json_ensure_object(association, "Ipv6CidrBlockState"), "State",
		     "disassociating");
	world_put(call, &kind_subnet, subnet->key, body);
	reply_association(call, output, subnet->key, id);
	lifecycle_start(call, &kind_subnet, subnet->key, LIFECYCLE_IPV6_CIDR,
			arena_printf(call->arena, TIMER_PREFIX "%s", id));
	return true;
}
