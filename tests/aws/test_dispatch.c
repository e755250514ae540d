/* Calls without a wire, and what stands around every handler. */
#include <check.h>

#include "emulator/aws/input.h"
#include "emulator/aws/private.h"
#include "tests/lib/world.h"

static struct world *world;
static struct aws *aws;

static void setup(void)
{
	world = test_world(PROFILE_AWS);
	aws = aws_new(world);
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
}

START_TEST(an_operation_nobody_built_is_refused_and_counted)
{
	struct err err = ERR_INIT;
	struct strbuf names;

	strbuf_init(&names, 1000);
	ck_assert(!aws_invoke(aws, "operator", NULL, "eu-west-1", "kms", "ImportKeyMaterial", NULL,
			      NULL, NULL, &err));
	ck_assert_int_eq(err.code, ERR_UNSUPPORTED);
	ck_assert_int_eq(err.status, 501);
	ck_assert_str_eq(err.wire, "NotImplemented");
	ck_assert(strstr(err_text(&err), "kms:ImportKeyMaterial"));
	ck_assert_uint_eq(aws_missing_operations(aws, &names), 1);
	ck_assert_str_eq(strbuf_text(&names), "kms:ImportKeyMaterial\n");
	err_done(&err);
	strbuf_done(&names);
}
END_TEST

START_TEST(an_operation_or_service_that_aws_does_not_have_is_not_found)
{
	struct err err = ERR_INIT;

	ck_assert(!aws_invoke(aws, "operator", NULL, "eu-west-1", "ec2", "CreateFoo", NULL, NULL,
			      NULL, &err));
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert(!aws_invoke(aws, "operator", NULL, "eu-west-1", "foo", "CreateFoo", NULL, NULL,
			      NULL, &err));
	ck_assert_str_eq(err_text(&err), "AWS service 'foo' is not known");
	ck_assert_uint_eq(aws_missing_operations(aws, NULL), 0);
	err_done(&err);
}
END_TEST

/* A call as its handler leaves it, which looked at nothing but one member. */
static void judge(const char *params, const char *looked_at, bool ignored)
{
	struct job job = {.aws = aws, .params = test_json(params)};
	struct call *call = test_call_as(world, "operator", "ec2", "CreatePlacementGroup");

	job.route.service = aws_model_find("ec2");
	job.route.operation = aws_model_operation(job.route.service, "CreatePlacementGroup");
	json_watch(job.params);
	json_get(job.params, looked_at);
	ck_assert_int_eq(input_judge(&job, call), ignored);
	call_commit(call, 200);
	json_free(job.params);
}

static void add_path(const char *path, void *userdata)
{
	strbuf_addf(userdata, "%s\n", path);
}

START_TEST(what_a_handler_does_not_look_at_is_found_in_all_depths)
{
	_cleanup_(json_freep) struct json *params = test_json(
		"{'CidrBlock': '10.0.0.0/16', 'InstanceTenancy': 'default', 'DryRun': true,"
		" 'TagSpecifications': [{'ResourceType': 'vpc', 'Tags': []}, {}]}");
	const struct aws_service_model *model = aws_model_find("ec2");
	struct strbuf paths;

	strbuf_init(&paths, 1000);
	json_watch(params);
	json_get(params, "DryRun");
	json_get(json_first(json_get(params, "TagSpecifications")), "Tags");
	input_unread(model, aws_model_shape(model, "CreateVpcRequest"), params, add_path, &paths);
	ck_assert_str_eq(strbuf_text(&paths),
			 "CidrBlock\nTagSpecifications.ResourceType\nInstanceTenancy\n");
	strbuf_done(&paths);
}
END_TEST

START_TEST(what_is_not_modelled_is_counted_and_in_the_journal)
{
	const struct journal *journal = world_journal(world);
	struct strbuf names;

	strbuf_init(&names, 1000);
	for (int i = 0; i < 2; i++) {
		judge("{'GroupName': 'g', 'LinkedGroupId': 'pg-1', 'ParentGroupId': 'pg-2'}",
		      "GroupName", true);
		ck_assert_str_eq(journal_get(journal, journal_last(journal))->ignored,
				 "LinkedGroupId, ParentGroupId");
	}
	ck_assert_uint_eq(aws_ignored_members(aws, &names), 4);
	ck_assert_str_eq(strbuf_text(&names), "ec2:CreatePlacementGroup LinkedGroupId\n"
					      "ec2:CreatePlacementGroup ParentGroupId\n");
	strbuf_done(&names);
}
END_TEST

START_TEST(what_is_looked_at_or_was_not_given_is_not_noted)
{
	const struct journal *journal = world_journal(world);

	judge("{'GroupName': 'g', 'LinkedGroupId': 'pg-1'}", "LinkedGroupId", false);
	judge("{'Strategy': 'cluster'}", "GroupName", false); /* it has no row: others look at it */
	ck_assert_ptr_null(journal_get(journal, journal_last(journal))->ignored);
	ck_assert_uint_eq(aws_ignored_members(aws, NULL), 0);
}
END_TEST

START_TEST(a_row_with_a_reason_is_silent)
{
	_cleanup_(json_freep) struct json *params = test_json("{}");
	struct err err = ERR_INIT;

	ck_assert(aws_unread_at("ec2", "DescribeInstances", 0));
	ck_assert(aws_unread_at("ec2", "DescribeInstances", 0)->reason);
	ck_assert_str_eq(aws_unread_at("ec2", "DescribeInstances", 0)->member,
			 "IncludeManagedResources");
	ck_assert_ptr_null(aws_unread_at("ec2", "DescribeInstances", 1));
	json_set_bool(params, "IncludeManagedResources", true);
	ck_assert(aws_invoke(aws, "operator", NULL, "eu-west-1", "ec2", "DescribeInstances", params,
			     NULL, NULL, &err));
	ck_assert_uint_eq(aws_ignored_members(aws, NULL), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dispatch");
	TCase *tcase = tcase_create("dispatch");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_operation_nobody_built_is_refused_and_counted);
	tcase_add_test(tcase, an_operation_or_service_that_aws_does_not_have_is_not_found);
	tcase_add_test(tcase, what_a_handler_does_not_look_at_is_found_in_all_depths);
	tcase_add_test(tcase, what_is_not_modelled_is_counted_and_in_the_journal);
	tcase_add_test(tcase, what_is_looked_at_or_was_not_given_is_not_noted);
	tcase_add_test(tcase, a_row_with_a_reason_is_silent);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
