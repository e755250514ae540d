/* Which resources have a web ACL: alike in WAFv2 and WAF Regional. */
#include "emulator/aws/wafv2/wafv2.h"

/* Whether the resource of an association is still there: it goes with its load balancer, which
 * nobody tells WAF about. */
static bool is_there(struct call *call, const char *arn)
{
	const struct kind *kind = world_kind_named(call->world, "load-balancer");

	return kind && find_in_scope(call, kind, arn);
}

bool waf_check_resource(struct call *call, const char *arn, struct err *err)
{
	if (!str_starts_with(arn, "arn:") || !strstr(arn, ":loadbalancer/app/"))
		return aws_fail(err, AWS_WAF_RESOURCE, arn);
	return is_there(call, arn) || aws_fail(err, AWS_WAF_UNAVAILABLE);
}

void waf_put_association(struct call *call, const struct kind *kind, const char *arn,
			 const char *member, const char *acl)
{
	struct json *body = json_new_object();

	json_set_str(body, member, acl);
	json_set_str(body, "ResourceArn", arn);
	if (world_find(call->world, kind, arn))
		world_put(call, kind, arn, body);
	else
		world_add(call, (struct doc_spec){.kind = kind, .key = arn, .body = body});
}

bool waf_disassociate(struct call *call, const struct kind *kind, const struct json *input,
		      struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn");

	if (!waf_check_resource(call, arn, err))
		return false;
	if (world_find(call->world, kind, arn))
		world_remove(call, kind, arn);
	return true;
}

bool waf_acl_of(struct call *call, const struct kind *kind, const struct json *input,
		const char *member, const char **ret, struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn");
	const struct doc *doc;

	if (!waf_check_resource(call, arn, err))
		return false;
	doc = world_find(call->world, kind, arn);
	*ret = doc ? doc_str(doc, member) : NULL;
	return true;
}

void waf_list_resources(struct call *call, const struct kind *kind, const struct json *input,
			const char *acl, struct json *output)
{
	const char *type = json_get_str(input, "ResourceType");
	struct json *list = json_ensure_array(output, "ResourceArns");
	struct docs docs = {0};

	world_lookup(call->world, kind, "acl", acl, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if ((!type || str_eq(type, "APPLICATION_LOAD_BALANCER")) &&
		    is_there(call, docs.items[i]->key))
			json_append_str(list, docs.items[i]->key);
	docs_done(&docs);
}

bool waf_has_resources(struct call *call, const struct kind *kind, const char *acl)
{
	struct docs docs = {0};
	bool any = false;

	world_lookup(call->world, kind, "acl", acl, &docs);
	for (size_t i = 0; i < docs.count; i++)
		any = any || is_there(call, docs.items[i]->key);
	docs_done(&docs);
	return any;
}

/* @name WAFv2's */

static void by_acl(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "WebACLArn"));
}

static const struct kind_index indexes[] = {{"acl", by_acl}, {NULL, NULL}};

const struct kind kind_web_acl_association = {.name = "web-acl-association", .indexes = indexes};

bool waf_associate_web_acl(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const char *arn = json_get_str(input, "ResourceArn");
	const char *acl = json_get_str(input, "WebACLArn");

	(void)output;
	if (!waf_check_resource(call, arn, err))
		return false;
	if (!find_in_scope(call, &kind_web_acl, acl))
		return aws_fail(err, AWS_WAF_NONEXISTENT);
	waf_put_association(call, &kind_web_acl_association, arn, "WebACLArn", acl);
	return true;
}

bool waf_disassociate_web_acl(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	(void)output;
	return waf_disassociate(call, &kind_web_acl_association, input, err);
}

bool waf_get_web_acl_for_resource(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *doc;
	const char *acl;

	if (!waf_acl_of(call, &kind_web_acl_association, input, "WebACLArn", &acl, err))
		return false;
	doc = acl ? world_find(call->world, &kind_web_acl, acl) : NULL;
	if (doc)
		json_set_borrowed(output, "WebACL", doc->body);
	return true;
}

bool waf_list_resources_for_web_acl(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const char *arn = json_get_str(input, "WebACLArn");

	if (!find_in_scope(call, &kind_web_acl, arn))
		return aws_fail(err, AWS_WAF_NONEXISTENT);
	waf_list_resources(call, &kind_web_acl_association, input, arn, output);
	return true;
}
