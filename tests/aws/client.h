#pragma once
/*
 * The other side of the wire: requests as an SDK would write them, in all five protocols. Takes
 * values that the model forbids too, and writes them as they are; for tests.
 */
#include "tests/aws/wire.h"

#define CLIENT_HEADERS_MAX 64

/** A request before it is signed. */
struct client_request {
	const char *method, *target; /**< target: path and query */
	const char *body;
	struct header headers[CLIENT_HEADERS_MAX]; /**< end with a NULL name */
};

/** Writes an operation's input; texts are the arena's or the model's. */
void client_write(struct arena *arena, const struct aws_service_model *service,
		  const struct aws_operation *operation, const struct json *input,
		  struct client_request *ret);

/** Sends an operation's input and gives the answer (wire_done it), signed by an unknown key. */
struct wire_answer client_send(struct aws *aws, const struct aws_service_model *service,
			       const struct aws_operation *operation, const struct json *input);
