/*
 * The resources with addresses that IPAM sees: VPCs, subnets, elastic IPs, public IPv4 pools; how
 * full they are, which pool gave them their block, whether they overlap. Nothing is kept but what
 * ModifyIpamResourceCidr says, in the IPAM's extra: Resources = {"vpc-…/10.0.0.0/16": {"Scope",
 * "Ignored"}}.
 *
 * Source: EC2 API, IpamResourceCidr and GetIpamDiscoveredResourceCidrs; IPAM user guide, "Monitor
 * CIDR usage by resource".
 */
#include "emulator/aws/ec2/ipam.h"

/* ---- What there is ---- */

static void tell(const struct ipam_walk *walk, struct ipam_resource *resource, const char *text)
{
	if (text && cidr_parse(text, &resource->cidr))
		walk->tell(walk->call, resource, walk->userdata);
}

/** How much of a VPC's block its subnets take up: 0 to 1. */
static double vpc_usage(const struct world *world, const char *vpc_id, const char *text)
{
	struct docs subnets = {0};
	struct cidr block, inner;
	double used = 0;

	if (!cidr_parse(text, &block))
		return 0;
	world_lookup(world, &kind_subnet, "vpc", vpc_id, &subnets);
	for (size_t i = 0; i < subnets.count; i++) {
		bool ipv4 = block.ip.family == FAMILY_IPV4;

		if (!(ipv4 ? ec2_subnet_ipv4(subnets.items[i], &inner)
			   : ec2_subnet_ipv6(subnets.items[i], &inner)) ||
		    !cidr_contains(&block, &inner))
			continue;
		used += 1.0 / (double)((uint64_t)1 << (inner.prefix - block.prefix));
	}
	docs_done(&subnets);
	return used;
}

static void walk_vpc(const struct ipam_walk *walk, const struct doc *vpc)
{
	struct ipam_resource resource = {.doc = vpc, .type = "vpc", .vpc_id = vpc->key};
	const char *text;

	json_foreach (association, json_get(vpc->body, "CidrBlockAssociationSet")) {
		text = json_get_str(association, "CidrBlock");
		resource.usage = vpc_usage(walk->call->world, vpc->key, text);
		tell(walk, &resource, text);
	}
	resource.is_public = true;
	json_foreach (association, json_get(vpc->body, "Ipv6CidrBlockAssociationSet")) {
		text = json_get_str(association, "Ipv6CidrBlock");
		resource.usage = vpc_usage(walk->call->world, vpc->key, text);
		tell(walk, &resource, text);
	}
}

static void walk_subnet(const struct ipam_walk *walk, const struct doc *subnet)
{
	struct ipam_resource resource = {.doc = subnet,
					 .type = "subnet",
					 .vpc_id = doc_str(subnet, "VpcId"),
					 .zone_id = doc_str(subnet, "AvailabilityZoneId")};
	struct cidr block;

	if (ec2_subnet_ipv4(subnet, &block))
		resource.usage =
			1.0 - (double)ec2_subnet_free_addresses(walk->call->world, subnet) /
				      (double)cidr_hosts(&block);
	tell(walk, &resource, doc_str(subnet, "CidrBlock"));
	resource.usage = -1; /* of IPv6 it is not told */
	resource.is_public = true;
	json_foreach (association, json_get(subnet->body, "Ipv6CidrBlockAssociationSet"))
		tell(walk, &resource, json_get_str(association, "Ipv6CidrBlock"));
}

static void walk_address(const struct ipam_walk *walk, const struct doc *address)
{
	struct ipam_resource resource = {
		.doc = address, .type = "eip", .usage = -1, .is_public = true};

	tell(walk, &resource,
	     arena_printf(walk->call->arena, "%s/32", doc_str(address, "PublicIp")));
}

static void walk_pool(const struct ipam_walk *walk, const struct doc *pool)
{
	struct ipam_resource resource = {
		.doc = pool, .type = "public-ipv4-pool", .usage = 0, .is_public = true};

	json_foreach (cidr, json_get(pool->extra, "Cidrs")) {
		resource.usage = public_pool_usage(walk->call->world, pool, json_key(cidr));
		tell(walk, &resource, json_key(cidr));
	}
}

void ipam_walk(const struct ipam_walk *walk)
{
	static const struct {
		const struct kind *kind;
		void (*fn)(const struct ipam_walk *walk, const struct doc *doc);
	} rows[] = {
		{&kind_vpc, walk_vpc},
		{&kind_subnet, walk_subnet},
		{&kind_elastic_ip, walk_address},
		{&kind_public_ipv4_pool, walk_pool},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		world_foreach (doc, walk->call->world, rows[i].kind) {
			if (str_eq(doc->account, walk->account) &&
			    ec2_element(walk->regions, "RegionName", doc->region))
				rows[i].fn(walk, doc);
		}
}

/* ---- How an IPAM judges it ---- */

static const char *resource_key(struct call *call, const struct ipam_resource *resource)
{
	return arena_printf(call->arena, "%s/%s", resource->doc->key,
			    ec2_cidr_text(call, &resource->cidr));
}

/** What ModifyIpamResourceCidr said about it, or NULL. */
static const struct json *setting_of(struct call *call, const struct doc *ipam,
				     const struct ipam_resource *resource)
{
	return json_get(json_get(ipam->extra, "Resources"), resource_key(call, resource));
}

static bool is_ignored(struct call *call, const struct doc *ipam,
		       const struct ipam_resource *resource)
{
	return json_get_bool(setting_of(call, ipam, resource), "Ignored", false);
}

/** The scope that it is in: the one it was moved to, else a default one. */
static const char *scope_of(struct call *call, const struct doc *ipam,
			    const struct ipam_resource *resource)
{
	const char *moved = json_get_str(setting_of(call, ipam, resource), "Scope");

	if (moved && world_find(call->world, &kind_ipam_scope, moved))
		return moved;
	return doc_str(ipam,
		       resource->is_public ? "PublicDefaultScopeId" : "PrivateDefaultScopeId");
}

bool ipam_resource_in_scope(struct call *call, const struct doc *ipam,
			    const struct ipam_resource *resource, const char *scope_id)
{
	return str_eq(scope_of(call, ipam, resource), scope_id);
}

/** The pool that gave it its block, or NULL. */
static const struct doc *pool_of(const struct world *world, const struct ipam_resource *resource)
{
	const struct doc *pool = NULL;
	struct docs found = {0};
	struct cidr block;

	world_lookup(world, &kind_ipam_pool_allocation, "resource", resource->doc->key, &found);
	for (size_t i = 0; i < found.count; i++)
		if (cidr_parse(doc_str(found.items[i], "Cidr"), &block) &&
		    cidr_contains(&block, &resource->cidr))
			pool = world_find(world, &kind_ipam_pool,
					  doc_extra_str(found.items[i], "IpamPoolId"));
	docs_done(&found);
	return pool;
}

/** Whether it keeps to the pool's rules: length, tags, region. */
static bool complies(const struct doc *pool, const struct ipam_resource *resource)
{
	const char *locale = doc_str(pool, "Locale");

	if (resource->cidr.prefix < json_get_int(pool->body, "AllocationMinNetmaskLength", 0) ||
	    resource->cidr.prefix > json_get_int(pool->body, "AllocationMaxNetmaskLength", 128) ||
	    (locale && !str_eq(locale, "None") && !str_eq(locale, resource->doc->region)))
		return false;
	json_foreach (tag, json_get(pool->body, "AllocationResourceTags")) {
		const char *value = json_get_str(tag, "Value");

		if (!str_eq(doc_tag(resource->doc, json_get_str(tag, "Key")), value ? value : ""))
			return false;
	}
	return true;
}

struct overlap {
	const struct doc *ipam;
	const struct ipam_resource *resource;
	const char *scope;
	bool found;
};

static void look_for_overlap(struct call *call, const struct ipam_resource *other, void *userdata)
{
	struct overlap *overlap = userdata;

	/* parts of one VPC do not overlap it, nor each other */
	if (str_eq(other->type, overlap->resource->type) && other->doc != overlap->resource->doc &&
	    !(other->vpc_id && str_eq(other->vpc_id, overlap->resource->vpc_id)) &&
	    cidr_overlaps(&other->cidr, &overlap->resource->cidr) &&
	    str_eq(scope_of(call, overlap->ipam, other), overlap->scope) &&
	    !is_ignored(call, overlap->ipam, other))
		overlap->found = true;
}

static const char *overlap_status(struct call *call, const struct doc *ipam,
				  const struct ipam_resource *resource, const char *scope)
{
	struct overlap overlap = {.ipam = ipam, .resource = resource, .scope = scope};
	const struct ipam_walk walk = {.call = call,
				       .account = ipam->account,
				       .regions = json_get(ipam->body, "OperatingRegions"),
				       .tell = look_for_overlap,
				       .userdata = &overlap};

	ipam_walk(&walk);
	return overlap.found ? "overlapping" : "nonoverlapping";
}

struct json *ipam_resource_item(struct call *call, const struct doc *ipam,
				const struct ipam_resource *resource)
{
	const char *scope = scope_of(call, ipam, resource), *management, *compliance;
	const struct doc *doc = resource->doc, *pool = pool_of(call->world, resource);
	bool ignored = is_ignored(call, ipam, resource);
	struct json *item = json_new_object();

	management = ignored ? "ignored" : pool ? "managed" : "unmanaged";
	compliance = !pool || ignored		? management
		     : complies(pool, resource) ? "compliant"
						: "noncompliant";
	json_set_str(item, "IpamId", ipam->key);
	json_set_str(item, "IpamScopeId", scope);
	json_set_str(item, "IpamPoolId", pool && !ignored ? pool->key : NULL);
	json_set_str(item, "ResourceRegion", doc->region);
	json_set_str(item, "ResourceOwnerId", doc->account);
	json_set_str(item, "ResourceId", doc->key);
	json_set_str(item, "ResourceName", doc_tag(doc, "Name"));
	json_set_str(item, "ResourceCidr", ec2_cidr_text(call, &resource->cidr));
	json_set_str(item, "ResourceType", resource->type);
	json_set(item, "ResourceTags", tags_to_list(doc->tags));
	if (resource->usage >= 0)
		json_set(item, "IpUsage", json_new_double(resource->usage));
	json_set_str(item, "ComplianceStatus", compliance);
	json_set_str(item, "ManagementState", management);
	json_set_str(item, "OverlapStatus",
		     ignored ? "ignored" : overlap_status(call, ipam, resource, scope));
	json_set_str(item, "VpcId", resource->vpc_id);
	json_set_str(item, "AvailabilityZoneId", resource->zone_id);
	return item;
}
