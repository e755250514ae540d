/* Instances behind classic load balancers: registration, health checks, health, draining. */
#include "emulator/aws/elb/elb.h"
#include "tests/aws/elb/balancer_test.h"

#define NODE(id)     "{'InstanceId': '" id "'}"
#define LB(rest)     "{'LoadBalancerName': 'x'" rest "}"
#define NODES(nodes) LB(", 'Instances': [" nodes "]")
#define REGISTER     "RegisterInstancesWithLoadBalancer"
#define DEREGISTER   "DeregisterInstancesFromLoadBalancer"
#define HEALTH	     "DescribeInstanceHealth"
#define SHOWN	     "LoadBalancerDescriptions.0.Instances"
#define DRAIN_FOR_20 "{'ConnectionDraining': {'Enabled': true, 'Timeout': 20}}"

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elb", PROFILE_AWS);
	lb_do(&test, "CreateLoadBalancer",
	      LB(", 'Listeners': [{'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 30203}],"
		 " 'Subnets': ['" LB_A "', '" LB_B "']"));
}

static void teardown(void)
{
	lb_done(&test);
}

static void health_is(const char *node, const char *state, const char *description)
{
	struct json *seen = lb_ok(&test, HEALTH, NODES("{'InstanceId': '%s'}"), node);

	ec2_assert_path(seen, "InstanceStates.0.InstanceId", node);
	ec2_assert_path(seen, "InstanceStates.0.Description", description);
	ec2_assert_path(seen, "InstanceStates.0.State", state);
	json_free(seen);
}

START_TEST(registered_instances_come_into_service)
{
	struct json *seen = lb_ok(&test, REGISTER, NODES(NODE(LB_NODE_A) "," NODE(LB_NODE_B)));

	ec2_assert_path(seen, "Instances.0.InstanceId", LB_NODE_A);
	ec2_assert_path(seen, "Instances.1.InstanceId", LB_NODE_B);
	json_free(seen);
	health_is(LB_NODE_A, "OutOfService", "Instance registration is still in progress.");
	test_advance(test.ec2.world, 30000);
	health_is(LB_NODE_A, "InService", "N/A");
	ck_assert_uint_eq(lb_count(&test, "InstanceStates", HEALTH, LB()), 2);
	ck_assert_uint_eq(lb_count(&test, SHOWN, "DescribeLoadBalancers", "{}"), 2);
}
END_TEST

START_TEST(registering_again_changes_nothing)
{
	uint64_t before;

	lb_do(&test, REGISTER, NODES(NODE(LB_NODE_A)));
	test_advance(test.ec2.world, 30000);
	before = world_revision(test.ec2.world);
	ck_assert_uint_eq(lb_count(&test, "Instances", REGISTER, NODES(NODE(LB_NODE_A))), 1);
	ck_assert_uint_eq(world_revision(test.ec2.world), before);
	health_is(LB_NODE_A, "InService", "N/A");
}
END_TEST

START_TEST(strangers_are_not_registered)
{
	lb_refused(&test, "InvalidInstance", "i-0000000000000dddd", REGISTER,
		   NODES(NODE(LB_NODE_A) "," NODE("i-0000000000000dddd")));
	lb_refused(&test, "InvalidInstance", "same VPC", REGISTER, NODES(NODE(LB_OTHER_NODE)));
	lb_refused(&test, "InvalidInstance", "EC2 instance", REGISTER, NODES("{}"));
	lb_refused(&test, "LoadBalancerNotFound", "'y'", REGISTER,
		   "{'LoadBalancerName': 'y', 'Instances': []}");
	lb_refused(&test, "InvalidInstance", "i-0000000000000dddd", DEREGISTER,
		   NODES(NODE("i-0000000000000dddd")));
	lb_refused(&test, "InvalidInstance", "i-0000000000000dddd", HEALTH,
		   NODES(NODE("i-0000000000000dddd")));
	ck_assert_uint_eq(lb_count(&test, SHOWN, "DescribeLoadBalancers", "{}"), 0);
}
END_TEST

START_TEST(deregistered_instances_are_gone_at_once_without_draining)
{
	lb_do(&test, REGISTER, NODES(NODE(LB_NODE_A) "," NODE(LB_NODE_B)));
	lb_assert(&test, "Instances.0.InstanceId", LB_NODE_B, DEREGISTER, NODES(NODE(LB_NODE_A)));
	health_is(LB_NODE_A, "OutOfService",
		  "Instance is not currently registered with the LoadBalancer.");
	/* one that exists and is not registered is no mistake */
	ck_assert_uint_eq(lb_count(&test, "Instances", DEREGISTER, NODES(NODE(LB_NODE_C))), 1);
}
END_TEST

START_TEST(connections_drain_where_that_is_switched_on)
{
	lb_do(&test, "ModifyLoadBalancerAttributes",
	      LB(", 'LoadBalancerAttributes': " DRAIN_FOR_20));
	lb_do(&test, REGISTER, NODES(NODE(LB_NODE_A)));
	test_advance(test.ec2.world, 30000);
	ck_assert_uint_eq(lb_count(&test, "Instances", DEREGISTER, NODES(NODE(LB_NODE_A))), 0);
	health_is(LB_NODE_A, "InService", "Instance deregistration currently in progress.");
	test_advance(test.ec2.world, 19000);
	health_is(LB_NODE_A, "InService", "Instance deregistration currently in progress.");
	test_advance(test.ec2.world, 1000);
	health_is(LB_NODE_A, "OutOfService",
		  "Instance is not currently registered with the LoadBalancer.");
}
END_TEST

START_TEST(one_that_drains_can_come_back)
{
	lb_do(&test, "ModifyLoadBalancerAttributes",
	      LB(", 'LoadBalancerAttributes': " DRAIN_FOR_20));
	lb_do(&test, REGISTER, NODES(NODE(LB_NODE_A)));
	test_advance(test.ec2.world, 30000);
	lb_do(&test, DEREGISTER, NODES(NODE(LB_NODE_A)));
	lb_do(&test, REGISTER, NODES(NODE(LB_NODE_A)));
	health_is(LB_NODE_A, "OutOfService", "Instance registration is still in progress.");
	test_advance(test.ec2.world, 30000);
	health_is(LB_NODE_A, "InService", "N/A");
}
END_TEST

START_TEST(instances_elsewhere_stopped_or_terminated_serve_nobody)
{
	lb_do(&test, REGISTER, NODES(NODE(LB_NODE_A) "," NODE(LB_NODE_B) "," NODE(LB_NODE_C)));
	test_advance(test.ec2.world, 30000);
	health_is(LB_NODE_C, "OutOfService",
		  "Instance is in the EC2 Availability Zone for which LoadBalancer is not"
		  " configured to route traffic to.");
	json_free(ec2_ok(&test.ec2, "StopInstances", "{'InstanceIds': ['" LB_NODE_A "']}"));
	test_advance(test.ec2.world, 60000);
	health_is(LB_NODE_A, "OutOfService", "Instance is in stopped state.");
	lb_refused(&test, "InvalidInstance", "EC2 instance " LB_NODE_A " is not in running state.",
		   REGISTER, NODES(NODE(LB_NODE_A)));
	json_free(ec2_ok(&test.ec2, "TerminateInstances", "{'InstanceIds': ['" LB_NODE_B "']}"));
	test_advance(test.ec2.world, 60000);
	/* AWS takes it out by itself */
	ck_assert_uint_eq(lb_count(&test, "InstanceStates", HEALTH, LB()), 2);
	ck_assert_uint_eq(lb_count(&test, SHOWN, "DescribeLoadBalancers", "{}"), 2);
	ck_assert_uint_eq(lb_count(&test, "Instances", DEREGISTER, NODES(NODE(LB_NODE_B))), 2);
	lb_refused(&test, "InvalidInstance", LB_NODE_B, REGISTER, NODES(NODE(LB_NODE_B)));
}
END_TEST

START_TEST(the_thousand_and_first_instance_is_one_too_many)
{
	struct call *call = test_call(test.ec2.world, "operator");
	const struct doc *doc = world_next(test.ec2.world, &kind_classic_load_balancer, NULL);
	struct json *body = json_copy(doc->body);

	for (int i = 0; i < 1000; i++) {
		struct json *instance = json_new_object();

		json_setf(instance, "InstanceId", "i-%017x", i);
		json_append(json_ensure_array(body, "Instances"), instance);
	}
	world_put(call, doc->kind, doc->key, body);
	call_commit(call, 200);
	lb_refused(&test, "InvalidInstance", "maximum number", REGISTER, NODES(NODE(LB_NODE_A)));
}
END_TEST

static void check_refused(const char *target, int interval, int timeout, const char *text)
{
	lb_refused(&test, "ValidationError", text, "ConfigureHealthCheck",
		   LB(", 'HealthCheck': {'Target': '%s', 'Interval': %d, 'Timeout': %d,"
		      " 'UnhealthyThreshold': 6, 'HealthyThreshold': 2}"),
		   target, interval, timeout);
}

START_TEST(health_checks_are_configured_within_their_limits)
{
	static const char *const targets[] = {"TCP:30203", "SSL:443", "HTTP:80/healthz",
					      "HTTPS:65535/"};

	for (size_t i = 0; i < array_size(targets); i++) {
		struct json *seen = lb_ok(&test, "ConfigureHealthCheck",
					  LB(", 'HealthCheck': {'Target': '%s', 'Interval': 10,"
					     " 'Timeout': 5, 'UnhealthyThreshold': 6,"
					     " 'HealthyThreshold': 2}"),
					  targets[i]);

		ec2_assert_path(seen, "HealthCheck.Target", targets[i]);
		json_free(seen);
		lb_assert(&test, "LoadBalancerDescriptions.0.HealthCheck.Target", targets[i],
			  "DescribeLoadBalancers", "{}");
	}
	check_refused("UDP:80", 10, 5, "must begin with one of HTTP, TCP, HTTPS, SSL");
	check_refused("TCP:", 10, 5, "must specify a port number");
	check_refused("TCP:80/x", 10, 5, "must specify a port number");
	check_refused("HTTP:80", 10, 5,
		      "HealthCheck HTTP Target must specify a port followed by a path that begins "
		      "with a slash. e.g. HTTP:80/ping/this/path");
	check_refused("TCP:0", 10, 5, "port");
	check_refused("TCP:65536", 10, 5, "port");
	check_refused("TCP:99999999999999999999", 10, 5, "port");
	check_refused("TCP:80", 10, 10, "less than interval");
	check_refused("TCP:80", 4, 2, "");
	check_refused("TCP:80", 10, 1, "");
	lb_assert(&test, "LoadBalancerDescriptions.0.HealthCheck.Target", "HTTPS:65535/",
		  "DescribeLoadBalancers", "{}");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		registered_instances_come_into_service,
		registering_again_changes_nothing,
		strangers_are_not_registered,
		deregistered_instances_are_gone_at_once_without_draining,
		connections_drain_where_that_is_switched_on,
		one_that_drains_can_come_back,
		instances_elsewhere_stopped_or_terminated_serve_nobody,
		the_thousand_and_first_instance_is_one_too_many,
		health_checks_are_configured_within_their_limits,
		NULL,
	};

	return ec2_suite("elb_instance", setup, teardown, tests);
}
