/* Real, monotonic and emulated time, and their texts. The only place that asks the machine's clock.
 */
#include "emulator/base/clock.h"

#include <stdio.h>
#include <time.h>

#define MS_PER_SECOND INT64_C(1000)

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

/* Time stands still while an event of a tape happens (world/tape.h). The one state here: what asks
 * for the time cannot be made to pass a clock along. */
static struct {
	unsigned depth;
	int64_t real_ms, monotonic_ms;
} held;

void clock_hold_at(int64_t real_ms, int64_t monotonic_ms)
{
	if (held.depth++)
		return;
	held.real_ms = real_ms;
	held.monotonic_ms = monotonic_ms;
}

void clock_hold(void)
{
	clock_hold_at(read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC));
}

void clock_release(void)
{
	assert(held.depth > 0);
	held.depth--;
}

int64_t clock_real_ms(void)
{
	if (held.depth)
		return held.real_ms;
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
	if (held.depth)
		return held.monotonic_ms;
	return read_clock(CLOCK_MONOTONIC);
}

void emulated_clock_init(struct emulated_clock *clock, double speed)
{
	assert(speed >= 0 && speed <= 1000);
	clock->base_monotonic_ms = clock_monotonic_ms();
	clock->base_ms = clock_real_ms();
	clock->speed = speed;
}

int64_t emulated_clock_now(const struct emulated_clock *clock)
{
	int64_t passed = clock_monotonic_ms() - clock->base_monotonic_ms;

	return clock->base_ms + (int64_t)((double)passed * clock->speed);
}

void emulated_clock_advance(struct emulated_clock *clock, int64_t ms)
{
	assert(ms >= 0);
	clock->base_ms += ms;
}

void emulated_clock_set_speed(struct emulated_clock *clock, double speed)
{
	int64_t now = emulated_clock_now(clock);

	assert(speed >= 0 && speed <= 1000);
	clock->base_monotonic_ms = clock_monotonic_ms();
	clock->base_ms = now;
	clock->speed = speed;
}

int64_t emulated_clock_until(const struct emulated_clock *clock, int64_t due_ms)
{
	int64_t left = due_ms - emulated_clock_now(clock);
	double real;

	if (left <= 0)
		return 0;
	if (clock->speed <= 0)
		return INT64_MAX;
	real = (double)left / clock->speed;
	if (real >= (double)INT64_MAX)
		return INT64_MAX;
	return (int64_t)real + ((double)(int64_t)real < real); /* rounded up */
}

/* Both formats share date and time; years outside 0 to 9999 have no RFC 3339 text and are clamped.
 */
static int format_date_time(int64_t ms, char buffer[CLOCK_TEXT_MAX], int *ret_ms)
{
	static const int64_t first = INT64_C(-62167219200000), last = INT64_C(253402300799999);
	time_t seconds;
	struct tm tm;

	ms = ms < first ? first : ms > last ? last : ms;
	*ret_ms = (int)(ms % MS_PER_SECOND);
	if (*ret_ms < 0)
		*ret_ms += (int)MS_PER_SECOND;
	seconds = (time_t)((ms - *ret_ms) / MS_PER_SECOND);
	gmtime_r(&seconds, &tm);
	return snprintf(buffer, CLOCK_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900,
			tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

const char *clock_format_ms(int64_t ms, char buffer[CLOCK_TEXT_MAX])
{
	int fraction, used = format_date_time(ms, buffer, &fraction);

	snprintf(buffer + used, (size_t)(CLOCK_TEXT_MAX - used), ".%03dZ", fraction);
	return buffer;
}

const char *clock_format_seconds(int64_t ms, char buffer[CLOCK_TEXT_MAX])
{
	int fraction, used = format_date_time(ms, buffer, &fraction);

	snprintf(buffer + used, (size_t)(CLOCK_TEXT_MAX - used), "Z");
	return buffer;
}

/* Exactly n digits followed by the character `then` (NUL: by anything); moves on. */
static bool take_number(const char **text, unsigned n, char then, int *ret)
{
	int value = 0;

	for (unsigned i = 0; i < n; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (**text - '0');
	}
	*ret = value;
	if (!then)
		return true;
	return *(*text)++ == then;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* ".123456" into milliseconds, cut off; nothing there is 0. */
static bool take_fraction(const char **text, int *ret_ms)
{
	int scale = 100;

	*ret_ms = 0;
	if (**text != '.')
		return true;
	(*text)++;
	if (**text < '0' || **text > '9')
		return false;
	for (; **text >= '0' && **text <= '9'; (*text)++, scale /= 10)
		*ret_ms += (**text - '0') * scale;
	return true;
}

/* "Z" or "+hh:mm" at the end of the text, in seconds east of Greenwich. */
static bool take_zone(const char *text, int *ret_seconds)
{
	int sign = *text == '-' ? -1 : 1, hours, minutes;

	*ret_seconds = 0;
	if (str_eq(text, "Z"))
		return true;
	if (*text != '+' && *text != '-')
		return false;
	text++;
	if (!take_number(&text, 2, ':', &hours) || !take_number(&text, 2, '\0', &minutes) ||
	    *text || hours > 23 || minutes > 59)
		return false;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool clock_parse(const char *text, int64_t *ret_ms)
{
	struct tm tm = {0};
	int fraction, zone;

	if (!text || !take_number(&text, 4, '-', &tm.tm_year) ||
	    !take_number(&text, 2, '-', &tm.tm_mon) || !take_number(&text, 2, 'T', &tm.tm_mday) ||
	    !take_number(&text, 2, ':', &tm.tm_hour) || !take_number(&text, 2, ':', &tm.tm_min) ||
	    !take_number(&text, 2, '\0', &tm.tm_sec) || !take_fraction(&text, &fraction) ||
	    !take_zone(text, &zone))
		return false;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 ||
	    tm.tm_mday > days_in_month(tm.tm_year, tm.tm_mon) || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 59)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*ret_ms = ((int64_t)timegm(&tm) - zone) * MS_PER_SECOND + fraction;
	return true;
}

/* Sorted from the longest to the shortest: a duration names each unit once, in this order. */
static const struct unit {
	const char *name;
	int64_t ms;
} units[] = {
	{"h", 3600000},
	{"m", 60000},
	{"s", 1000},
	{"ms", 1},
};

static const struct unit *find_unit(const char *name, size_t length)
{
	for (size_t i = 0; i < array_size(units); i++)
		if (strlen(units[i].name) == length && memcmp(units[i].name, name, length) == 0)
			return &units[i];
	return NULL;
}

bool duration_parse(const char *text, int64_t *ret_ms)
{
	const struct unit *last = NULL;
	int64_t total = 0;

	if (!text || !*text)
		return false;
	while (*text) {
		size_t digits = strspn(text, "0123456789"), letters = strspn(text + digits, "hms");
		const struct unit *unit = find_unit(text + digits, letters);
		int64_t number = 0, part;

		if (digits == 0 || !unit || (last && unit <= last))
			return false;
		for (size_t i = 0; i < digits; i++)
			if (__builtin_mul_overflow(number, 10, &number) ||
			    __builtin_add_overflow(number, text[i] - '0', &number))
				return false;
		if (__builtin_mul_overflow(number, unit->ms, &part) ||
		    __builtin_add_overflow(total, part, &total))
			return false;
		text += digits + letters;
		last = unit;
	}
	*ret_ms = total;
	return true;
}
