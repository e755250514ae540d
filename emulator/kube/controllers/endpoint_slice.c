/*
 * Endpoint slices: a Service with a selector has one slice per address family, with the Pods that
 * the selector finds.
 *
 * Source: kubernetes pkg/controller/endpointslice, staging endpointslice/reconciler.go and utils.go
 * (podToEndpoint, getEndpointPorts). Slices are not split at 100 endpoints: a stated limit of 1000
 * endpoints per slice is the API's own.
 */
#include "emulator/base/cidr.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/controllers/controller.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/strategy.h"

#define MANAGED_BY    "endpointslice-controller.k8s.io"
#define SERVICE_LABEL "kubernetes.io/service-name"
#define MANAGER_LABEL "endpointslice.kubernetes.io/managed-by"
#define ENDPOINTS_MAX 1000 /* apis/discovery/validation maxEndpoints */
#define NAME_ALPHABET "bcdfghjklmnpqrstvwxz2456789"

static const struct kind *kind_of(struct kube_cluster *cluster, const char *group,
				  const char *resource)
{
	return type_find_any(cluster, group, resource)->document;
}

static bool selects(const struct json *service, const struct json *pod)
{
	const struct json *selector = object_get(service, "spec.selector");

	if (!json_first(selector))
		return false;
	json_foreach (want, selector)
		if (!str_eq(json_str(want), json_get_str(meta_get(pod, "labels"), json_key(want))))
			return false;
	return true;
}

static void concerns(struct kube_cluster *cluster, const struct change *change, struct strs *work)
{
	const struct doc *doc = change_doc(change);
	const char *ns = kube_doc_namespace(doc), *service;
	struct docs services = {};

	if (change_is_of(cluster, change, "", "services")) {
		controller_note(work, "%s/%s/%s", cluster->name, ns, kube_doc_name(doc));
		return;
	}
	if (change_is_of(cluster, change, "discovery.k8s.io", "endpointslices")) {
		service = json_get_str(meta_get(doc->body, "labels"), SERVICE_LABEL);
		if (service &&
		    str_eq(json_get_str(meta_get(doc->body, "labels"), MANAGER_LABEL), MANAGED_BY))
			controller_note(work, "%s/%s/%s", cluster->name, ns, service);
		return;
	}
	if (!change_is_of(cluster, change, "", "pods"))
		return;
	cluster_list(cluster, kind_of(cluster, "", "services"), ns, &services);
	for (size_t i = 0; i < services.count; i++)
		if ((change->before && selects(services.items[i]->body, change->before->body)) ||
		    (change->after && selects(services.items[i]->body, change->after->body)))
			controller_note(work, "%s/%s/%s", cluster->name, ns,
					kube_doc_name(services.items[i]));
	docs_done(&services);
}

static bool is_family(const char *address, const char *family)
{
	struct ip ip;

	return ip_parse(address, &ip) && (ip.family == FAMILY_IPV4) == str_eq(family, "IPv4");
}

static const char *address_of(const struct json *pod, const char *family)
{
	const char *only = object_str(pod, "status.podIP");

	json_foreach (item, object_get(pod, "status.podIPs")) {
		const char *ip = json_get_str(item, "ip");

		if (ip && is_family(ip, family))
			return ip;
	}
	return only && is_family(only, family) ? only : NULL;
}

static bool is_ready(const struct json *pod)
{
	json_foreach (condition, object_get(pod, "status.conditions"))
		if (str_eq(json_get_str(condition, "type"), "Ready"))
			return str_eq(json_get_str(condition, "status"), "True");
	return false;
}

/* Pods that have ended are no endpoints (ShouldPodBeInEndpoints). */
static bool counts(const struct json *pod)
{
	const char *phase = object_str(pod, "status.phase");

	return !str_eq(phase, "Succeeded") && !str_eq(phase, "Failed");
}

static struct json *endpoint(struct kube_cluster *cluster, const struct json *service,
			     const struct doc *doc, const char *address)
{
	const struct json *pod = doc->body;
	struct json *item = json_new_object(), *conditions, *reference;
	const char *node_name = object_str(pod, "spec.nodeName"), *zone;
	bool ready = is_ready(pod), deleting = meta_is_deleting(pod);
	bool publish = json_get_bool(json_get(service, "spec"), "publishNotReadyAddresses", false);
	const struct doc *node =
		node_name ? cluster_find(cluster, kind_of(cluster, "", "nodes"), "", node_name)
			  : NULL;

	json_append_str(json_ensure_array(item, "addresses"), address);
	conditions = json_ensure_object(item, "conditions");
	json_set_bool(conditions, "ready", publish || (ready && !deleting));
	json_set_bool(conditions, "serving", ready);
	json_set_bool(conditions, "terminating", deleting);
	reference = json_ensure_object(item, "targetRef");
	json_set_str(reference, "kind", "Pod");
	json_set_str(reference, "namespace", kube_doc_namespace(doc));
	json_set_str(reference, "name", kube_doc_name(doc));
	json_set_str(reference, "uid", meta_str(pod, "uid"));
	json_set_str(item, "nodeName", node_name);
	zone = node ? json_get_str(meta_get(node->body, "labels"), "topology.kubernetes.io/zone")
		    : NULL;
	json_set_str(item, "zone", zone);
	return item;
}

/* The number that a service port's targetPort means in a Pod; 0: the Pod has no such port. */
static int64_t target_port(const struct json *port, const struct json *pod)
{
	const struct json *target = json_get(port, "targetPort");
	int64_t number = 0;

	if (json_int(target, &number))
		return number;
	if (!json_str(target))
		return json_get_int(port, "port", 0);
	json_foreach (container, object_get(pod, "spec.containers"))
		json_foreach (own, json_get(container, "ports"))
			if (str_eq(json_get_str(own, "name"), json_str(target)))
				return json_get_int(own, "containerPort", 0);
	return 0;
}

static struct json *ports_of(const struct json *service, const struct json *pod)
{
	struct json *list = json_new_array();

	json_foreach (port, object_get(service, "spec.ports")) {
		struct json *item = json_new_object();
		const char *name = json_get_str(port, "name");
		int64_t number = target_port(port, pod);

		json_set_str(item, "name", name ? name : "");
		json_set_str(item, "protocol", json_get_str(port, "protocol"));
		json_set_str(item, "appProtocol", json_get_str(port, "appProtocol"));
		if (number)
			json_set_int(item, "port", number);
		json_append(list, item);
	}
	return list;
}

static struct json *new_slice(struct kube_cluster *cluster, const struct doc *service,
			      const char *family)
{
	struct json *slice = json_new_object(), *meta, *labels, *owner = json_new_object();
	const char *name = kube_doc_name(service);
	char suffix[6];

	ids_text(world_seed(cluster->kube->world), "endpoint-slice", family, service->key, 0,
		 NAME_ALPHABET, 5, suffix);
	json_set_str(slice, "apiVersion", "discovery.k8s.io/v1");
	json_set_str(slice, "kind", "EndpointSlice");
	meta = json_ensure_object(slice, "metadata");
	json_setf(meta, "name", "%.57s-%s", name, suffix);
	json_setf(meta, "generateName", "%.57s-", name);
	json_set_str(meta, "namespace", kube_doc_namespace(service));
	labels = json_ensure_object(meta, "labels");
	json_foreach (label, meta_get(service->body, "labels"))
		json_set_copy(labels, json_key(label), label);
	if (str_eq(object_str(service->body, "spec.clusterIP"), "None"))
		json_set_str(labels, "service.kubernetes.io/headless", "");
	json_set_str(labels, SERVICE_LABEL, name);
	json_set_str(labels, MANAGER_LABEL, MANAGED_BY);
	json_set_str(owner, "apiVersion", "v1");
	json_set_str(owner, "kind", "Service");
	json_set_str(owner, "name", name);
	json_set_str(owner, "uid", meta_str(service->body, "uid"));
	json_set_bool(owner, "controller", true);
	json_set_bool(owner, "blockOwnerDeletion", true);
	json_append(json_ensure_array(meta, "ownerReferences"), owner);
	json_set_str(slice, "addressType", family);
	return slice;
}

static void fill(struct kube_cluster *cluster, const struct doc *service, const char *family,
		 struct json *slice)
{
	struct json *endpoints = json_ensure_array(slice, "endpoints");
	const struct json *first = NULL;
	struct docs pods = {};

	cluster_list(cluster, kind_of(cluster, "", "pods"), kube_doc_namespace(service), &pods);
	for (size_t i = 0; i < pods.count; i++) {
		const struct json *pod = pods.items[i]->body;
		const char *address = address_of(pod, family);

		if (!address || !counts(pod) || !selects(service->body, pod) ||
		    json_size(endpoints) == ENDPOINTS_MAX)
			continue;
		first = first ? first : pod;
		json_append(endpoints, endpoint(cluster, service->body, pods.items[i], address));
	}
	docs_done(&pods);
	if (first)
		json_set(slice, "ports", ports_of(service->body, first));
	else
		json_set(slice, "ports", json_new_array());
}

/* Makes the slice of a family what it should be. */
static void put_slice(struct kube_cluster *cluster, const struct doc *service, const char *family)
{
	_cleanup_(json_freep) struct json *slice = new_slice(cluster, service, family);
	const char *ns = kube_doc_namespace(service), *name = meta_str(slice, "name");
	const struct doc *have = cluster_find(
		cluster, kind_of(cluster, "discovery.k8s.io", "endpointslices"), ns, name);
	_cleanup_(freep) char *list =
		xasprintf("/apis/discovery.k8s.io/v1/namespaces/%s/endpointslices", ns);
	_cleanup_(freep) char *path = xasprintf("%s/%s", list, name);

	fill(cluster, service, family, slice);
	if (!have)
		controller_ask(cluster, "POST", list, NULL, slice, NULL);
	else if (!meta_is_deleting(have->body))
		controller_ask(cluster, "PUT", path, NULL, slice, NULL);
}

/* Slices of families that the Service has no more, or of one without a selector now. */
static void drop_slices(struct kube_cluster *cluster, const char *ns, const char *name,
			const struct json *families)
{
	struct docs slices = {};
	struct strs paths = {};

	cluster_list(cluster, kind_of(cluster, "discovery.k8s.io", "endpointslices"), ns, &slices);
	for (size_t i = 0; i < slices.count; i++) {
		const struct json *labels = meta_get(slices.items[i]->body, "labels");
		_cleanup_(freep) char *path = controller_path(cluster, slices.items[i]);
		bool wanted = false;

		json_foreach (family, families)
			wanted |= str_eq(json_str(family),
					 json_get_str(slices.items[i]->body, "addressType"));
		if (path && !wanted && str_eq(json_get_str(labels, SERVICE_LABEL), name) &&
		    str_eq(json_get_str(labels, MANAGER_LABEL), MANAGED_BY))
			strs_add(&paths, path);
	}
	docs_done(&slices);
	for (size_t i = 0; i < paths.count; i++)
		controller_ask(cluster, "DELETE", paths.items[i], NULL, NULL, NULL);
	strs_done(&paths);
}

static void reconcile(struct kube *kube, const char *work)
{
	const char *rest, *name;
	struct kube_cluster *cluster = controller_cluster(kube, work, &rest);
	_cleanup_(freep) char *ns = xstrndup(rest, strcspn(rest, "/"));
	_cleanup_(json_freep) struct json *families = NULL;
	const struct doc *service;

	name = rest + strlen(ns) + (rest[strlen(ns)] != '\0');
	if (!cluster)
		return;
	service = cluster_find(cluster, kind_of(cluster, "", "services"), ns, name);
	if (service && json_first(object_get(service->body, "spec.selector")) &&
	    !str_eq(object_str(service->body, "spec.type"), "ExternalName")) {
		families = json_copy(object_get(service->body, "spec.ipFamilies"));
		if (!json_first(families)) {
			json_free(families);
			families = json_new_array();
			json_append_str(families, "IPv4");
		}
	}
	drop_slices(cluster, ns, name, families);
	json_foreach (family, families) {
		service = cluster_find(cluster, kind_of(cluster, "", "services"), ns, name);
		if (service && !meta_is_deleting(service->body))
			put_slice(cluster, service, json_str(family));
	}
}

const struct controller controller_endpoint_slice = {
	.name = "endpoint-slice",
	.concerns = concerns,
	.reconcile = reconcile,
};
