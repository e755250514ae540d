/* The account as a whole: alias, password policy, summary, all its entities at once. */
#include "emulator/aws/iam/credential.h"

static const struct kind kind_iam_account_alias = {.name = "iam-account-alias"};
static const struct kind kind_iam_password_policy = {
	.name = "iam-password-policy",
	.shape = "iam:PasswordPolicy",
};

static const struct kind kind_iam_preferences = {.name = "iam-preferences"};

/* @name Alias: one per account */

bool iam_create_account_alias(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *alias = json_get_str(input, "AccountAlias");
	struct json *body;

	(void)output;
	world_foreach (doc, call->world, &kind_iam_account_alias)
		if (str_eq(doc_str(doc, "AccountAlias"), alias) &&
		    !str_eq(doc->account, call->account))
			return aws_fail(err, AWS_IAM_ALIAS_EXISTS, alias);
	body = json_new_object();
	json_set_str(body, "AccountAlias", alias);
	if (world_find(call->world, &kind_iam_account_alias, call->account))
		world_put(call, &kind_iam_account_alias, call->account, body);
	else
		world_add(call, (struct doc_spec){.kind = &kind_iam_account_alias,
						  .key = call->account,
						  .body = body});
	return true;
}

bool iam_delete_account_alias(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *alias = json_get_str(input, "AccountAlias");
	const struct doc *doc = world_find(call->world, &kind_iam_account_alias, call->account);

	(void)output;
	if (!doc || !str_eq(doc_str(doc, "AccountAlias"), alias))
		return aws_fail(err, AWS_IAM_ALIAS_NOT_FOUND, alias);
	world_remove(call, &kind_iam_account_alias, doc->key);
	return true;
}

bool iam_list_account_aliases(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = world_find(call->world, &kind_iam_account_alias, call->account);
	struct json *list = json_new_array();

	if (doc)
		json_append_str(list, doc_str(doc, "AccountAlias"));
	return page_items(call, input, output, &page_iam, "AccountAliases", list, err);
}

/* @name Password policy */

bool iam_update_account_password_policy(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	static const char *const switches[] = {
		"RequireSymbols",
		"RequireNumbers",
		"RequireUppercaseCharacters",
		"RequireLowercaseCharacters",
		"AllowUsersToChangePassword",
	};
	struct json *body = json_new_object();
	int64_t age = json_get_int(input, "MaxPasswordAge", 0);

	(void)output;
	(void)err;
	json_set_int(body, "MinimumPasswordLength",
		     json_get_int(input, "MinimumPasswordLength", 6));
	for (size_t i = 0; i < array_size(switches); i++)
		json_set_bool(body, switches[i], json_get_bool(input, switches[i], false));
	json_set_copy(body, "HardExpiry", json_get(input, "HardExpiry"));
	json_set_bool(body, "ExpirePasswords", age > 0);
	if (age > 0)
		json_set_int(body, "MaxPasswordAge", age);
	json_set_copy(body, "PasswordReusePrevention", json_get(input, "PasswordReusePrevention"));
	if (world_find(call->world, &kind_iam_password_policy, call->account))
		world_put(call, &kind_iam_password_policy, call->account, body);
	else
		world_add(call, (struct doc_spec){.kind = &kind_iam_password_policy,
						  .key = call->account,
						  .body = body});
	return true;
}

const struct doc *iam_password_policy(struct call *call)
{
	return world_find(call->world, &kind_iam_password_policy, call->account);
}

static const struct doc *find_password_policy(struct call *call, struct err *err)
{
	const struct doc *doc = iam_password_policy(call);

	if (!doc)
		aws_fail(err, AWS_IAM_PASSWORD_POLICY, call->account);
	return doc;
}

bool iam_get_account_password_policy(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct doc *doc = find_password_policy(call, err);

	(void)input;
	if (!doc)
		return false;
	json_set_borrowed(output, "PasswordPolicy", doc->body);
	return true;
}

bool iam_delete_account_password_policy(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct doc *doc = iam_password_policy(call);

	(void)input;
	(void)output;
	if (!doc)
		return aws_fail(err, AWS_IAM_PASSWORD_POLICY_DELETED);
	world_remove(call, &kind_iam_password_policy, doc->key);
	return true;
}

/* @name Summary */

/* Source: IAM API, GetAccountSummary, "Sample response", and IAM quotas. */
static const struct {
	const char *name;
	const struct kind *kind; /* counted; NULL: the number below */
	int64_t number;
} summary[] = {
	{"AccessKeysPerUserQuota", NULL, 2},
	{"AccountAccessKeysPresent", NULL, 0},
	{"AccountMFAEnabled", NULL, 0},
	{"AccountSigningCertificatesPresent", NULL, 0},
	{"AssumeRolePolicySizeQuota", NULL, 2048},
	{"AttachedPoliciesPerGroupQuota", NULL, 10},
	{"AttachedPoliciesPerRoleQuota", NULL, 10},
	{"AttachedPoliciesPerUserQuota", NULL, 10},
	{"GlobalEndpointTokenVersion", NULL, 1}, /* likewise */
	{"GroupPolicySizeQuota", NULL, 5120},
	{"Groups", &kind_iam_group, 0},
	{"GroupsPerUserQuota", NULL, 10},
	{"GroupsQuota", NULL, 300},
	{"InstanceProfiles", &kind_instance_profile, 0},
	{"InstanceProfilesQuota", NULL, 1000},
	{"MFADevices", &kind_iam_mfa_device, 0},
	{"MFADevicesInUse", NULL, 0}, /* counted by itself */
	{"Policies", &kind_iam_policy, 0},
	{"PoliciesQuota", NULL, 1500},
	{"PolicySizeQuota", NULL, 6144},
	{"PolicyVersionsInUse", &kind_iam_policy_version, 0},
	{"PolicyVersionsInUseQuota", NULL, 10000},
	{"Providers", &kind_iam_oidc_provider, 0},
	{"RolePolicySizeQuota", NULL, 10240},
	{"Roles", &kind_iam_role, 0},
	{"RolesQuota", NULL, 1000},
	{"ServerCertificates", &kind_iam_server_certificate, 0},
	{"ServerCertificatesQuota", NULL, 20},
	{"SigningCertificatesPerUserQuota", NULL, 2},
	{"UserPolicySizeQuota", NULL, 2048},
	{"Users", &kind_iam_user, 0},
	{"UsersQuota", NULL, 5000},
	{"VersionsPerPolicyQuota", NULL, 5},
};

static int64_t count(struct call *call, const struct kind *kind)
{
	int64_t n = 0;

	world_foreach (doc, call->world, kind)
		n += doc_in_scope(call, doc);
	return n;
}

static int64_t mfa_devices_in_use(struct call *call)
{
	int64_t n = 0;

	world_foreach (doc, call->world, &kind_iam_mfa_device)
		n += doc_in_scope(call, doc) && doc_extra_str(doc, "User");
	return n;
}

static int64_t token_version(struct call *call)
{
	const struct doc *doc = world_find(call->world, &kind_iam_preferences, call->account);

	return doc && str_eq(doc_str(doc, "GlobalEndpointTokenVersion"), "v2Token") ? 2 : 1;
}

/* Which sessions the global endpoint of STS gives out; all of ours are valid everywhere. */
bool iam_set_security_token_service_preferences(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	struct json *body = json_copy(input);

	(void)output;
	(void)err;
	if (world_find(call->world, &kind_iam_preferences, call->account))
		world_put(call, &kind_iam_preferences, call->account, body);
	else
		world_add(call, (struct doc_spec){.kind = &kind_iam_preferences,
						  .key = call->account,
						  .body = body});
	return true;
}

bool iam_get_account_summary(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	struct json *map = json_ensure_object(output, "SummaryMap");

	(void)input;
	(void)err;
	for (size_t i = 0; i < array_size(summary); i++)
		json_set_int(map, summary[i].name,
			     summary[i].kind ? count(call, summary[i].kind) : summary[i].number);
	json_set_int(map, "MFADevicesInUse", mfa_devices_in_use(call));
	json_set_int(map, "GlobalEndpointTokenVersion", token_version(call));
	return true;
}

/* @name All at once: GetAccountAuthorizationDetails */

static void add_policies(struct call *call, const struct iam_owner *owner, const struct doc *doc,
			 struct json *item)
{
	struct json *list =
		json_ensure_array(item, arena_printf(call->arena, "%sPolicyList", owner->part));
	struct json *attached = json_ensure_array(item, "AttachedManagedPolicies");
	struct docs docs = {0};

	world_lookup(call->world, owner->inline_policy, owner->index, doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		struct json *policy = json_new_object();

		json_set_str(policy, "PolicyName", doc_str(docs.items[i], "PolicyName"));
		json_set_str(
			policy, "PolicyDocument",
			iam_encode_document(call->arena, doc_str(docs.items[i], "PolicyDocument")));
		json_append(list, policy);
	}
	docs_done(&docs);
	world_lookup(call->world, owner->attached_policy, owner->index, doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		json_append_borrowed(attached, docs.items[i]->body);
	docs_done(&docs);
}

static struct json *user_detail(struct call *call, const struct doc *doc)
{
	struct json *item = iam_item(doc), *groups = json_ensure_array(item, "GroupList");
	struct docs docs = {0};

	add_policies(call, &iam_user_owner, doc, item);
	world_lookup(call->world, &kind_iam_membership, "user", doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		json_append_str(groups, doc_str(world_find(call->world, &kind_iam_group,
							   doc_extra_str(docs.items[i], "Group")),
						"GroupName"));
	docs_done(&docs);
	return item;
}

static struct json *group_detail(struct call *call, const struct doc *doc)
{
	struct json *item = json_copy(doc->body);

	add_policies(call, &iam_group_owner, doc, item);
	return item;
}

static struct json *role_detail(struct call *call, const struct doc *doc)
{
	struct json *item = iam_role_view(call, doc, false), *list;
	struct docs docs = {0};

	json_remove(item, "Description");
	json_set(item, "RoleLastUsed", json_new_object());
	add_policies(call, &iam_role_owner, doc, item);
	list = json_ensure_array(item, "InstanceProfileList");
	world_lookup(call->world, &kind_instance_profile, "role", doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		struct json *profile = iam_item(docs.items[i]);

		json_append(json_ensure_array(profile, "Roles"), iam_role_view(call, doc, false));
		json_append(list, profile);
	}
	docs_done(&docs);
	return item;
}

static struct json *policy_detail(struct call *call, const struct doc *doc)
{
	struct json *item = json_copy(doc->body), *list;
	struct docs docs = {0};

	list = json_ensure_array(item, "PolicyVersionList");
	json_set_bool(item, "IsAttachable", true);
	world_lookup(call->world, &kind_iam_policy_version, "policy", doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		struct json *version = json_copy(docs.items[i]->body);

		json_set_str(version, "Document",
			     iam_encode_document(call->arena, doc_str(docs.items[i], "Document")));
		json_append(list, version);
	}
	docs_done(&docs);
	return item;
}

static const struct detail {
	const char *filter, *result;
	const struct kind *kind;
	struct json *(*item)(struct call *call, const struct doc *doc);
} details[] = {
	{"User", "UserDetailList", &kind_iam_user, user_detail},
	{"Group", "GroupDetailList", &kind_iam_group, group_detail},
	{"Role", "RoleDetailList", &kind_iam_role, role_detail},
	{"LocalManagedPolicy", "Policies", &kind_iam_policy, policy_detail},
};

static bool is_wanted(const struct json *filter, const char *name)
{
	if (!json_first(filter))
		return true;
	json_foreach (item, filter)
		if (str_eq(json_str(item), name))
			return true;
	return false;
}

bool iam_get_account_authorization_details(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	size_t total = 0, first, end, at = 0;

	for (size_t i = 0; i < array_size(details); i++)
		if (is_wanted(json_get(input, "Filter"), details[i].filter))
			total += (size_t)count(call, details[i].kind);
	if (!page_range(call, input, output, &page_iam, total, &first, &end, err))
		return false;
	for (size_t i = 0; i < array_size(details); i++) {
		struct json *list = json_ensure_array(output, details[i].result);

		if (!is_wanted(json_get(input, "Filter"), details[i].filter))
			continue;
		world_foreach (doc, call->world, details[i].kind) {
			if (!doc_in_scope(call, doc))
				continue;
			if (at >= first && at < end)
				json_append(list, details[i].item(call, doc));
			at++;
		}
	}
	return true;
}
