/* TargetGroupBindings as owners: of targets in groups made outside Kubernetes, and of rules. */
#include "emulator/judge/judge_inner.h"

/* Whether a target is of that cluster: the instance of one of its nodes, or the address of a Pod or
 * of any other endpoint. */
static bool is_node(const struct doc *node, const char *target)
{
	const char *id = json_find_str(node->body, "spec", "providerID", NULL);
	const char *slash = id ? strrchr(id, '/') : NULL;

	return slash && str_eq(slash + 1, target);
}

static bool is_endpoint(const struct doc *slice, const char *target)
{
	json_foreach (endpoint, json_get(slice->body, "endpoints"))
		json_foreach (address, json_get(endpoint, "addresses"))
			if (str_eq(json_str(address), target))
				return true;
	return false;
}

typedef bool has_fn(const struct doc *doc, const char *target);

static bool cluster_has(const struct world *world, const char *cluster, const char *target)
{
	static const struct {
		const char *kind;
		has_fn *has;
	} rows[] = {{"node", is_node}, {"endpoint-slice", is_endpoint}};
	size_t length = strlen(cluster);

	for (size_t i = 0; i < array_size(rows); i++) {
		const struct kind *kind = world_kind_named(world, rows[i].kind);

		for (const struct doc *doc = kind ? world_next(world, kind, NULL) : NULL; doc;
		     doc = world_next(world, kind, doc))
			if (strncmp(doc->key, cluster, length) == 0 && doc->key[length] == '/' &&
			    rows[i].has(doc, target))
				return true;
	}
	return false;
}

struct owner binding_claims_target(const struct world *world, const struct doc *doc,
				   struct arena *arena)
{
	const struct kind *kind = world_kind_named(world, "target-group-binding");
	const char *arn = doc_str(doc, "TargetGroupArn");
	const char *shown = json_find_str(doc->body, "Target", "Id", NULL);
	const char *id = shown ? shown : doc_str(doc, "Id");
	const struct doc *group;

	if (!judge_is_kind(doc, "target") || !str_eq(doc->maker, LBC))
		return (struct owner){OWNER_NONE, "", "", ""};
	group = judge_find(world, "target-group", arn);
	if (!group || doc_tag(group, TAG_LBC_CLUSTER))
		return (struct owner){OWNER_NONE, "", "", ""};
	for (const struct doc *binding = kind ? world_next(world, kind, NULL) : NULL; binding;
	     binding = world_next(world, kind, binding)) {
		struct judge_key key = judge_kube_key(binding, arena);

		if (str_eq(json_find_str(binding->body, "spec", "targetGroupARN", NULL), arn) &&
		    cluster_has(world, key.cluster, id ? id : ""))
			return (struct owner){OWNER_BINDING, key.cluster, key.ns, key.name};
	}
	return (struct owner){OWNER_BINDING, "", "", ""};
}

/* A user's own binding, or one that the controller has made for something that is still wanted: one
 * that was left behind holds nothing. */
static bool is_wanted(const struct world *world, const struct doc *binding)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct owner owner = owner_claimed(world, binding, arena);

	return owner.type == OWNER_NONE || owner_is_live(world, &owner);
}

/* Source: load balancer controller pkg/networking/networking_manager.go, fetchTGBsWithNetworking: a
 * binding without spec.networking needs no rules. */
const struct doc *binding_with_rules(const struct world *world, const char *cluster)
{
	const struct kind *kind = world_kind_named(world, "target-group-binding");
	size_t length = strlen(cluster);

	for (const struct doc *doc = kind ? world_next(world, kind, NULL) : NULL; doc;
	     doc = world_next(world, kind, doc)) {
		if (length && (strncmp(doc->key, cluster, length) || doc->key[length] != '/'))
			continue;
		if (json_find(doc->body, "spec", "networking", NULL) &&
		    !judge_kube_is_deleting(doc) && is_wanted(world, doc))
			return doc;
	}
	return owner_lbc_root(world, cluster);
}
