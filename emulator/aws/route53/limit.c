/* Quotas of an account and of a zone, and how much of them is used; the zones of a VPC. */
#include "emulator/aws/route53/route53.h"

#define SUMMARIES_MAX 100 /* MaxItems of ListHostedZonesByVPC */

/* Route 53 Developer Guide, "Quotas". */
static const struct {
	const char *type;
	const struct kind *kind; /* NULL: there are none here */
	int64_t value;
} account_limits[] = {
	{"MAX_HEALTH_CHECKS_BY_OWNER", &kind_health_check, 200},
	{"MAX_HOSTED_ZONES_BY_OWNER", &kind_hosted_zone, 500},
	{"MAX_REUSABLE_DELEGATION_SETS_BY_OWNER", NULL, 100},
	{"MAX_TRAFFIC_POLICIES_BY_OWNER", NULL, 50},
	{"MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER", NULL, 5},
};

#define RECORDS_OF_ZONE 10000
#define VPCS_OF_ZONE	300

static void show(struct json *output, const char *type, int64_t value, int64_t count)
{
	struct json *limit = json_ensure_object(output, "Limit");

	json_set_str(limit, "Type", type);
	json_set_int(limit, "Value", value);
	json_set_int(output, "Count", count);
}

bool route53_get_account_limit(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const char *type = json_get_str(input, "Type");

	for (size_t i = 0; i < array_size(account_limits); i++) {
		int64_t count = 0;

		if (!str_eq(account_limits[i].type, type))
			continue;
		if (account_limits[i].kind)
			world_foreach (doc, call->world, account_limits[i].kind)
				count += doc_in_scope(call, doc);
		show(output, type, account_limits[i].value, count);
		return true;
	}
	return aws_fail(err, AWS_ROUTE53_INPUT, "The type of the limit is not valid.");
}

bool route53_get_hosted_zone_limit(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const char *type = json_get_str(input, "Type");
	const struct doc *zone = route53_zone(call, input, "HostedZoneId", err);
	const struct json *vpcs;

	if (!zone)
		return false;
	vpcs = json_get(zone->extra, "VPCs");
	if (str_eq(type, "MAX_RRSETS_BY_ZONE")) {
		show(output, type, RECORDS_OF_ZONE,
		     (int64_t)world_lookup_count(call->world, &kind_record_set, "zone", zone->key));
		return true;
	}
	if (!vpcs)
		return aws_fail(err, AWS_ROUTE53_NOT_PRIVATE, zone->key);
	show(output, type, VPCS_OF_ZONE, (int64_t)json_size(vpcs));
	return true;
}

static bool has_vpc(const struct doc *zone, const struct json *input)
{
	const char *id = json_get_str(input, "VPCId"), *region = json_get_str(input, "VPCRegion");

	json_foreach (vpc, json_get(zone->extra, "VPCs"))
		if (str_eq(json_get_str(vpc, "VPCId"), id) &&
		    str_eq(json_get_str(vpc, "VPCRegion"), region))
			return true;
	return false;
}

bool route53_list_hosted_zones_by_vpc(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	struct json *list = json_ensure_array(output, "HostedZoneSummaries");
	const char *token = json_get_str(input, "NextToken");
	size_t max = route53_max_items(input, SUMMARIES_MAX);
	bool begun = !token || !*token;

	world_foreach (zone, call->world, &kind_hosted_zone) {
		struct json *item;

		begun = begun || str_eq(zone->key, token);
		if (!begun || !doc_in_scope(call, zone) || !has_vpc(zone, input))
			continue;
		if (json_size(list) == max) {
			json_set_str(output, "NextToken", zone->key);
			break;
		}
		item = json_new_object();
		json_set_str(item, "HostedZoneId", zone->key);
		json_set_copy(item, "Name", json_get(zone->body, "Name"));
		json_set_str(json_ensure_object(item, "Owner"), "OwningAccount", zone->account);
		json_append(list, item);
	}
	if (!begun)
		return aws_fail(err, AWS_ROUTE53_TOKEN);
	json_setf(output, "MaxItems", "%zu", max);
	return true;
}

bool route53_list_tags_for_resources(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	struct json *list = json_ensure_array(output, "ResourceTagSets");

	json_foreach (id, json_get(input, "ResourceIds")) {
		const struct doc *doc = route53_tagged(call, json_get_str(input, "ResourceType"),
						       json_str(id), err);
		struct json *set;

		if (!doc)
			return false;
		set = json_new_object();
		json_set_copy(set, "ResourceType", json_get(input, "ResourceType"));
		json_set_str(set, "ResourceId", doc->key);
		json_set(set, "Tags", tags_to_list(doc->tags));
		json_append(list, set);
	}
	return true;
}
