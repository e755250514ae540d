/* emulator/base/err.c */
#include "emulator/base/err.h"

#include <check.h>
#include <errno.h>

#include "emulator/base/json.h"

START_TEST(an_error_holds_class_wire_code_and_sentence)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	char wire[] = "InvalidSubnet.Conflict";

	ck_assert(!err_set(&err, ERR_CONFLICT, wire, "The CIDR '%s' conflicts", "10.0.0.0/8"));
	wire[0] = 'X';
	ck_assert_int_eq(err.code, ERR_CONFLICT);
	ck_assert_str_eq(err.wire, "InvalidSubnet.Conflict");
	ck_assert_str_eq(err_text(&err), "The CIDR '10.0.0.0/8' conflicts");
	ck_assert_int_eq(err.status, 0);
}
END_TEST

START_TEST(without_an_error_to_set_the_answer_is_false_all_the_same)
{
	ck_assert(!err_set(NULL, ERR_INVALID, NULL, "x"));
	ck_assert(!err_errno(NULL, "x"));
	ck_assert(!err_wrap(NULL, "x"));
}
END_TEST

START_TEST(an_error_can_be_set_from_its_own_parts)
{
	_cleanup_(err_done) struct err err = ERR_INIT;

	err_set(&err, ERR_LIMIT, "A", "first");
	err.details = json_new_object();
	err.status = 409;
	err_set(&err, ERR_INVALID, err.wire, "after %s", err.text);
	ck_assert_str_eq(err.wire, "A");
	ck_assert_str_eq(err.text, "after first");
	ck_assert_ptr_null(err.details);
	ck_assert_int_eq(err.status, 0);
}
END_TEST

START_TEST(context_is_put_before_the_text_and_changes_nothing_else)
{
	_cleanup_(err_done) struct err err = ERR_INIT;

	err_set(&err, ERR_NOT_FOUND, "NoSuch", "no such vpc");
	err.status = 404;
	err.details = json_new_string("x");
	ck_assert(!err_wrap(&err, "subnet %s", "s-1"));
	ck_assert(!err_wrap(&err, "step %d", 3));
	ck_assert_str_eq(err_text(&err), "step 3: subnet s-1: no such vpc");
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_str_eq(err.wire, "NoSuch");
	ck_assert_int_eq(err.status, 404);
	ck_assert_str_eq(json_str(err.details), "x");
}
END_TEST

START_TEST(the_systems_reason_stands_behind_the_sentence)
{
	_cleanup_(err_done) struct err err = ERR_INIT;

	errno = ENOENT;
	ck_assert(!err_errno(&err, "cannot open '%s'", "x"));
	ck_assert_str_eq(err_text(&err), "cannot open 'x': No such file or directory");
	ck_assert_int_eq(err.code, ERR_IO);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(a_moved_error_is_in_one_place_only)
{
	_cleanup_(err_done) struct err from = ERR_INIT, to = ERR_INIT;

	err_set(&from, ERR_DENIED, NULL, "new");
	err_set(&to, ERR_IO, "W", "old");
	ck_assert(!err_move(&to, &from));
	ck_assert_str_eq(err_text(&to), "new");
	ck_assert_ptr_null(to.wire);
	ck_assert_int_eq(from.code, ERR_NONE);
	ck_assert_str_eq(err_text(&from), "no error");
	err_move(&to, &to);
	ck_assert_str_eq(err_text(&to), "new");
	err_move(NULL, &to);
	ck_assert_int_eq(to.code, ERR_NONE);
}
END_TEST

START_TEST(no_error_has_a_text_too)
{
	struct err err = ERR_INIT;

	ck_assert_str_eq(err_text(&err), "no error");
	ck_assert_str_eq(err_text(NULL), "no error");
	err_done(&err);
	err_done(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("err");
	TCase *tc = tcase_create("err");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, an_error_holds_class_wire_code_and_sentence);
	tcase_add_test(tc, without_an_error_to_set_the_answer_is_false_all_the_same);
	tcase_add_test(tc, an_error_can_be_set_from_its_own_parts);
	tcase_add_test(tc, context_is_put_before_the_text_and_changes_nothing_else);
	tcase_add_test(tc, the_systems_reason_stands_behind_the_sentence);
	tcase_add_test(tc, a_moved_error_is_in_one_place_only);
	tcase_add_test(tc, no_error_has_a_text_too);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
