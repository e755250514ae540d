/* The strategy rows by resource, and help for them; see strategy.h. */
#include "emulator/kube/strategy.h"

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"

/* Resources without rules of their own: metadata is checked, the rest is the model's. */
static const struct kube_strategy generic = {
	.group = "*",
	.resource = "*",
	.flags = STRATEGY_STATUS_ON_CREATE,
};

const struct kube_strategy strategy_custom = {
	.group = "*",
	.resource = "*",
	.flags = STRATEGY_GENERATION | STRATEGY_NEEDS_VERSION | STRATEGY_STATUS_ONLY,
};

const struct kube_strategy *strategy_find(const char *group, const char *resource)
{
	for (size_t i = 0; i < kind_strategy_count; i++)
		if (str_eq(kind_strategies[i]->group, group) &&
		    str_eq(kind_strategies[i]->resource, resource))
			return kind_strategies[i];
	return &generic;
}

const struct kube_special *special_find(const char *group, const char *resource)
{
	for (size_t i = 0; i < kind_special_count; i++)
		if (str_eq(kind_specials[i].group, group) &&
		    str_eq(kind_specials[i].resource, resource))
			return &kind_specials[i];
	return NULL;
}

const struct json *object_get(const struct json *object, const char *path)
{
	while (object) {
		size_t length = strcspn(path, ".");
		_cleanup_(freep) char *key = NULL;

		if (!path[length])
			return json_get(object, path);
		key = xstrndup(path, length);
		object = json_get(object, key);
		path += length + 1;
	}
	return NULL;
}

const char *object_str(const struct json *object, const char *path)
{
	return json_str(object_get(object, path));
}

/* The object that the last step of a path is a member of, made when missing; *ret_key is that step.
 */
static struct json *parent_of(struct json *object, const char *path, const char **ret_key)
{
	for (;;) {
		size_t length = strcspn(path, ".");
		_cleanup_(freep) char *key = NULL;

		*ret_key = path;
		if (!path[length])
			return object;
		key = xstrndup(path, length);
		object = json_ensure_object(object, key);
		path += length + 1;
	}
}

void default_str(struct json *object, const char *path, const char *value)
{
	const char *key;
	struct json *parent = parent_of(object, path, &key);
	const char *have = json_get_str(parent, key);

	if (!have || !*have)
		json_set_str(parent, key, value);
}

void default_int(struct json *object, const char *path, int64_t value)
{
	const char *key;
	struct json *parent = parent_of(object, path, &key);

	if (!json_is_number(json_get(parent, key)))
		json_set_int(parent, key, value);
}

void default_bool(struct json *object, const char *path, bool value)
{
	const char *key;
	struct json *parent = parent_of(object, path, &key);

	if (!json_is_bool(json_get(parent, key)))
		json_set_bool(parent, key, value);
}

void validate_immutable(struct field_errors *errors, const struct json *object,
			const struct json *old, const char *path)
{
	const struct json *now = object_get(object, path), *before = object_get(old, path);

	if (!json_equal(now, before))
		field_invalid(errors, path, now, "field is immutable");
}
