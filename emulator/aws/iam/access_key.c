/*
 * Access keys of users, and their login profiles. A key that is made here signs requests at once;
 * who signs with it acts as its user. Document kinds: iam-access-key, iam-login-profile.
 */
#include "emulator/aws/iam/credential.h"
#include "emulator/world/actor.h"

#define KEYS_MAX	2 /* IAM quotas, "Access keys assigned to an IAM user" */
#define KEY_ALPHABET	"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define SECRET_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define KEY_DIGITS	16
#define SECRET_DIGITS	40

static const struct kind_index indexes[] = {{"user", iam_user_term}, {NULL, NULL}};

const struct kind kind_iam_access_key = {
	.name = "iam-access-key",
	.shape = "iam:AccessKeyMetadata",
	.indexes = indexes,
};
const struct kind kind_iam_login_profile = {
	.name = "iam-login-profile",
	.shape = "iam:LoginProfile",
};

/* Whoever signs with the key is the actor of the user's name. */
static void register_key(struct call *call, const struct doc *user, const char *id,
			 const char *secret)
{
	actor_add(call->world, &(struct actor){.name = doc_str(user, "UserName"),
					       .access_key_id = id,
					       .secret_key = secret,
					       .account = user->account,
					       .arn = doc_str(user, "Arn")});
}

bool iam_create_access_key(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err);
	struct json *body, *extra, *key;
	const char *id, *secret;

	if (!user || !iam_check_quota(call, "AccessKeysPerUser",
				      world_lookup_count(call->world, &kind_iam_access_key, "user",
							 user->key),
				      KEYS_MAX, err))
		return false;
	id = arena_printf(call->arena, "AKIA%s",
			  iam_secret(call, "iam-access-key", KEY_ALPHABET, KEY_DIGITS));
	secret = iam_secret(call, "iam-secret-key", SECRET_ALPHABET, SECRET_DIGITS);
	body = json_new_object();
	json_set_copy(body, "UserName", json_get(user->body, "UserName"));
	json_set_str(body, "AccessKeyId", id);
	json_set_str(body, "Status", "Active");
	json_set_str(body, "CreateDate", iam_now(call));
	key = json_copy(body);
	json_set_str(key, "SecretAccessKey", secret);
	json_set(output, "AccessKey", key);
	extra = json_new_object();
	json_set_str(extra, "User", user->key);
	json_set_str(extra, "SecretAccessKey", secret);
	world_add(call,
		  (struct doc_spec){
			  .kind = &kind_iam_access_key, .key = id, .body = body, .extra = extra});
	register_key(call, user, id, secret);
	return true;
}

bool iam_list_access_keys(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err);
	struct json *list = json_ensure_array(output, "AccessKeyMetadata");
	struct docs docs = {0};
	bool ok;

	if (!user)
		return false;
	world_lookup(call->world, &kind_iam_access_key, "user", user->key, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++) {
		struct json *key = json_copy(docs.items[i]->body);

		json_set_copy(key, "UserName", json_get(user->body, "UserName"));
		json_append(list, key);
	}
	docs_done(&docs);
	return ok;
}

/* The key that the input names, of the user that it names (or who calls). */
static const struct doc *find_key(struct call *call, const struct json *input,
				  const struct doc **ret_user, struct err *err)
{
	const char *id = json_get_str(input, "AccessKeyId");
	const struct doc *key = find_in_scope(call, &kind_iam_access_key, id), *user;

	user = iam_user_of(call, input, err);
	if (!user)
		return NULL;
	if (!key || !str_eq(doc_extra_str(key, "User"), user->key)) {
		aws_fail(err, AWS_IAM_ACCESS_KEY_NOT_FOUND, id);
		return NULL;
	}
	*ret_user = user;
	return key;
}

bool iam_update_access_key(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const char *status = json_get_str(input, "Status");
	const struct doc *user, *key = find_key(call, input, &user, err);
	struct json *body;

	(void)output;
	if (!key)
		return false;
	body = json_copy(key->body);
	json_set_str(body, "Status", status);
	if (str_eq(status, "Active"))
		register_key(call, user, key->key, doc_extra_str(key, "SecretAccessKey"));
	else
		actor_forget_key(call->world, key->key);
	world_put(call, &kind_iam_access_key, key->key, body);
	return true;
}

bool iam_delete_access_key(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *user, *key = find_key(call, input, &user, err);

	(void)output;
	if (!key)
		return false;
	actor_forget_key(call->world, key->key);
	world_remove(call, &kind_iam_access_key, key->key);
	return true;
}

bool iam_get_access_key_last_used(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *id = json_get_str(input, "AccessKeyId");
	const struct doc *key = find_in_scope(call, &kind_iam_access_key, id), *user;
	struct json *used;

	if (!key)
		return aws_fail(err, AWS_IAM_ACCESS_KEY_DENIED, call->principal, id);
	user = world_find(call->world, &kind_iam_user, doc_extra_str(key, "User"));
	json_set_copy(output, "UserName", json_get(user->body, "UserName"));
	used = json_ensure_object(output, "AccessKeyLastUsed"); /* uses are in the journal only */
	json_set_str(used, "ServiceName", "N/A");
	json_set_str(used, "Region", "N/A");
	return true;
}

/* @name Login profiles */

bool iam_create_login_profile(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err), *doc;
	struct json *body, *extra;

	if (!user)
		return false;
	if (world_find(call->world, &kind_iam_login_profile, user->key))
		return aws_fail(err, AWS_IAM_LOGIN_PROFILE_EXISTS, doc_str(user, "UserName"));
	if (!json_get(input, "Password"))
		return aws_fail(err, AWS_IAM_NO_PASSWORD);
	if (!iam_check_password(call, json_get_str(input, "Password"), err))
		return false;
	body = json_new_object();
	json_set_copy(body, "UserName", json_get(user->body, "UserName"));
	json_set_str(body, "CreateDate", iam_now(call));
	json_set_bool(body, "PasswordResetRequired",
		      json_get_bool(input, "PasswordResetRequired", false));
	extra = json_new_object();
	json_set_copy(extra, "Password", json_get(input, "Password"));
	json_set_str(extra, "Changed", iam_now(call));
	doc = world_add(call, (struct doc_spec){.kind = &kind_iam_login_profile,
						.key = user->key,
						.body = body,
						.extra = extra});
	json_set_borrowed(output, "LoginProfile", doc->body);
	return true;
}

static const struct doc *find_profile(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err), *doc;

	if (!user)
		return NULL;
	doc = world_find(call->world, &kind_iam_login_profile, user->key);
	if (!doc)
		aws_fail(err, AWS_IAM_LOGIN_PROFILE_NOT_FOUND, doc_str(user, "UserName"));
	return doc;
}

bool iam_get_login_profile(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find_profile(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "LoginProfile", doc->body);
	return true;
}

bool iam_update_login_profile(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find_profile(call, input, err);
	const char *password = json_get_str(input, "Password");
	struct json *body, *extra;

	(void)output;
	if (!doc || (password && !iam_check_password(call, password, err)))
		return false;
	body = json_copy(doc->body);
	if (json_get(input, "PasswordResetRequired"))
		json_set_copy(body, "PasswordResetRequired",
			      json_get(input, "PasswordResetRequired"));
	extra = json_copy(doc->extra);
	json_set_str(extra, "Password", password);
	if (password)
		json_set_str(extra, "Changed", iam_now(call));
	world_put_all(call, &kind_iam_login_profile, doc->key, body, NULL, extra);
	return true;
}

bool iam_delete_login_profile(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find_profile(call, input, err);

	(void)output;
	if (!doc)
		return false;
	world_remove(call, &kind_iam_login_profile, doc->key);
	return true;
}
