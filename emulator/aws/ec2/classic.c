/*
 * What is left of EC2-Classic, whose end was in 2022: answers that say so, and long ids, which all
 * resources have. Source: EC2 API reference and "EC2-Classic Networking is Retiring".
 */
#include "emulator/aws/ec2/internal.h"

/** No VPC has it enabled. */
static void filter_enabled(struct call *call, const struct doc *doc, struct filter_values *values)
{
	(void)call;
	(void)doc;
	filter_value(values, "false");
}

static const struct filter_field classic_link_filters[] = {
	{"is-classic-link-enabled", NULL, filter_enabled, NULL},
	{"vpc-id", "VpcId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static struct json *classic_link_item(struct call *call, const struct doc *doc)
{
	struct json *item = json_new_object();

	(void)call;
	json_set_bool(item, "ClassicLinkEnabled", false);
	json_set(item, "Tags", tags_to_list(doc->tags));
	json_set_str(item, "VpcId", doc->key);
	return item;
}

static struct json *classic_dns_item(struct call *call, const struct doc *doc)
{
	struct json *item = json_new_object();

	(void)call;
	json_set_bool(item, "ClassicLinkDnsSupported", false);
	json_set_str(item, "VpcId", doc->key);
	return item;
}

EC2_DESCRIBE(ec2_describe_vpc_classic_link, .kind = &kind_vpc, .ids = "VpcIds", .id_prefix = "vpc-",
	     .malformed = AWS_EC2_VPC_MALFORMED, .not_found = AWS_EC2_VPC_NOT_FOUND,
	     .fields = classic_link_filters, .result = "Vpcs", .item = classic_link_item)

EC2_DESCRIBE(ec2_describe_vpc_classic_link_dns_support, .kind = &kind_vpc, .ids = "VpcIds",
	     .id_prefix = "vpc-", .malformed = AWS_EC2_VPC_MALFORMED,
	     .not_found = AWS_EC2_VPC_NOT_FOUND, .fields = classic_link_filters, .result = "Vpcs",
	     .item = classic_dns_item)

/** Checks the names of filters of a list that is empty. */
static bool check_filters(struct call *call, const struct json *input,
			  const struct filter_field *fields, struct err *err)
{
	struct filters *filters;

	return filters_parse(call, json_get(input, "Filters"), fields, &filters, err);
}

/* No instance is linked: those that are named must exist. */
bool ec2_describe_classic_link_instances(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"group-id", "Groups.GroupId", NULL, NULL},
		{"instance-id", "InstanceId", NULL, NULL},
		{"vpc-id", "VpcId", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	const struct doc *instance;

	if (!check_filters(call, input, fields, err))
		return false;
	json_foreach (id, json_get(input, "InstanceIds")) {
		if (!ec2_get(call, &kind_instance, json_str(id), &instance, err))
			return false;
	}
	return ec2_page_items(call, input, output, "Instances", json_new_array(), err);
}

bool ec2_describe_moving_addresses(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	static const struct filter_field fields[] = {
		{"moving-status", "MoveStatus", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};

	if (!check_filters(call, input, fields, err))
		return false;
	json_foreach (ip, json_get(input, "PublicIps")) {
		const struct doc *doc =
			world_lookup_one(call->world, &kind_elastic_ip, "public-ip", json_str(ip));

		if (!doc || !doc_in_scope(call, doc))
			return aws_fail(err, AWS_EC2_ADDRESS_NOT_FOUND, json_str(ip));
	}
	return ec2_page_items(call, input, output, "MovingAddressStatuses", json_new_array(), err);
}

#define RETIRED(operation)                                                                         \
	bool operation(struct call *call, const struct json *input, struct json *output,           \
		       struct err *err)                                                            \
	{                                                                                          \
		(void)call;                                                                        \
		(void)input;                                                                       \
		(void)output;                                                                      \
		return aws_fail(err, AWS_EC2_CLASSIC_RETIRED);                                     \
	}

RETIRED(ec2_enable_vpc_classic_link)
RETIRED(ec2_disable_vpc_classic_link)
RETIRED(ec2_enable_vpc_classic_link_dns_support)
RETIRED(ec2_disable_vpc_classic_link_dns_support)
RETIRED(ec2_attach_classic_link_vpc)
RETIRED(ec2_detach_classic_link_vpc)
RETIRED(ec2_move_address_to_vpc)
RETIRED(ec2_restore_address_to_classic)

/* ---- Long ids ---- */

static const char *const long_ids[] = {
	"bundle",
	"conversion-task",
	"customer-gateway",
	"dhcp-options",
	"elastic-ip-allocation",
	"elastic-ip-association",
	"export-task",
	"flow-log",
	"image",
	"import-task",
	"instance",
	"internet-gateway",
	"network-acl",
	"network-acl-association",
	"network-interface",
	"network-interface-attachment",
	"prefix-list",
	"reservation",
	"route-table",
	"route-table-association",
	"security-group",
	"snapshot",
	"subnet",
	"subnet-cidr-block-association",
	"volume",
	"vpc",
	"vpc-cidr-block-association",
	"vpc-endpoint",
	"vpc-peering-connection",
	"vpn-connection",
	"vpn-gateway",
};

static bool has_long_id(const char *resource)
{
	for (size_t i = 0; i < array_size(long_ids); i++)
		if (str_eq(long_ids[i], resource))
			return true;
	return false;
}

static bool list_formats(const struct json *input, struct json *output, struct err *err)
{
	const char *wanted = json_get_str(input, "Resource");
	struct json *list;

	if (wanted && !str_eq(wanted, "all-current") && !has_long_id(wanted))
		return aws_fail(err, AWS_EC2_ID_FORMAT, wanted);
	list = json_ensure_array(output, "Statuses");
	for (size_t i = 0; i < array_size(long_ids); i++) {
		struct json *item;

		if (wanted && !str_eq(wanted, "all-current") && !str_eq(wanted, long_ids[i]))
			continue;
		item = json_new_object();
		json_set_str(item, "Resource", long_ids[i]);
		json_set_bool(item, "UseLongIds", true);
		json_append(list, item);
	}
	return true;
}

bool ec2_describe_id_format(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	(void)call;
	return list_formats(input, output, err);
}

/* Source: EC2 API, DescribeIdentityIdFormat: a role, a user or the root user; of other accounts
 * nobody sees anything. All have long ids. */
static bool check_principal(const struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "PrincipalArn");
	_cleanup_(freep) char *own = xasprintf(":iam::%s:", call->account);

	return (arn && str_starts_with(arn, "arn:") && strstr(arn, own)) ||
	       aws_fail(err, AWS_EC2_PRINCIPAL, arn);
}

bool ec2_describe_identity_id_format(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	return check_principal(call, input, err) && list_formats(input, output, err);
}

bool ec2_describe_aggregate_id_format(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	(void)call;
	json_set_bool(output, "UseLongIdsAggregated", true);
	return list_formats(input, output, err);
}

/* Long ids cannot be given back. */
static bool modify_format(const struct json *input, struct err *err)
{
	const char *resource = json_get_str(input, "Resource");

	if (!str_eq(resource, "all-current") && !has_long_id(resource))
		return aws_fail(err, AWS_EC2_ID_FORMAT, resource);
	return json_get_bool(input, "UseLongIds", true) || aws_fail(err, AWS_EC2_SHORT_IDS);
}

bool ec2_modify_id_format(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	(void)call;
	(void)output;
	return modify_format(input, err);
}

bool ec2_modify_identity_id_format(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	(void)output;
	return modify_format(input, err) && check_principal(call, input, err);
}
