/* resource.Quantity; see quantity.h. */
#include "emulator/kube/quantity.h"

#include <ctype.h>
#include <inttypes.h>

#include "emulator/base/json.h"

#define DIGITS_MAX 36 /* of a number: more is not a quantity we can hold exactly */

typedef __int128 wide;

/* Every quantity is held as a multiple of 10^-9, as the real one is rounded up to. */
#define NANO ((wide)1000000000)

static const struct suffix {
	const char *text;
	int base;     /* 2 or 10 */
	int exponent; /* of the base */
} suffixes[] = {
	{"n", 10, -9}, {"u", 10, -6}, {"m", 10, -3}, {"", 10, 0},   {"k", 10, 3},  {"M", 10, 6},
	{"G", 10, 9},  {"T", 10, 12}, {"P", 10, 15}, {"E", 10, 18}, {"Ki", 2, 10}, {"Mi", 2, 20},
	{"Gi", 2, 30}, {"Ti", 2, 40}, {"Pi", 2, 50}, {"Ei", 2, 60},
};

static wide power(int base, int exponent)
{
	wide result = 1;

	while (exponent-- > 0)
		result *= base;
	return result;
}

enum family { DECIMAL, BINARY, EXPONENT };

static bool parse_suffix(const char *text, int *ret_base, int *ret_exponent, enum family *ret)
{
	if ((*text == 'e' || *text == 'E') && text[1]) {
		char *end;
		long exponent = strtol(text + 1, &end, 10);

		if (*end || exponent < -9 || exponent > 18)
			return false;
		*ret_base = 10;
		*ret_exponent = (int)exponent;
		*ret = EXPONENT;
		return true;
	}
	for (size_t i = 0; i < array_size(suffixes); i++)
		if (str_eq(text, suffixes[i].text)) {
			*ret_base = suffixes[i].base;
			*ret_exponent = suffixes[i].exponent;
			*ret = suffixes[i].base == 2 ? BINARY : DECIMAL;
			return true;
		}
	return false;
}

static bool parse(const char *text, wide *ret, enum family *ret_family)
{
	const wide limit = (wide)INT64_MAX * NANO;
	wide value = 0, scale = 1;
	bool negative = *text == '-', point = false;
	unsigned digits = 0;
	int base, exponent;

	if (*text == '-' || *text == '+')
		text++;
	for (; isdigit((unsigned char)*text) || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		if (++digits > DIGITS_MAX)
			return false;
		if (value > limit)
			return false;
		value = value * 10 + (*text - '0');
		if (point)
			scale *= 10;
	}
	if (!digits || !parse_suffix(text, &base, &exponent, ret_family))
		return false;
	if (exponent > 0 &&
	    value > limit / power(base, exponent > 18 && base == 10 ? 18 : exponent))
		return false;
	value *= NANO;
	value = exponent >= 0 ? value * power(base, exponent) : value / power(base, -exponent);
	value = (value + scale - 1) / scale; /* rounded up to 10^-9 */
	if (value > limit)
		return false;
	*ret = negative ? -value : value;
	return true;
}

static char *print(wide value, enum family family)
{
	const struct suffix *best = NULL;
	bool negative = value < 0;
	wide magnitude = negative ? -value : value, shown;

	if (!magnitude)
		return xstrdup("0");
	/* binary suffixes need a whole number of at least 1024 (CanonicalizeBytes) */
	if (family == BINARY && (magnitude % NANO || magnitude < 1024 * NANO))
		family = DECIMAL;
	for (size_t i = 0; i < array_size(suffixes); i++) {
		const struct suffix *s = &suffixes[i];
		wide unit;

		if ((s->base == 2) != (family == BINARY) && s->exponent)
			continue;
		unit = s->exponent >= 0 ? NANO * power(s->base, s->exponent)
					: NANO / power(s->base, -s->exponent);
		if (magnitude % unit == 0)
			best = s;
	}
	shown = best->exponent >= 0 ? magnitude / (NANO * power(best->base, best->exponent))
				    : magnitude / (NANO / power(best->base, -best->exponent));
	if (family == EXPONENT && best->exponent)
		return xasprintf("%s%" PRId64 "e%d", negative ? "-" : "", (int64_t)shown,
				 best->exponent);
	return xasprintf("%s%" PRId64 "%s", negative ? "-" : "", (int64_t)shown, best->text);
}

bool quantity_canonical(const struct json *value, char **ret)
{
	_cleanup_(freep) char *digits = json_is_number(value) ? json_to_text(value) : NULL;
	const char *text = digits ? digits : json_str(value);
	enum family family;
	wide nano;

	if (!text || !parse(text, &nano, &family))
		return false;
	*ret = print(nano, family);
	return true;
}

int64_t quantity_milli(const char *text)
{
	enum family family;
	wide nano;

	if (!text || !parse(text, &nano, &family))
		return 0;
	nano /= NANO / 1000;
	return nano > INT64_MAX ? INT64_MAX : (int64_t)nano;
}
