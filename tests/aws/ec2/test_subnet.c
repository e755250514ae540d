/* Subnets: blocks, zones, attributes, free addresses, what holds them. */
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

START_TEST(a_subnet_stands_in_its_zone_with_all_its_members)
{
	struct json *seen;

	ec2_test_network(&test);
	seen = ec2_ok(&test, "DescribeSubnets", "{'SubnetIds': ['" TEST_SUBNET "']}");
	ec2_assert_path(seen, "Subnets.0.State", "available");
	ec2_assert_path(seen, "Subnets.0.AvailabilityZone", "eu-west-1a");
	ec2_assert_path(seen, "Subnets.0.AvailabilityZoneId", "euw1-az3");
	ec2_assert_path(seen, "Subnets.0.AvailableIpAddressCount", "8187");
	ec2_assert_path(seen, "Subnets.0.AssignIpv6AddressOnCreation", "false");
	ec2_assert_path(seen, "Subnets.0.PrivateDnsNameOptionsOnLaunch.HostnameType", "ip-name");
	ec2_assert_path(seen, "Subnets.0.SubnetArn",
			"arn:aws:ec2:eu-west-1:123456789012:subnet/" TEST_SUBNET);
	json_free(seen);
}
END_TEST

START_TEST(a_block_outside_the_vpc_or_of_another_subnet_is_refused)
{
	ec2_test_network(&test);
	ec2_refuses(&test, "InvalidSubnet.Conflict",
		    "The CIDR '10.250.16.0/20' conflicts with another subnet", "CreateSubnet",
		    "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.16.0/20'}");
	ec2_refuses(&test, "InvalidSubnet.Range", "The CIDR '10.251.0.0/24' is invalid.",
		    "CreateSubnet", "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.251.0.0/24'}");
	free(ec2_refused(&test, "InvalidSubnet.Range", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/29'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': 'x'}"));
	free(ec2_refused(&test, "MissingParameter", "CreateSubnet", "{'VpcId': '" TEST_VPC "'}"));
	free(ec2_refused(&test, "InvalidVpcID.NotFound", "CreateSubnet",
			 "{'VpcId': 'vpc-0000000000000bbbb', 'CidrBlock': '10.0.0.0/24'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24',"
			 " 'AvailabilityZone': 'eu-west-1z'}"));
}
END_TEST

START_TEST(an_ipv6_block_needs_one_of_the_vpc_around_it)
{
	ec2_test_network(&test);
	free(ec2_refused(&test, "InvalidSubnet.Range", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24',"
			 " 'Ipv6CidrBlock': '2001:db8::/64'}"));
	free(ec2_refused(&test, "InvalidSubnet.Range", "AssociateSubnetCidrBlock",
			 "{'SubnetId': '" TEST_SUBNET "', 'Ipv6CidrBlock': '2001:db8::/64'}"));
}
END_TEST

START_TEST(a_second_subnet_cannot_take_the_same_64)
{
	char block[CIDR_TEXT_MAX], sub[CIDR_TEXT_MAX];
	struct cidr vpc, first, second;
	struct json *made;

	ec2_test_network_ipv6(&test, block);
	ck_assert(cidr_parse(block, &vpc) && cidr_sub(&vpc, 64, 0, &first) &&
		  cidr_sub(&vpc, 64, 1, &second));
	free(ec2_refused(&test, "InvalidSubnet.Conflict", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24',"
			 " 'Ipv6CidrBlock': '%s'}",
			 cidr_format(&first, sub)));
	made = ec2_ok(&test, "CreateSubnet",
		      "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24',"
		      " 'Ipv6CidrBlock': '%s'}",
		      cidr_format(&second, sub));
	ec2_assert_path(made, "Subnet.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock", sub);
	ec2_assert_path(made, "Subnet.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlockState.State",
			"associating");
	json_free(made);
}
END_TEST

START_TEST(a_subnet_has_one_ipv6_block_at_most)
{
	char block[CIDR_TEXT_MAX], sub[CIDR_TEXT_MAX];
	struct cidr vpc, second;

	ec2_test_network_ipv6(&test, block);
	ck_assert(cidr_parse(block, &vpc) && cidr_sub(&vpc, 64, 1, &second));
	free(ec2_refused(&test, "InvalidParameterValue", "AssociateSubnetCidrBlock",
			 "{'SubnetId': '" TEST_SUBNET "', 'Ipv6CidrBlock': '%s'}",
			 cidr_format(&second, sub)));
}
END_TEST

START_TEST(ipv6_addresses_on_creation_need_an_ipv6_block)
{
	char block[CIDR_TEXT_MAX];
	struct json *made;

	ec2_test_network(&test);
	free(ec2_refused(&test, "InvalidParameterValue", "ModifySubnetAttribute",
			 "{'SubnetId': '" TEST_SUBNET "',"
			 " 'AssignIpv6AddressOnCreation': {'Value': true}}"));
	json_free(ec2_ok(&test, "DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}"));
	json_free(ec2_ok(&test, "DeleteVpc", "{'VpcId': '" TEST_VPC "'}"));
	ec2_test_network_ipv6(&test, block);
	json_free(ec2_ok(&test, "ModifySubnetAttribute",
			 "{'SubnetId': '" TEST_SUBNET "',"
			 " 'AssignIpv6AddressOnCreation': {'Value': true}}"));
	made = ec2_ok(&test, "CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "'}");
	ck_assert_uint_eq(ec2_size(made, "NetworkInterface.Ipv6Addresses"), 1);
	json_free(made);
}
END_TEST

START_TEST(attributes_change_one_at_a_time)
{
	struct json *seen;

	ec2_test_network(&test);
	json_free(ec2_ok(&test, "ModifySubnetAttribute",
			 "{'SubnetId': '" TEST_SUBNET
			 "', 'MapPublicIpOnLaunch': {'Value': true}}"));
	json_free(ec2_ok(&test, "ModifySubnetAttribute",
			 "{'SubnetId': '" TEST_SUBNET "',"
			 " 'PrivateDnsHostnameTypeOnLaunch': 'resource-name'}"));
	json_free(ec2_ok(&test, "ModifySubnetAttribute",
			 "{'SubnetId': '" TEST_SUBNET "',"
			 " 'EnableResourceNameDnsARecordOnLaunch': {'Value': true}}"));
	seen = ec2_ok(&test, "DescribeSubnets", "{'SubnetIds': ['" TEST_SUBNET "']}");
	ec2_assert_path(seen, "Subnets.0.MapPublicIpOnLaunch", "true");
	ec2_assert_path(seen, "Subnets.0.PrivateDnsNameOptionsOnLaunch.HostnameType",
			"resource-name");
	ec2_assert_path(seen,
			"Subnets.0.PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord",
			"true");
	json_free(seen);
	free(ec2_refused(&test, "InvalidParameterCombination", "ModifySubnetAttribute",
			 "{'SubnetId': '" TEST_SUBNET "', 'MapPublicIpOnLaunch': {'Value': true},"
			 " 'EnableDns64': {'Value': false}}"));
	free(ec2_refused(&test, "InvalidParameterValue", "ModifySubnetAttribute",
			 "{'SubnetId': '" TEST_SUBNET "', 'EnableDns64': {'Value': true}}"));
}
END_TEST

START_TEST(an_ipv6_only_subnet_counts_no_addresses)
{
	char block[CIDR_TEXT_MAX], sub[CIDR_TEXT_MAX];
	struct cidr vpc, second;
	struct json *made, *interface;

	ec2_test_network_ipv6(&test, block);
	ck_assert(cidr_parse(block, &vpc) && cidr_sub(&vpc, 64, 1, &second));
	made = ec2_ok_fixed(&test, "subnet-0000000000000bbbb", "CreateSubnet",
			    "{'VpcId': '" TEST_VPC "', 'Ipv6Native': true, 'Ipv6CidrBlock': '%s'}",
			    cidr_format(&second, sub));
	ec2_assert_path(made, "Subnet.AvailableIpAddressCount", "0");
	ec2_assert_path(made, "Subnet.Ipv6Native", "true");
	ck_assert_ptr_null(json_find(made, "Subnet", "CidrBlock", NULL));
	test_advance(test.world, 5000);
	interface =
		ec2_ok(&test, "CreateNetworkInterface", "{'SubnetId': 'subnet-0000000000000bbbb'}");
	ck_assert_uint_eq(ec2_size(interface, "NetworkInterface.Ipv6Addresses"), 1);
	ck_assert_uint_eq(ec2_size(interface, "NetworkInterface.PrivateIpAddresses"), 0);
	free(ec2_refused(&test, "InvalidParameterValue", "CreateNetworkInterface",
			 "{'SubnetId': 'subnet-0000000000000bbbb', 'PrivateIpAddress':"
			 " '10.250.64.9'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateNatGateway",
			 "{'SubnetId': 'subnet-0000000000000bbbb', 'ConnectivityType':"
			 " 'private'}"));
	free(ec2_refused(&test, "InvalidParameterCombination", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'Ipv6Native': true,"
			 " 'CidrBlock': '10.250.64.0/24', 'Ipv6CidrBlock': '%s'}",
			 sub));
	json_free(made);
	json_free(interface);
}
END_TEST

START_TEST(free_addresses_fall_with_each_interface)
{
	struct json *seen;

	ec2_test_network(&test);
	json_free(ec2_ok(&test, "CreateNetworkInterface",
			 "{'SubnetId': '" TEST_SUBNET "', 'SecondaryPrivateIpAddressCount': 2}"));
	seen = ec2_ok(&test, "DescribeSubnets",
		      "{'Filters': [{'Name': 'available-ip-address-count', 'Values': ['8184']}]}");
	ck_assert_uint_eq(ec2_size(seen, "Subnets"), 1);
	json_free(seen);
}
END_TEST

START_TEST(an_interface_holds_its_subnet)
{
	char *id;

	ec2_test_network(&test);
	id = ec2_get_text(&test, "CreateNetworkInterface", "NetworkInterface.NetworkInterfaceId",
			  "{'SubnetId': '" TEST_SUBNET "'}");
	ec2_refuses(&test, "DependencyViolation",
		    "The subnet '" TEST_SUBNET "' has dependencies and cannot be deleted.",
		    "DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}");
	json_free(ec2_ok(&test, "DeleteNetworkInterface", "{'NetworkInterfaceId': '%s'}", id));
	json_free(ec2_ok(&test, "DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}"));
	ck_assert_ptr_null(ec2_subnet_network_acl(test.world, TEST_SUBNET));
	free(ec2_refused(&test, "InvalidSubnetID.NotFound", "DeleteSubnet",
			 "{'SubnetId': '" TEST_SUBNET "'}"));
	free(id);
}
END_TEST

START_TEST(reserved_blocks_are_not_given_out)
{
	struct json *seen;
	char *id;

	ec2_test_network(&test);
	id = ec2_get_text(&test, "CreateSubnetCidrReservation",
			  "SubnetCidrReservation.SubnetCidrReservationId",
			  "{'SubnetId': '" TEST_SUBNET "', 'Cidr': '10.250.0.0/28',"
			  " 'ReservationType': 'explicit'}");
	seen = ec2_ok(&test, "CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "'}");
	ec2_assert_path(seen, "NetworkInterface.PrivateIpAddress", "10.250.0.16");
	json_free(seen);
	seen = ec2_ok(&test, "CreateNetworkInterface",
		      "{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddress': '10.250.0.5'}");
	ec2_assert_path(seen, "NetworkInterface.PrivateIpAddress", "10.250.0.5");
	json_free(seen);
	free(ec2_refused(&test, "InvalidSubnetCidrReservation.Conflict",
			 "CreateSubnetCidrReservation",
			 "{'SubnetId': '" TEST_SUBNET "', 'Cidr': '10.250.0.0/29',"
			 " 'ReservationType': 'explicit'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateSubnetCidrReservation",
			 "{'SubnetId': '" TEST_SUBNET "', 'Cidr': '10.9.0.0/28',"
			 " 'ReservationType': 'prefix'}"));
	seen = ec2_ok(&test, "GetSubnetCidrReservations", "{'SubnetId': '" TEST_SUBNET "'}");
	ck_assert_uint_eq(ec2_size(seen, "SubnetIpv4CidrReservations"), 1);
	ck_assert_uint_eq(ec2_size(seen, "SubnetIpv6CidrReservations"), 0);
	json_free(seen);
	json_free(ec2_ok(&test, "DeleteSubnetCidrReservation", "{'SubnetCidrReservationId': '%s'}",
			 id));
	free(id);
}
END_TEST

START_TEST(two_hundred_subnets_are_described_page_by_page)
{
	struct json *seen;
	size_t count = 0;
	char *token = NULL;

	ec2_test_network(&test);
	for (unsigned i = 0; i < 199; i++)
		json_free(ec2_ok(&test, "CreateSubnet",
				 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.%u.%u/28'}",
				 32 + i / 16, i % 16 * 16));
	free(ec2_refused(&test, "SubnetLimitExceeded", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.200.0/28'}"));
	do {
		seen = token ? ec2_ok(&test, "DescribeSubnets",
				      "{'MaxResults': 90, 'NextToken': '%s', 'Filters': [{"
				      "'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}",
				      token)
			     : ec2_ok(&test, "DescribeSubnets",
				      "{'MaxResults': 90, 'Filters': [{'Name': 'vpc-id',"
				      " 'Values': ['" TEST_VPC "']}]}");
		count += ec2_size(seen, "Subnets");
		free(token);
		token = ec2_path(seen, "NextToken") ? xstrdup(ec2_path(seen, "NextToken")) : NULL;
		json_free(seen);
	} while (token);
	ck_assert_uint_eq(count, 200);
}
END_TEST

START_TEST(a_dry_run_changes_nothing)
{
	ec2_test_network(&test);
	free(ec2_refused(&test, "DryRunOperation", "CreateSubnet",
			 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24',"
			 " 'DryRun': true}"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_subnet_stands_in_its_zone_with_all_its_members,
		a_block_outside_the_vpc_or_of_another_subnet_is_refused,
		an_ipv6_block_needs_one_of_the_vpc_around_it,
		a_second_subnet_cannot_take_the_same_64,
		a_subnet_has_one_ipv6_block_at_most,
		ipv6_addresses_on_creation_need_an_ipv6_block,
		attributes_change_one_at_a_time,
		an_ipv6_only_subnet_counts_no_addresses,
		free_addresses_fall_with_each_interface,
		an_interface_holds_its_subnet,
		reserved_blocks_are_not_given_out,
		two_hundred_subnets_are_described_page_by_page,
		a_dry_run_changes_nothing,
		NULL,
	};

	return ec2_suite("ec2_subnet", setup, teardown, tests);
}
