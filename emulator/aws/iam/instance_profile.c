/* Instance profiles: how a role comes to an instance. Document kind: instance-profile. */
#include "emulator/aws/iam/iam.h"

static const struct kind_index indexes[] = {{"role", iam_role_term}, {NULL, NULL}};

static const struct doc *role_of(const struct world *world, const struct doc *doc)
{
	const char *role = doc_extra_str(doc, "Role");

	return role ? world_find(world, &kind_iam_role, role) : NULL;
}

static struct json *view(const struct world *world, const struct doc *doc)
{
	const struct doc *role = role_of(world, doc);
	struct json *profile = json_copy(doc->body);
	struct json *roles = json_ensure_array(profile, "Roles");

	if (role)
		json_append(roles, json_copy(role->body));
	if (json_first(doc->tags))
		json_set(profile, "Tags", tags_to_list(doc->tags));
	return profile;
}

const struct kind kind_instance_profile = {
	.name = "instance-profile",
	.shape = "iam:InstanceProfile",
	.indexes = indexes,
	.view = view,
};

const struct doc *iam_instance_profile_named(struct call *call, const char *name, struct err *err)
{
	const struct doc *doc =
		world_find(call->world, &kind_instance_profile, iam_key(call, name));

	if (!doc)
		aws_fail(err, AWS_IAM_INSTANCE_PROFILE_NOT_FOUND, name);
	return doc;
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	return iam_instance_profile_named(call, json_get_str(input, "InstanceProfileName"), err);
}

/* As replies show it: the role's document is encoded there. */
static struct json *reply(struct call *call, const struct doc *doc)
{
	const struct doc *role = role_of(call->world, doc);
	struct json *profile = json_copy(doc->body);
	struct json *roles = json_ensure_array(profile, "Roles");

	if (role)
		json_append(roles, iam_role_view(call, role, false));
	if (json_first(doc->tags))
		json_set(profile, "Tags", tags_to_list(doc->tags));
	return profile;
}

bool iam_create_instance_profile(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const char *name = json_get_str(input, "InstanceProfileName");
	const char *path = json_get_str(input, "Path"), *key = iam_key(call, name);
	struct json *profile, *tags;
	const struct doc *doc;

	if (world_find(call->world, &kind_instance_profile, key))
		return aws_fail(err, AWS_IAM_INSTANCE_PROFILE_EXISTS, name);
	if (!tags_from_list(TAGS_IAM_CASED, json_get(input, "Tags"), &tags, err))
		return false;
	if (!path)
		path = "/";
	profile = json_new_object();
	json_set_str(profile, "Path", path);
	json_set_str(profile, "InstanceProfileName", name);
	json_set_str(profile, "InstanceProfileId",
		     iam_id(call, &kind_instance_profile, "AIPA", name));
	json_set_str(profile, "Arn",
		     aws_global_arn(call, "iam", "instance-profile%s%s", path, name));
	json_set_str(profile, "CreateDate", iam_now(call));
	doc = world_add(call, (struct doc_spec){.kind = &kind_instance_profile,
						.key = key,
						.body = profile,
						.tags = tags});
	json_set(output, "InstanceProfile", reply(call, doc));
	return true;
}

bool iam_get_instance_profile(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc)
		return false;
	json_set(output, "InstanceProfile", reply(call, doc));
	return true;
}

static bool list(struct call *call, const struct json *input, struct json *output,
		 struct docs *docs, struct err *err)
{
	struct json *profiles = json_ensure_array(output, "InstanceProfiles");
	bool ok = page_docs(call, input, output, &page_iam, docs, err);

	for (size_t i = 0; ok && i < docs->count; i++)
		json_append(profiles, reply(call, docs->items[i]));
	docs_done(docs);
	return ok;
}

bool iam_list_instance_profiles(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *prefix = json_get_str(input, "PathPrefix");
	struct docs docs = {0};

	world_foreach (doc, call->world, &kind_instance_profile)
		if (doc_in_scope(call, doc) &&
		    (!prefix || str_starts_with(doc_str(doc, "Path"), prefix)))
			docs_add(&docs, doc);
	return list(call, input, output, &docs, err);
}

bool iam_list_instance_profiles_for_role(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const struct doc *role = iam_role_named(call, json_get_str(input, "RoleName"), err);
	struct docs docs = {0};

	if (!role)
		return false;
	world_lookup(call->world, &kind_instance_profile, "role", role->key, &docs);
	return list(call, input, output, &docs, err);
}

bool iam_delete_instance_profile(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc = find(call, input, err);

	(void)output;
	if (!doc)
		return false;
	if (doc_extra_str(doc, "Role"))
		return aws_fail(err, AWS_IAM_INSTANCE_PROFILE_ROLES);
	world_remove(call, &kind_instance_profile, doc->key);
	return true;
}

bool iam_add_role_to_instance_profile(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const struct doc *doc = find(call, input, err), *role;
	struct json *extra;

	(void)output;
	if (!doc)
		return false;
	role = iam_role_named(call, json_get_str(input, "RoleName"), err);
	if (!role)
		return false;
	if (doc_extra_str(doc, "Role"))
		return aws_fail(err, AWS_IAM_ROLE_LIMIT);
	extra = json_new_object();
	json_set_str(extra, "Role", role->key);
	world_put_extra(call, &kind_instance_profile, doc->key, extra);
	return true;
}

bool iam_remove_role_from_instance_profile(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	const char *name = json_get_str(input, "RoleName");
	const struct doc *doc = find(call, input, err), *role;

	(void)output;
	if (!doc)
		return false;
	role = iam_role_named(call, name, err);
	if (!role)
		return false;
	if (!str_eq(doc_extra_str(doc, "Role"), role->key))
		return aws_fail(err, AWS_IAM_ROLE_NOT_IN_PROFILE, name,
				json_get_str(input, "InstanceProfileName"));
	world_put_extra(call, &kind_instance_profile, doc->key, json_new_object());
	return true;
}

IAM_TAG_OPERATIONS(instance_profile, find)
