/* Settings of accounts, attributes and transfers of addresses, permissions, associations,
 * exclusions, and what is left of EC2-Classic. */
#include "emulator/world/actor.h"
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

#define OTHER "999988887777"

EC2_WALK(an_accounts_settings_are_those_of_its_region,
	 EC2_OK("GetEbsEncryptionByDefault", "{}", "EbsEncryptionByDefault=false; SseType=none"),
	 EC2_OK("EnableEbsEncryptionByDefault", "{}", "EbsEncryptionByDefault=true"),
	 EC2_OK("GetEbsEncryptionByDefault", "{}", "EbsEncryptionByDefault=true; SseType=sse-ebs"),
	 EC2_NO("DisableEbsEncryptionByDefault", "{'DryRun': true}", "DryRunOperation", NULL),
	 EC2_OK("GetEbsDefaultKmsKeyId", "{}", "KmsKeyId=alias/aws/ebs"),
	 EC2_NO("ModifyEbsDefaultKmsKeyId", "{'KmsKeyId': ''}", "MissingParameter", NULL),
	 EC2_OK("ModifyEbsDefaultKmsKeyId", "{'KmsKeyId': '1234'}",
		"KmsKeyId=arn:aws:kms:eu-west-1:123456789012:key/1234"),
	 EC2_OK("GetEbsDefaultKmsKeyId", "{}", "KmsKeyId=arn:*"),
	 EC2_OK("ResetEbsDefaultKmsKeyId", "{}", "KmsKeyId=alias/aws/ebs"),
	 EC2_OK("GetSerialConsoleAccessStatus", "{}", "SerialConsoleAccessEnabled=false"),
	 EC2_OK("EnableSerialConsoleAccess", "{}", NULL),
	 EC2_OK("GetSerialConsoleAccessStatus", "{}", "SerialConsoleAccessEnabled=true"),
	 EC2_OK("DisableSerialConsoleAccess", "{}", "SerialConsoleAccessEnabled=false"),
	 EC2_NO("EnableSnapshotBlockPublicAccess", "{'State': 'unblocked'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("EnableSnapshotBlockPublicAccess", "{'State': 'block-all-sharing'}", NULL),
	 EC2_OK("GetSnapshotBlockPublicAccessState", "{}", "State=block-all-sharing"),
	 EC2_OK("DisableSnapshotBlockPublicAccess", "{}", "State=unblocked"),
	 EC2_OK("GetImageBlockPublicAccessState", "{}",
		"ImageBlockPublicAccessState=block-new-sharing"),
	 EC2_OK("DisableImageBlockPublicAccess", "{}", "ImageBlockPublicAccessState=unblocked"),
	 EC2_OK("EnableImageBlockPublicAccess",
		"{'ImageBlockPublicAccessState': 'block-new-sharing'}", NULL),
	 EC2_OK("GetInstanceMetadataDefaults", "{}", "!AccountLevel.HttpTokens"),
	 EC2_NO("ModifyInstanceMetadataDefaults", "{'HttpPutResponseHopLimit': 65}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyInstanceMetadataDefaults",
		"{'HttpTokens': 'required', 'HttpPutResponseHopLimit': 2}", "Return=true"),
	 EC2_OK("GetInstanceMetadataDefaults", "{}",
		"AccountLevel.HttpTokens=required; AccountLevel.HttpPutResponseHopLimit=2"),
	 EC2_OK("ModifyInstanceMetadataDefaults",
		"{'HttpTokens': 'no-preference', 'HttpPutResponseHopLimit': -1}", NULL),
	 EC2_OK("GetInstanceMetadataDefaults", "{}", "!AccountLevel.HttpTokens"),
	 EC2_OK("GetDefaultCreditSpecification", "{'InstanceFamily': 't3'}",
		"InstanceFamilyCreditSpecification.CpuCredits=unlimited"),
	 EC2_NO("ModifyDefaultCreditSpecification", "{'InstanceFamily': 't3', 'CpuCredits': 'x'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyDefaultCreditSpecification",
		"{'InstanceFamily': 't3', 'CpuCredits': 'standard'}", NULL),
	 EC2_AS(NULL, "us-east-1"),
	 EC2_OK("GetDefaultCreditSpecification", "{'InstanceFamily': 't3'}",
		"InstanceFamilyCreditSpecification.CpuCredits=unlimited"),
	 EC2_OK("GetEbsEncryptionByDefault", "{}", "EbsEncryptionByDefault=false"), )

EC2_WALK(an_address_has_a_name_and_moves_to_the_account_that_accepts_it,
	 EC2_KEEP("AllocateAddress", "{}", "A=AllocationId; I=PublicIp", NULL),
	 EC2_NO("ModifyAddressAttribute", "{'AllocationId': '$A'}", "MissingParameter", NULL),
	 EC2_NO("ModifyAddressAttribute", "{'AllocationId': '$A', 'DomainName': 'x'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ModifyAddressAttribute",
		"{'AllocationId': 'eipalloc-0', 'DomainName': 'a.example'}",
		"InvalidAllocationID.NotFound", NULL),
	 EC2_OK("ModifyAddressAttribute", "{'AllocationId': '$A', 'DomainName': 'a.example'}",
		"Address.PtrRecord=a.example."),
	 EC2_OK("DescribeAddressesAttribute", "{'Attribute': 'domain-name'}",
		"Addresses#1; Addresses.0.PtrRecord=a.example."),
	 EC2_NO("DescribeAddressesAttribute", "{'AllocationIds': ['eipalloc-0']}",
		"InvalidAllocationID.NotFound", NULL),
	 EC2_NO("ResetAddressAttribute",
		"{'AllocationId': 'eipalloc-0', 'Attribute': 'domain-name'}",
		"InvalidAllocationID.NotFound", NULL),
	 EC2_OK("ResetAddressAttribute", "{'AllocationId': '$A', 'Attribute': 'domain-name'}",
		"!Address.PtrRecord"),
	 EC2_NO("EnableAddressTransfer", "{'AllocationId': '$A', 'TransferAccountId': '12'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("DisableAddressTransfer", "{'AllocationId': '$A'}",
		"InvalidTransfer.AddressNotFound", NULL),
	 EC2_OK("EnableAddressTransfer", "{'AllocationId': '$A', 'TransferAccountId': '" OTHER "'}",
		"AddressTransfer.AddressTransferStatus=pending"),
	 EC2_OK("DisableAddressTransfer", "{'AllocationId': '$A'}",
		"AddressTransfer.AddressTransferStatus=disabled"),
	 EC2_OK("EnableAddressTransfer", "{'AllocationId': '$A', 'TransferAccountId': '" OTHER "'}",
		NULL),
	 EC2_OK("DescribeAddressTransfers", "{'AllocationIds': ['$A']}",
		"AddressTransfers.0.TransferAccountId=" OTHER),
	 EC2_NO("DescribeAddressTransfers", "{'AllocationIds': ['eipalloc-0']}",
		"InvalidAllocationID.NotFound", NULL),
	 EC2_NO("AcceptAddressTransfer", "{'Address': '$I'}", "InvalidTransfer.AddressNotFound",
		NULL),
	 EC2_AS(OTHER, NULL),
	 EC2_OK("AcceptAddressTransfer", "{'Address': '$I'}",
		"AddressTransfer.AddressTransferStatus=accepted"),
	 EC2_OK("DescribeAddresses", "{'PublicIps': ['$I']}", "Addresses#1"),
	 EC2_AS("123456789012", NULL),
	 EC2_NO("DescribeAddresses", "{'PublicIps': ['$I']}", "InvalidAddress.NotFound", NULL), )

EC2_WALK(
	permissions_go_with_their_interface,
	EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '" TEST_SUBNET "'}",
		 "I=NetworkInterface.NetworkInterfaceId", NULL),
	EC2_NO("CreateNetworkInterfacePermission",
	       "{'NetworkInterfaceId': '$I', 'Permission': 'INSTANCE-ATTACH'}", "MissingParameter",
	       NULL),
	EC2_NO("CreateNetworkInterfacePermission",
	       "{'NetworkInterfaceId': '$I', 'Permission': 'INSTANCE-ATTACH', 'AwsAccountId':"
	       " 'me'}",
	       "InvalidParameterValue", NULL),
	EC2_KEEP(
		"CreateNetworkInterfacePermission",
		"{'NetworkInterfaceId': '$I', 'Permission': 'INSTANCE-ATTACH', 'AwsAccountId': '" OTHER
		"'}",
		"P=InterfacePermission.NetworkInterfacePermissionId",
		"InterfacePermission.PermissionState.State=granted"),
	EC2_OK("DescribeNetworkInterfacePermissions",
	       "{'Filters': [{'Name': 'network-interface-permission.network-interface-id',"
	       " 'Values': ['$I']}]}",
	       "NetworkInterfacePermissions#1"),
	EC2_NO("DescribeNetworkInterfacePermissions",
	       "{'NetworkInterfacePermissionIds': ['eni-1']}", "InvalidPermissionID.Malformed",
	       NULL),
	EC2_OK("DeleteNetworkInterfacePermission", "{'NetworkInterfacePermissionId': '$P'}",
	       "Return=true"),
	EC2_NO("DeleteNetworkInterfacePermission", "{'NetworkInterfacePermissionId': '$P'}",
	       "InvalidPermissionID.NotFound", NULL),
	EC2_OK("ModifyNetworkInterfaceAttribute",
	       "{'NetworkInterfaceId': '$I', 'SourceDestCheck': {'Value': false}}", NULL),
	EC2_NO("ResetNetworkInterfaceAttribute", "{'NetworkInterfaceId': '$I'}", "MissingParameter",
	       NULL),
	EC2_OK("ResetNetworkInterfaceAttribute",
	       "{'NetworkInterfaceId': '$I', 'SourceDestCheck': 'true'}", NULL),
	EC2_OK("DescribeNetworkInterfaces", "{'NetworkInterfaceIds': ['$I']}",
	       "NetworkInterfaces.0.SourceDestCheck=true"),
	EC2_OK("CreateNetworkInterfacePermission",
	       "{'NetworkInterfaceId': '$I', 'Permission': 'INSTANCE-ATTACH', 'AwsAccountId': '" OTHER
	       "'}",
	       NULL),
	EC2_OK("DeleteNetworkInterface", "{'NetworkInterfaceId': '$I'}", NULL),
	EC2_OK("DescribeNetworkInterfacePermissions", "{}", "NetworkInterfacePermissions#0"), )

EC2_WALK(a_group_holds_in_the_vpcs_it_is_associated_with,
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.99.0.0/16'}", "B=Vpc.VpcId", NULL),
	 EC2_KEEP("CreateSubnet", "{'VpcId': '$B', 'CidrBlock': '10.99.0.0/24'}",
		  "S=Subnet.SubnetId", NULL),
	 EC2_KEEP("CreateSecurityGroup",
		  "{'GroupName': 'g', 'Description': 'd', 'VpcId': '" TEST_VPC "'}", "G=GroupId",
		  NULL),
	 EC2_NO("AssociateSecurityGroupVpc", "{'GroupId': '$G', 'VpcId': '" TEST_VPC "'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("DisassociateSecurityGroupVpc", "{'GroupId': '$G', 'VpcId': '$B'}",
		"InvalidSecurityGroupVpcAssociation.NotFound", NULL),
	 EC2_NO("CreateNetworkInterface", "{'SubnetId': '$S', 'Groups': ['$G']}",
		"InvalidParameter", NULL),
	 EC2_OK("AssociateSecurityGroupVpc", "{'GroupId': '$G', 'VpcId': '$B'}",
		"State=associating"),
	 EC2_OK("AssociateSecurityGroupVpc", "{'GroupId': '$G', 'VpcId': '$B'}",
		"State=associating"),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeSecurityGroupVpcAssociations",
		"{'Filters': [{'Name': 'vpc-id', 'Values': ['$B']}]}",
		"SecurityGroupVpcAssociations.0.State=associated"),
	 EC2_NO("DescribeSecurityGroupVpcAssociations",
		"{'Filters': [{'Name': 'colour', 'Values': ['$B']}]}", "InvalidParameterValue",
		NULL),
	 EC2_KEEP("CreateNetworkInterface", "{'SubnetId': '$S', 'Groups': ['$G']}",
		  "I=NetworkInterface.NetworkInterfaceId", NULL),
	 EC2_NO("DisassociateSecurityGroupVpc", "{'GroupId': '$G', 'VpcId': '$B'}",
		"DependencyViolation", NULL),
	 EC2_OK("DeleteNetworkInterface", "{'NetworkInterfaceId': '$I'}", NULL),
	 EC2_NO("DeleteSecurityGroup", "{'GroupId': '$G'}", "DependencyViolation", NULL),
	 EC2_OK("DisassociateSecurityGroupVpc", "{'GroupId': '$G', 'VpcId': '$B'}",
		"State=disassociating"),
	 EC2_WAIT(3000), EC2_OK("DeleteSecurityGroup", "{'GroupId': '$G'}", NULL),
	 EC2_OK("DescribeStaleSecurityGroups", "{'VpcId': '$B'}", "StaleSecurityGroupSet#0"),
	 EC2_NO("DescribeStaleSecurityGroups", "{'VpcId': 'vpc-0'}", "InvalidVpcID.NotFound",
		NULL), )

EC2_WALK(blocked_public_access_is_told_by_vpcs_and_subnets_but_for_exclusions,
	 EC2_OK("DescribeVpcBlockPublicAccessOptions", "{}",
		"VpcBlockPublicAccessOptions.State=default-state"),
	 EC2_NO("ModifyVpcBlockPublicAccessOptions",
		"{'InternetGatewayBlockMode': 'block-ingress', 'DryRun': true}", "DryRunOperation",
		NULL),
	 EC2_OK("ModifyVpcBlockPublicAccessOptions",
		"{'InternetGatewayBlockMode': 'block-ingress'}",
		"VpcBlockPublicAccessOptions.InternetGatewayBlockMode=block-ingress"),
	 EC2_OK("DescribeVpcs", "{'VpcIds': ['" TEST_VPC "']}",
		"Vpcs.0.BlockPublicAccessStates.InternetGatewayBlockMode=block-ingress"),
	 EC2_OK("CreateVpc", "{'CidrBlock': '10.99.0.0/16'}",
		"Vpc.BlockPublicAccessStates.InternetGatewayBlockMode=block-ingress"),
	 EC2_NO("CreateVpcBlockPublicAccessExclusion",
		"{'InternetGatewayExclusionMode': 'allow-egress'}", "MissingParameter", NULL),
	 EC2_NO("CreateVpcBlockPublicAccessExclusion",
		"{'InternetGatewayExclusionMode': 'allow-egress', 'SubnetId': 'subnet-0'}",
		"InvalidSubnetID.NotFound", NULL),
	 EC2_KEEP("CreateVpcBlockPublicAccessExclusion",
		  "{'InternetGatewayExclusionMode': 'allow-egress', 'VpcId': '" TEST_VPC "'}",
		  "E=VpcBlockPublicAccessExclusion.ExclusionId",
		  "VpcBlockPublicAccessExclusion.State=create-in-progress"),
	 EC2_NO("CreateVpcBlockPublicAccessExclusion",
		"{'InternetGatewayExclusionMode': 'allow-egress', 'VpcId': '" TEST_VPC "'}",
		"VpcBlockPublicAccessExclusionAlreadyExists", NULL),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeSubnets", "{'SubnetIds': ['" TEST_SUBNET "']}",
		"Subnets.0.BlockPublicAccessStates.InternetGatewayBlockMode=off"),
	 EC2_OK("ModifyVpcBlockPublicAccessExclusion",
		"{'ExclusionId': '$E', 'InternetGatewayExclusionMode': 'allow-bidirectional'}",
		"VpcBlockPublicAccessExclusion.State=update-in-progress"),
	 EC2_NO("ModifyVpcBlockPublicAccessExclusion",
		"{'ExclusionId': 'x', 'InternetGatewayExclusionMode': 'allow-bidirectional'}",
		"VpcBlockPublicAccessExclusionId.Malformed", NULL),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeVpcBlockPublicAccessExclusions", "{'ExclusionIds': ['$E']}",
		"VpcBlockPublicAccessExclusions.0.State=update-complete"),
	 EC2_OK("DeleteVpcBlockPublicAccessExclusion", "{'ExclusionId': '$E'}", NULL),
	 EC2_WAIT(3000),
	 EC2_NO("DeleteVpcBlockPublicAccessExclusion", "{'ExclusionId': '$E'}",
		"InvalidVpcBlockPublicAccessExclusionId.NotFound", NULL),
	 EC2_NO("DescribeVpcBlockPublicAccessExclusions", "{'ExclusionIds': ['$E']}",
		"InvalidVpcBlockPublicAccessExclusionId.NotFound", NULL),
	 EC2_OK("DescribeSubnets", "{'SubnetIds': ['" TEST_SUBNET "']}",
		"Subnets.0.BlockPublicAccessStates.InternetGatewayBlockMode=block-ingress"), )

EC2_WALK(ec2_classic_is_over,
	 EC2_OK("DescribeVpcClassicLink", "{'VpcIds': ['" TEST_VPC "']}",
		"Vpcs.0.ClassicLinkEnabled=false"),
	 EC2_NO("DescribeVpcClassicLink", "{'VpcIds': ['vpc-0']}", "InvalidVpcID.NotFound", NULL),
	 EC2_OK("DescribeVpcClassicLinkDnsSupport", "{'VpcIds': ['" TEST_VPC "']}",
		"Vpcs.0.ClassicLinkDnsSupported=false"),
	 EC2_NO("DescribeVpcClassicLinkDnsSupport", "{'VpcIds': ['vpc-0']}",
		"InvalidVpcID.NotFound", NULL),
	 EC2_OK("DescribeClassicLinkInstances", "{}", "Instances#0"),
	 EC2_NO("DescribeClassicLinkInstances", "{'InstanceIds': ['i-0']}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_OK("DescribeMovingAddresses", "{}", "MovingAddressStatuses#0"),
	 EC2_NO("DescribeMovingAddresses", "{'PublicIps': ['1.2.3.4']}", "InvalidAddress.NotFound",
		NULL),
	 EC2_NO("EnableVpcClassicLink", "{'VpcId': '" TEST_VPC "'}", "UnsupportedOperation", NULL),
	 EC2_NO("DisableVpcClassicLink", "{'VpcId': '" TEST_VPC "'}", "UnsupportedOperation", NULL),
	 EC2_NO("EnableVpcClassicLinkDnsSupport", "{}", "UnsupportedOperation", NULL),
	 EC2_NO("DisableVpcClassicLinkDnsSupport", "{}", "UnsupportedOperation", NULL),
	 EC2_NO("AttachClassicLinkVpc",
		"{'VpcId': '" TEST_VPC "', 'InstanceId': 'i-0', 'Groups': ['sg-0']}",
		"UnsupportedOperation", NULL),
	 EC2_NO("DetachClassicLinkVpc", "{'VpcId': '" TEST_VPC "', 'InstanceId': 'i-0'}",
		"UnsupportedOperation", NULL),
	 EC2_NO("MoveAddressToVpc", "{'PublicIp': '1.2.3.4'}", "UnsupportedOperation", NULL),
	 EC2_NO("RestoreAddressToClassic", "{'PublicIp': '1.2.3.4'}", "UnsupportedOperation", NULL),
	 EC2_OK("DescribeIdFormat", "{'Resource': 'instance'}",
		"Statuses#1; Statuses.0.UseLongIds=true"),
	 EC2_NO("DescribeIdFormat", "{'Resource': 'spoon'}", "InvalidParameterValue", NULL),
	 EC2_OK("DescribeIdentityIdFormat", "{'PrincipalArn': 'arn:aws:iam::123456789012:root'}",
		"Statuses.0.Resource=bundle"),
	 EC2_NO("DescribeIdentityIdFormat",
		"{'PrincipalArn': 'arn:aws:iam::123456789012:root', 'Resource': 'spoon'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DescribeAggregateIdFormat", "{}", "UseLongIdsAggregated=true"),
	 EC2_OK("ModifyIdFormat", "{'Resource': 'instance', 'UseLongIds': true}", NULL),
	 EC2_NO("ModifyIdFormat", "{'Resource': 'instance', 'UseLongIds': false}",
		"UnsupportedOperation", NULL),
	 EC2_NO("ModifyIdentityIdFormat",
		"{'Resource': 'spoon', 'UseLongIds': true, 'PrincipalArn':"
		" 'arn:aws:iam::123456789012:root'}",
		"InvalidParameterValue", NULL), )

EC2_WALK(a_zone_has_one_default_subnet_and_the_account_no_pools_of_its_own,
	 EC2_KEEP("DescribeSubnets",
		  "{'Filters': [{'Name': 'default-for-az', 'Values': ['true']},"
		  " {'Name': 'availability-zone', 'Values': ['eu-west-1a']}]}",
		  "S=Subnets.0.SubnetId", NULL),
	 EC2_NO("CreateDefaultSubnet", "{'AvailabilityZone': 'eu-west-1a'}",
		"DefaultSubnetAlreadyExistsInAvailabilityZone", NULL),
	 EC2_NO("CreateDefaultSubnet", "{}", "MissingParameter", NULL),
	 EC2_NO("CreateDefaultSubnet", "{'AvailabilityZone': 'eu-west-1z'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$S'}", NULL),
	 EC2_OK("CreateDefaultSubnet", "{'AvailabilityZone': 'eu-west-1a'}",
		"Subnet.CidrBlock=172.31.0.0/20; Subnet.DefaultForAz=true;"
		" Subnet.MapPublicIpOnLaunch=true"),
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.9.0.0/16', 'InstanceTenancy': 'dedicated'}",
		  "V=Vpc.VpcId", NULL),
	 EC2_OK("ModifyVpcTenancy", "{'VpcId': '$V', 'InstanceTenancy': 'default'}",
		"ReturnValue=true"),
	 EC2_OK("DescribeVpcs", "{'VpcIds': ['$V']}", "Vpcs.0.InstanceTenancy=default"),
	 EC2_NO("ModifyVpcTenancy", "{'VpcId': 'vpc-0', 'InstanceTenancy': 'default'}",
		"InvalidVpcID.NotFound", NULL),
	 EC2_OK("DescribePublicIpv4Pools", "{}", "PublicIpv4Pools#0"),
	 EC2_NO("DescribePublicIpv4Pools", "{'PoolIds': ['ipv4pool-ec2-0']}",
		"InvalidPublicIpv4PoolID.NotFound", NULL),
	 EC2_OK("DescribeIpv6Pools", "{}", "Ipv6Pools#0"),
	 EC2_NO("DescribeIpv6Pools", "{'Filters': [{'Name': 'colour', 'Values': ['x']}]}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DescribeByoipCidrs", "{'MaxResults': 10}", "ByoipCidrs#0"),
	 EC2_NO("DescribeByoipCidrs", "{'MaxResults': 10, 'NextToken': 'x'}", "InvalidNextToken",
		NULL),
	 EC2_NO("GetAssociatedIpv6PoolCidrs", "{'PoolId': 'ipv6pool-ec2-0'}",
		"InvalidIpv6PoolID.NotFound", NULL), )

EC2_WALK(the_default_vpc_is_made_anew_and_has_an_ipv6_only_subnet,
	 EC2_KEEP("DescribeVpcs", "{'Filters': [{'Name': 'is-default', 'Values': ['true']}]}",
		  "V=Vpcs.0.VpcId", "Vpcs#1"),
	 EC2_KEEP("DescribeSubnets", "{'Filters': [{'Name': 'vpc-id', 'Values': ['$V']}]}",
		  "A=Subnets.0.SubnetId; B=Subnets.1.SubnetId; C=Subnets.2.SubnetId", "Subnets#3"),
	 EC2_KEEP("DescribeInternetGateways",
		  "{'Filters': [{'Name': 'attachment.vpc-id', 'Values': ['$V']}]}",
		  "G=InternetGateways.0.InternetGatewayId", NULL),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$A'}", NULL),
	 EC2_NO("CreateDefaultSubnet", "{'AvailabilityZone': 'eu-west-1a', 'Ipv6Native': true}",
		"InvalidParameterValue", NULL),
	 EC2_OK("AssociateVpcCidrBlock", "{'VpcId': '$V', 'AmazonProvidedIpv6CidrBlock': true}",
		NULL),
	 EC2_WAIT(5000),
	 EC2_KEEP("CreateDefaultSubnet", "{'AvailabilityZone': 'eu-west-1a', 'Ipv6Native': true}",
		  "A=Subnet.SubnetId",
		  "Subnet.Ipv6Native=true; Subnet.DefaultForAz=true; !Subnet.CidrBlock;"
		  " Subnet.MapPublicIpOnLaunch=false; Subnet.AssignIpv6AddressOnCreation=true"),
	 EC2_NO("CreateDefaultSubnet", "{'AvailabilityZone': 'eu-west-1a'}",
		"DefaultSubnetAlreadyExistsInAvailabilityZone", NULL),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$A'}", NULL),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$B'}", NULL),
	 EC2_OK("DeleteSubnet", "{'SubnetId': '$C'}", NULL),
	 EC2_OK("DetachInternetGateway", "{'InternetGatewayId': '$G', 'VpcId': '$V'}", NULL),
	 EC2_OK("DeleteVpc", "{'VpcId': '$V'}", NULL),
	 EC2_NO("CreateDefaultSubnet", "{'AvailabilityZone': 'eu-west-1a'}",
		"DefaultVpcDoesNotExist", NULL),
	 EC2_OK("CreateDefaultVpc", "{}", "Vpc.IsDefault=true; Vpc.CidrBlock=172.31.0.0/16"),
	 EC2_NO("CreateDefaultVpc", "{}", "DefaultVpcAlreadyExists", NULL), )

EC2_WALK(rules_for_what_goes_out_get_another_description,
	 EC2_KEEP("CreateSecurityGroup",
		  "{'GroupName': 'g', 'Description': 'd', 'VpcId': '" TEST_VPC "'}", "G=GroupId",
		  NULL),
	 EC2_OK("UpdateSecurityGroupRuleDescriptionsEgress",
		"{'GroupId': '$G', 'IpPermissions': [{'IpProtocol': '-1', 'IpRanges': [{'CidrIp':"
		" '0.0.0.0/0', 'Description': 'out'}]}]}",
		"Return=true"),
	 EC2_OK("DescribeSecurityGroups", "{'GroupIds': ['$G']}",
		"SecurityGroups.0.IpPermissionsEgress.0.IpRanges.0.Description=out"),
	 EC2_NO("UpdateSecurityGroupRuleDescriptionsEgress",
		"{'GroupId': '$G', 'IpPermissions': [{'IpProtocol': 'tcp', 'FromPort': 1, 'ToPort':"
		" 1, 'IpRanges': [{'CidrIp': '0.0.0.0/0', 'Description': 'out'}]}]}",
		"InvalidPermission.NotFound", NULL), )

EC2_WALK(groups_of_a_peer_that_name_a_group_are_its_references,
	 EC2_KEEP("CreateVpc", "{'CidrBlock': '10.66.0.0/16'}", "P=Vpc.VpcId", NULL),
	 EC2_KEEP("CreateVpcPeeringConnection", "{'VpcId': '" TEST_VPC "', 'PeerVpcId': '$P'}",
		  "X=VpcPeeringConnection.VpcPeeringConnectionId", NULL),
	 EC2_WAIT(3000),
	 EC2_OK("AcceptVpcPeeringConnection", "{'VpcPeeringConnectionId': '$X'}", NULL),
	 EC2_WAIT(3000),
	 EC2_KEEP("CreateSecurityGroup",
		  "{'GroupName': 'g', 'Description': 'd', 'VpcId': '" TEST_VPC "'}", "G=GroupId",
		  NULL),
	 EC2_KEEP("CreateSecurityGroup", "{'GroupName': 'h', 'Description': 'd', 'VpcId': '$P'}",
		  "H=GroupId", NULL),
	 EC2_OK("DescribeSecurityGroupReferences", "{'GroupId': ['$G']}",
		"SecurityGroupReferenceSet#0"),
	 EC2_OK("AuthorizeSecurityGroupIngress",
		"{'GroupId': '$H', 'IpPermissions': [{'IpProtocol': 'tcp', 'FromPort': 1, 'ToPort':"
		" 1, 'UserIdGroupPairs': [{'GroupId': '$G'}]}]}",
		NULL),
	 EC2_OK("DescribeSecurityGroupReferences", "{'GroupId': ['$G']}",
		"SecurityGroupReferenceSet#1; SecurityGroupReferenceSet.0.GroupId=$G;"
		" SecurityGroupReferenceSet.0.ReferencingVpcId=$P;"
		" SecurityGroupReferenceSet.0.VpcPeeringConnectionId=$X"),
	 EC2_OK("DescribeSecurityGroups", "{'GroupIds': ['$H']}",
		"SecurityGroups.0.IpPermissions.0.UserIdGroupPairs.0.PeeringStatus=active;"
		" SecurityGroups.0.IpPermissions.0.UserIdGroupPairs.0.VpcPeeringConnectionId=$X"),
	 EC2_OK("DescribeStaleSecurityGroups", "{'VpcId': '$P'}", "StaleSecurityGroupSet#0"),
	 EC2_OK("DeleteVpcPeeringConnection", "{'VpcPeeringConnectionId': '$X'}", NULL),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeStaleSecurityGroups", "{'VpcId': '$P'}",
		"StaleSecurityGroupSet#1; StaleSecurityGroupSet.0.GroupId=$H;"
		" StaleSecurityGroupSet.0.StaleIpPermissions.0.UserIdGroupPairs.0.GroupId=$G;"
		" StaleSecurityGroupSet.0.StaleIpPermissionsEgress#0"),
	 EC2_OK("DeleteSecurityGroup", "{'GroupId': '$G'}", NULL),
	 EC2_NO("AuthorizeSecurityGroupEgress",
		"{'GroupId': '$H', 'IpPermissions': [{'IpProtocol': 'tcp', 'FromPort': 1, 'ToPort':"
		" 1, 'UserIdGroupPairs': [{'GroupId': '$G'}]}]}",
		"InvalidGroup.NotFound", NULL), )

EC2_WALK(what_must_be_said_is_missed,
	 EC2_OK("ModifyIdentityIdFormat",
		"{'Resource': 'instance', 'UseLongIds': true, 'PrincipalArn':"
		" 'arn:aws:iam::123456789012:root'}",
		NULL),
	 EC2_NO("DeleteVpcEndpoints", "{}", "MissingParameter", NULL),
	 EC2_NO("DeleteVpcEndpointServiceConfigurations", "{}", "MissingParameter", NULL), )

#define DENIED "denied"

/* Nothing about most of those calls can be wrong, but who makes them. */
START_TEST(what_is_right_is_refused_to_whom_a_policy_denies_it)
{
	static const char *const rows[][2] = {
		{"CreateKeyPair", "{'KeyName': 'k'}"},
		{"DeleteVpcEndpointServiceConfigurations", "{'ServiceIds': ['vpce-svc-1']}"},
		{"DeleteVpcEndpoints", "{'VpcEndpointIds': ['vpce-1']}"},
		{"DescribeAccountAttributes", "{}"},
		{"DescribeAccountVpcEncryptionControl", "{}"},
		{"DescribeAggregateIdFormat", "{}"},
		{"DescribeVpcBlockPublicAccessOptions", "{}"},
		{"DisableAllowedImagesSettings", "{}"},
		{"DisableEbsEncryptionByDefault", "{}"},
		{"DisableImageBlockPublicAccess", "{}"},
		{"DisableSerialConsoleAccess", "{}"},
		{"DisableSnapshotBlockPublicAccess", "{}"},
		{"EnableAllowedImagesSettings", "{'AllowedImagesSettingsState': 'enabled'}"},
		{"EnableEbsEncryptionByDefault", "{}"},
		{"EnableImageBlockPublicAccess",
		 "{'ImageBlockPublicAccessState': 'block-new-sharing'}"},
		{"EnableSerialConsoleAccess", "{}"},
		{"GetAllowedImagesSettings", "{}"},
		{"GetDefaultCreditSpecification", "{'InstanceFamily': 't3'}"},
		{"GetEbsDefaultKmsKeyId", "{}"},
		{"GetEbsEncryptionByDefault", "{}"},
		{"GetEnabledIpamPolicy", "{}"},
		{"GetImageBlockPublicAccessState", "{}"},
		{"GetInstanceMetadataDefaults", "{}"},
		{"GetSerialConsoleAccessStatus", "{}"},
		{"GetSnapshotBlockPublicAccessState", "{}"},
		{"ModifyInstanceCreditSpecification",
		 "{'InstanceCreditSpecifications': [{'InstanceId': 'i-1', 'CpuCredits':"
		 " 'standard'}]}"},
		{"ModifyVpcBlockPublicAccessOptions", "{'InternetGatewayBlockMode': 'off'}"},
		{"ResetEbsDefaultKmsKeyId", "{}"},
	};
	static const char policy[] =
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":"
		"\"ec2:*\",\"Resource\":\"*\"}]}";
	struct err err = ERR_INIT;
	uint64_t before;

	actor_add(test.world, &(struct actor){.name = DENIED,
					      .account = TEST_ACCOUNT,
					      .arn = "arn:aws:iam::" TEST_ACCOUNT ":user/" DENIED});
	ck_assert(aws_set_actor_policy(test.aws, DENIED, policy, &err));
	before = world_revision(test.world);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(json_freep) struct json *input = test_json(rows[i][1]);

		ck_assert_msg(!aws_invoke(test.aws, DENIED, TEST_ACCOUNT, TEST_REGION, "ec2",
					  rows[i][0], input, NULL, NULL, &err),
			      "%s", rows[i][0]);
		ck_assert_msg(str_eq(err.wire, "UnauthorizedOperation"), "%s: %s %s", rows[i][0],
			      err.wire, err_text(&err));
		err_done(&err);
		err = (struct err)ERR_INIT;
	}
	ck_assert_uint_eq(world_revision(test.world), before);
}
END_TEST

EC2_WALK(an_instance_is_rebooted_and_asked_for_tokens,
	 EC2_KEEP("DescribeImages", "{'Owners': ['amazon']}", "M=Images.0.ImageId", NULL),
	 EC2_NO("DescribeImageAttribute",
		"{'ImageId': 'ami-00000000000000000', 'Attribute': 'description'}",
		"InvalidAMIID.NotFound", NULL),
	 EC2_KEEP("RunInstances",
		  "{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'SubnetId': '" TEST_SUBNET "'}",
		  "I=Instances.0.InstanceId", NULL),
	 EC2_WAIT(5000), EC2_OK("RebootInstances", "{'InstanceIds': ['$I']}", NULL),
	 EC2_OK("ModifyInstanceMetadataOptions", "{'InstanceId': '$I', 'HttpTokens': 'required'}",
		"InstanceMetadataOptions.HttpTokens=required"),
	 EC2_OK("EnableEbsEncryptionByDefault", "{}", "EbsEncryptionByDefault=true"),
	 EC2_OK("DisableEbsEncryptionByDefault", "{}", "EbsEncryptionByDefault=false"), )

int main(void)
{
	const TTest *const tests[] = {
		the_default_vpc_is_made_anew_and_has_an_ipv6_only_subnet,
		rules_for_what_goes_out_get_another_description,
		groups_of_a_peer_that_name_a_group_are_its_references,
		what_must_be_said_is_missed,
		what_is_right_is_refused_to_whom_a_policy_denies_it,
		an_instance_is_rebooted_and_asked_for_tokens,
		an_accounts_settings_are_those_of_its_region,
		an_address_has_a_name_and_moves_to_the_account_that_accepts_it,
		permissions_go_with_their_interface,
		a_group_holds_in_the_vpcs_it_is_associated_with,
		blocked_public_access_is_told_by_vpcs_and_subnets_but_for_exclusions,
		ec2_classic_is_over,
		a_zone_has_one_default_subnet_and_the_account_no_pools_of_its_own,
		NULL,
	};

	return ec2_suite("ec2_settings", setup, teardown, tests);
}
