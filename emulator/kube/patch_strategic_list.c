/*
 * Lists of a strategic merge patch: by merge key, or sets of primitives.
 *
 * Source: apimachinery pkg/util/strategicpatch/patch.go (mergeSliceHandler, mergeSlice,
 * mergeSliceWithSpecialElements, normalizeElementOrder).
 */
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/patch_strategic.h"
#include "emulator/kube/status.h"

/* What an element is known by: its merge key's value, or itself. */
static const struct json *identity(const struct json *item, const char *key)
{
	return key ? json_get(item, key) : item;
}

static struct json *find(struct json *list, const struct json *id, const char *key)
{
	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		if (id && identity(item, key) && json_equal(identity(item, key), id))
			return item;
	return NULL;
}

static bool no_key(const struct json *item, const char *key, struct err *err)
{
	_cleanup_(freep) char *text = json_to_text(item);

	return status_set(err, 500, "InternalError",
			  "map: %s does not contain declared merge key: %s", text, key);
}

static void delete_primitives(struct json *list, const struct json *gone)
{
	json_foreach (value, gone) {
		for (struct json *item = json_first_mut(list), *next; item; item = next) {
			next = json_next_mut(item);
			if (json_equal(item, value))
				json_remove_item(list, item);
		}
	}
}

/* {$patch: replace} anywhere in the list: the others are all there is. */
static bool replaces_all(const struct json *patch)
{
	json_foreach (item, patch)
		if (str_eq(json_get_str(item, DIRECTIVE_PATCH), "replace"))
			return true;
	return false;
}

static bool merge_item(struct json *list, const struct json *item, const struct kube_field *field,
		       struct err *err)
{
	const char *key = field->merge_key, *word = json_get_str(item, DIRECTIVE_PATCH);
	const struct kube_message *message =
		field->type == KUBE_MESSAGE ? &kube_messages[field->message] : NULL;
	struct json *have;

	if (!json_is_object(item) || !key) {
		if (!find(list, item, NULL))
			json_append(list, strategic_plain(item));
		return true;
	}
	if (!json_get(item, key))
		return no_key(item, key, err);
	have = find(list, json_get(item, key), key);
	if (str_eq(word, "delete")) {
		for (; have; have = find(list, json_get(item, key), key))
			json_remove_item(list, have);
		return true;
	}
	if (word && !str_eq(word, "merge"))
		return status_bad_request(err, "unknown patch type: %s", word);
	if (have)
		return strategic_merge_object(have, item, message, err);
	json_append(list, strategic_plain(item));
	return true;
}

/* The place of an element in the order that the patch asks for, or -1. */
static int place(const struct json *item, const struct json *order, const char *key)
{
	int index = 0;

	json_foreach (wanted, order) {
		const struct json *id = identity(wanted, key);

		if (id && identity(item, key) && json_equal(id, identity(item, key)))
			return index;
		index++;
	}
	return -1;
}

/*
 * Elements that the patch orders come in its order; the others keep their place relative to those
 * that were there before (normalizeElementOrder merges the two sequences).
 */
static void set_order(struct json *list, const struct json *order, const struct json *before,
		      const char *key)
{
	struct ptrs ordered = {}, others = {};
	struct json *result = json_new_array();
	size_t o = 0, s = 0, count = json_size(order);

	for (size_t i = 0; i < count; i++)
		for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
			if (place(item, order, key) == (int)i)
				ptrs_add(&ordered, item);
	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		if (place(item, order, key) < 0)
			ptrs_add(&others, item);
	while (o < ordered.count || s < others.count) {
		bool take_other = o == ordered.count;

		if (o < ordered.count && s < others.count) {
			int old = place(ordered.items[o], before, key);
			int other = place(others.items[s], before, key);

			take_other = old >= 0 && other >= 0 && other < old;
		}
		json_append(result, json_copy(take_other ? others.items[s++] : ordered.items[o++]));
	}
	ptrs_done(&ordered);
	ptrs_done(&others);
	json_assign(list, result);
}

bool strategic_merge_list(struct json *list, const struct json *parent, const struct json *patch,
			  const struct kube_field *field, struct err *err)
{
	_cleanup_(freep) char *order_key = xasprintf(DIRECTIVE_ORDER "%s", field->name);
	_cleanup_(freep) char *delete_key = xasprintf(DIRECTIVE_DELETE "%s", field->name);
	_cleanup_(json_freep) struct json *before = NULL;
	const struct json *order = json_get(parent, order_key);

	if (replaces_all(patch)) {
		json_assign(list, strategic_plain(patch));
		return true;
	}
	before = json_copy(list);
	delete_primitives(list, json_get(parent, delete_key));
	json_foreach (item, patch)
		if (!merge_item(list, item, field, err))
			return false;
	/* without a directive, the patch's own order counts: what it adds comes first */
	set_order(list, order ? order : patch, before,
		  field->type == KUBE_MESSAGE ? field->merge_key : NULL);
	return true;
}
