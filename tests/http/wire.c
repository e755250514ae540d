/* A client on a bare socket. */
#include "tests/http/wire.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/base/clock.h"

#define WAIT_MS	 20000 /* a test that waits longer has failed */
#define WIRE_MAX ((size_t)256 * 1024 * 1024)

static struct strbuf taken; /* what the last take function returned */

void wire_open(struct wire *wire, struct loop *loop, uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	wire->loop = loop;
	wire->closed = false;
	strbuf_init(&wire->got, WIRE_MAX);
	wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(wire->fd, 0);
	ck_assert_int_eq(connect(wire->fd, (struct sockaddr *)&address, sizeof(address)), 0);
}

void wire_close(struct wire *wire)
{
	close(wire->fd);
	strbuf_done(&wire->got);
	strbuf_done(&taken);
}

void wire_send(struct wire *wire, const char *text)
{
	wire_send_bytes(wire, text, strlen(text));
}

void wire_send_bytes(struct wire *wire, const void *bytes, size_t length)
{
	int64_t end = clock_monotonic_ms() + WAIT_MS;
	const char *next = bytes;

	while (length) {
		ssize_t n = send(wire->fd, next, length, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return; /* the server has closed: the reader will see it */
		if (n > 0) {
			next += n;
			length -= (size_t)n;
		} else {
			ck_assert_msg(clock_monotonic_ms() < end, "the server does not read");
		}
		loop_turn(wire->loop, 0);
	}
}

/* A turn of the loop, and whatever came by then; waits only when nothing did. */
static void pump(struct wire *wire)
{
	static char buffer[256 * 1024];
	size_t before = wire->got.length;
	ssize_t n;

	loop_turn(wire->loop, 0);
	while (!wire->closed && (n = recv(wire->fd, buffer, sizeof(buffer), MSG_DONTWAIT)) != 0) {
		if (n < 0 && errno == EAGAIN) {
			if (wire->got.length == before)
				loop_turn(wire->loop, 1);
			return;
		}
		if (n < 0)
			break;
		strbuf_add_bytes(&wire->got, buffer, (size_t)n);
	}
	wire->closed = true;
}

static const char *take(struct wire *wire, size_t length)
{
	struct strbuf rest;

	strbuf_done(&taken);
	strbuf_init(&taken, WIRE_MAX);
	strbuf_add_bytes(&taken, strbuf_text(&wire->got), length);
	strbuf_init(&rest, WIRE_MAX);
	strbuf_add_bytes(&rest, strbuf_text(&wire->got) + length, wire->got.length - length);
	strbuf_done(&wire->got);
	wire->got = rest;
	return strbuf_text(&taken);
}

const char *wire_take(struct wire *wire, const char *end)
{
	int64_t deadline = clock_monotonic_ms() + WAIT_MS;
	const char *found;

	while (!(found = strstr(strbuf_text(&wire->got), end))) {
		ck_assert_msg(!wire->closed, "closed before \"%s\"; got \"%s\"", end,
			      strbuf_text(&wire->got));
		ck_assert_msg(clock_monotonic_ms() < deadline, "no \"%s\"; got \"%s\"", end,
			      strbuf_text(&wire->got));
		pump(wire);
	}
	return take(wire, (size_t)(found - strbuf_text(&wire->got)) + strlen(end));
}

const char *wire_take_reply(struct wire *wire)
{
	_cleanup_(freep) char *head = xstrdup(wire_take(wire, "\r\n\r\n"));
	const char *length = strstr(head, "Content-Length: ");
	int64_t deadline = clock_monotonic_ms() + WAIT_MS;
	_cleanup_(freep) char *body = NULL;
	size_t n;

	ck_assert_msg(length != NULL, "no Content-Length in \"%s\"", head);
	n = strtoull(length + strlen("Content-Length: "), NULL, 10);
	while (wire->got.length < n) {
		ck_assert_msg(!wire->closed && clock_monotonic_ms() < deadline,
			      "body is cut off at %zu of %zu", wire->got.length, n);
		pump(wire);
	}
	body = xstrdup(take(wire, n));
	strbuf_reset(&taken);
	strbuf_add(&taken, head);
	strbuf_add(&taken, body);
	return strbuf_text(&taken);
}

const char *wire_take_rest(struct wire *wire)
{
	int64_t deadline = clock_monotonic_ms() + WAIT_MS;

	while (!wire->closed) {
		ck_assert_msg(clock_monotonic_ms() < deadline, "the server does not close; got %s",
			      strbuf_text(&wire->got));
		pump(wire);
	}
	return take(wire, wire->got.length);
}

void wire_until(struct loop *loop, const bool *flag)
{
	int64_t deadline = clock_monotonic_ms() + WAIT_MS;

	while (!*flag) {
		ck_assert_msg(clock_monotonic_ms() < deadline, "it does not happen");
		loop_turn(loop, 10);
	}
}

void wire_settle(struct loop *loop)
{
	for (unsigned i = 0; i < 20; i++)
		loop_turn(loop, 0);
}
