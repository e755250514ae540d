#pragma once
/* Results of several runs as those of one: shards, turns, machines. */
#include "emulator/base/err.h"

struct json;

/**
 * Adds a run's results to a sum, which begins as an empty object. Counts are added; the time is the
 * longest one; it began when the first one began.
 *
 * @param run  borrowed; a tree as in report.h
 * @param err  ERR_INVALID: it is no such tree
 */
must_check bool merge_run(struct json *sum, const struct json *run, struct err *err);
