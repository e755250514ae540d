/* Reading a checked scenario file into what the engine needs. */
#include "runner/scenario/load.h"

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/schema/schema.h"

/* The text of a key or the table's default. */
static const char *text_or_default(const struct yaml_node *map, const char *block, const char *key)
{
	const char *text = yaml_get_text(map, key);

	return text ? text : schema_key(block, key)->fallback;
}

static void read_texts(const struct yaml_node *list, struct strs *ret)
{
	for (const struct yaml_node *item = list ? list->first : NULL; item; item = item->next)
		strs_add(ret, item->text);
}

static void read_given(const struct yaml_node *root, struct given *given)
{
	const struct yaml_node *node = yaml_get(root, "given");
	const struct yaml_node *controllers = node ? yaml_get(node, "controllers") : NULL;

	given->after = node ? yaml_get(node, "after") : NULL;
	given->region = text_or_default(node, "given", "region");
	given->aws = node ? yaml_get(node, "aws") : NULL;
	given->quotas = node ? yaml_get(node, "quotas") : NULL;
	given->policies = node ? yaml_get(node, "policies") : NULL;
	given->settings = node ? yaml_get(node, "settings") : NULL;
	given->lags = node ? yaml_get(node, "lags") : NULL;
	given->consistency = node ? yaml_get(node, "consistency") : NULL;
	given->nodes = (unsigned)strtoul(text_or_default(node, "given", "nodes"), NULL, 10);
	given->overlay = str_eq(text_or_default(node, "given", "pod-network"), "overlay");
	given->instant = str_eq(text_or_default(node, "given", "profile"), "instant");
	given->speed =
		yaml_get_text(node, "speed") ? strtod(yaml_get_text(node, "speed"), NULL) : 0;
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

struct scenario *scenario_new(const struct source *source, const char *fixtures)
{
	struct scenario *scenario = xcalloc(1, sizeof(*scenario));
	const struct yaml_node *root = yaml_root(source->yaml, 0);
	const struct yaml_node *known = yaml_get(root, "known-failure");
	const struct yaml_node *requires = yaml_get(root, "requires");

	scenario->source = source;
	scenario->root = root;
	scenario->id = lint_scenario_id(source->path);
	scenario->fixtures = xstrdup(fixtures);
	scenario->title = yaml_get_text(root, "scenario");
	scenario->why = yaml_get_text(root, "why");
	scenario->seed = strtoull(text_or_default(root, "scenario", "seed"), NULL, 10);
	if (!duration_parse(text_or_default(root, "scenario", "timeout"), &scenario->timeout_ms))
		scenario->timeout_ms = 0; /* the checker has seen that it is one */
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
	scenario->versions = requires ? yaml_get(requires, "versions") : NULL;
	read_texts(requires ? yaml_get(requires, "controllers") : NULL, &scenario->requires);
	read_given(root, &scenario->given);
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
