/* Volumes, placement groups, and what else instances have. */
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

#define IMAGE                                                                                      \
	EC2_KEEP("DescribeImages",                                                                 \
		 "{'Filters': [{'Name': 'architecture', 'Values': ['x86_64']}]}",                  \
		 "M=Images.0.ImageId", NULL)

EC2_WALK(a_volume_is_created_attached_changed_and_deleted, IMAGE,
	 EC2_NO("CreateVolume", "{'Size': 8}", "MissingParameter", NULL),
	 EC2_NO("CreateVolume", "{'AvailabilityZone': 'eu-west-1a'}", "MissingParameter",
		"The request must contain the parameter size/snapshot"),
	 EC2_NO("CreateVolume", "{'AvailabilityZone': 'eu-west-1z', 'Size': 8}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': 'snap-1'}",
		"InvalidSnapshot.NotFound", "The snapshot 'snap-1' does not exist."),
	 EC2_NO("CreateVolume",
		"{'AvailabilityZone': 'eu-west-1a', 'Size': 100, 'VolumeType': 'st1'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateVolume",
		"{'AvailabilityZone': 'eu-west-1a', 'Size': 100, 'VolumeType': 'gp2', 'Iops': 300}",
		"InvalidParameterCombination",
		"The parameter iops is not supported for gp2 volumes."),
	 EC2_NO("CreateVolume",
		"{'AvailabilityZone': 'eu-west-1a', 'Size': 100, 'VolumeType': 'io2'}",
		"MissingParameter", NULL),
	 EC2_KEEP("CreateVolume",
		  "{'AvailabilityZone': 'eu-west-1a', 'Size': 100, 'VolumeType': 'gp3',"
		  " 'ClientToken': 't', 'TagSpecifications': [{'ResourceType': 'volume', 'Tags':"
		  " [{'Key': 'a', 'Value': 'b'}]}]}",
		  "V=VolumeId",
		  "State=creating; Iops=3000; Throughput=125; Tags.0.Key=a; Encrypted=false"),
	 EC2_NO("ModifyVolume", "{'VolumeId': '$V', 'Size': 10}", "InvalidParameterValue",
		"New size cannot be smaller than existing size"),
	 EC2_KEEP("RunInstances",
		  "{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'SubnetId': '" TEST_SUBNET
		  "', 'InstanceType': 't3.micro', 'BlockDeviceMappings': [{'DeviceName':"
		  " '/dev/xvda', 'Ebs': {'VolumeSize': 20}}, {'DeviceName': '/dev/sdf', 'Ebs':"
		  " {'VolumeSize': 5, 'DeleteOnTermination': false}}], 'TagSpecifications':"
		  " [{'ResourceType': 'volume', 'Tags': [{'Key': 'of', 'Value': 'it'}]}]}",
		  "I=Instances.0.InstanceId;"
		  " R=Instances.0.BlockDeviceMappings.0.Ebs.VolumeId;"
		  " D=Instances.0.BlockDeviceMappings.1.Ebs.VolumeId",
		  "Instances.0.BlockDeviceMappings#2"),
	 EC2_NO("AttachVolume", "{'VolumeId': '$V', 'InstanceId': '$I', 'Device': '/dev/sdg'}",
		"IncorrectState", "Volume '$V' is in the 'creating' state."),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeVolumes",
		"{'Filters': [{'Name': 'attachment.instance-id', 'Values': ['$I']},"
		" {'Name': 'tag:of', 'Values': ['it']}]}",
		"Volumes#2; Volumes.0.Size=20; Volumes.0.State=in-use;"
		" Volumes.0.Attachments.0.DeleteOnTermination=true"),
	 EC2_NO("AttachVolume", "{'VolumeId': '$V', 'InstanceId': '$I', 'Device': '/dev/sdf'}",
		"InvalidParameterValue",
		"Invalid value '/dev/sdf' for unixDevice. Attachment point /dev/sdf is already in"
		" use"),
	 EC2_OK("AttachVolume", "{'VolumeId': '$V', 'InstanceId': '$I', 'Device': '/dev/sdg'}",
		"State=attaching; Device=/dev/sdg"),
	 EC2_NO("AttachVolume", "{'VolumeId': '$V', 'InstanceId': '$I', 'Device': '/dev/sdh'}",
		"VolumeInUse", "$V is already attached to an instance"),
	 EC2_NO("DeleteVolume", "{'VolumeId': '$V'}", "VolumeInUse",
		"Volume $V is currently attached to $I"),
	 EC2_NO("DetachVolume", "{'VolumeId': '$R'}", "OperationNotPermitted",
		"Unable to detach root volume '$R' from instance '$I'"),
	 EC2_NO("DetachVolume", "{'VolumeId': '$V', 'Device': '/dev/sdz'}",
		"InvalidAttachment.NotFound", NULL),
	 EC2_OK("DetachVolume", "{'VolumeId': '$V'}", "State=detaching"),
	 EC2_NO("DetachVolume", "{'VolumeId': '$V'}", "IncorrectState",
		"Volume '$V' is in the 'available' state."),
	 EC2_OK("ModifyVolume", "{'VolumeId': '$V', 'Size': 200, 'Iops': 4000}",
		"VolumeModification.TargetSize=200; VolumeModification.OriginalSize=100;"
		" VolumeModification.ModificationState=modifying"),
	 EC2_NO("ModifyVolume", "{'VolumeId': '$V', 'Size': 300}", "IncorrectModificationState",
		NULL),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeVolumesModifications", "{'VolumeIds': ['$V']}",
		"VolumesModifications.0.ModificationState=completed"),
	 EC2_NO("DescribeVolumesModifications", "{'VolumeIds': ['vol-0']}",
		"InvalidVolume.NotFound", NULL),
	 EC2_OK("DescribeVolumeStatus", "{'VolumeIds': ['$V']}",
		"VolumeStatuses.0.VolumeStatus.Status=ok"),
	 EC2_NO("DescribeVolumeStatus", "{'VolumeIds': ['x']}", "InvalidParameterValue", NULL),
	 EC2_OK("ModifyVolumeAttribute", "{'VolumeId': '$V', 'AutoEnableIO': {'Value': true}}",
		NULL),
	 EC2_NO("ModifyVolumeAttribute", "{'VolumeId': '$V'}", "MissingParameter", NULL),
	 EC2_OK("DescribeVolumeAttribute", "{'VolumeId': '$V', 'Attribute': 'autoEnableIO'}",
		"AutoEnableIO.Value=true"),
	 EC2_NO("DescribeVolumeAttribute", "{'VolumeId': 'vol-0', 'Attribute': 'productCodes'}",
		"InvalidVolume.NotFound", "The volume 'vol-0' does not exist."),
	 EC2_OK("EnableVolumeIO", "{'VolumeId': '$V'}", NULL),
	 EC2_NO("EnableVolumeIO", "{'VolumeId': 'vol-0'}", "InvalidVolume.NotFound", NULL),
	 EC2_OK("DeleteVolume", "{'VolumeId': '$V'}", NULL),
	 EC2_NO("DescribeVolumes", "{'VolumeIds': ['$V']}", "InvalidVolume.NotFound", NULL),
	 EC2_KEEP("CreateVolume", "{'AvailabilityZone': 'eu-west-1b', 'Size': 8}", "Z=VolumeId",
		  "VolumeType=gp2; Iops=100"),
	 EC2_WAIT(3000),
	 EC2_NO("AttachVolume", "{'VolumeId': '$Z', 'InstanceId': '$I', 'Device': '/dev/sdg'}",
		"InvalidVolume.ZoneMismatch", NULL),
	 EC2_OK("TerminateInstances", "{'InstanceIds': ['$I']}", NULL), EC2_WAIT(6000),
	 EC2_NO("DescribeVolumes", "{'VolumeIds': ['$R']}", "InvalidVolume.NotFound", NULL),
	 EC2_OK("DescribeVolumes", "{'VolumeIds': ['$D']}", "Volumes.0.State=available"), )

EC2_WALK(a_placement_group_stays_while_an_instance_is_in_it, IMAGE,
	 EC2_NO("CreatePlacementGroup", "{}", "MissingParameter", NULL),
	 EC2_NO("CreatePlacementGroup", "{'GroupName': 'g', 'PartitionCount': 3}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreatePlacementGroup",
		"{'GroupName': 'g', 'Strategy': 'partition', 'PartitionCount': 8}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreatePlacementGroup", "{'GroupName': 'g', 'Strategy': 'spread'}",
		  "G=PlacementGroup.GroupId", "PlacementGroup.SpreadLevel=rack"),
	 EC2_NO("CreatePlacementGroup", "{'GroupName': 'g'}", "InvalidPlacementGroup.Duplicate",
		NULL),
	 EC2_NO("RunInstances",
		"{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'SubnetId': '" TEST_SUBNET
		"', 'Placement': {'GroupName': 'other'}}",
		"InvalidPlacementGroup.Unknown", "The Placement Group 'other' is unknown."),
	 EC2_KEEP("RunInstances",
		  "{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'SubnetId': '" TEST_SUBNET
		  "', 'InstanceType': 'm5.large', 'Placement': {'GroupName': 'g'}}",
		  "I=Instances.0.InstanceId", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("DescribePlacementGroups", "{'GroupNames': ['g']}",
		"PlacementGroups#1; PlacementGroups.0.State=available"),
	 EC2_NO("DescribePlacementGroups", "{'GroupNames': ['x']}", "InvalidPlacementGroup.Unknown",
		NULL),
	 EC2_NO("DeletePlacementGroup", "{'GroupName': 'g'}", "InvalidPlacementGroup.InUse", NULL),
	 EC2_OK("MonitorInstances", "{'InstanceIds': ['$I']}",
		"InstanceMonitorings.0.Monitoring.State=pending"),
	 EC2_OK("DescribeInstances", "{'InstanceIds': ['$I']}",
		"Reservations.0.Instances.0.Monitoring.State=enabled"),
	 EC2_OK("UnmonitorInstances", "{'InstanceIds': ['$I']}",
		"InstanceMonitorings.0.Monitoring.State=disabling"),
	 EC2_NO("MonitorInstances", "{'InstanceIds': ['i-0']}", "InvalidInstanceID.NotFound", NULL),
	 EC2_NO("UnmonitorInstances", "{'InstanceIds': ['x']}", "InvalidInstanceID.Malformed",
		NULL),
	 EC2_OK("GetConsoleOutput", "{'InstanceId': '$I'}", "InstanceId=$I"),
	 EC2_NO("GetConsoleOutput", "{'InstanceId': 'i-0'}", "InvalidInstanceID.NotFound", NULL),
	 EC2_OK("GetPasswordData", "{'InstanceId': '$I'}", "PasswordData="),
	 EC2_NO("GetPasswordData", "{'InstanceId': 'i-0'}", "InvalidInstanceID.NotFound", NULL),
	 EC2_OK("ModifyInstanceCreditSpecification",
		"{'InstanceCreditSpecifications': [{'InstanceId': '$I', 'CpuCredits':"
		" 'standard'}]}",
		"UnsuccessfulInstanceCreditSpecifications.0.Error.Code="
		"InstanceCreditSpecification.NotSupported"),
	 EC2_KEEP("RunInstances",
		  "{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'SubnetId': '" TEST_SUBNET
		  "', 'InstanceType': 't3.micro'}",
		  "T=Instances.0.InstanceId", NULL),
	 EC2_OK("ModifyInstanceCreditSpecification",
		"{'InstanceCreditSpecifications': [{'InstanceId': '$T', 'CpuCredits':"
		" 'standard'}]}",
		"SuccessfulInstanceCreditSpecifications#1"),
	 EC2_OK("DescribeInstanceCreditSpecifications", "{}",
		"InstanceCreditSpecifications#1;"
		" InstanceCreditSpecifications.0.CpuCredits=standard"),
	 EC2_NO("DescribeInstanceCreditSpecifications", "{'InstanceIds': ['i-0']}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_OK("TerminateInstances", "{'InstanceIds': ['$I']}", NULL), EC2_WAIT(6000),
	 EC2_OK("DeletePlacementGroup", "{'GroupName': 'g'}", NULL),
	 EC2_NO("DeletePlacementGroup", "{'GroupName': 'g'}", "InvalidPlacementGroup.Unknown",
		NULL), )

EC2_WALK(a_volume_is_copied_in_its_zone,
	 EC2_KEEP("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'Size': 10}", "V=VolumeId",
		  NULL),
	 EC2_NO("CopyVolumes", "{'SourceVolumeId': '$V'}", "IncorrectState", NULL), EC2_WAIT(3000),
	 EC2_NO("CopyVolumes", "{'SourceVolumeId': 'vol-0'}", "InvalidVolume.NotFound", NULL),
	 EC2_NO("CopyVolumes", "{'SourceVolumeId': '$V', 'Size': 9}", "InvalidParameterValue",
		"New size cannot be smaller than existing size"),
	 EC2_NO("CopyVolumes", "{'SourceVolumeId': '$V', 'VolumeType': 'io2'}", "MissingParameter",
		NULL),
	 EC2_KEEP("CopyVolumes",
		  "{'SourceVolumeId': '$V', 'Encrypted': true, 'VolumeType': 'gp3', 'ClientToken':"
		  " 't', 'TagSpecifications': [{'ResourceType': 'volume', 'Tags': [{'Key': 'a',"
		  " 'Value': 'b'}]}]}",
		  "C=Volumes.0.VolumeId",
		  "Volumes#1; Volumes.0.SourceVolumeId=$V; Volumes.0.Size=10;"
		  " Volumes.0.Encrypted=true; Volumes.0.State=creating; Volumes.0.Iops=3000;"
		  " Volumes.0.Tags.0.Key=a"),
	 EC2_NO("CopyVolumes", "{'SourceVolumeId': '$C'}", "IncorrectState", NULL), EC2_WAIT(3000),
	 EC2_OK("CopyVolumes", "{'SourceVolumeId': '$C', 'Size': 12}",
		"Volumes.0.Encrypted=true; Volumes.0.VolumeType=gp2; Volumes.0.Size=12"), )

int main(void)
{
	const TTest *const tests[] = {
		a_volume_is_created_attached_changed_and_deleted,
		a_placement_group_stays_while_an_instance_is_in_it,
		a_volume_is_copied_in_its_zone,
		NULL,
	};

	return ec2_suite("ec2_volume", setup, teardown, tests);
}
