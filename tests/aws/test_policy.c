/*
 * The language of policies. Cases follow the IAM User Guide: "IAM JSON policy elements reference",
 * "Creating a condition with multiple keys or values", "Policy evaluation logic".
 */
#include "tests/aws/run.h"

#include "emulator/aws/policy/language.h"
#include "tests/lib/world.h"

static struct arena *arena;
static struct policy_context context;

static void setup(void)
{
	arena = arena_new();
	context = (struct policy_context){.arena = arena};
}

static void teardown(void)
{
	arena_free(arena);
}

/* Statements without their list's brackets, with ' for ". */
static enum policy_effect effect_of(const char *statements, const char *action,
				    const char *resource)
{
	_cleanup_(freep) char *text =
		xasprintf("{'Version':'2012-10-17','Statement':[%s]}", statements);
	_cleanup_(json_freep) struct json *document = test_json(text);
	const struct policy_request request = {
		.action = action, .resource = resource, .context = &context};
	struct policy_outcome outcome = {0};

	policy_apply(document, &request, &outcome);
	return policy_effect(&outcome);
}

static enum policy_effect effect_with(const char *condition)
{
	_cleanup_(freep) char *statement = xasprintf(
		"{'Effect':'Allow','Action':'*','Resource':'*','Condition':%s}", condition);

	return effect_of(statement, "ec2:CreateVpc", "*");
}

START_TEST(actions_match_by_wildcards_and_without_case)
{
	const struct {
		const char *statement, *action;
		enum policy_effect effect;
	} cases[] = {
		{"'Action':'ec2:*'", "ec2:CreateVpc", POLICY_ALLOWED},
		{"'Action':'EC2:createvpc'", "ec2:CreateVpc", POLICY_ALLOWED},
		{"'Action':'ec2:Create\?\?\?'", "ec2:CreateVpc", POLICY_ALLOWED},
		{"'Action':'ec2:Create\?\?'", "ec2:CreateVpc", POLICY_SILENT},
		{"'Action':['iam:*','*:CreateV*']", "ec2:CreateVpc", POLICY_ALLOWED},
		{"'Action':'elasticloadbalancing:*'", "ec2:CreateVpc", POLICY_SILENT},
		{"'NotAction':'iam:*'", "ec2:CreateVpc", POLICY_ALLOWED},
		{"'NotAction':['iam:*','ec2:*']", "ec2:CreateVpc", POLICY_SILENT},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		_cleanup_(freep) char *statement =
			xasprintf("{'Effect':'Allow',%s,'Resource':'*'}", cases[i].statement);

		ck_assert_msg(effect_of(statement, cases[i].action, "*") == cases[i].effect, "%s",
			      cases[i].statement);
	}
}
END_TEST

#define VPC    "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1"
#define NO_VPC "arn:aws:ec2:eu-west-1:123456789012:vpc/*"

START_TEST(resources_match_by_wildcards_over_the_whole_arn)
{
	const struct {
		const char *statement, *resource;
		enum policy_effect effect;
	} cases[] = {
		{"'Resource':'*'", VPC, POLICY_ALLOWED},
		{"'Resource':'arn:aws:ec2:*:*:vpc/*'", VPC, POLICY_ALLOWED},
		{"'Resource':'arn:aws:ec2:*:*:vpc/*'", NO_VPC, POLICY_ALLOWED},
		{"'Resource':'arn:aws:ec2:*:*:vpc/vpc-1'", NO_VPC, POLICY_SILENT},
		{"'Resource':'arn:aws:ec2:*:*:subnet/*'", VPC, POLICY_SILENT},
		{"'Resource':'arn:aws:ec2:*:*:vpc/*'", "*", POLICY_SILENT},
		{"'NotResource':'arn:aws:ec2:*:*:subnet/*'", VPC, POLICY_ALLOWED},
		{"'NotResource':'arn:aws:ec2:*:*:vpc/*'", VPC, POLICY_SILENT},
		{"'Resource':'arn:aws:ec2:*:${aws:PrincipalAccount}:vpc/*'", VPC, POLICY_ALLOWED},
		{"'Resource':'arn:aws:ec2:*:*:vpc/${aws:username}'", VPC, POLICY_SILENT},
		{"'Resource':'arn:aws:ec2:*:*:vpc/vpc-${*}'", VPC, POLICY_SILENT},
	};

	policy_context_add(&context, "aws:PrincipalAccount", "123456789012");
	for (size_t i = 0; i < array_size(cases); i++) {
		_cleanup_(freep) char *statement = NULL;

		statement = xasprintf("{'Effect':'Allow','Action':'*',%s}", cases[i].statement);
		ck_assert_msg(effect_of(statement, "ec2:DeleteVpc", cases[i].resource) ==
				      cases[i].effect,
			      "%s %s", cases[i].statement, cases[i].resource);
	}
}
END_TEST

START_TEST(a_variable_may_have_a_default)
{
	const char *text = "vpc/${aws:username, 'nobody'}";

	ck_assert_str_eq(policy_text(&context, text, true), "vpc/nobody");
	policy_context_add(&context, "aws:username", "alice");
	ck_assert_str_eq(policy_text(&context, text, true), "vpc/alice");
	ck_assert_str_eq(policy_text(&context, text, false), text);
	ck_assert_ptr_null(policy_text(&context, "${aws:PrincipalTag/none}", true));
}
END_TEST

START_TEST(an_explicit_deny_wins_whatever_the_order)
{
	const char *allow = "{'Effect':'Allow','Action':'*','Resource':'*'}";
	const char *deny = "{'Effect':'Deny','Action':'ec2:Delete*','Resource':'*'}";
	_cleanup_(freep) char *first = xasprintf("%s,%s", allow, deny);
	_cleanup_(freep) char *last = xasprintf("%s,%s", deny, allow);

	ck_assert_int_eq(effect_of(first, "ec2:DeleteVpc", "*"), POLICY_DENIED);
	ck_assert_int_eq(effect_of(last, "ec2:DeleteVpc", "*"), POLICY_DENIED);
	ck_assert_int_eq(effect_of(first, "ec2:CreateVpc", "*"), POLICY_ALLOWED);
	ck_assert_int_eq(effect_of(deny, "ec2:CreateVpc", "*"), POLICY_SILENT);
}
END_TEST

static const struct {
	const char *condition;
	enum policy_effect effect;
} condition_cases[] = {
	{"{'StringEquals':{'aws:RequestTag/env':'test'}}", POLICY_ALLOWED},
	{"{'StringEquals':{'AWS:requesttag/env':'test'}}", POLICY_ALLOWED},
	{"{'StringEquals':{'aws:RequestTag/env':'Test'}}", POLICY_SILENT},
	{"{'StringEquals':{'aws:RequestTag/env':['prod','test']}}", POLICY_ALLOWED},
	{"{'StringEquals':{'aws:RequestTag/none':'test'}}", POLICY_SILENT},
	{"{'StringEqualsIfExists':{'aws:RequestTag/none':'test'}}", POLICY_ALLOWED},
	{"{'StringEqualsIfExists':{'aws:RequestTag/env':'prod'}}", POLICY_SILENT},
	{"{'StringNotEquals':{'aws:RequestTag/env':'prod'}}", POLICY_ALLOWED},
	{"{'StringNotEquals':{'aws:RequestTag/env':['prod','test']}}", POLICY_SILENT},
	{"{'StringNotEquals':{'aws:RequestTag/none':'test'}}", POLICY_ALLOWED},
	{"{'StringEqualsIgnoreCase':{'aws:RequestTag/env':'TEST'}}", POLICY_ALLOWED},
	{"{'StringNotEqualsIgnoreCase':{'aws:RequestTag/env':'TEST'}}", POLICY_SILENT},
	{"{'StringLike':{'aws:RequestTag/env':'t*'}}", POLICY_ALLOWED},
	{"{'StringLike':{'aws:RequestTag/env':'t?t'}}", POLICY_SILENT},
	{"{'StringNotLike':{'aws:RequestTag/env':'p*'}}", POLICY_ALLOWED},
	{"{'StringEquals':{'aws:RequestTag/env':'t*'}}", POLICY_SILENT},
	/* several operators and keys: all must hold */
	{"{'StringEquals':{'aws:RequestTag/env':'test','aws:username':'bob'}}", POLICY_SILENT},
	{"{'StringEquals':{'aws:RequestTag/env':'test'},'Null':{'aws:RequestTag/env':'false'}}",
	 POLICY_ALLOWED},
	{"{'Null':{'aws:RequestTag/env':'false','aws:RequestTag/none':'true'}}", POLICY_ALLOWED},
	{"{'Null':{'aws:RequestTag/env':'true'}}", POLICY_SILENT},
	{"{'Null':{'aws:RequestTag/none':true}}", POLICY_ALLOWED},
	{"{'Bool':{'aws:SecureTransport':'true'}}", POLICY_ALLOWED},
	{"{'Bool':{'aws:SecureTransport':false}}", POLICY_SILENT},
	{"{'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'}}", POLICY_ALLOWED},
	{"{'Bool':{'aws:MultiFactorAuthPresent':'true'}}", POLICY_SILENT},
	{"{'NumericLessThan':{'sts:DurationSeconds':'3601'}}", POLICY_ALLOWED},
	{"{'NumericLessThanEquals':{'sts:DurationSeconds':3600}}", POLICY_ALLOWED},
	{"{'NumericGreaterThan':{'sts:DurationSeconds':'3600'}}", POLICY_SILENT},
	{"{'NumericGreaterThanEquals':{'sts:DurationSeconds':'3600'}}", POLICY_ALLOWED},
	{"{'NumericEquals':{'sts:DurationSeconds':'3600.0'}}", POLICY_ALLOWED},
	{"{'NumericNotEquals':{'sts:DurationSeconds':'3600'}}", POLICY_SILENT},
	{"{'DateGreaterThan':{'aws:CurrentTime':'2026-11-23T00:00:00Z'}}", POLICY_ALLOWED},
	{"{'DateLessThan':{'aws:CurrentTime':'2026-11-23'}}", POLICY_SILENT},
	{"{'DateEquals':{'aws:CurrentTime':'2026-11-23T07:30:00Z'}}", POLICY_ALLOWED},
	{"{'DateNotEquals':{'aws:CurrentTime':'1795419000'}}", POLICY_SILENT},
	{"{'DateLessThanEquals':{'aws:CurrentTime':'2026-11-23T07:30:00Z'}}", POLICY_ALLOWED},
	{"{'DateGreaterThanEquals':{'aws:CurrentTime':'2026-11-24T07:30:00Z'}}", POLICY_SILENT},
	{"{'IpAddress':{'aws:SourceIp':'127.0.0.0/8'}}", POLICY_ALLOWED},
	{"{'IpAddress':{'aws:SourceIp':['10.0.0.0/8','127.0.0.1']}}", POLICY_ALLOWED},
	{"{'IpAddress':{'aws:SourceIp':'2001:db8::/32'}}", POLICY_SILENT},
	{"{'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}}", POLICY_ALLOWED},
	{"{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::*:user/a*'}}", POLICY_ALLOWED},
	{"{'ArnLike':{'aws:PrincipalArn':'arn:*:user/alice'}}", POLICY_SILENT},
	{"{'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/*'}}", POLICY_ALLOWED},
	{"{'ArnNotEquals':{'aws:PrincipalArn':'arn:aws:iam::123456789012:user/alice'}}",
	 POLICY_SILENT},
	{"{'BinaryEquals':{'aws:RequestTag/env':'test'}}", POLICY_ALLOWED},
	/* sets */
	{"{'ForAllValues:StringEquals':{'aws:TagKeys':['env','owner','other']}}", POLICY_ALLOWED},
	{"{'ForAllValues:StringEquals':{'aws:TagKeys':['env']}}", POLICY_SILENT},
	{"{'ForAllValues:StringEquals':{'sts:TransitiveTagKeys':['env']}}", POLICY_ALLOWED},
	{"{'ForAnyValue:StringEquals':{'aws:TagKeys':['env']}}", POLICY_ALLOWED},
	{"{'ForAnyValue:StringEquals':{'aws:TagKeys':['other']}}", POLICY_SILENT},
	{"{'ForAnyValue:StringEquals':{'sts:TransitiveTagKeys':['env']}}", POLICY_SILENT},
	{"{'ForAnyValue:StringLike':{'aws:TagKeys':'own*'}}", POLICY_ALLOWED},
	{"{'ForAllValues:StringNotEquals':{'aws:TagKeys':['secret']}}", POLICY_ALLOWED},
	{"{'ForAllValues:StringNotEquals':{'aws:TagKeys':['env']}}", POLICY_SILENT},
	/* variables */
	{"{'StringEquals':{'aws:RequestTag/owner':'${aws:username}'}}", POLICY_ALLOWED},
	{"{'StringEquals':{'aws:RequestTag/env':'${aws:username}'}}", POLICY_SILENT},
	/* what is not modelled is neither */
	{"{'StringEquals':{'iot:Whatever':'x'}}", POLICY_UNKNOWN},
	{"{'StringSounds':{'aws:username':'x'}}", POLICY_UNKNOWN},
	/* unless something else says no anyway */
	{"{'StringEquals':{'iot:Whatever':'x','aws:username':'bob'}}", POLICY_SILENT},
};

START_TEST(a_condition_holds_as_iam_says)
{
	policy_context_add(&context, "aws:RequestTag/env", "test");
	policy_context_add(&context, "aws:RequestTag/owner", "alice");
	policy_context_add(&context, "aws:TagKeys", "env");
	policy_context_add(&context, "aws:TagKeys", "owner");
	policy_context_add(&context, "aws:username", "alice");
	policy_context_add(&context, "aws:SecureTransport", "true");
	policy_context_add(&context, "aws:SourceIp", "127.0.0.1");
	policy_context_add(&context, "aws:CurrentTime", "2026-11-23T07:30:00Z");
	policy_context_add(&context, "aws:PrincipalArn", "arn:aws:iam::123456789012:user/alice");
	policy_context_add(&context, "sts:DurationSeconds", "3600");
	ck_assert_msg(effect_with(condition_cases[_i].condition) == condition_cases[_i].effect,
		      "%s", condition_cases[_i].condition);
}
END_TEST

START_TEST(what_is_not_modelled_counts_only_when_the_answer_depends_on_it)
{
#define UNKNOWN_CONDITION "'Condition':{'Bool':{'iot:X':'true'}}"
	const char *allow = "{'Effect':'Allow','Action':'*','Resource':'*'}";
	const char *deny = "{'Effect':'Deny','Action':'*','Resource':'*'}";
	const char *maybe = "{'Effect':'Allow','Action':'*','Resource':'*'," UNKNOWN_CONDITION "}";
	const char *maybe_not =
		"{'Effect':'Deny','Action':'*','Resource':'*'," UNKNOWN_CONDITION "}";
	const char *elsewhere =
		"{'Effect':'Deny','Action':'iam:*','Resource':'*'," UNKNOWN_CONDITION "}";
	const struct {
		const char *a, *b;
		enum policy_effect effect;
	} cases[] = {
		{allow, maybe, POLICY_ALLOWED},	       {allow, maybe_not, POLICY_UNKNOWN},
		{deny, maybe, POLICY_DENIED},	       {deny, maybe_not, POLICY_DENIED},
		{maybe_not, maybe_not, POLICY_SILENT}, {maybe, maybe_not, POLICY_UNKNOWN},
		{allow, elsewhere, POLICY_ALLOWED},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		_cleanup_(freep) char *both = xasprintf("%s,%s", cases[i].a, cases[i].b);

		ck_assert_msg(effect_of(both, "ec2:CreateVpc", "*") == cases[i].effect, "%s", both);
	}
}
END_TEST

/* A policy with Principals, asked by somebody. */
static enum policy_effect trusted(const char *principal, const struct policy_principal *who)
{
	_cleanup_(freep) char *text = xasprintf(
		"{'Statement':{'Effect':'Allow','Action':'sts:AssumeRole',%s}}", principal);
	_cleanup_(json_freep) struct json *document = test_json(text);
	const struct policy_request request = {
		.action = "sts:AssumeRole", .resource = "*", .context = &context, .principal = who};
	struct policy_outcome outcome = {0};

	policy_apply(document, &request, &outcome);
	return policy_effect(&outcome);
}

START_TEST(principals_are_accounts_arns_providers_and_services)
{
	const struct policy_principal user = {.arn = "arn:aws:iam::123456789012:user/alice",
					      .account = "123456789012"};
	const struct policy_principal session = {
		.arn = "arn:aws:sts::123456789012:assumed-role/r/me",
		.role_arn = "arn:aws:iam::123456789012:role/r",
		.account = "123456789012"};
	const struct policy_principal token = {
		.federated = "arn:aws:iam::1:oidc-provider/a.example", .federated2 = "a.example"};
	const struct policy_principal service = {.service = "ec2.amazonaws.com"};
	const struct {
		const char *principal;
		const struct policy_principal *who;
		enum policy_effect effect;
	} cases[] = {
		{"'Principal':'*'", &user, POLICY_ALLOWED},
		{"'Principal':{'AWS':'*'}", &user, POLICY_ALLOWED},
		{"'Principal':{'AWS':'123456789012'}", &user, POLICY_ALLOWED},
		{"'Principal':{'AWS':'arn:aws:iam::123456789012:root'}", &user, POLICY_ALLOWED},
		{"'Principal':{'AWS':'arn:aws:iam::999999999999:root'}", &user, POLICY_SILENT},
		{"'Principal':{'AWS':['x','arn:aws:iam::123456789012:user/alice']}", &user,
		 POLICY_ALLOWED},
		{"'Principal':{'AWS':'arn:aws:iam::123456789012:user/*'}", &user, POLICY_SILENT},
		{"'Principal':{'AWS':'arn:aws:iam::123456789012:role/r'}", &session,
		 POLICY_ALLOWED},
		{"'Principal':{'AWS':'arn:aws:sts::123456789012:assumed-role/r/me'}", &session,
		 POLICY_ALLOWED},
		{"'NotPrincipal':{'AWS':'arn:aws:iam::123456789012:user/alice'}", &user,
		 POLICY_SILENT},
		{"'NotPrincipal':{'AWS':'arn:aws:iam::123456789012:user/bob'}", &user,
		 POLICY_ALLOWED},
		{"'Principal':{'Federated':'arn:aws:iam::1:oidc-provider/a.example'}", &token,
		 POLICY_ALLOWED},
		{"'Principal':{'Federated':'a.example'}", &token, POLICY_ALLOWED},
		{"'Principal':{'Federated':'b.example'}", &token, POLICY_SILENT},
		{"'Principal':{'Service':'ec2.amazonaws.com'}", &service, POLICY_ALLOWED},
		{"'Principal':{'Service':'ec2.amazonaws.com'}", &user, POLICY_SILENT},
	};

	for (size_t i = 0; i < array_size(cases); i++)
		ck_assert_msg(trusted(cases[i].principal, cases[i].who) == cases[i].effect, "%s",
			      cases[i].principal);
}
END_TEST

static const struct {
	enum policy_use use;
	const char *document, *text;
} broken[] = {
	{POLICY_OF_IDENTITY, "{", "This policy contains invalid Json"},
	{POLICY_OF_IDENTITY, "[]", "This policy contains invalid Json"},
	{POLICY_OF_IDENTITY, "{}", "Syntax errors in policy."},
	{POLICY_OF_IDENTITY, "{'Statement':[]}", "Syntax errors in policy."},
	{POLICY_OF_IDENTITY, "{'Version':'2012','Statement':[]}",
	 "The policy must contain a valid version string"},
	{POLICY_OF_IDENTITY, "{'Statement':{},'Statment':{}}", "Syntax errors in policy."},
	{POLICY_OF_IDENTITY, "{'Statement':{'Effect':'allow','Action':'a:b','Resource':'*'}}",
	 "Syntax errors in policy."},
	{POLICY_OF_IDENTITY, "{'Statement':{'Effect':'Allow','Resource':'*'}}",
	 "Policy statement must contain actions."},
	{POLICY_OF_IDENTITY, "{'Statement':{'Effect':'Allow','Action':'ec2:*'}}",
	 "Policy statement must contain resources."},
	{POLICY_OF_IDENTITY, "{'Statement':{'Effect':'Allow','Action':'ec2','Resource':'*'}}",
	 "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
	{POLICY_OF_IDENTITY, "{'Statement':{'Effect':'Allow','Action':'ec2:*','Resource':'vpc/*'}}",
	 "Resource vpc/* must be in ARN format or \"*\"."},
	{POLICY_OF_IDENTITY,
	 "{'Statement':{'Effect':'Allow','Action':'ec2:*','Resource':'arn:x:ec2:::vpc/*'}}",
	 "Partition is not valid for resource"},
	{POLICY_OF_IDENTITY,
	 "{'Statement':{'Effect':'Allow','Action':'ec2:*','Resource':'*','Principal':'*'}}",
	 "Policy document should not specify a principal."},
	{POLICY_OF_IDENTITY,
	 "{'Statement':{'Sid':'a b','Effect':'Allow','Action':'ec2:*','Resource':'*'}}",
	 "Statement IDs (SID) must be alpha-numeric."},
	{POLICY_OF_IDENTITY,
	 "{'Statement':[{'Sid':'a','Effect':'Allow','Action':'ec2:*','Resource':'*'},"
	 "{'Sid':'a','Effect':'Allow','Action':'ec2:*','Resource':'*'}]}",
	 "Statement IDs (SID) in a single policy must be unique."},
	{POLICY_OF_IDENTITY,
	 "{'Statement':{'Effect':'Allow','Action':'ec2:*','Resource':'*','Condition':"
	 "{'StringEquals':'x'}}}",
	 "Syntax errors in policy."},
	{POLICY_OF_IDENTITY,
	 "{'Statement':{'Effect':'Allow','Effect':'Deny','Action':'ec2:*','Resource':'*'}}",
	 "Syntax errors in policy."},
	{POLICY_OF_TRUST, "{'Statement':{'Effect':'Allow','Action':'sts:AssumeRole'}}",
	 "Missing required field Principal"},
	{POLICY_OF_TRUST,
	 "{'Statement':{'Effect':'Allow','Action':'sts:AssumeRole','Principal':'*',"
	 "'Resource':'*'}}",
	 "Has prohibited field Resource"},
	{POLICY_OF_TRUST, "{'Statement':{'Effect':'Allow','Action':'ec2:*','Principal':'*'}}",
	 "AssumeRole policy may only specify STS AssumeRole actions."},
};

START_TEST(a_document_that_is_none_is_refused_in_iams_words)
{
	_cleanup_(freep) char *text = xstrdup(broken[_i].document);
	struct err err = ERR_INIT;

	for (char *p = text; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	ck_assert(!policy_check(text, broken[_i].use, NULL, &err));
	ck_assert_str_eq(err.wire, "MalformedPolicyDocument");
	ck_assert_int_eq(err.status, 400);
	ck_assert_msg(strstr(err_text(&err), broken[_i].text), "%s", err_text(&err));
	err_done(&err);
}
END_TEST

START_TEST(patterns_with_many_runs_take_no_time)
{
	char text[2001];
	const char *pattern =
		policy_pattern(&context, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", false);

	memset(text, 'a', 2000);
	text[2000] = '\0';
	ck_assert(!policy_match(pattern, text, false));
	ck_assert(policy_match(policy_pattern(&context, "a*", false), text, false));
	ck_assert(policy_match(policy_pattern(&context, "*", false), "", false));
	ck_assert(!policy_match(policy_pattern(&context, "?", false), "", false));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("policy");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, actions_match_by_wildcards_and_without_case);
	tcase_add_test(tcase, resources_match_by_wildcards_over_the_whole_arn);
	tcase_add_test(tcase, a_variable_may_have_a_default);
	tcase_add_test(tcase, an_explicit_deny_wins_whatever_the_order);
	tcase_add_loop_test(tcase, a_condition_holds_as_iam_says, 0, array_size(condition_cases));
	tcase_add_test(tcase, what_is_not_modelled_counts_only_when_the_answer_depends_on_it);
	tcase_add_test(tcase, principals_are_accounts_arns_providers_and_services);
	tcase_add_loop_test(tcase, a_document_that_is_none_is_refused_in_iams_words, 0,
			    array_size(broken));
	tcase_add_test(tcase, patterns_with_many_runs_take_no_time);
	return run_suite_of(tcase, "policy");
}
