/* Small words that every file uses. */
#include "emulator/base/util.h"

#include <stdio.h>
#include <unistd.h>

#define DISTANCE_MAX 64 /* bytes; longer words are not compared */

/* Whether the pattern's first item (one character, '?' or an escape) stands for c; *ret_next is
 * what follows the item. Never called for '*' or the end. */
static bool glob_item(const char *pattern, char c, const char **ret_next)
{
	bool literal = pattern[0] == '\\' && pattern[1];

	*ret_next = pattern + (literal ? 2 : 1);
	if (literal)
		return pattern[1] == c;
	return pattern[0] == '?' || pattern[0] == c;
}

bool str_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL, *next;

	if (!pattern || !text)
		return false;
	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern && glob_item(pattern, *text, &next)) {
			pattern = next;
			text++;
		} else if (star) {
			/* only the last star ever needs to be retried: linear per star */
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

unsigned str_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned rows[3][DISTANCE_MAX + 1];

	if (n > DISTANCE_MAX || m > DISTANCE_MAX)
		return DISTANCE_MAX;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two[j - 2] + 1 < row[j])
				row[j] = two[j - 2] + 1;
		}
	}
	return rows[n % 3][m];
}

const char *str_did_you_mean(const char *word, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	unsigned least = 0, allowed;

	if (!word || !*word)
		return NULL;
	allowed = (unsigned)((strlen(word) + 2) / 3);
	for (size_t i = 0; i < n; i++) {
		unsigned distance;

		if (!candidates[i])
			continue;
		distance = str_distance(word, candidates[i]);
		/* a candidate of which nothing is left but the edits is no guess */
		if (distance > allowed || distance >= strlen(candidates[i]))
			continue;
		if (!best || distance < least) {
			best = candidates[i];
			least = distance;
		}
	}
	return best;
}

/* Written without allocation: there is no memory left to build a message with. */
void out_of_memory(void)
{
	static const char message[] = "skyrig: out of memory\n";
	ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);

	(void)written;
	abort();
}

void *xmalloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *xcalloc(size_t n, size_t size)
{
	void *memory = n && size ? calloc(n, size) : calloc(1, 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *xrealloc(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xmalloc(size), text, size);
}

char *xstrndup(const char *text, size_t n)
{
	size_t length = strnlen(text, n);
	char *copy = xmalloc(length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *xvasprintf(const char *format, va_list arguments)
{
	char *text;

	/* besides memory, only a bug in the format can be missing */
	if (vasprintf(&text, format, arguments) < 0)
		out_of_memory();
	return text;
}

char *xasprintf(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	return text;
}
