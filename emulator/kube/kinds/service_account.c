/*
 * ServiceAccount. Its tokens are in authentication.c.
 *
 * Source: kubernetes pkg/registry/core/serviceaccount/strategy.go.
 */
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"

#define ENFORCE "kubernetes.io/enforce-mountable-secrets"

/* Of a reference to a Secret only the name counts. */
static void clean_secrets(struct json *object)
{
	for (struct json *item = json_first_mut(json_get_mut(object, "secrets")); item;
	     item = json_next_mut(item)) {
		struct json *plain = json_new_object();

		if (*value_str(item, "name"))
			json_set_str(plain, "name", value_str(item, "name"));
		json_assign(item, plain);
	}
}

static void prepare_create(struct kube_op *op _unused_, struct json *object)
{
	clean_secrets(object);
}

static void prepare_update(struct kube_op *op _unused_, struct json *object,
			   const struct json *old _unused_)
{
	clean_secrets(object);
}

static void warnings(struct kube_op *op, const struct json *object, const struct json *old)
{
	if (json_get(meta_get(object, "annotations"), ENFORCE) &&
	    !json_get(meta_get(old, "annotations"), ENFORCE))
		op_warn(op, "metadata.annotations[" ENFORCE "]: deprecated in v1.32+; prefer "
			    "separate namespaces to isolate access to mounted secrets");
}

const struct kube_strategy strategy_service_account = {
	.group = "",
	.resource = "serviceaccounts",
	.flags = STRATEGY_RETURNS_DELETED,
	.prepare_create = prepare_create,
	.prepare_update = prepare_update,
	.warnings = warnings,
};
