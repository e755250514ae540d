/* The table of operations of S3. */
#include "emulator/aws/s3/s3.h"

static const struct operation operations[] = {
#define OPERATION(name, fn, flags) {name, fn, flags},
#include "emulator/aws/s3/operations.tbl"
#undef OPERATION
};

const struct service service_s3 = {
	.name = "s3",
	.operations = operations,
	.operation_count = array_size(operations),
};
