/*
 * Tokens by which callers show to the outside who they are. The key is the world's own; nobody
 * serves it, for the issuer's address is not ours.
 *
 * Source: STS API, GetWebIdentityToken; IAM User Guide, "Understanding token claims".
 */
#include "emulator/aws/iam/iam.h"
#include "emulator/aws/policy/authorize.h"
#include "emulator/aws/sts/sts.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"
#include "emulator/base/rsa.h"

#define DEFAULT_SECONDS 300
#define OWN_CLAIMS	"https://sts.amazonaws.com/"

/* A session's role, or the user: what policies name. */
static const char *subject(struct call *call)
{
	struct principal principal;
	const char *arn;

	principal_of_call(call, &principal);
	arn = principal.names.role_arn ? principal.names.role_arn : call->principal;
	arn = arena_strdup(call->arena, *arn ? arn : aws_global_arn(call, "iam", "root"));
	principal_done(&principal);
	return arn;
}

static void add_audience(struct json *claims, const struct json *audience)
{
	if (json_size(audience) == 1)
		json_set_str(claims, "aud", json_str(json_first(audience)));
	else
		json_set_copy(claims, "aud", audience);
}

static struct json *make_claims(struct call *call, const struct json *input, int64_t now_s,
				int64_t seconds)
{
	struct json *claims = json_new_object(), *own, *tags = NULL;
	const char *sub = subject(call);
	char id[37];

	add_audience(claims, json_get(input, "Audience"));
	json_set_str(claims, "sub", sub);
	own = json_ensure_object(claims, OWN_CLAIMS);
	json_set_str(own, "aws_account", call->account);
	json_set_str(own, "source_region", call->region);
	json_set_str(own, "principal_id", sub);
	json_foreach (tag, json_get(input, "Tags")) {
		tags = json_ensure_object(own, "request_tags");
		json_set_str(tags, json_get_str(tag, "Key"), json_get_str(tag, "Value"));
	}
	json_set_str(claims, "iss", iam_outbound_issuer(call));
	json_set_int(claims, "exp", now_s + seconds);
	json_set_int(claims, "iat", now_s);
	ids_uuid(world_seed(call->world), "web-identity-token", call->actor, sub, call->number, id);
	json_set_str(claims, "jti", id);
	return claims;
}

/* "HEADER.CLAIMS.SIGNATURE"; in the arena. */
static const char *sign(struct call *call, const struct json *claims)
{
	static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
	_cleanup_(freep) char *text = json_to_text(claims);
	_cleanup_(freep) char *first = base64url_encode(header, strlen(header));
	_cleanup_(freep) char *second = base64url_encode(text, strlen(text)), *third = NULL;
	const char *signed_part = arena_printf(call->arena, "%s.%s", first, second);
	uint8_t signature[RSA_BYTES];

	rsa_sign(world_seed(call->world), signed_part, strlen(signed_part), signature);
	third = base64url_encode(signature, sizeof(signature));
	return arena_printf(call->arena, "%s.%s", signed_part, third);
}

bool sts_get_web_identity_token(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	int64_t seconds = json_get_int(input, "DurationSeconds", DEFAULT_SECONDS);
	int64_t now_s = clock_real_ms() / 1000; /* real time: its reader compares with his clock */
	_cleanup_(json_freep) struct json *claims = NULL;
	char text[CLOCK_TEXT_MAX];

	if (!iam_outbound_issuer(call))
		return aws_fail(err, AWS_STS_OUTBOUND);
	if (!str_eq(json_get_str(input, "SigningAlgorithm"), "RS256"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig signs web identity tokens with RS256 only");
	claims = make_claims(call, input, now_s, seconds);
	json_set_str(output, "WebIdentityToken", sign(call, claims));
	json_set_str(output, "Expiration", clock_format_seconds((now_s + seconds) * 1000, text));
	return true;
}
