/* Roles, their policies, instance profiles. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define TRUST                                                                                      \
	"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","    \
	"\\\"Principal\\\":{\\\"Service\\\":\\\"ec2.amazonaws.com\\\"},\\\"Action\\\":"            \
	"\\\"sts:AssumeRole\\\"}]}"
#define POLICY                                                                                     \
	"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","    \
	"\\\"Action\\\":[\\\"ec2:DescribeInstances\\\"],\\\"Resource\\\":[\\\"*\\\"]}]}"
#define ROLE	"{'RoleName':'shoot--nodes','AssumeRolePolicyDocument':'" TRUST "'}"
#define NAME	"{'RoleName':'shoot--nodes'}"
#define PROFILE "{'InstanceProfileName':'shoot--nodes'}"
#define BOTH	"{'InstanceProfileName':'shoot--nodes','RoleName':'shoot--nodes'}"

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

START_TEST(a_role_is_read_back_as_aws_shows_it)
{
	_cleanup_(json_freep) struct json *made = api(aws, "iam", "CreateRole", ROLE);
	_cleanup_(json_freep) struct json *read = api(aws, "iam", "GetRole", NAME);
	const struct json *role = json_get(read, "Role");

	ck_assert_str_eq(json_get_str(role, "Arn"), "arn:aws:iam::123456789012:role/shoot--nodes");
	ck_assert_str_eq(json_get_str(role, "Path"), "/");
	ck_assert_str_eq(json_get_str(role, "CreateDate"), "2026-11-23T07:30:00Z");
	ck_assert_int_eq(json_get_int(role, "MaxSessionDuration", 0), 3600);
	ck_assert(json_is_object(json_get(role, "RoleLastUsed")));
	ck_assert_uint_eq(strlen(json_get_str(role, "RoleId")), 21);
	ck_assert(str_starts_with(json_get_str(role, "RoleId"), "AROA"));
	ck_assert(str_starts_with(json_get_str(role, "AssumeRolePolicyDocument"),
				  "%7B%22Version%22%3A%222012-10-17%22%2C"));
	/* CreateRole leaves both out: recorded from IAM */
	ck_assert_ptr_null(json_find(made, "Role", "MaxSessionDuration", NULL));
	ck_assert_ptr_null(json_find(made, "Role", "RoleLastUsed", NULL));
}
END_TEST

START_TEST(names_are_taken_whatever_their_case)
{
	api_done(aws, "iam", "CreateRole", ROLE);
	api_refused(aws, "iam", "CreateRole",
		    "{'RoleName':'Shoot--Nodes','AssumeRolePolicyDocument':'" TRUST "'}",
		    "EntityAlreadyExists", "Role with name Shoot--Nodes already exists.");
	api_done(aws, "iam", "CreateInstanceProfile", PROFILE);
	api_refused(aws, "iam", "CreateInstanceProfile", PROFILE, "EntityAlreadyExists",
		    "Instance Profile shoot--nodes already exists.");
}
END_TEST

START_TEST(what_does_not_exist_is_no_such_entity)
{
	const struct {
		const char *operation, *params, *text;
	} cases[] = {
		{"GetRole", NAME, "The role with name shoot--nodes cannot be found."},
		{"DeleteRole", NAME, "The role with name shoot--nodes cannot be found."},
		{"UpdateAssumeRolePolicy",
		 "{'RoleName':'shoot--nodes','PolicyDocument':'" TRUST "'}", "cannot be found"},
		{"GetInstanceProfile", PROFILE, "Instance Profile shoot--nodes cannot be found."},
		{"DeleteInstanceProfile", PROFILE, "cannot be found."},
		{"AddRoleToInstanceProfile", BOTH, "cannot be found."},
		{"GetRolePolicy", "{'RoleName':'shoot--nodes','PolicyName':'p'}",
		 "cannot be found"},
		{"ListRolePolicies", NAME, "cannot be found"},
		{"TagRole", "{'RoleName':'shoot--nodes','Tags':[{'Key':'a','Value':'b'}]}",
		 "cannot be found"},
	};

	for (size_t i = 0; i < array_size(cases); i++)
		api_refused(aws, "iam", cases[i].operation, cases[i].params, "NoSuchEntity",
			    cases[i].text);
	api_done(aws, "iam", "CreateRole", ROLE);
	api_refused(aws, "iam", "GetRolePolicy", "{'RoleName':'shoot--nodes','PolicyName':'p'}",
		    "NoSuchEntity", "The role policy with name p cannot be found.");
}
END_TEST

START_TEST(a_policy_that_is_none_is_malformed)
{
	api_refused(aws, "iam", "CreateRole", "{'RoleName':'r','AssumeRolePolicyDocument':'{x'}",
		    "MalformedPolicyDocument", "This policy contains invalid Json");
	api_refused(aws, "iam", "CreateRole", "{'RoleName':'r','AssumeRolePolicyDocument':'{}'}",
		    "MalformedPolicyDocument", "Syntax errors in policy.");
	api_refused(aws, "iam", "CreateRole",
		    "{'RoleName':'r','AssumeRolePolicyDocument':'" POLICY "'}",
		    "MalformedPolicyDocument", "Missing required field Principal");
	api_done(aws, "iam", "CreateRole", ROLE);
	api_refused(aws, "iam", "PutRolePolicy",
		    "{'RoleName':'shoot--nodes','PolicyName':'p','PolicyDocument':'" TRUST "'}",
		    "MalformedPolicyDocument", "Policy document should not specify a principal.");
	api_refused(aws, "iam", "PutRolePolicy",
		    "{'RoleName':'shoot--nodes','PolicyName':'p','PolicyDocument':"
		    "'{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":"
		    "\\\"ec2:*\\\"}}'}",
		    "MalformedPolicyDocument", "Policy statement must contain resources.");
}
END_TEST

START_TEST(names_that_break_the_models_pattern_are_a_validation_error)
{
	api_refused(aws, "iam", "CreateRole",
		    "{'RoleName':'a b','AssumeRolePolicyDocument':'" TRUST "'}", "ValidationError",
		    "1 validation error detected: Value at 'roleName' failed to satisfy "
		    "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+");
	api_refused(aws, "iam", "CreateRole", "{'RoleName':'a'}", "ValidationError",
		    "1 validation error detected: Value null at 'assumeRolePolicyDocument' failed "
		    "to satisfy constraint: Member must not be null");
}
END_TEST

START_TEST(an_inline_policy_is_url_encoded_when_read)
{
	_cleanup_(json_freep) struct json *policy = NULL, *names = NULL;

	api_done(aws, "iam", "CreateRole", ROLE);
	api_done(aws, "iam", "PutRolePolicy",
		 "{'RoleName':'shoot--nodes','PolicyName':'p','PolicyDocument':'" POLICY "'}");
	policy = api(aws, "iam", "GetRolePolicy", "{'RoleName':'shoot--nodes','PolicyName':'p'}");
	ck_assert_str_eq(json_get_str(policy, "PolicyDocument"),
			 "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22"
			 "Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22ec2%3ADescribeInstances"
			 "%22%5D%2C%22Resource%22%3A%5B%22%2A%22%5D%7D%5D%7D");
	names = api(aws, "iam", "ListRolePolicies", NAME);
	ck_assert_str_eq(json_str(json_at(json_get(names, "PolicyNames"), 0)), "p");
	ck_assert(!json_get_bool(names, "IsTruncated", true));
}
END_TEST

START_TEST(deleting_goes_in_aws_order)
{
	api_done(aws, "iam", "CreateRole", ROLE);
	api_done(aws, "iam", "CreateInstanceProfile", PROFILE);
	api_done(aws, "iam", "AddRoleToInstanceProfile", BOTH);
	api_refused(aws, "iam", "AddRoleToInstanceProfile", BOTH, "LimitExceeded",
		    "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
	api_done(aws, "iam", "PutRolePolicy",
		 "{'RoleName':'shoot--nodes','PolicyName':'p','PolicyDocument':'" POLICY "'}");
	api_done(aws, "iam", "AttachRolePolicy",
		 "{'RoleName':'shoot--nodes','PolicyArn':'arn:aws:iam::aws:policy/ReadOnly'}");
	api_refused(aws, "iam", "DeleteRole", NAME, "DeleteConflict",
		    "Cannot delete entity, must remove roles from instance profile first.");
	api_refused(aws, "iam", "DeleteInstanceProfile", PROFILE, "DeleteConflict",
		    "Cannot delete entity, must remove roles from instance profile first.");
	api_done(aws, "iam", "RemoveRoleFromInstanceProfile", BOTH);
	api_refused(aws, "iam", "RemoveRoleFromInstanceProfile", BOTH, "NoSuchEntity", "shoot");
	api_refused(aws, "iam", "DeleteRole", NAME, "DeleteConflict",
		    "Cannot delete entity, must detach all policies first.");
	api_done(aws, "iam", "DetachRolePolicy",
		 "{'RoleName':'shoot--nodes','PolicyArn':'arn:aws:iam::aws:policy/ReadOnly'}");
	api_refused(aws, "iam", "DeleteRole", NAME, "DeleteConflict",
		    "Cannot delete entity, must delete policies first.");
	api_done(aws, "iam", "DeleteRolePolicy", "{'RoleName':'shoot--nodes','PolicyName':'p'}");
	api_done(aws, "iam", "DeleteRole", NAME);
	api_done(aws, "iam", "DeleteInstanceProfile", PROFILE);
}
END_TEST

START_TEST(a_profile_shows_its_role)
{
	_cleanup_(json_freep) struct json *profile = NULL, *list = NULL;

	api_done(aws, "iam", "CreateRole", ROLE);
	api_done(aws, "iam", "CreateInstanceProfile", PROFILE);
	api_done(aws, "iam", "AddRoleToInstanceProfile", BOTH);
	profile = api(aws, "iam", "GetInstanceProfile", PROFILE);
	ck_assert_str_eq(json_find_str(profile, "InstanceProfile", "Arn", NULL),
			 "arn:aws:iam::123456789012:instance-profile/shoot--nodes");
	ck_assert_str_eq(
		json_get_str(json_at(json_find(profile, "InstanceProfile", "Roles", NULL), 0),
			     "RoleName"),
		"shoot--nodes");
	list = api(aws, "iam", "ListInstanceProfilesForRole", NAME);
	ck_assert_uint_eq(json_size(json_get(list, "InstanceProfiles")), 1);
}
END_TEST

START_TEST(tags_are_set_replaced_listed_and_removed)
{
	_cleanup_(json_freep) struct json *first = NULL, *second = NULL;

	api_done(aws, "iam", "CreateRole", ROLE);
	api_done(aws, "iam", "TagRole",
		 "{'RoleName':'shoot--nodes','Tags':[{'Key':'a','Value':'1'},{'Key':'b',"
		 "'Value':'2'}]}");
	api_done(aws, "iam", "TagRole",
		 "{'RoleName':'shoot--nodes','Tags':[{'Key':'a','Value':'3'}]}");
	first = api(aws, "iam", "ListRoleTags", NAME);
	ck_assert_uint_eq(json_size(json_get(first, "Tags")), 2);
	ck_assert_str_eq(json_get_str(json_at(json_get(first, "Tags"), 0), "Value"), "3");
	api_done(aws, "iam", "UntagRole", "{'RoleName':'shoot--nodes','TagKeys':['a','c']}");
	second = api(aws, "iam", "ListRoleTags", NAME);
	ck_assert_uint_eq(json_size(json_get(second, "Tags")), 1);
	api_refused(aws, "iam", "TagRole",
		    "{'RoleName':'shoot--nodes','Tags':[{'Key':'K','Value':''},{'Key':'k',"
		    "'Value':''}]}",
		    "InvalidInput", "Duplicate tag keys found.");
	api_refused(aws, "iam", "TagRole",
		    "{'RoleName':'shoot--nodes','Tags':[{'Key':'aws:x','Value':''}]}",
		    "InvalidInput", "System tags");
}
END_TEST

START_TEST(roles_are_listed_in_pages)
{
	_cleanup_(json_freep) struct json *first = NULL, *second = NULL;
	char params[1024];

	for (char c = 'a'; c < 'd'; c++) {
		snprintf(params, sizeof(params),
			 "{'RoleName':'%c','AssumeRolePolicyDocument':'" TRUST "'}", c);
		api_done(aws, "iam", "CreateRole", params);
	}
	first = api(aws, "iam", "ListRoles", "{'MaxItems':2}");
	ck_assert_uint_eq(json_size(json_get(first, "Roles")), 2);
	ck_assert(json_get_bool(first, "IsTruncated", false));
	snprintf(params, sizeof(params), "{'MaxItems':2,'Marker':'%s'}",
		 json_get_str(first, "Marker"));
	second = api(aws, "iam", "ListRoles", params);
	ck_assert_uint_eq(json_size(json_get(second, "Roles")), 1);
	ck_assert(!json_get_bool(second, "IsTruncated", true));
	ck_assert_ptr_null(json_get(second, "Marker"));
	api_refused(aws, "iam", "ListRoles", "{'Marker':'made-up'}", "ValidationError",
		    "Invalid Marker.");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("iam");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_role_is_read_back_as_aws_shows_it);
	tcase_add_test(tcase, names_are_taken_whatever_their_case);
	tcase_add_test(tcase, what_does_not_exist_is_no_such_entity);
	tcase_add_test(tcase, a_policy_that_is_none_is_malformed);
	tcase_add_test(tcase, names_that_break_the_models_pattern_are_a_validation_error);
	tcase_add_test(tcase, an_inline_policy_is_url_encoded_when_read);
	tcase_add_test(tcase, deleting_goes_in_aws_order);
	tcase_add_test(tcase, a_profile_shows_its_role);
	tcase_add_test(tcase, tags_are_set_replaced_listed_and_removed);
	tcase_add_test(tcase, roles_are_listed_in_pages);
	return run_suite_of(tcase, "iam");
}
