#pragma once
/* X.509 certificates as services show them: read out of PEM; OpenSSL behind plain functions. */
#include "emulator/base/container.h"

struct certificate {
	char *common_name;		     /**< of the subject; NULL: has none */
	char *subject, *issuer;		     /**< "CN=a,O=b" */
	char *issuer_name;		     /**< common name of the issuer, NULL: has none */
	char *serial;			     /**< "0a:1b:…", lower case */
	struct strs names;		     /**< DNS names of subjectAltName, in order */
	int64_t not_before_ms, not_after_ms; /**< since 1970 */
	char *key_algorithm;		     /**< as ACM says it: "RSA-2048", "EC-prime256v1" */
	char *signature;		     /**< "SHA256WITHRSA" */
	bool self_signed;
};

/** Reads the first certificate of a PEM text; false when there is none. Give back. */
must_check bool certificate_parse(const char *pem, struct certificate *ret);
void certificate_done(struct certificate *certificate);
/** How many certificates a PEM text holds; 0 also when one of them cannot be read. */
size_t certificate_count(const char *pem);
/** How many certificates a revocation list (CRL in PEM) takes back; false when it is none. */
must_check bool certificate_revoked_count(const char *pem, size_t *ret);
/** Whether a private key in PEM is that of the certificate. */
bool certificate_has_key(const char *pem, const char *key_pem);
