#pragma once
/* Results of a run: told one by one, counted, put together as the tree of reports/report.h. */
#include <stdio.h>

#include "runner/jobs/jobs.h"

struct results {
	bool quiet, color, no_skip;
	FILE *out;	  /**< where they are told */
	struct json *all; /**< array of what was told, with "verdict" */
	size_t passed, failed, skipped, broken;
	size_t not_provable; /**< on an external target: neither passed nor failed */
};

/** Begins with no results; the flags stay. */
void results_init(struct results *results);
/** Frees what was told. */
void results_done(struct results *results);
/** Takes a result in and prints it; known failures become XFAIL or XPASS. */
void results_add(struct results *results, const struct scenario *scenario,
		 const struct json *result);
/** Adds to a result what the file says of itself: why, source, tags. Once more does no harm. */
void results_describe(struct json *result, const struct scenario *scenario);
/** A scenario that was not run. */
void results_skip(struct results *results, const struct scenario *scenario, const char *reason);
/** Marks and tells scenarios that passed and failed under one seed; once, at the end. */
void results_flaky(const struct results *results);
/** Our own share of the time, and the last line: "N passed, N
 * failed, N skipped". */
void results_finish(struct results *results, int64_t wall_ms);
/** The exit status; signal 0: not interrupted. */
int results_status(const struct results *results, int signal);
/** Adds counts and "results" to a tree. */
void results_put(const struct results *results, struct json *run);
