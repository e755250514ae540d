/* Scheduler and kubelets. See pods.h. */
#include "emulator/cluster/pods.h"

#include "emulator/base/cidr.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"

#define SCHEDULER_USER	    "system:kube-scheduler"
#define OVERLAY_NODE_PREFIX 24 /* bits: the range of a node in an overlay */
#define OVERLAY_FIRST_HOST  2  /* .1 would be the node's end of the bridge */

/* An address that was given to a Pod. */
struct lease {
	char *pod_key, *node, *address;
};

struct worker {
	struct node node;
	unsigned number;	 /* from 0: which range in an overlay */
	uint64_t next_host;	 /* overlay: next address to give */
	uint64_t next_ipv6_host; /* of the node's prefix */
	size_t pods;		 /* running there */
};

struct pods {
	struct workloads_options options;
	const struct kind *pod_kind, *node_kind;
	struct ptrs workers; /* of struct worker */
	struct ptrs leases;  /* of struct lease */
	unsigned next_number;
};

struct pods *pods_new(const struct workloads_options *options, const struct kind *pod_kind,
		      const struct kind *node_kind)
{
	struct pods *pods = xcalloc(1, sizeof(*pods));

	pods->options = *options;
	pods->pod_kind = pod_kind;
	pods->node_kind = node_kind;
	return pods;
}

static void lease_free(struct lease *lease)
{
	free(lease->pod_key);
	free(lease->node);
	free(lease->address);
	free(lease);
}

static void worker_free(struct worker *worker)
{
	node_done(&worker->node);
	free(worker);
}

void pods_free(struct pods *pods)
{
	if (!pods)
		return;
	for (size_t i = 0; i < pods->workers.count; i++)
		worker_free(pods->workers.items[i]);
	for (size_t i = 0; i < pods->leases.count; i++)
		lease_free(pods->leases.items[i]);
	ptrs_done(&pods->workers);
	ptrs_done(&pods->leases);
	free(pods);
}

void pods_add_node(struct pods *pods, const struct node *node)
{
	struct worker *worker = xcalloc(1, sizeof(*worker));

	node_copy(node, &worker->node);
	worker->number = pods->next_number++;
	worker->next_host = OVERLAY_FIRST_HOST;
	worker->next_ipv6_host = OVERLAY_FIRST_HOST;
	ptrs_add(&pods->workers, worker);
}

void pods_remove_node(struct pods *pods, const char *name)
{
	for (size_t i = 0; i < pods->workers.count; i++) {
		struct worker *worker = pods->workers.items[i];

		if (str_eq(worker->node.name, name)) {
			ptrs_remove_at(&pods->workers, i);
			worker_free(worker);
			return;
		}
	}
}

static struct worker *find_worker(const struct pods *pods, const char *name)
{
	for (size_t i = 0; i < pods->workers.count; i++) {
		struct worker *worker = pods->workers.items[i];

		if (str_eq(worker->node.name, name))
			return worker;
	}
	return NULL;
}

/* Whether the cloud-controller-manager has initialised the node, and nobody keeps Pods away. */
static bool takes_pods(const struct pods *pods, const struct worker *worker)
{
	_cleanup_(freep) char *key =
		xasprintf("%s//%s", kube_cluster_name(pods->options.cluster), worker->node.name);
	const struct doc *doc = world_find(pods->options.world, pods->node_kind, key);
	const struct json *spec = doc ? json_get(doc->body, "spec") : NULL;

	if (!doc || json_get_bool(spec, "unschedulable", false))
		return false;
	json_foreach (taint, json_get(spec, "taints")) {
		const char *effect = json_get_str(taint, "effect");

		if (str_eq(effect, "NoSchedule") || str_eq(effect, "NoExecute"))
			return false;
	}
	return true;
}

/* The node with the fewest Pods; the first one of equals. NULL when none takes any. */
static struct worker *choose_worker(const struct pods *pods)
{
	struct worker *best = NULL;

	for (size_t i = 0; i < pods->workers.count; i++) {
		struct worker *worker = pods->workers.items[i];

		if (takes_pods(pods, worker) && (!best || worker->pods < best->pods))
			best = worker;
	}
	return best;
}

static char *pod_path(const struct doc *pod, const char *subresource)
{
	return xasprintf("/api/v1/namespaces/%s/pods/%s%s", kube_doc_namespace(pod),
			 kube_doc_name(pod), subresource);
}

static bool bind_pod(struct pods *pods, const struct doc *pod, struct worker *worker,
		     struct err *err)
{
	_cleanup_(freep) char *path = pod_path(pod, "/binding");
	_cleanup_(json_freep) struct json *binding = json_new_object();
	struct json *target;

	json_set_str(binding, "apiVersion", "v1");
	json_set_str(binding, "kind", "Binding");
	json_set_str(json_ensure_object(binding, "metadata"), "name", kube_doc_name(pod));
	target = json_ensure_object(binding, "target");
	json_set_str(target, "apiVersion", "v1");
	json_set_str(target, "kind", "Node");
	json_set_str(target, "name", worker->node.name);
	worker->pods++;
	return kube_invoke(pods->options.cluster, SCHEDULER_USER, "POST", path, NULL, binding, NULL,
			   err);
}

/* A secondary address of the node's interface, as a CNI with addresses of the VPC takes it. */
static bool vpc_address(struct pods *pods, struct worker *worker, char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *params = json_new_object(), *answer = NULL;
	const char *address;

	json_set_str(params, "NetworkInterfaceId", worker->node.interface_id);
	json_set_int(params, "SecondaryPrivateIpAddressCount", 1);
	if (!aws_invoke(pods->options.aws, "cluster", NULL, pods->options.region, "ec2",
			"AssignPrivateIpAddresses", params, NULL, &answer, err))
		return err_wrap(err, "an address for a Pod on %s", worker->node.name);
	address = json_get_str(json_at(json_get(answer, "AssignedPrivateIpAddresses"), 0),
			       "PrivateIpAddress");
	if (!address)
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "AssignPrivateIpAddresses answered no address");
	*ret = xstrdup(address);
	return true;
}

static bool overlay_address(struct pods *pods, struct worker *worker, char **ret, struct err *err)
{
	char text[CIDR_TEXT_MAX];
	struct cidr range, own;
	struct ip ip;

	if (!cidr_parse(pods->options.overlay, &range) ||
	    !cidr_sub(&range, OVERLAY_NODE_PREFIX, worker->number, &own) ||
	    !cidr_host(&own, worker->next_host++, &ip))
		return err_set(err, ERR_LIMIT, NULL, "the Pods' range %s is too small",
			       pods->options.overlay);
	*ret = xstrdup(ip_format(&ip, text));
	return true;
}

/* An address of the prefix that the node's interface has: nobody else gives those out. */
static bool prefix_address(struct worker *worker, char **ret, struct err *err)
{
	char text[CIDR_TEXT_MAX];
	struct cidr prefix;
	struct ip ip;

	if (!worker->node.ipv6_prefix)
		return true;
	if (!cidr_parse(worker->node.ipv6_prefix, &prefix) ||
	    !cidr_host(&prefix, worker->next_ipv6_host++, &ip))
		return err_set(err, ERR_LIMIT, NULL, "the prefix %s of %s is used up",
			       worker->node.ipv6_prefix, worker->node.name);
	*ret = xstrdup(ip_format(&ip, text));
	return true;
}

static void add_ip(struct json *status, const char *address)
{
	struct json *ip = json_new_object();

	json_set_str(ip, "ip", address);
	json_append(json_ensure_array(status, "podIPs"), ip);
}

static void add_condition(struct json *status, const char *type, const char *now)
{
	struct json *condition = json_new_object();

	json_set_str(condition, "type", type);
	json_set_str(condition, "status", "True");
	json_set_str(condition, "lastTransitionTime", now);
	json_append(json_ensure_array(status, "conditions"), condition);
}

static struct json *running_status(const struct doc *pod, const struct worker *worker,
				   const char *address, const char *ipv6)
{
	static const char *const conditions[] = {"PodScheduled", "PodReadyToStartContainers",
						 "Initialized", "ContainersReady", "Ready"};
	struct json *patch = json_new_object(), *status = json_ensure_object(patch, "status");
	char now[CLOCK_TEXT_MAX];

	clock_format_seconds(clock_real_ms(), now);
	json_set_str(status, "phase", "Running");
	json_set_str(status, "startTime", now);
	json_set_str(status, "hostIP", worker->node.address);
	json_set_str(status, "podIP", address);
	add_ip(status, address);
	if (ipv6)
		add_ip(status, ipv6);
	for (size_t i = 0; i < array_size(conditions); i++)
		add_condition(status, conditions[i], now);
	json_foreach (container, json_find(pod->body, "spec", "containers", NULL)) {
		struct json *entry = json_new_object();

		json_set_str(entry, "name", json_get_str(container, "name"));
		json_set_str(entry, "image", json_get_str(container, "image"));
		json_set_str(entry, "imageID", "");
		json_set_int(entry, "restartCount", 0);
		json_set_bool(entry, "ready", true);
		json_set_bool(entry, "started", true);
		json_set_str(json_ensure_object(json_ensure_object(entry, "state"), "running"),
			     "startedAt", now);
		json_append(json_ensure_array(status, "containerStatuses"), entry);
	}
	return patch;
}

static bool start_pod(struct pods *pods, const struct doc *pod, struct worker *worker,
		      struct err *err)
{
	_cleanup_(freep) char *user = xasprintf("system:node:%s", worker->node.name);
	_cleanup_(freep) char *path = pod_path(pod, "/status"), *address = NULL, *ipv6 = NULL;
	_cleanup_(json_freep) struct json *patch = NULL;
	struct lease *lease;
	bool got = pods->options.overlay ? overlay_address(pods, worker, &address, err)
					 : vpc_address(pods, worker, &address, err);

	if (!got || !prefix_address(worker, &ipv6, err))
		return false;
	lease = xcalloc(1, sizeof(*lease));
	lease->pod_key = xstrdup(pod->key);
	lease->node = xstrdup(worker->node.name);
	lease->address = xstrdup(address);
	ptrs_add(&pods->leases, lease);
	patch = running_status(pod, worker, address, ipv6);
	return kube_invoke(pods->options.cluster, user, "PATCH", path,
			   "application/merge-patch+json", patch, NULL, err);
}

/* The kubelet confirms that a Pod has ended: it goes at once. */
static bool end_pod(struct pods *pods, const struct doc *pod, struct err *err)
{
	const char *node = json_find_str(pod->body, "spec", "nodeName", NULL);
	_cleanup_(freep) char *user =
		node ? xasprintf("system:node:%s", node) : xstrdup("system:kube-scheduler");
	_cleanup_(freep) char *path = pod_path(pod, "?gracePeriodSeconds=0");
	_cleanup_(err_done) struct err gone = ERR_INIT;

	if (kube_invoke(pods->options.cluster, user, "DELETE", path, NULL, NULL, NULL, &gone) ||
	    gone.code == ERR_NOT_FOUND)
		return true;
	return err_move(err, &gone);
}

/* What a Pod needs next. */
static bool sync_pod(struct pods *pods, const struct doc *pod, struct err *err)
{
	const char *node = json_find_str(pod->body, "spec", "nodeName", NULL);
	struct worker *worker;

	if (json_find(pod->body, "metadata", "deletionTimestamp", NULL))
		return json_find(pod->body, "metadata", "finalizers", NULL) ||
		       end_pod(pods, pod, err);
	if (!node) {
		worker = choose_worker(pods);
		return !worker || bind_pod(pods, pod, worker, err);
	}
	worker = find_worker(pods, node);
	if (!worker || json_find_str(pod->body, "status", "podIP", NULL))
		return true;
	return start_pod(pods, pod, worker, err);
}

/* Gives the address of a Pod that is gone back to its node's interface. */
static bool release(struct pods *pods, const struct lease *lease, struct err *err)
{
	const struct worker *worker = find_worker(pods, lease->node);
	_cleanup_(json_freep) struct json *params = json_new_object();
	_cleanup_(err_done) struct err refused = ERR_INIT;

	if (!worker || pods->options.overlay)
		return true;
	json_set_str(params, "NetworkInterfaceId", worker->node.interface_id);
	json_append_str(json_ensure_array(params, "PrivateIpAddresses"), lease->address);
	if (aws_invoke(pods->options.aws, "cluster", NULL, pods->options.region, "ec2",
		       "UnassignPrivateIpAddresses", params, NULL, NULL, &refused))
		return true;
	/* The operator may have ended the instance in between. */
	return str_eq(refused.wire, "InvalidNetworkInterfaceID.NotFound") ||
	       err_move(err, &refused);
}

static bool release_gone(struct pods *pods, struct err *err)
{
	for (size_t i = pods->leases.count; i-- > 0;) {
		struct lease *lease = pods->leases.items[i];
		struct worker *worker = find_worker(pods, lease->node);
		bool done;

		if (world_find(pods->options.world, pods->pod_kind, lease->pod_key))
			continue;
		if (worker && worker->pods)
			worker->pods--;
		ptrs_remove_at(&pods->leases, i);
		done = release(pods, lease, err);
		lease_free(lease);
		if (!done)
			return false;
	}
	return true;
}

bool pods_sync(struct pods *pods, struct err *err)
{
	_cleanup_(strs_done) struct strs keys = {0};

	if (!release_gone(pods, err))
		return false;
	world_foreach (pod, pods->options.world, pods->pod_kind) {
		if (str_eq(kube_doc_cluster(pod), kube_cluster_name(pods->options.cluster)))
			strs_add(&keys, pod->key);
	}
	for (size_t i = 0; i < keys.count; i++) {
		const struct doc *pod =
			world_find(pods->options.world, pods->pod_kind, keys.items[i]);
		bool done;

		if (!pod)
			continue;
		doc_ref(pod);
		done = sync_pod(pods, pod, err);
		doc_unref(pod);
		if (!done)
			return false;
	}
	return true;
}
