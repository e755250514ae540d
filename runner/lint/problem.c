/* Problems of the user's files: collecting and showing them. */
#include "runner/lint/problem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "emulator/base/strbuf.h"
#include "emulator/base/utf8.h"
#include "runner/text.h"

#define LINE_SHOWN_MAX 200		 /* bytes and columns of a line that is shown */
#define SOURCE_MAX     (8 * 1024 * 1024) /* bytes of one file, as in base/yaml.h */

struct place place_of_value(const struct yaml_node *node)
{
	struct place place = {node->line, node->column, 1};

	if (node->type != YAML_SCALAR && node->key)
		return place_of_key(node);
	if (node->end_column > node->column)
		place.width = node->end_column - node->column;
	return place;
}

struct place place_of_key(const struct yaml_node *node)
{
	if (!node->key)
		return place_of_value(node);
	return (struct place){node->key_line, node->key_column, (unsigned)text_width(node->key)};
}

void problems_done(struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		free(problems->items[i].message);
		free(problems->items[i].remedy);
	}
	free(problems->items);
	*problems = (struct problems){0};
}

bool problems_are_in(const struct problems *problems, const struct source *source)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->items[i].source == source &&
		    problems->items[i].severity == SEVERITY_ERROR)
			return true;
	return false;
}

void problem_add(struct problems *problems, const struct source *source, struct place place,
		 enum severity severity, char *message, char *remedy)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *other = &problems->items[i];

		if (other->source == source && other->place.line == place.line &&
		    other->place.column == place.column && str_eq(other->message, message)) {
			free(message);
			free(remedy);
			return;
		}
	}
	if (problems->count == problems->room) {
		problems->room = problems->room ? 2 * problems->room : 16;
		problems->items =
			xrealloc(problems->items, problems->room * sizeof(*problems->items));
	}
	problems->items[problems->count++] =
		(struct problem){source, place, severity, message, remedy};
	if (severity == SEVERITY_ERROR)
		problems->errors++;
	else
		problems->warnings++;
}

struct reading {
	struct problems *problems;
	struct source *source;
};

/* How many characters the word that begins there has, at least 1. */
static unsigned word_width(const struct source *source, unsigned line, unsigned column)
{
	size_t length, at = 0;
	const char *text = source_line(source, line, &length);
	unsigned width = 0;

	for (unsigned i = 1; text && at < length && i < column; i++)
		while (++at < length && ((unsigned char)text[at] & 0xc0) == 0x80)
			;
	for (; text && at < length && !strchr(" \t,]}:", text[at]); at++)
		width += ((unsigned char)text[at] & 0xc0) != 0x80;
	return width ? width : 1;
}

static void on_problem(void *userdata, unsigned line, unsigned column, const char *message,
		       const char *hint)
{
	struct reading *reading = userdata;

	problem_add(reading->problems, reading->source,
		    (struct place){line, column, word_width(reading->source, line, column)},
		    SEVERITY_ERROR, xstrdup(message), hint ? xstrdup(hint) : NULL);
}

/* The whole file, or NULL with errno's text in *ret_why. */
static char *read_file(const char *path, size_t *ret_length, const char **ret_why)
{
	FILE *file = fopen(path, "re");
	struct strbuf sb;
	char chunk[16384];
	size_t n;

	if (!file) {
		*ret_why = strerror(errno);
		return NULL;
	}
	strbuf_init(&sb, SOURCE_MAX);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		strbuf_add_bytes(&sb, chunk, n);
	*ret_why = ferror(file) ? strerror(errno) : sb.overflow ? "larger than 8 MiB" : NULL;
	fclose(file);
	*ret_length = sb.length;
	if (!*ret_why)
		return strbuf_steal(&sb);
	strbuf_done(&sb);
	return NULL;
}

struct source *source_load(const char *path, struct problems *problems)
{
	struct source *source = xcalloc(1, sizeof(*source));
	struct reading reading = {problems, source};
	const char *why = NULL;
	size_t before = problems->errors;
	struct err err = ERR_INIT;

	source->path = xstrdup(path);
	source->text = read_file(path, &source->length, &why);
	if (!source->text) {
		problem_add(problems, source, (struct place){0, 0, 0}, SEVERITY_ERROR,
			    xasprintf("cannot read it: %s", why), NULL);
		return source;
	}
	if (!yaml_parse(path, source->text, source->length, on_problem, &reading, &source->yaml,
			&err) &&
	    problems->errors == before)
		problem_add(problems, source, (struct place){0, 0, 0}, SEVERITY_ERROR,
			    xstrdup(err_text(&err)), NULL);
	err_done(&err);
	return source;
}

void source_free(struct source *source)
{
	if (!source)
		return;
	yaml_free(source->yaml);
	free(source->path);
	free(source->text);
	free(source);
}

const char *source_line(const struct source *source, unsigned n, size_t *ret_length)
{
	const char *line = source->text, *end = source->text + source->length, *newline;

	if (!line || !n)
		return NULL;
	for (unsigned i = 1;; i++) {
		if (line >= end)
			return NULL;
		newline = memchr(line, '\n', (size_t)(end - line));
		if (i == n) {
			*ret_length = (size_t)((newline ? newline : end) - line);
			if (*ret_length && line[*ret_length - 1] == '\r')
				(*ret_length)--;
			return line;
		}
		if (!newline)
			return NULL;
		line = newline + 1;
	}
}

/* As many columns as the line takes before `column`: tabs stay tabs, so that carets stand right. */
static void add_padding(struct strbuf *sb, const char *line, size_t length, unsigned column)
{
	unsigned at = 1;

	for (size_t i = 0; i < length && at < column; i++) {
		if (((unsigned char)line[i] & 0xc0) == 0x80)
			continue; /* inside a UTF-8 character */
		strbuf_add_char(sb, line[i] == '\t' ? '\t' : ' ');
		at++;
	}
	for (; at < column; at++)
		strbuf_add_char(sb, ' ');
}

/* A line as a terminal may show it: control characters, and in what is no UTF-8 all but ASCII, are
 * question marks. NULL when the place is beyond what is worth showing. New text. */
static char *shown_line(const struct source *source, struct place place, size_t *ret_length)
{
	size_t length;
	const char *line = source_line(source, place.line, &length);
	char *copy;
	bool fine;

	if (!line || place.column > LINE_SHOWN_MAX)
		return NULL;
	if (length > LINE_SHOWN_MAX)
		for (length = LINE_SHOWN_MAX;
		     length && ((unsigned char)line[length] & 0xc0) == 0x80;)
			length--; /* not within a character */
	fine = utf8_is_valid(line, length);
	copy = xmalloc(length + 1);
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)line[i];

		copy[i] =
			(c < ' ' && c != '\t') || c == 0x7f || (c > 0x7f && !fine) ? '?' : (char)c;
	}
	copy[length] = '\0';
	*ret_length = length;
	return copy;
}

void place_print(const struct source *source, struct place place, const char *remedy,
		 const char *indent, struct strbuf *sb, bool color)
{
	size_t length;
	_cleanup_(freep) char *line = shown_line(source, place, &length);

	if (!line) {
		if (remedy)
			strbuf_addf(sb, "%s     |  %s\n", indent, remedy);
		return;
	}
	strbuf_addf(sb, "%s%4u | ", indent, place.line);
	strbuf_add_bytes(sb, line, length);
	strbuf_addf(sb, "\n%s     | ", indent);
	add_padding(sb, line, length, place.column);
	strbuf_add(sb, color ? COLOR_RED : "");
	for (unsigned i = 0; i < (place.width ? place.width : 1) && i < LINE_SHOWN_MAX; i++)
		strbuf_add_char(sb, '^');
	strbuf_add(sb, color ? COLOR_OFF : "");
	if (remedy)
		strbuf_addf(sb, "  %s", remedy);
	strbuf_add_char(sb, '\n');
}

static int compare(const void *a, const void *b)
{
	const struct problem *x = a, *y = b;
	int by_path = strcmp(x->source->path, y->source->path);

	if (by_path)
		return by_path;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return strcmp(x->message, y->message);
}

void problems_print(struct problems *problems, struct strbuf *sb, bool color)
{
	if (problems->count)
		qsort(problems->items, problems->count, sizeof(*problems->items), compare);
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *problem = &problems->items[i];
		bool error = problem->severity == SEVERITY_ERROR;

		if (problem->place.line)
			strbuf_addf(sb, "%s:%u:%u: ", problem->source->path, problem->place.line,
				    problem->place.column);
		else
			strbuf_addf(sb, "%s: ", problem->source->path);
		strbuf_addf(sb, "%s%s:%s %s\n", color ? (error ? COLOR_RED : COLOR_YELLOW) : "",
			    error ? "error" : "warning", color ? COLOR_OFF : "", problem->message);
		if (problem->place.line)
			place_print(problem->source, problem->place, problem->remedy, "", sb,
				    color);
		else if (problem->remedy)
			strbuf_addf(sb, "     |  %s\n", problem->remedy);
	}
}
