#pragma once
/*
 * Requests of our own over http or https, without waiting: libcurl's multi-socket interface on the
 * loop. For readiness probes, admission webhooks and external targets; never leaves the machine.
 */
#include "emulator/base/util.h"

struct fetch;
struct fetcher;
struct loop;

/** One for a loop; free it after the last fetch. */
struct fetcher *fetcher_new(struct loop *loop);
void fetcher_free(struct fetcher *fetcher); /* NULL is fine; drops what is still under way */
DEFINE_FREEP(fetcher, struct fetcher)

struct fetch_request {
	const char *url;	  /**< of a loopback host, e.g. "https://127.0.0.1:4443/healthz" */
	const char *method;	  /**< NULL: GET, with a body POST */
	const char *content_type; /**< of the body */
	const void *body;	  /**< copied; NULL: none */
	size_t length;		  /**< bytes of the body */
	/** Who must have signed the server's certificate (PEM, copied), which is then checked with
	 * its names; NULL: it is not, as for our own children, who sign theirs themselves. */
	const char *ca_pem;
	const char *const *headers; /**< "Name: value", ends with a NULL; NULL: none */
	/** @name Who asks, PEM texts (copied); NULL: nobody */
	const char *certificate_pem, *key_pem;
	/** @name Signature Version 4, NULL: none: "aws:amz:REGION:SERVICE", and "KEY:SECRET" */
	const char *sigv4_scope, *sigv4_user;
	int64_t timeout_ms;	 /**< real ms for all of it, over 0 */
	size_t answer_max_bytes; /**< a larger answer is a problem; 0: the body is dropped */
};

/** Valid during the callback. */
struct fetch_answer {
	int status;	     /**< HTTP status; 0 when there was no answer */
	const char *problem; /**< why there was none, as Go's net/http words it; else NULL */
	const char *body;    /**< NUL-terminated; "" when dropped */
	size_t length;	     /**< bytes */
};
typedef void fetch_fn(const struct fetch_answer *answer, void *userdata);

/** Whether a URL's host is this machine's, by number or by the name "localhost"; the only hosts
 * that are asked. */
bool fetch_can_reach(const char *url);

/**
 * Sends a request. A host that is no loopback address and not "localhost" is a problem at once:
 * nothing is sent.
 *
 * @param fn  called once, never from inside fetch_start
 */
struct fetch *fetch_start(struct fetcher *fetcher, const struct fetch_request *request,
			  fetch_fn *fn, void *userdata);
/** The same for what cannot even be sent: fn is told the problem (copied) on the loop's next turn.
 */
struct fetch *fetch_fail(struct fetcher *fetcher, const char *problem, fetch_fn *fn,
			 void *userdata);
/** Gives up; fn is not called any more. NULL is fine. Not after fn was called. */
void fetch_cancel(struct fetch *fetch);
