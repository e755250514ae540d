/* Reports: what each format must and must not hold. */
#include "runner/reports/report.h"

#include <stdio.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"
#include "tests/lib/suite.h"

/* One result of each verdict, with all that could break a format. */
static const char run_text[] =
	"{\"skyrig\":\"0.1.0\",\"run\":\"0042\",\"began\":\"2026-11-23T12:00:00Z\",\"wall_ms\":61500,"
	"\"command\":\"skyrig test -f 'a & <b>'\",\"passed\":2,\"failed\":2,\"skipped\":1,"
	"\"broken\":1,\"results\":["
	"{\"id\":\"happy/good\",\"row_text\":\"\",\"title\":\"Fine <i>\",\"file\":\"suites/happy/"
	"good.yaml\",\"verdict\":\"PASS\",\"status\":\"passed\",\"wall_ms\":1000,\"reason\":\"\","
	"\"source\":[\"a \\\"page\\\" & more\"],\"operations\":[{\"actor\":\"operator\",\"call\":"
	"\"ec2:CreateVpc\",\"count\":3,\"refused\":1}],\"lanes\":[{\"call\":7,\"ms\":12,\"actor\":"
	"\"operator\",\"what\":\"ec2:CreateVpc\",\"about\":\"vpc-1\",\"answer\":\"OK\"}]},"
	"{\"id\":\"leak/bad\",\"row_text\":\" (x: 1)\",\"title\":\"Bad\",\"file\":\"suites/leak/"
	"bad,1.yaml\",\"line\":9,\"column\":5,\"verdict\":\"FAIL\",\"status\":\"failed\",\"wall_ms\":"
	"2000,\"reason\":\"never true: 100% <wrong>\",\"report\":\"FAIL  leak/bad\\n\\n  # it & "
	"\\u0001 ]]>\\n  4\\n\",\"leaks\":[{\"leak\":\"superseded\",\"kind\":\"load-balancer\",\"id\":"
	"\"a<b\",\"owner\":\"service default/echo\",\"maker\":\"ccm\",\"why\":\"because\"}],"
	"\"denials\":[{\"actor\":\"ccm\",\"action\":\"ec2:CreateTags\",\"count\":4,\"call\":9,"
	"\"message\":\"no <policy>\"}],"
	"\"ignored\":[{\"actor\":\"operator\",\"action\":\"ec2:CreateKeyPair\",\"member\":"
	"\"KeyFormat\",\"count\":2,\"call\":9}],"
	"\"plan\":\"aws elb delete-load-balancer\\n\"},"
	"{\"id\":\"leak/known\",\"row_text\":\"\",\"title\":\"Known\",\"file\":\"k.yaml\",\"verdict\":"
	"\"XFAIL\",\"status\":\"failed\",\"reason\":\"as it is\"},"
	"{\"id\":\"leak/fixed\",\"row_text\":\"\",\"title\":\"Fixed\",\"file\":\"f.yaml\",\"verdict\":"
	"\"XPASS\",\"status\":\"passed\",\"reason\":\"\"},"
	"{\"id\":\"a/skipped\",\"row_text\":\"\",\"title\":\"S\",\"file\":\"s.yaml\",\"verdict\":"
	"\"SKIP\",\"status\":\"skipped\",\"reason\":\"no controller #1\"},"
	"{\"id\":\"a/broken\",\"row_text\":\"\",\"title\":\"B\",\"file\":\"b.yaml\",\"verdict\":"
	"\"HARNESS\",\"status\":\"harness\",\"reason\":\"ours\",\"report\":\"HARNESS\\n\"}]}";

static struct json *run_tree(void)
{
	struct json *run = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(json_parse(run_text, strlen(run_text), &run, &err), "%s", err_text(&err));
	return run;
}

static char *made(report_fn *fn)
{
	_cleanup_(json_freep) struct json *run = run_tree();
	struct strbuf sb;

	strbuf_init(&sb, REPORT_BYTES_MAX);
	fn(&sb, run);
	ck_assert(!sb.overflow);
	return strbuf_steal(&sb);
}

/* What an element may have: attributes and children by name; a '!' in front: it must. */
struct rule {
	const char *element;
	const char *attributes[16];
	const char *children[8];
};

/* Jenkins: junit-10.xsd of its xunit plugin, which refuses whatever else is there. */
static const struct rule jenkins[] = {
	{"testsuites", {"name", "tests", "failures", "errors", "time"}, {"testsuite"}},
	{"testsuite",
	 {"!name", "!tests", "!failures", "!errors", "group", "time", "skipped", "timestamp",
	  "hostname", "id", "package", "file", "log", "url"},
	 {"testsuite", "properties", "testcase", "system-out", "system-err"}},
	{"properties", {NULL}, {"property"}},
	{"property", {"!name", "!value"}, {NULL}},
	{"testcase",
	 {"!name", "classname", "time", "group"},
	 {"skipped", "error", "failure", "system-out", "system-err"}},
	{"skipped", {"message", "type"}, {NULL}},
	{"error", {"message", "type"}, {NULL}},
	{"failure", {"message", "type"}, {NULL}},
};

/* GitHub's usual readers (dorny/test-reporter, action-junit-report): place and time are wanted. */
static const struct rule github[] = {
	{"testsuites", {"name", "tests", "failures", "errors", "!time"}, {"testsuite"}},
	{"testsuite",
	 {"!name", "!tests", "!failures", "!errors", "!skipped", "!time", "timestamp"},
	 {"properties", "testcase"}},
	{"properties", {NULL}, {"property"}},
	{"property", {"!name", "!value"}, {NULL}},
	{"testcase",
	 {"!name", "!classname", "!file", "line", "!time"},
	 {"skipped", "error", "failure"}},
	{"skipped", {"message"}, {NULL}},
	{"error", {"!message", "!type"}, {NULL}},
	{"failure", {"!message", "!type"}, {NULL}},
};

static bool listed(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n && list[i]; i++)
		if (str_eq(list[i] + (list[i][0] == '!'), name))
			return true;
	return false;
}

static const char *value_of(const struct xml_node *node, const char *name)
{
	for (const struct xml_attribute *a = node->attributes; a; a = a->next)
		if (str_eq(a->name, name))
			return a->value;
	return NULL;
}

static void check(const struct xml_node *node, const struct rule *rules, size_t n)
{
	const struct rule *rule = NULL;

	for (size_t i = 0; i < n; i++)
		if (str_eq(rules[i].element, node->name))
			rule = &rules[i];
	ck_assert_msg(rule != NULL, "element %s is not allowed", node->name);
	for (const struct xml_attribute *a = node->attributes; a; a = a->next)
		ck_assert_msg(listed(rule->attributes, array_size(rule->attributes), a->name),
			      "%s may not have %s", node->name, a->name);
	for (size_t i = 0; i < array_size(rule->attributes) && rule->attributes[i]; i++)
		if (rule->attributes[i][0] == '!')
			ck_assert_msg(value_of(node, rule->attributes[i] + 1) != NULL,
				      "%s must have %s", node->name, rule->attributes[i] + 1);
	for (const struct xml_node *child = node->first; child; child = child->next) {
		ck_assert_msg(listed(rule->children, array_size(rule->children), child->name),
			      "%s may not hold %s", node->name, child->name);
		check(child, rules, n);
	}
}

static void check_junit(report_fn *fn, const struct rule *rules, size_t n)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(freep) char *text = made(fn);
	const struct xml_node *suite;
	struct xml_node *root = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(xml_parse(arena, text, strlen(text), &root, &err), "%s", err_text(&err));
	ck_assert_str_eq(root->name, "testsuites");
	check(root, rules, n);
	suite = xml_child(root, "testsuite");
	ck_assert_str_eq(value_of(suite, "tests"), "6");
	ck_assert_str_eq(value_of(suite, "failures"), "2");
	ck_assert_str_eq(value_of(suite, "errors"), "1");
	ck_assert_str_eq(value_of(suite, "skipped"), "1");
	ck_assert_str_eq(value_of(suite, "timestamp"), "2026-11-23T12:00:00");
}

START_TEST(junit_is_what_jenkins_reads)
{
	check_junit(report_junit, jenkins, array_size(jenkins));
}
END_TEST

START_TEST(junit_for_github_has_places)
{
	check_junit(report_junit_github, github, array_size(github));
}
END_TEST

START_TEST(tap_has_a_plan_and_a_line_for_each)
{
	_cleanup_(freep) char *text = made(report_tap);
	size_t lines = 0;

	ck_assert(str_starts_with(text, "TAP version 14\n1..6\nok 1 - happy/good\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nnot ok 2 - leak/bad (x: 1)\n  ---\n  message: "));
	/* checksrc: allow todo TAP's word */
	ck_assert_ptr_nonnull(strstr(text, "\nnot ok 3 - leak/known # TODO as it is\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nok 5 - a/skipped # SKIP no controller \\#1\n"));
	for (const char *at = text; (at = strstr(at, "ok ")); at++)
		lines += at == text || at[-1] == '\n' || at[-1] == ' ';
	ck_assert_uint_ge(lines, 6);
}
END_TEST

START_TEST(github_gets_escaped_annotations_of_what_is_wrong)
{
	_cleanup_(freep) char *text = made(report_github);

	ck_assert_ptr_nonnull(strstr(text, "::error file=suites/leak/bad%2C1.yaml,line=9,col=5,"
					   "title=FAIL leak/bad (x%3A 1)::never true: 100%25 "
					   "<wrong>%0A"));
	ck_assert_ptr_nonnull(strstr(text, "::notice file=s.yaml,title=SKIP a/skipped::"));
	ck_assert_ptr_null(strstr(text, "happy/good"));
	ck_assert_ptr_null(strstr(text, "leak/known"));
}
END_TEST

START_TEST(the_summary_is_a_table_with_foldable_failures)
{
	_cleanup_(freep) char *text = made(report_markdown);

	ck_assert_ptr_nonnull(strstr(text, "## Skyrig: 2 passed, 2 failed, 1 skipped"));
	ck_assert_ptr_nonnull(strstr(text, "| :x: FAIL | leak/bad (x: 1) | 2.0s | "));
	ck_assert_ptr_nonnull(strstr(text, "<details><summary>HARNESS a/broken</summary>"));
}
END_TEST

START_TEST(json_is_the_tree_itself)
{
	_cleanup_(freep) char *text = made(report_json);
	_cleanup_(json_freep) struct json *run = run_tree(), *again = NULL;

	ck_assert(json_parse(text, strlen(text) - 1, &again, NULL));
	ck_assert(json_equal(run, again));
}
END_TEST

START_TEST(html_is_one_file_in_which_everything_is_escaped)
{
	_cleanup_(freep) char *text = made(report_html);

	ck_assert(str_starts_with(text, "<!DOCTYPE html>"));
	ck_assert(str_ends_with(text, "</body></html>\n"));
	ck_assert_ptr_null(strstr(text, "<script"));
	ck_assert_ptr_null(strstr(text, "src="));
	ck_assert_ptr_null(strstr(text, "http"));
	ck_assert_ptr_null(strstr(text, "<wrong>"));
	ck_assert_ptr_null(strstr(text, "<i>"));
	ck_assert_ptr_nonnull(strstr(text, "a&lt;b"));
	ck_assert_ptr_nonnull(strstr(text, "aws elb delete-load-balancer"));
	ck_assert_ptr_nonnull(strstr(text, "ec2:CreateVpc<td class=n>3<td class=n>1"));
	ck_assert_ptr_nonnull(strstr(text, "a \"page\" &amp; more"));
	ck_assert_ptr_nonnull(
		strstr(text, "<td>ec2:CreateTags<td class=n>4<td>no &lt;policy&gt;</tr>"));
	ck_assert_ptr_nonnull(strstr(text, "<td>ec2:CreateKeyPair<td>KeyFormat<td class=n>2</tr>"));
	ck_assert_ptr_nonnull(strstr(text, "operations that Skyrig has were not called"));
}
END_TEST

START_TEST(a_report_that_cannot_be_written_is_an_error_before_and_after)
{
	_cleanup_(json_freep) struct json *run = run_tree();
	struct err err = ERR_INIT;

	ck_assert(!report_writable("/no/such/folder/x", &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "/no/such/folder/x"));
	err_done(&err);
	ck_assert(!report_write(report_tap, run, "/no/such/folder/x", &err));
	ck_assert_int_eq(err.code, ERR_IO);
	err_done(&err);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {junit_is_what_jenkins_reads,
				      junit_for_github_has_places,
				      tap_has_a_plan_and_a_line_for_each,
				      github_gets_escaped_annotations_of_what_is_wrong,
				      the_summary_is_a_table_with_foldable_failures,
				      json_is_the_tree_itself,
				      html_is_one_file_in_which_everything_is_escaped,
				      a_report_that_cannot_be_written_is_an_error_before_and_after,
				      NULL};

	return suite_main("reports", tests);
}
