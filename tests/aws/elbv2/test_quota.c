/* Quotas: what an account may have in the aws profile, and what DescribeAccountLimits says. */
#include "tests/aws/elbv2/elbv2_test.h"

#include <stdio.h>

#define LISTENER                                                                                   \
	"{'LoadBalancerArn': '%s', 'Protocol': '%s', 'Port': %d, 'DefaultActions':"                \
	" [{'Type': 'forward', 'TargetGroupArn': '%s'}]}"
#define RULE                                                                                       \
	"{'ListenerArn': '%s', 'Priority': %d, 'Conditions': [{'Field': 'path-pattern',"           \
	" 'Values': ['/%d']}], 'Actions': [{'Type': 'forward', 'TargetGroupArn': '%s'}]}"

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_AWS);
}

static void teardown(void)
{
	lb_done(&test);
}

/* Registers addresses of 10.250.BLOCK.0/24: `count` of them, from .1 on. */
static char *addresses(const char *group, int block, int count)
{
	char *text = xasprintf("{'TargetGroupArn': '%s', 'Targets': [", group);

	for (int i = 0; i < count; i++) {
		char *longer = xasprintf("%s%s{'Id': '10.250.%d.%d'}", text, i ? "," : "",
					 block + i / 250, 1 + i % 250);

		free(text);
		text = longer;
	}
	return text;
}

static void register_addresses(const char *group, int block, int count)
{
	char *text = addresses(group, block, count);

	lb_do(&test, "RegisterTargets", "%s]}", text);
	free(text);
}

static void refuse_addresses(const char *words, const char *group, int block, int count)
{
	char *text = addresses(group, block, count);

	lb_refused(&test, "TooManyTargets", words, "RegisterTargets", "%s]}", text);
	free(text);
}

START_TEST(the_fifty_first_load_balancer_of_a_type_is_one_too_many)
{
	char name[16];

	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		free(v2_balancer(&test, name, "network", ""));
	}
	lb_refused(&test, "TooManyLoadBalancers",
		   "The maximum number of load balancers has been reached", "CreateLoadBalancer",
		   "{'Name': 'more', 'Type': 'network', 'Subnets': ['" LB_A "']}");
	free(v2_balancer(&test, "alb", "application", "")); /* another type has its own quota */
}
END_TEST

START_TEST(the_fifty_first_listener_is_one_too_many)
{
	char *balancer = v2_balancer(&test, "x", "network", "");
	char *group = v2_group(&test, "x", "TCP", 80, "");

	for (int port = 1; port <= 50; port++)
		free(v2_listener(&test, balancer, "TCP", port, group));
	lb_refused(&test, "TooManyListeners", "'50'", "CreateListener", LISTENER, balancer, "TCP",
		   51, group);
	free(group);
	free(balancer);
}
END_TEST

START_TEST(a_region_has_three_thousand_target_groups)
{
	char name[16];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "g%d", i);
		free(v2_group(&test, name, "TCP", 80, ""));
	}
	lb_refused(&test, "TooManyTargetGroups", "'3000'", "CreateTargetGroup",
		   "{'Name': 'more', 'Protocol': 'TCP', 'Port': 80, 'VpcId': '" LB_VPC "'}");
	/* those of Gateway Load Balancers are counted apart */
	free(v2_group(&test, "geneve", "GENEVE", 6081, ""));
}
END_TEST

START_TEST(a_target_group_has_a_thousand_targets)
{
	char *group = v2_group(&test, "x", "TCP", 80, ", 'TargetType': 'ip'");

	register_addresses(group, 1, 1000);
	refuse_addresses("'1000' has been reached in target group", group, 9, 1);
	free(group);
}
END_TEST

START_TEST(a_zone_of_a_network_load_balancer_has_five_hundred_targets)
{
	char *balancer = v2_balancer(&test, "x", "network", "");
	char *one = v2_group(&test, "one", "TCP", 80, ", 'TargetType': 'ip'");
	char *two = v2_group(&test, "two", "TCP", 80, ", 'TargetType': 'ip'");

	free(v2_listener(&test, balancer, "TCP", 80, one));
	register_addresses(one, 1, 500);
	refuse_addresses("per Availability Zone '500'", one, 9, 1);
	register_addresses(one, 33, 1); /* zone b */
	register_addresses(two, 9, 1);
	lb_refused(&test, "TooManyTargets", "per Availability Zone", "CreateListener", LISTENER,
		   balancer, "TCP", 81, two);
	free(one);
	free(two);
	free(balancer);
}
END_TEST

START_TEST(an_application_load_balancer_has_a_thousand_targets)
{
	char *balancer = v2_balancer(&test, "x", "application", "");
	char *one = v2_group(&test, "one", "HTTP", 80, ", 'TargetType': 'ip'");
	char *two = v2_group(&test, "two", "HTTP", 80, ", 'TargetType': 'ip'");

	free(v2_listener(&test, balancer, "HTTP", 80, one));
	free(v2_listener(&test, balancer, "HTTP", 81, two));
	register_addresses(one, 1, 600);
	register_addresses(two, 1, 400);
	refuse_addresses("The maximum number of targets per load balancer '1000' has been reached",
			 two, 9, 1);
	free(one);
	free(two);
	free(balancer);
}
END_TEST

START_TEST(an_application_load_balancer_has_a_hundred_rules)
{
	char *balancer = v2_balancer(&test, "x", "application", "");
	char *group = v2_group(&test, "x", "HTTP", 80, "");
	char *listener = v2_listener(&test, balancer, "HTTP", 80, group);
	char *second = v2_listener(&test, balancer, "HTTP", 81, group);

	for (int i = 1; i <= 100; i++)
		lb_do(&test, "CreateRule", RULE, i % 2 ? listener : second, i, i, group);
	lb_refused(&test, "TooManyRules", "The maximum number of rules", "CreateRule", RULE,
		   listener, 101, 101, group);
	free(listener);
	free(second);
	free(group);
	free(balancer);
}
END_TEST

START_TEST(an_application_load_balancer_has_a_hundred_target_groups)
{
	char *balancer = v2_balancer(&test, "x", "application", "");
	char *group = v2_group(&test, "x", "HTTP", 80, "");
	char *listener = v2_listener(&test, balancer, "HTTP", 80, group), name[16];

	for (int i = 1; i < 100; i++) {
		snprintf(name, sizeof(name), "g%d", i);
		free(group);
		group = v2_group(&test, name, "HTTP", 80, "");
		lb_do(&test, "CreateRule", RULE, listener, i, i, group);
	}
	free(group);
	group = v2_group(&test, "more", "HTTP", 80, "");
	lb_refused(&test, "TooManyUniqueTargetGroupsPerLoadBalancer", "unique target groups",
		   "CreateRule", RULE, listener, 100, 100, group);
	free(listener);
	free(group);
	free(balancer);
}
END_TEST

START_TEST(account_limits_are_told_in_pages)
{
	char *marker = lb_text(&test, "NextMarker", "DescribeAccountLimits", "{'PageSize': 17}");

	ck_assert_uint_eq(lb_count(&test, "Limits", "DescribeAccountLimits", "{}"), 18);
	lb_assert(&test, "Limits.0.Max", "50", "DescribeAccountLimits", "{}");
	lb_assert(&test, "Limits.0.Name", "targets-per-network-load-balancer",
		  "DescribeAccountLimits", "{'Marker': '%s'}", marker);
	lb_refused(&test, "ValidationError", "marker", "DescribeAccountLimits",
		   "{'Marker': 'nonsense'}");
	free(marker);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_fifty_first_load_balancer_of_a_type_is_one_too_many,
		the_fifty_first_listener_is_one_too_many,
		a_region_has_three_thousand_target_groups,
		a_target_group_has_a_thousand_targets,
		a_zone_of_a_network_load_balancer_has_five_hundred_targets,
		an_application_load_balancer_has_a_thousand_targets,
		an_application_load_balancer_has_a_hundred_rules,
		an_application_load_balancer_has_a_hundred_target_groups,
		account_limits_are_told_in_pages,
		NULL,
	};

	return ec2_suite("elbv2_quota", setup, teardown, tests);
}
