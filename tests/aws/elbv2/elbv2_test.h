#pragma once
/* Calls of ELBv2 in one line, on the network of balancer_test.h; most tests want a load balancer,
 * a target group or a listener first. */
#include "tests/aws/elb/balancer_test.h"

/** ARNs of nothing, of a form that is right. */
#define NO_ARN(what) "arn:aws:elasticloadbalancing:" TEST_REGION ":" TEST_ACCOUNT ":" what "/none"
#define NO_BALANCER  NO_ARN("loadbalancer/app")
#define NO_GROUP     NO_ARN("targetgroup")
#define NO_LISTENER  NO_ARN("listener/app")
#define NO_RULE	     NO_ARN("listener-rule/app")

/** Makes a load balancer in LB_A and LB_B; `more` is added to its parameters (", 'K': 'v'"). The
 * ARN; free() it. */
char *v2_balancer(struct balancer_test *test, const char *name, const char *type, const char *more);
/** Makes a target group in LB_VPC; `more` as above. The ARN; free() it. */
char *v2_group(struct balancer_test *test, const char *name, const char *protocol, int port,
	       const char *more);
/** Makes a listener that forwards to a group. The ARN; free() it. */
char *v2_listener(struct balancer_test *test, const char *balancer, const char *protocol, int port,
		  const char *group);
/** Registers one target by its Id. */
void v2_register(struct balancer_test *test, const char *group, const char *id);
/** Whether the first target of a group has that state and reason (NULL: none). */
#define v2_assert_health(test, group, state, reason)                                               \
	do {                                                                                       \
		struct json *health__ = lb_ok((test), "DescribeTargetHealth",                      \
					      "{'TargetGroupArn': '%s'}", (group));                \
		const char *first__ = "TargetHealthDescriptions.0.TargetHealth.";                  \
		ck_assert_pstr_eq(v2_member(health__, first__, "State"), (state));                 \
		ck_assert_pstr_eq(v2_member(health__, first__, "Reason"), (reason));               \
		json_free(health__);                                                               \
	} while (0)
/** ec2_path of the two parts put together. */
const char *v2_member(const struct json *tree, const char *path, const char *member);
