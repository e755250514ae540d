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
	 EC2_KEEP("AllocateAddress", "{}", "D=AllocationId", NULL),
	 EC2_NO("AssociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AllocationIds': ['$D']}",
		"OperationInProgress",
		"Service is currently ASSOCIATING the following EIPs: [$C]."),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$D'}", NULL), EC2_WAIT(5000),
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
	 EC2_NO("ReleaseAddress", "{'AllocationId': '$C'}", "AuthFailure", NULL), EC2_WAIT(5000),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$C'}", NULL),
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

EC2_WALK(
	a_regional_gateway_follows_the_zones_with_subnets,
	EC2_NO("CreateNatGateway", "{'AvailabilityMode': 'regional'}", "MissingParameter", NULL),
	EC2_NO("CreateNatGateway", "{'AvailabilityMode': 'regional', 'VpcId': '" TEST_VPC "'}",
	       "Gateway.NotAttached", NULL),
	EC2_KEEP("CreateInternetGateway", "{}", "G=InternetGateway.InternetGatewayId", NULL),
	EC2_OK("AttachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
	       NULL),
	EC2_NO("CreateNatGateway",
	       "{'AvailabilityMode': 'regional', 'VpcId': '" TEST_VPC "', 'SubnetId': '" TEST_SUBNET
	       "'}",
	       "InvalidParameterCombination", NULL),
	EC2_NO("CreateNatGateway",
	       "{'SubnetId': '" TEST_SUBNET "', 'AvailabilityZoneAddresses': [{"
	       "'AvailabilityZone': 'eu-west-1a', 'AllocationIds': ['eipalloc-1']}]}",
	       "InvalidParameterCombination", NULL),
	EC2_KEEP("CreateNatGateway",
		 "{'AvailabilityMode': 'regional', 'VpcId': '" TEST_VPC "', 'ConnectivityType':"
		 " 'private'}",
		 "N=NatGateway.NatGatewayId; T=NatGateway.RouteTableId",
		 "NatGateway.State=pending; NatGateway.ConnectivityType=public;"
		 " NatGateway.AutoProvisionZones=enabled; NatGateway.AutoScalingIps=enabled;"
		 " !NatGateway.SubnetId; NatGateway.NatGatewayAddresses#1;"
		 " NatGateway.NatGatewayAddresses.0.AvailabilityZone=eu-west-1a;"
		 " NatGateway.NatGatewayAddresses.0.Status=associating"),
	EC2_WAIT(60000),
	EC2_OK("DescribeNatGateways", "{'NatGatewayIds': ['$N']}",
	       "NatGateways.0.State=available;"
	       " NatGateways.0.NatGatewayAddresses.0.Status=succeeded"),
	EC2_KEEP("DescribeAddresses", "{}",
		 "A=Addresses.0.AllocationId; S=Addresses.0.AssociationId",
		 "Addresses.0.ServiceManaged=rnat; !Addresses.0.NetworkInterfaceId"),
	EC2_NO("ReleaseAddress", "{'AllocationId': '$A'}", "AuthFailure", NULL),
	EC2_NO("DisassociateAddress", "{'AssociationId': '$S'}", "AuthFailure", NULL),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
	       "RouteTables.0.Routes.1.GatewayId=$G; RouteTables.0.Associations#0"),
	EC2_NO("DeleteRouteTable", "{'RouteTableId': '$T'}", "DependencyViolation", NULL),
	EC2_NO("AssociateNatGatewayAddress",
	       "{'NatGatewayId': '$N', 'AllocationIds': ['$A'], 'AvailabilityZone':"
	       " 'eu-west-1b'}",
	       "InvalidParameter", NULL),
	EC2_NO("DisassociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AssociationIds': ['$S']}",
	       "InvalidParameter", NULL),
	EC2_KEEP("CreateSubnet",
		 "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24', 'AvailabilityZone':"
		 " 'eu-west-1b'}",
		 "B=Subnet.SubnetId", NULL),
	EC2_OK("DescribeNatGateways", "{'NatGatewayIds': ['$N']}",
	       "NatGateways.0.NatGatewayAddresses#2;"
	       " NatGateways.0.NatGatewayAddresses.1.Status=associating"),
	EC2_WAIT(5000), EC2_OK("DeleteSubnet", "{'SubnetId': '$B'}", NULL),
	EC2_OK("DescribeNatGateways", "{'NatGatewayIds': ['$N']}",
	       "NatGateways.0.NatGatewayAddresses.1.Status=disassociating"),
	EC2_WAIT(5000), EC2_OK("DescribeAddresses", "{}", "Addresses#1"),
	EC2_OK("CreateRoute",
	       "{'RouteTableId': '$T', 'DestinationCidrBlock': '192.0.2.0/24', 'NatGatewayId':"
	       " '$N'}",
	       NULL),
	EC2_NO("DetachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
	       "DependencyViolation", NULL),
	EC2_OK("CreateFlowLogs",
	       "{'ResourceIds': ['$N', 'nat-00000000000000000'], 'ResourceType': 'RegionalNatGateway',"
	       " 'TrafficType': 'ALL', 'LogGroupName': 'g', 'DeliverLogsPermissionArn':"
	       " 'arn:aws:iam::1:role/r'}",
	       "FlowLogIds#1; Unsuccessful.0.Error.Code=NatGatewayNotFound"),
	EC2_OK("CreateFlowLogs",
	       "{'ResourceIds': ['tgw-00000000000000000'], 'ResourceType': 'TransitGateway',"
	       " 'TrafficType': 'ALL', 'LogGroupName': 'g', 'DeliverLogsPermissionArn':"
	       " 'arn:aws:iam::1:role/r'}",
	       "FlowLogIds#0; Unsuccessful.0.Error.Code=InvalidTransitGatewayID.NotFound"),
	EC2_OK("DeleteNatGateway", "{'NatGatewayId': '$N'}", NULL),
	EC2_OK("DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}", NULL), EC2_WAIT(60000),
	EC2_OK("DescribeFlowLogs", "{}", "FlowLogs#0"),
	EC2_OK("DescribeAddresses", "{}", "Addresses#0"),
	EC2_NO("DescribeRouteTables", "{'RouteTableIds': ['$T']}", "InvalidRouteTableID.NotFound",
	       NULL),
	EC2_OK("DetachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
	       NULL),
	EC2_OK("DeleteVpc", "{'VpcId': '" TEST_VPC "'}", NULL), )

EC2_WALK(a_regional_gateway_has_the_addresses_that_it_is_told,
	 EC2_KEEP("CreateInternetGateway", "{}", "G=InternetGateway.InternetGatewayId", NULL),
	 EC2_OK("AttachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		NULL),
	 EC2_KEEP("AllocateAddress", "{}", "A=AllocationId", NULL),
	 EC2_KEEP("AllocateAddress", "{}", "B=AllocationId", NULL),
	 EC2_NO("CreateNatGateway",
		"{'AvailabilityMode': 'regional', 'VpcId': '" TEST_VPC "',"
		" 'AvailabilityZoneAddresses': [{'AvailabilityZone': 'eu-west-1a', 'AllocationIds':"
		" ['$A']}, {'AvailabilityZone': 'eu-west-1a', 'AllocationIds': ['$B']}]}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateNatGateway",
		"{'AvailabilityMode': 'regional', 'VpcId': '" TEST_VPC "',"
		" 'AvailabilityZoneAddresses': [{'AllocationIds': ['$A']}]}",
		"MissingParameter", NULL),
	 EC2_KEEP("CreateNatGateway",
		  "{'AvailabilityMode': 'regional', 'VpcId': '" TEST_VPC "',"
		  " 'AvailabilityZoneAddresses': [{'AvailabilityZoneId': 'euw1-az3',"
		  " 'AllocationIds': ['$A']}]}",
		  "N=NatGateway.NatGatewayId",
		  "NatGateway.AutoProvisionZones=disabled; NatGateway.NatGatewayAddresses#1;"
		  " NatGateway.NatGatewayAddresses.0.AllocationId=$A"),
	 EC2_WAIT(60000),
	 EC2_NO("AssociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AllocationIds': ['$B']}",
		"MissingParameter", NULL),
	 EC2_NO("AssociateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'AllocationIds': ['$A'], 'AvailabilityZone':"
		" 'eu-west-1b'}",
		"Resource.AlreadyAssociated", NULL),
	 EC2_KEEP("AssociateNatGatewayAddress",
		  "{'NatGatewayId': '$N', 'AllocationIds': ['$B'], 'AvailabilityZone':"
		  " 'eu-west-1b'}",
		  "S=NatGatewayAddresses.0.AssociationId",
		  "NatGatewayAddresses#1; NatGatewayAddresses.0.AvailabilityZone=eu-west-1b"),
	 EC2_WAIT(5000),
	 EC2_NO("DisassociateNatGatewayAddress",
		"{'NatGatewayId': '$N', 'AssociationIds': ['eipassoc-1']}",
		"InvalidAssociationID.NotFound", NULL),
	 EC2_OK("DisassociateNatGatewayAddress", "{'NatGatewayId': '$N', 'AssociationIds': ['$S']}",
		"NatGatewayAddresses#1"),
	 EC2_WAIT(5000), EC2_OK("ReleaseAddress", "{'AllocationId': '$B'}", NULL),
	 EC2_OK("DeleteNatGateway", "{'NatGatewayId': '$N'}", NULL), EC2_WAIT(60000),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$A'}", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		a_regional_gateway_follows_the_zones_with_subnets,
		a_regional_gateway_has_the_addresses_that_it_is_told,
		a_public_gateway_takes_and_gives_secondary_elastic_ips,
		a_private_gateway_has_private_addresses_only,
		NULL,
	};

	return ec2_suite("ec2_nat_gateway", setup, teardown, tests);
}
