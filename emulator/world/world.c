/* The world as a whole: making it, its clock and counters, reading documents. */
#include "emulator/world/private.h"
#include "emulator/world/world.h"

#define JOURNAL_LIMIT 200000 /* entries, and changes, kept in memory */

struct world *world_new(const struct world_config *config)
{
	struct world *world = xcalloc(1, sizeof(*world));

	assert(config->speed >= 0 && config->speed <= 1000);
	world->config = *config;
	if (world->config.journal_limit == 0)
		world->config.journal_limit = JOURNAL_LIMIT;
	emulated_clock_init(&world->clock, config->speed);
	world->empty = doc_part_new(json_new_object());
	world->journal = journal_new(world, world->config.journal_limit);
	world->actors = actors_new();
	world->faults = faults_new();
	return world;
}

static void store_free(struct world *world, struct store *store)
{
	while (store->last) {
		struct slot *slot = store->last;

		while (slot->timers)
			world_timer_drop(world, slot->timers);
		world_index_update(world, slot, NULL);
		world_store_unlink(store, slot);
		doc_unref(&slot->current->doc);
	}
	world_store_done(store);
	free(store);
}

void world_release_retired(struct world *world)
{
	for (size_t i = 0; i < world->retired.count; i++) {
		struct version *version = world->retired.items[i];

		doc_unref(&version->doc);
	}
	world->retired.count = 0;
}

void world_free(struct world *world)
{
	struct store *store, *next;

	if (!world)
		return;
	assert(!world->call && "a call is still open");
	world_release_retired(world);
	journal_free(world->journal);
	HASH_ITER (hh, world->stores, store, next) {
		HASH_DEL(world->stores, store);
		store_free(world, store);
	}
	ptrs_done(&world->kinds);
	ptrs_done(&world->heap);
	ptrs_done(&world->retired);
	ids_free(world);
	world_terms_free(&world->terms);
	actors_free(world->actors);
	faults_free(world->faults);
	doc_part_unref(world->empty);
	free(world);
}

uint64_t world_seed(const struct world *world)
{
	return world->config.seed;
}

enum profile world_profile(const struct world *world)
{
	return world->config.profile;
}

int64_t world_now(const struct world *world)
{
	int64_t now;

	reads_opaque(world);
	if (world->call)
		return world->call_ms;
	now = emulated_clock_now(&world->clock);
	return now > world->floor_ms ? now : world->floor_ms;
}

struct emulated_clock *world_clock(struct world *world)
{
	return &world->clock;
}

uint64_t world_revision(const struct world *world)
{
	reads_opaque(world);
	return world->revision;
}

struct journal *world_journal(const struct world *world)
{
	reads_opaque(world);
	return world->journal;
}

struct store *world_store(const struct world *world, const struct kind *kind)
{
	struct store *store;

	HASH_FIND_PTR(world->stores, &kind, store);
	if (world->reads)
		reads_note(world->reads, kind, store);
	return store;
}

struct store *world_store_make(struct world *world, const struct kind *kind)
{
	struct store *store = world_store(world, kind);

	if (store)
		return store;
	store = xcalloc(1, sizeof(*store));
	world_store_init(store, kind);
	HASH_ADD_PTR(world->stores, kind, store);
	ptrs_add(&world->kinds, store);
	return store;
}

struct slot *world_slot(const struct world *world, const struct kind *kind, const char *key)
{
	struct store *store = world_store(world, kind);
	struct slot *slot = NULL;

	if (store && key)
		HASH_FIND(hh, store->by_key, key, strlen(key), slot);
	return slot;
}

const struct kind *world_kind(const struct world *world, size_t index)
{
	const struct store *store;

	reads_opaque(world);
	if (index >= world->kinds.count)
		return NULL;
	store = world->kinds.items[index];
	return store->kind;
}

const struct kind *world_kind_named(const struct world *world, const char *name)
{
	reads_opaque(world);
	for (size_t i = 0; i < world->kinds.count; i++) {
		const struct store *store = world->kinds.items[i];

		if (strcmp(store->kind->name, name) == 0)
			return store->kind;
	}
	return NULL;
}

const struct doc *world_find(const struct world *world, const struct kind *kind, const char *key)
{
	const struct slot *slot = world_slot(world, kind, key);

	return slot ? &slot->current->doc : NULL;
}

size_t world_count(const struct world *world, const struct kind *kind)
{
	const struct store *store = world_store(world, kind);

	return store ? store->count : 0;
}

const struct doc *world_next(const struct world *world, const struct kind *kind,
			     const struct doc *after)
{
	const struct store *store;
	const struct slot *slot;

	if (after) {
		slot = version_of(after)->slot->next;
	} else {
		store = world_store(world, kind);
		slot = store ? store->first : NULL;
	}
	/* what the open call removed still shows the way, see transaction_end */
	while (slot && !slot->current)
		slot = slot->next;
	return slot ? &slot->current->doc : NULL;
}
