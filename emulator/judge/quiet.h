#pragma once
/*
 * Whether the world has settled, as far as the journal tells. Calls in flight and undelivered
 * watch events are for whoever serves them to know (environment_busy).
 *
 * Source: scenario-language.md, Semantics: "for 3s no mutating call changed anything and no
 * controller repeats a refused one within 12s (LBC polls a refused deletion every 2s for 10s)".
 */
#include "emulator/world/world.h"

#define QUIET_MS	 3000  /* real time without a call that changed something */
#define QUIET_REFUSED_MS 12000 /* real time in which a refused AWS call may be repeated */

struct quiet {
	bool settled;
	/** Real ms since a call, whoever's, last changed something; INT64_MAX: longer than any
	 * wait. */
	int64_t changed_ms;
	/** Real ms since a controller's mutating AWS call was refused that has not succeeded since;
	 * INT64_MAX: there is none. */
	int64_t refused_ms;
	uint64_t changed_by, refused_by; /**< their calls' numbers; 0: none */
	/** Real ms until it will have settled if nothing more happens: 0 now. */
	int64_t wait_ms;
};

/**
 * Judges the end of the journal. What a person does counts as well: controllers have not yet had
 * the time to react. Leases and events are no changes: controllers write them for ever.
 * A refused Kubernetes call counts like a change: it is repeated at once or with a growing pause.
 *
 * @param quiet_ms     real ms without a change, 0: QUIET_MS
 * @param now_real_ms  clock_real_ms()
 */
struct quiet judge_quiet(const struct world *world, int64_t quiet_ms, int64_t now_real_ms);
