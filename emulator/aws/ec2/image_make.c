/* Making images and taking them back: RegisterImage, CreateImage, CopyImage, DeregisterImage. */
#include "emulator/aws/ec2/snapshot.h"

#define NAME_MIN       3
#define NAME_MAX_BYTES 128

/* ---- What all of them check and write ---- */

/* Source: EC2 API, RegisterImage: Name. */
static bool check_name(struct call *call, const char *name, struct err *err)
{
	size_t length = strlen(name);

	if (length < NAME_MIN || length > NAME_MAX_BYTES ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			 "()[] ./-'@_") != length)
		return aws_fail(err, AWS_EC2_IMAGE_NAME);
	world_foreach (doc, call->world, &kind_image) {
		if (doc_in_scope(call, doc) && !image_is_amazons(doc) &&
		    str_eq(doc_str(doc, "Name"), name))
			return aws_fail(err, AWS_EC2_IMAGE_NAME_TAKEN, name, doc->key);
	}
	return ec2_within_limit(call, LIMIT_IMAGES, ec2_count(call, &kind_image),
				AWS_EC2_IMAGE_LIMIT, err);
}

static const char *new_id(struct call *call, const char *name)
{
	return ec2_new_id(call, &kind_image, name);
}

/** What every new image of the caller tells; its mappings and the machine's members follow. */
static struct json *new_body(struct call *call, const char *id, const char *name,
			     const char *description)
{
	struct json *body = json_new_object();

	json_set_str(body, "PlatformDetails", "Linux/UNIX");
	json_set_str(body, "UsageOperation", "RunInstances");
	json_ensure_array(body, "BlockDeviceMappings");
	json_set_str(body, "Description", description);
	json_set_str(body, "Hypervisor", "xen");
	json_set_str(body, "Name", name);
	json_set_str(body, "RootDeviceType", "ebs");
	json_set_str(body, "ImageId", id);
	json_setf(body, "ImageLocation", "%s/%s", call->account, name);
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "CreationDate", aws_now(call));
	json_set_bool(body, "Public", false);
	json_set_str(body, "ImageType", "machine");
	json_set_str(body, "DeregistrationProtection", "disabled");
	return body;
}

static void add(struct call *call, const char *id, struct json *body, struct json *tags,
		struct json *extra)
{
	world_add(call, (struct doc_spec){.kind = &kind_image,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .extra = extra});
}

static void start(struct call *call, const struct json *body)
{
	const char *id = json_get_str(body, "ImageId");

	json_foreach (mapping, json_get(body, "BlockDeviceMappings")) {
		const char *snapshot = json_find_str(mapping, "Ebs", "SnapshotId", NULL);
		const struct doc *doc =
			snapshot ? world_find(call->world, &kind_snapshot, snapshot) : NULL;

		if (doc && str_eq(doc_str(doc, "State"), "pending"))
			snapshot_start(call, snapshot);
	}
	lifecycle_start(call, &kind_image, id, LIFECYCLE_IMAGE, "available");
}

static const char *const tag_types[] = {"image", "snapshot", NULL};

/* ---- RegisterImage ---- */

/** A mapping of a request as an image tells it: size and encryption are the snapshot's. */
static bool read_mapping(struct call *call, const struct json *wanted, struct json *mappings,
			 struct err *err)
{
	const struct json *asked = json_get(wanted, "Ebs");
	const char *snapshot_id = json_get_str(asked, "SnapshotId");
	struct json *mapping = json_copy(wanted), *ebs;
	struct volume_spec spec = {.type = json_get_str(asked, "VolumeType"),
				   .size = json_get_int(asked, "VolumeSize", 0),
				   .iops = json_get_int(asked, "Iops", 0),
				   .throughput = json_get_int(asked, "Throughput", 0)};

	json_append(mappings, mapping);
	if (!json_get_str(wanted, "DeviceName"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "deviceName");
	if (!asked)
		return true;
	if (json_get(asked, "Encrypted") && snapshot_id)
		return aws_fail(err, AWS_EC2_MAPPING_ENCRYPTED);
	if (snapshot_id && !volume_from_snapshot(call, snapshot_id, true, &spec, err))
		return false;
	if (!spec.size)
		return aws_fail(err, AWS_EC2_MAPPING_SIZE, json_get_str(wanted, "DeviceName"));
	if (!spec.type)
		spec.type = "standard"; /* EC2 API, RegisterImage: the default of an image */
	if (!volume_check(call, &spec, err))
		return false;
	ebs = json_ensure_object(mapping, "Ebs");
	json_set_int(ebs, "VolumeSize", spec.size);
	json_set_str(ebs, "VolumeType", spec.type);
	json_set_bool(ebs, "Encrypted", spec.encrypted || json_get_bool(asked, "Encrypted", false));
	json_set_bool(ebs, "DeleteOnTermination",
		      json_get_bool(asked, "DeleteOnTermination", true));
	return true;
}

/** All mappings; the root device's has a snapshot. */
static bool read_mappings(struct call *call, const struct json *input, struct json *body,
			  struct err *err)
{
	struct json *mappings = json_ensure_array(body, "BlockDeviceMappings");
	const char *root = json_get_str(body, "RootDeviceName");

	json_foreach (wanted, json_get(input, "BlockDeviceMappings"))
		if (!read_mapping(call, wanted, mappings, err))
			return false;
	return json_find_str(ec2_element(mappings, "DeviceName", root), "Ebs", "SnapshotId",
			     NULL) ||
	       aws_fail(err, AWS_EC2_IMAGE_NO_ROOT);
}

/** What the request says of the machine, with the API's defaults. */
static void fill_registered(const struct json *input, struct json *body)
{
	static const char *const same[] = {"BootMode", "TpmSupport", "ImdsSupport",
					   "KernelId", "RamdiskId",  "SriovNetSupport"};
	const char *architecture = json_get_str(input, "Architecture");
	const char *virtualization = json_get_str(input, "VirtualizationType");
	const char *root = json_get_str(input, "RootDeviceName");

	json_set_str(body, "Architecture", architecture ? architecture : "i386");
	json_set_str(body, "VirtualizationType", virtualization ? virtualization : "paravirtual");
	json_set_str(body, "RootDeviceName", root ? root : "/dev/sda1");
	json_set_bool(body, "EnaSupport", json_get_bool(input, "EnaSupport", false));
	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(body, same[i], json_get(input, same[i]));
	json_set_str(body, "State", "available");
}

bool ec2_register_image(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *body = NULL;
	const char *name = json_get_str(input, "Name"), *id;
	struct json *extra;

	if (json_get_str(input, "ImageLocation") || json_size(json_get(input, "BillingProducts")))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "RegisterImage of a bundle in S3 is not emulated");
	if (!check_name(call, name, err) || !tags_from_specifications(input, "image", &tags, err))
		return false;
	id = new_id(call, name);
	body = new_body(call, id, name, json_get_str(input, "Description"));
	fill_registered(input, body);
	if (!read_mappings(call, input, body, err))
		return false;
	extra = json_new_object();
	json_set_copy(extra, "UefiData", json_get(input, "UefiData"));
	add(call, id, steal(body), steal(tags), extra);
	json_set_str(output, "ImageId", id);
	return true;
}

/* ---- CreateImage ---- */

/** A volume of the instance, with a snapshot of it, as an image's mapping. */
static struct json *mapping_of_volume(const struct doc *volume, const struct doc *snapshot)
{
	static const char *const same[] = {"VolumeType", "Iops", "Throughput", "Encrypted"};
	struct json *mapping = json_new_object(), *ebs = json_ensure_object(mapping, "Ebs");

	json_set_copy(mapping, "DeviceName", json_get(volume_attachment(volume), "Device"));
	json_set_copy(ebs, "DeleteOnTermination",
		      json_get(volume_attachment(volume), "DeleteOnTermination"));
	json_set_str(ebs, "SnapshotId", snapshot->key);
	json_set_copy(ebs, "VolumeSize", json_get(volume->body, "Size"));
	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(ebs, same[i], json_get(volume->body, same[i]));
	if (!str_eq(doc_str(volume, "VolumeType"), "gp3") &&
	    !str_starts_with(doc_str(volume, "VolumeType"), "io"))
		json_remove(ebs, "Iops");
	return mapping;
}

/** What the request says of a device that the instance has: its size and the like. */
static bool override_mapping(struct json *mapping, const struct json *wanted, struct err *err)
{
	struct json *ebs = json_get_mut(mapping, "Ebs");
	const struct json *asked = json_get(wanted, "Ebs");

	if (json_get_str(asked, "SnapshotId") || json_get(asked, "Encrypted") ||
	    json_get_str(wanted, "VirtualName"))
		return aws_fail(err, AWS_EC2_MAPPING_FIXED, json_get_str(wanted, "DeviceName"));
	json_foreach (member, asked)
		json_set_copy(ebs, json_key(member), member);
	return true;
}

static bool snapshot_volumes(struct call *call, const struct doc *instance,
			     const struct json *input, const struct json *tags, struct json *body,
			     struct err *err)
{
	const struct json *wanted = json_get(input, "BlockDeviceMappings");
	struct json *mappings = json_ensure_array(body, "BlockDeviceMappings");
	_cleanup_(docs_done) struct docs volumes = {0};
	const char *description = arena_printf(call->arena, "Created by CreateImage(%s) for %s",
					       instance->key, json_get_str(body, "ImageId"));

	world_lookup(call->world, &kind_volume, "instance", instance->key, &volumes);
	for (size_t i = 0; i < volumes.count; i++) {
		const char *device = json_get_str(volume_attachment(volumes.items[i]), "Device");
		const struct json *over = ec2_element(wanted, "DeviceName", device);
		struct json *mapping;

		if (json_get(over, "NoDevice"))
			continue;
		mapping = mapping_of_volume(
			volumes.items[i],
			snapshot_of_volume(call, volumes.items[i], description, json_copy(tags)));
		json_append(mappings, mapping);
		if (!override_mapping(mapping, over, err))
			return false;
	}
	json_foreach (item, wanted)
		if (!json_get(item, "NoDevice") &&
		    !ec2_element(mappings, "DeviceName", json_get_str(item, "DeviceName")) &&
		    !read_mapping(call, item, mappings, err))
			return false;
	return true;
}

/** The machine's members out of the instance, and out of its image what an instance does not
 * tell. */
static void fill_from_instance(struct call *call, const struct doc *instance, struct json *body)
{
	static const char *const same[] = {
		"Architecture",	   "EnaSupport",	 "RootDeviceName",
		"RootDeviceType",  "VirtualizationType", "BootMode",
		"PlatformDetails", "UsageOperation",	 "Platform"};
	const struct doc *image =
		world_find(call->world, &kind_image, doc_str(instance, "ImageId"));

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(body, same[i], json_get(instance->body, same[i]));
	if (image) {
		json_set_copy(body, "ImdsSupport", json_get(image->body, "ImdsSupport"));
		json_set_copy(body, "SriovNetSupport", json_get(image->body, "SriovNetSupport"));
		json_set_copy(body, "TpmSupport", json_get(image->body, "TpmSupport"));
		json_set_str(body, "SourceImageId", image->key);
		json_set_str(body, "SourceImageRegion", image->region);
	}
	json_set_str(body, "SourceInstanceId", instance->key);
	json_set_str(body, "State", "pending");
}

bool ec2_create_image(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *snapshot_tags = NULL, *body = NULL;
	const char *name = json_get_str(input, "Name"), *id;
	const struct doc *instance;

	if (str_eq(json_get_str(input, "SnapshotLocation"), "local"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "SnapshotLocation local: snapshots in Local Zones are not emulated");
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err) ||
	    !check_name(call, name, err) ||
	    !tags_from_specifications_of(input, "image", tag_types, &tags, err) ||
	    !tags_from_specifications_of(input, "snapshot", tag_types, &snapshot_tags, err))
		return false;
	if (!str_eq(instance_state_name(instance), "running") &&
	    !str_eq(instance_state_name(instance), "stopped"))
		return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	id = new_id(call, name);
	body = new_body(call, id, name, json_get_str(input, "Description"));
	fill_from_instance(call, instance, body);
	json_set_str(body, "BootMode", json_get_str(input, "BootModeOverride"));
	if (!snapshot_volumes(call, instance, input, snapshot_tags, body, err))
		return false;
	add(call, id, json_copy(body), steal(tags), NULL);
	json_set_str(output, "ImageId", id);
	start(call, body);
	return true;
}

/* ---- CopyImage ---- */

static bool find_source(struct call *call, const struct json *input, const struct doc **ret,
			struct err *err)
{
	struct call there = *call;

	there.region = json_get_str(input, "SourceRegion");
	if (!region_exists(there.region))
		return aws_fail(err, AWS_EC2_REGION, there.region);
	if (!image_get(&there, json_get_str(input, "SourceImageId"), ret, err))
		return false;
	if (!str_eq(doc_str(*ret, "State"), "available"))
		return aws_fail(err, AWS_EC2_IMAGE_UNAVAILABLE, (*ret)->key);
	if (str_eq((*ret)->account, call->account))
		return true;
	json_foreach (mapping, json_get((*ret)->body, "BlockDeviceMappings")) {
		const char *id = json_find_str(mapping, "Ebs", "SnapshotId", NULL);
		const struct doc *snapshot =
			id ? world_find(call->world, &kind_snapshot, id) : NULL;

		if (snapshot && !sharing_allows(&there, snapshot, VOLUME_PERMISSIONS))
			return aws_fail(err, AWS_EC2_IMAGE_STORAGE);
	}
	return true;
}

/** Copies the snapshots that the source's mappings name. */
static void copy_snapshots(struct call *call, const struct json *input, const struct doc *source,
			   const struct json *tags, struct json *body)
{
	bool encrypt = json_get_bool(input, "Encrypted", false) ||
		       json_bool(account_setting(call, "ebs-encryption"));
	struct json *mappings = json_ensure_array(body, "BlockDeviceMappings");

	json_foreach (item, json_get(source->body, "BlockDeviceMappings")) {
		struct json *mapping = json_copy(item), *ebs = json_get_mut(mapping, "Ebs");
		const char *id = json_get_str(ebs, "SnapshotId");
		struct snapshot_spec spec = {
			.volume_id = "vol-ffffffff",
			.kms_key = volume_kms_key(call, json_get_str(input, "KmsKeyId")),
			.size = json_get_int(ebs, "VolumeSize", 0),
			.encrypted = encrypt || json_get_bool(ebs, "Encrypted", false),
			.name = id,
		};

		json_append(mappings, mapping);
		if (!id)
			continue;
		spec.description =
			arena_printf(call->arena,
				     "Copied for DestinationAmi %s from SourceAmi %s for "
				     "SourceSnapshot %s.",
				     json_get_str(body, "ImageId"), source->key, id);
		spec.tags = json_copy(tags);
		json_set_str(ebs, "SnapshotId", snapshot_add(call, &spec)->key);
		json_set_bool(ebs, "Encrypted", spec.encrypted);
		json_remove(ebs, "KmsKeyId");
	}
}

/** The copy's document but for its tags. */
static struct json *copy_body(struct call *call, const struct json *input, const struct doc *source,
			      const char *id)
{
	static const char *const same[] = {
		"Architecture",	      "EnaSupport",  "RootDeviceName",		 "RootDeviceType",
		"VirtualizationType", "BootMode",    "PlatformDetails",		 "UsageOperation",
		"Platform",	      "ImdsSupport", "SriovNetSupport",		 "TpmSupport",
		"KernelId",	      "RamdiskId",   "InstanceTypeSpecification"};
	struct json *body =
		new_body(call, id, json_get_str(input, "Name"), json_get_str(input, "Description"));

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(body, same[i], json_get(source->body, same[i]));
	json_set_str(body, "SourceImageId", source->key);
	json_set_str(body, "SourceImageRegion", source->region);
	json_set_str(body, "State", "pending");
	return body;
}

/** The request's tags, over the source's own where they are to be copied. */
static struct json *copy_tags(const struct json *input, const struct doc *source,
			      const struct json *tags)
{
	bool copy = json_get_bool(input, "CopyImageTags", false) && !image_is_amazons(source);
	struct json *merged = copy ? json_copy(source->tags) : json_new_object();

	json_foreach (tag, tags)
		json_set_copy(merged, json_key(tag), tag);
	return merged;
}

bool ec2_copy_image(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *snapshot_tags = NULL, *body = NULL;
	const struct doc *source;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err))
		return false;
	if (id) {
		json_set_str(output, "ImageId", id);
		return true;
	}
	if (json_get_str(input, "DestinationOutpostArn"))
		return aws_fail(err, AWS_EC2_OUTPOST_NOT_FOUND,
				json_get_str(input, "DestinationOutpostArn"));
	if (!find_source(call, input, &source, err) ||
	    !check_name(call, json_get_str(input, "Name"), err) ||
	    !tags_from_specifications_of(input, "image", tag_types, &tags, err) ||
	    !tags_from_specifications_of(input, "snapshot", tag_types, &snapshot_tags, err))
		return false;
	id = new_id(call, source->key);
	body = copy_body(call, input, source, id);
	copy_snapshots(call, input, source, snapshot_tags, body);
	add(call, id, json_copy(body), copy_tags(input, source, tags), NULL);
	idempotency_keep(call, input, "ClientToken", id);
	json_set_str(output, "ImageId", id);
	start(call, body);
	return true;
}

/* ---- DeregisterImage ---- */

/** Deletes an image's snapshots that nothing else holds, and tells how that went. */
static void drop_snapshots(struct call *call, const struct json *mappings, struct json *results)
{
	json_foreach (mapping, mappings) {
		const char *id = json_find_str(mapping, "Ebs", "SnapshotId", NULL);
		const struct doc *snapshot = id ? ec2_find(call, &kind_snapshot, id) : NULL;
		struct json *result = json_new_object();
		struct err why = ERR_INIT;

		if (!snapshot) {
			json_free(result);
			continue;
		}
		json_set_str(result, "SnapshotId", id);
		if (!snapshot_is_locked(call, snapshot) &&
		    snapshot_check_deletion(call, snapshot, &why)) {
			json_set_str(result, "ReturnCode", "success");
			world_remove(call, &kind_snapshot, id);
		} else {
			json_set_str(result, "ReturnCode", "skipped");
			err_done(&why);
		}
		json_append(results, result);
	}
}

bool ec2_deregister_image(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	_cleanup_(json_freep) struct json *mappings = NULL;
	const struct doc *image;

	if (!image_get_own(call, input, &image, err))
		return false;
	if (!str_eq(doc_str(image, "DeregistrationProtection"), "disabled"))
		return aws_fail(err, AWS_EC2_IMAGE_PROTECTED, image->key);
	mappings = json_copy(json_get(image->body, "BlockDeviceMappings"));
	world_remove(call, &kind_image, image->key);
	json_set_bool(output, "Return", true);
	if (json_get_bool(input, "DeleteAssociatedSnapshots", false))
		drop_snapshots(call, mappings, json_ensure_array(output, "DeleteSnapshotResults"));
	return true;
}
