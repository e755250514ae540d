/* Who uses an image, of what it comes, and what instances tell of theirs. */
#include "emulator/aws/ec2/instance.h"
#include "emulator/aws/ec2/snapshot.h"

/* ---- GetImageAncestry ---- */

#define ANCESTRY_MAX 100 /* generations; a limit of ours */

static void append_ancestor(const struct doc *image, struct json *list)
{
	static const char *const same[] = {"CreationDate", "ImageId", "ImageOwnerAlias",
					   "SourceImageId", "SourceImageRegion"};
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(item, same[i], json_get(image->body, same[i]));
	json_append(list, item);
}

bool ec2_get_image_ancestry(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	struct json *list = json_ensure_array(output, "ImageAncestryEntries");
	const struct doc *image;

	if (!image_get(call, json_get_str(input, "ImageId"), &image, err))
		return false;
	for (unsigned i = 0; image && i < ANCESTRY_MAX; i++) {
		const char *source = doc_str(image, "SourceImageId");

		append_ancestor(image, list);
		image = source ? world_find(call->world, &kind_image, source) : NULL;
	}
	return true;
}

/* ---- DescribeImageReferences ---- */

#define INSTANCE_TYPE "ec2:Instance"
#define TEMPLATE_TYPE "ec2:LaunchTemplate"
#define VERSION_DEPTH 10 /* EC2 API, ResourceTypeOption: the newest so many versions */

/** The values of an option of a resource type, or NULL. */
static const struct json *option(const struct json *type, const char *name)
{
	return json_get(ec2_element(json_get(type, "ResourceTypeOptions"), "OptionName", name),
			"OptionValues");
}

static void append_reference(struct call *call, const char *image_id, const char *type,
			     const char *arn_type, const char *id, struct json *list)
{
	struct json *item = json_new_object();

	json_set_str(item, "ImageId", image_id);
	json_set_str(item, "ResourceType", type);
	json_set_str(item, "Arn", ec2_arn(call, arn_type, id));
	json_append(list, item);
}

static void append_instances(struct call *call, const char *image_id, const struct json *states,
			     struct json *list)
{
	world_foreach (doc, call->world, &kind_instance) {
		if (doc_in_scope(call, doc) && str_eq(doc_str(doc, "ImageId"), image_id) &&
		    (!json_size(states) || ec2_list_has(states, instance_state_name(doc))))
			append_reference(call, image_id, INSTANCE_TYPE, "instance", doc->key, list);
	}
}

/** Whether one of the newest versions of a template names the image. */
static bool template_names(const struct doc *template, const char *image_id, int64_t depth)
{
	int64_t latest = json_get_int(template->body, "LatestVersionNumber", 1);

	json_foreach (version, json_get(template->extra, "Versions")) {
		int64_t number = json_get_int(version, "VersionNumber", 0);

		if (number > latest - depth &&
		    str_eq(json_find_str(version, "LaunchTemplateData", "ImageId", NULL), image_id))
			return true;
	}
	return false;
}

static void append_templates(struct call *call, const char *image_id, const struct json *depths,
			     struct json *list)
{
	const char *text = json_str(json_at(depths, 0));
	int64_t depth = text ? strtoll(text, NULL, 10) : VERSION_DEPTH;

	world_foreach (doc, call->world, &kind_launch_template) {
		if (doc_in_scope(call, doc) && template_names(doc, image_id, depth))
			append_reference(call, image_id, TEMPLATE_TYPE, "launch-template", doc->key,
					 list);
	}
}

/* Source: EC2 API, DescribeImageReferences: all types, or those that are named. What Systems
 * Manager and Image Builder hold is outside of what is emulated: nothing of theirs is there. */
bool ec2_describe_image_references(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct json *types = json_get(input, "ResourceTypes");
	bool all = json_get_bool(input, "IncludeAllResourceTypes", false);
	struct json *list;

	if (all && json_size(types))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "IncludeAllResourceTypes",
				"ResourceTypes");
	if (!all && !json_size(types))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ResourceTypes");
	json_foreach (id, json_get(input, "ImageIds")) {
		const struct doc *image;

		if (!image_get(call, json_str(id), &image, err))
			return false;
	}
	list = json_new_array();
	json_foreach (id, json_get(input, "ImageIds")) {
		const struct json *instances = ec2_element(types, "ResourceType", INSTANCE_TYPE);
		const struct json *templates = ec2_element(types, "ResourceType", TEMPLATE_TYPE);

		if (all || instances)
			append_instances(call, json_str(id), option(instances, "state-name"), list);
		if (all || templates)
			append_templates(call, json_str(id), option(templates, "version-depth"),
					 list);
	}
	return ec2_page_items(call, input, output, "ImageReferences", list, err);
}

/* ---- DescribeInstanceImageMetadata ---- */

static const struct doc *image_of(struct call *call, const struct doc *instance)
{
	const struct doc *image =
		world_find(call->world, &kind_image, doc_str(instance, "ImageId"));

	return image && sharing_allows(call, image, LAUNCH_PERMISSIONS) ? image : NULL;
}

static void filter_allowed(struct call *call, const struct doc *doc, struct filter_values *values)
{
	const struct doc *image = image_of(call, doc);

	if (image)
		filter_value_bool(values, image_is_allowed(call, image));
}

static void filter_alias(struct call *call, const struct doc *doc, struct filter_values *values)
{
	const struct doc *image = image_of(call, doc);

	if (image)
		filter_value(values, doc_str(image, "ImageOwnerAlias"));
}

static void filter_owner(struct call *call, const struct doc *doc, struct filter_values *values)
{
	const struct doc *image = image_of(call, doc);

	if (image)
		filter_value(values, doc_str(image, "OwnerId"));
}

static void filter_zone_id(struct call *call, const struct doc *doc, struct filter_values *values)
{
	filter_value(values, ec2_zone_id(call, json_find_str(doc->body, "Placement",
							     "AvailabilityZone", NULL)));
}

static const struct filter_field metadata_filters[] = {
	{"availability-zone", "Placement.AvailabilityZone", NULL, NULL},
	{"image-allowed", NULL, filter_allowed, NULL},
	{"instance-id", "InstanceId", NULL, NULL},
	{"instance-state-name", "State.Name", NULL, NULL},
	{"instance-type", "InstanceType", NULL, NULL},
	{"launch-time", "LaunchTime", NULL, NULL},
	{"owner-alias", NULL, filter_alias, NULL},
	{"owner-id", NULL, filter_owner, NULL},
	{"zone-id", NULL, filter_zone_id, NULL},
	{NULL, NULL, NULL, NULL},
};

/** The image as ImageMetadata; only its id when it is gone or not to be seen. */
static struct json *image_metadata(struct call *call, const struct doc *instance)
{
	static const char *const same[] = {
		"ImageId",	   "Name",	   "OwnerId",	     "State",
		"ImageOwnerAlias", "CreationDate", "DeprecationTime"};
	const struct doc *image = image_of(call, instance);
	struct json *item = json_new_object();

	if (!image) {
		json_set_copy(item, "ImageId", json_get(instance->body, "ImageId"));
		return item;
	}
	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(item, same[i], json_get(image->body, same[i]));
	json_set_bool(item, "ImageAllowed", image_is_allowed(call, image));
	json_set_copy(item, "IsPublic", json_get(image->body, "Public"));
	return item;
}

static struct json *metadata_item(struct call *call, const struct doc *doc)
{
	static const char *const same[] = {"InstanceId", "InstanceType", "LaunchTime", "State"};
	const char *zone = json_find_str(doc->body, "Placement", "AvailabilityZone", NULL);
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(item, same[i], json_get(doc->body, same[i]));
	json_set_str(item, "AvailabilityZone", zone);
	json_set_str(item, "ZoneId", ec2_zone_id(call, zone));
	json_set_str(item, "OwnerId", doc->account);
	json_set(item, "Tags", tags_to_list(doc->tags));
	json_set(item, "ImageMetadata", image_metadata(call, doc));
	return item;
}

bool ec2_describe_instance_image_metadata(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_instance,
		.ids = "InstanceIds",
		.id_prefix = "i-",
		.malformed = AWS_EC2_INSTANCE_MALFORMED,
		.not_found = AWS_EC2_INSTANCE_NOT_FOUND,
		.filters = "Filters",
		.fields = metadata_filters,
		.page = &page_ec2,
		.result = "InstanceImageMetadata",
		.item = metadata_item,
	};

	return describe_reply(call, input, output, &describe, err);
}
