/* suite.yaml: what holds for all scenarios below its folder. */
#include "tests/runner/cli.h"

#define WHY "why: it shows where what holds comes from\nsource: [ \"scenario language\" ]\n"
#define VPC_STEP                                                                                   \
	"steps: [ { step: there is no such VPC, expect: [ { one: vpc, where: { CidrBlock: "        \
	"10.9.0.0/16 } } ] } ]\n"

/* The call is made in the region that holds. */
#define REGION_STEPS                                                                               \
	"steps: [ { step: a zone of the region is taken, call: { action: 'ec2:CreateVolume', "     \
	"params: { AvailabilityZone: \"${region}a\", Size: 1 } }, leaks: none } ]\n"

/* suites/ with defaults, and a folder below it with others. */
static void make_suites(void)
{
	assert_shell("mkdir -p $D/suites/leak/deep $D/fixtures", 0);
	write_file(
		"suites/suite.yaml",
		"timeout: 20s\nwithin: 50ms\nseed: 7\n"
		"given: { controllers: [], profile: instant, region: eu-central-1, nodes: 3 }\n");
	write_file("suites/leak/suite.yaml", "seed: 8\ngiven: { nodes: 0 }\n");
	write_file("suites/leak/deep/own.yaml",
		   "scenario: A scenario with a seed\nseed: 9\n" WHY VPC_STEP);
	write_file("suites/other.yaml", "scenario: A scenario that says nothing\n" WHY
					"given: { quotas: { vpcs: 2 } }\n" REGION_STEPS);
}

START_TEST(the_nearest_file_that_says_a_key_counts)
{
	make_suites();
	assert_run("explain $D/suites/leak/deep/own.yaml", 0);
	assert_file("out", "\n  seed                  9                           ");
	assert_file("out", "/suites/leak/deep/own.yaml:2:7\n");
	assert_file("out", "\n  given.nodes           0                           ");
	assert_file("out", "/suites/leak/suite.yaml:2:17\n");
	assert_file("out", "\n  within                50ms                        ");
	assert_file("out", "/suites/suite.yaml:2:9\n");
	assert_file("out", "\n  given.controllers     []                          ");
	assert_file("out", "\n  given.speed           20                          by default\n");
	assert_file("out",
		    "\n  given.quotas          -                           nobody says it\n");
	/* each of three files has a part of what is given */
	assert_run("explain $D/suites/other.yaml", 0);
	assert_file("out", "\n  given.quotas          { vpcs: 2 }                 ");
	assert_file("out", "\n  given.nodes           3                           ");
	assert_file("out", "\n  seed                  7                           ");
}
END_TEST

START_TEST(a_run_goes_by_the_defaults)
{
	make_suites();
	assert_run("test $D/suites/leak --no-color", 1);
	assert_file("out", "never true during 50ms");
	assert_run("test $D/suites/other.yaml --no-color", 0);
}
END_TEST

START_TEST(it_is_the_same_from_every_folder)
{
	make_suites();
	assert_shell("cd $D/suites/leak/deep && P explain own.yaml", 0);
	assert_file("out", "  ../suite.yaml:2:17\n");
	assert_file("out", "  ../../suite.yaml:2:9\n");
	assert_shell("cd $D/suites && P explain ./leak/../leak/deep/own.yaml", 0);
	assert_file("out", "\n  given.nodes           0  ");
	assert_file("out", "\n  within                50ms  ");
}
END_TEST

START_TEST(outside_of_suites_only_the_file_beside_it_counts)
{
	assert_shell("mkdir -p $D/some/where", 0);
	write_file("some/suite.yaml", "seed: 5\n");
	write_file("some/where/suite.yaml", "within: 40s\n");
	write_file("some/where/mine.yaml", CLI_GOOD);
	assert_run("explain $D/some/where/mine.yaml", 0);
	assert_file("out", "\n  seed                  1                           by default\n");
	assert_file("out", "/some/where/suite.yaml:1:9\n");
}
END_TEST

START_TEST(it_is_no_scenario_itself)
{
	make_suites();
	assert_run("list $D/suites", 0);
	assert_no_text("out", "suite\n");
	assert_run("lint $D/suites", 0);
	assert_file("out", "2 scenarios, no mistakes.");
	assert_run("lint $D/suites/suite.yaml", 0);
	assert_file("out", "1 suite.yaml, no mistakes.");
	assert_run("test $D/suites/suite.yaml", 4);
	assert_file("err", "a suite.yaml has defaults for the scenarios of its folder");
	assert_run("explain $D/suites/suite.yaml", 2);
	assert_file("err", "it is no scenario; what it may say: skyrig explain suite");
}
END_TEST

START_TEST(with_a_mistake_in_it_nothing_is_run)
{
	make_suites();
	write_file("suites/suite.yaml", "timeout: 20s\nwitin: 50ms\n");
	assert_run("test $D/suites/other.yaml", 2);
	assert_file("err", "/suites/suite.yaml:2:1: error: unknown key \"witin\" in a suite.yaml");
	assert_file("err", "did you mean within?");
	assert_file("err", "Nothing was run.");
	assert_run("list $D/suites/other.yaml", 2);
}
END_TEST

START_TEST(strictness_may_be_a_default_and_be_taken_back)
{
	static const char steps[] =
		"given: { controllers: [] }\n"
		"steps: [ { step: nobody calls, expect: [ { calls: 'ec2:*', by: "
		"infrastructure-controller, times: 0 } ] } ]\n";
	_cleanup_(freep) char *usual = xasprintf("scenario: A scenario\n" WHY "%s", steps);
	_cleanup_(freep) char *lenient =
		xasprintf("scenario: A scenario\nstrict: false\n" WHY "%s", steps);

	assert_shell("mkdir -p $D/suites $D/fixtures", 0);
	write_file("suites/suite.yaml", "strict: true\n");
	write_file("suites/a.yaml", usual);
	assert_run("test $D/suites --no-color", 1);
	assert_file("out", "infrastructure-controller");
	write_file("suites/a.yaml", lenient);
	assert_run("test $D/suites", 0);
	assert_run("test $D/suites --strict", 1);
}
END_TEST

START_TEST(a_scenario_that_starts_from_a_state_takes_what_is_no_part_of_it)
{
	make_suites();
	write_file("suites/base.yaml",
		   "scenario: A scenario that others start from\n" WHY
		   "given: { nodes: 1 }\nsteps: [ { step: first, leaks: none } ]\n");
	write_file("suites/leak/after.yaml",
		   "scenario: A scenario that starts from another one\n" WHY
		   "given: { after: \"base#first\" }\nsteps: [ { step: next, leaks: none } ]\n");
	write_file("suites/leak/suite.yaml",
		   "seed: 8\ngiven: { nodes: 0, region: us-east-1, speed: 30 }\n");
	assert_run("explain $D/suites/leak/after.yaml", 0);
	assert_file("out", "\n  starts from base, step \"first\"\n");
	assert_file("out", "/suites/base.yaml:4:17\n");
	assert_file("out", "\n  seed                  7  ");
	assert_file("out", "\n  given.region          eu-central-1  ");
	assert_file("out", "\n  given.speed           30  ");
	assert_run("test $D/suites/leak/after.yaml", 0);
}
END_TEST

START_TEST(its_keys_are_explained)
{
	assert_run("explain suite", 0);
	assert_file("out", "\n  timeout        a duration, e.g. 30s\n");
	assert_no_text("out", "  steps ");
	assert_run("explain config", 0);
	assert_file("out", "\n  no-skip        true or false\n");
	assert_run("schema suite", 0);
	assert_file("out", "\"Skyrig suite.yaml\"");
	assert_run("schema nothing", 2);
	assert_file("err",
		    "there is no schema of \"nothing\"; there are scenario, suite and config");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_nearest_file_that_says_a_key_counts,
		a_run_goes_by_the_defaults,
		it_is_the_same_from_every_folder,
		outside_of_suites_only_the_file_beside_it_counts,
		it_is_no_scenario_itself,
		with_a_mistake_in_it_nothing_is_run,
		strictness_may_be_a_default_and_be_taken_back,
		a_scenario_that_starts_from_a_state_takes_what_is_no_part_of_it,
		its_keys_are_explained,
		NULL,
	};

	return cli_main("cli_defaults", tests);
}
