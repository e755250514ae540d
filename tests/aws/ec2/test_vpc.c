/* VPCs: what comes with them, their blocks over time, what holds them. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

START_TEST(a_new_vpc_is_told_as_pending_and_is_available)
{
	struct json *made =
		ec2_ok(&test, "CreateVpc",
		       "{'CidrBlock': '10.0.5.0/16', 'TagSpecifications': [{"
		       "'ResourceType': 'vpc', 'Tags': [{'Key': 'a', 'Value': 'b'}]}]}");
	struct json *seen;

	ec2_assert_path(made, "Vpc.State", "pending");
	ec2_assert_path(made, "Vpc.CidrBlock", "10.0.0.0/16");
	ec2_assert_path(made, "Vpc.IsDefault", "false");
	ec2_assert_path(made, "Vpc.InstanceTenancy", "default");
	ec2_assert_path(made, "Vpc.Tags.0.Key", "a");
	seen = ec2_ok(&test, "DescribeVpcs", "{'Filters': [{'Name': 'tag:a', 'Values': ['b']}]}");
	ck_assert_uint_eq(ec2_size(seen, "Vpcs"), 1);
	ec2_assert_path(seen, "Vpcs.0.State", "available");
	json_free(made);
	json_free(seen);
}
END_TEST

START_TEST(a_vpc_comes_with_table_group_acl_and_dhcp_options)
{
	struct json *seen;

	ec2_test_network(&test);
	seen = ec2_ok(&test, "DescribeRouteTables",
		      "{'Filters': [{'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}");
	ck_assert_uint_eq(ec2_size(seen, "RouteTables"), 1);
	ec2_assert_path(seen, "RouteTables.0.Associations.0.Main", "true");
	ec2_assert_path(seen, "RouteTables.0.Routes.0.DestinationCidrBlock", "10.250.0.0/16");
	ec2_assert_path(seen, "RouteTables.0.Routes.0.GatewayId", "local");
	ec2_assert_path(seen, "RouteTables.0.Routes.0.Origin", "CreateRouteTable");
	json_free(seen);
	seen = ec2_ok(&test, "DescribeSecurityGroups",
		      "{'Filters': [{'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}");
	ck_assert_uint_eq(ec2_size(seen, "SecurityGroups"), 1);
	ec2_assert_path(seen, "SecurityGroups.0.GroupName", "default");
	ec2_assert_path(seen, "SecurityGroups.0.Description", "default VPC security group");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissions.0.IpProtocol", "-1");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissionsEgress.0.IpRanges.0.CidrIp",
			"0.0.0.0/0");
	json_free(seen);
	seen = ec2_ok(&test, "DescribeNetworkAcls",
		      "{'Filters': [{'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}");
	ck_assert_uint_eq(ec2_size(seen, "NetworkAcls"), 1);
	ec2_assert_path(seen, "NetworkAcls.0.IsDefault", "true");
	ec2_assert_path(seen, "NetworkAcls.0.Associations.0.SubnetId", TEST_SUBNET);
	json_free(seen);
	seen = ec2_ok(&test, "DescribeDhcpOptions", "{}");
	ec2_assert_path(seen, "DhcpOptions.0.DhcpConfigurations.0.Key", "domain-name");
	ec2_assert_path(seen, "DhcpOptions.0.DhcpConfigurations.0.Values.0.Value",
			"eu-west-1.compute.internal");
	ec2_assert_path(seen, "DhcpOptions.0.DhcpConfigurations.1.Values.0.Value",
			"AmazonProvidedDNS");
	json_free(seen);
}
END_TEST

START_TEST(dns_support_is_on_and_host_names_are_off_until_changed)
{
	char *text;

	ec2_test_network(&test);
	text = ec2_get_text(&test, "DescribeVpcAttribute", "EnableDnsSupport.Value",
			    "{'VpcId': '" TEST_VPC "', 'Attribute': 'enableDnsSupport'}");
	ck_assert_str_eq(text, "true");
	free(text);
	json_free(ec2_ok(&test, "ModifyVpcAttribute",
			 "{'VpcId': '" TEST_VPC "', 'EnableDnsHostnames': {'Value': true}}"));
	text = ec2_get_text(&test, "DescribeVpcAttribute", "EnableDnsHostnames.Value",
			    "{'VpcId': '" TEST_VPC "', 'Attribute': 'enableDnsHostnames'}");
	ck_assert_str_eq(text, "true");
	free(text);
	free(ec2_refused(&test, "InvalidParameterCombination", "ModifyVpcAttribute",
			 "{'VpcId': '" TEST_VPC "', 'EnableDnsHostnames': {'Value': true},"
			 " 'EnableDnsSupport': {'Value': true}}"));
	free(ec2_refused(&test, "MissingParameter", "ModifyVpcAttribute",
			 "{'VpcId': '" TEST_VPC "'}"));
}
END_TEST

START_TEST(an_ipv6_block_is_associating_for_a_while)
{
	struct json *seen, *made;

	made = ec2_ok_fixed(&test, TEST_VPC, "CreateVpc",
			    "{'CidrBlock': '10.250.0.0/16', 'AmazonProvidedIpv6CidrBlock': true}");
	ec2_assert_path(made, "Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlockState.State",
			"associating");
	ec2_assert_path(made, "Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6Pool", "Amazon");
	ec2_assert_path(made, "Vpc.Ipv6CidrBlockAssociationSet.0.NetworkBorderGroup", "eu-west-1");
	ck_assert(str_ends_with(ec2_path(made, "Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock"),
				"::/56") ||
		  str_ends_with(ec2_path(made, "Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock"),
				"00::/56"));
	test_advance(test.world, 4999);
	ck_assert(!ec2_vpc_contains(world_find(test.world, &kind_vpc, TEST_VPC),
				    &(struct ip){.family = FAMILY_IPV6}));
	seen = ec2_ok(&test, "DescribeVpcs", "{'VpcIds': ['" TEST_VPC "']}");
	ec2_assert_path(seen, "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlockState.State",
			"associating");
	json_free(seen);
	test_advance(test.world, 1);
	seen = ec2_ok(&test, "DescribeVpcs", "{'VpcIds': ['" TEST_VPC "']}");
	ec2_assert_path(seen, "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlockState.State",
			"associated");
	json_free(seen);
	json_free(made);
}
END_TEST

START_TEST(an_ipv6_block_brings_local_routes_and_open_rules)
{
	struct json *seen;
	char block[CIDR_TEXT_MAX];

	ec2_test_network_ipv6(&test, block);
	seen = ec2_ok(&test, "DescribeRouteTables",
		      "{'Filters': [{'Name': 'route.destination-ipv6-cidr-block',"
		      " 'Values': ['%s']}]}",
		      block);
	ck_assert_uint_eq(ec2_size(seen, "RouteTables"), 1);
	ec2_assert_path(seen, "RouteTables.0.Routes.1.GatewayId", "local");
	json_free(seen);
	seen = ec2_ok(&test, "DescribeSecurityGroups",
		      "{'Filters': [{'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissionsEgress.0.Ipv6Ranges.0.CidrIpv6",
			"::/0");
	json_free(seen);
	seen = ec2_ok(&test, "DescribeNetworkAcls",
		      "{'Filters': [{'Name': 'entry.ipv6-cidr', 'Values': ['::/0']}]}");
	ck_assert_uint_eq(ec2_size(seen, "NetworkAcls"), 1);
	json_free(seen);
}
END_TEST

START_TEST(two_vpcs_never_get_the_same_ipv6_block)
{
	char *a =
		ec2_get_text(&test, "CreateVpc", "Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock",
			     "{'CidrBlock': '10.0.0.0/16', 'AmazonProvidedIpv6CidrBlock': true}");
	char *b =
		ec2_get_text(&test, "CreateVpc", "Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock",
			     "{'CidrBlock': '10.0.0.0/16', 'AmazonProvidedIpv6CidrBlock': true}");

	ck_assert_str_ne(a, b);
	free(a);
	free(b);
}
END_TEST

START_TEST(a_block_that_a_subnet_uses_stays)
{
	struct json *seen;
	char block[CIDR_TEXT_MAX];
	char *id, *association;

	ec2_test_network_ipv6(&test, block);
	id = ec2_get_text(&test, "DescribeVpcs",
			  "Vpcs.0.Ipv6CidrBlockAssociationSet.0.AssociationId",
			  "{'VpcIds': ['" TEST_VPC "']}");
	free(ec2_refused(&test, "InvalidCidrBlock.InUse", "DisassociateVpcCidrBlock",
			 "{'AssociationId': '%s'}", id));
	association = ec2_get_text(&test, "DescribeSubnets",
				   "Subnets.0.Ipv6CidrBlockAssociationSet.0.AssociationId",
				   "{'SubnetIds': ['" TEST_SUBNET "']}");
	seen = ec2_ok(&test, "DisassociateSubnetCidrBlock", "{'AssociationId': '%s'}", association);
	ec2_assert_path(seen, "Ipv6CidrBlockAssociation.Ipv6CidrBlockState.State",
			"disassociating");
	json_free(seen);
	test_advance(test.world, 5000);
	json_free(ec2_ok(&test, "DisassociateVpcCidrBlock", "{'AssociationId': '%s'}", id));
	test_advance(test.world, 5000);
	seen = ec2_ok(&test, "DescribeVpcs", "{'VpcIds': ['" TEST_VPC "']}");
	ck_assert_uint_eq(ec2_size(seen, "Vpcs.0.Ipv6CidrBlockAssociationSet"), 0);
	json_free(seen);
	seen = ec2_ok(&test, "DescribeRouteTables",
		      "{'Filters': [{'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}");
	ck_assert_uint_eq(ec2_size(seen, "RouteTables.0.Routes"), 1);
	json_free(seen);
	free(id);
	free(association);
}
END_TEST

START_TEST(a_further_ipv4_block_may_not_overlap_and_the_first_one_stays)
{
	struct json *seen;
	char *id;

	ec2_test_network(&test);
	free(ec2_refused(&test, "CidrConflict", "AssociateVpcCidrBlock",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.128.0/20'}"));
	json_free(ec2_ok(&test, "AssociateVpcCidrBlock",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.251.0.0/16'}"));
	test_advance(test.world, 5000);
	seen = ec2_ok(&test, "DescribeVpcs", "{'VpcIds': ['" TEST_VPC "']}");
	ck_assert_uint_eq(ec2_size(seen, "Vpcs.0.CidrBlockAssociationSet"), 2);
	id = xstrdup(ec2_path(seen, "Vpcs.0.CidrBlockAssociationSet.0.AssociationId"));
	json_free(seen);
	free(ec2_refused(&test, "OperationNotPermitted", "DisassociateVpcCidrBlock",
			 "{'AssociationId': '%s'}", id));
	json_free(ec2_ok(&test, "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.251.0.0/24'}"));
	free(id);
}
END_TEST

START_TEST(a_further_ipv4_block_is_of_a_range_that_goes_with_the_first_ones)
{
	static const char *const refused[] = {"172.16.0.0/16", "192.168.0.0/20", "198.19.0.0/16"};
	static const char *const taken[] = {"10.0.0.0/16", "100.64.0.0/16", "203.0.113.0/24"};

	ec2_test_network(&test);
	for (size_t i = 0; i < array_size(refused); i++) {
		_cleanup_(freep) char *text =
			xasprintf("The CIDR '%s' is restricted. Use a CIDR from the same private "
				  "address range as the current VPC CIDR, or use a "
				  "publicly-routable CIDR. For additional restrictions, see "
				  "https://docs.aws.amazon.com/vpc/latest/userguide/"
				  "vpc-cidr-blocks.html",
				  refused[i]);

		ec2_refuses(&test, "InvalidVpc.Range", text, "AssociateVpcCidrBlock",
			    "{'VpcId': '" TEST_VPC "', 'CidrBlock': '%s'}", refused[i]);
	}
	for (size_t i = 0; i < array_size(taken); i++)
		json_free(ec2_ok(&test, "AssociateVpcCidrBlock",
				 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '%s'}", taken[i]));
	test_advance(test.world, 5000);
	/* "if any of the blocks are from 10.0.0.0/15": now one is */
	free(ec2_refused(&test, "CidrConflict", "AssociateVpcCidrBlock",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.0.1.0/24'}"));
	free(ec2_refused(&test, "InvalidVpc.Range", "AssociateVpcCidrBlock",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '169.254.0.0/16'}"));
	free(ec2_refused(&test, "InvalidVpcCidrBlockAssociationId.Malformed",
			 "DisassociateVpcCidrBlock", "{'AssociationId': 'x'}"));
}
END_TEST

START_TEST(a_vpc_goes_only_when_it_is_empty)
{
	ec2_test_network(&test);
	ec2_refuses(&test, "DependencyViolation",
		    "The vpc '" TEST_VPC "' has dependencies and cannot be deleted.", "DeleteVpc",
		    "{'VpcId': '" TEST_VPC "'}");
	json_free(ec2_ok(&test, "DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}"));
	json_free(ec2_ok_fixed(&test, "sg-0000000000000aaaa", "CreateSecurityGroup",
			       "{'VpcId': '" TEST_VPC "', 'GroupName': 'a', 'Description': 'b'}"));
	free(ec2_refused(&test, "DependencyViolation", "DeleteVpc", "{'VpcId': '" TEST_VPC "'}"));
	json_free(ec2_ok(&test, "DeleteSecurityGroup", "{'GroupId': 'sg-0000000000000aaaa'}"));
	json_free(ec2_ok_fixed(&test, "rtb-0000000000000aaaa", "CreateRouteTable",
			       "{'VpcId': '" TEST_VPC "'}"));
	free(ec2_refused(&test, "DependencyViolation", "DeleteVpc", "{'VpcId': '" TEST_VPC "'}"));
	json_free(ec2_ok(&test, "DeleteRouteTable", "{'RouteTableId': 'rtb-0000000000000aaaa'}"));
	json_free(ec2_ok_fixed(&test, "eigw-0000000000000aaaa", "CreateEgressOnlyInternetGateway",
			       "{'VpcId': '" TEST_VPC "'}"));
	free(ec2_refused(&test, "DependencyViolation", "DeleteVpc", "{'VpcId': '" TEST_VPC "'}"));
	json_free(ec2_ok(&test, "DeleteEgressOnlyInternetGateway",
			 "{'EgressOnlyInternetGatewayId': 'eigw-0000000000000aaaa'}"));
	json_free(ec2_ok(&test, "DeleteVpc", "{'VpcId': '" TEST_VPC "'}"));
	ck_assert_uint_eq(world_lookup_count(test.world, &kind_security_group, "vpc", TEST_VPC), 0);
	ck_assert_uint_eq(world_lookup_count(test.world, &kind_route_table, "vpc", TEST_VPC), 0);
	ck_assert_uint_eq(world_lookup_count(test.world, &kind_network_acl, "vpc", TEST_VPC), 0);
	ec2_refuses(&test, "InvalidVpcID.NotFound", "The vpc ID '" TEST_VPC "' does not exist",
		    "DeleteVpc", "{'VpcId': '" TEST_VPC "'}");
}
END_TEST

START_TEST(a_vpc_that_asks_for_what_is_not_there_is_refused)
{
	ec2_refuses(&test, "InvalidVpc.Range", "The CIDR '10.0.0.0/8' is invalid.", "CreateVpc",
		    "{'CidrBlock': '10.0.0.0/8'}");
	free(ec2_refused(&test, "InvalidVpc.Range", "CreateVpc", "{'CidrBlock': '10.0.0.0/29'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateVpc", "{'CidrBlock': 'ten'}"));
	free(ec2_refused(&test, "MissingParameter", "CreateVpc", "{}"));
	free(ec2_refused(&test, "InvalidIpamPoolId.NotFound", "CreateVpc",
			 "{'CidrBlock': '10.0.0.0/16', 'Ipv6IpamPoolId': 'ipam-pool-1',"
			 " 'Ipv6NetmaskLength': 56}"));
	free(ec2_refused(
		&test, "InvalidIpv6PoolID.NotFound", "CreateVpc",
		"{'CidrBlock': '10.0.0.0/16', 'Ipv6Pool': 'ipv6pool-ec2-00000000000000000'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateVpc",
			 "{'CidrBlock': '10.0.0.0/16', 'InstanceTenancy': 'host'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "DescribeVpcs",
			 "{'Filters': [{'Name': 'colour', 'Values': ['blue']}]}"));
	free(ec2_refused(&test, "InvalidVpcID.NotFound", "DescribeVpcs", "{'VpcIds': ['foo']}"));
	free(ec2_refused(&test, "InvalidVpcID.NotFound", "CreateRouteTable", "{'VpcId': 'foo'}"));
	free(ec2_refused(&test, "InvalidVpcId.Malformed", "DeleteVpc", "{'VpcId': 'foo'}"));
	free(ec2_refused(&test, "InvalidVpc.Range", "CreateVpc",
			 "{'CidrBlock': '169.254.0.0/16'}"));
}
END_TEST

START_TEST(a_region_has_a_default_vpc_that_is_public)
{
	struct json *seen = ec2_ok(&test, "DescribeVpcs", "{}");
	char *vpc;

	ck_assert_uint_eq(ec2_size(seen, "Vpcs"), 1);
	ec2_assert_path(seen, "Vpcs.0.IsDefault", "true");
	ec2_assert_path(seen, "Vpcs.0.CidrBlock", "172.31.0.0/16");
	vpc = xstrdup(ec2_path(seen, "Vpcs.0.VpcId"));
	json_free(seen);
	seen = ec2_ok(&test, "DescribeSubnets", "{}");
	ck_assert_uint_eq(ec2_size(seen, "Subnets"), 3);
	ec2_assert_path(seen, "Subnets.0.CidrBlock", "172.31.0.0/20");
	ec2_assert_path(seen, "Subnets.0.DefaultForAz", "true");
	ec2_assert_path(seen, "Subnets.0.MapPublicIpOnLaunch", "true");
	json_free(seen);
	ck_assert(ec2_vpc_has_internet_gateway(test.world, vpc));
	free(ec2_refused(&test, "DefaultVpcAlreadyExists", "CreateDefaultVpc", "{}"));
	free(vpc);
}
END_TEST

START_TEST(equal_calls_give_equal_ids)
{
	struct ec2_test other;
	char *a = ec2_get_text(&test, "CreateVpc", "Vpc.VpcId", "{'CidrBlock': '10.0.0.0/16'}"), *b;

	ec2_test_init(&other, PROFILE_AWS);
	b = ec2_get_text(&other, "CreateVpc", "Vpc.VpcId", "{'CidrBlock': '10.0.0.0/16'}");
	ck_assert_str_eq(a, b);
	ck_assert_uint_eq(strlen(a), strlen("vpc-") + 17);
	free(a);
	free(b);
	ec2_test_done(&other);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_new_vpc_is_told_as_pending_and_is_available,
		a_vpc_comes_with_table_group_acl_and_dhcp_options,
		dns_support_is_on_and_host_names_are_off_until_changed,
		an_ipv6_block_is_associating_for_a_while,
		an_ipv6_block_brings_local_routes_and_open_rules,
		two_vpcs_never_get_the_same_ipv6_block,
		a_block_that_a_subnet_uses_stays,
		a_further_ipv4_block_may_not_overlap_and_the_first_one_stays,
		a_further_ipv4_block_is_of_a_range_that_goes_with_the_first_ones,
		a_vpc_goes_only_when_it_is_empty,
		a_vpc_that_asks_for_what_is_not_there_is_refused,
		a_region_has_a_default_vpc_that_is_public,
		equal_calls_give_equal_ids,
		NULL,
	};

	return ec2_suite("ec2_vpc", setup, teardown, tests);
}
