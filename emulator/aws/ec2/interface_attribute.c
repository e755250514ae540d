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

/* Source: EC2 API, ModifyNetworkInterfaceAttribute: one attribute per call. */
bool ec2_modify_network_interface_attribute(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	static const char *const members[] = {"Attachment", "Description", "Groups",
					      "SourceDestCheck", NULL};
	_cleanup_(json_freep) struct json *body = NULL;
	const struct json *groups = json_get(input, "Groups");
	const struct doc *interface;
	unsigned which;
	bool value = true;

	(void)output;
	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", &interface,
			err) ||
	    !ec2_one_of(input, members, &which, err))
		return false;
	body = json_copy(interface->body);
	switch (which) {
	case 0:
		if (!modify_attachment(json_get(input, "Attachment"), body, err))
			return false;
		break;
	case 1:
		json_set_copy(body, "Description", json_find(input, "Description", "Value", NULL));
		break;
	case 2:
		if (!json_size(groups))
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "groupId");
		if (!ec2_check_groups(call, doc_str(interface, "VpcId"), groups, err))
			return false;
		set_groups(call, body, groups);
		break;
	default:
		if (!ec2_bool_attribute(input, "SourceDestCheck", &value))
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "value");
		json_set_bool(body, "SourceDestCheck", value);
	}
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
