#pragma once
/* How a scenario has a controller started otherwise than its definition says (given.settings,
 * replace): another version, other arguments, environment, files. */
#include "runner/controllers/definition.h"

struct yaml_node;

/**
 * Applies one setting, which the checker has found right.
 *
 * @param setting     map with of, version, args, without, environment, files, crds; borrowed
 * @param definition  changed when the setting is of that controller
 * @param err         ERR_INVALID: an argument of `without` that the definition does not have
 */
must_check bool settings_apply(const struct yaml_node *setting,
			       struct controller_definition *definition, struct err *err);
