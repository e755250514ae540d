/* What a scenario's process keeps of its run. */
#include "runner/jobs/recorder.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "runner/jobs/artefacts.h"
#include "runner/store/recording.h"
#include "runner/store/store.h"

struct recorder {
	const struct scenario *scenario;
	size_t row;
	char *path, *from; /* from: NULL, or the file to go on with */
	struct engine_recorder functions;
	struct recording *recording; /* NULL: it could not be begun, or has ended */
};

/* Where the recording really is to be. */
static char *link_of(const char *folder)
{
	return xasprintf("%s/recording.db", folder);
}

void recorder_store(const char *folder, const char *store, const struct scenario *scenario,
		    size_t row, unsigned turn)
{
	_cleanup_(freep) char *slug = store_slug(scenario->id, row, scenario->rows.count, turn);
	_cleanup_(freep) char *path = xasprintf("%s/scenarios/%s.db", store, slug);
	_cleanup_(freep) char *link = link_of(folder);

	(void)!symlink(path, link); /* else it is kept in the folder, and goes with it */
}

/* What SQLite makes stands beside the file itself, not beside a link to it. */
static char *resolve(char *link)
{
	char target[PATH_MAX];
	ssize_t n = readlink(link, target, sizeof(target) - 1);

	if (n <= 0)
		return link;
	target[n] = '\0';
	free(link);
	return xstrdup(target);
}

static struct json *meta_of(const struct recorder *recorder, const struct world_config *config)
{
	struct json *meta = json_new_object();
	_cleanup_(freep) char *row = scenario_row_text(recorder->scenario, recorder->row);
	char now[CLOCK_TEXT_MAX];

	json_set_str(meta, "id", recorder->scenario->id);
	json_set_int(meta, "row", (int64_t)recorder->row);
	json_set_str(meta, "row_text", row);
	json_set_str(meta, "title", recorder->scenario->title);
	json_set_str(meta, "file", recorder->scenario->source->path);
	json_setf(meta, "seed", "%llu", (unsigned long long)config->seed);
	json_set_str(meta, "profile", config->profile == PROFILE_INSTANT ? "instant" : "aws");
	json_set_int(meta, "began_ms", clock_real_ms());
	json_set_str(meta, "began", clock_format_seconds(clock_real_ms(), now));
	return meta;
}

static void tell(const struct recorder *recorder, const char *what)
{
	fprintf(stderr, "skyrig test: %s is not stored as it was: %s\n", recorder->scenario->id,
		what);
}

static void on_begin(const struct world_config *config, void *userdata)
{
	struct recorder *recorder = userdata;
	_cleanup_(json_freep) struct json *meta = meta_of(recorder, config);
	struct err err = ERR_INIT;

	if (!(recorder->from ? recording_continue(recorder->path, recorder->from, meta,
						  &recorder->recording, &err)
			     : recording_new(recorder->path, meta, &recorder->recording, &err)))
		tell(recorder, err_text(&err));
	err_done(&err);
}

/* The file is complete from here on: copies of this process go on with copies of it. */
static void on_parked(void *userdata)
{
	struct recorder *recorder = userdata;

	recording_free(steal(recorder->recording));
}

static void on_tape(const struct tape_event *event, void *userdata)
{
	const struct recorder *recorder = userdata;

	if (recorder->recording)
		recording_tape(event, recorder->recording);
}

static void on_call(const struct journal_entry *entry, void *userdata)
{
	const struct recorder *recorder = userdata;

	if (recorder->recording)
		recording_call(entry, recorder->recording);
}

static void on_event(const struct environment_event *event, void *userdata)
{
	const struct recorder *recorder = userdata;

	if (recorder->recording && event->controller)
		recording_log(recorder->recording, event->controller, event->real_ms,
			      event->text ? event->text : "");
}

struct recorder *recorder_new(const char *folder, const char *from, const struct scenario *scenario,
			      size_t row)
{
	struct recorder *recorder = xcalloc(1, sizeof(*recorder));

	recorder->scenario = scenario;
	recorder->row = row;
	recorder->path = resolve(link_of(folder));
	recorder->from = from ? link_of(from) : NULL;
	recorder->functions =
		(struct engine_recorder){on_begin, on_parked, on_tape, on_call, on_event, recorder};
	return recorder;
}

const struct engine_recorder *recorder_of(struct recorder *recorder)
{
	return recorder ? &recorder->functions : NULL;
}

/* STORE/failed/SLUG for STORE/scenarios/SLUG.db; new text, NULL when the path is no such one. */
static char *artefact_folder(const char *path)
{
	static const char middle[] = "/scenarios/";
	const char *at = strstr(path, middle), *next;
	const char *slug;

	while (at && (next = strstr(at + 1, middle)))
		at = next;
	if (!at || !str_ends_with(path, ".db"))
		return NULL;
	slug = at + strlen(middle);
	return xasprintf("%.*s/failed/%.*s", (int)(at - path), path,
			 (int)(strlen(slug) - strlen(".db")), slug);
}

char *recorder_called(const struct recorder *recorder)
{
	_cleanup_(freep) char *folder = recorder ? artefact_folder(recorder->path) : NULL;
	_cleanup_(freep) char *alone = NULL;
	const char *id, *run;
	char *slug;

	if (!folder)
		return NULL;
	/* …/0042/failed/SLUG */
	slug = strrchr(folder, '/');
	*slug++ = '\0';
	*strrchr(folder, '/') = '\0';
	run = strrchr(folder, '/');
	id = recorder->scenario->id;
	alone = store_slug(id, 0, 1, 0);
	/* an id with a slash in front would begin with dashes as it stands in file names */
	return xasprintf("%s %s%s", run ? run + 1 : folder, id, slug + strlen(alone));
}

static bool leaves_artefacts(const struct json *result)
{
	const char *status = json_get_str(result, "status");

	return str_eq(status, "failed") || str_eq(status, "harness");
}

/* Says in the report where to look, and writes what is there to be seen. */
static void write_artefacts(struct recorder *recorder, struct json *result,
			    const struct engine *engine)
{
	_cleanup_(freep) char *folder = artefact_folder(recorder->path);
	const char *report = json_get_str(result, "report");
	_cleanup_(freep) char *longer = NULL;
	struct err err = ERR_INIT;

	if (!folder)
		return;
	longer = xasprintf("%s  Look at it:     file://%s/report.html\n", report ? report : "",
			   folder);
	json_set_str(result, "report", longer);
	json_set_str(result, "artefacts", folder);
	if (!artefacts_write(folder, result, engine, recorder->recording, &err))
		tell(recorder, err_text(&err));
	err_done(&err);
}

void recorder_decided(struct recorder *recorder, struct json *result, const struct engine *engine)
{
	if (!recorder || !recorder->recording)
		return;
	if (leaves_artefacts(result))
		write_artefacts(recorder, result, engine);
	recording_set_meta(recorder->recording, "result", result);
	if (recording_error(recorder->recording))
		tell(recorder, recording_error(recorder->recording));
}

void recorder_free(struct recorder *recorder)
{
	if (!recorder)
		return;
	recording_free(recorder->recording);
	free(recorder->path);
	free(recorder->from);
	free(recorder);
}
