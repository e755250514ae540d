/* Endpoint services of customers, the endpoints that use them, and launch templates. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;
static char *balancer;

static void setup(void)
{
	struct err err = ERR_INIT;
	struct json *input, *output = NULL;

	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
	input = test_json(
		"{'Name': 'n', 'Type': 'network', 'Scheme': 'internal', 'Subnets': ['" TEST_SUBNET
		"']}");
	ck_assert(aws_invoke(test.aws, "operator", NULL, TEST_REGION, "elbv2", "CreateLoadBalancer",
			     input, NULL, &output, &err));
	balancer = xstrdup(ec2_path(output, "LoadBalancers.0.LoadBalancerArn"));
	json_free(input);
	json_free(output);
}

static void teardown(void)
{
	free(balancer);
	ec2_test_done(&test);
}

START_TEST(a_load_balancer_behind_an_endpoint_service_is_not_deleted)
{
	struct err err = ERR_INIT;
	struct json *input = json_new_object();
	char *service = ec2_get_text(&test, "CreateVpcEndpointServiceConfiguration",
				     "ServiceConfiguration.ServiceId",
				     "{'NetworkLoadBalancerArns': ['%s']}", balancer);

	json_set_str(input, "LoadBalancerArn", balancer);
	ck_assert(!aws_invoke(test.aws, "operator", NULL, TEST_REGION, "elbv2",
			      "DeleteLoadBalancer", input, NULL, NULL, &err));
	ck_assert_str_eq(err.wire, "ResourceInUse");
	err_done(&err);
	json_free(ec2_ok(&test, "DeleteVpcEndpointServiceConfigurations", "{'ServiceIds': ['%s']}",
			 service));
	ck_assert(aws_invoke(test.aws, "operator", NULL, TEST_REGION, "elbv2", "DeleteLoadBalancer",
			     input, NULL, NULL, &err));
	json_free(input);
	free(service);
}
END_TEST

#define OTHER "999988887777"

EC2_WALK(a_gateway_endpoint_leaves_its_records_to_the_service,
	 EC2_OK("CreateVpcEndpoint",
		"{'VpcId': '" TEST_VPC "', 'ServiceName': 'com.amazonaws.eu-west-1.s3'}",
		"VpcEndpoint.DnsOptions.DnsRecordIpType=service-defined;"
		" VpcEndpoint.IpAddressType=ipv4"),
	 EC2_NO("CreateVpcEndpoint",
		"{'VpcId': '" TEST_VPC "', 'ServiceName': 'com.amazonaws.eu-west-1.s3',"
		" 'DnsOptions': {'DnsRecordIpType': 'dualstack'}}",
		"InvalidParameter", NULL), )

EC2_WALK(services_that_do_not_exist_are_refused,
	 EC2_NO("CreateVpcEndpointServiceConfiguration", "{}", "InvalidParameter", NULL),
	 EC2_NO("CreateVpcEndpointServiceConfiguration", "{'NetworkLoadBalancerArns': ['arn:x']}",
		"InvalidParameter", NULL),
	 EC2_KEEP("DescribeNetworkInterfaces",
		  "{'Filters': [{'Name': 'interface-type', 'Values': ['network_load_balancer']}]}",
		  "D=NetworkInterfaces.0.Description", NULL),
	 EC2_OK("DescribeVpcEndpointServices", "{'ServiceNames': ['com.amazonaws.eu-west-1.s3']}",
		"ServiceDetails.0.ServiceType.0.ServiceType=Gateway;"
		" ServiceNames.0=com.amazonaws.eu-west-1.s3"),
	 EC2_OK("DescribeVpcEndpointServices",
		"{'Filters': [{'Name': 'service-type', 'Values': ['Gateway']}]}",
		"ServiceDetails#2"),
	 EC2_NO("DescribeVpcEndpointServices", "{'ServiceNames': ['x']}", "InvalidServiceName",
		NULL),
	 EC2_NO("DescribeVpcEndpointServiceConfigurations", "{'ServiceIds': ['vpce-svc-0']}",
		"InvalidVpcEndpointServiceId.NotFound", NULL),
	 EC2_NO("ModifyVpcEndpointServicePermissions", "{'ServiceId': 'vpce-svc-0'}",
		"InvalidVpcEndpointServiceId.NotFound", NULL),
	 EC2_NO("ModifyVpcEndpointServiceConfiguration", "{'ServiceId': 'x'}",
		"InvalidVpcEndpointServiceId.Malformed", NULL),
	 EC2_NO("DescribeVpcEndpointServicePermissions", "{'ServiceId': 'vpce-svc-0'}",
		"InvalidVpcEndpointServiceId.NotFound", NULL),
	 EC2_NO("AcceptVpcEndpointConnections",
		"{'ServiceId': 'vpce-svc-0', 'VpcEndpointIds': ['vpce-0']}",
		"InvalidVpcEndpointServiceId.NotFound", NULL),
	 EC2_NO("RejectVpcEndpointConnections",
		"{'ServiceId': 'vpce-svc-0', 'VpcEndpointIds': ['vpce-0']}",
		"InvalidVpcEndpointServiceId.NotFound", NULL),
	 EC2_NO("DescribeVpcEndpointConnections",
		"{'Filters': [{'Name': 'colour', 'Values': ['x']}]}", "InvalidParameterValue",
		NULL),
	 EC2_OK("DeleteVpcEndpointServiceConfigurations", "{'ServiceIds': ['vpce-svc-0']}",
		"Unsuccessful.0.Error.Code=InvalidVpcEndpointServiceId.NotFound"), )

START_TEST(connections_are_accepted_rejected_and_hold_the_service)
{
	char *id = ec2_get_text(&test, "CreateVpcEndpointServiceConfiguration",
				"ServiceConfiguration.ServiceId",
				"{'NetworkLoadBalancerArns': ['%s']}", balancer);
	char *name =
		ec2_get_text(&test, "DescribeVpcEndpointServiceConfigurations",
			     "ServiceConfigurations.0.ServiceName", "{'ServiceIds': ['%s']}", id);
	char *endpoint, *code;
	struct json *out;

	free(ec2_refused(&test, "InvalidParameter", "CreateVpcEndpoint",
			 "{'VpcId': '" TEST_VPC "', 'VpcEndpointType': 'GatewayLoadBalancer',"
			 " 'ServiceName': '%s'}",
			 name));
	free(ec2_refused(&test, "InvalidServiceName", "CreateVpcEndpoint",
			 "{'VpcId': '" TEST_VPC "', 'VpcEndpointType': 'Interface', 'ServiceName':"
			 " 'com.amazonaws.vpce.eu-west-1.vpce-svc-0'}"));
	endpoint = ec2_get_text(&test, "CreateVpcEndpoint", "VpcEndpoint.VpcEndpointId",
				"{'VpcId': '" TEST_VPC "', 'VpcEndpointType': 'Interface',"
				" 'ServiceName': '%s', 'PrivateDnsEnabled': false, 'SubnetIds':"
				" ['" TEST_SUBNET "']}",
				name);
	test_advance(test.world, 5000);
	out = ec2_ok(&test, "DescribeVpcEndpointConnections",
		     "{'Filters': [{'Name': 'service-id', 'Values': ['%s']}]}", id);
	ec2_assert_path(out, "VpcEndpointConnections.0.VpcEndpointState", "pendingAcceptance");
	json_free(out);
	code = ec2_get_text(&test, "DeleteVpcEndpointServiceConfigurations",
			    "Unsuccessful.0.Error.Code", "{'ServiceIds': ['%s']}", id);
	ck_assert_str_eq(code, "ExistingVpcEndpointConnections");
	free(code);
	json_free(ec2_ok(&test, "AcceptVpcEndpointConnections",
			 "{'ServiceId': '%s', 'VpcEndpointIds': ['%s']}", id, endpoint));
	test_advance(test.world, 5000);
	out = ec2_ok(&test, "DescribeVpcEndpoints", "{'VpcEndpointIds': ['%s']}", endpoint);
	ec2_assert_path(out, "VpcEndpoints.0.State", "available");
	json_free(out);
	code = ec2_get_text(&test, "AcceptVpcEndpointConnections", "Unsuccessful.0.Error.Code",
			    "{'ServiceId': '%s', 'VpcEndpointIds': ['%s']}", id, endpoint);
	ck_assert_str_eq(code, "InvalidState");
	free(code);
	json_free(ec2_ok(&test, "RejectVpcEndpointConnections",
			 "{'ServiceId': '%s', 'VpcEndpointIds': ['%s']}", id, endpoint));
	json_free(ec2_ok(&test, "DeleteVpcEndpointServiceConfigurations", "{'ServiceIds': ['%s']}",
			 id));
	ck_assert_uint_eq(world_count(test.world, &kind_vpc_endpoint_service), 0);
	free(endpoint);
	free(name);
	free(id);
}
END_TEST

START_TEST(only_those_who_may_see_a_service)
{
	char *id = ec2_get_text(
		&test, "CreateVpcEndpointServiceConfiguration", "ServiceConfiguration.ServiceId",
		"{'NetworkLoadBalancerArns': ['%s'], 'AcceptanceRequired': false}", balancer);
	struct json *out;

	free(ec2_refused(&test, "InvalidPrincipal", "ModifyVpcEndpointServicePermissions",
			 "{'ServiceId': '%s', 'AddAllowedPrincipals': ['me']}", id));
	out = ec2_ok(&test, "ModifyVpcEndpointServicePermissions",
		     "{'ServiceId': '%s', 'AddAllowedPrincipals':"
		     " ['arn:aws:iam::" OTHER ":root']}",
		     id);
	ec2_assert_path(out, "AddedPrincipals.0.PrincipalType", "Account");
	json_free(out);
	out = ec2_ok(&test, "DescribeVpcEndpointServicePermissions", "{'ServiceId': '%s'}", id);
	ck_assert_uint_eq(ec2_size(out, "AllowedPrincipals"), 1);
	json_free(out);
	json_free(ec2_ok(&test, "ModifyVpcEndpointServicePermissions",
			 "{'ServiceId': '%s', 'RemoveAllowedPrincipals':"
			 " ['arn:aws:iam::" OTHER ":root']}",
			 id));
	free(ec2_refused(&test, "InvalidPrincipal", "ModifyVpcEndpointServicePermissions",
			 "{'ServiceId': '%s', 'RemoveAllowedPrincipals': ['*']}", id));
	free(ec2_refused(&test, "InvalidParameter", "ModifyVpcEndpointServiceConfiguration",
			 "{'ServiceId': '%s', 'RemoveNetworkLoadBalancerArns': ['%s']}", id,
			 balancer));
	json_free(ec2_ok(&test, "ModifyVpcEndpointServiceConfiguration",
			 "{'ServiceId': '%s', 'AcceptanceRequired': true, 'PrivateDnsName':"
			 " 'a.example'}",
			 id));
	out = ec2_ok(&test, "DescribeVpcEndpointServiceConfigurations", "{'ServiceIds': ['%s']}",
		     id);
	ec2_assert_path(out, "ServiceConfigurations.0.PrivateDnsNameConfiguration.State",
			"pendingVerification");
	json_free(out);
	free(id);
}
END_TEST

EC2_WALK(an_interface_endpoint_changes_its_subnets_and_groups,
	 EC2_KEEP("CreateSubnet",
		  "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.64.0/24', 'AvailabilityZone':"
		  " 'eu-west-1b'}",
		  "S=Subnet.SubnetId", NULL),
	 EC2_KEEP("CreateSecurityGroup",
		  "{'GroupName': 'g', 'Description': 'd', 'VpcId': '" TEST_VPC "'}", "G=GroupId",
		  NULL),
	 EC2_KEEP("CreateVpcEndpoint",
		  "{'VpcId': '" TEST_VPC "', 'VpcEndpointType': 'Interface', 'ServiceName':"
		  " 'com.amazonaws.eu-west-1.sts', 'PrivateDnsEnabled': false,"
		  " 'SubnetIds': ['" TEST_SUBNET "']}",
		  "E=VpcEndpoint.VpcEndpointId; O=VpcEndpoint.Groups.0.GroupId", NULL),
	 EC2_NO("ModifyVpcEndpoint", "{'VpcEndpointId': '$E', 'RemoveSecurityGroupIds': ['$O']}",
		"MissingParameter", NULL),
	 EC2_OK("ModifyVpcEndpoint",
		"{'VpcEndpointId': '$E', 'AddSubnetIds': ['$S'], 'AddSecurityGroupIds': ['$G'],"
		" 'RemoveSecurityGroupIds': ['$O']}",
		"Return=true"),
	 EC2_OK("DescribeVpcEndpoints", "{'VpcEndpointIds': ['$E']}",
		"VpcEndpoints.0.NetworkInterfaceIds#2; VpcEndpoints.0.SubnetIds#2;"
		" VpcEndpoints.0.Groups#1; VpcEndpoints.0.Groups.0.GroupId=$G"),
	 EC2_OK("DescribeNetworkInterfaces",
		"{'Filters': [{'Name': 'group-id', 'Values': ['$G']}]}", "NetworkInterfaces#2"),
	 EC2_NO("DeleteSecurityGroup", "{'GroupId': '$G'}", "DependencyViolation", NULL),
	 EC2_OK("ModifyVpcEndpoint", "{'VpcEndpointId': '$E', 'RemoveSubnetIds': ['$S']}", NULL),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$S'}", NULL), )

#define S3	  "'VpcId': '" TEST_VPC "', 'ServiceName': 'com.amazonaws.eu-west-1.s3'"
#define INTERFACE "'VpcEndpointType': 'Interface', 'PrivateDnsEnabled': false"

EC2_WALK(endpoints_take_what_their_type_has,
	 EC2_NO("CreateVpcEndpoint", "{" S3 ", 'SubnetIds': ['" TEST_SUBNET "']}",
		"InvalidParameter",
		"Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC "
		"Endpoints."),
	 EC2_NO("CreateVpcEndpoint", "{" S3 ", 'SecurityGroupIds': ['sg-1']}", "InvalidParameter",
		"SecurityGroupIds is not allowed for this type of endpoint"),
	 EC2_NO("CreateVpcEndpoint", "{" S3 ", 'PrivateDnsEnabled': true}", "InvalidParameter",
		"PrivateDnsEnabled is not allowed for this type of endpoint"),
	 EC2_NO("CreateVpcEndpoint", "{" S3 ", " INTERFACE ", 'RouteTableIds': ['rtb-1']}",
		"InvalidParameter",
		"Route table IDs are only supported for Gateway type VPC Endpoint."),
	 EC2_OK("DescribeVpcEndpoints", "{}", "VpcEndpoints#0"),
	 EC2_KEEP("CreateVpcEndpoint", "{" S3 ", " INTERFACE ", 'SubnetIds': ['" TEST_SUBNET "']}",
		  "E=VpcEndpoint.VpcEndpointId", NULL),
	 EC2_KEEP("DescribeRouteTables", "{}", "T=RouteTables.0.RouteTableId", NULL),
	 EC2_NO("ModifyVpcEndpoint", "{'VpcEndpointId': '$E', 'AddRouteTableIds': ['$T']}",
		"InvalidParameter",
		"Route table IDs are only supported for Gateway type VPC Endpoint."), )

START_TEST(an_endpoint_policy_is_one)
{
	static const char *const wrong[] = {"{", "{}", "{\"Statement\": []}",
					    "{\"Statement\": {\"Effect\": \"Maybe\"}}"};
	struct json *input = test_json("{" S3 "}"), *change = json_new_object(), *output = NULL;
	_cleanup_(freep) char *id =
		ec2_get_text(&test, "CreateVpcEndpoint", "VpcEndpoint.VpcEndpointId", "{" S3 "}");
	const char *before =
		doc_str(world_find(test.world, &kind_vpc_endpoint, id), "PolicyDocument");
	struct err err = ERR_INIT;

	json_set_str(change, "VpcEndpointId", id);
	for (size_t i = 0; i < array_size(wrong); i++) {
		json_set_str(input, "PolicyDocument", wrong[i]);
		json_set_str(change, "PolicyDocument", wrong[i]);
		ck_assert(!aws_invoke(test.aws, "operator", NULL, TEST_REGION, "ec2",
				      "CreateVpcEndpoint", input, NULL, NULL, &err));
		ck_assert_str_eq(err.wire, "InvalidPolicyDocument");
		ck_assert(str_starts_with(err_text(&err), "The Policy Document is not valid. "));
		err_done(&err);
		ck_assert(!aws_invoke(test.aws, "operator", NULL, TEST_REGION, "ec2",
				      "ModifyVpcEndpoint", change, NULL, NULL, &err));
		ck_assert_str_eq(err.wire, "InvalidPolicyDocument");
		err_done(&err);
	}
	ck_assert_str_eq(doc_str(world_find(test.world, &kind_vpc_endpoint, id), "PolicyDocument"),
			 before);
	json_set_str(change, "PolicyDocument",
		     "{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\","
		     "\"Resource\":\"*\"}]}");
	ck_assert(aws_invoke(test.aws, "operator", NULL, TEST_REGION, "ec2", "ModifyVpcEndpoint",
			     change, NULL, &output, &err));
	json_free(output);
	json_free(change);
	json_free(input);
}
END_TEST

EC2_WALK(a_launch_template_has_versions_and_instances_start_from_it,
	 EC2_KEEP("DescribeImages", "{'Filters': [{'Name': 'architecture', 'Values': ['x86_64']}]}",
		  "M=Images.0.ImageId", NULL),
	 EC2_NO("CreateLaunchTemplate", "{'LaunchTemplateName': 'a b', 'LaunchTemplateData': {}}",
		"InvalidLaunchTemplateName.MalformedException", NULL),
	 EC2_KEEP("CreateLaunchTemplate",
		  "{'LaunchTemplateName': 'nodes', 'LaunchTemplateData': {'ImageId': '$M',"
		  " 'InstanceType': 't3.micro', 'TagSpecifications': [{'ResourceType': 'instance',"
		  " 'Tags': [{'Key': 'from', 'Value': 'template'}]}]}}",
		  "L=LaunchTemplate.LaunchTemplateId", "LaunchTemplate.LatestVersionNumber=1"),
	 EC2_NO("CreateLaunchTemplate", "{'LaunchTemplateName': 'nodes', 'LaunchTemplateData': {}}",
		"InvalidLaunchTemplateName.AlreadyExistsException",
		"Launch template name already in use."),
	 EC2_NO("CreateLaunchTemplateVersion",
		"{'LaunchTemplateName': 'other', 'LaunchTemplateData': {}}",
		"InvalidLaunchTemplateName.NotFoundException", NULL),
	 EC2_NO("CreateLaunchTemplateVersion",
		"{'LaunchTemplateId': '$L', 'SourceVersion': '7', 'LaunchTemplateData': {}}",
		"InvalidLaunchTemplateId.VersionNotFound", NULL),
	 EC2_OK("CreateLaunchTemplateVersion",
		"{'LaunchTemplateId': '$L', 'SourceVersion': '1', 'VersionDescription': 'bigger',"
		" 'LaunchTemplateData': {'InstanceType': 'm5.large'}}",
		"LaunchTemplateVersion.VersionNumber=2;"
		" LaunchTemplateVersion.DefaultVersion=false;"
		" LaunchTemplateVersion.LaunchTemplateData.ImageId=$M"),
	 EC2_OK("DescribeLaunchTemplateVersions", "{'LaunchTemplateName': 'nodes'}",
		"LaunchTemplateVersions#2; LaunchTemplateVersions.0.VersionNumber=2"),
	 EC2_OK("DescribeLaunchTemplateVersions", "{'Versions': ['$Latest']}",
		"LaunchTemplateVersions#1"),
	 EC2_NO("DescribeLaunchTemplateVersions", "{'Versions': ['1']}", "MissingParameter", NULL),
	 EC2_NO("RunInstances",
		"{'MinCount': 1, 'MaxCount': 1, 'LaunchTemplate': {'LaunchTemplateId': '$L',"
		" 'Version': '9'}}",
		"InvalidLaunchTemplateId.VersionNotFound", NULL),
	 EC2_OK("RunInstances",
		"{'MinCount': 1, 'MaxCount': 1, 'SubnetId': '" TEST_SUBNET
		"', 'LaunchTemplate': {'LaunchTemplateName': 'nodes', 'Version': '2'}}",
		"Instances.0.InstanceType=m5.large; Instances.0.ImageId=$M;"
		" Instances.0.Tags.0.Value=template"),
	 EC2_NO("ModifyLaunchTemplate", "{'LaunchTemplateId': '$L', 'DefaultVersion': '9'}",
		"InvalidLaunchTemplateId.VersionNotFound",
		"Could not find the specified version 9 for the launch template with ID $L."),
	 EC2_OK("ModifyLaunchTemplate", "{'LaunchTemplateId': '$L', 'DefaultVersion': '2'}",
		"LaunchTemplate.DefaultVersionNumber=2"),
	 EC2_OK("DeleteLaunchTemplateVersions",
		"{'LaunchTemplateId': '$L', 'Versions': ['1', '2', '5']}",
		"SuccessfullyDeletedLaunchTemplateVersions#1;"
		" UnsuccessfullyDeletedLaunchTemplateVersions#2;"
		" UnsuccessfullyDeletedLaunchTemplateVersions.1.ResponseError.Code="
		"launchTemplateVersionDoesNotExist"),
	 EC2_NO("DeleteLaunchTemplateVersions", "{'LaunchTemplateId': 'lt-0', 'Versions': ['1']}",
		"InvalidLaunchTemplateId.NotFound", NULL),
	 EC2_OK("DescribeLaunchTemplates", "{'LaunchTemplateNames': ['nodes']}",
		"LaunchTemplates#1"),
	 EC2_NO("DescribeLaunchTemplates", "{'LaunchTemplateIds': ['x']}",
		"InvalidLaunchTemplateId.Malformed", NULL),
	 EC2_OK("DeleteLaunchTemplate", "{'LaunchTemplateName': 'nodes'}", NULL),
	 EC2_NO("DeleteLaunchTemplate", "{'LaunchTemplateId': '$L'}",
		"InvalidLaunchTemplateId.NotFound",
		"The specified launch template, with template ID $L, does not exist."), )

int main(void)
{
	const TTest *const tests[] = {
		a_load_balancer_behind_an_endpoint_service_is_not_deleted,
		a_gateway_endpoint_leaves_its_records_to_the_service,
		services_that_do_not_exist_are_refused,
		connections_are_accepted_rejected_and_hold_the_service,
		only_those_who_may_see_a_service,
		an_interface_endpoint_changes_its_subnets_and_groups,
		endpoints_take_what_their_type_has,
		an_endpoint_policy_is_one,
		a_launch_template_has_versions_and_instances_start_from_it,
		NULL,
	};

	return ec2_suite("ec2_endpoint", setup, teardown, tests);
}
