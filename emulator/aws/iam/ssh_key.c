/* SSH keys of users, for CodeCommit. Document kind: iam-ssh-key, shape: IAM SSHPublicKey. */
#include "emulator/base/ssh_key.h"

#include "emulator/aws/iam/credential.h"
#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"

#define KEYS_MAX  5 /* IAM quotas, "SSH public keys per user" */
#define ID_DIGITS 17
#define PEM_LINE  64 /* characters */

static const struct kind_index indexes[] = {{"user", iam_user_term}, {NULL, NULL}};
const struct kind kind_iam_ssh_key = {
	.name = "iam-ssh-key",
	.shape = "iam:SSHPublicKey",
	.indexes = indexes,
};
const struct iam_credential iam_ssh_key = {
	.kind = &kind_iam_ssh_key,
	.id_member = "SSHPublicKeyId",
	.list = "SSHPublicKeys",
	.not_found = AWS_IAM_SSH_KEY_NOT_FOUND,
	.hidden = {"Fingerprint", "SSHPublicKeyBody"},
};

static bool has_key(struct call *call, const struct doc *user, const char *fingerprint)
{
	struct docs docs = {0};
	bool found = false;

	world_lookup(call->world, &kind_iam_ssh_key, "user", user->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		found = found || str_eq(doc_str(docs.items[i], "Fingerprint"), fingerprint);
	docs_done(&docs);
	return found;
}

static bool read_key(const char *text, struct ssh_key *ret)
{
	return *text == '-' ? ssh_key_parse_pem(text, ret) : ssh_key_parse(text, ret);
}

/* MD5 of the key itself, as ssh-keygen -E md5 shows it; in the arena. */
static bool fingerprint_of(struct call *call, const char *text, const char **ret, struct err *err)
{
	_cleanup_(freep) char *shown = NULL;
	struct ssh_key key;
	uint8_t md5[16];

	if (!str_starts_with(text, "ssh-rsa") && !str_starts_with(text, "-----BEGIN PUBLIC KEY"))
		return aws_fail(err, AWS_IAM_SSH_KEY_ENCODING);
	if (!read_key(text, &key))
		return aws_fail(err, AWS_IAM_SSH_KEY_INVALID);
	digest_md5(key.blob, key.length, md5);
	shown = ssh_key_colons(md5, sizeof(md5));
	*ret = arena_strdup(call->arena, shown);
	ssh_key_done(&key);
	return true;
}

bool iam_upload_ssh_public_key(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err), *doc;
	const char *text = json_get_str(input, "SSHPublicKeyBody"), *fingerprint = NULL;
	struct json *body;

	if (!user || !fingerprint_of(call, text, &fingerprint, err))
		return false;
	if (has_key(call, user, fingerprint))
		return aws_fail(err, AWS_IAM_SSH_KEY_TWICE);
	if (!iam_check_quota(call, "SSHPublicKeysPerUser",
			     iam_credential_count(call, &kind_iam_ssh_key, user), KEYS_MAX, err))
		return false;
	body = json_new_object();
	json_set_str(body, "UserName", doc_str(user, "UserName"));
	json_set_str(body, "SSHPublicKeyId", iam_credential_id(call, "APKA", ID_DIGITS));
	json_set_str(body, "Fingerprint", fingerprint);
	json_set_str(body, "SSHPublicKeyBody", text);
	json_set_str(body, "Status", "Active");
	json_set_str(body, "UploadDate", iam_now(call));
	doc = iam_credential_add(call, &iam_ssh_key, user, body, NULL);
	json_set_borrowed(output, "SSHPublicKey", doc->body);
	return true;
}

/* The key in PEM or in SSH's form, whichever it was uploaded in; new text. */
static char *encoded(const char *text, bool pem)
{
	_cleanup_(freep) char *coded = NULL;
	struct strbuf der, sb;
	struct ssh_key key;
	bool ok = read_key(text, &key);

	assert(ok); /* it was when it was uploaded */
	if (!ok || (*text == '-') == pem) {
		ssh_key_done(&key);
		return xstrdup(text);
	}
	strbuf_init(&der, SSH_KEY_MAX);
	strbuf_init(&sb, 2 * SSH_KEY_MAX);
	if (pem && ssh_key_der(&key, &der)) {
		coded = base64_encode(strbuf_text(&der), der.length);
		strbuf_add(&sb, "-----BEGIN PUBLIC KEY-----\n");
		for (size_t i = 0; i < strlen(coded); i += PEM_LINE)
			strbuf_addf(&sb, "%.*s\n", PEM_LINE, coded + i);
		strbuf_add(&sb, "-----END PUBLIC KEY-----");
	} else {
		coded = base64_encode(key.blob, key.length);
		strbuf_addf(&sb, "ssh-rsa %s", coded);
	}
	ssh_key_done(&key);
	strbuf_done(&der);
	return strbuf_steal(&sb);
}

bool iam_get_ssh_public_key(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *doc = iam_credential_find(call, &iam_ssh_key, input, err);
	_cleanup_(freep) char *text = NULL;
	struct json *item;

	if (!doc)
		return false;
	item = iam_credential_view(call, &iam_ssh_key, doc, true);
	text = encoded(doc_str(doc, "SSHPublicKeyBody"),
		       str_eq(json_get_str(input, "Encoding"), "PEM"));
	json_set_str(item, "SSHPublicKeyBody", text);
	json_set(output, "SSHPublicKey", item);
	return true;
}

bool iam_list_ssh_public_keys(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	return iam_credential_list(call, &iam_ssh_key, input, output, err);
}

bool iam_update_ssh_public_key(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	(void)output;
	return iam_credential_update(call, &iam_ssh_key, input, err);
}

bool iam_delete_ssh_public_key(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	(void)output;
	return iam_credential_delete(call, &iam_ssh_key, input, err);
}
