/* Whole answers. */
#include "emulator/http/connection.h"

#include "emulator/base/log.h"

void reply_add_headers(struct MHD_Response *reply, const struct header *headers)
{
	for (; headers && headers->name; headers++)
		if (headers->value && *headers->value &&
		    MHD_add_response_header(reply, headers->name, headers->value) != MHD_YES)
			log_debug("header \"%s: %s\" cannot be sent", headers->name,
				  headers->value);
}

static void reply_with(struct request *request, int status, const struct header *headers,
		       const void *body, size_t length, enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *reply;

	assert(status >= 200 && status <= 599);
	if (!request->connection) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free((void *)(uintptr_t)body);
		return;
	}
	/* The body is not changed: the parameter lacks a const in libmicrohttpd. */
	reply = MHD_create_response_from_buffer(length, (void *)(uintptr_t)body, mode);
	if (!reply)
		out_of_memory();
	reply_add_headers(reply, headers);
	connection_answer(request->connection, (unsigned)status, reply, length);
}

void http_reply(struct request *request, int status, const struct header *headers, const void *body,
		size_t length)
{
	reply_with(request, status, headers, length ? body : "", length,
		   length ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
}

void http_reply_own(struct request *request, int status, const struct header *headers, char *body,
		    size_t length)
{
	if (length == 0) {
		free(body);
		http_reply(request, status, headers, NULL, 0);
		return;
	}
	reply_with(request, status, headers, body, length, MHD_RESPMEM_MUST_FREE);
}

/* libmicrohttpd asks for no bytes behind a HEAD's headers. */
static ssize_t no_bytes(void *userdata, uint64_t position, char *buffer, size_t room)
{
	(void)userdata;
	(void)position;
	(void)buffer;
	(void)room;
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

void http_reply_head(struct request *request, int status, const struct header *headers,
		     uint64_t length)
{
	struct MHD_Response *reply;

	assert(status >= 200 && status <= 599 && str_eq(request->method, "HEAD"));
	if (!request->connection)
		return;
	reply = MHD_create_response_from_callback(length, 1024, no_bytes, NULL, NULL);
	if (!reply)
		out_of_memory();
	reply_add_headers(reply, headers);
	connection_answer(request->connection, (unsigned)status, reply, 0);
}

void http_drop(struct request *request)
{
	struct connection *c = request->connection;

	if (!c)
		return;
	assert(c->served && !c->answered && !c->dropped);
	c->dropped = true;
	connection_resume(c);
}

void http_on_gone(struct request *request, void (*fn)(struct request *request, void *userdata),
		  void *userdata)
{
	if (!request->connection)
		return; /* nobody who could go */
	request->connection->on_gone = fn;
	request->connection->gone_userdata = userdata;
}
