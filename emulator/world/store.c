/* All documents of one kind: by key, and in the order in which they were made. */
#include "emulator/world/private.h"

static size_t kind_index_count(const struct kind *kind)
{
	size_t n = 0;

	while (kind->indexes && kind->indexes[n].name)
		n++;
	return n;
}

void world_store_init(struct store *store, const struct kind *kind)
{
	size_t own = kind_index_count(kind);

	store->kind = kind;
	store->index_count = own + 1;
	store->indexes = xcalloc(store->index_count, sizeof(*store->indexes));
	for (size_t i = 0; i < own; i++)
		store->indexes[i].name = kind->indexes[i].name;
	store->indexes[own].name = "(tags)";
}

void world_store_done(struct store *store)
{
	free(store->indexes);
	fifo_done(&store->history);
}

void world_store_link(struct store *store, struct slot *slot)
{
	struct slot *before = store->last;

	/* new ones come last; only snapshot_restore puts one further up */
	while (before && before->sequence > slot->sequence)
		before = before->prev;
	slot->prev = before;
	slot->next = before ? before->next : store->first;
	world_store_relink(store, slot);
}

void world_store_relink(struct store *store, struct slot *slot)
{
	if (slot->prev)
		slot->prev->next = slot;
	else
		store->first = slot;
	if (slot->next)
		slot->next->prev = slot;
	else
		store->last = slot;
	store->count++;
	HASH_ADD_KEYPTR(hh, store->by_key, slot->key, strlen(slot->key), slot);
}

void world_store_unlink(struct store *store, struct slot *slot)
{
	if (slot->prev)
		slot->prev->next = slot->next;
	else
		store->first = slot->next;
	if (slot->next)
		slot->next->prev = slot->prev;
	else
		store->last = slot->prev;
	store->count--;
	HASH_DEL(store->by_key, slot);
}
