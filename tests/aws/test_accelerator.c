/* Global Accelerator and EFS. */
#include "tests/aws/run.h"

#include <stdio.h>

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

static char *text_of(struct json *output, const char *a, const char *b)
{
	const char *text = b ? json_find_str(output, a, b, NULL) : json_get_str(output, a);
	char *copy = xstrdup(text ? text : "");

	ck_assert_msg(text != NULL, "no %s.%s", a, b);
	json_free(output);
	return copy;
}

/* @name Global Accelerator */

#define GA "globalaccelerator"

static char *make_accelerator(void)
{
	return text_of(api(aws, GA, "CreateAccelerator",
			   "{'Name':'a','IpAddressType':'DUAL_STACK','IdempotencyToken':'t'}"),
		       "Accelerator", "AcceleratorArn");
}

START_TEST(an_accelerator_has_addresses_of_both_families_and_is_deployed_in_time)
{
	_cleanup_(freep) char *arn = make_accelerator(), *again = make_accelerator();
	_cleanup_(freep) char *params = xasprintf("{'AcceleratorArn':'%s'}", arn);
	_cleanup_(json_freep) struct json *before = api(aws, GA, "DescribeAccelerator", params);
	_cleanup_(json_freep) struct json *after = NULL, *list = NULL;

	ck_assert_str_eq(arn, again); /* the token */
	ck_assert_str_eq(json_find_str(before, "Accelerator", "Status", NULL), "IN_PROGRESS");
	ck_assert_uint_eq(json_size(json_find(before, "Accelerator", "IpSets", NULL)), 2);
	ck_assert_ptr_nonnull(json_find_str(before, "Accelerator", "DualStackDnsName", NULL));
	test_advance(world, 60000);
	after = api(aws, GA, "DescribeAccelerator", params);
	ck_assert_str_eq(json_find_str(after, "Accelerator", "Status", NULL), "DEPLOYED");
	list = api(aws, GA, "ListAccelerators", "{}");
	ck_assert_uint_eq(json_size(json_get(list, "Accelerators")), 1);
	api_refused(aws, GA, "CreateAccelerator",
		    "{'Name':'b','IdempotencyToken':'u','Tags':[{'Key':'aws:x','Value':''}]}",
		    "InvalidParameterException", "'aws:x' is not valid");
}
END_TEST

/* All of them deleted: no operation finds any of them. */
static void what_is_gone_is_not_found(const char *accelerator, const char *listener,
				      const char *group)
{
	static const char *const of_group[] = {"DeleteEndpointGroup", "UpdateEndpointGroup",
					       "DescribeEndpointGroup"};
	static const char *const of_listener[] = {"ListEndpointGroups", "DescribeListener",
						  "UpdateListener"};
	static const char *const of_accelerator[] = {"ListListeners", "DescribeAccelerator"};

	for (size_t i = 0; i < array_size(of_group); i++)
		api_refused(aws, GA, of_group[i], group, "EndpointGroupNotFoundException",
			    "not found");
	for (size_t i = 0; i < array_size(of_listener); i++)
		api_refused(aws, GA, of_listener[i], listener, "ListenerNotFoundException",
			    "not found");
	for (size_t i = 0; i < array_size(of_accelerator); i++)
		api_refused(aws, GA, of_accelerator[i], accelerator, "AcceleratorNotFoundException",
			    "not found");
}

START_TEST(accelerators_listeners_and_groups_go_in_the_right_order)
{
	_cleanup_(freep) char *arn = make_accelerator(), *listener = NULL, *group = NULL;
	_cleanup_(freep) char *accelerator = xasprintf("{'AcceleratorArn':'%s'}", arn);
	_cleanup_(freep) char *create = xasprintf(
		"{'AcceleratorArn':'%s','PortRanges':[{'FromPort':80,'ToPort':81}],'Protocol':"
		"'TCP','IdempotencyToken':'l'}",
		arn);
	_cleanup_(freep) char *again = xasprintf(
		"{'AcceleratorArn':'%s','PortRanges':[{'FromPort':81,'ToPort':90}],'Protocol':"
		"'TCP','IdempotencyToken':'m'}",
		arn);
	_cleanup_(freep) char *disable = xasprintf("{'AcceleratorArn':'%s','Enabled':false}", arn);
	_cleanup_(freep) char *of_listener = NULL, *create_group = NULL, *of_group = NULL;
	_cleanup_(freep) char *add = NULL, *remove = NULL;

	listener = text_of(api(aws, GA, "CreateListener", create), "Listener", "ListenerArn");
	api_refused(aws, GA, "CreateListener", again, "InvalidPortRangeException", "port numbers");
	of_listener = xasprintf("{'ListenerArn':'%s'}", listener);
	create_group = xasprintf("{'ListenerArn':'%s','EndpointGroupRegion':'eu-west-1',"
				 "'IdempotencyToken':'g'}",
				 listener);
	group = text_of(api(aws, GA, "CreateEndpointGroup", create_group), "EndpointGroup",
			"EndpointGroupArn");
	of_group = xasprintf("{'EndpointGroupArn':'%s'}", group);
	add = xasprintf("{'EndpointGroupArn':'%s','EndpointConfigurations':[{'EndpointId':'e'}]}",
			group);
	remove = xasprintf("{'EndpointGroupArn':'%s','EndpointIdentifiers':[{'EndpointId':'e'}]}",
			   group);
	api_done(aws, GA, "AddEndpoints", add);
	api_done(aws, GA, "RemoveEndpoints", remove);
	api_refused(aws, GA, "RemoveEndpoints", remove, "InvalidArgumentException", "'e'");
	api_done(aws, GA, "DescribeListener", of_listener);
	api_done(aws, GA, "UpdateListener", of_listener);
	api_done(aws, GA, "DescribeEndpointGroup", of_group);
	api_done(aws, GA, "UpdateEndpointGroup", of_group);
	api_done(aws, GA, "ListListeners", accelerator);
	api_done(aws, GA, "ListEndpointGroups", of_listener);
	api_refused(aws, GA, "DeleteAccelerator", accelerator, "AcceleratorNotDisabledException",
		    "disabled");
	api_done(aws, GA, "UpdateAccelerator", disable);
	api_refused(aws, GA, "DeleteAccelerator", accelerator, "AssociatedListenerFoundException",
		    "listeners");
	api_refused(aws, GA, "DeleteListener", of_listener, "AssociatedEndpointGroupFoundException",
		    "endpoint groups");
	api_done(aws, GA, "DeleteEndpointGroup", of_group);
	api_done(aws, GA, "DeleteListener", of_listener);
	api_done(aws, GA, "DeleteAccelerator", accelerator);
	what_is_gone_is_not_found(accelerator, of_listener, of_group);
	api_refused(aws, GA, "AddEndpoints", add, "EndpointGroupNotFoundException", "not found");
	api_refused(aws, GA, "CreateEndpointGroup", create_group, "ListenerNotFoundException",
		    "not found");
	api_refused(aws, GA, "UpdateAccelerator", disable, "AcceleratorNotFoundException",
		    "not found");
}
END_TEST

START_TEST(accelerators_have_tags)
{
	_cleanup_(freep) char *arn = make_accelerator();
	_cleanup_(freep) char *tag =
		xasprintf("{'ResourceArn':'%s','Tags':[{'Key':'a','Value':'b'}]}", arn);
	_cleanup_(freep) char *untag = xasprintf("{'ResourceArn':'%s','TagKeys':['a']}", arn);
	_cleanup_(freep) char *list = xasprintf("{'ResourceArn':'%s'}", arn);
	_cleanup_(json_freep) struct json *tags = NULL;

	api_done(aws, GA, "TagResource", tag);
	tags = api(aws, GA, "ListTagsForResource", list);
	ck_assert_uint_eq(json_size(json_get(tags, "Tags")), 1);
	api_done(aws, GA, "UntagResource", untag);
	api_refused(aws, GA, "ListTagsForResource", "{'ResourceArn':'arn:aws:x'}",
		    "AcceleratorNotFoundException", "not found");
	api_refused(aws, GA, "TagResource",
		    "{'ResourceArn':'arn:aws:x','Tags':[{'Key':'a','Value':'b'}]}",
		    "AcceleratorNotFoundException", "not found");
	api_refused(aws, GA, "UntagResource", "{'ResourceArn':'arn:aws:x','TagKeys':['a']}",
		    "AcceleratorNotFoundException", "not found");
	api_refused(aws, GA, "ListAccelerators", "{'NextToken':'made up'}",
		    "InvalidNextTokenException", "token");
}
END_TEST

/* @name EFS */

START_TEST(a_mount_target_has_an_interface_that_holds_its_subnet)
{
	_cleanup_(freep) char *vpc = text_of(
		api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}"), "Vpc", "VpcId");
	_cleanup_(freep) char *in_vpc = xasprintf("{'VpcId':'%s','CidrBlock':'10.0.0.0/24'}", vpc);
	_cleanup_(freep) char *subnet =
		text_of(api(aws, "ec2", "CreateSubnet", in_vpc), "Subnet", "SubnetId");
	_cleanup_(freep) char *system = text_of(
		api(aws, "efs", "CreateFileSystem", "{'CreationToken':'t'}"), "FileSystemId", NULL);
	_cleanup_(freep) char *create =
		xasprintf("{'FileSystemId':'%s','SubnetId':'%s'}", system, subnet);
	_cleanup_(freep) char *of_system = xasprintf("{'FileSystemId':'%s'}", system);
	_cleanup_(freep) char *of_subnet = xasprintf("{'SubnetId':'%s'}", subnet), *target = NULL;
	_cleanup_(freep) char *of_target = NULL;

	api_refused(aws, "efs", "CreateFileSystem", "{'CreationToken':'t'}",
		    "FileSystemAlreadyExists", "already exists with creation token 't'");
	api_refused(aws, "efs", "CreateMountTarget", create, "IncorrectFileSystemLifeCycleState",
		    "creating");
	test_advance(world, 5000);
	target = text_of(api(aws, "efs", "CreateMountTarget", create), "MountTargetId", NULL);
	of_target = xasprintf("{'MountTargetId':'%s'}", target);
	api_refused(aws, "efs", "CreateMountTarget", create, "MountTargetConflict", "this AZ");
	api_refused(aws, "ec2", "DeleteSubnet", of_subnet, "DependencyViolation", subnet);
	api_refused(aws, "efs", "DeleteFileSystem", of_system, "FileSystemInUse", target);
	api_done(aws, "efs", "DescribeMountTargets", of_system);
	api_done(aws, "efs", "DescribeMountTargets", of_target);
	api_done(aws, "efs", "DeleteMountTarget", of_target);
	test_advance(world, 5000);
	api_refused(aws, "efs", "DeleteMountTarget", of_target, "MountTargetNotFound", target);
	api_done(aws, "ec2", "DeleteSubnet", of_subnet);
	api_done(aws, "efs", "DeleteFileSystem", of_system);
	test_advance(world, 5000);
	api_refused(aws, "efs", "DescribeFileSystems", of_system, "FileSystemNotFound", system);
	api_refused(aws, "efs", "DeleteFileSystem", of_system, "FileSystemNotFound", system);
	api_refused(aws, "efs", "DescribeMountTargets", "{}", "BadRequest", "Exactly one");
}
END_TEST

START_TEST(file_systems_are_listed_with_their_tags)
{
	_cleanup_(freep) char *id =
		text_of(api(aws, "efs", "CreateFileSystem",
			    "{'CreationToken':'t','Tags':[{'Key':'Name','Value':'n'}]}"),
			"FileSystemId", NULL);
	_cleanup_(freep) char *tag =
		xasprintf("{'ResourceId':'%s','Tags':[{'Key':'a','Value':'b'}]}", id);
	_cleanup_(freep) char *untag = xasprintf("{'ResourceId':'%s','TagKeys':['a']}", id);
	_cleanup_(freep) char *list = xasprintf("{'ResourceId':'%s'}", id);
	_cleanup_(json_freep) struct json *all = api(aws, "efs", "DescribeFileSystems", "{}");
	_cleanup_(json_freep) struct json *tags = NULL;

	ck_assert_str_eq(json_get_str(json_first(json_get(all, "FileSystems")), "Name"), "n");
	api_done(aws, "efs", "TagResource", tag);
	tags = api(aws, "efs", "ListTagsForResource", list);
	ck_assert_uint_eq(json_size(json_get(tags, "Tags")), 2);
	api_done(aws, "efs", "UntagResource", untag);
	api_refused(aws, "efs", "ListTagsForResource", "{'ResourceId':'fs-00000000000000000'}",
		    "FileSystemNotFound", "fs-00000000000000000");
	api_refused(aws, "efs", "TagResource",
		    "{'ResourceId':'fs-00000000000000000','Tags':[{'Key':'a','Value':'b'}]}",
		    "FileSystemNotFound", "does not exist");
	api_refused(aws, "efs", "UntagResource",
		    "{'ResourceId':'fs-00000000000000000','TagKeys':['a']}", "FileSystemNotFound",
		    "does not exist");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("accelerator");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase,
		       an_accelerator_has_addresses_of_both_families_and_is_deployed_in_time);
	tcase_add_test(tcase, accelerators_listeners_and_groups_go_in_the_right_order);
	tcase_add_test(tcase, accelerators_have_tags);
	tcase_add_test(tcase, a_mount_target_has_an_interface_that_holds_its_subnet);
	tcase_add_test(tcase, file_systems_are_listed_with_their_tags);
	return run_suite_of(tcase, "accelerator");
}
