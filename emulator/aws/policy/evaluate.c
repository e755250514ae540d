/* Statements: whether they are about a request, and what they say then. */
#include <strings.h>

#include "emulator/aws/policy/language.h"

/* What statements are compared with. */
struct asked {
	const struct policy_request *request;
	bool variables;
};

typedef bool match_fn(const char *text, const struct asked *asked);

/* A text, or a list of them. */
static bool any(const struct json *value, match_fn *match, const struct asked *asked)
{
	if (json_is_string(value))
		return match(json_str(value), asked);
	json_foreach (item, value)
		if (json_is_string(item) && match(json_str(item), asked))
			return true;
	return false;
}

/* Actions know no variables, and no case. */
static bool is_action(const char *text, const struct asked *asked)
{
	const char *pattern = policy_pattern(asked->request->context, text, false);

	return pattern && policy_match(pattern, asked->request->action, true);
}

static bool is_resource(const char *text, const struct asked *asked)
{
	const char *pattern = policy_pattern(asked->request->context, text, asked->variables);

	return pattern && policy_match(pattern, asked->request->resource, false);
}

/* "*", an account's number or its root, or the caller's own ARN. */
static bool is_aws_principal(const char *text, const struct asked *asked)
{
	const struct policy_principal *principal = asked->request->principal;
	const char *colon = strrchr(text, ':');

	if (str_eq(text, "*") || str_eq(text, principal->account))
		return true;
	if ((principal->arn && str_eq(text, principal->arn)) ||
	    (principal->role_arn && str_eq(text, principal->role_arn)))
		return true;
	return principal->account && colon && colon - text > 12 && str_eq(colon, ":root") &&
	       strncmp(colon - 12, principal->account, 12) == 0;
}

static bool is_own_arn(const char *text, const struct asked *asked)
{
	const struct policy_principal *principal = asked->request->principal;

	return (principal->arn && str_eq(text, principal->arn)) ||
	       (principal->role_arn && str_eq(text, principal->role_arn));
}

static bool is_federated(const char *text, const struct asked *asked)
{
	const struct policy_principal *principal = asked->request->principal;

	return principal->federated && (str_eq(text, "*") || str_eq(text, principal->federated) ||
					str_eq(text, principal->federated2));
}

static bool is_service(const char *text, const struct asked *asked)
{
	return str_eq(text, asked->request->principal->service);
}

static bool names_caller(const struct json *element, const struct asked *asked)
{
	const struct policy_principal *principal = asked->request->principal;

	if (json_is_string(element))
		return str_eq(json_str(element), "*");
	if (principal->federated)
		return any(json_get(element, "Federated"), is_federated, asked);
	if (principal->service)
		return any(json_get(element, "Service"), is_service, asked);
	return any(json_get(element, "AWS"), is_aws_principal, asked);
}

static bool is_about(const struct json *statement, const struct asked *asked)
{
	const struct json *actions = json_get(statement, "Action");
	const struct json *resources = json_get(statement, "Resource");
	const struct json *others = json_get(statement, "NotResource");
	const struct json *principal = json_get(statement, "Principal");

	if (actions ? !any(actions, is_action, asked)
		    : any(json_get(statement, "NotAction"), is_action, asked))
		return false;
	if (resources && !any(resources, is_resource, asked))
		return false;
	if (others && any(others, is_resource, asked))
		return false;
	if (!asked->request->principal)
		return true;
	return principal ? names_caller(principal, asked)
			 : !names_caller(json_get(statement, "NotPrincipal"), asked);
}

static void say(const struct json *statement, const struct asked *asked,
		struct policy_outcome *outcome)
{
	bool deny = str_eq(json_get_str(statement, "Effect"), "Deny");
	const char *unknown;

	if (!policy_conditions_hold(json_get(statement, "Condition"), asked->variables,
				    asked->request->context, &unknown))
		return;
	if (unknown) {
		*(deny ? &outcome->maybe_denied : &outcome->maybe_allowed) = true;
		outcome->unknown = unknown;
		return;
	}
	if (deny ? !outcome->denied : !outcome->allowed && !outcome->denied)
		outcome->statement = statement;
	*(deny ? &outcome->denied : &outcome->allowed) = true;
	if (!deny && asked->request->principal &&
	    any(json_find(statement, "Principal", "AWS", NULL), is_own_arn, asked))
		outcome->by_name = true;
}

void policy_apply_statement(const struct json *document, const struct json *statement,
			    const struct policy_request *request, struct policy_outcome *outcome)
{
	const struct asked asked = {
		.request = request,
		.variables = str_eq(json_get_str(document, "Version"), "2012-10-17"),
	};

	if (is_about(statement, &asked))
		say(statement, &asked, outcome);
}

void policy_apply(const struct json *document, const struct policy_request *request,
		  struct policy_outcome *outcome)
{
	const struct json *statements = json_get(document, "Statement");

	if (json_is_object(statements))
		policy_apply_statement(document, statements, request, outcome);
	json_foreach (statement, json_is_array(statements) ? statements : NULL)
		policy_apply_statement(document, statement, request, outcome);
}

enum policy_effect policy_effect(const struct policy_outcome *outcome)
{
	if (outcome->denied)
		return POLICY_DENIED;
	if (outcome->maybe_denied && (outcome->allowed || outcome->maybe_allowed))
		return POLICY_UNKNOWN;
	if (outcome->allowed)
		return POLICY_ALLOWED;
	return outcome->maybe_allowed ? POLICY_UNKNOWN : POLICY_SILENT;
}
