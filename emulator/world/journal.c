/*
 * The journal. Entries are kept up to a limit; changes are kept up to the same limit of their own,
 * so that many reads do not push out what a watch resumes by.
 */
#include "emulator/world/journal.h"

#include "emulator/world/private.h"

#define PARAM_VALUES_MAX 4000000 /* in the parameters of all entries kept; about 100 bytes each */

/* The changes of one call, shared by its entry and the history. */
struct block {
	unsigned references;
	size_t count;
	uint64_t revision;
	struct change changes[];
};

/* An entry with its texts behind it. */
struct kept {
	struct journal_entry entry;
	struct block *block; /* NULL: changed nothing */
	size_t values;	     /* in its parameters */
	char texts[];
};

struct subscription {
	struct journal *journal;
	journal_fn *fn; /* NULL: removed while the journal was telling */
	void *userdata;
};

struct journal {
	struct world *world;
	size_t limit;
	struct fifo entries; /* struct kept */
	size_t values;	     /* in the parameters of all entries */
	uint64_t last;	     /* number of the newest */
	struct fifo blocks;  /* struct block */
	size_t change_count; /* in blocks */
	uint64_t oldest_revision;
	struct ptrs subscriptions;
	bool telling;
};

struct journal *journal_new(struct world *world, size_t limit)
{
	struct journal *journal = xcalloc(1, sizeof(*journal));

	journal->world = world;
	journal->limit = limit;
	return journal;
}

static void block_unref(struct block *block)
{
	if (!block || --block->references > 0)
		return;
	for (size_t i = 0; i < block->count; i++) {
		doc_unref(block->changes[i].before);
		doc_unref(block->changes[i].after);
	}
	free(block);
}

static void kept_free(struct kept *kept)
{
	json_free((struct json *)kept->entry.params);
	block_unref(kept->block);
	free(kept);
}

void journal_free(struct journal *journal)
{
	while (journal->entries.count)
		kept_free(fifo_pop(&journal->entries));
	while (journal->blocks.count)
		block_unref(fifo_pop(&journal->blocks));
	for (size_t i = 0; i < journal->subscriptions.count; i++)
		free(journal->subscriptions.items[i]);
	fifo_done(&journal->entries);
	fifo_done(&journal->blocks);
	ptrs_done(&journal->subscriptions);
	free(journal);
}

/* Puts a step into the change of its document; several steps of one document are one change. */
static void block_take(struct block *block, const struct step *step)
{
	struct slot *slot = step->slot;
	struct change *change;

	if (step->type != STEP_ADD && step->type != STEP_PUT && step->type != STEP_REMOVE)
		return;
	if (slot->change == 0) {
		slot->change = ++block->count;
		change = &block->changes[slot->change - 1];
		change->before = step->before ? doc_ref(&step->before->doc) : NULL;
		change->revision = step->revision;
	} else {
		change = &block->changes[slot->change - 1];
		doc_unref(change->after);
	}
	change->after = step->after ? doc_ref(&step->after->doc) : NULL;
}

/* The changes of a call, oldest first; NULL when there are none. */
static struct block *block_new(const struct call *call)
{
	const struct transaction *transaction = call->transaction;
	struct block *block;
	size_t kept = 0;

	if (!transaction->changed)
		return NULL;
	block = xcalloc(1, sizeof(*block) + transaction->count * sizeof(struct change));
	for (size_t i = 0; i < transaction->count; i++)
		if (transaction->steps[i].slot)
			transaction->steps[i].slot->change = 0;
	for (size_t i = 0; i < transaction->count; i++)
		block_take(block, &transaction->steps[i]);
	for (size_t i = 0; i < block->count; i++) /* what was made and removed again never was */
		if (block->changes[i].before || block->changes[i].after)
			block->changes[kept++] = block->changes[i];
	block->count = kept;
	block->references = 1;
	block->revision = call->world->revision;
	if (kept > 0)
		return block;
	block_unref(block);
	return NULL;
}

static const struct kind *change_kind(const struct change *change)
{
	return change->after ? change->after->kind : change->before->kind;
}

static void history_add(struct journal *journal, struct block *block)
{
	block->references++;
	fifo_push(&journal->blocks, block);
	journal->change_count += block->count;
	for (size_t i = 0; i < block->count; i++) {
		struct change *change = &block->changes[i];

		fifo_push(&world_store(journal->world, change_kind(change))->history, change);
	}
	while (journal->change_count > journal->limit && journal->blocks.count > 1) {
		struct block *old = fifo_pop(&journal->blocks);

		for (size_t i = 0; i < old->count; i++)
			fifo_pop(&world_store(journal->world, change_kind(&old->changes[i]))
					  ->history);
		journal->change_count -= old->count;
		journal->oldest_revision = old->revision;
		block_unref(old);
	}
}

/* How many values a tree has, itself and containers too. */
static size_t count_values(const struct json *json)
{
	size_t count = json ? 1 : 0;

	json_foreach (item, json)
		count += count_values(item);
	return count;
}

/* Copies a text behind an entry; NULL stays NULL. */
static const char *keep_text(char **place, const char *text)
{
	size_t size;

	if (!text)
		return NULL;
	size = strlen(text) + 1;
	memcpy(*place, text, size);
	*place += size;
	return *place - size;
}

static size_t text_size(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static struct kept *kept_new(struct call *call, int status, const char *code, const char *message)
{
	struct transaction *transaction = call->transaction;
	size_t size = text_size(call->principal) + text_size(call->user_agent) +
		      text_size(call->request_id) + text_size(code) + text_size(message);
	struct kept *kept = xcalloc(1, sizeof(*kept) + size);
	char *place = kept->texts;

	kept->block = block_new(call);
	kept->values = count_values(transaction->params);
	kept->entry = (struct journal_entry){
		.number = call->number,
		.revision = call->world->revision,
		.real_ms = clock_real_ms(),
		.now_ms = world_now(call->world),
		.started_ms = transaction->started_ms,
		.actor = call->actor,
		.account = call->account,
		.region = call->region,
		.service = call->service,
		.operation = call->operation,
		.principal = keep_text(&place, call->principal),
		.user_agent = keep_text(&place, call->user_agent),
		.request_id = keep_text(&place, call->request_id),
		.params = steal(transaction->params),
		.status = status,
		.code = keep_text(&place, code),
		.message = keep_text(&place, message),
		.fault = transaction->fault,
		.ignored = transaction->ignored,
		.changes = kept->block ? kept->block->changes : NULL,
		.change_count = kept->block ? kept->block->count : 0,
	};
	return kept;
}

static void tell(struct journal *journal, const struct journal_entry *entry)
{
	size_t count = journal->subscriptions.count; /* who subscribes now starts with the next */

	journal->telling = true;
	for (size_t i = 0; i < count; i++) {
		const struct subscription *subscription = journal->subscriptions.items[i];

		if (subscription->fn)
			subscription->fn(entry, subscription->userdata);
	}
	journal->telling = false;
	for (size_t i = journal->subscriptions.count; i > 0; i--) {
		struct subscription *subscription = journal->subscriptions.items[i - 1];

		if (subscription->fn)
			continue;
		ptrs_remove_at(&journal->subscriptions, i - 1);
		free(subscription);
	}
}

void journal_note(struct call *call, int status, const char *code, const char *message)
{
	struct journal *journal = call->world->journal;
	struct kept *kept = kept_new(call, status, code, message);

	fifo_push(&journal->entries, kept);
	journal->last = kept->entry.number;
	journal->values += kept->values;
	if (kept->block)
		history_add(journal, kept->block);
	tell(journal, &kept->entry);
	while (journal->entries.count > journal->limit ||
	       (journal->values > PARAM_VALUES_MAX && journal->entries.count > 1)) {
		struct kept *old = fifo_pop(&journal->entries);

		journal->values -= old->values;
		kept_free(old);
	}
}

const struct journal_entry *journal_get(const struct journal *journal, uint64_t number)
{
	const struct kept *kept;

	if (number < journal_first(journal) || number == 0 || number > journal->last)
		return NULL;
	kept = fifo_at(&journal->entries, number - journal_first(journal));
	return &kept->entry;
}

uint64_t journal_first(const struct journal *journal)
{
	return journal->entries.count ? journal->last - journal->entries.count + 1 : 0;
}

uint64_t journal_last(const struct journal *journal)
{
	return journal->last;
}

struct subscription *journal_subscribe(struct world *world, journal_fn *fn, void *userdata)
{
	struct subscription *subscription = xcalloc(1, sizeof(*subscription));

	*subscription = (struct subscription){world->journal, fn, userdata};
	ptrs_add(&world->journal->subscriptions, subscription);
	return subscription;
}

void journal_unsubscribe(struct subscription *subscription)
{
	struct journal *journal;

	if (!subscription)
		return;
	journal = subscription->journal;
	if (journal->telling) {
		subscription->fn = NULL;
		return;
	}
	ptrs_remove(&journal->subscriptions, subscription);
	free(subscription);
}

bool journal_changes_since(const struct world *world, const struct kind *kind, uint64_t revision,
			   void (*fn)(const struct change *change, void *userdata), void *userdata)
{
	const struct store *store = world_store(world, kind);
	size_t low = 0, high = store ? store->history.count : 0;

	if (revision < world->journal->oldest_revision)
		return false;
	while (low < high) { /* the first one after the revision */
		size_t middle = low + (high - low) / 2;
		const struct change *change = fifo_at(&store->history, middle);

		if (change->revision > revision)
			high = middle;
		else
			low = middle + 1;
	}
	for (; store && low < store->history.count; low++)
		fn(fifo_at(&store->history, low), userdata);
	return true;
}

uint64_t journal_oldest_revision(const struct world *world)
{
	return world->journal->oldest_revision;
}
