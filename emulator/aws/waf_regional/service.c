/*
 * WAF Regional ("WAF Classic"): web ACLs with a default action, and the load balancers that have
 * one. Changes need a token from GetChangeToken, each good for one change.
 *
 * Document kinds: regional-web-acl (key: "account/region/id"), regional-web-acl-association (key:
 * the resource's ARN), waf-change-token.
 * Source: WAF Regional API Reference; pkg/deploy/wafregional of the load balancer controller.
 */
#include "emulator/aws/wafv2/wafv2.h"

static void by_acl(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "WebACLId"));
}

static const struct kind_index indexes[] = {{"acl", by_acl}, {NULL, NULL}};

static const struct kind kind_acl = {
	.name = "regional-web-acl",
	.shape = "waf-regional:WebACL",
};
static const struct kind kind_association = {
	.name = "regional-web-acl-association",
	.indexes = indexes,
};
static const struct kind kind_token = {.name = "waf-change-token"};

static const struct page_style page = {
	.limit = "Limit",
	.token_in = "NextMarker",
	.token_out = "NextMarker",
	.default_limit = 100,
	.max_limit = 100,
	.bad_token = AWS_WAF_MARKER,
};

/* @name Change tokens */

static bool get_change_token(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const char *token = waf_uuid(call, "waf-change-token", "");
	struct json *body = json_new_object();

	(void)input;
	(void)err;
	json_set_str(body, "Status", "PROVISIONED");
	world_add(call, (struct doc_spec){.kind = &kind_token, .key = token, .body = body});
	json_set_str(output, "ChangeToken", token);
	return true;
}

static bool get_change_token_status(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const struct doc *doc =
		find_in_scope(call, &kind_token, json_get_str(input, "ChangeToken"));

	if (!doc)
		return aws_fail(err, AWS_WAF_REGIONAL_NONEXISTENT);
	json_set_str(output, "ChangeTokenStatus", doc_str(doc, "Status"));
	return true;
}

static bool check_token(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *doc =
		find_in_scope(call, &kind_token, json_get_str(input, "ChangeToken"));

	return (doc && str_eq(doc_str(doc, "Status"), "PROVISIONED")) ||
	       aws_fail(err, AWS_WAF_STALE);
}

static void use_token(struct call *call, const struct json *input, struct json *output)
{
	const char *token = json_get_str(input, "ChangeToken");
	struct json *body = json_new_object();

	json_set_str(body, "Status", "INSYNC");
	world_put(call, &kind_token, token, body);
	json_set_str(output, "ChangeToken", token);
}

/* @name Web ACLs */

static const char *key_of(struct call *call, const char *id)
{
	return arena_printf(call->arena, "%s/%s/%s", call->account, call->region, id);
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	const char *id = json_get_str(input, "WebACLId");
	const struct doc *doc = world_find(call->world, &kind_acl, key_of(call, id));

	if (!doc)
		aws_fail(err, AWS_WAF_REGIONAL_NONEXISTENT);
	return doc;
}

static bool create_web_acl(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const char *name = json_get_str(input, "Name"), *id;
	struct json *body, *tags;
	const struct doc *doc;

	if (!check_token(call, input, err) ||
	    !tags_from_list(TAGS_WAF, json_get(input, "Tags"), &tags, err))
		return false;
	id = waf_uuid(call, "regional-web-acl", name);
	body = json_new_object();
	json_set_str(body, "WebACLId", id);
	json_set_str(body, "Name", name);
	json_set_copy(body, "MetricName", json_get(input, "MetricName"));
	json_set_copy(body, "DefaultAction", json_get(input, "DefaultAction"));
	json_ensure_array(body, "Rules");
	json_set_str(body, "WebACLArn", aws_arn(call, "waf-regional", "webacl/%s", id));
	doc = world_add(call, (struct doc_spec){.kind = &kind_acl,
						.key = key_of(call, id),
						.body = body,
						.tags = tags});
	json_set_borrowed(output, "WebACL", doc->body);
	use_token(call, input, output);
	return true;
}

static bool get_web_acl(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "WebACL", doc->body);
	return true;
}

static struct json *summary(const struct doc *doc)
{
	struct json *item = json_new_object();

	json_set_copy(item, "WebACLId", json_get(doc->body, "WebACLId"));
	json_set_copy(item, "Name", json_get(doc->body, "Name"));
	return item;
}

static bool list_web_acls(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	struct json *list = json_ensure_array(output, "WebACLs");
	struct docs docs = {0};
	bool ok;

	world_foreach (doc, call->world, &kind_acl)
		if (doc_in_scope(call, doc))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, summary(docs.items[i]));
	docs_done(&docs);
	return ok;
}

static bool update_web_acl(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find(call, input, err);
	struct json *body;

	if (!doc || !check_token(call, input, err))
		return false;
	if (json_first(json_get(input, "Updates")))
		return aws_fail(err, AWS_WAF_RULES);
	body = json_copy(doc->body);
	json_set_copy(body, "DefaultAction", json_get(input, "DefaultAction"));
	world_put(call, &kind_acl, doc->key, body);
	use_token(call, input, output);
	return true;
}

static bool delete_web_acl(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc || !check_token(call, input, err))
		return false;
	if (waf_has_resources(call, &kind_association, doc_str(doc, "WebACLId")))
		return aws_fail(err, AWS_WAF_REFERENCED);
	world_remove(call, &kind_acl, doc->key);
	use_token(call, input, output);
	return true;
}

/* @name Associations */

static bool associate_web_acl(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn");
	const struct doc *acl = find(call, input, err);

	(void)output;
	if (!acl || !waf_check_resource(call, arn, err))
		return false;
	waf_put_association(call, &kind_association, arn, "WebACLId", doc_str(acl, "WebACLId"));
	return true;
}

static bool disassociate_web_acl(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	(void)output;
	return waf_disassociate(call, &kind_association, input, err);
}

static bool get_web_acl_for_resource(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct doc *doc;
	const char *id;

	if (!waf_acl_of(call, &kind_association, input, "WebACLId", &id, err))
		return false;
	doc = id ? world_find(call->world, &kind_acl, key_of(call, id)) : NULL;
	if (doc)
		json_set(output, "WebACLSummary", summary(doc));
	return true;
}

static bool list_resources_for_web_acl(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const struct doc *acl = find(call, input, err);

	if (acl)
		waf_list_resources(call, &kind_association, input, doc_str(acl, "WebACLId"),
				   output);
	return acl != NULL;
}

static const struct operation operations[] = {
	{"AssociateWebACL", associate_web_acl, OP_WRITE},
	{"CreateWebACL", create_web_acl, OP_WRITE},
	{"DeleteWebACL", delete_web_acl, OP_WRITE},
	{"DisassociateWebACL", disassociate_web_acl, OP_WRITE},
	{"GetChangeToken", get_change_token, OP_WRITE},
	{"GetChangeTokenStatus", get_change_token_status, OP_READ},
	{"GetWebACL", get_web_acl, OP_READ},
	{"GetWebACLForResource", get_web_acl_for_resource, OP_READ},
	{"ListResourcesForWebACL", list_resources_for_web_acl, OP_READ},
	{"ListWebACLs", list_web_acls, OP_READ},
	{"UpdateWebACL", update_web_acl, OP_WRITE},
};

const struct service service_waf_regional = {
	.name = "waf-regional",
	.operations = operations,
	.operation_count = array_size(operations),
};
