/*
 * The AdmissionReview that a webhook is sent, and the one that it answers.
 *
 * Source: k8s.io/apiserver pkg/admission/plugin/webhook/request/admissionreview.go,
 * errors/statuserror.go; api/admission/v1/types.go.
 */
#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"
#include "emulator/kube/webhook_inner.h"

#define TIMEOUT_DEFAULT_S 10

int64_t webhook_timeout_s(const struct webhook *webhook)
{
	return json_get_int(webhook->hook, "timeoutSeconds", TIMEOUT_DEFAULT_S);
}

char *webhook_url(const struct webhook *webhook)
{
	const struct json *config = json_get(webhook->hook, "clientConfig");
	const struct json *service = json_get(config, "service");
	const char *url = json_get_str(config, "url"), *path = json_get_str(service, "path");

	if (url)
		return xasprintf("%s?timeout=%" PRId64 "s", url, webhook_timeout_s(webhook));
	return xasprintf("https://%s.%s.svc:%" PRId64 "%s?timeout=%" PRId64 "s",
			 json_get_str(service, "name"), json_get_str(service, "namespace"),
			 json_get_int(service, "port", 443), path ? path : "/",
			 webhook_timeout_s(webhook));
}

char *webhook_nobody(const struct webhook *webhook)
{
	const struct json *service = json_find(webhook->hook, "clientConfig", "service", NULL);

	/* Pods here run no program, so no Service leads anywhere. */
	return service ? xasprintf("no endpoints available for service \"%s\"",
				   json_get_str(service, "name"))
		       : NULL;
}

static void set_kind(struct json *request, const char *member, const struct api_type *type)
{
	struct json *kind = json_ensure_object(request, member);

	json_set_str(kind, "group", type->group);
	json_set_str(kind, "version", type->version);
	json_set_str(kind, "kind", type->kind);
}

static void set_resource(struct json *request, const char *member, const struct api_type *type)
{
	struct json *resource = json_ensure_object(request, member);

	json_set_str(resource, "group", type->group);
	json_set_str(resource, "version", type->version);
	json_set_str(resource, "resource", type->resource);
}

/* An object of the storage version in the version that the webhook wants. */
static void set_object(struct json *request, const char *member, const struct json *object,
		       const struct api_type *type)
{
	struct json *copy;

	if (!object) {
		json_set_null(request, member);
		return;
	}
	copy = json_copy(object);
	json_set_str(copy, "apiVersion", type->api_version);
	json_set_str(copy, "kind", type->kind);
	json_set(request, member, copy);
}

static void set_options(struct kube_op *op, struct json *request, const char *operation)
{
	struct json *options = json_ensure_object(request, "options");

	json_set_str(options, "kind",
		     str_eq(operation, "CREATE")   ? "CreateOptions"
		     : str_eq(operation, "UPDATE") ? "UpdateOptions"
						   : "DeleteOptions");
	json_set_str(options, "apiVersion", "meta.k8s.io/v1");
	if (op->options.field_manager)
		json_set_str(options, "fieldManager", op->options.field_manager);
	if (op->options.dry_run)
		json_append_str(json_ensure_array(options, "dryRun"), "All");
}

static void set_user(struct kube_op *op, struct json *request)
{
	struct json *user = json_ensure_object(request, "userInfo");

	json_set_str(user, "username", op->user.name);
	if (op->user.uid && *op->user.uid)
		json_set_str(user, "uid", op->user.uid);
	for (const char *const *group = op->user.groups; group && *group; group++)
		json_append_str(json_ensure_array(user, "groups"), *group);
}

/* The first version that the webhook lists and this server knows. */
static const char *review_version(const struct webhook *webhook)
{
	json_foreach (version, json_get(webhook->hook, "admissionReviewVersions"))
		if (str_eq(json_str(version), "v1") || str_eq(json_str(version), "v1beta1"))
			return json_str(version);
	return "v1";
}

struct json *webhook_request(struct kube_op *op, const struct api_type *type,
			     const struct webhook_subject *subject)
{
	const struct json *named = subject->object ? subject->object : subject->old;
	struct json *request = json_new_object();

	set_kind(request, "kind", type);
	set_resource(request, "resource", type);
	if (*op->target.subresource)
		json_set_str(request, "subResource", op->target.subresource);
	set_kind(request, "requestKind", op->target.type);
	set_resource(request, "requestResource", op->target.type);
	if (*op->target.subresource)
		json_set_str(request, "requestSubResource", op->target.subresource);
	if (*meta_str(named, "name"))
		json_set_str(request, "name", meta_str(named, "name"));
	if (*op->target.ns)
		json_set_str(request, "namespace", op->target.ns);
	json_set_str(request, "operation", subject->operation);
	set_user(op, request);
	json_set_bool(request, "dryRun", op->options.dry_run);
	set_options(op, request, subject->operation);
	return request;
}

char *webhook_question(struct kube_op *op, const struct webhook *webhook,
		       const struct webhook_subject *subject, const char *uid)
{
	_cleanup_(json_freep) struct json *review = json_new_object();
	struct json *request = webhook_request(op, webhook->type, subject);

	json_set_str(review, "kind", "AdmissionReview");
	json_setf(review, "apiVersion", "admission.k8s.io/%s", review_version(webhook));
	json_set_str(request, "uid", uid);
	set_object(request, "object", subject->object, webhook->type);
	set_object(request, "oldObject", subject->old, webhook->type);
	json_set(review, "request", request);
	return json_to_text(review);
}

void webhook_answer_done(struct webhook_answer *answer)
{
	json_free(answer->patch);
	json_free(answer->review);
	*answer = (struct webhook_answer){};
}

/* base64 of a JSON patch */
static bool read_patch(struct webhook_answer *answer, struct err *err)
{
	const char *encoded = json_get_str(answer->response, "patch");
	const char *type = json_get_str(answer->response, "patchType");
	_cleanup_(freep) uint8_t *bytes = NULL;
	size_t length = 0;

	if (!encoded || !*encoded)
		return true;
	if (!type)
		return err_set(err, ERR_INVALID, NULL,
			       "expected response.patchType to be set when response.patch is set");
	if (!str_eq(type, "JSONPatch"))
		return err_set(err, ERR_INVALID, NULL,
			       "invalid response.patchType, expected \"JSONPatch\", got \"%s\"",
			       type);
	if (!base64_decode(encoded, strlen(encoded), &bytes, &length))
		return err_set(err, ERR_INVALID, NULL, "response.patch is no base64");
	return json_parse((const char *)bytes, length, &answer->patch, err);
}

static bool check_envelope(const struct webhook *webhook, const struct webhook_answer *answer,
			   const char *uid, struct err *err)
{
	const char *kind = json_get_str(answer->review, "kind");
	const char *version = json_get_str(answer->review, "apiVersion");
	const char *said = json_get_str(answer->response, "uid");
	_cleanup_(freep) char *want = xasprintf("admission.k8s.io/%s", review_version(webhook));

	if (!answer->response)
		return err_set(err, ERR_INVALID, NULL, "webhook response was absent");
	/* v1beta1 may leave out its own name, and the uid (admissionreview.go:78) */
	if (str_eq(want, "admission.k8s.io/v1beta1"))
		return true;
	if (!str_eq(said, uid))
		return err_set(err, ERR_INVALID, NULL, "expected response.uid=\"%s\", got \"%s\"",
			       uid, said ? said : "");
	if (!str_eq(version, want) || !str_eq(kind, "AdmissionReview"))
		return err_set(err, ERR_INVALID, NULL,
			       "expected webhook response of %s, Kind=AdmissionReview, got %s, "
			       "Kind=%s",
			       want, version ? version : "", kind ? kind : "");
	return true;
}

bool webhook_read(const struct webhook *webhook, const char *text, size_t length, const char *uid,
		  bool mutating, struct webhook_answer *ret, struct err *err)
{
	*ret = (struct webhook_answer){};
	if (!json_parse(text, length, &ret->review, err))
		goto failed;
	ret->response = json_get(ret->review, "response");
	if (!check_envelope(webhook, ret, uid, err) || !read_patch(ret, err))
		goto failed;
	ret->allowed = json_get_bool(ret->response, "allowed", false);
	if (ret->patch && !mutating) {
		err_set(err, ERR_INVALID, NULL,
			"received a patch, which is not allowed for validating webhooks");
		goto failed;
	}
	return true;
failed:
	webhook_answer_done(ret);
	return false;
}

bool webhook_denied(const struct webhook *webhook, const struct webhook_answer *answer,
		    struct err *err)
{
	const struct json *status = json_get(answer->response, "status");
	const char *message = json_get_str(status, "message");
	const char *reason = json_get_str(status, "reason");
	int64_t code = json_get_int(status, "code", 0);

	if (reason && !*reason)
		reason = NULL;
	status_set(err, code < 400 || code > 599 ? 400 : (int)code, reason,
		   "admission webhook \"%s\" denied the request%s%s", webhook->name,
		   (message && *message) || reason ? ": " : " without explanation",
		   message && *message ? message
		   : reason	       ? reason
				       : "");
	if (err && json_is_object(json_get(status, "details")))
		err->details = json_copy(json_get(status, "details"));
	return false;
}
