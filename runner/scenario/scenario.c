/* Reading a checked scenario file into what the engine needs. */
#include "runner/scenario/load.h"

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/schema/schema.h"

static const struct yaml_node *setting(const struct scenario *scenario, const char *section,
				       const char *key)
{
	return lint_setting(scenario->source, &scenario->defaults, section, key).node;
}

/* The text of what holds, or the table's default. */
static const char *text_or_default(const struct scenario *scenario, const char *section,
				   const char *key)
{
	const struct yaml_node *node = setting(scenario, section, key);

	return node ? node->text : schema_key(section ? section : "scenario", key)->fallback;
}

static void read_texts(const struct yaml_node *list, struct strs *ret)
{
	for (const struct yaml_node *item = list ? list->first : NULL; item; item = item->next)
		strs_add(ret, item->text);
}

static void read_given(struct scenario *scenario)
{
	struct given *given = &scenario->given;
	const struct yaml_node *controllers = setting(scenario, "given", "controllers");
	const struct yaml_node *speed = setting(scenario, "given", "speed");

	given->after = setting(scenario, "given", "after");
	given->region = text_or_default(scenario, "given", "region");
	given->aws = setting(scenario, "given", "aws");
	given->quotas = setting(scenario, "given", "quotas");
	given->policies = setting(scenario, "given", "policies");
	given->settings = setting(scenario, "given", "settings");
	given->lags = setting(scenario, "given", "lags");
	given->consistency = setting(scenario, "given", "consistency");
	given->nodes = (unsigned)strtoul(text_or_default(scenario, "given", "nodes"), NULL, 10);
	given->overlay = str_eq(text_or_default(scenario, "given", "pod-network"), "overlay");
	given->instant = str_eq(text_or_default(scenario, "given", "profile"), "instant");
	given->speed = speed ? strtod(speed->text, NULL) : 0;
	given->says_controllers = controllers != NULL;
	read_texts(controllers, &given->controllers);
}

/* A row's variables over those of the file. */
static struct json *make_row(const struct yaml_node *root, const struct yaml_node *row,
			     const char *region)
{
	const struct yaml_node *vars = yaml_get(root, "vars");
	struct json *values = json_new_object();

	json_set_str(values, "region", region);
	for (const struct yaml_node *var = vars ? vars->first : NULL; var; var = var->next)
		json_set(values, var->key, yaml_to_json(var));
	for (const struct yaml_node *var = row ? row->first : NULL; var; var = var->next)
		json_set(values, var->key, yaml_to_json(var));
	return values;
}

static void read_rows(struct scenario *scenario)
{
	const struct yaml_node *matrix = yaml_get(scenario->root, "matrix");

	for (const struct yaml_node *row = matrix ? matrix->first : NULL; row; row = row->next)
		ptrs_add(&scenario->rows, make_row(scenario->root, row, scenario->given.region));
	if (!scenario->rows.count)
		ptrs_add(&scenario->rows, make_row(scenario->root, NULL, scenario->given.region));
}

struct scenario *scenario_new(const struct source *source, const struct defaults *defaults,
			      const char *fixtures)
{
	struct scenario *scenario = xcalloc(1, sizeof(*scenario));
	const struct yaml_node *root = yaml_root(source->yaml, 0);
	const struct yaml_node *known = yaml_get(root, "known-failure");

	scenario->source = source;
	scenario->defaults = *defaults;
	scenario->root = root;
	scenario->id = lint_scenario_id(source->path);
	scenario->fixtures = xstrdup(fixtures);
	scenario->title = yaml_get_text(root, "scenario");
	scenario->why = yaml_get_text(root, "why");
	scenario->seed = strtoull(text_or_default(scenario, NULL, "seed"), NULL, 10);
	scenario->timeout_ms = lint_duration_setting(source, defaults, "timeout");
	scenario->within_ms = lint_duration_setting(source, defaults, "within");
	scenario->strict = str_eq(text_or_default(scenario, NULL, "strict"), "true");
	scenario->known_failure = yaml_get_text(known, "reason");
	scenario->known_issue = yaml_get_text(known, "issue");
	scenario->known_words = yaml_get_text(known, "says");
	scenario->always = yaml_get(root, "always");
	scenario->steps = yaml_get(root, "steps");
	scenario->finally = yaml_get(root, "finally");
	scenario->leaks = yaml_get(root, "leaks");
	read_texts(yaml_get(root, "source"), &scenario->sources);
	read_texts(yaml_get(root, "tags"), &scenario->tags);
	read_texts(yaml_get(root, "allows"), &scenario->allows);
	scenario->versions = setting(scenario, "requires", "versions");
	read_texts(setting(scenario, "requires", "controllers"), &scenario->requires);
	read_given(scenario);
	read_rows(scenario);
	return scenario;
}

void scenario_start_from(struct scenario *scenario, const struct scenario *base)
{
	scenario->base = base;
	scenario->base_step = strchr(scenario->given.after->text, '#') + 1;
	scenario->given.region = base->given.region;
	scenario->given.says_controllers = base->given.says_controllers;
	for (size_t i = 0; i < base->given.controllers.count; i++)
		strs_add(&scenario->given.controllers, base->given.controllers.items[i]);
	for (size_t i = 0; i < scenario->rows.count; i++)
		json_set_str(scenario->rows.items[i], "region", base->given.region);
}

struct setting scenario_setting(const struct scenario *scenario, const char *section,
				const char *key)
{
	struct setting found = lint_setting(scenario->source, &scenario->defaults, section, key);

	return !found.node && scenario->base && lint_is_of_state(section, key)
		       ? scenario_setting(scenario->base, section, key)
		       : found;
}

void scenario_free(struct scenario *scenario)
{
	if (!scenario)
		return;
	for (size_t i = 0; i < scenario->rows.count; i++)
		json_free(scenario->rows.items[i]);
	ptrs_done(&scenario->rows);
	strs_done(&scenario->sources);
	strs_done(&scenario->tags);
	strs_done(&scenario->allows);
	strs_done(&scenario->requires);
	strs_done(&scenario->given.controllers);
	free(scenario->id);
	free(scenario->fixtures);
	free(scenario);
}

char *scenario_row_text(const struct scenario *scenario, size_t row)
{
	const struct yaml_node *matrix = yaml_get(scenario->root, "matrix"), *node;
	struct strbuf sb;

	if (!matrix || matrix->count < 2)
		return xstrdup("");
	node = matrix->first;
	for (size_t i = 0; i < row; i++)
		node = node->next;
	strbuf_init(&sb, 4096);
	for (const struct yaml_node *var = node->first; var; var = var->next)
		strbuf_addf(&sb, "%s%s: %s", var == node->first ? " (" : ", ", var->key,
			    var->text ? var->text : "…");
	strbuf_add(&sb, ")");
	return strbuf_steal(&sb);
}
