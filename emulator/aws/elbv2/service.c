/* The table of operations of elbv2. */
#include "emulator/aws/elbv2/internal.h"

static const struct operation operations[] = {
#define OPERATION(name, handler, flags) {name, handler, flags},
#include "emulator/aws/elbv2/operations.tbl"
#undef OPERATION
};

const struct service service_elbv2 = {
	.name = "elbv2",
	.operations = operations,
	.operation_count = array_size(operations),
};
