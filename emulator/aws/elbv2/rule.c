/* Rules of listeners, the default one among them. Document kind: rule, shape: ELBv2 Rule. */
#include "emulator/aws/elbv2/internal.h"

#include <limits.h>

#define ID_DIGITS	 16
#define PRIORITY_DEFAULT "default"

static void terms_listener(const struct doc *doc, struct terms *terms)
{
	const char *arn = doc_extra_str(doc, "ListenerArn");

	if (arn)
		terms_add(terms, arn);
}

/* The default rule says what its listener says: only the listener is counted as a user. */
static void terms_group(const struct doc *doc, struct terms *terms)
{
	if (!json_get_bool(doc->body, "IsDefault", false))
		actions_terms(json_get(doc->body, "Actions"), terms);
}

static void terms_balancer(const struct doc *doc, struct terms *terms)
{
	const char *arn = doc_extra_str(doc, "LoadBalancerArn");

	if (arn)
		terms_add(terms, arn);
}

static const struct kind_index indexes[] = {
	{"listener", terms_listener},
	{"load-balancer", terms_balancer},
	{"target-group", terms_group},
	{NULL, NULL},
};

const struct kind kind_rule = {
	.name = "rule",
	.shape = "elbv2:Rule",
	.indexes = indexes,
	.view = elbv2_view,
};

static bool is_default(const struct doc *doc)
{
	return json_get_bool(doc->body, "IsDefault", false);
}

/* "…:listener/net/x/1/2" gives "…:listener-rule/net/x/1/2/ID". */
static const char *rule_arn(struct call *call, const char *listener_arn, const char *id)
{
	const char *place = strstr(listener_arn, "listener/") + strlen("listener/");

	return aws_arn(call, "elasticloadbalancing", "listener-rule/%s/%s", place, id);
}

static const struct doc *add_rule(struct call *call, const struct doc *listener,
				  const char *priority, struct json *conditions,
				  struct json *actions, struct json *tags)
{
	const char *name = arena_printf(call->arena, "%s/%s", listener->key, priority);
	const char *arn =
		rule_arn(call, listener->key, ids_make(call, &kind_rule, "", ID_DIGITS, name));
	struct json *body = json_new_object(), *extra = json_new_object();
	bool by_default = str_eq(priority, PRIORITY_DEFAULT);

	json_set_str(body, "RuleArn", arn);
	json_set_str(body, "Priority", priority);
	json_set(body, "Conditions", conditions);
	json_set(body, "Actions", actions);
	json_set_bool(body, "IsDefault", by_default);
	json_set_str(extra, "ListenerArn", listener->key);
	json_set_str(extra, "LoadBalancerArn", doc_str(listener, "LoadBalancerArn"));
	return world_add(call, (struct doc_spec){.kind = &kind_rule,
						 .key = arn,
						 .body = body,
						 .tags = tags,
						 .extra = extra,
						 .implied_by = by_default ? listener->key : NULL});
}

static void rules_of(struct call *call, const char *listener_arn, struct docs *ret)
{
	world_lookup(call->world, &kind_rule, "listener", listener_arn, ret);
}

void rule_put_default(struct call *call, const struct doc *listener)
{
	_cleanup_(docs_done) struct docs rules = {0};
	struct json *actions = json_copy(json_get(listener->body, "DefaultActions"));

	rules_of(call, listener->key, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		if (is_default(rules.items[i])) {
			struct json *body = json_copy(rules.items[i]->body);

			json_set(body, "Actions", actions);
			world_put(call, &kind_rule, rules.items[i]->key, body);
			return;
		}
	}
	add_rule(call, listener, PRIORITY_DEFAULT, json_new_array(), actions, NULL);
}

/* ---- Reading what a request says ---- */

static const struct doc *balancer_of(struct call *call, const struct doc *listener)
{
	return world_find(call->world, &kind_load_balancer, doc_str(listener, "LoadBalancerArn"));
}

static const struct doc *find_priority(struct call *call, const char *listener_arn,
				       const char *priority)
{
	_cleanup_(docs_done) struct docs rules = {0};

	rules_of(call, listener_arn, &rules);
	for (size_t i = 0; i < rules.count; i++) {
		if (str_eq(doc_str(rules.items[i], "Priority"), priority))
			return rules.items[i];
	}
	return NULL;
}

static void reply_one(struct json *output, const struct doc *doc)
{
	json_append_borrowed(json_ensure_array(output, "Rules"), doc->body);
}

static void actions_changed(struct call *call, const struct json *actions)
{
	json_foreach (action, actions) {
		json_foreach (tuple, json_find(action, "ForwardConfig", "TargetGroups", NULL))
			targets_use_changed(call, json_get_str(tuple, "TargetGroupArn"));
	}
}

/* Default rules do not count (quotas, "Rules per Application Load Balancer"). */
static bool check_quotas(struct call *call, const char *balancer, struct err *err)
{
	size_t listeners =
		world_lookup_count(call->world, &kind_listener, "load-balancer", balancer);
	size_t rules = world_lookup_count(call->world, &kind_rule, "load-balancer", balancer);

	return elbv2_limit(call, ELBV2_LIMIT_RULES, rules - listeners, balancer, err) &&
	       elbv2_check_balancer_quotas(call, balancer, err);
}

/* ---- The operations ---- */

ELBV2_OP(elbv2_create_rule)
{
	_cleanup_(json_freep) struct json *actions = NULL, *conditions = NULL, *tags = NULL;
	const char *priority =
		arena_printf(call->arena, "%lld", (long long)json_get_int(input, "Priority", 0));
	const struct json *transforms = json_get(input, "Transforms");
	const struct doc *listener, *balancer, *doc;

	if (!elbv2_get_listener(call, input, &listener, err))
		return false;
	balancer = balancer_of(call, listener);
	if (!str_eq(doc_str(balancer, "Type"), "application"))
		return aws_fail(err, AWS_ELBV2_RULE_PROTOCOL, doc_str(listener, "Protocol"));
	if (find_priority(call, listener->key, priority))
		return aws_fail(err, AWS_ELBV2_PRIORITY_IN_USE, priority);
	if (!conditions_read(call, json_get(input, "Conditions"), &conditions, err) ||
	    !transforms_check(transforms, err) ||
	    !actions_read(call, balancer, doc_str(listener, "Protocol"), NULL,
			  json_get(input, "Actions"), &actions, err) ||
	    !tags_from_list(TAGS_ELB, json_get(input, "Tags"), &tags, err))
		return false;
	doc = add_rule(call, listener, priority, steal(conditions), steal(actions), steal(tags));
	if (json_size(transforms)) {
		struct json *body = json_copy(doc->body);

		json_set_copy(body, "Transforms", transforms);
		doc = world_put(call, doc->kind, doc->key, body);
	}
	actions_changed(call, json_get(doc->body, "Actions"));
	reply_one(output, doc);
	return check_quotas(call, balancer->key, err);
}

/* By priority, the default rule last. */
static int by_priority(const void *a, const void *b)
{
	const struct doc *const *rules[] = {a, b};
	long numbers[2];

	for (int i = 0; i < 2; i++)
		numbers[i] = is_default(*rules[i])
				     ? LONG_MAX
				     : strtol(doc_str(*rules[i], "Priority"), NULL, 10);
	return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1]);
}

static bool select_rules(struct call *call, const struct json *input, struct docs *ret,
			 struct err *err)
{
	const struct doc *listener;

	if (json_get(input, "ListenerArn") && json_size(json_get(input, "RuleArns")))
		return aws_fail(err, AWS_ELBV2_RULES_BOTH);
	if (json_get(input, "ListenerArn")) {
		if (!elbv2_get_listener(call, input, &listener, err))
			return false;
		rules_of(call, listener->key, ret);
		qsort(ret->items, ret->count, sizeof(*ret->items), by_priority);
		return true;
	}
	if (!json_size(json_get(input, "RuleArns")))
		return aws_fail(err, AWS_ELBV2_RULES_WHICH);
	json_foreach (arn, json_get(input, "RuleArns")) {
		const struct doc *doc = find_in_scope(call, &kind_rule, json_str(arn));

		if (!doc)
			return elbv2_check_arn(call, &kind_rule, json_str(arn), err) &&
			       aws_fail(err, AWS_ELBV2_RULES_NOT_FOUND);
		docs_add(ret, doc);
	}
	return true;
}

ELBV2_OP(elbv2_describe_rules)
{
	_cleanup_(docs_done) struct docs found = {0};
	struct json *list = json_ensure_array(output, "Rules");
	size_t first, end;

	if (!select_rules(call, input, &found, err) ||
	    !page_range(call, input, output, &page_elb, found.count, &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append_borrowed(list, found.items[i]->body);
	return true;
}

/* New transforms replace the old ones, or all are taken away; not both (API: ModifyRule). */
static bool change_transforms(const struct json *input, struct json *body, struct err *err)
{
	const struct json *transforms = json_get(input, "Transforms");
	bool reset = json_get_bool(input, "ResetTransforms", false);

	if (reset && json_size(transforms))
		return aws_fail(err, AWS_ELBV2_TRANSFORM_RESET);
	if (!transforms_check(transforms, err))
		return false;
	if (reset)
		json_remove(body, "Transforms");
	if (json_size(transforms))
		json_set_copy(body, "Transforms", transforms);
	return true;
}

ELBV2_OP(elbv2_modify_rule)
{
	_cleanup_(json_freep) struct json *body = NULL, *actions = NULL, *conditions = NULL;
	const struct doc *doc, *listener, *before;

	if (!elbv2_get_rule(call, input, &doc, err))
		return false;
	if (is_default(doc))
		return aws_fail(err, AWS_ELBV2_DEFAULT_RULE, "modified");
	listener = world_find(call->world, &kind_listener, doc_extra_str(doc, "ListenerArn"));
	body = json_copy(doc->body);
	if (json_get(input, "Conditions")) {
		if (!conditions_read(call, json_get(input, "Conditions"), &conditions, err))
			return false;
		json_set(body, "Conditions", steal(conditions));
	}
	if (!change_transforms(input, body, err))
		return false;
	if (json_get(input, "Actions")) {
		if (!actions_read(call, balancer_of(call, listener), doc_str(listener, "Protocol"),
				  json_get(doc->body, "Actions"), json_get(input, "Actions"),
				  &actions, err))
			return false;
		json_set(body, "Actions", steal(actions));
	}
	before = doc;
	doc = world_put(call, doc->kind, doc->key, steal(body));
	actions_changed(call, json_get(before->body, "Actions"));
	actions_changed(call, json_get(doc->body, "Actions"));
	reply_one(output, doc);
	return check_quotas(call, doc_extra_str(doc, "LoadBalancerArn"), err);
}

ELBV2_OP(elbv2_delete_rule)
{
	const struct doc *doc;

	(void)output; /* the answer is empty */
	if (!elbv2_get_rule(call, input, &doc, err))
		return false;
	if (is_default(doc))
		return aws_fail(err, AWS_ELBV2_DEFAULT_RULE, "deleted");
	world_remove(call, &kind_rule, doc->key);
	actions_changed(call, json_get(doc->body, "Actions"));
	return true;
}

/* Whether another rule of the listener, not among those changed, has the priority. */
static bool priority_taken(struct call *call, const struct doc *rule, const char *priority,
			   const struct json *pairs)
{
	const struct doc *other = find_priority(call, doc_extra_str(rule, "ListenerArn"), priority);

	if (!other || other == rule)
		return false;
	json_foreach (pair, pairs) {
		if (str_eq(json_get_str(pair, "RuleArn"), other->key))
			return false;
	}
	return true;
}

/* Each pair names a rule and a priority, no rule or priority twice, all of one listener. */
static bool check_pairs(struct call *call, const struct json *pairs, struct err *err)
{
	const char *listener = NULL;

	if (!json_size(pairs))
		return aws_fail(err, AWS_ELBV2_PRIORITIES_NONE);
	json_foreach (pair, pairs) {
		const struct doc *doc;

		if (!json_get(pair, "RuleArn") || !json_get(pair, "Priority"))
			return aws_fail(err, AWS_ELBV2_PRIORITY_PAIR);
		if (!elbv2_get_rule(call, pair, &doc, err))
			return false;
		if (is_default(doc))
			return aws_fail(err, AWS_ELBV2_DEFAULT_RULE, "re-prioritized");
		if (listener && !str_eq(listener, doc_extra_str(doc, "ListenerArn")))
			return aws_fail(err, AWS_ELBV2_PRIORITIES_LISTENERS);
		listener = doc_extra_str(doc, "ListenerArn");
		for (const struct json *other = json_first(pairs); other != pair;
		     other = json_next(other)) {
			if (str_eq(json_get_str(other, "RuleArn"), json_get_str(pair, "RuleArn")))
				return aws_fail(err, AWS_ELBV2_PRIORITY_PAIR);
		}
	}
	return true;
}

static bool is_repeated(const struct json *pairs, const struct json *pair)
{
	for (const struct json *other = json_first(pairs); other != pair;
	     other = json_next(other)) {
		if (json_get_int(other, "Priority", 0) == json_get_int(pair, "Priority", 0))
			return true;
	}
	return false;
}

ELBV2_OP(elbv2_set_rule_priorities)
{
	const struct json *pairs = json_get(input, "RulePriorities");

	if (!check_pairs(call, pairs, err))
		return false;
	json_foreach (pair, pairs) {
		const char *priority = arena_printf(call->arena, "%lld",
						    (long long)json_get_int(pair, "Priority", 0));
		const struct doc *doc =
			world_find(call->world, &kind_rule, json_get_str(pair, "RuleArn"));

		if (is_repeated(pairs, pair) || priority_taken(call, doc, priority, pairs))
			return aws_fail(err, AWS_ELBV2_PRIORITY_IN_USE, priority);
	}
	json_foreach (pair, pairs) {
		const struct doc *doc =
			world_find(call->world, &kind_rule, json_get_str(pair, "RuleArn"));
		struct json *body = json_copy(doc->body);

		json_setf(body, "Priority", "%lld", (long long)json_get_int(pair, "Priority", 0));
		reply_one(output, world_put(call, doc->kind, doc->key, body));
	}
	return true;
}
