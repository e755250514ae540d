/* skyrig explain FILE: what holds for a scenario, of itself, its suite.yaml files, or by default.
 */
#include "runner/commands/explain_file.h"

#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/commands/paths.h"
#include "runner/flow.h"
#include "runner/schema/schema.h"

#define VALUE_BYTES_MAX (1024 * 1024)
#define VALUE_COLUMNS	26 /* a longer one has its place in the next line */

bool explain_is_file(const char *topic)
{
	return str_ends_with(topic, ".yaml") || str_ends_with(topic, ".yml");
}

static void print_row(const char *name, const struct key *key, const struct setting *setting)
{
	_cleanup_(json_freep) struct json *value =
		setting->node ? yaml_to_json_text(setting->node) : NULL;
	_cleanup_(freep) char *place =
		setting->node ? xasprintf("%s:%u:%u", setting->source->path, setting->node->line,
					  setting->node->column)
			      : xstrdup(key->fallback ? "by default" : "nobody says it");
	struct strbuf sb;

	strbuf_init(&sb, VALUE_BYTES_MAX);
	if (value)
		flow_add(&sb, value);
	else
		strbuf_add(&sb, key->fallback ? key->fallback : "-");
	printf("  %-20s  %-*s", name, VALUE_COLUMNS, strbuf_text(&sb));
	if (sb.length > VALUE_COLUMNS)
		printf("\n  %-20s  %-*s", "", VALUE_COLUMNS, "");
	printf("  %s\n", place);
	strbuf_done(&sb);
}

/* Keys that a suite.yaml could say. */
static void print_section(const struct scenario *scenario, const char *section)
{
	const char *block = section ? section : "scenario";

	for (size_t i = 0; i < schema_key_count; i++) {
		const struct key *key = &schema_keys[i];
		struct setting setting;
		_cleanup_(freep) char *name =
			section ? xasprintf("%s.%s", section, key->name) : xstrdup(key->name);

		if (!str_eq(key->block, block) || !(key->flags & KEY_DEFAULT) ||
		    (key->type == VALUE_BLOCK && !section))
			continue;
		setting = scenario_setting(scenario, section, key->name);
		print_row(name, key, &setting);
	}
}

static void print_scenario(const struct scenario *scenario)
{
	static const char *const sections[] = {NULL, "requires", "given"};

	printf("%s: %s\n", scenario->id, scenario->title);
	if (scenario->base)
		printf("  starts from %s, step \"%s\"\n", scenario->base->id, scenario->base_step);
	for (size_t i = 0; i < array_size(sections); i++)
		print_section(scenario, sections[i]);
}

int explain_file(const char *path)
{
	struct suite suite = {0};
	struct err err = ERR_INIT;
	int status = EXIT_PASSED;

	if (!suite_load(&suite, path, &err)) {
		status = command_usage_error("explain", &err);
	} else if (suite.problems.errors) {
		paths_print_problems(&suite, stderr, command_color(STDERR_FILENO), NULL);
		status = EXIT_USAGE;
	} else if (!suite.scenarios.count) {
		fprintf(stderr,
			"skyrig explain: %s has defaults, it is no scenario; what it may say: "
			"skyrig explain suite\n",
			path);
		status = EXIT_USAGE;
	} else {
		print_scenario(suite.scenarios.items[0]);
	}
	err_done(&err);
	suite_done(&suite);
	return status;
}
