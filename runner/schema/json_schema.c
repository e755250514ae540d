/* The JSON Schema of scenario files, out of the table. */
#include "runner/schema/json_schema.h"

#include "emulator/base/json.h"
#include "runner/schema/kinds.h"
#include "runner/schema/schema.h"

#define DURATION_PATTERN "^([0-9]+(ms|s|m|h))+$|^\\$\\{[^}]+\\}$"
#define NAME_PATTERN	 "^[a-z][a-z0-9-]*$"

/* What a type is by itself: JSON type and pattern. */
struct type_row {
	enum value_type type;
	const char *json_type, *pattern;
};

static const struct type_row type_rows[] = {
	{VALUE_TEXT, "string", NULL},
	{VALUE_NAME, "string", NAME_PATTERN},
	{VALUE_TAG, "string", "^[a-z0-9][a-z0-9-]*$"},
	{VALUE_DURATION, "string", DURATION_PATTERN},
	{VALUE_INTEGER, "integer", NULL},
	{VALUE_NUMBER, "number", NULL},
	{VALUE_SHARE, "string", "^[0-9]+(\\.[0-9]+)?%$"},
	{VALUE_BOOL, "boolean", NULL},
	{VALUE_ACTION, "string", "^[a-z0-9-]+:[A-Za-z*?]+$"},
	{VALUE_OPERATION, "string", "^[a-z0-9-]+:[A-Za-z0-9]+$"},
	{VALUE_FIXTURE, "string", "\\.ya?ml$"},
	{VALUE_POLICY_FILE, "string", "\\.(json|ya?ml)$"},
	{VALUE_IAM_ACTION, "string", "^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$"},
	{VALUE_OBJECT, "string", "^(\\$\\{[^}]+\\}|[a-z-]+ [^ ]+)$"},
	{VALUE_NAMED_OBJECT, "string", "^[a-z-]+ [^ ]+$"},
	{VALUE_REMEMBERED, "string", "^\\$\\{[a-z0-9-]+\\}$"},
	{VALUE_PARAM_NAME, "string", NULL},
	{VALUE_FIELDS, "object", NULL},
	{VALUE_PARAMS, "object", NULL},
	{VALUE_OBJECT_FIELDS, "object", NULL},
	{VALUE_STEP, "string", NULL},
	{VALUE_STATE, "string", "^[^#]+#.+$"},
	{VALUE_SNAPSHOT, "string", "^([a-z][a-z0-9-]*|snapshots/[^/.][^/]*\\.yaml)$"},
};

static struct json *reference(const char *definition)
{
	struct json *json = json_new_object();

	json_setf(json, "$ref", "#/definitions/%s", definition);
	return json;
}

static struct json *simple(const struct key *key)
{
	struct json *json = json_new_object();

	for (size_t i = 0; i < array_size(type_rows); i++) {
		if (type_rows[i].type != key->type)
			continue;
		json_set_str(json, "type", type_rows[i].json_type);
		json_set_str(json, "pattern", type_rows[i].pattern);
	}
	if (key->type == VALUE_TEXT) {
		json_set_int(json, "minLength", key->min);
		if (key->max)
			json_set_int(json, "maxLength", key->max);
	} else if (key->type == VALUE_INTEGER || key->type == VALUE_NUMBER) {
		json_set_int(json, "minimum", key->min);
		if (key->max && key->max < INT32_MAX)
			json_set_int(json, "maximum", key->max);
	}
	return json;
}

static struct json *constant(struct json *value)
{
	struct json *json = json_new_object();

	json_set(json, "const", value);
	return json;
}

static struct json *either(struct json *a, struct json *b)
{
	struct json *json = json_new_object(), *any = json_ensure_array(json, "anyOf");

	json_append(any, a);
	json_append(any, b);
	return json;
}

static struct json *list_of(struct json *items)
{
	struct json *json = json_new_object();

	json_set_str(json, "type", "array");
	json_set(json, "items", items);
	return json;
}

static struct json *words(const char *list)
{
	struct json *json = json_new_object(), *all = json_ensure_array(json, "enum");
	_cleanup_(strs_done) struct strs own = {0};

	for (size_t i = 0; i < schema_word_count; i++)
		if (str_eq(schema_words[i].list, list))
			json_append_str(all, schema_words[i].word);
	if (schema_names_controllers(list))
		schema_own_controllers(&own);
	for (size_t i = 0; i < own.count; i++)
		json_append_str(all, own.items[i]);
	return json;
}

/* Their names are the checker's business: the services' tables grow without this one. */
static struct json *quotas(void)
{
	struct json *json = json_new_object(), *number;

	json_set_str(json, "type", "object");
	json_set_str(json_ensure_object(json, "propertyNames"), "pattern", NAME_PATTERN);
	number = json_ensure_object(json, "additionalProperties");
	json_set_str(number, "type", "integer");
	json_set_int(number, "minimum", 0);
	return json;
}

static struct json *one_value(const struct key *key)
{
	struct json *json;

	switch (key->type) {
	case VALUE_TRUE: return constant(json_new_bool(true));
	case VALUE_TRUE_OR_DURATION:
		json = json_new_object();
		json_set_str(json, "type", "string");
		json_set_str(json, "pattern", DURATION_PATTERN);
		return either(constant(json_new_bool(true)), json);
	case VALUE_WORD: return words(key->of);
	case VALUE_KIND: return reference("kind");
	case VALUE_MATCHER:
	case VALUE_HOW_MANY: return reference("matcher");
	case VALUE_BLOCK: return reference(key->of);
	case VALUE_CLAIM: return reference("claim");
	case VALUE_LEAKS:
		return either(constant(json_new_string("none")), list_of(reference("leak")));
	case VALUE_TAGS:
		json = json_new_object();
		json_set_str(json, "type", "object");
		json_set(json, "additionalProperties", reference("matcher"));
		return json;
	case VALUE_QUOTAS: return quotas();
	case VALUE_CONDITION:
		json = json_new_object();
		json_set_str(json, "type", "object");
		json_set_str(json_ensure_object(json, "additionalProperties"), "type", "object");
		return json;
	case VALUE_TEXTS:
		json = json_new_object();
		json_set_str(json, "type", "object");
		json_set_str(json_ensure_object(json, "additionalProperties"), "type", "string");
		return json;
	case VALUE_VARS:
		json = json_new_object();
		json_set_str(json, "type", "object");
		json_set_str(json_ensure_object(json, "propertyNames"), "pattern", NAME_PATTERN);
		return json;
	default: return simple(key);
	}
}

static struct json *property(const struct key *key)
{
	struct json *json;

	if (key->flags & KEY_LIST) {
		json = list_of(one_value(key));
		if (key->flags & KEY_UNIQUE)
			json_set_bool(json, "uniqueItems", true);
	} else if (key->flags & KEY_ONE_OR_LIST) {
		json = either(one_value(key), list_of(one_value(key)));
	} else {
		json = one_value(key);
	}
	if (!json_get(json, "$ref")) /* draft-07 ignores what stands beside a $ref */
		json_setf(json, "description", "%s%s%s", key->doc,
			  key->fallback ? " Default: " : "", key->fallback ? key->fallback : "");
	return json;
}

static void add_leads(struct json *json, const char *block)
{
	struct json *one_of = json_ensure_array(json, "oneOf");

	for (size_t i = 0; i < schema_key_count; i++) {
		struct json *alternative;

		if (!str_eq(schema_keys[i].block, block) || !(schema_keys[i].flags & KEY_LEAD))
			continue;
		alternative = json_new_object();
		json_append_str(json_ensure_array(alternative, "required"), schema_keys[i].name);
		json_append(one_of, alternative);
	}
}

static bool is_section(const char *block)
{
	return str_eq(block, "given") || str_eq(block, "requires");
}

/* defaults: in a suite.yaml, where nothing must be, and what is of one scenario cannot be. */
static struct json *block_schema(const struct block *block, bool defaults)
{
	struct json *json = json_new_object(), *properties;

	json_set_str(json, "type", "object");
	json_set_str(json, "description", block->doc);
	json_set_bool(json, "additionalProperties", false);
	properties = json_ensure_object(json, "properties");
	for (size_t i = 0; i < schema_key_count; i++) {
		const struct key *key = &schema_keys[i];

		if (!schema_is_of(key, block->name) ||
		    (defaults && is_section(block->name) && !(key->flags & KEY_DEFAULT)))
			continue;
		json_set(properties, key->name, property(key));
		if (key->flags & KEY_REQUIRED)
			json_append_str(json_ensure_array(json, "required"), key->name);
	}
	if (block->claim)
		add_leads(json, block->name);
	return json;
}

static struct json *matcher_schema(void)
{
	struct json *map = json_new_object(), *scalar = json_new_object(), *type;
	struct json *properties = json_ensure_object(map, "properties");

	json_set_str(map, "type", "object");
	json_set_bool(map, "additionalProperties", false);
	for (size_t i = 0; i < schema_word_count; i++)
		if (str_eq(schema_words[i].list, "matcher"))
			json_set_str(json_ensure_object(properties, schema_words[i].word),
				     "description", schema_words[i].doc);
	type = json_ensure_array(scalar, "type");
	json_append_str(type, "string");
	json_append_str(type, "number");
	json_append_str(type, "boolean");
	json_append_str(type, "null");
	return either(scalar, map);
}

/* Blocks that stand in files of their own. */
static bool is_of_another_file(const char *block)
{
	static const char *const blocks[] = {"scenario", "suite", "config", "fixture-call",
					     "policy-document"};

	for (size_t i = 0; i < array_size(blocks); i++)
		if (str_eq(block, blocks[i]))
			return true;
	return false;
}

static void add_definitions(struct json *definitions, bool defaults)
{
	struct json *kinds = json_ensure_array(json_ensure_object(definitions, "kind"), "enum");
	struct json *claims;

	for (size_t i = 0; i < object_kind_count; i++)
		json_append_str(kinds, object_kinds[i].word);
	json_set(definitions, "matcher", matcher_schema());
	claims = json_ensure_array(json_ensure_object(definitions, "claim"), "anyOf");
	for (size_t i = 0; i < schema_block_count; i++) {
		const struct block *block = &schema_blocks[i];

		if (block->claim)
			json_append(claims, reference(block->name));
		if (!is_of_another_file(block->name))
			json_set(definitions, block->name, block_schema(block, defaults));
	}
}

/* Definitions that others refer to, of those that nobody has looked at yet. */
static bool keep_used(const struct json *json, const struct json *all, struct json *used)
{
	const char *reference = json_get_str(json, "$ref");
	const char *name = reference ? strrchr(reference, '/') + 1 : NULL;
	bool news = false;

	if (name && !json_get(used, name)) {
		json_set_copy(used, name, json_get(all, name));
		news = true;
	}
	json_foreach (child, json)
		news = keep_used(child, all, used) || news;
	return news;
}

static struct json *schema_of(const char *block, const char *title)
{
	bool defaults = str_eq(block, "suite");
	struct json *schema = block_schema(schema_block(block), defaults);
	_cleanup_(json_freep) struct json *all = json_new_object();
	struct json *used = json_ensure_object(schema, "definitions");

	json_set_str(schema, "$schema", "http://json-schema.org/draft-07/schema#");
	json_setf(schema, "$id", "%s.schema.json", block);
	json_set_str(schema, "title", title);
	add_definitions(all, defaults);
	while (keep_used(schema, all, used))
		;
	return schema;
}

struct json *json_schema(void)
{
	return schema_of("scenario", "Skyrig scenario");
}

struct json *json_schema_of_defaults(void)
{
	return schema_of("suite", "Skyrig suite.yaml");
}

struct json *json_schema_of_config(void)
{
	return schema_of("config", "Skyrig skyrig.yaml");
}
