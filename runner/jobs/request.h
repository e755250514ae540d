#pragma once
/* What the runner asks the process of a state: to copy itself. Both are copies of one process, so
 * that a scenario has the same address in both. */
#include <limits.h>
#include <sys/types.h>

#include "runner/scenario/scenario.h"

struct copy_request {
	const struct scenario *scenario;
	size_t row;
	const char *until; /**< make a further state of it: title of the step; NULL: run it all */
	char folder[PATH_MAX]; /**< private to the copy */
};

/**
 * The runner's side: asks, and waits for the answer (the process does nothing else). The copy does
 * nothing until it is let go: it may be at its end before the runner runs again, and of a process
 * that has ended, nothing can be known or watched.
 *
 * @param socket  to the process
 * @param fd      given to the copy: a pipe for its result, or a socket when it is a state itself
 * @param ret     the copy; it is no child of this process
 * @param ret_go  for copy_let_go
 * @param err     ERR_IO: the process is gone, or cannot fork
 */
must_check bool copy_ask(int socket, const struct copy_request *request, int fd, pid_t *ret,
			 int *ret_go, struct err *err);
/** The runner watches the copy now: it begins. Closes go; -1: nothing waits. */
void copy_let_go(int go);
/** In the copy: waits until it is let go, closes go; false: the runner has ended. */
must_check bool copy_may_go(int go);
/** The state's side: the next request with its descriptors; false when nobody asks any more. */
must_check bool copy_receive(int socket, struct copy_request *ret, int *ret_fd, int *ret_go);
/** Answers with a copy's pidfd; -1: there is none. */
void copy_answer(int socket, int pidfd);
