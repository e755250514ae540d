/* Summaries of scenarios for reports. */
#include "runner/jobs/summary.h"

#include <sys/resource.h>

#include "emulator/base/json.h"
#include "emulator/judge/leaks.h"
#include "runner/engine/about.h"
#include "runner/engine/inner.h"

#define LANES_MAX 600 /* calls */

static int64_t cpu_ms(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
	return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static bool is_aws(const struct journal_entry *entry)
{
	return !str_eq(entry->service, "k8s") && !str_eq(entry->service, "cluster") &&
	       !str_eq(entry->service, "aws");
}

/* Leases and events would drown the rest. */
static bool is_for_lanes(const struct journal_entry *entry)
{
	if (strstr(entry->operation, "Lease") || strstr(entry->operation, "Event"))
		return false;
	return entry->change_count || entry->code || entry->fault;
}

static void count_operation(struct json *operations, const struct journal_entry *entry)
{
	_cleanup_(freep) char *call = xasprintf("%s:%s", entry->service, entry->operation);
	struct json *found = NULL;

	for (struct json *item = json_first_mut(operations); item; item = json_next_mut(item))
		if (str_eq(json_get_str(item, "actor"), entry->actor) &&
		    str_eq(json_get_str(item, "call"), call))
			found = item;
	if (!found) {
		found = json_new_object();
		json_set_str(found, "actor", entry->actor);
		json_set_str(found, "call", call);
		json_append(operations, found);
	}
	json_set_int(found, "count", json_get_int(found, "count", 0) + 1);
	json_set_int(found, "refused", json_get_int(found, "refused", 0) + (entry->code != NULL));
}

static struct json *lane_of(const struct engine *engine, const struct journal_entry *entry)
{
	struct json *lane = json_new_object();
	_cleanup_(freep) char *about = call_about(entry);

	json_set_int(lane, "call", (int64_t)entry->number);
	json_set_int(lane, "rev", (int64_t)entry->revision);
	json_set_int(lane, "ms", engine_ms(engine, entry->real_ms));
	json_set_str(lane, "actor", entry->actor);
	json_setf(lane, "what", "%s:%s", entry->service, entry->operation);
	json_set_str(lane, "about", about);
	json_set_str(lane, "answer", entry->code ? entry->code : "OK");
	json_set_str(lane, "fault", entry->fault);
	return lane;
}

static void add_calls(struct json *result, const struct engine *engine)
{
	const struct journal *journal = world_journal(engine->emulator->world);
	struct json *operations = json_ensure_array(result, "operations");
	struct json *lanes = json_ensure_array(result, "lanes");
	size_t shown = 0, left_out = 0;

	for (uint64_t number = journal_first(journal); number && number <= journal_last(journal);
	     number++) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (is_aws(entry))
			count_operation(operations, entry);
		if (!is_for_lanes(entry))
			continue;
		if (shown++ < LANES_MAX)
			json_append(lanes, lane_of(engine, entry));
		else
			left_out++;
	}
	json_set_int(result, "lanes_left_out", (int64_t)left_out);
}

static void add_leaks(struct json *result, const struct engine *engine)
{
	const struct world *world = engine->emulator->world;
	struct json *list = json_ensure_array(result, "leaks");
	_cleanup_(freep) char *plan = NULL;
	struct leaks leaks = {0};

	leaks_judge(world, engine->baseline, &leaks);
	for (size_t i = 0; i < leaks.count; i++)
		json_append(list, leak_to_json(&leaks.items[i], world_now(world)));
	plan = leaks_plan(&leaks);
	json_set_str(result, "plan", plan);
	leaks_done(&leaks);
}

void summary_add(struct json *result, const struct engine *engine)
{
	json_set_int(result, "cpu_ms", cpu_ms());
	if (!engine->emulator || engine->external)
		return;
	json_setf(result, "seed", "%llu", (unsigned long long)world_seed(engine->emulator->world));
	add_calls(result, engine);
	if (engine->baseline)
		add_leaks(result, engine);
}
