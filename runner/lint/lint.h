#pragma once
/*
 * The checker: everything that can be said about a scenario file without running it. All mistakes
 * of a file are reported at once, each with its place and a remedy.
 */
#include "emulator/base/container.h"
#include "runner/lint/problem.h"

/** Files read so far; each is read and reported on once. Zero-initialise. */
struct files {
	struct ptrs sources; /**< struct source */
};
/** The file of that path, read now or before. Never NULL; its yaml is NULL when it is broken. */
const struct source *files_get(struct files *files, const char *path, struct problems *problems);
void files_done(struct files *files);

/**
 * Checks a scenario file and the fixtures it names.
 *
 * @param source    the scenario file, read
 * @param fixtures  folder that fixture paths are relative to
 * @param files     for fixtures
 * @param problems  everything wrong is added here
 */
void lint_scenario(const struct source *source, const char *fixtures, struct files *files,
		   struct problems *problems);
/** Checks an AWS fixture (a list of calls) by itself. */
void lint_aws_fixture(const struct source *source, struct problems *problems);
/** "leak/migrate-service" of "…/suites/leak/migrate-service.yaml"; of a file outside of suites/ its
 * path without .yaml. New text. */
char *lint_scenario_id(const char *path);
/**
 * The file of a state "SCENARIO#STEP" that the file at `path` starts from: below the same suites/,
 * or beside a file that is outside of one. New text.
 */
char *lint_state_path(const char *path, const char *state);
/** The list of tags for the file at `path`: tags.yaml in its suites/; new text, NULL when there is
 * none. */
char *lint_tags_path(const char *path);
/** The folder named "fixtures" beside the file or beside the nearest folder above it; new text,
 * "fixtures" when there is none. */
char *lint_fixtures_folder(const char *path);
