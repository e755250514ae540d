/*
 * Which webhooks a request is for: rules, match policy, namespace and object selectors, conditions.
 *
 * Source: k8s.io/apiserver pkg/admission/plugin/webhook/predicates/{rules,namespace,object},
 * generic/webhook.go ShouldCallHook.
 */
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/condition.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/selector.h"
#include "emulator/kube/status.h"
#include "emulator/kube/webhook_inner.h"

#define ADMISSION_GROUP "admissionregistration.k8s.io"

/* Whether a list of texts has the text or "*". */
static bool lists(const struct json *list, const char *text)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), "*") || str_eq(json_str(item), text))
			return true;
	return false;
}

/* "pods", "pods/status", "*", "pods" of all subresources, all of "status", all of all (rules.go
 * resource) */
static bool has_resource(const struct json *list, const char *resource, const char *subresource)
{
	json_foreach (item, list) {
		const char *text = json_str(item) ? json_str(item) : "";
		const char *slash = strchr(text, '/');
		size_t length = slash ? (size_t)(slash - text) : strlen(text);
		const char *sub = slash ? slash + 1 : "";
		bool same = (length == 1 && *text == '*') ||
			    (length == strlen(resource) && !memcmp(text, resource, length));

		if (same && (str_eq(sub, "*") || str_eq(sub, subresource)))
			return true;
	}
	return false;
}

static bool is_namespaces(const struct api_type *type)
{
	return !*type->group && str_eq(type->resource, "namespaces");
}

static bool in_scope(const struct kube_op *op, const char *scope)
{
	bool cluster_wide = !op->target.type->namespaced || is_namespaces(op->target.type);

	if (str_eq(scope, "Namespaced"))
		return !cluster_wide;
	return !str_eq(scope, "Cluster") || cluster_wide;
}

static bool rule_fits(const struct kube_op *op, const struct json *rule,
		      const struct api_type *type, const char *operation)
{
	const struct json *names = json_get(rule, "resourceNames"); /* of a policy's rule */

	if (json_first(names) && !lists(names, op->target.name))
		return false;
	return in_scope(op, json_get_str(rule, "scope")) &&
	       lists(json_get(rule, "operations"), operation) &&
	       lists(json_get(rule, "apiGroups"), type->group) &&
	       lists(json_get(rule, "apiVersions"), type->version) &&
	       has_resource(json_get(rule, "resources"), type->resource, op->target.subresource);
}

static bool any_rule_fits(const struct kube_op *op, const struct json *rules,
			  const struct api_type *type, const char *operation)
{
	json_foreach (rule, rules)
		if (rule_fits(op, rule, type, operation))
			return true;
	return false;
}

/* The version in which the webhook wants to see it: the request's own, else (matchPolicy
 * Equivalent) any other of the same resource; NULL: none. */
static const struct api_type *wanted_type(const struct kube_op *op, const struct json *rules,
					  const struct json *hook, const char *operation)
{
	const struct api_type *own = op->target.type;

	if (any_rule_fits(op, rules, own, operation))
		return own;
	if (str_eq(json_get_str(hook, "matchPolicy"), "Exact"))
		return NULL;
	for (size_t i = 0; type_at(op->cluster, i); i++) {
		const struct api_type *type = type_at(op->cluster, i);

		if (type != own && type->storage == own->storage &&
		    any_rule_fits(op, rules, type, operation))
			return type;
	}
	return NULL;
}

/* {} selects everything, as in a configuration that was not defaulted */
static bool selects(const struct json *selector, const struct json *labels)
{
	return !selector || selector_match_object(selector, labels);
}

static bool namespace_fits(const struct kube_op *op, const struct json *hook,
			   const struct webhook_subject *subject)
{
	const struct json *selector = json_get(hook, "namespaceSelector");
	const struct api_type *namespaces;
	const struct doc *doc;

	if (is_namespaces(op->target.type))
		return selects(selector, meta_get(subject->object ? subject->object : subject->old,
						  "labels"));
	if (!op->target.type->namespaced)
		return true;
	namespaces = type_find(op->cluster, "", "v1", "namespaces");
	doc = namespaces ? cluster_find(op->cluster, namespaces->document, "", op->target.ns)
			 : NULL;
	return selects(selector, doc ? meta_get(doc->body, "labels") : NULL);
}

static bool object_fits(const struct json *hook, const struct webhook_subject *subject)
{
	const struct json *selector = json_get(hook, "objectSelector");

	return (subject->object && selects(selector, meta_get(subject->object, "labels"))) ||
	       (subject->old && selects(selector, meta_get(subject->old, "labels")));
}

const struct api_type *admission_wants(struct kube_op *op, const struct json *rules,
				       const struct json *hook,
				       const struct webhook_subject *subject)
{
	const struct api_type *type = wanted_type(op, rules, hook, subject->operation);

	return type && namespace_fits(op, hook, subject) && object_fits(hook, subject) ? type
										       : NULL;
}

/* webhook.go ShouldCallHook, its end */
static bool judge(struct kube_op *op, const struct json *hook, const struct api_type *type,
		  const struct webhook_subject *subject, bool *match, struct err *err)
{
	const struct json *conditions = json_get(hook, "matchConditions");
	bool ignore = str_eq(json_get_str(hook, "failurePolicy"), "Ignore");
	struct condition_input input;
	enum condition_verdict verdict;
	const char *problem;

	*match = true;
	if (!json_first(conditions))
		return true;
	condition_input_init(&input, op->arena, op, type, subject);
	verdict = conditions_judge(op->arena, conditions, ignore, &input, &problem);
	condition_input_done(&input);
	*match = verdict == CONDITIONS_MATCH;
	return verdict != CONDITIONS_FAIL ||
	       status_forbidden(err, op->target.type,
				meta_str(subject->object ? subject->object : subject->old, "name"),
				problem);
}

static bool add_fitting(struct kube_op *op, const struct json *configuration,
			const struct webhook_subject *subject, struct webhook **webhooks,
			size_t *count, struct err *err)
{
	json_foreach (hook, json_get(configuration, "webhooks")) {
		const struct api_type *type =
			admission_wants(op, json_get(hook, "rules"), hook, subject);
		struct webhook *one;
		bool match;

		if (!type)
			continue;
		if (!judge(op, hook, type, subject, &match, err))
			return false;
		if (!match)
			continue;
		*webhooks = xrealloc(*webhooks, (*count + 1) * sizeof(**webhooks));
		one = &(*webhooks)[(*count)++];
		*one = (struct webhook){.hook = json_copy(hook), .type = type};
		one->name = json_get_str(one->hook, "name");
	}
	return true;
}

bool webhooks_find(struct kube_op *op, bool mutating, const struct webhook_subject *subject,
		   struct webhook **ret, size_t *ret_count, struct err *err)
{
	const struct api_type *type = type_find(op->cluster, ADMISSION_GROUP, "v1",
						mutating ? "mutatingwebhookconfigurations"
							 : "validatingwebhookconfigurations");
	struct docs configurations = {};
	struct webhook *webhooks = NULL;
	bool fine = true;
	size_t count = 0;

	*ret = NULL;
	*ret_count = 0;
	/* nobody can lock himself out (rules.IsExemptAdmissionConfigurationResource) */
	if (!type || str_eq(op->target.type->group, ADMISSION_GROUP))
		return true;
	cluster_list(op->cluster, type->document, NULL, &configurations);
	for (size_t i = 0; fine && i < configurations.count; i++)
		fine = add_fitting(op, configurations.items[i]->body, subject, &webhooks, &count,
				   err);
	docs_done(&configurations);
	if (!fine) {
		webhooks_free(webhooks, count);
		return false;
	}
	*ret = webhooks;
	*ret_count = count;
	return true;
}

void webhooks_free(struct webhook *webhooks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_free(webhooks[i].hook);
	free(webhooks);
}
