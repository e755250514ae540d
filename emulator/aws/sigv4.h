#pragma once
/*
 * Signature Version 4: who signed a request, and whether the signature is true. Header and
 * presigned form. The secret is the actor's (world/actor.h).
 *
 * Source: AWS, "Signature Version 4 signing process" (canonical request, string to sign, signing
 * key); error texts as the services give them.
 */
#include "emulator/aws/protocol/wire.h"
#include "emulator/model/aws_model.h"

#define SIGV4_ALGORITHM "AWS4-HMAC-SHA256"

struct actor;
struct sigv4;
struct world;

/** Signing keys made so far; each costs four HMACs. */
struct sigv4 *sigv4_new(void);
void sigv4_free(struct sigv4 *sigv4);
DEFINE_FREEP(sigv4, struct sigv4)

/** What a request says about its signature; texts are in the request's arena. */
struct credential {
	const char *access_key, *date, *region, *service; /**< of the scope; date is YYYYMMDD */
	const char *signed_headers;			  /**< "host;x-amz-date" */
	const char *signature;				  /**< hex */
	const char *time;				  /**< "20261123T084500Z" */
	const char *terminator;				  /**< "aws4_request" */
	const char *scope;     /**< all of Credential, NULL when missing */
	const char *header;    /**< Authorization, NULL when presigned */
	const char *algorithm; /**< one that is not ours, else NULL */
	const char *token;     /**< session token or NULL */
	const char *expires;   /**< presigned: seconds as text */
	bool presigned;
};

enum credential_state {
	CREDENTIAL_NONE,   /**< not signed at all */
	CREDENTIAL_BROKEN, /**< there is something, but parts are missing */
	CREDENTIAL_FOUND
};

/** Reads Authorization or the X-Amz-* query parameters; verifies nothing. */
enum credential_state sigv4_read(const struct wire_request *request, struct credential *ret);

/**
 * Checks a credential against the request.
 *
 * An unknown access key is refused under PROFILE_AWS; under PROFILE_INSTANT it acts as the
 * operator, unverified, since quick scripts sign with any key they like.
 *
 * @param service  the service that the request goes to: its words for a refusal, its scope
 * @param now_ms   real time
 * @param ret      set on success
 * @param err      in the words of the service: sigv4_refusal.h
 */
must_check bool sigv4_verify(struct sigv4 *sigv4, const struct world *world,
			     const struct aws_service_model *service,
			     const struct wire_request *request, enum credential_state state,
			     const struct credential *credential, int64_t now_ms,
			     const struct actor **ret, struct err *err);
