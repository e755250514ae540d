/* Creating objects, in the order of store.go Create; see registry.h. */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/admission.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/document.h"
#include "emulator/kube/managed.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/policy.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"
#include "emulator/kube/webhook.h"

#define GENERATE_TRIES 8 /* store.go:448 */

/* status belongs to the system, except where a kind lets a client say it */
static void drop_status(const struct api_type *type, struct json *object)
{
	if (!type->has_status || (type->strategy->flags & STRATEGY_STATUS_ON_CREATE))
		return;
	json_remove(object, "status");
	if (type->message && kube_message_field(type->message, "status"))
		json_set(object, "status", json_new_object());
}

static bool validate(struct kube_op *op, const struct json *object, struct err *err)
{
	const struct api_type *type = op->target.type->storage;
	const struct kube_strategy *strategy = type->strategy;
	struct field_errors errors = {.arena = op->arena};

	meta_validate_name(type, object, &errors);
	if (type->custom)
		crd_validate(op, type, object, NULL, &errors);
	if (strategy->validate)
		strategy->validate(op, object, NULL, &errors);
	if (!fields_check(&errors, type, meta_str(object, "name"), err))
		return false;
	errors = (struct field_errors){.arena = op->arena};
	meta_validate(type, object, &errors);
	return fields_check(&errors, type, meta_str(object, "name"), err);
}

static bool exists(struct kube_op *op, const struct json *object)
{
	return cluster_find(op->cluster, op->target.type->document, meta_str(object, "namespace"),
			    meta_str(object, "name"));
}

static bool add_text(struct err *err, const char *more)
{
	char *text;

	if (!err)
		return false;
	text = xasprintf("%s%s", err_text(err), more);
	free(err->text);
	err->text = text;
	return false;
}

/* A name that is free: the one given, or one of eight generated ones. */
static bool take_name(struct kube_op *op, struct json *object, struct err *err)
{
	bool generated = !*meta_str(object, "name") && *meta_str(object, "generateName");
	const struct doc *doc;
	const char *name;

	for (unsigned i = 0; i < GENERATE_TRIES; i++) {
		if (generated)
			json_remove(json_ensure_object(object, "metadata"), "name");
		meta_fill(op, object);
		if (!generated || !exists(op, object))
			break;
	}
	if (!exists(op, object))
		return true;
	name = meta_str(object, "name");
	doc = cluster_find(op->cluster, op->target.type->document, meta_str(object, "namespace"),
			   name);
	status_already_exists(err, op->target.type, name);
	if (generated)
		return add_text(err, ", the server was not able to generate a unique name for the "
				     "object");
	if (meta_is_deleting(doc->body))
		return err_wrap(err, "object is being deleted");
	return false;
}

bool registry_create(struct kube_op *op, struct json *body, struct kube_answer *ret,
		     struct err *err)
{
	_cleanup_(json_freep) struct json *object = registry_to_storage(op, body);
	const struct api_type *type = op->target.type->storage;
	const struct kube_strategy *strategy = type->strategy;

	if (*meta_str(object, "resourceVersion"))
		return status_set(err, 500, NULL,
				  "resourceVersion should not be set on objects to be created");
	if (!meta_ensure_namespace(op, object, err))
		return false;
	meta_wipe(object);
	if (strategy->defaults)
		strategy->defaults(op, object);
	/* before admission, as handlers/create.go: what is changed there belongs to nobody */
	if (!patch_is_apply(op))
		managed_track(op, object, NULL);
	if (!admit_create(op, object, err) || !webhook_mutate(op, &object, NULL, err) ||
	    !take_name(op, object, err))
		return false;
	if (strategy->begin && !strategy->begin(op, object, NULL, err))
		return false;
	drop_status(type, object);
	if (strategy->flags & STRATEGY_GENERATION)
		json_set_int(json_ensure_object(object, "metadata"), "generation", 1);
	else
		json_remove(json_ensure_object(object, "metadata"), "generation");
	if (strategy->prepare_create)
		strategy->prepare_create(op, object);
	if (!validate(op, object, err))
		return false;
	if (strategy->warnings)
		strategy->warnings(op, object, NULL);
	if (strategy->canonicalize)
		strategy->canonicalize(op, object);
	if (!policies_admit(op, object, NULL, err) || !webhook_validate(op, object, NULL, err))
		return false;
	registry_store(op, steal(object), NULL, ret);
	if (strategy->after)
		strategy->after(op, ret->doc->body, NULL);
	return true;
}
