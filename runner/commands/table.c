/* The table of subcommands. */
#include "runner/commands/command.h"

const struct command commands[] = {
	{"test", command_test, "run scenarios (default: suites/)"},
	{"lint", command_lint, "check scenario files, run nothing"},
	{"list", command_list, "what would run: id, title, tags, source"},
	{"explain", command_explain, "kinds, fields, faults, keys of a scenario file, services"},
	{"new", command_new, "write a scenario to begin with"},
	{"render", command_render,
	 "show fixtures after variables, and what gardenlet makes of them"},
	{"serve", command_serve, "AWS and Kubernetes, until interrupted"},
	{"leaks", command_leaks, "what is leaked: of a live server"},
	{"show", command_show, "a stored run: its results, or what happened in a scenario"},
	{"diff", command_diff, "the first call in which two runs part"},
	{"report", command_report, "reports of stored runs, or of shards together"},
	{"replay", command_replay, "play a stored run to the emulator and compare the answers"},
	{"import", command_import, "an AWS fixture out of what aws … describe-… printed"},
	{"schema", command_schema, "print the JSON Schema of scenario files"},
	{"man", command_man, "print the manual page"},
	{"completion", command_completion, "print what bash needs to complete commands"},
	{"doctor", command_doctor, "check ports, limits and controllers of this machine"},
};
const size_t command_count = array_size(commands);
