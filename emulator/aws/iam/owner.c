/* What has policies: roles, users, groups; and their inline policies. */
#include "emulator/aws/iam/iam.h"

/* characters of all inline policies of one; IAM quotas, "Inline policies" */
#define ROLE_INLINE_MAX	 10240
#define USER_INLINE_MAX	 2048
#define GROUP_INLINE_MAX 5120

const struct iam_owner iam_role_owner = {
	.kind = &kind_iam_role,
	.inline_policy = &kind_iam_role_policy,
	.attached_policy = &kind_iam_attached_policy,
	.member = "RoleName",
	.part = "Role",
	.index = "role",
	.word = "role",
	.quota = "PoliciesPerRole",
	.inline_max = ROLE_INLINE_MAX,
};
const struct iam_owner iam_user_owner = {
	.kind = &kind_iam_user,
	.inline_policy = &kind_iam_user_policy,
	.attached_policy = &kind_iam_user_attached_policy,
	.member = "UserName",
	.part = "User",
	.index = "user",
	.word = "user",
	.quota = "PoliciesPerUser",
	.inline_max = USER_INLINE_MAX,
};
const struct iam_owner iam_group_owner = {
	.kind = &kind_iam_group,
	.inline_policy = &kind_iam_group_policy,
	.attached_policy = &kind_iam_group_attached_policy,
	.member = "GroupName",
	.part = "Group",
	.index = "group",
	.word = "group",
	.quota = "PoliciesPerGroup",
	.inline_max = GROUP_INLINE_MAX,
};

void iam_role_term(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Role"));
}

void iam_user_term(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "User"));
}

void iam_group_term(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Group"));
}

static const struct kind_index role_indexes[] = {{"role", iam_role_term}, {NULL, NULL}};
static const struct kind_index user_indexes[] = {{"user", iam_user_term}, {NULL, NULL}};
static const struct kind_index group_indexes[] = {{"group", iam_group_term}, {NULL, NULL}};

const struct kind kind_iam_role_policy = {
	.name = "iam-role-policy",
	.shape = "iam:GetRolePolicyResponse",
	.indexes = role_indexes,
};
const struct kind kind_iam_user_policy = {
	.name = "iam-user-policy",
	.shape = "iam:GetUserPolicyResponse",
	.indexes = user_indexes,
};
const struct kind kind_iam_group_policy = {
	.name = "iam-group-policy",
	.shape = "iam:GetGroupPolicyResponse",
	.indexes = group_indexes,
};

const struct doc *iam_owner_of(struct call *call, const struct iam_owner *owner,
			       const struct json *input, struct err *err)
{
	const char *name = json_get_str(input, owner->member);
	const struct doc *doc = iam_find(call, owner->kind, name);

	if (!doc)
		aws_fail(err, AWS_IAM_NOT_FOUND, owner->word, name);
	return doc;
}

/* Leaves the attachments of policies below a path, which stands in the policy's ARN:
 * "arn:aws:iam::123456789012:policy/path/name". */
static void keep_path(const char *prefix, struct docs *docs)
{
	size_t kept = 0;

	for (size_t i = 0; i < docs->count; i++) {
		const char *arn = doc_str(docs->items[i], "PolicyArn");
		const char *path = arn ? strchr(arn, '/') : NULL;

		if (path && str_starts_with(path, prefix))
			docs->items[kept++] = docs->items[i];
	}
	docs->count = kept;
}

bool iam_owner_list(struct call *call, const struct iam_owner *owner, const struct kind *kind,
		    const struct json *input, struct json *output, const char *result,
		    iam_item_fn *item, struct err *err)
{
	const struct doc *doc = iam_owner_of(call, owner, input, err);
	struct json *list = json_ensure_array(output, result);
	const char *prefix = json_get_str(input, "PathPrefix");
	struct docs docs = {0};
	bool ok;

	if (!doc)
		return false;
	world_lookup(call->world, kind, owner->index, doc->key, &docs);
	if (prefix) /* only of attached policies */
		keep_path(prefix, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, item(docs.items[i]));
	docs_done(&docs);
	return ok;
}

static const char *key_of(struct call *call, const struct doc *doc, const char *policy)
{
	return arena_printf(call->arena, "%s/%s", doc->key, policy);
}

/* @name Inline policies */

static size_t inline_size(struct call *call, const struct iam_owner *owner, const struct doc *doc,
			  const char *but)
{
	struct docs docs = {0};
	size_t size = 0;

	world_lookup(call->world, owner->inline_policy, owner->index, doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if (!str_eq(doc_str(docs.items[i], "PolicyName"), but))
			size += iam_document_size(doc_str(docs.items[i], "PolicyDocument"));
	docs_done(&docs);
	return size;
}

static bool put(struct call *call, const struct iam_owner *owner, const struct json *input,
		struct json *output, struct err *err)
{
	const char *name = json_get_str(input, "PolicyName"), *key;
	const char *document = json_get_str(input, "PolicyDocument");
	const struct doc *doc = iam_owner_of(call, owner, input, err);
	struct json *body, *extra;

	(void)output;
	if (!doc || !iam_check_document(document, false, err))
		return false;
	if (world_profile(call->world) == PROFILE_AWS &&
	    inline_size(call, owner, doc, name) + iam_document_size(document) > owner->inline_max)
		return aws_fail(err, AWS_IAM_INLINE_SIZE,
				arena_printf(call->arena, "%zu", owner->inline_max), owner->word,
				json_get_str(input, owner->member));
	body = json_new_object();
	json_set_copy(body, owner->member, json_get(doc->body, owner->member));
	json_set_str(body, "PolicyName", name);
	json_set_str(body, "PolicyDocument", document);
	key = key_of(call, doc, name);
	if (world_find(call->world, owner->inline_policy, key)) {
		world_put(call, owner->inline_policy, key, body);
		return true;
	}
	extra = json_new_object();
	json_set_str(extra, owner->part, doc->key);
	world_add(call,
		  (struct doc_spec){
			  .kind = owner->inline_policy, .key = key, .body = body, .extra = extra});
	return true;
}

static const struct doc *find_inline(struct call *call, const struct iam_owner *owner,
				     const struct json *input, struct err *err)
{
	const struct doc *doc = iam_owner_of(call, owner, input, err), *policy;
	const char *name = json_get_str(input, "PolicyName");

	if (!doc)
		return NULL;
	policy = world_find(call->world, owner->inline_policy, key_of(call, doc, name));
	if (!policy)
		aws_fail(err, AWS_IAM_INLINE_NOT_FOUND, owner->word, name);
	return policy;
}

static bool get(struct call *call, const struct iam_owner *owner, const struct json *input,
		struct json *output, struct err *err)
{
	const struct doc *policy = find_inline(call, owner, input, err);

	if (!policy)
		return false;
	json_set_copy(output, owner->member, json_get(policy->body, owner->member));
	json_set_copy(output, "PolicyName", json_get(policy->body, "PolicyName"));
	json_set_str(output, "PolicyDocument",
		     iam_encode_document(call->arena, doc_str(policy, "PolicyDocument")));
	return true;
}

static bool remove_inline(struct call *call, const struct iam_owner *owner,
			  const struct json *input, struct json *output, struct err *err)
{
	const struct doc *policy = find_inline(call, owner, input, err);

	(void)output;
	if (!policy)
		return false;
	world_remove(call, owner->inline_policy, policy->key);
	return true;
}

static struct json *name_item(const struct doc *doc)
{
	return json_new_string(doc_str(doc, "PolicyName"));
}

static bool list(struct call *call, const struct iam_owner *owner, const struct json *input,
		 struct json *output, struct err *err)
{
	return iam_owner_list(call, owner, owner->inline_policy, input, output, "PolicyNames",
			      name_item, err);
}

IAM_OWNER_OPERATION(put, iam_put_, _policy)
IAM_OWNER_OPERATION(get, iam_get_, _policy)
IAM_OWNER_OPERATION(remove_inline, iam_delete_, _policy)
IAM_OWNER_OPERATION(list, iam_list_, _policies)
