/* What IPAM answers about resources: GetIpamResourceCidrs, ModifyIpamResourceCidr, and what a
 * resource discovery found. */
#include "emulator/aws/ec2/ipam.h"

/* The API pages name no filters: those are the members. */
#define RESOURCE_FILTERS                                                                           \
	{"availability-zone-id", "AvailabilityZoneId", NULL, NULL},                                \
		{"resource-cidr", "ResourceCidr", NULL, NULL},                                     \
		{"resource-id", "ResourceId", NULL, NULL},                                         \
		{"resource-owner-id", "ResourceOwnerId", NULL, NULL},                              \
		{"resource-region", "ResourceRegion", NULL, NULL},                                 \
		{"resource-type", "ResourceType", NULL, NULL},                                     \
	{                                                                                          \
		"vpc-id", "VpcId", NULL, NULL                                                      \
	}

static const struct filter_field resource_filters[] = {
	RESOURCE_FILTERS,
	{"compliance-status", "ComplianceStatus", NULL, NULL},
	{"ipam-pool-id", "IpamPoolId", NULL, NULL},
	{"management-state", "ManagementState", NULL, NULL},
	{"overlap-status", "OverlapStatus", NULL, NULL},
	{"resource-name", "ResourceName", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct filter_field discovered_filters[] = {
	RESOURCE_FILTERS,
	{"ip-source", "IpSource", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct filter_field account_filters[] = {
	{"account-id", "AccountId", NULL, NULL},
	{"discovery-region", "DiscoveryRegion", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct filter_field address_filters[] = {
	{"address", "Address", NULL, NULL},
	{"address-allocation-id", "AddressAllocationId", NULL, NULL},
	{"address-owner-id", "AddressOwnerId", NULL, NULL},
	{"address-type", "AddressType", NULL, NULL},
	{"association-status", "AssociationStatus", NULL, NULL},
	{"instance-id", "InstanceId", NULL, NULL},
	{"network-interface-id", "NetworkInterfaceId", NULL, NULL},
	{"service", "Service", NULL, NULL},
	{"vpc-id", "VpcId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/** What a walk over the resources gathers. */
struct gathering {
	const struct doc *ipam;	     /* of the scope; NULL: what a discovery found */
	const struct doc *discovery; /* NULL: for a scope */
	const struct json *input;
	const struct filters *filters;
	struct json *items;
};

/** Keeps an item that fits the filters; `doc` is whose tags count. */
static void keep(struct call *call, const struct gathering *gathering, const struct doc *doc,
		 struct json *item)
{
	struct doc row = *doc;

	row.body = item;
	if (filters_match(call, gathering->filters, &row))
		json_append(gathering->items, item);
	else
		json_free(item);
}

/** When it was looked at last: IPAM sees every change at once, and nothing in between. */
static const char *sampled(struct call *call, const struct doc *doc)
{
	char text[CLOCK_TEXT_MAX];

	return arena_strdup(call->arena, clock_format_ms(doc->changed_ms, text));
}

/* ---- GetIpamResourceCidrs, ModifyIpamResourceCidr ---- */

static bool is_wanted(const struct json *item, const struct doc *doc, const struct json *input)
{
	static const char *const members[][2] = {{"IpamScopeId", "IpamScopeId"},
						 {"IpamPoolId", "IpamPoolId"},
						 {"ResourceId", "ResourceId"},
						 {"ResourceType", "ResourceType"},
						 {"ResourceOwner", "ResourceOwnerId"}};
	const struct json *tag = json_get(input, "ResourceTag");
	const char *key = json_get_str(tag, "Key"), *value = json_get_str(tag, "Value");

	for (size_t i = 0; i < array_size(members); i++) {
		const char *wish = json_get_str(input, members[i][0]);

		if (wish && !str_eq(wish, json_get_str(item, members[i][1])))
			return false;
	}
	if (key && !doc_tag(doc, key))
		return false;
	return !value || str_eq(value, key ? doc_tag(doc, key) : NULL);
}

static void gather_resource(struct call *call, const struct ipam_resource *resource, void *userdata)
{
	const struct gathering *gathering = userdata;
	struct json *item = ipam_resource_item(call, gathering->ipam, resource);

	if (is_wanted(item, resource->doc, gathering->input))
		keep(call, gathering, resource->doc, item);
	else
		json_free(item);
}

/** The regions of all discoveries that are associated with the IPAM; new tree. */
static struct json *seen_regions(struct call *call, const struct doc *ipam)
{
	struct json *regions = json_new_array();
	struct docs found = {0};

	world_lookup(call->world, &kind_ipam_resource_discovery_association, "ipam", ipam->key,
		     &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct doc *discovery =
			world_find(call->world, &kind_ipam_resource_discovery,
				   doc_str(found.items[i], "IpamResourceDiscoveryId"));

		json_foreach (region, json_get(discovery->body, "OperatingRegions")) {
			if (!ec2_element(regions, "RegionName", json_get_str(region, "RegionName")))
				json_append(regions, json_copy(region));
		}
	}
	docs_done(&found);
	return regions;
}

static bool get_scope(struct call *call, const struct json *input, const char *member,
		      const struct doc **ret_ipam, const struct doc **ret, struct err *err)
{
	if (!ec2_get_by(call, &kind_ipam_scope, input, member, ret, err))
		return false;
	*ret_ipam = world_find(call->world, &kind_ipam, doc_extra_str(*ret, "IpamId"));
	return *ret_ipam || aws_fail(err, AWS_EC2_IPAM_SCOPE_NOT_FOUND, (*ret)->key);
}

bool ec2_get_ipam_resource_cidrs(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	_cleanup_(json_freep) struct json *regions = NULL;
	struct gathering gathering = {.input = input};
	const struct doc *scope, *pool;
	struct filters *filters;
	struct ipam_walk walk = {.call = call, .account = call->account, .tell = gather_resource};

	if (!get_scope(call, input, "IpamScopeId", &gathering.ipam, &scope, err) ||
	    !filters_parse(call, json_get(input, "Filters"), resource_filters, &filters, err) ||
	    (json_get(input, "IpamPoolId") &&
	     !ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err)))
		return false;
	regions = seen_regions(call, gathering.ipam);
	gathering.filters = filters;
	gathering.items = json_new_array();
	walk.regions = regions;
	walk.userdata = &gathering;
	ipam_walk(&walk);
	return ec2_page_items(call, input, output, "IpamResourceCidrs", gathering.items, err);
}

/** A resource that a request names, as the walk finds it. */
struct search {
	const char *id, *cidr, *region;
	struct ipam_resource found;
};

static void look(struct call *call, const struct ipam_resource *resource, void *userdata)
{
	struct search *search = userdata;

	if (str_eq(resource->doc->key, search->id) &&
	    str_eq(resource->doc->region, search->region) &&
	    str_eq(ec2_cidr_text(call, &resource->cidr), search->cidr))
		search->found = *resource;
}

static void set_setting(struct call *call, const struct doc *ipam, const char *key,
			const char *scope, bool ignored)
{
	struct json *extra = json_copy(ipam->extra);
	struct json *setting = json_ensure_object(json_ensure_object(extra, "Resources"), key);

	json_set_str(setting, "Scope", scope);
	json_set_bool(setting, "Ignored", ignored);
	world_put_extra(call, &kind_ipam, ipam->key, extra);
}

/* Source: EC2 API, ModifyIpamResourceCidr: one that is not monitored leaves its pool; transfers are
 * between private scopes. */
bool ec2_modify_ipam_resource_cidr(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	bool monitored = json_get_bool(input, "Monitored", true);
	struct search search = {.id = json_get_str(input, "ResourceId"),
				.cidr = json_get_str(input, "ResourceCidr"),
				.region = json_get_str(input, "ResourceRegion")};
	const struct doc *ipam, *scope, *to_ipam, *to;
	_cleanup_(json_freep) struct json *regions = NULL;
	struct ipam_walk walk = {
		.call = call, .account = call->account, .tell = look, .userdata = &search};

	if (!get_scope(call, input, "CurrentIpamScopeId", &ipam, &scope, err))
		return false;
	to = scope;
	if (json_get(input, "DestinationIpamScopeId") &&
	    !get_scope(call, input, "DestinationIpamScopeId", &to_ipam, &to, err))
		return false;
	walk.regions = regions = seen_regions(call, ipam);
	ipam_walk(&walk);
	if (!search.found.doc || !ipam_resource_in_scope(call, ipam, &search.found, scope->key))
		return aws_fail(err, AWS_EC2_IPAM_RESOURCE_NOT_FOUND, search.id, search.cidr,
				scope->key);
	if (to != scope && (to_ipam != ipam || search.found.is_public ||
			    !str_eq(doc_str(to, "IpamScopeType"), "private")))
		return aws_fail(err, AWS_EC2_IPAM_SCOPE_MOVE, search.id, to->key);
	if (!monitored || to != scope)
		ipam_release(call, search.id, search.cidr);
	set_setting(call, ipam, arena_printf(call->arena, "%s/%s", search.id, search.cidr), to->key,
		    !monitored);
	ipam = world_find(call->world, &kind_ipam, ipam->key);
	json_set(output, "IpamResourceCidr", ipam_resource_item(call, ipam, &search.found));
	return true;
}

/* ---- What a discovery found ---- */

/** A discovery, and one of its regions as a list of its own. */
static bool get_discovery(struct call *call, const struct json *input, const char *member,
			  const struct doc **ret, struct json **ret_regions, struct err *err)
{
	const char *region = json_get_str(input, member);
	const struct json *regions;
	struct json *item;

	if (!ec2_get_by(call, &kind_ipam_resource_discovery, input, "IpamResourceDiscoveryId", ret,
			err))
		return false;
	regions = json_get((*ret)->body, "OperatingRegions");
	if (!ec2_element(regions, "RegionName", region))
		return aws_fail(err, AWS_EC2_IPAM_DISCOVERY_REGION, region, (*ret)->key);
	item = json_new_object();
	json_set_str(item, "RegionName", region);
	*ret_regions = json_new_array();
	json_append(*ret_regions, item);
	return true;
}

bool ec2_get_ipam_discovered_accounts(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *regions = NULL;
	struct gathering gathering = {.input = input};
	struct filters *filters;
	struct json *item;

	if (!get_discovery(call, input, "DiscoveryRegion", &gathering.discovery, &regions, err) ||
	    !filters_parse(call, json_get(input, "Filters"), account_filters, &filters, err))
		return false;
	gathering.filters = filters;
	gathering.items = json_new_array();
	item = json_new_object();
	json_set_str(item, "AccountId", gathering.discovery->account);
	json_set_copy(item, "DiscoveryRegion", json_get(input, "DiscoveryRegion"));
	json_set_str(item, "LastAttemptedDiscoveryTime", sampled(call, gathering.discovery));
	json_set_str(item, "LastSuccessfulDiscoveryTime", sampled(call, gathering.discovery));
	keep(call, &gathering, gathering.discovery, item);
	return ec2_page_items(call, input, output, "IpamDiscoveredAccounts", gathering.items, err);
}

static void gather_discovered(struct call *call, const struct ipam_resource *resource,
			      void *userdata)
{
	const struct gathering *gathering = userdata;
	const struct doc *doc = resource->doc;
	struct json *item = json_new_object();

	json_set_str(item, "IpamResourceDiscoveryId", gathering->discovery->key);
	json_set_str(item, "ResourceRegion", doc->region);
	json_set_str(item, "ResourceId", doc->key);
	json_set_str(item, "ResourceOwnerId", doc->account);
	json_set_str(item, "ResourceCidr", ec2_cidr_text(call, &resource->cidr));
	json_set_str(item, "IpSource",
		     str_eq(resource->type, "public-ipv4-pool") ? "byoip"
		     : resource->is_public			? "amazon"
								: "none");
	json_set_str(item, "ResourceType", resource->type);
	json_set(item, "ResourceTags", tags_to_list(doc->tags));
	if (resource->usage >= 0)
		json_set(item, "IpUsage", json_new_double(resource->usage));
	json_set_str(item, "VpcId", resource->vpc_id);
	json_set_str(item, "SubnetId", doc->kind == &kind_subnet ? doc->key : NULL);
	json_set_str(item, "SampleTime", sampled(call, doc));
	json_set_str(item, "AvailabilityZoneId", resource->zone_id);
	keep(call, gathering, doc, item);
}

bool ec2_get_ipam_discovered_resource_cidrs(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *regions = NULL;
	struct gathering gathering = {.input = input};
	struct filters *filters;
	struct ipam_walk walk = {.call = call, .account = call->account, .tell = gather_discovered};

	if (!get_discovery(call, input, "ResourceRegion", &gathering.discovery, &regions, err) ||
	    !filters_parse(call, json_get(input, "Filters"), discovered_filters, &filters, err))
		return false;
	gathering.filters = filters;
	gathering.items = json_new_array();
	walk.regions = regions;
	walk.userdata = &gathering;
	ipam_walk(&walk);
	return ec2_page_items(call, input, output, "IpamDiscoveredResourceCidrs", gathering.items,
			      err);
}

/* ---- GetIpamDiscoveredPublicAddresses ---- */

/** Which service an interface's public address is for. */
static const char *service_of(const struct doc *interface)
{
	const char *type = doc_str(interface, "InterfaceType");

	if (str_eq(type, "nat_gateway"))
		return "nat-gateway";
	return str_eq(type, "network_load_balancer") ||
			       str_starts_with(doc_str(interface, "Description"), "ELB ")
		       ? "load-balancer"
		       : NULL;
}

static struct json *address_item(struct call *call, const struct gathering *gathering,
				 const struct doc *doc, const char *ip, const char *type)
{
	struct json *item = json_new_object();

	json_set_str(item, "IpamResourceDiscoveryId", gathering->discovery->key);
	json_set_str(item, "AddressRegion", doc->region);
	json_set_str(item, "Address", ip);
	json_set_str(item, "AddressOwnerId", doc->account);
	json_set_str(item, "AddressType", type);
	json_set_str(item, "NetworkBorderGroup", doc->region);
	json_set_str(item, "SampleTime", sampled(call, doc));
	return item;
}

static void tell_interface(struct json *item, const struct doc *interface)
{
	json_set_str(item, "AssociationStatus", interface ? "associated" : "disassociated");
	if (!interface)
		return;
	json_set_str(item, "Service", service_of(interface));
	json_set_copy(item, "VpcId", json_get(interface->body, "VpcId"));
	json_set_copy(item, "SubnetId", json_get(interface->body, "SubnetId"));
	json_set_str(item, "NetworkInterfaceId", interface->key);
	json_set_copy(item, "NetworkInterfaceDescription",
		      json_get(interface->body, "Description"));
	json_set_copy(item, "InstanceId",
		      json_get(json_get(interface->body, "Attachment"), "InstanceId"));
	json_set_copy(item, "SecurityGroups", json_get(interface->body, "Groups"));
}

static void gather_elastic(struct call *call, const struct gathering *gathering, const char *region)
{
	world_foreach (doc, call->world, &kind_elastic_ip) {
		const char *id = doc_str(doc, "NetworkInterfaceId"), *type, *pool;
		struct json *item;

		if (!str_eq(doc->account, call->account) || !str_eq(doc->region, region))
			continue;
		pool = doc_str(doc, "PublicIpv4Pool");
		type = doc_str(doc, "ServiceManaged") ? "service-managed-ip"
		       : str_eq(pool, "amazon")	      ? "amazon-owned-eip"
						      : "byoip";
		item = address_item(call, gathering, doc, doc_str(doc, "PublicIp"), type);
		json_set_str(item, "AddressAllocationId", doc->key);
		if (!str_eq(pool, "amazon"))
			json_set_str(item, "PublicIpv4PoolId", pool);
		tell_interface(item,
			       id ? world_find(call->world, &kind_network_interface, id) : NULL);
		if (doc_str(doc, "AssociationId") && !id)
			json_set_str(item, "AssociationStatus", "associated");
		json_set(json_ensure_object(item, "Tags"), "EipTags", tags_to_list(doc->tags));
		keep(call, gathering, doc, item);
	}
}

/** Addresses that AWS lent to interfaces. */
static void gather_lent(struct call *call, const struct gathering *gathering, const char *region)
{
	world_foreach (doc, call->world, &kind_network_interface) {
		const struct json *association = json_get(doc->body, "Association");
		const char *ip = json_get_str(association, "PublicIp");
		struct json *item;

		if (!ip || json_get(association, "AllocationId") ||
		    !str_eq(doc->account, call->account) || !str_eq(doc->region, region))
			continue;
		item = address_item(call, gathering, doc, ip,
				    service_of(doc) ? "service-managed-ip" : "ec2-public-ip");
		tell_interface(item, doc);
		keep(call, gathering, doc, item);
	}
}

bool ec2_get_ipam_discovered_public_addresses(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *regions = NULL;
	const char *region = json_get_str(input, "AddressRegion");
	struct gathering gathering = {.input = input};
	struct filters *filters;

	if (!get_discovery(call, input, "AddressRegion", &gathering.discovery, &regions, err) ||
	    !filters_parse(call, json_get(input, "Filters"), address_filters, &filters, err))
		return false;
	gathering.filters = filters;
	gathering.items = json_new_array();
	gather_elastic(call, &gathering, region);
	gather_lent(call, &gathering, region);
	json_set_str(output, "OldestSampleTime", sampled(call, gathering.discovery));
	return ec2_page_items(call, input, output, "IpamDiscoveredPublicAddresses", gathering.items,
			      err);
}
