/* Virtual private gateways, customer gateways, and tables that take routes from them. */
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

EC2_WALK(a_virtual_private_gateway_is_attached_detached_and_shown_as_deleted,
	 EC2_NO("CreateVpnGateway", "{'Type': 'ipsec.1', 'AmazonSideAsn': 1}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateVpnGateway", "{'Type': 'ipsec.1', 'AvailabilityZone': 'mars-1a'}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateVpnGateway", "{'Type': 'ipsec.1'}", "G=VpnGateway.VpnGatewayId",
		  "VpnGateway.State=available; VpnGateway.AmazonSideAsn=64512;"
		  " VpnGateway.VpcAttachments#0; !VpnGateway.Tags"),
	 EC2_KEEP("CreateVpnGateway",
		  "{'Type': 'ipsec.1', 'AmazonSideAsn': 4200000000, 'TagSpecifications': [{"
		  "'ResourceType': 'vpn-gateway', 'Tags': [{'Key': 'n', 'Value': 'v'}]}]}",
		  "H=VpnGateway.VpnGatewayId",
		  "VpnGateway.AmazonSideAsn=4200000000; VpnGateway.Tags.0.Key=n"),
	 EC2_OK("DescribeTags",
		"{'Filters': [{'Name': 'resource-type', 'Values': ['vpn-gateway']}]}",
		"Tags#1; Tags.0.ResourceId=$H"),
	 EC2_NO("AttachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': 'vpc-00000000000000000'}",
		"InvalidVpcID.NotFound", NULL),
	 EC2_NO("AttachVpnGateway",
		"{'VpnGatewayId': 'vgw-00000000000000000', 'VpcId': '" TEST_VPC "'}",
		"InvalidVpnGatewayID.NotFound", NULL),
	 EC2_NO("DetachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		"InvalidVpnGatewayAttachment.NotFound", NULL),
	 EC2_OK("AttachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		"VpcAttachment.State=attaching; VpcAttachment.VpcId=" TEST_VPC),
	 EC2_NO("AttachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}",
		"VpnGatewayAttachmentLimitExceeded", NULL),
	 EC2_NO("AttachVpnGateway", "{'VpnGatewayId': '$H', 'VpcId': '" TEST_VPC "'}",
		"InvalidParameterValue", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeVpnGateways",
		"{'Filters': [{'Name': 'attachment.vpc-id', 'Values': ['" TEST_VPC "']}, {'Name':"
		" 'attachment.state', 'Values': ['attached']}]}",
		"VpnGateways#1; VpnGateways.0.VpnGatewayId=$G; VpnGateways.0.Tags#0"),
	 EC2_NO("DescribeVpnGateways", "{'VpnGatewayIds': ['vgw-00000000000000000']}",
		"InvalidVpnGatewayID.NotFound", NULL),
	 EC2_NO("DescribeVpnGateways", "{'VpnGatewayIds': ['igw-0']}",
		"InvalidVpnGatewayID.Malformed", NULL),
	 EC2_NO("DeleteVpnGateway", "{'VpnGatewayId': '$G'}", "IncorrectState", NULL),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '" TEST_SUBNET "'}", NULL),
	 EC2_NO("DeleteVpc", "{'VpcId': '" TEST_VPC "'}", "DependencyViolation", NULL),
	 EC2_OK("DetachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}", NULL),
	 EC2_OK("DescribeVpnGateways", "{'VpnGatewayIds': ['$G']}",
		"VpnGateways.0.VpcAttachments.0.State=detaching"),
	 EC2_NO("DeleteVpnGateway", "{'VpnGatewayId': '$G'}", "IncorrectState", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeVpnGateways", "{'VpnGatewayIds': ['$G']}",
		"VpnGateways.0.VpcAttachments.0.State=detached"),
	 EC2_OK("DeleteVpc", "{'VpcId': '" TEST_VPC "'}", NULL),
	 EC2_OK("DeleteVpnGateway", "{'VpnGatewayId': '$G'}", NULL),
	 EC2_OK("DescribeVpnGateways", "{'VpnGatewayIds': ['$G']}", "VpnGateways.0.State=deleted"),
	 EC2_NO("DeleteVpnGateway", "{'VpnGatewayId': '$G'}", "InvalidVpnGatewayID.NotFound", NULL),
	 EC2_WAIT(3600000),
	 EC2_NO("DescribeVpnGateways", "{'VpnGatewayIds': ['$G']}", "InvalidVpnGatewayID.NotFound",
		NULL), )

EC2_WALK(a_table_takes_routes_from_an_attached_gateway_only,
	 EC2_KEEP("CreateVpnGateway", "{'Type': 'ipsec.1'}", "G=VpnGateway.VpnGatewayId", NULL),
	 EC2_KEEP("CreateRouteTable", "{'VpcId': '" TEST_VPC "'}", "T=RouteTable.RouteTableId",
		  "RouteTable.PropagatingVgws#0"),
	 EC2_NO("EnableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}",
		"Gateway.NotAttached", NULL),
	 EC2_NO("EnableVgwRoutePropagation",
		"{'RouteTableId': '$T', 'GatewayId': 'vgw-00000000000000000'}",
		"InvalidGatewayID.NotFound", NULL),
	 EC2_NO("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '192.168.0.0/16', 'GatewayId':"
		" '$G'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '192.168.0.0/16', 'GatewayId':"
		" 'vgw-00000000000000000'}",
		"InvalidGatewayID.NotFound", NULL),
	 EC2_NO("AssociateRouteTable", "{'RouteTableId': '$T', 'GatewayId': '$G'}",
		"Gateway.NotAttached", NULL),
	 EC2_OK("AttachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("EnableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}", NULL),
	 EC2_OK("EnableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}", NULL),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.PropagatingVgws#1; RouteTables.0.PropagatingVgws.0.GatewayId=$G"),
	 EC2_NO("DisableVgwRoutePropagation",
		"{'RouteTableId': 'rtb-00000000000000000', 'GatewayId': '$G'}",
		"InvalidRouteTableID.NotFound", NULL),
	 EC2_OK("DisableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}", NULL),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.PropagatingVgws#0"),
	 EC2_OK("EnableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}", NULL),
	 EC2_OK("CreateRoute",
		"{'RouteTableId': '$T', 'DestinationCidrBlock': '192.168.0.0/16', 'GatewayId':"
		" '$G'}",
		NULL),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.Routes.1.GatewayId=$G; RouteTables.0.Routes.1.State=active"),
	 EC2_KEEP("CreateRouteTable", "{'VpcId': '" TEST_VPC "'}", "E=RouteTable.RouteTableId",
		  NULL),
	 EC2_OK("AssociateRouteTable", "{'RouteTableId': '$E', 'GatewayId': '$G'}",
		"AssociationState.State=associated"),
	 EC2_OK("DetachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}", NULL),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
		"RouteTables.0.Routes.1.State=blackhole; RouteTables.0.PropagatingVgws#0"),
	 EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$E']}",
		"RouteTables.0.Associations#0"), )

EC2_WALK(a_customer_gateway_is_made_once_for_the_same_device,
	 EC2_NO("CreateCustomerGateway", "{'Type': 'ipsec.1'}", "MissingParameter", NULL),
	 EC2_NO("CreateCustomerGateway", "{'Type': 'ipsec.1', 'IpAddress': 'x'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateCustomerGateway",
		"{'Type': 'ipsec.1', 'IpAddress': '192.0.2.1', 'BgpAsn': 1, 'BgpAsnExtended':"
		" 4200000000}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateCustomerGateway",
		"{'Type': 'ipsec.1', 'IpAddress': '192.0.2.1', 'BgpAsnExtended': 1}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateCustomerGateway",
		"{'Type': 'ipsec.1', 'IpAddress': '192.0.2.1', 'BgpAsn': 0}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateCustomerGateway", "{'Type': 'ipsec.1', 'IpAddress': '192.0.2.1'}",
		  "C=CustomerGateway.CustomerGatewayId",
		  "CustomerGateway.State=pending; CustomerGateway.BgpAsn=65000"),
	 EC2_OK("CreateCustomerGateway", "{'Type': 'ipsec.1', 'PublicIp': '192.0.2.1'}",
		"CustomerGateway.CustomerGatewayId=$C"),
	 EC2_OK("CreateCustomerGateway",
		"{'Type': 'ipsec.1', 'IpAddress': '192.0.2.1', 'DeviceName': 'second',"
		" 'BgpAsnExtended': 4200000000}",
		"CustomerGateway.BgpAsnExtended=4200000000; !CustomerGateway.BgpAsn"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeCustomerGateways",
		"{'Filters': [{'Name': 'bgp-asn', 'Values': ['65000']}, {'Name': 'state',"
		" 'Values': ['available']}]}",
		"CustomerGateways#1"),
	 EC2_NO("DescribeCustomerGateways", "{'CustomerGatewayIds': ['cgw-00000000000000000']}",
		"InvalidCustomerGatewayID.NotFound", NULL),
	 EC2_NO("DeleteCustomerGateway", "{'CustomerGatewayId': 'x'}",
		"InvalidCustomerGatewayId.Malformed", NULL),
	 EC2_OK("DeleteCustomerGateway", "{'CustomerGatewayId': '$C'}", NULL),
	 EC2_NO("DeleteCustomerGateway", "{'CustomerGatewayId': '$C'}",
		"InvalidCustomerGatewayID.NotFound", NULL),
	 EC2_OK("DescribeCustomerGateways", "{'CustomerGatewayIds': ['$C']}",
		"CustomerGateways.0.State=deleted"),
	 EC2_WAIT(3600000), EC2_OK("DescribeCustomerGateways", "{}", "CustomerGateways#1"), )

EC2_WALK(
	static_routes_of_a_connection_are_propagated_into_tables_that_take_them,
	EC2_KEEP("CreateVpnGateway", "{'Type': 'ipsec.1'}", "G=VpnGateway.VpnGatewayId", NULL),
	EC2_KEEP("CreateCustomerGateway", "{'Type': 'ipsec.1', 'IpAddress': '192.0.2.1'}",
		 "C=CustomerGateway.CustomerGatewayId", NULL),
	EC2_OK("AttachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}", NULL),
	EC2_WAIT(5000),
	EC2_KEEP("CreateRouteTable", "{'VpcId': '" TEST_VPC "'}", "T=RouteTable.RouteTableId",
		 NULL),
	EC2_OK("EnableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}", NULL),
	EC2_NO("CreateVpnConnection",
	       "{'Type': 'ipsec.1', 'CustomerGatewayId': 'cgw-00000000000000000',"
	       " 'VpnGatewayId': '$G'}",
	       "InvalidCustomerGatewayID.NotFound", NULL),
	EC2_NO("CreateVpnConnection", "{'Type': 'ipsec.1', 'CustomerGatewayId': '$C'}",
	       "MissingParameter", NULL),
	EC2_NO("CreateVpnConnection",
	       "{'Type': 'ipsec.1', 'CustomerGatewayId': '$C', 'TransitGatewayId': 'tgw-1'}",
	       "InvalidTransitGatewayID.NotFound", NULL),
	EC2_NO("CreateVpnConnection",
	       "{'Type': 'ipsec.1', 'CustomerGatewayId': '$C', 'VpnGatewayId': '$G', 'Options': {"
	       "'TunnelOptions': [{'TunnelInsideCidr': '169.254.1.0/30'}]}}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateVpnConnection",
	       "{'Type': 'ipsec.1', 'CustomerGatewayId': '$C', 'VpnGatewayId': '$G', 'Options': {"
	       "'EnableAcceleration': true}}",
	       "InvalidParameterCombination", NULL),
	EC2_KEEP("CreateVpnConnection",
		 "{'Type': 'ipsec.1', 'CustomerGatewayId': '$C', 'VpnGatewayId': '$G', 'Options': {"
		 "'StaticRoutesOnly': true, 'TunnelOptions': [{'TunnelInsideCidr':"
		 " '169.254.44.0/30', 'PreSharedKey': 'geheim12'}]}}",
		 "V=VpnConnection.VpnConnectionId",
		 "VpnConnection.State=pending; VpnConnection.Options.TunnelOptions#2;"
		 " VpnConnection.Options.TunnelOptions.0.TunnelInsideCidr=169.254.44.0/30;"
		 " VpnConnection.CustomerGatewayConfiguration=*<pre_shared_key>geheim12<*"),
	EC2_WAIT(5000),
	EC2_OK("DescribeVpnConnections",
	       "{'Filters': [{'Name': 'vpn-gateway-id', 'Values': ['$G']}, {'Name': 'bgp-asn',"
	       " 'Values': ['65000']}]}",
	       "VpnConnections#1; VpnConnections.0.State=available;"
	       " VpnConnections.0.VgwTelemetry.0.Status=DOWN"),
	EC2_NO("DescribeVpnConnections", "{'VpnConnectionIds': ['vpn-00000000000000000']}",
	       "InvalidVpnConnectionID.NotFound", NULL),
	EC2_NO("CreateVpnConnectionRoute",
	       "{'VpnConnectionId': '$V', 'DestinationCidrBlock': '::/0'}", "InvalidParameterValue",
	       NULL),
	EC2_OK("CreateVpnConnectionRoute",
	       "{'VpnConnectionId': '$V', 'DestinationCidrBlock': '172.16.0.0/16'}", NULL),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}", "RouteTables.0.Routes#1"),
	EC2_WAIT(5000),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
	       "RouteTables.0.Routes#2; RouteTables.0.Routes.1.GatewayId=$G;"
	       " RouteTables.0.Routes.1.Origin=EnableVgwRoutePropagation;"
	       " RouteTables.0.Routes.1.State=active"),
	EC2_NO("DeleteRoute", "{'RouteTableId': '$T', 'DestinationCidrBlock': '172.16.0.0/16'}",
	       "InvalidParameterValue", NULL),
	EC2_KEEP("CreateInternetGateway", "{}", "I=InternetGateway.InternetGatewayId", NULL),
	EC2_OK("AttachInternetGateway", "{'InternetGatewayId': '$I', 'VpcId': '" TEST_VPC "'}",
	       NULL),
	EC2_OK("CreateRoute",
	       "{'RouteTableId': '$T', 'DestinationCidrBlock': '172.16.0.0/16', 'GatewayId':"
	       " '$I'}",
	       NULL),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
	       "RouteTables.0.Routes#2; RouteTables.0.Routes.1.GatewayId=$I"),
	EC2_OK("DeleteRoute", "{'RouteTableId': '$T', 'DestinationCidrBlock': '172.16.0.0/16'}",
	       NULL),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}",
	       "RouteTables.0.Routes#2; RouteTables.0.Routes.1.GatewayId=$G"),
	EC2_OK("DisableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}", NULL),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}", "RouteTables.0.Routes#1"),
	EC2_OK("EnableVgwRoutePropagation", "{'RouteTableId': '$T', 'GatewayId': '$G'}", NULL),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}", "RouteTables.0.Routes#2"),
	EC2_NO("DeleteVpnConnectionRoute",
	       "{'VpnConnectionId': '$V', 'DestinationCidrBlock': '172.17.0.0/16'}",
	       "InvalidRoute.NotFound", NULL),
	EC2_OK("DeleteVpnConnectionRoute",
	       "{'VpnConnectionId': '$V', 'DestinationCidrBlock': '172.16.0.0/16'}", NULL),
	EC2_OK("DescribeRouteTables", "{'RouteTableIds': ['$T']}", "RouteTables.0.Routes#1"),
	EC2_NO("DeleteCustomerGateway", "{'CustomerGatewayId': '$C'}", "IncorrectState", NULL),
	EC2_OK("DetachVpnGateway", "{'VpnGatewayId': '$G', 'VpcId': '" TEST_VPC "'}", NULL),
	EC2_WAIT(5000),
	EC2_NO("DeleteVpnGateway", "{'VpnGatewayId': '$G'}", "IncorrectState", NULL),
	EC2_OK("DeleteVpnConnection", "{'VpnConnectionId': '$V'}", NULL), EC2_WAIT(5000),
	EC2_OK("DescribeVpnConnections", "{'VpnConnectionIds': ['$V']}",
	       "VpnConnections.0.State=deleted"),
	EC2_NO("DeleteVpnConnection", "{'VpnConnectionId': '$V'}",
	       "InvalidVpnConnectionID.NotFound", NULL),
	EC2_OK("DeleteCustomerGateway", "{'CustomerGatewayId': '$C'}", NULL),
	EC2_OK("DeleteVpnGateway", "{'VpnGatewayId': '$G'}", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		static_routes_of_a_connection_are_propagated_into_tables_that_take_them,
		a_virtual_private_gateway_is_attached_detached_and_shown_as_deleted,
		a_table_takes_routes_from_an_attached_gateway_only,
		a_customer_gateway_is_made_once_for_the_same_device,
		NULL,
	};

	return ec2_suite("vpn gateways", setup, teardown, tests);
}
