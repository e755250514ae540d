/* Snapshots of volumes, images made of them, who else may use both. */
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

#define OTHER "999999999999"
#define AMAZONS                                                                                    \
	EC2_KEEP("DescribeImages",                                                                 \
		 "{'Owners': ['amazon'], 'Filters': [{'Name': 'architecture', 'Values':"           \
		 " ['x86_64']}]}",                                                                 \
		 "M=Images.0.ImageId", NULL)
#define RUN(image, more)                                                                           \
	"{'ImageId': '" image "', 'MinCount': 1, 'MaxCount': 1, 'InstanceType': 't3.micro',"       \
	" 'SubnetId': '" TEST_SUBNET "'" more "}"
#define VOLUME                                                                                     \
	EC2_KEEP("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'Size': 10}", "V=VolumeId",   \
		 NULL),                                                                            \
		EC2_WAIT(3000)
#define SNAPSHOT                                                                                   \
	VOLUME, EC2_KEEP("CreateSnapshot", "{'VolumeId': '$V'}", "S=SnapshotId", NULL),            \
		EC2_WAIT(5000)
#define REGISTER(name)                                                                             \
	"{'Name': '" name "', 'Architecture': 'x86_64', 'VirtualizationType': 'hvm',"              \
	" 'RootDeviceName': '/dev/xvda', 'BlockDeviceMappings': [{'DeviceName': '/dev/xvda',"      \
	" 'Ebs': {'SnapshotId': '$S'}}]}"
#define IMAGE SNAPSHOT, EC2_KEEP("RegisterImage", REGISTER("own"), "I=ImageId", NULL)

EC2_WALK(a_snapshot_is_made_copied_and_deleted, VOLUME,
	 EC2_NO("CreateSnapshot", "{'VolumeId': 'vol-0'}", "InvalidVolume.NotFound", NULL),
	 EC2_NO("CreateSnapshot", "{'VolumeId': '$V', 'Location': 'local'}", "NotImplemented",
		NULL),
	 EC2_KEEP("CreateSnapshot",
		  "{'VolumeId': '$V', 'Description': 'd', 'TagSpecifications': [{'ResourceType':"
		  " 'snapshot', 'Tags': [{'Key': 'a', 'Value': 'b'}]}]}",
		  "S=SnapshotId",
		  "State=pending; VolumeSize=10; VolumeId=$V; Encrypted=false; Tags.0.Key=a;"
		  " StorageTier=standard"),
	 EC2_NO("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': '$S'}",
		"IncorrectState", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeSnapshots",
		"{'OwnerIds': ['self'], 'Filters': [{'Name': 'volume-id', 'Values': ['$V']},"
		" {'Name': 'status', 'Values': ['completed']}, {'Name': 'volume-size', 'Values':"
		" ['10']}, {'Name': 'tag:a', 'Values': ['b']}]}",
		"Snapshots#1; Snapshots.0.Progress=100%"),
	 EC2_OK("DescribeSnapshots", "{'OwnerIds': ['" OTHER "']}", "Snapshots#0"),
	 EC2_NO("DescribeSnapshots", "{'Filters': [{'Name': 'size', 'Values': ['1']}]}",
		"InvalidParameterValue", NULL),
	 EC2_NO("DescribeSnapshots", "{'SnapshotIds': ['x']}", "InvalidParameterValue",
		"Value (x) for parameter snapshotId is invalid. Expected: 'snap-...'."),
	 EC2_OK("DescribeTags", "{'Filters': [{'Name': 'resource-type', 'Values': ['snapshot']}]}",
		"Tags#1; Tags.0.ResourceId=$S"),
	 EC2_NO("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': '$S', 'Size': 5}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': '$S'}",
		  "W=VolumeId", "Size=10; SnapshotId=$S"),
	 EC2_KEEP("CopySnapshot", "{'SourceRegion': 'eu-west-1', 'SourceSnapshotId': '$S'}",
		  "C=SnapshotId", NULL),
	 EC2_OK("DeleteSnapshot", "{'SnapshotId': '$C'}", NULL), )

EC2_WALK(a_snapshot_crosses_regions_and_is_encrypted, SNAPSHOT, EC2_AS(NULL, "us-east-1"),
	 EC2_NO("CopySnapshot", "{'SourceRegion': 'nowhere', 'SourceSnapshotId': '$S'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CopySnapshot", "{'SourceRegion': 'us-east-1', 'SourceSnapshotId': '$S'}",
		"InvalidSnapshot.NotFound", "The snapshot '$S' does not exist."),
	 EC2_KEEP("CopySnapshot",
		  "{'SourceRegion': 'eu-west-1', 'SourceSnapshotId': '$S', 'Encrypted': true}",
		  "C=SnapshotId", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeSnapshots", "{'SnapshotIds': ['$C']}",
		"Snapshots.0.State=completed; Snapshots.0.Encrypted=true;"
		" Snapshots.0.VolumeId=vol-ffffffff; Snapshots.0.KmsKeyId=*alias/aws/ebs"),
	 EC2_OK("CreateVolume", "{'AvailabilityZone': 'us-east-1a', 'SnapshotId': '$C'}",
		"Encrypted=true; SnapshotId=$C"),
	 EC2_NO("ModifySnapshotAttribute",
		"{'SnapshotId': '$C', 'CreateVolumePermission': {'Add': [{'Group': 'all'}]}}",
		"InvalidParameterValue", "Encrypted snapshots cannot be shared publicly: $C"),
	 EC2_OK("DeleteSnapshot", "{'SnapshotId': '$C'}", NULL),
	 EC2_NO("DeleteSnapshot", "{'SnapshotId': '$C'}", "InvalidSnapshot.NotFound", NULL), )

EC2_WALK(a_snapshot_is_shared_with_accounts_or_all, SNAPSHOT,
	 EC2_OK("DescribeSnapshotAttribute",
		"{'SnapshotId': '$S', 'Attribute': 'createVolumePermission'}",
		"CreateVolumePermissions#0"),
	 EC2_OK("DescribeSnapshotAttribute", "{'SnapshotId': '$S', 'Attribute': 'productCodes'}",
		"ProductCodes#0"),
	 EC2_NO("DescribeSnapshotAttribute",
		"{'SnapshotId': 'snap-0', 'Attribute': 'productCodes'}", "InvalidSnapshot.NotFound",
		NULL),
	 EC2_NO("ModifySnapshotAttribute", "{'SnapshotId': '$S'}", "MissingParameter", NULL),
	 EC2_NO("ModifySnapshotAttribute",
		"{'SnapshotId': '$S', 'OperationType': 'add', 'UserIds': ['me']}",
		"InvalidUserID.Malformed", "Invalid user id: \"me\""),
	 EC2_AS(OTHER, NULL),
	 EC2_NO("DescribeSnapshots", "{'SnapshotIds': ['$S']}", "InvalidSnapshot.NotFound", NULL),
	 EC2_AS("123456789012", NULL),
	 EC2_OK("ModifySnapshotAttribute",
		"{'SnapshotId': '$S', 'OperationType': 'add', 'UserIds': ['" OTHER "']}", NULL),
	 EC2_OK("DescribeSnapshots", "{'RestorableByUserIds': ['" OTHER "']}", "Snapshots#1"),
	 EC2_OK("DescribeSnapshots", "{'RestorableByUserIds': ['all']}", "Snapshots#0"),
	 EC2_AS(OTHER, NULL),
	 EC2_OK("DescribeSnapshots", "{'OwnerIds': ['123456789012']}", "Snapshots#1"),
	 EC2_NO("DeleteSnapshot", "{'SnapshotId': '$S'}", "InvalidSnapshot.NotFound", NULL),
	 EC2_OK("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': '$S'}",
		"SnapshotId=$S"),
	 EC2_AS("123456789012", NULL),
	 EC2_NO("ResetSnapshotAttribute", "{'SnapshotId': '$S', 'Attribute': 'productCodes'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ResetSnapshotAttribute",
		"{'SnapshotId': '$S', 'Attribute': 'createVolumePermission'}", NULL),
	 EC2_OK("EnableSnapshotBlockPublicAccess", "{'State': 'block-new-sharing'}", NULL),
	 EC2_NO("ModifySnapshotAttribute",
		"{'SnapshotId': '$S', 'CreateVolumePermission': {'Add': [{'Group': 'all'}]}}",
		"OperationNotPermitted", NULL),
	 EC2_OK("DisableSnapshotBlockPublicAccess", "{}", NULL),
	 EC2_OK("ModifySnapshotAttribute",
		"{'SnapshotId': '$S', 'CreateVolumePermission': {'Add': [{'Group': 'all'}]}}",
		NULL),
	 EC2_AS(OTHER, NULL), EC2_OK("DescribeSnapshots", "{'SnapshotIds': ['$S']}", "Snapshots#1"),
	 EC2_AS("123456789012", NULL),
	 EC2_OK("ModifySnapshotAttribute",
		"{'SnapshotId': '$S', 'CreateVolumePermission': {'Remove': [{'Group': 'all'}]}}",
		NULL),
	 EC2_AS(OTHER, NULL), EC2_OK("DescribeSnapshots", "{}", "Snapshots#0"), )

EC2_WALK(snapshots_of_an_instance_are_made_at_once, AMAZONS,
	 EC2_KEEP("RunInstances",
		  RUN("$M", ", 'BlockDeviceMappings': [{'DeviceName': '/dev/sdf', 'Ebs':"
			    " {'VolumeSize': 5}}], 'TagSpecifications': [{'ResourceType':"
			    " 'volume', 'Tags': [{'Key': 'of', 'Value': 'it'}]}]"),
		  "N=Instances.0.InstanceId; D=Instances.0.BlockDeviceMappings.1.Ebs.VolumeId;"
		  " R=Instances.0.BlockDeviceMappings.0.Ebs.VolumeId",
		  NULL),
	 EC2_WAIT(5000),
	 EC2_NO("CreateSnapshots", "{'InstanceSpecification': {'InstanceId': 'i-0'}}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_NO("CreateSnapshots",
		"{'InstanceSpecification': {'InstanceId': '$N', 'ExcludeDataVolumeIds': ['$R']}}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateSnapshots",
		"{'InstanceSpecification': {'InstanceId': '$N', 'ExcludeBootVolume': true,"
		" 'ExcludeDataVolumeIds': ['$D']}}",
		"InvalidParameterValue", NULL),
	 EC2_OK("CreateSnapshots",
		"{'InstanceSpecification': {'InstanceId': '$N'}, 'CopyTagsFromSource': 'volume',"
		" 'Description': 'both'}",
		"Snapshots#2; Snapshots.0.Tags.0.Key=of; Snapshots.1.VolumeSize=5;"
		" Snapshots.0.Description=both"),
	 EC2_OK("CreateSnapshots",
		"{'InstanceSpecification': {'InstanceId': '$N', 'ExcludeBootVolume': true}}",
		"Snapshots#1; Snapshots.0.VolumeId=$D; Snapshots.0.Tags#0"), )

EC2_WALK(an_image_is_registered_launched_and_deregistered, SNAPSHOT,
	 EC2_NO("RegisterImage", "{'Name': 'image#1'}", "InvalidAMIName.Malformed",
		"AMI names must be between 3 and 128 characters long, and may contain letters,"
		" numbers, '(', ')', '.', '-', '/' and '_'"),
	 EC2_NO("RegisterImage", "{'Name': 'image', 'ImageLocation': 'bucket/x'}", "NotImplemented",
		NULL),
	 EC2_NO("RegisterImage", "{'Name': 'image'}", "InvalidBlockDeviceMapping",
		"No root snapshot specified in device mapping"),
	 EC2_NO("RegisterImage",
		"{'Name': 'image', 'RootDeviceName': '/dev/xvda', 'BlockDeviceMappings':"
		" [{'DeviceName': '/dev/xvda', 'Ebs': {'SnapshotId': '$S', 'VolumeSize': 4}}]}",
		"InvalidBlockDeviceMapping",
		"Volume of size 4GB is smaller than snapshot '$S', expect size >= 10GB"),
	 EC2_NO("RegisterImage",
		"{'Name': 'image', 'BlockDeviceMappings': [{'DeviceName': '/dev/sda1', 'Ebs':"
		" {'SnapshotId': '$S', 'Encrypted': true}}]}",
		"InvalidParameter", NULL),
	 EC2_KEEP("RegisterImage", REGISTER("image"), "I=ImageId", NULL),
	 EC2_NO("RegisterImage", REGISTER("image"), "InvalidAMIName.Duplicate",
		"AMI name image is already in use by AMI $I"),
	 EC2_OK("DescribeImages", "{'Owners': ['self']}",
		"Images#1; Images.0.State=available; Images.0.Public=false;"
		" Images.0.ImageLocation=123456789012/image; Images.0.OwnerId=123456789012;"
		" Images.0.BlockDeviceMappings.0.Ebs.VolumeSize=10; !Images.0.ImageAllowed"),
	 EC2_OK("DescribeImages",
		"{'Filters': [{'Name': 'block-device-mapping.snapshot-id', 'Values': ['$S']},"
		" {'Name': 'is-public', 'Values': ['false']}, {'Name': 'manifest-location',"
		" 'Values': ['*/image']}]}",
		"Images#1"),
	 EC2_NO("DescribeImages", "{'Filters': [{'Name': 'size', 'Values': ['1']}]}",
		"InvalidParameterValue", NULL),
	 EC2_NO("DeleteSnapshot", "{'SnapshotId': '$S'}", "InvalidSnapshot.InUse",
		"The snapshot $S is currently in use by $I"),
	 EC2_NO("RunInstances",
		RUN("$I", ", 'BlockDeviceMappings': [{'DeviceName': '/dev/xvda', 'Ebs':"
			  " {'VolumeSize': 9}}]"),
		"InvalidBlockDeviceMapping", NULL),
	 EC2_NO("RunInstances",
		RUN("$I", ", 'BlockDeviceMappings': [{'DeviceName': '/dev/sdf', 'Ebs': {}}]"),
		"InvalidBlockDeviceMapping",
		"Either snapshot ID or volume size must be provided for: /dev/sdf"),
	 EC2_KEEP("RunInstances",
		  RUN("$I", ", 'BlockDeviceMappings': [{'DeviceName': '/dev/sdf', 'Ebs':"
			    " {'SnapshotId': '$S', 'VolumeSize': 12}}]"),
		  "R=Instances.0.BlockDeviceMappings.0.Ebs.VolumeId;"
		  " D=Instances.0.BlockDeviceMappings.1.Ebs.VolumeId",
		  NULL),
	 EC2_OK("DescribeVolumes", "{'VolumeIds': ['$R', '$D']}",
		"Volumes.0.SnapshotId=$S; Volumes.0.Size=10; Volumes.1.SnapshotId=$S;"
		" Volumes.1.Size=12"),
	 EC2_OK("DeregisterImage", "{'ImageId': '$I', 'DeleteAssociatedSnapshots': true}",
		"Return=true; DeleteSnapshotResults.0.ReturnCode=success;"
		" DeleteSnapshotResults.0.SnapshotId=$S"),
	 EC2_NO("DeregisterImage", "{'ImageId': '$I'}", "InvalidAMIID.NotFound", NULL),
	 EC2_NO("RunInstances", RUN("$I", ""), "InvalidAMIID.NotFound",
		"The image id '[$I]' does not exist"),
	 EC2_NO("DescribeSnapshots", "{'SnapshotIds': ['$S']}", "InvalidSnapshot.NotFound", NULL),
	 AMAZONS,
	 EC2_NO("DeregisterImage", "{'ImageId': '$M'}", "AuthFailure",
		"Not authorized for image:$M"), )

EC2_WALK(an_image_is_made_of_an_instance, AMAZONS,
	 EC2_KEEP("RunInstances",
		  RUN("$M", ", 'BlockDeviceMappings': [{'DeviceName': '/dev/sdf', 'Ebs':"
			    " {'VolumeSize': 5}}, {'DeviceName': '/dev/sdg', 'Ebs':"
			    " {'VolumeSize': 6}}]"),
		  "N=Instances.0.InstanceId", NULL),
	 EC2_NO("CreateImage", "{'InstanceId': '$N', 'Name': 'made'}", "IncorrectInstanceState",
		NULL),
	 EC2_WAIT(5000),
	 EC2_NO("CreateImage", "{'InstanceId': 'i-0', 'Name': 'made'}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_NO("CreateImage",
		"{'InstanceId': '$N', 'Name': 'made', 'BlockDeviceMappings': [{'DeviceName':"
		" '/dev/sdf', 'Ebs': {'SnapshotId': 'snap-0'}}]}",
		"InvalidBlockDeviceMapping", NULL),
	 EC2_KEEP("CreateImage",
		  "{'InstanceId': '$N', 'Name': 'made', 'BlockDeviceMappings': [{'DeviceName':"
		  " '/dev/sdg', 'Ebs': {'DeleteOnTermination': false}}, {'DeviceName':"
		  " '/dev/sdf', 'NoDevice': ''}, {'DeviceName': '/dev/sdh', 'Ebs':"
		  " {'VolumeSize': 7}}], 'TagSpecifications': [{'ResourceType': 'snapshot',"
		  " 'Tags': [{'Key': 'k', 'Value': 'v'}]}, {'ResourceType': 'image', 'Tags':"
		  " [{'Key': 'i', 'Value': 'v'}]}]}",
		  "I=ImageId", NULL),
	 EC2_NO("RunInstances", RUN("$I", ""), "InvalidAMIID.Unavailable", NULL),
	 EC2_OK("DescribeImages", "{'ImageIds': ['$I']}",
		"Images.0.State=pending; Images.0.SourceInstanceId=$N;"
		" Images.0.SourceImageId=$M; Images.0.RootDeviceName=/dev/xvda;"
		" Images.0.BlockDeviceMappings#3; Images.0.Tags.0.Key=i;"
		" Images.0.BlockDeviceMappings.1.Ebs.DeleteOnTermination=false;"
		" Images.0.BlockDeviceMappings.2.Ebs.VolumeSize=7"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeImages",
		"{'Filters': [{'Name': 'source-instance-id', 'Values': ['$N']}, {'Name': 'state',"
		" 'Values': ['available']}]}",
		"Images#1"),
	 EC2_OK("DescribeSnapshots",
		"{'Filters': [{'Name': 'tag:k', 'Values': ['v']}, {'Name': 'description',"
		" 'Values': ['Created by CreateImage($N) for $I']}]}",
		"Snapshots#2; Snapshots.0.State=completed"),
	 EC2_OK("GetImageAncestry", "{'ImageId': '$I'}",
		"ImageAncestryEntries#2; ImageAncestryEntries.0.SourceImageId=$M;"
		" ImageAncestryEntries.1.ImageOwnerAlias=amazon"),
	 EC2_NO("GetImageAncestry", "{'ImageId': 'ami-0'}", "InvalidAMIID.NotFound", NULL),
	 EC2_OK("RunInstances", RUN("$I", ""), "Instances.0.BlockDeviceMappings#3"), )

EC2_WALK(an_image_is_copied_into_another_region, IMAGE,
	 EC2_OK("CreateTags", "{'Resources': ['$I'], 'Tags': [{'Key': 'a', 'Value': 'b'}]}", NULL),
	 EC2_AS(NULL, "us-east-1"),
	 EC2_NO("CopyImage", "{'Name': 'copy', 'SourceImageId': '$I', 'SourceRegion': 'us-east-1'}",
		"InvalidAMIID.NotFound", NULL),
	 EC2_NO("CopyImage", "{'Name': 'copy', 'SourceImageId': '$I', 'SourceRegion': 'x'}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CopyImage",
		  "{'Name': 'copy', 'SourceImageId': '$I', 'SourceRegion': 'eu-west-1',"
		  " 'CopyImageTags': true, 'Encrypted': true, 'ClientToken': 't'}",
		  "C=ImageId", NULL),
	 EC2_OK("CopyImage",
		"{'Name': 'copy', 'SourceImageId': '$I', 'SourceRegion': 'eu-west-1',"
		" 'CopyImageTags': true, 'Encrypted': true, 'ClientToken': 't'}",
		"ImageId=$C"),
	 EC2_NO("CopyImage",
		"{'Name': 'other', 'SourceImageId': '$I', 'SourceRegion': 'eu-west-1',"
		" 'ClientToken': 't'}",
		"IdempotentParameterMismatch", NULL),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeImages", "{'ImageIds': ['$C']}",
		"Images.0.State=available; Images.0.SourceImageId=$I;"
		" Images.0.SourceImageRegion=eu-west-1; Images.0.Tags.0.Key=a;"
		" Images.0.BlockDeviceMappings.0.Ebs.Encrypted=true"),
	 EC2_OK("DescribeSnapshots",
		"{'Filters': [{'Name': 'description', 'Values': ['Copied for DestinationAmi $C"
		" from SourceAmi $I for SourceSnapshot $S.']}]}",
		"Snapshots#1; Snapshots.0.Encrypted=true"), )

EC2_WALK(an_image_is_shared_and_made_public_where_that_is_allowed, IMAGE,
	 EC2_NO("ModifyImageAttribute", "{'ImageId': '$I'}", "MissingParameter", NULL),
	 EC2_NO("ModifyImageAttribute", "{'ImageId': '$I', 'Attribute': 'kernel', 'Value': 'x'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("ModifyImageAttribute",
		"{'ImageId': '$I', 'LaunchPermission': {'Add': [{'Group': 'all'}]}}",
		"OperationNotPermitted",
		"You can’t publicly share this image because block public access for AMIs is"
		" enabled for this account. To publicly share the image, you must call the"
		" DisableImageBlockPublicAccess API."),
	 EC2_OK("ModifyImageAttribute",
		"{'ImageId': '$I', 'LaunchPermission': {'Add': [{'UserId': '" OTHER "'}]}}", NULL),
	 EC2_OK("DescribeImageAttribute", "{'ImageId': '$I', 'Attribute': 'launchPermission'}",
		"LaunchPermissions#1; LaunchPermissions.0.UserId=" OTHER),
	 EC2_AS(OTHER, NULL),
	 EC2_OK("DescribeImages", "{'ExecutableUsers': ['self']}", "Images#1; Images.0.ImageId=$I"),
	 EC2_NO("DescribeImageAttribute", "{'ImageId': '$I', 'Attribute': 'description'}",
		"AuthFailure", "Not authorized for image:$I"),
	 EC2_NO("CopyImage", "{'Name': 'copy', 'SourceImageId': '$I', 'SourceRegion': 'eu-west-1'}",
		"InvalidRequest", "You do not have permission to access the storage of this ami"),
	 EC2_OK("CancelImageLaunchPermission", "{'ImageId': '$I'}", "Return=true"),
	 EC2_NO("CancelImageLaunchPermission", "{'ImageId': '$I'}", "InvalidAMIID.NotFound", NULL),
	 EC2_AS("123456789012", NULL), EC2_OK("DisableImageBlockPublicAccess", "{}", NULL),
	 EC2_OK("ModifyImageAttribute",
		"{'ImageId': '$I', 'Attribute': 'launchPermission', 'OperationType': 'add',"
		" 'UserGroups': ['all']}",
		NULL),
	 EC2_AS(OTHER, NULL),
	 EC2_OK("DescribeImages", "{'Owners': ['123456789012'], 'ExecutableUsers': ['all']}",
		"Images#1; Images.0.Public=true; Images.0.Tags#0"),
	 EC2_AS("123456789012", NULL),
	 EC2_OK("ResetImageAttribute", "{'ImageId': '$I', 'Attribute': 'launchPermission'}", NULL),
	 EC2_NO("ResetImageAttribute", "{'ImageId': 'ami-0', 'Attribute': 'launchPermission'}",
		"InvalidAMIID.NotFound", NULL),
	 EC2_OK("DescribeImages", "{'ImageIds': ['$I']}", "Images.0.Public=false"),
	 EC2_OK("ModifyImageAttribute", "{'ImageId': '$I', 'Description': {'Value': 'new'}}", NULL),
	 EC2_OK("DescribeImageAttribute", "{'ImageId': '$I', 'Attribute': 'description'}",
		"Description.Value=new"),
	 EC2_OK("DescribeImageAttribute", "{'ImageId': '$I', 'Attribute': 'blockDeviceMapping'}",
		"BlockDeviceMappings#1"),
	 EC2_NO("ModifyImageAttribute", "{'ImageId': '$I', 'ImdsSupport': {'Value': 'v1.0'}}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyImageAttribute",
		"{'ImageId': '$I', 'Attribute': 'imdsSupport', 'Value': 'v2.0'}", NULL),
	 EC2_OK("DescribeImageAttribute", "{'ImageId': '$I', 'Attribute': 'imdsSupport'}",
		"ImdsSupport.Value=v2.0"), )

EC2_WALK(an_image_is_disabled_deprecated_and_protected, IMAGE,
	 EC2_NO("EnableImage", "{'ImageId': '$I'}", "IncorrectState", NULL),
	 EC2_OK("DisableImage", "{'ImageId': '$I'}", "Return=true"),
	 EC2_NO("DisableImage", "{'ImageId': '$I'}", "IncorrectState",
		"The image '$I' is in the state 'disabled'"),
	 EC2_NO("RunInstances", RUN("$I", ""), "InvalidAMIID.Unavailable", NULL),
	 EC2_OK("DescribeImages", "{'Owners': ['self']}", "Images#0"),
	 EC2_OK("DescribeImages", "{'Owners': ['self'], 'IncludeDisabled': true}", "Images#1"),
	 EC2_NO("ModifyImageAttribute",
		"{'ImageId': '$I', 'LaunchPermission': {'Add': [{'UserId': '" OTHER "'}]}}",
		"IncorrectState", NULL),
	 EC2_OK("EnableImage", "{'ImageId': '$I'}", "Return=true"),
	 EC2_NO("EnableImageDeprecation",
		"{'ImageId': '$I', 'DeprecateAt': '2001-01-01T00:00:00.000Z'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("EnableImageDeprecation",
		"{'ImageId': '$I', 'DeprecateAt': '2031-01-01T00:00:29.000Z'}", "Return=true"),
	 EC2_OK("DescribeImages", "{'ImageIds': ['$I']}",
		"Images.0.DeprecationTime=2031-01-01T00:00:00.000Z"),
	 EC2_OK("DisableImageDeprecation", "{'ImageId': '$I'}", "Return=true"),
	 EC2_NO("DisableImageDeprecation", "{'ImageId': 'ami-0'}", "InvalidAMIID.NotFound", NULL),
	 EC2_OK("DescribeImages", "{'ImageIds': ['$I']}", "!Images.0.DeprecationTime"),
	 EC2_NO("EnableImageDeregistrationProtection", "{'ImageId': 'x'}", "InvalidAMIID.Malformed",
		NULL),
	 EC2_OK("EnableImageDeregistrationProtection", "{'ImageId': '$I', 'WithCooldown': true}",
		"Return=enabled-with-cooldown"),
	 EC2_NO("DeregisterImage", "{'ImageId': '$I'}", "OperationNotPermitted", NULL),
	 EC2_OK("DisableImageDeregistrationProtection", "{'ImageId': '$I'}",
		"Return=disabled-until-*"),
	 EC2_NO("DisableImageDeregistrationProtection", "{'ImageId': 'ami-0'}",
		"InvalidAMIID.NotFound", NULL),
	 EC2_NO("DeregisterImage", "{'ImageId': '$I'}", "OperationNotPermitted", NULL),
	 EC2_WAIT(24 * 3600 * 1000),
	 EC2_OK("DescribeImageAttribute",
		"{'ImageId': '$I', 'Attribute': 'deregistrationProtection'}",
		"DeregistrationProtection.Value=disabled"),
	 EC2_OK("EnableImageDeregistrationProtection", "{'ImageId': '$I'}",
		"Return=enabled-without-cooldown"),
	 EC2_OK("DisableImageDeregistrationProtection", "{'ImageId': '$I'}", "Return=disabled"),
	 EC2_OK("DeregisterImage", "{'ImageId': '$I'}", "Return=true; !DeleteSnapshotResults"), )

EC2_WALK(an_image_says_on_which_types_it_runs, IMAGE,
	 EC2_NO("ReplaceImageInstanceTypeSpecification",
		"{'ImageId': '$I', 'InstanceTypeSpecification': {'SupportedInstanceTypes':"
		" ['m5.*'], 'UnsupportedInstanceTypes': ['c5.large']}}",
		"InvalidParameterCombination", NULL),
	 EC2_OK("ReplaceImageInstanceTypeSpecification",
		"{'ImageId': '$I', 'InstanceTypeSpecification': {'SupportedInstanceTypes':"
		" ['m5.large']}}",
		"ReturnValue=true"),
	 EC2_OK("DescribeImages",
		"{'Filters': [{'Name': 'instance-type-specification.supported-instance-type',"
		" 'Values': ['m5.large']}]}",
		"Images#1"),
	 EC2_NO("RunInstances", RUN("$I", ""), "InvalidParameterCombination", NULL),
	 EC2_OK("ReplaceImageInstanceTypeSpecification", "{'ImageId': '$I'}", "ReturnValue=true"),
	 EC2_OK("RunInstances", RUN("$I", ""), NULL), )

EC2_WALK(only_allowed_images_are_found_and_launched, AMAZONS, IMAGE,
	 EC2_OK("GetAllowedImagesSettings", "{}",
		"State=disabled; ManagedBy=account; ImageCriteria#0"),
	 EC2_NO("GetAllowedImagesSettings", "{'NoSuchMember': 'x'}", "UnknownParameter", NULL),
	 EC2_NO("ReplaceImageCriteriaInAllowedImagesSettings",
		"{'ImageCriteria': [{'ImageProviders': ['me']}]}", "InvalidParameterValue", NULL),
	 EC2_OK("ReplaceImageCriteriaInAllowedImagesSettings",
		"{'ImageCriteria': [{'ImageProviders': ['amazon'], 'ImageNames': ['al2023-*']}]}",
		"ReturnValue=true"),
	 EC2_NO("EnableAllowedImagesSettings", "{'AllowedImagesSettingsState': 'maybe'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("EnableAllowedImagesSettings", "{'AllowedImagesSettingsState': 'audit-mode'}",
		"AllowedImagesSettingsState=audit-mode"),
	 EC2_OK("DescribeImages", "{'Filters': [{'Name': 'image-allowed', 'Values': ['false']}]}",
		"Images#1; Images.0.ImageAllowed=false"),
	 EC2_KEEP("DescribeImages", "{'Filters': [{'Name': 'name', 'Values': ['amzn2-*']}]}",
		  "A=Images.0.ImageId", NULL),
	 EC2_KEEP("RunInstances", RUN("$A", ""), "N=Instances.0.InstanceId", NULL),
	 EC2_OK("EnableAllowedImagesSettings", "{'AllowedImagesSettingsState': 'enabled'}", NULL),
	 EC2_OK("DescribeImages", "{}", "Images#3; Images.0.ImageAllowed=true"),
	 EC2_NO("RunInstances", RUN("$A", ""), "InvalidAMIID.NotFound", NULL),
	 EC2_OK("RunInstances", RUN("$I", ""), NULL),
	 EC2_OK("DescribeInstanceImageMetadata",
		"{'Filters': [{'Name': 'image-allowed', 'Values': ['false']}]}",
		"InstanceImageMetadata#1; InstanceImageMetadata.0.InstanceId=$N;"
		" InstanceImageMetadata.0.ImageMetadata.IsPublic=true;"
		" InstanceImageMetadata.0.ZoneId=euw1-az3"),
	 EC2_OK("DescribeInstanceImageMetadata",
		"{'Filters': [{'Name': 'owner-alias', 'Values': ['amazon']}, {'Name': 'zone-id',"
		" 'Values': ['euw1-az3']}]}",
		"InstanceImageMetadata#1"),
	 EC2_NO("DescribeInstanceImageMetadata", "{'InstanceIds': ['i-0']}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_OK("DisableAllowedImagesSettings", "{}", "AllowedImagesSettingsState=disabled"),
	 EC2_NO("DisableAllowedImagesSettings", "{'NoSuchMember': 'x'}", "UnknownParameter", NULL),
	 EC2_OK("RunInstances", RUN("$A", ""), NULL), )

EC2_WALK(who_uses_an_image_is_told, AMAZONS,
	 EC2_OK("CreateLaunchTemplate",
		"{'LaunchTemplateName': 'tpl', 'LaunchTemplateData': {'ImageId': '$M'}}", NULL),
	 EC2_OK("RunInstances", RUN("$M", ""), NULL),
	 EC2_NO("DescribeImageReferences", "{'ImageIds': ['$M']}", "MissingParameter", NULL),
	 EC2_NO("DescribeImageReferences",
		"{'ImageIds': ['$M'], 'IncludeAllResourceTypes': true, 'ResourceTypes':"
		" [{'ResourceType': 'ec2:Instance'}]}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("DescribeImageReferences",
		"{'ImageIds': ['ami-0'], 'IncludeAllResourceTypes': true}", "InvalidAMIID.NotFound",
		NULL),
	 EC2_OK("DescribeImageReferences", "{'ImageIds': ['$M'], 'IncludeAllResourceTypes': true}",
		"ImageReferences#2; ImageReferences.0.Arn=arn:aws:ec2:*:instance/i-*;"
		" ImageReferences.1.ResourceType=ec2:LaunchTemplate"),
	 EC2_OK("DescribeImageReferences",
		"{'ImageIds': ['$M'], 'ResourceTypes': [{'ResourceType': 'ec2:Instance',"
		" 'ResourceTypeOptions': [{'OptionName': 'state-name', 'OptionValues':"
		" ['stopped']}]}]}",
		"ImageReferences#0"), )

EC2_WALK(a_locked_snapshot_stays, SNAPSHOT,
	 EC2_NO("LockSnapshot", "{'SnapshotId': '$S', 'LockMode': 'governance'}",
		"MissingParameter", NULL),
	 EC2_NO("LockSnapshot",
		"{'SnapshotId': '$S', 'LockMode': 'governance', 'LockDuration': 1,"
		" 'CoolOffPeriod': 1}",
		"InvalidParameterValue", NULL),
	 EC2_NO("LockSnapshot",
		"{'SnapshotId': '$S', 'LockMode': 'governance', 'ExpirationDate':"
		" '2001-01-01T00:00:00.000Z'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("UnlockSnapshot", "{'SnapshotId': '$S'}", "IncorrectState", NULL),
	 EC2_OK("LockSnapshot", "{'SnapshotId': '$S', 'LockMode': 'governance', 'LockDuration': 1}",
		"LockState=governance; LockDuration=1"),
	 EC2_NO("DeleteSnapshot", "{'SnapshotId': '$S'}", "SnapshotLocked",
		"The snapshot '$S' is locked in governance mode"),
	 EC2_OK("UnlockSnapshot", "{'SnapshotId': '$S'}", "SnapshotId=$S"),
	 EC2_OK("DescribeLockedSnapshots", "{}", "Snapshots#0"),
	 EC2_OK("LockSnapshot",
		"{'SnapshotId': '$S', 'LockMode': 'compliance', 'LockDuration': 2,"
		" 'CoolOffPeriod': 1}",
		"LockState=compliance-cooloff; CoolOffPeriod=1"),
	 EC2_WAIT(3600 * 1000),
	 EC2_OK("DescribeLockedSnapshots",
		"{'Filters': [{'Name': 'lock-state', 'Values': ['compliance']}]}", "Snapshots#1"),
	 EC2_NO("DescribeLockedSnapshots", "{'SnapshotIds': ['snap-0']}",
		"InvalidSnapshot.NotFound", NULL),
	 EC2_NO("UnlockSnapshot", "{'SnapshotId': '$S'}", "SnapshotLocked", NULL),
	 EC2_NO("LockSnapshot", "{'SnapshotId': '$S', 'LockMode': 'compliance', 'LockDuration': 1}",
		"SnapshotLocked", NULL),
	 EC2_WAIT(2 * 24 * 3600 * 1000),
	 EC2_OK("DescribeLockedSnapshots", "{}", "Snapshots.0.LockState=expired"),
	 EC2_OK("DeleteSnapshot", "{'SnapshotId': '$S'}", NULL), )

EC2_WALK(a_snapshot_is_archived_and_restored, SNAPSHOT,
	 EC2_NO("RestoreSnapshotTier", "{'SnapshotId': '$S', 'PermanentRestore': true}",
		"IncorrectState", "Snapshot '$S' is in the storage tier 'standard'"),
	 EC2_OK("ModifySnapshotTier", "{'SnapshotId': '$S', 'StorageTier': 'archive'}",
		"SnapshotId=$S"),
	 EC2_NO("ModifySnapshotTier", "{'SnapshotId': '$S', 'StorageTier': 'archive'}",
		"IncorrectState", NULL),
	 EC2_OK("DescribeSnapshotTierStatus", "{}",
		"SnapshotTierStatuses.0.LastTieringOperationStatus=archival-in-progress"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeSnapshots", "{'SnapshotIds': ['$S']}", "Snapshots.0.StorageTier=archive"),
	 EC2_NO("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': '$S'}",
		"IncorrectState", "Snapshot '$S' is in the storage tier 'archive'"),
	 EC2_NO("RestoreSnapshotTier", "{'SnapshotId': '$S'}", "MissingParameter", NULL),
	 EC2_NO("RestoreSnapshotTier", "{'SnapshotId': '$S', 'TemporaryRestoreDays': 181}",
		"InvalidParameterValue", NULL),
	 EC2_OK("RestoreSnapshotTier", "{'SnapshotId': '$S', 'TemporaryRestoreDays': 1}",
		"RestoreDuration=1; IsPermanentRestore=false"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeSnapshotTierStatus",
		"{'Filters': [{'Name': 'last-tiering-operation', 'Values':"
		" ['temporary-restore-completed']}]}",
		"SnapshotTierStatuses#1; SnapshotTierStatuses.0.StorageTier=standard"),
	 EC2_NO("DescribeSnapshotTierStatus", "{'Filters': [{'Name': 'x', 'Values': ['y']}]}",
		"InvalidParameterValue", NULL),
	 EC2_WAIT(24 * 3600 * 1000),
	 EC2_OK("DescribeSnapshots", "{'SnapshotIds': ['$S']}", "Snapshots.0.StorageTier=archive"),
	 EC2_OK("RestoreSnapshotTier", "{'SnapshotId': '$S', 'PermanentRestore': true}",
		"IsPermanentRestore=true"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeSnapshots", "{'SnapshotIds': ['$S']}",
		"Snapshots.0.StorageTier=standard; !Snapshots.0.RestoreExpiryTime"), )

EC2_WALK(what_is_deleted_is_gone_and_the_recycle_bin_empty, IMAGE,
	 EC2_OK("DeregisterImage", "{'ImageId': '$I', 'DeleteAssociatedSnapshots': true}", NULL),
	 EC2_OK("DeleteVolume", "{'VolumeId': '$V'}", NULL),
	 EC2_OK("ListImagesInRecycleBin", "{}", "Images#0"),
	 EC2_OK("ListSnapshotsInRecycleBin", "{}", "Snapshots#0"),
	 EC2_OK("ListVolumesInRecycleBin", "{}", "Volumes#0"),
	 EC2_NO("ListImagesInRecycleBin", "{'ImageIds': ['$I']}", "InvalidAMIID.NotFound", NULL),
	 EC2_NO("ListSnapshotsInRecycleBin", "{'SnapshotIds': ['$S']}", "InvalidSnapshot.NotFound",
		NULL),
	 EC2_NO("ListVolumesInRecycleBin", "{'VolumeIds': ['$V']}", "InvalidVolume.NotFound",
		NULL), )

EC2_WALK(a_snapshot_is_restored_fast_where_that_is_enabled, SNAPSHOT,
	 EC2_NO("EnableFastSnapshotRestores", "{'SourceSnapshotIds': ['$S']}", "MissingParameter",
		NULL),
	 EC2_NO("EnableFastSnapshotRestores",
		"{'SourceSnapshotIds': ['$S'], 'AvailabilityZones': ['eu-west-1z']}",
		"InvalidParameterValue", NULL),
	 EC2_OK("EnableFastSnapshotRestores",
		"{'SourceSnapshotIds': ['$S', 'snap-0'], 'AvailabilityZoneIds': ['euw1-az3']}",
		"Successful#1; Successful.0.State=enabling;"
		" Successful.0.AvailabilityZone=eu-west-1a; Unsuccessful.0.SnapshotId=snap-0;"
		" Unsuccessful.0.FastSnapshotRestoreStateErrors.0.Error.Code="
		"InvalidSnapshot.NotFound"),
	 EC2_OK("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': '$S'}",
		"!FastRestored"),
	 EC2_WAIT(5000),
	 EC2_OK("DescribeFastSnapshotRestores",
		"{'Filters': [{'Name': 'state', 'Values': ['enabled']}]}",
		"FastSnapshotRestores#1; FastSnapshotRestores.0.SnapshotId=$S"),
	 EC2_NO("DescribeFastSnapshotRestores", "{'Filters': [{'Name': 'x', 'Values': ['y']}]}",
		"InvalidParameterValue", NULL),
	 EC2_OK("CreateVolume", "{'AvailabilityZone': 'eu-west-1a', 'SnapshotId': '$S'}",
		"FastRestored=true"),
	 EC2_OK("CreateVolume", "{'AvailabilityZone': 'eu-west-1b', 'SnapshotId': '$S'}",
		"!FastRestored"),
	 EC2_OK("DisableFastSnapshotRestores",
		"{'SourceSnapshotIds': ['$S'], 'AvailabilityZones': ['eu-west-1a', 'eu-west-1b']}",
		"Successful.0.State=disabling;"
		" Unsuccessful.0.FastSnapshotRestoreStateErrors.0.AvailabilityZone=eu-west-1b"),
	 EC2_NO("DisableFastSnapshotRestores", "{'SourceSnapshotIds': ['$S']}", "MissingParameter",
		NULL),
	 EC2_WAIT(5000), EC2_OK("DescribeFastSnapshotRestores", "{}", "FastSnapshotRestores#0"), )

int main(void)
{
	const TTest *const tests[] = {
		a_snapshot_is_made_copied_and_deleted,
		a_snapshot_crosses_regions_and_is_encrypted,
		a_snapshot_is_shared_with_accounts_or_all,
		snapshots_of_an_instance_are_made_at_once,
		an_image_is_registered_launched_and_deregistered,
		an_image_is_made_of_an_instance,
		an_image_is_copied_into_another_region,
		an_image_is_shared_and_made_public_where_that_is_allowed,
		an_image_is_disabled_deprecated_and_protected,
		an_image_says_on_which_types_it_runs,
		only_allowed_images_are_found_and_launched,
		who_uses_an_image_is_told,
		a_locked_snapshot_stays,
		a_snapshot_is_archived_and_restored,
		what_is_deleted_is_gone_and_the_recycle_bin_empty,
		a_snapshot_is_restored_fast_where_that_is_enabled,
		NULL,
	};

	return ec2_suite("ec2_image", setup, teardown, tests);
}
