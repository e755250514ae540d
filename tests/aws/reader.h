#pragma once
/*
 * The other side of the wire: replies as an SDK would read them, in all five protocols. It takes
 * every form in which AWS's services send what they send, and leaves out what the model does not
 * know, as SDKs do; for tests.
 */
#include "emulator/aws/protocol/wire.h"
#include "emulator/base/json.h"
#include "emulator/model/aws_model.h"

/** A reply as it came. */
struct reader_reply {
	int status;
	const struct header *headers; /**< ends with a NULL name */
	const char *body;
	size_t length; /**< bytes of the body */
};

/** What a reply says; reading_done it. Texts are in the arena. */
struct reading {
	struct json *document;	/**< the output; of an error its own members; never NULL */
	const char *code;	/**< of an error; NULL: none */
	const char *message;	/**< of an error; NULL when it has none */
	const char *request_id; /**< NULL when none was said */
};
void reading_done(struct reading *reading);

/**
 * Reads a reply. An error's code comes without namespace and URI.
 *
 * @param err  what is wrong with the reply: no XML or JSON, a root of another name, a value of
 *             another type than the model says, an error without a code
 *
 * Source: Smithy, "AWS protocols" (each protocol's "Operation error serialization"); botocore,
 * parsers.py.
 */
must_check bool reader_read(struct arena *arena, const struct aws_service_model *service,
			    const struct aws_operation *operation, const struct reader_reply *reply,
			    struct reading *ret, struct err *err);
