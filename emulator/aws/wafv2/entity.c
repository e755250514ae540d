/* The four sorts of entities of WAFv2: they differ in their members, and are made, shown, changed
 * under a lock token and deleted alike. */
#include "emulator/aws/wafv2/wafv2.h"

#include "emulator/base/cidr.h"
#include "emulator/base/ids.h"

#define ACL_CAPACITY_MAX 5000 /* WAF Developer Guide, "Quotas" */
#define MEMBERS_MAX	 16

const struct kind kind_web_acl = {.name = "web-acl", .shape = "wafv2:WebACL"};
const struct kind kind_waf_rule_group = {.name = "waf-rule-group", .shape = "wafv2:RuleGroup"};
const struct kind kind_waf_ip_set = {.name = "waf-ip-set", .shape = "wafv2:IPSet"};
const struct kind kind_waf_regex_pattern_set = {.name = "waf-regex-pattern-set",
						.shape = "wafv2:RegexPatternSet"};

static const struct page_style page = {
	.limit = "Limit",
	.token_in = "NextMarker",
	.token_out = "NextMarker",
	.default_limit = 100,
	.max_limit = 100,
	.bad_token = AWS_WAF_MARKER,
};

/* Members beside Name and Description: those of a create that an update cannot change come first.
 */
static const struct sort {
	const struct kind *kind;
	const char *name;    /* in operations, and the output member of Get */
	const char *segment; /* in ARNs */
	bool rules;
	unsigned fixed; /* how many members an update leaves alone */
	const char *members[MEMBERS_MAX];
} sorts[] = {
	{&kind_web_acl,
	 "WebACL",
	 "webacl",
	 true,
	 0,
	 {"DefaultAction", "Rules", "VisibilityConfig", "CustomResponseBodies", "CaptchaConfig",
	  "ChallengeConfig", "TokenDomains", "AssociationConfig", "DataProtectionConfig",
	  "OnSourceDDoSProtectionConfig", "ApplicationConfig", "MonetizationConfig"}},
	{&kind_waf_rule_group,
	 "RuleGroup",
	 "rulegroup",
	 true,
	 1,
	 {"Capacity", "Rules", "VisibilityConfig", "CustomResponseBodies", "MonetizationConfig"}},
	{&kind_waf_ip_set, "IPSet", "ipset", false, 1, {"IPAddressVersion", "Addresses"}},
	{&kind_waf_regex_pattern_set,
	 "RegexPatternSet",
	 "regexpatternset",
	 false,
	 0,
	 {"RegularExpressionList"}},
};

/* By the end of the operation's name: "CreateIPSet", "ListIPSets". */
static const struct sort *sort_of(const struct call *call)
{
	for (size_t i = 0; i < array_size(sorts); i++) {
		const char *at = strstr(call->operation, sorts[i].name);

		if (at && (!at[strlen(sorts[i].name)] || str_eq(at + strlen(sorts[i].name), "s")))
			return &sorts[i];
	}
	assert(!"an operation of an entity has a sort");
	return NULL;
}

const char *waf_uuid(struct call *call, const char *what, const char *name)
{
	char text[37];

	ids_uuid(world_seed(call->world), what, call->actor, name, call->number, text);
	return arena_strdup(call->arena, text);
}

static bool has_scope(const struct doc *doc, const char *scope)
{
	return str_eq(doc_extra_str(doc, "Scope"), scope);
}

static struct json *extra_of(struct call *call, const char *scope, const char *name)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "Scope", scope);
	json_set_str(extra, "LockToken", waf_uuid(call, "waf-lock", name));
	return extra;
}

static struct json *summary(const struct doc *doc)
{
	static const char *const members[] = {"Name", "Id", "Description", "ARN"};
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(item, members[i], json_get(doc->body, members[i]));
	if (!json_get(item, "Description"))
		json_set_str(item, "Description", "");
	json_set_str(item, "LockToken", doc_extra_str(doc, "LockToken"));
	return item;
}

/* @name Checks */

/* Blocks of the set's family; all addresses at once are none. */
static bool check_addresses(const struct json *body, struct err *err)
{
	bool v6 = str_eq(json_get_str(body, "IPAddressVersion"), "IPV6");

	json_foreach (item, json_get(body, "Addresses")) {
		struct cidr cidr;

		if (!cidr_parse(json_str(item), &cidr) || cidr.prefix == 0 ||
		    (strchr(json_str(item), ':') != NULL) != v6)
			return aws_fail(err, AWS_WAF_ADDRESS, json_str(item));
	}
	return true;
}

/* A web ACL is as large as its rules; a rule group as its maker said, and they must fit. */
static bool check_capacity(struct call *call, const struct sort *sort, struct json *body,
			   struct err *err)
{
	int64_t needed = 0, most = ACL_CAPACITY_MAX;

	if (!waf_capacity(call, json_get(body, "Rules"), &needed, err))
		return false;
	if (sort->kind == &kind_waf_rule_group)
		most = json_get_int(body, "Capacity", 0);
	if (needed > most)
		return aws_fail(err, AWS_WAF_LIMIT);
	if (sort->kind == &kind_web_acl)
		json_set_int(body, "Capacity", needed);
	return true;
}

/* What a create or an update says, from the member with that number on. */
static bool take_members(struct call *call, const struct sort *sort, struct json *body,
			 const struct json *input, unsigned from, struct err *err)
{
	json_remove(body, "Description");
	json_set_copy(body, "Description", json_get(input, "Description"));
	for (unsigned i = from; i < MEMBERS_MAX && sort->members[i]; i++) {
		json_remove(body, sort->members[i]);
		json_set_copy(body, sort->members[i], json_get(input, sort->members[i]));
	}
	if (sort->kind == &kind_waf_ip_set)
		return check_addresses(body, err);
	if (!sort->rules)
		return true;
	json_ensure_array(body, "Rules");
	return check_capacity(call, sort, body, err);
}

/* @name Operations */

static const char *arn_of(struct call *call, const struct sort *sort, const char *scope,
			  const char *name, const char *id)
{
	return aws_arn(call, "wafv2", "%s/%s/%s/%s",
		       str_eq(scope, "CLOUDFRONT") ? "global" : "regional", sort->segment, name,
		       id);
}

bool waf_create_entity(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const char *name = json_get_str(input, "Name"), *scope = json_get_str(input, "Scope");
	_cleanup_(json_freep) struct json *body = json_new_object(), *tags = NULL;
	const struct sort *sort = sort_of(call);
	const char *id, *arn;

	world_foreach (doc, call->world, sort->kind)
		if (doc_in_scope(call, doc) && has_scope(doc, scope) &&
		    str_eq(doc_str(doc, "Name"), name))
			return aws_fail(err, AWS_WAF_DUPLICATE);
	id = waf_uuid(call, sort->kind->name, name);
	arn = arn_of(call, sort, scope, name, id);
	json_set_str(body, "Name", name);
	json_set_str(body, "Id", id);
	json_set_str(body, "ARN", arn);
	if (!take_members(call, sort, body, input, 0, err) ||
	    !tags_from_list(TAGS_WAF, json_get(input, "Tags"), &tags, err))
		return false;
	if (sort->rules)
		json_setf(body, "LabelNamespace", "awswaf:%s:%s:%s:", call->account, sort->segment,
			  name);
	if (sort->kind == &kind_web_acl)
		json_set_bool(body, "ManagedByFirewallManager", false);
	json_set(output, "Summary",
		 summary(world_add(call, (struct doc_spec){.kind = sort->kind,
							   .key = arn,
							   .body = steal(body),
							   .tags = steal(tags),
							   .extra = extra_of(call, scope, name)})));
	return true;
}

/* By name, scope and id, or by ARN. */
static const struct doc *find(struct call *call, const struct sort *sort, const struct json *input,
			      struct err *err)
{
	const char *arn = json_get_str(input, "ARN"), *id = json_get_str(input, "Id");
	const char *scope = json_get_str(input, "Scope"), *name = json_get_str(input, "Name");
	const struct doc *doc;

	if (!arn && (!id || !scope || !name)) {
		aws_fail(err, AWS_WAF_NAME);
		return NULL;
	}
	if (!arn)
		arn = arn_of(call, sort, scope, name, id);
	doc = find_in_scope(call, sort->kind, arn);
	if (!doc)
		aws_fail(err, AWS_WAF_NONEXISTENT);
	return doc;
}

bool waf_get_entity(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct sort *sort = sort_of(call);
	const struct doc *doc = find(call, sort, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, sort->name, doc->body);
	json_set_str(output, "LockToken", doc_extra_str(doc, "LockToken"));
	return true;
}

bool waf_list_entities(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct sort *sort = sort_of(call);
	struct json *list = json_ensure_array(output, arena_printf(call->arena, "%ss", sort->name));
	struct docs docs = {0};
	bool ok;

	world_foreach (doc, call->world, sort->kind)
		if (doc_in_scope(call, doc) && has_scope(doc, json_get_str(input, "Scope")))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, summary(docs.items[i]));
	docs_done(&docs);
	return ok;
}

static bool check_lock(const struct doc *doc, const struct json *input, struct err *err)
{
	return str_eq(doc_extra_str(doc, "LockToken"), json_get_str(input, "LockToken")) ||
	       aws_fail(err, AWS_WAF_LOCK);
}

bool waf_update_entity(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct sort *sort = sort_of(call);
	const struct doc *doc = find(call, sort, input, err);
	_cleanup_(json_freep) struct json *body = NULL;

	if (!doc || !check_lock(doc, input, err))
		return false;
	body = json_copy(doc->body);
	if (!take_members(call, sort, body, input, sort->fixed, err))
		return false;
	doc = world_put_all(call, sort->kind, doc->key, steal(body), NULL,
			    extra_of(call, doc_extra_str(doc, "Scope"), doc_str(doc, "Name")));
	json_set_str(output, "NextLockToken", doc_extra_str(doc, "LockToken"));
	return true;
}

/* Whether rules of a web ACL or a rule group refer to it, or a resource has it. */
static bool is_used(struct call *call, const struct doc *doc)
{
	static const struct kind *const kinds[] = {&kind_web_acl, &kind_waf_rule_group};

	if (waf_has_resources(call, &kind_web_acl_association, doc->key))
		return true;
	for (size_t i = 0; i < array_size(kinds); i++)
		world_foreach (user, call->world, kinds[i])
			if (waf_mentions(json_get(user->body, "Rules"), doc->key))
				return true;
	return false;
}

bool waf_delete_entity(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct sort *sort = sort_of(call);
	const struct doc *doc = find(call, sort, input, err);

	(void)output;
	if (!doc || !check_lock(doc, input, err))
		return false;
	if (is_used(call, doc))
		return aws_fail(err, AWS_WAF_ASSOCIATED);
	world_remove(call, sort->kind, doc->key);
	return true;
}

/* @name Tags */

static const struct doc *tagged(struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "ResourceARN");

	for (size_t i = 0; i < array_size(sorts); i++) {
		const struct doc *doc = find_in_scope(call, sorts[i].kind, arn);

		if (doc)
			return doc;
	}
	aws_fail(err, AWS_WAF_NONEXISTENT);
	return NULL;
}

bool waf_list_tags_for_resource(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc = tagged(call, input, err);
	_cleanup_(json_freep) struct json *tags = NULL;
	struct json *info, *list;
	size_t first, end;

	if (!doc)
		return false;
	tags = tags_to_list(doc->tags);
	info = json_ensure_object(output, "TagInfoForResource");
	json_set_str(info, "ResourceARN", doc->key);
	list = json_ensure_array(info, "TagList");
	if (!page_range(call, input, output, &page, json_size(tags), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append(list, json_copy(json_at(tags, i)));
	return true;
}

bool waf_tag_resource(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	(void)output;
	return doc && tags_put(TAGS_WAF, call, doc, json_get(input, "Tags"), err);
}

bool waf_untag_resource(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	(void)output;
	if (!doc)
		return false;
	tags_take(call, doc, json_get(input, "TagKeys"));
	return true;
}
