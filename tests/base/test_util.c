/* emulator/base/util.c */
#include "emulator/base/util.h"

#include <check.h>

static const struct {
	const char *pattern, *text;
	bool matches;
} globs[] = {
	{"", "", true},
	{"", "a", false},
	{"*", "", true},
	{"*", "anything at all", true},
	{"Describe*", "DescribeSubnets", true},
	{"Describe*", "describeSubnets", false},
	{"*Subnet*", "CreateSubnetCidrReservation", true},
	{"*Subnet", "CreateSubnets", false},
	{"a?c", "abc", true},
	{"a?c", "ac", false},
	{"?", "", false},
	{"a\\*", "a*", true},
	{"a\\*", "ab", false},
	{"a\\?c", "a?c", true},
	{"a\\\\b", "a\\b", true},
	{"a\\", "a\\", true}, /* a backslash at the end is itself */
	{"[ab]", "a", false}, /* no other magic */
	{"[ab]", "[ab]", true},
	{"*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	{"a**b", "ab", true},
	{"*.amazonaws.com", "ec2.eu-west-1.amazonaws.com", true},
};

START_TEST(a_glob_knows_star_question_mark_and_backslash_only)
{
	ck_assert_msg(str_glob(globs[_i].pattern, globs[_i].text) == globs[_i].matches, "%s on %s",
		      globs[_i].pattern, globs[_i].text);
}
END_TEST

START_TEST(a_glob_matches_no_missing_text)
{
	ck_assert(!str_glob("*", NULL));
	ck_assert(!str_glob(NULL, ""));
}
END_TEST

START_TEST(distance_counts_single_edits)
{
	ck_assert_uint_eq(str_distance("", ""), 0);
	ck_assert_uint_eq(str_distance("subnet", "subnet"), 0);
	ck_assert_uint_eq(str_distance("", "abc"), 3);
	ck_assert_uint_eq(str_distance("abc", ""), 3);
	ck_assert_uint_eq(str_distance("subnet", "subnets"), 1);
	ck_assert_uint_eq(str_distance("sunbet", "subnet"), 1); /* neighbours swapped */
	ck_assert_uint_eq(str_distance("kitten", "sitting"), 3);
	ck_assert_uint_eq(str_distance("ab", "ba"), 1);
}
END_TEST

START_TEST(long_words_are_as_far_apart_as_can_be)
{
	char word[80];

	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	ck_assert_uint_eq(str_distance(word, word), 64);
	word[64] = '\0';
	ck_assert_uint_eq(str_distance(word, word), 0);
}
END_TEST

static const char *const keys[] = {"ipFamilyPolicy", "ipFamilies", "ports", "id", NULL};

START_TEST(a_mistyped_word_gets_the_nearest_candidate)
{
	ck_assert_str_eq(str_did_you_mean("ipFamilyPolcy", keys, array_size(keys)),
			 "ipFamilyPolicy");
	ck_assert_str_eq(str_did_you_mean("prots", keys, array_size(keys)), "ports");
	ck_assert_str_eq(str_did_you_mean("ipfamilies", keys, array_size(keys)), "ipFamilies");
}
END_TEST

START_TEST(an_unrelated_word_gets_no_guess)
{
	ck_assert_ptr_null(str_did_you_mean("loadBalancer", keys, array_size(keys)));
	ck_assert_ptr_null(str_did_you_mean("xy", keys, array_size(keys)));
	ck_assert_ptr_null(str_did_you_mean("", keys, array_size(keys)));
	ck_assert_ptr_null(str_did_you_mean("x", NULL, 0));
}
END_TEST

START_TEST(equality_of_texts_knows_null)
{
	ck_assert(str_eq(NULL, NULL));
	ck_assert(!str_eq(NULL, ""));
	ck_assert(!str_eq("", NULL));
	ck_assert(str_eq("a", "a"));
	ck_assert(!str_eq("a", "A"));
}
END_TEST

START_TEST(prefix_and_suffix_need_all_of_themselves)
{
	ck_assert(str_starts_with("subnet-1", "subnet-"));
	ck_assert(!str_starts_with("sub", "subnet-"));
	ck_assert(!str_starts_with(NULL, ""));
	ck_assert(str_ends_with("a.yaml", ".yaml"));
	ck_assert(!str_ends_with("yaml", ".yaml"));
	ck_assert(!str_ends_with(NULL, "x"));
}
END_TEST

START_TEST(allocations_of_nothing_are_pointers_too)
{
	_cleanup_(freep) void *a = xmalloc(0), *b = xcalloc(0, 8);
	_cleanup_(freep) char *c = xstrndup("abcdef", 3), *d = xasprintf("%s-%d", "x", 7);

	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_nonnull(b);
	ck_assert_str_eq(c, "abc");
	ck_assert_str_eq(d, "x-7");
}
END_TEST

START_TEST(steal_leaves_null_behind)
{
	char *text = xstrdup("x");
	_cleanup_(freep) char *thief = steal(text);

	ck_assert_ptr_null(text);
	ck_assert_str_eq(thief, "x");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("util");
	TCase *tc = tcase_create("util");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_glob_knows_star_question_mark_and_backslash_only, 0,
			    (int)array_size(globs));
	tcase_add_test(tc, a_glob_matches_no_missing_text);
	tcase_add_test(tc, distance_counts_single_edits);
	tcase_add_test(tc, long_words_are_as_far_apart_as_can_be);
	tcase_add_test(tc, a_mistyped_word_gets_the_nearest_candidate);
	tcase_add_test(tc, an_unrelated_word_gets_no_guess);
	tcase_add_test(tc, equality_of_texts_knows_null);
	tcase_add_test(tc, prefix_and_suffix_need_all_of_themselves);
	tcase_add_test(tc, allocations_of_nothing_are_pointers_too);
	tcase_add_test(tc, steal_leaves_null_behind);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
