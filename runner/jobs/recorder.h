#pragma once
/* Writes down what happens in a scenario's process, or in one that makes a state. */
#include "runner/engine/engine.h"

struct recorder;

/** In the runner: has the recording of a job written into the store. folder is the job's. */
void recorder_store(const char *folder, const char *store, const struct scenario *scenario,
		    size_t row, unsigned turn);

/**
 * In the job's process. Begins when the engine does.
 *
 * @param folder  private to it; the recording is kept there when it has no place in the store
 * @param from    folder of the state that it starts from, whose recording it goes on with; NULL:
 *                none
 */
struct recorder *recorder_new(const char *folder, const char *from, const struct scenario *scenario,
			      size_t row);
/** What `skyrig show` finds the recording by, "0042 leak/my-story", with row and turn where there
 * are several; new text. NULL: it goes with the folder. */
char *recorder_called(const struct recorder *recorder);
/** For engine_options; NULL gives NULL. */
const struct engine_recorder *recorder_of(struct recorder *recorder);
/** The scenario is decided: keeps its result, and what a failed one leaves to look at; adds to its
 * report where that is. NULL is fine. */
void recorder_decided(struct recorder *recorder, struct json *result, const struct engine *engine);
void recorder_free(struct recorder *recorder); /* NULL is fine */
DEFINE_FREEP(recorder, struct recorder)
