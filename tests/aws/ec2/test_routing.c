/* Gateways, route tables, routes and NAT gateways. */
#include "tests/aws/ec2/ec2_test.h"

#define IGW   "igw-0000000000000aaaa"
#define EIGW  "eigw-0000000000000aaaa"
#define TABLE "rtb-0000000000000aaaa"
#define EIP   "eipalloc-0000000000000aaaa"
#define NAT   "nat-0000000000000aaaa"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
	json_free(ec2_ok_fixed(&test, IGW, "CreateInternetGateway", "{}"));
	json_free(ec2_ok_fixed(&test, TABLE, "CreateRouteTable", "{'VpcId': '" TEST_VPC "'}"));
}

static void teardown(void)
{
	ec2_test_done(&test);
}

static void attach(void)
{
	json_free(ec2_ok(&test, "AttachInternetGateway",
			 "{'InternetGatewayId': '" IGW "', 'VpcId': '" TEST_VPC "'}"));
}

static void make_nat_gateway(void)
{
	attach();
	json_free(ec2_ok_fixed(&test, EIP, "AllocateAddress", "{'Domain': 'vpc'}"));
	json_free(ec2_ok_fixed(&test, NAT, "CreateNatGateway",
			       "{'SubnetId': '" TEST_SUBNET "', 'AllocationId': '" EIP "'}"));
}

/* The state of the route of TABLE with that destination; static memory. */
static const char *state_of(const char *destination)
{
	_cleanup_(freep) char *key = xasprintf(TABLE "/%s", destination);
	const struct doc *route = world_find(test.world, &kind_route, key);

	return route ? doc_str(route, "State") : NULL;
}

START_TEST(a_gateway_and_an_acl_without_tags_say_so)
{
	static const char *const lists[][2] = {{"DescribeInternetGateways", "InternetGateways"},
					       {"DescribeNetworkAcls", "NetworkAcls"}};

	attach();
	for (size_t i = 0; i < array_size(lists); i++) {
		struct json *seen = ec2_ok(&test, lists[i][0], "{}");
		const struct json *first = json_first(json_get(seen, lists[i][1]));

		ck_assert(json_get(first, "Tags"));
		ck_assert_uint_eq(json_size(json_get(first, "Tags")), 0);
		json_free(seen);
	}
}
END_TEST

START_TEST(an_internet_gateway_is_attached_once)
{
	struct json *seen;

	attach();
	ec2_refuses(&test, "Resource.AlreadyAssociated",
		    "resource " IGW " is already attached to network " TEST_VPC,
		    "AttachInternetGateway",
		    "{'InternetGatewayId': '" IGW "', 'VpcId': '" TEST_VPC "'}");
	seen = ec2_ok(&test, "DescribeInternetGateways",
		      "{'Filters': [{'Name': 'attachment.vpc-id', 'Values': ['" TEST_VPC "']}]}");
	ck_assert_uint_eq(ec2_size(seen, "InternetGateways"), 1);
	ec2_assert_path(seen, "InternetGateways.0.Attachments.0.State", "available");
	json_free(seen);
	json_free(ec2_ok_fixed(&test, "igw-0000000000000bbbb", "CreateInternetGateway", "{}"));
	free(ec2_refused(&test, "InvalidParameterValue", "AttachInternetGateway",
			 "{'InternetGatewayId': 'igw-0000000000000bbbb', 'VpcId': '" TEST_VPC
			 "'}"));
	ec2_refuses(&test, "Gateway.NotAttached",
		    "resource igw-0000000000000bbbb is not attached to network " TEST_VPC,
		    "DetachInternetGateway",
		    "{'InternetGatewayId': 'igw-0000000000000bbbb', 'VpcId': '" TEST_VPC "'}");
}
END_TEST

START_TEST(an_attached_internet_gateway_is_not_deleted)
{
	attach();
	ec2_refuses(&test, "DependencyViolation",
		    "The internetGateway '" IGW "' has dependencies and cannot be deleted.",
		    "DeleteInternetGateway", "{'InternetGatewayId': '" IGW "'}");
	free(ec2_refused(&test, "DependencyViolation", "DeleteVpc", "{'VpcId': '" TEST_VPC "'}"));
	json_free(ec2_ok(&test, "DetachInternetGateway",
			 "{'InternetGatewayId': '" IGW "', 'VpcId': '" TEST_VPC "'}"));
	json_free(ec2_ok(&test, "DeleteInternetGateway", "{'InternetGatewayId': '" IGW "'}"));
}
END_TEST

START_TEST(mapped_public_addresses_hold_the_internet_gateway)
{
	make_nat_gateway();
	ec2_refuses(&test, "DependencyViolation",
		    "Network " TEST_VPC " has some mapped public address(es). Please unmap those "
		    "public address(es) before detaching the gateway.",
		    "DetachInternetGateway",
		    "{'InternetGatewayId': '" IGW "', 'VpcId': '" TEST_VPC "'}");
}
END_TEST

START_TEST(a_route_leads_to_a_gateway_of_the_same_vpc)
{
	ec2_refuses(&test, "InvalidParameterValue",
		    "route table " TABLE " and network gateway " IGW
		    " belong to different networks",
		    "CreateRoute",
		    "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
		    " 'GatewayId': '" IGW "'}");
	attach();
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'GatewayId': '" IGW "'}"));
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationIpv6CidrBlock': '::/0',"
			 " 'GatewayId': '" IGW "'}"));
	ck_assert_str_eq(state_of("0.0.0.0/0"), "active");
	ck_assert_str_eq(state_of("::/0"), "active");
	ck_assert_str_eq(doc_str(world_find(test.world, &kind_route, TABLE "/::/0"), "Origin"),
			 "CreateRoute");
	free(ec2_refused(&test, "InvalidGatewayID.NotFound", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '1.0.0.0/8',"
			 " 'GatewayId': 'igw-0000000000000bbbb'}"));
	free(ec2_refused(&test, "MissingParameter", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '1.0.0.0/8'}"));
	free(ec2_refused(&test, "MissingParameter", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'GatewayId': '" IGW "'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '::/0',"
			 " 'GatewayId': '" IGW "'}"));
	free(ec2_refused(&test, "InvalidTransitGatewayID.NotFound", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '1.0.0.0/8',"
			 " 'TransitGatewayId': 'tgw-1'}"));
}
END_TEST

START_TEST(a_route_within_the_vpc_leads_to_an_interface_and_is_for_a_whole_subnet)
{
	attach();
	ec2_refuses(
		&test, "InvalidParameterValue",
		"The destination CIDR block 10.250.0.0/19 is equal to or more specific than one "
		"of this VPC's CIDR blocks. This route can target only an interface or an "
		"instance.",
		"CreateRoute",
		"{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '10.250.0.0/19',"
		" 'GatewayId': '" IGW "'}");
	json_free(ec2_ok_fixed(&test, "eni-0000000000000aaaa", "CreateNetworkInterface",
			       "{'SubnetId': '" TEST_SUBNET "'}"));
	ec2_refuses(&test, "InvalidParameterValue",
		    "Route destination doesn't match any subnet CIDR blocks.", "CreateRoute",
		    "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '10.250.1.0/24',"
		    " 'NetworkInterfaceId': 'eni-0000000000000aaaa'}");
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '10.250.0.0/19',"
			 " 'NetworkInterfaceId': 'eni-0000000000000aaaa'}"));
}
END_TEST

START_TEST(what_a_route_cannot_find_is_named_by_its_own_code)
{
	static const struct {
		const char *member, *id, *code, *text;
	} rows[] = {
		{"GatewayId", "igw-00000000000000000", "InvalidGatewayID.NotFound",
		 "The gateway ID 'igw-00000000000000000' does not exist"},
		{"NatGatewayId", "nat-00000000000000000", "InvalidNatGatewayID.NotFound",
		 "The natGateway ID 'nat-00000000000000000' does not exist"},
		{"TransitGatewayId", "tgw-00000000000000000", "InvalidTransitGatewayID.NotFound",
		 "The transitGateway ID 'tgw-00000000000000000' does not exist."},
		{"NetworkInterfaceId", "eni-00000000000000000",
		 "InvalidNetworkInterfaceID.NotFound",
		 "The networkInterface ID 'eni-00000000000000000' does not exist"},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		ec2_refuses(&test, rows[i].code, rows[i].text, "CreateRoute",
			    "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			    " '%s': '%s'}",
			    rows[i].member, rows[i].id);
}
END_TEST

START_TEST(the_same_route_again_is_done_another_target_is_refused)
{
	uint64_t revision;

	make_nat_gateway();
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'GatewayId': '" IGW "'}"));
	revision = world_revision(test.world);
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'GatewayId': '" IGW "'}"));
	ck_assert_uint_eq(world_revision(test.world), revision);
	ec2_refuses(&test, "RouteAlreadyExists",
		    "The route identified by 0.0.0.0/0 already exists.", "CreateRoute",
		    "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
		    " 'NatGatewayId': '" NAT "'}");
	json_free(ec2_ok(&test, "ReplaceRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'NatGatewayId': '" NAT "'}"));
	ck_assert_str_eq(
		doc_str(world_find(test.world, &kind_route, TABLE "/0.0.0.0/0"), "NatGatewayId"),
		NAT);
	free(ec2_refused(&test, "InvalidRoute.NotFound", "ReplaceRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '1.0.0.0/8',"
			 " 'NatGatewayId': '" NAT "'}"));
}
END_TEST

START_TEST(a_route_becomes_a_blackhole_when_its_target_goes)
{
	attach();
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'GatewayId': '" IGW "'}"));
	json_free(ec2_ok(&test, "DetachInternetGateway",
			 "{'InternetGatewayId': '" IGW "', 'VpcId': '" TEST_VPC "'}"));
	ck_assert_str_eq(state_of("0.0.0.0/0"), "blackhole");
	attach();
	ck_assert_str_eq(state_of("0.0.0.0/0"), "active");
}
END_TEST

START_TEST(a_route_is_deleted_once_and_a_local_one_never)
{
	attach();
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'GatewayId': '" IGW "'}"));
	json_free(ec2_ok(&test, "DeleteRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0'}"));
	ck_assert_ptr_null(state_of("0.0.0.0/0"));
	ec2_refuses(&test, "InvalidRoute.NotFound",
		    "no route with destination-cidr-block 0.0.0.0/0 in route table " TABLE,
		    "DeleteRoute",
		    "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0'}");
	free(ec2_refused(&test, "InvalidParameterValue", "DeleteRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '10.250.0.0/16'}"));
}
END_TEST

START_TEST(an_egress_only_gateway_takes_ipv6_only)
{
	json_free(ec2_ok_fixed(&test, EIGW, "CreateEgressOnlyInternetGateway",
			       "{'VpcId': '" TEST_VPC "', 'ClientToken': 't'}"));
	json_free(ec2_ok(&test, "CreateEgressOnlyInternetGateway",
			 "{'VpcId': '" TEST_VPC "', 'ClientToken': 't'}"));
	ck_assert_uint_eq(world_count(test.world, &kind_egress_only_internet_gateway), 1);
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationIpv6CidrBlock': '::/0',"
			 " 'EgressOnlyInternetGatewayId': '" EIGW "'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'EgressOnlyInternetGatewayId': '" EIGW "'}"));
	json_free(ec2_ok(&test, "DeleteEgressOnlyInternetGateway",
			 "{'EgressOnlyInternetGatewayId': '" EIGW "'}"));
	ck_assert_str_eq(state_of("::/0"), "blackhole");
	free(ec2_refused(&test, "InvalidGatewayID.NotFound", "DeleteEgressOnlyInternetGateway",
			 "{'EgressOnlyInternetGatewayId': '" EIGW "'}"));
}
END_TEST

START_TEST(a_client_token_with_other_parameters_is_refused)
{
	json_free(
		ec2_ok(&test, "CreateRouteTable", "{'VpcId': '" TEST_VPC "', 'ClientToken': 't'}"));
	free(ec2_refused(&test, "IdempotentParameterMismatch", "CreateRouteTable",
			 "{'VpcId': '" TEST_VPC "', 'ClientToken': 't', 'TagSpecifications': [{"
			 "'ResourceType': 'route-table', 'Tags': [{'Key': 'a', 'Value': 'b'}]}]}"));
}
END_TEST

START_TEST(a_subnet_is_associated_with_one_table)
{
	char *id = ec2_get_text(&test, "AssociateRouteTable", "AssociationId",
				"{'RouteTableId': '" TABLE "', 'SubnetId': '" TEST_SUBNET "'}");
	char *again = ec2_get_text(&test, "AssociateRouteTable", "AssociationId",
				   "{'RouteTableId': '" TABLE "', 'SubnetId': '" TEST_SUBNET "'}");
	struct json *replaced;

	ck_assert_str_eq(id, again);
	json_free(ec2_ok_fixed(&test, "rtb-0000000000000bbbb", "CreateRouteTable",
			       "{'VpcId': '" TEST_VPC "'}"));
	free(ec2_refused(&test, "Resource.AlreadyAssociated", "AssociateRouteTable",
			 "{'RouteTableId': 'rtb-0000000000000bbbb', 'SubnetId': '" TEST_SUBNET
			 "'}"));
	ec2_refuses(&test, "DependencyViolation",
		    "The routeTable '" TABLE "' has dependencies and cannot be deleted.",
		    "DeleteRouteTable", "{'RouteTableId': '" TABLE "'}");
	replaced = ec2_ok(&test, "ReplaceRouteTableAssociation",
			  "{'RouteTableId': 'rtb-0000000000000bbbb', 'AssociationId': '%s'}", id);
	ck_assert_str_ne(ec2_path(replaced, "NewAssociationId"), id);
	ck_assert_str_eq(ec2_subnet_route_table(test.world,
						world_find(test.world, &kind_subnet, TEST_SUBNET))
				 ->key,
			 "rtb-0000000000000bbbb");
	json_free(ec2_ok(&test, "DeleteRouteTable", "{'RouteTableId': '" TABLE "'}"));
	json_free(ec2_ok(&test, "DisassociateRouteTable", "{'AssociationId': '%s'}",
			 ec2_path(replaced, "NewAssociationId")));
	ck_assert_str_ne(ec2_subnet_route_table(test.world,
						world_find(test.world, &kind_subnet, TEST_SUBNET))
				 ->key,
			 "rtb-0000000000000bbbb");
	json_free(replaced);
	free(id);
	free(again);
}
END_TEST

START_TEST(the_main_table_stays)
{
	struct json *seen = ec2_ok(&test, "DescribeRouteTables",
				   "{'Filters': [{'Name': 'association.main', 'Values': ['true']},"
				   " {'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}");

	ck_assert_uint_eq(ec2_size(seen, "RouteTables"), 1);
	free(ec2_refused(&test, "DependencyViolation", "DeleteRouteTable", "{'RouteTableId': '%s'}",
			 ec2_path(seen, "RouteTables.0.RouteTableId")));
	free(ec2_refused(&test, "InvalidParameterValue", "DisassociateRouteTable",
			 "{'AssociationId': '%s'}",
			 ec2_path(seen, "RouteTables.0.Associations.0.RouteTableAssociationId")));
	json_free(seen);
}
END_TEST

START_TEST(a_nat_gateway_takes_its_time)
{
	struct json *seen;

	make_nat_gateway();
	seen = ec2_ok(&test, "DescribeNatGateways", "{'NatGatewayIds': ['" NAT "']}");
	ec2_assert_path(seen, "NatGateways.0.State", "pending");
	ec2_assert_path(seen, "NatGateways.0.NatGatewayAddresses.0.PublicIp", NULL);
	json_free(seen);
	test_advance(test.world, 60000);
	seen = ec2_ok(&test, "DescribeNatGateways",
		      "{'Filter': [{'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}");
	ec2_assert_path(seen, "NatGateways.0.State", "available");
	ck_assert_ptr_nonnull(ec2_path(seen, "NatGateways.0.NatGatewayAddresses.0.PublicIp"));
	json_free(seen);
	seen = ec2_ok(&test, "DescribeNetworkInterfaces",
		      "{'Filters': [{'Name': 'interface-type', 'Values': ['nat_gateway']}]}");
	ec2_assert_path(seen, "NetworkInterfaces.0.Description", "Interface for NAT Gateway " NAT);
	ec2_assert_path(seen, "NetworkInterfaces.0.RequesterManaged", "true");
	ec2_assert_path(seen, "NetworkInterfaces.0.Status", "in-use");
	json_free(seen);
}
END_TEST

START_TEST(a_deleted_nat_gateway_lets_go_late_and_is_remembered)
{
	struct json *seen;

	make_nat_gateway();
	test_advance(test.world, 60000);
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '0.0.0.0/0',"
			 " 'NatGatewayId': '" NAT "'}"));
	json_free(ec2_ok(&test, "DeleteNatGateway", "{'NatGatewayId': '" NAT "'}"));
	ck_assert_str_eq(state_of("0.0.0.0/0"), "blackhole");
	free(ec2_refused(&test, "AuthFailure", "ReleaseAddress", "{'AllocationId': '" EIP "'}"));
	free(ec2_refused(&test, "DependencyViolation", "DeleteSubnet",
			 "{'SubnetId': '" TEST_SUBNET "'}"));
	test_advance(test.world, 60000);
	json_free(ec2_ok(&test, "ReleaseAddress", "{'AllocationId': '" EIP "'}"));
	json_free(ec2_ok(&test, "DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}"));
	seen = ec2_ok(&test, "DescribeNatGateways", "{'NatGatewayIds': ['" NAT "']}");
	ec2_assert_path(seen, "NatGateways.0.State", "deleted");
	ck_assert(ec2_is_gone(world_find(test.world, &kind_nat_gateway, NAT)));
	json_free(seen);
	test_advance(test.world, 3600000);
	ec2_refuses(&test, "NatGatewayNotFound", "NAT gateway " NAT " was not found",
		    "DescribeNatGateways", "{'NatGatewayIds': ['" NAT "']}");
}
END_TEST

/* It is made, fails later, is shown for an hour, holds nothing and takes no route. */
static void assert_nat_gateway_fails(const char *code, const char *message)
{
	struct json *seen;
	char *id = ec2_get_text(&test, "CreateNatGateway", "NatGateway.NatGatewayId",
				"{'SubnetId': '" TEST_SUBNET "', 'AllocationId': '" EIP "'}");

	test_advance(test.world, 60000);
	seen = ec2_ok(&test, "DescribeNatGateways", "{'NatGatewayIds': ['%s']}", id);
	ec2_assert_path(seen, "NatGateways.0.State", "failed");
	ec2_assert_path(seen, "NatGateways.0.FailureCode", code);
	ec2_assert_path(seen, "NatGateways.0.FailureMessage", message);
	ec2_assert_path(seen, "NatGateways.0.NatGatewayAddresses.0.NetworkInterfaceId", NULL);
	json_free(seen);
	free(ec2_refused(&test, "InvalidNatGatewayID.NotFound", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationCidrBlock': '1.0.0.0/8',"
			 " 'NatGatewayId': '%s'}",
			 id));
	json_free(ec2_ok(&test, "DeleteNatGateway", "{'NatGatewayId': '%s'}", id));
	test_advance(test.world, 3600000);
	free(ec2_refused(&test, "NatGatewayNotFound", "DescribeNatGateways",
			 "{'NatGatewayIds': ['%s']}", id));
	free(id);
}

START_TEST(a_nat_gateway_needs_a_free_address_and_the_internet)
{
	json_free(ec2_ok_fixed(&test, EIP, "AllocateAddress", "{'Domain': 'vpc'}"));
	assert_nat_gateway_fails("Gateway.NotAttached",
				 "Network " TEST_VPC " has no Internet gateway attached");
	attach();
	ec2_refuses(&test, "MissingParameter",
		    "The request must include the AllocationId parameter. Add the required "
		    "parameter and retry the request.",
		    "CreateNatGateway", "{'SubnetId': '" TEST_SUBNET "'}");
	ec2_refuses(
		&test, "InvalidElasticIpID.NotFound",
		"The elastic-ip ID 'eipalloc-0000000000000bbbb' does not exist", "CreateNatGateway",
		"{'SubnetId': '" TEST_SUBNET "', 'AllocationId': 'eipalloc-0000000000000bbbb'}");
	ec2_refuses(&test, "InvalidElasticIpID.Malformed", "The elastic-ip ID 'x' is malformed",
		    "CreateNatGateway", "{'SubnetId': '" TEST_SUBNET "', 'AllocationId': 'x'}");
	ec2_refuses(&test, "InvalidSubnet", "The subnet ID 'x' is malformed", "CreateNatGateway",
		    "{'SubnetId': 'x', 'AllocationId': '" EIP "'}");
	json_free(ec2_ok(&test, "CreateNatGateway",
			 "{'SubnetId': '" TEST_SUBNET "', 'AllocationId': '" EIP "'}"));
	assert_nat_gateway_fails("Resource.AlreadyAssociated",
				 "Elastic IP address " EIP " is already associated");
	free(ec2_refused(&test, "AuthFailure", "DisassociateAddress", "{'AssociationId': '%s'}",
			 doc_str(world_find(test.world, &kind_elastic_ip, EIP), "AssociationId")));
}
END_TEST

START_TEST(nat64_is_the_only_ipv6_route_to_a_nat_gateway)
{
	make_nat_gateway();
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationIpv6CidrBlock': '64:ff9b::/96',"
			 " 'NatGatewayId': '" NAT "'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationIpv6CidrBlock': '::/0',"
			 " 'NatGatewayId': '" NAT "'}"));
}
END_TEST

START_TEST(a_gateway_endpoint_puts_its_route_into_tables)
{
	struct json *seen;
	char *id = ec2_get_text(&test, "CreateVpcEndpoint", "VpcEndpoint.VpcEndpointId",
				"{'VpcId': '" TEST_VPC "',"
				" 'ServiceName': 'com.amazonaws.eu-west-1.s3'}");

	json_free(ec2_ok(&test, "ModifyVpcEndpoint",
			 "{'VpcEndpointId': '%s', 'AddRouteTableIds': ['" TABLE "']}", id));
	seen = ec2_ok(&test, "DescribeRouteTables", "{'RouteTableIds': ['" TABLE "']}");
	ck_assert_uint_eq(ec2_size(seen, "RouteTables.0.Routes"), 2);
	ec2_assert_path(seen, "RouteTables.0.Routes.1.GatewayId", id);
	ck_assert(str_starts_with(ec2_path(seen, "RouteTables.0.Routes.1.DestinationPrefixListId"),
				  "pl-"));
	ec2_assert_path(seen, "RouteTables.0.Routes.1.State", "active");
	free(ec2_refused(&test, "InvalidParameterValue", "DeleteRoute",
			 "{'RouteTableId': '" TABLE "', 'DestinationPrefixListId': '%s'}",
			 ec2_path(seen, "RouteTables.0.Routes.1.DestinationPrefixListId")));
	json_free(seen);
	free(ec2_refused(&test, "DependencyViolation", "DeleteRouteTable",
			 "{'RouteTableId': '" TABLE "'}"));
	seen = ec2_ok(&test, "DeleteVpcEndpoints",
		      "{'VpcEndpointIds': ['%s', 'vpce-0000000000000bbbb']}", id);
	ck_assert_uint_eq(ec2_size(seen, "Unsuccessful"), 1);
	ec2_assert_path(seen, "Unsuccessful.0.Error.Code", "InvalidVpcEndpointId.NotFound");
	json_free(seen);
	json_free(ec2_ok(&test, "DeleteRouteTable", "{'RouteTableId': '" TABLE "'}"));
	test_advance(test.world, 10000);
	ck_assert_ptr_null(world_find(test.world, &kind_vpc_endpoint, id));
	free(ec2_refused(&test, "InvalidServiceName", "CreateVpcEndpoint",
			 "{'VpcId': '" TEST_VPC "', 'ServiceName': 'com.amazonaws.eu-west-1.x'}"));
	free(id);
}
END_TEST

#define ECR_ENDPOINT                                                                               \
	"{'VpcId': '" TEST_VPC "', 'VpcEndpointType': 'Interface', 'SubnetIds': ['" TEST_SUBNET    \
	"'], 'ServiceName': 'com.amazonaws.eu-west-1.ecr.api'}"

START_TEST(an_interface_endpoint_has_interfaces_in_its_subnets)
{
	struct json *seen, *made;
	char *id;

	/* private names are the default, and need names for hosts in the VPC */
	free(ec2_refused(&test, "InvalidParameter", "CreateVpcEndpoint", ECR_ENDPOINT));
	json_free(ec2_ok(&test, "ModifyVpcAttribute",
			 "{'VpcId': '" TEST_VPC "', 'EnableDnsHostnames': {'Value': true}}"));
	made = ec2_ok(&test, "CreateVpcEndpoint", ECR_ENDPOINT);
	ck_assert(strstr(ec2_path(made, "VpcEndpoint.DnsEntries.0.DnsName"),
			 ".ecr.api.eu-west-1.vpce.amazonaws.com"));
	id = xstrdup(ec2_path(made, "VpcEndpoint.VpcEndpointId"));
	ck_assert_uint_eq(ec2_size(made, "VpcEndpoint.NetworkInterfaceIds"), 1);
	json_free(made);
	free(ec2_refused(&test, "DependencyViolation", "DeleteSubnet",
			 "{'SubnetId': '" TEST_SUBNET "'}"));
	json_free(ec2_ok(&test, "DeleteVpcEndpoints", "{'VpcEndpointIds': ['%s']}", id));
	test_advance(test.world, 10000);
	seen = ec2_ok(&test, "DescribeNetworkInterfaces", "{}");
	ck_assert_uint_eq(ec2_size(seen, "NetworkInterfaces"), 0);
	json_free(seen);
	free(id);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_gateway_and_an_acl_without_tags_say_so,
		an_internet_gateway_is_attached_once,
		an_attached_internet_gateway_is_not_deleted,
		mapped_public_addresses_hold_the_internet_gateway,
		a_route_leads_to_a_gateway_of_the_same_vpc,
		a_route_within_the_vpc_leads_to_an_interface_and_is_for_a_whole_subnet,
		what_a_route_cannot_find_is_named_by_its_own_code,
		the_same_route_again_is_done_another_target_is_refused,
		a_route_becomes_a_blackhole_when_its_target_goes,
		a_route_is_deleted_once_and_a_local_one_never,
		an_egress_only_gateway_takes_ipv6_only,
		a_client_token_with_other_parameters_is_refused,
		a_subnet_is_associated_with_one_table,
		the_main_table_stays,
		a_nat_gateway_takes_its_time,
		a_deleted_nat_gateway_lets_go_late_and_is_remembered,
		a_nat_gateway_needs_a_free_address_and_the_internet,
		nat64_is_the_only_ipv6_route_to_a_nat_gateway,
		a_gateway_endpoint_puts_its_route_into_tables,
		an_interface_endpoint_has_interfaces_in_its_subnets,
		NULL,
	};

	return ec2_suite("ec2_routing", setup, teardown, tests);
}
