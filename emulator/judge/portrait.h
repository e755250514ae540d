#pragma once
/* A picture of AWS that is the same in each run: documents under names instead of ids. */
#include "emulator/world/snapshot.h"

/**
 * The documents of AWS that were made or changed since a snapshot, each under a name: its kind, and
 * its Name tag or what else it is called, or a number where several would have the same name. Ids
 * of documents become these names wherever they stand; other ids, digests and parts of them become
 * "*", times "TIME", addresses "IPV4" and "IPV6", IPv6 blocks that are not everything's "IPV6/64".
 * Lists are sorted. A document that is gone since has the value "gone".
 *
 * Two documents that differ in nothing but their ids and what refers to them are numbered so that
 * equal clouds give equal pictures (colour refinement, with one document singled out at a time).
 *
 * @param world  now
 * @param since  what was there before and is unchanged is left out
 * @return a new object: name to object, in the order of kinds and names
 */
struct json *judge_portrait(const struct world *world, const struct snapshot *since);
