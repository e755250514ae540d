/* What the account's organization would decide: accounts are of none here; and federation to
 * outside, which an account switches by itself. */
#include "emulator/aws/iam/credential.h"
#include "emulator/base/ids.h"

/* @name Organizations: no account is of one */

#define REFUSED(fn)                                                                                \
	bool fn(struct call *call, const struct json *input, struct json *output, struct err *err) \
	{                                                                                          \
		(void)call;                                                                        \
		(void)input;                                                                       \
		(void)output;                                                                      \
		return aws_fail(err, AWS_IAM_NO_ORGANIZATION);                                     \
	}

REFUSED(iam_disable_organizations_root_credentials_management)
REFUSED(iam_disable_organizations_root_sessions)
REFUSED(iam_enable_organizations_root_credentials_management)
REFUSED(iam_enable_organizations_root_sessions)
REFUSED(iam_generate_organizations_access_report)
REFUSED(iam_list_organizations_features)

/* Nobody can have begun one. */
bool iam_get_organizations_access_report(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	(void)call;
	(void)output;
	return aws_fail(err, AWS_IAM_JOB, json_get_str(input, "JobId"));
}

/* @name Outbound web identity federation */

static const struct kind kind_iam_outbound = {.name = "iam-outbound-federation"};

const char *iam_outbound_issuer(struct call *call)
{
	const struct doc *doc = world_find(call->world, &kind_iam_outbound, call->account);

	return doc ? doc_str(doc, "IssuerIdentifier") : NULL;
}

bool iam_enable_outbound_web_identity_federation(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	struct json *body;
	char id[37];

	(void)input;
	if (iam_outbound_issuer(call))
		return aws_fail(err, AWS_IAM_FEATURE_ENABLED);
	ids_uuid(world_seed(call->world), "outbound-issuer", "", call->account, 0, id);
	body = json_new_object();
	json_setf(body, "IssuerIdentifier", "https://%s.tokens.sts.global.api.aws", id);
	json_set_copy(output, "IssuerIdentifier", json_get(body, "IssuerIdentifier"));
	world_add(call, (struct doc_spec){
				.kind = &kind_iam_outbound, .key = call->account, .body = body});
	return true;
}

bool iam_disable_outbound_web_identity_federation(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	(void)input;
	(void)output;
	if (!iam_outbound_issuer(call))
		return aws_fail(err, AWS_IAM_FEATURE_DISABLED);
	world_remove(call, &kind_iam_outbound, call->account);
	return true;
}

bool iam_get_outbound_web_identity_federation_info(struct call *call, const struct json *input,
						   struct json *output, struct err *err)
{
	const char *issuer = iam_outbound_issuer(call);

	(void)input;
	if (!issuer)
		return aws_fail(err, AWS_IAM_FEATURE_DISABLED);
	json_set_str(output, "IssuerIdentifier", issuer);
	json_set_bool(output, "JwtVendingEnabled", true);
	return true;
}
