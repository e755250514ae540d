#pragma once
/* Digests, HMAC, base64, hex, random bytes: OpenSSL behind plain functions. */
#include "emulator/base/util.h"

#define SHA256_BYTES 32
#define SHA256_HEX   65 /* with NUL */

/** Digests of data, which may be NULL when length (bytes) is 0. The hex form is lower case. SHA-1
 * and MD5 are for what AWS and Kubernetes define with them, never for secrets. */
void digest_sha256(const void *data, size_t length, uint8_t ret[SHA256_BYTES]);
void digest_sha256_hex(const void *data, size_t length, char ret[SHA256_HEX]);
void digest_sha1(const void *data, size_t length, uint8_t ret[20]);
void digest_md5(const void *data, size_t length, uint8_t ret[16]);
void digest_hmac_sha256(const void *key, size_t key_length, const void *data, size_t length,
			uint8_t ret[SHA256_BYTES]);
void digest_hmac_sha1(const void *key, size_t key_length, const void *data, size_t length,
		      uint8_t ret[20]);
/** Lower-case hex; out has 2*length+1 bytes. */
void hex_encode(const void *data, size_t length, char *out);
/** Whether text is an even number of hex digits filling exactly length bytes. */
must_check bool hex_decode(const char *text, uint8_t *out, size_t length);
/** Standard base64 with padding, new text. */
char *base64_encode(const void *data, size_t length);
/** Strict base64 (padding required); new memory with a NUL behind it. False when it is none. */
must_check bool base64_decode(const char *text, size_t text_length, uint8_t **ret,
			      size_t *ret_length);
/** URL-safe base64 without padding, new text (JWT). */
char *base64url_encode(const void *data, size_t length);
must_check bool base64url_decode(const char *text, size_t text_length, uint8_t **ret,
				 size_t *ret_length);
/** Bytes from the system's generator, for keys and tokens only: never for ids. */
void digest_random(void *out, size_t length);
/** Compares without a timing difference. */
bool digest_equal(const void *a, const void *b, size_t length);
