/* Taking permissions apart and putting them together. */
#include "emulator/aws/ec2/permission.h"

#include <ctype.h>
#include <stdio.h>

#define PORT_MAX     65535
#define PROTOCOL_MAX 255

/* Protocols that have names; all others are numbers. */
static const struct {
	const char *name, *number, *label;
	bool ports; /* FromPort and ToPort are ports: both are needed */
	bool types; /* they are ICMP type and code */
} protocols[] = {
	{"tcp", "6", "TCP", true, false},   {"udp", "17", "UDP", true, false},
	{"icmp", "1", "ICMP", false, true}, {"icmpv6", "58", "ICMPv6", false, true},
	{"-1", "all", "ALL", false, false},
};

static int protocol_row(const char *name)
{
	for (size_t i = 0; i < array_size(protocols); i++)
		if (str_eq(protocols[i].name, name))
			return (int)i;
	return -1;
}

/** The canonical name of a protocol: a row's name, else a number from 0 to 255; NULL: none. */
static const char *canonical_protocol(const char *text)
{
	_cleanup_(freep) char *lower = xstrdup(text);
	unsigned long number;
	char *end;

	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	for (size_t i = 0; i < array_size(protocols); i++)
		if (str_eq(protocols[i].name, lower) || str_eq(protocols[i].number, lower))
			return protocols[i].name;
	number = strtoul(text, &end, 10);
	if (!*text || *end || !isdigit((unsigned char)*text) || number > PROTOCOL_MAX)
		return NULL;
	return text;
}

/** What a rule's traffic comes from or goes to, as one text. */
static const char *peer(const struct json *rule)
{
	const char *text = json_get_str(rule, "CidrIpv4");

	if (!text)
		text = json_get_str(rule, "CidrIpv6");
	if (!text)
		text = json_get_str(rule, "PrefixListId");
	if (!text)
		text = json_find_str(rule, "ReferencedGroupInfo", "GroupId", NULL);
	return text ? text : "";
}

char *permission_identity(const char *group_id, bool egress, const struct json *rule)
{
	return xasprintf("%s|%s|%s|%lld|%lld|%s", group_id, egress ? "out" : "in",
			 json_get_str(rule, "IpProtocol"),
			 (long long)json_get_int(rule, "FromPort", -1),
			 (long long)json_get_int(rule, "ToPort", -1), peer(rule));
}

bool permission_fail_duplicate(const struct json *rule, struct err *err)
{
	_cleanup_(freep) char *ports = NULL;
	const char *protocol = json_get_str(rule, "IpProtocol");
	long long from = json_get_int(rule, "FromPort", -1), to = json_get_int(rule, "ToPort", -1);
	int row = protocol_row(protocol);

	if (row >= 0 && protocols[row].ports)
		ports = xasprintf(", from port: %lld, to port: %lld", from, to);
	else if (row >= 0 && protocols[row].types)
		ports = xasprintf(", type: %lld, code: %lld", from, to);
	else
		ports = xstrdup("");
	return aws_fail(err, AWS_EC2_RULE_DUPLICATE, peer(rule),
			row >= 0 ? protocols[row].label : protocol, ports);
}

/* ---- Reading ---- */

/** Both ports of TCP or UDP; -1 stands for a missing one. */
static bool check_ports(int64_t from, int64_t to, struct err *err)
{
	_cleanup_(freep) char *text = NULL;
	int64_t wrong = from < 0 || from > PORT_MAX ? from : to;

	if (from == -1 || to == -1)
		return aws_fail(err, AWS_EC2_RULE_PORTS);
	if (wrong < 0 || wrong > PORT_MAX) {
		text = xasprintf("%lld", (long long)wrong);
		return aws_fail(err, AWS_EC2_RULE_PORT, text);
	}
	if (from <= to)
		return true;
	text = xasprintf("%lld:%lld", (long long)from, (long long)to);
	return aws_fail(err, AWS_EC2_RULE_PORT_RANGE, text);
}

bool permission_check_entry(const struct json *entry, const char **ret_protocol, struct err *err)
{
	const char *text = json_get_str(entry, "Protocol");
	const char *protocol = canonical_protocol(text);
	const struct json *ports = json_get(entry, "PortRange");
	int row;

	if (!protocol)
		return aws_fail(err, AWS_EC2_RULE_PROTOCOL, text);
	*ret_protocol = protocol;
	row = protocol_row(protocol);
	if (row < 0 || str_eq(protocol, "-1"))
		return true;
	*ret_protocol = protocols[row].number;
	if (protocols[row].types && !json_get(entry, "IcmpTypeCode"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "icmpTypeCode.type");
	if (protocols[row].ports && !ports)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "portRange.from");
	return !protocols[row].ports ||
	       check_ports(json_get_int(ports, "From", -1), json_get_int(ports, "To", -1), err);
}

/** Protocol and ports of a permission, checked, as the start of a rule. */
static bool read_traffic(const struct json *permission, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *rule = json_new_object();
	const char *text = json_get_str(permission, "IpProtocol"), *protocol;
	int64_t from = json_get_int(permission, "FromPort", -1);
	int64_t to = json_get_int(permission, "ToPort", -1);
	int row;

	if (!text)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipProtocol");
	protocol = canonical_protocol(text);
	if (!protocol)
		return aws_fail(err, AWS_EC2_RULE_PROTOCOL, text);
	row = protocol_row(protocol);
	if (row >= 0 && protocols[row].ports) {
		if (!check_ports(from, to, err))
			return false;
	} else if (row < 0 || !protocols[row].types) {
		from = to = -1; /* Source: EC2 API, IpPermission: ports are not looked at */
	} else if (from < -1 || from > 255 || to < -1 || to > 255) {
		bool type = from < -1 || from > 255;
		_cleanup_(freep) char *number = xasprintf("%lld", (long long)(type ? from : to));

		return aws_fail(err, AWS_EC2_RULE_ICMP, type ? "type" : "code", number);
	}
	json_set_str(rule, "IpProtocol", protocol);
	json_set_int(rule, "FromPort", from);
	json_set_int(rule, "ToPort", to);
	*ret = steal(rule);
	return true;
}

static bool set_description(struct json *rule, const struct json *source, struct err *err)
{
	const char *text = json_get_str(source, "Description");

	if (text && !security_group_text_is_valid(text))
		return aws_fail(err, AWS_EC2_RULE_DESCRIPTION);
	if (text && *text)
		json_set_str(rule, "Description", text);
	return true;
}

static bool read_cidr(struct json *rule, const char *text, enum family family, struct err *err)
{
	char canonical[CIDR_TEXT_MAX];
	struct cidr cidr;

	if (!text)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "cidrIp");
	if (!cidr_parse(text, &cidr) || cidr.ip.family != family)
		return aws_fail(err, AWS_EC2_RULE_CIDR, text);
	cidr = cidr_canonical(&cidr);
	json_set_str(rule, family == FAMILY_IPV4 ? "CidrIpv4" : "CidrIpv6",
		     cidr_format(&cidr, canonical));
	return true;
}

/** UserIdGroupPairs: by id, or by name in the VPC of the group. */
static bool read_pair(const struct call *call, const struct doc *group, const struct json *pair,
		      bool check, struct json *rule, struct err *err)
{
	const char *id = json_get_str(pair, "GroupId"), *name = json_get_str(pair, "GroupName");
	const char *owner = json_get_str(pair, "UserId");
	struct json *info = json_ensure_object(rule, "ReferencedGroupInfo");
	_cleanup_(freep) char *term = NULL;
	const struct doc *other;

	if (!id && !name)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "groupId");
	if (!id) {
		term = xasprintf("%s/%s", doc_str(group, "VpcId"), name);
		other = world_lookup_one(call->world, &kind_security_group, "name", term);
		if (!other)
			return aws_fail(err, AWS_EC2_GROUP_NOT_FOUND, name);
		id = other->key;
	} else if (check) {
		return security_group_refer(call, group, id, owner, info, err);
	}
	json_set_str(info, "GroupId", id);
	json_set_str(info, "UserId", owner ? owner : call->account);
	return true;
}

enum source { SOURCE_IPV4, SOURCE_IPV6, SOURCE_PREFIX_LIST, SOURCE_GROUP };

static const struct {
	const char *list;
	enum source source;
} sources[] = {
	{"IpRanges", SOURCE_IPV4},
	{"Ipv6Ranges", SOURCE_IPV6},
	{"PrefixListIds", SOURCE_PREFIX_LIST},
	{"UserIdGroupPairs", SOURCE_GROUP},
};

static bool read_source(const struct call *call, const struct doc *group, enum source source,
			const struct json *item, bool check, struct json *rule, struct err *err)
{
	const char *id;

	switch (source) {
	case SOURCE_IPV4: return read_cidr(rule, json_get_str(item, "CidrIp"), FAMILY_IPV4, err);
	case SOURCE_IPV6: return read_cidr(rule, json_get_str(item, "CidrIpv6"), FAMILY_IPV6, err);
	case SOURCE_PREFIX_LIST:
		id = json_get_str(item, "PrefixListId");
		if (!id)
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "prefixListId");
		if (check && !prefix_list_exists((struct call *)call, id))
			return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, id);
		json_set_str(rule, "PrefixListId", id);
		return true;
	case SOURCE_GROUP: return read_pair(call, group, item, check, rule, err);
	}
	return false;
}

static bool already_has(const struct json *rules, const struct json *rule)
{
	_cleanup_(freep) char *identity = permission_identity("", false, rule);

	json_foreach (other, rules) {
		_cleanup_(freep) char *its = permission_identity("", false, other);

		if (str_eq(identity, its))
			return true;
	}
	return false;
}

static bool read_permission(const struct call *call, const struct doc *group,
			    const struct json *permission, bool check, struct json *rules,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *traffic = NULL;
	size_t before = json_size(rules);

	if (!read_traffic(permission, &traffic, err))
		return false;
	for (size_t i = 0; i < array_size(sources); i++) {
		json_foreach (item, json_get(permission, sources[i].list)) {
			_cleanup_(json_freep) struct json *rule = json_copy(traffic);

			if (!read_source(call, group, sources[i].source, item, check, rule, err) ||
			    !set_description(rule, item, err))
				return false;
			if (already_has(rules, rule))
				return aws_fail(err, AWS_EC2_RULE_TWICE);
			json_append(rules, steal(rule));
		}
	}
	if (json_size(rules) == before)
		return aws_fail(err, AWS_EC2_RULE_NO_SOURCE);
	return true;
}

/** The older flat members as one permission; new tree. */
static struct json *flat_permission(const struct json *input)
{
	static const char *const same[] = {"IpProtocol", "FromPort", "ToPort"};
	struct json *permission = json_new_object(), *item;

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(permission, same[i], json_get(input, same[i]));
	if (json_get_str(input, "CidrIp")) {
		item = json_new_object();
		json_set_str(item, "CidrIp", json_get_str(input, "CidrIp"));
		json_append(json_ensure_array(permission, "IpRanges"), item);
	}
	if (json_get_str(input, "SourceSecurityGroupName")) {
		item = json_new_object();
		json_set_str(item, "GroupName", json_get_str(input, "SourceSecurityGroupName"));
		json_set_str(item, "UserId", json_get_str(input, "SourceSecurityGroupOwnerId"));
		json_append(json_ensure_array(permission, "UserIdGroupPairs"), item);
		if (!json_get(permission, "IpProtocol")) /* all traffic of that group */
			json_set_str(permission, "IpProtocol", "-1");
	}
	return permission;
}

/* Source: EC2 API, AuthorizeSecurityGroupIngress: the older members or IpPermissions, as both
 * describe the same rules. Sets err when there is one. */
static bool has_flat_member(const struct json *input, struct err *err)
{
	static const char *const flat[] = {"IpProtocol",
					   "FromPort",
					   "ToPort",
					   "CidrIp",
					   "SourceSecurityGroupName",
					   "SourceSecurityGroupOwnerId"};

	for (size_t i = 0; i < array_size(flat); i++)
		if (json_get(input, flat[i])) {
			aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "ipPermissions", flat[i]);
			return true;
		}
	return false;
}

bool permission_read(const struct call *call, const struct doc *group, const struct json *input,
		     bool check, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *rules = json_new_array(), *flat = NULL;
	const struct json *permissions = json_get(input, "IpPermissions");

	if (json_size(permissions) && has_flat_member(input, err))
		return false;
	if (!json_size(permissions)) {
		flat = flat_permission(input);
		if (!json_size(flat))
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipPermissions");
		if (!read_permission(call, group, flat, check, rules, err))
			return false;
	}
	json_foreach (permission, permissions) {
		if (!read_permission(call, group, permission, check, rules, err))
			return false;
	}
	*ret = steal(rules);
	return true;
}

struct json *permission_from_request(const struct json *request)
{
	static const char *const same[] = {"IpProtocol", "FromPort", "ToPort"};
	static const struct {
		const char *member, *list, *as;
	} rows[] = {
		{"CidrIpv4", "IpRanges", "CidrIp"},
		{"CidrIpv6", "Ipv6Ranges", "CidrIpv6"},
		{"PrefixListId", "PrefixListIds", "PrefixListId"},
		{"ReferencedGroupId", "UserIdGroupPairs", "GroupId"},
	};
	struct json *input = json_new_object(), *permission = json_new_object();

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(permission, same[i], json_get(request, same[i]));
	for (size_t i = 0; i < array_size(rows); i++) {
		struct json *item;

		if (!json_get(request, rows[i].member))
			continue;
		item = json_new_object();
		json_set_copy(item, rows[i].as, json_get(request, rows[i].member));
		json_set_copy(item, "Description", json_get(request, "Description"));
		json_append(json_ensure_array(permission, rows[i].list), item);
	}
	json_append(json_ensure_array(input, "IpPermissions"), permission);
	return input;
}

/* ---- Putting together ---- */

/** An IpPermission without sources: the four lists are always there. */
static struct json *empty_permission(const struct json *rule)
{
	struct json *permission = json_new_object();
	const char *protocol = json_get_str(rule, "IpProtocol");
	int row = protocol_row(protocol);

	json_set_str(permission, "IpProtocol", protocol);
	if (row >= 0 && (protocols[row].ports || protocols[row].types)) {
		json_set_copy(permission, "FromPort", json_get(rule, "FromPort"));
		json_set_copy(permission, "ToPort", json_get(rule, "ToPort"));
	}
	json_ensure_array(permission, "UserIdGroupPairs");
	json_ensure_array(permission, "IpRanges");
	json_ensure_array(permission, "Ipv6Ranges");
	json_ensure_array(permission, "PrefixListIds");
	return permission;
}

static void append_source(const struct world *world, struct json *permission,
			  const struct json *rule)
{
	const struct json *info = json_get(rule, "ReferencedGroupInfo");
	struct json *item = json_new_object();
	const char *list;

	json_set_copy(item, "Description", json_get(rule, "Description"));
	if (json_get(rule, "CidrIpv4")) {
		list = "IpRanges";
		json_set_str(item, "CidrIp", json_get_str(rule, "CidrIpv4"));
	} else if (json_get(rule, "CidrIpv6")) {
		list = "Ipv6Ranges";
		json_set_str(item, "CidrIpv6", json_get_str(rule, "CidrIpv6"));
	} else if (json_get(rule, "PrefixListId")) {
		list = "PrefixListIds";
		json_set_str(item, "PrefixListId", json_get_str(rule, "PrefixListId"));
	} else {
		list = "UserIdGroupPairs";
		json_foreach (member, info)
			json_set_copy(item, json_key(member), member);
		json_set_str(item, "PeeringStatus", security_group_peering_status(world, info));
	}
	json_append(json_ensure_array(permission, list), item);
}

struct json *permission_of_rule(const struct world *world, const struct json *rule)
{
	struct json *permission = empty_permission(rule);

	append_source(world, permission, rule);
	return permission;
}

/** The permission with the rule's protocol and ports, added when there is none. */
static struct json *permission_for(struct json *list, const struct json *rule)
{
	struct json *permission;

	for (permission = json_first_mut(list); permission; permission = json_next_mut(permission))
		if (str_eq(json_get_str(permission, "IpProtocol"),
			   json_get_str(rule, "IpProtocol")) &&
		    json_get_int(permission, "FromPort", -1) ==
			    json_get_int(rule, "FromPort", -1) &&
		    json_get_int(permission, "ToPort", -1) == json_get_int(rule, "ToPort", -1))
			return permission;
	permission = empty_permission(rule);
	json_append(list, permission);
	return permission;
}

/* Source: DescribeSecurityGroups merges rules of equal protocol and ports into one permission; the
 * infrastructure controller compares with that (aws/client/client.go, "Foreign"). */
struct json *security_group_permissions(const struct world *world, const char *group_id,
					bool egress)
{
	struct json *list = json_new_array();
	struct docs rules = {0};

	world_lookup(world, &kind_security_group_rule, "group", group_id, &rules);
	for (size_t i = 0; i < rules.count; i++)
		if (json_get_bool(rules.items[i]->body, "IsEgress", false) == egress)
			append_source(world, permission_for(list, rules.items[i]->body),
				      rules.items[i]->body);
	docs_done(&rules);
	return list;
}
