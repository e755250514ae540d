#pragma once
/*
 * A request and a reply as AWS's protocols see them: texts and headers, no connection. The gateway
 * makes them out of http's; tests and aws_invoke need no listener.
 */
#include "emulator/base/strbuf.h"
#include "emulator/http/http.h"

#define REPLY_MAX ((size_t)256 * 1024 * 1024) /* bytes of a reply's body; ours, not AWS's */

struct wire_request {
	struct arena *arena;
	const char *method; /**< "POST" */
	const char *path;   /**< raw, percent-encoded, begins with '/' */
	const char *query;  /**< raw text behind '?', "" when none */
	const char *body;   /**< NUL-terminated for convenience */
	size_t body_length;
	const struct header *headers; /**< in the order received; ends with a NULL name */
};

/** A header's value by name (any case), or NULL. The last one wins when repeated. */
const char *wire_header(const struct wire_request *request, const char *name);

/** Whether the query has a parameter of that name, with or without a value. */
bool wire_has_parameter(const struct wire_request *request, const char *name);

struct wire_reply {
	struct arena *arena;
	int status;
	struct header *headers; /**< ends with a NULL name; in the arena */
	size_t header_count, header_room;
	struct strbuf body;
};

/** An empty reply with status 200. */
void wire_reply_init(struct wire_reply *reply, struct arena *arena);
void wire_reply_done(struct wire_reply *reply);
/** Adds a header; texts are copied into the arena. Values lose what a header may not hold (control
 * characters). */
void wire_reply_header(struct wire_reply *reply, const char *name, const char *value);
