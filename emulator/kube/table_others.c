/* Cells of storage, access, policies, devices and the API itself, after printers.go. */
#include <inttypes.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/table.h"
#include "emulator/kube/table_cells.h"

#define STORAGE_CLASS "volume.beta.kubernetes.io/storage-class" /* the annotation wins */

struct json *cell_volume_phase(const struct cell *cell)
{
	strbuf_add(cell->text, meta_is_deleting(cell->object)
				       ? "Terminating"
				       : cell_str(cell->object, "status.phase"));
	return NULL;
}

struct json *cell_volume_claim(const struct cell *cell)
{
	const struct json *claim = cell_at(cell->object, "spec.claimRef");

	if (claim)
		strbuf_addf(cell->text, "%s/%s", cell_str(claim, "namespace"),
			    cell_str(claim, "name"));
	return NULL;
}

struct json *cell_volume_class(const struct cell *cell)
{
	const char *class = json_get_str(meta_get(cell->object, "annotations"), STORAGE_CLASS);

	strbuf_add(cell->text, class ? class : cell_str(cell->object, "spec.storageClassName"));
	return NULL;
}

/* What a claim has, it has from its volume only: nothing as long as it is not bound. */
static bool is_unbound_claim(const struct cell *cell)
{
	return str_eq(json_get_str(cell->object, "kind"), "PersistentVolumeClaim") &&
	       !*cell_str(cell->object, "spec.volumeName");
}

struct json *cell_access_modes(const struct cell *cell)
{
	static const char *const modes[][2] = {{"ReadWriteOnce", "RWO"},
					       {"ReadOnlyMany", "ROX"},
					       {"ReadWriteMany", "RWX"},
					       {"ReadWriteOncePod", "RWOP"}};

	if (is_unbound_claim(cell))
		return NULL;
	for (size_t i = 0; i < array_size(modes); i++)
		json_foreach (mode, cell_at(cell->object, cell->path))
			if (str_eq(json_str(mode), modes[i][0])) {
				cell_add(cell, ",", modes[i][1]);
				break;
			}
	return NULL;
}

struct json *cell_capacity(const struct cell *cell)
{
	const char *storage = cell_str(cell->object, cell->path);

	if (!is_unbound_claim(cell))
		strbuf_add(cell->text, *storage ? storage : "0");
	return NULL;
}

struct json *cell_audiences(const struct cell *cell)
{
	const struct json *requests = cell_at(cell->object, cell->path);

	if (!requests)
		return json_new_string("<unset>");
	json_foreach (request, requests)
		cell_add(cell, ",", cell_str(request, "audience"));
	return NULL;
}

/* The row's path is the kind of subject. */
struct json *cell_subjects(const struct cell *cell)
{
	json_foreach (subject, json_get(cell->object, "subjects")) {
		if (!str_eq(json_get_str(subject, "kind"), cell->path))
			continue;
		cell_add(cell, ", ", "");
		if (str_eq(cell->path, "ServiceAccount"))
			strbuf_addf(cell->text, "%s/", cell_str(subject, "namespace"));
		strbuf_add(cell->text, cell_str(subject, "name"));
	}
	return NULL;
}

struct json *cell_request_condition(const struct cell *cell)
{
	const char *state = cell_condition(cell->object, "Denied")     ? "Denied"
			    : cell_condition(cell->object, "Approved") ? "Approved"
								       : "Pending";

	strbuf_add(cell->text, state);
	if (cell_condition(cell->object, "Failed"))
		strbuf_add(cell->text, ",Failed");
	if (*cell_str(cell->object, "status.certificate"))
		strbuf_add(cell->text, ",Issued");
	return NULL;
}

struct json *cell_request_duration(const struct cell *cell)
{
	struct cell since = *cell;
	char buffer[CLOCK_TEXT_MAX];

	if (!cell_at(cell->object, cell->path))
		return NULL;
	since.now_ms = cell_number(cell->object, cell->path) * 1000;
	cell_add_since(&since, clock_format_seconds(0, buffer));
	return NULL;
}

/* The last of these that is there; the row's `empty` without any. */
struct json *cell_pod_request_state(const struct cell *cell)
{
	json_foreach (condition, cell_at(cell->object, "status.conditions")) {
		const char *type = cell_str(condition, "type");

		if (!str_eq(type, "Issued") && !str_eq(type, "Denied") && !str_eq(type, "Failed"))
			continue;
		strbuf_reset(cell->text);
		strbuf_add(cell->text, type);
	}
	return NULL;
}

struct json *cell_param_kind(const struct cell *cell)
{
	const struct json *kind = cell_at(cell->object, "spec.paramKind");

	if (kind)
		strbuf_addf(cell->text, "%s/%s", cell_str(kind, "apiVersion"),
			    cell_str(kind, "kind"));
	return NULL;
}

struct json *cell_param_ref(const struct cell *cell)
{
	const struct json *ref = cell_at(cell->object, "spec.paramRef");
	const char *ns = cell_str(ref, "namespace");

	if (*cell_str(ref, "name"))
		strbuf_addf(cell->text, "%s/%s", *ns ? ns : "*", cell_str(ref, "name"));
	else if (json_get(ref, "selector"))
		return cell_selector(
			&(struct cell){.object = ref, .path = "selector", .text = cell->text});
	return NULL;
}

/* ComponentStatus has its conditions at the top; the row's path is the member to show. */
struct json *cell_component(const struct cell *cell)
{
	const struct json *healthy = cell_condition(cell->object, "Healthy");

	if (*cell->path)
		strbuf_add(cell->text, cell_str(healthy, cell->path));
	else if (!healthy)
		strbuf_add(cell->text, "Unknown");
	else
		strbuf_add(cell->text,
			   cell_is_true(cell->object, "Healthy") ? "Healthy" : "Unhealthy");
	return NULL;
}

struct json *cell_flow_dangling(const struct cell *cell)
{
	strbuf_add(cell->text, cell_str(cell_condition(cell->object, "Dangling"), "status"));
	return NULL;
}

struct json *cell_claim_state(const struct cell *cell)
{
	bool deleting = meta_is_deleting(cell->object);
	bool allocated = cell_at(cell->object, "status.allocation");

	if (deleting)
		cell_add(cell, ",", "deleted");
	if (allocated)
		cell_add(cell, ",", "allocated");
	else if (!deleting)
		cell_add(cell, ",", "pending");
	if (allocated && json_first(cell_at(cell->object, "status.reservedFor")))
		cell_add(cell, ",", "reserved");
	return NULL;
}

/* Devices of all pools, or the pools with an error (the row's path is the member). */
struct json *cell_pool_sum(const struct cell *cell)
{
	int64_t sum = 0;

	if (!cell_at(cell->object, "status") ||
	    (cell_is_true(cell->object, "Failed") && !cell_is_true(cell->object, "Complete")))
		return NULL;
	json_foreach (pool, cell_at(cell->object, "status.pools")) {
		const struct json *value = json_get(pool, cell->path);
		int64_t number;

		sum += json_int(value, &number) ? number : json_is_string(value);
	}
	strbuf_addf(cell->text, "%" PRId64, sum);
	return NULL;
}

struct json *cell_pool_status(const struct cell *cell)
{
	int64_t all = cell_number(cell->object, "status.poolCount");
	size_t shown = json_size(cell_at(cell->object, "status.pools"));

	if (cell_is_true(cell->object, "Complete")) {
		strbuf_add(cell->text, "Complete");
		if (all > (int64_t)shown)
			strbuf_addf(cell->text, " (%zu/%" PRId64 " pools)", shown, all);
	} else if (cell_is_true(cell->object, "Failed")) {
		strbuf_add(cell->text, "Failed");
	}
	return NULL;
}

struct json *cell_pool_since(const struct cell *cell)
{
	if (cell_is_true(cell->object, "Complete"))
		cell_add_since(cell, cell_str(cell_condition(cell->object, "Complete"),
					      "lastTransitionTime"));
	return NULL;
}

struct json *cell_group_policy(const struct cell *cell)
{
	strbuf_add(cell->text,
		   cell_at(cell->object, "spec.schedulingPolicy.gang") ? "Gang" : "Basic");
	return NULL;
}

struct json *cell_group_status(const struct cell *cell)
{
	const struct json *disrupted = cell_condition(cell->object, "DisruptionTarget");

	if (disrupted)
		strbuf_add(cell->text, cell_str(disrupted, "reason"));
	else if (cell_condition(cell->object, "PodGroupScheduled"))
		strbuf_add(cell->text, cell_is_true(cell->object, "PodGroupScheduled")
					       ? "Scheduled"
					       : "Unschedulable");
	else
		strbuf_add(cell->text, "Pending");
	return NULL;
}

struct json *cell_storage_versions(const struct cell *cell)
{
	size_t count = 0;

	json_foreach (version, cell_at(cell->object, "status.storageVersions")) {
		if (count++ >= 3)
			continue;
		cell_add(cell, ",", cell_str(version, "apiServerID"));
		strbuf_addf(cell->text, "=%s", cell_str(version, "encodingVersion"));
	}
	if (count > 3)
		strbuf_addf(cell->text, " + %zu more...", count - 3);
	return NULL;
}

struct json *cell_migration(const struct cell *cell)
{
	static const char *const states[] = {"Running", "Failed", "Succeeded"};

	json_foreach (condition, cell_at(cell->object, "status.conditions"))
		for (size_t i = 0; i < array_size(states); i++)
			if (str_eq(cell_str(condition, "type"), states[i]) &&
			    str_eq(cell_str(condition, "status"), "True")) {
				strbuf_reset(cell->text);
				strbuf_add(cell->text, states[i]);
			}
	return NULL;
}

struct json *cell_service_reference(const struct cell *cell)
{
	const struct json *service = cell_at(cell->object, "spec.service");

	if (service)
		strbuf_addf(cell->text, "%s/%s", cell_str(service, "namespace"),
			    cell_str(service, "name"));
	return NULL;
}

struct json *cell_available(const struct cell *cell)
{
	const struct json *available = cell_condition(cell->object, "Available");
	const char *reason = cell_str(available, "reason");

	strbuf_add(cell->text, cell_str(available, "status"));
	if (available && *reason && !cell_is_true(cell->object, "Available"))
		strbuf_addf(cell->text, " (%s)", reason);
	return NULL;
}
