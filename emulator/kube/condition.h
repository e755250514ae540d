#pragma once
/*
 * Expressions of admission: matchConditions of webhooks, and of policies (policy.h). They see
 * `object`, `oldObject` (null where there is none), `request` and `namespaceObject`. The authorizer
 * is not emulated.
 *
 * Source: apiserver pkg/admission/plugin/cel/{compile,condition,activation}.go,
 * pkg/admission/plugin/webhook/matchconditions/matcher.go; kubernetes
 * pkg/apis/admissionregistration/validation/validation.go validateMatchConditions.
 */
#include "emulator/kube/cel/cel.h"
#include "emulator/kube/fields.h"

struct api_type;
struct kube_op;
struct webhook_subject;

enum condition_variable {
	CONDITION_OBJECT,
	CONDITION_OLD_OBJECT,
	CONDITION_REQUEST,
	CONDITION_NAMESPACE,
	CONDITION_COMPOSED,  /**< `variables` of a policy */
	CONDITION_VARIABLES, /* how many */
};

/** What expressions see of one request. */
struct condition_input {
	struct json *object, *old, *request; /**< owned */
	struct cel_value values[CONDITION_VARIABLES];
};
/**
 * Prepares it; condition_input_done it.
 *
 * @param arena  where values live
 * @param type   the version in which the objects are shown
 */
void condition_input_init(struct condition_input *input, struct arena *arena, struct kube_op *op,
			  const struct api_type *type, const struct webhook_subject *subject);
void condition_input_done(struct condition_input *input);

/**
 * Compiles one.
 *
 * @param composed  type of `variables`; NULL: there are none
 * @param kind      what it must make; CEL_DYN: anything
 * @param err       as cel_compile, with the real server's words in front
 */
must_check bool condition_compile(struct arena *arena, const char *text,
				  const struct cel_type *composed, enum cel_kind kind,
				  struct cel_program **ret, struct err *err);

/**
 * Checks a list of matchConditions.
 *
 * @param path    of the list
 * @param err     set when one needs what is not emulated: ERR_UNSUPPORTED, 501
 * @return false when err is set
 */
must_check bool conditions_check(const struct json *list, const char *path,
				 struct field_errors *errors, struct err *err);

enum condition_verdict {
	CONDITIONS_MATCH,
	CONDITIONS_DIFFER, /**< one is false, or one fails and that is to be ignored */
	CONDITIONS_FAIL,   /**< one cannot be evaluated, and the request is refused */
};
/**
 * Judges a request by a list of matchConditions.
 *
 * @param ignore   failurePolicy: Ignore
 * @param problem  in the arena, of CONDITIONS_FAIL
 */
enum condition_verdict conditions_judge(struct arena *arena, const struct json *list, bool ignore,
					const struct condition_input *input, const char **problem);
