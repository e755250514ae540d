/*
 * Snapshots of volumes. Shape: EC2 Snapshot. Life: pending → completed, gone when deleted. Who else
 * may make volumes of one is in extra (sharing.c); snapshot_other.c has tiers, locks and the like.
 */
#include "emulator/aws/ec2/snapshot.h"

static void terms_volume(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VolumeId");
}

static const struct kind_index snapshot_indexes[] = {
	{"volume", terms_volume},
	{NULL, NULL},
};

static void snapshot_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (snapshot_tier_timer(call, doc, timer) || snapshot_restore_timer(call, doc, timer))
		return;
	body = json_copy(doc->body);
	json_set_str(body, "State", "completed");
	json_set_str(body, "Progress", "100%");
	json_set_str(body, "CompletionTime", aws_now(call));
	world_put(call, &kind_snapshot, doc->key, body);
}

const struct kind kind_snapshot = {
	.name = "snapshot",
	.shape = "ec2:Snapshot",
	.indexes = snapshot_indexes,
	.timer = snapshot_timer,
	.view = ec2_view,
};

/* ---- Making ---- */

const struct doc *snapshot_add(struct call *call, struct snapshot_spec *spec)
{
	const char *id = ec2_new_id(call, &kind_snapshot, spec->name);
	struct json *body = json_new_object();

	json_set_str(body, "StorageTier", "standard");
	json_set_str(body, "TransferType", "standard");
	json_set_str(body, "SnapshotId", id);
	json_set_str(body, "VolumeId", spec->volume_id);
	json_set_str(body, "State", "pending");
	json_set_str(body, "StartTime", aws_now(call));
	json_set_str(body, "Progress", "");
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "Description", spec->description ? spec->description : "");
	json_set_int(body, "VolumeSize", spec->size);
	json_set_bool(body, "Encrypted", spec->encrypted);
	if (spec->encrypted)
		json_set_str(body, "KmsKeyId", spec->kms_key);
	return world_add(call, (struct doc_spec){.kind = &kind_snapshot,
						 .key = id,
						 .body = body,
						 .tags = steal(spec->tags)});
}

void snapshot_start(struct call *call, const char *id)
{
	lifecycle_start(call, &kind_snapshot, id, LIFECYCLE_SNAPSHOT, "completed");
}

const struct doc *snapshot_of_volume(struct call *call, const struct doc *volume,
				     const char *description, struct json *tags)
{
	struct snapshot_spec spec = {
		.volume_id = volume->key,
		.description = description,
		.kms_key = doc_str(volume, "KmsKeyId"),
		.size = json_get_int(volume->body, "Size", 0),
		.encrypted = json_get_bool(volume->body, "Encrypted", false),
		.name = volume->key,
		.tags = tags,
	};

	return snapshot_add(call, &spec);
}

/* ---- Finding ---- */

bool snapshot_get(const struct call *call, const char *id, const struct doc **ret, struct err *err)
{
	if (!str_starts_with(id, "snap-"))
		return aws_fail(err, AWS_EC2_SNAPSHOT_MALFORMED, id ? id : "");
	*ret = world_find(call->world, &kind_snapshot, id);
	if (*ret && sharing_allows(call, *ret, VOLUME_PERMISSIONS))
		return true;
	return aws_fail(err, AWS_EC2_SNAPSHOT_NOT_FOUND, id);
}

bool snapshot_get_usable(const struct call *call, const char *id, const struct doc **ret,
			 struct err *err)
{
	if (!snapshot_get(call, id, ret, err))
		return false;
	if (!str_eq(doc_str(*ret, "State"), "completed"))
		return aws_fail(err, AWS_EC2_SNAPSHOT_STATE, id, doc_str(*ret, "State"));
	return !str_eq(doc_str(*ret, "StorageTier"), "archive") ||
	       aws_fail(err, AWS_EC2_SNAPSHOT_TIER, id, "archive");
}

/* ---- CreateSnapshot, CreateSnapshots ---- */

static bool check_place(const struct json *input, struct err *err)
{
	if (json_get_str(input, "OutpostArn"))
		return aws_fail(err, AWS_EC2_OUTPOST_NOT_FOUND, json_get_str(input, "OutpostArn"));
	if (str_eq(json_get_str(input, "Location"), "local"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "Location local: snapshots in Local Zones are not emulated");
	return true;
}

bool ec2_create_snapshot(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *volume, *made;

	if (!ec2_get_by(call, &kind_volume, input, "VolumeId", &volume, err) ||
	    !check_place(input, err) ||
	    !ec2_within_limit(call, LIMIT_SNAPSHOTS, ec2_count(call, &kind_snapshot),
			      AWS_EC2_SNAPSHOT_LIMIT, err) ||
	    !tags_from_specifications(input, "snapshot", &tags, err))
		return false;
	if (str_eq(doc_str(volume, "State"), "creating"))
		return aws_fail(err, AWS_EC2_VOLUME_STATE, volume->key, "creating");
	made = snapshot_of_volume(call, volume, json_get_str(input, "Description"), steal(tags));
	json_assign(output, ec2_item(made));
	snapshot_start(call, made->key);
	return true;
}

/** The volumes of an instance that a request means. */
static bool select_volumes(struct call *call, const struct json *spec, struct docs *ret,
			   struct err *err)
{
	const struct json *excluded = json_get(spec, "ExcludeDataVolumeIds");
	const struct doc *instance;
	size_t kept = 0;

	if (!ec2_get_by(call, &kind_instance, spec, "InstanceId", &instance, err))
		return false;
	world_lookup(call->world, &kind_volume, "instance", instance->key, ret);
	for (size_t i = 0; i < ret->count; i++) {
		const char *device = json_get_str(volume_attachment(ret->items[i]), "Device");
		bool root = str_eq(device, doc_str(instance, "RootDeviceName"));

		if (root && ec2_list_has(excluded, ret->items[i]->key))
			return aws_fail(err, AWS_EC2_SNAPSHOT_ROOT, ret->items[i]->key);
		if (root ? !json_get_bool(spec, "ExcludeBootVolume", false)
			 : !ec2_list_has(excluded, ret->items[i]->key))
			ret->items[kept++] = ret->items[i];
	}
	ret->count = kept;
	return kept || aws_fail(err, AWS_EC2_SNAPSHOT_NO_VOLUMES, instance->key);
}

/** A volume's own tags under those of the request. */
static struct json *merge_tags(const struct json *below, const struct json *tags)
{
	struct json *merged = below ? json_copy(below) : json_new_object();

	json_foreach (tag, tags)
		json_set_copy(merged, json_key(tag), tag);
	return merged;
}

/** A snapshot as SnapshotInfo. */
static struct json *info_item(const struct doc *doc)
{
	static const char *const same[] = {"Description", "Encrypted",	"VolumeId",
					   "State",	  "VolumeSize", "StartTime",
					   "Progress",	  "OwnerId",	"SnapshotId"};
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(item, same[i], json_get(doc->body, same[i]));
	json_set(item, "Tags", tags_to_list(doc->tags));
	return item;
}

bool ec2_create_snapshots(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	bool copy = str_eq(json_get_str(input, "CopyTagsFromSource"), "volume");
	struct json *list = json_ensure_array(output, "Snapshots");
	_cleanup_(json_freep) struct json *tags = NULL;
	_cleanup_(docs_done) struct docs volumes = {0};

	if (!check_place(input, err) || !tags_from_specifications(input, "snapshot", &tags, err) ||
	    !select_volumes(call, json_get(input, "InstanceSpecification"), &volumes, err) ||
	    !ec2_within_limit(call, LIMIT_SNAPSHOTS,
			      ec2_count(call, &kind_snapshot) + volumes.count - 1,
			      AWS_EC2_SNAPSHOT_LIMIT, err))
		return false;
	for (size_t i = 0; i < volumes.count; i++) {
		const struct doc *made = snapshot_of_volume(
			call, volumes.items[i], json_get_str(input, "Description"),
			merge_tags(copy ? volumes.items[i]->tags : NULL, tags));

		json_append(list, info_item(made));
		snapshot_start(call, made->key);
	}
	return true;
}

/* ---- CopySnapshot ---- */

/** The source of a copy as the caller sees it in its region. */
static bool find_source(const struct call *call, const struct json *input, const struct doc **ret,
			struct err *err)
{
	struct call there = *call;

	there.region = json_get_str(input, "SourceRegion");
	if (!region_exists(there.region))
		return aws_fail(err, AWS_EC2_REGION, there.region);
	return snapshot_get_usable(&there, json_get_str(input, "SourceSnapshotId"), ret, err);
}

bool ec2_copy_snapshot(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *source, *made;
	struct snapshot_spec spec;

	const char *region = json_get_str(input, "DestinationRegion");
	int64_t minutes = json_get_int(input, "CompletionDurationMinutes", 0);

	/* Source: EC2 API, CopySnapshot: in steps of 15 minutes, 48 hours at most */
	if (json_get(input, "CompletionDurationMinutes") && (minutes < 15 || minutes % 15))
		return aws_fail(err, AWS_EC2_SNAPSHOT_MINUTES);
	/* the copy is made in the region that is called */
	if (region && !str_eq(region, call->region))
		return aws_fail(err, AWS_EC2_REGION, region);
	if (json_get(input, "DestinationAvailabilityZone"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "snapshots in Local Zones are not emulated");
	if (json_get_str(input, "DestinationOutpostArn"))
		return aws_fail(err, AWS_EC2_OUTPOST_NOT_FOUND,
				json_get_str(input, "DestinationOutpostArn"));
	if (!find_source(call, input, &source, err) ||
	    !ec2_within_limit(call, LIMIT_SNAPSHOTS, ec2_count(call, &kind_snapshot),
			      AWS_EC2_SNAPSHOT_LIMIT, err) ||
	    !tags_from_specifications(input, "snapshot", &tags, err))
		return false;
	spec = (struct snapshot_spec){
		.volume_id = "vol-ffffffff", /* EC2 API, CopySnapshot: an arbitrary volume id */
		.description = json_get_str(input, "Description"),
		.size = json_get_int(source->body, "VolumeSize", 0),
		.encrypted = json_get_bool(source->body, "Encrypted", false) ||
			     json_get_bool(input, "Encrypted", false) ||
			     json_bool(account_setting(call, "ebs-encryption")),
		.kms_key = volume_kms_key(call, json_get_str(input, "KmsKeyId")),
		.name = source->key,
		.tags = steal(tags),
	};
	made = snapshot_add(call, &spec);
	if (minutes) {
		struct json *body = json_copy(made->body);

		json_set_int(body, "CompletionDurationMinutes", minutes);
		made = world_put(call, &kind_snapshot, made->key, body);
	}
	json_set_str(output, "SnapshotId", made->key);
	json_set(output, "Tags", tags_to_list(made->tags));
	snapshot_start(call, made->key);
	return true;
}

/* ---- DeleteSnapshot ---- */

/** The image that has the snapshot in its mappings, or NULL. */
static const struct doc *find_image(const struct call *call, const char *id)
{
	world_foreach (image, call->world, &kind_image) {
		json_foreach (mapping, json_get(image->body, "BlockDeviceMappings"))
			if (str_eq(json_find_str(mapping, "Ebs", "SnapshotId", NULL), id))
				return image;
	}
	return NULL;
}

bool snapshot_check_deletion(struct call *call, const struct doc *snapshot, struct err *err)
{
	const struct doc *image = find_image(call, snapshot->key);

	if (image)
		return aws_fail(err, AWS_EC2_SNAPSHOT_IN_USE, snapshot->key, image->key);
	return true;
}

bool ec2_delete_snapshot(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *snapshot;

	(void)output;
	if (!ec2_get_by(call, &kind_snapshot, input, "SnapshotId", &snapshot, err) ||
	    !snapshot_check_deletion(call, snapshot, err))
		return false;
	if (snapshot_is_locked(call, snapshot))
		return aws_fail(err, AWS_EC2_SNAPSHOT_LOCKED, snapshot->key,
				json_find_str(snapshot->extra, "Lock", "Mode", NULL));
	world_remove(call, &kind_snapshot, snapshot->key);
	return true;
}

/* ---- DescribeSnapshots ---- */

static const struct filter_field snapshot_filters[] = {
	{"description", "Description", NULL, NULL},
	{"encrypted", "Encrypted", NULL, NULL},
	{"owner-alias", "OwnerAlias", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"progress", "Progress", NULL, NULL},
	{"snapshot-id", "SnapshotId", NULL, NULL},
	{"start-time", "StartTime", NULL, NULL},
	{"status", "State", NULL, NULL},
	{"storage-tier", "StorageTier", NULL, NULL},
	{"transfer-type", "TransferType", NULL, NULL},
	{"volume-id", "VolumeId", NULL, NULL},
	{"volume-size", "VolumeSize", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/** Whether an owner's or a user's word of a list means the snapshot. */
static bool is_of_owner(const struct call *call, const struct doc *doc, const struct json *owners)
{
	return !json_size(owners) || ec2_list_has(owners, doc->account) ||
	       (ec2_list_has(owners, "self") && doc_in_scope(call, doc));
}

static bool is_restorable(const struct call *call, const struct doc *doc, const struct json *users)
{
	if (!json_size(users))
		return true;
	if (ec2_list_has(users, "self") && doc_in_scope(call, doc))
		return true;
	if (ec2_list_has(users, "all") && sharing_is_public(doc, VOLUME_PERMISSIONS))
		return true;
	json_foreach (user, users)
		if (ec2_element(json_get(doc->extra, VOLUME_PERMISSIONS), "UserId", json_str(user)))
			return true;
	return false;
}

static bool shows(struct call *call, const struct doc *doc, const struct json *input, bool named)
{
	(void)named;
	return is_of_owner(call, doc, json_get(input, "OwnerIds")) &&
	       is_restorable(call, doc, json_get(input, "RestorableByUserIds"));
}

bool ec2_describe_snapshots(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_snapshot,
		.ids = "SnapshotIds",
		.id_prefix = "snap-",
		.malformed = AWS_EC2_SNAPSHOT_MALFORMED,
		.not_found = AWS_EC2_SNAPSHOT_NOT_FOUND,
		.fields = snapshot_filters,
	};
	static const struct sharing_describe how = {&describe, VOLUME_PERMISSIONS, shows};
	struct json *list;
	struct docs found;

	if (!sharing_select(call, input, &how, &found, err))
		return false;
	list = json_new_array();
	for (size_t i = 0; i < found.count; i++)
		json_append(list, ec2_item(found.items[i]));
	docs_done(&found);
	return ec2_page_items(call, input, output, "Snapshots", list, err);
}

/* ---- Attributes ---- */

bool ec2_describe_snapshot_attribute(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct json *permissions;
	const struct doc *snapshot;

	if (!ec2_get_by(call, &kind_snapshot, input, "SnapshotId", &snapshot, err))
		return false;
	json_set_str(output, "SnapshotId", snapshot->key);
	if (str_eq(json_get_str(input, "Attribute"), "productCodes")) {
		json_ensure_array(output, "ProductCodes");
		return true;
	}
	permissions = json_get(snapshot->extra, VOLUME_PERMISSIONS);
	json_set(output, "CreateVolumePermissions",
		 permissions ? json_copy(permissions) : json_new_array());
	return true;
}

static void put_permissions(struct call *call, const struct doc *snapshot, struct json *list)
{
	struct json *extra = json_copy(snapshot->extra);

	json_set(extra, VOLUME_PERMISSIONS, list);
	world_put_extra(call, &kind_snapshot, snapshot->key, extra);
}

/* Source: EC2 API, ModifySnapshotAttribute: an encrypted snapshot cannot become public; the
 * account's block of public access forbids all (block-all-sharing) or new sharing. */
bool ec2_modify_snapshot_attribute(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	_cleanup_(json_freep) struct json *list = NULL;
	const char *blocked = json_str(account_setting(call, "snapshot-sharing"));
	const struct doc *snapshot;

	(void)output;
	if (!ec2_get_by(call, &kind_snapshot, input, "SnapshotId", &snapshot, err))
		return false;
	if (str_eq(json_get_str(input, "Attribute"), "productCodes"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "ModifySnapshotAttribute of productCodes is not emulated");
	if (!sharing_change(input, "CreateVolumePermission", "GroupNames",
			    json_get(snapshot->extra, VOLUME_PERMISSIONS), &list, err))
		return false;
	if (ec2_element(list, "Group", "all") && !sharing_is_public(snapshot, VOLUME_PERMISSIONS)) {
		if (json_get_bool(snapshot->body, "Encrypted", false))
			return aws_fail(err, AWS_EC2_SNAPSHOT_ENCRYPTED, snapshot->key);
		if (blocked && !str_eq(blocked, "unblocked"))
			return aws_fail(err, AWS_EC2_SNAPSHOT_NOT_PUBLIC);
	}
	put_permissions(call, snapshot, steal(list));
	return true;
}

bool ec2_reset_snapshot_attribute(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *snapshot;

	(void)output;
	if (!ec2_get_by(call, &kind_snapshot, input, "SnapshotId", &snapshot, err))
		return false;
	/* Source: EC2 API, ResetSnapshotAttribute: only createVolumePermission can be reset */
	if (!str_eq(json_get_str(input, "Attribute"), "createVolumePermission"))
		return aws_fail(err, AWS_EC2_ATTRIBUTE_RESET, json_get_str(input, "Attribute"));
	put_permissions(call, snapshot, json_new_array());
	return true;
}
