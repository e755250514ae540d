#pragma once
/*
 * States that scenarios start from (given.after). A state is made once in a run: a process runs the
 * other scenario up to its step, puts the world aside, and from then on only copies itself with
 * fork(); each copy runs one scenario, or makes the next state of a chain.
 */
#include <sys/types.h>

#include "runner/jobs/jobs.h"

struct loop;
struct run_folder;
struct states;
struct state;

enum state_progress {
	STATE_NEW,     /**< nobody has asked for it */
	STATE_MAKING,  /**< its scenario runs */
	STATE_READY,   /**< it can be copied */
	STATE_MISSING, /**< it was not reached */
};

struct states_options {
	struct loop *loop;
	struct run_folder *folder; /**< of the run */
	const struct jobs_options *jobs;
	/** A state has become ready or missing. */
	void (*changed)(void *userdata);
	void *userdata;
};

/** @param options  borrowed texts, copied by value */
struct states *states_new(const struct states_options *options);
/** Ends all processes of the states. NULL is fine. */
void states_free(struct states *states);
/** The state that a scenario starts from (its base is not NULL); borrowed. */
struct state *states_get(struct states *states, const struct scenario *scenario);
/** How many are being made now. */
size_t states_making(const struct states *states);
/** Ends all processes, when the run is interrupted. */
void states_kill(struct states *states);

enum state_progress state_progress(const struct state *state);
/** Begins to make it, or first the one that it builds on. Its progress may be MISSING at once. */
void state_make(struct state *state);
/** STATE_MISSING: why: the result of the scenario that makes it; borrowed. */
const struct json *state_failure(const struct state *state);
/**
 * Starts a scenario on a copy.
 *
 * @param folder   private to it
 * @param fd       takes the result, see child.h
 * @param ret_pid  not a child of this process: when it ends, it is reaped elsewhere
 * @param ret_go   for copy_let_go (request.h), once it is watched
 * @param err      ERR_IO: the state's process is gone
 */
must_check bool state_run(struct state *state, const struct scenario *scenario, size_t row,
			  const char *folder, int fd, pid_t *ret_pid, int *ret_go, struct err *err);
