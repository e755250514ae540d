/*
 * How long AWS takes for what happens by itself. A world's overrides are documents too: they go
 * with its snapshots, and the journal says who set them.
 */
#include "emulator/aws/lifecycle.h"

#include "emulator/world/tape.h"

#define STUCK_MS                                                                                   \
	(INT64_C(1000) * 60 * 60 * 24 * 365 * 400) /* emulated: longer than anything runs */

static const struct row {
	const char *name;
	int64_t ms;
} rows[] = {
#define LIFECYCLE(name, text, ms, what, source) {text, ms},
#include "emulator/aws/lifecycle.tbl"
#undef LIFECYCLE
};

static const struct kind kind_lifecycle = {.name = "lifecycle-override"};

int64_t lifecycle_ms(const struct world *world, enum lifecycle what)
{
	const struct doc *doc;

	assert((unsigned)what < LIFECYCLE_COUNT);
	/* how long something is remembered is no wait for anybody: scripts look at what is gone */
	if (world_profile(world) == PROFILE_INSTANT && what != LIFECYCLE_FORGOTTEN)
		return 0;
	doc = world_find(world, &kind_lifecycle, rows[what].name);
	return doc ? json_get_int(doc->body, "Ms", rows[what].ms) : rows[what].ms;
}

static bool is_row(const char *name)
{
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].name, name))
			return true;
	return false;
}

bool lifecycle_override(struct world *world, const char *name, int64_t ms)
{
	const struct call_info info = {
		.actor = "operator", .service = "aws", .operation = "OverrideLifecycle"};
	_cleanup_(json_freep) struct json *what = NULL;
	struct json *body;
	struct call *call;

	if (!is_row(name) || ms < 0)
		return false;
	tape_enter(world);
	call = call_begin(world, NULL, &info);
	body = json_new_object();
	json_set_int(body, "Ms", ms);
	if (world_find(world, &kind_lifecycle, name))
		world_put(call, &kind_lifecycle, name, body);
	else
		world_add(call,
			  (struct doc_spec){.kind = &kind_lifecycle, .key = name, .body = body});
	call_commit(call, 200);
	what = json_new_object();
	json_set_str(what, "name", name);
	json_set_int(what, "ms", ms);
	tape_note(world, (struct tape_event){.type = TAPE_LIFECYCLE, .what = what});
	tape_leave(world);
	return true;
}

/* Emulated ms that a fault adds. */
static int64_t stuck_ms(struct call *call)
{
	if (!call->lags.stuck_rule)
		return 0;
	fault_mark(call->world, call->lags.stuck_rule);
	return call->lags.stuck_ms < 0 ? STUCK_MS : call->lags.stuck_ms;
}

void lifecycle_start(struct call *call, const struct kind *kind, const char *key,
		     enum lifecycle what, const char *timer)
{
	int64_t ms = lifecycle_ms(call->world, what) + stuck_ms(call);

	if (ms > 0) {
		world_set_timer(call, kind, key, timer, world_now(call->world) + ms);
		return;
	}
	assert(kind->timer);
	kind->timer(call, world_find(call->world, kind, key), timer);
}

/* What is due only in some centuries is stuck. */
static void release_kind(struct call *call, const struct kind *kind)
{
	struct docs docs = {0};

	world_foreach (doc, call->world, kind)
		if (doc->timers)
			docs_add(&docs, doc);
	for (size_t i = 0; i < docs.count; i++) {
		const struct doc *doc = docs.items[i];
		const struct doc_timer *next;

		for (const struct doc_timer *timer = doc->timers; timer; timer = next) {
			next = timer->next;
			if (timer->due_ms > world_now(call->world) + STUCK_MS / 2)
				world_set_timer(call, kind, doc->key, timer->name,
						world_now(call->world));
		}
	}
	docs_done(&docs);
}

void lifecycle_release(struct world *world)
{
	const struct call_info info = {
		.actor = "operator", .service = "aws", .operation = "ReleaseStuck"};
	_cleanup_(json_freep) struct json *what = json_new_object();
	const struct kind *kind;
	struct call *call;

	tape_enter(world);
	call = call_begin(world, NULL, &info);
	for (size_t i = 0; (kind = world_kind(world, i)); i++)
		release_kind(call, kind);
	call_commit(call, 200);
	tape_note(world, (struct tape_event){.type = TAPE_RELEASE, .what = what});
	tape_leave(world);
}
