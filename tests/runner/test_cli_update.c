/* skyrig test --update: what it writes, and what it leaves alone. */
#include "tests/runner/cli.h"

#define GIVEN "given: { controllers: [], profile: instant }\n"
#define MADE                                                                                       \
	"  - step: a VPC is made\n"                                                                \
	"    call: { action: 'ec2:CreateVpc', params: { CidrBlock: 10.8.0.0/16, "                  \
	"TagSpecifications: [ { ResourceType: vpc, Tags: [ { Key: Name, Value: mine }, { Key: b, " \
	"Value: 'a: b' } ] } ] } }\n    within: 50ms\n    expect:\n"
#define ONE "one: vpc, where: { CidrBlock: 10.8.0.0/16 }, has: "

/* Runs a scenario with these claims and --update; the file is as expected then. */
static void assert_update(const char *claims, int wanted, const char *after)
{
	_cleanup_(freep) char *text = xasprintf("%s%s", CLI_SCENARIO(GIVEN, MADE), claims);

	write_file("scenario.yaml", text);
	assert_run("test $D/scenario.yaml --update --yes", wanted);
	assert_file("scenario.yaml", after);
}

START_TEST(a_list_that_alone_is_wrong_is_written_as_it_was_found)
{
	assert_update("      - { " ONE
		      "{ State: available, Tags: { exactly: [ { Key: c } ] } } }\n",
		      1, "Tags: { exactly: [ { Key: Name }, { Key: b } ] } } }\n");
	assert_file("out", "--- ");
	assert_file("out", "\n-      - { one: vpc");
	assert_file("out", "\n+      - { one: vpc");
	assert_last_line("0 passed, 1 failed, 0 skipped");
	assert_run("test $D/scenario.yaml --update --yes", 0);
	assert_file("err", "no list under \"exactly:\" is alone to blame");
	/* members that nobody has written stay out; of an empty list all are new */
	assert_update(
		"      - { " ONE "{ Tags: { exactly: [] } } }\n", 1,
		"exactly: [ { Key: Name, Value: mine }, { Key: b, Value: \"a: b\" } ] } } }\n");
	assert_run("test $D/scenario.yaml", 0);
}
END_TEST

START_TEST(a_list_in_block_style_stays_in_it)
{
	assert_update("      - one: vpc\n        where: { CidrBlock: 10.8.0.0/16 }\n"
		      "        has:\n          Tags:\n            exactly:\n"
		      "            - { Value: \"x]\", Key: z } # old\n"
		      "            - Key: Name\n              Value: other\n"
		      "          State: available\n",
		      1,
		      "            exactly:\n            - { Key: Name, Value: mine }\n"
		      "            - { Key: b, Value: \"a: b\" }\n          State: available\n");
	assert_run("test $D/scenario.yaml", 0);
}
END_TEST

START_TEST(what_a_person_must_decide_is_left_alone)
{
	static const char *const claims[] = {
		/* the rest of the claim is wrong, too */
		"      - { " ONE "{ State: pending, Tags: { exactly: [ { Key: c } ] } } }\n",
		/* words and variables are no values */
		"      - { " ONE "{ Tags: { exactly: [ { Key: { starts-with: c } } ] } } }\n",
		/* not exactly */
		"      - { " ONE "{ Tags: [ { Key: c } ] } }\n",
		/* nothing is there to be written */
		"      - { one: vpc, where: { CidrBlock: 10.9.0.0/16 }, has: { Tags: { exactly: "
		"[ { Key: c } ] } } }\n",
	};

	for (size_t i = 0; i < array_size(claims); i++) {
		assert_update(claims[i], 1, claims[i]);
		assert_file("err", "no list under \"exactly:\" is alone to blame");
	}
}
END_TEST

START_TEST(rows_that_found_different_lists_are_written_by_nobody)
{
	static const char text[] =
		"scenario: A scenario of the program's tests\nwhy: it shows what it says\n"
		"source: [ \"scenario language\" ]\n" GIVEN
		"matrix: [ { tag: a }, { tag: b } ]\nsteps:\n"
		"  - step: a VPC is made\n    within: 50ms\n"
		"    call: { action: 'ec2:CreateVpc', params: { CidrBlock: 10.8.0.0/16, "
		"TagSpecifications: [ { ResourceType: vpc, Tags: [ { Key: '${tag}', Value: x } ] } ] "
		"} }\n    expect: [ { " ONE "{ Tags: { exactly: [ { Key: c } ] } } } ]\n";

	write_file("scenario.yaml", text);
	assert_run("test $D/scenario.yaml --update --yes", 1);
	assert_file("err", "its rows found different lists: write it by hand");
	assert_file("scenario.yaml", "exactly: [ { Key: c } ]");
}
END_TEST

START_TEST(nothing_is_written_where_nobody_can_be_asked)
{
	static const struct {
		const char *arguments, *says;
	} rows[] = {
		{"test $D/good.yaml --update </dev/null", "nobody can be asked here"},
		{"test $D/good.yaml --update --github </dev/null", "add --yes"},
		{"test $D/good.yaml --yes", "--yes goes with --update"},
		{"test $D/good.yaml --update --yes --watch", "not with --watch"},
		{"test $D/good.yaml --update --yes --json -", "a report on standard output"},
	};

	write_file("good.yaml", CLI_GOOD);
	for (size_t i = 0; i < array_size(rows); i++) {
		assert_run(rows[i].arguments, 2);
		assert_file("err", rows[i].says);
	}
}
END_TEST

/* A scenario with a step that makes a VPC, compared with a file. */
#define AS_FILE(cidr)                                                                              \
	CLI_SCENARIO(GIVEN, "  - step: a VPC is made\n"                                            \
			    "    call: { action: 'ec2:CreateVpc', params: { CidrBlock: " cidr      \
			    ", TagSpecifications: [ { ResourceType: vpc, Tags: [ { Key: Name, "    \
			    "Value: mine } ] } ] } }\n    same-as: snapshots/mine.yaml\n")

START_TEST(a_file_of_same_as_is_made_and_then_compared)
{
	_cleanup_(freep) char *text = NULL;

	assert_shell("mkdir -p $D/fixtures", 0);
	write_file("scenario.yaml", AS_FILE("10.8.0.0/16"));
	assert_run("test $D/scenario.yaml", 1);
	assert_file("out", "scenario.yaml:8:14");
	assert_file("out", "there is no such snapshot yet: run with --update");
	assert_shell("ls $D/fixtures/snapshots", 2);
	assert_run("test $D/scenario.yaml --update </dev/null", 2);
	assert_shell("ls $D/fixtures/snapshots", 2);
	assert_run("test $D/scenario.yaml --update --yes", 1);
	assert_file("out", "--- /dev/null\n+++ ");
	assert_file("out", "\n+\"vpc mine\":\n");
	assert_file("fixtures/snapshots/mine.yaml", "\n\"vpc mine\":\n");
	assert_file("fixtures/snapshots/mine.yaml", "\n  CidrBlock: 10.8.0.0/16\n");
	assert_no_text("fixtures/snapshots/mine.yaml", "VpcId: vpc-");
	/* another seed gives other ids */
	assert_run("test $D/scenario.yaml --strict --seed 5", 0);
	assert_run("test $D/scenario.yaml --update --yes", 0);
	assert_file("err", "and no file of same-as");
	text = read_file("scenario.yaml");
	ck_assert_str_eq(text, AS_FILE("10.8.0.0/16"));
}
END_TEST

/* A snapshot in which the VPC has another block, and there is one thing more. */
static void write_snapshot(void)
{
	assert_shell("mkdir -p $D/fixtures/snapshots", 0);
	write_file("fixtures/snapshots/mine.yaml",
		   "\"vpc mine\":\n  CidrBlock: 10.8.0.0/16\n  State: available\n"
		   "\"subnet mine\": { State: available }\n");
	write_file("scenario.yaml", AS_FILE("10.9.0.0/16"));
}

START_TEST(what_differs_from_a_file_is_told_and_written_after_a_look)
{
	struct terminal terminal;

	write_snapshot();
	assert_run("test $D/scenario.yaml --no-color", 1);
	assert_file("out", "mine.yaml says: ");
	assert_file("out", "~ vpc mine\n");
	assert_file("out", "    CidrBlock\n            file  10.8.0.0/16\n");
	assert_file("out", "            now   10.9.0.0/16\n");
	assert_no_text("out", "State\n");
	assert_file("out", "\n      + route route-table/10.9.0.0/16\n");
	assert_file("out", "\n      - subnet mine\n");
	start_on_terminal(&terminal, "test $D/scenario.yaml --update");
	wait_for_screen(&terminal, "-  CidrBlock: 10.8.0.0/16");
	wait_for_screen(&terminal, "+  CidrBlock: 10.9.0.0/16");
	wait_for_screen(&terminal, "Write this? [y/N]");
	type(&terminal, "n\n");
	wait_for_screen(&terminal, "mine.yaml stays as it is");
	ck_assert_int_eq(terminal_ended_with(&terminal), 1);
	strbuf_done(&terminal.text);
	assert_file("fixtures/snapshots/mine.yaml", "\n  CidrBlock: 10.8.0.0/16\n");
}
END_TEST

START_TEST(a_file_that_was_written_anew_holds)
{
	write_snapshot();
	assert_run("test $D/scenario.yaml --update --yes", 1);
	assert_file("fixtures/snapshots/mine.yaml", "\n  CidrBlock: 10.9.0.0/16\n");
	assert_run("test $D/scenario.yaml", 0);
	write_file("fixtures/snapshots/mine.yaml", "- no map\n");
	assert_run("test $D/scenario.yaml", 2);
	assert_file("err", "a snapshot is a map");
}
END_TEST

START_TEST(a_file_that_rows_find_different_is_written_by_nobody)
{
	assert_shell("mkdir -p $D/fixtures", 0);
	write_file("scenario.yaml",
		   "scenario: A scenario of the program's tests\nwhy: it shows what it says\n"
		   "source: [ \"scenario language\" ]\n" GIVEN
		   "matrix: [ { net: 10.8.0.0/16 }, { net: 10.9.0.0/16 } ]\nsteps:\n"
		   "  - step: a VPC is made\n"
		   "    call: { action: 'ec2:CreateVpc', params: { CidrBlock: '${net}' } }\n"
		   "    same-as: snapshots/mine.yaml\n");
	assert_run("test $D/scenario.yaml --update --yes", 1);
	assert_file("err", "is not the same each time: give each a file of its own");
	assert_shell("ls $D/fixtures/snapshots", 2);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_list_that_alone_is_wrong_is_written_as_it_was_found,
		a_list_in_block_style_stays_in_it,
		what_a_person_must_decide_is_left_alone,
		rows_that_found_different_lists_are_written_by_nobody,
		a_file_of_same_as_is_made_and_then_compared,
		what_differs_from_a_file_is_told_and_written_after_a_look,
		a_file_that_was_written_anew_holds,
		a_file_that_rows_find_different_is_written_by_nobody,
		nothing_is_written_where_nobody_can_be_asked,
		NULL,
	};

	return cli_main("cli_update", tests);
}
