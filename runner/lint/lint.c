/* The checker's entry: a scenario file as a whole. */
#include "runner/lint/lint.h"

#include <sys/stat.h>

#include "runner/lint/inner.h"
#include "runner/text.h"

#define TAGS_MAX 512

void lint_error(struct lint *lint, struct place place, char *message, char *remedy)
{
	problem_add(lint->problems, lint->source, place, SEVERITY_ERROR, message, remedy);
}

void lint_warning(struct lint *lint, struct place place, char *message, char *remedy)
{
	problem_add(lint->problems, lint->source, place, SEVERITY_WARNING, message, remedy);
}

const struct source *files_get(struct files *files, const char *path, struct problems *problems)
{
	struct source *source;

	for (size_t i = 0; i < files->sources.count; i++) {
		source = files->sources.items[i];
		if (str_eq(source->path, path))
			return source;
	}
	source = source_load(path, problems);
	ptrs_add(&files->sources, source);
	return source;
}

void files_done(struct files *files)
{
	for (size_t i = 0; i < files->sources.count; i++)
		source_free(files->sources.items[i]);
	ptrs_done(&files->sources);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The "fixtures" beside the file, or beside a folder above it as far as the path is written. */
static char *climb(const char *path)
{
	_cleanup_(freep) char *at = xstrdup(path);
	char *slash;

	while ((slash = strrchr(at, '/'))) {
		char *folder;

		*slash = '\0';
		folder = xasprintf("%s/fixtures", at);
		if (is_folder(folder))
			return folder;
		free(folder);
	}
	return *path != '/' && is_folder("fixtures") ? xstrdup("fixtures") : NULL;
}

char *lint_fixtures_folder(const char *path)
{
	_cleanup_(freep) char *whole = NULL;
	char *found = climb(path);

	if (!found && (whole = realpath(path, NULL)))
		found = climb(whole);
	return found ? found : xstrdup("fixtures");
}

/* Each row must give a value to the same names, or some row would lack one. */
static void check_matrix(struct lint *lint, const struct yaml_node *root)
{
	const struct yaml_node *rows = yaml_get(root, "matrix"), *vars = yaml_get(root, "vars");

	if (!rows || rows->type != YAML_LIST || !rows->first || rows->first->type != YAML_MAP)
		return;
	for (const struct yaml_node *row = rows->first; row; row = row->next) {
		if (row->type != YAML_MAP)
			continue; /* its type is reported */
		for (const struct yaml_node *var = rows->first->first; var; var = var->next)
			if (!yaml_get(row, var->key) && !(vars && yaml_get(vars, var->key)))
				lint_error(lint,
					   row->first ? place_of_key(row->first)
						      : place_of_value(row),
					   xasprintf("this row gives no value to \"%s\"", var->key),
					   xstrdup("every row must, or vars"));
		for (const struct yaml_node *var = row->first; var; var = var->next)
			if (!yaml_get(rows->first, var->key) && !(vars && yaml_get(vars, var->key)))
				lint_error(lint, place_of_key(var),
					   xasprintf("the first row gives no value to \"%s\"",
						     var->key),
					   xstrdup("every row must, or vars"));
	}
}

/* Tags are words of suites/tags.yaml, where there is such a file: "nlb" and "nlbs" are not two. */
static void check_tags(struct lint *lint, const struct yaml_node *root)
{
	const struct yaml_node *tags = yaml_get(root, "tags"), *known;
	_cleanup_(freep) char *path = lint_tags_path(lint->source->path);
	const char *names[TAGS_MAX];
	const struct source *source;
	size_t n = 0;

	if (!path || !tags || tags->type != YAML_LIST)
		return;
	source = files_get(lint->files, path, lint->problems);
	known = source->yaml && yaml_documents(source->yaml) ? yaml_root(source->yaml, 0) : NULL;
	if (!known || known->type != YAML_MAP)
		return;
	for (const struct yaml_node *tag = known->first; tag && n < TAGS_MAX; tag = tag->next)
		names[n++] = tag->key;
	for (const struct yaml_node *tag = tags->first; tag; tag = tag->next) {
		char *meant;

		if (!tag->text || yaml_get(known, tag->text))
			continue;
		meant = text_did_you_mean(tag->text, names, n);
		lint_warning(lint, place_of_value(tag),
			     xasprintf("\"%s\" is no tag of %s", tag->text, path),
			     meant ? meant : xasprintf("add it there, with what it means"));
	}
}

void lint_scenario(const struct source *source, const struct defaults *defaults,
		   const char *fixtures, struct files *files, struct problems *problems)
{
	struct lint lint = {.problems = problems,
			    .source = source,
			    .scenario = source,
			    .defaults = defaults,
			    .fixtures = fixtures,
			    .files = files};
	const struct yaml_node *root, *always;

	if (!source->yaml)
		return;
	root = yaml_documents(source->yaml) ? yaml_root(source->yaml, 0) : NULL;
	if (!root || root->type != YAML_MAP) {
		lint_error(&lint, root ? place_of_value(root) : (struct place){0, 0, 0},
			   xstrdup("a scenario is a map"), xstrdup("begin with scenario: TITLE"));
		return;
	}
	if (yaml_documents(source->yaml) > 1)
		lint_error(&lint, place_of_value(yaml_root(source->yaml, 1)),
			   xstrdup("one file is one scenario"),
			   xstrdup("put this into another file"));
	lint.steps = yaml_get(root, "steps");
	lint.timeout_ms = lint_duration_setting(source, defaults, "timeout");
	lint_collect_names(&lint, root);
	lint_block(&lint, "scenario", root);
	lint_default_fixtures(&lint);
	lint_fits_timeout(&lint, root, "within");
	check_matrix(&lint, root);
	check_tags(&lint, root);
	lint_reachable(&lint, root);
	lint_state_rules(&lint, root);
	always = yaml_get(root, "always");
	if (always && always->type == YAML_LIST)
		lint_duplicates(&lint, always);
	lint_unused_names(&lint);
	lint_names_done(&lint);
}
