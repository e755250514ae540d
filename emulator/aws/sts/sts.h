#pragma once
/*
 * STS: who am I, and credentials for a while. Credentials are keys of the same actor, so that the
 * journal goes on knowing who acts; they expire in real time, which is what their users' clocks
 * show. What a session may is in its document: policy/principal.c.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"
#include "emulator/aws/policy/language.h"

/**
 * A session, key: its access key id. Body: {Type "AssumedRole" | "FederatedUser" | "User", Arn,
 * UserId, IssuedAt, SourceIdentity, Provider, Mfa}; its tags are the session's tags; extra: {Role,
 * Parent, Policies, PolicyArns, TransitiveTagKeys}.
 */
extern const struct kind kind_sts_session;

/** A role's ARN in parts; texts in the arena. */
struct role_arn {
	const char *partition, *account, *name; /**< name without its path */
};
/** Reads "arn:aws:iam::123456789012:role/path/name"; false when it is none. */
must_check bool role_arn_parse(struct arena *arena, const char *text, struct role_arn *ret);

/** What a session is made of; texts borrowed. */
struct session {
	const char *actor, *account, *arn, *type, *user_id;
	const char *role;     /**< key of its role, or NULL */
	const char *provider; /**< of its identity, or NULL */
	const char *source_identity;
	const struct json *tags;       /**< object, or NULL */
	const struct json *transitive; /**< list of keys, or NULL */
	int64_t seconds;
	bool mfa; /**< made with a code of a second factor */
};
/** Makes credentials for a session and puts them into output as Credentials. Takes the session
 * policies out of the input. */
void sts_issue(struct call *call, const struct session *session, const struct json *input,
	       struct json *output);
/** Policy and PolicyArns of an input: well-formed and there. Sets PackedPolicySize when there are
 * any. */
must_check bool sts_check_policies(struct call *call, const struct json *input, struct json *output,
				   struct err *err);

/** Whether the input's SerialNumber and TokenCode are those of the caller's device; AccessDenied.
 *
 * @param ret  false when it has neither */
must_check bool sts_check_mfa(struct call *call, const struct json *input, bool *ret,
			      struct err *err);

/** A user's id as GetCallerIdentity shows it: the same for the same ARN and seed. In the arena. */
const char *sts_user_id(struct call *call, const char *arn);

/** Whether a role's trust policy lets somebody in; `context` has what its conditions may ask.
 *
 * @param ret  POLICY_SILENT or POLICY_DENIED: no
 * @param ret_by_name  he is named himself: a policy of his own is not needed within the account
 * @param ret_unknown  what is not modelled, for POLICY_UNKNOWN
 */
enum policy_effect trust_evaluate(const struct doc *role, const struct policy_request *request,
				  bool *ret_by_name, const char **ret_unknown);

/** Handlers; see the operations of the same names in the STS API. */
#define OPERATION(name, fn, flags) operation_fn fn;
#include "emulator/aws/sts/operations.tbl"
#undef OPERATION
