/* Whether a target can be registered: RegisterTargets' checks, by the type of its group. */
#include "emulator/aws/elbv2/internal.h"

#include <ctype.h>

#define QUIC_ID_DIGITS 16 /* API: TargetDescription, QuicServerId */

/* ---- instance ---- */

static bool check_instance(struct call *call, const struct doc *group, const struct json *target,
			   struct err *err)
{
	const char *id = json_get_str(target, "Id");
	const struct doc *instance = ec2_find(call, &kind_instance, id), *interface;

	if (json_get(target, "AvailabilityZone"))
		return aws_fail(err, AWS_ELBV2_TARGET_ZONE_TYPE, "instance");
	if (!instance)
		return aws_fail(err, AWS_ELBV2_TARGET_INSTANCE, id);
	if (!str_eq(json_find_str(instance->body, "State", "Name", NULL), "running"))
		return aws_fail(err, AWS_ELBV2_TARGET_NOT_RUNNING, id);
	if (!str_eq(doc_str(instance, "VpcId"), doc_str(group, "VpcId")))
		return aws_fail(err, AWS_ELBV2_TARGET_OTHER_VPC, id);
	if (!str_eq(doc_str(group, "IpAddressType"), "ipv6"))
		return true;
	interface = ec2_instance_interface(call->world, id);
	json_foreach (address, interface ? json_get(interface->body, "Ipv6Addresses") : NULL) {
		if (json_get_bool(address, "IsPrimaryIpv6", false))
			return true;
	}
	return aws_fail(err, AWS_ELBV2_TARGET_NO_PRIMARY_IPV6, id);
}

/* ---- ip ---- */

/* RFC 1918 and RFC 6598; publicly routable addresses are none (API: CreateTargetGroup, ip). */
static bool is_private(const struct ip *ip)
{
	static const char *const blocks[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
					     "100.64.0.0/10"};
	struct cidr block;

	if (ip->family == FAMILY_IPV6)
		return true; /* of a peered VPC, whose blocks are public ones too */
	for (size_t i = 0; i < array_size(blocks); i++) {
		if (cidr_parse(blocks[i], &block) && cidr_contains_ip(&block, ip))
			return true;
	}
	return false;
}

static bool check_ip(struct call *call, const struct doc *group, const struct json *target,
		     struct err *err)
{
	const char *id = json_get_str(target, "Id");
	const struct doc *vpc = ec2_find(call, &kind_vpc, doc_str(group, "VpcId"));
	bool wants_ipv6 = str_eq(doc_str(group, "IpAddressType"), "ipv6"), inside;
	struct ip ip;

	if (!ip_parse(id, &ip) || (ip.family == FAMILY_IPV6) != wants_ipv6)
		return aws_fail(err,
				wants_ipv6 ? AWS_ELBV2_TARGET_NOT_IPV6 : AWS_ELBV2_TARGET_NOT_IPV4,
				id);
	inside = vpc && ec2_vpc_contains(vpc, &ip);
	if (!inside && !is_private(&ip))
		return aws_fail(err, AWS_ELBV2_TARGET_PUBLIC, id);
	if (!inside && !json_get(target, "AvailabilityZone"))
		return aws_fail(err, AWS_ELBV2_TARGET_ZONE_MISSING, id);
	return true;
}

/* The zone of the subnet that has an address; NULL when none of the VPC has. */
static const char *zone_of_address(struct call *call, const char *vpc_id, const char *address)
{
	_cleanup_(docs_done) struct docs subnets = {0};
	struct cidr block;
	struct ip ip;

	if (!ip_parse(address, &ip))
		return NULL;
	world_lookup(call->world, &kind_subnet, "vpc", vpc_id, &subnets);
	for (size_t i = 0; i < subnets.count; i++) {
		bool has = ip.family == FAMILY_IPV6 ? ec2_subnet_ipv6(subnets.items[i], &block)
						    : ec2_subnet_ipv4(subnets.items[i], &block);

		if (has && cidr_contains_ip(&block, &ip))
			return doc_str(subnets.items[i], "AvailabilityZone");
	}
	return NULL;
}

const char *target_zone_at(struct call *call, const struct doc *group, const struct json *target)
{
	const char *said = json_get_str(target, "AvailabilityZone"), *found;

	if (!str_eq(doc_str(group, "TargetType"), "ip"))
		return said;
	found = zone_of_address(call, doc_str(group, "VpcId"), json_get_str(target, "Id"));
	return found ? found : said;
}

/* ---- lambda and alb: one target, named by its ARN ---- */

static bool check_lambda(const struct json *target, struct err *err)
{
	const char *id = json_get_str(target, "Id");
	const char *zone = json_get_str(target, "AvailabilityZone");

	if (!str_starts_with(id, "arn:") || !strstr(id, ":lambda:") || !strstr(id, ":function:"))
		return aws_fail(err, AWS_ELBV2_TARGET_LAMBDA, id);
	if (json_get(target, "Port"))
		return aws_fail(err, AWS_ELBV2_TARGET_LAMBDA_PORT);
	return !zone || str_eq(zone, "all") || aws_fail(err, AWS_ELBV2_TARGET_ZONE_TYPE, "lambda");
}

static bool has_listener(const struct world *world, const char *balancer, int64_t port)
{
	_cleanup_(docs_done) struct docs found = {0};

	world_lookup(world, &kind_listener, "load-balancer", balancer, &found);
	for (size_t i = 0; i < found.count; i++) {
		if (json_get_int(found.items[i]->body, "Port", 0) == port)
			return true;
	}
	return false;
}

static bool check_alb(struct call *call, const struct doc *group, const struct json *target,
		      struct err *err)
{
	const char *id = json_get_str(target, "Id");
	const struct doc *balancer = find_in_scope(call, &kind_load_balancer, id);

	if (json_get(target, "AvailabilityZone"))
		return aws_fail(err, AWS_ELBV2_TARGET_ZONE_TYPE, "alb");
	if (!balancer || !str_eq(doc_str(balancer, "Type"), "application"))
		return aws_fail(err, AWS_ELBV2_TARGET_ALB, id);
	if (!str_eq(doc_str(balancer, "VpcId"), doc_str(group, "VpcId")))
		return aws_fail(err, AWS_ELBV2_TARGET_OTHER_VPC, id);
	if (!has_listener(call->world, id, target_port(group, target)))
		return aws_fail(err, AWS_ELBV2_TARGET_ALB_LISTENER);
	return true;
}

/* Groups of these types have one target, and no other beside one that is there. */
static bool check_only_one(struct call *call, const struct doc *group, const struct json *targets,
			   struct err *err)
{
	const char *type = doc_str(group, "TargetType");
	const struct doc *present =
		world_lookup_one(call->world, &kind_target, "target-group", group->key);

	if (!str_eq(type, "lambda") && !str_eq(type, "alb"))
		return true;
	if (json_size(targets) > 1 ||
	    (present && !str_eq(doc_str(present, "State"), "draining") &&
	     !str_eq(doc_str(present, "Id"), json_get_str(json_at(targets, 0), "Id"))))
		return aws_fail(err, AWS_ELBV2_TARGET_ONLY_ONE, type);
	return true;
}

/* ---- All ---- */

static bool is_server_id(const char *text)
{
	if (!str_starts_with(text, "0x") || strlen(text) != 2 + QUIC_ID_DIGITS)
		return false;
	for (text += 2; *text; text++) {
		if (!isdigit((unsigned char)*text) && (*text < 'a' || *text > 'f'))
			return false;
	}
	return true;
}

static bool check_server_id(const struct doc *group, const struct json *target, struct err *err)
{
	const char *protocol = doc_str(group, "Protocol"),
		   *id = json_get_str(target, "QuicServerId");
	bool quic = str_eq(protocol, "QUIC") || str_eq(protocol, "TCP_QUIC");

	if (!quic)
		return !id || aws_fail(err, AWS_ELBV2_QUIC_ID_SURPLUS);
	return (id && is_server_id(id)) || aws_fail(err, AWS_ELBV2_QUIC_ID, id ? id : "");
}

static bool check_target(struct call *call, const struct doc *group, const struct json *target,
			 struct err *err)
{
	const char *type = doc_str(group, "TargetType");

	if (!check_server_id(group, target, err))
		return false;
	if (str_eq(type, "instance"))
		return check_instance(call, group, target, err);
	if (str_eq(type, "ip"))
		return check_ip(call, group, target, err);
	return str_eq(type, "lambda") ? check_lambda(target, err)
				      : check_alb(call, group, target, err);
}

bool targets_check(struct call *call, const struct doc *group, const struct json *targets,
		   struct err *err)
{
	if (!check_only_one(call, group, targets, err))
		return false;
	json_foreach (target, targets) {
		if (!check_target(call, group, target, err))
			return false;
	}
	return true;
}
