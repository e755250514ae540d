/* DescribeInstances, DescribeInstanceStatus, DescribeInstanceTopology. */
#include "emulator/aws/ec2/instance.h"

/** Lets a filter see a member of the instance's interfaces; path as in filter tables, one level
 * of list at most. */
static void filter_interfaces(struct call *call, const struct doc *doc, const char *list,
			      const char *member, struct filter_values *values)
{
	struct docs interfaces = {0};

	world_lookup(call->world, &kind_network_interface, "instance", doc->key, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++) {
		const struct json *body = interfaces.items[i]->body;

		if (!list) {
			filter_value(values, json_get_str(body, member));
		} else if (json_is_object(json_get(body, list))) {
			filter_value(values, json_find_str(body, list, member, NULL));
		} else {
			json_foreach (item, json_get(body, list))
				filter_value(values, json_get_str(item, member));
		}
	}
	docs_done(&interfaces);
}

#define INTERFACE_FILTER(function, list, member)                                                   \
	static void function(struct call *call, const struct doc *doc,                             \
			     struct filter_values *values)                                         \
	{                                                                                          \
		filter_interfaces(call, doc, list, member, values);                                \
	}

INTERFACE_FILTER(filter_group_id, "Groups", "GroupId")
INTERFACE_FILTER(filter_group_name, "Groups", "GroupName")
INTERFACE_FILTER(filter_public_ip, "Association", "PublicIp")
INTERFACE_FILTER(filter_public_dns, "Association", "PublicDnsName")
INTERFACE_FILTER(filter_attachment_id, "Attachment", "AttachmentId")
INTERFACE_FILTER(filter_private_ips, "PrivateIpAddresses", "PrivateIpAddress")
INTERFACE_FILTER(filter_ipv6, "Ipv6Addresses", "Ipv6Address")
INTERFACE_FILTER(filter_interface_id, NULL, "NetworkInterfaceId")
INTERFACE_FILTER(filter_description, NULL, "Description")
INTERFACE_FILTER(filter_mac, NULL, "MacAddress")
INTERFACE_FILTER(filter_interface_dns, NULL, "PrivateDnsName")
INTERFACE_FILTER(filter_interface_status, NULL, "Status")
INTERFACE_FILTER(filter_interface_subnet, NULL, "SubnetId")
INTERFACE_FILTER(filter_interface_vpc, NULL, "VpcId")

static void filter_reservation(struct call *call, const struct doc *doc,
			       struct filter_values *values)
{
	(void)call;
	filter_value(values, doc_extra_str(doc, "ReservationId"));
}

static void filter_owner(struct call *call, const struct doc *doc, struct filter_values *values)
{
	(void)call;
	filter_value(values, doc->account);
}

static void filter_source_dest_check(struct call *call, const struct doc *doc,
				     struct filter_values *values)
{
	const struct doc *interface = ec2_instance_interface(call->world, doc->key);

	if (interface)
		filter_value_bool(values, json_get_bool(interface->body, "SourceDestCheck", true));
}

static const struct filter_field instance_filters[] = {
	{"architecture", "Architecture", NULL, NULL},
	{"availability-zone", "Placement.AvailabilityZone", NULL, NULL},
	{"client-token", "ClientToken", NULL, NULL},
	{"dns-name", NULL, filter_public_dns, NULL},
	{"hypervisor", "Hypervisor", NULL, NULL},
	{"iam-instance-profile.arn", "IamInstanceProfile.Arn", NULL, NULL},
	{"iam-instance-profile.id", "IamInstanceProfile.Id", NULL, NULL},
	{"image-id", "ImageId", NULL, NULL},
	{"instance-id", "InstanceId", NULL, NULL},
	{"instance-state-code", "State.Code", NULL, NULL},
	{"instance-state-name", "State.Name", NULL, NULL},
	{"instance-type", "InstanceType", NULL, NULL},
	{"instance.group-id", NULL, filter_group_id, NULL},
	{"instance.group-name", NULL, filter_group_name, NULL},
	{"ip-address", NULL, filter_public_ip, NULL},
	{"key-name", "KeyName", NULL, "key-pair"},
	{"launch-index", "AmiLaunchIndex", NULL, NULL},
	{"launch-time", "LaunchTime", NULL, NULL},
	{"monitoring-state", "Monitoring.State", NULL, NULL},
	{"network-interface.addresses.association.public-ip", NULL, filter_public_ip, NULL},
	{"network-interface.addresses.private-ip-address", NULL, filter_private_ips, NULL},
	{"network-interface.association.public-ip", NULL, filter_public_ip, NULL},
	{"network-interface.attachment.attachment-id", NULL, filter_attachment_id, NULL},
	{"network-interface.description", NULL, filter_description, NULL},
	{"network-interface.group-id", NULL, filter_group_id, NULL},
	{"network-interface.group-name", NULL, filter_group_name, NULL},
	{"network-interface.ipv6-addresses.ipv6-address", NULL, filter_ipv6, NULL},
	{"network-interface.mac-address", NULL, filter_mac, NULL},
	{"network-interface.network-interface-id", NULL, filter_interface_id, NULL},
	{"network-interface.private-dns-name", NULL, filter_interface_dns, NULL},
	{"network-interface.private-ip-address", NULL, filter_private_ips, NULL},
	{"network-interface.status", NULL, filter_interface_status, NULL},
	{"network-interface.subnet-id", NULL, filter_interface_subnet, NULL},
	{"network-interface.vpc-id", NULL, filter_interface_vpc, NULL},
	{"owner-id", NULL, filter_owner, NULL},
	{"placement-group-name", "Placement.GroupName", NULL, NULL},
	{"private-dns-name", "PrivateDnsName", NULL, "private-dns-name"},
	{"private-ip-address", "PrivateIpAddress", NULL, NULL},
	{"reservation-id", NULL, filter_reservation, NULL},
	{"root-device-name", "RootDeviceName", NULL, NULL},
	{"root-device-type", "RootDeviceType", NULL, NULL},
	{"source-dest-check", NULL, filter_source_dest_check, NULL},
	{"state-reason-code", "StateReason.Code", NULL, NULL},
	{"subnet-id", "SubnetId", NULL, "subnet"},
	{"tenancy", "Placement.Tenancy", NULL, NULL},
	{"virtualization-type", "VirtualizationType", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

static const struct describe describe_instances = {
	.kind = &kind_instance,
	.ids = "InstanceIds",
	.id_prefix = "i-",
	.malformed = AWS_EC2_INSTANCE_MALFORMED,
	.not_found = AWS_EC2_INSTANCE_NOT_FOUND,
	.filters = "Filters",
	.fields = instance_filters,
};

/** The reservation of an id in the answer, added when it is not there. */
static struct json *reservation_of(struct json *list, const struct doc *instance)
{
	const char *id = doc_extra_str(instance, "ReservationId");
	struct json *found = ec2_element_mut(list, "ReservationId", id);

	if (found)
		return found;
	found = json_new_object();
	json_set_str(found, "ReservationId", id);
	json_set_str(found, "OwnerId", instance->account);
	json_ensure_array(found, "Groups");
	json_append(list, found);
	return found;
}

/** AWS speaks of several unknown instances in the plural. */
static size_t count_missing(const struct call *call, const struct json *ids)
{
	size_t count = 0;

	json_foreach (id, ids)
		count += !ec2_find(call, &kind_instance, json_str(id));
	return count;
}

bool ec2_describe_instances(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	struct json *list = json_ensure_array(output, "Reservations");
	struct describe describe = describe_instances;
	struct docs found;

	if (json_size(json_get(input, "InstanceIds")) && json_get(input, "MaxResults"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "instancesSet", "maxResults");
	if (count_missing(call, json_get(input, "InstanceIds")) > 1)
		describe.not_found = AWS_EC2_INSTANCES_NOT_FOUND;
	if (!describe_select(call, input, &describe, &found, err))
		return false;
	if (!page_docs(call, input, output, &page_ec2, &found, err)) {
		docs_done(&found);
		return false;
	}
	for (size_t i = 0; i < found.count; i++)
		json_append(json_ensure_array(reservation_of(list, found.items[i]), "Instances"),
			    instance_item(call->world, found.items[i]));
	docs_done(&found);
	return true;
}

/* ---- DescribeInstanceStatus ---- */

static const struct filter_field status_filters[] = {
	{"availability-zone", "Placement.AvailabilityZone", NULL, NULL},
	{"instance-state-code", "State.Code", NULL, NULL},
	{"instance-state-name", "State.Name", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/** {Status, Details} of one of the two checks. */
static struct json *check_item(bool running)
{
	struct json *item = json_new_object(), *detail;

	json_set_str(item, "Status", running ? "ok" : "not-applicable");
	if (running) {
		detail = json_new_object();
		json_set_str(detail, "Name", "reachability");
		json_set_str(detail, "Status", "passed");
		json_append(json_ensure_array(item, "Details"), detail);
	}
	return item;
}

static struct json *status_item(const struct doc *doc)
{
	struct json *item = json_new_object();
	bool running = str_eq(instance_state_name(doc), "running");

	json_set_copy(item, "AvailabilityZone",
		      json_find(doc->body, "Placement", "AvailabilityZone", NULL));
	json_set_copy(item, "InstanceState", json_get(doc->body, "State"));
	json_set_str(item, "InstanceId", doc->key);
	json_set(item, "InstanceStatus", check_item(running));
	json_set(item, "SystemStatus", check_item(running));
	return item;
}

/* Source: EC2 API, DescribeInstanceStatus: running ones only, unless IncludeAllInstances. */
bool ec2_describe_instance_status(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	struct describe describe = describe_instances;
	bool all = json_get_bool(input, "IncludeAllInstances", false);
	struct json *list = json_ensure_array(output, "InstanceStatuses");
	struct docs found;
	size_t kept = 0;

	describe.fields = status_filters;
	if (!describe_select(call, input, &describe, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		if (all || str_eq(instance_state_name(found.items[i]), "running"))
			found.items[kept++] = found.items[i];
	found.count = kept;
	if (!page_docs(call, input, output, &page_ec2, &found, err)) {
		docs_done(&found);
		return false;
	}
	for (size_t i = 0; i < found.count; i++)
		json_append(list, status_item(found.items[i]));
	docs_done(&found);
	return true;
}

/* Source: EC2 API, DescribeInstanceTopology: instances of accelerated types only; the emulated
 * account runs none, so the list is empty. The CCM asks for each node. */
bool ec2_describe_instance_topology(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	json_foreach (id, json_get(input, "InstanceIds")) {
		const struct doc *instance;

		if (!ec2_get(call, &kind_instance, json_str(id), &instance, err))
			return false;
	}
	return ec2_page_items(call, input, output, "Instances", json_new_array(), err);
}
