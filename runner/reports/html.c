/*
 * The HTML report in its plain form: one file, no script, nothing fetched. Texts first; what is
 * long folds away with <details>.
 */
#include <inttypes.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"
#include "runner/reports/html.h"
#include "runner/reports/report.h"

static const char style[] =
	":root{color-scheme:light dark;--text:#1b1f24;--back:#fff;--line:#d0d7de;--soft:#f6f8fa;"
	"--quiet:#57606a;--good:#116329;--bad:#b3151b;--odd:#7d4e00;--link:#0a54c4;--bar:#8aa4c2}"
	"@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--back:#0d1117;--line:#30363d;"
	"--soft:#161b22;--quiet:#8b949e;--good:#57ab5a;--bad:#f47067;--odd:#c69026;"
	"--link:#6cb0ff;--bar:#46607f}}"
	"body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;"
	"color:var(--text);background:var(--back);overflow-wrap:break-word}"
	"a{color:var(--link)}h1{margin-bottom:.2em}"
	"h2{margin-top:2em;border-bottom:1px solid var(--line)}"
	"h3{margin:1.6em 0 .4em}p{margin:.4em 0}"
	".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.6em 0}"
	"th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid var(--line);"
	"vertical-align:top}"
	"th{background:var(--soft);position:sticky;top:0}td.n,th.n{text-align:right}"
	"td.n,td.v{white-space:nowrap}"
	".lanes{font-size:12px;table-layout:fixed}.lanes td,.lanes th{white-space:nowrap}"
	".lanes .n{width:4.5em}.lanes th{overflow:hidden;text-overflow:ellipsis}"
	"pre{background:var(--soft);padding:1em;overflow:auto;font:13px/1.4 ui-monospace,monospace}"
	"code{font:13px ui-monospace,monospace}"
	"summary{cursor:pointer;margin:.5em 0}details.scenario{border-bottom:1px solid var(--line)}"
	"details.scenario>:not(summary){margin-left:1.2em}"
	".numbers>span{margin-right:2.5em;white-space:nowrap}"
	".big{font-size:2.2em;font-weight:600;margin-right:.2em}"
	".PASS,.XFAIL,.passed{color:var(--good)}.FAIL,.XPASS,.HARNESS,.failed{color:var(--bad)}"
	".SKIP,.STOPPED{color:var(--odd)}.none{color:var(--quiet)}.v{font-weight:600}"
	".bar{display:inline-block;height:.7em;background:var(--bar)}"
	".quiet{color:var(--quiet)}"
	"@media print{details>*{display:block}th{position:static}}";

void html_cell(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, "<td>");
	xml_text(sb, text ? text : "");
}

/* What a link points at: letters, digits and dashes of the name. */
static void add_anchor(struct strbuf *sb, const struct json *result)
{
	_cleanup_(freep) char *name = result_name(result);

	for (const char *c = name; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');

		strbuf_add_char(sb, plain ? *c : '-');
	}
}

/* Nothing of a kind is nothing to look at. */
static void add_number(struct strbuf *sb, int64_t number, const char *class, const char *text)
{
	strbuf_addf(sb, "<span class=\"%s\"><span class=big>%" PRId64 "</span>%s</span> ",
		    number ? class : "none", number, text);
}

static void add_numbers(struct strbuf *sb, const struct json *run)
{
	static const struct {
		const char *key, *text, *class;
	} numbers[] = {
		{"passed", "passed", "PASS"},
		{"failed", "failed", "FAIL"},
		{"skipped", "skipped", "SKIP"},
		{"broken", "could not be judged", "HARNESS"},
	};
	size_t leaks = 0;

	json_foreach (result, json_get(run, "results"))
		leaks += json_size(json_get(result, "leaks"));
	strbuf_add(sb, "<p class=numbers>");
	for (size_t i = 0; i < array_size(numbers); i++)
		if (i < 3 || json_get_int(run, numbers[i].key, 0))
			add_number(sb, json_get_int(run, numbers[i].key, 0), numbers[i].class,
				   numbers[i].text);
	add_number(sb, (int64_t)leaks, "", "leaked at the end");
	strbuf_add(sb, "</p>\n");
}

static void add_head(struct strbuf *sb, const struct json *run)
{
	strbuf_add(sb, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>"
		       "<meta name=viewport content=\"width=device-width\">"
		       "<title>Skyrig report</title><style>");
	strbuf_add(sb, style);
	strbuf_add(sb, "</style></head><body>\n<h1>Skyrig</h1>\n<p class=quiet>");
	strbuf_addf(sb, "%.1fs", (double)json_get_int(run, "wall_ms", 0) / 1000);
	if (json_get_str(run, "began")) {
		strbuf_add(sb, ", begun ");
		xml_text(sb, json_get_str(run, "began"));
	}
	if (json_get_str(run, "command")) {
		strbuf_add(sb, " by <code>");
		xml_text(sb, json_get_str(run, "command"));
		strbuf_add(sb, "</code>");
	}
	strbuf_add(sb, "</p>\n");
	add_numbers(sb, run);
}

static int64_t longest(const struct json *results)
{
	int64_t most = 1;

	json_foreach (result, results)
		if (json_get_int(result, "wall_ms", 0) > most)
			most = json_get_int(result, "wall_ms", 0);
	return most;
}

static void add_row(struct strbuf *sb, const struct json *result, int64_t most)
{
	_cleanup_(freep) char *name = result_name(result);
	const char *verdict = json_get_str(result, "verdict");
	int64_t ms = json_get_int(result, "wall_ms", 0);

	strbuf_addf(sb, "<tr><td class=\"v %s\">%s<td><a href=\"#", verdict, verdict);
	add_anchor(sb, result);
	strbuf_add(sb, "\">");
	xml_text(sb, name);
	strbuf_add(sb, "</a><br>");
	xml_text(sb, json_get_str(result, "title") ? json_get_str(result, "title") : "");
	if (!verdict_is_good(verdict)) {
		strbuf_add(sb, "<br><span class=quiet>");
		xml_text(sb, result_reason(result));
		strbuf_add(sb, "</span>");
	}
	strbuf_addf(sb, "<td class=n>%.1fs<td><span class=bar style=\"width:%.1fem\"></span>\n",
		    (double)ms / 1000, 8.0 * (double)ms / (double)most);
}

static void add_results(struct strbuf *sb, const struct json *results)
{
	int64_t most = longest(results);

	strbuf_add(sb, "<h2>Results</h2>\n<table><tr><th>verdict<th>scenario<th class=n>time"
		       "<th></tr>\n");
	json_foreach (result, results)
		if (!verdict_is_good(json_get_str(result, "verdict")))
			add_row(sb, result, most);
	json_foreach (result, results)
		if (verdict_is_good(json_get_str(result, "verdict")))
			add_row(sb, result, most);
	strbuf_add(sb, "</table>\n");
}

static void add_steps(struct strbuf *sb, const struct json *steps)
{
	if (!json_size(steps))
		return;
	strbuf_add(sb, "<ol>");
	json_foreach (step, steps) {
		const char *status = json_get_str(step, "status");

		if (!status)
			status = "";
		strbuf_add(sb, "<li>");
		xml_text(sb, json_get_str(step, "title") ? json_get_str(step, "title") : "");
		strbuf_addf(sb, " <span class=quiet>%.1fs</span> <span class=\"",
			    (double)json_get_int(step, "ms", 0) / 1000);
		xml_text(sb, status);
		strbuf_add(sb, "\">");
		xml_text(sb, status);
		strbuf_add(sb, "</span>\n");
	}
	strbuf_add(sb, "</ol>\n");
}

static void add_about(struct strbuf *sb, const struct json *result)
{
	const char *seed = json_get_str(result, "seed"), *file = json_get_str(result, "file");
	unsigned sources = 0;

	if (json_get_str(result, "why")) {
		strbuf_add(sb, "<p>");
		xml_text(sb, json_get_str(result, "why"));
		strbuf_add(sb, "</p>\n");
	}
	json_foreach (source, json_get(result, "source")) {
		strbuf_add(sb, sources++ ? " · " : "<p class=quiet>source: ");
		xml_text(sb, json_str(source) ? json_str(source) : "");
	}
	if (sources)
		strbuf_add(sb, "</p>\n");
	strbuf_add(sb, "<p class=quiet>again, alone: <code>skyrig test ");
	xml_text(sb, file ? file : "");
	if (seed)
		strbuf_addf(sb, " --seed %s", seed);
	strbuf_add(sb, " --keep</code>");
	json_foreach (version, json_get(result, "versions")) {
		strbuf_add(sb, " · ");
		xml_text(sb, json_key(version));
		strbuf_add_char(sb, ' ');
		xml_text(sb, json_str(version) ? json_str(version) : "");
	}
	strbuf_add(sb, "</p>\n");
}

/* What is fine is folded away; what is not is what the page is for. */
static void add_scenario(struct strbuf *sb, const struct json *result)
{
	const char *verdict = json_get_str(result, "verdict"), *report;
	_cleanup_(freep) char *name = result_name(result);
	bool good = verdict_is_good(verdict);

	strbuf_add(sb, good ? "<details class=scenario id=\"" : "<h3 id=\"");
	add_anchor(sb, result);
	strbuf_addf(sb, "\">%s<span class=\"v %s\">%s</span> ", good ? "<summary>" : "", verdict,
		    verdict);
	xml_text(sb, name);
	strbuf_add(sb, good ? "</summary>\n" : "</h3>\n");
	add_about(sb, result);
	report = json_get_str(result, "report");
	if (report && *report) {
		strbuf_add(sb, "<pre>");
		xml_text(sb, report);
		strbuf_add(sb, "</pre>\n");
	}
	add_steps(sb, json_get(result, "steps"));
	html_leaks(sb, result);
	html_denials(sb, result);
	html_ignored(sb, result);
	html_lanes(sb, result);
	if (good)
		strbuf_add(sb, "</details>\n");
}

void report_html(struct strbuf *sb, const struct json *run)
{
	const struct json *results = json_get(run, "results");

	add_head(sb, run);
	add_results(sb, results);
	strbuf_add(sb, "<h2>Scenarios</h2>\n");
	json_foreach (result, results)
		if (!verdict_is_good(json_get_str(result, "verdict")))
			add_scenario(sb, result);
	json_foreach (result, results)
		if (verdict_is_good(json_get_str(result, "verdict")))
			add_scenario(sb, result);
	html_operations(sb, results);
	html_sources(sb, results);
	strbuf_add(sb, "</body></html>\n");
}
