#pragma once
/* The journal: who called what, what was answered, what changed. A ring with a stated limit;
 * entries are read-only. */
#include "emulator/world/doc.h"

struct journal;
struct world;

struct change {
	const struct doc *before; /**< NULL: the document was made */
	const struct doc *after;  /**< NULL: the document was removed */
	uint64_t revision;	  /**< of this change */
};

struct journal_entry {
	uint64_t number;	 /**< from 1, without gaps among the calls */
	uint64_t revision;	 /**< the world's revision after it */
	int64_t real_ms, now_ms; /**< real and emulated time at its end, ms since 1970 */
	int64_t started_ms; /**< monotonic, when it began: ends minus begins is our own share */
	const char *actor, *account, *region, *service, *operation; /**< interned */
	const char *principal, *user_agent, *request_id;
	const struct json *params; /**< NULL when none */
	int status;		   /**< HTTP status of the answer */
	const char *code;	   /**< error code, NULL when it went well */
	const char *message;	   /**< error text, NULL when it went well */
	const char *fault;	   /**< what was injected, NULL when nothing */
	const char *ignored;	   /**< members of params that the handler never looked at and that
				      matter, "KeyFormat, Placement.Tenancy"; NULL when none */
	const struct change *changes;
	size_t change_count;
};

/** The entry with that number, or NULL when it is not kept (any more). */
const struct journal_entry *journal_get(const struct journal *journal, uint64_t number);
/** Numbers of the oldest and newest entry kept; 0 when empty. */
uint64_t journal_first(const struct journal *journal);
uint64_t journal_last(const struct journal *journal);

/** Called after each committed or refused call, before its answer is sent. Must not open a call
 * itself. */
typedef void journal_fn(const struct journal_entry *entry, void *userdata);
struct subscription;
struct subscription *journal_subscribe(struct world *world, journal_fn *fn, void *userdata);
void journal_unsubscribe(
	struct subscription *subscription); /* NULL is fine; allowed inside a callback */

/**
 * The changes of one kind after a revision, oldest first (a Kubernetes watch resumes by this).
 *
 * @return false when changes that old are no longer kept
 */
must_check bool journal_changes_since(const struct world *world, const struct kind *kind,
				      uint64_t revision,
				      void (*fn)(const struct change *change, void *userdata),
				      void *userdata);
/** The oldest revision from which journal_changes_since can still resume. */
uint64_t journal_oldest_revision(const struct world *world);
