/*
 * For GitHub: workflow commands that annotate lines, and the Markdown of a job's summary.
 * Source: GitHub Docs, "Workflow commands for GitHub Actions".
 */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/reports/report.h"

#define ANNOTATION_LINES 3
#define SUMMARY_REPORT	 6000 /* bytes of a failure in the summary, which has a limit of 1 MiB */

/* Data escapes %, CR and LF; a property also ':' and ','. */
static void add_escaped(struct strbuf *sb, const char *text, bool property, size_t lines)
{
	for (; *text; text++) {
		if (*text == '\n' && --lines == 0)
			return;
		if (*text == '%' || *text == '\r' || *text == '\n' ||
		    (property && (*text == ':' || *text == ',')))
			strbuf_addf(sb, "%%%02X", (unsigned char)*text);
		else
			strbuf_add_char(sb, *text);
	}
}

void report_github(struct strbuf *sb, const struct json *run)
{
	json_foreach (result, json_get(run, "results")) {
		const char *verdict = json_get_str(result, "verdict");
		_cleanup_(freep) char *name = result_name(result);
		_cleanup_(freep) char *text = NULL;
		const char *report = json_get_str(result, "report");

		if (verdict_is_good(verdict) || str_eq(verdict, "STOPPED"))
			continue;
		strbuf_addf(sb, "::%s file=", verdict_is_undecided(verdict) ? "notice" : "error");
		add_escaped(sb, json_get_str(result, "file"), true, SIZE_MAX);
		if (json_get_int(result, "line", 0) > 0)
			strbuf_addf(sb, ",line=%lld,col=%lld",
				    (long long)json_get_int(result, "line", 0),
				    (long long)json_get_int(result, "column", 1));
		strbuf_add(sb, ",title=");
		text = xasprintf("%s %s", verdict, name);
		add_escaped(sb, text, true, SIZE_MAX);
		strbuf_add(sb, "::");
		add_escaped(sb, result_reason(result), false, SIZE_MAX);
		if (report && *report) {
			strbuf_add(sb, "%0A");
			add_escaped(sb, report, false, ANNOTATION_LINES);
		}
		strbuf_add_char(sb, '\n');
	}
}

static void add_failure(struct strbuf *sb, const struct json *result)
{
	_cleanup_(freep) char *name = result_name(result);
	const char *report = json_get_str(result, "report");

	strbuf_addf(sb, "\n<details><summary>%s %s</summary>\n\n````text\n%.*s\n````\n</details>\n",
		    json_get_str(result, "verdict"), name, SUMMARY_REPORT, report ? report : "");
}

static const char *mark_of(const char *verdict)
{
	return verdict_is_good(verdict)					     ? ":white_check_mark:"
	       : verdict_is_undecided(verdict) || str_eq(verdict, "STOPPED") ? ":fast_forward:"
									     : ":x:";
}

void report_markdown(struct strbuf *sb, const struct json *run)
{
	strbuf_addf(sb, "## Skyrig: %lld passed, %lld failed, %lld skipped\n\n",
		    (long long)json_get_int(run, "passed", 0),
		    (long long)json_get_int(run, "failed", 0),
		    (long long)json_get_int(run, "skipped", 0));
	if (json_get_int(run, "broken", 0))
		strbuf_addf(sb, "%lld could not be judged: Skyrig's own fault.\n\n",
			    (long long)json_get_int(run, "broken", 0));
	strbuf_add(sb, "| | scenario | time | |\n|---|---|---:|---|\n");
	json_foreach (result, json_get(run, "results")) {
		const char *verdict = json_get_str(result, "verdict");
		_cleanup_(freep) char *name = result_name(result);

		strbuf_addf(sb, "| %s %s | %s | %.1fs | ", mark_of(verdict), verdict, name,
			    (double)json_get_int(result, "wall_ms", 0) / 1000);
		for (const char *c = result_reason(result); *c; c++)
			strbuf_add(sb, *c == '|' ? "\\|" : *c == '\n' ? " " : (char[]){*c, '\0'});
		strbuf_add(sb, " |\n");
	}
	json_foreach (result, json_get(run, "results"))
		if (!verdict_is_good(json_get_str(result, "verdict")) &&
		    !verdict_is_undecided(json_get_str(result, "verdict")))
			add_failure(sb, result);
}
