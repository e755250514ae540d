#pragma once
/*
 * The one loop: descriptors, timers, children and signals, one thread, epoll. Everything that
 * waits, waits here. Callbacks may add and remove sources, their own included.
 */
#include <sys/types.h>

#include "emulator/base/err.h"

struct loop;
struct loop_source;

/** A loop without sources; ERR_IO when the system has no descriptor left. */
must_check bool loop_new(struct loop **ret, struct err *err);
/** Frees the loop and all sources still in it. */
void loop_free(struct loop *loop);
DEFINE_FREEP(loop, struct loop)

/** events are EPOLLIN, EPOLLOUT, EPOLLRDHUP …; the descriptor stays the caller's and must be one
 * that epoll takes (no regular file), once per loop. Remove the source before closing it. */
typedef void loop_fd_fn(int fd, uint32_t events, void *userdata);
struct loop_source *loop_add_fd(struct loop *loop, int fd, uint32_t events, loop_fd_fn *fn,
				void *userdata);
void loop_change_fd(struct loop_source *source, uint32_t events);

/** Called once, after_ms from now (0: next turn); the source is gone when the callback runs. */
typedef void loop_timer_fn(void *userdata);
struct loop_source *loop_add_timer(struct loop *loop, int64_t after_ms, loop_timer_fn *fn,
				   void *userdata);

/** Called once when the child has ended, with its wait status (already reaped). Uses a pidfd. The
 * status is 0 when somebody else has reaped it. */
typedef void loop_child_fn(pid_t pid, int wait_status, void *userdata);
must_check bool loop_add_child(struct loop *loop, pid_t pid, loop_child_fn *fn, void *userdata,
			       struct loop_source **ret, struct err *err);

/** Called for each arrival of the signal (which is blocked for the process from now on). */
typedef void loop_signal_fn(int signal, void *userdata);
must_check bool loop_add_signal(struct loop *loop, int signal, loop_signal_fn *fn, void *userdata,
				struct err *err);

/**
 * Asked before each wait: the callback may do pending work and answers in how many ms it must run
 * again at the latest (INT64_MAX: no need). For libraries with an inner epoll set of their own
 * (libmicrohttpd, libcurl).
 */
typedef int64_t loop_prepare_fn(void *userdata);
struct loop_source *loop_add_prepare(struct loop *loop, loop_prepare_fn *fn, void *userdata);

/** Removes a source of any sort; NULL is fine. Its callback is not called any more, not even in
 * this turn. */
void loop_remove(struct loop_source *source);

/**
 * After fork(): gives the child's copy of a loop an epoll set of its own, so that it does not
 * meddle with its parent's. Timers and prepares stay; no source with a descriptor may be left. The
 * old set's descriptor is closed here unless it was closed already.
 *
 * @param err  ERR_IO: no descriptor left
 */
must_check bool loop_renew(struct loop *loop, struct err *err);

/** Runs until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/** One turn: waits at most max_ms (0: does not wait, -1: as long as needed), serves what is ready.
 */
void loop_turn(struct loop *loop, int64_t max_ms);
