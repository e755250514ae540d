#pragma once
/* Time: the machine's, and an emulated clock that runs faster, or jumps. All in milliseconds. */
#include "emulator/base/util.h"

/** Real time, ms since 1970 (UTC). */
int64_t clock_real_ms(void);
/** Monotonic time in ms, for deadlines; its zero means nothing. */
int64_t clock_monotonic_ms(void);
/** Both stand still from now until clock_release. */
void clock_hold(void);
/** Both stand at these times until clock_release; a clock_hold in between changes nothing. */
void clock_hold_at(int64_t real_ms, int64_t monotonic_ms);
void clock_release(void);

/** Emulated time: starts at the real time, runs `speed` times as fast, can be advanced. */
struct emulated_clock {
	int64_t base_monotonic_ms; /**< when the base below was true */
	int64_t base_ms;	   /**< emulated ms since 1970 at that moment */
	double speed;		   /**< emulated ms per real ms, 0 (stopped) to 1000 */
};
void emulated_clock_init(struct emulated_clock *clock, double speed);
int64_t emulated_clock_now(const struct emulated_clock *clock);
/** Jumps ahead; never back. */
void emulated_clock_advance(struct emulated_clock *clock, int64_t ms);
/** Changes the speed without a jump. */
void emulated_clock_set_speed(struct emulated_clock *clock, double speed);
/** Real ms until the emulated clock shows due_ms: 0 when due, INT64_MAX when the clock is stopped.
 */
int64_t emulated_clock_until(const struct emulated_clock *clock, int64_t due_ms);

#define CLOCK_TEXT_MAX 40
/** "2026-11-23T08:27:00.123Z"; returns buffer. */
const char *clock_format_ms(int64_t ms, char buffer[CLOCK_TEXT_MAX]);
/** "2026-11-23T08:27:00Z", as Kubernetes' Time. */
const char *clock_format_seconds(int64_t ms, char buffer[CLOCK_TEXT_MAX]);
/** RFC 3339 with or without fraction and with Z or an offset; false when it is none. */
must_check bool clock_parse(const char *text, int64_t *ret_ms);
/** A duration as scenarios write it: 500ms, 30s, 2m, 1m30s, 1h; false when it is none. Result in
 * ms. */
must_check bool duration_parse(const char *text, int64_t *ret_ms);
