/* Requests to a state's process, with descriptors. Source: unix(7), SCM_RIGHTS; pidfd_open(2). */
#include "runner/jobs/request.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* One descriptor beside the bytes. */
union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static bool send_with(int socket, const void *bytes, size_t length, int fd)
{
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
	union control control = {0};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)length;
}

static bool receive_with(int socket, void *bytes, size_t length, int *ret_fd)
{
	struct iovec part = {.iov_base = bytes, .iov_len = length};
	union control control = {0};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	ssize_t n;

	*ret_fd = -1;
	do
		n = recvmsg(socket, &message, MSG_WAITALL | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (message.msg_controllen >= CMSG_LEN(sizeof(int)) &&
	    control.header.cmsg_type == SCM_RIGHTS)
		memcpy(ret_fd, CMSG_DATA(&control.header), sizeof(*ret_fd));
	if (n == (ssize_t)length)
		return true;
	if (*ret_fd >= 0)
		close(*ret_fd);
	*ret_fd = -1;
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

bool copy_ask(int socket, const struct copy_request *request, int fd, pid_t *ret, struct err *err)
{
	bool made = false;
	int pidfd = -1;

	if (!send_with(socket, request, sizeof(*request), fd) ||
	    !receive_with(socket, &made, sizeof(made), &pidfd))
		return err_set(err, ERR_IO, NULL, "the process that holds the state has ended");
	if (!made || pidfd < 0)
		return err_set(err, ERR_IO, NULL, "the state's process cannot be copied");
	*ret = pid_of(pidfd);
	close(pidfd);
	return *ret > 0 || err_set(err, ERR_IO, NULL, "the copy of the state has ended at once");
}

bool copy_receive(int socket, struct copy_request *ret, int *ret_fd)
{
	return receive_with(socket, ret, sizeof(*ret), ret_fd);
}

void copy_answer(int socket, int pidfd)
{
	bool made = pidfd >= 0;

	(void)!send_with(socket, &made, sizeof(made), pidfd);
}
