/* Scenarios that start from the state of another: given.after. */
#include "tests/runner/cli.h"

#include <signal.h>

#define CALL_VPC(title, cidr)                                                                      \
	"  - step: " title "\n    call: { action: ec2:CreateVpc, params: { CidrBlock: " cidr       \
	" } }\n"
#define EXPECT_VPC(cidr)                                                                           \
	"      - one: vpc\n        where: { CidrBlock: " cidr " }\n        made-by: operator\n"

/* One that starts from a step of one that starts from a step. */
static void write_chain(void)
{
	write_file("base.yaml", CLI_SCENARIO(CLI_NO_CONTROLLERS,
					     CALL_VPC("first", "10.1.0.0/16")
						     CALL_VPC("never there", "10.8.0.0/16")));
	write_file("next.yaml", CLI_SCENARIO("given: { after: \"base#first\" }\n",
					     CALL_VPC("second", "10.2.0.0/16")));
	write_file(
		"top.yaml",
		CLI_SCENARIO("given: { after: \"next#second\" }\n",
			     CALL_VPC("third", "10.3.0.0/16") "    expect:\n" EXPECT_VPC(
				     "10.1.0.0/16") EXPECT_VPC("10.2.0.0/16")
				     EXPECT_VPC("10.3.0.0/16") "      - none: vpc\n        where: "
							       "{ CidrBlock: 10.8.0.0/16 }\n"
							       "      - calls: ec2:CreateVpc\n"
							       "        times: 1\n"));
}

START_TEST(scenarios_start_from_the_state_of_a_step_and_do_not_see_each_other)
{
	write_chain();
	assert_run("test $D/top.yaml $D/top.yaml --jobs 2 --repeat 2", 0);
	assert_last_line("4 passed, 0 failed, 0 skipped");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(on_a_busy_machine_no_scenario_ends_before_it_is_known)
{
	write_chain();
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
	assert_shell("export LD_PRELOAD=${S%/*}/tests/runner/slow_calls.so; P test "
		     "$D/top.yaml $D/top.yaml --jobs 2 --repeat 2",
		     0);
	assert_last_line("4 passed, 0 failed, 0 skipped");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(what_starts_from_a_state_that_is_not_reached_fails_and_says_why)
{
	write_file("base.yaml", CLI_BAD);
	write_file("next.yaml", CLI_SCENARIO("given: { after: \"base#there is no such VPC\" }\n",
					     "  - step: nothing is leaked\n    leaks: none\n"));
	write_file("top.yaml", CLI_SCENARIO("given: { after: \"next#nothing is leaked\" }\n",
					    "  - step: never\n    leaks: none\n"));
	assert_run("test $D/top.yaml", 1);
	assert_file("out", "the state that it starts from was not reached: ");
	assert_file("out", "one vpc where { CidrBlock: 10.9.0.0/16 }");
	assert_last_line("0 passed, 1 failed, 0 skipped");
}
END_TEST

START_TEST(a_killed_state_takes_its_scenarios_with_it_and_is_our_fault)
{
	pid_t pid;

	write_file("base.yaml", CLI_GOOD);
	write_file("slow.yaml", CLI_SCENARIO("given: { after: \"base#nothing is leaked\" }\n",
					     CLI_NO_VPC("50s")));
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "there is no such VPC");
	kill(child_of(pid), SIGKILL);
	ck_assert_int_eq(ended_with(pid), 3);
	assert_file("out", "base at the end of its step \"nothing is leaked\", ended without a "
			   "result");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		scenarios_start_from_the_state_of_a_step_and_do_not_see_each_other,
		on_a_busy_machine_no_scenario_ends_before_it_is_known,
		what_starts_from_a_state_that_is_not_reached_fails_and_says_why,
		a_killed_state_takes_its_scenarios_with_it_and_is_our_fault,
		NULL,
	};

	return cli_main("cli_states", tests);
}
