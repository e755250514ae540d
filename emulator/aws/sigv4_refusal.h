#pragma once
/* What each protocol says when it does not know who calls: codes, statuses, texts. */
#include "emulator/base/err.h"
#include "emulator/model/aws_model.h"

enum auth_problem {
	AUTH_MISSING,	    /**< not signed */
	AUTH_INCOMPLETE,    /**< parts of the signature are missing, or cannot be read */
	AUTH_UNKNOWN_KEY,   /**< nobody's access key, or an inactive one */
	AUTH_BAD_TOKEN,	    /**< session token missing, or not this key's */
	AUTH_EXPIRED_TOKEN, /**< the session is over */
	AUTH_SCOPE,	    /**< credential scope of another service, date or terminator */
	AUTH_SIGNATURE,	    /**< computed otherwise */
	AUTH_SKEW,	    /**< signed too long ago, or in the future */
	AUTH_EXPIRED_URL,   /**< a presigned URL after its time */
	AUTH_PRESIGNED,	    /**< X-Amz-Expires is missing or out of range */
	AUTH_PAYLOAD,	    /**< X-Amz-Content-Sha256 is not the body's */
	AUTH_STREAMING,	    /**< a body in chunks that nobody here reads */
	AUTH_PROBLEM_COUNT
};

/**
 * Sets err in the words of the service's protocol.
 *
 * @param detail  what is known in detail, for problems whose text says so; else not used
 * @return always false
 *
 * Source: "Common errors" of EC2, IAM, STS, ELB; S3 API error responses; texts as quoted in public
 * issues of the SDKs.
 */
bool auth_refuse(struct err *err, const struct aws_service_model *service,
		 enum auth_problem problem, const char *detail);
