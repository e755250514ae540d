/* Pieces of work over processes; see spread.h. */
#include "runner/jobs/spread.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/base/container.h"
#include "emulator/base/loop.h"
#include "emulator/base/strbuf.h"

#define WORKER_FD 3			     /* a worker's end of its socket */
#define TEXT_MAX  ((size_t)64 * 1024 * 1024) /* bytes told of one piece, and their number */

struct spread;

/* A process, and the piece that it does. */
struct worker {
	struct spread *spread;
	pid_t pid;
	int fd; /* numbers of pieces go there, and for each a length and as many bytes come back */
	struct loop_source *source;
	size_t piece;
	struct strbuf came;
};

/* What came of a piece that is not its turn yet. */
struct outcome {
	bool there;
	char *text, *death;
	size_t length;
};

struct spread {
	const struct spread_options *options;
	struct loop *loop;
	struct ptrs workers;
	struct outcome *outcomes;
	size_t begun, told; /* pieces */
	struct err err;
};

/* @name In a worker */

static bool write_all(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length) {
		ssize_t n = write(fd, at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

static bool read_piece(int fd, size_t *ret)
{
	ssize_t n;

	do
		n = read(fd, ret, sizeof(*ret)); /* as small as that, it comes in one piece */
	while (n < 0 && errno == EINTR);
	return n == sizeof(*ret);
}

/* What a piece tells, to be freed. */
static char *do_piece(const struct spread_options *options, size_t piece, size_t *ret_length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_length);

	if (!out)
		abort(); /* as xmalloc does when there is no memory */
	options->work(piece, out, options->userdata);
	fclose(out);
	return text;
}

/* Nothing of the parent's may be used by accident. */
static void leave_parent(pid_t parent, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	dup2(fd, WORKER_FD);
	close_range(WORKER_FD + 1, ~0U, 0);
}

__attribute__((noreturn)) static void work(const struct spread_options *options, size_t piece)
{
	do {
		size_t length;
		_cleanup_(freep) char *text = do_piece(options, piece, &length);

		if (!write_all(WORKER_FD, &length, sizeof(length)) ||
		    !write_all(WORKER_FD, text, length))
			break;
	} while (read_piece(WORKER_FD, &piece));
	_exit(EXIT_SUCCESS);
}

/* @name In the parent */

static bool next_piece(struct spread *spread, size_t *ret)
{
	const struct spread_options *options = spread->options;

	if (spread->begun == options->count)
		return false;
	*ret = options->order ? options->order[spread->begun] : spread->begun;
	spread->begun++;
	return true;
}

/* Tells of what is there, up to the first piece that is not. */
static void tell(struct spread *spread)
{
	const struct spread_options *options = spread->options;

	while (spread->told < options->count && spread->outcomes[spread->told].there) {
		struct outcome *outcome = &spread->outcomes[spread->told];

		options->done(spread->told++, outcome->text, outcome->length, outcome->death,
			      options->userdata);
		free(steal(outcome->text));
		free(steal(outcome->death));
	}
	if (spread->told == options->count)
		loop_stop(spread->loop);
}

/* The end of a worker, by itself or because nobody needs it any more: its wait status. */
static int worker_free(struct worker *worker)
{
	int status = 0;

	ptrs_remove(&worker->spread->workers, worker);
	loop_remove(worker->source);
	close(worker->fd); /* who waits for a piece ends now */
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	strbuf_done(&worker->came);
	free(worker);
	return status;
}

static char *death_text(int status)
{
	if (WIFSIGNALED(status))
		return xasprintf("ended by signal %d (%s)", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	return xasprintf("ended with exit status %d", WEXITSTATUS(status));
}

static bool start(struct spread *spread);

/* It has ended, or must; the piece that it was doing is lost. */
static void bury(struct worker *worker)
{
	struct spread *spread = worker->spread;
	struct outcome *outcome = &spread->outcomes[worker->piece];
	bool too_much = worker->came.overflow;
	int status;

	if (too_much)
		kill(worker->pid, SIGKILL);
	status = worker_free(worker);
	outcome->death =
		too_much ? xasprintf("told more than %zu bytes", TEXT_MAX) : death_text(status);
	outcome->there = true;
	tell(spread);
	/* who cannot be replaced is missed only when it was the last one */
	if (spread->begun < spread->options->count && !start(spread) && !spread->workers.count)
		loop_stop(spread->loop);
}

/* All of a piece has come: it is kept, and the next one is begun. */
static void take(struct worker *worker, size_t length)
{
	struct spread *spread = worker->spread;
	struct outcome *outcome = &spread->outcomes[worker->piece];

	outcome->text = xmalloc(length + 1);
	memcpy(outcome->text, worker->came.text + sizeof(length), length);
	outcome->text[length] = '\0';
	outcome->length = length;
	outcome->there = true;
	strbuf_reset(&worker->came);
	if (next_piece(spread, &worker->piece))
		/* that it has died meanwhile will be read soon */
		(void)!send(worker->fd, &worker->piece, sizeof(worker->piece), MSG_NOSIGNAL);
	else
		worker_free(worker);
	tell(spread);
}

static void on_worker(int fd, uint32_t events, void *userdata)
{
	struct worker *worker = userdata;
	char chunk[65536];
	ssize_t n = read(fd, chunk, sizeof(chunk));
	size_t length;

	(void)events;
	if (n < 0 && errno == EINTR)
		return;
	if (n > 0)
		strbuf_add_bytes(&worker->came, chunk, (size_t)n);
	if (n <= 0 || worker->came.overflow) {
		bury(worker);
		return;
	}
	if (worker->came.length < sizeof(length))
		return;
	memcpy(&length, worker->came.text, sizeof(length));
	if (worker->came.length - sizeof(length) == length)
		take(worker, length);
}

/* Another worker, with the next piece. */
static bool start(struct spread *spread)
{
	pid_t parent = getpid();
	struct worker *worker;
	size_t piece;
	int fds[2];
	pid_t pid;

	err_done(&spread->err);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return err_errno(&spread->err, "cannot make a socket");
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return err_errno(&spread->err, "cannot make a process");
	}
	if (!next_piece(spread, &piece))
		assert(!"only who has work for it starts a worker");
	if (pid == 0) {
		leave_parent(parent, fds[1]);
		work(spread->options, piece);
	}
	close(fds[1]);
	worker = xcalloc(1, sizeof(*worker));
	*worker = (struct worker){.spread = spread, .pid = pid, .fd = fds[0], .piece = piece};
	strbuf_init(&worker->came, TEXT_MAX);
	worker->source = loop_add_fd(spread->loop, worker->fd, EPOLLIN, on_worker, worker);
	ptrs_add(&spread->workers, worker);
	return true;
}

static bool run(struct spread *spread, struct err *err)
{
	const struct spread_options *options = spread->options;

	if (!loop_new(&spread->loop, err))
		return false;
	while (spread->workers.count < options->jobs && spread->begun < options->count)
		if (!start(spread))
			break;
	if (spread->workers.count)
		loop_run(spread->loop);
	return spread->told == options->count || err_move(err, &spread->err);
}

/* A crash of it would be ours: a debugger sees it at once. */
static void do_here(const struct spread_options *options)
{
	size_t length;
	_cleanup_(freep) char *text = do_piece(options, 0, &length);

	options->done(0, text, length, NULL, options->userdata);
}

bool spread_run(const struct spread_options *options, struct err *err)
{
	struct spread spread = {.options = options, .err = ERR_INIT};
	bool ok;

	if (options->count <= 1) {
		if (options->count)
			do_here(options);
		return true;
	}
	spread.outcomes = xcalloc(options->count, sizeof(*spread.outcomes));
	ok = run(&spread, err);
	while (spread.workers.count) {
		struct worker *worker = spread.workers.items[0];

		kill(worker->pid, SIGKILL);
		worker_free(worker);
	}
	for (size_t i = 0; i < options->count; i++) {
		free(spread.outcomes[i].text);
		free(spread.outcomes[i].death);
	}
	free(spread.outcomes);
	ptrs_done(&spread.workers);
	loop_free(spread.loop);
	err_done(&spread.err);
	return ok;
}

unsigned spread_jobs(uint64_t job_bytes)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES);
	uint64_t memory = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
	uint64_t jobs = online > 0 ? (uint64_t)online : 1;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0) /* else: more than 1024 of them */
		jobs = (uint64_t)CPU_COUNT(&set);
	if (memory && jobs > memory / job_bytes)
		jobs = memory / job_bytes;
	return jobs ? (unsigned)jobs : 1;
}
