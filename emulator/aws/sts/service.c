/* The table of operations of sts. */
#include "emulator/aws/operation.h"
#include "emulator/aws/sts/sts.h"

static const struct operation operations[] = {
	{"AssumeRole", sts_assume_role, OP_WRITE},
	{"AssumeRoleWithWebIdentity", sts_assume_role_with_web_identity, OP_WRITE},
	{"DecodeAuthorizationMessage", sts_decode_authorization_message, OP_READ},
	{"GetAccessKeyInfo", sts_get_access_key_info, OP_READ},
	{"GetCallerIdentity", sts_get_caller_identity, OP_READ},
	{"GetFederationToken", sts_get_federation_token, OP_WRITE},
	{"GetSessionToken", sts_get_session_token, OP_WRITE},
};

const struct service service_sts = {
	.name = "sts",
	.operations = operations,
	.operation_count = array_size(operations),
};
