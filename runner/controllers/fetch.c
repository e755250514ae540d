/* libcurl on the loop. See fetch.h. */
#include "runner/controllers/fetch.h"

#include <curl/curl.h>
#include <sys/epoll.h>

#include "emulator/base/loop.h"

struct fetcher {
	struct loop *loop;
	CURLM *multi;
	struct loop_source *timer;
};

struct fetch {
	struct fetcher *fetcher;
	CURL *easy;
	fetch_fn *fn;
	void *userdata;
};

/* Reports every transfer that is over. */
static void collect(struct fetcher *fetcher)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(fetcher->multi, &left))) {
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		struct fetch *fetch = NULL;
		long status = 0;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &fetch);
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		curl_multi_remove_handle(fetcher->multi, easy);
		fetch->fn(result == CURLE_OK ? (int)status : 0,
			  result == CURLE_OK ? NULL : curl_easy_strerror(result), fetch->userdata);
		curl_easy_cleanup(easy);
		free(fetch);
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

static size_t drop_body(_unused_ char *bytes, size_t size, size_t n, _unused_ void *userdata)
{
	return size * n;
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

struct fetch *fetch_start(struct fetcher *fetcher, const char *url, int64_t timeout_ms,
			  fetch_fn *fn, void *userdata)
{
	struct fetch *fetch = xcalloc(1, sizeof(*fetch));

	fetch->fetcher = fetcher;
	fetch->easy = curl_easy_init();
	fetch->fn = fn;
	fetch->userdata = userdata;
	curl_easy_setopt(fetch->easy, CURLOPT_URL, url);
	curl_easy_setopt(fetch->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(fetch->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(fetch->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(fetch->easy, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(fetch->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(fetch->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(fetch->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(fetch->easy, CURLOPT_WRITEFUNCTION, drop_body);
	curl_easy_setopt(fetch->easy, CURLOPT_PRIVATE, fetch);
	/* Starts with a timer of 0 ms: nothing is called back from here. */
	curl_multi_add_handle(fetcher->multi, fetch->easy);
	return fetch;
}

void fetch_cancel(struct fetch *fetch)
{
	if (!fetch)
		return;
	curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
	curl_easy_cleanup(fetch->easy);
	free(fetch);
}
