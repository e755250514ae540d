/* IPAM: pools that give blocks to pools, VPCs, subnets and whoever asks. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

#define HOME "eu-west-1"

EC2_WALK(an_ipam_comes_with_two_scopes_and_goes_when_empty,
	 EC2_KEEP("CreateIpam",
		  "{'Description': 'd', 'OperatingRegions': [{'RegionName': 'eu-central-1'}],"
		  " 'ClientToken': 't'}",
		  "I=Ipam.IpamId; V=Ipam.PrivateDefaultScopeId; U=Ipam.PublicDefaultScopeId",
		  "Ipam.State=create-in-progress; Ipam.ScopeCount=2; Ipam.OperatingRegions#2;"
		  " Ipam.IpamArn=arn:aws:ec2::123456789012:ipam/ipam-*"),
	 EC2_OK("CreateIpam",
		"{'Description': 'd', 'OperatingRegions': [{'RegionName': 'eu-central-1'}],"
		" 'ClientToken': 't'}",
		"Ipam.IpamId=$I"),
	 EC2_NO("CreateIpam", "{}", "ResourceLimitExceeded", NULL), EC2_WAIT(5000),
	 EC2_OK("DescribeIpams", "{'IpamIds': ['$I']}", "Ipams.0.State=create-complete"),
	 EC2_NO("DescribeIpams", "{'IpamIds': ['ipam-00000000000000000']}",
		"InvalidIpamId.NotFound", NULL),
	 EC2_NO("DescribeIpams", "{'IpamIds': ['x']}", "InvalidIpamId.Malformed", NULL),
	 EC2_NO("ModifyIpam",
		"{'IpamId': '$I', 'RemoveOperatingRegions': [{'RegionName': '" HOME "'}]}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyIpam",
		"{'IpamId': '$I', 'Description': 'e', 'AddOperatingRegions': [{'RegionName':"
		" 'us-east-1'}], 'RemoveOperatingRegions': [{'RegionName': 'eu-central-1'}]}",
		"Ipam.State=modify-in-progress; Ipam.Description=e;"
		" Ipam.OperatingRegions.1.RegionName=us-east-1"),
	 EC2_KEEP("CreateIpamScope", "{'IpamId': '$I', 'Description': 's'}",
		  "S=IpamScope.IpamScopeId",
		  "IpamScope.IpamScopeType=private; IpamScope.IsDefault=false"),
	 EC2_NO("CreateIpamScope", "{'IpamId': 'ipam-00000000000000000'}", "InvalidIpamId.NotFound",
		NULL),
	 EC2_OK("ModifyIpamScope", "{'IpamScopeId': '$S', 'Description': 'z'}",
		"IpamScope.Description=z"),
	 EC2_NO("ModifyIpamScope", "{'IpamScopeId': 'x'}", "InvalidIpamScopeId.Malformed", NULL),
	 EC2_OK("DescribeIpamScopes", "{'Filters': [{'Name': 'is-default', 'Values': ['true']}]}",
		"IpamScopes#2"),
	 EC2_NO("DescribeIpamScopes", "{'IpamScopeIds': ['ipam-scope-00000000000000000']}",
		"InvalidIpamScopeId.NotFound", NULL),
	 EC2_NO("DeleteIpamScope", "{'IpamScopeId': '$V'}", "InvalidParameterValue", NULL),
	 EC2_NO("DeleteIpam", "{'IpamId': '$I'}", "DependencyViolation", NULL),
	 EC2_OK("DeleteIpamScope", "{'IpamScopeId': '$S'}", "IpamScope.State=delete-in-progress"),
	 EC2_WAIT(5000), EC2_OK("DescribeIpamScopes", "{}", "IpamScopes#2"),
	 EC2_KEEP("CreateIpamPool", "{'IpamScopeId': '$V', 'AddressFamily': 'ipv4'}",
		  "P=IpamPool.IpamPoolId", NULL),
	 EC2_NO("DeleteIpam", "{'IpamId': '$I'}", "DependencyViolation",
		"The specified action is not valid for $I. There are one or more pools."),
	 EC2_OK("DeleteIpam", "{'IpamId': '$I', 'Cascade': true}", "Ipam.State=delete-in-progress"),
	 EC2_WAIT(5000), EC2_OK("DescribeIpams", "{}", "Ipams#0"),
	 EC2_OK("DescribeIpamPools", "{}", "IpamPools#0"), )

EC2_WALK(
	a_pool_gives_its_space_to_pools_and_vpcs_once,
	EC2_KEEP("CreateIpam", "{}", "I=Ipam.IpamId; V=Ipam.PrivateDefaultScopeId", NULL),
	EC2_KEEP("CreateIpamPool",
		 "{'IpamScopeId': '$V', 'AddressFamily': 'ipv4', 'AllocationMinNetmaskLength': 10}",
		 "T=IpamPool.IpamPoolId", "IpamPool.Locale=None; IpamPool.PoolDepth=1"),
	EC2_NO("CreateIpamPool",
	       "{'IpamScopeId': '$V', 'AddressFamily': 'ipv4', 'AllocationMinNetmaskLength': 30,"
	       " 'AllocationMaxNetmaskLength': 20}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateIpamPool",
	       "{'IpamScopeId': '$V', 'AddressFamily': 'ipv6', 'SourceIpamPoolId': '$T'}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateIpamPool",
	       "{'IpamScopeId': '$V', 'AddressFamily': 'ipv4', 'PublicIpSource': 'amazon'}",
	       "InvalidParameterCombination", NULL),
	EC2_NO("CreateIpamPool",
	       "{'IpamScopeId': '$V', 'AddressFamily': 'ipv4', 'Locale': 'nowhere-1'}",
	       "InvalidParameterValue", NULL),
	EC2_NO("ProvisionIpamPoolCidr", "{'IpamPoolId': '$T', 'Cidr': '::/32'}",
	       "InvalidParameterValue", NULL),
	EC2_NO("ProvisionIpamPoolCidr", "{'IpamPoolId': '$T'}", "InvalidParameterCombination",
	       NULL),
	EC2_OK("ProvisionIpamPoolCidr", "{'IpamPoolId': '$T', 'Cidr': '10.0.0.0/9'}",
	       "IpamPoolCidr.State=pending-provision; IpamPoolCidr.NetmaskLength=9"),
	EC2_NO("ProvisionIpamPoolCidr", "{'IpamPoolId': '$T', 'Cidr': '10.1.0.0/16'}",
	       "InvalidParameterValue", NULL),
	EC2_NO("AllocateIpamPoolCidr", "{'IpamPoolId': '$T', 'NetmaskLength': 16}",
	       "InvalidParameterValue", "The allocation size is too big for the pool."),
	EC2_WAIT(5000),
	EC2_OK("GetIpamPoolCidrs", "{'IpamPoolId': '$T'}", "IpamPoolCidrs.0.State=provisioned"),
	EC2_NO("GetIpamPoolCidrs", "{'IpamPoolId': 'ipam-pool-00000000000000000'}",
	       "InvalidIpamPoolId.NotFound", NULL),
	EC2_KEEP("CreateIpamPool",
		 "{'IpamScopeId': '$V', 'AddressFamily': 'ipv4', 'SourceIpamPoolId': '$T',"
		 " 'Locale': '" HOME "', 'AllocationDefaultNetmaskLength': 20,"
		 " 'AllocationResourceTags': [{'Key': 'env', 'Value': 'test'}]}",
		 "R=IpamPool.IpamPoolId", "IpamPool.PoolDepth=2"),
	EC2_NO("ProvisionIpamPoolCidr", "{'IpamPoolId': '$R', 'Cidr': '192.168.0.0/16'}",
	       "InvalidParameterValue", "The CIDR 192.168.0.0/16 is not in the CIDRs of the pool"),
	EC2_OK("ProvisionIpamPoolCidr", "{'IpamPoolId': '$R', 'NetmaskLength': 16}",
	       "IpamPoolCidr.Cidr=10.0.0.0/16"),
	EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$T'}",
	       "IpamPoolAllocations#1; IpamPoolAllocations.0.ResourceType=ipam-pool;"
	       " IpamPoolAllocations.0.ResourceId=$R"),
	EC2_WAIT(5000),
	EC2_NO("CreateVpc", "{'Ipv4IpamPoolId': '$R'}", "InvalidParameterValue",
	       "The resource is missing one or more of the resource tags required by the IPAM"
	       " pool."),
	EC2_OK("ModifyIpamPool",
	       "{'IpamPoolId': '$R', 'RemoveAllocationResourceTags': [{'Key': 'env', 'Value':"
	       " 'test'}]}",
	       "IpamPool.AllocationResourceTags#0; IpamPool.State=modify-in-progress"),
	EC2_NO("ModifyIpamPool", "{'IpamPoolId': '$R', 'AllocationMinNetmaskLength': 33}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateVpc", "{'Ipv4IpamPoolId': '$R', 'Ipv4NetmaskLength': 15}",
	       "InvalidParameterValue", "The allocation size is too big for the pool."),
	EC2_NO("CreateVpc", "{'Ipv4IpamPoolId': '$R', 'Ipv4NetmaskLength': 29}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateVpc", "{'Ipv4IpamPoolId': '$T', 'Ipv4NetmaskLength': 20}",
	       "InvalidParameterValue", NULL),
	EC2_NO("CreateVpc", "{'CidrBlock': '10.0.0.0/16', 'Ipv4NetmaskLength': 20}",
	       "MissingParameter", NULL),
	EC2_KEEP("CreateVpc", "{'Ipv4IpamPoolId': '$R'}", "A=Vpc.VpcId",
		 "Vpc.CidrBlock=10.0.0.0/20"),
	EC2_KEEP("CreateVpc", "{'Ipv4IpamPoolId': '$R', 'CidrBlock': '10.0.16.0/20'}",
		 "B=Vpc.VpcId", "Vpc.CidrBlock=10.0.16.0/20"),
	EC2_NO("CreateVpc", "{'Ipv4IpamPoolId': '$R', 'CidrBlock': '10.0.16.0/24'}",
	       "InvalidParameterValue", "The CIDR 10.0.16.0/24 overlaps an allocation of the pool"),
	EC2_KEEP("CreateVpc", "{'CidrBlock': '10.2.0.0/16'}", "V=Vpc.VpcId", NULL),
	EC2_OK("AssociateVpcCidrBlock",
	       "{'VpcId': '$V', 'Ipv4IpamPoolId': '$R', 'Ipv4NetmaskLength': 24}",
	       "CidrBlockAssociation.CidrBlock=10.0.32.0/24"),
	EC2_OK("AllocateIpamPoolCidr",
	       "{'IpamPoolId': '$R', 'NetmaskLength': 20, 'PreviewNextCidr': true}",
	       "IpamPoolAllocation.Cidr=10.0.48.0/20; !IpamPoolAllocation.IpamPoolAllocationId"),
	EC2_KEEP("AllocateIpamPoolCidr",
		 "{'IpamPoolId': '$R', 'NetmaskLength': 20, 'DisallowedCidrs': ['10.0.48.0/20'],"
		 " 'Description': 'office', 'ClientToken': 't'}",
		 "L=IpamPoolAllocation.IpamPoolAllocationId",
		 "IpamPoolAllocation.Cidr=10.0.64.0/20; IpamPoolAllocation.ResourceType=custom"),
	EC2_OK("AllocateIpamPoolCidr",
	       "{'IpamPoolId': '$R', 'NetmaskLength': 20, 'DisallowedCidrs': ['10.0.48.0/20'],"
	       " 'Description': 'office', 'ClientToken': 't'}",
	       "IpamPoolAllocation.IpamPoolAllocationId=$L"),
	EC2_NO("AllocateIpamPoolCidr",
	       "{'IpamPoolId': '$R', 'NetmaskLength': 20, 'Cidr': '10.0.80.0/20'}",
	       "InvalidParameterCombination", NULL),
	EC2_NO("GetIpamPoolAllocations", "{'IpamPoolId': '$T', 'IpamPoolAllocationId': '$L'}",
	       "InvalidIpamPoolAllocationId.NotFound",
	       "The IPAM pool allocation ($L) does not exist."),
	EC2_NO("ReleaseIpamPoolAllocation",
	       "{'IpamPoolId': '$R', 'IpamPoolAllocationId': '$L', 'Cidr': '10.0.0.0/20'}",
	       "InvalidParameterValue", NULL),
	EC2_OK("ReleaseIpamPoolAllocation",
	       "{'IpamPoolId': '$R', 'IpamPoolAllocationId': '$L', 'Cidr': '10.0.64.0/20'}",
	       "Success=true"),
	EC2_KEEP("GetIpamPoolAllocations",
		 "{'IpamPoolId': '$R', 'Filters': [{'Name': 'resource-id', 'Values': ['$A']}]}",
		 "M=IpamPoolAllocations.0.IpamPoolAllocationId", "IpamPoolAllocations#1"),
	EC2_NO("ReleaseIpamPoolAllocation",
	       "{'IpamPoolId': '$R', 'IpamPoolAllocationId': '$M', 'Cidr': '10.0.0.0/20'}",
	       "InvalidParameterValue", NULL),
	EC2_NO("DeleteIpamPool", "{'IpamPoolId': '$R'}", "DependencyViolation",
	       "The specified action is not valid for $R. There are one or more pool cidrs"
	       " provisioned in the pool."),
	EC2_NO("DeprovisionIpamPoolCidr", "{'IpamPoolId': '$R', 'Cidr': '10.9.0.0/16'}",
	       "InvalidIpamPoolCidr.NotFound", NULL),
	EC2_OK("DeprovisionIpamPoolCidr", "{'IpamPoolId': '$R', 'Cidr': '10.0.0.0/16'}",
	       "IpamPoolCidr.State=pending-deprovision"),
	EC2_WAIT(5000),
	EC2_OK("GetIpamPoolCidrs", "{'IpamPoolId': '$R'}",
	       "IpamPoolCidrs.0.State=failed-deprovision;"
	       " IpamPoolCidrs.0.FailureReason.Message=The CIDR has one or more allocations."),
	EC2_OK("DeleteVpc", "{'VpcId': '$A'}", NULL), EC2_OK("DeleteVpc", "{'VpcId': '$B'}", NULL),
	EC2_OK("DeleteVpc", "{'VpcId': '$V'}", NULL),
	EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$R'}", "IpamPoolAllocations#0"),
	EC2_OK("DeprovisionIpamPoolCidr", "{'IpamPoolId': '$R', 'Cidr': '10.0.0.0/16'}", NULL),
	EC2_WAIT(5000),
	EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$T'}", "IpamPoolAllocations#0"),
	EC2_OK("DeleteIpamPool", "{'IpamPoolId': '$R'}", "IpamPool.State=delete-in-progress"),
	EC2_WAIT(5000),
	EC2_NO("DescribeIpamPools", "{'IpamPoolIds': ['$R']}", "InvalidIpamPoolId.NotFound", NULL),
	EC2_OK("DeleteIpamPool", "{'IpamPoolId': '$T', 'Cascade': true}", NULL), )

EC2_WALK(a_vpc_has_ipv6_out_of_a_public_pool_and_subnets_out_of_its_planning_pool,
	 EC2_KEEP("CreateIpam", "{}", "U=Ipam.PublicDefaultScopeId; V=Ipam.PrivateDefaultScopeId",
		  NULL),
	 EC2_NO("CreateIpamPool",
		"{'IpamScopeId': '$U', 'AddressFamily': 'ipv6', 'PublicIpSource': 'amazon'}",
		"MissingParameter", NULL),
	 EC2_KEEP("CreateIpamPool",
		  "{'IpamScopeId': '$U', 'AddressFamily': 'ipv6', 'PublicIpSource': 'amazon',"
		  " 'AwsService': 'ec2', 'Locale': '" HOME "'}",
		  "P=IpamPool.IpamPoolId", NULL),
	 EC2_NO("ProvisionIpamPoolCidr", "{'IpamPoolId': '$P', 'NetmaskLength': 53}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ProvisionIpamPoolCidr", "{'IpamPoolId': '$P', 'NetmaskLength': 52}",
		"IpamPoolCidr.Cidr=*:*/52"),
	 EC2_WAIT(5000),
	 EC2_NO("CreateVpc",
		"{'CidrBlock': '10.0.0.0/16', 'Ipv6IpamPoolId': '$P', 'Ipv6NetmaskLength': 56,"
		" 'AmazonProvidedIpv6CidrBlock': true}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateVpc",
		"{'CidrBlock': '10.0.0.0/16', 'Ipv6IpamPoolId': '$P', 'Ipv6NetmaskLength': 64}",
		"InvalidParameterValue", "The allocation size is too small for the pool."),
	 EC2_KEEP("CreateVpc",
		  "{'CidrBlock': '10.0.0.0/16', 'Ipv6IpamPoolId': '$P', 'Ipv6NetmaskLength': 56}",
		  "A=Vpc.VpcId; C=Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock;"
		  " X=Vpc.Ipv6CidrBlockAssociationSet.0.AssociationId",
		  "Vpc.Ipv6CidrBlockAssociationSet.0.Ipv6Pool=IPAM Managed;"
		  " Vpc.Ipv6CidrBlockAssociationSet.0.IpSource=amazon"),
	 EC2_WAIT(5000),
	 EC2_NO("CreateIpamPool",
		"{'IpamScopeId': '$U', 'AddressFamily': 'ipv6', 'SourceIpamPoolId': '$P',"
		" 'Locale': '" HOME "', 'SourceResource': {'ResourceId':"
		" 'vpc-00000000000000000', 'ResourceType': 'vpc', 'ResourceRegion': '" HOME
		"', 'ResourceOwner': '123456789012'}}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateIpamPool",
		  "{'IpamScopeId': '$U', 'AddressFamily': 'ipv6', 'SourceIpamPoolId': '$P',"
		  " 'Locale': '" HOME "', 'SourceResource': {'ResourceId': '$A', 'ResourceType':"
		  " 'vpc', 'ResourceRegion': '" HOME "', 'ResourceOwner': '123456789012'}}",
		  "R=IpamPool.IpamPoolId", NULL),
	 EC2_NO("ProvisionIpamPoolCidr",
		"{'IpamPoolId': '$R', 'Cidr': '2001:db8::/56', 'CidrAuthorizationContext':"
		" {'Message': 'm', 'Signature': 's'}}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ProvisionIpamPoolCidr",
		"{'IpamPoolId': '$R', 'Cidr': '$C', 'CidrAuthorizationContext': {'Message': 'm',"
		" 'Signature': 's'}}",
		NULL),
	 EC2_WAIT(5000),
	 EC2_NO("CreateSubnet",
		"{'VpcId': '$A', 'CidrBlock': '10.0.0.0/24', 'Ipv6IpamPoolId': '$P',"
		" 'Ipv6NetmaskLength': 64}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateSubnet",
		  "{'VpcId': '$A', 'CidrBlock': '10.0.0.0/24', 'Ipv6IpamPoolId': '$R',"
		  " 'Ipv6NetmaskLength': 64}",
		  "S=Subnet.SubnetId", "Subnet.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock=*/64"),
	 EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$R'}",
		"IpamPoolAllocations.0.ResourceId=$S; IpamPoolAllocations.0.ResourceType=subnet"),
	 EC2_KEEP("CreateSubnet", "{'VpcId': '$A', 'CidrBlock': '10.0.1.0/24'}",
		  "Q=Subnet.SubnetId", NULL),
	 EC2_OK("AssociateSubnetCidrBlock",
		"{'SubnetId': '$Q', 'Ipv6IpamPoolId': '$R', 'Ipv6NetmaskLength': 64}",
		"Ipv6CidrBlockAssociation.Ipv6CidrBlock=*/64"),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$S'}", NULL),
	 EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$R'}",
		"IpamPoolAllocations#1; IpamPoolAllocations.0.ResourceId=$Q"),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$Q'}", NULL),
	 EC2_OK("DisassociateVpcCidrBlock", "{'AssociationId': '$X'}", NULL), EC2_WAIT(5000),
	 EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$P'}", "IpamPoolAllocations#0"),
	 EC2_NO("DeleteIpamPool", "{'IpamPoolId': '$P', 'Cascade': true}",
		"InvalidParameterCombination", NULL), )

int main(void)
{
	const TTest *const tests[] = {
		an_ipam_comes_with_two_scopes_and_goes_when_empty,
		a_pool_gives_its_space_to_pools_and_vpcs_once,
		a_vpc_has_ipv6_out_of_a_public_pool_and_subnets_out_of_its_planning_pool,
		NULL,
	};

	return ec2_suite("ec2_ipam", setup, teardown, tests);
}
