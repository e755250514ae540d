/* Network interfaces, their addresses, elastic IPs, and what AWS makes for load balancers. */
#include "emulator/base/container.h"
#include "tests/aws/ec2/ec2_test.h"

#define ENI "eni-0000000000000aaaa"
#define EIP "eipalloc-0000000000000aaaa"
#define IGW "igw-0000000000000aaaa"

static struct ec2_test test;
static char block[CIDR_TEXT_MAX];

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network_ipv6(&test, block);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

static void make_interface(void)
{
	json_free(ec2_ok_fixed(&test, ENI, "CreateNetworkInterface",
			       "{'SubnetId': '" TEST_SUBNET "', 'Description': 'mine'}"));
}

static void make_address(void)
{
	json_free(ec2_ok_fixed(&test, IGW, "CreateInternetGateway", "{}"));
	json_free(ec2_ok(&test, "AttachInternetGateway",
			 "{'InternetGatewayId': '" IGW "', 'VpcId': '" TEST_VPC "'}"));
	json_free(ec2_ok_fixed(&test, EIP, "AllocateAddress", "{'Domain': 'vpc'}"));
}

START_TEST(an_interface_gets_the_lowest_free_address_and_the_default_group)
{
	struct json *seen;

	make_interface();
	seen = ec2_ok(&test, "DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['" ENI "']}");
	ec2_assert_path(seen, "NetworkInterfaces.0.PrivateIpAddress", "10.250.0.4");
	ec2_assert_path(seen, "NetworkInterfaces.0.PrivateIpAddresses.0.Primary", "true");
	ec2_assert_path(seen, "NetworkInterfaces.0.PrivateDnsName",
			"ip-10-250-0-4.eu-west-1.compute.internal");
	ec2_assert_path(seen, "NetworkInterfaces.0.Groups.0.GroupName", "default");
	ec2_assert_path(seen, "NetworkInterfaces.0.Status", "available");
	ec2_assert_path(seen, "NetworkInterfaces.0.InterfaceType", "interface");
	ec2_assert_path(seen, "NetworkInterfaces.0.SourceDestCheck", "true");
	ck_assert_uint_eq(ec2_size(seen, "NetworkInterfaces.0.Ipv6Addresses"), 0);
	ck_assert_uint_eq(strlen(ec2_path(seen, "NetworkInterfaces.0.MacAddress")), 17);
	json_free(seen);
	ck_assert_str_eq(ec2_interface_by_ip(test.world, TEST_VPC, "10.250.0.4")->key, ENI);
	ck_assert_ptr_null(ec2_interface_by_ip(test.world, TEST_VPC, "10.250.0.5"));
}
END_TEST

START_TEST(an_address_that_cannot_be_had_is_refused)
{
	make_interface();
	free(ec2_refused(&test, "InvalidIPAddress.InUse", "CreateNetworkInterface",
			 "{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddress': '10.250.0.4'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateNetworkInterface",
			 "{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddress': '10.251.0.4'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateNetworkInterface",
			 "{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddress': '10.250.0.1'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateNetworkInterface",
			 "{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddress': 'ten'}"));
	free(ec2_refused(&test, "InvalidGroup.NotFound", "CreateNetworkInterface",
			 "{'SubnetId': '" TEST_SUBNET "', 'Groups': ['sg-0000000000000aaaa']}"));
	free(ec2_refused(&test, "InvalidParameterCombination", "CreateNetworkInterface",
			 "{'SubnetId': '" TEST_SUBNET "', 'SecondaryPrivateIpAddressCount': 1,"
			 " 'PrivateIpAddresses': [{'PrivateIpAddress': '10.250.0.9'}]}"));
}
END_TEST

START_TEST(a_full_subnet_says_so)
{
	json_free(ec2_ok_fixed(&test, "subnet-0000000000000bbbb", "CreateSubnet",
			       "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/28'}"));
	json_free(ec2_ok(&test, "CreateNetworkInterface",
			 "{'SubnetId': 'subnet-0000000000000bbbb',"
			 " 'SecondaryPrivateIpAddressCount': 10}"));
	free(ec2_refused(&test, "InsufficientFreeAddressesInSubnet", "CreateNetworkInterface",
			 "{'SubnetId': 'subnet-0000000000000bbbb'}"));
	ck_assert_uint_eq(
		ec2_subnet_free_addresses(test.world, world_find(test.world, &kind_subnet,
								 "subnet-0000000000000bbbb")),
		0);
}
END_TEST

START_TEST(secondary_addresses_come_and_go)
{
	struct json *assigned;

	make_interface();
	assigned = ec2_ok(&test, "AssignPrivateIpAddresses",
			  "{'NetworkInterfaceId': '" ENI "', 'SecondaryPrivateIpAddressCount': 2}");
	ec2_assert_path(assigned, "AssignedPrivateIpAddresses.0.PrivateIpAddress", "10.250.0.5");
	ec2_assert_path(assigned, "AssignedPrivateIpAddresses.1.PrivateIpAddress", "10.250.0.6");
	json_free(assigned);
	json_free(ec2_ok(&test, "AssignPrivateIpAddresses",
			 "{'NetworkInterfaceId': '" ENI
			 "', 'PrivateIpAddresses': ['10.250.1.1']}"));
	free(ec2_refused(&test, "InvalidIPAddress.InUse", "AssignPrivateIpAddresses",
			 "{'NetworkInterfaceId': '" ENI
			 "', 'PrivateIpAddresses': ['10.250.0.5']}"));
	free(ec2_refused(&test, "InvalidParameterCombination", "AssignPrivateIpAddresses",
			 "{'NetworkInterfaceId': '" ENI "', 'PrivateIpAddresses': ['10.250.0.9'],"
			 " 'SecondaryPrivateIpAddressCount': 1}"));
	free(ec2_refused(&test, "MissingParameter", "AssignPrivateIpAddresses",
			 "{'NetworkInterfaceId': '" ENI "'}"));
	json_free(ec2_ok(&test, "UnassignPrivateIpAddresses",
			 "{'NetworkInterfaceId': '" ENI
			 "', 'PrivateIpAddresses': ['10.250.0.5']}"));
	ck_assert_ptr_null(ec2_interface_by_ip(test.world, TEST_VPC, "10.250.0.5"));
	free(ec2_refused(&test, "InvalidParameterValue", "UnassignPrivateIpAddresses",
			 "{'NetworkInterfaceId': '" ENI
			 "', 'PrivateIpAddresses': ['10.250.0.4']}"));
	free(ec2_refused(&test, "InvalidParameterValue", "UnassignPrivateIpAddresses",
			 "{'NetworkInterfaceId': '" ENI
			 "', 'PrivateIpAddresses': ['10.250.0.5']}"));
}
END_TEST

START_TEST(ipv6_addresses_come_and_go)
{
	struct json *assigned, *seen;

	make_interface();
	assigned = ec2_ok(&test, "AssignIpv6Addresses",
			  "{'NetworkInterfaceId': '" ENI "', 'Ipv6AddressCount': 2}");
	ck_assert_str_ne(json_str(json_at(json_get(assigned, "AssignedIpv6Addresses"), 0)),
			 json_str(json_at(json_get(assigned, "AssignedIpv6Addresses"), 1)));
	seen = ec2_ok(&test, "DescribeNetworkInterfaces",
		      "{'Filters': [{'Name': 'ipv6-addresses.ipv6-address', 'Values': ['%s']}]}",
		      ec2_path(assigned, "AssignedIpv6Addresses.0"));
	ck_assert_uint_eq(ec2_size(seen, "NetworkInterfaces"), 1);
	ck_assert_uint_eq(ec2_size(seen, "NetworkInterfaces.0.Ipv6Addresses"), 2);
	json_free(seen);
	free(ec2_refused(&test, "InvalidParameterValue", "AssignIpv6Addresses",
			 "{'NetworkInterfaceId': '" ENI "', 'Ipv6Addresses': ['2001:db8::1']}"));
	free(ec2_refused(&test, "InvalidIPAddress.InUse", "AssignIpv6Addresses",
			 "{'NetworkInterfaceId': '" ENI "', 'Ipv6Addresses': ['%s']}",
			 ec2_path(assigned, "AssignedIpv6Addresses.0")));
	json_free(ec2_ok(&test, "UnassignIpv6Addresses",
			 "{'NetworkInterfaceId': '" ENI "', 'Ipv6Addresses': ['%s']}",
			 ec2_path(assigned, "AssignedIpv6Addresses.0")));
	free(ec2_refused(&test, "InvalidParameterValue", "UnassignIpv6Addresses",
			 "{'NetworkInterfaceId': '" ENI "', 'Ipv6Addresses': ['%s']}",
			 ec2_path(assigned, "AssignedIpv6Addresses.0")));
	json_free(assigned);
}
END_TEST

START_TEST(an_elastic_ip_is_bound_moved_and_released)
{
	struct json *seen;
	char *id, *ip;

	make_interface();
	make_address();
	id = ec2_get_text(&test, "AssociateAddress", "AssociationId",
			  "{'AllocationId': '" EIP "', 'NetworkInterfaceId': '" ENI "'}");
	seen = ec2_ok(&test, "DescribeAddresses", "{'AllocationIds': ['" EIP "']}");
	ec2_assert_path(seen, "Addresses.0.AssociationId", id);
	ec2_assert_path(seen, "Addresses.0.PrivateIpAddress", "10.250.0.4");
	ip = xstrdup(ec2_path(seen, "Addresses.0.PublicIp"));
	json_free(seen);
	seen = ec2_ok(&test, "DescribeNetworkInterfaces",
		      "{'Filters': [{'Name': 'association.public-ip', 'Values': ['%s']}]}", ip);
	ec2_assert_path(seen, "NetworkInterfaces.0.Association.AllocationId", EIP);
	json_free(seen);
	_cleanup_(freep) char *text = xasprintf("Address %s is in use.", ip);
	ec2_refuses(&test, "InvalidIPAddress.InUse", text, "ReleaseAddress",
		    "{'AllocationId': '" EIP "'}");
	json_free(ec2_ok_fixed(&test, "eni-0000000000000bbbb", "CreateNetworkInterface",
			       "{'SubnetId': '" TEST_SUBNET "'}"));
	free(ec2_refused(&test, "Resource.AlreadyAssociated", "AssociateAddress",
			 "{'AllocationId': '" EIP "', 'AllowReassociation': false,"
			 " 'NetworkInterfaceId': 'eni-0000000000000bbbb'}"));
	json_free(ec2_ok(&test, "AssociateAddress",
			 "{'PublicIp': '%s', 'NetworkInterfaceId': 'eni-0000000000000bbbb'}", ip));
	ck_assert_ptr_null(json_get(world_find(test.world, &kind_network_interface, ENI)->body,
				    "Association"));
	json_free(ec2_ok(&test, "DisassociateAddress", "{'PublicIp': '%s'}", ip));
	free(ec2_refused(&test, "InvalidAssociationID.NotFound", "DisassociateAddress",
			 "{'AssociationId': '%s'}", id));
	free(ec2_refused(&test, "InvalidAssociationID.NotFound", "DisassociateAddress",
			 "{'PublicIp': '%s'}", ip));
	json_free(ec2_ok(&test, "ReleaseAddress", "{'AllocationId': '" EIP "'}"));
	free(ec2_refused(&test, "InvalidAllocationID.NotFound", "ReleaseAddress",
			 "{'AllocationId': '" EIP "'}"));
	free(ec2_refused(&test, "InvalidAddress.NotFound", "DescribeAddresses",
			 "{'PublicIps': ['%s']}", ip));
	free(id);
	free(ip);
}
END_TEST

START_TEST(an_elastic_ip_needs_a_way_to_the_internet)
{
	make_interface();
	json_free(ec2_ok_fixed(&test, EIP, "AllocateAddress", "{}"));
	ec2_refuses(&test, "Gateway.NotAttached",
		    "Network " TEST_VPC " is not attached to any internet gateway",
		    "AssociateAddress",
		    "{'AllocationId': '" EIP "', 'NetworkInterfaceId': '" ENI "'}");
	free(ec2_refused(&test, "InvalidAddress.NotFound", "AllocateAddress",
			 "{'Address': '1.2.3.4'}"));
	free(ec2_refused(&test, "InvalidPublicIpv4PoolID.NotFound", "AllocateAddress",
			 "{'PublicIpv4Pool': 'ipv4pool-ec2-1'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "AllocateAddress",
			 "{'NetworkBorderGroup': 'eu-central-1'}"));
}
END_TEST

START_TEST(attributes_of_an_interface_are_told_and_changed)
{
	char *text;

	make_interface();
	json_free(ec2_ok(&test, "ModifyNetworkInterfaceAttribute",
			 "{'NetworkInterfaceId': '" ENI "', 'Description': {'Value': 'new'}}"));
	json_free(ec2_ok(&test, "ModifyNetworkInterfaceAttribute",
			 "{'NetworkInterfaceId': '" ENI "', 'SourceDestCheck': {'Value': false}}"));
	text = ec2_get_text(&test, "DescribeNetworkInterfaceAttribute", "Description.Value",
			    "{'NetworkInterfaceId': '" ENI "', 'Attribute': 'description'}");
	ck_assert_str_eq(text, "new");
	free(text);
	text = ec2_get_text(&test, "DescribeNetworkInterfaceAttribute", "SourceDestCheck.Value",
			    "{'NetworkInterfaceId': '" ENI "', 'Attribute': 'sourceDestCheck'}");
	ck_assert_str_eq(text, "false");
	free(text);
	text = ec2_get_text(&test, "DescribeNetworkInterfaceAttribute", "Groups.0.GroupName",
			    "{'NetworkInterfaceId': '" ENI "', 'Attribute': 'groupSet'}");
	ck_assert_str_eq(text, "default");
	free(text);
	free(ec2_refused(&test, "MissingParameter", "ModifyNetworkInterfaceAttribute",
			 "{'NetworkInterfaceId': '" ENI "'}"));
	free(ec2_refused(&test, "InvalidAttachmentID.NotFound", "ModifyNetworkInterfaceAttribute",
			 "{'NetworkInterfaceId': '" ENI "', 'Attachment': {'AttachmentId': 'x',"
			 " 'DeleteOnTermination': true}}"));
}
END_TEST

/* ---- Load balancers ---- */

static const struct doc *add_for_load_balancer(const char **ret_id)
{
	struct call *call = test_call_as(test.world, "operator", "elbv2", "CreateLoadBalancer");
	_cleanup_(json_freep) struct json *groups = test_json("[]");
	const struct doc *made;
	struct err err = ERR_INIT;
	struct ec2_interface_spec spec = {
		.subnet = world_find(test.world, &kind_subnet, TEST_SUBNET),
		.description = "ELB net/echo/0123456789abcdef",
		.requester_id = "amazon-elb",
		.interface_type = "network_load_balancer",
		.with_ipv6 = true,
		.public_ip = true,
		.groups = groups,
		.implied_by = "arn:echo",
	};

	json_append_str(groups, ec2_vpc_default_group(test.world, TEST_VPC)->key);
	if (!ec2_interface_add(call, &spec, &made, &err))
		ck_abort_msg("%s", err_text(&err));
	*ret_id = intern(made->key);
	call_commit(call, 200);
	return world_find(test.world, &kind_network_interface, *ret_id);
}

START_TEST(a_load_balancers_interface_is_managed_and_holds_everything)
{
	const char *id;
	const struct doc *doc = add_for_load_balancer(&id);

	ck_assert_str_eq(doc->implied_by, "arn:echo");
	ck_assert_str_eq(doc_str(doc, "RequesterId"), "amazon-elb");
	ck_assert(json_get_bool(doc->body, "RequesterManaged", false));
	ck_assert_str_eq(json_find_str(doc->body, "Attachment", "InstanceOwnerId", NULL),
			 "amazon-elb");
	ck_assert_str_eq(json_find_str(doc->body, "Association", "IpOwnerId", NULL), "amazon-elb");
	ck_assert_uint_eq(json_size(json_get(doc->body, "Ipv6Addresses")), 1);
	ck_assert_uint_eq(
		world_lookup_count(test.world, &kind_network_interface, "for", "arn:echo"), 1);
	free(ec2_refused(&test, "DependencyViolation", "DeleteSubnet",
			 "{'SubnetId': '" TEST_SUBNET "'}"));
	free(ec2_refused(&test, "AuthFailure", "DeleteNetworkInterface",
			 "{'NetworkInterfaceId': '%s'}", id));
	free(ec2_refused(&test, "AuthFailure", "DetachNetworkInterface", "{'AttachmentId': '%s'}",
			 json_find_str(doc->body, "Attachment", "AttachmentId", NULL)));
}
END_TEST

START_TEST(a_load_balancers_interface_lingers_after_its_deletion)
{
	struct call *call;
	const char *id;

	add_for_load_balancer(&id);
	call = test_call_as(test.world, "operator", "elbv2", "DeleteLoadBalancer");
	ec2_interface_release(call, id);
	call_commit(call, 200);
	test_advance(test.world, 59999);
	free(ec2_refused(&test, "DependencyViolation", "DeleteSubnet",
			 "{'SubnetId': '" TEST_SUBNET "'}"));
	test_advance(test.world, 1);
	json_free(ec2_ok(&test, "DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}"));
}
END_TEST

START_TEST(a_load_balancers_interface_changes_groups_and_ipv6)
{
	_cleanup_(json_freep) struct json *bad = test_json("['sg-0000000000000dddd']");
	struct err err = ERR_INIT;
	struct call *call;
	const char *id;

	add_for_load_balancer(&id);
	call = test_call_as(test.world, "operator", "elbv2", "SetIpAddressType");
	ck_assert(!ec2_interface_set_groups(call, id, bad, &err));
	ck_assert_str_eq(err.wire, "InvalidGroup.NotFound");
	err_done(&err);
	ck_assert(ec2_interface_set_ipv6(call, id, false, NULL, &err));
	ck_assert_uint_eq(
		json_size(json_get(world_find(test.world, &kind_network_interface, id)->body,
				   "Ipv6Addresses")),
		0);
	ck_assert(!ec2_interface_set_ipv6(call, id, true, "2001:db8::1", &err));
	err_done(&err);
	ck_assert(ec2_interface_set_ipv6(call, id, true, NULL, &err));
	call_commit(call, 200);
	ck_assert_uint_eq(
		json_size(json_get(world_find(test.world, &kind_network_interface, id)->body,
				   "Ipv6Addresses")),
		1);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_interface_gets_the_lowest_free_address_and_the_default_group,
		an_address_that_cannot_be_had_is_refused,
		a_full_subnet_says_so,
		secondary_addresses_come_and_go,
		ipv6_addresses_come_and_go,
		an_elastic_ip_is_bound_moved_and_released,
		an_elastic_ip_needs_a_way_to_the_internet,
		attributes_of_an_interface_are_told_and_changed,
		a_load_balancers_interface_is_managed_and_holds_everything,
		a_load_balancers_interface_lingers_after_its_deletion,
		a_load_balancers_interface_changes_groups_and_ipv6,
		NULL,
	};

	return ec2_suite("ec2_interface", setup, teardown, tests);
}
