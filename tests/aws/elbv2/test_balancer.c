/* Load balancers: making them twice, their subnets and addresses. */
#include "tests/aws/elbv2/elbv2_test.h"

#define NLB(name, rest)	      "{'Name': '" name "', 'Type': 'network'" rest "}"
#define IN_A		      ", 'SubnetMappings': [{'SubnetId': '" LB_A "'}]"
#define SUBNETS(rest)	      "{'LoadBalancerArn': '%s', 'SubnetMappings': [" rest "]}"
#define MAPPING(subnet, rest) "{'SubnetId': '" subnet "'" rest "}"
#define MAKE		      "CreateLoadBalancer"
#define ZONE_0		      "LoadBalancers.0.AvailabilityZones.0."

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_INSTANT);
}

static void teardown(void)
{
	lb_done(&test);
}

static unsigned free_addresses(const char *subnet)
{
	char *text = ec2_get_text(&test.ec2, "DescribeSubnets", "Subnets.0.AvailableIpAddressCount",
				  "{'SubnetIds': ['%s']}", subnet);
	unsigned count = (unsigned)strtoul(text, NULL, 10);

	free(text);
	return count;
}

/* ---- The same create again ---- */

START_TEST(the_same_create_again_answers_the_same_balancer)
{
	char *arn = v2_balancer(&test, "x", "network", "");
	char *again = lb_text(&test, "LoadBalancers.0.LoadBalancerArn", MAKE,
			      NLB("x", ", 'Subnets': ['" LB_B "', '" LB_A "'],"
				       " 'Tags': [{'Key': 'k', 'Value': 'v'}]"));

	ck_assert_str_eq(arn, again);
	ck_assert_uint_eq(lb_count(&test, "LoadBalancers", "DescribeLoadBalancers", "{}"), 1);
	free(arn);
	free(again);
}
END_TEST

START_TEST(another_create_of_the_same_name_is_refused)
{
	char *arn = v2_balancer(&test, "x", "network", "");

	lb_refused(&test, "DuplicateLoadBalancerName",
		   "A load balancer with the same name 'x' exists, but with different settings",
		   MAKE, NLB("x", IN_A));
	lb_refused(&test, "DuplicateLoadBalancerName", "'x'", MAKE,
		   NLB("x", ", 'Scheme': 'internal', 'Subnets': ['" LB_A "', '" LB_B "']"));
	lb_refused(&test, "DuplicateLoadBalancerName", "'x'", MAKE,
		   "{'Name': 'x', 'Subnets': ['" LB_A "', '" LB_B "']}");
	free(arn);
}
END_TEST

START_TEST(a_repeated_create_is_compared_with_what_is_there_now)
{
	char *arn = v2_balancer(&test, "x", "network", "");
	char *again;

	lb_do(&test, "SetSubnets", SUBNETS(MAPPING(LB_A, "")), arn);
	lb_refused(&test, "DuplicateLoadBalancerName", "'x'", MAKE,
		   NLB("x", ", 'Subnets': ['" LB_A "', '" LB_B "']"));
	again = lb_text(&test, "LoadBalancers.0.LoadBalancerArn", MAKE, NLB("x", IN_A));
	ck_assert_str_eq(arn, again);
	free(again);
	free(arn);
}
END_TEST

/* ---- Subnets ---- */

/* Fills LB_A2 (a /28 has 11 addresses) up to few free ones. */
static void fill_small_subnet(void)
{
	while (free_addresses(LB_A2) > 2)
		json_free(ec2_ok(&test.ec2, "CreateNetworkInterface", "{'SubnetId': '" LB_A2 "'}"));
}

START_TEST(a_subnet_that_serves_already_needs_no_eight_free_addresses)
{
	char *arn = lb_text(&test, "LoadBalancers.0.LoadBalancerArn", MAKE,
			    NLB("x", ", 'Subnets': ['" LB_A2 "']"));

	fill_small_subnet();
	lb_do(&test, "SetSubnets",
	      "{'LoadBalancerArn': '%s', 'Subnets': ['" LB_A2 "', '" LB_B "']}", arn);
	lb_refused(&test, "InvalidSubnet", "at least 8 free IP addresses", MAKE,
		   NLB("y", ", 'Subnets': ['" LB_A2 "']"));
	free(arn);
}
END_TEST

START_TEST(static_addresses_stay_as_they_were_made)
{
	char *arn = lb_text(&test, "LoadBalancers.0.LoadBalancerArn", MAKE,
			    NLB("x", ", 'Scheme': 'internal', 'SubnetMappings': [" MAPPING(
					     LB_A, ", 'PrivateIPv4Address': '10.250.0.99'") "]"));

	lb_do(&test, "SetSubnets", SUBNETS(MAPPING(LB_A, "") "," MAPPING(LB_B, "")), arn);
	lb_assert(&test, ZONE_0 "LoadBalancerAddresses.0.PrivateIPv4Address", "10.250.0.99",
		  "DescribeLoadBalancers", "{}");
	lb_do(&test, "SetSubnets", SUBNETS(MAPPING(LB_A, ", 'PrivateIPv4Address': '10.250.0.99'")),
	      arn);
	lb_refused(&test, "InvalidConfigurationRequest", "10.250.0.98", "SetSubnets",
		   SUBNETS(MAPPING(LB_A, ", 'PrivateIPv4Address': '10.250.0.98'")), arn);
	free(arn);
}
END_TEST

START_TEST(an_elastic_ip_cannot_be_exchanged_in_a_zone)
{
	char *one = ec2_get_text(&test.ec2, "AllocateAddress", "AllocationId", "{}");
	char *two = ec2_get_text(&test.ec2, "AllocateAddress", "AllocationId", "{}");
	char *arn = lb_text(
		&test, "LoadBalancers.0.LoadBalancerArn", MAKE,
		NLB("x", ", 'SubnetMappings': [" MAPPING(LB_A, ", 'AllocationId': '%s'") "]"), one);

	lb_refused(&test, "InvalidConfigurationRequest", two, "SetSubnets",
		   SUBNETS(MAPPING(LB_A, ", 'AllocationId': '%s'")), arn, two);
	/* a zone that is new takes it */
	lb_do(&test, "SetSubnets",
	      SUBNETS(MAPPING(LB_A, "") "," MAPPING(LB_B, ", 'AllocationId': '%s'")), arn, two);
	lb_assert(&test, "LoadBalancers.0.AvailabilityZones.1.LoadBalancerAddresses.0.AllocationId",
		  two, "DescribeLoadBalancers", "{}");
	lb_assert(&test, ZONE_0 "LoadBalancerAddresses.0.AllocationId", one,
		  "DescribeLoadBalancers", "{}");
	free(arn);
	free(one);
	free(two);
}
END_TEST

/* The controller says the address first and the type afterwards. */
START_TEST(an_ipv6_address_said_before_dualstack_is_taken_then)
{
	char *arn = lb_text(&test, "LoadBalancers.0.LoadBalancerArn", MAKE, NLB("x", IN_A));
	char *text = ec2_get_text(&test.ec2, "DescribeSubnets",
				  "Subnets.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock",
				  "{'SubnetIds': ['" LB_A "']}");
	char wanted[CIDR_TEXT_MAX];
	struct cidr block;
	struct ip ip;

	ck_assert(cidr_parse(text, &block) && cidr_host(&block, 0x77, &ip));
	free(text);
	ip_format(&ip, wanted);
	lb_refused(&test, "InvalidConfigurationRequest", "dualstack", MAKE,
		   NLB("y", ", 'SubnetMappings': [" MAPPING(LB_A, ", 'IPv6Address': '%s'") "]"),
		   wanted);
	lb_do(&test, "SetSubnets", SUBNETS(MAPPING(LB_A, ", 'IPv6Address': '%s'")), arn, wanted);
	lb_do(&test, "SetIpAddressType", "{'LoadBalancerArn': '%s', 'IpAddressType': 'dualstack'}",
	      arn);
	lb_assert(&test, ZONE_0 "LoadBalancerAddresses.0.IPv6Address", wanted,
		  "DescribeLoadBalancers", "{}");
	text = ec2_get_text(&test.ec2, "DescribeNetworkInterfaces",
			    "NetworkInterfaces.0.Ipv6Addresses.0.Ipv6Address",
			    "{'Filters': [{'Name': 'description', 'Values': ['ELB net/x/*']}]}");
	ck_assert_str_eq(text, wanted);
	free(text);
	free(arn);
}
END_TEST

/* ---- ARNs ---- */

/* Wrong before it is looked for, as AWS says it. */
START_TEST(an_arn_of_another_form_place_or_account_is_not_valid)
{
	static const char *const rows[][3] = {
		{"DescribeLoadBalancers", "{'LoadBalancerArns': ['x']}",
		 "'x' is not a valid load balancer ARN"},
		{"DescribeTargetGroups", "{'TargetGroupArns': ['" NO_BALANCER "']}",
		 "'" NO_BALANCER "' is not a valid target group ARN"},
		{"DescribeListeners", "{'ListenerArns': ['x']}", "'x' is not a valid listener ARN"},
		{"DeleteRule", "{'RuleArn': 'x'}", "'x' is not a valid listener rule ARN"},
		{"DeleteLoadBalancer",
		 "{'LoadBalancerArn': 'arn:aws:elasticloadbalancing:eu-west-9:" TEST_ACCOUNT
		 ":loadbalancer/app/x/1'}",
		 "is not a valid load balancer ARN"},
		{"DeleteTargetGroup",
		 "{'TargetGroupArn': 'arn:aws:elasticloadbalancing:" TEST_REGION
		 ":999999999999:targetgroup/x/1'}",
		 "is not a valid target group ARN"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		lb_refused(&test, "ValidationError", rows[i][2], rows[i][0], "%s", rows[i][1]);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_same_create_again_answers_the_same_balancer,
		another_create_of_the_same_name_is_refused,
		a_repeated_create_is_compared_with_what_is_there_now,
		a_subnet_that_serves_already_needs_no_eight_free_addresses,
		static_addresses_stay_as_they_were_made,
		an_elastic_ip_cannot_be_exchanged_in_a_zone,
		an_ipv6_address_said_before_dualstack_is_taken_then,
		an_arn_of_another_form_place_or_account_is_not_valid,
		NULL,
	};

	return ec2_suite("elbv2_balancer", setup, teardown, tests);
}
