#pragma once
/*
 * What requests to S3 have on the wire that those to no other service have: the bucket in the
 * host's name, and bodies in chunks with checks behind them (aws-chunked).
 */
#include "emulator/aws/protocol/wire.h"
#include "emulator/base/err.h"

/** The hash of a payload that comes in chunks which nobody signed. */
#define S3_UNSIGNED_CHUNKS "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

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
 * Takes a body out of its chunks; a request without chunks stays as it is. What stands behind the
 * chunks (x-amz-checksum-…) becomes headers, and aws-chunked is taken out of Content-Encoding.
 *
 * @param request  changed in place; texts are in the arena
 * @param err      S3's IncompleteBody or InvalidRequest
 *
 * Source: S3 API, "Signature calculations for the Authorization header: transferring a payload in
 * multiple chunks", with unsigned payload and trailer.
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
