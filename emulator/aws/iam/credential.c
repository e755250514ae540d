/* Credentials that have an id, a status and one user: what their operations share. */
#include "emulator/aws/iam/credential.h"

#include "emulator/base/ids.h"

#define ID_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

size_t iam_credential_count(struct call *call, const struct kind *kind, const struct doc *user)
{
	return world_lookup_count(call->world, kind, "user", user->key);
}

const char *iam_secret(struct call *call, const char *what, const char *alphabet, unsigned length)
{
	char *result = arena_alloc(call->arena, length + 1);

	ids_text(world_seed(call->world), what, call->actor, call->operation, call->number,
		 alphabet, length, result);
	return result;
}

const char *iam_credential_id(struct call *call, const char *prefix, unsigned digits)
{
	return arena_printf(call->arena, "%s%s", prefix,
			    iam_secret(call, prefix, ID_ALPHABET, digits));
}

const struct doc *iam_credential_add(struct call *call, const struct iam_credential *credential,
				     const struct doc *user, struct json *body, const char *secret)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "User", user->key);
	json_set_str(extra, "Secret", secret);
	return world_add(call, (struct doc_spec){.kind = credential->kind,
						 .key = json_get_str(body, credential->id_member),
						 .body = body,
						 .extra = extra});
}

const struct doc *iam_credential_find(struct call *call, const struct iam_credential *credential,
				      const struct json *input, struct err *err)
{
	const char *id = json_get_str(input, credential->id_member);
	const struct doc *user = iam_user_of(call, input, err);
	const struct doc *doc = user ? find_in_scope(call, credential->kind, id) : NULL;

	if (doc && str_eq(doc_extra_str(doc, "User"), user->key))
		return doc;
	if (user)
		aws_fail(err, credential->not_found, id);
	return NULL;
}

struct json *iam_credential_view(struct call *call, const struct iam_credential *credential,
				 const struct doc *doc, bool all)
{
	const struct doc *user =
		world_find(call->world, &kind_iam_user, doc_extra_str(doc, "User"));
	struct json *item = json_copy(doc->body);

	json_set_copy(item, "UserName", json_get(user->body, "UserName"));
	for (size_t i = 0; !all && credential->hidden[i]; i++)
		json_remove(item, credential->hidden[i]);
	return item;
}

bool iam_credential_update(struct call *call, const struct iam_credential *credential,
			   const struct json *input, struct err *err)
{
	const struct doc *doc = iam_credential_find(call, credential, input, err);
	struct json *body;

	if (!doc)
		return false;
	if (str_eq(json_get_str(input, "Status"), "Expired"))
		return aws_fail(err, AWS_IAM_STATUS);
	body = json_copy(doc->body);
	json_set_copy(body, "Status", json_get(input, "Status"));
	world_put(call, credential->kind, doc->key, body);
	return true;
}

bool iam_credential_delete(struct call *call, const struct iam_credential *credential,
			   const struct json *input, struct err *err)
{
	const struct doc *doc = iam_credential_find(call, credential, input, err);

	if (!doc)
		return false;
	world_remove(call, credential->kind, doc->key);
	return true;
}

bool iam_credential_list(struct call *call, const struct iam_credential *credential,
			 const struct json *input, struct json *output, struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err);
	struct json *list = json_ensure_array(output, credential->list);
	struct docs docs = {0};
	bool ok;

	if (!user)
		return false;
	world_lookup(call->world, credential->kind, "user", user->key, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, iam_credential_view(call, credential, docs.items[i], false));
	docs_done(&docs);
	return ok;
}
