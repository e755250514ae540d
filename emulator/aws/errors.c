/* The error table's rows, and setting an error by one. */
#include "emulator/aws/errors.h"

#include <stdarg.h>

#include "emulator/base/strbuf.h"

#define TEXT_MAX                                                                                   \
	16384 /* bytes; AWS's own messages are far shorter, but may quote what was sent            \
	       */

static const struct aws_error_row rows[] = {
#define AWS_ERROR(name, code, status, text, source) {#name, code, status, text, source},
#include "emulator/aws/errors.tbl"
#include "emulator/aws/acm/errors.tbl"
#include "emulator/aws/ec2/errors.tbl"
#include "emulator/aws/efs/errors.tbl"
#include "emulator/aws/elb/errors.tbl"
#include "emulator/aws/elbv2/errors.tbl"
#include "emulator/aws/globalaccelerator/errors.tbl"
#include "emulator/aws/iam/errors.tbl"
#include "emulator/aws/kms/errors.tbl"
#include "emulator/aws/policy/errors.tbl"
#include "emulator/aws/route53/errors.tbl"
#include "emulator/aws/s3/errors.tbl"
#include "emulator/aws/shield/errors.tbl"
#include "emulator/aws/sts/errors.tbl"
#include "emulator/aws/tagging/errors.tbl"
#include "emulator/aws/wafv2/errors.tbl"
#undef AWS_ERROR
};

const struct aws_error_row *aws_error_row(enum aws_error error)
{
	assert((unsigned)error < AWS_ERROR_COUNT);
	return &rows[error];
}

static enum err_class class_of(int status)
{
	switch (status) {
	case 401:
	case 403: return ERR_DENIED;
	case 404: return ERR_NOT_FOUND;
	case 409: return ERR_CONFLICT;
	case 413: return ERR_TOO_LARGE;
	case 501: return ERR_UNSUPPORTED;
	case 500:
	case 503: return ERR_UNAVAILABLE;
	default: return ERR_INVALID;
	}
}

/* Fills the row's text: only %s and %% stand in it, so that no argument can be a format. */
static void fill(struct strbuf *sb, const char *text, va_list arguments)
{
	for (const char *p = text; *p; p++) {
		if (*p != '%') {
			strbuf_add_char(sb, *p);
			continue;
		}
		p++;
		assert(*p == 's' || *p == '%');
		if (*p == '%') {
			strbuf_add_char(sb, '%');
			continue;
		}
		const char *argument = va_arg(arguments, const char *);
		strbuf_add(sb, argument ? argument : "null");
	}
}

bool aws_fail(struct err *err, enum aws_error error, ...)
{
	const struct aws_error_row *row = aws_error_row(error);
	struct strbuf sb;
	va_list arguments;

	if (!err)
		return false;
	strbuf_init(&sb, TEXT_MAX);
	va_start(arguments, error);
	fill(&sb, row->text, arguments);
	va_end(arguments);
	err_set(err, class_of(row->status), row->code, "%s", strbuf_text(&sb));
	err->status = row->status;
	strbuf_done(&sb);
	return false;
}
