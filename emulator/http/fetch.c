/* libcurl on the loop. See fetch.h. */
#include "emulator/http/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/epoll.h>

#include "emulator/base/loop.h"
#include "emulator/base/strbuf.h"

struct fetcher {
	struct loop *loop;
	CURLM *multi;
	struct loop_source *timer;
};

struct fetch {
	struct fetcher *fetcher;
	CURL *easy;
	struct curl_slist *headers;
	struct strbuf answer;
	size_t answer_max_bytes;
	char *host;		   /* "127.0.0.1:4443" */
	char *refusal;		   /* why nothing is sent; NULL: it is */
	struct loop_source *timer; /* which tells it */
	fetch_fn *fn;
	void *userdata;
};

static void free_fetch(struct fetch *fetch)
{
	loop_remove(fetch->timer);
	curl_easy_cleanup(fetch->easy);
	curl_slist_free_all(fetch->headers);
	strbuf_done(&fetch->answer);
	free(fetch->host);
	free(fetch->refusal);
	free(fetch);
}

/* Go's words for it, for they are read in Kubernetes' messages; NULL when it went well. */
static char *problem_of(const struct fetch *fetch, CURLcode result)
{
	switch (result) {
	case CURLE_OK: return NULL;
	case CURLE_COULDNT_CONNECT:
		return xasprintf("dial tcp %s: connect: connection refused", fetch->host);
	case CURLE_OPERATION_TIMEDOUT: return xstrdup("context deadline exceeded");
	case CURLE_PEER_FAILED_VERIFICATION:
		return xstrdup("tls: failed to verify certificate: x509: certificate signed by "
			       "unknown authority");
	case CURLE_GOT_NOTHING: return xstrdup("EOF");
	case CURLE_WRITE_ERROR:
		return xasprintf("the answer is larger than %zu bytes", fetch->answer_max_bytes);
	default: return xstrdup(curl_easy_strerror(result));
	}
}

static void report(struct fetch *fetch, CURLcode result)
{
	_cleanup_(freep) char *problem = problem_of(fetch, result);
	struct fetch_answer answer = {.problem = problem, .body = ""};
	long status = 0;

	if (!problem) {
		curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &status);
		answer.status = (int)status;
		answer.body = strbuf_text(&fetch->answer);
		answer.length = fetch->answer.length;
	}
	fetch->fn(&answer, fetch->userdata);
}

/* Reports every transfer that is over. */
static void collect(struct fetcher *fetcher)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(fetcher->multi, &left))) {
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		struct fetch *fetch = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &fetch);
		curl_multi_remove_handle(fetcher->multi, easy);
		report(fetch, result);
		free_fetch(fetch);
	}
}

static void timer_due(void *userdata)
{
	struct fetcher *fetcher = userdata;
	int running;

	fetcher->timer = NULL;
	curl_multi_socket_action(fetcher->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(fetcher);
}

static int set_timer(_unused_ CURLM *multi, long timeout_ms, void *userdata)
{
	struct fetcher *fetcher = userdata;

	loop_remove(fetcher->timer);
	fetcher->timer = NULL;
	if (timeout_ms >= 0)
		fetcher->timer = loop_add_timer(fetcher->loop, timeout_ms, timer_due, fetcher);
	return 0;
}

static void socket_ready(int fd, uint32_t events, void *userdata)
{
	struct fetcher *fetcher = userdata;
	int running, what = 0;

	if (events & EPOLLIN)
		what |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		what |= CURL_CSELECT_ERR;
	curl_multi_socket_action(fetcher->multi, fd, what, &running);
	collect(fetcher);
}

static int watch_socket(_unused_ CURL *easy, curl_socket_t fd, int what, void *userdata,
			void *socket_userdata)
{
	struct fetcher *fetcher = userdata;
	struct loop_source *source = socket_userdata;
	uint32_t events = 0;

	loop_remove(source);
	source = NULL;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EPOLLOUT;
	if (what != CURL_POLL_REMOVE)
		source = loop_add_fd(fetcher->loop, fd, events, socket_ready, fetcher);
	curl_multi_assign(fetcher->multi, fd, source);
	return 0;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *userdata)
{
	struct fetch *fetch = userdata;
	size_t length = size * n;

	if (!fetch->answer_max_bytes)
		return length;
	if (length > fetch->answer_max_bytes - fetch->answer.length)
		return 0; /* ends the transfer with CURLE_WRITE_ERROR */
	strbuf_add_bytes(&fetch->answer, bytes, length);
	return length;
}

struct fetcher *fetcher_new(struct loop *loop)
{
	struct fetcher *fetcher = xcalloc(1, sizeof(*fetcher));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	fetcher->loop = loop;
	fetcher->multi = curl_multi_init();
	curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
	curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
	return fetcher;
}

void fetcher_free(struct fetcher *fetcher)
{
	if (!fetcher)
		return;
	loop_remove(fetcher->timer);
	curl_multi_cleanup(fetcher->multi);
	free(fetcher);
}

/* The host is this machine's, by number or by the one name that needs no resolver. */
static bool is_loopback(const char *host)
{
	struct in_addr v4;

	return str_eq(host, "localhost") || str_eq(host, "[::1]") ||
	       (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

/* The host's name or address, and "host:port" for messages (new text; ret may be NULL). */
static bool read_host(const char *url, char **ret)
{
	CURLU *parts = curl_url();
	char *host = NULL, *port = NULL;
	bool ours;

	curl_url_set(parts, CURLUPART_URL, url, 0);
	curl_url_get(parts, CURLUPART_HOST, &host, 0);
	curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
	if (ret)
		*ret = xasprintf("%s:%s", host ? host : "", port ? port : "");
	ours = host && is_loopback(host);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
	return ours;
}

bool fetch_can_reach(const char *url)
{
	return read_host(url, NULL);
}

static void tell_refusal(void *userdata)
{
	struct fetch *fetch = userdata;

	fetch->timer = NULL;
	fetch->fn(&(struct fetch_answer){.problem = fetch->refusal, .body = ""}, fetch->userdata);
	free_fetch(fetch);
}

static struct fetch *new_fetch(struct fetcher *fetcher, fetch_fn *fn, void *userdata)
{
	struct fetch *fetch = xcalloc(1, sizeof(*fetch));

	fetch->fetcher = fetcher;
	fetch->fn = fn;
	fetch->userdata = userdata;
	return fetch;
}

struct fetch *fetch_fail(struct fetcher *fetcher, const char *problem, fetch_fn *fn, void *userdata)
{
	struct fetch *fetch = new_fetch(fetcher, fn, userdata);

	fetch->refusal = xstrdup(problem);
	fetch->timer = loop_add_timer(fetcher->loop, 0, tell_refusal, fetch);
	return fetch;
}

static void add_header(struct fetch *fetch, const char *header)
{
	fetch->headers = curl_slist_append(fetch->headers, header);
}

static void set_body(struct fetch *fetch, const struct fetch_request *request)
{
	_cleanup_(freep) char *type = xasprintf("Content-Type: %s", request->content_type);

	for (const char *const *header = request->headers; header && *header; header++)
		add_header(fetch, *header);
	if (request->body) {
		add_header(fetch, type);
		/* no "Expect: 100-continue", which would cost a second with some servers */
		add_header(fetch, "Expect:");
		curl_easy_setopt(fetch->easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->length);
		curl_easy_setopt(fetch->easy, CURLOPT_COPYPOSTFIELDS, request->body);
	}
	curl_easy_setopt(fetch->easy, CURLOPT_HTTPHEADER, fetch->headers);
	if (request->method)
		curl_easy_setopt(fetch->easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_asker(struct fetch *fetch, const struct fetch_request *request)
{
	struct curl_blob certificate = {.flags = CURL_BLOB_COPY}, key = {.flags = CURL_BLOB_COPY};

	if (request->certificate_pem && request->key_pem) {
		certificate.data = (void *)request->certificate_pem;
		certificate.len = strlen(request->certificate_pem);
		key.data = (void *)request->key_pem;
		key.len = strlen(request->key_pem);
		curl_easy_setopt(fetch->easy, CURLOPT_SSLCERT_BLOB, &certificate);
		curl_easy_setopt(fetch->easy, CURLOPT_SSLKEY_BLOB, &key);
	}
	if (request->sigv4_scope) {
		curl_easy_setopt(fetch->easy, CURLOPT_AWS_SIGV4, request->sigv4_scope);
		curl_easy_setopt(fetch->easy, CURLOPT_USERPWD, request->sigv4_user);
	}
}

static void set_trust(struct fetch *fetch, const char *ca_pem)
{
	struct curl_blob ca = {(void *)ca_pem, ca_pem ? strlen(ca_pem) : 0, CURL_BLOB_COPY};

	if (ca_pem)
		curl_easy_setopt(fetch->easy, CURLOPT_CAINFO_BLOB, &ca);
	curl_easy_setopt(fetch->easy, CURLOPT_SSL_VERIFYPEER, ca_pem ? 1L : 0L);
	curl_easy_setopt(fetch->easy, CURLOPT_SSL_VERIFYHOST, ca_pem ? 2L : 0L);
}

struct fetch *fetch_start(struct fetcher *fetcher, const struct fetch_request *request,
			  fetch_fn *fn, void *userdata)
{
	struct fetch *fetch = new_fetch(fetcher, fn, userdata);

	fetch->answer_max_bytes = request->answer_max_bytes;
	strbuf_init(&fetch->answer, request->answer_max_bytes + 1);
	if (!read_host(request->url, &fetch->host)) {
		fetch->refusal = xasprintf("dial tcp %s: only loopback addresses can be reached "
					   "from here",
					   fetch->host);
		fetch->timer = loop_add_timer(fetcher->loop, 0, tell_refusal, fetch);
		return fetch;
	}
	fetch->easy = curl_easy_init();
	curl_easy_setopt(fetch->easy, CURLOPT_URL, request->url);
	curl_easy_setopt(fetch->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(fetch->easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	curl_easy_setopt(fetch->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(fetch->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(fetch->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(fetch->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(fetch->easy, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(fetch->easy, CURLOPT_PRIVATE, fetch);
	set_trust(fetch, request->ca_pem);
	set_asker(fetch, request);
	set_body(fetch, request);
	/* Starts with a timer of 0 ms: nothing is called back from here. */
	curl_multi_add_handle(fetcher->multi, fetch->easy);
	return fetch;
}

void fetch_cancel(struct fetch *fetch)
{
	if (!fetch)
		return;
	if (fetch->easy)
		curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
	free_fetch(fetch);
}
