/*
 * Conversions between kinds, and type(). Source: cel-go common/types ConvertToType;
 * common/types/overflow.go for the bounds.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "emulator/base/arena.h"
#include "emulator/base/cidr.h"
#include "emulator/base/utf8.h"
#include "emulator/kube/cel/inner.h"

#define EXPONENT_FROM 6 /* digits before the point (strconv.FormatFloat 'g', -1) */

static struct cel_value same(struct cel_run *run _unused_, const struct cel_value *a)
{
	return a[0];
}

const char *cel_copy_text(struct cel_run *run, const struct cel_value *value)
{
	return arena_strndup(run->arena, value->text, value->length);
}

/* The shortest digits that mean the same; `plain`: without an exponent. */
static const char *double_text(struct arena *arena, double real, bool plain)
{
	const char *text, *exponent;
	int power, precision = 0;

	if (isnan(real))
		return "NaN";
	if (isinf(real))
		return real < 0 ? "-Inf" : "+Inf";
	do
		text = arena_printf(arena, "%.*e", precision, real);
	while (strtod(text, NULL) != real && ++precision < 17);
	exponent = strchr(text, 'e');
	power = (int)strtol(exponent + 1, NULL, 10);
	if (!plain && (power < -4 || power >= EXPONENT_FROM))
		return text;
	return arena_printf(arena, "%.*f", precision > power ? precision - power : 0, real);
}

const char *cel_double_text(struct arena *arena, double real)
{
	return double_text(arena, real, false);
}

const char *cel_double_plain(struct arena *arena, double real)
{
	return double_text(arena, real, true);
}

static struct cel_value bad(struct cel_run *run, const struct cel_value *a, const char *to)
{
	return cel_error(run->arena, "type conversion error from '%s' to '%s'",
			 cel_kind_name(a->kind), to);
}

static bool has_nul(const struct cel_value *value)
{
	return !value->length || memchr(value->text, '\0', value->length);
}

static struct cel_value text_to_int(struct cel_run *run, const struct cel_value *a)
{
	const char *text = cel_copy_text(run, a);
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (has_nul(a) || *end || errno || *text == ' ' || end == text)
		return cel_error(run->arena, "strconv.ParseInt: parsing \"%s\": %s", text,
				 errno == ERANGE ? "value out of range" : "invalid syntax");
	return cel_int(number);
}

static struct cel_value text_to_uint(struct cel_run *run, const struct cel_value *a)
{
	const char *text = cel_copy_text(run, a);
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (has_nul(a) || *end || errno || *text < '0' || *text > '9')
		return cel_error(run->arena, "strconv.ParseUint: parsing \"%s\": %s", text,
				 errno == ERANGE ? "value out of range" : "invalid syntax");
	return cel_uint(number);
}

static struct cel_value text_to_double(struct cel_run *run, const struct cel_value *a)
{
	const char *text = cel_copy_text(run, a);
	char *end;
	double number = strtod(text, &end);

	if (has_nul(a) || *end || *text == ' ' || end == text || strpbrk(text, "xXpP"))
		return cel_error(run->arena, "strconv.ParseFloat: parsing \"%s\": invalid syntax",
				 text);
	return cel_double(number);
}

static struct cel_value double_to_int(struct cel_run *run, const struct cel_value *a)
{
	/* the bounds themselves are refused (overflow.go doubleToInt64Checked) */
	if (!(a->real > -0x1p63 && a->real < 0x1p63))
		return cel_error(run->arena, "integer overflow");
	return cel_int((int64_t)a->real);
}

static struct cel_value double_to_uint(struct cel_run *run, const struct cel_value *a)
{
	if (!(a->real >= 0 && a->real < 0x1p64))
		return cel_error(run->arena, "unsigned integer overflow");
	return cel_uint((uint64_t)a->real);
}

static struct cel_value uint_to_int(struct cel_run *run, const struct cel_value *a)
{
	return a->natural > INT64_MAX ? cel_error(run->arena, "integer overflow")
				      : cel_int((int64_t)a->natural);
}

static struct cel_value int_to_uint(struct cel_run *run, const struct cel_value *a)
{
	return a->integer < 0 ? cel_error(run->arena, "unsigned integer overflow")
			      : cel_uint((uint64_t)a->integer);
}

static struct cel_value int_to_double(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double((double)a->integer);
}

static struct cel_value uint_to_double(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double((double)a->natural);
}

/* timestamp and duration: the seconds, and the ns */
static struct cel_value time_to_int(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(a->integer);
}

static struct cel_value text_to_bool(struct cel_run *run, const struct cel_value *a)
{
	static const char *const yes[] = {"1", "t", "true", "TRUE", "True"};
	static const char *const no[] = {"0", "f", "false", "FALSE", "False"};
	const char *text = cel_copy_text(run, a);

	for (size_t i = 0; i < array_size(yes); i++)
		if (str_eq(text, yes[i]) || str_eq(text, no[i]))
			return cel_bool(str_eq(text, yes[i]));
	return bad(run, a, "bool");
}

static struct cel_value text_to_bytes(struct cel_run *run _unused_, const struct cel_value *a)
{
	struct cel_value value = a[0];

	value.kind = CEL_BYTES;
	return value;
}

static struct cel_value bytes_to_text(struct cel_run *run, const struct cel_value *a)
{
	if (!utf8_is_valid(a->text, a->length))
		return cel_error(run->arena, "invalid UTF-8 in bytes, cannot convert to string");
	return cel_text_len(a->text, a->length);
}

/* What %v prints, for kinds that string() takes, and for keys in messages. */
const char *cel_show(struct cel_run *run, const struct cel_value *value)
{
	char buffer[CIDR_TEXT_MAX];

	switch (value->kind) {
	case CEL_NULL: return "null";
	case CEL_BOOL: return value->truth ? "true" : "false";
	case CEL_INT: return arena_printf(run->arena, "%" PRId64, value->integer);
	case CEL_UINT: return arena_printf(run->arena, "%" PRIu64, value->natural);
	case CEL_DOUBLE: return cel_double_text(run->arena, value->real);
	case CEL_STRING:
	case CEL_BYTES:
	case CEL_ERROR: return cel_copy_text(run, value);
	case CEL_DURATION: return cel_duration_text(run->arena, value->integer);
	case CEL_TIMESTAMP: return cel_timestamp_text(run->arena, value);
	case CEL_IP: return arena_strdup(run->arena, ip_format(&value->net->ip, buffer));
	case CEL_CIDR: return arena_strdup(run->arena, cidr_format(value->net, buffer));
	case CEL_TYPE: return cel_kind_name(value->type->kind);
	default: return cel_kind_name(value->kind);
	}
}

static struct cel_value to_text(struct cel_run *run, const struct cel_value *a)
{
	return cel_text(cel_show(run, a));
}

static struct cel_value type_of(struct cel_run *run _unused_, const struct cel_value *a)
{
	return (struct cel_value){.kind = CEL_TYPE, .type = cel_type_of(a->kind)};
}

const struct cel_overload cel_conversions[] = {
	{"type", "1>@1", type_of, COST_ONE},
	{"dyn", "1>*", same, COST_ONE},
	{"bool", "b>b", same, COST_ONE},
	{"bool", "s>b", text_to_bool, COST_ONE},
	{"bytes", "y>y", same, COST_ONE},
	{"bytes", "s>y", text_to_bytes, COST_FIRST},
	{"double", "d>d", same, COST_ONE},
	{"double", "i>d", int_to_double, COST_ONE},
	{"double", "u>d", uint_to_double, COST_ONE},
	{"double", "s>d", text_to_double, COST_ONE},
	{"int", "i>i", same, COST_ONE},
	{"int", "d>i", double_to_int, COST_ONE},
	{"int", "u>i", uint_to_int, COST_ONE},
	{"int", "s>i", text_to_int, COST_ONE},
	{"int", "T>i", time_to_int, COST_ONE},
	{"int", "D>i", time_to_int, COST_ONE},
	{"uint", "u>u", same, COST_ONE},
	{"uint", "i>u", int_to_uint, COST_ONE},
	{"uint", "d>u", double_to_uint, COST_ONE},
	{"uint", "s>u", text_to_uint, COST_ONE},
	{"string", "s>s", same, COST_ONE},
	{"string", "b>s", to_text, COST_ONE},
	{"string", "i>s", to_text, COST_ONE},
	{"string", "u>s", to_text, COST_ONE},
	{"string", "d>s", to_text, COST_ONE},
	{"string", "y>s", bytes_to_text, COST_FIRST},
	{"string", "D>s", to_text, COST_ONE},
	{"string", "T>s", to_text, COST_ONE},
	{"string", "I>s", to_text, COST_ONE},
	{"string", "C>s", to_text, COST_ONE},
	{},
};
