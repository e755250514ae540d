/* emulator/kube/go_json.c; the texts are those of go1.26's encoding/json and encoding/base64. */
#include "emulator/base/strbuf.h"
#include "emulator/kube/go_json.h"
#include "tests/lib/suite.h"

static const struct {
	const char *text, *says; /* NULL: JSON */
} cases[] = {
	{"{\"a\":[1,-0.5e+3,true,false,null,\"\\u00e9\\n\"]}", NULL},
	{" [] ", NULL},
	{"", "unexpected end of JSON input"},
	{"{", "unexpected end of JSON input"},
	{"{\"a", "unexpected end of JSON input"},
	{"tru", "invalid character ' ' in literal true (expecting 'e')"},
	{"a: b", "invalid character 'a' looking for beginning of value"},
	{"\xcf", "invalid character 'Ï' looking for beginning of value"},
	{"'x'", "invalid character '\\'' looking for beginning of value"},
	{"\001", "invalid character '\\x01' looking for beginning of value"},
	{"{a:1}", "invalid character 'a' looking for beginning of object key string"},
	{"{\"a\" 1}", "invalid character '1' after object key"},
	{"{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair"},
	{"{\"a\":1,}", "invalid character '}' looking for beginning of object key string"},
	{"[1 2]", "invalid character '2' after array element"},
	{"{}}", "invalid character '}' after top-level value"},
	{"truE", "invalid character 'E' in literal true (expecting 'e')"},
	{"1.", "invalid character ' ' after decimal point in numeric literal"},
	{"1.x", "invalid character 'x' after decimal point in numeric literal"},
	{"1ex", "invalid character 'x' in exponent of numeric literal"},
	{"-x", "invalid character 'x' in numeric literal"},
	{"\"\\x\"", "invalid character 'x' in string escape code"},
	{"\"\\u12g\"", "invalid character 'g' in \\u hexadecimal character escape"},
	{"\"\n\"", "invalid character '\\n' in string literal"},
};

START_TEST(mistakes_are_named_as_go_names_them)
{
	for (size_t i = 0; i < array_size(cases); i++) {
		struct strbuf says;
		bool fine;

		strbuf_init(&says, 1 << 10);
		fine = go_json_scan(cases[i].text, strlen(cases[i].text), &says);
		ck_assert_msg(fine == !cases[i].says, "%s: %s", cases[i].text, strbuf_text(&says));
		ck_assert_str_eq(strbuf_text(&says), cases[i].says ? cases[i].says : "");
		strbuf_done(&says);
	}
}
END_TEST

START_TEST(endless_nesting_ends)
{
	_cleanup_(freep) char *text = xcalloc(1, 200001);
	struct strbuf says;

	memset(text, '[', 200000);
	strbuf_init(&says, 1 << 10);
	ck_assert(!go_json_scan(text, 200000, &says));
	ck_assert_str_eq(strbuf_text(&says), "invalid character '[' exceeded max depth");
	strbuf_done(&says);
}
END_TEST

START_TEST(base64_is_checked_as_go_checks_it)
{
	static const struct {
		const char *text;
		int at; /* -1: fine */
	} texts[] = {
		{"", -1},  {"YQ==", -1},  {"YWI=", -1}, {"YWJj\nYQ==\n", -1}, {"?", 0},
		{"YQ", 0}, {"YWJjYQ", 4}, {"YQ=", 3},	{"YQ=x", 2},	      {"=", 0},
		{"Y=", 1}, {"YQ==x", 4},  {"YWJj-", 4}, {"YQ=\n=", -1},	      {"Y\nQ", 1},
	};

	for (size_t i = 0; i < array_size(texts); i++) {
		size_t at = 99;
		bool fine = go_base64_scan(texts[i].text, strlen(texts[i].text), &at);

		ck_assert_msg(fine == (texts[i].at < 0), "%s", texts[i].text);
		if (!fine)
			ck_assert_msg((int)at == texts[i].at, "%s: %zu", texts[i].text, at);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		mistakes_are_named_as_go_names_them,
		endless_nesting_ends,
		base64_is_checked_as_go_checks_it,
		NULL,
	};

	return suite_main("go_json", tests);
}
