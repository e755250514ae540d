/* Running scenarios in tests; see run_scenario.h. */
#include "tests/runner/run_scenario.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/strbuf.h"
#include "runner/jobs/folder.h"

char *folder;

void setup(void)
{
	const char *source = getenv("SKYRIG_SOURCE");
	char template[] = "/tmp/skyrig-test-XXXXXX";

	ck_assert(!source || chdir(source) == 0);
	ck_assert_ptr_nonnull(mkdtemp(template));
	folder = xstrdup(template);
}

void teardown(void)
{
	remove_tree(folder);
	free(folder);
}

void write_file(const char *name, const char *text)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

/* Loads the text as a scenario and runs its first row. */
struct json *run_with(const char *text, const struct engine_options *more)
{
	struct suite suite = {0};
	struct err err = ERR_INIT;
	_cleanup_(freep) char *path = xasprintf("%s/scenario.yaml", folder);
	struct engine_options options = *more;
	struct json *result;

	options.directory = folder;
	write_file("scenario.yaml", text);
	ck_assert(suite_load(&suite, path, &err));
	if (suite.problems.errors) {
		struct strbuf sb;

		strbuf_init(&sb, 65536);
		problems_print(&suite.problems, &sb, false);
		ck_abort_msg("%s", strbuf_text(&sb));
	}
	result = engine_run(suite.scenarios.items[0], 0, &options);
	suite_done(&suite);
	return result;
}

struct json *run(const char *text)
{
	return run_with(text, &(struct engine_options){0});
}

void assert_passed(struct json *result)
{
	ck_assert_msg(str_eq(json_get_str(result, "status"), "passed"), "%s",
		      json_get_str(result, "report"));
	json_free(result);
}

/* The status is that, and the report says all of these. */
void assert_says(struct json *result, const char *status, ...)
{
	const char *report = json_get_str(result, "report"), *text;
	va_list texts;

	ck_assert_msg(str_eq(json_get_str(result, "status"), status), "%s: %s",
		      json_get_str(result, "status"), report);
	va_start(texts, status);
	while ((text = va_arg(texts, const char *)))
		ck_assert_msg(strstr(report, text), "\"%s\" is not in\n%s", text, report);
	va_end(texts);
	json_free(result);
}
