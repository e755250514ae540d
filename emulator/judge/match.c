/* The matcher of claims: trees, lists and scalars. Words are in match_words.c. */
#include "emulator/judge/match.h"

#include "emulator/judge/match_inner.h"

#define PATH_MAX_BYTES 1000

static void path_add(struct strbuf *sb, const struct step *at)
{
	if (!at)
		return;
	path_add(sb, at->up);
	if (!at->key)
		strbuf_addf(sb, "[%zu]", at->index);
	else
		strbuf_addf(sb, "%s%s", sb->length ? "." : "", at->key);
}

void mismatch_done(struct mismatch *mismatch)
{
	free(mismatch->path);
	free(mismatch->expected);
	free(mismatch->actual);
	*mismatch = (struct mismatch)MISMATCH_INIT;
}

bool match_differs(const struct step *at, const char *expected, const struct json *actual,
		   struct mismatch *ret)
{
	struct strbuf path;

	if (!ret)
		return false;
	mismatch_done(ret);
	strbuf_init(&path, PATH_MAX_BYTES);
	path_add(&path, at);
	ret->path = strbuf_steal(&path);
	ret->expected = xstrdup(expected);
	ret->actual = match_json_text(actual);
	return false;
}

static bool differs(const struct step *at, const struct json *expected, const struct json *actual,
		    struct mismatch *ret)
{
	_cleanup_(freep) char *text = ret ? match_describe(expected) : NULL;

	return match_differs(at, text, actual, ret);
}

/* Numbers are compared by value; their digits decide where a double is not exact. */
static bool is_same_number(const char *a, const char *b)
{
	double x, y;

	if (str_eq(a, b))
		return true;
	if (!match_is_number(a, &x) || !match_is_number(b, &y) || x != y)
		return false;
	return x > -9e15 && x < 9e15;
}

bool match_scalar(const struct json *expected, const struct json *actual)
{
	_cleanup_(freep) char *a = NULL, *b = NULL;

	if (json_is_null(expected) || json_is_null(actual))
		return json_is_null(expected) && json_is_null(actual);
	a = match_scalar_text(expected);
	b = match_scalar_text(actual);
	if (!a || !b)
		return false;
	if (json_is_number(actual) || (json_is_number(expected) && json_is_string(actual)))
		return is_same_number(a, b);
	return str_eq(a, b);
}

static bool is_matcher(const struct json *expected)
{
	if (!json_is_object(expected) || !json_first(expected))
		return false;
	json_foreach (item, expected)
		if (!match_is_word(json_key(item)))
			return false;
	return true;
}

/* How many of the members that a written element names fit: to show the closest one. */
static unsigned closeness(const struct json *expected, const struct json *actual)
{
	unsigned fits = 0;

	if (is_matcher(expected) || !json_is_object(expected) || !json_is_object(actual))
		return 0;
	json_foreach (item, expected)
		fits += match_at(item, json_get(actual, json_key(item)), NULL, NULL);
	return fits;
}

/* No element fits: tells what is wrong with the closest, where one is close or the only one. */
static bool no_element(const struct json *expected, const struct json *list, const struct step *at,
		       struct mismatch *ret)
{
	const struct json *best = NULL;
	unsigned most = 0;
	struct step below = {.up = at};
	size_t index = 0;
	_cleanup_(freep) char *text = NULL, *phrase = NULL;

	if (!ret)
		return false;
	json_foreach (element, list) {
		unsigned fits = closeness(expected, element);

		if (!best || fits > most) {
			best = element;
			most = fits;
			below.index = index;
		}
		index++;
	}
	if (best && (most > 0 || index == 1))
		return match_at(expected, best, &below, ret);
	text = match_describe(expected);
	phrase = xasprintf("an element %s", text);
	return match_differs(at, phrase, list, ret);
}

static bool match_list(const struct json *expected, const struct json *actual,
		       const struct step *at, struct mismatch *ret)
{
	if (!json_is_array(actual))
		return (!actual && !json_first(expected)) || differs(at, expected, actual, ret);
	json_foreach (wanted, expected) {
		bool found = false;

		json_foreach (element, actual) {
			found = match_at(wanted, element, NULL, NULL);
			if (found)
				break;
		}
		if (!found)
			return no_element(wanted, actual, at, ret);
	}
	return true;
}

static bool match_object(const struct json *expected, const struct json *actual,
			 const struct step *at, struct mismatch *ret)
{
	if (!json_is_object(actual) && !json_is_null(actual))
		return differs(at, expected, actual, ret);
	if (!json_first(expected))
		return json_is_object(actual) || differs(at, expected, actual, ret);
	/* of what is missing, nothing is there: `{ a: { b: { present: false } } }` holds */
	json_foreach (item, expected) {
		struct step below = {.up = at, .key = json_key(item)};

		if (!match_at(item, json_get(actual, json_key(item)), &below, ret))
			return false;
	}
	return true;
}

bool match_at(const struct json *expected, const struct json *actual, const struct step *at,
	      struct mismatch *ret)
{
	if (is_matcher(expected)) {
		json_foreach (item, expected)
			if (!match_word(json_key(item), item, actual, at, ret))
				return false;
		return true;
	}
	if (json_is_object(expected))
		return match_object(expected, actual, at, ret);
	if (json_is_array(expected))
		return match_list(expected, actual, at, ret);
	return match_scalar(expected, actual) || differs(at, expected, actual, ret);
}

bool match_value(const struct json *expected, const struct json *actual, struct mismatch *ret)
{
	return match_at(expected, actual, NULL, ret);
}

bool match_number(const struct json *expected, int64_t actual, struct mismatch *ret)
{
	_cleanup_(json_freep) struct json *number = json_new_int(actual);

	return match_at(expected, number, NULL, ret);
}

bool match_text(const struct json *expected, const char *actual, struct mismatch *ret)
{
	_cleanup_(json_freep) struct json *text = actual ? json_new_string(actual) : NULL;

	return match_at(expected, text, NULL, ret);
}

bool match_check(const struct json *expected, struct err *err)
{
	bool words = false, others = false;

	if (!json_is_object(expected) && !json_is_array(expected))
		return true;
	json_foreach (item, expected) {
		const char *key = json_key(item);

		words |= key && match_is_word(key);
		others |= key && !match_is_word(key);
		if (key && match_is_word(key) && !match_check_word(key, item, err))
			return false;
		if (!match_check(item, err))
			return key ? err_wrap(err, "%s", key) : false;
	}
	if (words && others)
		return err_set(err, ERR_INVALID, NULL,
			       "matchers and fields do not stand in one object");
	return true;
}
