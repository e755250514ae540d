/* JSON trees: the strict reader. cJSON's own accepts far more than JSON (style.md). */
#include "emulator/base/json.h"

#include <math.h>

#include "emulator/base/json_node.h"
#include "emulator/base/utf8.h"

struct slice {
	const char *text; /* NULL: none */
	size_t length;
};

struct reader {
	const char *start, *at, *end;
	char *scratch; /* texts with escapes, decoded; never longer than the input */
	size_t scratch_used;
	cJSON *root;
	struct err *err;
};

/* Sets the error for the place `at`; line and column (in characters) count from 1. */
static bool fail(struct reader *r, const char *at, const char *message)
{
	unsigned line = 1, column = 1;

	for (const char *p = r->start; p < at; p++) {
		if (*p == '\n') {
			line++;
			column = 1;
		} else if ((*p & 0xc0) != 0x80) {
			column++;
		}
	}
	return err_set(r->err, ERR_INVALID, NULL, "line %u column %u: %s", line, column, message);
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end &&
	       (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool is_next(const struct reader *r, char c)
{
	return r->at < r->end && *r->at == c;
}

static bool skip_char(struct reader *r, char c)
{
	if (!is_next(r, c))
		return false;
	r->at++;
	return true;
}

static bool read_hex4(struct reader *r, uint32_t *ret)
{
	uint32_t value = 0;

	if (r->end - r->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = *r->at++;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return false;
	}
	*ret = value;
	return true;
}

/* Behind "\u": four digits, and the second half of a surrogate pair. */
static bool read_unicode_escape(struct reader *r, char *out, size_t *ret_length)
{
	const char *escape = r->at - 2;
	uint32_t code_point, low;

	if (!read_hex4(r, &code_point))
		return fail(r, escape, "invalid \\u escape: four hex digits are needed");
	if (!code_point)
		return fail(r, escape, "the character U+0000 is not supported");
	if (code_point >= 0xd800 && code_point <= 0xdbff) {
		if (r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u')
			return fail(r, escape, "half of a surrogate pair");
		r->at += 2;
		if (!read_hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
			return fail(r, escape, "half of a surrogate pair");
		code_point = 0x10000 + ((code_point - 0xd800) << 10 | (low - 0xdc00));
	} else if (code_point >= 0xdc00 && code_point <= 0xdfff) {
		return fail(r, escape, "half of a surrogate pair");
	}
	*ret_length = utf8_encode(code_point, out);
	return true;
}

/* At a backslash: decodes one escape into out, at most 4 bytes. */
static bool read_escape(struct reader *r, char *out, size_t *ret_length)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name;

	r->at++;
	if (r->at == r->end)
		return fail(r, r->at, "unexpected end of a string");
	if (*r->at == 'u') {
		r->at++;
		return read_unicode_escape(r, out, ret_length);
	}
	name = *r->at ? strchr(names, *r->at) : NULL;
	if (!name)
		return fail(r, r->at - 1, "invalid escape in a string");
	r->at++;
	*out = values[name - names];
	*ret_length = 1;
	return true;
}

/* Passes over characters that stand for themselves: up to a quote, a backslash or an error. */
static bool skip_plain(struct reader *r)
{
	while (r->at < r->end) {
		unsigned char c = (unsigned char)*r->at;
		size_t n = 1;

		if (c == '"' || c == '\\')
			return true;
		if (c < 0x20)
			return fail(r, r->at, "control character in a string; write it as \\u00XX");
		if (c >= 0x80)
			n = utf8_char_bytes(r->at, (size_t)(r->end - r->at));
		if (!n)
			return fail(r, r->at, "invalid UTF-8");
		r->at += n;
	}
	return fail(r, r->at, "unexpected end of a string");
}

/* At the opening quote. The slice points into the input, or into scratch when there are escapes. */
static bool read_string(struct reader *r, struct slice *ret)
{
	const char *run = ++r->at;
	char *out, *start;

	if (!skip_plain(r))
		return false;
	if (*r->at == '"') {
		*ret = (struct slice){run, (size_t)(r->at++ - run)};
		return true;
	}
	if (!r->scratch)
		r->scratch = xmalloc((size_t)(r->end - r->start));
	start = out = r->scratch + r->scratch_used;
	for (;;) {
		size_t n = (size_t)(r->at - run);

		memcpy(out, run, n);
		out += n;
		if (*r->at == '"')
			break;
		if (!read_escape(r, out, &n))
			return false;
		out += n;
		run = r->at;
		if (!skip_plain(r))
			return false;
	}
	r->at++;
	r->scratch_used += (size_t)(out - start);
	*ret = (struct slice){start, (size_t)(out - start)};
	return true;
}

static cJSON *add_node(struct reader *r, cJSON *parent, int type, struct slice key,
		       struct slice text)
{
	cJSON *node = json_node_new(type, key.text, key.length, text.text, text.length);

	if (parent)
		node_link_last(parent, node);
	else
		r->root = node;
	return node;
}

/* Passes over at least one digit; how many. */
static size_t skip_digits(struct reader *r)
{
	const char *start = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - start);
}

/* Passes over fraction and exponent; *ret_any tells whether there was one. */
static bool skip_fraction(struct reader *r, bool *ret_any)
{
	*ret_any = false;
	if (skip_char(r, '.')) {
		*ret_any = true;
		if (!skip_digits(r))
			return fail(r, r->at, "a digit is missing behind the decimal point");
	}
	if (is_next(r, 'e') || is_next(r, 'E')) {
		*ret_any = true;
		r->at++;
		if (!skip_char(r, '+'))
			skip_char(r, '-');
		if (!skip_digits(r))
			return fail(r, r->at, "a digit is missing in the exponent");
	}
	return true;
}

static bool read_number(struct reader *r, cJSON *parent, struct slice key)
{
	const char *start = r->at, *first;
	bool negative = skip_char(r, '-'), has_fraction;
	size_t digits;
	cJSON *node;

	first = r->at;
	digits = skip_digits(r);
	if (!digits)
		return fail(r, start, "invalid number");
	if (*first == '0' && digits > 1)
		return fail(r, start, "a number has leading zeros");
	if (!skip_fraction(r, &has_fraction))
		return false;
	if (!has_fraction && digits <= NODE_DIGITS_MAX) {
		int64_t value = 0;

		for (const char *p = first; p < r->at; p++)
			value = value * 10 + (*p - '0');
		node = add_node(r, parent, cJSON_Number, key, (struct slice){NULL, 0});
		node->valuedouble = negative ? -(double)value : (double)value;
		return true;
	}
	node = add_node(r, parent, cJSON_Raw, key, (struct slice){start, (size_t)(r->at - start)});
	if (has_fraction) {
		double value = strtod(node->valuestring, NULL);

		if (isfinite(value)) {
			node->type = cJSON_Number | (node->type & cJSON_StringIsConst);
			node->valuestring = NULL;
			node->valuedouble = value;
		}
	}
	return true;
}

static bool read_word(struct reader *r, cJSON *parent, struct slice key)
{
	static const struct {
		const char *word;
		int type;
	} words[] = {{"true", cJSON_True}, {"false", cJSON_False}, {"null", cJSON_NULL}};

	for (size_t i = 0; i < array_size(words); i++) {
		size_t n = strlen(words[i].word);

		if ((size_t)(r->end - r->at) >= n && memcmp(r->at, words[i].word, n) == 0) {
			r->at += n;
			add_node(r, parent, words[i].type, key, (struct slice){NULL, 0});
			return true;
		}
	}
	return fail(r, r->at, "a value is missing");
}

static bool read_value(struct reader *r, cJSON *parent, struct slice key, unsigned depth);

static bool read_member(struct reader *r, cJSON *object, unsigned depth)
{
	struct slice key;

	skip_space(r);
	if (!is_next(r, '"'))
		return fail(r, r->at, "a key in double quotes is missing");
	if (!read_string(r, &key))
		return false;
	skip_space(r);
	if (!skip_char(r, ':'))
		return fail(r, r->at, "':' is missing behind a key");
	return read_value(r, object, key, depth);
}

/* Behind the opening bracket. */
static bool read_children(struct reader *r, cJSON *container, unsigned depth)
{
	bool is_object = node_type(container) == cJSON_Object;
	char closing = is_object ? '}' : ']';

	if (depth > JSON_DEPTH_MAX)
		return fail(r, r->at - 1, "nested too deeply");
	skip_space(r);
	if (skip_char(r, closing))
		return true;
	do {
		if (is_object ? !read_member(r, container, depth)
			      : !read_value(r, container, (struct slice){NULL, 0}, depth))
			return false;
		skip_space(r);
	} while (skip_char(r, ','));
	if (!skip_char(r, closing))
		return fail(r, r->at,
			    is_object ? "',' or '}' is missing" : "',' or ']' is missing");
	return true;
}

static bool read_value(struct reader *r, cJSON *parent, struct slice key, unsigned depth)
{
	struct slice text = {NULL, 0};

	skip_space(r);
	if (r->at == r->end)
		return fail(r, r->at, "unexpected end of the text");
	switch (*r->at) {
	case '{':
		r->at++;
		return read_children(r, add_node(r, parent, cJSON_Object, key, text), depth + 1);
	case '[':
		r->at++;
		return read_children(r, add_node(r, parent, cJSON_Array, key, text), depth + 1);
	case '"':
		if (!read_string(r, &text))
			return false;
		add_node(r, parent, cJSON_String, key, text);
		return true;
	case '-':
	case '0' ... '9': return read_number(r, parent, key);
	default: return read_word(r, parent, key);
	}
}

bool json_parse(const char *text, size_t length, struct json **ret, struct err *err)
{
	struct reader r = {.start = text, .at = text, .end = text + length, .err = err};
	bool fine = read_value(&r, NULL, (struct slice){NULL, 0}, 0);

	if (fine) {
		skip_space(&r);
		if (r.at != r.end)
			fine = fail(&r, r.at, "unexpected text behind the value");
	}
	free(r.scratch);
	if (!fine) {
		cJSON_Delete(r.root);
		return false;
	}
	*ret = json_of(r.root);
	return true;
}
