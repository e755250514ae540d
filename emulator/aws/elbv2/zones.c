/* What requests say about the subnets and addresses of a load balancer, and whether it can be. */
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
	wish->prefix = json_get_str(mapping, "SourceNatIpv6Prefix");
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

bool elbv2_is_dual(const char *ip_address_type)
{
	return str_starts_with(ip_address_type, "dualstack");
}

const struct json *zone_find(const struct json *zones, const char *subnet_id)
{
	json_foreach (zone, zones) {
		if (str_eq(json_get_str(zone, "SubnetId"), subnet_id))
			return zone;
	}
	return NULL;
}

/*
 * Static addresses stay as long as the zone is enabled (NLB guide, "Create a Network Load
 * Balancer": "You can't change these … addresses after you create the load balancer"). Saying the
 * same ones again, or none, leaves them.
 */
static bool check_static(const struct zone_wish *wish, const struct json *zone, struct err *err)
{
	const struct json *address = json_at(json_get(zone, "LoadBalancerAddresses"), 0);
	const struct {
		const char *wanted, *present;
	} pairs[] = {
		{wish->allocation_id, json_get_str(address, "AllocationId")},
		{wish->private_ipv4, json_get_str(address, "PrivateIPv4Address")},
	};

	for (size_t i = 0; i < array_size(pairs); i++) {
		if (pairs[i].wanted && !str_eq(pairs[i].wanted, pairs[i].present))
			return aws_fail(err, AWS_ELBV2_ADDRESS_CHANGED, pairs[i].wanted,
					wish->subnet->key);
	}
	if (wish->ipv6 && json_get_str(address, "IPv6Address") &&
	    !str_eq(wish->ipv6, json_get_str(address, "IPv6Address")))
		return aws_fail(err, AWS_ELBV2_ADDRESS_CHANGED, wish->ipv6, wish->subnet->key);
	return true;
}

/* A prefix is a /80 out of the subnet's block, or AWS picks one (API: SubnetMapping). */
static bool check_prefix(const struct zone_wish *wish, bool enabled, struct err *err)
{
	struct cidr block, prefix;

	if (!wish->prefix)
		return true;
	if (!enabled)
		return aws_fail(err, AWS_ELBV2_PREFIX_OFF);
	if (str_eq(wish->prefix, "auto_assigned"))
		return true;
	if (!cidr_parse(wish->prefix, &prefix) || prefix.prefix != SOURCE_NAT_BITS ||
	    !ec2_subnet_ipv6(wish->subnet, &block) || !cidr_contains(&block, &prefix))
		return aws_fail(err, AWS_ELBV2_PREFIX, wish->prefix, wish->subnet->key);
	return true;
}

/* What a request says about single addresses. */
static bool check_wish(const struct zone_wish *wish, const struct zone_terms *terms,
		       struct err *err)
{
	bool says = wish->allocation_id || wish->private_ipv4 || wish->ipv6 || wish->prefix;
	const struct json *zone = zone_find(terms->present, wish->subnet->key);

	if (says && !str_eq(terms->type, "network"))
		return aws_fail(err, AWS_ELBV2_ADDRESSES_TYPE);
	if (wish->allocation_id && !str_eq(terms->scheme, "internet-facing"))
		return aws_fail(err, AWS_ELBV2_ALLOCATION_INTERNAL);
	if (wish->private_ipv4 && !str_eq(terms->scheme, "internal"))
		return aws_fail(err, AWS_ELBV2_PRIVATE_ADDRESS_PUBLIC);
	/* One that is there may be told its address before it becomes dualstack: that is the order
	 * in which aws-load-balancer-controller says it, load_balancer_manager.go:92-120. */
	if (wish->ipv6 && !zone && !elbv2_is_dual(terms->ip_address_type))
		return aws_fail(err, AWS_ELBV2_IPV6_ADDRESS_IPV4);
	return check_prefix(wish, terms->prefix, err) && (!zone || check_static(wish, zone, err));
}

bool zones_check(struct call *call, const struct zone_wishes *wishes,
		 const struct zone_terms *terms, struct err *err)
{
	const char *vpc_id = doc_str(wishes->items[0].subnet, "VpcId");
	struct cidr block;

	if (str_eq(terms->scheme, "internet-facing") &&
	    !ec2_vpc_has_internet_gateway(call->world, vpc_id))
		return aws_fail(err, AWS_ELBV2_NO_INTERNET_GATEWAY, vpc_id);
	for (size_t i = 0; i < wishes->count; i++) {
		const struct zone_wish *wish = &wishes->items[i];

		if (elbv2_is_dual(terms->ip_address_type) && !ec2_subnet_ipv6(wish->subnet, &block))
			return aws_fail(err, AWS_ELBV2_SUBNET_WITHOUT_IPV6);
		if (!zone_find(terms->present, wish->subnet->key) &&
		    ec2_subnet_free_addresses(call->world, wish->subnet) < ADDRESSES_MIN)
			return aws_fail(err, AWS_ELBV2_SUBNET_FULL, wish->subnet->key);
		if (!check_wish(wish, terms, err))
			return false;
	}
	return true;
}
