/*
 * Structural schemas: pruning and defaulting, as apiextensions-apiserver
 * pkg/apiserver/schema/pruning and …/defaulting do it. Validation: schema_validate.c.
 */
#include "emulator/base/json.h"
#include "emulator/kube/crd.h"

static bool flag(const struct json *schema, const char *name)
{
	return json_get_bool(schema, name, false);
}

static bool is_embedded_member(const struct json *schema, const char *key)
{
	return flag(schema, "x-kubernetes-embedded-resource") &&
	       (str_eq(key, "apiVersion") || str_eq(key, "kind") || str_eq(key, "metadata"));
}

/* The schema of a member: a property, or what additionalProperties say; NULL: none. */
static const struct json *member_schema(const struct json *schema, const char *key)
{
	const struct json *property = json_get(json_get(schema, "properties"), key);
	const struct json *rest = json_get(schema, "additionalProperties");

	if (property)
		return property;
	return json_is_object(rest) ? rest : NULL;
}

static bool allows_any(const struct json *schema)
{
	return flag(schema, "x-kubernetes-preserve-unknown-fields") ||
	       json_get_bool(schema, "additionalProperties", false);
}

static void prune_array(const struct json *schema, struct json *value, const char *path,
			struct strs *unknown)
{
	const struct json *items = json_get(schema, "items");
	size_t index = 0;

	for (struct json *item = json_first_mut(value); item; item = json_next_mut(item)) {
		_cleanup_(freep) char *at = xasprintf("%s[%zu]", path, index++);

		schema_prune(items, item, at, unknown);
	}
}

void schema_prune(const struct json *schema, struct json *value, const char *path,
		  struct strs *unknown)
{
	if (json_is_array(value)) {
		prune_array(schema, value, path, unknown);
		return;
	}
	if (!json_is_object(value))
		return;
	for (struct json *item = json_first_mut(value), *next; item; item = next) {
		const char *key = json_key(item);
		const struct json *inner = member_schema(schema, key);
		_cleanup_(freep) char *at = *path ? xasprintf("%s.%s", path, key) : xstrdup(key);

		next = json_next_mut(item);
		if (inner) {
			schema_prune(inner, item, at, unknown);
		} else if (!is_embedded_member(schema, key) && !allows_any(schema)) {
			_cleanup_(freep) char *line = xasprintf("unknown field \"%s\"", at);

			if (unknown)
				strs_add(unknown, line);
			json_remove_item(value, item);
		}
	}
}

static void default_members(const struct json *schema, struct json *value)
{
	json_foreach (property, json_get(schema, "properties")) {
		const struct json *fallback = json_get(property, "default");
		const struct json *have = json_get(value, json_key(property));

		if (!fallback)
			continue;
		/* a null where null is not allowed counts as missing (defaulting/prune.go) */
		if (!have || (json_is_null(have) && !flag(property, "nullable")))
			json_set_copy(value, json_key(property), fallback);
	}
}

void schema_default(const struct json *schema, struct json *value)
{
	const struct json *items = json_get(schema, "items");

	if (json_is_array(value) && items)
		for (struct json *item = json_first_mut(value); item; item = json_next_mut(item))
			schema_default(items, item);
	if (!json_is_object(value))
		return;
	default_members(schema, value);
	for (struct json *item = json_first_mut(value); item; item = json_next_mut(item)) {
		const struct json *inner = member_schema(schema, json_key(item));

		if (inner)
			schema_default(inner, item);
	}
}
