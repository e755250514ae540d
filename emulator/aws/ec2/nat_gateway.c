/*
 * NAT gateways. Shape: EC2 NatGateway. Life: pending → available → deleting → deleted, over time;
 * a deleted one is shown for about an hour. Its network interface holds the subnet, and the
 * elastic IP is its until it is deleted.
 */
#include "emulator/aws/ec2/internal.h"
#include "emulator/aws/quota.h"

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "SubnetId");
}

static void terms_allocation(const struct doc *doc, struct terms *terms)
{
	json_foreach (address, json_get(doc->body, "NatGatewayAddresses"))
		ec2_term(terms, address, "AllocationId");
}

static void terms_route_table(const struct doc *doc, struct terms *terms)
{
	if (!ec2_is_gone(doc))
		ec2_term(terms, doc->body, "RouteTableId"); /* of a regional one */
}

static const struct kind_index nat_gateway_indexes[] = {
	{"vpc", ec2_terms_vpc},
	{"subnet", terms_subnet},
	{"allocation", terms_allocation},
	{"route-table", terms_route_table},
	{NULL, NULL},
};

static void nat_gateway_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_nat_gateway = {
	.name = "nat-gateway",
	.shape = "ec2:NatGateway",
	.indexes = nat_gateway_indexes,
	.timer = nat_gateway_timer,
	.view = ec2_view,
};

/* ---- Life ---- */

void nat_gateway_tell_addresses(struct call *call, const struct doc *gateway, struct json *body)
{
	const struct doc *interface = world_find(call->world, &kind_network_interface,
						 doc_extra_str(gateway, "NetworkInterfaceId"));
	struct json *list = json_new_array();

	json_foreach (address, json_get(interface->body, "PrivateIpAddresses")) {
		const struct json *association = json_get(address, "Association");
		struct json *item = json_new_object();

		json_set_str(item, "AllocationId", json_get_str(association, "AllocationId"));
		json_set_str(item, "NetworkInterfaceId", interface->key);
		json_set_copy(item, "PrivateIp", json_get(address, "PrivateIpAddress"));
		json_set_str(item, "PublicIp", json_get_str(association, "PublicIp"));
		json_set_str(item, "AssociationId", json_get_str(association, "AssociationId"));
		json_set_copy(item, "IsPrimary", json_get(address, "Primary"));
		json_set_str(item, "Status", "succeeded");
		json_append(list, item);
	}
	json_set(body, "NatGatewayAddresses", list);
}

/** What it needs was not there. Source: EC2 API, NatGateway, FailureCode: it is made all the same,
 * fails, and is shown for about an hour. */
static void become_failed(struct call *call, const struct doc *gateway)
{
	struct json *body = json_copy(gateway->body);

	json_set_str(body, "State", "failed");
	json_set_str(body, "DeleteTime", aws_now(call));
	json_set_str(body, "FailureCode", doc_extra_str(gateway, "FailureCode"));
	json_set_str(body, "FailureMessage", doc_extra_str(gateway, "FailureMessage"));
	json_set_str(json_first_mut(json_get_mut(body, "NatGatewayAddresses")), "Status", "failed");
	world_put(call, &kind_nat_gateway, gateway->key, body);
	route_refresh(call, gateway->key);
	lifecycle_start(call, &kind_nat_gateway, gateway->key, LIFECYCLE_FORGOTTEN, "forget");
}

/** The gateway has started: its addresses are told. */
static void become_available(struct call *call, const struct doc *gateway)
{
	struct json *body = json_copy(gateway->body);

	nat_gateway_tell_addresses(call, gateway, body);
	json_set_str(body, "State", "available");
	world_put(call, &kind_nat_gateway, gateway->key, body);
	route_refresh(call, gateway->key);
}

/** Its interface goes, and with it what held subnet and elastic IP. */
static void become_deleted(struct call *call, const struct doc *gateway)
{
	const char *interface_id = doc_extra_str(gateway, "NetworkInterfaceId");
	struct json *body = json_copy(gateway->body);

	if (nat_gateway_is_regional(gateway))
		nat_gateway_regional_drop(call, gateway);
	else if (world_find(call->world, &kind_network_interface, interface_id))
		ec2_interface_remove(call, interface_id);
	json_set_str(body, "State", "deleted");
	world_put(call, &kind_nat_gateway, gateway->key, body);
	lifecycle_start(call, &kind_nat_gateway, gateway->key, LIFECYCLE_FORGOTTEN, "forget");
}

static void nat_gateway_timer(struct call *call, const struct doc *doc, const char *timer)
{
	const char *state = doc_str(doc, "State");
	bool starts = str_eq(timer, "available") && str_eq(state, "pending");
	bool changes = str_eq(timer, "addresses") && str_eq(state, "available");

	if (starts && doc_extra_str(doc, "FailureCode"))
		become_failed(call, doc);
	else if (nat_gateway_is_regional(doc) && (starts || changes))
		nat_gateway_regional_settle(call, doc, "available");
	else if (starts)
		become_available(call, doc);
	else if (str_eq(timer, "deleted"))
		become_deleted(call, doc);
	else if (changes)
		nat_gateway_addresses_changed(call, doc);
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

/** The zone has room for one more; the refusal names the quota. */
static bool check_quota(const struct call *call, const struct doc *subnet, struct err *err)
{
	_cleanup_(freep) char *quota = NULL;
	size_t count = count_in_zone(call, doc_str(subnet, "AvailabilityZone"));

	if (ec2_within_limit(call, LIMIT_NAT_GATEWAYS_PER_ZONE, count, AWS_EC2_NAT_ADDRESS_LIMIT,
			     NULL))
		return true;
	quota = xasprintf("%u", quota_of(call->world, "NAT_GATEWAYS_PER_ZONE",
					 ec2_limit(LIMIT_NAT_GATEWAYS_PER_ZONE)));
	return aws_fail(err, AWS_EC2_NAT_GATEWAY_LIMIT, quota);
}

/** An address that is on its way, as a pending gateway shows it. */
static void append_coming(struct json *body, const char *allocation_id, const char *private_ip)
{
	struct json *list = json_ensure_array(body, "NatGatewayAddresses");
	struct json *address = json_new_object();

	json_set_str(address, "AllocationId", allocation_id);
	json_set_str(address, "PrivateIp", private_ip);
	json_set_bool(address, "IsPrimary", !json_size(list));
	json_set_str(address, "Status", allocation_id ? "associating" : "assigning");
	json_append(list, address);
}

static struct json *nat_gateway_body(struct call *call, const char *id, const struct doc *subnet,
				     const char *allocation_id)
{
	struct json *body = json_new_object();

	json_set_str(body, "CreateTime", aws_now(call));
	append_coming(body, allocation_id, NULL);
	json_set_str(body, "NatGatewayId", id);
	json_set_str(body, "State", "pending");
	json_set_str(body, "SubnetId", subnet->key);
	json_set_str(body, "VpcId", doc_str(subnet, "VpcId"));
	json_set_str(body, "ConnectivityType", allocation_id ? "public" : "private");
	json_set_str(body, "AvailabilityMode", "zonal");
	return body;
}

/** The secondary addresses that a request asks for fit the kind of gateway and the quota. Source:
 * EC2 API, CreateNatGateway. */
static bool check_secondary(const struct call *call, const struct json *input, bool is_private,
			    struct err *err)
{
	size_t elastic = json_size(json_get(input, "SecondaryAllocationIds"));
	size_t named = json_size(json_get(input, "SecondaryPrivateIpAddresses"));
	int64_t count = json_get_int(input, "SecondaryPrivateIpAddressCount", 0);

	if (is_private && elastic)
		return aws_fail(err, AWS_EC2_NAT_PRIVATE_ADDRESS, "SecondaryAllocationIds");
	if (count && !is_private)
		return aws_fail(err, AWS_EC2_NAT_PUBLIC_ADDRESS, "SecondaryPrivateIpAddressCount");
	if (count && named)
		return aws_fail(err, AWS_EC2_ADDRESSES_OR_COUNT);
	if (!is_private && named && named != elastic)
		return aws_fail(err, AWS_EC2_NAT_ADDRESS_PAIRS);
	if (count < 0)
		return aws_fail(err, AWS_EC2_ADDRESS_COUNT, "SecondaryPrivateIpAddressCount");
	if (!is_private)
		return ec2_within_limit(call, LIMIT_ADDRESSES_PER_NAT_GATEWAY, elastic,
					AWS_EC2_NAT_ADDRESS_LIMIT, err);
	return ec2_within_limit(call, LIMIT_PRIVATE_ADDRESSES_PER_NAT_GATEWAY,
				named + (size_t)count, AWS_EC2_NAT_ADDRESS_LIMIT, err);
}

/** What CreateNatGateway of a zonal gateway can ask for. */
static bool check_wishes(const struct call *call, const struct json *input, struct err *err)
{
	const char *allocation = json_get_str(input, "AllocationId");
	bool is_private = str_eq(json_get_str(input, "ConnectivityType"), "private");

	if (json_get(input, "AvailabilityZoneAddresses"))
		return aws_fail(err, AWS_EC2_NAT_MODE, "AvailabilityZoneAddresses", "zonal");
	if (json_get(input, "VpcId"))
		return aws_fail(err, AWS_EC2_NAT_MODE, "VpcId", "zonal");
	if (is_private && allocation)
		return aws_fail(err, AWS_EC2_NAT_PRIVATE_ADDRESS, "AllocationId");
	if (!is_private && !allocation)
		return aws_fail(err, AWS_EC2_NAT_NEEDS_ADDRESS);
	return check_secondary(call, input, is_private, err);
}

/** Gives the new gateway's interface its secondary addresses. */
static bool add_secondary(struct call *call, const struct json *input, const char *interface_id,
			  struct json *body, struct err *err)
{
	const struct json *elastic = json_get(input, "SecondaryAllocationIds");
	const struct json *named = json_get(input, "SecondaryPrivateIpAddresses");
	size_t count = (size_t)json_get_int(input, "SecondaryPrivateIpAddressCount", 0);
	const char *ip;

	if (json_size(named) > count)
		count = json_size(named);
	if (json_size(elastic) > count)
		count = json_size(elastic);
	for (size_t i = 0; i < count; i++) {
		const char *allocation = json_str(json_at(elastic, i));

		if ((allocation && !elastic_ip_check_free(call, allocation, err)) ||
		    !address_add_ipv4(call, interface_id, json_str(json_at(named, i)), &ip, err))
			return false;
		if (allocation)
			elastic_ip_bind(call, allocation, interface_id, ip);
		append_coming(body, allocation, NULL);
	}
	return true;
}

static bool nat_gateway_add(struct call *call, const struct json *input, const struct doc *subnet,
			    struct json *tags, const char **ret, struct err *err)
{
	const char *allocation = json_get_str(input, "AllocationId"), *token, *id;
	_cleanup_(json_freep) struct json *body = NULL, *extra = json_new_object();
	_cleanup_(json_freep) struct json *its_tags = tags;
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
	if (!ec2_interface_add(call, &spec, &interface, err))
		return false;
	json_set_str(extra, "NetworkInterfaceId", interface->key);
	body = nat_gateway_body(call, id, subnet, allocation);
	if (!add_secondary(call, input, interface->key, body, err))
		return false;
	world_add(call, (struct doc_spec){.kind = &kind_nat_gateway,
					  .key = id,
					  .body = steal(body),
					  .tags = steal(its_tags),
					  .extra = steal(extra)});
	*ret = id;
	return true;
}

/** Why a gateway will fail, NULL when it will not; its code in *ret. Source: EC2 API, NatGateway,
 * FailureCode and FailureMessage. */
static const char *find_failure(struct call *call, const struct json *input,
				const struct doc *subnet, const char **ret)
{
	const char *allocation = json_get_str(input, "AllocationId");
	const struct doc *address;

	if (!allocation)
		return NULL;
	*ret = "Gateway.NotAttached";
	if (!ec2_vpc_has_internet_gateway(call->world, doc_str(subnet, "VpcId")))
		return arena_printf(call->arena, "Network %s has no Internet gateway attached",
				    doc_str(subnet, "VpcId"));
	*ret = "Resource.AlreadyAssociated";
	address = world_find(call->world, &kind_elastic_ip, allocation);
	if (doc_str(address, "AssociationId"))
		return arena_printf(call->arena, "Elastic IP address %s is already associated",
				    allocation);
	return NULL;
}

/** A gateway that will fail: it has nothing of its own. */
static void add_failing(struct call *call, const struct json *input, const struct doc *subnet,
			struct json *tags, const char *code, const char *message, const char **ret)
{
	const char *token = json_get_str(input, "ClientToken");
	const char *allocation = json_get_str(input, "AllocationId");
	struct json *extra = json_new_object();

	*ret = ec2_new_id(call, &kind_nat_gateway, token ? token : allocation);
	json_set_str(extra, "FailureCode", code);
	json_set_str(extra, "FailureMessage", message);
	world_add(call, (struct doc_spec){.kind = &kind_nat_gateway,
					  .key = *ret,
					  .body = nat_gateway_body(call, *ret, subnet, allocation),
					  .tags = tags,
					  .extra = extra});
}

/** The subnet and the elastic IP of a request, in the words of this operation. Source: the
 * end-to-end tests of the ACK EC2 controller. */
static bool find_parts(struct call *call, const struct json *input, const struct doc **ret_subnet,
		       struct err *err)
{
	const char *subnet = json_get_str(input, "SubnetId");
	const char *allocation = json_get_str(input, "AllocationId");

	if (subnet && !str_starts_with(subnet, "subnet-"))
		return aws_fail(err, AWS_EC2_NAT_SUBNET_MALFORMED, subnet);
	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", ret_subnet, err))
		return false;
	if (allocation && !str_starts_with(allocation, "eipalloc-"))
		return aws_fail(err, AWS_EC2_NAT_ADDRESS_MALFORMED, allocation);
	return !allocation || ec2_find(call, &kind_elastic_ip, allocation) ||
	       aws_fail(err, AWS_EC2_NAT_ADDRESS_NOT_FOUND, allocation);
}

/* Source: EC2 API, CreateNatGateway; a public one needs an elastic IP and an internet gateway on
 * the VPC. */
static bool zonal_add(struct call *call, const struct json *input, struct json *tags,
		      const char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *its_tags = tags;
	const char *code, *failure;
	const struct doc *subnet;

	if (!check_wishes(call, input, err) || !find_parts(call, input, &subnet, err))
		return false;
	if (!doc_str(subnet, "CidrBlock"))
		return aws_fail(err, AWS_EC2_SUBNET_NATIVE, subnet->key, "NatGateway");
	if (!encryption_control_allows(call, doc_str(subnet, "VpcId"), "NatGateway", err))
		return false;
	if (!check_quota(call, subnet, err))
		return false;
	failure = find_failure(call, input, subnet, &code);
	if (!failure)
		return nat_gateway_add(call, input, subnet, steal(its_tags), ret, err);
	add_failing(call, input, subnet, steal(its_tags), code, failure, ret);
	return true;
}

bool ec2_create_nat_gateway(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	bool regional = str_eq(json_get_str(input, "AvailabilityMode"), "regional");
	_cleanup_(json_freep) struct json *tags = NULL;
	const char *id;
	bool old;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "natgateway", &tags, err))
		return false;
	old = id && ec2_find(call, &kind_nat_gateway, id);
	if (!old &&
	    !(regional ? nat_gateway_regional_add : zonal_add)(call, input, steal(tags), &id, err))
		return false;
	json_set(output, "NatGateway", ec2_item(world_find(call->world, &kind_nat_gateway, id)));
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	if (!old) {
		idempotency_keep(call, input, "ClientToken", id);
		lifecycle_start(call, &kind_nat_gateway, id, LIFECYCLE_NAT_GATEWAY, "available");
	}
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
