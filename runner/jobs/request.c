/* Requests to a state's process, with descriptors. Source: unix(7), SCM_RIGHTS; pidfd_open(2). */
#include "runner/jobs/request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS_MAX 2

/* Descriptors beside the bytes. */
union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

static bool send_with(int socket, const void *bytes, size_t length, const int *fds, size_t count)
{
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
	union control control = {0};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (count) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)length;
}

/* False, and no descriptor is open, unless all the bytes and that many descriptors came. */
static bool receive_with(int socket, void *bytes, size_t length, int *fds, size_t count)
{
	struct iovec part = {.iov_base = bytes, .iov_len = length};
	union control control = {0};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	int came[FDS_MAX];
	size_t n_came = 0;
	ssize_t n;

	do
		n = recvmsg(socket, &message, MSG_WAITALL | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && message.msg_controllen >= CMSG_LEN(sizeof(int)) &&
	    control.header.cmsg_type == SCM_RIGHTS) {
		n_came = (control.header.cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(came, CMSG_DATA(&control.header), n_came * sizeof(int));
	}
	if (n == (ssize_t)length && n_came == count) {
		memcpy(fds, came, count * sizeof(int));
		return true;
	}
	for (size_t i = 0; i < n_came; i++)
		close(came[i]);
	return false;
}

/* The number that a process has for us, whatever namespace its parent saw it in. */
static pid_t pid_of(int pidfd)
{
	_cleanup_(freep) char *path = xasprintf("/proc/self/fdinfo/%d", pidfd);
	FILE *file = fopen(path, "re");
	char chunk[64];
	int pid = -1;

	while (file && fgets(chunk, sizeof(chunk), file))
		if (sscanf(chunk, "Pid: %d", &pid) == 1)
			break;
	if (file)
		fclose(file);
	return pid;
}

/* Sends the request and takes the answer in; the copy waits at the other end of go. */
static bool ask(int socket, const struct copy_request *request, int fd, int go, pid_t *ret,
		struct err *err)
{
	const int given[] = {fd, go};
	bool made = false;
	int pidfd = -1;

	if (!send_with(socket, request, sizeof(*request), given, array_size(given)))
		return err_set(err, ERR_IO, NULL, "the process that holds the state has ended");
	if (!receive_with(socket, &made, sizeof(made), &pidfd, 1))
		return err_set(err, ERR_IO, NULL, "the state's process cannot be copied");
	*ret = pid_of(pidfd);
	close(pidfd);
	return *ret > 0 || err_set(err, ERR_IO, NULL, "the copy of the state has ended at once");
}

bool copy_ask(int socket, const struct copy_request *request, int fd, pid_t *ret, int *ret_go,
	      struct err *err)
{
	int go[2];
	bool ok;

	if (pipe2(go, O_CLOEXEC) != 0)
		return err_errno(err, "cannot make a pipe");
	ok = ask(socket, request, fd, go[0], ret, err);
	close(go[0]);
	if (ok)
		*ret_go = go[1];
	else
		close(go[1]);
	return ok;
}

void copy_let_go(int go)
{
	if (go < 0)
		return;
	(void)!write(go, "", 1); /* it may have been killed: whoever watches it knows */
	close(go);
}

bool copy_may_go(int go)
{
	ssize_t n;
	char byte;

	do
		n = read(go, &byte, 1);
	while (n < 0 && errno == EINTR);
	close(go);
	return n == 1;
}

bool copy_receive(int socket, struct copy_request *ret, int *ret_fd, int *ret_go)
{
	int fds[2];

	if (!receive_with(socket, ret, sizeof(*ret), fds, array_size(fds)))
		return false;
	*ret_fd = fds[0];
	*ret_go = fds[1];
	return true;
}

void copy_answer(int socket, int pidfd)
{
	bool made = pidfd >= 0;

	(void)!send_with(socket, &made, sizeof(made), &pidfd, made ? 1 : 0);
}
