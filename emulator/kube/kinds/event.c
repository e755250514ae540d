/*
 * Event, of the core and of events.k8s.io: one kind of documents, stored as the core's.
 *
 * Source: kubernetes pkg/registry/core/event/strategy.go, pkg/apis/core/validation/events.go,
 * pkg/apis/events/v1/conversion.go.
 */
#include "emulator/base/json.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"

#define INSTANCE_MAX 128
#define ACTION_MAX   128
#define REASON_MAX   128
#define NOTE_MAX     1024

/* What the two groups call the same thing. */
static const struct {
	const char *core, *events;
} names[] = {
	{"involvedObject", "regarding"},
	{"message", "note"},
	{"source", "deprecatedSource"},
	{"firstTimestamp", "deprecatedFirstTimestamp"},
	{"lastTimestamp", "deprecatedLastTimestamp"},
	{"count", "deprecatedCount"},
	{"reportingComponent", "reportingController"},
};

static bool is_zero(const struct json *value)
{
	int64_t number;

	return json_is_null(value) || (json_is_string(value) && !*json_str(value)) ||
	       (json_int(value, &number) && !number) ||
	       (json_is_object(value) && !json_first(value));
}

static const char *other_name(const char *key, bool to_core)
{
	for (size_t i = 0; i < array_size(names); i++)
		if (str_eq(key, to_core ? names[i].events : names[i].core))
			return to_core ? names[i].core : names[i].events;
	return key;
}

/* Renames the members; what the one group omits and the other shows as zero is made so. */
static struct json *convert(const struct json *object, bool to_core)
{
	const struct kube_message *message = kube_model_message(
		to_core ? "k8s.io/api/core/v1.Event" : "k8s.io/api/events/v1.Event");
	struct json *copy = json_new_object();
	struct err err = ERR_INIT;

	json_foreach (item, object)
		json_set_copy(copy, other_name(json_key(item), to_core), item);
	json_set_str(copy, "apiVersion", to_core ? "v1" : "events.k8s.io/v1");
	/* it was fine as the other group's, whose members have the same types */
	if (!normalize(message, copy, NULL, &err))
		err_done(&err);
	return copy;
}

static struct json *to_storage(struct kube_op *op _unused_, const struct json *object)
{
	return convert(object, true);
}

static struct json *from_storage(struct arena *arena _unused_, const struct json *object)
{
	return convert(object, false);
}

static void too_long(struct field_errors *errors, const char *path, const char *text, size_t max)
{
	if (strlen(text) > max)
		field_invalid_str(errors, path, "", "can have at most %zu characters", max);
}

static void require_short(struct field_errors *errors, const struct json *object, const char *path,
			  size_t max)
{
	const char *text = value_str(object, path);

	if (!*text)
		field_required(errors, path, "");
	too_long(errors, path, text, max);
}

static void check_legacy(const struct json *object, bool core, struct field_errors *errors)
{
	const struct json *involved = object_get(object, "involvedObject.namespace");
	const char *ns = meta_str(object, "namespace");
	const char *about = json_str(involved) ? json_str(involved) : "";
	const char *controller = core ? "reportingComponent" : "reportingController";
	bool is_new = !json_is_null(json_get(object, "eventTime"));
	bool fits = *about ? is_new || str_eq(about, ns)
			   : str_eq(ns, "default") || (is_new && str_eq(ns, "kube-system"));

	if (!fits)
		field_invalid_str(errors, "involvedObject.namespace", about,
				  "does not match event.namespace");
	if (!is_new)
		return;
	if (!*value_str(object, "reportingComponent"))
		field_required(errors, controller, "");
	field_format(errors, controller, value_str(object, "reportingComponent"),
		     format_qualified_name);
	require_short(errors, object, "reportingInstance", INSTANCE_MAX);
	require_short(errors, object, "action", ACTION_MAX);
	require_short(errors, object, "reason", REASON_MAX);
	too_long(errors, "message", value_str(object, "message"), NOTE_MAX);
}

static void check_series(const struct json *object, struct field_errors *errors)
{
	const struct json *series = json_get(object, "series");

	if (!series)
		return;
	if (json_get_int(series, "count", 0) < 2)
		field_invalid_str(errors, "series.count", "", "should be at least 2");
	if (json_is_null(json_get(series, "lastObservedTime")))
		field_required(errors, "series.lastObservedTime", "");
}

/* What only events.k8s.io checks, of a new event. */
static void check_create(const struct json *object, struct field_errors *errors)
{
	static const char *const unset[] = {"firstTimestamp", "lastTimestamp", "count", "source"};
	const char *type = value_str(object, "type");

	check_series(object, errors);
	if (json_is_null(json_get(object, "eventTime")))
		field_required(errors, "eventTime", "");
	if (!str_eq(type, "Normal") && !str_eq(type, "Warning"))
		field_invalid_str(errors, "type", "", "has invalid value: %s", type);
	for (size_t i = 0; i < array_size(unset); i++)
		if (!is_zero(json_get(object, unset[i])))
			field_invalid_str(errors, unset[i], "", "needs to be unset");
}

static void check_change(const struct json *object, const struct json *old,
			 struct field_errors *errors)
{
	static const struct {
		const char *member, *path;
	} fixed[] = {
		{"involvedObject", "involvedObject"},
		{"reason", "reason"},
		{"message", "message"},
		{"source", "source"},
		{"firstTimestamp", "firstTimestamp"},
		{"lastTimestamp", "lastTimestamp"},
		{"count", "count"},
		{"type", "type"},
		{"eventTime", "eventTime"},
		{"action", "action"},
		{"related", "related"},
		{"reportingComponent", "reportingController"},
		{"reportingInstance", "reportingInstance"},
	};

	if (!json_equal(json_get(object, "series"), json_get(old, "series")))
		check_series(object, errors);
	for (size_t i = 0; i < array_size(fixed); i++) {
		const struct json *now = json_get(object, fixed[i].member);
		const struct json *before = json_get(old, fixed[i].member);

		if (!json_equal(now, before) && !(is_zero(now) && is_zero(before)))
			field_invalid(errors, fixed[i].path, now, "field is immutable");
	}
}

static void validate(struct kube_op *op, const struct json *object, const struct json *old,
		     struct field_errors *errors)
{
	bool core = !*op->target.type->group;

	check_legacy(object, core, errors);
	if (core)
		return;
	if (old)
		check_change(object, old, errors);
	else
		check_create(object, errors);
}

static const struct selectable core_selectable[] = {
	{"involvedObject.kind", NULL, NULL},
	{"involvedObject.namespace", NULL, NULL},
	{"involvedObject.name", NULL, NULL},
	{"involvedObject.uid", NULL, NULL},
	{"involvedObject.apiVersion", NULL, NULL},
	{"involvedObject.resourceVersion", NULL, NULL},
	{"involvedObject.fieldPath", NULL, NULL},
	{"reason", NULL, NULL},
	{"reportingComponent", NULL, NULL},
	{"source", "source.component", NULL},
	{"type", NULL, NULL},
	{},
};

/* paths are those of the stored object */
static const struct selectable events_selectable[] = {
	{"regarding.kind", "involvedObject.kind", NULL},
	{"regarding.namespace", "involvedObject.namespace", NULL},
	{"regarding.name", "involvedObject.name", NULL},
	{"regarding.uid", "involvedObject.uid", NULL},
	{"regarding.apiVersion", "involvedObject.apiVersion", NULL},
	{"regarding.resourceVersion", "involvedObject.resourceVersion", NULL},
	{"regarding.fieldPath", "involvedObject.fieldPath", NULL},
	{"reason", NULL, NULL},
	{"reportingController", "reportingComponent", NULL},
	{"type", NULL, NULL},
	{},
};

const struct kube_strategy strategy_event = {
	.group = "",
	.resource = "events",
	.flags = STRATEGY_CREATE_ON_UPDATE | STRATEGY_NO_GC,
	.selectable = core_selectable,
	.validate = validate,
};

const struct kube_strategy strategy_events_event = {
	.group = "events.k8s.io",
	.resource = "events",
	.flags = STRATEGY_CREATE_ON_UPDATE | STRATEGY_NO_GC,
	.selectable = events_selectable,
	.validate = validate,
	.to_storage = to_storage,
	.from_storage = from_storage,
};
