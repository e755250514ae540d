/* One run of `skyrig test`: choosing, running, telling. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "runner/commands/command.h"
#include "runner/commands/test.h"
#include "runner/jobs/namespace.h"
#include "runner/jobs/progress.h"
#include "runner/jobs/results.h"
#include "runner/reports/report.h"
#include "runner/store/store.h"

#define ORDER_DIGITS 16

/* A run and what is known of it so far. */
struct run {
	const struct test_options *test;
	struct results results;
	struct progress *progress;
	struct stored_run *store; /* NULL: it is not stored */
	struct json *tree;	  /* of reports/report.h, without results */
	int64_t started_ms;
};

/* A scenario's place under --shuffle: a hash of its id. */
struct ordered {
	struct scenario *scenario;
	char order[ORDER_DIGITS + 1];
};

static int by_order(const void *a, const void *b)
{
	return strcmp(((const struct ordered *)a)->order, ((const struct ordered *)b)->order);
}

static void shuffle(struct ptrs *scenarios, unsigned long long seed)
{
	_cleanup_(freep) struct ordered *places = xcalloc(scenarios->count + 1, sizeof(*places));

	for (size_t i = 0; i < scenarios->count; i++) {
		places[i].scenario = scenarios->items[i];
		ids_hex(seed, "shuffle", "", places[i].scenario->id, 0, ORDER_DIGITS,
			places[i].order);
	}
	qsort(places, scenarios->count, sizeof(*places), by_order);
	for (size_t i = 0; i < scenarios->count; i++)
		scenarios->items[i] = places[i].scenario;
}

/* Scenarios that match and can be run; the others are told. How many matched at all. */
static size_t choose(struct run *run, const struct suite *suite, const struct filter *filter,
		     struct ptrs *ret)
{
	const struct test_options *test = run->test;
	size_t matched = 0;

	for (size_t i = 0; i < suite->scenarios.count; i++) {
		struct scenario *scenario = suite->scenarios.items[i];
		_cleanup_(freep) char *reason = NULL;

		if (filter && !filter_matches(filter, scenario))
			continue;
		if (matched++ % (test->shards ? test->shards : 1) !=
		    (test->shards ? test->shard - 1 : 0))
			continue;
		reason = test->is_external ? NULL : test_why_skip(scenario, test->overrides);
		if (reason)
			results_skip(&run->results, scenario, reason);
		else
			ptrs_add(ret, scenario);
	}
	if (test->shuffle)
		shuffle(ret, test->order);
	return matched;
}

/* Nothing of a scenario listens outside its own namespace, unless somebody wants to look at it. */
static bool isolate(const struct test_options *test)
{
	struct err err = ERR_INIT;
	bool possible;

	if (test->is_external)
		return false; /* the target is outside */
	if (test->jobs.keep != KEEP_NONE) {
		fprintf(stderr,
			"skyrig test: %s: the scenarios run in no network namespace of "
			"their own, so that they can be reached\n",
			test->jobs.keep == KEEP_PAUSED ? "--pause-on-failure" : "--keep");
		return false;
	}
	possible = namespaces_possible(&err);
	if (!possible)
		fprintf(stderr,
			"skyrig test: the scenarios share this machine's network, because %s; what "
			"controllers listen on can be reached from outside\n",
			err_text(&err));
	err_done(&err);
	return possible;
}

/* @name Stored as it goes: a killed run is there to be looked at, too */

static void write_store(struct run *run, const char *state)
{
	struct err err = ERR_INIT;

	json_set_str(run->tree, "state", state);
	json_set_int(run->tree, "wall_ms", clock_monotonic_ms() - run->started_ms);
	results_put(&run->results, run->tree);
	if (run->store && !store_write(run->store, run->tree, &err))
		fprintf(stderr, "skyrig test: the run is not stored: %s\n", err_text(&err));
	err_done(&err);
}

/* A run that cannot be stored is worth as much; it is only not there to be looked at later. */
static void begin_store(struct run *run)
{
	struct err err = ERR_INIT;

	if (store_begin(&run->store, &err)) {
		json_set_str(run->tree, "run", stored_run_name(run->store));
		write_store(run, "running");
	} else {
		fprintf(stderr, "skyrig test: the run is not stored: %s\n", err_text(&err));
	}
	err_done(&err);
}

static struct json *new_tree(const struct test_options *test)
{
	struct json *tree = json_new_object();
	char now[CLOCK_TEXT_MAX];

	json_set_str(tree, "skyrig", SKYRIG_VERSION);
	json_set_str(tree, "began", clock_format_seconds(clock_real_ms(), now));
	json_set_str(tree, "command", test->command);
	if (test->config_flags)
		json_set_str(tree, "config", test->config_flags);
	if (test->shards)
		json_setf(tree, "shard", "%llu/%llu", test->shard, test->shards);
	if (test->shuffle)
		json_setf(tree, "shuffle", "%llu", test->order);
	return tree;
}

/* @name What happens meanwhile */

static void on_result(const struct scenario *scenario, const struct json *result, void *userdata)
{
	struct run *run = userdata;
	_cleanup_(freep) char *name =
		xasprintf("%s%s", scenario->id, json_get_str(result, "row_text"));

	progress_end(run->progress, name, true);
	results_add(&run->results, scenario, result);
	write_store(run, "running");
}

static void on_progress(const struct scenario *scenario, const char *row_text, size_t step,
			size_t steps, const char *title, void *userdata)
{
	struct run *run = userdata;
	_cleanup_(freep) char *name = xasprintf("%s%s", scenario->id, row_text);
	_cleanup_(freep) char *text =
		step ? xasprintf("step %zu of %zu: %s", step, steps, title) : xstrdup("begins");

	if (!title) {
		progress_end(run->progress, name, false);
		return;
	}
	if (run->test->verbose && step) {
		progress_hide(run->progress);
		fprintf(stderr, "      %s  %s\n", name, text);
	}
	progress_set(run->progress, name, text);
}

static void on_kept(const char *text, void *userdata)
{
	const struct run *run = userdata;

	progress_hide(run->progress);
	fputs(text, stderr);
}

static size_t count_rows(const struct ptrs *scenarios, unsigned repeat)
{
	size_t rows = 0;

	for (size_t i = 0; i < scenarios->count; i++)
		rows += ((const struct scenario *)scenarios->items[i])->rows.count;
	return rows * repeat;
}

/* @name Afterwards */

static void export_recordings(const struct run *run, struct err *err)
{
	_cleanup_(strs_done) struct strs paths = {0};

	if (!run->store)
		return;
	store_recordings(stored_run_path(run->store), &paths);
	for (size_t i = 0; i < paths.count; i++) {
		_cleanup_(recording_freep) struct recording *recording = NULL;
		const char *name = strrchr(paths.items[i], '/') + 1;
		_cleanup_(freep) char *path = xasprintf("%s/%.*s.jsonl", run->test->record,
							(int)(strlen(name) - strlen(".db")), name);

		if (!recording_open(paths.items[i], &recording, err) ||
		    !recording_export(recording, path, err))
			return;
	}
}

static bool write_reports(const struct run *run, struct err *err)
{
	const struct test_options *test = run->test;

	if ((test->junit && !report_write(test->github ? report_junit_github : report_junit,
					  run->tree, test->junit, err)) ||
	    (test->json && !report_write(report_json, run->tree, test->json, err)) ||
	    (test->html && !report_write(report_html, run->tree, test->html, err)) ||
	    (test->tap && !report_write(report_tap, run->tree, "-", err)) ||
	    (test->github && !report_to_github(run->tree, err)))
		return false;
	if (test->record)
		export_recordings(run, err);
	return err->code == ERR_NONE;
}

/* The folder of --record, in which files can be made. */
static bool make_record(const char *folder, struct err *err)
{
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return err_errno(err, "cannot make '%s'", folder);
	return access(folder, W_OK | X_OK) == 0 || err_errno(err, "cannot write into '%s'", folder);
}

static bool writable(const struct test_options *test, struct err *err)
{
	return (!test->record || make_record(test->record, err)) &&
	       (!test->junit || report_writable(test->junit, err)) &&
	       (!test->json || report_writable(test->json, err)) &&
	       (!test->html || report_writable(test->html, err));
}

static void say_nothing_matched(const struct test_options *test, const struct suite *suite)
{
	if (test->filter)
		fprintf(stderr,
			"skyrig test: the filter \"%s\" matches no scenario; see: skyrig list\n",
			test->filter);
	else if (suite->defaults_count)
		fprintf(stderr, "skyrig test: a suite.yaml has defaults for the scenarios of its "
				"folder; it is none itself\n");
	else
		fprintf(stderr, "skyrig test: there is no scenario below these paths; its file's "
				"name must end in .yaml\n");
}

/* Runs what was chosen; the signal that interrupted it, or 0. */
static int run_chosen(struct run *run, const struct ptrs *chosen)
{
	struct jobs_options jobs = run->test->jobs;
	struct err err = ERR_INIT;
	int signal = 0;

	begin_store(run);
	jobs.overrides = run->test->overrides;
	jobs.result = on_result;
	jobs.progress = on_progress;
	jobs.kept = on_kept;
	jobs.userdata = run;
	jobs.store = run->store ? stored_run_path(run->store) : NULL;
	jobs.isolated = isolate(run->test);
	if (run->test->is_external) {
		jobs.external = &run->test->external;
		jobs.at_once = 1; /* all share it */
	}
	if (run->test->shuffle)
		fprintf(stderr, "skyrig test: in the order of --shuffle=%llu\n", run->test->order);
	run->progress = progress_new(
		command_redraws(STDERR_FILENO) && !run->test->plain && !run->test->quiet ? stderr
											 : NULL,
		count_rows(chosen, jobs.repeat));
	if (!jobs_run(chosen, &jobs, &signal, &err)) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		run->results.broken++;
	}
	progress_free(steal(run->progress));
	err_done(&err);
	return signal;
}

/* Whether something is written to standard output that must stand there alone. */
static bool is_for_programs(const struct test_options *test)
{
	return test->tap || str_eq(test->json, "-") || str_eq(test->junit, "-") ||
	       str_eq(test->html, "-");
}

int test_run(const struct test_options *test, const struct suite *suite,
	     const struct filter *filter)
{
	FILE *out = is_for_programs(test) ? stderr : stdout;
	struct run run = {.test = test,
			  .results = {.quiet = test->quiet,
				      .color = !test->no_color && command_color(fileno(out)),
				      .no_skip = test->no_skip,
				      .out = out},
			  .started_ms = clock_monotonic_ms()};
	struct ptrs chosen = {0};
	struct err err = ERR_INIT;
	int signal = 0, status;
	size_t matched;

	if (!writable(test, &err)) {
		fprintf(stderr, "skyrig test: %s. Nothing was run.\n", err_text(&err));
		err_done(&err);
		return EXIT_HARNESS;
	}
	run.tree = new_tree(test);
	results_init(&run.results);
	matched = choose(&run, suite, filter, &chosen);
	if (chosen.count)
		signal = run_chosen(&run, &chosen);
	if (!matched)
		say_nothing_matched(test, suite);
	results_flaky(&run.results);
	/* a shard may be empty when there are more shards than scenarios */
	status = matched && !json_size(run.results.all) && !signal && !run.results.broken
			 ? EXIT_PASSED
			 : results_status(&run.results, signal);
	write_store(&run, signal ? "interrupted" : "done");
	if (!write_reports(&run, &err)) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		status = status ? status : EXIT_HARNESS;
	}
	if (test->update && !signal)
		test_update(test, run.results.all);
	results_finish(&run.results, clock_monotonic_ms() - run.started_ms);
	err_done(&err);
	stored_run_free(run.store);
	json_free(run.tree);
	ptrs_done(&chosen);
	results_done(&run.results);
	return status;
}
