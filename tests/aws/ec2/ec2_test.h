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

/**
 * A row of a walk: one call after the other, by whom the row before says. In params `$NAME` stands
 * for what a call before kept. See ec2_walk.
 */
struct ec2_step {
	const char *operation; /**< of another service: "iam:CreateRole"; NULL: no call; with no
				  other member the walk is over */
	const char *params;
	const char *code; /**< refused with it, nothing changes; NULL: it works */
	/** What the answer must say: "path=value; path#2; !path": a text (with wildcards), a
	 * list's length, nothing there. Of a refusal: its text; NULL: any. */
	const char *expect;
	const char *keep;    /**< "NAME=path": texts of the answer to keep, parted by "; " */
	const char *account; /**< from here on this account (and region) calls */
	const char *region;
	int64_t wait_ms; /**< emulated time that passes */
};
#define EC2_OK(op, in, out)                                                                        \
	{                                                                                          \
		.operation = op, .params = in, .expect = out                                       \
	}
#define EC2_KEEP(op, in, kept, out)                                                                \
	{                                                                                          \
		.operation = op, .params = in, .expect = out, .keep = kept                         \
	}
#define EC2_NO(op, in, wire, text)                                                                 \
	{                                                                                          \
		.operation = op, .params = in, .code = wire, .expect = text                        \
	}
#define EC2_WAIT(ms)                                                                               \
	{                                                                                          \
		.wait_ms = ms                                                                      \
	}
#define EC2_AS(its_account, its_region)                                                            \
	{                                                                                          \
		.account = its_account, .region = its_region                                       \
	}
#define EC2_END                                                                                    \
	{                                                                                          \
		.operation = NULL                                                                  \
	}
void ec2_walk(struct ec2_test *test, const struct ec2_step *steps);
/** A test that is a walk in the file's `test`; its name is what it proves. */
#define EC2_WALK(name, ...)                                                                        \
	static const struct ec2_step name##_steps[] = {__VA_ARGS__ EC2_END};                       \
	START_TEST(name)                                                                           \
	{                                                                                          \
		ec2_walk(&test, name##_steps);                                                     \
	}                                                                                          \
	END_TEST

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
