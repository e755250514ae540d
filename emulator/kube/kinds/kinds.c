/* All strategy rows; see kinds.h. */
#include "emulator/kube/kinds/kinds.h"

/* clang-format off */
const struct kube_strategy *const kind_strategies[] = {
	&strategy_service,
	&strategy_custom_resource_definition,
};
/* clang-format on */
const size_t kind_strategy_count = array_size(kind_strategies);

const struct kube_special kind_specials[] = {
	{NULL, NULL, NULL},
};
const size_t kind_special_count = array_size(kind_specials) - 1;
