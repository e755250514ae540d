#pragma once
/* Calls of both load balancing APIs in one line, in a cloud that has what balancers need. */
#include "tests/aws/ec2/ec2_test.h"

struct balancer_test {
	struct ec2_test ec2;
	const char *service; /* "elb" or "elbv2": who answers lb_ok and the like */
};

/** @name What is there: a VPC with an internet gateway, dual-stack subnets in zones a and b, IPv4
 * ones in c and (a small one) in a; a running instance in each of a, b and c; certificates "a", "b"
 * and "1" of ACM, "web" of IAM */
#define LB_VPC	   "vpc-0000000000000aaaa"
#define LB_A	   "subnet-0000000000000aaaa"
#define LB_B	   "subnet-0000000000000bbbb"
#define LB_C	   "subnet-0000000000000cccc" /* IPv4 only */
#define LB_A2	   "subnet-0000000000000aaa2" /* IPv4 only, zone a, /28 */
#define LB_GROUP   "sg-0000000000000aaaa"     /* named "balancers" */
#define LB_GROUP_2 "sg-0000000000000bbbb"
#define LB_NODE_A  "i-0000000000000aaaa"
#define LB_NODE_B  "i-0000000000000bbbb"
#define LB_NODE_C  "i-0000000000000cccc"
/* a VPC without a gateway, a subnet, a group and an instance in it */
#define LB_OTHER_VPC	"vpc-000000000000000ff"
#define LB_OTHER_SUBNET "subnet-000000000000000ff"
#define LB_OTHER_GROUP	"sg-000000000000000ff"
#define LB_OTHER_NODE	"i-000000000000000ff"

/** Makes the world with all that; end it with lb_done. */
void lb_init(struct balancer_test *test, const char *service, enum profile profile);
void lb_done(struct balancer_test *test);

/** An operation that must work; params as test_json takes them, printf-like. New tree. */
struct json *lb_ok(struct balancer_test *test, const char *operation, const char *params, ...)
	printf_like(3, 4);
/** The same, without the answer. */
void lb_do(struct balancer_test *test, const char *operation, const char *params, ...)
	printf_like(3, 4);
/** An operation that must be refused with this code and a text that contains `text`, and change
 * nothing. */
void lb_refused(struct balancer_test *test, const char *code, const char *text,
		const char *operation, const char *params, ...) printf_like(5, 6);
/** A text out of the answer (path as ec2_path takes it); free() it. */
char *lb_text(struct balancer_test *test, const char *path, const char *operation,
	      const char *params, ...) printf_like(4, 5);
/** Whether the operation answers the text at the path; NULL: that there is nothing. */
#define lb_assert(test, path, expected, ...)                                                       \
	do {                                                                                       \
		struct json *lb_seen__ = lb_ok((test), __VA_ARGS__);                               \
		lb_check(lb_seen__, (path), (expected));                                           \
		json_free(lb_seen__);                                                              \
	} while (0)
void lb_check(const struct json *seen, const char *path, const char *expected);
/** How many elements the answer has at the path. */
size_t lb_count(struct balancer_test *test, const char *path, const char *operation,
		const char *params, ...) printf_like(4, 5);

/** Makes a bucket that takes the logs of all sorts of load balancers. */
void lb_bucket(struct balancer_test *test, const char *name);
/** Puts bytes, given in base64, into a bucket. */
void lb_file(struct balancer_test *test, const char *bucket, const char *key, const char *blob);
/** How many network interfaces have that description. */
size_t lb_interfaces(struct balancer_test *test, const char *description);
/** Makes an instance of that id in a subnet. */
void lb_node(struct balancer_test *test, const char *id, const char *subnet);
