/*
 * What the API fills in for workloads that nothing here runs: CronJob, DaemonSet,
 * HorizontalPodAutoscaler, StatefulSet.
 *
 * Source: kubernetes pkg/apis/{apps,batch}/v1/defaults.go, pkg/apis/autoscaling/v2/defaults.go.
 */
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/pod_spec.h"

static struct json *ensure(struct json *object, const char *first, const char *second)
{
	return json_ensure_object(json_ensure_object(object, first), second);
}

static void default_template(struct json *spec)
{
	pod_spec_defaults(ensure(spec, "template", "spec"));
}

static void cron_job_defaults(struct kube_op *op _unused_, struct json *object)
{
	default_str(object, "spec.concurrencyPolicy", "Allow");
	default_bool(object, "spec.suspend", false);
	default_int(object, "spec.successfulJobsHistoryLimit", 3);
	default_int(object, "spec.failedJobsHistoryLimit", 1);
	default_template(json_ensure_object(ensure(object, "spec", "jobTemplate"), "spec"));
}

static void daemon_set_defaults(struct kube_op *op _unused_, struct json *object)
{
	default_int(object, "spec.revisionHistoryLimit", 10);
	default_str(object, "spec.updateStrategy.type", "RollingUpdate");
	if (str_eq(object_str(object, "spec.updateStrategy.type"), "RollingUpdate")) {
		struct json *rolling = json_ensure_object(ensure(object, "spec", "updateStrategy"),
							  "rollingUpdate");

		if (!json_get(rolling, "maxUnavailable"))
			json_set_int(rolling, "maxUnavailable", 1);
		if (!json_get(rolling, "maxSurge"))
			json_set_int(rolling, "maxSurge", 0);
	}
	default_template(json_ensure_object(object, "spec"));
}

static void stateful_set_defaults(struct kube_op *op _unused_, struct json *object)
{
	default_str(object, "spec.podManagementPolicy", "OrderedReady");
	default_str(object, "spec.updateStrategy.type", "RollingUpdate");
	if (str_eq(object_str(object, "spec.updateStrategy.type"), "RollingUpdate"))
		default_int(object, "spec.updateStrategy.rollingUpdate.partition", 0);
	default_str(object, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "Retain");
	default_str(object, "spec.persistentVolumeClaimRetentionPolicy.whenScaled", "Retain");
	default_int(object, "spec.replicas", 1);
	default_int(object, "spec.revisionHistoryLimit", 10);
	default_template(json_ensure_object(object, "spec"));
}

static void autoscaler_defaults(struct kube_op *op _unused_, struct json *object)
{
	default_int(object, "spec.minReplicas", 1);
}

const struct kube_strategy strategy_cron_job = {
	.group = "batch",
	.resource = "cronjobs",
	.flags = STRATEGY_GENERATION,
	.defaults = cron_job_defaults,
};
const struct kube_strategy strategy_daemon_set = {
	.group = "apps",
	.resource = "daemonsets",
	.flags = STRATEGY_GENERATION,
	.defaults = daemon_set_defaults,
};
const struct kube_strategy strategy_horizontal_pod_autoscaler = {
	.group = "autoscaling",
	.resource = "horizontalpodautoscalers",
	.defaults = autoscaler_defaults,
};
const struct kube_strategy strategy_stateful_set = {
	.group = "apps",
	.resource = "statefulsets",
	.flags = STRATEGY_GENERATION,
	.defaults = stateful_set_defaults,
};
