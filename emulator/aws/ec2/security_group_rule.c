/*
 * Rules of security groups: a document each, with one source or destination. Shape: EC2
 * SecurityGroupRule. Permissions in requests are taken apart into rules; permissions in answers are
 * rules of equal protocol and ports put together, as AWS does.
 */
#include "emulator/aws/ec2/permission.h"
#include "emulator/base/digest.h"

static void terms_group(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "GroupId");
}

static void terms_referenced(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, json_get(doc->body, "ReferencedGroupInfo"), "GroupId");
}

static void terms_prefix_list(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "PrefixListId");
}

static void terms_same(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term = permission_identity(
		doc_str(doc, "GroupId"), json_get_bool(doc->body, "IsEgress", false), doc->body);

	terms_add(terms, term);
}

static const struct kind_index rule_indexes[] = {
	{"group", terms_group}, {"referenced", terms_referenced},
	{"same", terms_same},	{"prefix-list", terms_prefix_list},
	{NULL, NULL},
};

static struct json *rule_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_security_group_rule = {
	.name = "security-group-rule",
	.shape = "ec2:SecurityGroupRule",
	.indexes = rule_indexes,
	.view = rule_view,
};

const struct doc *security_group_rule_add(struct call *call, const char *group_id, bool egress,
					  struct json *body, struct json *tags,
					  const char *implied_by)
{
	_cleanup_(freep) char *identity = permission_identity(group_id, egress, body);
	const char *id = ec2_new_id(call, &kind_security_group_rule, identity);
	struct json *whole = json_new_object();

	json_set_str(whole, "SecurityGroupRuleId", id);
	json_set_str(whole, "GroupId", group_id);
	json_set_str(whole, "GroupOwnerId", call->account);
	json_set_bool(whole, "IsEgress", egress);
	json_foreach (member, body)
		json_set_copy(whole, json_key(member), member);
	json_set_str(whole, "SecurityGroupRuleArn", ec2_arn(call, "security-group-rule", id));
	json_free(body);
	return world_add(call, (struct doc_spec){.kind = &kind_security_group_rule,
						 .key = id,
						 .body = whole,
						 .tags = tags,
						 .implied_by = implied_by});
}

/** The rule of the group that equals a taken-apart permission, or NULL. */
static const struct doc *find_same(const struct call *call, const char *group_id, bool egress,
				   const struct json *rule)
{
	_cleanup_(freep) char *identity = permission_identity(group_id, egress, rule);

	return world_lookup_one(call->world, &kind_security_group_rule, "same", identity);
}

/* ---- Authorize ---- */

size_t security_group_count_rules(const struct world *world, const char *group_id, bool egress,
				  bool ipv6)
{
	struct docs rules = {0};
	size_t count = 0;

	world_lookup(world, &kind_security_group_rule, "group", group_id, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		const struct json *body = rules.items[i]->body;

		/* rules that name groups count for both families */
		if (json_get_bool(body, "IsEgress", false) == egress &&
		    (ipv6 ? !json_get(body, "CidrIpv4") : !json_get(body, "CidrIpv6")))
			count++;
	}
	docs_done(&rules);
	return count;
}

/* Source: EC2 API, AuthorizeSecurityGroupIngress: all rules or none; a rule that exists refuses
 * the call. */
static bool authorize(struct call *call, const struct json *input, bool egress, struct json *output,
		      struct err *err)
{
	_cleanup_(json_freep) struct json *rules = NULL, *tags = NULL;
	const struct doc *group;
	struct json *list;

	if (!security_group_find(call, input, &group, err) ||
	    !permission_read(call, group, input, true, &rules, err) ||
	    !tags_from_specifications(input, "security-group-rule", &tags, err))
		return false;
	list = json_ensure_array(output, "SecurityGroupRules");
	json_foreach (rule, rules) {
		const struct doc *made;

		if (find_same(call, group->key, egress, rule))
			return permission_fail_duplicate(rule, err);
		if (!ec2_within_limit(
			    call, LIMIT_RULES_PER_GROUP,
			    security_group_count_rules(call->world, group->key, egress,
						       json_get(rule, "CidrIpv6") != NULL),
			    AWS_EC2_RULE_LIMIT, err))
			return false;
		made = security_group_rule_add(call, group->key, egress, json_copy(rule),
					       json_copy(tags), NULL);
		json_append(list, ec2_item(made));
	}
	json_set_bool(output, "Return", true);
	return true;
}

bool ec2_authorize_security_group_ingress(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	return authorize(call, input, false, output, err);
}

bool ec2_authorize_security_group_egress(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	return authorize(call, input, true, output, err);
}

/* ---- Revoke ---- */

/** A revoked rule as the answer tells it. */
static struct json *revoked_item(const struct doc *rule)
{
	static const char *const members[] = {"SecurityGroupRuleId",
					      "GroupId",
					      "IsEgress",
					      "IpProtocol",
					      "FromPort",
					      "ToPort",
					      "CidrIpv4",
					      "CidrIpv6",
					      "PrefixListId"};
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(item, members[i], json_get(rule->body, members[i]));
	json_set_str(item, "ReferencedGroupId",
		     json_find_str(rule->body, "ReferencedGroupInfo", "GroupId", NULL));
	json_set_copy(item, "Description", json_get(rule->body, "Description"));
	return item;
}

static void revoke_one(struct call *call, const struct doc *rule, struct json *output)
{
	json_append(json_ensure_array(output, "RevokedSecurityGroupRules"), revoked_item(rule));
	world_remove(call, &kind_security_group_rule, rule->key);
}

static bool revoke_by_ids(struct call *call, const struct doc *group, const struct json *ids,
			  bool egress, struct json *output, struct err *err)
{
	json_foreach (id, ids) {
		const struct doc *rule;

		if (!ec2_get(call, &kind_security_group_rule, json_str(id), &rule, err))
			return false;
		if (!str_eq(doc_str(rule, "GroupId"), group->key) ||
		    json_get_bool(rule->body, "IsEgress", false) != egress)
			return aws_fail(err, AWS_EC2_GROUP_RULE_NOT_FOUND, rule->key);
		revoke_one(call, rule, output);
	}
	return true;
}

/**
 * Source: EC2 API, RevokeSecurityGroupIngress: in a default VPC a rule that does not exist is told
 * in UnknownIpPermissions, elsewhere it refuses the call.
 */
static bool revoke(struct call *call, const struct json *input, bool egress, struct json *output,
		   struct err *err)
{
	_cleanup_(json_freep) struct json *rules = NULL;
	const struct json *ids = json_get(input, "SecurityGroupRuleIds");
	const struct doc *group, *vpc, *same;

	if (!security_group_find(call, input, &group, err))
		return false;
	if (json_size(ids) && json_size(json_get(input, "IpPermissions")))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "ipPermissions",
				"securityGroupRuleId");
	json_set_bool(output, "Return", true);
	if (json_size(ids))
		return revoke_by_ids(call, group, ids, egress, output, err);
	if (!permission_read(call, group, input, false, &rules, err))
		return false;
	vpc = world_find(call->world, &kind_vpc, doc_str(group, "VpcId"));
	json_foreach (rule, rules) {
		same = find_same(call, group->key, egress, rule);
		if (same)
			revoke_one(call, same, output);
		else if (!json_get_bool(vpc->body, "IsDefault", false))
			return aws_fail(err, AWS_EC2_RULE_NOT_FOUND);
		else
			json_append(json_ensure_array(output, "UnknownIpPermissions"),
				    permission_of_rule(call->world, rule));
	}
	return true;
}

bool ec2_revoke_security_group_ingress(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	return revoke(call, input, false, output, err);
}

bool ec2_revoke_security_group_egress(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	return revoke(call, input, true, output, err);
}

/* ---- Descriptions ---- */

static void describe_rule(struct call *call, const struct doc *rule, const char *description)
{
	struct json *body = json_copy(rule->body);

	json_remove(body, "Description");
	if (description && *description)
		json_set_str(body, "Description", description);
	world_put(call, &kind_security_group_rule, rule->key, body);
}

/* Source: EC2 API, UpdateSecurityGroupRuleDescriptionsIngress: permissions or rule ids; a
 * description that is left out is removed. */
static bool update_descriptions(struct call *call, const struct json *input, bool egress,
				struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *rules = NULL;
	const struct json *by_id = json_get(input, "SecurityGroupRuleDescriptions");
	const struct doc *group, *rule;

	if (!security_group_find(call, input, &group, err))
		return false;
	if (json_size(by_id) && json_size(json_get(input, "IpPermissions")))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "ipPermissions",
				"securityGroupRuleDescription");
	json_set_bool(output, "Return", true);
	json_foreach (item, by_id) {
		if (!ec2_get_by(call, &kind_security_group_rule, item, "SecurityGroupRuleId", &rule,
				err))
			return false;
		if (!str_eq(doc_str(rule, "GroupId"), group->key))
			return aws_fail(err, AWS_EC2_GROUP_RULE_NOT_FOUND, rule->key);
		describe_rule(call, rule, json_get_str(item, "Description"));
	}
	if (json_size(by_id))
		return true;
	if (!permission_read(call, group, input, false, &rules, err))
		return false;
	json_foreach (item, rules) {
		rule = find_same(call, group->key, egress, item);
		if (!rule)
			return aws_fail(err, AWS_EC2_RULE_NOT_FOUND);
		describe_rule(call, rule, json_get_str(item, "Description"));
	}
	return true;
}

bool ec2_update_security_group_rule_descriptions_ingress(struct call *call,
							 const struct json *input,
							 struct json *output, struct err *err)
{
	return update_descriptions(call, input, false, output, err);
}

bool ec2_update_security_group_rule_descriptions_egress(struct call *call, const struct json *input,
							struct json *output, struct err *err)
{
	return update_descriptions(call, input, true, output, err);
}

/* ---- DescribeSecurityGroupRules, ModifySecurityGroupRules ---- */

static const struct filter_field rule_filters[] = {
	{"group-id", "GroupId", NULL, "group"},
	{"security-group-rule-id", "SecurityGroupRuleId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_security_group_rules(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_security_group_rule,
		.ids = "SecurityGroupRuleIds",
		.id_prefix = "sgr-",
		.malformed = AWS_EC2_GROUP_RULE_MALFORMED,
		.not_found = AWS_EC2_GROUP_RULE_NOT_FOUND,
		.filters = "Filters",
		.fields = rule_filters,
		.page = &page_ec2,
		.result = "SecurityGroupRules",
		.tags = true,
	};

	return describe_reply(call, input, output, &describe, err);
}

/* What a rule's source or destination can be: the member of a request, how a rule has it, its name
 * in a refusal. */
static const struct {
	const char *member, *held, *name;
} sources[] = {
	{"CidrIpv4", "CidrIpv4", "IPv4 CIDR"},
	{"CidrIpv6", "CidrIpv6", "IPv6 CIDR"},
	{"PrefixListId", "PrefixListId", "prefix list"},
	{"ReferencedGroupId", "ReferencedGroupInfo", "referenced group"},
};

/** A change names the protocol and one source, of the sort that the rule has. */
static bool check_change(const struct doc *rule, const struct json *request, struct err *err)
{
	size_t count = 0, given = 0;

	for (size_t i = 0; i < array_size(sources); i++) {
		if (json_get(request, sources[i].member)) {
			count++;
			given = i;
		}
	}
	if (count > 1)
		return aws_fail(err, AWS_EC2_RULE_ONE_SOURCE);
	if (!count)
		return aws_fail(err, AWS_EC2_RULE_NO_CHANGE_SOURCE);
	if (!json_get(request, "IpProtocol"))
		return aws_fail(err, AWS_EC2_RULE_PROTOCOL_MISSING);
	for (size_t i = 0; i < array_size(sources); i++) {
		if (i != given && json_get(rule->body, sources[i].held))
			return aws_fail(err, AWS_EC2_RULE_TYPE, rule->key, sources[given].member,
					sources[i].name);
	}
	return true;
}

/** One change of ModifySecurityGroupRules: the whole rule anew, its id and direction stay. */
static bool modify_rule(struct call *call, const struct doc *group, const struct json *update,
			struct err *err)
{
	_cleanup_(json_freep) struct json *input = NULL, *rules = NULL;
	const struct doc *rule, *same;
	struct json *body;

	if (!ec2_get_by(call, &kind_security_group_rule, update, "SecurityGroupRuleId", &rule, err))
		return false;
	if (!str_eq(doc_str(rule, "GroupId"), group->key))
		return aws_fail(err, AWS_EC2_GROUP_RULE_NOT_FOUND, rule->key);
	if (!check_change(rule, json_get(update, "SecurityGroupRule"), err))
		return false;
	input = permission_from_request(json_get(update, "SecurityGroupRule"));
	if (!permission_read(call, group, input, true, &rules, err))
		return false;
	same = find_same(call, group->key, json_get_bool(rule->body, "IsEgress", false),
			 json_at(rules, 0));
	if (same && same != rule)
		return permission_fail_duplicate(json_at(rules, 0), err);
	body = json_new_object();
	json_set_str(body, "SecurityGroupRuleId", rule->key);
	json_set_str(body, "GroupId", group->key);
	json_set_copy(body, "GroupOwnerId", json_get(rule->body, "GroupOwnerId"));
	json_set_copy(body, "IsEgress", json_get(rule->body, "IsEgress"));
	json_foreach (member, json_at(rules, 0))
		json_set_copy(body, json_key(member), member);
	json_set_copy(body, "SecurityGroupRuleArn", json_get(rule->body, "SecurityGroupRuleArn"));
	world_put(call, &kind_security_group_rule, rule->key, body);
	return true;
}

bool ec2_modify_security_group_rules(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct doc *group;

	if (!security_group_find(call, input, &group, err))
		return false;
	json_foreach (update, json_get(input, "SecurityGroupRules")) {
		if (!modify_rule(call, group, update, err))
			return false;
	}
	json_set_bool(output, "Return", true);
	return true;
}
