/* Managed policies attached to roles, users and groups. */
#include "emulator/aws/iam/iam.h"

#define ATTACHED_MAX 10 /* of one role, user or group; IAM quotas, "Managed policies" */

static void by_policy(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "PolicyArn"));
}

static void by_role(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Role"));
}

static void by_user(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "User"));
}

static void by_group(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Group"));
}

static const struct kind_index role_indexes[] = {
	{"role", by_role}, {"policy", by_policy}, {NULL, NULL}};
static const struct kind_index user_indexes[] = {
	{"user", by_user}, {"policy", by_policy}, {NULL, NULL}};
static const struct kind_index group_indexes[] = {
	{"group", by_group}, {"policy", by_policy}, {NULL, NULL}};

const struct kind kind_iam_attached_policy = {
	.name = "iam-attached-policy",
	.shape = "iam:AttachedPolicy",
	.indexes = role_indexes,
};
const struct kind kind_iam_user_attached_policy = {
	.name = "iam-user-attached-policy",
	.shape = "iam:AttachedPolicy",
	.indexes = user_indexes,
};
const struct kind kind_iam_group_attached_policy = {
	.name = "iam-group-attached-policy",
	.shape = "iam:AttachedPolicy",
	.indexes = group_indexes,
};

static bool attach(struct call *call, const struct iam_owner *owner, const struct json *input,
		   struct err *err)
{
	const struct doc *doc = iam_owner_of(call, owner, input, err);
	const char *arn = json_get_str(input, "PolicyArn"), *key;
	struct json *body, *extra;

	if (!doc || !iam_check_attachable(call, arn, err))
		return false;
	key = arena_printf(call->arena, "%s/%s", doc->key, arn);
	if (world_find(call->world, owner->attached_policy, key))
		return true;
	if (!iam_check_quota(
		    call, owner->quota,
		    world_lookup_count(call->world, owner->attached_policy, owner->index, doc->key),
		    ATTACHED_MAX, err))
		return false;
	body = json_new_object();
	json_set_str(body, "PolicyName", strrchr(arn, '/') + 1);
	json_set_str(body, "PolicyArn", arn);
	extra = json_new_object();
	json_set_str(extra, owner->part, doc->key);
	world_add(call, (struct doc_spec){.kind = owner->attached_policy,
					  .key = key,
					  .body = body,
					  .extra = extra});
	return true;
}

static bool detach(struct call *call, const struct iam_owner *owner, const struct json *input,
		   struct err *err)
{
	const struct doc *doc = iam_owner_of(call, owner, input, err);
	const char *arn = json_get_str(input, "PolicyArn"), *key;

	if (!doc)
		return false;
	key = arena_printf(call->arena, "%s/%s", doc->key, arn);
	if (!world_find(call->world, owner->attached_policy, key))
		return aws_fail(err, AWS_IAM_ATTACHMENT_NOT_FOUND, arn);
	world_remove(call, owner->attached_policy, key);
	return true;
}

static bool list(struct call *call, const struct iam_owner *owner, const struct json *input,
		 struct json *output, struct err *err)
{
	const struct doc *doc = iam_owner_of(call, owner, input, err);
	struct json *policies = json_ensure_array(output, "AttachedPolicies");
	struct docs docs = {0};
	bool ok;

	if (!doc)
		return false;
	world_lookup(call->world, owner->attached_policy, owner->index, doc->key, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_borrowed(policies, docs.items[i]->body);
	docs_done(&docs);
	return ok;
}

#define ATTACHMENT_OPERATIONS(name)                                                                \
	bool iam_attach_##name##_policy(struct call *call, const struct json *input,               \
					struct json *output, struct err *err)                      \
	{                                                                                          \
		(void)output;                                                                      \
		return attach(call, &iam_##name##_owner, input, err);                              \
	}                                                                                          \
                                                                                                   \
	bool iam_detach_##name##_policy(struct call *call, const struct json *input,               \
					struct json *output, struct err *err)                      \
	{                                                                                          \
		(void)output;                                                                      \
		return detach(call, &iam_##name##_owner, input, err);                              \
	}                                                                                          \
                                                                                                   \
	bool iam_list_attached_##name##_policies(struct call *call, const struct json *input,      \
						 struct json *output, struct err *err)             \
	{                                                                                          \
		return list(call, &iam_##name##_owner, input, output, err);                        \
	}

ATTACHMENT_OPERATIONS(role)
ATTACHMENT_OPERATIONS(user)
ATTACHMENT_OPERATIONS(group)
