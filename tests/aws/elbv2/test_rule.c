/* Rules: conditions, transforms, priorities. */
#include "tests/aws/elbv2/elbv2_test.h"
#include "tests/aws/run.h"

#define MAKE		 "CreateRule"
#define OK		 "{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200'}}"
#define ON(n, ...)	 "{'ListenerArn': '%s', 'Priority': " n ", 'Actions': [" OK "]" __VA_ARGS__ "}"
#define IF(...)		 ", 'Conditions': [" __VA_ARGS__ "]"
#define PATH(value)	 "{'Field': 'path-pattern', 'Values': ['" value "']}"
#define HOST(value)	 "{'Field': 'host-header', 'Values': ['" value "']}"
#define ONE(field, rest) "{'Field': '" field "', " rest "}"
#define RULE(rest)	 "{'RuleArn': '%s'" rest "}"
#define SHOWN		 "Rules.0."
#define REWRITE(type, config)                                                                      \
	"{'Type': '" type "', '" config "': {'Rewrites': [{'Regex': 'a', 'Replace': 'b'}]}}"
#define URL_REWRITE  REWRITE("url-rewrite", "UrlRewriteConfig")
#define HOST_REWRITE REWRITE("host-header-rewrite", "HostHeaderRewriteConfig")
#define INTO(...)    ", 'Transforms': [" __VA_ARGS__ "]"
#define LONG	     "0123456789012345678901234567890123456789012345678901234567890123"

static struct balancer_test test;
static char *alb, *listener;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_AWS);
	alb = v2_balancer(&test, "alb", "application", "");
	listener = lb_text(&test, "Listeners.0.ListenerArn", "CreateListener",
			   "{'LoadBalancerArn': '%s', 'Protocol': 'HTTP', 'Port': 80,"
			   " 'DefaultActions': [" OK "]}",
			   alb);
}

static void teardown(void)
{
	free(listener);
	free(alb);
	lb_done(&test);
}

static char *rule(int priority)
{
	return lb_text(&test, SHOWN "RuleArn", MAKE,
		       "{'ListenerArn': '%s', 'Priority': %d, 'Actions': [" OK
		       "]" IF(PATH("/%d")) "}",
		       listener, priority, priority);
}

/* ---- Conditions ---- */

static const struct {
	const char *code, *text, *params;
} bad[] = {
	{"ValidationError", "A condition must", ON("1", IF(""))},
	{"ValidationError", "'cookie'", ON("1", IF(ONE("cookie", "'Values': ['a']")))},
	{"ValidationError", "A condition value must", ON("1", IF("{'Field': 'path-pattern'}"))},
	{"ValidationError", "A condition value must", ON("1", IF(PATH("")))},
	{"ValidationError", "A rule can only have one 'path-pattern' condition",
	 ON("1", IF(PATH("/a") "," PATH("/b")))},
	{"ValidationError", "The 'path-pattern' value is too long; the limit is '128'",
	 ON("1", IF(PATH("/" LONG LONG)))},
	{"ValidationError", "The 'path-pattern' field contains too many values; the limit is '1'",
	 ON("1", IF(PATH("/a', '/b")))},
	{"ValidationError", "'/a b'", ON("1", IF(PATH("/a b")))},
	{"ValidationError", "'host'", ON("1", IF(HOST("host")))},
	{"ValidationError", "'a.b1'", ON("1", IF(HOST("a.b1")))},
	{"ValidationError", "'a_b.c'", ON("1", IF(HOST("a_b.c")))},
	{"ValidationError", "one way",
	 ON("1", IF(ONE("path-pattern", "'Values': ['/a'], 'PathPatternConfig': {'Values':"
					" ['/b']}")))},
	{"ValidationError", "HostHeaderConfig cannot",
	 ON("1", IF(ONE("path-pattern", "'Values': ['/a'], 'HostHeaderConfig': {'Values':"
					" ['a.b']}")))},
	{"ValidationError", "Values cannot", ON("1", IF(ONE("source-ip", "'Values': ['::/0']")))},
	{"ValidationError", "'10.0.0.1'",
	 ON("1", IF(ONE("source-ip", "'SourceIpConfig': {'Values': ['10.0.0.1']}")))},
	{"ValidationError", "'get'",
	 ON("1", IF(ONE("http-request-method", "'HttpRequestMethodConfig': {'Values': ['get']}")))},
	{"ValidationError", "name must",
	 ON("1", IF(ONE("http-header", "'HttpHeaderConfig': {'Values': ['a']}")))},
	{"ValidationError", "'Host'",
	 ON("1", IF(ONE("http-header", "'HttpHeaderConfig': {'HttpHeaderName': 'Host',"
				       " 'Values': ['a']}")))},
	{"ValidationError", "A condition value must",
	 ON("1", IF(ONE("query-string", "'QueryStringConfig': {'Values': [{'Key': 'a'}]}")))},
	{"ValidationError", "A rule can only have '5' condition values",
	 ON("1",
	    IF(ONE("path-pattern", "'PathPatternConfig': {'Values': ['/1', '/2', '/3']}") "," ONE(
		    "host-header", "'HostHeaderConfig': {'Values': ['a.b', 'a.c', 'a.d']}")))},
	{"ValidationError", "'6' wildcard", ON("1", IF(PATH("/*?*?*?*")))},
	{"ValidationError", "two transforms",
	 ON("1", IF(PATH("/a")) INTO(URL_REWRITE "," HOST_REWRITE "," URL_REWRITE))},
	{"ValidationError", "only have one 'url-rewrite'",
	 ON("1", IF(PATH("/a")) INTO(URL_REWRITE "," URL_REWRITE))},
	{"ValidationError", "HostHeaderRewriteConfig cannot",
	 ON("1", IF(PATH("/a")) INTO(REWRITE("url-rewrite", "HostHeaderRewriteConfig")))},
	{"ValidationError", "exactly one rewrite",
	 ON("1", IF(PATH("/a")) INTO("{'Type': 'url-rewrite'}"))},
};

START_TEST(rules_that_make_no_sense_are_refused)
{
	static const char prefix[] = "{'ListenerArn': '";
	char *params = xasprintf("%s%s%s", prefix, listener, bad[_i].params + strlen(prefix) + 2);

	lb_refused(&test, bad[_i].code, bad[_i].text, MAKE, "%s", params);
	free(params);
}
END_TEST

#define HEADER	"'HttpHeaderConfig': {'HttpHeaderName': 'X-A', 'Values': ['a']}"
#define METHOD	"'HttpRequestMethodConfig': {'Values': ['GET']}"
#define QUERY	"'QueryStringConfig': {'Values': [{'Key': 'k', 'Value': 'v'}]}"
#define SOURCE	"'SourceIpConfig': {'Values': ['2001:db8::/32']}"
#define EVERY_1 HOST("*.example.com") ", " ONE("http-header", HEADER) ", "
#define EVERY_2 ONE("http-request-method", METHOD) ", " ONE("query-string", QUERY) ", "
#define EVERY	EVERY_1 EVERY_2 ONE("source-ip", SOURCE)

START_TEST(every_kind_of_condition_and_transform_is_taken)
{
	struct json *seen = lb_ok(&test, MAKE,
				  ON("7", IF(EVERY) INTO(URL_REWRITE ", " HOST_REWRITE)), listener);

	ec2_assert_path(seen, SHOWN "Conditions.0.HostHeaderConfig.Values.0", "*.example.com");
	ec2_assert_path(seen, SHOWN "Priority", "7");
	ec2_assert_path(seen, SHOWN "IsDefault", "false");
	ck_assert_uint_eq(ec2_size(seen, SHOWN "Conditions"), 5);
	ck_assert_uint_eq(ec2_size(seen, SHOWN "Transforms"), 2);
	json_free(seen);
	lb_assert(&test, SHOWN "Conditions.0.RegexValues.0", "^/a", MAKE,
		  ON("8", IF(ONE("path-pattern", "'RegexValues': ['^/a']"))), listener);
}
END_TEST

START_TEST(what_describe_shows_can_be_said_again)
{
	char *arn = rule(1);

	lb_do(&test, "ModifyRule",
	      RULE(IF(ONE("path-pattern", "'Values': ['/a'], 'PathPatternConfig': {'Values':"
					  " ['/a']}"))),
	      arn);
	free(arn);
}
END_TEST

/* ---- Priorities ---- */

START_TEST(rules_are_shown_by_priority_the_default_one_last)
{
	char *late, *marker;

	late = rule(30);
	free(rule(4));
	lb_assert(&test, SHOWN "Priority", "4", "DescribeRules", "{'ListenerArn': '%s'}", listener);
	lb_assert(&test, "Rules.2.Priority", "default", "DescribeRules", "{'ListenerArn': '%s'}",
		  listener);
	marker = lb_text(&test, "NextMarker", "DescribeRules",
			 "{'ListenerArn': '%s', 'PageSize': 1}", listener);
	lb_assert(&test, SHOWN "Priority", "30", "DescribeRules",
		  "{'ListenerArn': '%s', 'Marker': '%s'}", listener, marker);
	lb_assert(&test, SHOWN "Priority", "30", "DescribeRules", "{'RuleArns': ['%s']}", late);
	lb_refused(&test, "PriorityInUse", "Priority '4' is currently in use", MAKE,
		   ON("4", IF(PATH("/"))), listener);
	lb_refused(&test, "ValidationError", "rule ARNs or a listener", "DescribeRules", "{}");
	lb_refused(&test, "ValidationError", "at the same time", "DescribeRules",
		   "{'ListenerArn': '%s', 'RuleArns': ['%s']}", listener, late);
	lb_refused(&test, "ListenerNotFound", "none", "DescribeRules",
		   "{'ListenerArn': '" NO_LISTENER "'}");
	lb_refused(&test, "RuleNotFound", "One or more", "DescribeRules",
		   "{'RuleArns': ['" NO_RULE "']}");
	lb_refused(&test, "ListenerNotFound", "none", MAKE, ON("9", IF(PATH("/"))), NO_LISTENER);
	free(marker);
	free(late);
}
END_TEST

START_TEST(priorities_are_exchanged_all_at_once)
{
	static const char set[] = "SetRulePriorities";
	char *one = rule(1), *two = rule(2), *three = rule(3);

	lb_assert(&test, "Rules.1.Priority", "1", set,
		  "{'RulePriorities': [{'RuleArn': '%s', 'Priority': 2},"
		  " {'RuleArn': '%s', 'Priority': 1}]}",
		  one, two);
	lb_refused(&test, "PriorityInUse", "'3'", set,
		   "{'RulePriorities': [{'RuleArn': '%s', 'Priority': 3}]}", one);
	lb_refused(&test, "PriorityInUse", "'9'", set,
		   "{'RulePriorities': [{'RuleArn': '%s', 'Priority': 9},"
		   " {'RuleArn': '%s', 'Priority': 9}]}",
		   one, two);
	lb_refused(&test, "ValidationError", "once", set,
		   "{'RulePriorities': [{'RuleArn': '%s', 'Priority': 8},"
		   " {'RuleArn': '%s', 'Priority': 9}]}",
		   one, one);
	lb_refused(&test, "ValidationError", "with a priority", set,
		   "{'RulePriorities': [{'RuleArn': '%s'}]}", one);
	lb_refused(&test, "ValidationError", "must be specified", set, "{'RulePriorities': []}");
	lb_refused(&test, "RuleNotFound", "none", set,
		   "{'RulePriorities': [{'RuleArn': '" NO_RULE "', 'Priority': 8}]}");
	free(one);
	free(two);
	free(three);
}
END_TEST

START_TEST(the_default_rule_stays)
{
	char *arn =
		lb_text(&test, SHOWN "RuleArn", "DescribeRules", "{'ListenerArn': '%s'}", listener);

	lb_refused(&test, "OperationNotPermitted", "Default rule cannot be modified", "ModifyRule",
		   RULE(""), arn);
	lb_refused(&test, "OperationNotPermitted", "Default rule cannot be deleted", "DeleteRule",
		   RULE(""), arn);
	lb_refused(&test, "OperationNotPermitted", "Default rule", "SetRulePriorities",
		   "{'RulePriorities': [{'RuleArn': '%s', 'Priority': 1}]}", arn);
	free(arn);
}
END_TEST

/* ---- Changing ---- */

START_TEST(rules_change_part_by_part)
{
	char *arn = rule(1);

	lb_assert(&test, SHOWN "Transforms.0.Type", "url-rewrite", "ModifyRule",
		  RULE(INTO(URL_REWRITE)), arn);
	lb_assert(&test, SHOWN "Conditions.0.Values.0", "/new", "ModifyRule",
		  RULE(IF(PATH("/new"))), arn);
	lb_refused(&test, "ValidationError", "not both", "ModifyRule",
		   RULE(INTO(URL_REWRITE) ", 'ResetTransforms': true"), arn);
	lb_assert(&test, SHOWN "Transforms.0.Type", NULL, "ModifyRule",
		  RULE(", 'ResetTransforms': true"), arn);
	lb_refused(&test, "TargetGroupNotFound", "none", "ModifyRule",
		   RULE(", 'Actions': [{'Type': 'forward', 'TargetGroupArn': '" NO_GROUP "'}]"),
		   arn);
	lb_refused(&test, "ValidationError", "A condition must", "ModifyRule", RULE(IF("")), arn);
	lb_do(&test, "DeleteRule", RULE(""), arn);
	lb_refused(&test, "RuleNotFound", arn, "DeleteRule", RULE(""), arn);
	lb_refused(&test, "RuleNotFound", arn, "ModifyRule", RULE(""), arn);
	free(arn);
}
END_TEST

START_TEST(a_group_of_a_rule_is_in_use_until_the_rule_goes)
{
	char *group = v2_group(&test, "x", "HTTP", 80, "");
	char *arn = lb_text(&test, SHOWN "RuleArn", MAKE,
			    "{'ListenerArn': '%s', 'Priority': 1, 'Actions': [{'Type': 'forward',"
			    " 'TargetGroupArn': '%s'}]" IF(PATH("/")) "}",
			    listener, group);

	v2_register(&test, group, LB_NODE_A);
	v2_assert_health(&test, group, "initial", "Elb.RegistrationInProgress");
	lb_refused(&test, "ResourceInUse", "in use", "DeleteTargetGroup",
		   "{'TargetGroupArn': '%s'}", group);
	lb_do(&test, "ModifyRule", RULE(", 'Actions': [" OK "]"), arn);
	v2_assert_health(&test, group, "unused", "Target.NotInUse");
	lb_do(&test, "DeleteTargetGroup", "{'TargetGroupArn': '%s'}", group);
	free(group);
	free(arn);
}
END_TEST

START_TEST(network_listeners_have_only_the_default_rule)
{
	char *nlb = v2_balancer(&test, "nlb", "network", "");
	char *group = v2_group(&test, "x", "TCP", 80, "");
	char *arn = v2_listener(&test, nlb, "TCP", 80, group);

	lb_assert(&test, SHOWN "IsDefault", "true", "DescribeRules", "{'ListenerArn': '%s'}", arn);
	lb_refused(&test, "UnsupportedProtocol", "Rules are unsupported for TCP listeners", MAKE,
		   ON("1", IF(PATH("/"))), arn);
	free(arn);
	free(group);
	free(nlb);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("elbv2_rule");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, rules_that_make_no_sense_are_refused, 0, array_size(bad));
	tcase_add_test(tcase, every_kind_of_condition_and_transform_is_taken);
	tcase_add_test(tcase, what_describe_shows_can_be_said_again);
	tcase_add_test(tcase, rules_are_shown_by_priority_the_default_one_last);
	tcase_add_test(tcase, priorities_are_exchanged_all_at_once);
	tcase_add_test(tcase, the_default_rule_stays);
	tcase_add_test(tcase, rules_change_part_by_part);
	tcase_add_test(tcase, a_group_of_a_rule_is_in_use_until_the_rule_goes);
	tcase_add_test(tcase, network_listeners_have_only_the_default_rule);
	return run_suite_of(tcase, "elbv2_rule");
}
