/* skyrig test [PATH…] */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "runner/commands/command.h"
#include "runner/commands/paths.h"
#include "runner/controllers/catalog.h"
#include "runner/jobs/namespace.h"
#include "runner/jobs/results.h"
#include "runner/schema/schema.h"
#include "runner/store/store.h"
#include "runner/text.h"

#define OVERRIDES_MAX 16

struct test_options {
	struct strs paths;
	const char *filter, *junit, *json;
	struct jobs_options jobs;
	struct environment_override overrides[OVERRIDES_MAX + 1];
	size_t override_count;
	bool no_skip, quiet, plain;
};

enum {
	OPTION_FAIL_FAST = 256,
	OPTION_REPEAT,
	OPTION_SEED,
	OPTION_TIMEOUT,
	OPTION_SPEED,
	OPTION_KEEP,
	OPTION_JUNIT,
	OPTION_JSON,
	OPTION_STRICT,
	OPTION_NO_SKIP,
	OPTION_CONTROLLER,
	OPTION_NO_COLOR,
};

static const struct argp_option options[] = {
	{"filter", 'f', "EXPRESSION", 0, "only these, e.g. 'tag:leak and not tag:slow', id:happy/*",
	 0},
	{"jobs", 'j', "N", 0, "scenarios at once (default: half of the processors)", 0},
	{"fail-fast", OPTION_FAIL_FAST, NULL, 0, "start no more after the first failure", 0},
	{"repeat", OPTION_REPEAT, "N", 0, "each scenario so many times", 0},
	{"seed", OPTION_SEED, "N", 0, "instead of the scenarios' own", 0},
	{"timeout", OPTION_TIMEOUT, "DURATION", 0, "of each scenario, instead of its own", 0},
	{"speed", OPTION_SPEED, "N", 0, "of AWS's clock, instead of the scenarios' own", 0},
	{"keep", OPTION_KEEP, NULL, 0, "leave a failed scenario's environment up until Ctrl-C", 0},
	{"junit", OPTION_JUNIT, "FILE", 0, "write the results as JUnit XML", 0},
	{"json", OPTION_JSON, "FILE", 0, "write the results as JSON (-: standard output)", 0},
	{"strict", OPTION_STRICT, NULL, 0, "what is not proven fails; so do warnings", 0},
	{"no-skip", OPTION_NO_SKIP, NULL, 0, "what cannot be run fails", 0},
	{"controller", OPTION_CONTROLLER, "NAME=PATH", 0,
	 "use this program for a controller; NAME@VERSION: an installed version of it", 0},
	{"verbose", 'v', NULL, 0, "tell each step", 0},
	{"quiet", 'q', NULL, 0, "tell only what is not fine", 0},
	{"no-color", OPTION_NO_COLOR, NULL, 0, "no colours", 0},
	{0},
};

static unsigned long long parse_number(const char *arg, unsigned long long least,
				       const char *option, struct argp_state *state)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(arg, &end, 10);
	if (!*arg || *arg == '-' || *end || errno || number < least)
		argp_error(state, "--%s: \"%s\" is not a whole number of at least %llu", option,
			   arg, least);
	return number;
}

static void add_override(struct test_options *test, const char *name, const char *path,
			 const char *version, struct argp_state *state)
{
	if (test->override_count == OVERRIDES_MAX)
		argp_error(state, "--controller: more than %d", OVERRIDES_MAX);
	else
		test->overrides[test->override_count++] =
			(struct environment_override){name, path, version};
}

static void parse_controller(struct test_options *test, char *arg, struct argp_state *state)
{
	size_t length = strcspn(arg, "=@");
	char how = arg[length];
	const char *what = how ? arg + length + 1 : "";
	_cleanup_(freep) char *text = xstrndup(arg, length);
	const char *name = intern(text);
	const char *names[16];
	size_t n = schema_word_names("controller", names, array_size(names));
	_cleanup_(freep) char *all = text_list(names, n, "and");

	if (!*what)
		argp_error(state, "--controller: write NAME=PATH or NAME@VERSION");
	else if (!environment_knows(name))
		argp_error(state, "--controller: there is no controller \"%s\"; there are %s", name,
			   all);
	else if (how == '@')
		add_override(test, name, NULL, what, state);
	else if (access(what, X_OK) != 0)
		argp_error(state,
			   "--controller: cannot run '%s': %s; give the path of an executable file",
			   what, strerror(errno));
	else if (!catalog_is_program(what))
		argp_error(state,
			   "--controller: '%s' is no program; give the path of an executable file",
			   what);
	else
		add_override(test, name, what, NULL, state);
}

static error_t parse_more(int key, char *arg, struct argp_state *state)
{
	struct test_options *test = state->input;
	struct jobs_options *jobs = &test->jobs;
	char *end;

	switch (key) {
	case OPTION_SEED:
		jobs->has_seed = true;
		jobs->seed = parse_number(arg, 0, "seed", state);
		return 0;
	case OPTION_TIMEOUT:
		if (!duration_parse(arg, &jobs->timeout_ms) || !jobs->timeout_ms)
			argp_error(state, "--timeout: \"%s\" is not a duration; write e.g. 2m",
				   arg);
		return 0;
	case OPTION_SPEED:
		jobs->speed = strtod(arg, &end);
		if (!*arg || *end || !(jobs->speed > 0) || jobs->speed > 1000)
			argp_error(state, "--speed: \"%s\" is not a number above 0, up to 1000",
				   arg);
		return 0;
	case OPTION_CONTROLLER: parse_controller(test, arg, state); return 0;
	case OPTION_JUNIT: test->junit = arg; return 0;
	case OPTION_JSON: test->json = arg; return 0;
	case OPTION_NO_COLOR: test->plain = true; return 0;
	case ARGP_KEY_ARG: strs_add(&test->paths, arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct test_options *test = state->input;
	struct jobs_options *jobs = &test->jobs;

	switch (key) {
	case 'f': test->filter = arg; return 0;
	case 'j': jobs->at_once = (unsigned)parse_number(arg, 1, "jobs", state); return 0;
	case 'v': jobs->verbose = true; return 0;
	case 'q': test->quiet = true; return 0;
	case OPTION_FAIL_FAST: jobs->fail_fast = true; return 0;
	case OPTION_REPEAT:
		jobs->repeat = (unsigned)parse_number(arg, 1, "repeat", state);
		return 0;
	case OPTION_KEEP: jobs->keep = true; return 0;
	case OPTION_STRICT: jobs->strict = true; return 0;
	case OPTION_NO_SKIP: test->no_skip = true; return 0;
	default: return parse_more(key, arg, state);
	}
}

/* The settings that a scenario's controllers start with: those of the one that makes its state. */
static const struct yaml_node *settings_of(const struct scenario *scenario)
{
	while (scenario->base)
		scenario = scenario->base;
	return scenario->given.settings;
}

static char *wrong_version(const struct scenario *scenario,
			   const struct environment_override *overrides)
{
	const struct yaml_node *wanted = scenario->versions ? scenario->versions->first : NULL;

	for (; wanted; wanted = wanted->next) {
		const char *of = yaml_get_text(wanted, "of"), *is = yaml_get_text(wanted, "is");
		_cleanup_(freep) char *version =
			environment_version(of, overrides, settings_of(scenario));

		if (!version)
			return xasprintf("%s is a program whose version is not known; %s is wanted",
					 of, is);
		if (!str_glob(is, version))
			return xasprintf("%s is %s; %s is wanted", of, version, is);
	}
	return NULL;
}

/* A version that a step puts in place of another one must be there as well. */
static char *lacks_replacement(const struct scenario *scenario,
			       const struct environment_override *overrides)
{
	for (const struct yaml_node *step = scenario->steps->first; step; step = step->next) {
		const struct yaml_node *node = yaml_get(step, "replace");
		const struct yaml_node *one = node && node->type == YAML_LIST ? node->first : node;
		char *reason;

		for (; one; one = one == node ? NULL : one->next)
			if (!environment_has(yaml_get_text(one, "of"), overrides, one, &reason))
				return reason;
	}
	return NULL;
}

/* Why a scenario cannot be run here, or NULL; new text. */
static char *why_skip(const struct scenario *scenario, const struct environment_override *overrides)
{
	const struct scenario *first = scenario;
	_cleanup_(strs_done) struct strs names = {0};
	_cleanup_(err_done) struct err err = ERR_INIT;
	char *reason;

	for (size_t i = 0; i < scenario->requires.count; i++)
		if (!environment_has(scenario->requires.items[i], overrides, settings_of(scenario),
				     &reason))
			return reason;
	reason = wrong_version(scenario, overrides);
	if (!reason)
		reason = lacks_replacement(scenario, overrides);
	if (reason)
		return reason;
	while (first->base)
		first = first->base;
	if (!controller_definition_names(&names, &err))
		return xstrdup(err_text(&err));
	for (size_t i = 0; i < names.count; i++) {
		if (first->given.says_controllers &&
		    !strs_has(&first->given.controllers, names.items[i]))
			continue;
		if (!environment_has(names.items[i], overrides, settings_of(scenario), &reason))
			return reason;
	}
	return NULL;
}

static void on_result(const struct scenario *scenario, const struct json *result, void *userdata)
{
	results_add(userdata, scenario, result);
}

/* Scenarios that match and can be run; the others are told. */
static void choose(const struct suite *suite, const struct filter *filter,
		   const struct test_options *test, struct results *results, struct ptrs *ret)
{
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		struct scenario *scenario = suite->scenarios.items[i];
		_cleanup_(freep) char *reason = NULL;

		if (filter && !filter_matches(filter, scenario))
			continue;
		reason = why_skip(scenario, test->overrides);
		if (reason)
			results_skip(results, scenario, reason);
		else
			ptrs_add(ret, scenario);
	}
}

/* Nothing of a scenario listens outside its own namespace, unless somebody wants to look at it. */
static bool isolate(const struct test_options *test)
{
	struct err err = ERR_INIT;
	bool possible;

	if (test->jobs.keep) {
		fprintf(stderr, "skyrig test: --keep: the scenarios run in no network namespace of "
				"their own, so that they can be reached\n");
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

/* A run that cannot be stored is worth as much; it is only not there to be looked at later. */
static struct stored_run *begin_store(void)
{
	struct stored_run *store = NULL;
	struct err err = ERR_INIT;

	if (!store_begin(&store, &err))
		fprintf(stderr, "skyrig test: the run is not stored: %s\n", err_text(&err));
	err_done(&err);
	return store;
}

static void say_nothing_matched(const struct test_options *test)
{
	if (test->filter)
		fprintf(stderr,
			"skyrig test: the filter \"%s\" matches no scenario; see: skyrig list\n",
			test->filter);
	else
		fprintf(stderr, "skyrig test: there is no scenario below these paths; its file's "
				"name must end in .yaml\n");
}

static int run(struct test_options *test, struct suite *suite, const struct filter *filter)
{
	struct results results = {.quiet = test->quiet,
				  .color = !test->plain && command_color(STDOUT_FILENO),
				  .no_skip = test->no_skip};
	struct ptrs chosen = {0};
	_cleanup_(stored_run_freep) struct stored_run *store = NULL;
	struct err err = ERR_INIT;
	int64_t started_ms = clock_monotonic_ms();
	int signal = 0, status;

	if ((test->junit && !results_writable(test->junit, &err)) ||
	    (test->json && !results_writable(test->json, &err))) {
		fprintf(stderr, "skyrig test: %s. Nothing was run.\n", err_text(&err));
		err_done(&err);
		return EXIT_HARNESS;
	}
	results_init(&results);
	choose(suite, filter, test, &results, &chosen);
	test->jobs.overrides = test->overrides;
	test->jobs.result = on_result;
	test->jobs.userdata = &results;
	store = chosen.count ? begin_store() : NULL;
	test->jobs.store = store ? stored_run_path(store) : NULL;
	test->jobs.isolated = chosen.count && isolate(test);
	if (chosen.count && !jobs_run(&chosen, &test->jobs, &signal, &err)) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		results.broken++;
	}
	if (!chosen.count && !results.skipped)
		say_nothing_matched(test);
	results_finish(&results, clock_monotonic_ms() - started_ms);
	status = results_status(&results, signal);
	if ((test->junit && !results_write_junit(&results, test->junit, &err)) ||
	    (test->json && !results_write_json(&results, test->json, &err))) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		status = status ? status : EXIT_HARNESS;
	}
	err_done(&err);
	ptrs_done(&chosen);
	results_done(&results);
	return status;
}

int command_test(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[PATH…]",
		"Runs scenarios on the emulator with the real controllers.\v"
		"Examples:\n"
		"  skyrig test\n"
		"  skyrig test suites/happy --verbose\n"
		"  skyrig test --filter 'tag:leak and not tag:slow' --junit results.xml\n\n"
		"Exit status: 0 all passed, 1 a scenario failed, 2 wrong usage or a mistake in a\n"
		"file, 3 this program could not do its job, 4 nothing matched, 130 interrupted.",
		NULL,
		NULL,
		NULL};
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct test_options test = {
		.jobs = {.at_once = processors > 3 ? (unsigned)processors / 2 : 1, .repeat = 1}};
	struct suite suite = {0};
	_cleanup_(filter_freep) struct filter *filter = NULL;
	struct err err = ERR_INIT;
	int status;

	command_parse(&argp, argc, argv, &test);
	if (test.jobs.keep)
		test.jobs.at_once = 1;
	if (test.filter && !filter_new(test.filter, &filter, &err))
		status = command_usage_error("test", &err);
	else
		status = paths_load("test", &test.paths, &suite);
	if (!status && (suite.problems.errors || (test.jobs.strict && suite.problems.warnings))) {
		paths_print_problems(&suite, stderr, !test.plain && command_color(STDERR_FILENO),
				     "Nothing was run.");
		status = EXIT_USAGE;
	}
	if (!status)
		status = run(&test, &suite, filter);
	err_done(&err);
	suite_done(&suite);
	strs_done(&test.paths);
	return status;
}
