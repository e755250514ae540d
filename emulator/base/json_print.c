/* JSON trees: the writer, byte for byte as Go's encoder without HTML escaping. */
#include "emulator/base/json.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "emulator/base/json_node.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/utf8.h"

#define TEXT_MAX_BYTES (SIZE_MAX / 4) /* json_to_text: memory is the limit */
#define EXACT_INTS     1e15	      /* below, each double without fraction is its integer */

/* strbuf_add_bytes, with the usual case (there is room already) in place: printing is hot. */
static inline void put(struct strbuf *sb, const char *bytes, size_t n)
{
	if (n >= sb->room - sb->length) {
		strbuf_add_bytes(sb, bytes, n);
		return;
	}
	memcpy(sb->text + sb->length, bytes, n);
	sb->length += n;
	sb->text[sb->length] = '\0';
}

static inline void put_char(struct strbuf *sb, char c)
{
	put(sb, &c, 1);
}

/* How one byte of a string is written; U+2028 and U+2029 are escaped too, as Go does. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void print_special(struct strbuf *sb, unsigned char c)
{
	static const char values[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *value = c ? strchr(values, c) : NULL;

	if (value)
		put(sb, (char[]){'\\', names[value - values]}, 2);
	else
		strbuf_addf(sb, "\\u%04x", c);
}

static void print_string(struct strbuf *sb, const char *text)
{
	const char *p = text, *end = text + strlen(text);

	put_char(sb, '"');
	while (p < end) {
		const char *run = p;
		size_t n;

		while (is_plain((unsigned char)*p))
			p++;
		if (p > run)
			put(sb, run, (size_t)(p - run));
		if (p == end)
			break;
		n = utf8_char_bytes(p, (size_t)(end - p));
		if (n == 0) {
			strbuf_add(sb, "\\ufffd");
			n = 1;
		} else if (n == 1) {
			print_special(sb, (unsigned char)*p);
		} else if (n == 3 && memcmp(p, "\xe2\x80\xa8", 3) == 0) {
			strbuf_add(sb, "\\u2028");
		} else if (n == 3 && memcmp(p, "\xe2\x80\xa9", 3) == 0) {
			strbuf_add(sb, "\\u2029");
		} else {
			put(sb, p, n);
		}
		p += n;
	}
	put_char(sb, '"');
}

static void print_int(struct strbuf *sb, int64_t value)
{
	char digits[24], *p = digits + sizeof(digits);
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--p = '-';
	put(sb, p, (size_t)(digits + sizeof(digits) - p));
}

/* The fewest digits that read back as the same double; returns the decimal exponent of the first
 * one. digits has 20 bytes. */
static int shortest_digits(double value, char *digits)
{
	char text[40];
	size_t n = 0;
	char *p;

	/* 15 digits, trimmed, are the shortest form of all that has one of up to 15, except of the
	 * few subnormal numbers */
	for (int precision = value < DBL_MIN ? 0 : 14; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}
	for (p = text; *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	return (int)strtol(p + 1, NULL, 10);
}

/* Source: Go, encoding/json floatEncoder: exponents below 1e-6 and from 1e21 on, and "e-09" is
 * written "e-9". */
static void print_double(struct strbuf *sb, double value)
{
	char digits[20];
	int exponent, n;

	if (signbit(value)) {
		put_char(sb, '-');
		value = -value;
	}
	exponent = shortest_digits(value, digits);
	n = (int)strlen(digits);
	if (value != 0 && (value < 1e-6 || value >= 1e21)) {
		strbuf_addf(sb, "%c%s%se%s%d", digits[0], n > 1 ? "." : "", digits + 1,
			    exponent < 0 ? "" : "+", exponent);
	} else if (exponent < 0) {
		strbuf_addf(sb, "0.%.*s%s", -exponent - 1, "00000000", digits);
	} else if (exponent + 1 >= n) {
		strbuf_addf(sb, "%s%.*s", digits, exponent + 1 - n, "000000000000000000000");
	} else {
		strbuf_addf(sb, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
	}
}

static void print_number(struct strbuf *sb, double value)
{
	if (fabs(value) < EXACT_INTS && value == (double)(int64_t)value &&
	    (value != 0 || !signbit(value)))
		print_int(sb, (int64_t)value);
	else
		print_double(sb, value);
}

static void print_indent(struct strbuf *sb, unsigned depth)
{
	put_char(sb, '\n');
	while (depth--)
		put(sb, "  ", 2);
}

/* depth counts from 1 when the text is pretty, and is 0 all the way when it is compact. */
static void print_node(struct strbuf *sb, const cJSON *node, unsigned depth);

static void print_children(struct strbuf *sb, const cJSON *node, unsigned depth)
{
	bool is_object = node_type(node) == cJSON_Object;

	put_char(sb, is_object ? '{' : '[');
	for (const cJSON *child = node->child; child && !sb->overflow; child = child->next) {
		if (child != node->child)
			put_char(sb, ',');
		if (depth)
			print_indent(sb, depth);
		if (is_object) {
			print_string(sb, child->string);
			put(sb, ": ", depth ? 2 : 1);
		}
		print_node(sb, child, depth ? depth + 1 : 0);
	}
	if (depth && node->child)
		print_indent(sb, depth - 1);
	put_char(sb, is_object ? '}' : ']');
}

static void print_node(struct strbuf *sb, const cJSON *node, unsigned depth)
{
	switch (node_type(node)) {
	case cJSON_False: put(sb, "false", 5); break;
	case cJSON_True: put(sb, "true", 4); break;
	case cJSON_Number: print_number(sb, node->valuedouble); break;
	case cJSON_Raw: strbuf_add(sb, node->valuestring); break;
	case cJSON_String: print_string(sb, node->valuestring); break;
	case cJSON_Array:
	case cJSON_Object: print_children(sb, node, depth); break;
	default: put(sb, "null", 4); break;
	}
}

void json_print(struct strbuf *sb, const struct json *json)
{
	static const cJSON null = {.type = cJSON_NULL};

	json_node_note_all(node_of_const(json));
	print_node(sb, json ? node_of_const(json) : &null, 0);
}

void json_print_pretty(struct strbuf *sb, const struct json *json)
{
	static const cJSON null = {.type = cJSON_NULL};

	json_node_note_all(node_of_const(json));
	print_node(sb, json ? node_of_const(json) : &null, 1);
}

char *json_to_text(const struct json *json)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX_BYTES);
	json_print(&sb, json);
	return strbuf_steal(&sb);
}
