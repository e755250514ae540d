/* Files of a scenario. */
#include "runner/scenario/uses.h"

#include <glob.h>
#include <sys/stat.h>

#include "emulator/base/strbuf.h"
#include "emulator/base/yaml.h"
#include "runner/controllers/definition.h"

#define PATH_BYTES 4096

static void add_file(struct strs *files, const char *path)
{
	_cleanup_(freep) char *real = realpath(path, NULL);
	struct stat st;

	if (real && stat(real, &st) == 0 && S_ISREG(st.st_mode) && !strs_has(files, real))
		strs_add(files, real);
}

/* A pattern of the file's name: any text where a variable stands, and nothing else is special. */
static char *pattern_of(const char *folder, const char *text)
{
	struct strbuf sb;

	strbuf_init(&sb, PATH_BYTES);
	strbuf_addf(&sb, "%s/", folder);
	while (*text) {
		const char *end = strncmp(text, "${", 2) == 0 ? strchr(text, '}') : NULL;

		if (end) {
			strbuf_add_char(&sb, '*');
			text = end + 1;
			continue;
		}
		if (strchr("*?[\\", *text))
			strbuf_add_char(&sb, '\\');
		strbuf_add_char(&sb, *text++);
	}
	return strbuf_steal(&sb);
}

/* Every text in it that names a fixture. */
static void add_fixtures(const struct scenario *scenario, const struct yaml_node *node,
			 struct strs *files)
{
	if (node->type == YAML_SCALAR && *node->text && strlen(node->text) < PATH_BYTES / 4) {
		_cleanup_(freep) char *pattern = pattern_of(scenario->fixtures, node->text);
		glob_t found = {0};

		if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
			for (size_t i = 0; i < found.gl_pathc; i++)
				add_file(files, found.gl_pathv[i]);
		globfree(&found);
	}
	for (const struct yaml_node *child = node->first; child; child = child->next)
		add_fixtures(scenario, child, files);
}

static void add_controllers(const struct scenario *scenario, struct strs *files)
{
	_cleanup_(freep) char *folder = controller_definitions_folder();
	_cleanup_(strs_done) struct strs all = {0};
	_cleanup_(err_done) struct err err = ERR_INIT;
	const struct strs *names = &scenario->given.controllers;

	if (!scenario->given.says_controllers && controller_definition_names(&all, &err))
		names = &all;
	for (size_t i = 0; i < names->count; i++) {
		_cleanup_(freep) char *path = xasprintf("%s/%s.yaml", folder, names->items[i]);

		add_file(files, path);
	}
}

void scenario_files(const struct scenario *scenario, struct strs *files)
{
	add_controllers(scenario, files);
	for (; scenario; scenario = scenario->base) {
		add_file(files, scenario->source->path);
		add_fixtures(scenario, scenario->root, files);
		for (size_t i = 0; i < scenario->defaults.count; i++) {
			const struct source *source = scenario->defaults.sources[i];

			add_file(files, source->path);
			add_fixtures(scenario, yaml_root(source->yaml, 0), files);
		}
	}
}
