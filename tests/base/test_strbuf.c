/* emulator/base/strbuf.c */
#include "emulator/base/strbuf.h"

#include <check.h>

START_TEST(an_empty_text_is_a_text)
{
	_cleanup_(strbuf_done) struct strbuf sb;
	_cleanup_(freep) char *text = NULL;

	strbuf_init(&sb, 10);
	ck_assert_str_eq(strbuf_text(&sb), "");
	text = strbuf_steal(&sb);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(what_is_added_stands_in_order)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 1000);
	strbuf_add(&sb, "ab");
	strbuf_add_char(&sb, 'c');
	strbuf_add_bytes(&sb, "defg", 2);
	strbuf_addf(&sb, "%d-%s", 42, "x");
	strbuf_add_bytes(&sb, NULL, 0);
	ck_assert_str_eq(strbuf_text(&sb), "abcde42-x");
	ck_assert_uint_eq(sb.length, 9);
	ck_assert(!sb.overflow);
}
END_TEST

START_TEST(the_ceiling_can_be_reached_but_not_passed)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 5);
	strbuf_add(&sb, "12345");
	ck_assert(!sb.overflow);
	strbuf_add_char(&sb, '6');
	ck_assert(sb.overflow);
	ck_assert_str_eq(strbuf_text(&sb), "12345");
}
END_TEST

START_TEST(what_does_not_fit_is_left_out_whole)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 5);
	strbuf_add(&sb, "123");
	strbuf_addf(&sb, "%s", "456");
	ck_assert(sb.overflow);
	ck_assert_str_eq(strbuf_text(&sb), "123");
	strbuf_add(&sb, "45"); /* fits, but the text stays marked */
	ck_assert(sb.overflow);
	ck_assert_uint_eq(sb.length, 5);
}
END_TEST

START_TEST(a_ceiling_of_nothing_takes_nothing)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 0);
	strbuf_add(&sb, "");
	ck_assert(!sb.overflow);
	strbuf_addf(&sb, "%s", "x");
	ck_assert(sb.overflow);
	ck_assert_str_eq(strbuf_text(&sb), "");
}
END_TEST

START_TEST(a_huge_length_is_no_overflow_of_arithmetic)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, SIZE_MAX);
	strbuf_add(&sb, "x");
	strbuf_add_bytes(&sb, "y", SIZE_MAX - 1);
	ck_assert(sb.overflow);
	ck_assert_str_eq(strbuf_text(&sb), "x");
}
END_TEST

START_TEST(formatted_text_of_any_length_grows_the_memory)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 100000);
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&sb, "%050d", i);
	ck_assert_uint_eq(sb.length, 50000);
	ck_assert_str_eq(strbuf_text(&sb) + 49997, "999");
	ck_assert(!sb.overflow);
}
END_TEST

START_TEST(reset_empties_and_forgets_the_overflow)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 3);
	strbuf_add(&sb, "abcd");
	strbuf_add(&sb, "abc");
	strbuf_reset(&sb);
	ck_assert(!sb.overflow);
	ck_assert_str_eq(strbuf_text(&sb), "");
	strbuf_add(&sb, "xyz");
	ck_assert_str_eq(strbuf_text(&sb), "xyz");
}
END_TEST

START_TEST(truncate_cuts_but_never_grows)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 10);
	strbuf_truncate(&sb, 0);
	strbuf_add(&sb, "abcdef");
	strbuf_truncate(&sb, 9);
	ck_assert_str_eq(strbuf_text(&sb), "abcdef");
	strbuf_truncate(&sb, 2);
	strbuf_add_char(&sb, 'x');
	ck_assert_str_eq(strbuf_text(&sb), "abx");
}
END_TEST

START_TEST(a_stolen_text_leaves_an_empty_one_with_the_same_ceiling)
{
	_cleanup_(strbuf_done) struct strbuf sb;
	_cleanup_(freep) char *text = NULL;

	strbuf_init(&sb, 4);
	strbuf_add(&sb, "abcd");
	text = strbuf_steal(&sb);
	ck_assert_str_eq(text, "abcd");
	ck_assert_uint_eq(sb.length, 0);
	strbuf_add(&sb, "12345");
	ck_assert(sb.overflow);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("strbuf");
	TCase *tc = tcase_create("strbuf");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, an_empty_text_is_a_text);
	tcase_add_test(tc, what_is_added_stands_in_order);
	tcase_add_test(tc, the_ceiling_can_be_reached_but_not_passed);
	tcase_add_test(tc, what_does_not_fit_is_left_out_whole);
	tcase_add_test(tc, a_ceiling_of_nothing_takes_nothing);
	tcase_add_test(tc, a_huge_length_is_no_overflow_of_arithmetic);
	tcase_add_test(tc, formatted_text_of_any_length_grows_the_memory);
	tcase_add_test(tc, reset_empties_and_forgets_the_overflow);
	tcase_add_test(tc, truncate_cuts_but_never_grows);
	tcase_add_test(tc, a_stolen_text_leaves_an_empty_one_with_the_same_ceiling);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
