/* What is wrong in a YAML file. */
#include "emulator/base/yaml_check.h"

#include "emulator/base/arena.h"

void yaml_checks_init(struct yaml_checks *checks, struct arena *arena)
{
	*checks = (struct yaml_checks){.arena = arena};
}

void yaml_checks_add(struct yaml_checks *checks, unsigned line, unsigned column, const char *hint,
		     const char *format, ...)
{
	struct yaml_problem *problem = arena_alloc(checks->arena, sizeof(*problem));
	va_list arguments;
	char *message;

	va_start(arguments, format);
	message = xvasprintf(format, arguments);
	va_end(arguments);
	problem->line = line;
	problem->column = column;
	problem->message = arena_strdup(checks->arena, message);
	problem->hint = hint ? arena_strdup(checks->arena, hint) : NULL;
	free(message);
	ptrs_add(&checks->problems, problem);
}

/* The unquoted word around the character at p, in the arena. */
static const char *word_at(struct yaml_checks *checks, const char *line, const char *p)
{
	static const char boundaries[] = " \t,[]{}\"'";
	const char *start = p, *end = p;

	while (start > line && !strchr(boundaries, start[-1]))
		start--;
	while (*end && !strchr(boundaries, *end))
		end++;
	return arena_strndup(checks->arena, start, (size_t)(end - start));
}

/* The byte of the line that stands at a column (from 1, in characters). */
static const char *at_column(const char *line, unsigned column)
{
	while (*line && column > 1) {
		line++;
		if (((unsigned char)*line & 0xc0) != 0x80)
			column--;
	}
	return line;
}

/* What most likely has to be done about a syntax error; NULL when nobody knows. */
static const char *syntax_hint(struct yaml_checks *checks, const char *line, const char *at)
{
	const char *colons;

	if (*at == '\t')
		return "use spaces, not tabs";
	if (*at && strchr("@`%", *at))
		return arena_printf(checks->arena, "put \"%s\" in quotes",
				    word_at(checks, line, at));
	if (*at == '*' || (at > line && strchr(at, '*') && strstr(line, " *")))
		return "put text that begins with '*' in quotes";
	/* an IPv6 block such as ::/0 within { } or [ ] */
	colons = strstr(line, "::");
	if (colons && strpbrk(line, "{["))
		return arena_printf(checks->arena, "put \"%s\" in quotes",
				    word_at(checks, line, colons));
	if (*at == ':' || (at > line && at[-1] == ':'))
		return "put text that contains \": \" in quotes, or check the indentation";
	return NULL;
}

void yaml_checks_syntax(struct yaml_checks *checks, unsigned line, unsigned column,
			const char *source, const char *problem, const char *context,
			unsigned context_line)
{
	const char *hint = NULL, *at = source ? at_column(source, column) : NULL;

	if (source)
		hint = syntax_hint(checks, source, at);
	if (at && *at == '\t') {
		yaml_checks_add(checks, line, column, hint, "a tab in the indentation");
		return;
	}
	if (!problem)
		problem = "syntax error";
	if (context && context_line != line)
		yaml_checks_add(checks, line, column, hint, "%s, %s that began in line %u", problem,
				context, context_line);
	else if (context)
		yaml_checks_add(checks, line, column, hint, "%s, %s", problem, context);
	else
		yaml_checks_add(checks, line, column, hint, "%s", problem);
}

static int compare_nodes(const void *a, const void *b)
{
	const struct yaml_node *x = *(const struct yaml_node *const *)a,
			       *y = *(const struct yaml_node *const *)b;
	int order = strcmp(x->key, y->key);

	if (order)
		return order;
	if (x->key_line != y->key_line)
		return x->key_line < y->key_line ? -1 : 1;
	return (x->key_column > y->key_column) - (x->key_column < y->key_column);
}

static void add_duplicate(struct yaml_checks *checks, const struct yaml_node *first,
			  const struct yaml_node *again)
{
	yaml_checks_add(checks, again->key_line, again->key_column, NULL,
			"duplicate key \"%s\": it stands in line %u already", again->key,
			first->key_line);
}

void yaml_checks_duplicates(struct yaml_checks *checks, const struct yaml_node *map)
{
	const struct yaml_node **nodes;
	size_t n = 0;

	if (map->count < 2)
		return;
	nodes = xcalloc(map->count, sizeof(*nodes));
	for (const struct yaml_node *child = map->first; child; child = child->next)
		nodes[n++] = child;
	qsort(nodes, n, sizeof(*nodes), compare_nodes);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (strcmp(nodes[i]->key, nodes[first]->key) == 0)
			add_duplicate(checks, nodes[first], nodes[i]);
		else
			first = i;
	}
	free(nodes);
}

void yaml_checks_cover(struct yaml_checks *checks, unsigned line, unsigned column,
		       unsigned end_line, unsigned end_column)
{
	if (checks->range_count == checks->range_room) {
		checks->range_room = checks->range_room ? checks->range_room * 2 : 64;
		checks->ranges =
			xrealloc(checks->ranges, checks->range_room * sizeof(*checks->ranges));
	}
	checks->ranges[checks->range_count++] =
		(struct yaml_range){line, column, end_line, end_column};
}

static bool is_before(unsigned line, unsigned column, unsigned other_line, unsigned other_column)
{
	return line < other_line || (line == other_line && column < other_column);
}

/* Looks at one line; *next is the first range that may still matter. */
static void check_line(struct yaml_checks *checks, const char *text, unsigned line, size_t *next)
{
	unsigned column = 0;

	for (const char *p = text; *p; p++) {
		const struct yaml_range *range;

		if (((unsigned char)*p & 0xc0) == 0x80)
			continue;
		column++;
		if (*p != '\t' && *p != '#')
			continue;
		while (*next < checks->range_count &&
		       !is_before(line, column, checks->ranges[*next].end_line,
				  checks->ranges[*next].end_column))
			(*next)++;
		range = *next < checks->range_count ? &checks->ranges[*next] : NULL;
		if (range && !is_before(line, column, range->line, range->column))
			continue;
		if (*p == '#')
			return; /* outside of a value it can only begin a comment */
		yaml_checks_add(checks, line, column, "use spaces, not tabs",
				"a tab between values");
		return; /* one is enough for a line */
	}
}

void yaml_checks_tabs(struct yaml_checks *checks, const struct yaml_file *file, bool has_tab)
{
	const char *text;
	size_t next = 0;

	if (!has_tab)
		return;
	for (unsigned line = 1; (text = yaml_source_line(file, line)); line++)
		check_line(checks, text, line, &next);
}

static int compare_problems(const void *a, const void *b)
{
	const struct yaml_problem *x = *(struct yaml_problem *const *)a,
				  *y = *(struct yaml_problem *const *)b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

bool yaml_checks_finish(struct yaml_checks *checks, const char *name, yaml_problem_fn *problem,
			void *userdata, struct err *err)
{
	size_t count = checks->problems.count;
	const struct yaml_problem *first;

	if (count > 1)
		qsort(checks->problems.items, count, sizeof(*checks->problems.items),
		      compare_problems);
	for (size_t i = 0; problem && i < count; i++) {
		const struct yaml_problem *one = checks->problems.items[i];

		problem(userdata, one->line, one->column, one->message, one->hint);
	}
	if (count) {
		first = checks->problems.items[0];
		err_set(err, ERR_INVALID, NULL, "%s:%u:%u: %s%s%s", name, first->line,
			first->column, first->message, first->hint ? "; " : "",
			first->hint ? first->hint : "");
	}
	ptrs_done(&checks->problems);
	free(checks->ranges);
	return count == 0;
}
