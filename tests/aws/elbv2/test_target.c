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

START_TEST(targets_that_do_not_fit_are_refused)
{
	lb_refused(&test, "InvalidTarget", "i-0000000000000dddd", "RegisterTargets",
		   TARGETS("i-0000000000000dddd"), group);
	lb_refused(&test, "InvalidTarget", LB_OTHER_NODE, "RegisterTargets", TARGETS(LB_OTHER_NODE),
		   group);
	lb_refused(&test, "TargetGroupNotFound", "none", "RegisterTargets", TARGETS(LB_NODE_A),
		   "none");
	lb_refused(&test, "TargetGroupNotFound", "none", "DeregisterTargets", TARGETS(LB_NODE_A),
		   "none");
	lb_refused(&test, "TargetGroupNotFound", "none", "DescribeTargetHealth",
		   "{'TargetGroupArn': 'none'}");
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
		targets_that_do_not_fit_are_refused,
		NULL,
	};

	return ec2_suite("elbv2_target", setup, teardown, tests);
}
