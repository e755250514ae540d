/* Users. Document kind: iam-user, shape: IAM User. */
#include "emulator/aws/iam/credential.h"

#define USERS_MAX 5000 /* IAM quotas, "Users in an AWS account" */

static void by_name(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Name"));
}

static const struct kind_index indexes[] = {
	{"name", by_name}, {"boundary", iam_boundary_term}, {NULL, NULL}};

const struct kind kind_iam_user = {
	.name = "iam-user",
	.shape = "iam:User",
	.indexes = indexes,
	.view = iam_view,
};

const struct doc *iam_user_of(struct call *call, const struct json *input, struct err *err)
{
	const char *name = json_get_str(input, "UserName");
	const struct doc *doc;

	if (!name && strstr(call->principal, ":user/"))
		name = strrchr(call->principal, '/') + 1;
	if (!name) {
		aws_fail(err, AWS_IAM_NO_USER_NAME);
		return NULL;
	}
	doc = iam_find(call, &kind_iam_user, name);
	if (!doc)
		aws_fail(err, AWS_IAM_NOT_FOUND, "user", name);
	return doc;
}

static struct json *name_extra(struct call *call, const char *name)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "Name", iam_key(call, name));
	return extra;
}

bool iam_create_user(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const char *name = json_get_str(input, "UserName"), *path = json_get_str(input, "Path");
	const char *boundary = json_get_str(input, "PermissionsBoundary"), *id;
	struct json *body, *tags;
	const struct doc *doc;

	if (boundary && !iam_check_attachable(call, boundary, err))
		return false;
	if (iam_find(call, &kind_iam_user, name))
		return aws_fail(err, AWS_IAM_EXISTS, "User", name);
	if (!iam_check_quota(call, "UsersPerAccount", world_count(call->world, &kind_iam_user),
			     USERS_MAX, err) ||
	    !tags_from_list(TAGS_IAM, json_get(input, "Tags"), &tags, err))
		return false;
	path = path ? path : "/";
	id = iam_id(call, &kind_iam_user, "AIDA", name);
	body = json_new_object();
	json_set_str(body, "Path", path);
	json_set_str(body, "UserName", name);
	json_set_str(body, "UserId", id);
	json_set_str(body, "Arn", aws_global_arn(call, "iam", "user%s%s", path, name));
	json_set_str(body, "CreateDate", iam_now(call));
	iam_set_boundary(body, boundary);
	doc = world_add(call, (struct doc_spec){
				      .kind = &kind_iam_user,
				      .key = arena_printf(call->arena, "%s/%s", call->account, id),
				      .body = body,
				      .tags = tags,
				      .extra = name_extra(call, name)});
	json_set(output, "User", iam_item(doc));
	return true;
}

bool iam_get_user(struct call *call, const struct json *input, struct json *output, struct err *err)
{
	const struct doc *doc = iam_user_of(call, input, err);

	if (!doc)
		return false;
	json_set(output, "User", iam_item(doc));
	return true;
}

bool iam_list_users(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	struct json *list = json_ensure_array(output, "Users");
	struct docs docs;
	bool ok;

	iam_select(call, &kind_iam_user, input, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++) {
		struct json *user = json_copy(docs.items[i]->body);

		json_remove(user, "PermissionsBoundary"); /* IAM API, ListUsers */
		json_append(list, user);
	}
	docs_done(&docs);
	return ok;
}

bool iam_update_user(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const struct doc *doc = iam_owner_of(call, &iam_user_owner, input, err), *other;
	const char *name = json_get_str(input, "NewUserName");
	const char *path = json_get_str(input, "NewPath");
	struct json *body;

	(void)output;
	if (!doc)
		return false;
	other = name ? iam_find(call, &kind_iam_user, name) : NULL;
	if (other && other != doc)
		return aws_fail(err, AWS_IAM_EXISTS, "User", name);
	name = name ? name : doc_str(doc, "UserName");
	path = path ? path : doc_str(doc, "Path");
	body = json_copy(doc->body);
	json_set_str(body, "UserName", name);
	json_set_str(body, "Path", path);
	json_set_str(body, "Arn", aws_global_arn(call, "iam", "user%s%s", path, name));
	world_put_all(call, &kind_iam_user, doc->key, body, NULL, name_extra(call, name));
	return true;
}

/* What must be gone before the user: kind, index, error. */
static const struct {
	const struct kind *kind;
	enum aws_error error;
} hindrances[] = {
	{&kind_iam_membership, AWS_IAM_USER_IN_GROUPS},
	{&kind_iam_access_key, AWS_IAM_USER_ACCESS_KEYS},
	{&kind_iam_user_attached_policy, AWS_IAM_ATTACHED_POLICIES},
	{&kind_iam_user_policy, AWS_IAM_INLINE_POLICIES},
	{&kind_iam_mfa_device, AWS_IAM_USER_MFA},
	{&kind_iam_signing_certificate, AWS_IAM_USER_SIGNING},
	{&kind_iam_ssh_key, AWS_IAM_USER_OTHERS},
	{&kind_iam_service_credential, AWS_IAM_USER_OTHERS},
};

bool iam_delete_user(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const struct doc *doc = iam_owner_of(call, &iam_user_owner, input, err);

	(void)output;
	if (!doc)
		return false;
	if (world_find(call->world, &kind_iam_login_profile, doc->key))
		return aws_fail(err, AWS_IAM_USER_LOGIN_PROFILE);
	for (size_t i = 0; i < array_size(hindrances); i++)
		if (world_lookup_count(call->world, hindrances[i].kind, "user", doc->key))
			return aws_fail(err, hindrances[i].error);
	world_remove(call, &kind_iam_user, doc->key);
	return true;
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	return iam_owner_of(call, &iam_user_owner, input, err);
}

IAM_TAG_OPERATIONS(user, find)

bool iam_put_user_permissions_boundary(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const struct doc *doc = find(call, input, err);
	const char *arn = json_get_str(input, "PermissionsBoundary");
	struct json *user;

	(void)output;
	if (!doc || !iam_check_attachable(call, arn, err))
		return false;
	user = json_copy(doc->body);
	iam_set_boundary(user, arn);
	world_put(call, &kind_iam_user, doc->key, user);
	return true;
}

bool iam_delete_user_permissions_boundary(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	const struct doc *doc = find(call, input, err);
	struct json *user;

	(void)output;
	if (!doc)
		return false;
	if (!json_get(doc->body, "PermissionsBoundary"))
		return aws_fail(err, AWS_IAM_NO_BOUNDARY, "user", json_get_str(input, "UserName"));
	user = json_copy(doc->body);
	iam_set_boundary(user, NULL);
	world_put(call, &kind_iam_user, doc->key, user);
	return true;
}
