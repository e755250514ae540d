#pragma once
/* Where the controllers' programs and CRDs are: what tools/controllers/install built, or the user's
 * own. */
#include "emulator/base/container.h"
#include "emulator/base/err.h"
#include "runner/controllers/definition.h"

/** $SKYRIG_CACHE, else $XDG_CACHE_HOME/skyrig, else ~/.cache/skyrig; then /controllers. New text.
 */
char *catalog_folder(void);

/** Whether a path is a regular file that may be executed and begins as a program: ELF, or "#!" and
 * an interpreter that is there. */
bool catalog_is_program(const char *path);

/**
 * Finds the program of a controller.
 *
 * @param override  path that the user gave, or NULL
 * @param ret       path, to be freed
 * @param err       ERR_NOT_FOUND: why, and the command that helps
 */
must_check bool catalog_program(const struct controller_definition *definition,
				const char *override, char **ret, struct err *err);

/**
 * Paths of a controller's CRD files, sorted by folder: the folder "crds" beside its program, else
 * beside the one that was installed; none there is fine. Then those of its folders that the
 * definition names.
 *
 * @param err  ERR_NOT_FOUND: a named folder is missing, and the command that helps
 */
must_check bool catalog_crds(const struct controller_definition *definition, const char *override,
			     struct strs *ret, struct err *err);
