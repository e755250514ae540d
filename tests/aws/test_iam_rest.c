/* What the other tests of identity leave out: tags of the rarer things, boundaries that go, second
 * names; and operations that only a policy can refuse. */
#include "tests/aws/run.h"

#include "emulator/world/actor.h"
#include "tests/aws/api.h"
#include "tests/aws/certificate_pem.h"
#include "tests/aws/wire.h"

#define ROLE                                                                                       \
	"{'RoleName':'r','AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":"          \
	"\\\"Allow\\\",\\\"Principal\\\":{\\\"AWS\\\":\\\"*\\\"},\\\"Action\\\":"                  \
	"\\\"sts:AssumeRole\\\"}}'}"
#define DOCUMENT                                                                                   \
	"'{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"*\\\","              \
	"\\\"Resource\\\":\\\"*\\\"}}'"
#define POLICY_ARN "arn:aws:iam::123456789012:policy/p"

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

/* Tags of what `name` (a member and its value) names come, show and go. */
static void tag_and_untag(const char *thing, const char *name)
{
	_cleanup_(freep) char *tag_op = xasprintf("Tag%s", thing);
	_cleanup_(freep) char *untag_op = xasprintf("Untag%s", thing);
	_cleanup_(freep) char *list_op = xasprintf("List%sTags", thing);
	_cleanup_(freep) char *tags = xasprintf("{%s,'Tags':[{'Key':'a','Value':'b'}]}", name);
	_cleanup_(freep) char *keys = xasprintf("{%s,'TagKeys':['a']}", name);
	_cleanup_(freep) char *only = xasprintf("{%s}", name);
	_cleanup_(json_freep) struct json *list = NULL, *empty = NULL;

	api_done(aws, "iam", tag_op, tags);
	list = api(aws, "iam", list_op, only);
	ck_assert_str_eq(json_get_str(json_first(json_get(list, "Tags")), "Value"), "b");
	api_done(aws, "iam", untag_op, keys);
	empty = api(aws, "iam", list_op, only);
	ck_assert_ptr_null(json_first(json_get(empty, "Tags")));
}

START_TEST(profiles_certificates_and_providers_have_tags)
{
	_cleanup_(freep) char *spaces = xcalloc(1, 1101), *create = NULL;

	memset(spaces, ' ', 1100);
	create = xasprintf("{'Name':'idp','SAMLMetadataDocument':'<EntityDescriptor/>%s'}", spaces);
	api_done(aws, "iam", "CreateInstanceProfile", "{'InstanceProfileName':'p'}");
	tag_and_untag("InstanceProfile", "'InstanceProfileName':'p'");
	api_done(aws, "iam", "UploadServerCertificate",
		 "{'ServerCertificateName':'c','CertificateBody':'" CERTIFICATE_PEM
		 "','PrivateKey':'" KEY_PEM "'}");
	tag_and_untag("ServerCertificate", "'ServerCertificateName':'c'");
	api_done(aws, "iam", "CreateSAMLProvider", create);
	tag_and_untag("SAMLProvider",
		      "'SAMLProviderArn':'arn:aws:iam::123456789012:saml-provider/idp'");
}
END_TEST

START_TEST(a_role_changes_and_loses_its_boundary)
{
	_cleanup_(json_freep) struct json *role = NULL, *described = NULL, *shown = NULL;

	api_done(aws, "iam", "CreateRole", ROLE);
	api_done(aws, "iam", "UpdateRole",
		 "{'RoleName':'r','Description':'new','MaxSessionDuration':7200}");
	shown = api(aws, "iam", "GetRole", "{'RoleName':'r'}");
	ck_assert_int_eq(json_get_int(json_get(shown, "Role"), "MaxSessionDuration", 0), 7200);
	described =
		api(aws, "iam", "UpdateRoleDescription", "{'RoleName':'r','Description':'newer'}");
	ck_assert_str_eq(json_find_str(described, "Role", "Description", NULL), "newer");
	api_done(aws, "iam", "PutRolePermissionsBoundary",
		 "{'RoleName':'r','PermissionsBoundary':'arn:aws:iam::aws:policy/"
		 "AdministratorAccess'}");
	api_done(aws, "iam", "DeleteRolePermissionsBoundary", "{'RoleName':'r'}");
	role = api(aws, "iam", "GetRole", "{'RoleName':'r'}");
	ck_assert_ptr_null(json_get(json_get(role, "Role"), "PermissionsBoundary"));
	api_refused(aws, "iam", "DeleteRolePermissionsBoundary", "{'RoleName':'r'}", "NoSuchEntity",
		    "permissions boundary");
}
END_TEST

START_TEST(what_is_there_already_is_not_made_twice)
{
	struct json *alias = test_json("{'AccountAlias':'rig'}");

	api_done(aws, "iam", "CreateGroup", "{'GroupName':'g'}");
	api_refused(aws, "iam", "CreateGroup", "{'GroupName':'G'}", "EntityAlreadyExists",
		    "Group with name G already exists.");
	ck_assert(aws_invoke(aws, "operator", "210987654321", "", "iam", "CreateAccountAlias",
			     alias, NULL, NULL, NULL));
	api_refused(aws, "iam", "CreateAccountAlias", "{'AccountAlias':'rig'}",
		    "EntityAlreadyExists", "The account alias rig already exists.");
	json_free(alias);
}
END_TEST

START_TEST(a_version_that_is_not_there_is_not_the_default)
{
	api_done(aws, "iam", "CreatePolicy", "{'PolicyName':'p','PolicyDocument':" DOCUMENT "}");
	api_refused(aws, "iam", "SetDefaultPolicyVersion",
		    "{'PolicyArn':'" POLICY_ARN "','VersionId':'v9'}", "NoSuchEntity", "v9");
}
END_TEST

START_TEST(an_account_has_twenty_accelerators)
{
	for (size_t i = 0; i < 20; i++) {
		_cleanup_(freep) char *params =
			xasprintf("{'Name':'a%zu','IdempotencyToken':'token-%zu'}", i, i);

		api_done(aws, "globalaccelerator", "CreateAccelerator", params);
	}
	api_refused(aws, "globalaccelerator", "CreateAccelerator",
		    "{'Name':'b','IdempotencyToken':'another'}", "LimitExceededException", "20");
}
END_TEST

/* Operations that refuse nobody by themselves: what a policy does not allow, they do not do. */
START_TEST(who_may_do_nothing_is_refused_by_name_of_the_action)
{
	static const struct {
		const char *service, *operation, *params, *code, *action;
	} rows[] = {
		{"elb", "DeleteLoadBalancer", "{'LoadBalancerName':'lb'}", "AccessDenied",
		 "elasticloadbalancing:DeleteLoadBalancer on resource: "
		 "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/lb"},
		{"iam", "EnableOutboundWebIdentityFederation", "{}", "AccessDenied",
		 "iam:EnableOutboundWebIdentityFederation"},
		{"iam", "GenerateCredentialReport", "{}", "AccessDenied",
		 "iam:GenerateCredentialReport"},
		{"iam", "GetAccountSummary", "{}", "AccessDenied", "iam:GetAccountSummary"},
		{"iam", "ListOpenIDConnectProviders", "{}", "AccessDenied",
		 "iam:ListOpenIDConnectProviders"},
		{"iam", "ListSAMLProviders", "{}", "AccessDenied", "iam:ListSAMLProviders"},
		{"iam", "ListVirtualMFADevices", "{}", "AccessDenied", "iam:ListVirtualMFADevices"},
		{"iam", "UpdateAccountPasswordPolicy", "{}", "AccessDenied",
		 "iam:UpdateAccountPasswordPolicy"},
	};
	const char *nothing = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
			      "\"Action\":\"s3:ListBucket\",\"Resource\":\"*\"}}";

	ck_assert(aws_set_actor_policy(aws, "operator", nothing, NULL));
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *text = xasprintf(
			"is not authorized to perform: %s because no identity-based policy allows",
			rows[i].action);

		api_refused(aws, rows[i].service, rows[i].operation, rows[i].params, rows[i].code,
			    text);
	}
}
END_TEST

/* As LocalStack's tests recorded it from IAM in 2026. */
START_TEST(tag_keys_differ_in_case_but_for_users_and_roles)
{
	const char *two = "'Tags':[{'Key':'a','Value':'1'},{'Key':'A','Value':'2'}]}";
	const char *same = "'Tags':[{'Key':'b','Value':'1'},{'Key':'b','Value':'2'}]}";
	_cleanup_(freep) char *policy = xasprintf("{'PolicyArn':'" POLICY_ARN "',%s", two);
	_cleanup_(freep) char *policy_same = xasprintf("{'PolicyArn':'" POLICY_ARN "',%s", same);
	_cleanup_(freep) char *role = xasprintf("{'RoleName':'r',%s", two);

	api_done(aws, "iam", "CreateRole", ROLE);
	api_done(aws, "iam", "CreatePolicy", "{'PolicyName':'p','PolicyDocument':" DOCUMENT "}");
	api_done(aws, "iam", "TagPolicy", policy);
	api_refused(aws, "iam", "TagPolicy", policy_same, "InvalidInput",
		    "Duplicate tag keys found.");
	api_refused(aws, "iam", "TagRole", role, "InvalidInput",
		    "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}
END_TEST

START_TEST(what_is_wrong_with_items_is_said_of_their_list)
{
	api_done(aws, "iam", "CreateRole", ROLE);
	api_refused(
		aws, "iam", "UntagRole", "{'RoleName':'r','TagKeys':['a','?']}", "ValidationError",
		"1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: "
		"Member must satisfy constraint: [Member must have length less than or equal to "
		"128, Member must have length greater than or equal to 1, Member must satisfy "
		"regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+, Member must "
		"not be null]");
}
END_TEST

START_TEST(a_version_of_no_policy_and_a_key_of_nobody_are_refused_in_their_own_way)
{
	static const char *const rows[][4] = {
		{"GetPolicyVersion", "{'PolicyArn':'" POLICY_ARN "','VersionId':'v1'}",
		 "NoSuchEntity",
		 "Policy " POLICY_ARN " version v1 does not exist or is not attachable."},
		{"SetDefaultPolicyVersion", "{'PolicyArn':'" POLICY_ARN "','VersionId':'v1'}",
		 "NoSuchEntity",
		 "Policy " POLICY_ARN " version v1 does not exist or is not attachable."},
		{"CreateOpenIDConnectProvider",
		 "{'Url':'https://a.example','ThumbprintList':["
		 "'0123456789abcdef0123456789abcdef01234561',"
		 "'0123456789abcdef0123456789abcdef01234562',"
		 "'0123456789abcdef0123456789abcdef01234563',"
		 "'0123456789abcdef0123456789abcdef01234564',"
		 "'0123456789abcdef0123456789abcdef01234565',"
		 "'0123456789abcdef0123456789abcdef01234566']}",
		 "InvalidInput", "Thumbprint list must contain fewer than 5 entries."},
		{"GetCredentialReport", "{}", "ReportNotPresent", ""},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		api_refused(aws, "iam", rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("iam_rest");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, profiles_certificates_and_providers_have_tags);
	tcase_add_test(tcase, a_role_changes_and_loses_its_boundary);
	tcase_add_test(tcase, what_is_there_already_is_not_made_twice);
	tcase_add_test(tcase, a_version_that_is_not_there_is_not_the_default);
	tcase_add_test(tcase, an_account_has_twenty_accelerators);
	tcase_add_test(tcase, who_may_do_nothing_is_refused_by_name_of_the_action);
	tcase_add_test(tcase, tag_keys_differ_in_case_but_for_users_and_roles);
	tcase_add_test(tcase, what_is_wrong_with_items_is_said_of_their_list);
	tcase_add_test(tcase,
		       a_version_of_no_policy_and_a_key_of_nobody_are_refused_in_their_own_way);
	return run_suite_of(tcase, "iam_rest");
}
