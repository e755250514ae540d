/*
 * Lease: who leads.
 *
 * Source: kubernetes pkg/registry/coordination/lease/strategy.go, pkg/apis/coordination/validation.
 */
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"

/* Behind the gate CoordinatedLeaderElection, which is off. */
static const char *const gated[] = {"strategy", "preferredHolder"};

static void prepare_create(struct kube_op *op _unused_, struct json *object)
{
	for (size_t i = 0; i < array_size(gated); i++)
		json_remove(json_ensure_object(object, "spec"), gated[i]);
}

static void prepare_update(struct kube_op *op, struct json *object, const struct json *old _unused_)
{
	prepare_create(op, object);
}

static void validate(struct kube_op *op _unused_, const struct json *object,
		     const struct json *old _unused_, struct field_errors *errors)
{
	const struct json *seconds = object_get(object, "spec.leaseDurationSeconds");
	int64_t value;

	if (json_int(seconds, &value) && value <= 0)
		field_invalid(errors, "spec.leaseDurationSeconds", seconds,
			      "must be greater than 0");
	value_not_negative(errors, "spec.leaseTransitions",
			   object_get(object, "spec.leaseTransitions"));
}

const struct kube_strategy strategy_lease = {
	.group = "coordination.k8s.io",
	.resource = "leases",
	.flags = STRATEGY_CREATE_ON_UPDATE | STRATEGY_NEEDS_VERSION,
	.prepare_create = prepare_create,
	.prepare_update = prepare_update,
	.validate = validate,
};
