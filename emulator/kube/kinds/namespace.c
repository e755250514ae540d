/*
 * Namespace: deleting it only marks it; the namespace controller empties it and takes the last
 * finalizer off by namespaces/finalize.
 *
 * Source: kubernetes pkg/registry/core/namespace/{strategy.go,storage/storage.go}.
 */
#include "emulator/base/json.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"

#define NAME_LABEL_KEY "kubernetes.io/metadata.name"
#define FINALIZER      "kubernetes"

static void set_label(struct json *object)
{
	struct json *meta = json_ensure_object(object, "metadata");

	if (*meta_str(object, "name"))
		json_set_str(json_ensure_object(meta, "labels"), NAME_LABEL_KEY,
			     meta_str(object, "name"));
}

static void defaults(struct kube_op *op _unused_, struct json *object)
{
	set_label(object);
	default_str(object, "status.phase", "Active");
}

static void canonicalize(struct kube_op *op _unused_, struct json *object)
{
	set_label(object);
}

static bool has_finalizer(const struct json *list)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), FINALIZER))
			return true;
	return false;
}

static void prepare_create(struct kube_op *op _unused_, struct json *object)
{
	struct json *list = json_ensure_array(json_ensure_object(object, "spec"), "finalizers");
	struct json *status = json_new_object();

	if (!has_finalizer(list))
		json_append_str(list, FINALIZER);
	json_set_str(status, "phase", "Active");
	json_set(object, "status", status);
}

static void prepare_update(struct kube_op *op, struct json *object, const struct json *old)
{
	struct json *spec = json_ensure_object(object, "spec");

	if (str_eq(op->target.subresource, "finalize"))
		return;
	json_remove(spec, "finalizers");
	json_set_copy(spec, "finalizers", object_get(old, "spec.finalizers"));
}

static void validate(struct kube_op *op _unused_, const struct json *object,
		     const struct json *old _unused_, struct field_errors *errors)
{
	static const char *const known[] = {FINALIZER, NULL};
	size_t i = 0;

	/* the label that says the name; other labels are checked with the metadata */
	field_format(errors, "metadata.labels", meta_str(object, "name"), format_label_value);
	json_foreach (item, object_get(object, "spec.finalizers")) {
		const char *path = field_at(errors, "spec.finalizers[%zu]", i++);
		const char *text = json_str(item) ? json_str(item) : "";

		field_format(errors, path, text, format_qualified_name);
		if (!strchr(text, '/') && !str_eq(text, FINALIZER))
			field_not_supported(errors, path, item, known);
	}
}

static void validate_status(struct kube_op *op _unused_, const struct json *object,
			    const struct json *old _unused_, struct field_errors *errors)
{
	const struct json *phase = object_get(object, "status.phase");
	bool active = str_eq(json_str(phase), "Active");

	if (meta_is_deleting(object) && active)
		field_invalid(errors, "status.Phase", phase,
			      "may only be 'Terminating' if `deletionTimestamp` is not empty");
	if (!meta_is_deleting(object) && !active)
		field_invalid(errors, "status.Phase", phase,
			      "may only be 'Active' if `deletionTimestamp` is empty");
}

static bool soft_delete(struct kube_op *op _unused_, struct json *object)
{
	if (meta_is_deleting(object) && !json_first(object_get(object, "spec.finalizers")))
		return false;
	json_set_str(json_ensure_object(object, "status"), "phase", "Terminating");
	return true;
}

static bool may_remove(const struct json *object)
{
	return !json_first(object_get(object, "spec.finalizers"));
}

static const struct selectable selectable[] = {
	{"status.phase", NULL, NULL},
	{"name", "metadata.name", NULL},
	{},
};

const struct kube_strategy strategy_namespace = {
	.group = "",
	.resource = "namespaces",
	.name_rule = NAME_LABEL,
	.selectable = selectable,
	.defaults = defaults,
	.prepare_create = prepare_create,
	.prepare_update = prepare_update,
	.validate = validate,
	.validate_status = validate_status,
	.canonicalize = canonicalize,
	.soft_delete = soft_delete,
	.may_remove = may_remove,
};

/* PUT namespaces/NAME/finalize: the old object with the finalizers of the new one. */
static bool take_finalizers(struct kube_op *op, const struct json *old, struct json **ret,
			    void *userdata, struct err *err)
{
	struct json *body = userdata, *object, *spec;

	if (!decode_object(op, body, err))
		return false;
	if (!str_eq(meta_str(body, "name"), op->target.name))
		return status_bad_request(err,
					  "the name of the object (%s) does not match the name on "
					  "the URL (%s)",
					  meta_str(body, "name"), op->target.name);
	object = json_copy(old);
	json_remove(json_ensure_object(object, "metadata"), "resourceVersion");
	json_set_copy(json_ensure_object(object, "metadata"), "resourceVersion",
		      meta_get(body, "resourceVersion"));
	spec = json_ensure_object(object, "spec");
	json_remove(spec, "finalizers");
	json_set_copy(spec, "finalizers", object_get(body, "spec.finalizers"));
	*ret = object;
	return true;
}

bool special_namespace_finalize(struct kube_op *op, struct json *body, struct json **ret,
				struct err *err)
{
	struct kube_answer answer = {};

	if (!body)
		return status_bad_request(err, "EOF");
	if (!registry_update(op, false, take_finalizers, body, &answer, err))
		return false;
	*ret = answer_tree(op->target.type, &answer);
	answer_done(&answer);
	return true;
}
