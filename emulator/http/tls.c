/*
 * Keys and certificates by OpenSSL: P-256 keys (an RSA key takes 0.1-0.4 s to make), ECDSA with
 * SHA-256. The extensions are those that kubeadm's and Gardener's certificates carry.
 */
#include "emulator/http/tls.h"

#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "emulator/base/cidr.h"
#include "emulator/base/strbuf.h"
#include "emulator/http/tls_key.h"

#define SECONDS_PER_DAY	 (24L * 60 * 60)
#define CA_DAYS		 3650
#define LEAF_DAYS	 365
#define BACKDATE_SECONDS 300 /* for clients whose clock is behind */
#define SERIAL_BITS	 127 /* RFC 5280, section 4.1.2.2: positive, at most 20 bytes */
#define NAMES_MAX	 ((size_t)64 * 1024)
#define COMMON_NAME_MAX	 64 /* characters: RFC 5280, ub-common-name; also for O */

static void x509_freep(X509 **p)
{
	X509_free(*p);
}

bool tls_refused(struct err *err, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	err_set(err, ERR_INVALID, NULL, "cannot %s: %s", what, reason ? reason : "unknown reason");
	ERR_clear_error();
	return false;
}

char *tls_bio_text(BIO *bio)
{
	char *data = NULL;
	long length = BIO_get_mem_data(bio, &data);

	return xstrndup(data ? data : "", length > 0 ? (size_t)length : 0);
}

EVP_PKEY *tls_read_key(const char *pem, struct err *err)
{
	const uint8_t *at = (const uint8_t *)pem;
	size_t length = strlen(pem);
	EVP_PKEY *key = NULL;
	/* to look for decoders of all types takes PEM_read_bio_PrivateKey four times as long */
	OSSL_DECODER_CTX *decoder = OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", NULL, "EC",
								  EVP_PKEY_KEYPAIR, NULL, NULL);

	if (!decoder || OSSL_DECODER_from_data(decoder, &at, &length) != 1)
		tls_refused(err, "read a private key");
	OSSL_DECODER_CTX_free(decoder);
	return key;
}

bool tls_write_key(EVP_PKEY *key, char **ret_pem, struct err *err)
{
	_cleanup_(bio_freep) BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return tls_refused(err, "write a private key");
	*ret_pem = tls_bio_text(bio);
	return true;
}

static X509 *read_certificate(const char *pem, struct err *err)
{
	_cleanup_(bio_freep) BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	if (!certificate)
		tls_refused(err, "read a certificate");
	return certificate;
}

static bool write_certificate(X509 *certificate, char **ret_pem, struct err *err)
{
	_cleanup_(bio_freep) BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || PEM_write_bio_X509(bio, certificate) != 1)
		return tls_refused(err, "write a certificate");
	*ret_pem = tls_bio_text(bio);
	return true;
}

static bool set_serial(X509 *certificate)
{
	BIGNUM *number = BN_new();
	bool ok = number &&
		  BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
		  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));

	BN_free(number);
	return ok;
}

static bool add_name(X509_NAME *name, int nid, const char *text)
{
	return X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)text, -1,
					  -1, 0) == 1;
}

/* Group by group an O of its own, as client-go's certificates have them. */
static bool set_subject(X509 *certificate, const char *common_name, const char *const *groups)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	for (; groups && *groups; groups++)
		if (!add_name(name, NID_organizationName, *groups))
			return false;
	return add_name(name, NID_commonName, common_name);
}

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool ok;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ok = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return ok;
}

/* What sort of certificate: a row for each. */
struct profile {
	int days;
	const char *constraints, *usage, *extended_usage; /* the last may be NULL */
};

static const struct profile ca_profile = {CA_DAYS, "critical,CA:TRUE",
					  "critical,digitalSignature,keyCertSign,cRLSign", NULL};
static const struct profile server_profile = {LEAF_DAYS, "critical,CA:FALSE",
					      "critical,digitalSignature", "serverAuth"};
static const struct profile client_profile = {LEAF_DAYS, "critical,CA:FALSE",
					      "critical,digitalSignature", "clientAuth"};

static bool fill(X509 *certificate, EVP_PKEY *key, X509 *issuer, const struct profile *profile,
		 const char *alternative_names)
{
	bool self = issuer == certificate;

	return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), -BACKDATE_SECONDS) &&
	       X509_gmtime_adj(X509_getm_notAfter(certificate), profile->days * SECONDS_PER_DAY) &&
	       X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
	       X509_set_pubkey(certificate, key) == 1 &&
	       add_extension(certificate, issuer, NID_basic_constraints, profile->constraints) &&
	       add_extension(certificate, issuer, NID_key_usage, profile->usage) &&
	       (!profile->extended_usage ||
		add_extension(certificate, issuer, NID_ext_key_usage, profile->extended_usage)) &&
	       add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
	       (self ||
		add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always")) &&
	       (!alternative_names ||
		add_extension(certificate, issuer, NID_subject_alt_name, alternative_names));
}

/* Makes a key and its certificate; ca NULL: self-signed. */
static bool make(const struct tls_pair *ca, const struct profile *profile, const char *common_name,
		 const char *const *groups, const char *alternative_names, struct tls_pair *ret,
		 struct err *err)
{
	_cleanup_(pkey_freep) EVP_PKEY *key = EVP_EC_gen("P-256"), *ca_key = NULL;
	_cleanup_(x509_freep) X509 *certificate = X509_new(), *issuer = NULL;
	_cleanup_(tls_pair_done) struct tls_pair pair = {NULL, NULL};

	if (!key || !certificate)
		return tls_refused(err, "make a key");
	if (ca && (!(issuer = read_certificate(ca->certificate_pem, err)) ||
		   !(ca_key = tls_read_key(ca->key_pem, err))))
		return err_wrap(err, "certificate authority");
	if (!set_subject(certificate, common_name, groups))
		return tls_refused(err, "put the name into a certificate");
	if (!fill(certificate, key, issuer ? issuer : certificate, profile, alternative_names) ||
	    X509_sign(certificate, ca_key ? ca_key : key, EVP_sha256()) == 0)
		return tls_refused(err, "make a certificate");
	if (!write_certificate(certificate, &pair.certificate_pem, err) ||
	    !tls_write_key(key, &pair.key_pem, err))
		return false;
	*ret = pair;
	pair = (struct tls_pair){NULL, NULL};
	return true;
}

/* A name becomes part of a certificate as it is, so its length has X.520's limit. */
static bool check_name(const char *name, const char *what, struct err *err)
{
	if (!name || !*name)
		return err_set(err, ERR_INVALID, NULL, "a certificate's %s is empty", what);
	if (strlen(name) > COMMON_NAME_MAX)
		return err_set(err, ERR_INVALID, NULL,
			       "a certificate's %s has at most %d bytes: \"%s\"", what,
			       COMMON_NAME_MAX, name);
	return true;
}

/* "DNS:a,IP:1.2.3.4" as OpenSSL reads it; its separators have no place in a name. */
static bool join_names(const char *const *names, struct strbuf *sb, struct err *err)
{
	for (size_t i = 0; names[i]; i++) {
		struct ip ip;
		bool numeric = ip_parse(names[i], &ip);

		if (!*names[i] ||
		    (!numeric && strspn(names[i], "abcdefghijklmnopqrstuvwxyz"
						  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						  "0123456789-.*_") != strlen(names[i])))
			return err_set(err, ERR_INVALID, NULL,
				       "\"%s\" is neither a DNS name nor a numeric address",
				       names[i]);
		strbuf_addf(sb, "%s%s:%s", i ? "," : "", numeric ? "IP" : "DNS", names[i]);
	}
	if (sb->length == 0)
		return err_set(err, ERR_INVALID, NULL, "a server's certificate needs a name");
	if (sb->overflow)
		return err_set(err, ERR_LIMIT, NULL, "too many names for one certificate");
	return true;
}

void tls_pair_done(struct tls_pair *pair)
{
	free(steal(pair->certificate_pem));
	if (pair->key_pem)
		OPENSSL_cleanse(pair->key_pem, strlen(pair->key_pem));
	free(steal(pair->key_pem));
}

bool tls_make_ca(const char *common_name, struct tls_pair *ret, struct err *err)
{
	return check_name(common_name, "common name", err) &&
	       make(NULL, &ca_profile, common_name, NULL, NULL, ret, err);
}

bool tls_make_server(const struct tls_pair *ca, const char *const *names, struct tls_pair *ret,
		     struct err *err)
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, NAMES_MAX);
	if (!join_names(names, &sb, err))
		return false;
	/* Clients look at subjectAltName only (RFC 6125): a long first name may miss in CN. */
	return make(ca, &server_profile, strlen(names[0]) <= COMMON_NAME_MAX ? names[0] : "skyrig",
		    NULL, strbuf_text(&sb), ret, err);
}

bool tls_make_client(const struct tls_pair *ca, const char *user, const char *const *groups,
		     struct tls_pair *ret, struct err *err)
{
	if (!check_name(user, "user name", err))
		return false;
	for (size_t i = 0; groups && groups[i]; i++)
		if (!check_name(groups[i], "group", err))
			return false;
	return make(ca, &client_profile, user, groups, NULL, ret, err);
}
