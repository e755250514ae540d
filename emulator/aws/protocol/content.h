#pragma once
/* What a request's body is once its content codings are taken off (RFC 9110, section 8.4). */
#include "emulator/aws/protocol/wire.h"

/** Bytes that a compressed body may become; ours, as many as a listener takes of a body that is
 * not (emulator.c). */
#define CONTENT_MAX_BYTES ((size_t)8 * 1024 * 1024)

/**
 * Inflates a body that its Content-Encoding ends with "gzip", and takes that off the header: the
 * body and its headers are replaced by others in the arena. SDKs compress for operations with
 * Smithy's requestCompression, behind whatever coding the caller has given. Nothing else is
 * touched.
 *
 * @param request  a copy: the signature is over the body as it was sent
 * @param err      MalformedHttpRequestException (400), RequestEntityTooLargeException (413)
 *
 * Source: Smithy, requestCompression; "Common Errors" of the services' API references: "Problems
 * with the request at the HTTP level, e.g. we can't decompress the body".
 */
must_check bool content_decode(struct wire_request *request, struct err *err);
