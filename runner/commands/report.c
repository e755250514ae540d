/* skyrig report RUN|FILE… */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/reports/merge.h"
#include "runner/reports/report.h"
#include "runner/store/store.h"

struct report_options {
	struct strs runs;
	const char *junit, *json, *html;
	bool tap, github;
};

enum { OPTION_JUNIT = 256, OPTION_JSON, OPTION_HTML, OPTION_TAP, OPTION_GITHUB };

static const struct argp_option options[] = {
	{"junit", OPTION_JUNIT, "FILE", 0,
	 "write JUnit XML (-: standard output); with --github, with places", 0},
	{"json", OPTION_JSON, "FILE", 0, "write JSON", 0},
	{"html", OPTION_HTML, "FILE", 0, "write a page that opens from disk", 0},
	{"tap", OPTION_TAP, NULL, 0, "TAP on standard output", 0},
	{"github", OPTION_GITHUB, NULL, 0, "annotations and a job summary for GitHub", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct report_options *report = state->input;

	switch (key) {
	case OPTION_JUNIT: report->junit = arg; return 0;
	case OPTION_JSON: report->json = arg; return 0;
	case OPTION_HTML: report->html = arg; return 0;
	case OPTION_TAP: report->tap = true; return 0;
	case OPTION_GITHUB: report->github = true; return 0;
	case ARGP_KEY_ARG: strs_add(&report->runs, arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool read_file(const char *path, struct json **ret, struct err *err)
{
	FILE *file = fopen(path, "re");
	char chunk[65536];
	struct strbuf sb;
	size_t n;
	bool ok;

	if (!file)
		return err_errno(err, "cannot read '%s'", path);
	strbuf_init(&sb, REPORT_BYTES_MAX);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		strbuf_add_bytes(&sb, chunk, n);
	fclose(file);
	ok = json_parse(strbuf_text(&sb), sb.length, ret, err) || err_wrap(err, "%s", path);
	strbuf_done(&sb);
	return ok;
}

static bool add(struct json *sum, const char *name, struct err *err)
{
	_cleanup_(json_freep) struct json *run = NULL;
	_cleanup_(freep) char *folder = NULL;

	if (is_file(name)) {
		if (!read_file(name, &run, err))
			return false;
	} else if (!store_find(name, &folder, err) || !store_read(folder, &run, err)) {
		return false;
	}
	return merge_run(sum, run, err) || err_wrap(err, "%s", name);
}

static bool write_all(const struct report_options *report, const struct json *sum, struct err *err)
{
	return (!report->junit || report_write(report->github ? report_junit_github : report_junit,
					       sum, report->junit, err)) &&
	       (!report->json || report_write(report_json, sum, report->json, err)) &&
	       (!report->html || report_write(report_html, sum, report->html, err)) &&
	       (!report->tap || report_write(report_tap, sum, "-", err)) &&
	       (!report->github || report_to_github(sum, err));
}

/* Parts are checked where they are put together; a report of one stored part alone is that. */
static void look_for_missing(const struct report_options *report, struct json *sum)
{
	const char *state;
	unsigned missing = 0;

	if (report->runs.count > 1 || is_file(report->runs.items[0]))
		missing = merge_missing(sum);
	if (missing)
		fprintf(stderr, "skyrig report: the results of %u part%s are missing\n", missing,
			missing == 1 ? "" : "s");
	state = json_get_str(sum, "state");
	if (!str_eq(state, "done"))
		fprintf(stderr,
			"skyrig report: a run is %s: what it did not come to is not in here\n",
			state);
}

static int status_of(const struct json *sum)
{
	if (json_get_int(sum, "failed", 0))
		return EXIT_FAILED;
	if (json_get_int(sum, "broken", 0) || !str_eq(json_get_str(sum, "state"), "done"))
		return EXIT_HARNESS;
	if (!json_get_int(sum, "passed", 0))
		return json_get_int(sum, "skipped", 0) || json_get_int(sum, "not_provable", 0)
			       ? EXIT_HARNESS
			       : EXIT_NOTHING;
	return EXIT_PASSED;
}

int command_report(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[RUN|FILE…]",
		"Makes reports of stored runs, or of files that test --json wrote; several\n"
		"become one, as when a suite was run in shards. RUN is a number, \"last\" (the\n"
		"default), \"last~1\" or a folder.\v"
		"Examples:\n"
		"  skyrig report --html report.html\n"
		"  skyrig report part1.json part2.json part3.json --junit all.xml\n\n"
		"Of a suite in parts (--shard) each part must be there, once.\n\n"
		"Exit status: that of the runs together, as of test: 0, 1, 3 or 4; 3 too when a\n"
		"part is missing, or a run was interrupted; 2 when there is no such run, or a\n"
		"file holds no results.",
		NULL,
		NULL,
		NULL};
	struct report_options report = {0};
	_cleanup_(json_freep) struct json *sum = json_new_object();
	struct err err = ERR_INIT;
	int status = EXIT_PASSED;
	bool alone;

	command_parse(&argp, argc, argv, &report);
	if (!report.runs.count)
		strs_add(&report.runs, "last");
	for (size_t i = 0; i < report.runs.count && !status; i++)
		status = add(sum, report.runs.items[i], &err) ? EXIT_PASSED : EXIT_USAGE;
	if (!status)
		look_for_missing(&report, sum);
	if (!status && !write_all(&report, sum, &err))
		status = EXIT_HARNESS;
	alone = report.tap || str_eq(report.junit, "-") || str_eq(report.json, "-") ||
		str_eq(report.html, "-");
	if (err.code == ERR_NONE && json_get_int(sum, "broken", 0))
		fprintf(alone ? stderr : stdout, "%lld could not be judged\n",
			(long long)json_get_int(sum, "broken", 0));
	if (err.code != ERR_NONE)
		fprintf(stderr, "skyrig report: %s\n", err_text(&err));
	else
		fprintf(alone ? stderr : stdout, "%lld passed, %lld failed, %lld skipped\n",
			(long long)json_get_int(sum, "passed", 0),
			(long long)json_get_int(sum, "failed", 0),
			(long long)json_get_int(sum, "skipped", 0));
	err_done(&err);
	strs_done(&report.runs);
	return status ? status : status_of(sum);
}
