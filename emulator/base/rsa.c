/* RSA keys out of seeds; OpenSSL behind plain functions. */
#include "emulator/base/rsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "emulator/base/digest.h"

#define PRIME_BYTES (RSA_BYTES / 2)
#define EXPONENT    65537

/* Only lack of memory or a broken installation can cause it. */
static void must(bool ok)
{
	assert(ok && "OpenSSL without RSA");
	if (!ok)
		abort(); /* checksrc: allow exit without a key nothing can go on */
}

/* The first prime at or behind a number that seed and name give, such that the exponent has an
 * inverse. */
static BIGNUM *make_prime(uint64_t seed, char name, BN_CTX *context)
{
	uint8_t bytes[PRIME_BYTES];
	BIGNUM *prime, *less = BN_new(), *rest = BN_new(), *e = BN_new();

	for (size_t i = 0; i < sizeof(bytes) / SHA256_BYTES; i++) {
		_cleanup_(freep) char *text =
			xasprintf("rsa|%llu|%c|%zu", (unsigned long long)seed, name, i);

		digest_sha256(text, strlen(text), bytes + i * SHA256_BYTES);
	}
	bytes[0] |= 0xc0; /* so that the product of two has all its bits */
	bytes[sizeof(bytes) - 1] |= 1;
	prime = BN_bin2bn(bytes, sizeof(bytes), NULL);
	must(prime && less && rest && e && BN_set_word(e, EXPONENT));
	for (;; must(BN_add_word(prime, 2))) {
		must(BN_sub(less, prime, BN_value_one()) && BN_mod(rest, less, e, context));
		if (!BN_is_zero(rest) && BN_check_prime(prime, context, NULL) == 1)
			break;
	}
	BN_free(less);
	BN_free(rest);
	BN_free(e);
	return prime;
}

/* n, e and d are all that signing needs. */
static EVP_PKEY *assemble(BIGNUM *n, BIGNUM *e, BIGNUM *d)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params;
	EVP_PKEY *key = NULL;

	must(builder && context && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
	     OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) &&
	     OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d));
	params = OSSL_PARAM_BLD_to_param(builder);
	must(params && EVP_PKEY_fromdata_init(context) == 1 &&
	     EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) == 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *make_key(uint64_t seed)
{
	BN_CTX *context = BN_CTX_new();
	BIGNUM *p = make_prime(seed, 'p', context), *q = make_prime(seed, 'q', context);
	BIGNUM *n = BN_new(), *e = BN_new(), *d = BN_new(), *phi = BN_new();
	EVP_PKEY *key;

	must(n && e && d && phi && BN_mul(n, p, q, context) && BN_set_word(e, EXPONENT) &&
	     BN_sub_word(p, 1) && BN_sub_word(q, 1) && BN_mul(phi, p, q, context) &&
	     BN_mod_inverse(d, e, phi, context));
	key = assemble(n, e, d);
	BN_free(p);
	BN_free(q);
	BN_free(n);
	BN_free(e);
	BN_free(d);
	BN_free(phi);
	BN_CTX_free(context);
	return key;
}

static EVP_PKEY *key_of(uint64_t seed)
{
	static EVP_PKEY *kept;
	static uint64_t kept_seed;

	if (kept && kept_seed == seed)
		return kept;
	EVP_PKEY_free(kept);
	kept = make_key(seed);
	kept_seed = seed;
	return kept;
}

void rsa_sign(uint64_t seed, const void *data, size_t length, uint8_t ret[RSA_BYTES])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t n = RSA_BYTES;

	must(context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key_of(seed)) == 1 &&
	     EVP_DigestSign(context, ret, &n, data, length) == 1 && n == RSA_BYTES);
	EVP_MD_CTX_free(context);
}

bool rsa_verify(uint64_t seed, const void *data, size_t length, const uint8_t signature[RSA_BYTES])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool right;

	must(context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key_of(seed)) == 1);
	right = EVP_DigestVerify(context, signature, RSA_BYTES, data, length) == 1;
	EVP_MD_CTX_free(context);
	return right;
}
