/* TAP 14 (testanything.org): one line for each result, YAML below what did not pass. */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/reports/report.h"

/* A description must not hold '#' or line breaks. */
static void add_description(struct strbuf *sb, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			strbuf_add_char(sb, '\\');
		strbuf_add_char(sb, *text == '\n' ? ' ' : *text);
	}
}

static void add_block(struct strbuf *sb, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		strbuf_add(sb, "    ");
		strbuf_add_bytes(sb, text, length);
		strbuf_add_char(sb, '\n');
		text += length + (text[length] == '\n');
	}
}

static void add_details(struct strbuf *sb, const struct json *result)
{
	_cleanup_(json_freep) struct json *reason = json_new_string(result_reason(result));
	_cleanup_(freep) char *quoted = json_to_text(reason);
	const char *report = json_get_str(result, "report");

	/* a JSON string is a YAML one */
	strbuf_addf(sb, "  ---\n  message: %s\n  severity: %s\n", quoted,
		    str_eq(json_get_str(result, "verdict"), "HARNESS") ? "harness" : "fail");
	strbuf_addf(sb, "  at:\n    file: %s\n    line: %lld\n    column: %lld\n",
		    json_get_str(result, "file"), (long long)json_get_int(result, "line", 0),
		    (long long)json_get_int(result, "column", 0));
	if (report && *report) {
		strbuf_add(sb, "  report: |2\n");
		add_block(sb, report);
	}
	strbuf_add(sb, "  ...\n");
}

static void add_result(struct strbuf *sb, const struct json *result, size_t number)
{
	const char *verdict = json_get_str(result, "verdict");
	_cleanup_(freep) char *name = result_name(result);
	bool skipped = verdict_is_undecided(verdict) || str_eq(verdict, "STOPPED");
	bool known = str_eq(verdict, "XFAIL");

	strbuf_addf(sb, "%sok %zu - ", str_eq(verdict, "PASS") || skipped ? "" : "not ", number);
	add_description(sb, name);
	if (skipped || known) {
		strbuf_addf(sb, " # %s ",
			    skipped ? "SKIP" : "TODO"); /* checksrc: allow todo TAP's word */
		add_description(sb, result_reason(result));
	}
	strbuf_add_char(sb, '\n');
	if (!skipped && !verdict_is_good(verdict))
		add_details(sb, result);
}

void report_tap(struct strbuf *sb, const struct json *run)
{
	size_t number = 0;

	strbuf_addf(sb, "TAP version 14\n1..%zu\n", json_size(json_get(run, "results")));
	json_foreach (result, json_get(run, "results"))
		add_result(sb, result, ++number);
}
