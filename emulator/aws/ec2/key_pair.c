/* Key pairs. Shape: EC2 KeyPairInfo. The fingerprint of an imported RSA key is the MD5 of its DER
 * form, of an ED25519 key the SHA-256 of its SSH form. */
#include "emulator/aws/ec2/internal.h"
#include "emulator/base/digest.h"
#include "emulator/base/ssh_key.h"
#include "emulator/base/strbuf.h"

static void terms_name(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term =
		xasprintf("%s/%s/%s", doc->account, doc->region, doc_str(doc, "KeyName"));

	terms_add(terms, term);
}

static const struct kind_index key_pair_indexes[] = {
	{"name", terms_name},
	{NULL, NULL},
};

static struct json *key_pair_item(const struct doc *doc)
{
	struct json *item = ec2_item(doc);

	json_remove(item, "PublicKey"); /* only when it is asked for */
	return item;
}

static struct json *key_pair_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(key_pair_item(doc));
}

const struct kind kind_key_pair = {
	.name = "key-pair",
	.shape = "ec2:KeyPairInfo",
	.indexes = key_pair_indexes,
	.view = key_pair_view,
};

static const struct doc *find_by_name(const struct call *call, const char *name)
{
	_cleanup_(freep) char *term = xasprintf("%s/%s/%s", call->account, call->region, name);

	return world_lookup_one(call->world, &kind_key_pair, "name", term);
}

/* ---- Fingerprints ---- */

/** New text. */
static char *fingerprint(const struct ssh_key *key)
{
	uint8_t md5[16], sha[SHA256_BYTES];
	struct strbuf der;

	strbuf_init(&der, SSH_KEY_MAX);
	if (ssh_key_der(key, &der)) {
		digest_md5(strbuf_text(&der), der.length, md5);
		strbuf_done(&der);
		return ssh_key_colons(md5, sizeof(md5));
	}
	strbuf_done(&der);
	/* Source: EC2 user guide, "Verify the fingerprint": of ED25519 SHA-256 in base64 */
	digest_sha256(key->blob, key->length, sha);
	return base64_encode(sha, sizeof(sha));
}

/** "ssh-rsa BASE64 comment", itself in base64 (a blob of the API). */
static bool read_key(const char *material, char **text, const char **type, char **print)
{
	_cleanup_(freep) uint8_t *outer = NULL;
	struct ssh_key key;
	size_t length;

	if (!material || strlen(material) > SSH_KEY_MAX ||
	    !base64_decode(material, strlen(material), &outer, &length) ||
	    !ssh_key_parse((const char *)outer, &key))
		return false;
	*text = xstrdup((const char *)outer);
	*type = key.type;
	*print = fingerprint(&key);
	ssh_key_done(&key);
	return true;
}

/* ---- ImportKeyPair, CreateKeyPair ---- */

static const struct doc *key_pair_add(struct call *call, const char *name, const char *type,
				      const char *print, const char *public_key, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_key_pair, name);
	struct json *body = json_new_object();

	json_set_str(body, "KeyPairId", id);
	json_set_str(body, "KeyType", type);
	json_set_str(body, "PublicKey", public_key);
	json_set_str(body, "CreateTime", aws_now(call));
	json_set_str(body, "KeyName", name);
	json_set_str(body, "KeyFingerprint", print);
	return world_add(
		call,
		(struct doc_spec){.kind = &kind_key_pair, .key = id, .body = body, .tags = tags});
}

static bool check_name(const struct call *call, const char *name, struct err *err)
{
	if (!*name || strlen(name) > 255)
		return aws_fail(err, AWS_EC2_KEY_NAME, name);
	if (find_by_name(call, name))
		return aws_fail(err, AWS_EC2_KEY_PAIR_DUPLICATE);
	return true;
}

static void reply_key_pair(struct json *output, const struct doc *key)
{
	json_set_str(output, "KeyFingerprint", doc_str(key, "KeyFingerprint"));
	json_set_str(output, "KeyName", doc_str(key, "KeyName"));
	json_set_str(output, "KeyPairId", key->key);
	if (json_size(key->tags))
		json_set(output, "Tags", tags_to_list(key->tags));
}

bool ec2_import_key_pair(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	_cleanup_(freep) char *text = NULL, *print = NULL;
	const char *name = json_get_str(input, "KeyName"), *type;

	if (!check_name(call, name, err) ||
	    !tags_from_specifications(input, "key-pair", &tags, err))
		return false;
	if (!read_key(json_get_str(input, "PublicKeyMaterial"), &text, &type, &print))
		return aws_fail(err, AWS_EC2_KEY_FORMAT);
	reply_key_pair(output, key_pair_add(call, name, type, print, text, steal(tags)));
	return true;
}

/**
 * Makes no real key: the answer's private key is a text that says so, which no SSH client takes.
 * Nothing in the emulated network can be logged in to.
 */
bool ec2_create_key_pair(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	_cleanup_(freep) char *print = NULL;
	const char *name = json_get_str(input, "KeyName"), *type = json_get_str(input, "KeyType");
	uint8_t sha1[20]; /* of the name: there is no key */

	if (!check_name(call, name, err) ||
	    !tags_from_specifications(input, "key-pair", &tags, err))
		return false;
	if (!type)
		type = "rsa";
	digest_sha1(name, strlen(name), sha1);
	print = str_eq(type, "rsa") ? ssh_key_colons(sha1, sizeof(sha1))
				    : base64_encode(sha1, sizeof(sha1));
	reply_key_pair(output, key_pair_add(call, name, type, print, NULL, steal(tags)));
	json_set_str(output, "KeyMaterial",
		     str_eq(json_get_str(input, "KeyFormat"), "ppk")
			     ? "PuTTY-User-Key-File-2: emulated\n"
			     : "-----BEGIN EMULATED PRIVATE KEY-----\n"
			       "-----END EMULATED PRIVATE KEY-----\n");
	return true;
}

/* ---- DeleteKeyPair, DescribeKeyPairs ---- */

/* Source: EC2 API, DeleteKeyPair: a key that does not exist is no error. */
bool ec2_delete_key_pair(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const char *name = json_get_str(input, "KeyName"), *id = json_get_str(input, "KeyPairId");
	const struct doc *key;

	if (!name && !id)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "KeyName");
	key = id ? ec2_find(call, &kind_key_pair, id) : find_by_name(call, name);
	json_set_bool(output, "Return", true);
	if (!key)
		return true;
	json_set_str(output, "KeyPairId", key->key);
	world_remove(call, &kind_key_pair, key->key);
	return true;
}

static const struct filter_field key_pair_filters[] = {
	{"fingerprint", "KeyFingerprint", NULL, NULL},
	{"key-name", "KeyName", NULL, NULL},
	{"key-pair-id", "KeyPairId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static struct json *describe_item(struct call *call, const struct doc *doc)
{
	(void)call;
	return key_pair_item(doc);
}

static struct json *describe_item_with_key(struct call *call, const struct doc *doc)
{
	(void)call;
	return ec2_item(doc);
}

bool ec2_describe_key_pairs(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *changed = json_copy_watched(input);
	struct describe describe = {
		.kind = &kind_key_pair,
		.ids = "KeyPairIds",
		.id_prefix = "key-",
		.malformed = AWS_EC2_KEY_PAIR_MALFORMED,
		.not_found = AWS_EC2_KEY_PAIR_NOT_FOUND,
		.filters = "Filters",
		.fields = key_pair_filters,
		.result = "KeyPairs",
		.item = json_get_bool(input, "IncludePublicKey", false) ? describe_item_with_key
									: describe_item,
	};
	bool ok;

	json_foreach (name, json_get(input, "KeyNames")) {
		const struct doc *key = find_by_name(call, json_str(name));

		if (!key)
			return aws_fail(err, AWS_EC2_KEY_PAIR_NOT_FOUND, json_str(name));
		json_append_str(json_ensure_array(changed, "KeyPairIds"), key->key);
	}
	ok = describe_reply(call, changed, output, &describe, err);
	json_watch_back(input, changed);
	return ok;
}
