/* A server for tests. */
#include "tests/http/rig.h"

#include <check.h>
#include <stdio.h>

static void client_gone(struct request *request _unused_, void *userdata)
{
	struct rig *rig = userdata;

	rig->held = NULL;
	rig->gone++;
	rig->has_gone = true;
}

static void stream_closed(struct stream *stream, void *userdata)
{
	struct rig *rig = userdata;

	if (rig->stream == stream)
		rig->stream = NULL;
	rig->closed++;
	rig->has_closed = true;
}

static void add_header(const char *name, const char *value, void *userdata)
{
	strbuf_addf(userdata, "%s: %s\n", name, value);
}

static void reply_text(struct request *request, int status, const char *text)
{
	http_reply(request, status, NULL, text, strlen(text));
}

/* "/echo": all that the server knows about the request. */
static void serve_echo(struct request *request)
{
	const char *probe = request_header(request, "x-PROBE");
	struct strbuf sb;

	strbuf_init(&sb, 1 << 20);
	strbuf_addf(&sb, "%s [%s] [%s] body=%zu:", request->method, request->path, request->query,
		    request->body_length);
	strbuf_add_bytes(&sb, request->body, request->body_length);
	strbuf_addf(&sb, " probe=%s\n", probe ? probe : "none");
	request_headers(request, add_header, &sb);
	http_reply_own(request, 200, NULL, sb.text, sb.length);
}

static void serve_big(struct request *request)
{
	size_t length = (size_t)8 << 20;
	char *body = xmalloc(length);

	memset(body, 'b', length);
	http_reply_own(request, 200, NULL, body, length);
}

static void serve_headers(struct request *request)
{
	static const struct header headers[] = {{"X-Fine", "yes"},
						{"X-Evil", "a\r\nX-Injected: yes"},
						{"X-Empty", ""},
						{NULL, NULL}};

	http_reply(request, 404, headers, NULL, 0);
}

static void serve_hold(struct request *request, struct rig *rig, bool tell)
{
	rig->held = request;
	rig->has_held = true;
	if (tell)
		http_on_gone(request, client_gone, rig);
}

static void serve_stream(struct request *request, struct rig *rig)
{
	static const struct header headers[] = {{"Content-Type", "application/json"}, {NULL, NULL}};

	rig->stream = http_stream_begin(request, 200, headers);
	http_stream_on_closed(rig->stream, stream_closed, rig);
}

static void serve_who(struct request *request)
{
	struct strbuf sb;

	strbuf_init(&sb, 1000);
	strbuf_addf(&sb, "name=%s%s%s", request->peer_name ? request->peer_name : "none",
		    request->peer_expired ? " expired" : "",
		    request->peer_untrusted ? " untrusted" : "");
	for (const char *const *o = request->peer_organizations; o && *o; o++)
		strbuf_addf(&sb, " group=%s", *o);
	http_reply_own(request, 200, NULL, sb.text, sb.length);
}

static void serve(struct request *request, void *userdata)
{
	struct rig *rig = userdata;

	rig->served++;
	if (str_eq(request->path, "/hold"))
		serve_hold(request, rig, true);
	else if (str_eq(request->path, "/hold-untold"))
		serve_hold(request, rig, false);
	else if (str_eq(request->path, "/drop"))
		http_drop(request);
	else if (str_eq(request->path, "/stream"))
		serve_stream(request, rig);
	else if (str_eq(request->path, "/big"))
		serve_big(request);
	else if (str_eq(request->path, "/headers"))
		serve_headers(request);
	else if (str_eq(request->path, "/who"))
		serve_who(request);
	else if (str_eq(request->path, "/short"))
		reply_text(request, 200, "ok");
	else
		serve_echo(request);
}

static void too_large(struct request *request, void *userdata)
{
	struct rig *rig = userdata;

	ck_assert_uint_eq(request->body_length, 0);
	ck_assert_str_eq(request->body, "");
	rig->too_large++;
	reply_text(request, 413, "too large for the rig");
}

void rig_open(struct rig *rig, const struct http_options *options)
{
	static const struct http_options plain = {.body_max_bytes = 1000, .listen_fd = -1};
	struct http_options own = options ? *options : plain;
	_cleanup_(err_done) struct err err = ERR_INIT;

	memset(rig, 0, sizeof(*rig));
	own.serve = serve;
	own.too_large = too_large;
	own.userdata = rig;
	ck_assert_msg(loop_new(&rig->loop, &err), "%s", err_text(&err));
	ck_assert_msg(http_server_new(rig->loop, &own, &rig->server, &err), "%s", err_text(&err));
}

void rig_close(struct rig *rig)
{
	http_server_free(steal(rig->server));
	loop_free(steal(rig->loop));
}

struct wire rig_wire(struct rig *rig)
{
	struct wire wire;

	wire_open(&wire, rig->loop, http_server_port(rig->server));
	return wire;
}

void expect_status(const char *reply, const char *status)
{
	ck_assert_msg(str_starts_with(reply, "HTTP/1.") && strstr(reply, status) == reply + 9,
		      "%.200s", reply);
}

void expect_text(const char *reply, const char *text)
{
	ck_assert_msg(strstr(reply, text) != NULL, "no \"%s\" in \"%.2000s\"", text, reply);
}
