/*
 * Loaded before the C library (LD_PRELOAD) by a test: a process that dies with its parent, which
 * only a worker does, dies when it opens a recording whose path has $SKYRIG_TEST_DEADLY in it.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

struct sqlite3;

/* as in sqlite3.h; checksrc: allow library the call is taken over, nothing is done with it */
int sqlite3_open_v2(const char *path, struct sqlite3 **ret, int flags, const char *vfs);

/* checksrc: allow library the same */
int sqlite3_open_v2(const char *path, struct sqlite3 **ret, int flags, const char *vfs)
{
	int (*real)(const char *, struct sqlite3 **, int, const char *);
	const char *deadly = getenv("SKYRIG_TEST_DEADLY");
	int signal = 0;

	if (deadly && strstr(path, deadly) && prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal)
		raise(SIGSEGV);
	*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_open_v2");
	return real(path, ret, flags, vfs);
}
