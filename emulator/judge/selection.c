/* The `of:` of a claim: what belongs to a Service, a Shoot or a document. */
#include "emulator/judge/judge_inner.h"

#define CLIMB_MAX 8

bool selection_parse(const char *text, struct selection *ret, struct err *err)
{
	const char *space = strchr(text, ' '), *slash = space ? strrchr(space, '/') : NULL;
	const char *name = slash ? slash + 1 : space ? space + 1 : "";
	size_t ns = slash ? (size_t)(slash - space - 1) : 0;

	if (!space || space == text || !*name || strchr(name, ' ') || (slash && !ns))
		return err_set(err, ERR_INVALID, NULL,
			       "\"%s\" does not say whose: write \"service default/echo\", "
			       "\"shoot demo\" or \"${name}\"",
			       text);
	*ret = (struct selection){
		.kind = xstrndup(text, (size_t)(space - text)),
		.ns = xstrndup(ns ? space + 1 : "", ns),
		.name = xstrdup(name),
	};
	return true;
}

struct selection selection_of_doc(const struct doc *doc)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	struct judge_key key;

	/* what belongs to these names them by tags, not by ids: the same as "service default/echo"
	 */
	if (!judge_is_kind(doc, "service") && !judge_is_kind(doc, "ingress") &&
	    !judge_is_kind(doc, "gateway") && !judge_is_kind(doc, "shoot"))
		return (struct selection){.doc = doc};
	arena = arena_new();
	key = judge_kube_key(doc, arena);
	return (struct selection){
		.kind = xstrdup(doc->kind->name),
		.ns = xstrdup(key.ns),
		.name = xstrdup(key.name),
	};
}

void selection_done(struct selection *selection)
{
	free(selection->kind);
	free(selection->ns);
	free(selection->name);
	*selection = (struct selection){0};
}

/* "shoot--PROJECT--NAME" is Shoot NAME in namespace garden-PROJECT; the technical id itself is
 * understood as well. Source: gardener pkg/utils/gardener, ComputeTechnicalID. */
static bool is_shoot_id(const struct selection *selection, const char *technical_id)
{
	const char *name;

	if (!technical_id || !*technical_id)
		return false;
	if (str_eq(technical_id, selection->name))
		return true;
	name = strrchr(technical_id, '-');
	for (; name && name > technical_id; name--)
		if (name[0] == '-' && name[-1] == '-')
			break;
	if (!name || name == technical_id || !str_eq(name + 1, selection->name) ||
	    !str_starts_with(technical_id, "shoot--"))
		return false;
	if (!*selection->ns)
		return true;
	if (str_starts_with(selection->ns, "garden-")) {
		const char *project = technical_id + strlen("shoot--");
		const char *wanted = selection->ns + strlen("garden-");

		return (size_t)(name - 1 - project) == strlen(wanted) &&
		       !strncmp(project, wanted, strlen(wanted));
	}
	return true;
}

static bool is_of_shoot(const struct world *world, const struct selection *selection,
			const struct doc *doc, struct arena *arena)
{
	const char *value, *cluster;
	struct owner owner;

	if (judge_kube_is(doc)) {
		struct judge_key key = judge_kube_key(doc, arena);

		return is_shoot_id(selection, key.cluster) || is_shoot_id(selection, key.ns);
	}
	cluster = owner_tag_cluster(doc, &value);
	if (is_shoot_id(selection, cluster) && !str_eq(value, "shared"))
		return true;
	owner = owner_claimed(world, doc, arena);
	return is_shoot_id(selection, owner.cluster);
}

/* Objects of a cluster that name a Service. */
static bool names_service(const struct selection *selection, const struct doc *doc,
			  struct arena *arena)
{
	struct judge_key key = judge_kube_key(doc, arena);
	const struct json *about = json_get(doc->body, "involvedObject");
	const char *ns = *selection->ns ? selection->ns : "default";

	if (judge_is_kind(doc, "endpoint-slice") || judge_is_kind(doc, "endpoints"))
		return str_eq(key.ns, ns) &&
		       (str_eq(judge_kube_label(doc, "kubernetes.io/service-name"),
			       selection->name) ||
			str_eq(key.name, selection->name));
	if (about)
		return str_eq(json_get_str(about, "kind"), "Service") &&
		       str_eq(json_get_str(about, "namespace"), ns) &&
		       str_eq(json_get_str(about, "name"), selection->name);
	return false;
}

static bool is_of_service(const struct world *world, const struct selection *selection,
			  const struct doc *doc, struct arena *arena)
{
	struct owner wanted = {OWNER_SERVICE, "", *selection->ns ? selection->ns : "default",
			       selection->name};
	struct owner owner = owner_claimed(world, doc, arena);

	if (owner.type != OWNER_NONE)
		return owner_equal(&owner, &wanted);
	return judge_kube_is(doc) && names_service(selection, doc, arena);
}

/* The group that an Ingress has joined; NULL: none. Source: LBC docs/guide/ingress/annotations.md,
 * group.name. */
static const char *ingress_group(const struct world *world, const char *ns, const char *name)
{
	const struct doc *ingress = judge_kube_find(world, "ingress", "", ns, name);

	return ingress ? judge_kube_annotation(ingress, INGRESS_GROUP) : NULL;
}

static bool is_of_ingress(const struct world *world, const struct selection *selection,
			  const struct doc *doc, struct arena *arena)
{
	const char *ns = *selection->ns ? selection->ns : "default";
	struct owner wanted = {OWNER_INGRESS, "", ns, selection->name};
	struct owner owner = owner_claimed(world, doc, arena);

	if (owner.type != OWNER_INGRESS || *owner.ns)
		return owner_equal(&owner, &wanted);
	/* one of a group has a share in what the group has */
	return str_eq(ingress_group(world, ns, selection->name), owner.name);
}

static bool is_of_gateway(const struct world *world, const struct selection *selection,
			  const struct doc *doc, struct arena *arena)
{
	struct owner wanted = {OWNER_GATEWAY, "", *selection->ns ? selection->ns : "default",
			       selection->name};
	struct owner owner = owner_claimed(world, doc, arena);

	return owner_equal(&owner, &wanted);
}

/* Another Kubernetes object: what its owner references, its node or an event's subject name. */
static bool is_of_object(const struct selection *selection, const struct doc *doc,
			 struct arena *arena)
{
	struct judge_key key = judge_kube_key(doc, arena);
	const struct json *about = json_get(doc->body, "involvedObject");

	if (!judge_kube_is(doc))
		return false;
	if (str_eq(selection->kind, "namespace"))
		return str_eq(key.ns, selection->name);
	if (str_eq(selection->kind, "node"))
		return str_eq(json_find_str(doc->body, "spec", "nodeName", NULL), selection->name);
	if (*selection->ns && !str_eq(selection->ns, key.ns))
		return false;
	json_foreach (owner, json_find(doc->body, "metadata", "ownerReferences", NULL))
		if (str_eq(json_get_str(owner, "name"), selection->name))
			return true;
	return about && str_eq(json_get_str(about, "name"), selection->name);
}

static bool is_direct(const struct world *world, const struct selection *selection,
		      const struct doc *doc, struct arena *arena)
{
	if (selection->doc)
		return doc->kind == selection->doc->kind && str_eq(doc->key, selection->doc->key);
	if (str_eq(selection->kind, "shoot"))
		return is_of_shoot(world, selection, doc, arena);
	if (str_eq(selection->kind, "service"))
		return is_of_service(world, selection, doc, arena);
	if (str_eq(selection->kind, "ingress") && is_of_ingress(world, selection, doc, arena))
		return true;
	if (str_eq(selection->kind, "gateway") && is_of_gateway(world, selection, doc, arena))
		return true;
	return is_of_object(selection, doc, arena);
}

struct search {
	const struct world *world;
	const struct selection *selection;
	struct arena *arena;
	const struct doc *from;
	unsigned depth;
	bool found;
};

static void search_up(struct search *search, const struct doc *doc);

static void search_edge(const struct edge *edge, void *userdata)
{
	struct search *search = userdata;
	const struct selection *selection = search->selection;
	const struct doc *from = search->from;
	/* a Service's things are its parts; a Shoot has all that lies in its network */
	bool follows = edge->relation == RELATION_PART ||
		       (edge->relation == RELATION_IN &&
			(selection->doc || str_eq(selection->kind, "shoot")));

	if (search->found || !follows || !edge->doc || edge->doc == from)
		return;
	search->found = is_direct(search->world, selection, edge->doc, search->arena);
	if (!search->found && search->depth < CLIMB_MAX)
		search_up(search, edge->doc);
	search->from = from;
}

static void search_up(struct search *search, const struct doc *doc)
{
	search->depth++;
	search->from = doc;
	edges_of(search->world, doc, search->arena, search_edge, search);
	search->depth--;
}

static bool list_has(const struct json *list, const char *text)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), text))
			return true;
	return false;
}

/* A load balancer's security groups, a VPC's DHCP options, a NAT gateway's address: named by what
 * they belong to. */
static bool is_named_by(const struct doc *selected, const struct doc *doc)
{
	if (judge_is_kind(doc, "security-group"))
		return list_has(json_get(selected->body, "SecurityGroups"), doc->key);
	if (judge_is_kind(doc, "dhcp-options"))
		return str_eq(doc_str(selected, "DhcpOptionsId"), doc->key);
	if (judge_is_kind(doc, "elastic-ip")) {
		json_foreach (address, json_get(selected->body, "NatGatewayAddresses"))
			if (str_eq(json_get_str(address, "AllocationId"), doc->key))
				return true;
	}
	return false;
}

static bool has(const struct world *world, const struct selection *selection, const struct doc *doc,
		struct arena *arena)
{
	struct search search = {
		.world = world, .selection = selection, .arena = arena, .from = NULL};

	if (selection->doc) {
		if (is_direct(world, selection, doc, arena))
			return false;
		if (is_named_by(selection->doc, doc))
			return true;
	} else if (is_direct(world, selection, doc, arena)) {
		return true;
	}
	search_up(&search, doc);
	return search.found;
}

bool selection_has(const struct world *world, const struct selection *selection,
		   const struct doc *doc)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	return has(world, selection, doc, arena);
}

void selection_docs(const struct world *world, const struct selection *selection,
		    const struct kind *kind, struct docs *ret)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	world_foreach (doc, world, kind) {
		if (has(world, selection, doc, arena))
			docs_add(ret, doc);
		arena_reset(arena);
	}
}
