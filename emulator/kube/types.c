/* What resources a cluster serves; see types.h. */
#include "emulator/kube/types.h"

#include <ctype.h>
#include <uthash.h>

#include "emulator/base/container.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/document.h"
#include "emulator/kube/strategy.h"

#define NAME_MAX_BYTES 1024 /* of a qualified resource name: three DNS names and dots */

/* A kind of documents; shared by all clusters and versions, never freed before the façade. */
struct kind_row {
	struct kind kind;
	char *id; /**< "group/resource" */
	UT_hash_handle hh;
};

/* One way to find a type: "group/version/resource" or "apiVersion:kind". */
struct type_index {
	char *id;
	struct api_type *type;
	UT_hash_handle hh;
};

/* "TargetGroupBinding" → "target-group-binding", "CSIDriver" → "csi-driver". */
static char *kebab(const char *kind)
{
	struct strbuf sb;

	strbuf_init(&sb, NAME_MAX_BYTES);
	for (size_t i = 0; kind[i]; i++) {
		bool upper = isupper((unsigned char)kind[i]);
		bool after_lower = i && !isupper((unsigned char)kind[i - 1]);
		bool before_lower = islower((unsigned char)kind[i + 1]);

		if (upper && i && (after_lower || before_lower))
			strbuf_add_char(&sb, '-');
		strbuf_add_char(&sb, (char)tolower((unsigned char)kind[i]));
	}
	return strbuf_steal(&sb);
}

const struct kind *kube_kind_for(struct kube *kube, const char *group, const char *resource,
				 const char *kind_name)
{
	_cleanup_(freep) char *id = xasprintf("%s/%s", group, resource);
	_cleanup_(freep) char *name = NULL, *shape = NULL;
	struct kind_row *row, *other, *tmp;
	bool taken = false;

	HASH_FIND_STR(kube->kinds, id, row);
	if (row)
		return &row->kind;
	name = kebab(kind_name);
	HASH_ITER (hh, kube->kinds, other, tmp)
		taken |= str_eq(other->kind.name, name);
	if (taken) {
		char *longer = xasprintf("%s.%s", name, group);

		free(name);
		name = longer;
	}
	shape = xasprintf("k8s:%s/%s", group, kind_name);
	row = xcalloc(1, sizeof(*row));
	row->kind.name = intern(name);
	row->kind.shape = intern(shape);
	row->kind.indexes = document_indexes;
	row->kind.view = document_view;
	row->id = steal(id);
	HASH_ADD_KEYPTR(hh, kube->kinds, row->id, strlen(row->id), row);
	return &row->kind;
}

void types_kinds_done(struct kube *kube)
{
	struct kind_row *row, *tmp;

	HASH_ITER (hh, kube->kinds, row, tmp) {
		HASH_DEL(kube->kinds, row);
		free(row->id);
		free(row);
	}
}

static void index_add(struct kube_cluster *cluster, char *id, struct api_type *type)
{
	struct type_index *entry;

	HASH_FIND_STR(cluster->type_index, id, entry);
	if (entry) {
		free(id);
		return;
	}
	entry = xcalloc(1, sizeof(*entry));
	entry->id = id;
	entry->type = type;
	HASH_ADD_KEYPTR(hh, cluster->type_index, entry->id, strlen(entry->id), entry);
}

static void index_clear(struct kube_cluster *cluster)
{
	struct type_index *entry, *tmp;

	HASH_ITER (hh, cluster->type_index, entry, tmp) {
		HASH_DEL(cluster->type_index, entry);
		free(entry->id);
		free(entry);
	}
}

void types_add(struct kube_cluster *cluster, struct api_type *type)
{
	ptrs_add(&cluster->types, type);
	index_add(cluster, xasprintf("%s/%s/%s", type->group, type->version, type->resource), type);
	index_add(cluster, xasprintf("%s:%s", type->api_version, type->kind), type);
	index_add(cluster, xasprintf("%s//%s", type->group, type->resource), type);
}

const char *type_api_version(const char *group, const char *version)
{
	_cleanup_(freep) char *text = *group ? xasprintf("%s/%s", group, version) : NULL;

	return intern(text ? text : version);
}

/* Resources that are stored in another resource's documents: kubernetes pkg/registry/events/rest.
 */
static const struct {
	const char *group, *resource, *stored_group, *stored_version;
} shared_storage[] = {
	{"events.k8s.io", "events", "", "v1"},
};

static struct api_type *builtin_type(struct kube_cluster *cluster, const struct kube_resource *row)
{
	struct api_type *type = xcalloc(1, sizeof(*type));
	_cleanup_(freep) char *list_kind = xasprintf("%sList", row->kind);
	_cleanup_(freep) char *status = xasprintf("%s/status", row->resource);
	_cleanup_(freep) char *scale = xasprintf("%s/scale", row->resource);
	const char *group = row->group;

	type->group = intern(row->group);
	type->version = intern(row->version);
	type->resource = intern(row->resource);
	type->kind = intern(row->kind);
	type->list_kind = intern(list_kind);
	type->singular = intern(row->singular);
	type->api_version = type_api_version(row->group, row->version);
	type->short_names = row->short_names;
	type->categories = row->categories;
	type->namespaced = row->namespaced;
	type->verbs = row->verbs;
	type->has_status = kube_model_resource(row->group, row->version, status);
	type->has_scale = kube_model_resource(row->group, row->version, scale);
	type->builtin = row;
	type->message = &kube_messages[row->message];
	type->strategy = strategy_find(row->group, row->resource);
	for (size_t i = 0; i < array_size(shared_storage); i++)
		if (str_eq(shared_storage[i].group, row->group) &&
		    str_eq(shared_storage[i].resource, row->resource))
			group = shared_storage[i].stored_group;
	type->document = kube_kind_for(cluster->kube, group, row->resource, row->kind);
	return type;
}

/* The row in whose version documents are stored: the first version in discovery's order. */
static void find_storage(struct kube_cluster *cluster, struct api_type *type)
{
	type->storage = type_find_any(cluster, type->group, type->resource);
	for (size_t i = 0; i < array_size(shared_storage); i++)
		if (str_eq(shared_storage[i].group, type->group) &&
		    str_eq(shared_storage[i].resource, type->resource))
			type->storage = type_find(cluster, shared_storage[i].stored_group,
						  shared_storage[i].stored_version, type->resource);
	if (type->custom)
		type->storage = crd_storage_type(cluster, type);
}

/* Alpha and beta versions are off in a server without flags (since Kubernetes 1.24). */
static bool is_stable(const char *version)
{
	return version[0] == 'v' && version[1 + strspn(version + 1, "0123456789")] == '\0';
}

static void add_builtin(struct kube_cluster *cluster)
{
	for (size_t i = 0; i < kube_resource_count; i++) {
		const struct kube_resource *row = &kube_resources[i];

		if (!strchr(row->resource, '/') && is_stable(row->version))
			types_add(cluster, builtin_type(cluster, row));
	}
}

void types_rebuild(struct kube_cluster *cluster)
{
	struct ptrs keep = {};
	bool first = !cluster->types.count;

	/* built-in rows stay where they are: watchers and documents' encodings point at them */
	for (size_t i = 0; i < cluster->types.count; i++) {
		struct api_type *type = cluster->types.items[i];

		if (type->custom)
			crd_retire_type(cluster, type);
		else
			ptrs_add(&keep, type);
	}
	index_clear(cluster);
	ptrs_done(&cluster->types);
	cluster->types = (struct ptrs){};
	if (first)
		add_builtin(cluster);
	for (size_t i = 0; i < keep.count; i++)
		types_add(cluster, keep.items[i]);
	ptrs_done(&keep);
	crd_add_types(cluster);
	for (size_t i = 0; i < cluster->types.count; i++)
		find_storage(cluster, cluster->types.items[i]);
	free(cluster->discovery_etag);
	cluster->discovery_etag = NULL;
}

void types_done(struct kube_cluster *cluster)
{
	index_clear(cluster);
	for (size_t i = 0; i < cluster->types.count; i++) {
		struct api_type *type = cluster->types.items[i];

		if (type->custom)
			crd_retire_type(cluster, type);
		else
			free(type);
	}
	ptrs_done(&cluster->types);
}

static const struct api_type *look_up(const struct kube_cluster *cluster, char *id)
{
	struct type_index *entry;

	HASH_FIND_STR(cluster->type_index, id, entry);
	free(id);
	return entry ? entry->type : NULL;
}

const struct api_type *type_find(const struct kube_cluster *cluster, const char *group,
				 const char *version, const char *resource)
{
	return look_up(cluster, xasprintf("%s/%s/%s", group, version, resource));
}

const struct api_type *type_find_kind(const struct kube_cluster *cluster, const char *api_version,
				      const char *kind)
{
	return look_up(cluster, xasprintf("%s:%s", api_version, kind));
}

const struct api_type *type_find_any(const struct kube_cluster *cluster, const char *group,
				     const char *resource)
{
	return look_up(cluster, xasprintf("%s//%s", group, resource));
}

const struct api_type *type_at(const struct kube_cluster *cluster, size_t index)
{
	return index < cluster->types.count ? cluster->types.items[index] : NULL;
}

const struct kube_resource *type_subresource(const struct api_type *type, const char *subresource)
{
	_cleanup_(freep) char *name = xasprintf("%s/%s", type->resource, subresource);

	return type->builtin ? kube_model_resource(type->group, type->version, name) : NULL;
}

static const char *qualified(const char *name, const char *group)
{
	_cleanup_(freep) char *text = *group ? xasprintf("%s.%s", name, group) : NULL;

	return text ? intern(text) : name;
}

const char *type_qualified_resource(const struct api_type *type)
{
	return qualified(type->resource, type->group);
}

const char *type_qualified_kind(const struct api_type *type)
{
	return qualified(type->kind, type->group);
}
