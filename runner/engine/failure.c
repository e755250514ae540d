/* The first failure ends a scenario: which it was, and what is told about it. */
#include <inttypes.h>

#include "runner/engine/inner.h"

#define DETAILS_MAX (256 * 1024)

bool engine_decided(const struct engine *engine)
{
	return engine->status != NULL;
}

bool engine_is_strict(const struct engine *engine)
{
	return engine->options->strict || engine->scenario->strict;
}

void engine_fail_at(struct engine *engine, const char *status, const struct yaml_node *node,
		    bool key, char *reason, const char *details, uint64_t around)
{
	bool worse = str_eq(status, "harness") && !str_eq(engine->status, "harness");

	engine->step_failed = true;
	if (!engine->status || worse) {
		engine->status = status;
		free(engine->reason);
		engine->reason = xstrdup(reason);
		report_failure(engine, node, key, reason, details, around);
	}
	free(reason);
	engine_wake(engine, 0);
}

void engine_fail(struct engine *engine, const struct yaml_node *node, bool key, char *reason,
		 const char *details)
{
	engine_fail_at(engine, "failed", node, key, reason, details, 0);
}

void engine_broken(struct engine *engine, char *reason, const char *details)
{
	engine_fail_at(engine, "harness", engine->step ? engine->step->first : NULL, true, reason,
		       details, 0);
}

/* The claims that do not hold, with what was found at their closest moment. */
static void add_wrong(struct engine *engine, struct claims *claims, struct strbuf *sb,
		      uint64_t *ret_around)
{
	for (size_t i = 0; i < claims->count; i++) {
		struct claim *claim = &claims->items[i];
		_cleanup_(freep) char *sentence = NULL;
		struct kinds kinds = {.count = 0};

		if (claim->holds)
			continue;
		sentence = claim_sentence(claim);
		strbuf_addf(sb, "%sline %u: %s\n", sb->length ? "\n" : "", claim->node->line,
			    sentence);
		if (claim->because)
			strbuf_addf(sb, "because: %s\n", claim->because);
		strbuf_add(sb, claim->wrong ? claim->wrong : "never judged\n");
		strbuf_addf(sb, "closest at rev %" PRIu64, claim->closest);
		if (claim->kind) {
			uint64_t number = 0;

			kinds_of(engine, claim->kind, &kinds);
			report_last_change(engine, &kinds, sb, &number);
			if (!*ret_around)
				*ret_around = number;
		}
		strbuf_add_char(sb, '\n');
	}
}

static const struct claim *first_wrong(const struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		if (!claims->items[i].holds)
			return &claims->items[i];
	return NULL;
}

/* Judges every claim as it is now, so that a failure shows the present and not the past. */
/* The present is shown rather than the past when it is just as close; always when `now` is. */
static void look_again(struct engine *engine, struct claim *claim, bool now)
{
	struct finding finding;

	claim_judge(engine, claim, true, &finding);
	if (now || !claim->wrong || finding.right >= claim->right) {
		free(claim->wrong);
		claim->wrong = xstrdup(strbuf_text(&finding.text));
		claim->closest = world_revision(engine->emulator->world);
	}
	finding_done(&finding);
}

void engine_fail_claims(struct engine *engine, struct claims *claims, char *reason, bool now,
			uint64_t around)
{
	const struct claim *wrong = first_wrong(claims);
	struct strbuf sb;

	for (size_t i = 0; i < claims->count; i++)
		if (!claims->items[i].holds)
			look_again(engine, &claims->items[i], now);
	if (!engine_decided(engine))
		updates_collect(engine, claims);
	strbuf_init(&sb, DETAILS_MAX);
	add_wrong(engine, claims, &sb, &around);
	engine_fail_at(engine, "failed", wrong ? wrong->node->first : NULL, true, reason,
		       strbuf_text(&sb), around);
	strbuf_done(&sb);
}
