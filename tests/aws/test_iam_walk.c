/*
 * IAM's users, groups, policies and providers from their making to their end, in one account: each
 * step works, and shows in the answer of another.
 */
#include "tests/aws/api.h"
#include "tests/aws/wire.h"
#include "tests/lib/suite.h"

#define POLICY	 "arn:aws:iam::" TEST_ACCOUNT ":policy/p"
#define PROVIDER "arn:aws:iam::" TEST_ACCOUNT ":oidc-provider/oidc.example.com"
#define DOCUMENT                                                                                   \
	"'{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","   \
	"\\\"Action\\\":\\\"s3:*\\\",\\\"Resource\\\":\\\"*\\\"}]}'"

static struct world *world;
static struct aws *aws;

static void begin(void)
{
	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
}

static void end(void)
{
	aws_free(aws);
	world_free(world);
}

static void iam(const char *operation, const char *params)
{
	api_done(aws, "iam", operation, params);
}

/* How many things a list has in an answer. */
static size_t count(const char *operation, const char *params, const char *list)
{
	_cleanup_(json_freep) struct json *output = api(aws, "iam", operation, params);

	return json_size(json_get(output, list));
}

START_TEST(a_group_has_users_and_policies_until_they_go)
{
	begin();
	iam("CreateGroup", "{'GroupName':'g'}");
	iam("CreateUser", "{'UserName':'u'}");
	iam("CreatePolicy", "{'PolicyName':'p','PolicyDocument':" DOCUMENT "}");
	iam("AddUserToGroup", "{'GroupName':'g','UserName':'u'}");
	iam("PutGroupPolicy", "{'GroupName':'g','PolicyName':'i','PolicyDocument':" DOCUMENT "}");
	iam("AttachGroupPolicy", "{'GroupName':'g','PolicyArn':'" POLICY "'}");
	api_refused(aws, "iam", "DeleteGroup", "{'GroupName':'g'}", "DeleteConflict", "");
	iam("UpdateGroup", "{'GroupName':'g','NewGroupName':'h'}");
	ck_assert_uint_eq(count("GetGroup", "{'GroupName':'h'}", "Users"), 1);
	iam("RemoveUserFromGroup", "{'GroupName':'h','UserName':'u'}");
	ck_assert_uint_eq(count("GetGroup", "{'GroupName':'h'}", "Users"), 0);
	iam("DeleteGroupPolicy", "{'GroupName':'h','PolicyName':'i'}");
	iam("DetachGroupPolicy", "{'GroupName':'h','PolicyArn':'" POLICY "'}");
	iam("DeleteGroup", "{'GroupName':'h'}");
	ck_assert_uint_eq(count("ListGroups", "{}", "Groups"), 0);
	end();
}
END_TEST

START_TEST(a_user_has_policies_tags_and_a_boundary_until_it_goes)
{
	begin();
	iam("CreateUser", "{'UserName':'u'}");
	iam("CreatePolicy", "{'PolicyName':'p','PolicyDocument':" DOCUMENT "}");
	iam("PutUserPolicy", "{'UserName':'u','PolicyName':'i','PolicyDocument':" DOCUMENT "}");
	iam("AttachUserPolicy", "{'UserName':'u','PolicyArn':'" POLICY "'}");
	iam("PutUserPermissionsBoundary", "{'UserName':'u','PermissionsBoundary':'" POLICY "'}");
	iam("TagUser", "{'UserName':'u','Tags':[{'Key':'a','Value':'b'}]}");
	ck_assert_uint_eq(count("ListUserTags", "{'UserName':'u'}", "Tags"), 1);
	api_refused(aws, "iam", "DeleteUser", "{'UserName':'u'}", "DeleteConflict", "");
	iam("UntagUser", "{'UserName':'u','TagKeys':['a']}");
	ck_assert_uint_eq(count("ListUserTags", "{'UserName':'u'}", "Tags"), 0);
	iam("DeleteUserPermissionsBoundary", "{'UserName':'u'}");
	iam("DeleteUserPolicy", "{'UserName':'u','PolicyName':'i'}");
	iam("DetachUserPolicy", "{'UserName':'u','PolicyArn':'" POLICY "'}");
	iam("DeleteUser", "{'UserName':'u'}");
	ck_assert_uint_eq(count("ListUsers", "{}", "Users"), 0);
	end();
}
END_TEST

START_TEST(a_user_signs_in_with_a_profile)
{
	begin();
	iam("CreateUser", "{'UserName':'u'}");
	iam("CreateLoginProfile", "{'UserName':'u','Password':'Abcdefgh1!'}");
	iam("GetLoginProfile", "{'UserName':'u'}");
	iam("UpdateLoginProfile", "{'UserName':'u','PasswordResetRequired':true}");
	iam("DeleteLoginProfile", "{'UserName':'u'}");
	api_refused(aws, "iam", "GetLoginProfile", "{'UserName':'u'}", "NoSuchEntity", "");
	end();
}
END_TEST

START_TEST(a_policy_has_versions_one_of_which_holds)
{
	_cleanup_(json_freep) struct json *version = NULL;

	begin();
	iam("CreatePolicy", "{'PolicyName':'p','PolicyDocument':" DOCUMENT "}");
	iam("CreatePolicyVersion", "{'PolicyArn':'" POLICY "','PolicyDocument':" DOCUMENT "}");
	iam("SetDefaultPolicyVersion", "{'PolicyArn':'" POLICY "','VersionId':'v2'}");
	version =
		api(aws, "iam", "GetPolicyVersion", "{'PolicyArn':'" POLICY "','VersionId':'v2'}");
	ck_assert(json_get_bool(json_get(version, "PolicyVersion"), "IsDefaultVersion", false));
	iam("DeletePolicyVersion", "{'PolicyArn':'" POLICY "','VersionId':'v1'}");
	ck_assert_uint_eq(count("ListPolicyVersions", "{'PolicyArn':'" POLICY "'}", "Versions"), 1);
	iam("TagPolicy", "{'PolicyArn':'" POLICY "','Tags':[{'Key':'a','Value':'b'}]}");
	iam("UntagPolicy", "{'PolicyArn':'" POLICY "','TagKeys':['a']}");
	ck_assert_uint_eq(count("ListPolicyTags", "{'PolicyArn':'" POLICY "'}", "Tags"), 0);
	iam("DeletePolicy", "{'PolicyArn':'" POLICY "'}");
	api_refused(aws, "iam", "GetPolicy", "{'PolicyArn':'" POLICY "'}", "NoSuchEntity", "");
	end();
}
END_TEST

START_TEST(an_account_has_an_alias_and_rules_for_passwords)
{
	begin();
	iam("CreateAccountAlias", "{'AccountAlias':'our-account'}");
	ck_assert_uint_eq(count("ListAccountAliases", "{}", "AccountAliases"), 1);
	iam("DeleteAccountAlias", "{'AccountAlias':'our-account'}");
	ck_assert_uint_eq(count("ListAccountAliases", "{}", "AccountAliases"), 0);
	iam("UpdateAccountPasswordPolicy", "{'MinimumPasswordLength':12}");
	iam("GetAccountPasswordPolicy", "{}");
	iam("DeleteAccountPasswordPolicy", "{}");
	api_refused(aws, "iam", "GetAccountPasswordPolicy", "{}", "NoSuchEntity", "");
	iam("GetAccountSummary", "{}");
	end();
}
END_TEST

START_TEST(an_oidc_provider_has_clients_thumbprints_and_tags)
{
	begin();
	iam("CreateOpenIDConnectProvider",
	    "{'Url':'https://oidc.example.com','ClientIDList':['a','b']}");
	ck_assert_uint_eq(count("ListOpenIDConnectProviders", "{}", "OpenIDConnectProviderList"),
			  1);
	iam("RemoveClientIDFromOpenIDConnectProvider",
	    "{'OpenIDConnectProviderArn':'" PROVIDER "','ClientID':'a'}");
	iam("UpdateOpenIDConnectProviderThumbprint",
	    "{'OpenIDConnectProviderArn':'" PROVIDER "','ThumbprintList':"
	    "['0123456789012345678901234567890123456789']}");
	iam("TagOpenIDConnectProvider",
	    "{'OpenIDConnectProviderArn':'" PROVIDER "','Tags':[{'Key':'a','Value':'b'}]}");
	iam("UntagOpenIDConnectProvider",
	    "{'OpenIDConnectProviderArn':'" PROVIDER "','TagKeys':['a']}");
	ck_assert_uint_eq(count("GetOpenIDConnectProvider",
				"{'OpenIDConnectProviderArn':'" PROVIDER "'}", "ClientIDList"),
			  1);
	iam("DeleteOpenIDConnectProvider", "{'OpenIDConnectProviderArn':'" PROVIDER "'}");
	ck_assert_uint_eq(count("ListOpenIDConnectProviders", "{}", "OpenIDConnectProviderList"),
			  0);
	end();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_group_has_users_and_policies_until_they_go,
		a_user_has_policies_tags_and_a_boundary_until_it_goes,
		a_user_signs_in_with_a_profile,
		a_policy_has_versions_one_of_which_holds,
		an_account_has_an_alias_and_rules_for_passwords,
		an_oidc_provider_has_clients_thumbprints_and_tags,
		NULL,
	};

	return suite_main("iam_walk", tests);
}
