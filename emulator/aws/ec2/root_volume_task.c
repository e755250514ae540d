/*
 * Replacing the root volume of a running instance. Shape: EC2 ReplaceRootVolumeTask. Life: pending
 * → succeeded, when the new volume is in the place of the old one; forgotten after an hour.
 * Source: EC2 user guide, "Replace the root volume for an Amazon EC2 instance".
 */
#include "emulator/aws/ec2/snapshot.h"

static void terms_instance(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "InstanceId");
}

static const struct kind_index task_indexes[] = {
	{"instance", terms_instance},
	{NULL, NULL},
};

static const struct doc *root_volume(const struct world *world, const struct doc *instance)
{
	struct docs found = {0};
	const struct doc *root = NULL;

	world_lookup(world, &kind_volume, "instance", instance->key, &found);
	for (size_t i = 0; i < found.count; i++)
		if (str_eq(json_get_str(volume_attachment(found.items[i]), "Device"),
			   doc_str(instance, "RootDeviceName")))
			root = found.items[i];
	docs_done(&found);
	return root;
}

/** Puts the new volume in the old one's place; false when the instance has gone meanwhile. */
static bool swap(struct call *call, const struct doc *task)
{
	const struct doc *instance =
		world_find(call->world, &kind_instance, doc_str(task, "InstanceId"));
	const char *new_id = doc_extra_str(task, "NewVolumeId");
	const struct doc *old = instance ? root_volume(call->world, instance) : NULL;
	const char *device;
	bool goes;

	if (!old || !world_find(call->world, &kind_volume, new_id))
		return false;
	device = json_get_str(volume_attachment(old), "Device");
	goes = json_get_bool(volume_attachment(old), "DeleteOnTermination", true);
	volume_detach(call, old->key);
	if (json_get_bool(task->body, "DeleteReplacedRootVolume", false))
		world_remove(call, &kind_volume, old->key);
	volume_attach(call, new_id, instance->key, device, goes);
	return true;
}

static void task_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;
	bool done;

	if (str_eq(timer, "forget")) {
		world_remove(call, &kind_replace_root_volume_task, doc->key);
		return;
	}
	done = swap(call, doc);
	body = json_copy(doc->body);
	json_set_str(body, "TaskState", done ? "succeeded" : "failed");
	json_set_str(body, "CompleteTime", aws_now(call));
	world_put(call, &kind_replace_root_volume_task, doc->key, body);
	if (world_profile(call->world) == PROFILE_AWS)
		lifecycle_start(call, &kind_replace_root_volume_task, doc->key, LIFECYCLE_FORGOTTEN,
				"forget");
}

const struct kind kind_replace_root_volume_task = {
	.name = "replace-root-volume-task",
	.shape = "ec2:ReplaceRootVolumeTask",
	.indexes = task_indexes,
	.timer = task_timer,
	.view = ec2_view,
};

/* ---- CreateReplaceRootVolumeTask ---- */

/** The image whose root device becomes the volume: of the same architecture. */
static bool read_image(struct call *call, const char *id, const struct doc *instance,
		       const struct json **ret, struct err *err)
{
	const struct doc *image;

	if (!image_get_launchable(call, id, doc_str(instance, "InstanceType"), &image, err))
		return false;
	if (!str_eq(doc_str(image, "Architecture"), doc_str(instance, "Architecture")))
		return aws_fail(err, AWS_EC2_INSTANCE_ARCHITECTURE,
				doc_str(instance, "Architecture"), doc_str(image, "Architecture"));
	*ret = json_get(ec2_element(json_get(image->body, "BlockDeviceMappings"), "DeviceName",
				    doc_str(image, "RootDeviceName")),
			"Ebs");
	return true;
}

/** What the new volume is: like the old one, out of a snapshot, an image or its own launch state.
 */
static bool read_volume(struct call *call, const struct json *input, const struct doc *instance,
			const struct doc *old, struct volume_spec *spec, struct err *err)
{
	const char *snapshot = json_get_str(input, "SnapshotId");
	const char *image = json_get_str(input, "ImageId");
	const struct json *ebs = NULL;

	if (snapshot && image)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "SnapshotId", "ImageId");
	*spec = (struct volume_spec){
		.zone = doc_str(old, "AvailabilityZone"),
		.type = doc_str(old, "VolumeType"),
		.kms_key = doc_str(old, "KmsKeyId"),
		.size = json_get_int(old->body, "Size", 0),
		.encrypted = json_get_bool(old->body, "Encrypted", false),
		.snapshot = doc_str(old, "SnapshotId"),
		.name = old->key,
	};
	if (str_starts_with(spec->type, "io") || str_eq(spec->type, "gp3"))
		spec->iops = json_get_int(old->body, "Iops", 0);
	if (str_eq(spec->type, "gp3"))
		spec->throughput = json_get_int(old->body, "Throughput", 0);
	if (snapshot)
		return volume_from_snapshot(call, snapshot, false, spec, err);
	if (image) {
		if (!read_image(call, image, instance, &ebs, err))
			return false;
		spec->snapshot = json_get_str(ebs, "SnapshotId");
		if (json_get_int(ebs, "VolumeSize", 0) > spec->size)
			spec->size = json_get_int(ebs, "VolumeSize", 0);
	}
	return volume_check(call, spec, err);
}

static const struct doc *add_task(struct call *call, const struct json *input,
				  const struct doc *instance, const char *volume_id,
				  struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_replace_root_volume_task, volume_id);
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "ReplaceRootVolumeTaskId", id);
	json_set_str(body, "InstanceId", instance->key);
	json_set_str(body, "TaskState", "pending");
	json_set_str(body, "StartTime", aws_now(call));
	json_set_copy(body, "ImageId", json_get(input, "ImageId"));
	json_set_copy(body, "SnapshotId", json_get(input, "SnapshotId"));
	json_set_bool(body, "DeleteReplacedRootVolume",
		      json_get_bool(input, "DeleteReplacedRootVolume", false));
	json_set_str(extra, "NewVolumeId", volume_id);
	return world_add(call, (struct doc_spec){.kind = &kind_replace_root_volume_task,
						 .key = id,
						 .body = body,
						 .tags = tags,
						 .extra = extra});
}

/** One task of an instance at a time. */
static bool is_busy(const struct call *call, const struct doc *instance)
{
	struct docs found = {0};
	bool busy = false;

	world_lookup(call->world, &kind_replace_root_volume_task, "instance", instance->key,
		     &found);
	for (size_t i = 0; i < found.count; i++)
		busy = busy || str_eq(doc_str(found.items[i], "TaskState"), "pending");
	docs_done(&found);
	return busy;
}

static bool make_task(struct call *call, const struct json *input, struct json *tags,
		      const struct doc **ret, struct err *err)
{
	const struct doc *instance, *old;
	struct volume_spec spec;

	if (json_get_str(input, "VolumeId"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "CreateReplaceRootVolumeTask with VolumeId is not emulated");
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	old = root_volume(call->world, instance);
	if (!str_eq(instance_state_name(instance), "running") || !old)
		return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	if (is_busy(call, instance))
		return aws_fail(err, AWS_EC2_TASK_BUSY, instance->key);
	if (!read_volume(call, input, instance, old, &spec, err))
		return false;
	spec.tags = json_copy(old->tags);
	*ret = add_task(call, input, instance, volume_add(call, &spec), json_copy(tags));
	return true;
}

bool ec2_create_replace_root_volume_task(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *task;
	const char *id;

	if (json_get(input, "VolumeInitializationRate"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "CreateReplaceRootVolumeTask with VolumeInitializationRate is not "
			       "emulated");
	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "replace-root-volume-task", &tags, err))
		return false;
	task = id ? ec2_find(call, &kind_replace_root_volume_task, id) : NULL;
	if (task) {
		json_set(output, "ReplaceRootVolumeTask", ec2_item(task));
		return true;
	}
	if (!make_task(call, input, tags, &task, err))
		return false;
	idempotency_keep(call, input, "ClientToken", task->key);
	json_set(output, "ReplaceRootVolumeTask", ec2_item(task));
	lifecycle_start(call, &kind_replace_root_volume_task, task->key, LIFECYCLE_VOLUME, "done");
	return true;
}

static const struct filter_field task_filters[] = {
	{"instance-id", "InstanceId", NULL, "instance"},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_replace_root_volume_tasks, .kind = &kind_replace_root_volume_task,
	     .ids = "ReplaceRootVolumeTaskIds", .id_prefix = "replacevol-",
	     .malformed = AWS_EC2_TASK_NOT_FOUND, .not_found = AWS_EC2_TASK_NOT_FOUND,
	     .fields = task_filters, .result = "ReplaceRootVolumeTasks")
