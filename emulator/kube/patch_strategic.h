#pragma once
/* Inside of the strategic merge patch: objects and lists call each other. */
#include "emulator/base/err.h"
#include "emulator/model/kube_model.h"

struct json;

#define DIRECTIVE_PATCH	 "$patch"
#define DIRECTIVE_RETAIN "$retainKeys"
#define DIRECTIVE_ORDER	 "$setElementOrder/"
#define DIRECTIVE_DELETE "$deleteFromPrimitiveList/"

/** Whether a member of a patch says how to merge, instead of being merged. */
bool strategic_is_directive(const char *key);
/** A value of a patch that stands where nothing was: without directives and nulls. New tree. */
struct json *strategic_plain(const struct json *value);
/** Merges a patch into an object; message NULL: no list merges. 400. */
must_check bool strategic_merge_object(struct json *object, const struct json *patch,
				       const struct kube_message *message, struct err *err);
/**
 * Merges a list by its field's merge key (or as a set of primitives), with the list directives that
 * stand beside it in `parent`.
 *
 * @param list   of the object, changed in place
 * @param patch  of the patch, may be empty
 */
must_check bool strategic_merge_list(struct json *list, const struct json *parent,
				     const struct json *patch, const struct kube_field *field,
				     struct err *err);
