/* What is expected and what is there, as a person reads it. */
#include "emulator/judge/match_inner.h"

#define WHOLE_MAX (1 << 20)

/* Cuts a text at MATCH_TEXT_MAX bytes, between characters, and says so. */
static char *cut(char *text)
{
	size_t length = strlen(text), end = MATCH_TEXT_MAX - 3;

	if (length <= MATCH_TEXT_MAX)
		return text;
	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", 4);
	return text;
}

char *match_json_text(const struct json *json)
{
	return json ? cut(json_to_text(json)) : xstrdup("(none)");
}

char *match_scalar_text(const struct json *json)
{
	if (!json || json_is_array(json) || json_is_object(json) || json_is_null(json))
		return NULL;
	if (json_is_string(json))
		return xstrdup(json_str(json));
	return json_to_text(json);
}

static void describe(struct strbuf *sb, const struct json *expected);

static void describe_list(struct strbuf *sb, const struct json *list)
{
	const char *between = "";

	strbuf_add(sb, "[");
	json_foreach (item, list) {
		strbuf_addf(sb, "%s", between);
		describe(sb, item);
		between = ", ";
	}
	strbuf_add(sb, "]");
}

static void add_block(const char *text, void *userdata)
{
	struct strbuf *sb = userdata;

	strbuf_addf(sb, "%s%s", sb->length && sb->text[sb->length - 1] != ' ' ? " or " : "", text);
}

/* What stands in front of the operand in a sentence. */
static const struct phrase {
	const char *word, *before;
} phrases[] = {
	{"at-least", "at least "},
	{"at-most", "at most "},
	{"cidr", "an address or block of "},
	{"contains", "with "},
	{"exactly", "exactly "},
	{"in", "one of "},
	{"in-order", "in this order "},
	{"inside", "inside "},
	{"matches", "a text that matches "},
	{"not", "not "},
	{"present", NULL},
	{"same-as", "the same as "},
	{"size", "of size "},
	{"starts-with", "a text that starts with "},
};

static void describe_word(struct strbuf *sb, const char *word, const struct json *operand)
{
	if (str_eq(word, "present")) {
		strbuf_add(sb, str_eq(json_str(operand), "false") ||
					       (json_is_bool(operand) && !json_bool(operand))
				       ? "nothing"
				       : "something");
		return;
	}
	for (size_t i = 0; i < array_size(phrases); i++)
		if (str_eq(phrases[i].word, word))
			strbuf_add(sb, phrases[i].before);
	if (str_eq(word, "inside") && !json_is_string(operand))
		match_blocks(operand, add_block, sb);
	else
		describe(sb, operand);
}

static void describe_object(struct strbuf *sb, const struct json *object)
{
	const struct json *first = json_first(object);
	const char *between = "";

	if (first && match_is_word(json_key(first))) {
		json_foreach (item, object) {
			strbuf_add(sb, between);
			describe_word(sb, json_key(item), item);
			between = " and ";
		}
		return;
	}
	strbuf_add(sb, "{");
	json_foreach (item, object) {
		strbuf_addf(sb, "%s %s: ", between, json_key(item));
		describe(sb, item);
		between = ",";
	}
	strbuf_add(sb, first ? " }" : "}");
}

static void describe(struct strbuf *sb, const struct json *expected)
{
	_cleanup_(freep) char *text = NULL;

	if (json_is_array(expected)) {
		describe_list(sb, expected);
	} else if (json_is_object(expected)) {
		describe_object(sb, expected);
	} else {
		text = match_scalar_text(expected);
		strbuf_add(sb, text ? (*text ? text : "\"\"") : "null");
	}
}

char *match_describe(const struct json *expected)
{
	struct strbuf sb;

	strbuf_init(&sb, WHOLE_MAX);
	describe(&sb, expected);
	return cut(strbuf_steal(&sb));
}
