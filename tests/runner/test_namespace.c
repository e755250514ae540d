/* Namespaces of a scenario's process, and what a killed run leaves behind. */
#include "runner/jobs/namespace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/jobs/folder.h"
#include "runner/jobs/leftovers.h"
#include "tests/lib/suite.h"

/* Whether this machine can; else the tests have nothing to prove. */
static bool possible(void)
{
	struct err err = ERR_INIT;
	bool ok = namespaces_possible(&err);

	if (!ok)
		fprintf(stderr, "SKIPPED: %s\n", err_text(&err));
	err_done(&err);
	return ok;
}

/* Runs a function in a process with namespaces of its own; its exit status. */
static int inside(int (*fn)(void))
{
	struct err err = ERR_INIT;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(namespaces_enter(&err) ? fn() : 99);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* errno of a UDP "connect", which only asks for a route; 0: there is one. */
static int route_to(const char *address)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(53)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), code = 0;

	inet_pton(AF_INET, address, &in.sin_addr);
	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) != 0)
		code = errno;
	close(fd);
	return code;
}

static int loopback_only(void)
{
	return route_to("127.0.0.1") == 0 && route_to("192.0.2.1") == ENETUNREACH ? 0 : 1;
}

START_TEST(inside_there_is_loopback_and_no_way_out)
{
	if (possible())
		ck_assert_int_eq(inside(loopback_only), 0);
}
END_TEST

static int still_me(void)
{
	return (int)(geteuid() % 64);
}

START_TEST(inside_one_is_who_one_was)
{
	if (possible())
		ck_assert_int_eq(inside(still_me), (int)(geteuid() % 64));
}
END_TEST

static int ends[2];

/* A grandchild in a session of its own, which neither dies with its parent nor is in its group. */
static int leave_a_daemon(void)
{
	pid_t child = fork();

	if (child == 0) {
		setsid();
		if (fork() == 0) {
			signal(SIGHUP, SIG_IGN);
			for (;;)
				pause();
		}
		_exit(0);
	}
	close(ends[1]);
	waitpid(child, NULL, 0);
	return 0;
}

START_TEST(what_a_scenario_starts_ends_with_it_even_a_daemon)
{
	char byte;

	if (!possible())
		return;
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(inside(leave_a_daemon), 0);
	close(ends[1]);
	/* the daemon had the pipe open: its end comes when the kernel has ended it */
	ck_assert_int_eq(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}
END_TEST

START_TEST(who_works_in_a_dead_run_s_folder_is_ended_and_named)
{
	char template[] = "/tmp/skyrig-test-XXXXXX", text[1024] = "";
	_cleanup_(freep) char *job = NULL;
	FILE *out = fmemopen(text, sizeof(text), "w");
	int status, ready[2];
	pid_t pid;

	ck_assert_ptr_nonnull(mkdtemp(template));
	job = xasprintf("%s/0", template);
	ck_assert_int_eq(mkdir(job, 0700), 0);
	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (chdir(job) != 0)
			_exit(1);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], text, 1), 0); /* it is in the folder now */
	close(ready[0]);
	leftovers_note(template, pid, "");
	leftovers_note(job, pid, "leak/example");
	leftovers_end(template, out);
	fclose(out);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	ck_assert_ptr_nonnull(strstr(text, "was killed while it ran leak/example; what of it "
					   "still lived was ended"));
	remove_tree(template);
}
END_TEST

START_TEST(a_stranger_with_a_recycled_number_is_left_alone)
{
	char template[] = "/tmp/skyrig-test-XXXXXX";
	_cleanup_(freep) char *job = NULL, *path = NULL;
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(template));
	job = xasprintf("%s/0", template);
	ck_assert_int_eq(mkdir(job, 0700), 0);
	path = xasprintf("%s/process.json", job);
	file = fopen(path, "we");
	/* our own number, begun at another time: were it believed, this test would end here */
	fprintf(file, "{\"pid\":%d,\"start\":1,\"what\":\"x\"}\n", (int)getpid());
	fclose(file);
	leftovers_end(template, NULL);
	remove_tree(template);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {inside_there_is_loopback_and_no_way_out,
				      inside_one_is_who_one_was,
				      what_a_scenario_starts_ends_with_it_even_a_daemon,
				      who_works_in_a_dead_run_s_folder_is_ended_and_named,
				      a_stranger_with_a_recycled_number_is_left_alone,
				      NULL};

	return suite_main("namespace", tests);
}
