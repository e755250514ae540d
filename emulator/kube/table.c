/* Columns of all kinds, and cells of custom ones; see table.h and table_cells.h. */
#include "emulator/kube/table.h"

#include <stdio.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/jsonpath.h"
#include "emulator/kube/table_cells.h"

#define CELL_MAX (1 << 20) /* bytes; an object may have 3 MiB */

static struct json *add_column(struct json *list, const struct kube_column *row)
{
	struct json *column = json_new_object();

	json_set_str(column, "name", row->name);
	json_set_str(column, "type", row->type);
	json_set_str(column, "format", row->format);
	json_set_str(column, "description", row->description);
	json_set_int(column, "priority", row->priority);
	json_append(list, column);
	return column;
}

#define NAME_TEXT                                                                                  \
	"Name must be unique within a namespace. Is required when creating resources, although "   \
	"some resources may allow a client to request the generation of an appropriate name "      \
	"automatically. Name is primarily intended for creation idempotence and configuration "    \
	"definition. Cannot be updated. More info: "                                               \
	"https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
#define CREATED_TEXT                                                                               \
	"CreationTimestamp is a timestamp representing the server time when this object was "      \
	"created. It is not guaranteed to be set in happens-before order across separate "         \
	"operations. Clients may not set this value. It is represented in RFC3339 form and is in " \
	"UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: "                  \
	"https://git.k8s.io/community/contributors/devel/sig-architecture/"                        \
	"api-conventions.md#metadata"

#define NAME                                                                                       \
	{                                                                                          \
		"Name", "string", "name", NAME_TEXT, 0                                             \
	}
#define CREATED                                                                                    \
	{                                                                                          \
		"Created At", "date", "", CREATED_TEXT, 0                                          \
	}

/* of CRDs without columns, of kinds without a printer (apiserver pkg/registry/rest/table.go), and
 * of APIServices (kube-aggregator pkg/registry/apiservice/etcd/etcd.go) */
static const struct kube_column custom_columns[] = {NAME, {"Age", "date", "", CREATED_TEXT, 0}};
static const struct kube_column plain_columns[] = {NAME, CREATED};
static const struct kube_column service_columns[] = {
	NAME,
	{"Service", "string", "", "The reference to the service that hosts this API endpoint.", 0},
	{"Available", "string", "", "Whether this service is available.", 0},
	{"Age", "string", "", CREATED_TEXT, 0},
};
static const struct kube_printer custom_printer = {"", "", custom_columns, 2};
static const struct kube_printer plain_printer = {"", "", plain_columns, 2};
static const struct kube_printer service_printer = {"", "", service_columns, 4};

/* What shows a kind; of a CRD with columns, those are not in it. */
static const struct kube_printer *printer_of(const struct api_type *type)
{
	const char *group = str_eq(type->group, "events.k8s.io") ? "" : type->group;
	const struct kube_printer *printer = kube_model_printer(group, type->kind);

	if (type->custom)
		return &custom_printer;
	if (str_eq(type->kind, "APIService"))
		return &service_printer;
	return printer ? printer : &plain_printer;
}

struct json *table_columns(const struct api_type *type)
{
	const struct json *own = type->custom ? type->custom->columns : NULL;
	const struct kube_printer *printer = printer_of(type);
	struct json *list = json_new_array();

	for (size_t i = 0; i < (json_first(own) ? 1 : printer->column_count); i++)
		add_column(list, &printer->columns[i]);
	json_foreach (column, own) {
		const char *format = json_get_str(column, "format");
		const char *text = json_get_str(column, "description");
		struct json *made;

		made = add_column(list, &(struct kube_column){.name = json_get_str(column, "name"),
							      .type = json_get_str(column, "type"),
							      .format = format ? format : "",
							      .description = text ? text : ""});
		json_set_int(made, "priority", json_get_int(column, "priority", 0));
	}
	return list;
}

/* apimachinery pkg/util/duration HumanDuration */
const char *table_age(const char *timestamp, int64_t now_ms, char buffer[32])
{
	int64_t then_ms, s, m, h, d;

	if (!timestamp || !clock_parse(timestamp, &then_ms))
		return "<unknown>";
	s = (now_ms - then_ms) / 1000;
	m = s / 60;
	h = m / 60;
	d = h / 24;
	if (s < -1)
		return "<invalid>";
	if (s < 0)
		s = 0;
	if (s < 120)
		snprintf(buffer, 32, "%llds", (long long)s);
	else if (m < 10 && s % 60)
		snprintf(buffer, 32, "%lldm%llds", (long long)m, (long long)(s % 60));
	else if (m < 180)
		snprintf(buffer, 32, "%lldm", (long long)m);
	else if (h < 8 && m % 60)
		snprintf(buffer, 32, "%lldh%lldm", (long long)h, (long long)(m % 60));
	else if (h < 48)
		snprintf(buffer, 32, "%lldh", (long long)h);
	else if (h < 192 && h % 24)
		snprintf(buffer, 32, "%lldd%lldh", (long long)d, (long long)(h % 24));
	else if (d < 365 * 2)
		snprintf(buffer, 32, "%lldd", (long long)d);
	else if (d < 365 * 8 && d % 365)
		snprintf(buffer, 32, "%lldy%lldd", (long long)(d / 365), (long long)(d % 365));
	else
		snprintf(buffer, 32, "%lldy", (long long)(d / 365));
	return buffer;
}

/* A custom column: the first thing its path leads to, several as a list (tableconvertor.go). */
static struct json *custom_cell(const struct json *column, const struct json *object,
				int64_t now_ms)
{
	const char *path = json_get_str(column, "jsonPath"), *type = json_get_str(column, "type");
	struct ptrs found = {};
	struct json *cell = NULL;
	char buffer[32];

	jsonpath_find(object, path ? path : "", &found);
	if (str_eq(type, "date"))
		cell = json_new_string(
			table_age(found.count ? json_str(found.items[0]) : NULL, now_ms, buffer));
	else if (!found.count)
		cell = json_new_null();
	else if (str_eq(type, "string") && !json_str(found.items[0])) {
		_cleanup_(freep) char *text = json_to_text(found.items[0]);

		cell = json_new_string(text);
	} else
		cell = json_copy(found.items[0]);
	ptrs_done(&found);
	return cell;
}

/* The cell of a column by its row; see table_cells.h. */
static struct json *built_in_cell(const char *kind, const char *column, struct cell *cell)
{
	const struct cell_rule *rule = cell_rule_find(kind, column);
	struct json *value;

	strbuf_reset(cell->text);
	cell->path = rule->path;
	cell->empty = rule->empty;
	value = rule->make(cell);
	if (value)
		return value;
	if (!*strbuf_text(cell->text) && rule->empty)
		return json_new_string(rule->empty);
	return json_new_string(strbuf_text(cell->text));
}

struct json *table_cells(const struct api_type *type, const struct json *object, int64_t now_ms)
{
	const struct json *own = type->custom ? type->custom->columns : NULL;
	const struct kube_printer *printer = printer_of(type);
	const char *kind = type->custom ? "" : type->kind; /* a CRD may have a kind Service, too */
	struct json *cells = json_new_array();
	struct strbuf text;
	struct cell cell = {.object = object, .now_ms = now_ms, .text = &text};

	strbuf_init(&text, CELL_MAX);
	for (size_t i = 0; i < (json_first(own) ? 1 : printer->column_count); i++)
		json_append(cells, built_in_cell(kind, printer->columns[i].name, &cell));
	strbuf_done(&text);
	json_foreach (column, own)
		json_append(cells, custom_cell(column, object, now_ms));
	return cells;
}

struct json *table_conditions(const struct api_type *type, const struct json *object)
{
	const char *phase = json_find_str(object, "status", "phase", NULL);
	bool failed = str_eq(phase, "Failed");
	struct json *list, *condition;

	if (!str_eq(type->kind, "Pod") || *type->group || (!failed && !str_eq(phase, "Succeeded")))
		return NULL;
	list = json_new_array();
	condition = json_new_object();
	json_set_str(condition, "type", "Completed");
	json_set_str(condition, "status", "True");
	json_set_str(condition, "reason", phase);
	json_set_str(condition, "message",
		     failed ? "The pod failed." : "The pod has completed successfully.");
	json_append(list, condition);
	return list;
}
