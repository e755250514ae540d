/*
 * Timers on the emulated clock: a min-heap by (due, armed first). A timer's call sees the time at
 * which it was due, so that after an `advance` a chain of transitions happens at its own times.
 */
#include "emulator/base/json.h"
#include "emulator/base/loop.h"
#include "emulator/world/private.h"

/* One turn of the loop fires at most so many: a chain that never ends must not stop the program. */
#define FIRE_MAX 10000

static struct timer *heap_at(const struct world *world, size_t place)
{
	return world->heap.items[place];
}

static bool is_earlier(const struct timer *a, const struct timer *b)
{
	if (a->shown.due_ms != b->shown.due_ms)
		return a->shown.due_ms < b->shown.due_ms;
	return a->sequence < b->sequence;
}

static void heap_put(struct world *world, size_t place, struct timer *timer)
{
	world->heap.items[place] = timer;
	timer->place = place;
}

static void heap_up(struct world *world, struct timer *timer)
{
	size_t place = timer->place;

	while (place > 0 && is_earlier(timer, heap_at(world, (place - 1) / 2))) {
		heap_put(world, place, heap_at(world, (place - 1) / 2));
		place = (place - 1) / 2;
	}
	heap_put(world, place, timer);
}

static void heap_down(struct world *world, struct timer *timer)
{
	size_t place = timer->place;

	for (;;) {
		size_t child = 2 * place + 1;

		if (child >= world->heap.count)
			break;
		if (child + 1 < world->heap.count &&
		    is_earlier(heap_at(world, child + 1), heap_at(world, child)))
			child++;
		if (!is_earlier(heap_at(world, child), timer))
			break;
		heap_put(world, place, heap_at(world, child));
		place = child;
	}
	heap_put(world, place, timer);
}

void world_timers_show(struct slot *slot)
{
	if (slot->current)
		slot->current->doc.timers = slot->timers ? &slot->timers->shown : NULL;
}

static struct timer *timer_after(const struct timer *timer)
{
	return (struct timer *)timer->shown.next;
}

struct timer *world_timer_find(const struct slot *slot, const char *name)
{
	for (struct timer *t = slot->timers; t; t = timer_after(t))
		if (strcmp(t->shown.name, name) == 0)
			return t;
	return NULL;
}

void world_timer_arm(struct world *world, struct slot *slot, const char *name, int64_t due_ms,
		     uint64_t sequence)
{
	struct timer *timer = xcalloc(1, sizeof(*timer));

	assert(!world_timer_find(slot, name));
	timer->shown.name = intern(name);
	timer->shown.due_ms = due_ms;
	timer->shown.next = slot->timers ? &slot->timers->shown : NULL;
	timer->slot = slot;
	timer->sequence = sequence;
	slot->timers = timer;
	world_timers_show(slot);
	timer->place = world->heap.count;
	ptrs_add(&world->heap, timer);
	heap_up(world, timer);
}

void world_timer_drop(struct world *world, struct timer *timer)
{
	struct timer **link = &timer->slot->timers;
	size_t place = timer->place;
	struct timer *last = heap_at(world, world->heap.count - 1);

	while (*link != timer)
		link = (struct timer **)&(*link)->shown.next;
	*link = timer_after(timer);
	world_timers_show(timer->slot);
	world->heap.count--;
	if (last != timer) {
		heap_put(world, place, last);
		heap_up(world, last);
		heap_down(world, last);
	}
	free(timer);
}

/* Notes what is armed under that name now, so that it can be put back, and drops it. */
static struct slot *change_timer(struct call *call, const struct kind *kind, const char *key,
				 const char *name)
{
	struct slot *slot = world_slot(call->world, kind, key);
	struct timer *timer;
	struct step *step;

	assert(slot && "a timer needs its document");
	timer = world_timer_find(slot, name);
	step = transaction_step(call, STEP_TIMER, slot);
	step->timer = intern(name);
	if (timer) {
		step->was_armed = true;
		step->due_ms = timer->shown.due_ms;
		step->timer_sequence = timer->sequence;
		world_timer_drop(call->world, timer);
	}
	return slot;
}

void world_set_timer(struct call *call, const struct kind *kind, const char *key, const char *name,
		     int64_t due_ms)
{
	assert(kind->timer && "the kind has no timers");
	world_timer_arm(call->world, change_timer(call, kind, key, name), name, due_ms,
			++call->world->timer_sequence);
}

void world_clear_timer(struct call *call, const struct kind *kind, const char *key,
		       const char *name)
{
	const struct slot *slot = world_slot(call->world, kind, key);

	if (slot && world_timer_find(slot, name))
		change_timer(call, kind, key, name);
}

static void fire(struct world *world, struct timer *timer)
{
	const struct doc *doc = &timer->slot->current->doc;
	const char *name = timer->shown.name;
	/* Kubernetes documents have no account: their timers are the cluster's doing */
	const char *actor = doc->account[0] ? "aws" : "cluster";
	_cleanup_(freep) char *operation = xasprintf("timer:%s", name);
	struct call_info info = {
		.actor = actor,
		.account = doc->account,
		.region = doc->region,
		.service = actor,
		.operation = operation,
	};
	struct call *call = call_begin_at(world, NULL, &info, timer->shown.due_ms);

	doc_ref(doc);
	world_clear_timer(call, doc->kind, doc->key, name);
	doc->kind->timer(call, doc, name);
	call_commit(call, 200);
	doc_unref(doc);
}

static size_t fire_due(struct world *world)
{
	int64_t now = emulated_clock_now(&world->clock);
	size_t fired = 0;

	while (fired < FIRE_MAX && world->heap.count > 0 &&
	       heap_at(world, 0)->shown.due_ms <= now) {
		fire(world, heap_at(world, 0));
		fired++;
	}
	return fired;
}

size_t world_fire_timers(struct world *world)
{
	_cleanup_(json_freep) struct json *what = NULL;
	size_t fired;

	if (world->heap.count == 0)
		return 0;
	tape_enter(world);
	fired = fire_due(world);
	if (fired && tape_is_on(world)) {
		what = json_new_object();
		json_set_int(what, "fired", (int64_t)fired);
		tape_note(world, (struct tape_event){.type = TAPE_TIMERS, .what = what});
	}
	tape_leave(world);
	return fired;
}

int64_t world_next_timer_ms(const struct world *world)
{
	if (world->heap.count == 0)
		return INT64_MAX;
	return emulated_clock_until(&world->clock, heap_at(world, 0)->shown.due_ms);
}

static int64_t serve_timers(void *userdata)
{
	world_fire_timers(userdata);
	return world_next_timer_ms(userdata);
}

struct loop_source *world_attach(struct world *world, struct loop *loop)
{
	return loop_add_prepare(loop, serve_timers, world);
}
