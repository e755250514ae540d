/* Discovery; see discovery.h. */
#include "emulator/kube/discovery.h"

#include "emulator/base/container.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"

static const struct {
	enum kube_verb verb;
	const char *word;
} verb_words[] = {
	{VERB_CREATE, "create"},
	{VERB_DELETE, "delete"},
	{VERB_DELETE_COLLECTION, "deletecollection"},
	{VERB_GET, "get"},
	{VERB_LIST, "list"},
	{VERB_PATCH, "patch"},
	{VERB_UPDATE, "update"},
	{VERB_WATCH, "watch"},
};

static struct json *verbs_of(unsigned verbs)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < array_size(verb_words); i++)
		if (verbs & verb_words[i].verb)
			json_append_str(list, verb_words[i].word);
	return list;
}

static void add_texts(struct json *object, const char *member, const char *commas)
{
	struct json *list;

	if (!commas || !*commas)
		return;
	list = json_ensure_array(object, member);
	while (*commas) {
		size_t length = strcspn(commas, ",");

		json_append(list, json_new_string_len(commas, length));
		commas += length + (commas[length] != '\0');
	}
}

/* discovery.StorageVersionHash: 8 bytes of a SHA-256 of group/version/kind */
static void set_hash(struct json *object, const struct api_type *type)
{
	_cleanup_(freep) char *text = NULL, *hash = NULL;
	uint8_t digest[SHA256_BYTES];
	const struct api_type *storage = type->storage;

	if (type->builtin) {
		json_set_str(object, "storageVersionHash", type->builtin->storage_hash);
		return;
	}
	text = xasprintf("%s/%s/%s", storage->group, storage->version, storage->kind);
	digest_sha256(text, strlen(text), digest);
	hash = base64_encode(digest, 8);
	json_set_str(object, "storageVersionHash", hash);
}

/* Calls back for each subresource of a type: name, row of the model (NULL: custom). */
typedef void subresource_fn(const struct api_type *type, const char *name,
			    const struct kube_resource *row, struct json *list);

static void each_subresource(const struct api_type *type, subresource_fn *fn, struct json *list)
{
	size_t length = strlen(type->resource);

	for (size_t i = 0; type->builtin && i < kube_resource_count; i++) {
		const struct kube_resource *row = &kube_resources[i];

		if (str_eq(row->group, type->group) && str_eq(row->version, type->version) &&
		    str_starts_with(row->resource, type->resource) && row->resource[length] == '/')
			fn(type, row->resource + length + 1, row, list);
	}
	if (type->custom && type->has_status)
		fn(type, "status", NULL, list);
	if (type->custom && type->has_scale)
		fn(type, "scale", NULL, list);
}

static void add_legacy_subresource(const struct api_type *type, const char *name,
				   const struct kube_resource *row, struct json *list)
{
	struct json *item = json_new_object();
	bool scale = !row && str_eq(name, "scale");

	json_setf(item, "name", "%s/%s", type->resource, name ? name : "");
	json_set_str(item, "singularName", "");
	json_set_bool(item, "namespaced", type->namespaced);
	if (scale || (row && row->kind_group)) {
		json_set_str(item, "group", scale ? "autoscaling" : row->kind_group);
		json_set_str(item, "version", scale ? "v1" : row->kind_version);
	}
	json_set_str(item, "kind", scale ? "Scale" : row ? row->kind : type->kind);
	json_set(item, "verbs", verbs_of(row ? row->verbs : VERB_GET | VERB_PATCH | VERB_UPDATE));
	json_append(list, item);
}

struct json *discovery_resources(const struct kube_cluster *cluster, const char *group,
				 const char *version)
{
	_cleanup_(json_freep) struct json *list = json_new_object();
	struct json *resources;

	json_set_str(list, "kind", "APIResourceList");
	json_set_str(list, "apiVersion", "v1");
	json_set_str(list, "groupVersion", type_api_version(group, version));
	resources = json_ensure_array(list, "resources");
	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *type = cluster->types.items[i];
		struct json *item;

		if (!str_eq(type->group, group) || !str_eq(type->version, version))
			continue;
		item = json_new_object();
		json_set_str(item, "name", type->resource);
		json_set_str(item, "singularName", type->singular);
		json_set_bool(item, "namespaced", type->namespaced);
		json_set_str(item, "kind", type->kind);
		json_set(item, "verbs", verbs_of(type->verbs));
		add_texts(item, "shortNames", type->short_names);
		add_texts(item, "categories", type->categories);
		set_hash(item, type);
		json_append(resources, item);
		each_subresource(type, add_legacy_subresource, resources);
	}
	return json_first(resources) ? steal(list) : NULL;
}

struct json *discovery_api_versions(const struct kube_cluster *cluster)
{
	struct json *tree = json_new_object(), *address = json_new_object();

	json_set_str(tree, "kind", "APIVersions");
	json_append_str(json_ensure_array(tree, "versions"), "v1");
	json_set_str(address, "clientCIDR", "0.0.0.0/0");
	json_set_str(address, "serverAddress", strstr(cluster->url, "://") + 3);
	json_append(json_ensure_array(tree, "serverAddressByClientCIDRs"), address);
	return tree;
}

/* The groups but the core one, each once, in the order of the types. */
static void groups_of(const struct kube_cluster *cluster, struct strs *ret)
{
	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *type = cluster->types.items[i];

		if (*type->group && !strs_has(ret, type->group))
			strs_add(ret, type->group);
	}
}

static void versions_of(const struct kube_cluster *cluster, const char *group, struct strs *ret)
{
	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *type = cluster->types.items[i];

		if (str_eq(type->group, group) && !strs_has(ret, type->version))
			strs_add(ret, type->version);
	}
}

static struct json *version_pair(const char *group, const char *version)
{
	struct json *pair = json_new_object();

	json_set_str(pair, "groupVersion", type_api_version(group, version));
	json_set_str(pair, "version", version);
	return pair;
}

static struct json *group_tree(const struct kube_cluster *cluster, const char *group, bool alone)
{
	struct json *tree, *list;
	struct strs versions = {};

	versions_of(cluster, group, &versions);
	if (!versions.count)
		return NULL;
	tree = json_new_object();
	if (alone) {
		json_set_str(tree, "kind", "APIGroup");
		json_set_str(tree, "apiVersion", "v1");
	}
	json_set_str(tree, "name", group);
	list = json_ensure_array(tree, "versions");
	for (size_t i = 0; i < versions.count; i++)
		json_append(list, version_pair(group, versions.items[i]));
	json_set(tree, "preferredVersion", version_pair(group, versions.items[0]));
	strs_done(&versions);
	return tree;
}

struct json *discovery_group(const struct kube_cluster *cluster, const char *group)
{
	return group_tree(cluster, group, true);
}

struct json *discovery_groups(const struct kube_cluster *cluster)
{
	struct json *tree = json_new_object(), *list;
	struct strs groups = {};

	json_set_str(tree, "kind", "APIGroupList");
	json_set_str(tree, "apiVersion", "v1");
	list = json_ensure_array(tree, "groups");
	groups_of(cluster, &groups);
	for (size_t i = 0; i < groups.count; i++)
		json_append(list, group_tree(cluster, groups.items[i], false));
	strs_done(&groups);
	return tree;
}

static struct json *response_kind(const char *group, const char *version, const char *kind)
{
	struct json *tree = json_new_object();

	json_set_str(tree, "group", group);
	json_set_str(tree, "version", version);
	json_set_str(tree, "kind", kind);
	return tree;
}

static void add_subresource(const struct api_type *type, const char *name,
			    const struct kube_resource *row, struct json *list)
{
	struct json *item = json_new_object();
	bool scale = !row && str_eq(name, "scale");

	json_set_str(item, "subresource", name);
	if (scale)
		json_set(item, "responseKind", response_kind("autoscaling", "v1", "Scale"));
	else if (row && row->kind_group)
		json_set(item, "responseKind",
			 response_kind(row->kind_group, row->kind_version, row->kind));
	else
		json_set(item, "responseKind",
			 response_kind(type->group, type->version, row ? row->kind : type->kind));
	json_set(item, "verbs", verbs_of(row ? row->verbs : VERB_GET | VERB_PATCH | VERB_UPDATE));
	json_append(list, item);
}

static struct json *aggregated_resource(const struct api_type *type)
{
	struct json *item = json_new_object(), *subresources = json_new_array();

	json_set_str(item, "resource", type->resource);
	json_set(item, "responseKind", response_kind(type->group, type->version, type->kind));
	json_set_str(item, "scope", type->namespaced ? "Namespaced" : "Cluster");
	json_set_str(item, "singularResource", type->singular);
	json_set(item, "verbs", verbs_of(type->verbs));
	add_texts(item, "shortNames", type->short_names);
	add_texts(item, "categories", type->categories);
	each_subresource(type, add_subresource, subresources);
	if (json_first(subresources))
		json_set(item, "subresources", subresources);
	else
		json_free(subresources);
	return item;
}

static struct json *aggregated_group(const struct kube_cluster *cluster, const char *group)
{
	struct json *tree = json_new_object(), *list, *meta = json_ensure_object(tree, "metadata");
	struct strs versions = {};

	if (*group)
		json_set_str(meta, "name", group);
	json_set_null(meta, "creationTimestamp");
	list = json_ensure_array(tree, "versions");
	versions_of(cluster, group, &versions);
	for (size_t v = 0; v < versions.count; v++) {
		struct json *version = json_new_object(), *resources;

		json_set_str(version, "version", versions.items[v]);
		resources = json_ensure_array(version, "resources");
		for (size_t i = 0; i < cluster->types.count; i++) {
			const struct api_type *type = cluster->types.items[i];

			if (str_eq(type->group, group) && str_eq(type->version, versions.items[v]))
				json_append(resources, aggregated_resource(type));
		}
		json_set_str(version, "freshness", "Current");
		json_append(list, version);
	}
	strs_done(&versions);
	return tree;
}

struct json *discovery_aggregated(const struct kube_cluster *cluster, bool core)
{
	struct json *tree = json_new_object(), *items;
	struct strs groups = {};

	json_set_str(tree, "kind", "APIGroupDiscoveryList");
	json_set_str(tree, "apiVersion", "apidiscovery.k8s.io/v2");
	json_set(tree, "metadata", json_new_object());
	items = json_ensure_array(tree, "items");
	if (core)
		json_append(items, aggregated_group(cluster, ""));
	else
		groups_of(cluster, &groups);
	for (size_t i = 0; i < groups.count; i++)
		json_append(items, aggregated_group(cluster, groups.items[i]));
	strs_done(&groups);
	return tree;
}
