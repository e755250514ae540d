/* The program from outside. */
#include "tests/runner/cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/base/strbuf.h"
#include "runner/jobs/folder.h"

#define OUTPUT_MAX   (4 * 1024 * 1024)
#define TEST_SECONDS 100
#define TURNS	     3000 /* of 10 ms: another process may have a slow core for itself and others */
#define TURN_US	     10000

static char *program, *folder;

const char *cli_folder(void)
{
	return folder;
}

const char *cli_program(void)
{
	return program;
}

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
	setenv("SKYRIG_CONFIG", "", 1); /* not that of whoever runs the tests */
	unsetenv("CI");			/* on a terminal somebody can be asked */
	unsetenv("GITHUB_ACTIONS");
	setenv("XDG_STATE_HOME", folder, 1);
}

static void teardown(void)
{
	remove_tree(folder);
	free(folder);
	free(program);
}

void write_file(const char *name, const char *text)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

char *read_file(const char *name)
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

static int shell_to(const char *commands, const char *out, const char *complaints)
{
	_cleanup_(freep) char *command =
		xasprintf("D=%s; S=%s; P() { $S \"$@\"; }; { %s\n} >$D/%s 2>$D/%s", folder,
			  program ? program : "skyrig", commands, out, complaints);
	/* checksrc: allow banned a person's shell is what the program is started from */
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int shell(const char *commands)
{
	return shell_to(commands, "out", "err");
}

int shell_beside(const char *commands)
{
	return shell_to(commands, "beside.out", "beside.err");
}

void assert_shell(const char *commands, int wanted)
{
	int status = shell(commands);
	_cleanup_(freep) char *out = read_file("out"), *complaints = read_file("err");

	ck_assert_msg(status == wanted, "%s ends with %d instead of %d:\n%s%s", commands, status,
		      wanted, out, complaints);
}

int run(const char *arguments)
{
	_cleanup_(freep) char *command = xasprintf("P %s", arguments);

	return shell(command);
}

void assert_run(const char *arguments, int wanted)
{
	_cleanup_(freep) char *command = xasprintf("P %s", arguments);

	assert_shell(command, wanted);
}

void assert_file(const char *name, const char *text)
{
	_cleanup_(freep) char *found = read_file(name);

	ck_assert_msg(strstr(found, text), "\"%s\" is not in %s:\n%s", text, name, found);
}

void assert_last_line(const char *line)
{
	_cleanup_(freep) char *found = read_file("out");
	_cleanup_(freep) char *wanted = xasprintf("\n%s\n", line);

	ck_assert_msg(str_ends_with(found, wanted), "the last line is not \"%s\":\n%s", line,
		      found);
}

void assert_no_text(const char *name, const char *text)
{
	_cleanup_(freep) char *found = read_file(name);

	ck_assert_msg(!strstr(found, text), "\"%s\" is in %s:\n%s", text, name, found);
}

pid_t start_after(const char *commands, const char *arguments)
{
	_cleanup_(freep) char *command = xasprintf("D=%s; exec >$D/out 2>$D/err; %s exec %s %s",
						   folder, commands, program, arguments);
	int ends[2];
	pid_t pid;
	char byte;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(ends[1]);
	/* until then it is a copy of us: Check's handlers would get the signals that it is sent */
	ck_assert_int_eq(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	return pid;
}

pid_t start(const char *arguments)
{
	return start_after("", arguments);
}

void pause_shortly(void)
{
	usleep(TURN_US); /* checksrc: allow sleep another process is waited for */
}

static void start_on(struct terminal *terminal, const char *type, const char *arguments)
{
	_cleanup_(freep) char *command = xasprintf("D=%s; exec %s %s", folder, program, arguments);

	*terminal = (struct terminal){0};
	strbuf_init(&terminal->text, OUTPUT_MAX);
	terminal->pid = forkpty(&terminal->fd, NULL, NULL, NULL);
	ck_assert_int_ge(terminal->pid, 0);
	if (terminal->pid == 0) {
		setenv("TERM", type, 1);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
}

void start_on_terminal(struct terminal *terminal, const char *arguments)
{
	start_on(terminal, "xterm", arguments);
}

void start_on_dumb_terminal(struct terminal *terminal, const char *arguments)
{
	start_on(terminal, "dumb", arguments);
}

/* Takes in what is shown; false at the end, or when nothing comes. */
static bool read_screen(struct terminal *terminal)
{
	struct pollfd fd = {.fd = terminal->fd, .events = POLLIN};
	char bytes[4096]; /* one read's worth */
	ssize_t n;

	if (poll(&fd, 1, TURNS * TURN_US / 1000) <= 0)
		return false;
	n = read(terminal->fd, bytes, sizeof(bytes));
	if (n > 0)
		strbuf_add_bytes(&terminal->text, bytes, (size_t)n);
	return n > 0;
}

void wait_for_screen(struct terminal *terminal, const char *text)
{
	const char *at;

	while (!(at = strstr(strbuf_text(&terminal->text) + terminal->seen, text)))
		ck_assert_msg(read_screen(terminal), "\"%s\" was never shown after:\n%s", text,
			      strbuf_text(&terminal->text));
	terminal->seen = (size_t)(at - strbuf_text(&terminal->text)) + strlen(text);
}

void type(const struct terminal *terminal, const char *text)
{
	ck_assert_int_eq(write(terminal->fd, text, strlen(text)), (ssize_t)strlen(text));
}

int terminal_ended_with(struct terminal *terminal)
{
	while (read_screen(terminal))
		;
	close(terminal->fd);
	return ended_with(terminal->pid);
}

void wait_for(const char *name, const char *text)
{
	for (int i = 0; i < TURNS; i++) {
		_cleanup_(freep) char *found = read_file(name);

		if (strstr(found, text))
			return;
		pause_shortly();
	}
	ck_abort_msg("\"%s\" never was in %s", text, name);
}

int ended_with(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void wait_until_gone(pid_t pid)
{
	for (int i = 0; i < TURNS && kill(pid, 0) == 0; i++)
		pause_shortly();
	ck_assert_int_eq(kill(pid, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
}

pid_t child_of(pid_t pid)
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

size_t runs_left(void)
{
	_cleanup_(freep) char *path = xasprintf("%s/skyrig-%u", folder, (unsigned)getuid());
	DIR *dir = opendir(path);
	size_t n = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		n += entry->d_name[0] != '.' && !str_eq(entry->d_name, "lock");
	if (dir)
		closedir(dir);
	return n;
}

int cli_main(const char *name, const TTest *const *tests)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, TEST_SECONDS);
	for (; *tests; tests++)
		tcase_add_test(tcase, *tests);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
