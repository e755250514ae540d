/*
 * What every cluster has from the start, as a kube-apiserver's post-start hooks and the controller
 * manager make it (kubernetes pkg/controlplane, pkg/controller/serviceaccount).
 */
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"

#define APISERVER "system:apiserver"
#define MANAGER	  "system:kube-controller-manager"

static const char *const namespaces[] = {"default", "kube-system", "kube-public",
					 "kube-node-lease"};

static struct json *object(const char *version, const char *kind, const char *ns, const char *name)
{
	struct json *tree = json_new_object(), *meta;

	json_set_str(tree, "apiVersion", version);
	json_set_str(tree, "kind", kind);
	meta = json_ensure_object(tree, "metadata");
	json_set_str(meta, "name", name);
	if (ns)
		json_set_str(meta, "namespace", ns);
	return tree;
}

/* Creates it; that it is there already is fine (a controller may have been faster). */
static bool make(struct kube_cluster *cluster, const char *user, struct json *tree, struct err *err)
{
	_cleanup_(json_freep) struct json *own = tree;
	_cleanup_(freep) char *path = kube_object_path(
		cluster, json_get_str(tree, "apiVersion"), json_get_str(tree, "kind"),
		json_find_str(tree, "metadata", "namespace", NULL), NULL);
	struct err cause = ERR_INIT;

	if (!path)
		return err_set(err, ERR_UNSUPPORTED, NULL, "no kind %s",
			       json_get_str(tree, "kind"));
	if (kube_invoke(cluster, user, "POST", path, NULL, own, NULL, &cause))
		return true;
	if (str_eq(cause.wire, "AlreadyExists")) {
		err_done(&cause);
		return true;
	}
	return err_move(err, &cause);
}

static bool make_namespace(struct kube_cluster *cluster, const char *name, struct err *err)
{
	struct json *account = object("v1", "ServiceAccount", name, "default");
	struct json *root = object("v1", "ConfigMap", name, "kube-root-ca.crt");
	struct json *data = json_ensure_object(root, "data");
	struct json *annotations =
		json_ensure_object(json_ensure_object(root, "metadata"), "annotations");
	bool fine;

	json_set_str(data, "ca.crt", cluster->ca.certificate_pem);
	json_set_str(
		annotations, "kubernetes.io/description",
		"Contains a CA bundle that can be used to verify the kube-apiserver when using "
		"internal endpoints such as the internal service IP or kubernetes.default.svc. "
		"No other usage is guaranteed across distributions of Kubernetes clusters.");
	fine = make(cluster, APISERVER, object("v1", "Namespace", NULL, name), err);
	if (!fine) {
		json_free(account);
		json_free(root);
		return false;
	}
	if (!make(cluster, MANAGER, account, err)) {
		json_free(root);
		return false;
	}
	return make(cluster, MANAGER, root, err);
}

static unsigned port_of(const struct kube_cluster *cluster)
{
	const char *colon = strrchr(cluster->url, ':');
	unsigned long port = strtoul(colon + 1, NULL, 10);

	return port ? (unsigned)port : 443;
}

static bool make_service(struct kube_cluster *cluster, struct err *err)
{
	struct json *service = object("v1", "Service", "default", "kubernetes");
	struct json *spec = json_ensure_object(service, "spec"), *port = json_new_object();
	struct json *labels = json_ensure_object(json_ensure_object(service, "metadata"), "labels");
	char buffer[CIDR_TEXT_MAX];
	struct ip first;

	/* the first address of the range is this Service's (pkg/controlplane/instance.go) */
	if (!cidr_host(&cluster->service_ranges[0], 1, &first)) {
		json_free(service);
		json_free(port);
		return err_set(err, ERR_INVALID, NULL, "the service CIDR has no addresses");
	}
	json_set_str(labels, "component", "apiserver");
	json_set_str(labels, "provider", "kubernetes");
	json_set_str(spec, "clusterIP", ip_format(&first, buffer));
	json_set_str(spec, "type", "ClusterIP");
	json_set_str(spec, "sessionAffinity", "None");
	json_set_str(port, "name", "https");
	json_set_str(port, "protocol", "TCP");
	json_set_int(port, "port", 443);
	json_set_int(port, "targetPort", port_of(cluster));
	json_append(json_ensure_array(spec, "ports"), port);
	return make(cluster, APISERVER, service, err);
}

static bool make_slice(struct kube_cluster *cluster, struct err *err)
{
	struct json *slice =
		object("discovery.k8s.io/v1", "EndpointSlice", "default", "kubernetes");
	struct json *labels = json_ensure_object(json_ensure_object(slice, "metadata"), "labels");
	struct json *endpoint = json_new_object(), *port = json_new_object();

	json_set_str(labels, "kubernetes.io/service-name", "kubernetes");
	json_set_str(slice, "addressType", "IPv4");
	json_append_str(json_ensure_array(endpoint, "addresses"), "127.0.0.1");
	json_set_bool(json_ensure_object(endpoint, "conditions"), "ready", true);
	json_append(json_ensure_array(slice, "endpoints"), endpoint);
	json_set_str(port, "name", "https");
	json_set_str(port, "protocol", "TCP");
	json_set_int(port, "port", port_of(cluster));
	json_append(json_ensure_array(slice, "ports"), port);
	return make(cluster, APISERVER, slice, err);
}

/* What controllers verify their own clients by (the CCM reads it at its start, and complains every
 * few seconds when the front proxy's half is missing). */
static bool make_authentication(struct kube_cluster *cluster, struct err *err)
{
	struct json *map =
		object("v1", "ConfigMap", "kube-system", "extension-apiserver-authentication");
	struct json *data = json_ensure_object(map, "data");

	json_set_str(data, "client-ca-file", cluster->ca.certificate_pem);
	json_set_str(data, "requestheader-allowed-names", "[\"front-proxy-client\"]");
	json_set_str(data, "requestheader-client-ca-file", cluster->ca.certificate_pem);
	json_set_str(data, "requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
	json_set_str(data, "requestheader-group-headers", "[\"X-Remote-Group\"]");
	json_set_str(data, "requestheader-username-headers", "[\"X-Remote-User\"]");
	return make(cluster, APISERVER, map, err);
}

bool cluster_bootstrap(struct kube_cluster *cluster, struct err *err)
{
	for (size_t i = 0; i < array_size(namespaces); i++)
		if (!make_namespace(cluster, namespaces[i], err))
			return err_wrap(err, "namespace %s", namespaces[i]);
	return make_service(cluster, err) && make_slice(cluster, err) &&
	       make_authentication(cluster, err);
}
