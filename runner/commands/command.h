#pragma once
/* The subcommands: one file each, one row each. */
#include <argp.h>

#include "emulator/base/err.h"

#define SKYRIG_VERSION "0.1.0"

enum exit_status {
	EXIT_PASSED = 0,
	EXIT_FAILED = 1,  /**< a scenario failed */
	EXIT_USAGE = 2,	  /**< bad usage, or a bad scenario or fixture file */
	EXIT_HARNESS = 3, /**< the harness could not do its job */
	EXIT_NOTHING = 4, /**< nothing matched */
	EXIT_INTERRUPTED = 130,
	EXIT_TERMINATED = 143,
};

struct command {
	const char *name;
	int (*run)(int argc, char **argv); /**< argv[0] is the command's name */
	const char *summary;
};
extern const struct command commands[];
extern const size_t command_count;

/** The subcommands, one per file: each gets its own arguments and returns the exit status. */
int command_test(int argc, char **argv);
int command_lint(int argc, char **argv);
int command_list(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_render(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_import(int argc, char **argv);
int command_leaks(int argc, char **argv);
int command_new(int argc, char **argv);
int command_man(int argc, char **argv);
int command_completion(int argc, char **argv);
int command_show(int argc, char **argv);
int command_diff(int argc, char **argv);
int command_report(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_schema(int argc, char **argv);
int command_doctor(int argc, char **argv);

/**
 * argp_parse with a "did you mean" for long options; ends the program with EXIT_USAGE when the
 * command line is wrong, and with 0 after --help.
 */
void command_parse(const struct argp *argp, int argc, char **argv, void *input);
/** "skyrig NAME: message" on stderr; always EXIT_USAGE. */
int command_usage_error(const char *name, const struct err *err);
/** Whether lines may be drawn anew in that stream: a terminal, TERM not dumb. */
bool command_redraws(int fd);
/** Whether to write colours to that stream: a terminal, no NO_COLOR, TERM not dumb. */
bool command_color(int fd);
