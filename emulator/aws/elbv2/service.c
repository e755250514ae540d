/* The table of operations of elbv2. */
#include "emulator/aws/operation.h"

const struct service service_elbv2 = {
	.name = "elbv2",
};
