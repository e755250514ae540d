/* Types of policies of classic load balancers, and the attributes that each takes. */
#include "emulator/aws/elb/internal.h"

#include <strings.h>

static const struct policy_type types[] = {
#define POLICY_TYPE(name, places, description) {name, places, description},
#include "emulator/aws/elb/policy_types.tbl"
#undef POLICY_TYPE
};

static const struct attribute {
	const char *type, *name, *kind, *cardinality;
} attributes[] = {
#define POLICY_ATTRIBUTE(type, name, kind, cardinality) {type, name, kind, cardinality},
#include "emulator/aws/elb/policy_attributes.tbl"
#undef POLICY_ATTRIBUTE
};

const struct policy_type *policy_type_find(const char *name)
{
	for (size_t i = 0; i < array_size(types); i++) {
		if (str_eq(types[i].name, name))
			return &types[i];
	}
	return NULL;
}

static const struct attribute *find_attribute(const struct policy_type *type, const char *name)
{
	for (size_t i = 0; i < array_size(attributes); i++) {
		if (str_eq(attributes[i].type, type->name) && str_eq(attributes[i].name, name))
			return &attributes[i];
	}
	return NULL;
}

static size_t count_of(const struct json *list, const char *name)
{
	size_t count = 0;

	json_foreach (item, list)
		count += str_eq(json_get_str(item, "AttributeName"), name);
	return count;
}

static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 19 && !text[digits]; /* fits int64 */
}

static bool value_fits(const struct attribute *attribute, const char *value)
{
	if (!value)
		return false;
	if (str_eq(attribute->kind, "Boolean"))
		return strcasecmp(value, "true") == 0 || strcasecmp(value, "false") == 0;
	if (str_eq(attribute->kind, "Long"))
		return is_number(value);
	return *value != '\0';
}

bool policy_type_check(const struct policy_type *type, const struct json *list, struct err *err)
{
	json_foreach (item, list) {
		const char *name = json_get_str(item, "AttributeName");
		const char *value = json_get_str(item, "AttributeValue");
		const struct attribute *attribute = name ? find_attribute(type, name) : NULL;

		if (!attribute)
			return aws_fail(err, AWS_CLASSIC_POLICY_ATTRIBUTE, name ? name : "",
					type->name);
		if (!value_fits(attribute, value))
			return aws_fail(err, AWS_CLASSIC_POLICY_VALUE, value ? value : "", name);
	}
	for (size_t i = 0; i < array_size(attributes); i++) {
		const struct attribute *row = &attributes[i];
		size_t count;

		if (!str_eq(row->type, type->name))
			continue;
		count = count_of(list, row->name);
		if (str_starts_with(row->cardinality, "ONE") && !count)
			return aws_fail(err, AWS_CLASSIC_POLICY_MISSING, row->name, type->name);
		if (str_ends_with(row->cardinality, "ONE") && count > 1)
			return aws_fail(err, AWS_CLASSIC_POLICY_TWICE, row->name);
	}
	return true;
}

static struct json *describe(const struct policy_type *type)
{
	struct json *item = json_new_object();
	struct json *list = json_ensure_array(item, "PolicyAttributeTypeDescriptions");

	json_set_str(item, "PolicyTypeName", type->name);
	json_set_str(item, "Description", type->description);
	for (size_t i = 0; i < array_size(attributes); i++) {
		struct json *attribute;

		if (!str_eq(attributes[i].type, type->name))
			continue;
		attribute = json_new_object();
		json_set_str(attribute, "AttributeName", attributes[i].name);
		json_set_str(attribute, "AttributeType", attributes[i].kind);
		json_set_str(attribute, "Cardinality", attributes[i].cardinality);
		json_append(list, attribute);
	}
	return item;
}

ELB_OP(elb_describe_load_balancer_policy_types)
{
	struct json *list = json_ensure_array(output, "PolicyTypeDescriptions");
	const struct json *names = json_get(input, "PolicyTypeNames");

	(void)call;
	json_foreach (name, names) {
		const struct policy_type *type = policy_type_find(json_str(name));

		if (!type)
			return aws_fail(err, AWS_CLASSIC_POLICY_TYPE_NOT_FOUND, json_str(name));
		json_append(list, describe(type));
	}
	for (size_t i = 0; !json_size(names) && i < array_size(types); i++)
		json_append(list, describe(&types[i]));
	return true;
}
