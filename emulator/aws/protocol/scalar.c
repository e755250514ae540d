/* Scalars between documents and wires. */
#include "emulator/aws/protocol/scalar.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/utf8.h"

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

bool shape_is_scalar(const struct aws_shape *shape)
{
	return shape->type != SHAPE_STRUCTURE && shape->type != SHAPE_LIST &&
	       shape->type != SHAPE_MAP;
}

enum timestamp_format scalar_timestamp_format(const struct aws_shape *shape,
					      const struct aws_member *member,
					      enum timestamp_format fallback)
{
	if (member && member->timestamp != TIMESTAMP_DEFAULT)
		return member->timestamp;
	return shape->timestamp != TIMESTAMP_DEFAULT ? shape->timestamp : fallback;
}

/* "1515531081.123": seconds with an optional fraction, of which ms are kept. */
static bool parse_unix(const char *text, int64_t *ret_ms)
{
	char *end;
	double seconds;

	if (!*text || strspn(text, "+-.0123456789eE") != strlen(text))
		return false;
	seconds = strtod(text, &end);
	if (*end || !isfinite(seconds) || fabs(seconds) > 253402300799.0) /* year 9999 */
		return false;
	*ret_ms = llround(seconds * 1000);
	return true;
}

/* "Mon, 16 Dec 2019 23:48:18 GMT", seconds perhaps with a fraction (RFC 7231, IMF-fixdate). */
static bool parse_rfc822(const char *text, int64_t *ret_ms)
{
	char month[4];
	struct tm tm = {0};
	double seconds;
	int end = 0;

	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%lf GMT%n", &tm.tm_mday, month,
		   &tm.tm_year, &tm.tm_hour, &tm.tm_min, &seconds, &end) != 6 ||
	    !end || text[end])
		return false;
	tm.tm_mon = -1;
	for (int i = 0; i < 12; i++)
		if (strcasecmp(month, month_names[i]) == 0)
			tm.tm_mon = i;
	tm.tm_year -= 1900;
	if (tm.tm_mon < 0 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || !(seconds >= 0 && seconds < 61))
		return false;
	*ret_ms = (int64_t)timegm(&tm) * 1000 + llround(seconds * 1000);
	return true;
}

bool timestamp_parse(enum timestamp_format format, const char *text, int64_t *ret_ms)
{
	switch (format) {
	case TIMESTAMP_UNIX: return parse_unix(text, ret_ms);
	case TIMESTAMP_RFC822: return parse_rfc822(text, ret_ms);
	case TIMESTAMP_DEFAULT:
	case TIMESTAMP_ISO8601: break;
	}
	return clock_parse(text, ret_ms);
}

static void print_rfc822(int64_t ms, struct strbuf *sb)
{
	time_t seconds = (time_t)(ms / 1000);
	int fraction = (int)(ms % 1000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strbuf_addf(sb, "%s, %02d %s %d %02d:%02d:%02d", day_names[tm.tm_wday], tm.tm_mday,
		    month_names[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (fraction)
		strbuf_addf(sb, ".%03d", fraction);
	strbuf_add(sb, " GMT");
}

void timestamp_print(enum timestamp_format format, int64_t ms, struct strbuf *sb)
{
	char text[CLOCK_TEXT_MAX];

	switch (format) {
	case TIMESTAMP_UNIX:
		strbuf_addf(sb, "%s%lld", ms < 0 ? "-" : "", llabs((long long)ms / 1000));
		if (ms % 1000)
			strbuf_addf(sb, ".%03lld", llabs((long long)ms % 1000));
		return;
	case TIMESTAMP_RFC822: print_rfc822(ms, sb); return;
	case TIMESTAMP_DEFAULT:
	case TIMESTAMP_ISO8601: break;
	}
	strbuf_add(sb, clock_format_ms(ms, text));
}

static bool parse_timestamp(enum timestamp_format format, const char *text, struct json **ret)
{
	char iso[CLOCK_TEXT_MAX];
	int64_t ms;

	if (!timestamp_parse(format, text, &ms))
		return false;
	*ret = json_new_string(clock_format_ms(ms, iso));
	return true;
}

static bool parse_integer(const struct aws_shape *shape, const char *text, struct json **ret)
{
	long long number;
	char *end;

	if (!*text || strspn(text + (*text == '-' || *text == '+'), "0123456789") == 0)
		return false;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || *end)
		return false;
	if (shape->type == SHAPE_INTEGER && (number < INT32_MIN || number > INT32_MAX))
		return false;
	*ret = json_new_int(number);
	return true;
}

static bool parse_double(const char *text, struct json **ret)
{
	double number;
	char *end;

	if (str_eq(text, "NaN") || str_eq(text, "Infinity") || str_eq(text, "-Infinity")) {
		*ret = json_new_string(text);
		return true;
	}
	if (!*text || strspn(text, "+-.0123456789eE") != strlen(text))
		return false;
	number = strtod(text, &end);
	if (*end || !isfinite(number))
		return false;
	*ret = json_new_double(number);
	return true;
}

static bool parse_boolean(const char *text, struct json **ret)
{
	bool truth = strcasecmp(text, "true") == 0;

	if (!truth && strcasecmp(text, "false") != 0)
		return false;
	*ret = json_new_bool(truth);
	return true;
}

static bool parse_blob(const char *text, struct json **ret)
{
	_cleanup_(freep) uint8_t *bytes = NULL;
	size_t length;

	if (!base64_decode(text, strlen(text), &bytes, &length))
		return false;
	*ret = json_new_string(text);
	return true;
}

/* Texts are Unicode on every wire (Smithy, "string"); bytes that are none would come back as
 * others.
 */
static bool parse_string(const char *text, struct json **ret)
{
	if (!utf8_is_valid(text, strlen(text)))
		return false;
	*ret = json_new_string(text);
	return true;
}

bool scalar_parse(const struct aws_shape *shape, const struct aws_member *member,
		  enum timestamp_format fallback, const char *text, struct json **ret)
{
	switch ((enum shape_type)shape->type) {
	case SHAPE_STRING: return parse_string(text, ret);
	case SHAPE_BOOLEAN: return parse_boolean(text, ret);
	case SHAPE_INTEGER:
	case SHAPE_LONG: return parse_integer(shape, text, ret);
	case SHAPE_FLOAT:
	case SHAPE_DOUBLE: return parse_double(text, ret);
	case SHAPE_TIMESTAMP:
		return parse_timestamp(scalar_timestamp_format(shape, member, fallback), text, ret);
	case SHAPE_BLOB: return parse_blob(text, ret);
	case SHAPE_STRUCTURE:
	case SHAPE_LIST:
	case SHAPE_MAP: break;
	}
	return false;
}

void scalar_print(const struct aws_shape *shape, const struct aws_member *member,
		  enum timestamp_format fallback, const struct json *value, struct strbuf *sb)
{
	const char *text = json_str(value);
	int64_t number;

	if (shape->type == SHAPE_TIMESTAMP && text) {
		enum timestamp_format format = scalar_timestamp_format(shape, member, fallback);

		if (format == TIMESTAMP_ISO8601 || !clock_parse(text, &number))
			strbuf_add(sb, text);
		else
			timestamp_print(format, number, sb);
		return;
	}
	if (text)
		strbuf_add(sb, text);
	else if (json_int(value, &number))
		strbuf_addf(sb, "%lld", (long long)number);
	else
		json_print(sb, value);
}
