/*
 * "…%s…".format([…]). Source: cel-go ext/formatting.go (version 2 of the strings library).
 */
#include <ctype.h>
#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cel/inner.h"

#define MADE_MAX	(1 << 20)
#define PRECISION_MAX	1000
#define PRECISION_USUAL 6
#define DEPTH_MAX	32 /* lists in lists */

static bool add_any(struct cel_run *run, struct strbuf *sb, const struct cel_value *value,
		    unsigned depth)
{
	bool list = value->kind == CEL_LIST, first = true;
	struct cel_walk walk;

	if (depth > DEPTH_MAX)
		return false;
	if (depth && value->kind == CEL_STRING) {
		strbuf_addf(sb, "\"%s\"", cel_show(run, value));
		return true;
	}
	if (!cel_walk_start(&walk, run->arena, value)) {
		strbuf_add(sb, cel_show(run, value));
		return value->kind != CEL_ERROR;
	}
	strbuf_add(sb, list ? "[" : "{");
	for (; cel_walk_next(&walk); first = false) {
		if (!first)
			strbuf_add(sb, ", ");
		if (!add_any(run, sb, &walk.item, depth + 1))
			return false;
		if (list)
			continue;
		strbuf_add(sb, ": ");
		if (!add_any(run, sb, &walk.value, depth + 1))
			return false;
	}
	strbuf_add(sb, list ? "]" : "}");
	return true;
}

static bool add_number(struct cel_run *run, struct strbuf *sb, char letter, int precision,
		       const struct cel_value *value)
{
	double real = value->kind == CEL_DOUBLE ? value->real
		      : value->kind == CEL_UINT ? (double)value->natural
						: (double)value->integer;

	if (value->kind != CEL_INT && value->kind != CEL_UINT && value->kind != CEL_DOUBLE)
		return false;
	if (letter == 'f')
		strbuf_addf(sb, "%.*f", precision, real);
	else if (letter == 'e')
		strbuf_addf(sb, "%.*e", precision, real);
	else
		strbuf_add(sb, cel_show(run, value));
	return true;
}

/* %b, %o, %x, %X of whole numbers; %x of texts too */
static bool add_digits(struct strbuf *sb, char letter, const struct cel_value *value)
{
	const char *digits = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned base = letter == 'b' ? 2 : letter == 'o' ? 8 : 16;
	bool negative = value->kind == CEL_INT && value->integer < 0;
	uint64_t rest = negative ? 0 - value->natural : value->natural;
	char text[65];
	size_t at = sizeof(text);

	if (value->kind == CEL_BOOL && letter == 'b') {
		strbuf_add_char(sb, value->truth ? '1' : '0');
		return true;
	}
	if (base == 16 && (value->kind == CEL_STRING || value->kind == CEL_BYTES)) {
		for (size_t i = 0; i < value->length; i++) {
			strbuf_add_char(sb, digits[(uint8_t)value->text[i] >> 4]);
			strbuf_add_char(sb, digits[(uint8_t)value->text[i] & 15]);
		}
		return true;
	}
	if (value->kind != CEL_INT && value->kind != CEL_UINT)
		return false;
	do
		text[--at] = digits[rest % base];
	while (rest /= base);
	if (negative)
		strbuf_add_char(sb, '-');
	strbuf_add_bytes(sb, text + at, sizeof(text) - at);
	return true;
}

static bool add_clause(struct cel_run *run, struct strbuf *sb, char letter, int precision,
		       const struct cel_value *value)
{
	switch (letter) {
	case 's': return add_any(run, sb, value, 0);
	case 'd':
	case 'e':
	case 'f': return add_number(run, sb, letter, precision, value);
	case 'b':
	case 'o':
	case 'x':
	case 'X': return add_digits(sb, letter, value);
	default: return false;
	}
}

static int read_precision(const char **at)
{
	int precision = 0;

	if (**at != '.')
		return PRECISION_USUAL;
	for (++*at; isdigit((unsigned char)**at); ++*at)
		if (precision <= PRECISION_MAX)
			precision = precision * 10 + (**at - '0');
	return precision > PRECISION_MAX ? PRECISION_MAX : precision;
}

static struct cel_value print(struct cel_run *run, const struct cel_value *a, struct strbuf *sb)
{
	const char *at = cel_copy_text(run, a);
	struct cel_value item;
	int64_t index = 0;

	for (; *at; at++) {
		int precision;

		if (*at != '%') {
			strbuf_add_char(sb, *at);
			continue;
		}
		at++;
		if (*at == '%') {
			strbuf_add_char(sb, '%');
			continue;
		}
		precision = read_precision(&at);
		if (!*at)
			return cel_error(run->arena, "unexpected end of string");
		if (!cel_list_at(run->arena, &a[1], index++, &item))
			return cel_error(run->arena, "index %lld out of range",
					 (long long)index - 1);
		if (!add_clause(run, sb, *at, precision, &item))
			return cel_error(run->arena,
					 "could not parse formatting clause: no %%%c of %s", *at,
					 cel_kind_name(item.kind));
	}
	if (sb->overflow)
		return cel_error(run->arena, "the string is larger than %d bytes", MADE_MAX);
	return cel_text_len(arena_strndup(run->arena, strbuf_text(sb), sb->length), sb->length);
}

static struct cel_value format(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value made;
	struct strbuf sb;

	strbuf_init(&sb, MADE_MAX);
	made = print(run, a, &sb);
	strbuf_done(&sb);
	return made;
}

const struct cel_overload cel_printf[] = {
	{"format", ".s[*]>s", format, COST_FIRST},
	{},
};
