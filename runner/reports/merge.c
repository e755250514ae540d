/* Merging runs; see merge.h. */
#include "runner/reports/merge.h"

#include "emulator/base/json.h"
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

bool merge_run(struct json *sum, const struct json *run, struct err *err)
{
	const char *began = json_get_str(sum, "began"), *other = json_get_str(run, "began");
	struct json *results;

	if (!json_is_array(json_get(run, "results")))
		return err_set(err, ERR_INVALID, NULL,
			       "these are no results: they come from test --json, or are a stored "
			       "run");
	json_foreach (result, json_get(run, "results"))
		if (!json_get_str(result, "id") || !json_get_str(result, "verdict"))
			return err_set(err, ERR_INVALID, NULL,
				       "a result lacks its id or its verdict");
	join(sum, run, "skyrig");
	join(sum, run, "run");
	join(sum, run, "command");
	join(sum, run, "shard");
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
	json_foreach (result, json_get(run, "results"))
		json_append(results, json_copy(result));
	return true;
}
