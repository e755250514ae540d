/* Permissions for other accounts to attach a network interface. Shape: EC2
 * NetworkInterfacePermission. They go with the interface. */
#include "emulator/aws/ec2/internal.h"

static void terms_interface(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "NetworkInterfaceId");
}

static const struct kind_index permission_indexes[] = {
	{"interface", terms_interface},
	{NULL, NULL},
};

const struct kind kind_network_interface_permission = {
	.name = "network-interface-permission",
	.shape = "ec2:NetworkInterfacePermission",
	.indexes = permission_indexes,
};

/* Source: EC2 API, CreateNetworkInterfacePermission: one account per call. */
bool ec2_create_network_interface_permission(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	static const char *const copied[] = {"AwsAccountId", "AwsService", "Permission"};
	static const char *const receivers[] = {"AwsAccountId", "AwsService", NULL};
	const char *account = json_get_str(input, "AwsAccountId"), *id;
	const struct doc *interface;
	struct json *body;
	unsigned which;

	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", &interface,
			err) ||
	    !ec2_one_of(input, receivers, &which, err))
		return false;
	if (account && (strlen(account) != 12 || strspn(account, "0123456789") != 12))
		return aws_fail(err, AWS_EC2_TRANSFER_ACCOUNT, account);
	if (json_get_bool(interface->body, "RequesterManaged", false))
		return aws_fail(err, AWS_EC2_MANAGED_RESOURCE);
	id = ec2_new_id(call, &kind_network_interface_permission, interface->key);
	body = json_new_object();
	json_set_str(body, "NetworkInterfacePermissionId", id);
	json_set_str(body, "NetworkInterfaceId", interface->key);
	for (size_t i = 0; i < array_size(copied); i++)
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	json_set_str(json_ensure_object(body, "PermissionState"), "State", "granted");
	json_set_copy(output, "InterfacePermission", body);
	world_add(call, (struct doc_spec){.kind = &kind_network_interface_permission,
					  .key = id,
					  .body = body});
	return true;
}

bool ec2_delete_network_interface_permission(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_network_interface_permission, input,
			"NetworkInterfacePermissionId", &doc, err))
		return false;
	world_remove(call, &kind_network_interface_permission, doc->key);
	json_set_bool(output, "Return", true);
	return true;
}

static const struct filter_field permission_filters[] = {
	{"network-interface-permission.aws-account-id", "AwsAccountId", NULL, NULL},
	{"network-interface-permission.aws-service", "AwsService", NULL, NULL},
	{"network-interface-permission.network-interface-id", "NetworkInterfaceId", NULL,
	 "interface"},
	{"network-interface-permission.network-interface-permission-id",
	 "NetworkInterfacePermissionId", NULL, NULL},
	{"network-interface-permission.permission", "Permission", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_network_interface_permissions(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_network_interface_permission,
		.ids = "NetworkInterfacePermissionIds",
		.id_prefix = "eni-perm-",
		.malformed = AWS_EC2_INTERFACE_PERMISSION_MALFORMED,
		.not_found = AWS_EC2_INTERFACE_PERMISSION_NOT_FOUND,
		.filters = "Filters",
		.fields = permission_filters,
		.page = &page_ec2,
		.result = "NetworkInterfacePermissions",
	};

	return describe_reply(call, input, output, &describe, err);
}

/* Source: EC2 API, ResetNetworkInterfaceAttribute: the check is on again. */
bool ec2_reset_network_interface_attribute(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	const struct doc *interface;
	struct json *body;

	(void)output;
	if (!ec2_get_by(call, &kind_network_interface, input, "NetworkInterfaceId", &interface,
			err))
		return false;
	if (!json_get(input, "SourceDestCheck"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "sourceDestCheck");
	body = json_copy(interface->body);
	json_set_bool(body, "SourceDestCheck", true);
	world_put(call, &kind_network_interface, interface->key, body);
	return true;
}
