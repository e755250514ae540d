#pragma once
/* Which files a scenario is made of: for --watch. */
#include "runner/scenario/scenario.h"

/**
 * Adds the real paths of all files that a scenario uses: its own, that of the one it starts from,
 * fixtures (of all rows: `services/${name}.yaml` is every file that fits), and how its controllers
 * are started.
 *
 * @param files  paths that are there already are not added again
 */
void scenario_files(const struct scenario *scenario, struct strs *files);
