/* Columns and cells of resources without a printer of their own, and of custom ones; see table.h.
 */
#include "emulator/kube/table.h"

#include <stdio.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/jsonpath.h"
#include "emulator/kube/meta.h"

static void add_column(struct json *list, const char *name, const char *type, const char *format,
		       const char *description, int64_t priority)
{
	struct json *column = json_new_object();

	json_set_str(column, "name", name);
	json_set_str(column, "type", type);
	json_set_str(column, "format", format);
	json_set_str(column, "description", description);
	json_set_int(column, "priority", priority);
	json_append(list, column);
}

#define NAME_TEXT                                                                                  \
	"Name must be unique within a namespace. Is required when creating resources, although "   \
	"some resources may allow a client to request the generation of an appropriate name "      \
	"automatically. Name is primarily intended for creation idempotence and configuration "    \
	"definition. Cannot be updated. More info: "                                               \
	"https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"

struct json *table_columns(const struct api_type *type)
{
	struct json *list = json_new_array();
	const struct json *own = type->custom ? type->custom->columns : NULL;

	add_column(list, "Name", "string", "name", NAME_TEXT, 0);
	json_foreach (column, own) {
		const char *format = json_get_str(column, "format");
		const char *text = json_get_str(column, "description");

		add_column(list, json_get_str(column, "name"), json_get_str(column, "type"),
			   format ? format : "", text ? text : "",
			   json_get_int(column, "priority", 0));
	}
	if (!json_first(own))
		add_column(list, "Age", "date", "", "CreationTimestamp is a timestamp", 0);
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

struct json *table_cells(const struct api_type *type, const struct json *object, int64_t now_ms)
{
	struct json *cells = json_new_array();
	const struct json *own = type->custom ? type->custom->columns : NULL;
	char buffer[32];

	json_append_str(cells, meta_str(object, "name"));
	json_foreach (column, own)
		json_append(cells, custom_cell(column, object, now_ms));
	if (!json_first(own))
		json_append_str(cells,
				table_age(meta_str(object, "creationTimestamp"), now_ms, buffer));
	return cells;
}
