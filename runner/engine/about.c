/* What calls are about. */
#include "runner/engine/about.h"

#include "emulator/base/json.h"
#include "runner/engine/inner.h"

#define ACCOUNT_DIGITS 12

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

/* Where the text goes on after so many of a character; its end when there are fewer. */
static const char *skip_parts(const char *text, char end, unsigned count)
{
	for (; *text && count; text++)
		count -= *text == end;
	return text;
}

/* What tells it from others: an ARN (arn:PARTITION:SERVICE:REGION:ACCOUNT:…) and a key
 * (ACCOUNT/REGION/…) begin with what all of them share. Takes the text over. */
static char *without_prefix(char *text)
{
	const char *rest = text;

	if (str_starts_with(text, "arn:"))
		rest = skip_parts(text, ':', 5);
	else if (strspn(text, "0123456789") == ACCOUNT_DIGITS && text[ACCOUNT_DIGITS] == '/')
		rest = skip_parts(text, '/', 2);
	if (*rest)
		memmove(text, rest, strlen(rest) + 1);
	return text;
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
		return without_prefix(doc_called(change->after ? change->after : change->before));
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get_str(entry->params, members[i]))
			return without_prefix(xstrdup(json_get_str(entry->params, members[i])));
	return xstrdup("");
}
