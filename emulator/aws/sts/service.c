/* The table of operations of sts. */
#include "emulator/aws/sts/sts.h"

static const struct operation operations[] = {
#define OPERATION(name, fn, flags) {#name, fn, flags},
#include "emulator/aws/sts/operations.tbl"
#undef OPERATION
};

const struct service service_sts = {
	.name = "sts",
	.operations = operations,
	.operation_count = array_size(operations),
};
