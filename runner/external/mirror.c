/* The mirror: a world that shows what is on the target. */
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/judge/owners.h"
#include "runner/external/inner.h"

#define KINDS_MAX 64

/* Kinds of the mirror's own, for AWS: what is derived by the emulator's kinds is told by the target
 * itself. Made once in a process, as kinds are compared by address. */
static struct kind kinds[KINDS_MAX];
static size_t kind_count;

const struct kind *mirror_kind(const char *word)
{
	const struct object_kind *row = object_kind(word);

	for (size_t i = 0; i < kind_count; i++)
		if (str_eq(kinds[i].name, word))
			return &kinds[i];
	assert(row && kind_count < KINDS_MAX);
	kinds[kind_count] = (struct kind){.name = row->word, .shape = row->shape};
	return &kinds[kind_count++];
}

void mirror_put(struct mirror *mirror, const struct kind *kind, const char *key,
		const struct json *body, const struct json *tags, struct strs *seen)
{
	struct world *world = mirror->external->mirror->world;
	struct json *map = json_new_object();
	bool kube = str_starts_with(kind->shape, "k8s:");

	if (strs_has(seen, key)) { /* told twice, on two pages */
		json_free(map);
		return;
	}
	strs_add(seen, key);
	json_foreach (tag, tags)
		if (json_get_str(tag, "Key"))
			json_set_str(map, json_get_str(tag, "Key"),
				     json_get_str(tag, "Value") ? json_get_str(tag, "Value") : "");
	if (world_find(world, kind, key))
		world_put_all(mirror->call, kind, key, json_copy(body), map, NULL);
	else
		world_add(mirror->call,
			  (struct doc_spec){.kind = kind,
					    .key = key,
					    .body = json_copy(body),
					    .tags = map,
					    /* a cluster's objects are in no account */
					    .account = kube ? "" : NULL,
					    .region = kube ? "" : NULL});
}

static int by_text(const void *key, const void *item)
{
	return strcmp(key, *(char *const *)item);
}

void mirror_sweep(struct mirror *mirror, const struct kind *kind, struct strs *seen)
{
	struct world *world = mirror->external->mirror->world;
	_cleanup_(strs_done) struct strs gone = {0};

	strs_sort(seen);
	world_foreach (doc, world, kind)
		if (!bsearch(doc->key, seen->items, seen->count, sizeof(*seen->items), by_text))
			strs_add(&gone, doc->key);
	for (size_t i = 0; i < gone.count; i++)
		world_remove(mirror->call, kind, gone.items[i]);
	strs_done(seen);
}

static void put_aws(struct mirror *mirror, const struct json *found)
{
	json_foreach (list, found) {
		const struct kind *kind = mirror_kind(json_key(list));
		struct strs seen = {0};

		json_foreach (item, list)
			mirror_put(mirror, kind, json_get_str(item, "key"), json_get(item, "body"),
				   json_get(item, "tags"), &seen);
		mirror_sweep(mirror, kind, &seen);
	}
}

/* What lists leave out, and what only tells who wrote what. */
static struct json *complete(const struct object_kind *kind, const struct json *item)
{
	_cleanup_(freep) char *version = object_kind_api_version(kind);
	struct json *object = json_new_object();

	json_set_str(object, "apiVersion", version);
	json_set_str(object, "kind", kind->kube_kind);
	json_foreach (member, item)
		json_set_copy(object, json_key(member), member);
	json_remove(json_ensure_object(object, "metadata"), "managedFields");
	return object;
}

static void put_kube(struct mirror *mirror, const struct json *found)
{
	const char *cluster = mirror->external->access.name;

	json_foreach (list, found) {
		const struct object_kind *row = object_kind(json_key(list));
		const struct kind *kind =
			kube_document_kind(mirror->external->cluster, row->group, row->resource);
		struct strs seen = {0};

		json_foreach (item, list) {
			_cleanup_(json_freep) struct json *object = complete(row, item);
			const struct json *metadata = json_get(object, "metadata");
			const char *ns = json_get_str(metadata, "namespace");
			_cleanup_(freep) char *key = xasprintf("%s/%s/%s", cluster, ns ? ns : "",
							       json_get_str(metadata, "name"));

			mirror_put(mirror, kind, key, object, NULL, &seen);
		}
		mirror_sweep(mirror, kind, &seen);
	}
}

/* Documents that a world of ours is born with, and that nobody there has. */
static void remove_born(struct mirror *mirror)
{
	struct world *world = mirror->external->mirror->world;
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(world, i)); i++) {
		const struct object_kind *row = object_kind(kind->name);
		struct strs none = {0};

		if (row && kind != (row->kube_kind ? kind : mirror_kind(kind->name)))
			mirror_sweep(mirror, kind, &none);
	}
}

/* @name Looking */

/* Leases and Events change all the time, Secrets are nobody's business, unless they are claimed. */
static bool is_wanted(const struct external *external, const struct object_kind *kind)
{
	static const char *const seldom[] = {"lease", "event", "secret"};

	for (size_t i = 0; i < array_size(seldom); i++)
		if (str_eq(kind->word, seldom[i]))
			return strs_has(external->kinds, kind->word);
	return true;
}

static bool list_objects(struct external *external, const struct object_kind *kind,
			 struct json *found, struct err *err)
{
	_cleanup_(freep) char *version = object_kind_api_version(kind);
	_cleanup_(freep) char *path =
		xasprintf("/%s/%s/%s", *kind->group ? "apis" : "api", version, kind->resource);
	_cleanup_(json_freep) struct json *list = NULL;
	struct json *items;

	if (external_kube(external, "GET", path, NULL, NULL, &list, err)) {
		items = json_ensure_array(found, kind->word);
		json_foreach (item, json_get(list, "items"))
			json_append(items, json_copy(item));
		return true;
	}
	if (err->status != 404 && err->status != 403)
		return err_wrap(err, "%s", path);
	external_lack(external, kind->word, err_text(err));
	err_done(err);
	return true;
}

/* The mirror's cluster learns the CRDs of the other one, so that it has kinds for their objects. */
static bool learn_crds(struct external *external, struct err *err)
{
	static const char path[] = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
	_cleanup_(json_freep) struct json *list = NULL;

	if (!external_kube(external, "GET", path, NULL, NULL, &list, err)) {
		if (err->status != 404 && err->status != 403)
			return false;
		err_done(err);
	}
	external->knows_crds = true;
	json_foreach (crd, json_get(list, "items")) {
		_cleanup_(json_freep) struct json *fresh = json_new_object();
		const char *name = json_find_str(crd, "metadata", "name", NULL);

		json_set_str(fresh, "apiVersion", "apiextensions.k8s.io/v1");
		json_set_str(fresh, "kind", "CustomResourceDefinition");
		json_set_str(json_ensure_object(fresh, "metadata"), "name", name);
		json_set_copy(fresh, "spec", json_get(crd, "spec"));
		if (!kube_invoke(external->cluster, "operator", "POST", path, NULL, fresh, NULL,
				 err) &&
		    err->code != ERR_CONFLICT)
			return err_wrap(err, "CustomResourceDefinition %s", name);
		err_done(err);
	}
	return true;
}

static bool list_kube(struct external *external, struct json *found, struct err *err)
{
	for (size_t i = 0; i < object_kind_count; i++) {
		const struct object_kind *kind = &object_kinds[i];

		if (!kind->kube_kind || !is_wanted(external, kind) ||
		    external_lacks(external, kind->word))
			continue;
		if (!kube_document_kind(external->cluster, kind->group, kind->resource))
			external_lack(external, kind->word, "the cluster does not have this kind");
		else if (!list_objects(external, kind, found, err))
			return false;
	}
	return true;
}

static const struct call_info outside = {
	.actor = "outside", .account = AWS_ACCOUNT, .service = "outside", .operation = "Look"};

bool external_look(struct external *external, struct err *err)
{
	_cleanup_(json_freep) struct json *aws = json_new_object(), *kube = json_new_object();
	struct call_info info = outside;
	struct mirror mirror = {.external = external};
	bool first = !world_kind_named(external->mirror->world, "vpc");

	if (external->cluster && ((!external->knows_crds && !learn_crds(external, err)) ||
				  !list_kube(external, kube, err)))
		return false;
	if (external->options->aws_endpoint && !lists_aws(external, aws, err))
		return false;
	info.region = external->region;
	mirror.call = call_begin(external->mirror->world, NULL, &info);
	put_aws(&mirror, aws);
	put_kube(&mirror, kube);
	if (first)
		remove_born(&mirror);
	if (!call_changed(mirror.call)) {
		call_abandon(mirror.call);
		return true;
	}
	external->changed_ms = clock_monotonic_ms();
	call_commit(mirror.call, 200);
	return true;
}
