/* skyrig test --watch. Source: inotify(7). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "emulator/base/loop.h"
#include "runner/commands/command.h"
#include "runner/commands/paths.h"
#include "runner/commands/test.h"

#define QUIET_MS 200 /* editors write a file in several steps */
#define EVENTS	 (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE)

struct watch {
	struct loop *loop;
	int fd;
	struct strs folders; /* by watch descriptor - 1 */
	struct strs changed; /* paths */
	struct loop_source *quiet;
	int signal;
};

/* @name Which files a scenario uses */

static void add_file(struct strs *files, const char *path)
{
	_cleanup_(freep) char *real = realpath(path, NULL);

	if (real && !strs_has(files, real))
		strs_add(files, real);
}

/* Every text in it that names a fixture. */
static void add_fixtures(const struct scenario *scenario, const struct yaml_node *node,
			 struct strs *files)
{
	if (node->type == YAML_SCALAR && str_ends_with(node->text, ".yaml")) {
		_cleanup_(freep) char *path = xasprintf("%s/%s", scenario->fixtures, node->text);

		add_file(files, path);
	}
	for (const struct yaml_node *child = node->first; child; child = child->next)
		add_fixtures(scenario, child, files);
}

static void files_of(const struct scenario *scenario, struct strs *files)
{
	for (; scenario; scenario = scenario->base) {
		add_file(files, scenario->source->path);
		add_fixtures(scenario, scenario->root, files);
	}
}

static bool uses_any(const struct scenario *scenario, const struct strs *changed)
{
	_cleanup_(strs_done) struct strs files = {0};

	files_of(scenario, &files);
	for (size_t i = 0; i < files.count; i++)
		if (strs_has(changed, files.items[i]))
			return true;
	return false;
}

/* @name Waiting */

static void add_folder(struct watch *watch, const char *file)
{
	_cleanup_(freep) char *folder = xstrdup(file);

	*strrchr(folder, '/') = '\0';
	if (strs_has(&watch->folders, folder))
		return;
	/* descriptors count from 1 in the order of being asked for */
	if (inotify_add_watch(watch->fd, folder, EVENTS) > 0)
		strs_add(&watch->folders, folder);
}

static void quiet(void *userdata)
{
	struct watch *watch = userdata;

	watch->quiet = NULL;
	loop_stop(watch->loop);
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
		if (str_ends_with(path, ".yaml") && !strs_has(&watch->changed, path))
			strs_add(&watch->changed, path);
	}
	loop_remove(watch->quiet);
	watch->quiet =
		watch->changed.count ? loop_add_timer(watch->loop, QUIET_MS, quiet, watch) : NULL;
}

static void on_signal(int signal, void *userdata)
{
	struct watch *watch = userdata;

	watch->signal = signal;
	loop_stop(watch->loop);
}

/* Waits until a file changes; false when it was interrupted, or cannot be done. */
static bool wait_for_change(const struct suite *suite, struct watch *watch, struct err *err)
{
	bool ok;

	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch->fd < 0)
		return err_errno(err, "cannot watch files");
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		_cleanup_(strs_done) struct strs files = {0};

		files_of(suite->scenarios.items[i], &files);
		for (size_t j = 0; j < files.count; j++)
			add_folder(watch, files.items[j]);
	}
	ok = loop_new(&watch->loop, err) &&
	     loop_add_signal(watch->loop, SIGINT, on_signal, watch, err) &&
	     loop_add_signal(watch->loop, SIGTERM, on_signal, watch, err);
	if (ok) {
		loop_add_fd(watch->loop, watch->fd, EPOLLIN, on_change, watch);
		loop_run(watch->loop);
	}
	loop_free(steal(watch->loop));
	close(watch->fd);
	strs_done(&watch->folders);
	watch->quiet = NULL;
	return ok && !watch->signal;
}

/* Runs what uses a changed file, with the files as they are now. */
static int run_changed(const struct test_options *test, const struct filter *filter,
		       const struct strs *changed, struct suite *fresh)
{
	struct suite some = {0};
	int status = paths_load("test", &test->paths, fresh);

	if (!status && fresh->problems.errors) {
		paths_print_problems(fresh, stderr, !test->no_color && command_color(STDERR_FILENO),
				     "Nothing was run.");
		return EXIT_USAGE;
	}
	for (size_t i = 0; !status && i < fresh->scenarios.count; i++)
		if (uses_any(fresh->scenarios.items[i], changed))
			ptrs_add(&some.scenarios, fresh->scenarios.items[i]);
	if (!status && some.scenarios.count)
		status = test_run(test, &some, filter);
	ptrs_done(&some.scenarios);
	return status;
}

int test_watch(const struct test_options *test, const struct suite *suite,
	       const struct filter *filter)
{
	int status = test_run(test, suite, filter);
	struct watch watch = {0};
	struct err err = ERR_INIT;
	struct suite fresh = {0};

	for (;;) {
		fprintf(stderr, "skyrig test: waiting for a file to change (Ctrl-C ends)\n");
		if (status >= 128 ||
		    !wait_for_change(fresh.scenarios.count ? &fresh : suite, &watch, &err))
			break;
		suite_done(&fresh);
		fresh = (struct suite){0};
		status = run_changed(test, filter, &watch.changed, &fresh);
		strs_done(&watch.changed);
		watch.changed = (struct strs){0};
	}
	if (err.code != ERR_NONE) {
		fprintf(stderr, "skyrig test: %s\n", err_text(&err));
		status = EXIT_HARNESS;
	}
	err_done(&err);
	strs_done(&watch.changed);
	suite_done(&fresh);
	return watch.signal ? 128 + watch.signal : status;
}
