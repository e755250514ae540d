/*
 * Prefix lists, as replies show them. Those that AWS manages, the address blocks of services with
 * gateway endpoints, are not documents: every region has the same ones, and nobody can change them.
 * The customers' are in managed_prefix_list.c.
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
	return find_list(call, id) >= 0 || ec2_find(call, &kind_managed_prefix_list, id);
}

bool prefix_list_is_aws(struct call *call, const char *id)
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

static bool check_names(const struct json *filters, const char *const *names, struct err *err)
{
	json_foreach (filter, filters) {
		bool known = false;

		for (size_t i = 0; names[i]; i++)
			known = known || str_eq(names[i], json_get_str(filter, "Name"));
		if (!known)
			return aws_fail(err, AWS_EC2_FILTER, json_get_str(filter, "Name"));
	}
	return true;
}

static bool is_wanted(const struct json *input, const char *id, const char *name, const char *owner)
{
	const struct json *ids = json_get(input, "PrefixListIds");
	const struct json *filters = json_get(input, "Filters");

	return (!json_size(ids) || ec2_list_has(ids, id)) &&
	       matches(filters, "prefix-list-id", id) &&
	       matches(filters, "prefix-list-name", name) && matches(filters, "owner-id", owner);
}

/* Source: EC2 API, DescribePrefixLists: AWS's own lists only. */
bool ec2_describe_prefix_lists(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const char *const names[] = {"prefix-list-id", "prefix-list-name", NULL};
	struct json *result;

	json_foreach (id, json_get(input, "PrefixListIds")) {
		if (find_list(call, json_str(id)) < 0)
			return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, json_str(id));
	}
	if (!check_names(json_get(input, "Filters"), names, err))
		return false;
	result = json_new_array();
	for (size_t i = 0; i < array_size(lists); i++) {
		struct json *item;

		if (!is_wanted(input, list_id(call, i), list_name(call, i), "AWS"))
			continue;
		item = json_new_object();
		for (size_t k = 0; lists[i].blocks[k]; k++)
			json_append_str(json_ensure_array(item, "Cidrs"), lists[i].blocks[k]);
		json_set_str(item, "PrefixListId", list_id(call, i));
		json_set_str(item, "PrefixListName", list_name(call, i));
		json_append(result, item);
	}
	return ec2_page_items(call, input, output, "PrefixLists", result, err);
}

static struct json *aws_list(struct call *call, size_t i)
{
	struct json *item = json_new_object();

	json_set_str(item, "PrefixListId", list_id(call, i));
	json_set_str(item, "AddressFamily", "IPv4");
	json_set_str(item, "State", "create-complete");
	json_setf(item, "PrefixListArn", "arn:%s:ec2:%s:aws:prefix-list/%s",
		  aws_partition(call->region), call->region, list_id(call, i));
	json_set_str(item, "PrefixListName", list_name(call, i));
	json_ensure_array(item, "Tags");
	json_set_str(item, "OwnerId", "AWS");
	return item;
}

bool ec2_describe_managed_prefix_lists(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	/* the service lets filters on tags through, as terraform's provider relies on */
	static const struct filter_field fields[] = {
		{"owner-id", "OwnerId", NULL, NULL},
		{"prefix-list-id", "PrefixListId", NULL, NULL},
		{"prefix-list-name", "PrefixListName", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	const struct json *given = json_get(input, "Filters");
	struct docs found = {0};
	struct filters *filters;
	struct json *result;
	bool tags = false;

	json_foreach (id, json_get(input, "PrefixListIds")) {
		if (!prefix_list_exists(call, json_str(id)))
			return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, json_str(id));
	}
	if (!filters_parse(call, given, fields, &filters, err))
		return false;
	json_foreach (filter, given)
		tags = tags || str_starts_with(json_get_str(filter, "Name"), "tag");
	result = json_new_array();
	for (size_t i = 0; i < array_size(lists) && !tags; i++)
		if (is_wanted(input, list_id(call, i), list_name(call, i), "AWS"))
			json_append(result, aws_list(call, i));
	filters_select(call, filters, &kind_managed_prefix_list, &found);
	for (size_t i = 0; i < found.count; i++)
		if (!json_size(json_get(input, "PrefixListIds")) ||
		    ec2_list_has(json_get(input, "PrefixListIds"), found.items[i]->key))
			json_append(result, ec2_item(found.items[i]));
	docs_done(&found);
	return ec2_page_items(call, input, output, "PrefixLists", result, err);
}

bool ec2_get_managed_prefix_list_entries(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "PrefixListId");
	int64_t version = json_get_int(input, "TargetVersion", 0);
	int i = find_list(call, id);
	struct json *entries;

	if (i < 0) {
		if (!managed_prefix_list_entries(call, id, version, &entries, err))
			return false;
		return ec2_page_items(call, input, output, "Entries", entries, err);
	}
	if (version)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_AWS, id);
	entries = json_new_array();
	for (size_t k = 0; lists[i].blocks[k]; k++) {
		struct json *entry = json_new_object();

		json_set_str(entry, "Cidr", lists[i].blocks[k]);
		json_append(entries, entry);
	}
	return ec2_page_items(call, input, output, "Entries", entries, err);
}
