/* The program from outside: exit statuses, last lines, what goes where, what is left behind. */
#include <fcntl.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/jobs/folder.h"

#define OUTPUT_MAX (4 * 1024 * 1024)

#define SCENARIO(given, steps)                                                                     \
	"scenario: A scenario of the program's tests\n"                                            \
	"why: it shows that the program does what it says\n"                                       \
	"source: [ \"scenario language\" ]\n" given "steps:\n" steps

#define NO_CONTROLLERS "given: { controllers: [], profile: instant }\n"

#define GOOD SCENARIO(NO_CONTROLLERS, "  - step: nothing is leaked\n    leaks: none\n")
#define BAD                                                                                        \
	SCENARIO(NO_CONTROLLERS,                                                                   \
		 "  - step: there is no such VPC\n    within: 50ms\n"                              \
		 "    expect: [ { one: vpc, where: { CidrBlock: 10.9.0.0/16 } } ]\n")
#define SLOW                                                                                       \
	SCENARIO(NO_CONTROLLERS,                                                                   \
		 "  - step: there is no such VPC\n    within: 50s\n"                               \
		 "    expect: [ { one: vpc, where: { CidrBlock: 10.9.0.0/16 } } ]\n")

static char *program, *folder;

static void setup(void)
{
	const char *source = getenv("SKYRIG_SOURCE");
	char template[] = "/tmp/skyrig-test-XXXXXX";
	static int started_in = -1; /* without forking, the test before has gone elsewhere */

	if (started_in < 0)
		started_in = open(".", O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(fchdir(started_in), 0);
	program = realpath("skyrig", NULL); /* tests are run in the build folder */
	ck_assert(!source || chdir(source) == 0);
	ck_assert_ptr_nonnull(mkdtemp(template));
	folder = xstrdup(template);
	setenv("TMPDIR", folder, 1);
	setenv("XDG_STATE_HOME", folder, 1);
}

static void teardown(void)
{
	remove_tree(folder);
	free(folder);
	free(program);
}

static void write_file(const char *name, const char *text)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static char *read_file(const char *name)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "re");
	struct strbuf sb;
	int c;

	strbuf_init(&sb, OUTPUT_MAX);
	while (file && (c = fgetc(file)) != EOF)
		strbuf_add_char(&sb, (char)c);
	if (file)
		fclose(file);
	return strbuf_steal(&sb);
}

/* Runs the program through a shell; $D is the test's folder. Its exit status. */
static int run(const char *arguments)
{
	_cleanup_(freep) char *command =
		xasprintf("D=%s; P() { %s \"$@\"; }; { P %s ; } >$D/out 2>$D/err", folder,
			  program ? program : "skyrig", arguments);
	/* checksrc: allow banned a person's shell is what the program is started from */
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The program ends with this status; else the test shows what it said. */
static void assert_run(const char *arguments, int wanted)
{
	int status = run(arguments);
	_cleanup_(freep) char *out = read_file("out"), *complaints = read_file("err");

	ck_assert_msg(status == wanted, "skyrig %s ends with %d instead of %d:\n%s%s", arguments,
		      status, wanted, out, complaints);
}

static void assert_file(const char *name, const char *text)
{
	_cleanup_(freep) char *found = read_file(name);

	ck_assert_msg(strstr(found, text), "\"%s\" is not in %s:\n%s", text, name, found);
}

static void assert_last_line(const char *line)
{
	_cleanup_(freep) char *found = read_file("out");
	_cleanup_(freep) char *wanted = xasprintf("\n%s\n", line);

	ck_assert_msg(str_ends_with(found, wanted), "the last line is not \"%s\":\n%s", line,
		      found);
}

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
		{"test --keep=some", "\"some\" is neither failed nor all"},
		{"test --pause-on-failure </dev/null", "standard input is no terminal"},
		{"test --filter 'tga:x'", "there is no field \"tga\"; did you mean tag?"},
		{"test --controller x", "write NAME=PATH"},
		{"test --controller load-balancer=/bin/true", "there is no controller"},
		{"test --controller load-balancer-controller=/no/such", "cannot run '/no/such'"},
		{"test no/such/path", "there is no file or folder 'no/such/path'"},
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
	write_file("good.yaml", GOOD);
	assert_run("test $D/good.yaml --junit $D/junit.xml --json $D/results.json", 0);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	assert_file("out", "PASS  ");
	assert_file("junit.xml", "<testsuite name=\"skyrig\" tests=\"1\" failures=\"0\"");
	assert_file("results.json", "\"status\": \"passed\"");
}
END_TEST

START_TEST(what_a_run_recorded_can_be_played)
{
	write_file("good.yaml", GOOD);
	assert_run("replay", 2);
	assert_file("err", "no run is stored in");
	assert_run("test $D/good.yaml", 0);
	assert_run("replay", 0);
	assert_file("out", "SAME ");
	assert_run("replay last no-such", 2);
	assert_file("err", "no scenario fits \"no-such\"; there are\n  ");
}
END_TEST

START_TEST(a_failed_scenario_ends_with_1_and_stands_in_junit)
{
	write_file("good.yaml", GOOD);
	write_file("bad.yaml", BAD);
	assert_run("test $D/good.yaml $D/bad.yaml --junit $D/junit.xml", 1);
	assert_last_line("1 passed, 1 failed, 0 skipped");
	assert_file("out", "never true during 50ms");
	assert_file("junit.xml", "<failure message=\"never true during 50ms\" type=\"FAIL\">");
}
END_TEST

START_TEST(a_known_failure_counts_as_passed_and_its_passing_as_failed)
{
	static const char mark[] = "known-failure: { reason: it is only a test, issue: a/b#1 }\n";
	_cleanup_(freep) char *fails = xasprintf("%s%s", mark, BAD);
	_cleanup_(freep) char *passes = xasprintf("%s%s", mark, GOOD);

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
	_cleanup_(freep) char *known = xasprintf(mark, "never true during 50ms", BAD);
	_cleanup_(freep) char *other = xasprintf(mark, "settle", BAD);

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
	write_file("good.yaml", GOOD);
	write_file("broken.yaml", "scenario: x\n");
	assert_run("test $D/good.yaml $D/broken.yaml", 2);
	assert_file("err", "Nothing was run.");
	assert_file("err", "\"steps\" is missing in this scenario");
}
END_TEST

START_TEST(a_filter_that_matches_nothing_ends_with_4)
{
	write_file("good.yaml", GOOD);
	assert_run("test $D/good.yaml --filter tag:none", 4);
	assert_last_line("0 passed, 0 failed, 0 skipped");
	assert_run("list $D/good.yaml --filter tag:none", 4);
}
END_TEST

START_TEST(without_its_controllers_a_scenario_is_skipped_with_the_reason)
{
	write_file("needs.yaml", SCENARIO("given: { controllers: [ load-balancer-controller ] }\n",
					  "  - step: nothing is leaked\n    leaks: none\n"));
	unsetenv("SKYRIG_CACHE");
	setenv("XDG_CACHE_HOME", folder, 1); /* where nothing was ever installed */
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
	write_file("good.yaml", GOOD);
	assert_run("test $D/good.yaml --repeat 5 --jobs 2 --quiet", 0);
	assert_last_line("5 passed, 0 failed, 0 skipped");
}
END_TEST

/* Folders of runs that are still there. */
static size_t runs_left(void)
{
	_cleanup_(freep) char *path = xasprintf("%s/skyrig-%u", folder, (unsigned)getuid());
	DIR *dir = opendir(path);
	size_t n = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return n;
}

#define CALL_VPC(title, cidr)                                                                      \
	"  - step: " title "\n    call: { action: ec2:CreateVpc, params: { CidrBlock: " cidr       \
	" } }\n"
#define EXPECT_VPC(cidr)                                                                           \
	"      - one: vpc\n        where: { CidrBlock: " cidr " }\n        made-by: operator\n"

START_TEST(scenarios_start_from_the_state_of_a_step_and_do_not_see_each_other)
{
	write_file("base.yaml", SCENARIO(NO_CONTROLLERS, CALL_VPC("first", "10.1.0.0/16") CALL_VPC(
								 "never there", "10.8.0.0/16")));
	write_file("next.yaml", SCENARIO("given: { after: \"base#first\" }\n",
					 CALL_VPC("second", "10.2.0.0/16")));
	write_file("top.yaml",
		   SCENARIO("given: { after: \"next#second\" }\n",
			    CALL_VPC("third", "10.3.0.0/16") "    expect:\n" EXPECT_VPC(
				    "10.1.0.0/16") EXPECT_VPC("10.2.0.0/16")
				    EXPECT_VPC("10.3.0.0/16") "      - none: vpc\n        where: "
							      "{ CidrBlock: 10.8.0.0/16 }\n"
							      "      - calls: ec2:CreateVpc\n"
							      "        times: 1\n"));
	assert_run("test $D/top.yaml $D/top.yaml --jobs 2 --repeat 2", 0);
	assert_last_line("4 passed, 0 failed, 0 skipped");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(what_starts_from_a_state_that_is_not_reached_fails_and_says_why)
{
	write_file("base.yaml", BAD);
	write_file("next.yaml", SCENARIO("given: { after: \"base#there is no such VPC\" }\n",
					 "  - step: nothing is leaked\n    leaks: none\n"));
	write_file("top.yaml", SCENARIO("given: { after: \"next#nothing is leaked\" }\n",
					"  - step: never\n    leaks: none\n"));
	assert_run("test $D/top.yaml", 1);
	assert_file("out", "the state that it starts from was not reached: ");
	assert_file("out", "one vpc where { CidrBlock: 10.9.0.0/16 }");
	assert_last_line("0 passed, 1 failed, 0 skipped");
}
END_TEST

/* Starts the program; its pid. */
static pid_t start(const char *arguments)
{
	_cleanup_(freep) char *command =
		xasprintf("D=%s; exec %s %s >$D/out 2>$D/err", folder, program, arguments);
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid;
}

/* Waits until a file has that text, for at most some seconds. */
static void wait_for(const char *name, const char *text)
{
	for (int i = 0; i < 500; i++) {
		_cleanup_(freep) char *found = read_file(name);

		if (strstr(found, text))
			return;
		usleep(10000); /* checksrc: allow sleep another process is waited for */
	}
	ck_abort_msg("\"%s\" never was in %s", text, name);
}

static int ended_with(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

START_TEST(an_interrupted_run_ends_with_130_and_leaves_nothing)
{
	pid_t pid;

	write_file("slow.yaml", SLOW);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	kill(pid, SIGINT);
	ck_assert_int_eq(ended_with(pid), 130);
	assert_file("out", "STOP  ");
	assert_file("out", "interrupted in step 1");
	assert_last_line("0 passed, 0 failed, 0 skipped");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(a_terminated_run_ends_with_143)
{
	pid_t pid;

	write_file("slow.yaml", SLOW);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	kill(pid, SIGTERM);
	ck_assert_int_eq(ended_with(pid), 143);
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(shards_are_parts_that_make_the_whole)
{
	write_file("good1.yaml", GOOD);
	write_file("good2.yaml", GOOD);
	write_file("good3.yaml", GOOD);
	assert_run("test $D --shard 1/2 --quiet --json $D/1.json", 0);
	assert_last_line("2 passed, 0 failed, 0 skipped");
	assert_file("1.json", "good1");
	assert_file("1.json", "good3");
	assert_run("test $D --shard 2/2 --quiet", 0);
	assert_last_line("1 passed, 0 failed, 0 skipped");
	assert_run("test $D --shard 5/5", 0);
	assert_last_line("0 passed, 0 failed, 0 skipped");
}
END_TEST

START_TEST(what_programs_read_stands_alone_on_standard_output)
{
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(freep) char *text = NULL, *tap = NULL;

	write_file("good.yaml", GOOD);
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

	write_file("good1.yaml", GOOD);
	write_file("good2.yaml", GOOD);
	write_file("good3.yaml", GOOD);
	assert_run("test $D --shuffle=7 --jobs 1 --tap", 0);
	first = read_file("out");
	assert_run("test $D --shuffle=7 --jobs 1 --tap", 0);
	second = read_file("out");
	ck_assert_str_eq(first, second);
	assert_file("err", "in the order of --shuffle=7");
}
END_TEST

START_TEST(stored_runs_can_be_shown_compared_and_merged)
{
	write_file("good.yaml", GOOD);
	write_file("bad.yaml", BAD);
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

	write_file("bad.yaml", BAD);
	assert_run("test $D/bad.yaml", 1);
	assert_file("out", "Look at it:     file://");
	assert_file("out", "Again, alone:   skyrig test ");
	ck_assert_int_eq(
		run("--version >/dev/null; cp -r $D/skyrig/runs/0001/failed/* $D/kept; true"), 0);
	for (size_t i = 0; i < array_size(names); i++) {
		_cleanup_(freep) char *name = xasprintf("kept/%s", names[i]);
		_cleanup_(freep) char *text = read_file(name);

		ck_assert_msg(*text, "%s is missing or empty", name);
	}
	assert_file("kept/state.json", "\"vpc\"");
	assert_run("replay $D/kept/calls.jsonl", 0);
}
END_TEST

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
	_cleanup_(freep) char *arguments = xasprintf(
		"--version >/dev/null; bash -c 'compopt() { :; }; source docs/skyrig.bash; "
		"COMP_WORDS=(%s); COMP_CWORD=%d; _skyrig; echo ${COMPREPLY[@]}'",
		words, index);

	ck_assert_int_eq(run(arguments), 0);
}

START_TEST(completion_knows_commands_and_their_options)
{
	complete("skyrig re", 1);
	assert_file("out", "render");
	assert_file("out", "report");
	complete("skyrig test --pause", 2);
	assert_file("out", "--pause-on-failure");
	complete("skyrig show --shard", 2);
	ck_assert_int_eq(run("--version >/dev/null; ! grep shard $D/out"), 0);
}
END_TEST

START_TEST(new_scenarios_have_no_mistakes_and_nothing_is_overwritten)
{
	ck_assert_int_eq(run("--version; cp -r fixtures templates $D; cd $D; P new leak/mine; "
			     "P new happy/mine --from happy; P lint suites"),
			 0);
	ck_assert_int_eq(run("--version; cd $D; P new leak/mine"), 2);
	assert_file("err", "there is 'suites/leak/mine.yaml' already");
	ck_assert_int_eq(run("--version; cd $D; P new Mine"), 2);
	assert_file("err", "is no name");
	ck_assert_int_eq(run("--version; cd $D; P new mine"), 2);
	assert_file("err", "lacks its group: write e.g. leak/mine");
	ck_assert_int_eq(run("--version; cd $D; P new leak/x --from nothing"), 2);
	assert_file("err", "cannot read 'templates/nothing.yaml'");
}
END_TEST

START_TEST(a_recorded_run_can_be_carried_elsewhere)
{
	write_file("good.yaml", GOOD);
	assert_run("test $D/good.yaml --record $D/recorded", 0);
	assert_run("replay $(ls $D/recorded/*.jsonl)", 0);
	assert_file("out", "SAME ");
}
END_TEST

/* Pids of a process's children. */
static pid_t child_of(pid_t pid)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *file = fopen(path, "re");
	int child = 0;

	if (file && fscanf(file, "%d", &child) != 1)
		child = 0;
	if (file)
		fclose(file);
	return child;
}

START_TEST(killing_the_runner_kills_its_scenarios_and_the_next_run_tidies_up)
{
	pid_t pid, child;

	write_file("slow.yaml", SLOW);
	write_file("good.yaml", GOOD);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	child = child_of(pid);
	ck_assert_int_gt(child, 0);
	kill(pid, SIGKILL);
	ck_assert_int_eq(ended_with(pid), -SIGKILL);
	for (int i = 0; i < 500 && kill(child, 0) == 0; i++)
		usleep(10000); /* checksrc: allow sleep another process is waited for */
	ck_assert_int_eq(kill(child, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
	ck_assert_uint_eq(runs_left(), 1);
	assert_run("test $D/good.yaml", 0);
	assert_file("err", "was killed while it ran ");
	assert_file("err", "its files are removed");
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(a_scenario_whose_process_is_killed_is_our_fault)
{
	pid_t pid;

	write_file("slow.yaml", SLOW);
	pid = start("test $D/slow.yaml --verbose");
	wait_for("err", "step 1 of 1");
	kill(child_of(pid), SIGKILL);
	ck_assert_int_eq(ended_with(pid), 3);
	assert_file("out", "was ended by signal 9");
}
END_TEST

START_TEST(serve_says_where_it_is_and_ends_cleanly)
{
	_cleanup_(json_freep) struct json *line = NULL;
	_cleanup_(freep) char *text = NULL;
	_cleanup_(freep) char *arguments = NULL;
	pid_t pid = start("serve --profile instant --kubeconfig-out $D/kubeconfig");

	wait_for("out", "\n");
	text = read_file("out");
	ck_assert(json_parse(text, strlen(text) - 1, &line, NULL));
	ck_assert_int_eq(json_get_int(line, "pid", 0), pid);
	ck_assert(str_starts_with(json_get_str(line, "aws"), "http://127.0.0.1:"));
	ck_assert(str_starts_with(json_get_str(line, "kubernetes"), "https://127.0.0.1:"));
	assert_file("kubeconfig", "current-context");
	arguments = xasprintf("leaks %s", json_get_str(line, "aws"));
	assert_run(arguments, 0);
	assert_file("out", "0 leaked");
	free(arguments);
	arguments = xasprintf("serve --aws-port %s", strrchr(json_get_str(line, "aws"), ':') + 1);
	assert_run(arguments, 3);
	assert_file("err", "Address already in use");
	kill(pid, SIGTERM);
	ck_assert_int_eq(ended_with(pid), 0);
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(serve_prints_lines_to_source)
{
	pid_t pid = start("serve --env");

	wait_for("out", "export KUBECONFIG=");
	assert_file("out", "export AWS_ENDPOINT_URL=http://127.0.0.1:");
	assert_file("out", "export AWS_ACCESS_KEY_ID=AKIA");
	assert_file("out", "export AWS_REGION=eu-west-1");
	assert_file("out", "export AWS_DEFAULT_REGION=eu-west-1");
	kill(pid, SIGINT);
	ck_assert_int_eq(ended_with(pid), 0);
}
END_TEST

START_TEST(a_broken_fixture_keeps_serve_from_starting)
{
	write_file("calls.yaml", "- { call: \"ec2:CreateVpcs\" }\n");
	assert_run("serve --fixture $D/calls.yaml", 2);
	assert_file("err", "did you mean ec2:CreateVpc?");
}
END_TEST

START_TEST(leaks_of_no_server_end_with_3)
{
	assert_run("leaks http://127.0.0.1:1", 3);
	assert_file("err", "cannot ask http://127.0.0.1:1");
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

int main(void)
{
	Suite *suite = suite_create("cli");
	TCase *tcase = tcase_create("cli");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 45);
	tcase_add_test(tcase, usage_mistakes_end_with_2_and_a_remedy);
	tcase_add_test(tcase, help_is_no_mistake);
	tcase_add_test(tcase, a_passed_scenario_ends_with_0);
	tcase_add_test(tcase, what_a_run_recorded_can_be_played);
	tcase_add_test(tcase, a_failed_scenario_ends_with_1_and_stands_in_junit);
	tcase_add_test(tcase, a_known_failure_counts_as_passed_and_its_passing_as_failed);
	tcase_add_test(tcase, another_failure_is_not_taken_for_the_known_one);
	tcase_add_test(tcase, a_broken_file_ends_with_2_and_nothing_is_run);
	tcase_add_test(tcase, a_filter_that_matches_nothing_ends_with_4);
	tcase_add_test(tcase, without_its_controllers_a_scenario_is_skipped_with_the_reason);
	tcase_add_test(tcase, scenarios_start_from_the_state_of_a_step_and_do_not_see_each_other);
	tcase_add_test(tcase, what_starts_from_a_state_that_is_not_reached_fails_and_says_why);
	tcase_add_test(tcase, repeat_runs_each_scenario_so_many_times);
	tcase_add_test(tcase, an_interrupted_run_ends_with_130_and_leaves_nothing);
	tcase_add_test(tcase, a_terminated_run_ends_with_143);
	tcase_add_test(tcase, shards_are_parts_that_make_the_whole);
	tcase_add_test(tcase, what_programs_read_stands_alone_on_standard_output);
	tcase_add_test(tcase, the_same_shuffle_gives_the_same_order);
	tcase_add_test(tcase, stored_runs_can_be_shown_compared_and_merged);
	tcase_add_test(tcase, a_failed_scenario_leaves_a_folder_to_look_at);
	tcase_add_test(tcase, manual_and_completion_are_what_the_tables_say);
	tcase_add_test(tcase, completion_knows_commands_and_their_options);
	tcase_add_test(tcase, new_scenarios_have_no_mistakes_and_nothing_is_overwritten);
	tcase_add_test(tcase, a_recorded_run_can_be_carried_elsewhere);
	tcase_add_test(tcase, killing_the_runner_kills_its_scenarios_and_the_next_run_tidies_up);
	tcase_add_test(tcase, a_scenario_whose_process_is_killed_is_our_fault);
	tcase_add_test(tcase, serve_says_where_it_is_and_ends_cleanly);
	tcase_add_test(tcase, serve_prints_lines_to_source);
	tcase_add_test(tcase, a_broken_fixture_keeps_serve_from_starting);
	tcase_add_test(tcase, leaks_of_no_server_end_with_3);
	tcase_add_test(tcase, render_shows_what_gardenlet_makes_of_a_shoot);
	tcase_add_test(tcase, the_schema_is_json_and_the_one_in_the_tree);
	tcase_add_test(tcase, the_manual_is_the_one_in_the_tree);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
