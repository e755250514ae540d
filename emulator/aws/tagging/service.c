/* The table of operations of the Resource Groups Tagging API. */
#include "emulator/aws/tagging/tagging.h"

static const struct operation operations[] = {
	{"GetResources", tagging_get_resources, OP_READ},
	{"GetTagKeys", tagging_get_tag_keys, OP_READ},
	{"GetTagValues", tagging_get_tag_values, OP_READ},
	{"TagResources", tagging_tag_resources, OP_WRITE},
	{"UntagResources", tagging_untag_resources, OP_WRITE},
};

const struct service service_tagging = {
	.name = "tagging",
	.operations = operations,
	.operation_count = array_size(operations),
};
