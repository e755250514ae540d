#pragma once
/* Memory that lives as long as one request: taken bit by bit, given back at once. Nothing in the
 * world points into one. */
#include "emulator/base/util.h"

struct arena;

/** An empty arena; arena_free it. */
struct arena *arena_new(void);
/** Frees everything; NULL is fine. */
void arena_free(struct arena *arena);
/** Gives all memory back but keeps the arena (and one block) for the next request. Poisons the
 * blocks under ASan. */
void arena_reset(struct arena *arena);

/** Memory aligned for any type, zeroed; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...) printf_like(2, 3);

DEFINE_FREEP(arena, struct arena)
