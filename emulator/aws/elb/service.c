/* The table of operations of classic ELB. */
#include "emulator/aws/elb/internal.h"

static const struct operation operations[] = {
#define OPERATION(name, handler, flags) {name, handler, flags},
#include "emulator/aws/elb/operations.tbl"
#undef OPERATION
};

const struct service service_elb = {
	.name = "elb",
	.operations = operations,
	.operation_count = array_size(operations),
};
