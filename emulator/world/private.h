#pragma once
/* What the files of world/ share: slots, versions, stores, the transaction. Nobody else includes
 * this. */
#include <uthash.h>

#include "emulator/base/container.h"
#include "emulator/world/call.h"
#include "emulator/world/journal.h"
#include "emulator/world/reads.h"
#include "emulator/world/tape.h"

/** A queue of pointers in a ring that grows. Zero-initialise. */
struct fifo {
	void **items;
	size_t first, count, room;
};
void fifo_push(struct fifo *fifo, void *item);
void *fifo_pop(struct fifo *fifo);		      /* the oldest; it must not be empty */
void *fifo_at(const struct fifo *fifo, size_t index); /* 0: the oldest */
void fifo_done(struct fifo *fifo);

/** A JSON tree that several versions of a document share. */
struct part {
	unsigned references;
	struct json *json;
};

/** A document through all its versions: its identity, its place in the order of making. Lives as
 * long as one of its versions. */
struct slot {
	unsigned references; /* versions */
	struct store *store;
	char *key;
	const char *account, *region, *maker; /* interned */
	char *implied_by;
	uint64_t made_by_call, created_revision;
	int64_t created_ms;
	uint64_t sequence;	  /* place in the order of making, over all kinds */
	struct version *current;  /* NULL: removed */
	struct slot *prev, *next; /* in the kind's order of making */
	struct member *members;	  /* where the indexes hold it */
	struct timer *timers;
	uint64_t touched; /* serial of the last transaction that changed it */
	size_t change;	  /* its place among that transaction's changes, from 1; 0: none yet */
	UT_hash_handle hh;
};

struct version {
	struct doc doc; /* first: a doc is its version */
	struct slot *slot;
	struct part *body, *tags, *extra;
};

/** A slot in one bucket of one index. */
struct member {
	struct slot *slot;
	struct bucket *bucket;
	struct member *prev, *next; /* in the bucket, by sequence */
	struct member *sibling;	    /* the slot's next one */
};

/** What an index has under one term. */
struct bucket {
	struct index *index;
	struct member *first, *last;
	size_t count;
	size_t length;
	UT_hash_handle hh;
	char term[];
};

struct index {
	const char *name;
	struct bucket *buckets;
};

struct timer {
	struct doc_timer shown; /* first */
	struct slot *slot;
	uint64_t sequence; /* which was armed first, among equals */
	size_t place;	   /* in the heap */
};

/** All documents of a kind. */
struct store {
	const struct kind *kind;
	struct slot *by_key;
	struct slot *first, *last;
	size_t count;
	struct index *indexes; /* the kind's own, then the tags */
	size_t index_count;    /* with the tags */
	struct fifo history;   /* struct change, oldest first; the journal owns them */
	uint64_t changes;      /* steps of transactions so far, undone ones too (reads.h) */
	UT_hash_handle hh;
};

enum step_type { STEP_ADD, STEP_PUT, STEP_REMOVE, STEP_TIMER, STEP_ID };

/** One step of a transaction, with what undoes it. */
struct step {
	enum step_type type;
	struct slot *slot;
	struct version *before, *after;
	uint64_t revision;
	/* STEP_TIMER: what was armed before */
	const char *timer;
	bool was_armed;
	int64_t due_ms;
	uint64_t timer_sequence;
	/* STEP_ID */
	struct id_counter *counter;
};

struct transaction {
	struct step *steps;
	size_t count, room;
	uint64_t revision; /* the world's when it began */
	bool changed;
	struct json *params;
	const char *fault;
	const char *ignored; /* members of its input; NULL: none */
	int64_t started_ms;
	struct arena *own_arena;
};

/** How many ids were made for one (kind, actor, name). */
struct id_counter {
	uint64_t made;
	size_t length;
	UT_hash_handle hh;
	char key[];
};

/** Terms being collected; see doc.h. */
struct terms {
	char *bytes;
	size_t length, room;
	struct term {
		unsigned index;
		size_t start, length;
	} * items;
	size_t count, item_room;
	unsigned index;
};

struct actors;
struct faults;

/** Who listens to the tape, and what is played; see tape.h. */
struct tape {
	tape_fn *fn;
	void *userdata;
	tape_more_fn *more;
	void *more_userdata;
	unsigned depth; /* of tape_enter */
	uint64_t first; /* number of the first call of the event */
	bool scripted;
	struct fault_verdict verdict;
};

struct world {
	struct world_config config;
	struct emulated_clock clock;
	int64_t floor_ms; /* time never goes back */
	int64_t call_ms;  /* the time of the open call */
	uint64_t revision;
	uint64_t sequence;	 /* of slots */
	uint64_t timer_sequence; /* of timers */
	uint64_t serial;	 /* of transactions */
	struct store *stores;	 /* hash by kind, in the order of first use */
	struct ptrs kinds;	 /* struct store, the same order */
	struct ptrs heap;	 /* struct timer */
	struct id_counter *ids;
	struct terms terms;
	struct part *empty;  /* an empty object, for tags and extra */
	struct ptrs retired; /* struct version, given back when the next call begins */
	struct call *call;
	struct journal *journal;
	struct actors *actors;
	struct faults *faults;
	struct reads *reads; /* who asks what is looked at, or NULL */
	struct tape tape;
};

/* reads.c */
void reads_note(struct reads *reads, const struct kind *kind, const struct store *store);
void reads_opaque(const struct world *world); /* the answer depends on what is not counted */

/* world.c */
struct store *world_store(const struct world *world, const struct kind *kind); /* NULL: none yet */
struct store *world_store_make(struct world *world, const struct kind *kind);
struct slot *world_slot(const struct world *world, const struct kind *kind, const char *key);
void world_release_retired(struct world *world);

/* doc.c */
struct part *doc_part_new(struct json *json);
struct part *doc_part_ref(struct part *part);
void doc_part_unref(struct part *part);
struct version *version_new(struct slot *slot, struct part *body, struct part *tags,
			    struct part *extra, uint64_t revision, int64_t changed_ms);
static inline struct version *version_of(const struct doc *doc)
{
	return (struct version *)doc;
}

/* store.c */
void world_store_init(struct store *store, const struct kind *kind);
void world_store_done(struct store *store);
void world_store_link(struct store *store,
		      struct slot *slot); /* behind the last of smaller sequence */
void world_store_relink(struct store *store, struct slot *slot); /* where its own links say */
void world_store_unlink(struct store *store, struct slot *slot); /* its own links stay */

/* index.c */
void world_index_update(struct world *world, struct slot *slot,
			const struct doc *doc); /* NULL: out */
void world_terms_free(struct terms *terms);

/* timer.c */
struct timer *world_timer_find(const struct slot *slot, const char *name);
void world_timer_arm(struct world *world, struct slot *slot, const char *name, int64_t due_ms,
		     uint64_t sequence);
void world_timer_drop(struct world *world, struct timer *timer);
void world_timers_show(struct slot *slot); /* its current version shows them, no other does */

/* call.c */
struct call *call_begin_at(struct world *world, struct arena *arena, const struct call_info *info,
			   int64_t now_ms);

/* change.c */
struct step *transaction_step(struct call *call, enum step_type type, struct slot *slot);
void transaction_undo(struct call *call);
/** Adds a document with the identity of an earlier one (snapshot_restore). */
void world_change_restore(struct call *call, const struct doc *doc);

/* journal.c */
struct journal *journal_new(struct world *world, size_t limit);
void journal_free(struct journal *journal);
bool journal_is_telling(const struct journal *journal);
/** Notes the call and tells the subscribers. code NULL: it went well. */
void journal_note(struct call *call, int status, const char *code, const char *message);

/* id.c, actor.c, fault.c */
void ids_free(struct world *world);
struct actors *actors_new(void);
void actors_free(struct actors *actors);
struct faults *faults_new(void);
void faults_free(struct faults *faults);
