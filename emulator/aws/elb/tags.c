/* Tags of classic load balancers. */
#include "emulator/aws/elb/internal.h"

ELB_OP(elb_describe_tags)
{
	struct json *list = json_ensure_array(output, "TagDescriptions");

	json_foreach (name, json_get(input, "LoadBalancerNames")) {
		struct json *item = json_new_object();
		const struct doc *doc;

		json_append(list, item);
		if (!elb_get(call, json_str(name), &doc, err))
			return false;
		json_set_str(item, "LoadBalancerName", json_str(name));
		json_set(item, "Tags", tags_to_list(lag_tags(call, doc)));
	}
	return true;
}

/* API: AddTags and RemoveTags, "You can specify one load balancer only". */
static bool get_one(struct call *call, const struct json *input, const struct doc **ret,
		    struct err *err)
{
	const struct json *names = json_get(input, "LoadBalancerNames");

	if (json_size(names) != 1)
		return aws_fail(err, AWS_CLASSIC_TAGS_OF_ONE);
	return elb_get(call, json_str(json_at(names, 0)), ret, err);
}

ELB_OP(elb_add_tags)
{
	struct json *tags;
	const struct doc *doc;

	(void)output; /* the answer is empty */
	if (!get_one(call, input, &doc, err) ||
	    !tags_merge(TAGS_ELB, doc->tags, json_get(input, "Tags"), &tags, err))
		return false;
	world_put_tags(call, doc->kind, doc->key, tags);
	return true;
}

ELB_OP(elb_remove_tags)
{
	struct json *tags;
	const struct doc *doc;

	(void)output; /* the answer is empty */
	if (!get_one(call, input, &doc, err))
		return false;
	tags = json_copy(doc->tags);
	json_foreach (tag, json_get(input, "Tags"))
		json_remove(tags, json_get_str(tag, "Key"));
	world_put_tags(call, doc->kind, doc->key, tags);
	return true;
}
