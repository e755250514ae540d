/* CreateTags, DeleteTags, DescribeTags over all resources that can have tags. */
#include "emulator/aws/ec2/internal.h"

#define RESOURCES_MAX 1000 /* EC2 API, CreateTags */

/* Kind and resource type as TagSpecifications and DescribeTags call it. */
static const struct {
	const struct kind *kind;
	const char *type;
} rows[] = {
	{&kind_carrier_gateway, "carrier-gateway"},
	{&kind_customer_gateway, "customer-gateway"},
	{&kind_dhcp_options, "dhcp-options"},
	{&kind_egress_only_internet_gateway, "egress-only-internet-gateway"},
	{&kind_elastic_ip, "elastic-ip"},
	{&kind_host, "dedicated-host"},
	{&kind_image, "image"},
	{&kind_instance, "instance"},
	{&kind_instance_event_window, "instance-event-window"},
	{&kind_internet_gateway, "internet-gateway"},
	{&kind_ipam, "ipam"},
	{&kind_ipam_external_resource_verification_token,
	 "ipam-external-resource-verification-token"},
	{&kind_ipam_policy, "ipam-policy"},
	{&kind_ipam_pool, "ipam-pool"},
	{&kind_ipam_pool_allocation, "ipam-pool-allocation"},
	{&kind_ipam_prefix_list_resolver, "ipam-prefix-list-resolver"},
	{&kind_ipam_prefix_list_resolver_target, "ipam-prefix-list-resolver-target"},
	{&kind_ipam_resource_discovery, "ipam-resource-discovery"},
	{&kind_ipam_resource_discovery_association, "ipam-resource-discovery-association"},
	{&kind_ipam_scope, "ipam-scope"},
	{&kind_public_ipv4_pool, "ipv4pool-ec2"},
	{&kind_ipv6_pool, "ipv6pool-ec2"},
	{&kind_key_pair, "key-pair"},
	{&kind_managed_prefix_list, "prefix-list"},
	{&kind_launch_template, "launch-template"},
	{&kind_nat_gateway, "natgateway"},
	{&kind_network_acl, "network-acl"},
	{&kind_network_interface, "network-interface"},
	{&kind_placement_group, "placement-group"},
	{&kind_replace_root_volume_task, "replace-root-volume-task"},
	{&kind_route_table, "route-table"},
	{&kind_security_group, "security-group"},
	{&kind_security_group_rule, "security-group-rule"},
	{&kind_snapshot, "snapshot"},
	{&kind_subnet, "subnet"},
	{&kind_subnet_cidr_reservation, "subnet-cidr-reservation"},
	{&kind_volume, "volume"},
	{&kind_vpc, "vpc"},
	{&kind_vpc_block_public_access_exclusion, "vpc-block-public-access-exclusion"},
	{&kind_vpc_encryption_control, "vpc-encryption-control"},
	{&kind_vpc_endpoint, "vpc-endpoint"},
	{&kind_vpc_endpoint_service, "vpc-endpoint-service"},
	{&kind_flow_log, "vpc-flow-log"},
	{&kind_vpc_peering_connection, "vpc-peering-connection"},
	{&kind_vpn_connection, "vpn-connection"},
	{&kind_vpn_gateway, "vpn-gateway"},
};

const char *ec2_resource_type(const struct kind *kind)
{
	for (size_t i = 0; i < array_size(rows); i++)
		if (rows[i].kind == kind)
			return rows[i].type;
	return NULL;
}

/** The document that an id of any kind means: the longest prefix that fits decides. */
static bool find_resource(const struct call *call, const char *id, const struct doc **ret,
			  struct err *err)
{
	const struct kind *kind = NULL;
	size_t best = 0;

	for (size_t i = 0; i < array_size(rows); i++) {
		const char *prefix = ec2_ids(rows[i].kind)->prefix;

		if (str_starts_with(id, prefix) && strlen(prefix) > best) {
			kind = rows[i].kind;
			best = strlen(prefix);
		}
	}
	if (!kind)
		return aws_fail(err, AWS_EC2_RESOURCE_ID, id ? id : "");
	return ec2_get(call, kind, id, ret, err);
}

static bool check_resources(const struct json *ids, struct err *err)
{
	if (json_size(ids) > RESOURCES_MAX)
		return aws_fail(err, AWS_EC2_TAG_RESOURCES);
	return true;
}

bool ec2_create_tags(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const struct json *ids = json_get(input, "Resources");

	(void)output;
	if (!check_resources(ids, err))
		return false;
	if (!json_size(json_get(input, "Tags")))
		return aws_fail(err, AWS_EC2_TAG_NONE);
	json_foreach (id, ids) {
		const struct doc *doc;
		struct json *tags;

		if (!find_resource(call, json_str(id), &doc, err) ||
		    !tags_merge(TAGS_EC2, doc->tags, json_get(input, "Tags"), &tags, err))
			return false;
		world_put_tags(call, doc->kind, doc->key, tags);
	}
	return true;
}

/**
 * Which tags stay. Source: EC2 API, DeleteTags: without Tags all of the user's go; a tag with a
 * value goes only when the value is the same ("" counts as one).
 */
static struct json *remaining(const struct json *old, const struct json *list)
{
	struct json *tags = json_copy(old);

	if (!json_size(list)) {
		json_foreach (tag, old) {
			if (!str_starts_with(json_key(tag), "aws:"))
				json_remove(tags, json_key(tag));
		}
		return tags;
	}
	json_foreach (item, list) {
		const char *key = json_get_str(item, "Key"), *value = json_get_str(item, "Value");

		if (key && (!value || str_eq(value, json_get_str(old, key))))
			json_remove(tags, key);
	}
	return tags;
}

bool ec2_delete_tags(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const struct json *ids = json_get(input, "Resources");

	(void)output;
	if (!check_resources(ids, err))
		return false;
	json_foreach (id, ids) {
		const struct doc *doc;

		if (!find_resource(call, json_str(id), &doc, err))
			return false;
		world_put_tags(call, doc->kind, doc->key,
			       remaining(doc->tags, json_get(input, "Tags")));
	}
	return true;
}

/* ---- DescribeTags ---- */

static bool one_matches(const struct json *values, const char *text)
{
	json_foreach (value, values) {
		if (str_glob(json_str(value), text))
			return true;
	}
	return false;
}

/** Whether one tag of one resource fits all filters; an unknown filter is refused. */
static bool tag_matches(const struct json *filters, const char *id, const char *type,
			const char *key, const char *value, bool *ret, struct err *err)
{
	*ret = true;
	json_foreach (filter, filters) {
		const char *name = json_get_str(filter, "Name"), *text;

		if (str_eq(name, "key"))
			text = key;
		else if (str_eq(name, "value"))
			text = value;
		else if (str_eq(name, "resource-id"))
			text = id;
		else if (str_eq(name, "resource-type"))
			text = type;
		else if (str_starts_with(name, "tag:"))
			text = str_eq(name + 4, key) ? value : NULL;
		else
			return aws_fail(err, AWS_EC2_FILTER, name ? name : "");
		if (!text || !one_matches(json_get(filter, "Values"), text))
			*ret = false;
	}
	return true;
}

static bool collect(struct call *call, const struct json *filters, struct json *list,
		    struct err *err)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		world_foreach (doc, call->world, rows[i].kind) {
			json_foreach (tag, lag_tags(call, doc)) {
				struct json *item;
				bool match;

				if (!doc_in_scope(call, doc))
					break;
				if (!tag_matches(filters, doc->key, rows[i].type, json_key(tag),
						 json_str(tag), &match, err))
					return false;
				if (!match)
					continue;
				item = json_new_object();
				json_set_str(item, "Key", json_key(tag));
				json_set_str(item, "ResourceId", doc->key);
				json_set_str(item, "ResourceType", rows[i].type);
				json_set_str(item, "Value", json_str(tag));
				json_append(list, item);
			}
		}
	}
	return true;
}

bool ec2_describe_tags(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	_cleanup_(json_freep) struct json *all = json_new_array();
	struct json *list = json_ensure_array(output, "Tags");
	size_t first, end, i = 0;
	bool match;

	/* an unknown filter is refused even where nothing has a tag */
	if (!tag_matches(json_get(input, "Filters"), "", "", "", "", &match, err) ||
	    !collect(call, json_get(input, "Filters"), all, err) ||
	    !page_range(call, input, output, &page_ec2, json_size(all), &first, &end, err))
		return false;
	json_foreach (item, all) {
		if (i >= first && i < end)
			json_append(list, json_copy(item));
		i++;
	}
	return true;
}
