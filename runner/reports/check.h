#pragma once
/* Whether a file holds results, before reports are made of them. */
#include "emulator/base/err.h"

struct json;

/**
 * What somebody hands to `skyrig report` may be any JSON: each member that reports read is there
 * when it must be, and of its type, as schema/results.schema.json says. Members that nobody reads
 * are let pass.
 *
 * @param run  borrowed
 * @param err  ERR_INVALID, with the place in the tree: "results[3].steps[0].title"
 */
must_check bool results_check(const struct json *run, struct err *err);
