#pragma once
/*
 * metadata, as every kind has it: filling in what the system owns, and checking it.
 *
 * Source: apiserver pkg/registry/rest/meta.go, create.go, update.go; apimachinery
 * pkg/api/validation/objectmeta.go.
 */
#include "emulator/kube/strategy.h"

/** Removes what only the system may set (WipeObjectMetaSystemFields, selfLink). */
void meta_wipe(struct json *object);
/** uid and creationTimestamp; a name out of generateName when there is none. */
void meta_fill(struct kube_op *op, struct json *object);
/**
 * Puts the request's namespace into an object without one, or clears it for a cluster-scoped kind.
 *
 * @param err  400 when both are there and differ
 */
must_check bool meta_ensure_namespace(struct kube_op *op, struct json *object, struct err *err);
/** What holds for all kinds; nothing is returned, errors are added. */
void meta_validate(const struct api_type *type, const struct json *object,
		   struct field_errors *errors);
/** The name by the kind's rule (in front of the kind's own checks, as strategies do). */
void meta_validate_name(const struct api_type *type, const struct json *object,
			struct field_errors *errors);
/** What an update may not change. object has a resourceVersion. */
void meta_validate_update(const struct json *object, const struct json *old,
			  struct field_errors *errors);
/** Takes over from old what an update cannot change (BeforeUpdate). */
void meta_keep(struct json *object, const struct json *old);

/** @name Reading */
const char *meta_str(const struct json *object, const char *member);
const struct json *meta_get(const struct json *object, const char *member);
/** Whether deletionTimestamp is set. */
bool meta_is_deleting(const struct json *object);
/** Whether any finalizer is left. */
bool meta_has_finalizers(const struct json *object);
bool meta_has_finalizer(const struct json *object, const char *finalizer);
