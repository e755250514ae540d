#pragma once
/*
 * Admission webhooks: MutatingWebhookConfiguration and ValidatingWebhookConfiguration.
 *
 * A webhook is asked over HTTPS, and may itself ask this server, so a request that some webhook
 * wants to see is parked without an open call. It is served again when all have answered: what was
 * done before the question is done anew, from the same body and with what the webhooks changed. If
 * the object has moved meanwhile, everything starts over, as the real server does.
 *
 *   serve → object made → (parked: mutating webhooks, one after the other) → serve again with their
 *   patches → validated → (parked: validating webhooks, all at once) → serve again → stored
 *
 * matchConditions: condition.h. A webhook of a `service` has nobody behind it here and fails as one
 * without endpoints. DELETE of a collection asks nobody.
 *
 * Source: k8s.io/apiserver pkg/admission/plugin/webhook: generic/webhook.go,
 * mutating/dispatcher.go, validating/dispatcher.go, predicates/rules, request/admissionreview.go,
 * errors/statuserror.go.
 */
#include "emulator/kube/registry.h"

struct webhook_run;

/** Told once how a request ended; answer and err are the callee's. */
typedef void webhook_served_fn(bool fine, struct kube_answer *answer, struct err *err,
			       void *userdata);

/**
 * registry_serve with webhooks: tells fn at once when nobody wants to see the request.
 *
 * @param body  borrowed until fn is told
 * @param ret   the parked run, for webhook_cancel; NULL when fn was told already. Set before fn is
 *              told.
 */
void webhook_serve(struct kube_op *op, const struct json *body, const char *fault,
		   webhook_served_fn *fn, void *userdata, struct webhook_run **ret);
/** Forgets a parked run, whose client has gone; fn is not told. NULL is fine. */
void webhook_cancel(struct webhook_run *run);

/** @name For the generic path; all do nothing for an op that asks no webhooks. */
/**
 * Behind defaulting, in front of everything else: gives the object what mutating webhooks made of
 * it, or parks.
 *
 * @param object  in the storage version; replaced when it was changed
 * @param old     the document; NULL for a create
 * @return false when parked (webhook_is_parked), or refused
 */
must_check bool webhook_mutate(struct kube_op *op, struct json **object, const struct doc *old,
			       struct err *err);
/** In front of storing: parks until the validating webhooks have agreed. */
must_check bool webhook_validate(struct kube_op *op, const struct json *object,
				 const struct doc *old, struct err *err);
/** The same two for a deletion, which has no new object. */
must_check bool webhook_delete(struct kube_op *op, const struct doc *old, struct err *err);
/** Whether the failure of a step only means that it is parked. */
bool webhook_is_parked(const struct kube_op *op);
/** Gives a new object the name and uid with which the validating webhooks have seen it; false: none
 * has. */
bool webhook_keep_identity(struct kube_op *op, struct json *object);
