/* CEL values: making them and looking at them; see value.h. Equality and order: compare.c. */
#include "emulator/kube/cel/value.h"

#include <stdarg.h>

#include "emulator/base/arena.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/kube/cel/inner.h"

struct cel_value cel_null(void)
{
	return (struct cel_value){.kind = CEL_NULL};
}

struct cel_value cel_bool(bool truth)
{
	return (struct cel_value){.kind = CEL_BOOL, .truth = truth};
}

struct cel_value cel_int(int64_t integer)
{
	return (struct cel_value){.kind = CEL_INT, .integer = integer};
}

struct cel_value cel_uint(uint64_t natural)
{
	return (struct cel_value){.kind = CEL_UINT, .natural = natural};
}

struct cel_value cel_double(double real)
{
	return (struct cel_value){.kind = CEL_DOUBLE, .real = real};
}

struct cel_value cel_text(const char *text)
{
	return cel_text_len(text, strlen(text));
}

struct cel_value cel_text_len(const char *text, size_t length)
{
	return (struct cel_value){.kind = CEL_STRING, .text = text, .length = length};
}

struct cel_value cel_duration(int64_t ns)
{
	return (struct cel_value){.kind = CEL_DURATION, .integer = ns};
}

struct cel_value cel_timestamp(int64_t seconds, int32_t nanos)
{
	return (struct cel_value){.kind = CEL_TIMESTAMP, .integer = seconds, .nanos = nanos};
}

struct cel_value cel_list(struct arena *arena, const struct cel_value *items, size_t count)
{
	struct cel_list *list = arena_alloc(arena, sizeof(*list));

	list->items = items;
	list->count = count;
	list->type = cel_type_of(CEL_LIST);
	return (struct cel_value){.kind = CEL_LIST, .list = list};
}

struct cel_value cel_map(struct arena *arena, const struct cel_value *keys,
			 const struct cel_value *values, size_t count)
{
	struct cel_map *map = arena_alloc(arena, sizeof(*map));

	map->keys = keys;
	map->values = values;
	map->count = count;
	map->type = cel_type_of(CEL_MAP);
	return (struct cel_value){.kind = CEL_MAP, .map = map};
}

struct cel_value cel_optional(struct arena *arena, const struct cel_value *inner)
{
	struct cel_value *copy = NULL;

	if (inner) {
		copy = arena_alloc(arena, sizeof(*copy));
		*copy = *inner;
	}
	return (struct cel_value){.kind = CEL_OPTIONAL, .inner = copy};
}

struct cel_value cel_error(struct arena *arena, const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	struct cel_value value = {.kind = CEL_ERROR};
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	value.text = arena_strdup(arena, text);
	value.length = strlen(text);
	return value;
}

static struct cel_value json_list(struct arena *arena, const struct json *json,
				  const struct cel_type *type)
{
	struct cel_list *list = arena_alloc(arena, sizeof(*list));

	list->json = json;
	list->type = type->kind == CEL_LIST ? type : cel_type_of(CEL_LIST);
	return (struct cel_value){.kind = CEL_LIST, .list = list};
}

static struct cel_value json_map(struct arena *arena, const struct json *json,
				 const struct cel_type *type)
{
	struct cel_map *map = arena_alloc(arena, sizeof(*map));
	bool object = type->kind == CEL_OBJECT;

	map->json = json;
	map->type = object || type->kind == CEL_MAP ? type : cel_type_of(CEL_MAP);
	return (struct cel_value){.kind = object ? CEL_OBJECT : CEL_MAP, .map = map};
}

static struct cel_value json_text(struct arena *arena, const char *text,
				  const struct cel_type *type)
{
	int64_t number;
	int32_t nanos;
	uint8_t *bytes;
	size_t length;

	if (type->kind == CEL_DURATION)
		return cel_read_duration(text, &number)
			       ? cel_duration(number)
			       : cel_error(arena, "Invalid duration %s", text);
	if (type->kind == CEL_TIMESTAMP) {
		bool day = strlen(text) == 10;
		const char *full = day ? arena_printf(arena, "%sT00:00:00Z", text) : text;

		return cel_read_timestamp(full, &number, &nanos)
			       ? cel_timestamp(number, nanos)
			       : cel_error(arena, "Invalid date-time formatted string %s", text);
	}
	if (type->kind == CEL_BYTES) {
		struct cel_value value = {.kind = CEL_BYTES};

		if (!base64_decode(text, strlen(text), &bytes, &length))
			return cel_error(arena, "Invalid byte formatted string %s", text);
		value.text = arena_strndup(arena, (const char *)bytes, length);
		value.length = length;
		free(bytes);
		return value;
	}
	return cel_text(text);
}

static struct cel_value json_number(struct arena *arena, const struct json *json,
				    const struct cel_type *type)
{
	int64_t integer;

	if (type->kind != CEL_DOUBLE && json_int(json, &integer))
		return cel_int(integer);
	if (type->kind == CEL_INT)
		return cel_error(arena, "invalid data, expected int, got float64");
	return cel_double(json_double(json));
}

struct cel_value cel_json(struct arena *arena, const struct json *json, const struct cel_type *type)
{
	switch (json_type(json)) {
	case JSON_NULL: return cel_null();
	case JSON_BOOL: return cel_bool(json_bool(json));
	case JSON_NUMBER: return json_number(arena, json, type);
	case JSON_STRING: return json_text(arena, json_str(json), type);
	case JSON_ARRAY: return json_list(arena, json, type);
	case JSON_OBJECT: return json_map(arena, json, type);
	}
	return cel_null();
}

bool cel_is(const struct cel_value *value, enum cel_kind kind)
{
	return value->kind == kind || (kind == CEL_MAP && value->kind == CEL_OBJECT);
}

static int64_t characters(const char *text, size_t length)
{
	int64_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

int64_t cel_size(const struct cel_value *value)
{
	switch (value->kind) {
	case CEL_STRING: return characters(value->text, value->length);
	case CEL_BYTES: return (int64_t)value->length;
	case CEL_LIST:
		return (int64_t)(value->list->json ? json_size(value->list->json)
						   : value->list->count);
	case CEL_MAP:
	case CEL_OBJECT:
		return (int64_t)(value->map->json ? json_size(value->map->json)
						  : value->map->count);
	default: return -1;
	}
}

uint64_t cel_cost_size(const struct cel_value *value)
{
	int64_t size;

	if (value->kind == CEL_OPTIONAL && value->inner)
		return cel_cost_size(value->inner);
	/* cidr.go, ip.go Size(): bytes that the address has */
	if (value->kind == CEL_IP || value->kind == CEL_CIDR)
		return value->net->ip.family == FAMILY_IPV4 ? 4 : 16;
	size = cel_size(value);
	return size < 0 ? 1 : (uint64_t)size;
}

bool cel_walk_start(struct cel_walk *walk, struct arena *arena, const struct cel_value *value)
{
	*walk = (struct cel_walk){.arena = arena};
	if (value->kind == CEL_LIST) {
		walk->json = json_first(value->list->json);
		walk->items = value->list->items;
		walk->count = value->list->count;
		walk->type = value->list->type->item;
		return true;
	}
	if (value->kind != CEL_MAP && value->kind != CEL_OBJECT)
		return false;
	walk->keys = true;
	walk->json = json_first(value->map->json);
	walk->items = value->map->keys;
	walk->values = value->map->values;
	walk->count = value->map->count;
	walk->type = value->kind == CEL_MAP ? value->map->type->item : cel_type_of(CEL_DYN);
	return true;
}

bool cel_walk_next(struct cel_walk *walk)
{
	if (walk->count) {
		walk->count--;
		walk->item = *walk->items++;
		if (walk->values)
			walk->value = *walk->values++;
		return true;
	}
	if (!walk->json)
		return false;
	if (walk->keys) {
		walk->item = cel_text(json_key(walk->json));
		walk->value = cel_json(walk->arena, walk->json, walk->type);
	} else {
		walk->item = cel_json(walk->arena, walk->json, walk->type);
	}
	walk->json = json_next(walk->json);
	return true;
}

bool cel_list_at(struct arena *arena, const struct cel_value *list, int64_t index,
		 struct cel_value *ret)
{
	const struct cel_list *l = list->list;
	const struct json *item;

	if (index < 0)
		return false;
	if (!l->json) {
		if ((uint64_t)index >= l->count)
			return false;
		*ret = l->items[index];
		return true;
	}
	item = json_at(l->json, (size_t)index);
	if (!item)
		return false;
	*ret = cel_json(arena, item, l->type->item);
	return true;
}

bool cel_member(struct arena *arena, const struct cel_value *object, const char *name,
		struct cel_value *ret)
{
	const struct cel_map *map = object->map;
	const struct cel_field *field;
	const struct json *item;

	if (!map->json) {
		struct cel_value key = cel_text(name);

		return cel_map_at(arena, object, &key, ret);
	}
	field = object->kind == CEL_OBJECT ? cel_type_field(map->type, name) : NULL;
	if (object->kind == CEL_OBJECT && !field)
		return false;
	item = json_get(map->json, field ? field->member : name);
	if (!item)
		return false;
	*ret = cel_json(arena, item, field ? field->type : map->type->item);
	return true;
}

bool cel_map_at(struct arena *arena, const struct cel_value *map, const struct cel_value *key,
		struct cel_value *ret)
{
	const struct cel_map *m = map->map;

	if (m->json) {
		if (key->kind != CEL_STRING || memchr(key->text, '\0', key->length))
			return false;
		return cel_member(arena, map, arena_strndup(arena, key->text, key->length), ret);
	}
	for (size_t i = 0; i < m->count; i++) {
		if (!cel_equal(arena, &m->keys[i], key))
			continue;
		*ret = m->values[i];
		return true;
	}
	return false;
}
