/* X.509 certificates out of PEM. */
#include "emulator/base/certificate.h"

#include <ctype.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#include "emulator/base/strbuf.h"

#define TEXT_MAX 4096 /* bytes of a name */

static X509 *read_x509(const char *pem)
{
	BIO *bio = pem ? BIO_new_mem_buf(pem, -1) : NULL;
	X509 *x509 = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return x509;
}

static char *common_name(X509_NAME *name)
{
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	unsigned char *text = NULL;
	char *result;

	if (at < 0 ||
	    ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))) < 0)
		return NULL;
	result = xstrdup((char *)text);
	OPENSSL_free(text);
	return result;
}

/* "CN=a,O=b": RFC 2253, but in the order of the certificate. */
static char *whole_name(X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *result;
	long length;

	X509_NAME_print_ex(bio, name, 0,
			   (XN_FLAG_RFC2253 & ~(unsigned long)XN_FLAG_DN_REV) |
				   ASN1_STRFLGS_UTF8_CONVERT);
	length = BIO_get_mem_data(bio, &data);
	result = xstrndup(data, (size_t)length);
	BIO_free(bio);
	return result;
}

static char *serial_of(X509 *x509)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
	char *hex = number ? BN_bn2hex(number) : NULL;
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	for (const char *p = hex; p && *p; p++) {
		if (p != hex && (p - hex) % 2 == 0)
			strbuf_add_char(&sb, ':');
		strbuf_add_char(&sb, (char)tolower((unsigned char)*p));
	}
	OPENSSL_free(hex);
	BN_free(number);
	return strbuf_steal(&sb);
}

static void read_names(X509 *x509, struct strs *ret)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		unsigned char *text = NULL;

		if (name->type != GEN_DNS || ASN1_STRING_to_UTF8(&text, name->d.dNSName) < 0)
			continue;
		strs_add(ret, (char *)text);
		OPENSSL_free(text);
	}
	GENERAL_NAMES_free(names);
}

static int64_t time_of(const ASN1_TIME *time)
{
	struct tm tm = {0};

	return ASN1_TIME_to_tm(time, &tm) ? (int64_t)timegm(&tm) * 1000 : 0;
}

static char *key_of(X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);
	char group[64] = "";
	size_t length = 0;

	if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
		EVP_PKEY_get_group_name(key, group, sizeof(group), &length);
		return xasprintf("EC-%s", group);
	}
	return xasprintf("RSA-%d", key ? EVP_PKEY_get_bits(key) : 0);
}

/* "SHA256WITHRSA", as ACM shows it. */
static char *signature_of(X509 *x509)
{
	int digest = NID_undef, key = NID_undef;
	bool known = OBJ_find_sigid_algs(X509_get_signature_nid(x509), &digest, &key);

	if (!known)
		return xstrdup(OBJ_nid2sn(X509_get_signature_nid(x509)));
	return xasprintf("%sWITH%s", OBJ_nid2sn(digest),
			 key == NID_rsaEncryption ? "RSA" : "ECDSA");
}

bool certificate_parse(const char *pem, struct certificate *ret)
{
	X509 *x509 = read_x509(pem);

	if (!x509)
		return false;
	*ret = (struct certificate){
		.common_name = common_name(X509_get_subject_name(x509)),
		.subject = whole_name(X509_get_subject_name(x509)),
		.issuer = whole_name(X509_get_issuer_name(x509)),
		.issuer_name = common_name(X509_get_issuer_name(x509)),
		.serial = serial_of(x509),
		.not_before_ms = time_of(X509_get0_notBefore(x509)),
		.not_after_ms = time_of(X509_get0_notAfter(x509)),
		.key_algorithm = key_of(x509),
		.signature = signature_of(x509),
		.self_signed =
			X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0,
	};
	read_names(x509, &ret->names);
	X509_free(x509);
	return true;
}

void certificate_done(struct certificate *certificate)
{
	free(certificate->common_name);
	free(certificate->subject);
	free(certificate->issuer);
	free(certificate->issuer_name);
	free(certificate->serial);
	free(certificate->key_algorithm);
	free(certificate->signature);
	strs_done(&certificate->names);
	*certificate = (struct certificate){0};
}

size_t certificate_count(const char *pem)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	BIO *bio = BIO_new_mem_buf(pem, -1);
	size_t count = 0, begun = 0;
	X509 *x509;

	for (const char *p = pem; (p = strstr(p, begin)); p += strlen(begin))
		begun++;
	while ((x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		X509_free(x509);
		count++;
	}
	BIO_free(bio);
	return count == begun ? count : 0;
}

bool certificate_revoked_count(const char *pem, size_t *ret)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509_CRL *crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
	STACK_OF(X509_REVOKED) *entries = crl ? X509_CRL_get_REVOKED(crl) : NULL;
	int count = entries ? sk_X509_REVOKED_num(entries) : 0;

	BIO_free(bio);
	if (!crl)
		return false;
	*ret = count > 0 ? (size_t)count : 0;
	X509_CRL_free(crl);
	return true;
}

bool certificate_has_key(const char *pem, const char *key_pem)
{
	X509 *x509 = read_x509(pem);
	BIO *bio = key_pem ? BIO_new_mem_buf(key_pem, -1) : NULL;
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
	bool fits = x509 && key && X509_check_private_key(x509, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	X509_free(x509);
	return fits;
}
