#pragma once
/*
 * A child process on the loop: own process group, clean environment, output line by line. It dies
 * with us: the kernel kills it when its parent ends, however that ends.
 */
#include <sys/types.h>

#include "emulator/base/err.h"

struct loop;
struct process;

#define PROCESS_LINE_MAX 65536 /* bytes; a longer line is cut there and goes on as the next one */

struct process_spec {
	const char *path;		/**< of the executable */
	const char *const *arguments;	/**< argv[1] and on, NULL-terminated */
	const char *const *environment; /**< "NAME=value", NULL-terminated: all that it gets */
	const char *directory;		/**< it starts there */
	/** A line of its stdout or stderr, without the newline. */
	void (*line)(const char *line, void *userdata);
	/**
	 * It has ended; the last lines were delivered before. The process is still the owner's to
	 * free, and may be freed inside this callback.
	 *
	 * @param how  "ended with status 1", "was killed by signal 9 (Killed)"
	 */
	void (*ended)(const char *how, void *userdata);
	void *userdata;
};

/**
 * Starts it. A program that cannot be executed is an error here, not an end later.
 *
 * @param err  ERR_IO: "cannot run 'PATH': Exec format error"
 */
must_check bool process_start(struct loop *loop, const struct process_spec *spec,
			      struct process **ret, struct err *err);
pid_t process_pid(const struct process *process);
/** Kills its whole group, if it still runs, waits for the child's end, and frees. NULL is fine. */
void process_free(struct process *process);
DEFINE_FREEP(process, struct process)
