/* Scenarios side by side. */
#include "runner/jobs/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/jobs/child.h"
#include "runner/jobs/folder.h"
#include "runner/jobs/leftovers.h"
#include "runner/jobs/recorder.h"
#include "runner/jobs/request.h"
#include "runner/jobs/states.h"

#define RESULT_MAX   (8 * 1024 * 1024) /* bytes of one result */
#define INTERRUPT_MS 10000	       /* after Ctrl-C */
#define GRACE_MS     60000	       /* beyond a scenario's timeout: settling, `finally`, leaks */

/* One scenario and row, and the process that runs it. */
struct job {
	struct pool *pool;
	const struct scenario *scenario;
	size_t row;
	unsigned turn; /* of --repeat */
	pid_t pid;
	int pipe;
	bool told; /* its result has been passed on */
	char *folder;
	struct strbuf text;
	size_t scanned; /* bytes of it without a newline */
	struct loop_source *reader, *deadline;
};

struct pool {
	const struct jobs_options *options;
	const struct ptrs *scenarios;
	struct loop *loop;
	struct run_folder *folder;
	struct ptrs running; /* struct job */
	struct ptrs waiting; /* struct job: for the state that they start from */
	struct states *states;
	size_t next_scenario, next_row;
	unsigned next_turn;
	size_t started;
	bool stop; /* start no more */
	bool starting;
	int signal;
	struct loop_source *input; /* --pause-on-failure: somebody presses Enter */
	struct err err;
};

static void start_more(struct pool *pool);

static void stop_when_done(struct pool *pool)
{
	if (!pool->running.count && (pool->stop || !states_making(pool->states)))
		loop_stop(pool->loop);
}

static void state_changed(void *userdata)
{
	start_more(userdata);
	stop_when_done(userdata);
}

static struct json *broken_result(const struct job *job, const char *reason)
{
	struct json *result = json_new_object();
	_cleanup_(freep) char *row = scenario_row_text(job->scenario, job->row);

	json_set_str(result, "id", job->scenario->id);
	json_set_int(result, "row", (int64_t)job->row);
	json_set_str(result, "row_text", row);
	json_set_str(result, "title", job->scenario->title);
	json_set_str(result, "file", job->scenario->source->path);
	json_set_str(result, "status", "harness");
	json_set_str(result, "reason", reason);
	json_setf(result, "report", "HARNESS  %s%s\n\n  %s\n", job->scenario->id, row, reason);
	return result;
}

/* The state that the scenario starts from was not reached: so it has failed as well. */
static struct json *unreached_result(const struct job *job, const struct json *failure)
{
	const char *status = json_get_str(failure, "status");
	bool failed = str_eq(status, "failed") && !job->scenario->known_failure;
	const char *report = json_get_str(failure, "report");
	_cleanup_(freep) char *reason = xasprintf(
		"the state that it starts from was not reached: %s, step \"%s\": %s",
		job->scenario->base->id, job->scenario->base_step, json_get_str(failure, "reason"));
	struct json *result = broken_result(job, reason);

	json_set_str(result, "status", failed ? "failed" : "harness");
	json_setf(result, "report", "%s  %s\n\n  %s\n\n%s", failed ? "FAIL" : "HARNESS",
		  job->scenario->id, reason, report ? report : "");
	return result;
}

/* The scenario whose state it starts from; on an external target no state can be taken over. */
static const struct scenario *base_of(const struct job *job)
{
	return job->pool->options->external ? NULL : job->scenario->base;
}

static void tell(struct job *job, struct json *result)
{
	struct pool *pool = job->pool;

	if (job->told)
		return;
	job->told = true;
	json_set_int(result, "turn", job->turn);
	pool->options->result(job->scenario, result, pool->options->userdata);
	if (pool->options->fail_fast && !job->scenario->known_failure &&
	    !str_eq(json_get_str(result, "status"), "passed"))
		pool->stop = true;
}

static void tell_step(const struct job *job, const struct json *line)
{
	const struct jobs_options *options = job->pool->options;
	_cleanup_(freep) char *row = scenario_row_text(job->scenario, job->row);

	options->progress(job->scenario, row, (size_t)json_get_int(line, "step", 0),
			  (size_t)json_get_int(line, "steps", 0), json_get_str(line, "title"),
			  options->userdata);
}

static void take_line(struct job *job, const char *text, size_t length)
{
	_cleanup_(json_freep) struct json *line = NULL;

	if (!json_parse(text, length, &line, NULL))
		return; /* the process has lost its mind: it ends without a result */
	if (json_get(line, "kept"))
		job->pool->options->kept(json_get_str(line, "kept"), job->pool->options->userdata);
	else if (json_get(line, "title") && !json_get(line, "id"))
		tell_step(job, line);
	else
		tell(job, line);
}

/* A whole line is a step or a whole result, also when the process goes on (--keep). */
static void take_lines(struct job *job)
{
	const char *newline;

	while ((newline = memchr(strbuf_text(&job->text) + job->scanned, '\n',
				 job->text.length - job->scanned))) {
		size_t length = (size_t)(newline - strbuf_text(&job->text));
		_cleanup_(freep) char *rest = xstrndup(newline + 1, job->text.length - length - 1);

		take_line(job, strbuf_text(&job->text), length);
		strbuf_reset(&job->text);
		strbuf_add(&job->text, rest);
		job->scanned = 0;
	}
	job->scanned = job->text.length;
}

static void on_readable(int fd, uint32_t events, void *userdata)
{
	struct job *job = userdata;
	char chunk[16384];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	(void)events;
	if (n > 0) {
		strbuf_add_bytes(&job->text, chunk, (size_t)n);
		take_lines(job);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		loop_remove(job->reader);
		job->reader = NULL;
	}
}

static void job_free(struct job *job)
{
	loop_remove(job->reader);
	loop_remove(job->deadline);
	if (job->pipe >= 0)
		close(job->pipe);
	if (job->folder)
		remove_tree(job->folder);
	strbuf_done(&job->text);
	free(job->folder);
	free(job);
}

static char *how_it_ended(const struct scenario *scenario, int wait_status)
{
	if (scenario->base) /* no child of ours: nobody tells us its status */
		return xasprintf("the scenario's process, a copy of %s at the end of its step "
				 "\"%s\", ended without a result",
				 scenario->base->id, scenario->base_step);
	if (WIFSIGNALED(wait_status))
		return xasprintf("the scenario's process was ended by signal %d (%s)",
				 WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
	return xasprintf("the scenario's process ended with status %d and no result",
			 WEXITSTATUS(wait_status));
}

static void on_end(pid_t pid, int wait_status, void *userdata)
{
	struct job *job = userdata;
	struct pool *pool = job->pool;

	while (job->reader) /* what it wrote last may still be in the pipe */
		on_readable(job->pipe, EPOLLIN, job);
	if (!job->told && !pool->signal) {
		_cleanup_(freep) char *reason = how_it_ended(job->scenario, wait_status);
		_cleanup_(json_freep) struct json *result = broken_result(job, reason);

		tell(job, result);
	}
	kill(-pid, SIGKILL); /* whoever is left of its group */
	ptrs_remove(&pool->running, job);
	job_free(job);
	start_more(pool);
	stop_when_done(pool);
}

static void on_deadline(void *userdata)
{
	struct job *job = userdata;
	_cleanup_(json_freep) struct json *result =
		broken_result(job, "the scenario's process did not end long after its timeout");

	job->deadline = NULL;
	tell(job, result);
	kill(-job->pid, SIGKILL);
}

static bool spawn(struct job *job, struct err *err)
{
	struct pool *pool = job->pool;
	_cleanup_(freep) char *name = xasprintf("%zu", pool->started++);
	_cleanup_(freep) char *row = NULL, *called = NULL;
	const struct jobs_options *options = pool->options;
	struct loop_source *watched;
	pid_t parent = getpid();
	int ends[2], go = -1;
	bool ok;

	if (!run_folder_add(pool->folder, name, &job->folder, err))
		return false;
	if (options->store)
		recorder_store(job->folder, options->store, job->scenario, job->row, job->turn);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, "cannot make a pipe");
	fflush(NULL);
	ok = !base_of(job) || state_run(states_get(pool->states, job->scenario), job->scenario,
					job->row, job->folder, ends[1], &job->pid, &go, err);
	if (!base_of(job))
		job->pid = fork();
	if (job->pid == 0 && ok)
		child_run(parent, ends[1], job->scenario, job->row, job->folder, options);
	close(ends[1]);
	job->pipe = ends[0];
	if (!ok)
		return false;
	if (job->pid < 0)
		return err_errno(err, "cannot start a process");
	row = scenario_row_text(job->scenario, job->row);
	called = xasprintf("%s%s", job->scenario->id, row);
	leftovers_note(job->folder, job->pid, called);
	setpgid(job->pid, job->pid); /* the child does so too: whoever is first */
	fcntl(job->pipe, F_SETFL, O_NONBLOCK);
	job->reader = loop_add_fd(pool->loop, job->pipe, EPOLLIN, on_readable, job);
	options->progress(job->scenario, row, 0, job->scenario->steps->count, "begins",
			  options->userdata);
	if (!options->keep)
		job->deadline = loop_add_timer(
			pool->loop,
			(options->timeout_ms ? options->timeout_ms : job->scenario->timeout_ms) +
				GRACE_MS,
			on_deadline, job);
	ok = loop_add_child(pool->loop, job->pid, on_end, job, &watched, err);
	copy_let_go(go);
	return ok;
}

/* The next scenario, row and turn; false when all are started. */
static bool next_job(struct pool *pool, struct job *job)
{
	while (pool->next_scenario < pool->scenarios->count) {
		const struct scenario *scenario = pool->scenarios->items[pool->next_scenario];

		if (pool->next_row < scenario->rows.count) {
			job->scenario = scenario;
			job->row = pool->next_row;
			job->turn = pool->next_turn;
			if (++pool->next_turn == pool->options->repeat) {
				pool->next_turn = 0;
				pool->next_row++;
			}
			return true;
		}
		pool->next_scenario++;
		pool->next_row = 0;
	}
	return false;
}

/* A job that waits no more: its state is there, or will not be. NULL: there is none. */
static struct job *take_waiting(struct pool *pool)
{
	for (size_t i = 0; i < pool->waiting.count; i++) {
		struct job *job = pool->waiting.items[i];

		if (state_progress(states_get(pool->states, job->scenario)) == STATE_MAKING)
			continue;
		ptrs_remove(&pool->waiting, job);
		return job;
	}
	return NULL;
}

static struct job *new_job(struct pool *pool)
{
	struct job *job = xcalloc(1, sizeof(*job));

	*job = (struct job){.pool = pool, .pipe = -1};
	strbuf_init(&job->text, RESULT_MAX);
	if (next_job(pool, job))
		return job;
	job_free(job);
	return NULL;
}

/* Whether a job can be started now: else it waits for its state, or has got its result. */
static bool has_state(struct job *job)
{
	struct pool *pool = job->pool;
	struct state *state = base_of(job) ? states_get(pool->states, job->scenario) : NULL;

	if (!state)
		return true;
	state_make(state);
	if (state_progress(state) == STATE_MISSING) {
		_cleanup_(json_freep) struct json *result =
			unreached_result(job, state_failure(state));

		tell(job, result);
		job_free(job);
	} else if (state_progress(state) != STATE_READY) {
		ptrs_add(&pool->waiting, job);
	}
	return state_progress(state) == STATE_READY;
}

static void start_more(struct pool *pool)
{
	if (pool->starting)
		return; /* a state that is missing at once comes by here again */
	pool->starting = true;
	while (!pool->stop &&
	       pool->running.count + states_making(pool->states) < pool->options->at_once) {
		struct job *job = take_waiting(pool);

		if (!job)
			job = new_job(pool);
		if (!job)
			break;
		if (!has_state(job))
			continue;
		if (!spawn(job, &pool->err)) {
			job_free(job);
			pool->stop = true;
			break;
		}
		ptrs_add(&pool->running, job);
	}
	pool->starting = false;
}

static void kill_all(struct pool *pool)
{
	for (size_t i = 0; i < pool->running.count; i++)
		kill(-((struct job *)pool->running.items[i])->pid, SIGKILL);
}

static void too_slow(void *userdata)
{
	kill_all(userdata);
}

/* The first time everybody may end in peace and tell how far it came; the second time means now. */
static void on_signal(int signal, void *userdata)
{
	struct pool *pool = userdata;

	pool->stop = true;
	states_kill(pool->states);
	if (pool->signal) {
		kill_all(pool);
	} else {
		for (size_t i = 0; i < pool->running.count; i++)
			kill(((struct job *)pool->running.items[i])->pid, SIGTERM);
		loop_add_timer(pool->loop, INTERRUPT_MS, too_slow, pool);
	}
	pool->signal = signal;
	stop_when_done(pool);
}

/* Enter: what was paused goes on. */
static void on_input(int fd, uint32_t events, void *userdata)
{
	struct pool *pool = userdata;
	char chunk[256];

	(void)events;
	if (read(fd, chunk, sizeof(chunk)) <= 0) {
		loop_remove(pool->input); /* nobody is there who could press Enter any more */
		pool->input = NULL;
	}
	for (size_t i = 0; i < pool->running.count; i++) {
		const struct job *job = pool->running.items[i];

		if (job->told)
			kill(job->pid, SIGUSR1);
	}
}

static bool set_up(struct pool *pool, struct err *err)
{
	struct states_options states = {
		.jobs = pool->options, .changed = state_changed, .userdata = pool};

	/* first the signals: who is interrupted from here on leaves nothing behind */
	if (!loop_new(&pool->loop, err) ||
	    !loop_add_signal(pool->loop, SIGINT, on_signal, pool, err) ||
	    !loop_add_signal(pool->loop, SIGTERM, on_signal, pool, err) ||
	    !loop_add_signal(pool->loop, SIGHUP, on_signal, pool, err) || /* no terminal any more */
	    !run_folder_new(&pool->folder, err))
		return false;
	if (pool->options->keep == KEEP_PAUSED)
		pool->input = loop_add_fd(pool->loop, STDIN_FILENO, EPOLLIN, on_input, pool);
	states.loop = pool->loop;
	states.folder = pool->folder;
	pool->states = states_new(&states);
	return true;
}

static bool run_all(struct pool *pool, struct err *err)
{
	if (!set_up(pool, err))
		return false;
	start_more(pool);
	if (pool->running.count || states_making(pool->states))
		loop_run(pool->loop);
	return pool->err.code == ERR_NONE || err_move(err, &pool->err);
}

bool jobs_run(const struct ptrs *scenarios, const struct jobs_options *options, int *ret_signal,
	      struct err *err)
{
	struct pool pool = {.options = options, .scenarios = scenarios, .err = ERR_INIT};
	bool ok = run_all(&pool, err);

	*ret_signal = pool.signal;
	ptrs_done(&pool.running);
	for (size_t i = 0; i < pool.waiting.count; i++) /* the run was stopped before */
		job_free(pool.waiting.items[i]);
	ptrs_done(&pool.waiting);
	states_free(pool.states);
	loop_free(pool.loop);
	run_folder_free(pool.folder);
	return ok;
}
