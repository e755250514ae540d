#pragma once
/*
 * The other side of the wire: requests as an SDK would write them, in all five protocols. Takes
 * values that the model forbids too, and writes them as they are; for tests.
 */
#include "tests/aws/wire.h"

/** Sends an operation's input and gives the answer (wire_done it), signed by an unknown key. */
struct wire_answer client_send(struct aws *aws, const struct aws_service_model *service,
			       const struct aws_operation *operation, const struct json *input);

/** The code of an answer that is an error, copied; NULL when its body is none of this protocol, or
 * has no text. */
char *client_error_code(const struct aws_service_model *service, const struct wire_answer *answer);
