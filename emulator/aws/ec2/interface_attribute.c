/* Attributes of network interfaces: description, groups, source/destination check, deletion with
 * the instance. */
#include "emulator/aws/ec2/internal.h"

static void set_groups(struct call *call, struct json *body, const struct json *ids)
{
	_cleanup_(json_freep) struct json *unique = ec2_list_unique(ids);

	json_set(body, "Groups", security_group_identifiers(call->world, unique));
}

bool ec2_interface_set_groups(struct call *call, const char *interface_id,
			      const struct json *groups, struct err *err)
{
	const struct doc *doc = world_find(call->world, &kind_network_interface, interface_id);
	struct json *body;

	if (!ec2_check_groups(call, doc_str(doc, "VpcId"), groups, err))
		return false;
	body = json_copy(doc->body);
	set_groups(call, body, groups);
	world_put(call, &kind_network_interface, interface_id, body);
	return true;
}

static bool modify_attachment(const struct json *change, struct json *body, struct err *err)
{
	struct json *attachment = json_get_mut(body, "Attachment");
	const char *id = json_get_str(change, "AttachmentId");

	if (!attachment || !str_eq(json_get_str(attachment, "AttachmentId"), id))
		return aws_fail(err, AWS_EC2_ATTACHMENT_NOT_FOUND, id ? id : "");
	json_set_bool(attachment, "DeleteOnTermination",
		      json_get_bool(change, "DeleteOnTermination", false));
	return true;
}

bool interface_check_tracking(const struct json *wish, struct err *err)
{
	/* Source: EC2 user guide, "Security group connection tracking": seconds */
	static const struct {
		const char *member;
		int64_t min, max;
	} rows[] = {
		{"TcpEstablishedTimeout", 60, 432000},
		{"UdpStreamTimeout", 60, 180},
		{"UdpTimeout", 30, 60},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		int64_t value = json_get_int(wish, rows[i].member, rows[i].min);

		if (value < rows[i].min || value > rows[i].max)
			return aws_fail(err, AWS_EC2_TRACKING_TIMEOUT, rows[i].member);
	}
	return true;
}

/** Gives the primary address a public one that AWS lends, or takes it back. */
static bool switch_public_ip(struct call *call, const struct doc *interface, bool on,
			     struct err *err)
{
	const struct json *association = json_get(interface->body, "Association");

	if (json_get_str(association, "AllocationId"))
		return aws_fail(err, AWS_EC2_ADDRESS_ASSOCIATED, interface->key,
				json_get_str(association, "AssociationId"));
	if (on && !association)
		interface_add_public_ip(call, interface->key, "amazon");
	else if (!on && association)
		interface_drop_public_ip(call, interface->key);
	return true;
}

static bool modify_groups(struct call *call, const struct doc *interface, const struct json *groups,
			  struct json *body, struct err *err)
{
	if (!json_size(groups))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "groupId");
	if (!ec2_check_groups(call, doc_str(interface, "VpcId"), groups, err))
		return false;
	set_groups(call, body, groups);
	return true;
}

/* Members of ModifyNetworkInterfaceAttribute. */
static const char *const members[] = {"Attachment",
				      "Description",
				      "Groups",
				      "SourceDestCheck",
				      "EnablePrimaryIpv6",
				      "ConnectionTrackingSpecification",
				      "EnaSrdSpecification",
				      "AssociatedSubnetIds",
				      "AssociatePublicIpAddress",
				      NULL};

/** Changes the body by the member with that index. */
static bool modify_member(struct call *call, const struct doc *interface, const struct json *input,
			  unsigned which, struct json *body, struct err *err)
{
	bool value = true;

	switch (which) {
	case 0: return modify_attachment(json_get(input, "Attachment"), body, err);
	case 1:
		json_set_copy(body, "Description", json_find(input, "Description", "Value", NULL));
		return true;
	case 2: return modify_groups(call, interface, json_get(input, "Groups"), body, err);
	case 3:
		if (!ec2_bool_attribute(input, "SourceDestCheck", &value))
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "value");
		json_set_bool(body, "SourceDestCheck", value);
		return true;
	case 4:
		/* Source: EC2 API: once there is a primary IPv6 address it stays */
		if (!json_get_bool(input, "EnablePrimaryIpv6", false))
			return aws_fail(err, AWS_EC2_NO_PRIMARY_IPV6, interface->key);
		return address_make_primary_ipv6(body, interface->key, err);
	case 5:
		json_set_copy(body, "ConnectionTrackingConfiguration",
			      json_get(input, members[which]));
		return interface_check_tracking(json_get(input, members[which]), err);
	default:
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "ModifyNetworkInterfaceAttribute with %s is not emulated",
			       members[which]);
	}
}

/* Source: EC2 API, ModifyNetworkInterfaceAttribute: one attribute per call. */
bool ec2_modify_network_interface_attribute(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *interface;
	unsigned which;

	(void)output;
	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", &interface,
			err) ||
	    !ec2_one_of(input, members, &which, err))
		return false;
	if (str_eq(members[which], "AssociatePublicIpAddress"))
		return switch_public_ip(call, interface,
					json_get_bool(input, members[which], false), err);
	body = json_copy(interface->body);
	if (!modify_member(call, interface, input, which, body, err))
		return false;
	world_put(call, &kind_network_interface, interface->key, steal(body));
	return true;
}

bool ec2_describe_network_interface_attribute(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	const char *attribute = json_get_str(input, "Attribute");
	const struct doc *interface;

	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", &interface,
			err))
		return false;
	if (!attribute)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "attribute");
	json_set_str(output, "NetworkInterfaceId", interface->key);
	if (str_eq(attribute, "attachment"))
		json_set_copy(output, "Attachment", json_get(interface->body, "Attachment"));
	else if (str_eq(attribute, "description"))
		json_set_copy(json_ensure_object(output, "Description"), "Value",
			      json_get(interface->body, "Description"));
	else if (str_eq(attribute, "groupSet"))
		json_set_copy(output, "Groups", json_get(interface->body, "Groups"));
	else if (str_eq(attribute, "sourceDestCheck"))
		json_set_copy(json_ensure_object(output, "SourceDestCheck"), "Value",
			      json_get(interface->body, "SourceDestCheck"));
	else if (str_eq(attribute, "associatePublicIpAddress"))
		json_set_bool(output, "AssociatePublicIpAddress",
			      json_get(interface->body, "Association") != NULL);
	return true;
}
