/*
 * Prefix lists that AWS manages: the address blocks of services with gateway endpoints. They are
 * not documents: every region has the same ones, and nobody can change them.
 */
#include "emulator/aws/ec2/internal.h"

/* Ids and blocks differ per region on AWS; here the id is a hash of region and service. */
static const struct {
	const char *service;
	const char *blocks[4]; /* IPv4; some of ip-ranges.json's, for the packet walk */
} lists[] = {
	{"s3", {"52.218.0.0/17", "3.5.64.0/21", "52.92.0.0/17", NULL}},
	{"dynamodb", {"52.94.24.0/23", "52.119.240.0/21", NULL, NULL}},
};

static const char *list_name(struct call *call, size_t i)
{
	return arena_printf(call->arena, "com.amazonaws.%s.%s", call->region, lists[i].service);
}

static const char *list_id(struct call *call, size_t i)
{
	/* Source: the form "pl-6da54004" of AWS's own lists: 8 digits. */
	const char *whole = ec2_part_id(call, "pl-", list_name(call, i));

	return arena_strndup(call->arena, whole, strlen("pl-") + 8);
}

const char *prefix_list_of_service(struct call *call, const char *service_name)
{
	for (size_t i = 0; i < array_size(lists); i++)
		if (str_eq(list_name(call, i), service_name))
			return list_id(call, i);
	return NULL;
}

/** Index of the list with that id, or -1. */
static int find_list(struct call *call, const char *id)
{
	for (size_t i = 0; i < array_size(lists); i++)
		if (str_eq(list_id(call, i), id))
			return (int)i;
	return -1;
}

bool prefix_list_exists(struct call *call, const char *id)
{
	return find_list(call, id) >= 0;
}

/** One of a filter's values matches. */
static bool matches(const struct json *filters, const char *name, const char *text)
{
	const struct json *filter = ec2_element(filters, "Name", name);

	if (!filter)
		return true;
	json_foreach (value, json_get(filter, "Values")) {
		if (str_glob(json_str(value), text))
			return true;
	}
	return false;
}

static bool check_request(struct call *call, const struct json *input, const char *const *names,
			  struct err *err)
{
	json_foreach (id, json_get(input, "PrefixListIds")) {
		if (find_list(call, json_str(id)) < 0)
			return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, json_str(id));
	}
	json_foreach (filter, json_get(input, "Filters")) {
		bool known = false;

		for (size_t i = 0; names[i]; i++)
			known = known || str_eq(names[i], json_get_str(filter, "Name"));
		if (!known)
			return aws_fail(err, AWS_EC2_FILTER, json_get_str(filter, "Name"));
	}
	return true;
}

static bool is_wanted(struct call *call, const struct json *input, size_t i)
{
	const struct json *ids = json_get(input, "PrefixListIds");
	const struct json *filters = json_get(input, "Filters");

	return (!json_size(ids) || ec2_list_has(ids, list_id(call, i))) &&
	       matches(filters, "prefix-list-id", list_id(call, i)) &&
	       matches(filters, "prefix-list-name", list_name(call, i)) &&
	       matches(filters, "owner-id", "AWS");
}

bool ec2_describe_prefix_lists(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const char *const names[] = {"prefix-list-id", "prefix-list-name", NULL};
	struct json *result = json_ensure_array(output, "PrefixLists");

	if (!check_request(call, input, names, err))
		return false;
	for (size_t i = 0; i < array_size(lists); i++) {
		struct json *item;

		if (!is_wanted(call, input, i))
			continue;
		item = json_new_object();
		for (size_t k = 0; lists[i].blocks[k]; k++)
			json_append_str(json_ensure_array(item, "Cidrs"), lists[i].blocks[k]);
		json_set_str(item, "PrefixListId", list_id(call, i));
		json_set_str(item, "PrefixListName", list_name(call, i));
		json_append(result, item);
	}
	return true;
}

bool ec2_describe_managed_prefix_lists(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	static const char *const names[] = {"owner-id", "prefix-list-id", "prefix-list-name", NULL};
	struct json *result = json_ensure_array(output, "PrefixLists");

	if (!check_request(call, input, names, err))
		return false;
	for (size_t i = 0; i < array_size(lists); i++) {
		struct json *item;

		if (!is_wanted(call, input, i))
			continue;
		item = json_new_object();
		json_set_str(item, "PrefixListId", list_id(call, i));
		json_set_str(item, "AddressFamily", "IPv4");
		json_set_str(item, "State", "create-complete");
		json_setf(item, "PrefixListArn", "arn:%s:ec2:%s:aws:prefix-list/%s",
			  aws_partition(call->region), call->region, list_id(call, i));
		json_set_str(item, "PrefixListName", list_name(call, i));
		json_ensure_array(item, "Tags");
		json_set_str(item, "OwnerId", "AWS");
		json_append(result, item);
	}
	return true;
}

bool ec2_get_managed_prefix_list_entries(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "PrefixListId");
	int i = find_list(call, id);
	struct json *entries = json_ensure_array(output, "Entries");

	if (i < 0)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, id);
	for (size_t k = 0; lists[i].blocks[k]; k++) {
		struct json *entry = json_new_object();

		json_set_str(entry, "Cidr", lists[i].blocks[k]);
		json_append(entries, entry);
	}
	return true;
}
