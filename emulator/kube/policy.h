#pragma once
/*
 * ValidatingAdmissionPolicy with its bindings: expressions that refuse requests, or warn.
 *
 * Not emulated, and refused when a policy is written: parameters (paramKind), the authorizer. Audit
 * annotations are kept and have no effect, as there is no audit log.
 *
 * Source: apiserver pkg/admission/plugin/policy/validating/{dispatcher,validator}.go.
 */
#include "emulator/kube/cel/cel.h"
#include "emulator/kube/operation.h"

/**
 * Asks all policies about a change that is about to be stored.
 *
 * @param object  in the storage version; NULL for a deletion
 * @param old     NULL for a create
 * @param err     what a validation says: 422, or as its reason says
 */
must_check bool policies_admit(struct kube_op *op, const struct json *object, const struct doc *old,
			       struct err *err);

/**
 * The type of `variables`: as far as the first `count` of a policy go, each compiled with those
 * before it.
 *
 * @param programs  one per variable; NULL where it did not compile; may be NULL
 */
const struct cel_type *policy_variables(struct arena *arena, const struct json *variables,
					size_t count, struct cel_program **programs);
