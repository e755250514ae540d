/*
 * Regional NAT gateways: one for all zones of a VPC, in no subnet, with elastic IPs for each zone
 * and a route table of its own to the internet gateway. Either the caller says zones and addresses
 * (manual mode), or AWS follows the zones in which the VPC has subnets with addresses of its own
 * (automatic mode).
 *
 * Source: VPC user guide, "Regional NAT gateways for automatic multi-AZ expansion"; EC2 API,
 * CreateNatGateway and NatGateway.
 */
#include "emulator/aws/ec2/internal.h"

#define ADDRESSES_PER_ZONE 32 /* VPC user guide: "up to 32 IP addresses per Availability Zone" */

bool nat_gateway_is_regional(const struct doc *gateway)
{
	return str_eq(doc_str(gateway, "AvailabilityMode"), "regional");
}

static bool is_automatic(const struct doc *gateway)
{
	return str_eq(doc_str(gateway, "AutoProvisionZones"), "enabled");
}

/* ---- Its elastic IPs: they are associated, but on no interface ---- */

/** Binds a free elastic IP to a zone of the gateway: an item of NatGatewayAddresses. */
static struct json *hold(struct call *call, const char *gateway_id, const char *allocation_id,
			 const char *zone)
{
	const struct doc *address = world_find(call->world, &kind_elastic_ip, allocation_id);
	struct json *body = json_copy(address->body), *extra, *item = json_new_object();
	const char *name = arena_printf(call->arena, "%s/%s/%llu", allocation_id, gateway_id,
					(unsigned long long)address->revision);
	const char *id = ec2_part_id(call, "eipassoc-", name);

	extra = address->extra ? json_copy(address->extra) : json_new_object();
	json_set_str(body, "AssociationId", id);
	json_set_str(extra, "HeldBy", gateway_id);
	world_put_all(call, &kind_elastic_ip, allocation_id, body, NULL, extra);
	json_set_str(item, "AllocationId", allocation_id);
	json_set_copy(item, "PublicIp", json_get(address->body, "PublicIp"));
	json_set_str(item, "AssociationId", id);
	json_set_str(item, "Status", "associating");
	json_set_str(item, "AvailabilityZone", zone);
	json_set_str(item, "AvailabilityZoneId", ec2_zone_id(call, zone));
	return item;
}

/** Lets an elastic IP go; one that AWS allocated for the gateway is released. */
static void let_go(struct call *call, const char *allocation_id)
{
	const struct doc *address = world_find(call->world, &kind_elastic_ip, allocation_id);
	struct json *extra;

	if (!address)
		return;
	if (doc_str(address, "ServiceManaged")) {
		world_remove(call, &kind_elastic_ip, allocation_id);
		return;
	}
	extra = json_copy(address->extra);
	json_remove(extra, "HeldBy");
	world_put_extra(call, &kind_elastic_ip, allocation_id, extra);
	elastic_ip_unbind(call, allocation_id);
}

/* ---- The zones of automatic mode ---- */

static bool has_subnet(const struct world *world, const char *vpc_id, const char *zone)
{
	struct docs subnets = {0};
	bool has = false;

	world_lookup(world, &kind_subnet, "vpc", vpc_id, &subnets);
	for (size_t i = 0; i < subnets.count; i++)
		has = has || str_eq(doc_str(subnets.items[i], "AvailabilityZone"), zone);
	docs_done(&subnets);
	return has;
}

/** Gives a body an address in each zone that has subnets, and marks those of other zones as
 * leaving. Whether anything changed. */
static bool follow(struct call *call, const char *id, struct json *body)
{
	struct json *list = json_ensure_array(body, "NatGatewayAddresses");
	const char *vpc_id = json_get_str(body, "VpcId"), *zone, *fixed = call->fixed_id;
	bool changed = false;

	call->fixed_id = NULL;
	for (unsigned i = 0; (zone = region_zone_name(call, i)); i++) {
		struct json *old = ec2_element_mut(list, "AvailabilityZone", zone);
		bool wanted = has_subnet(call->world, vpc_id, zone);

		if (wanted && !old) {
			json_append(list,
				    hold(call, id, elastic_ip_add_managed(call, "rnat", id), zone));
			changed = true;
		} else if (!wanted && old &&
			   !str_eq(json_get_str(old, "Status"), "disassociating")) {
			json_set_str(old, "Status", "disassociating");
			changed = true;
		}
	}
	call->fixed_id = fixed;
	return changed;
}

void nat_gateway_follow_zones(struct call *call, const char *vpc_id)
{
	struct docs found = {0};

	world_lookup(call->world, &kind_nat_gateway, "vpc", vpc_id, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct doc *gateway = found.items[i];
		const char *state = doc_str(gateway, "State");
		struct json *body;

		if (!nat_gateway_is_regional(gateway) || !is_automatic(gateway) ||
		    (!str_eq(state, "available") && !str_eq(state, "pending")))
			continue;
		body = json_copy(gateway->body);
		if (!follow(call, gateway->key, body)) {
			json_free(body);
			continue;
		}
		world_put(call, &kind_nat_gateway, gateway->key, body);
		lifecycle_start(call, &kind_nat_gateway, gateway->key, LIFECYCLE_NAT_ADDRESS,
				"addresses");
	}
	docs_done(&found);
}

/* ---- Life, as nat_gateway.c's timer tells it ---- */

void nat_gateway_regional_settle(struct call *call, const struct doc *gateway, const char *state)
{
	struct json *body = json_copy(gateway->body), *list = json_new_array();

	json_foreach (address, json_get(gateway->body, "NatGatewayAddresses")) {
		struct json *item;

		if (str_eq(json_get_str(address, "Status"), "disassociating")) {
			let_go(call, json_get_str(address, "AllocationId"));
			continue;
		}
		item = json_copy(address);
		json_set_str(item, "Status", "succeeded");
		json_append(list, item);
	}
	json_set(body, "NatGatewayAddresses", list);
	json_set_str(body, "State", state);
	world_put(call, &kind_nat_gateway, gateway->key, body);
	route_refresh(call, gateway->key);
}

void nat_gateway_regional_drop(struct call *call, const struct doc *gateway)
{
	const char *table = doc_str(gateway, "RouteTableId");

	flow_log_forget(call, gateway->key);
	json_foreach (address, json_get(gateway->body, "NatGatewayAddresses"))
		let_go(call, json_get_str(address, "AllocationId"));
	if (world_find(call->world, &kind_route_table, table))
		route_table_drop(call, table);
}

/* ---- CreateNatGateway ---- */

/** Reads one entry of AvailabilityZoneAddresses and holds its addresses. */
static bool hold_entry(struct call *call, const char *gateway_id, const struct json *entry,
		       struct json *list, struct err *err)
{
	const struct json *ids = json_get(entry, "AllocationIds");
	const char *zone;

	if (!json_get(entry, "AvailabilityZone") && !json_get(entry, "AvailabilityZoneId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER,
				"AvailabilityZoneAddresses.AvailabilityZone");
	if (!subnet_read_zone(call, entry, &zone, err))
		return false;
	if (!json_size(ids))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER,
				"AvailabilityZoneAddresses.AllocationIds");
	if (ec2_element(list, "AvailabilityZone", zone))
		return aws_fail(err, AWS_EC2_NAT_ZONE_TWICE, zone);
	if (json_size(ids) > ADDRESSES_PER_ZONE)
		return aws_fail(err, AWS_EC2_NAT_ADDRESS_LIMIT);
	json_foreach (id, ids) {
		if (!elastic_ip_check_free(call, json_str(id), err))
			return false;
		json_append(list, hold(call, gateway_id, json_str(id), zone));
	}
	return true;
}

static struct json *regional_body(struct call *call, const char *id, const char *vpc_id,
				  bool manual)
{
	const char *mode = manual ? "disabled" : "enabled";
	struct json *body = json_new_object();

	json_set_str(body, "CreateTime", aws_now(call));
	json_ensure_array(body, "NatGatewayAddresses");
	json_set_str(body, "NatGatewayId", id);
	json_set_str(body, "State", "pending");
	json_set_str(body, "VpcId", vpc_id);
	/* Source: EC2's controller for ACK: AWS makes it public without a word, whatever is asked
	 */
	json_set_str(body, "ConnectivityType", "public");
	json_set_str(body, "AvailabilityMode", "regional");
	json_set_str(body, "AutoScalingIps", mode);
	json_set_str(body, "AutoProvisionZones", mode);
	return body;
}

static bool add(struct call *call, const struct json *input, const struct doc *vpc,
		struct json *tags, const char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *its_tags = tags, *body = NULL;
	const struct json *entries = json_get(input, "AvailabilityZoneAddresses");
	const char *id = ec2_new_id(call, &kind_nat_gateway, vpc->key), *table, *gateway;

	body = regional_body(call, id, vpc->key, json_size(entries) > 0);
	json_foreach (entry, entries) {
		if (!hold_entry(call, id, entry, json_ensure_array(body, "NatGatewayAddresses"),
				err))
			return false;
	}
	if (!json_size(entries))
		follow(call, id, body);
	table = route_table_add(call, vpc->key, NULL, NULL, id);
	gateway = world_lookup_one(call->world, &kind_internet_gateway, "vpc", vpc->key)->key;
	route_add(call, table, "DestinationCidrBlock", "0.0.0.0/0", "GatewayId", gateway, table);
	json_set_str(body, "RouteTableId", table);
	world_add(call, (struct doc_spec){.kind = &kind_nat_gateway,
					  .key = id,
					  .body = steal(body),
					  .tags = steal(its_tags)});
	*ret = id;
	return true;
}

bool nat_gateway_regional_add(struct call *call, const struct json *input, struct json *tags,
			      const char **ret, struct err *err)
{
	static const char *const zonal[] = {"SubnetId",
					    "AllocationId",
					    "PrivateIpAddress",
					    "SecondaryAllocationIds",
					    "SecondaryPrivateIpAddresses",
					    "SecondaryPrivateIpAddressCount"};
	_cleanup_(json_freep) struct json *its_tags = tags;
	const struct doc *vpc;

	for (size_t i = 0; i < array_size(zonal); i++)
		if (json_get(input, zonal[i]))
			return aws_fail(err, AWS_EC2_NAT_MODE, zonal[i], "regional");
	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (!ec2_vpc_has_internet_gateway(call->world, vpc->key))
		return aws_fail(err, AWS_EC2_NO_GATEWAY, vpc->key);
	if (!encryption_control_allows(call, vpc->key, "NatGateway", err))
		return false;
	return add(call, input, vpc, steal(its_tags), ret, err);
}

/* ---- AssociateNatGatewayAddress, DisassociateNatGatewayAddress: manual mode only ---- */

/** Shows a change, answers with what it is about, and lets it take its time. */
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

bool nat_gateway_regional_associate(struct call *call, const struct json *input,
				    const struct doc *gateway, struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = json_copy(gateway->body);
	const struct json *ids = json_get(input, "AllocationIds");
	const char *zone;
	size_t count = 0;

	if (is_automatic(gateway))
		return aws_fail(err, AWS_EC2_NAT_AUTOMATIC, gateway->key);
	if (json_size(json_get(input, "PrivateIpAddresses")))
		return aws_fail(err, AWS_EC2_NAT_MODE, "PrivateIpAddresses", "regional");
	if (!json_get(input, "AvailabilityZone") && !json_get(input, "AvailabilityZoneId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "AvailabilityZone");
	if (!subnet_read_zone(call, input, &zone, err))
		return false;
	json_foreach (address, json_get(body, "NatGatewayAddresses"))
		count += str_eq(json_get_str(address, "AvailabilityZone"), zone);
	if (count + json_size(ids) > ADDRESSES_PER_ZONE)
		return aws_fail(err, AWS_EC2_NAT_ADDRESS_LIMIT);
	json_foreach (id, ids) {
		if (!elastic_ip_check_free(call, json_str(id), err))
			return false;
		json_append(json_ensure_array(body, "NatGatewayAddresses"),
			    hold(call, gateway->key, json_str(id), zone));
	}
	begin(call, gateway, steal(body), "associating", output);
	return true;
}

bool nat_gateway_regional_disassociate(struct call *call, const struct json *input,
				       const struct doc *gateway, struct json *output,
				       struct err *err)
{
	_cleanup_(json_freep) struct json *body = json_copy(gateway->body);

	if (is_automatic(gateway))
		return aws_fail(err, AWS_EC2_NAT_AUTOMATIC, gateway->key);
	json_foreach (id, json_get(input, "AssociationIds")) {
		struct json *address =
			ec2_element_mut(json_ensure_array(body, "NatGatewayAddresses"),
					"AssociationId", json_str(id));

		if (!address)
			return aws_fail(err, AWS_EC2_ASSOCIATION_NOT_FOUND, json_str(id));
		json_set_str(address, "Status", "disassociating");
	}
	begin(call, gateway, steal(body), "disassociating", output);
	return true;
}
