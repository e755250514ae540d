/* What callers gave and nobody looked at: the emulator does not model it, and the call went well.
 */
#include "runner/engine/inner.h"

static struct json *find(struct json *list, const char *actor, const char *action,
			 const char *member)
{
	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		if (str_eq(json_get_str(item, "actor"), actor) &&
		    str_eq(json_get_str(item, "action"), action) &&
		    str_eq(json_get_str(item, "member"), member))
			return item;
	return NULL;
}

static void add(struct json *list, const struct journal_entry *entry, const char *member)
{
	_cleanup_(freep) char *action = xasprintf("%s:%s", entry->service, entry->operation);
	struct json *item = find(list, entry->actor, action, member);

	if (!item) {
		item = json_new_object();
		json_set_str(item, "actor", entry->actor);
		json_set_str(item, "action", action);
		json_set_str(item, "member", member);
		json_append(list, item);
	}
	json_set_int(item, "count", json_get_int(item, "count", 0) + 1);
	json_set_int(item, "call", (int64_t)entry->number);
}

struct json *ignored_list(const struct engine *engine)
{
	const struct journal *journal = world_journal(engine->emulator->world);
	struct json *list = json_new_array();
	uint64_t first = journal_first(journal);

	if (first < engine->first_call)
		first = engine->first_call;
	for (uint64_t number = first ? first : 1; number <= journal_last(journal); number++) {
		const struct journal_entry *entry = journal_get(journal, number);

		for (const char *at = entry ? entry->ignored : NULL; at && *at;) {
			size_t length = strcspn(at, ",");
			_cleanup_(freep) char *member = xstrndup(at, length);

			add(list, entry, member);
			at += length + strspn(at + length, ", ");
		}
	}
	return list;
}

void judge_ignored(struct engine *engine)
{
	_cleanup_(json_freep) struct json *list = NULL;
	struct strbuf sb;

	if (!engine->options->strict || engine->external)
		return;
	list = ignored_list(engine);
	if (!json_first(list))
		return;
	strbuf_init(&sb, 64 * 1024);
	json_foreach (item, list)
		strbuf_addf(&sb, "%s %s by %s\n", json_get_str(item, "action"),
			    json_get_str(item, "member"), json_get_str(item, "actor"));
	engine_broken(engine,
		      xstrdup("parameters were given that this program does not model: they had no "
			      "effect"),
		      strbuf_text(&sb));
	strbuf_done(&sb);
}
