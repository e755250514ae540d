/* The program's own log, to stderr. */
#include "emulator/base/log.h"

#include <errno.h>
#include <stdio.h>

#include "emulator/base/strbuf.h"

#define LINE_MAX_BYTES (64 * 1024) /* a longer message is cut, visibly */

static enum log_level level_now = LOG_WARNING;

void log_set_level(enum log_level level)
{
	level_now = level;
}

void log_message(enum log_level level, const char *format, ...)
{
	int saved = errno;
	struct strbuf line;
	va_list arguments;
	char *message;

	if (level > level_now)
		return;
	va_start(arguments, format);
	message = xvasprintf(format, arguments);
	va_end(arguments);
	strbuf_init(&line, LINE_MAX_BYTES);
	strbuf_add(&line, "skyrig: ");
	for (const char *p = message; *p && !line.overflow; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			strbuf_addf(&line, "\\x%02x", (unsigned char)*p);
		else
			strbuf_add_char(&line, *p);
	}
	/* one write per line: lines of several processes do not mix */
	fprintf(stderr, "%s%s\n", strbuf_text(&line), line.overflow ? "..." : "");
	strbuf_done(&line);
	free(message);
	errno = saved;
}
