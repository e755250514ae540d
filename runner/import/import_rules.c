/* Security groups and their rules. */
#include "runner/import/inner.h"

/* Whether the group is imported: not a VPC's default one. */
static bool is_imported(struct import *import, const struct json *group)
{
	const char *id = json_get_str(group, "GroupId");

	if (str_eq(json_get_str(group, "GroupName"), "default")) {
		if (json_size(json_get(group, "IpPermissions")) != 1 ||
		    json_size(json_get(group, "IpPermissionsEgress")) > 2)
			import_omit(import,
				    "%s: it is the default group of %s, which gets it by itself, "
				    "with another id and AWS's rules",
				    id, json_get_str(group, "VpcId"));
		return false;
	}
	return import_has_vpc(import, json_get_str(group, "VpcId"), id);
}

void import_security_group(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "GroupId");
	struct json *params;

	if (!is_imported(import, item))
		return;
	params = json_new_object();
	import_copy(params, item, IMPORT_MEMBERS("GroupName", "Description", "VpcId"));
	import_tag_specification(import, params, item, "security-group");
	import_call(import, id, "ec2:CreateSecurityGroup", id, params, NULL);
}

/* Whether the group was made by a call of ours: the emulator's own may have the same id by chance.
 */
static bool was_made(const struct import *import, const char *id)
{
	const struct kind *kind = world_kind_named(import->emulator->world, "security-group");
	const struct doc *group = kind ? world_find(import->emulator->world, kind, id) : NULL;

	return group && !str_eq(doc_str(group, "GroupName"), "default");
}

/* Everything to everywhere, as each new group has it. */
static bool allows_all(const struct json *permission, const char *ranges, const char *cidr,
		       const char *all)
{
	if (!str_eq(json_get_str(permission, "IpProtocol"), "-1"))
		return false;
	json_foreach (range, json_get(permission, ranges))
		if (str_eq(json_get_str(range, cidr), all) && !json_get(range, "Description"))
			return true;
	return false;
}

/* Takes the range out of the permissions when it is there; whether it was. */
static bool take_all(struct json *permissions, const char *ranges, const char *cidr,
		     const char *all)
{
	for (struct json *row = json_first_mut(permissions); row; row = json_next_mut(row)) {
		struct json *list = json_get_mut(row, ranges);

		if (!allows_all(row, ranges, cidr, all))
			continue;
		for (struct json *range = json_first_mut(list); range; range = json_next_mut(range))
			if (str_eq(json_get_str(range, cidr), all)) {
				json_remove_item(list, range);
				return true;
			}
	}
	return false;
}

static bool permits(const struct json *permission)
{
	static const char *const members[] = {"IpRanges", "Ipv6Ranges", "UserIdGroupPairs",
					      "PrefixListIds"};

	for (size_t i = 0; i < array_size(members); i++)
		if (json_size(json_get(permission, members[i])))
			return true;
	return false;
}

/* One call for each permission, so that one that is refused does not take others along. */
static void permit(struct import *import, const char *id, const char *action,
		   const struct json *permissions)
{
	json_foreach (permission, permissions) {
		struct json *params, *copy;

		if (!permits(permission))
			continue;
		params = import_params("GroupId", id);
		copy = json_new_object();
		import_copy(copy, permission,
			    IMPORT_MEMBERS("IpProtocol", "FromPort", "ToPort", "IpRanges",
					   "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"));
		json_append(json_ensure_array(params, "IpPermissions"), copy);
		import_call(import, id, action, NULL, params, NULL);
	}
}

static void revoke_all(struct import *import, const char *id, const char *ranges, const char *cidr,
		       const char *all)
{
	struct json *params = import_params("GroupId", id);
	struct json *permission = import_params("IpProtocol", "-1");

	json_append(json_ensure_array(permission, ranges), import_params(cidr, all));
	json_append(json_ensure_array(params, "IpPermissions"), permission);
	import_call(import, id, "ec2:RevokeSecurityGroupEgress", NULL, params, NULL);
}

/* Whether the emulator's group has it from the start: only in a VPC with IPv6. */
static bool has_ipv6_egress(const struct import *import, const struct json *item)
{
	const struct json *vpc = import_find(import, "Vpcs", "VpcId", json_get_str(item, "VpcId"));

	return json_size(json_get(vpc, "Ipv6CidrBlockAssociationSet")) > 0;
}

void import_group_rules(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "GroupId");
	_cleanup_(json_freep) struct json *egress =
		json_copy(json_get(item, "IpPermissionsEgress"));

	if (!was_made(import, id) ||
	    import_find(import, "SecurityGroupRules", "GroupId", id)) /* they tell more */
		return;
	permit(import, id, "ec2:AuthorizeSecurityGroupIngress", json_get(item, "IpPermissions"));
	if (!take_all(egress, "IpRanges", "CidrIp", "0.0.0.0/0"))
		revoke_all(import, id, "IpRanges", "CidrIp", "0.0.0.0/0");
	if (has_ipv6_egress(import, item) && !take_all(egress, "Ipv6Ranges", "CidrIpv6", "::/0"))
		revoke_all(import, id, "Ipv6Ranges", "CidrIpv6", "::/0");
	permit(import, id, "ec2:AuthorizeSecurityGroupEgress", egress);
}

/* The permission that makes one rule. */
static struct json *permission_of(const struct json *rule)
{
	static const struct {
		const char *member, *list, *name;
	} rows[] = {
		{"CidrIpv4", "IpRanges", "CidrIp"},
		{"CidrIpv6", "Ipv6Ranges", "CidrIpv6"},
		{"PrefixListId", "PrefixListIds", "PrefixListId"},
	};
	struct json *permission = json_new_object(), *source = NULL;
	const char *group = json_find_str(rule, "ReferencedGroupInfo", "GroupId", NULL);
	const char *list = "UserIdGroupPairs";

	import_copy(permission, rule, IMPORT_MEMBERS("IpProtocol", "FromPort", "ToPort"));
	if (str_eq(json_get_str(rule, "IpProtocol"), "-1")) {
		json_remove(permission, "FromPort");
		json_remove(permission, "ToPort");
	}
	if (group)
		source = import_params("GroupId", group);
	for (size_t i = 0; i < array_size(rows); i++)
		if (!source && json_get_str(rule, rows[i].member)) {
			list = rows[i].list;
			source = import_params(rows[i].name, json_get_str(rule, rows[i].member));
		}
	if (source)
		import_copy(source, rule, IMPORT_MEMBERS("Description"));
	json_append(json_ensure_array(permission, list), source ? source : json_new_object());
	return permission;
}

/* Whether the group got the rule when it was made. */
static bool is_given(const struct json *rule)
{
	const char *ipv4 = json_get_str(rule, "CidrIpv4"), *ipv6 = json_get_str(rule, "CidrIpv6");

	return json_get_bool(rule, "IsEgress", false) &&
	       str_eq(json_get_str(rule, "IpProtocol"), "-1") &&
	       (str_eq(ipv4, "0.0.0.0/0") || str_eq(ipv6, "::/0")) &&
	       !json_get_str(rule, "Description");
}

/* Takes away what the described group has no more; once, at its first rule. */
static void revoke_given(struct import *import, const struct json *item, const char *group_id)
{
	bool ipv4 = false, ipv6 = false;

	if (import_find(import, "SecurityGroupRules", "GroupId", group_id) != item)
		return;
	json_foreach (rule, json_get(import->sets, "SecurityGroupRules"))
		if (str_eq(json_get_str(rule, "GroupId"), group_id) && is_given(rule)) {
			ipv4 = ipv4 || json_get_str(rule, "CidrIpv4");
			ipv6 = ipv6 || json_get_str(rule, "CidrIpv6");
		}
	if (!ipv4)
		revoke_all(import, group_id, "IpRanges", "CidrIp", "0.0.0.0/0");
	if (!ipv6 &&
	    has_ipv6_egress(import, import_find(import, "SecurityGroups", "GroupId", group_id)))
		revoke_all(import, group_id, "Ipv6Ranges", "CidrIpv6", "::/0");
}

void import_security_group_rule(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "SecurityGroupRuleId");
	const char *group_id = json_get_str(item, "GroupId");
	bool egress = json_get_bool(item, "IsEgress", false);
	struct json *params;

	if (!was_made(import, group_id))
		return; /* said at the group */
	revoke_given(import, item, group_id);
	if (is_given(item))
		return;
	params = import_params("GroupId", group_id);
	json_append(json_ensure_array(params, "IpPermissions"), permission_of(item));
	import_tag_specification(import, params, item, "security-group-rule");
	import_call(import, id,
		    egress ? "ec2:AuthorizeSecurityGroupEgress"
			   : "ec2:AuthorizeSecurityGroupIngress",
		    id, params, NULL);
}
