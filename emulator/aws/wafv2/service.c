/*
 * WAFv2: web ACLs and the load balancers that have one. Rules are kept as they come and shown
 * again; nothing is filtered here.
 *
 * Document kinds: web-acl (key: its ARN, shape WebACL), web-acl-association (key: the resource's
 * ARN).
 * Source: WAFv2 API Reference; pkg/deploy/elbv2/web_acl_association of the load balancer
 * controller.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"
#include "emulator/base/ids.h"

static void by_acl(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "WebACLArn"));
}

static const struct kind_index indexes[] = {{"acl", by_acl}, {NULL, NULL}};

static const struct kind kind_web_acl = {.name = "web-acl", .shape = "wafv2:WebACL"};
static const struct kind kind_association = {.name = "web-acl-association", .indexes = indexes};

static const struct page_style page = {
	.limit = "Limit",
	.token_in = "NextMarker",
	.token_out = "NextMarker",
	.default_limit = 100,
	.max_limit = 100,
	.bad_token = AWS_WAF_MARKER,
};

static const char *uuid(struct call *call, const char *what, const char *name)
{
	char text[37];

	ids_uuid(world_seed(call->world), what, call->actor, name, call->number, text);
	return arena_strdup(call->arena, text);
}

static const char *scope_word(const char *scope)
{
	return str_eq(scope, "CLOUDFRONT") ? "global" : "regional";
}

/* What a create or an update says. */
static void take_members(struct json *body, const struct json *input)
{
	static const char *const members[] = {
		"DefaultAction",	"Description",		"Rules",
		"VisibilityConfig",	"CustomResponseBodies", "CaptchaConfig",
		"ChallengeConfig",	"TokenDomains",		"AssociationConfig",
		"DataProtectionConfig",
	};

	for (size_t i = 0; i < array_size(members); i++) {
		json_remove(body, members[i]);
		json_set_copy(body, members[i], json_get(input, members[i]));
	}
	json_ensure_array(body, "Rules");
	json_set_int(body, "Capacity", (int64_t)json_size(json_get(body, "Rules")));
}

static struct json *summary(const struct doc *doc)
{
	static const char *const members[] = {"Name", "Id", "Description", "ARN"};
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(item, members[i], json_get(doc->body, members[i]));
	if (!json_get(item, "Description"))
		json_set_str(item, "Description", "");
	json_set_str(item, "LockToken", doc_extra_str(doc, "LockToken"));
	return item;
}

static bool has_scope(const struct doc *doc, const char *scope)
{
	return str_eq(doc_extra_str(doc, "Scope"), scope);
}

static struct json *extra_of(struct call *call, const char *scope, const char *name)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "Scope", scope);
	json_set_str(extra, "LockToken", uuid(call, "web-acl-lock", name));
	return extra;
}

static bool create_web_acl(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const char *name = json_get_str(input, "Name"), *scope = json_get_str(input, "Scope");
	const char *id, *arn;
	struct json *body, *tags;

	world_foreach (doc, call->world, &kind_web_acl)
		if (doc_in_scope(call, doc) && has_scope(doc, scope) &&
		    str_eq(doc_str(doc, "Name"), name))
			return aws_fail(err, AWS_WAF_DUPLICATE);
	if (!tags_from_list(TAGS_WAF, json_get(input, "Tags"), &tags, err))
		return false;
	id = uuid(call, "web-acl", name);
	arn = aws_arn(call, "wafv2", "%s/webacl/%s/%s", scope_word(scope), name, id);
	body = json_new_object();
	json_set_str(body, "Name", name);
	json_set_str(body, "Id", id);
	json_set_str(body, "ARN", arn);
	take_members(body, input);
	json_set_bool(body, "ManagedByFirewallManager", false);
	json_setf(body, "LabelNamespace", "awswaf:%s:webacl:%s:", call->account, name);
	json_set(output, "Summary",
		 summary(world_add(call, (struct doc_spec){.kind = &kind_web_acl,
							   .key = arn,
							   .body = body,
							   .tags = tags,
							   .extra = extra_of(call, scope, name)})));
	return true;
}

/* By name, scope and id, as all operations but GetWebACL want it. */
static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "ARN"), *id = json_get_str(input, "Id");
	const char *scope = json_get_str(input, "Scope"), *name = json_get_str(input, "Name");
	const struct doc *doc;

	if (!arn && (!id || !scope || !name)) {
		aws_fail(err, AWS_WAF_NAME);
		return NULL;
	}
	if (!arn)
		arn = aws_arn(call, "wafv2", "%s/webacl/%s/%s", scope_word(scope), name, id);
	doc = find_in_scope(call, &kind_web_acl, arn);
	if (!doc)
		aws_fail(err, AWS_WAF_NONEXISTENT);
	return doc;
}

static bool get_web_acl(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "WebACL", doc->body);
	json_set_str(output, "LockToken", doc_extra_str(doc, "LockToken"));
	return true;
}

static bool list_web_acls(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	struct json *list = json_ensure_array(output, "WebACLs");
	struct docs docs = {0};
	bool ok;

	world_foreach (doc, call->world, &kind_web_acl)
		if (doc_in_scope(call, doc) && has_scope(doc, json_get_str(input, "Scope")))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, summary(docs.items[i]));
	docs_done(&docs);
	return ok;
}

static bool check_lock(const struct doc *doc, const struct json *input, struct err *err)
{
	return str_eq(doc_extra_str(doc, "LockToken"), json_get_str(input, "LockToken")) ||
	       aws_fail(err, AWS_WAF_LOCK);
}

static bool update_web_acl(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find(call, input, err);
	struct json *body;

	if (!doc || !check_lock(doc, input, err))
		return false;
	body = json_copy(doc->body);
	take_members(body, input);
	doc = world_put_all(call, &kind_web_acl, doc->key, body, NULL,
			    extra_of(call, doc_extra_str(doc, "Scope"), doc_str(doc, "Name")));
	json_set_str(output, "NextLockToken", doc_extra_str(doc, "LockToken"));
	return true;
}

static bool delete_web_acl(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find(call, input, err);

	(void)output;
	if (!doc || !check_lock(doc, input, err))
		return false;
	if (world_lookup_count(call->world, &kind_association, "acl", doc->key))
		return aws_fail(err, AWS_WAF_ASSOCIATED);
	world_remove(call, &kind_web_acl, doc->key);
	return true;
}

/* @name Associations */

/* An Application Load Balancer that is there; other resources are not modelled. */
static bool check_resource(struct call *call, const char *arn, struct err *err)
{
	const struct kind *kind = world_kind_named(call->world, "load-balancer");

	if (!str_starts_with(arn, "arn:") || !strstr(arn, ":loadbalancer/app/"))
		return aws_fail(err, AWS_WAF_RESOURCE, arn);
	return (kind && find_in_scope(call, kind, arn)) || aws_fail(err, AWS_WAF_UNAVAILABLE);
}

static bool associate_web_acl(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn");
	const char *acl = json_get_str(input, "WebACLArn");
	struct json *body;

	(void)output;
	if (!check_resource(call, arn, err))
		return false;
	if (!find_in_scope(call, &kind_web_acl, acl))
		return aws_fail(err, AWS_WAF_NONEXISTENT);
	body = json_new_object();
	json_set_str(body, "WebACLArn", acl);
	json_set_str(body, "ResourceArn", arn);
	if (world_find(call->world, &kind_association, arn))
		world_put(call, &kind_association, arn, body);
	else
		world_add(call,
			  (struct doc_spec){.kind = &kind_association, .key = arn, .body = body});
	return true;
}

static bool disassociate_web_acl(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn");

	(void)output;
	if (!check_resource(call, arn, err))
		return false;
	if (world_find(call->world, &kind_association, arn))
		world_remove(call, &kind_association, arn);
	return true;
}

static bool get_web_acl_for_resource(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn");
	const struct doc *doc;

	if (!check_resource(call, arn, err))
		return false;
	doc = world_find(call->world, &kind_association, arn);
	doc = doc ? world_find(call->world, &kind_web_acl, doc_str(doc, "WebACLArn")) : NULL;
	if (doc)
		json_set_borrowed(output, "WebACL", doc->body);
	return true;
}

static bool list_resources_for_web_acl(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const char *type = json_get_str(input, "ResourceType");
	const char *arn = json_get_str(input, "WebACLArn");
	struct json *list = json_ensure_array(output, "ResourceArns");
	struct docs docs = {0};

	if (!find_in_scope(call, &kind_web_acl, arn))
		return aws_fail(err, AWS_WAF_NONEXISTENT);
	world_lookup(call->world, &kind_association, "acl", arn, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if (!type || str_eq(type, "APPLICATION_LOAD_BALANCER"))
			json_append_str(list, docs.items[i]->key);
	docs_done(&docs);
	return true;
}

/* @name Tags */

static const struct doc *tagged(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *doc =
		find_in_scope(call, &kind_web_acl, json_get_str(input, "ResourceARN"));

	if (!doc)
		aws_fail(err, AWS_WAF_NONEXISTENT);
	return doc;
}

static bool list_tags_for_resource(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = tagged(call, input, err);
	struct json *info;

	if (!doc)
		return false;
	info = json_ensure_object(output, "TagInfoForResource");
	json_set_str(info, "ResourceARN", doc->key);
	json_set(info, "TagList", tags_to_list(doc->tags));
	return true;
}

static bool tag_resource(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *doc = tagged(call, input, err);

	(void)output;
	return doc && tags_put(TAGS_WAF, call, doc, json_get(input, "Tags"), err);
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
	{"AssociateWebACL", associate_web_acl, OP_WRITE},
	{"CreateWebACL", create_web_acl, OP_WRITE},
	{"DeleteWebACL", delete_web_acl, OP_WRITE},
	{"DisassociateWebACL", disassociate_web_acl, OP_WRITE},
	{"GetWebACL", get_web_acl, OP_READ},
	{"GetWebACLForResource", get_web_acl_for_resource, OP_READ},
	{"ListResourcesForWebACL", list_resources_for_web_acl, OP_READ},
	{"ListTagsForResource", list_tags_for_resource, OP_READ},
	{"ListWebACLs", list_web_acls, OP_READ},
	{"TagResource", tag_resource, OP_WRITE},
	{"UntagResource", untag_resource, OP_WRITE},
	{"UpdateWebACL", update_web_acl, OP_WRITE},
};

const struct service service_wafv2 = {
	.name = "wafv2",
	.operations = operations,
	.operation_count = array_size(operations),
};
