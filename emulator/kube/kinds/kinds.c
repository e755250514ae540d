/* All strategy rows; see kinds.h. */
#include "emulator/kube/kinds/kinds.h"

const struct kube_strategy *const kind_strategies[] = {
	&strategy_config_map,
	&strategy_endpoints,
	&strategy_event,
	&strategy_namespace,
	&strategy_node,
	&strategy_pod,
	&strategy_secret,
	&strategy_service_account,
	&strategy_service,
	&strategy_custom_resource_definition,
	&strategy_daemon_set,
	&strategy_deployment,
	&strategy_replica_set,
	&strategy_stateful_set,
	&strategy_horizontal_pod_autoscaler,
	&strategy_cron_job,
	&strategy_lease,
	&strategy_endpoint_slice,
	&strategy_events_event,
	&strategy_ingress_class,
	&strategy_ingress,
	&strategy_mutating_admission_policy,
	&strategy_mutating_admission_policy_binding,
	&strategy_mutating_webhook_configuration,
	&strategy_validating_admission_policy,
	&strategy_validating_admission_policy_binding,
	&strategy_validating_webhook_configuration,
};
const size_t kind_strategy_count = array_size(kind_strategies);

const struct kube_special kind_specials[] = {
	{"", "namespaces/finalize", special_namespace_finalize},
	{"", "pods/binding", special_pod_binding},
	{"", "serviceaccounts/token", token_create},
	{"apps", "deployments/scale", special_scale},
	{"apps", "replicasets/scale", special_scale},
	{"authentication.k8s.io", "selfsubjectreviews", self_subject_review},
	{"authentication.k8s.io", "tokenreviews", token_review},
	{"authorization.k8s.io", "localsubjectaccessreviews", local_subject_access_review},
	{"authorization.k8s.io", "selfsubjectaccessreviews", self_subject_access_review},
	{"authorization.k8s.io", "selfsubjectrulesreviews", self_subject_rules_review},
	{"authorization.k8s.io", "subjectaccessreviews", subject_access_review},
};
const size_t kind_special_count = array_size(kind_specials);
