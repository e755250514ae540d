/* Faults that a step orders, and whether they fired. */
#include "emulator/base/clock.h"
#include "emulator/judge/match.h"
#include "runner/engine/inner.h"

#define CALLS_MAX 64 /* globs of one fault */

/* What a fault's word does. A NULL code is the service's own for this fault (fault.h). */
struct fault_row {
	const char *fault;
	enum fault_effect effect;
	const char *code;
	int status;
};

static const struct fault_row rows[] = {
	{"throttle", FAULT_ERROR, NULL, 0},
	{"internal-error", FAULT_ERROR, NULL, 0},
	{"unavailable", FAULT_ERROR, NULL, 0},
	{"access-denied", FAULT_ERROR, NULL, 0},
	{"expired-token", FAULT_ERROR, NULL, 0},
	{"conflict", FAULT_ERROR, "Conflict", 409},
	{"quota", FAULT_ERROR, NULL, 0},
	{"error", FAULT_ERROR, NULL, 0},
	{"slow", FAULT_DELAY, NULL, 0},
	{"drop-connection", FAULT_DROP, NULL, 0},
	{"answer-lost", FAULT_ANSWER_LOST, NULL, 0},
};

static unsigned number_of(struct engine *engine, const struct yaml_node *map, const char *key)
{
	const char *text = engine_text(engine, map, key);

	return text ? (unsigned)strtoul(text, NULL, 10) : 0;
}

static bool fits(const struct json *params, void *userdata)
{
	const struct ordered_fault *fault = userdata;

	return match_value(fault->where, params, NULL);
}

static void read_calls(const struct yaml_node *node, const char *calls[CALLS_MAX + 1])
{
	size_t n = 0;

	if (node && node->type == YAML_SCALAR)
		calls[n++] = node->text;
	for (const struct yaml_node *item = node ? node->first : NULL; item && n < CALLS_MAX;
	     item = item->next)
		calls[n++] = item->text;
	calls[n] = NULL;
}

static struct ordered_fault *order(struct engine *engine, const struct yaml_node *node)
{
	struct ordered_fault *fault = xcalloc(1, sizeof(*fault));
	const char *name = engine_text(engine, node, "name");

	fault->name = name ? xstrdup(name)
			   : xasprintf("%s-%zu", engine_text(engine, node, "fault"),
				       ++engine->fault_count);
	fault->node = node;
	fault->next = engine->faults;
	engine->faults = fault;
	return fault;
}

bool step_fault(struct engine *engine, const struct yaml_node *node)
{
	struct ordered_fault *fault = order(engine, node);
	const struct yaml_node *where = yaml_get(node, "where");
	_cleanup_(json_freep) struct json *written = where ? yaml_to_json_text(where) : NULL;
	const char *calls[CALLS_MAX + 1], *chance = engine_text(engine, node, "chance"),
					  *by = engine_text(engine, node, "by");
	struct fault_rule rule = {
		.name = fault->name, .fault = engine_text(engine, node, "fault"), .chance = 1};
	struct err err = ERR_INIT;

	if (!engine_replace(engine, written, &fault->where, &err)) {
		engine_fail(engine, where, true, xstrdup(err_text(&err)), NULL);
		err_done(&err);
		return false;
	}
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].fault, rule.fault)) {
			rule.effect = rows[i].effect;
			rule.code = rows[i].code;
			rule.status = rows[i].status;
		}
	read_calls(yaml_get(node, "calls"), calls);
	rule.calls = *calls ? calls : NULL;
	rule.by = str_eq(by, "anyone") ? NULL : by;
	rule.code =
		engine_text(engine, node, "code") ? engine_text(engine, node, "code") : rule.code;
	rule.message = engine_text(engine, node, "message");
	rule.status = engine_text(engine, node, "status") ? (int)number_of(engine, node, "status")
							  : rule.status;
	rule.after_effect = str_eq(engine_text(engine, node, "after-effect"), "true");
	rule.may_not_fire = str_eq(engine_text(engine, node, "may-not-fire"), "true");
	rule.first = number_of(engine, node, "first");
	rule.skip = number_of(engine, node, "skip");
	rule.every = number_of(engine, node, "every");
	rule.chance = chance ? strtod(chance, NULL) / 100 : 1;
	rule.delay_ms = engine_duration(engine, node, "delay", 0);
	rule.for_ms = engine_duration(engine, node, "for", 0);
	if (fault->where) {
		rule.where = fits;
		rule.userdata = fault;
	}
	fault_add(engine->emulator->world, &rule);
	return true;
}

void faults_judge(struct engine *engine)
{
	for (const struct ordered_fault *fault = engine->faults; fault; fault = fault->next) {
		if (str_eq(engine_text(engine, fault->node, "may-not-fire"), "true") ||
		    fault_fired(engine->emulator->world, fault->name))
			continue;
		engine_fail(
			engine, fault->node, false,
			xasprintf("the fault \"%s\" never fired", fault->name),
			"No call met it. Check calls, by and where, or say may-not-fire: true.\n");
		return;
	}
}

void faults_done(struct engine *engine)
{
	while (engine->faults) {
		struct ordered_fault *fault = engine->faults;

		engine->faults = fault->next;
		json_free(fault->where);
		free(fault->name);
		free(fault);
	}
}
