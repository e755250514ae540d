/* Deployments, ReplicaSets and Pods on the loop: who has to do what. See workloads.h. */
#include "emulator/cluster/workloads.h"

#include "emulator/base/container.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/cluster/pods.h"
#include "emulator/world/actor.h"
#include "emulator/world/journal.h"

#define CONTROLLER_USER "system:kube-controller-manager"
#define TEMPLATE_MAX	(1024 * 1024) /* bytes of a pod template as text */

struct workloads {
	struct workloads_options options;
	struct pods *pods;
	struct subscription *subscription;
	struct loop_source *timer;
	const struct kind *deployments, *replica_sets, *pod_kind, *nodes;
};

static bool is_ours(const struct workloads *workloads, const struct doc *doc)
{
	return doc && str_eq(kube_doc_cluster(doc), kube_cluster_name(workloads->options.cluster));
}

static bool invoke(struct workloads *workloads, const char *method, const char *path,
		   const struct json *body, struct err *err)
{
	return kube_invoke(workloads->options.cluster, CONTROLLER_USER, method, path,
			   str_eq(method, "PATCH") ? "application/merge-patch+json" : NULL, body,
			   NULL, err);
}

/* The pod-template-hash: ten letters and digits that depend on the template only. */
static void template_hash(const struct json *template, char ret[11])
{
	_cleanup_(freep) char *text = json_to_text(template);
	char hex[SHA256_HEX];

	digest_sha256_hex(text, strlen(text), hex);
	memcpy(ret, hex, 10);
	ret[10] = '\0';
}

static struct json *owner_reference(const struct doc *owner, const char *api_version,
				    const char *kind)
{
	struct json *reference = json_new_object();

	json_set_str(reference, "apiVersion", api_version);
	json_set_str(reference, "kind", kind);
	json_set_str(reference, "name", kube_doc_name(owner));
	json_set_str(reference, "uid", json_find_str(owner->body, "metadata", "uid", NULL));
	json_set_bool(reference, "controller", true);
	json_set_bool(reference, "blockOwnerDeletion", true);
	return reference;
}

/* A template or selector with the hash among its labels. */
static struct json *with_hash(const struct json *json, const char *labels_at, const char *hash)
{
	struct json *copy = json_copy(json);
	struct json *parent =
		str_eq(labels_at, "labels") ? json_ensure_object(copy, "metadata") : copy;

	json_set_str(json_ensure_object(parent, labels_at), "pod-template-hash", hash);
	return copy;
}

static struct json *replica_set_object(const struct doc *deployment, const char *name,
				       const char *hash)
{
	const struct json *spec = json_get(deployment->body, "spec");
	struct json *object = json_new_object(), *metadata, *own;

	json_set_str(object, "apiVersion", "apps/v1");
	json_set_str(object, "kind", "ReplicaSet");
	metadata = json_ensure_object(object, "metadata");
	json_set_str(metadata, "name", name);
	json_set_copy(metadata, "labels", json_find(spec, "template", "metadata", "labels", NULL));
	json_set_str(json_ensure_object(metadata, "labels"), "pod-template-hash", hash);
	json_append(json_ensure_array(metadata, "ownerReferences"),
		    owner_reference(deployment, "apps/v1", "Deployment"));
	own = json_ensure_object(object, "spec");
	json_set_int(own, "replicas", json_get_int(spec, "replicas", 1));
	json_set(own, "selector", with_hash(json_get(spec, "selector"), "matchLabels", hash));
	json_set(own, "template", with_hash(json_get(spec, "template"), "labels", hash));
	return object;
}

static bool owned_by(const struct doc *doc, const struct doc *owner)
{
	const struct json *references = json_find(doc->body, "metadata", "ownerReferences", NULL);
	const char *uid = json_find_str(owner->body, "metadata", "uid", NULL);

	json_foreach (reference, references) {
		if (str_eq(json_get_str(reference, "uid"), uid))
			return true;
	}
	return false;
}

static bool set_replicas(struct workloads *workloads, const struct doc *set, int64_t replicas,
			 struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("/apis/apps/v1/namespaces/%s/replicasets/%s",
						kube_doc_namespace(set), kube_doc_name(set));
	_cleanup_(json_freep) struct json *patch = json_new_object();

	if (json_get_int(json_get(set->body, "spec"), "replicas", 1) == replicas)
		return true;
	json_set_int(json_ensure_object(patch, "spec"), "replicas", replicas);
	return invoke(workloads, "PATCH", path, patch, err);
}

/* The ReplicaSet of the present template; every other one of the Deployment goes to 0. */
static bool sync_replica_sets(struct workloads *workloads, const struct doc *deployment,
			      struct err *err)
{
	const struct json *spec = json_get(deployment->body, "spec");
	int64_t replicas = json_get_int(spec, "replicas", 1);
	char hash[11];
	_cleanup_(freep) char *name = NULL, *path = NULL;
	_cleanup_(docs_done) struct docs sets = {0};
	bool found = false;

	template_hash(json_get(spec, "template"), hash);
	name = xasprintf("%s-%s", kube_doc_name(deployment), hash);
	world_foreach (set, workloads->options.world, workloads->replica_sets) {
		if (is_ours(workloads, set) && owned_by(set, deployment))
			docs_add(&sets, set);
	}
	for (size_t i = 0; i < sets.count; i++) {
		bool current = str_eq(kube_doc_name(sets.items[i]), name);

		found = found || current;
		if (!set_replicas(workloads, sets.items[i], current ? replicas : 0, err))
			return false;
	}
	if (found)
		return true;
	_cleanup_(json_freep) struct json *object = replica_set_object(deployment, name, hash);

	path = xasprintf("/apis/apps/v1/namespaces/%s/replicasets", kube_doc_namespace(deployment));
	return invoke(workloads, "POST", path, object, err);
}

static struct json *pod_object(const struct doc *set)
{
	const struct json *template = json_find(set->body, "spec", "template", NULL);
	struct json *object = json_new_object(), *metadata;

	json_set_str(object, "apiVersion", "v1");
	json_set_str(object, "kind", "Pod");
	json_set_copy(object, "metadata", json_get(template, "metadata"));
	metadata = json_ensure_object(object, "metadata");
	json_setf(metadata, "generateName", "%s-", kube_doc_name(set));
	json_append(json_ensure_array(metadata, "ownerReferences"),
		    owner_reference(set, "apps/v1", "ReplicaSet"));
	json_set_copy(object, "spec", json_get(template, "spec"));
	return object;
}

static bool is_deleting(const struct doc *doc)
{
	return json_find(doc->body, "metadata", "deletionTimestamp", NULL) != NULL;
}

static bool is_ready(const struct doc *pod)
{
	json_foreach (condition, json_find(pod->body, "status", "conditions", NULL)) {
		if (str_eq(json_get_str(condition, "type"), "Ready"))
			return str_eq(json_get_str(condition, "status"), "True");
	}
	return false;
}

/* Patches a status when it says something else than what is there. */
static bool put_status(struct workloads *workloads, const struct doc *doc, const char *resource,
		       struct json *status, struct err *err)
{
	_cleanup_(json_freep) struct json *patch = json_new_object();
	_cleanup_(freep) char *path =
		xasprintf("/apis/apps/v1/namespaces/%s/%s/%s/status", kube_doc_namespace(doc),
			  resource, kube_doc_name(doc));
	const struct json *old = json_get(doc->body, "status");
	bool same = true;

	json_foreach (member, status) {
		if (!json_equal(member, json_get(old, json_key(member))))
			same = false;
	}
	json_set(patch, "status", status);
	return same || invoke(workloads, "PATCH", path, patch, err);
}

static struct json *replica_status(const struct doc *doc, int64_t count, int64_t ready,
				   bool deployment)
{
	struct json *status = json_new_object();

	json_set_int(status, "observedGeneration",
		     json_get_int(json_get(doc->body, "metadata"), "generation", 1));
	if (count)
		json_set_int(status, "replicas", count);
	if (count && deployment)
		json_set_int(status, "updatedReplicas", count);
	if (count && !deployment)
		json_set_int(status, "fullyLabeledReplicas", count);
	if (ready) {
		json_set_int(status, "readyReplicas", ready);
		json_set_int(status, "availableReplicas", ready);
	}
	if (deployment && count > ready)
		json_set_int(status, "unavailableReplicas", count - ready);
	return status;
}

static bool delete_pod(struct workloads *workloads, const struct doc *pod, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("/api/v1/namespaces/%s/pods/%s",
						kube_doc_namespace(pod), kube_doc_name(pod));

	return invoke(workloads, "DELETE", path, NULL, err);
}

static bool sync_replica_set(struct workloads *workloads, const struct doc *set, struct err *err)
{
	int64_t wanted = json_get_int(json_get(set->body, "spec"), "replicas", 1), ready = 0;
	_cleanup_(docs_done) struct docs pods = {0};
	_cleanup_(freep) char *path =
		xasprintf("/api/v1/namespaces/%s/pods", kube_doc_namespace(set));

	world_foreach (pod, workloads->options.world, workloads->pod_kind) {
		if (is_ours(workloads, pod) && owned_by(pod, set) && !is_deleting(pod)) {
			docs_add(&pods, pod);
			ready += is_ready(pod);
		}
	}
	for (int64_t i = (int64_t)pods.count; i < wanted; i++) {
		_cleanup_(json_freep) struct json *object = pod_object(set);

		if (!invoke(workloads, "POST", path, object, err))
			return false;
	}
	for (int64_t i = (int64_t)pods.count; i > wanted; i--) {
		if (!delete_pod(workloads, pods.items[i - 1], err))
			return false;
	}
	return put_status(workloads, set, "replicasets",
			  replica_status(set, wanted, ready < wanted ? ready : wanted, false), err);
}

/* Where a Deployment stands: the sum over its ReplicaSets, and the condition Available. */
static bool sync_deployment_status(struct workloads *workloads, const struct doc *deployment,
				   struct err *err)
{
	int64_t count = 0, ready = 0;

	world_foreach (set, workloads->options.world, workloads->replica_sets) {
		if (!is_ours(workloads, set) || !owned_by(set, deployment))
			continue;
		count += json_get_int(json_get(set->body, "status"), "replicas", 0);
		ready += json_get_int(json_get(set->body, "status"), "readyReplicas", 0);
	}
	_cleanup_(freep) char *transition = NULL;
	struct json *status = replica_status(deployment, count, ready, true);
	struct json *condition = json_new_object();
	bool available = ready >= json_get_int(json_get(deployment->body, "spec"), "replicas", 1);
	const struct json *old =
		json_at(json_find(deployment->body, "status", "conditions", NULL), 0);
	char now[CLOCK_TEXT_MAX];

	clock_format_seconds(clock_real_ms(), now);
	if (str_eq(json_get_str(old, "status"), available ? "True" : "False"))
		transition = xstrdup(json_get_str(old, "lastTransitionTime"));
	json_set_str(condition, "type", "Available");
	json_set_str(condition, "status", available ? "True" : "False");
	json_set_str(condition, "lastUpdateTime", transition ? transition : now);
	json_set_str(condition, "lastTransitionTime", transition ? transition : now);
	json_set_str(condition, "reason",
		     available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable");
	json_set_str(condition, "message",
		     available ? "Deployment has minimum availability."
			       : "Deployment does not have minimum availability.");
	json_append(json_ensure_array(status, "conditions"), condition);
	return put_status(workloads, deployment, "deployments", status, err);
}

/* All documents of a kind here, by key: a change may replace them while we work. */
static void collect_keys(const struct workloads *workloads, const struct kind *kind,
			 struct strs *ret)
{
	world_foreach (doc, workloads->options.world, kind) {
		if (is_ours(workloads, doc) && !is_deleting(doc))
			strs_add(ret, doc->key);
	}
}

typedef bool sync_fn(struct workloads *workloads, const struct doc *doc, struct err *err);

static bool sync_all(struct workloads *workloads, const struct kind *kind, sync_fn *sync,
		     struct err *err)
{
	_cleanup_(strs_done) struct strs keys = {0};

	collect_keys(workloads, kind, &keys);
	for (size_t i = 0; i < keys.count; i++) {
		const struct doc *doc = world_find(workloads->options.world, kind, keys.items[i]);
		bool done;

		if (!doc)
			continue;
		doc_ref(doc);
		done = sync(workloads, doc, err);
		doc_unref(doc);
		if (!done)
			return false;
	}
	return true;
}

static void work(void *userdata)
{
	struct workloads *workloads = userdata;
	_cleanup_(err_done) struct err err = ERR_INIT;

	workloads->timer = NULL;
	if (!sync_all(workloads, workloads->deployments, sync_replica_sets, &err) ||
	    !sync_all(workloads, workloads->replica_sets, sync_replica_set, &err) ||
	    !pods_sync(workloads->pods, &err) ||
	    !sync_all(workloads, workloads->deployments, sync_deployment_status, &err))
		workloads->options.broken(err_text(&err), workloads->options.userdata);
}

static void look_soon(struct workloads *workloads)
{
	if (!workloads->timer)
		workloads->timer = loop_add_timer(workloads->options.loop, 0, work, workloads);
}

static void call_ended(const struct journal_entry *entry, void *userdata)
{
	struct workloads *workloads = userdata;

	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];
		const struct doc *doc = change->after ? change->after : change->before;

		if ((doc->kind == workloads->deployments || doc->kind == workloads->replica_sets ||
		     doc->kind == workloads->pod_kind || doc->kind == workloads->nodes) &&
		    is_ours(workloads, doc)) {
			look_soon(workloads);
			return;
		}
	}
}

struct workloads *workloads_new(const struct workloads_options *options)
{
	struct workloads *workloads = xcalloc(1, sizeof(*workloads));
	struct kube_cluster *cluster = options->cluster;

	workloads->options = *options;
	workloads->deployments = kube_document_kind(cluster, "apps", "deployments");
	workloads->replica_sets = kube_document_kind(cluster, "apps", "replicasets");
	workloads->pod_kind = kube_document_kind(cluster, "", "pods");
	workloads->nodes = kube_document_kind(cluster, "", "nodes");
	workloads->pods = pods_new(options, workloads->pod_kind, workloads->nodes);
	actor_add(options->world, &(struct actor){.name = "cluster", .kube_user = CONTROLLER_USER});
	workloads->subscription = journal_subscribe(options->world, call_ended, workloads);
	return workloads;
}

void workloads_free(struct workloads *workloads)
{
	if (!workloads)
		return;
	journal_unsubscribe(workloads->subscription);
	loop_remove(workloads->timer);
	pods_free(workloads->pods);
	free(workloads);
}

void workloads_add_node(struct workloads *workloads, const struct node *node)
{
	pods_add_node(workloads->pods, node);
	look_soon(workloads);
}

void workloads_remove_node(struct workloads *workloads, const char *name)
{
	pods_remove_node(workloads->pods, name);
}

bool workloads_busy(const struct workloads *workloads)
{
	return workloads->timer != NULL;
}
