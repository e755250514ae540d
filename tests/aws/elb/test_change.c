/* What changes on classic load balancers: subnets, security groups, attributes. */
#include "emulator/aws/elb/elb.h"
#include "tests/aws/elb/balancer_test.h"

#define LB(rest)     "{'LoadBalancerName': 'x'" rest "}"
#define SUBNETS(ids) LB(", 'Subnets': [" ids "]")
#define ATTACH	     "AttachLoadBalancerToSubnets"
#define DETACH	     "DetachLoadBalancerFromSubnets"
#define APPLY	     "ApplySecurityGroupsToLoadBalancer"
#define MODIFY	     "ModifyLoadBalancerAttributes"
#define SET(rest)    LB(", 'LoadBalancerAttributes': {" rest "}")

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elb", PROFILE_AWS);
	lb_do(&test, "CreateLoadBalancer",
	      LB(", 'Subnets': ['" LB_A "'], 'SecurityGroups': ['" LB_GROUP "'], 'Listeners':"
		 " [{'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 30080}]"));
}

static void teardown(void)
{
	lb_done(&test);
}

START_TEST(subnets_are_attached_and_detached_with_their_interfaces)
{
	lb_assert(&test, "Subnets.1", LB_B, ATTACH, SUBNETS("'" LB_B "'"));
	ck_assert_uint_eq(lb_interfaces(&test, "ELB x"), 2);
	lb_assert(&test, "LoadBalancerDescriptions.0.AvailabilityZones.1", "eu-west-1b",
		  "DescribeLoadBalancers", "{}");
	/* one that is attached already is no mistake */
	ck_assert_uint_eq(lb_count(&test, "Subnets", ATTACH, SUBNETS("'" LB_B "'")), 2);
	lb_assert(&test, "Subnets.0", LB_B, DETACH, SUBNETS("'" LB_A "'"));
	ck_assert_uint_eq(lb_interfaces(&test, "ELB x"), 2);
	test_advance(test.ec2.world, 60000);
	ck_assert_uint_eq(lb_interfaces(&test, "ELB x"), 1);
	json_free(ec2_ok(&test.ec2, "TerminateInstances", "{'InstanceIds': ['" LB_NODE_A "']}"));
	test_advance(test.ec2.world, 60000);
	json_free(ec2_ok(&test.ec2, "DeleteSubnet", "{'SubnetId': '" LB_A "'}"));
}
END_TEST

START_TEST(subnets_that_cannot_be_are_refused)
{
	lb_refused(&test, "SubnetNotFound", "'subnet-0000000000000dddd'", ATTACH,
		   SUBNETS("'" LB_B "', 'subnet-0000000000000dddd'"));
	lb_refused(&test, "InvalidConfigurationRequest", "same AZ", ATTACH, SUBNETS("'" LB_A2 "'"));
	lb_refused(&test, "InvalidConfigurationRequest", "same VPC", ATTACH,
		   SUBNETS("'" LB_OTHER_SUBNET "'"));
	lb_refused(&test, "InvalidConfigurationRequest", "not attached to subnet " LB_B, DETACH,
		   SUBNETS("'" LB_B "'"));
	lb_refused(&test, "InvalidConfigurationRequest", "at least one subnet", DETACH,
		   SUBNETS("'" LB_A "'"));
	lb_refused(&test, "LoadBalancerNotFound", "'y'", ATTACH,
		   "{'LoadBalancerName': 'y', 'Subnets': []}");
	ck_assert_uint_eq(lb_interfaces(&test, "ELB x"), 1);
}
END_TEST

START_TEST(a_subnet_for_ipv6_only_is_refused)
{
	char *block = ec2_get_text(&test.ec2, "DescribeVpcs",
				   "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock",
				   "{'VpcIds': ['" LB_VPC "']}");
	char text[CIDR_TEXT_MAX], *id;
	struct cidr cidr, part;

	ck_assert(cidr_parse(block, &cidr) && cidr_sub(&cidr, 64, 9, &part));
	id = ec2_get_text(&test.ec2, "CreateSubnet", "Subnet.SubnetId",
			  "{'VpcId': '" LB_VPC "', 'Ipv6Native': true, 'Ipv6CidrBlock': '%s',"
			  " 'AvailabilityZone': 'eu-west-1c'}",
			  cidr_format(&part, text));
	lb_refused(&test, "InvalidSubnet", "IPv4", ATTACH, SUBNETS("'%s'"), id);
	free(id);
	free(block);
}
END_TEST

START_TEST(security_groups_are_replaced_on_the_interfaces_too)
{
	struct json *seen;

	lb_assert(&test, "SecurityGroups.0", LB_GROUP_2, APPLY,
		  LB(", 'SecurityGroups': ['" LB_GROUP_2 "', '" LB_GROUP "', '" LB_GROUP_2 "']"));
	lb_assert(&test, "LoadBalancerDescriptions.0.SourceSecurityGroup.GroupName", "more",
		  "DescribeLoadBalancers", "{}");
	seen = ec2_ok(&test.ec2, "DescribeNetworkInterfaces",
		      "{'Filters': [{'Name': 'description', 'Values': ['ELB x']}]}");
	ck_assert_uint_eq(ec2_size(seen, "NetworkInterfaces.0.Groups"), 2);
	json_free(seen);
	lb_refused(&test, "InvalidSecurityGroup", "do not exist", APPLY,
		   LB(", 'SecurityGroups': ['sg-0000000000000dddd']"));
	lb_refused(&test, "InvalidConfigurationRequest", "does not belong", APPLY,
		   LB(", 'SecurityGroups': ['" LB_OTHER_GROUP "']"));
	lb_refused(&test, "ValidationError", "At least one", APPLY, LB(", 'SecurityGroups': []"));
}
END_TEST

#define ATTRIBUTES "LoadBalancerAttributes."

START_TEST(attributes_have_defaults_and_are_changed_one_by_one)
{
	struct json *seen = lb_ok(&test, "DescribeLoadBalancerAttributes", LB());

	ec2_assert_path(seen, ATTRIBUTES "CrossZoneLoadBalancing.Enabled", "false");
	ec2_assert_path(seen, ATTRIBUTES "AccessLog.Enabled", "false");
	ec2_assert_path(seen, ATTRIBUTES "ConnectionDraining.Enabled", "false");
	ec2_assert_path(seen, ATTRIBUTES "ConnectionDraining.Timeout", "300");
	ec2_assert_path(seen, ATTRIBUTES "ConnectionSettings.IdleTimeout", "60");
	ec2_assert_path(seen, ATTRIBUTES "AdditionalAttributes.0.Value", "defensive");
	json_free(seen);
	lb_bucket(&test, "logs");
	seen = lb_ok(&test, MODIFY,
		     SET("'CrossZoneLoadBalancing': {'Enabled': true}, 'AccessLog': {'Enabled':"
			 " true, 'S3BucketName': 'logs', 'S3BucketPrefix': 'qa'},"
			 " 'ConnectionSettings': {'IdleTimeout': 3600}, 'AdditionalAttributes':"
			 " [{'Key': 'elb.http.desyncmitigationmode', 'Value': 'monitor'}]"));
	ec2_assert_path(seen, "LoadBalancerName", "x");
	ec2_assert_path(seen, ATTRIBUTES "AccessLog.EmitInterval", "60");
	ck_assert_ptr_null(ec2_path(seen, ATTRIBUTES "ConnectionDraining.Enabled"));
	json_free(seen);
	seen = lb_ok(&test, "DescribeLoadBalancerAttributes", LB());
	ec2_assert_path(seen, ATTRIBUTES "CrossZoneLoadBalancing.Enabled", "true");
	ec2_assert_path(seen, ATTRIBUTES "AccessLog.S3BucketPrefix", "qa");
	ec2_assert_path(seen, ATTRIBUTES "ConnectionDraining.Timeout", "300");
	ec2_assert_path(seen, ATTRIBUTES "ConnectionSettings.IdleTimeout", "3600");
	ec2_assert_path(seen, ATTRIBUTES "AdditionalAttributes.0.Value", "monitor");
	json_free(seen);
	lb_do(&test, MODIFY, SET("'AccessLog': {'Enabled': false}"));
	seen = lb_ok(&test, "DescribeLoadBalancerAttributes", LB());
	ck_assert_ptr_null(ec2_path(seen, ATTRIBUTES "AccessLog.S3BucketName"));
	json_free(seen);
}
END_TEST

START_TEST(attributes_outside_their_limits_are_refused)
{
	lb_refused(&test, "InvalidConfigurationRequest", "S3BucketName", MODIFY,
		   SET("'CrossZoneLoadBalancing': {'Enabled': true}, 'AccessLog': {'Enabled':"
		       " true}"));
	lb_refused(&test, "InvalidConfigurationRequest", "Access Denied for bucket: none", MODIFY,
		   SET("'AccessLog': {'Enabled': true, 'S3BucketName': 'none'}"));
	lb_refused(&test, "InvalidConfigurationRequest", "5 or 60", MODIFY,
		   SET("'AccessLog': {'Enabled': true, 'S3BucketName': 'b', 'EmitInterval': 6}"));
	lb_refused(&test, "InvalidConfigurationRequest", "3600", MODIFY,
		   SET("'ConnectionDraining': {'Enabled': true, 'Timeout': 3601}"));
	lb_refused(&test, "InvalidConfigurationRequest", "3600", MODIFY,
		   SET("'ConnectionDraining': {'Enabled': true, 'Timeout': 0}"));
	lb_refused(&test, "ValidationError", "", MODIFY,
		   SET("'ConnectionSettings': {'IdleTimeout': 0}"));
	lb_refused(&test, "LoadBalancerAttributeNotFound", "'no.such'", MODIFY,
		   SET("'AdditionalAttributes': [{'Key': 'no.such', 'Value': '1'}]"));
	lb_refused(&test, "InvalidConfigurationRequest", "'lax'", MODIFY,
		   SET("'AdditionalAttributes': [{'Key': 'elb.http.desyncmitigationmode',"
		       " 'Value': 'lax'}]"));
	lb_refused(&test, "LoadBalancerNotFound", "'y'", "DescribeLoadBalancerAttributes",
		   "{'LoadBalancerName': 'y'}");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		subnets_are_attached_and_detached_with_their_interfaces,
		subnets_that_cannot_be_are_refused,
		a_subnet_for_ipv6_only_is_refused,
		security_groups_are_replaced_on_the_interfaces_too,
		attributes_have_defaults_and_are_changed_one_by_one,
		attributes_outside_their_limits_are_refused,
		NULL,
	};

	return ec2_suite("elb_change", setup, teardown, tests);
}
