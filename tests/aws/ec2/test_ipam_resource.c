/* What IPAM sees of resources: discoveries, resource CIDRs, history, allocations of all pools. */
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

EC2_WALK(a_discovery_is_made_associated_and_goes_when_nothing_uses_it,
	 EC2_KEEP("CreateIpam", "{}",
		  "I=Ipam.IpamId; D=Ipam.DefaultResourceDiscoveryId;"
		  " X=Ipam.DefaultResourceDiscoveryAssociationId",
		  "Ipam.ResourceDiscoveryAssociationCount=1"),
	 EC2_NO("CreateIpamResourceDiscovery",
		"{'OperatingRegions': [{'RegionName': 'mars-north-1'}]}", "InvalidParameterValue",
		NULL),
	 EC2_KEEP("CreateIpamResourceDiscovery",
		  "{'Description': 'd', 'OperatingRegions': [{'RegionName': 'us-east-1'}],"
		  " 'ClientToken': 't'}",
		  "R=IpamResourceDiscovery.IpamResourceDiscoveryId",
		  "IpamResourceDiscovery.State=create-in-progress;"
		  " IpamResourceDiscovery.IsDefault=false;"
		  " IpamResourceDiscovery.OperatingRegions#2"),
	 EC2_OK("CreateIpamResourceDiscovery",
		"{'Description': 'd', 'OperatingRegions': [{'RegionName': 'us-east-1'}],"
		" 'ClientToken': 't'}",
		"IpamResourceDiscovery.IpamResourceDiscoveryId=$R"),
	 EC2_NO("CreateIpamResourceDiscovery", "{}", "ResourceLimitExceeded", NULL), EC2_WAIT(5000),
	 EC2_OK("DescribeIpamResourceDiscoveries",
		"{'Filters': [{'Name': 'is-default', 'Values': ['false']}]}",
		"IpamResourceDiscoveries#1; IpamResourceDiscoveries.0.State=create-complete"),
	 EC2_NO("DescribeIpamResourceDiscoveries",
		"{'IpamResourceDiscoveryIds': ['ipam-res-disco-00000000000000000']}",
		"InvalidIpamResourceDiscoveryId.NotFound", NULL),
	 EC2_NO("ModifyIpamResourceDiscovery", "{'IpamResourceDiscoveryId': '$D'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ModifyIpamResourceDiscovery",
		"{'IpamResourceDiscoveryId': '$R', 'AddOrganizationalUnitExclusions': [{"
		"'OrganizationsEntityPath': 'o-a/r-b/ou-c'}]}",
		"IpamOrganizationAccountNotRegistered", NULL),
	 EC2_OK("ModifyIpamResourceDiscovery",
		"{'IpamResourceDiscoveryId': '$R', 'Description': 'e', 'RemoveOperatingRegions': ["
		"{'RegionName': 'us-east-1'}]}",
		"IpamResourceDiscovery.Description=e; IpamResourceDiscovery.OperatingRegions#1"),
	 EC2_NO("AssociateIpamResourceDiscovery",
		"{'IpamId': '$I', 'IpamResourceDiscoveryId': '$D'}", "InvalidParameterValue", NULL),
	 EC2_NO("AssociateIpamResourceDiscovery",
		"{'IpamId': 'ipam-00000000000000000', 'IpamResourceDiscoveryId': '$R'}",
		"InvalidIpamId.NotFound", NULL),
	 EC2_KEEP("AssociateIpamResourceDiscovery",
		  "{'IpamId': '$I', 'IpamResourceDiscoveryId': '$R'}",
		  "A=IpamResourceDiscoveryAssociation.IpamResourceDiscoveryAssociationId",
		  "IpamResourceDiscoveryAssociation.State=associate-in-progress;"
		  " IpamResourceDiscoveryAssociation.IsDefault=false"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeIpamResourceDiscoveryAssociations",
		"{'Filters': [{'Name': 'ipam-id', 'Values': ['$I']}]}",
		"IpamResourceDiscoveryAssociations#2"),
	 EC2_NO("DescribeIpamResourceDiscoveryAssociations",
		"{'IpamResourceDiscoveryAssociationIds': ['x']}",
		"InvalidIpamResourceDiscoveryAssociationId.Malformed", NULL),
	 EC2_NO("DeleteIpamResourceDiscovery", "{'IpamResourceDiscoveryId': '$R'}",
		"DependencyViolation", NULL),
	 EC2_NO("DisassociateIpamResourceDiscovery", "{'IpamResourceDiscoveryAssociationId': '$X'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DisassociateIpamResourceDiscovery", "{'IpamResourceDiscoveryAssociationId': '$A'}",
		"IpamResourceDiscoveryAssociation.State=disassociate-in-progress"),
	 EC2_WAIT(5000),
	 EC2_OK("DeleteIpamResourceDiscovery", "{'IpamResourceDiscoveryId': '$R'}",
		"IpamResourceDiscovery.State=delete-in-progress"),
	 EC2_OK("DeleteIpam", "{'IpamId': '$I'}", NULL), EC2_WAIT(5000),
	 EC2_OK("DescribeIpamResourceDiscoveries", "{}", "IpamResourceDiscoveries#0"), )

#define BLOCK "10.250.0.0/16"

EC2_WALK(resources_are_managed_unmanaged_or_ignored_and_may_overlap,
	 EC2_KEEP("CreateIpam", "{}",
		  "I=Ipam.IpamId; V=Ipam.PrivateDefaultScopeId; U=Ipam.PublicDefaultScopeId", NULL),
	 EC2_NO("GetIpamResourceCidrs", "{'IpamScopeId': 'ipam-scope-00000000000000000'}",
		"InvalidIpamScopeId.NotFound", NULL),
	 EC2_OK("GetIpamResourceCidrs",
		"{'IpamScopeId': '$V', 'ResourceType': 'vpc', 'Filters': [{'Name': 'resource-cidr',"
		" 'Values': ['10.*']}]}",
		"IpamResourceCidrs#1; IpamResourceCidrs.0.ResourceId=" TEST_VPC ";"
		" IpamResourceCidrs.0.ManagementState=unmanaged;"
		" IpamResourceCidrs.0.ComplianceStatus=unmanaged;"
		" IpamResourceCidrs.0.OverlapStatus=nonoverlapping;"
		" IpamResourceCidrs.0.ResourceCidr=" BLOCK),
	 EC2_OK("GetIpamResourceCidrs",
		"{'IpamScopeId': '$V', 'Filters': [{'Name': 'resource-type', 'Values': ["
		"'subnet']}, {'Name': 'vpc-id', 'Values': ['" TEST_VPC "']}]}",
		"IpamResourceCidrs#1; IpamResourceCidrs.0.VpcId=" TEST_VPC ";"
		" IpamResourceCidrs.0.ResourceId=" TEST_SUBNET),
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.250.128.0/17'}", "W=Vpc.VpcId", NULL),
	 EC2_OK("GetIpamResourceCidrs", "{'IpamScopeId': '$V', 'ResourceId': '" TEST_VPC "'}",
		"IpamResourceCidrs#1; IpamResourceCidrs.0.OverlapStatus=overlapping"),
	 EC2_NO("ModifyIpamResourceCidr",
		"{'ResourceId': '" TEST_VPC "', 'ResourceCidr': '10.0.0.0/8', 'ResourceRegion':"
		" 'eu-west-1', 'CurrentIpamScopeId': '$V', 'Monitored': true}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ModifyIpamResourceCidr",
		"{'ResourceId': '$W', 'ResourceCidr': '10.250.128.0/17', 'ResourceRegion':"
		" 'eu-west-1', 'CurrentIpamScopeId': '$V', 'DestinationIpamScopeId': '$U',"
		" 'Monitored': true}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyIpamResourceCidr",
		"{'ResourceId': '$W', 'ResourceCidr': '10.250.128.0/17', 'ResourceRegion':"
		" 'eu-west-1', 'CurrentIpamScopeId': '$V', 'Monitored': false}",
		"IpamResourceCidr.ManagementState=ignored; IpamResourceCidr.OverlapStatus=ignored"),
	 EC2_OK("GetIpamResourceCidrs", "{'IpamScopeId': '$V', 'ResourceId': '" TEST_VPC "'}",
		"IpamResourceCidrs.0.OverlapStatus=nonoverlapping"),
	 EC2_KEEP("CreateIpamScope", "{'IpamId': '$I'}", "S=IpamScope.IpamScopeId", NULL),
	 EC2_OK("ModifyIpamResourceCidr",
		"{'ResourceId': '$W', 'ResourceCidr': '10.250.128.0/17', 'ResourceRegion':"
		" 'eu-west-1', 'CurrentIpamScopeId': '$V', 'DestinationIpamScopeId': '$S',"
		" 'Monitored': true}",
		"IpamResourceCidr.IpamScopeId=$S; IpamResourceCidr.ManagementState=unmanaged"),
	 EC2_OK("GetIpamResourceCidrs", "{'IpamScopeId': '$S'}", "IpamResourceCidrs#1"),
	 EC2_KEEP("CreateIpamPool",
		  "{'IpamScopeId': '$V', 'AddressFamily': 'ipv4', 'Locale': 'eu-west-1'}",
		  "P=IpamPool.IpamPoolId", NULL),
	 EC2_OK("ProvisionIpamPoolCidr", "{'IpamPoolId': '$P', 'Cidr': '10.0.0.0/12'}", NULL),
	 EC2_WAIT(5000),
	 EC2_KEEP("CreateVpc", "{'Ipv4IpamPoolId': '$P', 'Ipv4NetmaskLength': 16}", "M=Vpc.VpcId",
		  NULL),
	 EC2_OK("GetIpamResourceCidrs", "{'IpamScopeId': '$V', 'IpamPoolId': '$P'}",
		"IpamResourceCidrs#1; IpamResourceCidrs.0.ComplianceStatus=compliant;"
		" IpamResourceCidrs.0.ManagementState=managed"),
	 EC2_OK("ModifyIpamPool", "{'IpamPoolId': '$P', 'AllocationMinNetmaskLength': 20}", NULL),
	 EC2_OK("GetIpamResourceCidrs", "{'IpamScopeId': '$V', 'ResourceId': '$M'}",
		"IpamResourceCidrs.0.ComplianceStatus=noncompliant"),
	 EC2_KEEP("DescribeIpamPoolAllocations", "{}",
		  "L=IpamPoolAllocations.0.IpamPoolAllocationId",
		  "IpamPoolAllocations#1; IpamPoolAllocations.0.ResourceId=$M"),
	 EC2_NO("DescribeIpamPoolAllocations",
		"{'IpamPoolAllocationIds': ['ipam-pool-alloc-00000000000000000']}",
		"InvalidIpamPoolAllocationId.NotFound", NULL),
	 EC2_OK("ModifyIpamPoolAllocation", "{'IpamPoolAllocationId': '$L', 'Description': 'ours'}",
		"IpamPoolAllocation.Description=ours"),
	 EC2_OK("ModifyIpamPoolAllocation", "{'IpamPoolAllocationId': '$L'}",
		"!IpamPoolAllocation.Description"),
	 EC2_NO("ModifyIpamPoolAllocation", "{'IpamPoolAllocationId': 'x'}",
		"InvalidIpamPoolAllocationId.Malformed", NULL), )

EC2_WALK(a_discovery_tells_accounts_blocks_and_public_addresses,
	 EC2_KEEP("CreateIpam", "{}", "D=Ipam.DefaultResourceDiscoveryId", NULL),
	 EC2_KEEP("AllocateAddress", "{}", "A=AllocationId; P=PublicIp", NULL),
	 EC2_OK("GetIpamDiscoveredAccounts",
		"{'IpamResourceDiscoveryId': '$D', 'DiscoveryRegion': 'eu-west-1'}",
		"IpamDiscoveredAccounts#1; IpamDiscoveredAccounts.0.AccountId=123456789012"),
	 EC2_NO("GetIpamDiscoveredAccounts",
		"{'IpamResourceDiscoveryId': '$D', 'DiscoveryRegion': 'us-east-1'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("GetIpamDiscoveredResourceCidrs",
		"{'IpamResourceDiscoveryId': '$D', 'ResourceRegion': 'eu-west-1', 'Filters': [{"
		"'Name': 'resource-type', 'Values': ['eip']}]}",
		"IpamDiscoveredResourceCidrs#1; IpamDiscoveredResourceCidrs.0.ResourceCidr=$P/32;"
		" IpamDiscoveredResourceCidrs.0.IpSource=amazon;"
		" IpamDiscoveredResourceCidrs.0.ResourceId=$A"),
	 EC2_NO("GetIpamDiscoveredResourceCidrs",
		"{'IpamResourceDiscoveryId': 'ipam-res-disco-00000000000000000', 'ResourceRegion':"
		" 'eu-west-1'}",
		"InvalidIpamResourceDiscoveryId.NotFound", NULL),
	 EC2_OK("GetIpamDiscoveredPublicAddresses",
		"{'IpamResourceDiscoveryId': '$D', 'AddressRegion': 'eu-west-1'}",
		"IpamDiscoveredPublicAddresses#1;"
		" IpamDiscoveredPublicAddresses.0.AddressType=amazon-owned-eip;"
		" IpamDiscoveredPublicAddresses.0.AssociationStatus=disassociated"),
	 EC2_NO("GetIpamDiscoveredPublicAddresses",
		"{'IpamResourceDiscoveryId': '$D', 'AddressRegion': 'eu-west-1', 'Filters': [{"
		"'Name': 'nothing', 'Values': ['x']}]}",
		"InvalidParameterValue", NULL), )

EC2_WALK(the_history_of_a_block_names_who_had_it_and_when,
	 EC2_KEEP("CreateIpam", "{}", "V=Ipam.PrivateDefaultScopeId; U=Ipam.PublicDefaultScopeId",
		  NULL),
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.7.0.0/16'}", "A=Vpc.VpcId", NULL),
	 EC2_WAIT(60000), EC2_OK("DeleteVpc", "{'VpcId': '$A'}", NULL),
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.7.0.0/16'}", "B=Vpc.VpcId", NULL),
	 EC2_OK("GetIpamAddressHistory", "{'Cidr': '10.7.0.0/16', 'IpamScopeId': '$V'}",
		"HistoryRecords#2; HistoryRecords.0.ResourceId=$A;"
		" HistoryRecords.0.SampledEndTime=*; HistoryRecords.1.ResourceId=$B;"
		" !HistoryRecords.1.SampledEndTime"),
	 EC2_OK("GetIpamAddressHistory",
		"{'Cidr': '10.7.0.0/16', 'IpamScopeId': '$V', 'VpcId': '$B'}", "HistoryRecords#1"),
	 EC2_OK("GetIpamAddressHistory", "{'Cidr': '10.7.0.0/17', 'IpamScopeId': '$V'}",
		"HistoryRecords#0"),
	 EC2_OK("GetIpamAddressHistory", "{'Cidr': '10.7.0.0/16', 'IpamScopeId': '$U'}",
		"HistoryRecords#0"),
	 EC2_NO("GetIpamAddressHistory", "{'Cidr': '10.7.0.1/16', 'IpamScopeId': '$V'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("GetIpamAddressHistory",
		"{'Cidr': '10.7.0.0/16', 'IpamScopeId': '$V', 'StartTime': '2030-01-01T00:00:00Z',"
		" 'EndTime': '2029-01-01T00:00:00Z'}",
		"InvalidParameterValue", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		a_discovery_is_made_associated_and_goes_when_nothing_uses_it,
		resources_are_managed_unmanaged_or_ignored_and_may_overlap,
		a_discovery_tells_accounts_blocks_and_public_addresses,
		the_history_of_a_block_names_who_had_it_and_when,
		NULL,
	};

	return ec2_suite("ec2_ipam_resource", setup, teardown, tests);
}
