/* What is asked of instances and told about them: attributes set back, reports, diagnostics, an
 * instance as a launch template's data. */
#include "emulator/aws/ec2/volume.h"

/* ---- ResetInstanceAttribute ---- */

/* Source: EC2 API, ResetInstanceAttribute: kernel and ramdisk of a stopped instance, or
 * sourceDestCheck, which becomes true. */
bool ec2_reset_instance_attribute(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *name = json_get_str(input, "Attribute");
	const struct doc *instance, *interface;
	struct json *body;

	(void)output;
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	if (str_eq(name, "kernel") || str_eq(name, "ramdisk"))
		/* none that is emulated has either: they are as the image says */
		return str_eq(instance_state_name(instance), "stopped") ||
		       aws_fail(err, AWS_EC2_INSTANCE_NOT_STOPPED, instance->key);
	if (!str_eq(name, "sourceDestCheck"))
		return aws_fail(err, AWS_EC2_ATTRIBUTE_RESET, name);
	interface = ec2_instance_interface(call->world, instance->key);
	if (!interface)
		return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	body = json_copy(interface->body);
	json_set_bool(body, "SourceDestCheck", true);
	world_put(call, &kind_network_interface, interface->key, body);
	return true;
}

/* ---- ReportInstanceStatus, SendDiagnosticInterrupt, GetInstanceUefiData ---- */

/* Source: EC2 API, ReportInstanceStatus: feedback to AWS; DescribeInstanceStatus does not change.
 */
bool ec2_report_instance_status(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	int64_t start, end;
	const char *from = json_get_str(input, "StartTime"), *to = json_get_str(input, "EndTime");
	const struct doc *instance;

	(void)output;
	json_foreach (id, json_get(input, "Instances")) {
		if (!ec2_get(call, &kind_instance, json_str(id), &instance, err))
			return false;
		if (!str_eq(instance_state_name(instance), "running"))
			return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	}
	if (from && to && clock_parse(from, &start) && clock_parse(to, &end) && end < start)
		return aws_fail(err, AWS_EC2_REPORT_TIME);
	return true;
}

/* The emulated instance has no kernel that could panic. */
bool ec2_send_diagnostic_interrupt(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *instance;

	(void)output;
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	return str_eq(instance_state_name(instance), "running") ||
	       aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
}

/** The variable store that the instance's image was registered with; empty without one. */
bool ec2_get_instance_uefi_data(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *instance, *image;

	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	if (!str_eq(doc_str(instance, "CurrentInstanceBootMode"), "uefi"))
		return aws_fail(err, AWS_EC2_NOT_UEFI, instance->key);
	image = world_find(call->world, &kind_image, doc_str(instance, "ImageId"));
	json_set_str(output, "InstanceId", instance->key);
	json_set_str(output, "UefiData", "");
	json_set_copy(output, "UefiData", image ? json_get(image->extra, "UefiData") : NULL);
	return true;
}

/* ---- GetLaunchTemplateData ---- */

static struct json *group_ids(const struct json *groups)
{
	struct json *list = json_new_array();

	json_foreach (group, groups)
		json_append_str(list, json_get_str(group, "GroupId"));
	return list;
}

/** An interface as a launch template says it. */
static struct json *interface_data(const struct doc *doc)
{
	const struct json *attachment = json_get(doc->body, "Attachment");
	struct json *item = json_new_object();

	json_set_bool(item, "AssociatePublicIpAddress", json_get(doc->body, "Association") != NULL);
	json_set_copy(item, "DeleteOnTermination", json_get(attachment, "DeleteOnTermination"));
	json_set_copy(item, "Description", json_get(doc->body, "Description"));
	json_set_copy(item, "DeviceIndex", json_get(attachment, "DeviceIndex"));
	json_set(item, "Groups", group_ids(json_get(doc->body, "Groups")));
	json_set_copy(item, "InterfaceType", json_get(doc->body, "InterfaceType"));
	json_set_copy(item, "PrivateIpAddress", json_get(doc->body, "PrivateIpAddress"));
	json_set_copy(item, "SubnetId", json_get(doc->body, "SubnetId"));
	json_set_copy(item, "NetworkCardIndex", json_get(attachment, "NetworkCardIndex"));
	return item;
}

static void append_interfaces(struct call *call, const struct doc *instance, struct json *data)
{
	struct json *list = json_ensure_array(data, "NetworkInterfaces");
	struct docs found = {0};

	world_lookup(call->world, &kind_network_interface, "instance", instance->key, &found);
	for (size_t i = 0; i < found.count; i++)
		json_append(list, interface_data(found.items[i]));
	docs_done(&found);
}

/** A volume of the instance as a launch template's mapping. */
static void append_volumes(struct call *call, const struct doc *instance, struct json *data)
{
	static const char *const same[] = {"Encrypted", "KmsKeyId", "VolumeType", "Throughput"};
	struct json *list = json_ensure_array(data, "BlockDeviceMappings");
	struct docs found = {0};

	world_lookup(call->world, &kind_volume, "instance", instance->key, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct doc *volume = found.items[i];
		const struct json *attachment = volume_attachment(volume);
		struct json *item = json_new_object(), *ebs = json_ensure_object(item, "Ebs");

		json_set_copy(item, "DeviceName", json_get(attachment, "Device"));
		json_set_copy(ebs, "DeleteOnTermination",
			      json_get(attachment, "DeleteOnTermination"));
		json_set_copy(ebs, "VolumeSize", json_get(volume->body, "Size"));
		for (size_t k = 0; k < array_size(same); k++)
			json_set_copy(ebs, same[k], json_get(volume->body, same[k]));
		if (!str_eq(doc_str(volume, "VolumeType"), "gp2"))
			json_set_copy(ebs, "Iops", json_get(volume->body, "Iops"));
		if (*doc_str(volume, "SnapshotId"))
			json_set_str(ebs, "SnapshotId", doc_str(volume, "SnapshotId"));
		json_append(list, item);
	}
	docs_done(&found);
}

static void append_tags(const struct doc *instance, struct json *data)
{
	struct json *item;

	if (!json_size(instance->tags))
		return;
	item = json_new_object();
	json_set_str(item, "ResourceType", "instance");
	json_set(item, "Tags", tags_to_list(instance->tags));
	json_append(json_ensure_array(data, "TagSpecifications"), item);
}

/* Source: EC2 API, GetLaunchTemplateData: the data that launches an instance like this one. */
bool ec2_get_launch_template_data(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	static const char *const same[] = {"EbsOptimized",
					   "ImageId",
					   "InstanceType",
					   "KeyName",
					   "CpuOptions",
					   "EnclaveOptions",
					   "HibernationOptions",
					   "MetadataOptions",
					   "PrivateDnsNameOptions",
					   "CapacityReservationSpecification",
					   "Placement",
					   "NetworkPerformanceOptions"};
	static const char *const held[] = {"DisableApiTermination", "DisableApiStop", "UserData",
					   "InstanceInitiatedShutdownBehavior"};
	const struct doc *instance;
	struct json *data;

	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	if (ec2_is_gone(instance))
		return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	data = json_ensure_object(output, "LaunchTemplateData");
	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(data, same[i], json_get(instance->body, same[i]));
	/* a launch takes a zone or its id, not both */
	json_remove(json_ensure_object(data, "Placement"), "AvailabilityZoneId");
	for (size_t i = 0; i < array_size(held); i++)
		json_set_copy(data, held[i], json_get(instance->extra, held[i]));
	json_set_copy(json_ensure_object(data, "MaintenanceOptions"), "AutoRecovery",
		      json_find(instance->body, "MaintenanceOptions", "AutoRecovery", NULL));
	json_set_bool(
		json_ensure_object(data, "Monitoring"), "Enabled",
		str_eq(json_find_str(instance->body, "Monitoring", "State", NULL), "enabled"));
	if (json_get(instance->body, "IamInstanceProfile"))
		json_set_copy(json_ensure_object(data, "IamInstanceProfile"), "Arn",
			      json_find(instance->body, "IamInstanceProfile", "Arn", NULL));
	append_interfaces(call, instance, data);
	append_volumes(call, instance, data);
	append_tags(instance, data);
	return true;
}
