/*
 * Namespace: active until it is deleted, then terminating until it is empty (controllers/
 * namespace.c) and finalized.
 *
 * Source: kubernetes pkg/registry/core/namespace/strategy.go and storage/storage.go,
 * pkg/apis/core/v1/defaults.go SetDefaults_Namespace.
 */
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"

#define FINALIZER "kubernetes"

static void set_defaults(struct kube_op *op _unused_, struct json *object)
{
	struct json *meta = json_ensure_object(object, "metadata");

	if (*meta_str(object, "name"))
		json_set_str(json_ensure_object(meta, "labels"), "kubernetes.io/metadata.name",
			     meta_str(object, "name"));
}

static void prepare_create(struct kube_op *op, struct json *object)
{
	struct json *list = json_ensure_array(json_ensure_object(object, "spec"), "finalizers");
	bool known = false;

	/* again: a generated name is known only now */
	set_defaults(op, object);
	json_foreach (item, list)
		known |= str_eq(json_str(item), FINALIZER);
	if (!known)
		json_append_str(list, FINALIZER);
	json_set_str(json_ensure_object(object, "status"), "phase", "Active");
}

static bool is_finalize(const struct kube_op *op)
{
	return str_eq(op->target.subresource, "finalize");
}

static void prepare_update(struct kube_op *op, struct json *object, const struct json *old)
{
	if (!is_finalize(op))
		json_set_copy(object, "spec", json_get(old, "spec"));
}

static void validate(struct kube_op *op _unused_, const struct json *object,
		     const struct json *old _unused_, struct field_errors *errors)
{
	size_t index = 0;

	json_foreach (item, object_get(object, "spec.finalizers"))
		field_format(errors, field_at(errors, "spec.finalizers[%zu]", index++),
			     json_str(item) ? json_str(item) : "", format_qualified_name);
}

static bool may_remove(const struct json *object)
{
	return !json_first(object_get(object, "spec.finalizers"));
}

static bool soft_delete(struct kube_op *op _unused_, struct json *object)
{
	if (may_remove(object))
		return false;
	json_set_str(json_ensure_object(object, "status"), "phase", "Terminating");
	return true;
}

static const struct selectable fields[] = {
	{"status.phase", NULL, NULL},
	{NULL, NULL, NULL},
};

const struct kube_strategy strategy_namespace = {
	.group = "",
	.resource = "namespaces",
	.flags = STRATEGY_RETURNS_DELETED,
	.name_rule = NAME_LABEL,
	.selectable = fields,
	.defaults = set_defaults,
	.prepare_create = prepare_create,
	.prepare_update = prepare_update,
	.validate = validate,
	.soft_delete = soft_delete,
	.may_remove = may_remove,
};

/* The old object with the finalizers sent. */
static bool take_finalizers(struct kube_op *op _unused_, const struct json *old, struct json **ret,
			    void *body, struct err *err _unused_)
{
	const struct json *sent = object_get(body, "spec.finalizers");
	struct json *spec;

	*ret = json_copy(old);
	spec = json_ensure_object(*ret, "spec");
	if (json_first(sent))
		json_set_copy(spec, "finalizers", sent);
	else
		json_remove(spec, "finalizers");
	return true;
}

bool namespace_finalize(struct kube_op *op, struct json *body, struct json **ret, struct err *err)
{
	struct kube_answer answer = {.list_remaining = -1};
	const char *name = body ? meta_str(body, "name") : "";

	if (!str_eq(name, op->target.name))
		return status_bad_request(
			err, "the name of the object (%s) does not match the name on the URL (%s)",
			name, op->target.name);
	if (!registry_update(op, false, take_finalizers, body, &answer, err))
		return false;
	*ret = answer_tree(op->target.type, &answer);
	answer_done(&answer);
	return true;
}
