/* The types whose JSON is not what their protobuf message looks like. */
#include "emulator/kube/protobuf_values.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/utf8.h"

#define YEAR_1	  (-62135596800) /* 0001-01-01T00:00:00Z in seconds since 1970: Go's zero time */
#define YEAR_9999 253402300799	 /* 9999-12-31T23:59:59Z */
#define SECOND_NS 1000000000

bool value_text(const struct wire *bytes, char **ret, struct err *err)
{
	const char *text = (const char *)bytes->at;
	size_t length = wire_length(bytes);
	struct strbuf sb;

	if (length && memchr(text, '\0', length))
		return err_set(err, ERR_INVALID, NULL, "text with U+0000 in it");
	if (!length || utf8_is_valid(text, length)) {
		*ret = length ? xstrndup(text, length) : xstrdup("");
		return true;
	}
	strbuf_init(&sb, 3 * length);
	for (size_t i = 0, n; i < length; i += n ? n : 1) {
		n = utf8_char_bytes(text + i, length - i);
		strbuf_add_bytes(&sb, n ? text + i : "\xef\xbf\xbd", n ? n : 3);
	}
	*ret = strbuf_steal(&sb);
	return true;
}

/* Reads a message of varints 1 and 2 and a text 3, all optional; others are skipped. */
static bool read_small(struct wire bytes, uint64_t ret_numbers[2], struct wire *ret_text,
		       struct err *err)
{
	struct wire_record record;

	while (!wire_is_empty(&bytes)) {
		if (!wire_next(&bytes, &record, err))
			return false;
		if (record.number > 3)
			continue;
		if (record.type != (record.number == 3 ? WIRE_BYTES : WIRE_VARINT))
			return err_set(err, ERR_INVALID, NULL,
				       "wrong wire type %d of field %" PRIu32, record.type,
				       record.number);
		if (record.number == 3)
			*ret_text = record.bytes;
		else
			ret_numbers[record.number - 1] = record.value;
	}
	return true;
}

bool value_time(struct wire bytes, bool micro, struct json **ret, struct err *err)
{
	uint64_t numbers[2] = {(uint64_t)(wire_is_empty(&bytes) ? YEAR_1 : 0), 0};
	struct wire text = {0};
	int64_t seconds, nanos;
	char buffer[sizeof("9999-12-31T23:59:59.123456Z")];
	size_t length;
	struct tm tm;

	if (!read_small(bytes, numbers, &text, err))
		return false;
	seconds = (int64_t)numbers[0];
	nanos = (int64_t)numbers[1];
	if (seconds < YEAR_1 || seconds > YEAR_9999 || nanos < 0 || nanos >= SECOND_NS)
		return err_set(err, ERR_INVALID, NULL,
			       "%" PRId64 " seconds and %" PRId64 " ns are no time of the years 1 "
			       "to 9999",
			       seconds, nanos);
	nanos = micro ? nanos / 1000 * 1000 : 0;
	if (seconds == YEAR_1 && !nanos) {
		*ret = json_new_null();
		return true;
	}
	gmtime_r(&(time_t){seconds}, &tm);
	length = strftime(buffer, sizeof(buffer), "-%m-%dT%H:%M:%S", &tm);
	assert(length == strlen("-12-31T23:59:59"));
	_cleanup_(freep) char *whole = xasprintf("%04d%s", tm.tm_year + 1900, buffer);
	_cleanup_(freep) char *done = micro ? xasprintf("%s.%06" PRId64 "Z", whole, nanos / 1000)
					    : xasprintf("%sZ", whole);
	*ret = json_new_string(done);
	return true;
}

/* A whole number and a fraction of `digits` digits without trailing zeros: "1.5". */
static void add_fraction(struct strbuf *sb, uint64_t whole, uint64_t fraction, int digits)
{
	strbuf_addf(sb, "%" PRIu64, whole);
	for (; fraction && fraction % 10 == 0; digits--)
		fraction /= 10;
	if (fraction)
		strbuf_addf(sb, ".%0*" PRIu64, digits, fraction);
}

bool value_duration(struct wire bytes, struct json **ret, struct err *err)
{
	uint64_t numbers[2] = {0}, ns, seconds;
	struct wire text = {0};
	struct strbuf sb;

	if (!read_small(bytes, numbers, &text, err))
		return false;
	ns = (int64_t)numbers[0] < 0 ? -numbers[0] : numbers[0];
	strbuf_init(&sb, 64);
	if ((int64_t)numbers[0] < 0)
		strbuf_add_char(&sb, '-');
	seconds = ns / SECOND_NS;
	if (seconds) {
		if (seconds >= 3600)
			strbuf_addf(&sb, "%" PRIu64 "h", seconds / 3600);
		if (seconds >= 60)
			strbuf_addf(&sb, "%" PRIu64 "m", seconds / 60 % 60);
		add_fraction(&sb, seconds % 60, ns % SECOND_NS, 9);
		strbuf_add(&sb, "s");
	} else if (ns >= 1000000) {
		add_fraction(&sb, ns / 1000000, ns % 1000000, 6);
		strbuf_add(&sb, "ms");
	} else if (ns >= 1000) {
		add_fraction(&sb, ns / 1000, ns % 1000, 3);
		strbuf_add(&sb, "\xc2\xb5s"); /* µs */
	} else {
		strbuf_addf(&sb, ns ? "%" PRIu64 "ns" : "%" PRIu64 "s", ns);
	}
	*ret = json_new_string(strbuf_text(&sb));
	strbuf_done(&sb);
	return true;
}

bool value_raw(struct wire bytes, struct wire *ret, struct err *err)
{
	struct wire_record record;
	struct wire found = {0};

	while (!wire_is_empty(&bytes)) {
		if (!wire_next(&bytes, &record, err))
			return false;
		if (record.number != 1)
			continue;
		if (record.type != WIRE_BYTES)
			return err_set(err, ERR_INVALID, NULL, "wrong wire type %d of field 1",
				       record.type);
		found = record.bytes;
	}
	*ret = found;
	return true;
}

bool value_quantity(struct wire bytes, struct json **ret, struct err *err)
{
	_cleanup_(freep) char *text = NULL;
	struct wire raw;

	if (!value_raw(bytes, &raw, err) || !value_text(&raw, &text, err))
		return false;
	*ret = json_new_string(*text ? text : "0");
	return true;
}

bool value_int_or_string(struct wire bytes, struct json **ret, struct err *err)
{
	_cleanup_(freep) char *text = NULL;
	uint64_t numbers[2] = {0};
	struct wire raw = {0};

	if (!read_small(bytes, numbers, &raw, err) || !value_text(&raw, &text, err))
		return false;
	if (numbers[0] > 1)
		return err_set(err, ERR_INVALID, NULL,
			       "an IntOrString is a number (0) or a text (1), not %" PRIu64,
			       numbers[0]);
	*ret = numbers[0] ? json_new_string(text) : json_new_int((int32_t)numbers[1]);
	return true;
}

bool value_double(double number, struct json **ret, struct err *err)
{
	if (!isfinite(number))
		return err_set(err, ERR_INVALID, NULL, "JSON has no number that is %f", number);
	*ret = json_new_double(number);
	return true;
}
