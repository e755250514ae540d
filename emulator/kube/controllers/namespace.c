/*
 * Namespaces: what a new one gets (default ServiceAccount, kube-root-ca.crt), and the deletion of
 * everything in one that is going.
 *
 * Source: kubernetes pkg/controller/namespace/deletion/namespaced_resources_deleter.go,
 * pkg/controller/serviceaccount, pkg/controller/certificates/rootcacertpublisher.
 */
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/controllers/controller.h"
#include "emulator/kube/meta.h"

static void concerns(struct kube_cluster *cluster, const struct change *change, struct strs *work)
{
	const struct doc *doc = change_doc(change);
	const char *ns = kube_doc_namespace(doc);
	const struct doc *owner;

	if (change_is_of(cluster, change, "", "namespaces")) {
		if (change->after)
			controller_note(work, "%s/%s", cluster->name, kube_doc_name(doc));
		return;
	}
	/* something in a namespace has changed that is going: maybe it is empty now; or something
	 * that every namespace has was deleted */
	if (!*ns)
		return;
	owner = cluster_find(cluster, type_find_any(cluster, "", "namespaces")->document, "", ns);
	if (owner && (meta_is_deleting(owner->body) ||
		      (!change->after && (change_is_of(cluster, change, "", "serviceaccounts") ||
					  change_is_of(cluster, change, "", "configmaps")))))
		controller_note(work, "%s/%s", cluster->name, ns);
}

static struct json *named(const char *version, const char *kind, const char *name)
{
	struct json *object = json_new_object();

	json_set_str(object, "apiVersion", version);
	json_set_str(object, "kind", kind);
	json_set_str(json_ensure_object(object, "metadata"), "name", name);
	return object;
}

static void furnish(struct kube_cluster *cluster, const char *ns)
{
	_cleanup_(json_freep) struct json *account = named("v1", "ServiceAccount", "default");
	_cleanup_(json_freep) struct json *root = named("v1", "ConfigMap", "kube-root-ca.crt");
	_cleanup_(freep) char *accounts = xasprintf("/api/v1/namespaces/%s/serviceaccounts", ns);
	_cleanup_(freep) char *maps = xasprintf("/api/v1/namespaces/%s/configmaps", ns);
	const struct api_type *type = type_find_any(cluster, "", "serviceaccounts");

	if (!cluster_find(cluster, type->document, ns, "default"))
		controller_ask(cluster, "POST", accounts, NULL, account, NULL);
	type = type_find_any(cluster, "", "configmaps");
	if (cluster_find(cluster, type->document, ns, "kube-root-ca.crt"))
		return;
	json_set_str(json_ensure_object(root, "data"), "ca.crt", cluster->ca.certificate_pem);
	json_set_str(
		json_ensure_object(json_ensure_object(root, "metadata"), "annotations"),
		"kubernetes.io/description",
		"Contains a CA bundle that can be used to verify the kube-apiserver when using "
		"internal endpoints such as the internal service IP or kubernetes.default.svc. "
		"No other usage is guaranteed across distributions of Kubernetes clusters.");
	controller_ask(cluster, "POST", maps, NULL, root, NULL);
}

/* Deletes what is in the namespace; how much is still there afterwards. */
static size_t empty(struct kube_cluster *cluster, const char *ns, struct strs *finalizers)
{
	struct strs paths = {};
	const struct api_type *type;
	size_t left = 0;

	for (size_t i = 0; (type = type_at(cluster, i)); i++) {
		struct docs docs = {};

		if (!type->namespaced || type->storage != type || !(type->verbs & VERB_DELETE))
			continue;
		cluster_list(cluster, type->document, ns, &docs);
		for (size_t d = 0; d < docs.count; d++) {
			char *path = controller_path(cluster, docs.items[d]);

			if (path && !meta_is_deleting(docs.items[d]->body))
				strs_add(&paths, path);
			free(path);
		}
		docs_done(&docs);
	}
	for (size_t i = 0; i < paths.count; i++)
		controller_ask(cluster, "DELETE", paths.items[i], NULL, NULL, NULL);
	strs_done(&paths);
	for (size_t i = 0; (type = type_at(cluster, i)); i++) {
		struct docs docs = {};

		if (!type->namespaced || type->storage != type || !(type->verbs & VERB_DELETE))
			continue;
		cluster_list(cluster, type->document, ns, &docs);
		left += docs.count;
		for (size_t d = 0; d < docs.count; d++)
			json_foreach (item, meta_get(docs.items[d]->body, "finalizers"))
				if (!strs_has(finalizers, json_str(item)))
					strs_add(finalizers, json_str(item));
		docs_done(&docs);
	}
	return left;
}

static void add_condition(struct json *list, const char *type, bool status, const char *reason,
			  const char *message)
{
	struct json *condition = json_new_object();
	char buffer[CLOCK_TEXT_MAX];

	json_set_str(condition, "type", type);
	json_set_str(condition, "lastTransitionTime",
		     clock_format_seconds(clock_real_ms(), buffer));
	json_set_str(condition, "status", status ? "True" : "False");
	json_set_str(condition, "reason", reason);
	json_set_str(condition, "message", message);
	json_append(list, condition);
}

/* status.conditions while something is left (deletion/status_condition_utils.go) */
static void report(struct kube_cluster *cluster, const char *ns, size_t left,
		   const struct strs *finalizers)
{
	_cleanup_(json_freep) struct json *patch = json_new_object();
	_cleanup_(freep) char *path = xasprintf("/api/v1/namespaces/%s/status", ns);
	_cleanup_(freep) char *message = xasprintf("Some resources are remaining: %zu", left);
	_cleanup_(freep) char *holders = xstrdup("");
	struct json *list;

	for (size_t i = 0; i < finalizers->count; i++) {
		char *longer = xasprintf("%s%s%s", holders, i ? ", " : "", finalizers->items[i]);

		free(holders);
		holders = longer;
	}
	list = json_ensure_array(json_ensure_object(patch, "status"), "conditions");
	add_condition(list, "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
		      "All resources successfully discovered");
	add_condition(list, "NamespaceDeletionContentFailure", false, "ContentDeleted",
		      "All content successfully deleted, may be waiting on finalization");
	add_condition(list, "NamespaceContentRemaining", true, "SomeResourcesRemain", message);
	add_condition(list, "NamespaceFinalizersRemaining", finalizers->count,
		      finalizers->count ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
		      finalizers->count ? holders : "All content-preserving finalizers finished");
	controller_ask(cluster, "PATCH", path, "application/merge-patch+json", patch, NULL);
}

static void finalize(struct kube_cluster *cluster, const struct doc *doc)
{
	_cleanup_(json_freep) struct json *body = json_copy(doc->body);
	_cleanup_(freep) char *path =
		xasprintf("/api/v1/namespaces/%s/finalize", kube_doc_name(doc));

	json_remove(json_ensure_object(body, "spec"), "finalizers");
	controller_ask(cluster, "PUT", path, NULL, body, NULL);
}

static void reconcile(struct kube *kube, const char *name)
{
	const char *ns;
	struct kube_cluster *cluster = controller_cluster(kube, name, &ns);
	const struct kind *kind;
	const struct doc *doc;
	struct strs finalizers = {};
	size_t left;

	if (!cluster)
		return;
	kind = type_find_any(cluster, "", "namespaces")->document;
	doc = cluster_find(cluster, kind, "", ns);
	if (!doc)
		return;
	if (!meta_is_deleting(doc->body)) {
		furnish(cluster, ns);
		return;
	}
	left = empty(cluster, ns, &finalizers);
	doc = cluster_find(cluster, kind, "", ns);
	if (left)
		report(cluster, ns, left, &finalizers);
	else if (doc)
		finalize(cluster, doc);
	strs_done(&finalizers);
}

const struct controller controller_namespace = {
	.name = "namespace",
	.concerns = concerns,
	.reconcile = reconcile,
};
