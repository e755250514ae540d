/* Addresses that customers bring: ranges, pools, numbers, tokens. */
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

#define RANGE "198.51.100.0/24"
#define CONTEXT(cidr)                                                                              \
	"'CidrAuthorizationContext': {'Message': '1|aws|123456789012|" cidr                        \
	"|20991231|SHA256|RSAPSS', 'Signature': 's'}"

#define POOL_TAGS                                                                                  \
	"'PoolTagSpecifications': [{'ResourceType': 'ipv4pool-ec2', 'Tags': [{'Key': 'k',"         \
	" 'Value': 'v'}]}]"

EC2_WALK(a_range_is_provisioned_advertised_used_and_given_back,
	 EC2_NO("ProvisionByoipCidr", "{'Cidr': '" RANGE "'}", "MissingParameter", NULL),
	 EC2_NO("ProvisionByoipCidr", "{'Cidr': '" RANGE "', " CONTEXT("192.0.2.0/24") "}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ProvisionByoipCidr", "{'Cidr': '10.0.0.0/16', " CONTEXT("10.0.0.0/16") "}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ProvisionByoipCidr", "{'Cidr': '198.51.100.0/25', " CONTEXT("198.51.100.0/25") "}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ProvisionByoipCidr",
		"{'Cidr': '" RANGE "', 'PubliclyAdvertisable': false, " CONTEXT(RANGE) "}",
		"InvalidParameterCombination", NULL),
	 EC2_OK("ProvisionByoipCidr",
		"{'Cidr': '" RANGE "', 'Description': 'd', " CONTEXT(RANGE) ", " POOL_TAGS "}",
		"ByoipCidr.State=pending-provision; ByoipCidr.Cidr=" RANGE),
	 EC2_NO("ProvisionByoipCidr", "{'Cidr': '" RANGE "', " CONTEXT(RANGE) "}",
		"InvalidParameterValue", NULL),
	 EC2_NO("AdvertiseByoipCidr", "{'Cidr': '" RANGE "'}", "IncorrectState", NULL),
	 EC2_WAIT(5000),
	 EC2_KEEP("DescribeByoipCidrs", "{'MaxResults': 5}", "P=ByoipCidrs.0.PoolId",
		  "ByoipCidrs#1; ByoipCidrs.0.State=provisioned"),
	 EC2_NO("DescribeByoipCidrs", "{'MaxResults': 5, 'NextToken': 'x'}", "InvalidNextToken",
		NULL),
	 EC2_OK("DescribePublicIpv4Pools", "{'PoolIds': ['$P']}",
		"PublicIpv4Pools.0.TotalAddressCount=256; PublicIpv4Pools.0.Tags.0.Key=k;"
		" PublicIpv4Pools.0.PoolAddressRanges.0.LastAddress=198.51.100.255"),
	 EC2_OK("AdvertiseByoipCidr", "{'Cidr': '" RANGE "'}",
		"ByoipCidr.State=pending-advertising"),
	 EC2_WAIT(5000),
	 EC2_NO("DeprovisionByoipCidr", "{'Cidr': '" RANGE "'}", "IncorrectState", NULL),
	 EC2_OK("WithdrawByoipCidr", "{'Cidr': '" RANGE "'}", "ByoipCidr.State=pending-withdrawal"),
	 EC2_NO("WithdrawByoipCidr", "{'Cidr': '192.0.2.0/24'}", "InvalidParameterValue", NULL),
	 EC2_WAIT(5000),
	 EC2_NO("AllocateAddress", "{'PublicIpv4Pool': '$P', 'Address': '192.0.2.1'}",
		"InvalidAddress.NotFound", NULL),
	 EC2_KEEP("AllocateAddress", "{'PublicIpv4Pool': '$P', 'Address': '198.51.100.7'}",
		  "A=AllocationId", "PublicIp=198.51.100.7; PublicIpv4Pool=$P"),
	 EC2_OK("DescribePublicIpv4Pools", "{}",
		"PublicIpv4Pools.0.TotalAvailableAddressCount=255"),
	 EC2_NO("DeprovisionByoipCidr", "{'Cidr': '" RANGE "'}", "IncorrectState", NULL),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$A'}", NULL),
	 EC2_OK("DeprovisionByoipCidr", "{'Cidr': '" RANGE "'}",
		"ByoipCidr.State=pending-deprovision"),
	 EC2_WAIT(5000), EC2_OK("DescribeByoipCidrs", "{'MaxResults': 5}", "ByoipCidrs#0"),
	 EC2_NO("DescribePublicIpv4Pools", "{'PoolIds': ['$P']}",
		"InvalidPublicIpv4PoolID.NotFound", NULL), )

#define RANGE6 "2001:db8:4000::/48"

EC2_WALK(a_vpc_has_a_block_of_the_ipv6_range_that_the_customer_brought,
	 EC2_OK("ProvisionByoipCidr",
		"{'Cidr': '" RANGE6 "', 'PubliclyAdvertisable': false, " CONTEXT(RANGE6) "}", NULL),
	 EC2_WAIT(5000),
	 EC2_KEEP("DescribeIpv6Pools", "{}", "P=Ipv6Pools.0.PoolId",
		  "Ipv6Pools.0.PoolCidrBlocks.0.Cidr=" RANGE6),
	 EC2_NO("DescribeIpv6Pools", "{'PoolIds': ['ipv6pool-ec2-00000000000000000']}",
		"InvalidIpv6PoolID.NotFound", NULL),
	 EC2_NO("AdvertiseByoipCidr", "{'Cidr': '" RANGE6 "'}", "IncorrectState", NULL),
	 EC2_OK("GetAssociatedIpv6PoolCidrs", "{'PoolId': '$P'}", "Ipv6CidrAssociations#0"),
	 EC2_NO("GetAssociatedIpv6PoolCidrs", "{'PoolId': 'ipv6pool-ec2-00000000000000000'}",
		"InvalidIpv6PoolID.NotFound", NULL),
	 EC2_NO("AssociateVpcCidrBlock",
		"{'VpcId': '" TEST_VPC "', 'Ipv6Pool': '$P', 'Ipv6CidrBlock':"
		" '2001:db8:5000::/56'}",
		"CidrConflict", NULL),
	 EC2_NO("AssociateVpcCidrBlock",
		"{'VpcId': '" TEST_VPC "', 'Ipv6Pool': '$P', 'AmazonProvidedIpv6CidrBlock': true}",
		"InvalidParameterCombination", NULL),
	 EC2_KEEP("AssociateVpcCidrBlock",
		  "{'VpcId': '" TEST_VPC "', 'Ipv6Pool': '$P', 'Ipv6CidrBlock':"
		  " '2001:db8:4000:100::/56'}",
		  "A=Ipv6CidrBlockAssociation.AssociationId",
		  "Ipv6CidrBlockAssociation.Ipv6Pool=$P; Ipv6CidrBlockAssociation.IpSource=byoip"),
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.8.0.0/16', 'Ipv6Pool': '$P'}", "V=Vpc.VpcId",
		  NULL),
	 EC2_OK("GetAssociatedIpv6PoolCidrs", "{'PoolId': '$P'}",
		"Ipv6CidrAssociations#2; Ipv6CidrAssociations.0.AssociatedResource=" TEST_VPC ";"
		" Ipv6CidrAssociations.1.Ipv6Cidr=2001:db8:4000::/56"),
	 EC2_NO("DeprovisionByoipCidr", "{'Cidr': '" RANGE6 "'}", "IncorrectState", NULL), )

#define TOP "203.0.113.0/24"

EC2_WALK(a_public_pool_of_ipam_gives_blocks_and_addresses,
	 EC2_KEEP("CreateIpam", "{}", "I=Ipam.IpamId; U=Ipam.PublicDefaultScopeId", NULL),
	 EC2_KEEP("CreateIpamPool",
		  "{'IpamScopeId': '$U', 'AddressFamily': 'ipv4', 'Locale': 'eu-west-1',"
		  " 'AwsService': 'ec2', 'PublicIpSource': 'byoip'}",
		  "P=IpamPool.IpamPoolId", NULL),
	 EC2_NO("CreateIpamExternalResourceVerificationToken",
		"{'IpamId': 'ipam-00000000000000000'}", "InvalidIpamId.NotFound", NULL),
	 EC2_KEEP("CreateIpamExternalResourceVerificationToken", "{'IpamId': '$I'}",
		  "K=IpamExternalResourceVerificationToken."
		  "IpamExternalResourceVerificationTokenId",
		  "IpamExternalResourceVerificationToken.Status=valid;"
		  " IpamExternalResourceVerificationToken.TokenValue=*"),
	 EC2_NO("ProvisionIpamPoolCidr",
		"{'IpamPoolId': '$P', 'Cidr': '" TOP "', 'VerificationMethod': 'dns-token',"
		" 'IpamExternalResourceVerificationTokenId':"
		" 'ipam-ext-res-ver-token-00000000000000000'}",
		"InvalidIpamExternalResourceVerificationTokenId.NotFound", NULL),
	 EC2_OK("ProvisionIpamPoolCidr",
		"{'IpamPoolId': '$P', 'Cidr': '" TOP "', 'VerificationMethod': 'dns-token',"
		" 'IpamExternalResourceVerificationTokenId': '$K'}",
		NULL),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeByoipCidrs", "{'MaxResults': 5}",
		"ByoipCidrs.0.Cidr=" TOP "; ByoipCidrs.0.IpamPoolId=$P"),
	 EC2_NO("DeprovisionByoipCidr", "{'Cidr': '" TOP "'}", "InvalidParameterValue", NULL),
	 EC2_KEEP("CreatePublicIpv4Pool", "{}", "E=PoolId", "PoolId=ipv4pool-ec2-*"),
	 EC2_NO("CreatePublicIpv4Pool", "{'NetworkBorderGroup': 'us-east-1'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ProvisionPublicIpv4PoolCidr",
		"{'IpamPoolId': '$P', 'PoolId': '$E', 'NetmaskLength': 23}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ProvisionPublicIpv4PoolCidr",
		"{'IpamPoolId': '$P', 'PoolId': '$E', 'NetmaskLength': 31}",
		"PoolAddressRange.FirstAddress=203.0.113.0; PoolAddressRange.AddressCount=2"),
	 EC2_NO("DeletePublicIpv4Pool", "{'PoolId': '$E'}", "InvalidParameterValue", NULL),
	 EC2_KEEP("AllocateAddress", "{'PublicIpv4Pool': '$E'}", "A=AllocationId",
		  "PublicIp=203.0.113.0"),
	 EC2_NO("DeprovisionPublicIpv4PoolCidr", "{'PoolId': '$E', 'Cidr': '203.0.113.0/32'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DeprovisionPublicIpv4PoolCidr", "{'PoolId': '$E', 'Cidr': '203.0.113.1/32'}",
		"DeprovisionedAddresses.0=203.0.113.1"),
	 EC2_NO("AllocateAddress", "{'PublicIpv4Pool': '$E'}", "InsufficientAddressCapacity", NULL),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$A'}", NULL),
	 EC2_OK("DeprovisionPublicIpv4PoolCidr", "{'PoolId': '$E', 'Cidr': '203.0.113.0/32'}",
		NULL),
	 EC2_OK("DeletePublicIpv4Pool", "{'PoolId': '$E'}", "ReturnValue=true"),
	 EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$P'}", "IpamPoolAllocations#0"),
	 EC2_KEEP("AllocateAddress", "{'IpamPoolId': '$P', 'Address': '203.0.113.9'}",
		  "B=AllocationId", "PublicIp=203.0.113.9; PublicIpv4Pool=$P"),
	 EC2_NO("AllocateAddress", "{'IpamPoolId': '$P', 'Address': '203.0.113.9'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("AllocateAddress", "{'IpamPoolId': '$P', 'PublicIpv4Pool': 'amazon'}",
		"InvalidParameterCombination", NULL),
	 EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$P'}",
		"IpamPoolAllocations#1; IpamPoolAllocations.0.ResourceType=eip"),
	 EC2_OK("ReleaseAddress", "{'AllocationId': '$B'}", NULL),
	 EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$P'}", "IpamPoolAllocations#0"),
	 EC2_WAIT(72 * 3600000),
	 EC2_OK("DescribeIpamExternalResourceVerificationTokens",
		"{'Filters': [{'Name': 'status', 'Values': ['expired']}]}",
		"IpamExternalResourceVerificationTokens#1"),
	 EC2_NO("DescribeIpamExternalResourceVerificationTokens",
		"{'IpamExternalResourceVerificationTokenIds': ['x']}",
		"InvalidIpamExternalResourceVerificationTokenId.Malformed", NULL),
	 EC2_OK("DeleteIpamExternalResourceVerificationToken",
		"{'IpamExternalResourceVerificationTokenId': '$K'}",
		"IpamExternalResourceVerificationToken.State=delete-in-progress"),
	 EC2_WAIT(5000),
	 EC2_NO("DeleteIpamExternalResourceVerificationToken",
		"{'IpamExternalResourceVerificationTokenId': '$K'}",
		"InvalidIpamExternalResourceVerificationTokenId.NotFound", NULL),
	 EC2_OK("DeprovisionIpamPoolCidr", "{'IpamPoolId': '$P', 'Cidr': '" TOP "'}", NULL),
	 EC2_WAIT(5000), EC2_OK("DescribeByoipCidrs", "{'MaxResults': 5}", "ByoipCidrs#0"), )

EC2_WALK(a_range_moves_to_ipam_and_has_a_number_of_its_customer,
	 EC2_KEEP("CreateIpam", "{}", "I=Ipam.IpamId; U=Ipam.PublicDefaultScopeId", NULL),
	 EC2_KEEP("CreateIpamPool",
		  "{'IpamScopeId': '$U', 'AddressFamily': 'ipv4', 'Locale': 'eu-west-1',"
		  " 'AwsService': 'ec2', 'PublicIpSource': 'byoip'}",
		  "P=IpamPool.IpamPoolId", NULL),
	 EC2_OK("ProvisionByoipCidr", "{'Cidr': '" RANGE "', " CONTEXT(RANGE) "}", NULL),
	 EC2_NO("MoveByoipCidrToIpam",
		"{'Cidr': '" RANGE "', 'IpamPoolId': '$P', 'IpamPoolOwner': '123456789012'}",
		"IncorrectState", NULL),
	 EC2_WAIT(5000),
	 EC2_NO("MoveByoipCidrToIpam",
		"{'Cidr': '" RANGE "', 'IpamPoolId': '$P', 'IpamPoolOwner': '210987654321'}",
		"InvalidIpamPoolId.NotFound", NULL),
	 EC2_OK("MoveByoipCidrToIpam",
		"{'Cidr': '" RANGE "', 'IpamPoolId': '$P', 'IpamPoolOwner': '123456789012'}",
		"ByoipCidr.IpamPoolId=$P"),
	 EC2_OK("GetIpamPoolAllocations", "{'IpamPoolId': '$P'}",
		"IpamPoolAllocations.0.ResourceType=ec2-public-ipv4-pool;"
		" IpamPoolAllocations.0.Cidr=" RANGE),
	 EC2_NO("ProvisionIpamByoasn",
		"{'IpamId': '$I', 'Asn': '64512', 'AsnAuthorizationContext': {'Message': 'm',"
		" 'Signature': 's'}}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ProvisionIpamByoasn",
		"{'IpamId': '$I', 'Asn': '3320', 'AsnAuthorizationContext': {'Message': 'm',"
		" 'Signature': 's'}}",
		"InvalidParameterValue", NULL),
	 EC2_NO("AssociateIpamByoasn", "{'Asn': '3320', 'Cidr': '" RANGE "'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ProvisionIpamByoasn",
		"{'IpamId': '$I', 'Asn': '3320', 'AsnAuthorizationContext': {'Message':"
		" '1|aws|123456789012|3320|20991231|SHA256|RSAPSS', 'Signature': 's'}}",
		"Byoasn.State=pending-provision"),
	 EC2_NO("AssociateIpamByoasn", "{'Asn': '3320', 'Cidr': '" RANGE "'}", "IncorrectState",
		NULL),
	 EC2_WAIT(5000), EC2_OK("DescribeIpamByoasn", "{}", "Byoasns.0.State=provisioned"),
	 EC2_NO("DescribeIpamByoasn", "{'NextToken': 'x'}", "InvalidNextToken", NULL),
	 EC2_NO("AdvertiseByoipCidr", "{'Cidr': '" RANGE "', 'Asn': '3320'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("DisassociateIpamByoasn", "{'Asn': '3320', 'Cidr': '" RANGE "'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("AssociateIpamByoasn", "{'Asn': '3320', 'Cidr': '" RANGE "'}",
		"AsnAssociation.State=pending-association"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeByoipCidrs", "{'MaxResults': 5}",
		"ByoipCidrs.0.AsnAssociations.0.State=associated"),
	 EC2_OK("AdvertiseByoipCidr", "{'Cidr': '" RANGE "', 'Asn': '3320'}", NULL),
	 EC2_NO("DeprovisionIpamByoasn", "{'IpamId': '$I', 'Asn': '3320'}", "IncorrectState", NULL),
	 EC2_OK("DisassociateIpamByoasn", "{'Asn': '3320', 'Cidr': '" RANGE "'}",
		"AsnAssociation.State=pending-disassociation"),
	 EC2_WAIT(5000),
	 EC2_OK("DeprovisionIpamByoasn", "{'IpamId': '$I', 'Asn': '3320'}",
		"Byoasn.State=pending-deprovision"),
	 EC2_WAIT(5000), EC2_OK("DescribeIpamByoasn", "{}", "Byoasns#0"), )

EC2_WALK(a_policy_says_out_of_which_pool_addresses_come,
	 EC2_KEEP("CreateIpam", "{}", "I=Ipam.IpamId; U=Ipam.PublicDefaultScopeId", NULL),
	 EC2_KEEP("CreateIpamPool",
		  "{'IpamScopeId': '$U', 'AddressFamily': 'ipv4', 'Locale': 'eu-west-1',"
		  " 'AwsService': 'ec2', 'PublicIpSource': 'byoip'}",
		  "P=IpamPool.IpamPoolId", NULL),
	 EC2_KEEP("CreateIpamPool",
		  "{'IpamScopeId': '$U', 'AddressFamily': 'ipv4', 'SourceIpamPoolId': '$P',"
		  " 'Locale': 'eu-west-1', 'AwsService': 'ec2', 'PublicIpSource': 'byoip'}",
		  "S=IpamPool.IpamPoolId", NULL),
	 EC2_OK("ProvisionIpamPoolCidr",
		"{'IpamPoolId': '$P', 'Cidr': '" TOP "', " CONTEXT(TOP) "}", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("ProvisionIpamPoolCidr", "{'IpamPoolId': '$S', 'NetmaskLength': 32}", NULL),
	 EC2_WAIT(5000),
	 EC2_NO("CreateIpamPolicy", "{'IpamId': 'ipam-00000000000000000'}",
		"InvalidIpamId.NotFound", NULL),
	 EC2_KEEP("CreateIpamPolicy", "{'IpamId': '$I'}", "Y=IpamPolicy.IpamPolicyId",
		  "IpamPolicy.State=create-in-progress"),
	 EC2_NO("ModifyIpamPolicyAllocationRules",
		"{'IpamPolicyId': '$Y', 'Locale': 'mars-1', 'ResourceType': 'eip'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ModifyIpamPolicyAllocationRules",
		"{'IpamPolicyId': '$Y', 'Locale': 'us-east-1', 'ResourceType': 'eip',"
		" 'AllocationRules': [{'SourceIpamPoolId': '$S'}]}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyIpamPolicyAllocationRules",
		"{'IpamPolicyId': '$Y', 'Locale': 'eu-west-1', 'ResourceType': 'eip',"
		" 'AllocationRules': [{'SourceIpamPoolId': '$S'}]}",
		"IpamPolicyDocument.AllocationRules.0.SourceIpamPoolId=$S"),
	 EC2_OK("GetIpamPolicyAllocationRules", "{'IpamPolicyId': '$Y', 'Locale': 'eu-west-1'}",
		"IpamPolicyDocuments#1; IpamPolicyDocuments.0.ResourceType=eip"),
	 EC2_NO("GetIpamPolicyAllocationRules", "{'IpamPolicyId': 'ipam-policy-00000000000000000'}",
		"InvalidIpamPolicyId.NotFound", NULL),
	 EC2_OK("GetEnabledIpamPolicy", "{}", "IpamPolicyEnabled=false"),
	 EC2_NO("DisableIpamPolicy", "{'IpamPolicyId': '$Y'}", "IncorrectState", NULL),
	 EC2_OK("AllocateAddress", "{}", "PublicIpv4Pool=amazon"),
	 EC2_NO("EnableIpamPolicy", "{'IpamPolicyId': '$Y', 'OrganizationTargetId': 'ou-1'}",
		"IpamOrganizationAccountNotRegistered", NULL),
	 EC2_OK("EnableIpamPolicy", "{'IpamPolicyId': '$Y'}", "IpamPolicyId=$Y"),
	 EC2_OK("GetEnabledIpamPolicy", "{}", "IpamPolicyEnabled=true; ManagedBy=account"),
	 EC2_OK("AllocateAddress", "{}", "PublicIpv4Pool=$S; PublicIp=203.0.113.*"),
	 EC2_OK("AllocateAddress", "{}", "PublicIpv4Pool=amazon"),
	 EC2_OK("GetIpamPolicyOrganizationTargets", "{'IpamPolicyId': '$Y'}",
		"OrganizationTargets#0"),
	 EC2_NO("GetIpamPolicyOrganizationTargets", "{'IpamPolicyId': 'x'}",
		"InvalidIpamPolicyId.Malformed", NULL),
	 EC2_NO("DeleteIpamPolicy", "{'IpamPolicyId': '$Y'}", "IncorrectState", NULL),
	 EC2_OK("DisableIpamPolicy", "{'IpamPolicyId': '$Y'}", "Return=true"),
	 EC2_OK("DescribeIpamPolicies", "{'Filters': [{'Name': 'ipam-id', 'Values': ['$I']}]}",
		"IpamPolicies#1; IpamPolicies.0.IpamPolicyId=$Y"),
	 EC2_NO("DescribeIpamPolicies", "{'IpamPolicyIds': ['ipam-policy-00000000000000000']}",
		"InvalidIpamPolicyId.NotFound", NULL),
	 EC2_OK("DeleteIpamPolicy", "{'IpamPolicyId': '$Y'}",
		"IpamPolicy.State=delete-in-progress"), )

int main(void)
{
	const TTest *const tests[] = {
		a_policy_says_out_of_which_pool_addresses_come,
		a_range_is_provisioned_advertised_used_and_given_back,
		a_vpc_has_a_block_of_the_ipv6_range_that_the_customer_brought,
		a_public_pool_of_ipam_gives_blocks_and_addresses,
		a_range_moves_to_ipam_and_has_a_number_of_its_customer,
		NULL,
	};

	return ec2_suite("ec2_byoip", setup, teardown, tests);
}
