/* skyrig.yaml: flags that nobody types. */
#include "tests/runner/cli.h"

/* A claim that holds because nobody calls: it passes unless --strict is there. */
#define UNPROVEN                                                                                   \
	CLI_SCENARIO(CLI_NO_CONTROLLERS, "  - step: nobody calls\n    expect: [ { calls: "         \
					 "'ec2:*', by: infrastructure-controller, times: 0 } ]\n")

/* A repository with a folder, both with a scenario. */
static void make_repository(const char *config)
{
	unsetenv("SKYRIG_CONFIG");
	assert_shell("mkdir -p $D/.git $D/deep/er", 0);
	write_file("skyrig.yaml", config);
	write_file("good.yaml", CLI_GOOD);
	write_file("unproven.yaml", UNPROVEN);
}

START_TEST(it_gives_flags_to_each_run_in_the_repository)
{
	make_repository("strict: true\njunit: deep/results.xml\njobs: 1\nseed: 77\n");
	assert_shell("cd $D && P test unproven.yaml --no-color", 1);
	assert_file("err", "skyrig test: flags of skyrig.yaml: --jobs=1 --seed=77 --strict "
			   "--junit=deep/results.xml\n");
	assert_file("out", "--seed 77");
	assert_file("deep/results.xml", "<testsuite");
	assert_shell("cd $D/deep/er && rm ../results.xml && P test ../../good.yaml", 0);
	assert_file("err", "skyrig test: flags of ../../skyrig.yaml: ");
	assert_file("deep/results.xml", "<testsuite");
	/* the run remembers it */
	assert_shell("cd $D && P test good.yaml --json -", 0);
	assert_file("out", "\"config\": \"--jobs=1 --seed=77 --strict --junit=deep/results.xml\"");
}
END_TEST

START_TEST(nothing_outside_of_the_repository_counts)
{
	make_repository("strict: true\n");
	assert_shell("mkdir $D/deep/.git && cd $D/deep/er && P test ../../unproven.yaml", 0);
	assert_no_text("err", "skyrig.yaml");
	/* without a repository, only what is in the working directory */
	assert_shell("rmdir $D/deep/.git $D/.git && cd $D/deep && P test ../unproven.yaml", 0);
	assert_no_text("err", "skyrig.yaml");
	assert_shell("cd $D && P test unproven.yaml", 1);
}
END_TEST

START_TEST(the_command_line_goes_before_it)
{
	make_repository("strict: true\nquiet: true\njunit: a.xml\nseed: 7\nfilter: id:nothing\n");
	assert_shell("cd $D && P test unproven.yaml -f 'id:*'", 1);
	assert_no_text("err", "flags of");
	assert_shell("cd $D && P test unproven.yaml -f 'id:*' --strict=false --seed 8 "
		     "--junit b.xml --verbose",
		     0);
	assert_no_text("err", "flags of");
	assert_file("b.xml", "<testsuite");
	assert_shell("cd $D && P test unproven.yaml --no-config", 0);
	assert_shell("cd $D && P test unproven.yaml", 4);
	assert_shell("cd $D && P test good.yaml -f 'id:*' --strict=perhaps", 2);
	assert_file("err", "--strict: \"perhaps\" is neither true nor false");
}
END_TEST

START_TEST(the_environment_goes_before_it_too)
{
	make_repository("github: false\n");
	write_file("bad.yaml", CLI_BAD);
	assert_shell("cd $D && GITHUB_ACTIONS=1 GITHUB_STEP_SUMMARY= P test bad.yaml", 1);
	assert_file("out", "::error file=");
	write_file("skyrig.yaml", "github: true\n");
	assert_shell("cd $D && unset GITHUB_ACTIONS; P test bad.yaml", 1);
	assert_file("out", "::error file=");
	assert_shell("cd $D && unset GITHUB_ACTIONS; P test bad.yaml --github=false", 1);
	assert_no_text("out", "::error file=");
}
END_TEST

START_TEST(with_a_mistake_in_it_nothing_is_run)
{
	make_repository("jobs: 2\nstrikt: true\n");
	assert_shell("cd $D && P test good.yaml", 2);
	assert_file("err", "skyrig.yaml:2:1: error: unknown key \"strikt\" in a skyrig.yaml\n"
			   "   2 | strikt: true\n     | ^^^^^^  did you mean strict?\n"
			   "1 error in skyrig.yaml. Nothing was run.\n");
	assert_no_text("out", "passed");
	assert_shell("cd $D && P test good.yaml --no-config", 0);
	write_file("skyrig.yaml",
		   "controller:\n  - load-balancer-controler=/bin/true\n"
		   "  - load-balancer-controller=deep/nothing\n  - load-balancer-controller\n");
	assert_shell("cd $D/deep && P test ../good.yaml", 2);
	assert_file("err", "../skyrig.yaml:2:5: error: controller: there is no controller "
			   "\"load-balancer-controler\"; there are ");
	assert_file("err", "../skyrig.yaml:3:5: error: controller: cannot run '../deep/nothing': ");
	assert_file("err",
		    "../skyrig.yaml:4:5: error: controller: write NAME=PATH or NAME@VERSION");
	assert_file("err", "3 errors in ../skyrig.yaml.");
	write_file("skyrig.yaml", "filter: tga:leak\n");
	assert_shell("cd $D && P test good.yaml", 2);
	assert_file("err",
		    "skyrig.yaml:1:9: error: filter \"tga:leak\": there is no field \"tga\"; "
		    "did you mean tag?");
}
END_TEST

START_TEST(a_file_of_another_name_is_asked_for)
{
	make_repository("strict: true\n");
	write_file("deep/mine.yaml", "html: page.html\n");
	assert_shell("cd $D && P test unproven.yaml --config deep/mine.yaml", 0);
	assert_file("deep/page.html", "<!DOCTYPE html>");
	assert_shell("cd $D && rm deep/page.html && SKYRIG_CONFIG=deep/mine.yaml $S test "
		     "unproven.yaml && ls deep/page.html",
		     0);
	assert_shell("cd $D && SKYRIG_CONFIG= $S test unproven.yaml", 0);
	assert_no_text("err", "skyrig.yaml");
	assert_shell("cd $D && P test good.yaml --config deep/nothing.yaml", 2);
	assert_file("err", "deep/nothing.yaml");
	assert_shell("cd $D && P test good.yaml --config deep/mine.yaml --no-config", 2);
	assert_file("err", "either --config or --no-config");
}
END_TEST

START_TEST(what_is_about_our_emulator_is_left_out_for_an_external_target)
{
	make_repository("keep: failed\nrecord: deep/record\n");
	assert_shell("cd $D && P test good.yaml --target external --aws-endpoint "
		     "http://127.0.0.1:9 </dev/null",
		     2);
	assert_no_text("err", "--record");
	assert_file("err", "AWS_ACCESS_KEY_ID");
}
END_TEST

START_TEST(each_of_its_keys_is_a_flag)
{
	make_repository("filter: id:*\njobs: 2\nfail-fast: true\nseed: 3\ntimeout: 50s\n"
			"speed: 30\nstrict: true\nno-skip: true\nkeep: none\njunit: j.xml\n"
			"json: j.json\nhtml: h.html\ngithub: false\nrecord: rec\n"
			"verbose: true\nquiet: false\nno-color: true\nplain: true\n"
			"controller: [ load-balancer-controller@v3.3.0 ]\n");
	assert_shell("cd $D && unset GITHUB_ACTIONS; P test good.yaml", 0);
	assert_file("err", "--filter=id:* --jobs=2 --fail-fast --seed=3 --timeout=50s --speed=30 "
			   "--controller=load-balancer-controller@v3.3.0 --strict --no-skip "
			   "--keep=none --junit=j.xml --json=j.json --html=h.html --github=false "
			   "--record=rec --verbose --quiet=false --no-color --plain\n");
	assert_shell("ls $D/rec/*.jsonl $D/j.xml $D/j.json $D/h.html", 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		it_gives_flags_to_each_run_in_the_repository,
		nothing_outside_of_the_repository_counts,
		the_command_line_goes_before_it,
		the_environment_goes_before_it_too,
		with_a_mistake_in_it_nothing_is_run,
		a_file_of_another_name_is_asked_for,
		what_is_about_our_emulator_is_left_out_for_an_external_target,
		each_of_its_keys_is_a_flag,
		NULL,
	};

	return cli_main("cli_config", tests);
}
