/* skyrig diff RUN RUN [SCENARIO] */
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "runner/commands/command.h"
#include "runner/store/store.h"

#define CONTEXT 3 /* calls before the first one that differs */

struct diff_options {
	const char *runs[2], *scenario;
	bool turns;
};

enum { OPTION_TURNS = 256 };

static const struct argp_option options[] = {
	{"turns", OPTION_TURNS, NULL, 0,
	 "two turns of one run (test --repeat): the first and the first that ended otherwise", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct diff_options *diff = state->input;

	switch (key) {
	case OPTION_TURNS: diff->turns = true; return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num < 2)
			diff->runs[state->arg_num] = arg;
		else if (state->arg_num == 2)
			diff->scenario = arg;
		else
			argp_error(state, "two runs and one scenario are enough");
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "which runs? e.g. skyrig diff last~1 last");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Calls that changed something, each as one line: what happened, without when. */
struct calls {
	struct strs lines;
	struct strs places; /* "call 212, rev 188, 12.031s" */
	int64_t began_ms;
	char *name;   /* the scenario's id and row */
	char *status; /* how it ended; NULL: it did not */
};

/* What the runs come to. */
struct sum {
	size_t compared, different, alone; /* scenarios; alone: in one of the runs only */
};

static bool add_call(const struct recorded_call *call, void *userdata)
{
	struct calls *calls = userdata;
	_cleanup_(freep) char *line = NULL, *place = NULL;

	if (!call->changes && !call->code)
		return true;
	if (strstr(call->operation, "Lease") || strstr(call->operation, "Event"))
		return true;
	line = xasprintf("%s  %s:%s  %s  %s", call->actor, call->service, call->operation,
			 call->about ? call->about : "", call->code ? call->code : "OK");
	place = xasprintf("call %lld, rev %lld, %.3fs", (long long)call->number,
			  (long long)call->revision,
			  (double)(call->real_ms - calls->began_ms) / 1000);
	strs_add(&calls->lines, line);
	strs_add(&calls->places, place);
	return true;
}

static bool read_calls(const char *path, struct calls *ret, struct err *err)
{
	_cleanup_(recording_freep) struct recording *recording = NULL;
	const struct json *meta;
	const char *id, *row, *status;

	if (!recording_open(path, &recording, err))
		return false;
	meta = recording_meta(recording);
	id = json_get_str(meta, "id");
	row = json_get_str(meta, "row_text");
	status = json_find_str(meta, "result", "status", NULL);
	ret->began_ms = json_get_int(meta, "began_ms", 0);
	ret->name = xasprintf("%s%s", id ? id : path, row ? row : "");
	ret->status = status ? xstrdup(status) : NULL;
	return recording_each_call(recording, add_call, ret, err);
}

static const char *line_at(const struct strs *strs, size_t i)
{
	return i < strs->count ? strs->items[i] : "(nothing more)";
}

static void calls_done(struct calls *calls)
{
	strs_done(&calls->lines);
	strs_done(&calls->places);
	free(calls->name);
	free(calls->status);
}

static const char *ending(const struct calls *calls)
{
	return calls->status ? calls->status : "not ended";
}

/* Tells where two recordings part; true when they do. */
static bool tell(const struct calls *a, const struct calls *b)
{
	bool alike = str_eq(ending(a), ending(b));
	size_t n = 0;

	while (n < a->lines.count && n < b->lines.count &&
	       str_eq(a->lines.items[n], b->lines.items[n]))
		n++;
	if (n == a->lines.count && n == b->lines.count && alike) {
		printf("SAME       %s   %zu calls\n", a->name, n);
		return false;
	}
	printf("DIFFERENT  %s   after %zu equal calls", a->name, n);
	if (!alike)
		printf("; %s, and %s", ending(a), ending(b));
	printf("\n");
	for (size_t i = n > CONTEXT ? n - CONTEXT : 0; i < n; i++)
		printf("    %s\n", a->lines.items[i]);
	printf("  - %s   (%s)\n", line_at(&a->lines, n), line_at(&a->places, n));
	printf("  + %s   (%s)\n", line_at(&b->lines, n), line_at(&b->places, n));
	return true;
}

static bool compare(const char *a_path, const char *b_path, struct sum *sum, struct err *err)
{
	struct calls a = {0}, b = {0};
	bool ok = read_calls(a_path, &a, err) && read_calls(b_path, &b, err);

	if (ok) {
		sum->compared++;
		sum->different += tell(&a, &b);
	}
	calls_done(&a);
	calls_done(&b);
	return ok;
}

static const char *file_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* All recordings that both runs have. */
static bool compare_runs(const char *a, const char *b, struct sum *sum, struct err *err)
{
	_cleanup_(strs_done) struct strs of_a = {0}, of_b = {0};

	store_recordings(a, &of_a);
	store_recordings(b, &of_b);
	for (size_t i = 0; i < of_a.count; i++)
		for (size_t j = 0; j < of_b.count; j++)
			if (str_eq(file_of(of_a.items[i]), file_of(of_b.items[j])) &&
			    !compare(of_a.items[i], of_b.items[j], sum, err))
				return false;
	if (!sum->compared)
		return err_set(err, ERR_NOT_FOUND, NULL, "the runs have no scenario in common");
	sum->alone = of_a.count + of_b.count - 2 * sum->compared;
	printf("\n%zu of %zu scenarios part", sum->different, sum->compared);
	if (sum->alone)
		printf(", %zu %s in one of the runs only", sum->alone,
		       sum->alone == 1 ? "is" : "are");
	printf("\n");
	return true;
}

static const char *status_of(const char *path, struct recording **ret)
{
	struct err err = ERR_INIT;

	if (!recording_open(path, ret, &err)) {
		err_done(&err);
		return NULL;
	}
	return json_find_str(recording_meta(*ret), "result", "status", NULL);
}

/* "leak--migrate.db" and "leak--migrate-turn2.db" … */
static bool compare_turns(const char *folder, const char *scenario, struct sum *sum,
			  struct err *err)
{
	_cleanup_(freep) char *first = NULL, *prefix = NULL;
	_cleanup_(strs_done) struct strs all = {0};
	_cleanup_(recording_freep) struct recording *one = NULL;
	const char *status;

	if (!store_recording(folder, scenario, &first, err))
		return false;
	prefix = xasprintf("%.*s-turn", (int)(strlen(first) - strlen(".db")), first);
	status = status_of(first, &one);
	store_recordings(folder, &all);
	for (size_t i = 0; i < all.count; i++) {
		_cleanup_(recording_freep) struct recording *other = NULL;

		if (!str_starts_with(all.items[i], prefix) ||
		    str_eq(status_of(all.items[i], &other), status))
			continue;
		return compare(first, all.items[i], sum, err);
	}
	return err_set(err, ERR_NOT_FOUND, NULL, "all turns of %s ended alike", file_of(first));
}

static bool do_diff(const struct diff_options *diff, struct sum *sum, struct err *err)
{
	_cleanup_(freep) char *a = NULL, *b = NULL, *one = NULL, *other = NULL;

	if (!store_find(diff->runs[0], &a, err) || !store_find(diff->runs[1], &b, err))
		return false;
	if (diff->turns)
		return compare_turns(a, diff->scenario, sum, err);
	if (!diff->scenario)
		return compare_runs(a, b, sum, err);
	return store_recording(a, diff->scenario, &one, err) &&
	       store_recording(b, diff->scenario, &other, err) && compare(one, other, sum, err);
}

int command_diff(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"RUN RUN [SCENARIO]",
		"Finds the first call in which two runs part, by who changed or was refused what;\n"
		"times and reads do not count. Where one of them ended otherwise, it says so.\v"
		"Examples:\n"
		"  skyrig diff last~1 last\n"
		"  skyrig diff 41 42 leak/migrate\n"
		"  skyrig diff last last leak/migrate --turns\n\n"
		"Exit status: 0 they do not part, 1 they do, 2 there is no such run or scenario.",
		NULL,
		NULL,
		NULL};
	struct diff_options diff = {.runs = {NULL, NULL}};
	struct sum sum = {0};
	struct err err = ERR_INIT;

	command_parse(&argp, argc, argv, &diff);
	if (do_diff(&diff, &sum, &err))
		return sum.different ? EXIT_FAILED : EXIT_PASSED;
	fprintf(stderr, "skyrig diff: %s\n", err_text(&err));
	err_done(&err);
	return EXIT_USAGE;
}
