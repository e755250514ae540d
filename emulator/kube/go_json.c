/* encoding/json's words for a mistake; see go_json.h. */
#include "emulator/kube/go_json.h"

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"

#define DEPTH_MAX 1000 /* as many as base/json.c takes; Go takes ten times that */

const char *go_json_word(const struct json *json)
{
	static const char *const words[] = {
		[JSON_BOOL] = "bool",	  [JSON_STRING] = "string", [JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object", [JSON_NULL] = "null",	    [JSON_NUMBER] = "number",
	};

	return words[json_type(json)];
}

struct scan {
	const char *at, *end;
	struct strbuf *ret;
	unsigned depth;
};

static bool scan_value(struct scan *scan);

/* quoteChar: the byte as a rune, in single quotes. */
static void add_char(struct strbuf *ret, unsigned char c)
{
	static const char *const names[] = {
		['\a'] = "\\a", ['\b'] = "\\b", ['\f'] = "\\f", ['\n'] = "\\n", ['\r'] = "\\r",
		['\t'] = "\\t", ['\v'] = "\\v", ['\''] = "\\'", ['\\'] = "\\\\"};

	if (c < array_size(names) && names[c])
		strbuf_addf(ret, "'%s'", names[c]);
	else if (c < 0x20 || c == 0x7f)
		strbuf_addf(ret, "'\\x%02x'", c);
	else if (c >= 0x80 && (c < 0xa0 || c == 0xad)) /* no printable rune of Latin-1 */
		strbuf_addf(ret, "'\\u%04x'", c);
	else if (c >= 0x80)
		strbuf_addf(ret, "'%c%c'", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
	else
		strbuf_addf(ret, "'%c'", c);
}

static bool refuse(struct scan *scan, unsigned char c, const char *context)
{
	strbuf_add(scan->ret, "invalid character ");
	add_char(scan->ret, c);
	strbuf_addf(scan->ret, " %s", context);
	return false;
}

/* Fails at the character at hand, or at the end. */
static bool stop(struct scan *scan, const char *context)
{
	if (scan->at < scan->end)
		return refuse(scan, *scan->at, context);
	strbuf_add(scan->ret, "unexpected end of JSON input");
	return false;
}

/* The same inside of a word, where Go takes the end for a space (scanner.go eof). */
static bool stop_inside(struct scan *scan, const char *context)
{
	return refuse(scan, scan->at < scan->end ? *scan->at : ' ', context);
}

static bool next_is(const struct scan *scan, char c)
{
	return scan->at < scan->end && *scan->at == c;
}

static bool next_in(const struct scan *scan, char first, char last)
{
	return scan->at < scan->end && *scan->at >= first && *scan->at <= last;
}

static void skip_space(struct scan *scan)
{
	while (next_is(scan, ' ') || next_is(scan, '\t') || next_is(scan, '\r') ||
	       next_is(scan, '\n'))
		scan->at++;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool scan_escape(struct scan *scan)
{
	if (scan->at >= scan->end || !*scan->at || !strchr("bfnrt\\/\"u", *scan->at))
		return stop_inside(scan, "in string escape code");
	if (*scan->at++ != 'u')
		return true;
	for (unsigned i = 0; i < 4; i++, scan->at++)
		if (scan->at >= scan->end || !is_hex(*scan->at))
			return stop_inside(scan, "in \\u hexadecimal character escape");
	return true;
}

static bool scan_string(struct scan *scan)
{
	for (scan->at++; scan->at < scan->end; scan->at++) {
		if (*scan->at == '"') {
			scan->at++;
			return true;
		}
		if ((unsigned char)*scan->at < 0x20)
			return stop(scan, "in string literal");
		if (*scan->at == '\\') {
			scan->at++;
			if (!scan_escape(scan))
				return false;
			scan->at--;
		}
	}
	return stop(scan, "");
}

static bool scan_digits(struct scan *scan, const char *context)
{
	if (!next_in(scan, '0', '9'))
		return stop_inside(scan, context);
	while (next_in(scan, '0', '9'))
		scan->at++;
	return true;
}

static bool scan_number(struct scan *scan)
{
	if (next_is(scan, '-'))
		scan->at++;
	if (next_is(scan, '0'))
		scan->at++;
	else if (!scan_digits(scan, "in numeric literal"))
		return false;
	if (next_is(scan, '.')) {
		scan->at++;
		if (!scan_digits(scan, "after decimal point in numeric literal"))
			return false;
	}
	if (!next_is(scan, 'e') && !next_is(scan, 'E'))
		return true;
	scan->at++;
	if (next_is(scan, '+') || next_is(scan, '-'))
		scan->at++;
	return scan_digits(scan, "in exponent of numeric literal");
}

static bool scan_literal(struct scan *scan, const char *word)
{
	for (const char *c = word; *c; c++, scan->at++) {
		if (next_is(scan, *c))
			continue;
		stop_inside(scan, "in literal");
		strbuf_addf(scan->ret, " %s (expecting '%c')", word, *c);
		return false;
	}
	return true;
}

static bool scan_member(struct scan *scan)
{
	if (!next_is(scan, '"'))
		return stop(scan, "looking for beginning of object key string");
	if (!scan_string(scan))
		return false;
	skip_space(scan);
	if (!next_is(scan, ':'))
		return stop(scan, "after object key");
	scan->at++;
	return scan_value(scan);
}

/* The elements of an object or array behind its bracket. */
static bool scan_elements(struct scan *scan, char close, bool (*element)(struct scan *scan),
			  const char *context)
{
	scan->at++;
	skip_space(scan);
	if (next_is(scan, close)) {
		scan->at++;
		return true;
	}
	for (;;) {
		skip_space(scan);
		if (!element(scan))
			return false;
		skip_space(scan);
		if (next_is(scan, close)) {
			scan->at++;
			return true;
		}
		if (!next_is(scan, ','))
			return stop(scan, context);
		scan->at++;
	}
}

static bool scan_nested(struct scan *scan)
{
	bool fine;

	if (++scan->depth > DEPTH_MAX)
		return stop(scan, "exceeded max depth");
	fine = *scan->at == '{'
		       ? scan_elements(scan, '}', scan_member, "after object key:value pair")
		       : scan_elements(scan, ']', scan_value, "after array element");
	scan->depth--;
	return fine;
}

static bool scan_value(struct scan *scan)
{
	skip_space(scan);
	if (next_is(scan, '{') || next_is(scan, '['))
		return scan_nested(scan);
	if (next_is(scan, '"'))
		return scan_string(scan);
	if (next_is(scan, '-') || next_in(scan, '0', '9'))
		return scan_number(scan);
	if (next_is(scan, 't'))
		return scan_literal(scan, "true");
	if (next_is(scan, 'f'))
		return scan_literal(scan, "false");
	if (next_is(scan, 'n'))
		return scan_literal(scan, "null");
	return stop(scan, "looking for beginning of value");
}

bool go_json_scan(const char *text, size_t length, struct strbuf *ret)
{
	struct scan scan = {.at = text, .end = text + length, .ret = ret};

	if (!scan_value(&scan))
		return false;
	skip_space(&scan);
	return scan.at == scan.end || stop(&scan, "after top-level value");
}

static bool is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/';
}

static size_t skip_line_ends(const char *text, size_t length, size_t at)
{
	while (at < length && (text[at] == '\n' || text[at] == '\r'))
		at++;
	return at;
}

/* A padding behind `have` digits of a quantum, at[-1] being its first sign. */
static bool check_padding(const char *text, size_t length, size_t at, unsigned have, size_t *ret_at)
{
	*ret_at = at - 1;
	if (have < 2)
		return false;
	if (have == 2) {
		at = skip_line_ends(text, length, at);
		*ret_at = at == length ? length : at - 1;
		if (at == length || text[at] != '=')
			return false;
		at++;
	}
	*ret_at = skip_line_ends(text, length, at);
	return *ret_at == length;
}

bool go_base64_scan(const char *text, size_t length, size_t *ret_at)
{
	unsigned have = 0; /* digits of the quantum at hand */

	for (size_t at = 0; at < length;) {
		char c = text[at++];

		if (c == '=')
			return check_padding(text, length, at, have, ret_at);
		if (c == '\n' || c == '\r')
			continue;
		if (!is_base64(c)) {
			*ret_at = at - 1;
			return false;
		}
		have = (have + 1) % 4;
	}
	*ret_at = length - have;
	return !have;
}
