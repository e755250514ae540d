/* Errors travel, they do not print. */
#include "emulator/base/err.h"

#include <errno.h>

#include "emulator/base/json.h"

bool err_set(struct err *err, enum err_class code, const char *wire, const char *format, ...)
{
	va_list arguments;
	char *text, *wire_copy;

	assert(code != ERR_NONE);
	if (!err)
		return false;
	/* the arguments may point into what is about to be dropped */
	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	wire_copy = wire ? xstrdup(wire) : NULL;
	err_done(err);
	err->code = code;
	err->wire = wire_copy;
	err->text = text;
	return false;
}

bool err_errno(struct err *err, const char *format, ...)
{
	int number = errno;
	char buffer[128];
	va_list arguments;
	char *text;

	if (!err)
		return false;
	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	err_set(err, ERR_IO, NULL, "%s: %s", text, strerror_r(number, buffer, sizeof(buffer)));
	free(text);
	errno = number;
	return false;
}

bool err_wrap(struct err *err, const char *format, ...)
{
	va_list arguments;
	char *context, *text;

	if (!err)
		return false;
	va_start(arguments, format);
	context = xvasprintf(format, arguments);
	va_end(arguments);
	text = xasprintf("%s: %s", context, err_text(err));
	free(context);
	free(err->text);
	err->text = text;
	return false;
}

bool err_move(struct err *to, struct err *from)
{
	if (to == from)
		return false;
	if (!to) {
		err_done(from);
		return false;
	}
	err_done(to);
	*to = *from;
	*from = (struct err)ERR_INIT;
	return false;
}

void err_done(struct err *err)
{
	if (!err)
		return;
	free(err->wire);
	free(err->text);
	json_free(err->details);
	*err = (struct err)ERR_INIT;
}

const char *err_text(const struct err *err)
{
	return err && err->text ? err->text : "no error";
}
