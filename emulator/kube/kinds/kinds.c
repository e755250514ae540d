/* All strategy rows; see kinds.h. */
#include "emulator/kube/kinds/kinds.h"

const struct kube_strategy *const kind_strategies[] = {
	&strategy_namespace,
	&strategy_node,
	&strategy_pod,
	&strategy_service,
	&strategy_custom_resource_definition,
};
const size_t kind_strategy_count = array_size(kind_strategies);

const struct kube_special kind_specials[] = {
	{"", "namespaces/finalize", special_namespace_finalize},
	{"", "pods/binding", special_pod_binding},
	{"", "serviceaccounts/token", token_create},
	{"authentication.k8s.io", "selfsubjectreviews", self_subject_review},
	{"authentication.k8s.io", "tokenreviews", token_review},
	{"authorization.k8s.io", "localsubjectaccessreviews", local_subject_access_review},
	{"authorization.k8s.io", "selfsubjectaccessreviews", self_subject_access_review},
	{"authorization.k8s.io", "selfsubjectrulesreviews", self_subject_rules_review},
	{"authorization.k8s.io", "subjectaccessreviews", subject_access_review},
};
const size_t kind_special_count = array_size(kind_specials);
