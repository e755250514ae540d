/* Identity providers: OpenID Connect and SAML. Document kinds: iam-oidc-provider,
 * iam-saml-provider. */
#include "emulator/aws/iam/iam.h"
#include "emulator/base/ids.h"

#define CLIENT_IDS_MAX	100 /* IAM quotas, "Client IDs per OIDC provider" */
#define THUMBPRINTS_MAX 5   /* of a provider, IAM API: CreateOpenIDConnectProvider */
#define PROVIDERS_MAX	100 /* likewise, "OpenId connect identity providers", "SAML" */
#define SAML_KEYS_MAX	2   /* IAM API, UpdateSAMLProvider */
#define SAML_VALID_MS	(100LL * 365 * 24 * 3600 * 1000) /* AWS: 100 years, as recorded publicly */

const struct kind kind_iam_oidc_provider = {
	.name = "iam-oidc-provider",
	.shape = "iam:GetOpenIDConnectProviderResponse",
	.view = iam_view,
};
const struct kind kind_iam_saml_provider = {
	.name = "iam-saml-provider",
	.shape = "iam:GetSAMLProviderResponse",
	.view = iam_view,
};

static const struct doc *find_oidc(struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "OpenIDConnectProviderArn");
	const struct doc *doc = find_in_scope(call, &kind_iam_oidc_provider, arn);

	if (!doc)
		aws_fail(err, AWS_IAM_OIDC_NOT_FOUND, arn);
	return doc;
}

static bool has(const struct json *list, const char *text)
{
	json_foreach (item, list)
		if (str_eq(json_str(item), text))
			return true;
	return false;
}

bool iam_create_open_id_connect_provider(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const char *url = json_get_str(input, "Url"), *arn;
	struct json *body, *tags;
	size_t length;

	if (!str_starts_with(url, "https://") || !url[strlen("https://")])
		return aws_fail(err, AWS_IAM_OIDC_URL);
	url += strlen("https://");
	length = strlen(url);
	if (length && url[length - 1] == '/')
		url = arena_strndup(call->arena, url, length - 1);
	arn = aws_global_arn(call, "iam", "oidc-provider/%s", url);
	if (json_size(json_get(input, "ThumbprintList")) > THUMBPRINTS_MAX)
		return aws_fail(err, AWS_IAM_OIDC_THUMBPRINTS);
	if (world_find(call->world, &kind_iam_oidc_provider, arn))
		return aws_fail(err, AWS_IAM_OIDC_EXISTS, json_get_str(input, "Url"));
	if (!iam_check_quota(call, "OpenIDConnectProvidersPerAccount",
			     world_count(call->world, &kind_iam_oidc_provider), PROVIDERS_MAX,
			     err) ||
	    !tags_from_list(TAGS_IAM_CASED, json_get(input, "Tags"), &tags, err))
		return false;
	body = json_new_object();
	json_set_str(body, "Url", url); /* without its scheme, as GetOpenIDConnectProvider says */
	json_set_copy(body, "ClientIDList", json_get(input, "ClientIDList"));
	json_ensure_array(body, "ClientIDList");
	json_set_copy(body, "ThumbprintList", json_get(input, "ThumbprintList"));
	json_ensure_array(body, "ThumbprintList");
	json_set_str(body, "CreateDate", iam_now(call));
	world_add(call,
		  (struct doc_spec){
			  .kind = &kind_iam_oidc_provider, .key = arn, .body = body, .tags = tags});
	json_set_str(output, "OpenIDConnectProviderArn", arn);
	return true;
}

bool iam_get_open_id_connect_provider(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const struct doc *doc = find_oidc(call, input, err);

	if (!doc)
		return false;
	json_assign(output, iam_item(doc));
	return true;
}

bool iam_list_open_id_connect_providers(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	struct json *list = json_ensure_array(output, "OpenIDConnectProviderList");

	(void)input;
	(void)err;
	world_foreach (doc, call->world, &kind_iam_oidc_provider) {
		struct json *item;

		if (!doc_in_scope(call, doc))
			continue;
		item = json_new_object();
		json_set_str(item, "Arn", doc->key);
		json_append(list, item);
	}
	return true;
}

bool iam_add_client_id_to_open_id_connect_provider(struct call *call, const struct json *input,
						   struct json *output, struct err *err)
{
	const struct doc *doc = find_oidc(call, input, err);
	const char *id = json_get_str(input, "ClientID");
	struct json *body, *list;

	(void)output;
	if (!doc)
		return false;
	body = json_copy(doc->body);
	list = json_ensure_array(body, "ClientIDList");
	if (!has(list, id))
		json_append_str(list, id);
	if (!iam_check_quota(call, "ClientIdsPerOpenIdConnectProvider", json_size(list) - 1,
			     CLIENT_IDS_MAX, err)) {
		json_free(body);
		return false;
	}
	world_put(call, &kind_iam_oidc_provider, doc->key, body);
	return true;
}

bool iam_remove_client_id_from_open_id_connect_provider(struct call *call, const struct json *input,
							struct json *output, struct err *err)
{
	const struct doc *doc = find_oidc(call, input, err);
	struct json *body, *list;

	(void)output;
	if (!doc)
		return false;
	body = json_copy(doc->body);
	list = json_ensure_array(body, "ClientIDList");
	for (struct json *item = json_first_mut(list), *next; item; item = next) {
		next = json_next_mut(item);
		if (str_eq(json_str(item), json_get_str(input, "ClientID")))
			json_remove_item(list, item);
	}
	world_put(call, &kind_iam_oidc_provider, doc->key, body);
	return true;
}

bool iam_update_open_id_connect_provider_thumbprint(struct call *call, const struct json *input,
						    struct json *output, struct err *err)
{
	const struct doc *doc = find_oidc(call, input, err);
	struct json *body;

	(void)output;
	if (!doc)
		return false;
	body = json_copy(doc->body);
	json_set_copy(body, "ThumbprintList", json_get(input, "ThumbprintList"));
	world_put(call, &kind_iam_oidc_provider, doc->key, body);
	return true;
}

bool iam_delete_open_id_connect_provider(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const char *arn = json_get_str(input, "OpenIDConnectProviderArn");
	const struct doc *doc = find_in_scope(call, &kind_iam_oidc_provider, arn);

	(void)output;
	if (!doc)
		return aws_fail(err, AWS_IAM_OIDC_DELETED, arn);
	world_remove(call, &kind_iam_oidc_provider, doc->key);
	return true;
}

IAM_TAG_OPERATIONS(open_id_connect_provider, find_oidc)

/* @name SAML */

static const struct doc *find_saml(struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "SAMLProviderArn");
	const struct doc *doc = find_in_scope(call, &kind_iam_saml_provider, arn);

	if (!doc)
		aws_fail(err, AWS_IAM_SAML_NOT_FOUND, arn);
	return doc;
}

static bool check_metadata(const char *document, struct err *err)
{
	const char *at = document ? document + strspn(document, " \t\r\n") : "";

	if (*at == '<' && strstr(at, "EntityDescriptor"))
		return true;
	return aws_fail(err, AWS_IAM_SAML_METADATA);
}

/* Source: IAM API, CreateSAMLProvider, UpdateSAMLProvider: up to two private keys decrypt what a
 * provider sends; a mode that requires encryption needs one. Keys themselves are never shown. */
static bool change_saml_keys(struct call *call, const struct json *input, const char *arn,
			     struct json *body, struct json *extra, struct err *err)
{
	const char *key = json_get_str(input, "AddPrivateKey");
	const char *gone = json_get_str(input, "RemovePrivateKey");
	struct json *list = json_ensure_array(body, "PrivateKeyList"), *item = NULL;
	char id[23] = "";

	for (struct json *at = json_first_mut(list); at; at = json_next_mut(at))
		if (gone && str_eq(json_get_str(at, "KeyId"), gone))
			item = at;
	if (gone && !item)
		return aws_fail(err, AWS_IAM_SAML_KEY_NOT_FOUND, gone);
	if (item)
		json_remove_item(list, item);
	if (key && json_size(list) >= SAML_KEYS_MAX)
		return aws_fail(err, AWS_IAM_SAML_KEYS);
	if (key) {
		int64_t made = json_get_int(extra, "Keys", 0);

		ids_text(world_seed(call->world), "saml-key", call->actor, arn, (uint64_t)made,
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", sizeof(id) - 1, id);
		item = json_new_object();
		json_set_str(item, "KeyId", id);
		json_set_str(item, "Timestamp", iam_now(call));
		json_append(list, item);
		json_set_int(extra, "Keys", made + 1);
	}
	json_set_copy(body, "AssertionEncryptionMode", json_get(input, "AssertionEncryptionMode"));
	if (str_eq(json_get_str(body, "AssertionEncryptionMode"), "Required") && !json_size(list))
		return aws_fail(err, AWS_IAM_SAML_NO_KEY);
	return true;
}

bool iam_create_saml_provider(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *name = json_get_str(input, "Name");
	const char *arn = aws_global_arn(call, "iam", "saml-provider/%s", name);
	_cleanup_(json_freep) struct json *body = json_new_object(), *extra = json_new_object();
	char until[CLOCK_TEXT_MAX];
	struct json *tags;

	if (!check_metadata(json_get_str(input, "SAMLMetadataDocument"), err))
		return false;
	if (world_find(call->world, &kind_iam_saml_provider, arn))
		return aws_fail(err, AWS_IAM_SAML_EXISTS, name);
	if (!change_saml_keys(call, input, arn, body, extra, err) ||
	    !tags_from_list(TAGS_IAM_CASED, json_get(input, "Tags"), &tags, err))
		return false;
	json_set_copy(body, "SAMLMetadataDocument", json_get(input, "SAMLMetadataDocument"));
	json_set_str(body, "CreateDate", iam_now(call));
	json_set_str(body, "ValidUntil",
		     clock_format_seconds(world_now(call->world) + SAML_VALID_MS, until));
	world_add(call, (struct doc_spec){.kind = &kind_iam_saml_provider,
					  .key = arn,
					  .body = steal(body),
					  .tags = tags,
					  .extra = steal(extra)});
	json_set_str(output, "SAMLProviderArn", arn);
	return true;
}

bool iam_get_saml_provider(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find_saml(call, input, err);

	if (!doc)
		return false;
	json_assign(output, iam_item(doc));
	return true;
}

bool iam_list_saml_providers(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	struct json *list = json_ensure_array(output, "SAMLProviderList");

	(void)input;
	(void)err;
	world_foreach (doc, call->world, &kind_iam_saml_provider) {
		struct json *item;

		if (!doc_in_scope(call, doc))
			continue;
		item = json_new_object();
		json_set_str(item, "Arn", doc->key);
		json_set_copy(item, "ValidUntil", json_get(doc->body, "ValidUntil"));
		json_set_copy(item, "CreateDate", json_get(doc->body, "CreateDate"));
		json_append(list, item);
	}
	return true;
}

bool iam_update_saml_provider(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find_saml(call, input, err);
	_cleanup_(json_freep) struct json *body = NULL, *extra = NULL;

	if (!doc)
		return false;
	if (json_get(input, "SAMLMetadataDocument") &&
	    !check_metadata(json_get_str(input, "SAMLMetadataDocument"), err))
		return false;
	body = json_copy(doc->body);
	extra = json_copy(doc->extra);
	json_set_copy(body, "SAMLMetadataDocument", json_get(input, "SAMLMetadataDocument"));
	if (!change_saml_keys(call, input, doc->key, body, extra, err))
		return false;
	world_put_all(call, &kind_iam_saml_provider, doc->key, steal(body), NULL, steal(extra));
	json_set_str(output, "SAMLProviderArn", doc->key);
	return true;
}

bool iam_delete_saml_provider(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find_saml(call, input, err);

	(void)output;
	if (!doc)
		return false;
	world_remove(call, &kind_iam_saml_provider, doc->key);
	return true;
}

IAM_TAG_OPERATIONS(saml_provider, find_saml)
