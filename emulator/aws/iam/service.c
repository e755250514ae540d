/* The table of operations of iam. */
#include "emulator/aws/iam/iam.h"

static const struct operation operations[] = {
#define OPERATION(name, fn, flags) {#name, fn, flags},
#include "emulator/aws/iam/operations.tbl"
#undef OPERATION
};

const struct service service_iam = {
	.name = "iam",
	.operations = operations,
	.operation_count = array_size(operations),
};
