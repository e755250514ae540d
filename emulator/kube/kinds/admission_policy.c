/*
 * ValidatingAdmissionPolicy and its bindings; MutatingAdmissionPolicy, which is not emulated.
 *
 * Source: kubernetes pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}.
 */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/condition.h"
#include "emulator/kube/kinds/admission_rule.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/policy.h"
#include "emulator/kube/status.h"

static void default_match(struct json *match)
{
	static const char *const lists[] = {"resourceRules", "excludeResourceRules"};

	default_str(match, "matchPolicy", "Equivalent");
	json_ensure_object(match, "namespaceSelector");
	json_ensure_object(match, "objectSelector");
	for (size_t i = 0; i < array_size(lists); i++)
		for (struct json *rule = json_first_mut(json_get_mut(match, lists[i])); rule;
		     rule = json_next_mut(rule))
			default_str(rule, "scope", "*");
}

static void default_policy(struct kube_op *op _unused_, struct json *object)
{
	struct json *spec = json_ensure_object(object, "spec");

	default_str(spec, "failurePolicy", "Fail");
	if (json_is_object(json_get(spec, "matchConstraints")))
		default_match(json_ensure_object(spec, "matchConstraints"));
}

static void default_binding(struct kube_op *op _unused_, struct json *object)
{
	struct json *spec = json_ensure_object(object, "spec");

	if (json_is_object(json_get(spec, "matchResources")))
		default_match(json_ensure_object(spec, "matchResources"));
}

static void check_match(struct field_errors *errors, const char *path, const struct json *match)
{
	static const char *const policies[] = {"Equivalent", "Exact", NULL};
	static const char *const lists[] = {"resourceRules", "excludeResourceRules"};

	value_one_of(errors, field_at(errors, "%s.matchPolicy", path),
		     json_get(match, "matchPolicy"), policies);
	value_label_selector(errors, field_at(errors, "%s.namespaceSelector", path),
			     json_get(match, "namespaceSelector"));
	value_label_selector(errors, field_at(errors, "%s.objectSelector", path),
			     json_get(match, "objectSelector"));
	for (size_t i = 0; i < array_size(lists); i++) {
		size_t index = 0;

		json_foreach (rule, json_get(match, lists[i]))
			admission_rule_check(
				errors, field_at(errors, "%s.%s[%zu]", path, lists[i], index++),
				rule);
	}
}

static bool is_blank(const char *text)
{
	return !text || !text[strspn(text, " \t\r\n\v\f")];
}

/* Compiles one expression of a policy; false: err says that it needs what is not emulated. */
static bool check_expression(struct field_errors *errors, const char *path, const char *text,
			     const struct cel_type *composed, enum cel_kind kind, struct err *err)
{
	_cleanup_(err_done) struct err own = ERR_INIT;
	struct cel_program *program;

	if (condition_compile(errors->arena, text, composed, kind, &program, &own))
		return true;
	if (own.code == ERR_UNSUPPORTED)
		return status_set(err, 501, "NotImplemented", "%s: not emulated here: %s", path,
				  err_text(&own));
	field_invalid_str(errors, path, text, "%s", err_text(&own));
	return true;
}

static bool check_variables(struct field_errors *errors, const struct json *rows, struct err *err)
{
	size_t i = 0;

	json_foreach (row, rows) {
		const char *path = field_at(errors, "spec.variables[%zu]", i);
		const char *name = json_get_str(row, "name");
		const char *text = json_get_str(row, "expression");
		const char *escaped = is_blank(name) ? NULL : cel_escape(errors->arena, name);

		if (is_blank(name))
			field_required(errors, field_at(errors, "%s.name", path),
				       "name is not specified");
		else if (!str_eq(escaped, name))
			field_invalid_str(errors, field_at(errors, "%s.name", path), name,
					  "must be a valid CEL identifier");
		if (is_blank(text))
			field_required(errors, field_at(errors, "%s.expression", path),
				       "expression is not specified");
		else if (!check_expression(errors, field_at(errors, "%s.expression", path), text,
					   policy_variables(errors->arena, rows, i, NULL), CEL_DYN,
					   err))
			return false;
		i++;
	}
	return true;
}

static void check_message(struct field_errors *errors, const char *path, const struct json *row)
{
	static const char *const reasons[] = {"Forbidden", "Invalid", "RequestEntityTooLarge",
					      NULL};
	const char *message = json_get_str(row, "message");

	if (message && *message && is_blank(message))
		field_invalid_str(errors, field_at(errors, "%s.message", path), message,
				  "must be non-empty if specified");
	else if (message && strpbrk(message, "\r\n"))
		field_invalid_str(errors, field_at(errors, "%s.message", path), message,
				  "must not contain line breaks");
	if (json_get(row, "reason"))
		value_one_of(errors, field_at(errors, "%s.reason", path), json_get(row, "reason"),
			     reasons);
}

static bool check_validation(struct field_errors *errors, const char *path, const struct json *row,
			     const struct cel_type *composed, struct err *err)
{
	const char *text = json_get_str(row, "expression");
	const char *message = json_get_str(row, "messageExpression");
	const char *at = field_at(errors, "%s.expression", path);
	const char *message_at = field_at(errors, "%s.messageExpression", path);

	if (is_blank(text))
		field_required(errors, at, "expression is not specified");
	else if (!check_expression(errors, at, text, composed, CEL_BOOL, err))
		return false;
	if (message && *message && is_blank(message))
		field_invalid_str(errors, message_at, message, "must be non-empty if specified");
	else if (message && *message &&
		 !check_expression(errors, message_at, message, composed, CEL_STRING, err))
		return false;
	check_message(errors, path, row);
	return true;
}

static bool check_validations(struct field_errors *errors, const struct json *spec, struct err *err)
{
	static const char none[] = "validations or auditAnnotations must contain at least one item";
	const struct json *variables = json_get(spec, "variables");
	const struct cel_type *composed =
		json_first(variables)
			? policy_variables(errors->arena, variables, json_size(variables), NULL)
			: NULL;
	size_t i = 0;

	if (!json_first(json_get(spec, "validations")) &&
	    !json_first(json_get(spec, "auditAnnotations"))) {
		field_required(errors, "spec.validations", none);
		field_required(errors, "spec.auditAnnotations", none);
	}
	json_foreach (row, json_get(spec, "validations"))
		if (!check_validation(errors, field_at(errors, "spec.validations[%zu]", i++), row,
				      composed, err))
			return false;
	return true;
}

static bool check_policy(struct field_errors *errors, const struct json *object, struct err *err)
{
	static const char *const policies[] = {"Fail", "Ignore", NULL};
	const struct json *spec = json_get(object, "spec");
	const struct json *match = json_get(spec, "matchConstraints");

	value_one_of(errors, "spec.failurePolicy", json_get(spec, "failurePolicy"), policies);
	if (!json_is_object(match)) {
		field_required(errors, "spec.matchConstraints", "");
	} else {
		check_match(errors, "spec.matchConstraints", match);
		if (!json_first(json_get(match, "resourceRules")))
			field_required(errors, "spec.matchConstraints.resourceRules", "");
	}
	return conditions_check(json_get(spec, "matchConditions"), "spec.matchConditions", errors,
				err) &&
	       check_variables(errors, json_get(spec, "variables"), err) &&
	       check_validations(errors, spec, err);
}

static void validate_policy(struct kube_op *op _unused_, const struct json *object,
			    const struct json *old _unused_, struct field_errors *errors)
{
	if (!check_policy(errors, object, NULL))
		return; /* said by begin_policy */
}

/* What is not emulated is no mistake of whoever wrote it. */
static bool begin_policy(struct kube_op *op, struct json *object, const struct json *old _unused_,
			 struct err *err)
{
	struct field_errors errors = {.arena = op->arena};

	if (object_get(object, "spec.paramKind"))
		return status_set(err, 501, "NotImplemented",
				  "spec.paramKind: parameters of policies are not emulated here");
	return check_policy(&errors, object, err);
}

static void check_actions(struct field_errors *errors, const struct json *actions)
{
	static const char *const known[] = {"Audit", "Deny", "Warn", NULL};
	bool deny = false, warn = false;
	size_t i = 0;

	json_foreach (action, actions) {
		const char *path = field_at(errors, "spec.validationActions[%zu]", i++);

		value_one_of(errors, path, action, known);
		for (const struct json *other = json_first(actions); other != action;
		     other = json_next(other))
			if (json_equal(other, action)) {
				field_duplicate(errors, path, action);
				break;
			}
		deny |= str_eq(json_str(action), "Deny");
		warn |= str_eq(json_str(action), "Warn");
	}
	if (deny && warn)
		field_invalid(errors, "spec.validationActions", actions,
			      "must not contain both Deny and Warn (repeating the same validation "
			      "failure information in the API response and headers serves no "
			      "purpose)");
	if (!json_first(actions))
		field_required(errors, "spec.validationActions",
			       "at least one validation action is required");
}

static void validate_binding(struct kube_op *op _unused_, const struct json *object,
			     const struct json *old _unused_, struct field_errors *errors)
{
	const struct json *spec = json_get(object, "spec");
	const char *policy = json_get_str(spec, "policyName");

	if (!policy || !*policy)
		field_required(errors, "spec.policyName", "");
	else
		field_format(errors, "spec.policyName", policy, format_dns1123_subdomain);
	if (json_is_object(json_get(spec, "matchResources")))
		check_match(errors, "spec.matchResources", json_get(spec, "matchResources"));
	check_actions(errors, json_get(spec, "validationActions"));
}

static bool begin_binding(struct kube_op *op _unused_, struct json *object,
			  const struct json *old _unused_, struct err *err)
{
	if (!object_get(object, "spec.paramRef"))
		return true;
	return status_set(err, 501, "NotImplemented",
			  "spec.paramRef: parameters of policies are not emulated here");
}

/* Stored without being asked it would change nothing, silently. */
static bool refuse_mutating(struct kube_op *op _unused_, struct json *object _unused_,
			    const struct json *old _unused_, struct err *err)
{
	return status_set(err, 501, "NotImplemented",
			  "mutating admission policies are not emulated here");
}

const struct kube_strategy strategy_mutating_admission_policy = {
	.group = "admissionregistration.k8s.io",
	.resource = "mutatingadmissionpolicies",
	.begin = refuse_mutating,
};
const struct kube_strategy strategy_mutating_admission_policy_binding = {
	.group = "admissionregistration.k8s.io",
	.resource = "mutatingadmissionpolicybindings",
	.begin = refuse_mutating,
};
const struct kube_strategy strategy_validating_admission_policy = {
	.group = "admissionregistration.k8s.io",
	.resource = "validatingadmissionpolicies",
	.flags = STRATEGY_GENERATION,
	.defaults = default_policy,
	.begin = begin_policy,
	.validate = validate_policy,
};
const struct kube_strategy strategy_validating_admission_policy_binding = {
	.group = "admissionregistration.k8s.io",
	.resource = "validatingadmissionpolicybindings",
	.flags = STRATEGY_GENERATION,
	.defaults = default_binding,
	.begin = begin_binding,
	.validate = validate_binding,
};
