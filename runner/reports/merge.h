#pragma once
/* Results of several runs as those of one: shards, turns, machines. */
#include "emulator/base/err.h"

struct json;

/**
 * Adds a run's results to a sum, which begins as an empty object. Counts are added; the time is the
 * longest one; it began when the first one began.
 *
 * @param run  borrowed; a tree as in report.h
 * @param err  ERR_INVALID: it is no such tree, or a part (--shard) that was merged already, or one
 *             of another number of parts
 */
must_check bool merge_run(struct json *sum, const struct json *run, struct err *err);

/**
 * Adds a result of the verdict HARNESS for each part (--shard) of which no run was merged: a
 * machine that was lost must not look like one on which all went well.
 *
 * @return  how many are missing; 0 as well when no run was a part
 */
unsigned merge_missing(struct json *sum);
