/* Snapshots: references to the versions of a moment. */
#include "emulator/world/snapshot.h"

#include "emulator/world/private.h"

struct armed {
	const char *name;
	int64_t due_ms;
};

struct shot {
	const struct doc *doc;
	struct armed *timers;
	size_t timer_count;
	size_t place;
	UT_hash_handle hh;
};

/* The documents of one kind, in the order in which they were made. */
struct album {
	const struct kind *kind;
	struct shot *shots;
	size_t count;
	struct shot *by_key;
};

struct snapshot {
	uint64_t revision;
	struct album *albums;
	size_t count;
};

static void shot_take(struct shot *shot, const struct slot *slot)
{
	const struct doc *doc = &slot->current->doc;
	size_t n = 0;

	shot->doc = doc_ref(doc);
	for (const struct doc_timer *t = doc->timers; t; t = t->next)
		n++;
	if (n == 0)
		return;
	shot->timers = xcalloc(n, sizeof(*shot->timers));
	/* the newest is first in the list: armed again from behind, it is so again */
	for (const struct doc_timer *t = doc->timers; t; t = t->next)
		shot->timers[n - 1 - shot->timer_count++] = (struct armed){t->name, t->due_ms};
}

static void album_take(struct album *album, const struct store *store)
{
	album->kind = store->kind;
	album->shots = xcalloc(store->count ? store->count : 1, sizeof(*album->shots));
	for (const struct slot *slot = store->first; slot; slot = slot->next) {
		struct shot *shot = &album->shots[album->count];

		shot_take(shot, slot);
		shot->place = album->count++;
		HASH_ADD_KEYPTR(hh, album->by_key, shot->doc->key, strlen(shot->doc->key), shot);
	}
}

struct snapshot *snapshot_take(const struct world *world)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));

	snapshot->revision = world->revision;
	snapshot->count = world->kinds.count;
	snapshot->albums = xcalloc(snapshot->count + 1, sizeof(*snapshot->albums));
	for (size_t i = 0; i < snapshot->count; i++)
		album_take(&snapshot->albums[i], world->kinds.items[i]);
	return snapshot;
}

static void album_done(struct album *album)
{
	HASH_CLEAR(hh, album->by_key);
	for (size_t i = 0; i < album->count; i++) {
		doc_unref(album->shots[i].doc);
		free(album->shots[i].timers);
	}
	free(album->shots);
}

void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t i = 0; i < snapshot->count; i++)
		album_done(&snapshot->albums[i]);
	free(snapshot->albums);
	free(snapshot);
}

uint64_t snapshot_revision(const struct snapshot *snapshot)
{
	return snapshot->revision;
}

static const struct album *find_album(const struct snapshot *snapshot, const struct kind *kind)
{
	for (size_t i = 0; i < snapshot->count; i++)
		if (snapshot->albums[i].kind == kind)
			return &snapshot->albums[i];
	return NULL;
}

static const struct shot *find_shot(const struct album *album, const char *key)
{
	struct shot *shot = NULL;

	if (album)
		HASH_FIND(hh, album->by_key, key, strlen(key), shot);
	return shot;
}

const struct doc *snapshot_find(const struct snapshot *snapshot, const struct kind *kind,
				const char *key)
{
	const struct shot *shot = find_shot(find_album(snapshot, kind), key);

	return shot ? shot->doc : NULL;
}

const struct doc *snapshot_next(const struct snapshot *snapshot, const struct kind *kind,
				const struct doc *after)
{
	const struct album *album = find_album(snapshot, kind);
	const struct shot *shot = after ? find_shot(album, after->key) : NULL;
	size_t place = shot ? shot->place + 1 : 0;

	if (!album || (after && !shot) || place >= album->count)
		return NULL;
	return album->shots[place].doc;
}

static void remove_newer(struct call *call, const struct snapshot *snapshot,
			 const struct store *store)
{
	const struct album *album = find_album(snapshot, store->kind);
	const struct slot *next;

	for (const struct slot *slot = store->first; slot; slot = next) {
		const struct shot *shot = find_shot(album, slot->key);

		next = slot->next;
		/* one that was removed and made again under its key is another document */
		if (!shot || shot->doc->created_revision != slot->created_revision)
			world_remove(call, store->kind, slot->key);
	}
}

static void restore_timers(struct call *call, const struct shot *shot)
{
	const struct doc *doc = shot->doc;
	struct slot *slot = world_slot(call->world, doc->kind, doc->key);

	while (slot->timers)
		world_clear_timer(call, doc->kind, doc->key, slot->timers->shown.name);
	for (size_t i = 0; i < shot->timer_count; i++)
		world_set_timer(call, doc->kind, doc->key, shot->timers[i].name,
				shot->timers[i].due_ms);
}

static void restore_shot(struct call *call, const struct shot *shot)
{
	const struct doc *doc = shot->doc, *now = world_find(call->world, doc->kind, doc->key);

	if (!now)
		world_change_restore(call, doc);
	else if (now != doc)
		world_put_all(call, doc->kind, doc->key, json_copy(doc->body), json_copy(doc->tags),
			      json_copy(doc->extra));
	restore_timers(call, shot);
}

void snapshot_restore(struct world *world, const struct snapshot *snapshot, const char *actor)
{
	struct call_info info = {.actor = actor, .service = "world", .operation = "Restore"};
	struct call *call = call_begin(world, NULL, &info);

	for (size_t i = 0; i < world->kinds.count; i++)
		remove_newer(call, snapshot, world->kinds.items[i]);
	for (size_t i = 0; i < snapshot->count; i++)
		for (size_t j = 0; j < snapshot->albums[i].count; j++)
			restore_shot(call, &snapshot->albums[i].shots[j]);
	call_commit(call, 200);
}

static bool is_same(const struct doc *a, const struct doc *b)
{
	return a == b || (json_equal(a->body, b->body) && json_equal(a->tags, b->tags));
}

static size_t diff_store(const struct snapshot *snapshot, const struct world *world,
			 const struct store *store, snapshot_diff_fn *fn, void *userdata)
{
	const struct album *album = find_album(snapshot, store->kind);
	size_t differences = 0;

	for (size_t i = 0; album && i < album->count; i++) {
		const struct doc *before = album->shots[i].doc;
		const struct doc *after = world_find(world, store->kind, before->key);

		if (after && is_same(before, after))
			continue;
		differences++;
		if (fn)
			fn(before, after, userdata);
	}
	for (const struct slot *slot = store->first; slot; slot = slot->next) {
		if (find_shot(album, slot->key))
			continue;
		differences++;
		if (fn)
			fn(NULL, &slot->current->doc, userdata);
	}
	return differences;
}

size_t snapshot_diff(const struct snapshot *snapshot, const struct world *world,
		     const struct kind *kind, snapshot_diff_fn *fn, void *userdata)
{
	size_t differences = 0;

	for (size_t i = 0; i < world->kinds.count; i++) {
		const struct store *store = world->kinds.items[i];

		if (!kind || store->kind == kind)
			differences += diff_store(snapshot, world, store, fn, userdata);
	}
	return differences;
}
