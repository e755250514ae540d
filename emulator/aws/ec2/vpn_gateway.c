/*
 * Virtual private gateways: the VPC's end of VPN connections. Shape: EC2 VpnGateway; an attachment
 * is a member: attaching → attached → detaching → detached. A route
 * table tells which gateways propagate into it (PropagatingVgws); see vpn_propagation.c.
 */
#include "emulator/aws/ec2/internal.h"

#define DEFAULT_ASN 64512 /* EC2 API, CreateVpnGateway: "Default: 64512"; recorded */

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	const char *vpc_id = vpn_gateway_vpc(doc);

	if (vpc_id)
		terms_add(terms, vpc_id);
}

static const struct kind_index vpn_gateway_indexes[] = {
	{"vpc", terms_vpc},
	{NULL, NULL},
};

static void vpn_gateway_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_vpn_gateway = {
	.name = "vpn-gateway",
	.shape = "ec2:VpnGateway",
	.indexes = vpn_gateway_indexes,
	.timer = vpn_gateway_timer,
	.view = ec2_view,
};

const char *vpn_gateway_vpc(const struct doc *gateway)
{
	const struct json *attachment = json_at(json_get(gateway->body, "VpcAttachments"), 0);

	if (str_eq(json_get_str(attachment, "State"), "detached"))
		return NULL;
	return json_get_str(attachment, "VpcId");
}

bool vpn_gateway_is_attached(const struct doc *gateway, const char *vpc_id)
{
	const struct json *attachment = json_at(json_get(gateway->body, "VpcAttachments"), 0);

	return str_eq(json_get_str(attachment, "State"), "attached") &&
	       str_eq(json_get_str(attachment, "VpcId"), vpc_id);
}

static const struct doc *set_attachment(struct call *call, const struct doc *gateway,
					const char *vpc_id, const char *state)
{
	struct json *body = json_copy(gateway->body), *list = json_new_array();
	struct json *attachment = json_new_object();

	json_set_str(attachment, "State", state);
	json_set_str(attachment, "VpcId", vpc_id);
	json_append(list, attachment);
	json_remove(body, "VpcAttachments");
	json_set(body, "VpcAttachments", list);
	gateway = world_put(call, &kind_vpn_gateway, gateway->key, body);
	vpn_gateway_spread(call, gateway->key);
	route_refresh(call, gateway->key);
	return gateway;
}

static void vpn_gateway_timer(struct call *call, const struct doc *doc, const char *timer)
{
	const char *vpc_id = vpn_gateway_vpc(doc);

	if (str_eq(timer, "forgotten")) {
		world_remove(call, &kind_vpn_gateway, doc->key);
		return;
	}
	assert(vpc_id);
	set_attachment(call, doc, vpc_id, timer);
}

/** A gateway that is not deleted. */
static bool get_gateway(struct call *call, const struct json *input, const struct doc **ret,
			struct err *err)
{
	if (!ec2_get_by(call, &kind_vpn_gateway, input, "VpnGatewayId", ret, err))
		return false;
	if (ec2_is_gone(*ret))
		return aws_fail(err, AWS_EC2_VPN_GATEWAY_NOT_FOUND, (*ret)->key);
	return true;
}

/* ---- CreateVpnGateway, DeleteVpnGateway ---- */

/* Source: EC2 API, CreateVpnGateway: private numbers of 16 or of 32 bits. */
static bool check_asn(int64_t asn, struct err *err)
{
	if ((asn >= 64512 && asn <= 65534) || (asn >= 4200000000 && asn <= 4294967294))
		return true;
	return aws_fail(err, AWS_EC2_VPN_ASN);
}

bool ec2_create_vpn_gateway(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	int64_t asn = json_get_int(input, "AmazonSideAsn", DEFAULT_ASN);
	const char *zone = json_get_str(input, "AvailabilityZone"), *id;
	struct json *body;
	const struct doc *doc;

	if (!tags_from_specifications(input, "vpn-gateway", &tags, err) || !check_asn(asn, err))
		return false;
	if (zone && !ec2_zone_id(call, zone))
		return aws_fail(err, AWS_EC2_ZONE, zone);
	if (!ec2_within_limit(call, LIMIT_VPN_GATEWAYS, ec2_count(call, &kind_vpn_gateway),
			      AWS_EC2_VPN_GATEWAY_LIMIT, err))
		return false;
	id = ec2_new_id(call, &kind_vpn_gateway, NULL);
	body = json_new_object();
	json_set_int(body, "AmazonSideAsn", asn);
	json_set_str(body, "VpnGatewayId", id);
	/* Source: recorded answer of CreateVpnGateway: available at once */
	json_set_str(body, "State", "available");
	json_set_copy(body, "Type", json_get(input, "Type"));
	json_set_str(body, "AvailabilityZone", zone);
	json_set(body, "VpcAttachments", json_new_array());
	doc = world_add(call, (struct doc_spec){.kind = &kind_vpn_gateway,
						.key = id,
						.body = body,
						.tags = steal(tags)});
	/* no empty list of tags here, as recorded */
	json_set(output, "VpnGateway", json_size(doc->tags) ? ec2_item(doc) : json_copy(doc->body));
	return true;
}

/* Source: EC2 API, DeleteVpnGateway: detach it first. It is shown as deleted for a while:
 * terraform's AWS provider takes that state for not found. */
bool ec2_delete_vpn_gateway(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *gateway;
	struct json *body;

	(void)output;
	if (!get_gateway(call, input, &gateway, err))
		return false;
	if (vpn_gateway_vpc(gateway) ||
	    world_lookup_count(call->world, &kind_vpn_connection, "vpn-gateway", gateway->key))
		return aws_fail(err, AWS_EC2_VPN_GATEWAY_IN_USE, gateway->key);
	body = json_copy(gateway->body);
	json_set_str(body, "State", "deleted");
	world_put(call, &kind_vpn_gateway, gateway->key, body);
	route_refresh(call, gateway->key);
	lifecycle_start(call, &kind_vpn_gateway, gateway->key, LIFECYCLE_FORGOTTEN, "forgotten");
	return true;
}

/* ---- AttachVpnGateway, DetachVpnGateway ---- */

/* Source: EC2 API, AttachVpnGateway: "You can attach one virtual private gateway to one VPC at a
 * time." */
bool ec2_attach_vpn_gateway(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *gateway, *vpc;

	if (!get_gateway(call, input, &gateway, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (vpn_gateway_vpc(gateway))
		return aws_fail(err, AWS_EC2_VPN_ATTACHMENT_LIMIT, gateway->key);
	if (world_lookup_count(call->world, &kind_vpn_gateway, "vpc", vpc->key))
		return aws_fail(err, AWS_EC2_VPC_HAS_VPN_GATEWAY, vpc->key);
	if (!encryption_control_allows(call, vpc->key, "VirtualPrivateGateway", err))
		return false;
	gateway = set_attachment(call, gateway, vpc->key, "attaching");
	json_set_copy(output, "VpcAttachment",
		      json_at(json_get(gateway->body, "VpcAttachments"), 0));
	lifecycle_start(call, &kind_vpn_gateway, gateway->key, LIFECYCLE_VPN_GATEWAY, "attached");
	return true;
}

/** No route table of the VPC takes routes from the gateway any more. */
static void stop_propagating(struct call *call, const char *vpc_id, const char *gateway_id)
{
	struct docs tables = {0};

	world_lookup(call->world, &kind_route_table, "vpc", vpc_id, &tables);
	for (size_t i = 0; i < tables.count; i++)
		route_table_propagate(call, tables.items[i], gateway_id, false);
	docs_done(&tables);
}

bool ec2_detach_vpn_gateway(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *gateway, *vpc;

	(void)output;
	if (!get_gateway(call, input, &gateway, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (!str_eq(vpn_gateway_vpc(gateway), vpc->key))
		return aws_fail(err, AWS_EC2_VPN_ATTACHMENT_NOT_FOUND, gateway->key, vpc->key);
	stop_propagating(call, vpc->key, gateway->key);
	ec2_remove_all(call, &kind_route_table_association, "gateway", gateway->key);
	world_clear_timer(call, &kind_vpn_gateway, gateway->key, "attached");
	gateway = set_attachment(call, gateway, vpc->key, "detaching");
	lifecycle_start(call, &kind_vpn_gateway, gateway->key, LIFECYCLE_VPN_GATEWAY, "detached");
	return true;
}

/* ---- DescribeVpnGateways ---- */

static const struct filter_field vpn_gateway_filters[] = {
	{"amazon-side-asn", "AmazonSideAsn", NULL, NULL},
	{"attachment.state", "VpcAttachments.State", NULL, NULL},
	{"attachment.vpc-id", "VpcAttachments.VpcId", NULL, NULL},
	{"availability-zone", "AvailabilityZone", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"type", "Type", NULL, NULL},
	{"vpn-gateway-id", "VpnGatewayId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/* Source: recorded answer of DescribeVpnGateways: an empty list of tags is told. */
static struct json *describe_item(struct call *call, const struct doc *doc)
{
	(void)call;
	return ec2_item(doc);
}

EC2_DESCRIBE(ec2_describe_vpn_gateways, .kind = &kind_vpn_gateway, .ids = "VpnGatewayIds",
	     .id_prefix = "vgw-", .malformed = AWS_EC2_VPN_GATEWAY_MALFORMED,
	     .not_found = AWS_EC2_VPN_GATEWAY_NOT_FOUND, .fields = vpn_gateway_filters,
	     .result = "VpnGateways", .item = describe_item)

/* ---- EnableVgwRoutePropagation, DisableVgwRoutePropagation ---- */

/** Source: EC2 API, EnableVgwRoutePropagation: table and gateway belong to the same VPC; the code
 * is what terraform's AWS provider waits on (Gateway.NotAttached). */
static bool propagate(struct call *call, const struct json *input, bool on, struct err *err)
{
	const char *id = json_get_str(input, "GatewayId");
	const struct doc *table, *gateway;

	if (!ec2_get_by(call, &kind_route_table, input, "RouteTableId", &table, err))
		return false;
	gateway = ec2_find(call, &kind_vpn_gateway, id);
	if (!gateway || ec2_is_gone(gateway))
		return aws_fail(err, AWS_EC2_ROUTE_TARGET_NOT_FOUND, id);
	if (on && !vpn_gateway_is_attached(gateway, doc_str(table, "VpcId")))
		return aws_fail(err, AWS_EC2_GATEWAY_NOT_ATTACHED, id, doc_str(table, "VpcId"));
	route_table_propagate(call, table, id, on);
	return true;
}

bool ec2_enable_vgw_route_propagation(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	(void)output;
	return propagate(call, input, true, err);
}

bool ec2_disable_vgw_route_propagation(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	(void)output;
	return propagate(call, input, false, err);
}
