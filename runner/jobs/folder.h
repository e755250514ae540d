#pragma once
/* Temporary folders: one for a run of the program, one for each scenario in it. What a run that was
 * killed has left behind is removed by the next one. */
#include "emulator/base/err.h"

struct run_folder;

/**
 * Makes $TMPDIR/skyrig-UID/PID with a lock that lives as long as this process, and removes the
 * folders of runs that are dead.
 *
 * @param err  ERR_IO
 */
must_check bool run_folder_new(struct run_folder **ret, struct err *err);
/** Removes the folder and all in it, unless something was kept. NULL is fine. */
void run_folder_free(struct run_folder *folder);
DEFINE_FREEP(run_folder, struct run_folder)
const char *run_folder_path(const struct run_folder *folder);
/** Makes a folder in it; new text. */
must_check bool run_folder_add(struct run_folder *folder, const char *name, char **ret,
			       struct err *err);
/** Leaves everything where it is at the end. */
void run_folder_keep(struct run_folder *folder);
/** Removes a file or a folder with all in it; what is not there is fine. */
void remove_tree(const char *path);
