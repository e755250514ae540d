/*
 * resource.Quantity: "1.5Gi", "100m". Kept in billionths; beyond 2^63 is refused.
 *
 * Source: apiserver pkg/cel/library/quantity.go; apimachinery pkg/api/resource/quantity.go.
 */
#include <ctype.h>

#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

#define NANO ((__int128)1000000000)

/* The suffix as a factor up and one down; false: there is no such. */
static bool read_suffix(const char *text, __int128 *up, __int128 *down)
{
	static const char binary[] = "KMGTPE", decimal[] = "kMGTPE", small[] = "mun";
	const char *found;
	int power = 0, sign = 1;

	*up = *down = 1;
	if (!*text)
		return true;
	if (text[1] == 'i' && !text[2] && (found = strchr(binary, *text))) {
		for (const char *c = binary; c <= found; c++)
			*up *= 1024;
		return true;
	}
	if (!text[1] && (found = strchr(decimal, *text))) {
		for (const char *c = decimal; c <= found; c++)
			*up *= 1000;
		return true;
	}
	if (!text[1] && (found = strchr(small, *text))) {
		for (const char *c = small; c <= found; c++)
			*down *= 1000;
		return true;
	}
	if ((*text != 'e' && *text != 'E') || !text[1])
		return false;
	text++;
	sign = *text == '-' ? -1 : 1;
	text += *text == '-' || *text == '+';
	for (; isdigit((unsigned char)*text) && power < 30; text++)
		power = power * 10 + (*text - '0');
	for (int i = 0; i < power && i < 18; i++)
		*(sign < 0 ? down : up) *= 10;
	return !*text && power <= 18;
}

bool cel_read_quantity(const char *text, size_t length, __int128 *ret)
{
	__int128 mantissa = 0, scale = 1, up, down, top = (__int128)INT64_MAX * NANO;
	const char *end = text + length;
	bool negative = length && *text == '-', digits = false;

	if (memchr(text, '\0', length))
		return false;
	text += length && (*text == '-' || *text == '+');
	for (bool fraction = false; text < end && (isdigit((unsigned char)*text) || *text == '.');
	     text++) {
		if (*text == '.') {
			if (fraction)
				return false;
			fraction = true;
			continue;
		}
		digits = true;
		if (fraction && scale >= NANO)
			continue; /* finer than a billionth */
		mantissa = mantissa * 10 + (*text - '0');
		scale *= fraction ? 10 : 1;
		if (mantissa > (__int128)INT64_MAX * NANO)
			return false;
	}
	if (!digits || !read_suffix(text, &up, &down))
		return false;
	/* billionths, and what is finer is rounded up */
	if (__builtin_mul_overflow(mantissa, up, &mantissa) ||
	    __builtin_mul_overflow(mantissa, NANO, &mantissa))
		return false;
	*ret = (mantissa + scale * down - 1) / (scale * down);
	if (*ret > top)
		return false;
	*ret = negative ? -*ret : *ret;
	return true;
}

static struct cel_value new_quantity(struct cel_run *run, __int128 nano)
{
	__int128 *copy = arena_alloc(run->arena, sizeof(*copy));

	*copy = nano;
	return (struct cel_value){.kind = CEL_QUANTITY, .nano = copy};
}

static struct cel_value to_quantity(struct cel_run *run, const struct cel_value *a)
{
	const char *text = cel_copy_text(run, a);
	__int128 nano;

	if (cel_read_quantity(text, a->length, &nano))
		return new_quantity(run, nano);
	return cel_error(run->arena, "quantities must match the regular expression "
				     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

static struct cel_value is_quantity(struct cel_run *run, const struct cel_value *a)
{
	__int128 nano;

	return cel_bool(cel_read_quantity(cel_copy_text(run, a), a->length, &nano));
}

static int order(__int128 a, __int128 b)
{
	return a < b ? -1 : a > b;
}

static struct cel_value sign(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(order(*a->nano, 0));
}

static struct cel_value is_greater(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(*a[0].nano > *a[1].nano);
}

static struct cel_value is_less(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(*a[0].nano < *a[1].nano);
}

static struct cel_value compare_to(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(order(*a[0].nano, *a[1].nano));
}

static struct cel_value as_float(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_double((double)*a->nano / 1e9);
}

static struct cel_value is_integer(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(*a->nano % NANO == 0);
}

static struct cel_value as_integer(struct cel_run *run, const struct cel_value *a)
{
	return *a->nano % NANO ? cel_error(run->arena, "cannot convert value to integer")
			       : cel_int((int64_t)(*a->nano / NANO));
}

static struct cel_value bounded(struct cel_run *run, __int128 nano)
{
	__int128 top = (__int128)INT64_MAX * NANO;

	return nano > top || nano < -top ? cel_error(run->arena, "the quantity is beyond 2^63-1")
					 : new_quantity(run, nano);
}

static struct cel_value add(struct cel_run *run, const struct cel_value *a)
{
	return bounded(run, *a[0].nano + *a[1].nano);
}

static struct cel_value add_int(struct cel_run *run, const struct cel_value *a)
{
	return bounded(run, *a[0].nano + a[1].integer * NANO);
}

static struct cel_value sub(struct cel_run *run, const struct cel_value *a)
{
	return bounded(run, *a[0].nano - *a[1].nano);
}

static struct cel_value sub_int(struct cel_run *run, const struct cel_value *a)
{
	return bounded(run, *a[0].nano - a[1].integer * NANO);
}

const struct cel_overload cel_quantities[] = {
	{"quantity", "s>Q", to_quantity, COST_FIRST},
	{"isQuantity", "s>b", is_quantity, COST_FIRST},
	{"sign", "Q>i", sign, COST_ONE},
	{"isGreaterThan", ".QQ>b", is_greater, COST_ONE},
	{"isLessThan", ".QQ>b", is_less, COST_ONE},
	{"compareTo", ".QQ>i", compare_to, COST_ONE},
	{"asApproximateFloat", ".Q>d", as_float, COST_ONE},
	{"asInteger", ".Q>i", as_integer, COST_ONE},
	{"isInteger", ".Q>b", is_integer, COST_ONE},
	{"add", ".QQ>Q", add, COST_ONE},
	{"add", ".Qi>Q", add_int, COST_ONE},
	{"sub", ".QQ>Q", sub, COST_ONE},
	{"sub", ".Qi>Q", sub_int, COST_ONE},
	{},
};
