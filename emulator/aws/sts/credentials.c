/* Credentials for a while: sessions of the caller, of roles, of web identities. */
#include <strings.h>

#include "emulator/aws/iam/iam.h"
#include "emulator/aws/sts/sts.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"
#include "emulator/world/actor.h"

#define KEY_ALPHABET	"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define SECRET_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define KEY_DIGITS	16
#define SECRET_DIGITS	40
#define TOKEN_DIGITS	200
#define ROLE_SECONDS	3600  /* DurationSeconds when the caller says none: STS API, AssumeRole */
#define SESSION_SECONDS 43200 /* STS API, GetSessionToken and GetFederationToken */

static const char *text(struct call *call, const char *what, const char *alphabet, unsigned length)
{
	char *result = arena_alloc(call->arena, length + 1);

	ids_text(world_seed(call->world), what, call->actor, call->operation, call->number,
		 alphabet, length, result);
	return result;
}

/*
 * Real time, not the emulated: SDKs compare the expiration with their own clock, and requests are
 * checked against ours.
 */
static int64_t expires_ms(int64_t seconds)
{
	return clock_real_ms() + seconds * 1000;
}

void sts_issue(struct call *call, const char *actor, const char *account, const char *arn,
	       int64_t seconds, struct json *output)
{
	struct json *credentials = json_ensure_object(output, "Credentials");
	const struct actor session = {
		.name = actor,
		.access_key_id = arena_printf(call->arena, "ASIA%s",
					      text(call, "access-key", KEY_ALPHABET, KEY_DIGITS)),
		.secret_key = text(call, "secret-key", SECRET_ALPHABET, SECRET_DIGITS),
		.session_token = text(call, "session-token", SECRET_ALPHABET, TOKEN_DIGITS),
		.account = account,
		.arn = arn,
		.expires_ms = expires_ms(seconds),
	};
	char expiration[CLOCK_TEXT_MAX];

	actor_add(call->world, &session);
	json_set_str(credentials, "AccessKeyId", session.access_key_id);
	json_set_str(credentials, "SecretAccessKey", session.secret_key);
	json_set_str(credentials, "SessionToken", session.session_token);
	json_set_str(credentials, "Expiration",
		     clock_format_seconds(session.expires_ms, expiration));
}

bool sts_get_session_token(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	(void)err;
	sts_issue(call, call->actor, call->account, call->principal,
		  json_get_int(input, "DurationSeconds", SESSION_SECONDS), output);
	return true;
}

bool sts_get_federation_token(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *name = json_get_str(input, "Name");
	const char *arn = aws_global_arn(call, "sts", "federated-user/%s", name);
	struct json *user = json_ensure_object(output, "FederatedUser");

	(void)err;
	json_setf(user, "FederatedUserId", "%s:%s", call->account, name);
	json_set_str(user, "Arn", arn);
	json_set_int(output, "PackedPolicySize", 0);
	sts_issue(call, call->actor, call->account, arn,
		  json_get_int(input, "DurationSeconds", SESSION_SECONDS), output);
	return true;
}

/* @name Roles */

static const struct doc *find_role(struct call *call, const struct role_arn *arn)
{
	char *key = arena_printf(call->arena, "%s/%s", arn->account, arn->name);

	for (char *p = key; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return world_find(call->world, &kind_iam_role, key);
}

static bool check_tags(const struct json *input, struct err *err)
{
	const struct json *tags = json_get(input, "Tags");

	json_foreach (tag, tags)
		for (const struct json *other = json_next(tag); other; other = json_next(other))
			if (strcasecmp(json_get_str(tag, "Key"), json_get_str(other, "Key")) == 0)
				return aws_fail(err, AWS_STS_DUPLICATE_TAGS);
	json_foreach (key, json_get(input, "TransitiveTagKeys")) {
		bool found = false;

		json_foreach (tag, tags)
			found = found || strcasecmp(json_get_str(tag, "Key"), json_str(key)) == 0;
		if (!found)
			return aws_fail(err, AWS_STS_TRANSITIVE_TAG);
	}
	return true;
}

static void put_session(struct call *call, const struct json *input, const struct role_arn *arn,
			const struct doc *role, const char *actor, struct json *output)
{
	const char *session = json_get_str(input, "RoleSessionName");
	struct json *user = json_ensure_object(output, "AssumedRoleUser");
	const char *text_arn =
		arena_printf(call->arena, "arn:%s:sts::%s:assumed-role/%s/%s", arn->partition,
			     arn->account, doc_str(role, "RoleName"), session);

	json_setf(user, "AssumedRoleId", "%s:%s", doc_str(role, "RoleId"), session);
	json_set_str(user, "Arn", text_arn);
	sts_issue(call, actor, arn->account, text_arn,
		  json_get_int(input, "DurationSeconds", ROLE_SECONDS), output);
	json_set_copy(output, "SourceIdentity", json_get(input, "SourceIdentity"));
}

bool sts_assume_role(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const char *text_arn = json_get_str(input, "RoleArn");
	const struct trust_request request = {.action = "sts:AssumeRole",
					      .principal = call->principal,
					      .account = call->account,
					      .external_id = json_get_str(input, "ExternalId")};
	const struct doc *role;
	struct role_arn arn;
	bool allowed = false;

	if (!role_arn_parse(call->arena, text_arn, &arn))
		return aws_fail(err, AWS_STS_ARN, text_arn);
	if (!check_tags(input, err))
		return false;
	role = find_role(call, &arn);
	if (role &&
	    !trust_allows(doc_str(role, "AssumeRolePolicyDocument"), &request, &allowed, err))
		return false;
	if (!allowed)
		return aws_fail(err, AWS_STS_ACCESS_DENIED, call->principal, text_arn);
	put_session(call, input, &arn, role, call->actor, output);
	return true;
}

/* @name Web identities */

/* The claims of a JWT. Its signature is not checked: issuers are somewhere else, and their keys
 * with them. */
static bool read_token(const char *token, struct json **ret, struct err *err)
{
	const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;
	_cleanup_(freep) uint8_t *payload = NULL;
	size_t length;

	if (!second ||
	    !base64url_decode(first + 1, (size_t)(second - first - 1), &payload, &length) ||
	    !json_parse((const char *)payload, length, ret, NULL))
		return aws_fail(err, AWS_STS_IDENTITY_TOKEN);
	if (json_get_str(*ret, "iss") && json_get_str(*ret, "sub"))
		return true;
	json_free(*ret);
	*ret = NULL;
	return aws_fail(err, AWS_STS_IDENTITY_TOKEN);
}

static bool check_expiry(const struct json *claims, struct err *err)
{
	int64_t now = clock_real_ms(), end = json_get_int(claims, "exp", 0) * 1000;
	char now_text[CLOCK_TEXT_MAX], end_text[CLOCK_TEXT_MAX];

	return now < end ||
	       aws_fail(err, AWS_STS_IDENTITY_TOKEN_EXPIRED, clock_format_seconds(now, now_text),
			clock_format_seconds(end, end_text));
}

static const char *provider_of(const struct json *claims)
{
	const char *issuer = json_get_str(claims, "iss");

	return str_starts_with(issuer, "https://") ? issuer + strlen("https://") : issuer;
}

static const char *audience_of(const struct json *claims)
{
	const struct json *audience = json_get(claims, "aud");

	return json_is_array(audience) ? json_str(json_first(audience)) : json_str(audience);
}

bool sts_assume_role_with_web_identity(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const char *text_arn = json_get_str(input, "RoleArn");
	_cleanup_(json_freep) struct json *claims = NULL;
	struct trust_request request = {
		.action = "sts:AssumeRoleWithWebIdentity", .principal = "", .account = ""};
	const struct actor *actor;
	const struct doc *role;
	struct role_arn arn;
	bool allowed = false;

	if (!role_arn_parse(call->arena, text_arn, &arn))
		return aws_fail(err, AWS_STS_ARN, text_arn);
	if (!read_token(json_get_str(input, "WebIdentityToken"), &claims, err) ||
	    !check_expiry(claims, err))
		return false;
	request.federated = provider_of(claims);
	role = find_role(call, &arn);
	if (role &&
	    !trust_allows(doc_str(role, "AssumeRolePolicyDocument"), &request, &allowed, err))
		return false;
	if (!allowed)
		return aws_fail(err, AWS_STS_WEB_IDENTITY_DENIED);
	actor = actor_by_kube_user(call->world, json_get_str(claims, "sub"));
	put_session(call, input, &arn, role, actor ? actor->name : call->actor, output);
	json_set_str(output, "SubjectFromWebIdentityToken", json_get_str(claims, "sub"));
	json_set_str(output, "Provider",
		     arena_printf(call->arena, "arn:%s:iam::%s:oidc-provider/%s", arn.partition,
				  arn.account, request.federated));
	json_set_str(output, "Audience", audience_of(claims));
	return true;
}
