/* Target groups: what goes together, health checks, attributes, the types alb and lambda. */
#include "tests/aws/elbv2/elbv2_test.h"
#include "tests/aws/run.h"

#define MAKE		  "CreateTargetGroup"
#define MODIFY		  "ModifyTargetGroup"
#define GROUP(name, rest) "{'Name': '" name "'" rest "}"
#define IN_VPC		  ", 'VpcId': '" LB_VPC "'"
#define HTTP		  ", 'Protocol': 'HTTP', 'Port': 80" IN_VPC
#define TCP		  ", 'Protocol': 'TCP', 'Port': 80" IN_VPC
#define ARN(rest)	  "{'TargetGroupArn': '%s'" rest "}"
#define SHOWN		  "TargetGroups.0."
#define REGISTER	  "RegisterTargets"
#define TARGET(id)	  ARN(", 'Targets': [{'Id': '" id "'}]")
#define LAMBDA		  "arn:aws:lambda:eu-west-1:123456789012:function:f"

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_INSTANT);
}

static void teardown(void)
{
	lb_done(&test);
}

/* ---- Making ---- */

START_TEST(health_checks_get_the_defaults_of_their_protocol)
{
	static const struct {
		const char *params, *path, *expected;
	} rows[] = {
		{GROUP("a", HTTP), SHOWN "HealthCheckProtocol", "HTTP"},
		{GROUP("a", HTTP), SHOWN "HealthCheckTimeoutSeconds", "5"},
		{GROUP("a", HTTP), SHOWN "Matcher.HttpCode", "200"},
		{GROUP("a", HTTP), SHOWN "ProtocolVersion", "HTTP1"},
		{GROUP("b", TCP), SHOWN "HealthCheckProtocol", "TCP"},
		{GROUP("b", TCP), SHOWN "HealthCheckTimeoutSeconds", "10"},
		{GROUP("b", TCP), SHOWN "HealthCheckPath", NULL},
		{GROUP("b", TCP), SHOWN "Matcher.HttpCode", NULL},
		{GROUP("c", TCP ", 'TargetType': 'alb'"), SHOWN "HealthCheckProtocol", "HTTP"},
		{GROUP("c", TCP ", 'TargetType': 'alb'"), SHOWN "Matcher.HttpCode", "200-399"},
		{GROUP("d", ", 'TargetType': 'lambda'"), SHOWN "HealthCheckEnabled", "false"},
		{GROUP("d", ", 'TargetType': 'lambda'"), SHOWN "HealthCheckIntervalSeconds", "35"},
		{GROUP("d", ", 'TargetType': 'lambda'"), SHOWN "HealthCheckPath", "/"},
		{GROUP("d", ", 'TargetType': 'lambda'"), SHOWN "HealthCheckPort", NULL},
		{GROUP("e", ", 'Protocol': 'GENEVE', 'Port': 6081" IN_VPC), SHOWN "HealthCheckPort",
		 "80"},
		{GROUP("f", HTTP ", 'ProtocolVersion': 'GRPC'"), SHOWN "Matcher.GrpcCode", "12"},
		{GROUP("f", HTTP ", 'ProtocolVersion': 'GRPC'"), SHOWN "HealthCheckPath",
		 "/AWS.ALB/healthcheck"},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		lb_assert(&test, rows[i].path, rows[i].expected, MAKE, "%s", rows[i].params);
}
END_TEST

static const struct {
	const char *code, *text, *params;
} bad_groups[] = {
	{"ValidationError", "A protocol must be", GROUP("x", ", 'Port': 80" IN_VPC)},
	{"ValidationError", "A port must be", GROUP("x", ", 'Protocol': 'TCP'" IN_VPC)},
	{"ValidationError", "A VPC ID must be", GROUP("x", ", 'Protocol': 'TCP', 'Port': 1")},
	{"ValidationError", "'vpc-1'",
	 GROUP("x", ", 'Protocol': 'TCP', 'Port': 1, 'VpcId': 'vpc-1'")},
	{"ValidationError", "cannot begin or end", GROUP("-x", TCP)},
	{"ValidationError", "'32'", GROUP("x0123456789012345678901234567890123", TCP)},
	{"ValidationError", "alphanumeric", GROUP("x_y", TCP)},
	{"ValidationError", "Port cannot", GROUP("x", ", 'TargetType': 'lambda', 'Port': 80")},
	{"ValidationError", "VPC ID cannot", GROUP("x", ", 'TargetType': 'lambda'" IN_VPC)},
	{"ValidationError", "6081", GROUP("x", ", 'Protocol': 'GENEVE', 'Port': 80" IN_VPC)},
	{"ValidationError", "Protocol version", GROUP("x", TCP ", 'ProtocolVersion': 'HTTP2'")},
	{"ValidationError", "'HTTP3'", GROUP("x", HTTP ", 'ProtocolVersion': 'HTTP3'")},
	{"ValidationError", "control port", GROUP("x", TCP ", 'TargetControlPort': 3000")},
	{"InvalidConfigurationRequest", "'alb'", GROUP("x", HTTP ", 'TargetType': 'alb'")},
	{"InvalidConfigurationRequest", "Health check protocol 'TCP'",
	 GROUP("x", HTTP ", 'HealthCheckProtocol': 'TCP'")},
	{"InvalidConfigurationRequest", "Health check protocol 'TCP'",
	 GROUP("x", TCP ", 'TargetType': 'alb', 'HealthCheckProtocol': 'TCP'")},
	{"InvalidConfigurationRequest", "Health check protocol 'UDP'",
	 GROUP("x", TCP ", 'HealthCheckProtocol': 'UDP'")},
	{"ValidationError", "path is not supported", GROUP("x", TCP ", 'HealthCheckPath': '/a'")},
	{"ValidationError", "'a' must begin", GROUP("x", HTTP ", 'HealthCheckPath': 'a'")},
	{"ValidationError", "'0'", GROUP("x", HTTP ", 'HealthCheckPort': '0'")},
	{"ValidationError", "'65536'", GROUP("x", HTTP ", 'HealthCheckPort': '65536'")},
	{"ValidationError", "'web'", GROUP("x", HTTP ", 'HealthCheckPort': 'web'")},
	{"ValidationError", "must be true", GROUP("x", TCP ", 'HealthCheckEnabled': false")},
	{"ValidationError", "timeout '30' must be smaller than the interval '30'",
	 GROUP("x", HTTP ", 'HealthCheckTimeoutSeconds': 30")},
	{"ValidationError", "smaller than or equal to the interval '30'",
	 GROUP("x", TCP ", 'HealthCheckTimeoutSeconds': 31")},
	{"ValidationError", "'500'", GROUP("x", HTTP ", 'Matcher': {'HttpCode': '500'}")},
	{"ValidationError", "'299-200'", GROUP("x", HTTP ", 'Matcher': {'HttpCode': '299-200'}")},
	{"ValidationError", "'200,'", GROUP("x", HTTP ", 'Matcher': {'HttpCode': '200,'}")},
	{"ValidationError", "gRPC codes", GROUP("x", HTTP ", 'Matcher': {'GrpcCode': '0'}")},
	{"ValidationError", "matcher is not", GROUP("x", TCP ", 'Matcher': {'HttpCode': '200'}")},
};

START_TEST(groups_that_do_not_go_together_are_refused)
{
	lb_refused(&test, bad_groups[_i].code, bad_groups[_i].text, MAKE, "%s",
		   bad_groups[_i].params);
}
END_TEST

START_TEST(the_same_create_again_answers_the_same_group)
{
	char *arn = v2_group(&test, "x", "TCP", 80, "");
	char *again = v2_group(&test, "x", "TCP", 80, ", 'Tags': [{'Key': 'a', 'Value': 'b'}]");

	ck_assert_str_eq(arn, again);
	lb_refused(&test, "DuplicateTargetGroupName",
		   "A target group with the same name 'x' exists, but with different settings",
		   MAKE, GROUP("x", HTTP));
	free(arn);
	free(again);
}
END_TEST

/* ---- Changing ---- */

START_TEST(a_check_of_another_protocol_loses_path_and_matcher)
{
	char *arn = v2_group(&test, "x", "TCP", 80, ", 'HealthCheckProtocol': 'HTTP'");

	lb_assert(&test, SHOWN "HealthCheckPath", "/", MODIFY,
		  ARN(", 'HealthCheckIntervalSeconds': 20"), arn);
	lb_assert(&test, SHOWN "HealthCheckPath", NULL, MODIFY,
		  ARN(", 'HealthCheckProtocol': 'TCP'"), arn);
	lb_refused(&test, "ValidationError", "path is not supported", MODIFY,
		   ARN(", 'HealthCheckPath': '/x'"), arn);
	lb_assert(&test, SHOWN "Matcher.HttpCode", "200-399", MODIFY,
		  ARN(", 'HealthCheckProtocol': 'HTTPS'"), arn);
	lb_refused(&test, "TargetGroupNotFound", "none", MODIFY,
		   "{'TargetGroupArn': '" NO_GROUP "', 'HealthCheckPath': '/'}");
	free(arn);
}
END_TEST

START_TEST(a_group_in_use_cannot_be_deleted)
{
	char *balancer = v2_balancer(&test, "web", "network", "");
	char *arn = v2_group(&test, "x", "TCP", 80, "");
	char *listener = v2_listener(&test, balancer, "TCP", 80, arn);

	lb_refused(&test, "ResourceInUse", "currently in use by a listener or a rule",
		   "DeleteTargetGroup", ARN(""), arn);
	lb_do(&test, "DeleteListener", "{'ListenerArn': '%s'}", listener);
	lb_do(&test, "DeleteTargetGroup", ARN(""), arn);
	lb_do(&test, "DeleteTargetGroup", ARN(""), arn); /* gone already: that is fine */
	lb_refused(&test, "TargetGroupNotFound", "One or more target groups not found",
		   "DescribeTargetGroups", "{'TargetGroupArns': ['%s']}", arn);
	free(listener);
	free(arn);
	free(balancer);
}
END_TEST

START_TEST(groups_are_found_by_name_arn_and_load_balancer_in_pages)
{
	char *balancer = v2_balancer(&test, "web", "network", "");
	char *one = v2_group(&test, "one", "TCP", 80, ""), *marker;

	free(v2_group(&test, "two", "TCP", 80, ""));
	free(v2_listener(&test, balancer, "TCP", 80, one));
	lb_assert(&test, SHOWN "LoadBalancerArns.0", balancer, "DescribeTargetGroups",
		  "{'Names': ['one']}");
	lb_assert(&test, SHOWN "TargetGroupArn", one, "DescribeTargetGroups",
		  "{'LoadBalancerArn': '%s'}", balancer);
	marker = lb_text(&test, "NextMarker", "DescribeTargetGroups", "{'PageSize': 1}");
	lb_assert(&test, SHOWN "TargetGroupName", "two", "DescribeTargetGroups",
		  "{'PageSize': 1, 'Marker': '%s'}", marker);
	lb_refused(&test, "TargetGroupNotFound", "One or more", "DescribeTargetGroups",
		   "{'Names': ['three']}");
	lb_refused(&test, "ValidationError", "at the same time", "DescribeTargetGroups",
		   "{'Names': ['one'], 'TargetGroupArns': ['a']}");
	lb_refused(&test, "LoadBalancerNotFound", "none", "DescribeTargetGroups",
		   "{'LoadBalancerArn': '" NO_BALANCER "'}");
	lb_refused(&test, "ValidationError", "marker", "DescribeTargetGroups", "{'Marker': 'x'}");
	free(marker);
	free(one);
	free(balancer);
}
END_TEST

/* ---- Targets of other types ---- */

START_TEST(an_alb_is_a_target_where_it_listens)
{
	char *alb = v2_balancer(&test, "alb", "application", "");
	char *nlb = v2_balancer(&test, "nlb", "network", "");
	char *web = v2_group(&test, "web", "HTTP", 80, "");
	char *arn = v2_group(&test, "x", "TCP", 80, ", 'TargetType': 'alb'"), *second;

	lb_refused(&test, "ValidationError",
		   "the target must have at least one listener that matches the target group port",
		   REGISTER, TARGET("%s"), arn, alb);
	free(v2_listener(&test, alb, "HTTP", 80, web));
	lb_refused(&test, "InvalidTarget", nlb, REGISTER, TARGET("%s"), arn, nlb);
	lb_refused(&test, "InvalidTarget", LB_NODE_A, REGISTER, TARGET(LB_NODE_A), arn);
	v2_register(&test, arn, alb);
	v2_register(&test, arn, alb); /* again: nothing new */
	second = v2_balancer(&test, "second", "application", "");
	free(v2_listener(&test, second, "HTTP", 80, web));
	lb_refused(&test, "TooManyTargets", "only one", REGISTER, TARGET("%s"), arn, second);
	lb_refused(&test, "ResourceInUse", alb, "DeleteLoadBalancer", "{'LoadBalancerArn': '%s'}",
		   alb);
	lb_do(&test, "DeregisterTargets", TARGET("%s"), arn, alb);
	lb_do(&test, "DeleteLoadBalancer", "{'LoadBalancerArn': '%s'}", alb);
	free(second);
	free(arn);
	free(web);
	free(nlb);
	free(alb);
}
END_TEST

START_TEST(a_function_is_a_target_by_its_arn)
{
	char *arn = lb_text(&test, SHOWN "TargetGroupArn", MAKE,
			    GROUP("x", ", 'TargetType': 'lambda'"));

	lb_refused(&test, "ValidationError", "Lambda", REGISTER, TARGET("f"), arn);
	lb_refused(&test, "ValidationError", "Port", REGISTER,
		   ARN(", 'Targets': [{'Id': '" LAMBDA "', 'Port': 80}]"), arn);
	v2_register(&test, arn, LAMBDA);
	lb_refused(&test, "TooManyTargets", "lambda", REGISTER, TARGET(LAMBDA "2"), arn);
	v2_assert_health(&test, arn, "unused", "Target.NotInUse");
	free(arn);
}
END_TEST

START_TEST(addresses_must_be_of_the_vpc_or_private)
{
	char *arn = v2_group(&test, "x", "TCP", 80, ", 'TargetType': 'ip'");

	v2_register(&test, arn, "10.250.0.77");
	lb_assert(&test, "TargetHealthDescriptions.0.Target.AvailabilityZone", "eu-west-1a",
		  "DescribeTargetHealth", ARN(""), arn);
	lb_refused(&test, "InvalidTarget", "8.8.8.8", REGISTER,
		   ARN(", 'Targets': [{'Id': '8.8.8.8', 'AvailabilityZone': 'all'}]"), arn);
	lb_refused(&test, "ValidationError", "you must specify an Availability Zone", REGISTER,
		   TARGET("10.1.1.1"), arn);
	lb_do(&test, REGISTER, ARN(", 'Targets': [{'Id': '10.1.1.1', 'AvailabilityZone': 'all'}]"),
	      arn);
	lb_refused(&test, "ValidationError", "not a valid IPv4", REGISTER, TARGET("2001:db8::1"),
		   arn);
	lb_refused(&test, "ValidationError", "not a valid IPv4", REGISTER, TARGET(LB_NODE_A), arn);
	free(arn);
}
END_TEST

START_TEST(quic_targets_have_a_server_id_and_others_none)
{
	char *quic = v2_group(&test, "quic", "QUIC", 443, "");
	char *tcp = v2_group(&test, "tcp", "TCP", 443, "");

	lb_refused(&test, "ValidationError", "server ID", REGISTER, TARGET(LB_NODE_A), quic);
	lb_refused(
		&test, "ValidationError", "'0x0123456789ABCDEF'", REGISTER,
		ARN(", 'Targets': [{'Id': '" LB_NODE_A "', 'QuicServerId': '0x0123456789ABCDEF'}]"),
		quic);
	lb_do(&test, REGISTER,
	      ARN(", 'Targets': [{'Id': '" LB_NODE_A "', 'QuicServerId': '0x0123456789abcdef'}]"),
	      quic);
	lb_refused(
		&test, "ValidationError", "QUIC or TCP_QUIC", REGISTER,
		ARN(", 'Targets': [{'Id': '" LB_NODE_A "', 'QuicServerId': '0x0123456789abcdef'}]"),
		tcp);
	free(quic);
	free(tcp);
}
END_TEST

START_TEST(a_target_without_a_port_means_the_port_of_its_group)
{
	char *arn = v2_group(&test, "x", "TCP", 80, "");

	lb_do(&test, REGISTER,
	      ARN(", 'Targets': [{'Id': '" LB_NODE_A "'}, {'Id': '" LB_NODE_A "', 'Port': 81}]"),
	      arn);
	ck_assert_uint_eq(
		lb_count(&test, "TargetHealthDescriptions", "DescribeTargetHealth", ARN(""), arn),
		2);
	lb_do(&test, "DeregisterTargets", TARGET(LB_NODE_A), arn);
	lb_assert(&test, "TargetHealthDescriptions.0.Target.Port", "81", "DescribeTargetHealth",
		  ARN(""), arn);
	lb_assert(&test, "TargetHealthDescriptions.0.TargetHealth.Reason", "Target.NotRegistered",
		  "DescribeTargetHealth", TARGET(LB_NODE_A), arn);
	free(arn);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("elbv2_group");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, health_checks_get_the_defaults_of_their_protocol);
	tcase_add_loop_test(tcase, groups_that_do_not_go_together_are_refused, 0,
			    array_size(bad_groups));
	tcase_add_test(tcase, the_same_create_again_answers_the_same_group);
	tcase_add_test(tcase, a_check_of_another_protocol_loses_path_and_matcher);
	tcase_add_test(tcase, a_group_in_use_cannot_be_deleted);
	tcase_add_test(tcase, groups_are_found_by_name_arn_and_load_balancer_in_pages);
	tcase_add_test(tcase, an_alb_is_a_target_where_it_listens);
	tcase_add_test(tcase, a_function_is_a_target_by_its_arn);
	tcase_add_test(tcase, addresses_must_be_of_the_vpc_or_private);
	tcase_add_test(tcase, quic_targets_have_a_server_id_and_others_none);
	tcase_add_test(tcase, a_target_without_a_port_means_the_port_of_its_group);
	return run_suite_of(tcase, "elbv2_group");
}
