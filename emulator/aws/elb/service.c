/* The table of operations of elb. */
#include "emulator/aws/operation.h"

const struct service service_elb = {
	.name = "elb",
};
