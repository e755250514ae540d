/* Namespaces of a scenario's process. */
#include "runner/jobs/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMESPACES (CLONE_NEWNET | CLONE_NEWPID)

static bool write_text(const char *path, const char *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (!ok)
		err_errno(err, "cannot write '%s'", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Who we are outside is who we are inside; nobody else is there. */
static bool map_user(uid_t uid, gid_t gid, struct err *err)
{
	_cleanup_(freep) char *uids = xasprintf("%u %u 1\n", (unsigned)uid, (unsigned)uid);
	_cleanup_(freep) char *gids = xasprintf("%u %u 1\n", (unsigned)gid, (unsigned)gid);

	/* setgroups must be given up before an unprivileged process may map its group */
	return write_text("/proc/self/setgroups", "deny", err) &&
	       write_text("/proc/self/uid_map", uids, err) &&
	       write_text("/proc/self/gid_map", gids, err);
}

/* 127.0.0.1 and ::1 are there as soon as the device is up. */
static bool raise_loopback(struct err *err)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0;

	if (ok) {
		request.ifr_flags |= IFF_UP | IFF_RUNNING;
		ok = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
	}
	if (!ok)
		err_errno(err, "cannot bring up the loopback device");
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The first process of a process namespace: when it ends, the kernel ends all others in it. It ends
 * with its parent, which waits until the kernel has been told so; and with the other end of the
 * pipe, which no program that is started from there holds. */
__attribute__((noreturn)) static void keep(int fd, int ready)
{
	sigset_t all;
	char byte;

	prctl(PR_SET_NAME, "skyrig-keeper");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)!write(ready, "", 1);
	signal(SIGCHLD, SIG_IGN); /* who is orphaned in here is buried without a word */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	dup2(fd, STDIN_FILENO);
	close_range(STDIN_FILENO + 1, ~0U, 0);
	while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(EXIT_SUCCESS);
}

static bool start_keeper(struct err *err)
{
	int ends[2], ready[2];
	ssize_t n = -1;
	char byte;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, "cannot make a pipe");
	if (pipe2(ready, O_CLOEXEC) != 0) {
		close(ends[0]);
		close(ends[1]);
		return err_errno(err, "cannot make a pipe");
	}
	pid = fork();
	if (pid == 0)
		keep(ends[0], ready[1]);
	close(ends[0]);
	close(ready[1]);
	while (pid > 0 && (n = read(ready[0], &byte, 1)) < 0 && errno == EINTR)
		;
	close(ready[0]);
	/* ends[1] stays open as long as this process lives */
	return n == 1 || err_errno(err, "cannot start a process in the new process namespace");
}

bool namespaces_enter(struct err *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(NAMESPACES) != 0) {
		if (unshare(CLONE_NEWUSER | NAMESPACES) != 0)
			return err_errno(err, "the kernel allows no network namespace");
		if (!map_user(uid, gid, err))
			return false;
	}
	/* the keeper must be the first: who comes first has to stay */
	return raise_loopback(err) && start_keeper(err);
}

/* In a process of its own: the reason why not, or nothing, into the pipe. */
__attribute__((noreturn)) static void try(int fd)
{
	struct err err = ERR_INIT;

	if (!namespaces_enter(&err))
		(void)!write(fd, err_text(&err), strlen(err_text(&err)));
	_exit(EXIT_SUCCESS);
}

bool namespaces_possible(struct err *err)
{
	char bytes[512]; /* a reason is one line */
	size_t length = 0;
	ssize_t n;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, "cannot make a pipe");
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		try(ends[1]);
	close(ends[1]);
	while (pid > 0 && length < sizeof(bytes) - 1 &&
	       ((n = read(ends[0], bytes + length, sizeof(bytes) - 1 - length)) > 0 ||
		(n < 0 && errno == EINTR)))
		length += n > 0 ? (size_t)n : 0;
	close(ends[0]);
	if (pid < 0)
		return err_errno(err, "cannot start a process");
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	bytes[length] = '\0';
	return !length || err_set(err, ERR_IO, NULL, "%s", bytes);
}
