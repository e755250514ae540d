#pragma once
/* A client on a bare socket, in the same thread as the server: it turns the loop while it waits. */
#include "emulator/base/loop.h"
#include "emulator/base/strbuf.h"
#include "emulator/http/http.h"

struct wire {
	struct loop *loop;
	int fd;
	struct strbuf got; /* received and not yet taken */
	bool closed;	   /* the server has closed */
};

/** Connects to 127.0.0.1; the test fails when it cannot. */
void wire_open(struct wire *wire, struct loop *loop, uint16_t port);
void wire_close(struct wire *wire);
/** Sends all of it, turning the loop while the server does not take it. */
void wire_send(struct wire *wire, const char *text);
void wire_send_bytes(struct wire *wire, const void *bytes, size_t length);
/** Takes what came up to and with the text `end`; fails the test when it does not come within 20 s.
 * Borrowed until the next call. */
const char *wire_take(struct wire *wire, const char *end);
/** Takes a reply with a Content-Length: its head and body in one text. */
const char *wire_take_reply(struct wire *wire);
/** Takes what comes until the server closes. */
const char *wire_take_rest(struct wire *wire);
/** Turns the loop until *flag; fails the test after 20 s. */
void wire_until(struct loop *loop, const bool *flag);
/** Turns the loop until there is nothing left to do at the moment. */
void wire_settle(struct loop *loop);
