#pragma once
/* What http's own files share: a server, one exchange on a connection, a stream. Nobody else
 * includes this. */
#include <microhttpd.h>

#include "emulator/http/http.h"

struct loop_source;

/** Requests whose memory is kept for the next ones, per server. */
#define SPARE_MAX 64
/** Bytes of a body beyond its ceiling that are read and thrown away, so that the client, who is
 * still writing, gets to see the answer; who sends more is cut off. */
#define DRAIN_MAX (UINT64_C(1) << 30)

struct http_server {
	struct loop *loop;
	struct MHD_Daemon *daemon;
	struct loop_source *inner, *prepare; /* libmicrohttpd's epoll set, and its due work */
	struct connection *first;	     /* exchanges going on */
	struct connection *spare;	     /* finished ones, to be used again */
	unsigned spares;
	struct client *leaving;	  /* being looked at by client.c; NULL once it is closed */
	struct loop_source *wake; /* runs it in the next turn, because something was resumed */
	bool running;		  /* inside MHD_run: it must not be entered again */
	bool closing;
	bool ask_peer; /* client certificates are asked for */
	uint16_t port;
	size_t body_max_bytes;
	http_serve_fn *serve, *too_large;
	http_malformed_fn *malformed;
	void *userdata;
	char *certificate_pem, *key_pem, *client_ca_pem; /* libmicrohttpd keeps pointers to them */
};

/** One exchange: a request and its answer. libmicrohttpd's connection outlives it. */
struct connection {
	struct request request;
	struct http_server *server;
	struct MHD_Connection *mhd;
	struct client *client;
	struct connection *next, *previous;
	const char *uri;	    /* as it came, in the arena */
	char *body;		    /* malloc'ed */
	size_t body_room;	    /* bytes */
	uint64_t received;	    /* bytes, thrown away ones included */
	bool started;		    /* the headers have been looked at */
	bool served;		    /* given to the server's callback */
	bool answered;		    /* the answer is known */
	bool dropped;		    /* there will be none: close */
	bool gone;		    /* the client has left */
	bool suspended;		    /* waits for its answer */
	int64_t held_until_ms;	    /* a long answer is kept back until then; monotonic; 0: not */
	struct loop_source *held;   /* its timer; the answer is known, but nobody knows yet */
	struct MHD_Response *reply; /* ours until it is queued */
	unsigned status;
	void (*on_gone)(struct request *request, void *userdata);
	void *gone_userdata;
	struct stream *stream; /* owned; NULL when the answer is no stream */
};

/** Who showed a certificate on a TLS connection; found out at its first request. */
struct peer {
	bool known; /* the rest has been found out */
	bool expired, untrusted;
	char *name;
	char **organizations; /* NULL-terminated; NULL when none */
};

/** A connection of a client: libmicrohttpd's "socket context". */
struct client {
	struct http_server *server;
	struct connection *current; /* the exchange going on, NULL between two */
	struct loop_source *watch;  /* for the client's leaving; NULL once it has left */
	struct peer peer;
};

/* server.c */
/** Resumes a suspended connection and sees to it that libmicrohttpd looks at it: without threads it
 * has no descriptor by which a resumption would wake the loop. */
void server_resume(struct http_server *server, struct MHD_Connection *mhd);

/** Lets libmicrohttpd do what there is to do. */
void server_run(struct http_server *server);

/* client.c */
/** Called by libmicrohttpd for each new and closed connection. */
void client_notify(void *server, struct MHD_Connection *mhd, void **socket_context,
		   enum MHD_ConnectionNotificationCode code);
struct client *client_of(struct MHD_Connection *mhd);

/* connection.c: what libmicrohttpd calls */
void *connection_begin(void *server, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result connection_access(void *server, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **context);
void connection_completed(void *server, struct MHD_Connection *mhd, void **context,
			  enum MHD_RequestTerminationCode code);
/** The answer is known: hands it to libmicrohttpd, now or when it asks next. length is the body's,
 * in bytes; 0: it is not known. */
void connection_answer(struct connection *c, unsigned status, struct MHD_Response *reply,
		       size_t length);
/** An answer that is kept back is kept no longer. */
void connection_release(struct connection *c);
/** Lets libmicrohttpd go on with an exchange that waited. */
void connection_resume(struct connection *c);
/** Whether the request has been served but not answered to its end. */
bool connection_is_waiting(const struct connection *c);
/** The client has left or the server closes: tells whoever has asked for it. */
void connection_gone(struct connection *c);
/** Frees the exchanges kept for later. */
void connection_free_spares(struct http_server *server);

/* reply.c */
/** Adds headers to a reply; one that HTTP cannot carry (a line break in it) is left out. */
void reply_add_headers(struct MHD_Response *reply, const struct header *headers);

/* refusal.c */
/** Queues a reply of ours. Others, which come from within libmicrohttpd, are answered in the
 * server's own form. */
enum MHD_Result refusal_pass(struct MHD_Connection *mhd, unsigned status,
			     struct MHD_Response *reply);

/* stream.c */
/** Tells the stream's owner that it is gone; once. */
void stream_close(struct stream *stream);
void stream_free(struct stream *stream);

/* peer.c */
/** Fills in the request's peer members. */
void peer_fill(struct peer *peer, struct MHD_Connection *mhd, struct request *request);
void peer_done(struct peer *peer);
