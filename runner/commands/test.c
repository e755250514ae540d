/* skyrig test [PATH…] */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "runner/commands/command.h"
#include "runner/commands/paths.h"
#include "runner/commands/test.h"
#include "runner/controllers/catalog.h"
#include "runner/schema/schema.h"
#include "runner/text.h"

#define JOB_BYTES ((uint64_t)768 << 20) /* of memory: three controllers and the emulator */

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
	OPTION_SHARD,
	OPTION_SHUFFLE,
	OPTION_PAUSE,
	OPTION_WATCH,
	OPTION_RECORD,
	OPTION_TAP,
	OPTION_HTML,
	OPTION_GITHUB,
	OPTION_PLAIN,
	OPTION_UPDATE,
	OPTION_YES,
	OPTION_TARGET,
	OPTION_KUBECONFIG,
	OPTION_AWS_ENDPOINT,
	OPTION_AWS_CREDENTIALS,
	OPTION_LOOK,
	OPTION_START,
	OPTION_SET,
	OPTION_CONFIG,
	OPTION_NO_CONFIG,
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "What is run", 1},
	{"filter", 'f', "EXPRESSION", 0, "only these, e.g. 'tag:leak and not tag:slow', id:happy/*",
	 1},
	{"shard", OPTION_SHARD, "I/N", 0, "only the I-th of N equal parts, from 1/N to N/N", 1},
	{"repeat", OPTION_REPEAT, "N", 0, "each scenario so many times", 1},
	{"shuffle", OPTION_SHUFFLE, "SEED", OPTION_ARG_OPTIONAL, "in another order", 1},
	{"fail-fast", OPTION_FAIL_FAST, "BOOL", OPTION_ARG_OPTIONAL,
	 "start no more after the first failure", 1},
	{"watch", OPTION_WATCH, NULL, 0,
	 "run the scenarios that use a file again whenever it changes, until Ctrl-C", 1},
	{NULL, 0, NULL, 0, "How it is run", 2},
	{"jobs", 'j', "N", 0,
	 "scenarios at once (default: two for each processor, as memory allows)", 2},
	{"seed", OPTION_SEED, "N", 0, "instead of the scenarios' own", 2},
	{"timeout", OPTION_TIMEOUT, "DURATION", 0, "of each scenario, instead of its own", 2},
	{"speed", OPTION_SPEED, "N", 0, "of AWS's clock, instead of the scenarios' own", 2},
	{"controller", OPTION_CONTROLLER, "NAME=PATH", 0,
	 "use this program for a controller; NAME@VERSION: an installed version of it", 2},
	{"strict", OPTION_STRICT, "BOOL", OPTION_ARG_OPTIONAL,
	 "what is not proven fails; so do warnings", 2},
	{"no-skip", OPTION_NO_SKIP, "BOOL", OPTION_ARG_OPTIONAL, "what cannot be run fails", 2},
	{"keep", OPTION_KEEP, "failed|all|none", OPTION_ARG_OPTIONAL,
	 "leave the environment of a failed scenario (of each) up until Ctrl-C", 2},
	{"pause-on-failure", OPTION_PAUSE, NULL, 0,
	 "leave a failed scenario's environment up until Enter, then go on", 2},
	{"update", OPTION_UPDATE, NULL, 0,
	 "where a list under \"exactly:\" alone is wrong, or a file of same-as, write what was "
	 "found, after a look",
	 2},
	{"yes", OPTION_YES, NULL, 0, "with --update: write without asking", 2},
	{NULL, 0, NULL, 0, "Where it is run", 3},
	{"target", OPTION_TARGET, "emulator|external", 0,
	 "external: another emulator and any cluster, on this machine; never the real AWS", 3},
	{"aws-endpoint", OPTION_AWS_ENDPOINT, "URL", 0,
	 "of the external target's AWS, e.g. http://127.0.0.1:5000", 3},
	{"aws-credentials", OPTION_AWS_CREDENTIALS, "FILE", 0,
	 "lines AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=… (default: the environment)", 3},
	{"kubeconfig", OPTION_KUBECONFIG, "FILE", 0,
	 "of the external target's cluster: its current context", 3},
	{"look-every", OPTION_LOOK, "DURATION", 0,
	 "how often the external target is looked at (default: 500ms)", 3},
	{"start", OPTION_START, "CONTROLLER", 0,
	 "start this controller of ours against the external target; may be repeated", 3},
	{"set", OPTION_SET, "NAME=VALUE", 0,
	 "a variable of what is started, e.g. vpc-id=vpc-1; may be repeated", 3},
	{NULL, 0, NULL, 0, "What is told", 4},
	{"junit", OPTION_JUNIT, "FILE", 0,
	 "write the results as JUnit XML (-: standard output); with --github, with places", 4},
	{"json", OPTION_JSON, "FILE", 0, "write the results as JSON: `skyrig report` reads it", 4},
	{"html", OPTION_HTML, "FILE", 0, "write a page that opens from disk", 4},
	{"tap", OPTION_TAP, NULL, 0, "TAP on standard output, all else on the other one", 4},
	{"github", OPTION_GITHUB, "BOOL", OPTION_ARG_OPTIONAL,
	 "annotations and a job summary for GitHub (default when GITHUB_ACTIONS is set)", 4},
	{"record", OPTION_RECORD, "DIR", 0, "write what happened as JSON lines, a file for each",
	 4},
	{"verbose", 'v', NULL, 0, "tell each step", 4},
	{"quiet", 'q', NULL, 0, "tell only what is not fine", 4},
	{"no-color", OPTION_NO_COLOR, "BOOL", OPTION_ARG_OPTIONAL, "no colours", 4},
	{"plain", OPTION_PLAIN, "BOOL", OPTION_ARG_OPTIONAL, "no colours, nothing redrawn in place",
	 4},
	{NULL, 0, NULL, 0, "Flags that nobody types", 5},
	{"config", OPTION_CONFIG, "FILE", 0, "instead of the nearest skyrig.yaml", 5},
	{"no-config", OPTION_NO_CONFIG, NULL, 0, "no skyrig.yaml", 5},
	{0},
};

int test_flag(const char *name)
{
	const struct argp_option *option = options;

	while (option->name ? !str_eq(option->name, name) : option->doc != NULL)
		option++;
	assert(option->name);
	return option->key;
}

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

bool test_add_controller(struct test_options *test, const char *text, const char *folder,
			 struct err *err)
{
	size_t length = strcspn(text, "=@");
	char how = text[length];
	const char *what = how ? text + length + 1 : "";
	_cleanup_(freep) char *word = xstrndup(text, length);
	_cleanup_(freep) char *path = xasprintf("%s%s", *what == '/' ? "" : folder, what);
	const char *names[16];
	size_t n = schema_word_names("controller", names, array_size(names));
	_cleanup_(freep) char *all = text_list(names, n, "and");
	struct environment_override override = {.name = intern(word)};

	if (!*what)
		return err_set(err, ERR_INVALID, NULL, "write NAME=PATH or NAME@VERSION");
	if (!environment_knows(word))
		return err_set(err, ERR_INVALID, NULL,
			       "there is no controller \"%s\"; there are %s", word, all);
	if (how == '=' && access(path, X_OK) != 0)
		return err_set(err, ERR_INVALID, NULL,
			       "cannot run '%s': %s; give the path of an executable file", path,
			       strerror(errno));
	if (how == '=' && !catalog_is_program(path))
		return err_set(err, ERR_INVALID, NULL,
			       "'%s' is no program; give the path of an executable file", path);
	if (test->override_count == OVERRIDES_MAX)
		return err_set(err, ERR_INVALID, NULL, "more than %d", OVERRIDES_MAX);
	if (how == '=')
		override.path = intern(path);
	else
		override.version = intern(what);
	test->overrides[test->override_count++] = override;
	return true;
}

static void parse_controller(struct test_options *test, char *arg, struct argp_state *state)
{
	struct err err = ERR_INIT;

	if (!test_add_controller(test, arg, "", &err))
		argp_error(state, "--controller: %s", err_text(&err));
	err_done(&err);
}

/* What a flag says that skyrig.yaml may have said already: --strict, --strict=false. */
static bool parse_bool(const char *arg, const char *option, struct argp_state *state)
{
	if (arg && !str_eq(arg, "true") && !str_eq(arg, "false"))
		argp_error(state, "--%s: \"%s\" is neither true nor false", option, arg);
	return !str_eq(arg, "false");
}

static void parse_shard(struct test_options *test, char *arg, struct argp_state *state)
{
	char *slash = strchr(arg, '/');
	_cleanup_(freep) char *index = xstrndup(arg, slash ? (size_t)(slash - arg) : strlen(arg));

	if (!slash)
		argp_error(state, "--shard: write I/N, e.g. 2/5");
	test->shard = parse_number(index, 1, "shard", state);
	test->shards = slash ? parse_number(slash + 1, 1, "shard", state) : 1;
	if (test->shard > test->shards)
		argp_error(state, "--shard: there is no part %llu of %llu", test->shard,
			   test->shards);
}

static void parse_keep(struct test_options *test, const char *arg, struct argp_state *state)
{
	if (!arg || str_eq(arg, "failed"))
		test->jobs.keep = KEEP_FAILED;
	else if (str_eq(arg, "all"))
		test->jobs.keep = KEEP_ALL;
	else if (str_eq(arg, "none"))
		test->jobs.keep = KEEP_NONE;
	else
		argp_error(state, "--keep: \"%s\" is none of failed, all and none", arg);
}

static error_t parse_target(int key, char *arg, struct argp_state *state)
{
	struct test_options *test = state->input;

	switch (key) {
	case OPTION_TARGET:
		test->is_external = str_eq(arg, "external");
		if (!test->is_external && strcmp(arg, "emulator") != 0)
			argp_error(state, "--target: \"%s\" is neither emulator nor external", arg);
		return 0;
	case OPTION_KUBECONFIG: test->external.kubeconfig = arg; return 0;
	case OPTION_AWS_ENDPOINT: test->external.aws_endpoint = arg; return 0;
	case OPTION_AWS_CREDENTIALS: test->aws_credentials = arg; return 0;
	case OPTION_START:
		if (!environment_knows(arg))
			argp_error(state, "--start: there is no controller \"%s\"", arg);
		strs_add(&test->external.start, arg);
		return 0;
	case OPTION_SET:
		if (!strchr(arg, '='))
			argp_error(state, "--set: write NAME=VALUE");
		strs_add(&test->external.set, arg);
		return 0;
	case OPTION_LOOK:
		if (!duration_parse(arg, &test->external.look_ms) || !test->external.look_ms)
			argp_error(state, "--look-every: \"%s\" is not a duration; write e.g. 1s",
				   arg);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_reports(int key, char *arg, struct argp_state *state)
{
	struct test_options *test = state->input;

	switch (key) {
	case OPTION_JUNIT: test->junit = arg; return 0;
	case OPTION_JSON: test->json = arg; return 0;
	case OPTION_HTML: test->html = arg; return 0;
	case OPTION_TAP: test->tap = true; return 0;
	case OPTION_GITHUB: test->github = parse_bool(arg, "github", state); return 0;
	case OPTION_RECORD: test->record = arg; return 0;
	case OPTION_NO_COLOR: test->no_color = parse_bool(arg, "no-color", state); return 0;
	case OPTION_PLAIN:
		test->plain = parse_bool(arg, "plain", state);
		test->no_color = test->no_color || test->plain;
		return 0;
	case 'v': test->verbose = true; return 0;
	case 'q': test->quiet = true; return 0;
	case OPTION_CONFIG: test->config = arg; return 0;
	case OPTION_NO_CONFIG: test->no_config = true; return 0;
	case ARGP_KEY_ARG: strs_add(&test->paths, arg); return 0;
	default: return parse_target(key, arg, state);
	}
}

static error_t parse_how(int key, char *arg, struct argp_state *state)
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
	case OPTION_STRICT: jobs->strict = parse_bool(arg, "strict", state); return 0;
	case OPTION_UPDATE: test->update = true; return 0;
	case OPTION_YES: test->yes = true; return 0;
	case OPTION_NO_SKIP: test->no_skip = parse_bool(arg, "no-skip", state); return 0;
	case OPTION_KEEP: parse_keep(test, arg, state); return 0;
	case OPTION_PAUSE:
		if (!isatty(STDIN_FILENO))
			argp_error(state, "--pause-on-failure: standard input is no terminal, so "
					  "nobody can press Enter; use --keep");
		jobs->keep = KEEP_PAUSED;
		return 0;
	default: return parse_reports(key, arg, state);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct test_options *test = state->input;
	struct jobs_options *jobs = &test->jobs;

	if (key > 0 && key < FLAGS_MAX)
		test->typed[key] = true;
	switch (key) {
	case 'f': test->filter = arg; return 0;
	case 'j': jobs->at_once = (unsigned)parse_number(arg, 1, "jobs", state); return 0;
	case OPTION_SHARD: parse_shard(test, arg, state); return 0;
	case OPTION_SHUFFLE:
		test->shuffle = true;
		test->order = arg ? parse_number(arg, 0, "shuffle", state)
				  : (unsigned long long)clock_real_ms();
		return 0;
	case OPTION_FAIL_FAST: jobs->fail_fast = parse_bool(arg, "fail-fast", state); return 0;
	case OPTION_REPEAT:
		jobs->repeat = (unsigned)parse_number(arg, 1, "repeat", state);
		return 0;
	case OPTION_WATCH: test->watch = true; return 0;
	default: return parse_how(key, arg, state);
	}
}

/* Scenarios mostly wait. Measured with 35 of them on 2 processors: 195 s with 2 jobs, 105 s with 4,
 * 99 s with 6, which then often wait for a processor and come near to their deadlines. */
static unsigned default_jobs(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES);
	uint64_t memory = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
	unsigned jobs = processors > 0 ? 2 * (unsigned)processors : 2;

	if (memory && jobs > memory / JOB_BYTES)
		jobs = (unsigned)(memory / JOB_BYTES);
	return jobs ? jobs : 1;
}

static char *command_line(int argc, char **argv)
{
	char *text = xstrdup("skyrig");

	for (int i = 0; i < argc; i++) {
		char *more = xasprintf("%s %s", text, argv[i]);

		free(text);
		text = more;
	}
	return text;
}

/* Flags that belong together, and what an external target lacks. */
static bool check_target(struct test_options *test, struct err *err)
{
	const struct external_options *external = &test->external;
	bool any = external->kubeconfig || external->aws_endpoint || external->look_ms ||
		   external->start.count || external->set.count || test->aws_credentials;

	if (!test->is_external)
		return !any ||
		       err_set(err, ERR_INVALID, NULL,
			       "--aws-endpoint, --aws-credentials, --kubeconfig, --look-every, "
			       "--start and --set go with --target external");
	if (external->start.count && (!external->kubeconfig || !external->aws_endpoint))
		return err_set(err, ERR_INVALID, NULL,
			       "--start: a controller needs --aws-endpoint and --kubeconfig");
	if (external->set.count && !external->start.count)
		return err_set(err, ERR_INVALID, NULL, "--set goes with --start");
	if (test->jobs.keep != KEEP_NONE || test->record || test->override_count)
		return err_set(err, ERR_INVALID, NULL,
			       "--keep, --pause-on-failure, --record and --controller are about "
			       "our own emulator, not about --target external");
	return external_check(external, err) &&
	       (!external->aws_endpoint ||
		external_credentials(test->aws_credentials, &test->external, err));
}

/* Files are never changed where nobody looks, unless the command line says so. */
static bool check_update(const struct test_options *test, struct err *err)
{
	const char *ci = getenv("CI");

	if (test->yes && !test->update)
		return err_set(err, ERR_INVALID, NULL, "--yes goes with --update");
	if (!test->update)
		return true;
	if (test->watch || test->tap || str_eq(test->json, "-") || str_eq(test->junit, "-") ||
	    str_eq(test->html, "-"))
		return err_set(err, ERR_INVALID, NULL,
			       "--update shows what it changes on standard output: not with "
			       "--watch, --tap, or a report on standard output");
	if (!test->yes && (!isatty(STDIN_FILENO) || test->github || (ci && *ci)))
		return err_set(err, ERR_INVALID, NULL,
			       "--update: nobody can be asked here (no terminal, or CI is set): "
			       "add --yes to write without asking");
	return true;
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
		"  skyrig test --filter 'tag:leak and not tag:slow' --junit results.xml\n"
		"  skyrig test --shard 2/5 --json part2.json\n"
		"  skyrig test my.yaml --target external --aws-endpoint http://127.0.0.1:5000\n\n"
		"On an external target claims are judged on what describing and listing shows;\n"
		"controllers are those that run there. What only the emulator can tell (calls,\n"
		"order, logs, path, made-by, leaks) or do (faults, clocks, restarts) makes a\n"
		"scenario NOT PROVABLE: neither passed nor failed, but failed under --strict.\n\n"
		"Flags may stand in a skyrig.yaml, in this folder or above it up to the root of\n"
		"the repository: jobs: 4, strict: true. What is typed goes before that:\n"
		"--strict=false. Its keys: skyrig explain config.\n\n"
		"Exit status: 0 all passed, 1 a scenario failed, 2 wrong usage or a mistake in\n"
		"a file, 3 this program could not do its job, 4 nothing matched,\n"
		"130 interrupted.",
		NULL,
		NULL,
		NULL};
	_cleanup_(freep) char *line = command_line(argc, argv);
	struct test_options test = {.command = line,
				    .github = getenv("GITHUB_ACTIONS") != NULL,
				    .jobs = {.at_once = default_jobs(), .repeat = 1}};
	struct suite suite = {0};
	_cleanup_(filter_freep) struct filter *filter = NULL;
	struct err err = ERR_INIT;
	int status;

	command_parse(&argp, argc, argv, &test);
	status = test_read_config(&test);
	if (test.jobs.keep != KEEP_NONE)
		test.jobs.at_once = 1;
	if (status)
		;
	else if (!check_target(&test, &err) || !check_update(&test, &err))
		status = command_usage_error("test", &err);
	else if (test.filter && !filter_new(test.filter, &filter, &err))
		status = command_usage_error("test", &err);
	else
		status = paths_load("test", &test.paths, &suite);
	if (!status && (suite.problems.errors || (test.jobs.strict && suite.problems.warnings))) {
		paths_print_problems(&suite, stderr, !test.no_color && command_color(STDERR_FILENO),
				     "Nothing was run.");
		status = EXIT_USAGE;
	}
	if (!status)
		status = test.watch ? test_watch(&test, &suite, filter)
				    : test_run(&test, &suite, filter);
	err_done(&err);
	suite_done(&suite);
	strs_done(&test.external.start);
	strs_done(&test.external.set);
	strs_done(&test.paths);
	free(test.config_flags);
	return status;
}
