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

/** @name defaults.c: suite.yaml, what holds for all scenarios below its folder */
#define DEFAULTS_NAME "suite.yaml"
#define DEFAULTS_MAX  32 /* folders between a scenario and suites/ */

/** The suite.yaml files that count for a file, the nearest first; borrowed. */
struct defaults {
	const struct source *sources[DEFAULTS_MAX];
	size_t count;
};

/** What holds for a scenario, and where it stands. node NULL: nobody says it. */
struct setting {
	const struct yaml_node *node;
	const struct source *source; /**< of the scenario, or a suite.yaml */
};

/** Whether a path is that of a suite.yaml. */
bool lint_is_defaults(const char *path);
/**
 * Reads the suite.yaml files of a scenario: in its folder and in each one above it up to the
 * nearest named suites; outside of such a one only beside it. They are not checked.
 */
void lint_find_defaults(const char *path, struct files *files, struct problems *problems,
			struct defaults *ret);
/**
 * The value that holds for a scenario: its own, else that of the nearest suite.yaml. What is part
 * of a state that it starts from has no default.
 *
 * @param section  "given", "requires"; NULL: the top of the file
 */
struct setting lint_setting(const struct source *source, const struct defaults *defaults,
			    const char *section, const char *key);
/** The same for a duration at the top of the file, in ms; else what the table says. */
int64_t lint_duration_setting(const struct source *source, const struct defaults *defaults,
			      const char *key);
/** Whether it is part of a state that a scenario leaves to another one. */
bool lint_is_of_state(const char *section, const char *key);
/** Checks a suite.yaml by itself. */
void lint_defaults_file(const struct source *source, struct files *files,
			struct problems *problems);

/**
 * Checks a scenario file and the fixtures it names.
 *
 * @param source    the scenario file, read
 * @param defaults  its suite.yaml files
 * @param fixtures  folder that fixture paths are relative to
 * @param files     for fixtures
 * @param problems  everything wrong is added here
 */
void lint_scenario(const struct source *source, const struct defaults *defaults,
		   const char *fixtures, struct files *files, struct problems *problems);
/** Checks a skyrig.yaml; see runner/commands/test_config.c. */
void lint_config_file(const struct source *source, struct problems *problems);
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
