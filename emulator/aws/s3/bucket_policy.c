/* Policies of buckets: kept as they came, and heard whenever somebody acts on the bucket. */
#include "emulator/aws/policy/authorize.h"
#include "emulator/aws/s3/s3.h"

#define POLICY_MAX 20480 /* bytes; S3 User Guide, "Bucket policies" */

static struct json *policy_of(const struct doc *bucket)
{
	const char *text = doc_extra_str(bucket, "Policy");
	struct json *document = NULL;

	if (text && !json_parse(text, strlen(text), &document, NULL))
		assert(!"a kept policy is JSON");
	return document;
}

bool s3_policy_allows(struct call *call, const struct doc *bucket,
		      const struct policy_principal *principal, const char *action,
		      const char *resource)
{
	_cleanup_(json_freep) struct json *document = policy_of(bucket);
	struct policy_context context = {.arena = call->arena};
	struct policy_outcome outcome = {0};
	const struct policy_request request = {action, resource, &context, principal};

	if (!document)
		return false;
	/* what a service of AWS sends when it delivers something for this account */
	policy_context_add(&context, "aws:SourceAccount", call->account);
	policy_context_add(&context, "aws:PrincipalIsAWSService", "true");
	policy_context_add(&context, "aws:SecureTransport", "true");
	policy_context_add(&context, "s3:x-amz-acl", "bucket-owner-full-control");
	policy_apply(document, &request, &outcome);
	/* what depends on things that are not known here (aws:SourceArn of a delivery) is not held
	 * against the bucket */
	return !outcome.denied && (outcome.allowed || outcome.maybe_allowed);
}

static const char *resource_of(struct call *call, const struct doc *bucket,
			       const struct json *input)
{
	const char *key = json_get_str(input, "Key");

	return arena_printf(call->arena, "arn:%s:s3:::%s%s%s", aws_partition(bucket->region),
			    bucket->key, key ? "/" : "", key ? key : "");
}

static bool refuse(struct call *call, const char *action, const char *resource, bool denied,
		   struct err *err)
{
	err_set(err, ERR_DENIED, "AccessDenied",
		"User: %s is not authorized to perform: %s on resource: \"%s\" %s", call->principal,
		action, resource,
		denied ? "with an explicit deny in a resource-based policy"
		       : "because no resource-based policy allows the action");
	if (err)
		err->status = 403;
	return false;
}

bool s3_check_policy(struct call *call, const struct doc *bucket, const struct json *input,
		     struct err *err)
{
	_cleanup_(json_freep) struct json *document = policy_of(bucket);
	bool stranger = !str_eq(bucket->account, call->account);
	struct policy_context context = {.arena = call->arena};
	struct policy_outcome outcome = {0};
	struct policy_request request = {.context = &context};
	struct principal principal;
	enum policy_effect effect;

	if (!document && !stranger)
		return true;
	request.action = arena_printf(call->arena, "s3:%s",
				      policy_action_name(aws_model_find("s3"), call->operation));
	request.resource = resource_of(call, bucket, input);
	principal_of_call(call, &principal);
	principal_describe(call, &principal, &context);
	request.principal = &principal.names;
	if (document)
		policy_apply(document, &request, &outcome);
	principal_done(&principal);
	effect = policy_effect(&outcome);
	if (effect == POLICY_UNKNOWN)
		return aws_fail(err, AWS_POLICY_UNKNOWN, call->principal, request.action,
				request.resource, outcome.unknown);
	if (effect == POLICY_DENIED || (stranger && effect != POLICY_ALLOWED))
		return refuse(call, request.action, request.resource, effect == POLICY_DENIED, err);
	return true;
}

/* @name What a policy may be */

/* "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/…", wildcards in the bucket's name too. */
static bool is_of_bucket(struct call *call, const struct doc *bucket, const char *resource)
{
	const char *name = resource ? strstr(resource, ":s3:::") : NULL;
	const char *pattern;

	if (!name || !str_starts_with(resource, "arn:"))
		return false;
	name += strlen(":s3:::");
	pattern = arena_strndup(call->arena, name, strcspn(name, "/"));
	return policy_match(pattern, bucket->key, false);
}

static bool check_resources(struct call *call, const struct doc *bucket, const struct json *list,
			    struct err *err)
{
	if (json_is_string(list))
		return is_of_bucket(call, bucket, json_str(list)) ||
		       aws_fail(err, AWS_S3_POLICY, "Policy has invalid resource");
	json_foreach (item, list)
		if (!is_of_bucket(call, bucket, json_str(item)))
			return aws_fail(err, AWS_S3_POLICY, "Policy has invalid resource");
	return true;
}

static bool check_actions(const struct json *actions, struct err *err)
{
	const char *one = json_str(actions);

	if (one && !str_eq(one, "*") && strncmp(one, "s3:", 3) != 0)
		return aws_fail(err, AWS_S3_POLICY, "Policy has invalid action");
	json_foreach (item, one ? NULL : actions)
		if (!json_str(item) ||
		    (!str_eq(json_str(item), "*") && strncmp(json_str(item), "s3:", 3) != 0))
			return aws_fail(err, AWS_S3_POLICY, "Policy has invalid action");
	return true;
}

static bool check_statement(struct call *call, const struct doc *bucket,
			    const struct json *statement, struct err *err)
{
	return check_resources(call, bucket, json_get(statement, "Resource"), err) &&
	       check_resources(call, bucket, json_get(statement, "NotResource"), err) &&
	       check_actions(json_get(statement, "Action"), err) &&
	       check_actions(json_get(statement, "NotAction"), err);
}

static bool check_policy(struct call *call, const struct doc *bucket, const char *text,
			 struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *document = NULL;
	struct err why = ERR_INIT;
	const struct json *statements;

	if (strlen(text) > POLICY_MAX)
		return aws_fail(err, AWS_S3_POLICY,
				"Policy exceeds the maximum allowed document size.");
	if (!json_parse(text, strlen(text), &document, NULL))
		return aws_fail(err, AWS_S3_POLICY,
				"Policies must be valid JSON and the first byte must be '{'");
	json_free(steal(document));
	if (!policy_check(text, POLICY_OF_RESOURCE, &document, &why)) {
		aws_fail(err, AWS_S3_POLICY, err_text(&why));
		err_done(&why);
		return false;
	}
	statements = json_get(document, "Statement");
	if (json_is_object(statements) && !check_statement(call, bucket, statements, err))
		return false;
	json_foreach (statement, json_is_array(statements) ? statements : NULL)
		if (!check_statement(call, bucket, statement, err))
			return false;
	*ret = steal(document);
	return true;
}

/* Whether a statement lets in anybody at all: Principal "*", without a condition that narrows it.
 * S3 User Guide, "The meaning of public". */
static bool lets_anybody_in(const struct json *statement)
{
	const struct json *principal = json_get(statement, "Principal");
	const struct json *names = json_get(principal, "AWS");

	if (!str_eq(json_get_str(statement, "Effect"), "Allow") || json_get(statement, "Condition"))
		return false;
	if (str_eq(json_str(principal), "*") || str_eq(json_str(names), "*"))
		return true;
	json_foreach (name, json_is_array(names) ? names : NULL)
		if (str_eq(json_str(name), "*"))
			return true;
	return false;
}

static bool is_public(const struct json *document)
{
	const struct json *statements = json_get(document, "Statement");

	if (json_is_object(statements))
		return lets_anybody_in(statements);
	json_foreach (statement, statements)
		if (lets_anybody_in(statement))
			return true;
	return false;
}

/* @name Operations */

bool s3_put_bucket_policy(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const char *text = json_get_str(input, "Policy");
	_cleanup_(json_freep) struct json *document = NULL;

	(void)output;
	if (!bucket || !check_policy(call, bucket, text, &document, err))
		return false;
	if (is_public(document) &&
	    json_get_bool(s3_setting(bucket, "PublicAccessBlock"), "BlockPublicPolicy", false))
		return aws_fail(err, AWS_S3_BLOCKED_POLICY, call->principal,
				resource_of(call, bucket, NULL));
	s3_put_setting(call, bucket, "Policy", json_new_string(text));
	return true;
}

bool s3_get_bucket_policy(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	if (!bucket)
		return false;
	if (!s3_setting(bucket, "Policy"))
		return s3_fail(err, AWS_S3_NO_POLICY, "BucketName", bucket->key);
	json_set_copy(output, "Policy", s3_setting(bucket, "Policy"));
	return true;
}

bool s3_delete_bucket_policy(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	(void)output;
	if (bucket)
		s3_put_setting(call, bucket, "Policy", NULL);
	return bucket != NULL;
}

bool s3_get_bucket_policy_status(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	_cleanup_(json_freep) struct json *document = NULL;

	if (!bucket)
		return false;
	document = policy_of(bucket);
	if (!document)
		return s3_fail(err, AWS_S3_NO_POLICY, "BucketName", bucket->key);
	json_set_bool(json_ensure_object(output, "PolicyStatus"), "IsPublic", is_public(document));
	return true;
}
