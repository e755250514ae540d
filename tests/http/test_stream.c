/* emulator/http/stream.c */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/rig.h"
#include "tests/lib/suite.h"

#define STREAMS	       1000
#define STREAM_REQUEST "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"

static void write_text(struct stream *stream, const char *text)
{
	ck_assert(http_stream_write(stream, text, strlen(text)));
}

START_TEST(headers_are_sent_before_there_is_anything_to_say)
{
	const char *head;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, STREAM_REQUEST);
	head = wire_take(&wire, "\r\n\r\n");
	expect_text(head, "HTTP/1.1 200");
	expect_text(head, "Transfer-Encoding: chunked\r\n");
	expect_text(head, "Content-Type: application/json\r\n");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(what_is_written_arrives_at_once_and_the_connection_goes_on_after_the_end)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, STREAM_REQUEST);
	wire_take(&wire, "\r\n\r\n");
	wire_settle(rig.loop);
	write_text(rig.stream, "{\"a\":1}\n");
	ck_assert_str_eq(wire_take(&wire, "\n\r\n"), "8\r\n{\"a\":1}\n\r\n");
	wire_settle(rig.loop);
	write_text(rig.stream, "one");
	write_text(rig.stream, "");
	write_text(rig.stream, "two");
	http_stream_end(rig.stream);
	ck_assert_str_eq(wire_take(&wire, "0\r\n\r\n"), "6\r\nonetwo\r\n0\r\n\r\n");
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "ok");
	ck_assert_uint_eq(rig.closed, 0); /* we ended it */
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_stream_may_begin_and_end_later_than_its_request)
{
	struct rig rig;
	struct wire wire;
	struct stream *stream;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig.loop, &rig.has_held);
	wire_settle(rig.loop);
	stream = http_stream_begin(rig.held, 201, NULL);
	write_text(stream, "x");
	http_stream_end(stream);
	expect_text(wire_take(&wire, "0\r\n\r\n"), "1\r\nx\r\n0\r\n\r\n");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_client_that_leaves_a_silent_stream_is_noticed_once)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, STREAM_REQUEST);
	wire_take(&wire, "\r\n\r\n");
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.closed, 0);
	wire_close(&wire);
	wire_until(rig.loop, &rig.has_closed);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.closed, 1);
	rig_close(&rig);
	ck_assert_uint_eq(rig.closed, 1);
}
END_TEST

START_TEST(a_client_that_leaves_while_it_is_sent_to_is_noticed_once)
{
	_cleanup_(freep) char *block = xcalloc(1, 1 << 20);
	struct linger hard = {.l_onoff = 1, .l_linger = 0};
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, STREAM_REQUEST);
	wire_take(&wire, "\r\n\r\n");
	for (unsigned i = 0; i < 16; i++)
		ck_assert(http_stream_write(rig.stream, block, 1 << 20));
	wire_settle(rig.loop); /* its socket is full now */
	setsockopt(wire.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	wire_close(&wire);
	wire_until(rig.loop, &rig.has_closed);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.closed, 1);
	rig_close(&rig);
}
END_TEST

START_TEST(a_client_that_does_not_read_is_given_up_at_64_mib)
{
	_cleanup_(freep) char *block = xcalloc(1, 1 << 20);
	unsigned taken = 0;
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, STREAM_REQUEST);
	wire_take(&wire, "\r\n\r\n");
	while (taken < 200 && http_stream_write(rig.stream, block, 1 << 20)) {
		taken++;
		loop_turn(rig.loop, 0);
	}
	ck_assert_uint_ge(taken, 64);
	ck_assert_uint_lt(taken, 200);
	ck_assert(!http_stream_write(rig.stream, block, 1 << 20)); /* as often as one asks */
	http_stream_end(rig.stream);
	wire_close(&wire);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.closed, 0); /* ended by us before */
	rig_close(&rig);
}
END_TEST

START_TEST(megabytes_arrive_whole_and_in_order)
{
	struct rig rig;
	struct wire wire;
	size_t sent = 0, got = 0;
	const char *body;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /stream HTTP/1.0\r\n\r\n"); /* not chunked: easy to compare */
	wire_take(&wire, "\r\n\r\n");
	for (unsigned i = 0; i < 200000; i++) {
		_cleanup_(freep) char *line = xasprintf("line %u\n", i);

		write_text(rig.stream, line);
		sent += strlen(line);
		if (i % 1000 == 0)
			loop_turn(rig.loop, 0);
	}
	http_stream_end(rig.stream);
	body = wire_take_rest(&wire);
	ck_assert_uint_eq(strlen(body), sent);
	for (unsigned i = 0; got < sent; i++) {
		_cleanup_(freep) char *line = xasprintf("line %u\n", i);

		ck_assert(str_starts_with(body + got, line));
		got += strlen(line);
	}
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(http_1_0_gets_a_stream_without_chunks_that_ends_by_closing)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "GET /stream HTTP/1.0\r\n\r\n");
	ck_assert_ptr_null(strstr(wire_take(&wire, "\r\n\r\n"), "chunked"));
	wire_settle(rig.loop);
	write_text(rig.stream, "event\n");
	ck_assert_str_eq(wire_take(&wire, "\n"), "event\n");
	http_stream_end(rig.stream);
	ck_assert_str_eq(wire_take_rest(&wire), "");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(a_head_request_ends_a_stream_with_its_headers)
{
	struct rig rig;
	struct wire wire;

	rig_open(&rig, NULL);
	wire = rig_wire(&rig);
	wire_send(&wire, "HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take(&wire, "\r\n\r\n"), "200");
	wire_until(rig.loop, &rig.has_closed);
	wire_send(&wire, "GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
	expect_text(wire_take_reply(&wire), "ok");
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

START_TEST(freeing_the_server_closes_its_streams_and_tells)
{
	struct rig rig;
	struct wire silent, busy;

	rig_open(&rig, NULL);
	silent = rig_wire(&rig);
	wire_send(&silent, STREAM_REQUEST);
	wire_take(&silent, "\r\n\r\n");
	wire_settle(rig.loop);
	busy = rig_wire(&rig);
	wire_send(&busy, STREAM_REQUEST);
	wire_take(&busy, "\r\n\r\n");
	write_text(rig.stream, "x");
	http_server_free(steal(rig.server));
	ck_assert_uint_eq(rig.closed, 2);
	wire_take_rest(&silent);
	wire_take_rest(&busy);
	wire_close(&silent);
	wire_close(&busy);
	rig_close(&rig);
}
END_TEST

/* Streams that all get what is written to one of them. */
struct crowd {
	struct stream *streams[STREAMS];
	unsigned count;
};

static void join_crowd(struct request *request, void *userdata)
{
	struct crowd *crowd = userdata;

	crowd->streams[crowd->count++] = http_stream_begin(request, 200, NULL);
}

START_TEST(a_thousand_streams_get_every_event)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct rlimit files = {0};
	struct crowd *crowd = xcalloc(1, sizeof(*crowd));
	struct wire *wires = xcalloc(STREAMS, sizeof(*wires));
	struct http_options options = {.listen_fd = -1, .serve = join_crowd, .userdata = crowd};
	struct http_server *server;
	struct loop *loop;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur < 2 * STREAMS + 50) {
		printf("# SKIPPED: only %lu descriptors\n", (unsigned long)files.rlim_cur);
		free(wires);
		free(crowd);
		return;
	}
	ck_assert(loop_new(&loop, &err) && http_server_new(loop, &options, &server, &err));
	for (unsigned i = 0; i < STREAMS; i++) {
		wire_open(&wires[i], loop, http_server_port(server));
		wire_send(&wires[i], STREAM_REQUEST);
		wire_take(&wires[i], "\r\n\r\n");
	}
	ck_assert_uint_eq(crowd->count, STREAMS);
	for (unsigned event = 0; event < 3; event++) {
		for (unsigned i = 0; i < STREAMS; i++)
			write_text(crowd->streams[i], "event\n");
		for (unsigned i = 0; i < STREAMS; i++)
			ck_assert_str_eq(wire_take(&wires[i], "\n\r\n"), "6\r\nevent\n\r\n");
	}
	for (unsigned i = 0; i < STREAMS; i++)
		wire_close(&wires[i]);
	http_server_free(server);
	loop_free(loop);
	free(wires);
	free(crowd);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		headers_are_sent_before_there_is_anything_to_say,
		what_is_written_arrives_at_once_and_the_connection_goes_on_after_the_end,
		a_stream_may_begin_and_end_later_than_its_request,
		a_client_that_leaves_a_silent_stream_is_noticed_once,
		a_client_that_leaves_while_it_is_sent_to_is_noticed_once,
		a_client_that_does_not_read_is_given_up_at_64_mib,
		megabytes_arrive_whole_and_in_order,
		http_1_0_gets_a_stream_without_chunks_that_ends_by_closing,
		a_head_request_ends_a_stream_with_its_headers,
		freeing_the_server_closes_its_streams_and_tells,
		a_thousand_streams_get_every_event,
		NULL,
	};

	return suite_main("stream", tests);
}
