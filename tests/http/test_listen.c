/* Ports, sockets, several servers in one loop. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/rig.h"
#include "tests/lib/suite.h"

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

int main(void)
{
	const TTest *const tests[] = {
		servers_share_a_loop,
		a_port_in_use_is_named_with_a_remedy,
		a_socket_already_listening_is_taken_over,
		NULL,
	};

	return suite_main("http_listen", tests);
}
