/* DescribeAccountAttributes. */
#include "emulator/aws/ec2/internal.h"

/** The account's default VPC, or "none". */
static const char *default_vpc(const struct call *call)
{
	world_foreach (doc, call->world, &kind_vpc) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->body, "IsDefault", false))
			return doc->key;
	}
	return "none";
}

/** Value of an attribute in the arena; NULL when there is no such attribute. */
static const char *attribute_value(struct call *call, const char *name)
{
	if (str_eq(name, "supported-platforms"))
		return "VPC";
	if (str_eq(name, "default-vpc"))
		return default_vpc(call);
	if (str_eq(name, "vpc-max-security-groups-per-interface"))
		return arena_printf(call->arena, "%u", ec2_limit(LIMIT_GROUPS_PER_INTERFACE));
	if (str_eq(name, "max-elastic-ips"))
		return "5"; /* of EC2-Classic, still told */
	if (str_eq(name, "vpc-max-elastic-ips"))
		return arena_printf(call->arena, "%u", ec2_limit(LIMIT_ADDRESSES));
	if (str_eq(name, "max-instances"))
		return "20"; /* not a limit any more, still told */
	return NULL;
}

/* Source: EC2 API, DescribeAccountAttributes. */
bool ec2_describe_account_attributes(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	static const char *const names[] = {"vpc-max-security-groups-per-interface",
					    "max-instances",
					    "supported-platforms",
					    "default-vpc",
					    "max-elastic-ips",
					    "vpc-max-elastic-ips"};
	const struct json *wanted = json_get(input, "AttributeNames");
	struct json *list = json_ensure_array(output, "AccountAttributes");

	json_foreach (name, wanted) {
		if (!attribute_value(call, json_str(name)))
			return aws_fail(err, AWS_EC2_ACCOUNT_ATTRIBUTE, json_str(name));
	}
	for (size_t i = 0; i < array_size(names); i++) {
		struct json *item, *value;

		if (json_size(wanted) && !ec2_list_has(wanted, names[i]))
			continue;
		item = json_new_object();
		value = json_new_object();
		json_set_str(item, "AttributeName", names[i]);
		json_set_str(value, "AttributeValue", attribute_value(call, names[i]));
		json_append(json_ensure_array(item, "AttributeValues"), value);
		json_append(list, item);
	}
	return true;
}
