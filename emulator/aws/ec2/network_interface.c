/*
 * Network interfaces. Shape: EC2 NetworkInterface (its tags are the member TagSet). Addresses are
 * picked in interface_address.c; what AWS makes for load balancers is in interface_service.c.
 */
#include "emulator/aws/ec2/internal.h"
#include "emulator/base/ids.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "SubnetId");
}

static void terms_group(const struct doc *doc, struct terms *terms)
{
	json_foreach (group, json_get(doc->body, "Groups"))
		ec2_term(terms, group, "GroupId");
}

static void terms_instance(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, json_get(doc->body, "Attachment"), "InstanceId");
}

static void add_address_terms(const struct doc *doc, const char *list, const char *member,
			      struct terms *terms)
{
	json_foreach (address, json_get(doc->body, list)) {
		_cleanup_(freep) char *term =
			xasprintf("%s/%s", doc_str(doc, "VpcId"), json_get_str(address, member));

		terms_add(terms, term);
	}
}

static void terms_private_ip(const struct doc *doc, struct terms *terms)
{
	add_address_terms(doc, "PrivateIpAddresses", "PrivateIpAddress", terms);
}

static void terms_ipv6(const struct doc *doc, struct terms *terms)
{
	add_address_terms(doc, "Ipv6Addresses", "Ipv6Address", terms);
}

static void terms_public_ip(const struct doc *doc, struct terms *terms)
{
	json_foreach (address, json_get(doc->body, "PrivateIpAddresses"))
		ec2_term(terms, json_get(address, "Association"), "PublicIp");
}

/* The subnet again, of an interface that does not have exactly one IPv4 address in it: so that a
 * subnet's addresses are counted without a look at each interface (ec2_subnet_free_addresses). */
static void terms_subnet_uncommon(const struct doc *doc, struct terms *terms)
{
	if (json_size(json_get(doc->body, "PrivateIpAddresses")) != 1 ||
	    json_get(doc->body, "Ipv4Prefixes"))
		ec2_term(terms, doc->body, "SubnetId");
}

static void terms_subnet_prefixes(const struct doc *doc, struct terms *terms)
{
	if (json_get(doc->body, "Ipv4Prefixes") || json_get(doc->body, "Ipv6Prefixes"))
		ec2_term(terms, doc->body, "SubnetId");
}

static void terms_for(const struct doc *doc, struct terms *terms)
{
	if (doc->implied_by)
		terms_add(terms, doc->implied_by);
}

static const struct kind_index network_interface_indexes[] = {
	{"vpc", terms_vpc},
	{"subnet", terms_subnet},
	{"group", terms_group},
	{"instance", terms_instance},
	{"private-ip", terms_private_ip},
	{"ipv6", terms_ipv6},
	{"public-ip", terms_public_ip},
	{"for", terms_for},
	{"subnet-uncommon", terms_subnet_uncommon},
	{"subnet-prefixes", terms_subnet_prefixes},
	{NULL, NULL},
};

struct json *interface_item(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_item_tagged(doc, "TagSet");
}

static struct json *interface_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(interface_item(world, doc));
}

/** A load balancer's interface has lingered long enough. */
static void interface_timer(struct call *call, const struct doc *doc, const char *timer)
{
	assert(str_eq(timer, "release"));
	ec2_interface_remove(call, doc->key);
}

const struct kind kind_network_interface = {
	.name = "network-interface",
	.shape = "ec2:NetworkInterface",
	.indexes = network_interface_indexes,
	.timer = interface_timer,
	.view = interface_view,
};

/* ---- Making ---- */

static const char *mac_address(struct call *call, const char *id)
{
	char hex[11];

	ids_hex(world_seed(call->world), "mac-address", "", id, 0, 10, hex);
	return arena_printf(call->arena, "06:%.2s:%.2s:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4,
			    hex + 6, hex + 8);
}

/** Picks the IPv4 addresses that the spec asks for: primary, named ones, then any. */
static bool pick_ipv4(struct call *call, const struct interface_spec *spec, struct json *picked,
		      struct err *err)
{
	const char *primary = spec->private_ip, *ip;

	json_foreach (item, spec->more_ips) {
		if (!json_get_bool(item, "Primary", false))
			continue;
		if (primary)
			return aws_fail(err, AWS_EC2_TWO_PRIMARY_ADDRESSES);
		primary = json_get_str(item, "PrivateIpAddress");
	}
	if (!address_pick_ipv4(call, spec->subnet, primary, picked, &ip, err))
		return false;
	json_append_str(picked, ip);
	json_foreach (item, spec->more_ips) {
		if (json_get_bool(item, "Primary", false))
			continue;
		if (!address_pick_ipv4(call, spec->subnet, json_get_str(item, "PrivateIpAddress"),
				       picked, &ip, err))
			return false;
		json_append_str(picked, ip);
	}
	for (unsigned i = 0; i < spec->more_count; i++) {
		if (!address_pick_ipv4(call, spec->subnet, NULL, picked, &ip, err))
			return false;
		json_append_str(picked, ip);
	}
	return true;
}

static bool pick_ipv6(struct call *call, const struct interface_spec *spec, const char *id,
		      struct json *picked, struct err *err)
{
	unsigned count = spec->ipv6_count;
	const char *ip;

	/* Source: EC2 API, CreateNetworkInterface: the subnet's AssignIpv6AddressOnCreation. */
	if (!count && !json_size(spec->ipv6) &&
	    json_get_bool(spec->subnet->body, "AssignIpv6AddressOnCreation", false))
		count = 1;
	json_foreach (item, spec->ipv6) {
		if (!address_pick_ipv6(call, spec->subnet, json_get_str(item, "Ipv6Address"), id,
				       &ip, err))
			return false;
		json_append_str(picked, ip);
	}
	for (unsigned i = 0; i < count; i++) {
		if (!address_pick_ipv6(call, spec->subnet, NULL,
				       ec2_nth(call, id, (unsigned)json_size(picked)), &ip, err))
			return false;
		json_append_str(picked, ip);
	}
	return true;
}

/** The groups of a new interface: those asked for, else the VPC's default group. */
static bool pick_groups(struct call *call, const struct interface_spec *spec, struct json **ret,
			struct err *err)
{
	const char *vpc_id = doc_str(spec->subnet, "VpcId");
	_cleanup_(json_freep) struct json *ids = NULL;

	if (!ec2_check_groups(call, vpc_id, spec->groups, err))
		return false;
	ids = ec2_list_unique(spec->groups);
	if (!json_size(ids) && !spec->no_groups)
		json_append_str(ids, ec2_vpc_default_group(call->world, vpc_id)->key);
	if (world_profile(call->world) == PROFILE_AWS &&
	    json_size(ids) > ec2_limit(LIMIT_GROUPS_PER_INTERFACE))
		return aws_fail(err, AWS_EC2_GROUPS_PER_INTERFACE);
	*ret = security_group_identifiers(call->world, ids);
	return true;
}

/** The prefixes of both families that the spec asks for, into the body. */
static bool add_prefixes(struct call *call, const struct interface_spec *spec,
			 const struct json *ipv4, const struct json *ipv6, struct json *body,
			 struct err *err)
{
	_cleanup_(json_freep) struct json *four = json_new_array(), *six = json_new_array();

	if (!prefix_pick(call, spec->subnet, FAMILY_IPV4, &spec->prefixes4, ipv4, four, err) ||
	    !prefix_pick(call, spec->subnet, FAMILY_IPV6, &spec->prefixes6, ipv6, six, err))
		return false;
	json_foreach (prefix, four)
		prefix_append(body, FAMILY_IPV4, json_str(prefix));
	json_foreach (prefix, six)
		prefix_append(body, FAMILY_IPV6, json_str(prefix));
	return true;
}

/** All of a new interface but its addresses. */
static struct json *interface_body(struct call *call, const struct interface_spec *spec,
				   const char *id, struct json *groups)
{
	struct json *body = json_new_object();
	const struct doc *subnet = spec->subnet;

	json_set_copy(body, "AvailabilityZone", json_get(subnet->body, "AvailabilityZone"));
	json_set_copy(body, "AvailabilityZoneId", json_get(subnet->body, "AvailabilityZoneId"));
	json_set_str(body, "Description", spec->description ? spec->description : "");
	json_set(body, "Groups", groups);
	json_set_str(body, "InterfaceType", spec->type ? spec->type : "interface");
	json_ensure_array(body, "Ipv6Addresses");
	json_set_str(body, "MacAddress", mac_address(call, id));
	json_set_str(body, "NetworkInterfaceId", id);
	json_set_str(body, "OwnerId", call->account);
	ec2_set_operator(body);
	json_ensure_array(body, "PrivateIpAddresses");
	json_set_str(body, "RequesterId", spec->requester_id);
	json_set_bool(body, "RequesterManaged", spec->requester_id != NULL);
	json_set_bool(body, "SourceDestCheck", !str_eq(spec->type, "nat_gateway"));
	json_set_str(body, "Status", "available");
	json_set_str(body, "SubnetId", subnet->key);
	json_set_str(body, "VpcId", doc_str(subnet, "VpcId"));
	json_set_copy(body, "ConnectionTrackingConfiguration", spec->tracking);
	return body;
}

bool interface_add(struct call *call, const struct interface_spec *spec, const struct doc **ret,
		   struct err *err)
{
	_cleanup_(json_freep) struct json *ipv4 = json_new_array(), *ipv6 = json_new_array();
	_cleanup_(json_freep) struct json *groups = NULL;
	const char *id = spec->fixed_id, *name = spec->name, *vpc_id;
	_cleanup_(json_freep) struct json *body = NULL;
	struct cidr block;
	unsigned place = 0;
	bool wants_ipv4;

	vpc_id = doc_str(spec->subnet, "VpcId");
	wants_ipv4 = spec->private_ip || json_size(spec->more_ips) || spec->more_count;
	if (!pick_groups(call, spec, &groups, err) ||
	    ((wants_ipv4 || ec2_subnet_ipv4(spec->subnet, &block)) &&
	     !pick_ipv4(call, spec, ipv4, err)))
		return false;
	if (!name)
		name = arena_printf(call->arena, "%s/%s", spec->subnet->key,
				    json_size(ipv4) ? json_str(json_at(ipv4, 0)) : "");
	if (!id)
		id = ec2_new_id(call, &kind_network_interface, name);
	if (!pick_ipv6(call, spec, id, ipv6, err))
		return false;
	body = interface_body(call, spec, id, steal(groups));
	json_foreach (ip, ipv4)
		address_append_ipv4(call, body, json_str(ip), vpc_id);
	json_foreach (ip, ipv6)
		address_append_ipv6(body, json_str(ip));
	json_foreach (item, spec->ipv6) { /* they stand first among those picked */
		if (json_get_bool(item, "IsPrimaryIpv6", false) &&
		    !address_choose_primary_ipv6(body, place, err))
			return false;
		place++;
	}
	if (!add_prefixes(call, spec, ipv4, ipv6, body, err) ||
	    (spec->primary_ipv6 && !address_make_primary_ipv6(body, id, err)))
		return false;
	*ret = world_add(call, (struct doc_spec){.kind = &kind_network_interface,
						 .key = id,
						 .body = steal(body),
						 .tags = json_copy(spec->tags),
						 .implied_by = spec->implied_by});
	return true;
}

static bool create_spec(struct call *call, const struct json *input, struct interface_spec *spec,
			struct err *err)
{
	int64_t more = json_get_int(input, "SecondaryPrivateIpAddressCount", 0);
	int64_t ipv6 = json_get_int(input, "Ipv6AddressCount", 0);

	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", &spec->subnet, err))
		return false;
	if (json_get(input, "Operator"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "CreateNetworkInterface with Operator is not emulated");
	if (!prefix_read(input, FAMILY_IPV4, &spec->prefixes4, err) ||
	    !prefix_read(input, FAMILY_IPV6, &spec->prefixes6, err) ||
	    !interface_check_tracking(json_get(input, "ConnectionTrackingSpecification"), err))
		return false;
	if (more < 0 || more > 255 || ipv6 < 0 || ipv6 > 255)
		return aws_fail(err, AWS_EC2_ADDRESS_COUNT, "SecondaryPrivateIpAddressCount");
	if (more && json_size(json_get(input, "PrivateIpAddresses")))
		return aws_fail(err, AWS_EC2_ADDRESSES_OR_COUNT);
	spec->description = json_get_str(input, "Description");
	spec->groups = json_get(input, "Groups");
	spec->private_ip = json_get_str(input, "PrivateIpAddress");
	spec->more_ips = json_get(input, "PrivateIpAddresses");
	spec->more_count = (unsigned)more;
	spec->ipv6 = json_get(input, "Ipv6Addresses");
	spec->ipv6_count = (unsigned)ipv6;
	spec->type = json_get_str(input, "InterfaceType");
	spec->primary_ipv6 = json_get_bool(input, "EnablePrimaryIpv6", false);
	spec->tracking = json_get(input, "ConnectionTrackingSpecification");
	return true;
}

bool ec2_create_network_interface(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	struct interface_spec spec = {0};
	const struct doc *made;
	const char *id;

	if (!create_spec(call, input, &spec, err) ||
	    !tags_from_specifications(input, "network-interface", &tags, err) ||
	    !idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err))
		return false;
	made = id ? ec2_find(call, &kind_network_interface, id) : NULL;
	spec.tags = tags;
	if (!made) {
		if (!interface_add(call, &spec, &made, err))
			return false;
		idempotency_keep(call, input, "ClientToken", made->key);
	}
	json_set(output, "NetworkInterface", interface_item(call->world, made));
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	return true;
}

/* ---- Attaching ---- */

void interface_attach(struct call *call, const char *interface_id, const char *instance_id,
		      const char *owner, unsigned device_index, bool delete_on_termination)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);
	struct json *body = json_copy(doc->body), *attachment = json_new_object();
	const char *name = arena_printf(call->arena, "%s/%s/%u/%llu", interface_id,
					instance_id ? instance_id : owner, device_index,
					(unsigned long long)doc->revision);
	const char *prefix = instance_id ? "eni-attach-" : "ela-attach-";

	json_set_str(attachment, "AttachTime", aws_now(call));
	json_set_str(attachment, "AttachmentId", ec2_part_id(call, prefix, name));
	json_set_bool(attachment, "DeleteOnTermination", delete_on_termination);
	json_set_int(attachment, "DeviceIndex", device_index);
	json_set_int(attachment, "NetworkCardIndex", 0);
	json_set_str(attachment, "InstanceId", instance_id);
	json_set_str(attachment, "InstanceOwnerId", owner);
	json_set_str(attachment, "Status", "attached");
	json_set(body, "Attachment", attachment);
	json_set_str(body, "Status", "in-use");
	world_put(call, &kind_network_interface, interface_id, body);
	route_refresh(call, interface_id);
}

void interface_detach(struct call *call, const char *interface_id)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);
	struct json *body = json_copy(doc->body);

	json_remove(body, "Attachment");
	json_set_str(body, "Status", "available");
	world_put(call, &kind_network_interface, interface_id, body);
	route_refresh(call, interface_id);
}

bool ec2_attach_network_interface(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	int64_t index = json_get_int(input, "DeviceIndex", -1);
	const struct doc *interface, *instance;
	struct docs others = {0};
	bool taken = false;

	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", &interface,
			err) ||
	    !ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	if (index < 0 || index > 31)
		return aws_fail(err, AWS_EC2_DEVICE_INDEX);
	if (json_get(input, "EnaSrdSpecification") || json_get(input, "EnaQueueCount"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "AttachNetworkInterface with ENA Express or queues is not emulated");
	if (json_get_int(input, "NetworkCardIndex", 0))
		return aws_fail(err, AWS_EC2_NETWORK_CARD);
	if (json_get(interface->body, "Attachment"))
		return aws_fail(err, AWS_EC2_INTERFACE_BUSY, interface->key);
	if (!instance_is_live(instance))
		return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	if (!str_eq(doc_str(interface, "AvailabilityZone"),
		    json_find_str(instance->body, "Placement", "AvailabilityZone", NULL)))
		return aws_fail(err, AWS_EC2_INTERFACE_ZONE);
	world_lookup(call->world, &kind_network_interface, "instance", instance->key, &others);
	for (size_t i = 0; i < others.count; i++)
		taken = taken || json_get_int(json_get(others.items[i]->body, "Attachment"),
					      "DeviceIndex", -1) == index;
	docs_done(&others);
	if (taken)
		return aws_fail(err, AWS_EC2_DEVICE_INDEX_TAKEN, instance->key,
				arena_printf(call->arena, "%lld", (long long)index));
	if (!interface_count_fits(call, instance, 1, err) ||
	    !interface_fits_type(call, doc_str(instance, "InstanceType"), interface->body, err))
		return false;
	interface_attach(call, interface->key, instance->key, call->account, (unsigned)index,
			 false);
	interface = world_find(call->world, &kind_network_interface, interface->key);
	json_set_str(output, "AttachmentId",
		     json_find_str(interface->body, "Attachment", "AttachmentId", NULL));
	json_set_int(output, "NetworkCardIndex", 0);
	return true;
}

/** The interface (in scope) with that attachment. */
static const struct doc *find_attachment(const struct call *call, const char *attachment_id)
{
	world_foreach (doc, call->world, &kind_network_interface) {
		if (doc_in_scope(call, doc) &&
		    str_eq(json_find_str(doc->body, "Attachment", "AttachmentId", NULL),
			   attachment_id))
			return doc;
	}
	return NULL;
}

/* Source: EC2 API, DetachNetworkInterface: not the primary one, not what AWS manages. */
bool ec2_detach_network_interface(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *id = json_get_str(input, "AttachmentId");
	const struct doc *interface = find_attachment(call, id);

	(void)output;
	if (!str_starts_with(id, "eni-attach-") && !str_starts_with(id, "ela-attach-"))
		return aws_fail(err, AWS_EC2_ATTACHMENT_MALFORMED, id);
	if (!interface)
		return aws_fail(err, AWS_EC2_ATTACHMENT_NOT_FOUND, id);
	if (json_get_bool(interface->body, "RequesterManaged", false))
		return aws_fail(err, AWS_EC2_MANAGED_RESOURCE);
	if (json_get_int(json_get(interface->body, "Attachment"), "DeviceIndex", 0) == 0)
		return aws_fail(err, AWS_EC2_PRIMARY_INTERFACE);
	interface_detach(call, interface->key);
	return true;
}

/* ---- DeleteNetworkInterface ---- */

void ec2_interface_remove(struct call *call, const char *interface_id)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);

	json_foreach (address, json_get(doc->body, "PrivateIpAddresses")) {
		const char *id = json_find_str(address, "Association", "AllocationId", NULL);

		if (id)
			elastic_ip_unbind(call, id);
	}
	world_remove(call, &kind_network_interface, interface_id);
	flow_log_forget(call, interface_id);
	ec2_remove_all(call, &kind_network_interface_permission, "interface", interface_id);
	route_refresh(call, interface_id);
}

bool ec2_delete_network_interface(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *interface;

	(void)output;
	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", &interface,
			err))
		return false;
	if (json_get_bool(interface->body, "RequesterManaged", false))
		return aws_fail(err, AWS_EC2_MANAGED_RESOURCE);
	if (json_get(interface->body, "Attachment"))
		return aws_fail(err, AWS_EC2_INTERFACE_BUSY, interface->key);
	ec2_interface_remove(call, interface->key);
	return true;
}

/* ---- DescribeNetworkInterfaces ---- */

static const struct filter_field network_interface_filters[] = {
	{"addresses.association.owner-id", "PrivateIpAddresses.Association.IpOwnerId", NULL, NULL},
	{"addresses.association.public-ip", "PrivateIpAddresses.Association.PublicIp", NULL,
	 "public-ip"},
	{"addresses.primary", "PrivateIpAddresses.Primary", NULL, NULL},
	{"addresses.private-ip-address", "PrivateIpAddresses.PrivateIpAddress", NULL, NULL},
	{"association.allocation-id", "Association.AllocationId", NULL, NULL},
	{"association.association-id", "Association.AssociationId", NULL, NULL},
	{"association.ip-owner-id", "Association.IpOwnerId", NULL, NULL},
	{"association.public-dns-name", "Association.PublicDnsName", NULL, NULL},
	{"association.public-ip", "Association.PublicIp", NULL, NULL},
	{"attachment.attach-time", "Attachment.AttachTime", NULL, NULL},
	{"attachment.attachment-id", "Attachment.AttachmentId", NULL, NULL},
	{"attachment.delete-on-termination", "Attachment.DeleteOnTermination", NULL, NULL},
	{"attachment.device-index", "Attachment.DeviceIndex", NULL, NULL},
	{"attachment.instance-id", "Attachment.InstanceId", NULL, "instance"},
	{"attachment.instance-owner-id", "Attachment.InstanceOwnerId", NULL, NULL},
	{"attachment.status", "Attachment.Status", NULL, NULL},
	{"availability-zone", "AvailabilityZone", NULL, NULL},
	{"availability-zone-id", "AvailabilityZoneId", NULL, NULL},
	{"description", "Description", NULL, NULL},
	{"group-id", "Groups.GroupId", NULL, "group"},
	{"group-name", "Groups.GroupName", NULL, NULL},
	{"interface-type", "InterfaceType", NULL, NULL},
	{"ipv6-addresses.ipv6-address", "Ipv6Addresses.Ipv6Address", NULL, NULL},
	{"mac-address", "MacAddress", NULL, NULL},
	{"network-interface-id", "NetworkInterfaceId", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"private-dns-name", "PrivateDnsName", NULL, NULL},
	{"private-ip-address", "PrivateIpAddress", NULL, NULL},
	{"requester-id", "RequesterId", NULL, NULL},
	{"requester-managed", "RequesterManaged", NULL, NULL},
	{"source-dest-check", "SourceDestCheck", NULL, NULL},
	{"status", "Status", NULL, NULL},
	{"subnet-id", "SubnetId", NULL, "subnet"},
	{"operator.managed", "Operator.Managed", NULL, NULL},
	{"operator.principal", "Operator.Principal", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

static struct json *describe_item(struct call *call, const struct doc *doc)
{
	return interface_item(call->world, doc);
}

bool ec2_describe_network_interfaces(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_network_interface,
		.ids = "NetworkInterfaceIds",
		.id_prefix = "eni-",
		.malformed = AWS_EC2_INTERFACE_MALFORMED,
		.not_found = AWS_EC2_INTERFACE_NOT_FOUND,
		.filters = "Filters",
		.fields = network_interface_filters,
		.page = &page_ec2,
		.result = "NetworkInterfaces",
		.item = describe_item,
	};

	return describe_reply(call, input, output, &describe, err);
}
