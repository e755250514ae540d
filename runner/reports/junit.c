/*
 * JUnit XML. There is no standard, but two readers that matter: Jenkins, whose xunit plugin checks
 * against its junit-10.xsd and refuses a file in which a testcase has a file or a line (pytest
 * issue 7096, jest-junit issue 74); and the usual actions of GitHub, which want just those.
 */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"
#include "runner/reports/report.h"

static void attribute(struct strbuf *sb, const char *name, const char *value)
{
	strbuf_addf(sb, " %s=\"", name);
	xml_attribute_text(sb, value ? value : "");
	strbuf_add(sb, "\"");
}

static const char *tag_of(const char *verdict)
{
	if (verdict_is_failure(verdict))
		return "failure";
	if (str_eq(verdict, "HARNESS"))
		return "error";
	return verdict_is_good(verdict) ? NULL : "skipped";
}

/* "leak/migrate" is a case of the class skyrig.leak. */
static void add_class(struct strbuf *sb, const char *id)
{
	const char *slash = strchr(id, '/');
	_cleanup_(freep) char *group = xstrndup(id, slash ? (size_t)(slash - id) : 0);
	_cleanup_(freep) char *class = xasprintf("skyrig%s%s", *group ? "." : "", group);

	attribute(sb, "classname", class);
}

static void add_case(struct strbuf *sb, const struct json *result, bool places)
{
	const char *verdict = json_get_str(result, "verdict"), *tag = tag_of(verdict);
	const char *report = json_get_str(result, "report");
	_cleanup_(freep) char *name = result_name(result);
	int64_t line = json_get_int(result, "line", 0);

	strbuf_add(sb, "    <testcase");
	add_class(sb, json_get_str(result, "id"));
	attribute(sb, "name", name);
	if (places)
		attribute(sb, "file", json_get_str(result, "file"));
	if (places && line > 0)
		strbuf_addf(sb, " line=\"%lld\"", (long long)line);
	strbuf_addf(sb, " time=\"%.3f\"", (double)json_get_int(result, "wall_ms", 0) / 1000);
	if (!tag) {
		strbuf_add(sb, "/>\n");
		return;
	}
	strbuf_addf(sb, ">\n      <%s", tag);
	attribute(sb, "message", result_reason(result));
	if (str_eq(tag, "skipped")) {
		strbuf_add(sb, "/>\n    </testcase>\n");
		return;
	}
	attribute(sb, "type", verdict);
	strbuf_add(sb, ">");
	xml_text(sb, report ? report : "");
	strbuf_addf(sb, "</%s>\n    </testcase>\n", tag);
}

/* Jenkins wants a timestamp without a zone. */
static void add_counts(struct strbuf *sb, const struct json *run, bool suite)
{
	const struct json *results = json_get(run, "results");
	const char *began = json_get_str(run, "began");
	size_t skipped = 0;

	json_foreach (result, results)
		skipped += str_eq(tag_of(json_get_str(result, "verdict")), "skipped");
	strbuf_addf(sb, " name=\"skyrig\" tests=\"%zu\" failures=\"%lld\" errors=\"%lld\"",
		    json_size(results), (long long)json_get_int(run, "failed", 0),
		    (long long)json_get_int(run, "broken", 0));
	if (suite)
		strbuf_addf(sb, " skipped=\"%zu\"", skipped);
	strbuf_addf(sb, " time=\"%.3f\"", (double)json_get_int(run, "wall_ms", 0) / 1000);
	if (suite && began)
		strbuf_addf(sb, " timestamp=\"%.19s\"", began);
	strbuf_add(sb, ">\n");
}

static void add_property(struct strbuf *sb, const char *name, const char *value)
{
	if (!value)
		return;
	strbuf_add(sb, "      <property");
	attribute(sb, "name", name);
	attribute(sb, "value", value);
	strbuf_add(sb, "/>\n");
}

static void add_suites(struct strbuf *sb, const struct json *run, bool places)
{
	xml_declaration(sb);
	strbuf_add(sb, "<testsuites");
	add_counts(sb, run, false);
	strbuf_add(sb, "  <testsuite");
	add_counts(sb, run, true);
	strbuf_add(sb, "    <properties>\n");
	add_property(sb, "skyrig", json_get_str(run, "skyrig"));
	add_property(sb, "run", json_get_str(run, "run"));
	add_property(sb, "command", json_get_str(run, "command"));
	strbuf_add(sb, "    </properties>\n");
	json_foreach (result, json_get(run, "results"))
		add_case(sb, result, places);
	strbuf_add(sb, "  </testsuite>\n</testsuites>\n");
}

void report_junit(struct strbuf *sb, const struct json *run)
{
	add_suites(sb, run, false);
}

void report_junit_github(struct strbuf *sb, const struct json *run)
{
	add_suites(sb, run, true);
}
