/*
 * VPN connections between a virtual private gateway and a customer gateway. Shape: EC2
 * VpnConnection. Life: pending → available → deleting → deleted, shown so for a while. Nobody is at
 * the other end: tunnels are DOWN, no route is ever learnt; static ones are told to route tables.
 *
 * Source: EC2 API, CreateVpnConnection and its relatives; Site-to-Site VPN user guide, "Tunnel
 * options".
 */
#include "emulator/aws/ec2/internal.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

#define TUNNELS		  2
#define CONFIGURATION_MAX (16 * 1024) /* bytes of the text for the customer's device */
#define KEY_DIGITS	  32

static void terms_vpn_gateway(const struct doc *doc, struct terms *terms)
{
	if (!ec2_is_gone(doc))
		ec2_term(terms, doc->body, "VpnGatewayId");
}

static void terms_customer_gateway(const struct doc *doc, struct terms *terms)
{
	if (!ec2_is_gone(doc))
		ec2_term(terms, doc->body, "CustomerGatewayId");
}

static const struct kind_index connection_indexes[] = {
	{"vpn-gateway", terms_vpn_gateway},
	{"customer-gateway", terms_customer_gateway},
	{NULL, NULL},
};

static void connection_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_vpn_connection = {
	.name = "vpn-connection",
	.shape = "ec2:VpnConnection",
	.indexes = connection_indexes,
	.timer = connection_timer,
	.view = ec2_view,
};

/** Static routes that were on their way are there. */
static void settle_routes(struct json *body)
{
	struct json *route = json_first_mut(json_ensure_array(body, "Routes"));

	for (; route; route = json_next_mut(route))
		json_set_str(route, "State", "available");
}

static void connection_timer(struct call *call, const struct doc *doc, const char *timer)
{
	const char *gateway = arena_strdup(call->arena, doc_str(doc, "VpnGatewayId"));
	struct json *body;

	if (str_eq(timer, "forgotten")) {
		world_remove(call, &kind_vpn_connection, doc->key);
		return;
	}
	body = json_copy(doc->body);
	if (str_eq(timer, "routes")) {
		settle_routes(body);
	} else {
		json_set_str(body, "State", timer);
		json_remove(body, "VgwTelemetry");
		if (str_eq(timer, "available"))
			json_set_copy(body, "VgwTelemetry", json_get(doc->extra, "Telemetry"));
	}
	doc = world_put(call, &kind_vpn_connection, doc->key, body);
	if (str_eq(timer, "deleted"))
		lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_FORGOTTEN, "forgotten");
	vpn_gateway_spread(call, gateway);
}

/* ---- Tunnels ---- */

/** One tunnel: what the caller wants of it, and what AWS chooses. */
static struct json *tunnel(struct call *call, const char *id, unsigned nth,
			   const struct json *wanted)
{
	struct json *option = json_new_object();
	const char *name = ec2_nth(call, id, nth);
	unsigned third =
		(unsigned)(ids_chance(world_seed(call->world), "vpn-inside", id, name, 0) * 246) +
		6; /* 169.254.0.0 to .5.0 are reserved */
	char key[KEY_DIGITS + 1];

	ids_hex(world_seed(call->world), "vpn-key", "", name, 0, KEY_DIGITS, key);
	json_set_str(option, "OutsideIpAddress", public_ip_make(call, name));
	json_setf(option, "TunnelInsideCidr", "169.254.%u.%u/30", third, 4 * nth);
	json_set_str(option, "PreSharedKey", key);
	json_foreach (member, wanted) {
		const char *its = json_key(member);

		/* the request calls some otherwise than the answer */
		if (str_eq(its, "DPDTimeoutSeconds"))
			its = "DpdTimeoutSeconds";
		else if (str_eq(its, "DPDTimeoutAction"))
			its = "DpdTimeoutAction";
		else if (str_eq(its, "IKEVersions"))
			its = "IkeVersions";
		json_remove(option, its);
		json_set_copy(option, its, member);
	}
	return option;
}

/** Source: Site-to-Site VPN user guide: /30 out of 169.254.0.0/16, but for six that AWS keeps. */
static bool check_tunnels(const struct json *tunnels, struct err *err)
{
	static const char *const kept[] = {"169.254.0.0/30",	"169.254.1.0/30", "169.254.2.0/30",
					   "169.254.3.0/30",	"169.254.4.0/30", "169.254.5.0/30",
					   "169.254.169.252/30"};
	struct cidr all, block;

	if (json_size(tunnels) > TUNNELS)
		return aws_fail(err, AWS_EC2_VPN_TUNNELS);
	if (!cidr_parse("169.254.0.0/16", &all))
		assert(!"the block of link-local addresses is a block");
	json_foreach (wanted, tunnels) {
		const char *cidr = json_get_str(wanted, "TunnelInsideCidr");

		if (!cidr)
			continue;
		if (!cidr_parse(cidr, &block) || block.prefix != 30 || !cidr_is_canonical(&block) ||
		    !cidr_contains(&all, &block))
			return aws_fail(err, AWS_EC2_VPN_INSIDE, cidr);
		for (size_t i = 0; i < array_size(kept); i++)
			if (str_eq(kept[i], cidr))
				return aws_fail(err, AWS_EC2_VPN_INSIDE, cidr);
	}
	return true;
}

static struct json *telemetry(struct call *call, const struct json *tunnels)
{
	struct json *list = json_new_array();

	json_foreach (option, tunnels) {
		struct json *item = json_new_object();

		json_set_int(item, "AcceptedRouteCount", 0);
		json_set_str(item, "LastStatusChange", aws_now(call));
		json_set_copy(item, "OutsideIpAddress", json_get(option, "OutsideIpAddress"));
		json_set_str(item, "Status", "DOWN");
		json_set_str(item, "StatusMessage", "");
		json_append(list, item);
	}
	return list;
}

/** One end of a tunnel, in the text for the customer's device. */
static void add_end(struct call *call, struct strbuf *sb, const char *which, const char *outside,
		    const struct cidr *inside, unsigned host)
{
	struct ip ip;

	if (!cidr_host(inside, host, &ip))
		assert(!"a /30 has four addresses");
	strbuf_addf(sb,
		    "<%s><tunnel_outside_address><ip_address>%s</ip_address>"
		    "</tunnel_outside_address><tunnel_inside_address><ip_address>%s</ip_address>"
		    "<network_mask>255.255.255.252</network_mask><network_cidr>30</network_cidr>"
		    "</tunnel_inside_address></%s>",
		    which, outside ? outside : "", ec2_ip_text(call, &ip), which);
}

/** CustomerGatewayConfiguration: the document that users give their device; in the arena. */
static const char *configuration(struct call *call, const struct json *body, const char *customer)
{
	struct strbuf sb;
	const char *text;

	strbuf_init(&sb, CONFIGURATION_MAX);
	strbuf_addf(&sb,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><vpn_connection id=\"%s\">"
		    "<customer_gateway_id>%s</customer_gateway_id><vpn_gateway_id>%s"
		    "</vpn_gateway_id><vpn_connection_type>%s</vpn_connection_type>",
		    json_get_str(body, "VpnConnectionId"), json_get_str(body, "CustomerGatewayId"),
		    json_get_str(body, "VpnGatewayId"), json_get_str(body, "Type"));
	json_foreach (option, json_get(json_get(body, "Options"), "TunnelOptions")) {
		struct cidr inside;

		if (!cidr_parse(json_get_str(option, "TunnelInsideCidr"), &inside))
			assert(!"a tunnel has a block inside");
		strbuf_add(&sb, "<ipsec_tunnel>");
		add_end(call, &sb, "customer_gateway", customer, &inside, 2);
		add_end(call, &sb, "vpn_gateway", json_get_str(option, "OutsideIpAddress"), &inside,
			1);
		strbuf_addf(&sb, "<ike><pre_shared_key>%s</pre_shared_key></ike></ipsec_tunnel>",
			    json_get_str(option, "PreSharedKey"));
	}
	strbuf_add(&sb, "</vpn_connection>");
	text = arena_strdup(call->arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return text;
}

/* ---- CreateVpnConnection ---- */

static struct json *options_of(struct call *call, const char *id, const struct json *wanted)
{
	static const char *const networks[] = {"LocalIpv4NetworkCidr", "RemoteIpv4NetworkCidr"};
	struct json *options = json_new_object(), *tunnels;

	json_set_bool(options, "EnableAcceleration", false);
	json_set_bool(options, "StaticRoutesOnly",
		      json_get_bool(wanted, "StaticRoutesOnly", false));
	for (size_t i = 0; i < array_size(networks); i++) {
		const char *cidr = json_get_str(wanted, networks[i]);

		json_set_str(options, networks[i], cidr ? cidr : "0.0.0.0/0");
	}
	json_set_str(options, "OutsideIpAddressType", "PublicIpv4");
	json_set_str(options, "TunnelInsideIpVersion", "ipv4");
	tunnels = json_ensure_array(options, "TunnelOptions");
	for (unsigned i = 0; i < TUNNELS; i++)
		json_append(tunnels,
			    tunnel(call, id, i, json_at(json_get(wanted, "TunnelOptions"), i)));
	return options;
}

/** What belongs to transit gateways, to concentrators and to other storages of keys. */
static bool check_options(const struct json *input, struct err *err)
{
	static const char *const members[] = {"TransportTransitGatewayAttachmentId",
					      "LocalIpv6NetworkCidr", "RemoteIpv6NetworkCidr",
					      "TunnelBandwidth"};
	const struct json *options = json_get(input, "Options");

	if (json_get(input, "TransitGatewayId"))
		return aws_fail(err, AWS_EC2_TRANSIT_GATEWAY_NOT_FOUND,
				json_get_str(input, "TransitGatewayId"));
	if (json_get(input, "VpnConcentratorId"))
		return aws_fail(err, AWS_EC2_VPN_OPTION, "VpnConcentratorId");
	if (json_get(input, "PreSharedKeyStorage") &&
	    !str_eq(json_get_str(input, "PreSharedKeyStorage"), "Standard"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "keys of VPN connections in Secrets Manager are not emulated");
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get(options, members[i]))
			return aws_fail(err, AWS_EC2_VPN_OPTION, members[i]);
	if (json_get_bool(options, "EnableAcceleration", false))
		return aws_fail(err, AWS_EC2_VPN_OPTION, "EnableAcceleration");
	if (str_eq(json_get_str(options, "TunnelInsideIpVersion"), "ipv6"))
		return aws_fail(err, AWS_EC2_VPN_OPTION, "TunnelInsideIpVersion ipv6");
	if (json_get(options, "OutsideIpAddressType") &&
	    !str_eq(json_get_str(options, "OutsideIpAddressType"), "PublicIpv4"))
		return aws_fail(err, AWS_EC2_VPN_OPTION, "OutsideIpAddressType");
	return check_tunnels(json_get(options, "TunnelOptions"), err);
}

static const struct doc *connection_add(struct call *call, const struct json *input,
					const struct doc *gateway, const struct doc *customer,
					struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_vpn_connection, gateway->key);
	struct json *body = json_new_object(), *extra = json_new_object(), *options;

	options = options_of(call, id, json_get(input, "Options"));
	json_set(extra, "Telemetry", telemetry(call, json_get(options, "TunnelOptions")));
	json_set_str(body, "Category", "VPN");
	json_set_str(body, "VpnConnectionId", id);
	json_set_str(body, "State", "pending");
	json_set_copy(body, "Type", json_get(input, "Type"));
	json_set_str(body, "CustomerGatewayId", customer->key);
	json_set_str(body, "VpnGatewayId", gateway->key);
	json_set_str(body, "GatewayAssociationState", "associated");
	json_set(body, "Options", options);
	json_ensure_array(body, "Routes");
	json_set_str(body, "CustomerGatewayConfiguration",
		     configuration(call, body, doc_str(customer, "IpAddress")));
	return world_add(call, (struct doc_spec){.kind = &kind_vpn_connection,
						 .key = id,
						 .body = body,
						 .tags = tags,
						 .extra = extra});
}

bool ec2_create_vpn_connection(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *gateway, *customer, *doc;

	if (!tags_from_specifications(input, "vpn-connection", &tags, err) ||
	    !check_options(input, err) ||
	    !ec2_get_by(call, &kind_customer_gateway, input, "CustomerGatewayId", &customer, err) ||
	    !ec2_get_by(call, &kind_vpn_gateway, input, "VpnGatewayId", &gateway, err))
		return false;
	if (ec2_is_gone(customer))
		return aws_fail(err, AWS_EC2_CUSTOMER_GATEWAY_NOT_FOUND, customer->key);
	if (ec2_is_gone(gateway))
		return aws_fail(err, AWS_EC2_VPN_GATEWAY_NOT_FOUND, gateway->key);
	if (!ec2_within_limit(call, LIMIT_VPN_CONNECTIONS_PER_GATEWAY,
			      world_lookup_count(call->world, &kind_vpn_connection, "vpn-gateway",
						 gateway->key),
			      AWS_EC2_VPN_CONNECTION_LIMIT, err))
		return false;
	doc = connection_add(call, input, gateway, customer, steal(tags));
	json_set(output, "VpnConnection", ec2_item(doc));
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_VPN_GATEWAY, "available");
	return true;
}

/* ---- DeleteVpnConnection, CreateVpnConnectionRoute, DeleteVpnConnectionRoute ---- */

static bool get_connection(struct call *call, const struct json *input, const struct doc **ret,
			   struct err *err)
{
	if (!ec2_get_by(call, &kind_vpn_connection, input, "VpnConnectionId", ret, err))
		return false;
	if (ec2_is_gone(*ret))
		return aws_fail(err, AWS_EC2_VPN_CONNECTION_NOT_FOUND, (*ret)->key);
	return true;
}

bool ec2_delete_vpn_connection(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *doc;
	struct json *body;

	(void)output;
	if (!get_connection(call, input, &doc, err))
		return false;
	if (str_eq(doc_str(doc, "State"), "deleting"))
		return true;
	body = json_copy(doc->body);
	json_set_str(body, "State", "deleting");
	doc = world_put(call, doc->kind, doc->key, body);
	world_clear_timer(call, doc->kind, doc->key, "available");
	vpn_gateway_spread(call, doc_str(doc, "VpnGatewayId"));
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_VPN_GATEWAY, "deleted");
	return true;
}

/** A connection with static routes, and the block in canonical form. */
static bool read_route(struct call *call, const struct json *input, const struct doc **ret,
		       const char **ret_cidr, struct err *err)
{
	const char *text = json_get_str(input, "DestinationCidrBlock");
	struct cidr cidr;

	if (!get_connection(call, input, ret, err))
		return false;
	if (!cidr_parse(text, &cidr) || cidr.ip.family != FAMILY_IPV4)
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "destinationCidrBlock");
	if (!json_get_bool(json_get((*ret)->body, "Options"), "StaticRoutesOnly", false))
		return aws_fail(err, AWS_EC2_VPN_NOT_STATIC, (*ret)->key);
	cidr = cidr_canonical(&cidr);
	*ret_cidr = ec2_cidr_text(call, &cidr);
	return true;
}

bool ec2_create_vpn_connection_route(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	struct json *body, *route;
	const struct doc *doc;
	const char *cidr;

	(void)output;
	if (!read_route(call, input, &doc, &cidr, err))
		return false;
	if (ec2_element(json_get(doc->body, "Routes"), "DestinationCidrBlock", cidr))
		return true; /* it is there */
	body = json_copy(doc->body);
	route = json_new_object();
	json_set_str(route, "DestinationCidrBlock", cidr);
	json_set_str(route, "Source", "Static");
	json_set_str(route, "State", "pending");
	json_append(json_ensure_array(body, "Routes"), route);
	doc = world_put(call, doc->kind, doc->key, body);
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_VPN_GATEWAY, "routes");
	return true;
}

bool ec2_delete_vpn_connection_route(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	struct json *body, *route, *list;
	const struct doc *doc;
	const char *cidr;

	(void)output;
	if (!read_route(call, input, &doc, &cidr, err))
		return false;
	body = json_copy(doc->body);
	list = json_ensure_array(body, "Routes");
	route = ec2_element_mut(list, "DestinationCidrBlock", cidr);
	if (!route) {
		json_free(body);
		return aws_fail(err, AWS_EC2_VPN_ROUTE_NOT_FOUND, cidr, doc->key);
	}
	json_remove_item(list, route);
	doc = world_put(call, doc->kind, doc->key, body);
	vpn_gateway_spread(call, doc_str(doc, "VpnGatewayId"));
	return true;
}

/* ---- DescribeVpnConnections ---- */

static void filter_asn(struct call *call, const struct doc *doc, struct filter_values *values)
{
	const struct doc *customer =
		world_find(call->world, &kind_customer_gateway, doc_str(doc, "CustomerGatewayId"));

	if (customer)
		filter_value(values, doc_str(customer, "BgpAsn"));
}

static const struct filter_field connection_filters[] = {
	{"bgp-asn", NULL, filter_asn, NULL},
	{"customer-gateway-configuration", "CustomerGatewayConfiguration", NULL, NULL},
	{"customer-gateway-id", "CustomerGatewayId", NULL, NULL},
	{"option.static-routes-only", "Options.StaticRoutesOnly", NULL, NULL},
	{"route.destination-cidr-block", "Routes.DestinationCidrBlock", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"transit-gateway-id", "TransitGatewayId", NULL, NULL},
	{"type", "Type", NULL, NULL},
	{"vpn-connection-id", "VpnConnectionId", NULL, NULL},
	{"vpn-gateway-id", "VpnGatewayId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_vpn_connections, .kind = &kind_vpn_connection, .ids = "VpnConnectionIds",
	     .id_prefix = "vpn-", .malformed = AWS_EC2_VPN_CONNECTION_MALFORMED,
	     .not_found = AWS_EC2_VPN_CONNECTION_NOT_FOUND, .fields = connection_filters,
	     .result = "VpnConnections")
