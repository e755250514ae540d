#pragma once
/*
 * Scenarios side by side: a process for each scenario and row, which also contains crashes. The
 * child runs the engine in a process group and a folder of its own; it dies with its parent, and
 * its controllers with it. The result comes back as one JSON line through a pipe.
 */
#include "runner/engine/engine.h"

struct json;
struct jobs;

/** Whose environment stays up to be looked at. */
enum jobs_keep {
	KEEP_NONE,
	KEEP_FAILED, /**< until Ctrl-C */
	KEEP_ALL,    /**< until Ctrl-C, also of those that passed */
	KEEP_PAUSED, /**< a failed one, until Enter: then the run goes on */
};

struct jobs_options {
	unsigned at_once; /**< 1 or more */
	const struct environment_override *overrides;
	const char *store; /**< folder of the stored run; NULL: nothing is kept */
	bool has_seed;
	uint64_t seed;
	double speed;
	int64_t timeout_ms;
	bool strict, fail_fast;
	const struct external_options *external; /**< NULL: our own emulator */
	enum jobs_keep keep;
	bool isolated;	 /**< each in a network namespace of its own; see namespace.h */
	unsigned repeat; /**< 1 or more */
	/** A scenario begins (step 0), or has come to a step; title is borrowed. NULL: what was
	 * made was only a state, and it is there. */
	void (*progress)(const struct scenario *scenario, const char *row_text, size_t step,
			 size_t steps, const char *title, void *userdata);
	/** Called for each result as it comes; the tree is borrowed. */
	void (*result)(const struct scenario *scenario, const struct json *result, void *userdata);
	/** Called, after its result, for a scenario that stays up: how to look at it; lines. */
	void (*kept)(const char *text, void *userdata);
	void *userdata;
};

/**
 * Runs all rows of all scenarios.
 *
 * @param scenarios  borrowed
 * @param err        ERR_IO: the harness itself cannot work
 * @return true with *ret_signal 0, or the signal that interrupted it (what ran was ended then)
 */
must_check bool jobs_run(const struct ptrs *scenarios, const struct jobs_options *options,
			 int *ret_signal, struct err *err);
