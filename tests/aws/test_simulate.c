/* Simulations: what policies would say, which statements say it, and where those stand. */
#include "tests/aws/run.h"

#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define ALICE "arn:aws:iam::123456789012:user/alice"

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

/* What one action gets; `more` are further members of the input. */
static struct json *simulate(const char *policy, const char *action, const char *more)
{
	_cleanup_(freep) char *params = xasprintf(
		"{'PolicyInputList':['%s'],'ActionNames':['%s']%s}", policy, action, more);

	return api(aws, "iam", "SimulateCustomPolicy", params);
}

static const struct json *first_of(const struct json *reply)
{
	return json_first(json_get(reply, "EvaluationResults"));
}

static void assert_decision(const char *policy, const char *action, const char *more,
			    const char *decision)
{
	_cleanup_(json_freep) struct json *reply = simulate(policy, action, more);

	ck_assert_str_eq(json_get_str(first_of(reply), "EvalDecision"), decision);
}

static void assert_place(const struct json *statement, const char *which, int64_t line,
			 int64_t column)
{
	ck_assert_int_eq(json_get_int(json_get(statement, which), "Line", 0), line);
	ck_assert_int_eq(json_get_int(json_get(statement, which), "Column", 0), column);
}

/* Two statements over several lines; the texts have braces and the word Statement in them. */
#define LINES                                                                                       \
	"{\\n \\\"Version\\\":\\\"2012-10-17\\\",\\n \\\"Id\\\":\\\"Statement{\\\",\\n "            \
	"\\\"Statement\\\": [\\n"                                                                   \
	"  {\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"ec2:*\\\",\\\"Resource\\\":\\\"*\\\"}," \
	"\\n  {\\\"Effect\\\":\\\"Deny\\\",\\\"Action\\\":\\\"ec2:CreateVpc\\\",\\n   "             \
	"\\\"Resource\\\":\\\"*\\\",\\\"Condition\\\":{\\\"Bool\\\":{\\\"aws:SecureTransport\\\":"  \
	"\\\"true\\\"}}}\\n ]\\n}"

START_TEST(each_statement_that_decides_is_told_with_its_place)
{
	_cleanup_(json_freep) struct json *reply = simulate(LINES, "ec2:DescribeVpcs", "");
	_cleanup_(json_freep) struct json *denied =
		simulate(LINES, "ec2:CreateVpc",
			 ",'ContextEntries':[{'ContextKeyName':'aws:SecureTransport',"
			 "'ContextKeyValues':['true'],'ContextKeyType':'boolean'}]");
	const struct json *statements = json_get(first_of(reply), "MatchedStatements"), *one;

	ck_assert_uint_eq(json_size(statements), 1);
	one = json_first(statements);
	ck_assert_str_eq(json_get_str(one, "SourcePolicyId"), "PolicyInputList.1");
	assert_place(one, "StartPosition", 5, 4);
	assert_place(one, "EndPosition", 5, 53);
	ck_assert_str_eq(json_get_str(first_of(denied), "EvalDecision"), "explicitDeny");
	one = json_first(json_get(first_of(denied), "MatchedStatements"));
	assert_place(one, "StartPosition", 6, 4);
	assert_place(one, "EndPosition", 7, 71);
}
END_TEST

START_TEST(what_the_context_lacks_is_told)
{
	_cleanup_(json_freep) struct json *reply = simulate(LINES, "ec2:CreateVpc", "");

	ck_assert_str_eq(json_get_str(first_of(reply), "EvalDecision"), "allowed");
	ck_assert_str_eq(json_str(json_first(json_get(first_of(reply), "MissingContextValues"))),
			 "aws:SecureTransport");
}
END_TEST

#define ALLOW_S3                                                                                   \
	"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"s3:*\\\","            \
	"\\\"Resource\\\":\\\"*\\\"}}"
#define ALLOW_EC2                                                                                  \
	"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"ec2:*\\\","           \
	"\\\"Resource\\\":\\\"*\\\"}}"

START_TEST(a_boundary_is_told_by_itself)
{
	_cleanup_(json_freep) struct json *reply =
		simulate(ALLOW_EC2, "ec2:CreateVpc",
			 ",'PermissionsBoundaryPolicyInputList':['" ALLOW_S3 "']");
	const struct json *result = first_of(reply);

	ck_assert_str_eq(json_get_str(result, "EvalDecision"), "implicitDeny");
	ck_assert(!json_get_bool(json_get(result, "PermissionsBoundaryDecisionDetail"),
				 "AllowedByPermissionsBoundary", true));
}
END_TEST

#define BUCKET_POLICY(effect)                                                                      \
	",'CallerArn':'" ALICE "','ResourceArns':['arn:aws:s3:::b/k'],'ResourcePolicy':'{"         \
	"\\\"Statement\\\":{\\\"Effect\\\":\\\"" effect                                            \
	"\\\",\\\"Principal\\\":{\\\"AWS\\\":\\\"" ALICE                                           \
	"\\\"},\\\"Action\\\":\\\"s3:GetObject\\\",\\\"Resource\\\":\\\"arn:aws:s3:::b/*"          \
	"\\\"}}'"

START_TEST(a_resource_policy_is_enough_within_an_account_and_not_between_two)
{
	assert_decision(ALLOW_EC2, "s3:GetObject", "", "implicitDeny");
	assert_decision(ALLOW_EC2, "s3:GetObject", BUCKET_POLICY("Allow"), "allowed");
	assert_decision(ALLOW_S3, "s3:GetObject", BUCKET_POLICY("Deny"), "explicitDeny");
	assert_decision(ALLOW_S3, "s3:PutObject", BUCKET_POLICY("Allow"), "allowed");
	assert_decision(ALLOW_EC2, "s3:GetObject",
			BUCKET_POLICY("Allow") ",'ResourceOwner':'arn:aws:iam::210987654321:root'",
			"implicitDeny");
	assert_decision(ALLOW_S3, "s3:GetObject",
			BUCKET_POLICY("Allow") ",'ResourceOwner':'arn:aws:iam::210987654321:root'",
			"allowed");
	assert_decision(ALLOW_S3, "s3:PutObject",
			BUCKET_POLICY("Allow") ",'ResourceOwner':'arn:aws:iam::210987654321:root'",
			"implicitDeny");
	api_refused(aws, "iam", "SimulateCustomPolicy",
		    "{'PolicyInputList':['" ALLOW_S3 "'],'ActionNames':['s3:GetObject'],"
		    "'ResourcePolicy':'{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\","
		    "\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"s3:*\\\",\\\"Resource\\\":"
		    "\\\"*\\\"}}'}",
		    "InvalidInput", "CallerArn");
}
END_TEST

START_TEST(a_users_own_policies_have_their_names)
{
	_cleanup_(json_freep) struct json *reply = NULL;
	const struct json *statements;

	api_done(aws, "iam", "CreateUser", "{'UserName':'alice'}");
	api_done(aws, "iam", "PutUserPolicy",
		 "{'UserName':'alice','PolicyName':'own','PolicyDocument':'" ALLOW_S3 "'}");
	api_done(aws, "iam", "AttachUserPolicy",
		 "{'UserName':'alice','PolicyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}");
	reply = api(aws, "iam", "SimulatePrincipalPolicy",
		    "{'PolicySourceArn':'" ALICE "','ActionNames':['s3:GetObject']}");
	statements = json_get(first_of(reply), "MatchedStatements");
	ck_assert_str_eq(json_get_str(json_at(statements, 0), "SourcePolicyId"), "user_alice_own");
	ck_assert_str_eq(json_get_str(json_at(statements, 1), "SourcePolicyId"),
			 "AdministratorAccess");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("simulate");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, each_statement_that_decides_is_told_with_its_place);
	tcase_add_test(tcase, what_the_context_lacks_is_told);
	tcase_add_test(tcase, a_boundary_is_told_by_itself);
	tcase_add_test(tcase, a_resource_policy_is_enough_within_an_account_and_not_between_two);
	tcase_add_test(tcase, a_users_own_policies_have_their_names);
	return run_suite_of(tcase, "simulate");
}
