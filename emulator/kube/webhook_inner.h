#pragma once
/* Inside of webhook.h: which webhooks want to see a request, and what they are told. */
#include "emulator/kube/webhook.h"

#define WEBHOOK_ANSWER_MAX (3 * 1024 * 1024) /* bytes of an AdmissionReview, as of any object */

/** One webhook that wants to see a request. */
struct webhook {
	struct json *hook;	     /**< its entry in the configuration; owned */
	const char *name;	     /**< of hook */
	const struct api_type *type; /**< the version that it wants to see */
	bool changed_after; /**< the object was changed by a later one (reinvocationPolicy) */
};

/** What is reviewed. */
struct webhook_subject {
	const char *operation;	   /**< "CREATE", "UPDATE", "DELETE" */
	const struct json *object; /**< in the storage version; NULL for a deletion */
	const struct json *old;	   /**< the same; NULL for a create */
};

/**
 * The version in which a webhook or policy wants to see a request; NULL: it does not.
 *
 * @param rules  its rules
 * @param hook   what has its matchPolicy, namespaceSelector and objectSelector
 */
const struct api_type *admission_wants(struct kube_op *op, const struct json *rules,
				       const struct json *hook,
				       const struct webhook_subject *subject);
/**
 * All webhooks of one sort that a request is for, in the order of their configurations' names.
 *
 * @param ret        an array; each hook and the array itself are to be freed (webhooks_free)
 * @param ret_count  how many
 * @param err        403: a matchCondition cannot be evaluated, and that is not to be ignored
 */
must_check bool webhooks_find(struct kube_op *op, bool mutating,
			      const struct webhook_subject *subject, struct webhook **ret,
			      size_t *ret_count, struct err *err);
void webhooks_free(struct webhook *webhooks, size_t count);

/** Where a webhook is asked, with its timeout; new text. */
char *webhook_url(const struct webhook *webhook);
/** Why nobody is there to be asked, new text; NULL: somebody may be. */
char *webhook_nobody(const struct webhook *webhook);
/** Seconds until it must have answered. */
int64_t webhook_timeout_s(const struct webhook *webhook);
/** What is asked for, as an AdmissionRequest of a version, without uid and objects; new. */
struct json *webhook_request(struct kube_op *op, const struct api_type *type,
			     const struct webhook_subject *subject);
/** The AdmissionReview to send, as text. uid is what the answer must repeat. */
char *webhook_question(struct kube_op *op, const struct webhook *webhook,
		       const struct webhook_subject *subject, const char *uid);

/** What a webhook answered. */
struct webhook_answer {
	bool allowed;
	struct json *patch;  /**< JSON patch; owned; NULL: none */
	struct json *review; /**< owned; holds status and warnings */
	const struct json *response;
};
void webhook_answer_done(struct webhook_answer *answer);
/**
 * Reads an answer.
 *
 * @param err  why it is none, as the real server says behind `failed calling webhook …: `
 */
must_check bool webhook_read(const struct webhook *webhook, const char *text, size_t length,
			     const char *uid, bool mutating, struct webhook_answer *ret,
			     struct err *err);
/** 400 or the webhook's own code: `admission webhook "x" denied the request: …`. Always false. */
bool webhook_denied(const struct webhook *webhook, const struct webhook_answer *answer,
		    struct err *err);
