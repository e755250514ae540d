#pragma once
/* Requests to a façade without a listener: for tests of signatures, errors and replies. */
#include "emulator/aws/private.h"
#include "tests/lib/world.h"

#define TEST_NOW_MS 1795419000000 /* 2026-11-23T07:30:00Z: the emulated time of these tests */

/** A world whose emulated clock stands at TEST_NOW_MS, with the actor "operator" (AKIAOPERATOR…).
 */
struct world *wire_world(enum profile profile);

/** What came back; wire_done it. */
struct wire_answer {
	int status;
	bool dropped;
	char *body;
	struct arena *arena;	      /* of the headers */
	const struct header *headers; /* end with a NULL name */
	char *type;		      /* Content-Type, NULL when none */
	char *request_id;	      /* of the header, NULL when none */
	char *error_type;	      /* X-Amzn-Errortype, NULL when none */
};
void wire_done(struct wire_answer *answer);

/** Serves a request; headers end with a NULL name, body may be NULL. */
struct wire_answer wire_send(struct aws *aws, const char *method, const char *target,
			     const struct header *headers, const char *body);
/** A form POST signed by an unknown key for a service: the instant profile takes it as the
 * operator. */
struct wire_answer wire_post(struct aws *aws, const char *signing_name, const char *form);
/** A JSON POST likewise; target "AWSShield_20160616.GetSubscriptionState". */
struct wire_answer wire_json(struct aws *aws, const char *signing_name, const char *target,
			     const char *body);

/** The body of a recorded exchange as it was: the record keeps the parameters of a form decoded. In
 * the arena. */
const char *wire_recorded_body(struct arena *arena, const struct json *record);
