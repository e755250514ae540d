/* See catalog.h. */
#include "runner/controllers/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/json.h"

#define REASON_MAX 500 /* bytes of a failed build's log in a message */

char *catalog_folder(void)
{
	const char *own = getenv("SKYRIG_CACHE"), *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (own && *own)
		return xasprintf("%s/controllers", own);
	if (xdg && *xdg)
		return xasprintf("%s/skyrig/controllers", xdg);
	return xasprintf("%s/.cache/skyrig/controllers", home ? home : "");
}

/* Whether a file begins as what Linux can run: ELF, or "#!" and an interpreter that is there. */
static bool begins_as_program(const char *path)
{
	char head[PATH_MAX] = "", *interpreter;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return errno == EACCES; /* it may be run without being readable */
	head[n] = '\0';
	if (strncmp(head, "\177ELF", 4) == 0)
		return true;
	if (strncmp(head, "#!", 2) != 0)
		return false;
	interpreter = head + 2 + strspn(head + 2, " \t");
	interpreter[strcspn(interpreter, " \t\r\n")] = '\0';
	return access(interpreter, X_OK) == 0;
}

bool catalog_is_program(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0 &&
	       begins_as_program(path);
}

static char *version_folder(const struct controller_definition *definition)
{
	_cleanup_(freep) char *folder = catalog_folder();

	return xasprintf("%s/%s/%s", folder, definition->name, definition->version);
}

/* The last lines of a build that failed, on one line; NULL when none failed. */
static char *failed_reason(const char *folder)
{
	_cleanup_(freep) char *path = xasprintf("%s/failed", folder);
	char text[REASON_MAX + 1]; /* one read's worth */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return NULL;
	n = read(fd, text, REASON_MAX);
	close(fd);
	if (n <= 0)
		return NULL;
	text[n] = '\0';
	for (char *at = strchr(text, '\n'); at; at = strchr(at, '\n'))
		*at = ' ';
	return xstrdup(text);
}

/* It is started in a folder of its own. */
static char *absolute(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : xstrdup(path);
}

/* The one that the definition names, from the folder of the definition on. */
static bool own_program(const struct controller_definition *definition, char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *variables = json_new_object();
	_cleanup_(freep) char *name = NULL, *path = NULL;
	const char *slash = strrchr(definition->path, '/');

	if (definition->other_version && !strstr(definition->program, "${version}"))
		return err_set(err, ERR_INVALID, NULL,
			       "%s %s cannot be chosen: in %s, \"program\" is the same for each "
			       "version; put ${version} into its path",
			       definition->name, definition->version, definition->path);
	json_set_str(variables, "version", definition->version);
	if (!controller_definition_expand(definition, definition->program, variables, &name, err))
		return false;
	path = *name == '/' || !slash ? xstrdup(name)
				      : xasprintf("%.*s/%s", (int)(slash - definition->path),
						  definition->path, name);
	if (!catalog_is_program(path))
		return err_set(err, ERR_NOT_FOUND, NULL,
			       "%s: program: '%s' is no program; give the path of an executable "
			       "file, absolute or from the folder of %s on",
			       definition->path, path, definition->path);
	*ret = absolute(path);
	return true;
}

bool catalog_program(const struct controller_definition *definition, const char *override,
		     char **ret, struct err *err)
{
	_cleanup_(freep) char *folder = NULL, *path = NULL, *reason = NULL, *wanted = NULL;

	if (override) {
		if (!catalog_is_program(override))
			return err_set(err, ERR_NOT_FOUND, NULL,
				       "--controller %s=%s: that is no program; give the path of "
				       "an executable file",
				       definition->name, override);
		*ret = absolute(override);
		return true;
	}
	if (definition->program)
		return own_program(definition, ret, err);
	folder = version_folder(definition);
	path = xasprintf("%s/%s", folder, definition->name);
	if (catalog_is_program(path)) {
		*ret = steal(path);
		return true;
	}
	reason = failed_reason(folder);
	wanted = xasprintf("%s%s%s", definition->name, definition->other_version ? "@" : "",
			   definition->other_version ? definition->version : "");
	if (reason)
		return err_set(err, ERR_NOT_FOUND, NULL,
			       "%s %s could not be built: %s; try again: tools/controllers/install "
			       "%s",
			       definition->name, definition->version, reason, wanted);
	if (!definition->build)
		return err_set(
			err, ERR_NOT_FOUND, NULL,
			"%s %s is not installed: there is no program %s, and %s says neither "
			"program: nor build:; see docs/own-controllers.md",
			definition->name, definition->version, path, definition->path);
	return err_set(err, ERR_NOT_FOUND, NULL,
		       "%s %s is not installed; run: tools/controllers/install %s",
		       definition->name, definition->version, wanted);
}

static bool add_files(const char *folder, struct strs *ret)
{
	DIR *directory = opendir(folder);

	if (!directory)
		return false;
	for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
		if (str_ends_with(entry->d_name, ".yaml")) {
			_cleanup_(freep) char *path = xasprintf("%s/%s", folder, entry->d_name);

			strs_add(ret, path);
		}
	}
	closedir(directory);
	strs_sort(ret);
	return true;
}

/* The folder "crds" beside the program when there is one, else the one that was installed. */
static char *crds_folder(const struct controller_definition *definition, const char *override)
{
	_cleanup_(freep) char *program = NULL, *beside = NULL, *folder = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	if (catalog_program(definition, override, &program, &err)) {
		beside = xasprintf("%.*s/crds", (int)(strrchr(program, '/') - program), program);
		if (access(beside, R_OK | X_OK) == 0)
			return steal(beside);
	}
	folder = version_folder(definition);
	return xasprintf("%s/crds", folder);
}

bool catalog_crds(const struct controller_definition *definition, const char *override,
		  struct strs *ret, struct err *err)
{
	_cleanup_(freep) char *folder = crds_folder(definition, override);

	(void)add_files(folder, ret);
	for (size_t i = 0; i < definition->crds.count; i++) {
		_cleanup_(strs_done) struct strs more = {0};
		_cleanup_(freep) char *path = xasprintf("%s/%s", folder, definition->crds.items[i]);

		if (!add_files(path, &more))
			return err_set(err, ERR_NOT_FOUND, NULL,
				       "%s %s has no CRDs in %s; run: tools/controllers/install %s",
				       definition->name, definition->version, path,
				       definition->name);
		for (size_t j = 0; j < more.count; j++)
			strs_add(ret, more.items[j]);
	}
	return true;
}
