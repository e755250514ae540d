/*
 * What keys do: encrypting and decrypting, data keys, message authentication codes, random bytes.
 *
 * A ciphertext is: 1, the id of the key (16 bytes), the number of its material (4), the nonce (12),
 * what AES-GCM makes of the plaintext, its tag (16). The encryption context is bound to it.
 */
#include "emulator/aws/kms/kms.h"

#include "emulator/base/cipher.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

#define FORMAT	      1
#define ID_BYTES      16
#define HEAD_BYTES    (1 + ID_BYTES + 4 + CIPHER_IV_BYTES)
#define CONTEXT_MAX   (64 * 1024)
#define RANDOM_MAX    1024 /* NumberOfBytes of data keys and random bytes, by the model */
#define AES_256_BYTES 32
#define AES_128_BYTES 16

struct blob {
	const uint8_t *bytes;
	size_t length;
};

/* @name Bytes */

static void hash_bytes(const struct call *call, const char *what, const char *name,
		       uint64_t ordinal, uint8_t *ret, size_t length)
{
	uint8_t digest[SHA256_BYTES];

	for (size_t done = 0; done < length; done += sizeof(digest)) {
		const char *text = arena_printf(call->arena, "%llu|%s|%s|%llu|%zu",
						(unsigned long long)world_seed(call->world), what,
						name, (unsigned long long)ordinal, done);
		size_t n = length - done < sizeof(digest) ? length - done : sizeof(digest);

		digest_sha256(text, strlen(text), digest);
		memcpy(ret + done, digest, n);
	}
}

void kms_material(const struct call *call, const struct doc *key, size_t version, uint8_t ret[32])
{
	hash_bytes(call, "kms-material", doc_str(key, "Arn"), version, ret, 32);
}

static void set_blob(struct json *output, const char *member, const void *bytes, size_t length)
{
	_cleanup_(freep) char *text = base64_encode(bytes, length);

	json_set_str(output, member, text);
}

static struct blob get_blob(struct call *call, const struct json *input, const char *member)
{
	const char *text = json_get_str(input, member);
	_cleanup_(freep) uint8_t *bytes = NULL;
	struct blob blob = {(const uint8_t *)"", 0};
	uint8_t *copy;

	if (!text || !base64_decode(text, strlen(text), &bytes, &blob.length))
		return blob;
	copy = arena_alloc(call->arena, blob.length + 1);
	memcpy(copy, bytes, blob.length);
	blob.bytes = copy;
	return blob;
}

/* "0a1b…-…" as 16 bytes, and back. */
static void id_to_bytes(const char *id, uint8_t ret[ID_BYTES])
{
	char digits[2 * ID_BYTES + 1];
	size_t n = 0;

	for (; *id && n < sizeof(digits) - 1; id++)
		if (*id != '-')
			digits[n++] = *id;
	digits[n] = '\0';
	if (!hex_decode(digits, ret, ID_BYTES))
		assert(!"ids of keys are UUIDs");
}

static const char *id_of_bytes(struct arena *arena, const uint8_t bytes[ID_BYTES])
{
	char hex[2 * ID_BYTES + 1];

	hex_encode(bytes, ID_BYTES, hex);
	return arena_printf(arena, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16,
			    hex + 20);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(json_key(*(const struct json *const *)a),
		      json_key(*(const struct json *const *)b));
}

/* The encryption context as bytes: its pairs in the order of their names. */
static struct blob context_of(struct call *call, const struct json *context)
{
	size_t count = json_size(context), n = 0;
	const struct json **pairs = arena_alloc(call->arena, (count + 1) * sizeof(*pairs));
	struct strbuf sb;
	struct blob blob;

	json_foreach (pair, context)
		pairs[n++] = pair;
	qsort(pairs, n, sizeof(*pairs), by_name);
	strbuf_init(&sb, CONTEXT_MAX);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&sb, "%zu:%s=%zu:%s;", strlen(json_key(pairs[i])), json_key(pairs[i]),
			    strlen(json_str(pairs[i])), json_str(pairs[i]));
	blob.bytes = (const uint8_t *)arena_strdup(call->arena, strbuf_text(&sb));
	blob.length = sb.length;
	strbuf_done(&sb);
	return blob;
}

/* @name Encrypting */

/* A key of the usage that the operation needs. */
static const struct doc *key_for(struct call *call, const char *id, const char *usage,
				 struct err *err)
{
	const struct doc *key = kms_key(call, id, KMS_ALIAS | KMS_ENABLED, err);

	if (key && !str_eq(doc_str(key, "KeyUsage"), usage)) {
		aws_fail(err, AWS_KMS_USAGE, doc_str(key, "Arn"), doc_str(key, "KeyUsage"),
			 call->operation);
		return NULL;
	}
	return key;
}

static struct blob seal(struct call *call, const struct doc *key, const struct json *context,
			struct blob plain)
{
	struct blob bound = context_of(call, context);
	const struct cipher_text text = {plain.bytes, plain.length, bound.bytes, bound.length};
	size_t version = kms_materials(key) - 1;
	uint8_t material[CIPHER_KEY_BYTES], digest[SHA256_BYTES], *bytes;
	struct blob sealed = {.length = HEAD_BYTES + plain.length + CIPHER_TAG_BYTES};

	sealed.bytes = bytes = arena_alloc(call->arena, sealed.length);
	bytes[0] = FORMAT;
	id_to_bytes(key->key, bytes + 1);
	for (unsigned i = 0; i < 4; i++)
		bytes[1 + ID_BYTES + i] = (uint8_t)(version >> (24 - 8 * i));
	/* a nonce for each text and call */
	digest_sha256(plain.bytes, plain.length, digest);
	hash_bytes(call, "kms-nonce", key->key, call->number ^ digest[0],
		   bytes + HEAD_BYTES - CIPHER_IV_BYTES, CIPHER_IV_BYTES);
	kms_material(call, key, version, material);
	cipher_seal(material, bytes + HEAD_BYTES - CIPHER_IV_BYTES, &text, bytes + HEAD_BYTES);
	return sealed;
}

/* The key that a ciphertext was made by; it says so itself. */
static const struct doc *key_of(struct call *call, struct blob sealed, const char *said,
				struct err *err)
{
	const char *id;
	const struct doc *key;

	if (sealed.length < HEAD_BYTES + CIPHER_TAG_BYTES || sealed.bytes[0] != FORMAT) {
		aws_fail(err, AWS_KMS_CIPHERTEXT);
		return NULL;
	}
	id = id_of_bytes(call->arena, sealed.bytes + 1);
	if (said) {
		key = key_for(call, said, "ENCRYPT_DECRYPT", err);
		if (key && !str_eq(key->key, id)) {
			aws_fail(err, AWS_KMS_INCORRECT_KEY);
			return NULL;
		}
		return key;
	}
	if (!kms_find(call, id, false)) {
		aws_fail(err, AWS_KMS_CIPHERTEXT);
		return NULL;
	}
	return key_for(call, id, "ENCRYPT_DECRYPT", err);
}

static bool unseal(struct call *call, const struct doc *key, const struct json *context,
		   struct blob sealed, struct blob *ret, struct err *err)
{
	struct blob bound = context_of(call, context);
	const struct cipher_text text = {sealed.bytes + HEAD_BYTES, sealed.length - HEAD_BYTES,
					 bound.bytes, bound.length};
	uint8_t material[CIPHER_KEY_BYTES], *plain;
	size_t version = 0;

	for (unsigned i = 0; i < 4; i++)
		version = version << 8 | sealed.bytes[1 + ID_BYTES + i];
	if (version >= kms_materials(key))
		return aws_fail(err, AWS_KMS_CIPHERTEXT);
	plain = arena_alloc(call->arena, text.length);
	kms_material(call, key, version, material);
	if (!cipher_open(material, sealed.bytes + HEAD_BYTES - CIPHER_IV_BYTES, &text, plain))
		return aws_fail(err, AWS_KMS_CIPHERTEXT);
	*ret = (struct blob){plain, text.length - CIPHER_TAG_BYTES};
	return true;
}

static bool check_algorithm(const char *algorithm, struct err *err)
{
	return !algorithm || str_eq(algorithm, "SYMMETRIC_DEFAULT") ||
	       aws_fail(err, AWS_KMS_INCORRECT_KEY);
}

static bool refuse_enclaves(const struct json *input, struct err *err)
{
	return (!json_get(input, "Recipient") && !json_get(input, "DryRunModifiers")) ||
	       err_set(err, ERR_UNSUPPORTED, "NotImplemented",
		       "skyrig has no Nitro enclaves (Recipient) and no DryRunModifiers");
}

bool kms_encrypt(struct call *call, const struct json *input, struct json *output, struct err *err)
{
	const struct doc *key = key_for(call, json_get_str(input, "KeyId"), "ENCRYPT_DECRYPT", err);
	struct blob sealed;

	if (!key || !check_algorithm(json_get_str(input, "EncryptionAlgorithm"), err))
		return false;
	sealed = seal(call, key, json_get(input, "EncryptionContext"),
		      get_blob(call, input, "Plaintext"));
	set_blob(output, "CiphertextBlob", sealed.bytes, sealed.length);
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	json_set_str(output, "EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
	return true;
}

bool kms_decrypt(struct call *call, const struct json *input, struct json *output, struct err *err)
{
	struct blob sealed = get_blob(call, input, "CiphertextBlob"), plain;
	const struct doc *key;

	if (!refuse_enclaves(input, err) ||
	    !check_algorithm(json_get_str(input, "EncryptionAlgorithm"), err))
		return false;
	key = key_of(call, sealed, json_get_str(input, "KeyId"), err);
	if (!key || !unseal(call, key, json_get(input, "EncryptionContext"), sealed, &plain, err))
		return false;
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	set_blob(output, "Plaintext", plain.bytes, plain.length);
	json_set_str(output, "EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
	return true;
}

bool kms_re_encrypt(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	struct blob sealed = get_blob(call, input, "CiphertextBlob"), plain;
	const struct doc *from, *to;

	if (!refuse_enclaves(input, err) ||
	    !check_algorithm(json_get_str(input, "SourceEncryptionAlgorithm"), err) ||
	    !check_algorithm(json_get_str(input, "DestinationEncryptionAlgorithm"), err))
		return false;
	from = key_of(call, sealed, json_get_str(input, "SourceKeyId"), err);
	if (!from ||
	    !unseal(call, from, json_get(input, "SourceEncryptionContext"), sealed, &plain, err))
		return false;
	to = key_for(call, json_get_str(input, "DestinationKeyId"), "ENCRYPT_DECRYPT", err);
	if (!to)
		return false;
	sealed = seal(call, to, json_get(input, "DestinationEncryptionContext"), plain);
	set_blob(output, "CiphertextBlob", sealed.bytes, sealed.length);
	json_set_copy(output, "SourceKeyId", json_get(from->body, "Arn"));
	json_set_copy(output, "KeyId", json_get(to->body, "Arn"));
	json_set_str(output, "SourceEncryptionAlgorithm", "SYMMETRIC_DEFAULT");
	json_set_str(output, "DestinationEncryptionAlgorithm", "SYMMETRIC_DEFAULT");
	return true;
}

/* @name Data keys and random bytes */

static bool data_key(struct call *call, const struct json *input, bool show, struct json *output,
		     struct err *err)
{
	const char *spec = json_get_str(input, "KeySpec");
	int64_t bytes = json_get_int(input, "NumberOfBytes", 0);
	const struct doc *key = key_for(call, json_get_str(input, "KeyId"), "ENCRYPT_DECRYPT", err);
	uint8_t plain[RANDOM_MAX];
	struct blob sealed;

	if (!key || !refuse_enclaves(input, err))
		return false;
	if (!!spec == (bytes != 0))
		return aws_fail(err, AWS_KMS_DATA_KEY);
	if (spec)
		bytes = str_eq(spec, "AES_256") ? AES_256_BYTES : AES_128_BYTES;
	hash_bytes(call, "kms-data-key", key->key, call->number, plain, (size_t)bytes);
	sealed = seal(call, key, json_get(input, "EncryptionContext"),
		      (struct blob){plain, (size_t)bytes});
	set_blob(output, "CiphertextBlob", sealed.bytes, sealed.length);
	if (show)
		set_blob(output, "Plaintext", plain, (size_t)bytes);
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	return true;
}

bool kms_generate_data_key(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	return data_key(call, input, true, output, err);
}

bool kms_generate_data_key_without_plaintext(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	return data_key(call, input, false, output, err);
}

bool kms_generate_random(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	int64_t bytes = json_get_int(input, "NumberOfBytes", 0);
	uint8_t plain[RANDOM_MAX];

	if (!refuse_enclaves(input, err))
		return false;
	if (json_get(input, "CustomKeyStoreId"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no custom key stores");
	if (bytes < 1 || bytes > RANDOM_MAX)
		return aws_fail(err, AWS_KMS_RANDOM);
	hash_bytes(call, "kms-random", call->actor, call->number, plain, (size_t)bytes);
	set_blob(output, "Plaintext", plain, (size_t)bytes);
	return true;
}

/* @name Message authentication codes */

/* The code of the message; algorithm "HMAC_SHA_256" must be the key's. */
static bool mac_of(struct call *call, const struct json *input, const struct doc *key,
		   uint8_t ret[HMAC_BYTES_MAX], size_t *ret_length, struct err *err)
{
	const char *algorithm = json_get_str(input, "MacAlgorithm");
	struct blob message = get_blob(call, input, "Message");
	uint8_t material[32];

	if (!str_eq(json_str(json_first(json_get(key->body, "MacAlgorithms"))), algorithm))
		return aws_fail(err, AWS_KMS_USAGE, doc_str(key, "Arn"), doc_str(key, "KeySpec"),
				algorithm);
	kms_material(call, key, 0, material);
	*ret_length =
		cipher_hmac(arena_printf(call->arena, "SHA%s", algorithm + strlen("HMAC_SHA_")),
			    material, sizeof(material), message.bytes, message.length, ret);
	return true;
}

bool kms_generate_mac(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *key =
		key_for(call, json_get_str(input, "KeyId"), "GENERATE_VERIFY_MAC", err);
	uint8_t mac[HMAC_BYTES_MAX];
	size_t length = 0;

	if (!key || !mac_of(call, input, key, mac, &length, err))
		return false;
	set_blob(output, "Mac", mac, length);
	json_set_copy(output, "MacAlgorithm", json_get(input, "MacAlgorithm"));
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	return true;
}

bool kms_verify_mac(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct doc *key =
		key_for(call, json_get_str(input, "KeyId"), "GENERATE_VERIFY_MAC", err);
	struct blob said = get_blob(call, input, "Mac");
	uint8_t mac[HMAC_BYTES_MAX];
	size_t length = 0;

	if (!key || !mac_of(call, input, key, mac, &length, err))
		return false;
	if (said.length != length || !digest_equal(said.bytes, mac, length))
		return aws_fail(err, AWS_KMS_MAC);
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	json_set_bool(output, "MacValid", true);
	json_set_copy(output, "MacAlgorithm", json_get(input, "MacAlgorithm"));
	return true;
}
