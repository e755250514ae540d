/* Accelerators. Document kind: accelerator, shape: Global Accelerator Accelerator. */
#include "emulator/aws/globalaccelerator/globalaccelerator.h"

#include "emulator/base/ids.h"

#define DEPLOY_MS	 60000 /* ours: "a few minutes" in the Developer Guide */
#define ACCELERATORS_MAX 20    /* Global Accelerator quotas, "Accelerators for each AWS account" */

static void deployed(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body = json_copy(doc->body);

	(void)timer;
	json_set_str(body, "Status", "DEPLOYED");
	world_put(call, &kind_accelerator, doc->key, body);
}

const struct kind kind_accelerator = {
	.name = "accelerator",
	.shape = "globalaccelerator:Accelerator",
	.timer = deployed,
};

const struct page_style page_globalaccelerator = {
	.limit = "MaxResults",
	.token_in = "NextToken",
	.token_out = "NextToken",
	.default_limit = 10,
	.max_limit = 100,
	.bad_token = AWS_COMMON_PAGE_TOKEN,
};

/* @name What all share */

const char *ga_hex(struct call *call, const char *what, const char *name, unsigned digits)
{
	char *text = arena_alloc(call->arena, digits + 1);

	ids_hex(world_seed(call->world), what, call->actor, name, call->number, digits, text);
	return text;
}

const struct doc *ga_made_before(struct call *call, const struct kind *kind,
				 const struct json *input)
{
	const char *token = json_get_str(input, "IdempotencyToken");

	world_foreach (doc, call->world, kind)
		if (doc_in_scope(call, doc) && str_eq(doc_extra_str(doc, "Token"), token))
			return doc;
	return NULL;
}

struct json *ga_extra(const struct json *input, const char *parent, const char *key)
{
	struct json *extra = json_new_object();

	json_set_copy(extra, "Token", json_get(input, "IdempotencyToken"));
	if (parent)
		json_set_str(extra, parent, key);
	return extra;
}

void ga_deploy(struct call *call, const char *accelerator)
{
	const struct doc *doc = world_find(call->world, &kind_accelerator, accelerator);
	bool instant = world_profile(call->world) == PROFILE_INSTANT;
	struct json *body = json_copy(doc->body);

	json_set_str(body, "Status", instant ? "DEPLOYED" : "IN_PROGRESS");
	json_set_str(body, "LastModifiedTime", aws_now(call));
	world_put(call, &kind_accelerator, accelerator, body);
	if (!instant)
		world_set_timer(call, &kind_accelerator, accelerator, "deployed",
				world_now(call->world) + DEPLOY_MS);
}

bool ga_list(struct call *call, const struct kind *kind, const char *index, const char *term,
	     const char *result, const struct json *input, struct json *output, struct err *err)
{
	struct json *list = json_ensure_array(output, result);
	struct docs docs = {0};
	bool ok;

	if (index)
		world_lookup(call->world, kind, index, term, &docs);
	else
		world_foreach (doc, call->world, kind)
			if (doc_in_scope(call, doc))
				docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page_globalaccelerator, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_borrowed(list, docs.items[i]->body);
	docs_done(&docs);
	return ok;
}

const struct doc *ga_accelerator(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *doc =
		find_in_scope(call, &kind_accelerator, json_get_str(input, "AcceleratorArn"));

	if (!doc)
		aws_fail(err, AWS_GA_ACCELERATOR);
	return doc;
}

/* @name Addresses */

static void add_set(struct json *sets, const char *family, const char *a, const char *b)
{
	struct json *set = json_new_object(), *list;

	json_set_str(set, "IpFamily", family); /* the older member, still shown */
	list = json_ensure_array(set, "IpAddresses");
	json_append_str(list, a);
	json_append_str(list, b);
	json_set_str(set, "IpAddressFamily", family);
	json_append(sets, set);
}

/* Two addresses of each family, out of documentation blocks: 192.0.2.0/24 and 2001:db8::/32. */
static void set_addresses(struct call *call, struct json *body, const char *arn)
{
	double a = ids_chance(world_seed(call->world), "accelerator-a", "", arn, 0);
	double b = ids_chance(world_seed(call->world), "accelerator-b", "", arn, 0);
	unsigned x = 1 + (unsigned)(a * 126), y = 128 + (unsigned)(b * 126);
	struct json *sets = json_new_array();

	add_set(sets, "IPv4", arena_printf(call->arena, "192.0.2.%u", x),
		arena_printf(call->arena, "192.0.2.%u", y));
	if (str_eq(json_get_str(body, "IpAddressType"), "DUAL_STACK"))
		add_set(sets, "IPv6", arena_printf(call->arena, "2001:db8:a::%x", x),
			arena_printf(call->arena, "2001:db8:b::%x", y));
	json_set(body, "IpSets", sets);
}

static void set_names(struct call *call, struct json *body, const char *arn)
{
	char hex[17];

	ids_hex(world_seed(call->world), "accelerator-name", "", arn, 0, 16, hex);
	json_setf(body, "DnsName", "a%s.awsglobalaccelerator.com", hex);
	json_remove(body, "DualStackDnsName");
	if (str_eq(json_get_str(body, "IpAddressType"), "DUAL_STACK"))
		json_setf(body, "DualStackDnsName", "a%s.dualstack.awsglobalaccelerator.com", hex);
}

/* @name Operations */

static size_t count_own(struct call *call)
{
	size_t n = 0;

	world_foreach (doc, call->world, &kind_accelerator)
		n += doc_in_scope(call, doc);
	return n;
}

bool ga_create_accelerator(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const char *type = json_get_str(input, "IpAddressType"), *arn;
	const struct doc *doc = ga_made_before(call, &kind_accelerator, input);
	struct json *body, *tags;
	char id[37];

	if (doc) {
		json_set_borrowed(output, "Accelerator", doc->body);
		return true;
	}
	if (json_first(json_get(input, "IpAddresses")))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no addresses that were brought along (BYOIP)");
	if (world_profile(call->world) == PROFILE_AWS && count_own(call) >= ACCELERATORS_MAX)
		return aws_fail(err, AWS_GA_LIMIT, "20");
	if (!tags_from_list(TAGS_COMMON, json_get(input, "Tags"), &tags, err))
		return false;
	ids_uuid(world_seed(call->world), "accelerator", call->actor, json_get_str(input, "Name"),
		 call->number, id);
	arn = aws_global_arn(call, "globalaccelerator", "accelerator/%s", id);
	body = json_new_object();
	json_set_str(body, "AcceleratorArn", arn);
	json_set_copy(body, "Name", json_get(input, "Name"));
	json_set_str(body, "IpAddressType", type ? type : "IPV4");
	json_set_bool(body, "Enabled", json_get_bool(input, "Enabled", true));
	json_set_str(body, "CreatedTime", aws_now(call));
	set_addresses(call, body, arn);
	set_names(call, body, arn);
	world_add(call, (struct doc_spec){.kind = &kind_accelerator,
					  .key = arn,
					  .body = body,
					  .tags = tags,
					  .extra = ga_extra(input, NULL, NULL)});
	ga_deploy(call, arn);
	json_set_borrowed(output, "Accelerator",
			  world_find(call->world, &kind_accelerator, arn)->body);
	return true;
}

bool ga_describe_accelerator(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *doc = ga_accelerator(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "Accelerator", doc->body);
	return true;
}

bool ga_list_accelerators(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	return ga_list(call, &kind_accelerator, NULL, NULL, "Accelerators", input, output, err);
}

bool ga_update_accelerator(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	static const char *const members[] = {"Name", "IpAddressType", "Enabled"};
	const struct doc *doc = ga_accelerator(call, input, err);
	struct json *body;

	if (!doc)
		return false;
	if (json_first(json_get(input, "IpAddresses")))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no addresses that were brought along (BYOIP)");
	body = json_copy(doc->body);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(body, members[i], json_get(input, members[i]));
	set_addresses(call, body, doc->key);
	set_names(call, body, doc->key);
	world_put(call, &kind_accelerator, doc->key, body);
	ga_deploy(call, doc->key);
	json_set_borrowed(output, "Accelerator",
			  world_find(call->world, &kind_accelerator, doc->key)->body);
	return true;
}

bool ga_delete_accelerator(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = ga_accelerator(call, input, err);

	(void)output;
	if (!doc)
		return false;
	if (json_get_bool(doc->body, "Enabled", true))
		return aws_fail(err, AWS_GA_ENABLED);
	if (world_lookup_count(call->world, &kind_accelerator_listener, "accelerator", doc->key))
		return aws_fail(err, AWS_GA_LISTENERS);
	world_remove(call, &kind_accelerator, doc->key);
	return true;
}

/* @name Tags: of accelerators */

static const struct doc *tagged(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *doc =
		find_in_scope(call, &kind_accelerator, json_get_str(input, "ResourceArn"));

	if (!doc)
		aws_fail(err, AWS_GA_ACCELERATOR);
	return doc;
}

bool ga_list_tags_for_resource(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	if (!doc)
		return false;
	json_set(output, "Tags", tags_to_list(doc->tags));
	return true;
}

bool ga_tag_resource(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	(void)output;
	return doc && tags_put(TAGS_COMMON, call, doc, json_get(input, "Tags"), err);
}

bool ga_untag_resource(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	(void)output;
	if (!doc)
		return false;
	tags_take(call, doc, json_get(input, "TagKeys"));
	return true;
}
