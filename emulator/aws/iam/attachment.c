/* Managed policies attached to roles, users and groups. */
#include "emulator/aws/iam/iam.h"

#define ATTACHED_MAX 10 /* of one role, user or group; IAM quotas, "Managed policies" */

static void by_policy(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "PolicyArn"));
}

static const struct kind_index role_indexes[] = {
	{"role", iam_role_term}, {"policy", by_policy}, {NULL, NULL}};
static const struct kind_index user_indexes[] = {
	{"user", iam_user_term}, {"policy", by_policy}, {NULL, NULL}};
static const struct kind_index group_indexes[] = {
	{"group", iam_group_term}, {"policy", by_policy}, {NULL, NULL}};

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
		   struct json *output, struct err *err)
{
	const struct doc *doc = iam_owner_of(call, owner, input, err);
	const char *arn = json_get_str(input, "PolicyArn"), *key;
	struct json *body, *extra;

	(void)output;
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
		   struct json *output, struct err *err)
{
	const struct doc *doc = iam_owner_of(call, owner, input, err);
	const char *arn = json_get_str(input, "PolicyArn"), *key;

	(void)output;
	if (!doc)
		return false;
	key = arena_printf(call->arena, "%s/%s", doc->key, arn);
	if (!world_find(call->world, owner->attached_policy, key))
		return aws_fail(err, AWS_IAM_ATTACHMENT_NOT_FOUND, arn);
	world_remove(call, owner->attached_policy, key);
	return true;
}

static struct json *item_of(const struct doc *doc)
{
	return json_copy(doc->body);
}

static bool list(struct call *call, const struct iam_owner *owner, const struct json *input,
		 struct json *output, struct err *err)
{
	return iam_owner_list(call, owner, owner->attached_policy, input, output,
			      "AttachedPolicies", item_of, err);
}

IAM_OWNER_OPERATION(attach, iam_attach_, _policy)
IAM_OWNER_OPERATION(detach, iam_detach_, _policy)
IAM_OWNER_OPERATION(list, iam_list_attached_, _policies)
