/* What calls are about. */
#include "runner/engine/about.h"

#include "runner/engine/inner.h"

char *call_about(const struct journal_entry *entry)
{
	static const char *const members[] = {"LoadBalancerName", "Name",
					      "LoadBalancerArn",  "TargetGroupArn",
					      "GroupId",	  "GroupName",
					      "SubnetId",	  "VpcId",
					      "RouteTableId",	  "RoleName",
					      "NatGatewayId",	  "AllocationId",
					      "ListenerArn",	  "InstanceProfileName"};

	if (entry->change_count) {
		const struct change *change = &entry->changes[0];

		return doc_called(change->after ? change->after : change->before);
	}
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get_str(entry->params, members[i]))
			return xstrdup(json_get_str(entry->params, members[i]));
	return xstrdup("");
}
