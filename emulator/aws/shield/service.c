/* The table of operations of shield. */
#include "emulator/aws/operation.h"

const struct service service_shield = {
	.name = "shield",
};
