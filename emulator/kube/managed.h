#pragma once
/*
 * metadata.managedFields: who owns which field, tracked from an object's creation. One whose list
 * was emptied has no owners until its next server-side apply: what was there before belongs to
 * "before-first-apply" then (skipnonapplied.go). At most ten entries of updates are kept, older
 * ones become "ancient-changes" (capmanagers.go).
 *
 * Source: apimachinery pkg/util/managedfields/internal/{structuredmerge,managedfields,conflict,
 * skipnonapplied}.go; structured-merge-diff v6 merge/update.go.
 */
#include "emulator/kube/strategy.h"

/**
 * Applies a manifest to an object: conflicts with other owners unless forced, fields that the
 * manager gave up and nobody else has are removed.
 *
 * @param live      with its managedFields; an empty object when there is none yet
 * @param manifest  decoded; without managedFields
 * @param ret       the merged object with its new managedFields, new tree
 * @param err       409 Conflict with a cause per field
 */
must_check bool managed_apply(struct kube_op *op, const struct json *live,
			      const struct json *manifest, struct json **ret, struct err *err);
/** Any other change: the fields that differ from old become those of op's manager, before admission
 * and allocators add theirs (handlers/{create,update,patch}.go). Both are in the storage version;
 * old is NULL when the object is new. Does nothing to an object whose list was emptied. */
void managed_track(struct kube_op *op, struct json *object, const struct json *old);
