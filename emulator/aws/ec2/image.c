/*
 * Machine images: a few that Amazon owns, and those that callers make (image_make.c). Shape: EC2
 * Image. Life: pending → available ⇄ disabled, gone when deregistered. Who else may launch one is
 * in extra (sharing.c).
 */
#include "emulator/aws/ec2/snapshot.h"
#include "emulator/base/ids.h"

static void image_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body = json_copy(doc->body);

	if (str_eq(timer, "unprotected"))
		json_set_str(body, "DeregistrationProtection", "disabled");
	else if (str_eq(doc_str(doc, "State"), "pending"))
		json_set_str(body, "State", "available");
	world_put(call, &kind_image, doc->key, body);
}

const struct kind kind_image = {
	.name = "image",
	.shape = "ec2:Image",
	.timer = image_timer,
	.view = ec2_view,
};

#define AMAZON "137112412989" /* the account that owns Amazon Linux images */

/* Newest first, as people expect of DescribeImages --owners amazon. */
static const struct {
	const char *name, *architecture, *date, *description;
} images[] = {
	{"al2023-ami-2023.9.20251110.0-kernel-6.1-x86_64", "x86_64", "2025-11-10T00:00:00.000Z",
	 "Amazon Linux 2023 AMI 2023.9 x86_64 HVM kernel-6.1"},
	{"al2023-ami-2023.9.20251110.0-kernel-6.1-arm64", "arm64", "2025-11-10T00:00:00.000Z",
	 "Amazon Linux 2023 AMI 2023.9 arm64 HVM kernel-6.1"},
	{"amzn2-ami-hvm-2.0.20251105.0-x86_64-gp2", "x86_64", "2025-11-05T00:00:00.000Z",
	 "Amazon Linux 2 AMI 2.0 x86_64 HVM gp2"},
};

static struct json *root_volume(struct call *call, const char *image_id)
{
	struct json *mapping = json_new_object(), *ebs;

	json_set_str(mapping, "DeviceName", "/dev/xvda");
	ebs = json_ensure_object(mapping, "Ebs");
	json_set_bool(ebs, "DeleteOnTermination", true);
	/* Amazon does not share the snapshots of its images: there is no document of it */
	json_set_str(ebs, "SnapshotId", ec2_part_id(call, "snap-", image_id));
	json_set_int(ebs, "VolumeSize", 8);
	json_set_str(ebs, "VolumeType", "gp3");
	json_set_bool(ebs, "Encrypted", false);
	return mapping;
}

static void image_add(struct call *call, size_t i)
{
	char hex[18];
	const char *id;
	struct json *body = json_new_object();

	/* whatever the seed is: a public image's id is known beforehand, and fixtures name it */
	ids_hex(0, "image", call->account,
		arena_printf(call->arena, "%s/%s", call->region, images[i].name), 0, 17, hex);
	id = arena_printf(call->arena, "ami-%s", hex);
	json_set_str(body, "PlatformDetails", "Linux/UNIX");
	json_set_str(body, "UsageOperation", "RunInstances");
	json_append(json_ensure_array(body, "BlockDeviceMappings"), root_volume(call, id));
	json_set_str(body, "Description", images[i].description);
	json_set_bool(body, "EnaSupport", true);
	json_set_str(body, "Hypervisor", "xen");
	json_set_str(body, "ImageOwnerAlias", "amazon");
	json_set_str(body, "Name", images[i].name);
	json_set_str(body, "RootDeviceName", "/dev/xvda");
	json_set_str(body, "RootDeviceType", "ebs");
	json_set_str(body, "SriovNetSupport", "simple");
	json_set_str(body, "VirtualizationType", "hvm");
	json_set_str(body, "BootMode", "uefi-preferred");
	json_set_str(body, "ImdsSupport", "v2.0");
	json_set_str(body, "ImageId", id);
	json_setf(body, "ImageLocation", "amazon/%s", images[i].name);
	json_set_str(body, "State", "available");
	json_set_str(body, "OwnerId", AMAZON);
	json_set_str(body, "CreationDate", images[i].date);
	json_set_bool(body, "Public", true);
	json_set_str(body, "Architecture", images[i].architecture);
	json_set_str(body, "ImageType", "machine");
	world_add(call, (struct doc_spec){.kind = &kind_image, .key = id, .body = body});
}

void image_add_defaults(struct call *call)
{
	for (size_t i = 0; i < array_size(images); i++)
		image_add(call, i);
}

bool image_is_amazons(const struct doc *doc)
{
	return str_eq(doc_str(doc, "OwnerId"), AMAZON);
}

/* ---- Finding ---- */

bool image_get(struct call *call, const char *id, const struct doc **ret, struct err *err)
{
	if (!id)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ImageId");
	if (!str_starts_with(id, "ami-"))
		return aws_fail(err, AWS_EC2_IMAGE_MALFORMED, id);
	*ret = world_find(call->world, &kind_image, id);
	if (*ret && sharing_allows(call, *ret, LAUNCH_PERMISSIONS))
		return true;
	return aws_fail(err, AWS_EC2_IMAGE_NOT_FOUND, id);
}

bool image_get_own(struct call *call, const struct json *input, const struct doc **ret,
		   struct err *err)
{
	if (!image_get(call, json_get_str(input, "ImageId"), ret, err))
		return false;
	return (doc_in_scope(call, *ret) && !image_is_amazons(*ret)) ||
	       aws_fail(err, AWS_EC2_IMAGE_NOT_OWN, (*ret)->key);
}

/** Whether the image can run on a type, by what its owner says of types. */
static bool supports_type(const struct doc *image, const char *type)
{
	const struct json *types = json_get(image->body, "InstanceTypeSpecification");
	const struct json *only = json_get(types, "SupportedInstanceTypes");

	if (json_size(only) && !ec2_element(only, "InstanceType", type))
		return false;
	return !ec2_element(json_get(types, "UnsupportedInstanceTypes"), "InstanceType", type);
}

bool image_get_launchable(struct call *call, const char *id, const char *type,
			  const struct doc **ret, struct err *err)
{
	if (!image_get(call, id, ret, err))
		return false;
	if (str_eq(allowed_images_state(call), "enabled") && !image_is_allowed(call, *ret))
		return aws_fail(err, AWS_EC2_IMAGE_NOT_FOUND, id);
	if (!str_eq(doc_str(*ret, "State"), "available"))
		return aws_fail(err, AWS_EC2_IMAGE_UNAVAILABLE, id);
	return supports_type(*ret, type) || aws_fail(err, AWS_EC2_IMAGE_TYPE, id, type);
}

/* ---- DescribeImages ---- */

struct json *image_item(struct call *call, const struct doc *doc)
{
	struct json *item = ec2_item(doc);

	if (!doc_in_scope(call, doc)) /* tags are their owner's */
		json_set(item, "Tags", json_new_array());
	if (!str_eq(allowed_images_state(call), "disabled"))
		json_set_bool(item, "ImageAllowed", image_is_allowed(call, doc));
	return item;
}

static void filter_allowed(struct call *call, const struct doc *doc, struct filter_values *values)
{
	filter_value_bool(values, image_is_allowed(call, doc));
}

#define SAME(name, path)                                                                           \
	{                                                                                          \
		name, path, NULL, NULL                                                             \
	}

static const struct filter_field image_filters[] = {
	SAME("architecture", "Architecture"),
	SAME("block-device-mapping.delete-on-termination",
	     "BlockDeviceMappings.Ebs.DeleteOnTermination"),
	SAME("block-device-mapping.device-name", "BlockDeviceMappings.DeviceName"),
	SAME("block-device-mapping.encrypted", "BlockDeviceMappings.Ebs.Encrypted"),
	SAME("block-device-mapping.snapshot-id", "BlockDeviceMappings.Ebs.SnapshotId"),
	SAME("block-device-mapping.volume-size", "BlockDeviceMappings.Ebs.VolumeSize"),
	SAME("block-device-mapping.volume-type", "BlockDeviceMappings.Ebs.VolumeType"),
	SAME("boot-mode", "BootMode"),
	SAME("creation-date", "CreationDate"),
	SAME("description", "Description"),
	SAME("ena-support", "EnaSupport"),
	SAME("free-tier-eligible", "FreeTierEligible"),
	SAME("hypervisor", "Hypervisor"),
	{"image-allowed", NULL, filter_allowed, NULL},
	SAME("image-id", "ImageId"),
	SAME("image-type", "ImageType"),
	SAME("image-watermark.source-image-creation-time",
	     "ImageWatermarks.SourceImageCreationTime"),
	SAME("image-watermark.source-image-id", "ImageWatermarks.SourceImageId"),
	SAME("image-watermark.source-image-region", "ImageWatermarks.SourceImageRegion"),
	SAME("image-watermark.watermark-creation-time", "ImageWatermarks.WatermarkCreationTime"),
	SAME("image-watermark.watermark-key", "ImageWatermarks.WatermarkKey"),
	SAME("instance-type-specification.supported-instance-type",
	     "InstanceTypeSpecification.SupportedInstanceTypes.InstanceType"),
	SAME("instance-type-specification.unsupported-instance-type",
	     "InstanceTypeSpecification.UnsupportedInstanceTypes.InstanceType"),
	SAME("is-public", "Public"),
	SAME("kernel-id", "KernelId"),
	SAME("manifest-location", "ImageLocation"),
	SAME("name", "Name"),
	SAME("owner-alias", "ImageOwnerAlias"),
	SAME("owner-id", "OwnerId"),
	SAME("platform", "Platform"),
	SAME("product-code", "ProductCodes.ProductCodeId"),
	SAME("product-code.type", "ProductCodes.ProductCodeType"),
	SAME("public-ssm-parameter-name", "PublicSsmParameterName"),
	SAME("ramdisk-id", "RamdiskId"),
	SAME("root-device-name", "RootDeviceName"),
	SAME("root-device-type", "RootDeviceType"),
	SAME("scan-result.critical-fix-available-since", "ScanResults.CriticalFixAvailableSince"),
	SAME("scan-result.finding-scan-date", "ScanResults.FindingScanDate"),
	SAME("scan-result.high-fix-available-since", "ScanResults.HighFixAvailableSince"),
	SAME("scan-result.highest-finding-severity-label",
	     "ScanResults.HighestFindingSeverityLabel"),
	SAME("scan-result.informational-fix-available-since",
	     "ScanResults.InformationalFixAvailableSince"),
	SAME("scan-result.low-fix-available-since", "ScanResults.LowFixAvailableSince"),
	SAME("scan-result.medium-fix-available-since", "ScanResults.MediumFixAvailableSince"),
	SAME("source-image-id", "SourceImageId"),
	SAME("source-image-region", "SourceImageRegion"),
	SAME("source-instance-id", "SourceInstanceId"),
	SAME("sriov-net-support", "SriovNetSupport"),
	SAME("state", "State"),
	SAME("state-reason-code", "StateReason.Code"),
	SAME("state-reason-message", "StateReason.Message"),
	SAME("virtualization-type", "VirtualizationType"),
	{NULL, NULL, NULL, NULL},
};

/** Whether the image is of one of the owners: "amazon", "self", "aws-marketplace" or accounts. */
static bool is_of(const struct call *call, const struct doc *doc, const struct json *owners)
{
	return !json_size(owners) || ec2_list_has(owners, doc_str(doc, "ImageOwnerAlias")) ||
	       ec2_list_has(owners, doc_str(doc, "OwnerId")) ||
	       (ec2_list_has(owners, "self") && str_eq(doc_str(doc, "OwnerId"), call->account));
}

/** Whether one of the users has launch permission: "self", "all" or accounts. */
static bool is_executable(const struct call *call, const struct doc *doc, const struct json *users)
{
	const struct json *list = json_get(doc->extra, LAUNCH_PERMISSIONS);

	if (!json_size(users))
		return true;
	json_foreach (user, users) {
		const char *name = json_str(user);

		if (str_eq(name, "all")
			    ? json_get_bool(doc->body, "Public", false)
			    : ec2_element(list, "UserId",
					  str_eq(name, "self") ? call->account : name) != NULL)
			return true;
	}
	return false;
}

static bool is_deprecated(const struct call *call, const struct doc *doc)
{
	const char *text = doc_str(doc, "DeprecationTime");
	int64_t time;

	return text && clock_parse(text, &time) && time <= world_now(call->world);
}

/* Source: EC2 API, DescribeImages: IncludeDeprecated (the owner sees his own all the same),
 * IncludeDisabled; user guide, "Allowed AMIs". */
static bool shows(struct call *call, const struct doc *doc, const struct json *input, bool named)
{
	bool own = str_eq(doc_str(doc, "OwnerId"), call->account);

	if (!is_of(call, doc, json_get(input, "Owners")) ||
	    !is_executable(call, doc, json_get(input, "ExecutableUsers")))
		return false;
	if (!own && !named && is_deprecated(call, doc) &&
	    !json_get_bool(input, "IncludeDeprecated", false))
		return false;
	if (str_eq(doc_str(doc, "State"), "disabled") &&
	    !json_get_bool(input, "IncludeDisabled", false))
		return false;
	return !str_eq(allowed_images_state(call), "enabled") || image_is_allowed(call, doc);
}

bool ec2_describe_images(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_image,
		.ids = "ImageIds",
		.id_prefix = "ami-",
		.malformed = AWS_EC2_IMAGE_MALFORMED,
		.not_found = AWS_EC2_IMAGE_NOT_FOUND,
		.fields = image_filters,
	};
	static const struct sharing_describe how = {&describe, LAUNCH_PERMISSIONS, shows};
	struct json *list;
	struct docs found;

	if (!sharing_select(call, input, &how, &found, err))
		return false;
	list = json_new_array();
	for (size_t i = 0; i < found.count; i++)
		json_append(list, image_item(call, found.items[i]));
	docs_done(&found);
	return ec2_page_items(call, input, output, "Images", list, err);
}
