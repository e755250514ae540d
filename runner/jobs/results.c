/* Results of a run. */
#include "runner/jobs/results.h"

#include "emulator/base/json.h"
#include "runner/commands/command.h"
#include "runner/reports/report.h"
#include "runner/text.h"

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
	{"NOT PROVABLE", COLOR_YELLOW, offsetof(struct results, not_provable)},
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

/* Whether it failed in the way that the scenario says. */
static bool failed_as_known(const struct scenario *scenario, const struct json *result)
{
	const char *report = json_get_str(result, "report");

	return scenario->known_failure &&
	       (!scenario->known_words || (report && strstr(report, scenario->known_words)));
}

static const char *verdict_of(const struct scenario *scenario, const struct json *result)
{
	const char *status = json_get_str(result, "status");

	if (str_eq(status, "passed"))
		return scenario->known_failure ? "XPASS" : "PASS";
	if (str_eq(status, "failed"))
		return failed_as_known(scenario, result) ? "XFAIL" : "FAIL";
	if (str_eq(status, "interrupted"))
		return "STOPPED";
	if (str_eq(status, "not-provable"))
		return "NOT PROVABLE";
	return str_eq(status, "skipped") ? "SKIP" : "HARNESS";
}

static void print_line(const struct results *results, const char *verdict, const char *color,
		       const struct json *result)
{
	fprintf(results->out, "%s%-5s%s %s%s   %.1fs   %lld AWS and %lld Kubernetes requests\n",
		color, verdict, results->color ? COLOR_OFF : "", json_get_str(result, "id"),
		json_get_str(result, "row_text"), (double)json_get_int(result, "wall_ms", 0) / 1000,
		(long long)json_get_int(result, "aws_requests", 0),
		(long long)json_get_int(result, "kube_requests", 0));
}

/* The report begins with its verdict. */
static void print_report(const struct results *results, const char *verdict, const char *color,
			 const char *report)
{
	size_t length = str_starts_with(report, verdict) ? strlen(verdict) : 0;

	fprintf(results->out, "%s%.*s%s%s\n", color, (int)length, report,
		results->color ? COLOR_OFF : "", report + length);
}

static void add_texts(struct json *result, const char *key, const struct strs *texts)
{
	struct json *list = json_new_array();

	json_set(result, key, list);
	for (size_t i = 0; i < texts->count; i++)
		json_append_str(list, texts->items[i]);
}

void results_describe(struct json *result, const struct scenario *scenario)
{
	json_set_str(result, "why", scenario->why);
	add_texts(result, "source", &scenario->sources);
	add_texts(result, "tags", &scenario->tags);
	json_set_str(result, "known_failure", scenario->known_failure);
}

void results_add(struct results *results, const struct scenario *scenario,
		 const struct json *result)
{
	const char *verdict = verdict_of(scenario, result);
	const char *color = count_verdict(results, verdict);
	struct json *kept = json_copy(result);
	bool good = verdict_is_good(verdict);

	results_describe(kept, scenario);
	json_set_str(kept, "verdict", verdict);
	json_append(results->all, kept);
	if (results->quiet && good)
		return;
	if (good || str_eq(verdict, "XPASS"))
		print_line(results, verdict, color, result);
	json_foreach (sentence, json_get(result, "unproven"))
		fprintf(results->out, "      not proven, the actor made no call at all: %s\n",
			json_str(sentence));
	json_foreach (item, json_get(result, "ignored"))
		fprintf(results->out, "      not modelled, it had no effect: %s %s, given by %s\n",
			json_get_str(item, "action"), json_get_str(item, "member"),
			json_get_str(item, "actor"));
	if (str_eq(verdict, "XFAIL"))
		fprintf(results->out, "      known: %s (%s)\n", scenario->known_failure,
			json_get_str(result, "reason"));
	else if (str_eq(verdict, "XPASS"))
		fprintf(results->out,
			"      it passed though it is marked as a known failure; remove the mark\n");
	else if (str_eq(verdict, "STOPPED"))
		fprintf(results->out, "%-5s %s%s   %s\n", "STOP", json_get_str(result, "id"),
			json_get_str(result, "row_text"), json_get_str(result, "reason"));
	else if (!good)
		print_report(results, verdict, color, json_get_str(result, "report"));
	if (str_eq(verdict, "FAIL") && scenario->known_failure)
		fprintf(results->out,
			"      it fails, but not as known: the report does not say \"%s\"\n",
			scenario->known_words);
	fflush(results->out);
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
	results_describe(kept, scenario);
	json_set_str(kept, "status", "skipped");
	json_set_str(kept, "verdict", verdict);
	json_setf(kept, "reason", "%s%s", reason,
		  results->no_skip ? " (a skip counts as a failure: --no-skip)" : "");
	json_append(results->all, kept);
	fprintf(results->out, "%s%-5s%s %s   %s\n", color, verdict, results->color ? COLOR_OFF : "",
		scenario->id, json_get_str(kept, "reason"));
	fflush(results->out);
}

static bool same_run(const struct json *a, const struct json *b)
{
	return str_eq(json_get_str(a, "id"), json_get_str(b, "id")) &&
	       json_get_int(a, "row", 0) == json_get_int(b, "row", 0);
}

/* Of all turns of a scenario: how many there were, and how many passed. */
static size_t count_turns(const struct results *results, const struct json *result,
			  size_t *ret_passed)
{
	size_t turns = 0;

	*ret_passed = 0;
	json_foreach (other, results->all) {
		if (!same_run(result, other))
			continue;
		turns++;
		*ret_passed += str_eq(json_get_str(other, "verdict"), "PASS");
	}
	return turns;
}

void results_flaky(const struct results *results)
{
	for (struct json *result = json_first_mut(results->all); result;
	     result = json_next_mut(result)) {
		size_t passed, turns = count_turns(results, result, &passed);

		if (!passed || passed == turns)
			continue;
		json_set_bool(result, "flaky", true);
		if (json_get_int(result, "turn", 0) == 0) /* one line for all turns */
			fprintf(results->out,
				"FLAKY %s%s   passed %zu of %zu times under one seed; skyrig diff last "
				"last %s --turns\n",
				json_get_str(result, "id"), json_get_str(result, "row_text"),
				passed, turns, json_get_str(result, "id"));
	}
}

/* How much of the scenarios' time this program was at work itself: the rest are the controllers'
 * work and the waits that they and the scenarios ask for. */
static void print_share(const struct results *results)
{
	int64_t cpu_ms = 0, wall_ms = 0;

	json_foreach (result, results->all) {
		cpu_ms += json_get_int(result, "cpu_ms", 0);
		wall_ms += json_get_int(result, "wall_ms", 0);
	}
	if (wall_ms)
		fprintf(results->out, "Skyrig's own share: %.1fs of %.1fs in scenarios (%.1f %%)\n",
			(double)cpu_ms / 1000, (double)wall_ms / 1000,
			100 * (double)cpu_ms / (double)wall_ms);
}

void results_finish(struct results *results, int64_t wall_ms)
{
	if (results->broken)
		fprintf(results->out,
			"\n%zu could not be judged: this program's own fault, not the scenarios'\n",
			results->broken);
	if (results->not_provable)
		fprintf(results->out,
			"\n%zu not provable here: an external target does not show all that they "
			"claim\n",
			results->not_provable);
	if (!results->quiet)
		fprintf(results->out, "\n");
	print_share(results);
	fprintf(results->out, "%.1fs\n%zu passed, %zu failed, %zu skipped\n",
		(double)wall_ms / 1000, results->passed, results->failed, results->skipped);
	fflush(results->out);
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
		return results->skipped || results->not_provable ? EXIT_HARNESS : EXIT_NOTHING;
	return EXIT_PASSED;
}

void results_put(const struct results *results, struct json *run)
{
	json_set_int(run, "passed", (int64_t)results->passed);
	json_set_int(run, "failed", (int64_t)results->failed);
	json_set_int(run, "skipped", (int64_t)results->skipped);
	json_set_int(run, "broken", (int64_t)results->broken);
	json_set_int(run, "not_provable", (int64_t)results->not_provable);
	json_set_copy(run, "results", results->all);
}
