#pragma once
/*
 * Eventual consistency, where a scenario asks for it (call.lags): lists see late what was made and
 * tagged. Reading by id sees at once: AWS's own create paths do that too.
 */
#include "emulator/world/call.h"

/** Whether a list leaves this document out, because it was made only just now. */
bool lag_hides(struct call *call, const struct doc *doc);
/** The tags of a document as this call sees them; borrowed. */
const struct json *lag_tags(struct call *call, const struct doc *doc);
