/* Instance types: what is told of them, how they are found, what of a status and a version is. */
#include "emulator/aws/ec2/instance.h"
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_INSTANT);
	ec2_test_network(&test);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

START_TEST(each_type_of_the_table_has_a_family_and_its_cores_divide_its_vcpus)
{
	const struct instance_type_row *row;

	for (size_t i = 0; (row = instance_type_nth(i)); i++) {
		ck_assert_msg(instance_family_row(row->name), "%s", row->name);
		ck_assert_uint_eq(row->vcpus % row->cores, 0);
	}
	ck_assert_ptr_null(instance_family_row("m1.small"));
	ck_assert_ptr_null(instance_family_row(NULL));
}
END_TEST

#define FILTER(name, value) "{'Filters': [{'Name': '" name "', 'Values': ['" value "']}]}"

EC2_WALK(types_are_found_by_what_they_can,
	 EC2_OK("DescribeInstanceTypes", "{'InstanceTypes': ['m5.xlarge']}",
		"InstanceTypes.0.VCpuInfo.ValidCores#1; InstanceTypes.0.VCpuInfo.ValidCores.0=2;"
		" InstanceTypes.0.ProcessorInfo.Manufacturer=Intel;"
		" InstanceTypes.0.NetworkInfo.NetworkCards#1;"
		" InstanceTypes.0.PlacementGroupInfo.SupportedStrategies#3"),
	 EC2_NO("DescribeInstanceTypes", "{'InstanceTypes': ['m1.small']}", "InvalidInstanceType",
		"The following supplied instance types do not exist: [m1.small]"),
	 EC2_OK("DescribeInstanceTypes", FILTER("burstable-performance-supported", "true"),
		"InstanceTypes#8"),
	 EC2_OK("DescribeInstanceTypes", FILTER("vcpu-info.default-vcpus", "8"), "InstanceTypes#2"),
	 EC2_OK("DescribeInstanceTypes", FILTER("processor-info.supported-architecture", "arm*"),
		"InstanceTypes#3"),
	 EC2_OK("DescribeInstanceTypes", FILTER("dedicated-hosts-supported", "false"),
		"InstanceTypes#1; InstanceTypes.0.InstanceType=t4g.medium"),
	 EC2_OK("DescribeInstanceTypes", FILTER("instance-storage-info.disk.type", "ssd"),
		"InstanceTypes#0"),
	 EC2_OK("DescribeInstanceTypeOfferings",
		"{'LocationType': 'availability-zone', 'Filters': [{'Name': 'location', 'Values':"
		" ['eu-west-1b']}, {'Name': 'instance-type', 'Values': ['t3.*']}]}",
		"InstanceTypeOfferings#7; InstanceTypeOfferings.0.Location=eu-west-1b"),
	 EC2_OK("DescribeInstanceTypeOfferings", "{'LocationType': 'outpost'}",
		"InstanceTypeOfferings#0"), )

#define NEEDS(more)                                                                                    \
	"{'ArchitectureTypes': ['x86_64'], 'VirtualizationTypes': ['hvm'],"                            \
	" 'InstanceRequirements': {'VCpuCount': {'Min': 2, 'Max': 4}, 'MemoryMiB': {'Min': 8192}" more \
	"}}"

EC2_WALK(types_are_found_by_requirements,
	 EC2_OK("GetInstanceTypesFromInstanceRequirements", NEEDS(""),
		"InstanceTypes#6; InstanceTypes.0.InstanceType=c5.xlarge"),
	 EC2_OK("GetInstanceTypesFromInstanceRequirements",
		NEEDS(", 'BurstablePerformance': 'required'"), "InstanceTypes#2"),
	 EC2_OK("GetInstanceTypesFromInstanceRequirements",
		NEEDS(", 'MemoryGiBPerVCpu': {'Min': 8}, 'AllowedInstanceTypes': ['r*']"),
		"InstanceTypes#1; InstanceTypes.0.InstanceType=r5.large"),
	 EC2_OK("GetInstanceTypesFromInstanceRequirements",
		NEEDS(", 'ExcludedInstanceTypes': ['m*', 'c*']"), "InstanceTypes#1"),
	 EC2_OK("GetInstanceTypesFromInstanceRequirements",
		NEEDS(", 'RequireEncryptionInTransit': true, 'CpuManufacturers': ['intel']"),
		"InstanceTypes#2"),
	 EC2_OK("GetInstanceTypesFromInstanceRequirements", NEEDS(", 'LocalStorage': 'required'"),
		"InstanceTypes#0"),
	 EC2_OK("GetInstanceTypesFromInstanceRequirements",
		NEEDS(", 'AcceleratorCount': {'Max': 0}, 'BareMetal': 'included'"),
		"InstanceTypes#6"),
	 EC2_NO("GetInstanceTypesFromInstanceRequirements",
		NEEDS(", 'AllowedInstanceTypes': ['r*'], 'ExcludedInstanceTypes': ['m*']"),
		"InvalidParameterCombination", NULL),
	 EC2_NO("GetInstanceTypesFromInstanceRequirements",
		NEEDS(", 'NetworkBandwidthGbps': {'Min': 1}"), "NotImplemented", NULL), )

#define IMAGE                                                                                      \
	EC2_KEEP("DescribeImages",                                                                 \
		 "{'Filters': [{'Name': 'architecture', 'Values': ['x86_64']}]}",                  \
		 "M=Images.0.ImageId", NULL)

EC2_WALK(instances_and_their_status_are_found_by_their_members, IMAGE,
	 EC2_KEEP("RunInstances",
		  "{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'InstanceType': 'm5.large',"
		  " 'SubnetId': '" TEST_SUBNET "', 'TagSpecifications': [{'ResourceType':"
		  " 'network-interface', 'Tags': [{'Key': 'of', 'Value': 'it'}]}]}",
		  "I=Instances.0.InstanceId; V=Instances.0.BlockDeviceMappings.0.Ebs.VolumeId",
		  NULL),
	 EC2_OK("DescribeInstances",
		"{'Filters': [{'Name': 'network-interface.tag-key', 'Values': ['of']}, {'Name':"
		" 'network-interface.tag-value', 'Values': ['it']}, {'Name':"
		" 'network-interface.addresses.primary', 'Values': ['true']}, {'Name':"
		" 'network-interface.attachment.device-index', 'Values': ['0']}, {'Name':"
		" 'availability-zone-id', 'Values': ['euw1-az3']}, {'Name':"
		" 'block-device-mapping.volume-id', 'Values': ['$V']}, {'Name':"
		" 'metadata-options.http-endpoint', 'Values': ['enabled']}]}",
		"Reservations#1; Reservations.0.Instances.0.InstanceId=$I"),
	 EC2_OK("DescribeInstances", FILTER("ipv6-address", "*"), "Reservations#0"),
	 EC2_OK("DescribeInstanceStatus", FILTER("instance-status.reachability", "passed"),
		"InstanceStatuses#1; InstanceStatuses.0.AttachedEbsStatus.Status=ok"),
	 EC2_OK("DescribeInstanceStatus", FILTER("event.code", "*"), "InstanceStatuses#0"),
	 EC2_OK("DescribeVolumeStatus", FILTER("attachment-status.instance-id", "$I"),
		"VolumeStatuses#1; VolumeStatuses.0.AttachmentStatuses#1"),
	 EC2_OK("DescribeVolumeStatus", FILTER("volume-status.status", "impaired"),
		"VolumeStatuses#0"),
	 EC2_OK("CreateLaunchTemplate",
		"{'LaunchTemplateName': 'tpl', 'LaunchTemplateData': {'ImageId': '$M',"
		" 'EbsOptimized': true}}",
		NULL),
	 EC2_OK("CreateLaunchTemplateVersion",
		"{'LaunchTemplateName': 'tpl', 'LaunchTemplateData': {'ImageId': 'ami-other'}}",
		NULL),
	 EC2_OK("DescribeLaunchTemplateVersions",
		"{'LaunchTemplateName': 'tpl', 'Filters': [{'Name': 'image-id', 'Values':"
		" ['$M']}, {'Name': 'is-default-version', 'Values': ['true']}, {'Name':"
		" 'ebs-optimized', 'Values': ['true']}]}",
		"LaunchTemplateVersions#1; LaunchTemplateVersions.0.VersionNumber=1"), )

int main(void)
{
	const TTest *const tests[] = {
		each_type_of_the_table_has_a_family_and_its_cores_divide_its_vcpus,
		types_are_found_by_what_they_can,
		types_are_found_by_requirements,
		instances_and_their_status_are_found_by_their_members,
		NULL,
	};

	return ec2_suite("ec2_instance_type", setup, teardown, tests);
}
