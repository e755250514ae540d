/* Machine images: a few that Amazon owns. Shape: EC2 Image. */
#include "emulator/aws/ec2/internal.h"
#include "emulator/base/ids.h"

static struct json *image_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_image = {
	.name = "image",
	.shape = "ec2:Image",
	.view = image_view,
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

static struct json *root_volume(void)
{
	struct json *mapping = json_new_object(), *ebs;

	json_set_str(mapping, "DeviceName", "/dev/xvda");
	ebs = json_ensure_object(mapping, "Ebs");
	json_set_bool(ebs, "DeleteOnTermination", true);
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
	json_append(json_ensure_array(body, "BlockDeviceMappings"), root_volume());
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

static const struct filter_field image_filters[] = {
	{"architecture", "Architecture", NULL, NULL},
	{"block-device-mapping.device-name", "BlockDeviceMappings.DeviceName", NULL, NULL},
	{"block-device-mapping.volume-type", "BlockDeviceMappings.Ebs.VolumeType", NULL, NULL},
	{"creation-date", "CreationDate", NULL, NULL},
	{"description", "Description", NULL, NULL},
	{"ena-support", "EnaSupport", NULL, NULL},
	{"hypervisor", "Hypervisor", NULL, NULL},
	{"image-id", "ImageId", NULL, NULL},
	{"image-type", "ImageType", NULL, NULL},
	{"is-public", "Public", NULL, NULL},
	{"name", "Name", NULL, NULL},
	{"owner-alias", "ImageOwnerAlias", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"platform", "Platform", NULL, NULL},
	{"root-device-name", "RootDeviceName", NULL, NULL},
	{"root-device-type", "RootDeviceType", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"virtualization-type", "VirtualizationType", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/** Whether the image is of one of the owners: "amazon", "self", "aws-marketplace" or accounts. */
static bool is_of(const struct json *image, const struct json *owners)
{
	return !json_size(owners) || ec2_list_has(owners, json_get_str(image, "ImageOwnerAlias")) ||
	       ec2_list_has(owners, json_get_str(image, "OwnerId"));
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
		.filters = "Filters",
		.fields = image_filters,
		.result = "Images",
		.tags = true,
	};
	struct json *list;
	struct docs found;

	if (!describe_select(call, input, &describe, &found, err))
		return false;
	list = json_new_array();
	for (size_t i = 0; i < found.count; i++)
		if (is_of(found.items[i]->body, json_get(input, "Owners")))
			json_append(list, ec2_item(found.items[i]));
	docs_done(&found);
	return ec2_page_items(call, input, output, "Images", list, err);
}
