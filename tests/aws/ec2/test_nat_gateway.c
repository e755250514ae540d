/* NAT gateways with several addresses. Their life is in test_routing.c. */
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

EC2_WALK(a_public_gateway_takes_and_gives_secondary_elastic_ips,
	 EC2_KEEP("CreateInternetGateway", "{}", "G=InternetGateway.InternetGatewayId", NULL),
	 EC2_OK("AttachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		NULL),
	 EC2_KEEP("AllocateAddress", "{}", "A=AllocationId", NULL),
	 EC2_KEEP("AllocateAddress", "{}", "B=AllocationId", NULL),
	 EC2_KEEP("AllocateAddress", "{}", "C=AllocationId", NULL),
	 EC2_NO("CreateNatGateway",
		"{'SubnetId': '" TEST_SUBNET "', 'AllocationId': '$A',"
		" 'SecondaryPrivateIpAddressCount': 1}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateNatGateway",
		"{'SubnetId': '" TEST_SUBNET "', 'AllocationId': '$A',"
		" 'SecondaryAllocationIds': ['$A']}",
		"Resource.AlreadyAssociated", NULL),
	 EC2_NO("CreateNatGateway",
		"{'SubnetId': '" TEST_SUBNET "', 'AllocationId': '$A',"
		" 'SecondaryAllocationIds': ['$B'], 'SecondaryPrivateIpAddresses':"
		" ['10.250.0.20', '10.250.0.21']}",
		"InvalidParameterCombination", NULL),
	 EC2_KEEP("CreateNatGateway",
		  "{'SubnetId': '" TEST_SUBNET "', 'AllocationId': '$A',"
		  " 'SecondaryAllocationIds': ['$B'], 'SecondaryPrivateIpAddresses':"
		  " ['10.250.0.20']}",
		  "N=NatGateway.NatGatewayId",
		  "NatGateway.NatGatewayAddresses#2;"
		  " NatGateway.NatGatewayAddresses.1.Status=associating;"
		  " NatGateway.NatGatewayAddresses.1.IsPrimary=false"),
	 EC2_NO("AssociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AllocationIds': ['$C']}",
		"IncorrectState", NULL),
	 EC2_WAIT(60000),
	 EC2_OK("DescribeNatGateways", "{'NatGatewayIds': ['$N']}",
		"NatGateways.0.NatGatewayAddresses.1.PrivateIp=10.250.0.20;"
		" NatGateways.0.NatGatewayAddresses.1.AllocationId=$B;"
		" NatGateways.0.NatGatewayAddresses.1.Status=succeeded"),
	 EC2_NO("AssociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AllocationIds': ['$B']}",
		"Resource.AlreadyAssociated", NULL),
	 EC2_NO("AssignPrivateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'PrivateIpAddressCount': 1}", "InvalidParameter",
		"The NAT gateway $N is public"),
	 EC2_OK("AssociateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'AllocationIds': ['$C'], 'PrivateIpAddresses':"
		" ['10.250.0.30']}",
		"NatGatewayAddresses#1; NatGatewayAddresses.0.PrivateIp=10.250.0.30;"
		" NatGatewayAddresses.0.Status=associating"),
	 EC2_WAIT(5000),
	 EC2_KEEP("DescribeNatGateways", "{'NatGatewayIds': ['$N']}",
		  "P=NatGateways.0.NatGatewayAddresses.0.AssociationId;"
		  " S=NatGateways.0.NatGatewayAddresses.2.AssociationId",
		  "NatGateways.0.NatGatewayAddresses#3"),
	 EC2_NO("DisassociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AssociationIds': ['$P']}",
		"InvalidParameter",
		"The primary address of a NAT gateway cannot be taken away: $P"),
	 EC2_NO("DisassociateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'AssociationIds': ['eipassoc-1']}",
		"InvalidAssociationID.NotFound", NULL),
	 EC2_OK("DisassociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AssociationIds': ['$S']}",
		"NatGatewayAddresses.0.Status=disassociating"),
	 EC2_NO("ReleaseAddress", "{'AllocationId': '$C'}", "InvalidIPAddress.InUse", NULL),
	 EC2_WAIT(5000), EC2_OK("ReleaseAddress", "{'AllocationId': '$C'}", NULL),
	 EC2_OK("DeleteNatGateway", "{'NatGatewayId': '$N'}", NULL), EC2_WAIT(60000),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$B'}", NULL), )

EC2_WALK(a_private_gateway_has_private_addresses_only,
	 EC2_NO("CreateNatGateway",
		"{'SubnetId': '" TEST_SUBNET "', 'ConnectivityType': 'private',"
		" 'SecondaryAllocationIds': ['eipalloc-1']}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateNatGateway",
		"{'SubnetId': '" TEST_SUBNET "', 'ConnectivityType': 'private',"
		" 'SecondaryPrivateIpAddressCount': 8}",
		"AddressLimitExceeded", NULL),
	 EC2_KEEP("CreateNatGateway",
		  "{'SubnetId': '" TEST_SUBNET "', 'ConnectivityType': 'private',"
		  " 'PrivateIpAddress': '10.250.0.10', 'SecondaryPrivateIpAddressCount': 2}",
		  "N=NatGateway.NatGatewayId", "NatGateway.NatGatewayAddresses#3"),
	 EC2_WAIT(60000),
	 EC2_NO("AssociateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'AllocationIds': ['eipalloc-1']}", "InvalidParameter",
		NULL),
	 EC2_NO("AssignPrivateNatGatewayAddress", "{'NatGatewayId': '$N'}", "InvalidParameterValue",
		NULL),
	 EC2_OK("AssignPrivateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'PrivateIpAddresses': ['10.250.0.40']}",
		"NatGatewayAddresses.0.Status=assigning"),
	 EC2_WAIT(5000),
	 EC2_NO("UnassignPrivateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'PrivateIpAddresses': ['10.250.0.10']}", "InvalidParameter",
		NULL),
	 EC2_NO("UnassignPrivateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'PrivateIpAddresses': ['10.250.0.99']}",
		"InvalidParameterValue", NULL),
	 EC2_OK("UnassignPrivateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'PrivateIpAddresses': ['10.250.0.40']}",
		"NatGatewayAddresses.0.Status=unassigning"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeNatGateways", "{'NatGatewayIds': ['$N']}",
		"NatGateways.0.NatGatewayAddresses#3;"
		" !NatGateways.0.NatGatewayAddresses.0.PublicIp"), )

int main(void)
{
	const TTest *const tests[] = {
		a_public_gateway_takes_and_gives_secondary_elastic_ips,
		a_private_gateway_has_private_addresses_only,
		NULL,
	};

	return ec2_suite("ec2_nat_gateway", setup, teardown, tests);
}
