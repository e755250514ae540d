/*
 * Client certificates. libmicrohttpd asks for them (its trust option) but leaves looking at them to
 * us: verified once per connection, for client use as Kubernetes does (x509.ExtKeyUsageClientAuth,
 * k8s.io/apiserver pkg/authentication/request/x509/x509.go), CN is the user, each O a group.
 */
#include "emulator/http/connection.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define ORGANIZATIONS_MAX 1024

void peer_done(struct peer *peer)
{
	for (char **o = peer->organizations; o && *o; o++)
		free(*o);
	free(peer->organizations);
	free(peer->name);
}

/* The index-th value of an attribute of the subject, new text; NULL when there is none, or when it
 * holds a NUL, which would show another name than was signed. */
static char *subject_value(gnutls_x509_crt_t certificate, const char *oid, unsigned index)
{
	_cleanup_(freep) char *text = NULL;
	size_t size = 0;

	if (gnutls_x509_crt_get_dn_by_oid(certificate, oid, index, 0, NULL, &size) !=
	    GNUTLS_E_SHORT_MEMORY_BUFFER)
		return NULL;
	text = xcalloc(1, size + 1);
	if (gnutls_x509_crt_get_dn_by_oid(certificate, oid, index, 0, text, &size) < 0 ||
	    strlen(text) != size)
		return NULL;
	return steal(text);
}

static void read_subject(struct peer *peer, const gnutls_datum_t *der)
{
	gnutls_x509_crt_t certificate;
	size_t n = 0;

	if (gnutls_x509_crt_init(&certificate) < 0)
		return;
	if (gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) >= 0) {
		peer->name = subject_value(certificate, GNUTLS_OID_X520_COMMON_NAME, 0);
		for (unsigned i = 0; i < ORGANIZATIONS_MAX; i++) {
			char *value =
				subject_value(certificate, GNUTLS_OID_X520_ORGANIZATION_NAME, i);

			if (!value)
				break;
			peer->organizations = xrealloc(peer->organizations,
						       (n + 2) * sizeof(*peer->organizations));
			peer->organizations[n++] = value;
			peer->organizations[n] = NULL;
		}
	}
	gnutls_x509_crt_deinit(certificate);
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
	if (!status)
		read_subject(peer, &chain[0]);
}

void peer_fill(struct peer *peer, struct MHD_Connection *mhd, struct request *request)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (!peer->known && info)
		find_out(peer, info->tls_session);
	request->peer_name = peer->name;
	request->peer_organizations = (const char *const *)peer->organizations;
	request->peer_expired = peer->expired;
	request->peer_untrusted = peer->untrusted;
}
