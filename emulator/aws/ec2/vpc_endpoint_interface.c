/*
 * The network interfaces of VPC endpoints: one in each subnet, with the addresses that the caller
 * wants (SubnetConfigurations) and the endpoint's groups; and the DNS options of an endpoint.
 */
#include "emulator/aws/ec2/vpc_endpoint.h"

/* ---- DNS options ---- */

static bool has_gateway(struct call *call, const char *vpc_id, const char *service)
{
	struct docs found = {0};
	bool has = false;

	world_lookup(call->world, &kind_vpc_endpoint, "vpc", vpc_id, &found);
	for (size_t i = 0; i < found.count; i++)
		has = has || (str_eq(doc_str(found.items[i], "ServiceName"), service) &&
			      str_eq(doc_str(found.items[i], "VpcEndpointType"), "Gateway"));
	docs_done(&found);
	return has;
}

bool vpc_endpoint_check_dns(struct call *call, const char *type, const char *vpc_id,
			    const char *service, const struct json *options, struct err *err)
{
	/* Source: EC2 API, DnsOptionsSpecification: those are for service networks */
	static const char *const of_networks[] = {"PrivateDnsPreference",
						  "PrivateDnsSpecifiedDomains"};

	bool inbound = json_get_bool(options, "PrivateDnsOnlyForInboundResolverEndpoint", false);

	if (!options)
		return true;
	if (!str_eq(type, "Interface") &&
	    json_get(options, "PrivateDnsOnlyForInboundResolverEndpoint"))
		return aws_fail(err, AWS_EC2_ENDPOINT_DNS_GATEWAY);
	if (!str_eq(type, "Interface"))
		return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, "DnsOptions");
	for (size_t i = 0; i < array_size(of_networks); i++)
		if (json_get(options, of_networks[i]))
			return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, of_networks[i]);
	/* for services that have gateway endpoints, too: they have prefix lists */
	if (inbound && !prefix_list_of_service(call, service))
		return aws_fail(err, AWS_EC2_ENDPOINT_INBOUND, service);
	return !inbound || has_gateway(call, vpc_id, service) ||
	       aws_fail(err, AWS_EC2_ENDPOINT_NO_GATEWAY, vpc_id);
}

void vpc_endpoint_set_dns(struct json *body, const struct json *options)
{
	struct json *told = json_ensure_object(body, "DnsOptions");

	json_foreach (member, options)
		json_set_copy(told, json_key(member), member);
}

/* ---- Addresses that the caller wants ---- */

/** The entry of SubnetConfigurations for a subnet, or NULL. */
static const struct json *configuration_of(const struct json *input, const char *subnet_id)
{
	return ec2_element(json_get(input, "SubnetConfigurations"), "SubnetId", subnet_id);
}

/** Every configured subnet is one of the endpoint's, once. */
static bool check_configurations(const struct json *input, const struct json *subnets,
				 struct err *err)
{
	_cleanup_(json_freep) struct json *seen = json_new_array();

	json_foreach (entry, json_get(input, "SubnetConfigurations")) {
		const char *id = json_get_str(entry, "SubnetId");

		if (!id)
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER,
					"SubnetConfigurations.SubnetId");
		if (!ec2_list_has(subnets, id) || ec2_list_has(seen, id))
			return aws_fail(err, AWS_EC2_ENDPOINT_SUBNET, id);
		json_append_str(seen, id);
	}
	return true;
}

/** An endpoint has one subnet of a zone. */
static bool check_zones(const struct call *call, const struct json *subnets, struct err *err)
{
	_cleanup_(json_freep) struct json *zones = json_new_array();

	json_foreach (id, subnets) {
		const struct doc *subnet = ec2_find(call, &kind_subnet, json_str(id));
		const char *zone = subnet ? doc_str(subnet, "AvailabilityZone") : "";

		if (ec2_list_has(zones, zone))
			return aws_fail(err, AWS_EC2_ENDPOINT_ZONE, json_str(id));
		if (subnet)
			json_append_str(zones, zone);
	}
	return true;
}

/* ---- Interfaces ---- */

/** Adds an interface in a subnet and names it in the body. */
static bool add_interface(struct call *call, const char *id, const struct json *input,
			  const char *subnet_id, const struct json *groups, struct json *body,
			  struct err *err)
{
	const struct json *wanted = configuration_of(input, subnet_id);
	bool balancer = str_eq(json_get_str(body, "VpcEndpointType"), "GatewayLoadBalancer");
	const char *ipv6 = json_get_str(wanted, "Ipv6");
	struct ec2_interface_spec spec = {
		.description = arena_printf(call->arena, "VPC Endpoint Interface %s", id),
		.requester_id = "amazon-aws",
		.interface_type = balancer ? "gateway_load_balancer_endpoint" : "vpc_endpoint",
		.private_ip = json_get_str(wanted, "Ipv4"),
		.ipv6 = ipv6,
		.with_ipv6 = !str_eq(json_get_str(body, "IpAddressType"), "ipv4"),
		.groups = groups,
		.implied_by = id,
	};
	const struct doc *interface;

	if (ipv6 && !spec.with_ipv6)
		return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, "SubnetConfigurations.Ipv6");
	if (!ec2_get(call, &kind_subnet, subnet_id, &spec.subnet, err))
		return false;
	if (!str_eq(doc_str(spec.subnet, "VpcId"), json_get_str(body, "VpcId")))
		return aws_fail(err, AWS_EC2_OTHER_NETWORK, "subnet", spec.subnet->key, "network",
				json_get_str(body, "VpcId"));
	if (!ec2_interface_add(call, &spec, &interface, err))
		return false;
	json_append_str(json_ensure_array(body, "NetworkInterfaceIds"), interface->key);
	return true;
}

bool vpc_endpoint_add_interfaces(struct call *call, const char *id, const struct json *input,
				 struct json *body, struct err *err)
{
	_cleanup_(json_freep) struct json *groups =
		ec2_list_unique(json_get(input, "SecurityGroupIds"));

	if (!check_configurations(input, json_get(body, "SubnetIds"), err) ||
	    !check_zones(call, json_get(body, "SubnetIds"), err))
		return false;
	if (!json_size(groups))
		json_append_str(
			groups,
			ec2_vpc_default_group(call->world, json_get_str(body, "VpcId"))->key);
	json_set(body, "Groups", security_group_identifiers(call->world, groups));
	if (str_eq(json_get_str(body, "VpcEndpointType"), "GatewayLoadBalancer")) {
		json_free(steal(groups));
		json_set(body, "Groups", json_new_array());
	}
	json_foreach (subnet_id, json_get(body, "SubnetIds")) {
		if (!add_interface(call, id, input, json_str(subnet_id), groups, body, err))
			return false;
	}
	return true;
}

/** Whether the subnet's interface goes: the subnet is removed, or gets other addresses. */
static bool is_leaving(const struct json *input, const char *subnet_id)
{
	return ec2_list_has(json_get(input, "RemoveSubnetIds"), subnet_id) ||
	       configuration_of(input, subnet_id);
}

/** Takes the interfaces that leave; the others are named in the body. */
static void drop_leaving(struct call *call, const struct doc *endpoint, const struct json *input,
			 struct json *body)
{
	struct json *interfaces = json_new_array();
	struct docs found = {0};

	world_lookup(call->world, &kind_network_interface, "for", endpoint->key, &found);
	for (size_t i = 0; i < found.count; i++) {
		if (is_leaving(input, doc_str(found.items[i], "SubnetId")))
			ec2_interface_remove(call, found.items[i]->key);
		else
			json_append_str(interfaces, found.items[i]->key);
	}
	docs_done(&found);
	json_set(body, "NetworkInterfaceIds", interfaces);
}

bool vpc_endpoint_modify_subnets(struct call *call, const struct doc *endpoint,
				 const struct json *input, struct json *body, struct err *err)
{
	const struct json *old = json_get(endpoint->body, "SubnetIds");
	_cleanup_(json_freep) struct json *groups = json_new_array();
	struct json *subnets = json_new_array();

	json_foreach (group, json_get(body, "Groups"))
		json_append_str(groups, json_get_str(group, "GroupId"));
	json_foreach (id, old) {
		if (!ec2_list_has(json_get(input, "RemoveSubnetIds"), json_str(id)))
			json_append_str(subnets, json_str(id));
	}
	json_foreach (id, json_get(input, "AddSubnetIds")) {
		if (!ec2_list_has(subnets, json_str(id)))
			json_append_str(subnets, json_str(id));
	}
	json_set(body, "SubnetIds", subnets);
	if (!check_configurations(input, subnets, err) || !check_zones(call, subnets, err))
		return false;
	drop_leaving(call, endpoint, input, body);
	json_foreach (id, subnets) {
		bool stays =
			ec2_list_has(old, json_str(id)) && !configuration_of(input, json_str(id));

		if (!stays &&
		    !add_interface(call, endpoint->key, input, json_str(id), groups, body, err))
			return false;
	}
	return true;
}

bool vpc_endpoint_modify_groups(struct call *call, const struct doc *endpoint,
				const struct json *input, struct json *body, struct err *err)
{
	const struct json *removed = json_get(input, "RemoveSecurityGroupIds");
	_cleanup_(json_freep) struct json *ids = json_new_array();
	struct docs found = {0};
	bool ok = true;

	json_foreach (group, json_get(body, "Groups")) {
		if (!ec2_list_has(removed, json_get_str(group, "GroupId")))
			json_append_str(ids, json_get_str(group, "GroupId"));
	}
	json_foreach (id, json_get(input, "AddSecurityGroupIds")) {
		if (!ec2_list_has(ids, json_str(id)))
			json_append_str(ids, json_str(id));
	}
	if (!json_size(ids))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "SecurityGroupIds");
	if (!ec2_check_groups(call, doc_str(endpoint, "VpcId"), ids, err))
		return false;
	json_set(body, "Groups", security_group_identifiers(call->world, ids));
	world_lookup(call->world, &kind_network_interface, "for", endpoint->key, &found);
	for (size_t i = 0; ok && i < found.count; i++)
		ok = ec2_interface_set_groups(call, found.items[i]->key, ids, err);
	docs_done(&found);
	return ok;
}
