/* skyrig replay RUN|FILE [SCENARIO] */
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "runner/commands/command.h"
#include "runner/commands/replay.h"
#include "runner/store/replay.h"
#include "runner/store/store.h"
#include "runner/text.h"

#define SHOWN_DEFAULT 5

struct replay_options {
	const char *run, *scenario;
	size_t shown; /* differences of each recording that are told */
	bool from_cloudtrail;
	struct replay_cloudtrail cloudtrail;
};

enum { OPTION_SHOW = 256, OPTION_CLOUDTRAIL, OPTION_STATE };

static const struct argp_option options[] = {
	{"show", OPTION_SHOW, "N", 0, "tell so many differences of each recording (default: 5)", 0},
	{"from-cloudtrail", OPTION_CLOUDTRAIL, NULL, 0,
	 "the files are logs of AWS CloudTrail: ask the emulator the same, and compare", 0},
	{"state", OPTION_STATE, "FIXTURE", 0,
	 "with --from-cloudtrail: what AWS had before, e.g. from `skyrig import`", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct replay_options *replay = state->input;
	char *end;

	switch (key) {
	case OPTION_SHOW:
		replay->shown = strtoul(arg, &end, 10);
		if (!*arg || *arg == '-' || *end)
			argp_error(state, "--show: \"%s\" is not a whole number", arg);
		return 0;
	case OPTION_CLOUDTRAIL: replay->from_cloudtrail = true; return 0;
	case OPTION_STATE: replay->cloudtrail.state = arg; return 0;
	case ARGP_KEY_ARG: strs_add(&replay->cloudtrail.files, arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* What is told about one recording. */
struct told {
	const struct replay_options *options;
	size_t differences;
};

/* "POST /api/v1/…", "ec2:CreateVpc by operator"; new text. */
static char *event_text(const struct recorded_event *recorded)
{
	const struct json *what = recorded->event.what;
	const char *operation = json_get_str(what, "operation"), *path = json_get_str(what, "path");

	if (operation)
		return xasprintf("%s:%s by %s", json_get_str(what, "service"), operation,
				 json_get_str(what, "actor"));
	if (path && recorded->event.type == TAPE_AWS)
		return xasprintf("%s %s %.120s", json_get_str(what, "method"), path,
				 recorded->event.body ? (const char *)recorded->event.body : "");
	if (path)
		return xasprintf("%s %s", json_get_str(what, "method"), path);
	return xstrdup(tape_type_name(recorded->event.type));
}

static void differs(const struct recorded_event *recorded, const char *expected, const char *found,
		    void *userdata)
{
	struct told *told = userdata;
	_cleanup_(freep) char *text = NULL;

	if (told->differences++ >= told->options->shown)
		return;
	text = event_text(recorded);
	printf("  event %lld, call %lld: %s\n    then  %s\n    now   %s\n",
	       (long long)recorded->number, (long long)recorded->event.last, text, expected, found);
}

static const char *name_of(const struct recording *recording, const char *path)
{
	const char *id = json_get_str(recording_meta(recording), "id");

	return id ? id : path;
}

/* Plays one; adds to the sum. */
static bool play(const struct replay_options *options_, struct recording *recording,
		 const char *path, struct replay *sum, struct err *err)
{
	struct told told = {.options = options_};
	struct replay replay = {.differs = differs, .userdata = &told};
	const char *row = json_get_str(recording_meta(recording), "row_text");
	int64_t started_ms = clock_monotonic_ms();

	if (!replay_recording(recording, &replay, err))
		return err_wrap(err, "%s", path);
	if (replay.different > options_->shown)
		printf("  … and %zu more\n", replay.different - options_->shown);
	printf("%-9s %s%s   %zu events, %zu of %zu answers equal, %lldms\n",
	       replay.different ? "DIFFERENT" : "SAME", name_of(recording, path), row ? row : "",
	       replay.events, replay.compared - replay.different, replay.compared,
	       (long long)(clock_monotonic_ms() - started_ms));
	fflush(stdout);
	sum->events += replay.events;
	sum->compared += replay.compared;
	sum->different += replay.different;
	return true;
}

static bool play_file(const struct replay_options *options_, const char *path, bool lines,
		      struct replay *sum, struct err *err)
{
	_cleanup_(recording_freep) struct recording *recording = NULL;

	return (lines ? recording_import(path, &recording, err)
		      : recording_open(path, &recording, err)) &&
	       play(options_, recording, path, sum, err);
}

static bool play_run(const struct replay_options *options_, struct replay *sum, struct err *err)
{
	_cleanup_(freep) char *folder = NULL, *one = NULL;
	_cleanup_(strs_done) struct strs recordings = {0};

	if (str_ends_with(options_->run, ".db") || str_ends_with(options_->run, ".jsonl"))
		return play_file(options_, options_->run, str_ends_with(options_->run, ".jsonl"),
				 sum, err);
	if (!store_find(options_->run, &folder, err))
		return false;
	if (options_->scenario) {
		if (!store_recording(folder, options_->scenario, &one, err))
			return false;
		strs_add(&recordings, one);
	} else {
		store_recordings(folder, &recordings);
	}
	for (size_t i = 0; i < recordings.count; i++)
		if (!play_file(options_, recordings.items[i], false, sum, err))
			return false;
	return recordings.count ||
	       err_set(err, ERR_NOT_FOUND, NULL, "nothing is recorded in '%s'", folder);
}

/* A run and a scenario; the defaults stay. */
static bool take_names(struct replay_options *replay, struct err *err)
{
	const struct strs *names = &replay->cloudtrail.files;

	if (replay->cloudtrail.state)
		return err_set(err, ERR_INVALID, NULL, "--state goes with --from-cloudtrail only");
	if (names->count > 2)
		return err_set(err, ERR_INVALID, NULL, "one run and one scenario are enough");
	if (names->count)
		replay->run = names->items[0];
	if (names->count > 1)
		replay->scenario = names->items[1];
	return true;
}

static int play_and_tell(const struct replay_options *replay, struct err *err)
{
	int64_t started_ms = clock_monotonic_ms();
	struct replay sum = {0};

	if (!play_run(replay, &sum, err)) {
		fprintf(stderr, "skyrig replay: %s\n", err_text(err));
		return err->code == ERR_NOT_FOUND || err->code == ERR_CONFLICT ? EXIT_USAGE
									       : EXIT_HARNESS;
	}
	printf("\n%zu events, %zu of %zu answers equal, %.1fs\n", sum.events,
	       sum.compared - sum.different, sum.compared,
	       (double)(clock_monotonic_ms() - started_ms) / 1000);
	return sum.different ? EXIT_FAILED : EXIT_PASSED;
}

int command_replay(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[RUN|FILE] [SCENARIO]\n--from-cloudtrail FILE…",
		"Plays what a run recorded to the emulator, without controllers, and\n"
		"compares the answers. RUN is a number, \"last\" (the default), \"last~1\" or a\n"
		"folder; FILE is a recording that ends with .db or .jsonl (test --record).\n\n"
		"With --from-cloudtrail, the calls of CloudTrail's records (JSON, packed by\n"
		"gzip or not) are made in the order of their times, with the ids that AWS\n"
		"gave mapped to the emulator's, and code, text and elements of each answer\n"
		"are compared. UNKNOWN counts what this program does not have, BEFORE what is\n"
		"about things older than the log (see --state), UNTOLD what depends on\n"
		"policies, load or credentials.\v"
		"Examples:\n"
		"  skyrig replay\n"
		"  skyrig replay 42 leak/migrate\n"
		"  skyrig replay recorded/leak--migrate.jsonl\n"
		"  skyrig replay --from-cloudtrail 123456789012_CloudTrail_eu-west-1_*.json.gz\n\n"
		"Exit status: 0 all answers are equal, 1 some are not, 2 there is no such run\n"
		"or log, 3 it cannot be played, 4 there was nothing to compare.",
		NULL,
		NULL,
		NULL};
	struct replay_options replay = {.run = "last", .shown = SHOWN_DEFAULT};
	struct err err = ERR_INIT;
	int status;

	command_parse(&argp, argc, argv, &replay);
	if (replay.from_cloudtrail) {
		replay.cloudtrail.shown = replay.shown;
		status = replay_cloudtrail(&replay.cloudtrail);
		strs_done(&replay.cloudtrail.files);
		return status;
	}
	if (!take_names(&replay, &err)) {
		status = command_usage_error("replay", &err);
		err_done(&err);
		strs_done(&replay.cloudtrail.files);
		return status;
	}
	status = play_and_tell(&replay, &err);
	err_done(&err);
	strs_done(&replay.cloudtrail.files);
	return status;
}
