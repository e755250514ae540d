/* WAFv2 and WAF Regional: entities, what their rules cost and refer to, who has a web ACL. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "emulator/aws/wafv2/wafv2.h"
#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define VISIBLE                                                                                    \
	"'VisibilityConfig':{'SampledRequestsEnabled':false,'CloudWatchMetricsEnabled':false,"     \
	"'MetricName':'m'}"
#define NAMED(name) "'Name':'" name "','Scope':'REGIONAL'"
#define ACL(rules)                                                                                 \
	NAMED("acl")                                                                               \
	",'DefaultAction':{'Allow':{}}," VISIBLE ",'Rules':[" rules "]"
#define RULE(name, priority, statement)                                                            \
	"{'Name':'" name "','Priority':" priority ",'Action':{'Block':{}}," VISIBLE                \
	",'Statement':{" statement "}}"
#define GROUP_RULE(name, priority, statement)                                                      \
	"{'Name':'" name "','Priority':" priority ",'OverrideAction':{'None':{}}," VISIBLE         \
	",'Statement':{" statement "}}"
#define GEO "'GeoMatchStatement':{'CountryCodes':['DE']}"
#define COMMON                                                                                     \
	"'ManagedRuleGroupStatement':{'VendorName':'AWS','Name':'AWSManagedRulesCommonRuleSet'}"
#define BYTES(position, more)                                                                      \
	"'ByteMatchStatement':{'SearchString':'eA==','FieldToMatch':{" more                        \
	"},'TextTransformations':[{'Priority':0,'Type':'LOWERCASE'}],"                             \
	"'PositionalConstraint':'" position "'}"

static struct world *world;
static struct aws *aws;

static void setup(void)
{
	world = wire_world(PROFILE_AWS);
	aws = aws_new(world);
	aws_check_replies(aws, true);
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
}

static void no(const char *operation, const char *params, const char *code, const char *text)
{
	api_refused(aws, "wafv2", operation, params, code, text);
}

/* An entity under the names that every operation wants: "'Id':…,'LockToken':…". */
struct entity {
	char *arn, *id, *lock;
};

static struct entity make(const char *sort, const char *params)
{
	_cleanup_(freep) char *operation = xasprintf("Create%s", sort);
	_cleanup_(json_freep) struct json *made = api(aws, "wafv2", operation, params);
	const struct json *summary = json_get(made, "Summary");

	return (struct entity){xstrdup(json_get_str(summary, "ARN")),
			       xstrdup(json_get_str(summary, "Id")),
			       xstrdup(json_get_str(summary, "LockToken"))};
}

static void entity_done(struct entity *entity)
{
	free(entity->arn);
	free(entity->id);
	free(entity->lock);
}

static char *under_lock(const struct entity *entity, const char *members)
{
	return xasprintf("{%s,'Id':'%s','LockToken':'%s'}", members, entity->id, entity->lock);
}

static const struct {
	const char *sort, *create, *update, *bad, *code;
} entities[] = {
	{"IPSet", NAMED("x") ",'IPAddressVersion':'IPV4','Addresses':['10.0.0.0/8']",
	 NAMED("x") ",'Addresses':[]",
	 NAMED("y") ",'IPAddressVersion':'IPV6','Addresses':["
		    "'10.0.0.0/8']",
	 "WAFInvalidParameterException"},
	{"RegexPatternSet", NAMED("x") ",'RegularExpressionList':[{'RegexString':'a+'}]",
	 NAMED("x") ",'RegularExpressionList':[]", NAMED("x") ",'RegularExpressionList':[]",
	 "WAFDuplicateItemException"},
	{"RuleGroup", NAMED("x") ",'Capacity':10," VISIBLE ",'Rules':[" RULE("r", "0", GEO) "]",
	 NAMED("x") "," VISIBLE,
	 NAMED("y") ",'Capacity':1," VISIBLE
		    ",'Rules':[" RULE("r", "0", GEO) "," RULE("s", "1", GEO) "]",
	 "WAFLimitsExceededException"},
	{"WebACL", NAMED("x") ",'DefaultAction':{'Allow':{}}," VISIBLE,
	 NAMED("x") ",'DefaultAction':{'Block':{}}," VISIBLE,
	 NAMED("y") ",'DefaultAction':{'Allow':{}}," VISIBLE
		    ",'Rules':[" RULE("r", "0", GEO) "," RULE("r", "1", GEO) "]",
	 "WAFInvalidParameterException"},
};

START_TEST(an_entity_is_made_shown_changed_under_its_lock_and_deleted)
{
	const char *sort = entities[_i].sort;
	_cleanup_(freep) char *create = xasprintf("{%s}", entities[_i].create);
	_cleanup_(freep) char *bad = xasprintf("{%s}", entities[_i].bad);
	_cleanup_(freep) char *op_create = xasprintf("Create%s", sort);
	_cleanup_(freep) char *op_get = xasprintf("Get%s", sort);
	_cleanup_(freep) char *op_list = xasprintf("List%ss", sort);
	_cleanup_(freep) char *op_update = xasprintf("Update%s", sort);
	_cleanup_(freep) char *op_delete = xasprintf("Delete%s", sort), *list = NULL;
	_cleanup_(entity_done) struct entity entity = make(sort, create);
	_cleanup_(freep) char *get = xasprintf("{" NAMED("x") ",'Id':'%s'}", entity.id);
	_cleanup_(freep) char *update = under_lock(&entity, entities[_i].update);
	_cleanup_(freep) char *old = under_lock(&entity, NAMED("x"));
	_cleanup_(json_freep) struct json *shown = NULL, *all = NULL, *changed = NULL;

	no(op_create, create, "WAFDuplicateItemException", "duplicate");
	no(op_create, bad, entities[_i].code, "");
	shown = api(aws, "wafv2", op_get, get);
	ck_assert_str_eq(json_find_str(shown, sort, "ARN", NULL), entity.arn);
	changed = api(aws, "wafv2", op_update, update);
	no(op_update, update, "WAFOptimisticLockException", "someone changed");
	no(op_delete, old, "WAFOptimisticLockException", "someone changed");
	free(entity.lock);
	entity.lock = xstrdup(json_get_str(changed, "NextLockToken"));
	list = xasprintf("%ss", sort);
	all = api(aws, "wafv2", op_list, "{'Scope':'REGIONAL'}");
	ck_assert_uint_eq(json_size(json_get(all, list)), 1);
	no(op_list, "{'Scope':'REGIONAL','NextMarker':'made-up'}", "WAFInvalidParameterException",
	   "NEXT_MARKER");
	{
		_cleanup_(freep) char *now = under_lock(&entity, NAMED("x"));

		api_done(aws, "wafv2", op_delete, now);
		no(op_get, get, "WAFNonexistentItemException", "doesn't exist");
	}
}
END_TEST

/* @name Rules */

static const struct {
	const char *rules;
	int64_t units;
} costs[] = {
	{RULE("a", "0", GEO), 1},
	{GROUP_RULE("a", "0", COMMON), 700},
	{RULE("a", "0", BYTES("EXACTLY", "'UriPath':{}")), 12},
	{RULE("a", "0", BYTES("CONTAINS", "'AllQueryArguments':{}")), 30},
	{RULE("a", "0", "'NotStatement':{'Statement':{" GEO "}}"), 1},
	{RULE("a", "0", "'AndStatement':{'Statements':[{" GEO "},{" GEO "}]}"), 2},
	{RULE("a", "0",
	      "'RateBasedStatement':{'Limit':100,'AggregateKeyType':'IP','ScopeDownStatement':{" GEO
	      "}}"),
	 3},
};

START_TEST(rules_cost_what_the_guide_says)
{
	_cleanup_(freep) char *params =
		xasprintf("{'Scope':'REGIONAL','Rules':[%s]}", costs[_i].rules);
	_cleanup_(json_freep) struct json *answer = api(aws, "wafv2", "CheckCapacity", params);

	ck_assert_int_eq(json_get_int(answer, "Capacity", 0), costs[_i].units);
}
END_TEST

static const struct {
	const char *rules, *code;
} bad_rules[] = {
	{RULE("a", "0", GEO) "," RULE("b", "0", GEO), "WAFInvalidParameterException"},
	{RULE("a", "0", ""), "WAFInvalidParameterException"},
	{GROUP_RULE("a", "0", GEO), "WAFInvalidParameterException"},
	{GROUP_RULE("a", "0", "'ManagedRuleGroupStatement':{'VendorName':'AWS','Name':'None'}"),
	 "WAFNonexistentItemException"},
	{RULE("a", "0",
	      "'IPSetReferenceStatement':{'ARN':'arn:aws:wafv2:eu-west-1:123456789012:regional/"
	      "ipset/none/1'}"),
	 "WAFNonexistentItemException"},
};

START_TEST(rules_that_cannot_be_are_refused)
{
	_cleanup_(freep) char *params =
		xasprintf("{'Scope':'REGIONAL','Rules':[%s]}", bad_rules[_i].rules);

	no("CheckCapacity", params, bad_rules[_i].code, "");
}
END_TEST

START_TEST(what_rules_refer_to_stays)
{
	_cleanup_(entity_done) struct entity set = make(
		"IPSet", "{" NAMED("set") ",'IPAddressVersion':'IPV4','Addresses':['10.0.0.0/8']}");
	_cleanup_(freep) char *acl = xasprintf(
		"{" ACL(RULE("r", "0", "'IPSetReferenceStatement':{'ARN':'%s'}")) "}", set.arn);
	_cleanup_(freep) char *remove = under_lock(&set, NAMED("set"));
	_cleanup_(entity_done) struct entity made = make("WebACL", acl);
	_cleanup_(freep) char *remove_acl = under_lock(&made, NAMED("acl"));

	no("DeleteIPSet", remove, "WAFAssociatedItemException", "being used");
	api_done(aws, "wafv2", "DeleteWebACL", remove_acl);
	api_done(aws, "wafv2", "DeleteIPSet", remove);
	ck_assert_uint_eq(world_count(world, &kind_waf_ip_set), 0);
}
END_TEST

START_TEST(entities_have_tags_and_their_users_are_listed)
{
	_cleanup_(entity_done) struct entity acl = make("WebACL", "{" ACL("") "}");
	_cleanup_(freep) char *resource = xasprintf("{'ResourceARN':'%s'}", acl.arn);
	_cleanup_(freep) char *tag =
		xasprintf("{'ResourceARN':'%s','Tags':[{'Key':'a','Value':'b'}]}", acl.arn);
	_cleanup_(freep) char *untag = xasprintf("{'ResourceARN':'%s','TagKeys':['a']}", acl.arn);
	_cleanup_(freep) char *of = xasprintf("{'WebACLArn':'%s'}", acl.arn);
	_cleanup_(json_freep) struct json *tags = NULL;

	api_done(aws, "wafv2", "TagResource", tag);
	tags = api(aws, "wafv2", "ListTagsForResource", resource);
	ck_assert_uint_eq(json_size(json_find(tags, "TagInfoForResource", "TagList", NULL)), 1);
	api_done(aws, "wafv2", "UntagResource", untag);
	api_done(aws, "wafv2", "ListResourcesForWebACL", of);
	no("ListTagsForResource", "{'ResourceARN':'arn:aws:wafv2:eu-west-1:123456789012:x/y/z/1'}",
	   "WAFNonexistentItemException", "");
}
END_TEST

/* @name WAF Regional */

static char *token(void)
{
	struct json *made = api(aws, "waf-regional", "GetChangeToken", "{}");
	char *copy = xstrdup(json_get_str(made, "ChangeToken"));

	json_free(made);
	return copy;
}

/* Does it with a fresh token; format has %s for the token at its end. */
static struct json *with_token(const char *operation, const char *members)
{
	_cleanup_(freep) char *fresh = token();
	_cleanup_(freep) char *params = xasprintf("{%s,'ChangeToken':'%s'}", members, fresh);

	return api(aws, "waf-regional", operation, params);
}

START_TEST(a_regional_web_acl_is_shown_changed_listed_and_deleted)
{
	_cleanup_(json_freep) struct json *made = with_token(
		"CreateWebACL", "'Name':'acl','MetricName':'m','DefaultAction':{'Type':'ALLOW'}");
	const char *id = json_find_str(made, "WebACL", "WebACLId", NULL);
	_cleanup_(freep) char *of = xasprintf("{'WebACLId':'%s'}", id), *status = NULL;
	_cleanup_(freep) char *change =
		xasprintf("'WebACLId':'%s','DefaultAction':{'Type':'BLOCK'}", id);
	_cleanup_(freep) char *remove = xasprintf("'WebACLId':'%s'", id);
	_cleanup_(json_freep) struct json *all = NULL, *shown = NULL;

	json_free(with_token("UpdateWebACL", change));
	shown = api(aws, "waf-regional", "GetWebACL", of);
	ck_assert_str_eq(json_find_str(shown, "WebACL", "DefaultAction", "Type", NULL), "BLOCK");
	all = api(aws, "waf-regional", "ListWebACLs", "{}");
	ck_assert_uint_eq(json_size(json_get(all, "WebACLs")), 1);
	api_refused(aws, "waf-regional", "ListWebACLs", "{'NextMarker':'made-up'}",
		    "WAFInvalidParameterException", "");
	api_done(aws, "waf-regional", "ListResourcesForWebACL", of);
	status = xasprintf("{'ChangeToken':'%s'}", json_get_str(made, "ChangeToken"));
	api_done(aws, "waf-regional", "GetChangeTokenStatus", status);
	json_free(with_token("DeleteWebACL", remove));
	api_refused(aws, "waf-regional", "GetWebACL", of, "WAFNonexistentItemException", "");
}
END_TEST

START_TEST(a_token_is_given_only_to_who_may_have_one)
{
	ck_assert(aws_set_actor_policy(
		aws, "operator",
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
		"\"ec2:*\",\"Resource\":\"*\"}]}",
		NULL));
	api_refused(aws, "waf-regional", "GetChangeToken", "{}", "AccessDeniedException",
		    "waf-regional:GetChangeToken");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("waf");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, an_entity_is_made_shown_changed_under_its_lock_and_deleted, 0,
			    array_size(entities));
	tcase_add_loop_test(tcase, rules_cost_what_the_guide_says, 0, array_size(costs));
	tcase_add_loop_test(tcase, rules_that_cannot_be_are_refused, 0, array_size(bad_rules));
	tcase_add_test(tcase, what_rules_refer_to_stays);
	tcase_add_test(tcase, entities_have_tags_and_their_users_are_listed);
	tcase_add_test(tcase, a_regional_web_acl_is_shown_changed_listed_and_deleted);
	tcase_add_test(tcase, a_token_is_given_only_to_who_may_have_one);
	return run_suite_of(tcase, "waf");
}
