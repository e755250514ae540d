/*
 * Attributes of images, and what their owner switches: who may launch them, deprecation,
 * deregistration protection, disabling, the instance types that they support.
 */
#include "emulator/aws/ec2/snapshot.h"

#define DAY_MS		 (24 * 3600 * INT64_C(1000))
#define DEPRECATION_DAYS 3650 /* EC2 user guide, "Deprecate an AMI": ten years ahead at most */

static void put(struct call *call, const struct doc *image, struct json *body)
{
	world_put(call, &kind_image, image->key, body);
}

/* ---- DescribeImageAttribute ---- */

/* Attributes that are {Value: text} in the answer, and the image's member; extra: held there. */
static const struct {
	const char *name, *output, *member;
	bool extra;
} rows[] = {
	{"bootMode", "BootMode", "BootMode", false},
	{"deregistrationProtection", "DeregistrationProtection", "DeregistrationProtection", false},
	{"description", "Description", "Description", false},
	{"imdsSupport", "ImdsSupport", "ImdsSupport", false},
	{"kernel", "KernelId", "KernelId", false},
	{"lastLaunchedTime", "LastLaunchedTime", "LastLaunchedTime", false},
	{"ramdisk", "RamdiskId", "RamdiskId", false},
	{"sriovNetSupport", "SriovNetSupport", "SriovNetSupport", false},
	{"tpmSupport", "TpmSupport", "TpmSupport", false},
	{"uefiData", "UefiData", "UefiData", true},
};

bool ec2_describe_image_attribute(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *name = json_get_str(input, "Attribute");
	const struct doc *image;

	if (!image_get_own(call, input, &image, err))
		return false;
	json_set_str(output, "ImageId", image->key);
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].name, name))
			json_set_copy(json_ensure_object(output, rows[i].output), "Value",
				      json_get(rows[i].extra ? image->extra : image->body,
					       rows[i].member));
	if (str_eq(name, "launchPermission")) {
		json_ensure_array(output, "LaunchPermissions");
		json_set_copy(output, "LaunchPermissions",
			      json_get(image->extra, LAUNCH_PERMISSIONS));
	} else if (str_eq(name, "productCodes")) {
		json_ensure_array(output, "ProductCodes");
	} else if (str_eq(name, "blockDeviceMapping")) {
		json_set_copy(output, "BlockDeviceMappings",
			      json_get(image->body, "BlockDeviceMappings"));
	}
	return true;
}

/* ---- ModifyImageAttribute ---- */

static void put_permissions(struct call *call, const struct doc *image, struct json *list)
{
	struct json *body = json_copy(image->body), *extra = json_copy(image->extra);

	json_set(extra, LAUNCH_PERMISSIONS, list);
	json_set_bool(body, "Public", ec2_element(list, "Group", "all") != NULL);
	world_put_all(call, &kind_image, image->key, body, NULL, extra);
}

/* Source: EC2 user guide, "Block public access to your AMIs": on unless the account says not. */
static bool may_be_public(struct call *call)
{
	return str_eq(json_str(account_setting(call, "image-sharing")), "unblocked");
}

static bool modify_permissions(struct call *call, const struct doc *image, const struct json *input,
			       struct err *err)
{
	struct json *list;

	if (str_eq(doc_str(image, "State"), "disabled"))
		return aws_fail(err, AWS_EC2_IMAGE_STATE, image->key, "disabled");
	if (!sharing_change(input, "LaunchPermission", "UserGroups",
			    json_get(image->extra, LAUNCH_PERMISSIONS), &list, err))
		return false;
	if (ec2_element(list, "Group", "all") && !sharing_is_public(image, LAUNCH_PERMISSIONS) &&
	    !may_be_public(call)) {
		json_free(list);
		return aws_fail(err, AWS_EC2_IMAGE_NOT_PUBLIC);
	}
	put_permissions(call, image, list);
	return true;
}

/** A text attribute: as its own member, or flat as Attribute and Value. */
static const char *wanted_text(const struct json *input, const char *member, const char *name)
{
	const char *text = json_find_str(input, member, "Value", NULL);

	if (!text && str_eq(json_get_str(input, "Attribute"), name))
		text = json_get_str(input, "Value");
	return text;
}

/* Source: EC2 API, ModifyImageAttribute: one attribute per call. */
bool ec2_modify_image_attribute(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *description = wanted_text(input, "Description", "description");
	const char *imds = wanted_text(input, "ImdsSupport", "imdsSupport");
	const char *name = json_get_str(input, "Attribute");
	const struct doc *image;
	struct json *body;

	(void)output;
	if (!image_get_own(call, input, &image, err))
		return false;
	if (json_size(json_get(input, "ProductCodes")) || str_eq(name, "productCodes"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "ModifyImageAttribute of productCodes is not emulated");
	if (imds && !str_eq(imds, "v2.0"))
		return aws_fail(err, AWS_EC2_IMDS_SUPPORT, imds);
	if (!description && !imds) {
		if (name && !str_eq(name, "launchPermission"))
			return aws_fail(err, AWS_EC2_IMAGE_ATTRIBUTE, name);
		return modify_permissions(call, image, input, err);
	}
	body = json_copy(image->body);
	json_set_str(body, "Description", description);
	json_set_str(body, "ImdsSupport", imds);
	put(call, image, body);
	return true;
}

bool ec2_reset_image_attribute(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *image;

	(void)output;
	if (!image_get_own(call, input, &image, err))
		return false;
	put_permissions(call, image, json_new_array());
	return true;
}

/* Source: EC2 API, CancelImageLaunchPermission: the account gives up an image that somebody shares
 * with it, not one that is public. */
bool ec2_cancel_image_launch_permission(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct doc *image;
	struct json *list, *item;

	if (!image_get(call, json_get_str(input, "ImageId"), &image, err))
		return false;
	list = json_copy(json_get(image->extra, LAUNCH_PERMISSIONS));
	item = ec2_element_mut(list, "UserId", call->account);
	if (!item) {
		json_free(list);
		return aws_fail(err, AWS_EC2_IMAGE_NOT_SHARED, image->key);
	}
	json_remove_item(list, item);
	put_permissions(call, image, list);
	json_set_bool(output, "Return", true);
	return true;
}

/* ---- EnableImage, DisableImage ---- */

/* Source: EC2 user guide, "Disable an AMI": the image becomes private. */
bool ec2_disable_image(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *image;
	struct json *body;

	if (!image_get_own(call, input, &image, err))
		return false;
	if (!str_eq(doc_str(image, "State"), "available"))
		return aws_fail(err, AWS_EC2_IMAGE_STATE, image->key, doc_str(image, "State"));
	put_permissions(call, image, json_new_array());
	body = json_copy(world_find(call->world, &kind_image, image->key)->body);
	json_set_str(body, "State", "disabled");
	put(call, image, body);
	json_set_bool(output, "Return", true);
	return true;
}

bool ec2_enable_image(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *image;
	struct json *body;

	if (!image_get_own(call, input, &image, err))
		return false;
	if (!str_eq(doc_str(image, "State"), "disabled"))
		return aws_fail(err, AWS_EC2_IMAGE_STATE, image->key, doc_str(image, "State"));
	body = json_copy(image->body);
	json_set_str(body, "State", "available");
	put(call, image, body);
	json_set_bool(output, "Return", true);
	return true;
}

/* ---- Deprecation ---- */

/* Source: EC2 API, EnableImageDeprecation: seconds are rounded to the nearest minute. */
bool ec2_enable_image_deprecation(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *text = json_get_str(input, "DeprecateAt");
	int64_t now = world_now(call->world), at;
	const struct doc *image;
	char when[CLOCK_TEXT_MAX];
	struct json *body;

	if (!image_get_own(call, input, &image, err))
		return false;
	if (!clock_parse(text, &at) || at <= now || at > now + DEPRECATION_DAYS * DAY_MS)
		return aws_fail(err, AWS_EC2_DEPRECATION_TIME, text);
	body = json_copy(image->body);
	json_set_str(body, "DeprecationTime", clock_format_ms((at + 30000) / 60000 * 60000, when));
	put(call, image, body);
	json_set_bool(output, "Return", true);
	return true;
}

bool ec2_disable_image_deprecation(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *image;
	struct json *body;

	if (!image_get_own(call, input, &image, err))
		return false;
	body = json_copy(image->body);
	json_remove(body, "DeprecationTime");
	put(call, image, body);
	json_set_bool(output, "Return", true);
	return true;
}

/* ---- Deregistration protection ---- */

static void protect(struct call *call, const struct doc *image, const char *state,
		    struct json *output)
{
	struct json *body = json_copy(image->body);

	json_set_str(body, "DeregistrationProtection", state);
	put(call, image, body);
	json_set_str(output, "Return", state);
}

bool ec2_enable_image_deregistration_protection(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	bool cooldown = json_get_bool(input, "WithCooldown", false);
	const struct doc *image;

	if (!image_get_own(call, input, &image, err))
		return false;
	world_clear_timer(call, &kind_image, image->key, "unprotected");
	protect(call, image, cooldown ? "enabled-with-cooldown" : "enabled-without-cooldown",
		output);
	return true;
}

/* Source: EC2 user guide, "Protect an AMI from deregistration": with a cooldown the image stays
 * protected for 24 hours after protection is switched off. */
bool ec2_disable_image_deregistration_protection(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	const struct doc *image;

	if (!image_get_own(call, input, &image, err))
		return false;
	if (str_eq(doc_str(image, "DeregistrationProtection"), "enabled-with-cooldown")) {
		protect(call, image,
			arena_printf(call->arena, "disabled-until-%s", ec2_time_in(call, DAY_MS)),
			output);
		world_set_timer(call, &kind_image, image->key, "unprotected",
				world_now(call->world) + DAY_MS);
		return true;
	}
	if (!str_starts_with(doc_str(image, "DeregistrationProtection"), "disabled-until"))
		protect(call, image, "disabled", output);
	else
		json_set_str(output, "Return", doc_str(image, "DeregistrationProtection"));
	return true;
}

/* ---- ReplaceImageInstanceTypeSpecification ---- */

static void append_types(struct json *holder, const char *member, const struct json *types)
{
	json_foreach (type, types) {
		struct json *item = json_new_object();

		json_set_str(item, "InstanceType", json_str(type));
		json_append(json_ensure_array(holder, member), item);
	}
}

/* Source: EC2 API, ReplaceImageInstanceTypeSpecification: supported or unsupported types, not
 * both; none of them takes the specification away. */
bool ec2_replace_image_instance_type_specification(struct call *call, const struct json *input,
						   struct json *output, struct err *err)
{
	const struct json *wanted = json_get(input, "InstanceTypeSpecification");
	const struct json *only = json_get(wanted, "SupportedInstanceTypes");
	const struct json *not = json_get(wanted, "UnsupportedInstanceTypes");
	const struct doc *image;
	struct json *body;

	if (!image_get_own(call, input, &image, err))
		return false;
	if (json_size(only) && json_size(not ))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "SupportedInstanceTypes",
				"UnsupportedInstanceTypes");
	body = json_copy(image->body);
	json_remove(body, "InstanceTypeSpecification");
	if (json_size(only) || json_size(not )) {
		struct json *types = json_ensure_object(body, "InstanceTypeSpecification");

		append_types(types, "SupportedInstanceTypes", only);
		append_types(types, "UnsupportedInstanceTypes", not );
	}
	put(call, image, body);
	json_set_bool(output, "ReturnValue", true);
	return true;
}
