/* Who am I, and whose key is that. */
#include "emulator/aws/iam/iam.h"
#include "emulator/aws/policy/authorize.h"
#include "emulator/aws/sts/sts.h"
#include "emulator/base/ids.h"
#include "emulator/world/actor.h"

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/* "arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION" gives "AROA…:SESSION"; NULL for other ARNs. */
static const char *assumed_role_id(struct call *call, const char *arn)
{
	const char *role = strstr(arn, ":assumed-role/"), *session;
	const struct doc *doc;
	char *name;

	if (!role)
		return NULL;
	role += strlen(":assumed-role/");
	session = strchr(role, '/');
	if (!session)
		return NULL;
	name = arena_strndup(call->arena, role, (size_t)(session - role));
	doc = world_find(call->world, &kind_iam_role, iam_key(call, name));
	return arena_printf(call->arena, "%s:%s", doc ? doc_str(doc, "RoleId") : "AROA",
			    session + 1);
}

const char *sts_user_id(struct call *call, const char *arn)
{
	const struct doc *user = NULL;
	char id[18];

	if (strstr(arn, ":user/"))
		user = iam_find(call, &kind_iam_user, strrchr(arn, '/') + 1);
	if (user)
		return doc_str(user, "UserId");
	ids_text(world_seed(call->world), "iam-user", "", arn, 0, ALPHABET, 17, id);
	return arena_printf(call->arena, "AIDA%s", id);
}

bool sts_get_caller_identity(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const char *arn = call->principal, *id;

	(void)input;
	(void)err;
	if (!*arn)
		arn = aws_global_arn(call, "iam", "root");
	id = assumed_role_id(call, arn);
	if (!id && strstr(arn, ":federated-user/"))
		id = arena_printf(call->arena, "%s:%s", call->account, strrchr(arn, '/') + 1);
	if (!id)
		id = str_ends_with(arn, ":root") ? call->account : sts_user_id(call, arn);
	json_set_str(output, "UserId", id);
	json_set_str(output, "Account", call->account);
	json_set_str(output, "Arn", arn);
	return true;
}

bool sts_get_access_key_info(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const char *key = json_get_str(input, "AccessKeyId");
	const struct actor *actor = actor_by_access_key(call->world, key);

	if (!actor)
		return aws_fail(err, AWS_STS_ACCESS_KEY, key);
	json_set_str(output, "Account", actor->account ? actor->account : call->account);
	return true;
}

bool sts_decode_authorization_message(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const char *message;

	if (!policy_message_decode(call, json_get_str(input, "EncodedMessage"), &message))
		return aws_fail(err, AWS_STS_MESSAGE);
	json_set_str(output, "DecodedMessage", message);
	return true;
}
