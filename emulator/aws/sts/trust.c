/* Roles' ARNs, and their trust policies. */
#include "emulator/aws/sts/sts.h"

bool role_arn_parse(struct arena *arena, const char *text, struct role_arn *ret)
{
	char *copy = arena_strdup(arena, text), *parts[6], *at = copy;

	for (size_t i = 0; i < array_size(parts); i++) {
		parts[i] = at;
		at = strchr(at, ':');
		if (!at && i + 1 < array_size(parts))
			return false;
		if (i + 1 < array_size(parts))
			*at++ = '\0';
	}
	if (!str_eq(parts[0], "arn") || !*parts[1] || !str_eq(parts[2], "iam") || *parts[3] ||
	    strlen(parts[4]) != 12 || strspn(parts[4], "0123456789") != 12 ||
	    !str_starts_with(parts[5], "role/") || str_ends_with(parts[5], "/"))
		return false;
	*ret = (struct role_arn){parts[1], parts[4], strrchr(parts[5], '/') + 1};
	return true;
}

enum policy_effect trust_evaluate(const struct doc *role, const struct policy_request *request,
				  bool *ret_by_name, const char **ret_unknown)
{
	const char *text = doc_str(role, "AssumeRolePolicyDocument");
	_cleanup_(json_freep) struct json *document = NULL;
	struct policy_outcome outcome = {0};

	*ret_by_name = false;
	*ret_unknown = NULL;
	if (!json_parse(text, strlen(text), &document, NULL))
		return POLICY_SILENT;
	policy_apply(document, request, &outcome);
	*ret_by_name = outcome.by_name;
	*ret_unknown = outcome.unknown;
	return policy_effect(&outcome);
}
