#pragma once
/*
 * HTTP/1.1 servers on the loop: libmicrohttpd without threads of its own. Plain or TLS, requests
 * with a ceiling, replies now or later, streams that know when their client has gone.
 */
#include "emulator/base/arena.h"
#include "emulator/base/err.h"

struct http_server;
struct json;
struct loop;
struct stream;

/** A reply's header; one with an empty value, or with a line break in it, is left out. */
struct header {
	const char *name, *value;
};

/** One request, complete with its body, valid until it is answered. */
struct request {
	struct arena *arena; /**< for everything that lives as long as the request */
	const char *method;  /**< "GET" */
	const char
		*path; /**< raw path, still percent-encoded, without the query; begins with '/' */
	const char *query;     /**< raw text behind '?', "" when none */
	const char *body;      /**< NUL-terminated for convenience; may hold NULs itself */
	size_t body_length;    /**< bytes */
	const char *peer_name; /**< CN of a verified client certificate, NULL when none */
	const char *const *peer_organizations; /**< its O values, NULL-terminated; NULL when none */
	bool peer_expired;		       /**< a certificate was shown but is not valid now */
	bool peer_untrusted; /**< a certificate was shown that the CA has not signed for clients */
	void *userdata;	     /**< free for the one who serves it */
	struct connection *connection; /**< http's own; NULL: detached, see http_detached */
	const struct header *headers;  /**< of a detached request, ends with a NULL name */
	int64_t arrived_ms; /**< of a detached request: real time then, ms since 1970; 0: now */
};

/** A header's value by name (any case), or NULL. The last one wins when repeated. */
const char *request_header(const struct request *request, const char *name);
/** Calls back for every header, in the order received. */
void request_headers(const struct request *request,
		     void (*fn)(const char *name, const char *value, void *userdata),
		     void *userdata);

/**
 * What a request is, as JSON, for a tape: { "method", "path", "query", "headers": [ [ name, value
 * ], … ], "peer": name, "organizations": [ … ] }; without its body. http_detached also reads
 * "arrived_ms".
 */
struct json *http_request_to_json(const struct request *request);
/**
 * The way back: a detached request, which has no connection. All that is answered to it is thrown
 * away; who wants to know listens to the tape. No streams.
 *
 * @param arena  for the request; its texts are borrowed from json
 * @param body   borrowed, NUL-terminated; may be NULL when length is 0
 */
struct request *http_detached(struct arena *arena, const struct json *json, const char *body,
			      size_t length);

/** Called once per complete request. The server must answer with exactly one of the functions
 * below, now or later. */
typedef void http_serve_fn(struct request *request, void *userdata);

/**
 * The body of an answer to what is no request: malformed, too long, of another version.
 *
 * @param status    400 … 505
 * @param text      what is wrong, a sentence without a full stop
 * @param ret_type  its content type, static
 * @return malloc'ed text
 */
typedef char *http_malformed_fn(int status, const char *text, const char **ret_type,
				void *userdata);

struct http_options {
	const char *address;   /**< numeric loopback address; NULL: 127.0.0.1 */
	uint16_t port;	       /**< 0: any free one */
	size_t body_max_bytes; /**< larger bodies are answered 413 by `too_large`, or plain when
				  that is NULL */
	int listen_fd;	       /**< a socket already listening, taken over; 0 or -1: none */
	const char *certificate_pem, *key_pem; /**< both: TLS; both NULL: plain */
	const char *client_ca_pem; /**< ask for client certificates signed by this CA (PEM); NULL:
				      do not ask */
	http_serve_fn *serve;
	http_serve_fn *too_large; /**< answers a request whose body was cut off (body_length 0); may
				     be NULL */
	http_malformed_fn *malformed; /**< NULL: plain text, as Go's servers have it */
	void *userdata;
};

/**
 * Opens a listener and attaches it to the loop.
 *
 * @param err  ERR_IO naming address and port: in use, not permitted …
 */
must_check bool http_server_new(struct loop *loop, const struct http_options *options,
				struct http_server **ret, struct err *err);
/** Closes all connections (open streams and those who wait for on_gone are told) and the listener.
 * NULL is fine. Not to be called out of the server's own callbacks. */
void http_server_free(struct http_server *server);
DEFINE_FREEP(http_server, struct http_server)
uint16_t http_server_port(const struct http_server *server);

/** Answers with a whole body (copied unless http_reply_own). headers end with a NULL name; NULL:
 * none. */
void http_reply(struct request *request, int status, const struct header *headers, const void *body,
		size_t length);
/** The same, but the malloc'ed body is taken over. */
void http_reply_own(struct request *request, int status, const struct header *headers, char *body,
		    size_t length);
/** Answers a HEAD with the headers of a body of that length (bytes), which is not sent. */
void http_reply_head(struct request *request, int status, const struct header *headers,
		     uint64_t length);
/**
 * Keeps an answer of more than HTTP_HELD_BYTES back until so many ms after now, whenever it is
 * given; a shorter one goes at once. For clients that cannot stand an answer as fast as ours.
 */
void http_hold(struct request *request, unsigned ms);
#define HTTP_HELD_BYTES 3072 /* bytes; with its head: the 4096 that Go reads at once */
/** Closes the connection without any answer (fault: answer lost). */
void http_drop(struct request *request);
/**
 * Tells when the client goes away before its answer; one callback per request. After it the request
 * is over and must not be answered; without one, the request stays valid, and its answer is
 * dropped. A client that shuts down its sending side (TCP half-close) counts as gone.
 */
void http_on_gone(struct request *request, void (*fn)(struct request *request, void *userdata),
		  void *userdata);

/** A reply without an end in sight (chunked): a watch. The request is valid as long as the stream.
 */
struct stream *http_stream_begin(struct request *request, int status, const struct header *headers);
/** Queues bytes; they are sent as the client takes them. False when the client is gone, or 64 MiB
 * wait already. */
bool http_stream_write(struct stream *stream, const void *bytes, size_t length);
/** Ends the reply properly once everything queued is sent; the stream is gone for the caller. */
void http_stream_end(struct stream *stream);
/** Called once when the client has gone or the server closes; the stream is gone then. */
void http_stream_on_closed(struct stream *stream, void (*fn)(struct stream *stream, void *userdata),
			   void *userdata);

/** Percent-decoding into the arena; '+' becomes a space when plus is set. NULL when malformed or
 * when a %00 would cut the text short. */
char *http_url_decode(struct arena *arena, const char *text, size_t length, bool plus);
