#pragma once
/* What happens in a scenario's process. */
#include <sys/types.h>

#include "runner/jobs/jobs.h"

#define STATE_ROW " (state)" /* in place of a row, in messages */

/**
 * Runs the engine and ends the process; never returns.
 *
 * @param parent  dies with it
 * @param fd      the result goes here as one line
 */
__attribute__((noreturn)) void child_run(pid_t parent, int fd, const struct scenario *scenario,
					 size_t row, const char *folder,
					 const struct jobs_options *options);
/**
 * Runs a scenario up to a step, tells its result (status "reached", or why not) as one line, and
 * answers requests for copies (request.h) from then on, until nobody can ask any more.
 *
 * @param fd     a socket
 * @param until  title of the step
 */
__attribute__((noreturn)) void child_make_state(pid_t parent, int fd,
						const struct scenario *scenario, const char *until,
						const char *folder,
						const struct jobs_options *options);
