/*
 * What the HTTP layer costs by itself: a server without anything behind it, for `make bench`.
 * Prints its port. /small answers 100 bytes, /large 175 KB (a list of 1000 objects or so), /later
 * 100 bytes in the next turn of the loop, as a parked call does.
 */
#include <signal.h>
#include <stdio.h>

#include "emulator/base/loop.h"
#include "emulator/http/http.h"

#define SMALL_BYTES 100
#define LARGE_BYTES (175 * 1000)

static char body[LARGE_BYTES];

static void answer(struct request *request, size_t length)
{
	static const struct header headers[] = {{"Content-Type", "application/json"}, {NULL, NULL}};

	http_reply(request, 200, headers, body, length);
}

static void answer_now(void *userdata)
{
	answer(userdata, SMALL_BYTES);
}

static void serve(struct request *request, void *userdata)
{
	if (str_eq(request->path, "/later"))
		loop_add_timer(userdata, 0, answer_now, request);
	else
		answer(request, str_eq(request->path, "/large") ? LARGE_BYTES : SMALL_BYTES);
}

static void stop(int signal _unused_, void *userdata)
{
	loop_stop(userdata);
}

static int failed(const struct err *err)
{
	fprintf(stderr, "http_bare: %s\n", err_text(err));
	return EXIT_FAILURE;
}

int main(void)
{
	_cleanup_(loop_freep) struct loop *loop = NULL;
	_cleanup_(http_server_freep) struct http_server *server = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct http_options options = {.body_max_bytes = 1 << 20, .listen_fd = -1, .serve = serve};

	memset(body, 'x', sizeof(body));
	if (!loop_new(&loop, &err))
		return failed(&err);
	options.userdata = loop;
	if (!loop_add_signal(loop, SIGTERM, stop, loop, &err) ||
	    !loop_add_signal(loop, SIGINT, stop, loop, &err) ||
	    !http_server_new(loop, &options, &server, &err))
		return failed(&err);
	printf("%u\n", (unsigned)http_server_port(server));
	fflush(stdout);
	loop_run(loop);
	return EXIT_SUCCESS;
}
