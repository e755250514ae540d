#pragma once
/* Ids that are the same in equal runs: hashes of (seed, kind, actor, name or token, ordinal). No
 * counter but the caller's. */
#include "emulator/base/util.h"

/**
 * Lower-case hex digits out of a hash.
 *
 * @param seed     the run's seed
 * @param kind     what the id is for, e.g. "subnet"
 * @param actor    who made the thing
 * @param name     name, client token or request digest; may be NULL
 * @param ordinal  how many with the same kind, actor and name there were before
 * @param digits   how many hex digits, 1 to 64
 * @param ret      digits+1 bytes
 */
void ids_hex(uint64_t seed, const char *kind, const char *actor, const char *name, uint64_t ordinal,
	     unsigned digits, char *ret);
/** A number in [0, 1) out of the same hash: for decisions by chance that do not depend on order. */
double ids_chance(uint64_t seed, const char *kind, const char *actor, const char *name,
		  uint64_t ordinal);
/** An RFC 4122 UUID (version 4 layout) out of the same hash; 37 bytes. */
void ids_uuid(uint64_t seed, const char *kind, const char *actor, const char *name,
	      uint64_t ordinal, char ret[37]);
/** Text from the given alphabet out of the same hash; length+1 bytes. */
void ids_text(uint64_t seed, const char *kind, const char *actor, const char *name,
	      uint64_t ordinal, const char *alphabet, unsigned length, char *ret);
