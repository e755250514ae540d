/* Admission; see admission.h. */
#include "emulator/kube/admission.h"

#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"

static const char *const immortal[] = {"default", "kube-system", "kube-public"};

/* 403 with the cause that clients look for (lifecycle/admission.go:178) */
static bool terminating(struct kube_op *op, const char *ns, struct err *err)
{
	struct json *cause = json_new_object();

	status_forbidden(err, op->target.type, op->target.name,
			 arena_printf(op->arena,
				      "unable to create new content in namespace %s because it is "
				      "being terminated",
				      ns));
	json_set_str(cause, "reason", "NamespaceTerminating");
	json_setf(cause, "message", "namespace %s is being terminated", ns);
	json_set_str(cause, "field", "metadata.namespace");
	if (err && err->details)
		json_append(json_ensure_array(err->details, "causes"), cause);
	else
		json_free(cause);
	return false;
}

bool admit_create(struct kube_op *op, struct json *object, struct err *err)
{
	const struct api_type *namespaces = type_find(op->cluster, "", "v1", "namespaces");
	const char *ns = op->target.ns;
	const struct doc *doc;

	if (!op->target.type->namespaced || !namespaces)
		return true;
	if (!*op->target.name)
		op->target.name = arena_strdup(op->arena, meta_str(object, "name"));
	doc = cluster_find(op->cluster, namespaces->document, "", ns);
	if (!doc)
		return status_not_found(err, namespaces, ns);
	if (meta_is_deleting(doc->body))
		return terminating(op, ns, err);
	return true;
}

bool admit_delete(struct kube_op *op, const struct json *object, struct err *err)
{
	const struct api_type *type = op->target.type;

	if (*type->group || !str_eq(type->resource, "namespaces"))
		return true;
	for (size_t i = 0; i < array_size(immortal); i++)
		if (str_eq(meta_str(object, "name"), immortal[i]))
			return status_forbidden(err, type, immortal[i],
						"this namespace may not be deleted");
	return true;
}
