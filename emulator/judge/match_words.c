/* The words of the matcher: one function each, in a table sorted by name. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdio.h>

#include "emulator/base/cidr.h"
#include "emulator/judge/match_inner.h"

/* A pattern that a scenario writes must not be able to hang the program. */
#define REGEX_STEPS_MAX 1000000
#define REGEX_HEAP_KIB	20000

typedef bool word_fn(const struct json *operand, const struct json *actual);
typedef bool check_fn(const struct json *operand, struct err *err);

bool match_is_number(const char *text, double *ret)
{
	char *end;

	if (!text[0] || strspn(text, "0123456789+-.eE") != strlen(text))
		return false;
	*ret = strtod(text, &end);
	return !*end;
}

static bool number_of(const struct json *json, double *ret)
{
	_cleanup_(freep) char *text = match_scalar_text(json);

	return text && match_is_number(text, ret);
}

static bool word_not(const struct json *operand, const struct json *actual)
{
	return !match_at(operand, actual, NULL, NULL);
}

static bool word_in(const struct json *operand, const struct json *actual)
{
	json_foreach (item, operand)
		if (match_at(item, actual, NULL, NULL))
			return true;
	return false;
}

static pcre2_code *compile(const char *pattern, struct err *err)
{
	PCRE2_SIZE at;
	PCRE2_UCHAR text[200];
	int code;
	pcre2_code *regex = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF,
					  &code, &at, NULL);

	if (regex)
		return regex;
	pcre2_get_error_message(code, text, sizeof(text));
	err_set(err, ERR_INVALID, NULL, "\"%s\" is not a regular expression: %s, at character %zu",
		pattern, (const char *)text, (size_t)at + 1);
	return NULL;
}

static bool regex_finds(pcre2_code *regex, const char *text)
{
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(regex, NULL);
	int found;

	pcre2_set_match_limit(limits, REGEX_STEPS_MAX);
	pcre2_set_heap_limit(limits, REGEX_HEAP_KIB);
	found = pcre2_match(regex, (PCRE2_SPTR)text, strlen(text), 0, 0, data, limits);
	pcre2_match_data_free(data);
	pcre2_match_context_free(limits);
	return found >= 0;
}

static bool word_matches(const struct json *operand, const struct json *actual)
{
	_cleanup_(freep) char *pattern = match_scalar_text(operand);
	_cleanup_(freep) char *text = match_scalar_text(actual);
	pcre2_code *regex = pattern && text ? compile(pattern, NULL) : NULL;
	bool found;

	if (!regex)
		return false;
	found = regex_finds(regex, text);
	pcre2_code_free(regex);
	return found;
}

static bool list_has(const struct json *list, const struct json *wanted)
{
	json_foreach (element, list)
		if (match_at(wanted, element, NULL, NULL))
			return true;
	return false;
}

static bool word_contains(const struct json *operand, const struct json *actual)
{
	_cleanup_(freep) char *needle = NULL, *text = NULL;

	if (json_is_array(actual) && json_is_array(operand)) {
		json_foreach (item, operand)
			if (!list_has(actual, item))
				return false;
		return true;
	}
	if (json_is_array(actual))
		return list_has(actual, operand);
	needle = match_scalar_text(operand);
	text = match_scalar_text(actual);
	return needle && text && strstr(text, needle);
}

static bool word_starts_with(const struct json *operand, const struct json *actual)
{
	_cleanup_(freep) char *prefix = match_scalar_text(operand);
	_cleanup_(freep) char *text = match_scalar_text(actual);

	return prefix && str_starts_with(text, prefix);
}

static bool word_at_least(const struct json *operand, const struct json *actual)
{
	double limit, number;

	return number_of(operand, &limit) && number_of(actual, &number) && number >= limit;
}

static bool word_at_most(const struct json *operand, const struct json *actual)
{
	double limit, number;

	return number_of(operand, &limit) && number_of(actual, &number) && number <= limit;
}

typedef bool fits_fn(const struct json *a, const struct json *b);

static bool fits(const struct json *expected, const struct json *actual)
{
	return match_at(expected, actual, NULL, NULL);
}

/* Finds a place for `wanted` among the elements, moving others where that helps (Kuhn). */
static bool place(size_t wanted, size_t n, const bool *can, bool *tried, size_t *placed)
{
	for (size_t i = 0; i < n; i++) {
		if (!can[wanted * n + i] || tried[i])
			continue;
		tried[i] = true;
		if (placed[i] == SIZE_MAX || place(placed[i], n, can, tried, placed)) {
			placed[i] = wanted;
			return true;
		}
	}
	return false;
}

/* Whether the two lists fit each other one to one. */
static bool fit_as_sets(const struct json *expected, const struct json *actual, fits_fn *fn)
{
	size_t n = json_size(expected), w = 0, placed_count = 0;
	_cleanup_(freep) bool *can = NULL, *tried = NULL;
	_cleanup_(freep) size_t *placed = NULL;

	if (json_size(actual) != n)
		return false;
	can = xcalloc(n * n + 1, sizeof(*can));
	tried = xcalloc(n + 1, sizeof(*tried));
	placed = xcalloc(n + 1, sizeof(*placed));
	json_foreach (wanted, expected) {
		size_t i = 0;

		json_foreach (element, actual)
			can[w * n + i++] = fn(wanted, element);
		placed[w++] = SIZE_MAX;
	}
	for (w = 0; w < n; w++) {
		memset(tried, 0, n * sizeof(*tried));
		placed_count += place(w, n, can, tried, placed);
	}
	return placed_count == n;
}

static bool word_exactly(const struct json *operand, const struct json *actual)
{
	if (json_is_array(operand)) /* an empty list is the same as none: AWS leaves it out */
		return (json_is_array(actual) && fit_as_sets(operand, actual, fits)) ||
		       (!actual && !json_first(operand));
	if (json_is_object(operand))
		return json_is_object(actual) && json_size(operand) == json_size(actual) &&
		       fits(operand, actual);
	return match_scalar(operand, actual);
}

static bool word_in_order(const struct json *operand, const struct json *actual)
{
	const struct json *element = json_first(actual);

	if (!json_is_array(actual))
		return !actual && !json_first(operand);
	json_foreach (wanted, operand) {
		if (!element || !fits(wanted, element))
			return false;
		element = json_next(element);
	}
	return !element;
}

static bool is_true(const struct json *json)
{
	return json_is_bool(json) ? json_bool(json) : str_eq(json_str(json), "true");
}

static bool word_present(const struct json *operand, const struct json *actual)
{
	bool empty = json_is_null(actual) || str_eq(json_str(actual), "") ||
		     ((json_is_array(actual) || json_is_object(actual)) && !json_first(actual));

	return is_true(operand) != empty;
}

/* Reads a block, or an address as the block of it alone. */
static bool parse_block(const char *text, struct cidr *ret)
{
	if (!text)
		return false;
	if (cidr_parse(text, ret))
		return true;
	if (!ip_parse(text, &ret->ip))
		return false;
	ret->prefix = ret->ip.family == FAMILY_IPV6 ? 128 : 32;
	return true;
}

static bool word_cidr(const struct json *operand, const struct json *actual)
{
	struct cidr block;

	return parse_block(json_str(actual), &block) &&
	       str_eq(json_str(operand), block.ip.family == FAMILY_IPV6 ? "ipv6" : "ipv4");
}

/* Characters, not bytes: every byte but UTF-8's continuations begins one. */
static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static bool word_size(const struct json *operand, const struct json *actual)
{
	const char *text = json_str(actual);
	struct cidr block;

	if (text && strchr(text, '/') && cidr_parse(text, &block))
		return match_number(operand, block.prefix, NULL);
	if (text)
		return match_number(operand, (int64_t)characters(text), NULL);
	if (json_is_number(actual) || json_is_bool(actual))
		return false;
	return match_number(operand, (int64_t)json_size(actual), NULL);
}

void match_blocks(const struct json *json, void (*fn)(const char *text, void *userdata),
		  void *userdata)
{
	json_foreach (item, json) {
		const char *key = json_key(item), *text = json_str(item);

		if (text && (str_eq(key, "CidrBlock") || str_eq(key, "Ipv6CidrBlock")))
			fn(text, userdata);
		else
			match_blocks(item, fn, userdata);
	}
}

struct inside {
	struct cidr block;
	bool found;
};

static void look_inside(const char *text, void *userdata)
{
	struct inside *inside = userdata;
	struct cidr outer;

	if (cidr_parse(text, &outer) && cidr_contains(&outer, &inside->block))
		inside->found = true;
}

static bool word_inside(const struct json *operand, const struct json *actual)
{
	struct inside inside = {.found = false};

	if (!parse_block(json_str(actual), &inside.block))
		return false;
	if (json_is_string(operand))
		look_inside(json_str(operand), &inside);
	else
		match_blocks(operand, look_inside, &inside);
	return inside.found;
}

static bool is_same(const struct json *a, const struct json *b)
{
	if (json_is_array(a) && json_is_array(b))
		return fit_as_sets(a, b, is_same);
	if (!json_is_object(a) || !json_is_object(b))
		return match_scalar(a, b);
	if (json_size(a) != json_size(b))
		return false;
	json_foreach (item, a)
		if (!json_get(b, json_key(item)) || !is_same(item, json_get(b, json_key(item))))
			return false;
	return true;
}

static bool check_any(const struct json *operand, struct err *err)
{
	(void)operand;
	(void)err;
	return true;
}

static bool check_list(const struct json *operand, struct err *err)
{
	return json_is_array(operand) || err_set(err, ERR_INVALID, NULL, "must be a list");
}

static bool check_scalar(const struct json *operand, struct err *err)
{
	if (!json_is_array(operand) && !json_is_object(operand) && !json_is_null(operand))
		return true;
	return err_set(err, ERR_INVALID, NULL, "must be a single value");
}

static bool check_number(const struct json *operand, struct err *err)
{
	_cleanup_(freep) char *text = match_scalar_text(operand);
	double number;

	if (text && match_is_number(text, &number))
		return true;
	return err_set(err, ERR_INVALID, NULL, "\"%s\" is not a number", text ? text : "");
}

static bool check_regex(const struct json *operand, struct err *err)
{
	_cleanup_(freep) char *text = NULL;
	pcre2_code *regex;

	if (!check_scalar(operand, err))
		return false;
	text = match_scalar_text(operand);
	regex = compile(text, err);
	pcre2_code_free(regex);
	return regex != NULL;
}

static bool check_bool(const struct json *operand, struct err *err)
{
	if (json_is_bool(operand) || str_eq(json_str(operand), "true") ||
	    str_eq(json_str(operand), "false"))
		return true;
	return err_set(err, ERR_INVALID, NULL, "must be true or false");
}

static bool check_family(const struct json *operand, struct err *err)
{
	if (str_eq(json_str(operand), "ipv4") || str_eq(json_str(operand), "ipv6"))
		return true;
	return err_set(err, ERR_INVALID, NULL, "must be ipv4 or ipv6");
}

static void count_block(const char *text, void *userdata)
{
	(void)text;
	++*(size_t *)userdata;
}

static bool check_inside(const struct json *operand, struct err *err)
{
	struct cidr block;
	size_t blocks = 0;

	if (json_is_string(operand) && cidr_parse(json_str(operand), &block))
		return true;
	match_blocks(operand, count_block, &blocks);
	if (blocks > 0)
		return true;
	return err_set(err, ERR_INVALID, NULL,
		       "must be a block such as 10.0.0.0/16, or an object "
		       "that has one");
}

/* sorted by name; tests/judge/test_match.c checks the order */
static const struct word {
	const char *name;
	word_fn *fn;
	check_fn *check;
} words[] = {
	{"at-least", word_at_least, check_number},
	{"at-most", word_at_most, check_number},
	{"cidr", word_cidr, check_family},
	{"contains", word_contains, check_any},
	{"exactly", word_exactly, check_any},
	{"in", word_in, check_list},
	{"in-order", word_in_order, check_list},
	{"inside", word_inside, check_inside},
	{"matches", word_matches, check_regex},
	{"not", word_not, check_any},
	{"present", word_present, check_bool},
	{"same-as", is_same, check_any},
	{"size", word_size, check_any},
	{"starts-with", word_starts_with, check_scalar},
};

static int by_name(const void *name, const void *word)
{
	return strcmp(name, ((const struct word *)word)->name);
}

static const struct word *find_word(const char *name)
{
	return bsearch(name, words, array_size(words), sizeof(words[0]), by_name);
}

bool match_is_word(const char *key)
{
	return find_word(key) != NULL;
}

bool match_word(const char *word, const struct json *operand, const struct json *actual,
		const struct step *at, struct mismatch *ret)
{
	_cleanup_(json_freep) struct json *whole = NULL;
	_cleanup_(freep) char *text = NULL;

	if (find_word(word)->fn(operand, actual))
		return true;
	if (!ret)
		return false;
	whole = json_new_object();
	json_set_borrowed(whole, word, operand);
	text = match_describe(whole);
	return match_differs(at, text, actual, ret);
}

bool match_check_word(const char *word, const struct json *operand, struct err *err)
{
	return find_word(word)->check(operand, err) || err_wrap(err, "%s", word);
}
