#pragma once
/* Text under construction, with a ceiling: no buffer grows without a stated limit. */
#include "emulator/base/util.h"

struct strbuf {
	char *text;	/**< always NUL-terminated once something was added; NULL before */
	size_t length;	/**< bytes without the NUL */
	size_t room;	/**< bytes allocated */
	size_t ceiling; /**< length never exceeds it */
	bool overflow;	/**< something did not fit and was left out; sticky */
};

/** Prepares an empty text of at most ceiling bytes. */
void strbuf_init(struct strbuf *sb, size_t ceiling);
/** Frees the text; the strbuf can be initialised again. */
void strbuf_done(struct strbuf *sb);
/** Empties the text but keeps its memory and ceiling. */
void strbuf_reset(struct strbuf *sb);

/** Cuts the text to its first `length` bytes; a length not below the present one changes nothing.
 */
void strbuf_truncate(struct strbuf *sb, size_t length);

/** All adders append, and set `overflow` (adding nothing) when the text would pass its ceiling. */
void strbuf_addf(struct strbuf *sb, const char *format, ...) printf_like(2, 3);

/** The text; "" when nothing was added. Borrowed until the next change. */
const char *strbuf_text(const struct strbuf *sb);
/** Hands over the text (free() it); the strbuf is empty afterwards. Never NULL. */
char *strbuf_steal(struct strbuf *sb);

/** strbuf_add_bytes where there may be no room yet. */
void strbuf_add_bytes_slowly(struct strbuf *sb, const void *bytes, size_t length);

/** Adds bytes. In the header, because long replies are made of some hundred thousand of these;
 * `room` never is more than the ceiling and its NUL. */
static inline void strbuf_add_bytes(struct strbuf *sb, const void *bytes, size_t length)
{
	if (length >= sb->room - sb->length || length > PTRDIFF_MAX) {
		strbuf_add_bytes_slowly(sb, bytes, length);
		return;
	}
	memcpy(sb->text + sb->length, bytes, length);
	sb->length += length;
	sb->text[sb->length] = '\0';
}

/** Adds a text. */
static inline void strbuf_add(struct strbuf *sb, const char *text)
{
	strbuf_add_bytes(sb, text, strlen(text));
}

/** Adds one character. */
static inline void strbuf_add_char(struct strbuf *sb, char c)
{
	strbuf_add_bytes(sb, &c, 1);
}
