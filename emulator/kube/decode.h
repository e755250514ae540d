#pragma once
/*
 * From bytes to trees: JSON, YAML and (by protobuf.h) protobuf bodies; and the model's view of an
 * object: which members exist, of which type, and what Go's types would make of absent and empty
 * ones.
 */
#include "emulator/kube/operation.h"

/**
 * Reads a body.
 *
 * @param content_type  "" counts as application/json
 * @param ret           NULL when the body is empty
 * @param err           415, or 400 with the parser's message
 */
must_check bool decode_body(struct kube_op *op, const char *content_type, const char *body,
			    size_t length, struct json **ret, struct err *err);

/**
 * Makes a tree what Go's decoder and encoder would make of it: unknown members dropped, nulls and
 * omitted empties dropped, zero structs and zero values present; types checked.
 *
 * @param strict  gets `unknown field "…"` and `duplicate field "…"`, in the order of the text; may
 * be NULL
 * @param err     400 text of a wrong type: `json: cannot unmarshal string into Go struct field …`
 */
must_check bool normalize(const struct kube_message *message, struct json *object,
			  struct strs *strict, struct err *err);

/** The same for a manifest to be applied: unknown members go and types are checked, but what it
 * does not say stays unsaid. */
must_check bool normalize_manifest(const struct kube_message *message, struct json *object,
				   struct strs *strict, struct err *err);

/**
 * The body of a create or update as an object of op->target.type: apiVersion and kind filled in or
 * checked, normalised (built-in) or pruned (custom); strict findings become warnings or a 400 as
 * op->options.field_validation says.
 *
 * @param object  taken over on success only, changed in any case
 */
must_check bool decode_object(struct kube_op *op, struct json *object, struct err *err);
/** The same for a subresource's own kind (Scale, Eviction, TokenRequest …). */
must_check bool decode_as(struct kube_op *op, const char *group, const char *version,
			  const char *kind, const struct kube_message *message, struct json *object,
			  struct err *err);
/** Reports strict findings as the options say; 400 under Strict. kind and version are for its text.
 */
must_check bool decode_report(struct kube_op *op, const char *kind, const char *version,
			      const struct strs *strict, struct err *err);
