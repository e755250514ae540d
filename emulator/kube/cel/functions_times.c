/*
 * Timestamps and durations.
 *
 * Source: cel-go common/types/{timestamp,duration}.go; Go's time.ParseDuration.
 */
#include <ctype.h>
#include <stdio.h>
#include <time.h>

#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "emulator/kube/cel/inner.h"

#define NS	 1000000000LL
#define FIRST_S	 (-62135596800LL) /* 0001-01-01 */
#define LAST_S	 253402300799LL	  /* 9999-12-31T23:59:59 */
#define DIGITS_9 9

static bool read_unit(const char **at, int64_t *ret)
{
	static const struct {
		const char *unit;
		int64_t ns;
	} units[] = {
		{"ns", 1},	     {"us", 1000}, {"\u00b5s", 1000}, {"\u03bcs", 1000},
		{"ms", 1000 * 1000}, {"s", NS},	   {"m", 60 * NS},    {"h", 3600 * NS},
	};

	for (size_t i = 0; i < array_size(units); i++)
		if (str_starts_with(*at, units[i].unit) &&
		    !(str_eq(units[i].unit, "m") && (*at)[1] == 's')) {
			*at += strlen(units[i].unit);
			*ret = units[i].ns;
			return true;
		}
	return false;
}

/* "1.5h": whole and fraction of one unit */
static bool read_part(const char **at, __int128 *sum)
{
	__int128 whole = 0, fraction = 0, scale = 1;
	const char *start = *at;
	int64_t unit;

	for (; isdigit((unsigned char)**at); ++*at) {
		whole = whole * 10 + (**at - '0');
		if (whole > INT64_MAX)
			return false;
	}
	if (**at == '.') {
		for (++*at; isdigit((unsigned char)**at); ++*at)
			if (scale < (__int128)NS * NS) {
				fraction = fraction * 10 + (**at - '0');
				scale *= 10;
			}
		if (*at == start + 1)
			return false;
	} else if (*at == start) {
		return false;
	}
	if (!read_unit(at, &unit))
		return false;
	*sum += whole * unit + fraction * unit / scale;
	return *sum <= (__int128)INT64_MAX;
}

bool cel_read_duration(const char *text, int64_t *ret_ns)
{
	bool negative = *text == '-';
	__int128 sum = 0;

	text += *text == '-' || *text == '+';
	if (str_eq(text, "0")) {
		*ret_ns = 0;
		return true;
	}
	if (!*text)
		return false;
	while (*text)
		if (!read_part(&text, &sum))
			return false;
	*ret_ns = (int64_t)(negative ? -sum : sum);
	return true;
}

static bool number(const char *text, size_t digits, int low, int high, int *ret)
{
	*ret = 0;
	for (size_t i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		*ret = *ret * 10 + (text[i] - '0');
	}
	return *ret >= low && *ret <= high;
}

/* ".123" and "Z" or "+02:00" */
static bool read_tail(const char *text, int32_t *nanos, int *offset_s)
{
	int hours, minutes, digits = 0;

	*nanos = 0;
	*offset_s = 0;
	if (*text == '.') {
		for (text++; isdigit((unsigned char)*text); text++, digits++)
			if (digits < DIGITS_9)
				*nanos = *nanos * 10 + (*text - '0');
		if (!digits)
			return false;
		for (; digits < DIGITS_9; digits++)
			*nanos *= 10;
	}
	if (str_eq(text, "Z"))
		return true;
	if ((*text != '+' && *text != '-') || strlen(text) != 6 || text[3] != ':' ||
	    !number(text + 1, 2, 0, 23, &hours) || !number(text + 4, 2, 0, 59, &minutes))
		return false;
	*offset_s = (hours * 60 + minutes) * (*text == '-' ? -60 : 60);
	return true;
}

bool cel_read_timestamp(const char *text, int64_t *ret_seconds, int32_t *ret_nanos)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct tm tm = {};
	int offset;

	if (strlen(text) < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
	    text[13] != ':' || text[16] != ':' || !number(text, 4, 0, 9999, &tm.tm_year) ||
	    !number(text + 5, 2, 1, 12, &tm.tm_mon) ||
	    !number(text + 8, 2, 1, days[tm.tm_mon - 1], &tm.tm_mday) ||
	    !number(text + 11, 2, 0, 23, &tm.tm_hour) || !number(text + 14, 2, 0, 59, &tm.tm_min) ||
	    !number(text + 17, 2, 0, 59, &tm.tm_sec) || !read_tail(text + 19, ret_nanos, &offset))
		return false;
	if (tm.tm_mon == 2 && tm.tm_mday == 29 &&
	    (tm.tm_year % 4 || (tm.tm_year % 100 == 0 && tm.tm_year % 400)))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*ret_seconds = (int64_t)timegm(&tm) - offset;
	return *ret_seconds >= FIRST_S && *ret_seconds <= LAST_S;
}

/* 5400000000000 → "5400s" (types/duration.go ConvertToType) */
const char *cel_duration_text(struct arena *arena, int64_t ns)
{
	return arena_printf(arena, "%ss",
			    cel_double_plain(arena, (double)(ns / NS) + (double)(ns % NS) / 1e9));
}

const char *cel_timestamp_text(struct arena *arena, const struct cel_value *when)
{
	char text[CLOCK_TEXT_MAX], fraction[16] = "";
	time_t seconds = (time_t)when->integer;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	if (when->nanos) {
		snprintf(fraction, sizeof(fraction), ".%09d", when->nanos);
		for (size_t i = strlen(fraction); fraction[i - 1] == '0'; i--)
			fraction[i - 1] = '\0';
	}
	/* strftime does not fill up a year below 1000 */
	return arena_printf(arena, "%s%s%sZ",
			    &"0000"[strcspn(text, "-") < 4 ? strcspn(text, "-") : 4], text,
			    fraction);
}

static struct cel_value same(struct cel_run *run _unused_, const struct cel_value *a)
{
	return a[0];
}

static struct cel_value text_to_duration(struct cel_run *run, const struct cel_value *a)
{
	int64_t ns;

	if (memchr(a->text, '\0', a->length) || !cel_read_duration(cel_copy_text(run, a), &ns))
		return cel_error(run->arena, "type conversion error from 'string' to "
					     "'google.protobuf.Duration'");
	return cel_duration(ns);
}

static struct cel_value int_to_duration(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_duration(a->integer);
}

static struct cel_value text_to_timestamp(struct cel_run *run, const struct cel_value *a)
{
	int64_t seconds;
	int32_t nanos;

	if (!cel_read_timestamp(cel_copy_text(run, a), &seconds, &nanos))
		return cel_error(run->arena, "type conversion error from 'string' to "
					     "'google.protobuf.Timestamp'");
	return cel_timestamp(seconds, nanos);
}

static struct cel_value int_to_timestamp(struct cel_run *run, const struct cel_value *a)
{
	if (a->integer < FIRST_S || a->integer > LAST_S)
		return cel_error(run->arena, "timestamp overflow");
	return cel_timestamp(a->integer, 0);
}

/* "+02:00", "-8:30", "UTC"; false: a zone by name, which needs a data base */
static bool read_zone(const char *text, int64_t *ret_s)
{
	int sign = *text == '-' ? -1 : 1, hours, minutes, end = 0;

	*ret_s = 0;
	if (!*text || str_eq(text, "UTC"))
		return true;
	text += *text == '-' || *text == '+';
	if (sscanf(text, "%2d:%2d%n", &hours, &minutes, &end) != 2 || text[end] || !end)
		return false;
	*ret_s = (int64_t)sign * (hours * 60 + minutes) * 60;
	return true;
}

enum part {
	YEAR,
	MONTH,
	DAY_OF_YEAR,
	DAY_OF_MONTH,
	DATE,
	DAY_OF_WEEK,
	HOURS,
	MINUTES,
	SECONDS,
	MS
};

static struct cel_value part_of(struct cel_run *run, const struct cel_value *a, enum part part,
				bool zoned)
{
	int64_t offset = 0;
	time_t seconds;
	struct tm tm;

	if (zoned && !read_zone(cel_copy_text(run, &a[1]), &offset))
		return cel_error(run->arena, "unknown time zone %s", cel_copy_text(run, &a[1]));
	seconds = (time_t)(a->integer + offset);
	gmtime_r(&seconds, &tm);
	switch (part) {
	case YEAR: return cel_int(tm.tm_year + 1900);
	case MONTH: return cel_int(tm.tm_mon);
	case DAY_OF_YEAR: return cel_int(tm.tm_yday);
	case DAY_OF_MONTH: return cel_int(tm.tm_mday - 1);
	case DATE: return cel_int(tm.tm_mday);
	case DAY_OF_WEEK: return cel_int(tm.tm_wday);
	case HOURS: return cel_int(tm.tm_hour);
	case MINUTES: return cel_int(tm.tm_min);
	case SECONDS: return cel_int(tm.tm_sec);
	case MS: return cel_int(a->nanos / 1000000);
	}
	return cel_no_overload(run);
}

#define PART(function, part)                                                                       \
	static struct cel_value function(struct cel_run *run, const struct cel_value *a)           \
	{                                                                                          \
		return part_of(run, a, part, false);                                               \
	}                                                                                          \
	static struct cel_value function##_in(struct cel_run *run, const struct cel_value *a)      \
	{                                                                                          \
		return part_of(run, a, part, true);                                                \
	}
PART(year, YEAR)
PART(month, MONTH)
PART(day_of_year, DAY_OF_YEAR)
PART(day_of_month, DAY_OF_MONTH)
PART(date, DATE)
PART(day_of_week, DAY_OF_WEEK)
PART(hours, HOURS)
PART(minutes, MINUTES)
PART(seconds, SECONDS)
PART(milliseconds, MS)

static struct cel_value whole_hours(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(a->integer / (3600 * NS));
}

static struct cel_value whole_minutes(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(a->integer / (60 * NS));
}

static struct cel_value whole_seconds(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(a->integer / NS);
}

static struct cel_value whole_ms(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(a->integer / 1000000);
}

#define BOTH(name, function)                                                                       \
	{name, ".T>i", function, COST_ONE},                                                        \
	{                                                                                          \
		name, ".Ts>i", function##_in, COST_ONE                                             \
	}

const struct cel_overload cel_times[] = {
	{"duration", "D>D", same, COST_ONE},
	{"duration", "s>D", text_to_duration, COST_ONE},
	{"duration", "i>D", int_to_duration, COST_ONE},
	{"timestamp", "T>T", same, COST_ONE},
	{"timestamp", "s>T", text_to_timestamp, COST_ONE},
	{"timestamp", "i>T", int_to_timestamp, COST_ONE},
	BOTH("getFullYear", year),
	BOTH("getMonth", month),
	BOTH("getDayOfYear", day_of_year),
	BOTH("getDayOfMonth", day_of_month),
	BOTH("getDate", date),
	BOTH("getDayOfWeek", day_of_week),
	BOTH("getHours", hours),
	BOTH("getMinutes", minutes),
	BOTH("getSeconds", seconds),
	BOTH("getMilliseconds", milliseconds),
	{"getHours", ".D>i", whole_hours, COST_ONE},
	{"getMinutes", ".D>i", whole_minutes, COST_ONE},
	{"getSeconds", ".D>i", whole_seconds, COST_ONE},
	{"getMilliseconds", ".D>i", whole_ms, COST_ONE},
	{},
};
