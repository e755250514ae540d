/* runner/linediff.c, runner/flow.c */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/yaml.h"
#include "runner/flow.h"
#include "runner/linediff.h"
#include "tests/lib/suite.h"

#define TEXT_MAX (1024 * 1024)

static char *diff(const char *before, const char *after)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	lines_diff(before, after, &sb);
	return strbuf_steal(&sb);
}

START_TEST(each_place_that_differs_is_shown_with_two_lines_around_it)
{
	static const struct {
		const char *before, *after, *shown;
	} rows[] = {
		{"a\nb\n", "a\nb\n", ""},
		{"", "", ""},
		{"", "a\nb\n", "@@ line 1\n+a\n+b\n"},
		{"a\nb\n", "", "@@ line 1\n-a\n-b\n"},
		{"1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\nx\n5\n6\n7\n",
		 "@@ line 2\n 2\n 3\n-4\n+x\n 5\n 6\n"},
		{"1\n2\n", "1\n2\n3\n", "@@ line 1\n 1\n 2\n+3\n"},
		{"1\n2\n3\n", "2\n3\n", "@@ line 1\n-1\n 2\n 3\n"},
		/* two places: far from each other, near, and with nothing between what is shown */
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\nx\n3\n4\n5\n6\n7\ny\n9\n",
		 "@@ line 1\n 1\n-2\n+x\n 3\n 4\n@@ line 6\n 6\n 7\n-8\n+y\n 9\n"},
		{"1\n2\n3\n4\n5\n", "1\nx\n3\ny\n5\n", "@@ line 1\n 1\n-2\n+x\n 3\n-4\n+y\n 5\n"},
		{"1\n2\n3\n4\n5\n6\n7\n", "1\nx\n3\n4\n5\n6\ny\n",
		 "@@ line 1\n 1\n-2\n+x\n 3\n 4\n 5\n 6\n-7\n+y\n"},
		{"1\n2\n3\n4\n5\n6\n", "1\n3\n4\n5\n6\n0\n",
		 "@@ line 1\n 1\n-2\n 3\n 4\n 5\n 6\n+0\n"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *shown = diff(rows[i].before, rows[i].after);

		ck_assert_msg(str_eq(shown, rows[i].shown), "row %zu: expected\n%s\nfound\n%s", i,
			      rows[i].shown, shown);
	}
}
END_TEST

START_TEST(what_is_too_large_to_be_compared_is_replaced_as_a_whole)
{
	struct strbuf before, after;
	_cleanup_(freep) char *shown = NULL;

	strbuf_init(&before, TEXT_MAX);
	strbuf_init(&after, TEXT_MAX);
	for (int i = 0; i < 5000; i++) {
		strbuf_addf(&before, "a%d\n", i);
		strbuf_addf(&after, "b%d\n", i);
	}
	shown = diff(strbuf_text(&before), strbuf_text(&after));
	ck_assert(str_starts_with(shown, "@@ line 1\n-a0\n"));
	ck_assert_ptr_nonnull(strstr(shown, "-a4999\n+b0\n"));
	ck_assert(str_ends_with(shown, "+b4999\n"));
	strbuf_done(&before);
	strbuf_done(&after);
}
END_TEST

START_TEST(what_is_written_is_read_again_as_the_same_texts)
{
	static const char text[] =
		"{\"vpc shoot--qa\":{\"Tags\":[{\"Key\":\"a: b\",\"Value\":\"\"},{\"Key\":\"#\"}],"
		"\"State\":\"no\",\"Port\":\"022\",\"Empty\":{},\"None\":[],\"Star\":\"*\","
		"\"Text\":\"line\\n\\\"quoted\\\" \\u00e4\"},"
		"\"long\":{\"List\":[{\"AssociationId\":\"vpc-cidr-assoc-*\",\"IpSource\":\"amazon\","
		"\"Ipv6AddressAttribute\":\"public\",\"Ipv6CidrBlock\":\"IPV6/56\"},\"b\"]}}";
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(json_freep) struct json *again = NULL;
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	struct err err = ERR_INIT;
	struct strbuf sb;

	ck_assert(json_parse(text, strlen(text), &json, &err));
	strbuf_init(&sb, TEXT_MAX);
	block_add(&sb, json, 0);
	ck_assert_msg(yaml_parse("text", strbuf_text(&sb), sb.length, NULL, NULL, &file, &err),
		      "%s\n%s", err_text(&err), strbuf_text(&sb));
	again = yaml_to_json_text(yaml_root(file, 0));
	ck_assert_msg(json_equal(json, again), "%s", strbuf_text(&sb));
	ck_assert_ptr_nonnull(strstr(strbuf_text(&sb), "\n  List:\n    - { AssociationId: "));
	strbuf_done(&sb);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		each_place_that_differs_is_shown_with_two_lines_around_it,
		what_is_too_large_to_be_compared_is_replaced_as_a_whole,
		what_is_written_is_read_again_as_the_same_texts,
		NULL,
	};

	return suite_main("linediff", tests);
}
