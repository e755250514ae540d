/* skyrig replay RUN|FILE [SCENARIO] */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "runner/commands/command.h"
#include "runner/commands/replay.h"
#include "runner/jobs/spread.h"
#include "runner/store/replay.h"
#include "runner/store/store.h"
#include "runner/text.h"

#define SHOWN_DEFAULT 5
#define JOB_BYTES                                                                                  \
	((uint64_t)256 << 20) /* of memory; the largest suite's recordings take 40 MiB             \
			       */

struct replay_options {
	const char *run, *scenario;
	size_t shown; /* differences of each recording that are told */
	unsigned jobs;
	bool from_cloudtrail;
	struct replay_cloudtrail cloudtrail;
};

enum { OPTION_SHOW = 256, OPTION_CLOUDTRAIL, OPTION_STATE };

static const struct argp_option options[] = {
	{"jobs", 'j', "N", 0, "play so many recordings at once (default: one per processor)", 0},
	{"show", OPTION_SHOW, "N", 0, "tell so many differences of each recording (default: 5)", 0},
	{"from-cloudtrail", OPTION_CLOUDTRAIL, NULL, 0,
	 "the files are logs of AWS CloudTrail: ask the emulator the same, and compare", 0},
	{"state", OPTION_STATE, "FIXTURE", 0,
	 "with --from-cloudtrail: what AWS had before, e.g. from `skyrig import`", 0},
	{0},
};

static unsigned long parse_number(const char *arg, unsigned long least, const char *name,
				  struct argp_state *state)
{
	char *end;
	unsigned long number = strtoul(arg, &end, 10);

	if (!*arg || *arg == '-' || *end || number < least || number > UINT_MAX)
		argp_error(state, "--%s: \"%s\" is not a whole number%s", name, arg,
			   least ? " from 1" : "");
	return number;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct replay_options *replay = state->input;

	switch (key) {
	case 'j': replay->jobs = (unsigned)parse_number(arg, 1, "jobs", state); return 0;
	case OPTION_SHOW: replay->shown = parse_number(arg, 0, "show", state); return 0;
	case OPTION_CLOUDTRAIL: replay->from_cloudtrail = true; return 0;
	case OPTION_STATE: replay->cloudtrail.state = arg; return 0;
	case ARGP_KEY_ARG: strs_add(&replay->cloudtrail.files, arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* What is told about one recording. */
struct told {
	const struct replay_options *options;
	FILE *out;
	size_t differences;
};

/* What came of one recording, or of all; behind the text that a process tells of it. */
struct played {
	size_t events, compared, different;
	size_t broken; /* could not be played */
};

/* All that are played. */
struct playing {
	const struct replay_options *options;
	struct strs paths;
	struct played sum;
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
	fprintf(told->out, "  event %lld, call %lld: %s\n    then  %s\n    now   %s\n",
		(long long)recorded->number, (long long)recorded->event.last, text, expected,
		found);
}

/* The scenario's id and row; new text. */
static char *name_of(const struct recording *recording, const char *path)
{
	const char *id = recording ? json_get_str(recording_meta(recording), "id") : NULL;
	const char *row = recording ? json_get_str(recording_meta(recording), "row_text") : NULL;

	return xasprintf("%s%s", id ? id : path, row ? row : "");
}

static bool open_any(const char *path, struct recording **ret, struct err *err)
{
	return str_ends_with(path, ".jsonl") ? recording_import(path, ret, err)
					     : recording_open(path, ret, err);
}

static void tell_broken(FILE *out, const char *name, const char *why)
{
	fprintf(out, "BROKEN    %s   cannot be played: %s\n", name, why);
}

static struct played play(const struct replay_options *options_, const char *path, FILE *out)
{
	_cleanup_(recording_freep) struct recording *recording = NULL;
	struct told told = {.options = options_, .out = out};
	struct replay replay = {.differs = differs, .userdata = &told};
	int64_t started_ms = clock_monotonic_ms();
	_cleanup_(freep) char *name = NULL;
	struct err err = ERR_INIT;
	bool ok = open_any(path, &recording, &err) && replay_recording(recording, &replay, &err);

	name = name_of(recording, path);
	if (replay.different > options_->shown)
		fprintf(out, "  … and %zu more\n", replay.different - options_->shown);
	if (ok)
		fprintf(out, "%-9s %s   %zu events, %zu of %zu answers equal, %lldms\n",
			replay.different ? "DIFFERENT" : "SAME", name, replay.events,
			replay.compared - replay.different, replay.compared,
			(long long)(clock_monotonic_ms() - started_ms));
	else
		tell_broken(out, name, err_text(&err));
	err_done(&err);
	return (struct played){replay.events, replay.compared, replay.different, !ok};
}

static void play_piece(size_t piece, FILE *out, void *userdata)
{
	const struct playing *playing = userdata;
	struct played played = play(playing->options, playing->paths.items[piece], out);

	fwrite(&played, sizeof(played), 1, out);
}

/* The process that played it is no more. */
static void tell_death(const char *path, const char *death)
{
	_cleanup_(recording_freep) struct recording *recording = NULL;
	_cleanup_(freep) char *name = NULL, *why = xasprintf("its process %s", death);

	if (!open_any(path, &recording, NULL))
		recording = NULL;
	name = name_of(recording, path);
	tell_broken(stdout, name, why);
}

static void add_played(size_t piece, const char *text, size_t length, const char *death,
		       void *userdata)
{
	struct playing *playing = userdata;
	struct played *sum = &playing->sum, played = {.broken = 1};

	if (death) {
		tell_death(playing->paths.items[piece], death);
	} else {
		length -= sizeof(played);
		memcpy(&played, text + length, sizeof(played));
		fwrite(text, 1, length, stdout);
	}
	fflush(stdout);
	sum->events += played.events;
	sum->compared += played.compared;
	sum->different += played.different;
	sum->broken += played.broken;
}

/* The recordings that are meant. */
static bool find(const struct replay_options *options_, struct strs *ret, struct err *err)
{
	_cleanup_(freep) char *folder = NULL, *one = NULL;

	if (str_ends_with(options_->run, ".db") || str_ends_with(options_->run, ".jsonl")) {
		if (access(options_->run, R_OK) != 0)
			return err_errno(err, "cannot open '%s'", options_->run);
		strs_add(ret, options_->run);
		return true;
	}
	if (!store_find(options_->run, &folder, err))
		return false;
	if (options_->scenario) {
		if (!store_recording(folder, options_->scenario, &one, err))
			return false;
		strs_add(ret, one);
		return true;
	}
	store_recordings(folder, ret);
	return ret->count ||
	       err_set(err, ERR_NOT_FOUND, NULL, "nothing is recorded in '%s'", folder);
}

struct sized {
	size_t piece;
	off_t bytes;
};

static int by_size(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	return x->bytes != y->bytes ? (x->bytes < y->bytes) - (x->bytes > y->bytes)
				    : (x->piece > y->piece) - (x->piece < y->piece);
}

/* The largest first, so that in the end nobody waits for it; to be freed. */
static size_t *longest_first(const struct strs *paths)
{
	_cleanup_(freep) struct sized *sized = xcalloc(paths->count, sizeof(*sized));
	size_t *order = xcalloc(paths->count, sizeof(*order));
	struct stat status;

	for (size_t i = 0; i < paths->count; i++)
		sized[i] =
			(struct sized){i, stat(paths->items[i], &status) == 0 ? status.st_size : 0};
	qsort(sized, paths->count, sizeof(*sized), by_size);
	for (size_t i = 0; i < paths->count; i++)
		order[i] = sized[i].piece;
	return order;
}

static bool play_all(struct playing *playing, struct err *err)
{
	_cleanup_(freep) size_t *order = longest_first(&playing->paths);
	const struct spread_options spread = {
		.count = playing->paths.count,
		.jobs = playing->options->jobs,
		.order = order,
		.work = play_piece,
		.done = add_played,
		.userdata = playing,
	};

	return spread_run(&spread, err);
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

static void tell_sum(const struct played *sum, int64_t ms)
{
	printf("\n%zu events, %zu of %zu answers equal, ", sum->events,
	       sum->compared - sum->different, sum->compared);
	if (sum->broken)
		printf("%zu recording%s that cannot be played, ", sum->broken,
		       sum->broken == 1 ? "" : "s");
	printf("%.1fs\n", (double)ms / 1000);
}

static int play_and_tell(const struct replay_options *replay, struct err *err)
{
	int64_t started_ms = clock_monotonic_ms();
	struct playing playing = {.options = replay};
	const struct played *sum = &playing.sum;
	bool found = find(replay, &playing.paths, err), ok = found && play_all(&playing, err);

	strs_done(&playing.paths);
	if (!ok) {
		fprintf(stderr, "skyrig replay: %s\n", err_text(err));
		return found ? EXIT_HARNESS : EXIT_USAGE;
	}
	tell_sum(sum, clock_monotonic_ms() - started_ms);
	return sum->broken ? EXIT_HARNESS : sum->different ? EXIT_FAILED : EXIT_PASSED;
}

int command_replay(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[RUN|FILE] [SCENARIO]\n--from-cloudtrail FILE…",
		"Plays what a run recorded to the emulator, without controllers, and\n"
		"compares the answers. RUN is a number, \"last\" (the default), \"last~1\" or a\n"
		"folder; FILE is a recording that ends with .db or .jsonl (test --record).\n"
		"Several recordings are played side by side, in processes of their own: one\n"
		"that dies takes only the recording with it that it played.\n\n"
		"With --from-cloudtrail, the calls of CloudTrail's records (JSON, packed by\n"
		"gzip or not) are made in the order of their times, with the ids that AWS\n"
		"gave mapped to the emulator's, and code, text and elements of each answer\n"
		"are compared. UNKNOWN counts what this program does not have, BEFORE what is\n"
		"about things older than the log (see --state), UNTOLD what depends on\n"
		"policies, load or credentials.\v"
		"Examples:\n"
		"  skyrig replay\n"
		"  skyrig replay 42 leak/migrate\n"
		"  skyrig replay last~1 --jobs 2 --show 50\n"
		"  skyrig replay recorded/leak--migrate.jsonl\n"
		"  skyrig replay --from-cloudtrail 123456789012_CloudTrail_eu-west-1_*.json.gz\n\n"
		"Exit status: 0 all answers are equal, 1 some are not, 2 there is no such run\n"
		"or log, 3 it cannot be played, 4 there was nothing to compare.",
		NULL,
		NULL,
		NULL};
	struct replay_options replay = {
		.run = "last", .shown = SHOWN_DEFAULT, .jobs = spread_jobs(JOB_BYTES)};
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
