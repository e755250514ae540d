/*
 * NAT gateways. Shape: EC2 NatGateway. Life: pending → available → deleting → deleted, over time;
 * a deleted one is shown for about an hour. Its network interface holds the subnet, and the
 * elastic IP is its until it is deleted.
 */
#include "emulator/aws/ec2/internal.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "SubnetId");
}

static void terms_allocation(const struct doc *doc, struct terms *terms)
{
	json_foreach (address, json_get(doc->body, "NatGatewayAddresses"))
		ec2_term(terms, address, "AllocationId");
}

static const struct kind_index nat_gateway_indexes[] = {
	{"vpc", terms_vpc},
	{"subnet", terms_subnet},
	{"allocation", terms_allocation},
	{NULL, NULL},
};

static struct json *nat_gateway_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

static void nat_gateway_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_nat_gateway = {
	.name = "nat-gateway",
	.shape = "ec2:NatGateway",
	.indexes = nat_gateway_indexes,
	.timer = nat_gateway_timer,
	.view = nat_gateway_view,
};

/* ---- Life ---- */

/** The gateway has started: its addresses are told. */
static void become_available(struct call *call, const struct doc *gateway)
{
	const struct doc *interface = world_find(call->world, &kind_network_interface,
						 doc_extra_str(gateway, "NetworkInterfaceId"));
	struct json *body = json_copy(gateway->body), *address;

	address = json_first_mut(json_get_mut(body, "NatGatewayAddresses"));
	json_set_str(address, "NetworkInterfaceId", interface->key);
	json_set_str(address, "PrivateIp", doc_str(interface, "PrivateIpAddress"));
	json_set_str(address, "PublicIp",
		     json_find_str(interface->body, "Association", "PublicIp", NULL));
	json_set_str(address, "AssociationId",
		     json_find_str(interface->body, "Association", "AssociationId", NULL));
	json_set_str(address, "Status", "succeeded");
	json_set_str(body, "State", "available");
	world_put(call, &kind_nat_gateway, gateway->key, body);
	route_refresh(call, gateway->key);
}

/** Its interface goes, and with it what held subnet and elastic IP. */
static void become_deleted(struct call *call, const struct doc *gateway)
{
	const char *interface_id = doc_extra_str(gateway, "NetworkInterfaceId");
	struct json *body = json_copy(gateway->body);

	if (world_find(call->world, &kind_network_interface, interface_id))
		ec2_interface_remove(call, interface_id);
	json_set_str(body, "State", "deleted");
	world_put(call, &kind_nat_gateway, gateway->key, body);
	lifecycle_start(call, &kind_nat_gateway, gateway->key, LIFECYCLE_FORGOTTEN, "forget");
}

static void nat_gateway_timer(struct call *call, const struct doc *doc, const char *timer)
{
	if (str_eq(timer, "available") && str_eq(doc_str(doc, "State"), "pending"))
		become_available(call, doc);
	else if (str_eq(timer, "deleted"))
		become_deleted(call, doc);
	else if (str_eq(timer, "forget"))
		world_remove(call, &kind_nat_gateway, doc->key);
}

/* ---- CreateNatGateway ---- */

static size_t count_in_zone(const struct call *call, const char *zone)
{
	size_t count = 0;

	world_foreach (doc, call->world, &kind_nat_gateway) {
		const struct doc *subnet =
			world_find(call->world, &kind_subnet, doc_str(doc, "SubnetId"));

		if (doc_in_scope(call, doc) && !ec2_is_gone(doc) && subnet &&
		    str_eq(doc_str(subnet, "AvailabilityZone"), zone))
			count++;
	}
	return count;
}

static struct json *nat_gateway_body(struct call *call, const char *id, const struct doc *subnet,
				     const char *allocation_id)
{
	struct json *body = json_new_object(), *address = json_new_object();

	json_set_str(body, "CreateTime", aws_now(call));
	json_set_str(address, "AllocationId", allocation_id);
	json_set_bool(address, "IsPrimary", true);
	json_set_str(address, "Status", "associating");
	json_append(json_ensure_array(body, "NatGatewayAddresses"), address);
	json_set_str(body, "NatGatewayId", id);
	json_set_str(body, "State", "pending");
	json_set_str(body, "SubnetId", subnet->key);
	json_set_str(body, "VpcId", doc_str(subnet, "VpcId"));
	json_set_str(body, "ConnectivityType", allocation_id ? "public" : "private");
	json_set_str(body, "AvailabilityMode", "zonal");
	return body;
}

/** What CreateNatGateway of a zonal gateway asks for; the rest of the API's wishes are refused. */
static bool check_wishes(const struct json *input, struct err *err)
{
	static const char *const refused[] = {
		"SecondaryAllocationIds", "SecondaryPrivateIpAddresses",
		"SecondaryPrivateIpAddressCount", "AvailabilityZoneAddresses"};
	const char *allocation = json_get_str(input, "AllocationId");
	bool is_private = str_eq(json_get_str(input, "ConnectivityType"), "private");

	for (size_t i = 0; i < array_size(refused); i++)
		if (json_get(input, refused[i]))
			return err_set(err, ERR_UNSUPPORTED, NULL,
				       "CreateNatGateway with %s is not emulated", refused[i]);
	if (str_eq(json_get_str(input, "AvailabilityMode"), "regional"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "regional NAT gateways are not emulated");
	if (is_private && allocation)
		return aws_fail(err, AWS_EC2_NAT_PRIVATE_ADDRESS);
	if (!is_private && !allocation)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "AllocationId");
	return true;
}

static bool nat_gateway_add(struct call *call, const struct json *input, const struct doc *subnet,
			    struct json *tags, const char **ret, struct err *err)
{
	const char *allocation = json_get_str(input, "AllocationId"), *token, *id;
	struct json *body, *extra = json_new_object();
	const struct doc *interface;
	struct ec2_interface_spec spec = {
		.subnet = subnet,
		.requester_id = "amazon-aws", /* unverified: AWS shows an account of its own */
		.interface_type = "nat_gateway",
		.private_ip = json_get_str(input, "PrivateIpAddress"),
		.allocation_id = allocation,
	};

	token = json_get_str(input, "ClientToken");
	id = ec2_new_id(call, &kind_nat_gateway, token ? token : allocation);
	spec.description = arena_printf(call->arena, "Interface for NAT Gateway %s", id);
	spec.implied_by = id;
	if (!ec2_interface_add(call, &spec, &interface, err)) {
		json_free(extra);
		json_free(tags);
		return false;
	}
	json_set_str(extra, "NetworkInterfaceId", interface->key);
	body = nat_gateway_body(call, id, subnet, allocation);
	world_add(call, (struct doc_spec){.kind = &kind_nat_gateway,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .extra = extra});
	*ret = id;
	return true;
}

/* Source: EC2 API, CreateNatGateway; a public one needs an elastic IP and an internet gateway on
 * the VPC. */
bool ec2_create_nat_gateway(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *subnet;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !check_wishes(input, err) ||
	    !ec2_get_by(call, &kind_subnet, input, "SubnetId", &subnet, err) ||
	    !tags_from_specifications(input, "natgateway", &tags, err))
		return false;
	if (!id || !ec2_find(call, &kind_nat_gateway, id)) {
		if (json_get_str(input, "AllocationId") &&
		    !ec2_vpc_has_internet_gateway(call->world, doc_str(subnet, "VpcId")))
			return aws_fail(err, AWS_EC2_NO_GATEWAY, doc_str(subnet, "VpcId"));
		if (!ec2_within_limit(call, LIMIT_NAT_GATEWAYS_PER_ZONE,
				      count_in_zone(call, doc_str(subnet, "AvailabilityZone")),
				      AWS_EC2_NAT_GATEWAY_LIMIT, err) ||
		    !nat_gateway_add(call, input, subnet, steal(tags), &id, err))
			return false;
		idempotency_keep(call, input, "ClientToken", id);
		json_set(output, "NatGateway",
			 ec2_item(world_find(call->world, &kind_nat_gateway, id)));
		lifecycle_start(call, &kind_nat_gateway, id, LIFECYCLE_NAT_GATEWAY, "available");
	} else {
		json_set(output, "NatGateway",
			 ec2_item(world_find(call->world, &kind_nat_gateway, id)));
	}
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	return true;
}

/* Source: EC2 API, DeleteNatGateway: routes that lead to it become blackholes. */
bool ec2_delete_nat_gateway(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *gateway;
	struct json *body;

	if (!ec2_get_by(call, &kind_nat_gateway, input, "NatGatewayId", &gateway, err))
		return false;
	json_set_str(output, "NatGatewayId", gateway->key);
	if (str_eq(doc_str(gateway, "State"), "deleting") || ec2_is_gone(gateway))
		return true;
	body = json_copy(gateway->body);
	json_set_str(body, "State", "deleting");
	json_set_str(body, "DeleteTime", aws_now(call));
	world_put(call, &kind_nat_gateway, gateway->key, body);
	world_clear_timer(call, &kind_nat_gateway, gateway->key, "available");
	route_refresh(call, gateway->key);
	lifecycle_start(call, &kind_nat_gateway, gateway->key, LIFECYCLE_NAT_GATEWAY, "deleted");
	return true;
}

static const struct filter_field nat_gateway_filters[] = {
	{"nat-gateway-id", "NatGatewayId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"subnet-id", "SubnetId", NULL, "subnet"},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_nat_gateways(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_nat_gateway,
		.ids = "NatGatewayIds",
		.id_prefix = "nat-",
		.malformed = AWS_EC2_NAT_GATEWAY_MALFORMED,
		.not_found = AWS_EC2_NAT_GATEWAY_NOT_FOUND,
		.filters = "Filter",
		.fields = nat_gateway_filters,
		.page = &page_ec2,
		.result = "NatGateways",
		.tags = true,
	};

	return describe_reply(call, input, output, &describe, err);
}
