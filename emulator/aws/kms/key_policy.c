/* Policies of keys: without one that allows it, nobody may do anything with a key. */
#include "emulator/aws/kms/kms.h"
#include "emulator/aws/policy/authorize.h"

#define NAME "default" /* the only policy that a key has */

static const struct page_style *const page = &kms_page;

const char *kms_default_policy(struct call *call)
{
	return arena_printf(
		call->arena,
		"{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n"
		"  \"Statement\" : [ {\n    \"Sid\" : \"Enable IAM User Permissions\",\n"
		"    \"Effect\" : \"Allow\",\n    \"Principal\" : {\n      \"AWS\" : "
		"\"arn:%s:iam::%s:root\"\n    },\n    \"Action\" : \"kms:*\",\n"
		"    \"Resource\" : \"*\"\n  } ]\n}",
		aws_partition(call->region), call->account);
}

/* What a policy says of an action of the caller; *ret_unknown what that depends on. */
static enum policy_effect effect_of(struct call *call, const char *text, const char *resource,
				    const char *action, const char **ret_unknown)
{
	_cleanup_(json_freep) struct json *document = NULL;
	struct policy_context context = {.arena = call->arena};
	struct policy_outcome outcome = {0};
	struct policy_request request = {
		.action = action, .resource = resource, .context = &context};
	struct principal principal;

	if (!json_parse(text, strlen(text), &document, NULL))
		return POLICY_SILENT;
	principal_of_call(call, &principal);
	principal_describe(call, &principal, &context);
	request.principal = &principal.names;
	policy_apply(document, &request, &outcome);
	principal_done(&principal);
	*ret_unknown = outcome.unknown;
	return policy_effect(&outcome);
}

bool kms_check_policy(struct call *call, const struct doc *key, const char *action, struct err *err)
{
	const char *unknown = NULL, *arn = doc_str(key, "Arn");
	enum policy_effect effect =
		effect_of(call, doc_extra_str(key, "Policy"), arn, action, &unknown);

	if (effect == POLICY_UNKNOWN)
		return aws_fail(err, AWS_POLICY_UNKNOWN, call->principal, action, arn, unknown);
	if (effect == POLICY_ALLOWED ||
	    (effect == POLICY_SILENT && kms_is_granted(call, key, call->operation)))
		return true;
	err_set(err, ERR_DENIED, "AccessDeniedException",
		"User: %s is not authorized to perform: %s on resource: %s %s", call->principal,
		action, arn,
		effect == POLICY_DENIED ? "with an explicit deny in a resource-based policy"
					: arena_printf(call->arena,
						       "because no resource-based policy allows "
						       "the %s action",
						       action));
	if (err)
		err->status = 400;
	return false;
}

bool kms_policy_is_good(struct call *call, const char *text, bool bypass, struct err *err)
{
	struct err why = ERR_INIT;
	const char *unknown;

	if (!policy_check(text, POLICY_OF_RESOURCE, NULL, &why)) {
		aws_fail(err, AWS_KMS_POLICY, err_text(&why));
		err_done(&why);
		return false;
	}
	return bypass ||
	       effect_of(call, text, "*", "kms:PutKeyPolicy", &unknown) == POLICY_ALLOWED ||
	       aws_fail(err, AWS_KMS_POLICY_LOCKOUT);
}

static bool check_name(const struct json *input, struct err *err)
{
	const char *name = json_get_str(input, "PolicyName");

	return !name || str_eq(name, NAME) || aws_fail(err, AWS_KMS_POLICY_NAME);
}

bool kms_get_key_policy(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_ANY, err);

	if (!key || !check_name(input, err))
		return false;
	json_set_str(output, "Policy", doc_extra_str(key, "Policy"));
	json_set_str(output, "PolicyName", NAME);
	return true;
}

bool kms_put_key_policy(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);
	bool bypass = json_get_bool(input, "BypassPolicyLockoutSafetyCheck", false);
	struct json *extra;

	(void)output;
	if (!key || !check_name(input, err) ||
	    !kms_policy_is_good(call, json_get_str(input, "Policy"), bypass, err))
		return false;
	extra = json_copy(key->extra);
	json_set_copy(extra, "Policy", json_get(input, "Policy"));
	world_put_extra(call, &kind_kms_key, key->key, extra);
	return true;
}

bool kms_list_key_policies(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_ANY, err);
	struct json *list;

	if (!key)
		return false;
	list = json_new_array();
	json_append_str(list, NAME);
	return page_items(call, input, output, page, "PolicyNames", list, err);
}
