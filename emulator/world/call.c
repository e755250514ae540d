/* Calls: one transaction each, one journal entry each. */
#include "emulator/base/ids.h"
#include "emulator/world/private.h"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

struct call *call_begin_at(struct world *world, struct arena *arena, const struct call_info *info,
			   int64_t now_ms)
{
	struct arena *own = arena ? NULL : arena_new();
	struct arena *a = arena ? arena : own;
	struct call *call = arena_alloc(a, sizeof(*call));
	struct transaction *transaction = arena_alloc(a, sizeof(*transaction));
	char *request_id = arena_alloc(a, 37);

	assert(!world->call && "calls do not nest");
	world_release_retired(world);
	world->serial++;
	world->call_ms = now_ms > world->floor_ms ? now_ms : world->floor_ms;
	world->floor_ms = world->call_ms;
	transaction->revision = world->revision;
	transaction->started_ms = clock_monotonic_ms();
	transaction->own_arena = own;
	*call = (struct call){
		.world = world,
		.arena = a,
		.actor = intern(or_empty(info->actor)),
		.account = intern(or_empty(info->account)),
		.region = intern(or_empty(info->region)),
		.service = intern(or_empty(info->service)),
		.operation = intern(or_empty(info->operation)),
		.principal = arena_strdup(a, or_empty(info->principal)),
		.user_agent = arena_strdup(a, or_empty(info->user_agent)),
		.access_key = arena_strdup(a, or_empty(info->access_key)),
		.fixed_id = info->fixed_id ? arena_strdup(a, info->fixed_id) : NULL,
		.number = journal_last(world->journal) + 1,
		.transaction = transaction,
	};
	ids_uuid(world->config.seed, "request", call->actor, call->operation, call->number,
		 request_id);
	call->request_id = request_id;
	world->call = call;
	return call;
}

struct call *call_begin(struct world *world, struct arena *arena, const struct call_info *info)
{
	return call_begin_at(world, arena, info, emulated_clock_now(&world->clock));
}

void call_set_params(struct call *call, struct json *params)
{
	json_free(call->transaction->params);
	call->transaction->params = params;
}

void call_set_fault(struct call *call, const char *fault)
{
	call->transaction->fault = fault ? intern(fault) : NULL;
}

void call_set_ignored(struct call *call, const char *members)
{
	call->transaction->ignored = members ? intern(members) : NULL;
}

bool call_changed(const struct call *call)
{
	return call->transaction->changed;
}

static void call_end(struct call *call)
{
	struct transaction *transaction = call->transaction;
	struct arena *own = transaction->own_arena;
	struct world *world = call->world;

	for (size_t i = 0; i < transaction->count; i++) {
		const struct step *step = &transaction->steps[i];

		/* a removed document showed the way to its successors until now */
		if (step->type == STEP_REMOVE)
			step->slot->next = NULL;
		if (step->before)
			ptrs_add(&world->retired, step->before);
	}
	free(transaction->steps);
	json_free(transaction->params);
	transaction->steps = NULL;
	transaction->params = NULL;
	transaction->count = 0;
	world->call = NULL;
	arena_free(own);
}

void call_commit(struct call *call, int status)
{
	assert(call->world->call == call);
	journal_note(call, status, NULL, NULL);
	call_end(call);
}

void call_fail(struct call *call, int status, const char *code, const char *message)
{
	assert(call->world->call == call);
	transaction_undo(call);
	if (status >= 400) /* a refusal has a code, if only an empty one */
		journal_note(call, status, or_empty(code), or_empty(message));
	else
		journal_note(call, status, code, message);
	call_end(call);
}

void call_abandon(struct call *call)
{
	assert(call->world->call == call);
	transaction_undo(call);
	call_end(call);
}
