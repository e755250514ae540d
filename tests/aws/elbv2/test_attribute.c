/* Attributes of load balancers, target groups and listeners: which, for whom, and what they may
 * be. */
#include "tests/aws/elbv2/elbv2_test.h"
#include "tests/aws/run.h"

#define PAIR(k, v) "{'Key': '" k "', 'Value': '" v "'}"
#define SET(...)   ", 'Attributes': [" __VA_ARGS__ "]"

static struct balancer_test test;
static char *alb, *nlb;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_INSTANT);
	alb = v2_balancer(&test, "alb", "application", "");
	nlb = v2_balancer(&test, "nlb", "network", "");
}

static void teardown(void)
{
	free(alb);
	free(nlb);
	lb_done(&test);
}

/* ---- Load balancers ---- */

#define LB(rest) "{'LoadBalancerArn': '%s'" rest "}"
#define MODIFY	 "ModifyLoadBalancerAttributes"
#define DESCRIBE "DescribeLoadBalancerAttributes"

/* The value of an attribute in an answer; NULL when there is none. */
static const char *value(const struct json *seen, const char *key)
{
	json_foreach (item, json_get(seen, "Attributes")) {
		if (str_eq(json_get_str(item, "Key"), key))
			return json_get_str(item, "Value");
	}
	return NULL;
}

START_TEST(each_type_has_its_own_attributes)
{
	struct json *of_alb = lb_ok(&test, DESCRIBE, LB(""), alb);
	struct json *of_nlb = lb_ok(&test, DESCRIBE, LB(""), nlb);

	ck_assert_pstr_eq(value(of_alb, "load_balancing.cross_zone.enabled"), "true");
	ck_assert_pstr_eq(value(of_nlb, "load_balancing.cross_zone.enabled"), "false");
	ck_assert_pstr_eq(value(of_alb, "idle_timeout.timeout_seconds"), "60");
	ck_assert_pstr_eq(value(of_nlb, "idle_timeout.timeout_seconds"), NULL);
	ck_assert_pstr_eq(value(of_nlb, "dns_record.client_routing_policy"),
			  "any_availability_zone");
	ck_assert_pstr_eq(value(of_nlb, "ipv6.deny_all_igw_traffic"), "false");
	json_free(of_alb);
	json_free(of_nlb);
	lb_refused(&test, "LoadBalancerNotFound", "none", DESCRIBE, LB(""), NO_BALANCER);
	lb_refused(&test, "LoadBalancerNotFound", "none", MODIFY, LB(SET(PAIR("a", "b"))),
		   NO_BALANCER);
}
END_TEST

static const struct {
	bool network;
	const char *code, *text, *pair;
} bad_balancer[] = {
	{false, "ValidationError", "key 'nonsense' is not recognized", PAIR("nonsense", "x")},
	{true, "InvalidConfigurationRequest",
	 "key 'idle_timeout.timeout_seconds' is not supported on load balancers with type"
	 " 'network'",
	 PAIR("idle_timeout.timeout_seconds", "60")},
	{false, "InvalidConfigurationRequest", "with type 'application'",
	 PAIR("secondary_ips.auto_assigned.per_subnet", "1")},
	{false, "ValidationError", "'false'", PAIR("load_balancing.cross_zone.enabled", "false")},
	{false, "ValidationError", "'0'", PAIR("idle_timeout.timeout_seconds", "0")},
	{false, "ValidationError", "'4001'", PAIR("idle_timeout.timeout_seconds", "4001")},
	{false, "ValidationError", "'6 0'", PAIR("idle_timeout.timeout_seconds", "6 0")},
	{false, "ValidationError", "'59'", PAIR("client_keep_alive.seconds", "59")},
	{false, "ValidationError", "'True'", PAIR("deletion_protection.enabled", "True")},
	{false, "ValidationError", "'lax'", PAIR("routing.http.desync_mitigation_mode", "lax")},
	{false, "ValidationError", "'drop'",
	 PAIR("routing.http.xff_header_processing.mode", "drop")},
	{true, "ValidationError", "'8'", PAIR("secondary_ips.auto_assigned.per_subnet", "8")},
	{true, "ValidationError", "'any'", PAIR("dns_record.client_routing_policy", "any")},
	{true, "InvalidConfigurationRequest", "access_logs.s3.bucket",
	 PAIR("access_logs.s3.enabled", "true")},
	{false, "InvalidConfigurationRequest", "connection_logs.s3.bucket",
	 PAIR("connection_logs.s3.enabled", "true")},
};

START_TEST(attributes_of_balancers_that_make_no_sense_are_refused)
{
	lb_refused(&test, bad_balancer[_i].code, bad_balancer[_i].text, MODIFY,
		   "{'LoadBalancerArn': '%s', 'Attributes': [%s]}",
		   bad_balancer[_i].network ? nlb : alb, bad_balancer[_i].pair);
}
END_TEST

#define LOGS(log, bucket, prefix)                                                                  \
	PAIR(log ".s3.enabled", "true")                                                            \
	", " PAIR(log ".s3.bucket", bucket) ", " PAIR(log ".s3.prefix", prefix)

/* Access Denied also when there is no such bucket, or the policy is about other keys. */
START_TEST(logs_go_to_a_bucket_that_takes_them)
{
	static const char *const bad[] = {LOGS("access_logs", "none", ""),
					  LOGS("access_logs", "b-1", "other"),
					  LOGS("connection_logs", "none", "")};

	lb_bucket(&test, "b-1");
	for (size_t i = 0; i < array_size(bad); i++)
		lb_refused(&test, "InvalidConfigurationRequest",
			   "Access Denied for bucket: ", MODIFY,
			   "{'LoadBalancerArn': '%s', 'Attributes': [%s]}", alb, bad[i]);
	lb_refused(&test, "InvalidConfigurationRequest", "Please check S3bucket permission", MODIFY,
		   LB(SET(LOGS("access_logs", "none", ""))), nlb);
}
END_TEST

START_TEST(several_are_set_all_or_none)
{
	lb_bucket(&test, "b-1");
	lb_refused(&test, "ValidationError", "nonsense", MODIFY,
		   LB(SET(PAIR("idle_timeout.timeout_seconds", "61") ", " PAIR("nonsense", "x"))),
		   alb);
	lb_do(&test, MODIFY, LB(SET(LOGS("access_logs", "b-1", "qa"))), alb);
	lb_do(&test, MODIFY, LB(SET(LOGS("access_logs", "b-1", ""))), nlb);
	lb_do(&test, MODIFY, LB(SET(PAIR("secondary_ips.auto_assigned.per_subnet", "3"))), nlb);
	lb_refused(&test, "InvalidConfigurationRequest", "'3'", MODIFY,
		   LB(SET(PAIR("secondary_ips.auto_assigned.per_subnet", "2"))), nlb);
}
END_TEST

/* ---- Target groups ---- */

#define TG(rest)    "{'TargetGroupArn': '%s'" rest "}"
#define TG_MODIFY   "ModifyTargetGroupAttributes"
#define TG_DESCRIBE "DescribeTargetGroupAttributes"

START_TEST(groups_get_the_defaults_of_their_protocol_and_type)
{
	static const struct {
		const char *protocol, *more, *key, *expected;
	} rows[] = {
		{"TCP", "", "preserve_client_ip.enabled", "true"},
		{"TCP", ", 'TargetType': 'ip'", "preserve_client_ip.enabled", "false"},
		{"UDP", ", 'TargetType': 'ip'", "preserve_client_ip.enabled", "true"},
		{"UDP", "", "deregistration_delay.connection_termination.enabled", "true"},
		{"TCP", "", "deregistration_delay.connection_termination.enabled", "false"},
		{"TCP", "", "stickiness.type", "source_ip"},
		{"HTTP", "", "stickiness.type", "lb_cookie"},
		{"HTTP", "", "proxy_protocol_v2.enabled", NULL},
		{"TCP", "", "load_balancing.algorithm.type", NULL},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		char name[8] = {'g', (char)('a' + i), '\0'};
		char *arn = v2_group(&test, name, rows[i].protocol, 80, rows[i].more);
		struct json *seen = lb_ok(&test, TG_DESCRIBE, TG(""), arn);

		ck_assert_pstr_eq(value(seen, rows[i].key), rows[i].expected);
		json_free(seen);
		free(arn);
	}
	lb_refused(&test, "TargetGroupNotFound", "none", TG_DESCRIBE, TG(""), NO_GROUP);
	lb_refused(&test, "TargetGroupNotFound", "none", TG_MODIFY, TG(SET(PAIR("a", "b"))),
		   NO_GROUP);
}
END_TEST

static const struct {
	const char *protocol, *code, *text, *pairs;
} bad_group[] = {
	{"TCP", "ValidationError", "'nonsense' is not recognized", PAIR("nonsense", "x")},
	{"TCP", "ValidationError", "'slow_start.duration_seconds' is not recognized",
	 PAIR("slow_start.duration_seconds", "30")},
	{"HTTP", "ValidationError", "'29'", PAIR("slow_start.duration_seconds", "29")},
	{"HTTP", "ValidationError", "value '3601' must be between '0-3600' inclusive",
	 PAIR("deregistration_delay.timeout_seconds", "3601")},
	{"HTTP", "InvalidConfigurationRequest", "'source_ip' is not supported",
	 PAIR("stickiness.type", "source_ip")},
	{"TCP", "InvalidConfigurationRequest", "with the TCP protocol",
	 PAIR("stickiness.type", "lb_cookie")},
	{"UDP", "ValidationError", "'false'", PAIR("preserve_client_ip.enabled", "false")},
	{"UDP", "ValidationError", "'true'",
	 PAIR("target_health_state.unhealthy.connection_termination.enabled", "true")},
	{"TCP", "InvalidConfigurationRequest", "draining interval",
	 PAIR("target_health_state.unhealthy.draining_interval_seconds", "10")},
	{"HTTP", "InvalidConfigurationRequest", "weighted_random",
	 PAIR("load_balancing.algorithm.anomaly_mitigation", "on")},
	{"HTTP", "InvalidConfigurationRequest", "round_robin",
	 PAIR("slow_start.duration_seconds", "30") ", " PAIR("load_balancing.algorithm.type",
							     "least_outstanding_requests")},
	{"HTTP", "ValidationError", "'AWSALBX'",
	 PAIR("stickiness.app_cookie.cookie_name", "AWSALBX")},
	{"TLS", "InvalidConfigurationRequest", "with the TLS protocol",
	 PAIR("stickiness.enabled", "true")},
	{"GENEVE", "ValidationError",
	 "'source_ip' must be one of [source_ip_dest_ip_proto, source_ip_dest_ip]",
	 PAIR("stickiness.type", "source_ip")},
	{"HTTP", "InvalidConfigurationRequest", "application cookie name",
	 PAIR("stickiness.enabled", "true") ", " PAIR("stickiness.type", "app_cookie")},
	{"HTTP", "ValidationError", "'101'",
	 PAIR("target_group_health.dns_failover.minimum_healthy_targets.percentage", "101")},
	{"HTTP", "ValidationError", "'off'",
	 PAIR("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "off")},
	{"TCP", "ValidationError", "'maybe'", PAIR("load_balancing.cross_zone.enabled", "maybe")},
};

START_TEST(attributes_of_groups_that_make_no_sense_are_refused)
{
	char *arn = v2_group(&test, "x", bad_group[_i].protocol,
			     str_eq(bad_group[_i].protocol, "GENEVE") ? 6081 : 80, "");

	lb_refused(&test, bad_group[_i].code, bad_group[_i].text, TG_MODIFY,
		   "{'TargetGroupArn': '%s', 'Attributes': [%s]}", arn, bad_group[_i].pairs);
	free(arn);
}
END_TEST

START_TEST(a_gateway_group_fails_over_in_one_way)
{
	char *arn = v2_group(&test, "x", "GENEVE", 6081, "");

	lb_refused(&test, "ValidationError", "same value", TG_MODIFY,
		   TG(SET(PAIR("target_failover.on_unhealthy", "rebalance"))), arn);
	lb_do(&test, TG_MODIFY,
	      TG(SET(PAIR("target_failover.on_unhealthy", "rebalance") ", " PAIR(
		      "target_failover.on_deregistration", "rebalance"))),
	      arn);
	free(arn);
}
END_TEST

START_TEST(proxy_protocol_is_switched_on)
{
	char *arn = v2_group(&test, "x", "TCP", 80, "");
	struct json *seen =
		lb_ok(&test, TG_MODIFY, TG(SET(PAIR("proxy_protocol_v2.enabled", "true"))), arn);

	ck_assert_pstr_eq(value(seen, "proxy_protocol_v2.enabled"), "true");
	json_free(seen);
	free(arn);
}
END_TEST

/* ---- Listeners ---- */

#define LISTENER(rest) "{'ListenerArn': '%s'" rest "}"
#define L_MODIFY       "ModifyListenerAttributes"
#define L_DESCRIBE     "DescribeListenerAttributes"
#define STS	       "routing.http.response.strict_transport_security.header_value"
#define SERIAL	       "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name"
#define IDLE	       "tcp.idle_timeout.seconds"

START_TEST(listeners_have_attributes_by_protocol)
{
	char *tcp = v2_group(&test, "tcp", "TCP", 80, ""),
	     *web = v2_group(&test, "web", "HTTP", 80, "");
	char *tls = v2_group(&test, "tls", "TLS", 443, "");
	char *layer4 = v2_listener(&test, nlb, "TCP", 80, tcp);
	char *http = v2_listener(&test, alb, "HTTP", 80, web);
	char *secure = lb_text(&test, "Listeners.0.ListenerArn", "CreateListener",
			       "{'LoadBalancerArn': '%s', 'Protocol': 'TLS', 'Port': 443,"
			       " 'DefaultActions': [{'Type': 'forward', 'TargetGroupArn': '%s'}],"
			       " 'Certificates': [{'CertificateArn':"
			       " 'arn:aws:iam::123456789012:server-certificate/web'}]}",
			       nlb, tls);

	lb_assert(&test, "Attributes.0.Value", "350", L_DESCRIBE, LISTENER(""), layer4);
	lb_assert(&test, "Attributes.0.Value", "6000", L_MODIFY, LISTENER(SET(PAIR(IDLE, "6000"))),
		  layer4);
	lb_refused(&test, "ValidationError", "'59'", L_MODIFY, LISTENER(SET(PAIR(IDLE, "59"))),
		   layer4);
	ck_assert_uint_eq(lb_count(&test, "Attributes", L_DESCRIBE, LISTENER(""), secure), 0);
	lb_refused(&test, "InvalidConfigurationRequest", "listeners with protocol 'TLS'", L_MODIFY,
		   LISTENER(SET(PAIR(IDLE, "60"))), secure);
	lb_do(&test, L_MODIFY, LISTENER(SET(PAIR(STS, "max-age=1"))), http);
	lb_refused(&test, "InvalidConfigurationRequest", "listeners with protocol 'HTTP'", L_MODIFY,
		   LISTENER(SET(PAIR(SERIAL, "X-Serial"))), http);
	lb_refused(&test, "ListenerNotFound", "none", L_MODIFY, LISTENER(SET(PAIR("a", "b"))),
		   NO_LISTENER);
	lb_refused(&test, "ListenerNotFound", "none", L_DESCRIBE, LISTENER(""), NO_LISTENER);
	free(tcp);
	free(web);
	free(tls);
	free(layer4);
	free(http);
	free(secure);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("elbv2_attribute");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, each_type_has_its_own_attributes);
	tcase_add_loop_test(tcase, attributes_of_balancers_that_make_no_sense_are_refused, 0,
			    array_size(bad_balancer));
	tcase_add_test(tcase, several_are_set_all_or_none);
	tcase_add_test(tcase, logs_go_to_a_bucket_that_takes_them);
	tcase_add_test(tcase, groups_get_the_defaults_of_their_protocol_and_type);
	tcase_add_loop_test(tcase, attributes_of_groups_that_make_no_sense_are_refused, 0,
			    array_size(bad_group));
	tcase_add_test(tcase, a_gateway_group_fails_over_in_one_way);
	tcase_add_test(tcase, proxy_protocol_is_switched_on);
	tcase_add_test(tcase, listeners_have_attributes_by_protocol);
	return run_suite_of(tcase, "elbv2_attribute");
}
