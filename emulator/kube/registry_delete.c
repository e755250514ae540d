/* Deleting objects: preconditions, grace, finalizers (store.go Delete, rest/delete.go
 * BeforeDelete). */
#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/kube/admission.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/document.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/policy.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"
#include "emulator/kube/webhook.h"

#define FINALIZER_ORPHAN     "orphan"
#define FINALIZER_FOREGROUND "foregroundDeletion"

/* The conflict names the kind where others name the resource (rest/delete.go:85). */
static bool precondition_failed(struct kube_op *op, const char *what, const char *want,
				const char *have, const char *guess, struct err *err)
{
	struct api_type as_kind = *op->target.type;

	as_kind.resource = as_kind.kind;
	return status_conflict(err, &as_kind, op->target.name,
			       arena_printf(op->arena,
					    "the %s in the precondition (%s) does not match the %s "
					    "in record (%s). The object might have been %s",
					    what, want, what, have, guess));
}

static bool check_preconditions(struct kube_op *op, const struct doc *doc, struct err *err)
{
	const char *uid = op->options.precondition_uid;
	const char *version = op->options.precondition_version;
	const char *current = arena_printf(op->arena, "%llu", (unsigned long long)doc->revision);

	if (uid && !str_eq(uid, meta_str(doc->body, "uid")))
		return precondition_failed(op, "UID", uid, meta_str(doc->body, "uid"),
					   "deleted and then recreated", err);
	if (version && !str_eq(version, current))
		return precondition_failed(op, "ResourceVersion", version, current, "modified",
					   err);
	return true;
}

/* Whether dependents are orphaned, or deleted first; explicit policy, then finalizers, then the
 * kind's default (store.go shouldOrphanDependents, shouldDeleteDependents). */
static const char *wanted_finalizer(struct kube_op *op, const struct json *object)
{
	const char *policy = op->options.propagation;
	unsigned flags = op->target.type->strategy->flags;

	if (flags & STRATEGY_NO_GC)
		return NULL;
	if (str_eq(policy, "Orphan"))
		return FINALIZER_ORPHAN;
	if (str_eq(policy, "Foreground"))
		return FINALIZER_FOREGROUND;
	if (policy)
		return NULL;
	if (meta_has_finalizer(object, FINALIZER_ORPHAN))
		return FINALIZER_ORPHAN;
	if (meta_has_finalizer(object, FINALIZER_FOREGROUND))
		return FINALIZER_FOREGROUND;
	return flags & STRATEGY_ORPHAN_DEFAULT ? FINALIZER_ORPHAN : NULL;
}

static void set_finalizers(struct kube_op *op, struct json *object)
{
	const char *wanted = wanted_finalizer(op, object);
	struct json *list = json_new_array(), *meta = json_ensure_object(object, "metadata");

	json_foreach (item, json_get(meta, "finalizers"))
		if (!str_eq(json_str(item), FINALIZER_ORPHAN) &&
		    !str_eq(json_str(item), FINALIZER_FOREGROUND))
			json_append_str(list, json_str(item));
	if (wanted)
		json_append_str(list, wanted);
	if (json_first(list)) {
		json_set(meta, "finalizers", list);
	} else {
		json_free(list);
		json_remove(meta, "finalizers");
	}
}

static void mark(struct kube_op *op, struct json *object, int64_t grace_s)
{
	struct json *meta = json_ensure_object(object, "metadata");
	int64_t generation = json_get_int(meta, "generation", 0), have_ms;
	char buffer[CLOCK_TEXT_MAX];
	const char *have = json_get_str(meta, "deletionTimestamp");

	if (!have && generation > 0)
		json_set_int(meta, "generation", generation + 1);
	if (!have || (clock_parse(have, &have_ms) && have_ms > op->now_ms + grace_s * 1000))
		json_set_str(meta, "deletionTimestamp",
			     clock_format_seconds(op->now_ms + grace_s * 1000, buffer));
	json_set_int(meta, "deletionGracePeriodSeconds", grace_s);
}

static int64_t grace_of(struct kube_op *op, const struct json *object)
{
	const struct kube_strategy *strategy = op->target.type->strategy;

	if (!strategy->grace)
		return 0;
	return strategy->grace(op, object, op->options.grace_s);
}

/* Whether a deletion is going on already and this request does not hurry it. */
static bool pending(struct kube_op *op, const struct json *object)
{
	int64_t have = json_get_int(json_get(object, "metadata"), "deletionGracePeriodSeconds", 0);

	if (!op->target.type->strategy->grace || !meta_is_deleting(object) || !have)
		return false;
	return op->options.grace_s < 0 || op->options.grace_s >= have;
}

static void answer_pending(struct kube_op *op, const struct doc *doc, struct kube_answer *ret)
{
	if (op->target.type->strategy->flags & STRATEGY_RETURNS_DELETED)
		ret->doc = doc_ref(doc);
	else
		ret->object = registry_success(op->target.type, doc->body);
}

static bool delete_doc(struct kube_op *op, const struct doc *doc, struct kube_answer *ret,
		       struct err *err)
{
	const struct kube_strategy *strategy = op->target.type->strategy;
	_cleanup_(json_freep) struct json *object = json_copy(doc->body);
	int64_t grace_s;

	ret->status = 200;
	if (!check_preconditions(op, doc, err) || !admit_delete(op, doc->body, err) ||
	    !policies_admit(op, NULL, doc, err) || !webhook_delete(op, doc, err))
		return false;
	if (pending(op, doc->body)) {
		answer_pending(op, doc, ret);
		return true;
	}
	grace_s = meta_is_deleting(doc->body) && op->options.grace_s < 0 ? 0 : grace_of(op, object);
	if (meta_is_deleting(doc->body) && strategy->grace && op->options.grace_s > 0)
		grace_s = op->options.grace_s;
	set_finalizers(op, object);
	if (strategy->soft_delete && strategy->soft_delete(op, object)) {
		mark(op, object, 0);
		json_remove(json_ensure_object(object, "metadata"), "deletionGracePeriodSeconds");
		registry_store(op, steal(object), doc, ret);
		return true;
	}
	if (!grace_s && !meta_has_finalizers(object)) {
		registry_remove(op, doc, NULL, ret);
		return true;
	}
	mark(op, object, grace_s);
	registry_store(op, steal(object), doc, ret);
	if (strategy->after)
		strategy->after(op, ret->doc->body, doc->body);
	return true;
}

bool registry_delete(struct kube_op *op, struct kube_answer *ret, struct err *err)
{
	const struct doc *doc;

	return registry_find(op, &doc, err) && delete_doc(op, doc, ret, err);
}

bool registry_delete_collection(struct kube_op *op, struct kube_answer *ret, struct err *err)
{
	struct kube_target all = op->target;
	struct kube_answer list = {.list_remaining = -1};

	if (!registry_list(op, &list, err))
		return false;
	for (size_t i = 0; i < list.items.count; i++) {
		const struct doc *doc = list.items.items[i];
		struct kube_answer one = {};

		op->target.ns = arena_strdup(op->arena, kube_doc_namespace(doc));
		op->target.name = arena_strdup(op->arena, kube_doc_name(doc));
		if (!delete_doc(op, doc, &one, err)) {
			answer_done(&list);
			return false;
		}
		answer_done(&one);
	}
	op->target = all;
	list.list_version = world_revision(op->call->world);
	*ret = list;
	ret->status = 200;
	return true;
}
