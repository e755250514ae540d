/* Memory that lives as long as one request. */
#include "emulator/base/arena.h"

#include <stdarg.h>
#include <stdio.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HAVE_ASAN 1
#endif

#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(start, size)   ASAN_POISON_MEMORY_REGION(start, size)
#define UNPOISON(start, size) ASAN_UNPOISON_MEMORY_REGION(start, size)
#define GAP		      16 /* poisoned bytes behind each piece: overruns are seen */
#else
#define POISON(start, size)   ((void)0)
#define UNPOISON(start, size) ((void)0)
#define GAP		      0
#endif

#define BLOCK_MIN (16 * 1024)	/* bytes of the first block, which a reset keeps */
#define BLOCK_MAX (1024 * 1024) /* blocks double up to this size */
#define ALIGNMENT _Alignof(max_align_t)

struct block {
	struct block *older;
	size_t size, used; /* bytes behind this header */
	max_align_t memory[];
};

struct arena {
	struct block *newest;
	size_t next_size;
};

static struct block *block_new(size_t size, struct block *older)
{
	struct block *block;

	assert(size <= SIZE_MAX - sizeof(*block));
	block = xmalloc(sizeof(*block) + size);
	*block = (struct block){.older = older, .size = size};
	POISON(block->memory, size);
	return block;
}

static void block_free(struct block *block)
{
	UNPOISON(block->memory, block->size);
	free(block);
}

struct arena *arena_new(void)
{
	struct arena *arena = xmalloc(sizeof(*arena));

	arena->newest = block_new(BLOCK_MIN, NULL);
	arena->next_size = BLOCK_MIN * 2;
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->newest, *older; block; block = older) {
		older = block->older;
		block_free(block);
	}
	free(arena);
}

void arena_reset(struct arena *arena)
{
	while (arena->newest->older) {
		struct block *block = arena->newest;

		arena->newest = block->older;
		block_free(block);
	}
	arena->newest->used = 0;
	arena->next_size = BLOCK_MIN * 2;
	POISON(arena->newest->memory, arena->newest->size);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct block *block = arena->newest;
	size_t needed;
	void *piece;

	assert(size < SIZE_MAX / 2);
	needed = (size + GAP + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (needed > block->size - block->used) {
		size_t block_size = arena->next_size > needed ? arena->next_size : needed;

		block = block_new(block_size, block);
		arena->newest = block;
		if (arena->next_size < BLOCK_MAX)
			arena->next_size *= 2;
	}
	piece = (char *)block->memory + block->used;
	block->used += needed;
	UNPOISON(piece, size);
	return memset(piece, 0, size);
}

char *arena_strdup(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_alloc(arena, size), text, size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t n)
{
	size_t length = strnlen(text, n);

	/* the NUL is there already: pieces are zeroed */
	return memcpy(arena_alloc(arena, length + 1), text, length);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return arena_strdup(arena, "");
	text = arena_alloc(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}
