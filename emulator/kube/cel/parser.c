/*
 * The tree of an expression, by recursive descent.
 *
 * Source: cel-spec doc/langdef.md, "Syntax"; cel-go parser/gen/CEL.g4, parser/parser.go.
 */
#include <stdarg.h>

#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/kube/cel/inner.h"

static struct cel_node *expression(struct cel_parser *parser);

/* where a byte stands: line from 1, column in characters from 0, and its line's beginning */
static size_t place(const char *text, size_t at, unsigned *line, unsigned *column)
{
	size_t start = 0;

	*line = 1;
	*column = 0;
	for (size_t i = 0; i < at && text[i]; i++)
		if (text[i] == '\n') {
			start = i + 1;
			++*line;
		}
	for (size_t i = start; i < at && text[i]; i++)
		*column += ((unsigned char)text[i] & 0xc0) != 0x80;
	return start;
}

void cel_problem(struct cel_problems *problems, size_t at, const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	unsigned line, column;
	size_t start = place(problems->text, at, &line, &column);
	struct strbuf *out = problems->out;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	strbuf_addf(out, "%sERROR: <input>:%u:%u: %s\n | ", problems->count++ ? "\n" : "", line,
		    column + 1, text);
	for (const char *c = problems->text + start; *c && *c != '\n'; c++)
		strbuf_add_char(out, *c == '\t' ? ' ' : *c);
	strbuf_add(out, "\n | ");
	for (const char *c = problems->text + start; column; c++)
		if (((unsigned char)*c & 0xc0) != 0x80) {
			/* wide characters get wide dots (common/error.go) */
			strbuf_add(out, (unsigned char)*c < 0x80 ? "." : "\uff0e");
			column--;
		}
	strbuf_add(out, "^");
}

static void fail(struct cel_parser *parser, const char *format, ...) printf_like(2, 3);
static void fail(struct cel_parser *parser, const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	va_list ap;

	if (parser->failed)
		return;
	parser->failed = true;
	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	cel_problem(parser->problems, parser->lexer.start, "%s", text);
}

static void unexpected(struct cel_parser *parser)
{
	struct cel_lexer *lexer = &parser->lexer;

	if (lexer->token == TOKEN_WRONG)
		fail(parser, "%s", lexer->problem);
	else if (lexer->token == TOKEN_END)
		fail(parser, "Syntax error: mismatched input '<EOF>'");
	else
		fail(parser, "Syntax error: mismatched input '%.*s'",
		     (int)(lexer->at - lexer->start), lexer->text + lexer->start);
}

static void next(struct cel_parser *parser)
{
	cel_lex(&parser->lexer);
	if (parser->lexer.token == TOKEN_WRONG)
		unexpected(parser);
}

static bool is_sign(const struct cel_parser *parser, const char *sign)
{
	return parser->lexer.token == TOKEN_SIGN && str_eq(parser->lexer.name, sign);
}

static bool skip(struct cel_parser *parser, const char *sign)
{
	if (!is_sign(parser, sign))
		return false;
	next(parser);
	return true;
}

static void want(struct cel_parser *parser, const char *sign)
{
	if (!skip(parser, sign))
		unexpected(parser);
}

struct cel_node *cel_node_new(struct cel_parser *parser, enum cel_node_kind kind, size_t at,
			      struct cel_node *const *children, size_t count)
{
	struct cel_node *node = arena_alloc(parser->arena, sizeof(*node));

	node->kind = kind;
	node->at = at;
	node->count = count;
	node->children = arena_alloc(parser->arena, (count + 1) * sizeof(struct cel_node *));
	for (size_t i = 0; i < count; i++) {
		node->children[i] = children[i];
		if (children[i]->depth >= node->depth)
			node->depth = children[i]->depth + 1;
	}
	if (node->depth > CEL_DEPTH_MAX)
		fail(parser, "expression recursion limit exceeded: %d", CEL_DEPTH_MAX);
	return node;
}

static struct cel_node *new_call(struct cel_parser *parser, const char *name, size_t at,
				 struct cel_node *const *args, size_t count)
{
	struct cel_node *node = cel_node_new(parser, NODE_CALL, at, args, count);

	node->name = name;
	return node;
}

static struct cel_node *new_value(struct cel_parser *parser, size_t at, struct cel_value value)
{
	struct cel_node *node = cel_node_new(parser, NODE_VALUE, at, NULL, 0);

	node->value = value;
	return node;
}

/* Expressions up to a closing sign, which is taken too. With optionals: each may have a `?`. */
static void arguments(struct cel_parser *parser, const char *close, struct ptrs *list,
		      struct ptrs *optionals)
{
	while (!parser->failed && !is_sign(parser, close)) {
		bool optional = optionals && skip(parser, "?");
		struct cel_node *item = expression(parser);

		if (!item)
			return;
		ptrs_add(list, item);
		if (optionals)
			ptrs_add(optionals, optional ? item : NULL);
		if (is_sign(parser, close))
			break;
		want(parser, ",");
		if (!optionals && is_sign(parser, close))
			unexpected(parser); /* a trailing comma is fine in lists only */
	}
	want(parser, close);
}

static const bool *flags_of(struct cel_parser *parser, const struct ptrs *optionals)
{
	bool *flags = arena_alloc(parser->arena, optionals->count + 1);

	for (size_t i = 0; i < optionals->count; i++)
		flags[i] = optionals->items[i];
	return flags;
}

static struct cel_node *list(struct cel_parser *parser)
{
	size_t at = parser->lexer.start;
	struct ptrs items = {}, optionals = {};
	struct cel_node *node = NULL;

	next(parser);
	arguments(parser, "]", &items, &optionals);
	if (!parser->failed) {
		node = cel_node_new(parser, NODE_LIST, at, (struct cel_node **)items.items,
				    items.count);
		node->optionals = flags_of(parser, &optionals);
	}
	ptrs_done(&items);
	ptrs_done(&optionals);
	return node;
}

static struct cel_node *map(struct cel_parser *parser)
{
	size_t at = parser->lexer.start;
	struct ptrs items = {}, optionals = {};
	struct cel_node *node = NULL;

	next(parser);
	while (!parser->failed && !is_sign(parser, "}")) {
		bool optional = skip(parser, "?");
		struct cel_node *key = expression(parser), *value = NULL;

		if (key) {
			want(parser, ":");
			value = parser->failed ? NULL : expression(parser);
		}
		if (!value)
			break;
		ptrs_add(&items, key);
		ptrs_add(&items, value);
		ptrs_add(&optionals, optional ? key : NULL);
		if (!is_sign(parser, "}") && !skip(parser, ","))
			unexpected(parser);
	}
	if (!parser->failed)
		want(parser, "}");
	if (!parser->failed) {
		node = cel_node_new(parser, NODE_MAP, at, (struct cel_node **)items.items,
				    items.count);
		node->optionals = flags_of(parser, &optionals);
	}
	ptrs_done(&items);
	ptrs_done(&optionals);
	return node;
}

/* name(…) or target.name(…); the lexer stands at the bracket */
static struct cel_node *call(struct cel_parser *parser, const char *name, struct cel_node *target)
{
	size_t at = parser->lexer.start;
	struct ptrs args = {};
	struct cel_node *node = NULL;

	next(parser);
	arguments(parser, ")", &args, NULL);
	if (!parser->failed)
		node = cel_macro(parser, name, at, target, (struct cel_node **)args.items,
				 args.count);
	if (!parser->failed && !node) {
		struct ptrs all = {};

		if (target)
			ptrs_add(&all, target);
		for (size_t i = 0; i < args.count; i++)
			ptrs_add(&all, args.items[i]);
		node = new_call(parser, name, at, (struct cel_node **)all.items, all.count);
		node->member = target;
		ptrs_done(&all);
	}
	ptrs_done(&args);
	return parser->failed ? NULL : node;
}

static struct cel_node *word(struct cel_parser *parser)
{
	const char *name = parser->lexer.name;
	size_t at = parser->lexer.start;
	struct cel_node *node;

	if (cel_is_keyword(name)) {
		fail(parser, "reserved identifier: %s", name);
		return NULL;
	}
	next(parser);
	if (str_eq(name, "true") || str_eq(name, "false"))
		return new_value(parser, at, cel_bool(*name == 't'));
	if (str_eq(name, "null"))
		return new_value(parser, at, cel_null());
	if (is_sign(parser, "("))
		return call(parser, name, NULL);
	node = cel_node_new(parser, NODE_NAME, at, NULL, 0);
	node->name = name;
	return node;
}

/* negative: a minus stands before it, which belongs to the number */
static struct cel_node *number(struct cel_parser *parser, bool negative)
{
	struct cel_value value = parser->lexer.value;
	size_t at = parser->lexer.start - negative;

	if (value.kind == CEL_INT) {
		if (!negative && value.natural > INT64_MAX) {
			fail(parser, "invalid int literal");
			return NULL;
		}
		value = cel_int(negative ? (int64_t)(0 - value.natural) : (int64_t)value.natural);
	} else if (value.kind == CEL_DOUBLE && negative) {
		value.real = -value.real;
	}
	next(parser);
	return new_value(parser, at, value);
}

static struct cel_node *primary(struct cel_parser *parser)
{
	struct cel_lexer *lexer = &parser->lexer;
	struct cel_node *node;

	if (lexer->token == TOKEN_NAME)
		return word(parser);
	if (lexer->token == TOKEN_NUMBER)
		return number(parser, false);
	if (lexer->token == TOKEN_TEXT) {
		struct cel_value value = lexer->value;
		size_t at = lexer->start;

		next(parser);
		return new_value(parser, at, value);
	}
	if (is_sign(parser, "["))
		return list(parser);
	if (is_sign(parser, "{"))
		return map(parser);
	if (skip(parser, ".")) /* names of the outermost container: there is no other here */
		return lexer->token == TOKEN_NAME ? word(parser) : (unexpected(parser), NULL);
	if (skip(parser, "(")) {
		node = expression(parser);
		if (node)
			want(parser, ")");
		return parser->failed ? NULL : node;
	}
	if (lexer->token == TOKEN_END)
		fail(parser, "Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', "
			     "'.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, "
			     "NUM_UINT, STRING, BYTES, IDENTIFIER}");
	unexpected(parser);
	return NULL;
}

static struct cel_node *select_member(struct cel_parser *parser, struct cel_node *target)
{
	size_t at = parser->lexer.start;
	struct cel_node *node;
	bool optional;
	const char *name;

	next(parser);
	optional = skip(parser, "?");
	name = parser->lexer.name;
	if (parser->lexer.token != TOKEN_NAME) {
		unexpected(parser);
		return NULL;
	}
	next(parser);
	if (!optional && is_sign(parser, "("))
		return call(parser, name, target);
	node = cel_node_new(parser, NODE_SELECT, at, &target, 1);
	node->name = name;
	node->optional = optional;
	return node;
}

static struct cel_node *index_of(struct cel_parser *parser, struct cel_node *target)
{
	size_t at = parser->lexer.start;
	struct cel_node *both[2] = {target, NULL};
	struct cel_node *node;
	bool optional;

	next(parser);
	optional = skip(parser, "?");
	both[1] = expression(parser);
	if (both[1])
		want(parser, "]");
	if (parser->failed)
		return NULL;
	node = new_call(parser, optional ? "_[?_]" : "_[_]", at, both, 2);
	node->optional = optional;
	return node;
}

static struct cel_node *members(struct cel_parser *parser, struct cel_node *node)
{
	while (node && !parser->failed) {
		if (is_sign(parser, "."))
			node = select_member(parser, node);
		else if (is_sign(parser, "["))
			node = index_of(parser, node);
		else
			return node;
	}
	return NULL;
}

/* !!x, --x and x: an even number of signs is none at all */
static struct cel_node *unary(struct cel_parser *parser)
{
	const char *sign = is_sign(parser, "!") ? "!" : is_sign(parser, "-") ? "-" : NULL;
	size_t at = parser->lexer.start;
	struct cel_node *node;
	unsigned signs = 0;

	if (!sign)
		return members(parser, primary(parser));
	while (skip(parser, sign))
		signs++;
	if (parser->failed)
		return NULL;
	if (*sign == '-' && signs == 1 && parser->lexer.token == TOKEN_NUMBER)
		return members(parser, number(parser, true));
	node = members(parser, primary(parser));
	if (!node || signs % 2 == 0)
		return node;
	return new_call(parser, *sign == '!' ? "!_" : "-_", at, &node, 1);
}

struct level {
	const char *sign, *name;
	unsigned rank;
};
static const struct level levels[] = {
	{"*", "_*_", 3}, {"/", "_/_", 3},   {"%", "_%_", 3},   {"+", "_+_", 2},
	{"-", "_-_", 2}, {"<", "_<_", 1},   {"<=", "_<=_", 1}, {">=", "_>=_", 1},
	{">", "_>_", 1}, {"==", "_==_", 1}, {"!=", "_!=_", 1}, {"in", "@in", 1},
};

static const struct level *operator_at(const struct cel_parser *parser, unsigned rank)
{
	for (size_t i = 0; i < array_size(levels); i++)
		if (levels[i].rank == rank && is_sign(parser, levels[i].sign))
			return &levels[i];
	return NULL;
}

static struct cel_node *binary(struct cel_parser *parser, unsigned rank)
{
	struct cel_node *left = rank > 3 ? unary(parser) : binary(parser, rank + 1);
	const struct level *level;

	while (left && rank <= 3 && (level = operator_at(parser, rank))) {
		size_t at = parser->lexer.start;
		struct cel_node *both[2] = {left, NULL};

		next(parser);
		both[1] = parser->failed ? NULL : binary(parser, rank + 1);
		left = both[1] ? new_call(parser, level->name, at, both, 2) : NULL;
	}
	return left;
}

/* All operands of a chain are children of one node, so that a long chain is not a deep one. */
static struct cel_node *chain(struct cel_parser *parser, bool either)
{
	struct cel_node *left = either ? chain(parser, false) : binary(parser, 1);
	const char *sign = either ? "||" : "&&";
	size_t at = parser->lexer.start;
	struct ptrs items = {};

	if (!left || !is_sign(parser, sign))
		return left;
	ptrs_add(&items, left);
	while (left && skip(parser, sign)) {
		left = parser->failed ? NULL : either ? chain(parser, false) : binary(parser, 1);
		if (left)
			ptrs_add(&items, left);
	}
	left = left ? cel_node_new(parser, either ? NODE_OR : NODE_AND, at,
				   (struct cel_node **)items.items, items.count)
		    : NULL;
	ptrs_done(&items);
	return left;
}

static struct cel_node *expression(struct cel_parser *parser)
{
	struct cel_node *parts[3] = {};
	size_t at;

	if (parser->failed)
		return NULL;
	if (++parser->depth > CEL_DEPTH_MAX) {
		fail(parser, "expression recursion limit exceeded: %d", CEL_DEPTH_MAX);
		return NULL;
	}
	parts[0] = chain(parser, true);
	at = parser->lexer.start;
	if (parts[0] && skip(parser, "?")) {
		parts[1] = chain(parser, true);
		if (parts[1])
			want(parser, ":");
		parts[2] = parser->failed ? NULL : expression(parser);
		parts[0] = parts[2] ? cel_node_new(parser, NODE_CHOICE, at, parts, 3) : NULL;
	}
	parser->depth--;
	return parser->failed ? NULL : parts[0];
}

struct cel_node *cel_parse(struct arena *arena, const char *text, struct cel_problems *problems)
{
	struct cel_parser parser = {
		.lexer = {.arena = arena, .text = text}, .arena = arena, .problems = problems};
	struct cel_node *root;

	if (strlen(text) > CEL_TEXT_MAX) {
		parser.lexer.text = "";
		fail(&parser, "expression code point size exceeds limit: size: %zu, limit %d",
		     strlen(text), CEL_TEXT_MAX);
		return NULL;
	}
	next(&parser);
	root = expression(&parser);
	if (!parser.failed && parser.lexer.token != TOKEN_END)
		fail(&parser, "Syntax error: extraneous input '%.*s' expecting <EOF>",
		     (int)(parser.lexer.at - parser.lexer.start),
		     parser.lexer.text + parser.lexer.start);
	return parser.failed ? NULL : root;
}
