/* States that scenarios start from. */
#include "runner/jobs/states.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/jobs/child.h"
#include "runner/jobs/folder.h"
#include "runner/jobs/leftovers.h"
#include "runner/jobs/request.h"

#define RESULT_MAX (8 * 1024 * 1024) /* bytes of one result */
#define GRACE_MS   60000	     /* beyond the scenario's timeout */

struct state {
	struct states *states;
	const struct scenario *base;
	const char *step;
	struct state *below; /* the state that base itself starts from, or NULL */
	enum state_progress progress;
	bool runs; /* its scenario is being run; else, while MAKING, it waits for the one below */
	char *folder;
	pid_t pid;  /* 0: none */
	int socket; /* -1: none */
	struct strbuf text;
	struct loop_source *reader, *child, *deadline;
	struct json *failure;
};

struct states {
	struct states_options options;
	struct ptrs all; /* struct state */
};

static void begin(struct state *state);

struct states *states_new(const struct states_options *options)
{
	struct states *states = xcalloc(1, sizeof(*states));

	states->options = *options;
	return states;
}

static void forget_process(struct state *state)
{
	loop_remove(steal(state->reader));
	loop_remove(steal(state->child));
	loop_remove(steal(state->deadline));
	if (state->socket >= 0)
		close(state->socket);
	state->socket = -1;
	state->pid = 0;
	state->runs = false;
}

void states_kill(struct states *states)
{
	for (size_t i = 0; i < states->all.count; i++) {
		const struct state *state = states->all.items[i];

		if (state->pid > 0)
			kill(-state->pid, SIGKILL);
	}
}

void states_free(struct states *states)
{
	if (!states)
		return;
	states_kill(states);
	for (size_t i = 0; i < states->all.count; i++) {
		struct state *state = states->all.items[i];

		forget_process(state);
		strbuf_done(&state->text);
		json_free(state->failure);
		free(state->folder);
		free(state);
	}
	ptrs_done(&states->all);
	free(states);
}

struct state *states_get(struct states *states, const struct scenario *scenario)
{
	struct state *state;

	for (size_t i = 0; i < states->all.count; i++) {
		state = states->all.items[i];
		if (state->base == scenario->base && str_eq(state->step, scenario->base_step))
			return state;
	}
	state = xcalloc(1, sizeof(*state));
	state->states = states;
	state->base = scenario->base;
	state->step = scenario->base_step;
	state->socket = -1;
	strbuf_init(&state->text, RESULT_MAX);
	if (state->base->base)
		state->below = states_get(states, state->base);
	ptrs_add(&states->all, state);
	return state;
}

size_t states_making(const struct states *states)
{
	size_t n = 0;

	for (size_t i = 0; i < states->all.count; i++)
		n += ((const struct state *)states->all.items[i])->runs;
	return n;
}

enum state_progress state_progress(const struct state *state)
{
	return state->progress;
}

const struct json *state_failure(const struct state *state)
{
	return state->failure;
}

/* Those that wait for this one go on, or are missing too. */
static void pass_on(struct state *state)
{
	struct states *states = state->states;

	for (size_t i = 0; i < states->all.count; i++) {
		struct state *above = states->all.items[i];

		if (above->below == state && above->progress == STATE_MAKING && !above->runs)
			begin(above);
	}
	states->options.changed(states->options.userdata);
}

static void missing(struct state *state, struct json *failure)
{
	if (state->pid > 0)
		kill(-state->pid, SIGKILL);
	forget_process(state);
	state->progress = STATE_MISSING;
	state->failure = failure;
	pass_on(state);
}

/* Takes the reason over. */
static void broken(struct state *state, char *reason)
{
	struct json *failure = json_new_object();

	json_set_str(failure, "status", "harness");
	json_set_str(failure, "reason", reason);
	json_setf(failure, "report", "HARNESS  %s\n\n  %s\n", state->base->id, reason);
	free(reason);
	missing(state, failure);
}

static void told(struct state *state, struct json *result)
{
	if (!str_eq(json_get_str(result, "status"), "reached")) {
		missing(state, result);
		return;
	}
	json_free(result);
	loop_remove(steal(state->reader));
	loop_remove(steal(state->deadline));
	fcntl(state->socket, F_SETFL, 0); /* from now on it only answers */
	state->runs = false;
	state->progress = STATE_READY;
	pass_on(state);
}

/* A step, or the result; false when that is known. */
static bool take_line(struct state *state, size_t length)
{
	const struct jobs_options *jobs = state->states->options.jobs;
	struct json *line;
	struct err err = ERR_INIT;

	if (!json_parse(state->text.text, length, &line, &err)) {
		broken(state, xasprintf("its result cannot be read: %s", err_text(&err)));
		err_done(&err);
		return false;
	}
	if (!json_get(line, "title") || json_get(line, "id")) {
		jobs->progress(state->base, STATE_ROW, 0, 0, NULL, jobs->userdata);
		told(state, line);
		return false;
	}
	jobs->progress(state->base, STATE_ROW, (size_t)json_get_int(line, "step", 0),
		       (size_t)json_get_int(line, "steps", 0), json_get_str(line, "title"),
		       jobs->userdata);
	json_free(line);
	return true;
}

static void on_readable(int fd, uint32_t events, void *userdata)
{
	struct state *state = userdata;
	char chunk[16384], *newline;
	ssize_t n = read(fd, chunk, sizeof(chunk));

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		loop_remove(steal(state->reader)); /* on_end tells */
		return;
	}
	strbuf_add_bytes(&state->text, chunk, (size_t)n);
	while (state->text.length &&
	       (newline = memchr(state->text.text, '\n', state->text.length))) {
		_cleanup_(freep) char *rest = xstrdup(newline + 1);

		if (!take_line(state, (size_t)(newline - state->text.text)))
			return;
		strbuf_reset(&state->text);
		strbuf_add(&state->text, rest);
	}
}

static void on_end(pid_t pid, int wait_status, void *userdata)
{
	struct state *state = userdata;

	(void)pid;
	(void)wait_status;
	state->child = NULL;
	while (state->reader) /* what it wrote last may still be there */
		on_readable(state->socket, EPOLLIN, state);
	if (state->progress == STATE_MAKING || state->progress == STATE_READY)
		broken(state, xstrdup("the process that holds the state has ended"));
}

static void on_deadline(void *userdata)
{
	struct state *state = userdata;

	state->deadline = NULL;
	broken(state, xstrdup("its process did not end long after its timeout"));
}

/* Starts the process, as a child or as a copy of the state below, which waits for *ret_go. */
static bool start(struct state *state, int fd, int *ret_go, struct err *err)
{
	const struct jobs_options *options = state->states->options.jobs;
	struct copy_request request = {.scenario = state->base, .until = state->step};
	pid_t parent = getpid();

	if (state->below) {
		if (strlen(state->folder) >= sizeof(request.folder))
			return err_set(err, ERR_TOO_LARGE, NULL, "'%s' is too long a path",
				       state->folder);
		memcpy(request.folder, state->folder, strlen(state->folder) + 1);
		return copy_ask(state->below->socket, &request, fd, &state->pid, ret_go, err);
	}
	fflush(NULL);
	state->pid = fork();
	if (state->pid == 0)
		child_make_state(parent, fd, state->base, state->step, state->folder, options);
	return state->pid > 0 || err_errno(err, "cannot start a process");
}

static bool make(struct state *state, struct err *err)
{
	const struct states_options *options = &state->states->options;
	_cleanup_(freep) char *name = NULL, *called = NULL;
	int ends[2], go = -1;
	bool ok;

	for (size_t i = 0; i < state->states->all.count; i++)
		if (state->states->all.items[i] == state)
			name = xasprintf("state-%zu", i);
	if (!run_folder_add(options->folder, name, &state->folder, err))
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return err_errno(err, "cannot make a pair of sockets");
	ok = start(state, ends[1], &go, err);
	close(ends[1]);
	state->socket = ends[0];
	if (!ok)
		return false;
	setpgid(state->pid, state->pid);
	called = xasprintf("%s, the state of its step \"%s\"", state->base->id, state->step);
	leftovers_note(state->folder, state->pid, called);
	fcntl(state->socket, F_SETFL, O_NONBLOCK);
	state->reader = loop_add_fd(options->loop, state->socket, EPOLLIN, on_readable, state);
	state->deadline = loop_add_timer(
		options->loop,
		(options->jobs->timeout_ms ? options->jobs->timeout_ms : state->base->timeout_ms) +
			GRACE_MS,
		on_deadline, state);
	ok = loop_add_child(options->loop, state->pid, on_end, state, &state->child, err);
	copy_let_go(go);
	return ok;
}

static void begin(struct state *state)
{
	struct err err = ERR_INIT;

	if (state->below && state->below->progress == STATE_MISSING) {
		missing(state, json_copy(state->below->failure));
		return;
	}
	state->runs = true;
	if (make(state, &err))
		return;
	broken(state, xstrdup(err_text(&err)));
	err_done(&err);
}

void state_make(struct state *state)
{
	if (state->progress != STATE_NEW)
		return;
	state->progress = STATE_MAKING;
	if (state->below)
		state_make(state->below);
	if (state->progress != STATE_MAKING || state->runs)
		return; /* the one below was decided at once, and has passed it on */
	if (!state->below || state->below->progress == STATE_READY ||
	    state->below->progress == STATE_MISSING)
		begin(state);
}

bool state_run(struct state *state, const struct scenario *scenario, size_t row, const char *folder,
	       int fd, pid_t *ret_pid, int *ret_go, struct err *err)
{
	struct copy_request request = {.scenario = scenario, .row = row};

	if (strlen(folder) >= sizeof(request.folder))
		return err_set(err, ERR_TOO_LARGE, NULL, "'%s' is too long a path", folder);
	memcpy(request.folder, folder, strlen(folder) + 1);
	return copy_ask(state->socket, &request, fd, ret_pid, ret_go, err);
}
