/* Network interfaces that AWS makes for load balancers and NAT gateways, and finding interfaces by
 * address or instance. */
#include "emulator/aws/ec2/internal.h"

/** Sets or takes the public side of one private address, and of the interface for its primary. */
static void set_association(struct call *call, const char *interface_id, const char *private_ip,
			    struct json *association)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);
	struct json *body = json_copy(doc->body);
	struct json *address = ec2_element_mut(json_get_mut(body, "PrivateIpAddresses"),
					       "PrivateIpAddress", private_ip);
	bool primary = address && json_get_bool(address, "Primary", false);

	if (!address) {
		json_free(association);
		json_free(body);
		return;
	}
	json_remove(address, "Association");
	if (association)
		json_set_copy(address, "Association", association);
	if (primary) {
		json_remove(body, "Association");
		if (association)
			json_set_copy(body, "Association", association);
	}
	json_free(association);
	world_put(call, &kind_network_interface, interface_id, body);
}

/** What the public side of an address looks like; names only where the VPC gives host names. */
static struct json *new_association(struct call *call, const char *vpc_id, const char *owner,
				    const char *public_ip)
{
	const struct doc *vpc = world_find(call->world, &kind_vpc, vpc_id);
	struct json *association = json_new_object();

	json_set_str(association, "IpOwnerId", owner);
	json_set_str(association, "PublicDnsName",
		     vpc && vpc_attribute(vpc, "EnableDnsHostnames")
			     ? public_dns_name(call, public_ip)
			     : "");
	json_set_str(association, "PublicIp", public_ip);
	return association;
}

void interface_add_public_ip(struct call *call, const char *interface_id, const char *owner)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);

	set_association(call, interface_id, doc_str(doc, "PrivateIpAddress"),
			new_association(call, doc_str(doc, "VpcId"), owner,
					public_ip_make(call, interface_id)));
}

void interface_drop_public_ip(struct call *call, const char *interface_id)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);
	const struct json *association = json_get(doc->body, "Association");

	if (association && !json_get(association, "AllocationId"))
		set_association(call, interface_id, doc_str(doc, "PrivateIpAddress"), NULL);
}

void elastic_ip_bind(struct call *call, const char *allocation_id, const char *interface_id,
		     const char *private_ip)
{
	const struct doc *address = world_find(call->world, &kind_elastic_ip, allocation_id);
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);
	struct json *body = json_copy(address->body), *association;
	const char *name = arena_printf(call->arena, "%s/%s/%s/%llu", allocation_id, interface_id,
					private_ip, (unsigned long long)address->revision);
	const char *id = ec2_part_id(call, "eipassoc-", name);

	association = new_association(call, doc_str(doc, "VpcId"), call->account,
				      doc_str(address, "PublicIp"));
	json_set_str(association, "AllocationId", allocation_id);
	json_set_str(association, "AssociationId", id);
	set_association(call, interface_id, private_ip, association);
	json_set_str(body, "AssociationId", id);
	json_set_str(body, "NetworkInterfaceId", interface_id);
	json_set_str(body, "NetworkInterfaceOwnerId", call->account);
	json_set_str(body, "PrivateIpAddress", private_ip);
	json_set_str(body, "InstanceId",
		     json_find_str(doc->body, "Attachment", "InstanceId", NULL));
	world_put(call, &kind_elastic_ip, allocation_id, body);
}

void elastic_ip_unbind(struct call *call, const char *allocation_id)
{
	static const char *const members[] = {"AssociationId", "InstanceId", "NetworkInterfaceId",
					      "NetworkInterfaceOwnerId", "PrivateIpAddress"};
	const struct doc *address = world_find(call->world, &kind_elastic_ip, allocation_id);
	const char *interface_id = doc_str(address, "NetworkInterfaceId");
	struct json *body = json_copy(address->body);

	if (interface_id && world_find(call->world, &kind_network_interface, interface_id))
		set_association(call, interface_id, doc_str(address, "PrivateIpAddress"), NULL);
	for (size_t i = 0; i < array_size(members); i++)
		json_remove(body, members[i]);
	world_put(call, &kind_elastic_ip, allocation_id, body);
}

bool elastic_ip_check_free(const struct call *call, const char *allocation_id, struct err *err)
{
	const struct doc *address;

	if (!ec2_get(call, &kind_elastic_ip, allocation_id, &address, err))
		return false;
	if (doc_str(address, "AssociationId"))
		return aws_fail(err, AWS_EC2_ADDRESS_ASSOCIATED, allocation_id,
				doc_str(address, "AssociationId"));
	return true;
}

bool ec2_interface_add(struct call *call, const struct ec2_interface_spec *spec,
		       const struct doc **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *ipv6 = NULL;
	const char *fixed = call->fixed_id;
	struct interface_spec inner = {
		.subnet = spec->subnet,
		.description = spec->description,
		.groups = spec->groups,
		.no_groups = !json_size(spec->groups),
		.private_ip = spec->private_ip,
		.type = spec->interface_type,
		.requester_id = spec->requester_id,
		.name = arena_printf(call->arena, "%s/%s", spec->implied_by, spec->subnet->key),
		.implied_by = spec->implied_by,
	};
	const struct doc *made;
	struct json *item;
	bool ok;

	if (spec->allocation_id && !elastic_ip_check_free(call, spec->allocation_id, err))
		return false;
	if (spec->ipv6) {
		ipv6 = json_new_array();
		item = json_new_object();
		json_set_str(item, "Ipv6Address", spec->ipv6);
		json_append(ipv6, item);
		inner.ipv6 = ipv6;
	} else if (spec->with_ipv6) {
		inner.ipv6_count = 1;
	}
	call->fixed_id = NULL;
	ok = interface_add(call, &inner, &made, err);
	call->fixed_id = fixed;
	if (!ok)
		return false;
	interface_attach(call, made->key, NULL, spec->requester_id, 1, false);
	if (spec->allocation_id)
		elastic_ip_bind(call, spec->allocation_id, made->key,
				doc_str(made, "PrivateIpAddress"));
	else if (spec->public_ip)
		interface_add_public_ip(call, made->key, spec->requester_id);
	*ret = world_find(call->world, &kind_network_interface, made->key);
	return true;
}

bool ec2_interface_set_ipv6(struct call *call, const char *interface_id, bool on,
			    const char *wanted, struct err *err)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);
	const struct doc *subnet = world_find(call->world, &kind_subnet, doc_str(doc, "SubnetId"));
	struct json *body;
	const char *ip = NULL;

	if (on &&
	    !address_pick_ipv6(call, subnet, wanted, ec2_nth(call, interface_id, 0), &ip, err))
		return false;
	body = json_copy(doc->body);
	json_set(body, "Ipv6Addresses", json_new_array());
	json_remove(body, "Ipv6Address");
	if (ip)
		address_append_ipv6(body, ip);
	world_put(call, &kind_network_interface, interface_id, body);
	return true;
}

void ec2_interface_release(struct call *call, const char *interface_id)
{
	lifecycle_start(call, &kind_network_interface, interface_id, LIFECYCLE_LINGERING_INTERFACE,
			"release");
}

const struct doc *ec2_interface_by_ip(const struct world *world, const char *vpc_id,
				      const char *address)
{
	_cleanup_(freep) char *term = NULL;
	char canonical[CIDR_TEXT_MAX];
	struct ip ip;

	if (!ip_parse(address, &ip))
		return NULL;
	term = xasprintf("%s/%s", vpc_id, ip_format(&ip, canonical));
	return world_lookup_one(world, &kind_network_interface,
				ip.family == FAMILY_IPV4 ? "private-ip" : "ipv6", term);
}

const struct doc *ec2_instance_interface(const struct world *world, const char *instance_id)
{
	const struct doc *found = NULL;
	struct docs interfaces = {0};

	world_lookup(world, &kind_network_interface, "instance", instance_id, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++)
		if (json_get_int(json_get(interfaces.items[i]->body, "Attachment"), "DeviceIndex",
				 -1) == 0)
			found = interfaces.items[i];
	docs_done(&interfaces);
	return found;
}
