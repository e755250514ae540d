/* What `serve` answers besides AWS. */
#include "runner/live/live.h"

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/judge/leaks.h"
#include "emulator/judge/quiet.h"

struct live {
	struct emulator *emulator;
	struct snapshot *baseline;
};

struct live *live_new(struct emulator *emulator, struct snapshot *baseline)
{
	struct live *live = xcalloc(1, sizeof(*live));

	live->emulator = emulator;
	live->baseline = baseline;
	return live;
}

void live_free(struct live *live)
{
	if (!live)
		return;
	snapshot_free(live->baseline);
	free(live);
}

static void reply(struct request *request, int status, const char *type, char *text)
{
	const struct header headers[] = {{"Content-Type", type}, {NULL, NULL}};

	http_reply_own(request, status, headers, text, strlen(text));
}

static void serve_leaks(struct live *live, struct request *request, bool plan)
{
	const struct world *world = live->emulator->world;
	struct leaks leaks = {0};
	_cleanup_(json_freep) struct json *json = json_new_object();
	struct json *list = json_ensure_array(json, "leaks");

	leaks_judge(world, live->baseline, &leaks);
	if (plan) {
		reply(request, 200, "text/plain; charset=utf-8", leaks_plan(&leaks));
	} else {
		json_set_bool(json, "settled", judge_quiet(world, 0, clock_real_ms()).settled);
		for (size_t i = 0; i < leaks.count; i++)
			json_append(list, leak_to_json(&leaks.items[i], world_now(world)));
		reply(request, 200, "application/json", json_to_text(json));
	}
	leaks_done(&leaks);
}

void live_serve(struct request *request, void *userdata)
{
	struct live *live = userdata;

	if (!str_eq(request->method, "GET"))
		reply(request, 405, "text/plain", xstrdup("only GET\n"));
	else if (str_eq(request->path, "/_/leaks"))
		serve_leaks(live, request, false);
	else if (str_eq(request->path, "/_/leaks/plan"))
		serve_leaks(live, request, true);
	else
		reply(request, 404, "text/plain",
		      xstrdup("there are /_/leaks and /_/leaks/plan\n"));
}
