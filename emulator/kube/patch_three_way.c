/* What `kubectl apply` sends as a merge patch; see patch.h. */
#include "emulator/base/json.h"
#include "emulator/kube/patch.h"

/* Additions and changes: what modified has and current has not. */
static void add_changes(struct json *patch, const struct json *modified, const struct json *current)
{
	json_foreach (want, modified) {
		const char *key = json_key(want);
		const struct json *have = json_get(current, key);

		if (have && json_equal(want, have))
			continue;
		if (json_is_object(want) && json_is_object(have)) {
			struct json *inner = json_new_object();

			add_changes(inner, want, have);
			if (json_first(inner))
				json_set(patch, key, inner);
			else
				json_free(inner);
			continue;
		}
		json_set_copy(patch, key, want);
	}
}

/* Deletions: what original had and modified has not. */
static void add_deletions(struct json *patch, const struct json *original,
			  const struct json *modified, const struct json *current)
{
	json_foreach (had, original) {
		const char *key = json_key(had);
		const struct json *want = json_get(modified, key);

		if (!want || json_is_null(want)) {
			if (json_get(current, key))
				json_set_null(patch, key);
			continue;
		}
		if (json_is_object(had) && json_is_object(want)) {
			struct json *inner = json_detach(patch, key);

			/* a change that is no object replaces all of it already */
			if (inner && !json_is_object(inner)) {
				json_set(patch, key, inner);
				continue;
			}
			if (!inner)
				inner = json_new_object();
			add_deletions(inner, had, want, json_get(current, key));
			if (json_first(inner))
				json_set(patch, key, inner);
			else
				json_free(inner);
		}
	}
}

struct json *patch_three_way(const struct json *original, const struct json *modified,
			     const struct json *current)
{
	struct json *patch = json_new_object();

	add_changes(patch, modified, current);
	add_deletions(patch, original, modified, current);
	return patch;
}
