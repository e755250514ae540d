/*
 * How long AWS takes for what happens by itself. A world's overrides are documents too: they go
 * with its snapshots, and the journal says who set them.
 */
#include "emulator/aws/lifecycle.h"

#include "emulator/world/tape.h"

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
	if (world_profile(world) == PROFILE_INSTANT)
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

void lifecycle_start(struct call *call, const struct kind *kind, const char *key,
		     enum lifecycle what, const char *timer)
{
	int64_t ms = lifecycle_ms(call->world, what);

	if (ms > 0) {
		world_set_timer(call, kind, key, timer, world_now(call->world) + ms);
		return;
	}
	assert(kind->timer);
	kind->timer(call, world_find(call->world, kind, key), timer);
}
