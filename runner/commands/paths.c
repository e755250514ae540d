/* Scenario paths on the command line. */
#include "runner/commands/paths.h"

#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/text.h"

#define OUTPUT_MAX (16 * 1024 * 1024)

int paths_load(const char *command, const struct strs *paths, struct suite *suite)
{
	struct err err = ERR_INIT;
	int status = 0;
	bool ok = true;

	if (!paths->count)
		ok = suite_load(suite, "suites", &err);
	for (size_t i = 0; ok && i < paths->count; i++)
		ok = suite_load(suite, paths->items[i], &err);
	if (!ok)
		status = command_usage_error(command, &err);
	err_done(&err);
	return status;
}

/* In how many files there are problems. */
static size_t broken_files(const struct problems *problems)
{
	size_t n = 0;

	for (size_t i = 0; i < problems->count; i++) {
		bool before = false;

		for (size_t j = 0; j < i; j++)
			before = before || problems->items[j].source == problems->items[i].source;
		n += !before;
	}
	return n;
}

void paths_problems_text(struct suite *suite, struct strbuf *sb, bool color, const char *outcome)
{
	const struct problems *problems = &suite->problems;
	_cleanup_(freep) char *errors = text_count(problems->errors, "error", "errors");
	_cleanup_(freep) char *warnings = text_count(problems->warnings, "warning", "warnings");
	_cleanup_(freep) char *files = text_count(broken_files(problems), "file", "files");
	_cleanup_(freep) char *all =
		suite->file_count || !suite->defaults_count
			? text_count(suite->file_count, "scenario", "scenarios")
			: text_count(suite->defaults_count, "suite.yaml", "suite.yaml files");

	problems_print(&suite->problems, sb, color);
	if (problems->errors && problems->warnings)
		strbuf_addf(sb, "%s and %s in %s.", errors, warnings, files);
	else if (problems->count)
		strbuf_addf(sb, "%s in %s.", problems->errors ? errors : warnings, files);
	else
		strbuf_addf(sb, "%s, no mistakes.", all);
	if (outcome)
		strbuf_addf(sb, " %s", outcome);
	else if (problems->errors)
		strbuf_add(sb, " Nothing was run.");
	strbuf_add_char(sb, '\n');
}

void paths_print_problems(struct suite *suite, FILE *out, bool color, const char *outcome)
{
	struct strbuf sb;

	strbuf_init(&sb, OUTPUT_MAX);
	paths_problems_text(suite, &sb, color, outcome);
	fputs(strbuf_text(&sb), out);
	strbuf_done(&sb);
}
