#pragma once
/* GET over http or https without waiting: libcurl's multi-socket interface on the loop. */
#include "emulator/base/util.h"

struct fetch;
struct fetcher;
struct loop;

/** One for a loop; free it after the last fetch. */
struct fetcher *fetcher_new(struct loop *loop);
void fetcher_free(struct fetcher *fetcher); /* NULL is fine; drops what is still under way */
DEFINE_FREEP(fetcher, struct fetcher)

/**
 * @param status   HTTP status; 0 when there was no answer
 * @param problem  why there was none, else NULL
 */
typedef void fetch_fn(int status, const char *problem, void *userdata);

/**
 * Asks for a URL of this machine; the body is dropped. Certificates are not verified: it is for
 * readiness probes of our own children, which sign theirs themselves.
 *
 * @param url         numeric host, e.g. "https://127.0.0.1:4443/healthz"
 * @param timeout_ms  real ms, over 0
 * @param fn          called once, never from inside fetch_start
 */
struct fetch *fetch_start(struct fetcher *fetcher, const char *url, int64_t timeout_ms,
			  fetch_fn *fn, void *userdata);
/** Gives up; fn is not called any more. NULL is fine. Not after fn was called. */
void fetch_cancel(struct fetch *fetch);
