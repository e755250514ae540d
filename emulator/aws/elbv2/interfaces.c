/*
 * Load balancers in subnets: which zones a request asks for, whether they can serve, and the
 * network interface that AWS makes in each.
 */
#include "emulator/aws/elbv2/internal.h"

#define APPLICATION_ZONES_MIN 2 /* API: CreateLoadBalancer, "at least two Availability Zones" */
/* Free addresses that a subnet needs; guide, "Subnets for your load balancer". */
#define ADDRESSES_MIN 8

static bool read_one(struct call *call, const char *subnet_id, const struct json *mapping,
		     struct zone_wishes *ret, struct err *err)
{
	struct zone_wish *wish = &ret->items[ret->count];

	if (ret->count == ZONES_MAX)
		return aws_fail(err, AWS_ELBV2_TOO_MANY_SUBNETS);
	wish->subnet = ec2_find(call, &kind_subnet, subnet_id);
	if (!wish->subnet)
		return aws_fail(err, AWS_ELBV2_SUBNET_NOT_FOUND, subnet_id ? subnet_id : "");
	wish->allocation_id = json_get_str(mapping, "AllocationId");
	wish->private_ipv4 = json_get_str(mapping, "PrivateIPv4Address");
	wish->ipv6 = json_get_str(mapping, "IPv6Address");
	ret->count++;
	return true;
}

/* Every subnet of one VPC, each in a zone of its own. */
static bool check_places(const struct zone_wishes *wishes, struct err *err)
{
	for (size_t i = 0; i < wishes->count; i++) {
		const struct doc *subnet = wishes->items[i].subnet;

		for (size_t j = 0; j < i; j++) {
			const struct doc *other = wishes->items[j].subnet;

			if (!str_eq(doc_str(subnet, "VpcId"), doc_str(other, "VpcId")))
				return aws_fail(err, AWS_ELBV2_SUBNETS_OF_TWO_VPCS);
			if (str_eq(doc_str(subnet, "AvailabilityZone"),
				   doc_str(other, "AvailabilityZone")))
				return aws_fail(err, AWS_ELBV2_SUBNETS_OF_ONE_ZONE);
		}
	}
	return true;
}

bool zones_read(struct call *call, const struct json *input, const char *type,
		struct zone_wishes *ret, struct err *err)
{
	const struct json *subnets = json_get(input, "Subnets");
	const struct json *mappings = json_get(input, "SubnetMappings");

	ret->count = 0;
	if (json_size(subnets) && json_size(mappings))
		return aws_fail(err, AWS_ELBV2_SUBNETS_AND_MAPPINGS);
	json_foreach (subnet, subnets) {
		if (!read_one(call, json_str(subnet), NULL, ret, err))
			return false;
	}
	json_foreach (mapping, mappings) {
		if (!read_one(call, json_get_str(mapping, "SubnetId"), mapping, ret, err))
			return false;
	}
	if (!ret->count)
		return aws_fail(err, AWS_ELBV2_SUBNETS_MISSING);
	if (str_eq(type, "application") && ret->count < APPLICATION_ZONES_MIN)
		return aws_fail(err, AWS_ELBV2_SUBNETS_TOO_FEW);
	return check_places(ret, err);
}

static bool is_dual(const char *ip_address_type)
{
	return str_starts_with(ip_address_type, "dualstack");
}

/* What a request says about single addresses. */
static bool check_wish(const struct zone_wish *wish, const char *scheme,
		       const char *ip_address_type, struct err *err)
{
	if (wish->allocation_id && !str_eq(scheme, "internet-facing"))
		return aws_fail(err, AWS_ELBV2_ALLOCATION_INTERNAL);
	if (wish->private_ipv4 && !str_eq(scheme, "internal"))
		return aws_fail(err, AWS_ELBV2_PRIVATE_ADDRESS_PUBLIC);
	if (wish->ipv6 && !is_dual(ip_address_type))
		return aws_fail(err, AWS_ELBV2_IPV6_ADDRESS_IPV4);
	return true;
}

bool zones_check(struct call *call, const struct zone_wishes *wishes, const char *scheme,
		 const char *ip_address_type, struct err *err)
{
	const char *vpc_id = doc_str(wishes->items[0].subnet, "VpcId");
	struct cidr block;

	if (str_eq(scheme, "internet-facing") && !ec2_vpc_has_internet_gateway(call->world, vpc_id))
		return aws_fail(err, AWS_ELBV2_NO_INTERNET_GATEWAY, vpc_id);
	for (size_t i = 0; i < wishes->count; i++) {
		const struct zone_wish *wish = &wishes->items[i];

		if (is_dual(ip_address_type) && !ec2_subnet_ipv6(wish->subnet, &block))
			return aws_fail(err, AWS_ELBV2_SUBNET_WITHOUT_IPV6);
		if (ec2_subnet_free_addresses(call->world, wish->subnet) < ADDRESSES_MIN)
			return aws_fail(err, AWS_ELBV2_SUBNET_FULL, wish->subnet->key);
		if (!check_wish(wish, scheme, ip_address_type, err))
			return false;
	}
	return true;
}

static bool add_interface(struct call *call, const struct json *balancer,
			  const struct zone_wish *wish, const char **ret_id, struct err *err)
{
	const char *arn = json_get_str(balancer, "LoadBalancerArn");
	const char *type = json_get_str(balancer, "Type");
	struct ec2_interface_spec spec = {
		.subnet = wish->subnet,
		.description = arena_printf(call->arena, "ELB %s",
					    strstr(arn, "loadbalancer/") + strlen("loadbalancer/")),
		.requester_id = "amazon-elb",
		.interface_type = str_eq(type, "network") ? "network_load_balancer" : "interface",
		.private_ip = wish->private_ipv4,
		.ipv6 = wish->ipv6,
		.with_ipv6 = is_dual(json_get_str(balancer, "IpAddressType")),
		.public_ip = str_eq(json_get_str(balancer, "Scheme"), "internet-facing") &&
			     !str_eq(json_get_str(balancer, "IpAddressType"),
				     "dualstack-without-public-ipv4"),
		.allocation_id = wish->allocation_id,
		.groups = json_get(balancer, "SecurityGroups"),
		.implied_by = arn,
	};
	const struct doc *interface;

	if (!ec2_interface_add(call, &spec, &interface, err))
		return false;
	*ret_id = interface->key;
	return true;
}

/* One entry of AvailabilityZones; addresses stand there when the request asked for them. */
static struct json *zone_entry(const struct zone_wish *wish, const struct doc *interface)
{
	struct json *entry = json_new_object(), *address;
	const struct json *association = json_get(interface->body, "Association");

	json_set_str(entry, "ZoneName", doc_str(wish->subnet, "AvailabilityZone"));
	json_set_str(entry, "SubnetId", wish->subnet->key);
	json_ensure_array(entry, "LoadBalancerAddresses");
	if (!wish->allocation_id && !wish->private_ipv4 && !wish->ipv6)
		return entry;
	address = json_new_object();
	if (wish->allocation_id) {
		json_set_str(address, "IpAddress", json_get_str(association, "PublicIp"));
		json_set_str(address, "AllocationId", wish->allocation_id);
	}
	json_set_str(address, "PrivateIPv4Address", wish->private_ipv4);
	json_set_str(address, "IPv6Address", wish->ipv6);
	json_append(json_ensure_array(entry, "LoadBalancerAddresses"), address);
	return entry;
}

static bool is_wished(const struct zone_wishes *wishes, const char *subnet_id)
{
	for (size_t i = 0; i < wishes->count; i++) {
		if (str_eq(wishes->items[i].subnet->key, subnet_id))
			return true;
	}
	return false;
}

bool zones_apply(struct call *call, struct json *balancer, struct json *extra,
		 const struct zone_wishes *wishes, struct err *err)
{
	struct json *interfaces = json_ensure_object(extra, "interfaces");
	struct json *zones = json_new_array(), *next;

	json_set(balancer, "AvailabilityZones", zones);
	for (struct json *item = json_first_mut(interfaces); item; item = next) {
		next = json_next_mut(item);
		if (is_wished(wishes, json_key(item)))
			continue;
		ec2_interface_release(call, json_str(item));
		json_remove_item(interfaces, item);
	}
	for (size_t i = 0; i < wishes->count; i++) {
		const struct zone_wish *wish = &wishes->items[i];
		const char *id = json_get_str(interfaces, wish->subnet->key);

		if (!id && !add_interface(call, balancer, wish, &id, err))
			return false;
		json_set_str(interfaces, wish->subnet->key, arena_strdup(call->arena, id));
		id = json_get_str(interfaces, wish->subnet->key);
		json_append(zones,
			    zone_entry(wish, world_find(call->world, &kind_network_interface, id)));
	}
	return true;
}

bool zones_set_ipv6(struct call *call, const struct doc *balancer, bool on, struct err *err)
{
	json_foreach (item, json_get(balancer->extra, "interfaces")) {
		if (!ec2_interface_set_ipv6(call, json_str(item), on, NULL, err))
			return false;
	}
	return true;
}
