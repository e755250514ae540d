/* Configurations of which a bucket has several, each with an id: analytics, inventories, metrics,
 * intelligent tiering. Kept and shown; nothing is analysed. */
#include "emulator/aws/s3/s3.h"

#define CONFIGURATIONS_MAX 1000 /* of one sort, S3 User Guide */

static const struct sort {
	const char *name; /* between "Bucket" and "Configuration" in operations */
	const char *member;
	const char *list; /* member of the list's output */
} sorts[] = {
	{"Analytics", "AnalyticsConfiguration", "AnalyticsConfigurationList"},
	{"IntelligentTiering", "IntelligentTieringConfiguration",
	 "IntelligentTieringConfigurationList"},
	{"Inventory", "InventoryConfiguration", "InventoryConfigurationList"},
	{"Metrics", "MetricsConfiguration", "MetricsConfigurationList"},
};

static const struct page_style page = {
	.limit = "MaxItems", /* nobody can say it: a hundred at once */
	.token_in = "ContinuationToken",
	.token_out = "NextContinuationToken",
	.more = "IsTruncated",
	.default_limit = 100,
	.max_limit = 100,
	.bad_token = AWS_S3_TOKEN,
};

static const struct sort *sort_of(const struct call *call)
{
	for (size_t i = 0; i < array_size(sorts); i++)
		if (strstr(call->operation, sorts[i].name))
			return &sorts[i];
	assert(!"an operation of a configuration has a row");
	return NULL;
}

bool s3_put_listed(struct call *call, const struct json *input, struct json *output,
		   struct err *err)
{
	const struct sort *sort = sort_of(call);
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct json *value = json_get(input, sort->member);
	const char *id = json_get_str(input, "Id");
	struct json *all;

	(void)output;
	if (!bucket)
		return false;
	if (!str_eq(id, json_get_str(value, "Id")))
		return aws_fail(err, AWS_S3_ARGUMENT,
				"The id of the parameter and that of the configuration differ");
	if (json_size(s3_setting(bucket, sort->name)) >= CONFIGURATIONS_MAX)
		return aws_fail(err, AWS_S3_REQUEST,
				"You are attempting to create a new configuration but have already "
				"reached the 1,000-configuration limit.");
	all = s3_setting(bucket, sort->name) ? json_copy(s3_setting(bucket, sort->name))
					     : json_new_object();
	json_set_copy(all, id, value);
	s3_put_setting(call, bucket, sort->name, all);
	return true;
}

/* The configuration that the input names; NULL with err set when there is none. */
static const struct json *find(const struct sort *sort, const struct doc *bucket,
			       const struct json *input, struct err *err)
{
	const struct json *value =
		json_get(s3_setting(bucket, sort->name), json_get_str(input, "Id"));

	if (!value)
		aws_fail(err, AWS_S3_NO_CONFIGURATION);
	return value;
}

bool s3_get_listed(struct call *call, const struct json *input, struct json *output,
		   struct err *err)
{
	const struct sort *sort = sort_of(call);
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct json *value = bucket ? find(sort, bucket, input, err) : NULL;

	json_set_copy(output, sort->member, value);
	return value != NULL;
}

bool s3_delete_listed(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct sort *sort = sort_of(call);
	const struct doc *bucket = s3_bucket(call, input, err);
	struct json *all;

	(void)output;
	if (!bucket || !find(sort, bucket, input, err))
		return false;
	all = json_copy(s3_setting(bucket, sort->name));
	json_remove(all, json_get_str(input, "Id"));
	s3_put_setting(call, bucket, sort->name, all);
	return true;
}

bool s3_list_listed(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct sort *sort = sort_of(call);
	const struct doc *bucket = s3_bucket(call, input, err);
	struct json *list;

	if (!bucket)
		return false;
	list = json_new_array();
	json_foreach (item, s3_setting(bucket, sort->name))
		json_append(list, json_copy(item));
	json_set_copy(output, "ContinuationToken", json_get(input, "ContinuationToken"));
	return page_items(call, input, output, &page, sort->list, list, err);
}
