/* What a region has before anybody did anything: the default DHCP options, the default VPC with a
 * subnet in each zone and a way to the internet, and Amazon's images. */
#include "emulator/aws/ec2/internal.h"

/* Source: VPC user guide, "Default VPCs": 172.31.0.0/16, a /20 per zone, public. */
#define DEFAULT_VPC "172.31.0.0/16"
#define ZONE_PREFIX 20

void default_vpc_add(struct call *call)
{
	struct cidr cidr, zone_cidr;
	const struct doc *vpc;
	const char *gateway, *zone;

	if (!cidr_parse(DEFAULT_VPC, &cidr))
		assert(!"the default VPC's block is a block");
	vpc = vpc_add(call,
		      (struct vpc_spec){.cidr = &cidr, .tenancy = "default", .is_default = true});
	gateway = internet_gateway_add(call, vpc->key, NULL);
	route_add(call, route_table_main(call->world, vpc->key)->key, "DestinationCidrBlock",
		  "0.0.0.0/0", "GatewayId", gateway, NULL);
	for (unsigned i = 0; (zone = region_zone_name(call, i)); i++)
		if (cidr_sub(&cidr, ZONE_PREFIX, i, &zone_cidr))
			subnet_add(call, (struct subnet_spec){.vpc = vpc,
							      .zone = zone,
							      .ipv4 = &zone_cidr,
							      .is_default = true});
}

/** A /20 of the default VPC that no subnet has; false when all are taken. */
static bool free_block(const struct call *call, const struct doc *vpc, struct cidr *ret)
{
	struct docs subnets = {0};
	struct cidr whole, other;
	bool found = false;

	if (!cidr_parse(doc_str(vpc, "CidrBlock"), &whole))
		return false;
	world_lookup(call->world, &kind_subnet, "vpc", vpc->key, &subnets);
	for (uint64_t i = 0; !found && cidr_sub(&whole, ZONE_PREFIX, i, ret); i++) {
		found = true;
		for (size_t k = 0; k < subnets.count; k++)
			if (ec2_subnet_ipv4(subnets.items[k], &other) && cidr_overlaps(&other, ret))
				found = false;
	}
	docs_done(&subnets);
	return found;
}

/** Whether the subnet has, or is getting, IPv6 addresses of the block. */
static bool has_ipv6(const struct doc *subnet, const struct cidr *block)
{
	struct cidr other;

	json_foreach (association, json_get(subnet->body, "Ipv6CidrBlockAssociationSet")) {
		if (cidr_parse(json_get_str(association, "Ipv6CidrBlock"), &other) &&
		    cidr_overlaps(&other, block))
			return true;
	}
	return false;
}

/** The first /64 of the default VPC's IPv6 blocks that no subnet has; false when there is none. */
static bool free_ipv6(struct call *call, const struct doc *vpc, struct cidr *ret)
{
	struct docs subnets = {0};
	struct cidr outer;
	bool found = false;

	world_lookup(call->world, &kind_subnet, "vpc", vpc->key, &subnets);
	json_foreach (association, json_get(vpc->body, "Ipv6CidrBlockAssociationSet")) {
		if (!cidr_parse(json_get_str(association, "Ipv6CidrBlock"), &outer))
			continue;
		for (uint64_t i = 0; !found && cidr_sub(&outer, 64, i, ret); i++) {
			found = vpc_block_around(vpc, ret);
			for (size_t k = 0; found && k < subnets.count; k++)
				found = !has_ipv6(subnets.items[k], ret);
		}
	}
	docs_done(&subnets);
	return found;
}

/* Source: EC2 API, CreateDefaultSubnet: one per zone, a /20 of the default VPC. */
bool ec2_create_default_subnet(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	bool native = json_get_bool(input, "Ipv6Native", false);
	const struct doc *vpc = NULL, *subnet;
	const char *zone = NULL;
	struct cidr block;

	world_foreach (doc, call->world, &kind_vpc) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->body, "IsDefault", false))
			vpc = doc;
	}
	if (!vpc)
		return aws_fail(err, AWS_EC2_DEFAULT_VPC_MISSING);
	if (!json_get_str(input, "AvailabilityZone") && !json_get_str(input, "AvailabilityZoneId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "AvailabilityZone");
	if (!subnet_read_zone(call, input, &zone, err))
		return false;
	world_foreach (doc, call->world, &kind_subnet) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->body, "DefaultForAz", false) &&
		    str_eq(doc_str(doc, "AvailabilityZone"), zone))
			return aws_fail(err, AWS_EC2_DEFAULT_SUBNET_EXISTS, doc->key, zone);
	}
	if (native && !free_ipv6(call, vpc, &block))
		return aws_fail(err, AWS_EC2_DEFAULT_SUBNET_IPV6, vpc->key);
	if (!native && !free_block(call, vpc, &block))
		return aws_fail(err, AWS_EC2_SUBNET_CONFLICT, doc_str(vpc, "CidrBlock"));
	subnet = subnet_add(call, (struct subnet_spec){
					  .vpc = vpc,
					  .zone = zone,
					  .ipv4 = native ? NULL : &block,
					  .ipv6 = native ? &block : NULL,
					  .native = native,
					  .is_default = true,
				  });
	json_set(output, "Subnet", subnet_item(call->world, subnet));
	return true;
}

void ec2_defaults(struct call *call)
{
	if (!*call->region)
		return;
	dhcp_options_default(call);
	default_vpc_add(call);
	image_add_defaults(call);
}
