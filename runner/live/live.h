#pragma once
/* What `serve` answers besides AWS on its port: paths below /_/, for `skyrig leaks` and people. */
#include "emulator/emulator.h"

struct live;

/** @param baseline  what is no leak because it was there before; becomes the live's own */
struct live *live_new(struct emulator *emulator, struct snapshot *baseline);
void live_free(struct live *live); /* NULL is fine */
DEFINE_FREEP(live, struct live)
/**
 * Serves a request whose path begins with /_/; userdata is the struct live.
 *
 *   GET /_/leaks       { "settled": bool, "leaks": [ … ] } as in leaks_to_json
 *   GET /_/leaks/plan  the commands that clean up, as text
 */
void live_serve(struct request *request, void *userdata);
