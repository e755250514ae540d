#pragma once
/* What scenario.c and suite.c share. */
#include "runner/scenario/scenario.h"

/** Reads a file without mistakes; source and the sources of defaults are borrowed. */
struct scenario *scenario_new(const struct source *source, const struct defaults *defaults,
			      const char *fixtures);
void scenario_free(struct scenario *scenario);
/** Makes it start from a state of base; its given.after says which. */
void scenario_start_from(struct scenario *scenario, const struct scenario *base);
