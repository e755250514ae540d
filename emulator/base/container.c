/* Growing arrays and names kept once. */
#include "emulator/base/container.h"

#define HASH_NONFATAL_OOM 0
#include <uthash.h>

static void *grow(void *items, size_t count, size_t *room)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 8;
	assert(*room <= SIZE_MAX / sizeof(void *));
	return xrealloc(items, *room * sizeof(void *));
}

void ptrs_add(struct ptrs *ptrs, void *item)
{
	ptrs->items = grow(ptrs->items, ptrs->count, &ptrs->room);
	ptrs->items[ptrs->count++] = item;
}

void ptrs_remove_at(struct ptrs *ptrs, size_t index)
{
	assert(index < ptrs->count);
	ptrs->count--;
	memmove(ptrs->items + index, ptrs->items + index + 1,
		(ptrs->count - index) * sizeof(*ptrs->items));
}

bool ptrs_remove(struct ptrs *ptrs, const void *item)
{
	for (size_t i = 0; i < ptrs->count; i++) {
		if (ptrs->items[i] == item) {
			ptrs_remove_at(ptrs, i);
			return true;
		}
	}
	return false;
}

void ptrs_done(struct ptrs *ptrs)
{
	free(ptrs->items);
	*ptrs = (struct ptrs){0};
}

void strs_add(struct strs *strs, const char *text)
{
	strs->items = grow(strs->items, strs->count, &strs->room);
	strs->items[strs->count++] = xstrdup(text);
}

bool strs_has(const struct strs *strs, const char *text)
{
	for (size_t i = 0; i < strs->count; i++)
		if (strcmp(strs->items[i], text) == 0)
			return true;
	return false;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strs_sort(struct strs *strs)
{
	if (strs->count > 1)
		qsort(strs->items, strs->count, sizeof(*strs->items), compare_texts);
}

void strs_done(struct strs *strs)
{
	for (size_t i = 0; i < strs->count; i++)
		free(strs->items[i]);
	free(strs->items);
	*strs = (struct strs){0};
}

struct interned {
	UT_hash_handle hh;
	char text[];
};

const char *intern(const char *text)
{
	static struct interned *all;
	struct interned *entry;
	size_t length = strlen(text);

	HASH_FIND(hh, all, text, length, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry) + length + 1);
		memcpy(entry->text, text, length);
		HASH_ADD(hh, all, text, length, entry);
	}
	return entry->text;
}
