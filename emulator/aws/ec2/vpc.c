/* VPCs: kind, life and attributes. Their address blocks are in vpc_cidr.c. Shape: EC2 Vpc; extra
 * holds the attributes. */
#include "emulator/aws/ec2/ipam.h"

static void terms_dhcp_options(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "DhcpOptionsId");
}

static const struct kind_index vpc_indexes[] = {
	{"dhcp-options", terms_dhcp_options},
	{NULL, NULL},
};

static struct json *vpc_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_vpc = {
	.name = "vpc",
	.shape = "ec2:Vpc",
	.indexes = vpc_indexes,
	.timer = vpc_cidr_timer,
	.view = vpc_view,
};

bool vpc_attribute(const struct doc *vpc, const char *name)
{
	return json_get_bool(vpc->extra, name, false);
}

bool ec2_vpc_has_internet_gateway(const struct world *world, const char *vpc_id)
{
	return world_lookup_count(world, &kind_internet_gateway, "vpc", vpc_id) > 0;
}

bool ec2_vpc_contains(const struct doc *vpc, const struct ip *ip)
{
	struct cidr block = {.ip = *ip, .prefix = ip->family == FAMILY_IPV4 ? 32 : 128};

	return vpc_block_around(vpc, &block);
}

const struct doc *ec2_vpc_default_group(const struct world *world, const char *vpc_id)
{
	_cleanup_(freep) char *term = xasprintf("%s/default", vpc_id);

	return world_lookup_one(world, &kind_security_group, "name", term);
}

static struct json *vpc_body(struct call *call, const char *id, const struct vpc_spec *spec)
{
	const char *cidr = ec2_cidr_text(call, spec->cidr);
	struct json *body = json_new_object(), *association;

	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "InstanceTenancy", spec->tenancy);
	json_set(body, "Ipv6CidrBlockAssociationSet", json_new_array());
	association = json_new_object();
	json_set_str(
		association, "AssociationId",
		ec2_part_id(call, "vpc-cidr-assoc-", arena_printf(call->arena, "%s/%s", id, cidr)));
	json_set_str(association, "CidrBlock", cidr);
	json_set_str(json_ensure_object(association, "CidrBlockState"), "State", "associated");
	json_append(json_ensure_array(body, "CidrBlockAssociationSet"), association);
	json_set_bool(body, "IsDefault", spec->is_default);
	json_set_str(json_ensure_object(body, "BlockPublicAccessStates"),
		     "InternetGatewayBlockMode", "off");
	json_set_str(body, "VpcId", id);
	json_set_str(body, "State", "available");
	json_set_str(body, "CidrBlock", cidr);
	json_set_str(body, "DhcpOptionsId", dhcp_options_default(call));
	return body;
}

const struct doc *vpc_add(struct call *call, struct vpc_spec spec)
{
	const char *id =
		spec.id ? spec.id : ec2_new_id(call, &kind_vpc, ec2_cidr_text(call, spec.cidr));
	struct json *extra = json_new_object();

	/* Source: Amazon VPC user guide, "DNS attributes": host names only in default VPCs. */
	json_set_bool(extra, "EnableDnsSupport", true);
	json_set_bool(extra, "EnableDnsHostnames", spec.is_default);
	json_set_bool(extra, "EnableNetworkAddressUsageMetrics", false);
	world_add(call, (struct doc_spec){.kind = &kind_vpc,
					  .key = id,
					  .body = vpc_body(call, id, &spec),
					  .tags = spec.tags,
					  .extra = extra});
	route_table_make_main(call, route_table_add(call, id, NULL, NULL, id), id);
	network_acl_add_default(call, id);
	security_group_add_default(call, id);
	block_public_access_tell(call, &kind_vpc, id);
	encryption_control_begin(call, world_find(call->world, &kind_vpc, id));
	ipam_resolvers_tell(call);
	return world_find(call->world, &kind_vpc, id);
}

/** The IPv4 block of a new VPC; AWS clears the host bits. */
static bool vpc_read_cidr(const struct json *input, struct cidr *ret, struct err *err)
{
	const char *text = json_get_str(input, "CidrBlock");
	struct cidr cidr;

	if (!text)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "cidrBlock");
	if (!cidr_parse(text, &cidr) || cidr.ip.family != FAMILY_IPV4)
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "cidrBlock");
	if (cidr.prefix < 16 || cidr.prefix > 28 || vpc_cidr_is_reserved(&cidr))
		return aws_fail(err, AWS_EC2_VPC_RANGE, text);
	*ret = cidr_canonical(&cidr);
	return true;
}

/** Pools of a customer's own and of IPAM: either they or the other ways to name a block. */
static bool check_pools(const struct json *input, struct err *err)
{
	const char *pool = json_get_str(input, "Ipv6IpamPoolId") ? "Ipv6IpamPoolId" : "Ipv6Pool";

	if (json_get_str(input, pool) && json_get_bool(input, "AmazonProvidedIpv6CidrBlock", false))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, pool,
				"AmazonProvidedIpv6CidrBlock");
	if (json_get_str(input, "Ipv6IpamPoolId") && json_get_str(input, "Ipv6Pool"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "Ipv6IpamPoolId", "Ipv6Pool");
	if (json_get(input, "Ipv4NetmaskLength") && !json_get_str(input, "Ipv4IpamPoolId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipv4IpamPoolId");
	if (json_get(input, "Ipv6NetmaskLength") && !json_get_str(input, "Ipv6IpamPoolId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipv6IpamPoolId");
	if (json_get_str(input, "Ipv6CidrBlock") && !json_get_str(input, pool))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipv6Pool");
	return true;
}

/** The VPC's first IPv4 block: out of a pool, or named. */
static bool vpc_pick_cidr(struct call *call, const struct json *input, const struct json *tags,
			  const char **ret_id, struct cidr *ret, struct err *err)
{
	*ret_id = NULL;
	if (!json_get_str(input, "Ipv4IpamPoolId"))
		return vpc_read_cidr(input, ret, err);
	*ret_id = ec2_new_id(call, &kind_vpc, json_get_str(input, "Ipv4IpamPoolId"));
	return vpc_cidr_from_pool(call, input, *ret_id, tags, ret, err);
}

/** Begins the IPv6 block of a new VPC, when the request asks for one. *ret is its association. */
static bool vpc_start_ipv6(struct call *call, const struct json *input, const struct doc *vpc,
			   const char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *body = json_copy(vpc->body);

	*ret = NULL;
	if (json_get_bool(input, "AmazonProvidedIpv6CidrBlock", false))
		*ret = vpc_cidr_add_ipv6(call, body,
					 json_get_str(input, "Ipv6CidrBlockNetworkBorderGroup"));
	else if (!json_get_str(input, "Ipv6IpamPoolId") && !json_get_str(input, "Ipv6Pool"))
		return true;
	else if (!vpc_cidr_add_ipam(call, body, input, vpc->tags, ret, err))
		return false;
	world_put(call, &kind_vpc, vpc->key, steal(body));
	return true;
}

/**
 * Source: EC2 API, CreateVpc. The answer says pending (recorded from AWS), the VPC is available at
 * once.
 */
bool ec2_create_vpc(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const char *tenancy = json_get_str(input, "InstanceTenancy"), *association, *id;
	const struct doc *vpc;
	struct cidr cidr;
	struct json *item;

	if (!check_pools(input, err) || !tags_from_specifications(input, "vpc", &tags, err) ||
	    !vpc_pick_cidr(call, input, tags, &id, &cidr, err))
		return false;
	if (str_eq(tenancy, "host"))
		return aws_fail(err, AWS_EC2_TENANCY, tenancy);
	if (!ec2_within_limit(call, LIMIT_VPCS, ec2_count(call, &kind_vpc), AWS_EC2_VPC_LIMIT, err))
		return false;
	vpc = vpc_add(call, (struct vpc_spec){.id = id,
					      .cidr = &cidr,
					      .tenancy = tenancy ? tenancy : "default",
					      .tags = steal(tags)});
	if (!vpc_start_ipv6(call, input, vpc, &association, err))
		return false;
	if (association)
		vpc_cidr_start(call, vpc->key, association);
	if (json_get(input, "VpcEncryptionControl") &&
	    !encryption_control_create(call, vpc, json_get(input, "VpcEncryptionControl"), err))
		return false;
	item = ec2_item(world_find(call->world, &kind_vpc, vpc->key));
	json_remove(item, "State");
	json_set_str(item, "State", "pending");
	/* nothing is told of what is off, as recorded */
	if (str_eq(json_find_str(item, "BlockPublicAccessStates", "InternetGatewayBlockMode", NULL),
		   "off"))
		json_remove(item, "BlockPublicAccessStates");
	json_set(output, "Vpc", item);
	return true;
}

bool ec2_create_default_vpc(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	(void)input;
	world_foreach (doc, call->world, &kind_vpc) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->body, "IsDefault", false))
			return aws_fail(err, AWS_EC2_DEFAULT_VPC_EXISTS, doc->key);
	}
	default_vpc_add(call);
	world_foreach (doc, call->world, &kind_vpc) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->body, "IsDefault", false))
			json_set(output, "Vpc", ec2_item(doc));
	}
	return true;
}

/** Whether anything but what came with the VPC is still in it. */
static bool vpc_is_used(const struct world *w, const char *id)
{
	static const struct kind *const any[] = {
		&kind_subnet,
		&kind_internet_gateway,
		&kind_network_interface,
		&kind_egress_only_internet_gateway,
		&kind_carrier_gateway,
		&kind_vpn_gateway,
	};
	struct docs endpoints = {0}, gateways = {0};
	bool used = false;

	for (size_t i = 0; i < array_size(any); i++)
		used = used || world_lookup_count(w, any[i], "vpc", id) > 0;
	/* its main route table, default group and default ACL go with it, others do not */
	used = used || world_lookup_count(w, &kind_route_table, "vpc", id) > 1 ||
	       world_lookup_count(w, &kind_security_group, "vpc", id) > 1 ||
	       world_lookup_count(w, &kind_network_acl, "vpc", id) > 1;
	world_lookup(w, &kind_vpc_endpoint, "vpc", id, &endpoints);
	for (size_t i = 0; i < endpoints.count; i++)
		used = used || !ec2_is_gone(endpoints.items[i]);
	docs_done(&endpoints);
	world_lookup(w, &kind_nat_gateway, "vpc", id, &gateways);
	for (size_t i = 0; i < gateways.count; i++)
		used = used || !ec2_is_gone(gateways.items[i]);
	docs_done(&gateways);
	return used || vpc_peering_holds(w, id);
}

/** Takes a default group that other VPCs' rules cannot name, and what else came with the VPC. */
static void vpc_drop(struct call *call, const char *id)
{
	const struct doc *group = ec2_vpc_default_group(call->world, id);
	const struct doc *table = route_table_main(call->world, id);

	if (group)
		security_group_drop(call, group->key);
	if (table)
		route_table_drop(call, table->key);
	network_acl_drop_default(call, id);
	flow_log_forget(call, id);
	block_public_access_forget(call, "vpc", id);
	ec2_remove_all(call, &kind_security_group_vpc_association, "vpc", id);
	ipam_release(call, id, NULL);
	encryption_control_forget(call, id);
	world_remove(call, &kind_vpc, id);
	ipam_resolvers_tell(call);
}

/* Source: EC2 API, DeleteVpc: everything attached or inside must go first. */
bool ec2_delete_vpc(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct doc *vpc;

	(void)output;
	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (vpc_is_used(call->world, vpc->key))
		return aws_fail(err, AWS_EC2_DEPENDENCY, "vpc", vpc->key);
	vpc_drop(call, vpc->key);
	return true;
}

static const struct filter_field vpc_filters[] = {
	{"cidr", "CidrBlock", NULL, NULL},
	{"cidr-block", "CidrBlock", NULL, NULL},
	{"cidr-block-association.association-id", "CidrBlockAssociationSet.AssociationId", NULL,
	 NULL},
	{"cidr-block-association.cidr-block", "CidrBlockAssociationSet.CidrBlock", NULL, NULL},
	{"cidr-block-association.state", "CidrBlockAssociationSet.CidrBlockState.State", NULL,
	 NULL},
	{"dhcp-options-id", "DhcpOptionsId", NULL, "dhcp-options"},
	{"ipv6-cidr-block-association.association-id", "Ipv6CidrBlockAssociationSet.AssociationId",
	 NULL, NULL},
	{"ipv6-cidr-block-association.ipv6-cidr-block", "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
	 NULL, NULL},
	{"ipv6-cidr-block-association.ipv6-pool", "Ipv6CidrBlockAssociationSet.Ipv6Pool", NULL,
	 NULL},
	{"ipv6-cidr-block-association.state",
	 "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State", NULL, NULL},
	{"is-default", "IsDefault", NULL, NULL},
	{"isDefault", "IsDefault", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"vpc-id", "VpcId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_vpcs(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_vpc,
		.ids = "VpcIds",
		.id_prefix = "vpc-",
		.malformed = AWS_EC2_VPC_NOT_FOUND, /* of any form */
		.not_found = AWS_EC2_VPC_NOT_FOUND,
		.filters = "Filters",
		.fields = vpc_filters,
		.page = &page_ec2,
		.result = "Vpcs",
		.tags = true,
	};

	return describe_reply(call, input, output, &describe, err);
}

/* The API's attribute names, and the members of input, output and extra. */
static const char *const vpc_attributes[][2] = {
	{"enableDnsHostnames", "EnableDnsHostnames"},
	{"enableDnsSupport", "EnableDnsSupport"},
	{"enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics"},
};

bool ec2_describe_vpc_attribute(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *attribute = json_get_str(input, "Attribute");
	const struct doc *vpc;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	json_set_str(output, "VpcId", vpc->key);
	for (size_t i = 0; i < array_size(vpc_attributes); i++)
		if (str_eq(attribute, vpc_attributes[i][0]))
			json_set_bool(json_ensure_object(output, vpc_attributes[i][1]), "Value",
				      vpc_attribute(vpc, vpc_attributes[i][1]));
	return true;
}

/* Source: EC2 API, ModifyVpcAttribute: one attribute per call. */
bool ec2_modify_vpc_attribute(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	static const char *const members[] = {"EnableDnsHostnames", "EnableDnsSupport",
					      "EnableNetworkAddressUsageMetrics", NULL};
	const struct doc *vpc;
	struct json *extra;
	unsigned which;
	bool value = false;

	(void)output;
	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !ec2_one_of(input, members, &which, err))
		return false;
	if (!ec2_bool_attribute(input, members[which], &value))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "value");
	extra = json_copy(vpc->extra);
	json_remove(extra, members[which]);
	json_set_bool(extra, members[which], value);
	world_put_extra(call, &kind_vpc, vpc->key, extra);
	return true;
}

/* Source: EC2 API, ModifyVpcTenancy: from dedicated to default only; the model knows no other
 * value. */
bool ec2_modify_vpc_tenancy(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *vpc;
	struct json *body;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	body = json_copy(vpc->body);
	json_set_copy(body, "InstanceTenancy", json_get(input, "InstanceTenancy"));
	world_put(call, &kind_vpc, vpc->key, body);
	json_set_bool(output, "ReturnValue", true);
	return true;
}
