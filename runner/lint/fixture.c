/* Fixtures: manifests and lists of AWS calls that a scenario names. */
#include <unistd.h>

#include "runner/lint/inner.h"
#include "runner/text.h"

/* The values of the step that is being checked, over those of the file. */
static struct json *step_values(const struct lint *lint)
{
	const struct yaml_node *with = lint->step ? yaml_get(lint->step, "with") : NULL;

	return with && with->type == YAML_MAP ? yaml_to_json(with) : NULL;
}

/* Checks ${…} in all scalars of a manifest. */
static void check_variables(struct lint *lint, const struct yaml_node *node, struct json *values)
{
	const struct json *value;

	if (node->type == YAML_SCALAR) {
		if (strstr(node->text, "${"))
			free(lint_expand(lint, node, values, &value));
		return;
	}
	for (const struct yaml_node *child = node->first; child; child = child->next)
		check_variables(lint, child, values);
}

static void check_manifest(struct lint *lint, const struct yaml_node *root, struct json *values)
{
	static const char *const needed[] = {"apiVersion", "kind"};

	if (root->type != YAML_MAP) {
		lint_error(lint, place_of_value(root), xstrdup("a manifest is a map"),
			   xstrdup("begin with apiVersion: and kind:"));
		return;
	}
	for (size_t i = 0; i < array_size(needed); i++)
		if (!yaml_get(root, needed[i]) || !yaml_get(root, needed[i])->text)
			lint_error(lint,
				   root->first ? place_of_key(root->first) : place_of_value(root),
				   xasprintf("%s is missing in this manifest", needed[i]), NULL);
	check_variables(lint, root, values);
}

static void check_calls(struct lint *lint, const struct yaml_node *root)
{
	if (root->type != YAML_LIST) {
		lint_error(lint, place_of_value(root), xstrdup("an AWS fixture is a list of calls"),
			   xstrdup("begin each with - call: service:Operation"));
		return;
	}
	for (const struct yaml_node *item = root->first; item; item = item->next) {
		if (item->type == YAML_MAP)
			lint_block(lint, "fixture-call", item);
		else
			lint_error(lint, place_of_value(item), xstrdup("a call is a map"),
				   xstrdup("write - { call: service:Operation, params: { … } }"));
	}
}

static void check_documents(struct lint *lint, const struct source *source, bool aws_calls)
{
	_cleanup_(json_freep) struct json *values = step_values(lint);
	const struct source *before = lint->source;

	lint->source = source;
	for (size_t i = 0; i < yaml_documents(source->yaml); i++) {
		const struct yaml_node *root = yaml_root(source->yaml, i);

		if (root && aws_calls)
			check_calls(lint, root);
		else if (root)
			check_manifest(lint, root, values);
	}
	lint->source = before;
}

const struct source *lint_fixture_source(struct lint *lint, const struct yaml_node *node,
					 const char *path)
{
	_cleanup_(freep) char *full = xasprintf("%s/%s", lint->fixtures, path);

	if (*path == '/' || strstr(path, "..")) {
		lint_error(lint, place_of_value(node),
			   xasprintf("the fixture \"%s\" is outside of fixtures/", path),
			   xstrdup("write a path below fixtures/"));
		return NULL;
	}
	if (access(full, R_OK) != 0) {
		lint_error(lint, place_of_value(node),
			   xasprintf("there is no fixture \"%s\"", path),
			   xasprintf("looked for %s", full));
		return NULL;
	}
	return files_get(lint->files, full, lint->problems);
}

void lint_fixture(struct lint *lint, const struct yaml_node *node, const char *path, bool aws_calls)
{
	const struct source *source;

	if (!str_ends_with(path, ".yaml") && !str_ends_with(path, ".yml")) {
		lint_error(lint, place_of_value(node),
			   xasprintf("the fixture \"%s\" is not a YAML file", path),
			   xstrdup("its name must end in .yaml"));
		return;
	}
	source = lint_fixture_source(lint, node, path);
	/* of a default, what it needs of variables is seen with each scenario */
	if (source && source->yaml && !lint->is_defaults)
		check_documents(lint, source, aws_calls);
}

static bool uses(const struct yaml_node *node, const char *reference)
{
	if (node->type == YAML_SCALAR)
		return strstr(node->text, reference) != NULL;
	for (const struct yaml_node *child = node->first; child; child = child->next)
		if (uses(child, reference))
			return true;
	return false;
}

static bool fixture_uses(struct lint *lint, const struct yaml_node *node, const char *reference)
{
	_cleanup_(freep) char *full = NULL;
	const struct source *source;

	if (!node || node->type == YAML_MAP)
		return false;
	if (node->type == YAML_LIST) {
		for (const struct yaml_node *item = node->first; item; item = item->next)
			if (fixture_uses(lint, item, reference))
				return true;
		return false;
	}
	full = xasprintf("%s/%s", lint->fixtures, node->text);
	if (access(full, R_OK) != 0)
		return true; /* complained about already */
	source = files_get(lint->files, full, lint->problems);
	for (size_t i = 0; source->yaml && i < yaml_documents(source->yaml); i++)
		if (yaml_root(source->yaml, i) && uses(yaml_root(source->yaml, i), reference))
			return true;
	return !source->yaml;
}

void lint_with(struct lint *lint, const struct yaml_node *step)
{
	const struct yaml_node *with = yaml_get(step, "with"), *apply = yaml_get(step, "apply");

	if (!with || !apply || with->type != YAML_MAP)
		return;
	for (const struct yaml_node *var = with->first; var; var = var->next) {
		_cleanup_(freep) char *reference = xasprintf("${%s}", var->key);

		if (!fixture_uses(lint, apply, reference))
			lint_error(lint, place_of_key(var),
				   xasprintf("no manifest of this step uses ${%s}", var->key),
				   xstrdup("leave it out, or write it into the manifest"));
	}
}

void lint_aws_fixture(const struct source *source, struct problems *problems)
{
	struct files files = {0};
	struct lint lint = {.problems = problems, .source = source, .files = &files};

	if (source->yaml)
		check_documents(&lint, source, true);
	lint_names_done(&lint);
	files_done(&files);
}
