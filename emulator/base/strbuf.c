/* Text under construction, with a ceiling. */
#include "emulator/base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>

#define ROOM_MIN 64 /* bytes of the first allocation */

void strbuf_init(struct strbuf *sb, size_t ceiling)
{
	*sb = (struct strbuf){.ceiling = ceiling};
}

void strbuf_done(struct strbuf *sb)
{
	free(sb->text);
	*sb = (struct strbuf){.ceiling = sb->ceiling};
}

void strbuf_reset(struct strbuf *sb)
{
	sb->length = 0;
	sb->overflow = false;
	if (sb->text)
		sb->text[0] = '\0';
}

void strbuf_truncate(struct strbuf *sb, size_t length)
{
	if (length >= sb->length)
		return;
	sb->length = length;
	sb->text[length] = '\0';
}

/* Makes room for `more` bytes and the NUL; false (and overflow) when the ceiling is in the way. */
static bool make_room(struct strbuf *sb, size_t more)
{
	size_t room, needed;

	if (sb->ceiling < sb->length || more > sb->ceiling - sb->length ||
	    more >= SIZE_MAX / 2 - sb->length) {
		sb->overflow = true;
		return false;
	}
	needed = sb->length + more + 1;
	if (needed <= sb->room)
		return true;
	room = sb->room ? sb->room : ROOM_MIN;
	while (room < needed)
		room *= 2;
	/* never take much more than the ceiling allows to use */
	if (sb->ceiling < room - 1)
		room = sb->ceiling + 1;
	sb->text = xrealloc(sb->text, room);
	sb->room = room;
	return true;
}

void strbuf_add_bytes_slowly(struct strbuf *sb, const void *bytes, size_t length)
{
	if (!make_room(sb, length))
		return;
	if (length)
		memcpy(sb->text + sb->length, bytes, length);
	sb->length += length;
	sb->text[sb->length] = '\0';
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
	size_t free_room = sb->room - sb->length;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(sb->text ? sb->text + sb->length : NULL, sb->text ? free_room : 0,
			   format, arguments);
	va_end(arguments);
	if (length < 0)
		length = 0;
	if (!make_room(sb, (size_t)length)) {
		if (sb->text)
			sb->text[sb->length] = '\0';
		return;
	}
	if (!free_room || (size_t)length >= free_room) {
		va_start(arguments, format);
		vsnprintf(sb->text + sb->length, (size_t)length + 1, format, arguments);
		va_end(arguments);
	}
	sb->length += (size_t)length;
	sb->text[sb->length] = '\0';
}

const char *strbuf_text(const struct strbuf *sb)
{
	return sb->text ? sb->text : "";
}

char *strbuf_steal(struct strbuf *sb)
{
	char *text = sb->text ? sb->text : xstrdup("");

	*sb = (struct strbuf){.ceiling = sb->ceiling};
	return text;
}
