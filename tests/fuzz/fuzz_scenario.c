/*
 * Fuzz target: a scenario file: everything is checked before anything starts, so whatever a person
 * writes must end as problems with a place in the file, or as a scenario that can be read.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emulator/base/strbuf.h"
#include "runner/scenario/load.h"

#define TEXT_MAX (16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_problems(struct problems *problems)
{
	struct strbuf text;

	for (size_t i = 0; i < problems->count; i++)
		if (!*problems->items[i].message)
			abort();
	strbuf_init(&text, TEXT_MAX);
	problems_print(problems, &text, false);
	if ((problems->count > 0) != (text.length > 0))
		abort();
	strbuf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int file = memfd_create("scenario.yaml", MFD_CLOEXEC);
	_cleanup_(freep) char *path = xasprintf("/proc/self/fd/%d", file);
	struct problems problems = {0};
	struct files files = {0};
	const struct defaults defaults = {0};
	const struct source *source;

	if (file < 0 || write(file, data, size) != (ssize_t)size)
		abort();
	source = files_get(&files, path, &problems);
	lint_scenario(source, &defaults, "fixtures", &files, &problems);
	if (source->yaml && !problems.errors)
		scenario_free(scenario_new(source, &defaults, "fixtures"));
	/* the same text as the defaults of scenarios */
	lint_defaults_file(source, &files, &problems);
	check_problems(&problems);
	problems_done(&problems);
	files_done(&files);
	close(file);
	return 0;
}
