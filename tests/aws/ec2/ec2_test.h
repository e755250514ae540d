#pragma once
/* Calls of EC2 in one line, each reply checked against the model. */
#include <check.h>

#include "emulator/aws/aws.h"
#include "emulator/aws/ec2/ec2.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

struct ec2_test {
	struct world *world;
	struct aws *aws;
};

/** A world of the profile with the façade on it; end it with ec2_test_done. */
void ec2_test_init(struct ec2_test *test, enum profile profile);
void ec2_test_done(struct ec2_test *test);

/** Calls as the operator, in TEST_REGION; params as test_json takes them, printf-like. The test
 * ends when it is refused. New tree. */
struct json *ec2_ok(struct ec2_test *test, const char *operation, const char *params, ...)
	printf_like(3, 4);
/** The same, and a text of the answer: path "Vpc.VpcId", with list indexes as "Subnets.0.SubnetId".
 * free() it. The test ends when there is none. */
char *ec2_get_text(struct ec2_test *test, const char *operation, const char *path,
		   const char *params, ...) printf_like(4, 5);
/** Calls with a fixed id. */
struct json *ec2_ok_fixed(struct ec2_test *test, const char *fixed_id, const char *operation,
			  const char *params, ...) printf_like(4, 5);
/** The call must be refused with that code, and nothing may have changed. The text; free() it. */
char *ec2_refused(struct ec2_test *test, const char *code, const char *operation,
		  const char *params, ...) printf_like(4, 5);
/** Refused with that code and text. */
#define ec2_refuses(test, code, text, ...)                                                         \
	do {                                                                                       \
		char *refusal__ = ec2_refused((test), (code), __VA_ARGS__);                        \
		ck_assert_str_eq(refusal__, (text));                                               \
		free(refusal__);                                                                   \
	} while (0)
/** A text, integer or truth of a tree by path, as text in static memory; NULL when missing. */
const char *ec2_path(const struct json *tree, const char *path);
/** Number of elements at the path; 0 when missing. */
size_t ec2_size(const struct json *tree, const char *path);
#define ec2_assert_path(tree, path, text) ck_assert_pstr_eq(ec2_path((tree), (path)), (text))

/** A VPC 10.250.0.0/16 with a subnet 10.250.0.0/19 in zone a, by fixed ids. */
#define TEST_VPC    "vpc-0000000000000aaaa"
#define TEST_SUBNET "subnet-0000000000000aaaa"
void ec2_test_network(struct ec2_test *test);
/** The same with IPv6 in both; waits until it is associated. The VPC's block is written to `block`
 * (CIDR_TEXT_MAX bytes). The subnet has its first /64. */
void ec2_test_network_ipv6(struct ec2_test *test, char *block);

/** main() of a test program: runs the tests between setup and teardown. */
int ec2_suite(const char *name, void (*setup)(void), void (*teardown)(void),
	      const TTest *const *tests);
