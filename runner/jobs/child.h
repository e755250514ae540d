#pragma once
/* What happens in a scenario's process. */
#include <sys/types.h>

#include "runner/jobs/jobs.h"

/**
 * Runs the engine and ends the process; never returns.
 *
 * @param parent  dies with it
 * @param fd      the result goes here as one line
 */
__attribute__((noreturn)) void child_run(pid_t parent, int fd, const struct scenario *scenario,
					 size_t row, const char *folder,
					 const struct jobs_options *options);
