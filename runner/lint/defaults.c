/* suite.yaml: what holds for all scenarios below its folder. */
#include <unistd.h>

#include "emulator/base/clock.h"
#include "runner/lint/inner.h"

/* How many folders count: from the file's own up to the nearest one named "suites"; outside of such
 * a one its own alone. */
static size_t count_folders(const char *folder)
{
	_cleanup_(freep) char *real = realpath(folder, NULL);
	size_t count = 1;

	for (char *slash; real && (slash = strrchr(real, '/')); count++) {
		if (str_eq(slash + 1, "suites"))
			return count;
		*slash = '\0';
	}
	return 1;
}

/* The folder above one, as it is written: new text. */
static char *folder_above(const char *folder)
{
	const char *slash = strrchr(folder, '/'), *name = slash ? slash + 1 : folder;

	if (str_eq(folder, "."))
		return xstrdup("..");
	if (str_eq(name, ".") || str_eq(name, ".."))
		return xasprintf("%s/..", folder);
	return !slash ? xstrdup(".") : xstrndup(folder, (size_t)(slash - folder));
}

bool lint_is_defaults(const char *path)
{
	return str_eq(path, DEFAULTS_NAME) || str_ends_with(path, "/" DEFAULTS_NAME);
}

void lint_find_defaults(const char *path, struct files *files, struct problems *problems,
			struct defaults *ret)
{
	const char *slash = strrchr(path, '/');
	_cleanup_(freep) char *folder =
		slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	size_t folders = count_folders(folder);

	*ret = (struct defaults){0};
	for (size_t i = 0; i < folders && ret->count < DEFAULTS_MAX; i++) {
		_cleanup_(freep) char *name = str_eq(folder, ".")
						      ? xstrdup(DEFAULTS_NAME)
						      : xasprintf("%s/" DEFAULTS_NAME, folder);
		char *above = folder_above(folder);

		if (access(name, F_OK) == 0)
			ret->sources[ret->count++] = files_get(files, name, problems);
		free(folder);
		folder = above;
	}
}

static const struct yaml_node *find(const struct source *source, const char *section,
				    const char *key)
{
	const struct yaml_node *map =
		source->yaml && yaml_documents(source->yaml) ? yaml_root(source->yaml, 0) : NULL;

	if (map && map->type == YAML_MAP && section)
		map = yaml_get(map, section);
	return map && map->type == YAML_MAP ? yaml_get(map, key) : NULL;
}

bool lint_is_of_state(const char *section, const char *key)
{
	return section ? str_eq(section, "given") && !str_eq(key, "after") &&
				 !str_eq(key, "speed") && !str_eq(key, "lags")
		       : str_eq(key, "seed");
}

struct setting lint_setting(const struct source *source, const struct defaults *defaults,
			    const char *section, const char *key)
{
	struct setting own = {find(source, section, key), source};

	if (own.node)
		return own;
	if (find(source, "given", "after") && lint_is_of_state(section, key))
		return (struct setting){0};
	for (size_t i = 0; i < defaults->count; i++) {
		struct setting found = {find(defaults->sources[i], section, key),
					defaults->sources[i]};

		if (found.node)
			return found;
	}
	return (struct setting){0};
}

int64_t lint_duration_setting(const struct source *source, const struct defaults *defaults,
			      const char *key)
{
	const struct yaml_node *node = lint_setting(source, defaults, NULL, key).node;
	int64_t ms;

	if (node && node->text && duration_parse(node->text, &ms))
		return ms;
	return duration_parse(schema_key("scenario", key)->fallback, &ms) ? ms : 0;
}

bool lint_takes_back(struct lint *lint, const struct key *key)
{
	static const struct source nothing;

	return (key->flags & KEY_DEFAULT) && lint->defaults &&
	       lint_setting(&nothing, lint->defaults, key->block, key->name).node;
}

void lint_default_fixtures(struct lint *lint)
{
	struct setting aws = lint_setting(lint->source, lint->defaults, "given", "aws");
	const struct source *scenario = lint->source;
	struct value_context context = {.key = schema_key("given", "aws")};

	if (!aws.node || aws.source == scenario)
		return;
	lint->source = aws.source;
	lint_key_value(lint, &context, aws.node);
	lint->source = scenario;
}

/* The suite.yaml files in the folders above that of this one. */
static void find_above(const struct source *source, struct files *files, struct problems *problems,
		       struct defaults *ret)
{
	lint_find_defaults(source->path, files, problems, ret);
	if (!ret->count || ret->sources[0] != source)
		return;
	memmove(ret->sources, ret->sources + 1, --ret->count * sizeof(*ret->sources));
}

void lint_defaults_file(const struct source *source, struct files *files, struct problems *problems)
{
	_cleanup_(freep) char *fixtures = lint_fixtures_folder(source->path);
	struct defaults above;
	struct lint lint = {.problems = problems,
			    .source = source,
			    .scenario = source,
			    .fixtures = fixtures,
			    .files = files,
			    .defaults = &above,
			    .is_defaults = true};
	const struct yaml_node *root;

	if (!source->yaml)
		return;
	root = yaml_documents(source->yaml) ? yaml_root(source->yaml, 0) : NULL;
	if (!root || root->type != YAML_MAP) {
		lint_error(&lint, root ? place_of_value(root) : (struct place){0, 0, 0},
			   xstrdup(DEFAULTS_NAME " is a map"),
			   xstrdup("write e.g. given: { speed: 100 }"));
		return;
	}
	if (yaml_documents(source->yaml) > 1)
		lint_error(&lint, place_of_value(yaml_root(source->yaml, 1)),
			   xstrdup("one file is one set of defaults"),
			   xstrdup("put this above, or into another folder"));
	find_above(source, files, problems, &above);
	lint.timeout_ms = lint_duration_setting(source, &above, "timeout");
	lint_block(&lint, "suite", root);
	lint_fits_timeout(&lint, root, "within");
	lint_names_done(&lint);
}
