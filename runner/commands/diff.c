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

	if (!recording_open(path, &recording, err))
		return false;
	ret->began_ms = json_get_int(recording_meta(recording), "began_ms", 0);
	return recording_each_call(recording, add_call, ret, err);
}

static const char *line_at(const struct strs *strs, size_t i)
{
	return i < strs->count ? strs->items[i] : "(nothing more)";
}

/* Tells where two recordings part; true when they do. */
static bool tell(const char *name, const struct calls *a, const struct calls *b)
{
	size_t n = 0;

	while (n < a->lines.count && n < b->lines.count &&
	       str_eq(a->lines.items[n], b->lines.items[n]))
		n++;
	if (n == a->lines.count && n == b->lines.count) {
		printf("SAME       %s   %zu calls\n", name, n);
		return false;
	}
	printf("DIFFERENT  %s   after %zu equal calls\n", name, n);
	for (size_t i = n > CONTEXT ? n - CONTEXT : 0; i < n; i++)
		printf("    %s\n", a->lines.items[i]);
	printf("  - %s   (%s)\n", line_at(&a->lines, n), line_at(&a->places, n));
	printf("  + %s   (%s)\n", line_at(&b->lines, n), line_at(&b->places, n));
	return true;
}

static bool compare(const char *name, const char *a_path, const char *b_path, bool *different,
		    struct err *err)
{
	struct calls a = {0}, b = {0};
	bool ok = read_calls(a_path, &a, err) && read_calls(b_path, &b, err);

	if (ok)
		*different |= tell(name, &a, &b);
	strs_done(&a.lines);
	strs_done(&a.places);
	strs_done(&b.lines);
	strs_done(&b.places);
	return ok;
}

static const char *file_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* All recordings that both runs have. */
static bool compare_runs(const char *a, const char *b, bool *different, struct err *err)
{
	_cleanup_(strs_done) struct strs of_a = {0}, of_b = {0};
	size_t compared = 0;

	store_recordings(a, &of_a);
	store_recordings(b, &of_b);
	for (size_t i = 0; i < of_a.count; i++)
		for (size_t j = 0; j < of_b.count; j++) {
			if (!str_eq(file_of(of_a.items[i]), file_of(of_b.items[j])))
				continue;
			compared++;
			if (!compare(file_of(of_a.items[i]), of_a.items[i], of_b.items[j],
				     different, err))
				return false;
		}
	return compared || err_set(err, ERR_NOT_FOUND, NULL, "the runs have no scenario in common");
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
static bool compare_turns(const char *folder, const char *scenario, bool *different,
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
		return compare(file_of(all.items[i]), first, all.items[i], different, err);
	}
	return err_set(err, ERR_NOT_FOUND, NULL, "all turns of %s ended alike", file_of(first));
}

static bool do_diff(const struct diff_options *diff, bool *different, struct err *err)
{
	_cleanup_(freep) char *a = NULL, *b = NULL, *one = NULL, *other = NULL;

	if (!store_find(diff->runs[0], &a, err) || !store_find(diff->runs[1], &b, err))
		return false;
	if (diff->turns)
		return compare_turns(a, diff->scenario, different, err);
	if (!diff->scenario)
		return compare_runs(a, b, different, err);
	return store_recording(a, diff->scenario, &one, err) &&
	       store_recording(b, diff->scenario, &other, err) &&
	       compare(file_of(one), one, other, different, err);
}

int command_diff(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"RUN RUN [SCENARIO]",
		"Finds the first call in which two runs part, by who changed or was refused what;\n"
		"times and reads do not count.\v"
		"Examples:\n"
		"  skyrig diff last~1 last\n"
		"  skyrig diff 41 42 leak/migrate\n"
		"  skyrig diff last last leak/migrate --turns\n\n"
		"Exit status: 0 they do not part, 1 they do, 2 there is no such run or scenario.",
		NULL,
		NULL,
		NULL};
	struct diff_options diff = {.runs = {NULL, NULL}};
	bool different = false;
	struct err err = ERR_INIT;

	command_parse(&argp, argc, argv, &diff);
	if (do_diff(&diff, &different, &err))
		return different ? EXIT_FAILED : EXIT_PASSED;
	fprintf(stderr, "skyrig diff: %s\n", err_text(&err));
	err_done(&err);
	return EXIT_USAGE;
}
