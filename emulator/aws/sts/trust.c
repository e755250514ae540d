/* Trust policies of roles: as much of their language as role assumption needs. */
#include <ctype.h>
#include <strings.h>

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

/* A text, or a list of them. */
typedef bool match_fn(const char *text, const struct trust_request *request);

static bool any(const struct json *value, match_fn *match, const struct trust_request *request)
{
	if (json_is_string(value))
		return match(json_str(value), request);
	json_foreach (item, value)
		if (json_is_string(item) && match(json_str(item), request))
			return true;
	return false;
}

static bool is_action(const char *text, const struct trust_request *request)
{
	return strcasecmp(text, request->action) == 0 || str_glob(text, request->action);
}

/* "*", an account's number or root, or the caller's own ARN. */
static bool is_principal(const char *text, const struct trust_request *request)
{
	const char *colon = strrchr(text, ':');

	if (str_eq(text, "*") || str_eq(text, request->account) || str_eq(text, request->principal))
		return true;
	return colon && colon - text > 12 && str_eq(colon, ":root") &&
	       strncmp(colon - 12, request->account, 12) == 0;
}

static bool is_provider(const char *text, const struct trust_request *request)
{
	return str_eq(text, request->federated) || str_ends_with(text, request->federated);
}

static bool names_caller(const struct json *principal, const struct trust_request *request)
{
	if (request->federated)
		return any(json_get(principal, "Federated"), is_provider, request);
	if (json_is_string(principal))
		return is_principal(json_str(principal), request);
	return any(json_get(principal, "AWS"), is_principal, request);
}

static bool is_external_id(const char *text, const struct trust_request *request)
{
	return str_eq(text, request->external_id);
}

/* The only condition that is evaluated: StringEquals on sts:ExternalId. */
static bool conditions_hold(const struct json *conditions, const struct trust_request *request,
			    bool *ret, struct err *err)
{
	*ret = true;
	json_foreach (operator, conditions) {
		json_foreach (condition, operator) {
			if (!str_eq(json_key(operator), "StringEquals") ||
			    strcasecmp(json_key(condition), "sts:ExternalId") != 0)
				return aws_fail(err, AWS_STS_CONDITION, json_key(condition));
			*ret = *ret && any(condition, is_external_id, request);
		}
	}
	return true;
}

static bool apply(const struct json *statement, const struct trust_request *request, bool *allowed,
		  bool *denied, struct err *err)
{
	bool holds;

	if (!any(json_get(statement, "Action"), is_action, request) ||
	    !names_caller(json_get(statement, "Principal"), request))
		return true;
	if (!conditions_hold(json_get(statement, "Condition"), request, &holds, err))
		return false;
	if (holds && str_eq(json_get_str(statement, "Effect"), "Deny"))
		*denied = true;
	else if (holds)
		*allowed = true;
	return true;
}

bool trust_allows(const char *document, const struct trust_request *request, bool *ret,
		  struct err *err)
{
	_cleanup_(json_freep) struct json *json = NULL;
	bool allowed = false, denied = false;
	const struct json *statements;

	if (!json_parse(document, strlen(document), &json, err))
		return false;
	statements = json_get(json, "Statement");
	if (json_is_object(statements) && !apply(statements, request, &allowed, &denied, err))
		return false;
	if (json_is_array(statements))
		json_foreach (statement, statements)
			if (!apply(statement, request, &allowed, &denied, err))
				return false;
	*ret = allowed && !denied;
	return true;
}
