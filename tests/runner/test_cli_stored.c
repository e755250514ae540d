/* What a run leaves to look at: stored runs, recordings, the folder of a failed scenario. */
#include <string.h>

#include "runner/store/db.h"
#include "runner/store/store.h"
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
	assert_last_line("0 of 1 scenarios part, 1 is in one of the runs only");
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

START_TEST(a_difference_tells_who_ended_otherwise)
{
	write_file("x.yaml", CLI_GOOD);
	assert_run("test $D/x.yaml", 0);
	write_file("x.yaml", CLI_BAD);
	assert_run("test $D/x.yaml", 1);
	assert_run("diff last~1 last", 1);
	assert_file("out", "/x   after ");
	assert_file("out", " equal calls; passed, and failed\n");
	assert_last_line("1 of 1 scenarios part");
	assert_run("diff last last", 0);
	assert_run("diff last 17", 2);
	assert_file("err", "there is no run \"17\"");
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
	assert_file("kept/report.html", "it shows that the program does what it says");
	assert_file("kept/report.html", "<td>scenario language");
	assert_no_text("kept/report.html", "<td>ec2:RegionDefaults<td"); /* AWS's own doing */
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

/* A run of three recordings; returns with the texts of the replay's times taken out of "out". */
static void play_three(const char *flags, int wanted)
{
	_cleanup_(freep) char *commands = xasprintf("P replay %s > $D/raw; s=$?; sed -E "
						    "'s/[0-9.]+m?s$/T/' $D/raw; exit $s",
						    flags);

	assert_shell(commands, wanted);
}

static void record_three(void)
{
	for (int i = 1; i <= 3; i++) {
		_cleanup_(freep) char *name = xasprintf("s%d.yaml", i);

		write_file(name, CLI_GOOD);
	}
	assert_run("test $D/s1.yaml $D/s2.yaml $D/s3.yaml", 0);
}

/* Says of a recording that its last answer had another status. */
static void spoil(const char *name)
{
	_cleanup_(freep) char *folder = xasprintf("%s/skyrig/runs/0001", cli_folder());
	_cleanup_(freep) char *path = NULL;
	struct db *db;
	struct err err = ERR_INIT;

	ck_assert_msg(store_recording(folder, name, &path, &err), "%s", err_text(&err));
	ck_assert_msg(db_open(path, false, &db, &err), "%s", err_text(&err));
	ck_assert(db_run(db, &err,
			 "UPDATE tape SET status = 409 WHERE number = "
			 "(SELECT max(number) FROM tape WHERE type LIKE '%-invoke')",
			 ""));
	db_free(db);
}

START_TEST(recordings_are_played_side_by_side_and_told_in_order)
{
	_cleanup_(freep) char *one = NULL, *many = NULL;

	record_three();
	play_three("--jobs 1", 0);
	one = read_file("out");
	play_three("-j 7", 0);
	many = read_file("out");
	ck_assert_str_eq(one, many);
	ck_assert_ptr_nonnull(strstr(strstr(strstr(one, "s1 "), "SAME "), "s2 "));
	ck_assert_ptr_nonnull(strstr(strstr(one, "s2 "), "s3 "));
	assert_run("replay --jobs 0", 2);
	assert_file("err", "--jobs: \"0\" is not a whole number from 1");
	assert_run("replay --jobs x", 2);
	assert_run("replay --show -1", 2);
}
END_TEST

START_TEST(one_answer_that_differs_is_told_beside_the_others)
{
	record_three();
	spoil("s2");
	play_three("", 1);
	assert_file("out", "DIFFERENT ");
	assert_file("out", "    then  status 409, ");
	play_three("--jobs 1 --show 0", 1);
	assert_no_text("out", "    then  status 409, ");
	assert_file("out", "  … and 1 more\n");
}
END_TEST

START_TEST(a_recording_that_cannot_be_played_leaves_the_others_to_be)
{
	record_three();
	assert_shell("echo nonsense > $D/skyrig/runs/0001/scenarios/x.db", 0);
	play_three("", 3);
	assert_file("out", "BROKEN ");
	assert_file("out", "x.db   cannot be played: ");
	assert_file("out", "s3 ");
	assert_file("out", "answers equal, 1 recording that cannot be played, T\n");
	assert_run("replay $D/skyrig/runs/0001/scenarios/x.db", 3);
	assert_run("replay $D/nowhere.db", 2);
	assert_file("err", "cannot open '");
}
END_TEST

START_TEST(a_process_that_dies_is_told_with_its_scenario)
{
	record_three();
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0:handle_segv=0", 1);
	assert_shell(
		"export LD_PRELOAD=${S%/*}/tests/runner/deadly_calls.so SKYRIG_TEST_DEADLY=s2; "
		"P replay --jobs 2",
		3);
	assert_file("out",
		    "s2   cannot be played: its process ended by signal 11 (Segmentation fault)\n");
	assert_file("out", "s1 ");
	assert_file("out", "s3 ");
	assert_file("out", "answers equal, 1 recording that cannot be played, ");
}
END_TEST

START_TEST(the_command_that_a_failure_prints_shows_just_that_run)
{
	write_file("rows.yaml",
		   CLI_SCENARIO(CLI_NO_CONTROLLERS "matrix: [ { x: 1 }, { x: 2 } ]\n",
				"  - step: a VPC of this row\n"
				"    call: { action: ec2:CreateVpc, params: { CidrBlock: "
				"\"10.${x}.0.0/16\" } }\n"
				"    within: 50ms\n"
				"    expect: [ { none: vpc } ]\n"));
	assert_shell("P test $D/rows.yaml --repeat 2 --jobs 1 >$D/told", 1);
	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml", 0); /* "last" is another one now */
	assert_shell("grep -o 'skyrig show.*[0-9]' $D/told | while read -r _ show; do "
		     "P $show | sed -n 1p || exit; done; wc -l <$D/told",
		     0);
	assert_file("out", "rows (x: 1)");
	assert_file("out", "rows (x: 2)");
	assert_shell("grep -o 'skyrig show.*[0-9]' $D/told | sort -u | wc -l", 0);
	assert_file("out", "4\n");
}
END_TEST

START_TEST(what_only_looks_like_results_is_refused_with_its_place)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"[]", "results is missing; it is a list"},
		{"{\"results\":3}", "results is not a list"},
		{"{\"results\":[3]}", "results[0].id is missing; it is a text"},
		{"{\"results\":[{\"id\":\"a\",\"verdict\":\"FAIL\"}]}",
		 "results[0].row_text is missing"},
		{"{\"results\":[{\"id\":\"a\",\"row_text\":\"\",\"title\":\"a\",\"file\":\"a\","
		 "\"status\":\"failed\",\"verdict\":\"WAT\"}]}",
		 "a has no such verdict as \"WAT\""},
		{"{\"results\":[{\"id\":\"a\",\"row_text\":\"\",\"title\":\"a\",\"file\":\"a\","
		 "\"status\":\"failed\",\"verdict\":\"FAIL\",\"steps\":[{\"title\":1}]}]}",
		 "results[0].steps[0].title is not a text"},
		{"{\"results\":[{\"id\":\"a\",\"row_text\":\"\",\"title\":\"a\",\"file\":\"a\","
		 "\"status\":\"failed\",\"verdict\":\"FAIL\",\"source\":[\"a\",null]}]}",
		 "results[0].source is not texts"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		write_file("some.json", rows[i].text);
		assert_run("report $D/some.json --html $D/some.html --junit $D/some.xml --github",
			   2);
		assert_file("err", rows[i].says);
	}
	/* as little as there may be, in every form */
	write_file("some.json",
		   "{\"results\":[{\"id\":\"a\",\"row_text\":\"\",\"title\":\"a\",\"file\":\"a\","
		   "\"status\":\"failed\",\"verdict\":\"FAIL\"}],\"failed\":1}");
	assert_run("report $D/some.json --html $D/some.html --junit $D/some.xml --github --tap "
		   "--json $D/more.json",
		   1);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_a_run_recorded_can_be_played,
		stored_runs_can_be_shown_compared_and_merged,
		a_difference_tells_who_ended_otherwise,
		the_command_that_a_failure_prints_shows_just_that_run,
		what_only_looks_like_results_is_refused_with_its_place,
		a_failed_scenario_leaves_a_folder_to_look_at,
		a_recorded_run_can_be_carried_elsewhere,
		each_row_and_turn_has_a_recording,
		where_nothing_can_be_recorded_nothing_is_run,
		recordings_are_played_side_by_side_and_told_in_order,
		one_answer_that_differs_is_told_beside_the_others,
		a_recording_that_cannot_be_played_leaves_the_others_to_be,
		a_process_that_dies_is_told_with_its_scenario,
		NULL,
	};

	return cli_main("cli_stored", tests);
}
