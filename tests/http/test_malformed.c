/* What is no request, or too much of one. */
#include <sys/socket.h>

#include "tests/http/rig.h"
#include "tests/lib/suite.h"

START_TEST(a_request_without_host_is_answered_400)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /short HTTP/1.1\r\n\r\n"); /* RFC 9112, section 3.2 */
	expect_status(wire_take_reply(&wire), "400");
	ck_assert_uint_eq(rig.served, 0);
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

/* Requests with some bytes changed, dropped or doubled; the same ones in every run. */
static size_t mutate(char *text, size_t length, uint32_t *random)
{
	unsigned changes = *random >> 28;

	for (unsigned i = 0; i <= changes && length > 2; i++) {
		size_t at;

		*random = *random * 1664525 + 1013904223;
		at = (*random >> 8) % (length - 1);
		switch (*random & 3) {
		case 0: text[at] = (char)(*random >> 24); break;
		case 1: memmove(text + at, text + at + 1, --length - at); break;
		case 2:
			memmove(text + at + 1, text + at, length - at);
			length++;
			break;
		default: length = at + 1; break;
		}
	}
	return length;
}

START_TEST(mutilated_requests_harm_nobody)
{
	static const char *const seeds[] = {
		"GET /echo?a=%20b HTTP/1.1\r\nHost: h\r\nX-Probe: v\r\n\r\n",
		"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
		"PUT /e HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0"
		"\r\n\r\n",
		"POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n",
		"GET /stream HTTP/1.1\r\nHost: h\r\n\r\nGET /short HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET /hold HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	};
	uint32_t random = 42;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	for (unsigned i = 0; i < 3000; i++) {
		const char *seed = seeds[i % array_size(seeds)];
		char text[512] = {0};
		size_t length = strlen(seed);

		memcpy(text, seed, length);
		length = mutate(text, length, &random);
		wire = rig_wire(&rig);
		wire_send_bytes(&wire, text, length);
		loop_turn(rig.loop, 0);
		wire_close(&wire);
	}
	wire_settle(rig.loop);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "ok");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

static const char *const malformed[] = {
	"\r\n\r\n\r\n\r\n",
	"GET\r\n\r\n",
	"GET /\r\n\r\n",
	"GET / HTTP/1.1\r\n\r\n", /* no Host */
	"GET / HTTP/9.9\r\nHost: h\r\n\r\n",
	"GET / HTP/1.1\r\nHost: h\r\n\r\n",
	"GET * HTTP/1.1\r\nHost: h\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
	"GET nonsense HTTP/1.1\r\nHost: h\r\n\r\n",
	"GET x/://y HTTP/1.1\r\nHost: h\r\n\r\n",
	"CONNECT host:443 HTTP/1.1\r\nHost: h\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: abc\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
	"ffffffffffffffffffff\r\nabc",
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
	"GET / HTTP/1.1\r\nHost h\r\nnothing\r\n\r\n",
	"\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n", /* TLS spoken to a plain port */
	"GET /\xff\xfe HTTP/1.1\r\nHost: \xff\r\n\r\n",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
};

START_TEST(malformed_requests_are_refused_and_the_server_goes_on)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	for (size_t i = 0; i < array_size(malformed); i++) {
		wire = rig_wire(&rig);
		wire_send(&wire, malformed[i]);
		shutdown(wire.fd, SHUT_WR);
		wire_take_rest(&wire);
		wire_close(&wire);
	}
	wire = rig_wire(&rig);
	wire_send_bytes(&wire, "GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n", 31);
	wire_close(&wire);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "ok");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

static char *in_brackets(int status, const char *text, const char **ret_type, void *userdata)
{
	ck_assert_ptr_nonnull(userdata);
	*ret_type = "text/x-brackets";
	return xasprintf("[%d %s]", status, text);
}

static const struct {
	const char *request, *body; /* NULL: it is closed, or served, without such an answer */
} answers[] = {
	{"GET /\r\n\r\n", "[400 the request is not well-formed HTTP/1.1]"},
	{"GET / HTTP/1.1\r\n\r\n", "[400 the request is not well-formed HTTP/1.1]"},
	{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: abc\r\n\r\n",
	 "[400 the request is not well-formed HTTP/1.1]"},
	{"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	 "[400 the request is not well-formed HTTP/1.1]"},
	{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
	 "[413 the announced length of the request's body is too large]"},
	{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	 "[505 the request is of another version of HTTP than 1.1]"},
};

/* libmicrohttpd's own words are HTML, without a content type, and some come twice. */
START_TEST(what_is_no_request_is_answered_in_the_servers_own_form)
{
	const struct http_options options = {
		.body_max_bytes = 1000, .listen_fd = -1, .malformed = in_brackets};
	struct rig rig;

	rig_open(&rig, &options);
	for (size_t i = 0; i < array_size(answers); i++) {
		struct wire wire = rig_wire(&rig);
		_cleanup_(freep) char *expected = NULL;
		const char *reply, *body;

		wire_send(&wire, answers[i].request);
		reply = wire_take_rest(&wire);
		body = strstr(reply, "\r\n\r\n");
		ck_assert_msg(body && strcmp(body + 4, answers[i].body) == 0, "%s", reply);
		expected = xasprintf("Content-Type: text/x-brackets\r\nContent-Length: %zu\r\n",
				     strlen(answers[i].body));
		ck_assert_msg(strstr(reply, expected) && strstr(reply, "Connection: close\r\n"),
			      "%s", reply);
		expect_status(reply, (char[]){answers[i].body[1], answers[i].body[2],
					      answers[i].body[3], '\0'});
		wire_close(&wire);
	}
	ck_assert_uint_eq(rig.served, 0);
	rig_close(&rig);
}
END_TEST

START_TEST(nothing_is_ever_answered_in_html)
{
	struct rig rig;

	rig_open(&rig, NULL);
	for (size_t i = 0; i < array_size(malformed); i++) {
		struct wire wire = rig_wire(&rig);
		const char *reply;

		wire_send(&wire, malformed[i]);
		shutdown(wire.fd, SHUT_WR);
		reply = wire_take_rest(&wire);
		ck_assert_msg(!strcasestr(reply, "html"), "%s", reply);
		wire_close(&wire);
	}
	rig_close(&rig);
}
END_TEST

START_TEST(a_target_that_is_no_path_is_answered_400)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_status(wire_take_reply(&wire), "400");
	ck_assert_uint_eq(rig.served, 0);
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(long_targets_and_headers_pass_and_too_long_ones_are_refused)
{
	_cleanup_(freep) char *text = xcalloc(1, 200 * 1024);
	_cleanup_(freep) char *request = NULL, *long_request = NULL, *long_header = NULL;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	memset(text, 'q', 20 * 1024);
	request = xasprintf("GET /?%s HTTP/1.1\r\nHost: h\r\nX-Probe: %s\r\n\r\n", text, text);
	wire = rig_wire(&rig);
	wire_send(&wire, request);
	expect_text(wire_take_reply(&wire), "qqqq] body=0: probe=qqqq");
	wire_close(&wire);
	memset(text, 'q', 200 * 1024 - 1);
	long_request = xasprintf("GET /?%s HTTP/1.1\r\nHost: h\r\n\r\n", text);
	wire = rig_wire(&rig);
	wire_send(&wire, long_request);
	expect_text(wire_take_rest(&wire),
		    "\r\n\r\n414 URI Too Long: the request's target is too long");
	wire_close(&wire);
	long_header = xasprintf("GET / HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n", text);
	wire = rig_wire(&rig);
	wire_send(&wire, long_header);
	expect_text(wire_take_rest(&wire), "\r\n\r\n431 Request Header Fields Too Large: ");
	wire_close(&wire);
	ck_assert_uint_eq(rig.served, 1);
	rig_close(&rig);
}
END_TEST

START_TEST(percent_encoding_is_decoded_or_refused)
{
	static const struct {
		const char *text;
		bool plus;
		const char *decoded; /* NULL: malformed */
	} rows[] = {
		{"", false, ""},
		{"a%20b", false, "a b"},
		{"a+b", false, "a+b"},
		{"a+b%2B", true, "a b+"},
		{"%41%7a", false, "Az"},
		{"%", false, NULL},
		{"%4", false, NULL},
		{"a%zz", false, NULL},
		{"%4g", false, NULL},
		{"a%00b", false, NULL},
		{"%25%32%30", false, "%20"},
		{"%c3%a4", false, "\xc3\xa4"},
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	for (size_t i = 0; i < array_size(rows); i++) {
		char *decoded =
			http_url_decode(arena, rows[i].text, strlen(rows[i].text), rows[i].plus);

		ck_assert_msg(str_eq(decoded, rows[i].decoded), "\"%s\"", rows[i].text);
	}
	ck_assert_str_eq(http_url_decode(arena, "a%20b", 3, false) ? "decoded" : "refused",
			 "refused"); /* the length counts, not the NUL */
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_request_without_host_is_answered_400,
		mutilated_requests_harm_nobody,
		malformed_requests_are_refused_and_the_server_goes_on,
		what_is_no_request_is_answered_in_the_servers_own_form,
		nothing_is_ever_answered_in_html,
		a_target_that_is_no_path_is_answered_400,
		long_targets_and_headers_pass_and_too_long_ones_are_refused,
		percent_encoding_is_decoded_or_refused,
		NULL,
	};

	return suite_main("http_malformed", tests);
}
