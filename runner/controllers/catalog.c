/* See catalog.h. */
#include "runner/controllers/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

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
		*ret = xstrdup(override);
		return true;
	}
	if (definition->program) {
		if (!catalog_is_program(definition->program))
			return err_set(err, ERR_NOT_FOUND, NULL,
				       "%s: program: '%s' is no program; give the path of an "
				       "executable file",
				       definition->path, definition->program);
		*ret = xstrdup(definition->program);
		return true;
	}
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

void catalog_crds(const struct controller_definition *definition, const char *override,
		  struct strs *ret)
{
	_cleanup_(freep) char *folder = version_folder(definition);
	_cleanup_(freep) char *built = xasprintf("%s/crds", folder), *own = NULL;
	const char *slash = override ? strrchr(override, '/') : NULL;

	if (slash) {
		own = xasprintf("%.*s/crds", (int)(slash - override), override);
		if (add_files(own, ret))
			return;
	}
	add_files(built, ret);
}
