#pragma once
/*
 * Permissions of security groups: IpPermissions of a request taken apart into rules with one source
 * each (members of SecurityGroupRule: IpProtocol, FromPort, ToPort and one of CidrIpv4, CidrIpv6,
 * PrefixListId, ReferencedGroupInfo, then Description), and put together again.
 */
#include "emulator/aws/ec2/internal.h"

/**
 * What makes two rules the same: group, direction, protocol, ports, source; not the description.
 * New text.
 */
char *permission_identity(const char *group_id, bool egress, const struct json *rule);

/**
 * Reads IpPermissions (or the older flat members) of a request.
 *
 * @param check  whether groups and prefix lists that are named must exist
 * @param ret    array of rules, new tree
 * @param err    InvalidParameterValue, MissingParameter, InvalidGroup.NotFound …
 */
must_check bool permission_read(const struct call *call, const struct doc *group,
				const struct json *input, bool check, struct json **ret,
				struct err *err);
/** SecurityGroupRuleRequest as an input for permission_read; new tree. */
struct json *permission_from_request(const struct json *request);
/** One rule as an IpPermission; new tree. */
struct json *permission_of_rule(const struct world *world, const struct json *rule);
/**
 * The group that a rule of `group` names by id, as ReferencedGroupInfo: of the same VPC, or of one
 * at the other end of an active peering connection, where `owner` names another account.
 *
 * @param err  InvalidGroup.NotFound, InvalidParameter (a VPC that is no peer)
 */
must_check bool security_group_refer(const struct call *call, const struct doc *group,
				     const char *id, const char *owner, struct json *info,
				     struct err *err);
/** The state of the peering connection that a ReferencedGroupInfo goes over; NULL: none. */
const char *security_group_peering_status(const struct world *world, const struct json *info);
/**
 * The protocol of an entry of a network ACL by its number, as DescribeNetworkAcls shows it, with
 * the ports or types that it needs.
 */
must_check bool permission_check_entry(const struct json *entry, const char **ret_protocol,
				       struct err *err);
/** InvalidPermission.Duplicate with AWS's description of the rule; always false. */
bool permission_fail_duplicate(const struct json *rule, struct err *err);
/** The group that a request names by GroupId, or by GroupName in the default VPC. */
must_check bool security_group_find(const struct call *call, const struct json *input,
				    const struct doc **ret, struct err *err);
