/* The table of operations of sts. */
#include "emulator/aws/operation.h"

const struct service service_sts = {
	.name = "sts",
};
