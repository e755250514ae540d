/* What the journal says about when and by whom. */
#include "emulator/judge/judge_inner.h"

const struct journal_entry *history_entry(const struct world *world, uint64_t revision)
{
	const struct journal *journal = world_journal(world);
	uint64_t low = journal_first(journal), high = journal_last(journal);

	if (low == 0 || revision == 0)
		return NULL;
	while (low < high) { /* the first entry that ends at the revision or behind it */
		uint64_t middle = low + (high - low) / 2;

		if (journal_get(journal, middle)->revision >= revision)
			high = middle;
		else
			low = middle + 1;
	}
	for (const struct journal_entry *entry = journal_get(journal, low); entry; entry = NULL)
		for (size_t i = 0; i < entry->change_count; i++)
			if (entry->changes[i].revision == revision)
				return entry;
	return NULL;
}

struct gone {
	const struct owner *owner;
	struct arena *arena;
	uint64_t revision;
};

static bool is_many(const struct owner *owner)
{
	return owner->type == OWNER_STACKS || owner->type == OWNER_BINDINGS;
}

static bool is_owner(const struct gone *gone, const struct doc *doc)
{
	struct judge_key key = judge_kube_key(doc, gone->arena);
	const struct owner *owner = gone->owner;

	if (owner->type == OWNER_INFRASTRUCTURE)
		return str_eq(key.ns, owner->cluster);
	if (is_many(owner)) /* the last one that it served */
		return !*owner->cluster || str_eq(key.cluster, owner->cluster);
	return str_eq(key.ns, owner->ns) && str_eq(key.name, owner->name) &&
	       (!*owner->cluster || str_eq(key.cluster, owner->cluster) ||
		!str_starts_with(key.cluster, "shoot--"));
}

static void note_gone(const struct change *change, void *userdata)
{
	struct gone *gone = userdata;

	if (!change->before || !is_owner(gone, change->before))
		return;
	if (change->after && !judge_kube_is_deleting(change->after)) {
		if (!is_many(gone->owner))
			gone->revision = 0; /* it came back */
		return;
	}
	/* from the first sign of deletion on */
	if (gone->revision == 0 || !judge_kube_is_deleting(change->before))
		gone->revision = change->revision;
}

const struct journal_entry *history_owner_gone(const struct world *world, const struct owner *owner)
{
	static const char *const kinds[] = {
		[OWNER_SERVICE] = "service",
		[OWNER_INGRESS] = "ingress",
		[OWNER_GATEWAY] = "gateway",
		[OWNER_STACKS] = "service",
		[OWNER_BINDING] = "target-group-binding",
		[OWNER_BINDINGS] = "target-group-binding",
		[OWNER_INFRASTRUCTURE] = "infrastructure",
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct kind *kind =
		owner->type == OWNER_NONE ? NULL : world_kind_named(world, kinds[owner->type]);
	struct gone gone = {owner, arena, 0};

	if (!kind ||
	    !journal_changes_since(world, kind, journal_oldest_revision(world), note_gone, &gone))
		return NULL;
	return history_entry(world, gone.revision);
}

struct takeover {
	const struct doc *service;
	const char *maker;
	uint64_t revision;
	const struct doc *before, *after; /* kept by the journal */
};

static void note_takeover(const struct change *change, void *userdata)
{
	struct takeover *takeover = userdata;
	const struct doc *doc = change->after ? change->after : change->before;

	if (!str_eq(doc->key, takeover->service->key))
		return;
	if (!change->after || str_eq(service_responsible(change->after), takeover->maker))
		takeover->revision = 0;
	else if (takeover->revision == 0)
		*takeover = (struct takeover){takeover->service, takeover->maker, change->revision,
					      change->before, change->after};
}

/* What of a Service decides who is responsible, where it differs between two versions. */
static char *what_changed(const struct doc *before, const struct doc *after)
{
	static const char *const annotations[] = {
		"service.beta.kubernetes.io/aws-load-balancer-type",
		"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type",
	};
	static const char *const members[] = {"loadBalancerClass", "type"};

	for (size_t i = 0; before && i < array_size(annotations); i++) {
		const char *now = judge_kube_annotation(after, annotations[i]);
		const char *short_name = strrchr(annotations[i], '/') + 1;

		if (str_eq(judge_kube_annotation(before, annotations[i]), now))
			continue;
		return now ? xasprintf("got %s=%s", short_name, now)
			   : xasprintf("lost %s", short_name);
	}
	for (size_t i = 0; before && i < array_size(members); i++) {
		const char *now = json_find_str(after->body, "spec", members[i], NULL);

		if (str_eq(json_find_str(before->body, "spec", members[i], NULL), now))
			continue;
		return now ? xasprintf("got %s %s", members[i], now)
			   : xasprintf("lost %s", members[i]);
	}
	return xstrdup("changed");
}

const struct journal_entry *history_superseded(const struct world *world, const struct doc *service,
					       const char *maker, char **ret_why)
{
	struct takeover takeover = {service, maker, 0, NULL, NULL};
	const struct journal_entry *entry = NULL;

	if (journal_changes_since(world, service->kind, journal_oldest_revision(world),
				  note_takeover, &takeover))
		entry = history_entry(world, takeover.revision);
	if (entry)
		*ret_why = what_changed(takeover.before, takeover.after);
	return entry;
}
