#pragma once
/* Small words that every file uses: attributes, ownership, comparisons. No state, no allocation
 * policy of its own. */
#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** The caller must look at the result. */
#define must_check __attribute__((warn_unused_result))
/** printf-like function: format is parameter f, arguments start at a (both counted from 1). */
#define printf_like(f, a) __attribute__((format(printf, f, a)))
/** Runs func(&variable) when the variable leaves its scope. */
#define _cleanup_(func) __attribute__((cleanup(func)))
#define _unused_	__attribute__((unused))

#define array_size(a)			(sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

/** Hands the pointer on and forgets it here, so that a _cleanup_ does nothing: `return steal(x);`.
 */
#define steal(ptr)                                                                                 \
	({                                                                                         \
		__typeof__(ptr) stolen__ = (ptr);                                                  \
		(ptr) = NULL;                                                                      \
		stolen__;                                                                          \
	})

/** Defines `void NAME_freep(TYPE **)` for _cleanup_, out of `NAME_free(TYPE *)`. */
#define DEFINE_FREEP(name, type)                                                                   \
	static inline void name##_freep(type **p)                                                  \
	{                                                                                          \
		name##_free(*p);                                                                   \
	}

/** _cleanup_(freep) for plain malloc'ed memory. */
static inline void freep(void *p)
{
	free(*(void **)p);
}

/** Whether both are the same text; NULL equals only NULL. */
static inline bool str_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/** Whether text begins with prefix; false when text is NULL. */
static inline bool str_starts_with(const char *text, const char *prefix)
{
	return text && strncmp(text, prefix, strlen(prefix)) == 0;
}

/** Whether text ends with suffix; false when text is NULL. */
static inline bool str_ends_with(const char *text, const char *suffix)
{
	size_t n = text ? strlen(text) : 0, m = strlen(suffix);

	return n >= m && memcmp(text + n - m, suffix, m) == 0;
}

/**
 * Whether text matches a pattern in which '*' stands for any run and '?' for one character, as in
 * AWS filters and in the `calls:` of scenarios. A backslash takes the next character literally.
 * Case matters. No other magic.
 */
bool str_glob(const char *pattern, const char *text);

/**
 * How many single edits (insert, drop, replace, swap neighbours) part two words; for "did you
 * mean". Words over 64 bytes count as 64 apart.
 */
unsigned str_distance(const char *a, const char *b);

/**
 * The candidate that a mistyped word most likely meant.
 *
 * @param word        what was written
 * @param candidates  what could have been meant
 * @param n           how many candidates
 * @return a candidate within about a third of the word's length in edits, or NULL
 */
const char *str_did_you_mean(const char *word, const char *const *candidates, size_t n);

/** Ends the program with a message: for libraries that could not allocate. */
__attribute__((noreturn)) void out_of_memory(void);

/** malloc, calloc, realloc, strdup, strndup that never return NULL: out of memory ends the program
 * with a message. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t n);
/** A new text by printf rules; free() it. */
char *xasprintf(const char *format, ...) printf_like(1, 2);
char *xvasprintf(const char *format, va_list arguments) printf_like(1, 0);
