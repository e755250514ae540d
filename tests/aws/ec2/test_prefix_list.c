/* Prefix lists that customers manage, and AWS's own. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

#define NEW "'PrefixListName': 'mine', 'AddressFamily': 'IPv4', 'MaxEntries': 2"

EC2_WALK(each_change_of_entries_is_a_version_that_can_be_restored,
	 EC2_KEEP("CreateManagedPrefixList",
		  "{" NEW ", 'Entries': [{'Cidr': '10.0.0.0/8', 'Description': 'a'}]}",
		  "L=PrefixList.PrefixListId",
		  "PrefixList.State=create-in-progress; PrefixList.Version=1;"
		  " PrefixList.PrefixListArn=arn:aws:ec2:eu-west-1:123456789012:prefix-list/*"),
	 EC2_NO("ModifyManagedPrefixList", "{'PrefixListId': '$L', 'PrefixListName': 'other'}",
		"IncorrectState", NULL),
	 EC2_WAIT(2000),
	 EC2_NO("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'CurrentVersion': 7, 'AddEntries': [{'Cidr':"
		" '11.0.0.0/8'}]}",
		"PrefixListVersionMismatch", "The prefix list has the incorrect version number."),
	 EC2_NO("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'AddEntries': [{'Cidr': '11.0.0.0/8'}]}",
		"MissingParameter", NULL),
	 EC2_NO("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'CurrentVersion': 1, 'MaxEntries': 3, 'AddEntries':"
		" [{'Cidr': '11.0.0.0/8'}]}",
		"InvalidParameterCombination",
		"You cannot modify the entries and the maximum entries for the prefix list"
		" in the same request."),
	 EC2_NO("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'CurrentVersion': 1, 'AddEntries': [{'Cidr':"
		" '10.0.0.0/8', 'Description': 'b'}]}",
		"InvalidPrefixListModification",
		"An entry with the CIDR (10.0.0.0/8) and description (b) already exists."),
	 EC2_NO("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'CurrentVersion': 1, 'RemoveEntries': [{'Cidr':"
		" '12.0.0.0/8'}]}",
		"InvalidPrefixListModification", NULL),
	 EC2_NO("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'CurrentVersion': 1, 'AddEntries': [{'Cidr':"
		" '::/0'}]}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'CurrentVersion': 1, 'AddEntries': [{'Cidr':"
		" '11.0.0.0/8'}], 'RemoveEntries': [{'Cidr': '10.0.0.0/8'}]}",
		"PrefixList.Version=2; PrefixList.State=modify-in-progress"),
	 EC2_WAIT(2000),
	 EC2_OK("GetManagedPrefixListEntries", "{'PrefixListId': '$L'}",
		"Entries#1; Entries.0.Cidr=11.0.0.0/8"),
	 EC2_OK("GetManagedPrefixListEntries", "{'PrefixListId': '$L', 'TargetVersion': 1}",
		"Entries.0.Cidr=10.0.0.0/8; Entries.0.Description=a"),
	 EC2_NO("GetManagedPrefixListEntries", "{'PrefixListId': '$L', 'TargetVersion': 9}",
		"InvalidParameterValue", NULL),
	 EC2_NO("RestoreManagedPrefixListVersion",
		"{'PrefixListId': '$L', 'CurrentVersion': 2, 'PreviousVersion': 2}",
		"InvalidParameterValue", NULL),
	 EC2_NO("RestoreManagedPrefixListVersion",
		"{'PrefixListId': '$L', 'CurrentVersion': 1, 'PreviousVersion': 1}",
		"PrefixListVersionMismatch", NULL),
	 EC2_OK("RestoreManagedPrefixListVersion",
		"{'PrefixListId': '$L', 'CurrentVersion': 2, 'PreviousVersion': 1}",
		"PrefixList.Version=3; PrefixList.State=restore-in-progress"),
	 EC2_WAIT(2000),
	 EC2_OK("GetManagedPrefixListEntries", "{'PrefixListId': '$L'}",
		"Entries.0.Cidr=10.0.0.0/8"),
	 EC2_NO("ModifyManagedPrefixList", "{'PrefixListId': '$L', 'MaxEntries': 0}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'MaxEntries': 1, 'PrefixListName': 'renamed'}",
		"PrefixList.Version=3; PrefixList.MaxEntries=1"),
	 EC2_WAIT(2000),
	 EC2_NO("ModifyManagedPrefixList",
		"{'PrefixListId': '$L', 'CurrentVersion': 3, 'AddEntries': [{'Cidr':"
		" '11.0.0.0/8'}]}",
		"PrefixListMaxEntriesExceeded", NULL),
	 EC2_OK("DescribeManagedPrefixLists",
		"{'Filters': [{'Name': 'owner-id', 'Values': ['123456789012']}]}",
		"PrefixLists#1; PrefixLists.0.PrefixListName=renamed"), )

EC2_WALK(a_list_that_is_named_by_rules_and_routes_stays,
	 EC2_NO("CreateManagedPrefixList",
		"{'PrefixListName': 'com.amazonaws.mine', 'AddressFamily': 'IPv4',"
		" 'MaxEntries': 2}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateManagedPrefixList",
		"{'PrefixListName': 'mine', 'AddressFamily': 'ipv4', 'MaxEntries': 2}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateManagedPrefixList",
		"{'PrefixListName': 'mine', 'AddressFamily': 'IPv4', 'MaxEntries': 0}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateManagedPrefixList", "{" NEW ", 'ClientToken': 't'}",
		  "L=PrefixList.PrefixListId", NULL),
	 EC2_OK("CreateManagedPrefixList", "{" NEW ", 'ClientToken': 't'}",
		"PrefixList.PrefixListId=$L"),
	 EC2_NO("CreateManagedPrefixList",
		"{'PrefixListName': 'mine', 'AddressFamily': 'IPv4', 'MaxEntries': 3,"
		" 'ClientToken': 't'}",
		"IdempotentParameterMismatch", NULL),
	 EC2_WAIT(2000),
	 EC2_KEEP("CreateSecurityGroup",
		  "{'GroupName': 'g', 'Description': 'd', 'VpcId': '" TEST_VPC "'}", "G=GroupId",
		  NULL),
	 EC2_OK("AuthorizeSecurityGroupIngress",
		"{'GroupId': '$G', 'IpPermissions': [{'IpProtocol': 'tcp', 'FromPort': 80,"
		" 'ToPort': 80, 'PrefixListIds': [{'PrefixListId': '$L'}]}]}",
		NULL),
	 EC2_OK("GetManagedPrefixListAssociations", "{'PrefixListId': '$L'}",
		"PrefixListAssociations#1; PrefixListAssociations.0.ResourceId=$G"),
	 EC2_NO("GetManagedPrefixListAssociations", "{'PrefixListId': 'pl-0000'}",
		"InvalidPrefixListID.NotFound", NULL),
	 EC2_NO("DeleteManagedPrefixList", "{'PrefixListId': '$L'}", "DependencyViolation", NULL),
	 EC2_OK("DeleteSecurityGroup", "{'GroupId': '$G'}", NULL),
	 EC2_OK("CreateTags", "{'Resources': ['$L'], 'Tags': [{'Key': 'a', 'Value': 'b'}]}", NULL),
	 EC2_OK("DescribeManagedPrefixLists", "{'Filters': [{'Name': 'tag:a', 'Values': ['b']}]}",
		"PrefixLists#1"),
	 EC2_OK("DescribeManagedPrefixLists", "{}", "PrefixLists#3"),
	 EC2_OK("DescribeManagedPrefixLists", "{'MaxResults': 2}", "PrefixLists#2"),
	 EC2_KEEP("DescribePrefixLists", "{}", "S=PrefixLists.0.PrefixListId", "PrefixLists#2"),
	 EC2_NO("DeleteManagedPrefixList", "{'PrefixListId': '$S'}", "OperationNotPermitted",
		"The prefix list $S is managed by AWS"),
	 EC2_OK("DeleteManagedPrefixList", "{'PrefixListId': '$L'}",
		"PrefixList.State=delete-in-progress"),
	 EC2_WAIT(2000),
	 EC2_NO("DescribeManagedPrefixLists", "{'PrefixListIds': ['$L']}",
		"InvalidPrefixListID.NotFound", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		each_change_of_entries_is_a_version_that_can_be_restored,
		a_list_that_is_named_by_rules_and_routes_stays,
		NULL,
	};

	return ec2_suite("ec2_prefix_list", setup, teardown, tests);
}
