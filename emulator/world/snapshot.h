#pragma once
/* Snapshots: the whole world at a moment, cheap (documents are shared), and what has changed since.
 */
#include "emulator/world/world.h"

struct snapshot;

/** All documents and timers as they are now. Holds references; free it. */
struct snapshot *snapshot_take(const struct world *world);
void snapshot_free(struct snapshot *snapshot);
DEFINE_FREEP(snapshot, struct snapshot)
uint64_t snapshot_revision(const struct snapshot *snapshot);
const struct doc *snapshot_find(const struct snapshot *snapshot, const struct kind *kind,
				const char *key);
/** The documents of a kind at that time, in the order in which they were made: NULL starts, NULL
 * ends. */
const struct doc *snapshot_next(const struct snapshot *snapshot, const struct kind *kind,
				const struct doc *after);
/** Puts the world back to the snapshot, as a call of `actor`; every document that differs takes a
 * new revision. */
void snapshot_restore(struct world *world, const struct snapshot *snapshot, const char *actor);

/** One difference: before NULL = new since, after NULL = gone since. */
typedef void snapshot_diff_fn(const struct doc *before, const struct doc *after, void *userdata);
/** Compares the snapshot with the world now (body and tags); kind NULL: all kinds. The number of
 * differences. */
size_t snapshot_diff(const struct snapshot *snapshot, const struct world *world,
		     const struct kind *kind, snapshot_diff_fn *fn, void *userdata);
