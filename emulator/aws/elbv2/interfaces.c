/* The network interfaces of load balancers: one for each subnet, owned by amazon-elb. */
#include "emulator/aws/elbv2/internal.h"

#define WITHOUT_PUBLIC "dualstack-without-public-ipv4"

static const char *interface_type(const char *type)
{
	if (str_eq(type, "network"))
		return "network_load_balancer";
	return str_eq(type, "gateway") ? "gateway_load_balancer" : "interface";
}

static bool has_public_ip(const struct json *balancer)
{
	return str_eq(json_get_str(balancer, "Scheme"), "internet-facing") &&
	       !str_eq(json_get_str(balancer, "IpAddressType"), WITHOUT_PUBLIC);
}

static bool add_interface(struct call *call, const struct json *balancer,
			  const struct zone_wish *wish, const char **ret_id, struct err *err)
{
	const char *arn = json_get_str(balancer, "LoadBalancerArn");
	struct ec2_interface_spec spec = {
		.subnet = wish->subnet,
		.description = arena_printf(call->arena, "ELB %s",
					    strstr(arn, "loadbalancer/") + strlen("loadbalancer/")),
		.requester_id = "amazon-elb",
		.interface_type = interface_type(json_get_str(balancer, "Type")),
		.private_ip = wish->private_ipv4,
		.ipv6 = wish->ipv6,
		.with_ipv6 = elbv2_is_dual(json_get_str(balancer, "IpAddressType")),
		.public_ip = has_public_ip(balancer),
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

/* Brings the IPv6 side of an interface in line with the load balancer. */
static bool set_ipv6(struct call *call, const char *id, bool dual, const char *wanted,
		     struct err *err)
{
	const struct doc *interface = world_find(call->world, &kind_network_interface, id);
	const struct json *address = json_at(json_get(interface->body, "Ipv6Addresses"), 0);
	const char *present = json_get_str(address, "Ipv6Address");

	if (dual == !!present && (!wanted || str_eq(wanted, present)))
		return true;
	return ec2_interface_set_ipv6(call, id, dual, wanted, err);
}

/* ---- AvailabilityZones ---- */

/* The addresses that were asked for; none when none were. Earlier ones stay. */
static struct json *addresses(const struct zone_wish *wish, const struct json *present,
			      const struct doc *interface, bool dual)
{
	const struct json *association = json_get(interface->body, "Association");
	const struct json *before = json_at(json_get(present, "LoadBalancerAddresses"), 0);
	struct json *address = before ? json_copy(before) : json_new_object();
	struct json *list = json_new_array();

	if (wish->allocation_id) {
		json_set_str(address, "IpAddress", json_get_str(association, "PublicIp"));
		json_set_str(address, "AllocationId", wish->allocation_id);
	}
	json_set_str(address, "PrivateIPv4Address", wish->private_ipv4);
	json_set_str(address, "IPv6Address", wish->ipv6);
	/* One that was dualstack and is not any more has lost its address. */
	if (!dual && !wish->ipv6)
		json_remove(address, "IPv6Address");
	if (json_size(address))
		json_append(list, address);
	else
		json_free(address);
	return list;
}

/* A /80 of the subnet's block for source NAT: the one asked for, the one there is, or any. */
static struct json *prefixes(struct call *call, const struct zone_wish *wish,
			     const struct json *present)
{
	const struct json *before = json_get(present, "SourceNatIpv6Prefixes");
	bool picked = !wish->prefix || str_eq(wish->prefix, "auto_assigned");
	struct json *list;
	struct cidr block, prefix;
	char text[CIDR_TEXT_MAX];

	if (picked && json_size(before))
		return json_copy(before);
	list = json_new_array();
	if (!picked) {
		json_append_str(list, wish->prefix);
	} else if (ec2_subnet_ipv6(wish->subnet, &block)) {
		const char *hash = ids_make(call, &kind_load_balancer, "", 4, wish->subnet->key);

		if (cidr_sub(&block, SOURCE_NAT_BITS, strtoul(hash, NULL, 16), &prefix))
			json_append_str(list, cidr_format(&prefix, text));
	}
	return list;
}

static struct json *zone_entry(struct call *call, const struct json *balancer,
			       const struct zone_wish *wish, const struct json *present,
			       const struct doc *interface)
{
	bool dual = elbv2_is_dual(json_get_str(balancer, "IpAddressType"));
	struct json *entry = json_new_object();

	json_set_str(entry, "ZoneName", doc_str(wish->subnet, "AvailabilityZone"));
	json_set_str(entry, "SubnetId", wish->subnet->key);
	json_set(entry, "LoadBalancerAddresses", addresses(wish, present, interface, dual));
	if (str_eq(json_get_str(balancer, "EnablePrefixForIpv6SourceNat"), "on"))
		json_set(entry, "SourceNatIpv6Prefixes", prefixes(call, wish, present));
	return entry;
}

/* ---- Making and releasing ---- */

static bool is_wished(const struct zone_wishes *wishes, const char *subnet_id)
{
	for (size_t i = 0; i < wishes->count; i++) {
		if (str_eq(wishes->items[i].subnet->key, subnet_id))
			return true;
	}
	return false;
}

/* Interfaces of subnets that are left, and those whose public side is another now. */
static void release_old(struct call *call, const struct json *balancer,
			const struct zone_wishes *wishes, struct json *interfaces)
{
	bool public_now = has_public_ip(balancer);
	struct json *next;

	for (struct json *item = json_first_mut(interfaces); item; item = next) {
		const struct doc *doc =
			world_find(call->world, &kind_network_interface, json_str(item));

		next = json_next_mut(item);
		if (is_wished(wishes, json_key(item)) &&
		    public_now == !!json_get(doc->body, "Association"))
			continue;
		ec2_interface_release(call, json_str(item));
		json_remove_item(interfaces, item);
	}
}

bool zones_apply(struct call *call, struct json *balancer, struct json *extra,
		 const struct zone_wishes *wishes, struct err *err)
{
	_cleanup_(json_freep) struct json *before = json_detach(balancer, "AvailabilityZones");
	bool dual = elbv2_is_dual(json_get_str(balancer, "IpAddressType"));
	struct json *interfaces = json_ensure_object(extra, "interfaces");

	json_ensure_array(balancer, "AvailabilityZones");
	release_old(call, balancer, wishes, interfaces);
	for (size_t i = 0; i < wishes->count; i++) {
		const struct zone_wish *wish = &wishes->items[i];
		const struct json *present = zone_find(before, wish->subnet->key);
		const char *id = json_get_str(interfaces, wish->subnet->key);
		const char *said = json_get_str(
			json_at(json_get(present, "LoadBalancerAddresses"), 0), "IPv6Address");

		if (id && !set_ipv6(call, id, dual,
				    !dual	 ? NULL
				    : wish->ipv6 ? wish->ipv6
						 : said,
				    err))
			return elbv2_error(err);
		if (!id && !add_interface(call, balancer, wish, &id, err))
			return elbv2_error(err);
		json_set_str(interfaces, wish->subnet->key, arena_strdup(call->arena, id));
		id = json_get_str(interfaces, wish->subnet->key);
		json_append(json_ensure_array(balancer, "AvailabilityZones"),
			    zone_entry(call, balancer, wish, present,
				       world_find(call->world, &kind_network_interface, id)));
	}
	return true;
}
