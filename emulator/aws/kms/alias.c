/* Aliases: other names of keys in an account and region. */
#include "emulator/aws/kms/kms.h"

static void by_key(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "TargetKeyId"));
}

static const struct kind_index indexes[] = {{"key", by_key}, {NULL, NULL}};

const struct kind kind_kms_alias = {
	.name = "kms-alias", .shape = "kms:AliasListEntry", .indexes = indexes};

static const char *key_of(struct call *call, const char *name)
{
	return arena_printf(call->arena, "%s/%s/%s", call->account, call->region, name);
}

const struct doc *kms_alias(struct call *call, const char *name)
{
	return world_find(call->world, &kind_kms_alias, key_of(call, name));
}

static bool check_name(const char *name, struct err *err)
{
	if (!str_starts_with(name, "alias/"))
		return aws_fail(err, AWS_KMS_ALIAS_PREFIX);
	return !str_starts_with(name, "alias/aws/") || aws_fail(err, AWS_KMS_ALIAS_RESERVED);
}

/* The key that an alias is to stand for: named by itself, not by another alias. */
static const struct doc *target(struct call *call, const struct json *input, struct err *err)
{
	const char *id = json_get_str(input, "TargetKeyId");

	if (str_starts_with(id, "alias/")) {
		aws_fail(err, AWS_KMS_ALIAS_TARGET);
		return NULL;
	}
	return kms_key(call, id, KMS_STAYS, err);
}

bool kms_create_alias(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const char *name = json_get_str(input, "AliasName");
	const struct doc *key;
	struct json *body;

	(void)output;
	if (!check_name(name, err))
		return false;
	if (kms_alias(call, name))
		return aws_fail(err, AWS_KMS_ALIAS_EXISTS, aws_arn(call, "kms", "%s", name));
	key = target(call, input, err);
	if (!key)
		return false;
	body = json_new_object();
	json_set_str(body, "AliasName", name);
	json_set_str(body, "AliasArn", aws_arn(call, "kms", "%s", name));
	json_set_str(body, "TargetKeyId", key->key);
	json_set_str(body, "CreationDate", aws_now(call));
	json_set_str(body, "LastUpdatedDate", aws_now(call));
	world_add(call, (struct doc_spec){
				.kind = &kind_kms_alias, .key = key_of(call, name), .body = body});
	return true;
}

/* The alias that the input names; NULL with err set when there is none. */
static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	const char *name = json_get_str(input, "AliasName");
	const struct doc *alias;

	if (!str_starts_with(name, "alias/")) {
		aws_fail(err, AWS_KMS_ALIAS_PREFIX);
		return NULL;
	}
	alias = kms_alias(call, name);
	if (!alias)
		aws_fail(err, AWS_KMS_ALIAS, aws_arn(call, "kms", "%s", name));
	return alias;
}

bool kms_update_alias(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *alias = find(call, input, err), *key, *before;
	struct json *body;

	(void)output;
	key = alias ? target(call, input, err) : NULL;
	if (!key)
		return false;
	before = world_find(call->world, &kind_kms_key, doc_str(alias, "TargetKeyId"));
	if (!str_eq(doc_str(before, "KeyUsage"), doc_str(key, "KeyUsage")))
		return aws_fail(err, AWS_KMS_ALIAS_USAGE);
	body = json_copy(alias->body);
	json_set_str(body, "TargetKeyId", key->key);
	json_set_str(body, "LastUpdatedDate", aws_now(call));
	world_put(call, &kind_kms_alias, alias->key, body);
	return true;
}

bool kms_delete_alias(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *alias = find(call, input, err);

	(void)output;
	if (alias)
		world_remove(call, &kind_kms_alias, alias->key);
	return alias != NULL;
}

bool kms_list_aliases(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const char *id = json_get_str(input, "KeyId");
	const struct doc *key = id ? kms_key(call, id, KMS_ANY, err) : NULL;
	struct json *list;

	if (id && !key)
		return false;
	list = json_new_array();
	world_foreach (doc, call->world, &kind_kms_alias)
		if (doc_in_scope(call, doc) &&
		    (!key || str_eq(doc_str(doc, "TargetKeyId"), key->key)))
			json_append(list, json_copy(doc->body));
	return page_items(call, input, output, &kms_page, "Aliases", list, err);
}
