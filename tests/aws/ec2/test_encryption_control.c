/* VPC encryption controls: monitor, enforce, what stands against it, the account's own. */
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

EC2_WALK(enforcing_fails_while_something_sends_in_the_clear,
	 EC2_NO("CreateVpcEncryptionControl", "{'VpcId': 'vpc-00000000000000000'}",
		"InvalidVpcID.NotFound", NULL),
	 EC2_KEEP("CreateVpcEncryptionControl", "{'VpcId': '" TEST_VPC "'}",
		  "C=VpcEncryptionControl.VpcEncryptionControlId",
		  "VpcEncryptionControl.State=creating; VpcEncryptionControl.Mode=monitor;"
		  " VpcEncryptionControl.ResourceExclusions.NatGateway.State=disabled"),
	 EC2_NO("CreateVpcEncryptionControl", "{'VpcId': '" TEST_VPC "'}",
		"VpcEncryptionControlAlreadyExists", NULL),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeVpcs", "{'VpcIds': ['" TEST_VPC "']}",
		"Vpcs.0.EncryptionControl.State=available;"
		" Vpcs.0.EncryptionControl.VpcEncryptionControlId=$C"),
	 EC2_KEEP("CreateInternetGateway", "{}", "G=InternetGateway.InternetGatewayId", NULL),
	 EC2_OK("AttachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		NULL),
	 EC2_OK("GetVpcResourcesBlockingEncryptionEnforcement", "{'VpcId': '" TEST_VPC "'}",
		"NonCompliantResources#1; NonCompliantResources.0.Id=$G;"
		" NonCompliantResources.0.IsExcludable=true"),
	 EC2_NO("GetVpcResourcesBlockingEncryptionEnforcement", "{'VpcId': 'x'}",
		"InvalidVpcId.Malformed", NULL),
	 EC2_NO("ModifyVpcEncryptionControl",
		"{'VpcEncryptionControlId': '$C', 'InternetGatewayExclusion': 'enable'}",
		"InvalidParameterCombination", NULL),
	 EC2_OK("ModifyVpcEncryptionControl", "{'VpcEncryptionControlId': '$C', 'Mode': 'enforce'}",
		"VpcEncryptionControl.State=enforce-in-progress;"
		" VpcEncryptionControl.Mode=monitor"),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeVpcEncryptionControls", "{'VpcIds': ['" TEST_VPC "']}",
		"VpcEncryptionControls.0.State=enforce-failed;"
		" VpcEncryptionControls.0.Mode=monitor"),
	 EC2_OK("ModifyVpcEncryptionControl",
		"{'VpcEncryptionControlId': '$C', 'Mode': 'enforce', 'InternetGatewayExclusion':"
		" 'enable'}",
		"VpcEncryptionControl.ResourceExclusions.InternetGateway.State=enabling"),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeVpcEncryptionControls",
		"{'Filters': [{'Name': 'mode', 'Values': ['enforce']}]}",
		"VpcEncryptionControls#1; VpcEncryptionControls.0.State=available;"
		" VpcEncryptionControls.0.ResourceExclusions.InternetGateway.State=enabled"),
	 EC2_NO("CreateEgressOnlyInternetGateway", "{'VpcId': '" TEST_VPC "'}",
		"OperationNotPermitted", NULL),
	 EC2_NO("CreateNatGateway",
		"{'SubnetId': '" TEST_SUBNET "', 'ConnectivityType': 'private'}",
		"OperationNotPermitted", NULL),
	 EC2_KEEP("CreateVpnGateway", "{'Type': 'ipsec.1'}", "W=VpnGateway.VpnGatewayId", NULL),
	 EC2_NO("AttachVpnGateway", "{'VpnGatewayId': '$W', 'VpcId': '" TEST_VPC "'}",
		"OperationNotPermitted", NULL),
	 EC2_OK("DetachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		NULL),
	 EC2_NO("DescribeVpcEncryptionControls",
		"{'VpcEncryptionControlIds': ['vpcec-00000000000000000']}",
		"InvalidVpcEncryptionControlId.NotFound", NULL),
	 EC2_OK("DeleteVpcEncryptionControl", "{'VpcEncryptionControlId': '$C'}",
		"VpcEncryptionControl.State=deleting"),
	 EC2_NO("ModifyVpcEncryptionControl", "{'VpcEncryptionControlId': '$C', 'Mode': 'monitor'}",
		"IncorrectState", NULL),
	 EC2_WAIT(3000),
	 EC2_NO("DeleteVpcEncryptionControl", "{'VpcEncryptionControlId': '$C'}",
		"InvalidVpcEncryptionControlId.NotFound", NULL),
	 EC2_OK("DescribeVpcs", "{'VpcIds': ['" TEST_VPC "']}", "!Vpcs.0.EncryptionControl"), )

EC2_WALK(a_vpc_may_be_made_with_a_control_and_takes_it_along,
	 EC2_NO("CreateVpc",
		"{'CidrBlock': '10.3.0.0/16', 'VpcEncryptionControl': {'Mode': 'monitor',"
		" 'NatGatewayExclusion': 'enable'}}",
		"InvalidParameterCombination", NULL),
	 EC2_KEEP("CreateVpc",
		  "{'CidrBlock': '10.3.0.0/16', 'VpcEncryptionControl': {'Mode': 'enforce'}}",
		  "V=Vpc.VpcId", "Vpc.EncryptionControl.State=enforce-in-progress"),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeVpcEncryptionControls", "{}",
		"VpcEncryptionControls#1; VpcEncryptionControls.0.Mode=enforce"),
	 EC2_OK("DeleteVpc", "{'VpcId': '$V'}", NULL),
	 EC2_OK("DescribeVpcEncryptionControls", "{}", "VpcEncryptionControls#0"), )

EC2_WALK(the_account_wants_it_of_all_vpcs_old_and_new,
	 EC2_OK("DescribeAccountVpcEncryptionControl", "{}",
		"AccountVpcEncryptionControl.Mode=unmanaged;"
		" AccountVpcEncryptionControl.State=default-state"),
	 EC2_NO("ModifyAccountVpcEncryptionControl",
		"{'Mode': 'attempt-monitor', 'NatGateway': 'enable'}",
		"InvalidParameterCombination", NULL),
	 EC2_OK("ModifyAccountVpcEncryptionControl",
		"{'Mode': 'attempt-enforce', 'InternetGateway': 'enable'}",
		"AccountVpcEncryptionControl.Exclusions.InternetGateway=enabled;"
		" AccountVpcEncryptionControl.State=transitions-successful"),
	 EC2_OK("CreateVpc", "{'CidrBlock': '10.4.0.0/16'}", NULL), EC2_WAIT(3000),
	 EC2_OK("DescribeVpcEncryptionControls",
		"{'Filters': [{'Name': 'mode', 'Values': ['enforce']}]}",
		"VpcEncryptionControls#3"), )

int main(void)
{
	const TTest *const tests[] = {
		enforcing_fails_while_something_sends_in_the_clear,
		a_vpc_may_be_made_with_a_control_and_takes_it_along,
		the_account_wants_it_of_all_vpcs_old_and_new,
		NULL,
	};

	return ec2_suite("ec2_encryption_control", setup, teardown, tests);
}
