/* What every resource of EC2 does: finding by id with the right error, ids, items, quotas. */
#include "emulator/aws/ec2/internal.h"
#include "emulator/aws/quota.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

#define JOIN_MAX (64 * 1024) /* bytes of a list of ids in an error text */

static const struct ec2_ids id_rows[] = {
	{&kind_vpc, "vpc-", AWS_EC2_VPC_MALFORMED, AWS_EC2_VPC_NOT_FOUND},
	{&kind_subnet, "subnet-", AWS_EC2_SUBNET_MALFORMED, AWS_EC2_SUBNET_NOT_FOUND},
	{&kind_dhcp_options, "dopt-", AWS_EC2_DHCP_OPTIONS_MALFORMED,
	 AWS_EC2_DHCP_OPTIONS_NOT_FOUND},
	{&kind_internet_gateway, "igw-", AWS_EC2_INTERNET_GATEWAY_MALFORMED,
	 AWS_EC2_INTERNET_GATEWAY_NOT_FOUND},
	{&kind_egress_only_internet_gateway, "eigw-", AWS_EC2_EGRESS_GATEWAY_MALFORMED,
	 AWS_EC2_EGRESS_GATEWAY_NOT_FOUND},
	{&kind_route_table, "rtb-", AWS_EC2_ROUTE_TABLE_MALFORMED, AWS_EC2_ROUTE_TABLE_NOT_FOUND},
	{&kind_route_table_association, "rtbassoc-", AWS_EC2_ASSOCIATION_MALFORMED,
	 AWS_EC2_ASSOCIATION_NOT_FOUND},
	{&kind_nat_gateway, "nat-", AWS_EC2_NAT_GATEWAY_MALFORMED, AWS_EC2_NAT_GATEWAY_NOT_FOUND},
	{&kind_elastic_ip, "eipalloc-", AWS_EC2_ALLOCATION_MALFORMED, AWS_EC2_ALLOCATION_NOT_FOUND},
	{&kind_network_interface, "eni-", AWS_EC2_INTERFACE_MALFORMED, AWS_EC2_INTERFACE_NOT_FOUND},
	{&kind_security_group, "sg-", AWS_EC2_GROUP_MALFORMED, AWS_EC2_GROUP_NOT_FOUND},
	{&kind_security_group_rule, "sgr-", AWS_EC2_GROUP_RULE_MALFORMED,
	 AWS_EC2_GROUP_RULE_NOT_FOUND},
	{&kind_network_acl, "acl-", AWS_EC2_NETWORK_ACL_MALFORMED, AWS_EC2_NETWORK_ACL_NOT_FOUND},
	{&kind_key_pair, "key-", AWS_EC2_KEY_PAIR_MALFORMED, AWS_EC2_KEY_PAIR_NOT_FOUND},
	{&kind_instance, "i-", AWS_EC2_INSTANCE_MALFORMED, AWS_EC2_INSTANCE_NOT_FOUND},
	{&kind_iam_instance_profile_association, "iip-assoc-", AWS_EC2_PROFILE_NOT_FOUND,
	 AWS_EC2_PROFILE_NOT_FOUND},
	{&kind_host, "h-", AWS_EC2_HOST_MALFORMED, AWS_EC2_HOST_NOT_FOUND},
	{&kind_instance_event_window, "iew-", AWS_EC2_WINDOW_MALFORMED, AWS_EC2_WINDOW_NOT_FOUND},
	{&kind_replace_root_volume_task, "replacevol-", AWS_EC2_TASK_NOT_FOUND,
	 AWS_EC2_TASK_NOT_FOUND},
	{&kind_image, "ami-", AWS_EC2_IMAGE_MALFORMED, AWS_EC2_IMAGE_NOT_FOUND},
	{&kind_vpc_endpoint, "vpce-", AWS_EC2_VPC_ENDPOINT_MALFORMED,
	 AWS_EC2_VPC_ENDPOINT_NOT_FOUND},
	{&kind_subnet_cidr_reservation, "scr-", AWS_EC2_RESERVATION_MALFORMED,
	 AWS_EC2_RESERVATION_NOT_FOUND},
	{&kind_vpc_peering_connection, "pcx-", AWS_EC2_PEERING_MALFORMED,
	 AWS_EC2_PEERING_NOT_FOUND},
	{&kind_carrier_gateway, "cagw-", AWS_EC2_CARRIER_GATEWAY_MALFORMED,
	 AWS_EC2_CARRIER_GATEWAY_NOT_FOUND},
	{&kind_managed_prefix_list, "pl-", AWS_EC2_PREFIX_LIST_MALFORMED,
	 AWS_EC2_PREFIX_LIST_NOT_FOUND},
	{&kind_ipam, "ipam-", AWS_EC2_IPAM_MALFORMED, AWS_EC2_IPAM_NOT_FOUND},
	{&kind_ipam_scope, "ipam-scope-", AWS_EC2_IPAM_SCOPE_MALFORMED,
	 AWS_EC2_IPAM_SCOPE_NOT_FOUND},
	{&kind_ipam_pool, "ipam-pool-", AWS_EC2_IPAM_POOL_MALFORMED, AWS_EC2_IPAM_POOL_NOT_FOUND},
	{&kind_ipam_pool_allocation, "ipam-pool-alloc-", AWS_EC2_IPAM_ALLOCATION_MALFORMED,
	 AWS_EC2_IPAM_ALLOCATION_NOT_FOUND},
	{&kind_network_interface_permission, "eni-perm-", AWS_EC2_INTERFACE_PERMISSION_MALFORMED,
	 AWS_EC2_INTERFACE_PERMISSION_NOT_FOUND},
	{&kind_vpc_block_public_access_exclusion, "vpcbpa-exclude-", AWS_EC2_EXCLUSION_MALFORMED,
	 AWS_EC2_EXCLUSION_NOT_FOUND},
	{&kind_snapshot, "snap-", AWS_EC2_SNAPSHOT_MALFORMED, AWS_EC2_SNAPSHOT_NOT_FOUND},
	{&kind_volume, "vol-", AWS_EC2_VOLUME_ID, AWS_EC2_VOLUME_NOT_FOUND},
	{&kind_placement_group, "pg-", AWS_EC2_PLACEMENT_MALFORMED, AWS_EC2_PLACEMENT_UNKNOWN},
	{&kind_launch_template, "lt-", AWS_EC2_LAUNCH_TEMPLATE_MALFORMED,
	 AWS_EC2_LAUNCH_TEMPLATE_NOT_FOUND},
	{&kind_vpc_endpoint_service, "vpce-svc-", AWS_EC2_SERVICE_MALFORMED,
	 AWS_EC2_SERVICE_NOT_FOUND},
	{&kind_flow_log, "fl-", AWS_EC2_FLOW_LOG_MALFORMED, AWS_EC2_FLOW_LOG_NOT_FOUND},
	{&kind_vpn_gateway, "vgw-", AWS_EC2_VPN_GATEWAY_MALFORMED, AWS_EC2_VPN_GATEWAY_NOT_FOUND},
	{&kind_customer_gateway, "cgw-", AWS_EC2_CUSTOMER_GATEWAY_MALFORMED,
	 AWS_EC2_CUSTOMER_GATEWAY_NOT_FOUND},
	{&kind_vpc_endpoint_connection_notification, "vpce-nfn-", AWS_EC2_NOTIFICATION_MALFORMED,
	 AWS_EC2_NOTIFICATION_NOT_FOUND},
	{&kind_ipam_resource_discovery, "ipam-res-disco-", AWS_EC2_IPAM_DISCOVERY_MALFORMED,
	 AWS_EC2_IPAM_DISCOVERY_NOT_FOUND},
	{&kind_ipam_resource_discovery_association, "ipam-res-disco-assoc-",
	 AWS_EC2_IPAM_DISCOVERY_ASSOCIATION_MALFORMED,
	 AWS_EC2_IPAM_DISCOVERY_ASSOCIATION_NOT_FOUND},
	{&kind_ipam_external_resource_verification_token, "ipam-ext-res-ver-token-",
	 AWS_EC2_IPAM_TOKEN_MALFORMED, AWS_EC2_IPAM_TOKEN_NOT_FOUND},
	{&kind_public_ipv4_pool, "ipv4pool-ec2-", AWS_EC2_PUBLIC_POOL_MALFORMED,
	 AWS_EC2_PUBLIC_POOL_NOT_FOUND},
	{&kind_ipv6_pool, "ipv6pool-ec2-", AWS_EC2_IPV6_POOL_MALFORMED,
	 AWS_EC2_IPV6_POOL_NOT_FOUND},
	{&kind_vpc_encryption_control, "vpcec-", AWS_EC2_ENCRYPTION_MALFORMED,
	 AWS_EC2_ENCRYPTION_NOT_FOUND},
	{&kind_ipam_prefix_list_resolver, "ipam-pl-resolver-", AWS_EC2_RESOLVER_MALFORMED,
	 AWS_EC2_RESOLVER_NOT_FOUND},
	{&kind_ipam_prefix_list_resolver_target, "ipam-pl-resolver-target-",
	 AWS_EC2_RESOLVER_TARGET_MALFORMED, AWS_EC2_RESOLVER_TARGET_NOT_FOUND},
	{&kind_ipam_policy, "ipam-policy-", AWS_EC2_IPAM_POLICY_MALFORMED,
	 AWS_EC2_IPAM_POLICY_NOT_FOUND},
	{&kind_vpn_connection, "vpn-", AWS_EC2_VPN_CONNECTION_MALFORMED,
	 AWS_EC2_VPN_CONNECTION_NOT_FOUND},
};

const struct ec2_ids *ec2_ids(const struct kind *kind)
{
	for (size_t i = 0; i < array_size(id_rows); i++)
		if (id_rows[i].kind == kind)
			return &id_rows[i];
	return NULL;
}

const struct doc *ec2_find(const struct call *call, const struct kind *kind, const char *id)
{
	return id ? find_in_scope(call, kind, id) : NULL;
}

bool ec2_get_of_any_form(const struct call *call, const struct kind *kind, const struct json *input,
			 const char *member, const struct doc **ret, struct err *err)
{
	const char *id = json_get_str(input, member);

	if (!id)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, member);
	*ret = ec2_find(call, kind, id);
	return *ret || aws_fail(err, ec2_ids(kind)->not_found, id);
}

bool ec2_get(const struct call *call, const struct kind *kind, const char *id,
	     const struct doc **ret, struct err *err)
{
	const struct ec2_ids *row = ec2_ids(kind);
	const struct doc *doc = ec2_find(call, kind, id);

	assert(row);
	if (!doc && !str_starts_with(id, row->prefix))
		return aws_fail(err, row->malformed, id ? id : "");
	if (!doc)
		return aws_fail(err, row->not_found, id);
	*ret = doc;
	return true;
}

bool ec2_get_by(const struct call *call, const struct kind *kind, const struct json *input,
		const char *member, const struct doc **ret, struct err *err)
{
	const char *id = json_get_str(input, member);

	if (!id)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, member);
	return ec2_get(call, kind, id, ret, err);
}

const char *ec2_new_id(struct call *call, const struct kind *kind, const char *name)
{
	return ids_make(call, kind, ec2_ids(kind)->prefix, 17, name);
}

const char *ec2_part_id(struct call *call, const char *prefix, const char *name)
{
	char hex[18];

	ids_hex(world_seed(call->world), prefix, "", name, 0, 17, hex);
	return arena_printf(call->arena, "%s%s", prefix, hex);
}

const char *ec2_arn(struct call *call, const char *type, const char *id)
{
	return aws_arn(call, "ec2", "%s/%s", type, id);
}

struct json *ec2_item_tagged(const struct doc *doc, const char *member)
{
	struct json *item = json_new_borrowing(doc->body);

	json_set(item, member, tags_to_list(doc->tags));
	return item;
}

struct json *ec2_item(const struct doc *doc)
{
	return ec2_item_tagged(doc, "Tags");
}

void ec2_set_operator(struct json *body)
{
	json_set_bool(json_ensure_object(body, "Operator"), "Managed", false);
}

struct json *ec2_own(struct json *item)
{
	struct json *copy = json_copy(item);

	json_free(item);
	return copy;
}

struct json *ec2_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

void ec2_terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

void ec2_remove_all(struct call *call, const struct kind *kind, const char *index, const char *term)
{
	struct docs found = {0};

	world_lookup(call->world, kind, index, term, &found);
	for (size_t i = 0; i < found.count; i++)
		world_remove(call, kind, found.items[i]->key);
	docs_done(&found);
}

void ec2_unsuccessful(struct json *list, const char *id, struct err *why)
{
	struct json *item = json_new_object(), *error = json_ensure_object(item, "Error");

	json_set_str(error, "Code", why->wire);
	json_set_str(error, "Message", err_text(why));
	json_set_str(item, "ResourceId", id);
	json_append(list, item);
	err_done(why);
}

const char *ec2_time_in(struct call *call, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	return arena_strdup(call->arena, clock_format_ms(world_now(call->world) + ms, text));
}

bool ec2_page_items(struct call *call, const struct json *input, struct json *output,
		    const char *result, struct json *items, struct err *err)
{
	return page_items(call, input, output, &page_ec2, result, items, err);
}

bool ec2_describe_told(struct call *call, const struct json *input, struct json *output,
		       const struct ec2_told *told, struct err *err)
{
	struct filters *filters;
	struct json *items;
	struct docs found;

	if (!filters_parse(call, json_get(input, "Filters"), told->fields, &filters, err) ||
	    !describe_select(call, input, told->describe, &found, err))
		return false;
	items = json_new_array();
	for (size_t i = 0; i < found.count; i++) {
		_cleanup_(json_freep) struct json *item = told->item(call, input, found.items[i]);

		if (item && filters_match_tree(call, filters, item))
			json_append(items, steal(item));
	}
	docs_done(&found);
	return ec2_page_items(call, input, output, told->result, items, err);
}

bool ec2_bool_attribute(const struct json *input, const char *member, bool *ret)
{
	const struct json *value = json_find(input, member, "Value", NULL);

	if (!json_is_bool(value))
		return false;
	*ret = json_bool(value);
	return true;
}

bool ec2_list_has(const struct json *list, const char *text)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), text))
			return true;
	return false;
}

struct json *ec2_list_unique(const struct json *list)
{
	struct json *unique = json_new_array();

	json_foreach (item, list) {
		if (!ec2_list_has(unique, json_str(item)))
			json_append_str(unique, json_str(item));
	}
	return unique;
}

void ec2_term(struct terms *terms, const struct json *object, const char *member)
{
	const char *text = json_get_str(object, member);

	if (text)
		terms_add(terms, text);
}

const struct json *ec2_element(const struct json *array, const char *member, const char *text)
{
	json_foreach (item, array)
		if (str_eq(json_get_str(item, member), text))
			return item;
	return NULL;
}

struct json *ec2_element_mut(struct json *array, const char *member, const char *text)
{
	for (struct json *item = json_first_mut(array); item; item = json_next_mut(item))
		if (str_eq(json_get_str(item, member), text))
			return item;
	return NULL;
}

const char *ec2_nth(struct call *call, const char *name, unsigned i)
{
	return arena_printf(call->arena, "%s/%u", name, i);
}

const char *ec2_join(struct call *call, const struct json *list)
{
	struct strbuf sb;
	const char *text;

	strbuf_init(&sb, JOIN_MAX);
	json_foreach (item, list) {
		if (sb.length)
			strbuf_add(&sb, ", ");
		strbuf_add(&sb, json_str(item));
	}
	text = arena_strdup(call->arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return text;
}

const char *ec2_cidr_text(struct call *call, const struct cidr *cidr)
{
	return cidr_format(cidr, arena_alloc(call->arena, CIDR_TEXT_MAX));
}

const char *ec2_ip_text(struct call *call, const struct ip *ip)
{
	return ip_format(ip, arena_alloc(call->arena, CIDR_TEXT_MAX));
}

static const struct {
	const char *name;
	unsigned value;
} limits[LIMIT_COUNT] = {
#define LIMIT(name, value, what, source) [LIMIT_##name] = {#name, value},
#include "emulator/aws/ec2/limits.tbl"
#undef LIMIT
};

unsigned ec2_limit(enum ec2_limit limit)
{
	return limits[limit].value;
}

bool ec2_within_limit(const struct call *call, enum ec2_limit limit, size_t count,
		      enum aws_error error, struct err *err)
{
	if (world_profile(call->world) == PROFILE_INSTANT ||
	    count < quota_of(call->world, limits[limit].name, limits[limit].value))
		return true;
	return aws_fail(err, error);
}

size_t ec2_count(const struct call *call, const struct kind *kind)
{
	size_t count = 0;

	world_foreach (doc, call->world, kind) {
		count += doc_in_scope(call, doc) && !ec2_is_gone(doc);
	}
	return count;
}

bool ec2_one_of(const struct json *input, const char *const *members, unsigned *ret,
		struct err *err)
{
	int found = -1;

	for (unsigned i = 0; members[i]; i++) {
		if (!json_get(input, members[i]))
			continue;
		if (found >= 0)
			return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, members[found],
					members[i]);
		found = (int)i;
	}
	if (found < 0)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, members[0]);
	*ret = (unsigned)found;
	return true;
}

bool ec2_is_gone(const struct doc *doc)
{
	if (doc->kind == &kind_nat_gateway)
		return str_eq(doc_str(doc, "State"), "deleted") ||
		       str_eq(doc_str(doc, "State"), "failed");
	if (doc->kind == &kind_vpc_endpoint || doc->kind == &kind_vpn_gateway ||
	    doc->kind == &kind_customer_gateway || doc->kind == &kind_vpn_connection)
		return str_eq(doc_str(doc, "State"), "deleted");
	if (doc->kind == &kind_host)
		return str_eq(doc_str(doc, "State"), "released");
	if (doc->kind == &kind_vpc_peering_connection)
		return vpc_peering_is_over(doc);
	if (doc->kind == &kind_instance)
		return str_eq(json_find_str(doc->body, "State", "Name", NULL), "terminated");
	return false;
}
