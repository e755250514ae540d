/* Calls without a wire, and what stands around every handler. */
#include <check.h>

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

int main(void)
{
	Suite *suite = suite_create("dispatch");
	TCase *tcase = tcase_create("dispatch");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_operation_nobody_built_is_refused_and_counted);
	tcase_add_test(tcase, an_operation_or_service_that_aws_does_not_have_is_not_found);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
