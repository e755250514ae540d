/* Cells that look alike in many kinds; see table_cells.h. */
#include "emulator/kube/table_cells.h"

#include <inttypes.h>

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/table.h"

static int compare_rules(const void *left, const void *right)
{
	const struct cell_rule *a = left, *b = right;
	int order = strcmp(a->kind, b->kind);

	return order ? order : strcmp(a->column, b->column);
}

const struct cell_rule *cell_rule_find(const char *kind, const char *column)
{
	struct cell_rule own = {.kind = kind, .column = column};
	struct cell_rule any = {.kind = "", .column = column};
	const struct cell_rule *found =
		bsearch(&own, cell_rules, cell_rule_count, sizeof(*cell_rules), compare_rules);

	return found ? found
		     : bsearch(&any, cell_rules, cell_rule_count, sizeof(*cell_rules),
			       compare_rules);
}

/* One step of a path; its end is the next dot, space or the end of the text. */
static const struct json *step(const struct json *json, const char *name, size_t length)
{
	json_foreach (member, json)
		if (strncmp(json_key(member), name, length) == 0 && !json_key(member)[length])
			return member;
	return NULL;
}

const struct json *cell_at(const struct json *object, const char *path)
{
	while (object && *path && *path != ' ') {
		size_t length = strcspn(path, ". ");

		object = json_is_object(object) ? step(object, path, length) : NULL;
		path += length + (path[length] == '.');
	}
	return object;
}

const char *cell_str(const struct json *object, const char *path)
{
	const char *text = json_str(cell_at(object, path));

	return text ? text : "";
}

int64_t cell_number(const struct json *object, const char *path)
{
	int64_t number;

	return json_int(cell_at(object, path), &number) ? number : 0;
}

/* The path behind the first space. */
static const char *second(const char *path)
{
	const char *space = strchr(path, ' ');

	return space ? space + 1 : "";
}

void cell_add(const struct cell *cell, const char *separator, const char *text)
{
	if (*strbuf_text(cell->text))
		strbuf_add(cell->text, separator);
	strbuf_add(cell->text, text);
}

const struct json *cell_condition(const struct json *object, const char *type)
{
	const struct json *status = json_get(object, "status");

	json_foreach (condition, json_get(status ? status : object, "conditions"))
		if (str_eq(json_get_str(condition, "type"), type))
			return condition;
	return NULL;
}

bool cell_is_true(const struct json *object, const char *type)
{
	return str_eq(json_get_str(cell_condition(object, type), "status"), "True");
}

void cell_add_since(const struct cell *cell, const char *timestamp)
{
	char buffer[32];

	strbuf_add(cell->text,
		   table_age(timestamp && *timestamp ? timestamp : NULL, cell->now_ms, buffer));
}

struct json *cell_text(const struct cell *cell)
{
	const struct json *value = cell_at(cell->object, cell->path);

	if (json_is_number(value))
		strbuf_addf(cell->text, "%" PRId64, cell_number(cell->object, cell->path));
	else
		strbuf_add(cell->text, cell_str(cell->object, cell->path));
	return NULL;
}

struct json *cell_integer(const struct cell *cell)
{
	if (cell->empty && !cell_at(cell->object, cell->path))
		return NULL;
	return json_new_int(cell_number(cell->object, cell->path));
}

struct json *cell_boolean(const struct cell *cell)
{
	const struct json *value = cell_at(cell->object, cell->path);

	return json_new_bool(json_is_bool(value) ? json_bool(value) : str_eq(cell->empty, "true"));
}

struct json *cell_count(const struct cell *cell)
{
	size_t count = 0;

	for (const char *path = cell->path; *path; path = second(path))
		count += json_size(cell_at(cell->object, path));
	return json_new_int((int64_t)count);
}

struct json *cell_since(const struct cell *cell)
{
	const char *timestamp = json_str(cell_at(cell->object, cell->path));

	if (timestamp || !cell->empty)
		cell_add_since(cell, timestamp);
	return NULL;
}

struct json *cell_join(const struct cell *cell)
{
	json_foreach (item, cell_at(cell->object, cell->path))
		cell_add(cell, ",", json_str(item) ? json_str(item) : "");
	return NULL;
}

struct json *cell_ratio(const struct cell *cell)
{
	strbuf_addf(cell->text, "%" PRId64 "/%" PRId64, cell_number(cell->object, cell->path),
		    cell_number(cell->object, second(cell->path)));
	return NULL;
}

static void add_members(const struct cell *cell, const char *member)
{
	json_foreach (container, cell_at(cell->object, cell->path))
		cell_add(cell, ",", cell_str(container, member));
}

struct json *cell_names(const struct cell *cell)
{
	add_members(cell, "name");
	return NULL;
}

struct json *cell_images(const struct cell *cell)
{
	add_members(cell, "image");
	return NULL;
}

static void add_labels(const struct json *map, struct strs *parts)
{
	json_foreach (label, map) {
		_cleanup_(freep) char *text =
			xasprintf("%s=%s", json_key(label), json_str(label) ? json_str(label) : "");

		strs_add(parts, text);
	}
}

static void add_sorted(const struct cell *cell, struct strs *parts)
{
	strs_sort(parts);
	for (size_t i = 0; i < parts->count; i++)
		cell_add(cell, ",", parts->items[i]);
	strs_done(parts);
}

struct json *cell_labels(const struct cell *cell)
{
	struct strs parts = {};

	add_labels(cell_at(cell->object, cell->path), &parts);
	add_sorted(cell, &parts);
	return NULL;
}

/* `a in (b,c)`, `a notin (b)`, `a`, `!a` (apimachinery labels.Requirement.String) */
static void add_expression(const struct json *expression, struct strs *parts)
{
	const char *op = cell_str(expression, "operator"), *key = cell_str(expression, "key");
	struct strs values = {};
	struct strbuf sb;

	strbuf_init(&sb, 1 << 20);
	strbuf_addf(&sb, "%s%s", str_eq(op, "DoesNotExist") ? "!" : "", key);
	if (str_eq(op, "In") || str_eq(op, "NotIn")) {
		json_foreach (value, json_get(expression, "values"))
			strs_add(&values, json_str(value) ? json_str(value) : "");
		strs_sort(&values);
		strbuf_add(&sb, str_eq(op, "In") ? " in (" : " notin (");
		for (size_t i = 0; i < values.count; i++)
			strbuf_addf(&sb, "%s%s", i ? "," : "", values.items[i]);
		strbuf_add_char(&sb, ')');
	}
	strs_add(parts, strbuf_text(&sb));
	strs_done(&values);
	strbuf_done(&sb);
}

struct json *cell_selector(const struct cell *cell)
{
	const struct json *selector = cell_at(cell->object, cell->path);
	struct strs parts = {};

	add_labels(json_get(selector, "matchLabels"), &parts);
	json_foreach (expression, json_get(selector, "matchExpressions"))
		add_expression(expression, &parts);
	add_sorted(cell, &parts);
	return NULL;
}

struct json *cell_default(const struct cell *cell)
{
	const char *marked = json_get_str(meta_get(cell->object, "annotations"), cell->path);

	strbuf_addf(cell->text, "%s%s", meta_str(cell->object, "name"),
		    str_eq(marked, "true") ? " (default)" : "");
	return NULL;
}

struct json *cell_pair(const struct cell *cell)
{
	strbuf_addf(cell->text, "%s/%s", cell_str(cell->object, cell->path),
		    cell_str(cell->object, second(cell->path)));
	return NULL;
}
