/* Elastic IP addresses. Shape: EC2 Address. Binding to an interface is in interface_service.c. */
#include "emulator/aws/ec2/ipam.h"
#include "emulator/base/ids.h"

static void terms_public_ip(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "PublicIp");
}

static void terms_association(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "AssociationId");
}

static void terms_interface(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "NetworkInterfaceId");
}

static const struct kind_index elastic_ip_indexes[] = {
	{"public-ip", terms_public_ip},
	{"association", terms_association},
	{"interface", terms_interface},
	{NULL, NULL},
};

static struct json *elastic_ip_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_elastic_ip = {
	.name = "elastic-ip",
	.shape = "ec2:Address",
	.indexes = elastic_ip_indexes,
	.view = elastic_ip_view,
};

const char *public_ip_make(struct call *call, const char *name)
{
	struct cidr pool;
	struct ip ip;

	if (!cidr_parse(region_row(call->region)->ipv4, &pool))
		assert(!"a region's IPv4 block is a block");
	for (uint64_t ordinal = 0;; ordinal++) {
		double chance = ids_chance(world_seed(call->world), "public-ip", call->account,
					   name, ordinal);
		uint64_t offset = (uint64_t)(chance * (double)cidr_hosts(&pool));
		const char *text;

		if ((offset & 0xff) == 0 || (offset & 0xff) == 0xff ||
		    !cidr_host(&pool, offset, &ip))
			continue;
		text = ec2_ip_text(call, &ip);
		if (!world_lookup_count(call->world, &kind_elastic_ip, "public-ip", text) &&
		    !world_lookup_count(call->world, &kind_network_interface, "public-ip", text))
			return text;
	}
}

const char *public_dns_name(struct call *call, const char *ip)
{
	char *dashed = arena_strdup(call->arena, ip);

	for (char *p = dashed; *p; p++)
		if (*p == '.')
			*p = '-';
	return arena_printf(call->arena, "ec2-%s.%s", dashed,
			    region_public_domain(call, call->region));
}

/* ---- AllocateAddress, ReleaseAddress ---- */

static struct json *address_body(struct call *call, const char *id, const char *pool,
				 const char *ip)
{
	struct json *body = json_new_object();

	json_set_str(body, "AllocationId", id);
	json_set_str(body, "Domain", "vpc");
	json_set_str(body, "PublicIpv4Pool", pool);
	json_set_str(body, "NetworkBorderGroup", call->region);
	json_set_str(body, "PublicIp", ip);
	return body;
}

/** An address out of a public pool of IPAM in this region. */
static bool take_of_ipam(struct call *call, const char *pool_id, const char *allocation_id,
			 const char *wanted, const char **ret, struct err *err)
{
	const struct ipam_wish wish = {.cidr = wanted ? arena_printf(call->arena, "%s/32", wanted)
						      : NULL,
				       .netmask = wanted ? 0 : 32,
				       .type = "eip",
				       .resource = allocation_id};
	const struct doc *pool;
	struct cidr block;
	const char *id;

	if (!ipam_pool_get(call, pool_id, &pool, err))
		return false;
	if (!ipam_pool_is_public(pool) || !str_eq(doc_str(pool, "AddressFamily"), "ipv4") ||
	    !str_eq(doc_str(pool, "Locale"), call->region))
		return aws_fail(err, AWS_EC2_IPAM_POOL_UNFIT, pool_id);
	if (!ipam_allocate(call, pool, &wish, &block, &id, err))
		return false;
	*ret = ec2_ip_text(call, &block.ip);
	return true;
}

/** The address that the account's IPAM policy wants, of the first pool that has one; Amazon's where
 * no policy says anything or its pools are used up (unverified). */
static void pick_by_policy(struct call *call, const char *type, const char *id,
			   const char **ret_pool, const char **ret)
{
	json_foreach (pool, ipam_policy_pools(call, type)) {
		struct err why = ERR_INIT;
		bool found = take_of_ipam(call, json_str(pool), id, NULL, ret, &why);

		err_done(&why);
		*ret_pool = json_str(pool);
		if (found)
			return;
	}
	*ret_pool = "amazon";
	*ret = public_ip_make(call, id);
}

const char *elastic_ip_add_managed(struct call *call, const char *service, const char *implied_by)
{
	const char *id = ec2_new_id(call, &kind_elastic_ip, implied_by), *pool, *ip;
	struct json *body;

	pick_by_policy(call, service, id, &pool, &ip);
	body = address_body(call, id, pool, ip);
	json_set_str(body, "ServiceManaged", service);
	world_add(call, (struct doc_spec){.kind = &kind_elastic_ip,
					  .key = id,
					  .body = body,
					  .implied_by = implied_by});
	return id;
}

/** The new address: of IPAM's pool, of a pool that the customer brought, or Amazon's. */
static bool pick_address(struct call *call, const struct json *input, const char *id,
			 const char **ret_pool, const char **ret, struct err *err)
{
	const char *pool = json_get_str(input, "PublicIpv4Pool");
	const char *ipam = json_get_str(input, "IpamPoolId");
	const char *wanted = json_get_str(input, "Address");

	if (pool && ipam)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "PublicIpv4Pool", "IpamPoolId");
	*ret_pool = ipam ? ipam : pool ? pool : "amazon";
	if (ipam)
		return take_of_ipam(call, ipam, id, wanted, ret, err);
	if (pool && !str_eq(pool, "amazon"))
		return public_pool_take(call, pool, wanted, ret, err);
	if (wanted)
		return aws_fail(err, AWS_EC2_ADDRESS_NOT_FOUND, wanted);
	if (pool)
		*ret = public_ip_make(call, id);
	else
		pick_by_policy(call, "eip", id, ret_pool, ret);
	return true;
}

/* Source: EC2 API, AllocateAddress: an address that was the account's before may be asked for;
 * there is none in the emulated account but in pools that the customer brought. */
bool ec2_allocate_address(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const char *group = json_get_str(input, "NetworkBorderGroup"), *id, *pool = NULL,
		   *ip = NULL;
	const char *customer = json_get_str(input, "CustomerOwnedIpv4Pool");
	struct json *body;

	if (!tags_from_specifications(input, "elastic-ip", &tags, err))
		return false;
	if (str_eq(json_get_str(input, "Domain"), "standard"))
		return aws_fail(err, AWS_EC2_CLASSIC_RETIRED);
	if (group && !str_eq(group, call->region))
		return aws_fail(err, AWS_EC2_BORDER_GROUP, group);
	if (customer) /* of an Outpost */
		return aws_fail(err, AWS_EC2_ADDRESS_CUSTOMER_POOL, customer);
	if (!ec2_within_limit(call, LIMIT_ADDRESSES, ec2_count(call, &kind_elastic_ip),
			      AWS_EC2_ADDRESS_LIMIT, err))
		return false;
	id = ec2_new_id(call, &kind_elastic_ip, NULL);
	if (!pick_address(call, input, id, &pool, &ip, err))
		return false;
	body = address_body(call, id, pool, ip);
	json_foreach (member, body)
		json_set_copy(output, json_key(member), member);
	world_add(call,
		  (struct doc_spec){
			  .kind = &kind_elastic_ip, .key = id, .body = body, .tags = steal(tags)});
	ipam_resolvers_tell(call);
	return true;
}

/** The address that a request names by AllocationId or PublicIp. */
static bool find_address(struct call *call, const struct json *input, const struct doc **ret,
			 struct err *err)
{
	const char *ip = json_get_str(input, "PublicIp");
	const struct doc *doc;

	if (json_get_str(input, "AllocationId"))
		return ec2_get_by(call, &kind_elastic_ip, input, "AllocationId", ret, err);
	if (!ip)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "allocationId");
	doc = world_lookup_one(call->world, &kind_elastic_ip, "public-ip", ip);
	if (!doc || !doc_in_scope(call, doc))
		return aws_fail(err, AWS_EC2_ADDRESS_NOT_FOUND, ip);
	*ret = doc;
	return true;
}

/** Whether AWS holds the address for a NAT gateway or a load balancer. */
static bool is_managed(const struct world *world, const struct doc *address)
{
	const char *id = doc_str(address, "NetworkInterfaceId");
	const struct doc *interface = id ? world_find(world, &kind_network_interface, id) : NULL;

	return doc_extra_str(address, "HeldBy") ||
	       (interface && json_get_bool(interface->body, "RequesterManaged", false));
}

bool ec2_release_address(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const char *group = json_get_str(input, "NetworkBorderGroup");
	const struct doc *address;

	(void)output;
	if (!find_address(call, input, &address, err))
		return false;
	if (group && !str_eq(group, doc_str(address, "NetworkBorderGroup")))
		return aws_fail(err, AWS_EC2_BORDER_GROUP, group);
	if (is_managed(call->world, address))
		return aws_fail(err, AWS_EC2_MANAGED_RESOURCE);
	if (doc_str(address, "AssociationId"))
		return aws_fail(err, AWS_EC2_ELASTIC_IP_IN_USE, doc_str(address, "PublicIp"));
	ipam_release(call, address->key, NULL);
	world_remove(call, &kind_elastic_ip, address->key);
	ipam_resolvers_tell(call);
	return true;
}

/* ---- AssociateAddress, DisassociateAddress ---- */

/** The interface that a request means, by its id or as an instance's first one. */
static bool find_interface(struct call *call, const struct json *input, const struct doc **ret,
			   struct err *err)
{
	const struct doc *instance;

	/* Source: EC2 API, AssociateAddress: "either the instance ID or the network interface ID"
	 */
	if (json_get_str(input, "NetworkInterfaceId") && json_get_str(input, "InstanceId"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "instanceId",
				"networkInterfaceId");
	if (json_get_str(input, "NetworkInterfaceId"))
		return ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", ret,
				  err);
	if (!json_get_str(input, "InstanceId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "instanceId");
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	*ret = ec2_instance_interface(call->world, instance->key);
	return *ret || aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
}

/** What stands against it: another association, no way to the internet, AWS's own interface. */
static bool check_association(struct call *call, const struct json *input,
			      const struct doc *address, const struct doc *interface,
			      const char *private_ip, struct err *err)
{
	const struct json *target = ec2_element(json_get(interface->body, "PrivateIpAddresses"),
						"PrivateIpAddress", private_ip);
	const char *old = json_find_str(target, "Association", "AllocationId", NULL);

	if (!target)
		return aws_fail(err, AWS_EC2_ADDRESS_NOT_ASSIGNED, private_ip);
	if (json_get_bool(interface->body, "RequesterManaged", false))
		return aws_fail(err, AWS_EC2_MANAGED_RESOURCE);
	if (!ec2_vpc_has_internet_gateway(call->world, doc_str(interface, "VpcId")))
		return aws_fail(err, AWS_EC2_NO_GATEWAY, doc_str(interface, "VpcId"));
	if (old && !str_eq(old, address->key) && !json_get_bool(input, "AllowReassociation", true))
		return aws_fail(err, AWS_EC2_ADDRESS_ASSOCIATED, interface->key,
				json_find_str(target, "Association", "AssociationId", NULL));
	if (doc_str(address, "AssociationId") && !json_get_bool(input, "AllowReassociation", true))
		return aws_fail(err, AWS_EC2_ADDRESS_ASSOCIATED, address->key,
				doc_str(address, "AssociationId"));
	return true;
}

/** Clears the way: the address's old place, the target's old public address. */
static void make_room(struct call *call, const struct doc *address, const struct doc *interface,
		      const char *private_ip)
{
	const struct json *target = ec2_element(json_get(interface->body, "PrivateIpAddresses"),
						"PrivateIpAddress", private_ip);
	const char *old = json_find_str(target, "Association", "AllocationId", NULL);

	if (doc_str(address, "AssociationId"))
		elastic_ip_unbind(call, address->key);
	if (old && !str_eq(old, address->key))
		elastic_ip_unbind(call, old);
	else if (!old)
		interface_drop_public_ip(call, interface->key);
}

/* Source: EC2 API, AssociateAddress: in a VPC an address moves by itself unless AllowReassociation
 * is false. */
bool ec2_associate_address(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const char *private_ip = json_get_str(input, "PrivateIpAddress");
	const struct doc *address, *interface;

	if (!find_address(call, input, &address, err) ||
	    !find_interface(call, input, &interface, err))
		return false;
	if (!private_ip)
		private_ip = doc_str(interface, "PrivateIpAddress");
	if (is_managed(call->world, address))
		return aws_fail(err, AWS_EC2_ADDRESS_ASSOCIATED, address->key,
				doc_str(address, "AssociationId"));
	if (!check_association(call, input, address, interface, private_ip, err))
		return false;
	if (!str_eq(doc_str(address, "NetworkInterfaceId"), interface->key) ||
	    !str_eq(doc_str(address, "PrivateIpAddress"), private_ip)) {
		make_room(call, address, interface, private_ip);
		elastic_ip_bind(call, address->key, interface->key, private_ip);
	}
	address = world_find(call->world, &kind_elastic_ip, address->key);
	json_set_str(output, "AssociationId", doc_str(address, "AssociationId"));
	return true;
}

bool ec2_disassociate_address(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *id = json_get_str(input, "AssociationId");
	const struct doc *address;

	(void)output;
	if (id) {
		address = world_lookup_one(call->world, &kind_elastic_ip, "association", id);
		if (!address || !doc_in_scope(call, address))
			return aws_fail(err, AWS_EC2_ASSOCIATION_NOT_FOUND, id);
	} else if (!find_address(call, input, &address, err)) {
		return false;
	}
	if (!doc_str(address, "AssociationId"))
		return aws_fail(err, AWS_EC2_ADDRESS_NOT_ASSOCIATED);
	if (is_managed(call->world, address))
		return aws_fail(err, AWS_EC2_MANAGED_RESOURCE);
	elastic_ip_unbind(call, address->key);
	return true;
}

/* ---- DescribeAddresses ---- */

static const struct filter_field elastic_ip_filters[] = {
	{"allocation-id", "AllocationId", NULL, NULL},
	{"association-id", "AssociationId", NULL, "association"},
	{"domain", "Domain", NULL, NULL},
	{"instance-id", "InstanceId", NULL, NULL},
	{"network-border-group", "NetworkBorderGroup", NULL, NULL},
	{"network-interface-id", "NetworkInterfaceId", NULL, "interface"},
	{"network-interface-owner-id", "NetworkInterfaceOwnerId", NULL, NULL},
	{"private-ip-address", "PrivateIpAddress", NULL, NULL},
	{"public-ip", "PublicIp", NULL, "public-ip"},
	{NULL, NULL, NULL, NULL},
};

/** PublicIps become AllocationIds. */
static bool ips_to_ids(struct call *call, const struct json *input, struct json **ret,
		       struct err *err)
{
	_cleanup_(json_freep) struct json *changed = json_copy_watched(input);
	struct json *ids = json_ensure_array(changed, "AllocationIds");

	json_foreach (ip, json_get(input, "PublicIps")) {
		_cleanup_(json_freep) struct json *by_ip = json_new_object();
		const struct doc *address;

		json_set_str(by_ip, "PublicIp", json_str(ip));
		if (!find_address(call, by_ip, &address, err))
			return false;
		json_append_str(ids, address->key);
	}
	*ret = steal(changed);
	return true;
}

bool ec2_describe_addresses(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_elastic_ip,
		.ids = "AllocationIds",
		.id_prefix = "eipalloc-",
		.malformed = AWS_EC2_ALLOCATION_MALFORMED,
		.not_found = AWS_EC2_ALLOCATION_NOT_FOUND,
		.filters = "Filters",
		.fields = elastic_ip_filters,
		.result = "Addresses",
		.tags = true,
	};
	_cleanup_(json_freep) struct json *changed = NULL;
	bool ok;

	if (!json_size(json_get(input, "PublicIps")))
		return describe_reply(call, input, output, &describe, err);
	ok = ips_to_ids(call, input, &changed, err) &&
	     describe_reply(call, changed, output, &describe, err);
	json_watch_back(input, changed);
	return ok;
}
