/* Cells of Pods: what printPod of printers.go makes of the states of all containers. */
#include <inttypes.h>

#include "emulator/base/json.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/table_cells.h"

struct pod {
	int64_t ready, total, restarts;
	const char *restarted; /* when the last container ended, or "" */
	struct strbuf *status;
};

static void say(struct pod *pod, const char *prefix, const char *reason)
{
	strbuf_reset(pod->status);
	strbuf_addf(pod->status, "%s%s", prefix, reason);
}

/* "Completed", "Signal:9", "ExitCode:1" */
static void say_terminated(struct pod *pod, const char *prefix, const struct json *terminated)
{
	const char *reason = cell_str(terminated, "reason");

	if (*reason) {
		say(pod, prefix, reason);
		return;
	}
	strbuf_reset(pod->status);
	if (cell_number(terminated, "signal"))
		strbuf_addf(pod->status, "%sSignal:%" PRId64, prefix,
			    cell_number(terminated, "signal"));
	else
		strbuf_addf(pod->status, "%sExitCode:%" PRId64, prefix,
			    cell_number(terminated, "exitCode"));
}

static void count_restarts(struct pod *pod, const struct json *status)
{
	const char *ended = cell_str(status, "lastState.terminated.finishedAt");

	pod->restarts += cell_number(status, "restartCount");
	if (strcmp(ended, pod->restarted) >
	    0) /* RFC 3339 in UTC: the order of the text is time's */
		pod->restarted = ended;
}

/* An init container that keeps running beside the others: a sidecar. */
static bool is_sidecar(const struct json *object, const char *name)
{
	json_foreach (container, cell_at(object, "spec.initContainers"))
		if (str_eq(json_get_str(container, "name"), name))
			return str_eq(json_get_str(container, "restartPolicy"), "Always");
	return false;
}

/* Whether an init container is done, or runs as a sidecar; otherwise the Pod's status says what it
 * waits for. */
static bool init_is_done(struct pod *pod, const struct json *object, const struct json *status,
			 size_t index)
{
	const struct json *terminated = cell_at(status, "state.terminated");
	const char *waiting = cell_str(status, "state.waiting.reason");

	if (terminated && !cell_number(terminated, "exitCode"))
		return true;
	if (is_sidecar(object, json_get_str(status, "name")) &&
	    json_get_bool(status, "started", false)) {
		pod->ready += json_get_bool(status, "ready", false);
		return true;
	}
	if (terminated) {
		say_terminated(pod, "Init:", terminated);
	} else if (*waiting && !str_eq(waiting, "PodInitializing")) {
		say(pod, "Init:", waiting);
	} else {
		strbuf_reset(pod->status);
		strbuf_addf(pod->status, "Init:%zu/%zu", index,
			    json_size(cell_at(object, "spec.initContainers")));
	}
	return false;
}

/* Returns whether all init containers are done; sidecars gets the restarts of those that stay. */
static bool look_at_init(struct pod *pod, const struct json *object, struct pod *sidecars)
{
	size_t index = 0;

	json_foreach (container, cell_at(object, "spec.initContainers"))
		pod->total += str_eq(json_get_str(container, "restartPolicy"), "Always");
	json_foreach (status, cell_at(object, "status.initContainerStatuses")) {
		count_restarts(pod, status);
		if (is_sidecar(object, json_get_str(status, "name")))
			count_restarts(sidecars, status);
		if (!init_is_done(pod, object, status, index++))
			return false;
	}
	return true;
}

static void look_at_containers(struct pod *pod, const struct json *object)
{
	const struct json *statuses = cell_at(object, "status.containerStatuses");
	_cleanup_(freep) char *failed = NULL;
	bool running = false;

	for (size_t i = json_size(statuses); i-- > 0;) {
		const struct json *status = json_at(statuses, i);
		const struct json *terminated = cell_at(status, "state.terminated");
		const char *waiting = cell_str(status, "state.waiting.reason");

		count_restarts(pod, status);
		if (*waiting) {
			say(pod, "", waiting);
		} else if (terminated) {
			say_terminated(pod, "", terminated);
			if (cell_number(terminated, "exitCode")) {
				free(failed);
				failed = xstrdup(strbuf_text(pod->status));
			}
		} else if (json_get_bool(status, "ready", false) &&
			   cell_at(status, "state.running")) {
			running = true;
			pod->ready++;
		}
	}
	if (!str_eq(strbuf_text(pod->status), "Completed"))
		return;
	if (running && cell_is_true(object, "Ready"))
		say(pod, "", "Running");
	else if (failed)
		say(pod, "", failed);
	else if (running)
		say(pod, "", "NotReady");
}

static void look(struct pod *pod, const struct json *object, struct strbuf *status)
{
	struct pod sidecars = {.restarted = ""};
	const char *phase = cell_str(object, "status.phase");
	const char *reason = cell_str(object, "status.reason");
	const struct json *scheduled = cell_condition(object, "PodScheduled");

	*pod = (struct pod){.restarted = "", .status = status};
	pod->total = (int64_t)json_size(cell_at(object, "spec.containers"));
	say(pod, "", *reason ? reason : phase);
	if (str_eq(json_get_str(scheduled, "reason"), "SchedulingGated"))
		say(pod, "", "SchedulingGated");
	if (look_at_init(pod, object, &sidecars) || cell_is_true(object, "Initialized")) {
		pod->restarts = sidecars.restarts;
		pod->restarted = sidecars.restarted;
		look_at_containers(pod, object);
	}
	if (!meta_is_deleting(object))
		return;
	if (str_eq(reason, "NodeLost"))
		say(pod, "", "Unknown");
	else if (!str_eq(phase, "Succeeded") && !str_eq(phase, "Failed"))
		say(pod, "", "Terminating");
}

struct json *cell_pod_ready(const struct cell *cell)
{
	struct pod pod;

	look(&pod, cell->object, cell->text);
	strbuf_reset(cell->text);
	strbuf_addf(cell->text, "%" PRId64 "/%" PRId64, pod.ready, pod.total);
	return NULL;
}

struct json *cell_pod_status(const struct cell *cell)
{
	struct pod pod;

	look(&pod, cell->object, cell->text);
	return NULL;
}

struct json *cell_pod_restarts(const struct cell *cell)
{
	struct pod pod;

	look(&pod, cell->object, cell->text);
	strbuf_reset(cell->text);
	strbuf_addf(cell->text, "%" PRId64, pod.restarts);
	if (pod.restarts && *pod.restarted) {
		strbuf_add(cell->text, " (");
		cell_add_since(cell, pod.restarted);
		strbuf_add(cell->text, " ago)");
	}
	return NULL;
}

struct json *cell_pod_address(const struct cell *cell)
{
	strbuf_add(cell->text, cell_str(json_first(cell_at(cell->object, "status.podIPs")), "ip"));
	return NULL;
}

struct json *cell_pod_gates(const struct cell *cell)
{
	const struct json *gates = cell_at(cell->object, "spec.readinessGates");
	size_t passed = 0;

	json_foreach (gate, gates)
		passed += cell_is_true(cell->object, cell_str(gate, "conditionType"));
	if (json_first(gates))
		strbuf_addf(cell->text, "%zu/%zu", passed, json_size(gates));
	return NULL;
}
