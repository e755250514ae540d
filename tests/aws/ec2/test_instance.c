/* Instances: how they start, what they show, how they end. */
#include "tests/aws/ec2/ec2_test.h"

#define INSTANCE "i-0000000000000aaaa"

static struct ec2_test test;
static char *image;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
	image = ec2_get_text(&test, "DescribeImages", "Images.0.ImageId", "{'Owners': ['amazon']}");
}

static void teardown(void)
{
	free(image);
	ec2_test_done(&test);
}

static void run(void)
{
	json_free(ec2_ok_fixed(&test, INSTANCE, "RunInstances",
			       "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 1,"
			       " 'MaxCount': 1, 'SubnetId': '" TEST_SUBNET "',"
			       " 'PrivateIpAddress': '10.250.0.10',"
			       " 'TagSpecifications': [{'ResourceType': 'instance',"
			       " 'Tags': [{'Key': 'Name', 'Value': 'node'}]}]}",
			       image));
}

static struct json *describe(void)
{
	return ec2_ok(&test, "DescribeInstances", "{'InstanceIds': ['" INSTANCE "']}");
}

START_TEST(an_instance_starts_with_interface_name_and_reservation)
{
	struct json *seen;

	run();
	seen = describe();
	ec2_assert_path(seen, "Reservations.0.Instances.0.State.Name", "pending");
	ec2_assert_path(seen, "Reservations.0.Instances.0.State.Code", "0");
	json_free(seen);
	test_advance(test.world, 5000);
	seen = describe();
	ck_assert(str_starts_with(ec2_path(seen, "Reservations.0.ReservationId"), "r-"));
	ec2_assert_path(seen, "Reservations.0.Instances.0.State.Name", "running");
	ec2_assert_path(seen, "Reservations.0.Instances.0.PrivateIpAddress", "10.250.0.10");
	ec2_assert_path(seen, "Reservations.0.Instances.0.PrivateDnsName",
			"ip-10-250-0-10.eu-west-1.compute.internal");
	ec2_assert_path(seen, "Reservations.0.Instances.0.VpcId", TEST_VPC);
	ec2_assert_path(seen, "Reservations.0.Instances.0.Placement.AvailabilityZone",
			"eu-west-1a");
	ec2_assert_path(seen, "Reservations.0.Instances.0.SecurityGroups.0.GroupName", "default");
	ec2_assert_path(
		seen, "Reservations.0.Instances.0.NetworkInterfaces.0.Attachment.DeviceIndex", "0");
	ec2_assert_path(
		seen, "Reservations.0.Instances.0.NetworkInterfaces.0.PrivateIpAddresses.0.Primary",
		"true");
	ck_assert_uint_eq(
		ec2_size(seen, "Reservations.0.Instances.0.NetworkInterfaces.0.Ipv6Addresses"), 0);
	ec2_assert_path(seen, "Reservations.0.Instances.0.Tags.0.Value", "node");
	json_free(seen);
	ck_assert_str_eq(doc_str(ec2_instance_interface(test.world, INSTANCE), "PrivateIpAddress"),
			 "10.250.0.10");
}
END_TEST

START_TEST(an_instance_tells_what_aws_always_tells)
{
	struct json *seen;

	run();
	seen = describe();
	ec2_assert_path(seen, "Reservations.0.Instances.0.StateReason.Code", "pending");
	ec2_assert_path(seen, "Reservations.0.Instances.0.StateReason.Message", "pending");
	json_free(seen);
	test_advance(test.world, 5000);
	seen = describe();
	ck_assert_ptr_null(ec2_path(seen, "Reservations.0.Instances.0.StateReason.Code"));
	ec2_assert_path(seen, "Reservations.0.Instances.0.Operator.Managed", "false");
	ec2_assert_path(seen, "Reservations.0.Instances.0.Operator.HiddenByDefault", "false");
	ec2_assert_path(seen, "Reservations.0.Instances.0.NetworkInterfaces.0.Operator.Managed",
			"false");
	ec2_assert_path(seen, "Reservations.0.Instances.0.Placement.AvailabilityZoneId",
			"euw1-az3");
	ec2_assert_path(seen, "Reservations.0.Instances.0.BlockDeviceMappings.0.Ebs.EbsCardIndex",
			"0");
	ck_assert_uint_eq(ec2_size(seen, "Reservations.0.Instances.0.SecondaryInterfaces"), 0);
	json_free(seen);
}
END_TEST

START_TEST(what_no_service_manages_is_found_as_not_managed)
{
	static const char *const lists[][2] = {{"DescribeInstances", "Reservations"},
					       {"DescribeInstanceStatus", "InstanceStatuses"},
					       {"DescribeNetworkInterfaces", "NetworkInterfaces"},
					       {"DescribeVolumes", "Volumes"}};

	run();
	test_advance(test.world, 5000);
	for (size_t i = 0; i < array_size(lists); i++) {
		struct json *seen =
			ec2_ok(&test, lists[i][0],
			       "{'Filters': [{'Name': 'operator.managed', 'Values': ['false']}]}");

		ck_assert_uint_ge(ec2_size(seen, lists[i][1]), 1);
		json_free(seen);
		seen = ec2_ok(&test, lists[i][0],
			      "{'Filters': [{'Name': 'operator.managed', 'Values': ['true']}]}");
		ck_assert_uint_eq(ec2_size(seen, lists[i][1]), 0);
		json_free(seen);
	}
}
END_TEST

START_TEST(instances_are_found_as_the_controllers_ask)
{
	struct json *seen;

	run();
	seen = ec2_ok(&test, "DescribeInstances",
		      "{'MaxResults': 1000, 'Filters': [{'Name': 'private-dns-name', 'Values':"
		      " ['ip-10-250-0-10.eu-west-1.compute.internal']},"
		      " {'Name': 'instance-state-name', 'Values': ['pending', 'running']}]}");
	ck_assert_uint_eq(ec2_size(seen, "Reservations"), 1);
	json_free(seen);
	seen = ec2_ok(&test, "DescribeInstances",
		      "{'Filters': [{'Name': 'network-interface.addresses.private-ip-address',"
		      " 'Values': ['10.250.0.10']}, {'Name': 'instance.group-name', 'Values':"
		      " ['default']}, {'Name': 'source-dest-check', 'Values': ['true']}]}");
	ck_assert_uint_eq(ec2_size(seen, "Reservations"), 1);
	json_free(seen);
	seen = ec2_ok(&test, "DescribeInstanceTopology", "{'InstanceIds': ['" INSTANCE "']}");
	ck_assert_uint_eq(ec2_size(seen, "Instances"), 0);
	json_free(seen);
	ec2_refuses(&test, "InvalidInstanceID.NotFound",
		    "The instance ID 'i-0000000000000bbbb' does not exist", "DescribeInstances",
		    "{'InstanceIds': ['i-0000000000000bbbb']}");
	ec2_refuses(&test, "InvalidInstanceID.NotFound",
		    "The instance IDs 'i-0000000000000bbbb, i-0000000000000cccc' do not exist",
		    "DescribeInstances",
		    "{'InstanceIds': ['i-0000000000000bbbb', '" INSTANCE
		    "', 'i-0000000000000cccc']}");
	free(ec2_refused(&test, "InvalidInstanceID.Malformed", "DescribeInstances",
			 "{'InstanceIds': ['node-1']}"));
	free(ec2_refused(&test, "InvalidParameterCombination", "DescribeInstances",
			 "{'InstanceIds': ['" INSTANCE "'], 'MaxResults': 5}"));
}
END_TEST

START_TEST(several_instances_share_a_reservation)
{
	struct json *made = ec2_ok(&test, "RunInstances",
				   "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 1,"
				   " 'MaxCount': 3, 'SubnetId': '" TEST_SUBNET "',"
				   " 'ClientToken': 't'}",
				   image);
	struct json *again = ec2_ok(&test, "RunInstances",
				    "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 1,"
				    " 'MaxCount': 3, 'SubnetId': '" TEST_SUBNET "',"
				    " 'ClientToken': 't'}",
				    image);
	struct json *seen = ec2_ok(&test, "DescribeInstances", "{}");

	ck_assert_uint_eq(ec2_size(made, "Instances"), 3);
	ec2_assert_path(made, "Instances.2.AmiLaunchIndex", "2");
	ck_assert_uint_eq(ec2_size(again, "Instances"), 3);
	ck_assert_uint_eq(world_count(test.world, &kind_instance), 3);
	ck_assert_uint_eq(ec2_size(seen, "Reservations"), 1);
	ck_assert_uint_eq(ec2_size(seen, "Reservations.0.Instances"), 3);
	json_free(made);
	json_free(again);
	json_free(seen);
}
END_TEST

START_TEST(a_public_subnet_lends_a_public_address_while_it_runs)
{
	struct json *seen;
	char *id, *ip;

	id = ec2_get_text(&test, "RunInstances", "Instances.0.InstanceId",
			  "{'ImageId': '%s', 'InstanceType': 't3.micro', 'MinCount': 1,"
			  " 'MaxCount': 1}",
			  image);
	test_advance(test.world, 5000);
	ip = ec2_get_text(&test, "DescribeInstances", "Reservations.0.Instances.0.PublicIpAddress",
			  "{'InstanceIds': ['%s']}", id);
	free(ip);
	json_free(ec2_ok(&test, "StopInstances", "{'InstanceIds': ['%s']}", id));
	test_advance(test.world, 5000);
	seen = ec2_ok(&test, "DescribeInstances", "{'InstanceIds': ['%s']}", id);
	ec2_assert_path(seen, "Reservations.0.Instances.0.State.Name", "stopped");
	ec2_assert_path(seen, "Reservations.0.Instances.0.PublicIpAddress", NULL);
	json_free(seen);
	json_free(ec2_ok(&test, "StartInstances", "{'InstanceIds': ['%s']}", id));
	test_advance(test.world, 5000);
	ip = ec2_get_text(&test, "DescribeInstances", "Reservations.0.Instances.0.PublicIpAddress",
			  "{'InstanceIds': ['%s']}", id);
	free(ip);
	free(id);
}
END_TEST

START_TEST(a_terminated_instance_lets_go_and_is_remembered)
{
	struct json *changed;

	run();
	test_advance(test.world, 5000);
	changed = ec2_ok(&test, "TerminateInstances", "{'InstanceIds': ['" INSTANCE "']}");
	ec2_assert_path(changed, "TerminatingInstances.0.PreviousState.Name", "running");
	ec2_assert_path(changed, "TerminatingInstances.0.CurrentState.Name", "shutting-down");
	json_free(changed);
	free(ec2_refused(&test, "DependencyViolation", "DeleteSubnet",
			 "{'SubnetId': '" TEST_SUBNET "'}"));
	free(ec2_refused(&test, "IncorrectInstanceState", "StartInstances",
			 "{'InstanceIds': ['" INSTANCE "']}"));
	test_advance(test.world, 5000);
	json_free(ec2_ok(&test, "DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}"));
	ck_assert(ec2_is_gone(world_find(test.world, &kind_instance, INSTANCE)));
	changed = describe();
	ec2_assert_path(changed, "Reservations.0.Instances.0.State.Name", "terminated");
	ec2_assert_path(changed, "Reservations.0.Instances.0.SubnetId", NULL);
	json_free(changed);
	test_advance(test.world, 3600000);
	free(ec2_refused(&test, "InvalidInstanceID.NotFound", "DescribeInstances",
			 "{'InstanceIds': ['" INSTANCE "']}"));
}
END_TEST

START_TEST(a_protected_instance_is_not_terminated)
{
	char *text;

	run();
	test_advance(test.world, 5000);
	json_free(ec2_ok(&test, "ModifyInstanceAttribute",
			 "{'InstanceId': '" INSTANCE
			 "', 'DisableApiTermination': {'Value': true}}"));
	text = ec2_get_text(&test, "DescribeInstanceAttribute", "DisableApiTermination.Value",
			    "{'InstanceId': '" INSTANCE "', 'Attribute': 'disableApiTermination'}");
	ck_assert_str_eq(text, "true");
	free(text);
	ec2_refuses(&test, "OperationNotPermitted",
		    "The instance '" INSTANCE "' may not be terminated. Modify its "
		    "'disableApiTermination' instance attribute and try again.",
		    "TerminateInstances", "{'InstanceIds': ['" INSTANCE "']}");
	free(ec2_refused(&test, "IncorrectInstanceState", "ModifyInstanceAttribute",
			 "{'InstanceId': '" INSTANCE "', 'InstanceType': {'Value': 'm5.xlarge'}}"));
}
END_TEST

START_TEST(a_route_to_an_instance_follows_its_life)
{
	const struct doc *route;

	run();
	test_advance(test.world, 5000);
	json_free(ec2_ok_fixed(&test, "rtb-0000000000000aaaa", "CreateRouteTable",
			       "{'VpcId': '" TEST_VPC "'}"));
	json_free(ec2_ok(&test, "ModifyInstanceAttribute",
			 "{'InstanceId': '" INSTANCE "', 'SourceDestCheck': {'Value': false}}"));
	json_free(ec2_ok(&test, "CreateRoute",
			 "{'RouteTableId': 'rtb-0000000000000aaaa', 'InstanceId': '" INSTANCE "',"
			 " 'DestinationCidrBlock': '100.96.0.0/24'}"));
	route = world_find(test.world, &kind_route, "rtb-0000000000000aaaa/100.96.0.0/24");
	ck_assert_str_eq(doc_str(route, "State"), "active");
	ck_assert_str_eq(doc_str(route, "InstanceId"), INSTANCE);
	json_free(ec2_ok(&test, "TerminateInstances", "{'InstanceIds': ['" INSTANCE "']}"));
	test_advance(test.world, 5000);
	route = world_find(test.world, &kind_route, "rtb-0000000000000aaaa/100.96.0.0/24");
	ck_assert_str_eq(doc_str(route, "State"), "blackhole");
}
END_TEST

START_TEST(interfaces_are_attached_and_detached)
{
	char *id;

	run();
	test_advance(test.world, 5000);
	json_free(ec2_ok_fixed(&test, "eni-0000000000000aaaa", "CreateNetworkInterface",
			       "{'SubnetId': '" TEST_SUBNET "'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "AttachNetworkInterface",
			 "{'NetworkInterfaceId': 'eni-0000000000000aaaa',"
			 " 'InstanceId': '" INSTANCE "', 'DeviceIndex': 0}"));
	id = ec2_get_text(&test, "AttachNetworkInterface", "AttachmentId",
			  "{'NetworkInterfaceId': 'eni-0000000000000aaaa',"
			  " 'InstanceId': '" INSTANCE "', 'DeviceIndex': 1}");
	free(ec2_refused(&test, "InvalidParameterValue", "AttachNetworkInterface",
			 "{'NetworkInterfaceId': 'eni-0000000000000aaaa',"
			 " 'InstanceId': '" INSTANCE "', 'DeviceIndex': 2}"));
	free(ec2_refused(&test, "InvalidParameterValue", "DeleteNetworkInterface",
			 "{'NetworkInterfaceId': 'eni-0000000000000aaaa'}"));
	free(ec2_refused(&test, "OperationNotPermitted", "DetachNetworkInterface",
			 "{'AttachmentId': '%s'}",
			 json_find_str(ec2_instance_interface(test.world, INSTANCE)->body,
				       "Attachment", "AttachmentId", NULL)));
	json_free(ec2_ok(&test, "DetachNetworkInterface", "{'AttachmentId': '%s'}", id));
	free(ec2_refused(&test, "InvalidAttachmentID.NotFound", "DetachNetworkInterface",
			 "{'AttachmentId': '%s'}", id));
	json_free(ec2_ok(&test, "DeleteNetworkInterface",
			 "{'NetworkInterfaceId': 'eni-0000000000000aaaa'}"));
	free(id);
}
END_TEST

START_TEST(status_is_told_of_running_ones_only)
{
	struct json *seen;

	run();
	seen = ec2_ok(&test, "DescribeInstanceStatus", "{}");
	ck_assert_uint_eq(ec2_size(seen, "InstanceStatuses"), 0);
	json_free(seen);
	test_advance(test.world, 5000);
	seen = ec2_ok(&test, "DescribeInstanceStatus", "{'InstanceIds': ['" INSTANCE "']}");
	ec2_assert_path(seen, "InstanceStatuses.0.InstanceStatus.Status", "ok");
	json_free(seen);
}
END_TEST

START_TEST(an_instance_that_asks_for_what_is_not_there_is_refused)
{
	static const struct {
		const char *code, *more;
	} cases[] = {
		{"InvalidAMIID.NotFound", "'ImageId': 'ami-0000000000000aaaa'"},
		{"InvalidSubnetID.NotFound",
		 "'ImageId': '%s', 'SubnetId': 'subnet-0000000000000bbbb'"},
		{"InvalidKeyPair.NotFound", "'ImageId': '%s', 'KeyName': 'none'"},
		{"InvalidGroup.NotFound", "'ImageId': '%s', 'SubnetId': '" TEST_SUBNET
					  "', 'SecurityGroupIds': ['sg-0000000000000aaaa']"},
		{"InvalidParameterValue", "'ImageId': '%s', 'InstanceType': 'm7g.large'"},
		{"InvalidParameterValue",
		 "'ImageId': '%s', 'IamInstanceProfile': {'Name': 'none'}"},
		{"MissingParameter", "'InstanceType': 'm5.large'"},
		{"InvalidParameterCombination",
		 "'ImageId': '%s', 'SubnetId': '" TEST_SUBNET
		 "', 'NetworkInterfaces': [{'DeviceIndex': 0, 'SubnetId': '" TEST_SUBNET "'}]"},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		_cleanup_(freep) char *format =
			xasprintf("{'MinCount': 1, 'MaxCount': 1, %s}", cases[i].more);
		char *percent = strstr(format, "%s");
		_cleanup_(freep) char *params =
			percent ? xasprintf("%.*s%s%s", (int)(percent - format), format, image,
					    percent + 2)
				: xstrdup(format);

		free(ec2_refused(&test, cases[i].code, "RunInstances", "%s", params));
	}
	free(ec2_refused(&test, "InvalidParameterValue", "RunInstances",
			 "{'MinCount': 2, 'MaxCount': 1, 'ImageId': '%s'}", image));
	free(ec2_refused(&test, "InstanceLimitExceeded", "RunInstances",
			 "{'MinCount': 101, 'MaxCount': 101, 'ImageId': '%s'}", image));
}
END_TEST

START_TEST(as_many_instances_start_as_the_subnet_has_addresses_for)
{
	_cleanup_(freep) char *subnet =
		ec2_get_text(&test, "CreateSubnet", "Subnet.SubnetId",
			     "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.200.0/28'}");
	struct json *made = ec2_ok(&test, "RunInstances",
				   "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 1,"
				   " 'MaxCount': 4, 'NetworkInterfaces': [{'DeviceIndex': 0,"
				   " 'SubnetId': '%s', 'SecondaryPrivateIpAddressCount': 3}]}",
				   image, subnet);

	/* 16 addresses, of which AWS keeps five: two instances with four each */
	ck_assert_uint_eq(ec2_size(made, "Instances"), 2);
	json_free(made);
	free(ec2_refused(&test, "InsufficientFreeAddressesInSubnet", "RunInstances",
			 "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 4,"
			 " 'MaxCount': 9, 'SubnetId': '%s'}",
			 image, subnet));
	made = ec2_ok(&test, "RunInstances",
		      "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 3, 'MaxCount': 9,"
		      " 'SubnetId': '%s'}",
		      image, subnet);
	ck_assert_uint_eq(ec2_size(made, "Instances"), 3);
	json_free(made);
	made = ec2_ok(&test, "DescribeSubnets", "{'SubnetIds': ['%s']}", subnet);
	ec2_assert_path(made, "Subnets.0.AvailableIpAddressCount", "0");
	json_free(made);
}
END_TEST

START_TEST(an_instance_shows_its_profile)
{
	_cleanup_(json_freep) struct json *params = test_json("{'InstanceProfileName': 'nodes'}");
	struct err err = ERR_INIT;
	struct json *made;

	ck_assert(aws_invoke(test.aws, "operator", NULL, "", "iam", "CreateInstanceProfile", params,
			     NULL, NULL, &err));
	made = ec2_ok(&test, "RunInstances",
		      "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 1, 'MaxCount': 1,"
		      " 'IamInstanceProfile': {'Name': 'nodes'}}",
		      image);
	ec2_assert_path(made, "Instances.0.IamInstanceProfile.Arn",
			"arn:aws:iam::" TEST_ACCOUNT ":instance-profile/nodes");
	json_free(made);
}
END_TEST

START_TEST(types_are_described_and_offered_in_zones)
{
	struct json *seen =
		ec2_ok(&test, "DescribeInstanceTypes", "{'InstanceTypes': ['m5.large']}");

	ec2_assert_path(seen, "InstanceTypes.0.VCpuInfo.DefaultVCpus", "2");
	ec2_assert_path(seen, "InstanceTypes.0.MemoryInfo.SizeInMiB", "8192");
	json_free(seen);
	free(ec2_refused(&test, "InvalidInstanceType", "DescribeInstanceTypes",
			 "{'InstanceTypes': ['m1.small']}"));
	seen = ec2_ok(&test, "DescribeInstanceTypeOfferings",
		      "{'LocationType': 'availability-zone', 'Filters': [{'Name': 'instance-type',"
		      " 'Values': ['m5.large']}]}");
	ck_assert_uint_eq(ec2_size(seen, "InstanceTypeOfferings"), 3);
	ec2_assert_path(seen, "InstanceTypeOfferings.2.Location", "eu-west-1c");
	json_free(seen);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_instance_starts_with_interface_name_and_reservation,
		an_instance_tells_what_aws_always_tells,
		what_no_service_manages_is_found_as_not_managed,
		instances_are_found_as_the_controllers_ask,
		several_instances_share_a_reservation,
		a_public_subnet_lends_a_public_address_while_it_runs,
		a_terminated_instance_lets_go_and_is_remembered,
		a_protected_instance_is_not_terminated,
		a_route_to_an_instance_follows_its_life,
		interfaces_are_attached_and_detached,
		status_is_told_of_running_ones_only,
		an_instance_that_asks_for_what_is_not_there_is_refused,
		as_many_instances_start_as_the_subnet_has_addresses_for,
		an_instance_shows_its_profile,
		types_are_described_and_offered_in_zones,
		NULL,
	};

	return ec2_suite("ec2_instance", setup, teardown, tests);
}
