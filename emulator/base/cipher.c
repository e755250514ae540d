/* AES-GCM and HMAC by OpenSSL. */
#include "emulator/base/cipher.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static void must(int done)
{
	if (done != 1)
		out_of_memory(); /* all else has been checked */
}

void cipher_seal(const uint8_t key[CIPHER_KEY_BYTES], const uint8_t iv[CIPHER_IV_BYTES],
		 const struct cipher_text *text, uint8_t *ret)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int length;

	must(context != NULL);
	must(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, iv));
	if (text->bound_length)
		must(EVP_EncryptUpdate(context, NULL, &length, text->bound,
				       (int)text->bound_length));
	if (text->length)
		must(EVP_EncryptUpdate(context, ret, &length, text->data, (int)text->length));
	must(EVP_EncryptFinal_ex(context, ret + text->length, &length));
	must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, CIPHER_TAG_BYTES,
				 ret + text->length));
	EVP_CIPHER_CTX_free(context);
}

bool cipher_open(const uint8_t key[CIPHER_KEY_BYTES], const uint8_t iv[CIPHER_IV_BYTES],
		 const struct cipher_text *text, uint8_t *ret)
{
	const uint8_t *data = text->data;
	uint8_t tag[CIPHER_TAG_BYTES];
	EVP_CIPHER_CTX *context;
	int length, done;
	size_t plain;

	if (text->length < CIPHER_TAG_BYTES)
		return false;
	plain = text->length - CIPHER_TAG_BYTES;
	memcpy(tag, data + plain, sizeof(tag));
	context = EVP_CIPHER_CTX_new();
	must(context != NULL);
	must(EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, iv));
	if (text->bound_length)
		must(EVP_DecryptUpdate(context, NULL, &length, text->bound,
				       (int)text->bound_length));
	if (plain)
		must(EVP_DecryptUpdate(context, ret, &length, data, (int)plain));
	must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, CIPHER_TAG_BYTES, tag));
	done = EVP_DecryptFinal_ex(context, ret + plain, &length);
	EVP_CIPHER_CTX_free(context);
	return done == 1;
}

size_t cipher_hmac(const char *digest, const void *key, size_t key_length, const void *data,
		   size_t length, uint8_t ret[HMAC_BYTES_MAX])
{
	const EVP_MD *md = EVP_get_digestbyname(digest);
	unsigned bytes = 0;

	assert(md);
	if (!HMAC(md, key, (int)key_length, length ? data : "", length, ret, &bytes))
		out_of_memory();
	return bytes;
}
