#pragma once
/* How long AWS takes for what happens by itself. Rows in lifecycle.tbl: LIFECYCLE(NAME, "name", ms,
 * "what", "source"). */
#include "emulator/world/call.h"

enum lifecycle {
#define LIFECYCLE(name, text, ms, what, source) LIFECYCLE_##name,
#include "emulator/aws/lifecycle.tbl"
#undef LIFECYCLE
	LIFECYCLE_COUNT
};

/** Emulated ms that this transition takes: 0 in the instant profile, else the table's or the
 * override. */
int64_t lifecycle_ms(const struct world *world, enum lifecycle what);
/** Overrides a row for a world by its name ("load-balancer-active"); false when there is no such
 * row. */
must_check bool lifecycle_override(struct world *world, const char *name, int64_t ms);
/**
 * Lets a timer of a document's kind fire after that time; at once, inside this call, when the time
 * is 0. A call that a fault lets get stuck (call.lags) takes so much longer.
 */
void lifecycle_start(struct call *call, const struct kind *kind, const char *key,
		     enum lifecycle what, const char *timer);
/** Lets everything go on that is stuck until released, as a call of the operator. */
void lifecycle_release(struct world *world);
