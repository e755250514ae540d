/* Claims on the journal: calls and order. */
#include <inttypes.h>

#include "emulator/aws/policy/authorize.h"
#include "emulator/judge/match.h"
#include "runner/engine/inner.h"
#include "runner/text.h"

#define ANSWER_LOST "answer-lost"

static bool is_action(const struct journal_entry *entry, const char *pattern)
{
	size_t length = strcspn(pattern, ":");

	return strncmp(entry->service, pattern, length) == 0 && !entry->service[length] &&
	       str_glob(pattern + length + 1, entry->operation);
}

static bool answered_so(const struct journal_entry *entry, const char *answered)
{
	if (!answered)
		return true;
	if (str_eq(entry->fault, ANSWER_LOST))
		return str_eq(answered, ANSWER_LOST);
	if (str_eq(answered, "OK"))
		return !entry->code;
	return entry->code && str_glob(answered, entry->code);
}

static bool leaves_out(const struct journal_entry *entry, const struct yaml_node *without)
{
	for (const struct yaml_node *name = without ? without->first : NULL; name;
	     name = name->next)
		if (json_get(entry->params, name->text))
			return false;
	return true;
}

static bool is_denied(const struct claim *claim, const struct journal_entry *entry)
{
	_cleanup_(freep) char *action = denial_action(entry);

	return action && policy_action_fits(claim->action, action);
}

static bool counts(const struct claim *claim, const struct json *with,
		   const struct journal_entry *entry)
{
	if (claim->type == CLAIM_DENIED)
		return (!claim->by || str_eq(entry->actor, claim->by)) && is_denied(claim, entry);
	return is_action(entry, claim->action) && (!claim->by || str_eq(entry->actor, claim->by)) &&
	       answered_so(entry, claim->answered) &&
	       leaves_out(entry, yaml_get(claim->node, "without")) &&
	       (!with || match_value(with, entry->params, NULL));
}

static int64_t number_of(const struct json *json, int64_t fallback)
{
	int64_t value;

	if (json_int(json, &value))
		return value;
	return json_str(json) ? strtoll(json_str(json), NULL, 10) : fallback;
}

/* Whether more calls could still make it right. */
static bool may_grow(const struct json *times, int64_t count)
{
	if (json_is_object(times))
		return count <= number_of(json_get(times, "at-most"), INT64_MAX);
	return count <= number_of(times, INT64_MAX);
}

static bool has_references(const struct json *json)
{
	json_foreach (item, json)
		if (has_references(item))
			return true;
	return json_str(json) && strstr(json_str(json), "${");
}

/* Counts what was called since it counted last; from the beginning when ${…} may have changed. */
static void count(const struct engine *engine, struct claim *claim, const struct json *with)
{
	const struct journal *journal = world_journal(engine->emulator->world);
	uint64_t first = journal_first(journal), last = journal_last(journal);
	struct counted *counted = &claim->counted;
	uint64_t number;

	if (!counted->number || has_references(claim->with))
		*counted = (struct counted){.number = claim->first_number ? claim->first_number - 1
									  : 0};
	number = counted->number + 1;
	counted->forgotten = counted->forgotten || first > number;
	for (number = number < first ? first : number; number <= last; number++) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (!entry || !counts(claim, with, entry))
			continue;
		if (counted->count && claim->every_ms && !counted->too_close &&
		    entry->real_ms - counted->last_ms < claim->every_ms) {
			counted->too_close = number;
			counted->gap_ms = entry->real_ms - counted->last_ms;
		}
		counted->last_ms = entry->real_ms;
		counted->last = number;
		counted->count++;
	}
	counted->number = last;
}

static void explain_calls(const struct engine *engine, const struct claim *claim,
			  const struct json *times, struct strbuf *sb)
{
	const struct counted *counted = &claim->counted;

	if (claim->every_ms) {
		_cleanup_(freep) char *gap = text_duration(counted->gap_ms);
		_cleanup_(freep) char *every = text_duration(claim->every_ms);

		strbuf_addf(sb,
			    "expected  at most one every %s\n"
			    "found     two within %s, the second is call %" PRIu64 "\n",
			    every, gap, counted->too_close);
	} else {
		_cleanup_(freep) char *expected =
			times ? match_describe(times) : xstrdup("at least 1");

		strbuf_addf(sb, "expected  %s such calls\nfound     %" PRId64 "\n", expected,
			    counted->count);
		if (counted->last)
			strbuf_addf(sb, "the last one is call %" PRIu64 " at %.3fs\n",
				    counted->last,
				    (double)engine_ms(engine, counted->last_ms) / 1000);
		if (counted->last && claim->type == CLAIM_DENIED)
			strbuf_addf(
				sb, "it says   %s\n",
				journal_get(world_journal(engine->emulator->world), counted->last)
					->message);
	}
	if (counted->forgotten)
		strbuf_add(sb, "the journal does not reach back to the beginning any more\n");
}

void claim_judge_calls(struct engine *engine, struct claim *claim, bool explain,
		       struct finding *ret)
{
	_cleanup_(json_freep) struct json *with = NULL;
	_cleanup_(json_freep) struct json *times = NULL;
	const struct counted *counted = &claim->counted;
	struct err err = ERR_INIT;

	if (!engine_replace(engine, claim->with, &with, &err) ||
	    !engine_replace(engine, claim->times, &times, &err)) {
		strbuf_addf(&ret->text, "%s\n", err_text(&err));
		err_done(&err);
		return;
	}
	count(engine, claim, with);
	if (claim->every_ms)
		ret->holds = !counted->too_close;
	else
		ret->holds = times ? match_number(times, counted->count, NULL) : counted->count > 0;
	ret->hopeless = !ret->holds && (claim->every_ms || !may_grow(times, counted->count));
	ret->holds = ret->holds && !counted->forgotten;
	ret->right = (size_t)counted->count;
	ret->call = counted->last;
	if (explain)
		explain_calls(engine, claim, times, &ret->text);
}

void claim_judge_order(struct engine *engine, struct claim *claim, bool explain,
		       struct finding *ret)
{
	const struct journal *journal = world_journal(engine->emulator->world);
	const struct yaml_node *list = yaml_get(claim->node, "order"), *next = list->first;
	uint64_t first = journal_first(journal);

	if (first < claim->first_number)
		first = claim->first_number;
	ret->total = list->count;
	for (uint64_t number = first ? first : 1; next && number <= journal_last(journal);
	     number++) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (!entry || entry->code || !is_action(entry, next->text) ||
		    (claim->by && !str_eq(entry->actor, claim->by)))
			continue;
		ret->right++;
		ret->call = number;
		next = next->next;
	}
	ret->holds = !next;
	if (explain && next)
		strbuf_addf(&ret->text, "%zu of %zu calls were made in this order; %s is missing\n",
			    ret->right, ret->total, next->text);
}

static bool made_any_call(const struct engine *engine, const char *actor)
{
	const struct journal *journal = world_journal(engine->emulator->world);

	uint64_t first = journal_first(journal);

	if (first < engine->first_call)
		first = engine->first_call;
	for (uint64_t number = journal_last(journal); number && number >= first; number--) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (entry && str_eq(entry->actor, actor))
			return true;
	}
	return false;
}

void claims_prove(struct engine *engine, const struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++) {
		const struct claim *claim = &claims->items[i];
		_cleanup_(freep) char *sentence = NULL;

		if ((claim->type != CLAIM_CALLS && claim->type != CLAIM_DENIED) || !claim->by ||
		    claim->counted.count || made_any_call(engine, claim->by))
			continue;
		if (engine_is_strict(engine)) {
			engine_fail(
				engine, claim->node->first, true,
				xasprintf("this proves nothing: %s made no call at all", claim->by),
				NULL);
			return;
		}
		sentence = claim_sentence(claim);
		json_append(engine->unproven, json_new_string(sentence));
	}
}
