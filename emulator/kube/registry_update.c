/* Updating objects, in the order of store.go Update; see registry.h. */
#include <inttypes.h>

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

/* 422 in the name of the resource, as store.go:724 has it */
static bool version_required(struct kube_op *op, struct err *err)
{
	struct api_type as_resource = *op->target.type;
	struct field_errors errors = {.arena = op->arena};
	_cleanup_(json_freep) struct json *zero = json_new_int(0);

	as_resource.kind = as_resource.resource;
	field_invalid(&errors, "metadata.resourceVersion", zero, "must be specified for an update");
	return fields_check(&errors, &as_resource, op->target.name, err);
}

static bool check_version(struct kube_op *op, const struct json *object, const struct doc *old,
			  struct err *err)
{
	const char *text = meta_str(object, "resourceVersion");
	const char *uid = meta_str(object, "uid"), *old_uid = meta_str(old->body, "uid");
	uint64_t version = 0;

	if (*text && !version_parse(text, &version, err))
		return false;
	if (*uid && !str_eq(uid, old_uid))
		return status_conflict(err, op->target.type, op->target.name,
				       arena_printf(op->arena,
						    "Precondition failed: UID in precondition: %s, "
						    "UID in object meta: %s",
						    uid, old_uid));
	if (!version)
		return op->target.type->strategy->flags & STRATEGY_NEEDS_VERSION
			       ? version_required(op, err)
			       : true;
	if (version != old->revision)
		return status_conflict(err, op->target.type, op->target.name, status_modified);
	return true;
}

/* Sets every top-level member but metadata and `except` to what old has. */
static void restore(struct json *object, const struct json *old, const char *except)
{
	for (struct json *item = json_first_mut(object), *next; item; item = next) {
		const char *key = json_key(item);

		next = json_next_mut(item);
		if (!str_eq(key, except) && !str_eq(key, "metadata") && !json_get(old, key))
			json_remove_item(object, item);
	}
	json_foreach (item, old)
		if (!str_eq(json_key(item), except) && !str_eq(json_key(item), "metadata"))
			json_set_copy(object, json_key(item), item);
}

static void restore_member(struct json *object, const struct json *old, const char *member)
{
	const struct json *before = json_get(old, member);

	if (before)
		json_set_copy(object, member, before);
	else
		json_remove(object, member);
}

/* Whether anything but metadata and status differs (spec, data …). */
static bool spec_changed(const struct json *object, const struct json *old, bool has_status)
{
	const struct json *lists[] = {object, old};

	for (size_t i = 0; i < array_size(lists); i++)
		json_foreach (item, lists[i]) {
			const char *key = json_key(item);

			if (str_eq(key, "metadata") || (has_status && str_eq(key, "status")))
				continue;
			if (!json_equal(json_get(object, key), json_get(old, key)))
				return true;
		}
	return false;
}

static void prepare(struct kube_op *op, struct json *object, const struct json *old, bool status)
{
	const struct api_type *type = op->target.type->storage;
	const struct kube_strategy *strategy = type->strategy;
	struct json *meta = json_ensure_object(object, "metadata");

	if (status) {
		restore(object, old, "status");
		if (strategy->flags & STRATEGY_STATUS_ONLY)
			restore_member(object, old, "metadata");
		if (strategy->prepare_status)
			strategy->prepare_status(op, object, old);
		return;
	}
	if (type->has_status && !(strategy->flags & STRATEGY_STATUS_IN_MAIN))
		restore_member(object, old, "status");
	if (strategy->prepare_update)
		strategy->prepare_update(op, object, old);
	if ((strategy->flags & STRATEGY_GENERATION) && spec_changed(object, old, type->has_status))
		json_set_int(meta, "generation",
			     json_get_int(json_get(old, "metadata"), "generation", 0) + 1);
}

static bool validate(struct kube_op *op, const struct json *object, const struct json *old,
		     bool status, struct err *err)
{
	const struct api_type *type = op->target.type->storage;
	const struct kube_strategy *strategy = type->strategy;
	struct field_errors errors = {.arena = op->arena};

	meta_validate(type, object, &errors);
	meta_validate_update(object, old, &errors);
	if (type->custom)
		crd_validate(op, type, object, old, &errors);
	if (status && strategy->validate_status)
		strategy->validate_status(op, object, old, &errors);
	else if (!status && strategy->validate)
		strategy->validate(op, object, old, &errors);
	return fields_check(&errors, type, meta_str(object, "name"), err);
}

/* ShouldDeleteDuringUpdate (store.go:530) */
static bool should_remove(const struct api_type *type, const struct json *object,
			  const struct json *old)
{
	if (meta_has_finalizers(object) || !meta_is_deleting(old) ||
	    json_get_int(json_get(old, "metadata"), "deletionGracePeriodSeconds", 0))
		return false;
	return !type->strategy->may_remove || type->strategy->may_remove(object);
}

static bool finish(struct kube_op *op, struct json *body, const struct doc *doc,
		   struct kube_answer *ret, struct err *err)
{
	_cleanup_(json_freep) struct json *object = body;
	const struct api_type *type = op->target.type->storage;

	if (type->strategy->warnings)
		type->strategy->warnings(op, object, doc->body);
	if (type->strategy->canonicalize)
		type->strategy->canonicalize(op, object);
	if (!policies_admit(op, object, doc, err) || !webhook_validate(op, object, doc, err))
		return false;
	if (should_remove(type, object, doc->body)) {
		json_setf(json_ensure_object(object, "metadata"), "resourceVersion", "%" PRIu64,
			  doc->revision);
		registry_remove(op, doc, steal(object), ret);
		return true;
	}
	registry_store(op, steal(object), doc, ret);
	if (type->strategy->after)
		type->strategy->after(op, ret->doc->body, doc->body);
	return true;
}

static bool create_instead(struct kube_op *op, registry_update_fn *fn, void *userdata,
			   struct kube_answer *ret, struct err *err)
{
	_cleanup_(json_freep) struct json *nothing = json_new_object();
	struct json *object;

	if (!fn(op, nothing, &object, userdata, err))
		return false;
	ret->status = 201;
	return registry_create(op, object, ret, err);
}

bool registry_update(struct kube_op *op, bool status, registry_update_fn *fn, void *userdata,
		     struct kube_answer *ret, struct err *err)
{
	const struct kube_target *t = &op->target;
	const struct kube_strategy *strategy = t->type->storage->strategy;
	const struct doc *doc = cluster_find(op->cluster, t->type->document, t->ns, t->name);
	_cleanup_(json_freep) struct json *old = NULL, *object = NULL, *managed = NULL;

	if (!doc && !status &&
	    (patch_is_apply(op) ||
	     (op->verb == VERB_UPDATE && (strategy->flags & STRATEGY_CREATE_ON_UPDATE))))
		return create_instead(op, fn, userdata, ret, err);
	if (!doc)
		return status_not_found(err, t->type, t->name);
	old = document_object(t->type, doc, 0);
	if (!fn(op, old, &object, userdata, err))
		return false;
	if (!meta_ensure_namespace(op, object, err))
		return false;
	object = registry_to_storage(op, object);
	if (strategy->defaults)
		strategy->defaults(op, object);
	if (!patch_is_apply(op))
		managed_track(op, object, doc->body);
	if (!webhook_mutate(op, &object, doc, err) || !check_version(op, object, doc, err))
		return false;
	meta_keep(object, doc->body);
	managed = json_detach(json_ensure_object(object, "metadata"), "managedFields");
	if (!status && strategy->begin && !strategy->begin(op, object, doc->body, err))
		return false;
	prepare(op, object, doc->body, status);
	if (!validate(op, object, doc->body, status, err))
		return false;
	ret->status = 200;
	/* what the update itself may have brought along from old is replaced */
	json_remove(json_ensure_object(object, "metadata"), "managedFields");
	json_set(json_ensure_object(object, "metadata"), "managedFields", steal(managed));
	return finish(op, steal(object), doc, ret, err);
}
