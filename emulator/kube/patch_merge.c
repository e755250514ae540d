/* RFC 7386; see patch.h. */
#include "emulator/base/json.h"
#include "emulator/kube/go_json.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/status.h"

/* A value of a patch that stands where nothing was: nulls in it mean nothing. */
static struct json *without_nulls(const struct json *value)
{
	struct json *clean;

	if (!json_is_object(value))
		return json_copy(value);
	clean = json_new_object();
	json_foreach (item, value)
		if (!json_is_null(item))
			json_set(clean, json_key(item), without_nulls(item));
	return clean;
}

static void merge(struct json *object, const struct json *patch)
{
	json_foreach (item, patch) {
		const char *key = json_key(item);
		struct json *have = json_get_mut(object, key);

		if (json_is_null(item))
			json_remove(object, key);
		else if (json_is_object(item) && json_is_object(have))
			merge(have, item);
		else
			json_set(object, key, without_nulls(item));
	}
}

bool patch_merge(const struct json *object, const struct json *patch, struct json **ret,
		 struct err *err)
{
	if (json_is_null(patch)) /* which the real one's library takes for an object at first */
		return status_bad_request(err, "Invalid JSON Patch");
	if (!json_is_object(patch))
		return status_bad_request(err,
					  "error decoding patch: json: cannot unmarshal %s into Go "
					  "value of type map[string]interface {}",
					  go_json_word(patch));
	*ret = json_copy(object);
	merge(*ret, patch);
	return true;
}
