/* What is told of load balancers one by one: tags, listeners, rules, targets. */
#include "emulator/base/json.h"
#include "runner/external/inner.h"

#define TAGS_AT_ONCE 20 /* ELBv2 and ELB DescribeTags: at most 20 resources in a call */

struct taking {
	struct json *found;
	const char *owner; /* ARN that the items are asked for */
	struct json *tags; /* ARN or name → list */
};

static void take_tags(const struct json *item, void *userdata)
{
	struct taking *taking = userdata;
	const char *of = json_get_str(item, "ResourceArn");

	if (!of)
		of = json_get_str(item, "LoadBalancerName");
	if (of)
		json_set_copy(taking->tags, of, json_get(item, "Tags"));
}

/* Gives all items of a kind that were found their tags. */
static bool add_tags(struct external *external, struct json *found, const char *word,
		     const char *service, const char *member, struct err *err)
{
	struct json *items = json_ensure_array(found, word), *params = NULL;
	struct taking taking = {.found = found, .tags = json_new_object()};
	size_t left = json_size(items);
	bool ok = true;

	for (const struct json *item = json_first(items); ok && item; item = json_next(item)) {
		if (!params)
			params = json_new_object();
		json_append_str(json_ensure_array(params, member), json_get_str(item, "key"));
		if (--left && json_size(json_get(params, member)) < TAGS_AT_ONCE)
			continue;
		ok = lists_each(external, word, service, "DescribeTags", params,
				"TagDescriptions[]", take_tags, &taking, err);
		json_free(params);
		params = NULL;
	}
	for (struct json *item = json_first_mut(items); ok && item; item = json_next_mut(item))
		json_set_copy(item, "tags", json_get(taking.tags, json_get_str(item, "key")));
	json_free(params);
	json_free(taking.tags);
	return ok;
}

static void take_listener(const struct json *item, void *userdata)
{
	struct taking *taking = userdata;

	found_add(taking->found, "listener", json_get_str(item, "ListenerArn"), item, NULL);
}

static void take_rule(const struct json *item, void *userdata)
{
	struct taking *taking = userdata;
	_cleanup_(json_freep) struct json *body = json_copy(item);

	json_set_str(body, "ListenerArn", taking->owner); /* which it is a part of */
	found_add(taking->found, "rule", json_get_str(item, "RuleArn"), body, NULL);
}

static void take_target(const struct json *item, void *userdata)
{
	struct taking *taking = userdata;
	_cleanup_(json_freep) struct json *body = json_copy(item);
	const struct json *target = json_get(item, "Target");
	_cleanup_(freep) char *key =
		xasprintf("%s/%s/%lld", taking->owner, json_get_str(target, "Id"),
			  (long long)json_get_int(target, "Port", 0));

	json_set_str(body, "TargetGroupArn", taking->owner); /* which it is a part of */
	found_add(taking->found, "target", key, body, NULL);
}

/* Asks something for each item of a kind. */
static bool for_each(struct external *external, struct json *found, const char *of,
		     const char *word, const char *operation, const char *member, const char *path,
		     void (*fn)(const struct json *item, void *userdata), struct err *err)
{
	if (external_lacks(external, word))
		return true;
	json_foreach (item, json_get(found, of)) {
		_cleanup_(json_freep) struct json *params = json_new_object();
		struct taking taking = {.found = found, .owner = json_get_str(item, "key")};

		json_set_str(params, member, taking.owner);
		if (!lists_each(external, word, "elbv2", operation, params, path, fn, &taking, err))
			return false;
	}
	return true;
}

bool lists_balancing(struct external *external, struct json *found, struct err *err)
{
	return for_each(external, found, "load-balancer", "listener", "DescribeListeners",
			"LoadBalancerArn", "Listeners[]", take_listener, err) &&
	       for_each(external, found, "listener", "rule", "DescribeRules", "ListenerArn",
			"Rules[]", take_rule, err) &&
	       for_each(external, found, "target-group", "target", "DescribeTargetHealth",
			"TargetGroupArn", "TargetHealthDescriptions[]", take_target, err) &&
	       add_tags(external, found, "load-balancer", "elbv2", "ResourceArns", err) &&
	       add_tags(external, found, "target-group", "elbv2", "ResourceArns", err) &&
	       add_tags(external, found, "listener", "elbv2", "ResourceArns", err) &&
	       add_tags(external, found, "rule", "elbv2", "ResourceArns", err) &&
	       add_tags(external, found, "classic-load-balancer", "elb", "LoadBalancerNames", err);
}
