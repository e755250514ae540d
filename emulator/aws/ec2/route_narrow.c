/* Routes within a VPC, more specific than its local ones. */
#include "emulator/aws/ec2/internal.h"

/** Whether a block lies in one of the VPC's, and is smaller than that. */
static bool is_narrower(const struct doc *vpc, const struct cidr *destination)
{
	struct cidr block;

	json_foreach (association, json_get(vpc->body, "CidrBlockAssociationSet"))
		if (cidr_parse(json_get_str(association, "CidrBlock"), &block) &&
		    destination->prefix > block.prefix && cidr_contains(&block, destination))
			return true;
	json_foreach (association, json_get(vpc->body, "Ipv6CidrBlockAssociationSet"))
		if (cidr_parse(json_get_str(association, "Ipv6CidrBlock"), &block) &&
		    destination->prefix > block.prefix && cidr_contains(&block, destination))
			return true;
	return false;
}

static bool is_subnet_block(const struct world *world, const char *vpc_id, const char *text)
{
	struct docs subnets = {0};
	bool found = false;

	world_lookup(world, &kind_subnet, "vpc", vpc_id, &subnets);
	for (size_t i = 0; i < subnets.count; i++)
		found = found || str_eq(doc_str(subnets.items[i], "CidrBlock"), text) ||
			ec2_element(json_get(subnets.items[i]->body, "Ipv6CidrBlockAssociationSet"),
				    "Ipv6CidrBlock", text);
	docs_done(&subnets);
	return found;
}

bool route_check_narrow(const struct call *call, const struct doc *table, const char *destination,
			const struct json *body, struct err *err)
{
	const char *vpc_id = doc_str(table, "VpcId");
	struct cidr block;

	if (!cidr_parse(destination, &block) ||
	    !is_narrower(world_find(call->world, &kind_vpc, vpc_id), &block))
		return true;
	if (!route_fits_edge(body) && !json_get(body, "NatGatewayId"))
		return aws_fail(err, AWS_EC2_ROUTE_NARROW, destination);
	return is_subnet_block(call->world, vpc_id, destination) ||
	       aws_fail(err, AWS_EC2_ROUTE_NO_SUBNET);
}
