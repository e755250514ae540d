/* Kubernetes objects as documents; see document.h. */
#include "emulator/kube/document.h"

#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/strategy.h"

#define OBJECT_MAX (16 << 20) /* bytes of one object as text; etcd's limit is 1.5 MiB */

/* The encoding that is kept with a document: of one type, the last one asked for. */
struct cached {
	const struct api_type *type;
	struct document_text text;
};

static void namespace_terms(const struct doc *doc, struct terms *terms)
{
	const char *slash = strchr(doc->key, '/');
	_cleanup_(freep) char *cluster = xstrndup(doc->key, (size_t)(slash - doc->key));
	const char *end = strchr(slash + 1, '/');
	_cleanup_(freep) char *ns = xstrndup(doc->key, (size_t)(end - doc->key));

	terms_add(terms, cluster);
	if (end > slash + 1)
		terms_add(terms, ns);
}

static void uid_terms(const struct doc *doc, struct terms *terms)
{
	const char *uid = json_find_str(doc->body, "metadata", "uid", NULL);

	if (uid)
		terms_add(terms, uid);
}

static void owner_terms(const struct doc *doc, struct terms *terms)
{
	json_foreach (owner, json_find(doc->body, "metadata", "ownerReferences", NULL))
		if (json_get_str(owner, "uid"))
			terms_add(terms, json_get_str(owner, "uid"));
}

const struct kind_index document_indexes[] = {
	{"namespace", namespace_terms},
	{"uid", uid_terms},
	{"owner", owner_terms},
	{NULL, NULL},
};

static void set_version(struct json *object, uint64_t version)
{
	json_setf(json_ensure_object(object, "metadata"), "resourceVersion", "%" PRIu64, version);
}

struct json *document_view(const struct world *world _unused_, const struct doc *doc)
{
	struct json *object = json_copy(doc->body);

	set_version(object, doc->revision);
	return object;
}

struct json *document_object(const struct api_type *type, const struct doc *doc, uint64_t version)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	struct json *object;

	if (type->strategy->from_storage) {
		arena = arena_new();
		object = type->strategy->from_storage(arena, doc->body);
	} else {
		object = json_copy(doc->body);
		if (type->storage != type)
			json_set_str(object, "apiVersion", type->api_version);
	}
	set_version(object, version ? version : doc->revision);
	return object;
}

static void cached_free(void *cache)
{
	struct cached *cached = cache;

	free((char *)cached->text.text);
	free(cached);
}

static struct document_text encode(const struct api_type *type, const struct doc *doc)
{
	_cleanup_(json_freep) struct json *object = document_object(type, doc, 0);
	struct document_text text;
	struct strbuf sb;

	json_remove(object, "kind");
	json_remove(object, "apiVersion");
	strbuf_init(&sb, OBJECT_MAX);
	strbuf_addf(&sb, "{\"kind\":\"%s\",\"apiVersion\":\"%s\",", type->kind, type->api_version);
	text.prefix = sb.length;
	/* the object's own brace is replaced by the comma above: it always has metadata */
	{
		_cleanup_(freep) char *rest = json_to_text(object);

		strbuf_add(&sb, rest + 1);
	}
	text.length = sb.length;
	text.text = strbuf_steal(&sb);
	return text;
}

struct document_text document_text(const struct api_type *type, const struct doc *doc)
{
	struct doc *keeper = (struct doc *)doc; /* the cache is no part of the version */
	struct cached *cached = doc->cache;

	if (cached && cached->type == type)
		return cached->text;
	if (cached)
		doc->cache_free(cached);
	cached = xcalloc(1, sizeof(*cached));
	cached->type = type;
	cached->text = encode(type, doc);
	keeper->cache = cached;
	keeper->cache_free = cached_free;
	return cached->text;
}

char *document_key(const char *cluster, const char *ns, const char *name)
{
	return xasprintf("%s/%s/%s", cluster, ns, name);
}

const char *kube_doc_cluster(const struct doc *doc)
{
	_cleanup_(freep) char *name = xstrndup(doc->key, strcspn(doc->key, "/"));

	return intern(name);
}

const char *kube_doc_namespace(const struct doc *doc)
{
	const char *ns = json_find_str(doc->body, "metadata", "namespace", NULL);

	return ns ? ns : "";
}

const char *kube_doc_name(const struct doc *doc)
{
	const char *name = json_find_str(doc->body, "metadata", "name", NULL);

	return name ? name : "";
}

struct kube_cluster *cluster_of(struct kube *kube, const struct doc *doc)
{
	size_t length = strcspn(doc->key, "/");

	for (size_t i = 0; i < kube->clusters.count; i++) {
		struct kube_cluster *cluster = kube->clusters.items[i];

		if (strlen(cluster->name) == length && !memcmp(cluster->name, doc->key, length))
			return cluster;
	}
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	const struct doc *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

void cluster_list(const struct kube_cluster *cluster, const struct kind *kind, const char *ns,
		  struct docs *ret)
{
	_cleanup_(freep) char *term =
		ns && *ns ? xasprintf("%s/%s", cluster->name, ns) : xstrdup(cluster->name);

	world_lookup(cluster->kube->world, kind, "namespace", term, ret);
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_key);
}

const struct doc *cluster_find(const struct kube_cluster *cluster, const struct kind *kind,
			       const char *ns, const char *name)
{
	_cleanup_(freep) char *key = document_key(cluster->name, ns, name);

	return world_find(cluster->kube->world, kind, key);
}
