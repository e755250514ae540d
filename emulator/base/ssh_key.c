/* Public keys in OpenSSH's form. */
#include "emulator/base/ssh_key.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"

/* One length-prefixed field of a blob; false when it does not fit. */
static bool take_field(const uint8_t **at, size_t *left, const uint8_t **ret, size_t *length)
{
	size_t n;

	if (*left < 4)
		return false;
	n = (size_t)(*at)[0] << 24 | (size_t)(*at)[1] << 16 | (size_t)(*at)[2] << 8 | (*at)[3];
	if (n > *left - 4)
		return false;
	*ret = *at + 4;
	*length = n;
	*at += 4 + n;
	*left -= 4 + n;
	return true;
}

/* The parts of an RSA key's blob. */
struct rsa {
	const uint8_t *e, *n;
	size_t e_length, n_length;
};

static const char *read_blob(const uint8_t *blob, size_t length, struct rsa *ret)
{
	const uint8_t *at = blob, *sort;
	size_t left = length, sort_length;

	if (!take_field(&at, &left, &sort, &sort_length))
		return NULL;
	if (sort_length == 11 && memcmp(sort, "ssh-ed25519", 11) == 0)
		return "ed25519";
	if (sort_length != 7 || memcmp(sort, "ssh-rsa", 7) != 0 ||
	    !take_field(&at, &left, &ret->e, &ret->e_length) ||
	    !take_field(&at, &left, &ret->n, &ret->n_length))
		return NULL;
	return "rsa";
}

bool ssh_key_parse(const char *text, struct ssh_key *ret)
{
	_cleanup_(freep) char *line = NULL;
	char *sort, *data, *save = NULL;
	struct rsa rsa;

	*ret = (struct ssh_key){0};
	if (!text || strlen(text) > SSH_KEY_MAX)
		return false;
	line = xstrdup(text);
	sort = strtok_r(line, " \t\r\n", &save);
	data = sort ? strtok_r(NULL, " \t\r\n", &save) : NULL;
	if (!data || !base64_decode(data, strlen(data), &ret->blob, &ret->length))
		return false;
	ret->type = read_blob(ret->blob, ret->length, &rsa);
	if (!ret->type)
		ssh_key_done(ret);
	return ret->type != NULL;
}

static void add_field(struct strbuf *sb, const void *data, size_t length)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		strbuf_add_char(sb, (char)(length >> shift & 0xff));
	strbuf_add_bytes(sb, data, length);
}

/* A number as SSH writes it: length, then a zero in front of a set top bit. */
static void add_number(struct strbuf *sb, const BIGNUM *number)
{
	unsigned char bytes[SSH_KEY_MAX / 2];
	size_t length = (size_t)BN_num_bytes(number), zero;

	if (length + 1 > sizeof(bytes))
		return;
	BN_bn2bin(number, bytes + 1);
	bytes[0] = 0;
	zero = length && bytes[1] & 0x80 ? 1 : 0;
	add_field(sb, bytes + 1 - zero, length + zero);
}

bool ssh_key_parse_pem(const char *pem, struct ssh_key *ret)
{
	BIO *bio = pem ? BIO_new_mem_buf(pem, -1) : NULL;
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	BIGNUM *e = NULL, *n = NULL;
	bool ok = key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
		  EVP_PKEY_get_bn_param(key, "e", &e) == 1 &&
		  EVP_PKEY_get_bn_param(key, "n", &n) == 1;
	struct strbuf blob;

	*ret = (struct ssh_key){0};
	if (ok) {
		strbuf_init(&blob, SSH_KEY_MAX);
		add_field(&blob, "ssh-rsa", strlen("ssh-rsa"));
		add_number(&blob, e);
		add_number(&blob, n);
		ret->type = "rsa";
		ret->length = blob.length;
		ret->blob = (uint8_t *)strbuf_steal(&blob);
	}
	BN_free(e);
	BN_free(n);
	EVP_PKEY_free(key);
	BIO_free(bio);
	return ok;
}

void ssh_key_done(struct ssh_key *key)
{
	free(key->blob);
	*key = (struct ssh_key){0};
}

/* A DER element: tag, length, content. */
static void der_add(struct strbuf *sb, char tag, const void *content, size_t length)
{
	strbuf_add_char(sb, tag);
	if (length >= 0x100) {
		strbuf_add_char(sb, (char)0x82);
		strbuf_add_char(sb, (char)(length >> 8));
	} else if (length >= 0x80) {
		strbuf_add_char(sb, (char)0x81);
	}
	strbuf_add_char(sb, (char)(length & 0xff));
	strbuf_add_bytes(sb, content, length);
}

/* SSH's numbers are DER integers already: big-endian two's complement. */
bool ssh_key_der(const struct ssh_key *key, struct strbuf *ret)
{
	/* SEQUENCE { OID 1.2.840.113549.1.1.1 (rsaEncryption), NULL } */
	static const uint8_t algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
					    0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
	struct strbuf numbers, bits, body;
	struct rsa rsa;

	if (!str_eq(read_blob(key->blob, key->length, &rsa), "rsa"))
		return false;
	strbuf_init(&numbers, SSH_KEY_MAX);
	der_add(&numbers, 0x02, rsa.n, rsa.n_length);
	der_add(&numbers, 0x02, rsa.e, rsa.e_length);
	strbuf_init(&bits, SSH_KEY_MAX);
	strbuf_add_char(&bits, 0); /* no unused bits */
	der_add(&bits, 0x30, strbuf_text(&numbers), numbers.length);
	strbuf_init(&body, SSH_KEY_MAX);
	strbuf_add_bytes(&body, algorithm, sizeof(algorithm));
	der_add(&body, 0x03, strbuf_text(&bits), bits.length);
	der_add(ret, 0x30, strbuf_text(&body), body.length);
	strbuf_done(&body);
	strbuf_done(&bits);
	strbuf_done(&numbers);
	return true;
}

char *ssh_key_colons(const uint8_t *bytes, size_t length)
{
	struct strbuf sb;

	strbuf_init(&sb, 3 * length + 1);
	for (size_t i = 0; i < length; i++)
		strbuf_addf(&sb, "%s%02x", i ? ":" : "", bytes[i]);
	return strbuf_steal(&sb);
}
