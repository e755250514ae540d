/* A picture of AWS that is the same in each run. */
#include "emulator/judge/portrait.h"

#include <uthash.h>

#include "emulator/base/container.h"
#include "emulator/base/strbuf.h"
#include "emulator/judge/portrait_inner.h"

#define PAINTED_MAX 200000 /* documents; what is equal then is numbered as it was made */

/* A document that has an id. */
struct named {
	const struct doc *doc;
	const char *base; /* interned; name as long as it is not compared with others */
	size_t alike;	  /* how many have that base */
	char *name;	  /* base, with a number where several have that base */
	size_t rank;	  /* among those of its base, from 0 */
	char *text;	  /* body and tags as they are named at present */
	bool gone, shown;
	UT_hash_handle hh;
};

struct portrait {
	struct named *items; /* never moved while by_id has them */
	size_t count, room;
	struct named *by_id; /* those whose key is an id */
};

static const char *find_name(const char *id, size_t length, const void *userdata)
{
	const struct portrait *portrait = userdata;
	struct named *named;

	HASH_FIND(hh, portrait->by_id, id, length, named);
	return named ? named->name : NULL;
}

/* @name What is shown of a document */

static int by_text(const void *a, const void *b)
{
	_cleanup_(freep) char *x = json_to_text(*(const struct json *const *)a);
	_cleanup_(freep) char *y = json_to_text(*(const struct json *const *)b);

	return strcmp(x, y);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(json_key(*(const struct json *const *)a),
		      json_key(*(const struct json *const *)b));
}

static const struct json **sorted(const struct json *json, int (*order)(const void *, const void *),
				  size_t *ret)
{
	size_t count = json_size(json), n = 0;
	const struct json **items = xcalloc(count + 1, sizeof(const struct json *));

	json_foreach (item, json)
		items[n++] = item;
	qsort(items, n, sizeof(*items), order);
	*ret = n;
	return items;
}

static struct json *painted(const struct portrait *portrait, const struct json *json);

static struct json *painted_list(const struct portrait *portrait, const struct json *list)
{
	_cleanup_(json_freep) struct json *all = json_new_array();
	struct json *ret = json_new_array();
	const struct json **items;
	size_t count;

	json_foreach (item, list)
		json_append(all, painted(portrait, item));
	items = sorted(all, by_text, &count);
	for (size_t i = 0; i < count; i++)
		json_append(ret, json_copy(items[i]));
	free(items);
	return ret;
}

static struct json *painted_object(const struct portrait *portrait, const struct json *object)
{
	struct json *ret = json_new_object();
	size_t count;
	const struct json **items = sorted(object, by_key, &count);

	for (size_t i = 0; i < count; i++) {
		_cleanup_(freep) char *key = portrait_text(json_key(items[i]), find_name, portrait);

		json_set(ret, key, painted(portrait, items[i]));
	}
	free(items);
	return ret;
}

static struct json *painted(const struct portrait *portrait, const struct json *json)
{
	_cleanup_(freep) char *text = NULL;

	if (json_is_array(json))
		return painted_list(portrait, json);
	if (json_is_object(json))
		return painted_object(portrait, json);
	if (!json_str(json))
		return json_copy(json);
	text = portrait_text(json_str(json), find_name, portrait);
	return json_new_string(text);
}

/* Its own id and ARN, which say no more than the name under which it stands. */
static void remove_own_ids(struct json *painted_body, const char *name)
{
	struct json *next;

	for (struct json *member = json_first_mut(painted_body); member; member = next) {
		const char *text = json_str(member);
		_cleanup_(freep) char *key = xstrdup(json_key(member));

		next = json_next_mut(member);
		if (str_eq(text, name) ||
		    (text && str_starts_with(text, "arn:") && str_ends_with(text, name)))
			json_remove(painted_body, key);
	}
}

static struct json *painted_doc(const struct portrait *portrait, const struct named *named)
{
	struct json *ret;

	if (named->gone)
		return json_new_string("gone");
	ret = painted_object(portrait, named->doc->body);
	remove_own_ids(ret, named->name);
	if (json_size(named->doc->tags)) {
		json_remove(ret, "Tags");
		json_set(ret, "tags", painted_object(portrait, named->doc->tags));
	}
	return ret;
}

/* @name Names */

static const char *nobody(const char *id, size_t length, const void *userdata)
{
	(void)id, (void)length, (void)userdata;
	return NULL;
}

/* A key that begins with the id of another document, e.g. "rtb-0123456789abcdef0/0.0.0.0/0". */
static char *key_text(const struct portrait *portrait, const char *key)
{
	size_t length = strlen(key);
	const char *slash = NULL, *name = NULL;
	_cleanup_(freep) char *left = NULL, *right = NULL;

	while (!name && length--)
		if (key[length] == '/') {
			slash = key + length;
			name = find_name(key, length, portrait);
		}
	if (!slash)
		return portrait_text(key, find_name, portrait);
	right = portrait_text(slash + 1, find_name, portrait);
	if (!name) {
		_cleanup_(freep) char *first = xstrndup(key, (size_t)(slash - key));

		name = left = portrait_text(first, find_name, portrait);
	}
	return xasprintf("%s/%s", name, right);
}

/* What it is called before it is compared with others: by its tag or name, or by its key when that
 * says more than an id of its own. */
static const char *base_of(const struct portrait *portrait, const struct named *named)
{
	static const char *const members[] = {"LoadBalancerName", "TargetGroupName", "GroupName",
					      "Name"};
	const struct doc *doc = named->doc;
	const char *called = doc_tag(doc, "Name");
	_cleanup_(freep) char *text = NULL, *name = NULL;

	for (size_t i = 0; !called && i < array_size(members); i++)
		called = doc_str(doc, members[i]);
	if (called) /* the name itself may be of this run */
		text = portrait_text(called, nobody, NULL);
	else if (!portrait_is_id(doc->key))
		text = key_text(portrait, doc->key);
	name = xasprintf("%s%s%s%s", doc->kind->name, text ? " " : "", text ? text : "",
			 named->shown ? "" : " from before");
	return intern(name);
}

static void add(struct portrait *portrait, const struct doc *doc, bool gone)
{
	if (portrait->count == portrait->room) {
		portrait->room = portrait->room ? 2 * portrait->room : 256;
		portrait->items =
			xrealloc(portrait->items, portrait->room * sizeof(*portrait->items));
	}
	portrait->items[portrait->count++] = (struct named){.doc = doc, .gone = gone};
}

static bool is_of_aws(const struct doc *doc)
{
	return *doc->account && doc->kind->shape;
}

static void add_gone(const struct doc *before, const struct doc *after, void *userdata)
{
	if (!after && is_of_aws(before))
		add(userdata, before, true);
}

static void show(const struct doc *before, const struct doc *after, void *userdata)
{
	struct portrait *portrait = userdata;
	const struct doc *doc = after ? after : before;

	for (size_t i = 0; i < portrait->count; i++)
		if (portrait->items[i].doc == doc)
			portrait->items[i].shown = true;
}

static void collect(struct portrait *portrait, const struct world *world,
		    const struct snapshot *since)
{
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(world, i)); i++)
		world_foreach (doc, world, kind)
			if (is_of_aws(doc))
				add(portrait, doc, false);
	snapshot_diff(since, world, NULL, add_gone, portrait);
	snapshot_diff(since, world, NULL, show, portrait);
	for (size_t i = 0; i < portrait->count; i++) {
		struct named *named = &portrait->items[i];

		if (!named->gone && portrait_is_id(named->doc->key))
			HASH_ADD_KEYPTR(hh, portrait->by_id, named->doc->key,
					strlen(named->doc->key), named);
	}
}

static void rename_all(struct portrait *portrait)
{
	for (size_t i = 0; i < portrait->count; i++) {
		struct named *named = &portrait->items[i];

		free(named->name);
		named->name = named->alike > 1 ? xasprintf("%s %zu", named->base, named->rank + 1)
					       : xstrdup(named->base);
	}
}

static int by_base_and_rank(const void *a, const void *b)
{
	const struct named *x = *(const struct named *const *)a;
	const struct named *y = *(const struct named *const *)b;
	int order = strcmp(x->base, y->base);

	return order ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

static int by_base_rank_text(const void *a, const void *b)
{
	const struct named *x = *(const struct named *const *)a;
	const struct named *y = *(const struct named *const *)b;
	int order = by_base_and_rank(a, b);

	return order ? order : strcmp(x->text, y->text);
}

/* Paints all as they are named now, and sorts those of one base by that. */
static void sort_all(struct portrait *portrait, struct named **order)
{
	for (size_t i = 0; i < portrait->count; i++) {
		struct named *named = &portrait->items[i];
		_cleanup_(json_freep) struct json *json = painted_doc(portrait, named);

		free(named->text);
		named->text = json_to_text(json);
	}
	qsort(order, portrait->count, sizeof(*order), by_base_rank_text);
}

/* The rank of each is the number of those of its base that come before it and before all that are
 * equal to it; the number of different ones. *ret_tie: a place where one is equal to the one before
 * it, or 0. */
static size_t rank_all(struct portrait *portrait, struct named **order, size_t *ret_tie)
{
	_cleanup_(freep) size_t *ranks = xcalloc(portrait->count + 1, sizeof(*ranks));
	size_t different = 0, first = 0;

	*ret_tie = 0;
	for (size_t i = 0; i < portrait->count; i++) {
		bool equal = i && by_base_rank_text(&order[i - 1], &order[i]) == 0;

		if (!i || order[i]->base != order[i - 1]->base)
			first = i;
		ranks[i] = equal ? ranks[i - 1] : i - first;
		different += !equal;
		if (equal && !*ret_tie)
			*ret_tie = i;
	}
	for (size_t i = 0; i < portrait->count; i++)
		order[i]->rank = ranks[i];
	return different;
}

/* One of several that are equal stays where it is; the others come behind it. */
static void single_out(const struct portrait *portrait, struct named **order, size_t tie)
{
	size_t rank = order[tie]->rank;

	for (size_t i = tie;
	     i < portrait->count && order[i]->base == order[tie]->base && order[i]->rank == rank;
	     i++)
		order[i]->rank = rank + 1;
}

/* Names by which equal clouds look equal: refined until no two differ that have the same one, then
 * one of two that are equal is given the place behind the other, until there are none. */
static void name_all(struct portrait *portrait)
{
	_cleanup_(freep) struct named **order = xcalloc(portrait->count + 1, sizeof(*order));
	size_t rounds = PAINTED_MAX / (portrait->count + 1) + 1, before = 0, tie;

	for (size_t i = 0; i < portrait->count; i++)
		order[i] = &portrait->items[i];
	for (size_t round = 0; round < rounds + portrait->count; round++) {
		size_t different;

		rename_all(portrait);
		if (round < rounds)
			sort_all(portrait, order);
		different = rank_all(portrait, order, &tie);
		if (!tie)
			break;
		if (different == before || round >= rounds) {
			single_out(portrait, order, tie);
			different++;
		}
		before = different;
	}
	rename_all(portrait);
}

static void count_alike(struct portrait *portrait)
{
	for (size_t i = 0; i < portrait->count; i++)
		for (size_t j = 0; j < portrait->count; j++)
			portrait->items[i].alike +=
				portrait->items[i].base == portrait->items[j].base;
}

static struct json *put_together(const struct portrait *portrait)
{
	_cleanup_(freep) const struct named **shown =
		xcalloc(portrait->count + 1, sizeof(const struct named *));
	struct json *ret = json_new_object();
	size_t count = 0;

	for (size_t i = 0; i < portrait->count; i++)
		if (portrait->items[i].shown)
			shown[count++] = &portrait->items[i];
	qsort(shown, count, sizeof(*shown), by_base_and_rank);
	for (size_t i = 0; i < count; i++)
		json_set(ret, shown[i]->name, painted_doc(portrait, shown[i]));
	return ret;
}

/* First those that have an id: the keys of the others are made of such. */
static void give_bases(struct portrait *portrait)
{
	for (int ids = 1; ids >= 0; ids--)
		for (size_t i = 0; i < portrait->count; i++) {
			struct named *named = &portrait->items[i];

			if (portrait_is_id(named->doc->key) != ids)
				continue;
			named->base = base_of(portrait, named);
			named->name = xstrdup(named->base);
		}
}

struct json *judge_portrait(const struct world *world, const struct snapshot *since)
{
	struct portrait portrait = {0};
	struct json *ret;

	collect(&portrait, world, since);
	give_bases(&portrait);
	count_alike(&portrait);
	name_all(&portrait);
	ret = put_together(&portrait);
	HASH_CLEAR(hh, portrait.by_id);
	for (size_t i = 0; i < portrait.count; i++) {
		free(portrait.items[i].name);
		free(portrait.items[i].text);
	}
	free(portrait.items);
	return ret;
}
