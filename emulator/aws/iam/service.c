/* The table of operations of iam. */
#include "emulator/aws/operation.h"

const struct service service_iam = {
	.name = "iam",
};
