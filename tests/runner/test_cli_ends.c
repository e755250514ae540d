/* Runs that are interrupted or killed: what they say, and what is left behind. */
#include "tests/runner/cli.h"

#include <signal.h>

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

int main(void)
{
	const TTest *const tests[] = {
		an_interrupted_run_ends_with_130_and_leaves_nothing,
		a_terminated_run_ends_with_143,
		killing_the_runner_kills_its_scenarios_and_the_next_run_tidies_up,
		a_scenario_whose_process_is_killed_is_our_fault,
		NULL,
	};

	return cli_main("cli_ends", tests);
}
