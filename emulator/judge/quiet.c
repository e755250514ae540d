/* Whether the journal has come to rest. */
#include "emulator/judge/quiet.h"

#include "emulator/judge/judge_inner.h"

/* What controllers write for ever: no sign of work. */
static bool is_heartbeat(const struct journal_entry *entry)
{
	static const char *const endings[] = {"Lease", "Event"};

	if (!str_eq(entry->service, "k8s"))
		return false;
	for (size_t i = 0; i < array_size(endings); i++)
		if (str_ends_with(entry->operation, endings[i]))
			return true;
	return false;
}

bool judge_is_read(const char *operation)
{
	static const char *const words[] = {"Describe", "Get", "List", "Watch", "Head"};

	for (size_t i = 0; i < array_size(words); i++)
		if (str_starts_with(operation, words[i]))
			return true;
	return false;
}

/* Whether the same call has succeeded later on: then nobody will repeat the refused one. */
static bool has_succeeded_since(const struct journal *journal, const struct journal_entry *refused)
{
	for (uint64_t n = refused->number + 1; n <= journal_last(journal); n++) {
		const struct journal_entry *entry = journal_get(journal, n);

		if (!entry->code && str_eq(entry->actor, refused->actor) &&
		    str_eq(entry->service, refused->service) &&
		    str_eq(entry->operation, refused->operation) &&
		    json_equal(entry->params, refused->params))
			return true;
	}
	return false;
}

enum news { NEWS_NONE, NEWS_CHANGE, NEWS_REFUSAL };

static enum news news_of(const struct journal_entry *entry)
{
	/* what AWS does of itself is no call: interfaces that linger would keep a world restless */
	if (str_eq(entry->actor, "aws") || is_heartbeat(entry))
		return NEWS_NONE;
	if (entry->change_count > 0)
		return NEWS_CHANGE;
	/* people, and those whom the runner plays, repeat nothing */
	if (!actor_is_controller(entry->actor) || !entry->code || judge_is_read(entry->operation) ||
	    str_eq(entry->code, "DryRunOperation"))
		return NEWS_NONE;
	return str_eq(entry->service, "k8s") ? NEWS_CHANGE : NEWS_REFUSAL;
}

static int64_t wait_for(int64_t passed_ms, int64_t needed_ms)
{
	return passed_ms >= needed_ms ? 0 : needed_ms - passed_ms;
}

struct quiet judge_quiet(const struct world *world, int64_t quiet_ms, int64_t now_real_ms)
{
	const struct journal *journal = world_journal(world);
	struct quiet quiet = {.changed_ms = INT64_MAX, .refused_ms = INT64_MAX};
	int64_t needed_ms = quiet_ms > 0 ? quiet_ms : QUIET_MS, changed_wait, refused_wait;
	int64_t window_ms = needed_ms > QUIET_REFUSED_MS ? needed_ms : QUIET_REFUSED_MS;

	for (uint64_t n = journal_last(journal); n && n >= journal_first(journal); n--) {
		const struct journal_entry *entry = journal_get(journal, n);
		int64_t age_ms = now_real_ms - entry->real_ms;
		enum news news = news_of(entry);

		if (age_ms > window_ms)
			break;
		if (news == NEWS_CHANGE && !quiet.changed_by) {
			quiet.changed_by = n;
			quiet.changed_ms = age_ms > 0 ? age_ms : 0;
		}
		if (news == NEWS_REFUSAL && !quiet.refused_by && age_ms <= QUIET_REFUSED_MS &&
		    !has_succeeded_since(journal, entry)) {
			quiet.refused_by = n;
			quiet.refused_ms = age_ms > 0 ? age_ms : 0;
		}
	}
	changed_wait = wait_for(quiet.changed_ms, needed_ms);
	refused_wait = wait_for(quiet.refused_ms, QUIET_REFUSED_MS);
	quiet.wait_ms = changed_wait > refused_wait ? changed_wait : refused_wait;
	quiet.settled = quiet.wait_ms == 0;
	return quiet;
}
