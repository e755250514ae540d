#pragma once
/* Encryption and message authentication for services that do it for others: OpenSSL behind plain
 * functions. */
#include "emulator/base/util.h"

#define CIPHER_KEY_BYTES 32
#define CIPHER_IV_BYTES	 12
#define CIPHER_TAG_BYTES 16

/** What is encrypted, and what is bound to it without being encrypted; lengths in bytes. */
struct cipher_text {
	const void *data;
	size_t length; /**< up to 1 GiB */
	const void *bound;
	size_t bound_length;
};

/**
 * AES-256 in Galois/Counter Mode (NIST SP 800-38D).
 *
 * @param ret  as many bytes as text->length, and CIPHER_TAG_BYTES behind them
 */
void cipher_seal(const uint8_t key[CIPHER_KEY_BYTES], const uint8_t iv[CIPHER_IV_BYTES],
		 const struct cipher_text *text, uint8_t *ret);
/**
 * The way back; text->data is what cipher_seal made, with its tag.
 *
 * @param ret  text->length - CIPHER_TAG_BYTES bytes; without meaning on false
 * @return false when it was sealed by another key, bound to something else, or changed
 */
must_check bool cipher_open(const uint8_t key[CIPHER_KEY_BYTES], const uint8_t iv[CIPHER_IV_BYTES],
			    const struct cipher_text *text, uint8_t *ret);

#define HMAC_BYTES_MAX 64

/** HMAC (RFC 2104) with "SHA224", "SHA256", "SHA384" or "SHA512" (asserted); how many bytes. */
size_t cipher_hmac(const char *digest, const void *key, size_t key_length, const void *data,
		   size_t length, uint8_t ret[HMAC_BYTES_MAX]);
