/* Managed policies and their versions. Document kinds: iam-policy, iam-policy-version. */
#include "emulator/aws/iam/iam.h"

#include <stdio.h>

#define VERSIONS_MAX 5	  /* IAM quotas, "Versions per managed policy" */
#define POLICY_MAX   6144 /* characters; likewise, "Managed policy length" */
#define POLICIES_MAX 1500 /* likewise, "Customer managed policies in an AWS account" */
#define AWS_CREATED                                                                                \
	"2015-02-06T18:39:46Z" /* AdministratorAccess; the others within seconds of it */

static const struct {
	const char *name, *document;
} aws_policies[] = {
#define MANAGED_POLICY(name, document) {name, document},
#include "emulator/aws/iam/managed_policies.tbl"
#undef MANAGED_POLICY
};

static void by_name(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Name"));
}

static void by_policy(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Policy"));
}

static const struct kind_index indexes[] = {{"name", by_name}, {NULL, NULL}};
static const struct kind_index version_indexes[] = {{"policy", by_policy}, {NULL, NULL}};

const struct kind kind_iam_policy = {
	.name = "iam-policy",
	.shape = "iam:Policy",
	.indexes = indexes,
	.view = iam_view,
};
const struct kind kind_iam_policy_version = {
	.name = "iam-policy-version",
	.shape = "iam:PolicyVersion",
	.indexes = version_indexes,
};

/* @name AWS's own */

/* "/AdministratorAccess" of "arn:aws:iam::aws:policy/AdministratorAccess"; NULL for others. */
static const char *aws_name(const char *arn)
{
	const char *at = str_starts_with(arn, "arn:aws") ? strstr(arn, ":iam::aws:policy/") : NULL;

	return at ? at + strlen(":iam::aws:policy") : NULL;
}

static const char *aws_document(const char *arn)
{
	const char *name = aws_name(arn);

	for (size_t i = 0; name && i < array_size(aws_policies); i++)
		if (str_eq(aws_policies[i].name, name))
			return aws_policies[i].document;
	return NULL;
}

static size_t attachment_count(struct call *call, const char *arn)
{
	return world_lookup_count(call->world, &kind_iam_attached_policy, "policy", arn) +
	       world_lookup_count(call->world, &kind_iam_user_attached_policy, "policy", arn) +
	       world_lookup_count(call->world, &kind_iam_group_attached_policy, "policy", arn);
}

static size_t boundary_count(struct call *call, const char *arn)
{
	return world_lookup_count(call->world, &kind_iam_role, "boundary", arn) +
	       world_lookup_count(call->world, &kind_iam_user, "boundary", arn);
}

static void set_counts(struct call *call, struct json *policy, const char *arn)
{
	json_set_int(policy, "AttachmentCount", (int64_t)attachment_count(call, arn));
	json_set_int(policy, "PermissionsBoundaryUsageCount", (int64_t)boundary_count(call, arn));
	json_set_bool(policy, "IsAttachable", true);
}

static struct json *aws_policy(struct call *call, const char *name)
{
	const char *base = strrchr(name, '/') + 1;
	const char *arn = arena_printf(call->arena, "arn:aws:iam::aws:policy%s", name);
	struct json *policy = json_new_object();

	json_set_str(policy, "PolicyName", base);
	json_set_str(policy, "PolicyId",
		     arena_printf(call->arena, "ANPA%s", iam_fixed_id(call, arn)));
	json_set_str(policy, "Arn", arn);
	json_set(policy, "Path", json_new_string_len(name, (size_t)(base - name)));
	json_set_str(policy, "DefaultVersionId", "v1");
	set_counts(call, policy, arn);
	json_set_str(policy, "CreateDate", AWS_CREATED);
	json_set_str(policy, "UpdateDate", AWS_CREATED);
	return policy;
}

/* @name The account's own */

static struct json *policy_item(struct call *call, const struct doc *doc, bool all)
{
	struct json *policy = json_copy(doc->body);

	set_counts(call, policy, doc->key);
	if (!all)
		json_remove(policy, "Description");
	if (all)
		json_set(policy, "Tags", tags_to_list(doc->tags));
	return policy;
}

static const char *version_key(struct call *call, const char *arn, const char *version)
{
	return arena_printf(call->arena, "%s:%s", arn, version);
}

static const struct doc *version_of(struct call *call, const char *arn, const char *version)
{
	return world_find(call->world, &kind_iam_policy_version, version_key(call, arn, version));
}

const char *iam_managed_document(struct call *call, const char *arn)
{
	const struct doc *doc = world_find(call->world, &kind_iam_policy, arn);

	if (!doc)
		return aws_document(arn);
	return doc_str(version_of(call, arn, doc_str(doc, "DefaultVersionId")), "Document");
}

bool iam_check_attachable(struct call *call, const char *arn, struct err *err)
{
	if (!str_starts_with(arn, "arn:"))
		return aws_fail(err, AWS_IAM_POLICY_ARN_NOT_VALID, arn);
	if (aws_name(arn) || find_in_scope(call, &kind_iam_policy, arn))
		return true;
	return aws_fail(err, AWS_IAM_POLICY_NOT_ATTACHABLE, arn);
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "PolicyArn");
	const struct doc *doc = find_in_scope(call, &kind_iam_policy, arn);

	if (doc)
		return doc;
	if (!str_starts_with(arn, "arn:"))
		aws_fail(err, AWS_IAM_POLICY_ARN);
	else
		aws_fail(err, AWS_IAM_ATTACHMENT_NOT_FOUND, arn);
	return NULL;
}

/* What is AWS's cannot be changed. */
static const struct doc *find_own(struct call *call, const struct json *input, struct err *err)
{
	if (aws_name(json_get_str(input, "PolicyArn"))) {
		aws_fail(err, AWS_IAM_POLICY_AWS);
		return NULL;
	}
	return find(call, input, err);
}

static void add_version(struct call *call, const char *arn, const char *version,
			const char *document, bool is_default)
{
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "Document", document);
	json_set_str(body, "VersionId", version);
	json_set_bool(body, "IsDefaultVersion", is_default);
	json_set_str(body, "CreateDate", iam_now(call));
	json_set_str(extra, "Policy", arn);
	world_add(call, (struct doc_spec){.kind = &kind_iam_policy_version,
					  .key = version_key(call, arn, version),
					  .body = body,
					  .extra = extra});
}

static bool check_size(struct call *call, const char *document, struct err *err)
{
	return iam_check_document(document, false, err) &&
	       iam_check_quota(call, "PolicySize", iam_document_size(document) - 1, POLICY_MAX,
			       err);
}

bool iam_create_policy(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const char *name = json_get_str(input, "PolicyName"), *path = json_get_str(input, "Path");
	const char *document = json_get_str(input, "PolicyDocument"), *now = iam_now(call), *arn;
	struct json *body, *tags, *extra;
	const struct doc *doc;

	if (!check_size(call, document, err))
		return false;
	if (iam_find(call, &kind_iam_policy, name))
		return aws_fail(err, AWS_IAM_POLICY_EXISTS, name);
	if (!iam_check_quota(call, "PoliciesPerAccount", world_count(call->world, &kind_iam_policy),
			     POLICIES_MAX, err) ||
	    !tags_from_list(TAGS_IAM_CASED, json_get(input, "Tags"), &tags, err))
		return false;
	path = path ? path : "/";
	arn = aws_global_arn(call, "iam", "policy%s%s", path, name);
	body = json_new_object();
	json_set_str(body, "PolicyName", name);
	json_set_str(body, "PolicyId", iam_id(call, &kind_iam_policy, "ANPA", name));
	json_set_str(body, "Arn", arn);
	json_set_str(body, "Path", path);
	json_set_str(body, "DefaultVersionId", "v1");
	json_set_copy(body, "Description", json_get(input, "Description"));
	json_set_str(body, "CreateDate", now);
	json_set_str(body, "UpdateDate", now);
	extra = json_new_object();
	json_set_str(extra, "Name", iam_key(call, name));
	json_set_int(extra, "Versions", 1);
	doc = world_add(call, (struct doc_spec){.kind = &kind_iam_policy,
						.key = arn,
						.body = body,
						.tags = tags,
						.extra = extra});
	add_version(call, arn, "v1", document, true);
	body = policy_item(call, doc, true);
	json_remove(body, "Description"); /* recorded from IAM (CreatePolicy) */
	if (!json_size(json_get(body, "Tags")))
		json_remove(body, "Tags"); /* likewise */
	json_set(output, "Policy", body);
	return true;
}

bool iam_get_policy(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const char *arn = json_get_str(input, "PolicyArn");
	const struct doc *doc;

	if (aws_document(arn)) {
		json_set(output, "Policy", aws_policy(call, aws_name(arn)));
		return true;
	}
	if (aws_name(arn))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig does not know AWS's own policy %s", arn);
	doc = find(call, input, err);
	if (!doc)
		return false;
	json_set(output, "Policy", policy_item(call, doc, true));
	return true;
}

/* "PermissionsPolicy" or "PermissionsBoundary"; AWS's own only without OnlyAttached or attached. */
static bool is_wanted(struct call *call, const struct json *input, const char *arn,
		      const char *path)
{
	const char *usage = json_get_str(input, "PolicyUsageFilter");
	const char *prefix = json_get_str(input, "PathPrefix");

	if (prefix && !str_starts_with(path, prefix))
		return false;
	if (json_get_bool(input, "OnlyAttached", false) && !attachment_count(call, arn) &&
	    !boundary_count(call, arn))
		return false;
	if (str_eq(usage, "PermissionsBoundary"))
		return boundary_count(call, arn) > 0;
	return !str_eq(usage, "PermissionsPolicy") || attachment_count(call, arn) > 0;
}

bool iam_list_policies(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const char *scope = json_get_str(input, "Scope");
	_cleanup_(json_freep) struct json *all = json_new_array();
	struct json *list = json_ensure_array(output, "Policies");
	size_t first, end;

	for (size_t i = 0; !str_eq(scope, "Local") && i < array_size(aws_policies); i++) {
		struct json *policy = aws_policy(call, aws_policies[i].name);

		if (is_wanted(call, input, json_get_str(policy, "Arn"),
			      json_get_str(policy, "Path")))
			json_append(all, policy);
		else
			json_free(policy);
	}
	if (!str_eq(scope, "AWS"))
		world_foreach (doc, call->world, &kind_iam_policy)
			if (doc_in_scope(call, doc) &&
			    is_wanted(call, input, doc->key, doc_str(doc, "Path")))
				json_append(all, policy_item(call, doc, false));
	if (!page_range(call, input, output, &page_iam, json_size(all), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append(list, json_copy(json_at(all, i)));
	return true;
}

bool iam_delete_policy(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *doc = find_own(call, input, err);

	(void)output;
	if (!doc)
		return false;
	if (attachment_count(call, doc->key) || boundary_count(call, doc->key))
		return aws_fail(err, AWS_IAM_POLICY_ATTACHED);
	if (world_lookup_count(call->world, &kind_iam_policy_version, "policy", doc->key) > 1)
		return aws_fail(err, AWS_IAM_POLICY_VERSIONS);
	world_remove(call, &kind_iam_policy_version,
		     version_key(call, doc->key, doc_str(doc, "DefaultVersionId")));
	world_remove(call, &kind_iam_policy, doc->key);
	return true;
}

IAM_TAG_OPERATIONS(policy, find_own)

/* @name Versions */

static struct json *version_item(struct call *call, const struct doc *doc, bool document)
{
	struct json *version = json_copy(doc->body);

	if (document)
		json_set_str(version, "Document",
			     iam_encode_document(call->arena, doc_str(doc, "Document")));
	else
		json_remove(version, "Document");
	return version;
}

static void set_default(struct call *call, const struct doc *policy, const char *version)
{
	struct docs docs = {0};
	struct json *body;

	world_lookup(call->world, &kind_iam_policy_version, "policy", policy->key, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		body = json_copy(docs.items[i]->body);
		json_set_bool(body, "IsDefaultVersion",
			      str_eq(doc_str(docs.items[i], "VersionId"), version));
		world_put(call, &kind_iam_policy_version, docs.items[i]->key, body);
	}
	docs_done(&docs);
	body = json_copy(policy->body);
	json_set_str(body, "DefaultVersionId", version);
	json_set_str(body, "UpdateDate", iam_now(call));
	world_put(call, &kind_iam_policy, policy->key, body);
}

bool iam_create_policy_version(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *doc = find_own(call, input, err);
	const char *document = json_get_str(input, "PolicyDocument"), *version;
	struct json *extra;
	int64_t number;

	if (!doc || !check_size(call, document, err))
		return false;
	if (world_lookup_count(call->world, &kind_iam_policy_version, "policy", doc->key) >=
	    VERSIONS_MAX)
		return aws_fail(err, AWS_IAM_POLICY_VERSION_LIMIT);
	number = json_get_int(doc->extra, "Versions", 1) + 1;
	version = arena_printf(call->arena, "v%lld", (long long)number);
	extra = json_copy(doc->extra);
	json_set_int(extra, "Versions", number);
	doc = world_put_extra(call, &kind_iam_policy, doc->key, extra);
	add_version(call, doc->key, version, document, false);
	if (json_get_bool(input, "SetAsDefault", false))
		set_default(call, doc, version);
	json_set(output, "PolicyVersion",
		 version_item(call, version_of(call, doc->key, version), false));
	return true;
}

/* The version that the input names, of the policy that it names. */
static const struct doc *find_version(struct call *call, const struct json *input, struct err *err)
{
	const char *version = json_get_str(input, "VersionId");
	const char *arn = json_get_str(input, "PolicyArn");
	const struct doc *policy = find_in_scope(call, &kind_iam_policy, arn);
	const struct doc *doc = policy ? version_of(call, arn, version) : NULL;

	if (doc)
		return doc;
	if (!str_starts_with(arn, "arn:"))
		aws_fail(err, AWS_IAM_POLICY_ARN);
	else
		aws_fail(err, AWS_IAM_POLICY_VERSION, arn, version);
	return NULL;
}

/* AWS's own cannot be changed. */
static const struct doc *find_own_version(struct call *call, const struct json *input,
					  struct err *err)
{
	if (!aws_name(json_get_str(input, "PolicyArn")))
		return find_version(call, input, err);
	aws_fail(err, AWS_IAM_POLICY_AWS);
	return NULL;
}

bool iam_get_policy_version(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const char *arn = json_get_str(input, "PolicyArn");
	const struct doc *doc;
	struct json *version;

	if (aws_document(arn) && str_eq(json_get_str(input, "VersionId"), "v1")) {
		version = json_ensure_object(output, "PolicyVersion");
		json_set_str(version, "Document",
			     iam_encode_document(call->arena, aws_document(arn)));
		json_set_str(version, "VersionId", "v1");
		json_set_bool(version, "IsDefaultVersion", true);
		json_set_str(version, "CreateDate", AWS_CREATED);
		return true;
	}
	doc = find_version(call, input, err);
	if (!doc)
		return false;
	json_set(output, "PolicyVersion", version_item(call, doc, true));
	return true;
}

bool iam_list_policy_versions(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *policy = find(call, input, err);
	struct json *newest_first;
	struct docs docs = {0};

	if (!policy)
		return false;
	world_lookup(call->world, &kind_iam_policy_version, "policy", policy->key, &docs);
	newest_first = json_new_array();
	for (size_t i = docs.count; i-- > 0;)
		json_append(newest_first, version_item(call, docs.items[i], false));
	docs_done(&docs);
	return page_items(call, input, output, &page_iam, "Versions", newest_first, err);
}

bool iam_set_default_policy_version(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const struct doc *doc = find_own_version(call, input, err);

	(void)output;
	if (!doc)
		return false;
	set_default(call, find_in_scope(call, &kind_iam_policy, json_get_str(input, "PolicyArn")),
		    doc_str(doc, "VersionId"));
	return true;
}

bool iam_delete_policy_version(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *doc = find_own_version(call, input, err);

	(void)output;
	if (!doc)
		return false;
	if (json_get_bool(doc->body, "IsDefaultVersion", false))
		return aws_fail(err, AWS_IAM_POLICY_DEFAULT_VERSION);
	world_remove(call, &kind_iam_policy_version, doc->key);
	return true;
}

/* @name Who has it */

static void list_entities(struct call *call, const struct iam_owner *owner, const char *arn,
			  const char *path, bool boundary, struct json *output)
{
	const char *result = arena_printf(call->arena, "Policy%ss", owner->part);
	const char *id = arena_printf(call->arena, "%sId", owner->part);
	struct json *list = json_ensure_array(output, result), *item;
	struct docs docs = {0};

	if (boundary && owner == &iam_group_owner)
		return;
	world_lookup(call->world, boundary ? owner->kind : owner->attached_policy,
		     boundary ? "boundary" : "policy", arn, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		const struct doc *doc =
			boundary ? docs.items[i]
				 : world_find(call->world, owner->kind,
					      doc_extra_str(docs.items[i], owner->part));

		if (path && !str_starts_with(doc_str(doc, "Path"), path))
			continue;
		item = json_new_object();
		json_set_copy(item, owner->member, json_get(doc->body, owner->member));
		json_set_copy(item, id, json_get(doc->body, id));
		json_append(list, item);
	}
	docs_done(&docs);
}

/* The page of several lists that are counted as one. */
static bool page_entities(struct call *call, const struct json *input, struct json *output,
			  const struct json *found, struct err *err)
{
	size_t count = 0, first, end, i = 0;

	json_foreach (list, found)
		count += json_size(list);
	if (!page_range(call, input, output, &page_iam, count, &first, &end, err))
		return false;
	json_foreach (list, found) {
		struct json *shown = json_ensure_array(output, json_key(list));

		json_foreach (item, list) {
			if (i >= first && i < end)
				json_append(shown, json_copy(item));
			i++;
		}
	}
	return true;
}

bool iam_list_entities_for_policy(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	static const struct iam_owner *const owners[] = {&iam_group_owner, &iam_user_owner,
							 &iam_role_owner};
	const char *arn = json_get_str(input, "PolicyArn");
	const char *filter = json_get_str(input, "EntityFilter");
	const char *usage = json_get_str(input, "PolicyUsageFilter");
	const char *path = json_get_str(input, "PathPrefix");
	_cleanup_(json_freep) struct json *found = json_new_object();
	bool all = !filter || str_ends_with(filter, "ManagedPolicy");

	if (!aws_name(arn) && !find(call, input, err))
		return false;
	for (size_t i = 0; i < array_size(owners); i++) {
		if (!all && !str_eq(filter, owners[i]->part))
			continue;
		if (!str_eq(usage, "PermissionsBoundary"))
			list_entities(call, owners[i], arn, path, false, found);
		if (str_eq(usage, "PermissionsBoundary"))
			list_entities(call, owners[i], arn, path, true, found);
	}
	return page_entities(call, input, output, found, err);
}
