#pragma once
/*
 * STS: who am I, and credentials for a while. Credentials are keys of the same actor, so that the
 * journal goes on knowing who acts; they expire in real time, which is what their users' clocks
 * show.
 */
#include "emulator/aws/common.h"

/** A role's ARN in parts; texts in the arena. */
struct role_arn {
	const char *partition, *account, *name; /**< name without its path */
};
/** Reads "arn:aws:iam::123456789012:role/path/name"; false when it is none. */
must_check bool role_arn_parse(struct arena *arena, const char *text, struct role_arn *ret);

/** Who asks for a role, as its trust policy may name him. */
struct trust_request {
	const char *action;	 /**< "sts:AssumeRole" */
	const char *principal;	 /**< ARN, or "" when not known */
	const char *account;	 /**< of the principal */
	const char *federated;	 /**< issuer's host and path for web identities, else NULL */
	const char *external_id; /**< NULL when not said */
};

/**
 * Whether a trust policy lets somebody in.
 *
 * @param document  the role's AssumeRolePolicyDocument; checked when it was put
 * @param err       NotImplemented for a condition that is not evaluated: never silently true
 */
must_check bool trust_allows(const char *document, const struct trust_request *request, bool *ret,
			     struct err *err);

/** Handlers; see the operations of the same names in the STS API. */
#define STS_OPERATION(name)                                                                        \
	bool sts_##name(struct call *call, const struct json *input, struct json *output,          \
			struct err *err)
STS_OPERATION(assume_role);
STS_OPERATION(assume_role_with_web_identity);
STS_OPERATION(decode_authorization_message);
STS_OPERATION(get_access_key_info);
STS_OPERATION(get_caller_identity);
STS_OPERATION(get_federation_token);
STS_OPERATION(get_session_token);

/** Makes credentials for the call's actor and puts them into output as Credentials. */
void sts_issue(struct call *call, const char *actor, const char *account, const char *arn,
	       int64_t seconds, struct json *output);
