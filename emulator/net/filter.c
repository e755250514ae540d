/*
 * What lets packets through: security groups, network ACLs, route tables. "Anywhere on the
 * internet" is let in only by what lets everybody in.
 */
#include "emulator/net/walk.h"

static const char *anywhere(enum family family)
{
	return family == FAMILY_IPV6 ? "::/0" : "0.0.0.0/0";
}

/* "-1", "tcp", "6": whether the rule is about the protocol. EC2 API, IpPermission.IpProtocol */
static bool is_protocol(const struct walk *walk, const char *protocol)
{
	const char *number = str_eq(walk->protocol, "tcp") ? "6" : "17";

	return str_eq(protocol, "-1") || str_eq(protocol, walk->protocol) ||
	       str_eq(protocol, number);
}

static bool is_port(const struct json *range, const char *from, const char *to, unsigned port)
{
	int64_t first = json_get_int(range, from, -1), last = json_get_int(range, to, -1);

	return (first == -1 && last == -1) || (first <= (int64_t)port && (int64_t)port <= last);
}

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NOT_MODELLED };

static bool is_in_block(const char *text, const struct ip *ip)
{
	struct cidr block;

	return text && cidr_parse(text, &block) && cidr_contains_ip(&block, ip);
}

static enum answer rule_lets_in(const struct walk *walk, const struct doc *rule,
				const struct sender *sender, unsigned port)
{
	const struct json *body = rule->body;
	const char *block =
		json_get_str(body, sender->family == FAMILY_IPV6 ? "CidrIpv6" : "CidrIpv4");
	const char *group = json_find_str(body, "ReferencedGroupInfo", "GroupId", NULL);

	if (json_get_bool(body, "IsEgress", false) != sender->egress ||
	    !is_protocol(walk, json_get_str(body, "IpProtocol")))
		return ANSWER_NO;
	if (!str_eq(json_get_str(body, "IpProtocol"), "-1") &&
	    !is_port(body, "FromPort", "ToPort", port))
		return ANSWER_NO;
	if (group)
		return net_list_has(sender->groups, NULL, group) ||
				       net_list_has(sender->groups, "GroupId", group)
			       ? ANSWER_YES
			       : ANSWER_NO;
	if (json_get_str(body, "PrefixListId"))
		return ANSWER_NOT_MODELLED;
	if (sender->anyone)
		return str_eq(block, anywhere(sender->family)) ? ANSWER_YES : ANSWER_NO;
	return is_in_block(block, sender->address) ? ANSWER_YES : ANSWER_NO;
}

static const char *sender_text(const struct walk *walk, const struct sender *sender)
{
	char text[CIDR_TEXT_MAX];

	if (sender->anyone)
		return anywhere(sender->family);
	return arena_strdup(walk->arena, ip_format(sender->address, text));
}

bool walk_groups(struct walk *walk, const char *what, const struct json *groups,
		 const struct sender *sender, unsigned port)
{
	const char *from = sender_text(walk, sender);
	const char *way = sender->egress ? "out to" : "in from";
	const struct doc *unclear = NULL, *group = NULL;

	json_foreach (item, groups) {
		const char *id = json_str(item) ? json_str(item) : json_get_str(item, "GroupId");
		const struct doc *rule = NULL;

		group = net_find(walk, "security-group", id);
		while ((rule = net_find_next(walk, "security-group-rule", "GroupId", id, rule))) {
			enum answer answer = rule_lets_in(walk, rule, sender, port);

			if (answer == ANSWER_YES)
				return hop_open(walk, rule, what, "%s lets %s %u %s %s", id,
						walk->protocol, port, way, from);
			if (answer == ANSWER_NOT_MODELLED)
				unclear = rule;
		}
	}
	if (unclear)
		return hop_unknown(walk, unclear, what,
				   "rule %s names a prefix list: what is in it is not modelled",
				   unclear->key);
	return hop_closed(walk, group, what, "no rule lets %s %u %s %s", walk->protocol, port, way,
			  from);
}

/* The first entry that speaks about all packets of a direction. */
static enum answer acl_lets(const struct walk *walk, const struct json *entries, bool egress,
			    unsigned port, const char **ret_rule)
{
	const char *member = walk->client == FAMILY_IPV6 ? "Ipv6CidrBlock" : "CidrBlock";
	bool some_denied = false;
	int64_t last = -1;

	*ret_rule = "the end of the list";
	for (;;) { /* by ascending number: entries need not be sorted */
		const struct json *next = NULL;
		int64_t number = INT64_MAX;
		bool allows;

		json_foreach (entry, entries) {
			int64_t n = json_get_int(entry, "RuleNumber", INT64_MAX);

			if (json_get_bool(entry, "Egress", false) == egress && n > last &&
			    n < number && json_get_str(entry, member)) {
				number = n;
				next = entry;
			}
		}
		if (!next)
			return ANSWER_NO;
		last = number;
		if (!is_protocol(walk, json_get_str(next, "Protocol")) ||
		    (json_get(next, "PortRange") &&
		     !is_port(json_get(next, "PortRange"), "From", "To", port)))
			continue;
		allows = str_eq(json_get_str(next, "RuleAction"), "allow");
		if (!str_eq(json_get_str(next, member), anywhere(walk->client))) {
			some_denied |= !allows;
			continue;
		}
		*ret_rule = arena_printf(walk->arena, "entry %lld", (long long)number);
		if (!allows)
			return ANSWER_NO;
		return some_denied ? ANSWER_NOT_MODELLED : ANSWER_YES;
	}
}

static const struct doc *find_acl(const struct walk *walk, const char *subnet_id,
				  struct json **ret_view)
{
	const struct doc *subnet = net_find(walk, "subnet", subnet_id), *acl = NULL;
	const struct doc *fallback = NULL;
	const char *vpc = subnet ? doc_str(subnet, "VpcId") : NULL;

	while ((acl = net_find_next(walk, "network-acl", "VpcId", vpc, acl))) {
		struct json *view = doc_view(walk->world, acl);

		if (net_list_has(json_get(view, "Associations"), "SubnetId", subnet_id)) {
			json_free(*ret_view);
			*ret_view = view;
			return acl;
		}
		if (!json_get_bool(view, "IsDefault", false)) {
			json_free(view);
			continue;
		}
		fallback = acl;
		json_free(*ret_view);
		*ret_view = view;
	}
	return fallback;
}

bool walk_acl(struct walk *walk, const char *subnet_id, unsigned port)
{
	/* answers go to the client's port: any of the ephemeral ones, whose first is taken */
	static const unsigned ephemeral = 1024;
	_cleanup_(json_freep) struct json *view = NULL;
	const struct doc *acl = find_acl(walk, subnet_id, &view);
	const char *what = arena_printf(walk->arena, "network ACL of %s", subnet_id), *rule;
	const struct json *entries = json_get(view, "Entries");
	enum answer in, out;

	if (!acl)
		return hop_unknown(walk, NULL, what, "there is none: it is not modelled");
	in = acl_lets(walk, entries, false, port, &rule);
	if (in == ANSWER_NO)
		return hop_closed(walk, acl, what, "%s denies %s %u in %s", rule, walk->protocol,
				  port, acl->key);
	out = acl_lets(walk, entries, true, ephemeral, &rule);
	if (out == ANSWER_NO)
		return hop_closed(walk, acl, what, "%s denies answers out of %s", rule, acl->key);
	if (in == ANSWER_NOT_MODELLED || out == ANSWER_NOT_MODELLED)
		return hop_unknown(walk, acl, what, "%s denies some addresses of the internet",
				   acl->key);
	return hop_open(walk, acl, what, "%s allows it both ways", acl->key);
}

/* The subnet's own table, else the main one of its VPC.
 * Source: VPC guide, "Route tables", subnet route table association. */
static const char *route_table_id(const struct walk *walk, const struct doc *subnet)
{
	const struct doc *association =
		net_find_next(walk, "route-table-association", "SubnetId", subnet->key, NULL);
	const char *vpc = doc_str(subnet, "VpcId");

	if (association)
		return doc_str(association, "RouteTableId");
	association = NULL;
	while ((association =
			net_find_next(walk, "route-table-association", "VpcId", vpc, association)))
		if (json_get_bool(association->body, "Main", false))
			return doc_str(association, "RouteTableId");
	return NULL;
}

static const struct doc *default_route(const struct walk *walk, const char *table)
{
	const char *member =
		walk->client == FAMILY_IPV6 ? "DestinationIpv6CidrBlock" : "DestinationCidrBlock";
	const struct doc *route = NULL;

	while ((route = net_find_next(walk, "route", "RouteTableId", table, route)))
		if (str_eq(doc_str(route, member), anywhere(walk->client)))
			return route;
	return NULL;
}

static const char *route_target(const struct doc *route)
{
	static const char *const members[] = {
		"GatewayId",	      "NatGatewayId",	  "EgressOnlyInternetGatewayId",
		"NetworkInterfaceId", "TransitGatewayId", "InstanceId",
	};

	for (size_t i = 0; i < array_size(members); i++)
		if (doc_str(route, members[i]))
			return doc_str(route, members[i]);
	return "nothing";
}

bool walk_routes(struct walk *walk, const char *subnet_id)
{
	const struct doc *subnet = net_find(walk, "subnet", subnet_id), *route, *gateway;
	const char *to = anywhere(walk->client), *table, *target, *what;

	what = arena_printf(walk->arena, "route table of %s", subnet_id);
	if (!subnet)
		return hop_closed(walk, NULL, what, "the subnet does not exist");
	table = route_table_id(walk, subnet);
	if (!table)
		return hop_unknown(walk, subnet, what, "its VPC has no main route table");
	route = default_route(walk, table);
	if (!route)
		return hop_closed(walk, net_find(walk, "route-table", table), what,
				  "%s has no route to %s", table, to);
	target = route_target(route);
	if (!str_eq(doc_str(route, "State"), "active"))
		return hop_closed(walk, route, what, "the route of %s to %s is a blackhole: %s",
				  table, to, target);
	if (!str_starts_with(target, "igw-"))
		return hop_closed(
			walk, route, what,
			"the route of %s to %s leads to %s, through which nobody comes in", table,
			to, target);
	gateway = net_find(walk, "internet-gateway", target);
	if (!gateway || !net_list_has(json_get(gateway->body, "Attachments"), "VpcId",
				      doc_str(subnet, "VpcId")))
		return hop_closed(walk, gateway, what, "%s is not attached to %s", target,
				  doc_str(subnet, "VpcId"));
	return hop_open(walk, route, what, "%s leads %s to %s", table, to, target);
}
