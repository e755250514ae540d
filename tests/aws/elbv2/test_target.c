/* Targets: registering, health over time and by rule, draining. */
#include "tests/aws/elbv2/elbv2_test.h"

#define HEALTHY_MS  30000 /* lifecycle.tbl, target-healthy */
#define TARGETS(id) "{'TargetGroupArn': '%s', 'Targets': [{'Id': '" id "'}]}"

static struct balancer_test test;
static char *balancer, *group;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_AWS);
	balancer = v2_balancer(&test, "web", "network", "");
	group = v2_group(&test, "nodes", "TCP", 30080, "");
	v2_register(&test, group, LB_NODE_A);
}

static void teardown(void)
{
	free(balancer);
	free(group);
	lb_done(&test);
}

START_TEST(targets_are_checked_when_their_group_comes_into_use)
{
	v2_assert_health(&test, group, "unused", "Target.NotInUse");
	test_advance(test.ec2.world, 10 * HEALTHY_MS);
	v2_assert_health(&test, group, "unused", "Target.NotInUse");
	free(v2_listener(&test, balancer, "TCP", 80, group));
	v2_assert_health(&test, group, "initial", "Elb.RegistrationInProgress");
	test_advance(test.ec2.world, HEALTHY_MS);
	v2_assert_health(&test, group, "healthy", NULL);
}
END_TEST

START_TEST(a_second_listener_leaves_healthy_targets_healthy)
{
	char *second;

	free(v2_listener(&test, balancer, "TCP", 80, group));
	test_advance(test.ec2.world, HEALTHY_MS);
	second = v2_listener(&test, balancer, "TCP", 81, group);
	v2_assert_health(&test, group, "healthy", NULL);
	lb_do(&test, "DeleteListener", "{'ListenerArn': '%s'}", second);
	v2_assert_health(&test, group, "healthy", NULL);
	free(second);
}
END_TEST

START_TEST(a_group_out_of_use_starts_anew_when_used_again)
{
	char *listener = v2_listener(&test, balancer, "TCP", 80, group);

	test_advance(test.ec2.world, HEALTHY_MS);
	lb_do(&test, "DeleteListener", "{'ListenerArn': '%s'}", listener);
	v2_assert_health(&test, group, "unused", "Target.NotInUse");
	free(listener);
	free(v2_listener(&test, balancer, "TCP", 80, group));
	v2_assert_health(&test, group, "initial", "Elb.RegistrationInProgress");
}
END_TEST

START_TEST(a_target_in_a_zone_that_is_off_is_not_in_use)
{
	char *other = v2_group(&test, "other", "TCP", 30081, "");

	v2_register(&test, other, LB_NODE_C);
	free(v2_listener(&test, balancer, "TCP", 81, other));
	test_advance(test.ec2.world, HEALTHY_MS);
	v2_assert_health(&test, other, "unused", "Target.NotInUse");
	lb_do(&test, "SetSubnets", "{'LoadBalancerArn': '%s', 'Subnets': ['" LB_A "', '" LB_C "']}",
	      balancer);
	v2_assert_health(&test, other, "healthy", NULL);
	free(other);
}
END_TEST

START_TEST(a_stopped_instance_is_no_target_any_more)
{
	free(v2_listener(&test, balancer, "TCP", 80, group));
	test_advance(test.ec2.world, HEALTHY_MS);
	json_free(ec2_ok(&test.ec2, "StopInstances", "{'InstanceIds': ['" LB_NODE_A "']}"));
	v2_assert_health(&test, group, "unused", "Target.InvalidState");
}
END_TEST

/* ---- Health as a scenario wants it ---- */

static void tag(const char *resource, const char *text)
{
	json_free(ec2_ok(&test.ec2, "CreateTags",
			 "{'Resources': ['%s'], 'Tags': [{'Key': 'skyrig/target-health', 'Value':"
			 " '%s'}]}",
			 resource, text));
}

static void assert_description(const char *text)
{
	lb_assert(&test, "TargetHealthDescriptions.0.TargetHealth.Description", text,
		  "DescribeTargetHealth", "{'TargetGroupArn': '%s'}", group);
}

START_TEST(a_tag_makes_the_target_behind_it_unhealthy)
{
	tag(LB_NODE_A, "Target.Timeout");
	v2_assert_health(&test, group, "unused",
			 "Target.NotInUse"); /* what is not in use stays so */
	free(v2_listener(&test, balancer, "TCP", 80, group));
	v2_assert_health(&test, group, "unhealthy", "Target.Timeout");
	assert_description("Request timed out");
	tag(LB_NODE_A, "Target.ResponseCodeMismatch:503");
	assert_description("Health checks failed with these codes: [503]");
	tag(LB_NODE_A, "nonsense");
	v2_assert_health(&test, group, "initial", "Elb.RegistrationInProgress");
	lb_do(&test, "AddTags",
	      "{'ResourceArns': ['%s'], 'Tags': [{'Key': 'skyrig/target-health', 'Value':"
	      " 'Target.FailedHealthChecks'}]}",
	      group);
	v2_assert_health(&test, group, "initial", "Elb.RegistrationInProgress"); /* nearest first */
	tag(LB_NODE_A, "Elb.InitialHealthChecking");
	assert_description("Initial health checks in progress");
}
END_TEST

START_TEST(a_load_balancers_own_address_is_no_target)
{
	char *ip = v2_group(&test, "ip", "TCP", 80, ", 'TargetType': 'ip'");
	char *address = ec2_get_text(&test.ec2, "DescribeNetworkInterfaces",
				     "NetworkInterfaces.0.PrivateIpAddress",
				     "{'Filters': [{'Name': 'description', 'Values':"
				     " ['ELB net/web/*']}]}");

	v2_register(&test, ip, address);
	free(v2_listener(&test, balancer, "TCP", 81, ip));
	v2_assert_health(&test, ip, "unused", "Target.IpUnusable");
	free(address);
	free(ip);
}
END_TEST

START_TEST(a_function_is_checked_only_when_asked_for)
{
	char *alb = v2_balancer(&test, "alb", "application", "");
	char *lambda = lb_text(&test, "TargetGroups.0.TargetGroupArn", "CreateTargetGroup",
			       "{'Name': 'f', 'TargetType': 'lambda'}");

	free(v2_listener(&test, alb, "HTTP", 80, lambda));
	v2_register(&test, lambda, "arn:aws:lambda:eu-west-1:123456789012:function:f");
	v2_assert_health(&test, lambda, "unavailable", "Target.HealthCheckDisabled");
	lb_do(&test, "ModifyTargetGroup", "{'TargetGroupArn': '%s', 'HealthCheckEnabled': true}",
	      lambda);
	v2_assert_health(&test, lambda, "initial", "Elb.RegistrationInProgress");
	free(lambda);
	free(alb);
}
END_TEST

START_TEST(targets_drain_for_the_delay_of_their_group)
{
	free(v2_listener(&test, balancer, "TCP", 80, group));
	lb_do(&test, "DeregisterTargets", TARGETS(LB_NODE_A), group);
	v2_assert_health(&test, group, "draining", "Target.DeregistrationInProgress");
	test_advance(test.ec2.world, 299000);
	v2_assert_health(&test, group, "draining", "Target.DeregistrationInProgress");
	test_advance(test.ec2.world, 1000);
	ck_assert_uint_eq(lb_count(&test, "TargetHealthDescriptions", "DescribeTargetHealth",
				   "{'TargetGroupArn': '%s'}", group),
			  0);
}
END_TEST

START_TEST(what_else_there_is_to_know_is_told_when_asked_for)
{
	lb_assert(&test, "TargetHealthDescriptions.0.AnomalyDetection.Result", NULL,
		  "DescribeTargetHealth", "{'TargetGroupArn': '%s'}", group);
	lb_assert(&test, "TargetHealthDescriptions.0.AnomalyDetection.Result", "normal",
		  "DescribeTargetHealth",
		  "{'TargetGroupArn': '%s', 'Include': ['AnomalyDetection']}", group);
	lb_assert(&test, "TargetHealthDescriptions.0.AdministrativeOverride.State", "no_override",
		  "DescribeTargetHealth", "{'TargetGroupArn': '%s', 'Include': ['All']}", group);
	lb_refused(&test, "ValidationError", "Everything", "DescribeTargetHealth",
		   "{'TargetGroupArn': '%s', 'Include': ['Everything']}", group);
}
END_TEST

START_TEST(targets_that_do_not_fit_are_refused)
{
	lb_refused(&test, "InvalidTarget", "i-0000000000000dddd", "RegisterTargets",
		   TARGETS("i-0000000000000dddd"), group);
	lb_refused(&test, "InvalidTarget", LB_OTHER_NODE, "RegisterTargets", TARGETS(LB_OTHER_NODE),
		   group);
	lb_refused(&test, "TargetGroupNotFound", "none", "RegisterTargets", TARGETS(LB_NODE_A),
		   NO_GROUP);
	lb_refused(&test, "TargetGroupNotFound", "none", "DeregisterTargets", TARGETS(LB_NODE_A),
		   NO_GROUP);
	lb_refused(&test, "TargetGroupNotFound", "none", "DescribeTargetHealth",
		   "{'TargetGroupArn': '" NO_GROUP "'}");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		targets_are_checked_when_their_group_comes_into_use,
		a_second_listener_leaves_healthy_targets_healthy,
		a_group_out_of_use_starts_anew_when_used_again,
		a_target_in_a_zone_that_is_off_is_not_in_use,
		a_stopped_instance_is_no_target_any_more,
		a_tag_makes_the_target_behind_it_unhealthy,
		a_load_balancers_own_address_is_no_target,
		a_function_is_checked_only_when_asked_for,
		targets_drain_for_the_delay_of_their_group,
		what_else_there_is_to_know_is_told_when_asked_for,
		targets_that_do_not_fit_are_refused,
		NULL,
	};

	return ec2_suite("elbv2_target", setup, teardown, tests);
}
