/* The table of operations of Global Accelerator. */
#include "emulator/aws/globalaccelerator/globalaccelerator.h"

static const struct operation operations[] = {
	{"AddEndpoints", ga_add_endpoints, OP_WRITE},
	{"CreateAccelerator", ga_create_accelerator, OP_WRITE},
	{"CreateEndpointGroup", ga_create_endpoint_group, OP_WRITE},
	{"CreateListener", ga_create_listener, OP_WRITE},
	{"DeleteAccelerator", ga_delete_accelerator, OP_WRITE},
	{"DeleteEndpointGroup", ga_delete_endpoint_group, OP_WRITE},
	{"DeleteListener", ga_delete_listener, OP_WRITE},
	{"DescribeAccelerator", ga_describe_accelerator, OP_READ},
	{"DescribeEndpointGroup", ga_describe_endpoint_group, OP_READ},
	{"DescribeListener", ga_describe_listener, OP_READ},
	{"ListAccelerators", ga_list_accelerators, OP_READ},
	{"ListEndpointGroups", ga_list_endpoint_groups, OP_READ},
	{"ListListeners", ga_list_listeners, OP_READ},
	{"ListTagsForResource", ga_list_tags_for_resource, OP_READ},
	{"RemoveEndpoints", ga_remove_endpoints, OP_WRITE},
	{"TagResource", ga_tag_resource, OP_WRITE},
	{"UntagResource", ga_untag_resource, OP_WRITE},
	{"UpdateAccelerator", ga_update_accelerator, OP_WRITE},
	{"UpdateEndpointGroup", ga_update_endpoint_group, OP_WRITE},
	{"UpdateListener", ga_update_listener, OP_WRITE},
};

const struct service service_globalaccelerator = {
	.name = "globalaccelerator",
	.operations = operations,
	.operation_count = array_size(operations),
};
