/* Changing the world within a call, with what it takes to undo it. */
#include "emulator/world/private.h"

struct step *transaction_step(struct call *call, enum step_type type, struct slot *slot)
{
	struct transaction *transaction = call->transaction;
	struct step *step;

	assert(call->world->call == call && "the call is over");
	if (transaction->count == transaction->room) {
		transaction->room = transaction->room ? 2 * transaction->room : 8;
		transaction->steps = xrealloc(transaction->steps,
					      transaction->room * sizeof(*transaction->steps));
	}
	step = &transaction->steps[transaction->count++];
	*step = (struct step){.type = type, .slot = slot};
	if (slot)
		slot->store->changes++;
	if (type == STEP_ADD || type == STEP_PUT || type == STEP_REMOVE)
		transaction->changed = true;
	return step;
}

/* The revision that this call's change of the document has: one for all changes of one document. */
static uint64_t take_revision(struct world *world, struct slot *slot)
{
	if (slot->touched == world->serial)
		return slot->current->doc.revision;
	slot->touched = world->serial;
	return ++world->revision;
}

static void make_current(struct world *world, struct slot *slot, struct version *version)
{
	if (slot->current)
		slot->current->doc.timers = NULL;
	slot->current = version;
	world_timers_show(slot);
	world_index_update(world, slot, version ? &version->doc : NULL);
}

static struct part *part_or_empty(struct world *world, struct json *json)
{
	assert(!json || json_is_object(json));
	return json ? doc_part_new(json) : doc_part_ref(world->empty);
}

static const struct doc *add_slot(struct call *call, struct slot *slot, struct part *body,
				  struct part *tags, struct part *extra, uint64_t revision)
{
	struct world *world = call->world;
	struct version *version = version_new(slot, body, tags, extra, revision, world_now(world));
	struct step *step;

	slot->touched = world->serial;
	world_store_link(slot->store, slot);
	make_current(world, slot, version);
	step = transaction_step(call, STEP_ADD, slot);
	step->after = version;
	step->revision = revision;
	return &version->doc;
}

const struct doc *world_add(struct call *call, struct doc_spec spec)
{
	struct world *world = call->world;
	struct slot *slot = xcalloc(1, sizeof(*slot));

	assert(spec.key && spec.body);
	assert(!world_slot(world, spec.kind, spec.key) && "the key exists already");
	slot->store = world_store_make(world, spec.kind);
	slot->key = xstrdup(spec.key);
	slot->account = spec.account ? intern(spec.account) : call->account;
	slot->region = spec.region ? intern(spec.region) : call->region;
	slot->maker = call->actor;
	slot->implied_by = spec.implied_by ? xstrdup(spec.implied_by) : NULL;
	slot->made_by_call = call->number;
	slot->created_revision = ++world->revision;
	slot->created_ms = world_now(world);
	slot->sequence = ++world->sequence;
	return add_slot(call, slot, doc_part_new(spec.body), part_or_empty(world, spec.tags),
			part_or_empty(world, spec.extra), slot->created_revision);
}

void world_change_restore(struct call *call, const struct doc *doc)
{
	struct world *world = call->world;
	struct version *old = version_of(doc);
	struct slot *slot = xcalloc(1, sizeof(*slot));

	assert(!world_slot(world, doc->kind, doc->key));
	*slot = (struct slot){
		.store = world_store_make(world, doc->kind),
		.key = xstrdup(doc->key),
		.account = doc->account,
		.region = doc->region,
		.maker = doc->maker,
		.implied_by = doc->implied_by ? xstrdup(doc->implied_by) : NULL,
		.made_by_call = doc->made_by_call,
		.created_revision = doc->created_revision,
		.created_ms = doc->created_ms,
		.sequence = old->slot->sequence,
	};
	add_slot(call, slot, doc_part_ref(old->body), doc_part_ref(old->tags),
		 doc_part_ref(old->extra), ++world->revision);
}

/* The old part where the new one is missing or equal; takes over json. */
static struct part *part_changed(struct part *old, struct json *json, bool *changed)
{
	if (!json)
		return doc_part_ref(old);
	if (json == old->json)
		return doc_part_ref(old);
	if (json_equal(old->json, json)) {
		json_free(json);
		return doc_part_ref(old);
	}
	*changed = true;
	return doc_part_new(json);
}

const struct doc *world_put_all(struct call *call, const struct kind *kind, const char *key,
				struct json *body, struct json *tags, struct json *extra)
{
	struct world *world = call->world;
	struct slot *slot = world_slot(world, kind, key);
	struct version *old, *version;
	struct part *parts[3];
	bool changed = false;
	struct step *step;

	assert(slot && "there is no such document");
	old = slot->current;
	parts[0] = part_changed(old->body, body, &changed);
	parts[1] = part_changed(old->tags, tags, &changed);
	parts[2] = part_changed(old->extra, extra, &changed);
	if (!changed) {
		for (size_t i = 0; i < array_size(parts); i++)
			doc_part_unref(parts[i]);
		return &old->doc;
	}
	version = version_new(slot, parts[0], parts[1], parts[2], take_revision(world, slot),
			      world_now(world));
	make_current(world, slot, version);
	step = transaction_step(call, STEP_PUT, slot);
	step->before = old;
	step->after = version;
	step->revision = version->doc.revision;
	return &version->doc;
}

const struct doc *world_put(struct call *call, const struct kind *kind, const char *key,
			    struct json *body)
{
	return world_put_all(call, kind, key, body, NULL, NULL);
}

const struct doc *world_put_tags(struct call *call, const struct kind *kind, const char *key,
				 struct json *tags)
{
	return world_put_all(call, kind, key, NULL, tags, NULL);
}

const struct doc *world_put_extra(struct call *call, const struct kind *kind, const char *key,
				  struct json *extra)
{
	return world_put_all(call, kind, key, NULL, NULL, extra);
}

void world_remove(struct call *call, const struct kind *kind, const char *key)
{
	struct world *world = call->world;
	struct slot *slot = world_slot(world, kind, key);
	struct version *old;
	struct step *step;
	uint64_t revision;

	assert(slot && "there is no such document");
	while (slot->timers)
		world_clear_timer(call, kind, key, slot->timers->shown.name);
	old = slot->current;
	revision = take_revision(world, slot);
	make_current(world, slot, NULL);
	world_store_unlink(slot->store, slot);
	step = transaction_step(call, STEP_REMOVE, slot);
	step->before = old;
	step->revision = revision;
}

static void undo_timer(struct world *world, const struct step *step)
{
	struct timer *timer = world_timer_find(step->slot, step->timer);

	if (timer)
		world_timer_drop(world, timer);
	if (step->was_armed)
		world_timer_arm(world, step->slot, step->timer, step->due_ms, step->timer_sequence);
}

static void undo_step(struct world *world, const struct step *step)
{
	struct slot *slot = step->slot;

	if (slot)
		slot->store->changes++;
	switch (step->type) {
	case STEP_ADD:
		make_current(world, slot, NULL);
		world_store_unlink(slot->store, slot);
		break;
	case STEP_PUT: make_current(world, slot, step->before); break;
	case STEP_REMOVE:
		world_store_relink(slot->store, slot);
		make_current(world, slot, step->before);
		break;
	case STEP_TIMER: undo_timer(world, step); break;
	case STEP_ID: step->counter->made--; break;
	}
	if (step->after)
		ptrs_add(&world->retired, step->after);
}

void transaction_undo(struct call *call)
{
	struct transaction *transaction = call->transaction;
	struct world *world = call->world;

	while (transaction->count > 0)
		undo_step(world, &transaction->steps[--transaction->count]);
	transaction->changed = false;
	world->revision = transaction->revision;
	/* what it touched must not look touched to the next call */
	world->serial++;
}
