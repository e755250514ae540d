/*
 * Deployment and ReplicaSet.
 *
 * Source: kubernetes pkg/registry/apps/{deployment,replicaset}/strategy.go, pkg/apis/apps/v1/
 * defaults.go, pkg/apis/apps/validation.
 */
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/pod_spec.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/selector.h"

static void default_template(struct json *object)
{
	struct json *template = json_ensure_object(json_ensure_object(object, "spec"), "template");

	pod_spec_defaults(json_ensure_object(template, "spec"));
}

static void deployment_defaults(struct kube_op *op _unused_, struct json *object)
{
	default_int(object, "spec.replicas", 1);
	default_str(object, "spec.strategy.type", "RollingUpdate");
	if (str_eq(value_str(object, "spec.strategy.type"), "RollingUpdate")) {
		struct json *rolling = json_ensure_object(
			json_ensure_object(json_ensure_object(object, "spec"), "strategy"),
			"rollingUpdate");

		if (!json_get(rolling, "maxUnavailable"))
			json_set_str(rolling, "maxUnavailable", "25%");
		if (!json_get(rolling, "maxSurge"))
			json_set_str(rolling, "maxSurge", "25%");
	}
	default_int(object, "spec.revisionHistoryLimit", 10);
	default_int(object, "spec.progressDeadlineSeconds", 600);
	default_template(object);
}

/* A changed annotation counts as a change of the spec does. */
static void deployment_prepare_update(struct kube_op *op _unused_, struct json *object,
				      const struct json *old)
{
	if (!json_equal(meta_get(object, "annotations"), meta_get(old, "annotations")))
		json_set_int(json_ensure_object(object, "metadata"), "generation",
			     json_get_int(json_get(old, "metadata"), "generation", 0) + 1);
}

static void deployment_prepare_status(struct kube_op *op _unused_, struct json *object,
				      const struct json *old)
{
	struct json *meta = json_ensure_object(object, "metadata");

	json_remove(meta, "labels");
	json_set_copy(meta, "labels", meta_get(old, "labels"));
}

/* 25 of "25%"; -1 when it is no percentage */
static int64_t percentage(const struct json *value)
{
	const char *text = json_str(value);
	size_t digits = text ? strspn(text, "0123456789") : 0;

	return digits && digits < 10 && str_eq(text + digits, "%") ? strtoll(text, NULL, 10) : -1;
}

static void check_share(const struct json *value, const char *path, struct field_errors *errors)
{
	if (json_is_string(value) && percentage(value) < 0)
		field_invalid(errors, path, value,
			      "a valid percent string must be a numeric string followed by an "
			      "ending '%%' (e.g. '1%%',  or '93%%', regex used for validation is "
			      "'[0-9]+%%')");
	else
		value_not_negative(errors, path, value);
}

static bool is_none(const struct json *value)
{
	int64_t number;

	return json_int(value, &number) ? !number : percentage(value) == 0;
}

static void check_strategy(const struct json *strategy, struct field_errors *errors)
{
	static const char *const types[] = {"Recreate", "RollingUpdate", NULL};
	static const char path[] = "spec.strategy.rollingUpdate.maxUnavailable";
	const char *type = value_str(strategy, "type");
	const struct json *rolling = json_get(strategy, "rollingUpdate");
	const struct json *unavailable = json_get(rolling, "maxUnavailable");
	_cleanup_(json_freep) struct json *shown = json_new_object();

	if (str_eq(type, "Recreate") && rolling)
		field_forbidden(errors, "spec.strategy.rollingUpdate",
				"may not be specified when strategy `type` is 'Recreate'");
	if (!str_eq(type, "Recreate") && !str_eq(type, "RollingUpdate")) {
		/* Go's internal type, which has no JSON names */
		json_set_str(shown, "Type", type);
		json_set_null(shown, "RollingUpdate");
		field_not_supported(errors, "spec.strategy", shown, types);
	}
	if (!str_eq(type, "RollingUpdate"))
		return;
	check_share(unavailable, path, errors);
	check_share(json_get(rolling, "maxSurge"), "spec.strategy.rollingUpdate.maxSurge", errors);
	if (is_none(unavailable) && is_none(json_get(rolling, "maxSurge")))
		field_invalid(errors, path, unavailable, "may not be 0 when `maxSurge` is 0");
	if (percentage(unavailable) > 100)
		field_invalid(errors, path, unavailable, "must not be greater than 100%%");
}

static void check_selector(const struct json *spec, struct field_errors *errors)
{
	const struct json *selector = json_get(spec, "selector");
	const struct json *template = json_get(spec, "template");
	const struct json *labels = object_get(template, "metadata.labels");

	if (json_is_null(selector)) {
		field_required(errors, "spec.selector", "");
	} else {
		value_label_selector(errors, "spec.selector", selector);
		if (!json_first(json_get(selector, "matchLabels")) &&
		    !json_first(json_get(selector, "matchExpressions")))
			field_invalid(errors, "spec.selector", selector,
				      "empty selector is invalid for deployment");
		else if (!selector_match_object(selector, labels))
			field_invalid(errors, "spec.template.metadata.labels", labels,
				      "`selector` does not match template `labels`");
	}
	pod_template_validate(template, "spec.template", errors);
}

static void deployment_validate(struct kube_op *op _unused_, const struct json *object,
				const struct json *old, struct field_errors *errors)
{
	const struct json *spec = json_get(object, "spec");
	const struct json *deadline = json_get(spec, "progressDeadlineSeconds");

	value_not_negative(errors, "spec.replicas", json_get(spec, "replicas"));
	check_selector(spec, errors);
	check_strategy(json_get(spec, "strategy"), errors);
	value_not_negative(errors, "spec.minReadySeconds", json_get(spec, "minReadySeconds"));
	value_not_negative(errors, "spec.revisionHistoryLimit",
			   json_get(spec, "revisionHistoryLimit"));
	value_not_negative(errors, "spec.progressDeadlineSeconds", deadline);
	if (deadline && json_get_int(spec, "progressDeadlineSeconds", 0) <=
				json_get_int(spec, "minReadySeconds", 0))
		field_invalid(errors, "spec.progressDeadlineSeconds", deadline,
			      "must be greater than minReadySeconds");
	if (old)
		validate_immutable(errors, object, old, "spec.selector");
}

/* Counts of a status must fit together (ValidateDeploymentStatus, ValidateReplicaSetStatus). */
static void validate_status(struct kube_op *op _unused_, const struct json *object,
			    const struct json *old _unused_, struct field_errors *errors)
{
	static const char *const counts[] = {"observedGeneration", "replicas",
					     "updatedReplicas",	   "fullyLabeledReplicas",
					     "readyReplicas",	   "availableReplicas",
					     "unavailableReplicas"};
	static const char *const parts[] = {"updatedReplicas", "fullyLabeledReplicas",
					    "readyReplicas", "availableReplicas"};
	const struct json *status = json_get(object, "status");
	int64_t all = json_get_int(status, "replicas", 0);

	for (size_t i = 0; i < array_size(counts); i++)
		value_not_negative(errors, field_at(errors, "status.%s", counts[i]),
				   json_get(status, counts[i]));
	for (size_t i = 0; i < array_size(parts); i++)
		if (json_get_int(status, parts[i], 0) > all)
			field_invalid(errors, field_at(errors, "status.%s", parts[i]),
				      json_get(status, parts[i]),
				      "cannot be greater than status.replicas");
	if (json_get_int(status, "availableReplicas", 0) > json_get_int(status, "readyReplicas", 0))
		field_invalid(errors, "status.availableReplicas",
			      json_get(status, "availableReplicas"),
			      "cannot be greater than readyReplicas");
}

const struct kube_strategy strategy_deployment = {
	.group = "apps",
	.resource = "deployments",
	.flags = STRATEGY_GENERATION,
	.defaults = deployment_defaults,
	.prepare_update = deployment_prepare_update,
	.prepare_status = deployment_prepare_status,
	.validate = deployment_validate,
	.validate_status = validate_status,
};

static void set_defaults(struct kube_op *op _unused_, struct json *object)
{
	default_int(object, "spec.replicas", 1);
	default_template(object);
}

static void set_prepare_create(struct kube_op *op _unused_, struct json *object)
{
	json_set_int(json_ensure_object(object, "status"), "replicas", 0);
}

static void set_validate(struct kube_op *op _unused_, const struct json *object,
			 const struct json *old, struct field_errors *errors)
{
	const struct json *spec = json_get(object, "spec");

	value_not_negative(errors, "spec.replicas", json_get(spec, "replicas"));
	value_not_negative(errors, "spec.minReadySeconds", json_get(spec, "minReadySeconds"));
	check_selector(spec, errors);
	if (old)
		validate_immutable(errors, object, old, "spec.selector");
}

static const struct selectable selectable[] = {
	{"status.replicas", NULL, "0"},
	{},
};

const struct kube_strategy strategy_replica_set = {
	.group = "apps",
	.resource = "replicasets",
	.flags = STRATEGY_GENERATION,
	.selectable = selectable,
	.defaults = set_defaults,
	.prepare_create = set_prepare_create,
	.validate = set_validate,
	.validate_status = validate_status,
};
