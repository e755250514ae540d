/* All leaks of a world: what is new, what was changed and not put back, what was lost. */
#include "emulator/judge/verdict.h"

#define CLIMB_MAX 8

static const struct leak_row rows[] = {
#define LEAK(kind, flags, rank, action, parameter, member)                                         \
	{kind, flags, rank, action, parameter, member},
#include "emulator/judge/leaks.tbl"
#undef LEAK
};

const struct leak_row *leak_row(const char *kind)
{
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].kind, kind))
			return &rows[i];
	return NULL;
}

bool leaks_knows_kind(const char *kind)
{
	return leak_row(kind) != NULL;
}

static bool is_judged(const struct kind *kind, unsigned flags)
{
	const struct leak_row *row = leak_row(kind->name);

	return row && (row->flags & flags) == flags;
}

bool judge_in_baseline(const struct snapshot *baseline, const struct doc *doc)
{
	const struct doc *before = baseline ? snapshot_find(baseline, doc->kind, doc->key) : NULL;

	return before && before->created_revision == doc->created_revision;
}

struct way {
	const struct world *world;
	const struct doc *top;
	struct arena *arena;
	unsigned depth;
	bool found;
};

static void follow(const struct edge *edge, void *userdata)
{
	struct way *way = userdata;

	if (way->found || edge->relation != RELATION_PART || !edge->doc)
		return;
	if (edge->doc == way->top) {
		way->found = true;
		return;
	}
	if (way->depth >= CLIMB_MAX)
		return;
	way->depth++;
	edges_of(way->world, edge->doc, way->arena, follow, way);
	way->depth--;
}

bool judge_lies_in(const struct world *world, const struct doc *doc, const struct doc *top,
		   struct arena *arena)
{
	struct way way = {.world = world, .top = top, .arena = arena};

	if (doc == top)
		return false;
	edges_of(world, doc, arena, follow, &way);
	return !way.found;
}

/* On its way out, or only AWS's memory of what is gone: no leak yet, or none any more. */
static bool is_going(const struct doc *doc)
{
	static const char *const states[] = {"deleting", "deleted", "terminated", "shutting-down",
					     "draining"};
	const char *paths[] = {
		doc_str(doc, "State"),
		json_find_str(doc->body, "State", "Name", NULL),
		json_find_str(doc->body, "TargetHealth", "State", NULL),
	};

	for (size_t i = 0; i < array_size(paths); i++)
		for (size_t k = 0; k < array_size(states); k++)
			if (str_eq(paths[i], states[k]))
				return true;
	/* a released interface of a load balancer that is gone: a timer will remove it */
	return judge_is_kind(doc, "network-interface") && doc->implied_by && doc->timers;
}

struct parent {
	const struct doc *doc;
};

static void note_parent(const struct edge *edge, void *userdata)
{
	struct parent *parent = userdata;

	if (edge->relation == RELATION_PART && edge->doc && !parent->doc)
		parent->doc = edge->doc;
}

static bool is_leaked(const struct world *world, const struct snapshot *baseline,
		      const struct doc *doc, unsigned depth);

/* What AWS deletes together with a leaked parent is counted under the parent; what it made for
 * something that is there goes with that. */
static bool counts_elsewhere(const struct world *world, const struct snapshot *baseline,
			     const struct doc *doc, struct arena *arena, unsigned depth)
{
	struct parent parent = {NULL};

	if (judge_implied_by(world, doc))
		return true;
	if (!is_judged(doc->kind, JUDGED | CASCADE))
		return false;
	edges_of(world, doc, arena, note_parent, &parent);
	return parent.doc && depth < CLIMB_MAX && is_leaked(world, baseline, parent.doc, depth + 1);
}

static bool is_candidate(const struct world *world, const struct snapshot *baseline,
			 const struct doc *doc, struct arena *arena, unsigned depth)
{
	return is_judged(doc->kind, JUDGED) && !judge_in_baseline(baseline, doc) &&
	       actor_is_controller(maker_of(world, doc)) && !is_going(doc) &&
	       !counts_elsewhere(world, baseline, doc, arena, depth);
}

static bool is_leaked(const struct world *world, const struct snapshot *baseline,
		      const struct doc *doc, unsigned depth)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct judgement j = {.world = world, .baseline = baseline, .doc = doc, .arena = arena};

	const struct doc *implied_by = judge_implied_by(world, doc);

	if (judge_in_baseline(baseline, doc) || is_going(doc) || depth >= CLIMB_MAX)
		return false;
	if (implied_by)
		return is_leaked(world, baseline, implied_by, depth + 1);
	/* its parts need not be listed when its own parent's leak covers both */
	if (counts_elsewhere(world, baseline, doc, arena, depth))
		return true;
	return judge_new(&j) != VERDICT_HELD;
}

static struct leak *add_leak(struct leaks *leaks)
{
	if (leaks->count == leaks->room) {
		leaks->room = leaks->room ? 2 * leaks->room : 8;
		leaks->items = xrealloc(leaks->items, leaks->room * sizeof(*leaks->items));
	}
	leaks->items[leaks->count] = (struct leak){0};
	return &leaks->items[leaks->count++];
}

static void keep(struct leaks *leaks, const struct judgement *j, enum verdict verdict)
{
	struct leak *leak = add_leak(leaks);

	*leak = (struct leak){
		.verdict = verdict,
		.doc = doc_ref(j->doc),
		.owner = xstrdup(owner_text(j->arena, &j->owner)),
		.owner_state = xstrdup(j->owner_state ? j->owner_state : ""),
		.maker = j->maker,
		.made_by_call = j->doc->made_by_call,
		.made_at_ms = j->doc->created_ms,
		.leaked_since_call = j->since ? j->since->number : 0,
		.leaked_since_ms = j->since ? j->since->now_ms : j->doc->created_ms,
		.why = xstrdup(j->why),
	};
	/* it cannot have leaked before it was there */
	if (leak->leaked_since_ms < leak->made_at_ms) {
		leak->leaked_since_ms = leak->made_at_ms;
		leak->leaked_since_call = leak->made_by_call;
	}
	leak_describe(leak, j);
}

static void judge_kind(const struct world *world, const struct snapshot *baseline,
		       const struct kind *kind, struct leaks *ret)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	if (!is_judged(kind, JUDGED))
		return;
	world_foreach (doc, world, kind) {
		struct judgement j = {
			.world = world, .baseline = baseline, .doc = doc, .arena = arena};
		enum verdict verdict = VERDICT_HELD;

		if (is_candidate(world, baseline, doc, arena, 0))
			verdict = judge_new(&j);
		if (verdict != VERDICT_HELD)
			keep(ret, &j, verdict);
		arena_reset(arena);
	}
}

/* ---- What was there before ---- */

/* Whether the controller still has somebody to work for: then its changes are in use. */
static bool has_live_root(const struct world *world, const char *controller)
{
	static const char *const kinds[] = {"service", "infrastructure"};

	if (str_eq(controller, LBC))
		return owner_lbc_root(world, "") != NULL;
	for (size_t i = 0; i < array_size(kinds); i++) {
		const struct kind *kind = world_kind_named(world, kinds[i]);

		if (!kind)
			continue;
		world_foreach (doc, world, kind) {
			const char *actor = i == 0 ? service_responsible(doc) : INFRA;

			if (!judge_kube_is_deleting(doc) && str_eq(actor, controller))
				return true;
		}
	}
	return false;
}

struct changes {
	const struct world *world;
	struct leaks *leaks;
};

/* The first member that differs, for a person. */
static const char *difference(const struct doc *before, const struct doc *after)
{
	if (!json_equal(before->tags, after->tags))
		return "Tags";
	json_foreach (item, after->body)
		if (!json_equal(item, json_get(before->body, json_key(item))))
			return json_key(item);
	json_foreach (item, before->body)
		if (!json_get(after->body, json_key(item)))
			return json_key(item);
	return "something";
}

static void judge_changed(const struct doc *before, const struct doc *after, void *userdata)
{
	struct changes *changes = userdata;
	_cleanup_(arena_freep) struct arena *arena = NULL;
	const struct journal_entry *entry;
	struct judgement j;

	if (!before || !after || !is_judged(after->kind, JUDGED) || is_going(after))
		return;
	entry = history_entry(changes->world, after->revision);
	if (!entry || !actor_is_controller(entry->actor) ||
	    has_live_root(changes->world, entry->actor))
		return;
	arena = arena_new();
	j = (struct judgement){.world = changes->world, .doc = after, .arena = arena};
	j.owner = owner_of(changes->world, after, arena, NULL);
	j.maker = entry->actor;
	j.since = entry;
	j.why = arena_printf(arena,
			     "the %s changed its %s in call %llu %s:%s and did not put it back",
			     entry->actor, difference(before, after),
			     (unsigned long long)entry->number, entry->service, entry->operation);
	keep(changes->leaks, &j, VERDICT_RESIDUE);
}

/* Whether the actor may delete it by its own rules. */
static bool is_entitled(const struct world *world, const char *actor, const struct doc *doc,
			struct arena *arena)
{
	const char *value, *cluster = owner_tag_cluster(doc, &value);
	struct owner owner = owner_claimed(world, doc, arena);
	struct parent parent = {NULL};

	if (str_eq(doc->maker, actor) || !actor_is_controller(actor))
		return true;
	/* Gardener's delete flow takes all that is tagged for its cluster */
	if (str_eq(actor, INFRA) && *cluster && !str_eq(value, "shared"))
		return true;
	if (str_eq(actor, LBC) && (doc_tag(doc, TAG_LBC_CLUSTER) || owner.type == OWNER_STACKS ||
				   owner.type == OWNER_BINDINGS))
		return true;
	if (str_eq(actor, CCM) && (doc_tag(doc, TAG_CCM_SERVICE) ||
				   str_starts_with(doc_str(doc, "GroupName"), CCM_GROUP_PREFIX)))
		return true;
	/* what AWS made for something of its own: rules of a new VPC's default group */
	edges_of(world, doc, arena, note_parent, &parent);
	return parent.doc && parent.doc->implied_by && str_eq(maker_of(world, parent.doc), actor);
}

/* Whether what it was a part of went in the same call. */
static bool went_along(const struct journal_entry *entry, const struct doc *doc)
{
	static const char *const members[] = {"LoadBalancerArn", "ListenerArn",	 "TargetGroupArn",
					      "GroupId",	 "RouteTableId", "SubnetId"};

	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];

		if (change->after || change->before == doc)
			continue;
		if (str_eq(doc->implied_by, change->before->key))
			return true;
		for (size_t k = 0; k < array_size(members); k++) {
			const char *id = doc_str(doc, members[k]);

			if (str_eq(id ? id : doc_extra_str(doc, members[k]), change->before->key))
				return true;
		}
	}
	return false;
}

static void judge_removed(const struct world *world, const struct snapshot *baseline,
			  const struct journal_entry *entry, const struct doc *doc,
			  struct leaks *ret)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	struct judgement j;

	/* what AWS had made for something else went with that */
	if (!is_judged(doc->kind, JUDGED) || doc->implied_by || is_going(doc) ||
	    world_find(world, doc->kind, doc->key))
		return;
	arena = arena_new();
	if (is_entitled(world, entry->actor, doc, arena) || went_along(entry, doc))
		return;
	j = (struct judgement){
		.world = world, .baseline = baseline, .doc = doc, .arena = arena, .since = entry};
	j.owner = owner_claimed(world, doc, arena);
	j.maker = entry->actor;
	j.why = arena_printf(arena, "the %s deleted it in call %llu %s:%s, though %s had made it",
			     entry->actor, (unsigned long long)entry->number, entry->service,
			     entry->operation, doc->maker);
	keep(ret, &j, VERDICT_LOST);
}

static void judge_lost(const struct world *world, const struct snapshot *baseline,
		       struct leaks *ret)
{
	const struct journal *journal = world_journal(world);

	for (uint64_t n = journal_first(journal); n && n <= journal_last(journal); n++) {
		const struct journal_entry *entry = journal_get(journal, n);

		if (entry->change_count == 0 || !actor_is_controller(entry->actor))
			continue;
		for (size_t i = 0; i < entry->change_count; i++)
			if (!entry->changes[i].after && !judge_kube_is(entry->changes[i].before))
				judge_removed(world, baseline, entry, entry->changes[i].before,
					      ret);
	}
}

void leaks_judge(const struct world *world, const struct snapshot *baseline, struct leaks *ret)
{
	struct changes changes = {world, ret};
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(world, i)); i++)
		judge_kind(world, baseline, kind, ret);
	if (baseline)
		snapshot_diff(baseline, world, NULL, judge_changed, &changes);
	judge_lost(world, baseline, ret);
}

enum verdict leak_verdict(const struct world *world, const struct snapshot *baseline,
			  const struct doc *doc, char **why)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct judgement j = {.world = world, .baseline = baseline, .doc = doc, .arena = arena};
	enum verdict verdict = VERDICT_HELD;

	if (is_candidate(world, baseline, doc, arena, 0))
		verdict = judge_new(&j);
	if (why)
		*why = xstrdup(verdict == VERDICT_HELD ? verdict_meaning(verdict) : j.why);
	return verdict;
}

static void leak_done(struct leak *leak)
{
	doc_unref(leak->doc);
	free(leak->id);
	free(leak->owner);
	free(leak->owner_state);
	free(leak->why);
	strs_done(&leak->blocks);
	for (size_t i = 0; i < leak->cleanup_count; i++)
		json_free(leak->cleanups[i].params);
	free(leak->cleanups);
}

void leaks_done(struct leaks *leaks)
{
	for (size_t i = 0; i < leaks->count; i++)
		leak_done(&leaks->items[i]);
	free(leaks->items);
	*leaks = (struct leaks){0};
}
