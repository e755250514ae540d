/* Credentials for a while: keys, their sessions, the policies that a session is cut to. */
#include "emulator/aws/iam/credential.h"
#include "emulator/aws/sts/sts.h"
#include "emulator/base/clock.h"
#include "emulator/base/ids.h"
#include "emulator/world/actor.h"

#define KEY_ALPHABET	"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define SECRET_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define KEY_DIGITS	16
#define SECRET_DIGITS	40
#define TOKEN_DIGITS	200
#define SESSION_SECONDS 43200 /* STS API, GetSessionToken and GetFederationToken */
#define ROOT_SECONDS	900   /* STS API, AssumeRoot */
#define POLICY_ARNS_MAX 10    /* STS API, PolicyArns */

const struct kind kind_sts_session = {.name = "sts-session"};

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

static void add_document(struct call *call, const struct session *session, const char *key,
			 const struct json *input)
{
	struct json *body = json_new_object(), *extra = json_new_object();
	const char *policy = json_get_str(input, "Policy");

	json_set_str(body, "Type", session->type);
	json_set_str(body, "Arn", session->arn);
	json_set_str(body, "UserId", session->user_id);
	json_set_str(body, "IssuedAt", aws_now(call));
	json_set_str(body, "SourceIdentity", session->source_identity);
	json_set_str(body, "Provider", session->provider);
	if (session->mfa)
		json_set_int(body, "Mfa", world_now(call->world));
	json_set_str(extra, "Role", session->role);
	json_set_str(extra, "Parent", call->access_key);
	if (policy)
		json_append_str(json_ensure_array(extra, "Policies"), policy);
	json_foreach (item, json_get(input, "PolicyArns"))
		json_append_str(json_ensure_array(extra, "PolicyArns"), json_get_str(item, "arn"));
	json_set_copy(extra, "TransitiveTagKeys", session->transitive);
	world_add(call, (struct doc_spec){.kind = &kind_sts_session,
					  .key = key,
					  .body = body,
					  .tags = json_copy(session->tags),
					  .extra = extra,
					  .account = session->account});
}

void sts_issue(struct call *call, const struct session *session, const struct json *input,
	       struct json *output)
{
	struct json *credentials = json_ensure_object(output, "Credentials");
	const struct actor made = {
		.name = session->actor,
		.access_key_id = arena_printf(call->arena, "ASIA%s",
					      text(call, "access-key", KEY_ALPHABET, KEY_DIGITS)),
		.secret_key = text(call, "secret-key", SECRET_ALPHABET, SECRET_DIGITS),
		.session_token = text(call, "session-token", SECRET_ALPHABET, TOKEN_DIGITS),
		.account = session->account,
		.arn = session->arn,
		.expires_ms = expires_ms(session->seconds),
	};
	char expiration[CLOCK_TEXT_MAX];

	actor_add(call->world, &made);
	add_document(call, session, made.access_key_id, input);
	json_set_str(credentials, "AccessKeyId", made.access_key_id);
	json_set_str(credentials, "SecretAccessKey", made.secret_key);
	json_set_str(credentials, "SessionToken", made.session_token);
	json_set_str(credentials, "Expiration", clock_format_seconds(made.expires_ms, expiration));
}

bool sts_check_policies(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const char *policy = json_get_str(input, "Policy");
	const struct json *arns = json_get(input, "PolicyArns");

	if (policy && !policy_check(policy, POLICY_OF_IDENTITY, NULL, err))
		return false;
	if (json_size(arns) > POLICY_ARNS_MAX)
		return aws_fail(err, AWS_STS_POLICY_ARNS);
	json_foreach (item, arns)
		if (!iam_check_attachable(call, json_get_str(item, "arn"), err))
			return false;
	if (policy || json_first(arns)) /* of what AWS packs: percent of its 2048 characters */
		json_set_int(output, "PackedPolicySize",
			     policy ? (int64_t)strlen(policy) * 100 / 2048 : 1);
	return true;
}

bool sts_check_mfa(struct call *call, const struct json *input, bool *ret, struct err *err)
{
	const char *serial = json_get_str(input, "SerialNumber");
	const char *code = json_get_str(input, "TokenCode");
	const struct doc *user = NULL, *device = NULL;

	*ret = serial || code;
	if (strstr(call->principal, ":user/"))
		user = iam_find(call, &kind_iam_user, strrchr(call->principal, '/') + 1);
	if (user && serial)
		device = iam_mfa_device_of(call, user, serial);
	return !*ret || (device && code && iam_mfa_code_is_right(device, code)) ||
	       aws_fail(err, AWS_STS_MFA);
}

static bool is_session(const struct call *call)
{
	return world_find(call->world, &kind_sts_session, call->access_key) != NULL;
}

bool sts_get_session_token(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	struct session session = {
		.actor = call->actor,
		.account = call->account,
		.arn = call->principal,
		.type = "User",
		.user_id = sts_user_id(call, call->principal),
		.seconds = json_get_int(input, "DurationSeconds", SESSION_SECONDS),
	};

	if (!sts_check_mfa(call, input, &session.mfa, err))
		return false;
	if (is_session(call))
		return aws_fail(err, AWS_STS_SESSION, "GetSessionToken");
	sts_issue(call, &session, NULL, output);
	return true;
}

bool sts_get_federation_token(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *name = json_get_str(input, "Name");
	struct json *user = json_ensure_object(output, "FederatedUser");
	_cleanup_(json_freep) struct json *tags = NULL;
	struct session session = {
		.actor = call->actor,
		.account = call->account,
		.arn = aws_global_arn(call, "sts", "federated-user/%s", name),
		.type = "FederatedUser",
		.user_id = arena_printf(call->arena, "%s:%s", call->account, name),
		.seconds = json_get_int(input, "DurationSeconds", SESSION_SECONDS),
	};

	if (is_session(call))
		return aws_fail(err, AWS_STS_SESSION, "GetFederationToken");
	json_set_int(output, "PackedPolicySize", 0); /* recorded from STS */
	if (!sts_check_policies(call, input, output, err) ||
	    !tags_from_list(TAGS_IAM, json_get(input, "Tags"), &tags, err))
		return false;
	session.tags = tags;
	json_set_str(user, "FederatedUserId", session.user_id);
	json_set_str(user, "Arn", session.arn);
	sts_issue(call, &session, input, output);
	return true;
}

/* The root of a member account, for one task. Organizations are not modelled: of an account, its
 * own root; of others, no. */
bool sts_assume_root(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	const char *target = json_get_str(input, "TargetPrincipal");
	const char *task = json_find_str(input, "TaskPolicyArn", "arn", NULL);
	const char *arn = aws_global_arn(call, "iam", "root");
	const struct session session = {
		.actor = call->actor,
		.account = call->account,
		.arn = arn,
		.type = "Account",
		.user_id = call->account,
		.seconds = json_get_int(input, "DurationSeconds", ROOT_SECONDS),
	};

	if (!str_starts_with(task, "arn:aws:iam::aws:policy/root-task/"))
		return aws_fail(err, AWS_STS_ROOT_TASK);
	if (!str_eq(target, call->account) && !str_eq(target, arn))
		return aws_fail(err, AWS_STS_ROOT_DENIED, call->principal, target);
	sts_issue(call, &session, NULL, output);
	return true;
}

bool sts_get_delegated_access_token(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	(void)call;
	(void)input;
	(void)output;
	return aws_fail(err, AWS_STS_TRADE_IN);
}
