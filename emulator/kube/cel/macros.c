/*
 * Macros: calls whose arguments are not values but expressions with a variable of their own.
 *
 * Source: cel-go parser/macro.go, cel/library.go (optMap, optFlatMap),
 * ext/comprehensions.go (those with two variables).
 */
#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

static struct cel_node *wrong(struct cel_parser *parser, size_t at, const char *text)
{
	if (!parser->failed)
		cel_problem(parser->problems, at, "%s", text);
	parser->failed = true;
	return NULL;
}

static struct cel_node *has(struct cel_parser *parser, size_t at, struct cel_node *const *args)
{
	struct cel_node *node;

	if (args[0]->kind != NODE_SELECT || args[0]->optional)
		return wrong(parser, args[0]->at, "invalid argument to has() macro");
	node = cel_node_new(parser, NODE_HAS, at, args[0]->children, 1);
	node->name = args[0]->name;
	return node;
}

struct fold_row {
	const char *name;
	size_t variables, args; /**< args: with the variables */
	enum cel_fold fold;
};
static const struct fold_row folds[] = {
	{"all", 1, 2, FOLD_ALL},
	{"exists", 1, 2, FOLD_EXISTS},
	{"exists_one", 1, 2, FOLD_EXISTS_ONE},
	{"existsOne", 1, 2, FOLD_EXISTS_ONE},
	{"filter", 1, 2, FOLD_FILTER},
	{"map", 1, 2, FOLD_MAP},
	{"map", 1, 3, FOLD_MAP},
	{"all", 2, 3, FOLD_ALL},
	{"exists", 2, 3, FOLD_EXISTS},
	{"existsOne", 2, 3, FOLD_EXISTS_ONE},
	{"transformList", 2, 3, FOLD_MAP},
	{"transformList", 2, 4, FOLD_MAP},
	{"transformMap", 2, 3, FOLD_TO_MAP},
	{"transformMap", 2, 4, FOLD_TO_MAP},
	{"transformMapEntry", 2, 3, FOLD_TO_ENTRIES},
	{"transformMapEntry", 2, 4, FOLD_TO_ENTRIES},
};

static bool is_name(const struct cel_node *node)
{
	return node->kind == NODE_NAME && !str_eq(node->name, "__result__");
}

static struct cel_node *fold(struct cel_parser *parser, const struct fold_row *row, size_t at,
			     struct cel_node *target, struct cel_node *const *args)
{
	struct cel_node *children[3] = {target};
	size_t count = 1;
	struct cel_node *node;

	for (size_t i = 0; i < row->variables; i++)
		if (!is_name(args[i]))
			return wrong(parser, args[i]->at,
				     row->fold == FOLD_MAP || row->fold == FOLD_FILTER
					     ? "argument is not an identifier"
					     : "argument must be a simple name");
	if (row->variables == 2 && str_eq(args[0]->name, args[1]->name))
		return wrong(parser, args[1]->at, "duplicate variable name");
	for (size_t i = row->variables; i < row->args; i++)
		children[count++] = args[i];
	node = cel_node_new(parser, NODE_FOLD, at, children, count);
	node->fold = row->fold;
	node->name = args[0]->name;
	node->second = row->variables == 2 ? args[1]->name : NULL;
	return node;
}

static struct cel_node *bind(struct cel_parser *parser, bool flat, size_t at,
			     struct cel_node *target, struct cel_node *const *args)
{
	struct cel_node *children[2] = {target, args[1]};
	struct cel_node *node;

	if (!is_name(args[0]))
		return wrong(parser, args[0]->at,
			     flat ? "optFlatMap() variable name must be a simple identifier"
				  : "optMap() variable name must be a simple identifier");
	node = cel_node_new(parser, NODE_BIND, at, children, 2);
	node->name = args[0]->name;
	node->flat = flat;
	return node;
}

struct cel_node *cel_macro(struct cel_parser *parser, const char *name, size_t at,
			   struct cel_node *target, struct cel_node *const *args, size_t count)
{
	if (!target)
		return str_eq(name, "has") && count == 1 ? has(parser, at, args) : NULL;
	for (size_t i = 0; i < array_size(folds); i++)
		if (str_eq(folds[i].name, name) && folds[i].args == count)
			return fold(parser, &folds[i], at, target, args);
	if (count == 2 && (str_eq(name, "optMap") || str_eq(name, "optFlatMap")))
		return bind(parser, str_eq(name, "optFlatMap"), at, target, args);
	return NULL;
}
