/* Key pairs. Shape: EC2 KeyPairInfo. The fingerprint of an imported RSA key is the MD5 of its DER
 * form, of an ED25519 key the SHA-256 of its SSH form. */
#include "emulator/aws/ec2/internal.h"
#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"

#define KEY_MAX (16 * 1024) /* bytes of a public key's text; an RSA key of 4096 bits has 750 */

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

/** One length-prefixed field of an SSH key blob; false when it does not fit. */
static bool take_field(const uint8_t **at, size_t *left, const uint8_t **ret, size_t *length)
{
	size_t n;

	if (*left < 4)
		return false;
	n = (size_t)(*at)[0] << 24 | (size_t)(*at)[1] << 16 | (size_t)(*at)[2] << 8 | (*at)[3];
	if (n > *left - 4)
		return false;
	*ret = *at + 4;
	*length = n;
	*at += 4 + n;
	*left -= 4 + n;
	return true;
}

/** A DER element: tag, length, content. */
static void der_add(struct strbuf *sb, char tag, const void *content, size_t length)
{
	strbuf_add_char(sb, tag);
	if (length >= 0x100) {
		strbuf_add_char(sb, (char)0x82);
		strbuf_add_char(sb, (char)(length >> 8));
	} else if (length >= 0x80) {
		strbuf_add_char(sb, (char)0x81);
	}
	strbuf_add_char(sb, (char)(length & 0xff));
	strbuf_add_bytes(sb, content, length);
}

/**
 * The SubjectPublicKeyInfo of an RSA key, whose MD5 AWS shows. SSH's numbers are DER integers
 * already: big-endian two's complement.
 */
static void rsa_der(const uint8_t *e, size_t e_length, const uint8_t *n, size_t n_length,
		    struct strbuf *ret)
{
	/* SEQUENCE { OID 1.2.840.113549.1.1.1 (rsaEncryption), NULL } */
	static const uint8_t algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
					    0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
	struct strbuf numbers, key, body;

	strbuf_init(&numbers, KEY_MAX);
	der_add(&numbers, 0x02, n, n_length);
	der_add(&numbers, 0x02, e, e_length);
	strbuf_init(&key, KEY_MAX);
	strbuf_add_char(&key, 0); /* no unused bits */
	der_add(&key, 0x30, strbuf_text(&numbers), numbers.length);
	strbuf_init(&body, KEY_MAX);
	strbuf_add_bytes(&body, algorithm, sizeof(algorithm));
	der_add(&body, 0x03, strbuf_text(&key), key.length);
	der_add(ret, 0x30, strbuf_text(&body), body.length);
	strbuf_done(&body);
	strbuf_done(&key);
	strbuf_done(&numbers);
}

/** Bytes as "1f:51:ae:…". */
static char *colons(const uint8_t *bytes, size_t length)
{
	struct strbuf sb;

	strbuf_init(&sb, 256);
	for (size_t i = 0; i < length; i++)
		strbuf_addf(&sb, "%s%02x", i ? ":" : "", bytes[i]);
	return strbuf_steal(&sb);
}

/** Type and fingerprint of a decoded SSH key; false when it is none of the two sorts. */
static bool fingerprint(const uint8_t *blob, size_t length, const char **type, char **ret)
{
	const uint8_t *at = blob, *sort, *e, *n;
	size_t left = length, sort_length, e_length, n_length;
	uint8_t md5[16], sha[SHA256_BYTES];
	struct strbuf der;

	if (!take_field(&at, &left, &sort, &sort_length))
		return false;
	if (sort_length == 11 && memcmp(sort, "ssh-ed25519", 11) == 0) {
		/* Source: EC2 user guide, "Verify the fingerprint": SHA-256 in base64 */
		digest_sha256(blob, length, sha);
		*type = "ed25519";
		*ret = base64_encode(sha, sizeof(sha));
		return true;
	}
	if (sort_length != 7 || memcmp(sort, "ssh-rsa", 7) != 0 ||
	    !take_field(&at, &left, &e, &e_length) || !take_field(&at, &left, &n, &n_length))
		return false;
	strbuf_init(&der, KEY_MAX);
	rsa_der(e, e_length, n, n_length, &der);
	digest_md5(strbuf_text(&der), der.length, md5);
	strbuf_done(&der);
	*type = "rsa";
	*ret = colons(md5, sizeof(md5));
	return true;
}

/** "ssh-rsa BASE64 comment", itself in base64 (a blob of the API). */
static bool read_key(const char *material, char **text, const char **type, char **print)
{
	_cleanup_(freep) uint8_t *outer = NULL, *blob = NULL;
	size_t outer_length, blob_length;
	char *line, *sort, *data, *save = NULL;
	bool ok;

	if (!material || strlen(material) > KEY_MAX ||
	    !base64_decode(material, strlen(material), &outer, &outer_length))
		return false;
	line = xstrndup((const char *)outer, outer_length);
	*text = xstrdup(line);
	sort = strtok_r(line, " \t\r\n", &save);
	data = sort ? strtok_r(NULL, " \t\r\n", &save) : NULL;
	ok = data && base64_decode(data, strlen(data), &blob, &blob_length) &&
	     fingerprint(blob, blob_length, type, print);
	free(line);
	if (!ok)
		free(steal(*text));
	return ok;
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
	uint8_t sha1[20];

	if (!check_name(call, name, err) ||
	    !tags_from_specifications(input, "key-pair", &tags, err))
		return false;
	if (!type)
		type = "rsa";
	digest_sha1(name, strlen(name), sha1);
	print = str_eq(type, "rsa") ? colons(sha1, sizeof(sha1))
				    : base64_encode(sha1, sizeof(sha1));
	reply_key_pair(output, key_pair_add(call, name, type, print, NULL, steal(tags)));
	json_set_str(output, "KeyMaterial",
		     "-----BEGIN EMULATED PRIVATE KEY-----\n"
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
	_cleanup_(json_freep) struct json *changed = json_copy(input);
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

	json_foreach (name, json_get(input, "KeyNames")) {
		const struct doc *key = find_by_name(call, json_str(name));

		if (!key)
			return aws_fail(err, AWS_EC2_KEY_PAIR_NOT_FOUND, json_str(name));
		json_append_str(json_ensure_array(changed, "KeyPairIds"), key->key);
	}
	return describe_reply(call, changed, output, &describe, err);
}
