/* Compiling single rules of custom resources; see rules.h. */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/rule_node.h"

/* 'a\'b' → a'b; NULL: no such escape */
static const char *unquote(struct arena *arena, const char *text, size_t length)
{
	static const char letters[] = "abfnrtv'\\", means[] = "\a\b\f\n\r\t\v'\\";
	char *out = arena_alloc(arena, length + 1);
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		const char *found;

		if (text[i] != '\\') {
			out[count++] = text[i];
			continue;
		}
		found = ++i < length && text[i] ? strchr(letters, text[i]) : NULL;
		if (!found)
			return NULL;
		out[count++] = means[found - letters];
	}
	return out;
}

/* The next step of a path: ".name" or "['name']"; NULL: wrong. */
static const char *next_step(struct arena *arena, const char **at)
{
	const char *text = *at, *end;

	if (*text == '.') {
		size_t length = strcspn(text + 1, ".[]");

		*at = text + 1 + length;
		return length ? arena_strndup(arena, text + 1, length) : NULL;
	}
	if (*text != '[' || text[1] != '\'')
		return NULL;
	for (end = text + 2; *end && (*end != '\'' || end[-1] == '\\');)
		end++;
	if (!*end || end[1] != ']')
		return NULL;
	*at = end + 2;
	return unquote(arena, text + 2, (size_t)(end - text - 2));
}

const char *rule_field_path(struct arena *arena, const struct json *schema, const char *path)
{
	const char *all = "";

	while (*path) {
		const struct json *properties = json_get(schema, "properties");
		const struct json *rest = json_get(schema, "additionalProperties");
		const char *name = next_step(arena, &path);

		if (!name)
			return NULL;
		if (properties)
			all = arena_printf(arena, "%s.%s", all, name);
		else if (json_is_object(rest))
			all = arena_printf(arena, "%s[%s]", all, name);
		schema = properties ? json_get(properties, name) : rest;
		if (!json_is_object(schema))
			return NULL;
	}
	return *all ? all : NULL;
}

static const char *text_of(const struct json *row, const char *key)
{
	return json_get_str(row, key) ? json_get_str(row, key) : "";
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n\v\f")];
}

static struct cel_program *compile(struct arena *arena, const char *text,
				   const struct cel_variable *variables, enum cel_kind kind,
				   const char *wrong_kind, const char *prefix, const char **problem,
				   bool *unsupported)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct cel_program *program;

	if (!cel_compile(arena, text, variables, 2, &program, &err)) {
		*unsupported |= err.code == ERR_UNSUPPORTED;
		*problem = arena_printf(arena, "%s%s", prefix, err_text(&err));
		return NULL;
	}
	if (cel_result(program) == kind)
		return program;
	*problem = wrong_kind;
	return NULL;
}

void rule_compile(struct arena *arena, const struct json *row, const struct json *schema,
		  const struct cel_type *type, struct rule *ret)
{
	const char *text = text_of(row, "rule"), *message = text_of(row, "messageExpression");
	const char *path = text_of(row, "fieldPath");
	struct cel_variable variables[2] = {{"self", type}, {"oldSelf", type}};

	*ret = (struct rule){.row = row};
	ret->optional_old = json_get_bool(row, "optionalOldSelf", false);
	if (ret->optional_old)
		variables[1].type = cel_optional_of(arena, type);
	if (is_blank(text))
		return;
	ret->program =
		compile(arena, text, variables, CEL_BOOL, "cel expression must evaluate to a bool",
			"compilation failed: ", &ret->problem, &ret->unsupported);
	if (!ret->program)
		return;
	ret->uses_old = cel_uses(ret->program, "oldSelf");
	if (*message)
		ret->message =
			compile(arena, message, variables, CEL_STRING,
				"messageExpression must evaluate to a string",
				"messageExpression compilation failed: ", &ret->message_problem,
				&ret->unsupported);
	if (*path)
		ret->field_path = rule_field_path(arena, schema, path);
}
