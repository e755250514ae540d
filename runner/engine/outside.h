#pragma once
/*
 * A scenario on an external target (external/external.h): what of it cannot be had there, and the
 * looks on which its claims are judged.
 */
#include "runner/engine/inner.h"

#define NOT_PROVABLE "not-provable" /* a result's status */

/** Notes in engine->not_provable what the scenario needs and no other target has: faults, lags,
 * clocks. Then sets engine->cannot_run. */
void outside_check(struct engine *engine);
/** A step needs what the target does not have: notes it and ends the scenario. Always false. */
bool outside_stop(struct engine *engine, const struct yaml_node *node, const char *what,
		  const char *why);
/** Makes the mirror and looks for the first time; given.aws must be there, or is made. */
must_check bool outside_set_up(struct engine *engine, struct err *err);
/** Begins to look again and again. */
void outside_watch(struct engine *engine);
/** Looks at once, after a change of our own; false after engine_broken. */
bool outside_look(struct engine *engine);
/** A leaks: of a step; notes that it is not judged. */
void outside_pass_over(struct engine *engine, const struct yaml_node *node);
/** Whether a claim can be judged without the journal; notes it when not. */
bool outside_proves(struct engine *engine, const struct yaml_node *claim);
/** Whether nothing new was seen for so long; else when to ask again, in ms. */
bool outside_is_quiet(const struct engine *engine, int64_t quiet_ms, int64_t *ret_wait_ms);
void outside_done(struct engine *engine);
/** Starts the controllers that were asked for, with their CRDs, and waits until they are ready. */
must_check bool outside_start_controllers(struct engine *engine, struct err *err);
/** Ends them; fine when there are none. */
void outside_stop_controllers(struct engine *engine);
/** A `call:` or a call of given.aws. @param err  as external_call */
must_check bool outside_call(struct engine *engine, const char *action, const struct json *params,
			     struct err *err);
