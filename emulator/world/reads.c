/* What an answer was made of. See reads.h. */
#include "emulator/world/reads.h"

#include "emulator/world/private.h"

static uint64_t changes_of(const struct world *world, const struct kind *kind)
{
	struct store *store;

	HASH_FIND_PTR(world->stores, &kind, store);
	return store ? store->changes : 0;
}

void reads_note(struct reads *reads, const struct kind *kind, const struct store *store)
{
	for (unsigned i = 0; i < reads->count; i++)
		if (reads->items[i].kind == kind)
			return;
	if (reads->count == READS_KINDS_MAX) {
		reads->opaque = true;
		return;
	}
	reads->items[reads->count].kind = kind;
	reads->items[reads->count].changes = store ? store->changes : 0;
	reads->count++;
}

void reads_opaque(const struct world *world)
{
	if (world->reads)
		world->reads->opaque = true;
}

void reads_begin(struct world *world, struct reads *ret)
{
	assert(!world->reads && "reads do not nest");
	*ret = (struct reads){0};
	world->reads = ret;
}

void reads_end(struct world *world)
{
	assert(world->reads);
	if (world->call && world->call->transaction->count)
		world->reads->opaque = true;
	world->reads = NULL;
}

bool reads_hold(const struct world *world, const struct reads *reads)
{
	if (reads->opaque)
		return false;
	for (unsigned i = 0; i < reads->count; i++)
		if (changes_of(world, reads->items[i].kind) != reads->items[i].changes)
			return false;
	return true;
}
