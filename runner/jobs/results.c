/* Results of a run. */
#include "runner/jobs/results.h"

#include <errno.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"
#include "runner/commands/command.h"
#include "runner/text.h"

#define FILE_MAX (64 * 1024 * 1024)

void results_init(struct results *results)
{
	results->all = json_new_array();
}

void results_done(struct results *results)
{
	json_free(results->all);
	results->all = NULL;
}

/* How a verdict counts, and what it is called. */
struct verdict_row {
	const char *verdict, *color;
	size_t offset;
};

static const struct verdict_row verdict_rows[] = {
	{"PASS", COLOR_GREEN, offsetof(struct results, passed)},
	{"XFAIL", COLOR_YELLOW, offsetof(struct results, passed)},
	{"FAIL", COLOR_RED, offsetof(struct results, failed)},
	{"XPASS", COLOR_RED, offsetof(struct results, failed)},
	{"SKIP", COLOR_YELLOW, offsetof(struct results, skipped)},
	{"HARNESS", COLOR_RED, offsetof(struct results, broken)},
};

static const char *count_verdict(struct results *results, const char *verdict)
{
	for (size_t i = 0; i < array_size(verdict_rows); i++) {
		if (!str_eq(verdict_rows[i].verdict, verdict))
			continue;
		(*(size_t *)((char *)results + verdict_rows[i].offset))++;
		return results->color ? verdict_rows[i].color : "";
	}
	return "";
}

static const char *verdict_of(const struct scenario *scenario, const char *status)
{
	if (str_eq(status, "passed"))
		return scenario->known_failure ? "XPASS" : "PASS";
	if (str_eq(status, "failed"))
		return scenario->known_failure ? "XFAIL" : "FAIL";
	return str_eq(status, "skipped") ? "SKIP" : "HARNESS";
}

static void print_line(const struct results *results, const char *verdict, const char *color,
		       const struct json *result)
{
	printf("%s%-5s%s %s%s   %.1fs   %lld AWS and %lld Kubernetes requests\n", color, verdict,
	       results->color ? COLOR_OFF : "", json_get_str(result, "id"),
	       json_get_str(result, "row_text"), (double)json_get_int(result, "wall_ms", 0) / 1000,
	       (long long)json_get_int(result, "aws_requests", 0),
	       (long long)json_get_int(result, "kube_requests", 0));
}

/* The report begins with its verdict. */
static void print_report(const struct results *results, const char *verdict, const char *color,
			 const char *report)
{
	size_t length = str_starts_with(report, verdict) ? strlen(verdict) : 0;

	printf("%s%.*s%s%s\n", color, (int)length, report, results->color ? COLOR_OFF : "",
	       report + length);
}

void results_add(struct results *results, const struct scenario *scenario,
		 const struct json *result)
{
	const char *verdict = verdict_of(scenario, json_get_str(result, "status"));
	const char *color = count_verdict(results, verdict);
	struct json *kept = json_copy(result);
	bool good = str_eq(verdict, "PASS") || str_eq(verdict, "XFAIL");

	json_set_str(kept, "verdict", verdict);
	json_append(results->all, kept);
	if (results->quiet && good)
		return;
	if (good || str_eq(verdict, "XPASS"))
		print_line(results, verdict, color, result);
	json_foreach (sentence, json_get(result, "unproven"))
		printf("      not proven, the actor made no call at all: %s\n", json_str(sentence));
	if (str_eq(verdict, "XFAIL"))
		printf("      known: %s (%s)\n", scenario->known_failure,
		       json_get_str(result, "reason"));
	else if (str_eq(verdict, "XPASS"))
		printf("      it passed though it is marked as a known failure; remove the mark\n");
	else if (!good)
		print_report(results, verdict, color, json_get_str(result, "report"));
	fflush(stdout);
}

void results_skip(struct results *results, const struct scenario *scenario, const char *reason)
{
	const char *verdict = results->no_skip ? "FAIL" : "SKIP";
	const char *color = count_verdict(results, verdict);
	struct json *kept = json_new_object();

	json_set_str(kept, "id", scenario->id);
	json_set_str(kept, "row_text", "");
	json_set_str(kept, "title", scenario->title);
	json_set_str(kept, "file", scenario->source->path);
	json_set_str(kept, "status", "skipped");
	json_set_str(kept, "verdict", verdict);
	json_setf(kept, "reason", "%s%s", reason,
		  results->no_skip ? " (a skip counts as a failure: --no-skip)" : "");
	json_append(results->all, kept);
	printf("%s%-5s%s %s   %s\n", color, verdict, results->color ? COLOR_OFF : "", scenario->id,
	       json_get_str(kept, "reason"));
	fflush(stdout);
}

static bool same_run(const struct json *a, const struct json *b)
{
	return str_eq(json_get_str(a, "id"), json_get_str(b, "id")) &&
	       json_get_int(a, "row", 0) == json_get_int(b, "row", 0);
}

/* Scenarios that passed and failed under one seed. */
static void print_flaky(const struct results *results)
{
	json_foreach (result, results->all) {
		size_t turns = 0, passed = 0;

		if (json_get_int(result, "turn", 0) != 0)
			continue; /* one line for all turns */
		json_foreach (other, results->all) {
			if (!same_run(result, other))
				continue;
			turns++;
			passed += str_eq(json_get_str(other, "verdict"), "PASS");
		}
		if (passed && passed < turns)
			printf("FLAKY %s%s   passed %zu of %zu times under one seed\n",
			       json_get_str(result, "id"), json_get_str(result, "row_text"), passed,
			       turns);
	}
}

void results_finish(struct results *results, int64_t wall_ms)
{
	print_flaky(results);
	if (results->broken)
		printf("\n%zu could not be judged: this program's own fault, not the scenarios'\n",
		       results->broken);
	printf("%s%.1fs\n%zu passed, %zu failed, %zu skipped\n", results->quiet ? "" : "\n",
	       (double)wall_ms / 1000, results->passed, results->failed, results->skipped);
}

int results_status(const struct results *results, int signal)
{
	if (signal)
		return 128 + signal;
	if (results->failed)
		return EXIT_FAILED;
	if (results->broken)
		return EXIT_HARNESS;
	if (!results->passed)
		return results->skipped ? EXIT_HARNESS : EXIT_NOTHING;
	return EXIT_PASSED;
}

bool results_writable(const char *path, struct err *err)
{
	bool is_new = access(path, F_OK) != 0;
	FILE *file = str_eq(path, "-") ? NULL : fopen(path, "ae");

	if (!file)
		return str_eq(path, "-") ||
		       err_set(err, ERR_IO, NULL,
			       "cannot write '%s': %s; name a file in a folder "
			       "that exists and can be written",
			       path, strerror(errno));
	fclose(file);
	if (is_new)
		unlink(path);
	return true;
}

static bool write_file(const char *path, struct strbuf *sb, struct err *err)
{
	FILE *file = str_eq(path, "-") ? stdout : fopen(path, "we");
	bool ok = file != NULL;

	if (!file)
		return err_errno(err, "cannot write '%s'", path);
	ok = fputs(strbuf_text(sb), file) >= 0 && fflush(file) == 0;
	if (file != stdout)
		ok = fclose(file) == 0 && ok;
	return ok || err_errno(err, "cannot write '%s'", path);
}

static void add_attribute(struct strbuf *sb, const char *name, const char *value)
{
	strbuf_addf(sb, " %s=\"", name);
	xml_attribute_text(sb, value ? value : "");
	strbuf_add(sb, "\"");
}

static void add_case(struct strbuf *sb, const struct json *result)
{
	const char *verdict = json_get_str(result, "verdict"), *tag = NULL;
	_cleanup_(freep) char *name =
		xasprintf("%s%s", json_get_str(result, "id"), json_get_str(result, "row_text"));

	if (str_eq(verdict, "FAIL") || str_eq(verdict, "XPASS"))
		tag = "failure";
	else if (str_eq(verdict, "HARNESS"))
		tag = "error";
	else if (str_eq(verdict, "SKIP"))
		tag = "skipped";
	strbuf_add(sb, "  <testcase");
	add_attribute(sb, "classname", "skyrig");
	add_attribute(sb, "name", name);
	add_attribute(sb, "file", json_get_str(result, "file"));
	strbuf_addf(sb, " time=\"%.3f\"", (double)json_get_int(result, "wall_ms", 0) / 1000);
	if (!tag) {
		strbuf_add(sb, "/>\n");
		return;
	}
	strbuf_addf(sb, ">\n    <%s", tag);
	add_attribute(sb, "message", json_get_str(result, "reason"));
	strbuf_add(sb, ">");
	xml_text(sb, json_get_str(result, "report") ? json_get_str(result, "report") : "");
	strbuf_addf(sb, "</%s>\n  </testcase>\n", tag);
}

bool results_write_junit(const struct results *results, const char *path, struct err *err)
{
	struct strbuf sb;
	bool ok;

	strbuf_init(&sb, FILE_MAX);
	xml_declaration(&sb);
	strbuf_addf(&sb,
		    "<testsuite name=\"skyrig\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		    "skipped=\"%zu\">\n",
		    json_size(results->all), results->failed, results->broken, results->skipped);
	json_foreach (result, results->all)
		add_case(&sb, result);
	strbuf_add(&sb, "</testsuite>\n");
	ok = write_file(path, &sb, err);
	strbuf_done(&sb);
	return ok;
}

bool results_write_json(const struct results *results, const char *path, struct err *err)
{
	struct strbuf sb;
	bool ok;

	strbuf_init(&sb, FILE_MAX);
	json_print_pretty(&sb, results->all);
	strbuf_add_char(&sb, '\n');
	ok = write_file(path, &sb, err);
	strbuf_done(&sb);
	return ok;
}
