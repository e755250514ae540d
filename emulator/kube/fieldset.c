/* Sets of fields; see fieldset.h. */
#include "emulator/kube/fieldset.h"

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/shape.h"

#define PATH_MAX_BYTES (1 << 16) /* of one path in a message */

static bool is_leaf(const struct json *node)
{
	return !json_first(node);
}

/* Whether the element itself is in the set, not only something in it. */
static bool holds_itself(const struct json *node)
{
	return is_leaf(node) || json_get(node, ".");
}

struct json *fieldset_of(struct shape shape, const struct json *value)
{
	struct json *set = json_new_object();
	struct strs keys = {};

	if (shape_is_granular_object(shape, value)) {
		json_foreach (item, value) {
			_cleanup_(freep) char *name = xasprintf("f:%s", json_key(item));

			json_set(set, name, fieldset_of(shape_member(shape, json_key(item)), item));
		}
	} else if (json_is_array(value) && shape_list(shape, &keys) == SHAPE_MAP) {
		json_foreach (item, value) {
			_cleanup_(freep) char *name = shape_key(shape, item, &keys);
			struct json *inner = fieldset_of(shape_item(shape), item);

			json_set(inner, ".", json_new_object());
			json_set(set, name, inner);
		}
	} else if (json_is_array(value) && shape_list(shape, &keys) == SHAPE_SET) {
		json_foreach (item, value) {
			_cleanup_(freep) char *text = json_to_text(item);
			_cleanup_(freep) char *name = xasprintf("v:%s", text);

			json_set(set, name, json_new_object());
		}
	}
	strs_done(&keys);
	return set;
}

/* Adds a child to a set under construction, unless it is an empty difference. */
static void add_difference(struct json *set, const char *name, struct json *inner, bool differs)
{
	if (differs)
		json_set(set, name, inner);
	else
		json_free(inner);
}

static struct json *changed(struct shape shape, const struct json *before, const struct json *after,
			    bool *ret_differs);

static void changed_objects(struct shape shape, const struct json *before, const struct json *after,
			    struct json *set)
{
	const struct json *both[] = {after, before};

	for (size_t i = 0; i < array_size(both); i++)
		json_foreach (item, both[i]) {
			const char *key = json_key(item);
			_cleanup_(freep) char *name = xasprintf("f:%s", key);
			struct json *inner;
			bool differs;

			if (i && json_get(after, key))
				continue;
			inner = changed(shape_member(shape, key), json_get(before, key),
					json_get(after, key), &differs);
			add_difference(set, name, inner, differs);
		}
}

static void changed_lists(struct shape shape, const struct json *before, const struct json *after,
			  const struct strs *keys, struct json *set)
{
	const struct json *both[] = {after, before};

	for (size_t i = 0; i < array_size(both); i++)
		json_foreach (item, both[i]) {
			_cleanup_(freep) char *name = shape_key(shape, item, keys);
			const struct json *was = shape_find(shape, before, name, keys);
			const struct json *is = shape_find(shape, after, name, keys);
			struct json *inner;
			bool differs;

			if (i && is)
				continue;
			inner = changed(shape_item(shape), was, is, &differs);
			if (differs && (!was || !is))
				json_set(inner, ".", json_new_object());
			add_difference(set, name, inner, differs);
		}
}

/* Marks each element that has something in it as a member of the set itself. */
static void add_containers(struct json *set)
{
	if (is_leaf(set))
		return;
	for (struct json *item = json_first_mut(set); item; item = json_next_mut(item))
		add_containers(item);
	json_set(set, ".", json_new_object());
}

/* An empty object has no members yet, which says nothing of whether they had owners. */
static bool are_granular_objects(struct shape shape, const struct json *a, const struct json *b)
{
	return json_is_object(a) && json_is_object(b) &&
	       (shape_is_granular_object(shape, a) || shape_is_granular_object(shape, b));
}

static struct json *changed(struct shape shape, const struct json *before, const struct json *after,
			    bool *ret_differs)
{
	struct json *set = json_new_object();
	struct strs keys = {};
	enum shape_list list = shape_list(shape, &keys);

	*ret_differs = !json_equal(before, after) || !before != !after;
	if (*ret_differs && are_granular_objects(shape, before, after)) {
		changed_objects(shape, before, after, set);
		*ret_differs = !is_leaf(set);
	} else if (*ret_differs && list != SHAPE_ATOMIC && json_is_array(before) &&
		   json_is_array(after)) {
		changed_lists(shape, before, after, &keys, set);
		*ret_differs = !is_leaf(set);
	} else if (*ret_differs) { /* new or gone, with all that is in it */
		json_free(set);
		set = fieldset_everything(shape, after ? after : before);
		if (before && after && json_size(set) > 1) /* it was there, if only as null */
			json_remove(set, ".");
	}
	strs_done(&keys);
	return set;
}

struct json *fieldset_everything(struct shape shape, const struct json *value)
{
	struct json *set = fieldset_of(shape, value);

	add_containers(set);
	return set;
}

struct json *fieldset_changed(struct shape shape, const struct json *before,
			      const struct json *after)
{
	bool differs;

	return changed(shape, before, after, &differs);
}

void fieldset_add(struct json *a, const struct json *b)
{
	json_foreach (item, b) {
		struct json *have = json_get_mut(a, json_key(item));

		if (!have)
			json_set_copy(a, json_key(item), item);
		else if (!is_leaf(have) || !is_leaf(item)) {
			if (is_leaf(have) != is_leaf(item) && !json_get(item, ".") &&
			    !json_get(have, "."))
				json_set(have, ".", json_new_object());
			fieldset_add(have, item);
		}
	}
}

void fieldset_subtract(struct json *a, const struct json *b)
{
	json_foreach (item, b) {
		struct json *have = json_get_mut(a, json_key(item));

		if (!have)
			continue;
		if (is_leaf(have)) { /* the element itself, and nothing below */
			if (holds_itself(item))
				json_remove_item(a, have);
			continue;
		}
		if (is_leaf(item)) {
			if (json_remove(have, ".") && is_leaf(have))
				json_remove_item(a, have);
			continue;
		}
		fieldset_subtract(have, item);
		if (is_leaf(have))
			json_remove_item(a, have);
	}
}

struct json *fieldset_common(const struct json *a, const struct json *b)
{
	struct json *set = json_new_object();

	json_foreach (item, a) {
		const struct json *other = json_get(b, json_key(item));
		struct json *inner;

		if (!other)
			continue;
		if (is_leaf(item) || is_leaf(other)) {
			if (holds_itself(item) && holds_itself(other))
				json_set(set, json_key(item), json_new_object());
			continue;
		}
		inner = fieldset_common(item, other);
		if (is_leaf(inner))
			json_free(inner);
		else
			json_set(set, json_key(item), inner);
	}
	return set;
}

/* f:name → .name, v:"x" → [="x"], k:{"port":80} → [port=80] */
static void add_element(struct strbuf *path, const char *element)
{
	_cleanup_(json_freep) struct json *keys = NULL;
	bool first = true;

	if (str_starts_with(element, "f:")) {
		strbuf_addf(path, ".%s", element + 2);
	} else if (str_starts_with(element, "v:")) {
		strbuf_addf(path, "[=%s]", element + 2);
	} else if (json_parse(element + 2, strlen(element + 2), &keys, NULL)) {
		strbuf_add_char(path, '[');
		json_foreach (key, keys) {
			strbuf_addf(path, "%s%s=", first ? "" : ",", json_key(key));
			json_print(path, key);
			first = false;
		}
		strbuf_add_char(path, ']');
	}
}

static void each(const struct json *set, const char *prefix,
		 void (*fn)(const char *path, void *userdata), void *userdata)
{
	json_foreach (item, set) {
		struct strbuf path;

		if (str_eq(json_key(item), ".")) {
			fn(prefix, userdata);
			continue;
		}
		strbuf_init(&path, PATH_MAX_BYTES);
		strbuf_add(&path, prefix);
		add_element(&path, json_key(item));
		if (is_leaf(item))
			fn(strbuf_text(&path), userdata);
		else
			each(item, strbuf_text(&path), fn, userdata);
		strbuf_done(&path);
	}
}

void fieldset_each(const struct json *set, void (*fn)(const char *path, void *userdata),
		   void *userdata)
{
	each(set, "", fn, userdata);
}

void fieldset_strip(struct json *set)
{
	static const char *const system[] = {
		"f:name",	"f:namespace",	   "f:creationTimestamp", "f:selfLink",	  "f:uid",
		"f:generation", "f:managedFields", "f:resourceVersion",	  "f:clusterName"};
	struct json *meta = json_get_mut(set, "f:metadata");

	json_remove(set, "f:apiVersion");
	json_remove(set, "f:kind");
	for (size_t i = 0; meta && i < array_size(system); i++)
		json_remove(meta, system[i]);
	if (meta)
		json_remove(meta, ".");
	if (meta && is_leaf(meta))
		json_remove_item(set, meta);
}

/* PathElement.Less of elements as text: the set itself, members, keyed elements, values; what is
 * behind the same beginning by its number or text. */
static int compare_elements(const void *a, const void *b)
{
	const char *left = json_key(*(const struct json *const *)a);
	const char *right = json_key(*(const struct json *const *)b);
	size_t digits[2];

	while (*left && *left == *right) {
		left++;
		right++;
	}
	digits[0] = strspn(left, "0123456789");
	digits[1] = strspn(right, "0123456789");
	if (digits[0] && digits[1] && digits[0] != digits[1])
		return digits[0] < digits[1] ? -1 : 1;
	return (unsigned char)*left - (unsigned char)*right;
}

struct json *fieldset_sorted(const struct json *set)
{
	size_t count = 0, size = json_size(set);
	struct json *ret = json_new_object();
	const struct json **items;

	if (!size || (size == 1 && json_get(set, "."))) /* {".":{}} is a leaf, too */
		return ret;
	items = xcalloc(size, sizeof(*items));
	json_foreach (item, set)
		items[count++] = item;
	qsort(items, count, sizeof(*items), compare_elements);
	for (size_t i = 0; i < count; i++)
		json_add(ret, json_key(items[i]), fieldset_sorted(items[i]));
	free(items);
	return ret;
}
