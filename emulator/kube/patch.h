#pragma once
/*
 * The patch types as functions on trees. None touches its inputs; *ret is a new tree, set on
 * success only. Errors carry Kubernetes' status and reason (status.h).
 */
#include "emulator/base/err.h"
#include "emulator/model/kube_model.h"

struct json;

#define PATCH_OPERATIONS_MAX 10000 /* apiserver pkg/endpoints/handlers/patch.go:64 */

/** RFC 6902. A failing `test` is 422 Invalid, a malformed patch 400. patch_json.c */
must_check bool patch_json(const struct json *object, const struct json *patch, struct json **ret,
			   struct err *err);
/** RFC 7386. patch_merge.c */
must_check bool patch_merge(const struct json *object, const struct json *patch, struct json **ret,
			    struct err *err);
/**
 * Strategic merge patch by the model's patch strategies and merge keys, with the directives $patch
 * (replace, delete, merge), $retainKeys, $setElementOrder/…, $deleteFromPrimitiveList/….
 * patch_strategic.c
 *
 * Source: k8s.io/apimachinery pkg/util/strategicpatch/patch.go StrategicMergePatch.
 */
must_check bool patch_strategic(const struct json *object, const struct json *patch,
				const struct kube_message *message, struct json **ret,
				struct err *err);
/**
 * What `kubectl apply` sends: a patch that brings current to modified, and removes what original
 * (the last-applied configuration) had and modified has not.
 *
 * @param original  NULL: nothing was applied before
 * @param message   a built-in kind: a strategic merge patch; NULL: a merge patch
 * @return new tree, an empty object when nothing has to change
 *
 * Source: apimachinery pkg/util/strategicpatch CreateThreeWayMergePatch, pkg/util/jsonmergepatch.
 */
struct json *patch_three_way(const struct json *original, const struct json *modified,
			     const struct json *current, const struct kube_message *message);
