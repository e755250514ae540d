/* Remembered objects, and ${…} while a scenario runs. */
#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "runner/engine/inner.h"

const struct doc *binding_find(const struct engine *engine, const char *name)
{
	for (const struct binding *binding = engine->bindings; binding; binding = binding->next)
		if (str_eq(binding->name, name))
			return binding->doc;
	return NULL;
}

void binding_set(struct engine *engine, const char *name, const struct doc *doc)
{
	struct binding *binding;

	for (binding = engine->bindings; binding; binding = binding->next)
		if (str_eq(binding->name, name))
			break;
	if (!binding) {
		binding = xcalloc(1, sizeof(*binding));
		binding->name = xstrdup(name);
		binding->next = engine->bindings;
		engine->bindings = binding;
	}
	if (binding->doc == doc)
		return;
	doc_unref(binding->doc);
	binding->doc = doc_ref(doc);
}

void bindings_done(struct engine *engine)
{
	while (engine->bindings) {
		struct binding *binding = engine->bindings;

		engine->bindings = binding->next;
		doc_unref(binding->doc);
		free(binding->name);
		free(binding);
	}
}

/* One step of a path: ".key" or "[index]"; NULL when there is no such thing. */
const struct json *json_walk(const struct json *json, const char *path)
{
	while (json && *path) {
		if (*path == '[') {
			json = json_at(json, strtoul(path + 1, NULL, 10));
			path = strchr(path, ']');
			if (!path)
				return NULL;
			path++;
		} else {
			size_t length = strcspn(path, ".[");
			_cleanup_(freep) char *key = xstrndup(path, length);
			const struct json *whole = json_get(json, path); /* keys may hold dots */

			if (whole)
				return whole;
			json = json_get(json, key);
			path += length;
		}
		if (*path == '.')
			path++;
	}
	return json;
}

static bool resolve_object(struct engine *engine, const struct doc *doc, const char *reference,
			   const char *path, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *view = doc_view(engine->emulator->world, doc);
	const struct json *value = json_walk(view, path);

	if (!value)
		return err_set(err, ERR_NOT_FOUND, NULL, "${%s} is not there: %s %s has no %s",
			       reference, doc->kind->name, doc->key, path);
	*ret = json_copy(value);
	return true;
}

bool engine_resolve(const char *reference, struct json **ret, void *userdata, struct err *err)
{
	struct engine *engine = userdata;
	size_t length = strcspn(reference, ".[");
	_cleanup_(freep) char *name = xstrndup(reference, length);
	const char *path = reference + length + (reference[length] == '.');
	const struct json *value = json_get(engine->with, reference);
	const struct doc *doc;

	if (!value)
		value = json_get(engine->values, reference);
	if (value) {
		*ret = json_copy(value);
		return true;
	}
	doc = binding_find(engine, name);
	if (doc)
		return resolve_object(engine, doc, reference, path, ret, err);
	return err_set(err, ERR_NOT_FOUND, NULL, "nothing is remembered as \"%s\" yet", name);
}

bool engine_replace(struct engine *engine, const struct json *json, struct json **ret,
		    struct err *err)
{
	*ret = NULL;
	return !json || variables_replace(json, engine_resolve, engine, ret, err);
}

bool engine_replace_text(struct engine *engine, const char *text, char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *value = NULL;

	if (!variables_replace_text(text, engine_resolve, engine, &value, err))
		return false;
	*ret = json_str(value) ? xstrdup(json_str(value)) : json_to_text(value);
	return true;
}

const char *engine_node_text(struct engine *engine, const struct yaml_node *node)
{
	_cleanup_(freep) char *text = NULL;
	struct err err = ERR_INIT;

	if (!node || !node->text || !strstr(node->text, "${"))
		return node ? node->text : NULL;
	if (engine_replace_text(engine, node->text, &text, &err))
		return arena_strdup(engine->arena, text);
	err_done(&err);
	return node->text;
}

const char *engine_text(struct engine *engine, const struct yaml_node *map, const char *key)
{
	return engine_node_text(engine, yaml_get(map, key));
}

int64_t engine_duration(struct engine *engine, const struct yaml_node *map, const char *key,
			int64_t fallback)
{
	const char *text = engine_text(engine, map, key);
	int64_t ms;

	return text && duration_parse(text, &ms) ? ms : fallback;
}

bool engine_selection(struct engine *engine, const struct json *of, struct selection *ret,
		      struct err *err)
{
	const char *text = json_str(of);
	_cleanup_(freep) char *replaced = NULL;

	if (str_starts_with(text, "${") && str_ends_with(text, "}") && !strpbrk(text, ".[")) {
		_cleanup_(freep) char *name = xstrndup(text + 2, strlen(text) - 3);
		const struct doc *doc = binding_find(engine, name);

		if (doc) {
			*ret = selection_of_doc(doc);
			return true;
		}
	}
	if (!engine_replace_text(engine, text, &replaced, err))
		return false;
	return selection_parse(replaced, ret, err);
}

char *doc_called(const struct doc *doc)
{
	const char *name = doc_tag(doc, "Name"), *slash, *base = doc->key;

	if (!*doc->account && (slash = strchr(doc->key, '/'))) { /* cluster/namespace/name */
		base = slash + 1;
		return xstrdup(*base == '/' ? base + 1 : base);
	}
	if (!name)
		name = doc_str(doc, "LoadBalancerName");
	if (!name)
		name = doc_str(doc, "TargetGroupName");
	if (name && !str_eq(name, base))
		return xasprintf("%s (%s)", base, name);
	return xstrdup(base);
}
