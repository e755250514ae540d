/*
 * Where classic load balancers are: subnets, zones, the network interface that AWS makes in each
 * subnet, and their security groups.
 */
#include "emulator/aws/elb/internal.h"

#define ADDRESSES_MIN 8 /* free ones that a subnet needs; guide, "Recommendations for your VPC" */

/* ---- Checks ---- */

/* The id of the attached subnet of a zone, or NULL. */
static const char *subnet_in_zone(struct call *call, const struct json *subnets, const char *zone)
{
	json_foreach (id, subnets) {
		const struct doc *subnet = world_find(call->world, &kind_subnet, json_str(id));

		if (subnet && str_eq(doc_str(subnet, "AvailabilityZone"), zone))
			return json_str(id);
	}
	return NULL;
}

/* Adds a subnet to the list, checked against those that are there; one of them again is fine. */
static bool add_subnet(struct call *call, struct json *subnets, const char *id, struct err *err)
{
	const struct doc *subnet = ec2_find(call, &kind_subnet, id), *first;
	struct cidr block;

	if (!subnet)
		return aws_fail(err, AWS_CLASSIC_SUBNET_NOT_FOUND, id);
	if (elb_has(subnets, id))
		return true;
	if (!ec2_subnet_ipv4(subnet, &block))
		return aws_fail(err, AWS_CLASSIC_SUBNET_WITHOUT_IPV4, id);
	if (json_size(subnets)) {
		first = world_find(call->world, &kind_subnet, json_str(json_at(subnets, 0)));
		if (!str_eq(doc_str(first, "VpcId"), doc_str(subnet, "VpcId")))
			return aws_fail(err, AWS_CLASSIC_SUBNETS_OF_TWO_VPCS);
	}
	if (subnet_in_zone(call, subnets, doc_str(subnet, "AvailabilityZone")))
		return aws_fail(err, AWS_CLASSIC_SUBNETS_OF_ONE_ZONE);
	if (ec2_subnet_free_addresses(call->world, subnet) < ADDRESSES_MIN)
		return aws_fail(err, AWS_CLASSIC_SUBNET_FULL, id);
	json_append_str(subnets, id);
	return true;
}

/* The default subnet of a zone, or NULL: EC2-Classic is no more, zones are those of the default
 * VPC. */
static const struct doc *default_subnet(struct call *call, const char *zone)
{
	world_foreach (subnet, call->world, &kind_subnet) {
		if (doc_in_scope(call, subnet) &&
		    json_get_bool(subnet->body, "DefaultForAz", false) &&
		    str_eq(doc_str(subnet, "AvailabilityZone"), zone))
			return subnet;
	}
	return NULL;
}

static bool add_zone(struct call *call, struct json *subnets, const char *zone, struct err *err)
{
	const struct doc *subnet;

	if (!ec2_zone_id(call, zone))
		return aws_fail(err, AWS_CLASSIC_ZONE, zone);
	subnet = default_subnet(call, zone);
	if (!subnet)
		return aws_fail(err, AWS_CLASSIC_NO_DEFAULT_VPC);
	return add_subnet(call, subnets, subnet->key, err);
}

bool zones_of_create(struct call *call, const struct json *input, struct json **ret,
		     struct err *err)
{
	const struct json *wanted = json_get(input, "Subnets");
	const struct json *zones = json_get(input, "AvailabilityZones");
	_cleanup_(json_freep) struct json *subnets = json_new_array();

	if (json_size(wanted) && json_size(zones))
		return aws_fail(err, AWS_CLASSIC_ZONES_AND_SUBNETS);
	if (!json_size(wanted) && !json_size(zones))
		return aws_fail(err, AWS_CLASSIC_ZONES_MISSING);
	json_foreach (id, wanted) {
		if (!add_subnet(call, subnets, json_str(id), err))
			return false;
	}
	json_foreach (zone, zones) {
		if (!add_zone(call, subnets, json_str(zone), err))
			return false;
	}
	*ret = steal(subnets);
	return true;
}

/* ---- Network interfaces ---- */

static bool add_interface(struct call *call, const struct json *body, const struct doc *subnet,
			  struct json *interfaces, struct err *err)
{
	const char *name = json_get_str(body, "LoadBalancerName");
	const struct ec2_interface_spec spec = {
		.subnet = subnet,
		.description = arena_printf(call->arena, "ELB %s", name),
		.requester_id = "amazon-elb",
		.interface_type = "interface",
		.public_ip = str_eq(json_get_str(body, "Scheme"), "internet-facing"),
		.groups = json_get(body, "SecurityGroups"),
		.implied_by =
			arena_printf(call->arena, "%s/%s/%s", call->account, call->region, name),
	};
	const struct doc *interface;

	if (!ec2_interface_add(call, &spec, &interface, err))
		return false;
	json_set_str(interfaces, subnet->key, interface->key);
	return true;
}

static void release_others(struct call *call, struct json *interfaces, const struct json *subnets)
{
	struct json *next;

	for (struct json *item = json_first_mut(interfaces); item; item = next) {
		next = json_next_mut(item);
		if (elb_has(subnets, json_key(item)))
			continue;
		ec2_interface_release(call, json_str(item));
		json_remove_item(interfaces, item);
	}
}

bool zones_apply_subnets(struct call *call, struct json *body, struct json *extra,
			 const struct json *subnets, struct err *err)
{
	struct json *interfaces = json_ensure_object(extra, "interfaces");
	struct json *zones = json_new_array();

	json_set(body, "AvailabilityZones", zones);
	release_others(call, interfaces, subnets);
	json_foreach (id, subnets) {
		const struct doc *subnet = world_find(call->world, &kind_subnet, json_str(id));

		json_append_str(zones, doc_str(subnet, "AvailabilityZone"));
		if (!json_get(interfaces, subnet->key) &&
		    !add_interface(call, body, subnet, interfaces, err))
			return false;
	}
	json_set_copy(body, "Subnets", subnets);
	return true;
}

/* ---- AttachLoadBalancerToSubnets and back ---- */

static bool check_same_vpc(struct call *call, const struct edit *edit, const struct json *ids,
			   struct err *err)
{
	json_foreach (id, ids) {
		const struct doc *subnet = ec2_find(call, &kind_subnet, json_str(id));

		if (subnet && !str_eq(doc_str(subnet, "VpcId"), doc_str(edit->doc, "VPCId")))
			return aws_fail(err, AWS_CLASSIC_SUBNETS_OF_TWO_VPCS);
	}
	return true;
}

/* Puts it into the subnets and answers one of its lists. */
static bool move(struct call *call, struct edit *edit, const struct json *subnets,
		 const char *member, struct json *output, struct err *err)
{
	if (!json_size(subnets))
		return aws_fail(err, AWS_CLASSIC_LAST_SUBNET);
	if (!zones_apply_subnets(call, edit->body, edit->extra, subnets, err))
		return false;
	json_set_copy(output, member, json_get(edit->body, member));
	elb_save(call, edit);
	return true;
}

ELB_OP(elb_attach_load_balancer_to_subnets)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	_cleanup_(json_freep) struct json *subnets = NULL;
	const struct json *wanted = json_get(input, "Subnets");

	if (!elb_edit(call, input, &edit, err) || !check_same_vpc(call, &edit, wanted, err))
		return false;
	subnets = json_copy(json_get(edit.body, "Subnets"));
	json_foreach (id, wanted) {
		if (!add_subnet(call, subnets, json_str(id), err))
			return false;
	}
	return move(call, &edit, subnets, "Subnets", output, err);
}

ELB_OP(elb_detach_load_balancer_from_subnets)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	_cleanup_(json_freep) struct json *subnets = NULL;

	if (!elb_edit(call, input, &edit, err))
		return false;
	subnets = json_copy(json_get(edit.body, "Subnets"));
	json_foreach (id, json_get(input, "Subnets")) {
		if (!elb_take(subnets, json_str(id)))
			return aws_fail(err, AWS_CLASSIC_SUBNET_NOT_ATTACHED, json_str(id));
	}
	return move(call, &edit, subnets, "Subnets", output, err);
}

/* ---- EnableAvailabilityZonesForLoadBalancer and back: default VPC only ---- */

static bool check_default_vpc(struct call *call, const struct edit *edit, bool enable,
			      struct err *err)
{
	const struct doc *vpc = world_find(call->world, &kind_vpc, doc_str(edit->doc, "VPCId"));

	if (vpc && json_get_bool(vpc->body, "IsDefault", false))
		return true;
	return aws_fail(err, AWS_CLASSIC_ZONES_OF_VPC, enable ? "enable" : "disable",
			enable ? "a non default " : "");
}

ELB_OP(elb_enable_availability_zones_for_load_balancer)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	_cleanup_(json_freep) struct json *subnets = NULL;

	if (!elb_edit(call, input, &edit, err) || !check_default_vpc(call, &edit, true, err))
		return false;
	subnets = json_copy(json_get(edit.body, "Subnets"));
	json_foreach (zone, json_get(input, "AvailabilityZones")) {
		if (!elb_has(json_get(edit.body, "AvailabilityZones"), json_str(zone)) &&
		    !add_zone(call, subnets, json_str(zone), err))
			return false;
	}
	return move(call, &edit, subnets, "AvailabilityZones", output, err);
}

ELB_OP(elb_disable_availability_zones_for_load_balancer)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	_cleanup_(json_freep) struct json *subnets = NULL;

	if (!elb_edit(call, input, &edit, err) || !check_default_vpc(call, &edit, false, err))
		return false;
	subnets = json_copy(json_get(edit.body, "Subnets"));
	json_foreach (zone, json_get(input, "AvailabilityZones")) {
		const char *id = subnet_in_zone(call, subnets, json_str(zone));

		if (!id)
			return aws_fail(err, AWS_CLASSIC_ZONE_NOT_ENABLED, json_str(zone));
		elb_take(subnets, arena_strdup(call->arena, id));
	}
	return move(call, &edit, subnets, "AvailabilityZones", output, err);
}

/* ---- Security groups ---- */

static bool check_group(struct call *call, const char *vpc_id, const char *id, struct err *err)
{
	const struct doc *group = ec2_find(call, &kind_security_group, id);

	if (!group)
		return aws_fail(err, AWS_CLASSIC_SECURITY_GROUP);
	if (!str_eq(doc_str(group, "VpcId"), vpc_id))
		return aws_fail(err, AWS_CLASSIC_SECURITY_GROUP_VPC, id, vpc_id);
	return true;
}

bool zones_set_groups(struct call *call, struct json *body, const struct json *groups,
		      struct err *err)
{
	const char *vpc_id = json_get_str(body, "VPCId");
	struct json *list = json_new_array(), *source = json_new_object();
	const struct doc *first;

	json_set(body, "SecurityGroups", list);
	json_set(body, "SourceSecurityGroup", source);
	json_foreach (id, groups) {
		if (!check_group(call, vpc_id, json_str(id), err))
			return false;
		elb_add_once(list, json_str(id));
	}
	if (!json_size(list))
		json_append_str(list, ec2_vpc_default_group(call->world, vpc_id)->key);
	first = world_find(call->world, &kind_security_group, json_str(json_at(list, 0)));
	json_set_str(source, "OwnerAlias", call->account);
	json_set_str(source, "GroupName", doc_str(first, "GroupName"));
	return true;
}

ELB_OP(elb_apply_security_groups_to_load_balancer)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	const struct json *groups = json_get(input, "SecurityGroups");

	if (!elb_edit(call, input, &edit, err))
		return false;
	if (!json_size(groups))
		return aws_fail(err, AWS_CLASSIC_SECURITY_GROUPS_MISSING);
	if (!zones_set_groups(call, edit.body, groups, err))
		return false;
	groups = json_get(edit.body, "SecurityGroups");
	json_foreach (interface, json_get(edit.extra, "interfaces")) {
		if (!ec2_interface_set_groups(call, json_str(interface), groups, err))
			return false;
	}
	json_set_copy(output, "SecurityGroups", groups);
	elb_save(call, &edit);
	return true;
}
