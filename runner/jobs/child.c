/* A scenario's process. */
#include "runner/jobs/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "runner/engine/inner.h"
#include "runner/jobs/namespace.h"
#include "runner/jobs/recorder.h"
#include "runner/jobs/request.h"
#include "runner/jobs/results.h"
#include "runner/jobs/summary.h"
#include "runner/live/kubeconfig.h"
#include "runner/live/live.h"

#define RESULT_FD 3

struct child {
	const struct scenario *scenario;
	const struct jobs_options *options;
	const char *folder;
	const char *row;
	const char *from; /* folder of the state that it starts from; NULL: none */
	struct recorder *recorder;
	char *recorded_as;
};

static void write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(fd, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* nobody listens any more */
		text += n;
		length -= (size_t)n;
	}
}

static void send_result(const struct json *result)
{
	_cleanup_(freep) char *text = json_to_text(result);

	write_all(RESULT_FD, text, strlen(text));
	write_all(RESULT_FD, "\n", 1);
}

/* For the runner, who knows whether and how to show it. */
static void progress(size_t step, size_t count, const char *title, void *userdata)
{
	_cleanup_(json_freep) struct json *line = json_new_object();

	(void)userdata;
	json_set_int(line, "step", (int64_t)step);
	json_set_int(line, "steps", (int64_t)count);
	json_set_str(line, "title", title);
	send_result(line);
}

static bool is_kept(enum jobs_keep keep, const char *status)
{
	if (keep == KEEP_NONE || str_eq(status, "interrupted"))
		return false;
	return keep == KEEP_ALL || !str_eq(status, "passed");
}

static void go_on(int signal, void *userdata)
{
	(void)signal;
	*(bool *)userdata = true;
}

/* By the runner, who knows what else is on the screen. */
static void tell_how_to_look(const struct child *child, const struct engine *engine,
			     const char *kubeconfig)
{
	const struct actor *operator= actor_by_name(engine->emulator->world, "operator");
	bool paused = child->options->keep == KEEP_PAUSED;
	_cleanup_(json_freep) struct json *line = json_new_object();

	/* boto3 and aws-cli 1 look at AWS_DEFAULT_REGION only */
	json_setf(line, "kept",
		  "\n%s%s is kept as it is until %s:\n"
		  "  export AWS_ENDPOINT_URL=http://127.0.0.1:%u AWS_REGION=%s "
		  "AWS_DEFAULT_REGION=%s\n"
		  "  export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s\n"
		  "  export KUBECONFIG=%s\n"
		  "  what is leaked: skyrig leaks; how it is cleaned up: skyrig leaks --plan\n"
		  "  logs and files: %s\n",
		  child->scenario->id, child->row, paused ? "you press Enter" : "Ctrl-C",
		  engine->emulator->aws_port, child->scenario->given.region,
		  child->scenario->given.region, operator->access_key_id, operator->secret_key,
		  kubeconfig, child->folder);
	send_result(line);
}

/* --keep, --pause-on-failure: everything stays as it is until the runner says so. */
static void stay(const struct child *child, struct engine *engine)
{
	_cleanup_(freep) char *kubeconfig = xasprintf("%s/kubeconfig", child->folder);
	/* judged already: the engine needs it no more */
	_cleanup_(live_freep) struct live *live =
		live_new(engine->emulator, steal(engine->baseline));
	bool done = false;
	struct err err = ERR_INIT;

	engine->emulator->serve = live_serve;
	engine->emulator->serve_userdata = live;
	if (!kubeconfig_write(engine->emulator->kube, kubeconfig, &err) ||
	    !loop_add_signal(engine->loop, SIGUSR1, go_on, &done, &err)) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		err_done(&err);
	}
	tell_how_to_look(child, engine, kubeconfig);
	while (!done && !engine->interrupted)
		loop_turn(engine->loop, -1);
	engine->emulator->serve = NULL;
}

static void decided(const struct json *result, struct engine *engine, void *userdata)
{
	const struct child *child = userdata;
	_cleanup_(json_freep) struct json *full = json_copy(result);

	summary_add(full, engine);
	results_describe(full, child->scenario); /* its own report tells it, too */
	if (child->recorder)
		recorder_decided(child->recorder, full, engine);
	send_result(full);
	if (engine->emulator && !engine->external &&
	    is_kept(child->options->keep, json_get_str(result, "status")))
		stay(child, engine);
}

/* Ours is a group of our own; we end with our parent. */
static void stand_alone(void)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Nothing of the parent's may be used by accident: descriptors, signal handling. */
static void leave_parent(int fd)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(fd, RESULT_FD);
	fcntl(RESULT_FD, F_SETFD, FD_CLOEXEC);
	close_range(RESULT_FD + 1, ~0U, 0);
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, STDIN_FILENO);
	close(fd);
}

static void fail(const struct scenario *scenario, const char *row, struct err *err)
{
	fprintf(stderr, "skyrig test: %s%s: %s\n", scenario->id, row, err_text(err));
	_exit(EXIT_FAILURE);
}

static void isolate(const struct scenario *scenario, const char *row,
		    const struct jobs_options *options)
{
	struct err err = ERR_INIT;

	if (options->isolated && !namespaces_enter(&err))
		fail(scenario, row, &err);
}

static struct engine_options options_of(struct child *child, size_t row)
{
	const struct jobs_options *options = child->options;

	child->recorder = options->store && !options->external
				  ? recorder_new(child->folder, child->from, child->scenario, row)
				  : NULL;
	child->recorded_as = recorder_called(child->recorder);
	return (struct engine_options){.directory = child->folder,
				       .overrides = options->overrides,
				       .has_seed = options->has_seed,
				       .seed = options->seed,
				       .speed = options->speed,
				       .timeout_ms = options->timeout_ms,
				       .strict = options->strict,
				       .external = options->external,
				       .recorder = recorder_of(child->recorder),
				       .recorded_as = child->recorded_as,
				       .progress = progress,
				       .userdata = child};
}

__attribute__((noreturn)) static void run(struct child *child, size_t row,
					  struct engine_state *from)
{
	struct engine_options engine = options_of(child, row);

	engine.decided = decided;
	engine.interruptible = true;
	engine.from = from;
	json_free(engine_run(child->scenario, row, &engine));
	recorder_free(child->recorder);
	free(child->recorded_as);
	_exit(EXIT_SUCCESS);
}

__attribute__((noreturn)) static void make_state(struct child *child, const char *until,
						 struct engine_state *from);

/* In the copy; go: until the runner watches it. */
__attribute__((noreturn)) static void be_copy(const struct copy_request *request, int fd, int go,
					      struct engine_state *state,
					      const struct child *parent)
{
	const struct jobs_options *options = parent->options;
	_cleanup_(freep) char *row = request->until
					     ? xstrdup(STATE_ROW)
					     : scenario_row_text(request->scenario, request->row);
	struct child child = {
		request->scenario, options, request->folder, row, parent->folder, NULL, NULL};
	struct err err = ERR_INIT;

	signal(SIGCHLD, SIG_DFL);
	stand_alone();
	if (!copy_may_go(go))
		_exit(EXIT_FAILURE);
	leave_parent(fd);
	if (!engine_state_copied(state, &err))
		fail(request->scenario, row, &err);
	isolate(request->scenario, row, options);
	if (request->until)
		make_state(&child, request->until, state);
	else
		run(&child, request->row, state);
}

static void copy_self(const struct copy_request *request, int fd, int go,
		      struct engine_state *state, const struct child *child)
{
	int pidfd;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		be_copy(request, fd, go, state, child);
	pidfd = pid > 0 ? pidfd_open(pid, 0) : -1;
	copy_answer(RESULT_FD, pidfd);
	if (pidfd >= 0)
		close(pidfd);
}

/* Runs the scenario up to the step, and is its state from then on. */
static void make_state(struct child *child, const char *until, struct engine_state *from)
{
	struct engine_options engine = options_of(child, 0);
	_cleanup_(json_freep) struct json *result = NULL;
	struct engine_state *state = NULL;
	struct copy_request request;
	int fd, go;

	engine.from = from;
	engine.until = until;
	engine.ret_state = &state;
	result = engine_run(child->scenario, 0, &engine);
	send_result(result);
	recorder_free(steal(child->recorder));
	if (!state)
		_exit(EXIT_SUCCESS);
	signal(SIGCHLD, SIG_IGN); /* the copies are the runner's business */
	while (copy_receive(RESULT_FD, &request, &fd, &go)) {
		copy_self(&request, fd, go, state, child);
		close(fd);
		close(go);
	}
	_exit(EXIT_SUCCESS);
}

void child_run(pid_t parent, int fd, const struct scenario *scenario, size_t row,
	       const char *folder, const struct jobs_options *options)
{
	_cleanup_(freep) char *row_text = scenario_row_text(scenario, row);
	struct child child = {scenario, options, folder, row_text, NULL, NULL, NULL};

	stand_alone();
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	leave_parent(fd);
	isolate(scenario, row_text, options);
	run(&child, row, NULL);
}

void child_make_state(pid_t parent, int fd, const struct scenario *scenario, const char *until,
		      const char *folder, const struct jobs_options *options)
{
	struct child child = {scenario, options, folder, STATE_ROW, NULL, NULL, NULL};

	stand_alone();
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	leave_parent(fd);
	isolate(scenario, STATE_ROW, options);
	make_state(&child, until, NULL);
}
