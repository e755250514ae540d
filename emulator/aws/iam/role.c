/* Roles. Document kind: iam-role, shape: IAM Role. */
#include "emulator/aws/iam/iam.h"

#define TRUST_MAX 2048 /* characters; IAM quotas, "Role trust policy length" */
#define SESSION_S 3600 /* MaxSessionDuration when the caller says none; IAM API, CreateRole */

static const struct kind_index indexes[] = {{"boundary", iam_boundary_term}, {NULL, NULL}};

const struct kind kind_iam_role = {
	.name = "iam-role",
	.shape = "iam:Role",
	.indexes = indexes,
	.view = iam_view,
};

const struct doc *iam_role_named(struct call *call, const char *name, struct err *err)
{
	const struct doc *doc = world_find(call->world, &kind_iam_role, iam_key(call, name));

	if (!doc)
		aws_fail(err, AWS_IAM_ROLE_NOT_FOUND, name);
	return doc;
}

struct json *iam_role_view(struct call *call, const struct doc *doc, bool all)
{
	struct json *role = json_copy(doc->body);

	json_set_str(role, "AssumeRolePolicyDocument",
		     iam_encode_document(call->arena, doc_str(doc, "AssumeRolePolicyDocument")));
	if (!all) /* as recorded of CreateRole and ListInstanceProfiles */
		json_remove(role, "MaxSessionDuration");
	if (json_first(doc->tags))
		json_set(role, "Tags", tags_to_list(doc->tags));
	return role;
}

static struct json *new_role(struct call *call, const struct json *input)
{
	const char *name = json_get_str(input, "RoleName"), *path = json_get_str(input, "Path");
	struct json *role = json_new_object();

	if (!path)
		path = "/";
	json_set_str(role, "Path", path);
	json_set_str(role, "RoleName", name);
	json_set_str(role, "RoleId", iam_id(call, &kind_iam_role, "AROA", name));
	json_set_str(role, "Arn", aws_global_arn(call, "iam", "role%s%s", path, name));
	json_set_str(role, "CreateDate", iam_now(call));
	json_set_copy(role, "AssumeRolePolicyDocument",
		      json_get(input, "AssumeRolePolicyDocument"));
	json_set_copy(role, "Description", json_get(input, "Description"));
	json_set_int(role, "MaxSessionDuration",
		     json_get_int(input, "MaxSessionDuration", SESSION_S));
	iam_set_boundary(role, json_get_str(input, "PermissionsBoundary"));
	return role;
}

bool iam_create_role(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const char *name = json_get_str(input, "RoleName"), *key = iam_key(call, name);
	const char *document = json_get_str(input, "AssumeRolePolicyDocument");
	const char *boundary = json_get_str(input, "PermissionsBoundary");
	const struct doc *doc;
	struct json *tags;

	if (!iam_check_document(document, true, err) ||
	    (boundary && !iam_check_attachable(call, boundary, err)) ||
	    !iam_check_quota(call, "ACLSizePerRole", iam_document_size(document) - 1, TRUST_MAX,
			     err))
		return false;
	if (world_find(call->world, &kind_iam_role, key))
		return aws_fail(err, AWS_IAM_ROLE_EXISTS, name);
	if (!tags_from_list(TAGS_IAM, json_get(input, "Tags"), &tags, err))
		return false;
	doc = world_add(call, (struct doc_spec){.kind = &kind_iam_role,
						.key = key,
						.body = new_role(call, input),
						.tags = tags});
	json_set(output, "Role", iam_role_view(call, doc, false));
	return true;
}

bool iam_get_role(struct call *call, const struct json *input, struct json *output, struct err *err)
{
	const struct doc *doc = iam_role_named(call, json_get_str(input, "RoleName"), err);
	struct json *role;

	if (!doc)
		return false;
	role = iam_role_view(call, doc, true);
	json_set(role, "RoleLastUsed", json_new_object());
	json_set(output, "Role", role);
	return true;
}

bool iam_list_roles(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const char *prefix = json_get_str(input, "PathPrefix");
	struct json *list = json_ensure_array(output, "Roles");
	struct docs docs = {0};
	bool ok;

	world_foreach (doc, call->world, &kind_iam_role)
		if (doc_in_scope(call, doc) &&
		    (!prefix || str_starts_with(doc_str(doc, "Path"), prefix)))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++) {
		struct json *role = iam_role_view(call, docs.items[i], true);

		/* "this operation does not return … PermissionsBoundary, RoleLastUsed, Tags" */
		json_remove(role, "Tags");
		json_remove(role, "PermissionsBoundary");
		json_append(list, role);
	}
	docs_done(&docs);
	return ok;
}

bool iam_delete_role(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const struct doc *doc = iam_role_named(call, json_get_str(input, "RoleName"), err);

	(void)output;
	if (!doc)
		return false;
	if (world_lookup_count(call->world, &kind_instance_profile, "role", doc->key))
		return aws_fail(err, AWS_IAM_INSTANCE_PROFILE_ROLES);
	if (world_lookup_count(call->world, &kind_iam_attached_policy, "role", doc->key))
		return aws_fail(err, AWS_IAM_ATTACHED_POLICIES);
	if (world_lookup_count(call->world, &kind_iam_role_policy, "role", doc->key))
		return aws_fail(err, AWS_IAM_INLINE_POLICIES);
	world_remove(call, &kind_iam_role, doc->key);
	return true;
}

bool iam_update_assume_role_policy(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = iam_role_named(call, json_get_str(input, "RoleName"), err);
	const char *document = json_get_str(input, "PolicyDocument");
	struct json *role;

	(void)output;
	if (!doc || !iam_check_document(document, true, err))
		return false;
	role = json_copy(doc->body);
	json_set_str(role, "AssumeRolePolicyDocument", document);
	world_put(call, &kind_iam_role, doc->key, role);
	return true;
}

static const struct doc *update(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *doc = iam_role_named(call, json_get_str(input, "RoleName"), err);
	struct json *role;

	if (!doc)
		return NULL;
	role = json_copy(doc->body);
	json_set_copy(role, "Description", json_get(input, "Description"));
	json_set_copy(role, "MaxSessionDuration", json_get(input, "MaxSessionDuration"));
	return world_put(call, &kind_iam_role, doc->key, role);
}

bool iam_update_role(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	(void)output;
	return update(call, input, err) != NULL;
}

bool iam_update_role_description(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc = update(call, input, err);

	if (!doc)
		return false;
	json_set(output, "Role", iam_role_view(call, doc, true));
	return true;
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	return iam_role_named(call, json_get_str(input, "RoleName"), err);
}

IAM_TAG_OPERATIONS(role, find)

bool iam_put_role_permissions_boundary(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const struct doc *doc = find(call, input, err);
	const char *arn = json_get_str(input, "PermissionsBoundary");
	struct json *role;

	(void)output;
	if (!doc || !iam_check_attachable(call, arn, err))
		return false;
	role = json_copy(doc->body);
	iam_set_boundary(role, arn);
	world_put(call, &kind_iam_role, doc->key, role);
	return true;
}

bool iam_delete_role_permissions_boundary(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	const struct doc *doc = find(call, input, err);
	struct json *role;

	(void)output;
	if (!doc)
		return false;
	if (!json_get(doc->body, "PermissionsBoundary"))
		return aws_fail(err, AWS_IAM_NO_BOUNDARY, "role", json_get_str(input, "RoleName"));
	role = json_copy(doc->body);
	iam_set_boundary(role, NULL);
	world_put(call, &kind_iam_role, doc->key, role);
	return true;
}
