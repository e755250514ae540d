/*
 * Client certificates. libmicrohttpd asks for them (its trust option) but leaves looking at them to
 * us: verified once per connection, for client use as Kubernetes does (x509.ExtKeyUsageClientAuth,
 * k8s.io/apiserver pkg/authentication/request/x509/x509.go), CN is the user, each O a group.
 */

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <openssl/x509.h>

#include "emulator/http/connection.h"

void peer_done(struct peer *peer)
{
	for (char **o = peer->organizations; o && *o; o++)
		free(*o);
	free(peer->organizations);
	free(peer->name);
}

/* An attribute's value as UTF-8, new text; NULL when it holds a NUL, which would show another name
 * than was signed. By OpenSSL, because GnuTLS gives it with RFC 4514's backslashes in it. */
static char *attribute_text(const X509_NAME_ENTRY *entry)
{
	unsigned char *bytes = NULL;
	int length = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry));
	char *text = NULL;

	if (length >= 0 && !memchr(bytes, '\0', (size_t)length))
		text = xstrndup((char *)bytes, (size_t)length);
	OPENSSL_free(bytes);
	return text;
}

static void add_organization(struct peer *peer, size_t n, char *text)
{
	peer->organizations = xrealloc(peer->organizations, (n + 2) * sizeof(*peer->organizations));
	peer->organizations[n] = text;
	peer->organizations[n + 1] = NULL;
}

/* A certificate without a user's name vouches for nobody. */
static void read_subject(struct peer *peer, const gnutls_datum_t *der)
{
	const unsigned char *data = der->data;
	X509 *certificate = d2i_X509(NULL, &data, (long)der->size);
	X509_NAME *subject = certificate ? X509_get_subject_name(certificate) : NULL;
	size_t organizations = 0;
	int at = -1;

	if (!subject) {
		peer->untrusted = true;
		return;
	}
	at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	if (at >= 0)
		peer->name = attribute_text(X509_NAME_get_entry(subject, at));
	for (at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_organizationName, at)) >= 0;) {
		char *text = attribute_text(X509_NAME_get_entry(subject, at));

		if (text)
			add_organization(peer, organizations++, text);
	}
	peer->untrusted = !peer->name || !*peer->name;
	X509_free(certificate);
}

static void find_out(struct peer *peer, gnutls_session_t session)
{
	gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
					 .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
	const gnutls_datum_t *chain;
	unsigned status = 0, n = 0;

	peer->known = true;
	chain = gnutls_certificate_get_peers(session, &n);
	if (!chain || n == 0)
		return;
	if (gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0) {
		peer->untrusted = true;
		return;
	}
	peer->expired = status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED);
	peer->untrusted = status && !peer->expired;
	if (status == 0)
		read_subject(peer, &chain[0]);
}

void peer_fill(struct peer *peer, struct MHD_Connection *mhd, struct request *request)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (!peer->known && info)
		find_out(peer, info->tls_session);
	if (!peer->untrusted) {
		request->peer_name = peer->name;
		request->peer_organizations = (const char *const *)peer->organizations;
	}
	request->peer_expired = peer->expired;
	request->peer_untrusted = peer->untrusted;
}
