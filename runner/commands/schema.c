/* skyrig schema [FILE] */
#include <stdio.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/schema/json_schema.h"

#define OUTPUT_MAX (1024 * 1024)

struct schema_file {
	const char *name;
	struct json *(*make)(void);
};

static const struct schema_file files[] = {
	{"scenario", json_schema},
	{"suite", json_schema_of_defaults},
	{"config", json_schema_of_config},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const struct schema_file **asked = state->input;

	if (key != ARGP_KEY_ARG || state->arg_num)
		return ARGP_ERR_UNKNOWN;
	*asked = NULL;
	for (size_t i = 0; i < array_size(files); i++)
		if (str_eq(files[i].name, arg))
			*asked = &files[i];
	if (!*asked)
		argp_error(state,
			   "there is no schema of \"%s\"; there are scenario, suite and "
			   "config",
			   arg);
	return 0;
}

int command_schema(int argc, char **argv)
{
	static const struct argp argp = {
		NULL,
		parse,
		"[scenario|suite|config]",
		"Prints the JSON Schema (draft-07) of scenario files, of suite.yaml, or of skyrig.yaml "
		"(config), for editors.\v"
		"Examples:\n"
		"  skyrig schema > schema/scenario.schema.json\n"
		"  skyrig schema suite > schema/suite.schema.json",
		NULL,
		NULL,
		NULL};
	const struct schema_file *asked = &files[0];
	_cleanup_(json_freep) struct json *schema = NULL;
	struct strbuf sb;

	command_parse(&argp, argc, argv, &asked);
	schema = asked->make();
	strbuf_init(&sb, OUTPUT_MAX);
	json_print_pretty(&sb, schema);
	puts(strbuf_text(&sb));
	strbuf_done(&sb);
	return EXIT_PASSED;
}
