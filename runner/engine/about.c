/* What calls are about. */
#include "runner/engine/about.h"

#include "emulator/base/json.h"
#include "runner/engine/inner.h"

#define ACCOUNT_DIGITS 12

static const struct doc *changed_doc(const struct change *change)
{
	return change->after ? change->after : change->before;
}

/* Whether the operation is named after this sort of thing: CreateLoadBalancer. */
static bool names_kind(const struct journal_entry *entry, const struct doc *doc)
{
	const char *kind = json_get_str(doc->body, "kind");
	const char *shape = doc->kind->shape ? strchr(doc->kind->shape, ':') : NULL;

	if (str_eq(entry->service, "k8s") || !shape)
		return kind && str_ends_with(entry->operation, kind);
	return str_ends_with(entry->operation, shape + 1);
}

static bool names_doc(const struct journal_entry *entry, const struct doc *doc)
{
	_cleanup_(freep) char *called = doc_called(doc);

	json_foreach (param, entry->params)
		if (json_str(param) && strstr(called, json_str(param)) && *json_str(param))
			return true;
	return false;
}

/* The change that a call is named after: a Service is not about the address that it was given, nor
 * a load balancer about its network interfaces. */
static const struct change *main_change(const struct journal_entry *entry)
{
	for (size_t i = 0; i < entry->change_count; i++)
		if (names_kind(entry, changed_doc(&entry->changes[i])))
			return &entry->changes[i];
	for (size_t i = 0; !str_eq(entry->service, "k8s") && i < entry->change_count; i++)
		if (names_doc(entry, changed_doc(&entry->changes[i])))
			return &entry->changes[i];
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
		return without_prefix(doc_called(changed_doc(change)));
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get_str(entry->params, members[i]))
			return without_prefix(xstrdup(json_get_str(entry->params, members[i])));
	return xstrdup("");
}
