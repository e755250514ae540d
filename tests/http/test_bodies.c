/* Bodies of requests: put together, limited, refused before they come. */
#include <malloc.h>
#include <sys/resource.h>

#include "tests/http/rig.h"
#include "tests/lib/suite.h"

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

int main(void)
{
	const TTest *const tests[] = {
		a_chunked_body_is_put_together,
		a_body_up_to_its_ceiling_is_served_and_one_byte_more_is_not,
		a_chunked_body_over_the_ceiling_is_refused,
		a_huge_body_is_refused_without_keeping_it,
		a_body_that_is_only_announced_takes_no_memory,
		who_waits_for_100_continue_gets_the_refusal_at_once,
		NULL,
	};

	return suite_main("http_bodies", tests);
}
