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

int main(void)
{
	const TTest *const tests[] = {
		a_list_that_alone_is_wrong_is_written_as_it_was_found,
		a_list_in_block_style_stays_in_it,
		what_a_person_must_decide_is_left_alone,
		rows_that_found_different_lists_are_written_by_nobody,
		nothing_is_written_where_nobody_can_be_asked,
		NULL,
	};

	return cli_main("cli_update", tests);
}
