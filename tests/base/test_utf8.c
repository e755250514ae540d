/* emulator/base/utf8.c */
#include "emulator/base/utf8.h"

#include <check.h>

static const struct {
	const char *bytes;
	size_t length, expected;
} characters[] = {
	{"", 0, 0},
	{"a", 1, 1},
	{"\0", 1, 1},
	{"\x7f", 1, 1},
	{"\x80", 1, 0},
	{"\xc1\xbf", 2, 0}, /* overlong */
	{"\xc2\x80", 2, 2},
	{"\xc2", 1, 0},
	{"\xc2\x41", 2, 0},
	{"\xe0\x9f\xbf", 3, 0}, /* overlong */
	{"\xe0\xa0\x80", 3, 3},
	{"\xe2\x82\xac", 2, 0},
	{"\xed\x9f\xbf", 3, 3},
	{"\xed\xa0\x80", 3, 0}, /* U+D800 */
	{"\xef\xbf\xbf", 3, 3},
	{"\xf0\x8f\xbf\xbf", 4, 0}, /* overlong */
	{"\xf0\x90\x80\x80", 4, 4},
	{"\xf4\x8f\xbf\xbf", 4, 4}, /* U+10FFFF */
	{"\xf4\x90\x80\x80", 4, 0},
	{"\xf5\x80\x80\x80", 4, 0},
	{"\xff", 1, 0},
	{"\xf0\x90\x80", 3, 0},
};

START_TEST(a_character_is_valid_by_rfc_3629)
{
	ck_assert_uint_eq(utf8_char_bytes(characters[_i].bytes, characters[_i].length),
			  characters[_i].expected);
}
END_TEST

START_TEST(one_bad_byte_spoils_a_text)
{
	ck_assert(utf8_is_valid("", 0));
	ck_assert(utf8_is_valid("a\xc3\xa9", 3));
	ck_assert(!utf8_is_valid("a\xc3\xa9\xff", 4));
	ck_assert(!utf8_is_valid("a\xc3", 2));
}
END_TEST

START_TEST(what_is_encoded_is_valid_and_as_long_as_said)
{
	static const uint32_t points[] = {0,	  0x7f,	  0x80,	  0x7ff,   0x800,
					  0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
	static const size_t lengths[] = {1, 1, 2, 2, 3, 3, 3, 3, 4, 4};
	char bytes[4];

	for (size_t i = 0; i < array_size(points); i++) {
		ck_assert_uint_eq(utf8_encode(points[i], bytes), lengths[i]);
		ck_assert_uint_eq(utf8_char_bytes(bytes, lengths[i]), lengths[i]);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tc = tcase_create("utf8");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_character_is_valid_by_rfc_3629, 0, (int)array_size(characters));
	tcase_add_test(tc, one_bad_byte_spoils_a_text);
	tcase_add_test(tc, what_is_encoded_is_valid_and_as_long_as_said);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
