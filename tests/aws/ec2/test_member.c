/* Members of inputs that once had no effect: each does what AWS does with it, or is refused. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

#define OPEN                                                                                       \
	"{'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22, 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}"
#define CIDR "{'SubnetId': '" TEST_SUBNET "', 'ReservationType': 'prefix', 'Cidr': "

EC2_WALK(addresses_are_of_the_vpc_and_of_the_region,
	 EC2_NO("AllocateAddress", "{'Domain': 'standard'}", "UnsupportedOperation", NULL),
	 EC2_KEEP("AllocateAddress", "{'Domain': 'vpc'}", "A=AllocationId", "Domain=vpc"),
	 EC2_NO("ReleaseAddress", "{'AllocationId': '$A', 'NetworkBorderGroup': 'us-east-1'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("AssociateAddress",
		"{'AllocationId': '$A', 'InstanceId': 'i-0', 'NetworkInterfaceId': 'eni-0'}",
		"InvalidParameterCombination", NULL),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$A', 'NetworkBorderGroup': 'eu-west-1'}",
		NULL), )

EC2_WALK(
	rules_are_said_in_one_way_only,
	EC2_KEEP("CreateSecurityGroup",
		 "{'GroupName': 'g', 'Description': 'd', 'VpcId': '" TEST_VPC "'}", "G=GroupId",
		 NULL),
	EC2_NO("AuthorizeSecurityGroupIngress",
	       "{'GroupId': '$G', 'CidrIp': '10.0.0.0/8', 'IpPermissions': [" OPEN "]}",
	       "InvalidParameterCombination",
	       "The parameter ipPermissions cannot be used with the parameter CidrIp"),
	EC2_KEEP("AuthorizeSecurityGroupIngress", "{'GroupId': '$G', 'IpPermissions': [" OPEN "]}",
		 "R=SecurityGroupRules.0.SecurityGroupRuleId", NULL),
	EC2_NO("RevokeSecurityGroupIngress",
	       "{'GroupId': '$G', 'SecurityGroupRuleIds': ['$R'], 'IpPermissions': [" OPEN "]}",
	       "InvalidParameterCombination", NULL),
	EC2_NO("UpdateSecurityGroupRuleDescriptionsIngress",
	       "{'GroupId': '$G', 'SecurityGroupRuleDescriptions': [{'SecurityGroupRuleId': '$R'}],"
	       " 'IpPermissions': [" OPEN "]}",
	       "InvalidParameterCombination", NULL), )

EC2_WALK(a_length_is_of_a_pool_and_not_beside_a_block,
	 EC2_NO("CreateSubnet",
		"{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24', 'Ipv4NetmaskLength': 24}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateSubnet",
		"{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24', 'Ipv6NetmaskLength': 64}",
		"InvalidParameterCombination", NULL), )

EC2_WALK(reservations_come_in_pages,
	 EC2_OK("CreateSubnetCidrReservation", CIDR "'10.250.1.0/28'}", NULL),
	 EC2_OK("GetSubnetCidrReservations", "{'SubnetId': '" TEST_SUBNET "', 'MaxResults': 5}",
		"SubnetIpv4CidrReservations#1; !NextToken"),
	 EC2_NO("GetSubnetCidrReservations", "{'SubnetId': '" TEST_SUBNET "', 'NextToken': 'none'}",
		"InvalidNextToken", NULL), )

EC2_WALK(a_key_comes_in_the_form_that_is_asked_for,
	 EC2_OK("CreateKeyPair", "{'KeyName': 'a'}", "KeyMaterial=-----BEGIN*"),
	 EC2_OK("CreateKeyPair", "{'KeyName': 'b', 'KeyFormat': 'pem'}", "KeyMaterial=-----BEGIN*"),
	 EC2_OK("CreateKeyPair", "{'KeyName': 'c', 'KeyFormat': 'ppk'}",
		"KeyMaterial=PuTTY-User-Key-File-2:*"), )

#define RUN "'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1"
#define IMAGE                                                                                      \
	EC2_KEEP("DescribeImages",                                                                 \
		 "{'Filters': [{'Name': 'architecture', 'Values': ['x86_64']}]}",                  \
		 "M=Images.0.ImageId", NULL)

EC2_WALK(an_instances_zone_is_said_by_name_or_by_id, IMAGE,
	 EC2_KEEP("DescribeSubnets", "{'SubnetIds': ['" TEST_SUBNET "']}",
		  "Z=Subnets.0.AvailabilityZone; I=Subnets.0.AvailabilityZoneId", NULL),
	 EC2_NO("RunInstances",
		"{" RUN ", 'SubnetId': '" TEST_SUBNET "', 'Placement': {'AvailabilityZone': '$Z',"
		" 'AvailabilityZoneId': '$I'}}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("RunInstances",
		"{" RUN ", 'SubnetId': '" TEST_SUBNET "', 'Placement': {'AvailabilityZoneId':"
		" 'xyz1-az9'}}",
		"InvalidParameterValue", NULL),
	 EC2_OK("RunInstances",
		"{" RUN ", 'SubnetId': '" TEST_SUBNET "', 'Placement': {'AvailabilityZoneId':"
		" '$I'}}",
		"Instances.0.Placement.AvailabilityZone=eu-west-1a"), )

EC2_WALK(
	one_attribute_of_an_instance_is_changed_at_a_time, IMAGE,
	EC2_KEEP("RunInstances", "{" RUN ", 'SubnetId': '" TEST_SUBNET "'}",
		 "I=Instances.0.InstanceId", NULL),
	EC2_WAIT(60000),
	EC2_NO("ModifyInstanceAttribute",
	       "{'InstanceId': '$I', 'SourceDestCheck': {'Value': false}, 'DisableApiTermination':"
	       " {'Value': true}}",
	       "InvalidParameterCombination", "Fields for multiple attribute types specified"),
	EC2_NO("ModifyInstanceAttribute",
	       "{'InstanceId': '$I', 'Attribute': 'userData', 'SourceDestCheck': {'Value': false}}",
	       "InvalidParameterCombination", NULL),
	EC2_NO("ModifyInstanceAttribute", "{'InstanceId': '$I', 'Kernel': {'Value': 'aki-1'}}",
	       "UnsupportedOperation", NULL),
	EC2_NO("ModifyInstanceAttribute",
	       "{'InstanceId': '$I', 'EnclaveOptions': {'Enabled': true}}", "UnsupportedOperation",
	       NULL), )

EC2_WALK(a_principal_of_another_account_has_no_id_format,
	 EC2_NO("DescribeIdentityIdFormat", "{'PrincipalArn': 'arn:aws:iam::999999999999:root'}",
		"InvalidPrincipal", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		addresses_are_of_the_vpc_and_of_the_region,
		rules_are_said_in_one_way_only,
		a_length_is_of_a_pool_and_not_beside_a_block,
		reservations_come_in_pages,
		a_key_comes_in_the_form_that_is_asked_for,
		an_instances_zone_is_said_by_name_or_by_id,
		one_attribute_of_an_instance_is_changed_at_a_time,
		a_principal_of_another_account_has_no_id_format,
		NULL,
	};

	return ec2_suite("ec2_member", setup, teardown, tests);
}
