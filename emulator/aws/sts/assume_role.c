/* Roles: by credentials, by a web identity, by SAML. */
#include <strings.h>

#include "emulator/aws/iam/iam.h"
#include "emulator/aws/policy/authorize.h"
#include "emulator/aws/sts/sts.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/world/actor.h"

#define ROLE_SECONDS	3600 /* DurationSeconds when the caller says none: STS API, AssumeRole */
#define PRESENT		"aws:MultiFactorAuthPresent"
#define CHAINED_SECONDS 3600 /* at most, for sessions of sessions: likewise */

/* What an AssumeRole… knows before it asks whether it may. */
struct assumption {
	struct call *call;
	const struct json *input;
	const char *text_arn, *action;
	struct role_arn arn;
	const struct doc *role; /* NULL: there is none */
	struct policy_context context;
	struct policy_principal principal;
	struct json *tags; /* of the session */
	struct json *transitive;
	bool mfa; /* the call has a code of the caller's second factor */
};

static bool begin(struct assumption *assumption, struct call *call, const char *action,
		  const struct json *input, struct err *err)
{
	*assumption = (struct assumption){
		.call = call,
		.input = input,
		.text_arn = json_get_str(input, "RoleArn"),
		.action = action,
		.context = {.arena = call->arena},
	};
	if (!role_arn_parse(call->arena, assumption->text_arn, &assumption->arn))
		return aws_fail(err, AWS_STS_ARN, assumption->text_arn);
	assumption->role =
		world_find(call->world, &kind_iam_role,
			   iam_key_in(call, assumption->arn.account, assumption->arn.name));
	assumption->tags = json_new_object();
	assumption->transitive = json_new_array();
	return true;
}

static void end(struct assumption *assumption)
{
	json_free(assumption->tags);
	json_free(assumption->transitive);
}

/* @name Session tags */

static bool has(const struct json *list, const char *text)
{
	json_foreach (item, list)
		if (strcasecmp(json_str(item), text) == 0)
			return true;
	return false;
}

/* Tags that the calling session hands on. */
static bool inherit_tags(struct assumption *assumption, struct err *err)
{
	const struct call *call = assumption->call;
	const struct doc *session = world_find(call->world, &kind_sts_session, call->access_key);
	const struct json *keys = session ? json_get(session->extra, "TransitiveTagKeys") : NULL;

	json_foreach (key, keys) {
		json_foreach (tag, json_get(assumption->input, "Tags"))
			if (strcasecmp(json_get_str(tag, "Key"), json_str(key)) == 0)
				return aws_fail(err, AWS_STS_TRANSITIVE_OVERRIDE);
		json_set_str(assumption->tags, json_str(key), doc_tag(session, json_str(key)));
		json_append_str(assumption->transitive, json_str(key));
	}
	return true;
}

static bool read_tags(struct assumption *assumption, struct err *err)
{
	const struct json *tags = json_get(assumption->input, "Tags");

	json_foreach (tag, tags)
		for (const struct json *other = json_next(tag); other; other = json_next(other))
			if (strcasecmp(json_get_str(tag, "Key"), json_get_str(other, "Key")) == 0)
				return aws_fail(err, AWS_STS_DUPLICATE_TAGS);
	if (!inherit_tags(assumption, err))
		return false;
	json_foreach (tag, tags)
		json_set_str(assumption->tags, json_get_str(tag, "Key"),
			     json_get_str(tag, "Value"));
	json_foreach (key, json_get(assumption->input, "TransitiveTagKeys")) {
		bool found = false;

		json_foreach (tag, tags)
			found = found || strcasecmp(json_get_str(tag, "Key"), json_str(key)) == 0;
		if (!found)
			return aws_fail(err, AWS_STS_TRANSITIVE_TAG);
		if (!has(assumption->transitive, json_str(key)))
			json_append_str(assumption->transitive, json_str(key));
	}
	return true;
}

/* @name May he */

static enum policy_effect trust(struct assumption *assumption, bool *by_name, const char **unknown)
{
	const struct policy_request request = {
		.action = assumption->action,
		.resource = assumption->text_arn,
		.context = &assumption->context,
		.principal = &assumption->principal,
	};

	*by_name = false;
	*unknown = NULL;
	return assumption->role ? trust_evaluate(assumption->role, &request, by_name, unknown)
				: POLICY_SILENT;
}

static bool refuse_unknown(struct assumption *assumption, const char *unknown, struct err *err)
{
	return aws_fail(err, AWS_POLICY_UNKNOWN, assumption->call->principal, assumption->action,
			assumption->text_arn, unknown);
}

/* Both must agree, unless the trust policy names the caller himself, within one account. */
static bool may(struct assumption *assumption, const struct principal *principal, struct err *err)
{
	struct call *call = assumption->call;
	const struct policy_request request = {.action = assumption->action,
					       .resource = assumption->text_arn,
					       .context = &assumption->context};
	struct policy_decision decision = {.effect = POLICY_ALLOWED};
	enum policy_effect trusted;
	const char *unknown;
	bool by_name, same;

	trusted = trust(assumption, &by_name, &unknown);
	if (!principal->unrestricted)
		policy_decide(principal, &request, &decision);
	if (trusted == POLICY_UNKNOWN)
		return refuse_unknown(assumption, unknown, err);
	same = str_eq(call->account, assumption->arn.account);
	if (trusted == POLICY_ALLOWED && decision.effect == POLICY_UNKNOWN && !(by_name && same))
		return refuse_unknown(assumption, decision.unknown, err);
	if (trusted == POLICY_ALLOWED && (decision.effect == POLICY_ALLOWED ||
					  (decision.effect == POLICY_SILENT && by_name && same)))
		return true;
	if (trusted == POLICY_DENIED)
		return aws_fail(err, AWS_STS_ACCESS_DENIED_EXPLICIT, call->principal,
				assumption->action, assumption->text_arn);
	return aws_fail(err, AWS_STS_ACCESS_DENIED, call->principal, assumption->action,
			assumption->text_arn);
}

/* The role, and to tag its session where tags come along or are handed on. Source: IAM User Guide,
 * "Pass session tags in AWS STS": sts:TagSession on both sides. */
static bool may_assume(struct assumption *assumption, struct err *err)
{
	struct call *call = assumption->call;
	const struct policy_target target = {.action = assumption->action,
					     .resource = assumption->text_arn,
					     .doc = assumption->role,
					     .tags = json_get(assumption->input, "Tags")};
	const char *action = assumption->action;
	struct principal principal;
	bool ok;

	principal_of_call(call, &principal);
	principal_describe(call, &principal, &assumption->context);
	if (assumption->mfa && !policy_context_find(&assumption->context, PRESENT)) {
		policy_context_add(&assumption->context, PRESENT, "true");
		policy_context_add(&assumption->context, "aws:MultiFactorAuthAge", "0");
	}
	policy_describe_target(call, &target, assumption->input, &assumption->context);
	assumption->principal = principal.names;
	ok = may(assumption, &principal, err);
	if (ok && json_first(assumption->tags) && world_profile(call->world) == PROFILE_AWS) {
		assumption->action = "sts:TagSession";
		ok = may(assumption, &principal, err);
		assumption->action = action;
	}
	principal_done(&principal);
	return ok;
}

/* @name The session */

static bool check_duration(struct assumption *assumption, int64_t *ret, struct err *err)
{
	int64_t seconds = json_get_int(assumption->input, "DurationSeconds", ROLE_SECONDS);
	int64_t max = json_get_int(assumption->role->body, "MaxSessionDuration", ROLE_SECONDS);
	const struct call *call = assumption->call;

	*ret = seconds;
	if (seconds > max)
		return aws_fail(err, AWS_STS_DURATION);
	if (str_eq(assumption->action, "sts:AssumeRole") && seconds > CHAINED_SECONDS &&
	    world_find(call->world, &kind_sts_session, call->access_key))
		return aws_fail(err, AWS_STS_CHAINED);
	return true;
}

static bool finish(struct assumption *assumption, const char *name, const char *actor,
		   const char *provider, struct json *output, struct err *err)
{
	struct call *call = assumption->call;
	struct json *user = json_ensure_object(output, "AssumedRoleUser");
	struct session session = {
		.actor = actor,
		.account = assumption->arn.account,
		.type = "AssumedRole",
		.role = assumption->role->key,
		.provider = provider,
		.source_identity = json_get_str(assumption->input, "SourceIdentity"),
		.tags = assumption->tags,
		.transitive = assumption->transitive,
		.mfa = assumption->mfa,
	};

	if (!check_duration(assumption, &session.seconds, err) ||
	    !sts_check_policies(call, assumption->input, output, err))
		return false;
	session.arn = arena_printf(call->arena, "arn:%s:sts::%s:assumed-role/%s/%s",
				   assumption->arn.partition, assumption->arn.account,
				   doc_str(assumption->role, "RoleName"), name);
	session.user_id =
		arena_printf(call->arena, "%s:%s", doc_str(assumption->role, "RoleId"), name);
	json_set_str(user, "AssumedRoleId", session.user_id);
	json_set_str(user, "Arn", session.arn);
	sts_issue(call, &session, assumption->input, output);
	json_set_str(output, "SourceIdentity", session.source_identity);
	return true;
}

bool sts_assume_role(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	struct assumption assumption;
	bool ok;

	if (json_first(json_get(input, "ProvidedContexts")))
		return err_set(
			err, ERR_UNSUPPORTED, NULL,
			"contexts of IAM Identity Center (ProvidedContexts) are not emulated");
	if (!begin(&assumption, call, "sts:AssumeRole", input, err))
		return false;
	ok = sts_check_mfa(call, input, &assumption.mfa, err) && read_tags(&assumption, err) &&
	     may_assume(&assumption, err) &&
	     finish(&assumption, json_get_str(input, "RoleSessionName"), call->actor, NULL, output,
		    err);
	end(&assumption);
	return ok;
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
	int64_t now = clock_real_ms(), end_ms = json_get_int(claims, "exp", 0) * 1000;
	char now_text[CLOCK_TEXT_MAX], end_text[CLOCK_TEXT_MAX];

	return now < end_ms ||
	       aws_fail(err, AWS_STS_IDENTITY_TOKEN_EXPIRED, clock_format_seconds(now, now_text),
			clock_format_seconds(end_ms, end_text));
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

/* A provider that the account has must know the audience. Without any provider of the issuer the
 * account says so; a rig whose trust policy names one that nobody made is told the same. */
static bool check_provider(struct assumption *assumption, const char *arn,
			   const struct json *claims, struct err *err)
{
	const struct doc *provider =
		world_find(assumption->call->world, &kind_iam_oidc_provider, arn);
	const char *audience = audience_of(claims);

	if (!provider)
		return world_profile(assumption->call->world) == PROFILE_INSTANT ||
		       aws_fail(err, AWS_STS_NO_PROVIDER, json_get_str(claims, "iss"));
	json_foreach (id, json_get(provider->body, "ClientIDList"))
		if (str_eq(json_str(id), audience))
			return true;
	return aws_fail(err, AWS_STS_AUDIENCE);
}

/* "issuer.example/x:sub", ":aud", ":amr" are keys of the trust policy. */
static void describe_claims(struct assumption *assumption, const struct json *claims,
			    const char *provider)
{
	static const char *const names[] = {"sub", "aud", "amr", "azp", "email", "oaud"};
	struct policy_context *context = &assumption->context;

	for (size_t i = 0; i < array_size(names); i++) {
		const struct json *value = json_get(claims, names[i]);
		const char *key = arena_printf(context->arena, "%s:%s", provider, names[i]);

		policy_context_know(context, key);
		json_foreach (item, json_is_array(value) ? value : NULL)
			policy_context_add(context, key, json_str(item));
		policy_context_add(context, key, json_str(value));
	}
	policy_context_add(context, "sts:RoleSessionName",
			   json_get_str(assumption->input, "RoleSessionName"));
}

static bool assume_by_token(struct assumption *assumption, const struct json *claims,
			    struct json *output, struct err *err)
{
	struct call *call = assumption->call;
	const char *provider = provider_of(claims), *unknown;
	const char *arn =
		arena_printf(call->arena, "arn:%s:iam::%s:oidc-provider/%s",
			     assumption->arn.partition, assumption->arn.account, provider);
	const struct actor *actor = actor_by_kube_user(call->world, json_get_str(claims, "sub"));
	enum policy_effect trusted;
	bool by_name;

	assumption->principal = (struct policy_principal){.federated = arn, .federated2 = provider};
	describe_claims(assumption, claims, provider);
	trusted = trust(assumption, &by_name, &unknown);
	if (trusted == POLICY_UNKNOWN)
		return refuse_unknown(assumption, unknown, err);
	if (trusted != POLICY_ALLOWED)
		return aws_fail(err, AWS_STS_WEB_IDENTITY_DENIED, assumption->action);
	if (!check_provider(assumption, arn, claims, err) ||
	    !finish(assumption, json_get_str(assumption->input, "RoleSessionName"),
		    actor ? actor->name : call->actor, arn, output, err))
		return false;
	json_set_str(output, "SubjectFromWebIdentityToken", json_get_str(claims, "sub"));
	json_set_str(output, "Provider", arn);
	json_set_str(output, "Audience", audience_of(claims));
	return true;
}

bool sts_assume_role_with_web_identity(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *claims = NULL;
	struct assumption assumption;
	bool ok;

	if (json_get(input, "ProviderId"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "tokens of OAuth 2.0 providers, whose ProviderId is said, are not "
			       "emulated");
	if (!begin(&assumption, call, "sts:AssumeRoleWithWebIdentity", input, err))
		return false;
	ok = read_token(json_get_str(input, "WebIdentityToken"), &claims, err) &&
	     check_expiry(claims, err) && assume_by_token(&assumption, claims, output, err);
	end(&assumption);
	return ok;
}

/* @name SAML */

/* The text of the first element of that local name within a text; NULL when there is none. In the
 * arena. Assertions are only looked into: their signatures are somebody else's, as with tokens. */
static const char *element_text(struct arena *arena, const char *xml, const char *name)
{
	const char *at = xml;

	while (at && (at = strstr(at, name))) {
		const char *end = strchr(at, '>');
		bool opens = at > xml && (at[-1] == '<' || at[-1] == ':') &&
			     strchr(" \t\r\n>", at[strlen(name)]);

		if (opens && end && end[-1] != '/' && end[1])
			return arena_strndup(arena, end + 1, strcspn(end + 1, "<"));
		at += strlen(name);
	}
	return NULL;
}

static bool assume_by_assertion(struct assumption *assumption, const char *xml, struct json *output,
				struct err *err)
{
	struct call *call = assumption->call;
	struct policy_context *context = &assumption->context;
	const char *subject = element_text(call->arena, xml, "NameID");
	const char *issuer = element_text(call->arena, xml, "Issuer"), *unknown;
	const char *audience = element_text(call->arena, xml, "Audience");
	const char *arn = json_get_str(assumption->input, "PrincipalArn");
	enum policy_effect trusted;
	bool by_name;

	if (!subject || !issuer)
		return aws_fail(err, AWS_STS_ASSERTION);
	if (!world_find(call->world, &kind_iam_saml_provider, arn))
		return aws_fail(err, AWS_STS_SAML_PROVIDER);
	assumption->principal = (struct policy_principal){.federated = arn};
	audience = audience ? audience : "https://signin.aws.amazon.com/saml";
	policy_context_add(context, "saml:aud", audience);
	policy_context_add(context, "saml:iss", issuer);
	policy_context_add(context, "saml:sub", subject);
	policy_context_add(context, "saml:sub_type", "persistent");
	trusted = trust(assumption, &by_name, &unknown);
	if (trusted == POLICY_UNKNOWN)
		return refuse_unknown(assumption, unknown, err);
	if (trusted != POLICY_ALLOWED)
		return aws_fail(err, AWS_STS_WEB_IDENTITY_DENIED, assumption->action);
	if (!finish(assumption, subject, call->actor, arn, output, err))
		return false;
	json_set_str(output, "Subject", subject);
	json_set_str(output, "SubjectType", "persistent");
	json_set_str(output, "Issuer", issuer);
	json_set_str(output, "Audience", audience);
	return true;
}

bool sts_assume_role_with_saml(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const char *assertion = json_get_str(input, "SAMLAssertion");
	_cleanup_(freep) uint8_t *xml = NULL;
	struct assumption assumption;
	size_t length;
	bool ok;

	if (!base64_decode(assertion, strlen(assertion), &xml, &length) ||
	    memchr(xml, '\0', length))
		return aws_fail(err, AWS_STS_ASSERTION);
	if (!begin(&assumption, call, "sts:AssumeRoleWithSAML", input, err))
		return false;
	ok = assume_by_assertion(&assumption, (const char *)xml, output, err);
	end(&assumption);
	return ok;
}
