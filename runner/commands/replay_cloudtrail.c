/* skyrig replay --from-cloudtrail FILE… */
#include <stdio.h>

#include "emulator/base/json.h"
#include "emulator/emulator.h"
#include "runner/commands/command.h"
#include "runner/commands/replay.h"
#include "runner/engine/fixture.h"
#include "runner/store/cloudtrail.h"

#define SEED 1

struct told {
	const struct replay_cloudtrail *options;
	size_t count[CLOUDTRAIL_VERDICTS];
};

/* A text of several lines, each behind the same words. */
static void print_lines(const char *before, const char *text)
{
	const char *end;

	for (; *text; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		printf("    %-8s %.*s\n", before, (int)(end - text), text);
		before = "";
	}
}

static void tell(enum cloudtrail_verdict verdict, const struct json *record, const char *call,
		 const char *expected, const char *found, void *userdata)
{
	struct told *told = userdata;

	if (verdict == CLOUDTRAIL_SAME || told->count[verdict]++ >= told->options->shown)
		return;
	printf("%-9s %s %s\n", cloudtrail_verdict_name(verdict), json_get_str(record, "eventTime"),
	       call);
	if (verdict == CLOUDTRAIL_DIFFERENT) {
		print_lines("AWS", expected);
		print_lines("Skyrig", found);
	} else {
		print_lines("why", found);
	}
}

static const char *region_of(const struct json *records)
{
	const char *region = json_get_str(json_first(records), "awsRegion");

	return region ? region : "eu-west-1";
}

static bool play(const struct replay_cloudtrail *options, struct cloudtrail *cloudtrail,
		 struct err *err)
{
	const struct emulator_config config = {.world = {.seed = SEED, .profile = PROFILE_AWS}};
	_cleanup_(json_freep) struct json *records = json_new_array();
	_cleanup_(emulator_freep) struct emulator *emulator = NULL;

	if (!options->files.count)
		return err_set(err, ERR_INVALID, NULL, "--from-cloudtrail: give one log or more");
	for (size_t i = 0; i < options->files.count; i++)
		if (!cloudtrail_load(options->files.items[i], records, err))
			return false;
	if (!emulator_new(NULL, &config, &emulator, err) ||
	    (options->state && !fixture_load(emulator, region_of(records), options->state, err)))
		return false;
	cloudtrail_play(emulator, records, cloudtrail);
	return true;
}

static void print_summary(const struct replay_cloudtrail *options,
			  const struct cloudtrail *cloudtrail, const struct told *told)
{
	const size_t *count = cloudtrail->count;
	size_t compared = count[CLOUDTRAIL_SAME] + count[CLOUDTRAIL_DIFFERENT];
	bool hidden = false;

	for (size_t i = 0; i < CLOUDTRAIL_VERDICTS; i++)
		if (told->count[i] > options->shown) {
			printf("… and %zu more %s\n", told->count[i] - options->shown,
			       cloudtrail_verdict_name(i));
			hidden = true;
		}
	printf("%s%zu of %zu answers equal", hidden ? "\n" : "", count[CLOUDTRAIL_SAME], compared);
	if (compared)
		printf(" (%.1f %%)", 100 * (double)count[CLOUDTRAIL_SAME] / (double)compared);
	printf("; not compared: %zu unknown here, %zu about what was before, %zu that the log "
	       "cannot tell\n",
	       count[CLOUDTRAIL_UNKNOWN], count[CLOUDTRAIL_BEFORE], count[CLOUDTRAIL_UNTOLD]);
}

int replay_cloudtrail(const struct replay_cloudtrail *options)
{
	struct told told = {.options = options};
	struct cloudtrail cloudtrail = {.told = tell, .userdata = &told};
	struct err err = ERR_INIT;
	int status;

	if (!play(options, &cloudtrail, &err)) {
		status = err.code == ERR_IO ? EXIT_HARNESS : EXIT_USAGE;
		fprintf(stderr, "skyrig replay: %s\n", err_text(&err));
		err_done(&err);
		return status;
	}
	print_summary(options, &cloudtrail, &told);
	if (cloudtrail.count[CLOUDTRAIL_DIFFERENT])
		return EXIT_FAILED;
	return cloudtrail.count[CLOUDTRAIL_SAME] ? EXIT_PASSED : EXIT_NOTHING;
}
