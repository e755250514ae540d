/*
 * Tokens of service accounts and who one is: TokenRequest, TokenReview, SelfSubjectReview. Nothing
 * of it is stored.
 *
 * Source: kubernetes pkg/registry/core/serviceaccount/storage/token.go,
 * pkg/serviceaccount/claims.go, pkg/registry/authentication/tokenreview/storage.go,
 * …/selfsubjectreview.
 */
#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/kube/auth.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"

#define GROUP	       "authentication.k8s.io"
#define SECONDS_MIN    600	   /* apis/authentication/validation: 10 minutes */
#define SECONDS_MAX    (1LL << 32) /* the same */
#define SECONDS_NORMAL 3600

/* The names of decoded kinds in 422 messages. */
static const struct api_type token_request = {
	.group = GROUP, .version = "v1", .kind = "TokenRequest", .resource = "tokenrequests"};

bool review_decode(struct kube_op *op, const char *group, const char *kind, struct json *body,
		   struct err *err)
{
	const struct kube_kind *known = kube_model_kind(group, "v1", kind);

	assert(known);
	if (!body)
		return status_bad_request(err, "EOF");
	return decode_as(op, group, "v1", kind, &kube_messages[known->message], body, err);
}

static bool check_request(struct kube_op *op, const struct json *body, struct err *err)
{
	struct field_errors errors = {.arena = op->arena};
	const struct json *seconds = object_get(body, "spec.expirationSeconds");
	int64_t value;

	if (json_int(seconds, &value) && value < SECONDS_MIN)
		field_invalid(&errors, "spec.expirationSeconds", seconds,
			      "may not specify a duration less than 10 minutes");
	if (json_int(seconds, &value) && value > SECONDS_MAX)
		field_invalid(&errors, "spec.expirationSeconds", seconds,
			      "may not specify a duration larger than 2^32 seconds");
	return fields_check(&errors, &token_request, "", err);
}

/* The claims of a token for an account; audiences are filled in when none were asked for. */
static struct json *claims_of(struct kube_op *op, const struct doc *account, struct json *spec,
			      int64_t seconds)
{
	struct json *claims = json_new_object(), *own, *who;
	int64_t now_s = op->now_ms / 1000;
	struct kube *kube = op->cluster->kube;
	const char *id = arena_printf(op->arena, "token %s", account->key);
	char jti[37];

	if (!json_first(json_get(spec, "audiences"))) {
		json_remove(spec, "audiences");
		json_append_str(json_ensure_array(spec, "audiences"), op->cluster->issuer);
	}
	ids_uuid(world_seed(kube->world), "kube-token", op->user.actor, id,
		 kube_next_ordinal(kube, id), jti);
	json_set_copy(claims, "aud", json_get(spec, "audiences"));
	json_set_int(claims, "exp", now_s + seconds);
	json_set_int(claims, "iat", now_s);
	json_set_str(claims, "iss", op->cluster->issuer);
	json_set_str(claims, "jti", jti);
	own = json_ensure_object(claims, "kubernetes.io");
	json_set_str(own, "namespace", kube_doc_namespace(account));
	who = json_ensure_object(own, "serviceaccount");
	json_set_str(who, "name", kube_doc_name(account));
	json_set_str(who, "uid", meta_str(account->body, "uid"));
	json_set_int(claims, "nbf", now_s);
	json_setf(claims, "sub", "system:serviceaccount:%s:%s", kube_doc_namespace(account),
		  kube_doc_name(account));
	return claims;
}

bool token_create(struct kube_op *op, struct json *body, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *claims = NULL;
	_cleanup_(freep) char *payload = NULL, *token = NULL;
	struct json *spec, *meta, *status;
	const struct doc *account;
	char until[CLOCK_TEXT_MAX];
	int64_t seconds;

	if (!review_decode(op, GROUP, "TokenRequest", body, err) ||
	    !registry_find(op, &account, err) || !check_request(op, body, err))
		return false;
	*ret = json_copy(body);
	spec = json_ensure_object(*ret, "spec");
	seconds = json_get_int(spec, "expirationSeconds", SECONDS_NORMAL);
	json_set_int(spec, "expirationSeconds", seconds);
	claims = claims_of(op, account, spec, seconds);
	payload = json_to_text(claims);
	if (!tls_sign_jwt(op->cluster->token_key, "skyrig", payload, &token, err)) {
		json_free(steal(*ret));
		return false;
	}
	meta = json_ensure_object(*ret, "metadata");
	json_set_str(meta, "name", kube_doc_name(account));
	json_set_str(meta, "namespace", kube_doc_namespace(account));
	json_set_str(meta, "creationTimestamp", op_timestamp(op));
	status = json_ensure_object(*ret, "status");
	json_set_str(status, "token", token);
	json_set_str(status, "expirationTimestamp",
		     clock_format_seconds(op->now_ms + seconds * 1000, until));
	return true;
}

static void set_groups(struct json *user, const char *const *groups)
{
	struct json *list = json_ensure_array(user, "groups");

	for (; groups && *groups; groups++)
		json_append_str(list, *groups);
}

static bool audience_fits(const struct json *claims, const struct json *wanted, const char *issuer)
{
	json_foreach (have, json_get(claims, "aud")) {
		if (!json_first(wanted) && str_eq(json_str(have), issuer))
			return true;
		json_foreach (want, wanted)
			if (str_eq(json_str(have), json_str(want)))
				return true;
	}
	return false;
}

bool token_review(struct kube_op *op, struct json *body, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *claims = NULL;
	struct err cause = ERR_INIT;
	struct json *status, *user;
	const char *token, *subject;
	struct kube_op who = *op;

	if (!review_decode(op, GROUP, "TokenReview", body, err))
		return false;
	token = object_str(body, "spec.token");
	if (!token || !*token)
		return status_bad_request(err,
					  "token is required for TokenReview in authentication");
	*ret = json_copy(body);
	status = json_new_object();
	json_set(*ret, "status", status);
	if (!auth_token(op->cluster, token, op->now_ms, &claims, &cause) ||
	    !audience_fits(claims, object_get(body, "spec.audiences"), op->cluster->issuer)) {
		json_set(status, "user", json_new_object());
		json_set_str(status, "error", "invalid bearer token");
		err_done(&cause);
		return true;
	}
	subject = json_get_str(claims, "sub");
	auth_name(&who, subject);
	json_set_bool(status, "authenticated", true);
	json_set_copy(status, "audiences", json_get(claims, "aud"));
	user = json_ensure_object(status, "user");
	json_set_str(user, "username", subject);
	json_set_str(user, "uid",
		     json_find_str(claims, "kubernetes.io", "serviceaccount", "uid", NULL));
	set_groups(user, who.user.groups);
	return true;
}

bool self_subject_review(struct kube_op *op, struct json *body, struct json **ret, struct err *err)
{
	struct json *user;

	if (!review_decode(op, GROUP, "SelfSubjectReview", body, err))
		return false;
	*ret = json_copy(body);
	user = json_ensure_object(json_ensure_object(*ret, "status"), "userInfo");
	json_set_str(user, "username", op->user.name);
	if (*op->user.uid)
		json_set_str(user, "uid", op->user.uid);
	set_groups(user, op->user.groups);
	return true;
}
