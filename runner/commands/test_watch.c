/* skyrig test --watch. Source: inotify(7). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "emulator/base/loop.h"
#include "runner/commands/command.h"
#include "runner/commands/paths.h"
#include "runner/commands/test.h"
#include "runner/scenario/uses.h"

#define QUIET_MS 200 /* editors write a file in several steps */
#define EVENTS	 (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)

struct watch {
	struct loop *loop;
	int fd;
	struct strs folders; /* by watch descriptor - 1 */
	struct strs files;   /* that any scenario uses, or did */
	struct strs changed; /* paths, since all of them could be read */
	bool news;	     /* something has changed since the last time */
	struct loop_source *quiet;
	int signal;
};

static bool uses_any(const struct scenario *scenario, const struct strs *changed)
{
	_cleanup_(strs_done) struct strs files = {0};

	scenario_files(scenario, &files);
	for (size_t i = 0; i < files.count; i++)
		if (strs_has(changed, files.items[i]))
			return true;
	return false;
}

/* @name Waiting */

static bool add_folder(struct watch *watch, const char *file, struct err *err)
{
	_cleanup_(freep) char *folder = xstrdup(file);

	*strrchr(folder, '/') = '\0';
	if (strs_has(&watch->folders, folder))
		return true;
	/* descriptors count from 1 in the order of being asked for */
	if (inotify_add_watch(watch->fd, folder, EVENTS) < 0)
		return err_errno(err, "cannot watch '%s'", folder);
	strs_add(&watch->folders, folder);
	return true;
}

/* From now on changes of what they use are noted, also while scenarios run. */
static bool watch_files(struct watch *watch, const struct suite *suite, struct err *err)
{
	for (size_t i = 0; i < suite->scenarios.count; i++)
		scenario_files(suite->scenarios.items[i], &watch->files);
	for (size_t i = 0; i < watch->files.count; i++)
		if (!add_folder(watch, watch->files.items[i], err))
			return false;
	return true;
}

static void quiet(void *userdata)
{
	struct watch *watch = userdata;

	watch->quiet = NULL;
	loop_stop(watch->loop);
}

/* A file that somebody uses; or a new scenario. What editors leave beside them is nobody's. */
static void note_change(struct watch *watch, const char *path)
{
	if (!strs_has(&watch->files, path) && !str_ends_with(path, ".yaml"))
		return;
	watch->news = true;
	if (!strs_has(&watch->changed, path))
		strs_add(&watch->changed, path);
}

static void on_change(int fd, uint32_t events, void *userdata)
{
	struct watch *watch = userdata;
	_Alignas(struct inotify_event) char bytes[16384];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)events;
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const void *)(bytes + at);
		_cleanup_(freep) char *path = NULL;

		at += (ssize_t)(sizeof(*event) + event->len);
		if (!event->len || event->wd < 1 || (size_t)event->wd > watch->folders.count)
			continue;
		path = xasprintf("%s/%s", watch->folders.items[event->wd - 1], event->name);
		note_change(watch, path);
	}
	loop_remove(watch->quiet);
	watch->quiet = watch->news ? loop_add_timer(watch->loop, QUIET_MS, quiet, watch) : NULL;
}

static void on_signal(int signal, void *userdata)
{
	struct watch *watch = userdata;

	watch->signal = signal;
	loop_stop(watch->loop);
}

/* Waits until a file changes; false when it was interrupted, or cannot be done. */
static bool wait_for_change(struct watch *watch, struct err *err)
{
	bool ok = loop_new(&watch->loop, err) &&
		  loop_add_signal(watch->loop, SIGINT, on_signal, watch, err) &&
		  loop_add_signal(watch->loop, SIGTERM, on_signal, watch, err);

	if (ok) {
		fprintf(stderr, "skyrig test: waiting for a file to change (Ctrl-C ends)\n");
		watch->news = false;
		loop_add_fd(watch->loop, watch->fd, EPOLLIN, on_change, watch);
		loop_run(watch->loop);
	}
	loop_free(steal(watch->loop));
	watch->quiet = NULL;
	return ok && !watch->signal;
}

static void forget_changes(struct watch *watch)
{
	strs_done(&watch->changed);
	watch->changed = (struct strs){0};
}

/* Runs what uses a changed file, with the files as they are now. While they cannot be read,
 * nothing is run and nothing is forgotten. */
static bool run_changed(const struct test_options *test, const struct filter *filter,
			struct watch *watch, int *ret_status, struct err *err)
{
	struct suite fresh = {0}, some = {0};
	int status = paths_load("test", &test->paths, &fresh);
	bool ok = true;

	if (!status && fresh.problems.errors) {
		paths_print_problems(&fresh, stderr,
				     !test->no_color && command_color(STDERR_FILENO),
				     "Nothing was run.");
		status = EXIT_USAGE;
	}
	if (!status && (ok = watch_files(watch, &fresh, err))) {
		for (size_t i = 0; i < fresh.scenarios.count; i++)
			if (uses_any(fresh.scenarios.items[i], &watch->changed))
				ptrs_add(&some.scenarios, fresh.scenarios.items[i]);
		forget_changes(watch);
		if (some.scenarios.count)
			status = test_run(test, &some, filter);
	}
	ptrs_done(&some.scenarios);
	suite_done(&fresh);
	*ret_status = status;
	return ok;
}

int test_watch(const struct test_options *test, const struct suite *suite,
	       const struct filter *filter)
{
	struct watch watch = {.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
	struct err err = ERR_INIT;
	int status = EXIT_HARNESS;
	bool ok = watch.fd >= 0 || err_errno(&err, "cannot watch files");

	ok = ok && watch_files(&watch, suite, &err);
	if (ok)
		status = test_run(test, suite, filter);
	while (ok && status < 128 && wait_for_change(&watch, &err))
		ok = run_changed(test, filter, &watch, &status, &err);
	if (err.code != ERR_NONE) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		status = EXIT_HARNESS;
	}
	err_done(&err);
	if (watch.fd >= 0)
		close(watch.fd);
	strs_done(&watch.folders);
	strs_done(&watch.files);
	forget_changes(&watch);
	return watch.signal ? 128 + watch.signal : status;
}
