/* How values are taken apart and put together for server-side apply; see fieldset.h, shape.h. */
#include "emulator/kube/shape.h"

#include "emulator/base/json.h"
#include "emulator/kube/crd.h"

struct shape shape_of(const struct api_type *type)
{
	return (struct shape){.message = type->message,
			      .schema = type->custom ? type->custom->schema : NULL};
}

/* A custom object's metadata is the same as a built-in one's. */
static struct shape metadata_shape(void)
{
	return (struct shape){
		.message = kube_model_message("k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta")};
}

static struct shape field_shape(const struct kube_field *field)
{
	bool plain = field && field->type == KUBE_MESSAGE &&
		     !(field->flags & (KUBE_REPEATED | KUBE_MAP | KUBE_MAP_OF_LISTS));

	return (struct shape){.message = plain ? &kube_messages[field->message] : NULL,
			      .field = field};
}

struct shape shape_member(struct shape shape, const char *key)
{
	const struct json *inner = json_get(json_get(shape.schema, "properties"), key);

	if (shape.message)
		return field_shape(kube_message_field(shape.message, key));
	if (shape.field)
		return (struct shape){.message = shape.field->type == KUBE_MESSAGE
							 ? &kube_messages[shape.field->message]
							 : NULL};
	if (str_eq(key, "metadata") && !inner)
		return metadata_shape();
	if (str_eq(key, "metadata") && !json_get(inner, "properties"))
		return metadata_shape();
	if (!inner && json_is_object(json_get(shape.schema, "additionalProperties")))
		inner = json_get(shape.schema, "additionalProperties");
	return (struct shape){.schema = inner};
}

struct shape shape_item(struct shape shape)
{
	if (shape.field)
		return (struct shape){.message = shape.field->type == KUBE_MESSAGE
							 ? &kube_messages[shape.field->message]
							 : NULL};
	return (struct shape){.schema = json_get(shape.schema, "items")};
}

static void add_keys(struct strs *keys, const char *commas)
{
	while (commas && *commas) {
		size_t length = strcspn(commas, ",");
		_cleanup_(freep) char *key = xstrndup(commas, length);

		strs_add(keys, key);
		commas += length + (commas[length] != '\0');
	}
	strs_sort(keys);
}

enum shape_list shape_list(struct shape shape, struct strs *keys)
{
	const char *type = json_get_str(shape.schema, "x-kubernetes-list-type");

	if (shape.field && (shape.field->flags & KUBE_LIST_MAP)) {
		add_keys(keys, shape.field->list_keys);
		return SHAPE_MAP;
	}
	if (shape.field)
		return shape.field->flags & KUBE_LIST_SET ? SHAPE_SET : SHAPE_ATOMIC;
	if (str_eq(type, "map")) {
		json_foreach (key, json_get(shape.schema, "x-kubernetes-list-map-keys"))
			if (json_str(key))
				strs_add(keys, json_str(key));
		strs_sort(keys);
		return SHAPE_MAP;
	}
	return str_eq(type, "set") ? SHAPE_SET : SHAPE_ATOMIC;
}

bool shape_is_granular_object(struct shape shape, const struct json *value)
{
	if (!json_is_object(value) || !json_first(value))
		return false;
	if (shape.message && shape.message->atomic)
		return false;
	if (shape.field && (shape.field->flags & KUBE_MAP_ATOMIC))
		return false;
	if (shape.field && !shape.message && !(shape.field->flags & KUBE_MAP))
		return false; /* RawExtension, JSON: one value */
	return !str_eq(json_get_str(shape.schema, "x-kubernetes-map-type"), "atomic");
}

/* A key that an element does not say has its default: structured-merge-diff keyGetDefault. The only
 * built-in one is a port's protocol (client-go applyconfigurations/internal). */
static struct json *default_key(struct shape shape, const char *key)
{
	const struct json *properties = json_get(json_get(shape.schema, "items"), "properties");

	if (shape.field)
		return str_eq(key, "protocol") ? json_new_string("TCP") : NULL;
	return json_copy(json_get(json_get(properties, key), "default"));
}

char *shape_key(struct shape shape, const struct json *item, const struct strs *keys)
{
	_cleanup_(json_freep) struct json *object = NULL;
	_cleanup_(freep) char *text = NULL;

	if (!keys->count) {
		text = json_to_text(item);
		return xasprintf("v:%s", text);
	}
	object = json_new_object();
	for (size_t i = 0; i < keys->count; i++) {
		const struct json *said = json_get(item, keys->items[i]);

		json_set(object, keys->items[i],
			 said ? json_copy(said) : default_key(shape, keys->items[i]));
	}
	text = json_to_text(object);
	return xasprintf("k:%s", text);
}

const struct json *shape_find(struct shape shape, const struct json *list, const char *element,
			      const struct strs *keys)
{
	json_foreach (item, list) {
		_cleanup_(freep) char *own = shape_key(shape, item, keys);

		if (str_eq(own, element))
			return item;
	}
	return NULL;
}

static struct json *find_mut(struct shape shape, struct json *list, const char *element,
			     const struct strs *keys)
{
	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item)) {
		_cleanup_(freep) char *own = shape_key(shape, item, keys);

		if (str_eq(own, element))
			return item;
	}
	return NULL;
}

static void merge_list(struct shape shape, struct json *list, const struct json *manifest,
		       const struct strs *keys)
{
	json_foreach (item, manifest) {
		_cleanup_(freep) char *element = shape_key(shape, item, keys);
		struct json *have = find_mut(shape, list, element, keys);

		if (!have)
			json_append(list, json_copy(item));
		else if (keys->count)
			shape_merge(shape_item(shape), have, item);
	}
}

void shape_merge(struct shape shape, struct json *object, const struct json *manifest)
{
	json_foreach (item, manifest) {
		const char *key = json_key(item);
		struct json *have = json_get_mut(object, key);
		struct shape inner = shape_member(shape, key);
		struct strs keys = {};
		enum shape_list list = shape_list(inner, &keys);

		if (have && shape_is_granular_object(inner, item) && json_is_object(have))
			shape_merge(inner, have, item);
		else if (json_is_array(have) && json_is_array(item) && list != SHAPE_ATOMIC)
			merge_list(inner, have, item, &keys);
		else if (!(have && json_is_object(item) && !json_first(item) &&
			   json_is_object(have)))
			json_set_copy(object, key, item);
		strs_done(&keys);
	}
}

static void remove_from_list(struct shape shape, struct json *list, const struct json *set)
{
	struct strs keys = {};

	shape_list(shape, &keys);
	json_foreach (node, set) {
		struct json *item = find_mut(shape, list, json_key(node), &keys);

		if (!item)
			continue;
		if (!json_first(node) || json_get(node, "."))
			json_remove_item(list, item);
		else
			shape_remove(shape_item(shape), item, node);
	}
	strs_done(&keys);
}

void shape_remove(struct shape shape, struct json *object, const struct json *set)
{
	json_foreach (node, set) {
		const char *key = json_key(node);
		struct json *have;
		struct shape inner;

		if (!str_starts_with(key, "f:"))
			continue;
		have = json_get_mut(object, key + 2);
		inner = shape_member(shape, key + 2);
		if (!have)
			continue;
		if (!json_first(node)) {
			json_remove_item(object, have);
			continue;
		}
		if (json_is_array(have))
			remove_from_list(inner, have, node);
		else if (json_is_object(have))
			shape_remove(inner, have, node);
		if (!json_first(have) && (json_is_array(have) || json_is_object(have)))
			json_remove_item(object, have);
	}
}
