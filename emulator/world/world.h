#pragma once
/*
 * The world: all documents of both façades, one revision counter, indexes, timers, one journal. One
 * thread.
 *
 * Reading is free for everyone. Changing needs a call (call.h), which is a transaction: what
 * world_add, world_put … do is seen at once by the same call, and undone when the call fails.
 * Pointers to documents stay valid until the next call begins, replaced or not, so that an answer
 * can be encoded after the commit; take doc_ref to keep one longer. The emulated time stands still
 * within a call.
 */
#include "emulator/base/clock.h"
#include "emulator/world/doc.h"

struct journal;
struct loop;
struct world;

/** How AWS's life cycles run. */
enum profile {
	PROFILE_INSTANT, /**< every transition is done at once, no quotas, nothing lingers */
	PROFILE_AWS, /**< states take their time on the emulated clock (lifecycle.tbl), quotas hold
		      */
};

struct world_config {
	uint64_t seed; /**< for ids and chance */
	enum profile profile;
	double speed;	      /**< of the emulated clock, 0 to 1000 */
	size_t journal_limit; /**< entries kept in memory; 0: the default of 200 000. Fewer are kept
				 when their parameters together have millions of values */
};

/** An empty world; the config is copied. world_free it. */
struct world *world_new(const struct world_config *config);
void world_free(struct world *world);
DEFINE_FREEP(world, struct world)

/** What the world was made with. */
uint64_t world_seed(const struct world *world);
enum profile world_profile(const struct world *world);
/** Emulated time, ms since 1970: what AWS's own timestamps and transitions follow. */
int64_t world_now(const struct world *world);
struct emulated_clock *world_clock(struct world *world);
/** The newest revision; 0 in an empty world. */
uint64_t world_revision(const struct world *world);
struct journal *world_journal(const struct world *world);

/** @name Reading */
/** The document with that key, or NULL. */
const struct doc *world_find(const struct world *world, const struct kind *kind, const char *key);
/** How many documents of the kind there are. */
size_t world_count(const struct world *world, const struct kind *kind);
/** The documents of a kind in the order in which they were made: NULL starts, NULL ends. Not across
 * a change. */
const struct doc *world_next(const struct world *world, const struct kind *kind,
			     const struct doc *after);
#define world_foreach(item, in_world, of_kind)                                                     \
	for (const struct doc *item = world_next((in_world), (of_kind), NULL); item;               \
	     item = world_next((in_world), (of_kind), item))

/** Documents found; the array is the caller's (docs_done), the documents are borrowed. */
struct docs {
	const struct doc **items;
	size_t count, room;
};
void docs_add(struct docs *docs, const struct doc *doc);
void docs_done(struct docs *docs);
/** All documents of a kind under a term of one of its indexes, in the order in which they were
 * made. */
void world_lookup(const struct world *world, const struct kind *kind, const char *index,
		  const char *term, struct docs *ret);
/** How many there are; cheaper than world_lookup. */
size_t world_lookup_count(const struct world *world, const struct kind *kind, const char *index,
			  const char *term);
/** The first of them, or NULL. */
const struct doc *world_lookup_one(const struct world *world, const struct kind *kind,
				   const char *index, const char *term);
/** All documents of a kind that carry a tag (any value when value is NULL); indexed, every kind has
 * it. */
void world_lookup_tag(const struct world *world, const struct kind *kind, const char *tag,
		      const char *value, struct docs *ret);
/** Every kind that has or had documents, in the order of first use; NULL past the end. */
const struct kind *world_kind(const struct world *world, size_t index);
/** The kind of that name among them, or NULL. */
const struct kind *world_kind_named(const struct world *world, const char *name);

/** @name Changing, within a call. Body, tags and extra become the world's. */
struct doc_spec {
	const struct kind *kind;
	const char *key; /**< copied; must not exist yet (asserted) */
	struct json *body;
	struct json *tags;	      /**< object; NULL: none */
	struct json *extra;	      /**< object; NULL: none */
	const char *account, *region; /**< NULL: the call's */
	const char *implied_by;	      /**< copied; NULL: made by the caller itself */
};
/** Adds a document; it takes a revision (one for all that a call does to it). Body, tags and extra
 * must own all they hold. Borrowed result. */
const struct doc *world_add(struct call *call, struct doc_spec spec);
/**
 * Puts a new body in the place of a document's old one. An equal body changes nothing and takes no
 * revision. The document must exist (asserted).
 */
const struct doc *world_put(struct call *call, const struct kind *kind, const char *key,
			    struct json *body);
const struct doc *world_put_tags(struct call *call, const struct kind *kind, const char *key,
				 struct json *tags);
const struct doc *world_put_extra(struct call *call, const struct kind *kind, const char *key,
				  struct json *extra);
/** Body, tags and extra in one version; a NULL leaves that part as it is. */
const struct doc *world_put_all(struct call *call, const struct kind *kind, const char *key,
				struct json *body, struct json *tags, struct json *extra);
/** Removes a document (it takes a revision); it must exist (asserted). */
void world_remove(struct call *call, const struct kind *kind, const char *key);

/**
 * Arms a timer: when the emulated clock reaches due_ms, kind->timer is called in a call of its own
 * (actor "aws", or "cluster" for a document without an account), in which world_now is the time at
 * which it was due. The same name again replaces the old time. No revision. Timers go with their
 * document.
 */
void world_set_timer(struct call *call, const struct kind *kind, const char *key, const char *name,
		     int64_t due_ms);
void world_clear_timer(struct call *call, const struct kind *kind, const char *key,
		       const char *name);
/** Fires what is due now, oldest first, at most 10 000 in one go. The number of timers fired. */
size_t world_fire_timers(struct world *world);
/** Real ms until the next timer is due: 0 now, INT64_MAX never. */
int64_t world_next_timer_ms(const struct world *world);
/** Keeps the timers going by themselves on a loop, until loop_remove of what is returned. */
struct loop_source *world_attach(struct world *world, struct loop *loop);

/** @name Ids: same seed, same calls, same ids */
/**
 * An id for a new document: prefix + hex digits of a hash of (seed, kind, actor, name, ordinal),
 * never one that exists. Honours a fixed id that the call carries (fixtures) when it has the prefix
 * and is not taken, and sets call->fixed_id to NULL then: where it is left, the call did not make
 * what it should have, and its opener refuses it. In the call's arena.
 */
const char *ids_make(struct call *call, const struct kind *kind, const char *prefix,
		     unsigned digits, const char *name);
