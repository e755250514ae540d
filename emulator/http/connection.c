/*
 * One exchange, as libmicrohttpd drives it: connection_begin (the request line is there), then
 * connection_access once for the headers, once for each piece of the body, and once more for the
 * answer. If that is not known yet, the connection is suspended; when it is resumed, libmicrohttpd
 * calls connection_access again. At last connection_completed.
 */
#include "emulator/http/connection.h"

#include "emulator/base/clock.h"
#include "emulator/base/loop.h"

#define BODY_FIRST_BYTES ((size_t)16 * 1024)

void *connection_begin(void *server, const char *uri, struct MHD_Connection *mhd)
{
	struct http_server *s = server;
	struct connection *c = s->spare;
	struct arena *arena;

	if (c) {
		s->spare = c->next;
		s->spares--;
		arena = c->request.arena;
		memset(c, 0, sizeof(*c));
	} else {
		c = xcalloc(1, sizeof(*c));
		arena = arena_new();
	}
	c->server = s;
	c->mhd = mhd;
	c->client = client_of(mhd);
	c->client->current = c;
	c->request.arena = arena;
	c->request.connection = c;
	c->uri = arena_strdup(arena, uri);
	c->next = s->first;
	if (s->first)
		s->first->previous = c;
	s->first = c;
	return c;
}

static void connection_free(struct connection *c)
{
	arena_free(c->request.arena);
	free(c);
}

void connection_free_spares(struct http_server *server)
{
	while (server->spare) {
		struct connection *c = server->spare;

		server->spare = c->next;
		connection_free(c);
	}
	server->spares = 0;
}

/* RFC 9112, section 3.2: origin-form, or absolute-form of which only path and query matter here. */
static bool split_uri(struct connection *c)
{
	const char *path = c->uri, *authority = strstr(path, "://"), *question;
	struct request *request = &c->request;

	if (path[0] != '/') {
		if (!authority || strcspn(path, "/?") < (size_t)(authority - path))
			return false;
		authority += strlen("://");
		path = authority + strcspn(authority, "/?");
	}
	question = strchr(path, '?');
	request->query = question ? question + 1 : "";
	if (*path != '/')
		request->path = "/";
	else if (question)
		request->path = arena_strndup(request->arena, path, (size_t)(question - path));
	else
		request->path = path;
	return true;
}

bool connection_is_waiting(const struct connection *c)
{
	return c->stream || (c->served && !c->answered && !c->held && !c->dropped);
}

void connection_resume(struct connection *c)
{
	if (!c->suspended)
		return;
	c->suspended = false;
	server_resume(c->server, c->mhd);
}

/* Without anybody to tell, the exchange stays until it is answered, and the answer is dropped. */
void connection_gone(struct connection *c)
{
	void (*fn)(struct request *, void *) = c->on_gone;

	c->gone = true;
	if (c->stream) {
		stream_close(c->stream);
		return;
	}
	if (!connection_is_waiting(c) || !fn)
		return;
	c->on_gone = NULL;
	c->dropped = true;
	fn(&c->request, c->gone_userdata);
	connection_resume(c);
}

static void held_long_enough(void *userdata)
{
	struct connection *c = userdata;

	c->held = NULL;
	c->answered = true;
	connection_resume(c);
}

void connection_release(struct connection *c)
{
	if (!c->held)
		return;
	loop_remove(c->held);
	held_long_enough(c);
}

void connection_answer(struct connection *c, unsigned status, struct MHD_Response *reply,
		       size_t length)
{
	int64_t ms = c->held_until_ms && length > HTTP_HELD_BYTES
			     ? c->held_until_ms - clock_monotonic_ms()
			     : 0;

	assert(c->served && !c->answered && !c->held && !c->dropped);
	c->reply = reply;
	c->status = status;
	if (ms > 0 && !c->server->closing) {
		c->held = loop_add_timer(c->server->loop, ms, held_long_enough, c);
		return;
	}
	c->answered = true;
	connection_resume(c);
}

void http_hold(struct request *request, unsigned ms)
{
	if (request->connection)
		request->connection->held_until_ms = clock_monotonic_ms() + ms;
}

static enum MHD_Result queue_reply(struct connection *c)
{
	enum MHD_Result result = MHD_NO;

	if (!c->gone && c->reply)
		result = refusal_pass(c->mhd, c->status, c->reply);
	if (c->reply)
		MHD_destroy_response(c->reply);
	c->reply = NULL;
	return result;
}

/* What to do now that the server's callback has been called: answer, close, or wait. */
static enum MHD_Result go_on(struct connection *c)
{
	if (c->answered)
		return queue_reply(c);
	if (c->dropped || c->server->closing)
		return MHD_NO;
	c->suspended = true;
	MHD_suspend_connection(c->mhd);
	return MHD_YES;
}

static enum MHD_Result refuse(struct connection *c, int status, const char *text)
{
	static const struct header plain[] = {{"Content-Type", "text/plain"}, {NULL, NULL}};

	c->served = true;
	http_reply(&c->request, status, plain, text, strlen(text));
	return go_on(c);
}

static bool is_too_large(const struct connection *c)
{
	return c->received > c->server->body_max_bytes;
}

static enum MHD_Result serve(struct connection *c)
{
	struct http_server *server = c->server;
	struct request *request = &c->request;

	if (c->server->ask_peer)
		peer_fill(&c->client->peer, c->mhd, request);
	if (is_too_large(c)) {
		request->body = "";
		request->body_length = 0;
		if (!server->too_large)
			return refuse(c, 413, "the request's body is too large\n");
		c->served = true;
		server->too_large(request, server->userdata);
		return go_on(c);
	}
	request->body = c->body ? c->body : "";
	c->served = true;
	server->serve(request, server->userdata);
	return go_on(c);
}

/* The value of Content-Length; libmicrohttpd has refused what is no number already. */
static uint64_t content_length(const struct connection *c)
{
	const char *text = request_header(&c->request, "Content-Length");

	return text ? strtoull(text, NULL, 10) : 0;
}

static enum MHD_Result start(struct connection *c, const char *method)
{
	uint64_t announced;

	c->started = true;
	c->request.method = method;
	if (!split_uri(c))
		return refuse(c, 400, "the request's target is neither a path nor a URL\n");
	announced = content_length(c);
	if (announced <= c->server->body_max_bytes) {
		if (announced) /* not more than the start of what is only claimed so far */
			c->body_room =
				(announced < BODY_FIRST_BYTES ? announced : BODY_FIRST_BYTES) + 1;
		return MHD_YES;
	}
	/* Who waits for "100 Continue" has sent nothing yet and need not. */
	if (announced > DRAIN_MAX || request_header(&c->request, "Expect")) {
		c->received = announced;
		return serve(c);
	}
	return MHD_YES;
}

/* Keeps a piece of the body, or throws it away once the ceiling is passed. */
static enum MHD_Result take_body(struct connection *c, const char *bytes, size_t length)
{
	size_t needed;

	c->received += length;
	if (is_too_large(c)) {
		free(steal(c->body));
		c->request.body_length = 0;
		return c->received > DRAIN_MAX + c->server->body_max_bytes ? MHD_NO : MHD_YES;
	}
	needed = c->request.body_length + length + 1;
	if (!c->body || needed > c->body_room) {
		while (c->body_room < needed)
			c->body_room = c->body_room ? 2 * c->body_room : BODY_FIRST_BYTES;
		c->body = xrealloc(c->body, c->body_room);
	}
	memcpy(c->body + c->request.body_length, bytes, length);
	c->request.body_length += length;
	c->body[c->request.body_length] = '\0';
	return MHD_YES;
}

enum MHD_Result connection_access(void *server, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version _unused_,
				  const char *upload, size_t *upload_size, void **context)
{
	struct connection *c = *context;

	if (!c)
		c = *context = connection_begin(server, url, mhd);
	if (*upload_size) {
		size_t length = *upload_size;

		*upload_size = 0;
		return take_body(c, upload, length);
	}
	if (c->served)
		return go_on(c);
	if (c->server->closing)
		return MHD_NO;
	return c->started ? serve(c) : start(c, method);
}

void connection_completed(void *server, struct MHD_Connection *mhd _unused_, void **context,
			  enum MHD_RequestTerminationCode code _unused_)
{
	struct http_server *s = server;
	struct connection *c = *context;

	if (!c)
		return;
	*context = NULL;
	loop_remove(c->held);
	c->client->current = NULL;
	c->suspended = false;
	connection_gone(c);
	stream_free(c->stream);
	if (c->reply)
		MHD_destroy_response(c->reply);
	free(c->body);
	if (c->previous)
		c->previous->next = c->next;
	else
		s->first = c->next;
	if (c->next)
		c->next->previous = c->previous;
	if (s->spares == SPARE_MAX || s->closing) {
		connection_free(c);
		return;
	}
	arena_reset(c->request.arena);
	c->next = s->spare;
	s->spare = c;
	s->spares++;
}
