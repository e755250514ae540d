#pragma once
/* What tls.c and jwt.c share: keys as OpenSSL has them. Nobody else includes this. */
#include <openssl/bio.h>
#include <openssl/evp.h>

#include "emulator/http/tls.h"

static inline void bio_freep(BIO **p)
{
	BIO_free(*p);
}

static inline void pkey_freep(EVP_PKEY **p)
{
	EVP_PKEY_free(*p);
}

/** "cannot WHAT: OpenSSL's reason"; always false. */
bool tls_refused(struct err *err, const char *what);
/** What was written to a memory BIO, as new text. */
char *tls_bio_text(BIO *bio);
/** An EC private key out of PEM; EVP_PKEY_free it. NULL, with err set, when it is none. */
EVP_PKEY *tls_read_key(const char *pem, struct err *err);
/** The key as PEM (PKCS#8), new text. */
must_check bool tls_write_key(EVP_PKEY *key, char **ret_pem, struct err *err);
