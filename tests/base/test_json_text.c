/* emulator/base/json_parse.c and json_print.c: JSON as text. */
#include "emulator/base/json.h"

#include <check.h>

#include "emulator/base/strbuf.h"

static const char *const round_trips[][2] = {
	/* read, written; NULL: as read */
	{" null ", "null"},
	{"true", NULL},
	{"false", NULL},
	{"0", NULL},
	{"-0", NULL},
	{"-1", NULL},
	{"999999999999999", NULL},
	{"1000000000000000", NULL}, /* cJSON alone: 1e+15 */
	{"9007199254740993", NULL}, /* not a double */
	{"-9007199254740993", NULL},
	{"18446744073709551616", NULL},
	{"0.1", NULL},
	{"-0.5", NULL},
	{"1.0", "1"},
	{"1.50", "1.5"},
	{"123456.789", NULL},
	{"1e2", "100"},
	{"1E+2", "100"},
	{"1e-2", "0.01"},
	{"1e20", "100000000000000000000"},
	{"1e21", "1e+21"}, /* Go, encoding/json */
	{"1.5e300", "1.5e+300"},
	{"0.000001", NULL},
	{"1e-7", NULL},
	{"1.25e-9", NULL},
	{"-0.0", "-0"},
	{"0.30000000000000004", NULL},
	{"5e-324", NULL},
	{"1.7976931348623157e308", "1.7976931348623157e+308"},
	{"1e400", NULL}, /* not a double: kept as digits */
	{"123456789012345.6", NULL},
	{"\"\"", NULL},
	{"\"a\\u0041\"", "\"aA\""},
	{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
	{"\"\\u0001\\u001F\"", "\"\\u0001\\u001f\""},
	{"\"\\u00e9 \xc3\xa9\"", "\"\xc3\xa9 \xc3\xa9\""},
	{"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\""},
	{"\"\\u2028\\u2029\"", NULL}, /* Go escapes these two */
	{"\"<a>&\x7f\"", NULL},	      /* no HTML escaping */
	{"[]", NULL},
	{"[ ]", "[]"},
	{"{}", NULL},
	{"{ \"a\" : [ 1 , {\"b\":\tnull} ] ,\r\n\"c\":\"d\" }",
	 "{\"a\":[1,{\"b\":null}],\"c\":\"d\"}"},
	{"{\"\":1,\"k\\n\":2,\"k\":3,\"k\":4}", NULL},
	{"[[[[]]],[]]", NULL},
};

START_TEST(what_is_read_is_written_as_go_writes_it)
{
	const char *text = round_trips[_i][0], *expected = round_trips[_i][1];
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(freep) char *written = NULL;

	ck_assert_msg(json_parse(text, strlen(text), &json, &err), "%s: %s", text, err_text(&err));
	written = json_to_text(json);
	ck_assert_str_eq(written, expected ? expected : text);
}
END_TEST

static const char *const refused[][2] = {
	{"", "line 1 column 1: unexpected end of the text"},
	{"  ", "line 1 column 3: unexpected end of the text"},
	{"nul", "line 1 column 1: a value is missing"},
	{"True", "line 1 column 1: a value is missing"},
	{"NaN", "line 1 column 1: a value is missing"},
	{"nullx", "line 1 column 5: unexpected text behind the value"},
	{"1 2", "line 1 column 3: unexpected text behind the value"},
	{"{} x", "line 1 column 4: unexpected text behind the value"},
	{"01", "line 1 column 1: a number has leading zeros"},
	{"-01", "line 1 column 1: a number has leading zeros"},
	{"-", "line 1 column 1: invalid number"},
	{"+1", "line 1 column 1: a value is missing"},
	{".5", "line 1 column 1: a value is missing"},
	{"1.", "line 1 column 3: a digit is missing behind the decimal point"},
	{"1.e2", "line 1 column 3: a digit is missing behind the decimal point"},
	{"1e", "line 1 column 3: a digit is missing in the exponent"},
	{"1e+", "line 1 column 4: a digit is missing in the exponent"},
	{"0x10", "line 1 column 2: unexpected text behind the value"},
	{"[1,]", "line 1 column 4: a value is missing"},
	{"[1 2]", "line 1 column 4: ',' or ']' is missing"},
	{"[", "line 1 column 2: unexpected end of the text"},
	{"[1", "line 1 column 3: ',' or ']' is missing"},
	{"{\"a\":1,}", "line 1 column 8: a key in double quotes is missing"},
	{"{a:1}", "line 1 column 2: a key in double quotes is missing"},
	{"{\"a\" 1}", "line 1 column 6: ':' is missing behind a key"},
	{"{\"a\":1", "line 1 column 7: ',' or '}' is missing"},
	{"{\"a\":\n  \"\xc3\xa9\" oops}", "line 2 column 7: ',' or '}' is missing"},
	{"\"abc", "line 1 column 5: unexpected end of a string"},
	{"\"abc\\", "line 1 column 6: unexpected end of a string"},
	{"\"\n\"", "line 1 column 2: control character in a string; write it as \\u00XX"},
	{"\"\\x41\"", "line 1 column 2: invalid escape in a string"},
	{"\"\\u12g4\"", "line 1 column 2: invalid \\u escape: four hex digits are needed"},
	{"\"\\u12", "line 1 column 2: invalid \\u escape: four hex digits are needed"},
	{"\"a\\u0000b\"", "line 1 column 3: the character U+0000 is not supported"},
	{"\"\\ud800\"", "line 1 column 2: half of a surrogate pair"},
	{"\"\\ud800\\u0041\"", "line 1 column 2: half of a surrogate pair"},
	{"\"\\udc00\"", "line 1 column 2: half of a surrogate pair"},
	{"\"\xff\"", "line 1 column 2: invalid UTF-8"},
	{"\"\xc0\x80\"", "line 1 column 2: invalid UTF-8"},
	{"\"\xed\xa0\x80\"", "line 1 column 2: invalid UTF-8"},
	{"\xef\xbb\xbf{}", "line 1 column 1: a value is missing"}, /* a byte order mark */
	{"{\"a\":[1,{\"b\":tru}]}", "line 1 column 14: a value is missing"},
	{"/* c */ 1", "line 1 column 1: a value is missing"},
	{"'a'", "line 1 column 1: a value is missing"},
};

START_TEST(what_is_no_json_is_refused_with_its_place)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct json *json = NULL;

	ck_assert_msg(!json_parse(refused[_i][0], strlen(refused[_i][0]), &json, &err), "%s",
		      refused[_i][0]);
	ck_assert_str_eq(err_text(&err), refused[_i][1]);
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_ptr_null(json);
}
END_TEST

START_TEST(a_zero_byte_is_no_end)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct json *json = NULL;

	ck_assert(!json_parse("1\0", 2, &json, &err));
	ck_assert(!json_parse("\"a\0b\"", 5, &json, &err));
	ck_assert(!json_parse("\"a\\\0b\"", 6, &json, &err));
	ck_assert_ptr_null(json);
}
END_TEST

START_TEST(the_text_needs_no_end_of_its_own)
{
	/* in memory of its exact size, so that a sanitizer sees a step too far */
	static const char *const texts[] = {"12",  "1.5",    "1e5",	"true", "\"x\\n\"",
					    "[1]", "tru",    "\"\\u00", "-",	"1.",
					    "1e",  "\"\xc3", "{\"a\"",	"{"};

	for (size_t i = 0; i < array_size(texts); i++) {
		size_t length = strlen(texts[i]);
		_cleanup_(freep) char *exact = memcpy(xmalloc(length), texts[i], length);
		_cleanup_(json_freep) struct json *json = NULL;

		if (!json_parse(exact, length, &json, NULL))
			ck_assert_ptr_null(json);
	}
}
END_TEST

static char *nested(unsigned levels)
{
	char *text = xcalloc(1, levels * 2 + 1);

	memset(text, '[', levels);
	memset(text + levels, ']', levels);
	return text;
}

START_TEST(nesting_has_a_limit)
{
	_cleanup_(freep) char *deep = nested(JSON_DEPTH_MAX), *deeper = nested(JSON_DEPTH_MAX + 1);
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	ck_assert(json_parse(deep, strlen(deep), &json, &err));
	ck_assert(!json_parse(deeper, strlen(deeper), &json, &err));
	ck_assert_str_eq(err_text(&err), "line 1 column 513: nested too deeply");
}
END_TEST

START_TEST(bytes_that_are_no_utf8_are_written_as_replacement)
{
	_cleanup_(json_freep) struct json *json = json_new_string("a\xff\xc3z");
	_cleanup_(freep) char *text = json_to_text(json);

	ck_assert_str_eq(text, "\"a\\ufffd\\ufffdz\"");
}
END_TEST

START_TEST(a_text_may_have_a_length_instead_of_an_end)
{
	_cleanup_(json_freep) struct json *json = json_new_string_len("abcdef", 3);

	ck_assert_str_eq(json_str(json), "abc");
}
END_TEST

START_TEST(pretty_text_is_indented_as_go_does)
{
	static const char compact[] = "{\"a\":[1,{\"b\":[]}],\"c\":{}}";
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(strbuf_done) struct strbuf sb;

	ck_assert(json_parse(compact, strlen(compact), &json, NULL));
	strbuf_init(&sb, 1000);
	json_print_pretty(&sb, json);
	ck_assert_str_eq(strbuf_text(&sb),
			 "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  "
			 "],\n  \"c\": {}\n}");
}
END_TEST

START_TEST(nothing_is_written_as_null)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, 100);
	json_print(&sb, NULL);
	json_print_pretty(&sb, NULL);
	ck_assert_str_eq(strbuf_text(&sb), "nullnull");
}
END_TEST

START_TEST(the_ceiling_of_the_text_holds)
{
	_cleanup_(json_freep) struct json *json = json_new_array();
	_cleanup_(strbuf_done) struct strbuf sb;

	for (int i = 0; i < 1000; i++)
		json_append_str(json, "some text");
	strbuf_init(&sb, 100);
	json_print(&sb, json);
	ck_assert(sb.overflow);
	ck_assert_uint_le(sb.length, 100);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json_text");
	TCase *tc = tcase_create("json_text");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, what_is_read_is_written_as_go_writes_it, 0,
			    (int)array_size(round_trips));
	tcase_add_loop_test(tc, what_is_no_json_is_refused_with_its_place, 0,
			    (int)array_size(refused));
	tcase_add_test(tc, a_zero_byte_is_no_end);
	tcase_add_test(tc, the_text_needs_no_end_of_its_own);
	tcase_add_test(tc, nesting_has_a_limit);
	tcase_add_test(tc, bytes_that_are_no_utf8_are_written_as_replacement);
	tcase_add_test(tc, a_text_may_have_a_length_instead_of_an_end);
	tcase_add_test(tc, pretty_text_is_indented_as_go_does);
	tcase_add_test(tc, nothing_is_written_as_null);
	tcase_add_test(tc, the_ceiling_of_the_text_holds);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
