/* Passwords of users against the account's policy, and who changes his own. */
#include <ctype.h>

#include "emulator/aws/iam/credential.h"

#define LENGTH_MIN 8 /* IAM User Guide, "Default password policy"; kinds of characters: 3 of 4 */

/* Kinds of characters, the policy's member that asks for one, and IAM's word. */
static const struct {
	int (*is)(int c);
	const char *member, *word;
} kinds[] = {
	{ispunct, "RequireSymbols", "symbol"},
	{isdigit, "RequireNumbers", "number"},
	{isupper, "RequireUppercaseCharacters", "uppercase letter"},
	{islower, "RequireLowercaseCharacters", "lowercase letter"},
};

static bool has(const char *password, int (*is)(int c))
{
	for (; *password; password++)
		if (is((unsigned char)*password))
			return true;
	return false;
}

bool iam_check_password(struct call *call, const char *password, struct err *err)
{
	const struct doc *policy = iam_password_policy(call);
	int64_t least = policy ? json_get_int(policy->body, "MinimumPasswordLength", LENGTH_MIN)
			       : LENGTH_MIN;
	size_t found = 0;

	if (!policy && world_profile(call->world) != PROFILE_AWS)
		return true;
	if ((int64_t)strlen(password) < least)
		return aws_fail(err, AWS_IAM_PASSWORD_SHORT,
				arena_printf(call->arena, "%lld", (long long)least));
	for (size_t i = 0; i < array_size(kinds); i++) {
		found += has(password, kinds[i].is);
		if (policy && json_get_bool(policy->body, kinds[i].member, false) &&
		    !has(password, kinds[i].is))
			return aws_fail(err, AWS_IAM_PASSWORD_LACKS, kinds[i].word);
	}
	return policy || found >= 3 || aws_fail(err, AWS_IAM_PASSWORD_SIMPLE);
}

/* Of who calls: with keys of his own, or as the user in whose name a session was made. */
bool iam_change_password(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	_cleanup_(json_freep) struct json *unnamed = json_new_object();
	const struct doc *user, *profile;
	struct json *body, *extra;

	(void)output;
	if (!strstr(call->principal, ":user/"))
		return aws_fail(err, AWS_IAM_USER_TYPE);
	user = iam_user_of(call, unnamed, err);
	if (!user)
		return false;
	profile = world_find(call->world, &kind_iam_login_profile, user->key);
	if (!profile)
		return aws_fail(err, AWS_IAM_LOGIN_PROFILE_NOT_FOUND, doc_str(user, "UserName"));
	if (!str_eq(doc_extra_str(profile, "Password"), json_get_str(input, "OldPassword")))
		return aws_fail(err, AWS_IAM_PASSWORD_OLD);
	if (!iam_check_password(call, json_get_str(input, "NewPassword"), err))
		return false;
	body = json_copy(profile->body);
	json_set_bool(body, "PasswordResetRequired", false);
	extra = json_copy(profile->extra);
	json_set_copy(extra, "Password", json_get(input, "NewPassword"));
	json_set_str(extra, "Changed", iam_now(call));
	world_put_all(call, profile->kind, profile->key, body, NULL, extra);
	return true;
}
