/* What calls are about. */
#include "runner/engine/about.h"

#include "emulator/base/json.h"
#include "runner/engine/inner.h"

/* The change that a call is named after: a Service is not about the address that it was given. */
static const struct change *main_change(const struct journal_entry *entry)
{
	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];
		const struct doc *doc = change->after ? change->after : change->before;
		const char *kind = json_get_str(doc->body, "kind");

		if (kind && str_ends_with(entry->operation, kind))
			return change;
	}
	return entry->change_count ? &entry->changes[0] : NULL;
}

char *call_about(const struct journal_entry *entry)
{
	static const char *const members[] = {"LoadBalancerName", "Name",
					      "LoadBalancerArn",  "TargetGroupArn",
					      "GroupId",	  "GroupName",
					      "SubnetId",	  "VpcId",
					      "RouteTableId",	  "RoleName",
					      "NatGatewayId",	  "AllocationId",
					      "ListenerArn",	  "InstanceProfileName"};

	const struct change *change = main_change(entry);

	if (change)
		return doc_called(change->after ? change->after : change->before);
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get_str(entry->params, members[i]))
			return xstrdup(json_get_str(entry->params, members[i]));
	return xstrdup("");
}
