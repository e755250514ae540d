/* Artefact folders of failed scenarios. */
#include "runner/jobs/artefacts.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/controllers/files.h"
#include "runner/engine/inner.h"
#include "runner/live/kubeconfig.h"
#include "runner/reports/report.h"
#include "runner/store/recording.h"

#define STATE_MAX ((size_t)256 * 1024 * 1024)

static bool make_folder(const char *path, struct err *err)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ||
	       err_errno(err, "cannot make '%s'", path);
}

static bool write_json(const char *folder, const char *name, const struct json *json,
		       struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	struct strbuf sb;
	bool ok;

	strbuf_init(&sb, STATE_MAX);
	json_print_pretty(&sb, json);
	strbuf_add_char(&sb, '\n');
	ok = files_write(path, strbuf_text(&sb), err);
	strbuf_done(&sb);
	return ok;
}

static struct json *document(const struct world *world, const struct doc *doc)
{
	struct json *json = json_new_object();

	json_set_str(json, "key", doc->key);
	json_set_int(json, "revision", (int64_t)doc->revision);
	json_set_str(json, "maker", doc->maker);
	json_set_int(json, "made_by_call", (int64_t)doc->made_by_call);
	if (json_size(doc->tags))
		json_set_copy(json, "tags", doc->tags);
	json_set(json, "body",
		 doc->kind->view ? doc->kind->view(world, doc) : json_copy(doc->body));
	return json;
}

static bool write_state(const char *folder, const struct world *world, struct err *err)
{
	_cleanup_(json_freep) struct json *state = json_new_object();
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(world, i)); i++) {
		struct json *list = json_ensure_array(state, kind->name);

		world_foreach (doc, world, kind)
			json_append(list, document(world, doc));
	}
	return write_json(folder, "state.json", state, err);
}

/* The report of this one result. */
static bool write_html(const char *folder, const struct json *result, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/report.html", folder);
	_cleanup_(json_freep) struct json *run = json_new_object();
	struct json *one = json_copy(result);
	bool failed = str_eq(json_get_str(result, "status"), "failed");

	json_set_str(one, "verdict", failed ? "FAIL" : "HARNESS");
	json_set_int(run, failed ? "failed" : "broken", 1);
	json_set_int(run, "wall_ms", json_get_int(result, "wall_ms", 0));
	json_append(json_ensure_array(run, "results"), one);
	return report_write(report_html, run, path, err);
}

struct logs {
	const char *folder;
	const struct engine *engine;
	FILE *file;
};

static void add_line(int64_t real_ms, const char *line, void *userdata)
{
	const struct logs *logs = userdata;

	fprintf(logs->file, "%9.3f  %s\n", (double)engine_ms(logs->engine, real_ms) / 1000, line);
}

static void write_log(const char *controller, const char *version, bool ready, void *userdata)
{
	struct logs *logs = userdata;
	_cleanup_(freep) char *path = xasprintf("%s/logs/%s.log", logs->folder, controller);

	(void)ready;
	logs->file = fopen(path, "ae"); /* two Shoots have two of the name */
	if (!logs->file)
		return;
	fprintf(logs->file, "# %s %s\n", controller, version ? version : "");
	environment_log(logs->engine->environment, controller, 0, INT64_MAX, add_line, logs);
	fclose(logs->file);
}

static bool write_logs(const char *folder, const struct engine *engine, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/logs", folder);
	struct logs logs = {.folder = folder, .engine = engine};

	if (!engine->environment)
		return true;
	if (!make_folder(path, err))
		return false;
	environment_versions(engine->environment, write_log, &logs);
	return true;
}

bool artefacts_write(const char *folder, const struct json *result, const struct engine *engine,
		     struct recording *recording, struct err *err)
{
	_cleanup_(freep) char *report = xasprintf("%s/report.txt", folder);
	_cleanup_(freep) char *calls = xasprintf("%s/calls.jsonl", folder);
	_cleanup_(freep) char *kubeconfig = xasprintf("%s/kubeconfig", folder);
	const char *text = json_get_str(result, "report");

	if (!make_folder(folder, err) || !files_write(report, text ? text : "", err) ||
	    !write_json(folder, "result.json", result, err) || !write_html(folder, result, err) ||
	    !recording_export(recording, calls, err))
		return false;
	return !engine->emulator || (write_state(folder, engine->emulator->world, err) &&
				     write_logs(folder, engine, err) &&
				     kubeconfig_write(engine->emulator->kube, kubeconfig, err));
}
