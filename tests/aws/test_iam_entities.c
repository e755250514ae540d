/* Users, groups, managed policies, keys, providers, the account; sessions of STS. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "emulator/base/digest.h"
#include "emulator/world/actor.h"
#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define DOCUMENT                                                                                   \
	"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","    \
	"\\\"Action\\\":\\\"s3:PutObject\\\",\\\"Resource\\\":\\\"arn:aws:s3:::bucket\\\"}]}"
#define POLICY_ARN "arn:aws:iam::123456789012:policy/p"
#define POLICY	   "{'PolicyName':'p','PolicyDocument':'" DOCUMENT "'}"
#define OF_POLICY  "{'PolicyArn':'" POLICY_ARN "'}"
#define USER	   "{'UserName':'alice'}"
#define GROUP	   "{'GroupName':'g'}"
#define BOTH	   "{'GroupName':'g','UserName':'alice'}"
#define ATTACH	   "{'UserName':'alice','PolicyArn':'" POLICY_ARN "'}"
#define INLINE	   "{'UserName':'alice','PolicyName':'i','PolicyDocument':'" DOCUMENT "'}"

#define TRUST                                                                                      \
	"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","    \
	"\\\"Action\\\":\\\"sts:AssumeRole\\\",\\\"Principal\\\":{\\\"Service\\\":"                \
	"\\\"ec2.amazonaws.com\\\"}}]}"

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

/* Rows of operation, params, code, text: each is refused, and nothing changes. */
struct refused_row {
	const char *operation, *params, *code, *text;
};

static void refuse_all(const char *service, const struct refused_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		api_refused(aws, service, rows[i].operation, rows[i].params, rows[i].code,
			    rows[i].text);
}

START_TEST(a_user_is_deleted_only_when_nothing_is_left_of_it)
{
	api_done(aws, "iam", "CreateUser", USER);
	api_refused(aws, "iam", "CreateUser", "{'UserName':'Alice'}", "EntityAlreadyExists",
		    "User with name Alice already exists.");
	api_done(aws, "iam", "CreateGroup", GROUP);
	api_done(aws, "iam", "CreatePolicy", POLICY);
	api_done(aws, "iam", "AddUserToGroup", BOTH);
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "from all groups first");
	api_refused(aws, "iam", "DeleteGroup", GROUP, "DeleteConflict",
		    "must remove users from group first.");
	api_done(aws, "iam", "GetGroup", GROUP);
	api_done(aws, "iam", "ListGroupsForUser", USER);
	api_done(aws, "iam", "RemoveUserFromGroup", BOTH);
	api_done(aws, "iam", "RemoveUserFromGroup", BOTH); /* it need not be in it */
	api_done(aws, "iam", "AttachUserPolicy", ATTACH);
	api_done(aws, "iam", "ListAttachedUserPolicies", USER);
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "detach all policies first");
	api_refused(aws, "iam", "DeletePolicy", OF_POLICY, "DeleteConflict",
		    "Cannot delete a policy attached to entities.");
	api_done(aws, "iam", "DetachUserPolicy", ATTACH);
	api_refused(aws, "iam", "DetachUserPolicy", ATTACH, "NoSuchEntity", "was not found");
	api_done(aws, "iam", "PutUserPolicy", INLINE);
	api_done(aws, "iam", "ListUserPolicies", USER);
	api_done(aws, "iam", "GetUserPolicy", "{'UserName':'alice','PolicyName':'i'}");
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "delete policies first");
	api_done(aws, "iam", "DeleteUserPolicy", "{'UserName':'alice','PolicyName':'i'}");
	api_done(aws, "iam", "CreateLoginProfile", "{'UserName':'alice','Password':'p4ssw0rd!'}");
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "login profile first");
	api_done(aws, "iam", "UpdateLoginProfile",
		 "{'UserName':'alice','PasswordResetRequired':true}");
	api_done(aws, "iam", "GetLoginProfile", USER);
	api_done(aws, "iam", "DeleteLoginProfile", USER);
	api_done(aws, "iam", "DeletePolicy", OF_POLICY);
	api_done(aws, "iam", "DeleteUser", USER);
	api_done(aws, "iam", "DeleteGroup", GROUP);
}
END_TEST

START_TEST(what_does_not_exist_is_no_such_entity)
{
	static const struct refused_row rows[] = {
		{"GetUser", USER, "NoSuchEntity", "The user with name alice cannot be found."},
		{"UpdateUser", USER, "NoSuchEntity", "alice"},
		{"DeleteUser", USER, "NoSuchEntity", "alice"},
		{"TagUser", "{'UserName':'alice','Tags':[{'Key':'a','Value':'b'}]}", "NoSuchEntity",
		 "alice"},
		{"UntagUser", "{'UserName':'alice','TagKeys':['a']}", "NoSuchEntity", "alice"},
		{"ListUserTags", USER, "NoSuchEntity", "alice"},
		{"ListUserPolicies", USER, "NoSuchEntity", "alice"},
		{"ListAttachedUserPolicies", USER, "NoSuchEntity", "alice"},
		{"ListGroupsForUser", USER, "NoSuchEntity", "alice"},
		{"ListAccessKeys", USER, "NoSuchEntity", "alice"},
		{"CreateAccessKey", USER, "NoSuchEntity", "alice"},
		{"AttachUserPolicy", ATTACH, "NoSuchEntity", "alice"},
		{"PutUserPolicy", INLINE, "NoSuchEntity", "alice"},
		{"GetLoginProfile", USER, "NoSuchEntity", "alice"},
		{"GetGroup", GROUP, "NoSuchEntity", "The group with name g cannot be found."},
		{"UpdateGroup", GROUP, "NoSuchEntity", "g"},
		{"AddUserToGroup", BOTH, "NoSuchEntity", "group"},
		{"ListGroupPolicies", GROUP, "NoSuchEntity", "group"},
		{"ListAttachedGroupPolicies", GROUP, "NoSuchEntity", "group"},
		{"GetGroupPolicy", "{'GroupName':'g','PolicyName':'p'}", "NoSuchEntity", "group"},
		{"DeleteGroupPolicy", "{'GroupName':'g','PolicyName':'p'}", "NoSuchEntity",
		 "group"},
		{"PutGroupPolicy",
		 "{'GroupName':'g','PolicyName':'i','PolicyDocument':'" DOCUMENT "'}",
		 "NoSuchEntity", "group"},
		{"AttachGroupPolicy", "{'GroupName':'g','PolicyArn':'" POLICY_ARN "'}",
		 "NoSuchEntity", "group"},
		{"DetachGroupPolicy", "{'GroupName':'g','PolicyArn':'" POLICY_ARN "'}",
		 "NoSuchEntity", "group"},
		{"GetPolicy", OF_POLICY, "NoSuchEntity", "Policy " POLICY_ARN " was not found."},
		{"DeletePolicy", OF_POLICY, "NoSuchEntity", "was not found"},
		{"ListPolicyVersions", OF_POLICY, "NoSuchEntity", "was not found"},
		{"ListPolicyTags", OF_POLICY, "NoSuchEntity", "was not found"},
		{"ListEntitiesForPolicy", OF_POLICY, "NoSuchEntity", "was not found"},
		{"CreatePolicyVersion",
		 "{'PolicyArn':'" POLICY_ARN "','PolicyDocument':'" DOCUMENT "'}", "NoSuchEntity",
		 "was not found"},
		{"GetAccountPasswordPolicy", "{}", "NoSuchEntity", "Password Policy"},
		{"DeleteAccountPasswordPolicy", "{}", "NoSuchEntity", "PasswordPolicy"},
		{"DeleteAccountAlias", "{'AccountAlias':'abc'}", "NoSuchEntity", "abc"},
		{"SimulatePrincipalPolicy",
		 "{'PolicySourceArn':'arn:aws:iam::123456789012:user/x','ActionNames':['a:b']}",
		 "NoSuchEntity", "user/x"},
		{"GetAccessKeyLastUsed", "{'AccessKeyId':'AKIANOBODYNOBODY0000'}", "AccessDenied",
		 "AKIANOBODYNOBODY0000"},
	};

	refuse_all("iam", rows, array_size(rows));
}
END_TEST

START_TEST(users_and_groups_can_be_renamed_and_keep_what_they_have)
{
	_cleanup_(json_freep) struct json *user = NULL, *group = NULL, *users = NULL;

	api_done(aws, "iam", "CreateUser", USER);
	api_done(aws, "iam", "CreateUser", "{'UserName':'bob'}");
	api_done(aws, "iam", "CreateGroup", GROUP);
	api_done(aws, "iam", "AddUserToGroup", BOTH);
	api_refused(aws, "iam", "UpdateUser", "{'UserName':'alice','NewUserName':'BOB'}",
		    "EntityAlreadyExists", "User with name BOB already exists.");
	api_done(aws, "iam", "UpdateUser", "{'UserName':'alice','NewUserName':'carol'}");
	user = api(aws, "iam", "GetUser", "{'UserName':'carol'}");
	ck_assert_str_eq(json_find_str(user, "User", "Arn", NULL),
			 "arn:aws:iam::123456789012:user/carol");
	api_done(aws, "iam", "UpdateGroup", "{'GroupName':'g','NewGroupName':'h'}");
	group = api(aws, "iam", "GetGroup", "{'GroupName':'h'}");
	ck_assert_str_eq(json_get_str(json_first(json_get(group, "Users")), "UserName"), "carol");
	users = api(aws, "iam", "ListUsers", "{'MaxItems':1}");
	ck_assert(json_get_bool(users, "IsTruncated", false));
	ck_assert_ptr_nonnull(json_get_str(users, "Marker"));
	api_refused(aws, "iam", "ListUsers", "{'Marker':'made up'}", "ValidationError", "Marker");
	api_done(aws, "iam", "TagUser", "{'UserName':'carol','Tags':[{'Key':'a','Value':'b'}]}");
	api_done(aws, "iam", "ListUserTags", "{'UserName':'carol'}");
	api_done(aws, "iam", "UntagUser", "{'UserName':'carol','TagKeys':['a']}");
}
END_TEST

START_TEST(a_policy_has_five_versions_and_one_default)
{
	const char *add = "{'PolicyArn':'" POLICY_ARN "','PolicyDocument':'" DOCUMENT "'}";
	_cleanup_(json_freep) struct json *made = api(aws, "iam", "CreatePolicy", POLICY);
	_cleanup_(json_freep) struct json *read = NULL, *versions = NULL;

	ck_assert_str_eq(json_find_str(made, "Policy", "DefaultVersionId", NULL), "v1");
	ck_assert_int_eq(json_get_int(json_get(made, "Policy"), "AttachmentCount", -1), 0);
	api_refused(aws, "iam", "CreatePolicy", POLICY, "EntityAlreadyExists",
		    "A policy called p already exists. Duplicate names are not allowed.");
	for (unsigned i = 0; i < 4; i++)
		api_done(aws, "iam", "CreatePolicyVersion", add);
	api_refused(aws, "iam", "CreatePolicyVersion", add, "LimitExceeded", "up to 5 versions");
	api_refused(aws, "iam", "DeletePolicyVersion",
		    "{'PolicyArn':'" POLICY_ARN "','VersionId':'v1'}", "DeleteConflict",
		    "Cannot delete the default version of a policy.");
	api_done(aws, "iam", "SetDefaultPolicyVersion",
		 "{'PolicyArn':'" POLICY_ARN "','VersionId':'v3'}");
	api_done(aws, "iam", "DeletePolicyVersion",
		 "{'PolicyArn':'" POLICY_ARN "','VersionId':'v1'}");
	api_refused(aws, "iam", "GetPolicyVersion",
		    "{'PolicyArn':'" POLICY_ARN "','VersionId':'v1'}", "NoSuchEntity",
		    "version v1 does not exist");
	read = api(aws, "iam", "GetPolicyVersion",
		   "{'PolicyArn':'" POLICY_ARN "','VersionId':'v3'}");
	ck_assert(json_get_bool(json_get(read, "PolicyVersion"), "IsDefaultVersion", false));
	ck_assert(str_starts_with(json_find_str(read, "PolicyVersion", "Document", NULL),
				  "%7B%22Version"));
	versions = api(aws, "iam", "ListPolicyVersions", OF_POLICY);
	ck_assert_uint_eq(json_size(json_get(versions, "Versions")), 4);
	api_refused(aws, "iam", "DeletePolicy", OF_POLICY, "DeleteConflict",
		    "more than one version");
	api_refused(aws, "iam", "DeletePolicy",
		    "{'PolicyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}", "AccessDenied",
		    "AWS managed");
	api_refused(aws, "iam", "AttachRolePolicy", "{'RoleName':'r','PolicyArn':'" POLICY_ARN "'}",
		    "NoSuchEntity", "role");
}
END_TEST

START_TEST(policies_are_listed_with_who_has_them)
{
	_cleanup_(json_freep) struct json *local = NULL, *entities = NULL, *aws_own = NULL;

	api_done(aws, "iam", "CreatePolicy", POLICY);
	api_done(aws, "iam", "CreateUser", USER);
	api_done(aws, "iam", "AttachUserPolicy", ATTACH);
	local = api(aws, "iam", "ListPolicies", "{'Scope':'Local','OnlyAttached':true}");
	ck_assert_int_eq(
		json_get_int(json_first(json_get(local, "Policies")), "AttachmentCount", 0), 1);
	entities = api(aws, "iam", "ListEntitiesForPolicy", OF_POLICY);
	ck_assert_str_eq(json_get_str(json_first(json_get(entities, "PolicyUsers")), "UserName"),
			 "alice");
	aws_own = api(aws, "iam", "ListPolicies", "{'Scope':'AWS'}");
	ck_assert_str_eq(json_get_str(json_first(json_get(aws_own, "Policies")), "Arn"),
			 "arn:aws:iam::aws:policy/AdministratorAccess");
	api_refused(aws, "iam", "AttachUserPolicy",
		    "{'UserName':'alice','PolicyArn':'no-arn-but-long-enough'}", "ValidationError",
		    "ARN no-arn-but-long-enough is not valid.");
}
END_TEST

START_TEST(a_user_has_two_keys_and_they_sign_at_once)
{
	_cleanup_(json_freep) struct json *key = NULL, *list = NULL;
	_cleanup_(freep) char *delete = NULL, *used = NULL;
	const char *id;

	api_done(aws, "iam", "CreateUser", USER);
	key = api(aws, "iam", "CreateAccessKey", USER);
	id = json_find_str(key, "AccessKey", "AccessKeyId", NULL);
	ck_assert_str_eq(actor_by_access_key(world, id)->arn,
			 "arn:aws:iam::123456789012:user/alice");
	ck_assert_uint_eq(strlen(json_find_str(key, "AccessKey", "SecretAccessKey", NULL)), 40);
	api_done(aws, "iam", "CreateAccessKey", USER);
	api_refused(aws, "iam", "CreateAccessKey", USER, "LimitExceeded",
		    "Cannot exceed quota for AccessKeysPerUser: 2");
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "access keys first");
	list = api(aws, "iam", "ListAccessKeys", USER);
	ck_assert_uint_eq(json_size(json_get(list, "AccessKeyMetadata")), 2);
	used = xasprintf("{'AccessKeyId':'%s'}", id);
	api_done(aws, "iam", "GetAccessKeyLastUsed", used);
	delete = xasprintf("{'UserName':'alice','AccessKeyId':'%s'}", id);
	api_done(aws, "iam", "DeleteAccessKey", delete);
	ck_assert_ptr_null(actor_by_access_key(world, id));
	api_refused(aws, "iam", "DeleteAccessKey", delete, "NoSuchEntity", "cannot be found");
}
END_TEST

START_TEST(boundaries_are_put_and_taken)
{
	const char *put = "{'UserName':'alice','PermissionsBoundary':'" POLICY_ARN "'}";

	api_done(aws, "iam", "CreateUser", USER);
	api_refused(aws, "iam", "PutUserPermissionsBoundary", put, "NoSuchEntity",
		    "does not exist or is not attachable");
	api_done(aws, "iam", "CreatePolicy", POLICY);
	api_done(aws, "iam", "PutUserPermissionsBoundary", put);
	api_refused(aws, "iam", "DeletePolicy", OF_POLICY, "DeleteConflict", "attached");
	api_done(aws, "iam", "DeleteUserPermissionsBoundary", USER);
	api_refused(aws, "iam", "DeleteUserPermissionsBoundary", USER, "NoSuchEntity", "boundary");
}
END_TEST

START_TEST(providers_are_kept_by_their_arn)
{
	const char *oidc = "{'OpenIDConnectProviderArn':'arn:aws:iam::123456789012:oidc-provider/"
			   "a.example'}";
	const char *saml = "{'SAMLProviderArn':'arn:aws:iam::123456789012:saml-provider/idp'}";
	_cleanup_(json_freep) struct json *read = NULL, *list = NULL;
	_cleanup_(freep) char *metadata = xcalloc(1, 2048), *create = NULL;

	api_done(aws, "iam", "CreateOpenIDConnectProvider",
		 "{'Url':'https://a.example','ClientIDList':['sts.amazonaws.com']}");
	api_refused(aws, "iam", "CreateOpenIDConnectProvider", "{'Url':'https://a.example'}",
		    "EntityAlreadyExists", "Provider with url https://a.example already exists.");
	api_refused(aws, "iam", "CreateOpenIDConnectProvider", "{'Url':'http://a.example'}",
		    "ValidationError", "Invalid Open ID Connect Provider URL");
	read = api(aws, "iam", "GetOpenIDConnectProvider", oidc);
	ck_assert_str_eq(json_get_str(read, "Url"), "a.example");
	list = api(aws, "iam", "ListOpenIDConnectProviders", "{}");
	ck_assert_uint_eq(json_size(json_get(list, "OpenIDConnectProviderList")), 1);
	api_done(aws, "iam", "DeleteOpenIDConnectProvider", oidc);
	api_refused(aws, "iam", "GetOpenIDConnectProvider", oidc, "NoSuchEntity", "not found");
	memset(metadata, ' ', 1000);
	create = xasprintf("{'Name':'idp','SAMLMetadataDocument':'<EntityDescriptor/>%s'}",
			   metadata);
	api_done(aws, "iam", "CreateSAMLProvider", create);
	api_refused(aws, "iam", "CreateSAMLProvider", create, "EntityAlreadyExists", "idp");
	api_done(aws, "iam", "GetSAMLProvider", saml);
	api_done(aws, "iam", "ListSAMLProviders", "{}");
	api_done(aws, "iam", "UpdateSAMLProvider", saml);
	api_done(aws, "iam", "DeleteSAMLProvider", saml);
	api_refused(aws, "iam", "DeleteSAMLProvider", saml, "NoSuchEntity", "saml-provider/idp");
}
END_TEST

START_TEST(the_account_has_an_alias_a_password_policy_and_a_summary)
{
	_cleanup_(json_freep) struct json *summary = NULL, *details = NULL, *aliases = NULL;

	api_done(aws, "iam", "CreateAccountAlias", "{'AccountAlias':'rig'}");
	aliases = api(aws, "iam", "ListAccountAliases", "{}");
	ck_assert_str_eq(json_str(json_first(json_get(aliases, "AccountAliases"))), "rig");
	api_done(aws, "iam", "DeleteAccountAlias", "{'AccountAlias':'rig'}");
	api_done(aws, "iam", "UpdateAccountPasswordPolicy", "{'MinimumPasswordLength':12}");
	api_done(aws, "iam", "GetAccountPasswordPolicy", "{}");
	api_done(aws, "iam", "DeleteAccountPasswordPolicy", "{}");
	api_done(aws, "iam", "CreateUser", USER);
	summary = api(aws, "iam", "GetAccountSummary", "{}");
	ck_assert_int_eq(json_get_int(json_get(summary, "SummaryMap"), "Users", 0), 1);
	details = api(aws, "iam", "GetAccountAuthorizationDetails", "{'Filter':['User']}");
	ck_assert_uint_eq(json_size(json_get(details, "UserDetailList")), 1);
	ck_assert_uint_eq(json_size(json_get(details, "RoleDetailList")), 0);
}
END_TEST

START_TEST(a_service_linked_role_is_there_once)
{
	_cleanup_(json_freep) struct json *deleted = NULL;
	_cleanup_(freep) char *params = NULL;

	api_done(aws, "iam", "CreateServiceLinkedRole",
		 "{'AWSServiceName':'elasticloadbalancing.amazonaws.com'}");
	api_refused(aws, "iam", "CreateServiceLinkedRole",
		    "{'AWSServiceName':'elasticloadbalancing.amazonaws.com'}", "InvalidInput",
		    "Service role name AWSServiceRoleForElasticLoadBalancing has been taken in "
		    "this account, please try a different suffix.");
	api_refused(aws, "iam", "CreateServiceLinkedRole",
		    "{'AWSServiceName':'eks.amazonaws.com','CustomSuffix':'x'}", "InvalidInput",
		    "Custom suffix is not allowed for eks.amazonaws.com");
	deleted = api(aws, "iam", "DeleteServiceLinkedRole",
		      "{'RoleName':'AWSServiceRoleForElasticLoadBalancing'}");
	params = xasprintf("{'DeletionTaskId':'%s'}", json_get_str(deleted, "DeletionTaskId"));
	api_done(aws, "iam", "GetServiceLinkedRoleDeletionStatus", params);
	api_refused(aws, "iam", "DeleteServiceLinkedRole",
		    "{'RoleName':'AWSServiceRoleForElasticLoadBalancing'}", "NoSuchEntity",
		    "cannot be found");
}
END_TEST

START_TEST(a_simulation_says_what_the_policies_would)
{
	_cleanup_(json_freep) struct json *result = NULL, *keys = NULL;
	const struct json *list;

	api_done(aws, "iam", "CreateUser", USER);
	api_done(aws, "iam", "PutUserPolicy", INLINE);
	result = api(aws, "iam", "SimulatePrincipalPolicy",
		     "{'PolicySourceArn':'arn:aws:iam::123456789012:user/alice','ActionNames':"
		     "['s3:PutObject','s3:GetObjectVersion'],'ResourceArns':['arn:aws:s3:::bucket'"
		     "]}");
	list = json_get(result, "EvaluationResults");
	ck_assert_str_eq(json_get_str(json_at(list, 0), "EvalDecision"), "allowed");
	ck_assert_str_eq(json_get_str(json_at(list, 1), "EvalDecision"), "implicitDeny");
	ck_assert_uint_eq(json_size(json_get(json_at(list, 1), "MatchedStatements")), 0);
	keys = api(aws, "iam", "GetContextKeysForCustomPolicy",
		   "{'PolicyInputList':['{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\","
		   "\\\"Action\\\":\\\"ec2:*\\\",\\\"Resource\\\":\\\"*\\\",\\\"Condition\\\":{"
		   "\\\"Bool\\\":{\\\"iot:X\\\":\\\"true\\\"}}}}']}");
	ck_assert_str_eq(json_str(json_first(json_get(keys, "ContextKeyNames"))), "iot:X");
	api_done(aws, "iam", "GetContextKeysForPrincipalPolicy",
		 "{'PolicySourceArn':'arn:aws:iam::123456789012:user/alice'}");
	api_refused(aws, "iam", "SimulateCustomPolicy",
		    "{'PolicyInputList':['{}'],'ActionNames':['ec2:CreateVpc']}", "InvalidInput",
		    "Syntax errors");
}
END_TEST

/* @name STS */

START_TEST(sessions_of_users_are_made_of_long_lived_keys_only)
{
	_cleanup_(json_freep) struct json *token = api(aws, "sts", "GetSessionToken", "{}");
	_cleanup_(json_freep) struct json *federated =
		api(aws, "sts", "GetFederationToken", "{'Name':'bob'}");

	ck_assert(
		str_starts_with(json_find_str(token, "Credentials", "AccessKeyId", NULL), "ASIA"));
	ck_assert_str_eq(json_find_str(federated, "FederatedUser", "Arn", NULL),
			 "arn:aws:sts::123456789012:federated-user/bob");
	api_refused(aws, "sts", "GetSessionToken",
		    "{'SerialNumber':'arn:aws:iam::1:mfa/x',"
		    "'TokenCode':'123456'}",
		    "AccessDenied", "MultiFactorAuthentication failed");
	api_refused(aws, "sts", "GetFederationToken", "{'Name':'bob','Policy':'{}'}",
		    "MalformedPolicyDocument", "Syntax errors");
}
END_TEST

#define ROLE                                                                                       \
	"{'RoleName':'r','AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":"          \
	"\\\"Allow\\\",\\\"Principal\\\":{\\\"AWS\\\":\\\"123456789012\\\"},\\\"Action\\\":"       \
	"\\\"sts:AssumeRole\\\",\\\"Condition\\\":{\\\"StringEquals\\\":{\\\"sts:ExternalId\\\":"  \
	"\\\"secret\\\"}}}}'}"

START_TEST(a_trust_policy_may_ask_for_an_external_id_and_durations_have_limits)
{
	const char *role = "'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me'";
	_cleanup_(freep) char *without = xasprintf("{%s}", role);
	_cleanup_(freep) char *with_id = xasprintf("{%s,'ExternalId':'secret'}", role);
	_cleanup_(freep) char *too_long =
		xasprintf("{%s,'ExternalId':'secret','DurationSeconds':7200}", role);
	_cleanup_(freep) char *broken = xasprintf("{%s,'ExternalId':'secret','Policy':'{}'}", role);

	api_done(aws, "iam", "CreateRole", ROLE);
	api_refused(aws, "sts", "AssumeRole", without, "AccessDenied",
		    "is not authorized to perform: sts:AssumeRole");
	api_done(aws, "sts", "AssumeRole", with_id);
	api_refused(aws, "sts", "AssumeRole", too_long, "ValidationError",
		    "exceeds the MaxSessionDuration set for this role");
	api_refused(aws, "sts", "AssumeRole", broken, "MalformedPolicyDocument", "Syntax errors");
}
END_TEST

START_TEST(a_saml_assertion_gets_a_role_that_trusts_its_provider)
{
	const char *provider = "arn:aws:iam::123456789012:saml-provider/idp";
	const char *xml = "<a:Response><a:Issuer>https://idp</a:Issuer><a:NameID F=\"p\">me"
			  "</a:NameID></a:Response>";
	_cleanup_(freep) char *assertion = base64_encode(xml, strlen(xml));
	_cleanup_(freep) char *params =
		xasprintf("{'RoleArn':'arn:aws:iam::123456789012:role/s','PrincipalArn':'%s',"
			  "'SAMLAssertion':'%s'}",
			  provider, assertion);
	_cleanup_(freep) char *spaces = xcalloc(1, 2048), *create = NULL;
	_cleanup_(json_freep) struct json *session = NULL;

	api_refused(aws, "sts", "AssumeRoleWithSAML", params, "InvalidIdentityToken",
		    "Specified provider doesn't exist");
	memset(spaces, ' ', 1000);
	create = xasprintf("{'Name':'idp','SAMLMetadataDocument':'<EntityDescriptor/>%s'}", spaces);
	api_done(aws, "iam", "CreateSAMLProvider", create);
	api_refused(aws, "sts", "AssumeRoleWithSAML", params, "AccessDenied",
		    "Not authorized to perform sts:AssumeRoleWithSAML");
	api_done(aws, "iam", "CreateRole",
		 "{'RoleName':'s','AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":"
		 "\\\"Allow\\\",\\\"Principal\\\":{\\\"Federated\\\":\\\"arn:aws:iam::"
		 "123456789012:saml-provider/idp\\\"},\\\"Action\\\":\\\"sts:AssumeRoleWithSAML"
		 "\\\",\\\"Condition\\\":{\\\"StringEquals\\\":{\\\"SAML:aud\\\":"
		 "\\\"https://signin.aws.amazon.com/saml\\\"}}}}'}");
	session = api(aws, "sts", "AssumeRoleWithSAML", params);
	ck_assert_str_eq(json_get_str(session, "Subject"), "me");
	ck_assert_str_eq(json_find_str(session, "AssumedRoleUser", "Arn", NULL),
			 "arn:aws:sts::123456789012:assumed-role/s/me");
}
END_TEST

START_TEST(what_sts_has_no_partner_for_is_refused_as_the_api_says)
{
	static const struct refused_row rows[] = {
		{"GetDelegatedAccessToken", "{'TradeInToken':'x'}", "ExpiredTradeInTokenException",
		 "trade-in"},
		{"AssumeRoot",
		 "{'TargetPrincipal':'999999999999','TaskPolicyArn':{'arn':"
		 "'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials'}}",
		 "AccessDenied", "sts:AssumeRoot"},
		{"AssumeRoot",
		 "{'TargetPrincipal':'123456789012','TaskPolicyArn':{'arn':"
		 "'arn:aws:iam::aws:policy/AdministratorAccess'}}",
		 "ValidationError", "root-task"},
	};

	refuse_all("sts", rows, array_size(rows));
	api_done(aws, "sts", "AssumeRoot",
		 "{'TargetPrincipal':'123456789012','TaskPolicyArn':{'arn':"
		 "'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials'}}");
}
END_TEST

START_TEST(what_is_attached_and_inline_is_listed_and_shown)
{
	static const char *const rows[][2] = {
		{"CreateGroup", GROUP},
		{"CreatePolicy", POLICY},
		{"CreateRole", "{'RoleName':'r','AssumeRolePolicyDocument':'" TRUST "'}"},
		{"PutGroupPolicy",
		 "{'GroupName':'g','PolicyName':'i','PolicyDocument':'" DOCUMENT "'}"},
		{"AttachGroupPolicy", "{'GroupName':'g','PolicyArn':'" POLICY_ARN "'}"},
		{"AttachRolePolicy", "{'RoleName':'r','PolicyArn':'" POLICY_ARN "'}"},
		{"GetPolicy", OF_POLICY},
		{"GetGroupPolicy", "{'GroupName':'g','PolicyName':'i'}"},
		{"ListGroupPolicies", GROUP},
		{"ListAttachedGroupPolicies", GROUP},
		{"ListAttachedRolePolicies", "{'RoleName':'r'}"},
		{"UpdateAssumeRolePolicy", "{'RoleName':'r','PolicyDocument':'" TRUST "'}"},
		{"ListInstanceProfiles", "{}"},
		{"CreateOpenIDConnectProvider",
		 "{'Url':'https://oidc.example.com/listed','ThumbprintList':"
		 "['0123456789abcdef0123456789abcdef01234567']}"},
		{"ListOpenIDConnectProviderTags",
		 "{'OpenIDConnectProviderArn':"
		 "'arn:aws:iam::123456789012:oidc-provider/oidc.example.com/listed'}"},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		api_done(aws, "iam", rows[i][0], rows[i][1]);
	api_refused(aws, "iam", "GetGroupPolicy", "{'GroupName':'g','PolicyName':'none'}",
		    "NoSuchEntity", "none");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_user_is_deleted_only_when_nothing_is_left_of_it,
		what_does_not_exist_is_no_such_entity,
		users_and_groups_can_be_renamed_and_keep_what_they_have,
		a_policy_has_five_versions_and_one_default,
		policies_are_listed_with_who_has_them,
		a_user_has_two_keys_and_they_sign_at_once,
		boundaries_are_put_and_taken,
		providers_are_kept_by_their_arn,
		the_account_has_an_alias_a_password_policy_and_a_summary,
		a_service_linked_role_is_there_once,
		a_simulation_says_what_the_policies_would,
		sessions_of_users_are_made_of_long_lived_keys_only,
		a_trust_policy_may_ask_for_an_external_id_and_durations_have_limits,
		a_saml_assertion_gets_a_role_that_trusts_its_provider,
		what_sts_has_no_partner_for_is_refused_as_the_api_says,
		what_is_attached_and_inline_is_listed_and_shown,
	};
	TCase *tcase = tcase_create("iam_entities");

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < array_size(tests); i++)
		tcase_add_test(tcase, tests[i]);
	return run_suite_of(tcase, "iam_entities");
}
