/* Nodes: an instance and a Node object. See node.h. */
#include "emulator/cluster/node.h"

#include "emulator/base/json.h"
#include "emulator/world/actor.h"

#define INSTANCE_TYPE "m5.large"

void node_done(struct node *node)
{
	free(node->name);
	free(node->instance_id);
	free(node->interface_id);
	free(node->address);
	free(node->ipv6_address);
	free(node->ipv6_prefix);
	*node = (struct node){0};
}

void node_copy(const struct node *node, struct node *ret)
{
	*ret = (struct node){
		.name = xstrdup(node->name),
		.instance_id = xstrdup(node->instance_id),
		.interface_id = xstrdup(node->interface_id),
		.address = xstrdup(node->address),
		.ipv6_address = node->ipv6_address ? xstrdup(node->ipv6_address) : NULL,
		.ipv6_prefix = node->ipv6_prefix ? xstrdup(node->ipv6_prefix) : NULL,
	};
}

static void add_tag(struct json *tags, const char *key, const char *value)
{
	struct json *tag = json_new_object();

	json_set_str(tag, "Key", key);
	json_set_str(tag, "Value", value);
	json_append(tags, tag);
}

/* The tags that Gardener's machine class gives (provider-aws pkg/controller/worker/machines.go). */
static struct json *instance_tags(const struct node_spec *spec)
{
	struct json *specification = json_new_object();
	struct json *tags = json_ensure_array(specification, "Tags");
	_cleanup_(freep) char *name =
		xasprintf("%s-%s-%s-%u", spec->cluster_tag, spec->pool, spec->zone, spec->number);
	_cleanup_(freep) char *cluster = xasprintf("kubernetes.io/cluster/%s", spec->cluster_tag);

	json_set_str(specification, "ResourceType", "instance");
	add_tag(tags, "Name", name);
	add_tag(tags, cluster, "1");
	add_tag(tags, "kubernetes.io/role/node", "1");
	return specification;
}

/* The id of an image to run: the newest that Amazon owns. */
static bool find_image(struct aws *aws, const char *region, char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *params = json_new_object();
	_cleanup_(json_freep) struct json *answer = NULL;
	const char *id;

	json_append_str(json_ensure_array(params, "Owners"), "amazon");
	if (!aws_invoke(aws, "cluster", NULL, region, "ec2", "DescribeImages", params, NULL,
			&answer, err))
		return false;
	id = json_get_str(json_at(json_get(answer, "Images"), 0), "ImageId");
	if (!id)
		return err_set(err, ERR_NOT_FOUND, NULL, "region %s has no image owned by amazon",
			       region);
	*ret = xstrdup(id);
	return true;
}

static struct json *run_params(const struct node_spec *spec, const char *image)
{
	struct json *params = json_new_object();

	json_set_str(params, "ImageId", image);
	json_set_str(params, "InstanceType", INSTANCE_TYPE);
	json_set_int(params, "MinCount", 1);
	json_set_int(params, "MaxCount", 1);
	json_set_str(params, "SubnetId", spec->subnet_id);
	json_append_str(json_ensure_array(params, "SecurityGroupIds"), spec->security_group_id);
	json_set_str(params, "KeyName", spec->key_name);
	if (spec->ipv6)
		json_set_int(params, "Ipv6AddressCount", 1);
	if (spec->instance_profile)
		json_set_str(json_ensure_object(params, "IamInstanceProfile"), "Name",
			     spec->instance_profile);
	json_append(json_ensure_array(params, "TagSpecifications"), instance_tags(spec));
	return params;
}

/* The machine controller asks for the prefix once the instance is there: no one call takes both. */
static bool add_prefix(struct aws *aws, const struct node_spec *spec, struct node *node,
		       struct err *err)
{
	_cleanup_(json_freep) struct json *params = json_new_object(), *answer = NULL;
	const char *prefix;

	json_set_str(params, "NetworkInterfaceId", node->interface_id);
	json_set_int(params, "Ipv6PrefixCount", 1);
	if (!aws_invoke(aws, "cluster", NULL, spec->region, "ec2", "AssignIpv6Addresses", params,
			NULL, &answer, err))
		return err_wrap(err, "an IPv6 prefix for %s", node->interface_id);
	prefix = json_str(json_at(json_get(answer, "AssignedIpv6Prefixes"), 0));
	if (!prefix)
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "AssignIpv6Addresses answered without a prefix");
	node->ipv6_prefix = xstrdup(prefix);
	return true;
}

static bool run_instance(struct aws *aws, const struct node_spec *spec, struct node *ret,
			 struct err *err)
{
	_cleanup_(freep) char *image = NULL;
	_cleanup_(json_freep) struct json *params = NULL, *answer = NULL;
	const struct json *instance, *interface;
	const char *ipv6;

	if (!find_image(aws, spec->region, &image, err))
		return false;
	params = run_params(spec, image);
	if (!aws_invoke(aws, "cluster", NULL, spec->region, "ec2", "RunInstances", params, NULL,
			&answer, err))
		return err_wrap(err, "running an instance in %s", spec->subnet_id);
	instance = json_at(json_get(answer, "Instances"), 0);
	interface = json_at(json_get(instance, "NetworkInterfaces"), 0);
	if (!json_get_str(instance, "InstanceId") || !json_get_str(instance, "PrivateDnsName") ||
	    !json_get_str(interface, "NetworkInterfaceId"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "RunInstances answered without id, name or interface");
	ret->instance_id = xstrdup(json_get_str(instance, "InstanceId"));
	ret->name = xstrdup(json_get_str(instance, "PrivateDnsName"));
	ret->address = xstrdup(json_get_str(instance, "PrivateIpAddress"));
	ret->interface_id = xstrdup(json_get_str(interface, "NetworkInterfaceId"));
	ipv6 = json_get_str(json_at(json_get(interface, "Ipv6Addresses"), 0), "Ipv6Address");
	if (!spec->ipv6)
		return true;
	if (!ipv6)
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "RunInstances answered without an IPv6 address");
	ret->ipv6_address = xstrdup(ipv6);
	return add_prefix(aws, spec, ret, err);
}

/* What a kubelet with --cloud-provider=external registers (kubernetes
 * pkg/kubelet/kubelet_node_status.go). */
static struct json *node_object(const struct node_spec *spec, const struct node *node)
{
	struct json *object = json_new_object(), *metadata, *labels, *annotations, *taint;

	json_set_str(object, "apiVersion", "v1");
	json_set_str(object, "kind", "Node");
	metadata = json_ensure_object(object, "metadata");
	json_set_str(metadata, "name", node->name);
	labels = json_ensure_object(metadata, "labels");
	json_set_str(labels, "kubernetes.io/hostname", node->name);
	json_set_str(labels, "kubernetes.io/os", "linux");
	json_set_str(labels, "kubernetes.io/arch", "amd64");
	json_set_str(labels, "worker.gardener.cloud/pool", spec->pool);
	annotations = json_ensure_object(metadata, "annotations");
	json_setf(annotations, "alpha.kubernetes.io/provided-node-ip", "%s%s%s", node->address,
		  node->ipv6_address ? "," : "", node->ipv6_address ? node->ipv6_address : "");
	taint = json_new_object();
	json_set_str(taint, "key", "node.cloudprovider.kubernetes.io/uninitialized");
	json_set_str(taint, "value", "true");
	json_set_str(taint, "effect", "NoSchedule");
	json_append(json_ensure_array(json_ensure_object(object, "spec"), "taints"), taint);
	return object;
}

static void add_condition(struct json *status, const char *type, const char *value,
			  const char *reason, const char *message, const char *now)
{
	struct json *condition = json_new_object();

	json_set_str(condition, "type", type);
	json_set_str(condition, "status", value);
	json_set_str(condition, "lastHeartbeatTime", now);
	json_set_str(condition, "lastTransitionTime", now);
	json_set_str(condition, "reason", reason);
	json_set_str(condition, "message", message);
	json_append(json_ensure_array(status, "conditions"), condition);
}

static void add_address(struct json *status, const char *type, const char *address)
{
	struct json *entry = json_new_object();

	json_set_str(entry, "type", type);
	json_set_str(entry, "address", address);
	json_append(json_ensure_array(status, "addresses"), entry);
}

static void add_node_info(struct json *status, const struct node_spec *spec)
{
	struct json *info = json_ensure_object(status, "nodeInfo");

	json_set_str(info, "machineID", "");
	json_set_str(info, "systemUUID", "");
	json_set_str(info, "bootID", "");
	json_set_str(info, "kernelVersion", "6.1.0");
	json_set_str(info, "osImage", "emulated");
	json_set_str(info, "containerRuntimeVersion", "none://0");
	json_setf(info, "kubeletVersion", "v%s", spec->kubernetes_version);
	json_set_str(info, "kubeProxyVersion", "");
	json_set_str(info, "operatingSystem", "linux");
	json_set_str(info, "architecture", "amd64");
}

static struct json *node_status(const struct node_spec *spec, const struct node *node)
{
	char now[CLOCK_TEXT_MAX];
	struct json *patch = json_new_object(), *status = json_ensure_object(patch, "status");

	clock_format_seconds(clock_real_ms(), now);
	for (int i = 0; i < 2; i++) {
		struct json *room = json_ensure_object(status, i == 0 ? "capacity" : "allocatable");

		json_set_str(room, "cpu", "2");
		json_set_str(room, "memory", "8Gi");
		json_set_str(room, "pods", "110");
	}
	add_condition(status, "MemoryPressure", "False", "KubeletHasSufficientMemory",
		      "kubelet has sufficient memory available", now);
	add_condition(status, "DiskPressure", "False", "KubeletHasNoDiskPressure",
		      "kubelet has no disk pressure", now);
	add_condition(status, "PIDPressure", "False", "KubeletHasSufficientPID",
		      "kubelet has sufficient PID available", now);
	add_condition(status, "Ready", "True", "KubeletReady", "kubelet is posting ready status",
		      now);
	add_address(status, "InternalIP", node->address);
	if (node->ipv6_address)
		add_address(status, "InternalIP", node->ipv6_address);
	add_address(status, "Hostname", node->name);
	add_node_info(status, spec);
	return patch;
}

static bool register_node(struct kube_cluster *cluster, struct world *world,
			  const struct node_spec *spec, const struct node *node, struct err *err)
{
	_cleanup_(freep) char *user = xasprintf("system:node:%s", node->name);
	_cleanup_(freep) char *path = xasprintf("/api/v1/nodes/%s/status", node->name);
	_cleanup_(json_freep) struct json *object = node_object(spec, node);
	_cleanup_(json_freep) struct json *status = node_status(spec, node);

	actor_add(world, &(struct actor){.name = "kubelet", .kube_user = user});
	if (!kube_invoke(cluster, user, "POST", "/api/v1/nodes", NULL, object, NULL, err) ||
	    !kube_invoke(cluster, user, "PATCH", path, "application/merge-patch+json", status, NULL,
			 err))
		return err_wrap(err, "registering node %s", node->name);
	return true;
}

bool node_add(struct aws *aws, struct kube_cluster *cluster, struct world *world,
	      const struct node_spec *spec, struct node *ret, struct err *err)
{
	_cleanup_(node_done) struct node node = {0};

	if (!run_instance(aws, spec, &node, err) ||
	    !register_node(cluster, world, spec, &node, err))
		return false;
	*ret = node;
	node = (struct node){0};
	return true;
}

bool node_remove(struct aws *aws, struct kube_cluster *cluster, const char *region,
		 const struct node *node, struct err *err)
{
	_cleanup_(freep) char *user = xasprintf("system:node:%s", node->name);
	_cleanup_(freep) char *path = xasprintf("/api/v1/nodes/%s", node->name);
	_cleanup_(json_freep) struct json *params = json_new_object();
	_cleanup_(err_done) struct err gone = ERR_INIT;

	if (!kube_invoke(cluster, user, "DELETE", path, NULL, NULL, NULL, &gone) &&
	    gone.code != ERR_NOT_FOUND)
		return err_move(err, &gone);
	err_done(&gone);
	json_append_str(json_ensure_array(params, "InstanceIds"), node->instance_id);
	if (!aws_invoke(aws, "cluster", NULL, region, "ec2", "TerminateInstances", params, NULL,
			NULL, &gone) &&
	    !str_eq(gone.wire, "InvalidInstanceID.NotFound"))
		return err_move(err, &gone);
	return true;
}
