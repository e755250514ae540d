/* Which scenarios to run: `tag:leak and not (tag:slow or id:scale/…)`. */
#include <ctype.h>

#include "runner/schema/schema.h"
#include "runner/scenario/scenario.h"
#include "runner/text.h"

enum operation { FILTER_TERM, FILTER_NOT, FILTER_AND, FILTER_OR };

struct filter {
	enum operation operation;
	struct filter *left, *right;
	char *field, *pattern; /* FILTER_TERM */
};

struct parser {
	const char *at;
	struct err *err;
	unsigned depth;
};

#define DEPTH_MAX 64

static const char *const fields[] = {"id", "tag", "source", "title"};

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	filter_free(filter->left);
	filter_free(filter->right);
	free(filter->field);
	free(filter->pattern);
	free(filter);
}

static struct filter *combine(enum operation operation, struct filter *left, struct filter *right)
{
	struct filter *filter = xcalloc(1, sizeof(*filter));

	*filter = (struct filter){.operation = operation, .left = left, .right = right};
	return filter;
}

static void skip_blanks(struct parser *parser)
{
	while (isspace((unsigned char)*parser->at))
		parser->at++;
}

/* Takes a keyword when it stands here as a word of its own. */
static bool take(struct parser *parser, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(parser);
	if (strncmp(parser->at, word, n) != 0)
		return false;
	if (isalpha((unsigned char)*word) && parser->at[n] && !strchr(" \t()", parser->at[n]))
		return false;
	parser->at += n;
	return true;
}

static bool parse_or(struct parser *parser, struct filter **ret);

static bool parse_term(struct parser *parser, struct filter **ret)
{
	size_t length, colon;
	struct filter *filter;

	skip_blanks(parser);
	length = strcspn(parser->at, " \t()");
	if (!length)
		return err_set(parser->err, ERR_INVALID, NULL, "a term is missing %s%s",
			       *parser->at ? "before " : "at the end", parser->at);
	colon = strcspn(parser->at, ":");
	filter = combine(FILTER_TERM, NULL, NULL);
	*ret = filter;
	if (colon >= length) { /* a bare word: part of the id */
		filter->field = xstrdup("id");
		filter->pattern = xasprintf("*%.*s*", (int)length, parser->at);
	} else {
		filter->field = xstrndup(parser->at, colon);
		filter->pattern = xstrndup(parser->at + colon + 1, length - colon - 1);
	}
	parser->at += length;
	for (size_t i = 0; i < array_size(fields); i++)
		if (str_eq(fields[i], filter->field))
			return true;
	_cleanup_(freep) char *remedy =
		text_did_you_mean(filter->field, fields, array_size(fields));
	return err_set(parser->err, ERR_INVALID, NULL, "there is no field \"%s\"; %s",
		       filter->field, remedy ? remedy : "there are id, tag, source and title");
}

static bool parse_factor(struct parser *parser, struct filter **ret)
{
	if (++parser->depth > DEPTH_MAX)
		return err_set(parser->err, ERR_INVALID, NULL, "nested more than %d times",
			       DEPTH_MAX);
	if (take(parser, "not")) {
		*ret = combine(FILTER_NOT, NULL, NULL);
		return parse_factor(parser, &(*ret)->left);
	}
	if (take(parser, "(")) {
		if (!parse_or(parser, ret))
			return false;
		if (!take(parser, ")"))
			return err_set(parser->err, ERR_INVALID, NULL, "a \")\" is missing");
		return true;
	}
	return parse_term(parser, ret);
}

static bool parse_and(struct parser *parser, struct filter **ret)
{
	if (!parse_factor(parser, ret))
		return false;
	while (take(parser, "and")) {
		*ret = combine(FILTER_AND, *ret, NULL);
		if (!parse_factor(parser, &(*ret)->right))
			return false;
	}
	return true;
}

static bool parse_or(struct parser *parser, struct filter **ret)
{
	if (!parse_and(parser, ret))
		return false;
	while (take(parser, "or")) {
		*ret = combine(FILTER_OR, *ret, NULL);
		if (!parse_and(parser, &(*ret)->right))
			return false;
	}
	return true;
}

bool filter_new(const char *expression, struct filter **ret, struct err *err)
{
	struct parser parser = {expression, err, 0};
	_cleanup_(filter_freep) struct filter *filter = NULL;
	bool ok = parse_or(&parser, &filter);

	skip_blanks(&parser);
	if (ok && *parser.at)
		ok = err_set(err, ERR_INVALID, NULL,
			     "\"%s\" is not understood; join terms with and, or", parser.at);
	if (!ok)
		return err_wrap(err, "filter \"%s\"", expression);
	*ret = steal(filter);
	return true;
}

static bool any(const struct strs *texts, const char *pattern, bool inside)
{
	_cleanup_(freep) char *wide = inside ? xasprintf("*%s*", pattern) : xstrdup(pattern);

	for (size_t i = 0; i < texts->count; i++)
		if (str_glob(wide, texts->items[i]))
			return true;
	return false;
}

static bool term_matches(const struct filter *filter, const struct scenario *scenario)
{
	if (str_eq(filter->field, "tag"))
		return any(&scenario->tags, filter->pattern, false);
	if (str_eq(filter->field, "source"))
		return any(&scenario->sources, filter->pattern, true);
	if (str_eq(filter->field, "title")) {
		_cleanup_(freep) char *wide = xasprintf("*%s*", filter->pattern);

		return str_glob(wide, scenario->title);
	}
	return str_glob(filter->pattern, scenario->id);
}

bool filter_matches(const struct filter *filter, const struct scenario *scenario)
{
	switch (filter->operation) {
	case FILTER_NOT: return !filter_matches(filter->left, scenario);
	case FILTER_AND:
		return filter_matches(filter->left, scenario) &&
		       filter_matches(filter->right, scenario);
	case FILTER_OR:
		return filter_matches(filter->left, scenario) ||
		       filter_matches(filter->right, scenario);
	default: return term_matches(filter, scenario);
	}
}
