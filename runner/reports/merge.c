/* Merging runs; see merge.h. */
#include "runner/reports/merge.h"

#include <stdio.h>

#include "emulator/base/json.h"
#include "runner/reports/check.h"
#include "runner/reports/report.h"

static void add_count(struct json *sum, const struct json *run, const char *key)
{
	json_set_int(sum, key, json_get_int(sum, key, 0) + json_get_int(run, key, 0));
}

static void join(struct json *sum, const struct json *run, const char *key)
{
	const char *before = json_get_str(sum, key), *more = json_get_str(run, key);
	_cleanup_(freep) char *both = NULL;

	if (!more || str_eq(before, more))
		return;
	both = before ? xasprintf("%s, %s", before, more) : xstrdup(more);
	json_set_str(sum, key, both);
}

#define SHARDS_MAX 100000

/* The next "2/5" of "1/5, 2/5"; false at the end, and behind what is none. */
static bool next_shard(const char **rest, unsigned *ret_part, unsigned *ret_of)
{
	int length = 0;

	if (!*rest || sscanf(*rest, "%6u/%6u%n", ret_part, ret_of, &length) != 2 || !length)
		return false;
	*rest += length;
	*rest += strspn(*rest, ", ");
	return true;
}

static bool has_shard(const char *shards, unsigned part)
{
	for (unsigned other, of; next_shard(&shards, &other, &of);)
		if (other == part)
			return true;
	return false;
}

/* The parts of a suite, each once, and all of as many. */
static bool add_shards(struct json *sum, const struct json *run, struct err *err)
{
	const char *there = json_get_str(sum, "shard"), *first = there;
	const char *more = json_get_str(run, "shard");
	_cleanup_(freep) char *both = NULL;
	unsigned part, of, part_of_all = 0, number;

	(void)next_shard(&first, &number, &part_of_all);
	for (const char *rest = more; next_shard(&rest, &part, &of);) {
		if (has_shard(there, part) && of == part_of_all)
			return err_set(err, ERR_INVALID, NULL, "part %u of %u is there already",
				       part, of);
		if (part_of_all && of != part_of_all)
			return err_set(err, ERR_INVALID, NULL,
				       "this is a part of %u, what was read before of %u", of,
				       part_of_all);
	}
	if (!more)
		return true;
	both = there ? xasprintf("%s, %s", there, more) : xstrdup(more);
	json_set_str(sum, "shard", both);
	return true;
}

static void add_missing(struct json *sum, unsigned part, unsigned of)
{
	struct json *result = json_new_object();
	_cleanup_(freep) char *reason =
		xasprintf("the results of part %u of %u are missing", part, of);

	json_setf(result, "id", "part-%u-of-%u", part, of);
	json_set_str(result, "row_text", "");
	json_setf(result, "title", "Part %u of %u of the suite", part, of);
	json_set_str(result, "file", "suites");
	json_set_bool(result, "missing", true);
	json_set_str(result, "status", "harness");
	json_set_str(result, "verdict", "HARNESS");
	json_set_str(result, "reason", reason);
	json_setf(result, "report",
		  "HARNESS part-%u-of-%u\n\n  %s: it ended without writing them\n", part, of,
		  reason);
	json_append(json_ensure_array(sum, "results"), result);
	json_set_int(sum, "broken", json_get_int(sum, "broken", 0) + 1);
}

unsigned merge_missing(struct json *sum)
{
	const char *shards = json_get_str(sum, "shard"), *rest = shards;
	unsigned part, of = 0, missing = 0;

	if (!next_shard(&rest, &part, &of) || of > SHARDS_MAX)
		return 0;
	for (part = 1; part <= of; part++) {
		if (has_shard(shards, part))
			continue;
		add_missing(sum, part, of);
		missing++;
	}
	return missing;
}

bool merge_run(struct json *sum, const struct json *run, struct err *err)
{
	const char *began = json_get_str(sum, "began"), *other = json_get_str(run, "began");
	struct json *results;

	if (!results_check(run, err))
		return false;
	join(sum, run, "skyrig");
	join(sum, run, "run");
	join(sum, run, "command");
	if (!add_shards(sum, run, err))
		return false;
	/* one that did not come to its end says so for all */
	if (!str_eq(json_get_str(run, "state"), "done") || !json_get_str(sum, "state"))
		json_set_str(sum, "state",
			     json_get_str(run, "state") ? json_get_str(run, "state") : "done");
	/* equal forms, so that texts compare as times do */
	if (other && (!began || strcmp(other, began) < 0))
		json_set_str(sum, "began", other);
	if (json_get_int(run, "wall_ms", 0) > json_get_int(sum, "wall_ms", 0))
		json_set_int(sum, "wall_ms", json_get_int(run, "wall_ms", 0));
	add_count(sum, run, "passed");
	add_count(sum, run, "failed");
	add_count(sum, run, "skipped");
	add_count(sum, run, "broken");
	add_count(sum, run, "not_provable");
	results = json_ensure_array(sum, "results");
	json_foreach (result, json_get(run, "results")) {
		if (!json_get_bool(result, "missing", false))
			json_append(results, json_copy(result));
		else /* merged before all parts were there: it is counted again if it still is */
			json_set_int(sum, "broken", json_get_int(sum, "broken", 0) - 1);
	}
	return true;
}
