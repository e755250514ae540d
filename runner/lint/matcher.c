/* Matchers: { at-least: 1 } and the like. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "emulator/base/cidr.h"
#include "runner/lint/inner.h"
#include "runner/text.h"

static void operand(struct lint *lint, const struct yaml_node *node, const char *must_be)
{
	lint_error(lint, place_of_value(node), xasprintf("%s must be %s", node->key, must_be),
		   NULL);
}

static bool is_number(const char *text)
{
	char *end;

	(void)!strtod(text, &end);
	return *text && !*end;
}

static void check_regex(struct lint *lint, const struct yaml_node *node)
{
	int code;
	PCRE2_SIZE at;
	PCRE2_UCHAR text[256];
	pcre2_code *regex = pcre2_compile((PCRE2_SPTR)node->text, PCRE2_ZERO_TERMINATED, PCRE2_UTF,
					  &code, &at, NULL);

	if (regex) {
		pcre2_code_free(regex);
		return;
	}
	pcre2_get_error_message(code, text, sizeof(text));
	lint_error(lint, place_of_value(node),
		   xasprintf("\"%s\" is not a regular expression", node->text),
		   xasprintf("%s, at character %zu", (const char *)text, at + 1));
}

/* The operand of one matcher word, its ${…} replaced. */
static void check_word(struct lint *lint, const struct yaml_node *node)
{
	const char *word = node->key;
	const struct json *value;
	_cleanup_(freep) char *text = NULL;
	struct cidr cidr;

	if (str_eq(word, "size")) {
		lint_matcher(lint, node);
		return;
	}
	if (str_eq(word, "in") || str_eq(word, "in-order")) {
		if (node->type != YAML_LIST)
			operand(lint, node, "a list");
		return;
	}
	if (str_eq(word, "contains") && node->type == YAML_SCALAR && strstr(node->text, "${"))
		free(lint_expand(lint, node, NULL,
				 &value)); /* an element is none of ours, a text is */
	if (str_eq(word, "not") || str_eq(word, "contains") || str_eq(word, "exactly"))
		return;
	if (node->type != YAML_SCALAR) {
		operand(lint, node, "a single value");
		return;
	}
	text = lint_expand(lint, node, NULL, &value);
	if (!text)
		return;
	if (str_starts_with(word, "at-") && !is_number(text))
		operand(lint, node, "a number");
	else if (str_eq(word, "present") && !str_eq(text, "true") && !str_eq(text, "false"))
		operand(lint, node, "true or false");
	else if (str_eq(word, "cidr") && !str_eq(text, "ipv4") && !str_eq(text, "ipv6"))
		operand(lint, node, "ipv4 or ipv6");
	else if (str_eq(word, "inside") && !cidr_parse(text, &cidr))
		operand(lint, node, "a block such as 10.0.0.0/16, or a remembered object");
	else if (str_eq(word, "matches"))
		check_regex(lint, node);
}

static void check_free(struct lint *lint, const struct yaml_node *node)
{
	const struct json *value;

	if (node->type == YAML_SCALAR) {
		if (strstr(node->text, "${"))
			free(lint_expand(lint, node, NULL, &value));
		return;
	}
	for (const struct yaml_node *child = node->first; child; child = child->next)
		lint_matcher(lint, child);
}

void lint_matcher(struct lint *lint, const struct yaml_node *node)
{
	const char *names[64];
	size_t n = schema_word_names("matcher", names, array_size(names)), known = 0;

	if (node->type != YAML_MAP) {
		check_free(lint, node);
		return;
	}
	for (const struct yaml_node *child = node->first; child; child = child->next)
		known += schema_is_matcher_word(child->key);
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		char *remedy;

		if (schema_is_matcher_word(child->key)) {
			check_word(lint, child);
			continue;
		}
		remedy = text_did_you_mean(child->key, names, n);
		if (known || remedy)
			lint_error(lint, place_of_key(child),
				   xasprintf("there is no matcher \"%s\"", child->key),
				   remedy ? remedy
					  : xstrdup("all matchers: skyrig explain matchers"));
		else
			lint_error(lint, place_of_key(child),
				   xasprintf("there is no matcher \"%s\"", child->key),
				   xstrdup("all matchers: skyrig explain matchers"));
	}
}

static void check_count(struct lint *lint, const struct yaml_node *node)
{
	const struct json *value;
	_cleanup_(freep) char *text = NULL;

	if (node->type != YAML_SCALAR) {
		operand(lint, node, "a whole number");
		return;
	}
	text = lint_expand(lint, node, NULL, &value);
	if (text && (!*text || text[strspn(text, "0123456789")]))
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" is not a whole number", text),
			   xstrdup("write 2, or { at-least: 2 }"));
}

void lint_how_many(struct lint *lint, const struct yaml_node *node)
{
	static const char *const bounds[] = {"at-least", "at-most", "not", "in"};

	if (node->type != YAML_MAP) {
		check_count(lint, node);
		return;
	}
	for (const struct yaml_node *child = node->first; child; child = child->next)
		if (!schema_is_matcher_word(child->key)) {
			lint_matcher(lint, node);
			return;
		}
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		bool bound = false;

		for (size_t i = 0; i < array_size(bounds); i++)
			bound = bound || str_eq(child->key, bounds[i]);
		if (!bound)
			lint_error(lint, place_of_key(child),
				   xasprintf("a number of things cannot fit \"%s\"", child->key),
				   xstrdup("one of at-least, at-most, not and in"));
		else if (!str_eq(child->key, "in"))
			check_count(lint, child);
		else if (child->type != YAML_LIST)
			operand(lint, child, "a list");
		else
			for (const struct yaml_node *item = child->first; item; item = item->next)
				check_count(lint, item);
	}
}
