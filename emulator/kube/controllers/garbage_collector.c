/*
 * The garbage collector: objects go with their owners; foreground deletion waits for dependents,
 * orphaning cuts them loose.
 *
 * Source: kubernetes pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem,
 * processDeletingDependentsItem, orphanDependents).
 */
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/controllers/controller.h"
#include "emulator/kube/meta.h"

#define ORPHAN	   "orphan"
#define FOREGROUND "foregroundDeletion"
#define MERGE	   "application/merge-patch+json"

/* Names of work are "cluster/uid" of the object to look at. */
static void note(struct kube_cluster *cluster, const struct doc *doc, struct strs *work)
{
	controller_note(work, "%s/%s", cluster->name, meta_str(doc->body, "uid"));
}

static void dependents_of(struct kube_cluster *cluster, const char *uid, struct docs *ret)
{
	const struct api_type *type;

	for (size_t i = 0; (type = type_at(cluster, i)); i++)
		if (type->storage == type)
			world_lookup(cluster->kube->world, type->document, "owner", uid, ret);
}

static const struct doc *find_uid(struct kube_cluster *cluster, const char *uid)
{
	const struct api_type *type;

	for (size_t i = 0; (type = type_at(cluster, i)); i++) {
		const struct doc *doc =
			type->storage == type
				? world_lookup_one(cluster->kube->world, type->document, "uid", uid)
				: NULL;

		if (doc && cluster_of(cluster->kube, doc) == cluster)
			return doc;
	}
	return NULL;
}

static void concerns(struct kube_cluster *cluster, const struct change *change, struct strs *work)
{
	const struct doc *doc = change_doc(change);

	if (!change->after) {
		struct docs docs = {};

		dependents_of(cluster, meta_str(doc->body, "uid"), &docs);
		for (size_t i = 0; i < docs.count; i++)
			note(cluster, docs.items[i], work);
		docs_done(&docs);
		/* who waits for this dependent to go */
		json_foreach (owner, meta_get(doc->body, "ownerReferences"))
			if (json_get_str(owner, "uid"))
				controller_note(work, "%s/%s", cluster->name,
						json_get_str(owner, "uid"));
		return;
	}
	if (json_first(meta_get(doc->body, "ownerReferences")) ||
	    meta_has_finalizer(doc->body, ORPHAN) || meta_has_finalizer(doc->body, FOREGROUND))
		note(cluster, doc, work);
}

/* A patch with one metadata list without some elements; guarded by uid and version. */
static struct json *patch_of(const struct doc *doc, const char *member, struct json *list)
{
	struct json *patch = json_new_object(), *meta = json_ensure_object(patch, "metadata");

	json_set_str(meta, "uid", meta_str(doc->body, "uid"));
	json_setf(meta, "resourceVersion", "%llu", (unsigned long long)doc->revision);
	if (json_first(list)) {
		json_set(meta, member, list);
	} else {
		json_free(list);
		json_set_null(meta, member);
	}
	return patch;
}

static void drop_finalizer(struct kube_cluster *cluster, const struct doc *doc,
			   const char *finalizer)
{
	_cleanup_(freep) char *path = controller_path(cluster, doc);
	_cleanup_(json_freep) struct json *patch = NULL;
	struct json *list = json_new_array();

	json_foreach (item, meta_get(doc->body, "finalizers"))
		if (!str_eq(json_str(item), finalizer))
			json_append_str(list, json_str(item));
	patch = patch_of(doc, "finalizers", list);
	if (path)
		controller_ask(cluster, "PATCH", path, MERGE, patch, NULL);
}

/* Takes the references to owners that are gone (or to one that lets go) off a dependent. */
static void drop_owners(struct kube_cluster *cluster, const struct doc *doc, const char *uid)
{
	_cleanup_(freep) char *path = controller_path(cluster, doc);
	_cleanup_(json_freep) struct json *patch = NULL;
	struct json *list = json_new_array();

	json_foreach (owner, meta_get(doc->body, "ownerReferences")) {
		const char *id = json_get_str(owner, "uid");

		if (uid ? !str_eq(id, uid) : id && find_uid(cluster, id))
			json_append(list, json_copy(owner));
	}
	patch = patch_of(doc, "ownerReferences", list);
	if (path)
		controller_ask(cluster, "PATCH", path, MERGE, patch, NULL);
}

static void delete_it(struct kube_cluster *cluster, const struct doc *doc, const char *policy)
{
	_cleanup_(freep) char *path = controller_path(cluster, doc);
	_cleanup_(json_freep) struct json *options = json_new_object();

	json_set_str(json_ensure_object(options, "preconditions"), "uid",
		     meta_str(doc->body, "uid"));
	json_set_str(options, "propagationPolicy", policy);
	if (path)
		controller_ask(cluster, "DELETE", path, NULL, options, NULL);
}

/* An owner waits for its dependents: they are deleted, those that block it keep it. */
static void delete_dependents(struct kube_cluster *cluster, const struct doc *doc)
{
	const char *uid = meta_str(doc->body, "uid");
	struct docs docs = {};
	size_t blocking = 0;

	dependents_of(cluster, uid, &docs);
	for (size_t i = 0; i < docs.count; i++)
		doc_ref(docs.items[i]);
	for (size_t i = 0; i < docs.count; i++) {
		const struct doc *dependent = docs.items[i];

		if (!meta_is_deleting(dependent->body))
			delete_it(cluster, dependent, "Background");
		dependent = find_uid(cluster, meta_str(docs.items[i]->body, "uid"));
		if (dependent)
			json_foreach (owner, meta_get(dependent->body, "ownerReferences"))
				blocking += str_eq(json_get_str(owner, "uid"), uid) &&
					    json_get_bool(owner, "blockOwnerDeletion", false);
		doc_unref(docs.items[i]);
	}
	docs_done(&docs);
	doc = find_uid(cluster, uid);
	if (doc && !blocking)
		drop_finalizer(cluster, doc, FOREGROUND);
}

static void orphan_dependents(struct kube_cluster *cluster, const struct doc *doc)
{
	_cleanup_(freep) char *uid = xstrdup(meta_str(doc->body, "uid"));
	struct docs docs = {};

	dependents_of(cluster, uid, &docs);
	for (size_t i = 0; i < docs.count; i++)
		doc_ref(docs.items[i]);
	for (size_t i = 0; i < docs.count; i++) {
		drop_owners(cluster, docs.items[i], uid);
		doc_unref(docs.items[i]);
	}
	docs_done(&docs);
	doc = find_uid(cluster, uid);
	if (doc)
		drop_finalizer(cluster, doc, ORPHAN);
}

/* Whether an owner reference leads to something in the same scope (cross-namespace owners count as
 * absent). */
static bool owner_lives(struct kube_cluster *cluster, const struct doc *doc,
			const struct json *owner)
{
	const char *uid = json_get_str(owner, "uid");
	const struct doc *found = uid ? find_uid(cluster, uid) : NULL;

	return found && (!*kube_doc_namespace(found) ||
			 str_eq(kube_doc_namespace(found), kube_doc_namespace(doc)));
}

static void check_owners(struct kube_cluster *cluster, const struct doc *doc)
{
	size_t living = 0, gone = 0;

	json_foreach (owner, meta_get(doc->body, "ownerReferences")) {
		if (owner_lives(cluster, doc, owner))
			living++;
		else
			gone++;
	}
	if (!gone)
		return;
	if (living)
		drop_owners(cluster, doc, NULL);
	else if (!meta_is_deleting(doc->body))
		delete_it(cluster, doc,
			  meta_has_finalizer(doc->body, ORPHAN)	      ? "Orphan"
			  : meta_has_finalizer(doc->body, FOREGROUND) ? "Foreground"
								      : "Background");
}

static void reconcile(struct kube *kube, const char *name)
{
	const char *uid;
	struct kube_cluster *cluster = controller_cluster(kube, name, &uid);
	const struct doc *doc = cluster ? find_uid(cluster, uid) : NULL;

	if (!doc)
		return;
	if (meta_is_deleting(doc->body) && meta_has_finalizer(doc->body, ORPHAN))
		orphan_dependents(cluster, doc);
	else if (meta_is_deleting(doc->body) && meta_has_finalizer(doc->body, FOREGROUND))
		delete_dependents(cluster, doc);
	else
		check_owners(cluster, doc);
}

const struct controller controller_garbage_collector = {
	.name = "garbage-collector",
	.concerns = concerns,
	.reconcile = reconcile,
};
