/*
 * Evaluation. An error is a value that goes up until && or || or a macro outvotes it.
 *
 * Source: cel-go interpreter/interpretable.go; costs: interpreter/runtimecost.go.
 */
#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

bool cel_spend(struct cel_run *run, uint64_t cost)
{
	run->cost += cost;
	if (run->cost > run->limit)
		run->stopped = true;
	return !run->stopped;
}

static struct cel_value stopped(struct cel_run *run)
{
	return cel_error(run->arena, "operation cancelled: actual cost limit exceeded");
}

struct cel_value cel_no_overload(struct cel_run *run)
{
	return cel_error(run->arena, "no such overload");
}

static bool is_error(const struct cel_value *value)
{
	return value->kind == CEL_ERROR;
}

static struct cel_value run_name(struct cel_run *run, const struct cel_node *node)
{
	if (!cel_spend(run, 1))
		return stopped(run);
	return run->slots[node->slot];
}

/* Whether something has a member; an error when it can have none. */
static bool member(struct cel_run *run, const struct cel_value *target, const char *name,
		   struct cel_value *ret, struct cel_value *problem)
{
	if (target->kind == CEL_MAP || target->kind == CEL_OBJECT)
		return cel_member(run->arena, target, name, ret);
	*problem = is_error(target) ? *target : cel_error(run->arena, "no such key: %s", name);
	return false;
}

static struct cel_value run_select(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value target = cel_run_node(run, node->children[0]);
	struct cel_value found, problem = cel_null();
	bool optional = node->optional || target.kind == CEL_OPTIONAL, there;

	if (!cel_spend(run, 1))
		return stopped(run);
	if (target.kind == CEL_OPTIONAL) {
		if (!target.inner)
			return target;
		target = *target.inner;
	}
	there = member(run, &target, node->name, &found, &problem);
	if (is_error(&problem))
		return problem;
	if (there && is_error(&found))
		return found;
	if (optional)
		return cel_optional(run->arena, there ? &found : NULL);
	return there ? found : cel_error(run->arena, "no such key: %s", node->name);
}

static struct cel_value run_has(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value target = cel_run_node(run, node->children[0]);
	struct cel_value found, problem = cel_null();
	bool there;

	if (target.kind == CEL_OPTIONAL) {
		if (!target.inner)
			return cel_bool(false);
		target = *target.inner;
	}
	there = member(run, &target, node->name, &found, &problem);
	return is_error(&problem) ? problem : cel_bool(there);
}

static uint64_t tenth(uint64_t size)
{
	return (size + 9) / 10;
}

static uint64_t pattern_cost(uint64_t text, uint64_t pattern)
{
	return tenth(text + 1) * ((pattern + 3) / 4);
}

static uint64_t traversal_cost(struct arena *arena, const struct cel_value *value)
{
	struct cel_walk walk;
	uint64_t cost = 0;

	if (value->kind == CEL_STRING || value->kind == CEL_BYTES)
		return cel_cost_size(value) / 10;
	if (value->kind != CEL_LIST)
		return 1;
	cel_walk_start(&walk, arena, value);
	while (cel_walk_next(&walk))
		cost += traversal_cost(arena, &walk.item);
	return cost;
}

static uint64_t call_cost(enum cel_cost cost, const struct cel_value *args, size_t count,
			  const struct cel_value *made)
{
	uint64_t first = count ? cel_cost_size(&args[0]) : 0;
	uint64_t second = count > 1 ? cel_cost_size(&args[1]) : 0;

	switch (cost) {
	case COST_ONE: return 1;
	case COST_FIRST: return tenth(first);
	case COST_FIRST_TWICE: return tenth(2 * first);
	case COST_LIST: return first;
	case COST_SECOND: return second;
	case COST_SMALLER: return tenth(first < second ? first : second);
	case COST_BOTH: return tenth(first + second);
	case COST_PRODUCT: return tenth(first) * tenth(second);
	case COST_PATTERN: return pattern_cost(first, second);
	case COST_RESULT: return tenth(2 * cel_cost_size(made));
	case COST_NET_IP:
		return tenth(2 * first) + (args[1].kind == CEL_STRING ? tenth(second) : 0);
	case COST_NET_CIDR:
		return tenth(2 * first) + tenth(first) + 1 +
		       (args[1].kind == CEL_STRING ? tenth(second) : 0);
	case COST_FORMAT: return pattern_cost(second, cel_format_size(args[0].format));
	case COST_TRAVERSE: break;
	}
	return 1;
}

#define ARGS_MAX 8 /* more than any function has */

static struct cel_value run_call(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value args[ARGS_MAX], made;

	assert(node->count <= ARGS_MAX);
	for (size_t i = 0; i < node->count; i++)
		args[i] = cel_run_node(run, node->children[i]);
	/* all arguments are evaluated, the first error is the result */
	for (size_t i = 0; i < node->count; i++)
		if (is_error(&args[i])) {
			cel_spend(run, 1);
			return args[i];
		}
	for (size_t i = 0; i < node->overload_count; i++) {
		const struct cel_overload *overload = node->overloads[i];

		if (!cel_overload_fits(overload, args, node->count))
			continue;
		/* before the work where the result does not matter, so that none is too large */
		if (overload->cost != COST_RESULT && !node->constant &&
		    !cel_spend(run, overload->cost == COST_TRAVERSE
					    ? traversal_cost(run->arena, &args[0])
					    : call_cost(overload->cost, args, node->count, NULL)))
			return stopped(run);
		made = overload->call(run, args);
		if (overload->cost == COST_RESULT &&
		    !cel_spend(run, call_cost(overload->cost, args, node->count, &made)))
			return stopped(run);
		return made;
	}
	cel_spend(run, 1);
	return cel_no_overload(run);
}

/* `decisive` ends it: true for ||, false for &&; an error counts only when nothing does */
static struct cel_value run_logic(struct cel_run *run, const struct cel_node *node)
{
	bool decisive = node->kind == NODE_OR;
	struct cel_value problem = cel_null();

	for (size_t i = 0; i < node->count && !run->stopped; i++) {
		struct cel_value value = cel_run_node(run, node->children[i]);

		if (value.kind == CEL_BOOL && value.truth == decisive)
			return value;
		if (value.kind != CEL_BOOL && !is_error(&problem))
			problem = is_error(&value) ? value : cel_no_overload(run);
	}
	if (run->stopped)
		return stopped(run);
	return is_error(&problem) ? problem : cel_bool(!decisive);
}

static struct cel_value run_choice(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value value = cel_run_node(run, node->children[0]);

	if (is_error(&value))
		return value;
	if (value.kind != CEL_BOOL)
		return cel_no_overload(run);
	return cel_run_node(run, node->children[value.truth ? 1 : 2]);
}

/* An element that may be missing ([?x]): false when it is. An error stays one. */
static bool take(struct cel_run *run, struct cel_value *value, bool optional)
{
	if (!optional || is_error(value))
		return true;
	if (value->kind != CEL_OPTIONAL) {
		*value = cel_error(
			run->arena,
			"cannot initialize optional list element from non-optional value");
		return true;
	}
	if (!value->inner)
		return false;
	*value = *value->inner;
	return true;
}

static struct cel_value run_list(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value *items = arena_alloc(run->arena, (node->count + 1) * sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < node->count; i++) {
		struct cel_value item = cel_run_node(run, node->children[i]);

		if (!take(run, &item, node->optionals[i]))
			continue;
		if (is_error(&item))
			return item;
		items[count++] = item;
	}
	if (!node->constant && !cel_spend(run, 10)) /* ListCreateBaseCost */
		return stopped(run);
	return cel_list(run->arena, items, count);
}

static bool has_key(struct cel_run *run, const struct cel_value *keys, size_t count,
		    const struct cel_value *key)
{
	for (size_t i = 0; i < count; i++)
		if (cel_equal(run->arena, &keys[i], key))
			return true;
	return false;
}

static bool may_be_key(const struct cel_value *value)
{
	return value->kind == CEL_STRING || value->kind == CEL_BOOL || value->kind == CEL_INT ||
	       value->kind == CEL_UINT;
}

static struct cel_value run_map(struct cel_run *run, const struct cel_node *node)
{
	size_t pairs = node->count / 2, count = 0;
	struct cel_value *keys = arena_alloc(run->arena, (pairs + 1) * sizeof(*keys));
	struct cel_value *values = arena_alloc(run->arena, (pairs + 1) * sizeof(*values));

	for (size_t i = 0; i < pairs; i++) {
		struct cel_value key = cel_run_node(run, node->children[2 * i]);
		struct cel_value value = cel_run_node(run, node->children[2 * i + 1]);

		if (is_error(&key))
			return key;
		if (!take(run, &value, node->optionals[i]))
			continue;
		if (is_error(&value))
			return value;
		if (!may_be_key(&key))
			return cel_error(run->arena, "unsupported key type");
		if (has_key(run, keys, count, &key))
			return cel_error(run->arena, "Failed with repeated key");
		keys[count] = key;
		values[count++] = value;
	}
	if (!node->constant && !cel_spend(run, 30)) /* MapCreateBaseCost */
		return stopped(run);
	return cel_map(run->arena, keys, values, count);
}

static struct cel_value run_bind(struct cel_run *run, const struct cel_node *node)
{
	struct cel_value target = cel_run_node(run, node->children[0]), value;

	if (is_error(&target) || (target.kind == CEL_OPTIONAL && !target.inner))
		return target;
	if (target.kind != CEL_OPTIONAL)
		return cel_no_overload(run);
	run->slots[node->slot] = *target.inner;
	value = cel_run_node(run, node->children[1]);
	if (is_error(&value) || node->flat)
		return value;
	return cel_optional(run->arena, &value);
}

struct cel_value cel_run_node(struct cel_run *run, const struct cel_node *node)
{
	if (run->stopped)
		return stopped(run);
	switch (node->kind) {
	case NODE_VALUE: return node->value;
	case NODE_NAME: return run_name(run, node);
	case NODE_SELECT: return run_select(run, node);
	case NODE_HAS: return run_has(run, node);
	case NODE_CALL: return run_call(run, node);
	case NODE_AND:
	case NODE_OR: return run_logic(run, node);
	case NODE_CHOICE: return run_choice(run, node);
	case NODE_LIST: return run_list(run, node);
	case NODE_MAP: return run_map(run, node);
	case NODE_FOLD: return cel_run_fold(run, node);
	case NODE_BIND: return run_bind(run, node);
	}
	return cel_no_overload(run);
}

void cel_evaluate(const struct cel_program *program, struct arena *arena,
		  const struct cel_value *values, uint64_t limit, struct cel_value *ret,
		  uint64_t *cost)
{
	struct cel_run run = {.arena = arena, .limit = limit};

	run.slots = arena_alloc(arena, (program->slots + 1) * sizeof(*run.slots));
	for (size_t i = 0; i < program->variable_count; i++)
		run.slots[i] = values[i];
	*ret = cel_run_node(&run, program->root);
	if (run.stopped)
		*ret = stopped(&run);
	*cost = run.cost;
}
