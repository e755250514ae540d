#pragma once
/* Results of a run: told one by one, counted, written as JUnit and JSON. */
#include <stdio.h>

#include "runner/jobs/jobs.h"

struct results {
	bool quiet, color, no_skip;
	struct json *all; /**< array of what was told, with "verdict" */
	size_t passed, failed, skipped, broken;
};

/** Begins with no results; the flags stay. */
void results_init(struct results *results);
/** Frees what was told. */
void results_done(struct results *results);
/** Takes a result in and prints it; known failures become XFAIL or XPASS. */
void results_add(struct results *results, const struct scenario *scenario,
		 const struct json *result);
/** A scenario that was not run. */
void results_skip(struct results *results, const struct scenario *scenario, const char *reason);
/** What is wrong over several turns, and the last line: "N passed, N failed, N skipped". */
void results_finish(struct results *results, int64_t wall_ms);
/** The exit status; signal 0: not interrupted. */
int results_status(const struct results *results, int signal);
/** Whether the file could be written, before anything is run for it; "-" always can. Leaves no new
 * file behind. */
must_check bool results_writable(const char *path, struct err *err);
must_check bool results_write_junit(const struct results *results, const char *path,
				    struct err *err);
must_check bool results_write_json(const struct results *results, const char *path,
				   struct err *err);
