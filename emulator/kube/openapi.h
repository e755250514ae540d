#pragma once
/* /openapi/v3 and /openapi/v3/…: what kubectl validates and merges by. */
#include "emulator/base/err.h"

struct kube_cluster;
struct strbuf;

/**
 * The document for a path.
 *
 * @param path    "/openapi/v3", "/openapi/v3/api/v1"
 * @param ret     JSON text of the answer
 * @param ret_etag  its ETag (hash), in a buffer of 129 bytes
 * @param err     404
 */
must_check bool openapi_serve(struct kube_cluster *cluster, const char *path, struct strbuf *ret,
			      char ret_etag[129], struct err *err);
