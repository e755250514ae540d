/* Volumes of instances: attaching, changing, status and attributes. */
#include "emulator/aws/ec2/volume.h"

bool ec2_attach_volume(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const char *device = json_get_str(input, "Device");
	const struct doc *volume, *instance;

	if (!ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err) ||
	    !ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	if (volume_attachment(volume))
		return aws_fail(err, AWS_EC2_VOLUME_ATTACHED, volume->key);
	if (!str_eq(doc_str(volume, "State"), "available"))
		return aws_fail(err, AWS_EC2_VOLUME_STATE, volume->key, doc_str(volume, "State"));
	if (!str_eq(instance_state_name(instance), "running") &&
	    !str_eq(instance_state_name(instance), "stopped"))
		return aws_fail(err, AWS_EC2_VOLUME_INSTANCE, instance->key);
	if (!str_eq(doc_str(volume, "AvailabilityZone"),
		    json_find_str(instance->body, "Placement", "AvailabilityZone", NULL)))
		return aws_fail(err, AWS_EC2_VOLUME_ZONE, volume->key, instance->key);
	if (ec2_element(json_get(instance->body, "BlockDeviceMappings"), "DeviceName", device))
		return aws_fail(err, AWS_EC2_VOLUME_DEVICE, device, device);
	volume_attach(call, volume->key, instance->key, device, false);
	volume = world_find(call->world, &kind_volume, volume->key);
	json_assign(output, json_copy(volume_attachment(volume)));
	json_set_str(output, "State", "attaching");
	return true;
}

bool ec2_detach_volume(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	static const char *const members[][2] = {{"InstanceId", "InstanceId"},
						 {"Device", "Device"}};
	const struct doc *volume, *instance;
	const struct json *attachment;

	if (!ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err))
		return false;
	attachment = volume_attachment(volume);
	if (!attachment)
		return aws_fail(err, AWS_EC2_VOLUME_STATE, volume->key, doc_str(volume, "State"));
	for (size_t i = 0; i < array_size(members); i++) {
		const char *given = json_get_str(input, members[i][0]);

		if (given && !str_eq(given, json_get_str(attachment, members[i][1])))
			return aws_fail(err, AWS_EC2_VOLUME_NOT_ATTACHED, volume->key, given);
	}
	instance = world_find(call->world, &kind_instance, json_get_str(attachment, "InstanceId"));
	if (instance && str_eq(instance_state_name(instance), "running") &&
	    str_eq(doc_str(instance, "RootDeviceName"), json_get_str(attachment, "Device")))
		return aws_fail(err, AWS_EC2_VOLUME_ROOT, volume->key, instance->key);
	json_assign(output, json_copy(attachment));
	json_set_str(output, "State", "detaching");
	volume_detach(call, volume->key);
	return true;
}

/* ---- ModifyVolume ---- */

static struct json *modification(struct call *call, const struct doc *volume,
				 const struct volume_spec *spec)
{
	static const char *const kept[][2] = {{"OriginalSize", "Size"},
					      {"OriginalIops", "Iops"},
					      {"OriginalVolumeType", "VolumeType"},
					      {"OriginalThroughput", "Throughput"},
					      {"OriginalMultiAttachEnabled", "MultiAttachEnabled"}};
	struct json *change = json_new_object();

	json_set_str(change, "VolumeId", volume->key);
	json_set_str(change, "ModificationState", "modifying");
	json_set_int(change, "TargetSize", spec->size);
	if (spec->iops)
		json_set_int(change, "TargetIops", spec->iops);
	json_set_str(change, "TargetVolumeType", spec->type);
	if (spec->throughput)
		json_set_int(change, "TargetThroughput", spec->throughput);
	json_set_bool(change, "TargetMultiAttachEnabled", spec->multi_attach);
	for (size_t i = 0; i < array_size(kept); i++)
		json_set_copy(change, kept[i][0], json_get(volume->body, kept[i][1]));
	json_set_int(change, "Progress", 0);
	json_set_str(change, "StartTime", aws_now(call));
	return change;
}

/** What the volume will be: what the request says, else what it is. */
static bool read_change(struct call *call, const struct json *input, const struct doc *volume,
			struct volume_spec *spec, struct err *err)
{
	const char *type = json_get_str(input, "VolumeType"), *old = doc_str(volume, "VolumeType");
	bool same = !type || str_eq(type, old);
	const struct json *body = volume->body;

	spec->type = type ? type : old;
	spec->size = json_get_int(input, "Size", json_get_int(body, "Size", 0));
	spec->iops = json_get_int(input, "Iops",
				  same && !str_eq(old, "gp2") ? json_get_int(body, "Iops", 0) : 0);
	spec->throughput =
		json_get_int(input, "Throughput", same ? json_get_int(body, "Throughput", 0) : 0);
	spec->multi_attach = json_get_bool(input, "MultiAttachEnabled",
					   json_get_bool(body, "MultiAttachEnabled", false));
	if (spec->size < json_get_int(body, "Size", 0))
		return aws_fail(err, AWS_EC2_VOLUME_SHRINK);
	return volume_check(call, spec, err);
}

bool ec2_modify_volume(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	struct volume_spec spec = {0};
	const struct doc *volume;
	struct json *body, *extra;
	const char *state;

	if (!ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err))
		return false;
	state = json_find_str(volume->extra, "Modification", "ModificationState", NULL);
	if (state && !str_eq(state, "completed"))
		return aws_fail(err, AWS_EC2_VOLUME_MODIFYING, volume->key);
	if (!read_change(call, input, volume, &spec, err))
		return false;
	extra = json_copy(volume->extra);
	json_set(extra, "Modification", modification(call, volume, &spec));
	json_set_copy(output, "VolumeModification", json_get(extra, "Modification"));
	body = json_copy(volume->body);
	json_set_int(body, "Size", spec.size);
	json_set_str(body, "VolumeType", spec.type);
	json_remove(body, "Iops");
	json_remove(body, "Throughput");
	if (spec.iops)
		json_set_int(body, "Iops", spec.iops);
	if (spec.throughput)
		json_set_int(body, "Throughput", spec.throughput);
	json_set_bool(body, "MultiAttachEnabled", spec.multi_attach);
	world_put_all(call, &kind_volume, volume->key, body, NULL, extra);
	lifecycle_start(call, &kind_volume, volume->key, LIFECYCLE_VOLUME, "modified");
	return true;
}

/* ---- Describing ---- */

/* Paths in a VolumeModification. */
static const struct filter_field modification_filters[] = {
	{"modification-state", "ModificationState", NULL, NULL},
	{"original-iops", "OriginalIops", NULL, NULL},
	{"original-size", "OriginalSize", NULL, NULL},
	{"original-volume-type", "OriginalVolumeType", NULL, NULL},
	{"originalMultiAttachEnabled", "OriginalMultiAttachEnabled", NULL, NULL},
	{"start-time", "StartTime", NULL, NULL},
	{"target-iops", "TargetIops", NULL, NULL},
	{"target-size", "TargetSize", NULL, NULL},
	{"target-volume-type", "TargetVolumeType", NULL, NULL},
	{"targetMultiAttachEnabled", "TargetMultiAttachEnabled", NULL, NULL},
	{"volume-id", "VolumeId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/* By ids; what is told of them has filters of its own. */
static const struct describe volumes = {
	.kind = &kind_volume,
	.ids = "VolumeIds",
	.id_prefix = "vol-",
	.malformed = AWS_EC2_VOLUME_MALFORMED,
	.not_found = AWS_EC2_VOLUME_NOT_FOUND,
};

static struct json *modification_item(struct call *call _unused_, const struct json *input _unused_,
				      const struct doc *volume)
{
	return json_copy(json_get(volume->extra, "Modification"));
}

bool ec2_describe_volumes_modifications(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	static const struct ec2_told told = {&volumes, modification_filters, modification_item,
					     "VolumesModifications"};

	return ec2_describe_told(call, input, output, &told, err);
}

/* Paths in a VolumeStatusItem. Nothing ever happens to a volume, so that filters of actions and
 * events find nothing. */
static const struct filter_field status_filters[] = {
	{"action.code", "Actions.Code", NULL, NULL},
	{"action.description", "Actions.Description", NULL, NULL},
	{"action.event-id", "Actions.EventId", NULL, NULL},
	{"attachment-status.instance-id", "AttachmentStatuses.InstanceId", NULL, NULL},
	{"attachment-status.io-performance", "AttachmentStatuses.IoPerformance", NULL, NULL},
	{"availability-zone", "AvailabilityZone", NULL, NULL},
	{"event.description", "Events.Description", NULL, NULL},
	{"event.event-id", "Events.EventId", NULL, NULL},
	{"event.event-type", "Events.EventType", NULL, NULL},
	{"event.not-after", "Events.NotAfter", NULL, NULL},
	{"event.not-before", "Events.NotBefore", NULL, NULL},
	{"volume-status.details-name", "VolumeStatus.Details.Name", NULL, NULL},
	{"volume-status.details-status", "VolumeStatus.Details.Status", NULL, NULL},
	{"volume-status.status", "VolumeStatus.Status", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static struct json *status_item(struct call *call _unused_, const struct json *input _unused_,
				const struct doc *volume)
{
	static const char *const details[][2] = {{"io-enabled", "passed"},
						 {"io-performance", "not-applicable"}};
	struct json *item = json_new_object(), *status;

	json_ensure_array(item, "Actions");
	json_ensure_array(item, "Events");
	json_foreach (attachment, json_get(volume->body, "Attachments")) {
		struct json *part = json_new_object();

		json_set_str(part, "IoPerformance", "not-applicable");
		json_set_copy(part, "InstanceId", json_get(attachment, "InstanceId"));
		json_append(json_ensure_array(item, "AttachmentStatuses"), part);
	}
	json_set_copy(item, "AvailabilityZone", json_get(volume->body, "AvailabilityZone"));
	json_set_copy(item, "AvailabilityZoneId", json_get(volume->body, "AvailabilityZoneId"));
	json_set_str(item, "VolumeId", volume->key);
	status = json_ensure_object(item, "VolumeStatus");
	json_set_str(status, "Status", "ok");
	for (size_t i = 0; i < array_size(details); i++) {
		struct json *detail = json_new_object();

		json_set_str(detail, "Name", details[i][0]);
		json_set_str(detail, "Status", details[i][1]);
		json_append(json_ensure_array(status, "Details"), detail);
	}
	return item;
}

bool ec2_describe_volume_status(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	static const struct ec2_told told = {&volumes, status_filters, status_item,
					     "VolumeStatuses"};

	return ec2_describe_told(call, input, output, &told, err);
}

bool ec2_describe_volume_attribute(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *volume;

	if (!ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err))
		return false;
	json_set_str(output, "VolumeId", volume->key);
	if (str_eq(json_get_str(input, "Attribute"), "autoEnableIO"))
		json_set_bool(json_ensure_object(output, "AutoEnableIO"), "Value",
			      json_get_bool(volume->extra, "AutoEnableIO", false));
	else
		json_ensure_array(output, "ProductCodes");
	return true;
}

bool ec2_modify_volume_attribute(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *volume;
	struct json *extra;
	bool value = false;

	(void)output;
	if (!ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err))
		return false;
	if (!ec2_bool_attribute(input, "AutoEnableIO", &value))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "autoEnableIO");
	extra = json_copy(volume->extra);
	json_set_bool(extra, "AutoEnableIO", value);
	world_put_extra(call, &kind_volume, volume->key, extra);
	return true;
}

/* A volume's input and output are never disabled here: nothing changes. */
bool ec2_enable_volume_i_o(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *volume;

	(void)output;
	return ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err);
}
