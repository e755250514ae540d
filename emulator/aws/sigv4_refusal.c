/* What each protocol says when it does not know who calls. */
#include "emulator/aws/sigv4_refusal.h"

#define EC2_FAILURE                                                                                \
	{                                                                                          \
		"AuthFailure", 401, "AWS was not able to validate the provided access credentials" \
	}
#define MISMATCH                                                                                   \
	"The request signature we calculated does not match the signature you provided. Check "    \
	"your AWS Secret Access Key and signing method. Consult the service documentation for "    \
	"details."
#define INVALID_TOKEN "The security token included in the request is invalid."
#define EXPIRED_TOKEN "The security token included in the request is expired"
#define STREAMING                                                                                  \
	{                                                                                          \
		"NotImplemented", 501,                                                             \
			"A header you provided implies functionality that is not implemented: "    \
			"skyrig reads no bodies in such chunks (X-Amz-Content-Sha256: "            \
			"STREAMING-…)"                                                           \
	}

struct auth_words {
	const char *code;
	int status;
	const char *text; /* NULL: what is known in detail */
};

/* EC2 API error codes: AuthFailure, RequestExpired, IncompleteSignature. */
static const struct auth_words ec2_words[AUTH_PROBLEM_COUNT] = {
	[AUTH_MISSING] = {"MissingParameter", 400,
			  "The request must contain the parameter AWSAccessKeyId"},
	[AUTH_INCOMPLETE] = {"IncompleteSignature", 400, NULL},
	[AUTH_UNKNOWN_KEY] = EC2_FAILURE,
	[AUTH_BAD_TOKEN] = EC2_FAILURE,
	[AUTH_EXPIRED_TOKEN] = {"RequestExpired", 400, "Request has expired."},
	[AUTH_SCOPE] = EC2_FAILURE,
	[AUTH_SIGNATURE] = EC2_FAILURE,
	[AUTH_SKEW] = {"RequestExpired", 400, "Request has expired."},
	[AUTH_EXPIRED_URL] = {"RequestExpired", 400, "Request has expired."},
	[AUTH_PRESIGNED] = {"IncompleteSignature", 400, NULL},
	[AUTH_PAYLOAD] = EC2_FAILURE,
	[AUTH_STREAMING] = STREAMING,
};

/* Common errors of IAM, STS, ELB. */
static const struct auth_words query_words[AUTH_PROBLEM_COUNT] = {
	[AUTH_MISSING] = {"MissingAuthenticationToken", 403,
			  "Request is missing Authentication Token"},
	[AUTH_INCOMPLETE] = {"IncompleteSignature", 400, NULL},
	[AUTH_UNKNOWN_KEY] = {"InvalidClientTokenId", 403, INVALID_TOKEN},
	[AUTH_BAD_TOKEN] = {"InvalidClientTokenId", 403, INVALID_TOKEN},
	[AUTH_EXPIRED_TOKEN] = {"ExpiredToken", 403, EXPIRED_TOKEN},
	[AUTH_SCOPE] = {"SignatureDoesNotMatch", 403, NULL},
	[AUTH_SIGNATURE] = {"SignatureDoesNotMatch", 403, MISMATCH},
	[AUTH_SKEW] = {"SignatureDoesNotMatch", 403, NULL},
	[AUTH_EXPIRED_URL] = {"SignatureDoesNotMatch", 403, NULL},
	[AUTH_PRESIGNED] = {"IncompleteSignature", 400, NULL},
	[AUTH_PAYLOAD] = {"SignatureDoesNotMatch", 403, MISMATCH},
	[AUTH_STREAMING] = STREAMING,
};

/* The codes that the SDKs' retry tables know of the JSON protocol. */
static const struct auth_words json_words[AUTH_PROBLEM_COUNT] = {
	[AUTH_MISSING] = {"MissingAuthenticationTokenException", 400,
			  "Missing Authentication Token"},
	[AUTH_INCOMPLETE] = {"IncompleteSignatureException", 400, NULL},
	[AUTH_UNKNOWN_KEY] = {"UnrecognizedClientException", 400, INVALID_TOKEN},
	[AUTH_BAD_TOKEN] = {"UnrecognizedClientException", 400, INVALID_TOKEN},
	[AUTH_EXPIRED_TOKEN] = {"ExpiredTokenException", 400, EXPIRED_TOKEN},
	[AUTH_SCOPE] = {"InvalidSignatureException", 400, NULL},
	[AUTH_SIGNATURE] = {"InvalidSignatureException", 400, MISMATCH},
	[AUTH_SKEW] = {"InvalidSignatureException", 400, NULL},
	[AUTH_EXPIRED_URL] = {"InvalidSignatureException", 400, NULL},
	[AUTH_PRESIGNED] = {"IncompleteSignatureException", 400, NULL},
	[AUTH_PAYLOAD] = {"InvalidSignatureException", 400, MISMATCH},
	[AUTH_STREAMING] = STREAMING,
};

/* S3 API, "Error responses", list of error codes. */
static const struct auth_words s3_words[AUTH_PROBLEM_COUNT] = {
	[AUTH_MISSING] = {"AccessDenied", 403, "Access Denied"},
	[AUTH_INCOMPLETE] = {"AuthorizationHeaderMalformed", 400, NULL},
	[AUTH_UNKNOWN_KEY] = {"InvalidAccessKeyId", 403,
			      "The AWS Access Key Id you provided does not exist in our records."},
	[AUTH_BAD_TOKEN] = {"InvalidToken", 400,
			    "The provided token is malformed or otherwise invalid."},
	[AUTH_EXPIRED_TOKEN] = {"ExpiredToken", 400, "The provided token has expired."},
	[AUTH_SCOPE] = {"AuthorizationHeaderMalformed", 400, NULL},
	[AUTH_SIGNATURE] = {"SignatureDoesNotMatch", 403,
			    "The request signature we calculated does not match the signature you "
			    "provided. Check your key and signing method."},
	[AUTH_SKEW] = {"RequestTimeTooSkewed", 403,
		       "The difference between the request time and the current time is too "
		       "large."},
	[AUTH_EXPIRED_URL] = {"AccessDenied", 403, "Request has expired"},
	[AUTH_PRESIGNED] = {"AuthorizationQueryParametersError", 400, NULL},
	[AUTH_PAYLOAD] = {"XAmzContentSHA256Mismatch", 400,
			  "The provided 'x-amz-content-sha256' header does not match what was "
			  "computed."},
	[AUTH_STREAMING] = STREAMING,
};

static const struct auth_words *words_of(const struct aws_service_model *service)
{
	if (str_eq(service->name, "s3"))
		return s3_words;
	switch (service->protocol) {
	case PROTOCOL_EC2: return ec2_words;
	case PROTOCOL_JSON:
	case PROTOCOL_REST_JSON: return json_words;
	case PROTOCOL_QUERY:
	case PROTOCOL_REST_XML: break;
	}
	return query_words;
}

bool auth_refuse(struct err *err, const struct aws_service_model *service,
		 enum auth_problem problem, const char *detail)
{
	const struct auth_words *words = words_of(service) + problem;
	int status = words->status;

	/* REST services over JSON answer 403 where those with targets answer 400 */
	if (service->protocol == PROTOCOL_REST_JSON && problem != AUTH_STREAMING)
		status = 403;
	err_set(err, ERR_DENIED, words->code, "%s", words->text ? words->text : detail);
	if (err)
		err->status = status;
	return false;
}
