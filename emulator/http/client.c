/*
 * A client's connection, which outlives its requests. Our own loop watches it for the client's
 * leaving (EPOLLRDHUP), for two reasons: libmicrohttpd does not look at a suspended connection, and
 * it misses an end that arrives together with the last bytes, because its epoll set is
 * edge-triggered and it takes a short read for the end of what there is.
 */
#include <sys/epoll.h>
#include <sys/socket.h>

#include "emulator/base/loop.h"
#include "emulator/http/connection.h"

/* What has arrived already is served first: a client may send its request and shut down its side.
 * The nudge makes libmicrohttpd read again, and so find the end. */
static void client_left(int fd, uint32_t events _unused_, void *userdata)
{
	struct client *client = userdata;
	struct http_server *server = client->server;

	loop_remove(client->watch);
	client->watch = NULL;
	server->leaving = client;
	server_run(server);
	if (!server->leaving)
		return; /* closed meanwhile */
	server->leaving = NULL;
	if (client->current && connection_is_waiting(client->current))
		connection_gone(client->current);
	else
		shutdown(fd, SHUT_RD);
}

static void client_new(struct http_server *server, struct MHD_Connection *mhd, void **context)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct client *client = xcalloc(1, sizeof(*client));

	client->server = server;
	client->watch =
		loop_add_fd(server->loop, info->connect_fd, EPOLLRDHUP, client_left, client);
	*context = client;
}

static void client_free(struct client *client)
{
	if (!client)
		return;
	if (client->server->leaving == client)
		client->server->leaving = NULL;
	loop_remove(client->watch);
	peer_done(&client->peer);
	free(client);
}

void client_notify(void *server, struct MHD_Connection *mhd, void **socket_context,
		   enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		client_new(server, mhd, socket_context);
	else
		client_free(steal(*socket_context));
}

struct client *client_of(struct MHD_Connection *mhd)
{
	return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}
