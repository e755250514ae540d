/*
 * Where the Pod finds the client's address: in the packets, in front of the connection (PROXY
 * protocol), in a header of the request, or nowhere.
 *
 * Source: NLB guide, "Client IP preservation" and "Proxy protocol"; ALB guide, "HTTP headers and
 * Application Load Balancers"; classic guide, "Configure proxy protocol support"; Kubernetes,
 * "Source IP for Services with Type=LoadBalancer" (externalTrafficPolicy).
 */
#include "emulator/net/walk.h"

static const struct {
	enum client_address way;
	const char *name;
} ways[] = {
	{CLIENT_IN_PACKET, "packet"},
	{CLIENT_IN_PROXY_PROTOCOL, "proxy-protocol"},
	{CLIENT_IN_FORWARDED_FOR, "forwarded-for"},
};

bool client_address_parse(const char *name, enum client_address *ret)
{
	*ret = CLIENT_LOST;
	for (size_t i = 0; i < array_size(ways); i++)
		if (str_eq(ways[i].name, name))
			*ret = ways[i].way;
	return *ret != CLIENT_LOST || str_eq(name, "lost");
}

char *client_address_text(unsigned found)
{
	char *text = NULL;

	for (size_t i = 0; i < array_size(ways); i++) {
		char *more;

		if (!(found & ways[i].way))
			continue;
		more = text ? xasprintf("%s and %s", text, ways[i].name) : xstrdup(ways[i].name);
		free(text);
		text = more;
	}
	return text ? text : xstrdup("lost");
}

static const char *group_attribute(const struct doc *group, const char *name)
{
	return group ? json_find_str(group->extra, "attributes", name, NULL) : NULL;
}

bool client_kept_by_balancer(const struct walk *walk, const struct doc *group, enum family inner)
{
	const char *preserve = group_attribute(group, "preserve_client_ip.enabled");
	const char *protocol = group ? doc_str(group, "Protocol") : NULL;

	/* a packet that changes its family has the load balancer's address */
	if (!group || !str_eq(doc_str(walk->balancer, "Type"), "network") || walk->client != inner)
		return false;
	if (str_eq(protocol, "UDP") || str_eq(protocol, "TCP_UDP"))
		return true; /* for good */
	return preserve ? str_eq(preserve, "true")
			: str_eq(doc_str(group, "TargetType"), "instance");
}

/* kube-proxy puts the node's address in place of the client's, unless the Pod must be on the node
 * that the packet came to. */
static bool kept_by_node(const struct walk *walk, bool to_node_port)
{
	return !to_node_port ||
	       (walk->service &&
		str_eq(json_find_str(walk->service->body, "spec", "externalTrafficPolicy", NULL),
		       "Local"));
}

static bool says_proxy_protocol(const struct json *policies, const char *name)
{
	json_foreach (policy, policies) {
		if (!str_eq(json_get_str(policy, "PolicyName"), name) ||
		    !str_eq(json_get_str(policy, "PolicyTypeName"), "ProxyProtocolPolicyType"))
			continue;
		json_foreach (item, json_get(policy, "PolicyAttributeDescriptions"))
			if (str_eq(json_get_str(item, "AttributeName"), "ProxyProtocol"))
				return str_eq(json_get_str(item, "AttributeValue"), "true");
	}
	return false;
}

/* A classic load balancer never keeps the packet's address: it makes a connection of its own. */
static unsigned classic_client(const struct walk *walk, unsigned instance_port)
{
	const struct json *body = walk->balancer->body;
	unsigned found = CLIENT_LOST;

	json_foreach (item, json_get(body, "ListenerDescriptions")) {
		const char *protocol = json_find_str(item, "Listener", "Protocol", NULL);

		if (json_get_int(json_get(item, "Listener"), "LoadBalancerPort", 0) ==
			    (int64_t)walk->listener_port &&
		    protocol && str_starts_with(protocol, "HTTP"))
			found |= CLIENT_IN_FORWARDED_FOR;
	}
	json_foreach (item, json_get(body, "BackendServerDescriptions"))
		if (json_get_int(item, "InstancePort", 0) == (int64_t)instance_port)
			json_foreach (name, json_get(item, "PolicyNames"))
				if (says_proxy_protocol(json_get(walk->balancer->extra, "policies"),
							json_str(name)))
					found |= CLIENT_IN_PROXY_PROTOCOL;
	return found;
}

/* X-Forwarded-For is told only in mode "append": "preserve" passes on what the client claims. */
static unsigned application_client(const struct walk *walk)
{
	const char *mode = json_find_str(walk->balancer->extra, "attributes",
					 "routing.http.xff_header_processing.mode", NULL);

	return !mode || str_eq(mode, "append") ? CLIENT_IN_FORWARDED_FOR : CLIENT_LOST;
}

void walk_client(struct walk *walk, const struct doc *group, enum family inner, unsigned port,
		 bool to_node_port)
{
	unsigned found = CLIENT_LOST;

	if (walk->classic) {
		found = classic_client(walk, port);
	} else if (str_eq(doc_str(walk->balancer, "Type"), "application")) {
		found = application_client(walk);
	} else {
		if (client_kept_by_balancer(walk, group, inner) && kept_by_node(walk, to_node_port))
			found |= CLIENT_IN_PACKET;
		if (str_eq(group_attribute(group, "proxy_protocol_v2.enabled"), "true"))
			found |= CLIENT_IN_PROXY_PROTOCOL;
	}
	walk->path->client_address &= found;
}
