#pragma once
/* What other services of AWS do with buckets: they deliver logs into them, and read files there. */
#include "emulator/world/call.h"

/** Who delivers. */
enum s3_deliverer {
	S3_FROM_APPLICATION, /**< application load balancers, and classic ones */
	S3_FROM_NETWORK,     /**< network load balancers, by way of CloudWatch's log delivery */
};

/** Whether there is a bucket of this name, anybody's, in any region. */
bool s3_bucket_exists(const struct world *world, const char *bucket);

/**
 * Whether a bucket takes the logs of the call's account and region: it is there, in this region,
 * and its policy lets the deliverer write what it writes to try it.
 *
 * @param prefix  of keys, may be NULL or ""
 *
 * Source: ALB guide, "Enable access logs"; NLB guide, "Access logs", bucket requirements; Classic
 * Load Balancer guide, "Enable access logs".
 */
bool s3_takes_logs(struct call *call, const char *bucket, const char *prefix,
		   enum s3_deliverer deliverer);

/**
 * The bytes of an object that the call's account can have read.
 *
 * @param version     VersionId, or NULL: the newest
 * @param ret_length  bytes
 * @return in the call's arena, with a NUL behind; NULL when there is no such object
 */
const char *s3_read(struct call *call, const char *bucket, const char *key, const char *version,
		    size_t *ret_length);
