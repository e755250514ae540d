/* skyrig lint [PATH…] */
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/commands/paths.h"
#include "runner/text.h"

struct lint_options {
	struct strs paths;
	bool strict, plain;
};

enum { OPTION_STRICT = 256, OPTION_NO_COLOR };

static const struct argp_option options[] = {
	{"strict", OPTION_STRICT, NULL, 0, "warnings count as errors", 0},
	{"no-color", OPTION_NO_COLOR, NULL, 0, "no colours", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct lint_options *lint = state->input;

	switch (key) {
	case OPTION_STRICT: lint->strict = true; return 0;
	case OPTION_NO_COLOR: lint->plain = true; return 0;
	case ARGP_KEY_ARG: strs_add(&lint->paths, arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int command_lint(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[PATH…]",
		"Checks scenario files and the fixtures they name; runs nothing.\v"
		"Example: skyrig lint suites/happy",
		NULL,
		NULL,
		NULL};
	struct lint_options lint = {0};
	struct suite suite = {0};
	int status;

	command_parse(&argp, argc, argv, &lint);
	status = paths_load("lint", &lint.paths, &suite);
	if (!status) {
		bool bad = suite.problems.errors || (lint.strict && suite.problems.warnings);

		paths_print_problems(&suite, stdout, !lint.plain && command_color(STDOUT_FILENO),
				     NULL);
		status = bad					      ? EXIT_USAGE
			 : !suite.file_count && !suite.defaults_count ? EXIT_NOTHING
								      : EXIT_PASSED;
	}
	suite_done(&suite);
	strs_done(&lint.paths);
	return status;
}
