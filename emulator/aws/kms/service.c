/* The table of operations of KMS. */
#include "emulator/aws/kms/kms.h"

static const struct operation operations[] = {
#define OPERATION(name, fn, flags) {name, fn, flags},
#include "emulator/aws/kms/operations.tbl"
#undef OPERATION
};

const struct service service_kms = {
	.name = "kms",
	.operations = operations,
	.operation_count = array_size(operations),
};
