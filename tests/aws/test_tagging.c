/* Tags that come with a create, or with a session, need a permission of their own. */
#include "tests/aws/run.h"

#include "tests/aws/api.h"
#include "tests/aws/wire.h"

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

#define MAKERS                                                                                         \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":[\"iam:Create*\"," \
	"\"ec2:CreateVpc\",\"acm:RequestCertificate\",\"wafv2:CreateWebACL\",\"sts:AssumeRole\","      \
	"\"globalaccelerator:CreateAccelerator\"],\"Resource\":\"*\"}}"
#define TRUST(actions)                                                                             \
	"'AssumeRolePolicyDocument':'{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\","            \
	"\\\"Principal\\\":{\\\"AWS\\\":\\\"123456789012\\\"},\\\"Action\\\":[" actions "]}}'"
#define TAGS "'Tags':[{'Key':'a','Value':'b'}]"

START_TEST(tags_need_a_permission_of_their_own)
{
	static const struct {
		const char *service, *operation, *params, *code, *action;
	} rows[] = {
		{"iam", "CreateRole",
		 "{'RoleName':'r'," TRUST("\\\"sts:AssumeRole\\\"") "," TAGS "}", "AccessDenied",
		 "iam:TagRole on resource: arn:aws:iam::123456789012:role/r"},
		{"iam", "CreateUser", "{'UserName':'u'," TAGS "}", "AccessDenied",
		 "iam:TagUser on resource: arn:aws:iam::123456789012:user/u"},
		{"iam", "CreateInstanceProfile", "{'InstanceProfileName':'p'," TAGS "}",
		 "AccessDenied", "iam:TagInstanceProfile"},
		{"iam", "CreateVirtualMFADevice", "{'VirtualMFADeviceName':'m'," TAGS "}",
		 "AccessDenied", "iam:TagMFADevice on resource: arn:aws:iam::123456789012:mfa/m"},
		{"ec2", "CreateVpc",
		 "{'CidrBlock':'10.0.0.0/16','TagSpecifications':[{'ResourceType':'vpc'," TAGS
		 "}]}",
		 "UnauthorizedOperation", "ec2:CreateTags"},
		{"acm", "RequestCertificate", "{'DomainName':'a.example'," TAGS "}",
		 "AccessDeniedException", "acm:AddTagsToCertificate"},
		{"globalaccelerator", "CreateAccelerator",
		 "{'Name':'a','IdempotencyToken':'t'," TAGS "}", "AccessDeniedException",
		 "globalaccelerator:TagResource"},
	};

	api_done(aws, "ec2", "DescribeVpcs", "{}"); /* the region has its defaults from now on */
	ck_assert(aws_set_actor_policy(aws, "operator", MAKERS, NULL));
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *text =
			xasprintf("is not authorized to perform: %s", rows[i].action);

		api_refused(aws, rows[i].service, rows[i].operation, rows[i].params, rows[i].code,
			    text);
	}
	api_done(aws, "iam", "CreateUser", "{'UserName':'u'}");
}
END_TEST

START_TEST(a_sessions_tags_need_tag_session_on_both_sides)
{
	const char *params =
		"{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'me'," TAGS "}";

	api_done(aws, "iam", "CreateRole", "{'RoleName':'r'," TRUST("\\\"sts:AssumeRole\\\"") "}");
	api_refused(aws, "sts", "AssumeRole", params, "AccessDenied",
		    "is not authorized to perform: sts:TagSession on resource: "
		    "arn:aws:iam::123456789012:role/r");
	api_done(aws, "iam", "CreateRole",
		 "{'RoleName':'q'," TRUST("\\\"sts:AssumeRole\\\",\\\"sts:TagSession\\\"") "}");
	params = "{'RoleArn':'arn:aws:iam::123456789012:role/q','RoleSessionName':'me'," TAGS "}";
	api_done(aws, "sts", "AssumeRole", params);
	ck_assert(aws_set_actor_policy(aws, "operator", MAKERS, NULL));
	api_refused(aws, "sts", "AssumeRole", params, "AccessDenied", "sts:TagSession");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("tagging");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, tags_need_a_permission_of_their_own);
	tcase_add_test(tcase, a_sessions_tags_need_tag_session_on_both_sides);
	return run_suite_of(tcase, "tagging");
}
