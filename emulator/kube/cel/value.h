#pragma once
/*
 * CEL values. Small ones stand in the struct; lists and maps are views of JSON or arrays in the
 * arena of an evaluation. Copied freely; nothing is owned.
 */
#include "emulator/base/cidr.h"
#include "emulator/kube/cel/type.h"

struct cel_list;
struct cel_map;
struct cel_url;

struct cel_value {
	enum cel_kind kind;
	int32_t nanos; /**< of a timestamp, 0 to 999999999 */
	union {
		bool truth;
		int64_t integer; /**< also a duration in ns, a timestamp in s since 1970 */
		uint64_t natural;
		double real;
		struct {
			const char *text; /**< of string, bytes, error; not NUL-terminated */
			size_t length;	  /**< bytes */
		};
		const struct cel_list *list;
		const struct cel_map *map;	 /**< of a map or object */
		const struct cel_value *inner;	 /**< of an optional; NULL: none */
		const struct cel_type *type;	 /**< of a type */
		const struct cidr *net;		 /**< of an ip (prefix unused) or cidr */
		const struct cel_url *url;	 /**< functions_url.c */
		const __int128 *nano;		 /**< of a quantity: billionths */
		const struct cel_format *format; /**< functions_format.c */
	};
};

/** A list: JSON (items is NULL) or an array. */
struct cel_list {
	const struct json *json;
	const struct cel_value *items;
	size_t count;		     /**< of items */
	const struct cel_type *type; /**< of JSON: the list's type, or dyn */
};

/** A map or object: JSON (keys is NULL) or two arrays. */
struct cel_map {
	const struct json *json;
	const struct cel_value *keys, *values;
	size_t count;
	const struct cel_type *type; /**< of JSON: the map's or object's type, or dyn */
};

/** @name Making */
struct cel_value cel_null(void);
struct cel_value cel_bool(bool truth);
struct cel_value cel_int(int64_t integer);
struct cel_value cel_uint(uint64_t natural);
struct cel_value cel_double(double real);
struct cel_value cel_text(const char *text);
struct cel_value cel_text_len(const char *text, size_t length);
struct cel_value cel_duration(int64_t ns);
struct cel_value cel_timestamp(int64_t seconds, int32_t nanos);
/** items live as long as the value. */
struct cel_value cel_list(struct arena *arena, const struct cel_value *items, size_t count);
struct cel_value cel_map(struct arena *arena, const struct cel_value *keys,
			 const struct cel_value *values, size_t count);
/** inner NULL: none; else copied. */
struct cel_value cel_optional(struct arena *arena, const struct cel_value *inner);
struct cel_value cel_error(struct arena *arena, const char *format, ...) printf_like(2, 3);
/**
 * A view of JSON.
 *
 * @param json  borrowed; NULL is null
 * @param type  what it is by its schema; dyn: what it looks like
 */
struct cel_value cel_json(struct arena *arena, const struct json *json,
			  const struct cel_type *type);

/** @name Looking */
/** Characters of a string, bytes, elements, members; -1: it has no size. */
int64_t cel_size(const struct cel_value *value);
/** What costs count as the size: cel_size, or 1. */
uint64_t cel_cost_size(const struct cel_value *value);
bool cel_is(const struct cel_value *value, enum cel_kind kind);

/** Walks a list's elements or a map's keys. */
struct cel_walk {
	const struct json *json;
	const struct cel_value *items;
	size_t count;
	bool keys;
	const struct cel_type *type; /**< of the elements */
	struct arena *arena;
	struct cel_value item, value; /**< the element or key; a map's value */
	const struct cel_value *values;
};
/** False when it is neither a list nor a map. */
bool cel_walk_start(struct cel_walk *walk, struct arena *arena, const struct cel_value *value);
bool cel_walk_next(struct cel_walk *walk);

/** The element of a list; false: out of bounds. */
bool cel_list_at(struct arena *arena, const struct cel_value *list, int64_t index,
		 struct cel_value *ret);
/** The value of a key; false: none. */
bool cel_map_at(struct arena *arena, const struct cel_value *map, const struct cel_value *key,
		struct cel_value *ret);
/** The member of an object or of a map with text keys; false: none. name is not escaped for maps.
 */
bool cel_member(struct arena *arena, const struct cel_value *object, const char *name,
		struct cel_value *ret);
/** Whether two values are equal; values of kinds that cannot be compared are not. */
bool cel_equal(struct arena *arena, const struct cel_value *a, const struct cel_value *b);
/** Sets -1, 0, 1, or 2 (a NaN: neither); false: they have no order. */
bool cel_compare(const struct cel_value *a, const struct cel_value *b, int *ret);
