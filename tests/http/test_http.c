/* emulator/http/server.c, connection.c, request.c, reply.c: requests and whole answers */
#include <arpa/inet.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/rig.h"
#include "tests/lib/suite.h"

static void expect_status(const char *reply, const char *status)
{
	ck_assert_msg(str_starts_with(reply, "HTTP/1.") && strstr(reply, status) == reply + 9,
		      "%.200s", reply);
}

static void expect_text(const char *reply, const char *text)
{
	ck_assert_msg(strstr(reply, text) != NULL, "no \"%s\" in \"%.2000s\"", text, reply);
}

START_TEST(path_and_query_come_raw)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /a%2Fb/%41?x=%20+y&z=%zz&z HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "GET [/a%2Fb/%41] [x=%20+y&z=%zz&z] body=0: ");
	wire_send(&wire, "DELETE /? HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "DELETE [/] [] body=0: ");
	wire_send(&wire, "GET http://host:80/p?q=http://x/ HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "GET [/p] [q=http://x/]");
	wire_send(&wire, "GET http://host?q HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "GET [/] [q]");
	wire_send(&wire, "GET /p?a=/b://c HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "GET [/p] [a=/b://c]");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(headers_come_in_order_and_the_last_of_a_name_wins)
{
	const char *reply;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET / HTTP/1.1\r\nHost: h\r\nX-Probe: one\r\nx-other:  padded \r\n"
			 "X-PROBE: two\r\n\r\n");
	reply = wire_take_reply(&wire);
	expect_text(reply, "probe=two\n");
	expect_text(reply, "Host: h\nX-Probe: one\nx-other: padded\nX-PROBE: two\n");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_connection_serves_many_requests_also_sent_at_once)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
			 "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
			 "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"
			 "GET /4 HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "GET [/1]");
	expect_text(wire_take_reply(&wire), "POST [/2] [] body=3:abc ");
	wire_until(rig.loop, &rig.has_held);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.served, 3); /* the fourth waits for the third's answer */
	http_reply(rig.held, 200, NULL, "later", 5);
	expect_text(wire_take_reply(&wire), "later");
	expect_text(wire_take_reply(&wire), "GET [/4]");
	ck_assert_uint_eq(rig.gone, 0);
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_chunked_body_is_put_together)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire,
		  "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc");
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.served, 0);
	wire_send(&wire, "\r\n4;x=y\r\ndefg\r\n0\r\n\r\n");
	expect_text(wire_take_reply(&wire), "body=7:abcdefg ");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

static void send_post(struct wire *wire, size_t length, const char *more_headers)
{
	_cleanup_(freep) char *head = xasprintf("POST / HTTP/1.1\r\nHost: h\r\n%sContent-Length: "
						"%zu\r\n\r\n",
						more_headers, length);
	char block[64 * 1024];

	memset(block, 'a', sizeof(block));
	wire_send(wire, head);
	for (; length > sizeof(block); length -= sizeof(block))
		wire_send_bytes(wire, block, sizeof(block));
	wire_send_bytes(wire, block, length);
}

START_TEST(a_body_up_to_its_ceiling_is_served_and_one_byte_more_is_not)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	send_post(&wire, 1000, "");
	expect_text(wire_take_reply(&wire), "body=1000:aaaa");
	send_post(&wire, 1001, "");
	expect_text(wire_take_reply(&wire), "too large for the rig");
	ck_assert_uint_eq(rig.served, 1);
	ck_assert_uint_eq(rig.too_large, 1);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n"); /* and it goes on */
	expect_text(wire_take_reply(&wire), "ok");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_chunked_body_over_the_ceiling_is_refused)
{
	struct rig rig;
	struct wire wire;
	char block[1001];

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	memset(block, 'c', sizeof(block));
	wire_send(&wire, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n");
	wire_send_bytes(&wire, block, sizeof(block));
	wire_send(&wire, "\r\n0\r\n\r\nGET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_status(wire_take_reply(&wire), "413");
	expect_text(wire_take_reply(&wire), "ok");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_huge_body_is_refused_without_keeping_it)
{
	struct rusage before, after;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	getrusage(RUSAGE_SELF, &before);
	send_post(&wire, (size_t)100 << 20, "");
	expect_status(wire_take_reply(&wire), "413");
	getrusage(RUSAGE_SELF, &after);
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 20 * 1024); /* KiB */
	ck_assert_uint_eq(rig.too_large, 1);
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_body_that_is_only_announced_takes_no_memory)
{
	struct http_options options = {.body_max_bytes = (size_t)1 << 30, .listen_fd = -1};
	struct mallinfo2 before, after;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, &options);
	wire = rig_wire(&rig);
	before = mallinfo2();
	wire_send(&wire, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\nabc");
	wire_settle(rig.loop);
	after = mallinfo2();
	ck_assert_uint_lt(after.uordblks + after.hblkhd,
			  before.uordblks + before.hblkhd + 300 * 1024);
	wire_close(&wire);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.served, 0); /* cut off: never served */
	rig_close(&rig);
}
END_TEST

START_TEST(who_waits_for_100_continue_gets_the_refusal_at_once)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
			 "Content-Length: 104857600\r\n\r\n");
	expect_status(wire_take_reply(&wire), "413");
	wire_close(&wire);
	wire = rig_wire(&rig);
	wire_send(&wire, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
			 "Content-Length: 3\r\n\r\n");
	expect_status(wire_take(&wire, "\r\n\r\n"), "100");
	wire_send(&wire, "abc");
	expect_text(wire_take_reply(&wire), "body=3:abc");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_dropped_request_gets_not_a_byte)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /drop HTTP/1.1\r\nHost: h\r\n\r\n");
	ck_assert_str_eq(wire_take_rest(&wire), "");
	wire_close(&wire);
	wire = rig_wire(&rig);
	wire_send(&wire, "POST /drop HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
	ck_assert_str_eq(wire_take_rest(&wire), "");
	wire_close(&wire);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig.loop, &rig.has_held);
	wire_settle(rig.loop);
	http_drop(rig.held);
	ck_assert_str_eq(wire_take_rest(&wire), "");
	ck_assert_uint_eq(rig.gone, 0); /* we left, not the client */
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_client_that_leaves_before_its_answer_is_reported_once)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig.loop, &rig.has_held);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.gone, 0);
	wire_close(&wire);
	wire_until(rig.loop, &rig.has_gone);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.gone, 1);
	rig_close(&rig);
	ck_assert_uint_eq(rig.gone, 1);
}
END_TEST

START_TEST(a_client_that_leaves_after_its_answer_is_not_reported)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig.loop, &rig.has_held);
	http_reply(rig.held, 200, NULL, "x", 1);
	wire_take_reply(&wire);
	wire_close(&wire);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.gone, 0);
	rig_close(&rig);
}
END_TEST

START_TEST(an_answer_to_a_client_that_has_left_is_lost_without_harm)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /hold-untold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig.loop, &rig.has_held);
	wire_close(&wire);
	wire_settle(rig.loop);
	ck_assert_str_eq(rig.held->path, "/hold-untold"); /* still valid */
	http_reply(rig.held, 200, NULL, "x", 1);
	wire_settle(rig.loop);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "ok");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(freeing_the_server_tells_those_who_wait_and_closes)
{
	struct rig rig;
	struct wire held, untold, idle;

	rig_open(&rig, NULL);
	untold = rig_wire(&rig);
	wire_send(&untold, "GET /hold-untold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig.loop, &rig.has_held);
	rig.has_held = false;
	held = rig_wire(&rig);
	wire_send(&held, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig.loop, &rig.has_held);
	idle = rig_wire(&rig);
	wire_send(&idle, "GET /short HTTP/1.1\r\nHost: h\r\n\r\nPOST / HT");
	wire_take_reply(&idle);
	http_server_free(steal(rig.server));
	ck_assert_uint_eq(rig.gone, 1);
	ck_assert_str_eq(wire_take_rest(&held), "");
	ck_assert_str_eq(wire_take_rest(&untold), "");
	ck_assert_str_eq(wire_take_rest(&idle), "");
	wire_close(&held);
	wire_close(&untold);
	wire_close(&idle);
	rig_close(&rig);
}
END_TEST

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

START_TEST(connections_whose_clients_left_are_closed)
{
	static const char *const starts[] = {"",
					     "\r\n\r\n",
					     "GE",
					     "GET / HTTP/1.1\r\nHo",
					     "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n"
					     "\r\nabc",
					     "GET /short HTTP/1.1\r\nHost: h\r\n\r\n",
					     "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n",
					     "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"};
	struct rig rig;
	struct wire wire;
	int first, last;

	rig_open(&rig, NULL);
	first = dup(0);
	for (unsigned i = 0; i < 200; i++) {
		wire = rig_wire(&rig);
		wire_send(&wire, starts[i % array_size(starts)]);
		if (i / array_size(starts) % 2)
			wire_settle(rig.loop);
		wire_close(&wire);
		wire_settle(rig.loop);
	}
	wire_settle(rig.loop);
	last = dup(0);
	ck_assert_int_eq(last, first + 1); /* no descriptor is left behind */
	close(first);
	close(last);
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
	expect_status(wire_take(&wire, "\r\n\r\n"), "414");
	wire_close(&wire);
	long_header = xasprintf("GET / HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n", text);
	wire = rig_wire(&rig);
	wire_send(&wire, long_header);
	expect_status(wire_take(&wire, "\r\n\r\n"), "431");
	wire_close(&wire);
	ck_assert_uint_eq(rig.served, 1);
	rig_close(&rig);
}
END_TEST

START_TEST(head_gets_the_length_but_no_body)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "HEAD /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take(&wire, "\r\n\r\n"), "Content-Length: 2\r\n");
	wire_send(&wire, "HEAD /big HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take(&wire, "\r\n\r\n"), "Content-Length: 8388608\r\n");
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "ok"); /* nothing in between */
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(http_1_0_and_connection_close_end_the_connection)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /short HTTP/1.0\r\n\r\n");
	ck_assert(str_ends_with(wire_take_rest(&wire), "\r\n\r\nok"));
	wire_close(&wire);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	ck_assert(str_ends_with(wire_take_rest(&wire), "\r\n\r\nok"));
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_big_reply_arrives_whole_at_a_slow_client)
{
	struct rig rig;
	struct wire wire;
	int small = 64 * 1024;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	setsockopt(wire.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	wire_send(&wire, "GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_settle(rig.loop);
	ck_assert_uint_eq(strlen(strstr(wire_take_reply(&wire), "\r\n\r\n") + 4), 8388608);
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_line_break_in_a_header_value_never_reaches_the_wire)
{
	const char *reply;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /headers HTTP/1.1\r\nHost: h\r\n\r\n");
	reply = wire_take_reply(&wire);
	expect_status(reply, "404");
	expect_text(reply, "X-Fine: yes\r\n");
	expect_text(reply, "Content-Length: 0\r\n");
	ck_assert_ptr_null(strstr(reply, "X-Injected"));
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

static void answer_second(struct request *request, void *userdata _unused_)
{
	http_reply(request, 200, NULL, "second", 6);
}

START_TEST(servers_share_a_loop)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct http_options options = {.listen_fd = -1, .serve = answer_second};
	struct http_server *second = NULL;
	struct rig rig;
	struct wire a, b;

	rig_open(&rig, NULL);
	ck_assert_msg(http_server_new(rig.loop, &options, &second, &err), "%s", err_text(&err));
	a = rig_wire(&rig);
	wire_open(&b, rig.loop, http_server_port(second));
	for (unsigned i = 0; i < 10; i++) {
		wire_send(&a, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
		wire_send(&b, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
		expect_text(wire_take_reply(&b), "second");
		expect_text(wire_take_reply(&a), "ok");
	}
	http_server_free(second);
	wire_send(&a, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&a), "ok");
	wire_close(&a);
	wire_close(&b);
	rig_close(&rig);
}
END_TEST

static void never(struct request *request _unused_, void *userdata _unused_)
{
	ck_abort_msg("nobody asked");
}

START_TEST(a_port_in_use_is_named_with_a_remedy)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(freep) char *expected = NULL;
	struct http_options options = {.body_max_bytes = 10, .listen_fd = -1, .serve = never};
	struct http_server *server = NULL;
	struct rig rig;

	rig_open(&rig, NULL);
	options.port = http_server_port(rig.server);
	ck_assert(!http_server_new(rig.loop, &options, &server, &err));
	ck_assert_ptr_null(server);
	ck_assert_int_eq(err.code, ERR_IO);
	expected = xasprintf("cannot listen on 127.0.0.1:%u: Address already in use; choose "
			     "another port or 0 for any free one",
			     options.port);
	ck_assert_str_eq(err_text(&err), expected);
	options.address = "localhost";
	ck_assert(!http_server_new(rig.loop, &options, &server, &err));
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_str_eq(err_text(&err),
			 "cannot listen on \"localhost\": it is not a numeric address");
	options.address = "192.0.2.1"; /* TEST-NET-1: nobody has it */
	options.port = 0;
	ck_assert(!http_server_new(rig.loop, &options, &server, &err));
	ck_assert_str_eq(err_text(&err),
			 "cannot listen on 192.0.2.1:0: Cannot assign requested address");
	rig_close(&rig);
}
END_TEST

START_TEST(a_socket_already_listening_is_taken_over)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct http_options options = {.body_max_bytes = 10};
	struct rig rig;
	struct wire wire;

	options.listen_fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(options.listen_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(options.listen_fd, 8), 0);
	rig_open(&rig, &options);
	ck_assert_uint_ne(http_server_port(rig.server), 0);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "ok");
	wire_close(&wire);
	rig_close(&rig);
	ck_assert_int_eq(fcntl(options.listen_fd, F_GETFD), -1); /* and closed with the server */
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
		path_and_query_come_raw,
		headers_come_in_order_and_the_last_of_a_name_wins,
		a_connection_serves_many_requests_also_sent_at_once,
		a_chunked_body_is_put_together,
		a_body_up_to_its_ceiling_is_served_and_one_byte_more_is_not,
		a_chunked_body_over_the_ceiling_is_refused,
		a_huge_body_is_refused_without_keeping_it,
		a_body_that_is_only_announced_takes_no_memory,
		who_waits_for_100_continue_gets_the_refusal_at_once,
		a_dropped_request_gets_not_a_byte,
		a_client_that_leaves_before_its_answer_is_reported_once,
		a_client_that_leaves_after_its_answer_is_not_reported,
		an_answer_to_a_client_that_has_left_is_lost_without_harm,
		freeing_the_server_tells_those_who_wait_and_closes,
		a_request_without_host_is_answered_400,
		mutilated_requests_harm_nobody,
		connections_whose_clients_left_are_closed,
		malformed_requests_are_refused_and_the_server_goes_on,
		a_target_that_is_no_path_is_answered_400,
		long_targets_and_headers_pass_and_too_long_ones_are_refused,
		head_gets_the_length_but_no_body,
		http_1_0_and_connection_close_end_the_connection,
		a_big_reply_arrives_whole_at_a_slow_client,
		a_line_break_in_a_header_value_never_reaches_the_wire,
		servers_share_a_loop,
		a_port_in_use_is_named_with_a_remedy,
		a_socket_already_listening_is_taken_over,
		percent_encoding_is_decoded_or_refused,
		NULL,
	};

	return suite_main("http", tests);
}
