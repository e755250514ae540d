/*
 * Shield Advanced. An account has no subscription until CreateSubscription, as almost every account
 * has none: then its state is INACTIVE, which the load balancer controller asks for once per
 * process, and protections are refused.
 *
 * Document kinds: shield-subscription (key: the account), shield-protection (key: its ARN).
 * Source: Shield API Reference.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"
#include "emulator/base/ids.h"

#define COMMITMENT_S 31536000 /* a year: Shield API, Subscription, TimeCommitmentInSeconds */

static void by_resource(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "ResourceArn"));
}

static void by_id(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "Id"));
}

static const struct kind_index indexes[] = {{"resource", by_resource}, {"id", by_id}, {NULL, NULL}};

static const struct kind kind_subscription = {
	.name = "shield-subscription",
	.shape = "shield:Subscription",
};
static const struct kind kind_protection = {
	.name = "shield-protection",
	.shape = "shield:Protection",
	.indexes = indexes,
};

static const struct page_style page = {
	.limit = "MaxResults",
	.token_in = "NextToken",
	.token_out = "NextToken",
	.default_limit = 20,
	.max_limit = 10000,
	.bad_token = AWS_SHIELD_TOKEN,
};

static const struct doc *subscription(struct call *call)
{
	return world_find(call->world, &kind_subscription, call->account);
}

static bool create_subscription(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	char text[CLOCK_TEXT_MAX];
	int64_t now = world_now(call->world);
	struct json *body, *limits;

	(void)input;
	(void)output;
	if (subscription(call))
		return aws_fail(err, AWS_SHIELD_SUBSCRIBED);
	body = json_new_object();
	json_set_str(body, "StartTime", clock_format_seconds(now, text));
	json_set_str(body, "EndTime", clock_format_seconds(now + COMMITMENT_S * 1000LL, text));
	json_set_int(body, "TimeCommitmentInSeconds", COMMITMENT_S);
	json_set_str(body, "AutoRenew", "ENABLED");
	json_set_str(body, "ProactiveEngagementStatus", "DISABLED");
	limits = json_ensure_object(body, "SubscriptionLimits");
	json_ensure_array(json_ensure_object(limits, "ProtectionLimits"),
			  "ProtectedResourceTypeLimits");
	limits = json_ensure_object(limits, "ProtectionGroupLimits");
	json_set_int(limits, "MaxProtectionGroups", 100);
	json_set_int(json_ensure_object(json_ensure_object(limits, "PatternTypeLimits"),
					"ArbitraryPatternLimits"),
		     "MaxMembers", 10000);
	json_set_str(body, "SubscriptionArn", aws_global_arn(call, "shield", "subscription"));
	world_add(call, (struct doc_spec){
				.kind = &kind_subscription, .key = call->account, .body = body});
	return true;
}

static bool describe_subscription(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *doc = subscription(call);

	(void)input;
	if (!doc)
		return aws_fail(err, AWS_SHIELD_NO_SUBSCRIPTION);
	json_set_borrowed(output, "Subscription", doc->body);
	return true;
}

static bool get_subscription_state(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	(void)input;
	(void)err;
	json_set_str(output, "SubscriptionState", subscription(call) ? "ACTIVE" : "INACTIVE");
	return true;
}

/* @name Protections */

static const struct doc *of_resource(struct call *call, const char *arn)
{
	struct docs docs = {0};
	const struct doc *result = NULL;

	world_lookup(call->world, &kind_protection, "resource", arn, &docs);
	for (size_t i = 0; i < docs.count && !result; i++)
		if (doc_in_scope(call, docs.items[i]))
			result = docs.items[i];
	docs_done(&docs);
	return result;
}

/* Shield API, CreateProtection, ResourceArn: what can be protected. */
static bool can_be_protected(const char *arn)
{
	static const char *const parts[] = {
		":loadbalancer/", ":distribution/",   ":hostedzone/",
		":accelerator/",  ":eip-allocation/",
	};

	for (size_t i = 0; i < array_size(parts); i++)
		if (strstr(arn, parts[i]))
			return !strstr(arn, ":loadbalancer/net/");
	return false;
}

static bool create_protection(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn"), *key;
	struct json *body, *tags;
	char id[37];

	if (!subscription(call))
		return aws_fail(err, AWS_SHIELD_NO_SUBSCRIPTION);
	if (!str_starts_with(arn, "arn:") || !can_be_protected(arn))
		return aws_fail(err, AWS_SHIELD_RESOURCE, arn);
	if (of_resource(call, arn))
		return aws_fail(err, AWS_SHIELD_PROTECTED);
	if (!tags_from_list(TAGS_COMMON, json_get(input, "Tags"), &tags, err))
		return false;
	ids_uuid(world_seed(call->world), "shield-protection", call->actor, arn, call->number, id);
	key = aws_global_arn(call, "shield", "protection/%s", id);
	body = json_new_object();
	json_set_str(body, "Id", id);
	json_set_copy(body, "Name", json_get(input, "Name"));
	json_set_str(body, "ResourceArn", arn);
	json_set_str(body, "ProtectionArn", key);
	world_add(call, (struct doc_spec){
				.kind = &kind_protection, .key = key, .body = body, .tags = tags});
	json_set_str(output, "ProtectionId", id);
	return true;
}

static const struct doc *find_protection(struct call *call, const struct json *input,
					 struct err *err)
{
	const char *id = json_get_str(input, "ProtectionId");
	const char *arn = json_get_str(input, "ResourceArn");
	const struct doc *doc;

	if (!id == !arn) {
		aws_fail(err, AWS_SHIELD_WHICH);
		return NULL;
	}
	doc = id ? world_lookup_one(call->world, &kind_protection, "id", id)
		 : of_resource(call, arn);
	if (!doc || !doc_in_scope(call, doc)) {
		aws_fail(err, AWS_SHIELD_PROTECTION);
		return NULL;
	}
	return doc;
}

static bool describe_protection(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc = find_protection(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "Protection", doc->body);
	return true;
}

static bool delete_protection(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find_protection(call, input, err);

	(void)output;
	if (!doc)
		return false;
	world_remove(call, &kind_protection, doc->key);
	return true;
}

static bool is_among(const struct json *list, const char *text)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), text))
			return true;
	return !json_first(list);
}

/* Whether the protected resource is of one of these types, if there are any:
 * CLOUDFRONT_DISTRIBUTION and the like. Source: Shield API, ProtectedResourceType. */
static bool is_of_type(const struct doc *doc, const struct json *types)
{
	static const char *const parts[][2] = {
		{"CLOUDFRONT_DISTRIBUTION", ":cloudfront:"},
		{"ROUTE_53_HOSTED_ZONE", ":route53:"},
		{"ELASTIC_IP_ALLOCATION", ":eip-allocation/"},
		{"APPLICATION_LOAD_BALANCER", ":loadbalancer/app/"},
		{"CLASSIC_LOAD_BALANCER", ":loadbalancer/"},
		{"GLOBAL_ACCELERATOR", ":globalaccelerator:"},
	};
	const char *arn = doc_str(doc, "ResourceArn"), *type = "";

	for (size_t i = 0; i < array_size(parts) && !*type; i++)
		if (strstr(arn, parts[i][1]))
			type = parts[i][0];
	return is_among(types, type);
}

static bool list_protections(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct json *filters = json_get(input, "InclusionFilters");
	struct json *list = json_ensure_array(output, "Protections");
	struct docs docs = {0};
	bool ok;

	if (!subscription(call))
		return aws_fail(err, AWS_SHIELD_NO_SUBSCRIPTION);
	world_foreach (doc, call->world, &kind_protection)
		if (doc_in_scope(call, doc) &&
		    is_of_type(doc, json_get(filters, "ResourceTypes")) &&
		    is_among(json_get(filters, "ResourceArns"), doc_str(doc, "ResourceArn")) &&
		    is_among(json_get(filters, "ProtectionNames"), doc_str(doc, "Name")))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_borrowed(list, docs.items[i]->body);
	docs_done(&docs);
	return ok;
}

/* @name Tags */

static const struct doc *tagged(struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "ResourceARN");
	const struct doc *doc = find_in_scope(call, &kind_protection, arn);

	if (!doc)
		aws_fail(err, AWS_SHIELD_TAG_RESOURCE, arn);
	return doc;
}

static bool list_tags_for_resource(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	if (!doc)
		return false;
	json_set(output, "Tags", tags_to_list(doc->tags));
	return true;
}

static bool tag_resource(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	(void)output;
	return doc && tags_put(TAGS_COMMON, call, doc, json_get(input, "Tags"), err);
}

static bool untag_resource(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	(void)output;
	if (!doc)
		return false;
	tags_take(call, doc, json_get(input, "TagKeys"));
	return true;
}

static const struct operation operations[] = {
	{"CreateProtection", create_protection, OP_WRITE},
	{"CreateSubscription", create_subscription, OP_WRITE},
	{"DeleteProtection", delete_protection, OP_WRITE},
	{"DescribeProtection", describe_protection, OP_READ},
	{"DescribeSubscription", describe_subscription, OP_READ},
	{"GetSubscriptionState", get_subscription_state, OP_READ},
	{"ListProtections", list_protections, OP_READ},
	{"ListTagsForResource", list_tags_for_resource, OP_READ},
	{"TagResource", tag_resource, OP_WRITE},
	{"UntagResource", untag_resource, OP_WRITE},
};

const struct service service_shield = {
	.name = "shield",
	.operations = operations,
	.operation_count = array_size(operations),
};
