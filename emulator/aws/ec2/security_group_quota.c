/* ValidateSecurityGroupQuotasForInterface: whether one network interface could have all of some
 * groups. AWS lets only its own services ask; here everybody may. */
#include "emulator/aws/ec2/internal.h"

/* Source: Amazon VPC quotas: rules of a group times groups of an interface are at most 1000; each
 * direction and family counts for itself. */
#define RULES_PER_INTERFACE 1000

static bool check_ids(struct call *call, const struct json *ids, struct err *err)
{
	_cleanup_(json_freep) struct json *unique = ec2_list_unique(ids);
	const struct doc *group;

	if (!json_size(ids))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "SecurityGroupIds");
	if (json_size(unique) != json_size(ids))
		return aws_fail(err, AWS_EC2_GROUP_TWICE);
	if (json_size(ids) > ec2_limit(LIMIT_GROUPS_PER_INTERFACE))
		return aws_fail(err, AWS_EC2_GROUPS_PER_INTERFACE);
	json_foreach (id, ids) {
		if (!ec2_get(call, &kind_security_group, json_str(id), &group, err))
			return false;
	}
	return true;
}

bool ec2_validate_security_group_quotas_for_interface(struct call *call, const struct json *input,
						      struct json *output, struct err *err)
{
	const struct json *ids = json_get(input, "SecurityGroupIds");

	if (!check_ids(call, ids, err))
		return false;
	for (unsigned i = 0; i < 4; i++) {
		size_t rules = 0;

		json_foreach (id, ids)
			rules +=
				security_group_count_rules(call->world, json_str(id), i & 1, i & 2);
		if (rules > RULES_PER_INTERFACE)
			return aws_fail(err, AWS_EC2_RULE_LIMIT);
	}
	json_set_bool(output, "Valid", true);
	return true;
}
