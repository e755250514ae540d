#pragma once
/* A controller's definition as the command line and the scenario have it. */
#include "runner/controllers/definition.h"
#include "runner/environment.h"

/**
 * controller_definition_load, then --controller NAME@VERSION, then the settings.
 *
 * @param settings  list of maps, or one map; NULL: none
 */
must_check bool controller_definition_wished(const char *name,
					     const struct environment_override *overrides,
					     const struct yaml_node *settings,
					     struct controller_definition **ret, struct err *err);
