/*
 * OpenSSL behind plain functions. The program has one thread, so one context serves all digests:
 * fetching an algorithm by name for each call, as the one-shot functions do, costs more than
 * digesting a short text.
 */
#include "emulator/base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define HMAC_BLOCK 64

/* A piece of what is digested. */
struct piece {
	const void *data;
	size_t length;
};

/* Digests the pieces one behind the other; out has as many bytes as the algorithm gives. */
static void digest_pieces(EVP_MD **algorithm, const char *name, const struct piece *pieces,
			  size_t n, uint8_t *out)
{
	static EVP_MD_CTX *context;
	bool ok;

	if (!context)
		context = EVP_MD_CTX_new();
	if (!*algorithm)
		*algorithm = EVP_MD_fetch(NULL, name, NULL);
	ok = context && *algorithm && EVP_DigestInit_ex2(context, *algorithm, NULL) == 1;
	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(context, pieces[i].data, pieces[i].length) == 1;
	ok = ok && EVP_DigestFinal_ex(context, out, NULL) == 1;
	assert(ok && "OpenSSL without a digest"); /* only a broken installation can cause it */
	if (!ok)
		abort(); /* checksrc: allow exit without a digest nothing can go on */
}

static void sha256_pieces(const struct piece *pieces, size_t n, uint8_t *ret)
{
	static EVP_MD *algorithm;

	digest_pieces(&algorithm, "SHA256", pieces, n, ret);
}

static void sha1_pieces(const struct piece *pieces, size_t n, uint8_t *ret)
{
	static EVP_MD *algorithm;

	digest_pieces(&algorithm, "SHA1", pieces, n, ret);
}

void digest_sha1(const void *data, size_t length, uint8_t ret[20])
{
	sha1_pieces(&(struct piece){data, length}, 1, ret);
}

void digest_sha256(const void *data, size_t length, uint8_t ret[SHA256_BYTES])
{
	sha256_pieces(&(struct piece){data, length}, 1, ret);
}

void digest_sha256_hex(const void *data, size_t length, char ret[SHA256_HEX])
{
	uint8_t digest[SHA256_BYTES];

	digest_sha256(data, length, digest);
	hex_encode(digest, sizeof(digest), ret);
}

void digest_md5(const void *data, size_t length, uint8_t ret[16])
{
	static EVP_MD *algorithm;

	digest_pieces(&algorithm, "MD5", &(struct piece){data, length}, 1, ret);
}

typedef void pieces_fn(const struct piece *pieces, size_t n, uint8_t *ret);

/* RFC 2104; both algorithms have blocks of 64 bytes. */
static void hmac(pieces_fn *digest, size_t bytes, struct piece key, struct piece data, uint8_t *ret)
{
	uint8_t block[HMAC_BLOCK] = {0}, inner_pad[HMAC_BLOCK], outer_pad[HMAC_BLOCK];
	uint8_t inner[SHA256_BYTES];

	if (key.length > sizeof(block))
		digest(&key, 1, block);
	else if (key.length)
		memcpy(block, key.data, key.length);
	for (size_t i = 0; i < sizeof(block); i++) {
		inner_pad[i] = block[i] ^ 0x36;
		outer_pad[i] = block[i] ^ 0x5c;
	}
	digest((struct piece[]){{inner_pad, sizeof(inner_pad)}, data}, 2, inner);
	digest((struct piece[]){{outer_pad, sizeof(outer_pad)}, {inner, bytes}}, 2, ret);
}

void digest_hmac_sha256(const void *key, size_t key_length, const void *data, size_t length,
			uint8_t ret[SHA256_BYTES])
{
	hmac(sha256_pieces, SHA256_BYTES, (struct piece){key, key_length},
	     (struct piece){data, length}, ret);
}

void digest_hmac_sha1(const void *key, size_t key_length, const void *data, size_t length,
		      uint8_t ret[20])
{
	hmac(sha1_pieces, 20, (struct piece){key, key_length}, (struct piece){data, length}, ret);
}

void hex_encode(const void *data, size_t length, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = data;

	for (size_t i = 0; i < length; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * length] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(const char *text, uint8_t *out, size_t length)
{
	if (!text || strlen(text) != 2 * length)
		return false;
	for (size_t i = 0; i < 2 * length; i++)
		if (hex_digit(text[i]) < 0)
			return false;
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
	return true;
}

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* RFC 4648, sections 4 and 5. */
static const char base64_standard[] = LETTERS_AND_DIGITS "+/";
static const char base64_url[] = LETTERS_AND_DIGITS "-_";

static char *encode(const char *alphabet, bool padded, const void *data, size_t length)
{
	const uint8_t *in = data;
	char *text = xmalloc(length / 3 * 4 + 5), *out = text;

	for (; length >= 3; in += 3, length -= 3) {
		*out++ = alphabet[in[0] >> 2];
		*out++ = alphabet[(in[0] & 3) << 4 | in[1] >> 4];
		*out++ = alphabet[(in[1] & 15) << 2 | in[2] >> 6];
		*out++ = alphabet[in[2] & 63];
	}
	if (length) {
		uint8_t second = length == 2 ? in[1] : 0;

		*out++ = alphabet[in[0] >> 2];
		*out++ = alphabet[(in[0] & 3) << 4 | second >> 4];
		if (length == 2)
			*out++ = alphabet[(second & 15) << 2];
		for (size_t i = length; padded && i < 3; i++)
			*out++ = '=';
	}
	*out = '\0';
	return text;
}

/* text without its padding; leftover bits must be zero, so that one value has one text only. */
static bool decode(const char *alphabet, const char *text, size_t length, uint8_t **ret,
		   size_t *ret_length)
{
	_cleanup_(freep) uint8_t *bytes = xmalloc(length / 4 * 3 + 4);
	uint8_t values[256];
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	memset(values, 0xff, sizeof(values));
	for (unsigned i = 0; i < 64; i++)
		values[(uint8_t)alphabet[i]] = (uint8_t)i;
	if (length % 4 == 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		uint8_t value = values[(uint8_t)text[i]];

		if (value > 63)
			return false;
		bits = (bits << 6 | value) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			bytes[n++] = (uint8_t)(bits >> have);
		}
	}
	if (bits & ((1u << have) - 1))
		return false;
	bytes[n] = '\0';
	*ret = steal(bytes);
	*ret_length = n;
	return true;
}

char *base64_encode(const void *data, size_t length)
{
	return encode(base64_standard, true, data, length);
}

bool base64_decode(const char *text, size_t text_length, uint8_t **ret, size_t *ret_length)
{
	if (text_length % 4)
		return false;
	for (unsigned i = 0; i < 2 && text_length && text[text_length - 1] == '='; i++)
		text_length--;
	return decode(base64_standard, text, text_length, ret, ret_length);
}

char *base64url_encode(const void *data, size_t length)
{
	return encode(base64_url, false, data, length);
}

bool base64url_decode(const char *text, size_t text_length, uint8_t **ret, size_t *ret_length)
{
	return decode(base64_url, text, text_length, ret, ret_length);
}

void digest_random(void *out, size_t length)
{
	bool ok = length <= INT32_MAX && RAND_bytes(out, (int)length) == 1;

	assert(ok && "no random bytes"); /* only a broken installation can cause it */
	if (!ok)
		abort(); /* checksrc: allow exit keys without randomness would be worse */
}

bool digest_equal(const void *a, const void *b, size_t length)
{
	return CRYPTO_memcmp(a, b, length) == 0;
}
