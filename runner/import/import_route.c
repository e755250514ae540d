/* Route tables. */
#include "runner/import/inner.h"

static bool is_main(const struct json *item)
{
	json_foreach (association, json_get(item, "Associations"))
		if (json_get_bool(association, "Main", false))
			return true;
	return false;
}

/* A route that somebody made. */
static bool is_made(const struct json *route)
{
	return str_eq(json_get_str(route, "Origin"), "CreateRoute");
}

static bool has_made_routes(const struct json *item)
{
	json_foreach (route, json_get(item, "Routes"))
		if (is_made(route))
			return true;
	return false;
}

static void associate(struct import *import, const char *table, const char *id, const char *member,
		      const char *with)
{
	struct json *params = import_params("RouteTableId", table);

	json_set_str(params, member, with);
	import_call(import, table, "ec2:AssociateRouteTable", id, params, NULL);
}

/* Subnets without a table of their own use the main one; here they are associated with it. */
static void associate_others(struct import *import, const struct json *item, const char *id)
{
	json_foreach (subnet, json_get(import->sets, "Subnets")) {
		const char *subnet_id = json_get_str(subnet, "SubnetId");
		bool own = false;

		if (!str_eq(json_get_str(subnet, "VpcId"), json_get_str(item, "VpcId")))
			continue;
		json_foreach (table, json_get(import->sets, "RouteTables"))
			json_foreach (association, json_get(table, "Associations"))
				own = own ||
				      str_eq(json_get_str(association, "SubnetId"), subnet_id);
		if (!own)
			associate(import, id, NULL, "SubnetId", subnet_id);
	}
}

static void add_route(struct import *import, const struct json *route, const char *id)
{
	static const char *const destinations[] = {"DestinationCidrBlock",
						   "DestinationIpv6CidrBlock",
						   "DestinationPrefixListId", NULL};
	const char *gateway = json_get_str(route, "GatewayId");
	struct json *params;

	if (!is_made(route) || str_starts_with(gateway, "vpce-"))
		return; /* local, propagated, or comes with its endpoint */
	params = import_params("RouteTableId", id);
	import_copy(params, route, destinations);
	import_copy(params, route,
		    IMPORT_MEMBERS("GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId",
				   "TransitGatewayId", "VpcPeeringConnectionId",
				   "CarrierGatewayId"));
	/* an instance's route is told with its interface */
	import_copy(params, route, IMPORT_MEMBERS("NetworkInterfaceId"));
	if (str_eq(json_get_str(route, "State"), "blackhole"))
		import_omit(import, "%s: a route to what is no more", id);
	import_call(import, id, "ec2:CreateRoute", NULL, params, NULL);
}

void import_route_table(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "RouteTableId");
	bool main_table = is_main(item);
	struct json *params;

	if (main_table && !has_made_routes(item))
		return; /* as each VPC gets it; only the id is another one */
	if (!import_has_vpc(import, json_get_str(item, "VpcId"), id))
		return;
	if (main_table)
		import_omit(import,
			    "%s: it is the main route table, which a VPC gets by itself; here it "
			    "is another one, associated with the subnets that had none",
			    id);
	params = json_new_object();
	import_copy(params, item, IMPORT_MEMBERS("VpcId"));
	import_tag_specification(import, params, item, "route-table");
	if (!import_call(import, id, "ec2:CreateRouteTable", id, params, NULL))
		return;
	json_foreach (route, json_get(item, "Routes"))
		add_route(import, route, id);
	json_foreach (association, json_get(item, "Associations")) {
		const char *subnet = json_get_str(association, "SubnetId");
		const char *gateway = json_get_str(association, "GatewayId");

		if (subnet || gateway)
			associate(import, id, json_get_str(association, "RouteTableAssociationId"),
				  subnet ? "SubnetId" : "GatewayId", subnet ? subnet : gateway);
	}
	if (main_table)
		associate_others(import, item, id);
}
