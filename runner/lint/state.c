/* given.after: the state of another scenario's step. */
#include <unistd.h>

#include "runner/lint/inner.h"
#include "runner/text.h"

#define CHAIN_MAX  16 /* scenarios that start from one another */
#define TITLES_MAX 256

/* Where the id begins in a path: behind the last "suites/", else at its begin. */
static size_t id_start(const char *path)
{
	const char *start = path, *at = path;

	if (str_starts_with(path, "suites/"))
		start = path + strlen("suites/");
	while ((at = strstr(at, "/suites/")))
		start = at += strlen("/suites/");
	return (size_t)(start - path);
}

char *lint_scenario_id(const char *path)
{
	const char *start = path + id_start(path);
	size_t length = strlen(start);

	if (str_ends_with(start, ".yaml"))
		length -= strlen(".yaml");
	return xstrndup(start, length);
}

char *lint_state_path(const char *path, const char *state)
{
	size_t folder = id_start(path);
	const char *slash = strrchr(path, '/');

	if (!folder && slash)
		folder = (size_t)(slash + 1 - path);
	return xasprintf("%.*s%.*s.yaml", (int)folder, path, (int)strcspn(state, "#"), state);
}

char *lint_tags_path(const char *path)
{
	_cleanup_(freep) char *tags = NULL;
	size_t folder = id_start(path);

	if (!folder)
		return NULL;
	tags = xasprintf("%.*stags.yaml", (int)folder, path);
	return access(tags, R_OK) == 0 ? steal(tags) : NULL;
}

static const struct yaml_node *after_of(const struct yaml_node *root)
{
	const struct yaml_node *given = yaml_get(root, "given");
	const struct yaml_node *after =
		given && given->type == YAML_MAP ? yaml_get(given, "after") : NULL;

	return after && after->text && strchr(after->text, '#') ? after : NULL;
}

static const struct yaml_node *root_of(const struct source *source)
{
	const struct yaml_node *root =
		source->yaml && yaml_documents(source->yaml) ? yaml_root(source->yaml, 0) : NULL;

	return root && root->type == YAML_MAP ? root : NULL;
}

/* The file that a state is in; NULL when there is none, or (which its own problems say) no map. */
static const struct source *source_of(struct lint *lint, const char *path, const char *state)
{
	_cleanup_(freep) char *file = lint_state_path(path, state);
	const struct source *source;

	if (access(file, R_OK) != 0)
		return NULL;
	source = files_get(lint->files, file, lint->problems);
	return root_of(source) ? source : NULL;
}

static bool has_step(const struct yaml_node *root, const char *title, const char **titles,
		     size_t *count)
{
	const struct yaml_node *steps = yaml_get(root, "steps");

	for (const struct yaml_node *step = steps ? steps->first : NULL; step; step = step->next) {
		const struct yaml_node *name = yaml_get(step, "step");

		if (name && str_eq(name->text, title))
			return true;
		if (name && name->text && *count < TITLES_MAX)
			titles[(*count)++] = name->text;
	}
	return false;
}

static bool goes_round(struct lint *lint, const struct yaml_node *after)
{
	const struct source *source = lint->scenario;

	for (size_t i = 0; i < CHAIN_MAX; i++) {
		source = source_of(lint, source->path, after->text);
		if (source == lint->scenario)
			return true;
		after = source ? after_of(root_of(source)) : NULL;
		if (!after)
			return false;
	}
	return true;
}

void lint_state(struct lint *lint, const struct yaml_node *node)
{
	const char *hash = strchr(node->text, '#'), *titles[TITLES_MAX];
	const struct source *source;
	const struct yaml_node *matrix;
	size_t count = 0;
	_cleanup_(freep) char *id = NULL;

	if (!hash || hash == node->text || !hash[1]) {
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" names no state", node->text),
			   xasprintf("write %s", schema_type_text(VALUE_STATE)));
		return;
	}
	id = xstrndup(node->text, (size_t)(hash - node->text));
	source = source_of(lint, lint->scenario->path, node->text);
	if (!source) {
		_cleanup_(freep) char *path = lint_state_path(lint->scenario->path, node->text);

		lint_error(lint, place_of_value(node), xasprintf("there is no scenario \"%s\"", id),
			   xasprintf("it would be the file %s", path));
		return;
	}
	if (!has_step(root_of(source), hash + 1, titles, &count))
		lint_error(lint, place_of_value(node),
			   xasprintf("%s has no step \"%s\"", id, hash + 1),
			   text_did_you_mean(hash + 1, titles, count));
	matrix = yaml_get(root_of(source), "matrix");
	if (matrix && matrix->count > 1)
		lint_error(lint, place_of_value(node),
			   xasprintf("%s has a matrix: its step has several states", id),
			   xstrdup("start from a scenario without one"));
	if (goes_round(lint, node))
		lint_error(lint, place_of_value(node),
			   xstrdup("these scenarios start from one another, in a circle"), NULL);
}

void lint_state_rules(struct lint *lint, const struct yaml_node *root)
{
	static const char *const own[] = {"after",  "speed",	"consistency",
					  "quotas", "policies", "lags"};
	const struct yaml_node *after = after_of(root), *given = yaml_get(root, "given");
	const struct yaml_node *seed = yaml_get(root, "seed");

	if (!after)
		return;
	if (seed)
		lint_error(
			lint, place_of_key(seed),
			xstrdup("seed has no effect: ids and faults go on with that of the state"),
			xstrdup("leave it out"));
	for (const struct yaml_node *key = given->first; key; key = key->next) {
		bool fine = !schema_key("given", key->key);

		for (size_t i = 0; i < array_size(own); i++)
			fine = fine || str_eq(own[i], key->key);
		if (!fine)
			lint_error(lint, place_of_key(key),
				   xasprintf("%s is part of the state that this starts from",
					     key->key),
				   xstrdup("leave it out"));
	}
}

const char *lint_region(struct lint *lint, const struct yaml_node *root)
{
	const struct source *source = lint->scenario;

	for (size_t i = 0; root && i < CHAIN_MAX; i++) {
		const struct yaml_node *after = after_of(root), *region;
		struct defaults defaults;

		lint_find_defaults(source->path, lint->files, lint->problems, &defaults);
		region = lint_setting(source, &defaults, "given", "region").node;
		if (!after)
			return region && region->text ? region->text
						      : schema_key("given", "region")->fallback;
		source = source_of(lint, source->path, after->text);
		root = source ? root_of(source) : NULL;
	}
	return schema_key("given", "region")->fallback;
}
