/*
 * Functions of strings. Positions count characters.
 *
 * Source: cel-go common/stdlib/standard.go, ext/strings.go (version 2).
 */
#include <ctype.h>

#include "emulator/base/arena.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/utf8.h"
#include "emulator/kube/cel/inner.h"

#define MADE_MAX (8 << 20) /* bytes of a string that an expression makes */

static struct cel_value size_of(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(cel_size(a));
}

/* Where `what` begins at or behind a byte; -1: nowhere. */
static int64_t find(const struct cel_value *text, const struct cel_value *what, size_t from)
{
	const char *found;

	if (!what->length)
		return (int64_t)from;
	if (from > text->length)
		return -1;
	found = memmem(text->text + from, text->length - from, what->text, what->length);
	return found ? found - text->text : -1;
}

static struct cel_value starts_with(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(a[1].length <= a[0].length &&
			(!a[1].length || !memcmp(a[0].text, a[1].text, a[1].length)));
}

static struct cel_value ends_with(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(a[1].length <= a[0].length &&
			(!a[1].length ||
			 !memcmp(a[0].text + a[0].length - a[1].length, a[1].text, a[1].length)));
}

static struct cel_value contains(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(find(&a[0], &a[1], 0) >= 0);
}

/* Bytes in front of a character; SIZE_MAX: there are not so many. */
static size_t byte_of(const struct cel_value *text, int64_t character)
{
	size_t at = 0;

	if (character < 0)
		return SIZE_MAX;
	for (; character; character--) {
		if (at >= text->length)
			return SIZE_MAX;
		for (at++; at < text->length && ((unsigned char)text->text[at] & 0xc0) == 0x80;)
			at++;
	}
	return at;
}

static int64_t character_of(const struct cel_value *text, size_t byte)
{
	struct cel_value head = cel_text_len(text->text, byte);

	return cel_size(&head);
}

static struct cel_value out_of_range(struct cel_run *run, int64_t index)
{
	return cel_error(run->arena, "index out of range: %lld", (long long)index);
}

static struct cel_value char_at(struct cel_run *run, const struct cel_value *a)
{
	size_t at = byte_of(&a[0], a[1].integer);

	if (at == SIZE_MAX)
		return out_of_range(run, a[1].integer);
	if (at == a[0].length)
		return cel_text("");
	return cel_text_len(a[0].text + at, byte_of(&a[0], a[1].integer + 1) - at);
}

static struct cel_value index_of_from(struct cel_run *run, const struct cel_value *a)
{
	size_t from = byte_of(&a[0], a[2].integer);
	int64_t found;

	/* nothing is found behind the end, and that is no error (ext/strings.go indexOfOffset) */
	if (!a[1].length && a[2].integer >= 0 && from != SIZE_MAX)
		return cel_int(a[2].integer);
	if (a[2].integer < 0)
		return out_of_range(run, a[2].integer);
	if (from == SIZE_MAX)
		return out_of_range(run, a[2].integer);
	found = find(&a[0], &a[1], from);
	return cel_int(found < 0 ? -1 : character_of(&a[0], (size_t)found));
}

static struct cel_value index_of(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value args[3] = {a[0], a[1], cel_int(0)};

	return index_of_from(run, args);
}

static struct cel_value last_before(const struct cel_value *a, size_t last)
{
	for (size_t at = last + 1; at-- > 0;)
		if (at + a[1].length <= a[0].length &&
		    !memcmp(a[0].text + at, a[1].text, a[1].length))
			return cel_int(character_of(&a[0], at));
	return cel_int(-1);
}

static struct cel_value last_index_of(struct cel_run *run _unused_, const struct cel_value *a)
{
	if (!a[1].length)
		return cel_int(cel_size(&a[0]));
	return last_before(a, a[0].length);
}

static struct cel_value last_index_of_from(struct cel_run *run, const struct cel_value *a)
{
	size_t last = byte_of(&a[0], a[2].integer);

	if (!a[1].length && a[2].integer >= 0 && last != SIZE_MAX)
		return cel_int(a[2].integer);
	return last == SIZE_MAX ? out_of_range(run, a[2].integer) : last_before(a, last);
}

static struct cel_value change_case(struct cel_run *run, const struct cel_value *a, bool upper)
{
	char *text = arena_alloc(run->arena, a->length + 1);

	for (size_t i = 0; i < a->length; i++) {
		unsigned char c = (unsigned char)a->text[i];

		text[i] = (char)(c >= 0x80 ? c : upper ? toupper(c) : tolower(c));
	}
	return cel_text_len(text, a->length);
}

static struct cel_value lower(struct cel_run *run, const struct cel_value *a)
{
	return change_case(run, a, false);
}

static struct cel_value upper(struct cel_run *run, const struct cel_value *a)
{
	return change_case(run, a, true);
}

/* What Unicode calls white space. */
static bool is_space(const char *text, size_t length)
{
	static const char *const wide[] = {
		"\xc2\x85", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
		"\u2004",   "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
		"\u2028",   "\u2029", "\u202f", "\u205f", "\u3000",
	};

	if (length == 1)
		return strchr(" \t\n\v\f\r", *text) && *text;
	for (size_t i = 0; i < array_size(wide); i++)
		if (strlen(wide[i]) == length && !memcmp(wide[i], text, length))
			return true;
	return false;
}

static struct cel_value trim(struct cel_run *run _unused_, const struct cel_value *a)
{
	const char *text = a->text;
	size_t length = a->length, step;

	while (length && (step = utf8_char_bytes(text, length)) && is_space(text, step)) {
		text += step;
		length -= step;
	}
	while (length) {
		for (step = 1; step < length && step < 4 &&
			       ((unsigned char)text[length - step] & 0xc0) == 0x80;)
			step++;
		if (!is_space(text + length - step, step))
			break;
		length -= step;
	}
	return cel_text_len(text, length);
}

static struct cel_value finished(struct cel_run *run, struct strbuf *sb)
{
	struct cel_value value =
		sb->overflow ? cel_error(run->arena, "the string is larger than %d bytes", MADE_MAX)
			     : cel_text_len(arena_strndup(run->arena, strbuf_text(sb), sb->length),
					    sb->length);

	strbuf_done(sb);
	return value;
}

static struct cel_value replace_some(struct cel_run *run, const struct cel_value *a, int64_t limit)
{
	struct strbuf sb;
	size_t at = 0;

	strbuf_init(&sb, MADE_MAX);
	while (limit) {
		int64_t found = find(&a[0], &a[1], at);
		size_t step = a[1].length;

		if (found < 0)
			break;
		strbuf_add_bytes(&sb, a[0].text + at, (size_t)found - at);
		strbuf_add_bytes(&sb, a[2].text, a[2].length);
		if (!step) { /* nothing stands between all characters */
			if (at == a[0].length)
				break;
			step = utf8_char_bytes(a[0].text + at, a[0].length - at);
			step = step ? step : 1;
			strbuf_add_bytes(&sb, a[0].text + at, step);
		}
		at = (size_t)found + step;
		limit -= limit > 0;
	}
	if (at < a[0].length)
		strbuf_add_bytes(&sb, a[0].text + at, a[0].length - at);
	return finished(run, &sb);
}

static struct cel_value replace(struct cel_run *run, const struct cel_value *a)
{
	return replace_some(run, a, -1);
}

static struct cel_value replace_count(struct cel_run *run, const struct cel_value *a)
{
	return replace_some(run, a, a[3].integer);
}

static struct cel_value split_some(struct cel_run *run, const struct cel_value *a, int64_t limit)
{
	size_t room = a[0].length + 2, count = 0, at = 0;
	struct cel_value *items;

	if (limit == 0)
		return cel_list(run->arena, NULL, 0);
	items = arena_alloc(run->arena, room * sizeof(*items));
	while (limit < 0 || (int64_t)count + 1 < limit) {
		int64_t found = find(&a[0], &a[1], at);
		size_t step = a[1].length;

		if (!step) { /* into characters */
			step = utf8_char_bytes(a[0].text + at, a[0].length - at);
			if (at + step >= a[0].length)
				break;
			found = (int64_t)(at + step);
			step = 0;
		}
		if (found < 0)
			break;
		items[count++] = cel_text_len(a[0].text + at, (size_t)found - at);
		at = (size_t)found + step;
	}
	if (a[1].length || at < a[0].length)
		items[count++] = cel_text_len(a[0].text + at, a[0].length - at);
	return cel_list(run->arena, items, count);
}

static struct cel_value split(struct cel_run *run, const struct cel_value *a)
{
	return split_some(run, a, -1);
}

static struct cel_value split_count(struct cel_run *run, const struct cel_value *a)
{
	return split_some(run, a, a[2].integer);
}

static struct cel_value substring_to(struct cel_run *run, const struct cel_value *a)
{
	size_t start = byte_of(&a[0], a[1].integer), end = byte_of(&a[0], a[2].integer);

	if (a[1].integer > a[2].integer)
		return cel_error(run->arena, "invalid substring range. start: %lld, end: %lld",
				 (long long)a[1].integer, (long long)a[2].integer);
	if (start == SIZE_MAX)
		return out_of_range(run, a[1].integer);
	if (end == SIZE_MAX)
		return out_of_range(run, a[2].integer);
	return cel_text_len(a[0].text + start, end - start);
}

static struct cel_value substring(struct cel_run *run, const struct cel_value *a)
{
	size_t start = byte_of(&a[0], a[1].integer);

	return start == SIZE_MAX ? out_of_range(run, a[1].integer)
				 : cel_text_len(a[0].text + start, a[0].length - start);
}

static struct cel_value join_by(struct cel_run *run, const struct cel_value *a)
{
	struct cel_walk walk;
	struct strbuf sb;
	bool first = true;

	strbuf_init(&sb, MADE_MAX);
	cel_walk_start(&walk, run->arena, a);
	while (cel_walk_next(&walk)) {
		if (walk.item.kind != CEL_STRING) {
			strbuf_done(&sb);
			return cel_error(run->arena, "join: invalid input: %s",
					 cel_show(run, &walk.item));
		}
		if (!first)
			strbuf_add_bytes(&sb, a[1].text, a[1].length);
		first = false;
		strbuf_add_bytes(&sb, walk.item.text, walk.item.length);
	}
	return finished(run, &sb);
}

static struct cel_value join(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value args[2] = {a[0], cel_text("")};

	return join_by(run, args);
}

/* strings.quote: as Go would write it */
static struct cel_value quote(struct cel_run *run, const struct cel_value *a)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"", to[] = "abfnrtv\\\"";
	struct strbuf sb;

	strbuf_init(&sb, MADE_MAX);
	strbuf_add(&sb, "\"");
	for (size_t i = 0; i < a->length; i++) {
		const char *special = a->text[i] ? strchr(from, a->text[i]) : NULL;

		if (special)
			strbuf_add_char(&sb, '\\');
		strbuf_add_char(&sb, special ? to[special - from] : a->text[i]);
	}
	strbuf_add(&sb, "\"");
	return finished(run, &sb);
}

const struct cel_overload cel_strings[] = {
	{"size", "s>i", size_of, COST_ONE},
	{"size", ".s>i", size_of, COST_ONE},
	{"size", "y>i", size_of, COST_ONE},
	{"size", ".y>i", size_of, COST_ONE},
	{"size", "[1]>i", size_of, COST_ONE},
	{"size", ".[1]>i", size_of, COST_ONE},
	{"size", "{12}>i", size_of, COST_ONE},
	{"size", ".{12}>i", size_of, COST_ONE},
	{"startsWith", ".ss>b", starts_with, COST_FIRST},
	{"endsWith", ".ss>b", ends_with, COST_FIRST},
	{"contains", ".ss>b", contains, COST_PRODUCT},
	{"charAt", ".si>s", char_at, COST_ONE},
	{"indexOf", ".ss>i", index_of, COST_TRAVERSE},
	{"indexOf", ".ssi>i", index_of_from, COST_TRAVERSE},
	{"lastIndexOf", ".ss>i", last_index_of, COST_TRAVERSE},
	{"lastIndexOf", ".ssi>i", last_index_of_from, COST_TRAVERSE},
	{"lowerAscii", ".s>s", lower, COST_FIRST},
	{"upperAscii", ".s>s", upper, COST_FIRST},
	{"trim", ".s>s", trim, COST_FIRST},
	{"replace", ".sss>s", replace, COST_FIRST_TWICE},
	{"replace", ".sssi>s", replace_count, COST_FIRST_TWICE},
	{"split", ".ss>[s]", split, COST_FIRST_TWICE},
	{"split", ".ssi>[s]", split_count, COST_FIRST_TWICE},
	{"substring", ".si>s", substring, COST_FIRST},
	{"substring", ".sii>s", substring_to, COST_FIRST},
	{"join", ".[s]>s", join, COST_RESULT},
	{"join", ".[s]s>s", join_by, COST_RESULT},
	{"strings.quote", "s>s", quote, COST_FIRST},
	{},
};
