/* skyrig show RUN [SCENARIO] */
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "runner/commands/command.h"
#include "runner/reports/report.h"
#include "runner/store/store.h"
#include "runner/text.h"

#define AROUND_CALLS 15 /* on each side of --around */

struct show_options {
	const char *run, *scenario, *actor, *action;
	long long around; /* a revision; 0: all */
	bool reads;
};

enum { OPTION_ACTOR = 256, OPTION_ACTION, OPTION_AROUND, OPTION_READS };

static const struct argp_option options[] = {
	{"actor", OPTION_ACTOR, "NAME", 0, "only calls of that actor", 0},
	{"action", OPTION_ACTION, "GLOB", 0, "only such calls, e.g. 'elbv2:Create*'", 0},
	{"around", OPTION_AROUND, "REV", 0, "the calls around a revision, with the logs", 0},
	{"reads", OPTION_READS, NULL, 0, "reads as well, which change nothing", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct show_options *show = state->input;
	char *end;

	switch (key) {
	case OPTION_ACTOR: show->actor = arg; return 0;
	case OPTION_ACTION: show->action = arg; return 0;
	case OPTION_READS: show->reads = true; return 0;
	case OPTION_AROUND:
		show->around = strtoll(arg, &end, 10);
		if (!*arg || *end || show->around < 1)
			argp_error(state, "--around: \"%s\" is no revision", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			show->run = arg;
		else if (state->arg_num == 1)
			show->scenario = arg;
		else
			argp_error(state, "one run and one scenario are enough");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* @name A run: its results */

static bool show_run(const char *folder, struct err *err)
{
	_cleanup_(json_freep) struct json *run = NULL;

	if (!store_read(folder, &run, err))
		return false;
	printf("run %s, %s, begun %s: %s\n\n", json_get_str(run, "run"), json_get_str(run, "state"),
	       json_get_str(run, "began"), json_get_str(run, "command"));
	json_foreach (result, json_get(run, "results")) {
		_cleanup_(freep) char *name = result_name(result);

		printf("%-8s %-50s %6.1fs  %s\n", json_get_str(result, "verdict"), name,
		       (double)json_get_int(result, "wall_ms", 0) / 1000, result_reason(result));
	}
	printf("\n%lld passed, %lld failed, %lld skipped\n",
	       (long long)json_get_int(run, "passed", 0), (long long)json_get_int(run, "failed", 0),
	       (long long)json_get_int(run, "skipped", 0));
	return true;
}

/* @name A scenario: its calls */

struct timeline {
	const struct show_options *options;
	int64_t began_ms;
	int64_t center; /* number of the call that made the revision; 0: not seen */
	int64_t from_ms, to_ms;
	size_t shown, matched;
};

static bool wanted(const struct timeline *timeline, const struct recorded_call *call)
{
	const struct show_options *show = timeline->options;
	_cleanup_(freep) char *action = xasprintf("%s:%s", call->service, call->operation);

	if (show->actor && !str_eq(show->actor, call->actor))
		return false;
	if (show->action && !str_glob(show->action, action))
		return false;
	return show->reads || show->action || call->changes || call->code || call->fault;
}

static bool find_center(const struct recorded_call *call, void *userdata)
{
	struct timeline *timeline = userdata;

	if (call->revision >= timeline->options->around && !timeline->center)
		timeline->center = call->number;
	return !timeline->center;
}

static bool print_call(const struct recorded_call *call, void *userdata)
{
	struct timeline *timeline = userdata;
	_cleanup_(freep) char *action = xasprintf("%s:%s", call->service, call->operation);

	if (timeline->center && (call->number < timeline->center - AROUND_CALLS ||
				 call->number > timeline->center + AROUND_CALLS))
		return true;
	if (!timeline->center && !wanted(timeline, call))
		return true;
	if (!timeline->shown++) {
		timeline->from_ms = call->real_ms;
		printf("     call    rev       time  %-26s %-36s %-44s answer\n", "who", "call",
		       "about");
	}
	timeline->to_ms = call->real_ms;
	printf(" %c %6lld %6lld  %8.3fs  %-26s %-36s %-44.44s %s%s%s\n",
	       call->number == timeline->center ? '>' : ' ', (long long)call->number,
	       (long long)call->revision, (double)(call->real_ms - timeline->began_ms) / 1000,
	       call->actor, action, call->about ? call->about : "", call->code ? call->code : "OK",
	       call->fault ? "  !! " : "", call->fault ? call->fault : "");
	return true;
}

static bool print_log(const struct recorded_log *log, void *userdata)
{
	struct timeline *timeline = userdata;

	if (log->real_ms < timeline->from_ms || log->real_ms > timeline->to_ms)
		return true;
	if (timeline->options->actor && !str_eq(timeline->options->actor, log->controller))
		return true;
	printf("  %8.3fs  %-26s %.300s\n", (double)(log->real_ms - timeline->began_ms) / 1000,
	       log->controller, log->line ? log->line : "");
	return true;
}

static bool show_scenario(const struct show_options *show, const char *path, struct err *err)
{
	_cleanup_(recording_freep) struct recording *recording = NULL;
	struct timeline timeline = {.options = show};
	const struct json *meta;

	if (!recording_open(path, &recording, err))
		return false;
	meta = recording_meta(recording);
	timeline.began_ms = json_get_int(meta, "began_ms", 0);
	printf("%s%s   seed %s, begun %s\n\n", json_get_str(meta, "id"),
	       json_get_str(meta, "row_text"), json_get_str(meta, "seed"),
	       json_get_str(meta, "began"));
	if (show->around && !recording_each_call(recording, find_center, &timeline, err))
		return false;
	if (show->around && !timeline.center)
		return err_set(err, ERR_NOT_FOUND, NULL, "it never came to revision %lld",
			       show->around);
	if (!recording_each_call(recording, print_call, &timeline, err))
		return false;
	if (!timeline.shown)
		printf("no such call\n");
	if (!show->around)
		return true;
	printf("\n");
	return recording_each_log(recording, print_log, &timeline, err);
}

int command_show(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[RUN] [SCENARIO]",
		"Shows a stored run: its results, or what happened in one scenario. RUN is a\n"
		"number, \"last\" (the default), \"last~1\" or a folder; of SCENARIO's id a part is\n"
		"enough.\v"
		"Examples:\n"
		"  skyrig show\n"
		"  skyrig show last leak/migrate --action 'elb*:Create*'\n"
		"  skyrig show 42 leak/migrate --around 212\n\n"
		"Exit status: 0, or 2 when there is no such run or scenario.",
		NULL,
		NULL,
		NULL};
	struct show_options show = {.run = "last"};
	_cleanup_(freep) char *folder = NULL, *path = NULL;
	struct err err = ERR_INIT;
	bool ok, one;

	command_parse(&argp, argc, argv, &show);
	one = show.scenario || show.actor || show.action || show.around || show.reads;
	ok = store_find(show.run, &folder, &err);
	if (ok && one)
		ok = store_recording(folder, show.scenario, &path, &err) &&
		     show_scenario(&show, path, &err);
	else if (ok)
		ok = show_run(folder, &err);
	if (!ok)
		fprintf(stderr, "skyrig show: %s\n", err_text(&err));
	err_done(&err);
	return ok ? EXIT_PASSED : EXIT_USAGE;
}
