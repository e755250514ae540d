/*
 * Optional values. Source: cel-go cel/library.go optionalLib (version 2).
 */
#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

static struct cel_value of(struct cel_run *run, const struct cel_value *a)
{
	return cel_optional(run->arena, a);
}

static struct cel_value none(struct cel_run *run, const struct cel_value *a _unused_)
{
	return cel_optional(run->arena, NULL);
}

static bool is_zero(const struct cel_value *value)
{
	switch (value->kind) {
	case CEL_NULL: return true;
	case CEL_BOOL: return !value->truth;
	case CEL_DOUBLE: return value->real == 0;
	case CEL_INT:
	case CEL_UINT:
	case CEL_DURATION: return value->integer == 0;
	default: return cel_size(value) == 0;
	}
}

static struct cel_value of_non_zero(struct cel_run *run, const struct cel_value *a)
{
	return cel_optional(run->arena, is_zero(a) ? NULL : a);
}

static struct cel_value has_value(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(a->inner);
}

static struct cel_value value(struct cel_run *run, const struct cel_value *a)
{
	return a->inner ? *a->inner : cel_error(run->arena, "optional.none() dereference");
}

static struct cel_value or_other(struct cel_run *run _unused_, const struct cel_value *a)
{
	return a[0].inner ? a[0] : a[1];
}

static struct cel_value or_value(struct cel_run *run _unused_, const struct cel_value *a)
{
	return a[0].inner ? *a[0].inner : a[1];
}

static struct cel_value first(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value item;
	bool there = cel_list_at(run->arena, a, 0, &item);

	return cel_optional(run->arena, there ? &item : NULL);
}

static struct cel_value last(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value item;
	bool there = cel_list_at(run->arena, a, cel_size(a) - 1, &item);

	return cel_optional(run->arena, there ? &item : NULL);
}

static struct cel_value unwrap(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value *items =
		arena_alloc(run->arena, ((size_t)cel_size(a) + 1) * sizeof(*items));
	struct cel_walk walk;
	size_t count = 0;

	cel_walk_start(&walk, run->arena, a);
	while (cel_walk_next(&walk)) {
		if (walk.item.kind != CEL_OPTIONAL)
			return cel_error(run->arena, "value %s is not optional",
					 cel_show(run, &walk.item));
		if (walk.item.inner)
			items[count++] = *walk.item.inner;
	}
	return cel_list(run->arena, items, count);
}

const struct cel_overload cel_optionals[] = {
	{"optional.of", "1>?1", of, COST_ONE},
	{"optional.ofNonZeroValue", "1>?1", of_non_zero, COST_ONE},
	{"optional.none", ">?1", none, COST_ONE},
	{"hasValue", ".?1>b", has_value, COST_ONE},
	{"value", ".?1>1", value, COST_ONE},
	{"or", ".?1?1>?1", or_other, COST_ONE},
	{"orValue", ".?11>1", or_value, COST_ONE},
	{"first", ".[1]>?1", first, COST_ONE},
	{"last", ".[1]>?1", last, COST_ONE},
	{"optional.unwrap", "[?1]>[1]", unwrap, COST_LIST},
	{"unwrapOpt", ".[?1]>[1]", unwrap, COST_LIST},
	{},
};
