/*
 * Security groups. Shape: EC2 SecurityGroup; its permissions are put together on read out of its
 * rules, which are documents of their own (security_group_rule.c).
 */
#include "emulator/aws/ec2/permission.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

static void terms_name(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term =
		xasprintf("%s/%s", doc_str(doc, "VpcId"), doc_str(doc, "GroupName"));

	terms_add(terms, term);
}

static const struct kind_index security_group_indexes[] = {
	{"vpc", terms_vpc},
	{"name", terms_name},
	{NULL, NULL},
};

static struct json *security_group_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc);

	json_set(item, "IpPermissionsEgress", security_group_permissions(world, doc->key, true));
	json_set(item, "IpPermissions", security_group_permissions(world, doc->key, false));
	return item;
}

static struct json *security_group_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(security_group_item(world, doc));
}

const struct kind kind_security_group = {
	.name = "security-group",
	.shape = "ec2:SecurityGroup",
	.indexes = security_group_indexes,
	.view = security_group_view,
};

/* ---- Making and removing ---- */

static void allow_all(struct call *call, const char *group_id, bool egress, const char *member,
		      const char *block)
{
	struct json *body = json_new_object();

	json_set_str(body, "IpProtocol", "-1");
	json_set_int(body, "FromPort", -1);
	json_set_int(body, "ToPort", -1);
	json_set_str(body, member, block);
	security_group_rule_add(call, group_id, egress, body, NULL, group_id);
}

/**
 * Source: VPC user guide, "Security group rules": a new group lets everything out; IPv6 as well
 * when its VPC has an IPv6 block.
 */
static void add_default_egress(struct call *call, const char *vpc_id, const char *group_id)
{
	allow_all(call, group_id, true, "CidrIpv4", "0.0.0.0/0");
	if (vpc_has_ipv6(world_find(call->world, &kind_vpc, vpc_id)))
		allow_all(call, group_id, true, "CidrIpv6", "::/0");
}

/** Whether the group's only rule for what goes out is the one that it was born with. */
static bool has_default_egress(const struct world *world, const char *group_id)
{
	struct docs rules = {0};
	unsigned egress = 0;
	bool born = false;

	world_lookup(world, &kind_security_group_rule, "group", group_id, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		if (!json_get_bool(rules.items[i]->body, "IsEgress", false))
			continue;
		egress++;
		born = str_eq(doc_str(rules.items[i], "IpProtocol"), "-1") &&
		       str_eq(doc_str(rules.items[i], "CidrIpv4"), "0.0.0.0/0");
	}
	docs_done(&rules);
	return egress == 1 && born;
}

void security_group_allow_ipv6(struct call *call, const char *vpc_id)
{
	struct docs groups = {0};

	world_lookup(call->world, &kind_security_group, "vpc", vpc_id, &groups);
	for (size_t i = 0; i < groups.count; i++)
		if (has_default_egress(call->world, groups.items[i]->key))
			allow_all(call, groups.items[i]->key, true, "CidrIpv6", "::/0");
	docs_done(&groups);
}

const struct doc *security_group_add(struct call *call, const char *vpc_id, const char *id,
				     const char *name, const char *description, struct json *tags,
				     const char *implied_by)
{
	struct json *body = json_new_object();

	if (!id)
		id = ec2_new_id(call, &kind_security_group,
				arena_printf(call->arena, "%s/%s", vpc_id, name));
	json_set_str(body, "GroupId", id);
	json_set_str(body, "VpcId", vpc_id);
	json_set_str(body, "SecurityGroupArn", ec2_arn(call, "security-group", id));
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "GroupName", name);
	json_set_str(body, "Description", description);
	world_add(call, (struct doc_spec){.kind = &kind_security_group,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .implied_by = implied_by});
	add_default_egress(call, vpc_id, id);
	return world_find(call->world, &kind_security_group, id);
}

void security_group_add_default(struct call *call, const char *vpc_id)
{
	const struct doc *group = security_group_add(call, vpc_id, NULL, "default",
						     "default VPC security group", NULL, vpc_id);
	struct json *body = json_new_object(), *referenced;

	json_set_str(body, "IpProtocol", "-1");
	json_set_int(body, "FromPort", -1);
	json_set_int(body, "ToPort", -1);
	referenced = json_ensure_object(body, "ReferencedGroupInfo");
	json_set_str(referenced, "GroupId", group->key);
	json_set_str(referenced, "UserId", call->account);
	security_group_rule_add(call, group->key, false, body, NULL, group->key);
}

void security_group_drop(struct call *call, const char *group_id)
{
	struct docs rules = {0};

	world_lookup(call->world, &kind_security_group_rule, "group", group_id, &rules);
	for (size_t i = 0; i < rules.count; i++)
		world_remove(call, &kind_security_group_rule, rules.items[i]->key);
	docs_done(&rules);
	world_remove(call, &kind_security_group, group_id);
}

struct json *security_group_identifiers(const struct world *world, const struct json *ids)
{
	struct json *list = json_new_array();

	json_foreach (id, ids) {
		const struct doc *group = world_find(world, &kind_security_group, json_str(id));
		struct json *item = json_new_object();

		json_set_str(item, "GroupId", json_str(id));
		json_set_str(item, "GroupName", group ? doc_str(group, "GroupName") : "");
		json_append(list, item);
	}
	return list;
}

bool ec2_check_groups(const struct call *call, const char *vpc_id, const struct json *groups,
		      struct err *err)
{
	json_foreach (id, groups) {
		const struct doc *group;

		if (!ec2_get(call, &kind_security_group, json_str(id), &group, err))
			return false;
		if (!security_group_holds_in(call->world, group, vpc_id))
			return aws_fail(err, AWS_EC2_GROUP_NETWORKS);
	}
	return true;
}

/* ---- CreateSecurityGroup ---- */

static bool all_of(const char *text, const char *others)
{
	for (const char *p = text; *p; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');

		if (!letter && !(*p >= '0' && *p <= '9') && !strchr(others, *p))
			return false;
	}
	return true;
}

#define TEXT_CHARACTERS " ._-:/()#,@[]+=&;{}!$*" /* besides letters and digits */
#define TEXT_MAX	255 /* characters of a name or description; EC2 API, CreateSecurityGroup */

bool security_group_text_is_valid(const char *text)
{
	return strlen(text) <= TEXT_MAX && all_of(text, TEXT_CHARACTERS);
}

static bool is_ascii(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p > 127)
			return false;
	return true;
}

/* Source: EC2 API, CreateSecurityGroup: characters and lengths of both texts. */
static bool check_texts(const char *name, const char *description, struct err *err)
{
	if (str_starts_with(name, "sg-"))
		return aws_fail(err, AWS_EC2_GROUP_NAME, name, "It may not begin with sg-.");
	if (!*name || !security_group_text_is_valid(name))
		return aws_fail(
			err, AWS_EC2_GROUP_NAME, name,
			"Valid characters: a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*");
	if (!is_ascii(description))
		return aws_fail(err, AWS_EC2_GROUP_DESCRIPTION, description);
	if (!*description || !security_group_text_is_valid(description))
		return aws_fail(err, AWS_EC2_GROUP_DESCRIPTION_SET);
	return true;
}

/** The VPC for requests that name none. */
static const struct doc *default_vpc(const struct call *call)
{
	world_foreach (doc, call->world, &kind_vpc) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->body, "IsDefault", false))
			return doc;
	}
	return NULL;
}

bool ec2_create_security_group(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const char *name = json_get_str(input, "GroupName");
	const char *description = json_get_str(input, "Description");
	const struct doc *vpc = default_vpc(call), *group;

	if (!json_get(input, "VpcId") && !vpc)
		return aws_fail(err, AWS_EC2_NO_DEFAULT_VPC);
	if ((json_get(input, "VpcId") && !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err)) ||
	    !check_texts(name, description, err) ||
	    !tags_from_specifications(input, "security-group", &tags, err))
		return false;
	if (str_eq(name, "default"))
		return aws_fail(err, AWS_EC2_GROUP_RESERVED);
	if (world_lookup_count(call->world, &kind_security_group, "name",
			       arena_printf(call->arena, "%s/%s", vpc->key, name)))
		return aws_fail(err, AWS_EC2_GROUP_DUPLICATE, name, vpc->key);
	if (!ec2_within_limit(call, LIMIT_SECURITY_GROUPS, ec2_count(call, &kind_security_group),
			      AWS_EC2_GROUP_LIMIT, err))
		return false;
	group = security_group_add(call, vpc->key, NULL, name, description, steal(tags), NULL);
	json_set_str(output, "GroupId", group->key);
	json_set_str(output, "SecurityGroupArn", doc_str(group, "SecurityGroupArn"));
	if (json_size(group->tags))
		json_set(output, "Tags", tags_to_list(group->tags));
	return true;
}

/* ---- DeleteSecurityGroup ---- */

bool security_group_find(const struct call *call, const struct json *input, const struct doc **ret,
			 struct err *err)
{
	const char *name = json_get_str(input, "GroupName");
	const struct doc *vpc = default_vpc(call), *group = NULL;

	if (json_get_str(input, "GroupId"))
		return ec2_get_by(call, &kind_security_group, input, "GroupId", ret, err);
	if (!name)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "groupId");
	if (vpc)
		group = world_lookup_one(call->world, &kind_security_group, "name",
					 arena_printf(call->arena, "%s/%s", vpc->key, name));
	if (!group)
		return aws_fail(err, AWS_EC2_GROUP_NOT_FOUND, name);
	*ret = group;
	return true;
}

/** Whether a rule of another group names this one; over a peering connection it does not count. */
static bool is_referenced(const struct world *world, const char *group_id)
{
	struct docs rules = {0};
	bool found = false;

	world_lookup(world, &kind_security_group_rule, "referenced", group_id, &rules);
	for (size_t i = 0; i < rules.count; i++)
		found = found || (!str_eq(doc_str(rules.items[i], "GroupId"), group_id) &&
				  !json_find(rules.items[i]->body, "ReferencedGroupInfo",
					     "VpcPeeringConnectionId", NULL));
	docs_done(&rules);
	return found;
}

/* Source: EC2 API, DeleteSecurityGroup: not while an interface has it or another group's rule
 * names it. */
bool ec2_delete_security_group(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *group;

	if (!security_group_find(call, input, &group, err))
		return false;
	if (str_eq(doc_str(group, "GroupName"), "default"))
		return aws_fail(err, AWS_EC2_GROUP_DEFAULT, group->key);
	if (world_lookup_count(call->world, &kind_network_interface, "group", group->key) ||
	    world_lookup_count(call->world, &kind_security_group_vpc_association, "group",
			       group->key) ||
	    is_referenced(call->world, group->key))
		return aws_fail(err, AWS_EC2_GROUP_IN_USE, group->key);
	json_set_bool(output, "Return", true);
	json_set_str(output, "GroupId", group->key);
	security_group_drop(call, group->key);
	return true;
}

/* ---- DescribeSecurityGroups ---- */

/** What a filter of permissions looks at: direction and member of a rule. */
static void filter_rules(struct call *call, const struct doc *group, bool egress,
			 const char *object, const char *member, struct filter_values *values)
{
	struct docs rules = {0};

	world_lookup(call->world, &kind_security_group_rule, "group", group->key, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		const struct json *body = rules.items[i]->body;
		const struct json *holder = object ? json_get(body, object) : body;
		int64_t number;

		if (json_get_bool(body, "IsEgress", false) != egress)
			continue;
		if (json_int(json_get(holder, member), &number))
			filter_value_int(values, number);
		else
			filter_value(values, json_get_str(holder, member));
	}
	docs_done(&rules);
}

static void filter_names(struct call *call, const struct doc *group, bool egress,
			 struct filter_values *values)
{
	struct docs rules = {0};

	world_lookup(call->world, &kind_security_group_rule, "group", group->key, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		const char *id =
			json_find_str(rules.items[i]->body, "ReferencedGroupInfo", "GroupId", NULL);
		const struct doc *named =
			id ? world_find(call->world, &kind_security_group, id) : NULL;

		if (named && json_get_bool(rules.items[i]->body, "IsEgress", false) == egress)
			filter_value(values, doc_str(named, "GroupName"));
	}
	docs_done(&rules);
}

#define RULE_FILTER(name, object, member)                                                          \
	static void in_##name(struct call *call, const struct doc *doc,                            \
			      struct filter_values *values)                                        \
	{                                                                                          \
		filter_rules(call, doc, false, object, member, values);                            \
	}                                                                                          \
	static void out_##name(struct call *call, const struct doc *doc,                           \
			       struct filter_values *values)                                       \
	{                                                                                          \
		filter_rules(call, doc, true, object, member, values);                             \
	}

RULE_FILTER(cidr, NULL, "CidrIpv4")
RULE_FILTER(ipv6_cidr, NULL, "CidrIpv6")
RULE_FILTER(from_port, NULL, "FromPort")
RULE_FILTER(to_port, NULL, "ToPort")
RULE_FILTER(protocol, NULL, "IpProtocol")
RULE_FILTER(prefix_list, NULL, "PrefixListId")
RULE_FILTER(group, "ReferencedGroupInfo", "GroupId")
RULE_FILTER(user, "ReferencedGroupInfo", "UserId")

static void in_group_name(struct call *call, const struct doc *doc, struct filter_values *values)
{
	filter_names(call, doc, false, values);
}

static void out_group_name(struct call *call, const struct doc *doc, struct filter_values *values)
{
	filter_names(call, doc, true, values);
}

static const struct filter_field security_group_filters[] = {
	{"description", "Description", NULL, NULL},
	{"egress.ip-permission.cidr", NULL, out_cidr, NULL},
	{"egress.ip-permission.from-port", NULL, out_from_port, NULL},
	{"egress.ip-permission.group-id", NULL, out_group, NULL},
	{"egress.ip-permission.group-name", NULL, out_group_name, NULL},
	{"egress.ip-permission.ipv6-cidr", NULL, out_ipv6_cidr, NULL},
	{"egress.ip-permission.prefix-list-id", NULL, out_prefix_list, NULL},
	{"egress.ip-permission.protocol", NULL, out_protocol, NULL},
	{"egress.ip-permission.to-port", NULL, out_to_port, NULL},
	{"egress.ip-permission.user-id", NULL, out_user, NULL},
	{"group-id", "GroupId", NULL, NULL},
	{"group-name", "GroupName", NULL, NULL},
	{"ip-permission.cidr", NULL, in_cidr, NULL},
	{"ip-permission.from-port", NULL, in_from_port, NULL},
	{"ip-permission.group-id", NULL, in_group, NULL},
	{"ip-permission.group-name", NULL, in_group_name, NULL},
	{"ip-permission.ipv6-cidr", NULL, in_ipv6_cidr, NULL},
	{"ip-permission.prefix-list-id", NULL, in_prefix_list, NULL},
	{"ip-permission.protocol", NULL, in_protocol, NULL},
	{"ip-permission.to-port", NULL, in_to_port, NULL},
	{"ip-permission.user-id", NULL, in_user, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

static struct json *describe_item(struct call *call, const struct doc *doc)
{
	return security_group_item(call->world, doc);
}

static const struct describe describe_groups = {
	.kind = &kind_security_group,
	.ids = "GroupIds",
	.id_prefix = "sg-",
	.malformed = AWS_EC2_GROUP_MALFORMED,
	.not_found = AWS_EC2_GROUP_NOT_FOUND,
	.filters = "Filters",
	.fields = security_group_filters,
	.page = &page_ec2,
	.result = "SecurityGroups",
	.item = describe_item,
};

/** GroupNames are those of the default VPC: they become ids. */
static bool names_to_ids(struct call *call, const struct json *input, struct json **ret,
			 struct err *err)
{
	_cleanup_(json_freep) struct json *changed = json_copy_watched(input);
	struct json *ids = json_ensure_array(changed, "GroupIds");

	json_foreach (name, json_get(input, "GroupNames")) {
		_cleanup_(json_freep) struct json *by_name = json_new_object();
		const struct doc *group;

		json_set_str(by_name, "GroupName", json_str(name));
		if (!security_group_find(call, by_name, &group, err))
			return false;
		json_append_str(ids, group->key);
	}
	*ret = steal(changed);
	return true;
}

bool ec2_describe_security_groups(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	_cleanup_(json_freep) struct json *changed = NULL;
	bool ok;

	if (!json_size(json_get(input, "GroupNames")))
		return describe_reply(call, input, output, &describe_groups, err);
	ok = names_to_ids(call, input, &changed, err) &&
	     describe_reply(call, changed, output, &describe_groups, err);
	json_watch_back(input, changed);
	return ok;
}

/* ---- GetSecurityGroupsForVpc ---- */

static const struct filter_field for_vpc_filters[] = {
	{"description", "Description", NULL, NULL}, {"group-id", "GroupId", NULL, NULL},
	{"group-name", "GroupName", NULL, NULL},    {"owner-id", "OwnerId", NULL, NULL},
	{"primary-vpc-id", "VpcId", NULL, "vpc"},   {NULL, NULL, NULL, NULL},
};

static struct json *for_vpc_item(struct call *call, const struct doc *doc)
{
	struct json *item = json_new_object();

	json_set_str(item, "Description", doc_str(doc, "Description"));
	json_set_str(item, "GroupName", doc_str(doc, "GroupName"));
	json_set_str(item, "OwnerId", doc_str(doc, "OwnerId"));
	json_set_str(item, "GroupId", doc->key);
	json_set(item, "Tags", tags_to_list(lag_tags(call, doc)));
	json_set_str(item, "PrimaryVpcId", doc_str(doc, "VpcId"));
	return item;
}

/* Source: recorded answers. */
bool ec2_get_security_groups_for_vpc(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_security_group,
		.filters = "Filters",
		.fields = for_vpc_filters,
		.page = &page_ec2,
		.result = "SecurityGroupForVpcs",
		.item = for_vpc_item,
	};
	_cleanup_(json_freep) struct json *changed = json_copy_watched(input);
	struct json *filter = json_new_object();
	const struct doc *vpc;
	bool ok;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err)) {
		json_free(filter);
		return false;
	}
	json_set_str(filter, "Name", "primary-vpc-id");
	json_append_str(json_ensure_array(filter, "Values"), vpc->key);
	json_append(json_ensure_array(changed, "Filters"), filter);
	ok = describe_reply(call, changed, output, &describe, err);
	json_watch_back(input, changed);
	return ok;
}
