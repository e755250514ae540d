/* A scenario's process. */
#include "runner/jobs/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "runner/engine/inner.h"
#include "runner/jobs/namespace.h"
#include "runner/live/kubeconfig.h"

#define RESULT_FD 3

struct child {
	const struct scenario *scenario;
	const struct jobs_options *options;
	const char *folder;
	const char *row;
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

static void progress(size_t step, size_t count, const char *title, void *userdata)
{
	const struct child *child = userdata;

	if (child->options->verbose)
		fprintf(stderr, "      %s%s  step %zu of %zu: %s\n", child->scenario->id,
			child->row, step, count, title);
}

/* --keep: everything stays as it is until the runner is interrupted. */
static void decided(const struct json *result, struct engine *engine, void *userdata)
{
	const struct child *child = userdata;
	_cleanup_(freep) char *kubeconfig = NULL;
	struct err err = ERR_INIT;

	send_result(result);
	if (!child->options->keep || !engine->emulator ||
	    str_eq(json_get_str(result, "status"), "passed"))
		return;
	kubeconfig = xasprintf("%s/kubeconfig", child->folder);
	if (!kubeconfig_write(engine->emulator->kube, kubeconfig, &err)) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		err_done(&err);
	}
	fprintf(stderr,
		"\nKept as it is until Ctrl-C:\n"
		"  export AWS_ENDPOINT_URL=http://127.0.0.1:%u\n"
		"  export KUBECONFIG=%s\n"
		"  logs and files: %s\n",
		engine->emulator->aws_port, kubeconfig, child->folder);
	for (;;)
		loop_turn(engine->loop, -1);
}

/* Nothing of the parent's may be used by accident: descriptors, signal handling, its group. */
static void leave_parent(pid_t parent, int fd)
{
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(fd, RESULT_FD);
	fcntl(RESULT_FD, F_SETFD, FD_CLOEXEC);
	close_range(RESULT_FD + 1, ~0U, 0);
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, STDIN_FILENO);
	close(fd);
}

void child_run(pid_t parent, int fd, const struct scenario *scenario, size_t row,
	       const char *folder, const struct jobs_options *options)
{
	_cleanup_(freep) char *row_text = scenario_row_text(scenario, row);
	struct child child = {scenario, options, folder, row_text};
	struct engine_options engine = {.directory = folder,
					.overrides = options->overrides,
					.has_seed = options->has_seed,
					.seed = options->seed,
					.speed = options->speed,
					.timeout_ms = options->timeout_ms,
					.strict = options->strict,
					.progress = progress,
					.decided = decided,
					.userdata = &child};
	struct err err = ERR_INIT;

	leave_parent(parent, fd);
	if (options->isolated && !namespaces_enter(&err)) {
		fprintf(stderr, "skyrig test: %s%s: %s\n", scenario->id, row_text, err_text(&err));
		_exit(EXIT_FAILURE);
	}
	json_free(engine_run(scenario, row, &engine));
	_exit(EXIT_SUCCESS);
}
