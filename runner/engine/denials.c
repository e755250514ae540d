/* What IAM policies refused: told apart from what a fault refuses, and from what is forbidden to
 * all. */
#include "runner/engine/inner.h"

#define SENTENCE "is not authorized to perform: "

char *denial_action(const struct journal_entry *entry)
{
	static const char *const codes[] = {"AccessDenied", "AccessDeniedException",
					    "UnauthorizedOperation"};
	const char *at = entry->message ? strstr(entry->message, SENTENCE) : NULL;
	bool fits = false;

	for (size_t i = 0; i < array_size(codes); i++)
		fits = fits || str_eq(codes[i], entry->code);
	if (!fits || entry->fault || !at)
		return NULL;
	at += strlen(SENTENCE);
	return xstrndup(at, strcspn(at, " "));
}

static struct json *find(struct json *list, const char *actor, const char *action)
{
	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		if (str_eq(json_get_str(item, "actor"), actor) &&
		    str_eq(json_get_str(item, "action"), action))
			return item;
	return NULL;
}

static void add(struct json *list, const struct journal_entry *entry, const char *action)
{
	struct json *item = find(list, entry->actor, action);

	if (!item) {
		item = json_new_object();
		json_set_str(item, "actor", entry->actor);
		json_set_str(item, "action", action);
		json_append(list, item);
	}
	json_set_int(item, "count", json_get_int(item, "count", 0) + 1);
	json_set_int(item, "call", (int64_t)entry->number);
	json_set_str(item, "message", entry->message);
}

struct json *denials_list(const struct engine *engine)
{
	const struct journal *journal = world_journal(engine->emulator->world);
	struct json *list = json_new_array();
	uint64_t first = journal_first(journal);

	if (first < engine->first_call)
		first = engine->first_call;
	for (uint64_t number = first ? first : 1; number <= journal_last(journal); number++) {
		const struct journal_entry *entry = journal_get(journal, number);
		_cleanup_(freep) char *action = entry ? denial_action(entry) : NULL;

		if (action)
			add(list, entry, action);
	}
	return list;
}
