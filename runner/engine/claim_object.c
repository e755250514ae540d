/* Claims on objects: one, none, some, each, count. */
#include "emulator/judge/match.h"
#include "runner/engine/inner.h"

#define SHOWN_MAX 5 /* objects that a failure names */

/* The claim's trees with ${…} replaced, and what `of` selects. */
struct wanted {
	struct json *where, *has, *tagged, *is;
	struct selection selection;
	bool selects;
};

static void wanted_done(struct wanted *wanted)
{
	json_free(wanted->where);
	json_free(wanted->has);
	json_free(wanted->tagged);
	json_free(wanted->is);
	if (wanted->selects)
		selection_done(&wanted->selection);
}

static bool wanted_make(struct engine *engine, const struct claim *claim, struct wanted *ret,
			struct err *err)
{
	*ret = (struct wanted){0};
	if (!engine_replace(engine, claim->where, &ret->where, err) ||
	    !engine_replace(engine, claim->has, &ret->has, err) ||
	    !engine_replace(engine, claim->tagged, &ret->tagged, err) ||
	    !engine_replace(engine, claim->is, &ret->is, err))
		return false;
	if (!claim->of)
		return true;
	ret->selects = engine_selection(engine, claim->of, &ret->selection, err);
	return ret->selects;
}

/* Whether the object is one that the claim is about. */
static bool is_meant(const struct world *world, const struct claim *claim,
		     const struct wanted *wanted, const struct doc *doc, const struct json *view)
{
	if (wanted->selects && !selection_has(world, &wanted->selection, doc))
		return false;
	if (wanted->where && !match_value(wanted->where, view, NULL))
		return false;
	if (claim->type != CLAIM_COUNT)
		return true;
	return (!wanted->tagged || match_value(wanted->tagged, doc->tags, NULL)) &&
	       (!claim->made_by || str_eq(maker_of(world, doc), claim->made_by));
}

static void say(struct strbuf *sb, const char *path, const char *expected, const char *actual)
{
	strbuf_addf(sb, "    %s%sexpected  %s\n    %*sfound     %s\n", path, *path ? "  " : "",
		    expected, (int)(strlen(path) + (*path ? 2 : 0)), "", actual);
}

/* Whether the object has what is written; sb (may be NULL) gets what it lacks. */
static bool has_it(const struct world *world, const struct claim *claim,
		   const struct wanted *wanted, const struct doc *doc, const struct json *view,
		   struct strbuf *sb)
{
	struct mismatch mismatch = MISMATCH_INIT;
	bool good = true;

	if (wanted->has && !match_value(wanted->has, view, sb ? &mismatch : NULL)) {
		good = false;
		if (sb)
			say(sb, mismatch.path, mismatch.expected, mismatch.actual);
	}
	if (wanted->tagged && !match_value(wanted->tagged, doc->tags, sb ? &mismatch : NULL)) {
		good = false;
		if (sb) {
			_cleanup_(freep) char *path = xasprintf("tag %s", mismatch.path);

			say(sb, path, mismatch.expected, mismatch.actual);
		}
	}
	if (claim->made_by && !str_eq(maker_of(world, doc), claim->made_by)) {
		good = false;
		if (sb)
			say(sb, "made by", claim->made_by, maker_of(world, doc));
	}
	mismatch_done(&mismatch);
	return good;
}

/* What one walk over the objects found. */
struct tally {
	size_t meant, right;
	const struct doc *first_right, *first_wrong, *first;
};

static void add_name(struct strbuf *sb, const struct doc *doc)
{
	_cleanup_(freep) char *name = doc_called(doc);

	strbuf_addf(sb, "  %s\n", name);
}

static void look_at(const struct world *world, const struct claim *claim,
		    const struct wanted *wanted, const struct doc *doc, struct tally *tally,
		    struct strbuf *sb)
{
	_cleanup_(json_freep) struct json *view =
		wanted->where || wanted->has ? doc_view(world, doc) : NULL;
	bool right;

	if (!is_meant(world, claim, wanted, doc, view))
		return;
	tally->meant++;
	tally->first = tally->first ? tally->first : doc;
	right = claim->type == CLAIM_COUNT || has_it(world, claim, wanted, doc, view, NULL);
	tally->right += right;
	if (right && !tally->first_right)
		tally->first_right = doc;
	if (!right && !tally->first_wrong)
		tally->first_wrong = doc;
	if (!sb || tally->meant > SHOWN_MAX)
		return;
	if (claim->type == CLAIM_NONE ? right : !right || claim->type == CLAIM_COUNT)
		add_name(sb, doc);
	else if (claim->type == CLAIM_ONE)
		add_name(sb, doc);
	if (!right && claim->type != CLAIM_NONE && claim->type != CLAIM_COUNT)
		(void)!has_it(world, claim, wanted, doc, view, sb);
}

static void walk(struct engine *engine, const struct claim *claim, const struct wanted *wanted,
		 struct tally *tally, struct strbuf *sb)
{
	const struct world *world = engine->emulator->world;
	struct kinds kinds;

	kinds_of(engine, claim->kind, &kinds);
	for (size_t i = 0; i < kinds.count; i++)
		world_foreach (doc, world, kinds.items[i])
			look_at(world, claim, wanted, doc, tally, sb);
}

/* Why the claim is not about this object. */
static void add_why_not(const struct world *world, const struct claim *claim,
			const struct wanted *wanted, const struct doc *doc, struct strbuf *sb)
{
	_cleanup_(json_freep) struct json *view = doc_view(world, doc);
	struct mismatch mismatch = MISMATCH_INIT;

	add_name(sb, doc);
	if (wanted->selects && !selection_has(world, &wanted->selection, doc))
		strbuf_addf(sb, "    it is not of %s\n", json_str(claim->of));
	else if (wanted->where && !match_value(wanted->where, view, &mismatch))
		say(sb, mismatch.path, mismatch.expected, mismatch.actual);
	else if (claim->made_by && !str_eq(maker_of(world, doc), claim->made_by))
		say(sb, "made by", claim->made_by, maker_of(world, doc));
	else if (wanted->tagged && !match_value(wanted->tagged, doc->tags, &mismatch)) {
		_cleanup_(freep) char *path = xasprintf("tag %s", mismatch.path);

		say(sb, path, mismatch.expected, mismatch.actual);
	}
	mismatch_done(&mismatch);
}

/* Nothing was meant: what else there is of the kind, for whoever has mistyped a name. */
static void add_others(struct engine *engine, const struct claim *claim,
		       const struct wanted *wanted, struct strbuf *sb)
{
	const struct world *world = engine->emulator->world;
	struct kinds kinds;
	size_t others = 0;

	kinds_of(engine, claim->kind, &kinds);
	for (size_t i = 0; i < kinds.count; i++)
		world_foreach (doc, world, kinds.items[i]) {
			if (++others > SHOWN_MAX)
				continue;
			if (others == 1)
				strbuf_add(sb, "what there is, and why it is not meant:\n");
			add_why_not(world, claim, wanted, doc, sb);
		}
	if (others > SHOWN_MAX)
		strbuf_addf(sb, "  and %zu more\n", others - SHOWN_MAX);
	if (!others)
		strbuf_addf(sb, "there is no %s at all\n", claim->kind->word);
}

static void conclude(const struct claim *claim, const struct wanted *wanted,
		     const struct tally *tally, struct finding *ret)
{
	ret->right = tally->right;
	ret->total = tally->meant ? tally->meant : 1;
	ret->culprit = tally->first_wrong ? tally->first_wrong : tally->first;
	switch (claim->type) {
	case CLAIM_ONE:
		ret->holds = tally->meant == 1 && tally->right == 1;
		ret->doc = ret->holds ? tally->first_right : NULL;
		ret->right = tally->meant == 1 ? 1 : 0; /* one that is not right yet is closer */
		ret->total = 2;
		break;
	case CLAIM_NONE:
		ret->holds = tally->right == 0;
		ret->culprit = tally->first_right;
		ret->right = SIZE_MAX - tally->right; /* fewer is closer */
		break;
	case CLAIM_SOME: ret->holds = tally->right > 0; break;
	case CLAIM_EACH: ret->holds = tally->meant > 0 && tally->right == tally->meant; break;
	default:
		ret->holds = match_number(wanted->is, (int64_t)tally->meant, NULL);
		ret->right = tally->meant;
		break;
	}
}

static void add_headline(const struct claim *claim, const struct wanted *wanted,
			 const struct tally *tally, struct strbuf *sb)
{
	switch (claim->type) {
	case CLAIM_ONE:
		if (tally->meant != 1)
			strbuf_addf(sb, "expected  exactly one\nfound     %zu\n", tally->meant);
		break;
	case CLAIM_NONE: strbuf_addf(sb, "expected  none\nfound     %zu\n", tally->right); break;
	case CLAIM_SOME:
	case CLAIM_EACH:
		if (tally->meant)
			strbuf_addf(sb, "%zu of %zu are right\n", tally->right, tally->meant);
		else
			strbuf_add(sb, "expected  at least one\nfound     none\n");
		break;
	default: {
		_cleanup_(freep) char *expected = match_describe(wanted->is);

		strbuf_addf(sb, "expected  %s\nfound     %zu\n", expected, tally->meant);
		break;
	}
	}
}

void claim_judge_objects(struct engine *engine, struct claim *claim, bool explain,
			 struct finding *ret)
{
	struct wanted wanted;
	struct tally tally = {0};
	struct err err = ERR_INIT;

	if (!wanted_make(engine, claim, &wanted, &err)) {
		strbuf_addf(&ret->text, "%s\n", err_text(&err));
		err_done(&err);
		wanted_done(&wanted);
		return;
	}
	walk(engine, claim, &wanted, &tally, NULL);
	conclude(claim, &wanted, &tally, ret);
	if (explain) {
		struct tally again = {0};

		add_headline(claim, &wanted, &tally, &ret->text);
		walk(engine, claim, &wanted, &again, &ret->text);
		if (tally.meant > SHOWN_MAX)
			strbuf_addf(&ret->text, "  and %zu more\n", tally.meant - SHOWN_MAX);
		if (!tally.meant && claim->type != CLAIM_NONE)
			add_others(engine, claim, &wanted, &ret->text);
	}
	wanted_done(&wanted);
}

void claim_each_object(struct engine *engine, const struct claim *claim, claim_object_fn *fn,
		       void *userdata)
{
	const struct world *world = engine->emulator->world;
	struct wanted wanted;
	struct kinds kinds;
	struct err err = ERR_INIT;
	bool ok = wanted_make(engine, claim, &wanted, &err);

	kinds_of(engine, claim->kind, &kinds);
	for (size_t i = 0; ok && i < kinds.count; i++)
		world_foreach (doc, world, kinds.items[i]) {
			_cleanup_(json_freep) struct json *view = doc_view(world, doc);

			if (is_meant(world, claim, &wanted, doc, view))
				fn(engine, claim, wanted.has, wanted.tagged, doc, view, userdata);
		}
	err_done(&err);
	wanted_done(&wanted);
}
