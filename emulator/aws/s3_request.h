#pragma once
/*
 * What requests to S3 have on the wire that those to no other service have: the bucket in the
 * host's name, and bodies in chunks with checks behind them (aws-chunked).
 */
#include "emulator/aws/protocol/wire.h"
#include "emulator/base/digest.h"
#include "emulator/base/err.h"

struct credential;

/** Whether the hash of a payload says that it comes in chunks: unsigned ones with checks behind
 * them, or signed ones, with or without. */
bool s3_is_chunked(const char *hash);

/** Whether the Host is one of S3's: "s3.eu-west-1.localhost", "bucket.s3.eu-west-1.localhost". */
bool s3_request_host(const struct wire_request *request);

/**
 * The path with the bucket in it, however the bucket was said: "bucket.s3.REGION.DOMAIN/key" and
 * "bucket.localhost/key" are "/bucket/key". In the arena, or the request's own.
 *
 * Source: S3 User Guide, "Virtual hosting of general purpose buckets".
 */
const char *s3_request_path(const struct wire_request *request);

/**
 * Whether each chunk's signature follows from that of the request, and the trailer's from the last;
 * chunks that are unsigned by the payload's hash are.
 *
 * @param credential  of the request, whose signature is right
 * @param key         the signing key of its scope
 *
 * Source: S3 API, "Signature calculations for the Authorization header: transferring a payload in
 * multiple chunks (chunked upload)", and "… with trailing headers".
 */
bool s3_chunks_are_signed(const struct wire_request *request, const struct credential *credential,
			  const uint8_t key[SHA256_BYTES]);

/**
 * Takes a body out of its chunks; a request without chunks stays as it is. What stands behind the
 * chunks (x-amz-checksum-…) becomes headers, and aws-chunked is taken out of Content-Encoding.
 *
 * @param request  changed in place; texts are in the arena
 * @param err      S3's IncompleteBody or InvalidRequest
 *
 * Source: S3 API, as above, and with unsigned payload and trailer.
 */
must_check bool s3_request_unchunk(struct wire_request *request, struct err *err);

/**
 * Whether a body is what its Content-MD5 and x-amz-checksum-… say. Those that the operation's input
 * has as members are the handler's: they may be about something else than this body.
 *
 * @param err  BadDigest, InvalidDigest, InvalidRequest; also when the operation must have a check
 *             and the request has none
 *
 * Source: S3 User Guide, "Checking object integrity".
 */
struct aws_operation;
struct aws_service_model;
must_check bool s3_request_check(const struct aws_service_model *service,
				 const struct aws_operation *operation,
				 const struct wire_request *request, struct err *err);
