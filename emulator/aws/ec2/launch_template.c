/*
 * Launch templates. Shape: EC2 LaunchTemplate; extra holds the versions as LaunchTemplateVersion:
 * Versions = {"1": {…}, …}. RunInstances takes what it is not told itself out of a version.
 */
#include "emulator/aws/ec2/internal.h"

static void terms_name(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term = xasprintf("%s/%s/%s", doc->account, doc->region,
						doc_str(doc, "LaunchTemplateName"));

	terms_add(terms, term);
}

static const struct kind_index launch_template_indexes[] = {
	{"name", terms_name},
	{NULL, NULL},
};

const struct kind kind_launch_template = {
	.name = "launch-template",
	.shape = "ec2:LaunchTemplate",
	.indexes = launch_template_indexes,
	.view = ec2_view,
};

static const struct doc *find_named(const struct call *call, const char *name)
{
	_cleanup_(freep) char *term = xasprintf("%s/%s/%s", call->account, call->region, name);

	return world_lookup_one(call->world, &kind_launch_template, "name", term);
}

/** The template that a request names by id or by name, one of them. */
static bool get_template(const struct call *call, const struct json *input, const struct doc **ret,
			 struct err *err)
{
	static const char *const members[] = {"LaunchTemplateId", "LaunchTemplateName", NULL};
	unsigned which;

	if (!ec2_one_of(input, members, &which, err))
		return false;
	if (which == 0)
		return ec2_get_by(call, &kind_launch_template, input, "LaunchTemplateId", ret, err);
	*ret = find_named(call, json_get_str(input, "LaunchTemplateName"));
	return *ret || aws_fail(err, AWS_EC2_LAUNCH_TEMPLATE_NAME_NOT_FOUND);
}

/** The version by its number, "$Latest" or "$Default"; NULL when there is none. */
static const struct json *find_version(struct call *call, const struct doc *doc, const char *name)
{
	if (str_eq(name, "$Latest") || str_eq(name, "$Default"))
		name = arena_printf(call->arena, "%lld",
				    (long long)json_get_int(doc->body,
							    name[1] == 'L' ? "LatestVersionNumber"
									   : "DefaultVersionNumber",
							    1));
	return json_get(json_get(doc->extra, "Versions"), name);
}

static bool get_version(struct call *call, const struct doc *doc, const char *name,
			const struct json **ret, struct err *err)
{
	*ret = find_version(call, doc, name);
	return *ret || aws_fail(err, AWS_EC2_LAUNCH_TEMPLATE_VERSION, name, doc->key);
}

/** A version as a reply shows it; new tree. */
static struct json *version_item(const struct doc *doc, const struct json *version)
{
	struct json *item = json_copy(version);

	json_set_str(item, "LaunchTemplateId", doc->key);
	json_set_copy(item, "LaunchTemplateName", json_get(doc->body, "LaunchTemplateName"));
	json_set_bool(item, "DefaultVersion",
		      json_get_int(version, "VersionNumber", 0) ==
			      json_get_int(doc->body, "DefaultVersionNumber", 1));
	return item;
}

/** Adds a version to a template's extra. */
static void add_version(struct call *call, struct json *extra, int64_t number,
			const struct json *input, struct json *data)
{
	struct json *version = json_new_object();

	json_set_int(version, "VersionNumber", number);
	json_set_copy(version, "VersionDescription", json_get(input, "VersionDescription"));
	json_set_str(version, "CreateTime", aws_now(call));
	json_set_str(version, "CreatedBy", call->principal);
	json_set(version, "LaunchTemplateData", data);
	json_set(json_ensure_object(extra, "Versions"),
		 arena_printf(call->arena, "%lld", (long long)number), version);
}

/* ---- CreateLaunchTemplate, CreateLaunchTemplateVersion, ModifyLaunchTemplate ---- */

/* Source: EC2 API, CreateLaunchTemplate: 3 to 128 characters, letters, digits and ( ) . - / _ */
static bool check_name(const char *name, struct err *err)
{
	size_t length = strlen(name);

	for (const char *p = name; *p; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');

		if (!letter && !(*p >= '0' && *p <= '9') && !strchr("().-/_", *p))
			return aws_fail(err, AWS_EC2_LAUNCH_TEMPLATE_NAME, name);
	}
	return (length >= 3 && length <= 128) || aws_fail(err, AWS_EC2_LAUNCH_TEMPLATE_NAME, name);
}

bool ec2_create_launch_template(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *name = json_get_str(input, "LaunchTemplateName"), *id;
	_cleanup_(json_freep) struct json *tags = NULL;
	struct json *body, *extra;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "launch-template", &tags, err) ||
	    !check_name(name, err))
		return false;
	if (id && ec2_find(call, &kind_launch_template, id)) {
		json_set(output, "LaunchTemplate",
			 ec2_item(world_find(call->world, &kind_launch_template, id)));
		return true;
	}
	if (find_named(call, name))
		return aws_fail(err, AWS_EC2_LAUNCH_TEMPLATE_EXISTS);
	id = ec2_new_id(call, &kind_launch_template, name);
	body = json_new_object();
	json_set_str(body, "LaunchTemplateId", id);
	json_set_str(body, "LaunchTemplateName", name);
	json_set_str(body, "CreateTime", aws_now(call));
	json_set_str(body, "CreatedBy", call->principal);
	json_set_int(body, "DefaultVersionNumber", 1);
	json_set_int(body, "LatestVersionNumber", 1);
	extra = json_new_object();
	add_version(call, extra, 1, input, json_copy(json_get(input, "LaunchTemplateData")));
	json_set(output, "LaunchTemplate",
		 ec2_own(ec2_item(world_add(call, (struct doc_spec){.kind = &kind_launch_template,
								    .key = id,
								    .body = body,
								    .tags = steal(tags),
								    .extra = extra}))));
	idempotency_keep(call, input, "ClientToken", id);
	return true;
}

bool ec2_create_launch_template_version(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const char *source = json_get_str(input, "SourceVersion"), *kept;
	const struct json *from = NULL;
	struct json *body, *extra, *data;
	const struct doc *doc;
	int64_t number;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &kept,
			      err) ||
	    !get_template(call, input, &doc, err) ||
	    (source && !get_version(call, doc, source, &from, err)) ||
	    (kept && !get_version(call, doc, kept, &from, err)))
		return false;
	if (kept) {
		json_set(output, "LaunchTemplateVersion", version_item(doc, from));
		return true;
	}
	data = from ? json_copy(json_get(from, "LaunchTemplateData")) : json_new_object();
	json_foreach (member, json_get(input, "LaunchTemplateData"))
		json_set_copy(data, json_key(member), member);
	number = json_get_int(doc->body, "LatestVersionNumber", 1) + 1;
	body = json_copy(doc->body);
	json_set_int(body, "LatestVersionNumber", number);
	extra = json_copy(doc->extra);
	add_version(call, extra, number, input, data);
	doc = world_put_all(call, &kind_launch_template, doc->key, body, NULL, extra);
	kept = arena_printf(call->arena, "%lld", (long long)number);
	idempotency_keep(call, input, "ClientToken", kept);
	json_set(output, "LaunchTemplateVersion", version_item(doc, find_version(call, doc, kept)));
	return true;
}

bool ec2_modify_launch_template(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *name = json_get_str(input, "DefaultVersion"), *done;
	const struct json *version;
	const struct doc *doc;
	struct json *body;

	if (!get_template(call, input, &doc, err) ||
	    !idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &done, err))
		return false;
	if (done) {
		json_set(output, "LaunchTemplate", ec2_item(doc));
		return true;
	}
	if (!name)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "SetDefaultVersion");
	if (!get_version(call, doc, name, &version, err))
		return false;
	body = json_copy(doc->body);
	json_set_copy(body, "DefaultVersionNumber", json_get(version, "VersionNumber"));
	doc = world_put(call, &kind_launch_template, doc->key, body);
	idempotency_keep(call, input, "ClientToken", doc->key);
	json_set(output, "LaunchTemplate", ec2_item(doc));
	return true;
}

/* ---- Deleting ---- */

bool ec2_delete_launch_template(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc;

	if (!get_template(call, input, &doc, err))
		return false;
	json_set(output, "LaunchTemplate", ec2_own(ec2_item(doc)));
	world_remove(call, &kind_launch_template, doc->key);
	return true;
}

/** Takes one version out of extra, or tells why not. */
static void delete_version(struct call *call, const struct doc *doc, const char *name,
			   struct json *extra, struct json *output)
{
	const struct json *version = json_get(json_get(extra, "Versions"), name);
	struct json *item = json_new_object(), *error;
	int64_t number = json_get_int(version, "VersionNumber", 0);

	json_set_str(item, "LaunchTemplateId", doc->key);
	json_set_copy(item, "LaunchTemplateName", json_get(doc->body, "LaunchTemplateName"));
	if (version && number != json_get_int(doc->body, "DefaultVersionNumber", 1)) {
		json_set_int(item, "VersionNumber", number);
		json_append(json_ensure_array(output, "SuccessfullyDeletedLaunchTemplateVersions"),
			    item);
		json_remove(json_ensure_object(extra, "Versions"), name);
		return;
	}
	json_set_int(item, "VersionNumber", number ? number : strtoll(name, NULL, 10));
	error = json_ensure_object(item, "ResponseError");
	json_set_str(error, "Code",
		     version ? "unexpectedError" : "launchTemplateVersionDoesNotExist");
	/* Source: EC2 API, DeleteLaunchTemplateVersions; texts unverified */
	json_set_str(error, "Message",
		     version ? "The default version of a launch template cannot be deleted"
			     : arena_printf(call->arena,
					    "The launch template version %s does not exist", name));
	json_append(json_ensure_array(output, "UnsuccessfullyDeletedLaunchTemplateVersions"), item);
}

bool ec2_delete_launch_template_versions(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const struct doc *doc;
	struct json *extra;

	if (!get_template(call, input, &doc, err))
		return false;
	extra = json_copy(doc->extra);
	json_foreach (name, json_get(input, "Versions"))
		delete_version(call, doc, json_str(name), extra, output);
	world_put_extra(call, &kind_launch_template, doc->key, extra);
	return true;
}

/* ---- Describing ---- */

static const struct filter_field launch_template_filters[] = {
	{"create-time", "CreateTime", NULL, NULL},
	{"launch-template-name", "LaunchTemplateName", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/** LaunchTemplateNames become LaunchTemplateIds; each must exist. */
bool ec2_describe_launch_templates(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_launch_template,
		.ids = "LaunchTemplateIds",
		.id_prefix = "lt-",
		.malformed = AWS_EC2_LAUNCH_TEMPLATE_MALFORMED,
		.not_found = AWS_EC2_LAUNCH_TEMPLATE_NOT_FOUND,
		.filters = "Filters",
		.fields = launch_template_filters,
		.page = &page_ec2,
		.result = "LaunchTemplates",
		.tags = true,
	};
	_cleanup_(json_freep) struct json *changed = json_copy_watched(input);
	struct json *ids = json_ensure_array(changed, "LaunchTemplateIds");
	bool ok;

	json_foreach (name, json_get(input, "LaunchTemplateNames")) {
		const struct doc *doc = find_named(call, json_str(name));

		if (!doc)
			return aws_fail(err, AWS_EC2_LAUNCH_TEMPLATE_NAME_NOT_FOUND);
		json_append_str(ids, doc->key);
	}
	ok = describe_reply(call, changed, output, &describe, err);
	json_watch_back(input, changed);
	return ok;
}

/** The newest or default version of every template. Source: EC2 API,
 * DescribeLaunchTemplateVersions: without a template only these two can be asked for. */
static bool versions_of_all(struct call *call, const struct json *wanted, struct json *items,
			    struct err *err)
{
	json_foreach (name, wanted) {
		if (!str_eq(json_str(name), "$Latest") && !str_eq(json_str(name), "$Default"))
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "LaunchTemplateId");
	}
	if (!json_size(wanted))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "LaunchTemplateId");
	world_foreach (doc, call->world, &kind_launch_template) {
		json_foreach (name, wanted) {
			const struct json *version = find_version(call, doc, json_str(name));

			if (doc_in_scope(call, doc) && version)
				json_append(items, version_item(doc, version));
		}
	}
	return true;
}

static bool versions_of(struct call *call, const struct doc *doc, const struct json *input,
			struct json *items, struct err *err)
{
	const struct json *wanted = json_get(input, "Versions"), *version;
	const char *first = json_get_str(input, "MinVersion");
	const char *last = json_get_str(input, "MaxVersion");
	int64_t min = first ? strtoll(first, NULL, 10) : 1;
	int64_t max = last ? strtoll(last, NULL, 10) : INT64_MAX;

	if (json_size(wanted) && (first || last))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "Versions", "MinVersion");
	json_foreach (name, wanted) {
		if (!get_version(call, doc, json_str(name), &version, err))
			return false;
		json_append(items, version_item(doc, version));
	}
	if (json_size(wanted))
		return true;
	/* newest first, as AWS lists them */
	for (int64_t n = json_get_int(doc->body, "LatestVersionNumber", 1); n >= 1; n--) {
		version = find_version(call, doc, arena_printf(call->arena, "%lld", (long long)n));
		if (version && n >= min && n <= max)
			json_append(items, version_item(doc, version));
	}
	return true;
}

/* Paths in a LaunchTemplateVersion. Source: EC2 API, DescribeLaunchTemplateVersions. */
static const struct filter_field version_filters[] = {
	{"create-time", "CreateTime", NULL, NULL},
	{"ebs-optimized", "LaunchTemplateData.EbsOptimized", NULL, NULL},
	{"host-resource-group-arn", "LaunchTemplateData.Placement.HostResourceGroupArn", NULL,
	 NULL},
	{"http-endpoint", "LaunchTemplateData.MetadataOptions.HttpEndpoint", NULL, NULL},
	{"http-protocol-ipv4", "LaunchTemplateData.MetadataOptions.HttpEndpoint", NULL, NULL},
	{"http-tokens", "LaunchTemplateData.MetadataOptions.HttpTokens", NULL, NULL},
	{"iam-instance-profile", "LaunchTemplateData.IamInstanceProfile.Arn", NULL, NULL},
	{"image-id", "LaunchTemplateData.ImageId", NULL, NULL},
	{"instance-type", "LaunchTemplateData.InstanceType", NULL, NULL},
	{"is-default-version", "DefaultVersion", NULL, NULL},
	{"kernel-id", "LaunchTemplateData.KernelId", NULL, NULL},
	{"license-configuration-arn",
	 "LaunchTemplateData.LicenseSpecifications.LicenseConfigurationArn", NULL, NULL},
	{"network-card-index", "LaunchTemplateData.NetworkInterfaces.NetworkCardIndex", NULL, NULL},
	{"ram-disk-id", "LaunchTemplateData.RamDiskId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_launch_template_versions(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	bool all = !json_get(input, "LaunchTemplateId") && !json_get(input, "LaunchTemplateName");
	_cleanup_(json_freep) struct json *items = json_new_array();
	struct filters *filters;
	const struct doc *doc;

	if (!filters_parse(call, json_get(input, "Filters"), version_filters, &filters, err))
		return false;
	if (all ? !versions_of_all(call, json_get(input, "Versions"), items, err)
		: !get_template(call, input, &doc, err) ||
			    !versions_of(call, doc, input, items, err))
		return false;
	for (struct json *item = json_first_mut(items), *next; item; item = next) {
		next = json_next_mut(item);
		if (!filters_match_tree(call, filters, item))
			json_remove_item(items, item);
	}
	return ec2_page_items(call, input, output, "LaunchTemplateVersions", steal(items), err);
}

/* ---- For RunInstances ---- */

/* Tags of both; those of the request win where they are of the same type. */
static void add_specifications(struct json *list, const struct json *more)
{
	json_foreach (specification, more)
		if (!ec2_element(list, "ResourceType", json_get_str(specification, "ResourceType")))
			json_append(list, json_copy(specification));
}

bool launch_template_apply(struct call *call, const struct json *input, struct json **ret,
			   struct err *err)
{
	const struct json *asked = json_get(input, "LaunchTemplate"), *version;
	const char *name = json_get_str(asked, "Version");
	struct json *merged;
	const struct doc *doc;

	if (!get_template(call, asked, &doc, err) ||
	    !get_version(call, doc, name ? name : "$Default", &version, err))
		return false;
	merged = json_copy_watched(input);
	json_remove(merged, "LaunchTemplate");
	json_foreach (member, json_get(version, "LaunchTemplateData")) {
		if (!json_peek(merged, json_key(member)))
			json_set_copy(merged, json_key(member), member);
		else if (str_eq(json_key(member), "TagSpecifications"))
			add_specifications(json_ensure_array(merged, "TagSpecifications"), member);
	}
	*ret = merged;
	return true;
}
