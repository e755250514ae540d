/* A role's policies: inline ones (kind iam-role-policy) and attachments of managed ones. */
#include "emulator/aws/iam/iam.h"

static void by_role(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Role"));
}

static const struct kind_index indexes[] = {{"role", by_role}, {NULL, NULL}};

const struct kind kind_iam_role_policy = {
	.name = "iam-role-policy",
	.shape = "iam:GetRolePolicyResponse",
	.indexes = indexes,
};
const struct kind kind_iam_attached_policy = {
	.name = "iam-attached-policy",
	.shape = "iam:AttachedPolicy",
	.indexes = indexes,
};

static const char *key_of(struct call *call, const struct doc *role, const char *policy)
{
	return arena_printf(call->arena, "%s/%s", role->key, policy);
}

static struct json *of_role(const struct doc *role)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "Role", role->key);
	return extra;
}

static struct docs policies_of(struct call *call, const struct kind *kind, const struct doc *role)
{
	struct docs docs = {0};

	world_lookup(call->world, kind, "role", role->key, &docs);
	return docs;
}

bool iam_put_role_policy(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *role = iam_role_named(call, json_get_str(input, "RoleName"), err);
	const char *name = json_get_str(input, "PolicyName");
	struct json *body;
	const char *key;

	(void)output;
	if (!role || !iam_check_document(json_get_str(input, "PolicyDocument"), false, err))
		return false;
	body = json_new_object();
	json_set_copy(body, "RoleName", json_get(role->body, "RoleName"));
	json_set_str(body, "PolicyName", name);
	json_set_copy(body, "PolicyDocument", json_get(input, "PolicyDocument"));
	key = key_of(call, role, name);
	if (world_find(call->world, &kind_iam_role_policy, key))
		world_put(call, &kind_iam_role_policy, key, body);
	else
		world_add(call, (struct doc_spec){.kind = &kind_iam_role_policy,
						  .key = key,
						  .body = body,
						  .extra = of_role(role)});
	return true;
}

static const struct doc *find_policy(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *role = iam_role_named(call, json_get_str(input, "RoleName"), err), *doc;
	const char *name = json_get_str(input, "PolicyName");

	if (!role)
		return NULL;
	doc = world_find(call->world, &kind_iam_role_policy, key_of(call, role, name));
	if (!doc)
		aws_fail(err, AWS_IAM_ROLE_POLICY_NOT_FOUND, name);
	return doc;
}

bool iam_get_role_policy(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *doc = find_policy(call, input, err);

	if (!doc)
		return false;
	json_set_copy(output, "RoleName", json_get(doc->body, "RoleName"));
	json_set_copy(output, "PolicyName", json_get(doc->body, "PolicyName"));
	json_set_str(output, "PolicyDocument",
		     iam_encode_document(call->arena, doc_str(doc, "PolicyDocument")));
	return true;
}

bool iam_delete_role_policy(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *doc = find_policy(call, input, err);

	(void)output;
	if (!doc)
		return false;
	world_remove(call, &kind_iam_role_policy, doc->key);
	return true;
}

bool iam_list_role_policies(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *role = iam_role_named(call, json_get_str(input, "RoleName"), err);
	struct json *names = json_ensure_array(output, "PolicyNames");
	struct docs docs;
	bool ok;

	if (!role)
		return false;
	docs = policies_of(call, &kind_iam_role_policy, role);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_str(names, doc_str(docs.items[i], "PolicyName"));
	docs_done(&docs);
	return ok;
}

/* @name Attachments */

/* AWS's own policies can be attached; of an account's own there are none: CreatePolicy is not
 * built. */
static bool is_managed(const char *arn)
{
	return str_starts_with(arn, "arn:aws:iam::aws:policy/") ||
	       str_starts_with(arn, "arn:aws-cn:iam::aws:policy/") ||
	       str_starts_with(arn, "arn:aws-us-gov:iam::aws:policy/");
}

bool iam_attach_role_policy(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *role = iam_role_named(call, json_get_str(input, "RoleName"), err);
	const char *arn = json_get_str(input, "PolicyArn"), *key;
	struct json *body;

	(void)output;
	if (!role)
		return false;
	if (!is_managed(arn))
		return aws_fail(err, AWS_IAM_POLICY_NOT_ATTACHABLE, arn);
	key = key_of(call, role, arn);
	if (world_find(call->world, &kind_iam_attached_policy, key))
		return true;
	body = json_new_object();
	json_set_str(body, "PolicyName", strrchr(arn, '/') + 1);
	json_set_str(body, "PolicyArn", arn);
	world_add(call, (struct doc_spec){.kind = &kind_iam_attached_policy,
					  .key = key,
					  .body = body,
					  .extra = of_role(role)});
	return true;
}

bool iam_detach_role_policy(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *role = iam_role_named(call, json_get_str(input, "RoleName"), err);
	const char *arn = json_get_str(input, "PolicyArn"), *key;

	(void)output;
	if (!role)
		return false;
	key = key_of(call, role, arn);
	if (!world_find(call->world, &kind_iam_attached_policy, key))
		return aws_fail(err, AWS_IAM_ATTACHMENT_NOT_FOUND, arn);
	world_remove(call, &kind_iam_attached_policy, key);
	return true;
}

bool iam_list_attached_role_policies(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct doc *role = iam_role_named(call, json_get_str(input, "RoleName"), err);
	struct json *list = json_ensure_array(output, "AttachedPolicies");
	struct docs docs;
	bool ok;

	if (!role)
		return false;
	docs = policies_of(call, &kind_iam_attached_policy, role);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_borrowed(list, docs.items[i]->body);
	docs_done(&docs);
	return ok;
}
