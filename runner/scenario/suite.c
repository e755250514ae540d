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
		else if (str_ends_with(path, ".yaml"))
			strs_add(found, path);
	}
	closedir(dir);
	return ok;
}

static void load_file(struct suite *suite, const char *path)
{
	size_t before = suite->problems.errors;
	const struct source *source = files_get(&suite->files, path, &suite->problems);
	_cleanup_(freep) char *fixtures = lint_fixtures_folder(path);

	suite->file_count++;
	lint_scenario(source, fixtures, &suite->files, &suite->problems);
	if (suite->problems.errors == before)
		ptrs_add(&suite->scenarios, scenario_new(source, fixtures));
}

bool suite_load(struct suite *suite, const char *path, struct err *err)
{
	struct strs found = {0};
	struct stat st;

	if (stat(path, &st) != 0)
		return err_set(err, ERR_NOT_FOUND, NULL, "there is no file or folder '%s'", path);
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
	return true;
}

void suite_done(struct suite *suite)
{
	for (size_t i = 0; i < suite->scenarios.count; i++)
		scenario_free(suite->scenarios.items[i]);
	ptrs_done(&suite->scenarios);
	problems_done(&suite->problems);
	files_done(&suite->files);
}
