/* The table of operations of Route 53. */
#include "emulator/aws/route53/route53.h"

static const struct operation operations[] = {
	{"AssociateVPCWithHostedZone", route53_associate_vpc_with_hosted_zone, OP_WRITE},
	{"ChangeResourceRecordSets", route53_change_resource_record_sets, OP_WRITE},
	{"ChangeTagsForResource", route53_change_tags_for_resource, OP_WRITE},
	{"CreateHostedZone", route53_create_hosted_zone, OP_WRITE},
	{"DeleteHostedZone", route53_delete_hosted_zone, OP_WRITE},
	{"DisassociateVPCFromHostedZone", route53_disassociate_vpc_from_hosted_zone, OP_WRITE},
	{"GetChange", route53_get_change, OP_READ},
	{"GetHostedZone", route53_get_hosted_zone, OP_READ},
	{"GetHostedZoneCount", route53_get_hosted_zone_count, OP_READ},
	{"ListHostedZones", route53_list_hosted_zones, OP_READ},
	{"ListHostedZonesByName", route53_list_hosted_zones_by_name, OP_READ},
	{"ListResourceRecordSets", route53_list_resource_record_sets, OP_READ},
	{"ListTagsForResource", route53_list_tags_for_resource, OP_READ},
	{"UpdateHostedZoneComment", route53_update_hosted_zone_comment, OP_WRITE},
};

const struct service service_route53 = {
	.name = "route53",
	.operations = operations,
	.operation_count = array_size(operations),
};
