/*
 * Rules that name a group at the other end of a VPC peering connection. Such a rule keeps the VPC
 * and the connection (ReferencedGroupInfo); it does not hold the group, and is stale once the
 * connection is not active or the group is gone.
 *
 * Source: VPC peering guide, "Update your security groups to reference peer security groups".
 */
#include "emulator/aws/ec2/permission.h"

/** The active connection of two VPCs, or NULL. */
static const struct doc *find_peering(const struct world *world, const char *vpc_id,
				      const char *other_id)
{
	const struct doc *found = NULL;
	struct docs peerings = {0};

	world_lookup(world, &kind_vpc_peering_connection, "vpc", vpc_id, &peerings);
	for (size_t i = 0; i < peerings.count && !found; i++)
		if (vpc_peering_is_active(peerings.items[i]) &&
		    vpc_peering_joins(peerings.items[i], other_id))
			found = peerings.items[i];
	docs_done(&peerings);
	return found;
}

bool security_group_refer(const struct call *call, const struct doc *group, const char *id,
			  const char *owner, struct json *info, struct err *err)
{
	const struct doc *other = world_find(call->world, &kind_security_group, id), *peering;

	/* a group of another account has to be named with it */
	if (!other || !str_eq(other->region, group->region) ||
	    (!str_eq(other->account, call->account) && !str_eq(other->account, owner))) {
		if (!ec2_get(call, &kind_security_group, id, &other, err))
			return false;
	}
	json_set_str(info, "GroupId", id);
	json_set_str(info, "UserId", other->account);
	if (str_eq(doc_str(other, "VpcId"), doc_str(group, "VpcId")))
		return true;
	peering = find_peering(call->world, doc_str(group, "VpcId"), doc_str(other, "VpcId"));
	if (!peering)
		return aws_fail(err, AWS_EC2_GROUP_PEER_OTHER_VPC);
	json_set_copy(info, "VpcId", json_get(other->body, "VpcId"));
	json_set_str(info, "VpcPeeringConnectionId", peering->key);
	return true;
}

const char *security_group_peering_status(const struct world *world, const struct json *info)
{
	const char *id = json_get_str(info, "VpcPeeringConnectionId");
	const struct doc *peering = id ? world_find(world, &kind_vpc_peering_connection, id) : NULL;

	if (!id)
		return NULL;
	return peering ? json_find_str(peering->body, "Status", "Code", NULL) : "deleted";
}

/* ---- DescribeSecurityGroupReferences ---- */

/** The VPCs whose rules name the group over a peering, each once. */
static void list_references(const struct world *world, const struct doc *group, struct json *list)
{
	struct docs rules = {0};

	world_lookup(world, &kind_security_group_rule, "referenced", group->key, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		const struct json *info = json_get(rules.items[i]->body, "ReferencedGroupInfo");
		const struct doc *from =
			world_find(world, &kind_security_group, doc_str(rules.items[i], "GroupId"));
		struct json *item;
		bool told = false;

		json_foreach (other, list)
			told = told || (str_eq(json_get_str(other, "GroupId"), group->key) &&
					str_eq(json_get_str(other, "ReferencingVpcId"),
					       doc_str(from, "VpcId")));
		if (told || !json_get(info, "VpcPeeringConnectionId"))
			continue;
		item = json_new_object();
		json_set_str(item, "GroupId", group->key);
		json_set_copy(item, "ReferencingVpcId", json_get(from->body, "VpcId"));
		json_set_copy(item, "VpcPeeringConnectionId",
			      json_get(info, "VpcPeeringConnectionId"));
		json_append(list, item);
	}
	docs_done(&rules);
}

bool ec2_describe_security_group_references(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	struct json *list = json_ensure_array(output, "SecurityGroupReferenceSet");
	const struct doc *group;

	json_foreach (id, json_get(input, "GroupId")) {
		if (!ec2_get(call, &kind_security_group, json_str(id), &group, err))
			return false;
		list_references(call->world, group, list);
	}
	return true;
}

/* ---- DescribeStaleSecurityGroups ---- */

static bool is_stale(const struct world *world, const struct doc *rule)
{
	const struct json *info = json_get(rule->body, "ReferencedGroupInfo");
	const char *status = security_group_peering_status(world, info);

	return status && (!str_eq(status, "active") ||
			  !world_find(world, &kind_security_group, json_get_str(info, "GroupId")));
}

/** The permissions of one direction that are stale; new list. A stale permission's ranges are empty
 * lists of texts. */
static struct json *stale_permissions(const struct world *world, const struct docs *rules,
				      bool egress)
{
	struct json *list = json_new_array(), *permission;

	for (size_t i = 0; i < rules->count; i++) {
		if (json_get_bool(rules->items[i]->body, "IsEgress", false) != egress ||
		    !is_stale(world, rules->items[i]))
			continue;
		permission = permission_of_rule(world, rules->items[i]->body);
		json_remove(permission, "Ipv6Ranges");
		json_append(list, permission);
	}
	return list;
}

static struct json *stale_item(const struct world *world, const struct doc *group)
{
	_cleanup_(json_freep) struct json *item = json_new_object();
	struct docs rules = {0};
	bool stale;

	world_lookup(world, &kind_security_group_rule, "group", group->key, &rules);
	json_set_copy(item, "Description", json_get(group->body, "Description"));
	json_set_str(item, "GroupId", group->key);
	json_set_copy(item, "GroupName", json_get(group->body, "GroupName"));
	json_set_copy(item, "VpcId", json_get(group->body, "VpcId"));
	json_set(item, "StaleIpPermissions", stale_permissions(world, &rules, false));
	json_set(item, "StaleIpPermissionsEgress", stale_permissions(world, &rules, true));
	docs_done(&rules);
	stale = json_size(json_get(item, "StaleIpPermissions")) ||
		json_size(json_get(item, "StaleIpPermissionsEgress"));
	return stale ? steal(item) : NULL;
}

bool ec2_describe_stale_security_groups(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	struct docs groups = {0};
	const struct doc *vpc;
	struct json *items, *item;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	items = json_new_array();
	world_lookup(call->world, &kind_security_group, "vpc", vpc->key, &groups);
	for (size_t i = 0; i < groups.count; i++) {
		item = stale_item(call->world, groups.items[i]);
		if (item)
			json_append(items, item);
	}
	docs_done(&groups);
	return ec2_page_items(call, input, output, "StaleSecurityGroupSet", items, err);
}
