/* The table of operations of WAFv2. */
#include "emulator/aws/wafv2/wafv2.h"

static const struct operation operations[] = {
	{"AssociateWebACL", waf_associate_web_acl, OP_WRITE},
	{"CheckCapacity", waf_check_capacity, OP_WRITE},
	{"CreateIPSet", waf_create_entity, OP_WRITE},
	{"CreateRegexPatternSet", waf_create_entity, OP_WRITE},
	{"CreateRuleGroup", waf_create_entity, OP_WRITE},
	{"CreateWebACL", waf_create_entity, OP_WRITE},
	{"DeleteIPSet", waf_delete_entity, OP_WRITE},
	{"DeleteRegexPatternSet", waf_delete_entity, OP_WRITE},
	{"DeleteRuleGroup", waf_delete_entity, OP_WRITE},
	{"DeleteWebACL", waf_delete_entity, OP_WRITE},
	{"DisassociateWebACL", waf_disassociate_web_acl, OP_WRITE},
	{"GetIPSet", waf_get_entity, OP_READ},
	{"GetRegexPatternSet", waf_get_entity, OP_READ},
	{"GetRuleGroup", waf_get_entity, OP_READ},
	{"GetWebACL", waf_get_entity, OP_READ},
	{"GetWebACLForResource", waf_get_web_acl_for_resource, OP_READ},
	{"ListIPSets", waf_list_entities, OP_READ},
	{"ListRegexPatternSets", waf_list_entities, OP_READ},
	{"ListResourcesForWebACL", waf_list_resources_for_web_acl, OP_READ},
	{"ListRuleGroups", waf_list_entities, OP_READ},
	{"ListTagsForResource", waf_list_tags_for_resource, OP_READ},
	{"ListWebACLs", waf_list_entities, OP_READ},
	{"TagResource", waf_tag_resource, OP_WRITE},
	{"UntagResource", waf_untag_resource, OP_WRITE},
	{"UpdateIPSet", waf_update_entity, OP_WRITE},
	{"UpdateRegexPatternSet", waf_update_entity, OP_WRITE},
	{"UpdateRuleGroup", waf_update_entity, OP_WRITE},
	{"UpdateWebACL", waf_update_entity, OP_WRITE},
};

const struct service service_wafv2 = {
	.name = "wafv2",
	.operations = operations,
	.operation_count = array_size(operations),
};
