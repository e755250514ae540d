/* Clients that leave, requests that are dropped, servers that end. */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/rig.h"
#include "tests/lib/suite.h"

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

int main(void)
{
	const TTest *const tests[] = {
		a_dropped_request_gets_not_a_byte,
		a_client_that_leaves_before_its_answer_is_reported_once,
		a_client_that_leaves_after_its_answer_is_not_reported,
		an_answer_to_a_client_that_has_left_is_lost_without_harm,
		freeing_the_server_tells_those_who_wait_and_closes,
		connections_whose_clients_left_are_closed,
		NULL,
	};

	return suite_main("http_hangup", tests);
}
