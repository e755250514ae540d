/* Addresses, interfaces, key pairs, instances. */
#include "runner/import/inner.h"

void import_address(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "AllocationId");
	struct json *params;

	if (!id) {
		import_omit(import, "%s: it is of EC2-Classic, which is no more",
			    json_get_str(item, "PublicIp"));
		return;
	}
	if (json_get_str(item, "NetworkBorderGroup") &&
	    !str_eq(json_get_str(item, "NetworkBorderGroup"), import->ret->region))
		import_omit(import, "%s: its border group %s", id,
			    json_get_str(item, "NetworkBorderGroup"));
	params = import_params("Domain", "vpc");
	import_tag_specification(import, params, item, "elastic-ip");
	if (import_call(import, id, "ec2:AllocateAddress", id, params, NULL))
		import_omit(import, "%s: its address %s; the emulator gives another one", id,
			    json_get_str(item, "PublicIp"));
}

/* Interfaces that AWS made for something, and makes again with it. */
static const char *made_for(const struct json *item)
{
	const char *type = json_get_str(item, "InterfaceType");

	if (json_get_bool(item, "RequesterManaged", false))
		return json_get_str(item, "Description");
	return type && !str_eq(type, "interface") && !str_eq(type, "efa") ? type : NULL;
}

static void put_groups(struct json *params, const char *member, const struct json *groups)
{
	json_foreach (group, groups)
		json_append_str(json_ensure_array(params, member), json_get_str(group, "GroupId"));
}

static void put_addresses(struct json *params, const struct json *item)
{
	json_foreach (address, json_get(item, "PrivateIpAddresses")) {
		struct json *row = json_new_object();

		import_copy(row, address, IMPORT_MEMBERS("PrivateIpAddress", "Primary"));
		json_append(json_ensure_array(params, "PrivateIpAddresses"), row);
	}
	json_foreach (address, json_get(item, "Ipv6Addresses")) {
		struct json *row = json_new_object();

		import_copy(row, address, IMPORT_MEMBERS("Ipv6Address"));
		json_append(json_ensure_array(params, "Ipv6Addresses"), row);
	}
}

void import_network_interface(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "NetworkInterfaceId");
	struct json *params;

	if (made_for(item))
		return;
	if (!import_has_vpc(import, json_get_str(item, "VpcId"), id))
		return;
	params = json_new_object();
	import_copy(params, item, IMPORT_MEMBERS("SubnetId", "Description"));
	put_groups(params, "Groups", json_get(item, "Groups"));
	put_addresses(params, item);
	if (json_size(json_get(item, "TagSet"))) { /* here tags are called so */
		_cleanup_(json_freep) struct json *tagged = json_new_object();

		json_set_copy(tagged, "Tags", json_get(item, "TagSet"));
		import_tag_specification(import, params, tagged, "network-interface");
	}
	if (!import_call(import, id, "ec2:CreateNetworkInterface", id, params, NULL) ||
	    json_get_bool(item, "SourceDestCheck", true))
		return;
	params = import_params("NetworkInterfaceId", id);
	json_set_bool(json_ensure_object(params, "SourceDestCheck"), "Value", false);
	import_call(import, id, "ec2:ModifyNetworkInterfaceAttribute", NULL, params, NULL);
}

void import_key_pair(struct import *import, const struct json *item)
{
	const char *name = json_get_str(item, "KeyName");
	struct json *params = import_params("KeyName", name);

	import_copy(params, item, IMPORT_MEMBERS("KeyType"));
	import_tag_specification(import, params, item, "key-pair");
	if (import_call(import, name, "ec2:CreateKeyPair", json_get_str(item, "KeyPairId"), params,
			NULL))
		import_omit(import, "%s: the key itself; the emulator makes another one", name);
}

/* The interfaces that were described are there already; else RunInstances makes one. */
static bool put_interfaces(struct import *import, struct json *params, const struct json *item)
{
	bool found = false;

	json_foreach (interface, json_get(item, "NetworkInterfaces")) {
		const char *id = json_get_str(interface, "NetworkInterfaceId");
		struct json *row;

		if (!import_find(import, "NetworkInterfaces", "NetworkInterfaceId", id))
			continue;
		/* what was there before its instance is not deleted with it: EC2 RunInstances,
		 * NetworkInterfaceSpecification.DeleteOnTermination */
		if (json_get_bool(json_get(interface, "Attachment"), "DeleteOnTermination", false))
			import_omit(import, "%s: it stays when its instance %s is terminated", id,
				    json_get_str(item, "InstanceId"));
		row = import_params("NetworkInterfaceId", id);
		json_set_int(row, "DeviceIndex",
			     json_get_int(json_get(interface, "Attachment"), "DeviceIndex", 0));
		json_append(json_ensure_array(params, "NetworkInterfaces"), row);
		found = true;
	}
	return found;
}

/* The image, when the emulator has it too, else one that it has: an image is no part of a network.
 */
static void put_image(struct import *import, struct json *params, const struct json *item)
{
	_cleanup_(json_freep) struct json *wanted = json_new_object(), *output = NULL, *all = NULL;
	const char *image = json_get_str(item, "ImageId"), *other;
	struct aws *aws = import->emulator->aws;

	json_append_str(json_ensure_array(wanted, "ImageIds"), image);
	json_set_str(params, "ImageId", image);
	if (aws_invoke(aws, "operator", AWS_ACCOUNT, import->ret->region, "ec2", "DescribeImages",
		       wanted, NULL, &output, NULL) ||
	    !aws_invoke(aws, "operator", AWS_ACCOUNT, import->ret->region, "ec2", "DescribeImages",
			NULL, NULL, &all, NULL))
		return;
	other = json_get_str(json_first(json_get(all, "Images")), "ImageId");
	if (!other)
		return;
	json_set_str(params, "ImageId", other);
	import_omit(import, "%s: its image %s; here it is %s", json_get_str(item, "InstanceId"),
		    image, other);
}

static void stop(struct import *import, const char *id)
{
	struct json *params = json_new_object();

	json_append_str(json_ensure_array(params, "InstanceIds"), id);
	import_call(import, id, "ec2:StopInstances", NULL, params, NULL);
}

void import_instance(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "InstanceId");
	const char *state = json_find_str(item, "State", "Name", NULL);
	struct json *params;

	if (str_eq(state, "terminated") || str_eq(state, "shutting-down") ||
	    !import_has_vpc(import, json_get_str(item, "VpcId"), id))
		return;
	params = json_new_object();
	put_image(import, params, item);
	import_copy(params, item, IMPORT_MEMBERS("InstanceType", "KeyName"));
	json_set_int(params, "MinCount", 1);
	json_set_int(params, "MaxCount", 1);
	if (!put_interfaces(import, params, item)) {
		import_copy(params, item, IMPORT_MEMBERS("SubnetId", "PrivateIpAddress"));
		put_groups(params, "SecurityGroupIds", json_get(item, "SecurityGroups"));
		json_foreach (interface, json_get(item, "NetworkInterfaces"))
			json_foreach (address, json_get(interface, "Ipv6Addresses"))
				json_append(json_ensure_array(params, "Ipv6Addresses"),
					    import_params("Ipv6Address",
							  json_get_str(address, "Ipv6Address")));
	}
	if (json_find_str(item, "IamInstanceProfile", "Arn", NULL))
		import_omit(import, "%s: its instance profile; IAM is not imported", id);
	import_tag_specification(import, params, item, "instance");
	if (import_call(import, id, "ec2:RunInstances", id, params, NULL) &&
	    (str_eq(state, "stopped") || str_eq(state, "stopping")))
		stop(import, id);
}

void import_association(struct import *import, const struct json *item)
{
	const char *id = json_get_str(item, "AllocationId");
	const char *interface_id = json_get_str(item, "NetworkInterfaceId");
	const char *instance_id = json_get_str(item, "InstanceId");
	const struct json *interface =
		import_find(import, "NetworkInterfaces", "NetworkInterfaceId", interface_id);
	struct json *params;

	if (!id || !json_get_str(item, "AssociationId") || (interface && made_for(interface)))
		return; /* a NAT gateway's comes with it */
	if (!interface && !(instance_id && *instance_id)) {
		json_foreach (gateway, json_get(import->sets, "NatGateways"))
			json_foreach (address, json_get(gateway, "NatGatewayAddresses"))
				if (str_eq(json_get_str(address, "AllocationId"), id))
					return;
		import_omit(import, "%s: what it is associated with was not described", id);
		return;
	}
	params = import_params("AllocationId", id);
	if (interface)
		json_set_str(params, "NetworkInterfaceId", interface_id);
	else
		json_set_str(params, "InstanceId", instance_id);
	import_copy(params, item, IMPORT_MEMBERS("PrivateIpAddress"));
	import_call(import, id, "ec2:AssociateAddress", json_get_str(item, "AssociationId"), params,
		    NULL);
}
