#pragma once
/* skyrig test: what its files share. */
#include "runner/external/external.h"
#include "runner/jobs/jobs.h"

#define OVERRIDES_MAX 16

#define FLAGS_MAX 512 /* argp's keys of flags are below this */

struct test_options {
	struct strs paths;
	bool typed[FLAGS_MAX]; /**< by argp's key: flags of the command line */
	const char *config;    /**< --config; NULL: the nearest */
	bool no_config;
	char *config_flags;  /**< what skyrig.yaml gave, as flags; NULL: nothing */
	const char *command; /**< as it was typed */
	const char *filter, *junit, *json, *html, *record;
	struct jobs_options jobs;
	struct environment_override overrides[OVERRIDES_MAX + 1];
	size_t override_count;
	unsigned long long shard, shards; /**< shards 0: all of it */
	bool is_external;		  /**< --target external */
	struct external_options external;
	const char *aws_credentials; /**< file; NULL: the environment */
	bool update, yes;	     /**< --update, --yes */
	bool shuffle;
	unsigned long long order; /**< of --shuffle */
	bool no_skip, quiet, verbose, no_color, plain, tap, github, watch;
};

/** argp's key of a flag by its long name; the flag must be there. */
int test_flag(const char *name);
/**
 * Adds NAME=PATH or NAME@VERSION of --controller.
 *
 * @param folder  that a path is relative to, with a slash at its end; "": the working directory
 * @param err     ERR_INVALID: what is wrong with it
 */
must_check bool test_add_controller(struct test_options *test, const char *text, const char *folder,
				    struct err *err);
/**
 * Takes from skyrig.yaml what was not typed. Mistakes in it are told on standard error.
 *
 * @return EXIT_PASSED or EXIT_USAGE
 */
int test_read_config(struct test_options *test);

/** Runs what matches, tells it, writes the reports; the exit status. filter NULL: all. */
int test_run(const struct test_options *test, const struct suite *suite,
	     const struct filter *filter);
/**
 * Runs, and runs again what uses a file that has changed, until it is interrupted; the exit status
 * of the last run.
 */
int test_watch(const struct test_options *test, const struct suite *suite,
	       const struct filter *filter);
/**
 * --update: shows what the results' "updates" would change in their files, and writes it when
 * somebody agrees. Only lists under `exactly:` that are alone to blame, and files of same-as; each
 * told on the way.
 */
void test_update(const struct test_options *test, const struct json *results);
/** Why a scenario cannot be run here, or NULL; new text. */
char *test_why_skip(const struct scenario *scenario, const struct environment_override *overrides);
