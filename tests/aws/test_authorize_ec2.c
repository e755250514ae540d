/* EC2 and policies: what only a policy refuses, and how its resources are named. */
#include "tests/aws/api.h"
#include "tests/aws/run.h"
#include "tests/aws/wire.h"

#define POLICY(...)   "{\"Version\":\"2012-10-17\",\"Statement\":[" __VA_ARGS__ "]}"
#define ALLOW(action) "{\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":\"*\"}"
#define DENY(action)  "{\"Effect\":\"Deny\",\"Action\":\"" action "\",\"Resource\":\"*\"}"

static struct world *world;
static struct aws *aws;

static void setup(void)
{
	world = wire_world(PROFILE_AWS);
	aws = aws_new(world);
	aws_check_replies(aws, true);
	api_done(aws, "ec2", "DescribeVpcs", "{}"); /* a region's defaults are there */
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
}

static void bind_operator(const char *document)
{
	struct err err = ERR_INIT;

	ck_assert_msg(aws_set_actor_policy(aws, "operator", document, &err), "%s", err_text(&err));
}

/* Operations that nothing but a policy refuses as a whole: their parameters can only be wrong in
 * ways that the model knows, or what is wrong is told item by item. */
static const struct {
	const char *operation, *params;
} switches[] = {
	{"CreateKeyPair", "{'KeyName':'k'}"},
	{"DeleteVpcEndpointServiceConfigurations", "{'ServiceIds':['vpce-svc-00000000000000001']}"},
	{"DeleteVpcEndpoints", "{'VpcEndpointIds':['vpce-00000000000000001']}"},
	{"DescribeAccountAttributes", "{}"},
	{"DescribeAggregateIdFormat", "{}"},
	{"DescribeInstanceEventNotificationAttributes", "{}"},
	{"DescribeVpcBlockPublicAccessOptions", "{}"},
	{"DisableAllowedImagesSettings", "{}"},
	{"DisableEbsEncryptionByDefault", "{}"},
	{"DisableImageBlockPublicAccess", "{}"},
	{"DisableSerialConsoleAccess", "{}"},
	{"DisableSnapshotBlockPublicAccess", "{}"},
	{"EnableAllowedImagesSettings", "{'AllowedImagesSettingsState':'enabled'}"},
	{"EnableEbsEncryptionByDefault", "{}"},
	{"EnableImageBlockPublicAccess", "{'ImageBlockPublicAccessState':'block-new-sharing'}"},
	{"EnableSerialConsoleAccess", "{}"},
	{"GetAllowedImagesSettings", "{}"},
	{"GetDefaultCreditSpecification", "{'InstanceFamily':'t3'}"},
	{"GetEbsDefaultKmsKeyId", "{}"},
	{"GetEbsEncryptionByDefault", "{}"},
	{"GetImageBlockPublicAccessState", "{}"},
	{"GetInstanceMetadataDefaults", "{}"},
	{"GetSerialConsoleAccessStatus", "{}"},
	{"GetSnapshotBlockPublicAccessState", "{}"},
	{"ModifyInstanceCreditSpecification", "{'InstanceCreditSpecifications':[]}"},
	{"ModifyVpcBlockPublicAccessOptions", "{'InternetGatewayBlockMode':'off'}"},
	{"ResetEbsDefaultKmsKeyId", "{}"},
};

START_TEST(switches_of_an_account_are_for_who_may_throw_them)
{
	bind_operator(POLICY(ALLOW("ec2:Describe*") "," DENY("ec2:*")));
	api_refused(aws, "ec2", switches[_i].operation, switches[_i].params,
		    "UnauthorizedOperation", "with an explicit deny");
	bind_operator(POLICY(ALLOW("ec2:*")));
	api_done(aws, "ec2", switches[_i].operation, switches[_i].params);
}
END_TEST

/* Source: Service Authorization Reference: ARNs of images and snapshots have no account. */
START_TEST(images_and_snapshots_are_named_without_an_account)
{
	bind_operator(POLICY(ALLOW("ec2:Describe*")));
	api_refused(aws, "ec2", "DeleteSnapshot", "{'SnapshotId':'snap-00000000000000001'}",
		    "UnauthorizedOperation",
		    "on resource: arn:aws:ec2:eu-west-1::snapshot/snap-00000000000000001 ");
	api_refused(
		aws, "ec2", "CreateSnapshot", "{'VolumeId':'vol-00000000000000001'}",
		"UnauthorizedOperation",
		"on resource: arn:aws:ec2:eu-west-1:123456789012:volume/vol-00000000000000001 ");
	api_refused(aws, "ec2", "RegisterImage", "{'Name':'image'}", "UnauthorizedOperation",
		    "on resource: arn:aws:ec2:eu-west-1::image/* ");
	api_refused(aws, "ec2", "ReleaseHosts", "{'HostIds':['h-00000000000000001']}",
		    "UnauthorizedOperation",
		    "on resource: arn:aws:ec2:eu-west-1:123456789012:dedicated-host/"
		    "h-00000000000000001 ");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("authorize_ec2");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, switches_of_an_account_are_for_who_may_throw_them, 0,
			    array_size(switches));
	tcase_add_test(tcase, images_and_snapshots_are_named_without_an_account);
	return run_suite_of(tcase, "authorize_ec2");
}
