/* Carrier gateways: the way from a VPC's Wavelength zones to a carrier's network. Shape: EC2
 * CarrierGateway. Life: pending → available → deleting → gone. */
#include "emulator/aws/ec2/internal.h"

static const struct kind_index carrier_gateway_indexes[] = {
	{"vpc", ec2_terms_vpc},
	{NULL, NULL},
};

static void carrier_gateway_timer(struct call *call, const struct doc *doc, const char *timer)
{
	const char *id = arena_strdup(call->arena, doc->key);
	struct json *body;

	if (str_eq(timer, "deleted")) {
		world_remove(call, &kind_carrier_gateway, id);
	} else {
		assert(str_eq(timer, "available"));
		body = json_copy(doc->body);
		json_set_str(body, "State", "available");
		world_put(call, &kind_carrier_gateway, id, body);
	}
	route_refresh(call, id);
}

const struct kind kind_carrier_gateway = {
	.name = "carrier-gateway",
	.shape = "ec2:CarrierGateway",
	.indexes = carrier_gateway_indexes,
	.timer = carrier_gateway_timer,
	.view = ec2_view,
};

static const char *carrier_gateway_add(struct call *call, const char *vpc_id, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_carrier_gateway, vpc_id);
	struct json *body = json_new_object();

	json_set_str(body, "CarrierGatewayId", id);
	json_set_str(body, "VpcId", vpc_id);
	json_set_str(body, "State", "pending");
	json_set_str(body, "OwnerId", call->account);
	world_add(call,
		  (struct doc_spec){
			  .kind = &kind_carrier_gateway, .key = id, .body = body, .tags = tags});
	return id;
}

/* Source: EC2 API, CreateCarrierGateway; Amazon VPC quotas: one per VPC. */
bool ec2_create_carrier_gateway(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *vpc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !tags_from_specifications(input, "carrier-gateway", &tags, err))
		return false;
	if (id && ec2_find(call, &kind_carrier_gateway, id)) {
		json_set(output, "CarrierGateway",
			 ec2_item(world_find(call->world, &kind_carrier_gateway, id)));
		return true;
	}
	if (world_lookup_count(call->world, &kind_carrier_gateway, "vpc", vpc->key))
		return aws_fail(err, AWS_EC2_CARRIER_GATEWAY_LIMIT, vpc->key);
	id = carrier_gateway_add(call, vpc->key, steal(tags));
	idempotency_keep(call, input, "ClientToken", id);
	json_set(output, "CarrierGateway",
		 ec2_item(world_find(call->world, &kind_carrier_gateway, id)));
	lifecycle_start(call, &kind_carrier_gateway, id, LIFECYCLE_CARRIER_GATEWAY, "available");
	return true;
}

bool ec2_delete_carrier_gateway(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *gateway;
	struct json *body;

	if (!ec2_get_by(call, &kind_carrier_gateway, input, "CarrierGatewayId", &gateway, err))
		return false;
	body = json_copy(gateway->body);
	json_set_str(body, "State", "deleting");
	gateway = world_put(call, &kind_carrier_gateway, gateway->key, body);
	world_clear_timer(call, &kind_carrier_gateway, gateway->key, "available");
	route_refresh(call, gateway->key);
	json_set(output, "CarrierGateway", ec2_item(gateway));
	lifecycle_start(call, &kind_carrier_gateway, gateway->key, LIFECYCLE_CARRIER_GATEWAY,
			"deleted");
	return true;
}

static const struct filter_field carrier_gateway_filters[] = {
	{"carrier-gateway-id", "CarrierGatewayId", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_carrier_gateways, .kind = &kind_carrier_gateway,
	     .ids = "CarrierGatewayIds", .id_prefix = "cagw-",
	     .malformed = AWS_EC2_CARRIER_GATEWAY_MALFORMED,
	     .not_found = AWS_EC2_CARRIER_GATEWAY_NOT_FOUND, .fields = carrier_gateway_filters,
	     .result = "CarrierGateways")
