#pragma once
/*
 * Stored runs, below $XDG_STATE_HOME/skyrig/runs (default: ~/.local/state): a folder for each,
 * named by a number that grows.
 *
 *   0042/run.json            what the run was, its results: what `skyrig report` merges
 *   0042/scenarios/X.db      the recording of each scenario and row
 *   0042/failed/X/           what a failed one leaves to look at
 */
#include "emulator/base/container.h"
#include "emulator/base/err.h"
#include "runner/store/recording.h"

struct json;
struct stored_run;

#define STORE_KEEP 5 /* runs; older ones are removed (SKYRIG_KEEP_RUNS says otherwise) */

/** The folder of all runs; new text. NULL: neither XDG_STATE_HOME nor HOME is set. */
char *store_root(void);

/**
 * Begins a run: makes its folder, and removes what is too old. Runs that were killed are marked so.
 *
 * @param err  ERR_IO: the run cannot be stored
 */
must_check bool store_begin(struct stored_run **ret, struct err *err);
/** Writes run.json, which is replaced as a whole; the tree is borrowed. */
must_check bool store_write(const struct stored_run *run, const struct json *json, struct err *err);
/** Lets the run go; it stays where it is. NULL is fine. */
void stored_run_free(struct stored_run *run);
DEFINE_FREEP(stored_run, struct stored_run)
const char *stored_run_path(const struct stored_run *run);
const char *stored_run_name(const struct stored_run *run); /**< "0042" */

/**
 * The folder of a run.
 *
 * @param name  its number ("42", "0042"), "last", "last~1" (the one before), or a folder
 * @param ret   new text
 * @param err   ERR_NOT_FOUND, with what there is
 */
must_check bool store_find(const char *name, char **ret, struct err *err);
/** run.json of a run's folder; to be freed. */
must_check bool store_read(const char *folder, struct json **ret, struct err *err);
/** Paths of the recordings of a run, sorted by name. */
void store_recordings(const char *folder, struct strs *ret);
/**
 * The one recording of a run that a scenario's name means: a part of its id is enough.
 *
 * @param scenario  NULL: there must be only one
 * @param ret       new text
 * @param err       ERR_NOT_FOUND; ERR_CONFLICT: several, named
 */
must_check bool store_recording(const char *folder, const char *scenario, char **ret,
				struct err *err);
/** What stands for a scenario, a row and a turn in file names: "leak--migrate", "x-row2"; new text.
 */
char *store_slug(const char *id, size_t row, size_t rows, unsigned turn);
