/* skyrig schema */
#include <stdio.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/schema/json_schema.h"

#define OUTPUT_MAX (1024 * 1024)

int command_schema(int argc, char **argv)
{
	static const struct argp argp = {
		NULL,
		NULL,
		NULL,
		"Prints the JSON Schema (draft-07) of scenario files, for editors.\v"
		"Example: skyrig schema > schema/scenario.schema.json",
		NULL,
		NULL,
		NULL};
	_cleanup_(json_freep) struct json *schema = NULL;
	struct strbuf sb;

	command_parse(&argp, argc, argv, NULL);
	schema = json_schema();
	strbuf_init(&sb, OUTPUT_MAX);
	json_print_pretty(&sb, schema);
	puts(strbuf_text(&sb));
	strbuf_done(&sb);
	return EXIT_PASSED;
}
