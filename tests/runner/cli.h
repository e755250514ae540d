#pragma once
/*
 * The program from outside, for its tests: run to its end or beside the test, in a folder that is
 * the test's own and whose files it may read. In commands, $D is that folder, $S the program,
 * and P runs it.
 */
#include <check.h>
#include <stdlib.h>
#include <sys/types.h>

#include "emulator/base/strbuf.h"
#include "emulator/base/util.h"

#define CLI_SCENARIO(given, steps)                                                                 \
	"scenario: A scenario of the program's tests\n"                                            \
	"why: it shows that the program does what it says\n"                                       \
	"source: [ \"scenario language\" ]\n" given "steps:\n" steps
#define CLI_NO_CONTROLLERS "given: { controllers: [], profile: instant }\n"

#define CLI_NOTHING_LEAKED "  - step: nothing is leaked\n    leaks: none\n"
#define CLI_NO_VPC(within)                                                                         \
	"  - step: there is no such VPC\n    within: " within                                      \
	"\n    expect: [ { one: vpc, where: { CidrBlock: 10.9.0.0/16 } } ]\n"

/* Scenarios that pass, fail at once, and take longer than any test. */
#define CLI_GOOD CLI_SCENARIO(CLI_NO_CONTROLLERS, CLI_NOTHING_LEAKED)
#define CLI_BAD	 CLI_SCENARIO(CLI_NO_CONTROLLERS, CLI_NO_VPC("50ms"))
#define CLI_SLOW CLI_SCENARIO(CLI_NO_CONTROLLERS, CLI_NO_VPC("50s"))

/** The main() of such a test program; tests end with a NULL. */
int cli_main(const char *name, const TTest *const *tests);

/** The test's folder, and the program's path. */
const char *cli_folder(void);
const char *cli_program(void);
void write_file(const char *name, const char *text);
/** All of a file; "" when there is none; to be freed. */
char *read_file(const char *name);

/** Runs commands of a shell; their output goes to the files "out" and "err". Exit status. */
int shell(const char *commands);
/** The same while a program that was started still writes to these: "beside.out", "beside.err". */
int shell_beside(const char *commands);
/** They end with this status; else the test fails with what they said. */
void assert_shell(const char *commands, int wanted);
/** The same for the program alone. */
int run(const char *arguments);
void assert_run(const char *arguments, int wanted);
/** That text is in that file. */
void assert_file(const char *name, const char *text);
void assert_no_text(const char *name, const char *text);
/** The last line of "out". */
void assert_last_line(const char *line);

/** Starts the program, with its output as above; its pid. */
pid_t start(const char *arguments);
/** The same after some commands of a shell, each with its semicolon. */
pid_t start_after(const char *commands, const char *arguments);
/** A terminal that a program was started on, and all that it showed so far. */
struct terminal {
	pid_t pid;
	int fd;
	struct strbuf text;
	size_t seen; /* how far wait_for_screen has come */
};

/** Starts the program on a terminal of its own: input, output and errors. */
void start_on_terminal(struct terminal *terminal, const char *arguments);
/** The same on one that knows no control sequences. */
void start_on_dumb_terminal(struct terminal *terminal, const char *arguments);
/** Waits until the terminal shows that text after the one waited for before. */
void wait_for_screen(struct terminal *terminal, const char *text);
/** Types; "\3" is Ctrl-C. */
void type(const struct terminal *terminal, const char *text);
/** Reads to the end; exit status as of ended_with. The terminal is closed. */
int terminal_ended_with(struct terminal *terminal);

/** Waits until a file has that text; fails after half a minute. */
void wait_for(const char *name, const char *text);
/** Lets other processes work for some ms, between two looks at what they have done. */
void pause_shortly(void);
/** Waits until a process is no more; fails after half a minute. */
void wait_until_gone(pid_t pid);
/** Waits for a started program: its exit status, or the negative number of the signal. */
int ended_with(pid_t pid);
/** The first child of a process; 0: it has none. */
pid_t child_of(pid_t pid);
/** Folders of runs that are still there. */
size_t runs_left(void);
