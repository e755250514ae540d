/*
 * Strategic merge patch; see patch.h. Lists are in patch_strategic_list.c.
 *
 * Source: apimachinery pkg/util/strategicpatch/patch.go (mergeMap, applyRetainKeysDirective,
 * dropDirectives).
 */
#include "emulator/kube/patch_strategic.h"

#include "emulator/base/json.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/status.h"

bool strategic_is_directive(const char *key)
{
	return str_eq(key, DIRECTIVE_PATCH) || str_eq(key, DIRECTIVE_RETAIN) ||
	       str_starts_with(key, DIRECTIVE_ORDER) || str_starts_with(key, DIRECTIVE_DELETE);
}

struct json *strategic_plain(const struct json *value)
{
	struct json *plain;

	if (json_is_array(value)) {
		plain = json_new_array();
		json_foreach (item, value)
			if (!json_get(item, DIRECTIVE_PATCH))
				json_append(plain, strategic_plain(item));
		return plain;
	}
	if (!json_is_object(value))
		return json_copy(value);
	plain = json_new_object();
	json_foreach (item, value)
		if (!strategic_is_directive(json_key(item)) && !json_is_null(item))
			json_set(plain, json_key(item), strategic_plain(item));
	return plain;
}

/* $retainKeys: members of the original that are not listed go (unions such as volumes, strategy).
 */
static bool retain_keys(struct json *object, const struct json *patch, struct err *err)
{
	const struct json *keys = json_get(patch, DIRECTIVE_RETAIN);

	if (!keys)
		return true;
	if (!json_is_array(keys))
		return status_bad_request(err, "invalid patch format of retainKeys");
	json_foreach (item, patch) {
		bool listed = strategic_is_directive(json_key(item)) || json_is_null(item);

		json_foreach (key, keys)
			listed |= str_eq(json_str(key), json_key(item));
		if (!listed)
			return status_bad_request(err, "invalid patch format of retainKeys");
	}
	for (struct json *item = json_first_mut(object), *next; item; item = next) {
		bool listed = false;

		next = json_next_mut(item);
		json_foreach (key, keys)
			listed |= str_eq(json_str(key), json_key(item));
		if (!listed)
			json_remove_item(object, item);
	}
	return true;
}

static const struct kube_message *message_of(const struct kube_field *field)
{
	return field && field->type == KUBE_MESSAGE && !(field->flags & KUBE_MAP)
		       ? &kube_messages[field->message]
		       : NULL;
}

static bool merge_member(struct json *object, const struct json *patch, const struct json *item,
			 const struct kube_field *field, struct err *err)
{
	const char *key = json_key(item);
	struct json *have = json_get_mut(object, key);

	if (json_is_null(item)) {
		json_remove(object, key);
		return true;
	}
	if (json_is_object(item) && json_is_object(have))
		return strategic_merge_object(have, item, message_of(field), err);
	if (json_is_array(item) && field && (field->flags & KUBE_PATCH_MERGE)) {
		if (!json_is_array(have))
			json_set(object, key, json_new_array());
		return strategic_merge_list(json_get_mut(object, key), patch, item, field, err);
	}
	json_set(object, key, strategic_plain(item));
	return true;
}

/* $setElementOrder/x and $deleteFromPrimitiveList/x without an x beside them. */
static bool merge_lone_directives(struct json *object, const struct json *patch,
				  const struct kube_message *message, struct err *err)
{
	json_foreach (item, patch) {
		const char *key = json_key(item), *slash = strchr(key, '/');
		_cleanup_(json_freep) struct json *nothing = json_new_array();
		const struct kube_field *field;
		struct json *list;

		if (!slash || !strategic_is_directive(key) || json_get(patch, slash + 1))
			continue;
		field = message ? kube_message_field(message, slash + 1) : NULL;
		list = json_get_mut(object, slash + 1);
		if (!json_is_array(list) || !field)
			continue;
		if (!strategic_merge_list(list, patch, nothing, field, err))
			return false;
	}
	return true;
}

bool strategic_merge_object(struct json *object, const struct json *patch,
			    const struct kube_message *message, struct err *err)
{
	const struct json *directive = json_get(patch, DIRECTIVE_PATCH);
	const char *word = json_str(directive);

	if (directive && str_eq(word, "replace")) {
		json_assign(object, strategic_plain(patch));
		return true;
	}
	if (directive && str_eq(word, "delete")) {
		json_assign(object, json_new_object());
		return true;
	}
	if (directive && !str_eq(word, "merge"))
		return status_bad_request(err, "unknown patch type: %s", word ? word : "");
	if (!retain_keys(object, patch, err))
		return false;
	json_foreach (item, patch) {
		const char *key = json_key(item);

		if (strategic_is_directive(key))
			continue;
		if (!merge_member(object, patch, item,
				  message ? kube_message_field(message, key) : NULL, err))
			return false;
	}
	return merge_lone_directives(object, patch, message, err);
}

bool patch_strategic(const struct json *object, const struct json *patch,
		     const struct kube_message *message, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *merged = json_copy(object);

	if (!strategic_merge_object(merged, patch, message, err))
		return false;
	*ret = steal(merged);
	return true;
}
