/* RFC 6902, with the limits and refusals of apiserver pkg/endpoints/handlers/patch.go; see patch.h.
 */
#include <ctype.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/go_json.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/status.h"

/* Where a pointer leads: a member of an object or a place in an array. */
struct place {
	struct json *parent; /* NULL: the whole document */
	const char *key;     /* of an object */
	size_t index;	     /* of an array; its size for "-" */
	struct json *value;  /* NULL: nothing there */
};

/* Any failure to apply is this 422; the reason stays in the server's log, as in the real one. */
static bool rejected(struct err *err)
{
	status_set(err, 422, "Invalid",
		   "the server rejected our request due to an error in our request");
	if (err)
		err->details = json_new_object();
	return false;
}

/* One step of a pointer, unescaped (~1 is /, ~0 is ~); NULL when malformed. */
static const char *next_step(struct arena *arena, const char **pointer)
{
	size_t length = strcspn(*pointer + 1, "/");
	char *step = arena_strndup(arena, *pointer + 1, length), *to = step;

	*pointer += length + 1;
	for (const char *from = step; *from; from++) {
		if (*from != '~') {
			*to++ = *from;
			continue;
		}
		if (from[1] != '0' && from[1] != '1')
			return NULL;
		*to++ = *++from == '0' ? '~' : '/';
	}
	*to = '\0';
	return step;
}

static bool array_index(const struct json *array, const char *step, size_t *ret)
{
	size_t size = json_size(array), index = 0;

	if (str_eq(step, "-")) {
		*ret = size;
		return true;
	}
	if (!*step || (*step == '0' && step[1]))
		return false;
	for (; *step; step++) {
		if (!isdigit((unsigned char)*step) || index > size)
			return false;
		index = index * 10 + (size_t)(*step - '0');
	}
	*ret = index;
	return index <= size;
}

static struct json *item_at(struct json *array, size_t index)
{
	struct json *item = json_first_mut(array);

	while (item && index--)
		item = json_next_mut(item);
	return item;
}

/* Follows a pointer; every step but the last must lead somewhere. */
static bool find(struct arena *arena, struct json *root, const char *pointer, struct place *ret)
{
	*ret = (struct place){.value = root};
	if (!pointer || (*pointer && *pointer != '/'))
		return false;
	while (*pointer) {
		const char *step = next_step(arena, &pointer);

		if (!step || !ret->value)
			return false;
		ret->parent = ret->value;
		if (json_is_object(ret->parent)) {
			ret->key = step;
			ret->value = json_get_mut(ret->parent, step);
		} else if (json_is_array(ret->parent)) {
			if (!array_index(ret->parent, step, &ret->index))
				return false;
			ret->key = NULL;
			ret->value = item_at(ret->parent, ret->index);
		} else {
			return false;
		}
	}
	return true;
}

static void put(struct json **root, const struct place *place, struct json *value)
{
	if (!place->parent) {
		json_free(*root);
		*root = value;
	} else if (place->key) {
		json_set(place->parent, place->key, value);
	} else {
		json_insert(place->parent, place->index, value);
	}
}

static bool op_add(struct arena *arena, struct json **root, const char *path, struct json *value)
{
	struct place place;

	if (!find(arena, *root, path, &place)) {
		json_free(value);
		return false;
	}
	put(root, &place, value);
	return true;
}

static bool op_remove(struct arena *arena, struct json *root, const char *path)
{
	struct place place;

	if (!find(arena, root, path, &place) || !place.parent || !place.value)
		return false;
	json_remove_item(place.parent, place.value);
	return true;
}

static bool op_replace(struct arena *arena, struct json **root, const char *path,
		       const struct json *value)
{
	struct place place;

	if (!find(arena, *root, path, &place) || !place.value)
		return false;
	if (place.parent)
		json_replace_item(place.parent, place.value, json_copy(value));
	else
		put(root, &place, json_copy(value));
	return true;
}

static bool op_move(struct arena *arena, struct json **root, const char *from, const char *path,
		    bool keep)
{
	struct place place;
	struct json *value;

	if (!find(arena, *root, from, &place) || !place.value)
		return false;
	value = json_copy(place.value);
	if (!keep && !op_remove(arena, *root, from)) {
		json_free(value);
		return false;
	}
	return op_add(arena, root, path, value);
}

static bool op_test(struct arena *arena, struct json *root, const char *path,
		    const struct json *value)
{
	struct place place;

	if (!find(arena, root, path, &place))
		return false;
	return place.value ? json_equal(place.value, value) : json_is_null(value);
}

static bool apply(struct arena *arena, struct json **root, const struct json *operation)
{
	const char *name = json_get_str(operation, "op"), *path = json_get_str(operation, "path");
	const struct json *value = json_get(operation, "value");
	const char *from = json_get_str(operation, "from");

	if (!path || (!value && (str_eq(name, "add") || str_eq(name, "replace"))))
		return false;
	if (str_eq(name, "add"))
		return op_add(arena, root, path, json_copy(value));
	if (str_eq(name, "remove"))
		return op_remove(arena, *root, path);
	if (str_eq(name, "replace"))
		return op_replace(arena, root, path, value);
	if (str_eq(name, "move") || str_eq(name, "copy"))
		return from && op_move(arena, root, from, path, str_eq(name, "copy"));
	return str_eq(name, "test") && op_test(arena, *root, path, value);
}

static bool not_decoded(const struct json *json, const char *type, struct err *err)
{
	return status_bad_request(err,
				  "error decoding patch: json: cannot unmarshal %s into Go value "
				  "of type %s",
				  go_json_word(json), type);
}

bool patch_json(const struct json *object, const struct json *patch, struct json **ret,
		struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(json_freep) struct json *root = json_copy(object);
	size_t count = json_size(patch);

	/* null is no operation at all, to Go's decoder */
	if (!json_is_array(patch) && !json_is_null(patch))
		return not_decoded(patch, "[]handlers.jsonPatchOp", err);
	json_foreach (operation, patch)
		if (!json_is_object(operation))
			return not_decoded(operation, "handlers.jsonPatchOp", err);
	if (count > PATCH_OPERATIONS_MAX)
		return status_set(err, 413, "RequestEntityTooLarge",
				  "Request entity too large: The allowed maximum operations in a "
				  "JSON patch is %d, got %zu",
				  PATCH_OPERATIONS_MAX, count);
	json_foreach (operation, patch)
		if (!apply(arena, &root, operation))
			return rejected(err);
	*ret = steal(root);
	return true;
}
