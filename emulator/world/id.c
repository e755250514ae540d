/* Ids of documents: same seed, same calls, same ids. */
#include "emulator/base/ids.h"

#include "emulator/world/private.h"

static struct id_counter *find_counter(struct world *world, const char *kind, const char *actor,
				       const char *name)
{
	/* the lengths in front keep ("a", "bc") and ("ab", "c") apart */
	_cleanup_(freep) char *key =
		xasprintf("%zu %zu %s %s %s", strlen(kind), strlen(actor), kind, actor, name);
	size_t length = strlen(key);
	struct id_counter *counter;

	HASH_FIND(hh, world->ids, key, length, counter);
	if (counter)
		return counter;
	counter = xcalloc(1, sizeof(*counter) + length + 1);
	counter->length = length;
	memcpy(counter->key, key, length);
	HASH_ADD_KEYPTR(hh, world->ids, counter->key, length, counter);
	return counter;
}

static const char *take_fixed(struct call *call, const struct kind *kind, const char *prefix)
{
	const char *id = call->fixed_id;

	if (!id || !str_starts_with(id, prefix) || world_slot(call->world, kind, id))
		return NULL;
	call->fixed_id = NULL;
	return id;
}

const char *ids_make(struct call *call, const struct kind *kind, const char *prefix,
		     unsigned digits, const char *name)
{
	struct world *world = call->world;
	const char *fixed = take_fixed(call, kind, prefix);
	struct id_counter *counter;
	size_t length = strlen(prefix);
	char *id;

	if (fixed)
		return fixed;
	assert(digits >= 1 && digits <= 64);
	counter = find_counter(world, kind->name, call->actor, name ? name : "");
	id = arena_alloc(call->arena, length + digits + 1);
	memcpy(id, prefix, length);
	do {
		transaction_step(call, STEP_ID, NULL)->counter = counter;
		ids_hex(world->config.seed, kind->name, call->actor, name, counter->made++, digits,
			id + length);
	} while (world_slot(world, kind, id));
	return id;
}

void ids_free(struct world *world)
{
	struct id_counter *counter, *next;

	HASH_ITER (hh, world->ids, counter, next) {
		HASH_DEL(world->ids, counter);
		free(counter);
	}
}
