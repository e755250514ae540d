/* Children on the loop. */
#include "runner/controllers/process.h"

#include <signal.h>
#include <sys/stat.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/container.h"
#include "emulator/base/loop.h"
#include "runner/controllers/files.h"
#include "tests/lib/suite.h"

struct seen {
	struct loop *loop;
	struct strs lines;
	char *how;
};

static void line(const char *text, void *userdata)
{
	struct seen *seen = userdata;

	strs_add(&seen->lines, text);
}

static void ended(const char *how, void *userdata)
{
	struct seen *seen = userdata;

	seen->how = xstrdup(how);
	loop_stop(seen->loop);
}

static struct process *run(struct seen *seen, const char *path, const char *const *arguments,
			   struct err *err)
{
	static const char *const environment[] = {"ONLY=this", NULL};
	struct process_spec spec = {.path = path,
				    .arguments = arguments,
				    .environment = environment,
				    .directory = "/",
				    .line = line,
				    .ended = ended,
				    .userdata = seen};
	struct process *process = NULL;

	return process_start(seen->loop, &spec, &process, err) ? process : NULL;
}

static struct seen seen_new(void)
{
	struct seen seen = {0};
	struct err err = ERR_INIT;

	ck_assert(loop_new(&seen.loop, &err));
	return seen;
}

static void seen_done(struct seen *seen)
{
	strs_done(&seen->lines);
	free(seen->how);
	loop_free(seen->loop);
}

START_TEST(lines_of_both_outputs_and_the_last_one_without_newline_arrive_before_the_end)
{
	static const char *const arguments[] = {
		"-c", "echo one; echo two >&2; printf three; exit 3", NULL};
	struct seen seen = seen_new();
	struct err err = ERR_INIT;
	struct process *process = run(&seen, "/bin/sh", arguments, &err);

	ck_assert_ptr_nonnull(process);
	loop_run(seen.loop);
	ck_assert_uint_eq(seen.lines.count, 3);
	ck_assert_str_eq(seen.lines.items[0], "one");
	ck_assert_str_eq(seen.lines.items[1], "two");
	ck_assert_str_eq(seen.lines.items[2], "three");
	ck_assert_str_eq(seen.how, "ended with status 3");
	process_free(process);
	seen_done(&seen);
}
END_TEST

START_TEST(it_gets_the_environment_given_and_nothing_else)
{
	static const char *const arguments[] = {NULL};
	struct seen seen = seen_new();
	struct err err = ERR_INIT;
	struct process *process;

	setenv("AWS_SECRET_ACCESS_KEY", "must not leak", 1);
	process = run(&seen, "/usr/bin/env", arguments, &err);
	ck_assert_ptr_nonnull(process);
	loop_run(seen.loop);
	ck_assert_uint_eq(seen.lines.count, 1);
	ck_assert_str_eq(seen.lines.items[0], "ONLY=this");
	process_free(process);
	seen_done(&seen);
}
END_TEST

START_TEST(a_file_that_is_no_program_is_an_error_at_the_start)
{
	static const char *const arguments[] = {NULL};
	char path[] = "/tmp/skyrig-test-XXXXXX";
	int fd = mkstemp(path);
	struct seen seen = seen_new();
	struct err err = ERR_INIT;

	ck_assert_int_eq(write(fd, "\1\2\3", 3), 3);
	fchmod(fd, 0700);
	close(fd);
	ck_assert_ptr_null(run(&seen, path, arguments, &err));
	ck_assert_int_eq(err.code, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err_text(&err), path));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "Exec format error"));
	unlink(path);
	err_done(&err);
	seen_done(&seen);
}
END_TEST

START_TEST(a_missing_program_is_an_error_at_the_start)
{
	static const char *const arguments[] = {NULL};
	struct seen seen = seen_new();
	struct err err = ERR_INIT;

	ck_assert_ptr_null(run(&seen, "/nowhere/at/all", arguments, &err));
	ck_assert_str_eq(err_text(&err), "cannot run '/nowhere/at/all': No such file or directory");
	err_done(&err);
	seen_done(&seen);
}
END_TEST

START_TEST(freeing_kills_the_whole_group)
{
	static const char *const arguments[] = {"-c", "sleep 1000 & echo $!; wait", NULL};
	struct seen seen = seen_new();
	struct err err = ERR_INIT;
	struct process *process = run(&seen, "/bin/sh", arguments, &err);
	pid_t grandchild;

	ck_assert_ptr_nonnull(process);
	while (!seen.lines.count)
		loop_turn(seen.loop, -1);
	grandchild = (pid_t)strtol(seen.lines.items[0], NULL, 10);
	ck_assert_int_eq(kill(grandchild, 0), 0);
	process_free(process);
	/* Its parent is gone: whoever reaps it, it is dead or dying of SIGKILL. */
	while (kill(grandchild, 0) == 0) {
		_cleanup_(freep) char *stat_path = xasprintf("/proc/%d/stat", grandchild);
		FILE *file = fopen(stat_path, "re");
		char state = 'Z';

		if (file && fscanf(file, "%*d %*s %c", &state) != 1)
			state = 'Z';
		if (file)
			fclose(file);
		if (state == 'Z' || state == 'X')
			break;
		sched_yield();
	}
	ck_assert_ptr_null(seen.how);
	seen_done(&seen);
}
END_TEST

START_TEST(a_line_without_end_is_cut_and_goes_on)
{
	static const char *const arguments[] = {
		"-c", "head -c 70000 /dev/zero | tr '\\000' x; echo", NULL};
	struct seen seen = seen_new();
	struct err err = ERR_INIT;
	struct process *process = run(&seen, "/bin/sh", arguments, &err);

	ck_assert_ptr_nonnull(process);
	loop_run(seen.loop);
	ck_assert_uint_eq(seen.lines.count, 2);
	ck_assert_uint_eq(strlen(seen.lines.items[0]), PROCESS_LINE_MAX - 1);
	ck_assert_uint_eq(strlen(seen.lines.items[1]), 70000 - (PROCESS_LINE_MAX - 1));
	process_free(process);
	seen_done(&seen);
}
END_TEST

START_TEST(two_free_ports_can_be_listened_on)
{
	unsigned a, b;
	struct err err = ERR_INIT;

	ck_assert(files_free_port(&a, &err));
	ck_assert(files_free_port(&b, &err));
	ck_assert_uint_gt(a, 1023);
	ck_assert_uint_gt(b, 1023);
}
END_TEST

START_TEST(a_port_is_given_to_one_only)
{
	static bool given[65536];
	struct err err = ERR_INIT;

	for (int i = 0; i < 3000; i++) { /* of 12000: by chance, hundreds would be given twice */
		unsigned port;

		ck_assert(files_free_port(&port, &err));
		ck_assert_uint_lt(port, array_size(given));
		ck_assert(!given[port]);
		given[port] = true;
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		lines_of_both_outputs_and_the_last_one_without_newline_arrive_before_the_end,
		it_gets_the_environment_given_and_nothing_else,
		a_file_that_is_no_program_is_an_error_at_the_start,
		a_missing_program_is_an_error_at_the_start,
		freeing_kills_the_whole_group,
		a_line_without_end_is_cut_and_goes_on,
		two_free_ports_can_be_listened_on,
		a_port_is_given_to_one_only,
		NULL,
	};

	return suite_main("process", tests);
}
