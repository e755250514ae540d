/* What becomes of certificates after they were asked for: mails again, revocation; tags by the
 * newer operations; the account's settings. */
#include "emulator/aws/acm/acm.h"
#include "emulator/aws/iam/iam.h"

#define DAYS_BEFORE_EXPIRY 45 /* ACM API, ExpiryEventsConfiguration: the default */

/* Key: "account/region". Body: the last PutAccountConfiguration. */
static const struct kind kind_acm_account = {.name = "acm-account"};

/* @name Settings of the account */

static const struct doc *account(struct call *call)
{
	return world_find(call->world, &kind_acm_account,
			  arena_printf(call->arena, "%s/%s", call->account, call->region));
}

bool acm_get_account_configuration(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = account(call);

	(void)input;
	(void)err;
	json_set_int(json_ensure_object(output, "ExpiryEvents"), "DaysBeforeExpiry",
		     doc ? json_get_int(json_get(doc->body, "ExpiryEvents"), "DaysBeforeExpiry",
					DAYS_BEFORE_EXPIRY)
			 : DAYS_BEFORE_EXPIRY);
	return true;
}

/* A token stands for one wish. */
bool acm_put_account_configuration(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = account(call);
	struct json *body;

	(void)output;
	if (doc &&
	    str_eq(doc_str(doc, "IdempotencyToken"), json_get_str(input, "IdempotencyToken")))
		return json_equal(doc->body, input) || aws_fail(err, AWS_ACM_CONFLICT);
	body = json_copy(input);
	if (doc)
		world_put(call, &kind_acm_account, doc->key, body);
	else
		world_add(call, (struct doc_spec){.kind = &kind_acm_account,
						  .key = arena_printf(call->arena, "%s/%s",
								      call->account, call->region),
						  .body = body});
	return true;
}

/* @name Certificates */

const struct doc *acm_listener_certificate(struct call *call, const char *arn)
{
	const struct doc *doc = find_in_scope(call, &kind_acm_certificate, arn);

	if (doc)
		return doc;
	world_foreach (server, call->world, &kind_iam_server_certificate)
		if (doc_in_scope(call, server) &&
		    str_eq(json_find_str(server->body, "ServerCertificateMetadata", "Arn", NULL),
			   arn))
			return server;
	return NULL;
}

bool acm_resend_validation_email(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc = acm_certificate(call, json_get_str(input, "CertificateArn"), err);
	const char *domain = json_get_str(input, "Domain");
	const char *by = json_get_str(input, "ValidationDomain");

	(void)output;
	if (!doc)
		return false;
	if (!str_eq(doc_str(doc, "Status"), "PENDING_VALIDATION"))
		return aws_fail(err, AWS_ACM_STATE, doc->key);
	json_foreach (option, json_get(doc->body, "DomainValidationOptions"))
		if (str_eq(json_get_str(option, "DomainName"), domain))
			return (str_eq(json_get_str(option, "ValidationMethod"), "EMAIL") &&
				str_ends_with(domain, by)) ||
			       aws_fail(err, AWS_ACM_VALIDATION, by);
	return aws_fail(err, AWS_ACM_VALIDATION, domain);
}

/* Certificates whose key may leave ACM can be revoked, once nobody uses them. */
bool acm_revoke_certificate(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *doc = acm_certificate(call, json_get_str(input, "CertificateArn"), err);
	_cleanup_(json_freep) struct json *used = NULL;
	struct json *body;

	if (!doc)
		return false;
	used = acm_users(call, doc->key);
	if (json_first(used))
		return aws_fail(err, AWS_ACM_IN_USE, doc->key, call->account);
	if (!str_eq(doc_str(doc, "Status"), "ISSUED") ||
	    !str_eq(json_find_str(doc->body, "Options", "Export", NULL), "ENABLED"))
		return aws_fail(err, AWS_ACM_REVOKE, doc->key);
	body = json_copy(doc->body);
	json_set_str(body, "Status", "REVOKED");
	json_set_str(body, "RevokedAt", aws_now(call));
	json_set_copy(body, "RevocationReason", json_get(input, "RevocationReason"));
	world_put(call, &kind_acm_certificate, doc->key, body);
	json_set_str(output, "CertificateArn", doc->key);
	return true;
}

/* @name Tags */

bool acm_tag_resource(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *doc = acm_certificate(call, json_get_str(input, "ResourceArn"), err);

	(void)output;
	return doc && tags_put(TAGS_ACM, call, doc, json_get(input, "Tags"), err);
}

bool acm_untag_resource(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *doc = acm_certificate(call, json_get_str(input, "ResourceArn"), err);

	(void)output;
	if (doc)
		tags_take(call, doc, json_get(input, "TagKeys"));
	return doc != NULL;
}

bool acm_list_tags_for_resource(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc = acm_certificate(call, json_get_str(input, "ResourceArn"), err);

	if (doc)
		json_set(output, "Tags", tags_to_list(doc->tags));
	return doc != NULL;
}
