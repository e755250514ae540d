/*
 * The walk from the internet to a Service: its name, the load balancer behind it, and for each of
 * the load balancer's nodes the way in and on to a target.
 */
#include "emulator/net/path.h"

#include <strings.h>

#include "emulator/net/walk.h"

const char *path_state_name(enum path_state state)
{
	static const char *const names[] = {
		[PATH_UNKNOWN] = "unknown", [PATH_OPEN] = "open", [PATH_CLOSED] = "closed"};

	return names[state];
}

void path_done(struct path *path)
{
	for (size_t i = 0; i < path->count; i++) {
		free(path->hops[i].what);
		free(path->hops[i].found);
	}
	free(path->hops);
	free(path->why);
	*path = (struct path){0};
}

bool hop_add(struct walk *walk, enum path_state state, const struct doc *doc, const char *what,
	     char *found)
{
	struct path *path = walk->path;

	if (path->count == path->room) {
		path->room = path->room ? 2 * path->room : 16;
		path->hops = xrealloc(path->hops, path->room * sizeof(*path->hops));
	}
	path->hops[path->count++] = (struct hop){xstrdup(what), found, doc, state};
	return state == PATH_OPEN;
}

/* ---- The Service and its name ---- */

static const struct doc *find_service(const struct walk *walk, const char *name)
{
	const struct kind *kind = world_kind_named(walk->world, "service");
	_cleanup_(freep) char *tail = xasprintf("/%s", name);

	if (!kind)
		return NULL;
	world_foreach (doc, walk->world, kind)
		if (str_ends_with(doc->key, tail) &&
		    strcspn(doc->key, "/") + strlen(tail) == strlen(doc->key))
			return doc;
	return NULL;
}

static bool walk_service(struct walk *walk, const char *name, unsigned port)
{
	const struct json *ports;
	const char *protocol;

	walk->service = find_service(walk, name);
	walk->owner = walk->service;
	if (!walk->service)
		return hop_closed(walk, NULL, "service", "%s does not exist", name);
	ports = json_find(walk->service->body, "spec", "ports", NULL);
	if (port == 0 && json_size(ports) != 1)
		return hop_unknown(walk, walk->service, "service",
				   "%s has %zu ports: say which one", name, json_size(ports));
	json_foreach (item, ports)
		if (port == 0 || json_get_int(item, "port", 0) == (int64_t)port)
			walk->port = item;
	if (!walk->port)
		return hop_closed(walk, walk->service, "service", "%s has no port %u", name, port);
	protocol = json_get_str(walk->port, "protocol");
	if (protocol && !str_eq(protocol, "TCP") && !str_eq(protocol, "UDP"))
		return hop_unknown(walk, walk->service, "service", "%s is not modelled", protocol);
	walk->protocol = str_eq(protocol, "UDP") ? "udp" : "tcp";
	walk->listener_port = (unsigned)json_get_int(walk->port, "port", 0);
	return hop_open(walk, walk->service, "service", "%s has port %u", name,
			walk->listener_port);
}

static const struct doc *find_balancer(const struct walk *walk, const char *kind_name,
				       const char *hostname)
{
	const struct kind *kind = world_kind_named(walk->world, kind_name);

	if (!kind)
		return NULL;
	world_foreach (doc, walk->world, kind) {
		const char *name = doc_str(doc, "DNSName");

		if (name && strcasecmp(name, hostname) == 0)
			return doc;
	}
	return NULL;
}

static bool walk_name(struct walk *walk)
{
	const struct json *list =
		json_find(walk->owner->body, "status", "loadBalancer", "ingress", NULL);
	const char *hostname = json_get_str(json_at(list, 0), "hostname");
	const char *what = arena_printf(walk->arena, "%s's status", walk->owner->kind->name);

	if (!json_first(list))
		return hop_closed(walk, walk->owner, what, "it names no load balancer");
	if (!hostname)
		return hop_unknown(walk, walk->owner, what,
				   "an address instead of a name is not modelled");
	walk->balancer = find_balancer(walk, "load-balancer", hostname);
	if (!walk->balancer) {
		walk->balancer = find_balancer(walk, "classic-load-balancer", hostname);
		walk->classic = true;
	}
	if (!walk->balancer)
		return hop_closed(walk, NULL, "DNS", "%s is no load balancer's name (any more)",
				  hostname);
	return hop_open(walk, walk->balancer, "DNS", "%s is %s's", hostname,
			doc_str(walk->balancer, "LoadBalancerName"));
}

/* A load balancer by its own name: what is behind it, its targets tell. */
static bool walk_named(struct walk *walk, const char *name, unsigned port)
{
	static const char *const kinds[] = {"load-balancer", "classic-load-balancer"};

	for (size_t i = 0; i < array_size(kinds) && !walk->balancer; i++) {
		walk->balancer = net_find_next(walk, kinds[i], "LoadBalancerName", name, NULL);
		walk->classic = i == 1;
	}
	if (!walk->balancer)
		return hop_closed(walk, NULL, "load balancer", "%s does not exist", name);
	if (!port)
		return hop_unknown(walk, walk->balancer, "load balancer", "say which port of %s",
				   name);
	if (str_eq(doc_str(walk->balancer, "Type"), "application")) {
		walk->host = "any"; /* a request that no host is asked for by name */
		walk->url_path = "/";
	}
	walk->protocol = walk_listener_protocol(walk, port);
	walk->listener_port = port;
	return true;
}

/* ---- The load balancer ---- */

static const char *attribute(const struct doc *balancer, const char *name)
{
	return json_find_str(balancer->extra, "attributes", name, NULL);
}

/* An internal load balancer's IPv6 addresses are public ones, but shut to internet gateways unless
 * it is told otherwise. Source: NLB guide, ipv6.deny_all_igw_traffic. */
static bool walk_scheme(struct walk *walk)
{
	const struct doc *lb = walk->balancer;
	const char *deny = attribute(lb, "ipv6.deny_all_igw_traffic");
	bool internal = str_eq(doc_str(lb, "Scheme"), "internal");

	if (walk->client == FAMILY_IPV4 && internal)
		return hop_closed(walk, lb, "load balancer",
				  "it is internal: its name leads to private addresses");
	if (walk->client == FAMILY_IPV6 && (deny ? str_eq(deny, "true") : internal))
		return hop_closed(walk, lb, "load balancer",
				  "it denies traffic of internet gateways%s",
				  internal ? ": it is internal" : "");
	return true;
}

static bool walk_balancer(struct walk *walk)
{
	const struct doc *lb = walk->balancer;
	const char *state = json_find_str(lb->body, "State", "Code", NULL);
	const char *families = doc_str(lb, "IpAddressType");

	if (!walk->classic && !str_eq(state, "active"))
		return hop_closed(walk, lb, "load balancer", "its state is %s",
				  state ? state : "not known");
	if (walk->client == FAMILY_IPV6 && walk->classic)
		return hop_closed(walk, lb, "load balancer",
				  "classic load balancers in a VPC have no IPv6 address");
	if (walk->client == FAMILY_IPV6 && !str_starts_with(families, "dualstack"))
		return hop_closed(walk, lb, "load balancer",
				  "it has no IPv6 address: its IpAddressType is %s",
				  families ? families : "not known");
	if (walk->client == FAMILY_IPV4 && str_eq(families, "dualstack-without-public-ipv4"))
		return hop_closed(walk, lb, "load balancer",
				  "it has no public IPv4 address: its IpAddressType is %s",
				  families);
	if (!walk_scheme(walk))
		return false;
	return hop_open(walk, lb, "load balancer", "%s is %s", doc_str(lb, "LoadBalancerName"),
			walk->classic ? "there" : state);
}

static bool is_interface_of(const struct walk *walk, const struct doc *interface)
{
	const struct doc *lb = walk->balancer;
	_cleanup_(freep) char *classic = NULL;

	if (str_eq(interface->implied_by, lb->key))
		return true;
	classic = xasprintf("ELB %s", doc_str(lb, "LoadBalancerName"));
	return walk->classic && str_eq(doc_str(interface, "Description"), classic);
}

static bool walk_interface(struct walk *walk, const struct doc *interface)
{
	const char *address =
		walk->client == FAMILY_IPV6
			? json_get_str(json_at(json_get(interface->body, "Ipv6Addresses"), 0),
				       "Ipv6Address")
			: json_find_str(interface->body, "Association", "PublicIp", NULL);

	if (!address)
		return hop_closed(walk, interface, "network interface", "%s has no %s address",
				  interface->key,
				  walk->client == FAMILY_IPV6 ? "IPv6" : "public IPv4");
	return hop_open(walk, interface, "network interface", "%s has %s", interface->key, address);
}

static bool walk_node(struct walk *walk, const struct doc *interface)
{
	const struct json *groups = json_get(walk->balancer->body, "SecurityGroups");
	const char *subnet = doc_str(interface, "SubnetId");
	struct sender internet = {.anyone = true, .family = walk->client};

	if (!walk_interface(walk, interface) || !walk_routes(walk, subnet) ||
	    !walk_acl(walk, subnet, walk->listener_port))
		return false;
	/* an NLB may have none, and lets all in then. NLB guide, "Update the security groups" */
	if (!json_first(groups))
		hop_open(walk, walk->balancer, "security groups of the load balancer",
			 "it has none: all may come in");
	else if (!walk_groups(walk, "security groups of the load balancer", groups, &internet,
			      walk->listener_port))
		return false;
	return walk_targets(walk, interface);
}

/* Every node that DNS names must let the packet through: clients take any of them. */
static bool walk_nodes(struct walk *walk)
{
	const struct kind *kind = world_kind_named(walk->world, "network-interface");
	const struct doc *first = NULL;
	unsigned walked = 0;

	for (const struct doc *doc = kind ? world_next(walk->world, kind, NULL) : NULL; doc;
	     doc = world_next(walk->world, kind, doc)) {
		if (!is_interface_of(walk, doc))
			continue;
		if (!first)
			first = doc;
		if (!walk_has_targets(walk, doc_str(doc, "SubnetId")))
			continue;
		if (!walk_node(walk, doc))
			return false;
		walked++;
	}
	if (!first)
		return hop_closed(walk, walk->balancer, "network interface",
				  "the load balancer has none (yet)");
	/* no zone has a healthy target: then DNS names all, and the first shows what is wrong */
	return walked > 0 || walk_node(walk, first);
}

static char *explain(const struct path *path)
{
	const struct hop *last = &path->hops[path->count - 1];

	if (path->state == PATH_OPEN)
		return xasprintf("every hop lets it through, to %s", last->found);
	return xasprintf("%s: %s", last->what, last->found);
}

/* The rest of `to` behind its word, or NULL: it does not begin so, or says no name. */
static const char *named(const char *to, const char *word, bool with_namespace)
{
	size_t length = strlen(word);
	const char *name = str_starts_with(to, word) && to[length] == ' ' ? to + length + 1 : NULL;
	const char *slash = name ? strchr(name, '/') : NULL;

	if (!name || !*name || strchr(name, ' '))
		return NULL;
	if (!with_namespace)
		return slash ? NULL : name;
	return slash && slash != name && slash[1] && !strchr(slash + 1, '/') ? name : NULL;
}

bool path_from_internet(const struct world *world, enum family family, const char *to,
			unsigned port, struct path *ret, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct walk walk = {.world = world, .arena = arena, .path = ret, .client = family};
	const char *service = named(to, "service", true), *ingress = named(to, "ingress", true);
	const char *balancer = named(to, "load-balancer", false);
	bool open;

	assert(family == FAMILY_IPV4 || family == FAMILY_IPV6);
	if (service)
		open = walk_service(&walk, service, port) && walk_name(&walk);
	else if (ingress)
		open = walk_ingress(&walk, ingress, port) && walk_name(&walk);
	else if (balancer)
		open = walk_named(&walk, balancer, port);
	else
		return err_set(err, ERR_INVALID, NULL,
			       "\"%s\" is no Service, no Ingress and no load balancer: write "
			       "\"service default/echo\"",
			       to);
	ret->client_address = CLIENT_IN_PACKET | CLIENT_IN_PROXY_PROTOCOL | CLIENT_IN_FORWARDED_FOR;
	open = open && walk_balancer(&walk) && walk_nodes(&walk);
	if (!open)
		ret->client_address = CLIENT_LOST;
	ret->state = open ? PATH_OPEN : ret->hops[ret->count - 1].state;
	ret->why = explain(ret);
	return true;
}
