/* The program from outside: mistakes in use, exit statuses, last lines, what goes where. */
#include "tests/runner/cli.h"

#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"

START_TEST(usage_mistakes_end_with_2_and_a_remedy)
{
	static const struct {
		const char *arguments, *says;
	} rows[] = {
		{"", "Commands:"},
		{"tset", "unknown command \"tset\"; did you mean test?"},
		{"test --filer x", "unknown option --filer; did you mean --filter?"},
		{"test --jobs 0", "--jobs: \"0\" is not a whole number of at least 1"},
		{"test --speed fast", "--speed: \"fast\" is not a number"},
		{"test --timeout never", "--timeout: \"never\" is not a duration"},
		{"test --shard 3", "--shard: write I/N"},
		{"test --shard 3/2", "there is no part 3 of 2"},
		{"test --keep=some", "\"some\" is none of failed, all and none"},
		{"test --pause-on-failure </dev/null", "standard input is no terminal"},
		{"test --filter 'tga:x'", "there is no field \"tga\"; did you mean tag?"},
		{"test --controller x", "write NAME=PATH"},
		{"test --controller load-balancer=/bin/true", "there is no controller"},
		{"test --controller load-balancer-controller=/no/such", "cannot run '/no/such'"},
		{"test no/such/path", "there is no file or folder 'no/such/path'"},
		{"test happy/alb-behind-nlb", "did you mean suites/happy/alb-behind-nlb.yaml?"},
		{"lint happy", "did you mean suites/happy?"},
		{"lint no/such/path", "there is no file or folder 'no/such/path'"},
		{"explain load-balancr", "did you mean load-balancer?"},
		{"explain aws ec2:CreateVcp", "did you mean CreateVpc?"},
		{"explain aws ecc", "did you mean ec2?"},
		{"explain kinds --markdown", "--markdown goes with the topics aws and language"},
		{"render", "which file?"},
		{"serve --aws-port 70000", "\"70000\" is not a port"},
		{"serve --profile fast", "there is no profile \"fast\""},
		{"leaks", "no run is stored in"},
		{"leaks last", "no run is stored in"},
		{"show 3", "no run is stored in"},
		{"diff last", "which runs?"},
		{"report no-such", "no run is stored in"},
	};

	unsetenv("AWS_ENDPOINT_URL");
	for (size_t i = 0; i < array_size(rows); i++) {
		ck_assert_msg(run(rows[i].arguments) == 2, "%s", rows[i].arguments);
		assert_file("err", rows[i].says);
	}
}
END_TEST

START_TEST(help_is_no_mistake)
{
	static const char *const commands[] = {"",	 "test",  "lint",  "list",   "explain",
					       "render", "serve", "leaks", "schema", "doctor",
					       "replay", "show",  "diff",  "report"};

	for (size_t i = 0; i < array_size(commands); i++) {
		_cleanup_(freep) char *arguments = xasprintf("%s --help", commands[i]);

		ck_assert_msg(run(arguments) == 0, "%s", arguments);
		assert_file("out", "skyrig");
	}
}
END_TEST

START_TEST(a_passed_scenario_ends_with_0)
{
	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml --junit $D/junit.xml --json $D/results.json", 0);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	assert_file("out", "PASS  ");
	assert_file("junit.xml", "<testsuite name=\"skyrig\" tests=\"1\" failures=\"0\"");
	assert_file("results.json", "\"status\": \"passed\"");
}
END_TEST

START_TEST(a_failed_scenario_ends_with_1_and_stands_in_junit)
{
	write_file("good.yaml", CLI_GOOD);
	write_file("bad.yaml", CLI_BAD);
	assert_run("test $D/good.yaml $D/bad.yaml --junit $D/junit.xml", 1);
	assert_last_line("1 passed, 1 failed, 0 skipped");
	assert_file("out", "never true during 50ms");
	assert_file("junit.xml", "<failure message=\"never true during 50ms\" type=\"FAIL\">");
}
END_TEST

START_TEST(a_known_failure_counts_as_passed_and_its_passing_as_failed)
{
	static const char mark[] = "known-failure: { reason: it is only a test, issue: a/b#1 }\n";
	_cleanup_(freep) char *fails = xasprintf("%s%s", mark, CLI_BAD);
	_cleanup_(freep) char *passes = xasprintf("%s%s", mark, CLI_GOOD);

	write_file("bad.yaml", fails);
	assert_run("test $D/bad.yaml", 0);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	assert_file("out", "XFAIL");
	write_file("good.yaml", passes);
	assert_run("test $D/good.yaml", 1);
	assert_file("out", "remove the mark");
}
END_TEST

START_TEST(another_failure_is_not_taken_for_the_known_one)
{
	static const char mark[] =
		"known-failure: { reason: it is only a test, issue: a/b#1, says: %s }\n%s";
	_cleanup_(freep) char *known = xasprintf(mark, "never true during 50ms", CLI_BAD);
	_cleanup_(freep) char *other = xasprintf(mark, "settle", CLI_BAD);

	write_file("bad.yaml", known);
	ck_assert_int_eq(run("test $D/bad.yaml"), 0);
	assert_file("out", "XFAIL");
	write_file("bad.yaml", other);
	ck_assert_int_eq(run("test $D/bad.yaml"), 1);
	assert_file("out", "it fails, but not as known: the report does not say \"settle\"");
}
END_TEST

START_TEST(a_broken_file_ends_with_2_and_nothing_is_run)
{
	write_file("good.yaml", CLI_GOOD);
	write_file("broken.yaml", "scenario: x\n");
	assert_run("test $D/good.yaml $D/broken.yaml", 2);
	assert_file("err", "Nothing was run.");
	assert_file("err", "\"steps\" is missing in this scenario");
}
END_TEST

START_TEST(a_filter_that_matches_nothing_ends_with_4)
{
	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml --filter tag:none", 4);
	assert_last_line("0 passed, 0 failed, 0 skipped");
	assert_run("list $D/good.yaml --filter tag:none", 4);
}
END_TEST

START_TEST(without_its_controllers_a_scenario_is_skipped_with_the_reason)
{
	write_file("needs.yaml",
		   CLI_SCENARIO("given: { controllers: [ load-balancer-controller ] }\n",
				"  - step: nothing is leaked\n    leaks: none\n"));
	unsetenv("SKYRIG_CACHE");
	setenv("XDG_CACHE_HOME", cli_folder(), 1); /* where nothing was ever installed */
	assert_run("test $D/needs.yaml", 3);
	assert_last_line("0 passed, 0 failed, 1 skipped");
	assert_file("out", "SKIP");
	assert_run("test $D/needs.yaml --no-skip", 1);
	assert_last_line("0 passed, 1 failed, 0 skipped");
	unsetenv("XDG_CACHE_HOME");
}
END_TEST

START_TEST(repeat_runs_each_scenario_so_many_times)
{
	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml --repeat 5 --jobs 2 --quiet", 0);
	assert_last_line("5 passed, 0 failed, 0 skipped");
}
END_TEST

START_TEST(shards_are_parts_that_make_the_whole)
{
	write_file("good1.yaml", CLI_GOOD);
	write_file("good2.yaml", CLI_GOOD);
	write_file("good3.yaml", CLI_GOOD);
	assert_run("test $D --shard 1/2 --quiet --json $D/1.json", 0);
	assert_last_line("2 passed, 0 failed, 0 skipped");
	assert_file("1.json", "good1");
	assert_file("1.json", "good3");
	assert_run("test $D --shard 2/2 --quiet", 0);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	assert_run("report $D/1.json", 3);
	assert_file("err", "the results of 1 part are missing");
	assert_run("report last", 0); /* a part as such */
	assert_run("test $D --shard 2/2 --quiet --json $D/2.json", 0);
	assert_run("report $D/1.json $D/2.json", 0);
	assert_file("out", "3 passed, 0 failed, 0 skipped");
	assert_run("report $D/1.json $D/2.json $D/1.json", 2);
	assert_file("err", "1.json: part 1 of 2 is there already");
	assert_run("test $D --shard 2/3 --quiet --json $D/other.json", 0);
	assert_run("report $D/1.json $D/other.json", 2);
	assert_file("err", "this is a part of 3, what was read before of 2");
	assert_run("test $D --shard 1/3 --quiet --json $D/a.json", 0);
	assert_run("report $D/a.json $D/other.json --json $D/two.json --junit $D/two.xml", 3);
	assert_file("out", "1 could not be judged");
	assert_file("two.xml", "the results of part 3 of 3 are missing");
	assert_run("test $D --shard 3/3 --quiet --json $D/c.json", 0);
	assert_run("report $D/two.json $D/c.json --tap", 0);
	assert_file("out", "1..3\n");
	assert_no_text("out", "part-3");
	assert_run("test $D --shard 5/5", 0);
	assert_last_line("0 passed, 0 failed, 0 skipped");
}
END_TEST

START_TEST(what_cannot_be_written_is_no_success)
{
	if (access("/dev/full", W_OK) != 0) {
		printf("# SKIPPED: no /dev/full\n");
		return;
	}
	write_file("good.yaml", CLI_GOOD);
	assert_shell("P list $D >/dev/full", 3);
	assert_file("err", "cannot write to standard output: No space left on device");
	assert_shell("P explain kinds >/dev/full", 3);
	assert_shell("P test $D/good.yaml --json - >/dev/full", 3);
	assert_shell("P test $D/good.yaml >/dev/full", 3);
}
END_TEST

START_TEST(what_programs_read_stands_alone_on_standard_output)
{
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(freep) char *text = NULL, *tap = NULL;

	write_file("good.yaml", CLI_GOOD);
	assert_run("test $D/good.yaml --json -", 0);
	text = read_file("out");
	ck_assert(json_parse(text, strlen(text) - 1, &json, NULL));
	ck_assert_int_eq(json_get_int(json, "passed", 0), 1);
	assert_run("test $D/good.yaml --tap", 0);
	tap = read_file("out");
	ck_assert(str_starts_with(tap, "TAP version 14\n1..1\nok 1 - "));
	assert_file("err", "1 passed, 0 failed, 0 skipped");
}
END_TEST

START_TEST(the_same_shuffle_gives_the_same_order)
{
	_cleanup_(freep) char *first = NULL, *second = NULL;

	write_file("good1.yaml", CLI_GOOD);
	write_file("good2.yaml", CLI_GOOD);
	write_file("good3.yaml", CLI_GOOD);
	assert_run("test $D --shuffle=7 --jobs 1 --tap", 0);
	first = read_file("out");
	assert_run("test $D --shuffle=7 --jobs 1 --tap", 0);
	second = read_file("out");
	ck_assert_str_eq(first, second);
	assert_file("err", "in the order of --shuffle=7");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		usage_mistakes_end_with_2_and_a_remedy,
		help_is_no_mistake,
		a_passed_scenario_ends_with_0,
		a_failed_scenario_ends_with_1_and_stands_in_junit,
		a_known_failure_counts_as_passed_and_its_passing_as_failed,
		another_failure_is_not_taken_for_the_known_one,
		a_broken_file_ends_with_2_and_nothing_is_run,
		a_filter_that_matches_nothing_ends_with_4,
		without_its_controllers_a_scenario_is_skipped_with_the_reason,
		repeat_runs_each_scenario_so_many_times,
		shards_are_parts_that_make_the_whole,
		what_cannot_be_written_is_no_success,
		what_programs_read_stands_alone_on_standard_output,
		the_same_shuffle_gives_the_same_order,
		NULL,
	};

	return cli_main("cli", tests);
}
