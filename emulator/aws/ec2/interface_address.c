/* Private addresses of network interfaces: picking free ones, AssignPrivateIpAddresses,
 * AssignIpv6Addresses and their opposites. */
#include "emulator/aws/ec2/internal.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"

#define FIRST_HOST 4 /* network, router, DNS and one for later; VPC user guide, "Subnet sizing" */
#define IPV6_FIRST 4 /* the same four of an IPv6 block */
#define TRIES	   64
#define COUNT_MAX  256 /* addresses of one request; more than any instance type has */

static const char *term_of(struct call *call, const struct doc *subnet, const char *ip)
{
	return arena_printf(call->arena, "%s/%s", doc_str(subnet, "VpcId"), ip);
}

static bool is_used(struct call *call, const struct doc *subnet, const char *index, const char *ip)
{
	return world_lookup_count(call->world, &kind_network_interface, index,
				  term_of(call, subnet, ip)) > 0;
}

/** Addresses that a "prefix" reservation keeps for prefixes cannot be asked for one by one. */
static bool is_for_prefixes(struct call *call, const struct doc *subnet, const struct ip *ip)
{
	struct docs reservations = {0};
	struct cidr block;
	bool found = false;

	world_lookup(call->world, &kind_subnet_cidr_reservation, "subnet", subnet->key,
		     &reservations);
	for (size_t i = 0; i < reservations.count; i++)
		found = found ||
			(str_eq(doc_str(reservations.items[i], "ReservationType"), "prefix") &&
			 cidr_parse(doc_str(reservations.items[i], "Cidr"), &block) &&
			 cidr_contains_ip(&block, ip));
	docs_done(&reservations);
	return found;
}

static bool check_wanted_ipv4(struct call *call, const struct doc *subnet, const struct cidr *block,
			      const char *wanted, const struct json *taken, struct err *err)
{
	struct kept_blocks blocks;
	struct ip ip;
	uint64_t offset;

	if (!ip_parse(wanted, &ip) || ip.family != FAMILY_IPV4)
		return aws_fail(err, AWS_EC2_ADDRESS_SYNTAX, wanted);
	if (!cidr_contains_ip(block, &ip))
		return aws_fail(err, AWS_EC2_ADDRESS_OUTSIDE, wanted);
	offset = cidr_offset(block, &ip);
	if (offset < FIRST_HOST || offset == cidr_hosts(block) - 1)
		return aws_fail(err, AWS_EC2_ADDRESS_RESERVED, wanted);
	prefix_blocks(call, subnet, &blocks);
	if (is_used(call, subnet, "private-ip", wanted) || ec2_list_has(taken, wanted) ||
	    prefix_is_of_interface(&blocks, &ip))
		return aws_fail(err, AWS_EC2_ADDRESS_IN_USE);
	if (is_for_prefixes(call, subnet, &ip))
		return aws_fail(err, AWS_EC2_ADDRESS_RESERVED, wanted);
	return true;
}

/* AWS picks any free address; the lowest is easier to read, and the same in each run. */
static const char *lowest_free(struct call *call, const struct doc *subnet,
			       const struct cidr *block, const struct json *taken)
{
	const char *found = NULL;
	struct kept_blocks blocks;

	prefix_blocks(call, subnet, &blocks);
	for (uint64_t i = FIRST_HOST; i + 1 < cidr_hosts(block) && !found; i++) {
		char text[CIDR_TEXT_MAX];
		struct ip ip;

		if (!cidr_host(block, i, &ip) || prefix_blocks_hold(&blocks, &ip))
			continue;
		ip_format(&ip, text);
		if (!ec2_list_has(taken, text) && !is_used(call, subnet, "private-ip", text))
			found = arena_strdup(call->arena, text);
	}
	return found;
}

bool address_pick_ipv4(struct call *call, const struct doc *subnet, const char *wanted,
		       const struct json *taken, const char **ret, struct err *err)
{
	struct cidr block;
	const char *found;

	if (!ec2_subnet_ipv4(subnet, &block))
		return aws_fail(err, AWS_EC2_SUBNET_NATIVE, subnet->key, "PrivateIpAddress");
	if (wanted) {
		if (!check_wanted_ipv4(call, subnet, &block, wanted, taken, err))
			return false;
		*ret = arena_strdup(call->arena, wanted);
		return true;
	}
	found = lowest_free(call, subnet, &block, taken);
	if (!found)
		return aws_fail(err, AWS_EC2_SUBNET_FULL);
	*ret = found;
	return true;
}

/** The address of a /64 (or larger block) whose last 64 bits come out of a hash. */
static bool hashed_host(struct call *call, const struct cidr *block, const char *name,
			unsigned ordinal, struct ip *ret)
{
	uint8_t low[8];
	char hex[17];

	ids_hex(world_seed(call->world), "ipv6-address", "", name, ordinal, 16, hex);
	*ret = block->ip;
	if (!hex_decode(hex, low, sizeof(low)))
		return false;
	memcpy(ret->bytes + 8, low, sizeof(low));
	return cidr_contains_ip(block, ret) && cidr_offset(block, ret) >= IPV6_FIRST;
}

bool address_pick_ipv6(struct call *call, const struct doc *subnet, const char *wanted,
		       const char *name, const char **ret, struct err *err)
{
	const char *found = NULL;
	struct kept_blocks blocks;
	struct cidr block;
	struct ip ip;

	if (!ec2_subnet_ipv6(subnet, &block))
		return aws_fail(err, AWS_EC2_SUBNET_NO_IPV6, subnet->key);
	prefix_blocks(call, subnet, &blocks);
	if (wanted) {
		if (!ip_parse(wanted, &ip) || ip.family != FAMILY_IPV6)
			return aws_fail(err, AWS_EC2_ADDRESS_SYNTAX, wanted);
		if (!cidr_contains_ip(&block, &ip))
			return aws_fail(err, AWS_EC2_ADDRESS_OUTSIDE, wanted);
		if (cidr_offset(&block, &ip) < IPV6_FIRST || is_for_prefixes(call, subnet, &ip))
			return aws_fail(err, AWS_EC2_ADDRESS_RESERVED, wanted);
		*ret = ec2_ip_text(call, &ip);
		if (is_used(call, subnet, "ipv6", *ret) || prefix_is_of_interface(&blocks, &ip))
			return aws_fail(err, AWS_EC2_ADDRESS_IN_USE);
		return true;
	}
	for (unsigned i = 0; i < TRIES && !found; i++) {
		if (!hashed_host(call, &block, name, i, &ip) || prefix_blocks_hold(&blocks, &ip))
			continue;
		found = ec2_ip_text(call, &ip);
		if (is_used(call, subnet, "ipv6", found))
			found = NULL;
	}
	if (!found)
		return aws_fail(err, AWS_EC2_SUBNET_FULL);
	*ret = found;
	return true;
}

/** "ip-10-250-0-10.eu-west-1.compute.internal" when the VPC resolves names, else NULL. */
static const char *private_dns_name(struct call *call, const char *ip, const char *vpc_id)
{
	const struct doc *vpc = world_find(call->world, &kind_vpc, vpc_id);
	char *dashed = arena_strdup(call->arena, ip);

	if (!vpc || !vpc_attribute(vpc, "EnableDnsSupport"))
		return NULL;
	for (char *p = dashed; *p; p++)
		if (*p == '.')
			*p = '-';
	return arena_printf(call->arena, "ip-%s.%s", dashed,
			    region_private_domain(call, call->region));
}

void address_append_ipv4(struct call *call, struct json *body, const char *ip, const char *vpc_id)
{
	struct json *list = json_ensure_array(body, "PrivateIpAddresses");
	struct json *address = json_new_object();
	bool primary = json_size(list) == 0;

	json_set_bool(address, "Primary", primary);
	json_set_str(address, "PrivateDnsName", private_dns_name(call, ip, vpc_id));
	json_set_str(address, "PrivateIpAddress", ip);
	json_append(list, address);
	if (primary) {
		json_set_str(body, "PrivateDnsName", private_dns_name(call, ip, vpc_id));
		json_set_str(body, "PrivateIpAddress", ip);
	}
}

void address_append_ipv6(struct json *body, const char *ip)
{
	struct json *list = json_ensure_array(body, "Ipv6Addresses");
	struct json *address = json_new_object();

	json_set_str(address, "Ipv6Address", ip);
	json_set_bool(address, "IsPrimaryIpv6", false);
	json_append(list, address);
	json_set_str(body, "Ipv6Address", json_get_str(json_at(list, 0), "Ipv6Address"));
}

bool address_choose_primary_ipv6(struct json *body, unsigned index, struct err *err)
{
	unsigned i = 0;

	for (struct json *item = json_first_mut(json_ensure_array(body, "Ipv6Addresses")); item;
	     item = json_next_mut(item), i++) {
		if (json_get_bool(item, "IsPrimaryIpv6", false))
			return aws_fail(err, AWS_EC2_PRIMARY_IPV6_TWICE);
		if (i == index) {
			json_set_bool(item, "IsPrimaryIpv6", true);
			break;
		}
	}
	return true;
}

bool address_make_primary_ipv6(struct json *body, const char *interface_id, struct err *err)
{
	struct json *first = json_first_mut(json_ensure_array(body, "Ipv6Addresses"));

	for (struct json *item = first; item; item = json_next_mut(item))
		if (json_get_bool(item, "IsPrimaryIpv6", false))
			return true; /* one was chosen */
	if (!first)
		return aws_fail(err, AWS_EC2_NO_PRIMARY_IPV6, interface_id);
	json_set_bool(first, "IsPrimaryIpv6", true);
	return true;
}

bool address_add_ipv4(struct call *call, const char *interface_id, const char *wanted,
		      const char **ret, struct err *err)
{
	const struct doc *interface =
		world_find(call->world, &kind_network_interface, interface_id);
	const struct doc *subnet =
		world_find(call->world, &kind_subnet, doc_str(interface, "SubnetId"));
	struct json *body;

	if (!address_pick_ipv4(call, subnet, wanted, NULL, ret, err))
		return false;
	body = json_copy(interface->body);
	address_append_ipv4(call, body, *ret, doc_str(interface, "VpcId"));
	world_put(call, &kind_network_interface, interface_id, body);
	return true;
}

void address_drop_ipv4(struct call *call, const char *interface_id, const char *ip)
{
	const struct doc *interface =
		world_find(call->world, &kind_network_interface, interface_id);
	const char *allocation =
		json_find_str(ec2_element(json_get(interface->body, "PrivateIpAddresses"),
					  "PrivateIpAddress", ip),
			      "Association", "AllocationId", NULL);
	struct json *body, *list, *item;

	if (allocation)
		elastic_ip_unbind(call, allocation);
	interface = world_find(call->world, &kind_network_interface, interface_id);
	body = json_copy(interface->body);
	list = json_ensure_array(body, "PrivateIpAddresses");
	item = ec2_element_mut(list, "PrivateIpAddress", ip);
	if (item)
		json_remove_item(list, item);
	world_put(call, &kind_network_interface, interface_id, body);
}

/* ---- AssignPrivateIpAddresses ---- */

static bool get_interface(struct call *call, const struct json *input, const struct doc **ret,
			  const struct doc **subnet, struct err *err)
{
	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", ret, err))
		return false;
	*subnet = world_find(call->world, &kind_subnet, doc_str(*ret, "SubnetId"));
	return true;
}

static bool read_count(const struct json *input, const char *member, const struct json *list,
		       unsigned *ret, struct err *err)
{
	int64_t count = json_get_int(input, member, 0);

	if (count && json_size(list))
		return aws_fail(err, AWS_EC2_ADDRESSES_OR_COUNT);
	if (count < 0 || count > COUNT_MAX)
		return aws_fail(err, AWS_EC2_ADDRESS_COUNT, member);
	*ret = count ? (unsigned)count : (unsigned)json_size(list);
	if (!*ret)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, member);
	return true;
}

/** With AllowReassignment an address leaves the interface that has it, unless it is the primary
 * one there. */
static void take_from_others(struct call *call, const struct doc *interface,
			     const struct json *wanted)
{
	json_foreach (ip, wanted) {
		const char *term = arena_printf(call->arena, "%s/%s", doc_str(interface, "VpcId"),
						json_str(ip));
		const struct doc *other =
			world_lookup_one(call->world, &kind_network_interface, "private-ip", term);

		if (other && other != interface &&
		    !str_eq(doc_str(other, "PrivateIpAddress"), json_str(ip)))
			address_drop_ipv4(call, other->key, json_str(ip));
	}
}

/** Picks addresses and shows them as assigned. */
static bool assign_ipv4(struct call *call, const struct doc *interface, const struct doc *subnet,
			const struct json *input, struct json *body, struct json *output,
			struct err *err)
{
	const struct json *wanted = json_get(input, "PrivateIpAddresses");
	struct json *assigned = json_ensure_array(output, "AssignedPrivateIpAddresses");
	_cleanup_(json_freep) struct json *taken = json_new_array();
	unsigned count;

	if (!read_count(input, "SecondaryPrivateIpAddressCount", wanted, &count, err))
		return false;
	if (json_get_bool(input, "AllowReassignment", false))
		take_from_others(call, interface, wanted);
	for (unsigned i = 0; i < count; i++) {
		struct json *item = json_new_object();
		const char *ip;

		json_append(assigned, item);
		if (!address_pick_ipv4(call, subnet, json_str(json_at(wanted, i)), taken, &ip, err))
			return false;
		json_append_str(taken, ip);
		json_set_str(item, "PrivateIpAddress", ip);
		address_append_ipv4(call, body, ip, doc_str(interface, "VpcId"));
	}
	return true;
}

bool ec2_assign_private_ip_addresses(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL, *prefixes = json_new_array();
	const struct doc *interface, *subnet;
	struct prefix_wish wish;
	struct json *shown;

	if (!get_interface(call, input, &interface, &subnet, err) ||
	    !prefix_read(input, FAMILY_IPV4, &wish, err))
		return false;
	body = json_copy(interface->body);
	json_set_str(output, "NetworkInterfaceId", interface->key);
	if (!wish.count && !json_size(wish.list) &&
	    !assign_ipv4(call, interface, subnet, input, body, output, err))
		return false;
	if (!prefix_pick(call, subnet, FAMILY_IPV4, &wish, NULL, prefixes, err))
		return false;
	json_ensure_array(output, "AssignedPrivateIpAddresses");
	json_ensure_array(output, "AssignedIpv4Prefixes");
	json_foreach (prefix, prefixes) {
		prefix_append(body, FAMILY_IPV4, json_str(prefix));
		shown = json_new_object();
		json_set_str(shown, "Ipv4Prefix", json_str(prefix));
		json_append(json_get_mut(output, "AssignedIpv4Prefixes"), shown);
	}
	if (!interface_fits_instance(call, body, err))
		return false;
	world_put(call, &kind_network_interface, interface->key, steal(body));
	return true;
}

/* Source: EC2 API, UnassignPrivateIpAddresses: never the primary one; an elastic IP goes loose. */
bool ec2_unassign_private_ip_addresses(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const struct json *ips = json_get(input, "PrivateIpAddresses"), *address;
	const struct json *prefixes = json_get(input, "Ipv4Prefixes");
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *interface, *subnet;
	const char *allocation;

	(void)output;
	if (!get_interface(call, input, &interface, &subnet, err))
		return false;
	if (!json_size(ips) && !json_size(prefixes))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "privateIpAddress");
	json_foreach (ip, ips) {
		address = ec2_element(json_get(interface->body, "PrivateIpAddresses"),
				      "PrivateIpAddress", json_str(ip));
		if (!address || json_get_bool(address, "Primary", false))
			return aws_fail(err, AWS_EC2_ADDRESS_NOT_ASSIGNED, json_str(ip));
		allocation = json_find_str(address, "Association", "AllocationId", NULL);
		if (allocation)
			elastic_ip_unbind(call, allocation);
	}
	interface = world_find(call->world, &kind_network_interface, interface->key);
	body = json_copy(interface->body);
	json_foreach (ip, ips) {
		struct json *list = json_get_mut(body, "PrivateIpAddresses");
		struct json *item = ec2_element_mut(list, "PrivateIpAddress", json_str(ip));

		if (item) /* the same address may be named twice */
			json_remove_item(list, item);
	}
	json_foreach (prefix, prefixes)
		if (!prefix_remove(body, FAMILY_IPV4, json_str(prefix)))
			return aws_fail(err, AWS_EC2_ADDRESS_NOT_ASSIGNED, json_str(prefix));
	world_put(call, &kind_network_interface, interface->key, steal(body));
	return true;
}

/* ---- AssignIpv6Addresses ---- */

static bool assign_ipv6(struct call *call, const struct doc *interface, const struct doc *subnet,
			const struct json *input, struct json *body, struct json *output,
			struct err *err)
{
	struct json *assigned = json_ensure_array(output, "AssignedIpv6Addresses");
	const struct json *wanted = json_get(input, "Ipv6Addresses");
	unsigned count;

	if (!read_count(input, "Ipv6AddressCount", wanted, &count, err))
		return false;
	for (unsigned i = 0; i < count; i++) {
		const char *ip, *name;

		name = ec2_nth(call, interface->key,
			       (unsigned)json_size(json_get(body, "Ipv6Addresses")));
		if (!address_pick_ipv6(call, subnet, json_str(json_at(wanted, i)), name, &ip, err))
			return false;
		if (ec2_list_has(assigned, ip))
			return aws_fail(err, AWS_EC2_ADDRESS_IN_USE);
		json_append_str(assigned, ip);
		address_append_ipv6(body, ip);
	}
	return true;
}

bool ec2_assign_ipv6_addresses(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *interface, *subnet;
	struct prefix_wish wish;
	struct json *prefixes;

	if (!get_interface(call, input, &interface, &subnet, err) ||
	    !prefix_read(input, FAMILY_IPV6, &wish, err))
		return false;
	body = json_copy(interface->body);
	json_set_str(output, "NetworkInterfaceId", interface->key);
	if (!wish.count && !json_size(wish.list) &&
	    !assign_ipv6(call, interface, subnet, input, body, output, err))
		return false;
	json_ensure_array(output, "AssignedIpv6Addresses");
	prefixes = json_ensure_array(output, "AssignedIpv6Prefixes");
	if (!prefix_pick(call, subnet, FAMILY_IPV6, &wish, NULL, prefixes, err))
		return false;
	json_foreach (prefix, prefixes)
		prefix_append(body, FAMILY_IPV6, json_str(prefix));
	if (!interface_fits_instance(call, body, err))
		return false;
	world_put(call, &kind_network_interface, interface->key, steal(body));
	return true;
}

bool ec2_unassign_ipv6_addresses(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct json *ips = json_get(input, "Ipv6Addresses");
	const struct json *prefixes = json_get(input, "Ipv6Prefixes");
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *interface, *subnet;
	struct json *list;

	if (!get_interface(call, input, &interface, &subnet, err))
		return false;
	if (!json_size(ips) && !json_size(prefixes))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipv6Addresses");
	body = json_copy(interface->body);
	list = json_ensure_array(body, "Ipv6Addresses");
	json_set_str(output, "NetworkInterfaceId", interface->key);
	json_ensure_array(output, "UnassignedIpv6Addresses");
	json_ensure_array(output, "UnassignedIpv6Prefixes");
	json_foreach (ip, ips) {
		struct json *item = ec2_element_mut(list, "Ipv6Address", json_str(ip));

		if (!item)
			return aws_fail(err, AWS_EC2_ADDRESS_NOT_ASSIGNED, json_str(ip));
		if (json_get_bool(item, "IsPrimaryIpv6", false))
			return aws_fail(err, AWS_EC2_PRIMARY_IPV6, json_str(ip));
		json_append_str(json_get_mut(output, "UnassignedIpv6Addresses"), json_str(ip));
		json_remove_item(list, item);
	}
	json_foreach (prefix, prefixes) {
		if (!prefix_remove(body, FAMILY_IPV6, json_str(prefix)))
			return aws_fail(err, AWS_EC2_ADDRESS_NOT_ASSIGNED, json_str(prefix));
		json_append_str(json_get_mut(output, "UnassignedIpv6Prefixes"), json_str(prefix));
	}
	json_remove(body, "Ipv6Address");
	json_set_str(body, "Ipv6Address", json_get_str(json_at(list, 0), "Ipv6Address"));
	world_put(call, &kind_network_interface, interface->key, steal(body));
	return true;
}
