#pragma once
/*
 * Leaks: what controllers have made and nobody will ever need or find again, and what they broke
 * that was not theirs. Judged when the world has settled; a pure function of world, journal and
 * baseline.
 *
 * Rows of leaks.tbl say for each kind whether it is judged, and how it is deleted by hand.
 *
 * Source: scenario-language.md "Leaks: definition".
 */
#include "emulator/base/container.h"
#include "emulator/judge/owners.h"
#include "emulator/world/snapshot.h"

struct json;

enum verdict {
	VERDICT_HELD, /**< no leak */
	VERDICT_OWNER_GONE,
	VERDICT_SUPERSEDED,
	VERDICT_DISOWNED,
	VERDICT_DANGLING,
	VERDICT_RESIDUE,
	VERDICT_LOST,
};
/** "owner-gone", …; "held". */
const char *verdict_name(enum verdict verdict);
/** One sentence that says what it means, for `explain`. */
const char *verdict_meaning(enum verdict verdict);
/** False when there is no such verdict. */
must_check bool verdict_parse(const char *name, enum verdict *ret);

/** An AWS call that cleans up by hand. */
struct cleanup {
	const char *action; /**< "elb:DeleteLoadBalancer" */
	struct json *params;
};

/** One leak; texts are ours unless said otherwise. */
struct leak {
	enum verdict verdict;
	/** What is leaked (for LOST: as it was last). Holds a reference. */
	const struct doc *doc;
	char *id;	   /**< what people call it: id or name */
	const char *arn;   /**< borrowed from doc; NULL: it has none */
	char *owner;	   /**< "service default/echo", "nobody" */
	char *owner_state; /**< "exists, served by …", "is gone", "" */
	const char *maker; /**< interned: who made it (for RESIDUE and LOST: who did it) */
	uint64_t made_by_call;
	int64_t made_at_ms;	    /**< emulated, ms since 1970 */
	uint64_t leaked_since_call; /**< 0: not known (any more) */
	int64_t leaked_since_ms;    /**< emulated; the making, when the call is not known */
	char *why;		    /**< one sentence of proof */
	struct strs blocks;	    /**< ids of what cannot be deleted because of it */
	/** Whether anything will ever delete it, by each tool's own rule. */
	bool found_by_gardener, found_by_lbc, found_by_ccm;
	struct cleanup *cleanups; /**< in order */
	size_t cleanup_count;
};

/** Zero-initialise; in the order of kinds' first use and of making. */
struct leaks {
	struct leak *items;
	size_t count, room;
};

/**
 * Judges the world as it is now.
 *
 * @param baseline  what was there before the controllers started; NULL: nothing was
 * @param ret       to be given back by leaks_done
 */
void leaks_judge(const struct world *world, const struct snapshot *baseline, struct leaks *ret);
void leaks_done(struct leaks *leaks);

/** The verdict on one document, HELD included; `why` (may be NULL) gets a sentence, to be freed. */
enum verdict leak_verdict(const struct world *world, const struct snapshot *baseline,
			  const struct doc *doc, char **why);

/** The leak as the report's JSON line; new tree. now_ms is the emulated time (for its age). */
struct json *leak_to_json(const struct leak *leak, int64_t now_ms);
/**
 * Calls back for each clean-up call of all leaks, in the order in which AWS accepts them.
 *
 * @param fn  waits: what an earlier call deletes takes its time to go, and may hold this one up:
 *            a refusal is to be tried again
 */
void leaks_each_cleanup(const struct leaks *leaks,
			void (*fn)(const struct leak *leak, const struct cleanup *cleanup,
				   bool waits, void *userdata),
			void *userdata);
/**
 * The ordered AWS CLI commands that remove all of them: dependents first. New text, one command a
 * line; "" when there is nothing to do.
 */
char *leaks_plan(const struct leaks *leaks);

/** Whether there is a row for the kind: tests refuse a kind of the emulator without one. */
bool leaks_knows_kind(const char *kind);
