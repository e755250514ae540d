/*
 * Loaded before the C library (LD_PRELOAD) by a test: calls between which another process may come
 * first are slow here, as they are on a busy machine. Whatever has to hold then, has to hold now.
 */
#include <dlfcn.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define SLOW_US 100000

int pidfd_open(pid_t pid, unsigned flags)
{
	int (*real)(pid_t, unsigned);

	*(void **)&real = dlsym(RTLD_NEXT, "pidfd_open");
	usleep(SLOW_US); /* checksrc: allow sleep that is what it is for */
	return real(pid, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t (*real)(int, struct msghdr *, int);
	ssize_t n;

	*(void **)&real = dlsym(RTLD_NEXT, "recvmsg");
	n = real(fd, message, flags);
	usleep(SLOW_US); /* checksrc: allow sleep that is what it is for */
	return n;
}
