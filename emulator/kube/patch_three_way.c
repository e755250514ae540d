/*
 * What `kubectl apply` sends: what has to change so that the object is as its manifest says, and
 * what the manifest said last time and says no more is gone; see patch.h.
 *
 * Source: apimachinery pkg/util/jsonmergepatch CreateThreeWayJSONMergePatch; for built-in kinds
 * pkg/util/strategicpatch CreateThreeWayMergePatch.
 */
#include "emulator/base/json.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/patch_strategic.h"

static const struct kube_message *message_of(const struct kube_field *field)
{
	return field && field->type == KUBE_MESSAGE && !(field->flags & KUBE_MAP)
		       ? &kube_messages[field->message]
		       : NULL;
}

/* Whether a list is merged element by element. */
static bool is_merged(const struct kube_field *field)
{
	return field && (field->flags & KUBE_PATCH_MERGE) && (field->flags & KUBE_REPEATED);
}

static const struct json *find(const struct json *list, const struct json *id, const char *key)
{
	json_foreach (item, list)
		if (json_equal(key ? json_get(item, key) : item, id))
			return item;
	return NULL;
}

static const struct json *identity(const struct json *item, const char *key)
{
	return key ? json_get(item, key) : item;
}

/* Elements that are new or differ; those that went get {$patch: delete}. */
static void diff_objects(struct json *list, const struct json *had, const struct json *want,
			 const struct json *have, const struct kube_field *field)
{
	const char *key = field->merge_key;

	json_foreach (item, want) {
		const struct json *id = json_get(item, key), *now = find(have, id, key);
		struct json *inner;

		if (!now) {
			json_append(list, json_copy(item));
			continue;
		}
		inner = patch_three_way(find(had, id, key), item, now, message_of(field));
		if (json_first(inner)) {
			json_set_copy(inner, key, id);
			json_append(list, inner);
		} else {
			json_free(inner);
		}
	}
	json_foreach (item, had) {
		const struct json *id = json_get(item, key);
		struct json *gone;

		if (!id || find(want, id, key) || !find(have, id, key))
			continue;
		gone = json_new_object();
		json_set_str(gone, DIRECTIVE_PATCH, "delete");
		json_set_copy(gone, key, id);
		json_append(list, gone);
	}
}

static void diff_list(struct json *patch, const struct json *had, const struct json *want,
		      const struct json *have, const struct kube_field *field)
{
	struct json *list = json_new_array(), *gone = json_new_array(), *order;
	_cleanup_(freep) char *delete_key = xasprintf(DIRECTIVE_DELETE "%s", field->name);
	_cleanup_(freep) char *order_key = xasprintf(DIRECTIVE_ORDER "%s", field->name);

	if (field->merge_key) {
		diff_objects(list, had, want, have, field);
	} else {
		json_foreach (item, want)
			if (!find(have, item, NULL))
				json_append(list, json_copy(item));
		json_foreach (item, had)
			if (!find(want, item, NULL) && find(have, item, NULL))
				json_append(gone, json_copy(item));
	}
	if (json_first(list) || json_first(gone)) {
		order = json_ensure_array(patch, order_key);
		json_foreach (item, want) {
			struct json *only = field->merge_key ? json_new_object() : json_copy(item);

			if (field->merge_key)
				json_set_copy(only, field->merge_key,
					      identity(item, field->merge_key));
			json_append(order, only);
		}
	}
	if (json_first(list))
		json_set(patch, field->name, list);
	else
		json_free(list);
	if (json_first(gone))
		json_set(patch, delete_key, gone);
	else
		json_free(gone);
}

static void diff_member(struct json *patch, const struct json *had, const struct json *want,
			const struct json *have, const struct kube_field *field)
{
	const char *key = json_key(want);

	if (json_is_array(want) && json_is_array(have) && is_merged(field)) {
		diff_list(patch, had, want, have, field);
		return;
	}
	if (json_is_object(want) && json_is_object(have)) {
		struct json *inner = patch_three_way(json_is_object(had) ? had : NULL, want, have,
						     message_of(field));

		if (!json_first(inner)) {
			json_free(inner);
			return;
		}
		if (field && (field->flags & KUBE_PATCH_RETAIN_KEYS))
			json_foreach (item, want)
				json_append_str(json_ensure_array(inner, DIRECTIVE_RETAIN),
						json_key(item));
		json_set(patch, key, inner);
		return;
	}
	if (!have || !json_equal(want, have))
		json_set_copy(patch, key, want);
}

struct json *patch_three_way(const struct json *original, const struct json *modified,
			     const struct json *current, const struct kube_message *message)
{
	struct json *patch = json_new_object();

	json_foreach (want, modified) {
		const char *key = json_key(want);

		diff_member(patch, json_get(original, key), want, json_get(current, key),
			    message ? kube_message_field(message, key) : NULL);
	}
	json_foreach (had, original) {
		const struct json *want = json_get(modified, json_key(had));

		if ((!want || json_is_null(want)) && json_get(current, json_key(had)))
			json_set_null(patch, json_key(had));
	}
	return patch;
}
