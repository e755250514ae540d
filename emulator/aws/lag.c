/* Eventual consistency; see lag.h. */
#include "emulator/aws/lag.h"

#include "emulator/base/json.h"
#include "emulator/world/fault.h"
#include "emulator/world/journal.h"

bool lag_hides(struct call *call, const struct doc *doc)
{
	const struct journal_entry *made;

	if (!call->lags.hide_rule)
		return false;
	made = journal_get(world_journal(call->world), doc->made_by_call);
	if (!made || call->lags.real_ms - made->real_ms >= call->lags.hide_ms)
		return false;
	fault_mark(call->world, call->lags.hide_rule);
	return true;
}

/* The version that was current before the lag; NULL: there was none. */
static const struct doc *earlier(struct call *call, const struct doc *doc)
{
	const struct journal *journal = world_journal(call->world);
	const struct doc *found = doc;

	for (uint64_t number = journal_last(journal); number >= journal_first(journal) && number;
	     number--) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (!entry || call->lags.real_ms - entry->real_ms >= call->lags.tags_ms)
			break;
		for (size_t i = entry->change_count; i-- > 0;) {
			const struct change *change = &entry->changes[i];
			const struct doc *version = change->after ? change->after : change->before;

			if (version->kind == doc->kind && str_eq(version->key, doc->key))
				found = change->before;
		}
	}
	return found;
}

const struct json *lag_tags(struct call *call, const struct doc *doc)
{
	const struct doc *seen;

	if (!call->lags.tags_rule)
		return doc->tags;
	seen = earlier(call, doc);
	if (seen && json_equal(seen->tags, doc->tags))
		return doc->tags;
	if (!seen && !json_first(doc->tags))
		return doc->tags;
	fault_mark(call->world, call->lags.tags_rule);
	return seen ? seen->tags : NULL;
}
