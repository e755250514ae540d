/* Each filter that AWS documents is known to its operation, and an unknown one is refused. */
#include <stdio.h>

#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static const struct row {
	const char *operation, *member, *filter;
} rows[] = {
#define FILTER(operation, member, filter) {operation, member, filter},
#include "tests/aws/ec2/filters.tbl"
#undef FILTER
};

/* What an operation needs besides its filters. */
static const struct {
	const char *operation, *params;
} needed[] = {
	{"DescribeLaunchTemplateVersions", "{'Versions': ['$Latest']}"},
	{"GetSecurityGroupsForVpc", "{'VpcId': '" TEST_VPC "'}"},
	{"GetSubnetCidrReservations", "{'SubnetId': '" TEST_SUBNET "'}"},
};

static void setup(void)
{
	ec2_test_init(&test, PROFILE_INSTANT);
	ec2_test_network(&test);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

static struct json *params_of(const struct row *row, const char *filter)
{
	struct json *params = NULL, *item = json_new_object();

	for (size_t i = 0; i < array_size(needed); i++)
		if (str_eq(needed[i].operation, row->operation))
			params = test_json(needed[i].params);
	if (!params)
		params = json_new_object();
	json_set_str(item, "Name", filter);
	json_append_str(json_ensure_array(item, "Values"), "none");
	json_append(json_ensure_array(params, row->member), item);
	return params;
}

/** NULL when the call was answered, else the code of its refusal; free() it. */
static char *code_of(const struct row *row, const char *filter)
{
	_cleanup_(json_freep) struct json *params = params_of(row, filter);
	struct json *output = NULL;
	struct err err = ERR_INIT;
	char *code = NULL;

	if (!aws_invoke(test.aws, "operator", NULL, TEST_REGION, "ec2", row->operation, params,
			NULL, &output, &err))
		code = xstrdup(err.wire ? err.wire : "no code");
	err_done(&err);
	json_free(output);
	return code;
}

START_TEST(every_documented_filter_is_known)
{
	unsigned unknown = 0;

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *code = code_of(&rows[i], rows[i].filter);

		if (!code)
			continue;
		printf("# %s: %s: %s\n", rows[i].operation, rows[i].filter, code);
		unknown++;
	}
	ck_assert_uint_eq(unknown, 0);
}
END_TEST

START_TEST(an_unknown_filter_is_refused_by_each_operation)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *code = NULL;

		if (i && str_eq(rows[i].operation, rows[i - 1].operation))
			continue;
		code = code_of(&rows[i], "no-such-filter");
		ck_assert_msg(str_eq(code, "InvalidParameterValue"), "%s: %s", rows[i].operation,
			      code ? code : "answered");
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_documented_filter_is_known,
		an_unknown_filter_is_refused_by_each_operation,
		NULL,
	};

	return ec2_suite("ec2_filters", setup, teardown, tests);
}
