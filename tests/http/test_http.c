/* emulator/http/server.c, connection.c, request.c, reply.c: requests and whole answers */
#include <sys/socket.h>

#include "tests/http/rig.h"
#include "tests/lib/suite.h"

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

int main(void)
{
	const TTest *const tests[] = {
		path_and_query_come_raw,
		headers_come_in_order_and_the_last_of_a_name_wins,
		a_connection_serves_many_requests_also_sent_at_once,
		head_gets_the_length_but_no_body,
		http_1_0_and_connection_close_end_the_connection,
		a_big_reply_arrives_whole_at_a_slow_client,
		a_line_break_in_a_header_value_never_reaches_the_wire,
		NULL,
	};

	return suite_main("http", tests);
}
