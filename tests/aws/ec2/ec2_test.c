#include "tests/aws/ec2/ec2_test.h"

#include <stdarg.h>
#include <stdio.h>

#include "emulator/base/strbuf.h"

void ec2_test_init(struct ec2_test *test, enum profile profile)
{
	test->world = test_world(profile);
	test->aws = aws_new(test->world);
	aws_check_replies(test->aws, true);
}

void ec2_test_done(struct ec2_test *test)
{
	aws_free(test->aws);
	world_free(test->world);
}

static struct json *read_params(const char *params, va_list arguments)
{
	char *text;
	struct json *tree;

	ck_assert_int_ge(vasprintf(&text, params, arguments), 0);
	tree = test_json(text);
	free(text);
	return tree;
}

static struct json *invoke(struct ec2_test *test, const char *fixed_id, const char *operation,
			   struct json *params)
{
	struct err err = ERR_INIT;
	struct json *output = NULL;

	if (!aws_invoke(test->aws, "operator", NULL, TEST_REGION, "ec2", operation, params,
			fixed_id, &output, &err))
		ck_abort_msg("%s: %s: %s", operation, err.wire, err_text(&err));
	json_free(params);
	return output;
}

struct json *ec2_ok(struct ec2_test *test, const char *operation, const char *params, ...)
{
	struct json *tree;
	va_list arguments;

	va_start(arguments, params);
	tree = read_params(params, arguments);
	va_end(arguments);
	return invoke(test, NULL, operation, tree);
}

struct json *ec2_ok_fixed(struct ec2_test *test, const char *fixed_id, const char *operation,
			  const char *params, ...)
{
	struct json *tree;
	va_list arguments;

	va_start(arguments, params);
	tree = read_params(params, arguments);
	va_end(arguments);
	return invoke(test, fixed_id, operation, tree);
}

char *ec2_get_text(struct ec2_test *test, const char *operation, const char *path,
		   const char *params, ...)
{
	struct json *tree;
	va_list arguments;
	const char *text;
	char *copy;

	va_start(arguments, params);
	tree = read_params(params, arguments);
	va_end(arguments);
	tree = invoke(test, NULL, operation, tree);
	text = ec2_path(tree, path);
	if (!text) {
		char *whole = json_to_text(tree);

		ck_abort_msg("%s: no %s in %s", operation, path, whole);
	}
	copy = xstrdup(text);
	json_free(tree);
	return copy;
}

char *ec2_refused(struct ec2_test *test, const char *code, const char *operation,
		  const char *params, ...)
{
	uint64_t before;
	struct err err = ERR_INIT;
	struct json *tree, *output = NULL;
	va_list arguments;
	char *text;

	/* the region's defaults are made before the first call: not what is looked at here */
	json_free(ec2_ok(test, "DescribeRegions", "{}"));
	before = world_revision(test->world);
	va_start(arguments, params);
	tree = read_params(params, arguments);
	va_end(arguments);
	if (aws_invoke(test->aws, "operator", NULL, TEST_REGION, "ec2", operation, tree, NULL,
		       &output, &err))
		ck_abort_msg("%s was not refused", operation);
	ck_assert_msg(str_eq(err.wire, code), "%s: expected %s, got %s: %s", operation, code,
		      err.wire, err_text(&err));
	ck_assert_uint_eq(world_revision(test->world), before);
	json_free(tree);
	text = xstrdup(err_text(&err));
	err_done(&err);
	return text;
}

static const struct json *walk(const struct json *tree, const char *path)
{
	char *copy = xstrdup(path), *save = NULL;

	for (char *step = strtok_r(copy, ".", &save); step; step = strtok_r(NULL, ".", &save))
		tree = json_is_array(tree) ? json_at(tree, strtoul(step, NULL, 10))
					   : json_get(tree, step);
	free(copy);
	return tree;
}

const char *ec2_path(const struct json *tree, const char *path)
{
	static char number[32];
	const struct json *found = walk(tree, path);
	int64_t value;

	if (json_is_bool(found))
		return json_bool(found) ? "true" : "false";
	if (json_int(found, &value)) {
		snprintf(number, sizeof(number), "%lld", (long long)value);
		return number;
	}
	return json_str(found);
}

size_t ec2_size(const struct json *tree, const char *path)
{
	return json_size(walk(tree, path));
}

void ec2_test_network(struct ec2_test *test)
{
	json_free(ec2_ok_fixed(test, TEST_VPC, "CreateVpc", "{'CidrBlock': '10.250.0.0/16'}"));
	json_free(ec2_ok_fixed(test, TEST_SUBNET, "CreateSubnet",
			       "{'VpcId': '" TEST_VPC "', 'CidrBlock': '10.250.0.0/19',"
			       " 'AvailabilityZone': 'eu-west-1a'}"));
}

void ec2_test_network_ipv6(struct ec2_test *test, char *block)
{
	struct cidr vpc, subnet;
	char *text, sub[CIDR_TEXT_MAX];

	ec2_test_network(test);
	json_free(ec2_ok(test, "AssociateVpcCidrBlock",
			 "{'VpcId': '" TEST_VPC "', 'AmazonProvidedIpv6CidrBlock': true}"));
	test_advance(test->world, 10000);
	text = ec2_get_text(test, "DescribeVpcs",
			    "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock",
			    "{'VpcIds': ['" TEST_VPC "']}");
	ck_assert(cidr_parse(text, &vpc) && cidr_sub(&vpc, 64, 0, &subnet));
	json_free(ec2_ok(test, "AssociateSubnetCidrBlock",
			 "{'SubnetId': '" TEST_SUBNET "', 'Ipv6CidrBlock': '%s'}",
			 cidr_format(&subnet, sub)));
	test_advance(test->world, 10000);
	cidr_format(&vpc, block);
	free(text);
}

int ec2_suite(const char *name, void (*setup)(void), void (*teardown)(void),
	      const TTest *const *tests)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (; *tests; tests++)
		tcase_add_test(tcase, *tests);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
