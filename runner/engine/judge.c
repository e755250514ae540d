/* same-as and leaks: what is judged once, when a step's claims are done with. */
#include <inttypes.h>

#include "emulator/judge/habits.h"
#include "emulator/judge/leaks.h"
#include "emulator/judge/match.h"
#include "runner/engine/inner.h"

#define DETAILS_MAX (256 * 1024)

/* What a comparison with a snapshot collects. */
struct difference {
	const struct engine *engine;
	struct strbuf sb;
	size_t count;
};

static bool same(const struct json *before, const struct json *after)
{
	_cleanup_(json_freep) struct json *expected = json_new_object();

	json_set_borrowed(expected, "same-as", before);
	return match_value(expected, after, NULL);
}

static void add_difference(const struct doc *before, const struct doc *after, void *userdata)
{
	struct difference *difference = userdata;
	const struct doc *doc = after ? after : before;
	_cleanup_(freep) char *name = NULL;

	/* Kubernetes' own; what no call of AWS shows: client tokens, overrides */
	if (!*doc->account || !doc->kind->shape)
		return;
	if (before && after && same(before->body, after->body) && same(before->tags, after->tags))
		return;
	name = doc_called(doc);
	difference->count++;
	strbuf_addf(&difference->sb, "%s %s %s",
		    !before  ? "+"
		    : !after ? "-"
			     : "~",
		    doc->kind->name, name);
	if (before && after) {
		_cleanup_(freep) char *old =
			json_to_text(same(before->body, after->body) ? before->tags : before->body);
		_cleanup_(freep) char *new =
			json_to_text(same(before->body, after->body) ? after->tags : after->body);

		strbuf_addf(&difference->sb, "\n    before  %.600s\n    now     %.600s", old, new);
	} else {
		strbuf_addf(&difference->sb, "%s by %s", before ? " is gone, made" : " was made",
			    doc->maker);
	}
	strbuf_add_char(&difference->sb, '\n');
}

void judge_same_as(struct engine *engine, const struct yaml_node *node)
{
	struct difference difference = {.engine = engine};
	const struct named_snapshot *taken;

	for (taken = engine->snapshots; taken; taken = taken->next)
		if (str_eq(taken->name, node->text))
			break;
	if (!taken) {
		engine_fail(engine, node, true,
			    xasprintf("the snapshot \"%s\" was not taken", node->text), NULL);
		return;
	}
	strbuf_init(&difference.sb, DETAILS_MAX);
	snapshot_diff(taken->snapshot, engine->emulator->world, NULL, add_difference, &difference);
	if (difference.count)
		engine_fail(
			engine, node, true,
			xasprintf("AWS is not as it was at the snapshot \"%s\": %zu difference%s",
				  node->text, difference.count, difference.count == 1 ? "" : "s"),
			strbuf_text(&difference.sb));
	strbuf_done(&difference.sb);
}

/* Whether a leak is one that a row of the scenario speaks of. */
static bool is_row(struct engine *engine, const struct yaml_node *row, const struct leak *leak)
{
	const char *is = yaml_get_text(row, "is"), *why = engine_text(engine, row, "why");
	const char *made_by = engine_text(engine, row, "made-by"), *of = yaml_get_text(row, "of");

	if (!str_eq(leak->doc->kind->name, yaml_get_text(row, "leaked")) ||
	    (why && !str_eq(verdict_name(leak->verdict), why)) ||
	    (made_by && !str_eq(made_by, "anyone") && !str_eq(leak->maker, made_by)))
		return false;
	if (is) {
		_cleanup_(freep) char *name = xstrndup(is + 2, strlen(is) - 3);
		const struct doc *doc = binding_find(engine, name);

		if (!doc || doc->kind != leak->doc->kind || !str_eq(doc->key, leak->doc->key))
			return false;
	}
	if (of) {
		_cleanup_(freep) char *text = NULL;
		struct err err = ERR_INIT;

		if (!engine_replace_text(engine, of, &text, &err))
			err_done(&err);
		return str_eq(text, leak->owner);
	}
	return true;
}

static void add_leak(const struct leak *leak, struct strbuf *sb)
{
	strbuf_addf(sb, "+ %s %s  %s\n", leak->doc->kind->name, leak->id,
		    verdict_name(leak->verdict));
	strbuf_addf(sb, "    owner     %s%s%s\n", leak->owner, *leak->owner_state ? ", " : "",
		    leak->owner_state);
	strbuf_addf(sb, "    made by   %s, call %" PRIu64 "\n", leak->maker, leak->made_by_call);
	strbuf_addf(sb, "    why       %s\n", leak->why);
	if (leak->blocks.count) {
		strbuf_add(sb, "    blocks    ");
		for (size_t i = 0; i < leak->blocks.count; i++)
			strbuf_addf(sb, "%s%s", i ? ", " : "", leak->blocks.items[i]);
		strbuf_add_char(sb, '\n');
	}
	strbuf_addf(sb,
		    "    will anything delete it?  gardener-delete-flow %s | "
		    "load-balancer-controller %s | cloud-controller-manager %s\n",
		    leak->found_by_gardener ? "yes" : "no", leak->found_by_lbc ? "yes" : "no",
		    leak->found_by_ccm ? "yes" : "no");
}

static bool same_row(const struct leak *a, const struct leak *b)
{
	return a->doc->kind == b->doc->kind && a->verdict == b->verdict &&
	       str_eq(a->owner, b->owner);
}

static bool is_reference(const char *owner)
{
	const struct object_kind *kind;
	_cleanup_(freep) char *ns = NULL;
	_cleanup_(freep) char *name = NULL;

	return object_reference(owner, &kind, &ns, &name);
}

/* The rows that would speak of those leaks of which none does. */
static void add_missing_rows(const struct leaks *leaks, const bool *taken,
			     const struct yaml_node *there, struct strbuf *sb)
{
	strbuf_addf(sb, "Only if that is right, write %s:\n",
		    !there		       ? "leaks: at the end of the file, and below it"
		    : there->type == YAML_LIST ? "further rows"
					       : "below leaks:, instead of none");
	/* those with an owner first: a row without takes whatever is left */
	for (size_t i = 0; i < 2 * leaks->count; i++) {
		const struct leak *leak = &leaks->items[i % leaks->count];
		bool owned = is_reference(leak->owner);
		size_t before = 0, times = 0;

		for (size_t j = 0; j < leaks->count; j++) {
			bool alike = !taken[j] && same_row(leak, &leaks->items[j]);

			before += alike && j < i % leaks->count;
			times += alike;
		}
		if (taken[i % leaks->count] || before || owned != (i < leaks->count))
			continue;
		strbuf_addf(sb, "  - { leaked: %s, ", leak->doc->kind->name);
		if (owned)
			strbuf_addf(sb, "of: %s, ", leak->owner);
		strbuf_addf(sb, "why: %s", verdict_name(leak->verdict));
		if (times > 1)
			strbuf_addf(sb, ", times: %zu", times);
		strbuf_add(sb, " }\n");
	}
}

static void add_row(const struct yaml_node *row, size_t found, struct strbuf *sb)
{
	strbuf_addf(sb, "- line %u: %s", row->first ? row->first->key_line : row->line,
		    yaml_get_text(row, "leaked"));
	for (const struct yaml_node *child = row->first; child; child = child->next)
		if (!str_eq(child->key, "leaked") && child->text)
			strbuf_addf(sb, ", %s: %s", child->key, child->text);
	strbuf_addf(sb, "  (found %zu)\n", found);
}

/* Compares what is leaked with what is written; the number of differences. */
static size_t compare(struct engine *engine, const struct yaml_node *list, struct leaks *leaks,
		      struct strbuf *sb)
{
	_cleanup_(freep) bool *taken = xcalloc(leaks->count + 1, sizeof(*taken));
	size_t wrong = 0, surplus = 0;

	for (const struct yaml_node *row = list && list->type == YAML_LIST ? list->first : NULL;
	     row; row = row->next) {
		_cleanup_(json_freep) struct json *times =
			yaml_get(row, "times") ? yaml_to_json_text(yaml_get(row, "times"))
					       : json_new_int(1);
		size_t found = 0;

		for (size_t i = 0; i < leaks->count; i++)
			if (!taken[i] && is_row(engine, row, &leaks->items[i])) {
				/* two rows alike share what there is, one each */
				if (!yaml_get(row, "times") && found)
					break;
				taken[i] = true;
				found++;
			}
		if (match_number(times, (int64_t)found, NULL))
			continue;
		add_row(row, found, sb);
		wrong++;
	}
	for (size_t i = 0; i < leaks->count; i++)
		if (!taken[i]) {
			add_leak(&leaks->items[i], sb);
			surplus++;
		}
	if (surplus)
		add_missing_rows(leaks, taken, list, sb);
	return wrong + surplus;
}

void judge_leaks(struct engine *engine, const struct yaml_node *node)
{
	struct leaks leaks = {0};
	struct strbuf sb;
	size_t wrong;

	strbuf_init(&sb, DETAILS_MAX);
	leaks_judge(engine->emulator->world, engine->baseline, &leaks);
	wrong = compare(engine, node, &leaks, &sb);
	if (wrong && node)
		engine_fail(engine, node, true,
			    node->type == YAML_LIST
				    ? xasprintf("what is leaked is not what is written here: "
						"%zu difference%s (- missing, + surplus)",
						wrong, wrong == 1 ? "" : "s")
				    : xasprintf("%zu leaked", wrong),
			    strbuf_text(&sb));
	else if (wrong)
		engine_fail(engine, NULL, false,
			    xasprintf("%zu leaked at the end of the scenario", wrong),
			    strbuf_text(&sb));
	leaks_done(&leaks);
	strbuf_done(&sb);
}

static void bad_habit(const struct habit *habit, void *userdata)
{
	struct engine *engine = userdata;
	_cleanup_(freep) char *details = NULL;

	if (strs_has(&engine->scenario->allows, habit->name) || engine_decided(engine))
		return;
	details = xasprintf("%s\n\nIf that is right here, write allows: [ %s ] at the top of the "
			    "file.\n",
			    habit->text, habit->name);
	engine_fail_at(engine, "failed", NULL, false,
		       xasprintf("the controllers' history shows a bad habit: %s", habit->name),
		       details, habit->call);
}

void judge_history(struct engine *engine)
{
	judge_habits(engine->emulator->world, engine->first_call, bad_habit, engine);
}
