/*
 * Routes that a virtual private gateway propagates: the static routes of its VPN connections, in
 * each table of its VPC that takes them. A route that somebody made for the same destination comes
 * first; the propagated one stands in the table only without it.
 *
 * Source: VPC user guide, "Route priority and propagated routes". That static routes are propagated
 * while tunnels are down is unverified.
 */
#include "emulator/aws/ec2/internal.h"

/** Destinations that the gateway knows: array of texts. */
static struct json *known_routes(const struct world *world, const char *gateway_id)
{
	struct json *list = json_new_array();
	struct docs found = {0};

	world_lookup(world, &kind_vpn_connection, "vpn-gateway", gateway_id, &found);
	for (size_t i = 0; i < found.count; i++) {
		if (!str_eq(doc_str(found.items[i], "State"), "available"))
			continue;
		json_foreach (route, json_get(found.items[i]->body, "Routes")) {
			if (str_eq(json_get_str(route, "State"), "available"))
				json_append_str(list, json_get_str(route, "DestinationCidrBlock"));
		}
	}
	docs_done(&found);
	return list;
}

static bool takes(const struct doc *table, const char *gateway_id)
{
	return ec2_element(json_get(table->body, "PropagatingVgws"), "GatewayId", gateway_id) !=
	       NULL;
}

/** Takes away what is not propagated any more, and adds what is new. */
static void spread_into(struct call *call, const struct doc *table, const char *gateway_id,
			const struct json *known)
{
	struct docs routes = {0};

	world_lookup(call->world, &kind_route, "route-table", table->key, &routes);
	for (size_t i = 0; i < routes.count; i++) {
		const char *destination = doc_str(routes.items[i], "DestinationCidrBlock");

		if (route_is_propagated(routes.items[i]) &&
		    str_eq(doc_str(routes.items[i], "GatewayId"), gateway_id) &&
		    !ec2_list_has(known, destination))
			route_remove(call, table->key, destination);
	}
	docs_done(&routes);
	json_foreach (destination, known)
		route_add_propagated(call, table->key, json_str(destination), gateway_id);
}

void vpn_gateway_spread(struct call *call, const char *gateway_id)
{
	const struct doc *gateway = world_find(call->world, &kind_vpn_gateway, gateway_id);
	_cleanup_(json_freep) struct json *known = known_routes(call->world, gateway_id);
	_cleanup_(json_freep) struct json *none = json_new_array();
	struct docs tables = {0};

	world_foreach (table, call->world, &kind_route_table) {
		if (!gateway || (str_eq(table->account, gateway->account) &&
				 str_eq(table->region, gateway->region)))
			docs_add(&tables, table);
	}
	for (size_t i = 0; i < tables.count; i++) {
		bool on = gateway && takes(tables.items[i], gateway_id) &&
			  vpn_gateway_is_attached(gateway, doc_str(tables.items[i], "VpcId"));

		spread_into(call, tables.items[i], gateway_id, on ? known : none);
	}
	docs_done(&tables);
}
