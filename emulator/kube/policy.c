/* Validating admission policies; see policy.h. */
#include "emulator/kube/policy.h"

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/condition.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"
#include "emulator/kube/strategy.h"
#include "emulator/kube/webhook_inner.h"

#define GROUP		  "admissionregistration.k8s.io"
#define MESSAGE_MAX_BYTES 5120 /* apiserver pkg/apis/cel/config.go */

/* One policy that is asked about one request. */
struct review {
	struct kube_op *op;
	const struct json *policy;
	const char *binding; /* its name */
	const struct json *actions;
	struct condition_input *input;
	const struct cel_type *composed; /* type of `variables`; NULL: none */
	int64_t budget;
};

static bool is_ignored(const struct json *policy)
{
	return str_eq(json_find_str(policy, "spec", "failurePolicy", NULL), "Ignore");
}

static bool has_action(const struct review *review, const char *action)
{
	json_foreach (item, review->actions)
		if (str_eq(json_str(item), action))
			return true;
	return false;
}

static int code_of(const char *reason)
{
	return str_eq(reason, "Forbidden")		 ? 403
	       : str_eq(reason, "RequestEntityTooLarge") ? 413
							 : 422;
}

/* Refuses, or warns, as the binding says. */
static bool denied(struct review *review, const char *reason, const char *message, struct err *err)
{
	struct kube_op *op = review->op;
	const char *name = meta_str(review->policy, "name");
	const struct json *named =
		review->input->object ? review->input->object : review->input->old;
	struct json *cause;

	if (has_action(review, "Warn"))
		op_warn(op,
			"Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s",
			name, review->binding, message);
	if (!has_action(review, "Deny"))
		return true;
	message = arena_printf(
		op->arena, "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: %s",
		name, review->binding, message);
	status_forbidden(err, op->target.type, meta_str(named, "name"), message);
	if (!err)
		return false;
	free(err->wire);
	err->wire = xstrdup(reason);
	err->status = code_of(reason);
	cause = json_new_object();
	json_set_str(cause, "message", message);
	json_append(json_ensure_array(err->details, "causes"), cause);
	return false;
}

static bool failed(struct review *review, const char *message, struct err *err)
{
	return is_ignored(review->policy) || denied(review, "Invalid", message, err);
}

const struct cel_type *policy_variables(struct arena *arena, const struct json *variables,
					size_t count, struct cel_program **programs)
{
	struct cel_field *fields = arena_alloc(arena, (count + 1) * sizeof(*fields));
	struct cel_type *type = arena_alloc(arena, sizeof(*type));
	size_t i = 0;

	*type = (struct cel_type){.kind = CEL_OBJECT, .fields = fields};
	json_foreach (row, variables) {
		const char *name = json_get_str(row, "name");
		const char *text = json_get_str(row, "expression");
		struct cel_program *program;

		if (i == count)
			break;
		if (!condition_compile(arena, text ? text : "", type, CEL_DYN, &program, NULL))
			program = NULL;
		fields[i] = (struct cel_field){name ? name : "", name ? name : "",
					       program ? cel_result_type(program)
						       : cel_type_of(CEL_DYN)};
		if (programs)
			programs[i] = program;
		type->field_count = ++i;
	}
	return type;
}

/* Evaluates an expression; an error value says which one it was. */
static struct cel_value evaluate(struct review *review, const char *text, enum cel_kind kind)
{
	struct arena *arena = review->op->arena;
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct cel_program *program;
	struct cel_value value;
	uint64_t cost;

	if (!condition_compile(arena, text, review->composed, kind, &program, &err))
		return cel_error(arena, "compilation error: %s", err_text(&err));
	cel_evaluate(program, arena, review->input->values, CEL_CALL_LIMIT, &value, &cost);
	if (cost > (uint64_t)review->budget) {
		review->budget = 0;
		return cel_error(arena, "validation failed due to running out of cost budget, no "
					"further validation rules will be run");
	}
	review->budget -= (int64_t)cost;
	if (value.kind != CEL_ERROR)
		return value;
	return cel_error(arena, "expression '%s' resulted in error: %.*s", text, (int)value.length,
			 value.text);
}

/* `variables`: all of them; what fails does so where it is used. */
static void compose(struct review *review)
{
	const struct json *rows = json_find(review->policy, "spec", "variables", NULL);
	struct arena *arena = review->op->arena;
	size_t count = json_size(rows), i = 0;
	struct cel_value *keys, *values;

	if (!count)
		return;
	keys = arena_alloc(arena, count * sizeof(*keys));
	values = arena_alloc(arena, count * sizeof(*values));
	json_foreach (row, rows) {
		struct cel_value *all = review->input->values;

		review->composed = policy_variables(arena, rows, i, NULL);
		all[CONDITION_COMPOSED] = cel_map(arena, keys, values, i);
		keys[i] = cel_text(json_get_str(row, "name") ? json_get_str(row, "name") : "");
		values[i] = evaluate(
			review,
			json_get_str(row, "expression") ? json_get_str(row, "expression") : "",
			CEL_DYN);
		i++;
	}
	review->composed = policy_variables(arena, rows, count, NULL);
	review->input->values[CONDITION_COMPOSED] = cel_map(arena, keys, values, count);
}

static const char *trimmed(struct arena *arena, const char *text, size_t length)
{
	while (length && strchr(" \t\r\n\v\f", *text) && *text) {
		text++;
		length--;
	}
	while (length && strchr(" \t\r\n\v\f", text[length - 1]))
		length--;
	return arena_strndup(arena, text, length);
}

static const char *message_of(struct review *review, const struct json *validation)
{
	const char *expression = json_get_str(validation, "messageExpression");
	const char *text = json_get_str(validation, "message");
	struct arena *arena = review->op->arena;

	if (expression && *expression) {
		struct cel_value made = evaluate(review, expression, CEL_STRING);

		if (made.kind == CEL_STRING) {
			const char *message = trimmed(arena, made.text, made.length);

			if (*message && strlen(message) <= MESSAGE_MAX_BYTES &&
			    !strchr(message, '\n'))
				return message;
		}
	}
	if (text && *text)
		return trimmed(arena, text, strlen(text));
	text = json_get_str(validation, "expression");
	return arena_printf(arena, "failed expression: %s", trimmed(arena, text, strlen(text)));
}

static bool validate(struct review *review, struct err *err)
{
	json_foreach (validation, json_find(review->policy, "spec", "validations", NULL)) {
		const char *reason = json_get_str(validation, "reason");
		const char *text = json_get_str(validation, "expression");
		struct cel_value value = evaluate(review, text ? text : "", CEL_BOOL);
		bool fine;

		if (value.kind == CEL_ERROR)
			fine = failed(review,
				      arena_strndup(review->op->arena, value.text, value.length),
				      err);
		else if (value.truth)
			continue;
		else
			fine = denied(review, reason ? reason : "Invalid",
				      message_of(review, validation), err);
		if (!fine)
			return false;
	}
	return true;
}

static bool judge(struct review *review, struct err *err)
{
	const struct json *conditions = json_find(review->policy, "spec", "matchConditions", NULL);
	const char *problem = "";

	switch (conditions_judge(review->op->arena, conditions, is_ignored(review->policy),
				 review->input, &problem)) {
	case CONDITIONS_DIFFER: return true;
	case CONDITIONS_FAIL: return failed(review, problem, err);
	case CONDITIONS_MATCH: break;
	}
	compose(review);
	return validate(review, err);
}

static const struct json *namespace_of(struct kube_op *op)
{
	const struct api_type *namespaces = type_find(op->cluster, "", "v1", "namespaces");
	const struct doc *doc;

	if (!op->target.type->namespaced || !namespaces)
		return NULL;
	doc = cluster_find(op->cluster, namespaces->document, "", op->target.ns);
	return doc ? doc->body : NULL;
}

/* policy/matching/matching.go Matches; without rules (a binding) everything fits */
static const struct api_type *fits(struct kube_op *op, const struct json *match,
				   const struct webhook_subject *subject)
{
	static const char any[] = "[{\"operations\":[\"*\"],\"apiGroups\":[\"*\"],\"apiVersions\":["
				  "\"*\"],\"resources\":[\"*/*\"],\"scope\":\"*\"}]";
	_cleanup_(json_freep) struct json *all = NULL;
	const struct json *rules = json_get(match, "resourceRules");
	const struct json *excluded = json_get(match, "excludeResourceRules");

	if (!json_first(rules)) {
		if (!json_parse(any, strlen(any), &all, NULL))
			return NULL;
		rules = all;
	}
	if (json_first(excluded) && admission_wants(op, excluded, match, subject))
		return NULL;
	return admission_wants(op, rules, match, subject);
}

static bool ask_binding(struct kube_op *op, const struct json *policy, const struct json *binding,
			const struct api_type *type, const struct webhook_subject *subject,
			struct err *err)
{
	const struct json *match = json_find(binding, "spec", "matchResources", NULL);
	struct condition_input input;
	struct review review = {
		.op = op,
		.policy = policy,
		.binding = meta_str(binding, "name"),
		.actions = json_find(binding, "spec", "validationActions", NULL),
		.input = &input,
		.budget = CEL_BUDGET,
	};
	bool fine;

	if (match && !fits(op, match, subject))
		return true;
	condition_input_init(&input, op->arena, op, type, subject);
	input.values[CONDITION_NAMESPACE] =
		cel_json(op->arena, namespace_of(op), cel_type_of(CEL_DYN));
	fine = judge(&review, err);
	condition_input_done(&input);
	return fine;
}

static bool ask_policy(struct kube_op *op, const struct json *policy, const struct docs *bindings,
		       const struct webhook_subject *subject, struct err *err)
{
	const struct api_type *type =
		fits(op, json_find(policy, "spec", "matchConstraints", NULL), subject);

	for (size_t i = 0; type && i < bindings->count; i++) {
		const struct json *binding = bindings->items[i]->body;

		if (str_eq(json_find_str(binding, "spec", "policyName", NULL),
			   meta_str(policy, "name")) &&
		    !ask_binding(op, policy, binding, type, subject, err))
			return false;
	}
	return true;
}

bool policies_admit(struct kube_op *op, const struct json *object, const struct doc *old,
		    struct err *err)
{
	const struct api_type *policies =
		type_find(op->cluster, GROUP, "v1", "validatingadmissionpolicies");
	const struct api_type *binders =
		type_find(op->cluster, GROUP, "v1", "validatingadmissionpolicybindings");
	struct docs rows = {}, bindings = {};
	struct webhook_subject subject = {
		.operation = !object ? "DELETE"
			     : old   ? "UPDATE"
				     : "CREATE",
		.object = object,
		.old = old ? old->body : NULL,
	};
	bool fine = true;

	/* nobody can lock himself out (rules.IsExemptAdmissionConfigurationResource) */
	if (!policies || !binders || str_eq(op->target.type->group, GROUP))
		return true;
	cluster_list(op->cluster, binders->document, NULL, &bindings);
	if (bindings.count)
		cluster_list(op->cluster, policies->document, NULL, &rows);
	for (size_t i = 0; fine && i < rows.count; i++)
		fine = ask_policy(op, rows.items[i]->body, &bindings, &subject, err);
	docs_done(&rows);
	docs_done(&bindings);
	return fine;
}
