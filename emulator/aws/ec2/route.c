/*
 * Routes: documents of their own, so that a claim can name one. Key "rtb-…/destination", shape: EC2
 * Route; extra says RouteTableId and VpcId. State is judged anew when a target comes or goes:
 * active, or blackhole.
 */
#include "emulator/aws/ec2/internal.h"

/* What a route can lead to: the member of the request, the member of Route, the kind that must
 * exist. The first row whose prefix fits an id of GatewayId says what that gateway is. */
struct target_row {
	const char *input, *member, *prefix;
	const struct kind *kind; /* NULL: nothing of that sort exists here */
};
static const struct target_row targets[] = {
	{"GatewayId", "GatewayId", "igw-", &kind_internet_gateway},
	{"GatewayId", "GatewayId", "vgw-", &kind_vpn_gateway},
	{"NatGatewayId", "NatGatewayId", "nat-", &kind_nat_gateway},
	{"EgressOnlyInternetGatewayId", "EgressOnlyInternetGatewayId", "eigw-",
	 &kind_egress_only_internet_gateway},
	{"InstanceId", "InstanceId", "i-", &kind_instance},
	{"NetworkInterfaceId", "NetworkInterfaceId", "eni-", &kind_network_interface},
	{"VpcPeeringConnectionId", "VpcPeeringConnectionId", "pcx-", &kind_vpc_peering_connection},
	{"TransitGatewayId", "TransitGatewayId", "tgw-", NULL},
	{"VpcEndpointId", "GatewayId", "vpce-", &kind_vpc_endpoint},
	{"LocalGatewayId", "LocalGatewayId", "lgw-", NULL},
	{"CarrierGatewayId", "CarrierGatewayId", "cagw-", &kind_carrier_gateway},
	{"CoreNetworkArn", "CoreNetworkArn", "arn:", NULL},
	{"OdbNetworkArn", "OdbNetworkArn", "arn:", NULL},
};

static const char *const destinations[] = {
	"DestinationCidrBlock",
	"DestinationIpv6CidrBlock",
	"DestinationPrefixListId",
	NULL,
};

static void terms_route_table(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->extra, "RouteTableId");
}

static void terms_target(const struct doc *doc, struct terms *terms)
{
	for (size_t i = 0; i < array_size(targets); i++)
		if (i == 0 || !str_eq(targets[i].member, "GatewayId"))
			ec2_term(terms, doc->body, targets[i].member);
}

static const struct kind_index route_indexes[] = {
	{"route-table", terms_route_table},
	{"target", terms_target},
	{NULL, NULL},
};

/** A claim sees which table the route stands in. */
static struct json *route_view(const struct world *world, const struct doc *doc)
{
	struct json *view = json_copy(doc->body);

	(void)world;
	json_set_str(view, "RouteTableId", doc_extra_str(doc, "RouteTableId"));
	return view;
}

const struct kind kind_route = {
	.name = "route",
	.shape = "ec2:Route",
	.indexes = route_indexes,
	.view = route_view,
};

struct json *route_list(const struct world *world, const char *table_id)
{
	struct json *list = json_new_array();
	struct docs found = {0};

	world_lookup(world, &kind_route, "route-table", table_id, &found);
	for (size_t i = 0; i < found.count; i++)
		json_append_borrowed(list, found.items[i]->body);
	docs_done(&found);
	return list;
}

bool route_fits_edge(const struct json *route)
{
	const char *gateway = json_get_str(route, "GatewayId");

	return str_eq(gateway, "local") || str_starts_with(gateway, "vpce-") ||
	       json_get(route, "NetworkInterfaceId");
}

/* ---- State ---- */

/** Whether the gateway has an attachment to the VPC. */
static bool is_attached(const struct doc *gateway, const char *vpc_id)
{
	return ec2_element(json_get(gateway->body, "Attachments"), "VpcId", vpc_id) != NULL;
}

/** Whether traffic to the target arrives: it exists, is attached, runs. */
static bool target_is_live(const struct world *world, const char *id, const char *vpc_id)
{
	const struct doc *doc;

	for (size_t i = 0; i < array_size(targets); i++) {
		if (!targets[i].kind || !str_starts_with(id, targets[i].prefix))
			continue;
		doc = world_find(world, targets[i].kind, id);
		if (!doc || ec2_is_gone(doc))
			return false;
		if (doc->kind == &kind_internet_gateway)
			return is_attached(doc, vpc_id);
		if (doc->kind == &kind_vpn_gateway)
			return vpn_gateway_is_attached(doc, vpc_id);
		if (doc->kind == &kind_nat_gateway)
			return str_eq(doc_str(doc, "State"), "available") ||
			       str_eq(doc_str(doc, "State"), "pending");
		if (doc->kind == &kind_network_interface)
			return str_eq(doc_str(doc, "Status"), "in-use");
		if (doc->kind == &kind_instance)
			return instance_is_live(doc);
		if (doc->kind == &kind_vpc_peering_connection)
			return vpc_peering_is_active(doc);
		if (doc->kind == &kind_carrier_gateway)
			return !str_eq(doc_str(doc, "State"), "deleting");
		return true;
	}
	return true; /* "local", and gateway endpoints, whose routes go with them */
}

/** The id that a route's body leads to. */
static const char *route_target(const struct json *body)
{
	const char *interface_id = json_get_str(body, "NetworkInterfaceId");

	if (interface_id)
		return interface_id;
	for (size_t i = 0; i < array_size(targets); i++)
		if (json_get_str(body, targets[i].member))
			return json_get_str(body, targets[i].member);
	return NULL;
}

static const char *route_state(const struct world *world, const struct json *body,
			       const char *vpc_id)
{
	return target_is_live(world, route_target(body), vpc_id) ? "active" : "blackhole";
}

void route_refresh(struct call *call, const char *target_id)
{
	struct docs found = {0};

	world_lookup(call->world, &kind_route, "target", target_id, &found);
	for (size_t i = 0; i < found.count; i++) {
		struct json *body = json_copy(found.items[i]->body);

		json_set_str(
			body, "State",
			route_state(call->world, body, doc_extra_str(found.items[i], "VpcId")));
		world_put(call, &kind_route, found.items[i]->key, body);
	}
	docs_done(&found);
}

/* ---- Adding and removing ---- */

static const char *route_key(struct call *call, const char *table_id, const char *destination)
{
	return arena_printf(call->arena, "%s/%s", table_id, destination);
}

static void add_document(struct call *call, const char *table_id, const char *vpc_id,
			 const char *destination, struct json *body, const char *implied_by)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "RouteTableId", table_id);
	json_set_str(extra, "VpcId", vpc_id);
	world_add(call, (struct doc_spec){.kind = &kind_route,
					  .key = route_key(call, table_id, destination),
					  .body = body,
					  .extra = extra,
					  .implied_by = implied_by});
}

void route_add(struct call *call, const char *table_id, const char *destination_member,
	       const char *destination, const char *target_member, const char *target,
	       const char *implied_by)
{
	const struct doc *table = world_find(call->world, &kind_route_table, table_id);
	struct json *body = json_new_object();
	bool local = str_eq(target, "local");

	json_set_str(body, destination_member, destination);
	json_set_str(body, target_member, target);
	json_set_str(body, "Origin", local ? "CreateRouteTable" : "CreateRoute");
	json_set_str(body, "State", route_state(call->world, body, doc_str(table, "VpcId")));
	add_document(call, table_id, doc_str(table, "VpcId"), destination, body, implied_by);
}

void route_remove(struct call *call, const char *table_id, const char *destination)
{
	const char *key = route_key(call, table_id, destination);

	if (world_find(call->world, &kind_route, key))
		world_remove(call, &kind_route, key);
}

bool route_is_propagated(const struct doc *route)
{
	return str_eq(doc_str(route, "Origin"), "EnableVgwRoutePropagation");
}

void route_add_propagated(struct call *call, const char *table_id, const char *destination,
			  const char *gateway_id)
{
	const struct doc *table = world_find(call->world, &kind_route_table, table_id);
	struct json *body;

	if (world_find(call->world, &kind_route, route_key(call, table_id, destination)))
		return;
	body = json_new_object();
	json_set_str(body, "DestinationCidrBlock", destination);
	json_set_str(body, "GatewayId", gateway_id);
	json_set_str(body, "Origin", "EnableVgwRoutePropagation");
	json_set_str(body, "State", route_state(call->world, body, doc_str(table, "VpcId")));
	add_document(call, table_id, doc_str(table, "VpcId"), destination, body, gateway_id);
}

static void add_local(struct call *call, const char *table_id, const char *cidr)
{
	if (world_find(call->world, &kind_route, route_key(call, table_id, cidr)))
		return;
	route_add(call, table_id,
		  strchr(cidr, ':') ? "DestinationIpv6CidrBlock" : "DestinationCidrBlock", cidr,
		  "GatewayId", "local", table_id);
}

/** Adds the local routes of one family's associated blocks. */
static void add_locals_of(struct call *call, const char *table_id, const struct json *set,
			  const char *block, const char *state)
{
	json_foreach (association, set) {
		if (str_eq(json_find_str(association, state, "State", NULL), "associated"))
			add_local(call, table_id, json_get_str(association, block));
	}
}

void route_add_locals(struct call *call, const char *table_id, const struct doc *vpc)
{
	add_locals_of(call, table_id, json_get(vpc->body, "CidrBlockAssociationSet"), "CidrBlock",
		      "CidrBlockState");
	add_locals_of(call, table_id, json_get(vpc->body, "Ipv6CidrBlockAssociationSet"),
		      "Ipv6CidrBlock", "Ipv6CidrBlockState");
}

void route_add_local(struct call *call, const char *vpc_id, const char *cidr)
{
	struct docs tables = {0};

	world_lookup(call->world, &kind_route_table, "vpc", vpc_id, &tables);
	for (size_t i = 0; i < tables.count; i++)
		add_local(call, tables.items[i]->key, cidr);
	docs_done(&tables);
}

void route_remove_local(struct call *call, const char *vpc_id, const char *cidr)
{
	struct docs tables = {0};

	world_lookup(call->world, &kind_route_table, "vpc", vpc_id, &tables);
	for (size_t i = 0; i < tables.count; i++)
		route_remove(call, tables.items[i]->key, cidr);
	docs_done(&tables);
}

/* ---- What a request says ---- */

struct wanted {
	const struct doc *table;
	const char *destination_member, *destination;
	const struct target_row *target; /* NULL: the local target of ReplaceRoute */
	const char *target_id;
};

/** Reads the one destination; blocks become canonical. */
static bool read_destination(struct call *call, const struct json *input, struct wanted *wanted,
			     struct err *err)
{
	const char *text;
	struct cidr cidr;
	unsigned which;

	if (!ec2_one_of(input, destinations, &which, err))
		return false;
	text = json_get_str(input, destinations[which]);
	wanted->destination_member = destinations[which];
	wanted->destination = text;
	if (which == 2)
		return prefix_list_exists(call, text) ||
		       aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, text);
	if (!cidr_parse(text, &cidr) || cidr.ip.family != (which == 0 ? FAMILY_IPV4 : FAMILY_IPV6))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text,
				which == 0 ? "destinationCidrBlock" : "destinationIpv6CidrBlock");
	cidr = cidr_canonical(&cidr);
	wanted->destination = ec2_cidr_text(call, &cidr);
	return true;
}

static bool read_target(const struct json *input, struct wanted *wanted, struct err *err)
{
	const char *given = NULL;

	for (size_t i = 0; i < array_size(targets); i++) {
		const char *id = json_get_str(input, targets[i].input);

		if (!id || (given && str_eq(given, targets[i].input)))
			continue;
		if (given)
			return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, given, targets[i].input);
		given = targets[i].input;
		wanted->target_id = id;
		wanted->target = &targets[i];
	}
	if (!given)
		return aws_fail(err, AWS_EC2_ROUTE_TARGETS);
	if (str_eq(given, "GatewayId") && str_starts_with(wanted->target_id, "vgw-"))
		wanted->target = &targets[1];
	return true;
}

/** An instance's route goes through its only interface. */
static bool instance_target(struct call *call, const struct doc *instance, struct json *body,
			    struct err *err)
{
	struct docs found = {0};
	bool one;

	world_lookup(call->world, &kind_network_interface, "instance", instance->key, &found);
	one = found.count == 1;
	if (one) {
		json_set_str(body, "InstanceId", instance->key);
		json_set_str(body, "InstanceOwnerId", call->account);
		json_set_str(body, "NetworkInterfaceId", found.items[0]->key);
	}
	docs_done(&found);
	return one || aws_fail(err, AWS_EC2_INSTANCE_INTERFACES, instance->key);
}

/** Whether the destination's family fits the target. */
static bool check_family(const struct wanted *wanted, struct err *err)
{
	bool ipv6 = str_eq(wanted->destination_member, "DestinationIpv6CidrBlock");

	if (wanted->target->kind == &kind_egress_only_internet_gateway && !ipv6)
		return aws_fail(err, AWS_EC2_EGRESS_GATEWAY_IPV4, wanted->target_id);
	/* Source: VPC user guide, "NAT64": only the well-known prefix goes to a NAT gateway. */
	if (wanted->target->kind == &kind_nat_gateway && ipv6 &&
	    !str_starts_with(wanted->destination, "64:ff9b::"))
		return aws_fail(err, AWS_EC2_NAT_GATEWAY_IPV6, wanted->destination);
	return true;
}

/** The document that a route is to lead to. */
static bool find_target(struct call *call, const struct wanted *wanted, const struct doc **ret,
			struct err *err)
{
	const struct kind *kind = wanted->target->kind;

	if (str_eq(wanted->target->input, "TransitGatewayId"))
		return aws_fail(err, AWS_EC2_ROUTE_TRANSIT_NOT_FOUND, wanted->target_id);
	if (!kind)
		return aws_fail(err, AWS_EC2_ROUTE_TARGET_NOT_FOUND, wanted->target_id);
	if (str_eq(wanted->target->input, "GatewayId") && !ec2_find(call, kind, wanted->target_id))
		return aws_fail(err, AWS_EC2_ROUTE_TARGET_NOT_FOUND, wanted->target_id);
	if (kind == &kind_nat_gateway && !ec2_find(call, kind, wanted->target_id))
		return aws_fail(err, AWS_EC2_ROUTE_NAT_NOT_FOUND, wanted->target_id);
	if (kind != &kind_vpc_peering_connection &&
	    !ec2_get(call, kind, wanted->target_id, ret, err))
		return false;
	if (kind == &kind_vpc_peering_connection) {
		*ret = vpc_peering_find(call, wanted->target_id);
		if (!*ret)
			return aws_fail(err, AWS_EC2_PEERING_NOT_FOUND, wanted->target_id);
	}
	/* Source: VPC user guide, "Gateway route tables" and "Gateway Load Balancer endpoints":
	 * only those can be named; gateway endpoints make their routes themselves. */
	if (kind == &kind_vpc_endpoint &&
	    !str_eq(doc_str(*ret, "VpcEndpointType"), "GatewayLoadBalancer"))
		return aws_fail(err, AWS_EC2_ROUTE_ENDPOINT_TYPE, wanted->target_id);
	return true;
}

/** How a refusal calls a target. */
static const char *target_noun(const struct doc *target)
{
	if (target->kind == &kind_network_interface)
		return "interface";
	if (target->kind == &kind_instance)
		return "instance";
	return "network gateway";
}

/** Fills the target members of a route; the target must exist and belong to the table's VPC. */
static bool fill_target(struct call *call, const struct wanted *wanted, struct json *body,
			struct err *err)
{
	const char *vpc_id = doc_str(wanted->table, "VpcId"), *owner;
	const struct doc *target = NULL;

	if (!find_target(call, wanted, &target, err) || !check_family(wanted, err))
		return false;
	owner = doc_str(target, "VpcId");
	if (target->kind == &kind_vpn_gateway)
		owner = vpn_gateway_vpc(target);
	else if (!owner)
		owner = json_get_str(json_at(json_get(target->body, "Attachments"), 0), "VpcId");
	if (target->kind == &kind_vpc_peering_connection ? !vpc_peering_joins(target, vpc_id)
							 : !str_eq(owner, vpc_id))
		return aws_fail(err, AWS_EC2_OTHER_NETWORK, "route table", wanted->table->key,
				target_noun(target), target->key);
	if (target->kind == &kind_nat_gateway && ec2_is_gone(target))
		return aws_fail(err, AWS_EC2_ROUTE_NAT_NOT_FOUND, target->key);
	if (ec2_is_gone(target))
		return aws_fail(err, ec2_ids(target->kind)->not_found, target->key);
	if (target->kind == &kind_instance)
		return instance_target(call, target, body, err);
	json_set_str(body, wanted->target->member, target->key);
	if (target->kind == &kind_network_interface)
		json_set_str(body, "InstanceId",
			     json_find_str(target->body, "Attachment", "InstanceId", NULL));
	return true;
}

/** Whether the table is a gateway's. */
static bool is_edge(const struct world *world, const struct doc *table)
{
	struct docs found = {0};
	bool edge = false;

	world_lookup(world, &kind_route_table_association, "route-table", table->key, &found);
	for (size_t i = 0; i < found.count; i++)
		edge = edge || doc_str(found.items[i], "GatewayId");
	docs_done(&found);
	return edge;
}

/** Whether a destination is one of the VPC's blocks, whose route can be local. */
static bool is_local_block(const struct world *world, const struct wanted *wanted)
{
	const struct doc *vpc = world_find(world, &kind_vpc, doc_str(wanted->table, "VpcId"));

	return ec2_element(json_get(vpc->body, "CidrBlockAssociationSet"), "CidrBlock",
			   wanted->destination) ||
	       ec2_element(json_get(vpc->body, "Ipv6CidrBlockAssociationSet"), "Ipv6CidrBlock",
			   wanted->destination);
}

/** A body for CreateRoute and ReplaceRoute. */
static struct json *route_body(struct call *call, const struct wanted *wanted, struct err *err)
{
	_cleanup_(json_freep) struct json *body = json_new_object();

	json_set_str(body, wanted->destination_member, wanted->destination);
	if (!wanted->target && !is_local_block(call->world, wanted)) {
		aws_fail(err, AWS_EC2_LOCAL_TARGET, wanted->destination);
		return NULL;
	}
	if (!wanted->target) /* ReplaceRoute LocalTarget */
		json_set_str(body, "GatewayId", "local");
	else if (!fill_target(call, wanted, body, err))
		return NULL;
	if (is_edge(call->world, wanted->table) && !route_fits_edge(body)) {
		aws_fail(err, AWS_EC2_ROUTE_EDGE);
		return NULL;
	}
	if (!route_check_narrow(call, wanted->table, wanted->destination, body, err))
		return NULL;
	json_set_str(body, "Origin", wanted->target ? "CreateRoute" : "CreateRouteTable");
	json_set_str(body, "State",
		     route_state(call->world, body, doc_str(wanted->table, "VpcId")));
	return steal(body);
}

/* ---- CreateRoute, ReplaceRoute, DeleteRoute ---- */

/** Own routes of a table, for the quota. */
static size_t count_routes(const struct world *world, const char *table_id)
{
	struct docs found = {0};
	size_t count = 0;

	world_lookup(world, &kind_route, "route-table", table_id, &found);
	for (size_t i = 0; i < found.count; i++)
		count += !str_eq(doc_str(found.items[i], "GatewayId"), "local");
	docs_done(&found);
	return count;
}

/** Whether two routes lead to the same: all but their state is equal. */
static bool same_route(const struct json *a, const struct json *b)
{
	_cleanup_(json_freep) struct json *x = json_copy(a), *y = json_copy(b);

	json_remove(x, "State");
	json_remove(y, "State");
	return json_equal(x, y);
}

/**
 * Source: EC2 API, CreateRoute. The same route again is answered as done; another target for the
 * same destination is RouteAlreadyExists.
 */
bool ec2_create_route(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	struct wanted wanted = {0};
	const struct doc *old;

	if (!ec2_get_by(call, &kind_route_table, input, "RouteTableId", &wanted.table, err) ||
	    !read_destination(call, input, &wanted, err) || !read_target(input, &wanted, err))
		return false;
	body = route_body(call, &wanted, err);
	if (!body)
		return false;
	json_set_bool(output, "Return", true);
	old = world_find(call->world, &kind_route,
			 route_key(call, wanted.table->key, wanted.destination));
	if (old && same_route(old->body, body))
		return true;
	/* Source: VPC user guide, "Route priority": a static route comes before a propagated one */
	if (old && route_is_propagated(old)) {
		world_remove(call, &kind_route, old->key);
		old = NULL;
	}
	if (old)
		return aws_fail(err, AWS_EC2_ROUTE_EXISTS, wanted.destination);
	if (!ec2_within_limit(call, LIMIT_ROUTES_PER_TABLE,
			      count_routes(call->world, wanted.table->key), AWS_EC2_ROUTE_LIMIT,
			      err))
		return false;
	add_document(call, wanted.table->key, doc_str(wanted.table, "VpcId"), wanted.destination,
		     steal(body), NULL);
	return true;
}

static bool find_route(struct call *call, const struct wanted *wanted, const struct doc **ret,
		       struct err *err)
{
	*ret = world_find(call->world, &kind_route,
			  route_key(call, wanted->table->key, wanted->destination));
	return *ret ||
	       aws_fail(err, AWS_EC2_ROUTE_NOT_FOUND, wanted->destination, wanted->table->key);
}

bool ec2_replace_route(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	struct wanted wanted = {0};
	const struct doc *old;
	struct json *body;

	(void)output;
	if (!ec2_get_by(call, &kind_route_table, input, "RouteTableId", &wanted.table, err) ||
	    !read_destination(call, input, &wanted, err) || !find_route(call, &wanted, &old, err))
		return false;
	if (!json_get_bool(input, "LocalTarget", false) && !read_target(input, &wanted, err))
		return false;
	body = route_body(call, &wanted, err);
	if (!body)
		return false;
	world_put(call, &kind_route, old->key, body);
	return true;
}

/* Source: EC2 API, DeleteRoute; local routes cannot be deleted. */
bool ec2_delete_route(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	struct wanted wanted = {0};
	const struct doc *old;

	(void)output;
	if (!ec2_get_by(call, &kind_route_table, input, "RouteTableId", &wanted.table, err) ||
	    !read_destination(call, input, &wanted, err) || !find_route(call, &wanted, &old, err))
		return false;
	if (str_eq(doc_str(old, "GatewayId"), "local"))
		return aws_fail(err, AWS_EC2_ROUTE_LOCAL, wanted.destination);
	if (str_starts_with(doc_str(old, "GatewayId"), "vpce-"))
		return aws_fail(err, AWS_EC2_ROUTE_ENDPOINT, wanted.destination);
	if (route_is_propagated(old))
		return aws_fail(err, AWS_EC2_ROUTE_PROPAGATED, wanted.destination);
	world_remove(call, &kind_route, old->key);
	json_foreach (gateway, json_get(wanted.table->body, "PropagatingVgws"))
		vpn_gateway_spread(call, json_get_str(gateway, "GatewayId"));
	return true;
}
