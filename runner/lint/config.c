/* skyrig.yaml: flags of `skyrig test` that nobody wants to type. */
#include "emulator/base/clock.h"
#include "runner/lint/inner.h"

/* What is a number or a duration, but none that a flag takes. */
static void check_above_nothing(struct lint *lint, const struct yaml_node *root)
{
	const struct yaml_node *speed = yaml_get(root, "speed");
	const struct yaml_node *timeout = yaml_get(root, "timeout");
	int64_t ms;

	if (speed && speed->text && *speed->text &&
	    strspn(speed->text, "0.") == strlen(speed->text))
		lint_error(lint, place_of_value(speed),
			   xasprintf("%s is too small for speed", speed->text),
			   xstrdup("more than 0, at most 1000"));
	if (timeout && timeout->text && duration_parse(timeout->text, &ms) && !ms)
		lint_error(lint, place_of_value(timeout),
			   xstrdup("no scenario is as fast as this timeout"),
			   xstrdup("write e.g. 2m"));
}

static void check_opposites(struct lint *lint, const struct yaml_node *root)
{
	const struct yaml_node *quiet = yaml_get(root, "quiet");

	if (str_eq(yaml_get_text(root, "verbose"), "true") && quiet && str_eq(quiet->text, "true"))
		lint_error(lint, place_of_key(quiet), xstrdup("quiet and verbose are opposites"),
			   xstrdup("leave one of them out"));
}

void lint_config_file(const struct source *source, struct problems *problems)
{
	struct files files = {0};
	struct lint lint = {
		.problems = problems, .source = source, .scenario = source, .files = &files};
	const struct yaml_node *root;

	if (!source->yaml)
		return;
	root = yaml_documents(source->yaml) ? yaml_root(source->yaml, 0) : NULL;
	if (!root || root->type != YAML_MAP) {
		lint_error(&lint, root ? place_of_value(root) : (struct place){0, 0, 0},
			   xstrdup("skyrig.yaml is a map"), xstrdup("write e.g. jobs: 4"));
		return;
	}
	if (yaml_documents(source->yaml) > 1)
		lint_error(&lint, place_of_value(yaml_root(source->yaml, 1)),
			   xstrdup("skyrig.yaml is one document"), xstrdup("put this above"));
	lint_block(&lint, "config", root);
	check_above_nothing(&lint, root);
	check_opposites(&lint, root);
	lint_names_done(&lint);
	files_done(&files);
}
