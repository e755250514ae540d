/* All strategy rows; see kinds.h. */
#include "emulator/kube/kinds/kinds.h"

const struct kube_strategy *const kind_strategies[] = {
	&strategy_namespace,
	&strategy_service,
	&strategy_custom_resource_definition,
};
const size_t kind_strategy_count = array_size(kind_strategies);

const struct kube_special kind_specials[] = {
	{"", "namespaces/finalize", namespace_finalize},
};
const size_t kind_special_count = array_size(kind_specials);
