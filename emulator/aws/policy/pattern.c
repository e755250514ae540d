/* Patterns of policies: wildcards, and variables that stand for what is known of the request. */
#include <ctype.h>

#include "emulator/aws/policy/language.h"
#include "emulator/base/strbuf.h"

#define PATTERN_MAX (64 * 1024) /* bytes of one, with its variables replaced */
/* Wildcards of a pattern; texts of requests hold no control characters. */
#define ANY_RUN '\1'
#define ANY_ONE '\2'

const char *policy_scalar(struct arena *arena, const struct json *value)
{
	_cleanup_(freep) char *text = NULL;

	if (json_is_string(value))
		return json_str(value);
	if (!json_is_number(value) && !json_is_bool(value))
		return NULL;
	text = json_to_text(value);
	return arena_strdup(arena, text);
}

/* The value behind "${", up to "}"; "aws:username, 'nobody'" has a default. NULL: none. */
static const char *variable(const struct policy_context *context, const char *text, size_t length)
{
	char *name = arena_strndup(context->arena, text, length), *comma = strchr(name, ',');
	const struct policy_key *key;
	char *end;

	if (str_eq(name, "*") || str_eq(name, "?") || str_eq(name, "$"))
		return name;
	if (comma)
		*comma = '\0';
	for (end = name + strlen(name); end > name && isspace((unsigned char)end[-1]);)
		*--end = '\0';
	key = policy_context_find(context, name);
	if (key && key->count == 1)
		return key->values[0];
	if (!comma || !(comma = strchr(comma + 1, '\'')))
		return NULL;
	end = strrchr(comma + 1, '\'');
	return end ? arena_strndup(context->arena, comma + 1, (size_t)(end - comma - 1)) : NULL;
}

static const char *expand(const struct policy_context *context, const char *text, bool variables,
			  bool wildcards)
{
	const char *result = NULL, *value;
	struct strbuf sb;

	strbuf_init(&sb, PATTERN_MAX);
	for (const char *p = text; *p; p++) {
		const char *end = variables && p[0] == '$' && p[1] == '{' ? strchr(p, '}') : NULL;

		if (end) {
			value = variable(context, p + 2, (size_t)(end - p - 2));
			if (!value)
				goto out;
			strbuf_add(&sb, value);
			p = end;
		} else if (wildcards && *p == '*') {
			strbuf_add_char(&sb, ANY_RUN);
		} else if (wildcards && *p == '?') {
			strbuf_add_char(&sb, ANY_ONE);
		} else {
			strbuf_add_char(&sb, *p);
		}
	}
	if (!sb.overflow)
		result = arena_strdup(context->arena, strbuf_text(&sb));
out:
	strbuf_done(&sb);
	return result;
}

const char *policy_pattern(const struct policy_context *context, const char *text, bool variables)
{
	return expand(context, text, variables, true);
}

const char *policy_text(const struct policy_context *context, const char *text, bool variables)
{
	return expand(context, text, variables, false);
}

static bool same(char a, char b, bool ignore_case)
{
	return a == b || (ignore_case && tolower((unsigned char)a) == tolower((unsigned char)b));
}

/* Back to the last run when something does not fit: linear but for patterns with many runs. */
bool policy_match(const char *pattern, const char *text, bool ignore_case)
{
	const char *run = NULL, *again = NULL;

	while (*text) {
		if (*pattern == ANY_RUN) {
			run = ++pattern;
			again = text;
		} else if (*pattern &&
			   (*pattern == ANY_ONE || same(*pattern, *text, ignore_case))) {
			pattern++;
			text++;
		} else if (run) {
			pattern = run;
			text = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == ANY_RUN)
		pattern++;
	return !*pattern;
}
