/* Options of instances, dedicated hosts, event windows, root volumes that are replaced. */
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
#define RUN(type, more)                                                                            \
	"{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'InstanceType': '" type                   \
	"', 'SubnetId': '" TEST_SUBNET "'" more "}"
#define RUNNING(type, more)                                                                        \
	IMAGE, EC2_KEEP("RunInstances", RUN(type, more), "I=Instances.0.InstanceId", NULL),        \
		EC2_WAIT(5000)
#define STOPPED(type, more)                                                                        \
	RUNNING(type, more), EC2_OK("StopInstances", "{'InstanceIds': ['$I']}", NULL),             \
		EC2_WAIT(5000)
#define INSTANCE(text) EC2_OK("DescribeInstances", "{'InstanceIds': ['$I']}", text)
#define OF	       "Reservations.0.Instances.0."

EC2_WALK(an_instance_has_the_options_it_was_launched_with, IMAGE,
	 EC2_NO("RunInstances", RUN("m5.large", ", 'CpuOptions': {'CoreCount': 4}"),
		"InvalidParameterValue", NULL),
	 EC2_NO("RunInstances", RUN("m5.large", ", 'CpuOptions': {'AmdSevSnp': 'enabled'}"),
		"InvalidParameterValue", NULL),
	 EC2_NO("RunInstances", RUN("m1.small", ", 'CpuOptions': {'CoreCount': 1}"),
		"InvalidParameterValue", NULL),
	 EC2_NO("RunInstances",
		RUN("m5.large", ", 'CreditSpecification': {'CpuCredits': 'standard'}"),
		"InvalidParameterCombination", "The instance type m5.large has no CPU credits"),
	 EC2_NO("RunInstances", RUN("t3.micro", ", 'CreditSpecification': {'CpuCredits': 'x'}"),
		"InvalidParameterValue", NULL),
	 EC2_NO("RunInstances",
		RUN("m5.large", ", 'NetworkPerformanceOptions': {'BandwidthWeighting': 'vpc-1'}"),
		"InvalidParameterCombination", NULL),
	 EC2_NO("RunInstances", RUN("m1.small", ", 'HibernationOptions': {'Configured': true}"),
		"UnsupportedHibernationConfiguration", NULL),
	 EC2_NO("RunInstances",
		RUN("m5.large", ", 'Placement': {'AvailabilityZone': 'eu-west-1b'}"),
		"InvalidParameterValue",
		"The availability zone 'eu-west-1b' is not that of the"
		" subnet"),
	 EC2_NO("RunInstances",
		RUN("m5.large",
		    ", 'CapacityReservationSpecification':"
		    " {'CapacityReservationTarget': {'CapacityReservationId': 'cr-1'}}"),
		"NotImplemented", NULL),
	 EC2_NO("RunInstances",
		"{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'InstanceType': 'm5.large',"
		" 'NetworkInterfaces': [{'DeviceIndex': 0, 'SubnetId': '" TEST_SUBNET
		"', 'NetworkCardIndex': 1}]}",
		"InvalidParameterValue", NULL),
	 EC2_NO("RunInstances",
		"{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'InstanceType': 'm5.large',"
		" 'NetworkInterfaces': [{'DeviceIndex': 0, 'SubnetId': '" TEST_SUBNET
		"', 'EnaQueueCount': 4}]}",
		"NotImplemented", NULL),
	 EC2_NO("RunInstances",
		"{'ImageId': '$M', 'MinCount': 1, 'MaxCount': 1, 'InstanceType': 'm5.large',"
		" 'NetworkInterfaces': [{'DeviceIndex': 0, 'SubnetId': '" TEST_SUBNET
		"', 'AssociateCarrierIpAddress': true}]}",
		"NotImplemented", NULL),
	 EC2_NO("CreateVolume",
		"{'AvailabilityZone': 'eu-west-1a', 'Size': 1, 'VolumeInitializationRate': 200}",
		"NotImplemented", NULL),
	 EC2_KEEP("RunInstances",
		  RUN("m5.large",
		      ", 'CpuOptions': {'CoreCount': 1, 'ThreadsPerCore': 1}, 'EnclaveOptions':"
		      " {'Enabled': true}, 'HibernationOptions': {'Configured': true},"
		      " 'MaintenanceOptions': {'AutoRecovery': 'disabled'},"
		      " 'PrivateDnsNameOptions': {'HostnameType': 'resource-name'},"
		      " 'CapacityReservationSpecification': {'CapacityReservationPreference':"
		      " 'none'}"),
		  "I=Instances.0.InstanceId", NULL),
	 INSTANCE(OF "CpuOptions.ThreadsPerCore=1; " OF "EnclaveOptions.Enabled=true; " OF
		     "HibernationOptions.Configured=true; " OF
		     "MaintenanceOptions.AutoRecovery=disabled; " OF
		     "PrivateDnsName=$I.eu-west-1.compute.internal; " OF
		     "CapacityReservationSpecification.CapacityReservationPreference=none; " OF
		     "NetworkPerformanceOptions.BandwidthWeighting=default; " OF
		     "CurrentInstanceBootMode=uefi"), )

/* Request, account, image, AWS: in this order. The image speaks IMDSv2. */
EC2_WALK(metadata_options_come_from_the_request_the_account_and_the_image, RUNNING("m5.large", ""),
	 INSTANCE(OF "MetadataOptions.HttpTokens=required; " OF
		     "MetadataOptions.HttpPutResponseHopLimit=2"),
	 EC2_OK("ModifyInstanceMetadataDefaults",
		"{'HttpTokens': 'optional', 'HttpPutResponseHopLimit': 5}", NULL),
	 EC2_KEEP("RunInstances",
		  RUN("m5.large", ", 'MetadataOptions': {'HttpEndpoint':"
				  " 'disabled'}"),
		  "I=Instances.0.InstanceId", NULL),
	 INSTANCE(OF "MetadataOptions.HttpTokens=optional; " OF
		     "MetadataOptions.HttpPutResponseHopLimit=5; " OF
		     "MetadataOptions.HttpEndpoint=disabled"),
	 EC2_OK("ModifyInstanceMetadataOptions",
		"{'InstanceId': '$I', 'HttpTokens': 'required', 'HttpPutResponseHopLimit': 3}",
		"InstanceMetadataOptions.HttpTokens=required;"
		" InstanceMetadataOptions.HttpPutResponseHopLimit=3"),
	 EC2_NO("ModifyInstanceMetadataOptions", "{'InstanceId': 'i-0'}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_OK("ModifyDefaultCreditSpecification",
		"{'InstanceFamily': 't3', 'CpuCredits': 'standard'}", NULL),
	 EC2_KEEP("RunInstances", RUN("t3.micro", ""), "T=Instances.0.InstanceId", NULL),
	 EC2_OK("DescribeInstanceCreditSpecifications", "{'InstanceIds': ['$T']}",
		"InstanceCreditSpecifications.0.CpuCredits=standard"), )

EC2_WALK(a_stopped_instance_gets_other_options, RUNNING("m5.2xlarge", ""),
	 EC2_NO("ModifyInstanceCpuOptions", "{'InstanceId': '$I', 'CoreCount': 2}",
		"IncorrectInstanceState", "The instance '$I' is not in the 'stopped' state."),
	 EC2_OK("RebootInstances", "{'InstanceIds': ['$I']}", NULL),
	 EC2_OK("SendDiagnosticInterrupt", "{'InstanceId': '$I'}", NULL),
	 EC2_NO("StopInstances", "{'InstanceIds': ['$I'], 'Hibernate': true}",
		"UnsupportedHibernationConfiguration", NULL),
	 EC2_OK("ReportInstanceStatus",
		"{'Instances': ['$I'], 'Status': 'impaired', 'ReasonCodes': ['other']}", NULL),
	 EC2_NO("ReportInstanceStatus",
		"{'Instances': ['$I'], 'Status': 'ok', 'ReasonCodes': ['other'], 'StartTime':"
		" '2026-01-02T00:00:00.000Z', 'EndTime': '2026-01-01T00:00:00.000Z'}",
		"InvalidParameterValue", NULL),
	 EC2_OK("StopInstances", "{'InstanceIds': ['$I']}", NULL), EC2_WAIT(5000),
	 EC2_NO("SendDiagnosticInterrupt", "{'InstanceId': '$I'}", "IncorrectInstanceState", NULL),
	 EC2_NO("ModifyInstanceCpuOptions", "{'InstanceId': '$I', 'ThreadsPerCore': 1}",
		"MissingParameter", NULL),
	 EC2_NO("ModifyInstanceCpuOptions", "{'InstanceId': '$I', 'CoreCount': 3}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyInstanceCpuOptions",
		"{'InstanceId': '$I', 'CoreCount': 2, 'ThreadsPerCore': 1}",
		"CoreCount=2; ThreadsPerCore=1"),
	 EC2_OK("ModifyInstanceMaintenanceOptions",
		"{'InstanceId': '$I', 'AutoRecovery': 'disabled'}",
		"AutoRecovery=disabled; RebootMigration=default"),
	 EC2_NO("ModifyInstanceMaintenanceOptions",
		"{'InstanceId': 'i-0', 'AutoRecovery': 'disabled'}", "InvalidInstanceID.NotFound",
		NULL),
	 EC2_OK("ModifyInstanceNetworkPerformanceOptions",
		"{'InstanceId': '$I', 'BandwidthWeighting': 'default'}",
		"BandwidthWeighting=default"),
	 EC2_NO("ModifyInstanceNetworkPerformanceOptions",
		"{'InstanceId': '$I', 'BandwidthWeighting': 'ebs-1'}",
		"InvalidParameterCombination", NULL),
	 EC2_OK("ModifyInstanceCapacityReservationAttributes",
		"{'InstanceId': '$I', 'CapacityReservationSpecification':"
		" {'CapacityReservationPreference': 'none'}}",
		"Return=true"),
	 EC2_NO("ModifyInstanceCapacityReservationAttributes",
		"{'InstanceId': '$I', 'CapacityReservationSpecification': {}}", "MissingParameter",
		NULL),
	 EC2_OK("ModifyPrivateDnsNameOptions",
		"{'InstanceId': '$I', 'PrivateDnsHostnameType': 'resource-name',"
		" 'EnableResourceNameDnsARecord': true}",
		"Return=true"),
	 EC2_NO("ModifyPrivateDnsNameOptions", "{'InstanceId': 'i-0'}",
		"InvalidInstanceID.NotFound", NULL),
	 INSTANCE(OF "PrivateDnsName=$I.eu-west-1.compute.internal; " OF
		     "PrivateDnsNameOptions.EnableResourceNameDnsARecord=true; " OF
		     "CpuOptions.CoreCount=2"),
	 EC2_OK("ResetInstanceAttribute", "{'InstanceId': '$I', 'Attribute': 'kernel'}", NULL),
	 EC2_NO("ResetInstanceAttribute", "{'InstanceId': '$I', 'Attribute': 'userData'}",
		"InvalidParameterValue", "The attribute 'userData' cannot be reset"),
	 EC2_OK("ModifyInstanceAttribute",
		"{'InstanceId': '$I', 'SourceDestCheck': {'Value': false}}", NULL),
	 EC2_OK("ResetInstanceAttribute", "{'InstanceId': '$I', 'Attribute': 'sourceDestCheck'}",
		NULL),
	 INSTANCE(OF "SourceDestCheck=true"),
	 EC2_OK("ModifyInstanceAttribute",
		"{'InstanceId': '$I', 'BlockDeviceMappings': [{'DeviceName': '/dev/xvda', 'Ebs':"
		" {'DeleteOnTermination': false}}]}",
		NULL),
	 EC2_NO("ModifyInstanceAttribute",
		"{'InstanceId': '$I', 'BlockDeviceMappings': [{'DeviceName': '/dev/sdz', 'Ebs':"
		" {'DeleteOnTermination': false}}]}",
		"InvalidInstanceAttributeValue", "No device is currently mapped at /dev/sdz"),
	 EC2_OK("DescribeVolumes",
		"{'Filters': [{'Name': 'attachment.delete-on-termination', 'Values': ['false']}]}",
		"Volumes#1"),
	 EC2_OK("DescribeInstanceAttribute", "{'InstanceId': '$I', 'Attribute': 'enclaveOptions'}",
		"EnclaveOptions.Enabled=false"), )

EC2_WALK(a_stopped_instance_is_placed_elsewhere,
	 EC2_KEEP("CreatePlacementGroup",
		  "{'GroupName': 'g', 'Strategy': 'partition', 'PartitionCount': 2}",
		  "G=PlacementGroup.GroupId", NULL),
	 STOPPED("m5.large", ""),
	 EC2_NO("ModifyInstancePlacement", "{'InstanceId': '$I', 'GroupName': 'none'}",
		"InvalidPlacementGroup.Unknown", NULL),
	 EC2_NO("ModifyInstancePlacement",
		"{'InstanceId': '$I', 'GroupName': 'g', 'PartitionNumber': 3}",
		"InvalidParameterValue", NULL),
	 EC2_OK("ModifyInstancePlacement",
		"{'InstanceId': '$I', 'GroupId': '$G', 'PartitionNumber': 2}", "Return=true"),
	 INSTANCE(OF "Placement.GroupName=g; " OF "Placement.PartitionNumber=2; " OF
		     "Placement.AvailabilityZone=eu-west-1a; " OF
		     "Placement.AvailabilityZoneId=euw1-az3"),
	 EC2_OK("ModifyInstancePlacement", "{'InstanceId': '$I', 'GroupName': ''}", NULL),
	 INSTANCE(OF "Placement.GroupName=; !" OF "Placement.PartitionNumber"),
	 EC2_NO("ModifyInstancePlacement", "{'InstanceId': '$I', 'Tenancy': 'host'}",
		"InsufficientHostCapacity", NULL),
	 EC2_KEEP("AllocateHosts",
		  "{'AvailabilityZone': 'eu-west-1a', 'InstanceFamily': 'm5', 'Quantity': 1}",
		  "H=HostIds.0", NULL),
	 EC2_OK("ModifyInstancePlacement", "{'InstanceId': '$I', 'Tenancy': 'host'}", NULL),
	 INSTANCE(OF "Placement.HostId=$H; " OF "Placement.Tenancy=host"), )

EC2_WALK(dedicated_hosts_hold_instances,
	 EC2_NO("AllocateHosts", "{'InstanceType': 'm5.large'}", "MissingParameter", NULL),
	 EC2_NO("AllocateHosts", "{'AvailabilityZone': 'eu-west-1a'}", "MissingParameter", NULL),
	 EC2_NO("AllocateHosts",
		"{'AvailabilityZone': 'eu-west-1a', 'InstanceType': 'm5.large', 'InstanceFamily':"
		" 'm5'}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("AllocateHosts", "{'AvailabilityZone': 'eu-west-1a', 'InstanceFamily': 't4g'}",
		"InvalidParameterValue", "There are no dedicated hosts for 't4g'"),
	 EC2_KEEP("AllocateHosts",
		  "{'AvailabilityZone': 'eu-west-1a', 'InstanceType': 'm5.large', 'Quantity': 2,"
		  " 'AutoPlacement': 'off', 'ClientToken': 't', 'TagSpecifications':"
		  " [{'ResourceType': 'dedicated-host', 'Tags': [{'Key': 'a', 'Value': 'b'}]}]}",
		  "H=HostIds.0; J=HostIds.1", "HostIds#2"),
	 EC2_OK("AllocateHosts",
		"{'AvailabilityZone': 'eu-west-1a', 'InstanceType': 'm5.large', 'Quantity': 2,"
		" 'AutoPlacement': 'off', 'ClientToken': 't', 'TagSpecifications':"
		" [{'ResourceType': 'dedicated-host', 'Tags': [{'Key': 'a', 'Value': 'b'}]}]}",
		"HostIds.0=$H; HostIds#2"),
	 IMAGE,
	 EC2_NO("RunInstances", RUN("m5.large", ", 'Placement': {'Tenancy': 'host'}"),
		"InsufficientHostCapacity", NULL),
	 EC2_NO("RunInstances", RUN("m5.xlarge", ", 'Placement': {'HostId': '$H'}"),
		"InvalidParameterValue", NULL),
	 EC2_NO("RunInstances", RUN("m5.large", ", 'Placement': {'HostId': 'h-0'}"),
		"InvalidHostID.NotFound", "The host ID 'h-0' does not exist"),
	 EC2_KEEP("RunInstances", RUN("m5.large", ", 'Placement': {'HostId': '$H'}"),
		  "I=Instances.0.InstanceId",
		  "Instances.0.Placement.Tenancy=host; Instances.0.Placement.Affinity=host"),
	 EC2_OK("DescribeHosts",
		"{'Filter': [{'Name': 'tag:a', 'Values': ['b']}, {'Name': 'auto-placement',"
		" 'Values': ['off']}]}",
		"Hosts#2; Hosts.0.Instances.0.InstanceId=$I;"
		" Hosts.0.AvailableCapacity.AvailableVCpus=94;"
		" Hosts.0.AvailableCapacity.AvailableInstanceCapacity.0.AvailableCapacity=47;"
		" Hosts.0.AvailableCapacity.AvailableInstanceCapacity.0.TotalCapacity=48;"
		" Hosts.1.Instances#0"),
	 EC2_NO("DescribeHosts", "{'HostIds': ['x']}", "InvalidHostID.Malformed", NULL),
	 EC2_NO("ModifyHosts", "{'HostIds': ['$H']}", "MissingParameter", NULL),
	 EC2_OK("ModifyHosts", "{'HostIds': ['$H', '$J', 'h-0'], 'InstanceFamily': 'c5'}",
		"Successful#1; Successful.0=$J; Unsuccessful#2;"
		" Unsuccessful.0.Error.Code=InvalidHost.Occupied;"
		" Unsuccessful.1.Error.Code=InvalidHostID.NotFound"),
	 EC2_NO("ReleaseHosts", "{'HostIds': []}", "MissingParameter", NULL),
	 EC2_OK("ReleaseHosts", "{'HostIds': ['$H', '$J']}",
		"Successful.0=$J; Unsuccessful.0.ResourceId=$H"),
	 EC2_OK("DescribeHosts", "{'HostIds': ['$J']}",
		"Hosts.0.State=released; Hosts.0.HostProperties.InstanceFamily=c5;"
		" Hosts.0.AllowsMultipleInstanceTypes=on"),
	 EC2_WAIT(3600000),
	 EC2_NO("DescribeHosts", "{'HostIds': ['$J']}", "InvalidHostID.NotFound", NULL),
	 EC2_OK("TerminateInstances", "{'InstanceIds': ['$I']}", NULL), EC2_WAIT(6000),
	 EC2_OK("ReleaseHosts", "{'HostIds': ['$H']}", "Successful#1"), )

#define WEEKEND                                                                                    \
	"'TimeRanges': [{'StartWeekDay': 'saturday', 'StartHour': 22, 'EndWeekDay': 'sunday',"     \
	" 'EndHour': 4}]"

EC2_WALK(event_windows_are_made_of_times_and_targets,
	 EC2_NO("CreateInstanceEventWindow", "{'Name': 'w'}", "MissingParameter", NULL),
	 EC2_NO("CreateInstanceEventWindow", "{" WEEKEND ", 'CronExpression': '* 1-4 * * 0'}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateInstanceEventWindow",
		"{'TimeRanges': [{'StartWeekDay': 'monday', 'StartHour': 2, 'EndWeekDay':"
		" 'monday', 'EndHour': 5}]}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateInstanceEventWindow", "{'CronExpression': '0 21-23 * * 2,3'}",
		"InvalidParameterValue",
		"The cron expression '0 21-23 * * 2,3' is not valid for an event window"),
	 EC2_NO("CreateInstanceEventWindow", "{'CronExpression': '* 21 * * 2,3'}",
		"InvalidParameterValue", NULL),
	 EC2_NO("CreateInstanceEventWindow", "{'CronExpression': '* 1-3 * * *  *'}",
		"InvalidParameterValue", NULL),
	 EC2_KEEP("CreateInstanceEventWindow",
		  "{'Name': 'w', 'CronExpression': '* 21-23 * * 2,3', 'TagSpecifications':"
		  " [{'ResourceType': 'instance-event-window', 'Tags': [{'Key': 'a', 'Value':"
		  " 'b'}]}]}",
		  "W=InstanceEventWindow.InstanceEventWindowId",
		  "InstanceEventWindow.State=active; InstanceEventWindow.Tags.0.Key=a"),
	 EC2_OK("ModifyInstanceEventWindow", "{'InstanceEventWindowId': '$W', " WEEKEND "}",
		"InstanceEventWindow.TimeRanges.0.EndHour=4; !InstanceEventWindow.CronExpression"),
	 EC2_NO("ModifyInstanceEventWindow", "{'InstanceEventWindowId': 'iew-0'}",
		"InvalidInstanceEventWindowIDNotFound", NULL),
	 RUNNING("m5.large", ""),
	 EC2_NO("AssociateInstanceEventWindow",
		"{'InstanceEventWindowId': '$W', 'AssociationTarget': {}}", "MissingParameter",
		NULL),
	 EC2_NO("AssociateInstanceEventWindow",
		"{'InstanceEventWindowId': '$W', 'AssociationTarget': {'InstanceIds': ['i-0']}}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_OK("AssociateInstanceEventWindow",
		"{'InstanceEventWindowId': '$W', 'AssociationTarget': {'InstanceIds': ['$I']}}",
		"InstanceEventWindow.AssociationTarget.InstanceIds.0=$I"),
	 EC2_NO("AssociateInstanceEventWindow",
		"{'InstanceEventWindowId': '$W', 'AssociationTarget': {'InstanceTags': [{'Key':"
		" 'k', 'Value': 'v'}]}}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DescribeInstanceEventWindows",
		"{'Filters': [{'Name': 'instance-id', 'Values': ['$I']}]}",
		"InstanceEventWindows#1"),
	 EC2_NO("DescribeInstanceEventWindows", "{'InstanceEventWindowIds': ['x']}",
		"InvalidInstanceEventWindowId.Malformed", NULL),
	 EC2_NO("DeleteInstanceEventWindow", "{'InstanceEventWindowId': '$W'}",
		"DependencyViolation", NULL),
	 EC2_NO("DisassociateInstanceEventWindow",
		"{'InstanceEventWindowId': '$W', 'AssociationTarget': {'InstanceIds': ['i-0']}}",
		"InvalidParameterValue", NULL),
	 EC2_OK("DisassociateInstanceEventWindow",
		"{'InstanceEventWindowId': '$W', 'AssociationTarget': {'InstanceIds': ['$I']}}",
		"InstanceEventWindow.AssociationTarget.InstanceIds#0"),
	 EC2_OK("AssociateInstanceEventWindow",
		"{'InstanceEventWindowId': '$W', 'AssociationTarget': {'InstanceTags': [{'Key':"
		" 'k', 'Value': 'v'}]}}",
		NULL),
	 EC2_OK("DescribeInstanceEventWindows",
		"{'Filters': [{'Name': 'instance-tag', 'Values': ['k=v']}]}",
		"InstanceEventWindows#1"),
	 EC2_OK("DeleteInstanceEventWindow", "{'InstanceEventWindowId': '$W', 'ForceDelete': true}",
		"InstanceEventWindowState.State=deleting"), )

EC2_WALK(notices_of_events_have_tags,
	 EC2_OK("DescribeInstanceEventNotificationAttributes", "{}",
		"InstanceTagAttribute.InstanceTagKeys#0;"
		" InstanceTagAttribute.IncludeAllTagsOfInstance=false"),
	 EC2_NO("DescribeInstanceEventNotificationAttributes", "{'NoSuchMember': 'x'}",
		"UnknownParameter", NULL),
	 EC2_NO("RegisterInstanceEventNotificationAttributes", "{'InstanceTagAttribute': {}}",
		"MissingParameter", NULL),
	 EC2_OK("RegisterInstanceEventNotificationAttributes",
		"{'InstanceTagAttribute': {'InstanceTagKeys': ['a', 'b']}}",
		"InstanceTagAttribute.InstanceTagKeys#2"),
	 EC2_NO("DeregisterInstanceEventNotificationAttributes", "{'InstanceTagAttribute': {}}",
		"MissingParameter", NULL),
	 EC2_OK("DeregisterInstanceEventNotificationAttributes",
		"{'InstanceTagAttribute': {'InstanceTagKeys': ['a']}}",
		"InstanceTagAttribute.InstanceTagKeys#1;"
		" InstanceTagAttribute.InstanceTagKeys.0=b"), )

EC2_WALK(a_root_volume_is_replaced, RUNNING("m5.large", ""),
	 EC2_KEEP("DescribeInstances", "{}", "V=" OF "BlockDeviceMappings.0.Ebs.VolumeId", NULL),
	 EC2_KEEP("CreateSnapshot", "{'VolumeId': '$V'}", "S=SnapshotId", NULL),
	 EC2_NO("CreateReplaceRootVolumeTask", "{'InstanceId': '$I', 'SnapshotId': '$S'}",
		"IncorrectState", NULL),
	 EC2_WAIT(5000),
	 EC2_NO("CreateReplaceRootVolumeTask",
		"{'InstanceId': '$I', 'SnapshotId': '$S', 'ImageId': '$M'}",
		"InvalidParameterCombination", NULL),
	 EC2_NO("CreateReplaceRootVolumeTask", "{'InstanceId': 'i-0'}",
		"InvalidInstanceID.NotFound", NULL),
	 EC2_KEEP("CreateReplaceRootVolumeTask",
		  "{'InstanceId': '$I', 'SnapshotId': '$S', 'DeleteReplacedRootVolume': true,"
		  " 'ClientToken': 't'}",
		  "T=ReplaceRootVolumeTask.ReplaceRootVolumeTaskId",
		  "ReplaceRootVolumeTask.TaskState=pending"),
	 EC2_NO("CreateReplaceRootVolumeTask", "{'InstanceId': '$I', 'ImageId': '$M'}",
		"IncorrectState", NULL),
	 EC2_WAIT(3000),
	 EC2_OK("DescribeReplaceRootVolumeTasks",
		"{'Filters': [{'Name': 'instance-id', 'Values': ['$I']}]}",
		"ReplaceRootVolumeTasks.0.TaskState=succeeded"),
	 EC2_NO("DescribeReplaceRootVolumeTasks", "{'ReplaceRootVolumeTaskIds': ['x']}",
		"InvalidReplaceRootVolumeTaskID.NotFound", NULL),
	 EC2_NO("DescribeVolumes", "{'VolumeIds': ['$V']}", "InvalidVolume.NotFound", NULL),
	 EC2_OK("DescribeVolumes",
		"{'Filters': [{'Name': 'attachment.instance-id', 'Values': ['$I']}]}",
		"Volumes#1; Volumes.0.SnapshotId=$S; Volumes.0.Attachments.0.Device=/dev/xvda"),
	 EC2_OK("CreateReplaceRootVolumeTask", "{'InstanceId': '$I', 'ImageId': '$M'}",
		"ReplaceRootVolumeTask.ImageId=$M"), )

EC2_WALK(data_of_an_instance_launch_another_one_like_it, IMAGE,
	 EC2_OK("CreateKeyPair", "{'KeyName': 'k'}", NULL),
	 EC2_KEEP("RunInstances",
		  RUN("m5.large", ", 'KeyName': 'k', 'DisableApiTermination': true,"
				  " 'TagSpecifications': [{'ResourceType': 'instance', 'Tags':"
				  " [{'Key': 'a', 'Value': 'b'}]}]"),
		  "I=Instances.0.InstanceId", NULL),
	 EC2_OK("GetLaunchTemplateData", "{'InstanceId': '$I'}",
		"LaunchTemplateData.InstanceType=m5.large; LaunchTemplateData.KeyName=k;"
		" LaunchTemplateData.DisableApiTermination=true;"
		" LaunchTemplateData.NetworkInterfaces.0.SubnetId=" TEST_SUBNET ";"
		" LaunchTemplateData.BlockDeviceMappings.0.Ebs.VolumeSize=8;"
		" LaunchTemplateData.TagSpecifications.0.Tags.0.Key=a;"
		" LaunchTemplateData.Placement.AvailabilityZone=eu-west-1a;"
		" !LaunchTemplateData.Placement.AvailabilityZoneId"),
	 EC2_NO("GetLaunchTemplateData", "{'InstanceId': 'i-0'}", "InvalidInstanceID.NotFound",
		NULL),
	 EC2_OK("GetInstanceUefiData", "{'InstanceId': '$I'}", "UefiData="),
	 EC2_NO("GetInstanceUefiData", "{'InstanceId': 'i-0'}", "InvalidInstanceID.NotFound", NULL),
	 EC2_OK("ModifyAvailabilityZoneGroup",
		"{'GroupName': 'eu-west-1-zg-1', 'OptInStatus': 'opted-in'}", "Return=true"),
	 EC2_NO("ModifyAvailabilityZoneGroup",
		"{'GroupName': 'eu-west-1-zg-1', 'OptInStatus': 'not-opted-in'}",
		"UnsupportedOperation", NULL),
	 EC2_NO("ModifyAvailabilityZoneGroup",
		"{'GroupName': 'us-west-2-lax-1', 'OptInStatus': 'opted-in'}",
		"InvalidParameterValue", "Invalid zone group: 'us-west-2-lax-1'"), )

int main(void)
{
	const TTest *const tests[] = {
		an_instance_has_the_options_it_was_launched_with,
		metadata_options_come_from_the_request_the_account_and_the_image,
		a_stopped_instance_gets_other_options,
		a_stopped_instance_is_placed_elsewhere,
		dedicated_hosts_hold_instances,
		event_windows_are_made_of_times_and_targets,
		notices_of_events_have_tags,
		a_root_volume_is_replaced,
		data_of_an_instance_launch_another_one_like_it,
		NULL,
	};

	return ec2_suite("ec2_instance_option", setup, teardown, tests);
}
