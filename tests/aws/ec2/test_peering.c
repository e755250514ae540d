/* VPC peering connections, carrier gateways, gateway route tables, flow logs: as walks. */
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

#define OTHER "999988887777"

EC2_WALK(a_peering_holds_both_vpcs_and_carries_routes_while_it_lives,
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.99.0.0/16'}", "B=Vpc.VpcId", NULL),
	 EC2_NO("CreateVpcPeeringConnection", "{'VpcId': '" TEST_VPC "'}", "MissingParameter",
		NULL),
	 EC2_NO("CreateVpcPeeringConnection",
		"{'VpcId': '" TEST_VPC "', 'PeerVpcId': 'vpc-0000000000000ffff'}",
		"InvalidVpcID.NotFound", "The vpc ID 'vpc-0000000000000ffff' does not exist"),
	 EC2_KEEP("CreateVpcPeeringConnection",
		  "{'VpcId': '" TEST_VPC "', 'PeerVpcId': '$B', 'TagSpecifications':"
		  " [{'ResourceType': 'vpc-peering-connection', 'Tags': [{'Key': 'Name',"
		  " 'Value': 'p'}]}]}",
		  "P=VpcPeeringConnection.VpcPeeringConnectionId",
		  "VpcPeeringConnection.Status.Code=initiating-request;"
		  " VpcPeeringConnection.RequesterVpcInfo.CidrBlock=10.250.0.0/16;"
		  " !VpcPeeringConnection.AccepterVpcInfo.CidrBlock;"
		  " VpcPeeringConnection.Tags.0.Value=p"),
	 EC2_OK("CreateVpcPeeringConnection", "{'VpcId': '" TEST_VPC "', 'PeerVpcId': '$B'}",
		"VpcPeeringConnection.VpcPeeringConnectionId=$P"),
	 EC2_NO("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"InvalidStateTransition",
		"Invalid state transition for $P, attempted to transition from"
		" initiating-request to active"),
	 EC2_WAIT(3000),
	 EC2_NO("ModifyVpcPeeringConnectionOptions",
		"{'VpcPeeringConnectionId': '$P', 'RequesterPeeringConnectionOptions':"
		" {'AllowDnsResolutionFromRemoteVpc': true}}",
		"OperationNotPermitted",
		"Peering $P is not active. Peering options can be added only to active"
		" peerings."),
	 EC2_KEEP("CreateRouteTable", "{'VpcId': '" TEST_VPC "'}", "T=RouteTable.RouteTableId",
		  NULL),
	 EC2_NO("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '10.99.0.0/16',"
		" 'VpcPeeringConnectionId': 'pcx-0000000000000ffff'}",
		"InvalidVpcPeeringConnectionID.NotFound", NULL),
	 EC2_OK("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '10.99.0.0/16',"
		" 'VpcPeeringConnectionId': '$P'}",
		"Return=true"),
	 EC2_OK("DescribeRouteTables",
		"{'Filters': [{'Name': 'route.vpc-peering-connection-id', 'Values':"
		" ['$P']}]}",
		"RouteTables.0.Routes.1.State=blackhole"),
	 EC2_OK("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"VpcPeeringConnection.Status.Code=provisioning;"
		" VpcPeeringConnection.AccepterVpcInfo.CidrBlock=10.99.0.0/16"),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.Routes.1.State=active"),
	 EC2_OK("DescribeVpcPeeringConnections",
		"{'Filters': [{'Name': 'status-code', 'Values': ['active']}]}",
		"VpcPeeringConnections#1;"
		" VpcPeeringConnections.0.Status.Message=Active"),
	 EC2_OK("ModifyVpcPeeringConnectionOptions",
		"{'VpcPeeringConnectionId': '$P', 'RequesterPeeringConnectionOptions':"
		" {'AllowDnsResolutionFromRemoteVpc': true},"
		" 'AccepterPeeringConnectionOptions': {'AllowDnsResolutionFromRemoteVpc':"
		" true}}",
		"RequesterPeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc=true"),
	 EC2_NO("ModifyVpcPeeringConnectionOptions", "{'VpcPeeringConnectionId': '$P'}",
		"MissingParameter", NULL),
	 EC2_NO("RejectVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"InvalidStateTransition", NULL),
	 EC2_NO("DeleteVpc", "{'VpcId': '$B'}", "DependencyViolation",
		"The vpc '$B' has dependencies and cannot be deleted."),
	 /* the way back, asked for by the other side, cannot be accepted beside it */
	 EC2_KEEP("CreateVpcPeeringConnection", "{'VpcId': '$B', 'PeerVpcId': '" TEST_VPC "'}",
		  "Q=VpcPeeringConnection.VpcPeeringConnectionId", NULL),
	 EC2_WAIT(3000),
	 EC2_NO("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$Q'}",
		"VpcPeeringConnectionAlreadyExists",
		"The vpc peering connection identified by $Q already exists."),
	 EC2_OK("RejectVpcPeeringConnection", "{'VpcPeeringConnectionId': '$Q'}", "Return=true"),
	 EC2_OK("DeleteVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}", "Return=true"),
	 EC2_NO("DeleteVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"InvalidStateTransition",
		"Invalid state transition for $P, attempted to transition from deleted to"
		" deleting"),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.Routes.1.State=blackhole"),
	 EC2_OK("DeleteVpc", "{'VpcId': '$B'}", NULL), EC2_WAIT(3700000),
	 EC2_NO("DescribeVpcPeeringConnections", "{'VpcPeeringConnectionIds': ['$P']}",
		"InvalidVpcPeeringConnectionID.NotFound", NULL),
	 EC2_NO("DescribeVpcPeeringConnections", "{'VpcPeeringConnectionIds': ['x']}",
		"InvalidVpcPeeringConnectionId.Malformed", NULL), )

EC2_WALK(a_peering_of_two_accounts_is_accepted_by_the_other_one, EC2_AS(OTHER, "eu-central-1"),
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.99.0.0/16'}", "B=Vpc.VpcId", NULL),
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.250.0.0/17'}", "C=Vpc.VpcId", NULL),
	 EC2_AS("123456789012", NULL),
	 EC2_KEEP("CreateVpcPeeringConnection",
		  "{'VpcId': '" TEST_VPC "', 'PeerVpcId': '$B', 'PeerOwnerId': '" OTHER
		  "', 'PeerRegion': 'eu-central-1'}",
		  "P=VpcPeeringConnection.VpcPeeringConnectionId",
		  "VpcPeeringConnection.Status.Message=Initiating Request to " OTHER),
	 EC2_OK("CreateVpcPeeringConnection",
		"{'VpcId': '" TEST_VPC "', 'PeerVpcId': '$C', 'PeerOwnerId': '" OTHER
		"', 'PeerRegion': 'eu-central-1'}",
		"VpcPeeringConnection.Status.Code=failed"),
	 EC2_OK("CreateVpcPeeringConnection",
		"{'VpcId': '" TEST_VPC "', 'PeerVpcId': 'vpc-1', 'PeerOwnerId': '" OTHER "'}",
		"VpcPeeringConnection.Status.Code=failed"),
	 EC2_WAIT(3000),
	 EC2_NO("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"OperationNotPermitted", NULL),
	 EC2_AS(OTHER, NULL),
	 EC2_NO("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"InvalidVpcPeeringConnectionID.NotFound", NULL),
	 EC2_AS(OTHER, "eu-central-1"),
	 EC2_NO("DeleteVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"OperationNotPermitted", NULL),
	 EC2_OK("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}", NULL),
	 EC2_WAIT(3000),
	 EC2_NO("ModifyVpcPeeringConnectionOptions",
		"{'VpcPeeringConnectionId': '$P', 'RequesterPeeringConnectionOptions':"
		" {'AllowDnsResolutionFromRemoteVpc': true}}",
		"OperationNotPermitted", NULL),
	 EC2_OK("DescribeVpcPeeringConnections", "{}",
		"VpcPeeringConnections#2;"
		" VpcPeeringConnections.0.AccepterVpcInfo.Region=eu-central-1"),
	 EC2_OK("DeleteVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}", NULL),
	 EC2_AS("123456789012", "us-east-1"),
	 EC2_OK("DescribeVpcPeeringConnections", "{}", "VpcPeeringConnections#0"),
	 EC2_AS("123456789012", NULL),
	 EC2_OK("DescribeVpcPeeringConnections", "{'VpcPeeringConnectionIds': ['$P']}",
		"VpcPeeringConnections.0.Status.Message=Deleted by " OTHER), )

EC2_WALK(a_request_that_nobody_answers_expires,
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.99.0.0/16'}", "B=Vpc.VpcId", NULL),
	 EC2_KEEP("CreateVpcPeeringConnection", "{'VpcId': '" TEST_VPC "', 'PeerVpcId': '$B'}",
		  "P=VpcPeeringConnection.VpcPeeringConnectionId", NULL),
	 EC2_WAIT(7 * 24 * 3600 * 1000LL + 5000),
	 EC2_OK("DescribeVpcPeeringConnections", "{}",
		"VpcPeeringConnections.0.Status.Code=expired"),
	 EC2_NO("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$P'}",
		"InvalidStateTransition", NULL),
	 EC2_OK("DeleteVpc", "{'VpcId': '$B'}", NULL), )

EC2_WALK(a_vpc_has_one_carrier_gateway_and_waits_for_its_end,
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.99.0.0/16'}", "B=Vpc.VpcId", NULL),
	 EC2_KEEP("CreateCarrierGateway", "{'VpcId': '$B', 'ClientToken': 't'}",
		  "G=CarrierGateway.CarrierGatewayId", "CarrierGateway.State=pending"),
	 EC2_OK("CreateCarrierGateway", "{'VpcId': '$B', 'ClientToken': 't'}",
		"CarrierGateway.CarrierGatewayId=$G"),
	 EC2_NO("CreateCarrierGateway", "{'VpcId': '$B'}", "CarrierGatewayLimitExceeded", NULL),
	 EC2_WAIT(3000),
	 EC2_KEEP("CreateRouteTable", "{'VpcId': '$B'}", "T=RouteTable.RouteTableId", NULL),
	 EC2_OK("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '0.0.0.0/0',"
		" 'CarrierGatewayId': '$G'}",
		NULL),
	 EC2_NO("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '10.0.0.0/8',"
		" 'CarrierGatewayId': 'cagw-00000000000000000'}",
		"InvalidCarrierGatewayID.NotFound", NULL),
	 EC2_OK("DescribeCarrierGateways", "{'Filters': [{'Name': 'vpc-id', 'Values': ['$B']}]}",
		"CarrierGateways.0.State=available"),
	 EC2_NO("DescribeCarrierGateways", "{'CarrierGatewayIds': ['igw-1']}",
		"InvalidCarrierGatewayID.Malformed", NULL),
	 EC2_OK("DeleteCarrierGateway", "{'CarrierGatewayId': '$G'}",
		"CarrierGateway.State=deleting"),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.Routes.1.State=blackhole"),
	 EC2_OK("DeleteRouteTable", "{'RouteTableId': '$T'}", NULL),
	 EC2_NO("DeleteVpc", "{'VpcId': '$B'}", "DependencyViolation", NULL), EC2_WAIT(3000),
	 EC2_NO("DeleteCarrierGateway", "{'CarrierGatewayId': '$G'}",
		"InvalidCarrierGatewayID.NotFound", NULL),
	 EC2_OK("DeleteVpc", "{'VpcId': '$B'}", NULL), )

EC2_WALK(a_gateways_route_table_leads_into_the_vpc_only,
	 EC2_KEEP("CreateInternetGateway", "{}", "G=InternetGateway.InternetGatewayId", NULL),
	 EC2_KEEP("CreateRouteTable", "{'VpcId': '" TEST_VPC "'}", "T=RouteTable.RouteTableId",
		  NULL),
	 EC2_KEEP("CreateRouteTable", "{'VpcId': '" TEST_VPC "'}", "U=RouteTable.RouteTableId",
		  NULL),
	 EC2_NO("AssociateRouteTable", "{'RouteTableId': '$T', 'GatewayId': '$G'}",
		"Gateway.NotAttached", NULL),
	 EC2_OK("AttachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		NULL),
	 EC2_NO("AssociateRouteTable", "{'RouteTableId': '$T'}", "MissingParameter", NULL),
	 EC2_NO("AssociateRouteTable",
		"{'RouteTableId': '$T', 'GatewayId': '$G', 'SubnetId': '" TEST_SUBNET "'}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("AssociateRouteTable", "{'RouteTableId': '$T', 'GatewayId': 'lgw-1'}",
		"InvalidGatewayID.NotFound", NULL),
	 EC2_KEEP("AssociateRouteTable", "{'RouteTableId': '$T', 'GatewayId': '$G'}",
		  "A=AssociationId", NULL),
	 EC2_OK("AssociateRouteTable", "{'RouteTableId': '$T', 'GatewayId': '$G'}",
		"AssociationId=$A"),
	 EC2_NO("AssociateRouteTable", "{'RouteTableId': '$U', 'GatewayId': '$G'}",
		"Resource.AlreadyAssociated", NULL),
	 EC2_NO("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '0.0.0.0/0',"
		" 'GatewayId': '$G'}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "'}",
		  "I=NetworkInterface.NetworkInterfaceId", NULL),
	 EC2_OK("ReplaceRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '10.250.0.0/16',"
		" 'NetworkInterfaceId': '$I'}",
		NULL),
	 EC2_OK("DescribeRouteTables",
		"{'Filters': [{'Name': 'association.gateway-id', 'Values': ['$G']}]}",
		"RouteTables#1; RouteTables.0.Routes.0.State=blackhole;"
		" RouteTables.0.Associations.0.GatewayId=$G"),
	 EC2_OK("ReplaceRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '10.250.0.0/16',"
		" 'LocalTarget': true}",
		NULL),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.Routes.0.GatewayId=local"),
	 EC2_NO("DeleteRouteTable", "{'RouteTableId': '$T'}", "DependencyViolation", NULL),
	 EC2_OK("CreateRoute",
		"{'RouteTableId': '$U', 'DestinationCidrBlock': '0.0.0.0/0',"
		" 'GatewayId': '$G'}",
		NULL),
	 EC2_NO("ReplaceRoute",
		"{'RouteTableId': '$U', 'DestinationCidrBlock': '0.0.0.0/0',"
		" 'LocalTarget': true}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ReplaceRouteTableAssociation", "{'AssociationId': '$A', 'RouteTableId': '$U'}",
		"InvalidParameterValue",
		"The route table $U has routes that a gateway's route table cannot have"),
	 EC2_OK("DetachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		NULL),
	 EC2_OK("DeleteRouteTable", "{'RouteTableId': '$T'}", NULL), )

#define TO_S3                                                                                      \
	"'LogDestinationType': 's3', 'LogDestination': 'arn:aws:s3:::logs',"                       \
	" 'TrafficType': 'ALL'"

EC2_WALK(flow_logs_are_told_apart_by_their_settings_and_go_with_what_they_watch,
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.99.0.0/16'}", "B=Vpc.VpcId", NULL),
	 EC2_OK("CreateFlowLogs", "{'ResourceType': 'VPC', 'ResourceIds': ['$B'], " TO_S3 "}",
		"FlowLogIds#0; Unsuccessful.0.Error.Code=400;"
		" Unsuccessful.0.Error.Message=LogDestination: logs does not exist"),
	 EC2_OK("s3:CreateBucket",
		"{'Bucket': 'logs', 'CreateBucketConfiguration': {'LocationConstraint':"
		" 'eu-west-1'}}",
		NULL),
	 EC2_KEEP("CreateFlowLogs",
		  "{'ResourceType': 'VPC', 'ResourceIds': ['$B'], " TO_S3 ", 'ClientToken': 't'}",
		  "F=FlowLogIds.0", "Unsuccessful#0"),
	 EC2_OK("CreateFlowLogs",
		"{'ResourceType': 'VPC', 'ResourceIds': ['$B'], " TO_S3 ", 'ClientToken': 't'}",
		"FlowLogIds.0=$F"),
	 EC2_NO("CreateFlowLogs", "{'ResourceType': 'VPC', 'ResourceIds': ['$B'], " TO_S3 "}",
		"FlowLogAlreadyExists",
		"Error. There is an existing Flow Log with the same configuration and log"
		" destination."),
	 EC2_NO("CreateFlowLogs",
		"{'ResourceType': 'VPC', 'ResourceIds': ['$B'], 'TrafficType': 'ALL'}",
		"InvalidParameter", NULL),
	 EC2_NO("CreateFlowLogs",
		"{'ResourceType': 'VPC', 'ResourceIds': ['$B'], 'TrafficType': 'ALL',"
		" 'LogGroupName': 'g'}",
		"InvalidParameter",
		"DeliverLogsPermissionArn can't be empty if LogDestinationType is"
		" cloud-watch-logs."),
	 EC2_NO("CreateFlowLogs",
		"{'ResourceType': 'VPC', 'ResourceIds': ['$B'], " TO_S3 ", 'LogGroupName': 'g'}",
		"InvalidParameter",
		"Please only provide LogGroupName or only provide LogDestination."),
	 EC2_NO("CreateFlowLogs",
		"{'ResourceType': 'VPC', 'ResourceIds': ['$B'], " TO_S3
		", 'MaxAggregationInterval': 61}",
		"InvalidParameter", "Invalid Flow Log Max Aggregation Interval"),
	 EC2_OK("CreateFlowLogs",
		"{'ResourceType': 'Subnet', 'ResourceIds': ['subnet-0000000000000ffff'], " TO_S3
		"}",
		"FlowLogIds#0; Unsuccessful.0.Error.Code=InvalidSubnetID.NotFound"),
	 EC2_OK("CreateFlowLogs",
		"{'ResourceType': 'Subnet', 'ResourceIds': ['" TEST_SUBNET "'],"
		" 'LogGroupName': 'g', 'DeliverLogsPermissionArn':"
		" 'arn:aws:iam::123456789012:role/r', 'TrafficType': 'REJECT'}",
		"FlowLogIds#1"),
	 EC2_OK("DescribeFlowLogs", "{'Filter': [{'Name': 'resource-id', 'Values': ['$B']}]}",
		"FlowLogs#1; FlowLogs.0.FlowLogStatus=ACTIVE;"
		" FlowLogs.0.LogFormat=${*; FlowLogs.0.MaxAggregationInterval=600"),
	 EC2_NO("DescribeFlowLogs", "{'FlowLogIds': ['x']}", "InvalidFlowLogId.Malformed", NULL),
	 EC2_NO("DeleteFlowLogs", "{'FlowLogIds': ['x']}", "InvalidFlowLogId.Malformed", NULL),
	 EC2_OK("DeleteVpc", "{'VpcId': '$B'}", NULL),
	 EC2_OK("DeleteFlowLogs", "{'FlowLogIds': ['$F']}",
		"Unsuccessful.0.Error.Code=InvalidFlowLogId.NotFound"),
	 EC2_OK("DescribeFlowLogs", "{}", "FlowLogs#1"),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}", NULL),
	 EC2_OK("DescribeFlowLogs", "{}", "FlowLogs#0"), )

int main(void)
{
	const TTest *const tests[] = {
		a_peering_holds_both_vpcs_and_carries_routes_while_it_lives,
		a_peering_of_two_accounts_is_accepted_by_the_other_one,
		a_request_that_nobody_answers_expires,
		a_vpc_has_one_carrier_gateway_and_waits_for_its_end,
		a_gateways_route_table_leads_into_the_vpc_only,
		flow_logs_are_told_apart_by_their_settings_and_go_with_what_they_watch,
		NULL,
	};

	return ec2_suite("ec2_peering", setup, teardown, tests);
}
