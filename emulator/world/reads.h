#pragma once
/*
 * What an answer was made of: which kinds of documents were looked at. As long as none of them has
 * changed, the same question has the same answer, whatever else happens in the world.
 */
#include "emulator/base/util.h"

#define READS_KINDS_MAX 16 /* an answer made of more kinds is not worth remembering */

struct kind;
struct world;

/** What was looked at. Plain data: may be copied. */
struct reads {
	unsigned count;
	bool opaque; /**< it also depends on what is not counted here: the clock, actors, ids, or on
			too many kinds */
	struct {
		const struct kind *kind;
		uint64_t changes; /**< of the kind's documents until then */
	} items[READS_KINDS_MAX];
};

/**
 * From here on all that is looked at is noted, until reads_end. Not nested (asserted).
 *
 * @param ret  set to nothing; borrowed until reads_end
 */
void reads_begin(struct world *world, struct reads *ret);
/** Ends it. What the open call changed since makes the reads opaque. */
void reads_end(struct world *world);
/** Whether all that was looked at is as it was; never for opaque reads. */
bool reads_hold(const struct world *world, const struct reads *reads);
