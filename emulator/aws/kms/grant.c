/* Grants: a principal may do some operations with a key, besides what its policy says. */
#include "emulator/aws/kms/kms.h"

#include "emulator/base/digest.h"
#include "emulator/base/ids.h"

#define ID_DIGITS    64
#define TOKEN_DIGITS 64

static void by_key(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Key"));
}

static void by_token(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Token"));
}

static const struct kind_index indexes[] = {{"key", by_key}, {"token", by_token}, {NULL, NULL}};

const struct kind kind_kms_grant = {
	.name = "kms-grant", .shape = "kms:GrantListEntry", .indexes = indexes};

static const char *const members[] = {
	"Name",	       "GranteePrincipal",	  "RetiringPrincipal",	     "Operations",
	"Constraints", "GranteeServicePrincipal", "RetiringServicePrincipal"};

static bool has_operation(const struct json *list, const char *name)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), name))
			return true;
	return false;
}

bool kms_is_granted(struct call *call, const struct doc *key, const char *operation)
{
	struct docs grants = {0};
	bool granted = false;

	if (str_eq(operation, "ReEncrypt"))
		operation = "ReEncryptFrom";
	world_lookup(call->world, &kind_kms_grant, "key", key->key, &grants);
	for (size_t i = 0; i < grants.count && !granted; i++)
		granted = str_eq(doc_str(grants.items[i], "GranteePrincipal"), call->principal) &&
			  has_operation(json_get(grants.items[i]->body, "Operations"), operation) &&
			  !json_get(grants.items[i]->body, "Constraints");
	docs_done(&grants);
	return granted;
}

void kms_remove_grants(struct call *call, const struct doc *key)
{
	struct docs grants = {0};

	world_lookup(call->world, &kind_kms_grant, "key", key->key, &grants);
	for (size_t i = 0; i < grants.count; i++)
		world_remove(call, &kind_kms_grant, grants.items[i]->key);
	docs_done(&grants);
}

/* The same grant by name, made before: asked for again, it is answered again. */
static const struct doc *made_before(struct call *call, const struct doc *key,
				     const struct json *input)
{
	const struct doc *found = NULL;
	struct docs grants = {0};

	if (!json_get(input, "Name"))
		return NULL;
	world_lookup(call->world, &kind_kms_grant, "key", key->key, &grants);
	for (size_t i = 0; i < grants.count; i++) {
		bool same = true;

		for (size_t j = 0; j < array_size(members); j++)
			same = same && json_equal(json_get(grants.items[i]->body, members[j]),
						  json_get(input, members[j]));
		found = same ? grants.items[i] : found;
	}
	docs_done(&grants);
	return found;
}

static const struct doc *add(struct call *call, const struct doc *key, const struct json *input)
{
	struct json *body = json_new_object(), *extra = json_new_object();
	char id[ID_DIGITS + 1], token[TOKEN_DIGITS + 1];

	ids_hex(world_seed(call->world), "kms-grant", call->actor, key->key, call->number,
		ID_DIGITS, id);
	ids_hex(world_seed(call->world), "kms-grant-token", call->actor, key->key, call->number,
		TOKEN_DIGITS, token);
	json_set_copy(body, "KeyId", json_get(key->body, "Arn"));
	json_set_str(body, "GrantId", id);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(body, members[i], json_get(input, members[i]));
	json_set_str(body, "CreationDate", aws_now(call));
	json_setf(body, "IssuingAccount", "arn:%s:iam::%s:root", aws_partition(call->region),
		  call->account);
	json_set_str(extra, "Key", key->key);
	json_set_str(extra, "Token", token);
	return world_add(call, (struct doc_spec){.kind = &kind_kms_grant,
						 .key = id,
						 .body = body,
						 .extra = extra,
						 .implied_by = NULL});
}

bool kms_create_grant(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_ENABLED, err);
	const char *grantee = json_get_str(input, "GranteePrincipal");
	const char *service = json_get_str(input, "GranteeServicePrincipal");
	const struct doc *grant;

	if (!key)
		return false;
	if (!service && !(str_starts_with(grantee, "arn:") &&
			  (strstr(grantee, ":iam::") || strstr(grantee, ":sts::"))))
		return aws_fail(err, AWS_KMS_GRANTEE);
	grant = made_before(call, key, input);
	grant = grant ? grant : add(call, key, input);
	json_set_str(output, "GrantToken", doc_extra_str(grant, "Token"));
	json_set_str(output, "GrantId", grant->key);
	return true;
}

/* @name Listing */

static bool is_wanted(const struct doc *grant, const struct json *input)
{
	static const char *const filters[] = {"GrantId", "GranteePrincipal",
					      "GranteeServicePrincipal", "RetiringPrincipal",
					      "RetiringServicePrincipal"};

	for (size_t i = 0; i < array_size(filters); i++) {
		const char *wanted = json_get_str(input, filters[i]);

		if (wanted && !str_eq(wanted, doc_str(grant, filters[i])))
			return false;
	}
	return true;
}

bool kms_list_grants(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);
	struct docs grants = {0};
	struct json *list;

	if (!key)
		return false;
	list = json_new_array();
	world_lookup(call->world, &kind_kms_grant, "key", key->key, &grants);
	for (size_t i = 0; i < grants.count; i++)
		if (is_wanted(grants.items[i], input))
			json_append(list, json_copy(grants.items[i]->body));
	docs_done(&grants);
	return page_items(call, input, output, &kms_page, "Grants", list, err);
}

bool kms_list_retirable_grants(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	struct json *list = json_new_array();

	world_foreach (grant, call->world, &kind_kms_grant)
		if (doc_in_scope(call, grant) && is_wanted(grant, input))
			json_append(list, json_copy(grant->body));
	return page_items(call, input, output, &kms_page, "Grants", list, err);
}

/* @name Ending */

static bool remove_of(struct call *call, const struct json *input, struct err *err)
{
	const char *id = json_get_str(input, "GrantId");
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);
	const struct doc *grant = key ? world_find(call->world, &kind_kms_grant, id) : NULL;

	if (!key)
		return false;
	if (!grant || !str_eq(doc_extra_str(grant, "Key"), key->key))
		return aws_fail(err, AWS_KMS_GRANT_ID, id);
	world_remove(call, &kind_kms_grant, grant->key);
	return true;
}

bool kms_revoke_grant(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	(void)output;
	return remove_of(call, input, err);
}

bool kms_retire_grant(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const char *token = json_get_str(input, "GrantToken");
	const char *id = json_get_str(input, "GrantId");
	const struct doc *grant;

	(void)output;
	/* Source: KMS API, RetireGrant: a token, or a key's ARN with a grant's id */
	if (token && (id || json_get(input, "KeyId")))
		return aws_fail(err, AWS_KMS_RETIRE);
	if (json_get(input, "KeyId") && id)
		return remove_of(call, input, err);
	grant = token ? world_lookup_one(call->world, &kind_kms_grant, "token", token) : NULL;
	if (!grant || !doc_in_scope(call, grant))
		return aws_fail(err, AWS_KMS_GRANT_TOKEN);
	world_remove(call, &kind_kms_grant, grant->key);
	return true;
}
