/*
 * EBS volumes. Shape: EC2 Volume. Life: creating → available ⇄ in-use, gone when deleted. They are
 * empty, come out of a snapshot, or with an instance out of its image.
 */
#include "emulator/aws/ec2/snapshot.h"

static void terms_instance(const struct doc *doc, struct terms *terms)
{
	json_foreach (attachment, json_get(doc->body, "Attachments"))
		ec2_term(terms, attachment, "InstanceId");
}

static const struct kind_index volume_indexes[] = {
	{"instance", terms_instance},
	{NULL, NULL},
};

static void volume_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "modified")) {
		struct json *extra = json_copy(doc->extra);
		struct json *change = json_ensure_object(extra, "Modification");

		json_set_str(change, "ModificationState", "completed");
		json_set_int(change, "Progress", 100);
		json_set_str(change, "EndTime", aws_now(call));
		world_put_extra(call, &kind_volume, doc->key, extra);
		return;
	}
	if (!str_eq(doc_str(doc, "State"), "creating"))
		return;
	body = json_copy(doc->body);
	json_set_str(body, "State", "available");
	world_put(call, &kind_volume, doc->key, body);
}

const struct kind kind_volume = {
	.name = "volume",
	.shape = "ec2:Volume",
	.indexes = volume_indexes,
	.timer = volume_timer,
	.view = ec2_view,
};

const struct json *volume_attachment(const struct doc *volume)
{
	return json_at(json_get(volume->body, "Attachments"), 0);
}

/* ---- Making ---- */

/* Source: EBS user guide, "Amazon EBS volume types". */
static const struct type_row {
	const char *name;
	int64_t min_size, max_size; /* GiB */
	int64_t min_iops, max_iops; /* 0: cannot be said */
	bool iops_needed;
} types[] = {
	{"gp2", 1, 16384, 0, 0, false},	     {"gp3", 1, 65536, 3000, 80000, false},
	{"io1", 4, 16384, 100, 64000, true}, {"io2", 4, 65536, 100, 256000, true},
	{"st1", 125, 16384, 0, 0, false},    {"sc1", 125, 16384, 0, 0, false},
	{"standard", 1, 1024, 0, 0, false},
};

static const struct type_row *type_row(const char *name)
{
	for (size_t i = 0; i < array_size(types); i++)
		if (str_eq(types[i].name, name))
			return &types[i];
	return NULL;
}

static const char *number(struct call *call, int64_t value)
{
	return arena_printf(call->arena, "%lld", (long long)value);
}

bool volume_check(struct call *call, struct volume_spec *spec, struct err *err)
{
	const struct type_row *row;

	if (!spec->type)
		spec->type = "gp2"; /* Source: EC2 API, CreateVolume: the default */
	row = type_row(spec->type);
	if (!row)
		return aws_fail(err, AWS_EC2_VOLUME_TYPE, spec->type);
	if (spec->size < row->min_size || spec->size > row->max_size)
		return aws_fail(err, AWS_EC2_VOLUME_SIZE, number(call, spec->size), spec->type,
				number(call, row->min_size), number(call, row->max_size));
	if (spec->iops && !row->max_iops)
		return aws_fail(err, AWS_EC2_VOLUME_NO_IOPS, spec->type);
	if (!spec->iops && row->iops_needed)
		return aws_fail(err, AWS_EC2_VOLUME_IOPS_NEEDED, spec->type);
	if (spec->iops && (spec->iops < row->min_iops || spec->iops > row->max_iops))
		return aws_fail(err, AWS_EC2_VOLUME_IOPS, number(call, spec->iops), spec->type);
	if (spec->throughput && !str_eq(spec->type, "gp3"))
		return aws_fail(err, AWS_EC2_VOLUME_THROUGHPUT, spec->type);
	if (spec->throughput && (spec->throughput < 125 || spec->throughput > 2000))
		return aws_fail(err, AWS_EC2_VOLUME_THROUGHPUT_RANGE);
	if (spec->multi_attach && !str_starts_with(spec->type, "io"))
		return aws_fail(err, AWS_EC2_VOLUME_MULTI_ATTACH, spec->type);
	if (!spec->iops && str_eq(spec->type, "gp3"))
		spec->iops = 3000;
	if (str_eq(spec->type, "gp2")) {
		spec->iops = spec->size * 3;
		spec->iops = spec->iops < 100 ? 100 : spec->iops > 16000 ? 16000 : spec->iops;
	}
	if (!spec->throughput && str_eq(spec->type, "gp3"))
		spec->throughput = 125;
	return true;
}

const char *volume_kms_key(struct call *call, const char *given)
{
	const char *set = json_str(account_setting(call, "ebs-kms-key"));

	return given ? given : set ? set : aws_arn(call, "kms", "alias/aws/ebs");
}

bool volume_from_snapshot(struct call *call, const char *snapshot_id, bool mapped,
			  struct volume_spec *spec, struct err *err)
{
	const struct doc *snapshot;
	int64_t size;

	if (!snapshot_get_usable(call, snapshot_id, &snapshot, err))
		return false;
	size = json_get_int(snapshot->body, "VolumeSize", 0);
	if (!spec->size)
		spec->size = size;
	if (spec->size < size && mapped)
		return aws_fail(err, AWS_EC2_MAPPING_SMALL, number(call, spec->size), snapshot_id,
				number(call, size));
	if (spec->size < size)
		return aws_fail(err, AWS_EC2_VOLUME_SMALL, number(call, size));
	spec->snapshot = snapshot_id;
	if (json_get_bool(snapshot->body, "Encrypted", false)) {
		spec->encrypted = true;
		if (!spec->kms_key)
			spec->kms_key = doc_str(snapshot, "KmsKeyId");
	}
	return true;
}

const char *volume_add(struct call *call, struct volume_spec *spec)
{
	const char *id = ec2_new_id(call, &kind_volume, spec->name);
	bool encrypted = spec->encrypted || json_bool(account_setting(call, "ebs-encryption"));
	const struct doc *snapshot;
	struct json *body = json_new_object();

	json_set_str(body, "VolumeId", id);
	json_set_str(body, "VolumeArn", ec2_arn(call, "volume", id));
	json_set_int(body, "Size", spec->size);
	json_set_str(body, "SnapshotId", spec->snapshot ? spec->snapshot : "");
	snapshot = spec->snapshot ? world_find(call->world, &kind_snapshot, spec->snapshot) : NULL;
	if (snapshot && snapshot_restores_fast(snapshot, spec->zone))
		json_set_bool(body, "FastRestored", true);
	json_set_str(body, "AvailabilityZone", spec->zone);
	json_set_str(body, "AvailabilityZoneId", ec2_zone_id(call, spec->zone));
	json_set_str(body, "State", "creating");
	json_set_str(body, "CreateTime", aws_now(call));
	json_ensure_array(body, "Attachments");
	json_set_bool(body, "Encrypted", encrypted);
	if (encrypted)
		json_set_str(body, "KmsKeyId", volume_kms_key(call, spec->kms_key));
	json_set_str(body, "VolumeType", spec->type);
	if (spec->iops)
		json_set_int(body, "Iops", spec->iops);
	if (spec->throughput)
		json_set_int(body, "Throughput", spec->throughput);
	json_set_bool(body, "MultiAttachEnabled", spec->multi_attach);
	json_set_str(body, "OwnerId", call->account);
	ec2_set_operator(body);
	world_add(call, (struct doc_spec){
				.kind = &kind_volume, .key = id, .body = body, .tags = spec->tags});
	spec->tags = NULL;
	return id;
}

/** Takes a device of an instance away, and puts it there when item is not NULL. */
static void map_device(struct call *call, const char *instance_id, const char *device,
		       struct json *item)
{
	const struct doc *instance = world_find(call->world, &kind_instance, instance_id);
	struct json *body, *list, *old;

	if (!instance) {
		json_free(item);
		return;
	}
	body = json_copy(instance->body);
	list = json_ensure_array(body, "BlockDeviceMappings");
	old = ec2_element_mut(list, "DeviceName", device);
	if (old)
		json_remove_item(list, old);
	if (item)
		json_append(list, item);
	world_put(call, &kind_instance, instance_id, body);
}

void volume_attach(struct call *call, const char *volume_id, const char *instance_id,
		   const char *device, bool delete_on_termination)
{
	const struct doc *volume = world_find(call->world, &kind_volume, volume_id);
	struct json *body = json_copy(volume->body), *attachment = json_new_object();
	struct json *item = json_new_object(), *ebs = json_ensure_object(item, "Ebs");

	json_set_bool(attachment, "DeleteOnTermination", delete_on_termination);
	json_set_str(attachment, "VolumeId", volume_id);
	json_set_str(attachment, "InstanceId", instance_id);
	json_set_str(attachment, "Device", device);
	json_set_str(attachment, "State", "attached");
	json_set_str(attachment, "AttachTime", aws_now(call));
	json_append(json_ensure_array(body, "Attachments"), attachment);
	json_set_str(body, "State", "in-use");
	world_put(call, &kind_volume, volume_id, body);
	json_set_str(item, "DeviceName", device);
	json_set_str(ebs, "AttachTime", aws_now(call));
	json_set_bool(ebs, "DeleteOnTermination", delete_on_termination);
	json_set_int(ebs, "EbsCardIndex", 0); /* no type here has a second card */
	json_set_str(ebs, "Status", "attached");
	json_set_str(ebs, "VolumeId", volume_id);
	map_device(call, instance_id, device, item);
}

void volume_detach(struct call *call, const char *volume_id)
{
	const struct doc *volume = world_find(call->world, &kind_volume, volume_id);
	const struct json *attachment = volume_attachment(volume);
	struct json *body = json_copy(volume->body);

	map_device(call, json_get_str(attachment, "InstanceId"), json_get_str(attachment, "Device"),
		   NULL);
	json_set(body, "Attachments", json_new_array());
	json_set_str(body, "State", "available");
	world_put(call, &kind_volume, volume_id, body);
}

/** The mapping of a device: what the request says over what the image says; new tree. */
static struct json *merge_mapping(const struct json *images, const struct json *wanted)
{
	struct json *mapping = images ? json_copy(images) : json_new_object();
	struct json *ebs = json_ensure_object(mapping, "Ebs");

	json_foreach (member, json_get(wanted, "Ebs"))
		json_set_copy(ebs, json_key(member), member);
	json_set_copy(mapping, "DeviceName", json_get(wanted, "DeviceName"));
	return mapping;
}

/** The snapshot of an image's mapping: who may launch the image need not see it. */
static bool use_images_snapshot(struct call *call, const struct json *images,
				struct volume_spec *spec, struct err *err)
{
	const char *id = json_find_str(images, "Ebs", "SnapshotId", NULL);
	const struct doc *snapshot = world_find(call->world, &kind_snapshot, id);
	int64_t least =
		json_get_int(snapshot ? snapshot->body : json_get(images, "Ebs"), "VolumeSize", 0);

	if (!spec->size)
		spec->size = least;
	if (spec->size < least)
		return aws_fail(err, AWS_EC2_MAPPING_SMALL, number(call, spec->size), id,
				number(call, least));
	spec->snapshot = id;
	return true;
}

/** The volume of one device of a new instance; images: the image's mapping of it, or NULL. */
static bool add_mapped(struct call *call, const struct doc *instance, const struct json *images,
		       const struct json *wanted, const struct json *tags, struct err *err)
{
	_cleanup_(json_freep) struct json *mapping = merge_mapping(images, wanted);
	const struct json *ebs = json_get(mapping, "Ebs");
	const char *device = json_get_str(mapping, "DeviceName");
	const char *snapshot = json_get_str(ebs, "SnapshotId");
	struct volume_spec spec = {
		.zone = json_find_str(instance->body, "Placement", "AvailabilityZone", NULL),
		.type = json_get_str(ebs, "VolumeType"),
		.kms_key = json_get_str(ebs, "KmsKeyId"),
		.size = json_get_int(ebs, "VolumeSize", 0),
		.iops = json_get_int(ebs, "Iops", 0),
		.throughput = json_get_int(ebs, "Throughput", 0),
		.encrypted = json_get_bool(ebs, "Encrypted", false),
		.name = arena_printf(call->arena, "%s%s", instance->key, device),
	};
	bool of_image = str_eq(snapshot, json_find_str(images, "Ebs", "SnapshotId", NULL));

	if (snapshot && (of_image ? !use_images_snapshot(call, images, &spec, err)
				  : !volume_from_snapshot(call, snapshot, true, &spec, err)))
		return false;
	if (!spec.size)
		return aws_fail(err, AWS_EC2_MAPPING_SIZE, device);
	if (!volume_check(call, &spec, err))
		return false;
	spec.tags = json_copy(tags);
	volume_attach(call, volume_add(call, &spec), instance->key, device,
		      json_get_bool(ebs, "DeleteOnTermination", true));
	return true;
}

/** Whether a mapping stands for no volume: suppressed, or an instance store. */
static bool is_no_volume(const struct json *mapping)
{
	return json_get(mapping, "NoDevice") || json_get(mapping, "VirtualName");
}

bool volume_add_all(struct call *call, const struct doc *instance, const struct doc *image,
		    const struct json *wanted, const struct json *tags, struct err *err)
{
	const struct json *images = json_get(image->body, "BlockDeviceMappings");

	json_foreach (item, images) {
		const struct json *over =
			ec2_element(wanted, "DeviceName", json_get_str(item, "DeviceName"));

		if (!is_no_volume(item) && !is_no_volume(over) &&
		    !add_mapped(call, instance, item, over, tags, err))
			return false;
	}
	json_foreach (item, wanted) {
		const char *device = json_get_str(item, "DeviceName");

		if (ec2_element(images, "DeviceName", device) || is_no_volume(item))
			continue;
		if (!device)
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "deviceName");
		if (!add_mapped(call, instance, NULL, item, tags, err))
			return false;
	}
	return true;
}

void volume_drop_all(struct call *call, const char *instance_id)
{
	struct docs found = {0};

	world_lookup(call->world, &kind_volume, "instance", instance_id, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct json *attachment = volume_attachment(found.items[i]);
		bool goes = json_get_bool(attachment, "DeleteOnTermination", false);

		volume_detach(call, found.items[i]->key);
		if (goes)
			world_remove(call, &kind_volume, found.items[i]->key);
	}
	docs_done(&found);
}

/* ---- CreateVolume, DeleteVolume ---- */

static bool read_volume(struct call *call, const struct json *input, struct volume_spec *spec,
			struct err *err)
{
	const char *snapshot = json_get_str(input, "SnapshotId");

	if (!json_get_str(input, "AvailabilityZone") && !json_get_str(input, "AvailabilityZoneId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "availabilityZone");
	if (json_get_str(input, "OutpostArn"))
		return aws_fail(err, AWS_EC2_OUTPOST_NOT_FOUND, json_get_str(input, "OutpostArn"));
	if (json_get(input, "Operator") || json_get(input, "VolumeInitializationRate"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "CreateVolume with Operator or VolumeInitializationRate is not "
			       "emulated");
	if (!json_get(input, "Size") && !snapshot)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "size/snapshot");
	spec->type = json_get_str(input, "VolumeType");
	spec->kms_key = json_get_str(input, "KmsKeyId");
	spec->size = json_get_int(input, "Size", 0);
	spec->iops = json_get_int(input, "Iops", 0);
	spec->throughput = json_get_int(input, "Throughput", 0);
	spec->encrypted = json_get_bool(input, "Encrypted", false);
	spec->multi_attach = json_get_bool(input, "MultiAttachEnabled", false);
	spec->name = json_get_str(input, "ClientToken");
	if (snapshot && !volume_from_snapshot(call, snapshot, false, spec, err))
		return false;
	return subnet_read_zone(call, input, &spec->zone, err) && volume_check(call, spec, err);
}

bool ec2_create_volume(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	struct volume_spec spec = {0};
	const struct doc *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "volume", &tags, err) ||
	    !read_volume(call, input, &spec, err))
		return false;
	doc = id ? ec2_find(call, &kind_volume, id) : NULL;
	if (!doc) {
		spec.tags = steal(tags);
		id = volume_add(call, &spec);
		idempotency_keep(call, input, "ClientToken", id);
		doc = world_find(call->world, &kind_volume, id);
	}
	json_assign(output, ec2_item(doc));
	if (str_eq(doc_str(doc, "State"), "creating"))
		lifecycle_start(call, &kind_volume, doc->key, LIFECYCLE_VOLUME, "available");
	return true;
}

bool ec2_delete_volume(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *volume;

	(void)output;
	if (!ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err))
		return false;
	if (volume_attachment(volume))
		return aws_fail(err, AWS_EC2_VOLUME_IN_USE, volume->key,
				json_get_str(volume_attachment(volume), "InstanceId"));
	world_remove(call, &kind_volume, volume->key);
	return true;
}

static const struct filter_field volume_filters[] = {
	{"attachment.attach-time", "Attachments.AttachTime", NULL, NULL},
	{"attachment.delete-on-termination", "Attachments.DeleteOnTermination", NULL, NULL},
	{"attachment.device", "Attachments.Device", NULL, NULL},
	{"attachment.instance-id", "Attachments.InstanceId", NULL, "instance"},
	{"attachment.status", "Attachments.State", NULL, NULL},
	{"availability-zone", "AvailabilityZone", NULL, NULL},
	{"availability-zone-id", "AvailabilityZoneId", NULL, NULL},
	{"create-time", "CreateTime", NULL, NULL},
	{"encrypted", "Encrypted", NULL, NULL},
	{"fast-restored", "FastRestored", NULL, NULL},
	{"multi-attach-enabled", "MultiAttachEnabled", NULL, NULL},
	{"operator.managed", "Operator.Managed", NULL, NULL},
	{"operator.principal", "Operator.Principal", NULL, NULL},
	{"size", "Size", NULL, NULL},
	{"snapshot-id", "SnapshotId", NULL, NULL},
	{"status", "State", NULL, NULL},
	{"volume-id", "VolumeId", NULL, NULL},
	{"volume-type", "VolumeType", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_volumes, .kind = &kind_volume, .ids = "VolumeIds", .id_prefix = "vol-",
	     .malformed = AWS_EC2_VOLUME_MALFORMED, .not_found = AWS_EC2_VOLUME_NOT_FOUND,
	     .fields = volume_filters, .result = "Volumes")
