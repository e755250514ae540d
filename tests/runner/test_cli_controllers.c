/* Controllers of the user's own: a file, a program, versions; and what becomes of those that end.
 */
#include "tests/runner/cli.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define THERE "cd $D; export SKYRIG_CACHE=$D/cache; "
#define OWN   THERE "P test address-goes.yaml "
/* The last step waits for "none" no longer than for one who knows that it is in vain; or longer. */
#define LAST_STEP(how_long)                                                                        \
	"sed -i '/delete:/,$s/within: .*/within: " how_long "/' $D/address-goes.yaml; "

/* A tree of the user's own, with two installed versions of the controller. Says so and gives false
 * when the machine lacks what the controller is written in. */
static bool make_tree(void)
{
	static const char *const needs[] = {"/usr/bin/python3", "/usr/bin/curl"};

	for (size_t i = 0; i < array_size(needs); i++) {
		if (access(needs[i], X_OK) != 0) {
			printf("# SKIPPED: no %s\n", needs[i]);
			return false;
		}
	}
	assert_shell(""
		     "mkdir -p $D/fixtures/controllers $D/fixtures/services; O=tests/runner/own; "
		     "cp $O/address-keeper.yaml $D/fixtures/controllers/; "
		     "cp $O/address-goes.yaml $O/comes-back.yaml $D; "
		     "cp $O/keeps-address.yaml $D/fixtures/services/; "
		     "for v in v1.0.0 v1.1.0; do mkdir -p $D/cache/controllers/address-keeper/$v; "
		     "cp $O/address-keeper $D/cache/controllers/address-keeper/$v/; done",
		     0);
	return true;
}

START_TEST(a_controller_of_ones_own_is_a_file_and_a_program)
{
	if (!make_tree())
		return;
	assert_shell("cd $D; P lint address-goes.yaml", 0);
	assert_shell(OWN "--html $D/page.html --strict", 0);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	assert_file("page.html", "address-keeper");
	assert_shell("cd $D; P explain controllers", 0);
	assert_file("out", "fixtures/controllers/address-keeper.yaml");
	assert_shell("cd $D; P doctor", 3); /* it lacks the three of Gardener */
	assert_file("out", "address-keeper");
}
END_TEST

START_TEST(its_version_is_chosen_on_the_command_line)
{
	if (!make_tree())
		return;
	assert_shell(LAST_STEP("1s") OWN "--controller address-keeper@v1.0.0", 1);
	assert_file("out", "none elastic-ip");
	assert_file("out", "ec2:AllocateAddress by address-keeper");
	assert_file("out", " OWN        ec2:AllocateAddress");
	assert_file("out", "address-keeper v1.0.0");
	assert_shell(LAST_STEP("20s") OWN "--controller address-keeper@v1.1.0", 0);
	assert_shell(OWN "--controller address-keeper@v3", 3);
	assert_file(
		"out",
		"SKIP  address-goes   address-keeper v3 is not installed: there is no program ");
	assert_file("out", "says neither program: nor build:; see docs/own-controllers.md");
	assert_shell(OWN "--controller adress-keeper@v1.0.0", 2);
	assert_file("err", "there is no controller \"adress-keeper\"");
}
END_TEST

START_TEST(its_program_may_stand_beside_its_file)
{
	if (!make_tree())
		return;
	assert_shell("cd $D/fixtures/controllers; rm -r $D/cache; "
		     "mkdir v1.0.0 v1.1.0; cp $OLDPWD/tests/runner/own/address-keeper v1.0.0; "
		     "cp v1.0.0/address-keeper v1.1.0; "
		     "echo 'program: ${version}/address-keeper' >> address-keeper.yaml; " OWN,
		     0);
	assert_shell(LAST_STEP("1s") OWN "--controller address-keeper@v1.0.0", 1);
	assert_shell(
		"cd $D/fixtures/controllers; "
		"sed -i 's/^program:.*/program: v1.0.0\\/address-keeper/' address-keeper.yaml; " OWN
		"--controller address-keeper@v1.1.0",
		3);
	assert_file("out", "put ${version} into its path");
	assert_shell("cd $D/fixtures/controllers; "
		     "sed -i 's/^program:.*/program: keeper/' address-keeper.yaml; " OWN,
		     3);
	assert_file("out", "'fixtures/controllers/keeper' is no program");
	assert_shell(LAST_STEP("20s") OWN
		     "--controller address-keeper=fixtures/controllers/v1.1.0/address-keeper",
		     0);
}
END_TEST

START_TEST(what_builds_it_is_named_when_it_is_missing)
{
	if (!make_tree())
		return;
	assert_shell("echo 'build: script keeper/build' >> "
		     "$D/fixtures/controllers/address-keeper.yaml; " OWN
		     "--controller address-keeper@v3",
		     3);
	assert_file("out", "not installed; run: tools/controllers/install address-keeper@v3");
	assert_shell("cd $D; sed -i 's/^build:.*/build: make keeper/' "
		     "fixtures/controllers/address-keeper.yaml; P test address-goes.yaml",
		     3);
	assert_file("out",
		    "address-keeper.yaml:16:8: must be \"go PACKAGE@VERSION\" or \"script PATH\"; "
		    "see docs/own-controllers.md");
}
END_TEST

START_TEST(what_a_controller_that_comes_back_will_delete_is_no_leak)
{
	if (!make_tree())
		return;
	assert_shell("sed -i 's/^    while True:/    time.sleep(1.5)\\n&/' "
		     "$D/cache/controllers/address-keeper/v1.1.0/address-keeper; " THERE
		     "P test comes-back.yaml",
		     0);
	assert_shell(THERE "P test comes-back.yaml --controller address-keeper@v1.0.0", 1);
	assert_file("out", "1 leaked");
	assert_file("out", "Only if that is right, write below leaks:, instead of none:");
	assert_file("out", "  - { leaked: elastic-ip, why: ");
}
END_TEST

START_TEST(a_scenario_that_passes_and_fails_under_one_seed_is_flaky)
{
	if (!make_tree())
		return;
	/* a controller that forgets from its second start on */
	assert_shell(LAST_STEP("1s") "sed -i \"s#^main()#if os.path.exists('$D/again'): VERSION = "
				     "'v1.0.0'\\nopen('$D/again', 'w').close()\\n&#\" "
				     "$D/cache/controllers/address-keeper/v1.1.0/address-keeper",
		     0);
	assert_shell(OWN "--repeat 2 --jobs 1", 1);
	assert_file("out", "FLAKY address-goes   passed 1 of 2 times under one seed; skyrig diff "
			   "last last address-goes --turns\n");
	assert_last_line("1 passed, 1 failed, 0 skipped");
	assert_shell(THERE "P diff last last address-goes --turns", 1);
	assert_file("out", "- address-keeper  ec2:ReleaseAddress");
}
END_TEST

START_TEST(a_mistake_in_its_file_is_named_with_its_place)
{
	if (!make_tree())
		return;
	assert_shell("cd $D; sed -i 's/^starts-when: always/starts-when: allways/' "
		     "fixtures/controllers/address-keeper.yaml; " OWN,
		     3);
	assert_file("out", "address-keeper.yaml:7:14: unknown value \"allways\" of "
			   "\"starts-when\"; did you mean \"always\"?");
}
END_TEST

START_TEST(a_controller_that_ends_at_once_is_told_with_its_last_words)
{
	if (!make_tree())
		return;
	assert_shell(
		"cd $D; "
		"printf '#!/bin/sh\\nprintf \"no \\\\033[31mluck today\\\\n\"\\nexit 9\\n' >bad; "
		"chmod +x bad; " OWN "--controller address-keeper=bad",
		3);
	assert_file("out", "address-keeper ended with status 9 before it was ready");
	assert_file("out", "no ?[31mluck today"); /* a terminal would obey the escape */
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

/* A process that has this text in its command line and works below the test's folder; 0: none. */
static pid_t find_process(const char *text)
{
	DIR *dir = opendir("/proc");
	pid_t found = 0;

	for (struct dirent *entry; !found && dir && (entry = readdir(dir));) {
		_cleanup_(freep) char *path = xasprintf("/proc/%s/cmdline", entry->d_name);
		char line[200] = ""; /* the beginning will do */
		FILE *file = isdigit((unsigned char)entry->d_name[0]) ? fopen(path, "re") : NULL;
		size_t n = file ? fread(line, 1, sizeof(line) - 1, file) : 0;

		if (file)
			fclose(file);
		for (size_t i = 0; i < n; i++)
			line[i] = line[i] ? line[i] : ' ';
		if (strstr(line, cli_folder()) && strstr(line, text))
			found = (pid_t)strtol(entry->d_name, NULL, 10);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* Starts the scenario with a last step that lasts; the controller's pid once it works. */
static pid_t start_lasting(pid_t *ret)
{
	assert_shell(LAST_STEP("50s"), 0);
	*ret = start_after(THERE,
			   "test address-goes.yaml --controller address-keeper@v1.0.0 --verbose");
	wait_for("err", "step 2 of 2");
	return find_process("cache/controllers/address-keeper/v1.0.0/address-keeper");
}

START_TEST(a_controller_that_is_killed_fails_its_scenario)
{
	pid_t runner, controller;

	if (!make_tree())
		return;
	/* what it said last is long ago, and told all the same */
	assert_shell(
		"sed -i 's/^  - step: The Service goes/    stays: 2s\\n&/' $D/address-goes.yaml",
		0);
	controller = start_lasting(&runner);
	ck_assert_int_gt(controller, 0);
	kill(controller, SIGKILL);
	ck_assert_int_eq(ended_with(runner), 1);
	assert_file("out", "address-keeper was killed by signal 9");
	assert_file("out", "address-keeper log, its last words");
	assert_file("out", "a new address for default/echo");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(a_killed_runner_takes_its_controllers_with_it)
{
	pid_t runner, controller;

	if (!make_tree())
		return;
	controller = start_lasting(&runner);
	ck_assert_int_gt(controller, 0);
	kill(runner, SIGKILL);
	ck_assert_int_eq(ended_with(runner), -SIGKILL);
	wait_until_gone(controller);
	ck_assert_int_eq(find_process("address-keeper"), 0);
	assert_shell(LAST_STEP("20s") OWN, 0);
	assert_file("err", "was killed while it ran address-goes");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_controller_of_ones_own_is_a_file_and_a_program,
		its_version_is_chosen_on_the_command_line,
		its_program_may_stand_beside_its_file,
		what_builds_it_is_named_when_it_is_missing,
		what_a_controller_that_comes_back_will_delete_is_no_leak,
		a_scenario_that_passes_and_fails_under_one_seed_is_flaky,
		a_mistake_in_its_file_is_named_with_its_place,
		a_controller_that_ends_at_once_is_told_with_its_last_words,
		a_controller_that_is_killed_fails_its_scenario,
		a_killed_runner_takes_its_controllers_with_it,
		NULL,
	};

	return cli_main("cli_controllers", tests);
}
