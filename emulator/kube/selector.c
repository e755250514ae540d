/* Label selectors and the matching of both; see selector.h. Field selectors: selector_field.c. */
#include "emulator/kube/selector.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/status.h"

enum token { END, COMMA, OPEN, CLOSE, NOT, EQ, EQ2, NE, GT, LT, IN, NOT_IN, IDENTIFIER, BAD };

struct parser {
	struct arena *arena;
	const char *at;
	const char *literal;
	struct err *err;
};

#define SPECIAL "=!(),><"

/* The next token; in value position `in` and `notin` are identifiers (labels/selector.go Lexer). */
static enum token scan(struct parser *p, bool values)
{
	static const struct {
		const char *text;
		enum token token;
	} symbols[] = {
		{"==", EQ2},  {"!=", NE},   {"=", EQ}, {"!", NOT}, {"(", OPEN},
		{")", CLOSE}, {",", COMMA}, {">", GT}, {"<", LT},
	};
	size_t length;

	while (isspace((unsigned char)*p->at))
		p->at++;
	p->literal = "";
	if (!*p->at)
		return END;
	for (size_t i = 0; i < array_size(symbols); i++)
		if (str_starts_with(p->at, symbols[i].text)) {
			p->literal = symbols[i].text;
			p->at += strlen(symbols[i].text);
			return symbols[i].token;
		}
	length = strcspn(p->at, SPECIAL " \t\r\n");
	p->literal = arena_strndup(p->arena, p->at, length);
	p->at += length;
	if (!values && str_eq(p->literal, "in"))
		return IN;
	if (!values && str_eq(p->literal, "notin"))
		return NOT_IN;
	return IDENTIFIER;
}

static enum token peek(struct parser *p, bool values)
{
	const char *at = p->at;
	enum token token = scan(p, values);

	p->at = at;
	return token;
}

/* Everything inside a requirement fails with this prefix. */
static bool bad(struct parser *p, const char *expected)
{
	return status_bad_request(p->err, "unable to parse requirement: found '%s', expected: %s",
				  p->literal, expected);
}

static bool valid(struct parser *p, const char *path, const char *text, format_fn *format)
{
	struct strs problems = {};
	struct strbuf sb;

	format(text, &problems);
	if (!problems.count)
		return true;
	strbuf_init(&sb, 1 << 16);
	for (size_t i = 0; i < problems.count; i++)
		strbuf_addf(&sb, "%s%s", i ? "; " : "", problems.items[i]);
	status_bad_request(p->err, "unable to parse requirement: %s: Invalid value: \"%s\": %s",
			   path, text, strbuf_text(&sb));
	strbuf_done(&sb);
	strs_done(&problems);
	return false;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What stands in the brackets of in and notin; "" where nothing stands between commas. */
static bool parse_values(struct parser *p, struct ptrs *values)
{
	enum token token = scan(p, true);

	if (token != OPEN)
		return status_bad_request(p->err,
					  "unable to parse requirement: found '%s' expected: '('",
					  p->literal);
	if (peek(p, true) == CLOSE) {
		scan(p, true);
		ptrs_add(values, (char *)"");
		return true;
	}
	for (;;) {
		token = scan(p, true);
		if (token == IDENTIFIER) {
			ptrs_add(values, (char *)p->literal);
			token = scan(p, true);
			if (token == CLOSE)
				return true;
			if (token != COMMA)
				return bad(p, "',' or ')'");
			if (peek(p, true) == IDENTIFIER)
				continue;
		}
		if (token != COMMA)
			return bad(p, "',', or identifier");
		ptrs_add(values, (char *)"");
		if (peek(p, true) == CLOSE) {
			scan(p, true);
			return true;
		}
	}
}

static bool parse_operand(struct parser *p, enum token token, struct requirement *r,
			  struct ptrs *values)
{
	enum token next;

	r->op = token == NE || token == NOT_IN ? SELECT_NOT_IN
		: token == GT		       ? SELECT_GREATER
		: token == LT		       ? SELECT_LESS
					       : SELECT_IN;
	if (token == IN || token == NOT_IN)
		return parse_values(p, values);
	if (token != EQ && token != EQ2 && token != NE && token != GT && token != LT)
		return bad(p, "in, notin, =, ==, !=, gt, lt");
	next = peek(p, true);
	if (next == END || next == COMMA) {
		ptrs_add(values, (char *)"");
		return true;
	}
	if (scan(p, true) != IDENTIFIER)
		return bad(p, "identifier");
	ptrs_add(values, (char *)p->literal);
	return true;
}

static bool check_values(struct parser *p, const struct requirement *r, const struct ptrs *values)
{
	for (size_t i = 0; i < values->count; i++) {
		const char *text = values->items[i];
		char *end;

		if (r->op == SELECT_GREATER || r->op == SELECT_LESS) {
			errno = 0;
			strtoll(text, &end, 10);
			if (*end || !*text || errno)
				return status_bad_request(
					p->err,
					"unable to parse requirement: values[%zu]: Invalid value: "
					"\"%s\": for 'Gt', 'Lt' operators, the value must be an "
					"integer",
					i, text);
		}
		if (!valid(p, arena_printf(p->arena, "values[%zu][%s]", i, r->key), text,
			   format_label_value))
			return false;
	}
	return true;
}

static bool parse_requirement(struct parser *p, struct requirement *r)
{
	enum token token = scan(p, true), next;
	bool negated = token == NOT;
	struct ptrs values = {};
	const char **list;
	bool fine;

	if (negated)
		token = scan(p, true);
	if (token != IDENTIFIER)
		return bad(p, "identifier");
	r->key = p->literal;
	if (!valid(p, "<nil>", r->key, format_qualified_name))
		return false;
	next = peek(p, true);
	r->op = negated ? SELECT_NOT_EXISTS : SELECT_EXISTS;
	fine = negated || next == END || next == COMMA ||
	       (parse_operand(p, scan(p, false), r, &values) && check_values(p, r, &values));
	list = arena_alloc(p->arena, (values.count + 1) * sizeof(*list));
	for (size_t i = 0; i < values.count; i++)
		list[i] = values.items[i];
	qsort(list, values.count, sizeof(*list), by_text);
	r->values = list;
	ptrs_done(&values);
	return fine;
}

bool selector_parse_labels(struct arena *arena, const char *text, const struct requirement **ret,
			   struct err *err)
{
	struct parser p = {.arena = arena, .at = text, .err = err, .literal = ""};
	const struct requirement *first = NULL, **last = &first;

	for (;;) {
		struct requirement *r;
		enum token token = peek(&p, true);

		if (token == END)
			break;
		if (token != IDENTIFIER && token != NOT)
			return status_bad_request(
				err, "found '%s', expected: !, identifier, or 'end of string'",
				p.literal);
		r = arena_alloc(arena, sizeof(*r));
		if (!parse_requirement(&p, r))
			return false;
		*last = r;
		last = &r->next;
		token = scan(&p, true);
		if (token == END)
			break;
		if (token != COMMA)
			return status_bad_request(
				err, "found '%s', expected: ',' or 'end of string'", p.literal);
		token = peek(&p, true);
		if (token != IDENTIFIER && token != NOT)
			return status_bad_request(err, "found '%s', expected: identifier after ','",
						  p.literal);
	}
	*ret = first;
	return true;
}

static bool in_list(const char *const *values, const char *text)
{
	for (size_t i = 0; values[i]; i++)
		if (str_eq(values[i], text))
			return true;
	return false;
}

static bool compare(const struct requirement *r, const char *text)
{
	long long have, want = strtoll(r->values[0], NULL, 10);
	char *end;

	errno = 0;
	have = strtoll(text, &end, 10);
	if (*end || !*text || errno)
		return false;
	return r->op == SELECT_GREATER ? have > want : have < want;
}

static bool match_one(const struct requirement *r, const char *text)
{
	switch (r->op) {
	case SELECT_IN: return text && in_list(r->values, text);
	case SELECT_NOT_IN: return !text || !in_list(r->values, text);
	case SELECT_EXISTS: return text;
	case SELECT_NOT_EXISTS: return !text;
	case SELECT_GREATER:
	case SELECT_LESS: return text && compare(r, text);
	}
	return false;
}

bool selector_match_labels(const struct requirement *requirements, const struct json *labels)
{
	for (const struct requirement *r = requirements; r; r = r->next)
		if (!match_one(r, json_get_str(labels, r->key)))
			return false;
	return true;
}

static const char *text_of(const struct json *value, char buffer[32])
{
	int64_t integer;

	if (json_is_bool(value))
		return json_bool(value) ? "true" : "false";
	if (json_int(value, &integer)) {
		snprintf(buffer, 32, "%lld", (long long)integer);
		return buffer;
	}
	return json_str(value);
}

bool selector_match(const struct selectors *selectors, const struct json *object)
{
	char buffer[32];

	if (!selector_match_labels(selectors->labels,
				   json_find(object, "metadata", "labels", NULL)))
		return false;
	for (const struct field_requirement *f = selectors->fields; f; f = f->next) {
		const char *text = text_of(object_get(object, f->path), buffer);

		if (!text || !*text)
			text = f->fallback;
		if (str_eq(text, f->value) != f->equal)
			return false;
	}
	return true;
}

static bool match_expression(const struct json *expression, const struct json *labels)
{
	const char *word = json_get_str(expression, "operator");
	const char *have = json_get_str(labels, json_get_str(expression, "key"));
	bool listed = false;

	json_foreach (value, json_get(expression, "values"))
		listed |= have && str_eq(have, json_str(value));
	if (str_eq(word, "In"))
		return listed;
	if (str_eq(word, "NotIn"))
		return !listed;
	if (str_eq(word, "Exists"))
		return have;
	return str_eq(word, "DoesNotExist") && !have;
}

bool selector_match_object(const struct json *selector, const struct json *labels)
{
	if (!json_is_object(selector))
		return false;
	json_foreach (want, json_get(selector, "matchLabels"))
		if (!str_eq(json_str(want), json_get_str(labels, json_key(want))))
			return false;
	json_foreach (expression, json_get(selector, "matchExpressions"))
		if (!match_expression(expression, labels))
			return false;
	return true;
}
