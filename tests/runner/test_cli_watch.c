/* skyrig test --watch: what changes is run again, and nothing else. */
#include "tests/runner/cli.h"

#include <signal.h>

#define WAITING "waiting for a file to change"
/* A scenario about the VPC of a fixture. */
#define OF_FIXTURE(cidr)                                                                           \
	CLI_SCENARIO("given: { controllers: [], profile: instant, aws: aws/vpc.yaml }\n",          \
		     "  - step: the VPC is there\n    within: 50ms\n"                              \
		     "    expect: [ { one: vpc, where: { CidrBlock: " cidr " } } ]\n")
#define FIXTURE(cidr) "- { call: \"ec2:CreateVpc\", params: { CidrBlock: " cidr " } }\n"

/* How often a text stands in a file. */
static unsigned count(const char *name, const char *text)
{
	_cleanup_(freep) char *found = read_file(name);
	unsigned n = 0;

	for (const char *at = found; (at = strstr(at, text)); at++)
		n++;
	return n;
}

/* Waits until it has run so often that it waits for the n-th time. */
static void wait_for_turn(unsigned n)
{
	for (int i = 0; i < 3000 && count("err", WAITING) < n; i++)
		pause_shortly();
	ck_assert_uint_eq(count("err", WAITING), n);
}

static pid_t start_watching(void)
{
	pid_t pid;

	assert_shell("mkdir -p $D/fixtures/aws $D/suites/own", 0);
	write_file("fixtures/aws/vpc.yaml", FIXTURE("10.1.0.0/16"));
	write_file("suites/own/good.yaml", CLI_GOOD);
	write_file("suites/own/vpc.yaml", OF_FIXTURE("10.1.0.0/16"));
	pid = start_after("cd $D;", "test suites --watch --plain");
	wait_for_turn(1);
	assert_file("out", "2 passed, 0 failed, 0 skipped");
	return pid;
}

static void stop_watching(pid_t pid)
{
	kill(pid, SIGINT);
	ck_assert_int_eq(ended_with(pid), 130);
	ck_assert_uint_eq(runs_left(), 0);
}

START_TEST(the_scenarios_of_a_folder_are_run_again_when_its_defaults_change)
{
	pid_t pid = start_watching();

	write_file("suites/own/suite.yaml", "seed: 5\n");
	wait_for_turn(2);
	ck_assert_uint_eq(count("out", "2 passed, 0 failed, 0 skipped"), 2);
	write_file("suites/own/suite.yaml", "sed: 5\n");
	wait_for_turn(3);
	assert_file("err", "did you mean seed?");
	stop_watching(pid);
}
END_TEST

START_TEST(a_scenario_that_changes_is_run_again_alone)
{
	pid_t pid = start_watching();

	write_file("suites/own/good.yaml", CLI_BAD);
	wait_for_turn(2);
	assert_file("out", "FAIL  own/good");
	assert_last_line("0 passed, 1 failed, 0 skipped");
	ck_assert_uint_eq(count("out", "own/vpc  "), 1);
	stop_watching(pid);
}
END_TEST

START_TEST(a_fixture_that_changes_is_run_by_those_that_use_it)
{
	pid_t pid = start_watching();

	write_file("fixtures/aws/vpc.yaml", FIXTURE("10.2.0.0/16"));
	wait_for_turn(2);
	assert_file("out", "FAIL  own/vpc");
	assert_last_line("0 passed, 1 failed, 0 skipped");
	ck_assert_uint_eq(count("out", "own/good  "), 1);
	stop_watching(pid);
}
END_TEST

START_TEST(a_new_scenario_is_run)
{
	pid_t pid = start_watching();

	write_file("suites/own/new.yaml", CLI_GOOD);
	wait_for_turn(2);
	assert_file("out", "PASS  own/new");
	assert_last_line("1 passed, 0 failed, 0 skipped");
	stop_watching(pid);
}
END_TEST

START_TEST(while_a_file_is_broken_nothing_is_run_and_nothing_forgotten)
{
	pid_t pid = start_watching();

	write_file("suites/own/good.yaml", "scenario: half a sent");
	wait_for_turn(2);
	assert_file("err", "\"steps\" is missing in this scenario");
	assert_file("err", "Nothing was run.");
	write_file("fixtures/aws/vpc.yaml", FIXTURE("10.2.0.0/16"));
	wait_for_turn(3);
	ck_assert_uint_eq(count("out", "passed,"), 1);
	write_file("suites/own/good.yaml", CLI_GOOD);
	wait_for_turn(4);
	assert_last_line("1 passed, 1 failed, 0 skipped");
	stop_watching(pid);
}
END_TEST

START_TEST(what_changes_during_a_run_is_run_after_it)
{
	pid_t pid;

	assert_shell("mkdir -p $D/fixtures $D/suites/own", 0);
	write_file("suites/own/bad.yaml", CLI_SCENARIO(CLI_NO_CONTROLLERS, CLI_NO_VPC("3s")));
	pid = start_after("cd $D;", "test suites --watch --plain --verbose");
	wait_for("err", "step 1 of 1");
	write_file("suites/own/bad.yaml", CLI_GOOD);
	wait_for_turn(2);
	assert_file("out", "0 passed, 1 failed, 0 skipped");
	assert_last_line("1 passed, 0 failed, 0 skipped");
	stop_watching(pid);
}
END_TEST

START_TEST(files_of_editors_are_nobodys)
{
	pid_t pid = start_watching();

	write_file("suites/own/.good.yaml.swp", "x");
	write_file("suites/own/4913", "x");
	write_file("suites/own/good.yaml", CLI_BAD);
	wait_for_turn(2);
	assert_last_line("0 passed, 1 failed, 0 skipped");
	stop_watching(pid);
}
END_TEST

START_TEST(ctrl_c_during_a_run_ends_the_watching_too)
{
	pid_t pid;

	assert_shell("mkdir -p $D/fixtures $D/suites/own", 0);
	write_file("suites/own/slow.yaml", CLI_SLOW);
	pid = start_after("cd $D;", "test suites --watch --plain --verbose");
	wait_for("err", "step 1 of 1");
	stop_watching(pid);
	ck_assert_uint_eq(count("err", WAITING), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_scenarios_of_a_folder_are_run_again_when_its_defaults_change,
		a_scenario_that_changes_is_run_again_alone,
		a_fixture_that_changes_is_run_by_those_that_use_it,
		a_new_scenario_is_run,
		while_a_file_is_broken_nothing_is_run_and_nothing_forgotten,
		what_changes_during_a_run_is_run_after_it,
		files_of_editors_are_nobodys,
		ctrl_c_during_a_run_ends_the_watching_too,
		NULL,
	};

	return cli_main("cli_watch", tests);
}
