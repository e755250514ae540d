#pragma once
/*
 * Bad habits of controllers, found in the journal of any scenario, whatever it claims: what works
 * in the end and is wrong all the same.
 *
 * Source: scenario-language.md, "History checkers built in".
 */
#include "emulator/world/world.h"

#define HABIT_WINDOW_MS	 60000 /* real time in which equal calls are counted */
#define HABIT_WRITES_MAX 60    /* equal mutating calls in it: more is a hot loop */
#define HABIT_READS_MAX	 300   /* equal reads of AWS in it: more is a storm */

/** One habit that was found; texts are borrowed for the time of the callback. */
struct habit {
	/** "fighting", "flapping", "hot-loop", "describe-storm", "late-create",
	 * "second-load-balancer", "created-again"
	 */
	const char *name;
	const char *text; /**< what was found, as a sentence */
	uint64_t call;	  /**< journal number that shows it */
};
typedef void habit_fn(const struct habit *habit, void *userdata);

/**
 * Looks through the journal.
 *
 * @param first  calls before it do not count (they made the state that a scenario started from)
 */
void judge_habits(const struct world *world, uint64_t first, habit_fn *fn, void *userdata);
