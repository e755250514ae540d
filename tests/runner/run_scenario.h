#pragma once
/* Scenarios as texts, run in this process: for tests of the engine. Needs a checked fixture. */
#include "emulator/base/json.h"
#include "runner/engine/engine.h"

/* clang-format off */
#define HEAD                                                                                       \
	"scenario: A scenario of the engine's tests\n"                                             \
	"why: it shows that the engine does what it says\n"                                        \
	"source: [ \"scenario language\" ]\n"

#define GIVEN "given: { controllers: [], profile: instant }\n"

/* clang-format on */

/** The folder of the test that runs: its scenario, and fixtures/ below it. */
extern char *folder;

/** Makes and removes the folder; the working directory is the tree's. */
void setup(void);
void teardown(void);
/** Writes a file below the folder. */
void write_file(const char *name, const char *text);
/** Loads a text as a scenario, which must be without mistakes, and runs its first row. The result
 * is the caller's. */
struct json *run_with(const char *text, const struct engine_options *more);
struct json *run(const char *text);
/** Takes over the result: it has passed. */
void assert_passed(struct json *result);
/** Takes over the result: its status is that, and its report has all of these texts; NULL ends. */
void assert_says(struct json *result, const char *status, ...);
