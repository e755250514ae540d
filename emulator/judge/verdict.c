/* The verdict on one document: held, or which sort of leak and why. */
#include "emulator/judge/verdict.h"

#include <strings.h>

static const struct {
	const char *name, *meaning;
} verdicts[] = {
	[VERDICT_HELD] = {"held",
			  "somebody who lives wants it, and whoever made it looks after it"},
	[VERDICT_OWNER_GONE] = {"owner-gone", "its owner does not exist any more"},
	[VERDICT_SUPERSEDED] = {"superseded", "its owner lives, but another controller is "
					      "responsible now, or another resource serves it"},
	[VERDICT_DISOWNED] = {"disowned", "it carries no tag by which a controller would find it"},
	[VERDICT_DANGLING] = {"dangling", "what it was a part of, or leads to, is gone"},
	[VERDICT_RESIDUE] = {"residue", "a controller left it in something that is not its own"},
	[VERDICT_LOST] = {"lost", "a controller deleted it, though it was not the controller's"},
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

const char *verdict_meaning(enum verdict verdict)
{
	return verdicts[verdict].meaning;
}

bool verdict_parse(const char *name, enum verdict *ret)
{
	for (size_t i = 0; i < array_size(verdicts); i++) {
		if (!str_eq(verdicts[i].name, name))
			continue;
		*ret = (enum verdict)i;
		return true;
	}
	return false;
}

/* ---- What is wrong with it by itself ---- */

static const char *hole_target_group(const struct world *world, const struct doc *doc,
				     struct arena *arena);

struct missing {
	const char *kind;
	const char *id;
};

static void note_missing(const struct edge *edge, void *userdata)
{
	struct missing *missing = userdata;

	if (edge->relation == RELATION_NAMES && str_eq(edge->kind, missing->kind) && !edge->doc)
		missing->id = edge->id;
}

static const char *hole_rule(const struct world *world, const struct doc *doc, struct arena *arena)
{
	struct missing missing = {"security-group", NULL};

	edges_of(world, doc, arena, note_missing, &missing);
	return missing.id ? arena_printf(arena, "it names %s, which does not exist", missing.id)
			  : NULL;
}

static void note_user(const struct edge *edge, void *userdata)
{
	if (edge->relation == RELATION_PART && edge->doc)
		*(bool *)userdata = true;
}

static bool names_group(const struct json *action, const char *arn)
{
	if (str_eq(json_get_str(action, "TargetGroupArn"), arn))
		return true;
	json_foreach (group, json_find(action, "ForwardConfig", "TargetGroups", NULL))
		if (str_eq(json_get_str(group, "TargetGroupArn"), arn))
			return true;
	return false;
}

static const char *hole_target_group(const struct world *world, const struct doc *doc,
				     struct arena *arena)
{
	static const char *const users[][2] = {{"listener", "DefaultActions"}, {"rule", "Actions"}};
	bool used = false;

	edges_of(world, doc, arena, note_user, &used);
	for (size_t i = 0; i < array_size(users) && !used; i++) {
		const struct kind *kind = world_kind_named(world, users[i][0]);

		for (const struct doc *user = kind ? world_next(world, kind, NULL) : NULL;
		     user && !used; user = world_next(world, kind, user))
			json_foreach (action, json_get(user->body, users[i][1]))
				used |= names_group(action, doc_str(doc, "TargetGroupArn"));
	}
	return used ? NULL : "no load balancer uses it";
}

static const char *hole_elastic_ip(const struct world *world, const struct doc *doc,
				   struct arena *arena)
{
	(void)world;
	(void)arena;
	return doc_str(doc, "AssociationId") ? NULL : "it is not associated with anything";
}

static const char *hole_interface(const struct world *world, const struct doc *doc,
				  struct arena *arena)
{
	(void)world;
	(void)arena;
	return str_eq(doc_str(doc, "Status"), "available") ? "it is attached to nothing" : NULL;
}

static const char *hole_route(const struct world *world, const struct doc *doc, struct arena *arena)
{
	(void)world;
	(void)arena;
	return str_eq(doc_str(doc, "State"), "blackhole") ? "what it leads to is gone (blackhole)"
							  : NULL;
}

static const char *hole_gateway(const struct world *world, const struct doc *doc,
				struct arena *arena)
{
	(void)world;
	(void)arena;
	return json_first(json_get(doc->body, "Attachments")) ? NULL : "it is attached to no VPC";
}

static const struct {
	const char *kind;
	const char *(*hole)(const struct world *world, const struct doc *doc, struct arena *arena);
} holes[] = {
	{"target-group", hole_target_group},
	{"elastic-ip", hole_elastic_ip},
	{"network-interface", hole_interface},
	{"security-group-rule", hole_rule},
	{"route", hole_route},
	{"internet-gateway", hole_gateway},
	{"egress-only-internet-gateway", hole_gateway},
};

/* Why it is of no use as it stands; NULL: it is whole. */
static const char *hole_of(const struct world *world, const struct doc *doc, struct arena *arena)
{
	for (size_t i = 0; i < array_size(holes); i++)
		if (judge_is_kind(doc, holes[i].kind))
			return holes[i].hole(world, doc, arena);
	return NULL;
}

/* What it is for, among the things of its owner. */
static const char *role_of(const struct doc *doc)
{
	static const char *const tags[] = {"service.k8s.aws/resource", "ingress.k8s.aws/resource",
					   "gateway.k8s.aws.nlb/resource",
					   "gateway.k8s.aws.alb/resource", "Name"};

	for (size_t i = 0; i < array_size(tags); i++)
		if (doc_tag(doc, tags[i]))
			return doc_tag(doc, tags[i]);
	return NULL;
}

/* Another one of the same kind, maker, owner and role that is whole: then this one is a double. */
static const struct doc *whole_sibling(const struct judgement *j)
{
	const char *role = role_of(j->doc);

	if (!role)
		return NULL;
	world_foreach (other, j->world, j->doc->kind) {
		struct owner owner;

		if (other == j->doc || !str_eq(role_of(other), role) ||
		    !str_eq(maker_of(j->world, other), j->maker))
			continue;
		owner = owner_claimed(j->world, other, j->arena);
		if (owner_equal(&owner, &j->owner) && !hole_of(j->world, other, j->arena))
			return other;
	}
	return NULL;
}

/* ---- Who serves the owner now ---- */

static void note_load_balancer(const struct edge *edge, void *userdata)
{
	const struct doc **lb = userdata;

	if (edge->relation == RELATION_PART && edge->doc && doc_str(edge->doc, "DNSName"))
		*lb = edge->doc;
}

static const struct doc *load_balancer_of(const struct judgement *j)
{
	const struct doc *lb = doc_str(j->doc, "DNSName") ? j->doc : NULL;

	if (!lb)
		edges_of(j->world, j->doc, j->arena, note_load_balancer, &lb);
	return lb;
}

static bool is_host(const struct doc *lb, const char *hostname)
{
	const char *name = doc_str(lb, "DNSName");

	return name && hostname && strcasecmp(name, hostname) == 0;
}

const struct doc *judge_load_balancer_at(const struct world *world, const char *hostname)
{
	static const char *const kinds[] = {"load-balancer", "classic-load-balancer"};

	for (size_t i = 0; i < array_size(kinds); i++) {
		const struct kind *kind = world_kind_named(world, kinds[i]);

		if (!kind)
			continue;
		world_foreach (lb, world, kind)
			if (is_host(lb, hostname))
				return lb;
	}
	return NULL;
}

/* The load balancer that the owner's status names, when it is another one than this belongs to. */
static const struct doc *other_server(const struct judgement *j, const struct doc *owner)
{
	const struct doc *own = load_balancer_of(j), *other = NULL;
	const struct json *list = json_find(owner->body, "status", "loadBalancer", "ingress", NULL);

	if (!own)
		return NULL;
	json_foreach (item, list) {
		if (is_host(own, json_get_str(item, "hostname")))
			return NULL;
		if (!other)
			other = judge_load_balancer_at(j->world, json_get_str(item, "hostname"));
	}
	return other;
}

/* ---- The verdicts ---- */

static const char *entry_text(struct arena *arena, const struct journal_entry *entry)
{
	return arena_printf(arena, "call %llu %s:%s by %s", (unsigned long long)entry->number,
			    entry->service, entry->operation, entry->actor);
}

static enum verdict owner_gone(struct judgement *j, const struct doc *owner)
{
	const char *text = owner_text(j->arena, &j->owner);

	j->since = history_owner_gone(j->world, &j->owner);
	j->owner_state = owner ? "is being deleted" : "is gone";
	if (j->since)
		j->why = arena_printf(j->arena, "%s %s since %s", text, j->owner_state,
				      entry_text(j->arena, j->since));
	else
		j->why = arena_printf(j->arena, "%s %s", text, j->owner_state);
	return VERDICT_OWNER_GONE;
}

static enum verdict superseded(struct judgement *j, const struct doc *owner,
			       const struct doc *server)
{
	const char *text = owner_text(j->arena, &j->owner);
	const char *now = owner_responsible(j->world, &j->owner);
	_cleanup_(freep) char *what = NULL;

	if (judge_is_kind(owner, "service"))
		j->since = history_superseded(j->world, owner, j->maker, &what);
	if (server)
		j->owner_state = arena_printf(j->arena, "exists, served by %s %s",
					      server->kind->name, judge_id(server));
	else if (now)
		j->owner_state = arena_printf(j->arena, "exists, the %s is responsible", now);
	else
		j->owner_state = "exists, and wants none";
	if (j->since)
		j->why = arena_printf(j->arena, "%s %s at call %llu; the %s ignores it since", text,
				      what, (unsigned long long)j->since->number, j->maker);
	else
		j->why = arena_printf(j->arena, "%s %s", text, j->owner_state);
	return VERDICT_SUPERSEDED;
}

static enum verdict disowned(struct judgement *j)
{
	const struct journal_entry *entry =
		journal_get(world_journal(j->world), j->doc->made_by_call);

	j->owner_state = "";
	j->since = entry;
	j->why = arena_printf(j->arena,
			      "%s made it%s%s, but it has no tag by which that "
			      "controller would find it again",
			      j->maker, entry ? " in " : "",
			      entry ? entry_text(j->arena, entry) : "");
	return VERDICT_DISOWNED;
}

struct host {
	const struct judgement *j;
	const struct doc *doc;
};

static void note_host(const struct edge *edge, void *userdata)
{
	struct host *host = userdata;

	if (edge->relation == RELATION_PART && edge->doc && !host->doc)
		host->doc = edge->doc;
}

/* What it is a part of, when that is somebody else's: of another maker, or there before. */
static const struct doc *foreign_host(const struct judgement *j)
{
	struct host host = {j, NULL};

	edges_of(j->world, j->doc, j->arena, note_host, &host);
	if (!host.doc || judge_is_kind(j->doc, "security-group"))
		return NULL;
	if (judge_in_baseline(j->baseline, host.doc) ||
	    !str_eq(maker_of(j->world, host.doc), j->maker))
		return host.doc;
	return NULL;
}

static enum verdict residue(struct judgement *j, const struct doc *host, const struct doc *owner)
{
	if (j->owner.type != OWNER_NONE)
		j->since = owner ? NULL : history_owner_gone(j->world, &j->owner);
	j->owner_state = owner ? "exists" : "is gone";
	j->why = arena_printf(j->arena, "the %s left it in %s %s, which %s made", j->maker,
			      host->kind->name, judge_id(host), maker_of(j->world, host));
	return VERDICT_RESIDUE;
}

static enum verdict dangling(struct judgement *j, const char *hole, const struct doc *sibling)
{
	j->owner_state = "";
	j->why = sibling ? arena_printf(j->arena, "%s; %s does its work", hole, judge_id(sibling))
			 : arena_strdup(j->arena, hole);
	return VERDICT_DANGLING;
}

static enum verdict judge_owned(struct judgement *j, const struct doc *owner, const char *hole)
{
	const char *responsible = owner_responsible(j->world, &j->owner);
	bool live = owner_is_live(j->world, &j->owner);
	const struct doc *server = live ? other_server(j, owner) : NULL;
	const struct doc *host, *sibling;

	if (live && str_eq(responsible, j->maker) && !server) {
		sibling = hole ? whole_sibling(j) : NULL;
		j->owner_state = "exists";
		return sibling ? dangling(j, hole, sibling) : VERDICT_HELD;
	}
	/* an owner that it only lies in, and of another controller, is not its owner */
	if (j->only_inside && !str_eq(j->maker, responsible ? responsible : j->maker))
		return hole ? dangling(j, hole, NULL) : disowned(j);
	host = foreign_host(j);
	if (host && (!live || j->owner.type == OWNER_INFRASTRUCTURE))
		return residue(j, host, owner);
	if (!owner || judge_kube_is_deleting(owner))
		return owner_gone(j, owner);
	return superseded(j, owner, server);
}

enum verdict judge_new(struct judgement *j)
{
	const char *hole;

	j->maker = maker_of(j->world, j->doc);
	j->owner = owner_of(j->world, j->doc, j->arena, &j->through);
	j->only_inside = j->through && judge_lies_in(j->world, j->doc, j->through, j->arena);
	if (!actor_is_controller(j->maker))
		return VERDICT_HELD;
	hole = hole_of(j->world, j->doc, j->arena);
	if (j->owner.type != OWNER_NONE)
		return judge_owned(j, owner_doc(j->world, &j->owner), hole);
	return hole ? dangling(j, hole, NULL) : disowned(j);
}
