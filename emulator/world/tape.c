/* The tape; see tape.h. */
#include "emulator/world/tape.h"

#include "emulator/base/json.h"
#include "emulator/world/journal.h"
#include "emulator/world/private.h"

static const char *const names[] = {
	[TAPE_AWS] = "aws",
	[TAPE_KUBE] = "kube",
	[TAPE_AWS_INVOKE] = "aws-invoke",
	[TAPE_KUBE_INVOKE] = "kube-invoke",
	[TAPE_TIMERS] = "timers",
	[TAPE_CLUSTER] = "cluster",
	[TAPE_ACTOR] = "actor",
	[TAPE_LIFECYCLE] = "lifecycle",
	[TAPE_QUOTA] = "quota",
	[TAPE_POLICY] = "policy",
	[TAPE_RELEASE] = "release",
	[TAPE_ADDRESS] = "address",
	[TAPE_RANGE] = "range",
};

const char *tape_type_name(enum tape_type type)
{
	assert((size_t)type < array_size(names));
	return names[type];
}

bool tape_type_parse(const char *name, enum tape_type *ret)
{
	for (size_t i = 0; i < array_size(names); i++) {
		if (!str_eq(names[i], name))
			continue;
		*ret = (enum tape_type)i;
		return true;
	}
	return false;
}

void tape_set(struct world *world, tape_fn *fn, void *userdata)
{
	assert(world->tape.depth == 0);
	world->tape.fn = fn;
	world->tape.userdata = userdata;
}

bool tape_is_on(const struct world *world)
{
	return world->tape.fn && world->tape.depth <= 1;
}

bool tape_is_listened(const struct world *world)
{
	return world->tape.fn;
}

void tape_set_more(struct world *world, tape_more_fn *fn, void *userdata)
{
	world->tape.more = fn;
	world->tape.more_userdata = userdata;
}

void tape_enter(struct world *world)
{
	if (!world->tape.fn || world->tape.depth++)
		return;
	clock_hold();
	world->tape.first = journal_last(world->journal) + 1;
}

/* The event's `what` with more; NULL: nothing is to be added. */
static struct json *with_more(const struct world *world, const struct json *what)
{
	_cleanup_(json_freep) struct json *more = NULL;
	struct json *both;

	if (world->tape.more)
		more = world->tape.more(world->tape.more_userdata);
	if (!more)
		return NULL;
	both = what ? json_copy(what) : json_new_object();
	json_foreach (member, more)
		json_set_copy(both, json_key(member), member);
	return both;
}

void tape_note(struct world *world, struct tape_event event)
{
	_cleanup_(json_freep) struct json *what = NULL;

	if (!tape_is_on(world))
		return;
	what = with_more(world, event.what);
	if (what)
		event.what = what;
	event.real_ms = clock_real_ms();
	event.monotonic_ms = clock_monotonic_ms();
	event.now_ms = emulated_clock_now(&world->clock);
	event.first = world->tape.first;
	event.last = journal_last(world->journal);
	world->tape.fn(&event, world->tape.userdata);
}

void tape_leave(struct world *world)
{
	if (!world->tape.fn)
		return;
	assert(world->tape.depth > 0);
	if (--world->tape.depth == 0)
		clock_release();
}

void tape_script_fault(struct world *world, const struct fault_verdict *verdict)
{
	world->tape.scripted = true;
	world->tape.verdict = *verdict;
}

void tape_set_now(struct world *world, int64_t now_ms)
{
	emulated_clock_set_speed(&world->clock, 0);
	world->clock.base_ms = now_ms;
}
