/* The table of subcommands. */
#include "runner/commands/command.h"

const struct command commands[] = {
	{"lint", command_lint, "check scenario files, run nothing"},
	{"list", command_list, "what would run: id, title, tags, source"},
	{"explain", command_explain, "kinds, fields, faults, keys of a scenario file, services"},
	{"schema", command_schema, "print the JSON Schema of scenario files"},
};
const size_t command_count = array_size(commands);
