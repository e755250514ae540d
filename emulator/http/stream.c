/*
 * Answers without an end in sight. libmicrohttpd asks for bytes; while there are none its
 * connection is suspended, because a reader that gives nothing is asked again at once. That its
 * client leaves is noticed by client.c.
 */
#include "emulator/http/connection.h"

#define STREAM_QUEUE_MAX ((size_t)64 * 1024 * 1024) /* bytes that may wait for a slow client */
#define STREAM_BLOCK	 ((size_t)16 * 1024)	    /* bytes sent at a time at most */
#define STREAM_KEEP	 ((size_t)64 * 1024)	    /* an empty queue larger than that is freed */

struct stream {
	struct connection *connection;
	char *queue;
	size_t start, length, room; /* what waits is queue[start, start + length) */
	bool waiting;		    /* suspended until something is written */
	bool ended;		    /* nothing comes any more */
	bool closed;		    /* the client has gone */
	void (*on_closed)(struct stream *stream, void *userdata);
	void *userdata;
};

static void wait_for_bytes(struct stream *stream)
{
	stream->waiting = true;
	MHD_suspend_connection(stream->connection->mhd);
}

static void wake(struct stream *stream)
{
	if (!stream->waiting)
		return;
	stream->waiting = false;
	server_resume(stream->connection->server, stream->connection->mhd);
}

static ssize_t read_stream(void *userdata, uint64_t position _unused_, char *buffer, size_t max)
{
	struct stream *stream = userdata;
	size_t n = stream->length < max ? stream->length : max;

	if (stream->closed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (n == 0) {
		if (stream->ended)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (stream->connection->server->closing)
			return MHD_CONTENT_READER_END_WITH_ERROR;
		wait_for_bytes(stream);
		return 0;
	}
	memcpy(buffer, stream->queue + stream->start, n);
	stream->start += n;
	stream->length -= n;
	if (stream->length == 0) {
		stream->start = 0;
		if (stream->room > STREAM_KEEP) {
			free(steal(stream->queue));
			stream->room = 0;
		}
	}
	return (ssize_t)n;
}

struct stream *http_stream_begin(struct request *request, int status, const struct header *headers)
{
	struct connection *c = request->connection;
	struct stream *stream = xcalloc(1, sizeof(*stream));
	struct MHD_Response *reply;

	assert(!c->stream);
	stream->connection = c;
	stream->closed = c->gone;
	/* libmicrohttpd sends the last chunk of a stream to HEAD as well, which must have no body:
	 * it gets an empty reply, whose end closes the stream. */
	if (str_eq(request->method, "HEAD"))
		reply = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	else
		reply = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK,
							  read_stream, stream, NULL);
	if (!reply)
		out_of_memory();
	reply_add_headers(reply, headers);
	c->stream = stream;
	connection_answer(c, (unsigned)status, reply, 0);
	return stream;
}

/* Makes room for length more bytes: what was sent goes first. */
static void make_room(struct stream *stream, size_t length)
{
	size_t needed = stream->length + length;

	if (stream->start + needed <= stream->room)
		return;
	if (stream->start) {
		memmove(stream->queue, stream->queue + stream->start, stream->length);
		stream->start = 0;
	}
	if (needed <= stream->room)
		return;
	stream->room = stream->room ? stream->room : 1024;
	while (stream->room < needed)
		stream->room *= 2;
	stream->queue = xrealloc(stream->queue, stream->room);
}

bool http_stream_write(struct stream *stream, const void *bytes, size_t length)
{
	assert(!stream->ended);
	if (stream->closed || length > STREAM_QUEUE_MAX - stream->length)
		return false;
	if (length == 0)
		return true;
	make_room(stream, length);
	memcpy(stream->queue + stream->start + stream->length, bytes, length);
	stream->length += length;
	wake(stream);
	return true;
}

void http_stream_end(struct stream *stream)
{
	stream->ended = true;
	stream->on_closed = NULL;
	wake(stream);
}

void http_stream_on_closed(struct stream *stream, void (*fn)(struct stream *stream, void *userdata),
			   void *userdata)
{
	stream->on_closed = fn;
	stream->userdata = userdata;
}

void stream_close(struct stream *stream)
{
	void (*fn)(struct stream *, void *) = stream->on_closed;

	stream->closed = true;
	stream->on_closed = NULL;
	wake(stream);
	if (fn)
		fn(stream, stream->userdata);
}

void stream_free(struct stream *stream)
{
	if (!stream)
		return;
	free(stream->queue);
	free(stream);
}
