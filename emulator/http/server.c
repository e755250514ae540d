/*
 * A listener: libmicrohttpd without threads of its own. Its epoll set is one descriptor of our
 * loop; what it has pending beyond that is asked for before each wait. TLS is libmicrohttpd's,
 * which is GnuTLS.
 */
#include "emulator/http/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/base/log.h"
#include "emulator/base/loop.h"

#define CONNECTION_MEMORY ((size_t)64 * 1024) /* bytes: a request's line and headers must fit */
#define CONNECTIONS_MAX	  16384u	      /* per listener; hundreds of watches are normal */
#define BACKLOG		  1024

/* A numeric address with its port, as the socket calls want it. */
struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} socket;
	socklen_t length;
};

static bool address_parse(const char *text, uint16_t port, struct address *ret)
{
	struct address address = {.length = 0};

	if (inet_pton(AF_INET, text, &address.socket.v4.sin_addr) == 1) {
		address.socket.v4.sin_family = AF_INET;
		address.socket.v4.sin_port = htons(port);
		address.length = sizeof(address.socket.v4);
	} else if (inet_pton(AF_INET6, text, &address.socket.v6.sin6_addr) == 1) {
		address.socket.v6.sin6_family = AF_INET6;
		address.socket.v6.sin6_port = htons(port);
		address.length = sizeof(address.socket.v6);
	} else {
		return false;
	}
	*ret = address;
	return true;
}

static bool listen_refused(const char *text, uint16_t port, struct err *err)
{
	const char *remedy = errno == EADDRINUSE || errno == EACCES
				     ? "; choose another port or 0 for any free one"
				     : "";
	bool v6 = strchr(text, ':');

	return err_set(err, ERR_IO, NULL, "cannot listen on %s%s%s:%u: %s%s", v6 ? "[" : "", text,
		       v6 ? "]" : "", (unsigned)port, strerror(errno), remedy);
}

static bool open_listener(const struct http_options *options, int *ret, struct err *err)
{
	const char *text = options->address ? options->address : "127.0.0.1";
	struct address address;
	int fd, on = 1;

	if (!address_parse(text, options->port, &address))
		return err_set(err, ERR_INVALID, NULL,
			       "cannot listen on \"%s\": it is not a numeric address", text);
	fd = socket(address.socket.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return listen_refused(text, options->port, err);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, &address.socket.any, address.length) < 0 || listen(fd, BACKLOG) < 0) {
		listen_refused(text, options->port, err);
		close(fd);
		return false;
	}
	*ret = fd;
	return true;
}

static uint16_t port_of(int fd)
{
	struct address address = {.length = sizeof(address.socket)};

	if (getsockname(fd, &address.socket.any, &address.length) < 0)
		return 0;
	return ntohs(address.socket.any.sa_family == AF_INET6 ? address.socket.v6.sin6_port
							      : address.socket.v4.sin_port);
}

/* Paths and arguments stay as they came: decoding is the façades' business. */
static size_t leave_escaped(void *userdata _unused_, struct MHD_Connection *mhd _unused_,
			    char *text)
{
	return strlen(text);
}

static void log_library(void *userdata _unused_, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
static void log_library(void *userdata _unused_, const char *format, va_list arguments)
{
	_cleanup_(freep) char *text = xvasprintf(format, arguments);

	log_debug("http: %s", text);
}

void server_run(struct http_server *server)
{
	if (server->running)
		return;
	loop_remove(server->wake);
	server->wake = NULL;
	server->running = true;
	MHD_run(server->daemon);
	server->running = false;
}

static void woken(void *userdata)
{
	struct http_server *server = userdata;

	server->wake = NULL;
	server_run(server);
}

void server_resume(struct http_server *server, struct MHD_Connection *mhd)
{
	MHD_resume_connection(mhd);
	if (!server->wake && !server->closing)
		server->wake = loop_add_timer(server->loop, 0, woken, server);
}

static void inner_ready(int fd _unused_, uint32_t events _unused_, void *userdata)
{
	server_run(userdata);
}

/* libmicrohttpd has work left that its epoll set does not show when it asks for a wait of 0. */
static int64_t run_pending(void *userdata)
{
	struct http_server *server = userdata;
	MHD_UNSIGNED_LONG_LONG ms;

	if (server->running)
		return INT64_MAX;
	if (server->wake)
		server_run(server);
	if (MHD_get_timeout(server->daemon, &ms) != MHD_YES)
		return INT64_MAX;
	if (ms == 0) {
		server_run(server);
		if (MHD_get_timeout(server->daemon, &ms) != MHD_YES)
			return INT64_MAX;
	}
	return ms < INT32_MAX ? (int64_t)ms : INT32_MAX;
}

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

/* The options that only a TLS listener has; at most 4 rows with the end. */
static void tls_options(struct http_server *server, struct MHD_OptionItem rows[4])
{
	size_t n = 0;

	if (server->certificate_pem) {
		rows[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0,
						    server->certificate_pem};
		rows[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, server->key_pem};
	}
	if (server->client_ca_pem)
		rows[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0,
						    server->client_ca_pem};
	rows[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
}

static bool start_daemon(struct http_server *server, int fd, struct err *err)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[4];
	const union MHD_DaemonInfo *info;

	tls_options(server, tls);
	if (server->certificate_pem)
		flags |= MHD_USE_TLS;
	server->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, connection_access, server, MHD_OPTION_EXTERNAL_LOGGER,
		log_library, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK, connection_begin, server,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED,
		connection_completed, server, MHD_OPTION_NOTIFY_CONNECTION, client_notify, server,
		MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (!server->daemon) {
		close(fd);
		return err_set(err, ERR_IO, NULL, "cannot start an HTTP server on port %u%s",
			       (unsigned)server->port,
			       server->certificate_pem ? ": its certificate, key or CA is unusable"
						       : "");
	}
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	server->inner = loop_add_fd(server->loop, info->epoll_fd, EPOLLIN, inner_ready, server);
	server->prepare = loop_add_prepare(server->loop, run_pending, server);
	return true;
}

bool http_server_new(struct loop *loop, const struct http_options *options,
		     struct http_server **ret, struct err *err)
{
	_cleanup_(http_server_freep) struct http_server *server = xcalloc(1, sizeof(*server));
	int fd = options->listen_fd;

	assert(options->serve && !options->certificate_pem == !options->key_pem);
	if (fd <= 0 && !open_listener(options, &fd, err))
		return false;
	server->loop = loop;
	server->port = port_of(fd);
	server->ask_peer = options->certificate_pem && options->client_ca_pem;
	server->body_max_bytes = options->body_max_bytes;
	server->serve = options->serve;
	server->too_large = options->too_large;
	server->malformed = options->malformed;
	server->userdata = options->userdata;
	server->certificate_pem = copy(options->certificate_pem);
	server->key_pem = copy(options->key_pem);
	server->client_ca_pem = server->ask_peer ? copy(options->client_ca_pem) : NULL;
	if (!start_daemon(server, fd, err))
		return false;
	*ret = steal(server);
	return true;
}

/* All exchanges that wait are told, and resumed: libmicrohttpd panics over suspended ones. */
static void close_exchanges(struct http_server *server)
{
	for (struct connection *c = server->first; c; c = c->next) {
		connection_release(c);
		if (c->answered && !c->stream)
			continue; /* is on its way */
		connection_gone(c);
		if (!c->answered)
			c->dropped = true;
		connection_resume(c);
	}
	server_run(server);
}

void http_server_free(struct http_server *server)
{
	if (!server)
		return;
	assert(!server->running && "a server cannot be freed out of its own callback");
	server->closing = true;
	if (server->daemon) {
		loop_remove(server->inner);
		loop_remove(server->prepare);
		loop_remove(server->wake);
		server->wake = NULL;
		close_exchanges(server);
		MHD_stop_daemon(server->daemon);
	}
	connection_free_spares(server);
	free(server->certificate_pem);
	free(server->key_pem);
	free(server->client_ca_pem);
	free(server);
}

uint16_t http_server_port(const struct http_server *server)
{
	return server->port;
}
