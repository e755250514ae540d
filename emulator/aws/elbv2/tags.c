/* Tags of everything in ELBv2. */
#include "emulator/aws/elbv2/internal.h"

#define ARNS_MAX 20 /* API: DescribeTags, "up to 20 resources in one call" */

/* Which kind an ARN names, and how the service says that there is none. */
static const struct {
	const char *word;
	const struct kind *kind;
	enum aws_error missing;
} arns[] = {
	{":loadbalancer/", &kind_load_balancer, AWS_ELBV2_LOAD_BALANCER_NOT_FOUND},
	{":listener/", &kind_listener, AWS_ELBV2_LISTENER_NOT_FOUND},
	{":listener-rule/", &kind_rule, AWS_ELBV2_RULE_NOT_FOUND},
	{":targetgroup/", &kind_target_group, AWS_ELBV2_TARGET_GROUP_NOT_FOUND},
	{":truststore/", &kind_trust_store, AWS_ELBV2_TRUST_STORE_NOT_FOUND},
};

static bool find(struct call *call, const char *arn, const struct doc **ret, struct err *err)
{
	for (size_t i = 0; i < array_size(arns); i++) {
		if (!arn || !strstr(arn, arns[i].word))
			continue;
		*ret = find_in_scope(call, arns[i].kind, arn);
		return *ret || aws_fail(err, arns[i].missing, arn);
	}
	return aws_fail(err, AWS_ELBV2_ARN, arn ? arn : "", "load balancer");
}

/* All documents of ResourceArns, or the error of the first that is missing. */
static bool find_all(struct call *call, const struct json *input, struct docs *ret, struct err *err)
{
	const struct json *list = json_get(input, "ResourceArns");

	if (json_size(list) > ARNS_MAX)
		return aws_fail(err, AWS_ELBV2_ARNS_MAX);
	json_foreach (arn, list) {
		const struct doc *doc = NULL;

		if (!find(call, json_str(arn), &doc, err))
			return false;
		docs_add(ret, doc);
	}
	return true;
}

ELBV2_OP(elbv2_describe_tags)
{
	_cleanup_(docs_done) struct docs found = {0};
	struct json *list = json_ensure_array(output, "TagDescriptions");

	if (!find_all(call, input, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++) {
		struct json *item = json_new_object();

		json_set_str(item, "ResourceArn", found.items[i]->key);
		json_set(item, "Tags", tags_to_list(lag_tags(call, found.items[i])));
		json_append(list, item);
	}
	return true;
}

ELBV2_OP(elbv2_add_tags)
{
	_cleanup_(docs_done) struct docs found = {0};

	(void)output; /* the answer is empty */
	if (!find_all(call, input, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++) {
		struct json *tags;

		if (!tags_merge(TAGS_ELB, found.items[i]->tags, json_get(input, "Tags"), &tags,
				err))
			return false;
		world_put_tags(call, found.items[i]->kind, found.items[i]->key, tags);
	}
	return true;
}

ELBV2_OP(elbv2_remove_tags)
{
	_cleanup_(docs_done) struct docs found = {0};

	(void)output; /* the answer is empty */
	if (!find_all(call, input, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++) {
		struct json *tags = json_copy(found.items[i]->tags);

		json_foreach (key, json_get(input, "TagKeys"))
			json_remove(tags, json_str(key));
		world_put_tags(call, found.items[i]->kind, found.items[i]->key, tags);
	}
	return true;
}
