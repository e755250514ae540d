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

/** A P-256 key for signing tokens (ES256), PEM. */
must_check bool tls_make_signing_key(char **ret_pem, struct err *err);
/** A signed JWT out of a payload (JSON text); new text. */
must_check bool tls_sign_jwt(const char *key_pem, const char *key_id, const char *payload,
			     char **ret, struct err *err);
/** Checks signature of a JWT by the same key; its payload as new text. ERR_DENIED when it does not
 * fit. */
must_check bool tls_verify_jwt(const char *key_pem, const char *token, char **ret_payload,
			       struct err *err);
