/* Finding, checking and loading scenario files. */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "runner/scenario/load.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* All *.yaml below a folder. */
static bool search(const char *folder, struct strs *found, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool ok = true;

	if (!dir)
		return err_errno(err, "cannot open '%s'", folder);
	while (ok && (entry = readdir(dir))) {
		_cleanup_(freep) char *path = NULL;

		if (entry->d_name[0] == '.')
			continue;
		path = xasprintf("%s%s%s", folder, str_ends_with(folder, "/") ? "" : "/",
				 entry->d_name);
		if (is_folder(path))
			ok = str_eq(entry->d_name, "fixtures") || search(path, found, err);
		else if (str_ends_with(path, ".yaml") && !str_eq(entry->d_name, "tags.yaml"))
			strs_add(found, path);
	}
	closedir(dir);
	return ok;
}

static struct scenario *find_source(const struct ptrs *scenarios, const struct source *source)
{
	for (size_t i = 0; i < scenarios->count; i++) {
		struct scenario *scenario = scenarios->items[i];

		if (scenario->source == source)
			return scenario;
	}
	return NULL;
}

static struct scenario *load_source(struct suite *suite, const struct source *source,
				    const char *path);

/* The scenario that another one starts from; NULL when it is wrong (the problems say so). */
static const struct scenario *load_base(struct suite *suite, const struct scenario *scenario)
{
	_cleanup_(freep) char *path =
		lint_state_path(scenario->source->path, scenario->given.after->text);
	const struct source *source = files_get(&suite->files, path, &suite->problems);
	struct scenario *base = find_source(&suite->scenarios, source);

	if (!base)
		base = find_source(&suite->bases, source);
	if (base)
		return base;
	base = load_source(suite, source, path);
	if (base)
		ptrs_add(&suite->bases, base);
	return base;
}

/* The suite.yaml files of a scenario, checked; false: one of them is wrong. */
static bool load_defaults(struct suite *suite, const char *path, struct defaults *ret)
{
	bool fine = true;

	lint_find_defaults(path, &suite->files, &suite->problems, ret);
	for (size_t i = 0; i < ret->count; i++) {
		const struct source *source = ret->sources[i];

		lint_defaults_file(source, &suite->files, &suite->problems);
		fine = fine && source->yaml && !problems_are_in(&suite->problems, source);
	}
	return fine;
}

/* Checks and reads a scenario, and what it starts from; NULL when something is wrong. */
static struct scenario *load_source(struct suite *suite, const struct source *source,
				    const char *path)
{
	struct defaults defaults;
	bool fine = load_defaults(suite, path, &defaults);
	size_t before = suite->problems.errors;
	_cleanup_(freep) char *fixtures = lint_fixtures_folder(path);
	struct scenario *scenario;
	const struct scenario *base;

	lint_scenario(source, &defaults, fixtures, &suite->files, &suite->problems);
	if (!source->yaml || !fine || suite->problems.errors != before)
		return NULL;
	scenario = scenario_new(source, &defaults, fixtures);
	if (!scenario->given.after)
		return scenario;
	base = load_base(suite, scenario);
	if (base) {
		scenario_start_from(scenario, base);
		return scenario;
	}
	scenario_free(scenario);
	return NULL;
}

static void load_file(struct suite *suite, const char *path)
{
	const struct source *source = files_get(&suite->files, path, &suite->problems);
	struct scenario *scenario = find_source(&suite->bases, source);

	if (lint_is_defaults(path)) {
		lint_defaults_file(source, &suite->files, &suite->problems);
		suite->defaults_count++;
		return;
	}
	suite->file_count++;
	if (scenario)
		ptrs_remove(&suite->bases, scenario);
	else
		scenario = load_source(suite, source, path);
	if (scenario)
		ptrs_add(&suite->scenarios, scenario);
}

static bool is_read(const struct suite *suite, const char *path)
{
	for (size_t i = 0; i < suite->files.sources.count; i++)
		if (str_eq(((const struct source *)suite->files.sources.items[i])->path, path))
			return true;
	return false;
}

/* Fixtures that no scenario of all of suites/ has read; how controllers are started is no fixture
 * of a scenario. */
static bool find_unused(struct suite *suite, const char *folder, struct err *err)
{
	_cleanup_(freep) char *fixtures = lint_fixtures_folder(folder);
	_cleanup_(freep) char *controllers = xasprintf("%s/controllers/", fixtures);
	_cleanup_(strs_done) struct strs found = {0};
	size_t length = strlen(folder);

	while (length && folder[length - 1] == '/')
		length--;
	if (length < strlen("suites") || !is_folder(fixtures) ||
	    strncmp(folder + length - strlen("suites"), "suites", strlen("suites")) != 0)
		return true;
	if (!search(fixtures, &found, err))
		return false;
	strs_sort(&found);
	for (size_t i = 0; i < found.count; i++) {
		const char *path = found.items[i];

		if (is_read(suite, path) || str_starts_with(path, controllers))
			continue;
		problem_add(&suite->problems, files_get(&suite->files, path, &suite->problems),
			    (struct place){1, 1, 1}, SEVERITY_WARNING,
			    xstrdup("no scenario uses this fixture"),
			    xstrdup("use it or delete it"));
	}
	return true;
}

/* An id, "leak/my-story", or a group is what reports show: the path that was meant. New text; NULL:
 * there is no such thing below suites/ either. */
static char *path_of_id(const char *id)
{
	static const char *const endings[] = {".yaml", ""};
	struct stat st;

	for (size_t i = 0; i < array_size(endings); i++) {
		_cleanup_(freep) char *path = xasprintf("suites/%s%s", id, endings[i]);

		if (stat(path, &st) == 0)
			return steal(path);
	}
	return NULL;
}

bool suite_load(struct suite *suite, const char *path, struct err *err)
{
	struct strs found = {0};
	struct stat st;

	if (stat(path, &st) != 0) {
		_cleanup_(freep) char *meant = path_of_id(path);

		return err_set(err, ERR_NOT_FOUND, NULL, "there is no file or folder '%s'%s%s%s",
			       path, meant ? "; did you mean " : "", meant ? meant : "",
			       meant ? "?" : "");
	}
	if (!S_ISDIR(st.st_mode)) {
		load_file(suite, path);
		return true;
	}
	if (!search(path, &found, err)) {
		strs_done(&found);
		return false;
	}
	strs_sort(&found);
	for (size_t i = 0; i < found.count; i++)
		load_file(suite, found.items[i]);
	strs_done(&found);
	return find_unused(suite, path, err);
}

void suite_done(struct suite *suite)
{
	for (size_t i = 0; i < suite->scenarios.count; i++)
		scenario_free(suite->scenarios.items[i]);
	ptrs_done(&suite->scenarios);
	for (size_t i = 0; i < suite->bases.count; i++)
		scenario_free(suite->bases.items[i]);
	ptrs_done(&suite->bases);
	problems_done(&suite->problems);
	files_done(&suite->files);
}
