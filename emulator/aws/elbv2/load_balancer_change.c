/* Changing load balancers: subnets, address type, security groups. */
#include "emulator/aws/elbv2/internal.h"

/* ---- SetSubnets ---- */

/*
 * An NLB may gain and lose zones, but cannot change its subnet in a zone in one step (guide,
 * "Update the Availability Zones for your Network Load Balancer"); an ALB can.
 */
static bool check_replaced(const struct doc *doc, const struct zone_wishes *wishes, struct err *err)
{
	if (!str_eq(doc_str(doc, "Type"), "network"))
		return true;
	for (size_t i = 0; i < wishes->count; i++) {
		const struct doc *subnet = wishes->items[i].subnet;

		json_foreach (zone, json_get(doc->body, "AvailabilityZones")) {
			if (str_eq(json_get_str(zone, "ZoneName"),
				   doc_str(subnet, "AvailabilityZone")) &&
			    !str_eq(json_get_str(zone, "SubnetId"), subnet->key))
				return aws_fail(err, AWS_ELBV2_SUBNET_REPLACED,
						doc_str(subnet, "AvailabilityZone"));
		}
	}
	return true;
}

/* What a load balancer is, for the checks of zones. */
static struct zone_terms terms_of(const struct json *body)
{
	return (struct zone_terms){
		.type = json_get_str(body, "Type"),
		.scheme = json_get_str(body, "Scheme"),
		.ip_address_type = json_get_str(body, "IpAddressType"),
		.prefix = str_eq(json_get_str(body, "EnablePrefixForIpv6SourceNat"), "on"),
		.present = json_get(body, "AvailabilityZones"),
	};
}

static bool is_udp(const char *protocol)
{
	return str_eq(protocol, "UDP") || str_eq(protocol, "TCP_UDP");
}

static bool has_udp(struct call *call, const struct doc *doc)
{
	_cleanup_(docs_done) struct docs found = {0};
	bool udp = false;

	world_lookup(call->world, &kind_listener, "load-balancer", doc->key, &found);
	for (size_t i = 0; i < found.count; i++)
		udp = udp || is_udp(doc_str(found.items[i], "Protocol"));
	return udp;
}

/* UDP does not get through an NLB that translates (API: CreateListener). */
static bool check_listeners(struct call *call, const struct doc *doc, const struct json *body,
			    struct err *err)
{
	bool dual = elbv2_is_dual(json_get_str(body, "IpAddressType"));

	if (str_eq(doc_str(doc, "Type"), "network") && dual &&
	    !str_eq(json_get_str(body, "EnablePrefixForIpv6SourceNat"), "on") && has_udp(call, doc))
		return aws_fail(err, AWS_ELBV2_DUALSTACK_UDP);
	return true;
}

static void reply_zones(struct json *output, const struct json *body)
{
	json_set_copy(output, "AvailabilityZones", json_get(body, "AvailabilityZones"));
	json_set_copy(output, "IpAddressType", json_get(body, "IpAddressType"));
	json_set_copy(output, "EnablePrefixForIpv6SourceNat",
		      json_get(body, "EnablePrefixForIpv6SourceNat"));
}

/* Source NAT prefixes are for dualstack Network Load Balancers, and stay on as long as a listener
 * needs them (API: EnablePrefixForIpv6SourceNat; NLB guide, "Update the IP address type"). */
static bool check_prefix(struct call *call, const struct doc *doc, const char *prefix,
			 const char *type, struct err *err)
{
	if (!prefix)
		return true;
	if (!str_eq(doc_str(doc, "Type"), "network"))
		return aws_fail(err, AWS_ELBV2_PREFIX_TYPE);
	if (str_eq(prefix, "on"))
		return elbv2_is_dual(type) || aws_fail(err, AWS_ELBV2_PREFIX_IPV4);
	if (str_eq(doc_str(doc, "EnablePrefixForIpv6SourceNat"), "on") && has_udp(call, doc))
		return aws_fail(err, AWS_ELBV2_PREFIX_IN_USE);
	return true;
}

ELBV2_OP(elbv2_set_subnets)
{
	const char *type = json_get_str(input, "IpAddressType");
	const char *prefix = json_get_str(input, "EnablePrefixForIpv6SourceNat");
	_cleanup_(json_freep) struct json *body = NULL, *extra = NULL;
	struct zone_wishes wishes;
	struct zone_terms terms;
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err) ||
	    !zones_read(call, input, doc_str(doc, "Type"), &wishes, err))
		return false;
	if (capacity_is_pending(doc))
		return aws_fail(err, AWS_ELBV2_CAPACITY_PENDING);
	if (!str_eq(doc_str(wishes.items[0].subnet, "VpcId"), doc_str(doc, "VpcId")))
		return aws_fail(err, AWS_ELBV2_SUBNETS_OF_TWO_VPCS);
	type = type ? type : doc_str(doc, "IpAddressType");
	body = json_copy(doc->body);
	extra = json_copy(doc->extra);
	json_set_str(body, "IpAddressType", type);
	if (str_eq(doc_str(doc, "Type"), "network"))
		json_set_str(body, "EnablePrefixForIpv6SourceNat", prefix);
	terms = terms_of(body);
	if (!check_replaced(doc, &wishes, err) || !check_prefix(call, doc, prefix, type, err) ||
	    !elbv2_check_type(doc_str(doc, "Type"), doc_str(doc, "Scheme"), type, err) ||
	    !check_listeners(call, doc, body, err) || !zones_check(call, &wishes, &terms, err) ||
	    !zones_apply(call, body, extra, &wishes, err))
		return false;
	reply_zones(output, body);
	world_put_all(call, doc->kind, doc->key, steal(body), NULL, steal(extra));
	return true;
}

/* ---- SetIpAddressType ---- */

/* The subnets that it has, as wishes: they must be fit for the new type. */
static void present_zones(struct call *call, const struct doc *doc, struct zone_wishes *ret)
{
	ret->count = 0;
	json_foreach (zone, json_get(doc->body, "AvailabilityZones")) {
		ret->items[ret->count++] = (struct zone_wish){
			.subnet = world_find(call->world, &kind_subnet,
					     json_get_str(zone, "SubnetId")),
		};
	}
}

ELBV2_OP(elbv2_set_ip_address_type)
{
	const char *type = json_get_str(input, "IpAddressType");
	_cleanup_(json_freep) struct json *body = NULL, *extra = NULL;
	struct zone_wishes wishes;
	struct zone_terms terms;
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err) ||
	    !elbv2_check_type(doc_str(doc, "Type"), doc_str(doc, "Scheme"), type, err))
		return false;
	body = json_copy(doc->body);
	extra = json_copy(doc->extra);
	json_set_str(body, "IpAddressType", type);
	if (!elbv2_is_dual(type) && json_get(body, "EnablePrefixForIpv6SourceNat"))
		json_set_str(body, "EnablePrefixForIpv6SourceNat", "off");
	terms = terms_of(body);
	present_zones(call, doc, &wishes);
	if (!check_listeners(call, doc, body, err) || !zones_check(call, &wishes, &terms, err) ||
	    !zones_apply(call, body, extra, &wishes, err))
		return false;
	world_put_all(call, doc->kind, doc->key, steal(body), NULL, steal(extra));
	json_set_str(output, "IpAddressType", type);
	return true;
}

/* ---- SetSecurityGroups ---- */

static bool put_groups(struct call *call, const struct doc *doc, const struct json *groups,
		       struct err *err)
{
	if (!ec2_check_groups(call, doc_str(doc, "VpcId"), groups, err))
		return elbv2_error(err);
	json_foreach (item, json_get(doc->extra, "interfaces")) {
		if (!ec2_interface_set_groups(call, json_str(item), groups, err))
			return false;
	}
	return true;
}

ELBV2_OP(elbv2_set_security_groups)
{
	static const char enforce[] = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
	const struct json *groups = json_get(input, "SecurityGroups");
	const char *enforced = json_get_str(input, enforce);
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err))
		return false;
	if (str_eq(doc_str(doc, "Type"), "gateway"))
		return aws_fail(err, AWS_ELBV2_GROUPS_GATEWAY);
	/* NLB guide: groups only for an NLB that got some when it was made. */
	if (str_eq(doc_str(doc, "Type"), "network") && !json_get(doc->body, "SecurityGroups"))
		return aws_fail(err, AWS_ELBV2_GROUPS_NOT_AT_CREATION);
	if (!json_size(groups))
		return aws_fail(err, AWS_ELBV2_GROUPS_EMPTY);
	if (!put_groups(call, doc, groups, err))
		return false;
	body = json_copy(doc->body);
	json_set_copy(body, "SecurityGroups", groups);
	if (str_eq(doc_str(doc, "Type"), "network"))
		json_set_str(body, enforce, enforced);
	json_set_copy(output, "SecurityGroupIds", groups);
	json_set_copy(output, enforce, json_get(body, enforce));
	world_put(call, doc->kind, doc->key, steal(body));
	return true;
}
