/* Connection notifications, who pays, whose a private name is, quotas of groups, templates. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;
static char *balancer, *service, *endpoint;

#define NAME "svc.example.com"

static struct json *other(const char *service_name, const char *operation, struct json *input)
{
	struct json *output = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(aws_invoke(test.aws, "operator", NULL, TEST_REGION, service_name, operation,
				 input, NULL, &output, &err),
		      "%s", err_text(&err));
	json_free(input);
	return output;
}

static void setup(void)
{
	struct json *output;

	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
	output = other(
		"elbv2", "CreateLoadBalancer",
		test_json("{'Name': 'n', 'Type': 'network', 'Scheme': 'internal', 'Subnets': ["
			  "'" TEST_SUBNET "']}"));
	balancer = xstrdup(ec2_path(output, "LoadBalancers.0.LoadBalancerArn"));
	json_free(output);
	service = ec2_get_text(
		&test, "CreateVpcEndpointServiceConfiguration", "ServiceConfiguration.ServiceId",
		"{'NetworkLoadBalancerArns': ['%s'], 'AcceptanceRequired': false}", balancer);
	endpoint = ec2_get_text(&test, "CreateVpcEndpoint", "VpcEndpoint.VpcEndpointId",
				"{'VpcId': '" TEST_VPC "', 'VpcEndpointType': 'Interface',"
				" 'PrivateDnsEnabled': false, 'SubnetIds': ['" TEST_SUBNET "'],"
				" 'ServiceName': 'com.amazonaws." TEST_REGION ".sts'}");
}

static void teardown(void)
{
	free(balancer);
	free(service);
	free(endpoint);
	ec2_test_done(&test);
}

#define TOPIC "'arn:aws:sns:" TEST_REGION ":123456789012:t'"
#define ABOUT "'ConnectionNotificationArn': " TOPIC ", 'ConnectionEvents': "

START_TEST(a_notification_is_about_one_thing_that_exists_and_goes_with_it)
{
	struct json *output;
	char *id;

	free(ec2_refused(&test, "MissingParameter", "CreateVpcEndpointConnectionNotification",
			 "{" ABOUT "['Accept']}"));
	free(ec2_refused(&test, "InvalidParameterCombination",
			 "CreateVpcEndpointConnectionNotification",
			 "{" ABOUT "['Accept'], 'ServiceId': '%s', 'VpcEndpointId': '%s'}", service,
			 endpoint));
	free(ec2_refused(&test, "InvalidParameter", "CreateVpcEndpointConnectionNotification",
			 "{" ABOUT "['Smile'], 'ServiceId': '%s'}", service));
	free(ec2_refused(&test, "InvalidParameter", "CreateVpcEndpointConnectionNotification",
			 "{'ConnectionNotificationArn': 'arn:aws:sqs:x', 'ConnectionEvents': ["
			 "'Accept'], 'ServiceId': '%s'}",
			 service));
	free(ec2_refused(&test, "InvalidVpcEndpointServiceId.NotFound",
			 "CreateVpcEndpointConnectionNotification",
			 "{" ABOUT "['Accept'], 'ServiceId': 'vpce-svc-00000000000000000'}"));
	id = ec2_get_text(&test, "CreateVpcEndpointConnectionNotification",
			  "ConnectionNotification.ConnectionNotificationId",
			  "{" ABOUT "['Accept', 'Reject'], 'ServiceId': '%s'}", service);
	json_free(ec2_ok(&test, "CreateVpcEndpointConnectionNotification",
			 "{" ABOUT "['Delete'], 'VpcEndpointId': '%s'}", endpoint));
	free(ec2_refused(&test, "MissingParameter", "ModifyVpcEndpointConnectionNotification",
			 "{'ConnectionNotificationId': '%s', 'ConnectionEvents': []}", id));
	free(ec2_refused(&test, "InvalidConnectionNotification",
			 "ModifyVpcEndpointConnectionNotification",
			 "{'ConnectionNotificationId': 'vpce-nfn-00000000000000000'}"));
	json_free(ec2_ok(&test, "ModifyVpcEndpointConnectionNotification",
			 "{'ConnectionNotificationId': '%s', 'ConnectionEvents': ['Connect']}",
			 id));
	output = ec2_ok(&test, "DescribeVpcEndpointConnectionNotifications",
			"{'ConnectionNotificationId': '%s'}", id);
	ec2_assert_path(output, "ConnectionNotificationSet.0.ConnectionEvents.0", "Connect");
	ec2_assert_path(output, "ConnectionNotificationSet.0.ConnectionNotificationState",
			"Enabled");
	json_free(output);
	free(ec2_refused(&test, "InvalidConnectionNotification",
			 "DescribeVpcEndpointConnectionNotifications",
			 "{'ConnectionNotificationId': 'x'}"));
	json_free(ec2_ok(&test, "DeleteVpcEndpoints", "{'VpcEndpointIds': ['%s']}", endpoint));
	test_advance(test.world, 5000);
	output = ec2_ok(&test, "DescribeVpcEndpointConnectionNotifications",
			"{'Filters': [{'Name': 'connection-notification-type', 'Values': "
			"['Topic']}]}");
	ck_assert_uint_eq(ec2_size(output, "ConnectionNotificationSet"), 1);
	json_free(output);
	output = ec2_ok(&test, "DeleteVpcEndpointConnectionNotifications",
			"{'ConnectionNotificationIds': ['%s', 'vpce-nfn-00000000000000000']}", id);
	ck_assert_uint_eq(ec2_size(output, "Unsuccessful"), 1);
	ec2_assert_path(output, "Unsuccessful.0.Error.Code", "InvalidConnectionNotification");
	json_free(output);
	free(ec2_refused(&test, "MissingParameter", "DeleteVpcEndpointConnectionNotifications",
			 "{'ConnectionNotificationIds': []}"));
	free(id);
}
END_TEST

static void assert_name_is(const char *state)
{
	struct json *output = ec2_ok(&test, "DescribeVpcEndpointServiceConfigurations",
				     "{'ServiceIds': ['%s']}", service);

	ec2_assert_path(output, "ServiceConfigurations.0.PrivateDnsNameConfiguration.State", state);
	json_free(output);
}

/** Adds the record that the service asks for. */
static void add_record(void)
{
	struct json *zone = other("route53", "CreateHostedZone",
				  test_json("{'Name': 'example.com', 'CallerReference': 'c'}"));
	struct json *told = ec2_ok(&test, "DescribeVpcEndpointServiceConfigurations",
				   "{'ServiceIds': ['%s']}", service);
	struct json *input = test_json(
		"{'ChangeBatch': {'Changes': [{'Action': 'CREATE', 'ResourceRecordSet': {'Type':"
		" 'TXT', 'TTL': 300, 'ResourceRecords': [{}]}}]}}");
	struct json *set = json_get_mut(
		json_first_mut(json_get_mut(json_get_mut(input, "ChangeBatch"), "Changes")),
		"ResourceRecordSet");
	const char *path = "ServiceConfigurations.0.PrivateDnsNameConfiguration.Name";

	json_setf(set, "Name", "%s." NAME, ec2_path(told, path));
	path = "ServiceConfigurations.0.PrivateDnsNameConfiguration.Value";
	json_setf(json_first_mut(json_get_mut(set, "ResourceRecords")), "Value", "\"%s\"",
		  ec2_path(told, path));
	json_set_str(input, "HostedZoneId",
		     ec2_path(zone, "HostedZone.Id") + strlen("/hostedzone/"));
	json_free(other("route53", "ChangeResourceRecordSets", input));
	json_free(told);
	json_free(zone);
}

START_TEST(a_private_name_is_verified_by_the_record_in_its_zone)
{
	free(ec2_refused(&test, "InvalidParameter", "StartVpcEndpointServicePrivateDnsVerification",
			 "{'ServiceId': '%s'}", service));
	json_free(ec2_ok(&test, "ModifyVpcEndpointServiceConfiguration",
			 "{'ServiceId': '%s', 'PrivateDnsName': '" NAME "'}", service));
	json_free(ec2_ok(&test, "StartVpcEndpointServicePrivateDnsVerification",
			 "{'ServiceId': '%s'}", service));
	assert_name_is("pendingVerification");
	test_advance(test.world, 5000);
	assert_name_is("failed");
	add_record();
	json_free(ec2_ok(&test, "StartVpcEndpointServicePrivateDnsVerification",
			 "{'ServiceId': '%s'}", service));
	test_advance(test.world, 5000);
	assert_name_is("verified");
}
END_TEST

START_TEST(the_owner_of_a_service_or_of_an_endpoint_pays)
{
	struct json *output;

	json_free(ec2_ok(&test, "ModifyVpcEndpointServicePayerResponsibility",
			 "{'ServiceId': '%s', 'PayerResponsibility': 'ServiceOwner'}", service));
	free(ec2_refused(&test, "InvalidVpcEndpointServiceId.NotFound",
			 "ModifyVpcEndpointServicePayerResponsibility",
			 "{'ServiceId': 'vpce-svc-00000000000000000', 'PayerResponsibility':"
			 " 'ServiceOwner'}"));
	output = ec2_ok(&test, "DescribeVpcEndpointServiceConfigurations", "{}");
	ec2_assert_path(output, "ServiceConfigurations.0.PayerResponsibility", "ServiceOwner");
	json_free(output);
	output = ec2_ok(&test, "ModifyVpcEndpointPayerResponsibility",
			"{'VpcEndpointId': '%s', 'Scope': 'vpc-endpoint-charges',"
			" 'PayerResponsibility': 'vpc-endpoint-service-account'}",
			endpoint);
	ec2_assert_path(output, "PayerResponsibilities.0.PayerResponsibilityType",
			"vpc-endpoint-service-account");
	json_free(output);
	free(ec2_refused(&test, "InvalidParameter", "ModifyVpcEndpointPayerResponsibility",
			 "{'VpcEndpointId': '%s', 'Scope': 'resource-gateway-charges',"
			 " 'PayerResponsibility': 'vpc-endpoint-account'}",
			 endpoint));
	free(ec2_refused(&test, "InvalidParameter", "ModifyVpcEndpointPayerResponsibility",
			 "{'VpcEndpointId': '%s', 'Scope': 'vpc-endpoint-charges',"
			 " 'PayerResponsibility': 'resource-gateway-account'}",
			 endpoint));
	free(ec2_refused(&test, "InvalidVpcEndpointId.NotFound",
			 "ModifyVpcEndpointPayerResponsibility",
			 "{'VpcEndpointId': '%s', 'ServiceId': '%s', 'Scope':"
			 " 'vpc-endpoint-charges', 'PayerResponsibility':"
			 " 'vpc-endpoint-account'}",
			 endpoint, service));
}
END_TEST

START_TEST(endpoints_of_the_types_that_exist_have_no_associations)
{
	struct json *output = ec2_ok(&test, "DescribeVpcEndpointAssociations",
				     "{'VpcEndpointIds': ['%s']}", endpoint);

	ck_assert_uint_eq(ec2_size(output, "VpcEndpointAssociations"), 0);
	json_free(output);
	free(ec2_refused(&test, "InvalidVpcEndpointId.NotFound", "DescribeVpcEndpointAssociations",
			 "{'VpcEndpointIds': ['vpce-00000000000000000']}"));
	free(ec2_refused(&test, "InvalidParameterValue", "DescribeVpcEndpointAssociations",
			 "{'Filters': [{'Name': 'x', 'Values': ['y']}]}"));
}
END_TEST

START_TEST(permissions_of_a_service_are_filtered)
{
	struct json *output;

	json_free(ec2_ok(&test, "ModifyVpcEndpointServicePermissions",
			 "{'ServiceId': '%s', 'AddAllowedPrincipals': ['*',"
			 " 'arn:aws:iam::123456789012:role/r']}",
			 service));
	output = ec2_ok(&test, "DescribeVpcEndpointServicePermissions",
			"{'ServiceId': '%s', 'Filters': [{'Name': 'principal-type', 'Values':"
			" ['Role']}, {'Name': 'permission-type', 'Values': ['vpc-endpoint']}]}",
			service);
	ck_assert_uint_eq(ec2_size(output, "AllowedPrincipals"), 1);
	ec2_assert_path(output, "AllowedPrincipals.0.PrincipalType", "Role");
	json_free(output);
	free(ec2_refused(&test, "InvalidParameterValue", "DescribeVpcEndpointServicePermissions",
			 "{'ServiceId': '%s', 'Filters': [{'Name': 'x', 'Values': ['y']}]}",
			 service));
}
END_TEST

EC2_WALK(groups_fit_on_one_interface_or_the_quota_is_named,
	 EC2_KEEP("CreateSecurityGroup",
		  "{'GroupName': 'g', 'Description': 'd', 'VpcId': '" TEST_VPC "'}", "G=GroupId",
		  NULL),
	 EC2_OK("ValidateSecurityGroupQuotasForInterface", "{'SecurityGroupIds': ['$G']}",
		"Valid=true"),
	 EC2_NO("ValidateSecurityGroupQuotasForInterface", "{'SecurityGroupIds': []}",
		"MissingParameter", NULL),
	 EC2_NO("ValidateSecurityGroupQuotasForInterface", "{'SecurityGroupIds': ['$G', '$G']}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ValidateSecurityGroupQuotasForInterface",
		"{'SecurityGroupIds': ['$G', 'sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5']}",
		"SecurityGroupsPerInterfaceLimitExceeded", NULL),
	 EC2_NO("ValidateSecurityGroupQuotasForInterface",
		"{'SecurityGroupIds': ['sg-00000000000000000']}", "InvalidGroup.NotFound", NULL), )

#define STS "'VpcEndpointType': 'Interface', 'ServiceName': 'com.amazonaws." TEST_REGION ".sts'"
#define S3  "'VpcEndpointType': 'Interface', 'ServiceName': 'com.amazonaws." TEST_REGION ".s3'"
#define IN  "'VpcId': '" TEST_VPC "', 'PrivateDnsEnabled': false, 'SubnetIds': ['" TEST_SUBNET "']"

EC2_WALK(an_endpoint_has_the_addresses_and_names_that_are_asked_for,
	 EC2_NO("CreateVpcEndpoint",
		"{" IN ", " STS ", 'SubnetConfigurations': [{'SubnetId':"
		" 'subnet-00000000000000000', 'Ipv4': '10.250.0.50'}]}",
		"InvalidParameter", NULL),
	 EC2_NO("CreateVpcEndpoint",
		"{" IN ", " STS ", 'SubnetConfigurations': [{'SubnetId': '" TEST_SUBNET "', 'Ipv6':"
		" '2001:db8::1'}]}",
		"InvalidParameter", NULL),
	 EC2_NO("CreateVpcEndpoint",
		"{" IN ", " STS ", 'DnsOptions': {'PrivateDnsOnlyForInboundResolverEndpoint':"
		" true}}",
		"InvalidParameter", NULL),
	 EC2_NO("CreateVpcEndpoint",
		"{" IN ", " STS ", 'DnsOptions': {'PrivateDnsPreference': 'ALL_DOMAINS'}}",
		"InvalidParameter", NULL),
	 EC2_NO("CreateVpcEndpoint", "{" IN ", " STS ", 'ServiceRegion': 'us-east-1'}",
		"InvalidServiceName", NULL),
	 EC2_NO("CreateVpcEndpoint", "{" IN ", " STS ", 'ServiceNetworkArn': 'arn:x'}",
		"InvalidParameter", NULL),
	 EC2_NO("CreateVpcEndpoint",
		"{" IN ", " S3
		", 'DnsOptions': {'PrivateDnsOnlyForInboundResolverEndpoint': true}}",
		"InvalidParameter", NULL),
	 EC2_OK("CreateVpcEndpoint",
		"{'VpcId': '" TEST_VPC "', 'ServiceName': 'com.amazonaws." TEST_REGION ".s3'}",
		NULL),
	 EC2_KEEP("CreateVpcEndpoint",
		  "{" IN ", " S3 ", 'SubnetConfigurations': [{'SubnetId': '" TEST_SUBNET
		  "', 'Ipv4':"
		  " '10.250.0.50'}], 'DnsOptions': {'DnsRecordIpType': 'service-defined',"
		  " 'PrivateDnsOnlyForInboundResolverEndpoint': true}}",
		  "E=VpcEndpoint.VpcEndpointId; I=VpcEndpoint.NetworkInterfaceIds.0",
		  "VpcEndpoint.DnsOptions.DnsRecordIpType=service-defined;"
		  " VpcEndpoint.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint=true"),
	 EC2_OK("DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['$I']}",
		"NetworkInterfaces.0.PrivateIpAddress=10.250.0.50"),
	 EC2_NO("ModifyVpcEndpoint",
		"{'VpcEndpointId': '$E', 'SubnetConfigurations': [{'Ipv4': '10.250.0.60'}]}",
		"MissingParameter", NULL),
	 EC2_OK("ModifyVpcEndpoint",
		"{'VpcEndpointId': '$E', 'SubnetConfigurations': [{'SubnetId': '" TEST_SUBNET
		"', 'Ipv4': '10.250.0.60'}], 'DnsOptions': {'DnsRecordIpType': 'ipv4'}}",
		"Return=true"),
	 EC2_KEEP("DescribeVpcEndpoints", "{'VpcEndpointIds': ['$E']}",
		  "I=VpcEndpoints.0.NetworkInterfaceIds.0",
		  "VpcEndpoints.0.NetworkInterfaceIds#1;"
		  " VpcEndpoints.0.DnsOptions.DnsRecordIpType=ipv4"),
	 EC2_OK("DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['$I']}",
		"NetworkInterfaces.0.PrivateIpAddress=10.250.0.60"),
	 EC2_OK("DescribeVpcEndpointServices", "{'ServiceRegions': ['us-east-1']}",
		"ServiceDetails#0"), )

START_TEST(an_endpoint_has_one_subnet_of_a_zone_and_its_names_once_in_a_vpc)
{
	struct json *other = ec2_ok(&test, "CreateSubnet",
				    "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24',"
				    " 'AvailabilityZone': 'eu-west-1a'}");
	const char *subnet = ec2_path(other, "Subnet.SubnetId");
	char *text;

	text = ec2_refused(&test, "DuplicateSubnetsInSameZone", "CreateVpcEndpoint",
			   "{'VpcId': '" TEST_VPC "', 'PrivateDnsEnabled': false, " STS
			   ", 'SubnetIds': ['" TEST_SUBNET "', '%s']}",
			   subnet);
	ck_assert_ptr_nonnull(strstr(text, subnet));
	free(text);
	text = ec2_refused(&test, "InvalidParameter", "CreateVpcEndpoint",
			   "{'VpcId': '" TEST_VPC "', 'ServiceName': 'com.amazonaws." TEST_REGION
			   ".sts'}");
	ck_assert_str_eq(text, "Endpoint type (Gateway) does not match available service types "
			       "([Interface]).");
	free(text);
	json_free(ec2_ok(&test, "ModifyVpcAttribute",
			 "{'VpcId': '" TEST_VPC "', 'EnableDnsHostnames': {'Value': true}}"));
	json_free(ec2_ok(&test, "CreateVpcEndpoint",
			 "{'VpcId': '" TEST_VPC "', " STS ", 'SubnetIds': ['" TEST_SUBNET "']}"));
	text = ec2_refused(&test, "InvalidParameter", "CreateVpcEndpoint",
			   "{'VpcId': '" TEST_VPC "', " STS ", 'SubnetIds': ['%s']}", subnet);
	ck_assert_str_eq(text, "private-dns-enabled cannot be set because there is already a "
			       "conflicting DNS domain for sts." TEST_REGION
			       ".amazonaws.com in the VPC " TEST_VPC);
	free(text);
	json_free(other);
}
END_TEST

#define ATHENA                                                                                     \
	"'ConfigDeliveryS3DestinationArn': 'arn:aws:s3:::b/t/', 'IntegrateServices':"              \
	" {'AthenaIntegrations': [{'IntegrationResultS3DestinationArn': 'arn:aws:s3:::b/r/',"      \
	" 'PartitionLoadFrequency': 'none'}]}"

EC2_WALK(a_flow_log_in_s3_becomes_a_table_of_athena,
	 EC2_OK("s3:CreateBucket",
		"{'Bucket': 'b12', 'CreateBucketConfiguration': {'LocationConstraint':"
		" 'eu-west-1'}}",
		NULL),
	 EC2_KEEP("CreateFlowLogs",
		  "{'ResourceIds': ['" TEST_VPC "'], 'ResourceType': 'VPC', 'TrafficType': 'ALL',"
		  " 'LogDestinationType': 's3', 'LogDestination': 'arn:aws:s3:::b12/logs/'}",
		  "F=FlowLogIds.0", NULL),
	 EC2_OK("GetFlowLogsIntegrationTemplate", "{'FlowLogId': '$F', " ATHENA "}",
		"Result=*Location: s3://b12/logs/*{Name: srcport, Type: int}*s3://b/r/*"),
	 EC2_NO("GetFlowLogsIntegrationTemplate",
		"{'FlowLogId': 'fl-00000000000000000', " ATHENA "}", "InvalidFlowLogId.NotFound",
		NULL),
	 EC2_KEEP("CreateFlowLogs",
		  "{'ResourceIds': ['" TEST_VPC "'], 'ResourceType': 'VPC', 'TrafficType': 'ALL',"
		  " 'LogGroupName': 'g', 'DeliverLogsPermissionArn': 'arn:aws:iam::1:role/r'}",
		  "W=FlowLogIds.0", NULL),
	 EC2_NO("GetFlowLogsIntegrationTemplate", "{'FlowLogId': '$W', " ATHENA "}",
		"InvalidParameter", NULL),
	 EC2_NO("GetFlowLogsIntegrationTemplate",
		"{'FlowLogId': '$F', 'ConfigDeliveryS3DestinationArn': 'x', 'IntegrateServices': {"
		"'AthenaIntegrations': [{'IntegrationResultS3DestinationArn': 'arn:aws:s3:::b/r/',"
		" 'PartitionLoadFrequency': 'none'}]}}",
		"InvalidParameter", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		an_endpoint_has_the_addresses_and_names_that_are_asked_for,
		an_endpoint_has_one_subnet_of_a_zone_and_its_names_once_in_a_vpc,
		a_notification_is_about_one_thing_that_exists_and_goes_with_it,
		a_private_name_is_verified_by_the_record_in_its_zone,
		the_owner_of_a_service_or_of_an_endpoint_pays,
		endpoints_of_the_types_that_exist_have_no_associations,
		permissions_of_a_service_are_filtered,
		groups_fit_on_one_interface_or_the_quota_is_named,
		a_flow_log_in_s3_becomes_a_table_of_athena,
		NULL,
	};

	return ec2_suite("ec2_endpoint_other", setup, teardown, tests);
}
