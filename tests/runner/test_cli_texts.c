/* What the program says about itself, and what it writes for people: manual, completion, schema,
 * templates. */
#include "tests/runner/cli.h"

#include "emulator/base/json.h"

START_TEST(manual_and_completion_are_what_the_tables_say)
{
	ck_assert_int_eq(run("man >$D/man; cmp $D/man docs/skyrig.1"), 0);
	ck_assert_int_eq(run("completion >$D/bash; cmp $D/bash docs/skyrig.bash"), 0);
	ck_assert_int_eq(run("completion >$D/bash; bash -n $D/bash"), 0);
}
END_TEST

/* Completes a command line as bash would; its words go to the file "out". */
static void complete(const char *words, int index)
{
	_cleanup_(freep) char *arguments =
		xasprintf("bash -c 'compopt() { :; }; source docs/skyrig.bash; "
			  "COMP_WORDS=(%s); COMP_CWORD=%d; _skyrig; echo ${COMPREPLY[@]}'",
			  words, index);

	assert_shell(arguments, 0);
}

START_TEST(completion_knows_commands_and_their_options)
{
	complete("skyrig re", 1);
	assert_file("out", "render");
	assert_file("out", "report");
	complete("skyrig test --pause", 2);
	assert_file("out", "--pause-on-failure");
	complete("skyrig show --shard", 2);
	assert_no_text("out", "shard");
}
END_TEST

START_TEST(new_scenarios_have_no_mistakes_and_nothing_is_overwritten)
{
	assert_shell("cp -r fixtures templates $D; cd $D; P new leak/mine; "
		     "P new happy/mine --from happy; P lint suites",
		     0);
	assert_shell("cd $D; P new leak/mine", 2);
	assert_file("err", "there is 'suites/leak/mine.yaml' already");
	assert_shell("cd $D; P new Mine", 2);
	assert_file("err", "is no name");
	assert_shell("cd $D; P new mine", 2);
	assert_file("err", "lacks its group: write e.g. leak/mine");
	assert_shell("cd $D; P new leak/x --from nothing", 2);
	assert_file("err", "cannot read 'templates/nothing.yaml'");
}
END_TEST

START_TEST(render_shows_what_gardenlet_makes_of_a_shoot)
{
	ck_assert_int_eq(run("render fixtures/shoots/new-vpc.yaml --set dual-stack=true "
			     "--set load-balancer-controller=true"),
			 0);
	assert_file("out", "\"kind\": \"Infrastructure\"");
	assert_run("render fixtures/shoots/new-vpc.yaml", 2);
	assert_file("err", "say --set dual-stack=VALUE");
}
END_TEST

START_TEST(the_schema_is_json_and_the_one_in_the_tree)
{
	_cleanup_(json_freep) struct json *schema = NULL;
	_cleanup_(freep) char *text = NULL;

	assert_run("schema", 0);
	text = read_file("out");
	ck_assert(json_parse(text, strlen(text) - 1, &schema, NULL));
	ck_assert_str_eq(json_get_str(schema, "title"), "Skyrig scenario");
	assert_run("schema >$D/schema; cmp $D/schema schema/scenario.schema.json", 0);
}
END_TEST

START_TEST(the_manual_is_the_one_in_the_tree)
{
	ck_assert_int_eq(
		run("explain language --markdown >$D/page; cmp $D/page docs/scenario-language.md"),
		0);
	assert_run("explain language", 0);
	assert_file("out", "at-most-every");
}
END_TEST

START_TEST(explain_tells_what_conditions_of_policies_may_ask)
{
	assert_run("explain condition-keys", 0);
	assert_file("out",
		    "aws:RequestTag/                                tags that the request gives");
	assert_run("explain condition-operators", 0);
	assert_file("out", "  StringLike\n");
	assert_run("explain policy", 0);
	assert_file("out", "elasticloadbalancing:SetSubnets");
	assert_run("explain condition-key", 2);
	assert_file("err", "did you mean condition-keys?");
}
END_TEST

START_TEST(explain_knows_each_key_and_each_word_by_itself)
{
	assert_run("explain settle", 0);
	assert_file("out", "settle, a key of step:");
	assert_run("explain leaks", 0);
	assert_file("out", "leaks, a key of scenario:");
	assert_file("out", "leaks, a key of step:");
	assert_run("explain owner-gone", 0);
	assert_file("out", "owner-gone, a word of verdict: the owner does not exist any more");
	assert_run("explain fault", 0); /* what its own "Words:" points at */
	assert_file("out", "may-not-fire");
	assert_file("out", "answer-lost");
	assert_run("explain trottle", 2);
	assert_file("err", "did you mean throttle?");
}
END_TEST

START_TEST(no_help_is_wrapped_in_the_middle_of_a_line)
{
	assert_shell("for c in $(P --help | sed -n 's/^  \\([a-z][a-z]*\\) .*/\\1/p'); do "
		     "[ $c = skyrig ] || P $c --help || exit 1; done >$D/help",
		     0);
	assert_file("help", "Usage: skyrig completion");
	assert_shell("grep -nE '^ +$|^[a-z]+( [a-z]+)?$' $D/help", 1);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		manual_and_completion_are_what_the_tables_say,
		completion_knows_commands_and_their_options,
		new_scenarios_have_no_mistakes_and_nothing_is_overwritten,
		render_shows_what_gardenlet_makes_of_a_shoot,
		the_schema_is_json_and_the_one_in_the_tree,
		the_manual_is_the_one_in_the_tree,
		explain_tells_what_conditions_of_policies_may_ask,
		explain_knows_each_key_and_each_word_by_itself,
		no_help_is_wrapped_in_the_middle_of_a_line,
		NULL,
	};

	return cli_main("cli_texts", tests);
}
