#pragma once
/* Answers over the wire: headers that every answer has, warnings, pretty printing. */
#include "emulator/kube/encode.h"

struct stream;

/** Answers op->request with an answer; given back by the caller. */
void reply_answer(struct kube_op *op, const struct accepted *accepted,
		  const struct kube_answer *answer);
/** Answers with the Status of an error (Retry-After where it says so). */
void reply_error(struct kube_op *op, const struct err *err);
/** Answers with a text of a media type. */
void reply_text(struct kube_op *op, int status, const char *type, const char *text, size_t length);
/** The same with an ETag; 304 when the request has it already. */
void reply_tagged(struct kube_op *op, const char *type, const char *etag, const char *text,
		  size_t length);
/** No answer: closes the connection (faults). */
void reply_drop(struct kube_op *op);
/** Begins a watch's answer. */
struct stream *reply_stream(struct kube_op *op, const struct accepted *accepted);
