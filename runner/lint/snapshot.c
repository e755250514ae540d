/* Snapshots of AWS: those that steps take, and files below fixtures/snapshots/. */
#include <unistd.h>

#include "runner/lint/inner.h"
#include "runner/text.h"

#define NAMES_MAX 1024 /* candidates of one did-you-mean */
#define FOLDER	  "snapshots/"

void lint_take_snapshot(struct lint *lint, const struct yaml_node *step)
{
	const struct yaml_node *snapshot = yaml_get(step, "snapshot");
	struct name *name =
		snapshot && snapshot->text ? lint_name(lint, NAME_SNAPSHOT, snapshot->text) : NULL;

	if (!name)
		return;
	if (name->node != snapshot)
		lint_error(lint, place_of_value(snapshot),
			   xasprintf("the snapshot \"%s\" is taken twice", name->name), NULL);
	name->live = true;
}

/* A file need not be there yet: --update makes it. */
static void check_file(struct lint *lint, const struct yaml_node *node, const char *path)
{
	_cleanup_(freep) char *full = xasprintf("%s/%s", lint->fixtures, path);
	const char *name = path + strlen(FOLDER);
	const struct source *source;

	if (!str_starts_with(path, FOLDER) || strchr(name, '/') || str_eq(name, ".yaml") ||
	    *name == '.') {
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" is no file of snapshots", path),
			   xstrdup("write " FOLDER "NAME.yaml"));
		return;
	}
	if (access(full, F_OK) != 0) {
		lint_warning(lint, place_of_value(node), xstrdup("there is no such snapshot yet"),
			     xstrdup("make it: skyrig test FILE --update"));
		return;
	}
	source = files_get(lint->files, full, lint->problems);
	if (source->yaml && (!yaml_documents(source->yaml) || !yaml_root(source->yaml, 0) ||
			     yaml_root(source->yaml, 0)->type != YAML_MAP))
		problem_add(lint->problems, source, (struct place){1, 1, 1}, SEVERITY_ERROR,
			    xstrdup("a snapshot is a map"),
			    xstrdup("delete it, then: skyrig test FILE --update"));
}

void lint_snapshot(struct lint *lint, const struct yaml_node *node, const char *text)
{
	struct name *name = lint_name(lint, NAME_SNAPSHOT, text);
	const char *names[NAMES_MAX];
	size_t n = 0;

	if (str_ends_with(text, ".yaml")) {
		check_file(lint, node, text);
		return;
	}
	if (name) {
		name->used = true;
		if (!name->live)
			lint_error(lint, place_of_value(node),
				   xasprintf("the snapshot \"%s\" is taken only later, in line %u",
					     text, name->node->line),
				   NULL);
		return;
	}
	for (size_t i = 0; i < lint->name_count && n < array_size(names); i++)
		if (lint->names[i].type == NAME_SNAPSHOT)
			names[n++] = lint->names[i].name;
	lint_error(
		lint, place_of_value(node), xasprintf("there is no snapshot \"%s\"", text),
		n ? text_did_you_mean(text, names, n)
		  : xstrdup("take one in an earlier step: snapshot: NAME; or name a file: " FOLDER
			    "NAME.yaml"));
}
