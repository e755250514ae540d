/*
 * EFS: file systems and their mount targets, each with a network interface that holds its subnet.
 *
 * Document kinds: efs-file-system (key: id, shape FileSystemDescription), efs-mount-target (key:
 * id, shape MountTargetDescription; index "file-system"). Source: EFS API Reference; pkg/aws/client
 * of Gardener's provider-aws.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/ec2/ec2.h"
#include "emulator/aws/operation.h"

#define AVAILABLE_MS 5000 /* ours: seconds, by experience */
#define DELETED_MS   5000
#define ID_DIGITS    17

static void by_file_system(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "FileSystemId"));
}

static const struct kind_index indexes[] = {{"file-system", by_file_system}, {NULL, NULL}};

static void timer_due(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "deleted")) {
		if (doc_str(doc, "NetworkInterfaceId"))
			ec2_interface_remove(call, doc_str(doc, "NetworkInterfaceId"));
		world_remove(call, doc->kind, doc->key);
		return;
	}
	body = json_copy(doc->body);
	json_set_str(body, "LifeCycleState", "available");
	world_put(call, doc->kind, doc->key, body);
}

static const struct kind kind_file_system = {
	.name = "efs-file-system",
	.shape = "efs:FileSystemDescription",
	.timer = timer_due,
};
static const struct kind kind_mount_target = {
	.name = "efs-mount-target",
	.shape = "efs:MountTargetDescription",
	.indexes = indexes,
	.timer = timer_due,
};

static const struct page_style page = {
	.limit = "MaxItems",
	.token_in = "Marker",
	.token_out = "NextMarker",
	.default_limit = 100,
	.max_limit = 100,
	.bad_token = AWS_EFS_MARKER,
};
static const struct page_style page_tags = {
	.limit = "MaxResults",
	.token_in = "NextToken",
	.token_out = "NextToken",
	.default_limit = 100,
	.max_limit = 100,
	.bad_token = AWS_EFS_MARKER,
};

static bool is_instant(const struct call *call)
{
	return world_profile(call->world) == PROFILE_INSTANT;
}

/* @name File systems */

static struct json *file_system_item(struct call *call, const struct doc *doc)
{
	struct json *item = json_copy(doc->body), *size;
	const char *name = doc_tag(doc, "Name");

	json_set_str(item, "Name", name);
	json_set_int(item, "NumberOfMountTargets",
		     (int64_t)world_lookup_count(call->world, &kind_mount_target, "file-system",
						 doc->key));
	size = json_ensure_object(item, "SizeInBytes");
	json_set_int(size, "Value", 6144); /* an empty one */
	json_set(item, "Tags", tags_to_list(doc->tags));
	return item;
}

static const struct doc *find_file_system(struct call *call, const char *id, struct err *err)
{
	const char *bare = id && strrchr(id, '/') ? strrchr(id, '/') + 1 : id;
	const struct doc *doc = find_in_scope(call, &kind_file_system, bare);

	if (!doc)
		aws_fail(err, AWS_EFS_FILE_SYSTEM, bare);
	return doc;
}

static bool create_file_system(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const char *const members[] = {"CreationToken", "KmsKeyId",
					      "ProvisionedThroughputInMibps",
					      "AvailabilityZoneName"};
	const char *token = json_get_str(input, "CreationToken"), *id;
	const char *mode = json_get_str(input, "PerformanceMode");
	const char *throughput = json_get_str(input, "ThroughputMode");
	struct json *body, *tags;
	const struct doc *doc;

	world_foreach (other, call->world, &kind_file_system)
		if (doc_in_scope(call, other) && str_eq(doc_str(other, "CreationToken"), token))
			return aws_fail(err, AWS_EFS_EXISTS, other->key, token);
	if (!tags_from_list(TAGS_COMMON, json_get(input, "Tags"), &tags, err))
		return false;
	id = ids_make(call, &kind_file_system, "fs-", ID_DIGITS, token);
	body = json_new_object();
	json_set_str(body, "OwnerId", call->account);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(body, members[i], json_get(input, members[i]));
	json_set_str(body, "FileSystemId", id);
	json_set_str(body, "FileSystemArn",
		     aws_arn(call, "elasticfilesystem", "file-system/%s", id));
	json_set_str(body, "CreationTime", aws_now(call));
	json_set_str(body, "LifeCycleState", is_instant(call) ? "available" : "creating");
	json_set_str(body, "PerformanceMode", mode ? mode : "generalPurpose");
	json_set_bool(body, "Encrypted", json_get_bool(input, "Encrypted", false));
	json_set_str(body, "ThroughputMode", throughput ? throughput : "bursting");
	json_set_str(json_ensure_object(body, "FileSystemProtection"),
		     "ReplicationOverwriteProtection", "ENABLED");
	doc = world_add(call,
			(struct doc_spec){
				.kind = &kind_file_system, .key = id, .body = body, .tags = tags});
	if (!is_instant(call))
		world_set_timer(call, &kind_file_system, id, "available",
				world_now(call->world) + AVAILABLE_MS);
	json_assign(output, file_system_item(call, doc));
	return true;
}

static bool describe_file_systems(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *token = json_get_str(input, "CreationToken");
	const char *id = json_get_str(input, "FileSystemId");
	struct json *list = json_ensure_array(output, "FileSystems");
	struct docs docs = {0};
	bool ok;

	if (id && token)
		return aws_fail(err, AWS_EFS_WHICH,
				"Specify FileSystemId or CreationToken, not both");
	if (id && !find_file_system(call, id, err))
		return false;
	world_foreach (doc, call->world, &kind_file_system)
		if (doc_in_scope(call, doc) &&
		    (!token || str_eq(doc_str(doc, "CreationToken"), token)) &&
		    (!id || str_ends_with(id, doc->key)))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, file_system_item(call, docs.items[i]));
	docs_done(&docs);
	json_set_copy(output, "Marker", json_get(input, "Marker"));
	return ok;
}

static void begin_deletion(struct call *call, const struct doc *doc)
{
	struct json *body = json_copy(doc->body);

	json_set_str(body, "LifeCycleState", "deleting");
	world_put(call, doc->kind, doc->key, body);
	world_set_timer(call, doc->kind, doc->key, "deleted", world_now(call->world) + DELETED_MS);
}

static bool delete_file_system(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *doc = find_file_system(call, json_get_str(input, "FileSystemId"), err);
	const struct doc *target;

	(void)output;
	if (!doc)
		return false;
	target = world_lookup_one(call->world, &kind_mount_target, "file-system", doc->key);
	if (target)
		return aws_fail(err, AWS_EFS_IN_USE, doc->key, target->key);
	if (is_instant(call))
		world_remove(call, &kind_file_system, doc->key);
	else
		begin_deletion(call, doc);
	return true;
}

/* @name Mount targets: one per zone, all in one VPC */

static bool check_place(struct call *call, const struct doc *file_system, const struct doc *subnet,
			struct err *err)
{
	struct docs docs = {0};
	bool same_zone = false, other_vpc = false;

	world_lookup(call->world, &kind_mount_target, "file-system", file_system->key, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		other_vpc = other_vpc ||
			    !str_eq(doc_str(docs.items[i], "VpcId"), doc_str(subnet, "VpcId"));
		same_zone = same_zone || str_eq(doc_str(docs.items[i], "AvailabilityZoneName"),
						doc_str(subnet, "AvailabilityZone"));
	}
	docs_done(&docs);
	if (other_vpc)
		return aws_fail(err, AWS_EFS_VPC);
	return !same_zone || aws_fail(err, AWS_EFS_CONFLICT);
}

static bool add_interface(struct call *call, const struct json *input, const struct doc *subnet,
			  const char *id, const struct doc **ret, struct err *err)
{
	const char *type = json_get_str(input, "IpAddressType");
	_cleanup_(json_freep) struct json *groups = NULL;
	struct ec2_interface_spec spec = {
		.subnet = subnet,
		.description = arena_printf(call->arena, "EFS mount target for %s (%s)",
					    json_get_str(input, "FileSystemId"), id),
		.requester_id = "amazon-efs",
		.interface_type = "efs",
		.private_ip = json_get_str(input, "IpAddress"),
		.ipv6 = json_get_str(input, "Ipv6Address"),
		.with_ipv6 = type && !str_eq(type, "IPV4_ONLY"),
		.groups = json_get(input, "SecurityGroups"),
		.implied_by = id,
	};

	if (!spec.groups) { /* "the default security group of the subnet's VPC" */
		groups = json_new_array();
		json_append_str(groups,
				ec2_vpc_default_group(call->world, doc_str(subnet, "VpcId"))->key);
		spec.groups = groups;
	}
	return ec2_interface_add(call, &spec, ret, err);
}

static struct json *new_target(struct call *call, const struct doc *file_system,
			       const struct doc *subnet, const struct doc *interface,
			       const char *id)
{
	struct json *body = json_new_object();

	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "MountTargetId", id);
	json_set_str(body, "FileSystemId", file_system->key);
	json_set_str(body, "SubnetId", subnet->key);
	json_set_str(body, "LifeCycleState", is_instant(call) ? "available" : "creating");
	json_set_copy(body, "IpAddress", json_get(interface->body, "PrivateIpAddress"));
	json_set_copy(
		body, "Ipv6Address",
		json_get(json_first(json_get(interface->body, "Ipv6Addresses")), "Ipv6Address"));
	json_set_str(body, "NetworkInterfaceId", interface->key);
	json_set_copy(body, "AvailabilityZoneId", json_get(subnet->body, "AvailabilityZoneId"));
	json_set_copy(body, "AvailabilityZoneName", json_get(subnet->body, "AvailabilityZone"));
	json_set_copy(body, "VpcId", json_get(subnet->body, "VpcId"));
	return body;
}

static bool create_mount_target(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *subnet_id = json_get_str(input, "SubnetId"), *id;
	const struct kind *kind = world_kind_named(call->world, "subnet");
	const struct doc *subnet = kind ? find_in_scope(call, kind, subnet_id) : NULL;
	const struct doc *doc = find_file_system(call, json_get_str(input, "FileSystemId"), err);
	const struct doc *interface, *target;

	if (!doc)
		return false;
	if (!str_eq(doc_str(doc, "LifeCycleState"), "available"))
		return aws_fail(err, AWS_EFS_LIFE_CYCLE, doc_str(doc, "LifeCycleState"));
	if (!subnet)
		return aws_fail(err, AWS_EFS_SUBNET, subnet_id);
	if (!check_place(call, doc, subnet, err))
		return false;
	id = ids_make(call, &kind_mount_target, "fsmt-", ID_DIGITS, subnet_id);
	if (!add_interface(call, input, subnet, id, &interface, err))
		return false;
	target = world_add(call,
			   (struct doc_spec){.kind = &kind_mount_target,
					     .key = id,
					     .body = new_target(call, doc, subnet, interface, id)});
	if (!is_instant(call))
		world_set_timer(call, &kind_mount_target, id, "available",
				world_now(call->world) + AVAILABLE_MS);
	json_assign(output, json_copy(target->body));
	return true;
}

static bool describe_mount_targets(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const char *id = json_get_str(input, "MountTargetId");
	const char *of = json_get_str(input, "FileSystemId");
	struct json *list = json_ensure_array(output, "MountTargets");
	struct docs docs = {0};
	bool ok;

	if (json_get(input, "AccessPointId"))
		return aws_fail(err, AWS_EFS_ACCESS_POINT, json_get_str(input, "AccessPointId"));
	if (!id == !of)
		return aws_fail(err, AWS_EFS_WHICH,
				"Exactly one of FileSystemId and MountTargetId must be specified");
	if (id && !find_in_scope(call, &kind_mount_target, id))
		return aws_fail(err, AWS_EFS_MOUNT_TARGET, id);
	if (of && !find_file_system(call, of, err))
		return false;
	if (id)
		docs_add(&docs, find_in_scope(call, &kind_mount_target, id));
	else
		world_lookup(call->world, &kind_mount_target, "file-system",
			     find_file_system(call, of, err)->key, &docs);
	ok = page_docs(call, input, output, &page, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_borrowed(list, docs.items[i]->body);
	docs_done(&docs);
	json_set_copy(output, "Marker", json_get(input, "Marker"));
	return ok;
}

static bool delete_mount_target(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *id = json_get_str(input, "MountTargetId");
	const struct doc *doc = find_in_scope(call, &kind_mount_target, id);

	(void)output;
	if (!doc)
		return aws_fail(err, AWS_EFS_MOUNT_TARGET, id);
	if (!is_instant(call)) {
		begin_deletion(call, doc);
		return true;
	}
	ec2_interface_remove(call, doc_str(doc, "NetworkInterfaceId"));
	world_remove(call, &kind_mount_target, id);
	return true;
}

/* @name Tags: of file systems */

static bool list_tags_for_resource(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = find_file_system(call, json_get_str(input, "ResourceId"), err);
	_cleanup_(json_freep) struct json *all = NULL;
	struct json *list = json_ensure_array(output, "Tags");
	size_t first, end;

	if (!doc)
		return false;
	all = tags_to_list(doc->tags);
	if (!page_range(call, input, output, &page_tags, json_size(all), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append(list, json_copy(json_at(all, i)));
	return true;
}

static bool tag_resource(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *doc = find_file_system(call, json_get_str(input, "ResourceId"), err);

	(void)output;
	return doc && tags_put(TAGS_COMMON, call, doc, json_get(input, "Tags"), err);
}

static bool untag_resource(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find_file_system(call, json_get_str(input, "ResourceId"), err);

	(void)output;
	if (!doc)
		return false;
	tags_take(call, doc, json_get(input, "TagKeys"));
	return true;
}

static const struct operation operations[] = {
	{"CreateFileSystem", create_file_system, OP_WRITE},
	{"CreateMountTarget", create_mount_target, OP_WRITE},
	{"DeleteFileSystem", delete_file_system, OP_WRITE},
	{"DeleteMountTarget", delete_mount_target, OP_WRITE},
	{"DescribeFileSystems", describe_file_systems, OP_READ},
	{"DescribeMountTargets", describe_mount_targets, OP_READ},
	{"ListTagsForResource", list_tags_for_resource, OP_READ},
	{"TagResource", tag_resource, OP_WRITE},
	{"UntagResource", untag_resource, OP_WRITE},
};

const struct service service_efs = {
	.name = "efs",
	.operations = operations,
	.operation_count = array_size(operations),
};
