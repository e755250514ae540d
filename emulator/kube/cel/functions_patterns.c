/*
 * Regular expressions, in the syntax of RE2: what goes beyond it is refused, because the real
 * server's engine does.
 *
 * Source: cel-go common/types/string.go Match; apiserver pkg/cel/library/regex.go.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

#define STEPS_MAX   5000000 /* backtracking steps of one match; RE2 has no such need */
#define MATCHES_MAX 100000  /* of one findAll */

/* Assertions, back references, atomic groups and possessive repetition: RE2 has none of them. */
static bool is_beyond(const char *pattern)
{
	static const char *const groups[] = {"(?=", "(?!", "(?<=", "(?<!", "(?>",  "(?|", "(?(",
					     "(?#", "(?R", "(?&",  "(?P=", "(?P>", "(*",  "(?'"};
	bool set = false;

	for (const char *c = pattern; *c; c++) {
		if (*c == '\\' && c[1]) {
			c++;
			if (!set && ((*c >= '1' && *c <= '9') || strchr("gkGRKXZ", *c)))
				return true;
			continue;
		}
		if (set) {
			set = *c != ']';
			continue;
		}
		if (*c == '[') {
			set = true;
			c += c[1] == '^';
			c += c[1] == ']';
			continue;
		}
		for (size_t i = 0; i < array_size(groups); i++)
			if (str_starts_with(c, groups[i]))
				return true;
		if (strchr("*+?}", *c) && c[1] == '+')
			return true;
	}
	return false;
}

/* *problem: in the arena; not set without one */
static pcre2_code *compile(const char *pattern, struct arena *arena, const char **problem)
{
	int error;
	size_t offset;
	pcre2_code *code = NULL;
	PCRE2_UCHAR bytes[256] = "invalid or unsupported Perl syntax";

	if (!is_beyond(pattern)) {
		code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
				     PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C,
				     &error, &offset, NULL);
		if (!code)
			pcre2_get_error_message(error, bytes, sizeof(bytes));
	}
	if (!code && arena)
		*problem = arena_strdup(arena, (const char *)bytes);
	return code;
}

bool cel_pattern_is_fine(const char *pattern)
{
	pcre2_code *code = compile(pattern, NULL, NULL);

	pcre2_code_free(code);
	return code;
}

/* An expression and a text, gone over match by match. */
struct search {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	const struct cel_value *text;
	size_t at, start, end; /**< of the last match */
	struct cel_value problem;
};

static bool search_start(struct search *search, struct cel_run *run, const struct cel_value *args)
{
	const char *pattern = cel_copy_text(run, &args[1]), *message;

	*search = (struct search){.text = &args[0], .problem = cel_null()};
	search->code = compile(pattern, run->arena, &message);
	if (!search->code) {
		search->problem =
			cel_error(run->arena, "error parsing regexp: %s: `%s`", message, pattern);
		return false;
	}
	search->data = pcre2_match_data_create_from_pattern(search->code, NULL);
	search->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(search->limits, STEPS_MAX);
	return true;
}

static void search_done(struct search *search)
{
	pcre2_match_context_free(search->limits);
	pcre2_match_data_free(search->data);
	pcre2_code_free(search->code);
}

static bool search_next(struct search *search, struct cel_run *run)
{
	const size_t *ends;
	int count;

	if (search->at > search->text->length)
		return false;
	count = pcre2_match(search->code, (PCRE2_SPTR)search->text->text, search->text->length,
			    search->at, 0, search->data, search->limits);
	if (count < 0) {
		if (count != PCRE2_ERROR_NOMATCH)
			search->problem = cel_error(
				run->arena, "the regular expression needs more than %d steps",
				STEPS_MAX);
		return false;
	}
	ends = pcre2_get_ovector_pointer(search->data);
	search->start = ends[0];
	search->end = ends[1];
	search->at = ends[1];
	if (search->start == search->end) /* an empty match: go on behind the next character */
		for (search->at++; search->at < search->text->length &&
				   ((unsigned char)search->text->text[search->at] & 0xc0) == 0x80;)
			search->at++;
	return true;
}

static struct cel_value matches(struct cel_run *run, const struct cel_value *a)
{
	struct search search;
	bool found;

	if (!search_start(&search, run, a))
		return search.problem;
	found = search_next(&search, run);
	search_done(&search);
	return search.problem.kind == CEL_ERROR ? search.problem : cel_bool(found);
}

static struct cel_value find(struct cel_run *run, const struct cel_value *a)
{
	struct search search;
	bool found;

	if (!search_start(&search, run, a))
		return cel_error(run->arena, "Illegal regex: %s", cel_show(run, &search.problem));
	found = search_next(&search, run);
	search_done(&search);
	if (search.problem.kind == CEL_ERROR)
		return search.problem;
	return found ? cel_text_len(a[0].text + search.start, search.end - search.start)
		     : cel_text("");
}

static struct cel_value find_some(struct cel_run *run, const struct cel_value *a, int64_t limit)
{
	struct cel_value *items;
	struct search search;
	size_t count = 0, room;

	if (!search_start(&search, run, a))
		return cel_error(run->arena, "Illegal regex: %s", cel_show(run, &search.problem));
	room = a[0].length + 1;
	if (limit >= 0 && (uint64_t)limit < room)
		room = (size_t)limit;
	if (room > MATCHES_MAX)
		room = MATCHES_MAX;
	items = arena_alloc(run->arena, (room + 1) * sizeof(*items));
	while (count < room && search_next(&search, run))
		items[count++] = cel_text_len(a[0].text + search.start, search.end - search.start);
	search_done(&search);
	return search.problem.kind == CEL_ERROR ? search.problem
						: cel_list(run->arena, items, count);
}

static struct cel_value find_all(struct cel_run *run, const struct cel_value *a)
{
	return find_some(run, a, -1);
}

static struct cel_value find_count(struct cel_run *run, const struct cel_value *a)
{
	return find_some(run, a, a[2].integer);
}

const struct cel_overload cel_patterns[] = {
	{"matches", "ss>b", matches, COST_PATTERN},
	{"matches", ".ss>b", matches, COST_PATTERN},
	{"find", ".ss>s", find, COST_PATTERN},
	{"findAll", ".ss>[s]", find_all, COST_PATTERN},
	{"findAll", ".ssi>[s]", find_count, COST_PATTERN},
	{},
};
