/* The table of operations of ec2. */
#include "emulator/aws/operation.h"

const struct service service_ec2 = {
	.name = "ec2",
};
