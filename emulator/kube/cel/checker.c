/*
 * Types of all parts of an expression, before it runs: what does not fit, or is not known, is an
 * error with its place.
 *
 * Source: cel-go checker/checker.go, cel/validator.go; apiserver pkg/cel/environment/base.go.
 */
#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/kube/cel/inner.h"

struct local {
	const char *name;
	const struct cel_type *type;
	unsigned slot;
	const struct local *outer;
};

struct checker {
	struct arena *arena;
	struct cel_program *program;
	struct cel_problems *problems;
	const struct local *locals;
	unsigned slot; /**< the next free one */
};

static const struct cel_type *check(struct checker *c, struct cel_node *node);

static const struct cel_type *unknown(void)
{
	return cel_type_of(CEL_FREE);
}

static const struct cel_type *undeclared(struct checker *c, size_t at, const char *name)
{
	cel_problem(c->problems, at, "undeclared reference to '%s' (in container '')", name);
	return unknown();
}

/* Names of types are values: type(x) == string. */
static bool type_name(const char *name, enum cel_kind *ret)
{
	static const enum cel_kind kinds[] = {
		CEL_BOOL, CEL_BYTES, CEL_DOUBLE, CEL_DURATION,	CEL_INT,    CEL_LIST,
		CEL_MAP,  CEL_NULL,  CEL_STRING, CEL_TIMESTAMP, CEL_TYPE,   CEL_UINT,
		CEL_URL,  CEL_IP,    CEL_CIDR,	 CEL_QUANTITY,	CEL_FORMAT, CEL_OPTIONAL,
	};

	for (size_t i = 0; i < array_size(kinds); i++)
		if (str_eq(cel_kind_name(kinds[i]), name)) {
			*ret = kinds[i];
			return true;
		}
	return false;
}

static bool resolve(struct checker *c, struct cel_node *node, const char *name)
{
	enum cel_kind kind;

	for (const struct local *l = c->locals; l; l = l->outer)
		if (str_eq(l->name, name)) {
			node->slot = l->slot;
			node->type = l->type;
			return true;
		}
	for (size_t i = 0; i < c->program->variable_count; i++)
		if (str_eq(c->program->variables[i].name, name)) {
			c->program->used[i] = true;
			node->slot = (unsigned)i;
			node->type = c->program->variables[i].type;
			return true;
		}
	if (!type_name(name, &kind))
		return false;
	node->kind = NODE_VALUE;
	node->value = (struct cel_value){.kind = CEL_TYPE, .type = cel_type_of(kind)};
	node->type = cel_type_type(c->arena, node->value.type);
	return true;
}

static const struct cel_type *check_value(const struct cel_node *node)
{
	return cel_type_of(node->value.kind);
}

static const struct cel_type *check_name(struct checker *c, struct cel_node *node)
{
	if (resolve(c, node, node->name))
		return node->type;
	if (str_eq(node->name, "authorizer"))
		c->problems->unsupported = true;
	return undeclared(c, node->at, node->name);
}

/* "a.b.c" of a chain of names that starts with no variable; NULL: something else */
static const char *dotted(struct checker *c, const struct cel_node *node)
{
	const char *head;
	struct cel_node copy;

	if (node->kind == NODE_NAME) {
		copy = *node;
		for (const struct local *l = c->locals; l; l = l->outer)
			if (str_eq(l->name, node->name))
				return NULL;
		for (size_t i = 0; i < c->program->variable_count; i++)
			if (str_eq(c->program->variables[i].name, node->name))
				return NULL;
		return copy.name;
	}
	if (node->kind != NODE_SELECT || node->optional)
		return NULL;
	head = dotted(c, node->children[0]);
	return head ? arena_printf(c->arena, "%s.%s", head, node->name) : NULL;
}

/* The type of a member of something of a type; NULL: reported. */
static const struct cel_type *member_type(struct checker *c, const struct cel_node *node,
					  const struct cel_type *type)
{
	const struct cel_field *field;

	switch (type->kind) {
	case CEL_FREE:
	case CEL_DYN: return cel_type_of(CEL_DYN);
	case CEL_MAP: return type->item;
	case CEL_OBJECT:
		field = cel_type_field(type, node->name);
		if (field)
			return field->type;
		cel_problem(c->problems, node->at, "undefined field '%s'", node->name);
		return NULL;
	default:
		cel_problem(c->problems, node->at, "type '%s' does not support field selection",
			    cel_type_text(c->arena, type));
		return NULL;
	}
}

static const struct cel_type *check_select(struct checker *c, struct cel_node *node)
{
	const char *name = dotted(c, node);
	const struct cel_type *target, *type;

	if (name && node->kind == NODE_SELECT && resolve(c, node, name))
		return node->type;
	target = check(c, node->children[0]);
	if (target->kind == CEL_OPTIONAL) {
		type = member_type(c, node, target->item);
		return !type ? unknown() : cel_optional_of(c->arena, type);
	}
	type = member_type(c, node, target);
	if (!type)
		return unknown();
	return node->optional ? cel_optional_of(c->arena, type) : type;
}

static const struct cel_type *check_has(struct checker *c, struct cel_node *node)
{
	const struct cel_type *target = check(c, node->children[0]);

	member_type(c, node, target->kind == CEL_OPTIONAL ? target->item : target);
	return cel_type_of(CEL_BOOL);
}

static void no_overload(struct checker *c, const struct cel_node *node, const char *name,
			const struct cel_type *const *args, size_t count)
{
	const char *list = "";

	for (size_t i = node->member; i < count; i++)
		list = arena_printf(c->arena, "%s%s%s", list, i > node->member ? ", " : "",
				    cel_type_text(c->arena, args[i]));
	cel_problem(c->problems, node->at,
		    "found no matching overload for '%s' applied to '%s%s(%s)'", name,
		    node->member ? cel_type_text(c->arena, args[0]) : "", node->member ? "." : "",
		    list);
}

static const struct cel_type *result(struct checker *c, struct cel_node *node,
				     const struct cel_type *const *args, size_t count)
{
	const struct cel_type *found = NULL, *type;
	size_t kept = 0;

	for (size_t i = 0; i < node->overload_count; i++) {
		type = cel_overload_type(c->arena, node->overloads[i], args, count);
		if (!type)
			continue;
		node->overloads[kept++] = node->overloads[i];
		/* several may fit what is dyn: then so is the result */
		if (found && (found->kind != type->kind || !cel_types_agree(found, type)))
			type = cel_type_of(CEL_DYN);
		found = type;
	}
	if (found)
		node->overload_count = kept;
	return found;
}

/* optional.of(x), sets.contains(a, b): not on a value, but a function with a dot in its name */
static void find_overloads(struct checker *c, struct cel_node *node)
{
	const char *head = node->member ? dotted(c, node->children[0]) : NULL;

	if (head) {
		const char *full = arena_printf(c->arena, "%s.%s", head, node->name);

		node->overloads = cel_overloads(c->arena, full, false, &node->overload_count);
		if (node->overload_count) {
			node->name = full;
			node->member = false;
			node->children++;
			node->count--;
			return;
		}
	}
	node->overloads = cel_overloads(c->arena, node->name, node->member, &node->overload_count);
}

/* Literals that the real server reads at once (cel/validator.go). */
static void check_literals(struct checker *c, const struct cel_node *node)
{
	static const struct {
		const char *name;
		size_t arg;
	} rows[] = {{"duration", 0}, {"timestamp", 0}, {"matches", 1}};
	int64_t number;
	int32_t nanos;

	for (size_t i = 0; i < array_size(rows); i++) {
		const struct cel_node *arg;
		const char *text;

		if (!str_eq(rows[i].name, node->name) || node->count <= rows[i].arg)
			continue;
		arg = node->children[rows[i].arg];
		if (arg->kind != NODE_VALUE || arg->value.kind != CEL_STRING)
			continue;
		text = arena_strndup(c->arena, arg->value.text, arg->value.length);
		if (i == 0   ? cel_read_duration(text, &number)
		    : i == 1 ? cel_read_timestamp(text, &number, &nanos)
			     : cel_pattern_is_fine(text))
			continue;
		cel_problem(c->problems, arg->at, "invalid %s argument", rows[i].name);
	}
}

/* Nothing of that name, or of the other style only; and what only the real server has. */
static const struct cel_type *no_function(struct checker *c, struct cel_node *node,
					  const struct cel_type *const *args)
{
	static const char *const missing[] = {"isSemver", "jsonpatch.escapeKey", "semver",
					      "sortBy"};
	size_t count;

	for (size_t i = 0; i < array_size(missing); i++)
		if (str_eq(missing[i], node->name))
			c->problems->unsupported = true;
	cel_overloads(c->arena, node->name, !node->member, &count);
	if (!count)
		return undeclared(c, node->at, node->name);
	no_overload(c, node, node->name, args, node->count);
	return unknown();
}

/* What the real server works out once (interpreter/planner.go, optimizations.go): conversions of
 * literals, and `in` of a list of them. */
static bool is_folded(const struct cel_node *node)
{
	static const char *const conversions[] = {"bool",   "bytes", "double", "duration",  "int",
						  "string", "type",  "uint",   "timestamp", "dyn"};

	if (str_eq(node->name, "@in"))
		return node->children[1]->kind == NODE_LIST && node->children[1]->constant;
	for (size_t i = 0; node->count == 1 && i < array_size(conversions); i++)
		if (str_eq(conversions[i], node->name))
			return node->children[0]->kind == NODE_VALUE || node->children[0]->constant;
	return false;
}

static const struct cel_type *check_call(struct checker *c, struct cel_node *node)
{
	const struct cel_type **args, *type;
	unsigned before = c->problems->count;

	find_overloads(c, node);
	args = arena_alloc(c->arena, (node->count + 1) * sizeof(*args));
	/* its arguments may be of all kinds (cel/validator.go) */
	if (node->member && node->count == 2 && str_eq(node->name, "format"))
		node->children[1]->mixed = true;
	for (size_t i = 0; i < node->count; i++)
		args[i] = check(c, node->children[i]);
	if (!node->overload_count && node->member && args[0]->kind == CEL_FREE)
		return unknown(); /* what it is called on is wrong already */
	if (!node->overload_count)
		return no_function(c, node, args);
	type = result(c, node, args, node->count);
	if (!type) {
		no_overload(c, node, node->name, args, node->count);
		return unknown();
	}
	if (c->problems->count == before)
		check_literals(c, node);
	node->constant = is_folded(node);
	return type;
}

static void want_bool(struct checker *c, const struct cel_node *node, const char *name,
		      const struct cel_type *const *args, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!cel_types_agree(args[i], cel_type_of(CEL_BOOL))) {
			no_overload(c, node, name, args, count);
			return;
		}
}

static const struct cel_type *check_logic(struct checker *c, struct cel_node *node)
{
	const struct cel_type **args = arena_alloc(c->arena, node->count * sizeof(*args));

	for (size_t i = 0; i < node->count; i++)
		args[i] = check(c, node->children[i]);
	want_bool(c, node, node->kind == NODE_AND ? "_&&_" : "_||_", args, node->count);
	return cel_type_of(CEL_BOOL);
}

static const struct cel_type *check_choice(struct checker *c, struct cel_node *node)
{
	const struct cel_type *args[3];

	for (size_t i = 0; i < 3; i++)
		args[i] = check(c, node->children[i]);
	if (!cel_types_agree(args[0], cel_type_of(CEL_BOOL)) ||
	    !cel_types_agree(args[1], args[2])) {
		no_overload(c, node, "_?_:_", args, 3);
		return unknown();
	}
	return cel_types_join(c->arena, args[1], args[2]);
}

/* One more element of a literal, which must be of the others' type. */
static const struct cel_type *join(struct checker *c, const struct cel_node *item, bool optional,
				   const struct cel_type *have, const struct cel_type *type)
{
	if (optional) {
		if (type->kind != CEL_OPTIONAL && type->kind != CEL_DYN && type->kind != CEL_FREE)
			cel_problem(c->problems, item->at, "expected type '%s' but found '%s'",
				    cel_type_text(c->arena, cel_optional_of(c->arena, type)),
				    cel_type_text(c->arena, type));
		type = type->kind == CEL_OPTIONAL ? type->item : cel_type_of(CEL_DYN);
	}
	if (cel_types_agree(have, type))
		return cel_types_join(c->arena, have, type);
	cel_problem(c->problems, item->at, "expected type '%s' but found '%s'",
		    cel_type_text(c->arena, have), cel_type_text(c->arena, type));
	return have;
}

static bool is_constant(const struct cel_node *node)
{
	return node->kind == NODE_VALUE || node->constant;
}

static const struct cel_type *check_list(struct checker *c, struct cel_node *node)
{
	const struct cel_type *item = unknown();
	bool constant = true, wrong = false;

	for (size_t i = 0; i < node->count; i++) {
		const struct cel_type *type;
		unsigned before;

		node->children[i]->mixed = node->mixed;
		type = check(c, node->children[i]);
		before = c->problems->count;
		if (node->mixed)
			item = cel_type_of(CEL_DYN);
		else if (!wrong)
			item = join(c, node->children[i], node->optionals[i], item, type);
		wrong |= c->problems->count > before;
		constant = constant && !node->optionals[i] && is_constant(node->children[i]);
	}
	node->constant = constant;
	return cel_list_of(c->arena, item);
}

static const struct cel_type *check_map(struct checker *c, struct cel_node *node)
{
	const struct cel_type *key = unknown(), *item = unknown();
	bool constant = true;

	for (size_t i = 0; i < node->count; i += 2) {
		constant = constant && !node->optionals[i / 2];
		key = join(c, node->children[i], false, key, check(c, node->children[i]));
		item = join(c, node->children[i + 1], node->optionals[i / 2], item,
			    check(c, node->children[i + 1]));
		constant = constant && is_constant(node->children[i]) &&
			   is_constant(node->children[i + 1]);
	}
	node->constant = constant;
	return cel_map_of(c->arena, key, item);
}

static struct local enter(struct checker *c, const char *name, const struct cel_type *type)
{
	struct local local = {.name = name, .type = type, .slot = c->slot++, .outer = c->locals};

	if (c->slot > c->program->slots)
		c->program->slots = c->slot;
	return local;
}

static const struct cel_type *fold_type(struct checker *c, struct cel_node *node,
					const struct cel_type *key, const struct cel_type *last)
{
	switch (node->fold) {
	case FOLD_FILTER: return cel_list_of(c->arena, key);
	case FOLD_MAP: return cel_list_of(c->arena, last);
	case FOLD_TO_MAP: return cel_map_of(c->arena, key, last);
	case FOLD_TO_ENTRIES: return last->kind == CEL_MAP ? last : cel_type_of(CEL_MAP);
	default: return cel_type_of(CEL_BOOL);
	}
}

/* Whether the last child says what is made, not whether it is taken. */
static bool makes(const struct cel_node *node)
{
	return node->fold == FOLD_MAP || node->fold == FOLD_TO_MAP || node->fold == FOLD_TO_ENTRIES;
}

/* A condition that is none, in the words of what the macro stands for (parser/macro.go). */
static void no_condition(struct checker *c, const struct cel_node *node, const struct cel_type *key,
			 const struct cel_type *type)
{
	const struct cel_type *number = cel_type_of(CEL_INT), *list = cel_list_of(c->arena, key);
	bool all = node->fold == FOLD_ALL, one = node->fold == FOLD_EXISTS_ONE;
	const struct cel_type *logic[] = {cel_type_of(CEL_BOOL), type};
	const struct cel_type *choice[] = {type, one ? number : list, one ? number : list};

	if (all || node->fold == FOLD_EXISTS)
		no_overload(c, node, all ? "_&&_" : "_||_", logic, 2);
	else
		no_overload(c, node, "_?_:_", choice, 3);
}

static const struct cel_type *check_body(struct checker *c, struct cel_node *node,
					 const struct cel_type *key)
{
	const struct cel_type *last = NULL;

	for (size_t i = 1; i < node->count; i++) {
		bool predicate = !(makes(node) && i + 1 == node->count);

		last = check(c, node->children[i]);
		if (predicate && !cel_types_agree(last, cel_type_of(CEL_BOOL)))
			no_condition(c, node, key, last);
	}
	return fold_type(c, node, key, last);
}

static const struct cel_type *check_fold(struct checker *c, struct cel_node *node)
{
	const struct cel_type *range = check(c, node->children[0]), *type;
	const struct cel_type *key = cel_type_of(CEL_DYN), *value = key;
	const struct local *before = c->locals;
	unsigned slot = c->slot;
	struct local first, second;

	if (range->kind == CEL_LIST) {
		value = range->item;
		key = node->second ? cel_type_of(CEL_INT) : value;
	} else if (range->kind == CEL_MAP) {
		key = range->key;
		value = range->item;
	} else if (range->kind != CEL_DYN && range->kind != CEL_FREE) {
		cel_problem(c->problems, node->children[0]->at,
			    "expression of type '%s' cannot be range of a comprehension (must be "
			    "list, map, or dynamic)",
			    cel_type_text(c->arena, range));
	}
	first = enter(c, node->name, key);
	c->locals = &first;
	node->slot = first.slot;
	if (node->second) {
		second = enter(c, node->second, value);
		c->locals = &second;
	}
	type = check_body(c, node, key);
	c->locals = before;
	c->slot = slot;
	return type;
}

static const struct cel_type *check_bind(struct checker *c, struct cel_node *node)
{
	const struct cel_type *target = check(c, node->children[0]), *type;
	const struct local *before = c->locals;
	unsigned slot = c->slot;
	struct local local;

	if (target->kind != CEL_OPTIONAL && target->kind != CEL_DYN && target->kind != CEL_FREE)
		no_overload(c, node, node->flat ? "optFlatMap" : "optMap", &target, 1);
	local = enter(c, node->name,
		      target->kind == CEL_OPTIONAL ? target->item : cel_type_of(CEL_DYN));
	c->locals = &local;
	node->slot = local.slot;
	type = check(c, node->children[1]);
	c->locals = before;
	c->slot = slot;
	if (node->flat)
		return type->kind == CEL_OPTIONAL ? type : cel_type_of(CEL_OPTIONAL);
	return cel_optional_of(c->arena, type);
}

static const struct cel_type *check(struct checker *c, struct cel_node *node)
{
	switch (node->kind) {
	case NODE_VALUE: node->type = check_value(node); break;
	case NODE_NAME: node->type = check_name(c, node); break;
	case NODE_SELECT: node->type = check_select(c, node); break;
	case NODE_HAS: node->type = check_has(c, node); break;
	case NODE_CALL: node->type = check_call(c, node); break;
	case NODE_AND:
	case NODE_OR: node->type = check_logic(c, node); break;
	case NODE_CHOICE: node->type = check_choice(c, node); break;
	case NODE_LIST: node->type = check_list(c, node); break;
	case NODE_MAP: node->type = check_map(c, node); break;
	case NODE_FOLD: node->type = check_fold(c, node); break;
	case NODE_BIND: node->type = check_bind(c, node); break;
	}
	return node->type;
}

bool cel_check(struct arena *arena, struct cel_program *program, struct cel_problems *problems)
{
	struct checker checker = {.arena = arena,
				  .program = program,
				  .problems = problems,
				  .slot = (unsigned)program->variable_count};

	program->slots = checker.slot;
	check(&checker, program->root);
	return !problems->count;
}
