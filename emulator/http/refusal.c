/*
 * What is no HTTP request never reaches a façade: libmicrohttpd answers it by itself, in HTML, and
 * has no option for other words. It queues such answers through its own exported
 * MHD_queue_response, as it asks us to do with ours. That function is defined here: it stands
 * before the library's (ELF symbol interposition; a library linked with -Bsymbolic would go on in
 * HTML, which a test would find), passes on what is ours, and writes the others in the server's
 * form.
 *
 * They are written to the socket at once, and the library is told that they could not be queued, so
 * that it closes the connection. In its own way 0.9.75 sends some of them with their head twice (no
 * Host, a wrong Content-Length).
 */
#include <dlfcn.h>
#include <gnutls/gnutls.h>
#include <sys/socket.h>

#include "emulator/base/log.h"
#include "emulator/base/strbuf.h"
#include "emulator/http/connection.h"

#define REFUSAL_MAX ((size_t)16 * 1024) /* bytes of a refusal */
#define UNREAD_MAX  ((size_t)1 << 20)	/* bytes that are read before a connection is closed */

typedef enum MHD_Result queue_fn(struct MHD_Connection *, unsigned, struct MHD_Response *);

/* Reasons as they are on the wire (RFC 9110, section 15), and what libmicrohttpd means by them. */
static const struct {
	int status;
	const char *reason, *text;
} refusals[] = {
	{400, "Bad Request", "the request is not well-formed HTTP/1.1"},
	{413, "Content Too Large", "the announced length of the request's body is too large"},
	{414, "URI Too Long", "the request's target is too long"},
	{431, "Request Header Fields Too Large", "the request's headers are too long"},
	{500, "Internal Server Error", "the request got lost in the server"},
	{501, "Not Implemented", "the request asks for what the server does not have"},
	{505, "HTTP Version Not Supported", "the request is of another version of HTTP than 1.1"},
};

static _Thread_local bool is_ours;

static queue_fn *library_queue(void)
{
	static queue_fn *found;

	if (!found) {
		void *symbol = dlsym(RTLD_NEXT, "MHD_queue_response");

		assert(symbol && "libmicrohttpd has it, or the program could not have started");
		memcpy(&found, &symbol, sizeof(found)); /* ISO C has no such cast */
	}
	return found;
}

enum MHD_Result refusal_pass(struct MHD_Connection *mhd, unsigned status,
			     struct MHD_Response *reply)
{
	enum MHD_Result result;

	is_ours = true;
	result = MHD_queue_response(mhd, status, reply);
	is_ours = false;
	return result;
}

static void put(struct MHD_Connection *mhd, int fd, const struct strbuf *sb)
{
	const union MHD_ConnectionInfo *session =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	ssize_t sent;

	/* a socket that takes nothing belongs to a client that reads nothing */
	if (session && session->tls_session)
		sent = gnutls_record_send(session->tls_session, strbuf_text(sb), sb->length);
	else
		sent = send(fd, strbuf_text(sb), sb->length, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent != (ssize_t)sb->length)
		log_debug("http: a refusal could not be sent");
}

/* A socket closed over unread bytes sends a reset, which can overtake the answer. */
static void read_rest(int fd)
{
	char bytes[4096];

	shutdown(fd, SHUT_WR);
	for (size_t n = 0; n < UNREAD_MAX; n += sizeof(bytes))
		if (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) <= 0)
			return;
}

static void refuse(struct MHD_Connection *mhd, int status)
{
	const struct http_server *server = client_of(mhd)->server;
	int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	const char *type = "text/plain", *reason = "Bad Request", *text = "";
	_cleanup_(freep) char *body = NULL;
	struct strbuf sb;

	for (size_t i = 0; i < array_size(refusals); i++) {
		if (refusals[i].status != status)
			continue;
		reason = refusals[i].reason;
		text = refusals[i].text;
	}
	if (server->malformed)
		body = server->malformed(status, text, &type, server->userdata);
	else
		body = xasprintf("%d %s: %s\n", status, reason, text);
	strbuf_init(&sb, REFUSAL_MAX);
	strbuf_addf(&sb,
		    "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: %s\r\n"
		    "Content-Length: %zu\r\n\r\n%s",
		    status, reason, type, strlen(body), body);
	put(mhd, fd, &sb);
	strbuf_done(&sb);
	read_rest(fd);
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *mhd, unsigned status,
				   struct MHD_Response *reply)
{
	if (is_ours)
		return library_queue()(mhd, status, reply);
	refuse(mhd, (int)status);
	return MHD_NO; /* closes */
}
