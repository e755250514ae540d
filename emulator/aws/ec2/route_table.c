/*
 * Route tables and their associations. Shapes: EC2 RouteTable (its Routes and Associations are
 * documents of their own, put together on read) and RouteTableAssociation. Each VPC has one main
 * table, said by an association with Main.
 */
#include "emulator/aws/ec2/internal.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

static const struct kind_index route_table_indexes[] = {
	{"vpc", terms_vpc},
	{NULL, NULL},
};

static struct json *association_list(const struct world *world, const char *table_id)
{
	struct json *list = json_new_array();
	struct docs found = {0};

	world_lookup(world, &kind_route_table_association, "route-table", table_id, &found);
	for (size_t i = 0; i < found.count; i++)
		json_append_borrowed(list, found.items[i]->body);
	docs_done(&found);
	return list;
}

static struct json *route_table_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc);

	json_set(item, "Associations", association_list(world, doc->key));
	json_set(item, "Routes", route_list(world, doc->key));
	return item;
}

static struct json *route_table_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(route_table_item(world, doc));
}

const struct kind kind_route_table = {
	.name = "route-table",
	.shape = "ec2:RouteTable",
	.indexes = route_table_indexes,
	.view = route_table_view,
};

/* ---- Associations: kind and inner life ---- */

static void terms_route_table(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "RouteTableId");
}

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "SubnetId");
}

static void terms_gateway(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "GatewayId");
}

static void terms_main(const struct doc *doc, struct terms *terms)
{
	if (json_get_bool(doc->body, "Main", false))
		ec2_term(terms, doc->extra, "VpcId");
}

static const struct kind_index association_indexes[] = {
	{"route-table", terms_route_table},
	{"subnet", terms_subnet},
	{"gateway", terms_gateway},
	{"main", terms_main},
	{NULL, NULL},
};

const struct kind kind_route_table_association = {
	.name = "route-table-association",
	.shape = "ec2:RouteTableAssociation",
	.indexes = association_indexes,
};

const struct doc *route_table_main(const struct world *world, const char *vpc_id)
{
	const struct doc *association =
		world_lookup_one(world, &kind_route_table_association, "main", vpc_id);

	if (!association)
		return NULL;
	return world_find(world, &kind_route_table, doc_str(association, "RouteTableId"));
}

const struct doc *route_table_association_of(const struct world *world, const char *subnet_id)
{
	return world_lookup_one(world, &kind_route_table_association, "subnet", subnet_id);
}

const struct doc *route_table_association_of_gateway(const struct world *world,
						     const char *gateway_id)
{
	return world_lookup_one(world, &kind_route_table_association, "gateway", gateway_id);
}

/** What an association ties a table to: a subnet, a gateway's edge, or, with neither, its VPC. */
struct place {
	const char *vpc_id, *subnet_id, *gateway_id;
};

static const char *association_add(struct call *call, const char *table_id,
				   const struct place *place, const char *implied_by)
{
	const char *subnet_id = place->subnet_id, *gateway_id = place->gateway_id;
	const char *end = subnet_id ? subnet_id : gateway_id;
	const char *name = arena_printf(call->arena, "%s/%s", table_id, end ? end : "main");
	const char *id = ec2_new_id(call, &kind_route_table_association, name);
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_bool(body, "Main", !end);
	json_set_str(body, "RouteTableAssociationId", id);
	json_set_str(body, "RouteTableId", table_id);
	json_set_str(body, "SubnetId", subnet_id);
	json_set_str(body, "GatewayId", gateway_id);
	json_set_str(json_ensure_object(body, "AssociationState"), "State", "associated");
	json_set_str(extra, "VpcId", place->vpc_id);
	world_add(call, (struct doc_spec){.kind = &kind_route_table_association,
					  .key = id,
					  .body = body,
					  .extra = extra,
					  .implied_by = implied_by});
	return id;
}

void route_table_make_main(struct call *call, const char *table_id, const char *vpc_id)
{
	association_add(call, table_id, &(struct place){.vpc_id = vpc_id}, vpc_id);
}

const char *route_table_add(struct call *call, const char *vpc_id, const char *id,
			    struct json *tags, const char *implied_by)
{
	struct json *body = json_new_object();

	if (!id)
		id = ec2_new_id(call, &kind_route_table, vpc_id);
	json_set(body, "PropagatingVgws", json_new_array());
	json_set_str(body, "RouteTableId", id);
	json_set_str(body, "VpcId", vpc_id);
	json_set_str(body, "OwnerId", call->account);
	world_add(call, (struct doc_spec){.kind = &kind_route_table,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .implied_by = implied_by});
	route_add_locals(call, id, world_find(call->world, &kind_vpc, vpc_id));
	return id;
}

void route_table_drop(struct call *call, const char *table_id)
{
	static const struct kind *const parts[] = {&kind_route, &kind_route_table_association};

	for (size_t k = 0; k < array_size(parts); k++) {
		struct docs found = {0};

		world_lookup(call->world, parts[k], "route-table", table_id, &found);
		for (size_t i = 0; i < found.count; i++)
			world_remove(call, parts[k], found.items[i]->key);
		docs_done(&found);
	}
	world_remove(call, &kind_route_table, table_id);
}

void route_table_propagate(struct call *call, const struct doc *table, const char *gateway_id,
			   bool on)
{
	struct json *body = json_copy(table->body), *item;
	struct json *list = json_ensure_array(body, "PropagatingVgws");
	struct json *old = ec2_element_mut(list, "GatewayId", gateway_id);

	if (!on && old)
		json_remove_item(list, old);
	if (on && !old) {
		item = json_new_object();
		json_set_str(item, "GatewayId", gateway_id);
		json_append(list, item);
	}
	world_put(call, &kind_route_table, table->key, body);
	vpn_gateway_spread(call, gateway_id);
}

/* ---- CreateRouteTable, DeleteRouteTable, DescribeRouteTables ---- */

bool ec2_create_route_table(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *vpc;
	const char *id;

	if (!ec2_get_of_any_form(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !tags_from_specifications(input, "route-table", &tags, err) ||
	    !idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err))
		return false;
	if (!id || !ec2_find(call, &kind_route_table, id)) {
		if (!ec2_within_limit(
			    call, LIMIT_ROUTE_TABLES_PER_VPC,
			    world_lookup_count(call->world, &kind_route_table, "vpc", vpc->key),
			    AWS_EC2_ROUTE_TABLE_LIMIT, err))
			return false;
		id = route_table_add(call, vpc->key, NULL, steal(tags), NULL);
		idempotency_keep(call, input, "ClientToken", id);
	}
	json_set(output, "RouteTable",
		 route_table_item(call->world, world_find(call->world, &kind_route_table, id)));
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	return true;
}

/* Source: EC2 API, DeleteRouteTable: not while a subnet is associated, never the main table. */
bool ec2_delete_route_table(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *table;

	(void)output;
	if (!ec2_get_by(call, &kind_route_table, input, "RouteTableId", &table, err))
		return false;
	if (world_lookup_count(call->world, &kind_route_table_association, "route-table",
			       table->key) ||
	    world_lookup_count(call->world, &kind_vpc_endpoint, "route-table", table->key) ||
	    world_lookup_count(call->world, &kind_nat_gateway, "route-table", table->key))
		return aws_fail(err, AWS_EC2_DEPENDENCY, "routeTable", table->key);
	route_table_drop(call, table->key);
	return true;
}

/** Lets a filter see what the table's associations and routes say. */
static void filter_list(struct json *list, const char *member, struct filter_values *values)
{
	json_foreach (item, list)
		filter_value(values, json_get_str(item, member));
	json_free(list);
}

#define ASSOCIATION_FILTER(function, member)                                                       \
	static void function(struct call *call, const struct doc *doc,                             \
			     struct filter_values *values)                                         \
	{                                                                                          \
		filter_list(association_list(call->world, doc->key), member, values);              \
	}
#define ROUTE_FILTER(function, member)                                                             \
	static void function(struct call *call, const struct doc *doc,                             \
			     struct filter_values *values)                                         \
	{                                                                                          \
		filter_list(route_list(call->world, doc->key), member, values);                    \
	}

ASSOCIATION_FILTER(filter_association_id, "RouteTableAssociationId")
ASSOCIATION_FILTER(filter_association_subnet, "SubnetId")
ASSOCIATION_FILTER(filter_association_gateway, "GatewayId")
ROUTE_FILTER(filter_cidr, "DestinationCidrBlock")
ROUTE_FILTER(filter_ipv6_cidr, "DestinationIpv6CidrBlock")
ROUTE_FILTER(filter_prefix_list, "DestinationPrefixListId")
ROUTE_FILTER(filter_egress_gateway, "EgressOnlyInternetGatewayId")
ROUTE_FILTER(filter_gateway, "GatewayId")
ROUTE_FILTER(filter_instance, "InstanceId")
ROUTE_FILTER(filter_nat_gateway, "NatGatewayId")
ROUTE_FILTER(filter_transit_gateway, "TransitGatewayId")
ROUTE_FILTER(filter_origin, "Origin")
ROUTE_FILTER(filter_state, "State")
ROUTE_FILTER(filter_peering, "VpcPeeringConnectionId")

static void filter_main(struct call *call, const struct doc *doc, struct filter_values *values)
{
	struct json *list = association_list(call->world, doc->key);

	json_foreach (item, list)
		filter_value_bool(values, json_get_bool(item, "Main", false));
	json_free(list);
}

static const struct filter_field route_table_filters[] = {
	{"association.gateway-id", NULL, filter_association_gateway, NULL},
	{"association.main", NULL, filter_main, NULL},
	{"association.route-table-association-id", NULL, filter_association_id, NULL},
	{"association.route-table-id", "RouteTableId", NULL, NULL},
	{"association.subnet-id", NULL, filter_association_subnet, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"route-table-id", "RouteTableId", NULL, NULL},
	{"route.destination-cidr-block", NULL, filter_cidr, NULL},
	{"route.destination-ipv6-cidr-block", NULL, filter_ipv6_cidr, NULL},
	{"route.destination-prefix-list-id", NULL, filter_prefix_list, NULL},
	{"route.egress-only-internet-gateway-id", NULL, filter_egress_gateway, NULL},
	{"route.gateway-id", NULL, filter_gateway, NULL},
	{"route.instance-id", NULL, filter_instance, NULL},
	{"route.nat-gateway-id", NULL, filter_nat_gateway, NULL},
	{"route.origin", NULL, filter_origin, NULL},
	{"route.state", NULL, filter_state, NULL},
	{"route.transit-gateway-id", NULL, filter_transit_gateway, NULL},
	{"route.vpc-peering-connection-id", NULL, filter_peering, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

static struct json *describe_item(struct call *call, const struct doc *doc)
{
	return route_table_item(call->world, doc);
}

bool ec2_describe_route_tables(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_route_table,
		.ids = "RouteTableIds",
		.id_prefix = "rtb-",
		.malformed = AWS_EC2_ROUTE_TABLE_NOT_FOUND, /* of any form */
		.not_found = AWS_EC2_ROUTE_TABLE_NOT_FOUND,
		.filters = "Filters",
		.fields = route_table_filters,
		.page = &page_ec2,
		.result = "RouteTables",
		.item = describe_item,
	};

	return describe_reply(call, input, output, &describe, err);
}

/* ---- AssociateRouteTable and its relatives ---- */

static void reply_state(struct json *output)
{
	json_set_str(json_ensure_object(output, "AssociationState"), "State", "associated");
}

/** An internet gateway or a virtual private gateway that is attached to the table's VPC. Source:
 * VPC user guide, "Gateway route tables". */
static bool get_gateway(struct call *call, const char *id, const struct doc *table,
			const struct doc **ret, struct err *err)
{
	if (str_starts_with(id, "vgw-")) {
		if (!ec2_get(call, &kind_vpn_gateway, id, ret, err))
			return false;
		return vpn_gateway_is_attached(*ret, doc_str(table, "VpcId")) ||
		       aws_fail(err, AWS_EC2_GATEWAY_NOT_ATTACHED, id, doc_str(table, "VpcId"));
	}
	if (!str_starts_with(id, "igw-"))
		return aws_fail(err, AWS_EC2_ROUTE_TARGET_NOT_FOUND, id);
	if (!ec2_get(call, &kind_internet_gateway, id, ret, err))
		return false;
	return ec2_element(json_get((*ret)->body, "Attachments"), "VpcId",
			   doc_str(table, "VpcId")) ||
	       aws_fail(err, AWS_EC2_GATEWAY_NOT_ATTACHED, id, doc_str(table, "VpcId"));
}

/** A gateway's table leads into the VPC only: no route of it may name a gateway. */
static bool check_edge_routes(const struct world *world, const struct doc *table, struct err *err)
{
	_cleanup_(json_freep) struct json *routes = route_list(world, table->key);

	json_foreach (route, routes) {
		if (!route_fits_edge(route))
			return aws_fail(err, AWS_EC2_EDGE_ROUTE, table->key);
	}
	return true;
}

/** What the request wants the table tied to, and what of that sort is associated already. */
static bool read_place(struct call *call, const struct json *input, const struct doc *table,
		       struct place *place, const struct doc **old, struct err *err)
{
	static const char *const members[] = {"SubnetId", "GatewayId", NULL};
	const struct doc *end;
	unsigned which;

	if (json_get(input, "PublicIpv4Pool"))
		return aws_fail(err, AWS_EC2_PUBLIC_POOL_NOT_FOUND,
				json_get_str(input, "PublicIpv4Pool"));
	if (!ec2_one_of(input, members, &which, err))
		return false;
	place->vpc_id = doc_str(table, "VpcId");
	if (which == 1) {
		if (!get_gateway(call, json_get_str(input, "GatewayId"), table, &end, err) ||
		    !check_edge_routes(call->world, table, err))
			return false;
		place->gateway_id = end->key;
		*old = route_table_association_of_gateway(call->world, end->key);
		return true;
	}
	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", &end, err))
		return false;
	if (!str_eq(place->vpc_id, doc_str(end, "VpcId")))
		return aws_fail(err, AWS_EC2_OTHER_NETWORK, "route table", table->key, "subnet",
				end->key);
	place->subnet_id = end->key;
	*old = route_table_association_of(call->world, end->key);
	return true;
}

/* Source: EC2 API, AssociateRouteTable: a subnet (or gateway) has one table at most; the same one
 * again answers with the association that exists. */
bool ec2_associate_route_table(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *table, *old = NULL;
	struct place place = {0};
	const char *id;

	if (!ec2_get_by(call, &kind_route_table, input, "RouteTableId", &table, err) ||
	    !read_place(call, input, table, &place, &old, err))
		return false;
	if (old && !str_eq(doc_str(old, "RouteTableId"), table->key))
		return aws_fail(err, AWS_EC2_SUBNET_ASSOCIATED, table->key);
	id = old ? old->key : association_add(call, table->key, &place, NULL);
	json_set_str(output, "AssociationId", id);
	reply_state(output);
	return true;
}

bool ec2_disassociate_route_table(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *association;

	(void)output;
	if (!ec2_get_by(call, &kind_route_table_association, input, "AssociationId", &association,
			err))
		return false;
	if (json_get_bool(association->body, "Main", false))
		return aws_fail(err, AWS_EC2_MAIN_ASSOCIATION, association->key);
	world_remove(call, &kind_route_table_association, association->key);
	return true;
}

/* Source: EC2 API, ReplaceRouteTableAssociation: also the way to name another main table; the
 * association gets a new id. */
bool ec2_replace_route_table_association(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const struct doc *association, *table;
	struct place place;

	if (!ec2_get_by(call, &kind_route_table_association, input, "AssociationId", &association,
			err) ||
	    !ec2_get_by(call, &kind_route_table, input, "RouteTableId", &table, err))
		return false;
	place = (struct place){.vpc_id = doc_extra_str(association, "VpcId"),
			       .subnet_id = doc_str(association, "SubnetId"),
			       .gateway_id = doc_str(association, "GatewayId")};
	if (!str_eq(place.vpc_id, doc_str(table, "VpcId")))
		return aws_fail(err, AWS_EC2_OTHER_NETWORK, "route table", table->key,
				"association", association->key);
	if (place.gateway_id && !check_edge_routes(call->world, table, err))
		return false;
	world_remove(call, &kind_route_table_association, association->key);
	json_set_str(output, "NewAssociationId", association_add(call, table->key, &place, NULL));
	reply_state(output);
	return true;
}
