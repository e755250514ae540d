/* From a load balancer's node to a Pod that answers: target groups, instances, endpoints. */
#include "emulator/net/walk.h"

/* What a load balancer sends to. */
struct target {
	const struct doc *doc; /* of the target; a classic one: the instance */
	const char *id;	       /* instance id or address */
	unsigned port;
	const char *state; /* "healthy" … */
};

typedef bool target_fn(struct walk *walk, const struct target *target, void *userdata);

static const struct doc *instance_interface(const struct walk *walk, const char *instance)
{
	const struct kind *kind = world_kind_named(walk->world, "network-interface");
	const struct doc *any = NULL;

	if (!kind)
		return NULL;
	world_foreach (doc, walk->world, kind) {
		const struct json *attachment = json_get(doc->body, "Attachment");

		if (!str_eq(json_get_str(attachment, "InstanceId"), instance))
			continue;
		if (json_get_int(attachment, "DeviceIndex", 0) == 0)
			return doc;
		any = doc;
	}
	return any;
}

/* Whether one of an interface's prefixes has the address: those are given out by the instance. */
static bool in_prefix(const struct doc *interface, const char *address)
{
	static const char *const lists[][2] = {{"Ipv6Prefixes", "Ipv6Prefix"},
					       {"Ipv4Prefixes", "Ipv4Prefix"}};
	struct cidr prefix;
	struct ip ip;

	if (!ip_parse(address, &ip))
		return false;
	for (size_t i = 0; i < array_size(lists); i++)
		json_foreach (item, json_get(interface->body, lists[i][0]))
			if (json_get_str(item, lists[i][1]) &&
			    cidr_parse(json_get_str(item, lists[i][1]), &prefix) &&
			    cidr_contains_ip(&prefix, &ip))
				return true;
	return false;
}

static const struct doc *address_interface(const struct walk *walk, const char *address)
{
	const char *vpc = doc_str(walk->balancer, "VpcId");
	const struct doc *doc = NULL;

	while ((doc = net_find_next(walk, "network-interface", "VpcId", vpc, doc)))
		if (str_eq(doc_str(doc, "PrivateIpAddress"), address) ||
		    net_list_has(json_get(doc->body, "PrivateIpAddresses"), "PrivateIpAddress",
				 address) ||
		    net_list_has(json_get(doc->body, "Ipv6Addresses"), "Ipv6Address", address) ||
		    in_prefix(doc, address))
			return doc;
	return NULL;
}

static const struct doc *listener(const struct walk *walk)
{
	const struct doc *doc = NULL;

	while ((doc = net_find_next(walk, "listener", "LoadBalancerArn",
				    doc_str(walk->balancer, "LoadBalancerArn"), doc)))
		if (json_get_int(doc->body, "Port", 0) == (int64_t)walk->listener_port)
			return doc;
	return NULL;
}

const char *walk_listener_protocol(const struct walk *walk, unsigned port)
{
	struct walk asked = *walk;
	const struct doc *listening;

	asked.listener_port = port;
	listening = walk->classic ? NULL : listener(&asked);
	return listening && str_eq(doc_str(listening, "Protocol"), "UDP") ? "udp" : "tcp";
}

/* Whose actions the packet meets: the listener's, or for an Ingress those of a rule (NULL:
 * unknown). */
static const struct doc *deciding(const struct walk *walk, const struct doc *listening)
{
	return walk->host ? walk_rule(walk, listening) : listening;
}

/* The one group that a forward action leads to; NULL: several or none. */
static const char *forward_group(const struct walk *walk, const struct doc *listening)
{
	const struct doc *decides = deciding(walk, listening);
	const struct json *actions =
		decides ? json_get(decides->body, walk->host ? "Actions" : "DefaultActions") : NULL;
	const struct json *action = json_at(actions, 0);
	const struct json *groups = json_find(action, "ForwardConfig", "TargetGroups", NULL);

	if (json_get_str(action, "TargetGroupArn"))
		return json_get_str(action, "TargetGroupArn");
	return json_size(groups) == 1 ? json_get_str(json_at(groups, 0), "TargetGroupArn") : NULL;
}

static const struct doc *target_group(const struct walk *walk)
{
	const struct doc *listening = walk->classic ? NULL : listener(walk);
	const char *arn = listening ? forward_group(walk, listening) : NULL;

	return arn ? net_find_next(walk, "target-group", "TargetGroupArn", arn, NULL) : NULL;
}

/* Reads a target as the API shows it: { Target: { Id, Port }, TargetHealth: { State } }, or flat.
 */
static struct target read_target(const struct walk *walk, const struct doc *doc)
{
	_cleanup_(json_freep) struct json *view = doc_view(walk->world, doc);
	const struct json *shown = json_get(view, "Target");
	const struct json *source = shown ? shown : doc->body;
	const char *state = json_find_str(view, "TargetHealth", "State", NULL);
	const char *id = json_get_str(source, "Id");

	if (!state)
		state = json_get_str(view, "State");
	return (struct target){
		.doc = doc,
		.id = arena_strdup(walk->arena, id ? id : ""),
		.port = (unsigned)json_get_int(source, "Port", 0),
		.state = arena_strdup(walk->arena, state ? state : "unknown"),
	};
}

static bool each_target(struct walk *walk, target_fn *fn, void *userdata)
{
	const struct doc *group = target_group(walk), *doc = NULL;

	while (group && (doc = net_find_next(walk, "target", "TargetGroupArn",
					     doc_str(group, "TargetGroupArn"), doc))) {
		struct target target = read_target(walk, doc);

		if (fn(walk, &target, userdata))
			return true;
	}
	return false;
}

/* Cross-zone load balancing is off by default for NLBs, on for the others.
 * Source: ELB guides, load_balancing.cross_zone.enabled. */
static bool is_cross_zone(const struct walk *walk)
{
	const char *value = json_find_str(walk->balancer->extra, "attributes",
					  "load_balancing.cross_zone.enabled", NULL);

	if (value)
		return str_eq(value, "true");
	return walk->classic || !str_eq(doc_str(walk->balancer, "Type"), "network");
}

static const char *zone_of(const struct walk *walk, const struct target *target)
{
	const struct doc *interface = instance_interface(walk, target->id);
	const struct doc *instance = net_find(walk, "instance", target->id), *subnet;
	const char *id = instance ? doc_str(instance, "SubnetId") : NULL;

	if (!interface)
		interface = address_interface(walk, target->id);
	if (!id && interface)
		id = doc_str(interface, "SubnetId");
	subnet = net_find(walk, "subnet", id);
	return subnet ? doc_str(subnet, "AvailabilityZone") : NULL;
}

struct in_zone {
	const char *zone; /* NULL: any */
	bool healthy_only;
	struct target found;
};

static bool is_in_zone(struct walk *walk, const struct target *target, void *userdata)
{
	struct in_zone *in = userdata;

	if (in->healthy_only && !str_eq(target->state, "healthy"))
		return false;
	if (in->zone && !str_eq(zone_of(walk, target), in->zone))
		return false;
	in->found = *target;
	return true;
}

static const char *node_zone(const struct walk *walk, const char *subnet_id)
{
	const struct doc *subnet = net_find(walk, "subnet", subnet_id);

	return !subnet || is_cross_zone(walk) ? NULL : doc_str(subnet, "AvailabilityZone");
}

bool walk_has_targets(struct walk *walk, const char *subnet_id)
{
	struct in_zone in = {.zone = node_zone(walk, subnet_id), .healthy_only = true};

	return walk->classic || each_target(walk, is_in_zone, &in);
}

/* ---- Behind the target ---- */

static bool is_ready(const struct json *endpoint)
{
	const struct json *ready = json_find(endpoint, "conditions", "ready", NULL);

	return !ready || json_bool(ready); /* nil means ready. discovery/v1 EndpointConditions */
}

/* The node that an instance is, in whatever cluster; NULL: it is none. */
static const struct doc *node_of(const struct walk *walk, const char *instance)
{
	const struct kind *kind = world_kind_named(walk->world, "node");

	if (!kind)
		return NULL;
	world_foreach (node, walk->world, kind) {
		const char *id = json_find_str(node->body, "spec", "providerID", NULL);
		const char *slash = id ? strrchr(id, '/') : NULL;

		if (slash && str_eq(slash + 1, instance))
			return node;
	}
	return NULL;
}

/* When only the load balancer is known: the Service that answers on a node port of that instance.
 */
static void find_behind_node_port(struct walk *walk, const struct target *target)
{
	const struct kind *kind = world_kind_named(walk->world, "service");
	const struct doc *node = node_of(walk, target->id);
	size_t prefix = node ? strcspn(node->key, "/") + 1 : 0;

	if (walk->service || !node || !kind)
		return;
	world_foreach (service, walk->world, kind) {
		if (strncmp(service->key, node->key, prefix) != 0)
			continue;
		json_foreach (port, json_find(service->body, "spec", "ports", NULL)) {
			if (json_get_int(port, "nodePort", 0) != (int64_t)target->port)
				continue;
			walk->service = service;
			walk->port = port;
			return;
		}
	}
}

static bool is_endpoint(const struct json *slice, const char *address)
{
	json_foreach (endpoint, json_get(slice, "endpoints"))
		if (is_ready(endpoint) &&
		    net_list_has(json_get(endpoint, "addresses"), NULL, address))
			return true;
	return false;
}

/* When only the load balancer is known: a Service that has the target for an endpoint. */
static void find_behind_address(struct walk *walk, const struct target *target)
{
	const struct kind *kind = world_kind_named(walk->world, "endpoint-slice");

	if (walk->service || !kind)
		return;
	world_foreach (slice, walk->world, kind) {
		const char *name = json_find_str(slice->body, "metadata", "labels",
						 "kubernetes.io/service-name", NULL);
		const char *slash = strrchr(slice->key, '/');

		if (!name || !is_endpoint(slice->body, target->id))
			continue;
		walk->service = net_find(walk, "service",
					 arena_printf(walk->arena, "%.*s/%s",
						      (int)(slash - slice->key), slice->key, name));
		if (walk->service)
			return;
	}
}

/* Whether a ready endpoint of the Service has the address (NULL: any). */
static bool has_endpoint(const struct walk *walk, const char *address)
{
	const struct kind *kind = world_kind_named(walk->world, "endpoint-slice");
	const char *name = strrchr(walk->service->key, '/') + 1;
	size_t prefix = (size_t)(name - walk->service->key);

	if (!kind)
		return false;
	world_foreach (slice, walk->world, kind) {
		const char *label = json_find_str(slice->body, "metadata", "labels",
						  "kubernetes.io/service-name", NULL);

		if (!str_eq(label, name) || strncmp(slice->key, walk->service->key, prefix))
			continue;
		json_foreach (endpoint, json_get(slice->body, "endpoints"))
			if (is_ready(endpoint) &&
			    (!address ||
			     net_list_has(json_get(endpoint, "addresses"), NULL, address)))
				return true;
	}
	return false;
}

static bool walk_node_port(struct walk *walk, const struct target *target)
{
	int64_t node_port;

	find_behind_node_port(walk, target);
	if (!walk->service)
		return hop_closed(walk, target->doc, "node port",
				  "nothing answers on port %u of %s: it is no Service's node port",
				  target->port, target->id);
	node_port = json_get_int(walk->port, "nodePort", 0);
	if (node_port != (int64_t)target->port)
		return hop_closed(walk, walk->service, "node port",
				  "the load balancer sends to port %u, the Service's node port is "
				  "%lld",
				  target->port, (long long)node_port);
	if (!has_endpoint(walk, NULL))
		return hop_closed(walk, walk->service, "endpoints",
				  "the Service has no ready endpoint");
	return hop_open(walk, walk->service, "endpoints", "a ready Pod is behind node port %u",
			target->port);
}

/* What a target group speaks to its targets; a classic load balancer has none and speaks IPv4. */
static enum family inner_family(const struct walk *walk)
{
	const struct doc *group = target_group(walk);

	return group && str_eq(doc_str(group, "IpAddressType"), "ipv6") ? FAMILY_IPV6 : FAMILY_IPV4;
}

/* The address of an interface in a family: the first one. */
static bool interface_address(const struct doc *interface, enum family family, struct ip *ret)
{
	const char *text =
		family == FAMILY_IPV6
			? json_get_str(json_at(json_get(interface->body, "Ipv6Addresses"), 0),
				       "Ipv6Address")
			: doc_str(interface, "PrivateIpAddress");

	return text && ip_parse(text, ret);
}

/* Whether the load balancer's own groups let it send to the target. */
static bool walk_out(struct walk *walk, const struct doc *interface, const struct target *target)
{
	const struct json *groups = json_get(walk->balancer->body, "SecurityGroups");
	struct ip address;
	struct sender receiver = {.egress = true,
				  .family = inner_family(walk),
				  .address = &address,
				  .groups = json_get(interface->body, "Groups")};

	if (!json_first(groups))
		return true;
	if (!ip_parse(target->id, &address) &&
	    !interface_address(interface, receiver.family, &address))
		return hop_unknown(walk, interface, "target's address", "%s has no such address",
				   interface->key);
	return walk_groups(walk, "security groups of the load balancer", groups, &receiver,
			   target->port);
}

/* The groups of a load balancer, and its address in the VPC: who a target sees. */
static bool walk_target_groups(struct walk *walk, const struct doc *interface,
			       const struct doc *balancer_interface, const struct target *target)
{
	enum family inner = inner_family(walk);
	struct ip address;
	bool has_address = interface_address(balancer_interface, inner, &address);
	bool keeps = client_kept_by_balancer(walk, target_group(walk), inner);
	struct sender sender = {
		.anyone = keeps,
		.family = inner,
		.address = &address,
		.groups = json_get(walk->balancer->body, "SecurityGroups"),
	};

	if (!keeps && !has_address)
		return hop_unknown(walk, balancer_interface, "load balancer's address",
				   "its interface has no address of the target's family");
	return walk_out(walk, interface, target) &&
	       walk_groups(walk, arena_printf(walk->arena, "security groups of %s", target->id),
			   json_get(interface->body, "Groups"), &sender, target->port);
}

static bool walk_instance(struct walk *walk, const struct doc *balancer_interface,
			  const struct target *target)
{
	const struct doc *instance = net_find(walk, "instance", target->id), *interface;
	const char *state = instance ? json_find_str(instance->body, "State", "Name", NULL) : NULL;

	if (!str_eq(state, "running"))
		return hop_closed(walk, instance, "instance", "%s is %s", target->id,
				  state ? state : "gone");
	interface = instance_interface(walk, target->id);
	if (!interface)
		return hop_unknown(walk, instance, "instance", "%s has no network interface",
				   target->id);
	if (!walk_target_groups(walk, interface, balancer_interface, target) ||
	    !walk_node_port(walk, target))
		return false;
	walk_client(walk, target_group(walk), inner_family(walk), target->port, true);
	return true;
}

static bool walk_address(struct walk *walk, const struct doc *balancer_interface,
			 const struct target *target)
{
	const struct doc *interface = address_interface(walk, target->id);

	if (!interface)
		return hop_unknown(walk, target->doc, "target",
				   "%s is no address of the VPC: how it is reached is not modelled",
				   target->id);
	if (!walk_target_groups(walk, interface, balancer_interface, target))
		return false;
	find_behind_address(walk, target);
	if (!walk->service || !has_endpoint(walk, target->id))
		return hop_closed(walk, walk->service, "endpoints",
				  "no ready endpoint of %s has the address %s",
				  walk->service ? "the Service" : "any Service", target->id);
	walk_client(walk, target_group(walk), inner_family(walk), target->port, false);
	return hop_open(walk, walk->service, "endpoints", "a ready Pod has the address %s",
			target->id);
}

/* Whether the rule that takes the request sends it to no target: a fixed response, a redirect. */
static bool answers_itself(const struct walk *walk, const struct doc *listening,
			   const char **ret_type)
{
	const struct doc *rule = walk_rule(walk, listening);
	const struct json *actions = rule ? json_get(rule->body, "Actions") : NULL;

	*ret_type = json_get_str(json_at(actions, 0), "Type");
	return str_eq(*ret_type, "fixed-response") || str_eq(*ret_type, "redirect");
}

static bool walk_target_group(struct walk *walk, const struct doc *interface)
{
	const char *type;
	struct in_zone any = {0}, healthy = {.healthy_only = true};
	const struct doc *listening = listener(walk), *group;
	const char *what = arena_printf(walk->arena, "listener on port %u", walk->listener_port);

	if (!listening)
		return hop_closed(walk, walk->balancer, what, "there is none");
	if (walk->host && answers_itself(walk, listening, &type))
		return hop_closed(walk, listening, what, "its rule's action is %s", type);
	if (!forward_group(walk, listening))
		return hop_unknown(walk, listening, what,
				   walk->host ? "no rule surely forwards it to one target group"
					      : "its default action is not one forward to one "
						"target group");
	group = target_group(walk);
	if (!group)
		return hop_closed(walk, listening, what, "its target group does not exist");
	hop_open(walk, listening, what, "forwards to %s", doc_str(group, "TargetGroupName"));
	healthy.zone = node_zone(walk, doc_str(interface, "SubnetId"));
	if (!each_target(walk, is_in_zone, &any))
		return hop_closed(walk, group, "target group", "it has no targets");
	if (!each_target(walk, is_in_zone, &healthy))
		return hop_closed(walk, any.found.doc, "target group",
				  "it has no healthy target: %s is %s", any.found.id,
				  any.found.state);
	hop_open(walk, healthy.found.doc, "target", "%s port %u is healthy", healthy.found.id,
		 healthy.found.port);
	if (str_eq(doc_str(group, "TargetType"), "ip"))
		return walk_address(walk, interface, &healthy.found);
	if (str_eq(doc_str(group, "TargetType"), "instance"))
		return walk_instance(walk, interface, &healthy.found);
	return hop_unknown(walk, group, "target group", "targets of type %s are not modelled",
			   doc_str(group, "TargetType"));
}

/* The instance that a classic load balancer sends to: one in service, if there is any. */
static const char *classic_instance(const struct walk *walk, const char **ret_state)
{
	const struct doc *lb = walk->balancer;
	const char *any = NULL;

	json_foreach (item, json_get(lb->body, "Instances")) {
		const char *id = json_get_str(item, "InstanceId");
		const char *state = json_find_str(lb->extra, "instances", id, NULL);

		if (!any || str_eq(state, "in-service")) {
			any = id;
			*ret_state = state ? state : "not known";
		}
		if (str_eq(state, "in-service"))
			break;
	}
	return any;
}

static bool walk_classic(struct walk *walk, const struct doc *interface)
{
	const char *what = arena_printf(walk->arena, "listener on port %u", walk->listener_port);
	const struct json *list = json_get(walk->balancer->body, "ListenerDescriptions");
	struct target target = {.state = "not known"};

	json_foreach (item, list) {
		const struct json *listening = json_get(item, "Listener");

		if (json_get_int(listening, "LoadBalancerPort", 0) == (int64_t)walk->listener_port)
			target.port = (unsigned)json_get_int(listening, "InstancePort", 0);
	}
	if (!target.port)
		return hop_closed(walk, walk->balancer, what, "there is none");
	hop_open(walk, walk->balancer, what, "sends to instance port %u", target.port);
	target.id = classic_instance(walk, &target.state);
	if (!target.id)
		return hop_closed(walk, walk->balancer, "instances", "none is registered");
	if (!str_eq(target.state, "in-service"))
		return hop_closed(walk, walk->balancer, "instances", "none is in service: %s is %s",
				  target.id, target.state);
	return walk_instance(walk, interface, &target);
}

bool walk_targets(struct walk *walk, const struct doc *interface)
{
	return walk->classic ? walk_classic(walk, interface) : walk_target_group(walk, interface);
}
