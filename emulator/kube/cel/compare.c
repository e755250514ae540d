/*
 * Equality and order of values; see value.h.
 *
 * Source: cel-go common/types (compare.go, list.go, map.go), apiserver
 * pkg/cel/common/valuesunstructured.go (sets and map lists without order).
 */
#include <math.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/cel/inner.h"

static bool is_number(const struct cel_value *value)
{
	return value->kind == CEL_INT || value->kind == CEL_UINT || value->kind == CEL_DOUBLE;
}

static int order_int(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int order_uint(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int order_double(double a, double b)
{
	if (isnan(a) || isnan(b))
		return 2;
	return a < b ? -1 : a > b;
}

static int order_double_int(double a, int64_t b)
{
	if (isnan(a))
		return 2;
	if (a < -0x1p63)
		return -1;
	return a >= 0x1p63 ? 1 : order_double(a, (double)b);
}

static int order_double_uint(double a, uint64_t b)
{
	if (isnan(a))
		return 2;
	if (a < 0)
		return -1;
	return a >= 0x1p64 ? 1 : order_double(a, (double)b);
}

static int order_int_uint(int64_t a, uint64_t b)
{
	return a < 0 ? -1 : order_uint((uint64_t)a, b);
}

static int negate(int order)
{
	return order == 2 ? 2 : -order;
}

static int order_numbers(const struct cel_value *a, const struct cel_value *b)
{
	if (a->kind == b->kind)
		return a->kind == CEL_INT    ? order_int(a->integer, b->integer)
		       : a->kind == CEL_UINT ? order_uint(a->natural, b->natural)
					     : order_double(a->real, b->real);
	if (a->kind == CEL_DOUBLE)
		return b->kind == CEL_INT ? order_double_int(a->real, b->integer)
					  : order_double_uint(a->real, b->natural);
	if (b->kind == CEL_DOUBLE)
		return negate(order_numbers(b, a));
	return a->kind == CEL_INT ? order_int_uint(a->integer, b->natural)
				  : negate(order_int_uint(b->integer, a->natural));
}

static int order_bytes(const struct cel_value *a, const struct cel_value *b)
{
	size_t shorter = a->length < b->length ? a->length : b->length;
	int order = shorter ? memcmp(a->text, b->text, shorter) : 0;

	if (order)
		return order < 0 ? -1 : 1;
	return order_uint(a->length, b->length);
}

bool cel_compare(const struct cel_value *a, const struct cel_value *b, int *ret)
{
	if (is_number(a) && is_number(b)) {
		*ret = order_numbers(a, b);
		return true;
	}
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case CEL_BOOL: *ret = order_int(a->truth, b->truth); return true;
	case CEL_STRING:
	case CEL_BYTES: *ret = order_bytes(a, b); return true;
	case CEL_DURATION: *ret = order_int(a->integer, b->integer); return true;
	case CEL_TIMESTAMP:
		*ret = order_int(a->integer, b->integer);
		if (!*ret)
			*ret = order_int(a->nanos, b->nanos);
		return true;
	default: return false;
	}
}

static bool has_equal(struct arena *arena, const struct cel_value *list,
		      const struct cel_value *item)
{
	struct cel_walk walk;

	if (!cel_walk_start(&walk, arena, list))
		return false;
	while (cel_walk_next(&walk))
		if (cel_equal(arena, &walk.item, item))
			return true;
	return false;
}

/* sizes are equal already; sets and map lists have no order */
static bool lists_equal(struct arena *arena, const struct cel_value *a, const struct cel_value *b)
{
	bool ordered =
		a->list->type->sort == CEL_LIST_ATOMIC && b->list->type->sort == CEL_LIST_ATOMIC;
	struct cel_walk left, right;

	if (!cel_walk_start(&left, arena, a) || !cel_walk_start(&right, arena, b))
		return false;
	while (cel_walk_next(&left)) {
		if (!ordered) {
			if (!has_equal(arena, b, &left.item))
				return false;
			continue;
		}
		if (!cel_walk_next(&right) || !cel_equal(arena, &left.item, &right.item))
			return false;
	}
	return true;
}

static bool maps_equal(struct arena *arena, const struct cel_value *a, const struct cel_value *b)
{
	struct cel_walk walk;
	struct cel_value other;

	/* what a schema does not name is compared as it is */
	if (a->kind == CEL_OBJECT || b->kind == CEL_OBJECT) {
		if (a->map->json && b->map->json && json_equal(a->map->json, b->map->json))
			return true;
		if (!a->map->json || !b->map->json || a->map->type != b->map->type)
			return false;
		json_foreach (item, a->map->json) {
			const struct json *pair = json_get(b->map->json, json_key(item));
			const struct cel_type *type = cel_type_of(CEL_DYN);
			struct cel_value x, y;

			if (!pair)
				return false;
			for (size_t i = 0; i < a->map->type->field_count; i++)
				if (str_eq(a->map->type->fields[i].member, json_key(item)))
					type = a->map->type->fields[i].type;
			x = cel_json(arena, item, type);
			y = cel_json(arena, pair, type);
			if (!cel_equal(arena, &x, &y))
				return false;
		}
		return true;
	}
	if (!cel_walk_start(&walk, arena, a))
		return false;
	while (cel_walk_next(&walk))
		if (!cel_map_at(arena, b, &walk.item, &other) ||
		    !cel_equal(arena, &walk.value, &other))
			return false;
	return true;
}

bool cel_equal(struct arena *arena, const struct cel_value *a, const struct cel_value *b)
{
	int order;

	if (cel_compare(a, b, &order))
		return order == 0;
	if (!cel_is(a, b->kind) && !cel_is(b, a->kind))
		return false;
	switch (a->kind) {
	case CEL_NULL: return true;
	case CEL_LIST: return cel_size(a) == cel_size(b) && lists_equal(arena, a, b);
	case CEL_MAP:
	case CEL_OBJECT: return cel_size(a) == cel_size(b) && maps_equal(arena, a, b);
	case CEL_OPTIONAL:
		if (!a->inner || !b->inner)
			return a->inner == b->inner;
		return cel_equal(arena, a->inner, b->inner);
	case CEL_TYPE: return a->type->kind == b->type->kind;
	case CEL_IP: return ip_equal(&a->net->ip, &b->net->ip);
	case CEL_CIDR: return cidr_equal(a->net, b->net);
	case CEL_QUANTITY: return *a->nano == *b->nano;
	case CEL_URL: return str_eq(cel_url_text(a->url), cel_url_text(b->url));
	case CEL_FORMAT: return a->format == b->format;
	default: return false;
	}
}
