#pragma once
/* Small containers over uthash's utarray would hide types; these two cover nearly all needs. */
#include "emulator/base/util.h"

/** A growing array of pointers. Zero-initialise; the pointers are the caller's. */
struct ptrs {
	void **items;
	size_t count, room;
};
void ptrs_add(struct ptrs *ptrs, void *item);
/** Removes by index, keeping the order. */
void ptrs_remove_at(struct ptrs *ptrs, size_t index);
/** Removes the first occurrence; whether there was one. */
bool ptrs_remove(struct ptrs *ptrs, const void *item);
void ptrs_done(struct ptrs *ptrs);

/** A growing array of owned texts. Zero-initialise. */
struct strs {
	char **items;
	size_t count, room;
};
void strs_add(struct strs *strs, const char *text);
bool strs_has(const struct strs *strs, const char *text);
void strs_sort(struct strs *strs);
void strs_done(struct strs *strs);

/** A text that is kept once for the whole program: equal texts give equal pointers. Never freed;
 * for names, not for data. */
const char *intern(const char *text);
