/* emulator/base/container.c */
#include "emulator/base/container.h"

#include <check.h>

START_TEST(pointers_keep_their_order_when_one_goes)
{
	_cleanup_(ptrs_done) struct ptrs ptrs = {0};
	int values[20];

	for (int i = 0; i < 20; i++)
		ptrs_add(&ptrs, &values[i]);
	ck_assert(ptrs_remove(&ptrs, &values[3]));
	ck_assert(!ptrs_remove(&ptrs, &values[3]));
	ptrs_remove_at(&ptrs, 0);
	ptrs_remove_at(&ptrs, 17);
	ck_assert_uint_eq(ptrs.count, 17);
	ck_assert_ptr_eq(ptrs.items[0], &values[1]);
	ck_assert_ptr_eq(ptrs.items[2], &values[4]);
	ck_assert_ptr_eq(ptrs.items[16], &values[18]);
}
END_TEST

START_TEST(only_the_first_occurrence_is_removed)
{
	_cleanup_(ptrs_done) struct ptrs ptrs = {0};
	int a, b;

	ptrs_add(&ptrs, &a);
	ptrs_add(&ptrs, &b);
	ptrs_add(&ptrs, &a);
	ck_assert(ptrs_remove(&ptrs, &a));
	ck_assert_uint_eq(ptrs.count, 2);
	ck_assert_ptr_eq(ptrs.items[0], &b);
}
END_TEST

START_TEST(texts_are_owned_and_sorted_by_bytes)
{
	_cleanup_(strs_done) struct strs strs = {0};
	char text[] = "b";

	strs_sort(&strs);
	strs_add(&strs, text);
	text[0] = 'x';
	strs_add(&strs, "a");
	strs_add(&strs, "B");
	ck_assert(strs_has(&strs, "b"));
	ck_assert(!strs_has(&strs, "x"));
	strs_sort(&strs);
	ck_assert_str_eq(strs.items[0], "B");
	ck_assert_str_eq(strs.items[1], "a");
	ck_assert_str_eq(strs.items[2], "b");
}
END_TEST

START_TEST(equal_names_are_the_same_pointer)
{
	char text[] = "Subnet";
	const char *name = intern(text);

	ck_assert_ptr_ne(name, text);
	ck_assert_ptr_eq(intern("Subnet"), name);
	ck_assert_ptr_ne(intern("Subnets"), name);
	ck_assert_ptr_ne(intern("Sub"), name);
	ck_assert_str_eq(intern(""), "");
	for (int i = 0; i < 1000; i++) {
		_cleanup_(freep) char *other = xasprintf("name-%d", i);

		ck_assert_str_eq(intern(other), other);
	}
	ck_assert_ptr_eq(intern("Subnet"), name);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("container");
	TCase *tc = tcase_create("container");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, pointers_keep_their_order_when_one_goes);
	tcase_add_test(tc, only_the_first_occurrence_is_removed);
	tcase_add_test(tc, texts_are_owned_and_sorted_by_bytes);
	tcase_add_test(tc, equal_names_are_the_same_pointer);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
