/* The table of operations of Route 53. */
#include "emulator/aws/route53/route53.h"

static const struct operation operations[] = {
	{"AssociateVPCWithHostedZone", route53_associate_vpc_with_hosted_zone, OP_WRITE},
	{"ChangeResourceRecordSets", route53_change_resource_record_sets, OP_WRITE},
	{"ChangeTagsForResource", route53_change_tags_for_resource, OP_WRITE},
	{"CreateHealthCheck", route53_create_health_check, OP_WRITE},
	{"CreateHostedZone", route53_create_hosted_zone, OP_WRITE},
	{"DeleteHealthCheck", route53_delete_health_check, OP_WRITE},
	{"DeleteHostedZone", route53_delete_hosted_zone, OP_WRITE},
	{"DisassociateVPCFromHostedZone", route53_disassociate_vpc_from_hosted_zone, OP_WRITE},
	{"GetAccountLimit", route53_get_account_limit, OP_READ},
	{"GetChange", route53_get_change, OP_READ},
	{"GetHealthCheck", route53_get_health_check, OP_READ},
	{"GetHealthCheckCount", route53_get_health_check_count, OP_READ},
	{"GetHostedZone", route53_get_hosted_zone, OP_READ},
	{"GetHostedZoneCount", route53_get_hosted_zone_count, OP_READ},
	{"GetHostedZoneLimit", route53_get_hosted_zone_limit, OP_READ},
	{"ListHealthChecks", route53_list_health_checks, OP_READ},
	{"ListHostedZones", route53_list_hosted_zones, OP_READ},
	{"ListHostedZonesByName", route53_list_hosted_zones_by_name, OP_READ},
	{"ListHostedZonesByVPC", route53_list_hosted_zones_by_vpc, OP_READ},
	{"ListResourceRecordSets", route53_list_resource_record_sets, OP_READ},
	{"ListTagsForResource", route53_list_tags_for_resource, OP_READ},
	{"ListTagsForResources", route53_list_tags_for_resources, OP_READ},
	{"UpdateHealthCheck", route53_update_health_check, OP_WRITE},
	{"UpdateHostedZoneComment", route53_update_hosted_zone_comment, OP_WRITE},
};

const struct service service_route53 = {
	.name = "route53",
	.operations = operations,
	.operation_count = array_size(operations),
};
