#pragma once
/*
 * The engine: runs one row of one scenario in this process, on a loop of its own, with a world of
 * its own. Nothing is polled: claims are judged at every commit, inside the journal's callback.
 */
#include "runner/environment.h"
#include "runner/scenario/scenario.h"

struct engine;
struct external_options;

/**
 * The world that a scenario's step has reached, put aside: no process, no descriptor but the loop's
 * belongs to it, so that it can be copied with fork(). The copy calls engine_state_copied first.
 */
struct engine_state;
void engine_state_free(struct engine_state *state); /* NULL is fine */
must_check bool engine_state_copied(struct engine_state *state, struct err *err);

/** Who writes down what happens; all members are there. */
struct engine_recorder {
	/** The world is about to be made with this, or was taken over from a state as it is. */
	void (*begin)(const struct world_config *config, void *userdata);
	void (*parked)(
		void *userdata); /**< nothing more happens in this process; see engine_state */
	tape_fn *tape;
	journal_fn *call;      /**< of every call, from the first one on */
	environment_fn *event; /**< of the controllers */
	void *userdata;
};

struct engine_options {
	const char *directory;			      /**< private folder for this run; exists */
	const struct environment_override *overrides; /**< NULL: none */
	bool has_seed;				      /**< seed overrides the scenario's */
	uint64_t seed;
	double speed;	    /**< 0: the scenario's, else 20 */
	int64_t timeout_ms; /**< 0: the scenario's */
	bool strict;	    /**< what is unproven fails */
	bool interruptible; /**< SIGTERM ends the scenario as "interrupted" */
	/** Where the scenario starts (given.after); taken over. NULL: a new world. */
	struct engine_state *from;
	/** Title of a step: when it has passed and the world has settled, the run ends with the
	 * status "reached", and *ret_state is the state to be freed; else that is NULL. */
	const char *until;
	struct engine_state **ret_state;
	const struct engine_recorder *recorder; /**< NULL: nobody */
	/** What `skyrig show` finds the recording by: "0042 leak/my-story"; NULL: it is not kept.
	 */
	const char *recorded_as;
	/** A target that is not our emulator; borrowed. NULL: our emulator. from, until and
	 * recorder are then NULL. */
	const struct external_options *external;
	/** Told at the start of each step (number from 1); NULL: nobody is. */
	void (*progress)(size_t step, size_t count, const char *title, void *userdata);
	/** Told the result while the environment still lives (`--keep`); NULL: nobody is. The loop
	 * may be run on. */
	void (*decided)(const struct json *result, struct engine *engine, void *userdata);
	void *userdata;
};

/**
 * Runs it.
 *
 * @param row  index into scenario->rows
 * @return the result, to be freed: { "id", "row", "title", "file", "status", "reason", "line",
 *         "column", "report", "wall_ms", "aws_requests", "kube_requests", "versions", "steps": [ {
 *         "title", "ms", "status" } ], "unproven": [ … ], "ignored": [ as ignored_list ],
 *         "not_provable": [ … ],
 *         "updates": [ { "file", "line", "column", "items": [ text ] } ] }. status is one of
 *         passed, failed, skipped, harness (our own fault), interrupted, reached (until),
 *         not-provable (on an external target: nothing failed, but not all could be judged).
 */
struct json *engine_run(const struct scenario *scenario, size_t row,
			const struct engine_options *options);
