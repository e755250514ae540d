#pragma once
/* From answers to bytes: objects, lists, Tables, PartialObjectMetadata, watch events. */
#include "emulator/kube/negotiate.h"
#include "emulator/kube/registry.h"

struct strbuf;

#define ANSWER_MAX ((size_t)256 << 20) /* bytes of one answer */

/** Appends the answer as JSON in the form that was negotiated. */
void encode_answer(struct kube_op *op, const struct accepted *accepted,
		   const struct kube_answer *answer, struct strbuf *sb);
/**
 * Appends one document as an event's object.
 *
 * @param version  its resourceVersion when that is not the document's own (a deletion), else 0
 * @param first    whether a Table needs its column definitions (only in the first event)
 */
void encode_event_object(struct kube_op *op, const struct accepted *accepted, const struct doc *doc,
			 uint64_t version, bool first, struct strbuf *sb);
