/* Tokens with which somebody proves that an address range is theirs, by a record in its reverse
 * zone. Shape: EC2 IpamExternalResourceVerificationToken. */
#include "emulator/aws/ec2/ipam.h"

#define TOKEN_LIVES_MS (72 * 3600 * 1000LL) /* IPAM user guide, "Verify your domain": 72 hours */

static void token_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (!str_eq(timer, "expired")) {
		ipam_timer(call, doc, timer);
		return;
	}
	body = json_copy(doc->body);
	json_set_str(body, "Status", "expired");
	world_put(call, doc->kind, doc->key, body);
}

const struct kind kind_ipam_external_resource_verification_token = {
	.name = "ipam-external-resource-verification-token",
	.shape = "ec2:IpamExternalResourceVerificationToken",
	.timer = token_timer,
	.view = ec2_view,
};

static const char *token_add(struct call *call, const struct doc *ipam, struct json *tags)
{
	const struct kind *kind = &kind_ipam_external_resource_verification_token;
	const char *id = ec2_new_id(call, kind, ipam->key);
	struct json *body = json_new_object();

	json_set_str(body, "IpamExternalResourceVerificationTokenId", id);
	json_set_str(body, "IpamExternalResourceVerificationTokenArn",
		     aws_global_arn(call, "ec2", "%s/%s", kind->name, id));
	json_set_str(body, "IpamId", ipam->key);
	json_set_copy(body, "IpamArn", json_get(ipam->body, "IpamArn"));
	json_set_copy(body, "IpamRegion", json_get(ipam->body, "IpamRegion"));
	json_set_str(body, "TokenValue", ec2_part_id(call, "ipam-token-", id));
	json_set_str(body, "TokenName", ec2_part_id(call, "_", id));
	json_set_str(body, "NotAfter", ec2_time_in(call, TOKEN_LIVES_MS));
	json_set_str(body, "Status", "valid");
	json_set_str(body, "State", "create-in-progress");
	world_add(call,
		  (struct doc_spec){
			  .kind = kind, .key = id, .body = body, .tags = tags, .implied_by = NULL});
	world_set_timer(call, kind, id, "expired", world_now(call->world) + TOKEN_LIVES_MS);
	return id;
}

bool ec2_create_ipam_external_resource_verification_token(struct call *call,
							  const struct json *input,
							  struct json *output, struct err *err)
{
	const struct kind *kind = &kind_ipam_external_resource_verification_token;
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *ipam;
	const char *id;
	bool old;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, kind->name, &tags, err) ||
	    !ec2_get_by(call, &kind_ipam, input, "IpamId", &ipam, err))
		return false;
	old = id && ec2_find(call, kind, id);
	if (!old) {
		id = token_add(call, ipam, steal(tags));
		idempotency_keep(call, input, "ClientToken", id);
	}
	json_set(output, "IpamExternalResourceVerificationToken",
		 ec2_item(world_find(call->world, kind, id)));
	if (!old)
		lifecycle_start(call, kind, id, LIFECYCLE_IPAM, "create-complete");
	return true;
}

bool ec2_delete_ipam_external_resource_verification_token(struct call *call,
							  const struct json *input,
							  struct json *output, struct err *err)
{
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_ipam_external_resource_verification_token, input,
			"IpamExternalResourceVerificationTokenId", &doc, err))
		return false;
	doc = ipam_move(call, doc, "delete-in-progress", "deleted");
	json_set(output, "IpamExternalResourceVerificationToken", ec2_item(doc));
	return true;
}

bool ipam_token_is_valid(const struct call *call, const char *id, struct err *err)
{
	const struct doc *doc;

	if (!ec2_get(call, &kind_ipam_external_resource_verification_token, id, &doc, err))
		return false;
	return str_eq(doc_str(doc, "Status"), "valid") ||
	       aws_fail(err, AWS_EC2_IPAM_TOKEN_EXPIRED, id);
}

static const struct filter_field token_filters[] = {
	{"ipam-arn", "IpamArn", NULL, NULL},
	{"ipam-external-resource-verification-token-arn",
	 "IpamExternalResourceVerificationTokenArn", NULL, NULL},
	{"ipam-external-resource-verification-token-id", "IpamExternalResourceVerificationTokenId",
	 NULL, NULL},
	{"ipam-id", "IpamId", NULL, NULL},
	{"ipam-region", "IpamRegion", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"status", "Status", NULL, NULL},
	{"token-name", "TokenName", NULL, NULL},
	{"token-value", "TokenValue", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_ipam_external_resource_verification_tokens,
	     .kind = &kind_ipam_external_resource_verification_token,
	     .ids = "IpamExternalResourceVerificationTokenIds",
	     .id_prefix = "ipam-ext-res-ver-token-", .malformed = AWS_EC2_IPAM_TOKEN_MALFORMED,
	     .not_found = AWS_EC2_IPAM_TOKEN_NOT_FOUND, .fields = token_filters,
	     .result = "IpamExternalResourceVerificationTokens")
