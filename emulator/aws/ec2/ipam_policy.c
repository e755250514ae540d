/*
 * IPAM policies: out of which pools elastic IPs and the addresses of regional NAT gateways come
 * when nobody names one. Shape: EC2 IpamPolicy; extra: Rules = {"eu-west-1/eip": ["ipam-pool-…"]}.
 * One of an account's policies is enabled at most, which is a setting of the account.
 *
 * Source: EC2 API, CreateIpamPolicy and its relatives; IPAM user guide, "Define public IPv4
 * allocation strategy with IPAM policies". There are no organizations here.
 */
#include "emulator/aws/ec2/ipam.h"

#define SETTING "ipam-policy"

static void terms_ipam(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "IpamId");
}

static const struct kind_index policy_indexes[] = {
	{"ipam", terms_ipam},
	{NULL, NULL},
};

const struct kind kind_ipam_policy = {
	.name = "ipam-policy",
	.shape = "ec2:IpamPolicy",
	.indexes = policy_indexes,
	.timer = ipam_timer,
	.view = ec2_view,
};

static const struct doc *enabled_policy(struct call *call)
{
	const char *id = json_str(account_setting(call, SETTING));

	return id && *id ? ec2_find(call, &kind_ipam_policy, id) : NULL;
}

static const char *rule_name(struct call *call, const char *locale, const char *type)
{
	return arena_printf(call->arena, "%s/%s", locale, type);
}

const struct json *ipam_policy_pools(struct call *call, const char *type)
{
	const struct doc *policy = enabled_policy(call);

	if (!policy)
		return NULL;
	return json_get(json_get(policy->extra, "Rules"), rule_name(call, call->region, type));
}

/* ---- Create, Delete ---- */

bool ec2_create_ipam_policy(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct kind *kind = &kind_ipam_policy;
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *ipam, *doc;
	struct json *body;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, kind->name, &tags, err) ||
	    !ec2_get_by(call, &kind_ipam, input, "IpamId", &ipam, err))
		return false;
	doc = id ? ec2_find(call, kind, id) : NULL;
	if (doc) {
		json_set(output, "IpamPolicy", ec2_item(doc));
		return true;
	}
	id = ec2_new_id(call, kind, ipam->key);
	body = json_new_object();
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "IpamPolicyId", id);
	json_set_str(body, "IpamPolicyArn", aws_global_arn(call, "ec2", "%s/%s", kind->name, id));
	json_set_str(body, "IpamPolicyRegion", call->region);
	json_set_str(body, "State", "create-in-progress");
	json_set_str(body, "IpamId", ipam->key);
	doc = world_add(call, (struct doc_spec){
				      .kind = kind, .key = id, .body = body, .tags = steal(tags)});
	idempotency_keep(call, input, "ClientToken", id);
	json_set(output, "IpamPolicy", ec2_item(doc));
	lifecycle_start(call, kind, id, LIFECYCLE_IPAM, "create-complete");
	return true;
}

static bool get_policy(struct call *call, const struct json *input, const struct doc **ret,
		       struct err *err)
{
	return ec2_get_by(call, &kind_ipam_policy, input, "IpamPolicyId", ret, err);
}

bool ec2_delete_ipam_policy(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *doc;

	if (!get_policy(call, input, &doc, err))
		return false;
	if (doc == enabled_policy(call))
		return aws_fail(err, AWS_EC2_IPAM_POLICY_ENABLED, doc->key);
	doc = ipam_move(call, doc, "delete-in-progress", "deleted");
	json_set(output, "IpamPolicy", ec2_item(doc));
	return true;
}

/* ---- Enable, Disable ---- */

/** A policy for the account itself; organizations have none here. */
static bool check_target(const struct json *input, struct err *err)
{
	return !json_get(input, "OrganizationTargetId") ||
	       aws_fail(err, AWS_EC2_IPAM_NO_ORGANIZATION);
}

bool ec2_enable_ipam_policy(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *doc;

	if (!get_policy(call, input, &doc, err) || !check_target(input, err))
		return false;
	account_setting_put(call, SETTING, json_new_string(doc->key));
	json_set_str(output, "IpamPolicyId", doc->key);
	return true;
}

bool ec2_disable_ipam_policy(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *doc;

	if (!get_policy(call, input, &doc, err) || !check_target(input, err))
		return false;
	if (doc != enabled_policy(call))
		return aws_fail(err, AWS_EC2_IPAM_POLICY_DISABLED, doc->key);
	account_setting_put(call, SETTING, json_new_string(""));
	json_set_bool(output, "Return", true);
	return true;
}

bool ec2_get_enabled_ipam_policy(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc = enabled_policy(call);

	(void)input;
	(void)err;
	json_set_bool(output, "IpamPolicyEnabled", doc != NULL);
	if (doc) {
		json_set_str(output, "IpamPolicyId", doc->key);
		json_set_str(output, "ManagedBy", "account");
	}
	return true;
}

/* ---- Rules ---- */

/** Pools of public IPv4 addresses of the policy's IPAM, in the locale. */
static bool check_pools(struct call *call, const struct json *rules, const struct doc *policy,
			const char *locale, struct json *ids, struct err *err)
{
	json_foreach (rule, rules) {
		const char *id = json_get_str(rule, "SourceIpamPoolId");
		const struct doc *pool;

		if (!id)
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "SourceIpamPoolId");
		if (!ipam_pool_get(call, id, &pool, err))
			return false;
		if (!ipam_pool_is_public(pool) || !str_eq(doc_str(pool, "AddressFamily"), "ipv4") ||
		    !str_eq(doc_str(pool, "Locale"), locale) ||
		    !str_eq(doc_extra_str(pool, "IpamId"), doc_str(policy, "IpamId")))
			return aws_fail(err, AWS_EC2_IPAM_POOL_UNFIT, id);
		json_append_str(ids, id);
	}
	return true;
}

/** A locale's rules for a type of resource, as the API shows them. */
static struct json *rules_item(const struct doc *policy, const char *locale, const char *type,
			       const struct json *ids)
{
	struct json *item = json_new_object(), *list;

	json_set_str(item, "IpamPolicyId", policy->key);
	json_set_str(item, "Locale", locale);
	json_set_str(item, "ResourceType", type);
	list = json_ensure_array(item, "AllocationRules");
	json_foreach (id, ids) {
		struct json *rule = json_new_object();

		json_set_str(rule, "SourceIpamPoolId", json_str(id));
		json_append(list, rule);
	}
	return item;
}

bool ec2_modify_ipam_policy_allocation_rules(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	const char *locale = json_get_str(input, "Locale");
	const char *type = json_get_str(input, "ResourceType");
	_cleanup_(json_freep) struct json *ids = json_new_array(), *extra = NULL;
	const struct doc *doc;
	struct json *rules;

	if (!get_policy(call, input, &doc, err))
		return false;
	if (!region_exists(locale))
		return aws_fail(err, AWS_EC2_REGION, locale);
	if (!str_eq(type, "eip") && !str_eq(type, "rnat"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "IPAM policies for addresses of type %s are not emulated", type);
	if (!check_pools(call, json_get(input, "AllocationRules"), doc, locale, ids, err))
		return false;
	extra = json_copy(doc->extra);
	rules = json_ensure_object(extra, "Rules");
	json_remove(rules, rule_name(call, locale, type));
	json_set_copy(rules, rule_name(call, locale, type), ids);
	doc = world_put_extra(call, doc->kind, doc->key, steal(extra));
	json_set(output, "IpamPolicyDocument", rules_item(doc, locale, type, ids));
	ipam_move(call, doc, "modify-in-progress", "modify-complete");
	return true;
}

bool ec2_get_ipam_policy_allocation_rules(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"locale", "Locale", NULL, NULL},
		{"resource-type", "ResourceType", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	const char *locale = json_get_str(input, "Locale");
	const char *type = json_get_str(input, "ResourceType");
	struct filters *filters;
	const struct doc *doc;
	struct json *items;

	if (!get_policy(call, input, &doc, err) ||
	    !filters_parse(call, json_get(input, "Filters"), fields, &filters, err))
		return false;
	items = json_new_array();
	json_foreach (ids, json_get(doc->extra, "Rules")) {
		const char *slash = strchr(json_key(ids), '/');
		struct doc row = *doc;
		struct json *item =
			rules_item(doc,
				   arena_printf(call->arena, "%.*s", (int)(slash - json_key(ids)),
						json_key(ids)),
				   slash + 1, ids);

		row.body = item;
		if ((!locale || str_eq(json_get_str(item, "Locale"), locale)) &&
		    (!type || str_eq(json_get_str(item, "ResourceType"), type)) &&
		    filters_match(call, filters, &row))
			json_append(items, item);
		else
			json_free(item);
	}
	return ec2_page_items(call, input, output, "IpamPolicyDocuments", items, err);
}

/* Source: EC2 API, GetIpamPolicyOrganizationTargets: none without an organization. */
bool ec2_get_ipam_policy_organization_targets(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"organization-target-id", "OrganizationTargetId", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	struct filters *filters;
	const struct doc *doc;

	if (!get_policy(call, input, &doc, err) ||
	    !filters_parse(call, json_get(input, "Filters"), fields, &filters, err))
		return false;
	return ec2_page_items(call, input, output, "OrganizationTargets", json_new_array(), err);
}

static const struct filter_field policy_filters[] = {
	{"ipam-id", "IpamId", NULL, "ipam"},
	{"ipam-policy-arn", "IpamPolicyArn", NULL, NULL},
	{"ipam-policy-id", "IpamPolicyId", NULL, NULL},
	{"ipam-policy-region", "IpamPolicyRegion", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_ipam_policies, .kind = &kind_ipam_policy, .ids = "IpamPolicyIds",
	     .id_prefix = "ipam-policy-", .malformed = AWS_EC2_IPAM_POLICY_MALFORMED,
	     .not_found = AWS_EC2_IPAM_POLICY_NOT_FOUND, .fields = policy_filters,
	     .result = "IpamPolicies")
