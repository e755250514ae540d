#pragma once
/* Published data out of Go's module cache; nothing is downloaded by a test. */
#include <dirent.h>
#include <stdlib.h>

#include "emulator/base/util.h"

/**
 * The folder of a path in a Go module, for tests that compare with what others published.
 *
 * @param path  "k8s.io/api@v0.36.3/testdata/HEAD"
 * @return its path, to be freed; NULL when it is not there: the test is then to say SKIPPED
 *
 * The cache is where Meson found it (SKYRIG_GOMODCACHE), or where Go has it by default.
 */
static inline char *go_module_folder(const char *path)
{
	const char *cache = getenv("SKYRIG_GOMODCACHE"), *home = getenv("HOME");
	char *folder = cache && *cache ? xasprintf("%s/%s", cache, path)
				       : xasprintf("%s/go/pkg/mod/%s", home ? home : "", path);
	DIR *dir = opendir(folder);

	if (dir) {
		closedir(dir);
		return folder;
	}
	free(folder);
	return NULL;
}
