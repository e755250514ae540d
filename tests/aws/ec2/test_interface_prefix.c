/* Prefixes and primary IPv6 addresses of interfaces, what an instance type can hold, and the
 * instance profiles of instances. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static void setup(void)
{
	char block[CIDR_TEXT_MAX];

	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network_ipv6(&test, block);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

#define IMAGE                                                                                      \
	EC2_KEEP("DescribeImages",                                                                 \
		 "{'Filters': [{'Name': 'architecture', 'Values': ['x86_64']}]}",                  \
		 "M=Images.0.ImageId", NULL)

#define RUN(type, more)                                                                            \
	"{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'InstanceType': '" type "'" more "}"

/* 10.250.0.0/28 has the subnet's reserved addresses, so .16 is the first prefix. */
EC2_WALK(ipv4_prefixes_are_whole_blocks_that_nobody_else_gets,
	 EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "', 'Ipv4PrefixCount': 2}",
		  "E=NetworkInterface.NetworkInterfaceId",
		  "NetworkInterface.Ipv4Prefixes#2;"
		  " NetworkInterface.Ipv4Prefixes.0.Ipv4Prefix=10.250.0.16/28;"
		  " NetworkInterface.Ipv4Prefixes.1.Ipv4Prefix=10.250.0.32/28;"
		  " NetworkInterface.PrivateIpAddress=10.250.0.4"),
	 EC2_OK("DescribeSubnets", "{'SubnetIds': ['" TEST_SUBNET "']}",
		"Subnets.0.AvailableIpAddressCount=8154"),
	 EC2_NO("CreateNetworkInterface",
		"{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddress': '10.250.0.20'}",
		"InvalidIPAddress.InUse", "The specified address is already in use."),
	 EC2_NO("CreateNetworkInterface",
		"{'SubnetId': '" TEST_SUBNET "', 'Ipv4PrefixCount': 1,"
		" 'SecondaryPrivateIpAddressCount': 1}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateNetworkInterface",
		"{'SubnetId': '" TEST_SUBNET "', 'Ipv4Prefixes': [{'Ipv4Prefix':"
		" '10.250.0.16/28'}]}",
		"InvalidParameterValue", "The prefix 10.250.0.16/28 is not free"),
	 EC2_NO("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'Ipv4Prefixes': ['10.250.0.64/27']}",
		"InvalidParameterValue", NULL),
	 EC2_NO("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'Ipv4Prefixes': ['10.250.0.0/28']}",
		"InvalidParameterValue",
		"Address 10.250.0.0/28 is in subnet's reserved address range"),
	 EC2_NO("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'Ipv4Prefixes': ['10.99.0.0/28']}",
		"InvalidParameterValue",
		"Address 10.99.0.0/28 does not fall within the subnet's address range"),
	 EC2_NO("AssignPrivateIpAddresses", "{'NetworkInterfaceId': '$E', 'Ipv4PrefixCount': -1}",
		"InvalidParameterValue", NULL),
	 EC2_OK("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'Ipv4Prefixes': ['10.250.0.64/28']}",
		"AssignedIpv4Prefixes.0.Ipv4Prefix=10.250.0.64/28; AssignedPrivateIpAddresses#0"),
	 EC2_OK("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'SecondaryPrivateIpAddressCount': 12}",
		"AssignedPrivateIpAddresses.11.PrivateIpAddress=10.250.0.48"),
	 EC2_NO("UnassignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'Ipv4Prefixes': ['10.250.0.80/28']}",
		"InvalidParameterValue", NULL),
	 EC2_OK("UnassignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'Ipv4Prefixes': ['10.250.0.16/28']}", NULL),
	 EC2_OK("DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['$E']}",
		"NetworkInterfaces.0.Ipv4Prefixes#2;"
		" NetworkInterfaces.0.Ipv4Prefixes.0.Ipv4Prefix=10.250.0.32/28"),
	 EC2_OK("CreateNetworkInterface",
		"{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddress': '10.250.0.20'}", NULL), )

EC2_WALK(a_reservation_for_prefixes_gives_them_first,
	 EC2_OK("CreateSubnetCidrReservation",
		"{'SubnetId': '" TEST_SUBNET "', 'Cidr': '10.250.1.0/28', 'ReservationType':"
		" 'prefix'}",
		NULL),
	 EC2_OK("CreateSubnetCidrReservation",
		"{'SubnetId': '" TEST_SUBNET "', 'Cidr': '10.250.0.16/28', 'ReservationType':"
		" 'explicit'}",
		NULL),
	 EC2_OK("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "', 'Ipv4PrefixCount': 2}",
		"NetworkInterface.Ipv4Prefixes.0.Ipv4Prefix=10.250.1.0/28;"
		" NetworkInterface.Ipv4Prefixes.1.Ipv4Prefix=10.250.0.32/28"), )

EC2_WALK(a_subnet_without_a_free_block_says_so,
	 EC2_KEEP("CreateSubnet",
		  "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.200.0/27', 'AvailabilityZone':"
		  " 'eu-west-1a'}",
		  "S=Subnet.SubnetId", NULL),
	 EC2_NO("CreateNetworkInterface", "{'SubnetId': '$S', 'Ipv4PrefixCount': 1}",
		"InsufficientCidrBlocks",
		"The specified subnet does not have enough free cidr blocks to satisfy the"
		" request."),
	 EC2_NO("CreateNetworkInterface", "{'SubnetId': '$S', 'Ipv6PrefixCount': 1}",
		"InvalidParameterValue", NULL), )

EC2_WALK(ipv6_prefixes_and_a_primary_ipv6_address,
	 EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "', 'Ipv6PrefixCount': 1}",
		  "E=NetworkInterface.NetworkInterfaceId;"
		  " P=NetworkInterface.Ipv6Prefixes.0.Ipv6Prefix",
		  "NetworkInterface.Ipv6Prefixes.0.Ipv6Prefix=*:1::/80;"
		  " NetworkInterface.Ipv6Addresses#0"),
	 EC2_NO("ModifyNetworkInterfaceAttribute",
		"{'NetworkInterfaceId': '$E', 'EnablePrimaryIpv6': true}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateNetworkInterface",
		"{'SubnetId': '" TEST_SUBNET "', 'EnablePrimaryIpv6': true}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("AssignIpv6Addresses",
		"{'NetworkInterfaceId': '$E', 'Ipv6PrefixCount': 1, 'Ipv6AddressCount': 1}",
		"InvalidParameterCombination",
		"The parameter Ipv6PrefixCount cannot be used with the parameter"
		" Ipv6AddressCount"),
	 EC2_NO("AssignIpv6Addresses", "{'NetworkInterfaceId': '$E', 'Ipv6Prefixes': ['$P']}",
		"InvalidParameterValue", "The prefix $P is not free"),
	 EC2_KEEP("AssignIpv6Addresses", "{'NetworkInterfaceId': '$E', 'Ipv6AddressCount': 1}",
		  "A=AssignedIpv6Addresses.0", "AssignedIpv6Prefixes#0"),
	 EC2_OK("ModifyNetworkInterfaceAttribute",
		"{'NetworkInterfaceId': '$E', 'EnablePrimaryIpv6': true}", NULL),
	 EC2_NO("ModifyNetworkInterfaceAttribute",
		"{'NetworkInterfaceId': '$E', 'EnablePrimaryIpv6': false}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("UnassignIpv6Addresses", "{'NetworkInterfaceId': '$E', 'Ipv6Addresses': ['$A']}",
		"InvalidParameterValue", "The primary IPv6 address cannot be unassigned: $A"),
	 EC2_KEEP("AssignIpv6Addresses", "{'NetworkInterfaceId': '$E', 'Ipv6PrefixCount': 1}",
		  "Q=AssignedIpv6Prefixes.0", "AssignedIpv6Addresses#0"),
	 EC2_OK("UnassignIpv6Addresses", "{'NetworkInterfaceId': '$E', 'Ipv6Prefixes': ['$P']}",
		"UnassignedIpv6Prefixes.0=$P; UnassignedIpv6Addresses#0"),
	 EC2_NO("UnassignIpv6Addresses", "{'NetworkInterfaceId': '$E', 'Ipv6Prefixes': ['$P']}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['$E']}",
		"NetworkInterfaces.0.Ipv6Prefixes.0.Ipv6Prefix=$Q;"
		" NetworkInterfaces.0.Ipv6Addresses.0.IsPrimaryIpv6=true"),
	 EC2_OK("CreateNetworkInterface",
		"{'SubnetId': '" TEST_SUBNET "', 'EnablePrimaryIpv6': true, 'Ipv6AddressCount': 1}",
		"NetworkInterface.Ipv6Addresses.0.IsPrimaryIpv6=true"), )

EC2_WALK(a_secondary_address_moves_where_that_is_allowed,
	 EC2_KEEP("CreateNetworkInterface",
		  "{'SubnetId': '" TEST_SUBNET "', 'PrivateIpAddresses': [{'PrivateIpAddress':"
		  " '10.250.0.30', 'Primary': true}, {'PrivateIpAddress': '10.250.0.31'}]}",
		  "A=NetworkInterface.NetworkInterfaceId", NULL),
	 EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "'}",
		  "B=NetworkInterface.NetworkInterfaceId", NULL),
	 EC2_NO("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$B', 'PrivateIpAddresses': ['10.250.0.31']}",
		"InvalidIPAddress.InUse", NULL),
	 EC2_NO("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$B', 'PrivateIpAddresses': ['10.250.0.30'],"
		" 'AllowReassignment': true}",
		"InvalidIPAddress.InUse", NULL),
	 EC2_OK("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$B', 'PrivateIpAddresses': ['10.250.0.31'],"
		" 'AllowReassignment': true}",
		"AssignedPrivateIpAddresses.0.PrivateIpAddress=10.250.0.31"),
	 EC2_OK("DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['$A', '$B']}",
		"NetworkInterfaces.0.PrivateIpAddresses#1;"
		" NetworkInterfaces.1.PrivateIpAddresses#2"), )

/* t3.micro: two interfaces with two addresses each. */
EC2_WALK(an_instance_holds_what_its_type_can, IMAGE,
	 EC2_KEEP("RunInstances",
		  RUN("t3.micro",
		      ", 'NetworkInterfaces': [{'DeviceIndex': 0, 'SubnetId': '" TEST_SUBNET
		      "', 'Ipv4PrefixCount': 1}]"),
		  "I=Instances.0.InstanceId;"
		  " E=Instances.0.NetworkInterfaces.0.NetworkInterfaceId",
		  "Instances.0.NetworkInterfaces.0.Ipv4Prefixes#1"),
	 EC2_NO("RunInstances",
		RUN("t3.micro",
		    ", 'NetworkInterfaces': [{'DeviceIndex': 0, 'SubnetId': '" TEST_SUBNET
		    "', 'Ipv4PrefixCount': 2}]"),
		"PrivateIpAddressLimitExceeded", "Number of private addresses will exceed limit."),
	 EC2_WAIT(5000),
	 EC2_NO("AssignPrivateIpAddresses",
		"{'NetworkInterfaceId': '$E', 'SecondaryPrivateIpAddressCount': 1}",
		"PrivateIpAddressLimitExceeded", NULL),
	 EC2_NO("AssignPrivateIpAddresses", "{'NetworkInterfaceId': '$E', 'Ipv4PrefixCount': 1}",
		"PrivateIpAddressLimitExceeded", NULL),
	 EC2_NO("AssignIpv6Addresses", "{'NetworkInterfaceId': '$E', 'Ipv6AddressCount': 3}",
		"Ipv6AddressLimitExceeded", NULL),
	 EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "'}",
		  "B=NetworkInterface.NetworkInterfaceId", NULL),
	 EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "'}",
		  "C=NetworkInterface.NetworkInterfaceId", NULL),
	 EC2_OK("AttachNetworkInterface",
		"{'NetworkInterfaceId': '$B', 'InstanceId': '$I', 'DeviceIndex': 1}", NULL),
	 EC2_NO("AttachNetworkInterface",
		"{'NetworkInterfaceId': '$C', 'InstanceId': '$I', 'DeviceIndex': 2}",
		"AttachmentLimitExceeded", "Interface count 3 exceeds the limit for t3.micro"), )

EC2_WALK(connections_of_an_interface_time_out_when_it_says,
	 EC2_NO("CreateNetworkInterface",
		"{'SubnetId': '" TEST_SUBNET "', 'ConnectionTrackingSpecification':"
		" {'TcpEstablishedTimeout': 10}}",
		"InvalidParameterValue", "The value of TcpEstablishedTimeout is out of range"),
	 EC2_KEEP("CreateNetworkInterface",
		  "{'SubnetId': '" TEST_SUBNET "', 'ConnectionTrackingSpecification':"
		  " {'TcpEstablishedTimeout': 600}}",
		  "E=NetworkInterface.NetworkInterfaceId",
		  "NetworkInterface.ConnectionTrackingConfiguration.TcpEstablishedTimeout=600"),
	 EC2_NO("ModifyNetworkInterfaceAttribute",
		"{'NetworkInterfaceId': '$E', 'ConnectionTrackingSpecification': {'UdpTimeout':"
		" 90}}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyNetworkInterfaceAttribute",
		"{'NetworkInterfaceId': '$E', 'ConnectionTrackingSpecification': {'UdpTimeout':"
		" 45}}",
		NULL),
	 EC2_OK("DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['$E']}",
		"NetworkInterfaces.0.ConnectionTrackingConfiguration.UdpTimeout=45"), )

EC2_WALK(an_instance_has_one_profile_at_a_time, IMAGE,
	 EC2_OK("iam:CreateInstanceProfile", "{'InstanceProfileName': 'one'}", NULL),
	 EC2_OK("iam:CreateInstanceProfile", "{'InstanceProfileName': 'two'}", NULL),
	 EC2_NO("RunInstances",
		RUN("t3.micro",
		    ", 'SubnetId': '" TEST_SUBNET "', 'IamInstanceProfile': {'Arn': 'none'}"),
		"InvalidParameterValue",
		"Value (none) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance"
		" Profile ARN"),
	 EC2_KEEP("RunInstances",
		  RUN("t3.micro",
		      ", 'SubnetId': '" TEST_SUBNET "', 'IamInstanceProfile': {'Name': 'one'}"),
		  "I=Instances.0.InstanceId",
		  "Instances.0.IamInstanceProfile.Arn=*:instance-profile/one"),
	 EC2_WAIT(5000),
	 EC2_KEEP("DescribeIamInstanceProfileAssociations",
		  "{'Filters': [{'Name': 'instance-id', 'Values': ['$I']}]}",
		  "A=IamInstanceProfileAssociations.0.AssociationId",
		  "IamInstanceProfileAssociations#1;"
		  " IamInstanceProfileAssociations.0.State=associated"),
	 EC2_NO("AssociateIamInstanceProfile",
		"{'InstanceId': '$I', 'IamInstanceProfile': {'Name': 'two'}}", "IncorrectState",
		"There is an existing association for instance $I"),
	 EC2_NO("AssociateIamInstanceProfile", "{'InstanceId': '$I', 'IamInstanceProfile': {}}",
		"MissingParameter", NULL),
	 EC2_NO("AssociateIamInstanceProfile",
		"{'InstanceId': 'i-0', 'IamInstanceProfile': {'Name': 'two'}}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_NO("ReplaceIamInstanceProfileAssociation",
		"{'AssociationId': '$A', 'IamInstanceProfile': {'Name': 'three'}}",
		"InvalidParameterValue",
		"Value (three) for parameter iamInstanceProfile.name is invalid. Invalid IAM"
		" Instance Profile name"),
	 EC2_KEEP("ReplaceIamInstanceProfileAssociation",
		  "{'AssociationId': '$A', 'IamInstanceProfile': {'Name': 'two'}}",
		  "B=IamInstanceProfileAssociation.AssociationId",
		  "IamInstanceProfileAssociation.State=associating"),
	 EC2_OK("DescribeInstances", "{'InstanceIds': ['$I']}",
		"Reservations.0.Instances.0.IamInstanceProfile.Arn=*:instance-profile/two"),
	 EC2_WAIT(2000),
	 EC2_NO("DisassociateIamInstanceProfile", "{'AssociationId': '$A'}",
		"InvalidAssociationID.NotFound", "An invalid association-id of '$A' was given"),
	 EC2_NO("DescribeIamInstanceProfileAssociations", "{'AssociationIds': ['$A']}",
		"InvalidAssociationID.NotFound", NULL),
	 EC2_NO("DescribeIamInstanceProfileAssociations",
		"{'Filters': [{'Name': 'profile', 'Values': ['x']}]}", "InvalidParameterValue",
		NULL),
	 EC2_OK("DisassociateIamInstanceProfile", "{'AssociationId': '$B'}",
		"IamInstanceProfileAssociation.State=disassociating"),
	 EC2_NO("DisassociateIamInstanceProfile", "{'AssociationId': '$B'}",
		"InvalidAssociationID.NotFound", NULL),
	 EC2_OK("DescribeInstances", "{'InstanceIds': ['$I']}",
		"!Reservations.0.Instances.0.IamInstanceProfile"),
	 EC2_OK("AssociateIamInstanceProfile",
		"{'InstanceId': '$I', 'IamInstanceProfile': {'Name': 'one'}}",
		"IamInstanceProfileAssociation.State=associating"),
	 EC2_WAIT(2000),
	 EC2_OK("DescribeIamInstanceProfileAssociations",
		"{'Filters': [{'Name': 'state', 'Values': ['associated']}]}",
		"IamInstanceProfileAssociations#1"),
	 EC2_OK("TerminateInstances", "{'InstanceIds': ['$I']}", NULL), EC2_WAIT(6000),
	 EC2_OK("DescribeIamInstanceProfileAssociations", "{}", "IamInstanceProfileAssociations#0"),
	 EC2_NO("AssociateIamInstanceProfile",
		"{'InstanceId': '$I', 'IamInstanceProfile': {'Name': 'one'}}",
		"IncorrectInstanceState", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		ipv4_prefixes_are_whole_blocks_that_nobody_else_gets,
		a_reservation_for_prefixes_gives_them_first,
		a_subnet_without_a_free_block_says_so,
		ipv6_prefixes_and_a_primary_ipv6_address,
		a_secondary_address_moves_where_that_is_allowed,
		an_instance_holds_what_its_type_can,
		connections_of_an_interface_time_out_when_it_says,
		an_instance_has_one_profile_at_a_time,
		NULL,
	};

	return ec2_suite("ec2_interface_prefix", setup, teardown, tests);
}
