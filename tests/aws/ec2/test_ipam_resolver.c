/* Prefix list resolvers of IPAM: rules, versions, and the prefix lists that follow them. */
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

#define STATIC "{'RuleType': 'static-cidr', 'StaticCidr': '192.0.2.0/24'}"
#define VPCS                                                                                       \
	"{'RuleType': 'ipam-resource-cidr', 'IpamScopeId': '$V', 'ResourceType': 'vpc',"           \
	" 'Conditions': [{'Operation': 'subnet-of', 'Cidr': '10.0.0.0/8'}]}"

EC2_WALK(rules_are_complete_and_of_the_ipam,
	 EC2_KEEP("CreateIpam", "{}", "I=Ipam.IpamId; V=Ipam.PrivateDefaultScopeId", NULL),
	 EC2_NO("CreateIpamPrefixListResolver",
		"{'IpamId': 'ipam-00000000000000000', 'AddressFamily': 'ipv4'}",
		"InvalidIpamId.NotFound", NULL),
	 EC2_NO("CreateIpamPrefixListResolver",
		"{'IpamId': '$I', 'AddressFamily': 'ipv4', 'Rules': [{'RuleType': 'static-cidr'}]}",
		"MissingParameter", NULL),
	 EC2_NO("CreateIpamPrefixListResolver",
		"{'IpamId': '$I', 'AddressFamily': 'ipv6', 'Rules': [" STATIC "]}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateIpamPrefixListResolver",
		"{'IpamId': '$I', 'AddressFamily': 'ipv4', 'Rules': [{'RuleType':"
		" 'ipam-pool-cidr', 'IpamScopeId': 'ipam-scope-00000000000000000'}]}",
		"InvalidIpamScopeId.NotFound", NULL),
	 EC2_NO("CreateIpamPrefixListResolver",
		"{'IpamId': '$I', 'AddressFamily': 'ipv4', 'Rules': [{'RuleType':"
		" 'ipam-resource-cidr', 'IpamScopeId': '$V'}]}",
		"MissingParameter", NULL),
	 EC2_NO("CreateIpamPrefixListResolver",
		"{'IpamId': '$I', 'AddressFamily': 'ipv4', 'Rules': [{'RuleType':"
		" 'ipam-pool-cidr', 'IpamScopeId': '$V', 'Conditions': [{'Operation':"
		" 'subnet-of', 'ResourceId': 'vpc-1'}]}]}",
		"InvalidParameterCombination", NULL),
	 EC2_KEEP("CreateIpamPrefixListResolver",
		  "{'IpamId': '$I', 'AddressFamily': 'ipv4', 'Rules': [" STATIC "]}",
		  "R=IpamPrefixListResolver.IpamPrefixListResolverId",
		  "IpamPrefixListResolver.State=create-in-progress;"
		  " IpamPrefixListResolver.LastVersionCreationStatus=pending"),
	 EC2_OK("GetIpamPrefixListResolverRules",
		"{'IpamPrefixListResolverId': '$R', 'Filters': [{'Name': 'rule-type', 'Values': ["
		"'static-cidr']}]}",
		"Rules#1; Rules.0.StaticCidr=192.0.2.0/24"),
	 EC2_NO("GetIpamPrefixListResolverRules", "{'IpamPrefixListResolverId': 'x'}",
		"InvalidIpamPrefixListResolverId.Malformed", NULL),
	 EC2_OK("GetIpamPrefixListResolverVersions", "{'IpamPrefixListResolverId': '$R'}",
		"IpamPrefixListResolverVersions#0"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeIpamPrefixListResolvers",
		"{'Filters': [{'Name': 'state', 'Values': ['create-complete']}]}",
		"IpamPrefixListResolvers#1;"
		" IpamPrefixListResolvers.0.LastVersionCreationStatus=success"),
	 EC2_NO("DescribeIpamPrefixListResolvers",
		"{'IpamPrefixListResolverIds': ['ipam-pl-resolver-00000000000000000']}",
		"InvalidIpamPrefixListResolverId.NotFound", NULL),
	 EC2_NO("DeleteIpam", "{'IpamId': '$I'}", "DependencyViolation", NULL),
	 EC2_OK("DeleteIpamPrefixListResolver", "{'IpamPrefixListResolverId': '$R'}",
		"IpamPrefixListResolver.State=delete-in-progress"),
	 EC2_WAIT(5000),
	 EC2_NO("DeleteIpamPrefixListResolver", "{'IpamPrefixListResolverId': '$R'}",
		"InvalidIpamPrefixListResolverId.NotFound", NULL), )

EC2_WALK(
	a_prefix_list_follows_the_addresses_that_the_rules_pick,
	EC2_KEEP("CreateIpam", "{}", "I=Ipam.IpamId; V=Ipam.PrivateDefaultScopeId", NULL),
	EC2_KEEP("CreateIpamPrefixListResolver",
		 "{'IpamId': '$I', 'AddressFamily': 'ipv4', 'Rules': [" STATIC ", " VPCS "]}",
		 "R=IpamPrefixListResolver.IpamPrefixListResolverId", NULL),
	EC2_WAIT(5000),
	EC2_OK("GetIpamPrefixListResolverVersionEntries",
	       "{'IpamPrefixListResolverId': '$R', 'IpamPrefixListResolverVersion': 1}",
	       "Entries#2; Entries.0.Cidr=192.0.2.0/24; Entries.1.Cidr=10.250.0.0/16"),
	EC2_NO("GetIpamPrefixListResolverVersionEntries",
	       "{'IpamPrefixListResolverId': '$R', 'IpamPrefixListResolverVersion': 2}",
	       "InvalidParameterValue", NULL),
	EC2_KEEP("CreateManagedPrefixList",
		 "{'PrefixListName': 'p', 'AddressFamily': 'IPv4', 'MaxEntries': 3}",
		 "P=PrefixList.PrefixListId", NULL),
	EC2_KEEP("CreateManagedPrefixList",
		 "{'PrefixListName': 'q', 'AddressFamily': 'IPv6', 'MaxEntries': 3}",
		 "Q=PrefixList.PrefixListId", NULL),
	EC2_WAIT(2000),
	EC2_NO("ModifyManagedPrefixList",
	       "{'PrefixListId': '$P', 'IpamPrefixListResolverSyncEnabled': true}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateIpamPrefixListResolverTarget",
	       "{'IpamPrefixListResolverId': '$R', 'PrefixListId': '$Q', 'PrefixListRegion':"
	       " 'eu-west-1', 'TrackLatestVersion': true}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateIpamPrefixListResolverTarget",
	       "{'IpamPrefixListResolverId': '$R', 'PrefixListId': '$P', 'PrefixListRegion':"
	       " 'us-east-1', 'TrackLatestVersion': true}",
	       "InvalidPrefixListID.NotFound", NULL),
	EC2_NO("CreateIpamPrefixListResolverTarget",
	       "{'IpamPrefixListResolverId': '$R', 'PrefixListId': '$P', 'PrefixListRegion':"
	       " 'eu-west-1', 'TrackLatestVersion': false}",
	       "MissingParameter", NULL),
	EC2_KEEP("CreateIpamPrefixListResolverTarget",
		 "{'IpamPrefixListResolverId': '$R', 'PrefixListId': '$P', 'PrefixListRegion':"
		 " 'eu-west-1', 'TrackLatestVersion': true}",
		 "T=IpamPrefixListResolverTarget.IpamPrefixListResolverTargetId",
		 "IpamPrefixListResolverTarget.State=create-in-progress"),
	EC2_NO("CreateIpamPrefixListResolverTarget",
	       "{'IpamPrefixListResolverId': '$R', 'PrefixListId': '$P', 'PrefixListRegion':"
	       " 'eu-west-1', 'TrackLatestVersion': true}",
	       "InvalidParameterValue", NULL),
	EC2_WAIT(2000),
	EC2_OK("GetManagedPrefixListEntries", "{'PrefixListId': '$P'}", "Entries#2"),
	EC2_OK("DescribeManagedPrefixLists", "{'PrefixListIds': ['$P']}",
	       "PrefixLists.0.IpamPrefixListResolverTargetId=$T; PrefixLists.0.Version=2;"
	       " PrefixLists.0.IpamPrefixListResolverSyncEnabled=true"),
	EC2_NO("ModifyManagedPrefixList",
	       "{'PrefixListId': '$P', 'CurrentVersion': 2, 'AddEntries': [{'Cidr':"
	       " '10.1.0.0/16'}]}",
	       "OperationNotPermitted", NULL),
	EC2_NO("DeleteManagedPrefixList", "{'PrefixListId': '$P'}", "DependencyViolation", NULL),
	EC2_KEEP("CreateVpc", "{'CidrBlock': '10.9.0.0/16'}", "N=Vpc.VpcId", NULL), EC2_WAIT(7000),
	EC2_OK("GetManagedPrefixListEntries", "{'PrefixListId': '$P'}",
	       "Entries#3; Entries.2.Cidr=10.9.0.0/16"),
	EC2_OK("GetIpamPrefixListResolverVersions",
	       "{'IpamPrefixListResolverId': '$R', 'IpamPrefixListResolverVersions': [2]}",
	       "IpamPrefixListResolverVersions#1; IpamPrefixListResolverVersions.0.Version=2"),
	EC2_NO("GetIpamPrefixListResolverVersions", "{'IpamPrefixListResolverId': 'x'}",
	       "InvalidIpamPrefixListResolverId.Malformed", NULL),
	EC2_OK("CreateVpc", "{'CidrBlock': '10.10.0.0/16'}", NULL), EC2_WAIT(7000),
	EC2_OK("DescribeIpamPrefixListResolverTargets", "{'IpamPrefixListResolverId': '$R'}",
	       "IpamPrefixListResolverTargets.0.State=sync-failed;"
	       " IpamPrefixListResolverTargets.0.LastSyncedVersion=2"),
	EC2_NO("ModifyIpamPrefixListResolverTarget",
	       "{'IpamPrefixListResolverTargetId': '$T', 'TrackLatestVersion': false,"
	       " 'DesiredVersion': 9}",
	       "InvalidParameterValue", NULL),
	EC2_OK("ModifyIpamPrefixListResolverTarget",
	       "{'IpamPrefixListResolverTargetId': '$T', 'TrackLatestVersion': false,"
	       " 'DesiredVersion': 1}",
	       "IpamPrefixListResolverTarget.State=modify-in-progress"),
	EC2_WAIT(2000),
	EC2_OK("GetManagedPrefixListEntries", "{'PrefixListId': '$P'}", "Entries#2"),
	EC2_NO("ModifyIpamPrefixListResolver",
	       "{'IpamPrefixListResolverId': '$R', 'Rules': [{'RuleType': 'static-cidr'}]}",
	       "MissingParameter", NULL),
	EC2_OK("ModifyIpamPrefixListResolver",
	       "{'IpamPrefixListResolverId': '$R', 'Rules': [" STATIC "]}",
	       "IpamPrefixListResolver.State=modify-in-progress"),
	EC2_NO("DeleteIpamPrefixListResolver", "{'IpamPrefixListResolverId': '$R'}",
	       "DependencyViolation", NULL),
	EC2_NO("DescribeIpamPrefixListResolverTargets",
	       "{'IpamPrefixListResolverTargetIds': ['ipam-pl-resolver-target-00000000000000000']}",
	       "InvalidIpamPrefixListResolverTargetId.NotFound", NULL),
	EC2_OK("DeleteIpamPrefixListResolverTarget", "{'IpamPrefixListResolverTargetId': '$T'}",
	       "IpamPrefixListResolverTarget.State=delete-in-progress"),
	EC2_WAIT(2000),
	EC2_NO("DeleteIpamPrefixListResolverTarget", "{'IpamPrefixListResolverTargetId': '$T'}",
	       "InvalidIpamPrefixListResolverTargetId.NotFound", NULL),
	EC2_OK("DescribeManagedPrefixLists", "{'PrefixListIds': ['$P']}",
	       "!PrefixLists.0.IpamPrefixListResolverTargetId"),
	EC2_OK("DeleteManagedPrefixList", "{'PrefixListId': '$P'}", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		rules_are_complete_and_of_the_ipam,
		a_prefix_list_follows_the_addresses_that_the_rules_pick,
		NULL,
	};

	return ec2_suite("ec2_ipam_resolver", setup, teardown, tests);
}
