#pragma once
/* Keys and certificates made on the spot: a CA, server and client certificates. OpenSSL, P-256, no
 * file needed. */
#include "emulator/base/err.h"

/** A certificate and its key, PEM texts; free with tls_pair_done. */
struct tls_pair {
	char *certificate_pem;
	char *key_pem;
};
void tls_pair_done(struct tls_pair *pair);

/** A self-signed CA, valid for 10 years. */
must_check bool tls_make_ca(const char *common_name, struct tls_pair *ret, struct err *err);
/**
 * A server certificate signed by ca.
 *
 * @param names  DNS names and numeric addresses for subjectAltName, NULL-terminated, at least one
 */
must_check bool tls_make_server(const struct tls_pair *ca, const char *const *names,
				struct tls_pair *ret, struct err *err);
/** A client certificate: CN = user, O = each of the groups (NULL-terminated, may be NULL). */
must_check bool tls_make_client(const struct tls_pair *ca, const char *user,
				const char *const *groups, struct tls_pair *ret, struct err *err);

/** A P-256 key that signs tokens (ES256). Read once and kept: to read PEM takes OpenSSL longer than
 * to verify a signature. */
struct tls_signing_key;
/** A new one, to be freed. */
must_check bool tls_make_signing_key(struct tls_signing_key **ret, struct err *err);
/** The one that a PEM text holds, to be freed. @param err  ERR_INVALID: it is none, or no P-256 */
must_check bool tls_read_signing_key(const char *pem, struct tls_signing_key **ret,
				     struct err *err);
/** The key as PEM (PKCS#8); borrowed. */
const char *tls_signing_key_pem(const struct tls_signing_key *key);
/** NULL is fine. */
void tls_signing_key_free(struct tls_signing_key *key);
DEFINE_FREEP(tls_signing_key, struct tls_signing_key)

/**
 * A signed JWT out of a payload (JSON text); new text.
 *
 * @param key_id  its "kid"; NULL: none
 * @param err     ERR_TOO_LARGE: more than 64 KiB
 */
must_check bool tls_sign_jwt(const struct tls_signing_key *key, const char *key_id,
			     const char *payload, char **ret, struct err *err);
/** Checks signature of a JWT by the same key; its payload as new text. ERR_DENIED when it does not
 * fit. */
must_check bool tls_verify_jwt(const struct tls_signing_key *key, const char *token,
			       char **ret_payload, struct err *err);
