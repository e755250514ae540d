/* What a run leaves to look at: stored runs, recordings, the folder of a failed scenario. */
#include "tests/runner/cli.h"

START_TEST(what_a_run_recorded_can_be_played)
{
	write_file("good.yaml", CLI_GOOD);
	assert_run("replay", 2);
	assert_file("err", "no run is stored in");
	assert_run("test $D/good.yaml", 0);
	assert_run("replay", 0);
	assert_file("out", "SAME ");
	assert_run("replay last no-such", 2);
	assert_file("err", "no scenario fits \"no-such\"; there are\n  ");
}
END_TEST

START_TEST(stored_runs_can_be_shown_compared_and_merged)
{
	write_file("good.yaml", CLI_GOOD);
	write_file("bad.yaml", CLI_BAD);
	assert_run("test $D/good.yaml --json $D/1.json", 0);
	assert_run("test $D/bad.yaml $D/good.yaml --json $D/2.json", 1);
	assert_run("show", 0);
	assert_file("out", "FAIL ");
	assert_last_line("1 passed, 1 failed, 0 skipped");
	assert_run("show last good --reads", 0);
	assert_file("out", "ec2:DescribeVpcs");
	assert_run("show last good --around 1", 0);
	assert_run("show last good --around 100000", 2);
	assert_run("diff last~1 last", 0);
	assert_file("out", "SAME ");
	assert_run("leaks last", 0);
	assert_file("out", "0 leaked");
	ck_assert_int_eq(run("report $D/1.json $D/2.json --junit $D/all.xml --html $D/all.html"),
			 1);
	assert_file("out", "2 passed, 1 failed, 0 skipped");
	assert_file("all.xml", "tests=\"3\" failures=\"1\"");
	assert_run("report last~1", 0);
	assert_run("report $D/good.yaml", 2);
	write_file("none.json", "{}\n");
	assert_run("report $D/none.json", 2);
	assert_file("err", "these are no results");
}
END_TEST

START_TEST(a_failed_scenario_leaves_a_folder_to_look_at)
{
	static const char *const names[] = {"report.txt",  "report.html", "result.json",
					    "calls.jsonl", "state.json",  "kubeconfig"};

	write_file("bad.yaml", CLI_BAD);
	assert_run("test $D/bad.yaml", 1);
	assert_file("out", "Look at it:     file://");
	assert_file("out", "Again, alone:   skyrig test ");
	assert_shell("cp -r $D/skyrig/runs/0001/failed/* $D/kept; true", 0);
	for (size_t i = 0; i < array_size(names); i++) {
		_cleanup_(freep) char *name = xasprintf("kept/%s", names[i]);
		_cleanup_(freep) char *text = read_file(name);

		ck_assert_msg(*text, "%s is missing or empty", name);
	}
	assert_file("kept/state.json", "\"vpc\"");
	assert_run("replay $D/kept/calls.jsonl", 0);
}
END_TEST

START_TEST(a_recorded_run_can_be_carried_elsewhere)
{
	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml --record $D/recorded", 0);
	assert_run("replay $(ls $D/recorded/*.jsonl)", 0);
	assert_file("out", "SAME ");
}
END_TEST

START_TEST(each_row_and_turn_has_a_recording)
{
	write_file("rows.yaml",
		   CLI_SCENARIO(CLI_NO_CONTROLLERS "matrix: [ { x: 1 }, { x: 2 } ]\n",
				"  - step: a VPC of its own\n    call: { action: ec2:CreateVpc, "
				"params: { CidrBlock: \"10.${x}.0.0/16\" } }\n"));
	assert_run("test $D/rows.yaml --repeat 2 --record $D/recorded --jobs 2", 0);
	assert_shell(
		"ls $D/recorded | wc -l; for f in $D/recorded/*; do P replay $f || exit 1; done",
		0);
	assert_file("out", "4\n");
	assert_shell("cat $D/recorded/*", 0);
	assert_file("out", "10.1.0.0/16");
	assert_file("out", "10.2.0.0/16");
}
END_TEST

START_TEST(where_nothing_can_be_recorded_nothing_is_run)
{
	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml --record $D/no/such/folder", 3);
	assert_file("err", "cannot make '");
	assert_file("err", "Nothing was run.");
	assert_run("test $D/good.yaml --record $D/good.yaml", 3);
	assert_file("err", "Nothing was run.");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_a_run_recorded_can_be_played,
		stored_runs_can_be_shown_compared_and_merged,
		a_failed_scenario_leaves_a_folder_to_look_at,
		a_recorded_run_can_be_carried_elsewhere,
		each_row_and_turn_has_a_recording,
		where_nothing_can_be_recorded_nothing_is_run,
		NULL,
	};

	return cli_main("cli_stored", tests);
}
