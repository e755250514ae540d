/* The table of operations of EC2. */
#include "emulator/aws/ec2/internal.h"

static const struct operation ec2_operations[] = {
#define OPERATION(name, fn, flags) {#name, fn, flags},
#include "emulator/aws/ec2/operations.tbl"
#undef OPERATION
};

const struct service service_ec2 = {
	.name = "ec2",
	.operations = ec2_operations,
	.operation_count = array_size(ec2_operations),
	.defaults = ec2_defaults,
};
