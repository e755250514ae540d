/* Who am I, and credentials for a while; Shield of an account without it. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define TRUST(principal)                                                                           \
	"{'RoleName':'r','AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":"          \
	"\\\"Allow\\\",\\\"Principal\\\":" principal ",\\\"Action\\\":\\\"sts:AssumeRole\\\"}}'}"
#define ASSUME "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me'}"

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

START_TEST(the_caller_is_told_who_he_is)
{
	_cleanup_(json_freep) struct json *identity = api(aws, "sts", "GetCallerIdentity", "{}");

	ck_assert_str_eq(json_get_str(identity, "Account"), TEST_ACCOUNT);
	ck_assert_str_eq(json_get_str(identity, "Arn"), "arn:aws:iam::123456789012:user/operator");
	ck_assert(str_starts_with(json_get_str(identity, "UserId"), "AIDA"));
}
END_TEST

START_TEST(a_role_that_trusts_the_account_gives_keys_of_the_same_actor)
{
	_cleanup_(json_freep) struct json *session = NULL;
	const struct actor *actor;

	api_done(aws, "iam", "CreateRole", TRUST("{\\\"AWS\\\":\\\"123456789012\\\"}"));
	session = api(aws, "sts", "AssumeRole", ASSUME);
	ck_assert_str_eq(json_find_str(session, "AssumedRoleUser", "Arn", NULL),
			 "arn:aws:sts::123456789012:assumed-role/r/me");
	ck_assert(str_starts_with(json_find_str(session, "AssumedRoleUser", "AssumedRoleId", NULL),
				  "AROA"));
	actor = actor_by_access_key(world,
				    json_find_str(session, "Credentials", "AccessKeyId", NULL));
	ck_assert_ptr_nonnull(actor);
	ck_assert_str_eq(actor->name, "operator");
	ck_assert_str_eq(actor->session_token,
			 json_find_str(session, "Credentials", "SessionToken", NULL));
	ck_assert_int_gt(actor->expires_ms, clock_real_ms() + 3500 * 1000);
}
END_TEST

START_TEST(a_role_that_trusts_others_or_does_not_exist_is_denied)
{
	api_refused(aws, "sts", "AssumeRole", ASSUME, "AccessDenied",
		    "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: "
		    "sts:AssumeRole on resource: arn:aws:iam::123456789012:role/r");
	api_done(aws, "iam", "CreateRole", TRUST("{\\\"AWS\\\":\\\"999999999999\\\"}"));
	api_refused(aws, "sts", "AssumeRole", ASSUME, "AccessDenied", "not authorized");
}
END_TEST

START_TEST(a_condition_that_is_not_evaluated_is_said_aloud)
{
	api_done(aws, "iam", "CreateRole",
		 "{'RoleName':'r','AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":"
		 "\\\"Allow\\\",\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"sts:*\\\","
		 "\\\"Condition\\\":{\\\"Bool\\\":{\\\"iot:Certificate.Subject.CommonName\\\":"
		 "\\\"true\\\"}}}}'}");
	api_refused(aws, "sts", "AssumeRole", ASSUME, "NotImplemented",
		    "iot:Certificate.Subject.CommonName");
}
END_TEST

START_TEST(broken_arns_and_names_are_refused_as_recorded)
{
	const char *arns[] = {"nothing-valid-in-here", "arn::b:::something/test-role",
			      "arn:a::::something/test-role", "arn:a:::something/test-role",
			      "arn:a:a::aaaaaaaaaa:"};
	char params[256], text[128];

	for (size_t i = 0; i < array_size(arns); i++) {
		snprintf(params, sizeof(params), "{'RoleArn':'%s','RoleSessionName':'me'}",
			 arns[i]);
		snprintf(text, sizeof(text), "%s is invalid", arns[i]);
		api_refused(aws, "sts", "AssumeRole", params, "ValidationError", text);
	}
	api_refused(aws, "sts", "AssumeRole",
		    "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':"
		    "'Session1:2'}",
		    "ValidationError",
		    "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed "
		    "to satisfy constraint: Member must satisfy regular expression pattern: "
		    "[\\w+=,.@-]*");
}
END_TEST

START_TEST(tags_of_a_session_are_checked_as_recorded)
{
	api_refused(aws, "sts", "AssumeRole",
		    "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me',"
		    "'Tags':[{'Key':'a','Value':''}],'TransitiveTagKeys':['b']}",
		    "InvalidParameterValue",
		    "The specified transitive tag key must be included in the requested tags.");
	api_refused(aws, "sts", "AssumeRole",
		    "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me',"
		    "'Tags':[{'Key':'a','Value':''},{'Key':'A','Value':''}]}",
		    "InvalidParameterValue",
		    "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}
END_TEST

/* A token with these claims; nobody checks its signature. */
static char *token(const char *claims)
{
	_cleanup_(freep) char *payload = base64url_encode(claims, strlen(claims));

	return xasprintf("e30.%s.c2ln", payload);
}

static char *web_identity(const char *claims)
{
	_cleanup_(freep) char *jwt = token(claims);

	return xasprintf("{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me',"
			 "'WebIdentityToken':'%s'}",
			 jwt);
}

START_TEST(a_web_identity_gets_a_role_that_trusts_its_issuer)
{
	_cleanup_(freep) char *good = web_identity("{\"iss\":\"https://issuer.example/x\",\"sub\":"
						   "\"system:serviceaccount:a:b\",\"aud\":\"sts\","
						   "\"exp\":99999999999}");
	_cleanup_(freep) char *old = web_identity("{\"iss\":\"https://issuer.example/x\",\"sub\":"
						  "\"s\",\"exp\":1}");
	_cleanup_(json_freep) struct json *session = NULL;

	api_refused(aws, "sts", "AssumeRoleWithWebIdentity", good, "AccessDenied",
		    "Not authorized to perform sts:AssumeRoleWithWebIdentity");
	api_done(aws, "iam", "CreateRole",
		 "{'RoleName':'r','AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":"
		 "\\\"Allow\\\",\\\"Principal\\\":{\\\"Federated\\\":\\\"arn:aws:iam::"
		 "123456789012:oidc-provider/issuer.example/x\\\"},\\\"Action\\\":"
		 "\\\"sts:AssumeRoleWithWebIdentity\\\"}}'}");
	api_refused(aws, "sts", "AssumeRoleWithWebIdentity", good, "InvalidIdentityToken",
		    "No OpenIDConnect provider found in your account for https://issuer.example/x");
	api_done(aws, "iam", "CreateOpenIDConnectProvider",
		 "{'Url':'https://issuer.example/x','ClientIDList':['other']}");
	api_refused(aws, "sts", "AssumeRoleWithWebIdentity", good, "InvalidIdentityToken",
		    "Incorrect token audience");
	api_done(aws, "iam", "AddClientIDToOpenIDConnectProvider",
		 "{'OpenIDConnectProviderArn':'arn:aws:iam::123456789012:oidc-provider/"
		 "issuer.example/x','ClientID':'sts'}");
	session = api(aws, "sts", "AssumeRoleWithWebIdentity", good);
	ck_assert_str_eq(json_get_str(session, "SubjectFromWebIdentityToken"),
			 "system:serviceaccount:a:b");
	api_refused(aws, "sts", "AssumeRoleWithWebIdentity", old, "ExpiredTokenException",
		    "Token expired");
	api_refused(aws, "sts", "AssumeRoleWithWebIdentity",
		    "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me',"
		    "'WebIdentityToken':'none'}",
		    "InvalidIdentityToken", "not a valid JWT");
}
END_TEST

START_TEST(keys_and_messages_that_are_not_ours_are_refused)
{
	_cleanup_(json_freep) struct json *info =
		api(aws, "sts", "GetAccessKeyInfo", "{'AccessKeyId':'AKIAOPERATOREXAMPLE0'}");

	ck_assert_str_eq(json_get_str(info, "Account"), TEST_ACCOUNT);
	api_refused(aws, "sts", "GetAccessKeyInfo", "{'AccessKeyId':'AKIANOBODYNOBODY0000'}",
		    "ValidationError", "AKIANOBODYNOBODY0000");
	api_refused(aws, "sts", "DecodeAuthorizationMessage", "{'EncodedMessage':'x'}",
		    "InvalidAuthorizationMessageException", "Message is not valid");
}
END_TEST

START_TEST(an_account_without_shield_says_so)
{
	_cleanup_(json_freep) struct json *state = api(aws, "shield", "GetSubscriptionState", "{}");

	ck_assert_str_eq(json_get_str(state, "SubscriptionState"), "INACTIVE");
	api_refused(aws, "shield", "DescribeSubscription", "{}", "ResourceNotFoundException",
		    "The subscription does not exist.");
	api_refused(aws, "shield", "DescribeProtection", "{'ResourceArn':'arn:aws:x'}",
		    "ResourceNotFoundException", "The referenced protection does not exist.");
	api_refused(aws, "shield", "ListProtections", "{}", "ResourceNotFoundException",
		    "subscription");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("sts");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_caller_is_told_who_he_is);
	tcase_add_test(tcase, a_role_that_trusts_the_account_gives_keys_of_the_same_actor);
	tcase_add_test(tcase, a_role_that_trusts_others_or_does_not_exist_is_denied);
	tcase_add_test(tcase, a_condition_that_is_not_evaluated_is_said_aloud);
	tcase_add_test(tcase, broken_arns_and_names_are_refused_as_recorded);
	tcase_add_test(tcase, tags_of_a_session_are_checked_as_recorded);
	tcase_add_test(tcase, a_web_identity_gets_a_role_that_trusts_its_issuer);
	tcase_add_test(tcase, keys_and_messages_that_are_not_ours_are_refused);
	tcase_add_test(tcase, an_account_without_shield_says_so);
	return run_suite_of(tcase, "sts");
}
