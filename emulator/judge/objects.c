/* Kubernetes documents as the judge reads them: keys "cluster/namespace/name". */
#include "emulator/judge/judge_inner.h"

bool judge_kube_is(const struct doc *doc)
{
	return doc->kind->shape && str_starts_with(doc->kind->shape, "k8s:");
}

struct judge_key judge_kube_key(const struct doc *doc, struct arena *arena)
{
	const char *ns = strchr(doc->key, '/'), *name = strrchr(doc->key, '/');

	if (!ns || name == ns)
		return (struct judge_key){"", "", doc->key};
	return (struct judge_key){
		arena_strndup(arena, doc->key, (size_t)(ns - doc->key)),
		arena_strndup(arena, ns + 1, (size_t)(name - ns - 1)),
		name + 1,
	};
}

/* Whether the world plays that cluster: each has its namespace "default". */
static bool has_cluster(const struct world *world, const char *cluster)
{
	const struct kind *kind = world_kind_named(world, "namespace");
	_cleanup_(freep) char *key = xasprintf("%s//default", cluster);

	return kind && world_find(world, kind, key);
}

const struct doc *judge_kube_find(const struct world *world, const char *kind_name,
				  const char *cluster, const char *ns, const char *name)
{
	const struct kind *kind = world_kind_named(world, kind_name);
	_cleanup_(freep) char *key = xasprintf("%s/%s/%s", cluster, ns, name);
	const char *tail = key + strlen(cluster);
	const struct doc *doc = kind && *cluster ? world_find(world, kind, key) : NULL;

	if (doc || !kind || (*cluster && has_cluster(world, cluster)))
		return doc;
	/* a cluster by another name than its controllers were told: whichever has it */
	world_foreach (other, world, kind)
		if (str_ends_with(other->key, tail) &&
		    strcspn(other->key, "/") + strlen(tail) == strlen(other->key))
			return other;
	return NULL;
}

const char *judge_kube_annotation(const struct doc *doc, const char *name)
{
	return json_find_str(doc->body, "metadata", "annotations", name, NULL);
}

const char *judge_kube_label(const struct doc *doc, const char *name)
{
	return json_find_str(doc->body, "metadata", "labels", name, NULL);
}

bool judge_kube_is_deleting(const struct doc *doc)
{
	return json_find_str(doc->body, "metadata", "deletionTimestamp", NULL) != NULL;
}
