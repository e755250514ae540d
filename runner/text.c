/* Words for people. */
#include "runner/text.h"

#include <inttypes.h>

#include "emulator/base/strbuf.h"

#define TEXT_MAX 65536

size_t text_width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

char *text_count(size_t n, const char *one, const char *many)
{
	return xasprintf("%zu %s", n, n == 1 ? one : many);
}

char *text_list(const char *const *items, size_t n, const char *last)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	for (size_t i = 0; i < n; i++) {
		if (i && i + 1 == n)
			strbuf_addf(&sb, " %s ", last);
		else if (i)
			strbuf_add(&sb, ", ");
		strbuf_add(&sb, items[i]);
	}
	return strbuf_steal(&sb);
}

char *text_did_you_mean(const char *word, const char *const *candidates, size_t n)
{
	const char *meant = str_did_you_mean(word, candidates, n);

	return meant ? xasprintf("did you mean %s?", meant) : NULL;
}

char *text_duration(int64_t ms)
{
	struct strbuf sb;

	if (ms < 1000)
		return xasprintf("%" PRId64 "ms", ms);
	strbuf_init(&sb, TEXT_MAX);
	if (ms >= 3600000)
		strbuf_addf(&sb, "%" PRId64 "h", ms / 3600000);
	if (ms / 60000 % 60)
		strbuf_addf(&sb, "%" PRId64 "m", ms / 60000 % 60);
	if (ms / 1000 % 60)
		strbuf_addf(&sb, "%" PRId64 "s", ms / 1000 % 60);
	if (ms % 1000)
		strbuf_addf(&sb, "%" PRId64 "ms", ms % 1000);
	return strbuf_steal(&sb);
}

bool text_is_name(const char *text, bool digit_first)
{
	if (!*text || *text == '-' || (!digit_first && *text >= '0' && *text <= '9'))
		return false;
	for (; *text; text++)
		if (!((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9') ||
		      *text == '-'))
			return false;
	return true;
}
