/* Cells of Jobs, autoscalers, quotas and Events, after printers.go. */
#include <ctype.h>
#include <inttypes.h>

#include "emulator/base/clock.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/table.h"
#include "emulator/kube/table_cells.h"

#define METRICS_MAX 2 /* of an autoscaler, then "+ 1 more..." */

struct json *cell_job_status(const struct cell *cell)
{
	/* in the order of printJob; in front of "Suspended" comes "Terminating" */
	static const char *const conditions[][2] = {
		{"Complete", "Complete"},
		{"Failed", "Failed"},
		{NULL, "Terminating"},
		{"Suspended", "Suspended"},
		{"FailureTarget", "FailureTarget"},
		{"SuccessCriteriaMet", "SuccessCriteriaMet"},
	};

	for (size_t i = 0; i < array_size(conditions); i++)
		if (conditions[i][0] ? cell_is_true(cell->object, conditions[i][0])
				     : meta_is_deleting(cell->object)) {
			strbuf_add(cell->text, conditions[i][1]);
			return NULL;
		}
	strbuf_add(cell->text, "Running");
	return NULL;
}

struct json *cell_job_completions(const struct cell *cell)
{
	const struct json *completions = cell_at(cell->object, "spec.completions");
	int64_t parallelism = cell_number(cell->object, "spec.parallelism");

	strbuf_addf(cell->text, "%" PRId64 "/%" PRId64,
		    cell_number(cell->object, "status.succeeded"),
		    completions ? cell_number(cell->object, "spec.completions") : 1);
	if (!completions && parallelism > 1)
		strbuf_addf(cell->text, " of %" PRId64, parallelism);
	return NULL;
}

struct json *cell_job_duration(const struct cell *cell)
{
	const char *start = cell_str(cell->object, "status.startTime");
	struct cell then = *cell;

	if (*start && clock_parse(cell_str(cell->object, "status.completionTime"), &then.now_ms))
		cell_add_since(&then, start);
	else if (*start)
		cell_add_since(cell, start);
	return NULL;
}

struct json *cell_cron_suspend(const struct cell *cell)
{
	const struct json *suspend = cell_at(cell->object, cell->path);

	if (suspend)
		strbuf_add(cell->text, json_bool(suspend) ? "True" : "False");
	return NULL;
}

/* "daemonset.apps/logs": the controlling owner */
struct json *cell_owner(const struct cell *cell)
{
	json_foreach (owner, meta_get(cell->object, "ownerReferences")) {
		const char *version = cell_str(owner, "apiVersion");
		const char *slash = strchr(version, '/');

		if (!json_get_bool(owner, "controller", false))
			continue;
		for (const char *p = cell_str(owner, "kind"); *p; p++)
			strbuf_add_char(cell->text, (char)tolower((unsigned char)*p));
		if (slash) {
			strbuf_add_char(cell->text, '.');
			strbuf_add_bytes(cell->text, version, (size_t)(slash - version));
		}
		strbuf_addf(cell->text, "/%s", cell_str(owner, "name"));
		break;
	}
	return NULL;
}

/* Where a metric's numbers stand, and what they are called, by its type. */
static const struct metric_type {
	const char *type, *member;
	bool named; /* "cpu: …" */
} metric_types[] = {
	{"ContainerResource", "containerResource", true},
	{"External", "external", false},
	{"Object", "object", false},
	{"Pods", "pods", false},
	{"Resource", "resource", true},
};

static const struct metric_type *metric_type(const struct json *metric)
{
	for (size_t i = 0; i < array_size(metric_types); i++)
		if (str_eq(metric_types[i].type, json_get_str(metric, "type")))
			return &metric_types[i];
	return NULL;
}

static void add_percent(const struct cell *cell, const struct json *value, const char *empty)
{
	int64_t percent;

	if (json_int(value, &percent))
		strbuf_addf(cell->text, "%" PRId64 "%%", percent);
	else
		strbuf_add(cell->text, empty);
}

static void add_value(const struct cell *cell, const struct json *current, const char *member,
		      const char *target)
{
	const char *text = json_get_str(current, member);

	strbuf_addf(cell->text, "%s/%s", text ? text : "<unknown>", target);
}

static void add_metric(const struct cell *cell, const struct json *spec, const struct json *status)
{
	const struct metric_type *type = metric_type(spec);
	const struct json *source = type ? json_get(spec, type->member) : NULL;
	const struct json *target = json_get(source, "target");
	const struct json *current = type ? json_find(status, type->member, "current", NULL) : NULL;
	const char *average = json_get_str(target, "averageValue");

	cell_add(cell, ", ", "");
	if (!type) {
		strbuf_add(cell->text, "<unknown type>");
		return;
	}
	if (type->named)
		strbuf_addf(cell->text, "%s: ", cell_str(source, "name"));
	if (average) {
		add_value(cell, current, "averageValue", average);
		if (!type->named && !str_eq(type->type, "Pods"))
			strbuf_add(cell->text, " (avg)");
	} else if (type->named) {
		add_percent(cell, json_get(current, "averageUtilization"), "<unknown>");
		strbuf_add_char(cell->text, '/');
		add_percent(cell, json_get(target, "averageUtilization"), "<auto>");
	} else {
		add_value(cell, current, "value", cell_str(target, "value"));
	}
}

struct json *cell_metrics(const struct cell *cell)
{
	const struct json *specs = cell_at(cell->object, "spec.metrics");
	const struct json *statuses = cell_at(cell->object, "status.currentMetrics");
	const struct json *target = cell_at(cell->object, "spec.targetCPUUtilizationPercentage");
	size_t count = json_size(specs);

	for (size_t i = 0; i < count && i < METRICS_MAX; i++)
		add_metric(cell, json_at(specs, i), json_at(statuses, i));
	if (count > METRICS_MAX)
		strbuf_addf(cell->text, " + %zu more...", count - METRICS_MAX);
	if (target) { /* autoscaling/v1 knows this metric only */
		strbuf_add(cell->text, "cpu: ");
		add_percent(cell, cell_at(cell->object, "status.currentCPUUtilizationPercentage"),
			    "<unknown>");
		strbuf_add_char(cell->text, '/');
		add_percent(cell, target, "<auto>");
	}
	return NULL;
}

/* "cpu: 1/2, memory: 0/1Gi"; the row's path says "limits" or "requests" */
struct json *cell_quota(const struct cell *cell)
{
	const struct json *hard = cell_at(cell->object, "status.hard");
	const struct json *used = cell_at(cell->object, "status.used");
	struct strs names = {};

	json_foreach (resource, hard)
		if (str_starts_with(json_key(resource), "limits.") == str_eq(cell->path, "limits"))
			strs_add(&names, json_key(resource));
	strs_sort(&names);
	for (size_t i = 0; i < names.count; i++) {
		const char *there = json_get_str(used, names.items[i]);
		const char *most = json_get_str(hard, names.items[i]);

		cell_add(cell, ", ", names.items[i]);
		strbuf_addf(cell->text, ": %s/%s", there ? there : "0", most ? most : "0");
	}
	strs_done(&names);
	return NULL;
}

/* A member of an Event by its name in core, or in events.k8s.io. */
static const struct json *event_at(const struct cell *cell, const char *name, const char *other)
{
	const struct json *value = json_get(cell->object, name);

	return value && !json_is_null(value) ? value : json_get(cell->object, other);
}

static const char *first_seen(const struct cell *cell)
{
	const char *first = json_str(event_at(cell, "firstTimestamp", "deprecatedFirstTimestamp"));

	return first ? first : cell_str(cell->object, "eventTime");
}

struct json *cell_event_first(const struct cell *cell)
{
	cell_add_since(cell, first_seen(cell));
	return NULL;
}

struct json *cell_event_last(const struct cell *cell)
{
	const char *last = json_str(event_at(cell, "lastTimestamp", "deprecatedLastTimestamp"));
	const struct json *series = json_get(cell->object, "series");

	if (json_is_object(series))
		last = cell_str(series, "lastObservedTime");
	cell_add_since(cell, last ? last : first_seen(cell));
	return NULL;
}

struct json *cell_event_count(const struct cell *cell)
{
	const struct json *series = json_get(cell->object, "series");
	int64_t count = 0;

	if (json_is_object(series))
		return json_new_int(json_get_int(series, "count", 0));
	json_int(event_at(cell, "count", "deprecatedCount"), &count);
	return json_new_int(count ? count : 1); /* the new API has no count of single ones */
}

struct json *cell_event_object(const struct cell *cell)
{
	const struct json *about = event_at(cell, "involvedObject", "regarding");
	const char *name = cell_str(about, "name");

	if (cell->path) {
		strbuf_add(cell->text, cell_str(about, cell->path));
		return NULL;
	}
	for (const char *p = cell_str(about, "kind"); *p; p++)
		strbuf_add_char(cell->text, (char)tolower((unsigned char)*p));
	if (*name)
		strbuf_addf(cell->text, "/%s", name);
	return NULL;
}

struct json *cell_event_source(const struct cell *cell)
{
	const struct json *source = event_at(cell, "source", "deprecatedSource");
	const char *component = cell_str(source, "component"), *host = cell_str(source, "host");

	if (!*component)
		component = json_str(event_at(cell, "reportingComponent", "reportingController"));
	if (!*host)
		host = cell_str(cell->object, "reportingInstance");
	strbuf_add(cell->text, component ? component : "");
	if (*host)
		strbuf_addf(cell->text, ", %s", host);
	return NULL;
}

struct json *cell_event_message(const struct cell *cell)
{
	const char *text = json_str(event_at(cell, "message", "note"));
	size_t length;

	text = text ? text + strspn(text, " \t\r\n") : "";
	for (length = strlen(text); length && strchr(" \t\r\n", text[length - 1]);)
		length--;
	strbuf_add_bytes(cell->text, text, length);
	return NULL;
}
