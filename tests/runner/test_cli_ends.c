/* Runs that are interrupted or killed: what they say, and what is left behind. */
#include "tests/runner/cli.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

START_TEST(an_interrupted_run_ends_with_130_and_leaves_nothing)
{
	pid_t pid;

	write_file("slow.yaml", CLI_SLOW);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	kill(pid, SIGINT);
	ck_assert_int_eq(ended_with(pid), 130);
	assert_file("out", "STOP  ");
	assert_file("out", "interrupted in step 1");
	assert_last_line("0 passed, 0 failed, 0 skipped");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(a_terminated_run_ends_with_143)
{
	pid_t pid;

	write_file("slow.yaml", CLI_SLOW);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	kill(pid, SIGTERM);
	ck_assert_int_eq(ended_with(pid), 143);
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(killing_the_runner_kills_its_scenarios_and_the_next_run_tidies_up)
{
	pid_t pid, child;

	write_file("slow.yaml", CLI_SLOW);
	write_file("good.yaml", CLI_GOOD);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	child = child_of(pid);
	ck_assert_int_gt(child, 0);
	kill(pid, SIGKILL);
	ck_assert_int_eq(ended_with(pid), -SIGKILL);
	wait_until_gone(child);
	ck_assert_uint_eq(runs_left(), 1);
	assert_run("test $D/good.yaml", 0);
	assert_file("err", "was killed while it ran ");
	assert_file("err", "its files are removed");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(a_scenario_whose_process_is_killed_is_our_fault)
{
	pid_t pid;

	write_file("slow.yaml", CLI_SLOW);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	kill(child_of(pid), SIGKILL);
	ck_assert_int_eq(ended_with(pid), 3);
	assert_file("out", "was ended by signal 9");
}
END_TEST

START_TEST(a_failed_scenario_is_kept_until_ctrl_c)
{
	_cleanup_(freep) char *text = NULL, *config = NULL;
	const char *at;
	pid_t pid;

	write_file("bad.yaml", CLI_BAD);
	write_file("good.yaml", CLI_GOOD);
	pid = start("test $D/good.yaml $D/bad.yaml --keep");
	wait_for("err", "bad is kept as it is until Ctrl-C");
	wait_for("err", "logs and files: ");
	text = read_file("err");
	at = strstr(text, "KUBECONFIG=");
	ck_assert_ptr_nonnull(at);
	at += strlen("KUBECONFIG=");
	config = xstrndup(at, strcspn(at, "\n"));
	ck_assert_int_eq(access(config, R_OK), 0);
	ck_assert_int_eq(shell_beside("eval \"$(grep export $D/err)\"; "
				      "[ $AWS_DEFAULT_REGION = eu-west-1 ] && P leaks && "
				      "P leaks --plan"),
			 0);
	assert_file("err", "what is leaked: skyrig leaks");
	assert_file("out", "PASS");
	assert_file("out", "FAIL");
	kill(pid, SIGINT);
	ck_assert_int_eq(ended_with(pid), 130);
	assert_last_line("1 passed, 1 failed, 0 skipped");
	ck_assert_int_ne(access(config, R_OK), 0);
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(one_that_passed_is_kept_when_all_are_wanted)
{
	pid_t pid;

	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml --keep", 0); /* nothing has failed */
	pid = start("test $D/good.yaml --keep=all");
	wait_for("err", "is kept as it is until Ctrl-C");
	assert_file("out", "PASS");
	kill(pid, SIGINT);
	ck_assert_int_eq(ended_with(pid), 130);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

/* A state, what starts from it, what waits long in `finally`: a phase for each moment. */
static void write_phases(void)
{
	write_file("base.yaml",
		   CLI_SCENARIO(CLI_NO_CONTROLLERS,
				"  - step: settled\n    settle: 300ms\n    leaks: none\n"));
	write_file("next.yaml",
		   CLI_SCENARIO("given: { after: \"base#settled\" }\n", CLI_NO_VPC("600ms")));
	write_file("other.yaml", CLI_SCENARIO(CLI_NO_CONTROLLERS,
					      CLI_NO_VPC("300ms")) "finally:\n" CLI_NOTHING_LEAKED);
}

#define PHASES "test $D/next.yaml $D/other.yaml --jobs 2 --plain"

/* How many processes live that were started with this test's TMPDIR: whatever they are. */
static unsigned processes_left(void)
{
	_cleanup_(freep) char *wanted = xasprintf("TMPDIR=%s", cli_folder());
	DIR *dir = opendir("/proc");
	unsigned n = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		_cleanup_(freep) char *path = xasprintf("/proc/%s/environ", entry->d_name);
		char bytes[32768]; /* more than any of them has */
		FILE *file = isdigit((unsigned char)entry->d_name[0]) ? fopen(path, "re") : NULL;
		size_t length = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

		if (file)
			fclose(file);
		n += memmem(bytes, length, wanted, strlen(wanted)) != NULL;
	}
	if (dir)
		closedir(dir);
	return n;
}

/* Sends a signal after each of these times; what the program says of itself is judged. */
static void end_at_any_moment(int number, void (*judge)(int status, int ms))
{
	static const int moments[] = {0,   1,	2,   5,	  10,  20,  40,	  60,	80,   100, 150,
				      200, 300, 400, 500, 600, 800, 1000, 1300, 1600, 2500};
	write_phases();
	for (size_t i = 0; i < array_size(moments); i++) {
		pid_t pid = start(PHASES);

		for (int ms = 0; ms < moments[i]; ms += 10)
			pause_shortly();
		kill(pid, number);
		judge(ended_with(pid), moments[i]);
		for (int turn = 0; turn < 3000 && processes_left(); turn++)
			pause_shortly();
		ck_assert_uint_eq(processes_left(), 0);
	}
}

static void judge_interrupted(int status, int ms)
{
	ck_assert_msg(status == 130 || status == 1 || status == -SIGINT, "%d after %d ms", status,
		      ms);
	ck_assert_uint_eq(runs_left(), 0);
}

START_TEST(an_interrupt_at_any_moment_leaves_nothing)
{
	end_at_any_moment(SIGINT, judge_interrupted);
}
END_TEST

static void judge_killed(int status, int ms)
{
	ck_assert_msg(status == -SIGKILL || status == 1, "%d after %d ms", status, ms);
}

START_TEST(a_kill_at_any_moment_leaves_no_process_and_the_next_run_removes_the_files)
{
	end_at_any_moment(SIGKILL, judge_killed);
	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml", 0);
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_interrupted_run_ends_with_130_and_leaves_nothing,
		a_terminated_run_ends_with_143,
		killing_the_runner_kills_its_scenarios_and_the_next_run_tidies_up,
		a_scenario_whose_process_is_killed_is_our_fault,
		a_failed_scenario_is_kept_until_ctrl_c,
		one_that_passed_is_kept_when_all_are_wanted,
		an_interrupt_at_any_moment_leaves_nothing,
		a_kill_at_any_moment_leaves_no_process_and_the_next_run_removes_the_files,
		NULL,
	};

	return cli_main("cli_ends", tests);
}
