/* Faults that a step orders, and whether they fired. */
#include "emulator/aws/lifecycle.h"
#include "emulator/base/clock.h"
#include "emulator/judge/match.h"
#include "runner/engine/inner.h"
#include "runner/schema/faults.h"

#define CALLS_MAX 64 /* globs of one fault */

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

/* Somebody else holds the lease from now on, and does not give it back. */
static bool take_lease(struct kube_cluster *cluster, const struct doc *lease, struct err *err)
{
	const struct json *spec = json_get(lease->body, "spec");
	_cleanup_(json_freep) struct json *patch = json_new_object();
	struct json *taken = json_ensure_object(patch, "spec");
	_cleanup_(freep) char *path =
		kube_object_path(cluster, "coordination.k8s.io/v1", "Lease",
				 kube_doc_namespace(lease), kube_doc_name(lease));
	char now[CLOCK_TEXT_MAX];
	size_t seconds;

	clock_format_seconds(clock_real_ms(), now);
	seconds = strlen(now) - 1; /* MicroTime: six digits before the Z */
	json_set_str(taken, "holderIdentity", "another-replica");
	json_setf(taken, "acquireTime", "%.*s.000000Z", (int)seconds, now);
	json_setf(taken, "renewTime", "%.*s.000000Z", (int)seconds, now);
	json_set_int(taken, "leaseTransitions", json_get_int(spec, "leaseTransitions", 0) + 1);
	return kube_invoke(cluster, "another-replica", "PATCH", path,
			   "application/merge-patch+json", patch, NULL, err);
}

/* The leases that a controller made and that somebody holds, in all clusters. */
static void take_leases(struct engine *engine, const char *fault, const char *by)
{
	struct kube_cluster *cluster;

	for (size_t i = 0; (cluster = kube_cluster_at(engine->emulator->kube, i)); i++) {
		const struct kind *kind =
			kube_document_kind(cluster, "coordination.k8s.io", "leases");
		struct docs docs = {0};

		world_foreach (doc, engine->emulator->world, kind)
			if (str_eq(doc->maker, by) &&
			    str_eq(kube_doc_cluster(doc), kube_cluster_name(cluster)) &&
			    json_find_str(doc->body, "spec", "holderIdentity", NULL))
				docs_add(&docs, doc);
		for (size_t j = 0; j < docs.count; j++) {
			struct err err = ERR_INIT;

			if (take_lease(cluster, docs.items[j], &err))
				fault_mark(engine->emulator->world, fault);
			else
				engine_broken(engine, xasprintf("lease-lost: %s", err_text(&err)),
					      NULL);
			err_done(&err);
		}
		docs_done(&docs);
	}
}

bool step_fault(struct engine *engine, const struct yaml_node *node)
{
	struct ordered_fault *fault = order(engine, node);
	const struct yaml_node *where = yaml_get(node, "where");
	_cleanup_(json_freep) struct json *written = where ? yaml_to_json_text(where) : NULL;
	const char *calls[CALLS_MAX + 1], *chance = engine_text(engine, node, "chance"),
					  *by = engine_text(engine, node, "by");
	const struct fault_word *row;
	struct fault_rule rule = {
		.name = fault->name, .fault = engine_text(engine, node, "fault"), .chance = 1};
	struct err err = ERR_INIT;

	if (!engine_replace(engine, written, &fault->where, &err)) {
		engine_fail(engine, where, true, xstrdup(err_text(&err)), NULL);
		err_done(&err);
		return false;
	}
	row = fault_word(rule.fault);
	rule.effect = row->effect;
	rule.facade = row->facade;
	rule.code = row->code;
	rule.status = row->status;
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
	if (rule.effect == FAULT_WATCH_CLOSED || rule.effect == FAULT_WATCH_GONE)
		kube_interrupt_watches(engine->emulator->kube);
	if (rule.effect == FAULT_MARKED)
		take_leases(engine, fault->name, rule.by);
	return true;
}

void faults_clear(struct engine *engine)
{
	fault_clear(engine->emulator->world);
	lifecycle_release(engine->emulator->world);
}

static void add_lag(struct engine *engine, const char *key, const char *fault, const char *name,
		    enum fault_effect effect)
{
	const struct fault_rule rule = {
		.name = name,
		.fault = fault,
		.effect = effect,
		.facade = FACADE_AWS,
		.delay_ms = engine_duration(engine, engine->scenario->given.lags, key, 0),
		.chance = 1,
		.lasting = true,
		.may_not_fire = true,
	};

	if (rule.delay_ms > 0)
		fault_add(engine->emulator->world, &rule);
}

void faults_given(struct engine *engine)
{
	if (!engine->scenario->given.lags)
		return;
	add_lag(engine, "describe", "hide-new", "given.lags.describe", FAULT_HIDE_NEW);
	add_lag(engine, "tags", "stale-tags", "given.lags.tags", FAULT_STALE_TAGS);
}

bool faults_end(const struct engine *engine, const char *controller)
{
	for (const struct ordered_fault *fault = engine->faults; fault; fault = fault->next) {
		const struct yaml_node *word = yaml_get(fault->node, "fault");
		const struct yaml_node *by = yaml_get(fault->node, "by");

		if (str_eq(word->text, "lease-lost") && by && str_eq(by->text, controller))
			return true;
	}
	return false;
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
