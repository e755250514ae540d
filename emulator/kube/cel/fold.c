/*
 * Macros that walk a list or map: all, exists, exists_one, filter, map, transformList,
 * transformMap, transformMapEntry.
 *
 * Source: cel-go parser/macro.go (what they expand to decides which errors win),
 * ext/comprehensions.go.
 */
#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

/* What is gathered on the way. */
struct gathered {
	struct cel_value *keys, *values;
	size_t count, room;
	struct cel_value problem; /**< the first error; else null */
	int64_t ones;
	bool decided;
};

static void gather(struct cel_run *run, struct gathered *g, const struct cel_value *key,
		   const struct cel_value *value)
{
	if (g->count == g->room) {
		size_t room = g->room ? 2 * g->room : 8;
		struct cel_value *keys = arena_alloc(run->arena, room * sizeof(*keys));
		struct cel_value *values = arena_alloc(run->arena, room * sizeof(*values));

		for (size_t i = 0; i < g->count; i++) {
			keys[i] = g->keys[i];
			values[i] = g->values[i];
		}
		g->keys = keys;
		g->values = values;
		g->room = room;
	}
	if (key)
		g->keys[g->count] = *key;
	g->values[g->count++] = *value;
}

static void note(struct gathered *g, const struct cel_value *problem)
{
	if (g->problem.kind != CEL_ERROR)
		g->problem = *problem;
}

static bool is_bool(const struct cel_value *value, bool truth)
{
	return value->kind == CEL_BOOL && value->truth == truth;
}

/* all and exists: an error counts only when no element decides */
static void decide(struct cel_run *run, struct gathered *g, const struct cel_value *value,
		   bool decisive)
{
	struct cel_value problem = cel_no_overload(run);

	if (is_bool(value, decisive))
		g->decided = true;
	else if (value->kind != CEL_BOOL)
		note(g, value->kind == CEL_ERROR ? value : &problem);
	/* @not_strictly_false(accumulator) — negated by exists — and the accumulator once more */
	cel_spend(run, decisive ? 4 : 3);
}

static void add_entries(struct cel_run *run, struct gathered *g, const struct cel_value *value)
{
	struct cel_walk walk;

	if (value->kind != CEL_MAP) {
		struct cel_value problem = cel_no_overload(run);

		note(g, &problem);
		return;
	}
	cel_walk_start(&walk, run->arena, value);
	while (cel_walk_next(&walk)) {
		for (size_t i = 0; i < g->count; i++)
			if (cel_equal(run->arena, &g->keys[i], &walk.item)) {
				struct cel_value problem =
					cel_error(run->arena, "insert failed: key already exists");

				note(g, &problem);
				return;
			}
		gather(run, g, &walk.item, &walk.value);
	}
}

static void make(struct cel_run *run, const struct cel_node *node, struct gathered *g,
		 const struct cel_value *key)
{
	struct cel_value value = cel_run_node(run, node->children[node->count - 1]);

	if (value.kind == CEL_ERROR)
		note(g, &value);
	else if (node->fold == FOLD_TO_ENTRIES)
		add_entries(run, g, &value);
	else
		gather(run, g, node->fold == FOLD_TO_MAP ? key : NULL, &value);
	cel_spend(run, node->fold == FOLD_MAP ? 12 : 1); /* accumulator + [x] */
}

/* Whether the element is taken, for those that have a condition. */
static bool is_taken(struct cel_run *run, const struct cel_node *node, struct gathered *g)
{
	struct cel_value value = cel_run_node(run, node->children[1]);
	struct cel_value problem = cel_no_overload(run);

	if (value.kind != CEL_BOOL)
		note(g, value.kind == CEL_ERROR ? &value : &problem);
	return is_bool(&value, true);
}

static void step(struct cel_run *run, const struct cel_node *node, struct gathered *g,
		 const struct cel_value *key)
{
	struct cel_value value;

	switch (node->fold) {
	case FOLD_ALL:
	case FOLD_EXISTS:
		value = cel_run_node(run, node->children[1]);
		decide(run, g, &value, node->fold == FOLD_EXISTS);
		break;
	case FOLD_EXISTS_ONE:
		if (is_taken(run, node, g)) {
			g->ones++;
			cel_spend(run, 2);
		}
		break;
	case FOLD_FILTER:
		if (is_taken(run, node, g)) {
			gather(run, g, NULL, key);
			cel_spend(run, 13);
		}
		break;
	case FOLD_MAP:
	case FOLD_TO_MAP:
	case FOLD_TO_ENTRIES:
		if (node->count == 2 || is_taken(run, node, g))
			make(run, node, g, key);
		break;
	}
}

static struct cel_value finish(struct cel_run *run, const struct cel_node *node,
			       const struct gathered *g)
{
	if (g->decided)
		return cel_bool(node->fold == FOLD_EXISTS);
	if (g->problem.kind == CEL_ERROR)
		return g->problem;
	switch (node->fold) {
	case FOLD_ALL: return cel_bool(true);
	case FOLD_EXISTS: return cel_bool(false);
	case FOLD_EXISTS_ONE: return cel_bool(g->ones == 1);
	case FOLD_FILTER:
	case FOLD_MAP: return cel_list(run->arena, g->values, g->count);
	case FOLD_TO_MAP:
	case FOLD_TO_ENTRIES: return cel_map(run->arena, g->keys, g->values, g->count);
	}
	return cel_no_overload(run);
}

struct cel_value cel_run_fold(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value range = cel_run_node(run, node->children[0]);
	struct gathered g = {.problem = cel_null()};
	struct cel_walk walk;
	int64_t index = 0;

	if (range.kind == CEL_ERROR)
		return range;
	if (!cel_walk_start(&walk, run->arena, &range))
		return cel_error(run->arena, "no such overload");
	while (!g.decided && !run->stopped && cel_walk_next(&walk)) {
		struct cel_value key = walk.item;

		if (node->second) {
			key = range.kind == CEL_LIST ? cel_int(index++) : walk.item;
			run->slots[node->slot + 1] =
				range.kind == CEL_LIST ? walk.item : walk.value;
		}
		run->slots[node->slot] = key;
		if (walk.item.kind == CEL_ERROR)
			note(&g, &walk.item);
		step(run, node, &g, &key);
	}
	if (g.decided && cel_walk_next(&walk)) /* the condition once more, which ends it */
		cel_spend(run, node->fold == FOLD_EXISTS ? 3 : 2);
	cel_spend(run, node->fold == FOLD_EXISTS_ONE ? 2 : 1);
	return finish(run, node, &g);
}
