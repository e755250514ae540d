/* Groups, and who is in them. Document kinds: iam-group (shape: IAM Group), iam-membership. */
#include "emulator/aws/iam/iam.h"

#define GROUPS_MAX	   300 /* IAM quotas, "Groups in an AWS account" */
#define GROUPS_OF_USER_MAX 10  /* likewise, "IAM groups an IAM user can be a member of" */

static void by_name(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Name"));
}

static const struct kind_index indexes[] = {{"name", by_name}, {NULL, NULL}};
static const struct kind_index membership_indexes[] = {
	{"user", iam_user_term}, {"group", iam_group_term}, {NULL, NULL}};

const struct kind kind_iam_group = {
	.name = "iam-group",
	.shape = "iam:Group",
	.indexes = indexes,
};
const struct kind kind_iam_membership = {
	.name = "iam-membership",
	.indexes = membership_indexes,
};

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	return iam_owner_of(call, &iam_group_owner, input, err);
}

static struct json *name_extra(struct call *call, const char *name)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "Name", iam_key(call, name));
	return extra;
}

bool iam_create_group(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const char *name = json_get_str(input, "GroupName"), *path = json_get_str(input, "Path");
	const struct doc *doc;
	struct json *body;
	const char *id;

	if (iam_find(call, &kind_iam_group, name))
		return aws_fail(err, AWS_IAM_EXISTS, "Group", name);
	if (!iam_check_quota(call, "GroupsPerAccount", world_count(call->world, &kind_iam_group),
			     GROUPS_MAX, err))
		return false;
	path = path ? path : "/";
	id = iam_id(call, &kind_iam_group, "AGPA", name);
	body = json_new_object();
	json_set_str(body, "Path", path);
	json_set_str(body, "GroupName", name);
	json_set_str(body, "GroupId", id);
	json_set_str(body, "Arn", aws_global_arn(call, "iam", "group%s%s", path, name));
	json_set_str(body, "CreateDate", iam_now(call));
	doc = world_add(call, (struct doc_spec){
				      .kind = &kind_iam_group,
				      .key = arena_printf(call->arena, "%s/%s", call->account, id),
				      .body = body,
				      .extra = name_extra(call, name)});
	json_set_borrowed(output, "Group", doc->body);
	return true;
}

bool iam_update_group(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *doc = find(call, input, err), *other;
	const char *name = json_get_str(input, "NewGroupName");
	const char *path = json_get_str(input, "NewPath");
	struct json *body;

	(void)output;
	if (!doc)
		return false;
	other = name ? iam_find(call, &kind_iam_group, name) : NULL;
	if (other && other != doc)
		return aws_fail(err, AWS_IAM_EXISTS, "Group", name);
	name = name ? name : doc_str(doc, "GroupName");
	path = path ? path : doc_str(doc, "Path");
	body = json_copy(doc->body);
	json_set_str(body, "GroupName", name);
	json_set_str(body, "Path", path);
	json_set_str(body, "Arn", aws_global_arn(call, "iam", "group%s%s", path, name));
	world_put_all(call, &kind_iam_group, doc->key, body, NULL, name_extra(call, name));
	return true;
}

bool iam_list_groups(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	struct json *list = json_ensure_array(output, "Groups");
	struct docs docs;
	bool ok;

	iam_select(call, &kind_iam_group, input, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_borrowed(list, docs.items[i]->body);
	docs_done(&docs);
	return ok;
}

bool iam_delete_group(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *doc = find(call, input, err);

	(void)output;
	if (!doc)
		return false;
	if (world_lookup_count(call->world, &kind_iam_membership, "group", doc->key))
		return aws_fail(err, AWS_IAM_GROUP_USERS);
	if (world_lookup_count(call->world, &kind_iam_group_attached_policy, "group", doc->key))
		return aws_fail(err, AWS_IAM_ATTACHED_POLICIES);
	if (world_lookup_count(call->world, &kind_iam_group_policy, "group", doc->key))
		return aws_fail(err, AWS_IAM_INLINE_POLICIES);
	world_remove(call, &kind_iam_group, doc->key);
	return true;
}

/* @name Membership */

static const char *membership_key(struct call *call, const struct doc *group,
				  const struct doc *user)
{
	return arena_printf(call->arena, "%s/%s", group->key, user->key);
}

bool iam_add_user_to_group(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *group = find(call, input, err), *user;
	struct json *extra;
	const char *key;

	(void)output;
	if (!group)
		return false;
	user = iam_owner_of(call, &iam_user_owner, input, err);
	if (!user)
		return false;
	key = membership_key(call, group, user);
	if (world_find(call->world, &kind_iam_membership, key))
		return true;
	if (!iam_check_quota(
		    call, "GroupsPerUser",
		    world_lookup_count(call->world, &kind_iam_membership, "user", user->key),
		    GROUPS_OF_USER_MAX, err))
		return false;
	extra = json_new_object();
	json_set_str(extra, "User", user->key);
	json_set_str(extra, "Group", group->key);
	world_add(call, (struct doc_spec){.kind = &kind_iam_membership,
					  .key = key,
					  .body = json_new_object(),
					  .extra = extra});
	return true;
}

bool iam_remove_user_from_group(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *user = iam_owner_of(call, &iam_user_owner, input, err);
	const struct doc *group = user ? find(call, input, err) : NULL;
	const char *key;

	(void)output;
	if (!group)
		return false;
	key = membership_key(call, group, user);
	if (world_find(call->world, &kind_iam_membership, key)) /* it need not be in the group */
		world_remove(call, &kind_iam_membership, key);
	return true;
}

/* The other end of each membership, as a list. */
static bool list_members(struct call *call, const struct json *input, struct json *output,
			 const struct doc *of, const char *index, const char *part,
			 const struct kind *kind, const char *result, struct err *err)
{
	struct json *list = json_ensure_array(output, result);
	struct docs docs = {0};
	bool ok;

	world_lookup(call->world, &kind_iam_membership, index, of->key, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++) {
		const struct doc *doc =
			world_find(call->world, kind, doc_extra_str(docs.items[i], part));

		json_append_borrowed(list, doc->body);
	}
	docs_done(&docs);
	return ok;
}

bool iam_get_group(struct call *call, const struct json *input, struct json *output,
		   struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "Group", doc->body);
	return list_members(call, input, output, doc, "group", "User", &kind_iam_user, "Users",
			    err);
}

bool iam_list_groups_for_user(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = iam_owner_of(call, &iam_user_owner, input, err);

	return doc && list_members(call, input, output, doc, "user", "Group", &kind_iam_group,
				   "Groups", err);
}
