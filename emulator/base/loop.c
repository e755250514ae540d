/*
 * The loop over one epoll set. A source that is removed while a turn is served stays in memory,
 * dead, until the outermost turn is over: events of this turn may still point to it.
 */
#include "emulator/base/loop.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_PER_TURN 128
#define BRISK_US	100 /* a wait shorter than that promises another such */
#define POLL_US		60  /* for how long it is asked without sleeping then */
#define NOT_IN_HEAP	SIZE_MAX

enum source_kind { SOURCE_FD, SOURCE_TIMER, SOURCE_CHILD, SOURCE_SIGNAL, SOURCE_PREPARE };

struct loop_source {
	struct loop *loop;
	struct loop_source *next, *previous; /* all living ones; `next` alone in the graveyard */
	enum source_kind kind;
	bool dead;
	int fd;	    /* watched descriptor, -1 for timers and prepares */
	pid_t pid;  /* SOURCE_CHILD */
	int signal; /* SOURCE_SIGNAL */
	int64_t due_us;
	uint64_t order; /* among timers that are due at the same time, first come first served */
	size_t heap_index;
	union {
		loop_fd_fn *fd;
		loop_timer_fn *timer;
		loop_child_fn *child;
		loop_signal_fn *signal;
		loop_prepare_fn *prepare;
	} fn;
	void *userdata;
};

struct loop {
	int epoll_fd;
	bool stopped;
	bool brisk;	/* the last wait was a short one */
	unsigned depth; /* turns within turns: a callback may run one */
	struct loop_source *first, *last;
	struct loop_source *graveyard;
	struct loop_source **prepares; /* NULL where one was removed during a turn */
	size_t prepare_count, prepare_room;
	struct loop_source **heap; /* timers, the next due first */
	size_t timers, heap_room;
	uint64_t next_order;
};

/* Microseconds, so that a timer never fires early by the rounding of a millisecond. */
static int64_t now_us(void)
{
	struct timespec now;

	/* checksrc: allow clock timers need microseconds, clock.h has milliseconds */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static bool due_before(const struct loop_source *a, const struct loop_source *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void heap_place(struct loop *loop, size_t index, struct loop_source *timer)
{
	loop->heap[index] = timer;
	timer->heap_index = index;
}

static void heap_up(struct loop *loop, size_t index, struct loop_source *timer)
{
	for (; index > 0 && due_before(timer, loop->heap[(index - 1) / 2]); index = (index - 1) / 2)
		heap_place(loop, index, loop->heap[(index - 1) / 2]);
	heap_place(loop, index, timer);
}

static void heap_down(struct loop *loop, size_t index, struct loop_source *timer)
{
	for (;;) {
		size_t child = 2 * index + 1;

		if (child + 1 < loop->timers &&
		    due_before(loop->heap[child + 1], loop->heap[child]))
			child++;
		if (child >= loop->timers || !due_before(loop->heap[child], timer))
			break;
		heap_place(loop, index, loop->heap[child]);
		index = child;
	}
	heap_place(loop, index, timer);
}

static void heap_add(struct loop *loop, struct loop_source *timer)
{
	if (loop->timers == loop->heap_room) {
		loop->heap_room = loop->heap_room ? 2 * loop->heap_room : 16;
		loop->heap = xrealloc(loop->heap, loop->heap_room * sizeof(*loop->heap));
	}
	heap_up(loop, loop->timers++, timer);
}

static void heap_remove(struct loop *loop, struct loop_source *timer)
{
	size_t index = timer->heap_index;
	struct loop_source *last;

	if (index == NOT_IN_HEAP)
		return;
	timer->heap_index = NOT_IN_HEAP;
	last = loop->heap[--loop->timers];
	if (last == timer)
		return;
	if (index > 0 && due_before(last, loop->heap[(index - 1) / 2]))
		heap_up(loop, index, last);
	else
		heap_down(loop, index, last);
}

static struct loop_source *source_new(struct loop *loop, enum source_kind kind, int fd,
				      void *userdata)
{
	struct loop_source *source = xcalloc(1, sizeof(*source));

	source->loop = loop;
	source->kind = kind;
	source->fd = fd;
	source->heap_index = NOT_IN_HEAP;
	source->userdata = userdata;
	source->previous = loop->last;
	if (loop->last)
		loop->last->next = source;
	else
		loop->first = source;
	loop->last = source;
	return source;
}

static bool source_watch(struct loop_source *source, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	return epoll_ctl(source->loop->epoll_fd, operation, source->fd, &event) == 0;
}

/* Out of kernel memory for a watch ends the program, as xmalloc does; anything else is a bug. */
static void source_must_watch(struct loop_source *source, int operation, uint32_t events)
{
	if (source_watch(source, operation, events))
		return;
	assert(errno == ENOMEM || errno == ENOSPC);
	/* checksrc: allow print the program ends here */
	fprintf(stderr, "skyrig: cannot watch a descriptor: %s\n", strerror(errno));
	abort(); /* checksrc: allow exit out of memory, as xmalloc */
}

bool loop_new(struct loop **ret, struct err *err)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return err_errno(err, "cannot make an epoll set");
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->epoll_fd = fd;
	return true;
}

/* Frees what was removed; only when no turn is being served. */
static void bury(struct loop *loop)
{
	size_t kept = 0;

	if (!loop->graveyard)
		return;
	for (size_t i = 0; i < loop->prepare_count; i++)
		if (loop->prepares[i])
			loop->prepares[kept++] = loop->prepares[i];
	loop->prepare_count = kept;
	while (loop->graveyard) {
		struct loop_source *source = loop->graveyard;

		loop->graveyard = source->next;
		free(source);
	}
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	assert(loop->depth == 0);
	while (loop->first)
		loop_remove(loop->first);
	bury(loop);
	close(loop->epoll_fd);
	free(loop->heap);
	free(loop->prepares);
	free(loop);
}

struct loop_source *loop_add_fd(struct loop *loop, int fd, uint32_t events, loop_fd_fn *fn,
				void *userdata)
{
	struct loop_source *source = source_new(loop, SOURCE_FD, fd, userdata);

	source->fn.fd = fn;
	source_must_watch(source, EPOLL_CTL_ADD, events);
	return source;
}

void loop_change_fd(struct loop_source *source, uint32_t events)
{
	assert(source->kind == SOURCE_FD && !source->dead);
	source_must_watch(source, EPOLL_CTL_MOD, events);
}

struct loop_source *loop_add_timer(struct loop *loop, int64_t after_ms, loop_timer_fn *fn,
				   void *userdata)
{
	struct loop_source *source = source_new(loop, SOURCE_TIMER, -1, userdata);
	int64_t now = now_us();

	source->fn.timer = fn;
	after_ms = after_ms < 0 ? 0 : after_ms;
	if (__builtin_mul_overflow(after_ms, INT64_C(1000), &source->due_us) ||
	    __builtin_add_overflow(source->due_us, now, &source->due_us))
		source->due_us = INT64_MAX;
	source->order = loop->next_order++;
	heap_add(loop, source);
	return source;
}

bool loop_add_child(struct loop *loop, pid_t pid, loop_child_fn *fn, void *userdata,
		    struct loop_source **ret, struct err *err)
{
	int fd = pidfd_open(pid, 0);
	struct loop_source *source;

	if (fd < 0)
		return err_errno(err, "cannot watch process %d", (int)pid);
	source = source_new(loop, SOURCE_CHILD, fd, userdata);
	source->pid = pid;
	source->fn.child = fn;
	source_must_watch(source, EPOLL_CTL_ADD, EPOLLIN);
	if (ret)
		*ret = source;
	return true;
}

bool loop_add_signal(struct loop *loop, int signal, loop_signal_fn *fn, void *userdata,
		     struct err *err)
{
	struct loop_source *source;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	if (sigaddset(&set, signal) < 0 || sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_errno(err, "cannot block signal %d", signal);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return err_errno(err, "cannot wait for signal %d", signal);
	source = source_new(loop, SOURCE_SIGNAL, fd, userdata);
	source->signal = signal;
	source->fn.signal = fn;
	source_must_watch(source, EPOLL_CTL_ADD, EPOLLIN);
	return true;
}

struct loop_source *loop_add_prepare(struct loop *loop, loop_prepare_fn *fn, void *userdata)
{
	struct loop_source *source = source_new(loop, SOURCE_PREPARE, -1, userdata);

	source->fn.prepare = fn;
	if (loop->prepare_count == loop->prepare_room) {
		loop->prepare_room = loop->prepare_room ? 2 * loop->prepare_room : 8;
		loop->prepares =
			xrealloc(loop->prepares, loop->prepare_room * sizeof(*loop->prepares));
	}
	loop->prepares[loop->prepare_count++] = source;
	return source;
}

void loop_remove(struct loop_source *source)
{
	struct loop *loop;

	if (!source || source->dead)
		return;
	loop = source->loop;
	if (source->fd >= 0) /* fails when its owner has closed it already: then it is out anyway */
		(void)source_watch(source, EPOLL_CTL_DEL, 0);
	if (source->kind == SOURCE_CHILD || source->kind == SOURCE_SIGNAL)
		close(source->fd);
	heap_remove(loop, source);
	for (size_t i = 0; source->kind == SOURCE_PREPARE && i < loop->prepare_count; i++)
		if (loop->prepares[i] == source)
			loop->prepares[i] = NULL;
	if (source->previous)
		source->previous->next = source->next;
	else
		loop->first = source->next;
	if (source->next)
		source->next->previous = source->previous;
	else
		loop->last = source->previous;
	source->dead = true;
	source->next = loop->graveyard;
	loop->graveyard = source;
	if (loop->depth == 0)
		bury(loop);
}

bool loop_renew(struct loop *loop, struct err *err)
{
	int fd;

	assert(loop->depth == 0);
	for (const struct loop_source *source = loop->first; source; source = source->next)
		assert(source->fd < 0 && "a descriptor is the parent's too");
	fd = epoll_create1(EPOLL_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot make an epoll set");
	if (fd != loop->epoll_fd)
		close(loop->epoll_fd);
	loop->epoll_fd = fd;
	return true;
}

void loop_run(struct loop *loop)
{
	loop->stopped = false;
	while (!loop->stopped)
		loop_turn(loop, -1);
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

static void serve_child(struct loop_source *source)
{
	loop_child_fn *fn = source->fn.child;
	void *userdata = source->userdata;
	pid_t pid = source->pid;
	int status = 0;

	/* Not ours, or reaped by somebody else: then its status is unknown and stays 0. */
	if (waitpid(pid, &status, WNOHANG) == 0)
		return;
	loop_remove(source);
	fn(pid, status, userdata);
}

static void serve_signal(struct loop_source *source)
{
	struct signalfd_siginfo info;

	while (!source->dead && read(source->fd, &info, sizeof(info)) == sizeof(info))
		source->fn.signal(source->signal, source->userdata);
}

static void serve_event(struct loop_source *source, uint32_t events)
{
	if (source->dead)
		return;
	switch (source->kind) {
	case SOURCE_FD: source->fn.fd(source->fd, events, source->userdata); break;
	case SOURCE_CHILD: serve_child(source); break;
	case SOURCE_SIGNAL: serve_signal(source); break;
	case SOURCE_TIMER:
	case SOURCE_PREPARE: assert(false && "has no descriptor"); break;
	}
}

/* Timers that are due; not those added meanwhile, or a timer of 0 ms that renews itself would
 * never let the turn end. */
static void serve_timers(struct loop *loop)
{
	uint64_t end = loop->next_order;
	int64_t now = loop->timers ? now_us() : 0;

	while (loop->timers) {
		struct loop_source *timer = loop->heap[0];
		loop_timer_fn *fn = timer->fn.timer;
		void *userdata = timer->userdata;

		if (timer->due_us > now || timer->order >= end)
			break;
		loop_remove(timer);
		fn(userdata);
	}
}

/* Runs the prepare callbacks; the least number of ms that one of them asks for, at most max_ms. */
static int64_t prepare(struct loop *loop, int64_t max_ms)
{
	for (size_t i = 0; i < loop->prepare_count; i++) {
		struct loop_source *source = loop->prepares[i];
		int64_t ms = source ? source->fn.prepare(source->userdata) : INT64_MAX;

		max_ms = ms < max_ms ? ms : max_ms;
	}
	return max_ms < 0 ? 0 : max_ms;
}

/* How long epoll may wait, in its own terms: ms, rounded up, -1 for ever. */
static int wait_ms(const struct loop *loop, int64_t max_ms)
{
	if (loop->timers) {
		int64_t us = loop->heap[0]->due_us - now_us();
		int64_t ms = us <= 0 ? 0 : us / 1000 + (us % 1000 != 0);

		max_ms = ms < max_ms ? ms : max_ms;
	}
	if (max_ms == INT64_MAX)
		return -1;
	return max_ms > INT_MAX ? INT_MAX : (int)max_ms;
}

/* Asks again and again, for POLL_US; others that want this processor get it in between. */
static int poll_without_sleep(const struct loop *loop, int64_t start_us, struct epoll_event *events)
{
	int n;

	do {
		n = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, 0);
		if (n == 0)
			sched_yield();
	} while (n == 0 && now_us() - start_us < POLL_US);
	return n;
}

/*
 * Waits for events. A client that asks again as soon as it is answered would find us asleep each
 * time, and to wake a processor that idles takes longer than to serve a call (40 us on a virtual
 * machine, against 15): while waits are that short, they are begun without sleep.
 */
static int wait_for_events(struct loop *loop, int timeout_ms, struct epoll_event *events)
{
	int64_t start_us;
	int n = 0;

	if (timeout_ms == 0)
		return epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, 0);
	start_us = now_us();
	if (loop->brisk)
		n = poll_without_sleep(loop, start_us, events);
	if (n == 0)
		n = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, timeout_ms);
	loop->brisk = n > 0 && now_us() - start_us < BRISK_US;
	return n;
}

void loop_turn(struct loop *loop, int64_t max_ms)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int n;

	loop->depth++;
	max_ms = prepare(loop, max_ms < 0 ? INT64_MAX : max_ms);
	n = wait_for_events(loop, wait_ms(loop, max_ms), events);
	for (int i = 0; i < n; i++)
		serve_event(events[i].data.ptr, events[i].events);
	serve_timers(loop);
	if (--loop->depth == 0)
		bury(loop);
}
