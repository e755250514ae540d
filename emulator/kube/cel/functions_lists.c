/*
 * Functions of lists and sets.
 *
 * Source: apiserver pkg/cel/library/lists.go; cel-go ext/lists.go (version 3), ext/sets.go.
 */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/cel/inner.h"

#define RANGE_MAX   100000 /* elements that one call makes */
#define FLATTEN_MAX 64	   /* levels */

/* A list as an array; what stands in JSON is gone over once. */
static struct cel_value *items_of(struct cel_run *run, const struct cel_value *list, size_t *count)
{
	struct cel_value *items;
	struct cel_walk walk;

	*count = (size_t)cel_size(list);
	items = arena_alloc(run->arena, (*count + 1) * sizeof(*items));
	cel_walk_start(&walk, run->arena, list);
	for (size_t i = 0; i < *count && cel_walk_next(&walk); i++)
		items[i] = walk.item;
	return items;
}

/* Whether two elements are the same one: all of them, or by the keys of a map list. */
static bool same_entry(struct cel_run *run, const struct cel_type *type, const struct cel_value *a,
		       const struct cel_value *b)
{
	struct cel_value x, y;

	if (type->sort != CEL_LIST_MAP || a->kind != CEL_OBJECT || b->kind != CEL_OBJECT)
		return cel_equal(run->arena, a, b);
	json_foreach (key, type->list_keys) {
		const char *name = cel_escape(run->arena, json_str(key));
		bool left = name && cel_member(run->arena, a, name, &x);
		bool right = name && cel_member(run->arena, b, name, &y);

		if (left != right || (left && !cel_equal(run->arena, &x, &y)))
			return false;
	}
	return true;
}

struct cel_value cel_list_add(struct cel_run *run, const struct cel_value *a,
			      const struct cel_value *b)
{
	const struct cel_type *type = a->list->type;
	size_t first, second, count;
	struct cel_value *left = items_of(run, a, &first), *right = items_of(run, b, &second);
	struct cel_value *all = arena_alloc(run->arena, (first + second + 1) * sizeof(*all));
	struct cel_value made;

	for (count = 0; count < first; count++)
		all[count] = left[count];
	for (size_t i = 0; i < second; i++) {
		size_t at = count;

		if (type->sort != CEL_LIST_ATOMIC)
			for (at = 0; at < count; at++)
				if (same_entry(run, type, &all[at], &right[i]))
					break;
		all[at] = right[i];
		count += at == count;
	}
	made = cel_list(run->arena, all, count);
	((struct cel_list *)made.list)->type = type;
	return made;
}

static struct cel_value is_sorted(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value before;
	struct cel_walk walk;
	bool first = true;
	int order;

	cel_walk_start(&walk, run->arena, a);
	for (; cel_walk_next(&walk); first = false) {
		if (!first && !cel_compare(&before, &walk.item, &order))
			return cel_no_overload(run);
		if (!first && order > 0)
			return cel_bool(false);
		before = walk.item;
	}
	return cel_bool(true);
}

static struct cel_value add_two(struct cel_run *run, const struct cel_value *pair)
{
	for (const struct cel_overload *o = cel_operators; o->name; o++)
		if (str_eq(o->name, "_+_") && cel_overload_fits(o, pair, 2))
			return o->call(run, pair);
	return cel_no_overload(run);
}

static struct cel_value sum(struct cel_run *run, const struct cel_value *a,
			    struct cel_value nothing)
{
	struct cel_value pair[2] = {nothing};
	struct cel_walk walk;

	cel_walk_start(&walk, run->arena, a);
	for (bool first = true; pair[0].kind != CEL_ERROR && cel_walk_next(&walk); first = false) {
		pair[1] = walk.item;
		pair[0] = first ? walk.item : add_two(run, pair);
	}
	return pair[0];
}

static struct cel_value sum_int(struct cel_run *run, const struct cel_value *a)
{
	return sum(run, a, cel_int(0));
}

static struct cel_value sum_uint(struct cel_run *run, const struct cel_value *a)
{
	return sum(run, a, cel_uint(0));
}

static struct cel_value sum_double(struct cel_run *run, const struct cel_value *a)
{
	return sum(run, a, cel_double(0));
}

static struct cel_value sum_duration(struct cel_run *run, const struct cel_value *a)
{
	return sum(run, a, cel_duration(0));
}

static struct cel_value extreme(struct cel_run *run, const struct cel_value *a, int wanted)
{
	struct cel_value best = cel_null();
	struct cel_walk walk;
	bool first = true;
	int order;

	cel_walk_start(&walk, run->arena, a);
	for (; cel_walk_next(&walk); first = false) {
		if (!first && !cel_compare(&walk.item, &best, &order))
			return cel_no_overload(run);
		if (first || order == wanted)
			best = walk.item;
	}
	if (first)
		return cel_error(run->arena, "%s called on empty list", wanted < 0 ? "min" : "max");
	return best;
}

static struct cel_value min(struct cel_run *run, const struct cel_value *a)
{
	return extreme(run, a, -1);
}

static struct cel_value max(struct cel_run *run, const struct cel_value *a)
{
	return extreme(run, a, 1);
}

static struct cel_value index_where(struct cel_run *run, const struct cel_value *a, bool last)
{
	int64_t found = -1, index = 0;
	struct cel_walk walk;

	cel_walk_start(&walk, run->arena, a);
	for (; (found < 0 || last) && cel_walk_next(&walk); index++)
		if (cel_equal(run->arena, &walk.item, &a[1]))
			found = index;
	return cel_int(found);
}

static struct cel_value index_of(struct cel_run *run, const struct cel_value *a)
{
	return index_where(run, a, false);
}

static struct cel_value last_index_of(struct cel_run *run, const struct cel_value *a)
{
	return index_where(run, a, true);
}

static struct cel_value slice(struct cel_run *run, const struct cel_value *a)
{
	long long start = a[1].integer, end = a[2].integer;
	struct cel_value *items;
	size_t count;

	if (start < 0 || end < 0)
		return cel_error(run->arena,
				 "cannot slice(%lld, %lld), negative indexes not supported", start,
				 end);
	if (start > end)
		return cel_error(run->arena,
				 "cannot slice(%lld, %lld), start index must be less than or "
				 "equal to end index",
				 start, end);
	items = items_of(run, a, &count);
	if ((uint64_t)end > count)
		return cel_error(run->arena, "cannot slice(%lld, %lld), list is length %zu", start,
				 end, count);
	return cel_list(run->arena, items + start, (size_t)(end - start));
}

struct flat {
	struct cel_value *items;
	size_t count, room;
};

static void flatten_into(struct cel_run *run, struct flat *flat, const struct cel_value *list,
			 int64_t levels)
{
	struct cel_walk walk;

	cel_walk_start(&walk, run->arena, list);
	while (cel_walk_next(&walk)) {
		if (walk.item.kind == CEL_LIST && levels > 0) {
			flatten_into(run, flat, &walk.item, levels - 1);
			continue;
		}
		if (flat->count == flat->room) {
			size_t room = flat->room ? 2 * flat->room : 16;
			struct cel_value *items = arena_alloc(run->arena, room * sizeof(*items));

			for (size_t i = 0; i < flat->count; i++)
				items[i] = flat->items[i];
			flat->items = items;
			flat->room = room;
		}
		flat->items[flat->count++] = walk.item;
	}
}

static struct cel_value flatten_levels(struct cel_run *run, const struct cel_value *a)
{
	struct flat flat = {};

	if (a[1].integer < 0)
		return cel_error(run->arena, "level must be non-negative");
	flatten_into(run, &flat, a, a[1].integer < FLATTEN_MAX ? a[1].integer : FLATTEN_MAX);
	return cel_list(run->arena, flat.items, flat.count);
}

static struct cel_value flatten(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value args[2] = {a[0], cel_int(1)};

	return flatten_levels(run, args);
}

static bool merge(struct cel_value *to, const struct cel_value *a, size_t left,
		  const struct cel_value *b, size_t right)
{
	int order;

	while (left || right) {
		if (left && right && !cel_compare(a, b, &order))
			return false;
		if (!right || (left && order <= 0)) {
			*to++ = *a++;
			left--;
		} else {
			*to++ = *b++;
			right--;
		}
	}
	return true;
}

/* Stable, as the real one; false: they have no order. */
static bool sort_items(struct cel_value *items, struct cel_value *spare, size_t count)
{
	size_t half = count / 2;

	if (count < 2)
		return true;
	if (!sort_items(items, spare, half) || !sort_items(items + half, spare, count - half) ||
	    !merge(spare, items, half, items + half, count - half))
		return false;
	memcpy(items, spare, count * sizeof(*items));
	return true;
}

static struct cel_value sort(struct cel_run *run, const struct cel_value *a)
{
	size_t count;
	struct cel_value *items = items_of(run, a, &count);
	struct cel_value *spare = arena_alloc(run->arena, (count + 1) * sizeof(*spare));

	for (size_t i = 1; i < count; i++)
		if (items[i].kind != items[0].kind)
			return cel_error(run->arena, "list elements must have the same type");
	if (!sort_items(items, spare, count))
		return cel_error(run->arena, "list elements must be comparable");
	return cel_list(run->arena, items, count);
}

static struct cel_value range(struct cel_run *run, const struct cel_value *a)
{
	size_t count = a->integer < 0 ? 0 : (size_t)a->integer;
	struct cel_value *items;

	if (count > RANGE_MAX)
		return cel_error(run->arena, "lists.range() of more than %d elements", RANGE_MAX);
	items = arena_alloc(run->arena, (count + 1) * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = cel_int((int64_t)i);
	return cel_list(run->arena, items, count);
}

static struct cel_value reverse(struct cel_run *run, const struct cel_value *a)
{
	size_t count;
	struct cel_value *items = items_of(run, a, &count);

	for (size_t i = 0; i < count / 2; i++) {
		struct cel_value item = items[i];

		items[i] = items[count - 1 - i];
		items[count - 1 - i] = item;
	}
	return cel_list(run->arena, items, count);
}

static bool among(struct cel_run *run, const struct cel_value *items, size_t count,
		  const struct cel_value *item)
{
	for (size_t i = 0; i < count; i++)
		if (cel_equal(run->arena, &items[i], item))
			return true;
	return false;
}

static struct cel_value distinct(struct cel_run *run, const struct cel_value *a)
{
	size_t count, kept = 0;
	struct cel_value *items = items_of(run, a, &count);

	for (size_t i = 0; i < count; i++)
		if (!among(run, items, kept, &items[i]))
			items[kept++] = items[i];
	return cel_list(run->arena, items, kept);
}

static bool has_all(struct cel_run *run, const struct cel_value *list,
		    const struct cel_value *wanted)
{
	size_t count;
	struct cel_value *items = items_of(run, list, &count);
	struct cel_walk walk;

	cel_walk_start(&walk, run->arena, wanted);
	while (cel_walk_next(&walk))
		if (!among(run, items, count, &walk.item))
			return false;
	return true;
}

static struct cel_value set_contains(struct cel_run *run, const struct cel_value *a)
{
	return cel_bool(has_all(run, &a[0], &a[1]));
}

static struct cel_value set_equivalent(struct cel_run *run, const struct cel_value *a)
{
	return cel_bool(has_all(run, &a[0], &a[1]) && has_all(run, &a[1], &a[0]));
}

static struct cel_value set_intersects(struct cel_run *run, const struct cel_value *a)
{
	size_t count;
	struct cel_value *items = items_of(run, &a[0], &count);
	struct cel_walk walk;

	cel_walk_start(&walk, run->arena, &a[1]);
	while (cel_walk_next(&walk))
		if (among(run, items, count, &walk.item))
			return cel_bool(true);
	return cel_bool(false);
}

#define COMPARABLE(name, function)                                                                 \
	{name, ".[i]>i", function, COST_TRAVERSE}, {name, ".[u]>u", function, COST_TRAVERSE},      \
		{name, ".[d]>d", function, COST_TRAVERSE},                                         \
		{name, ".[b]>b", function, COST_TRAVERSE},                                         \
		{name, ".[s]>s", function, COST_TRAVERSE},                                         \
		{name, ".[y]>y", function, COST_TRAVERSE},                                         \
		{name, ".[D]>D", function, COST_TRAVERSE},                                         \
	{                                                                                          \
		name, ".[T]>T", function, COST_LIST                                                \
	}

const struct cel_overload cel_lists[] = {
	{"isSorted", ".[i]>b", is_sorted, COST_TRAVERSE},
	{"isSorted", ".[u]>b", is_sorted, COST_TRAVERSE},
	{"isSorted", ".[d]>b", is_sorted, COST_TRAVERSE},
	{"isSorted", ".[b]>b", is_sorted, COST_TRAVERSE},
	{"isSorted", ".[s]>b", is_sorted, COST_TRAVERSE},
	{"isSorted", ".[y]>b", is_sorted, COST_TRAVERSE},
	{"isSorted", ".[D]>b", is_sorted, COST_TRAVERSE},
	{"isSorted", ".[T]>b", is_sorted, COST_TRAVERSE},
	{"sum", ".[i]>i", sum_int, COST_TRAVERSE},
	{"sum", ".[u]>u", sum_uint, COST_TRAVERSE},
	{"sum", ".[d]>d", sum_double, COST_TRAVERSE},
	{"sum", ".[D]>D", sum_duration, COST_TRAVERSE},
	COMPARABLE("min", min),
	COMPARABLE("max", max),
	{"indexOf", ".[1]1>i", index_of, COST_TRAVERSE},
	{"lastIndexOf", ".[1]1>i", last_index_of, COST_TRAVERSE},
	{"slice", ".[1]ii>[1]", slice, COST_LIST},
	{"flatten", ".[*]>[*]", flatten, COST_LIST},
	{"flatten", ".[*]i>[*]", flatten_levels, COST_LIST},
	{"sort", ".[1]>[1]", sort, COST_LIST},
	{"lists.range", "i>[i]", range, COST_ONE},
	{"reverse", ".[1]>[1]", reverse, COST_LIST},
	{"distinct", ".[1]>[1]", distinct, COST_LIST},
	{"sets.contains", "[1][1]>b", set_contains, COST_LIST},
	{"sets.equivalent", "[1][1]>b", set_equivalent, COST_LIST},
	{"sets.intersects", "[1][1]>b", set_intersects, COST_LIST},
	{},
};
