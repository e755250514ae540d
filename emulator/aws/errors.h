#pragma once
/*
 * The error table: what AWS says when it refuses. Rows stand in errors.tbl (common) and
 * <service>/errors.tbl:
 *
 *   AWS_ERROR(NAME, "Wire.Code", status, "text with %s for each argument", "source")
 *
 * A text that is only remembered has the source "unverified". All arguments are texts.
 */
#include "emulator/base/err.h"

enum aws_error {
#define AWS_ERROR(name, code, status, text, source) AWS_##name,
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
	AWS_ERROR_COUNT
};

struct aws_error_row {
	const char *name, *code;
	int status;
	const char *text, *source;
};
/** The row of an error; every one has a row. */
const struct aws_error_row *aws_error_row(enum aws_error error);

/** Sets err by a row; as many `const char *` follow as its text has %s. Always false. */
bool aws_fail(struct err *err, enum aws_error error, ...);
