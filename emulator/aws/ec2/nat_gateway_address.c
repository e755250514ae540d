/*
 * Addresses of NAT gateways besides the primary one: elastic IPs of public gateways, private
 * addresses of private ones. They come and go over time; the gateway's timer "addresses" ends a
 * change.
 */
#include "emulator/aws/ec2/internal.h"

/** A gateway that takes changes: available, of the right connectivity, with nothing draining. */
static bool get_gateway(struct call *call, const struct json *input, const char *connectivity,
			const struct doc **ret, struct err *err)
{
	if (!ec2_get_by(call, &kind_nat_gateway, input, "NatGatewayId", ret, err))
		return false;
	if (!str_eq(doc_str(*ret, "ConnectivityType"), connectivity))
		return aws_fail(err, AWS_EC2_NAT_CONNECTIVITY, (*ret)->key,
				doc_str(*ret, "ConnectivityType"));
	if (!str_eq(doc_str(*ret, "State"), "available"))
		return aws_fail(err, AWS_EC2_NAT_STATE, (*ret)->key, doc_str(*ret, "State"));
	json_foreach (address, json_get((*ret)->body, "NatGatewayAddresses")) {
		const char *status = json_get_str(address, "Status");

		if (!str_eq(status, "succeeded"))
			return aws_fail(err, AWS_EC2_NAT_STATE, (*ret)->key, status);
	}
	return true;
}

static bool is_leaving(const struct json *address)
{
	const char *status = json_get_str(address, "Status");

	return str_eq(status, "disassociating") || str_eq(status, "unassigning");
}

void nat_gateway_addresses_changed(struct call *call, const struct doc *gateway)
{
	struct json *body = json_copy(gateway->body);

	json_foreach (address, json_get(gateway->body, "NatGatewayAddresses")) {
		if (is_leaving(address))
			address_drop_ipv4(call, doc_extra_str(gateway, "NetworkInterfaceId"),
					  json_get_str(address, "PrivateIp"));
	}
	nat_gateway_tell_addresses(call, gateway, body);
	world_put(call, &kind_nat_gateway, gateway->key, body);
}

/** Shows a change that began, answers with the addresses that it is about, and lets it take its
 * time. */
static void begin(struct call *call, const struct doc *gateway, struct json *body,
		  const char *status, struct json *output)
{
	struct json *list = json_ensure_array(output, "NatGatewayAddresses");

	json_set_str(output, "NatGatewayId", gateway->key);
	json_foreach (address, json_get(body, "NatGatewayAddresses")) {
		if (str_eq(json_get_str(address, "Status"), status))
			json_append(list, json_copy(address));
	}
	world_put(call, &kind_nat_gateway, gateway->key, body);
	lifecycle_start(call, &kind_nat_gateway, gateway->key, LIFECYCLE_NAT_ADDRESS, "addresses");
}

/** Marks the addresses of the body that were not in the old one as on their way. */
static void mark_new(const struct doc *gateway, struct json *body, const char *status)
{
	const struct json *old = json_get(gateway->body, "NatGatewayAddresses");
	struct json *address = json_first_mut(json_ensure_array(body, "NatGatewayAddresses"));

	for (; address; address = json_next_mut(address))
		if (!ec2_element(old, "PrivateIp", json_get_str(address, "PrivateIp")))
			json_set_str(address, "Status", status);
}

static size_t count_addresses(const struct doc *gateway)
{
	return json_size(json_get(gateway->body, "NatGatewayAddresses"));
}

/* Elastic IPs that are on their way to an available gateway; others come after them. Source:
 * hashicorp/terraform-provider-aws#44581. */
static bool check_idle(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *gateway =
		ec2_find(call, &kind_nat_gateway, json_get_str(input, "NatGatewayId"));
	const char *busy = NULL;

	if (!gateway || !str_eq(doc_str(gateway, "State"), "available"))
		return true;
	json_foreach (address, json_get(gateway->body, "NatGatewayAddresses")) {
		const char *id = json_get_str(address, "AllocationId");

		if (id && str_eq(json_get_str(address, "Status"), "associating"))
			busy = busy ? arena_printf(call->arena, "%s, %s", busy, id) : id;
	}
	return !busy || aws_fail(err, AWS_EC2_NAT_ASSOCIATING, busy);
}

bool ec2_associate_nat_gateway_address(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const struct json *elastic = json_get(input, "AllocationIds");
	const struct json *named = json_get(input, "PrivateIpAddresses");
	const struct doc *gateway;
	const char *ip, *interface_id;
	struct json *body;
	size_t i = 0;

	if (!check_idle(call, input, err) || !get_gateway(call, input, "public", &gateway, err))
		return false;
	if (nat_gateway_is_regional(gateway))
		return nat_gateway_regional_associate(call, input, gateway, output, err);
	if (json_get(input, "AvailabilityZone") || json_get(input, "AvailabilityZoneId"))
		return aws_fail(err, AWS_EC2_NAT_MODE, "AvailabilityZone", "zonal");
	if (json_size(named) && json_size(named) != json_size(elastic))
		return aws_fail(err, AWS_EC2_NAT_ADDRESS_PAIRS);
	if (!ec2_within_limit(call, LIMIT_ADDRESSES_PER_NAT_GATEWAY,
			      count_addresses(gateway) + json_size(elastic) - 1,
			      AWS_EC2_NAT_ADDRESS_LIMIT, err))
		return false;
	interface_id = doc_extra_str(gateway, "NetworkInterfaceId");
	json_foreach (id, elastic) {
		if (!elastic_ip_check_free(call, json_str(id), err) ||
		    !address_add_ipv4(call, interface_id, json_str(json_at(named, i++)), &ip, err))
			return false;
		elastic_ip_bind(call, json_str(id), interface_id, ip);
	}
	body = json_copy(gateway->body);
	nat_gateway_tell_addresses(call, gateway, body);
	mark_new(gateway, body, "associating");
	begin(call, gateway, body, "associating", output);
	return true;
}

bool ec2_assign_private_nat_gateway_address(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	const struct json *named = json_get(input, "PrivateIpAddresses");
	int64_t count = json_get_int(input, "PrivateIpAddressCount", 0);
	const struct doc *gateway;
	struct json *body;
	const char *ip;

	if (!get_gateway(call, input, "private", &gateway, err))
		return false;
	if (count && json_size(named))
		return aws_fail(err, AWS_EC2_ADDRESSES_OR_COUNT);
	if (count < 0 || (!count && !json_size(named)))
		return aws_fail(err, AWS_EC2_ADDRESS_COUNT, "PrivateIpAddressCount");
	if (json_size(named))
		count = (int64_t)json_size(named);
	if (!ec2_within_limit(call, LIMIT_PRIVATE_ADDRESSES_PER_NAT_GATEWAY,
			      count_addresses(gateway) + (size_t)count - 1,
			      AWS_EC2_NAT_ADDRESS_LIMIT, err))
		return false;
	for (int64_t i = 0; i < count; i++) {
		if (!address_add_ipv4(call, doc_extra_str(gateway, "NetworkInterfaceId"),
				      json_str(json_at(named, (size_t)i)), &ip, err))
			return false;
	}
	body = json_copy(gateway->body);
	nat_gateway_tell_addresses(call, gateway, body);
	mark_new(gateway, body, "assigning");
	begin(call, gateway, body, "assigning", output);
	return true;
}

/** Marks one secondary address as leaving; never the primary one. */
static bool mark_leaving(struct json *body, const char *member, const char *text,
			 const char *status, enum aws_error error, struct err *err)
{
	struct json *address =
		ec2_element_mut(json_ensure_array(body, "NatGatewayAddresses"), member, text);

	if (!address)
		return aws_fail(err, error, text);
	if (json_get_bool(address, "IsPrimary", false))
		return aws_fail(err, AWS_EC2_NAT_PRIMARY_ADDRESS, text);
	json_set_str(address, "Status", status);
	return true;
}

static bool leave(struct call *call, const struct json *input, const char *connectivity,
		  const char *list, const char *member, const char *status, enum aws_error error,
		  struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	int64_t drain = json_get_int(input, "MaxDrainDurationSeconds", 350);
	const struct doc *gateway;

	if (!get_gateway(call, input, connectivity, &gateway, err))
		return false;
	if (drain < 1 || drain > 4000) /* the model's limits */
		return aws_fail(err, AWS_EC2_ADDRESS_COUNT, "MaxDrainDurationSeconds");
	if (nat_gateway_is_regional(gateway))
		return nat_gateway_regional_disassociate(call, input, gateway, output, err);
	body = json_copy(gateway->body);
	json_foreach (item, json_get(input, list)) {
		if (!mark_leaving(body, member, json_str(item), status, error, err))
			return false;
	}
	begin(call, gateway, steal(body), status, output);
	return true;
}

/* Source: EC2 API, DisassociateNatGatewayAddress; the emulated network has no connections that
 * would have to drain. */
bool ec2_disassociate_nat_gateway_address(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	return leave(call, input, "public", "AssociationIds", "AssociationId", "disassociating",
		     AWS_EC2_ASSOCIATION_NOT_FOUND, output, err);
}

bool ec2_unassign_private_nat_gateway_address(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	return leave(call, input, "private", "PrivateIpAddresses", "PrivateIp", "unassigning",
		     AWS_EC2_ADDRESS_NOT_ASSIGNED, output, err);
}
