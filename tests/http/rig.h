#pragma once
/* A server for tests with one path per behaviour; see rig.c. */
#include "tests/http/wire.h"

struct rig {
	struct loop *loop;
	struct http_server *server;
	struct request *held;  /* /hold: the request that waits */
	struct stream *stream; /* /stream: the newest one, NULL when it is closed */
	unsigned served, too_large, gone, closed;
	bool has_held, has_gone, has_closed; /* for wire_until */
};

/** options NULL: plain, body_max_bytes 1000. */
void rig_open(struct rig *rig, const struct http_options *options);
void rig_close(struct rig *rig);
/** A client connected to the server. */
struct wire rig_wire(struct rig *rig);

/** The reply has that status ("200"); it has that text. */
void expect_status(const char *reply, const char *status);
void expect_text(const char *reply, const char *text);
