/* Children on the loop. See process.h. */
#include "runner/controllers/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/base/container.h"
#include "emulator/base/loop.h"
#include "emulator/base/strbuf.h"

struct process {
	struct loop *loop;
	struct process_spec spec;
	pid_t pid;  /* 0 once reaped */
	int output; /* read end; -1 once closed */
	struct loop_source *output_source, *child_source;
	struct strbuf line;
};

/* Hands on what stands in the buffer as one line. */
static void deliver_line(struct process *process)
{
	const char *text = strbuf_text(&process->line);

	process->spec.line(text, process->spec.userdata);
	strbuf_reset(&process->line);
}

static void take_bytes(struct process *process, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\n') {
			deliver_line(process);
			continue;
		}
		if (process->line.length >= PROCESS_LINE_MAX - 1)
			deliver_line(process);
		strbuf_add_char(&process->line, bytes[i] ? bytes[i] : ' ');
	}
}

/* Reads what is there; false at the end of the output. */
static bool read_output(struct process *process)
{
	char bytes[4096]; /* one read's worth; lines are gathered in a strbuf */

	for (;;) {
		ssize_t n = read(process->output, bytes, sizeof(bytes));

		if (n > 0)
			take_bytes(process, bytes, (size_t)n);
		else if (n < 0 && errno == EINTR)
			continue;
		else
			return n < 0 && errno == EAGAIN;
	}
}

static void close_output(struct process *process)
{
	loop_remove(process->output_source);
	process->output_source = NULL;
	if (process->output >= 0)
		close(process->output);
	process->output = -1;
}

static void output_ready(_unused_ int fd, _unused_ uint32_t events, void *userdata)
{
	struct process *process = userdata;

	if (!read_output(process))
		close_output(process);
}

static void child_ended(_unused_ pid_t pid, int wait_status, void *userdata)
{
	struct process *process = userdata;
	_cleanup_(freep) char *how = NULL;

	/* A grandchild may have inherited the pipe: take what is there, do not wait for its end. */
	if (process->output >= 0)
		read_output(process);
	if (process->line.length)
		deliver_line(process);
	close_output(process);
	killpg(process->pid, SIGKILL);
	process->child_source = NULL;
	process->pid = 0;
	if (WIFSIGNALED(wait_status))
		how = xasprintf("was killed by signal %d (%s)", WTERMSIG(wait_status),
				strsignal(WTERMSIG(wait_status)));
	else
		how = xasprintf("ended with status %d", WEXITSTATUS(wait_status));
	process->spec.ended(how, process->spec.userdata);
}

/* In the child: becomes the program, or writes errno to `report` and ends. */
__attribute__((noreturn)) static void become(const struct process_spec *spec, char **argv,
					     pid_t parent, int output, int report)
{
	sigset_t none;
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t above;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	above = getppid(); /* 0: in another process namespace, which ends with the parent */
	if ((above == parent || above == 0) && null_fd >= 0 && dup2(null_fd, 0) >= 0 &&
	    dup2(output, 1) >= 0 && dup2(output, 2) >= 0 && chdir(spec->directory) == 0 &&
	    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		execve(spec->path, argv, (char *const *)spec->environment);
	if (write(report, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

/* The child's errno when it could not become the program; 0 when it could. */
static int exec_result(int report)
{
	int code = 0;
	ssize_t n;

	do
		n = read(report, &code, sizeof(code));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(code) ? code : 0;
}

static struct process *process_new(struct loop *loop, const struct process_spec *spec, pid_t pid,
				   int output)
{
	struct process *process = xcalloc(1, sizeof(*process));

	process->loop = loop;
	process->spec = *spec;
	process->pid = pid;
	process->output = output;
	strbuf_init(&process->line, PROCESS_LINE_MAX);
	process->output_source = loop_add_fd(loop, output, EPOLLIN, output_ready, process);
	return process;
}

static char **make_argv(const struct process_spec *spec)
{
	size_t count = 0;
	char **argv;

	while (spec->arguments[count])
		count++;
	argv = xcalloc(count + 2, sizeof(*argv));
	argv[0] = (char *)spec->path;
	for (size_t i = 0; i < count; i++)
		argv[i + 1] = (char *)spec->arguments[i];
	return argv;
}

bool process_start(struct loop *loop, const struct process_spec *spec, struct process **ret,
		   struct err *err)
{
	int output[2], report[2], code;
	_cleanup_(freep) char **argv = make_argv(spec);
	_cleanup_(process_freep) struct process *process = NULL;
	pid_t pid, parent = getpid();

	if (pipe2(output, O_CLOEXEC) < 0)
		return err_errno(err, "cannot make a pipe");
	if (pipe2(report, O_CLOEXEC) < 0) {
		err_errno(err, "cannot make a pipe");
		close(output[0]);
		close(output[1]);
		return false;
	}
	pid = fork();
	if (pid == 0)
		become(spec, argv, parent, output[1], report[1]);
	close(output[1]);
	close(report[1]);
	if (pid < 0) {
		err_errno(err, "cannot start a process");
		close(output[0]);
		close(report[0]);
		return false;
	}
	setpgid(pid, pid); /* both sides do it: whoever comes first */
	code = exec_result(report[0]);
	close(report[0]);
	fcntl(output[0], F_SETFL, O_NONBLOCK);
	process = process_new(loop, spec, pid, output[0]);
	if (code) {
		errno = code;
		return err_errno(err, "cannot run '%s'", spec->path);
	}
	if (!loop_add_child(loop, pid, child_ended, process, &process->child_source, err))
		return false;
	*ret = steal(process);
	return true;
}

pid_t process_pid(const struct process *process)
{
	return process->pid;
}

void process_free(struct process *process)
{
	if (!process)
		return;
	loop_remove(process->child_source);
	close_output(process);
	if (process->pid) {
		killpg(process->pid, SIGKILL);
		while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	strbuf_done(&process->line);
	free(process);
}
