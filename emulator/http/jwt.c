/*
 * JSON web tokens signed with ES256 (RFC 7515, RFC 7518 section 3.4): the signature is R and S, 32
 * bytes each, not OpenSSL's DER.
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/http/tls_key.h"

#define COORDINATE_BYTES 32
#define SIGNATURE_BYTES	 ((size_t)2 * COORDINATE_BYTES)
#define TOKEN_MAX	 ((size_t)64 * 1024) /* bytes; a service account's token has about 1000 */

static void signature_freep(ECDSA_SIG **p)
{
	ECDSA_SIG_free(*p);
}

static void md_ctx_freep(EVP_MD_CTX **p)
{
	EVP_MD_CTX_free(*p);
}

struct tls_signing_key {
	EVP_PKEY *pkey;
	char *pem;
};

bool tls_make_signing_key(struct tls_signing_key **ret, struct err *err)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *key = xcalloc(1, sizeof(*key));

	key->pkey = EVP_EC_gen("P-256");
	if (!key->pkey)
		return tls_refused(err, "make a key");
	if (!tls_write_key(key->pkey, &key->pem, err))
		return false;
	*ret = steal(key);
	return true;
}

bool tls_read_signing_key(const char *pem, struct tls_signing_key **ret, struct err *err)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *key = xcalloc(1, sizeof(*key));

	key->pkey = tls_read_key(pem, err);
	if (!key->pkey)
		return false;
	/* ES256 is P-256 with SHA-256; a key of another curve cannot take part */
	if (!EVP_PKEY_is_a(key->pkey, "EC") || EVP_PKEY_get_bits(key->pkey) != 256)
		return err_set(err, ERR_INVALID, NULL, "a signing key must be a P-256 key");
	key->pem = xstrdup(pem);
	*ret = steal(key);
	return true;
}

const char *tls_signing_key_pem(const struct tls_signing_key *key)
{
	return key->pem;
}

void tls_signing_key_free(struct tls_signing_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	free(key->pem);
	free(key);
}

static bool sign(EVP_PKEY *key, const char *text, size_t length, uint8_t ret[SIGNATURE_BYTES])
{
	_cleanup_(md_ctx_freep) EVP_MD_CTX *context = EVP_MD_CTX_new();
	_cleanup_(signature_freep) ECDSA_SIG *signature = NULL;
	uint8_t der[128]; /* a P-256 signature has at most 72 bytes */
	const uint8_t *end = der;
	size_t size = sizeof(der);

	if (!context || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(context, der, &size, (const uint8_t *)text, length) != 1)
		return false;
	signature = d2i_ECDSA_SIG(NULL, &end, (long)size);
	return signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret, COORDINATE_BYTES) > 0 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret + COORDINATE_BYTES, COORDINATE_BYTES) >
		       0;
}

static bool verify(EVP_PKEY *key, const char *text, size_t length,
		   const uint8_t bytes[SIGNATURE_BYTES])
{
	_cleanup_(md_ctx_freep) EVP_MD_CTX *context = EVP_MD_CTX_new();
	_cleanup_(signature_freep) ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bytes, COORDINATE_BYTES, NULL);
	BIGNUM *s = BN_bin2bn(bytes + COORDINATE_BYTES, COORDINATE_BYTES, NULL);
	uint8_t *der = NULL;
	int size;
	bool ok;

	if (!signature || !r || !s || ECDSA_SIG_set0(signature, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return false;
	}
	size = i2d_ECDSA_SIG(signature, &der);
	ok = size > 0 && context &&
	     EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
	     EVP_DigestVerify(context, der, (size_t)size, (const uint8_t *)text, length) == 1;
	OPENSSL_free(der);
	return ok;
}

/* The header's text; members in the order that Kubernetes' tokens have them. */
static char *token_header(const char *key_id)
{
	_cleanup_(json_freep) struct json *header = json_new_object();
	struct strbuf sb;

	strbuf_init(&sb, TOKEN_MAX);
	json_set_str(header, "alg", "ES256");
	if (key_id)
		json_set_str(header, "kid", key_id);
	json_print(&sb, header);
	return strbuf_steal(&sb);
}

bool tls_sign_jwt(const struct tls_signing_key *key, const char *key_id, const char *payload,
		  char **ret, struct err *err)
{
	_cleanup_(freep) char *header = token_header(key_id);
	_cleanup_(freep) char *header64 = base64url_encode(header, strlen(header));
	_cleanup_(freep) char *payload64 = base64url_encode(payload, strlen(payload));
	_cleanup_(freep) char *signed_text = xasprintf("%s.%s", header64, payload64);
	_cleanup_(freep) char *signature64 = NULL;
	uint8_t signature[SIGNATURE_BYTES];

	if (strlen(signed_text) > TOKEN_MAX - 2 * SIGNATURE_BYTES)
		return err_set(err, ERR_TOO_LARGE, NULL, "a token has at most %zu bytes",
			       TOKEN_MAX);
	if (!sign(key->pkey, signed_text, strlen(signed_text), signature))
		return tls_refused(err, "sign a token");
	signature64 = base64url_encode(signature, sizeof(signature));
	*ret = xasprintf("%s.%s", signed_text, signature64);
	return true;
}

/* Whether the header names our algorithm: "none" and others are never taken (RFC 8725, 3.1). */
static bool header_fits(const char *text, size_t length)
{
	_cleanup_(freep) uint8_t *bytes = NULL;
	_cleanup_(json_freep) struct json *header = NULL;
	size_t n;

	return base64url_decode(text, length, &bytes, &n) &&
	       json_parse((const char *)bytes, n, &header, NULL) && json_is_object(header) &&
	       str_eq(json_get_str(header, "alg"), "ES256") && !json_get(header, "crit");
}

bool tls_verify_jwt(const struct tls_signing_key *key, const char *token, char **ret_payload,
		    struct err *err)
{
	_cleanup_(freep) uint8_t *signature = NULL, *payload = NULL;
	const char *first = token ? strchr(token, '.') : NULL;
	const char *second = first ? strchr(first + 1, '.') : NULL;
	size_t signature_length, payload_length;

	if (!second || strlen(token) > TOKEN_MAX || strchr(second + 1, '.') ||
	    !base64url_decode(second + 1, strlen(second + 1), &signature, &signature_length) ||
	    !base64url_decode(first + 1, (size_t)(second - first - 1), &payload, &payload_length) ||
	    memchr(payload, '\0', payload_length))
		return err_set(err, ERR_DENIED, NULL, "the token is not a signed JSON web token");
	if (!header_fits(token, (size_t)(first - token)))
		return err_set(err, ERR_DENIED, NULL, "the token is not signed with ES256");
	if (signature_length != SIGNATURE_BYTES ||
	    !verify(key->pkey, token, (size_t)(second - token), signature)) {
		tls_refused(NULL, "");
		return err_set(err, ERR_DENIED, NULL, "the token's signature does not fit");
	}
	*ret_payload = (char *)steal(payload);
	return true;
}
