#pragma once
/* /openapi/v2, /openapi/v3 and /openapi/v3/…: what kubectl validates and merges by. */
#include "emulator/base/err.h"

struct kube_cluster;
struct strbuf;

/**
 * The document for a path.
 *
 * @param path    "/openapi/v3", "/openapi/v3/api/v1", "/openapi/v2"
 * @param accept  the Accept header, or ""
 * @param ret     JSON text of the answer
 * @param ret_etag  its ETag (hash), in a buffer of 129 bytes
 * @param err     404, or 406 for a format that is not offered (protobuf)
 */
must_check bool openapi_serve(struct kube_cluster *cluster, const char *path, const char *accept,
			      struct strbuf *ret, char ret_etag[129], struct err *err);
