/* VPCs and what they are made of. */
#include "runner/import/inner.h"

static bool is_default_vpc(const struct json *vpc)
{
	return json_get_bool(vpc, "IsDefault", false);
}

/* As every region has it by itself: the region's domain, and Amazon's name servers. */
static bool is_default_set(const struct json *item)
{
	const struct json *rows = json_get(item, "DhcpConfigurations");

	json_foreach (row, rows) {
		const char *value = json_get_str(json_first(json_get(row, "Values")), "Value");

		if (str_eq(json_get_str(row, "Key"), "domain-name")
			    ? !str_ends_with(value, ".compute.internal") &&
				      !str_eq(value, "ec2.internal")
			    : !str_eq(value, "AmazonProvidedDNS"))
			return false;
	}
	return json_size(rows) == 2;
}

void import_dhcp_options(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "DhcpOptionsId");
	struct json *params;
	struct json *rows;
	bool used = false;

	json_foreach (vpc, json_get(import->sets, "Vpcs"))
		used = used ||
		       (!is_default_vpc(vpc) && str_eq(json_get_str(vpc, "DhcpOptionsId"), id));
	if (!used || is_default_set(item))
		return;
	params = json_new_object();
	rows = json_ensure_array(params, "DhcpConfigurations");
	json_foreach (configuration, json_get(item, "DhcpConfigurations")) {
		struct json *row = import_params("Key", json_get_str(configuration, "Key"));

		json_foreach (value, json_get(configuration, "Values"))
			json_append_str(json_ensure_array(row, "Values"),
					json_get_str(value, "Value"));
		json_append(rows, row);
	}
	import_tag_specification(import, params, item, "dhcp-options");
	import_call(import, id, "ec2:CreateDhcpOptions", id, params, NULL);
}

/* The blocks beyond the first. */
static void add_blocks(struct import *import, const struct json *item, const char *id)
{
	size_t amazon = 0;

	json_foreach (association, json_get(item, "CidrBlockAssociationSet")) {
		struct json *params;

		if (str_eq(json_get_str(association, "CidrBlock"), json_get_str(item, "CidrBlock")))
			continue;
		params = import_params("VpcId", id);
		import_copy(params, association, IMPORT_MEMBERS("CidrBlock"));
		import_call(import, id, "ec2:AssociateVpcCidrBlock", NULL, params, NULL);
	}
	json_foreach (association, json_get(item, "Ipv6CidrBlockAssociationSet")) {
		const char *block = json_get_str(association, "Ipv6CidrBlock");
		const char *pool = json_get_str(association, "Ipv6Pool");
		_cleanup_(json_freep) struct json *output = NULL;
		struct json *params = import_params("VpcId", id);
		const struct doc *vpc;

		if (!str_eq(json_find_str(association, "Ipv6CidrBlockState", "State", NULL),
			    "associated")) {
			json_free(params);
			continue;
		}
		if (pool && !str_eq(pool, "Amazon"))
			import_omit(import, "%s: its block %s is from %s; here Amazon gives it", id,
				    block, pool);
		json_set_bool(params, "AmazonProvidedIpv6CidrBlock", true);
		if (!import_call(import, id, "ec2:AssociateVpcCidrBlock", NULL, params, &output))
			continue;
		vpc = world_find(import->emulator->world,
				 world_kind_named(import->emulator->world, "vpc"), id);
		import_move_block(
			import, block,
			json_get_str(json_at(json_get(vpc->body, "Ipv6CidrBlockAssociationSet"),
					     amazon++),
				     "Ipv6CidrBlock"));
	}
}

void import_vpc(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "VpcId");
	const char *options = json_get_str(item, "DhcpOptionsId");
	const struct json *set;
	struct json *params;

	if (is_default_vpc(item)) {
		import_omit(import, "%s: it is the default VPC, which each account has of its own",
			    id);
		return;
	}
	params = json_new_object();
	import_copy(params, item, IMPORT_MEMBERS("CidrBlock"));
	if (!str_eq(json_get_str(item, "InstanceTenancy"), "default"))
		import_copy(params, item, IMPORT_MEMBERS("InstanceTenancy"));
	import_tag_specification(import, params, item, "vpc");
	if (!import_call(import, id, "ec2:CreateVpc", id, params, NULL))
		return;
	add_blocks(import, item, id);
	set = import_find(import, "DhcpOptions", "DhcpOptionsId", options);
	if (set && !is_default_set(set)) {
		params = import_params("VpcId", id);
		json_set_str(params, "DhcpOptionsId", options);
		import_call(import, id, "ec2:AssociateDhcpOptions", NULL, params, NULL);
	}
}

void import_vpc_attribute(struct import *import, const struct json *item)
{
	static const struct {
		const char *name;
		bool normal; /* of a new VPC */
	} rows[] = {{"EnableDnsSupport", true}, {"EnableDnsHostnames", false}};
	const char *id = json_get_str(item, "VpcId");

	if (!import_has_vpc(import, id, id))
		return;
	for (size_t i = 0; i < array_size(rows); i++) {
		const struct json *value = json_find(item, rows[i].name, "Value", NULL);
		struct json *params;

		if (!json_is_bool(value) || json_bool(value) == rows[i].normal)
			continue;
		params = import_params("VpcId", id);
		json_set_copy(params, rows[i].name, json_get(item, rows[i].name));
		import_call(import, id, "ec2:ModifyVpcAttribute", NULL, params, NULL);
	}
}

/* The first VPC that a gateway is attached to. */
static const char *attached_to(const struct json *item)
{
	return json_get_str(json_first(json_get(item, "Attachments")), "VpcId");
}

void import_internet_gateway(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "InternetGatewayId"), *vpc = attached_to(item);
	struct json *params;

	if (vpc && !import_has_vpc(import, vpc, id))
		return;
	params = json_new_object();
	import_tag_specification(import, params, item, "internet-gateway");
	if (!import_call(import, id, "ec2:CreateInternetGateway", id, params, NULL) || !vpc)
		return;
	params = import_params("InternetGatewayId", id);
	json_set_str(params, "VpcId", vpc);
	import_call(import, id, "ec2:AttachInternetGateway", NULL, params, NULL);
}

void import_egress_only_gateway(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "EgressOnlyInternetGatewayId");
	struct json *params;

	if (!import_has_vpc(import, attached_to(item), id))
		return;
	params = import_params("VpcId", attached_to(item));
	import_tag_specification(import, params, item, "egress-only-internet-gateway");
	import_call(import, id, "ec2:CreateEgressOnlyInternetGateway", id, params, NULL);
}

/* What a subnet gets with a call of its own each. */
static void set_subnet(struct import *import, const struct json *item, const char *id)
{
	static const char *const flags[] = {"MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation",
					    "EnableDns64"};

	for (size_t i = 0; i < array_size(flags); i++) {
		struct json *params;

		if (!json_get_bool(item, flags[i], false))
			continue;
		params = import_params("SubnetId", id);
		json_set_bool(json_ensure_object(params, flags[i]), "Value", true);
		import_call(import, id, "ec2:ModifySubnetAttribute", NULL, params, NULL);
	}
}

void import_subnet(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "SubnetId");
	struct json *params;

	if (!import_has_vpc(import, json_get_str(item, "VpcId"), id))
		return;
	params = json_new_object();
	import_copy(params, item, IMPORT_MEMBERS("VpcId", "AvailabilityZone", "CidrBlock"));
	json_foreach (association, json_get(item, "Ipv6CidrBlockAssociationSet"))
		if (str_eq(json_find_str(association, "Ipv6CidrBlockState", "State", NULL),
			   "associated"))
			import_copy(params, association, IMPORT_MEMBERS("Ipv6CidrBlock"));
	if (json_get_bool(item, "Ipv6Native", false))
		json_set_bool(params, "Ipv6Native", true);
	import_tag_specification(import, params, item, "subnet");
	if (import_call(import, id, "ec2:CreateSubnet", id, params, NULL))
		set_subnet(import, item, id);
}

void import_nat_gateway(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "NatGatewayId"), *state = json_get_str(item, "State");
	struct json *params;

	if (str_eq(state, "deleted") || str_eq(state, "deleting") || str_eq(state, "failed") ||
	    !import_has_vpc(import, json_get_str(item, "VpcId"), id))
		return;
	params = json_new_object();
	import_copy(params, item, IMPORT_MEMBERS("SubnetId", "ConnectivityType"));
	import_copy(params, json_first(json_get(item, "NatGatewayAddresses")),
		    IMPORT_MEMBERS("AllocationId"));
	import_tag_specification(import, params, item, "natgateway");
	import_call(import, id, "ec2:CreateNatGateway", id, params, NULL);
}

void import_vpc_endpoint(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "VpcEndpointId");
	struct json *params;

	if (str_eq(json_get_str(item, "State"), "deleted") ||
	    !import_has_vpc(import, json_get_str(item, "VpcId"), id))
		return;
	params = json_new_object();
	import_copy(params, item,
		    IMPORT_MEMBERS("VpcId", "VpcEndpointType", "ServiceName", "PolicyDocument",
				   "RouteTableIds", "SubnetIds"));
	json_foreach (group, json_get(item, "Groups"))
		json_append_str(json_ensure_array(params, "SecurityGroupIds"),
				json_get_str(group, "GroupId"));
	if (json_get_bool(item, "PrivateDnsEnabled", false))
		json_set_bool(params, "PrivateDnsEnabled", true);
	import_tag_specification(import, params, item, "vpc-endpoint");
	import_call(import, id, "ec2:CreateVpcEndpoint", id, params, NULL);
}
