/*
 * What --update would write: where a claim fails only because a list under `exactly:` is another
 * one, the list that is there. Never anything else of a claim.
 */
#include "emulator/judge/match.h"
#include "runner/engine/inner.h"
#include "runner/flow.h"

#define LIST_MAX (64 * 1024) /* bytes of a list's text */

struct collection {
	struct json *updates; /* of this claim */
	bool hopeless;	      /* something else is wrong as well */
	size_t objects;
};

/* A list that a person wrote to be compared with care: variables, words of the matcher. */
static bool is_by_hand(const struct yaml_node *node)
{
	if (node->type == YAML_SCALAR)
		return strstr(node->text, "${") != NULL;
	for (const struct yaml_node *child = node->first; child; child = child->next)
		if ((child->key && match_is_word(child->key)) || is_by_hand(child))
			return true;
	return false;
}

static bool names(const struct yaml_node *list, const char *key)
{
	for (const struct yaml_node *item = list->first; item; item = item->next)
		if (yaml_get(item, key))
			return true;
	return false;
}

/* An element with those members that some element of the written list has; all of them when none
 * is written. */
static struct json *project(const struct yaml_node *list, const struct json *element)
{
	struct json *ret;
	bool maps = list->first && list->first->type == YAML_MAP;

	if (!json_is_object(element) || !maps)
		return json_copy(element);
	ret = json_new_object();
	json_foreach (member, element)
		if (names(list, json_key(member)))
			json_set_copy(ret, json_key(member), member);
	return ret;
}

static void add_update(struct engine *engine, struct json *updates, const struct yaml_node *list,
		       const struct json *now)
{
	struct json *update = json_new_object(), *items = json_ensure_array(update, "items");

	json_set_str(update, "file", engine->scenario->source->path);
	json_set_int(update, "line", list->line);
	json_set_int(update, "column", list->column);
	json_foreach (item, now) {
		struct strbuf sb;

		strbuf_init(&sb, LIST_MAX);
		flow_add(&sb, item);
		json_append_str(items, strbuf_text(&sb));
		strbuf_done(&sb);
	}
	json_append(updates, update);
}

/* Goes down what is written and what is there; `patched` gets the lists as they are. */
static void walk(struct engine *engine, const struct yaml_node *node, struct json *patched,
		 const struct json *actual, struct json *updates)
{
	const struct yaml_node *list = yaml_get(node, "exactly");
	struct json *now;

	if (node->type != YAML_MAP)
		return;
	if (!list) {
		for (const struct yaml_node *child = node->first; child; child = child->next)
			walk(engine, child, json_get_mut(patched, child->key),
			     json_get(actual, child->key), updates);
		return;
	}
	if (node->count != 1 || list->type != YAML_LIST || is_by_hand(list) ||
	    !(json_is_array(actual) || !actual) || match_value(patched, actual, NULL))
		return;
	now = json_new_array();
	json_foreach (item, actual)
		json_append(now, project(list, item));
	add_update(engine, updates, list, now);
	json_set(patched, "exactly", now);
}

static void look_at(struct engine *engine, const struct claim *claim, const struct json *has,
		    const struct json *tagged, const struct doc *doc, const struct json *view,
		    void *userdata)
{
	struct collection *collection = userdata;
	_cleanup_(json_freep) struct json *patched = json_copy(has);
	_cleanup_(json_freep) struct json *updates = json_new_array();

	walk(engine, yaml_get(claim->node, "has"), patched, view, updates);
	if (!match_value(patched, view, NULL) || (tagged && !match_value(tagged, doc->tags, NULL)))
		collection->hopeless = true;
	/* of several objects all must have the same */
	if (collection->objects++ && !json_equal(collection->updates, updates))
		collection->hopeless = true;
	json_free(collection->updates);
	collection->updates = json_copy(updates);
}

void updates_collect(struct engine *engine, const struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++) {
		const struct claim *claim = &claims->items[i];
		struct collection collection = {.updates = json_new_array()};

		if (!claim->holds && claim->has &&
		    (claim->type == CLAIM_ONE || claim->type == CLAIM_EACH))
			claim_each_object(engine, claim, look_at, &collection);
		if (claim->type == CLAIM_ONE && collection.objects != 1)
			collection.hopeless = true;
		if (!collection.hopeless)
			json_foreach (update, collection.updates)
				json_append(engine->updates, json_copy(update));
		json_free(collection.updates);
	}
}
