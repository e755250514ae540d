/* YAML values as JSON, as Kubernetes reads manifests. */
#include <math.h>

#include "emulator/base/json.h"
#include "emulator/base/yaml.h"

#define DECIMAL "0123456789"

static bool is_one_of(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

/* Whether text is one or more characters of the set, and nothing else. */
static bool is_all(const char *text, const char *set)
{
	return *text && !text[strspn(text, set)];
}

/* 0x1F, 0o17 and (as goyaml) 017; *ret is a new number, or NULL when the text is none of these.
 * What does not fit 64 bits is no integer in goyaml either: it stays text. */
static struct json *based_int(const char *text)
{
	const char *digits = text + (*text == '-' || *text == '+');
	unsigned long long value;
	bool negative = *text == '-';
	int base = 8;

	if (digits[0] != '0' || !digits[1])
		return NULL;
	digits++;
	if (*digits == 'x') {
		base = 16;
		digits++;
	} else if (*digits == 'o') {
		digits++;
	}
	if (!is_all(digits, base == 16 ? DECIMAL "abcdefABCDEF" : "01234567") ||
	    strlen(digits) > (base == 16 ? 16 : 21))
		return NULL;
	value = strtoull(digits, NULL, base);
	if (value > INT64_MAX)
		return NULL;
	return json_new_int(negative ? -(int64_t)value : (int64_t)value);
}

/* The number that the text writes by the core schema: [-+]? digits, a fraction, an exponent. */
static struct json *plain_number(const char *text)
{
	const char *start = text + (*text == '-' || *text == '+'), *p = start;
	size_t before = strspn(p, DECIMAL), after = 0;
	int64_t value;
	struct json *number;
	double fraction;

	p += before;
	if (!*p && before && (*start != '0' || before == 1)) {
		/* an integer: digits are kept whatever their number; "+1" is 1, "-0" is 0.
		 * 08 is no octal number: goyaml then makes a float of it, 8 */
		number = json_new_digits(*text == '+' ? start : text);
		if (!json_int(number, &value))
			return number;
		json_free(number);
		return json_new_int(value);
	}
	if (*p == '.') {
		after = strspn(++p, DECIMAL);
		p += after;
	}
	if (!before && !after)
		return NULL;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '+' || *p == '-';
		if (!is_all(p, DECIMAL))
			return NULL;
		p += strlen(p);
	}
	if (*p)
		return NULL;
	fraction = strtod(text, NULL);
	return isfinite(fraction) ? json_new_double(fraction) : NULL;
}

static struct json *scalar_to_json(const struct yaml_node *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"},
				 *const truths[] = {"true", "True", "TRUE"},
				 *const falsehoods[] = {"false", "False", "FALSE"};
	const char *text = node->text;
	struct json *number = NULL;

	if (node->quoted)
		return json_new_string(text);
	if (is_one_of(text, nulls, array_size(nulls)))
		return json_new_null();
	if (is_one_of(text, truths, array_size(truths)))
		return json_new_bool(true);
	if (is_one_of(text, falsehoods, array_size(falsehoods)))
		return json_new_bool(false);
	number = based_int(text);
	if (!number)
		number = plain_number(text);
	return number ? number : json_new_string(text);
}

static struct json *to_json(const struct yaml_node *node,
			    struct json *(*scalar)(const struct yaml_node *node))
{
	struct json *json;

	if (!node)
		return json_new_null();
	switch (node->type) {
	case YAML_SCALAR: return scalar(node);
	case YAML_LIST:
		json = json_new_array();
		for (const struct yaml_node *child = node->first; child; child = child->next)
			json_append(json, to_json(child, scalar));
		return json;
	case YAML_MAP:
		json = json_new_object();
		/* the parser refuses duplicate keys */
		for (const struct yaml_node *child = node->first; child; child = child->next)
			json_add(json, child->key, to_json(child, scalar));
		return json;
	}
	return json_new_null();
}

struct json *yaml_to_json(const struct yaml_node *node)
{
	return to_json(node, scalar_to_json);
}

static struct json *scalar_to_text(const struct yaml_node *node)
{
	return json_new_string(node->text);
}

struct json *yaml_to_json_text(const struct yaml_node *node)
{
	return to_json(node, scalar_to_text);
}
